//! Bulk loads: each line once, whoever is killed and whenever.

use crate::chiamate::{APPLICAZIONI, Chiamante, DOMINIO, tracciato};
use crate::processo::Gateway;
use crate::scena::Scena;
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use rand::rngs::StdRng;
use reqwest::Method;
use serde_json::Value;
use sqlx::Connection as _;
use std::collections::BTreeSet;
use std::time::{Duration, Instant};

/// Seconds of the lease: what a killed node held is taken up again after so long.
const PRESA: &str = "2";
/// Longest wait for progress of a load that nobody kills.
const FERMO: Duration = Duration::from_secs(60);
/// Most resident MiB of the server.
const MEMORIA: u64 = 300;
/// Operations of a page.
const PAGINA: u64 = 1000;

/// A load as the API shows it.
#[derive(Debug)]
struct Visto {
    stato: String,
    descrizione: Option<String>,
    totali: u64,
    eseguite: u64,
    fallite: u64,
}

impl Visto {
    fn finito(&self) -> bool {
        matches!(self.stato.as_str(), "ESEGUITO" | "ESEGUITO_CON_ERRORI" | "SCARTATO")
    }
}

/// A load on its way.
struct Carico {
    chiamante: Chiamante,
    id: i64,
    righe: u64,
    /// Counters never go back.
    ultime: u64,
}

impl Carico {
    /// Sends a file of so many lines.
    async fn invia(scena: &Scena, base: &str, prefisso: &str, righe: u64) -> Result<Self> {
        let chiamante = scena.carico.chiamante.clone();
        let file = file(prefisso, righe);
        let coda = format!("/{DOMINIO}?stampaAvvisi=false");
        let (stato, testo) =
            tracciato(&chiamante, base, Method::POST, &coda, Some(("text/csv", file))).await?;
        if stato != 201 {
            bail!("POST of a bulk load: {stato} {testo}");
        }
        let id = serde_json::from_str::<Value>(&testo)?["id"].as_i64().context("id")?;
        Ok(Self { chiamante, id, righe, ultime: 0 })
    }

    async fn guarda(&mut self, base: &str) -> Result<Visto> {
        let (stato, testo) =
            tracciato(&self.chiamante, base, Method::GET, &format!("/{}", self.id), None).await?;
        if stato != 200 {
            bail!("GET of a bulk load: {stato} {testo}");
        }
        let v: Value = serde_json::from_str(&testo)?;
        let n = |nome: &str| v[nome].as_u64().with_context(|| format!("{nome}: {testo}"));
        let visto = Visto {
            stato: v["stato"].as_str().unwrap_or_default().to_owned(),
            descrizione: v["descrizioneStato"].as_str().map(str::to_owned),
            totali: n("numeroOperazioniTotali")?,
            eseguite: n("numeroOperazioniEseguite")?,
            fallite: n("numeroOperazioniFallite")?,
        };
        let fatte = visto.eseguite + visto.fallite;
        if fatte < self.ultime {
            bail!("the counters go back, from {} to {fatte}", self.ultime);
        }
        self.ultime = fatte;
        Ok(visto)
    }

