use super::{DOMINIO, T, conti, esito, file, finito, invia_csv, operazioni, pronta, riga};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::json;
use testkit::{Backend, TestApp};

const INTESTAZIONE: &str = "idA2A,idPendenza,idDominio,tipoPendenza,numeroAvviso,pdfAvviso,\
    tipoSoggettoPagatore,identificativoPagatore,anagraficaPagatore,indirizzoPagatore,civicoPagatore,\
    capPagatore,localitaPagatore,provinciaPagatore,nazionePagatore,emailPagatore,cellularePagatore,errore";

fn senza_stampe() -> String {
    format!("{DOMINIO}?stampaAvvisi=false")
}

/// The type with templates of its own.
async fn con_modelli(app: &TestApp, richiesta: &str, risposta: &str) {
    let csv = json!({
        "tipo": "freemarker", "intestazione": "chi,come",
        "richiesta": BASE64_STANDARD.encode(richiesta), "risposta": BASE64_STANDARD.encode(risposta)
    });
    let tipo = json!({"descrizione": "Tassa sui rifiuti", "tracciatoCsv": csv});
    app.backoffice().put("/tipiPendenza/TARI", &tipo).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_righe_cattive_non_fermano_le_buone(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let corpo = format!(
        "\u{feff}{}",
        file(&[
            riga("P1", &[]),
            riga("P2", &[(6, "su \"due\"\nrighe")]),
            riga("P1", &[(6, "altra")]),
            String::new(),
            riga("P3", &[(12, "50")]),
            riga("P4", &[(4, "IGNOTO")]),
            riga("P5", &[(6, "")]),
            "\"virgolette aperte".to_owned(),
            riga("P2", &[(12, "0.00")]),
            riga("P6", &[]),
            "GESTIONALE,P6B".to_owned(),
        ])
    )
    .replace('\n', "\r\n");
    let t = finito(&bo, invia_csv(&bo, &senza_stampe(), &corpo).await).await;
    let fatte = operazioni(&bo, &t).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [11, 3, 8], [0, 0, 0]), "{fatte:#?}");
    let detto = |i: usize| fatte[i]["descrizioneStato"].as_str().unwrap_or_default().to_owned();
    let duplicata = |id: &str| {
        format!("Pendenza [IdA2A:GESTIONALE, IdPendenza:{id}], e' duplicata all'interno del tracciato.")
    };
    assert_eq!((detto(0), detto(1), detto(9)), (String::new(), String::new(), String::new()));
    assert_eq!((detto(2), detto(3), detto(8)), (duplicata("P1"), "Record vuoto".into(), duplicata("P2")));
    assert_eq!(detto(5), "TVR_000: Tipo pendenza (IGNOTO) inesistente");
    assert_eq!(detto(6), "Il campo causale non deve essere vuoto.");
    assert!(detto(4).starts_with("VER_002: ") && detto(7).contains("virgolette non chiuse"), "{}", detto(7));
    assert_eq!(fatte[3]["tipoOperazione"], "NON_VALIDA");
    assert_eq!(fatte[8]["tipoOperazione"], "DEL");
    let avviso = |i: usize| fatte[i]["numeroAvviso"].as_str().unwrap().to_owned();
    let buona = |id: &str, i: usize| {
        let n = avviso(i);
        format!(
            "GESTIONALE,{id},{DOMINIO},TARI,{n},{DOMINIO}_{n}.pdf,F,RSSMRA30A01H501I,\"Rossi, Mario\",,,,,,,,,"
        )
    };
    let r = esito(&bo, &t).await.con_stato(200);
    let righe: Vec<&str> = r.testo().lines().collect();
    assert_eq!(righe.len(), 12);
    assert_eq!(
        (righe[0], righe[1], righe[2]),
        (INTESTAZIONE, buona("P1", 0).as_str(), buona("P2", 1).as_str())
    );
    assert_eq!(righe[4], format!("\"\"{}Record vuoto", ",".repeat(17)));
    assert_eq!(
        r.intestazione("content-disposition"),
        Some(format!("attachment; filename=\"esito_{DOMINIO}.csv\"").as_str())
    );
    let r = bo.get(&format!("{T}/{}/richiesta", t["id"])).await.con_stato(200);
    assert_eq!((r.intestazione("content-type"), r.testo()), (Some("text/csv"), corpo.as_str()));
    let p = app.applicazione().get("/pendenze/GESTIONALE/P2").await.con_stato(200).json();
    assert_eq!(p["causale"], "su \"due\"\r\nrighe");
    // The same file again updates what is there, and each line counts as done.
    let buone = file(&[riga("P1", &[]), riga("P6", &[(12, "0")])]);
    let t = finito(&bo, invia_csv(&bo, &senza_stampe(), &buone).await).await;
    assert_eq!(conti(&t), ("ESEGUITO", [2, 2, 0], [0, 0, 0]));
    let p = app.applicazione().get("/pendenze/GESTIONALE/P6").await.con_stato(200).json();
    let oggi = app.engine().oggi();
    let motivo = format!("Pendenza annullata in data {oggi} tramite caricamento massivo.");
    assert_eq!((&p["stato"], &p["descrizioneStato"]), (&json!("ANNULLATA"), &json!(motivo)));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn vuoto_scartato_solo_intestazione_eseguito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let t = finito(&bo, invia_csv(&bo, DOMINIO, "").await).await;
    assert_eq!(conti(&t), ("SCARTATO", [0, 0, 0], [0, 0, 0]));
    assert_eq!(t["descrizioneStato"], "Il file CSV ricevuto e' vuoto.");
    for (dove, testo) in [
        ("esito", "Tracciato di Esito non presente: tracciato scartato"),
        ("stampe", "Stampe avvisi non disponibili per il tracciato: tracciato scartato"),
    ] {
        let r = bo.get(&format!("{T}/{}/{dove}", t["id"])).await;
        assert_eq!(r.errore(), (404, "404000".to_owned(), testo.to_owned()));
    }
    let t = finito(&bo, invia_csv(&bo, DOMINIO, "intestazione\r\n").await).await;
    assert_eq!(conti(&t), ("ESEGUITO", [0, 0, 0], [0, 0, 0]));
    assert_eq!(esito(&bo, &t).await.con_stato(200).testo(), format!("{INTESTAZIONE}\n"));
    let tre = format!("{}\n\n\n", file(&[]).trim_end());
    let t = finito(&bo, invia_csv(&bo, DOMINIO, &format!("{tre}\n")).await).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [3, 0, 3], [0, 0, 0]));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_modelli_sono_quelli_del_tipo_del_percorso(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let modello = r#"<#assign formato = class["org.apache.commons.csv.CSVFormat"].newFormat(';').withQuote('"') />
<#assign csv = class["it.govpay.core.utils.CSVUtils"].getInstance(formato) />
<#assign r = csv.getCSVRecord(lineaCsvRichiesta) />
{"idA2A": "GESTIONALE", "idPendenza": ${csv.toJsonValue(r, 0)}, "idDominio": "${idDominio}",
 "idTipoPendenza": "${idTipoVersamento}", "causale": ${csv.toJsonValue(r, 1)}, "importo": "10.00",
 "voci": [{"idVocePendenza": "1", "importo": "10.00", "descrizione": "d", "codEntrata": "TARI"}]}"#;
    con_modelli(&app, modello, "${applicazione.getCodApplicazione()},${esitoOperazione}").await;
    let dove = format!("{DOMINIO}/TARI?stampaAvvisi=false");
    let corpo = "h\nP1;Causale, con virgola\nP2;\"su\ndue;righe\"\n";
    let t = finito(&bo, invia_csv(&bo, &dove, corpo).await).await;
    assert_eq!(conti(&t), ("ESEGUITO", [2, 2, 0], [0, 0, 0]));
    assert_eq!(t["nomeFile"], format!("{DOMINIO}_TARI"));
    let atteso = "chi,come\nGESTIONALE,ESEGUITO_OK\nGESTIONALE,ESEGUITO_OK\n";
    assert_eq!(esito(&bo, &t).await.con_stato(200).testo(), atteso);
    // A response that cannot be written changes no counter.
    con_modelli(&app, modello, "${niente.da.dire}").await;
    let t = finito(&bo, invia_csv(&bo, &dove, "h\nP3;c\n").await).await;
    assert_eq!(conti(&t), ("ESEGUITO", [1, 1, 0], [0, 0, 0]));
    assert_eq!(
        esito(&bo, &t).await.con_stato(200).testo(),
        "chi,come\nPendenza [IdA2A:GESTIONALE, Id:P3] inserita con esito 'ESEGUITO_OK': scrittura dell'esito \
         sul file csv conclusa con con errore.\n"
    );
    // A request that cannot be read fails its line, never the file.
    con_modelli(&app, "${niente.da.dire}", "${esitoOperazione}").await;
    let t = finito(&bo, invia_csv(&bo, &dove, "h\na\nb\nc\nd\n").await).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [4, 0, 4], [0, 0, 0]));
    con_modelli(&app, "<#stop \"non oggi\">", "${esitoOperazione}").await;
    let t = finito(&bo, invia_csv(&bo, &dove, "h\na\n").await).await;
    let o = operazioni(&bo, &t).await;
    assert_eq!(o[0]["descrizioneStato"], "Trasformazione del record non riuscita: non oggi");
    // Without the tipo in the path, those of the installation.
    let t = finito(&bo, invia_csv(&bo, &senza_stampe(), &file(&[riga("P9", &[])])).await).await;
    assert_eq!(conti(&t), ("ESEGUITO", [1, 1, 0], [0, 0, 0]));
}
