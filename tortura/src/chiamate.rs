//! What the harness says to a gateway: master data, API Pendenze, the envelopes of the Node.

use crate::processo::{AMMINISTRATORE, NODO};
use anyhow::{Result, bail};
use serde_json::{Value, json};
use std::time::Duration;

const BACKOFFICE: &str = "/govpay/backend/api/backoffice/rs/basic/v1";
pub(crate) const PENDENZE: &str = "/govpay/backend/api/pendenze/rs/basic/v2";
pub(crate) const CCP: &str = "/govpay/frontend/api/pagopa/PagamentiTelematiciCCPservice";
pub(crate) const DOMINIO: &str = "12345678901";
const IBAN: &str = "IT02L1234512345123456789012";
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

fn busta(nome: &str, resto: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <p:{nome} xmlns:p=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"><idPA>{DOMINIO}</idPA>\
         <idBrokerPA>11111111113</idBrokerPA><idStation>11111111113_01</idStation>{resto}</p:{nome}>\
         </s:Body></s:Envelope>"
    )
}

fn qr(nav: &str) -> String {
    format!("<qrCode><fiscalCode>{DOMINIO}</fiscalCode><noticeNumber>{nav}</noticeNumber></qrCode>")
}

pub(crate) fn verifica(nav: &str) -> String {
    busta("paVerifyPaymentNoticeReq", &qr(nav))
}

pub(crate) fn attiva(nav: &str) -> String {
    busta("paGetPaymentV2Request", &format!("{}<amount>1.00</amount>", qr(nav)))
}

pub(crate) fn ricevuta(nav: &str, id: &str, centesimi: i64) -> String {
    let (iuv, importo) = (nav.get(1..).unwrap_or_default(), euro(centesimi));
    busta(
        "paSendRTV2Request",
        &format!(
            "<receipt><receiptId>{id}</receiptId><noticeNumber>{nav}</noticeNumber>\
             <fiscalCode>{DOMINIO}</fiscalCode><outcome>OK</outcome>\
             <creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>{importo}</paymentAmount>\
             <description>TARI 2026</description><companyName>Ente Creditore di prova</companyName>\
             <debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
             <entityUniqueIdentifierValue>RSSMRA30A01H501I</entityUniqueIdentifierValue></uniqueIdentifier>\
             <fullName>Mario Rossi</fullName></debtor><transferList><transfer><idTransfer>1</idTransfer>\
             <transferAmount>{importo}</transferAmount><fiscalCodePA>{DOMINIO}</fiscalCodePA>\
             <companyName>Ente Creditore di prova</companyName><IBAN>{IBAN}</IBAN>\
             <remittanceInformation>/RFB/{iuv}/{importo}/TXT/Rata</remittanceInformation>\
             <transferCategory>9/0101101IM</transferCategory></transfer></transferList>\
             <idPSP>AGID_01</idPSP><pspFiscalCode>22222222222</pspFiscalCode>\
             <PSPCompanyName>Banca Esempio S.p.A.</PSPCompanyName><idChannel>22222222222_01</idChannel>\
             <channelDescription>app</channelDescription><paymentMethod>creditCard</paymentMethod>\
             <fee>1.50</fee><paymentDateTime>2026-03-10T09:15:30</paymentDateTime></receipt>"
        ),
    )
}

/// Text of the first element with this name, whatever its prefix is.
pub(crate) fn elemento<'a>(xml: &'a str, nome: &str) -> Option<&'a str> {
    let inizio = xml.find(&format!("{nome}>"))? + nome.len() + 1;
    xml.get(inizio..)?.split('<').next()
}
