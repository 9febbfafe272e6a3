//! What a group of lines asks of the database: a few reads for all of them, none for each.

use super::{DOMINIO, T, conti, file, invia_csv, linea, operazioni, riga, un_passo, voce};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use serde_json::{Value, json};
use sqlx::{Connection as _, Executor as _, PgConnection};
use std::time::{Duration, Instant};
use store::{Conteggi, StoreError};
use testkit::{Anagrafica, Backend, Cliente, TestApp};

/// Operations of a group.
const GRUPPO: usize = 400;
const IBAN: &str = "IT02L1234512345123456789012";

/// Nothing runs by itself, but for what looks once a second whether master data have changed.
async fn fermo(backend: Backend) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.worker.jobs = false;
        c.worker.notifiche = false;
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// A load of four groups, one step of the job for each: what the last three have asked, and how long they
/// took. The first finds master data that nobody has read yet.
async fn passi(app: &TestApp, bo: &Cliente, id: i64) -> Vec<(Conteggi, Duration)> {
    let mut passi = Vec::new();
    for n in 1..=4 {
        let (prima, inizio) = (app.conteggi(), Instant::now());
        assert!(un_passo(app).await);
        passi.push((app.conteggi().da(prima), inizio.elapsed()));
        let t = bo.get(&format!("{T}/{id}")).await.con_stato(200).json();
        let (_, [_, eseguite, fallite], _) = conti(&t);
        assert_eq!(usize::try_from(eseguite + fallite).unwrap(), n * GRUPPO, "{t}");
    }
    while un_passo(app).await {}
    passi.split_off(1)
}

/// Reads, commits, statements of the quickest step, but for the reads of each second.
fn spesa(passi: &[(Conteggi, Duration)]) -> (u64, u64, u64) {
    let (p, durata) = passi.iter().min_by_key(|(p, durata)| (p.letture, *durata)).unwrap();
    (p.letture.saturating_sub(durata.as_secs()), p.commit, p.istruzioni)
}

async fn csv(app: &TestApp, righe: &[String]) -> (u64, u64, u64) {
    let bo = app.backoffice();
    let r = invia_csv(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), &file(righe)).await;
    let id = r.con_stato(201).json()["id"].as_i64().unwrap();
    spesa(&passi(app, &bo, id).await)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_gruppo_di_righe_costa_poche_letture(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = fermo(backend).await;
    // A step takes the file up again: the load, its records from there on, their outcomes, a piece of the
    // file; the keys met before in the load, those of the group that are stored; the load, whether it is
    // to end.
    const LETTURE: u64 = 7;
    // A pendenza, its voce and the record; then how far it is and the lease, and the lease given back.
    const COMMIT: u64 = 20 + 2;
    const ISTRUZIONI: u64 = 3 * 400 + 2 + 1;
    let righe: Vec<String> = (1..=4 * GRUPPO).map(|n| riga(&format!("P{n}"), &[])).collect();
    assert_eq!(csv(&app, &righe).await, (LETTURE, COMMIT, ISTRUZIONI));
    // Lines that fail need no pendenza: the record of each, and nothing is looked for.
    let ripetute: Vec<String> = (1..=4 * GRUPPO).map(|_| riga("Q", &[])).collect();
    assert_eq!(csv(&app, &ripetute).await, (LETTURE - 1, 7 + 2, 400 + 3));
    // In one go a group asks for its own keys, and now and then for another piece of the file.
    let righe: Vec<String> = (1..=10 * GRUPPO).map(|n| riga(&format!("R{n}"), &[])).collect();
    let bo = app.backoffice();
    invia_csv(&bo, &format!("{DOMINIO}?stampaAvvisi=false"), &file(&righe)).await.con_stato(201);
    let (prima, inizio) = (app.conteggi(), Instant::now());
    let fine = tokio_util::sync::CancellationToken::new();
    assert_eq!(app.engine().elabora_tracciato(Duration::from_secs(60), &fine).await, Ok(true));
    let letture = app.conteggi().da(prima).letture;
    // The file is read twice; whether others wait, and the version of master data, now and then.
    let ogni_tanto = 2 * inizio.elapsed().as_secs() + 1;
    let pezzi = u64::try_from(file(&righe).len() >> 18).unwrap() + 2;
    let attese = 7 + 10 + 2 * pezzi;
    assert!(letture <= attese + ogni_tanto, "{letture} > {attese} + {ogni_tanto}");
    // JSON has no key that may come once only.
    let voci: Vec<Value> = (1..=4 * GRUPPO).map(|n| voce(&format!("J{n}"))).collect();
    let corpo = json!({
        "idTracciato": "j", "idDominio": DOMINIO, "inserimenti": voci, "annullamenti": []
    });
    let r = bo.post(&format!("{T}?stampaAvvisi=false"), &corpo).await;
    let id = r.con_stato(201).json()["id"].as_i64().unwrap();
    let (letture, commit, istruzioni) = spesa(&passi(&app, &bo, id).await);
    // Longer lines: there may be a second piece of the file.
    assert!((LETTURE - 1..=LETTURE).contains(&letture), "{letture}");
    assert_eq!((commit, istruzioni), (COMMIT, ISTRUZIONI));
}

