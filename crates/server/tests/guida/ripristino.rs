//! Backup and restore as `docs/esercizio.md` tells them: a copy taken while the gateway writes has all
//! that was acknowledged before it, its secrets open with the key, and not without.

use crate::scena::finche;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde_json::{Value, json};
use server::Uso;
use server::configurazione::Segreto;
use sqlx::Connection as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tempfile::TempDir;
use testkit::{Anagrafica, Backend, Copione, ServizioIntegrazione, StubEnte, TestApp, buste};

const PASSWORD_ENTE: &str = "Dell-ente-2026";

/// The numbers that may have been given after a copy are jumped over.
pub(crate) const SALTA_NUMERI: &str = "\
update contatori set prossimo = prossimo + 1000000 where nome like 'iuv/%';
insert into contatori (nome, prossimo)
  select 'iuv/' || d.id || '/', 1000001 from domini d
  where not exists (select 1 from contatori where nome like 'iuv/' || d.id || '/%');";

/// Drops a thousand old events, on SQLite.
pub(crate) const TOGLI_EVENTI: &str = "\
begin immediate;
create temporary table vecchi as select id from eventi
  where data < unixepoch('2026-01-01') * 1000000 and categoria <> 'UTENTE' order by data limit 1000;
delete from eventi_messaggi where evento in (select id from vecchi);
delete from eventi where id in (select id from vecchi);
drop table vecchi;
commit;";

/// How the guide takes away old bulk loads.
pub(crate) const TOGLI_TRACCIATI: &str = "\
begin immediate;
create temporary table vecchi as select id from tracciati
  where data_aggiornamento < unixepoch('2026-01-01') * 1000000
  and stato in ('ESEGUITO', 'ESEGUITO_CON_ERRORI', 'SCARTATO') order by id limit 1;
delete from tracciati_stampe where tracciato in (select id from vecchi);
delete from tracciati_operazioni where tracciato in (select id from vecchi);
delete from tracciati_pezzi where tracciato in (select id from vecchi);
delete from tracciati where id in (select id from vecchi);
drop table vecchi;
commit;";

/// A gateway whose ente wants credentials and is down, with a pendenza that was paid.
async fn pagata(backend: Backend, cambia: impl FnOnce(&mut server::Configurazione)) -> (TestApp, StubEnte) {
    let (app, ente) = (TestApp::con(backend, cambia).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Stato(503));
    let integrazione = ServizioIntegrazione {
        url: ente.url(),
        versione: "REST v2",
        auth: Some(json!({ "username": "govpay", "password": PASSWORD_ENTE })),
    };
    Anagrafica { integrazione: Some(integrazione), ..Anagrafica::standard() }.crea(&app).await;
    let avviso = buste::avviso(1);
    app.applicazione().put("/pendenze/GESTIONALE/PAGATA", &corpo(Some(&avviso))).await.con_stato(201);
    for busta in [buste::attiva(&avviso), buste::ricevuta(&avviso, &"a".repeat(32))] {
        let r = app.nodo().soap(&busta).await.con_stato(200);
        assert!(r.testo().contains("<outcome>OK</outcome>"), "{}", r.testo());
    }
    ente.attendi(1).await;
    (app, ente)
}

fn corpo(avviso: Option<&str>) -> Value {
    let mut c = json!({
        "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": "TARI 2026", "importo": 45.01,
        "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "voci": [{ "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Rata unica", "codEntrata": "TARI" }]
    });
    if let Some(a) = avviso {
        c["numeroAvviso"] = json!(a);
    }
    c
}

