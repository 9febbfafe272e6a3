//! The form of the Backoffice.

use super::*;
use rstest::rstest;
use testkit::BACKOFFICE;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_modulo_diventa_una_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    portale(&app, &sezione(Some(&schema()), Some(SEMPLICE), None)).await;
    let bo = app.backoffice();
    let prima = bo.post(MODULO, &dati("F1")).await.con_stato(201);
    assert_eq!(
        senza_uuid(&prima),
        json!({
            "idDominio": DOMINIO, "numeroAvviso": "301000000000000144", "UUID": "[uuid]",
            "idA2A": "GESTIONALE", "idPendenza": "F1"
        })
    );
    let seconda = bo.post(MODULO, &dati("F1")).await.con_stato(200);
    assert_eq!(seconda.json(), prima.json(), "the same, and not another");
    let letta = bo.get("/pendenze/GESTIONALE/F1").await.con_stato(200).json();
    assert_eq!(
        [&letta["causale"], &letta["importo"], &letta["stato"], &letta["dominio"]["idDominio"]],
        [&json!("Richiesta di Anna"), &numero("10.50"), &json!("NON_ESEGUITA"), &json!(DOMINIO)]
    );
    assert_eq!(letta["tipoPendenza"]["idTipoPendenza"], "TARI", "the address wins");
    let elenco = bo.get("/pendenze?idPendenza=F1").await.con_stato(200).json();
    assert_eq!(elenco["risultati"].as_array().map(Vec::len), Some(1), "owed, not asked by who pays");

    // With the notice on paper, and with an office.
    let r = bo.post(&format!("{MODULO}?stampaAvviso=true"), &dati("F2")).await.con_stato(201).json();
    let pdf = BASE64_STANDARD.decode(r["pdf"].as_str().unwrap()).unwrap();
    assert!(pdf.starts_with(b"%PDF"));
    let uo = json!({ "ragioneSociale": "Ufficio", "abilitato": true });
    bo.put(&format!("/domini/{DOMINIO}/unitaOperative/UO1"), &uo).await.con_stato(201);
    let r = bo.post(&format!("{MODULO}?idUnitaOperativa=UO1"), &dati("F3")).await.con_stato(201);
    assert_eq!(
        senza_uuid(&r),
        json!({
            "idDominio": DOMINIO, "numeroAvviso": "301000000000000346", "UUID": "[uuid]",
            "idUnitaOperativa": "UO1", "idA2A": "GESTIONALE", "idPendenza": "F3"
        })
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_modello_il_modulo_e_gia_una_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    // The address wins, here too.
    let mut corpo = intera("D1");
    corpo["idDominio"] = json!("99999999999");
    corpo["idTipoPendenza"] = json!("ALTRO");
    bo.post(MODULO, &corpo).await.con_stato(201);
    assert_eq!(bo.post(MODULO, &corpo).await.stato(), 200);
    let senza = |campo: &str| {
        let mut v = intera("D2");
        v.as_object_mut().unwrap().remove(campo);
        v
    };
    let sintassi = |dettaglio: &str| errore(400, "RICHIESTA", "SINTASSI", NON_VALIDA, dettaglio);
    for (corpo, atteso) in [
        (senza("importo"), sintassi("Il campo importo non deve essere vuoto.")),
        (senza("idA2A"), sintassi("Il campo idA2A non deve essere vuoto.")),
        (senza("idPendenza"), sintassi("Il campo idPendenza non deve essere vuoto.")),
        (senza("voci"), sintassi("Il campo voci non deve essere vuoto.")),
        (
            crate::pendenze_v2::con(&intera("D2"), "/idA2A", json!("NESSUNA")),
            errore(400, "RICHIESTA", "APP_000", NON_VALIDA, "Applicazione (NESSUNA) inesistente"),
        ),
        (
            crate::pendenze_v2::con(&intera("D2"), "/importo", json!(45.02)),
            errore(
                422,
                "RICHIESTA",
                "VER_002",
                NON_VALIDA,
                "La pendenza (IdA2A:GESTIONALE, Id:D2) ha un importo totale (45.02) diverso dalla somma dei singoli importi (45.01)",
            ),
        ),
    ] {
        assert_eq!(detto(&bo.post(MODULO, &corpo).await), atteso, "{corpo}");
    }
    assert_eq!(bo.get("/pendenze/GESTIONALE/D2").await.stato(), 404, "nothing of them is left");
    // An applicazione loads its own.
    let altra = json!({
        "principal": "altra", "password": "Altra2026aa", "abilitato": true, "domini": [DOMINIO],
        "tipiPendenza": ["*"], "acl": [{ "servizio": "Pendenze", "autorizzazioni": ["W"] }]
    });
    bo.put("/applicazioni/ALTRA", &altra).await.con_stato(201);
    let come_altra = app.cliente(BACKOFFICE).come("altra", "Altra2026aa");
    let dettaglio = "Applicazione autenticata (ALTRA) diversa dalla chiamante (GESTIONALE)";
    assert_eq!(
        detto(&come_altra.post(MODULO, &intera("D3")).await),
        errore(400, "RICHIESTA", "APP_002", NON_VALIDA, dettaglio)
    );
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn prima_l_indirizzo_poi_i_diritti_poi_cio_che_c_e(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let altro =
        json!({ "ragioneSociale": "Altro", "intermediato": false, "abilitato": true, "scaricaFr": false });
    bo.put("/domini/33333333333", &altro).await.con_stato(201);
    bo.put("/tipiPendenza/SOLO", &json!({ "descrizione": "Solo" })).await.con_stato(201);
    let acl = json!([{ "servizio": "Pendenze", "autorizzazioni": ["W"] }]);
    let mario = json!({
        "ragioneSociale": "Mario", "abilitato": true, "password": "Lettore123", "acl": acl,
        "domini": [DOMINIO], "tipiPendenza": ["TARI"]
    });
    bo.put("/operatori/mario", &mario).await.con_stato(201);
    let mario = app.cliente(BACKOFFICE).come("mario", "Lettore123");
    let sintassi = |dettaglio: &str| errore(400, "RICHIESTA", "SINTASSI", NON_VALIDA, dettaglio);
    let negato =
        |dettaglio: &str| errore(403, "AUTORIZZAZIONE", "403000", "Operazione non autorizzata", dettaglio);
    let assente = |dettaglio: &str| errore(404, "OPERAZIONE", "404000", "Risorsa non trovata", dettaglio);
    // The body is garbage: it is looked at after all of this.
    for (chi, percorso, atteso) in [
        (
            &bo,
            "/pendenze/1234/TARI".to_owned(),
            sintassi("Il valore [1234] del campo idDominio non rispetta il pattern richiesto: [0-9]{11}"),
        ),
        (
            &bo,
            format!("/pendenze/{DOMINIO}/TA%20RI"),
            sintassi(
                "Il valore [TA RI] del campo idTipoPendenza non rispetta il pattern richiesto: [a-zA-Z0-9\\-_.]{1,35}",
            ),
        ),
        (
            &bo,
            format!("{MODULO}?idUnitaOperativa=U+O"),
            sintassi(
                "Il valore [U O] del campo idUnitaOperativa non rispetta il pattern richiesto: [a-zA-Z0-9\\-_]{1,35}",
            ),
        ),
        (
            &mario,
            "/pendenze/33333333333/TARI".to_owned(),
            negato(
                "Operatore [Mario] non autorizzato ad accedere alla risorsa richiesta per il Dominio [33333333333] e per il TipoPendenza [TARI].",
            ),
        ),
        (
            &mario,
            format!("/pendenze/{DOMINIO}/SOLO"),
            negato(
                "Operatore [Mario] non autorizzato ad accedere alla risorsa richiesta per il Dominio [12345678901] e per il TipoPendenza [SOLO].",
            ),
        ),
        (&bo, "/pendenze/44444444444/TARI".to_owned(), assente("Dominio [44444444444] inesistente.")),
        (
            &bo,
            format!("{MODULO}?idUnitaOperativa=UO9"),
            assente("Unita' Operativa [UO9] inesistente per il Dominio [12345678901]."),
        ),
        (
            &bo,
            format!("/pendenze/{DOMINIO}/SOLO"),
            assente("TipoPendenza [SOLO] inesistente per il Dominio [12345678901]."),
        ),
        (
            &bo,
            format!("/pendenze/{DOMINIO}/MAI"),
            assente("TipoPendenza [MAI] inesistente per il Dominio [12345678901]."),
        ),
    ] {
        let r = chi.grezzo(http::Method::POST, &percorso, "application/json", "{").await;
        assert_eq!(detto(&r), atteso, "{percorso}");
    }
    let r = bo.grezzo(http::Method::POST, MODULO, "application/json", "{").await;
    assert_eq!(r.errore().1, "SINTASSI");
    assert_eq!(bo.grezzo(http::Method::POST, MODULO, "text/plain", "{}").await.stato(), 415);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_rispetta_lo_schema_e_400(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    portale(&app, &sezione(Some(&schema()), Some(SEMPLICE), None)).await;
    let corpo = json!({ "id": "S1", "nome": "A", "importo": 0.001, "altro": 1 });
    assert_eq!(
        detto(&bo.post(MODULO, &corpo).await),
        errore(
            400,
            "RICHIESTA",
            "SINTASSI",
            NON_VALIDA,
            "/nome: \"A\" is shorter than 2 characters,/importo: 0.001 is less than the minimum of 0.01,\
             /importo: 0.001 is not a multiple of 0.01,\
             Additional properties are not allowed ('altro' was unexpected)"
        )
    );
    assert_eq!(bo.get("/pendenze/GESTIONALE/S1").await.stato(), 404);
    // The schema of the dominio stands before that of the type, and is of use at once.
    let proprio = json!({ "portaleBackoffice": { "validazione": format!("\"{}\"", base64(r#"{"required": ["cap"]}"#)) } });
    bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/TARI"), &proprio).await.con_stato(200);
    assert_eq!(
        detto(&bo.post(MODULO, &dati("S1")).await),
        errore(400, "RICHIESTA", "SINTASSI", NON_VALIDA, "\"cap\" is a required property")
    );
    bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/TARI"), &json!({})).await.con_stato(200);
    bo.post(MODULO, &dati("S1")).await.con_stato(201);
    // A pattern that never ends is given up.
    let senza_fine = json!({ "properties": { "nome": { "pattern": "^(a|a)*\\1b" } } });
    portale(&app, &sezione(Some(&senza_fine), Some(SEMPLICE), None)).await;
    let corpo = json!({ "id": "S2", "nome": format!("{}!", "a".repeat(40)), "importo": 1 });
    let (stato, codice, _) = bo.post(MODULO, &corpo).await.errore();
    assert_eq!((stato, codice.as_str()), (500, "VAL_002"));
    assert_eq!(bo.post(MODULO, &corpo).await.json()["categoria"], "RICHIESTA");
}

/// A schema that was stored before it was looked at (here: by hand) does not make a pendenza.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn uno_schema_che_non_si_legge_e_500(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    for (schema, dettaglio) in [
        ("%%%".to_owned(), "lo schema non e' in base64"),
        (base64("{"), "JSON non valido: EOF while parsing an object at line 1 column 1"),
        (
            base64(r#"{"$ref": "http://127.0.0.1:9/x.json"}"#),
            "Resource 'http://127.0.0.1:9/x.json' is not present in a registry and retrieving it failed: Retrieving external resources is not supported",
        ),
    ] {
        let nuova = json!({ "portaleBackoffice": { "abilitato": true, "validazione": schema } }).to_string();
        let store = app.engine().store();
        let mut tipo = (*app.engine().registro().tipo_pendenza("TARI").await.unwrap().unwrap()).clone();
        tipo.configurazione = nuova;
        let mut s = store::Scrittura::nuova();
        store::anagrafica::salva_tipo_pendenza(&mut s, store::anagrafica::Modo::Sostituisci, &tipo);
        store.commit(s).await.unwrap();
        app.engine().registro().svuota();
        let (stato, corpo) = detto(&bo.post(MODULO, &intera("V1")).await);
        assert_eq!(
            (stato, &corpo["categoria"], &corpo["codice"]),
            (500, &json!("INTERNO"), &json!("VAL_001"))
        );
        assert!(corpo["dettaglio"].as_str().unwrap().starts_with(&dettaglio[..20]), "{corpo}");
    }
}
