//! Bulk loads: a file through the API of the real binary, beside COPY (or INSERT ... SELECT) of the same rows
//! into the same tables with the same indexes, round by round; and what the callers of the node wait
//! meanwhile.

use crate::banca::Banca;
use crate::carico::{self, Misura, Operazioni, Ritmo};
use crate::http::{Connessione, scrivi};
use crate::processo::{self, AMMINISTRATORE, Avvio, Gateway};
use crate::scenari::{A2A, BACKOFFICE, DOMINIO, Put, Verifica, basic};
use crate::tabella::mediana;
use crate::{Opzioni, anagrafica};
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::fmt::Write as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Tables that a line is written to, with their condition on the bulk load.
const TABELLE: [(&str, &str); 3] = [
    ("pendenze", "id in (select pendenza from tracciati_operazioni where tracciato = {id})"),
    ("voci", "pendenza in (select pendenza from tracciati_operazioni where tracciato = {id})"),
    ("tracciati_operazioni", "tracciato = {id}"),
];
/// Interactive operations per second, of each kind: a desk with some people at it.
const AL_SECONDO: f64 = 25.0;
/// Connections that they come on.
const SPORTELLI: usize = 4;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Formato {
    Csv,
    Json,
}

/// What a load took.
struct Giro {
    id: i64,
    secondi: f64,
    cpu: [f64; 2],
    picco: f64,
}

/// The gateway and the two databases.
struct Banco<'a> {
    gateway: Gateway,
    banca: &'a Banca,
    copia: &'a Banca,
    postmaster: Option<u32>,
    righe: u64,
}

/// A row of the table.
#[derive(Default)]
struct Riga {
    secondi: Vec<f64>,
    altri: Vec<f64>,
    cpu: [Vec<f64>; 2],
    picco: f64,
}

/// Puts the two databases on the same footing: master data, nothing else. `copia` makes the second one of
/// the first.
pub(crate) async fn prepara(avvio: &Avvio) -> Result<()> {
    let g = Gateway::avvia(avvio)?;
    anagrafica::carica(g.indirizzo).await?;
    g.ferma()
}

/// All rounds; the table.
pub(crate) async fn misura(
    o: &Opzioni,
    avvio: &Avvio,
    (banca, copia): (&Banca, &Banca),
    postmaster: Option<u32>,
) -> Result<String> {
    let b = Banco { gateway: Gateway::avvia(avvio)?, banca, copia, postmaster, righe: o.tracciato };
    let (mut csv, mut json) = (Riga::default(), Riga::default());
    for giro in 0..o.giri {
        for (formato, riga) in [(Formato::Csv, &mut csv), (Formato::Json, &mut json)] {
            eprintln!("bulk load, round {} of {}: {formato:?}", giro + 1, o.giri);
            banca.riassetta().await?;
            copia.riassetta().await?;
            let g = b.carica(formato, &format!("{formato:?}{giro}-")).await?;
            riga.altri.push(b.altro(g.id).await?);
            riga.secondi.push(g.secondi);
            for (v, c) in riga.cpu.iter_mut().zip(g.cpu) {
                v.push(c);
            }
            riga.picco = riga.picco.max(g.picco);
        }
    }
    // The notices of the first file are there to be verified.
    let durata = Duration::from_secs_f64(mediana(&csv.secondi).max(1.0) * 0.8);
    let soli = b.sportello("S", durata).await?;
    banca.riassetta().await?;
    let (con, misure) = tokio::join!(b.carica(Formato::Csv, "T-"), async {
        // Once it has begun.
        tokio::time::sleep(durata / 8).await;
        b.sportello("C", durata).await
    });
    let (con, misure) = (con?, misure?);
    b.gateway.ferma()?;
    let mut t = tabella(&[("CSV", &csv), ("JSON", &json)], o.tracciato, matches!(banca, Banca::Sqlite(_)));
    t.push('\n');
    t.push_str(&convivenza(&soli, &misure, con.secondi / mediana(&csv.secondi)));
    Ok(t)
}

