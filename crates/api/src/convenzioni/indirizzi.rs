//! The address scheme of spec 10 section 1, as a pure function of the raw path.
//!
//! Everything is decided on the path as it came, before any percent-decoding: an encoded slash
//! never makes a segment into two, nor reaches another family.

use crate::convenzioni::stato::Famiglia;
use domain::evento::Componente;

/// Where a path leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Indirizzo<'a> {
    /// Under none of our bases.
    Altrove,
    /// Under a base, but under no form of address that is served.
    NonMappato,
    /// A resource of a REST API.
    Rest {
        /// Which API.
        componente: Componente,
        /// How the caller authenticates.
        famiglia: Famiglia,
        /// Contract version.
        versione: u32,
        /// What follows, with its leading slash.
        resto: &'a str,
    },
    /// A SOAP service for the Node.
    Nodo {
        /// The address for our own batches, with Basic credentials of a registered utenza.
        interno: bool,
        /// What follows the base, `/internal` included.
        resto: &'a str,
    },
}

const BASI_REST: [(&str, Componente); 11] = [
    ("/govpay/backend/api/backoffice", Componente::ApiBackoffice),
    ("/govpay-api-backoffice", Componente::ApiBackoffice),
    ("/govpay/backend/api/pendenze", Componente::ApiPendenze),
    ("/govpay-api-pendenze", Componente::ApiPendenze),
    ("/govpay/backend/api/ragioneria", Componente::ApiRagioneria),
    // Its name of 2018.
    ("/govpay/backend/api/riconciliazione", Componente::ApiRagioneria),
    ("/govpay-api-ragioneria", Componente::ApiRagioneria),
    ("/govpay/frontend/api/pagamento", Componente::ApiPagamento),
    ("/govpay-api-pagamento", Componente::ApiPagamento),
    ("/govpay/frontend/api/user", Componente::ApiUser),
    ("/govpay-api-user", Componente::ApiUser),
];

const BASI_NODO: [&str; 2] = ["/govpay/frontend/api/pagopa", "/govpay-api-pagopa"];

/// The API whose base a raw path is under.
#[must_use]
pub fn api(percorso: &str) -> Option<Componente> {
    let del_nodo = BASI_NODO.iter().map(|b| (*b, Componente::ApiPagopa));
    let mut basi = BASI_REST.into_iter().chain(del_nodo);
    basi.find(|(base, _)| sotto(percorso, base).is_some()).map(|(_, componente)| componente)
}

/// Decides where a raw path leads.
#[must_use]
pub fn analizza(percorso: &str) -> Indirizzo<'_> {
    for (base, componente) in BASI_REST {
        if let Some(resto) = sotto(percorso, base) {
            return rest(componente, resto);
        }
    }
    for base in BASI_NODO {
        if let Some(resto) = sotto(percorso, base) {
            return Indirizzo::Nodo { interno: sotto(resto, "/internal").is_some(), resto };
        }
    }
    Indirizzo::Altrove
}

/// What follows `base`: empty, or from its slash on.
fn sotto<'a>(percorso: &'a str, base: &str) -> Option<&'a str> {
    percorso.strip_prefix(base).filter(|r| r.is_empty() || r.starts_with('/'))
}

fn rest(componente: Componente, resto: &str) -> Indirizzo<'_> {
    if resto.is_empty() || resto == "/" {
        return Indirizzo::NonMappato;
    }
    let Some(dopo_rs) = sotto(resto, "/rs") else {
        return Indirizzo::Rest {
            componente,
            famiglia: Famiglia::Rilevata,
            versione: 1,
            resto: senza_coda(resto),
        };
    };
    let numero = |v: &str| v.strip_prefix('v').and_then(|v| v.parse::<u32>().ok());
    let primo = dopo_rs.split('/').nth(1).unwrap_or_default();
    // `rs/v{n}` names no family.
    let (famiglia, da) = match numero(primo) {
        Some(_) => (Some(Famiglia::Predefinita), 1),
        None => (Famiglia::con_nome(primo), 2),
    };
    let mut segmenti = dopo_rs.splitn(da + 2, '/').skip(da);
    match (famiglia, segmenti.next().and_then(numero)) {
        (Some(famiglia), Some(versione)) => {
            let coda = segmenti.next().map_or(0, |c| c.len() + 1);
            let resto = dopo_rs.get(dopo_rs.len() - coda..).unwrap_or_default();
            Indirizzo::Rest { componente, famiglia, versione, resto: senza_coda(resto) }
        }
        _ => Indirizzo::NonMappato,
    }
}

