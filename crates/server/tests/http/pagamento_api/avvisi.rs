//! GET `/avvisi/{idDominio}/{numeroAvviso}` of those who said who they are (spec 20 section 8, Done when 9).

use super::*;
use crate::pendenze_v2::{bollo, cambia, numero, paga};
use domain::pendenza::StatoPendenza;
use rstest::rstest;
use testkit::{Copione, StubEnte};

const JSON: (&str, &str) = ("Accept", "application/json");
const PDF: (&str, &str) = ("Accept", "application/pdf");
const SCONOSCIUTO: &str = "301000000000009999";

fn di_numero(avviso: &str) -> String {
    format!("/avvisi/{DOMINIO}/{avviso}")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_versione_ha_le_sue_rappresentazioni(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let dove = di_numero(&carica(&app, "P1", &di(MARIO)).await);
    let in_pdf = ("Content-Type", "application/pdf");
    for (intestazioni, v1, v2) in [
        (&[PDF][..], "pdf", "pdf"),
        (&[JSON], "json", "json"),
        (&[("Accept", "application/json, application/pdf;q=0.1")], "pdf", "pdf"),
        (&[JSON, in_pdf], "json", "json"),
        (&[in_pdf], "pdf", "pdf"),
        (&[("Accept", "*/*"), in_pdf], "pdf", "pdf"),
        (&[], "406", "json"),
        (&[("Accept", "*/*")], "406", "json"),
        (&[("Accept", "*/*;q=0.8")], "406", "json"),
        (&[("Accept", "image/png")], "406", "406"),
        (&[("Accept", "image/png, */*")], "406", "406"),
    ] {
        for (n, atteso) in [(1, v1), (2, v2)] {
            let r = chiede(&versione(&app, n), &dove, intestazioni).await;
            let qui = format!("v{n} {intestazioni:?}");
            match atteso {
                "pdf" => {
                    let r = r.con_stato(200);
                    assert!(r.corpo().starts_with(b"%PDF"), "{qui}");
                    assert_eq!(r.intestazione("Content-Type"), Some("application/pdf"), "{qui}");
                    let nome = dove.replace("/avvisi/", "").replace('/', "_");
                    let atteso = format!("attachment; filename=\"{nome}.pdf\"");
                    assert_eq!(r.intestazione("Content-Disposition"), Some(atteso.as_str()), "{qui}");
                }
                "json" => assert_eq!(r.con_stato(200).json()["stato"], "NON_ESEGUITA", "{qui}"),
                _ => assert_eq!((r.stato(), r.json()["codice"].clone()), (406, json!("406000")), "{qui}"),
            }
        }
    }
    // The third version has none.
    assert_eq!(chiede(&versione(&app, 3), &dove, &[JSON]).await.stato(), 404);
    for (rotto, campo) in [("/avvisi/1/1", "idDominio"), (&di_numero("1"), "numeroAvviso")] {
        let (stato, codice, dettaglio) = chiede(&versione(&app, 2), rotto, &[JSON]).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn lo_stato_di_un_avviso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let ieri = app.engine().oggi().yesterday().expect("ieri").to_string();
    let oggi = app.engine().oggi().to_string();
    let mut numeri = Vec::new();
    for (id, corpo) in [
        ("LIBERA", di(MARIO)),
        ("OGGI", con(&di(MARIO), "/dataScadenza", json!(oggi))),
        ("SCADUTA", con(&di(MARIO), "/dataScadenza", json!(ieri))),
        ("ANNULLATA", di(MARIO)),
        ("PAGATA", di(MARIO)),
        ("PARTE", di(MARIO)),
    ] {
        numeri.push((id, carica(&app, id, &corpo).await));
    }
    cambia(&app, "ANNULLATA", |p| p.stato = StatoPendenza::Annullato).await;
    paga(&app, "PAGATA", StatoPendenza::Eseguito).await;
    paga(&app, "PARTE", StatoPendenza::ParzialmenteEseguito).await;
    for (id, avviso) in &numeri {
        let atteso = match *id {
            "LIBERA" | "OGGI" => "NON_ESEGUITA",
            "SCADUTA" => "SCADUTA",
            "ANNULLATA" => "ANNULLATA",
            _ => "DUPLICATA",
        };
        for n in [1, 2] {
            let letto = chiede(&versione(&app, n), &di_numero(avviso), &[JSON]).await.con_stato(200).json();
            let mut tutto = json!({
                "stato": atteso, "importo": numero("100.50"), "idDominio": DOMINIO, "numeroAvviso": avviso,
                "descrizione": "Sanzione CdS n. abc00000",
                "qrcode": format!("PAGOPA|002|{avviso}|{DOMINIO}|10050")
            });
            match *id {
                "SCADUTA" => tutto["dataScadenza"] = json!(ieri),
                "OGGI" => tutto["dataScadenza"] = json!(oggi),
                "PAGATA" | "PARTE" if n == 2 => tutto["dataPagamento"] = json!(oggi),
                _ => {}
            }
            assert_eq!(letto, tutto, "v{n} {id}");
            // Printed whatever its state, also for its debtor.
            let r = cittadino(&app, n, MARIO, &di_numero(avviso)).await;
            assert_eq!(r.stato(), if n == 1 { 406 } else { 200 }, "v{n} {id}");
            assert!(
                chiede(&versione(&app, n), &di_numero(avviso), &[PDF])
                    .await
                    .con_stato(200)
                    .corpo()
                    .starts_with(b"%PDF")
            );
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_altri_o_di_nessuno(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let suo = di_numero(&carica(&app, "P1", &di(MARIO)).await);
    let bollot = json!({ "ibanAccredito": "IT02L1234512345123456789012", "abilitato": true });
    app.backoffice().put(&format!("/domini/{DOMINIO}/entrate/BOLLOT"), &bollot).await.con_stato(200);
    let marca = con(&con(&di(MARIO), "/voci/0", bollo("v1", "16.00")), "/importo", numero("16.00"));
    let marca = di_numero(&carica(&app, "MARCA", &marca).await);
    let nessuno = json!({ "stato": "SCONOSCIUTA", "idDominio": DOMINIO, "numeroAvviso": SCONOSCIUTO });
    let inesistente = format!("Avviso [Dominio:{DOMINIO}, NumeroAvviso:{SCONOSCIUTO}] inesistente");
    let bo = app.backoffice();
    bo.put("/applicazioni/ALTROVE", &portale("altrove", &json!([]), &json!(["*"]))).await.con_stato(201);
    bo.put("/tipiPendenza/ALTRO", &json!({ "descrizione": "Altro" })).await.con_stato(201);
    bo.put("/applicazioni/ALTRI", &portale("altri", &json!([DOMINIO]), &json!(["ALTRO"])))
        .await
        .con_stato(201);
    for n in [1, 2] {
        let c = versione(&app, n);
        assert_eq!(chiede(&c, &di_numero(SCONOSCIUTO), &[JSON]).await.con_stato(200).json(), nessuno, "v{n}");
        let r = chiede(&c, &di_numero(SCONOSCIUTO), &[PDF]).await.errore();
        let perche = ": L'avviso di pagamento [Dominio:12345678901 Iuv:01000000000009999] non risulta registrato, \
                      ne associabile ad un'applicazione censita.";
        let atteso = if n == 1 { inesistente.clone() } else { format!("{inesistente}{perche}") };
        assert_eq!(r, errore(404, "404000", atteso), "v{n}");
        chiede(&c, &marca, &[JSON]).await.con_stato(200);
        assert_eq!(
            chiede(&c, &marca, &[PDF]).await.errore(),
            errore(422, "SEMANTICA", "Avviso non disponibile per pagamenti di Marca da Bollo")
        );
        let spid = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
        for come in [JSON, PDF] {
            // Of its debtor, of another citizen, of a portal that does not serve that body or that type.
            chiede(&spid, &suo, &[("X-SPID-FISCALNUMBER", MARIO), come]).await.con_stato(200);
            let r = chiede(&spid, &suo, &[("X-SPID-FISCALNUMBER", LUCIA), come]).await;
            assert_eq!(r.errore(), negata(LUCIA, NON_SUA), "v{n}");
            let r = chiede(&c.come("altrove", PORTALE.1), &suo, &[come]).await;
            let testo = format!(
                "Applicazione [ALTROVE] non autorizzata ad accedere alla risorsa richiesta per il Dominio [{DOMINIO}]."
            );
            assert_eq!(r.errore(), errore(403, "403000", testo), "v{n}");
            let r = chiede(&c.come("altri", PORTALE.1), &suo, &[come]).await;
            assert_eq!((r.stato(), r.errore().1), (403, "403000".to_owned()), "v{n}");
        }
        assert_eq!(chiede(&c, &format!("{suo}?linguaSecondaria=xx"), &[PDF]).await.errore().1, "SINTASSI");
        chiede(&c, &format!("{suo}?linguaSecondaria=false"), &[PDF]).await.con_stato(200);
    }
}

/// A notice that the standard applicazione claims by its regExpIuv.
const DELL_ENTE: &str = "301000000091234519";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn solo_la_seconda_versione_chiede_all_ente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let ente = StubEnte::nuovo().await;
    let app = TestApp::con(backend, configura).await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let tutti = json!(["*"]);
    app.backoffice().put("/applicazioni/PORTALE", &portale(PORTALE.0, &tutti, &tutti)).await.con_stato(201);
    let dove = di_numero(DELL_ENTE);
    let sconosciuta = json!({ "stato": "SCONOSCIUTA", "idDominio": DOMINIO, "numeroAvviso": DELL_ENTE });
    let chiesto = async |n: u32, come: (&str, &str)| chiede(&versione(&app, n), &dove, &[come]).await;
    ente.sempre(Copione::Stato(500));
    assert_eq!(chiesto(1, JSON).await.con_stato(200).json(), sconosciuta);
    assert_eq!(chiesto(1, PDF).await.stato(), 404);
    assert_eq!(ente.ricevute().len(), 0, "la prima versione non chiede");
    // Whatever goes wrong: unknown, or a 404 that says why.
    let inesistente = format!("Avviso [Dominio:{DOMINIO}, NumeroAvviso:{DELL_ENTE}] inesistente: ");
    for (copione, perche) in [
        (
            Copione::Json(200, json!({ "stato": "SCADUTA" })),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_SCADUTO",
        ),
        (
            Copione::Json(200, json!({ "stato": "DUPLICATA" })),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_DUPLICATO",
        ),
        (
            Copione::Json(200, json!({ "stato": "ANNULLATA" })),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_ANNULLATO",
        ),
        (Copione::Stato(500), ""),
        (Copione::Chiude, ""),
    ] {
        ente.sempre(copione);
        assert_eq!(chiesto(2, JSON).await.con_stato(200).json(), sconosciuta, "{perche}");
        let (stato, codice, dettaglio) = chiesto(2, PDF).await.errore();
        assert_eq!((stato, codice.as_str()), (404, "404000"));
        let motivo = dettaglio.strip_prefix(&inesistente).unwrap_or_else(|| panic!("{dettaglio}"));
        assert!(motivo.starts_with(perche) && !motivo.is_empty(), "{dettaglio}");
    }
    let mut sua = con(&di(MARIO), "/numeroAvviso", json!(DELL_ENTE));
    sua["idA2A"] = json!("GESTIONALE");
    sua["idPendenza"] = json!("E1");
    sua["stato"] = json!("NON_ESEGUITA");
    ente.sempre(Copione::Json(200, sua));
    let prima = ente.ricevute().len();
    assert_eq!(chiesto(2, JSON).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    // It is in the archive now, for all.
    assert_eq!(chiesto(1, JSON).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    assert!(chiesto(2, PDF).await.con_stato(200).corpo().starts_with(b"%PDF"));
    assert_eq!(ente.ricevute().len(), prima + 1);
    app.applicazione().get("/pendenze/GESTIONALE/E1").await.con_stato(200);
}
