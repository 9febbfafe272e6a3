//! From a notice that only the ente knows to its notified receipt, through the real doors.

use super::scena::{IUV, NAV, RICEVUTA, carica, corpo_pendenza, eventi, finche, rt, tutte};
use domain::tentativo::StatoTentativo;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, Copione, StubEnte, TestApp};

const TESTA: &str = "<idPA>12345678901</idPA><idBrokerPA>11111111113</idBrokerPA>\
                     <idStation>11111111113_01</idStation>";

pub(super) fn busta(corpo: &str) -> String {
    format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>{corpo}</s:Body></s:Envelope>"
    )
}

fn operazione(nome: &str, resto: &str) -> String {
    busta(&format!(
        "<p:{nome} xmlns:p=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\">{TESTA}\
         <qrCode><fiscalCode>12345678901</fiscalCode><noticeNumber>{NAV}</noticeNumber></qrCode>{resto}</p:{nome}>"
    ))
}

/// Asks the Node's service and wants an OK.
async fn ok(app: &TestApp, busta: &str) {
    let r = app.nodo().soap(busta).await.con_stato(200);
    assert!(r.testo().contains("<outcome>OK</outcome>"), "{}", r.testo());
}

/// The activation of the notice.
pub(super) fn attivazione() -> String {
    operazione("paGetPaymentV2Request", "<amount>45.01</amount>")
}

async fn attivata(app: &TestApp) {
    ok(app, &attivazione()).await;
}

async fn pagata(app: &TestApp) {
    pagata_con(app, "").await;
}

async fn pagata_con(app: &TestApp, extra: &str) {
    let p = app.engine().store().pendenza_per_iuv("12345678901", IUV).await.unwrap().unwrap();
    let rt = String::from_utf8(rt(&p, RICEVUTA, extra)).unwrap();
    ok(app, &busta(&rt)).await;
}

