//! Bodies that no REST operation can read.

use super::*;
use http::Method;
use rstest::rstest;
use testkit::{Cliente, buste};

/// Every operation that reads a body: method, path, and what must not be there afterwards.
fn scritture(app: &TestApp) -> Vec<(Cliente, Method, &'static str)> {
    let (bo, a) = (app.backoffice(), app.applicazione());
    let mut tutte: Vec<_> = [
        "/intermediari/99999999990",
        "/intermediari/11111111113/stazioni/11111111113_99",
        "/domini/99999999990",
        "/domini/12345678901/unitaOperative/GUASTO",
        "/domini/12345678901/contiAccredito/IT99L1234512345123456789012",
        "/entrate/GUASTO",
        "/domini/12345678901/entrate/GUASTO",
        "/tipiPendenza/GUASTO",
        "/domini/12345678901/tipiPendenza/GUASTO",
        "/applicazioni/GUASTO",
    ]
    .into_iter()
    .map(|p| (bo.clone(), Method::PUT, p))
    .collect();
    tutte.push((a.clone(), Method::PUT, "/pendenze/GESTIONALE/GUASTO"));
    tutte.push((a, Method::PATCH, "/pendenze/GESTIONALE/P1"));
    tutte
}

fn utf16(testo: &str, big: bool, bom: bool) -> Vec<u8> {
    let unita = bom.then_some(0xfeff).into_iter().chain(testo.encode_utf16());
    unita.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
}

