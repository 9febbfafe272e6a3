//! Rounds of one path on one database: our variants and pgbench take turns, so that what the machine
//! does meanwhile falls on all of them.

use crate::carico::{self, Misura, Operazioni, Ritmo};
use crate::confronto::Confronto;
use crate::deposito::Deposito;
use crate::opzioni::{Opzioni, Via};
use crate::pgbench::Quanto;
use crate::processo::{self, Gateway};
use crate::riempi::{Pagatore, Riempita};
use crate::scenari::{Misto, Paga, Pdf, Put};
use crate::tabella::{Riga, mediana};
use anyhow::Result;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::Mutex;

/// A gateway with its database.
pub(crate) struct Variante {
    /// In the table.
    pub(crate) nome: String,
    pub(crate) gateway: Gateway,
    pub(crate) piena: Arc<Mutex<Riempita>>,
    /// Process of the database, when it is one.
    pub(crate) postmaster: Option<u32>,
}

/// What the variants are measured against.
pub(crate) enum Termine {
    Pgbench(Box<Confronto>),
    /// The store alone: grouped, not grouped.
    Deposito(Vec<Deposito>),
}

/// One round of a variant.
struct Giro {
    misura: Misura,
    cpu: f64,
    cpu_base: f64,
    cpu_generatore: f64,
}

/// Keys of PUT are never used twice.
static SERIE: AtomicU64 = AtomicU64::new(0);

async fn carico_di(via: Via, v: &Variante, quante: u64) -> Result<Arc<dyn Operazioni>> {
    let serie = SERIE.fetch_add(1, Ordering::Relaxed);
    let put = |voci| Put::nuovo(voci, &format!("B{serie}-{}-", std::process::id()));
    let mut piena = v.piena.lock().await;
    Ok(match via {
        Via::A => Arc::new(put(1)),
        Via::A5 => Arc::new(put(5)),
        Via::B | Via::E | Via::G => Arc::new(piena.pagabili()),
        Via::C => Arc::new(Paga { da: piena.da_pagare(Pagatore::Noi, quante).await?, quanti: quante }),
        Via::D => {
            let quanti = quante / 5 + 1;
            let paga = Paga { da: piena.da_pagare(Pagatore::Noi, quanti).await?, quanti };
            Arc::new(Misto { verifica: piena.pagabili(), put: put(1), paga })
        }
        Via::F => Arc::new(Pdf(piena.pagabili())),
    })
}

async fn giro(via: Via, v: &Variante, quante: u64, ritmo: Ritmo) -> Result<Giro> {
    let carico = carico_di(via, v, quante).await?;
    let noi = std::process::id();
    let usati = || {
        let base = v.postmaster.map_or(0.0, processo::cpu_con_figli);
        (processo::cpu(v.gateway.pid()), base, processo::cpu(noi))
    };
    let prima = usati();
    let misura = carico::guida(v.gateway.indirizzo, carico, ritmo).await?;
    let dopo = usati();
    Ok(Giro { misura, cpu: dopo.0 - prima.0, cpu_base: dopo.1 - prima.1, cpu_generatore: dopo.2 - prima.2 })
}

/// Operations to have ready for a round, at a rate that was seen.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of rows to prepare")]
fn scorta(al_secondo: f64, durata: Duration) -> u64 {
    (al_secondo * durata.as_secs_f64() * 1.7) as u64 + 500
}

/// All rounds of a path; one row per variant.
pub(crate) async fn via(
    via: Via,
    o: &Opzioni,
    varianti: &[Variante],
    termine: &mut Option<Termine>,
) -> Result<Vec<Riga>> {
    let chiuso = Ritmo { clienti: o.clienti, durata: Duration::from_secs_f64(o.secondi), al_secondo: None };
    let prova = Ritmo { durata: chiuso.durata.min(Duration::from_secs(1)), ..chiuso };
    let mut righe = Vec::new();
    let mut viste = Vec::new();
    for v in varianti {
        // Unmeasured: caches, prepared statements, and how much must be ready for a round.
        let m = giro(via, v, 8000, prova).await?.misura;
        processo::azzera_picco(v.gateway.pid());
        viste.push(m.al_secondo().max(1.0));
        righe.push(Riga::nuova(via.nome(), &v.nome));
        if m.latenze.is_empty() {
            // Nothing works: one row with the reason, no rounds.
            for r in &mut righe {
                r.errori = m.errori;
                r.primo_errore.clone_from(&m.primo_errore);
            }
            return Ok(righe);
        }
    }
    let mut giri: Vec<Vec<Giro>> = varianti.iter().map(|_| Vec::new()).collect();
    let mut aperti: Vec<Misura> = varianti.iter().map(|_| Misura::default()).collect();
    let mut termini: [Vec<f64>; 2] = [Vec::new(), Vec::new()];
    for _ in 0..o.giri {
        for (k, v) in varianti.iter().enumerate() {
            let rate = viste.get(k).copied().unwrap_or(1.0);
            let g = giro(via, v, scorta(rate, chiuso.durata), chiuso).await?;
            if let Some(r) = viste.get_mut(k) {
                *r = g.misura.al_secondo().max(1.0);
            }
            if let Some(g_di) = giri.get_mut(k) {
                g_di.push(g);
            }
        }
        misura_termine(via, o, varianti, termine.as_mut(), &viste, &mut termini).await?;
        for (k, v) in varianti.iter().enumerate().filter(|_| o.ritmo > 0.0) {
            let al_secondo = viste.get(k).copied().unwrap_or(1.0) * o.ritmo;
            let aperto = Ritmo { al_secondo: Some(al_secondo), ..chiuso };
            let m = giro(via, v, scorta(al_secondo, chiuso.durata), aperto).await?.misura;
            if let Some(a) = aperti.get_mut(k) {
                a.unisci(m);
            }
        }
    }
    for (((r, v), g), a) in righe.iter_mut().zip(varianti).zip(&giri).zip(&aperti) {
        riempi(r, v, g, a);
        r.termini = termini.each_ref().map(|t| mediana(t));
        r.rapporti = termini
            .each_ref()
            .map(|t| mediana(&g.iter().zip(t).map(|(g, t)| g.misura.al_secondo() / t).collect::<Vec<_>>()));
    }
    Ok(righe)
}

