//! The master data of the benchmark, loaded through API Backoffice.

use crate::http::{Connessione, scrivi};
use crate::processo::AMMINISTRATORE;
use crate::scenari::{A2A, BACKOFFICE, DOMINIO, GESTIONALE, basic};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::net::SocketAddr;

/// The account that receives.
const IBAN: &str = "IT02L1234512345123456789012";

/// One of each; every PUT must answer 200 or 201.
pub(crate) async fn carica(a: SocketAddr) -> Result<()> {
    let mut c = Connessione::apri(a).await?;
    let intestazioni = format!("Content-Type: application/json\r\n{}", basic(AMMINISTRATORE));
    let mut b = Vec::new();
    for (percorso, corpo) in corpi() {
        let corpo = corpo.to_string();
        scrivi(&mut b, "PUT", &format!("{BACKOFFICE}{percorso}"), &intestazioni, corpo.as_bytes());
        let (stato, testo) = c.chiama(&b).await?;
        if !matches!(stato, 200 | 201) {
            bail!("PUT {percorso}: {stato} {}", String::from_utf8_lossy(testo));
        }
    }
    Ok(())
}

fn corpi() -> [(String, Value); 9] {
    [
        (
            "/intermediari/11111111113".to_owned(),
            json!({
                "denominazione": "Intermediario di prova", "principalPagoPa": "nodo",
                "servizioPagoPa": { "urlRPT": "http://127.0.0.1:9/nodo" }, "abilitato": true
            }),
        ),
        (
            "/intermediari/11111111113/stazioni/11111111113_01".to_owned(),
            json!({ "abilitato": true, "versione": "V2" }),
        ),
        (
            format!("/domini/{DOMINIO}"),
            json!({
                "ragioneSociale": "Ente Creditore di prova", "indirizzo": "Via Roma", "civico": "1",
                "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT", "intermediato": true,
                "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01", "cbill": "ABCDE",
                "abilitato": true, "scaricaFr": true
            }),
        ),
        (format!("/domini/{DOMINIO}/contiAccredito/{IBAN}"), json!({ "postale": false, "abilitato": true })),
        (
            "/entrate/TARI".to_owned(),
            json!({
                "descrizione": "Tassa sui rifiuti", "tipoContabilita": "ALTRO",
                "codiceContabilita": "0101101IM"
            }),
        ),
        (format!("/domini/{DOMINIO}/entrate/TARI"), json!({ "ibanAccredito": IBAN, "abilitato": true })),
        ("/tipiPendenza/TARI".to_owned(), json!({ "descrizione": "Tassa sui rifiuti" })),
        (format!("/domini/{DOMINIO}/tipiPendenza/TARI"), json!({})),
        (
            format!("/applicazioni/{A2A}"),
            json!({
                "principal": GESTIONALE.0, "password": GESTIONALE.1, "abilitato": true, "apiPendenze": true,
                "domini": [DOMINIO], "tipiPendenza": ["*"],
                // v1: activations are notified too, so that both rows of the outbox are written.
                "servizioIntegrazione": { "url": "http://127.0.0.1:9/ente", "versioneApi": "REST v1" }
            }),
        ),
    ]
}