    /// Until it has ended, or has done so many operations.
    async fn fino_a(&mut self, base: &str, fatte: u64) -> Result<Visto> {
        let mut mosso = Instant::now();
        loop {
            let prima = self.ultime;
            let v = self.guarda(base).await?;
            if v.finito() || self.ultime >= fatte {
                return Ok(v);
            }
            if self.ultime > prima {
                mosso = Instant::now();
            } else if mosso.elapsed() > FERMO {
                bail!("a bulk load does not move for {FERMO:?}: {v:?}");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Its operations: numbers without gaps, as many as its counters say, notice numbers all different; and
    /// the outcome as a file has a line for each.
    async fn confronta(&mut self, base: &str, intero: bool) -> Result<BTreeSet<String>> {
        let v = self.guarda(base).await?;
        let (fatte, pendenze) = (v.eseguite + v.fallite, v.eseguite);
        if intero && (v.totali, v.eseguite, v.fallite) != (self.righe, self.righe, 0) {
            bail!("{} lines: {v:?}", self.righe);
        }
        let mut numeri = BTreeSet::new();
        let mut avvisi = BTreeSet::new();
        for pagina in 1..=fatte.div_ceil(PAGINA) {
            let coda = format!("/{}/operazioni?risultatiPerPagina={PAGINA}&pagina={pagina}", self.id);
            let (stato, testo) = tracciato(&self.chiamante, base, Method::GET, &coda, None).await?;
            let pagina: Value = serde_json::from_str(&testo).with_context(|| format!("{stato} {testo}"))?;
            for o in pagina["risultati"].as_array().into_iter().flatten() {
                numeri.insert(o["numero"].as_u64().context("numero")?);
                avvisi.extend(o["numeroAvviso"].as_str().map(str::to_owned));
            }
        }
        let quanti = u64::try_from(numeri.len())?;
        let da_uno = !intero || numeri.iter().copied().eq(1..=self.righe);
        if quanti != fatte || !da_uno || u64::try_from(avvisi.len())? != pendenze {
            bail!("{quanti} operations with {} notice numbers: {v:?}", avvisi.len());
        }
        let coda = format!("/{}/esito", self.id);
        let (stato, testo) = tracciato(&self.chiamante, base, Method::GET, &coda, None).await?;
        let scritti: BTreeSet<&str> = testo.lines().skip(1).filter_map(|r| r.split(',').nth(4)).collect();
        let uguali = scritti.len() == avvisi.len() && avvisi.iter().all(|a| scritti.contains(a.as_str()));
        if fatte > 0 && (stato != 200 || testo.lines().count() != usize::try_from(fatte)? + 1 || !uguali) {
            bail!("the outcome has {} lines for {fatte} operations ({stato})", testo.lines().count());
        }
        Ok(avvisi)
    }
}

/// A file of good lines.
fn file(prefisso: &str, righe: u64) -> String {
    let mut file = String::from("intestazione\n");
    for n in 1..=righe {
        let mut celle = vec![String::new(); 38];
        for (i, v) in [
            (0, APPLICAZIONI[1].to_owned()),
            (1, format!("{prefisso}{n}")),
            (2, DOMINIO.to_owned()),
            (4, "TARI".to_owned()),
            (6, format!("\"TARI 2026, \"\"saldo\"\" {n}\"")),
            (12, "45.01".to_owned()),
            (16, "F".to_owned()),
            (17, "RSSMRA30A01H501I".to_owned()),
            (18, "\"Rossi, Mario\"".to_owned()),
            (27, "V1".to_owned()),
            (28, "45.01".to_owned()),
            (29, "Rata".to_owned()),
            (34, "TARI".to_owned()),
        ] {
            if let Some(c) = celle.get_mut(i) {
                *c = v;
            }
        }
        file.push_str(&celle.join(","));
        file.push('\n');
    }
    file
}

/// How many rows.
async fn conta(database: &str, sql: &'static str) -> Result<i64> {
    Ok(if database.starts_with("postgres") {
        sqlx::query_scalar(sql).fetch_one(&mut sqlx::PgConnection::connect(database).await?).await?
    } else {
        sqlx::query_scalar(sql).fetch_one(&mut sqlx::SqliteConnection::connect(database).await?).await?
    })
}

/// What is stored is what was loaded, and nothing else.
async fn in_archivio(scena: &Scena, avvisi: &BTreeSet<String>) -> Result<()> {
    let url = &scena.banca.url;
    let pendenze = conta(url, "select count(*) from pendenze").await?;
    let diversi = conta(url, "select count(distinct numero_avviso) from pendenze").await?;
    let voci = conta(url, "select count(*) from voci").await?;
    let attese = i64::try_from(avvisi.len())?;
    if (pendenze, diversi, voci) != (attese, attese, attese) {
        bail!("{pendenze} pendenze with {diversi} notice numbers and {voci} voci for {attese} lines");
    }
    Ok(())
}

/// Kills it, sometimes while it drains, and starts it again, sometimes killed while it starts.
async fn uccidi(scena: &Scena, g: Gateway, caso: &mut StdRng) -> Result<Gateway> {
    if caso.random_bool(0.25) {
        g.termina()?;
        tokio::time::sleep(Duration::from_millis(caso.random_range(0..60))).await;
    }
    g.uccidi()?;
    if caso.random_bool(0.25) {
        let h = scena.avvio.lancia()?;
        tokio::time::sleep(Duration::from_millis(caso.random_range(0..400))).await;
        h.uccidi()?;
    }
    scena.avvio.avvia()
}

async fn scena(nome: &str, base: Base, o: &Opzioni) -> Result<Scena> {
    let mut scena = Scena::nuova(nome, base, false, Duration::from_secs(30), o).await?;
    scena.avvio.impostazioni.push(("GOVPAY_WORKER__LEASE_SECONDS", PRESA.to_owned()));
    Ok(scena)
}

/// A file of so many lines, its server killed `opzioni.giri` times at random instants; then another one that
/// is told to end, the server killed at that moment.
///
/// # Errors
/// The first broken promise.
pub async fn tracciati(base: Base, righe: u64, o: &Opzioni) -> Result<String> {
    let inizio = Instant::now();
    let scena = scena("tracciati", base, o).await?;
    let mut caso = scena.caso.clone();
    let mut g = scena.apri().await?;
    let mut c = Carico::invia(&scena, &g.url, "K", righe).await?;
    let passo = righe / u64::from(o.giri + 1);
    let mut uccisioni = 0;
    for giro in 1..=o.giri {
        // Killed all along the file, at no particular point of a group.
        let v = c.fino_a(&g.url, (passo * u64::from(giro)).max(c.ultime)).await?;
        if v.finito() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(caso.random_range(0..300))).await;
        g = uccidi(&scena, g, &mut caso).await.with_context(|| format!("kill {giro}"))?;
        uccisioni += 1;
    }
    c.fino_a(&g.url, u64::MAX).await?;
    let picco = g.memoria().1 / 1024;
    if picco > MEMORIA {
        bail!("the server has grown to {picco} MiB");
    }
    let mut avvisi = c.confronta(&g.url, true).await?;
    in_archivio(&scena, &avvisi).await?;
    // One that is told to end.
    let mut d = Carico::invia(&scena, &g.url, "A", righe).await?;
    let visto = d.fino_a(&g.url, caso.random_range(1..righe / 4)).await?;
    if visto.finito() {
        bail!("a load of {righe} lines has ended before it could be told to: {visto:?}");
    }
    let (chi, url, coda) = (d.chiamante.clone(), g.url.clone(), format!("/{}", d.id));
    let fine = r#"[{"op":"REPLACE","path":"/stato","value":"ANNULLATO"}]"#.to_owned();
    let chiesto = tokio::spawn(async move {
        tracciato(&chi, &url, Method::PATCH, &coda, Some(("application/json", fine))).await
    });
    tokio::time::sleep(Duration::from_millis(caso.random_range(0..150))).await;
    g = uccidi(&scena, g, &mut caso).await.context("kill at a PATCH")?;
    let risposto = matches!(chiesto.await?, Ok((200, _)));
    let v = d.fino_a(&g.url, u64::MAX).await?;
    let annullato = v.descrizione.as_deref().is_some_and(|d| d.starts_with("Tracciato annullato da "));
    let intero = v.stato == "ESEGUITO";
    if risposto && !annullato || annullato == intero {
        bail!("PATCH taken: {risposto}; {v:?}");
    }
    avvisi.extend(d.confronta(&g.url, intero).await?);
    in_archivio(&scena, &avvisi).await?;
    let fatte = d.ultime;
    scena.spegni(vec![g])?;
    Ok(format!(
        "{base:?}: {righe} lines, {uccisioni} kills, each line once; {fatte} of another {righe} done when told to end \
         (answered: {risposto}); peak {picco} MiB; in {:.0?}",
        inizio.elapsed()
    ))
}

/// One file and two servers on one PostgreSQL: one of them works on it, each line is done once; it is
/// killed, the other goes on.
///
/// # Errors
/// The first broken promise.
pub async fn tracciati_su_due_nodi(righe: u64, o: &Opzioni) -> Result<String> {
    const CHI: &str = "select count(distinct presa_da) from tracciati where presa_da is not null";
    let inizio = Instant::now();
    let scena = scena("tracciati-nodi", Base::Postgres, o).await?;
    let primo = scena.apri().await?;
    let secondo = scena.nodo(2).avvia()?;
    let mut c = Carico::invia(&scena, &primo.url, "K", righe).await?;
    // Both look for work all the time; who has the file keeps it.
    let mut presi = BTreeSet::new();
    while c.ultime < righe / 3 {
        let v = c.fino_a(&secondo.url, c.ultime + 1).await?;
        if v.finito() {
            break;
        }
        presi.extend(chi(&scena.banca.url).await?);
        if conta(&scena.banca.url, CHI).await? > 1 {
            bail!("two workers on one file");
        }
    }
    if presi.len() != 1 {
        bail!("the file has passed from hand to hand: {presi:?}");
    }
    primo.uccidi()?;
    c.fino_a(&secondo.url, u64::MAX).await?;
    let avvisi = c.confronta(&secondo.url, true).await?;
    in_archivio(&scena, &avvisi).await?;
    scena.spegni(vec![secondo])?;
    Ok(format!(
        "two servers, one file of {righe} lines: one worker, each line once; in {:.0?}",
        inizio.elapsed()
    ))
}

/// Who has the file now.
async fn chi(database: &str) -> Result<Option<String>> {
    let mut c = sqlx::PgConnection::connect(database).await?;
    let sql = "select presa_da from tracciati where presa_da is not null limit 1";
    Ok(sqlx::query_scalar(sql).fetch_optional(&mut c).await?)
}
