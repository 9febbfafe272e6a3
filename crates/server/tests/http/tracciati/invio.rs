use super::{DOMINIO, T, conti, file, finito, invia_csv, operazioni, pronta, riga, voce};
use rstest::rstest;
use serde_json::json;
use testkit::{Anagrafica, Backend, Cliente, TestApp};

const ALTRO: &str = "98765432109";

/// Another dominio, and an operatore who has the standard one and these types.
async fn operatore(app: &TestApp, nome: &str, tipi: serde_json::Value, diritti: &[&str]) -> Cliente {
    let bo = app.backoffice();
    let corpo = json!({
        "ragioneSociale": "Altro ente", "intermediato": true, "abilitato": true, "scaricaFr": false,
        "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "02"
    });
    let r = bo.put(&format!("/domini/{ALTRO}"), &corpo).await;
    assert!(matches!(r.stato(), 200 | 201), "{}", r.testo());
    let corpo = json!({
        "ragioneSociale": "Mario Rossi", "domini": [DOMINIO], "tipiPendenza": tipi,
        "acl": [{"servizio": "Pendenze", "autorizzazioni": diritti}], "abilitato": true,
        "password": "Password-1-lunga"
    });
    let r = bo.put(&format!("/operatori/{nome}"), &corpo).await;
    assert!(matches!(r.stato(), 200 | 201), "{}", r.testo());
    app.cliente(testkit::BACKOFFICE).come(nome, "Password-1-lunga")
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_non_puo_non_invia_e_non_carica(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let mario = operatore(&app, "mario", json!(["TARI"]), &["R", "W"]).await;
    let solo_r = operatore(&app, "lettore", json!(["TARI"]), &["R"]).await;
    let buono = file(&[riga("P1", &[])]);
    assert_eq!(invia_csv(&solo_r, DOMINIO, &buono).await.errore().0, 403);
    assert_eq!(invia_csv(&mario, ALTRO, &buono).await.errore().0, 403);
    assert_eq!(invia_csv(&mario, &format!("{DOMINIO}/IMU"), &buono).await.errore().0, 403);
    let json = json!({"idTracciato": "T", "idDominio": ALTRO, "inserimenti": [], "annullamenti": []});
    assert_eq!(mario.post(T, &json).await.errore().0, 403);
    assert_eq!(bo.get(T).await.json()["risultati"], json!([]));
    // A line that names another dominio is his who sent it.
    let t = finito(
        &mario,
        invia_csv(&mario, DOMINIO, &file(&[riga("P1", &[]), riga("P2", &[(2, ALTRO)])])).await,
    )
    .await;
    assert_eq!(conti(&t).1, [2, 1, 1]);
    let o = operazioni(&mario, &t).await;
    assert_eq!(o[1]["risposta"]["esito"], "NOT_AUTHORIZED");
    assert_eq!(
        o[1]["risposta"]["dati"],
        json!({
            "categoria": "AUTORIZZAZIONE", "codice": "403000", "descrizione": "Operazione non autorizzata",
            "dettaglio": format!(
                "Operatore [Mario Rossi] non autorizzato ad accedere alla risorsa richiesta per il Dominio \
                 [{ALTRO}] e per il TipoPendenza [TARI]."
            )
        })
    );
    // So is an annulment.
    let altrui = json!({
        "idTracciato": "T", "idDominio": ALTRO, "annullamenti": [],
        "inserimenti": [{
            "idA2A": "GESTIONALE", "idPendenza": "ALTRA", "causale": "c",
            "voci": [{"idVocePendenza": "1", "importo": 1, "descrizione": "d", "codEntrata": "TARI"}]
        }]
    });
    bo.put(
        &format!("/domini/{ALTRO}/contiAccredito/IT02L1234512345123456789012"),
        &json!({
            "postale": false, "abilitato": true
        }),
    )
    .await
    .con_stato(201);
    bo.put(
        &format!("/domini/{ALTRO}/entrate/TARI"),
        &json!({
            "ibanAccredito": "IT02L1234512345123456789012", "abilitato": true
        }),
    )
    .await
    .con_stato(201);
    bo.put(&format!("/domini/{ALTRO}/tipiPendenza/TARI"), &json!({})).await.con_stato(201);
    let suo = finito(&bo, bo.post(&format!("{T}?stampaAvvisi=false"), &altrui).await).await;
    assert_eq!(conti(&suo), ("ESEGUITO", [1, 1, 0], [0, 0, 0]), "{:?}", operazioni(&bo, &suo).await);
    let t = finito(&mario, invia_csv(&mario, DOMINIO, &file(&[riga("ALTRA", &[(12, "0")])])).await).await;
    assert_eq!(operazioni(&mario, &t).await[0]["risposta"]["esito"], "NOT_AUTHORIZED");
    // He does not see that of the other dominio.
    assert_eq!(mario.get(&format!("{T}/{}", suo["id"])).await.errore().0, 403);
    let visti = mario.get(T).await.con_stato(200).json();
    assert_eq!(visti["risultati"].as_array().map(Vec::len), Some(2));
    assert_eq!(
        bo.get(&format!("{T}?idDominio={ALTRO}")).await.json()["risultati"].as_array().map(Vec::len),
        Some(1)
    );
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/P2").await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_e_un_file_non_entra(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.api.max_tracciato_bytes = 400_000).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let post = |dove: String, tipo: &'static str, corpo: String| {
        let bo = bo.clone();
        async move { bo.grezzo(http::Method::POST, &dove, tipo, corpo).await }
    };
    for (dove, tipo) in [
        (format!("{T}/{DOMINIO}"), "application/json"),
        (format!("{T}/{DOMINIO}"), "text/plain"),
        (T.to_owned(), "text/csv"),
    ] {
        assert_eq!(post(dove, tipo, "x".into()).await.stato(), 415, "{tipo}");
    }
    let grande = "x".repeat(400_001);
    let r = post(format!("{T}/{DOMINIO}"), "text/csv", grande.clone()).await;
    assert_eq!(r.errore().0, 413);
    let forma = |nome: &str, corpo: &str| {
        format!(
            "--B\r\nContent-Disposition: form-data; name=\"altro\"\r\n\r\nx\r\n--B\r\n\
             Content-Disposition: form-data; name=\"f\"{nome}\r\nContent-Type: text/csv\r\n\r\n{corpo}\r\n--B--\r\n"
        )
    };
    const FORMA: &str = "multipart/form-data; boundary=B";
    let r = post(format!("{T}/{DOMINIO}"), FORMA, forma("; filename=\"a.csv\"", &grande)).await;
    assert_eq!(r.errore().0, 413);
    let r = post(format!("{T}/{DOMINIO}"), FORMA, forma("", "x")).await;
    assert_eq!(r.errore().0, 400);
    assert_eq!(post(format!("{T}/123"), "text/csv", String::new()).await.errore().0, 400);
    let r = post(format!("{T}/{ALTRO}"), "text/csv", String::new()).await;
    assert_eq!(r.errore(), (422, "DOM_000".into(), format!("Dominio ({ALTRO}) inesistente")));
    let r = post(format!("{T}/{DOMINIO}/IGNOTO"), "text/csv", String::new()).await;
    assert_eq!(r.errore(), (422, "TVR_000".into(), "Tipo pendenza (IGNOTO) inesistente".into()));
    assert_eq!(bo.get(T).await.json()["risultati"], json!([]));
    // Nothing of them is kept.
    let buono = file(&[riga("P1", &[])]);
    let t =
        finito(&bo, post(format!("{T}/{DOMINIO}"), FORMA, forma("; filename=\"a.csv\"", &buono)).await).await;
    assert_eq!((&t["nomeFile"], conti(&t).1), (&json!("a.csv"), [1, 1, 0]));
    let con_nome = bo
        .richiesta(http::Method::POST, &format!("{T}/{DOMINIO}"))
        .header("Content-Type", "text/csv")
        .header("X-GOVPAY-FILENAME", "b.csv")
        .body(buono);
    let t = finito(&bo, bo.manda(con_nome).await).await;
    assert_eq!(t["nomeFile"], "b.csv");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_elenco_ha_i_suoi_filtri_e_un_id_ignoto_e_404(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let uno = finito(&bo, invia_csv(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), "h\n").await).await;
    let due = finito(&bo, invia_csv(&bo, DOMINIO, "").await).await;
    let ids = |v: &serde_json::Value| -> Vec<i64> {
        v["risultati"].as_array().unwrap().iter().map(|t| t["id"].as_i64().unwrap()).collect()
    };
    let (uno, due) = (uno["id"].as_i64().unwrap(), due["id"].as_i64().unwrap());
    for (q, attesi) in [
        ("", vec![due, uno]),
        ("?statoTracciatoPendenza=SCARTATO", vec![due]),
        ("?statoTracciatoPendenza=ESEGUITO", vec![uno]),
        ("?idDominio=00000000000", vec![]),
        ("?risultatiPerPagina=1&pagina=2", vec![uno]),
    ] {
        assert_eq!(ids(&bo.get(&format!("{T}{q}")).await.con_stato(200).json()), attesi, "{q}");
    }
    let (stato, _, testo) = bo.get(&format!("{T}?statoTracciatoPendenza=FATTO")).await.errore();
    assert!(stato == 400 && testo.contains("[FATTO]"), "{testo}");
    for dove in ["", "/richiesta", "/esito", "/stampe", "/operazioni"] {
        assert_eq!(bo.get(&format!("{T}/999999{dove}")).await.errore().0, 404, "{dove}");
    }
    let r = bo.get(&format!("{T}/{uno}/stampe")).await.errore();
    let testo = "La stampa degli avvisi di pagamento non e' stata richiesta per il tracciato";
    assert_eq!(r, (404, "404000".into(), testo.into()));
    let r = bo.get("/operazioni/elaborazioneTracciatiPendenze").await.con_stato(200).json();
    assert_eq!((&r["stato"], &r["descrizione"]), (&json!("0"), &json!("Elaborazione Tacciati schedulata")));
    let _ = voce("P");
}