/// A tipo whose template finds the dominio by the account of the line.
async fn con_il_conto(app: &TestApp) {
    let richiesta = r#"<#assign csv = class["it.govpay.core.utils.CSVUtils"].getInstance() />
<#assign r = csv.getCSVRecord(lineaCsvRichiesta) />
{"idA2A": "GESTIONALE", "idPendenza": ${csv.toJsonValue(r, 0)},
 "idDominio": ${csv.getCodDominioFromIbanAccredito(r, 1)},
 "idTipoPendenza": "${idTipoVersamento}", "causale": "c", "importo": "10.00",
 "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Rossi Mario"},
 "voci": [{"idVocePendenza": "1", "importo": "10.00", "descrizione": "d", "codEntrata": "TARI"}]}"#;
    let modelli = json!({
        "tipo": "freemarker", "intestazione": "h", "richiesta": BASE64_STANDARD.encode(richiesta),
        "risposta": BASE64_STANDARD.encode("${esitoOperazione}")
    });
    let tipo = json!({"descrizione": "Tassa sui rifiuti", "tracciatoCsv": modelli});
    app.backoffice().put("/tipiPendenza/TARI", &tipo).await.con_stato(200);
}

fn dove() -> String {
    format!("{DOMINIO}/TARI?stampaAvvisi=false")
}

async fn inviato(bo: &Cliente, righe: &[String]) -> i64 {
    invia_csv(bo, &dove(), &file(righe)).await.con_stato(201).json()["id"].as_i64().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_conto_di_ogni_riga_non_si_cerca_ogni_volta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = fermo(backend).await;
    let bo = app.backoffice();
    con_il_conto(&app).await;
    // Every other line names an account that nobody has: it is not looked for again either.
    const ALTRO: &str = "IT60X0542811101000000123456";
    let righe: Vec<String> = (1..=4 * GRUPPO)
        .map(|n| linea(&[(0, &format!("P{n}")), (1, if n % 2 == 0 { IBAN } else { ALTRO })]))
        .collect();
    let id = inviato(&bo, &righe).await;
    let (letture, ..) = spesa(&passi(&app, &bo, id).await);
    assert_eq!(letture, 7);
    let t = bo.get(&format!("{T}/{id}")).await.con_stato(200).json();
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [1600, 800, 800], [0, 0, 0]));
    // Until somebody has it.
    let conto = json!({ "postale": false, "abilitato": true });
    bo.put(&format!("/domini/{DOMINIO}/contiAccredito/{ALTRO}"), &conto).await.con_stato(201);
    let id = inviato(&bo, &[linea(&[(0, "Q1"), (1, ALTRO)])]).await;
    while un_passo(&app).await {}
    let t = bo.get(&format!("{T}/{id}")).await.con_stato(200).json();
    assert_eq!(conti(&t), ("ESEGUITO", [1, 1, 0], [0, 0, 0]));
}

/// A database that does not say whose an account is makes no line fail.
#[tokio::test(flavor = "multi_thread")]
async fn un_conto_che_non_si_puo_cercare_non_e_un_errore_della_riga() {
    let app = fermo(Backend::Pg).await;
    let bo = app.backoffice();
    con_il_conto(&app).await;
    let id = inviato(&bo, &[linea(&[(0, "P1"), (1, IBAN)])]).await;
    let percorso = format!("{T}/{id}");
    let mut altro = PgConnection::connect(app.postgres().unwrap().url()).await.unwrap();
    altro.execute("begin; lock table conti_accredito in access exclusive mode").await.unwrap();
    let fine = tokio_util::sync::CancellationToken::new();
    let presa = Duration::from_millis(500);
    let esito = app.engine().elabora_tracciato(presa, &fine).await;
    assert!(matches!(esito, Err(StoreError::NonDisponibile(_))), "{esito:?}");
    let t = bo.get(&percorso).await.con_stato(200).json();
    assert_eq!(conti(&t), ("IN_ELABORAZIONE", [1, 0, 0], [0, 0, 0]));
    altro.execute("rollback").await.unwrap();
    // Once the lease is over somebody takes it up again.
    tokio::time::sleep(presa).await;
    while un_passo(&app).await {}
    let t = bo.get(&percorso).await.con_stato(200).json();
    assert_eq!(conti(&t), ("ESEGUITO", [1, 1, 0], [0, 0, 0]), "{:?}", operazioni(&bo, &t).await);
}
