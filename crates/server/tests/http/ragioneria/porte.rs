use super::*;
use rstest::rstest;

/// Every base of spec 10 section 1; the seeds of 2018, without version and family, are the first contract.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_indirizzi_e_le_famiglie(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.api.ragioneria_families = ["basic", "apikey"].map(str::to_owned).to_vec();
        (c.worker.jobs, c.worker.notifiche) = (false, false);
    })
    .await;
    prepara(&app).await;
    paga_tre(&app).await;
    let attesa = json(&versione(&app, 1), "/riscossioni").await;
    assert_eq!(attesa["numRisultati"], 6);
    for base in
        ["/govpay/backend/api/ragioneria", "/govpay/backend/api/riconciliazione", "/govpay-api-ragioneria"]
    {
        for coda in ["", "/rs/basic/v1"] {
            let c = app.cliente(&format!("{base}{coda}")).come(CHI.0, CHI.1);
            assert_eq!(json(&c, "/riscossioni").await, attesa, "{base}{coda}");
            let r = c.anonimo().get("/riscossioni").await;
            let atteso = json!({
                "categoria": "AUTORIZZAZIONE", "codice": "401", "descrizione": "Autenticazione richiesta.",
                "dettaglio": r.json()["dettaglio"]
            });
            assert_eq!((r.stato(), r.json(), r.intestazione("www-authenticate")), (401, atteso, None));
        }
        for n in [1, 2, 3] {
            let info = json(&app.cliente(&format!("{base}/rs/basic/v{n}")), "/info").await;
            assert_eq!(info["appName"], "GovPay");
        }
        for n in [1, 2, 3] {
            // API keys came with the second contract.
            let c = app.cliente(&format!("{base}/rs/apikey/v{n}"));
            let r = c.richiesta(http::Method::GET, "/riscossioni");
            let r = c.manda(r.header("X-APP-ID", CHI.0).header("X-API-KEY", CHI.1)).await;
            assert_eq!(r.stato(), if n == 1 { 404 } else { 200 }, "{base} v{n}");
        }
        let spento = app.cliente(&format!("{base}/rs/ssl/v1")).get("/riscossioni").await;
        assert_eq!(spento.stato(), 403, "{base}");
        let ignota = app.cliente(&format!("{base}/rs/basic/v4")).come(CHI.0, CHI.1);
        assert_eq!(ignota.get("/riscossioni").await.stato(), 404, "{base}");
    }
    let v1 = versione(&app, 1);
    for percorso in ["/incassi", "/flussiRendicontazione", "/riconciliazioni"] {
        assert_eq!(v1.get(percorso).await.stato(), 404, "{percorso}: non ancora");
    }
}

/// `*` is every registered dominio; the lists are there also when empty (spec 10 3.5, spec 50 8.1).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_profilo_e_il_logo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| (c.worker.jobs, c.worker.notifiche) = (false, false)).await;
    prepara(&app).await;
    let bo = app.backoffice();
    let mut poco = contabile("poco", &json!([B]));
    poco["tipiPendenza"] = json!(["IMU"]);
    bo.put("/applicazioni/POCO", &poco).await.con_stato(201);
    bo.put("/applicazioni/NIENTE", &contabile("niente", &json!([]))).await.con_stato(201);
    let chi = |n: u32, nome: &str| app.cliente(&format!("{RAGIONERIA}/v{n}")).come(nome, CHI.1);

    let profilo = json(&chi(1, "poco"), "/profilo").await;
    assert_eq!(membri(&profilo), ["nome", "domini", "entrate", "acl"]);
    let del_gestionale = app
        .cliente("/govpay/backend/api/pendenze/rs/basic/v1")
        .come(testkit::GESTIONALE.0, testkit::GESTIONALE.1);
    let domini = json(&del_gestionale, "/profilo").await["domini"].clone();
    let suo = domini.as_array().expect("domini").iter().find(|d| d["idDominio"] == json!(B)).cloned();
    let suo = suo.expect("il dominio");
    assert_eq!(suo["abilitato"], json!(true));
    assert_eq!(profilo, json!({ "nome": "poco", "domini": [suo], "entrate": [], "acl": [] }));
    assert_eq!(json(&chi(1, CHI.0), "/profilo").await["domini"], domini);

    let breve = |id: &str, nome: &str| json!({ "idDominio": id, "ragioneSociale": nome });
    let tutti = json!([
        breve(ALTRO, "Di altri"),
        breve(DOMINIO, "Ente Creditore di prova"),
        breve(B, "Provincia di prova")
    ]);
    for n in [2, 3] {
        let profilo = json(&chi(n, "poco"), "/profilo").await;
        let imu = json!({ "idTipoPendenza": "IMU", "descrizione": "Imposta" });
        assert_eq!(
            profilo,
            json!({
                "nome": "poco", "domini": [breve(B, "Provincia di prova")], "tipiPendenza": [imu], "acl": []
            })
        );
        let tutto = json(&chi(n, CHI.0), "/profilo").await;
        assert_eq!(tutto, json!({ "nome": CHI.0, "domini": tutti, "tipiPendenza": [], "acl": [] }));
        let niente = json(&chi(n, "niente"), "/profilo").await;
        assert_eq!(niente, json!({ "nome": "niente", "domini": [], "tipiPendenza": [], "acl": [] }));
    }
    let niente = json(&chi(1, "niente"), "/profilo").await;
    assert_eq!(niente, json!({ "nome": "niente", "domini": [], "entrate": [], "acl": [] }));

    // The logo is of v1 only, for the domini of the caller.
    let logo = chi(1, "poco").get(&format!("/domini/{B}/logo")).await.con_stato(200);
    assert_eq!((logo.intestazione("content-type"), logo.corpo().len()), (Some("image/png"), 8));
    let r = chi(1, "poco").get(&format!("/domini/{DOMINIO}/logo")).await.errore();
    assert_eq!((r.0, r.1.as_str()), (403, "403000"), "{}", r.2);
    assert_eq!(chi(2, "poco").get(&format!("/domini/{B}/logo")).await.stato(), 404);
}