/// Loads from four callers until told to stop, while `copia` runs in the middle. Gives back which
/// pendenze were acknowledged before the copy began, with their number.
async fn copia_sotto_carico<T: Send + 'static>(
    app: &TestApp,
    copia: impl FnOnce() -> T + Send + 'static,
) -> (Vec<(String, String)>, T) {
    let (fine, fatte) = (Arc::new(AtomicBool::new(false)), Arc::new(Mutex::new(Vec::new())));
    let prossima = Arc::new(AtomicUsize::new(0));
    let carichi: Vec<_> = (0..4)
        .map(|_| {
            let (cliente, fine, fatte, prossima) =
                (app.applicazione(), Arc::clone(&fine), Arc::clone(&fatte), Arc::clone(&prossima));
            tokio::spawn(async move {
                while !fine.load(Ordering::SeqCst) {
                    let id = format!("P{}", prossima.fetch_add(1, Ordering::SeqCst));
                    let r =
                        cliente.put(&format!("/pendenze/GESTIONALE/{id}"), &corpo(None)).await.con_stato(201);
                    let avviso = r.json()["numeroAvviso"].as_str().unwrap().to_owned();
                    fatte.lock().unwrap().push((id, avviso));
                }
            })
        })
        .collect();
    let quante = || fatte.lock().unwrap().len();
    finche("un po' di carico", async || (quante() > 60).then_some(())).await;
    let prima = fatte.lock().unwrap().clone();
    let esito = tokio::task::spawn_blocking(copia).await.unwrap();
    let alla_fine = quante();
    finche("carico dopo la copia", async || (quante() > alla_fine + 20).then_some(())).await;
    fine.store(true, Ordering::SeqCst);
    for c in carichi {
        c.await.unwrap();
    }
    (prima, esito)
}

/// The gateway on the restored database: nothing that was acknowledged is missing, the notification
/// that waited is delivered with the credentials of the ente.
async fn controlla(app: &mut TestApp, ente: &StubEnte, prima: &[(String, String)]) {
    let gia = ente.ricevute().len();
    ente.sempre(Copione::Stato(200));
    app.avvia().await;
    for (id, avviso) in prima {
        let v = app.applicazione().get(&format!("/pendenze/GESTIONALE/{id}")).await.con_stato(200).json();
        assert_eq!(
            (v["numeroAvviso"].as_str(), v["stato"].as_str()),
            (Some(&**avviso), Some("NON_ESEGUITA"))
        );
    }
    let v = app.applicazione().get("/pendenze/GESTIONALE/PAGATA").await.con_stato(200).json();
    assert_eq!((&v["stato"], &v["rpp"][0]["stato"]), (&json!("ESEGUITA"), &json!("RT_ACCETTATA_PA")));
    app.orologio().avanza(Duration::from_secs(3600));
    let arrivate = ente.attendi(gia + 1).await;
    let atteso = format!("Basic {}", BASE64_STANDARD.encode(format!("govpay:{PASSWORD_ENTE}")));
    let ultima = arrivate.last().unwrap();
    assert_eq!(ultima.intestazione("authorization"), Some(&*atteso));
    assert_eq!(ultima.intestazione("idempotency-key"), arrivate[0].intestazione("idempotency-key"));
    assert_eq!(ultima.corpo, arrivate[0].corpo);
    // The receipt is known: the Node that sends it again is told so, and nothing is paid twice.
    let r = app.nodo().soap(&buste::ricevuta(&buste::avviso(1), &"a".repeat(32))).await;
    assert!(r.testo().contains("PAA_RECEIPT_DUPLICATA"), "{}", r.testo());
}

/// The gateway does not start, and says why.
async fn non_parte(app: &TestApp, database: &str, chiave: Segreto) {
    let mut c = app.configurazione().clone();
    (c.database_url, c.database.encryption_key) = (database.to_owned(), chiave);
    let esito = server::avvia(&c, Arc::new(app.orologio().clone()), Uso::Servizio).await;
    let errore = format!("{:#}", esito.err().expect("parte con una chiave che non e' la sua"));
    assert!(errore.starts_with("la chiave di cifratura non e' quella"), "{errore}");
}

fn script(nome: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../esercizio").join(nome)
}

