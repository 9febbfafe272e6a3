//! From the calls of the gateway to the scripts of pgbench, and the proof that both do the same.

use crate::banca::Banca;
use crate::carico::{self, Misura, Operazioni, Prime, Ritmo};
use crate::cattura::{Istruzione, Registro};
use crate::pgbench::{self, Chiave, Copione, Giro, Quanto};
use crate::processo::{Avvio, Gateway};
use crate::riempi::{Nomi, Pagatore, Riempita, comincia, ricevuta};
use crate::scenari::{Paga, Put};
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The scripts of one path.
#[derive(Debug, Clone)]
pub(crate) struct Copioni {
    /// All the rows that the gateway writes.
    pub(crate) tutto: Copione,
    /// The same without the giornale.
    pub(crate) senza_giornale: Copione,
}

/// pgbench with a script for each write path of a database.
#[derive(Debug)]
pub(crate) struct Confronto {
    pub(crate) programma: PathBuf,
    pub(crate) put: BTreeMap<u64, Copioni>,
    pub(crate) paga: Copioni,
    /// Numbers used so far.
    base: u64,
    /// What the check found, for who reads the results.
    pub(crate) verifica: Vec<String>,
}

/// Room between the numbers of two runs.
const STACCO: u64 = 10_000_000;
/// Operations of the check.
const CAMPIONE: u64 = 160;

/// Rows of tables that the polls and the reservations of numbers touch, not the operations.
const DI_SFONDO: [&str; 3] = ["contatori", "lavori", "anagrafica_versione"];

impl Confronto {
    /// Transactions per second of a run.
    pub(crate) async fn giro(
        &mut self,
        quale: &Copione,
        url: &str,
        clienti: usize,
        quanto: Quanto,
        prima: u64,
    ) -> Result<f64> {
        self.base += STACCO;
        let g = Giro { url, clienti, quanto, prima, base: self.base };
        pgbench::esegui(&self.programma, quale, &g).await
    }
}

/// Captures the statements on an empty database, which is left with master data and samples.
pub(crate) async fn prepara(avvio: &Avvio, banca: Banca, cartella: &Path) -> Result<(Confronto, Riempita)> {
    let Banca::Postgres(url, _) = &banca else { bail!("pgbench needs PostgreSQL") };
    let url = url.clone();
    let registro = registro(&banca).await?;
    let nome = banca.testo("select current_database()").await?;
    banca.esegui(&format!("alter database {nome} set log_statement = 'all'")).await?;
    let avvio = Avvio { quieto: true, gruppo: Some(1), ..avvio.clone() };
    let g = Gateway::avvia(&avvio)?;
    let mut piena = comincia(&g, banca.clone()).await?;
    let mut s = Spia { g, registro };
    let mut put = BTreeMap::new();
    let mut osservati = Vec::new();
    for voci in [1, 5] {
        let chiave = format!("SPIA{voci}-");
        // The first fills caches and blocks of numbers.
        s.chiamate(Arc::new(Put::nuovo(voci, &format!("{chiave}prova"))), 0).await?;
        let viste = s.chiamate(Arc::new(Put::nuovo(voci, &chiave)), 0).await?;
        let (variabili, chiavi) = nomi_put(&banca, &format!("{chiave}0"), voci).await?;
        put.insert(voci, copioni(cartella, &format!("put{voci}"), &viste, &variabili, &chiavi)?);
        osservati.push((format!("PUT, voci {voci}"), viste));
    }
    piena.da_pagare(Pagatore::Noi, 1).await?;
    let da = piena.da_pagare(Pagatore::Noi, 1).await?;
    s.chiamate(Arc::new(Paga { da: da - 1, quanti: 1 }), 0).await?;
    let viste = s.chiamate(Arc::new(Paga { da, quanti: 1 }), 0).await?;
    let (variabili, chiavi) = nomi_paga(&banca, da).await?;
    let paga = copioni(cartella, "paga", &viste, &variabili, &chiavi)?;
    osservati.push(("paGetPaymentV2 + paSendRTV2".to_owned(), viste));
    s.g.ferma()?;
    banca.esegui(&format!("alter database {nome} reset log_statement")).await?;
    let mut c = Confronto { programma: pgbench::trova()?, put, paga, base: 0, verifica: Vec::new() };
    for (nome, viste) in osservati {
        c.verifica.push(descrivi(&nome, &viste));
    }
    c.controlla(&avvio, &mut piena, &url).await?;
    Ok((c, piena))
}

