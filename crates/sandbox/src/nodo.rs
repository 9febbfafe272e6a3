//! The simulated Node: SOAP calls to the gateway, as pagoPA would make them.

use crate::dimostrazione::{INTERMEDIARIO, STAZIONE};
use crate::registro::Scambio;
use crate::stato::Stato;
use crate::xml::{Elemento, Scrittore};
use std::time::Duration;

/// How the simulated Node authenticates: HTTP Basic.
#[derive(Clone)]
pub struct CredenzialiNodo {
    /// User; must be the `principalPagoPa` of the intermediario.
    pub utente: String,
    /// Password.
    pub password: String,
}

/// The Node gives up after so long (spec 40 section 12).
const ATTESA_VERIFICA: Duration = Duration::from_secs(7);
const ATTESA_RICEVUTA: Duration = Duration::from_secs(15);

pub(crate) struct Nodo {
    http: reqwest::Client,
    indirizzo: String,
    credenziali: CredenzialiNodo,
}

/// What the gateway answered.
#[derive(Debug, Clone)]
pub(crate) enum Risposta {
    /// `outcome` OK, with the content of the answer.
    Ok(Elemento),
    /// `outcome` KO.
    Ko { codice: String, descrizione: String },
    /// No answer, a SOAP Fault, something that is not an answer.
    Guasta(String),
}

/// A notice as the Node names it.
#[derive(Debug, Clone)]
pub(crate) struct Avviso {
    pub(crate) dominio: String,
    pub(crate) numero: String,
}

/// A PSP, and what it says of the payment.
#[derive(Debug, Clone)]
pub(crate) struct Pagamento {
    pub(crate) psp: String,
    pub(crate) ricevuta: String,
    pub(crate) pagato: bool,
    pub(crate) stand_in: bool,
    pub(crate) data_ora: String,
}

impl Nodo {
    pub(crate) fn nuovo(http: reqwest::Client, gateway: &str, credenziali: CredenzialiNodo) -> Self {
        let indirizzo = format!("{gateway}/govpay-api-pagopa/PagamentiTelematiciCCPservice");
        Self { http, indirizzo, credenziali }
    }

    async fn chiama(
        &self,
        stato: &Stato,
        operazione: &str,
        busta: String,
        avviso: &Avviso,
        attesa: Duration,
    ) -> Risposta {
        let inizio = stato.adesso();
        let esito = self
            .http
            .post(&self.indirizzo)
            .basic_auth(&self.credenziali.utente, Some(&self.credenziali.password))
            .header("Content-Type", "text/xml; charset=utf-8")
            .header("SOAPAction", format!("\"{operazione}\""))
            .timeout(attesa)
            .body(busta.clone())
            .send()
            .await;
        let (http, corpo) = match esito {
            Ok(r) => {
                let s = r.status().as_u16();
                match r.bytes().await {
                    Ok(b) => (Some(s), b.to_vec()),
                    Err(e) => (None, e.to_string().into_bytes()),
                }
            }
            Err(e) => (None, e.to_string().into_bytes()),
        };
        let risposta = leggi_risposta(http, &corpo);
        stato.registro.aggiungi(Scambio {
            id: 0,
            data: inizio,
            durata_millis: stato.adesso().millis() - inizio.millis(),
            direzione: "nodo -> govpay",
            operazione: operazione.to_owned(),
            richiesta: format!("POST {}", self.indirizzo),
            corpo_richiesta: busta.into_bytes(),
            stato: http,
            corpo_risposta: corpo,
            avviso: Some(avviso.numero.clone()),
        });
        risposta
    }

    pub(crate) async fn verifica(&self, stato: &Stato, avviso: &Avviso) -> Risposta {
        let mut s = Scrittore::default();
        testa(&mut s, &avviso.dominio);
        codice_qr(&mut s, avviso);
        let busta = s.busta("paVerifyPaymentNoticeReq");
        self.chiama(stato, "paVerifyPaymentNotice", busta, avviso, ATTESA_VERIFICA).await
    }

    pub(crate) async fn attiva(&self, stato: &Stato, avviso: &Avviso, importo: &str) -> Risposta {
        let mut s = Scrittore::default();
        testa(&mut s, &avviso.dominio);
        codice_qr(&mut s, avviso);
        s.testo("amount", importo).testo("paymentNote", "sandbox").testo("transferType", "PAGOPA");
        let busta = s.busta("paGetPaymentV2Request");
        self.chiama(stato, "paGetPaymentV2", busta, avviso, ATTESA_VERIFICA).await
    }

