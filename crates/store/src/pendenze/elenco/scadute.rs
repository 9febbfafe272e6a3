//! Lists of what has expired, as quick among many as among few (spec 20 6.2).
//!
//! Whoever looks for them wants those loaded last, and they expired one day or another: an index of the
//! last days finds them all and puts them all in order. So a pendenza awaits its last day
//! (`scadenza_attesa`) until the job `scadenzePassate` has seen that it is past; what it has seen is in
//! indexes in the order of the list. What has expired since is few, and is looked for by its day: the
//! list is right also where the job is late or does not run.

use super::{FiltroPendenze, OrdinePendenze, in_ordine};
use crate::{Dialetto, Interrogazione, Scrittura, Store, StoreError, valori};
use jiff::civil::Date;

/// The two parts of what has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parte {
    /// The job has seen them.
    Viste,
    /// It has not yet.
    Attese(Date),
}

impl Parte {
    /// The table: an embedded database plans without statistics, and is told the index.
    fn tabella(self, f: &FiltroPendenze, dialetto: Dialetto) -> &'static str {
        let uno = f.dominio.is_some() || f.domini.as_ref().is_some_and(|d| d.len() == 1);
        match (dialetto, self) {
            (Dialetto::Postgres, _) => " from pendenze p",
            (Dialetto::Sqlite, Self::Attese(_)) => " from pendenze p indexed by pendenze_attese",
            (Dialetto::Sqlite, Self::Viste) if uno => " from pendenze p indexed by pendenze_scadute_dominio",
            (Dialetto::Sqlite, Self::Viste) if f.id_a2a.is_some() => {
                " from pendenze p indexed by pendenze_scadute_a2a"
            }
            (Dialetto::Sqlite, Self::Viste) => " from pendenze p indexed by pendenze_scadute",
        }
    }

    fn dove(self, q: &mut Interrogazione, f: &FiltroPendenze) {
        f.dove(q);
        match self {
            Self::Viste => q.testo(" and p.scadenza_attesa is null"),
            Self::Attese(oggi) => q.testo(" and p.scadenza_attesa < ").valore(oggi.to_string()),
        };
    }
}

/// The ids of a page.
pub(super) fn chiavi(
    q: &mut Interrogazione,
    f: &FiltroPendenze,
    oggi: Date,
    ordine: &[(OrdinePendenze, bool)],
    (salta, quante): (i64, i64),
    dialetto: Dialetto,
) {
    // What the order looks at, all of it in the index where it is the usual one.
    let colonne = if ordine.iter().all(|o| o.0 == OrdinePendenze::Caricamento) {
        "select p.id, p.data_caricamento"
    } else {
        "select p.id, p.data_caricamento, p.data_validita, p.data_scadenza, p.data_pagamento, p.stato"
    };
    q.testo("select p.id from (select * from (").testo(colonne);
    q.testo(Parte::Viste.tabella(f, dialetto));
    Parte::Viste.dove(q, f);
    in_ordine(q, ordine, dialetto);
    q.testo(" limit ").valore(salta.saturating_add(quante)).testo(") v union all ").testo(colonne);
    q.testo(Parte::Attese(oggi).tabella(f, dialetto));
    Parte::Attese(oggi).dove(q, f);
    q.testo(") p");
    in_ordine(q, ordine, dialetto);
    q.testo(" limit ").valore(quante).testo(" offset ").valore(salta);
}

/// How many there are of each part, the first counted up to `tetto`.
pub(super) fn conteggio(f: &FiltroPendenze, oggi: Date, tetto: i64, dialetto: Dialetto) -> Interrogazione {
    let mut q = Interrogazione::nuova("select (select count(*) from (select 1 as uno");
    q.testo(Parte::Viste.tabella(f, dialetto));
    Parte::Viste.dove(&mut q, f);
    super::dalle_ultime(&mut q, dialetto);
    q.testo(" limit ").valore(tetto).testo(") t) + (select count(*)");
    q.testo(Parte::Attese(oggi).tabella(f, dialetto));
    Parte::Attese(oggi).dove(&mut q, f);
    q.testo(")");
    q
}

impl Store {
    /// How many still await a last day before `oggi`; stops counting at `tetto`.
    ///
    /// # Errors
    /// The database.
    pub async fn conta_scadenze_passate(&self, oggi: Date, tetto: i64) -> Result<i64, StoreError> {
        let q = "select count(*) from (select 1 from pendenze where scadenza_attesa < $1 limit $2) t";
        Ok(self.leggi_una(q, valori![oggi, tetto]).await?.unwrap_or(0))
    }
}

/// Takes up to `quante` of those whose last day is before `oggi` among what has expired. Whose row
/// somebody is writing is left for the next time. Changes nothing that anybody reads: no `versione`.
pub fn scadenze_passate(s: &mut Scrittura, dialetto: Dialetto, oggi: Date, quante: i64) {
    let sql = match dialetto {
        Dialetto::Sqlite => {
            "update pendenze set scadenza_attesa = null where id in (select a.id from pendenze a \
             where a.scadenza_attesa < $1 order by a.scadenza_attesa limit $2)"
        }
        Dialetto::Postgres => {
            "update pendenze set scadenza_attesa = null where id in (select a.id from pendenze a \
             where a.scadenza_attesa < $1 order by a.scadenza_attesa limit $2 for update skip locked)"
        }
    };
    s.esegui(sql, valori![oggi, quante]);
}