async fn misura_termine(
    via: Via,
    o: &Opzioni,
    varianti: &[Variante],
    termine: Option<&mut Termine>,
    viste: &[f64],
    termini: &mut [Vec<f64>; 2],
) -> Result<()> {
    let durata = Duration::from_secs_f64(o.secondi);
    match termine {
        Some(Termine::Pgbench(c)) => {
            let copioni = match via {
                Via::A => c.put.get(&1).cloned(),
                Via::A5 => c.put.get(&5).cloned(),
                Via::C => Some(c.paga.clone()),
                Via::B | Via::D | Via::E | Via::F | Via::G => None,
            };
            let (Some(copioni), Some(v)) = (copioni, varianti.first()) else { return Ok(()) };
            for (quale, t) in [&copioni.tutto, &copioni.senza_giornale].into_iter().zip(termini) {
                let mut prima = 0;
                let url = {
                    let mut piena = v.piena.lock().await;
                    if via == Via::C {
                        let massimo = viste.iter().copied().fold(1000.0, f64::max) * 3.0;
                        let quante = scorta(massimo, durata.max(Duration::from_secs(1)));
                        prima = piena.da_pagare(Pagatore::Pgbench, quante).await?;
                    }
                    piena.banca.url()
                };
                t.push(c.giro(quale, &url, o.clienti, Quanto::Tempo(durata), prima).await?);
            }
        }
        Some(Termine::Deposito(depositi)) if via == Via::A => {
            for (d, t) in depositi.iter().zip(termini) {
                t.push(d.giro(o.clienti, durata).await?);
            }
        }
        Some(Termine::Deposito(_)) | None => {}
    }
    Ok(())
}

fn riempi(r: &mut Riga, v: &Variante, giri: &[Giro], aperto: &Misura) {
    let di = |f: &dyn Fn(&Giro) -> f64| giri.iter().map(f).collect::<Vec<_>>();
    let velocita = di(&|g| g.misura.al_secondo());
    r.al_secondo = mediana(&velocita);
    r.minimo = velocita.iter().copied().fold(f64::INFINITY, f64::min);
    r.massimo = velocita.iter().copied().fold(0.0, f64::max);
    let quantili = [0.5, 0.99, 0.999];
    r.chiuso = quantili.map(|q| mediana(&di(&|g| g.misura.quantile(q))));
    r.aperto = quantili.map(|q| aperto.quantile(q));
    r.ritmo = aperto.al_secondo();
    #[expect(clippy::cast_precision_loss, reason = "a count of operations")]
    let per_operazione =
        |f: fn(&Giro) -> f64| mediana(&di(&|g| f(g) * 1e6 / (g.misura.latenze.len().max(1) as f64)));
    r.cpu = [per_operazione(|g| g.cpu), per_operazione(|g| g.cpu_base), per_operazione(|g| g.cpu_generatore)];
    r.memoria = processo::picco_mib(v.gateway.pid());
    r.errori = giri.iter().map(|g| g.misura.errori).sum::<u64>() + aperto.errori;
    r.primo_errore =
        giri.iter().find_map(|g| g.misura.primo_errore.clone()).or_else(|| aperto.primo_errore.clone());
}

/// A short name for a database of so many pendenze.
pub(crate) fn taglia(righe: u64) -> String {
    match righe {
        n if n >= 1_000_000 && n % 1_000_000 == 0 => format!("{} M", n / 1_000_000),
        n if n >= 1000 && n % 1000 == 0 => format!("{} k", n / 1000),
        n => n.to_string(),
    }
}

/// Throughput at each size, rounds interleaved, and how many times the cost of the smallest it is.
pub(crate) async fn scala(via: Via, o: &Opzioni, varianti: &[Variante]) -> Result<Vec<Riga>> {
    let mut nessuno = None;
    let mut righe = self::via(via, &Opzioni { ritmo: 0.0, ..o.clone() }, varianti, &mut nessuno).await?;
    let prima = righe.first().map_or(0.0, |r| r.al_secondo);
    for r in &mut righe {
        r.crescita = (r.al_secondo > 0.0).then(|| prima / r.al_secondo);
    }
    Ok(righe)
}