    /// The receipt of `dati`, the `data` element of an activation answer.
    pub(crate) fn busta_ricevuta(avviso: &Avviso, dati: &Elemento, p: &Pagamento) -> String {
        let mut s = Scrittore::default();
        testa(&mut s, &avviso.dominio);
        s.dentro("receipt", |s| {
            s.testo("receiptId", &p.ricevuta)
                .testo("noticeNumber", &avviso.numero)
                .testo("fiscalCode", &avviso.dominio)
                .testo("outcome", if p.pagato { "OK" } else { "KO" })
                .facoltativo("creditorReferenceId", dati.testo_di("creditorReferenceId"))
                .facoltativo("paymentAmount", dati.testo_di("paymentAmount"))
                .facoltativo("description", dati.testo_di("description"))
                .facoltativo("companyName", dati.testo_di("companyName"))
                .facoltativo("officeName", dati.testo_di("officeName"));
            if let Some(d) = dati.figlio("debtor") {
                s.copia(d);
            }
            s.dentro("transferList", |s| {
                for t in dati.figlio("transferList").into_iter().flat_map(|l| &l.figli) {
                    trasferimento(s, t);
                }
            });
            s.testo("idPSP", &p.psp)
                .testo("pspFiscalCode", "22222222222")
                .testo("PSPCompanyName", "Banca Dimostrativa S.p.A.")
                .testo("idChannel", "22222222222_01")
                .testo("channelDescription", "app")
                .testo("paymentMethod", "creditCard")
                .testo("paymentNote", "sandbox")
                .testo("fee", "1.50")
                .testo("paymentDateTime", &p.data_ora)
                .testo("applicationDate", p.data_ora.get(..10).unwrap_or_default())
                .testo("transferDate", p.data_ora.get(..10).unwrap_or_default());
            if p.stand_in {
                s.testo("standIn", "true");
            }
        });
        s.busta("paSendRTV2Request")
    }

    pub(crate) async fn invia_ricevuta(&self, stato: &Stato, avviso: &Avviso, busta: String) -> Risposta {
        self.chiama(stato, "paSendRTV2", busta, avviso, ATTESA_RICEVUTA).await
    }
}

fn testa(s: &mut Scrittore, dominio: &str) {
    s.testo("idPA", dominio).testo("idBrokerPA", INTERMEDIARIO).testo("idStation", STAZIONE);
}

fn codice_qr(s: &mut Scrittore, avviso: &Avviso) {
    s.dentro("qrCode", |s| {
        s.testo("fiscalCode", &avviso.dominio).testo("noticeNumber", &avviso.numero);
    });
}

/// A transfer of the activation becomes one of the receipt: the request of a stamp becomes the stamp.
fn trasferimento(s: &mut Scrittore, t: &Elemento) {
    s.dentro("transfer", |s| {
        for f in &t.figli {
            if f.nome == "richiestaMarcaDaBollo" {
                // Base64 of `<marcaDaBollo/>`: the PSP would put the signed stamp here.
                s.testo("MBDAttachment", "PG1hcmNhRGFCb2xsby8+");
            } else {
                s.copia(f);
            }
        }
    });
}

fn leggi_risposta(http: Option<u16>, corpo: &[u8]) -> Risposta {
    let Some(http) = http else {
        return Risposta::Guasta(String::from_utf8_lossy(corpo).into_owned());
    };
    let Some(busta) = Elemento::leggi(corpo) else {
        return Risposta::Guasta(format!("HTTP {http}, la risposta non e' XML"));
    };
    let Some(contenuto) = busta.figlio("Body").and_then(|b| b.figli.first()) else {
        return Risposta::Guasta(format!("HTTP {http}, la risposta non e' una busta SOAP"));
    };
    match contenuto.testo_di("outcome") {
        Some("OK") => Risposta::Ok(contenuto.clone()),
        Some("KO") => {
            let f = contenuto.figlio("fault");
            let di = |n| f.and_then(|f| f.testo_di(n)).unwrap_or_default().to_owned();
            let descrizione = di("description");
            Risposta::Ko {
                codice: di("faultCode"),
                descrizione: if descrizione.is_empty() { di("faultString") } else { descrizione },
            }
        }
        _ => {
            let testo = contenuto.trova("faultstring").map_or(contenuto.nome.as_str(), |f| f.testo.as_str());
            Risposta::Guasta(format!("HTTP {http}, {testo}"))
        }
    }
}
