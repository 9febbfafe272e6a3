//! GET `/documenti/.../{numeroDocumento}/avvisi` (spec 20 section 8 and Done when 10).

use super::*;
use domain::pendenza::StatoPendenza;
use rstest::rstest;
use std::io::Write as _;
use std::process::{Command, Stdio};
use testkit::Backend;

/// A page each: the words of a PDF, as `pdftotext` reads them.
fn pagine(pdf: &[u8]) -> Vec<String> {
    let mut figlio = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext (pacchetto poppler-utils)");
    figlio.stdin.take().expect("stdin").write_all(pdf).expect("scrittura");
    let esito = figlio.wait_with_output().expect("pdftotext");
    assert!(esito.status.success(), "{}", String::from_utf8_lossy(&esito.stderr));
    let testo = String::from_utf8(esito.stdout).expect("UTF-8");
    let pagine = testo.trim_end_matches('\u{c}').split('\u{c}');
    pagine.map(|p| p.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// `3010 0000 0000 0001 44`.
fn a_gruppi(nav: &str) -> String {
    nav.as_bytes().chunks(4).map(|c| std::str::from_utf8(c).expect("cifre")).collect::<Vec<_>>().join(" ")
}

async fn carica(app: &TestApp, id: &str, opzione: Value) -> String {
    let mut documento = json!({ "identificativo": "DOC1", "descrizione": "Accertamento 7" });
    let o = documento.as_object_mut().expect("oggetto");
    o.extend(opzione.as_object().expect("oggetto").clone());
    let r = put(app, id, &con(&minima(), "/documento", documento)).await;
    r.con_stato(201).json()["numeroAvviso"].as_str().expect("NAV").to_owned()
}

/// Which of the notices stand on the pages, in order.
fn ordine<'a>(pagine: &[String], avvisi: &[(&'a str, String)]) -> Vec<&'a str> {
    let testo = pagine.join(" ");
    let mut trovati: Vec<(usize, &str)> =
        avvisi.iter().filter_map(|(id, nav)| Some((testo.find(&a_gruppi(nav))?, *id))).collect();
    trovati.sort_unstable();
    trovati.into_iter().map(|(_, id)| id).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_documento_e_un_file_solo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let mut avvisi = Vec::new();
    // Loaded in no order.
    for (id, opzione) in [
        ("R2", json!({ "rata": 2 })),
        ("UNICA", json!({})),
        ("R3", json!({ "rata": 3 })),
        ("R1", json!({ "rata": 1 })),
    ] {
        avvisi.push((id, carica(&app, id, opzione).await));
    }
    let c = app.applicazione();
    let mio = format!("/documenti/{DOMINIO}/DOC1/avvisi");
    let dei_backoffice = format!("/documenti/GESTIONALE/{DOMINIO}/DOC1/avvisi");
    let stampato = in_pdf(&c, &mio).await.con_stato(200);
    assert_eq!(
        (stampato.intestazione("Content-Type"), stampato.intestazione("Content-Disposition")),
        (Some("application/pdf"), Some(format!("attachment; filename=\"{DOMINIO}_DOC1.pdf\"").as_str()))
    );
    let letto = pagine(stampato.corpo());
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (1, vec!["UNICA", "R1", "R2", "R3"]));
    for atteso in ["Accertamento 7", "Rata 1", "Rata 2", "Rata 3", "DATI PER IL PAGAMENTO"] {
        assert!(letto[0].contains(atteso), "manca {atteso} in {}", letto[0]);
    }
    let bo = app.backoffice();
    assert_eq!(in_pdf(&bo, &dei_backoffice).await.con_stato(200).corpo(), stampato.corpo());

    // What is paid or annulled is left out, what has expired is not.
    paga(&app, "R1", StatoPendenza::Eseguito).await;
    cambia(&app, "R2", |p| p.stato = StatoPendenza::Annullato).await;
    let scaduta = json!({ "identificativo": "DOC1", "descrizione": "Accertamento 7", "rata": 3 });
    let scaduta = con(&con(&minima(), "/documento", scaduta), "/dataScadenza", json!("2020-01-01"));
    put(&app, "R3", &scaduta).await.con_stato(200);
    let letto = pagine(in_pdf(&c, &mio).await.con_stato(200).corpo());
    assert_eq!(ordine(&letto, &avvisi), ["UNICA", "R3"]);
    // Only those asked, among what can be paid.
    let numeri = format!("{mio}?numeriAvviso={}&numeriAvviso={}", avvisi[2].1, avvisi[0].1);
    let letto = pagine(in_pdf(&c, &numeri).await.con_stato(200).corpo());
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (1, vec!["R3"]));
    assert!(letto[0].contains("Rata 3 - Accertamento 7"), "{}", letto[0]);
    let quale = format!("[IdDominio:{DOMINIO}, NumeroDocumento:DOC1]");
    let pagata = format!("{mio}?numeriAvviso={}", avvisi[3].1);
    assert_eq!(
        in_pdf(&c, &pagata).await.errore(),
        errore(
            422,
            "SEMANTICA",
            format!(
                "I numeri avviso indicati [{}] non individuano alcuna pendenza valida da includere nella \
                 stampa del documento {quale}",
                avvisi[3].1
            )
        )
    );
    for id in ["UNICA", "R3"] {
        paga(&app, id, StatoPendenza::Eseguito).await;
    }
    assert_eq!(
        in_pdf(&c, &mio).await.errore(),
        errore(
            422,
            "SEMANTICA",
            format!("Non sono state trovate pendenze da includere nella stampa del documento {quale}")
        )
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_soglie_hanno_il_loro_ordine(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let mut avvisi = Vec::new();
    let soglia = |tipo: &str, giorni: i64| json!({ "soglia": { "tipo": tipo, "giorni": giorni } });
    for (id, opzione) in [
        ("O30", soglia("OLTRE", 30)),
        ("E30", soglia("ENTRO", 30)),
        ("E5", soglia("ENTRO", 5)),
        ("R9", json!({ "rata": 9 })),
    ] {
        avvisi.push((id, carica(&app, id, opzione).await));
    }
    let letto = pagine(
        in_pdf(&app.applicazione(), &format!("/documenti/{DOMINIO}/DOC1/avvisi"))
            .await
            .con_stato(200)
            .corpo(),
    );
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (2, vec!["R9", "E5", "E30", "O30"]));
    assert!(letto.join(" ").contains("Oltre 30 giorni"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_documento_in_due_lingue(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = app.applicazione();
    let mut avvisi = Vec::new();
    for (id, opzione) in [
        ("UNICA", json!({})),
        ("R1", json!({ "rata": 1 })),
        ("R2", json!({ "rata": 2 })),
        ("R3", json!({ "rata": 3 })),
    ] {
        avvisi.push((id, carica(&app, id, opzione).await));
    }
    let mio = format!("/documenti/{DOMINIO}/DOC1/avvisi");
    let stampa =
        async |query: &str| pagine(in_pdf(&c, &format!("{mio}{query}")).await.con_stato(200).corpo());
    let tutti = vec!["UNICA", "R1", "R2", "R3"];
    // Asked for: the single option, two rate, the last one.
    let letto = stampa("?linguaSecondaria=fr").await;
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (3, tutti.clone()));
    assert!(
        letto[0].contains("AVIS DE PAIEMENT") && letto[0].contains("Rata UNICA entro il · Paiement unique")
    );
    assert!(letto[1].contains("Rate 1 e 2 - Accertamento 7 Tranches 1 et 2"), "{}", letto[1]);
    assert!(letto[2].contains("Rata 3 - Accertamento 7 Tranche 3"), "{}", letto[2]);
    let bo = app.backoffice();
    let suo = format!("/documenti/GESTIONALE/{DOMINIO}/DOC1/avvisi?linguaSecondaria=fr");
    assert_eq!(pagine(in_pdf(&bo, &suo).await.con_stato(200).corpo()), letto);
    // The first of those printed names it for all, and decides of the note on the amount.
    let nomina = async |id: &str, opzione: Value, proprieta: Value| {
        let mut documento = json!({ "identificativo": "DOC1", "descrizione": "Accertamento 7" });
        documento.as_object_mut().expect("oggetto").extend(opzione.as_object().expect("oggetto").clone());
        let p = con(&con(&minima(), "/documento", documento), "/proprieta", proprieta);
        put(&app, id, &p).await.con_stato(200);
    };
    nomina("R1", json!({ "rata": 1 }), json!({ "linguaSecondaria": "sl" })).await;
    assert_eq!(stampa("").await.len(), 1, "Italian alone");
    nomina(
        "UNICA",
        json!({}),
        json!({
            "linguaSecondaria": "de", "linguaSecondariaCausale": "Feststellung 7",
            "informativaImportoAvviso": "Nota di tutti"
        }),
    )
    .await;
    let letto = stampa("").await;
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (3, tutti));
    assert!(letto[0].contains("ZAHLUNGSMITTEILUNG") && letto[0].contains("Feststellung 7"), "{}", letto[0]);
    assert!(letto[1].contains("Raten 1 und 2") && !letto[1].contains("Obrok"), "{}", letto[1]);
    assert_eq!(stampa("?linguaSecondaria=false").await.len(), 1);
    // Without the single option the first is the first rata, in its own language; of two a summary too.
    paga(&app, "UNICA", StatoPendenza::Eseguito).await;
    let letto = stampa("").await;
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (2, vec!["R1", "R2", "R3"]));
    assert!(letto[0].contains("Rata 1 entro il · Obrok 1, rok plačila"), "{}", letto[0]);
    paga(&app, "R1", StatoPendenza::Eseguito).await;
    let letto = stampa("?linguaSecondaria=en").await;
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (2, vec!["R2", "R3"]));
    assert!(letto[0].contains("201,00 Euro") && letto[0].contains("in 2 instalments"), "{}", letto[0]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_multa_ha_due_importi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = app.applicazione();
    let mut avvisi = Vec::new();
    let soglia = |tipo: &str| json!({ "soglia": { "tipo": tipo } });
    for (id, tipo) in [("RIDOTTO", "RIDOTTO"), ("SCONTATO", "SCONTATO")] {
        avvisi.push((id, carica(&app, id, soglia(tipo)).await));
    }
    let mio = format!("/documenti/{DOMINIO}/DOC1/avvisi");
    let italiano = in_pdf(&c, &mio).await.con_stato(200);
    let letto = pagine(italiano.corpo());
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (1, vec!["SCONTATO", "RIDOTTO"]));
    for atteso in [
        "IMPORTO SCONTATO DEL 30%",
        "IMPORTO RIDOTTO",
        "entro 5 giorni dalla notifica del verbale",
        "dal 6° al 60° giorno dalla notifica del verbale",
        "Come si calcolano le scadenze?",
    ] {
        assert!(letto[0].contains(atteso), "{atteso}: {}", letto[0]);
    }
    // In two languages it is served in Italian, not refused.
    let tedesco = in_pdf(&c, &format!("{mio}?linguaSecondaria=de")).await.con_stato(200);
    assert_eq!(tedesco.corpo(), italiano.corpo());
    // To a postal account: two notices with their slips.
    let conto = json!({ "postale": true, "abilitato": true });
    let iban = crate::pendenze_v2::IBAN;
    app.backoffice().put(&format!("/domini/{DOMINIO}/contiAccredito/{iban}"), &conto).await.con_stato(200);
    let letto = pagine(in_pdf(&c, &mio).await.con_stato(200).corpo());
    assert_eq!((letto.len(), ordine(&letto, &avvisi)), (2, vec!["SCONTATO", "RIDOTTO"]));
    assert!(letto.iter().all(|p| p.contains("BOLLETTINO POSTALE PA")), "{letto:?}");
    // One of the two alone is a notice like the others.
    let nav = &avvisi[1].1;
    let solo = in_pdf(&c, &format!("{mio}?numeriAvviso={nav}&linguaSecondaria=de")).await.con_stato(200);
    let letto = pagine(solo.corpo());
    assert!(letto[0].contains("Importo scontato del 30%") && letto[0].contains("30 % Nachlass"), "{letto:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_si_stampa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = app.applicazione();
    let mio = format!("/documenti/{DOMINIO}/DOC1/avvisi");
    let suo = format!("/documenti/GESTIONALE/{DOMINIO}/DOC1/avvisi");
    let nessuno = errore(404, "404000", "Nessun documento trovato");
    assert_eq!(in_pdf(&c, &mio).await.errore(), nessuno);
    let bo = app.backoffice();
    assert_eq!(in_pdf(&bo, &suo).await.errore(), nessuno);
    carica(&app, "P1", json!({ "rata": 1 })).await;
    in_pdf(&c, &mio).await.con_stato(200);
    // A PDF or nothing.
    for r in [in_json(&c, &mio).await, c.get(&mio).await, in_json(&bo, &suo).await] {
        assert_eq!((r.stato(), r.errore().1.as_str()), (406, "406000"), "{}", r.testo());
    }
    for (coda, campo) in [
        ("/documenti/1/DOC1/avvisi".to_owned(), "idDominio"),
        (format!("/documenti/{DOMINIO}/a%20b/avvisi"), "numeroDocumento"),
        (format!("{mio}?numeriAvviso=12"), "numeroAvviso"),
        (format!("{mio}?linguaSecondaria=es"), "linguaSecondaria"),
    ] {
        let (stato, codice, dettaglio) = in_pdf(&c, &coda).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{coda}");
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
    let (stato, _, dettaglio) =
        in_pdf(&bo, &format!("/documenti/a%20b/{DOMINIO}/DOC1/avvisi")).await.errore();
    assert!(stato == 400 && dettaglio.contains("idA2A"), "{dettaglio}");
    // Each applicazione has its own documents; an operatore those of its domini.
    assert_eq!(in_pdf(&c.come("poco", "Poco2026aa"), &mio).await.errore(), nessuno);
    let altrove = operatore(&app, "altrove", &["R"], json!(["33333333333"]), json!(["*"])).await;
    let ufficio = json!([{ "idDominio": DOMINIO, "unitaOperative": ["UO1"] }]);
    let ufficio = operatore(&app, "ufficio", &["R"], ufficio, json!(["*"])).await;
    for chi in [altrove, ufficio] {
        let (stato, codice, _) = in_pdf(&chi, &suo).await.errore();
        assert_eq!((stato, codice.as_str()), (403, "403000"));
    }
    // One stamp among the notices is enough.
    let documento = json!({ "identificativo": "DOC1", "descrizione": "Accertamento 7", "rata": 2 });
    let con_bollo = con(&con(&minima(), "/voci/0", bollo("v1", "100.50")), "/documento", documento);
    put(&app, "P2", &con_bollo).await.con_stato(201);
    let rifiutato = errore(
        422,
        "SEMANTICA",
        "Stampa Documento non disponibile: sono presenti dei pagamenti di Marca da Bollo",
    );
    assert_eq!(in_pdf(&c, &mio).await.errore(), rifiutato);
    assert_eq!(in_pdf(&bo, &suo).await.errore(), rifiutato);
}