fn descrivi(nome: &str, viste: &[Vec<Istruzione>]) -> String {
    let tutte = || viste.iter().flatten();
    let letture = tutte().filter(|i| i.legge()).count();
    let giornale = tutte().filter(|i| i.giornale()).count();
    let righe = tutte().count() - letture - giornale;
    format!("{nome}: {letture} reads, {righe} writes, {giornale} of the giornale")
}

fn copioni(
    cartella: &Path,
    nome: &str,
    viste: &[Vec<Istruzione>],
    variabili: &[(&str, String)],
    chiavi: &[Chiave],
) -> Result<Copioni> {
    let uno =
        |file: &str, giornale| pgbench::scrivi(&cartella.join(file), viste, variabili, chiavi, giornale);
    Ok(Copioni {
        tutto: uno(&format!("{nome}.sql"), true)?,
        senza_giornale: uno(&format!("{nome}_senza_giornale.sql"), false)?,
    })
}

/// The log of the server is beside its data.
async fn registro(banca: &Banca) -> Result<Registro> {
    let dati = PathBuf::from(banca.testo("select current_setting('data_directory')").await?);
    let accanto = dati.parent().context("data_directory")?.join("server.log");
    Ok(Registro::nuovo(accanto))
}

struct Spia {
    g: Gateway,
    registro: Registro,
}

/// One call of an operation of several.
struct Chiamata(Arc<dyn Operazioni>, u64, usize);

impl Operazioni for Chiamata {
    fn quante(&self) -> u64 {
        1
    }

    fn chiamata(&self, _: u64, passo: usize, b: &mut Vec<u8>) -> Option<carico::Attesa> {
        if passo == 0 { self.0.chiamata(self.1, self.2, b) } else { None }
    }
}

impl Spia {
    /// Makes the calls of operation `n`; the statements of each.
    async fn chiamate(&mut self, o: Arc<dyn Operazioni>, n: u64) -> Result<Vec<Vec<Istruzione>>> {
        let mut tutte = Vec::new();
        for passo in 0.. {
            if o.chiamata(n, passo, &mut Vec::new()).is_none() {
                break;
            }
            self.registro.nuove()?;
            let ritmo = Ritmo { clienti: 1, durata: Duration::from_secs(5), al_secondo: None };
            let una = Arc::new(Chiamata(Arc::clone(&o), n, passo));
            bene(carico::guida(self.g.indirizzo, una, ritmo).await?)?;
            // The giornale is written after the answer.
            tokio::time::sleep(Duration::from_millis(400)).await;
            let mut viste = self.registro.nuove()?;
            viste.retain(|i| !DI_SFONDO.iter().any(|t| i.sql.contains(t)));
            if viste.is_empty() {
                bail!("no statement was seen in the log of PostgreSQL");
            }
            tutte.push(viste);
        }
        Ok(tutte)
    }
}

fn bene(m: Misura) -> Result<()> {
    match m.primo_errore {
        Some(e) => bail!("a sample was refused: {e}"),
        None => Ok(()),
    }
}

