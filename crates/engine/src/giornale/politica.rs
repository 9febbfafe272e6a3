//! What is recorded, by interface (spec 10 section 8, spec 60 5.2), and what is never shown.

use domain::evento::{Componente, Quando};

/// When a kind of call is recorded, and when with its payloads.
#[derive(Debug, Clone, Copy)]
pub(super) struct Regola {
    pub(super) log: Quando,
    pub(super) dump: Quando,
}

/// The calls of pagoPA that count as writes; the V2 names are not among them (spec 60 5.2).
const SCRITTURE_PAGOPA: &[&str] = &[
    "paaVerificaRPT",
    "paaAttivaRPT",
    "paaInviaRT",
    "paaInviaEsitoStorno",
    "paaInviaRichiestaRevoca",
    "paVerifyPaymentNotice",
    "paGetPayment",
    "paGetPaymentV2",
    "paSendRT",
    "paSendRTV2",
    "nodoInviaRPT",
    "nodoInviaCarrelloRPT",
    "nodoChiediStatoRPT",
    "nodoChiediCopiaRT",
    "nodoInviaRichiestaStorno",
    "nodoInviaRispostaRevoca",
];

fn lettura(c: Componente, tipo: &str, metodo: Option<&str>) -> bool {
    match c {
        Componente::ApiPagopa => !SCRITTURE_PAGOPA.contains(&tipo),
        Componente::ApiBackoffice
        | Componente::ApiEnte
        | Componente::ApiPagamento
        | Componente::ApiPendenze
        | Componente::ApiRagioneria
        | Componente::ApiUser
        | Componente::Govpay => matches!(metodo, Some("GET" | "HEAD" | "OPTIONS" | "TRACE")),
    }
}

/// The installed defaults of spec 10 section 8.
pub(super) fn regola(c: Componente, tipo: &str, metodo: Option<&str>) -> Regola {
    let lettura = lettura(c, tipo, metodo);
    let (log, dump) = match (c, lettura) {
        (Componente::ApiEnte, _) => (Quando::Sempre, Quando::SoloErrore),
        // No section of configurazioni speaks of it, and what it sends holds sessions.
        (Componente::ApiUser, _) => (Quando::Mai, Quando::Mai),
        (
            Componente::ApiPagamento
            | Componente::ApiRagioneria
            | Componente::ApiPendenze
            | Componente::ApiBackoffice,
            true,
        ) => (Quando::Mai, Quando::Mai),
        (Componente::ApiPagamento | Componente::ApiRagioneria | Componente::ApiPendenze, false) => {
            (Quando::Sempre, Quando::SoloErrore)
        }
        (Componente::ApiBackoffice, false) | (Componente::ApiPagopa | Componente::Govpay, _) => {
            (Quando::Sempre, Quando::Sempre)
        }
    };
    Regola { log, dump }
}

/// Names of headers whose value is a secret.
const SEGRETE: &[&str] = &[
    "authorization",
    "proxy-authorization",
    "cookie",
    "set-cookie",
    "x-api-key",
    "apikey",
    "api-key",
    "ocp-apim-subscription-key",
    "x-auth-token",
];

/// Whether the value of a header must never be kept.
#[must_use]
pub fn segreta(nome: &str) -> bool {
    let nome = nome.to_ascii_lowercase();
    SEGRETE.contains(&nome.as_str())
        || ["password", "secret", "token", "api-key", "apikey", "subscription-key"]
            .iter()
            .any(|s| nome.contains(s))
}

/// Replaces the secret values by `***`.
pub fn maschera(intestazioni: &mut [(String, String)]) {
    for (nome, valore) in intestazioni {
        if segreta(nome) {
            "***".clone_into(valore);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn le_regole_sono_quelle_installate() {
        for (c, tipo, metodo, log, dump) in [
            (Componente::ApiEnte, "getAvviso", "GET", Quando::Sempre, Quando::SoloErrore),
            (Componente::ApiEnte, "notifyPagamento", "POST", Quando::Sempre, Quando::SoloErrore),
            (Componente::ApiPendenze, "getPendenza", "GET", Quando::Mai, Quando::Mai),
            (Componente::ApiPendenze, "addPendenza", "PUT", Quando::Sempre, Quando::SoloErrore),
            (Componente::ApiBackoffice, "findEventi", "GET", Quando::Mai, Quando::Mai),
            (Componente::ApiBackoffice, "addDominio", "PUT", Quando::Sempre, Quando::Sempre),
            (Componente::ApiPagopa, "paSendRTV2", "POST", Quando::Sempre, Quando::Sempre),
            (Componente::ApiPagopa, "paDemandPaymentNotice", "POST", Quando::Sempre, Quando::Sempre),
        ] {
            let r = regola(c, tipo, Some(metodo));
            assert_eq!((r.log, r.dump), (log, dump), "{tipo}");
        }
    }

    #[test]
    fn i_segreti_non_si_vedono() {
        let mut h = vec![
            ("Authorization".to_owned(), "Basic abc".to_owned()),
            ("Ocp-Apim-Subscription-Key".to_owned(), "abc".to_owned()),
            ("X-My-Api-Key".to_owned(), "abc".to_owned()),
            ("Accept".to_owned(), "application/json".to_owned()),
        ];
        maschera(&mut h);
        let valori: Vec<&str> = h.iter().map(|(_, v)| v.as_str()).collect();
        assert_eq!(valori, ["***", "***", "***", "application/json"]);
    }
}
