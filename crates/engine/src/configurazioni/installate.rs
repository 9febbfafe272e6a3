//! The sections of an installation where nobody has written any (spec 10 section 8, spec 60 3.4).

use crate::giornale::Politica;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::configurazioni::Sezione;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// Header of the CSV that answers.
const INTESTAZIONE: &str = "idA2A,idPendenza,idDominio,tipoPendenza,numeroAvviso,pdfAvviso,\
                            tipoSoggettoPagatore,identificativoPagatore,anagraficaPagatore,\
                            indirizzoPagatore,civicoPagatore,capPagatore,localitaPagatore,\
                            provinciaPagatore,nazionePagatore,emailPagatore,cellularePagatore,errore";

pub(super) const CSV_RICHIESTA: &str = include_str!("modelli/csv_richiesta.ftl");
pub(super) const CSV_RISPOSTA: &str = include_str!("modelli/csv_risposta.ftl");
pub(super) const AVVISO_OGGETTO: &str = include_str!("modelli/avviso_oggetto.ftl");
pub(super) const AVVISO_MESSAGGIO: &str = include_str!("modelli/avviso_messaggio.ftl");
pub(super) const RICEVUTA_OGGETTO: &str = include_str!("modelli/ricevuta_oggetto.ftl");
pub(super) const RICEVUTA_MESSAGGIO: &str = include_str!("modelli/ricevuta_messaggio.ftl");

static SEZIONI: LazyLock<Vec<(Sezione, String)>> =
    LazyLock::new(|| Sezione::TUTTI.iter().map(|s| (*s, scrivi(*s).to_string())).collect());

/// A section as JSON text.
pub(super) fn sezione(quale: Sezione) -> &'static str {
    SEZIONI.iter().find(|(s, _)| *s == quale).map_or("{}", |(_, t)| t.as_str())
}

fn scrivi(s: Sezione) -> Value {
    match s {
        Sezione::GiornaleEventi => Politica::default().in_json(),
        Sezione::ServizioGde => json!({"abilitato": false}),
        Sezione::TracciatoCsv => json!({
            "tipo": "freemarker",
            "intestazione": INTESTAZIONE,
            "richiesta": BASE64_STANDARD.encode(CSV_RICHIESTA),
            "risposta": BASE64_STANDARD.encode(CSV_RISPOSTA),
        }),
        Sezione::Hardening => json!({
            "abilitato": false,
            "captcha": {
                "serverURL": "https://www.google.com/recaptcha/api/siteverify",
                "siteKey": "CHANGE_ME",
                "secretKey": "CHANGE_ME",
                "soglia": 1.0,
                "parametro": "gRecaptchaResponse",
                "denyOnFail": true,
                "connectionTimeout": 5000,
                "readTimeout": 5000,
            },
        }),
        Sezione::MailBatch => {
            json!({"abilitato": false, "mailserver": {"readTimeout": 120_000, "connectionTimeout": 10_000}})
        }
        Sezione::AvvisaturaMail => avvisatura(true),
        Sezione::AvvisaturaAppIo => avvisatura(false),
        Sezione::AppIoBatch => json!({"abilitato": false, "timeToLive": 3600}),
    }
}

/// The same texts by mail and by App IO.
fn avvisatura(mail: bool) -> Value {
    let promemoria = |oggetto: &str, messaggio: &str, altri: &[(&str, Value)]| {
        let mut p = json!({
            "tipo": "freemarker",
            "oggetto": BASE64_STANDARD.encode(oggetto),
            "messaggio": BASE64_STANDARD.encode(messaggio),
        });
        if let Value::Object(o) = &mut p {
            o.extend(altri.iter().map(|(n, v)| ((*n).to_owned(), v.clone())));
        }
        p
    };
    let pdf: &[(&str, Value)] = if mail { &[("allegaPdf", Value::Bool(true))] } else { &[] };
    let ricevuta = [pdf, &[("soloEseguiti", Value::Bool(true))]].concat();
    json!({
        "promemoriaAvviso": promemoria(AVVISO_OGGETTO, AVVISO_MESSAGGIO, pdf),
        "promemoriaRicevuta": promemoria(RICEVUTA_OGGETTO, RICEVUTA_MESSAGGIO, &ricevuta),
        "promemoriaScadenza": promemoria(AVVISO_OGGETTO, AVVISO_MESSAGGIO, &[("preavviso", json!(10))]),
    })
}