fn verificata() -> Value {
    let mut v = corpo_pendenza(NAV);
    let o = v.as_object_mut().unwrap();
    for (k, x) in [("idA2A", "GESTIONALE"), ("idPendenza", "E1"), ("stato", "NON_ESEGUITA")] {
        o.insert(k.to_owned(), json!(x));
    }
    v
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_avviso_ignoto_si_chiede_si_paga_e_si_notifica(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    let regola = Some("01[0-9]{15}".to_owned());
    Anagrafica { reg_exp_iuv: regola, ..Anagrafica::standard() }.ente(ente.url(), "REST v1").crea(&app).await;
    ente.per("/avvisi/", Copione::Json(200, verificata()));
    ok(&app, &operazione("paVerifyPaymentNoticeReq", "")).await;
    attivata(&app).await;
    ente.attendi(2).await;
    pagata(&app).await;
    let arrivate = ente.attendi(3).await;
    let percorsi: Vec<_> = arrivate.iter().map(|r| format!("{} {}", r.metodo, r.percorso)).collect();
    let notifica = format!("POST /pagamenti/12345678901/{IUV}");
    assert_eq!(percorsi, [format!("GET /avvisi/12345678901/{IUV}"), notifica.clone(), notifica]);
    let (attivazione, ricevuta) = (arrivate[1].json(), arrivate[2].json());
    assert_eq!((&attivazione["rt"], &attivazione["riscossioni"]), (&Value::Null, &Value::Null));
    assert_eq!(ricevuta["rt"]["receiptId"], RICEVUTA);
    assert_eq!(ricevuta["riscossioni"][0]["importo"].to_string(), "45.01");
    assert_eq!(ricevuta["riscossioni"][0]["rpp"], format!("/rpp/12345678901/{IUV}/{RICEVUTA}"));
    assert_eq!(ricevuta["idPendenza"], "E1");
    tutte(&app, "SPEDITA", 2).await;

    let e = finche("gli eventi si leggono", async || {
        let e = eventi(&app, &format!("idDominio=12345678901&iuv={IUV}")).await;
        (e.len() == 6).then_some(e)
    })
    .await;
    let del_nodo: Vec<_> = e
        .iter()
        .filter(|e| e["componente"] == "API_PAGOPA")
        .map(|e| e["tipoEvento"].as_str().unwrap())
        .collect();
    assert_eq!(del_nodo, ["paSendRTV2", "paGetPaymentV2", "paVerifyPaymentNotice"]);
    let di = |tipo: &str| e.iter().find(|e| e["tipoEvento"] == tipo).unwrap();
    let (avviso, verifica) = (di("getAvviso"), di("paVerifyPaymentNotice"));
    assert_eq!(avviso["transactionId"], verifica["transactionId"], "una richiesta, una transazione");
    assert_eq!(avviso["idPendenza"], "E1");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_appeso_non_ritarda_la_risposta_al_nodo(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Dopo(Duration::from_secs(60), Box::new(Copione::Stato(200))));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    carica(&app, "P1", NAV).await;
    attivata(&app).await;
    let inizio = Instant::now();
    pagata(&app).await;
    assert!(inizio.elapsed() < Duration::from_secs(1), "{:?}", inizio.elapsed());
    ente.attendi(1).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_tentativo_scaduto_si_chiude_e_la_ricevuta_tardiva_vale(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    carica(&app, "P1", NAV).await;
    attivata(&app).await;
    let stato = async || {
        let t = app.engine().store().tentativi_per_iuv("12345678901", IUV).await.unwrap();
        assert_eq!(t.len(), 1);
        (t[0].stato, t[0].descrizione_stato.clone())
    };
    app.orologio().avanza(Duration::from_secs(61 * 60));
    finche("il tentativo si chiude", async || {
        let (s, d) = stato().await;
        (s == StatoTentativo::RptScaduta).then(|| {
            assert_eq!(d.as_deref(), Some("Tentativo di pagamento scaduto dopo timeout di 30 minuti."));
        })
    })
    .await;
    pagata(&app).await;
    assert_eq!(stato().await.0, StatoTentativo::RtAccettataPa);
    let r = ente.attendi(1).await;
    assert_eq!(r[0].percorso, format!("/ricevute/12345678901/{IUV}/{RICEVUTA}"));
    tutte(&app, "SPEDITA", 1).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_ricevuta_senza_richiesta_si_notifica_con_la_richiesta_ricostruita(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("REST v1", "REST v2")] versione: &'static str,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
    carica(&app, "P1", NAV).await;
    pagata_con(&app, "<standIn>true</standIn>").await;
    let r = &ente.attendi(1).await[0];
    let corpo = r.json();
    let (rpt, rt) = match versione {
        "REST v1" => (corpo["rpt"].clone(), corpo["rt"].clone()),
        _ => {
            assert_eq!(corpo["rpt"]["tipo"], "ctPaymentPA");
            assert!(corpo["rpt"]["xml"].is_string());
            (corpo["rpt"]["json"].clone(), corpo["rt"]["json"].clone())
        }
    };
    assert_eq!(rt["standIn"], true);
    assert_eq!((&rpt["lastPayment"], &rpt["retentionDate"]), (&Value::Null, &Value::Null));
    assert_eq!((&rpt["dueDate"], &rpt["paymentAmount"]), (&json!("2099-12-31"), &json!("45.01")));
    assert_eq!(rpt["companyName"], "Ente Creditore di prova");
    assert_eq!(
        (&rpt["debtor"]["fullName"], &rpt["debtor"]["streetName"]),
        (&json!("Mario Rossi"), &Value::Null)
    );
    assert_eq!(rpt["transferList"]["transfer"][0]["transferAmount"], "45.01");
    tutte(&app, "SPEDITA", 1).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_attivazione_v1_con_ricevuta_v2_si_rende_ognuna_nel_suo_formato(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    carica(&app, "P1", NAV).await;
    ok(&app, &operazione("paGetPaymentReq", "<amount>45.01</amount>")).await;
    ente.attendi(1).await;
    pagata(&app).await;
    let corpo = ente.attendi(2).await[1].json();
    let membri = |v: &Value| v.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let richiesta = membri(&corpo["rpt"]["transferList"]["transfer"][0]);
    assert!(!richiesta.contains(&"richiestaMarcaDaBollo".to_owned()), "{richiesta:?}");
    let ricevuta = membri(&corpo["rt"]["transferList"]["transfer"][0]);
    assert!(ricevuta.contains(&"MBDAttachment".to_owned()), "{ricevuta:?}");
}
