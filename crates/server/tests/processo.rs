//! The real binary killed and stopped under load: what was answered is there, once, and announced.
#![expect(clippy::unwrap_used, clippy::panic, reason = "what prepares a test panics when it cannot")]

use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use testkit::{
    AMMINISTRATORE, Anagrafica, BACKOFFICE, Backend, CCP, Copione, GESTIONALE, NODO, PENDENZE, StubEnte,
    TestApp, buste,
};

const CHIAVE: &str = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";

/// A gateway in a process of its own, killed if the test ends before it.
struct Processo {
    figlio: Child,
    url: String,
}

impl Processo {
    fn avvia(database: &str, giornale: &std::path::Path) -> Self {
        Self::con_presa(database, giornale, 6)
    }

    /// What a killed node had in hand is taken up by the next one after `presa` seconds.
    fn con_presa(database: &str, giornale: &std::path::Path, presa: u32) -> Self {
        let mut c = Command::new(env!("CARGO_BIN_EXE_govpay"));
        for (nome, _) in std::env::vars().filter(|(n, _)| n.starts_with("GOVPAY_")) {
            c.env_remove(nome);
        }
        let mut figlio = c
            .args(["serve", "--listen", "127.0.0.1:0"])
            .envs([
                ("GOVPAY_DATABASE_URL", database),
                ("GOVPAY_DATABASE__ENCRYPTION_KEY", CHIAVE),
                ("GOVPAY_ADMIN_PASSWORD", AMMINISTRATORE.1),
                ("GOVPAY_PAGOPA_AUTH", "basic"),
                ("GOVPAY_PAGOPA_BASIC_USER", NODO.0),
                ("GOVPAY_PAGOPA_BASIC_PASSWORD", NODO.1),
                ("GOVPAY_WORKER__LEASE_SECONDS", presa.to_string().as_str()),
                ("GOVPAY_WORKER__POLL_MILLIS", "200"),
                ("GOVPAY_GIORNALE__FOLDER", giornale.to_str().unwrap()),
            ])
            .current_dir(giornale)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut riga = String::new();
        BufReader::new(figlio.stdout.take().unwrap()).read_line(&mut riga).unwrap();
        let url = riga.trim().strip_prefix("GovPay risponde su ").unwrap_or_else(|| panic!("{riga:?}"));
        Self { url: url.to_owned(), figlio }
    }

    /// SIGKILL: nothing is said to the process.
    fn uccidi(mut self) {
        self.figlio.kill().unwrap();
        self.figlio.wait().unwrap();
    }

    /// SIGTERM.
    fn termina(&self) {
        let mandato = Command::new("kill").args(["-TERM", &self.figlio.id().to_string()]).status().unwrap();
        assert!(mandato.success());
    }