#[tokio::test(flavor = "multi_thread")]
async fn una_copia_di_sqlite_sotto_carico_si_ripristina() {
    // The key is the file beside the database, as where nobody configured one.
    let (mut app, ente) = pagata(Backend::Lite, |c| c.database.encryption_key = Segreto::default()).await;
    let (file, altrove) = (app.file().unwrap(), TempDir::new().unwrap());
    let copia = altrove.path().join("govpay.db");
    let (da, a) = (file.clone(), copia.clone());
    let (prima, ()) = copia_sotto_carico(&app, move || {
        let c =
            rusqlite::Connection::open_with_flags(da, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
        c.execute("vacuum into ?1", [a.to_str().unwrap()]).unwrap();
    })
    .await;
    app.spegni().await;
    assert!(prima.len() > 60);
    let url = format!("sqlite://{}", copia.display());

    non_parte(&app, &url, Segreto::default()).await;
    // The key that was made for want of the right one is replaced by it.
    let chiave = |f: &Path| PathBuf::from(format!("{}.chiave", f.display()));
    std::fs::copy(chiave(&file), chiave(&copia)).unwrap();
    app.configurazione_mut().database_url = url;
    controlla(&mut app, &ente, &prima).await;

    let c = rusqlite::Connection::open(&copia).unwrap();
    let quanti = |c: &rusqlite::Connection, da: &str| -> i64 {
        c.query_row(&format!("select count(*) from {da}"), [], |r| r.get(0)).unwrap()
    };
    let prima = quanti(&c, "eventi");
    c.execute_batch(&TOGLI_EVENTI.replace("2026-01-01", "2027-01-01").replace("1000;", "10;")).unwrap();
    assert!(prima > 20 && quanti(&c, "eventi") >= prima - 10);
    assert_eq!(quanti(&c, "eventi_messaggi where evento not in (select id from eventi)"), 0);
    let audit = quanti(&c, "eventi where categoria = 'UTENTE'");
    c.execute_batch(&TOGLI_EVENTI.replace("2026-01-01", "2099-01-01")).unwrap();
    assert!(audit > 5 && quanti(&c, "eventi") == audit, "resta il registro dei cambi");
    c.execute_batch(TOGLI_EVENTI).unwrap();
    assert_eq!(quanti(&c, "eventi"), audit, "sono tutti piu' giovani");
}

/// What was loaded stays, and so does a load that has not ended.
#[tokio::test(flavor = "multi_thread")]
async fn i_tracciati_vecchi_si_tolgono() {
    const T: &str = "/pendenze/tracciati";
    let mut app = TestApp::nuova(Backend::Lite).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let file = json!({
        "idTracciato": "T", "idDominio": "12345678901", "annullamenti": [],
        "inserimenti": [{
            "idA2A": "GESTIONALE", "idPendenza": "T1", "causale": "TARI",
            "voci": [{ "idVocePendenza": "1", "importo": 1, "descrizione": "d", "codEntrata": "TARI" }]
        }]
    });
    let id = bo.post(T, &file).await.con_stato(201).json()["id"].clone();
    while bo.get(&format!("{T}/{id}")).await.con_stato(200).json()["stato"] != "ESEGUITO" {
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    app.spegni().await;
    let c = rusqlite::Connection::open(app.file().unwrap()).unwrap();
    let righe =
        |t: &str| -> i64 { c.query_row(&format!("select count(*) from {t}"), [], |r| r.get(0)).unwrap() };
    let tutte = ["tracciati", "tracciati_pezzi", "tracciati_operazioni", "tracciati_stampe"];
    c.execute_batch(TOGLI_TRACCIATI).unwrap();
    assert_eq!(tutte.map(righe), [1, 1, 1, 1], "e' piu' giovane");
    let tutti = TOGLI_TRACCIATI.replace("2026-01-01", "2099-01-01");
    c.execute_batch("update tracciati set stato = 'IN_ELABORAZIONE'").unwrap();
    c.execute_batch(&tutti).unwrap();
    assert_eq!(tutte.map(righe), [1, 1, 1, 1], "non e' finito");
    c.execute_batch("update tracciati set stato = 'ESEGUITO'").unwrap();
    c.execute_batch(&tutti).unwrap();
    assert_eq!(tutte.map(righe), [0, 0, 0, 0]);
    assert_eq!((righe("pendenze"), righe("voci")), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn lo_script_copia_e_controlla() {
    if Command::new("sqlite3").arg("--version").output().is_err() {
        println!("saltata: manca sqlite3");
        return;
    }
    let (mut app, ente) = pagata(Backend::Lite, |_| ()).await;
    let altrove = TempDir::new().unwrap();
    let mut c = Command::new(script("copia-sqlite.sh"));
    c.args([app.file().unwrap().as_path(), altrove.path()]);
    let (prima, o) = copia_sotto_carico(&app, move || c.output().unwrap()).await;
    assert!(o.status.success(), "{}", String::from_utf8_lossy(&o.stderr));
    app.spegni().await;
    app.configurazione_mut().database_url =
        format!("sqlite://{}", String::from_utf8(o.stdout).unwrap().trim());
    controlla(&mut app, &ente, &prima).await;
}

/// A program of PostgreSQL: from PATH, or from where Debian keeps them, the newest.
fn programma(nome: &str) -> PathBuf {
    let mut trovati: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .filter_map(|v| {
            let cartella = v.ok()?.path();
            let versione = cartella.file_name()?.to_str()?.parse().ok()?;
            Some((versione, cartella.join("bin").join(nome))).filter(|(_, f)| f.is_file())
        })
        .collect();
    trovati.sort();
    trovati.pop().map_or_else(|| PathBuf::from(nome), |(_, f)| f)
}

fn riuscito(c: &mut Command) {
    let o = c.output().unwrap();
    assert!(o.status.success(), "{c:?}\n{}", String::from_utf8_lossy(&o.stderr));
}

#[tokio::test(flavor = "multi_thread")]
async fn una_copia_di_postgres_sotto_carico_si_ripristina() {
    let (mut app, ente) = pagata(Backend::Pg, |_| ()).await;
    let cartella = TempDir::new().unwrap();
    let (da, copia) = (app.postgres().unwrap().url().to_owned(), cartella.path().join("govpay.dump"));
    let a = copia.clone();
    let (prima, ()) = copia_sotto_carico(&app, move || {
        riuscito(
            Command::new(programma("pg_dump"))
                .args(["--format=custom", "--no-owner", "--file"])
                .arg(a)
                .arg(da),
        );
    })
    .await;
    app.spegni().await;
    assert!(prima.len() > 60);
    let nuova = testpg::database().await.unwrap();
    riuscito(
        Command::new(programma("pg_restore"))
            .args(["--exit-on-error", "--single-transaction", "--no-owner", "--dbname", nuova.url()])
            .arg(&copia),
    );
    non_parte(&app, nuova.url(), Segreto::nuovo(BASE64_STANDARD.encode([8; 32]))).await;
    let mut c = sqlx::PgConnection::connect(nuova.url()).await.unwrap();
    sqlx::raw_sql(SALTA_NUMERI).execute(&mut c).await.unwrap();
    c.close().await.unwrap();
    nuova.url().clone_into(&mut app.configurazione_mut().database_url);
    controlla(&mut app, &ente, &prima).await;
    let r = app.applicazione().put("/pendenze/GESTIONALE/DOPO", &corpo(None)).await.con_stato(201);
    let avviso = r.json()["numeroAvviso"].as_str().unwrap().to_owned();
    assert!(avviso.starts_with("301000000100"), "{avviso}");
    app.spegni().await;
}

/// What was loaded after the copy comes back from the gestionale with its number, and the numbers
/// that nobody remembers are jumped over.
#[tokio::test(flavor = "multi_thread")]
async fn dopo_un_ripristino_nessun_numero_si_ripete() {
    let mut app = TestApp::nuova(Backend::Lite).await;
    Anagrafica::standard().crea(&app).await;
    let cartella = TempDir::new().unwrap();
    let copia = cartella.path().join("govpay.db");
    let file = app.file().unwrap();
    let c = rusqlite::Connection::open(&file).unwrap();
    c.execute("vacuum into ?1", [copia.to_str().unwrap()]).unwrap();
    drop(c);
    let carica = async |app: &TestApp, id: &str, avviso: Option<&str>| {
        let r = app
            .applicazione()
            .put(&format!("/pendenze/GESTIONALE/{id}"), &corpo(avviso))
            .await
            .con_stato(201);
        r.json()["numeroAvviso"].as_str().unwrap().to_owned()
    };
    let ricordato = carica(&app, "RICORDATA", None).await;
    let dimenticato = carica(&app, "DIMENTICATA", None).await;
    app.spegni().await;

    let c = rusqlite::Connection::open(&copia).unwrap();
    c.execute_batch(SALTA_NUMERI).unwrap();
    drop(c);
    app.configurazione_mut().database_url = format!("sqlite://{}", copia.display());
    app.avvia().await;
    assert_eq!(carica(&app, "RICORDATA", Some(&ricordato)).await, ricordato);
    let nuovo = carica(&app, "NUOVA", None).await;
    assert!(nuovo != ricordato && nuovo != dimenticato, "{nuovo}");
    assert!(nuovo.contains("1000001"), "{nuovo}");
}
