//! Lists of attempts of API Pendenze and Backoffice, and the attempts of the Backoffice one by one (spec 30
//! 10.3, 10.4, 10.8).

use super::*;
use http::Method;
use pagopa::ccp::EsitoRicevuta;
use rstest::rstest;
use testkit::BACKOFFICE;

const V1: &str = "/govpay/backend/api/pendenze/rs/basic/v1";
const PASSWORD: &str = "Operatore1";

/// P1 paid, P2 being paid, P3 not paid, P4 of another applicazione and paid; a minute passes between them.
/// Gives back their notices.
async fn scena(app: &TestApp) -> [String; 4] {
    let altra = json!({
        "principal": "altra", "password": "Altra2026aa", "abilitato": true, "apiPendenze": true,
        "domini": ["*"], "tipiPendenza": ["*"]
    });
    let bo = app.backoffice();
    bo.put("/applicazioni/ALTRA", &altra).await.con_stato(201);
    bo.put("/tipiPendenza/IMU", &json!({"descrizione": "Imposta"})).await.con_stato(201);
    bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/IMU"), &json!({})).await.con_stato(201);
    let uo = json!({"ragioneSociale": "Ufficio", "abilitato": true});
    bo.put(&format!("/domini/{DOMINIO}/unitaOperative/UO1"), &uo).await.con_stato(201);
    let avvisi = [1, 2, 3, 4].map(nav);
    let mut dati = None;
    for (i, n) in avvisi.iter().enumerate() {
        let id = format!("P{}", i + 1);
        let mut p = corpo(n, &[voce("V1", 45.01)]);
        if i == 2 {
            p["idTipoPendenza"] = json!("IMU");
            p["idUnitaOperativa"] = json!("UO1");
            p["direzione"] = json!("Nord");
            p["divisione"] = json!("Uno");
            p["tassonomia"] = json!("Imposte");
            p["soggettoPagatore"]["identificativo"] = json!("VRDNNA80A41H501X");
            p["soggettoPagatore"]["anagrafica"] = json!("Anna Verdì");
        }
        if i == 3 {
            p["direzione"] = json!("Sud");
            let c = app.applicazione().come("altra", "Altra2026aa");
            c.put("/pendenze/ALTRA/P4", &p).await.con_stato(201);
        } else {
            carica(app, &id, &p).await;
        }
        // Of an attempt that was asked for no receipt can say that it was not paid: P3 has no stored request.
        if i != 2 {
            dati = Some(attivata(app, Versione::V2, n).await);
        }
        app.orologio().avanza(Duration::from_secs(30));
        let di_chi = dati.as_ref().expect("un'attivazione");
        let mut r = ricevuta(Versione::V2, di_chi, n, &format!("R{}", i + 1));
        match i {
            1 => {}
            2 => {
                r.ricevuta.creditor_reference_id = iuv(n).to_owned();
                r.ricevuta.outcome = EsitoRicevuta::Ko;
                r.ricevuta.payment_amount = Importo::da_centesimi(0);
                accettata(app, &r).await;
            }
            _ => accettata(app, &r).await,
        }
        app.orologio().avanza(Duration::from_secs(30));
    }
    avvisi
}

/// The references of the rows, in order.
fn trovate(busta: &Value) -> Vec<&str> {
    let righe = busta["risultati"].as_array().expect("risultati");
    righe.iter().map(|r| r["rpt"]["creditorReferenceId"].as_str().expect("creditorReferenceId")).collect()
}

async fn elenco(c: &Cliente, query: &str) -> Value {
    c.get(&format!("/rpp?{query}")).await.con_stato(200).json()
}

async fn operatore(app: &TestApp, nome: &str, domini: Value, tipi: Value) -> Cliente {
    let corpo = json!({
        "ragioneSociale": nome, "abilitato": true, "password": PASSWORD,
        "acl": [{ "servizio": "Pendenze", "autorizzazioni": ["R"] }], "domini": domini, "tipiPendenza": tipi
    });
    app.backoffice().put(&format!("/operatori/{nome}"), &corpo).await.con_stato(201);
    app.cliente(BACKOFFICE).come(nome, PASSWORD)
}

