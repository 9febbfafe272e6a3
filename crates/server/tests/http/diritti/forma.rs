//! What every route has in common: what it answers with, and how it pages (spec 10 3.1, 3.3, 3.4).

use super::matrice::{base, concreto_con, pronta};
use crate::pagamento_api::{PORTALE, portale};
use crate::ragioneria::{CHI, contabile};
use domain::evento::Componente;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{AMMINISTRATORE, Anagrafica, Backend, Cliente, GESTIONALE, TestApp};

/// A caller with every right of that API.
fn chi_puo_tutto(app: &TestApp, componente: Componente, versione: u32) -> Cliente {
    let (utente, password) = match componente {
        Componente::ApiBackoffice => AMMINISTRATORE,
        Componente::ApiPagamento => PORTALE,
        Componente::ApiRagioneria => CHI,
        _ => GESTIONALE,
    };
    app.cliente(&base(componente, "basic", versione)).come(utente, password)
}

/// With the applicazione of a portal and that of the accounts.
async fn pronta_per_tutte(backend: Backend) -> TestApp {
    let app = pronta(backend).await;
    let corpo = portale(PORTALE.0, &json!(["*"]), &json!(["*"]));
    app.backoffice().put("/applicazioni/PORTALE", &corpo).await.con_stato(201);
    let corpo = contabile(CHI.0, &json!(["*"]));
    app.backoffice().put("/applicazioni/RAGIONERIA", &corpo).await.con_stato(201);
    app
}

/// The routes of the APIs that Basic opens here.
fn rotte() -> impl Iterator<Item = (Componente, u32, String, &'static str)> {
    api::rotte_dichiarate().into_iter().filter(|r| r.0 != Componente::ApiUser)
}

