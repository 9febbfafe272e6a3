//! Several servers on one PostgreSQL.

use crate::buste::{attiva, ricevuta, rivesti};
use crate::carico::Carico;
use crate::chiamate::{APPLICAZIONI, DOMINIO, applicazione, pendenza};
use crate::postgres::riprende;
use crate::processo::Gateway;
use crate::scena::Scena;
use crate::{Base, Opzioni};
use anyhow::{Context as _, Result, bail};
use rand::Rng as _;
use reqwest::Method;
use serde_json::Value;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A change of master data is seen by the other nodes within this: they look once a second, and a slow
/// machine is given as much again.
const COERENZA: Duration = Duration::from_secs(4);

/// `quanti` servers, started all at once on the empty database: one migrates, the others wait for it.
async fn insieme(scena: &Scena, quanti: usize) -> Result<(Vec<Gateway>, Vec<String>)> {
    let partenze: Vec<_> =
        (1..=quanti).map(|n| scena.nodo(n)).map(|a| tokio::task::spawn_blocking(move || a.avvia())).collect();
    let mut servizi = Vec::new();
    for p in partenze {
        servizi.push(p.await??);
    }
    let basi: Vec<String> = servizi.iter().map(|g| g.url.clone()).collect();
    let c = &scena.carico;
    let prima = basi.first().cloned().unwrap_or_default();
    c.chiamante.anagrafica(&prima, &scena.ente.url).await?;
    for b in &basi {
        aspetta(c, b, true).await.context("the first master data")?;
    }
    c.verso(basi.clone());
    Ok((servizi, basi))
}

/// `quanti` servers, the mixed load spread at random on them for `durata`, keys fought over by two of
/// them, a change of master data.
///
/// # Errors
/// The first broken promise.
pub async fn nodi(quanti: usize, durata: Duration, o: &Opzioni) -> Result<String> {
    let nome = format!("nodi{quanti}");
    let mut scena = Scena::nuova(&nome, Base::Postgres, false, Duration::from_secs(20), o).await?;
    scena.avvio.impostazioni.push(("GOVPAY_LOG__FILTER", "warn,worker=info".to_owned()));
    let primo = scatti();
    let (servizi, basi) = insieme(&scena, quanti).await?;
    let c = &scena.carico;
    let lavori = c.lavora(8);
    let contese = contese(c, &basi, 25).await;
    tokio::time::sleep(durata).await;
    c.ferma(lavori).await?;
    contese?;
    // Whoever is disabled on one node is disabled on all.
    let mut peggiore = Duration::ZERO;
    for giro in 0..3 {
        for abilitato in [false, true] {
            let corpo = applicazione("GESTIONALE", "REST v2", &scena.ente.url, abilitato);
            let dove = basi.get(giro % quanti).cloned().unwrap_or_default();
            let (stato, testo) = c.chiamante.backoffice(&dove, "/applicazioni/GESTIONALE", &corpo).await?;
            if stato != 200 {
                bail!("PUT applicazioni: {stato} {testo}");
            }
            for b in &basi {
                peggiore = peggiore.max(aspetta(c, b, abilitato).await?);
            }
        }
    }
    let corse = corse(&servizi, primo)?;
    let detto = scena.chiudi(servizi, true).await?;
    Ok(format!(
        "{quanti} servers: {detto}, {corse} runs of jobs, master data seen everywhere within {peggiore:.1?}"
    ))
}

/// Three servers under load; `opzioni.giri` times one of them is killed, the others go on, it comes back.
///
/// # Errors
/// The first broken promise.
pub async fn nodi_uccisi(o: &Opzioni) -> Result<String> {
    const QUANTI: usize = 3;
    let mut scena = Scena::nuova("nodi-uccisi", Base::Postgres, true, Duration::from_secs(20), o).await?;
    let (mut servizi, mut basi) = insieme(&scena, QUANTI).await?;
    let lavori = scena.carico.lavora(6);
    let mut peggiore = Duration::ZERO;
    for giro in 1..=o.giri {
        tokio::time::sleep(Duration::from_millis(scena.caso.random_range(100..1000))).await;
        let quale = scena.caso.random_range(0..QUANTI);
        servizi.remove(quale).uccidi()?;
        // The callers do not know: a third of the calls finds nobody for a while.
        peggiore = peggiore.max(riprende(&scena.carico).await.with_context(|| format!("round {giro}"))?);
        tokio::time::sleep(Duration::from_millis(scena.caso.random_range(0..1000))).await;
        let g = scena.nodo(quale + 1).avvia().with_context(|| format!("round {giro}"))?;
        if let Some(b) = basi.get_mut(quale) {
            b.clone_from(&g.url);
        }
        servizi.insert(quale, g);
        scena.carico.verso(basi.clone());
    }
    scena.carico.ferma(lavori).await?;
    let detto = scena.chiudi(servizi, false).await?;
    Ok(format!("{} kills of one of {QUANTI}, served again within {peggiore:.1?}, {detto}", o.giri))
}

