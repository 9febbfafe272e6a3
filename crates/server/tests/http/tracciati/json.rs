use super::{DOMINIO, T, conti, esito, finito, operazioni, pronta, voce};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

fn file(inserimenti: Value, annullamenti: Value) -> Value {
    json!({
        "idTracciato": "T-1", "idDominio": DOMINIO, "inserimenti": inserimenti, "annullamenti": annullamenti
    })
}

fn annulla(id: &str) -> Value {
    json!({"idA2A": "GESTIONALE", "idPendenza": id, "motivoAnnullamento": "Non piu' dovuta"})
}

/// Spec 20, done when 13.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn buone_cattive_e_annullate_hanno_conti_esatti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let mut storta = voce("P3");
    storta["importo"] = json!(50);
    let mut senza_tipo = voce("P4");
    senza_tipo["idTipoPendenza"] = json!("IGNOTO");
    let mut di_nuovo = voce("P1");
    di_nuovo["causale"] = json!("Cambiata");
    let inserimenti = json!([voce("P1"), voce("P2"), storta, senza_tipo, di_nuovo]);
    let annullamenti = json!([annulla("P2"), annulla("P2"), annulla("MAI")]);
    // The second list is done after the first, wherever it stands.
    let corpo = json!({
        "annullamenti": annullamenti, "inserimenti": inserimenti, "idTracciato": "T-1", "idDominio": DOMINIO
    });
    let inviato = bo.post(&format!("{T}?stampaAvvisi=false"), &corpo).await.con_stato(201);
    let nato = inviato.json();
    assert_eq!((&nato["nomeFile"], &nato["numeroOperazioniTotali"]), (&json!("T-1"), &json!(8)));
    let t = finito(&bo, inviato).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [8, 5, 3], [0, 0, 0]));
    let dominio = bo.get("/domini").await.con_stato(200).json()["risultati"][0].clone();
    assert_eq!(dominio["idDominio"], DOMINIO);
    assert_eq!(
        t,
        json!({
            "id": t["id"], "nomeFile": "T-1",
            "dominio": dominio,
            "dataOraCaricamento": t["dataOraCaricamento"], "stato": "ESEGUITO_CON_ERRORI",
            "numeroOperazioniTotali": 8, "numeroOperazioniEseguite": 5, "numeroOperazioniFallite": 3,
            "numeroAvvisiTotali": 0, "numeroAvvisiStampati": 0, "numeroAvvisiFalliti": 0,
            "operatoreMittente": t["operatoreMittente"],
            "dataOraUltimoAggiornamento": t["dataOraUltimoAggiornamento"], "stampaAvvisi": false
        })
    );
    let fatte = operazioni(&bo, &t).await;
    let righe: Vec<_> = fatte
        .iter()
        .map(|o| (o["numero"].as_i64().unwrap(), o["tipoOperazione"].clone(), o["risposta"]["esito"].clone()))
        .collect();
    assert_eq!(
        serde_json::to_value(&righe).unwrap(),
        json!([
            [1, "ADD", "ADD_OK"],
            [2, "ADD", "ADD_OK"],
            [3, "ADD", "VER_002"],
            [4, "ADD", "TVR_000"],
            [5, "ADD", "ADD_OK"],
            [6, "DEL", "DEL_OK"],
            [7, "DEL", "DEL_OK"],
            [8, "DEL", "VER_008"]
        ])
    );
    let testo = "VER_002: La pendenza (IdA2A:GESTIONALE, Id:P3) ha un importo totale (50.0) diverso dalla somma \
                 dei singoli importi (45.01)";
    let mut chiesta = voce("P3");
    chiesta["importo"] = json!(50);
    chiesta["idDominio"] = json!(DOMINIO);
    assert_eq!(
        fatte[2],
        json!({
            "tipoOperazione": "ADD", "stato": "SCARTATO", "descrizioneStato": testo,
            "soggettoPagatore": chiesta["soggettoPagatore"], "applicazione": "GESTIONALE",
            "identificativoPendenza": "P3", "numero": 3, "richiesta": chiesta,
            "risposta": {
                "idA2A": "GESTIONALE", "idPendenza": "P3", "tipoOperazione": "ADD", "stato": "SCARTATO",
                "esito": "VER_002", "descrizioneEsito": testo, "numero": 3,
                "dati": {
                    "categoria": "RICHIESTA", "codice": "VER_002", "descrizione": "Richiesta non valida",
                    "dettaglio": testo.strip_prefix("VER_002: ").unwrap()
                }
            }
        })
    );
    let avviso = fatte[0]["numeroAvviso"].as_str().unwrap();
    assert_eq!(
        fatte[0]["risposta"]["dati"],
        json!({
            "stato": "Non pagato", "importo": 45.01, "idDominio": DOMINIO, "numeroAvviso": avviso,
            "descrizione": "TARI P1", "qrcode": format!("PAGOPA|002|{avviso}|{DOMINIO}|4501")
        })
    );
    let r = esito(&bo, &t).await.con_stato(200);
    assert_eq!(r.intestazione("content-disposition"), Some("attachment; filename=\"esito_T-1.json\""));
    let risposte: Vec<Value> = fatte.iter().map(|o| o["risposta"].clone()).collect();
    assert_eq!(
        r.json(),
        json!({
            "idTracciato": "T-1", "idDominio": DOMINIO, "inserimenti": risposte[..5],
            "annullamenti": risposte[5..]
        })
    );
    let p = app.applicazione().get("/pendenze/GESTIONALE/P2").await.con_stato(200).json();
    assert_eq!((&p["stato"], &p["descrizioneStato"]), (&json!("ANNULLATA"), &json!("Non piu' dovuta")));
    let p = app.applicazione().get("/pendenze/GESTIONALE/P1").await.con_stato(200).json();
    assert_eq!(p["causale"], "Cambiata");
    let r = bo.get(&format!("{T}/{}/richiesta", t["id"])).await.con_stato(200);
    assert_eq!(r.testo(), corpo.to_string());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_errore_di_sintassi_rifiuta_tutto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let con = |puntatore: &str, v: Value| {
        let mut c = file(json!([voce("P1"), voce("P2")]), json!([annulla("P1")]));
        let (padre, campo) = puntatore.rsplit_once('/').unwrap();
        c.pointer_mut(padre).unwrap().as_object_mut().unwrap().insert(campo.to_owned(), v);
        c.to_string()
    };
    for (corpo, testo) in [
        (con("/inserimenti/1/causale", Value::Null), "causale"),
        (con("/inserimenti/1/ignota", json!(1)), "\"ignota\""),
        (con("/inserimenti/0/voci", json!([])), "voci"),
        (con("/annullamenti/0/motivoAnnullamento", Value::Null), "motivoAnnullamento"),
        (con("/annullamenti/0/altro", json!(1)), "\"altro\""),
        (con("/idTracciato", Value::Null), "idTracciato"),
        (con("/idDominio", json!("123")), "idDominio"),
        (con("/inserimenti", Value::Null), "inserimenti"),
        (con("/annullamenti", json!({})), "annullamenti"),
        (con("/ignota", json!(1)), "\"ignota\""),
        ("{\"idTracciato\":\"x\",".to_owned(), "JSON non valido"),
        (String::new(), "No content"),
        ("[]".to_owned(), "JSON non valido"),
    ] {
        let r = bo.grezzo(http::Method::POST, T, "application/json", corpo.clone()).await;
        let (stato, codice, dettaglio) = r.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{corpo}");
        assert!(dettaglio.contains(testo), "{corpo}: {dettaglio}");
    }
    // VER_035 is judged with the body.
    let quote = json!({"quote": [{"capitolo": "C", "annoEsercizio": 2026, "importo": 1}]});
    let r =
        bo.grezzo(http::Method::POST, T, "application/json", con("/inserimenti/0/voci/0/contabilita", quote));
    assert_eq!(r.await.errore().1, "VER_035");
    let tutti = bo.get(T).await.con_stato(200).json();
    assert_eq!(tutti["risultati"], json!([]));
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/P1").await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_operazioni_finisce_bene(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let t = finito(&bo, bo.post(T, &file(json!([]), json!([]))).await).await;
    assert_eq!(conti(&t), ("ESEGUITO", [0, 0, 0], [0, 0, 0]));
    let vuoto = json!({"idTracciato": "T-1", "idDominio": DOMINIO, "inserimenti": [], "annullamenti": []});
    assert_eq!(esito(&bo, &t).await.con_stato(200).json(), vuoto);
    let t = finito(&bo, bo.post(T, &file(json!([]), json!([annulla("X")]))).await).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [1, 0, 1], [0, 0, 0]));
    let e = esito(&bo, &t).await.con_stato(200).json();
    assert_eq!((&e["inserimenti"], e["annullamenti"].as_array().map(Vec::len)), (&json!([]), Some(1)));
}