/// Not JSON, or not JSON that anybody should read.
fn illeggibili() -> Vec<(&'static str, Vec<u8>)> {
    let annidato = |apre: &str, chiude: &str| format!("{}1{}", apre.repeat(10_000), chiude.repeat(10_000));
    let testi = [
        ("vuoto", String::new()),
        ("bianco", " \r\n\t ".to_owned()),
        ("solo BOM", "\u{feff}".to_owned()),
        ("non chiuso", "{\"descrizione\":\"x\"".to_owned()),
        ("virgola finale", "{\"descrizione\":\"x\",}".to_owned()),
        ("apici semplici", "{'descrizione':'x'}".to_owned()),
        ("commento", "{/* x */}".to_owned()),
        ("NaN", "{\"importo\":NaN}".to_owned()),
        ("zeri in testa", "{\"importo\":0100}".to_owned()),
        ("resto", "{} {}".to_owned()),
        ("array annidati", annidato("[", "]")),
        ("oggetti annidati", annidato("{\"a\":", "}")),
        ("annidati e mai chiusi", "[{\"a\":".repeat(10_000)),
        ("surrogato solo", "{\"descrizione\":\"\\ud800\"}".to_owned()),
        ("carattere di controllo", "{\"descrizione\":\"a\u{1}b\"}".to_owned()),
        ("nullo nel testo", "{\"descrizione\":\"a\\u0000b\"}".to_owned()),
        ("XML", "<x/>".to_owned()),
        ("modulo", "descrizione=x&abilitato=true".to_owned()),
        ("testo", "\"x\"".to_owned()),
        ("numero", "1".to_owned()),
        ("numero enorme", "1e999999999".to_owned()),
        ("null", "null".to_owned()),
    ];
    let byte: [(&'static str, Vec<u8>); 8] = [
        ("UTF-8 interrotto", b"{\"descrizione\":\"\xc3\"}".to_vec()),
        ("UTF-8 ridondante", b"{\"descrizione\":\"\xc0\x80\"}".to_vec()),
        ("surrogato in UTF-8", b"{\"descrizione\":\"\xed\xa0\x80\"}".to_vec()),
        ("latin-1", b"{\"descrizione\":\"perch\xe9\"}".to_vec()),
        ("UTF-16LE con BOM", utf16("{\"descrizione\":\"x\"}", false, true)),
        ("UTF-16BE con BOM", utf16("{\"descrizione\":\"x\"}", true, true)),
        ("UTF-16LE", utf16("{\"descrizione\":\"x\"}", false, false)),
        ("zeri", vec![0; 100]),
    ];
    testi.into_iter().map(|(n, t)| (n, t.into_bytes())).chain(byte).collect()
}

fn e_sintassi(r: &Risposta, caso: &str) -> String {
    let (stato, codice, dettaglio) = r.errore();
    assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{caso}: {}", r.testo());
    let v = r.json();
    assert_eq!((&v["categoria"], &v["descrizione"]), (&json!("RICHIESTA"), &json!("Richiesta non valida")));
    assert_eq!(v.as_object().unwrap().len(), 4, "{caso}: {v}");
    assert!(!dettaglio.is_empty() && dettaglio.len() < 2000, "{caso}: {dettaglio}");
    assert_eq!(r.transazione().len(), 36, "{caso}");
    assert_eq!(r.intestazione("Content-Type"), Some("application/json"), "{caso}");
    dettaglio
}

/// Nothing was written by any of the requests that were refused.
async fn niente_di_scritto(app: &TestApp) {
    for (c, metodo, percorso) in scritture(app) {
        if metodo == Method::PUT {
            assert_eq!(c.get(percorso).await.stato(), 404, "{percorso}");
        }
    }
    let p1 = dettaglio(app, "P1").await;
    assert_eq!(p1["stato"], "NON_ESEGUITA");
    viva(app).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nessuna_scrittura_legge_un_corpo_illeggibile(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    let corpi = illeggibili();
    for (c, metodo, percorso) in scritture(&app) {
        // Top-level array where an object is due, and the other way round.
        let forma = if metodo == Method::PATCH { "{}" } else { "[]" };
        for (nome, corpo) in corpi.iter().cloned().chain([("altra forma", forma.as_bytes().to_vec())]) {
            let caso = format!("{nome}: {metodo} {percorso}");
            let r = c.grezzo(metodo.clone(), percorso, "application/json", corpo).await;
            e_sintassi(&r, &caso);
        }
        for tipo in [
            "text/plain",
            "application/xml",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "json",
        ] {
            let r = c.grezzo(metodo.clone(), percorso, tipo, "{}").await;
            assert_eq!((r.stato(), r.testo(), r.transazione().len()), (415, "", 36), "{tipo}: {percorso}");
        }
    }
    niente_di_scritto(&app).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_proprieta_ignota_si_rifiuta_a_ogni_livello(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    let mut buono = corpo(&buste::avviso(9));
    buono["voci"][0]["contabilita"] =
        json!({ "quote": [{ "capitolo": "1", "annoEsercizio": 2026, "importo": 45.01 }] });
    buono["voci"][0]["metadata"] = json!({ "mapEntries": [{ "key": "k", "value": "v" }] });
    buono["documento"] =
        json!({ "identificativo": "D", "descrizione": "d", "soglia": { "tipo": "ENTRO", "giorni": 1 } });
    buono["proprieta"] = json!({});
    buono["allegati"] = json!([{ "nome": "a", "contenuto": "aGFzaA==" }]);
    for (padre, catena) in [
        ("", "[\"boh\"]"),
        ("/soggettoPagatore", "[\"soggettoPagatore\"]->[\"boh\"]"),
        ("/documento", "[\"documento\"]->[\"boh\"]"),
        ("/documento/soglia", "[\"documento\"]->[\"soglia\"]->[\"boh\"]"),
        ("/proprieta", "[\"proprieta\"]->[\"boh\"]"),
        ("/allegati/0", "[\"allegati\"]->[0]->[\"boh\"]"),
        ("/voci/0", "[\"voci\"]->[0]->[\"boh\"]"),
        ("/voci/0/contabilita", "[\"voci\"]->[0]->[\"contabilita\"]->[\"boh\"]"),
        ("/voci/0/contabilita/quote/0", "[\"contabilita\"]->[\"quote\"]->[0]->[\"boh\"]"),
        ("/voci/0/metadata", "[\"voci\"]->[0]->[\"metadata\"]->[\"boh\"]"),
        ("/voci/0/metadata/mapEntries/0", "[\"metadata\"]->[\"mapEntries\"]->[0]->[\"boh\"]"),
    ] {
        let mut v = buono.clone();
        let o = v.pointer_mut(padre).and_then(Value::as_object_mut).unwrap();
        o.insert("boh".to_owned(), Value::Null);
        let r = app.applicazione().put("/pendenze/GESTIONALE/GUASTO", &v).await;
        let dettaglio = e_sintassi(&r, padre);
        assert!(
            dettaglio.contains("Unrecognized field \"boh\"") && dettaglio.contains(catena),
            "{dettaglio}"
        );
        // A scalar where an object is due.
        if !padre.is_empty() {
            let mut v = buono.clone();
            *v.pointer_mut(padre).unwrap() = json!("x");
            e_sintassi(&app.applicazione().put("/pendenze/GESTIONALE/GUASTO", &v).await, padre);
        }
    }
    let pezzo = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA", "boh": 1 }]);
    e_sintassi(&app.applicazione().patch("/pendenze/GESTIONALE/P1", &pezzo).await, "PATCH");
    niente_di_scritto(&app).await;
}

/// Numbers that would take the memory or the time of whoever expands them.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_numeri_smisurati_si_rifiutano_subito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    let cifre = "9".repeat(1_000_000);
    let numeri = [
        "1e400",
        "1e999999999",
        "1e99999999999999999999",
        "-1e999999999",
        "1e-999999999",
        "9223372036854775808",
        "92233720368547758.08",
        "-0.01",
        "1E+20",
        &cifre,
        &format!("0.{cifre}"),
        &format!("1e{cifre}"),
    ];
    let modello = corpo(&buste::avviso(9)).to_string();
    let prima = Instant::now();
    for n in numeri {
        for campo in ["importo", "annoRiferimento", "numeroAvviso"] {
            for n in [n.to_owned(), format!("\"{n}\"")] {
                let valore: Value = serde_json::from_str(&modello).unwrap();
                let mut o = valore.as_object().unwrap().clone();
                o.shift_remove(campo);
                let resto = Value::Object(o).to_string();
                let testo = format!("{{\"{campo}\":{n},{}", &resto[1..]);
                let r = app.applicazione();
                let r = r.grezzo(Method::PUT, "/pendenze/GESTIONALE/GUASTO", "application/json", testo).await;
                e_sintassi(&r, &format!("{campo}: {}", &n[..n.len().min(40)]));
            }
        }
    }
    assert!(prima.elapsed() < Duration::from_secs(30), "{:?}", prima.elapsed());
    niente_di_scritto(&app).await;
}

/// As every reader of JSON that our callers know, the last one wins: in what is checked and in what
/// is stored.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_un_nome_ripetuto_vale_l_ultimo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let testo = corpo(&buste::avviso(1)).to_string();
    let doppio = |prima: &str, dopo: &str| {
        format!("{{{prima},{},{dopo}}}", testo.trim_start_matches('{').strip_suffix('}').unwrap())
    };
    let a = app.applicazione();
    let r = a
        .grezzo(
            Method::PUT,
            &percorso("D1"),
            "application/json",
            doppio("\"importo\":1", "\"causale\":\"Ultima\""),
        )
        .await
        .con_stato(201);
    drop(r);
    let d1 = dettaglio(&app, "D1").await;
    assert_eq!((d1["importo"].to_string(), &d1["causale"]), ("45.01".to_owned(), &json!("Ultima")));
    let r = a
        .grezzo(Method::PUT, &percorso("D2"), "application/json", doppio("\"x\":1", "\"importo\":true"))
        .await;
    e_sintassi(&r, "ripetuto");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn venti_megabyte_sono_troppi_e_lo_si_viene_a_sapere(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    let troppo = json!({ "categoria": "RICHIESTA", "codice": "413", "descrizione": "Body della richiesta troppo grande" });
    let grande = bytes::Bytes::from(format!("{{\"causale\":\"{}\"}}", "x".repeat(20 << 20)));
    for (c, metodo, percorso) in scritture(&app) {
        // In pieces nobody knows the length beforehand.
        for a_pezzi in [false, true].into_iter().take(if metodo == Method::PATCH { 2 } else { 1 }) {
            let corpo = if a_pezzi {
                let pezzi: Vec<_> =
                    grande.chunks(1 << 16).map(|p| Ok::<_, std::io::Error>(grande.slice_ref(p))).collect();
                reqwest::Body::wrap_stream(futures_util::stream::iter(pezzi))
            } else {
                grande.clone().into()
            };
            let r = c.grezzo(metodo.clone(), percorso, "application/json", corpo).await;
            assert_eq!(
                (r.stato(), r.json(), r.transazione().len()),
                (413, troppo.clone(), 36),
                "{percorso} {a_pezzi}"
            );
        }
    }
    // The caller is not cut off: after the refusal the same connection or another serves it.
    niente_di_scritto(&app).await;
}
