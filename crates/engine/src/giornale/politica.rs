//! What is recorded, by interface (spec 10 section 8, spec 60 5.2), and what is never shown.

use domain::configurazioni::{Interfaccia, Regola, Regole};
use domain::evento::{Componente, Quando};
use serde_json::{Map, Value, json};

/// What is recorded of each interface: section `giornaleEventi` of configurazioni.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Politica([Regole; Interfaccia::TUTTI.len()]);

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

impl Default for Politica {
    /// As installed.
    fn default() -> Self {
        Self(std::array::from_fn(|i| match Interfaccia::TUTTI.get(i) {
            Some(interfaccia) => interfaccia.installata(),
            None => SEMPRE,
        }))
    }
}

const TUTTO: Regola = Regola { log: Quando::Sempre, dump: Quando::Sempre };
const NIENTE: Regola = Regola { log: Quando::Mai, dump: Quando::Mai };
const SEMPRE: Regole = Regole { letture: TUTTO, scritture: TUTTO };

impl Politica {
    /// When such a call is recorded.
    pub(crate) fn regola(&self, c: Componente, tipo: &str, metodo: Option<&str>) -> Regola {
        let Some(interfaccia) = Interfaccia::di(c) else {
            // No section speaks of API User, and what it sends holds sessions; what we decide always counts.
            return if c == Componente::ApiUser { NIENTE } else { TUTTO };
        };
        let regole = self.0.get(interfaccia as usize).copied().unwrap_or(SEMPRE);
        if lettura(c, tipo, metodo) { regole.letture } else { regole.scritture }
    }

    /// From the section; `None` when it is not one.
    pub(crate) fn da_json(v: &Value) -> Option<Self> {
        let interfacce = v.get("interfacce")?;
        let regola = |di: &Value, verso: &str| {
            let r = di.get(verso)?;
            let quando = |nome: &str| Quando::leggi(r.get(nome)?.as_str()?);
            Some(Regola { log: quando("log")?, dump: quando("dump")? })
        };
        let mut letta = Self::default();
        for (i, posto) in Interfaccia::TUTTI.iter().zip(&mut letta.0) {
            let di = interfacce.get(i.as_str())?;
            *posto = Regole { letture: regola(di, "letture")?, scritture: regola(di, "scritture")? };
        }
        Some(letta)
    }

    /// The section.
    pub(crate) fn in_json(self) -> Value {
        let regola = |r: Regola| json!({"log": r.log.as_str(), "dump": r.dump.as_str()});
        let interfacce: Map<String, Value> = Interfaccia::TUTTI
            .iter()
            .zip(self.0)
            .map(|(i, r)| {
                let versi = json!({"letture": regola(r.letture), "scritture": regola(r.scritture)});
                (i.as_str().to_owned(), versi)
            })
            .collect();
        json!({ "interfacce": interfacce })
    }
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
            let r = Politica::default().regola(c, tipo, Some(metodo));
            assert_eq!((r.log, r.dump), (log, dump), "{tipo}");
        }
        let installata = Politica::default();
        assert_eq!(Politica::da_json(&installata.in_json()), Some(installata));
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
