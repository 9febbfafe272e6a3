//! The documents themselves.

use super::{Api, Contratto, TUTTE, backoffice_v1, pendenze_v2, user_v1};
use rstest::rstest;
use serde_json::{Map, Value, json};
use server::Configurazione;
use std::collections::BTreeSet;
use testkit::{Anagrafica, Backend, Cliente, Risposta, TestApp};

impl Api {
    /// The document that a gateway serves.
    pub(super) async fn contratto(&self, app: &TestApp) -> Contratto {
        let c = app.cliente(self.base).anonimo();
        Contratto::nuovo(c.get(&format!("/{}.json", self.nome)).await.con_stato(200).json())
    }
}

/// As every API wants it.
fn configura(c: &mut Configurazione) {
    for api in TUTTE {
        (api.configura)(c);
    }
}

#[test]
fn ogni_api_con_un_documento_ha_la_sua_scena() {
    let nostre: Vec<_> = TUTTE.iter().map(|a| a.nome).collect();
    assert_eq!(nostre, api::nomi_dei_documenti(), "le API di documento::API e quelle di openapi::TUTTE");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn si_leggono_senza_credenziali(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, configura).await;
    for Api { base, nome, .. } in TUTTE {
        let corta = base.replace("/govpay/backend/api/", "/govpay-api-");
        let corta = corta.replace("/govpay/frontend/api/", "/govpay-api-");
        for base in [(*base).to_owned(), corta, base.replace("/basic/", "/ssl/")] {
            let c = app.cliente(&base).anonimo();
            let json = c.get(&format!("/{nome}.json")).await.con_stato(200);
            assert_eq!(json.intestazione("Content-Type"), Some("application/json"));
            let yaml = c.get(&format!("/{nome}.yaml")).await.con_stato(200);
            assert_eq!(yaml.intestazione("Content-Type"), Some("application/yaml"));
            let letto: Value = serde_saphyr::from_str(yaml.testo()).unwrap();
            assert_eq!(letto, json.json(), "{base}");
            assert_eq!(letto["openapi"], "3.0.3");
            let radice = base.rsplit('/').next().unwrap();
            assert_eq!(letto["servers"], json!([{ "url": format!("../{radice}") }]), "{base}");
            let pagina = c.get("/index.html").await.con_stato(200);
            assert_eq!(pagina.intestazione("Content-Type"), Some("text/html; charset=utf-8"));
            assert!(!pagina.transazione().is_empty());
            let csp = pagina.intestazione("Content-Security-Policy").unwrap();
            assert!(csp.starts_with("default-src 'none'; script-src 'sha256-"), "{csp}");
            for altrove in ["http://", "https://", "src=", "@"] {
                let corpo = pagina.testo().replace("@media", "");
                assert!(!corpo.contains(altrove), "{altrove} nella pagina");
            }
        }
        // A family that is off, another file, another version.
        let spento = base.replace("/basic/", "/header/");
        assert_eq!(app.cliente(&spento).anonimo().get("/index.html").await.stato(), 403);
        assert_eq!(app.cliente(base).anonimo().get("/altro.yaml").await.stato(), 401);
        let altra = format!("{}9", &base[..base.len() - 1]);
        assert_eq!(app.cliente(&altra).anonimo().get("/index.html").await.stato(), 401);
    }
}