/// Waits until a node serves, or refuses, the applicazione.
async fn aspetta(c: &Carico, base: &str, abilitato: bool) -> Result<Duration> {
    let prima = Instant::now();
    loop {
        let id = "NON-C-E";
        let (stato, testo) = c.chiamante.pendenza(base, "GESTIONALE", id, Method::GET, &Value::Null).await?;
        if (stato == 404) == abilitato && (stato < 500) {
            return Ok(prima.elapsed());
        }
        if prima.elapsed() > COERENZA {
            bail!("{base} has not seen a change of master data in {COERENZA:?}: {stato} {testo}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// The same key from two nodes at the same instant: one pendenza with one notice number, one receipt
/// taken and one duplicate.
async fn contese(c: &Arc<Carico>, basi: &[String], quante: usize) -> Result<()> {
    let (Some(a), Some(b)) = (basi.first(), basi.get(1)) else { bail!("two servers are needed") };
    let a2a = APPLICAZIONI[1];
    for n in 0..quante {
        let (id, corpo) = (format!("CONTESA{n}"), pendenza(4501));
        let put = |base: String| {
            let (c, id, corpo) = (Arc::clone(c), id.clone(), corpo.clone());
            async move { c.chiamante.pendenza(&base, a2a, &id, Method::PUT, &corpo).await }
        };
        let (x, y) = tokio::join!(put(a.clone()), put(b.clone()));
        let (x, y) = (x?, y?);
        let nav =
            |t: &str| serde_json::from_str::<Value>(t).ok()?["numeroAvviso"].as_str().map(str::to_owned);
        let mut stati = [x.0, y.0];
        stati.sort_unstable();
        let Some(numero) = nav(&x.1).filter(|_| stati == [200, 201] && nav(&x.1) == nav(&y.1)) else {
            bail!("the same key from two nodes: {x:?} {y:?}");
        };
        let soap = |base: String, busta: String| {
            let c = Arc::clone(c);
            async move { c.chiamante.soap(&base, busta).await }
        };
        let (x, y) = tokio::join!(soap(a.clone(), attiva(&numero)), soap(b.clone(), attiva(&numero)));
        let (x, y) = (x?, y?);
        if !x.1.contains("outcome>OK<") || !y.1.contains("outcome>OK<") {
            bail!("two activations at the same time: {x:?} {y:?}");
        }
        let r = ricevuta(&numero, &format!("C{n}"), 4501);
        let vestita = rivesti(&r, u64::try_from(n)?);
        let (x, y) = tokio::join!(soap(a.clone(), r), soap(b.clone(), vestita));
        let (x, y) = (x?, y?);
        let prese = [&x.1, &y.1].iter().filter(|t| t.contains("outcome>OK<")).count();
        let doppie = [&x.1, &y.1].iter().filter(|t| t.contains("PAA_RECEIPT_DUPLICATA")).count();
        if (prese, doppie) != (1, 1) {
            bail!("the same receipt on two nodes: {x:?} {y:?}");
        }
        let (_, t) = c.chiamante.pendenza(a, a2a, &id, Method::GET, &Value::Null).await?;
        let v: Value = serde_json::from_str(&t)?;
        let stati: Vec<&str> =
            v["rpp"].as_array().into_iter().flatten().filter_map(|r| r["stato"].as_str()).collect();
        let accettate = stati.iter().filter(|s| **s == "RT_ACCETTATA_PA").count();
        let annullate = stati.iter().filter(|s| **s == "RPT_ANNULLATA").count();
        if v["stato"] != "ESEGUITA" || (accettate, annullate, stati.len()) != (1, 1, 2) {
            bail!("two activations and a receipt in {DOMINIO}: {t}");
        }
        c.registro().concluse.push(crate::vita::Vita::pagata(&id, &numero, &format!("C{n}"), 4501));
    }
    Ok(())
}

/// Instants of the schedule of the jobs, each of which is one run.
#[expect(clippy::disallowed_methods, reason = "the schedule is that of another process")]
fn scatti() -> u64 {
    std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default().as_secs() / 1800
}

/// The jobs, all with the same schedule.
const LAVORI: [&str; 3] = ["chiusuraRptScadute", "scadenzePassate", "fineSessioni"];

/// Runs of the jobs that the logs of all nodes tell of: of each job one for each instant, from `primo` on.
fn corse(servizi: &[Gateway], primo: u64) -> Result<usize> {
    let registri: Vec<String> =
        servizi.iter().map(|g| std::fs::read_to_string(g.registro())).collect::<Result<_, _>>()?;
    let concluse: Vec<&str> =
        registri.iter().flat_map(|r| r.lines()).filter(|r| r.contains("lavoro concluso")).collect();
    // The last instant may be a moment ago.
    let attese = usize::try_from(scatti() - primo)?;
    for lavoro in LAVORI {
        let viste = concluse.iter().filter(|r| r.contains(lavoro)).count();
        if viste != attese + 1 && viste != attese.max(1) {
            bail!("{viste} runs of {lavoro} for {} instants of its schedule", attese + 1);
        }
    }
    Ok(concluse.len())
}
