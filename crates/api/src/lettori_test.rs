use super::{accettato, anagrafica, corpi, credenziali};
use crate::convenzioni::date::{self, Estremo};
use crate::convenzioni::indirizzi::{Indirizzo, analizza};
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::{Interrogazione, LimitiPagina, Paginazione};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::{HeaderMap, HeaderValue};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

/// Names that some body has, so that readers go deep.
const NOMI: &[&str] = &[
    "abilitato",
    "hardening",
    "captcha",
    "soglia",
    "giornaleEventi",
    "interfacce",
    "letture",
    "log",
    "mailBatch",
    "mailserver",
    "sslConfig",
    "avvisaturaAppIO",
    "appIOBatch",
    "ragioneSociale",
    "indirizzo",
    "stazione",
    "auxDigit",
    "segregationCode",
    "iuvPrefix",
    "logo",
    "scaricaFr",
    "intermediato",
    "tassonomiaPagoPA",
    "gln",
    "cbill",
    "denominazione",
    "principalPagoPa",
    "servizioPagoPa",
    "servizioFtp",
    "ftpLettura",
    "url",
    "auth",
    "username",
    "password",
    "versioneApi",
    "principal",
    "domini",
    "idDominio",
    "unitaOperative",
    "tipiPendenza",
    "acl",
    "servizio",
    "autorizzazioni",
    "ruoli",
    "codificaAvvisi",
    "codificaIuv",
    "regExpIuv",
    "generazioneIuvInterna",
    "servizioIntegrazione",
    "descrizione",
    "codificaIUV",
    "pagaTerzi",
    "portaleBackoffice",
    "portalePagamento",
    "form",
    "tipo",
    "definizione",
    "validazione",
    "trasformazione",
    "inoltro",
    "avvisaturaMail",
    "avvisaturaAppIO",
    "promemoriaAvviso",
    "oggetto",
    "messaggio",
    "allegaPdf",
    "tracciatoCsv",
    "intestazione",
    "richiesta",
    "risposta",
    "visualizzazione",
    "tipoContabilita",
    "codiceContabilita",
    "iban",
    "bic",
    "postale",
    "mybank",
    "autStampaPosteItaliane",
    "intestatario",
    "ibanAccredito",
    "cap",
    "civico",
    "provincia",
    "nazione",
    "email",
    "pec",
    "tel",
    "fax",
    "web",
    "area",
];

fn valore() -> impl Strategy<Value = Value> {
    let foglia = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "\\PC{0,40}".prop_map(Value::from),
        prop::sample::select(vec![
            "12345678901",
            "12345678901_01",
            "freemarker",
            "angular2-json-schema-form",
            "*",
            "R",
            "IT60X0542811101000000123456",
            "CAPITOLO",
            "https://ente.example/api",
            "REST v2",
            "%(a)%(y)%(t)",
            "3",
            "00",
            "A1",
            "\u{0}",
            "",
            "data:image/svg+xml;base64,PHN2Zy8+",
            "true",
            "1e400",
        ])
        .prop_map(Value::from),
    ];
    foglia.prop_recursive(4, 40, 6, |dentro| {
        let nome = prop_oneof![9 => prop::sample::select(NOMI).prop_map(str::to_owned), 1 => "\\PC{0,6}"];
        prop_oneof![
            prop::collection::vec(dentro.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((nome, dentro), 0..6)
                .prop_map(|m| Value::from(m.into_iter().collect::<Map<String, Value>>())),
        ]
    })
}

