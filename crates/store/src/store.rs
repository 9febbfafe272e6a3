//! The one way into the database.

use crate::{
    ChiaveCifratura, Conteggi, DaRiga, Guardia, Impostazioni, Interrogazione, Riga, Scrittura, StoreError,
    Valore,
    contatori::Riserve,
    conteggi::Contatori,
    postgres::Postgres,
    riga::Origine,
    serratura::Serrature,
    sqlite::{self, Sqlite},
    valore::combaciano,
};
use sqlx::{AssertSqlSafe, SqlSafeStr as _, SqlStr};
use std::{sync::Arc, time::Duration};

/// Which database is behind the [`Store`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialetto {
    /// One file, one node.
    Sqlite,
    /// PostgreSQL 14 or newer, any number of nodes.
    Postgres,
}

/// The database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Store(Arc<Dentro>);

#[derive(Debug)]
struct Dentro {
    base: Base,
    chiave: ChiaveCifratura,
    conteggi: Arc<Contatori>,
    serrature: Serrature,
    riserve: Riserve,
}

#[derive(Debug)]
enum Base {
    Sqlite(Sqlite),
    Postgres(Box<Postgres>),
}

/// Longest time of [`Store::viva`].
const ATTESA_SONDA: Duration = Duration::from_secs(2);

impl Store {
    /// Opens the database and checks that it answers. On SQLite the file and its folder are made
    /// if they are not there. The schema is not touched: see [`Self::migra`].
    pub async fn apri(imp: Impostazioni) -> Result<Self, StoreError> {
        let conteggi = Arc::new(Contatori::default());
        let (base, chiave) = if let Some(file) = sqlite::file_di(&imp.url) {
            let base = Sqlite::apri(&file, &imp, Arc::clone(&conteggi)).await?;
            let chiave = match &imp.chiave {
                Some(c) => c.clone(),
                None => {
                    let mut nome = file.into_os_string();
                    nome.push(".chiave");
                    ChiaveCifratura::da_file(nome.as_ref())?
                }
            };
            (Base::Sqlite(base), chiave)
        } else if imp.url.starts_with("postgres://") || imp.url.starts_with("postgresql://") {
            let chiave = imp.chiave.clone().ok_or_else(|| {
                StoreError::Rotto("con PostgreSQL serve una chiave di cifratura nella configurazione".into())
            })?;
            (Base::Postgres(Box::new(Postgres::apri(&imp, Arc::clone(&conteggi)).await?)), chiave)
        } else {
            return Err(StoreError::Rotto("URL della base dati: serve sqlite:// o postgres://".into()));
        };
        Ok(Self(Arc::new(Dentro {
            base,
            chiave,
            conteggi,
            serrature: Serrature::default(),
            riserve: Riserve::default(),
        })))
    }

    /// Brings the schema up to date and returns the names of the migrations applied now. Safe to
    /// call from several nodes at once. `Rotto` when the schema is newer than this program or when
    /// a landed migration was edited.
    pub async fn migra(&self) -> Result<Vec<String>, StoreError> {
        match &self.0.base {
            Base::Sqlite(b) => b.migra().await,
            Base::Postgres(b) => b.migra().await,
        }
    }

    /// Names of the migrations that [`Self::migra`] would apply; the same refusals.
    pub async fn migrazioni_mancanti(&self) -> Result<Vec<String>, StoreError> {
        match &self.0.base {
            Base::Sqlite(b) => b.mancanti().await,
            Base::Postgres(b) => b.mancanti().await,
        }
    }

    /// Applies the Scrittura all or nothing. It goes on to its end even if the caller stops
    /// waiting. An empty one is not sent.
    pub async fn commit(&self, s: Scrittura) -> Result<(), StoreError> {
        if s.is_empty() {
            return Ok(());
        }
        for i in &s.0 {
            combaciano(i.sql, &i.valori)?;
        }
        match &self.0.base {
            Base::Sqlite(b) => b.commit(s).await,
            Base::Postgres(b) => b.commit(s).await,
        }
    }

    /// All rows of a query; the caller bounds it with `limit`.
    pub async fn leggi<T: DaRiga>(&self, sql: &'static str, v: Vec<Valore>) -> Result<Vec<T>, StoreError> {
        self.righe(SqlStr::from_static(sql), &v, true).await
    }

    /// The first row of a query that is expected to give one at most.
    pub async fn leggi_una<T: DaRiga>(
        &self,
        sql: &'static str,
        v: Vec<Valore>,
    ) -> Result<Option<T>, StoreError> {
        Ok(self.leggi(sql, v).await?.into_iter().next())
    }