/// Addresses whose answer may be a picture.
fn da_immagine(percorso: &str) -> bool {
    percorso.ends_with("/logo")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nessuna_rotta_risponde_in_un_formato_che_non_ha(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta_per_tutte(backend).await;
    let a = Anagrafica::standard();
    let mut provate = 0;
    for (componente, versione, metodo, percorso) in rotte() {
        if da_immagine(percorso) || percorso.ends_with("/logout") {
            continue;
        }
        let c = chi_puo_tutto(&app, componente, versione);
        let metodo: Method = metodo.parse().expect("un metodo");
        let mut r = c.richiesta(metodo.clone(), &concreto_con(percorso, &a)).header("Accept", "image/png");
        if metodo != Method::GET {
            r = r.header("Content-Type", "application/json").body("{");
        }
        let r = c.manda(r).await;
        let qui = format!("{metodo} {componente:?} v{versione} {percorso}");
        // What is not there is not there in any format: these look at Accept themselves, after having looked.
        if r.stato() == 404 {
            let guarda_da_se = ["/avvisi/", "/rpp/", "/allegati/", "/documenti/"];
            assert!(guarda_da_se.iter().any(|inizio| percorso.starts_with(inizio)), "{qui}");
            continue;
        }
        let atteso = json!({
            "categoria": "RICHIESTA", "codice": "406000",
            "descrizione": "Risorsa non disponibile nel formato richiesto",
        });
        assert_eq!((r.stato(), r.json()), (406, atteso), "{qui}");
        assert_eq!(r.intestazione("Content-Type"), Some("application/json"), "{qui}");
        assert_eq!(r.transazione().len(), 36, "{qui}");
        provate += 1;
    }
    assert!(provate > 50, "{provate}");
}

/// The lists of master data have no page size of their own.
const ANAGRAFICA: &[&str] = &[
    "intermediari",
    "stazioni",
    "domini",
    "unitaOperative",
    "contiAccredito",
    "entrate",
    "tipiPendenza",
    "applicazioni",
    "operatori",
    "ruoli",
];
/// Lists of the Backoffice that never send the member `maxRisultati`.
const SENZA_TETTO: &[&str] = &["quadrature", "reportistiche", "sonde", "operazioni"];
/// Lists without `ordinamento`.
const SENZA_ORDINE: &[&str] =
    &["ruoli", "sonde", "operazioni", "eventi", "quadrature", "reportistiche", "tracciati"];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_elenco_ha_la_sua_busta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta_per_tutte(backend).await;
    let a = Anagrafica::standard();
    let mut elenchi = 0;
    for (componente, versione, metodo, percorso) in rotte() {
        let coda = percorso.rsplit('/').next().unwrap_or_default();
        if metodo != "GET" || coda.starts_with('{') {
            continue;
        }
        let c = chi_puo_tutto(&app, componente, versione);
        let dove = concreto_con(percorso, &a);
        let prima = c.get(&dove).await;
        let json = prima.intestazione("Content-Type").is_some_and(|t| t.starts_with("application/json"));
        if prima.stato() != 200 || !json || prima.json().get("risultati").is_none() {
            continue;
        }
        elenchi += 1;
        let qui = format!("{componente:?} v{versione} {percorso}");
        let con_anagrafica = matches!(componente, Componente::ApiBackoffice | Componente::ApiPagamento);
        let anagrafica = con_anagrafica && ANAGRAFICA.contains(&coda);
        let tetto = componente == Componente::ApiBackoffice && !SENZA_TETTO.contains(&coda);
        let membri = async |query: &str| {
            let v = c.get(&format!("{dove}?{query}")).await.con_stato(200).json();
            v.as_object().expect("un oggetto").keys().cloned().collect::<Vec<_>>()
        };
        let attesi = |nomi: &[&str]| -> Vec<String> {
            nomi.iter().filter(|n| tetto || **n != "maxRisultati").map(|n| (*n).to_owned()).collect()
        };
        let una_pagina =
            ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "maxRisultati", "risultati"];
        // The standard master data fill no page.
        assert_eq!(membri("risultatiPerPagina=100").await, attesi(&una_pagina), "{qui}");
        assert_eq!(membri("").await, attesi(&una_pagina), "{qui}");
        let senza_tetto: Vec<&str> = una_pagina.into_iter().filter(|n| *n != "maxRisultati").collect();
        assert_eq!(membri("maxRisultati=false").await, attesi(&senza_tetto), "{qui}");
        let solo_conto = ["numRisultati", "risultatiPerPagina", "pagina", "maxRisultati", "risultati"];
        assert_eq!(membri("risultatiPerPagina=0").await, attesi(&solo_conto), "{qui}");
        let conto = c.get(&format!("{dove}?risultatiPerPagina=0")).await.json();
        assert_eq!((&conto["risultati"], &conto["risultatiPerPagina"]), (&json!([]), &json!(0)), "{qui}");
        let senza_conto = ["risultatiPerPagina", "pagina", "prossimiRisultati", "risultati"];
        assert_eq!(
            membri("metadatiPaginazione=false&risultatiPerPagina=5").await,
            attesi(&senza_conto),
            "{qui}"
        );
        let predefinita = c.get(&dove).await.json()["risultatiPerPagina"].clone();
        if anagrafica {
            assert_eq!(predefinita, prima.json()["numRisultati"], "{qui}");
        } else {
            assert_eq!(predefinita, json!(25), "{qui}");
        }

        let righe = prima.json()["risultati"].as_array().expect("le righe").clone();
        if let Some(nome) = righe.first().and_then(|r| r.as_object()?.keys().next()) {
            let v = c.get(&format!("{dove}?campi={nome},nessuno")).await.con_stato(200).json();
            for riga in v["risultati"].as_array().expect("le righe") {
                let membri: Vec<&String> = riga.as_object().expect("un oggetto").keys().collect();
                assert!(membri.iter().all(|m| *m == nome), "{qui}: {riga}");
            }
            assert!(v["risultati"][0].get(nome).is_some(), "{qui}: {v}");
        }

        let intero = |campo: &str, v: &str| {
            format!(
                "Il valore indicato per il parametro [{campo}] non e' valido: il valore fornito [{v}] non e' un intero."
            )
        };
        let sintassi = [
            ("pagina=0", "Il campo pagina deve essere superiore o uguale a 1.".to_owned()),
            ("pagina=x", intero("pagina", "x")),
            (
                "risultatiPerPagina=-1",
                "Il campo risultatiPerPagina deve essere superiore o uguale a 0.".to_owned(),
            ),
            (
                "risultatiPerPagina=5001",
                "Il campo risultatiPerPagina deve essere inferiore a 5,000.".to_owned(),
            ),
            ("risultatiPerPagina=1.5", intero("risultatiPerPagina", "1.5")),
            (
                "metadatiPaginazione=si",
                "Il valore indicato per il parametro metadatiPaginazione non e' valido.".to_owned(),
            ),
            ("maxRisultati=1", "Il valore indicato per il parametro maxRisultati non e' valido.".to_owned()),
        ];
        for (query, testo) in sintassi {
            let atteso = json!({
                "categoria": "RICHIESTA", "codice": "SINTASSI", "descrizione": "Richiesta non valida",
                "dettaglio": testo,
            });
            let r = c.get(&format!("{dove}?{query}")).await;
            assert_eq!((r.stato(), r.json()), (400, atteso), "{qui} {query}");
        }
        let r = c.get(&format!("{dove}?ordinamento=foo")).await;
        if SENZA_ORDINE.contains(&coda) {
            assert_eq!(r.stato(), 200, "{qui}: un parametro ignoto non conta");
            continue;
        }
        let v: Value = r.json();
        assert_eq!(r.stato(), 422, "{qui}: {v}");
        let testi = (v["categoria"].as_str(), v["codice"].as_str(), v["descrizione"].as_str());
        let attesi = "Errore nella valorizzazione dei parametri della richiesta";
        assert_eq!(testi, (Some("RICHIESTA"), Some("100001"), Some(attesi)), "{qui}");
        let testo = v["dettaglio"].as_str().expect("un testo");
        let ammessi = testo
            .strip_prefix("Il campo foo non e' valido per ordinare la ricerca in corso. Campi consentiti: [")
            .and_then(|t| t.strip_suffix(']'))
            .unwrap_or_else(|| panic!("{qui}: {testo}"));
        for nome in ammessi.split(", ") {
            for segno in ["", "-", "%2B", "+"] {
                c.get(&format!("{dove}?ordinamento={segno}{nome}")).await.con_stato(200);
            }
        }
    }
    assert!(elenchi >= 15, "{elenchi}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn trenta_righe_sono_due_pagine(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let c = app.applicazione();
    for n in 0..30 {
        let corpo = json!({
            "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": format!("Rata {n}"), "importo": 1,
            "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
            "voci": [{"idVocePendenza": "1", "importo": 1, "descrizione": "v", "codEntrata": "TARI"}]
        });
        c.put(&format!("/pendenze/GESTIONALE/P{n}"), &corpo).await.con_stato(201);
    }
    let bo = app.backoffice();
    let mut scritti = 0;
    while scritti < 30 {
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
        let v = bo.get("/eventi?tipoEvento=addPendenza&risultatiPerPagina=0").await.json();
        scritti = v["numRisultati"].as_i64().expect("un numero");
    }
    for (c, elenco, tetto) in [(&c, "/pendenze", false), (&bo, "/eventi?tipoEvento=addPendenza", true)] {
        let prima = c.get(elenco).await.con_stato(200).json();
        let righe = prima["risultati"].as_array().expect("le righe");
        let membri: Vec<&str> = prima.as_object().expect("un oggetto").keys().map(String::as_str).collect();
        let mut attesi =
            vec!["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "prossimiRisultati"];
        if tetto {
            attesi.push("maxRisultati");
        }
        attesi.push("risultati");
        assert_eq!((righe.len(), membri), (25, attesi), "{elenco}");
        assert_eq!(
            (&prima["numRisultati"], &prima["numPagine"], &prima["risultatiPerPagina"]),
            (&json!(30), &json!(2), &json!(25)),
            "{elenco}"
        );
        // Relative: the whole address of the next page on this server.
        let link = prima["prossimiRisultati"].as_str().expect("il collegamento");
        let (utente, password) = if tetto { AMMINISTRATORE } else { GESTIONALE };
        let seconda = app.cliente("").come(utente, password).get(link).await.con_stato(200).json();
        let altre = seconda["risultati"].as_array().expect("le righe");
        assert_eq!((altre.len(), seconda.get("prossimiRisultati")), (5, None), "{elenco}");
        assert!(altre.iter().all(|r| !righe.contains(r)), "{elenco}");
        let oltre = app.cliente("").come(utente, password);
        let oltre = oltre.get(&link.replace("pagina=2", "pagina=3")).await.con_stato(200).json();
        assert_eq!((&oltre["risultati"], &oltre["numRisultati"]), (&json!([]), &json!(30)), "{elenco}");
    }
}
