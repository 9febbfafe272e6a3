//! What the harness says to a gateway: master data, API Pendenze, the service of the Node.

use crate::processo::{AMMINISTRATORE, NODO};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::time::Duration;

const BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs/basic/v1";
pub(crate) const PENDENZE: &str = "/govpay/backend/api/pendenze/rs/basic/v2";
pub(crate) const CCP: &str = "/govpay/frontend/api/pagopa/PagamentiTelematiciCCPservice";
pub(crate) const DOMINIO: &str = "12345678901";
pub(crate) const IBAN: &str = "IT02L1234512345123456789012";
/// Applicazioni and their password: the first has a connector v1, the second v2.
pub(crate) const APPLICAZIONI: [&str; 2] = ["TRIBUTI", "GESTIONALE"];
pub(crate) const PASSWORD: &str = "Tortura-2026-ente";

/// Status and text.
pub(crate) type Risposta = Result<(u16, String), reqwest::Error>;

/// A caller of any gateway.
#[derive(Debug, Clone)]
pub(crate) struct Chiamante {
    pub(crate) http: reqwest::Client,
}

impl Chiamante {
    pub(crate) fn nuovo(attesa: Duration) -> Result<Self> {
        // Somebody else may have chosen it before us.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder().no_proxy().timeout(attesa).build()?;
        Ok(Self { http })
    }

    async fn manda(&self, r: reqwest::RequestBuilder) -> Risposta {
        let r = r.send().await?;
        let stato = r.status().as_u16();
        Ok((stato, r.text().await?))
    }

    pub(crate) async fn pendenza(
        &self,
        base: &str,
        a2a: &str,
        id: &str,
        m: reqwest::Method,
        corpo: &Value,
    ) -> Risposta {
        let r = self.http.request(m.clone(), format!("{base}{PENDENZE}/pendenze/{a2a}/{id}"));
        let r = r.basic_auth(a2a, Some(PASSWORD));
        if m == reqwest::Method::GET {
            return self.manda(r).await;
        }
        self.manda(r.header("Content-Type", "application/json").body(corpo.to_string())).await
    }

    pub(crate) async fn backoffice(&self, base: &str, percorso: &str, corpo: &Value) -> Risposta {
        let r = self.http.put(format!("{base}{BACKOFFICE}{percorso}"));
        let r = r.basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1));
        self.manda(r.header("Content-Type", "application/json").body(corpo.to_string())).await
    }

    pub(crate) async fn soap(&self, base: &str, busta: String) -> Risposta {
        let r = self.http.post(format!("{base}{CCP}")).basic_auth(NODO.0, Some(NODO.1));
        self.manda(r.header("Content-Type", "text/xml").body(busta)).await
    }

    /// The master data; every PUT must be taken.
    pub(crate) async fn anagrafica(&self, base: &str, ente: &str) -> Result<()> {
        let dominio = json!({
            "ragioneSociale": "Ente Creditore di prova", "indirizzo": "Via Roma", "civico": "1", "cap": "00100",
            "localita": "Roma", "provincia": "RM", "nazione": "IT", "intermediato": true,
            "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01", "abilitato": true,
            "scaricaFr": true
        });
        let intermediario = json!({
            "denominazione": "Intermediario di prova", "principalPagoPa": NODO.0,
            "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/nodo" }, "abilitato": true
        });
        let entrata = json!({
            "descrizione": "Tassa sui rifiuti", "tipoContabilita": "ALTRO", "codiceContabilita": "0101101IM"
        });
        let mut corpi = vec![
            ("/intermediari/11111111113".to_owned(), intermediario),
            (
                "/intermediari/11111111113/stazioni/11111111113_01".to_owned(),
                json!({ "abilitato": true, "versione": "V2" }),
            ),
            (format!("/domini/{DOMINIO}"), dominio),
            (
                format!("/domini/{DOMINIO}/contiAccredito/{IBAN}"),
                json!({ "postale": false, "abilitato": true }),
            ),
            ("/entrate/TARI".to_owned(), entrata),
            (format!("/domini/{DOMINIO}/entrate/TARI"), json!({ "ibanAccredito": IBAN, "abilitato": true })),
            ("/tipiPendenza/TARI".to_owned(), json!({ "descrizione": "Tassa sui rifiuti" })),
            (format!("/domini/{DOMINIO}/tipiPendenza/TARI"), json!({})),
        ];
        for (a, versione) in APPLICAZIONI.iter().zip(["REST v1", "REST v2"]) {
            corpi.push((format!("/applicazioni/{a}"), applicazione(a, versione, ente, true)));
        }
        for (percorso, corpo) in corpi {
            let (stato, testo) = self.backoffice(base, &percorso, &corpo).await?;
            if !matches!(stato, 200 | 201) {
                bail!("PUT {percorso}: {stato} {testo}");
            }
        }
        Ok(())
    }
}

/// Body of an applicazione.
pub(crate) fn applicazione(a2a: &str, versione: &str, ente: &str, abilitato: bool) -> Value {
    json!({
        "principal": a2a, "password": PASSWORD, "abilitato": abilitato, "apiPendenze": true,
        "domini": [DOMINIO], "tipiPendenza": ["*"],
        "servizioIntegrazione": { "url": ente, "versioneApi": versione }
    })
}

/// Cents as the wire writes them.
pub(crate) fn euro(centesimi: i64) -> String {
    format!("{}.{:02}", centesimi / 100, centesimi % 100)
}

/// A pendenza of one voce; the gateway makes its notice number.
pub(crate) fn pendenza(centesimi: i64) -> Value {
    let importo: Value = serde_json::from_str(&euro(centesimi)).unwrap_or(Value::Null);
    json!({
        "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI 2026", "importo": importo,
        "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "voci": [{ "idVocePendenza": "V1", "importo": importo, "descrizione": "Rata", "codEntrata": "TARI" }]
    })
}

/// A call of `/pendenze/tracciati` as the superuser; `corpo` with its type.
pub(crate) async fn tracciato(
    c: &Chiamante,
    base: &str,
    metodo: reqwest::Method,
    coda: &str,
    corpo: Option<(&str, String)>,
) -> Risposta {
    let r = c.http.request(metodo, format!("{base}{BACKOFFICE}/pendenze/tracciati{coda}"));
    let r = r.basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1));
    c.manda(match corpo {
        Some((tipo, corpo)) => r.header("Content-Type", tipo).body(corpo),
        None => r,
    })
    .await
}
