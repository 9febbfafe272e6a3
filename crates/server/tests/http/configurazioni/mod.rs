//! `/configurazioni` (spec 10 section 8): what is kept, who sees it, what it drives.

mod archivi;
mod contenuto;
mod effetti;
mod modifica;
mod regole;

use crate::connettori::certificati::{Autorita, CLIENT, jks_con};
use serde_json::{Map, Value, json};
use std::path::{Path, PathBuf};
use std::sync::LazyLock;
use testkit::{BACKOFFICE, Cliente, TestApp};

const CONFIGURAZIONI: &str = "/configurazioni";
const SEZIONI: [&str; 8] = [
    "giornaleEventi",
    "servizioGDE",
    "tracciatoCsv",
    "hardening",
    "mailBatch",
    "avvisaturaMail",
    "avvisaturaAppIO",
    "appIOBatch",
];
const INTERFACCE: [&str; 8] = [
    "apiEnte",
    "apiPagamento",
    "apiRagioneria",
    "apiBackoffice",
    "apiPagoPA",
    "apiPendenze",
    "apiBackendIO",
    "apiMaggioliJPPA",
];
/// Every secret of [`piena`].
const SEGRETI: [&str; 7] = [
    "riconoscibile-gde",
    "riconoscibile-captcha",
    "riconoscibile-mail",
    "riconoscibile-trust",
    "riconoscibile-key",
    "riconoscibile-io",
    "riconoscibile-altro",
];

/// Passwords of the stores of [`piena`].
const FIDATI: &str = "riconoscibile-trust";
const CHIAVI: &str = "riconoscibile-key";

/// Folder of the stores of [`piena`] and of `testo`, with its own name for password: made once for each run of
/// the tests, never changed.
pub(crate) static ARCHIVI: LazyLock<PathBuf> = LazyLock::new(|| {
    let cartella = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("archivi-{}", std::process::id()));
    std::fs::create_dir_all(&cartella).unwrap();
    archivi(&cartella);
    let ca = Autorita::nuova("CA di testo");
    let testo = jks_con(("testo", "testo"), Some(&ca.firma(&CLIENT)), &[ca.der()]);
    std::fs::write(cartella.join("testo"), testo).unwrap();
    cartella
});

/// Writes `fidati.jks` and `chiavi.jks`.
fn archivi(cartella: &Path) {
    let ca = Autorita::nuova("CA della posta");
    std::fs::write(cartella.join("fidati.jks"), jks_con((FIDATI, FIDATI), None, &[ca.der()])).unwrap();
    let noi = ca.firma(&CLIENT);
    std::fs::write(cartella.join("chiavi.jks"), jks_con((CHIAVI, CHIAVI), Some(&noi), &[])).unwrap();
}

fn regola(log: &str, dump: &str) -> Value {
    json!({"log": log, "dump": dump})
}

fn giornale(di: impl Fn(&str) -> Value) -> Value {
    let interfacce: Map<String, Value> = INTERFACCE.iter().map(|i| ((*i).to_owned(), di(i))).collect();
    json!({ "interfacce": interfacce })
}

/// Everything is on and every member is there.
fn piena() -> Value {
    let promemoria = |altri: &Value| {
        let mut p = json!({"tipo": "freemarker", "oggetto": "T2dnZXR0bw==", "messaggio": "segnaposto!"});
        p.as_object_mut().unwrap().extend(altri.as_object().unwrap().clone());
        p
    };
    json!({
        "giornaleEventi": giornale(|i| json!({
            "letture": regola(if i == "apiEnte" { "solo errore" } else { "mai" }, "mai"),
            "scritture": regola("sempre", "solo errore"),
        })),
        "servizioGDE": {
            "abilitato": true, "url": "https://gde.example/api",
            "auth": {"headerName": "X-H", "headerValue": "riconoscibile-gde"},
        },
        "tracciatoCsv": {"tipo": "freemarker", "intestazione": "a,b", "richiesta": "e30=", "risposta": "e30="},
        "hardening": {
            "abilitato": true,
            "captcha": {
                "serverURL": "http://captcha.example/verify", "siteKey": "sito", "secretKey": "riconoscibile-captcha",
                "soglia": 0.7, "parametro": "g-captcha_1", "denyOnFail": false, "connectionTimeout": 0,
                "readTimeout": 100,
            },
        },
        "mailBatch": {
            "abilitato": true,
            "mailserver": {
                "host": "smtp.example", "port": 25, "username": "govpay", "password": "riconoscibile-mail",
                "from": "pagamenti@ente.example", "readTimeout": 0, "connectionTimeout": 1,
                "sslConfig": {
                    "abilitato": true, "type": "TLSv1.2", "hostnameVerifier": true,
                    "truststore": {"type": "JKS", "location": ARCHIVI.join("fidati.jks"), "password": FIDATI,
                                   "managementAlgorithm": "PKIX"},
                    "keystore": {"type": "JKS", "location": ARCHIVI.join("chiavi.jks"), "password": CHIAVI},
                },
                "startTls": false,
            },
        },
        "avvisaturaMail": {
            "promemoriaAvviso": promemoria(&json!({"allegaPdf": false})),
            "promemoriaRicevuta": promemoria(&json!({"allegaPdf": true, "soloEseguiti": false})),
            "promemoriaScadenza": promemoria(&json!({"preavviso": 0})),
        },
        "avvisaturaAppIO": {
            "promemoriaAvviso": promemoria(&json!({})),
            "promemoriaRicevuta": promemoria(&json!({"soloEseguiti": true})),
            "promemoriaScadenza": promemoria(&json!({"preavviso": 30})),
        },
        "appIOBatch": {
            "abilitato": true, "url": "api.io.example:8080", "timeToLive": 604_800,
            "auth": {"clientId": "c", "clientSecret": "riconoscibile-io", "urlTokenEndpoint": "https://t.example"},
        },
    })
}

fn op(op: &str, path: &str, value: &Value) -> Value {
    json!({"op": op, "path": path, "value": value})
}

fn sintassi(testo: &str) -> (u16, String, String) {
    (400, "SINTASSI".to_owned(), testo.to_owned())
}

async fn leggi(bo: &Cliente) -> Value {
    bo.get(CONFIGURAZIONI).await.con_stato(200).json()
}

/// PATCH of one section.
async fn imposta(bo: &Cliente, sezione: &str, valore: &Value) -> Value {
    let corpo = json!([op("REPLACE", &format!("/{sezione}"), valore)]);
    bo.patch(CONFIGURAZIONI, &corpo).await.con_stato(200).json()
}

/// An operatore with these letters on the servizio of the configurazioni.
async fn operatore(app: &TestApp, principal: &str, lettere: &[&str]) -> Cliente {
    let acl = json!([{"servizio": "Configurazione e manutenzione", "autorizzazioni": lettere}]);
    let mut corpo = json!({"ragioneSociale": "Mario Rossi", "abilitato": true, "password": "Lettore123"});
    if !lettere.is_empty() {
        corpo["acl"] = acl;
    }
    app.backoffice().put(&format!("/operatori/{principal}"), &corpo).await.con_stato(201);
    app.cliente(BACKOFFICE).come(principal, "Lettore123")
}
