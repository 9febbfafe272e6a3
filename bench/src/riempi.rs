//! What is stored before a measure: copies of a few pendenze that went through the gateway itself,
//! made inside the database.
//!
//! Of the filling, rows `i` from 1: two fifths belong to the dominio of the load, the others to fifty
//! more; a quarter is paid, with attempt, messages, riscossione and two notifications (one in five
//! hundred of them undelivered); a twentieth is cancelled. The giornale holds one event of each
//! load and three of each payment, one in a thousand of them `KO`. They were loaded a second apart.

use crate::banca::Banca;
use crate::carico::{self, Ritmo};
use crate::scenari::{DOMINIO, Paga, Put, RICEVUTE};
use crate::{anagrafica, processo::Gateway};
use anyhow::{Result, bail};
use std::sync::Arc;
use std::time::Duration;

/// Progressives of the notices of the filling begin after it.
const RIEMPIMENTO: u64 = 1_000_000_000_000;
/// Those of the notices that the gateway will be asked to pay.
const DA_PAGARE: u64 = 2_000_000_000_000;
/// First number of their notices, before the progressive, and of those that pgbench pays: the
/// gateway does not know the second series.
const TESTA: u64 = 3_010_000_000_000_000;
const TESTA_PGBENCH: u64 = 3_910_000_000_000_000;
/// Surrogate ids of the filling and of the two series.
const ID_RIEMPIMENTO: u64 = 100_000_000_000;
const ID_DA_PAGARE: u64 = 1_000_000_000_000;
const ID_PGBENCH: u64 = 2_000_000_000_000;
/// Ids of the events of the filling.
const ID_EVENTI: u64 = 100_000_000_000;

/// From here on the gateway takes ids, once those in its hands are used.
const DOPO: u64 = 900_000_000_000;

/// Rows copied by one statement.
const BLOCCO: u64 = 50_000;

/// A sample, and the events that tell of it.
#[derive(Debug, Clone)]
struct Modello {
    pendenza: i64,
    eventi: Vec<i64>,
}

impl Modello {
    async fn leggi(banca: &Banca, chiave: &str) -> Result<Self> {
        let pendenza =
            banca.intero(&format!("select id from pendenze where id_pendenza = '{chiave}'")).await?;
        let eventi = match banca {
            Banca::Sqlite(_) => "group_concat(cast(id as text))",
            Banca::Postgres(..) => "string_agg(id::text, ',')",
        };
        let eventi =
            banca.testo(&format!("select {eventi} from eventi where id_pendenza = '{chiave}'")).await?;
        let eventi = eventi.split(',').filter_map(|id| id.parse().ok()).collect();
        Ok(Self { pendenza, eventi })
    }
}

/// A database with what is in it.
#[derive(Debug, Clone)]
pub(crate) struct Riempita {
    pub(crate) banca: Banca,
    da_pagare: Modello,
    pagata: Modello,
    /// Pendenze of the filling.
    pub(crate) righe: u64,
    /// Next progressive of the notices to be paid: of the gateway, of pgbench.
    prossima: [u64; 2],
}

/// Who will pay.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pagatore {
    /// The gateway.
    Noi,
    /// pgbench.
    Pgbench,
}

