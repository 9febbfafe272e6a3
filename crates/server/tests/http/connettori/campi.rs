//! The texts of the refusals, and bodies with a connector wherever there may be one.

use super::*;
use testkit::Cliente;

/// One changed member, the status, the whole `dettaglio`.
pub(super) type Caso = (&'static str, Value, u16, String);

pub(super) fn vuoto(f: &str) -> String {
    format!("Il campo {f} non deve essere vuoto.")
}

pub(super) fn lunghezza(f: &str, v: &str, quale: &str, n: usize) -> String {
    format!("Il valore [{v}] del campo {f} non rispetta la lunghezza {quale} di {n} caratteri.")
}

/// Too long by one, and its refusal; the text repeats at most 1000 characters of the value.
pub(super) fn lungo(puntatore: &'static str, f: &str, n: usize) -> Caso {
    let v = "x".repeat(n + 1);
    let citato = if v.len() > 1000 { format!("{}...", "x".repeat(1000)) } else { v.clone() };
    (puntatore, json!(v), 400, lunghezza(f, &citato, "massima", n))
}

pub(super) fn corto(puntatore: &'static str, f: &str) -> Caso {
    (puntatore, json!(""), 400, lunghezza(f, "", "minima", 1))
}

pub(super) fn modello(f: &str, v: &str, p: &str) -> String {
    format!("Il valore [{v}] del campo {f} non rispetta il pattern richiesto: {p}")
}

pub(super) fn url(f: &str) -> String {
    format!("Il campo {f} non contiene una URL valida.")
}

pub(super) fn codifica(f: &str, v: &str, possibili: &str) -> String {
    format!("Codifica inesistente per {f}. Valore fornito [{v}] valori possibili [{possibili}]")
}

pub(super) fn dentro(f: &str, testo: &str) -> String {
    format!("Field '{f}' non valido: {testo}")
}

/// The same refusals inside a nested object.
pub(super) fn in_campo(f: &str, casi: Vec<Caso>) -> Vec<Caso> {
    casi.into_iter().map(|(p, v, s, t)| (p, v, s, dentro(f, &t))).collect()
}

pub(super) fn cambiato(corpo: &Value, puntatore: &str, v: &Value) -> Value {
    let mut fatto = corpo.clone();
    let (padre, campo) = puntatore.rsplit_once('/').unwrap();
    let padre = fatto.pointer_mut(padre).unwrap_or_else(|| panic!("{puntatore}"));
    padre.as_object_mut().unwrap().insert(campo.to_owned(), v.clone());
    fatto
}

/// The whole answer of a refusal.
#[track_caller]
pub(super) fn e_rifiuto(r: &testkit::Risposta, stato: u16, dettaglio: &str, caso: &str) {
    let codice = if stato == 400 { "SINTASSI" } else { "SEMANTICA" };
    let atteso = json!({
        "categoria": "RICHIESTA", "codice": codice, "descrizione": "Richiesta non valida", "dettaglio": dettaglio
    });
    assert_eq!(r.stato(), stato, "{caso}: {}", r.testo());
    assert_eq!(r.json(), atteso, "{caso}");
}

pub(super) async fn rifiutati(bo: &Cliente, percorso: &str, corpo: &Value, casi: &[Caso]) {
    for (puntatore, v, stato, testo) in casi {
        let r = bo.put(percorso, &cambiato(corpo, puntatore, v)).await;
        e_rifiuto(&r, *stato, testo, &format!("{percorso} {puntatore} = {v}"));
    }
}

pub(super) fn specie() -> [Value; 6] {
    [
        json!({"clientId": "c", "clientSecret": "s", "urlTokenEndpoint": "https://t.example/t", "scope": "a b"}),
        json!({"apiId": "i", "apiKey": "k"}),
        json!({"headerName": "X-H", "headerValue": "v"}),
        json!({"username": "u", "password": "p"}),
        json!({"tipo": "Server", "tsLocation": "/t", "tsPassword": "p", "tsType": "JKS", "sslType": "TLS"}),
        json!({
            "tipo": "Client", "ksLocation": "/k", "ksPassword": "p", "ksType": "JKS", "ksPKeyPasswd": "q",
            "tsLocation": "/t", "tsPassword": "p", "tsType": "JKS", "sslType": "TLSv1.2"
        }),
    ]
}

pub(super) fn rest(auth: &Value) -> Value {
    json!({"url": "https://x.example/api", "auth": auth, "subscriptionKey": "sk", "abilitaGDE": true})
}

/// An intermediario with these credentials everywhere.
pub(super) fn intermediario(auth: &Value) -> Value {
    json!({
        "denominazione": "Regione", "principalPagoPa": "CN=nodo",
        "servizioPagoPa": {"urlRPT": "https://nodo.example/rpt", "subscriptionKey": "sk", "auth": auth},
        "servizioFtp": {
            "ftpLettura": {"host": "h", "porta": "21", "username": "u", "password": "p"},
            "ftpScrittura": {"host": "h", "porta": "22", "username": "u", "password": "p"}
        },
        "servizioPagoPaRecuperoRT": rest(auth), "servizioPagoPaACA": rest(auth), "servizioPagoPaGPD": rest(auth),
        "servizioPagoPaFR": rest(auth), "servizioPagoPaBackofficeEC": rest(auth), "abilitato": true
    })
}

pub(super) fn csv(altro: Value) -> Value {
    let mut v = json!({"abilitato": true, "tipiPendenza": ["*"], "intervalloCreazioneTracciato": 24});
    v.as_object_mut().unwrap().extend(altro.as_object().unwrap().clone());
    v
}

pub(super) fn email() -> Value {
    json!({
        "tipoConnettore": "EMAIL", "emailIndirizzi": ["a@b.it"], "emailSubject": "s", "emailAllegato": false,
        "downloadBaseUrl": "https://g.example"
    })
}

pub(super) fn dominio(auth: &Value) -> Value {
    let con_email = |altro: Value| {
        let mut v = csv(email());
        v.as_object_mut().unwrap().extend(altro.as_object().unwrap().clone());
        v
    };
    json!({
        "ragioneSociale": "Ente Creditore di prova", "intermediato": true, "stazione": "11111111113_01",
        "auxDigit": "3", "segregationCode": "01", "abilitato": true, "scaricaFr": false,
        "servizioMyPivot": csv(json!({
            "codiceIPA": "ipa", "versioneCsv": "1", "tipoConnettore": "WEBSERVICE",
            "webServiceUrl": "https://m.example", "webServiceAuth": auth
        })),
        "servizioSecim": con_email(json!({"codiceCliente": "1", "codiceIstituto": "2", "versioneCsv": "1"})),
        "servizioGovPay": csv(json!({
            "tipoConnettore": "REST", "url": "https://g.example", "versioneApi": "REST v1", "auth": auth,
            "contenuti": ["SINTESI_PAGAMENTI", "RPP"]
        })),
        "servizioHyperSicAPKappa": csv(json!({
            "versioneCsv": "1", "tipoConnettore": "FILESYSTEM", "fileSystemPath": "/tmp/x"
        })),
        "servizioMaggioliJPPA": {
            "abilitato": true, "url": "https://j.example", "auth": {"username": "u", "password": "p"},
            "principal": "j", "inviaTracciatoEsito": true, "fileSystemPath": "/tmp/j",
            "emailIndirizzi": ["a@b.it"], "emailSubject": "s", "emailAllegato": true
        }
    })
}

pub(super) fn applicazione(auth: &Value) -> Value {
    json!({
        "principal": "CN=app", "password": "Segreta123",
        "codificaAvvisi": {"codificaIuv": "34", "regExpIuv": "34[0-9]{13}", "generazioneIuvInterna": true},
        "domini": ["12345678901"], "tipiPendenza": ["*"],
        "servizioIntegrazione": {
            "url": "https://e.example", "versioneApi": "REST v2", "auth": auth, "subscriptionKey": "sk"
        },
        "abilitato": true
    })
}

pub(super) const INTERMEDIARIO: &str = "/intermediari/11111111113";
pub(super) const DOMINIO: &str = "/domini/12345678901";
pub(super) const APPLICAZIONE: &str = "/applicazioni/APP-1";