/// Under every family that is on (spec 10 section 1), each saying how one calls there.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sotto_ogni_famiglia_dicono_come_ci_si_presenta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| {
        configura(c);
        c.auth_families =
            ["basic", "ssl", "form", "apikey", "sslheader", "header", "spid", "session", "public"]
                .into_iter()
                .chain(["oauth2"])
                .map(str::to_owned)
                .collect();
        c.api.user_families = ["basic", "ssl", "header", "spid"].map(str::to_owned).to_vec();
        c.auth.header_names = vec!["X-Utente".to_owned()];
        c.auth.default_family = "basic".to_owned();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.oauth2.jwks_uri = "http://127.0.0.1:9/jwks".to_owned();
    })
    .await;
    let basic = json!([{ "basic": [] }]);
    let apikey = json!([{ "appId": [], "apiKey": [] }]);
    let form = json!([{ "basic": [] }, { "sessione": [] }]);
    let niente = Value::Null;
    let (b, p, u) = (&backoffice_v1::API, &pendenze_v2::API, &user_v1::API);
    for (famiglia, attesa, quali) in [
        ("basic/", &basic, &[b, p, u][..]),
        ("", &basic, &[b, p]),
        ("ssl/", &niente, &[b, p, u]),
        ("header/", &niente, &[b, p, u]),
        ("sslheader/", &niente, &[b, p]),
        ("apikey/", &apikey, &[b, p]),
        ("oauth2/", &json!([{ "bearer": [] }]), &[b, p]),
        ("form/", &form, &[b]),
        ("session/", &json!([{ "sessione": [] }]), &[b]),
        ("spid/", &niente, &[b]),
        ("spid/", &niente, &[u]),
        ("public/", &niente, &[b]),
    ] {
        for Api { base, nome, .. } in quali {
            let c = app.cliente(&base.replace("basic/", famiglia)).anonimo();
            c.get("/index.html").await.con_stato(200);
            let d = c.get(&format!("/{nome}.json")).await.con_stato(200).json();
            assert_eq!(d.get("security").unwrap_or(&Value::Null), attesa, "{nome} {famiglia}");
            let schemi = d["components"].get("securitySchemes").and_then(Value::as_object);
            let nominati = attesa.as_array().into_iter().flatten().filter_map(Value::as_object);
            let nominati: BTreeSet<_> = nominati.flat_map(|m| m.keys()).collect();
            let schemi: BTreeSet<_> = schemi.into_iter().flat_map(Map::keys).collect();
            assert_eq!(schemi, nominati, "{nome} {famiglia}");
        }
    }
    // The addresses of 2018 have no version of their own: the root is the base.
    for base in ["/govpay/backend/api/backoffice", "/govpay-api-backoffice"] {
        let c = app.cliente(base).anonimo();
        c.get("/index.html").await.con_stato(200);
        let d = c.get("/govpay-api-backoffice-v1.json").await.con_stato(200).json();
        let ultimo = base.rsplit('/').next().unwrap();
        assert_eq!(d["servers"], json!([{ "url": format!("../{ultimo}") }]));
    }
}

/// Each reference and pattern is good, each id of an address is described, each example fits its schema.
#[tokio::test(flavor = "multi_thread")]
async fn ogni_documento_sta_in_piedi() {
    /// Ids of addresses that may be any text.
    const QUALSIASI: [&str; 7] = ["id", "iuv", "iur", "indice", "ccp", "principal", "urlID"];
    let app = TestApp::con(Backend::Lite, configura).await;
    for api in TUTTE {
        let c = api.contratto(&app).await;
        let mut nomi = BTreeSet::new();
        for (metodo, percorso, op) in c.operazioni() {
            let dove = format!("{metodo} {percorso}");
            assert!(nomi.insert(op["operationId"].to_string()), "{dove}: operationId gia' usato");
            let risposte = op["responses"].as_object().unwrap();
            assert!(risposte.keys().any(|s| s.starts_with(['2', '3'])), "{dove}: manca la scheda");
            let scrive = metodo == "put" || metodo == "patch";
            assert!(!scrive || op.get("requestBody").is_some(), "{dove}: manca il corpo");
            for p in op["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
                let nome = p["name"].as_str().unwrap();
                let descritto = p["schema"].get("pattern").is_some() || QUALSIASI.contains(&nome);
                assert!(descritto, "{dove}: {nome} senza forma");
            }
        }
        visita(&c.radice, &mut |v| {
            if v.get("$ref").is_some() {
                c.risolvi(v);
            }
            assert!(v.get("x-nome").is_none());
        });
        for (nome, schema) in c.radice["components"]["schemas"].as_object().unwrap() {
            let campione = campione(&c, schema);
            assert!(c.errori(schema, &campione).is_empty(), "{nome}: {:?}", c.errori(schema, &campione));
        }
    }
}

fn visita(v: &Value, f: &mut impl FnMut(&Value)) {
    f(v);
    match v {
        Value::Object(o) => o.values().for_each(|v| visita(v, f)),
        Value::Array(a) => a.iter().for_each(|v| visita(v, f)),
        _ => {}
    }
}