fn configurazioni() -> Value {
    let regola = json!({"log": "sempre", "dump": "mai"});
    let versi = json!({"letture": regola, "scritture": regola});
    let interfacce: Map<String, Value> = domain::configurazioni::Interfaccia::TUTTI
        .iter()
        .map(|i| (i.as_str().to_owned(), versi.clone()))
        .collect();
    let testi = json!({"tipo": "freemarker", "oggetto": "o", "messaggio": "m", "preavviso": 1});
    let avviso = |altri: &[(&str, Value)]| {
        let mut v = json!({"tipo": "freemarker", "oggetto": "o", "messaggio": "m"});
        for (n, a) in altri {
            v[*n] = a.clone();
        }
        v
    };
    let (pdf, eseguiti) = (("allegaPdf", json!(true)), ("soloEseguiti", json!(true)));
    json!({
        "giornaleEventi": {"interfacce": interfacce},
        "servizioGDE": {"abilitato": true, "url": "https://gde.example/"},
        "tracciatoCsv": {"tipo": "freemarker", "intestazione": "i", "richiesta": "r", "risposta": "r"},
        "hardening": {"abilitato": true, "captcha": {"serverURL": "https://c.example/", "siteKey": "s",
            "secretKey": "k", "soglia": 0.5, "parametro": "p", "denyOnFail": true, "connectionTimeout": 1,
            "readTimeout": 1}},
        "mailBatch": {"abilitato": true, "mailserver": {"host": "h", "port": 25, "username": "u",
            "password": "p", "from": "a@b.it", "readTimeout": 1, "connectionTimeout": 1, "startTls": true,
            "sslConfig": {"abilitato": true, "type": "TLS", "hostnameVerifier": true,
                "keystore": {"type": "JKS", "location": "l"}}}},
        "avvisaturaMail": {"promemoriaAvviso": avviso(std::slice::from_ref(&pdf)),
            "promemoriaRicevuta": avviso(&[pdf, eseguiti.clone()]), "promemoriaScadenza": testi},
        "avvisaturaAppIO": {"promemoriaAvviso": avviso(&[]), "promemoriaRicevuta": avviso(&[eseguiti]),
            "promemoriaScadenza": testi},
        "appIOBatch": {"abilitato": true, "url": "u", "timeToLive": 3600, "auth": {"username": "u", "password": "p"}},
    })
}

/// A body that each reader accepts, so that the properties below start from something.
fn buono(quale: &str) -> (&'static str, Value) {
    match quale {
        "intermediario" => (
            "12345678901",
            json!({"denominazione": "I", "principalPagoPa": "p", "abilitato": true,
            "servizioPagoPa": {"urlRPT": "https://nodo.example/"}}),
        ),
        "stazione" => ("12345678901_01", json!({"password": "p", "abilitato": true, "versione": "V2"})),
        "dominio" => (
            "12345678901",
            json!({"ragioneSociale": "E", "stazione": "12345678901_01", "auxDigit": "3",
            "segregationCode": "00", "abilitato": true, "scaricaFr": false}),
        ),
        "unita" => ("UO1", json!({"ragioneSociale": "U", "abilitato": true})),
        "conto" => {
            ("IT60X0542811101000000123456", json!({"mybank": false, "postale": false, "abilitato": true}))
        }
        "entrataDominio" => {
            ("E1", json!({"ibanAccredito": "IT60X0542811101000000123456", "abilitato": true}))
        }
        "entrata" => {
            ("E1", json!({"descrizione": "d", "tipoContabilita": "ALTRO", "codiceContabilita": "3321"}))
        }
        "tipo" => ("T1", json!({"descrizione": "d", "abilitato": true})),
        "tipoDominio" => ("T1", json!({"abilitato": true})),
        "configurazioni" => ("", configurazioni()),
        _ => ("A1", json!({"principal": "a", "abilitato": true})),
    }
}

#[test]
fn ogni_lettore_ha_un_corpo_che_accetta() {
    let rifiutati: Vec<_> = corpi()
        .iter()
        .filter_map(|q| {
            let (id, v) = buono(q);
            anagrafica(q, id, &v).err().map(|e| (*q, e))
        })
        .collect();
    assert_eq!(rifiutati, []);
}

#[test]
fn le_credenziali_di_una_richiesta() {
    let mut h = HeaderMap::new();
    h.insert("authorization", HeaderValue::from_static("Basic dTpw"));
    h.insert("x-app-id", HeaderValue::from_static("a"));
    h.insert("x-api-key", HeaderValue::from_static("k"));
    h.insert("cookie", HeaderValue::from_static("JSESSIONID=t"));
    h.insert("x-spid-fiscalnumber", HeaderValue::from_static("TINIT-CF"));
    h.insert("x-principal", HeaderValue::from_static("chi"));
    let attese = [("apikey", "a:k"), ("basic", "u:p"), ("form", "t"), ("header", "chi"), ("spid", "CF")];
    assert_eq!(credenziali(&h), attese.map(|(f, v)| (f, v.to_owned())));
}