type Nomi2 = (Vec<(&'static str, String)>, Vec<Chiave>);

async fn eventi(banca: &Banca, chiave: &str) -> Result<Vec<String>> {
    let sql =
        format!("select string_agg(id::text, ',' order by id) from eventi where id_pendenza = '{chiave}'");
    Ok(banca.testo(&sql).await?.split(',').map(str::to_owned).collect())
}

async fn nomi_put(banca: &Banca, chiave: &str, voci: u64) -> Result<Nomi2> {
    let campo = |c: &str| format!("select {c} from pendenze where id_pendenza = '{chiave}'");
    let id = banca.intero(&campo("id")).await?;
    let mut chiavi = vec![
        Chiave::nuova(chiave, "('SPIA1-' || :u)"),
        Chiave::nuova(banca.testo(&campo("iuv")).await?, ":iuv"),
        Chiave::nuova(banca.testo(&campo("numero_avviso")).await?, ":avviso"),
        Chiave::nuova(banca.testo(&campo("uuid")).await?, "('abcdef012345678' || :iuv)"),
        Chiave::nuova(id.to_string(), ":id"),
    ];
    let mut variabili = vec![
        ("iuv", "98000000000000000 + :u".to_owned()),
        ("avviso", "300000000000000000 + :iuv".to_owned()),
        ("id", "3000000000000 + :u * 8".to_owned()),
        ("ev", "300000000000 + :u".to_owned()),
    ];
    for (k, nome) in (1..=voci).zip(["v1", "v2", "v3", "v4", "v5"]) {
        let voce = id + i64::try_from(k)?;
        chiavi.push(Chiave::nuova(voce.to_string(), format!(":{nome}")));
        variabili.push((nome, format!(":id + {k}")));
    }
    let eventi = eventi(banca, chiave).await?;
    chiavi.extend(eventi.into_iter().map(|e| Chiave::nuova(e, ":ev")));
    Ok((variabili, chiavi))
}

async fn nomi_paga(banca: &Banca, progressivo: u64) -> Result<Nomi2> {
    let avviso = crate::scenari::avviso(progressivo);
    let dove = format!("from pendenze p where p.numero_avviso = '{avviso}'");
    let id = banca.testo(&format!("select p.id {dove}")).await?;
    let chiave = banca.testo(&format!("select p.id_pendenza {dove}")).await?;
    let uno = |sql: String| async move { banca.testo(&sql).await };
    let tentativo = uno(format!("select id from tentativi where pendenza = {id}")).await?;
    let notifica = |c: &str, tipo: &str| {
        format!("select {c} from notifiche where tentativo = {tentativo} and tipo = '{tipo}'")
    };
    let iniziale = "select ccp from notifiche where tipo = 'ATTIVAZIONE' and tentativo =";
    let mut chiavi = vec![
        Chiave::nuova(uno(format!("select v.id from voci v where v.pendenza = {id}")).await?, ":v1"),
        Chiave::nuova(uno(format!("select iuv {dove}")).await?, ":iuv"),
        Chiave::nuova(avviso.to_string(), ":avviso"),
        Chiave::nuova(ricevuta(progressivo), "('RCP000' || :iuv)"),
        Chiave::nuova(uno(format!("{iniziale} {tentativo}")).await?, ":ccp"),
        Chiave::nuova(uno(notifica("id", "ATTIVAZIONE")).await?, ":n1"),
        Chiave::nuova(uno(notifica("chiave", "ATTIVAZIONE")).await?, "('abcdef012345678' || :iuv)"),
        Chiave::nuova(uno(notifica("id", "RICEVUTA")).await?, ":n2"),
        Chiave::nuova(uno(notifica("chiave", "RICEVUTA")).await?, "('bbcdef012345678' || :iuv)"),
        Chiave::nuova(uno(format!("select id from riscossioni where pendenza = {id}")).await?, ":r"),
    ];
    chiavi.extend(
        eventi(banca, &chiave).await?.into_iter().zip([":ev", ":ev2"]).map(|(e, v)| Chiave::nuova(e, v)),
    );
    chiavi.extend([
        Chiave::nuova(id, ":id"),
        Chiave::nuova(tentativo, ":t"),
        Chiave::nuova(chiave, "('Q' || :i)"),
    ]);
    let variabili = vec![
        ("id", Nomi::id(0)),
        ("v1", Nomi::id(1)),
        ("iuv", Nomi::iuv()),
        ("avviso", "300000000000000000 + :iuv".to_owned()),
        ("t", "4000000000000 + :u * 8".to_owned()),
        ("n1", ":t + 1".to_owned()),
        ("n2", ":t + 2".to_owned()),
        ("r", ":t + 3".to_owned()),
        ("ccp", "1700000000000 + :u".to_owned()),
        ("ev", "400000000000 + :u * 2".to_owned()),
        ("ev2", ":ev + 1".to_owned()),
    ];
    Ok((variabili, chiavi))
}

/// Inserts, updates, deletes and scans of each table.
type Righe = BTreeMap<String, [i64; 4]>;

async fn righe(banca: &Banca) -> Result<Righe> {
    let sql = "select string_agg(relname || ' ' || n_tup_ins || ' ' || n_tup_upd || ' ' || n_tup_del || ' ' \
               || coalesce(idx_scan, 0) + seq_scan, ',') from pg_stat_user_tables";
    let testo = banca.testo(sql).await?;
    Ok(testo
        .split(',')
        .filter_map(|r| {
            let mut campi = r.split(' ');
            let nome = campi.next()?.to_owned();
            let mut n = || campi.next()?.parse().ok();
            Some((nome, [n()?, n()?, n()?, n()?]))
        })
        .filter(|(nome, _)| !DI_SFONDO.contains(&nome.as_str()))
        .collect())
}

impl Confronto {
    /// The same number of operations through the gateway and through pgbench must touch the same
    /// rows of the same tables.
    async fn controlla(&mut self, avvio: &Avvio, piena: &mut Riempita, url: &str) -> Result<()> {
        let put: Vec<(u64, Copioni)> = self.put.iter().map(|(v, c)| (*v, c.clone())).collect();
        for (voci, c) in put {
            let o = Arc::new(Prime(Put::nuovo(voci, &format!("CONTO{voci}-")), CAMPIONE));
            self.confronta(&format!("PUT, voci {voci}"), avvio, piena, o, &c, 0, url).await?;
        }
        let da = piena.da_pagare(Pagatore::Noi, CAMPIONE).await?;
        let prima = piena.da_pagare(Pagatore::Pgbench, CAMPIONE).await?;
        // Our own rows must be counted before the count begins.
        piena.banca.riapri().await?;
        let o = Arc::new(Paga { da, quanti: CAMPIONE });
        let c = self.paga.clone();
        self.confronta("paGetPaymentV2 + paSendRTV2", avvio, piena, o, &c, prima, url).await
    }

    #[expect(clippy::too_many_arguments, reason = "the two sides of one comparison")]
    async fn confronta(
        &mut self,
        nome: &str,
        avvio: &Avvio,
        piena: &Riempita,
        o: Arc<dyn Operazioni>,
        c: &Copioni,
        prima: u64,
        url: &str,
    ) -> Result<()> {
        let inizio = righe(&piena.banca).await?;
        let g = Gateway::avvia(avvio)?;
        let ritmo = Ritmo { clienti: 4, durata: Duration::from_secs(30), al_secondo: None };
        bene(carico::guida(g.indirizzo, o, ritmo).await?)?;
        // Sessions tell what they did when they end.
        g.ferma()?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let mezzo = righe(&piena.banca).await?;
        self.giro(&c.tutto, url, 4, Quanto::Transazioni(CAMPIONE), prima).await?;
        tokio::time::sleep(Duration::from_millis(300)).await;
        let fine = righe(&piena.banca).await?;
        let mut diverse = Vec::new();
        for tabella in fine.keys() {
            let di = |a: &Righe, b: &Righe, k: usize| {
                let v = |r: &Righe| r.get(tabella).and_then(|v| v.get(k)).copied().unwrap_or(0);
                v(b) - v(a)
            };
            for (k, cosa) in ["inserted", "updated", "deleted", "scanned"].into_iter().enumerate() {
                let (nostre, sue) = (di(&inizio, &mezzo, k), di(&mezzo, &fine, k));
                // A gateway that starts reads master data and the outbox, and the worker looks about.
                let di_avvio = k == 3 && (nostre < i64::try_from(CAMPIONE)? || nostre.abs_diff(sue) < 10);
                if nostre != sue && !di_avvio {
                    diverse.push(format!("{tabella} {cosa}: {nostre} and {sue}"));
                }
            }
        }
        self.verifica.push(if diverse.is_empty() {
            format!("{nome}: gateway and pgbench touched the same rows in {CAMPIONE} operations")
        } else {
            format!(
                "WARNING, {nome}: gateway and pgbench differ in {CAMPIONE} operations: {}",
                diverse.join("; ")
            )
        });
        Ok(())
    }
}
