//! A form that is forwarded to the applicazione of the ente (spec 20 section 10 step 4, spec 60 1.2).

use super::*;
use rstest::rstest;
use std::time::{Duration, Instant};
use testkit::{Copione, StubEnte};

const TESTA: &str = "L'inoltro del versamento [Dominio: 12345678901 TipoVersamento:TARI] all'applicazione \
                     competente [Applicazione:GESTIONALE] ";

/// What the ente makes of a form, in the words of its version.
fn risposta(versione: &str, stato: &str, cambia: impl FnOnce(&mut Value)) -> Value {
    let mut p = intera("E1");
    cambia(&mut p);
    if versione == "REST v2" {
        json!({ "stato": stato, "pendenza": p })
    } else {
        p["stato"] = json!(stato);
        p
    }
}

fn ec(coda: &str) -> (u16, Value) {
    errore(502, "EC", "502000", "Errore ente creditore", &format!("{TESTA}{coda}"))
}

/// The events of the forwarding, once there are so many.
async fn eventi(app: &TestApp, quanti: usize) -> Vec<Value> {
    let fine = Instant::now() + Duration::from_secs(15);
    loop {
        let r =
            app.backoffice().get("/eventi?messaggi=true&tipoEvento=verifyPendenzaMod4").await.con_stato(200);
        let mut v = r.json()["risultati"].as_array().unwrap().clone();
        if v.len() >= quanti {
            v.reverse();
            return v;
        }
        assert!(Instant::now() < fine, "{quanti} eventi, visti {}", v.len());
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_ente_fa_la_pendenza(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("REST v1", "REST v2")] versione: &'static str,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
    let bo = app.backoffice();
    // What is sent need not be JSON: the ente reads it.
    portale(
        &app,
        &sezione(Some(&schema()), Some("{pratica: '${jsonPath.read(\"$.id\")}'}"), Some("GESTIONALE")),
    )
    .await;
    ente.sempre(Copione::Json(200, risposta(versione, "NON_ESEGUITA", |_| {})));
    let r = bo.post(MODULO, &dati("P-1")).await.con_stato(201);
    assert_eq!(
        senza_uuid(&r),
        json!({
            "idDominio": DOMINIO, "numeroAvviso": "301000000000000144", "UUID": "[uuid]",
            "idA2A": "GESTIONALE", "idPendenza": "E1"
        })
    );
    assert_eq!(bo.post(MODULO, &dati("P-1")).await.con_stato(200).json(), r.json());
    let letta = bo.get("/pendenze/GESTIONALE/E1").await.con_stato(200).json();
    assert_eq!(
        [&letta["causale"], &letta["tipoPendenza"]["idTipoPendenza"]],
        [&json!("TARI 2026"), &json!("TARI")]
    );
    // With an office in the address, and a number of the ente.
    let uo = json!({ "ragioneSociale": "Ufficio", "abilitato": true });
    bo.put(&format!("/domini/{DOMINIO}/unitaOperative/U-1"), &uo).await.con_stato(201);
    ente.sempre(Copione::Json(
        200,
        risposta(versione, "NON_ESEGUITA", |p| {
            p["idPendenza"] = json!("E2");
            p["numeroAvviso"] = json!("301999999999999999");
            p["idTipoPendenza"] = json!("TARI");
            p["idUnitaOperativa"] = json!("U-1");
        }),
    ));
    let r = bo.post(&format!("{MODULO}?idUnitaOperativa=U-1"), &dati("P-2")).await.con_stato(201);
    assert_eq!(r.json()["numeroAvviso"], "301999999999999999");
    let ricevute = ente.ricevute();
    let viste: Vec<_> = ricevute
        .iter()
        .map(|r| (r.metodo.as_str(), r.percorso.as_str(), std::str::from_utf8(&r.corpo).unwrap()))
        .collect();
    assert_eq!(
        viste,
        [
            ("POST", MODULO, "{pratica: 'P-1'}"),
            ("POST", MODULO, "{pratica: 'P-1'}"),
            ("POST", "/pendenze/12345678901/TARI?idUnitaOperativa=U-1", "{pratica: 'P-2'}"),
        ]
    );
    assert_eq!(ricevute[0].intestazione("content-type"), Some("application/json"));
    assert_eq!(ricevute[0].intestazione("accept"), Some("application/json"));
    let e = &eventi(&app, 3).await[0];
    assert_eq!(
        [
            &e["componente"],
            &e["ruolo"],
            &e["esito"],
            &e["sottotipoEsito"],
            &e["idDominio"],
            &e["idA2A"],
            &e["idPendenza"]
        ],
        [
            &json!("API_ENTE"),
            &json!("CLIENT"),
            &json!("OK"),
            &json!("200"),
            &json!(DOMINIO),
            &json!("GESTIONALE"),
            &json!("E1")
        ]
    );
    assert_eq!(e["parametriRichiesta"]["url"], format!("{}{MODULO}", ente.url()));
    assert_eq!(e["parametriRichiesta"]["method"], "POST");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_modello_si_inoltra_cio_che_e_arrivato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    portale(&app, &sezione(Some(&schema()), None, Some("GESTIONALE"))).await;
    ente.sempre(Copione::Json(200, risposta("REST v1", "NON_ESEGUITA", |_| {})));
    app.backoffice().post(MODULO, &dati("X")).await.con_stato(201);
    // What does not pass the schema goes nowhere.
    app.backoffice().post(MODULO, &json!({ "id": "X" })).await.con_stato(400);
    let ricevute = ente.ricevute();
    assert_eq!(ricevute.len(), 1);
    assert_eq!(ricevute[0].json(), dati("X"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_altra_risposta_e_502(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("REST v1", "REST v2")] versione: &'static str,
) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
    let bo = app.backoffice();
    portale(&app, &sezione(None, None, Some("GESTIONALE"))).await;
    let stato = |s: &str| {
        let mut v = risposta(versione, s, |_| {});
        v["descrizioneStato"] = json!("lo dice l'ente");
        Copione::Json(200, v)
    };
    let muto = |s: &str| Copione::Json(200, json!({ "stato": s }));
    let buona = |cambia: fn(&mut Value)| Copione::Json(200, risposta(versione, "NON_ESEGUITA", cambia));
    let diverso = |campo: &str| {
        format!(
            "e' fallito con errore: Il campo {campo} della pendenza ricevuta dal servizio di verifica non corrisponde ai parametri di input."
        )
    };
    let mut prove = vec![
        (stato("SCADUTA"), "ha dato esito PAA_PAGAMENTO_SCADUTO: lo dice l'ente".to_owned(), "KO", "Pendenza Scaduta"),
        (stato("ANNULLATA"), "ha dato esito PAA_PAGAMENTO_ANNULLATO: lo dice l'ente".to_owned(), "KO", "Pendenza Annullata"),
        (muto("SCADUTA"), "ha dato esito PAA_PAGAMENTO_SCADUTO".to_owned(), "KO", "Pendenza Scaduta"),
        (muto("ANNULLATA"), "ha dato esito PAA_PAGAMENTO_ANNULLATO".to_owned(), "KO", "Pendenza Annullata"),
        (muto("SCONOSCIUTA"), "ha dato esito PAA_PAGAMENTO_SCONOSCIUTO".to_owned(), "KO", "Pendenza Sconosciuta"),
        (Copione::Stato(500), "e' fallito con errore: Ricevuto [HTTP 500]".to_owned(), "FAIL", "500"),
        (Copione::Stato(404), "e' fallito con errore: Ricevuto [HTTP 404]".to_owned(), "FAIL", "404"),
        (Copione::Stato(302), "e' fallito con errore: Ricevuto [HTTP 302]".to_owned(), "FAIL", "302"),
        (
            Copione::Grezzo(200, "text/html", b"<html>".to_vec()),
            "e' fallito con errore: JSON non valido: expected value at line 1 column 1".to_owned(),
            "KO",
            "Pendenza non valida",
        ),
        (
            Copione::Stato(200),
            "e' fallito con errore: No content to map due to end-of-input".to_owned(),
            "KO",
            "Pendenza non valida",
        ),
        (
            Copione::Json(200, json!({})),
            "e' fallito con errore: Il campo stato non deve essere vuoto.".to_owned(),
            "KO",
            "Pendenza non valida",
        ),
        (buona(|p| p["idDominio"] = json!("33333333333")), diverso("IdDominio"), "KO", "Pendenza non valida"),
        (buona(|p| p["idTipoPendenza"] = json!("ALTRO")), diverso("IdTipoPendenza"), "KO", "Pendenza non valida"),
        (buona(|p| p["idUnitaOperativa"] = json!("UO7")), diverso("IdUnitaOperativa"), "KO", "Pendenza non valida"),
        (
            buona(|p| p["causale"] = Value::Null),
            "e' fallito con errore: Il campo causale non deve essere vuoto.".to_owned(),
            "KO",
            "Pendenza non valida",
        ),
        // Rules of the archive: the answer was good, what it says is not.
        (
            buona(|p| p["voci"][0]["codEntrata"] = json!("MAI")),
            "e' fallito con errore: Tributo (MAI) inesistente per il dominio (12345678901)".to_owned(),
            "OK",
            "200",
        ),
        (
            buona(|p| p["importo"] = json!(1)),
            "e' fallito con errore: La pendenza (IdA2A:GESTIONALE, Id:E1) ha un importo totale (1.0) diverso dalla somma dei singoli importi (45.01)".to_owned(),
            "OK",
            "200",
        ),
        (
            buona(|p| p["idA2A"] = json!("ALTRA")),
            "e' fallito con errore: Applicazione autenticata (GESTIONALE) diversa dalla chiamante (ALTRA)".to_owned(),
            "OK",
            "200",
        ),
    ];
    if versione == "REST v1" {
        prove.push((
            stato("DUPLICATA"),
            "ha dato esito PAA_PAGAMENTO_DUPLICATO: lo dice l'ente".to_owned(),
            "KO",
            "Pendenza Duplicata",
        ));
    }
    let attesi: Vec<(String, String)> =
        prove.iter().map(|(_, _, esito, sotto)| ((*esito).to_owned(), (*sotto).to_owned())).collect();
    for (copione, coda, ..) in prove {
        ente.sempre(copione);
        assert_eq!(detto(&bo.post(MODULO, &dati("N")).await), ec(&coda));
    }
    assert_eq!(bo.get("/pendenze/GESTIONALE/E1").await.stato(), 404, "nothing is stored");
    let visti: Vec<(String, String)> = eventi(&app, attesi.len())
        .await
        .iter()
        .map(|e| (e["esito"].as_str().unwrap().to_owned(), e["sottotipoEsito"].as_str().unwrap().to_owned()))
        .collect();
    assert_eq!(visti, attesi);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_ente_che_non_risponde_o_non_c_e(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let bo = app.backoffice();
    portale(&app, &sezione(None, None, Some("GESTIONALE"))).await;
    for copione in [
        Copione::Chiude,
        Copione::Tronca(br#"{"stato""#.to_vec()),
        Copione::Spazzatura(b"ciao\r\n\r\n".to_vec()),
        Copione::Dopo(Duration::from_secs(20), Box::new(Copione::Stato(200))),
    ] {
        ente.sempre(copione.clone());
        let (stato, codice, dettaglio) = bo.post(MODULO, &dati("N")).await.errore();
        assert_eq!((stato, codice.as_str()), (502, "502000"), "{copione:?}");
        assert!(dettaglio.starts_with(&format!("{TESTA}e' fallito con errore: ")), "{dettaglio}");
    }
    let quante = ente.ricevute().len();
    assert_eq!(quante, 4, "asked once each");
    // No connector, off, not there.
    Anagrafica::standard().crea(&app).await;
    portale(&app, &sezione(None, None, Some("GESTIONALE"))).await;
    let r = bo.post(MODULO, &dati("N")).await;
    assert_eq!(detto(&r), ec("ha dato esito PAA_PAGAMENTO_SCONOSCIUTO"));
    let spenta = json!({ "principal": "spenta", "abilitato": false, "domini": [], "tipiPendenza": [] });
    bo.put("/applicazioni/SPENTA", &spenta).await.con_stato(201);
    for (a2a, perche) in
        [("SPENTA", "Applicazione (SPENTA) disabilitata"), ("MAI", "Applicazione (MAI) inesistente")]
    {
        portale(&app, &sezione(None, None, Some(a2a))).await;
        let testa = TESTA.replace("GESTIONALE", a2a);
        let atteso = errore(
            502,
            "EC",
            "502000",
            "Errore ente creditore",
            &format!("{testa}e' fallito con errore: {perche}"),
        );
        assert_eq!(detto(&bo.post(MODULO, &dati("N")).await), atteso);
    }
    assert_eq!(ente.ricevute().len(), quante);
}