impl Banco<'_> {
    /// Sends a file and waits for its end; from the first byte sent to the last line loaded.
    async fn carica(&self, formato: Formato, prefisso: &str) -> Result<Giro> {
        let (coda, tipo, file) = match formato {
            Formato::Csv => (format!("/{DOMINIO}"), "text/csv", csv(prefisso, self.righe)),
            Formato::Json => (String::new(), "application/json", json(prefisso, self.righe)),
        };
        let intestazioni = format!("Content-Type: {tipo}\r\n{}", basic(AMMINISTRATORE));
        let percorso = format!("{BACKOFFICE}/pendenze/tracciati");
        let mut b = Vec::new();
        scrivi(
            &mut b,
            "POST",
            &format!("{percorso}{coda}?stampaAvvisi=false"),
            &intestazioni,
            file.as_bytes(),
        );
        let usati = || {
            let base = self.postmaster.map_or(0.0, processo::cpu_con_figli);
            [processo::cpu(self.gateway.pid()), base]
        };
        let mut c = Connessione::apri(self.gateway.indirizzo).await?;
        processo::azzera_picco(self.gateway.pid());
        let (prima, inizio) = (usati(), Instant::now());
        let (stato, corpo) = c.chiama(&b).await?;
        if stato != 201 {
            bail!("POST of a bulk load: {stato} {}", String::from_utf8_lossy(corpo));
        }
        let id = serde_json::from_slice::<Value>(corpo)?["id"].as_i64().context("id")?;
        b.clear();
        b.shrink_to_fit();
        scrivi(&mut b, "GET", &format!("{percorso}/{id}"), &basic(AMMINISTRATORE), &[]);
        loop {
            let (_, corpo) = c.chiama(&b).await?;
            let v: Value = serde_json::from_slice(corpo)?;
            match v["stato"].as_str() {
                Some("IN_ATTESA" | "IN_ELABORAZIONE") => tokio::time::sleep(Duration::from_millis(50)).await,
                Some("ESEGUITO") if v["numeroOperazioniEseguite"].as_u64() == Some(self.righe) => break,
                _ => bail!("a bulk load went wrong: {v}"),
            }
        }
        let secondi = inizio.elapsed().as_secs_f64();
        let dopo = usati();
        let cpu = [dopo[0] - prima[0], dopo[1] - prima[1]];
        Ok(Giro { id, secondi, cpu, picco: processo::picco_mib(self.gateway.pid()) })
    }

    /// The same rows into the other database, in one transaction: seconds.
    async fn altro(&self, id: i64) -> Result<f64> {
        let condizione = |c: &str| c.replace("{id}", &id.to_string());
        match (self.banca, self.copia) {
            (Banca::Sqlite(da), Banca::Sqlite(a)) => {
                let c = rusqlite::Connection::open(a)?;
                c.execute_batch(
                    "pragma journal_mode = wal; pragma synchronous = full; pragma foreign_keys = on",
                )?;
                c.execute("attach database ?1 as da", [da.display().to_string()])?;
                let inizio = Instant::now();
                c.execute_batch("begin immediate")?;
                for (t, dove) in TABELLE {
                    let dove =
                        condizione(dove).replace("from tracciati_operazioni", "from da.tracciati_operazioni");
                    c.execute(&format!("insert into main.{t} select * from da.{t} where {dove}"), [])?;
                }
                c.execute_batch("commit")?;
                Ok(inizio.elapsed().as_secs_f64())
            }
            _ => {
                let cartella = self.banca.testo("select current_setting('data_directory')").await?;
                let file = |t: &str| format!("{cartella}/massivo-{t}.copy");
                let mut sql = "begin".to_owned();
                for (t, dove) in TABELLE {
                    let da = format!("copy (select * from {t} where {}) to '{}'", condizione(dove), file(t));
                    self.banca.esegui(&da).await?;
                    let _ = write!(sql, "; copy {t} from '{}'", file(t));
                }
                let inizio = Instant::now();
                self.copia.esegui(&format!("{sql}; commit")).await?;
                let secondi = inizio.elapsed().as_secs_f64();
                for (t, _) in TABELLE {
                    std::fs::remove_file(file(t))?;
                }
                Ok(secondi)
            }
        }
    }

    /// PUT and verify at a quiet pace.
    async fn sportello(&self, prefisso: &str, durata: Duration) -> Result<[Misura; 2]> {
        let ritmo = Ritmo { clienti: SPORTELLI, durata, al_secondo: Some(AL_SECONDO) };
        let put: Arc<dyn Operazioni> = Arc::new(Put::nuovo(1, prefisso));
        let verifica: Arc<dyn Operazioni> = Arc::new(Verifica { da: 1, passo: 1, quanti: self.righe / 2 });
        let a = self.gateway.indirizzo;
        let (p, v) = tokio::join!(carico::guida(a, put, ritmo), carico::guida(a, verifica, ritmo));
        Ok([p?, v?])
    }
}

/// A file of lines with one voce each, in the layout that everybody has.
fn csv(prefisso: &str, righe: u64) -> String {
    let mut t = String::from("intestazione\n");
    for n in 0..righe {
        let _ = writeln!(
            t,
            "{A2A},{prefisso}{n},{DOMINIO},,TARI,,\"TARI 2026, saldo\",2026,,,,,45.01,,2099-12-31,,F,RSSMRA30A01H501I,\
             Mario Rossi,Via Roma,1,00100,Roma,RM,IT,mario.rossi@example.it,,V1,45.01,Rata unica,,,,,TARI,,,"
        );
    }
    t
}

