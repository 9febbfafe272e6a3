//! One node runs a job at a time (spec 60 4.3).
//!
//! Ages are measured with the clock of the database, so that nodes with different clocks agree.
//! Whoever loses a job (its beats were late and somebody else took it) is stopped by the token: a
//! Scrittura under [`Lavoro::proteggi`] is a `Conflitto`.

use crate::{DaRiga, Dialetto, Riga, Scrittura, Store, StoreError, orologio::con_orologio, valori};
use domain::Istante;
use std::time::Duration;

/// A job in our hands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lavoro {
    nome: String,
    gettone: i64,
    dialetto: Dialetto,
}

/// How a run ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EsitoLavoro {
    /// To the end: counts as the last success.
    Riuscito,
    /// Interrupted by an error.
    Fallito,
}

/// A row of the table, for the sonde and the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatoLavoro {
    /// Name of the job.
    pub nome: String,
    /// The node that runs it now.
    pub nodo: Option<String>,
    /// Start of the last run, by the clock of the database.
    pub inizio: Option<Istante>,
    /// Last sign of life, by the clock of the database.
    pub battito: Option<Istante>,
    /// End of the last run that went well.
    pub ultimo_successo: Option<Istante>,
    /// `OK` or `KO`, of the last run.
    pub ultimo_esito: Option<String>,
    /// What the last run had to say.
    pub ultimo_testo: Option<String>,
}

impl DaRiga for StatoLavoro {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            nome: r.testo("nome")?,
            nodo: r.testo_opt("nodo")?,
            inizio: r.istante_opt("inizio")?,
            battito: r.istante_opt("battito")?,
            ultimo_successo: r.istante_opt("ultimo_successo")?,
            ultimo_esito: r.testo_opt("ultimo_esito")?,
            ultimo_testo: r.testo_opt("ultimo_testo")?,
        })
    }
}

impl Store {
    /// Takes the job if nobody runs it, or if who does gave no sign of life for `timeout`. `None`
    /// when it is taken.
    ///
    /// `scatto` is the instant of the schedule that fired (the nominal one, not the clock's): two
    /// nodes that fire the same instant produce one run, even when the first has already ended. A
    /// run asked by hand has none.
    pub async fn prendi_lavoro(
        &self,
        nome: &str,
        nodo: &str,
        timeout: Duration,
        scatto: Option<Istante>,
    ) -> Result<Option<Lavoro>, StoreError> {
        let dialetto = self.dialetto();
        let sql = con_orologio!(
            dialetto,
            "insert into lavori (nome, nodo, gettone, scatto, inizio, battito) values ($1, $2, 1, $4, ",
            ", ",
            ") on conflict (nome) do update set nodo = excluded.nodo, gettone = lavori.gettone + 1, \
             scatto = coalesce(excluded.scatto, lavori.scatto), inizio = excluded.inizio, \
             battito = excluded.battito \
             where (lavori.nodo is null or lavori.battito < ",
            " - $3) and (excluded.scatto is null or lavori.scatto is null or lavori.scatto < excluded.scatto) \
             returning gettone"
        );
        let timeout = i64::try_from(timeout.as_micros()).unwrap_or(i64::MAX / 2);
        let gettone = self.scalare(sql, valori![nome, nodo, timeout, scatto]).await?;
        Ok(gettone.map(|gettone| Lavoro { nome: nome.to_owned(), gettone, dialetto }))
    }

    /// A sign of life, due every 30 s at least. `Conflitto`: the job is not ours any more, stop.
    pub async fn batti(&self, lavoro: &Lavoro) -> Result<(), StoreError> {
        let mut s = Scrittura::default();
        lavoro.proteggi(&mut s);
        self.commit(s).await
    }

    /// Gives the job back and records how it went; `adesso` becomes the last success.
    pub async fn lascia_lavoro(
        &self,
        lavoro: &Lavoro,
        esito: EsitoLavoro,
        testo: &str,
        adesso: Istante,
    ) -> Result<(), StoreError> {
        let mut s = Scrittura::default();
        let (sigla, successo) = match esito {
            EsitoLavoro::Riuscito => ("OK", Some(adesso)),
            EsitoLavoro::Fallito => ("KO", None),
        };
        s.esattamente(
            1,
            "update lavori set nodo = null, ultimo_successo = coalesce($3, ultimo_successo), \
             ultimo_esito = $4, ultimo_testo = $5 where nome = $1 and gettone = $2 and nodo is not null",
            valori![&lavoro.nome, lavoro.gettone, successo, sigla, testo],
        );
        self.commit(s).await
    }

    /// The jobs that have ever run, by name.
    pub async fn lavori(&self) -> Result<Vec<StatoLavoro>, StoreError> {
        self.leggi(
            "select nome, nodo, inizio, battito, ultimo_successo, ultimo_esito, ultimo_testo \
             from lavori order by nome limit 1000",
            Vec::new(),
        )
        .await
    }
}

impl Lavoro {
    /// Name of the job.
    #[must_use]
    pub fn nome(&self) -> &str {
        &self.nome
    }

    /// The fencing token: grows at each take.
    #[must_use]
    pub fn gettone(&self) -> i64 {
        self.gettone
    }

    /// Makes the Scrittura stand only if the job is still ours; it is a sign of life too.
    pub fn proteggi(&self, s: &mut Scrittura) {
        let sql = con_orologio!(
            self.dialetto,
            "update lavori set battito = ",
            " where nome = $1 and gettone = $2 and nodo is not null"
        );
        s.esattamente(1, sql, valori![&self.nome, self.gettone]);
    }
}
