//! The notice on paper: GET `/avvisi/{idDominio}/{numeroAvviso}` as PDF and `stampaAvviso` (spec 20
//! section 8 and Done when 9, spec 60 Done when 22). What is on the page is proved in crate `stampe`.

use super::{DOMINIO, bollo, con, minima, paga, percorso, put, ricca};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use domain::pendenza::StatoPendenza;
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use std::io::Write as _;
use std::process::{Command, Stdio};
use testkit::{Backend, Cliente, Risposta, TestApp};

pub(super) const NAV: &str = "301000000000000144";
pub(super) const PDF: &[(&str, &str)] = &[("Accept", "application/pdf")];

pub(super) async fn avviso_di(c: &Cliente, percorso: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    let mut r = c.richiesta(Method::GET, percorso);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

pub(super) async fn avviso(app: &TestApp, numero: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    avviso_di(&app.applicazione(), &format!("/avvisi/{DOMINIO}/{numero}"), intestazioni).await
}

/// The words of a PDF, as `pdftotext` reads them.
pub(super) fn testo(pdf: &[u8]) -> String {
    let mut figlio = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext (pacchetto poppler-utils)");
    figlio.stdin.take().expect("stdin").write_all(pdf).expect("scrittura");
    let esito = figlio.wait_with_output().expect("pdftotext");
    assert!(esito.status.success(), "{}", String::from_utf8_lossy(&esito.stderr));
    String::from_utf8(esito.stdout).expect("UTF-8").split_whitespace().collect::<Vec<_>>().join(" ")
}

#[track_caller]
pub(super) fn e_un_pdf(r: Risposta, nome: &str) -> Vec<u8> {
    let r = r.con_stato(200);
    assert_eq!(r.intestazione("Content-Type"), Some("application/pdf"));
    let atteso = format!("attachment; filename=\"{nome}\"");
    assert_eq!(r.intestazione("Content-Disposition"), Some(atteso.as_str()));
    assert!(r.corpo().starts_with(b"%PDF-1."), "{:?}", r.corpo().get(..8));
    r.corpo().to_vec()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_pdf_dice_la_pendenza_com_e_adesso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let mut p = minima();
    p["soggettoPagatore"] =
        json!({ "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" });
    p["dataScadenza"] = json!("2026-12-31");
    put(&app, "P1", &p).await.con_stato(201);
    let nome = format!("{DOMINIO}_{NAV}.pdf");
    let primo = e_un_pdf(avviso(&app, NAV, PDF).await, &nome);
    let parole = testo(&primo);
    for atteso in [
        "AVVISO DI PAGAMENTO",
        "Mario Rossi",
        "RSSMRA30A01H501I",
        "100,50",
        "31/12/2026",
        "3010 0000 0000 0001 44",
    ] {
        assert!(parole.contains(atteso), "manca {atteso} in {parole}");
    }
    assert_eq!(e_un_pdf(avviso(&app, NAV, PDF).await, &nome), primo, "stessi dati, stessi byte");

    let mut q = con(&p, "/importo", json!(1234.5));
    q["voci"][0]["importo"] = json!(1234.5);
    put(&app, "P1", &q).await.con_stato(200);
    let parole = testo(&e_un_pdf(avviso(&app, NAV, PDF).await, &nome));
    assert!(parole.contains("1.234,50") && !parole.contains("100,50"), "{parole}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn si_stampa_in_ogni_stato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let nome = format!("{DOMINIO}_{NAV}.pdf");
    let scaduta = con(&minima(), "/dataScadenza", json!("2026-01-31"));
    put(&app, "P1", &scaduta).await.con_stato(201);
    e_un_pdf(avviso(&app, NAV, PDF).await, &nome);
    let annulla = json!([{"op": "REPLACE", "path": "/stato", "value": "ANNULLATA"}]);
    app.applicazione().patch(&percorso("P1"), &annulla).await.con_stato(200);
    e_un_pdf(avviso(&app, NAV, PDF).await, &nome);
    put(&app, "P1", &minima()).await.con_stato(200);
    for s in [StatoPendenza::ParzialmenteEseguito, StatoPendenza::Eseguito] {
        paga(&app, "P1", s).await;
        e_un_pdf(avviso(&app, NAV, PDF).await, &nome);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_lo_chiede_come_nel_2018_lo_riceve(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    put(&app, "P1", &minima()).await.con_stato(201);
    let nome = format!("{DOMINIO}_{NAV}.pdf");
    let tipo = ("Content-Type", "application/pdf");
    for intestazioni in [
        &[("Accept", "application/pdf")][..],
        &[("Accept", "application/json, application/pdf")],
        &[tipo],
        &[("Accept", "*/*"), tipo],
        &[("Accept", "text/html"), tipo],
    ] {
        e_un_pdf(avviso(&app, NAV, intestazioni).await, &nome);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn stampa_avviso_da_lo_stesso_pdf(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = app.applicazione();
    let con_stampa = |id: &str, query: &str| format!("{}{query}", percorso(id));
    for (stato, query) in [(201, "?stampaAvviso=true"), (200, "?stampaAvviso=TRUE")] {
        let r = c.put(&con_stampa("P1", query), &minima()).await.con_stato(stato).json();
        let membri: Vec<&String> = r.as_object().expect("un oggetto").keys().collect();
        assert_eq!(membri, ["idDominio", "numeroAvviso", "UUID", "pdf"]);
        let pdf = BASE64_STANDARD.decode(r["pdf"].as_str().expect("base64")).expect("base64");
        assert_eq!(pdf, e_un_pdf(avviso(&app, NAV, PDF).await, &format!("{DOMINIO}_{NAV}.pdf")));
    }
    for query in ["", "?stampaAvviso=false", "?stampaAvviso="] {
        let r = c.put(&con_stampa("P1", query), &minima()).await.con_stato(200).json();
        assert_eq!(r.get("pdf"), None, "{query}");
    }
    // A stamp has no notice on paper: neither here, nor asked for.
    let marca = con(&minima(), "/voci/0", bollo("v1", "100.50"));
    let r = c.put(&con_stampa("P2", "?stampaAvviso=true"), &marca).await.con_stato(201).json();
    assert_eq!(r.get("pdf"), None);
    let numero = r["numeroAvviso"].as_str().expect("NAV");
    assert_eq!(
        avviso(&app, numero, PDF).await.errore(),
        (422, "SEMANTICA".into(), "Avviso non disponibile per pagamenti di Marca da Bollo".into())
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_non_puo_e_chi_non_c_e(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    assert_eq!(
        avviso(&app, NAV, PDF).await.errore(),
        (404, "404000".into(), format!("Avviso [Dominio:{DOMINIO}, NumeroAvviso:{NAV}] inesistente"))
    );
    put(&app, "P1", &minima()).await.con_stato(201);
    let percorso = format!("/avvisi/{DOMINIO}/{NAV}");
    let poco = app.applicazione().come("poco", "Poco2026aa");
    assert_eq!(avviso_di(&poco, &percorso, PDF).await.errore().1, "403000");
    avviso_di(&app.applicazione().anonimo(), &percorso, PDF).await.con_stato(401);
    // The same IUV under another number of aux digit 0 is not this notice.
    assert_eq!(avviso(&app, "301000000000000145", PDF).await.errore().0, 404);
    for (percorso, campo) in [
        (format!("/avvisi/123/{NAV}"), "idDominio"),
        (format!("/avvisi/{DOMINIO}/123"), "numeroAvviso"),
        (format!("{percorso}?linguaSecondaria=es"), "linguaSecondaria"),
    ] {
        let (stato, codice, dettaglio) = avviso_di(&app.applicazione(), &percorso, PDF).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_nome_del_file_di_un_documento(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let mut p = minima();
    p["documento"] = json!({ "identificativo": "DOC-1", "descrizione": "TARI 2026", "rata": 2 });
    put(&app, "P1", &p).await.con_stato(201);
    let parole = testo(&e_un_pdf(avviso(&app, NAV, PDF).await, &format!("{DOMINIO}_DOC_DOC-1.pdf")));
    assert!(parole.contains("TARI 2026") && parole.contains("Rata 2"), "{parole}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn bollettino_logo_e_proprieta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let bo = app.backoffice();
    // A red square; nobody checks a logo when it is stored, so a broken one must not stop the print.
    let rosso =
        "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
    let dominio = |logo: &str| {
        json!({
            "ragioneSociale": "Comune di Prova", "intermediato": true, "stazione": "11111111113_01",
            "auxDigit": "3", "segregationCode": "01", "abilitato": true, "scaricaFr": true,
            "cbill": "AB12C", "autStampaPosteItaliane": "AUT. ENTE", "logo": logo,
            "web": "https://www.comune.example"
        })
    };
    let conto = json!({ "postale": true, "abilitato": true, "intestatario": "COMUNE TESORERIA" });
    bo.put(&format!("/domini/{DOMINIO}/contiAccredito/{}", super::IBAN), &conto).await.con_stato(200);
    let mut p = minima();
    p["voci"][0] = super::definita("v1", "100.50");
    p["proprieta"] =
        json!({ "informativaImportoAvviso": "Interessi compresi", "dataScandenzaAvviso": "2027-01-31" });
    put(&app, "P1", &p).await.con_stato(201);
    let mut misure = Vec::new();
    for logo in [Value::Null, json!(rosso), json!("bm9uIHVuJ2ltbWFnaW5l")] {
        bo.put(&format!("/domini/{DOMINIO}"), &con(&dominio(""), "/logo", logo)).await.con_stato(200);
        let pdf = e_un_pdf(avviso(&app, NAV, PDF).await, &format!("{DOMINIO}_{NAV}.pdf"));
        let parole = testo(&pdf);
        for atteso in [
            "Comune di Prova",
            "BOLLETTINO POSTALE PA",
            "COMUNE TESORERIA",
            "AUT. ENTE",
            "AB12C",
            "Interessi compresi",
            "31/01/2027",
            "123456789012",
        ] {
            assert!(parole.contains(atteso), "manca {atteso} in {parole}");
        }
        misure.push(pdf);
    }
    assert_ne!(misure[0], misure[1], "il logo si vede");
    assert_eq!(misure[0], misure[2], "un logo illeggibile vale come nessuno");
}