/// A final slash does not make another resource.
fn senza_coda(resto: &str) -> &str {
    match resto.strip_suffix('/') {
        _ if resto.is_empty() => "/",
        Some(r) if !r.is_empty() => r,
        _ => resto,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn r(famiglia: Famiglia, versione: u32, resto: &str) -> Indirizzo<'_> {
        Indirizzo::Rest { componente: Componente::ApiPendenze, famiglia, versione, resto }
    }

    #[test]
    fn gli_indirizzi_della_spec_10_sezione_1() {
        use Famiglia::{Basic, OAuth2, Predefinita, Rilevata, Ssl};
        for base in ["/govpay/backend/api/pendenze", "/govpay-api-pendenze"] {
            for (coda, atteso) in [
                ("/rs/basic/v2/pendenze/A/B", r(Basic, 2, "/pendenze/A/B")),
                ("/rs/ssl/v1/info", r(Ssl, 1, "/info")),
                ("/rs/ssl/v1", r(Ssl, 1, "/")),
                ("/rs/ssl/v1/", r(Ssl, 1, "/")),
                ("/rs/oauth2/v9/a/b/c/", r(OAuth2, 9, "/a/b/c")),
                ("/rs/basic/v2/a%2Fb/c%25", r(Basic, 2, "/a%2Fb/c%25")),
                ("/pendenze/A/B", r(Rilevata, 1, "/pendenze/A/B")),
                ("/rs%2Fbasic/v2/x", r(Rilevata, 1, "/rs%2Fbasic/v2/x")),
                ("/rsx", r(Rilevata, 1, "/rsx")),
                ("", Indirizzo::NonMappato),
                ("/", Indirizzo::NonMappato),
                ("/rs", Indirizzo::NonMappato),
                ("/rs/basic", Indirizzo::NonMappato),
                ("/rs/v1/pendenze", r(Predefinita, 1, "/pendenze")),
                ("/rs/v2/pendenze/A/B/", r(Predefinita, 2, "/pendenze/A/B")),
                ("/rs/v2", r(Predefinita, 2, "/")),
                ("/rs/v1/v2/x", r(Predefinita, 1, "/v2/x")),
                ("/rs/pippo/v1/pendenze", Indirizzo::NonMappato),
                ("/rs/BASIC/v1/pendenze", Indirizzo::NonMappato),
                ("/rs/basic/2/pendenze", Indirizzo::NonMappato),
                ("/rs/basic/v-1/x", Indirizzo::NonMappato),
                ("/rs/basic/v99999999999/x", Indirizzo::NonMappato),
                ("/rs//basic/v1/x", Indirizzo::NonMappato),
            ] {
                assert_eq!(analizza(&format!("{base}{coda}")), atteso, "{base}{coda}");
            }
        }
        for (percorso, attesa) in [
            ("/govpay-api-pendenze", Some(Componente::ApiPendenze)),
            ("/govpay/backend/api/backoffice/rs/boh", Some(Componente::ApiBackoffice)),
            ("/govpay-api-pagopa/internal/x", Some(Componente::ApiPagopa)),
            ("/govpay-api-pendenzex", None),
            ("/health/live", None),
        ] {
            assert_eq!(api(percorso), attesa, "{percorso}");
        }
        for altrove in ["/", "/govpay", "/govpay-api-pendenzex/rs/basic/v2/x", "/health/live", ""] {
            assert_eq!(analizza(altrove), Indirizzo::Altrove, "{altrove}");
        }
        for base in BASI_NODO {
            let ccp = format!("{base}/PagamentiTelematiciCCPservice");
            assert_eq!(
                analizza(&ccp),
                Indirizzo::Nodo { interno: false, resto: "/PagamentiTelematiciCCPservice" }
            );
            let interno = format!("{base}/internal/PagamentiTelematiciCCPservice");
            assert_eq!(
                analizza(&interno),
                Indirizzo::Nodo { interno: true, resto: "/internal/PagamentiTelematiciCCPservice" }
            );
        }
    }
}