/// A value with every member of its schema.
pub(super) fn campione(c: &Contratto, schema: &Value) -> Value {
    let s = c.risolvi(schema);
    if let Some(e) = s.get("example") {
        return e.clone();
    }
    if let Some(e) = s.get("enum") {
        return e[0].clone();
    }
    if let Some(forme) = s.get("oneOf") {
        return campione(c, &forme[0]);
    }
    match s["type"].as_str() {
        Some("object") => {
            let membri = s["properties"].as_object().cloned().unwrap_or_default();
            membri.iter().map(|(n, m)| (n.clone(), campione(c, m))).collect::<Map<_, _>>().into()
        }
        Some("array") => json!([campione(c, &s["items"])]),
        Some("boolean") => json!(true),
        Some("integer" | "number") => s["minimum"].as_i64().unwrap_or(1).max(1).into(),
        Some("string") => json!("testo"),
        _ => json!("qualsiasi"),
    }
}

/// A change that makes a body wrong, by its schema.
struct Torto {
    dove: String,
    /// `None`: taken away.
    valore: Option<Value>,
    /// The members that a reader must say it knows.
    noti: Option<BTreeSet<String>>,
}

fn torti(c: &Contratto, schema: &Value, v: &Value, dove: &str, fatti: &mut Vec<Torto>) {
    let s = c.risolvi(schema);
    let mut torto =
        |valore: Value| fatti.push(Torto { dove: dove.to_owned(), valore: Some(valore), noti: None });
    if s.get("enum").is_some() {
        torto(json!("ZZ_IGNOTO"));
        return;
    }
    match (s["type"].as_str(), v) {
        (Some("object"), Value::Object(o)) => {
            let Some(membri) = s["properties"].as_object() else { return };
            if !dove.is_empty() {
                torto(json!("testo"));
            }
            fatti.push(Torto {
                dove: format!("{dove}/zz_ignoto"),
                valore: Some(Value::Null),
                noti: Some(membri.keys().cloned().collect()),
            });
            for n in s["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
                fatti.push(Torto { dove: format!("{dove}/{n}"), valore: None, noti: None });
            }
            for (n, v) in o {
                torti(c, &membri[n], v, &format!("{dove}/{n}"), fatti);
            }
        }
        (Some("array"), Value::Array(a)) => {
            torto(json!({}));
            if s.get("minItems").is_some() {
                torto(json!([]));
            }
            if let (Some(max), Some(primo)) = (s["maxItems"].as_u64(), a.first()) {
                torto((0..=max).map(|_| primo.clone()).collect());
            }
            for (i, v) in a.iter().enumerate() {
                torti(c, &s["items"], v, &format!("{dove}/{i}"), fatti);
            }
        }
        (Some("string"), _) => {
            torto(json!([]));
            if s.get("pattern").is_some() {
                torto(json!("\u{a7} \u{a7}"));
            }
            if s["format"] == "date" {
                torto(json!("2026-13-01"));
            }
            if s["minLength"].as_u64().is_some_and(|n| n > 0) {
                torto(json!(""));
            }
            if let Some(max) = s["maxLength"].as_u64() {
                torto(json!("x".repeat(usize::try_from(max).unwrap() + 1)));
            }
        }
        (Some("boolean"), _) => torto(json!("si")),
        (Some("integer" | "number"), _) => {
            torto(json!("x"));
            if let Some(min) = s["minimum"].as_i64() {
                torto(json!(min - 1));
            }
        }
        _ => {}
    }
}

fn con_torto(corpo: &Value, t: &Torto) -> Value {
    let mut fatto = corpo.clone();
    match &t.valore {
        Some(v) if t.noti.is_none() => *fatto.pointer_mut(&t.dove).unwrap() = v.clone(),
        altro => {
            let (padre, nome) = t.dove.rsplit_once('/').unwrap();
            let padre = fatto.pointer_mut(padre).unwrap().as_object_mut().unwrap();
            match altro {
                Some(v) => padre.insert(nome.to_owned(), v.clone()),
                None => padre.shift_remove(nome),
            };
        }
    }
    fatto
}

