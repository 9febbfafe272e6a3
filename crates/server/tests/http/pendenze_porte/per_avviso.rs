//! GET `/pendenze/byAvviso/{idDominio}/{numeroAvviso}`: what is not in the archive is asked to the ente
//! (spec 20 9, Done when 11).

use super::*;
use rstest::rstest;
use testkit::{Anagrafica, Backend, Copione, StubEnte};

/// A notice that the standard applicazione claims by its regExpIuv.
const AVVISO: &str = "301000000091234519";

fn dell_ente() -> Value {
    let mut v = con(&minima(), "/numeroAvviso", json!(AVVISO));
    v["idA2A"] = json!("GESTIONALE");
    v["idPendenza"] = json!("E1");
    v
}

fn v1(stato: &str) -> Value {
    let mut v = dell_ente();
    v["stato"] = json!(stato);
    v
}

fn percorso_avviso() -> String {
    format!("/pendenze/byAvviso/{DOMINIO}/{AVVISO}")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn si_chiede_una_volta_e_resta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("REST v1", "REST v2")] versione: &'static str,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
    let risposta = match versione {
        "REST v1" => v1("NON_ESEGUITA"),
        _ => json!({ "stato": "NON_ESEGUITA", "pendenza": dell_ente() }),
    };
    ente.sempre(Copione::Json(200, risposta));
    let letta = app.applicazione().get(&percorso_avviso()).await.con_stato(200).json();
    assert_eq!(
        (&letta["idPendenza"], &letta["numeroAvviso"], &letta["stato"], &letta["rpp"]),
        (&json!("E1"), &json!(AVVISO), &json!("NON_ESEGUITA"), &json!([]))
    );
    // It is there now, for everybody, and the ente is not asked again.
    assert_eq!(app.applicazione().get(&percorso("E1")).await.con_stato(200).json(), letta);
    assert_eq!(app.applicazione().get(&percorso_avviso()).await.con_stato(200).json(), letta);
    app.backoffice().get(&percorso_avviso()).await.con_stato(200);
    let percorsi: Vec<String> = ente.ricevute().iter().map(|r| r.percorso.clone()).collect();
    let ultimo = if versione == "REST v1" { &AVVISO[1..] } else { AVVISO };
    assert_eq!(percorsi, [format!("/avvisi/{DOMINIO}/{ultimo}")]);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_l_ente_non_da_non_c_e(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let iuv = &AVVISO[1..];
    let con_testo = |stato: &str| {
        let mut v = v1(stato);
        v["descrizioneStato"] = json!("perche' si");
        v
    };
    for (copione, dettaglio) in [
        (
            Copione::Json(200, v1("ANNULLATA")),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_ANNULLATO",
        ),
        (
            Copione::Json(200, con_testo("SCADUTA")),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_SCADUTO: perche' si",
        ),
        (
            Copione::Json(200, con_testo("DUPLICATA")),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_DUPLICATO: perche' si",
        ),
        (
            Copione::Json(200, con_testo("SCONOSCIUTA")),
            "La verifica della pendenza ha dato esito PAA_PAGAMENTO_SCONOSCIUTO: perche' si",
        ),
        (Copione::Stato(500), "Ricevuto [HTTP 500]"),
        (
            Copione::Json(200, con(&v1("NON_ESEGUITA"), "/causale", Value::Null)),
            "Il campo causale non deve essere vuoto.",
        ),
        (
            Copione::Json(200, con(&v1("NON_ESEGUITA"), "/idA2A", json!("ALTRA"))),
            "I campi IdA2A e IdPendenza della pendenza ricevuta dal servizio di verifica non corrispondono ai \
             parametri di input.",
        ),
        (
            Copione::Json(200, con(&v1("NON_ESEGUITA"), "/voci/0/codEntrata", json!("MAI"))),
            "Tributo (MAI) inesistente per il dominio (12345678901)",
        ),
    ] {
        ente.sempre(copione);
        for c in [app.applicazione(), app.backoffice()] {
            assert_eq!(c.get(&percorso_avviso()).await.errore(), errore(404, "404000", dettaglio));
        }
    }
    // Nothing was stored, and GET /avvisi does not ask.
    let chieste = ente.ricevute().len();
    let avviso = in_json(&app.applicazione(), &format!("/avvisi/{DOMINIO}/{AVVISO}")).await.json();
    assert_eq!(avviso["stato"], "SCONOSCIUTA");
    assert_eq!(ente.ricevute().len(), chieste);
    assert_eq!(app.backoffice().get("/pendenze").await.json()["numRisultati"], 0);
    // Whom nobody may ask about; a dominio that is not there or is off.
    assert_eq!(
        app.applicazione().get(&format!("/pendenze/byAvviso/{DOMINIO}/{NAV}")).await.errore(),
        errore(
            404,
            "404000",
            format!(
                "L'avviso di pagamento [Dominio:{DOMINIO} Iuv:{}] non risulta registrato, ne associabile ad \
                 un'applicazione censita.",
                &NAV[1..]
            )
        )
    );
    assert_eq!(
        app.applicazione().get(&format!("/pendenze/byAvviso/99999999999/{AVVISO}")).await.errore(),
        errore(404, "404000", "Dominio (99999999999) inesistente")
    );
    // Without a connector the ente knows nothing.
    Anagrafica::standard().crea(&app).await;
    assert_eq!(
        app.applicazione().get(&percorso_avviso()).await.errore(),
        errore(404, "404000", "La verifica della pendenza ha dato esito PAA_PAGAMENTO_SCONOSCIUTO")
    );
    assert_eq!(ente.ricevute().len(), chieste, "{iuv}");
    for (percorso, campo) in [
        (format!("/pendenze/byAvviso/1/{AVVISO}"), "idDominio"),
        (format!("/pendenze/byAvviso/{DOMINIO}/1"), "numeroAvviso"),
        (format!("/pendenze/byAvviso/{DOMINIO}/901000000091234519"), "numeroAvviso"),
    ] {
        let (stato, codice, dettaglio) = app.applicazione().get(&percorso).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{percorso}");
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
}

/// Whose it is, is known once it is there: whoever asks does not see it, and it stays.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn quella_di_un_altro_si_rifiuta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (ricca(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    ente.sempre(Copione::Json(200, v1("NON_ESEGUITA")));
    let poco = app.applicazione().come("poco", "Poco2026aa");
    let negato = "Applicazione [POCO] non autorizzata ad accedere alla risorsa richiesta: la pendenza non \
                  appartiene all'applicazione chiamante.";
    for _ in 0..2 {
        assert_eq!(poco.get(&percorso_avviso()).await.errore(), errore(403, "403000", negato));
    }
    assert_eq!(ente.ricevute().len(), 1);
    app.applicazione().get(&percorso_avviso()).await.con_stato(200);
    // An operatore of another dominio does not make the ente be asked.
    let c = operatore(&app, "altrove", &["R"], json!(["33333333333"]), json!(["*"])).await;
    let negato = "Operatore [altrove] non autorizzato ad accedere alla risorsa richiesta per il Dominio [12345678901].";
    assert_eq!(c.get(&percorso_avviso()).await.errore(), errore(403, "403000", negato));
    assert_eq!(ente.ricevute().len(), 1);
}