fn membri(v: &Value) -> Vec<&str> {
    v.as_object().expect("un oggetto").keys().map(String::as_str).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_riga_e_la_busta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let (v2, bo) = (app.applicazione(), app.backoffice());
    let v1 = app.cliente(V1).come(testkit::GESTIONALE.0, testkit::GESTIONALE.1);
    let vuota = r#"{"numRisultati":0,"numPagine":1,"risultatiPerPagina":25,"pagina":1,"risultati":[]}"#;
    assert_eq!(elenco(&v2, "").await.to_string(), vuota);
    let avvisi = scena(&app).await;
    let [p1, p2, p3, p4] = avvisi.each_ref().map(|n| iuv(n));

    // Newest first; a row of v2 and of the Backoffice is the attempt as its detail shows it.
    let b = elenco(&v2, "maxRisultati=true").await;
    assert_eq!(membri(&b), ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "risultati"]);
    assert_eq!((trovate(&b), &b["numRisultati"]), (vec![p2, p1, p3], &json!(3)));
    let dettaglio = v2.get(&format!("/rpp/{DOMINIO}/{p1}/R1")).await.con_stato(200).json();
    assert_eq!(b["risultati"][1], dettaglio);
    assert_eq!(membri(&dettaglio), ["stato", "rpt", "rt", "pendenza"]);
    assert_eq!(membri(&b["risultati"][0]), ["stato", "rpt", "pendenza"]);
    assert!(dettaglio["pendenza"].get("pagamenti").is_none());
    // One whose request was never stored is of the day of its receipt, and its request is rebuilt.
    let ricostruita = v2.get(&format!("/rpp/{DOMINIO}/{p3}/R3")).await.con_stato(200).json();
    assert_eq!(b["risultati"][2], ricostruita);

    let b = elenco(&bo, "").await;
    let attesi = ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "maxRisultati", "risultati"];
    assert_eq!((membri(&b), trovate(&b)), (attesi.to_vec(), vec![p4, p2, p1, p3]));
    for (riga, chiave) in [(2, format!("{p1}/R1")), (0, format!("{p4}/R4"))] {
        let dettaglio = bo.get(&format!("/rpp/{DOMINIO}/{chiave}")).await.con_stato(200).json();
        assert_eq!(b["risultati"][riga], dettaglio);
        assert_eq!(membri(&dettaglio), ["stato", "rpt", "rt", "pendenza", "bloccante", "modello"]);
        assert_eq!(dettaglio["modello"], "Pagamento ad iniziativa PSP");
        assert!(dettaglio["pendenza"]["dominio"].is_object(), "{dettaglio}");
    }
    let dentro = bo.get("/pendenze/GESTIONALE/P1").await.con_stato(200).json()["rpp"].clone();
    assert_eq!(dentro, json!([b["risultati"][2]]));

    let b = elenco(&v1, "").await;
    assert_eq!(membri(&b), ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "risultati"]);
    assert_eq!(b["risultati"][1]["pendenza"], "/pendenze/GESTIONALE/P1");
    let intera = v1.get("/pendenze/GESTIONALE/P1").await.con_stato(200).json();
    assert_eq!(b["risultati"][1], intera["rpp"][0]);
    let campi = elenco(&v2, "campi=stato&risultatiPerPagina=1").await;
    assert_eq!(campi["risultati"], json!([{ "stato": "RPT_ACCETTATA_NODO" }]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_filtro_trova_i_suoi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let inizio = app.engine().adesso();
    let avvisi = scena(&app).await;
    let dopo = |secondi: i64| {
        let t = inizio.piu_secondi(secondi).iso_millis_zona();
        t.replace('+', "%2B")
    };
    let (v2, bo) = (app.applicazione(), app.backoffice());
    let v1 = app.cliente(V1).come(testkit::GESTIONALE.0, testkit::GESTIONALE.1);
    let (n1, i3) = (&avvisi[0], iuv(&avvisi[2]));
    // Numbers of the pendenze, newest first, in each of the three contracts; `-`: it has no such filter.
    for (query, in_v1, in_v2, nel_bo) in [
        (format!("idDominio={DOMINIO}"), "213", "213", "4213"),
        ("idDominio=99999999999".to_owned(), "", "", ""),
        (format!("iuv={i3}"), "3", "3", "3"),
        (format!("iuv={n1}"), "1", "1", "1"),
        (format!("iuv={}", &i3[..10]), "", "", ""),
        ("ccp=R3".to_owned(), "3", "3", "3"),
        ("ccp=R".to_owned(), "", "", ""),
        // Whatever is asked, it is the caller's own.
        ("idA2A=ALTRA".to_owned(), "213", "213", "4"),
        ("idA2A=GESTIONALE&idPendenza=P2".to_owned(), "2", "2", "2"),
        ("idPendenza=P4".to_owned(), "", "", "4"),
        ("idPagamento=abc".to_owned(), "", "", ""),
        ("esito=ESEGUITO".to_owned(), "1", "-", "41"),
        ("esito=NON_ESEGUITO".to_owned(), "3", "-", "3"),
        ("esito=IN_CORSO".to_owned(), "2", "-", "2"),
        ("esito=DECORENNZA_PARZIALE".to_owned(), "", "-", ""),
        ("esito=DECORRENZA_PARZIALE".to_owned(), "", "-", ""),
        ("esitoPagamento=ESEGUITO".to_owned(), "-", "1", "-"),
        ("esitoPagamento=IN_CORSO".to_owned(), "-", "2", "-"),
        ("idDebitore=vrdnna80a41h501x".to_owned(), "-", "3", "3"),
        (format!("dataDa={}", dopo(50)), "2", "-", "-"),
        (format!("dataDa={}&dataA={}", dopo(50), dopo(110)), "2", "-", "-"),
        (format!("dataRptDa={}", dopo(50)), "-", "2", "42"),
        (format!("dataRptA={}", dopo(50)), "-", "13", "13"),
        (format!("dataRtDa={}", dopo(0)), "-", "13", "413"),
        (format!("dataRtDa={}&dataRtA={}", dopo(20), dopo(60)), "-", "1", "1"),
        ("direzione=Nord&direzione=Sud".to_owned(), "-", "-", "43"),
        ("direzione=Nord".to_owned(), "-", "-", "3"),
        ("direzione=Nor".to_owned(), "-", "-", ""),
        ("divisione=Uno".to_owned(), "-", "-", "3"),
        ("tassonomia=Imposte".to_owned(), "-", "-", "3"),
        ("tassonomia=Imp".to_owned(), "-", "-", ""),
        ("idUnita=UO1".to_owned(), "-", "-", "3"),
        ("idUnita=EC".to_owned(), "-", "-", "421"),
        ("idTipoPendenza=IMU".to_owned(), "-", "-", "3"),
        ("anagraficaDebitore=VERD%C3%8C".to_owned(), "-", "-", "3"),
        ("anagraficaDebitore=rossi".to_owned(), "-", "-", "421"),
        ("ordinamento=dataRichiesta".to_owned(), "312", "312", "3124"),
        ("ordinamento=-dataRichiesta".to_owned(), "213", "213", "4213"),
        ("ordinamento=stato,-dataRichiesta".to_owned(), "213", "213", "2413"),
        ("ordinamento=-stato,%2BdataRichiesta".to_owned(), "312", "312", "3142"),
    ] {
        for (dove, c, attesi) in [("v1", &v1, in_v1), ("v2", &v2, in_v2), ("bo", &bo, nel_bo)] {
            if attesi == "-" {
                continue;
            }
            let b = elenco(c, &query).await;
            let attesi: Vec<&str> = attesi
                .chars()
                .map(|n| iuv(&avvisi[n.to_digit(10).expect("una cifra") as usize - 1]))
                .collect();
            assert_eq!(trovate(&b), attesi, "{dove} {query}");
            assert_eq!(b["numRisultati"], json!(attesi.len()), "{dove} {query}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_si_puo_chiedere(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let n = carica_una(&app, 1).await;
    attivata(&app, Versione::V2, &n).await;
    let (v2, bo) = (app.applicazione(), app.backoffice());
    let v1 = app.cliente(V1).come(testkit::GESTIONALE.0, testkit::GESTIONALE.1);
    let esiti =
        "IN_CORSO, RIFIUTATO, ESEGUITO, NON_ESEGUITO, ESEGUITO_PARZIALE, DECORRENZA, DECORRENZA_PARZIALE";
    let pattern = |campo: &str, v: &str, p: &str| {
        format!("Il valore [{v}] del campo {campo} non rispetta il pattern richiesto: {p}")
    };
    for (c, query, stato, codice, testo) in [
        (&v1, "esito=BOH", 400, "SINTASSI", format!(
            "Codifica inesistente per esito. Valore fornito [BOH] valori possibili [{esiti}, DECORENNZA_PARZIALE]"
        )),
        (&v2, "esitoPagamento=BOH", 400, "SINTASSI", format!(
            "Codifica inesistente per esitoPagamento. Valore fornito [BOH] valori possibili [{esiti}]"
        )),
        (&v2, "idDominio=123", 400, "SINTASSI", pattern("idDominio", "123", "[0-9]{11}")),
        (&v1, "idA2A=a%20b", 400, "SINTASSI", pattern("idA2A", "a b", r"[a-zA-Z0-9\-_]{1,35}")),
        (&v2, "dataRtDa=ieri", 400, "SINTASSI",
            "Il formato della data indicata [ieri] per il parametro [dataRtDa] non e' valido.".to_owned()),
        (&bo, "ordinamento=iuv", 422, "100001",
            "Il campo iuv non e' valido per ordinare la ricerca in corso. Campi consentiti: [dataRichiesta, stato]"
                .to_owned()),
        (&bo, "retrocompatibilitaMessaggiPagoPAV1=boh", 400, "SINTASSI",
            "Il valore indicato per il parametro retrocompatibilitaMessaggiPagoPAV1 non e' valido.".to_owned()),
        (&bo, "retrocompatibilitaMessaggiPagoPAV1=true", 422, "SEMANTICA",
            "La conversione dei messaggi pagoPA nel formato V1 non e' disponibile.".to_owned()),
    ] {
        let r = c.get(&format!("/rpp?{query}")).await;
        assert_eq!(r.errore(), (stato, codice.to_owned(), testo), "{query}");
    }
    elenco(&bo, "retrocompatibilitaMessaggiPagoPAV1=false&visualizzaSoggettoDebitore=true").await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ognuno_vede_i_suoi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let avvisi = scena(&app).await;
    let [p1, p2, p3, p4] = avvisi.each_ref().map(|n| iuv(n));
    let altra = app.applicazione().come("altra", "Altra2026aa");
    assert_eq!(trovate(&elenco(&altra, "").await), [p4]);
    // Its domini and tipi do not restrict its own; without any tipo there is no list.
    let poco = |tipi: Value| {
        json!({
            "principal": "altra", "password": "Altra2026aa", "abilitato": true, "apiPendenze": true,
            "domini": [], "tipiPendenza": tipi
        })
    };
    app.backoffice().put("/applicazioni/ALTRA", &poco(json!(["IMU"]))).await.con_stato(200);
    assert_eq!(trovate(&elenco(&altra, "").await), [p4]);
    app.backoffice().put("/applicazioni/ALTRA", &poco(json!([]))).await.con_stato(200);
    let negata = |chi: &str, vocale: char, cosa: &str| {
        let testo = format!("{chi} non autorizzat{vocale} ad accedere alla risorsa richiesta per {cosa}.");
        (403, "403000".to_owned(), testo)
    };
    let r = altra.get("/rpp").await.errore();
    assert_eq!(r, negata("Applicazione [ALTRA]", 'a', "nessun Tipo Pendenza"));

    let con_uo = json!([{ "idDominio": DOMINIO, "unitaOperative": ["UO1"] }]);
    for (nome, domini, tipi, attesi) in [
        ("tutto", json!(["*"]), json!(["*"]), vec![p4, p2, p1, p3]),
        ("imu", json!([DOMINIO]), json!(["IMU"]), vec![p3]),
        // By domini, not by offices.
        ("ufficio", con_uo, json!(["*"]), vec![p4, p2, p1, p3]),
        ("altrove", json!([ALTRO]), json!(["*"]), vec![]),
    ] {
        if nome == "altrove" {
            let d =
                json!({"ragioneSociale": "B", "intermediato": false, "abilitato": true, "scaricaFr": false});
            app.backoffice().put(&format!("/domini/{ALTRO}"), &d).await.con_stato(201);
        }
        let c = operatore(&app, nome, domini, tipi).await;
        assert_eq!(trovate(&elenco(&c, "").await), attesi, "{nome}");
        assert_eq!(trovate(&elenco(&c, &format!("idDominio={DOMINIO}")).await), attesi, "{nome}");
        for (i, ccp) in [(p1, "R1"), (p3, "R3"), (p4, "R4")] {
            let atteso = if attesi.contains(&i) { 200 } else { 403 };
            for coda in ["", "/rpt", "/rt"] {
                let r = c.get(&format!("/rpp/{DOMINIO}/{i}/{ccp}{coda}")).await;
                assert_eq!(r.stato(), atteso, "{nome} {i}{coda}: {}", r.testo());
            }
        }
    }
    let c = operatore(&app, "senzaDomini", json!([]), json!(["*"])).await;
    assert_eq!(c.get("/rpp").await.errore(), negata("Operatore [senzaDomini]", 'o', "nessun Dominio"));
    let c = operatore(&app, "senzaTipi", json!(["*"]), json!([])).await;
    assert_eq!(c.get("/rpp").await.errore(), negata("Operatore [senzaTipi]", 'o', "nessun Tipo Pendenza"));
    let c = app.cliente(BACKOFFICE).come("imu", PASSWORD);
    let r = c.get(&format!("/rpp/{DOMINIO}/{p1}/R1")).await.errore();
    assert_eq!(r, negata("Operatore [imu]", 'o', "il TipoPendenza [TARI]"));
    let r = app.backoffice().get(&format!("/rpp/{DOMINIO}/{p1}/ignota")).await.errore();
    let testo = format!("RPP [IdDominio:{DOMINIO}, IUV:{p1}, CCP:ignota] inesistente");
    assert_eq!(r, (404, "404000".to_owned(), testo));
    // Of the Backoffice, too, the documents are the bytes that came.
    let bo = app.backoffice();
    let percorso = format!("/rpp/{DOMINIO}/{p1}/R1/rt");
    let xml =
        bo.manda(bo.richiesta(Method::GET, &percorso).header("Accept", "text/xml")).await.con_stato(200);
    let suo = app.applicazione();
    let uguale = suo.manda(suo.richiesta(Method::GET, &percorso).header("Accept", "text/xml")).await;
    assert_eq!(xml.corpo(), uguale.con_stato(200).corpo());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_pagine_e_quanto_costano(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = quieta(backend).await;
    // All in the same instant: only the key tells them apart.
    for n in 1..=30 {
        let n = carica_una(&app, n).await;
        attivata(&app, Versione::V2, &n).await;
    }
    for c in [app.applicazione(), app.backoffice()] {
        let prima = elenco(&c, "metadatiPaginazione=true").await;
        assert_eq!((&prima["numRisultati"], &prima["numPagine"]), (&json!(30), &json!(2)));
        let altra = prima["prossimiRisultati"].as_str().expect("prossimi");
        assert!(altra.ends_with("/rpp?metadatiPaginazione=true&pagina=2&risultatiPerPagina=25"), "{altra}");
        let seconda = elenco(&c, altra.split_once('?').expect("query").1).await;
        let mut tutte = [trovate(&prima), trovate(&seconda)].concat();
        assert_eq!((tutte.len(), seconda.get("prossimiRisultati")), (30, None));
        tutte.sort_unstable();
        tutte.dedup();
        assert_eq!(tutte.len(), 30, "ogni riga una volta");
    }
    // The giornale of what came before is written after the answers.
    let mut prima = app.conteggi();
    while {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let adesso = app.conteggi();
        std::mem::replace(&mut prima, adesso) != adesso
    } {}
    for (query, letture) in [("", 2), ("metadatiPaginazione=false", 1), ("risultatiPerPagina=0", 1)] {
        let prima = app.conteggi();
        elenco(&app.applicazione(), query).await;
        assert_eq!(app.conteggi().da(prima).letture, letture, "{query}");
    }
}

/// Requests that were never stored are rebuilt from voci that are read together, not row by row.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_richieste_mai_viste_costano_una_lettura(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = quieta(backend).await;
    let modello = carica_una(&app, 0).await;
    let dati = attivata(&app, Versione::V2, &modello).await;
    for n in 1..=4 {
        let avviso = carica_una(&app, n).await;
        let mut r = ricevuta(Versione::V2, &dati, &avviso, &format!("R{n}"));
        r.ricevuta.creditor_reference_id = iuv(&avviso).to_owned();
        accettata(&app, &r).await;
    }
    let bo = app.backoffice();
    let mute = bo.get("/rpp?ordinamento=-dataRichiesta").await.con_stato(200).json();
    let mut iuv_visti = trovate(&mute);
    iuv_visti.sort_unstable();
    let mut attesi: Vec<String> = (0..=4).map(|n| iuv(&nav(n)).to_owned()).collect();
    attesi.sort_unstable();
    assert_eq!(iuv_visti, attesi);
    crate::conti::riposo().await;
    let prima = app.conteggi();
    bo.get("/rpp?metadatiPaginazione=false").await.con_stato(200);
    let fatto = app.conteggi().da(prima);
    assert_eq!((fatto.letture, fatto.commit), (2, 0));
}