    /// As [`Self::leggi`], for a query with optional filters.
    pub async fn leggi_composta<T: DaRiga>(&self, q: Interrogazione) -> Result<Vec<T>, StoreError> {
        // The text is made of literals only: see `Interrogazione`.
        self.righe(AssertSqlSafe(q.sql).into_sql_str(), &q.valori, false).await
    }

    async fn righe<T: DaRiga>(
        &self,
        sql: SqlStr,
        v: &[Valore],
        preparata: bool,
    ) -> Result<Vec<T>, StoreError> {
        combaciano(sql.as_str(), v)?;
        self.0.conteggi.lettura();
        match &self.0.base {
            Base::Sqlite(b) => {
                b.righe(sql, v).await?.iter().map(|r| T::da_riga(&Riga(Origine::Sqlite(r)))).collect()
            }
            Base::Postgres(b) => b
                .righe(sql, v, preparata)
                .await?
                .iter()
                .map(|r| T::da_riga(&Riga(Origine::Postgres(r))))
                .collect(),
        }
    }

    /// Runs one statement with `returning` of one integer, outside any Scrittura; `None` when it
    /// touched no row. The statement must bear being run twice, or its loss being noticed later.
    pub(crate) async fn scalare(&self, sql: &'static str, v: Vec<Valore>) -> Result<Option<i64>, StoreError> {
        match &self.0.base {
            Base::Sqlite(b) => b.scalare(sql, v).await,
            Base::Postgres(b) => b.scalare(sql, v).await,
        }
    }

    /// `quanti` consecutive surrogate ids; returns the first. Taken from a block of 1000 reserved
    /// outside the caller's commit, unique across nodes; what a node does not use is skipped.
    pub async fn nuovi_id(&self, quanti: usize) -> Result<i64, StoreError> {
        let quanti = i64::try_from(quanti).map_err(|_| StoreError::Rotto("troppi id insieme".into()))?;
        self.0.riserve.prendi(self, "id", quanti, 1000).await
    }

    /// Reserves `quanti` consecutive numbers of a named counter (from 1) and returns the first.
    /// One write; for numbers one at a time see [`Self::prossimo_progressivo`].
    pub async fn riserva(&self, contatore: &str, quanti: i64) -> Result<i64, StoreError> {
        self.0.conteggi.riserva();
        crate::contatori::riserva(self, contatore, quanti).await
    }

    /// The next number of a named counter, from a block of `blocco` kept in memory: unique across
    /// nodes, increasing within one. What a node does not use is skipped.
    pub async fn prossimo_progressivo(&self, nome: &str, blocco: i64) -> Result<i64, StoreError> {
        self.0.riserve.prendi(self, nome, 1, blocco).await
    }

    /// Waits for the in-process key of an aggregate, first come first served.
    pub async fn serratura(&self, chiave: &str) -> Guardia {
        self.0.serrature.prendi(chiave).await
    }

    /// As [`Self::serratura`], unless `meno_di` hold it or wait for it already.
    pub async fn serratura_se(&self, chiave: &str, meno_di: usize) -> Option<Guardia> {
        self.0.serrature.prendi_se(chiave, meno_di).await
    }

    /// The key for secrets.
    #[must_use]
    pub fn chiave(&self) -> &ChiaveCifratura {
        &self.0.chiave
    }

    /// What was done so far.
    #[must_use]
    pub fn conteggi(&self) -> Conteggi {
        self.0.conteggi.istantanea()
    }

    /// Whether the database answers, within 2 s.
    pub async fn viva(&self) -> Result<(), StoreError> {
        let prova = async {
            match &self.0.base {
                Base::Sqlite(b) => b.prova().await,
                Base::Postgres(b) => b.prova().await,
            }
        };
        tokio::time::timeout(ATTESA_SONDA, prova)
            .await
            .unwrap_or_else(|_| Err(StoreError::NonDisponibile("nessuna risposta entro 2 secondi".into())))
    }

    /// Finishes what was accepted and closes; later calls are `NonDisponibile`.
    pub async fn chiudi(&self) {
        match &self.0.base {
            Base::Sqlite(b) => b.chiudi().await,
            Base::Postgres(b) => b.chiudi().await,
        }
    }

    /// Which database this is, for the few places where the text differs.
    #[must_use]
    pub fn dialetto(&self) -> Dialetto {
        match &self.0.base {
            Base::Sqlite(_) => Dialetto::Sqlite,
            Base::Postgres(_) => Dialetto::Postgres,
        }
    }
}
