//! The connectors of a dominio, and the `auth` of every connector.

use super::tipo_visto;
use crate::documento::schema::{
    Membro, Schema, booleano, codice, conforme, intero_da, libero, lista, membro, oggetto, oppure, stringa,
    testo, uno_di, url,
};
use serde_json::json;

/// The kind is told by the members that are there (spec 10 section 6).
pub(super) fn auth() -> Schema {
    oggetto(
        "Auth",
        [
            testo("clientId", 1, 255),
            testo("clientSecret", 1, 255),
            url("urlTokenEndpoint", 255),
            testo("scope", 0, 255),
            testo("apiId", 1, 255),
            testo("apiKey", 1, 255),
            testo("headerName", 1, 255),
            testo("headerValue", 1, 255),
            testo("username", 1, 1024),
            testo("password", 1, 1024),
            codice("tipo", &["Client", "Server"]),
            testo("ksLocation", 1, 1024),
            testo("ksPassword", 1, 1024),
            codice("ksType", &["JKS"]),
            testo("ksPKeyPasswd", 1, 1024),
            testo("tsLocation", 1, 1024),
            testo("tsPassword", 1, 1024),
            codice("tsType", &["JKS"]),
            codice("sslType", &["SSL", "SSLv3", "TLS", "TLSv1", "TLSv1.1", "TLSv1.2"]),
        ],
    )
    .nota(
        "One of: clientId, clientSecret, urlTokenEndpoint (OAuth2 client credentials); apiId, apiKey; \
         headerName, headerValue; username, password (Basic); tipo with the members of its key stores (TLS). \
         Secrets are shown only to who may write them.",
    )
    .esempio(json!({ "username": "utente", "password": "segreta" }))
}

/// The five connectors, as members of a dominio.
pub(super) fn membri(risposta: bool) -> [Membro; 5] {
    [my_pivot(risposta), secim(risposta), govpay(risposta), hyper_sic(risposta), maggioli(risposta)]
}

fn email() -> Vec<Membro> {
    let indirizzo = conforme(r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*", "ufficio@example.org");
    vec![
        lista("emailIndirizzi", indirizzo),
        libero("emailSubject"),
        booleano("emailAllegato"),
        libero("downloadBaseUrl"),
    ]
}

fn tipi(risposta: bool) -> Membro {
    let tipi = if risposta { tipo_visto() } else { oppure([stringa(), tipo_visto()]) };
    lista("tipiPendenza", tipi)
}

fn intervallo() -> Membro {
    intero_da("intervalloCreazioneTracciato", 1).nota("Hours.")
}

fn nome(risposta: bool, in_risposta: &'static str, in_richiesta: &'static str) -> &'static str {
    if risposta { in_risposta } else { in_richiesta }
}

fn my_pivot(risposta: bool) -> Membro {
    let mut m = vec![
        booleano("abilitato").dovuto(),
        libero("codiceIPA"),
        codice("tipoConnettore", &["WEBSERVICE", "EMAIL", "FILESYSTEM"]),
        libero("versioneCsv"),
    ];
    m.extend(email());
    m.extend([
        libero("fileSystemPath"),
        libero("webServiceUrl"),
        membro("webServiceAuth", auth()),
        tipi(risposta),
        intervallo(),
    ]);
    membro("servizioMyPivot", oggetto(nome(risposta, "MyPivot", "MyPivotPut"), m).esempio(json!({
        "abilitato": true, "codiceIPA": "c_h501", "tipoConnettore": "FILESYSTEM", "versioneCsv": "1.0",
        "fileSystemPath": "/var/govpay", "tipiPendenza": if risposta { json!([{"idTipoPendenza": "*"}]) } else { json!(["*"]) },
        "intervalloCreazioneTracciato": 24
    })))
}

fn secim(risposta: bool) -> Membro {
    let mut m = vec![
        booleano("abilitato").dovuto(),
        libero("codiceCliente"),
        libero("codiceIstituto"),
        codice("tipoConnettore", &["EMAIL", "FILESYSTEM"]),
        libero("versioneCsv"),
    ];
    m.extend(email());
    m.extend([libero("fileSystemPath"), tipi(risposta), intervallo()]);
    membro(
        "servizioSecim",
        oggetto(nome(risposta, "Secim", "SecimPut"), m).esempio(json!({
            "abilitato": true, "codiceCliente": "1234567", "tipoConnettore": "EMAIL", "versioneCsv": "1.0",
            "emailIndirizzi": ["ufficio@example.org"], "emailAllegato": true,
            "tipiPendenza": [{"idTipoPendenza": "*"}], "intervalloCreazioneTracciato": 24
        })),
    )
}

fn govpay(risposta: bool) -> Membro {
    let contenuti =
        uno_di(&["SINTESI_PAGAMENTI", "SINTESI_FLUSSI_RENDICONTAZIONE", "RPP", "FLUSSI_RENDICONTAZIONE"]);
    let mut m = vec![
        booleano("abilitato").dovuto(),
        codice("tipoConnettore", &["EMAIL", "FILESYSTEM", "REST"]),
        libero("versioneZip"),
    ];
    m.extend(email());
    m.extend([
        libero("fileSystemPath"),
        tipi(risposta),
        libero("url"),
        codice("versioneApi", &["REST v1"]),
        membro("auth", auth()),
        lista("contenuti", contenuti),
        intervallo(),
    ]);
    membro(
        "servizioGovPay",
        oggetto(nome(risposta, "ServizioGovPay", "ServizioGovPayPut"), m).esempio(json!({
            "abilitato": true, "tipoConnettore": "REST", "url": "https://www.example.org/tracciati",
            "versioneApi": "REST v1", "contenuti": ["RPP"], "tipiPendenza": [{"idTipoPendenza": "*"}],
            "intervalloCreazioneTracciato": 24
        })),
    )
}

fn hyper_sic(risposta: bool) -> Membro {
    let mut m = vec![
        booleano("abilitato").dovuto(),
        codice("tipoConnettore", &["EMAIL", "FILESYSTEM"]),
        libero("versioneCsv"),
    ];
    m.extend(email());
    m.extend([libero("fileSystemPath"), tipi(risposta), intervallo()]);
    let esempio = json!({
        "abilitato": true, "tipoConnettore": "FILESYSTEM", "versioneCsv": "1.0",
        "fileSystemPath": "/var/govpay", "tipiPendenza": [{"idTipoPendenza": "*"}],
        "intervalloCreazioneTracciato": 24
    });
    membro("servizioHyperSicAPKappa", oggetto(nome(risposta, "HyperSic", "HyperSicPut"), m).esempio(esempio))
}

fn maggioli(risposta: bool) -> Membro {
    let mut m = vec![
        booleano("abilitato").dovuto(),
        libero("url"),
        membro("auth", auth()),
        testo("principal", 1, 4000),
        booleano("inviaTracciatoEsito"),
        libero("fileSystemPath"),
    ];
    m.extend(email());
    if !risposta {
        m.push(libero("dataUltimaRT").nota("Written by the product: accepted and ignored."));
    }
    membro(
        "servizioMaggioliJPPA",
        oggetto(nome(risposta, "Maggioli", "MaggioliPut"), m).esempio(json!({
            "abilitato": true, "url": "https://www.example.org/jppa",
            "auth": { "username": "utente", "password": "segreta" }, "inviaTracciatoEsito": false
        })),
    )
}