/// Loads master data and samples through a gateway that is up.
pub(crate) async fn comincia(g: &Gateway, banca: Banca) -> Result<Riempita> {
    anagrafica::carica(g.indirizzo).await?;
    let ritmo = Ritmo { clienti: 1, durata: Duration::from_secs(20), al_secondo: None };
    bene(
        carico::guida(g.indirizzo, Arc::new(crate::carico::Prime(Put::nuovo(1, "MODELLO"), 2)), ritmo)
            .await?,
    )?;
    let avviso = banca
        .intero("select cast(numero_avviso as bigint) from pendenze where id_pendenza = 'MODELLO1'")
        .await?;
    let paga = Paga { da: (avviso.unsigned_abs() / 100) - TESTA, quanti: 1 };
    bene(carico::guida(g.indirizzo, Arc::new(paga), ritmo).await?)?;
    // The giornale is written after the answer.
    for _ in 0..100 {
        if banca.intero("select count(*) from eventi where id_pendenza = 'MODELLO1'").await? >= 3 {
            // What is new has the highest ids, as in a database that grew by itself.
            let dopo = format!("update contatori set prossimo = {DOPO} where nome in ('id', 'eventi')");
            banca.esegui(&dopo).await?;
            let (da_pagare, pagata) =
                (Modello::leggi(&banca, "MODELLO0").await?, Modello::leggi(&banca, "MODELLO1").await?);
            return Ok(Riempita { banca, da_pagare, pagata, righe: 0, prossima: [0; 2] });
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    bail!("the giornale does not tell of the samples")
}

fn bene(m: carico::Misura) -> Result<()> {
    match m.primo_errore {
        Some(e) => bail!("a sample was refused: {e}"),
        None => Ok(()),
    }
}

/// What a copy changes: column and expression over `t` (the sample) and `s.i`.
type Cambi<'a> = &'a [(&'a str, String)];

impl Riempita {
    async fn copia(&self, tabella: &str, da: &str, serie: &str, cambi: Cambi<'_>) -> Result<()> {
        let colonne = self.banca.colonne(tabella).await?;
        let valori: Vec<String> = colonne
            .iter()
            .map(|c| {
                let cambio = cambi.iter().find(|(nome, _)| nome == c);
                cambio.map_or_else(|| format!("t.{c}"), |(_, espressione)| espressione.clone())
            })
            .collect();
        let sql = format!(
            "insert into {tabella} ({}) select {} from {serie} cross join {da}",
            colonne.join(", "),
            valori.join(", ")
        );
        self.banca.esegui(&sql).await.map(drop)
    }

    /// Fills up to `righe` pendenze.
    pub(crate) async fn fino_a(&mut self, righe: u64) -> Result<()> {
        let totale = righe;
        while self.righe < righe {
            let fine = (self.righe + BLOCCO).min(righe);
            self.blocco(self.righe + 1, fine, totale).await?;
            self.righe = fine;
        }
        self.banca.riassetta().await
    }

    async fn blocco(&self, da: u64, a: u64, totale: u64) -> Result<()> {
        let pagata = self.pagata.pendenza;
        let serie = self.banca.serie(da, a);
        let id = |k: u64| format!("{ID_RIEMPIMENTO} + s.i * 10 + {k}");
        let testa = TESTA + RIEMPIMENTO;
        let avviso = format!("cast(({testa} + s.i) * 100 + ({testa} + s.i) % 93 as text)");
        let iuv = format!("substr({avviso}, 2)");
        let dominio =
            format!("case when s.i % 5 < 2 then '{DOMINIO}' else cast(90000000000 + s.i % 50 as text) end");
        let quando = |c: &str| format!("t.{c} - ({totale} - s.i) * 1000000");
        let ccp = "'F' || cast(s.i as text)".to_owned();
        let comuni = |mut altri: Vec<(&'static str, String)>| {
            altri.extend([("id_dominio", dominio.clone()), ("iuv", iuv.clone())]);
            altri
        };
        for (Modello { pendenza: modello, eventi }, quali, stato) in [
            (&self.da_pagare, "s.i % 4 <> 0", "case when s.i % 20 = 1 then 'ANNULLATO' else t.stato end"),
            (&self.pagata, "s.i % 4 = 0", "t.stato"),
        ] {
            let cambi = comuni(vec![
                ("id", id(0)),
                ("id_pendenza", "'R' || cast(s.i as text)".into()),
                ("uuid", "substr(t.uuid, 1, 12) || cast(10000000000000000 + s.i as text)".into()),
                ("id_debitore", "'CF' || cast(s.i % 100000 as text)".into()),
                ("numero_avviso", avviso.clone()),
                ("iuv_pagamento", format!("case when t.iuv_pagamento is null then null else {iuv} end")),
                ("data_pagamento", quando("data_pagamento")),
                ("data_caricamento", quando("data_caricamento")),
                ("data_ultimo_aggiornamento", quando("data_ultimo_aggiornamento")),
                ("stato", stato.into()),
                // One in ten has a last day, half of those are past it, as the job has seen long since.
                (
                    "data_scadenza",
                    "case s.i % 20 when 3 then '2020-01-31' when 13 then '2099-12-31' end".into(),
                ),
                ("scadenza_attesa", "case s.i % 20 when 13 then '2099-12-31' end".into()),
            ]);
            self.copia("pendenze", &format!("pendenze t where t.id = {modello} and {quali}"), &serie, &cambi)
                .await?;
            let cambi = [("id", id(1)), ("pendenza", id(0))];
            self.copia("voci", &format!("voci t where t.pendenza = {modello} and {quali}"), &serie, &cambi)
                .await?;
            // An event keeps its place among those of its sample.
            let evento = |t: &str| {
                let posti: String =
                    (0_u64..).zip(eventi).map(|(k, id)| format!(" when {id} then {k}")).collect();
                format!("{ID_EVENTI} + s.i * 8 + case {t}{posti} end")
            };
            let della = format!("(select p.id_pendenza from pendenze p where p.id = {modello})");
            let cambi = comuni(vec![
                ("id", evento("t.id")),
                ("id_pendenza", "'R' || cast(s.i as text)".into()),
                ("ccp", format!("case when t.ccp is null then null else {ccp} end")),
                ("data", quando("data")),
                ("esito", "case when s.i % 1000 = 7 then 'KO' else t.esito end".into()),
            ]);
            self.copia(
                "eventi",
                &format!("eventi t where t.id_pendenza = {della} and {quali}"),
                &serie,
                &cambi,
            )
            .await?;
            self.copia(
                "eventi_messaggi",
                &format!(
                    "eventi_messaggi t join eventi e on e.id = t.evento \
                     where e.id_pendenza = {della} and {quali}"
                ),
                &serie,
                &[("evento", evento("t.evento"))],
            )
            .await?;
        }
        let pagate = "s.i % 4 = 0";
        let del = format!("(select x.id from tentativi x where x.pendenza = {pagata})");
        let cambi = comuni(vec![
            ("id", id(2)),
            ("pendenza", id(0)),
            ("ccp", ccp.clone()),
            ("data_msg_richiesta", quando("data_msg_richiesta")),
            ("data_msg_ricevuta", quando("data_msg_ricevuta")),
        ]);
        self.copia(
            "tentativi",
            &format!("tentativi t where t.pendenza = {pagata} and {pagate}"),
            &serie,
            &cambi,
        )
        .await?;
        self.copia(
            "messaggi",
            &format!("messaggi t where t.tentativo = {del} and {pagate}"),
            &serie,
            &[("tentativo", id(2))],
        )
        .await?;
        let cambi = comuni(vec![
            ("id", id(3)),
            ("pendenza", id(0)),
            ("voce", id(1)),
            ("tentativo", id(2)),
            ("iur", ccp.clone()),
        ]);
        self.copia(
            "riscossioni",
            &format!("riscossioni t where t.pendenza = {pagata} and {pagate}"),
            &serie,
            &cambi,
        )
        .await?;
        let notifica = format!("{} + case when t.tipo = 'ATTIVAZIONE' then 4 else 5 end", id(0));
        let cambi = comuni(vec![
            ("id", notifica.clone()),
            ("chiave", format!("cast({notifica} as text)")),
            ("tentativo", id(2)),
            ("ccp", ccp),
            ("stato", "case when s.i % 2000 = 0 then t.stato else 'SPEDITO' end".into()),
            ("data_creazione", quando("data_creazione")),
            ("data_aggiornamento", quando("data_aggiornamento")),
        ]);
        self.copia(
            "notifiche",
            &format!("notifiche t where t.tentativo = {del} and {pagate}"),
            &serie,
            &cambi,
        )
        .await
    }

    /// Adds pendenze to be paid, never to be used twice; returns the progressive of the first.
    pub(crate) async fn da_pagare(&mut self, chi: Pagatore, quante: u64) -> Result<u64> {
        let (k, testa, id, lettera) = match chi {
            Pagatore::Noi => (0, TESTA, ID_DA_PAGARE, "P"),
            Pagatore::Pgbench => (1, TESTA_PGBENCH, ID_PGBENCH, "Q"),
        };
        let prima = self.prossima.get(k).copied().unwrap_or_default();
        let serie = self.banca.serie(prima, prima + quante.saturating_sub(1));
        let testa = testa + DA_PAGARE;
        let avviso = format!("cast(({testa} + s.i) * 100 + ({testa} + s.i) % 93 as text)");
        let modello = self.da_pagare.pendenza;
        let cambi = [
            ("id", format!("{id} + s.i * 2")),
            ("id_pendenza", format!("'{lettera}' || cast(s.i as text)")),
            ("numero_avviso", avviso.clone()),
            ("iuv", format!("substr({avviso}, 2)")),
        ];
        self.copia("pendenze", &format!("pendenze t where t.id = {modello}"), &serie, &cambi).await?;
        let cambi = [("id", format!("{id} + s.i * 2 + 1")), ("pendenza", format!("{id} + s.i * 2"))];
        self.copia("voci", &format!("voci t where t.pendenza = {modello}"), &serie, &cambi).await?;
        if let Some(p) = self.prossima.get_mut(k) {
            *p += quante;
        }
        Ok(match chi {
            Pagatore::Noi => DA_PAGARE + prima,
            Pagatore::Pgbench => prima,
        })
    }

    /// Notices of the filling that can be paid: first progressive, step, how many.
    pub(crate) const fn pagabili(&self) -> crate::scenari::Verifica {
        crate::scenari::Verifica { da: RIEMPIMENTO + 10, passo: 20, quanti: self.righe / 20 }
    }
}

/// What a pendenza to be paid by pgbench is called, given its number `i` in the series: expressions
/// over the variable `:i` of a script.
pub(crate) struct Nomi;

impl Nomi {
    /// Surrogate ids of the pendenza and of its voce.
    pub(crate) fn id(k: u64) -> String {
        format!("{ID_PGBENCH} + :i * 2 + {k}")
    }

    /// The 17 digits of the reference.
    pub(crate) fn iuv() -> String {
        let testa = TESTA_PGBENCH + DA_PAGARE;
        format!("({testa} + :i) * 100 + ({testa} + :i) % 93 - 300000000000000000")
    }
}

/// The receiptId that the load uses for a progressive.
pub(crate) fn ricevuta(progressivo: u64) -> String {
    format!("{RICEVUTE}{progressivo:020}")
}