    fn attendi(mut self) -> ExitStatus {
        let fine = Instant::now() + Duration::from_secs(20);
        loop {
            if let Some(stato) = self.figlio.try_wait().unwrap() {
                return stato;
            }
            assert!(Instant::now() < fine, "non si ferma");
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Processo {
    fn drop(&mut self) {
        let _ = self.figlio.kill();
        let _ = self.figlio.wait();
    }
}

fn http() -> reqwest::Client {
    let attesa = Duration::from_secs(10);
    reqwest::Client::builder().no_proxy().timeout(attesa).connect_timeout(attesa).build().unwrap()
}

/// Status and text, or how it went wrong.
async fn chiama(r: reqwest::RequestBuilder) -> Result<(u16, String), reqwest::Error> {
    let r = r.send().await?;
    let stato = r.status().as_u16();
    Ok((stato, r.text().await?))
}

/// A caller of one gateway.
#[derive(Clone)]
struct Voce {
    http: reqwest::Client,
    url: String,
}

impl Voce {
    async fn put(&self, n: u64) -> Result<(u16, String), reqwest::Error> {
        let corpo = json!({
            "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": "TARI 2026", "importo": 45.01,
            "soggettoPagatore": { "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
            "numeroAvviso": buste::avviso(n),
            "voci": [{ "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI" }]
        });
        let r = self.http.put(format!("{}{PENDENZE}/pendenze/GESTIONALE/K{n}", self.url));
        let r = r.basic_auth(GESTIONALE.0, Some(GESTIONALE.1)).header("Content-Type", "application/json");
        chiama(r.body(corpo.to_string())).await
    }

    async fn soap(&self, busta: String) -> Result<(u16, String), reqwest::Error> {
        let r = self.http.post(format!("{}{CCP}", self.url)).basic_auth(NODO.0, Some(NODO.1));
        chiama(r.header("Content-Type", "text/xml").body(busta)).await
    }

    async fn get(&self, n: u64) -> (u16, Value) {
        let r = self.http.get(format!("{}{PENDENZE}/pendenze/GESTIONALE/K{n}", self.url));
        let (stato, testo) = chiama(r.basic_auth(GESTIONALE.0, Some(GESTIONALE.1))).await.unwrap();
        (stato, serde_json::from_str(&testo).unwrap())
    }
}

/// How far each pendenza has come, as far as its caller was told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Detto {
    /// Sent, no answer.
    Niente,
    Caricata,
    /// The receipt was sent, no answer.
    RicevutaMandata,
    Pagata,
}

type Saputo = Arc<Mutex<BTreeMap<u64, Detto>>>;

/// Loads, activates and pays one pendenza after the other until told to stop or cut off; gives back
/// what was wrong with an answer.
async fn carico(v: Voce, prossima: Arc<AtomicU64>, saputo: Saputo, fine: Arc<AtomicBool>) -> Vec<String> {
    let mut errori = Vec::new();
    let segna = |n: u64, d: Detto| {
        saputo.lock().unwrap().insert(n, d);
    };
    while !fine.load(Ordering::SeqCst) {
        let n = prossima.fetch_add(1, Ordering::SeqCst);
        segna(n, Detto::Niente);
        match v.put(n).await {
            Ok((201, _)) => segna(n, Detto::Caricata),
            Ok(altro) => errori.push(format!("PUT {n}: {altro:?}")),
            Err(_) => break,
        }
        let avviso = buste::avviso(n);
        match v.soap(buste::attiva(&avviso)).await {
            Ok((200, t)) if t.contains("<outcome>OK<") => {}
            Ok(altro) => errori.push(format!("attiva {n}: {altro:?}")),
            Err(_) => break,
        }
        segna(n, Detto::RicevutaMandata);
        match v.soap(buste::ricevuta(&avviso, &format!("R{n}"))).await {
            Ok((200, t)) if t.contains("<outcome>OK<") => segna(n, Detto::Pagata),
            Ok(altro) => errori.push(format!("ricevuta {n}: {altro:?}")),
            Err(_) => break,
        }
    }
    errori
}

/// A database with the standard anagrafica and an ente that takes notifications, and nobody on it.
async fn base(backend: Backend) -> (TestApp, StubEnte, String) {
    let (mut app, ente) = (TestApp::nuova(backend).await, StubEnte::nuovo().await);
    ente.sempre(Copione::Stato(201));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    let database = match (app.file(), app.postgres()) {
        (Some(f), _) => format!("sqlite://{}", f.display()),
        (None, Some(d)) => d.url().to_owned(),
        (None, None) => panic!("una base dati"),
    };
    app.spegni().await;
    (app, ente, database)
}

/// Every promise was kept; returns the payments.
async fn verifica(v: &Voce, saputo: &BTreeMap<u64, Detto>) -> Vec<u64> {
    let mut pagate = Vec::new();
    for (n, detto) in saputo {
        let (stato, p) = v.get(*n).await;
        assert!(stato == 200 || *detto == Detto::Niente, "K{n} {detto:?}: {p}");
        if stato != 200 {
            continue;
        }
        let rpp = p["rpp"].as_array().unwrap();
        let conclusi: Vec<_> = rpp.iter().filter(|r| r["rt"].is_object()).collect();
        assert!(
            conclusi.len() <= 1 && (*detto != Detto::Pagata || conclusi.len() == 1),
            "K{n} {detto:?}: {p}"
        );
        assert_eq!(p["stato"] == "ESEGUITA", conclusi.len() == 1, "K{n} {detto:?}: {p}");
        if conclusi.len() == 1 {
            pagate.push(*n);
        }
    }
    pagate
}

async fn ucciso_piu_volte(backend: Backend) {
    const GIRI: usize = 4;
    let (mut app, ente, database) = base(backend).await;
    let giornale = tempfile::tempdir().unwrap();
    let (prossima, saputo) = (Arc::new(AtomicU64::new(1)), Saputo::default());
    for giro in 0..GIRI {
        let p = Processo::avvia(&database, giornale.path());
        let v = Voce { http: http(), url: p.url.clone() };
        let fine = Arc::new(AtomicBool::new(false));
        let carichi: Vec<_> = (0..6)
            .map(|_| {
                tokio::spawn(carico(v.clone(), Arc::clone(&prossima), Arc::clone(&saputo), Arc::clone(&fine)))
            })
            .collect();
        tokio::time::sleep(Duration::from_millis(900 + 137 * u64::try_from(giro).unwrap())).await;
        p.uccidi();
        fine.store(true, Ordering::SeqCst);
        for c in carichi {
            assert_eq!(c.await.unwrap(), [] as [String; 0]);
        }
    }
    let saputo = saputo.lock().unwrap().clone();
    let p = Processo::avvia(&database, giornale.path());
    let v = Voce { http: http(), url: p.url.clone() };
    let prima = verifica(&v, &saputo).await;
    // The Node sends again what was not answered; everybody else is a duplicate.
    for (n, detto) in &saputo {
        if *detto < Detto::RicevutaMandata {
            continue;
        }
        let (stato, t) = v.soap(buste::ricevuta(&buste::avviso(*n), &format!("R{n}"))).await.unwrap();
        let atteso = if prima.contains(n) { "PAA_RECEIPT_DUPLICATA" } else { "<outcome>OK<" };
        assert!(stato == 200 && t.contains(atteso), "K{n} {detto:?}: {t}");
    }
    let pagate = verifica(&v, &saputo).await;
    // Each payment is announced at least once, and each announcement is of a payment.
    let attese: BTreeSet<String> =
        pagate.iter().map(|n| format!("/ricevute/12345678901/{}/R{n}", &buste::avviso(*n)[1..])).collect();
    let scadenza = Instant::now() + Duration::from_secs(25);
    let arrivate = loop {
        let arrivate: Vec<String> = ente.ricevute().into_iter().map(|r| r.percorso).collect();
        let diverse: BTreeSet<String> = arrivate.iter().cloned().collect();
        assert!(diverse.is_subset(&attese), "{:?}", diverse.difference(&attese).collect::<Vec<_>>());
        if diverse == attese {
            break arrivate.len();
        }
        let mancano: Vec<_> = attese.difference(&diverse).collect();
        assert!(Instant::now() < scadenza, "mai arrivate: {mancano:?}");
        tokio::time::sleep(Duration::from_millis(100)).await;
    };
    p.termina();
    assert_eq!(p.attendi().code(), Some(0));
    // One riscossione per payment, seen from inside.
    app.avvia().await;
    for n in &pagate {
        let chiave = domain::pendenza::ChiavePendenza {
            id_a2a: domain::IdA2A::fidato("GESTIONALE"),
            id_pendenza: domain::IdPendenza::fidato(format!("K{n}")),
        };
        let store = app.engine().store();
        let id = store.pendenza(&chiave).await.unwrap().unwrap().id;
        assert_eq!(store.riscossioni_di(id).await.unwrap().len(), 1, "K{n}");
    }
    println!("{backend:?}: {} pendenze, {} pagate, {arrivate} notifiche", saputo.len(), pagate.len());
    assert!(pagate.len() > 10, "{}", pagate.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn ucciso_piu_volte_su_sqlite_non_perde_e_non_raddoppia() {
    ucciso_piu_volte(Backend::Lite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ucciso_piu_volte_su_postgres_non_perde_e_non_raddoppia() {
    ucciso_piu_volte(Backend::Pg).await;
}

/// SIGTERM: every request that got in has its answer, and the process ends well.
async fn fermato_sotto_carico(backend: Backend) {
    let (_app, _ente, database) = base(backend).await;
    let giornale = tempfile::tempdir().unwrap();
    let p = Processo::avvia(&database, giornale.path());
    let v = Voce { http: http(), url: p.url.clone() };
    let (prossima, saputo) = (Arc::new(AtomicU64::new(1)), Saputo::default());
    let fine = Arc::new(AtomicBool::new(false));
    let carichi: Vec<_> = (0..6)
        .map(|_| {
            tokio::spawn(carico(v.clone(), Arc::clone(&prossima), Arc::clone(&saputo), Arc::clone(&fine)))
        })
        .collect();
    tokio::time::sleep(Duration::from_millis(1200)).await;
    let prima = Instant::now();
    p.termina();
    let stato = p.attendi();
    println!("{backend:?}: fermato in {:?}", prima.elapsed());
    assert_eq!(stato.code(), Some(0));
    fine.store(true, Ordering::SeqCst);
    for c in carichi {
        // Whoever was served was served well; the others found the door closed.
        assert_eq!(c.await.unwrap(), [] as [String; 0]);
    }
    let saputo = saputo.lock().unwrap().clone();
    let p = Processo::avvia(&database, giornale.path());
    let v = Voce { http: http(), url: p.url.clone() };
    let pagate = verifica(&v, &saputo).await;
    // Nothing was done that was not answered.
    for (n, detto) in &saputo {
        match detto {
            Detto::Niente => assert_eq!(v.get(*n).await.0, 404, "K{n}"),
            Detto::Caricata | Detto::RicevutaMandata => assert!(!pagate.contains(n), "K{n}"),
            Detto::Pagata => assert!(pagate.contains(n), "K{n}"),
        }
    }
    assert!(pagate.len() > 5, "{}", pagate.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn fermato_sotto_carico_su_sqlite_finisce_cio_che_ha_cominciato() {
    fermato_sotto_carico(Backend::Lite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn fermato_sotto_carico_su_postgres_finisce_cio_che_ha_cominciato() {
    fermato_sotto_carico(Backend::Pg).await;
}

/// `VmRSS` is the memory of a process now, `VmHWM` the most it has had; in kibibytes.
fn memoria(p: &Processo, quale: &str) -> u64 {
    let testo = std::fs::read_to_string(format!("/proc/{}/status", p.figlio.id())).unwrap();
    let riga = testo.lines().find_map(|r| r.strip_prefix(quale)).unwrap();
    riga.trim_start_matches(':').trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// Shown, not judged: the budget is for a release build.
#[tokio::test(flavor = "multi_thread")]
async fn avvio_su_una_base_dati_esistente_e_memoria_a_riposo() {
    for backend in [Backend::Lite, Backend::Pg] {
        let (_app, _ente, database) = base(backend).await;
        let giornale = tempfile::tempdir().unwrap();
        let prima = Instant::now();
        let p = Processo::avvia(&database, giornale.path());
        let r = http().get(format!("{}{}", p.url, "/health/ready")).send().await.unwrap();
        assert_eq!(r.status(), 200);
        let avvio = prima.elapsed();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let r = http().get(format!("{}{BACKOFFICE}/info", p.url)).send().await.unwrap();
        assert_eq!(r.status(), 200);
        println!("{backend:?}: pronto in {avvio:?}, {} MiB a riposo", memoria(&p, "VmRSS") / 1024);
        p.termina();
        assert_eq!(p.attendi().code(), Some(0));
    }
}

/// A line of the default layout.
fn riga_csv(n: u64) -> String {
    let mut celle = vec![String::new(); 38];
    let id = format!("L{n}");
    for (i, v) in [
        (0, "GESTIONALE"),
        (1, id.as_str()),
        (2, "12345678901"),
        (4, "TARI"),
        (6, "TARI 2026"),
        (12, "45.01"),
        (16, "F"),
        (17, "RSSMRA30A01H501I"),
        (18, "Mario Rossi"),
        (27, "V1"),
        (28, "45.01"),
        (29, "Rata"),
        (34, "TARI"),
    ] {
        v.clone_into(&mut celle[i]);
    }
    celle.join(",")
}

/// A bulk load of fifty thousand lines whose node is killed again and again ends with each line done once
/// (spec 20 11.5).
async fn ucciso_durante_un_tracciato(backend: Backend) {
    const RIGHE: u64 = 50_000;
    const UCCISIONI: u64 = 4;
    /// MiB that no node ever has, built for tests too.
    const MEMORIA: u64 = 300;
    const T: &str = "/pendenze/tracciati";
    let (mut app, _ente, database) = base(backend).await;
    let giornale = tempfile::tempdir().unwrap();
    let inizio = Instant::now();
    let mut p = Processo::con_presa(&database, giornale.path(), 2);
    let bo = |url: &str, dove: &str| format!("{url}{BACKOFFICE}{T}{dove}");
    let come = |r: reqwest::RequestBuilder| r.basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1));
    let id = {
        let file: String = (1..=RIGHE).map(|n| format!("\n{}", riga_csv(n))).collect();
        let invio =
            http().post(bo(&p.url, "/12345678901?stampaAvvisi=false")).header("Content-Type", "text/csv");
        let (stato, testo) = chiama(come(invio).body(format!("intestazione{file}\n"))).await.unwrap();
        assert_eq!(stato, 201, "{testo}");
        serde_json::from_str::<Value>(&testo).unwrap()["id"].clone()
    };
    let (mut uccisioni, mut ultima, mut picco) = (0, 0, 0);
    let scadenza = inizio + Duration::from_secs(900);
    let t = loop {
        assert!(Instant::now() < scadenza, "mai finito");
        let (_, testo) = chiama(come(http().get(bo(&p.url, &format!("/{id}"))))).await.unwrap();
        let t: Value = serde_json::from_str(&testo).unwrap();
        let eseguite = t["numeroOperazioniEseguite"].as_u64().unwrap();
        assert!(eseguite >= ultima, "i conti tornano indietro: {ultima}, poi {eseguite}");
        ultima = eseguite;
        picco = memoria(&p, "VmHWM").max(picco);
        if t["stato"] == "ESEGUITO" || t["stato"] == "ESEGUITO_CON_ERRORI" {
            break t;
        }
        // All along the file, wherever in a group it happens to be.
        if uccisioni < UCCISIONI && eseguite > RIGHE * (uccisioni + 1) / (UCCISIONI + 2) {
            uccisioni += 1;
            p.uccidi();
            p = Processo::con_presa(&database, giornale.path(), 2);
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!(uccisioni, UCCISIONI);
    let n = |nome: &str| t[nome].as_u64().unwrap();
    assert_eq!(
        (n("numeroOperazioniTotali"), n("numeroOperazioniEseguite"), n("numeroOperazioniFallite")),
        (RIGHE, RIGHE, 0)
    );
    println!("{backend:?}: {RIGHE} lines, {uccisioni} kills, {} MiB, {:.0?}", picco / 1024, inizio.elapsed());
    assert!(picco < MEMORIA * 1024, "{} MiB", picco / 1024);
    p.termina();
    assert_eq!(p.attendi().code(), Some(0));
    // Every line has one record and one pendenza, with a number of its own.
    app.avvia().await;
    let store = app.engine().store();
    let (mut numeri, mut dopo) = (0, 0);
    let (mut avvisi, mut pendenze) = (BTreeSet::new(), BTreeSet::new());
    loop {
        let fatte = store.operazioni_dopo(id.as_i64().unwrap(), dopo, 10_000).await.unwrap();
        let Some(ultima) = fatte.last() else { break };
        dopo = ultima.numero;
        for o in &fatte {
            numeri += 1;
            assert_eq!(o.numero, numeri);
            assert_eq!(o.id_pendenza, Some(format!("L{numeri}")));
            avvisi.insert(o.numero_avviso.clone().unwrap());
            pendenze.insert(o.pendenza.unwrap());
        }
    }
    let (righe, quante) = (i64::try_from(RIGHE).unwrap(), usize::try_from(RIGHE).unwrap());
    assert_eq!((numeri, avvisi.len(), pendenze.len()), (righe, quante, quante));
    let filtro = store::pendenze::FiltroPendenze { id_a2a: Some("GESTIONALE".into()), ..Default::default() };
    assert_eq!(store.conta_pendenze(&filtro, 2 * righe).await.unwrap(), righe);
}

#[tokio::test(flavor = "multi_thread")]
async fn ucciso_durante_un_tracciato_su_sqlite_fa_ogni_riga_una_volta() {
    ucciso_durante_un_tracciato(Backend::Lite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ucciso_durante_un_tracciato_su_postgres_fa_ogni_riga_una_volta() {
    ucciso_durante_un_tracciato(Backend::Pg).await;
}