fn json(prefisso: &str, righe: u64) -> String {
    let mut t = format!(
        "{{\"idTracciato\":\"{prefisso}\",\"idDominio\":\"{DOMINIO}\",\"annullamenti\":[],\"inserimenti\":["
    );
    for n in 0..righe {
        let _ = write!(
            t,
            "{}{{\"idA2A\":\"{A2A}\",\"idPendenza\":\"{prefisso}{n}\",\"idTipoPendenza\":\"TARI\",\
             \"causale\":\"TARI 2026, saldo\",\"importo\":45.01,\"annoRiferimento\":2026,\
             \"dataScadenza\":\"2099-12-31\",\"soggettoPagatore\":{{\"tipo\":\"F\",\
             \"identificativo\":\"RSSMRA30A01H501I\",\"anagrafica\":\"Mario Rossi\",\"indirizzo\":\"Via Roma\",\
             \"civico\":\"1\",\"cap\":\"00100\",\"localita\":\"Roma\",\"provincia\":\"RM\",\"nazione\":\"IT\",\
             \"email\":\"mario.rossi@example.it\"}},\"voci\":[{{\"idVocePendenza\":\"V1\",\"importo\":45.01,\
             \"descrizione\":\"Rata unica\",\"codEntrata\":\"TARI\"}}]}}",
            if n == 0 { "" } else { "," }
        );
    }
    t.push_str("]}");
    t
}

#[expect(clippy::cast_precision_loss, reason = "a count of lines")]
fn tabella(righe: &[(&str, &Riga)], quante: u64, sqlite: bool) -> String {
    let altro = if sqlite { "INSERT ... SELECT" } else { "COPY" };
    let mut t = format!(
        "| File of {quante} lines | lines/s (least-most) | {altro} of the same rows, lines/s (least-most) | ratio (least-most) \
         | CPU us/line, gateway / database | peak MiB |\n|---|---|---|---|---|---|\n"
    );
    let n = quante as f64;
    let estremi =
        |v: &[f64]| (v.iter().copied().fold(f64::INFINITY, f64::min), v.iter().copied().fold(0.0, f64::max));
    for (nome, r) in righe {
        let al_secondo = |v: &[f64]| v.iter().map(|s| n / s).collect::<Vec<_>>();
        let (noi, loro) = (al_secondo(&r.secondi), al_secondo(&r.altri));
        let rapporti: Vec<f64> = r.secondi.iter().zip(&r.altri).map(|(s, c)| c / s).collect();
        let (e, a, q) = (estremi(&noi), estremi(&loro), estremi(&rapporti));
        let cpu = r.cpu.each_ref().map(|c| mediana(c) * 1e6 / n);
        let _ = writeln!(
            t,
            "| {nome} | **{:.0}** ({:.0}-{:.0}) | {:.0} ({:.0}-{:.0}) | **{:.2}** ({:.2}-{:.2}) | {:.0} / {:.0} | {:.0} |",
            mediana(&noi),
            e.0,
            e.1,
            mediana(&loro),
            a.0,
            a.1,
            mediana(&rapporti),
            q.0,
            q.1,
            cpu[0],
            cpu[1],
            r.picco
        );
    }
    t
}

fn convivenza(soli: &[Misura; 2], con: &[Misura; 2], rallentato: f64) -> String {
    let mut t = format!(
        "| {:.0} operations a second of each kind | alone ms, p50 / p99 | while a file is loaded | times | errors |\n\
         |---|---|---|---|---|\n",
        AL_SECONDO
    );
    for ((nome, s), c) in ["PUT pendenza", "paVerifyPaymentNotice"].into_iter().zip(soli).zip(con) {
        let q = |m: &Misura| [m.quantile(0.5), m.quantile(0.99)];
        let (a, b) = (q(s), q(c));
        let errori = s.primo_errore.as_ref().or(c.primo_errore.as_ref()).map_or_else(
            || "0".to_owned(),
            |e| format!("**{}**: {}", s.errori + c.errori, e.replace(['\n', '|'], " ")),
        );
        let _ = writeln!(
            t,
            "| {nome} | {:.1} / {:.1} | {:.1} / {:.1} | {:.1} / {:.1} | {errori} |",
            a[0],
            a[1],
            b[0],
            b[1],
            b[0] / a[0].max(0.001),
            b[1] / a[1].max(0.001)
        );
    }
    let _ = writeln!(t, "\nThe file took {rallentato:.2} times as long with them.");
    t
}

/// The second SQLite file is a copy of the first, which nobody has open.
pub(crate) fn copia_file(da: &Path, a: &Path) -> Result<()> {
    std::fs::copy(da, a)?;
    Ok(())
}