/// The names that a reader says it knows, in the refusal of one that it does not.
fn conosciuti(dettaglio: &str) -> BTreeSet<String> {
    let dopo = dettaglio.split_once("(through").map_or(dettaglio, |(prima, _)| prima);
    let elenco = dopo.split_once(": ").map_or("", |(_, e)| e);
    elenco.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Members that the reader takes whatever they are: it does not look at them.
const NON_GUARDATI: &[&str] = &[
    "/dataCaricamento",
    "/voci/0/indice",
    "/voci/0/stato",
    "/servizioMaggioliJPPA/dataUltimaRT",
    "/proprieta/dataScadenzaAvviso",
];

/// Every body is read by the schema that the document shows: a complete one is accepted, and one with
/// a single wrong member, a missing one or one too many is a 400. The names that a reader lists are
/// those of the schema.
#[tokio::test(flavor = "multi_thread")]
async fn i_corpi_sono_quelli_che_si_leggono() {
    let app = TestApp::con(Backend::Lite, configura).await;
    Anagrafica::standard().crea(&app).await;
    for api in TUTTE {
        corpi(&app, api).await;
    }
}

async fn corpi(app: &TestApp, api: &Api) {
    let cliente = app.cliente(api.base).come(api.chi.0, api.chi.1);
    let c = api.contratto(app).await;
    let mut sbagli = Vec::new();
    for (metodo, percorso, op) in c.operazioni() {
        let Some(corpo) = op.get("requestBody") else { continue };
        if percorso == "/profilo" {
            // Good ones change the password of who calls.
            continue;
        }
        if percorso == "/pendenze/{idDominio}/{idTipoPendenza}" {
            // The type says what a good one is.
            continue;
        }
        let schema = &corpo["content"]["application/json"]["schema"];
        let indirizzo = indirizzo(&c, &percorso, op)
            .replace("/operatori/testo", "/operatori/op1")
            .replace("/tracciati/testo", "/tracciati/1");
        let buono = campione(&c, schema);
        let r = invia(&cliente, &metodo, &indirizzo, &buono).await;
        if r.stato() == 400 || r.stato() >= 500 {
            sbagli.push(format!("{metodo} {indirizzo}: rifiutato il campione: {}", r.testo()));
            continue;
        }
        let mut tutti = Vec::new();
        torti(&c, schema, &buono, "", &mut tutti);
        for t in tutti.iter().filter(|t| !NON_GUARDATI.contains(&t.dove.as_str())) {
            let r = invia(&cliente, &metodo, &indirizzo, &con_torto(&buono, t)).await;
            if r.stato() != 400 {
                let breve: String = format!("{:?}", t.valore).chars().take(80).collect();
                sbagli.push(format!("{metodo} {indirizzo} {} = {breve}: {}", t.dove, r.stato()));
            } else if let Some(noti) = &t.noti {
                let (_, _, dettaglio) = r.errore();
                if conosciuti(&dettaglio) != *noti {
                    sbagli.push(format!("{metodo} {indirizzo} {}: {dettaglio}\n  non {noti:?}", t.dove));
                }
            }
        }
    }
    assert!(sbagli.is_empty(), "{}", sbagli.join("\n"));
}

/// An address with the example of each parameter.
fn indirizzo(c: &Contratto, percorso: &str, op: &Value) -> String {
    let mut fatto = percorso.to_owned();
    for p in op["parameters"].as_array().into_iter().flatten().filter(|p| p["in"] == "path") {
        let valore = campione(c, &p["schema"]);
        let mut valore = valore.as_str().unwrap().to_owned();
        if percorso.starts_with("/applicazioni") {
            // The one that calls API Pendenze stays as it is.
            valore = "ALTRA".to_owned();
        }
        fatto = fatto.replace(&format!("{{{}}}", p["name"].as_str().unwrap()), &valore);
    }
    fatto
}

async fn invia(cliente: &Cliente, metodo: &str, percorso: &str, corpo: &Value) -> Risposta {
    match metodo {
        "put" => cliente.put(percorso, corpo).await,
        "post" => cliente.post(percorso, corpo).await,
        _ => cliente.patch(percorso, corpo).await,
    }
}