proptest! {
    /// Whatever the document: an answer, the same each time, and not as large as what it refuses.
    #[test]
    fn i_corpi_dell_anagrafica_si_leggono_o_si_rifiutano(v in valore(), id in "\\PC{0,36}", quale in prop::sample::select(corpi())) {
        let esito = anagrafica(quale, &id, &v);
        prop_assert_eq!(&esito, &anagrafica(quale, &id, &v));
        if let Err(e) = esito {
            prop_assert!(!e.is_empty() && e.chars().count() <= 4000, "{}", e);
        }
    }

    /// One member changed in a good body: read or refused, and the refusal is not empty.
    #[test]
    fn un_membro_cambiato_si_legge_o_si_rifiuta(nome in prop::sample::select(NOMI), v in valore(), quale in prop::sample::select(corpi())) {
        let (id, mut corpo) = buono(quale);
        corpo[nome] = v;
        if let Err(e) = anagrafica(quale, id, &corpo) {
            prop_assert!(!e.is_empty() && e.chars().count() <= 4000, "{}", e);
        }
    }

    #[test]
    fn nessuna_intestazione_la_ferma(nome in prop::sample::select(vec![
        "authorization", "cookie", "x-govpay-cert", "x-principal", "x-spid-fiscalnumber", "x-app-id",
    ]), v in prop::collection::vec(any::<u8>(), 0..80), schema in prop::sample::select(vec!["", "Basic ", "JSESSIONID="])) {
        let tutto = [schema.as_bytes(), &v].concat();
        if let Ok(v) = HeaderValue::from_bytes(&tutto) {
            let mut h = HeaderMap::new();
            h.insert(nome, v);
            for (_, letto) in credenziali(&h) {
                prop_assert!(letto.len() <= tutto.len());
            }
        }
    }

    #[test]
    fn le_credenziali_basic_tornano_com_erano(utente in "[^:\u{0}]{1,12}", password in "\\PC{0,12}") {
        let mut h = HeaderMap::new();
        let scritte = format!("Basic {}", BASE64_STANDARD.encode(format!("{utente}:{password}")));
        h.insert("authorization", HeaderValue::from_str(&scritte).unwrap());
        prop_assert_eq!(credenziali(&h), vec![("basic", format!("{utente}:{password}"))]);
    }

    #[test]
    fn si_sceglie_solo_fra_cio_che_e_offerto(accept in "([a-z*]{0,4}/[a-z*+]{0,4}(;q=[0-9.naife-]{0,4})?,? ?){0,4}", byte in prop::collection::vec(any::<u8>(), 0..30)) {
        let offerti = ["application/json", "application/pdf"];
        for a in [accept.as_bytes(), &byte] {
            let scelto = accettato(a, &offerti);
            prop_assert!(scelto.is_none_or(|s| offerti.contains(&s)));
        }
        prop_assert_eq!(accettato(b"*/*", &offerti), Some("application/json"));
    }

    /// Pages within their limits; an instant of the beginning of a day is not after that of its end.
    #[test]
    fn i_parametri_delle_liste_si_leggono_o_si_rifiutano(
        nomi in prop::collection::vec(
            prop::sample::select(vec!["pagina", "risultatiPerPagina", "maxRisultati", "metadatiPaginazione", "ordinamento", "campi"]),
            0..4,
        ),
        valori in prop::collection::vec("(-?[0-9]{0,20}|true|false|[+-]?(data|stato)(,[+-]?data)?|\\PC{0,12})", 4),
        data in "([0-9]{4}-[0-9]{2}-[0-9]{2}(T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\\.[0-9]{3})?)?)?(Z|[+ -][0-9]{2}:?[0-9]{2})?|\\PC{0,30})",
    ) {
        let coppie = nomi.iter().zip(&valori).map(|(n, v)| ((*n).to_owned(), v.clone())).collect();
        let q = Interrogazione::da(coppie);
        match Paginazione::leggi(&q, Some(25), LimitiPagina::default()) {
            Ok(p) => prop_assert!(p.pagina >= 1 && p.salto() >= 0 && p.risultati.is_none_or(|n| (0..=5000).contains(&n))),
            Err(e) => prop_assert_eq!(e.stato.as_u16(), 400),
        }
        match ordinamento(&q, &["data", "stato"]) {
            Ok(chiesti) => prop_assert!(chiesti.iter().all(|(n, _)| *n < 2)),
            Err(e) => prop_assert_eq!(e.stato.as_u16(), 422),
        }
        let (inizio, fine) = (date::leggi("d", &data, Estremo::Inizio), date::leggi("d", &data, Estremo::Fine));
        if let (Ok(i), Ok(f)) = (&inizio, &fine) {
            prop_assert!(i <= f);
        }
    }

    #[test]
    fn nessun_indirizzo_la_ferma(percorso in "(/govpay|/backend|/frontend|/api|/pendenze|/backoffice|/rs|/basic|/v[0-9]|/PagamentiTelematici|//|/[a-zA-Z0-9%.]{0,6}){0,9}") {
        if let Indirizzo::Rest { resto, .. } = analizza(&percorso) {
            prop_assert!(resto.starts_with('/'), "{}", resto);
        }
    }
}
