//! Master data (spec 10): what the register and the use cases read, and the statements that write
//! it. Every function that writes also moves the version that the nodes poll.

mod configurazioni;
mod creditore;
mod domini;
mod elenchi;
mod intermediari;
mod operatori;
mod segreti;
mod testi;
mod tipi;
mod utenze;

pub use configurazioni::salva_sezione;
pub use creditore::{
    aggiungi_tipo_se_esiste, salva_conto, salva_entrata, salva_entrata_dominio, salva_unita,
};
pub use domini::{aggiorna_unita_ec, salva_dominio, salva_logo, togli_logo};
pub(crate) use elenchi::contiene;
pub use elenchi::{FiltroAnagrafica, PaginaAnagrafica, Richiesta, Trovate};
pub use intermediari::{salva_intermediario, salva_stazione};
pub use operatori::{OrdineOperatori, crea_operatore, salva_ruolo, sostituisci_operatore};
pub use tipi::{salva_tipo_pendenza, salva_tipo_pendenza_dominio};
pub use utenze::{cambia_password, salva_applicazione};

use crate::{DaRiga, Interrogazione, Scrittura, Store, StoreError, valori};

/// What each secret is encrypted for.
pub(crate) mod contesti {
    pub(crate) use super::configurazioni::contesto as configurazione;
    pub(crate) use super::domini::contesto as dominio;
    pub(crate) use super::intermediari::{
        contesto_intermediario as intermediario, contesto_stazione as stazione,
    };
    pub(crate) use super::tipi::contesto as tipo_pendenza;
    pub(crate) use super::utenze::contesto as applicazione;
}

/// Whether a statement makes a row or replaces the one that is there. The first fails with
/// `Duplicato` of the primary key when somebody was faster, the second with `Conflitto` when there
/// is no row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Modo {
    /// Insert.
    Crea,
    /// Update.
    Sostituisci,
}

impl Modo {
    /// Replaces what exists, creates what does not.
    #[must_use]
    pub fn per(esiste: bool) -> Self {
        if esiste { Self::Sostituisci } else { Self::Crea }
    }

    fn scrivi(self, s: &mut Scrittura, crea: &'static str, sostituisci: &'static str, v: Vec<crate::Valore>) {
        let sql = match self {
            Self::Crea => crea,
            Self::Sostituisci => sostituisci,
        };
        s.esattamente(1, sql, v);
        avanza(s);
    }
}

pub(crate) fn avanza(s: &mut Scrittura) {
    s.esattamente(1, "update anagrafica_versione set versione = versione + 1 where id = 1", valori![]);
}

/// Lets the Scrittura pass only if nothing of the master data has changed since they were at this
/// version: `Conflitto` otherwise. Put first, it makes the writers of all nodes take turns.
pub fn se_versione(s: &mut Scrittura, versione: i64) {
    s.esattamente(
        1,
        "update anagrafica_versione set versione = versione + 1 where id = 1 and versione = $1",
        valori![versione],
    );
}

/// Most parameters of one statement: both databases allow some tens of thousands.
const BLOCCO: usize = 1000;

impl Store {
    /// The rows whose last column named in `sql` is among the given values, however many these are.
    async fn fra<T: DaRiga>(&self, sql: &'static str, valori: &[&str]) -> Result<Vec<T>, StoreError> {
        let mut unici = valori.to_vec();
        unici.sort_unstable();
        unici.dedup();
        let mut righe = Vec::new();
        for blocco in unici.chunks(BLOCCO) {
            let mut q = Interrogazione::nuova(sql);
            q.testo(" in ").elenco(blocco.iter().copied());
            righe.extend(self.leggi_composta(q).await?);
        }
        Ok(righe)
    }

    /// The version of the master data as a whole: any change makes it grow.
    pub async fn versione_anagrafica(&self) -> Result<i64, StoreError> {
        self.leggi_una("select versione from anagrafica_versione where id = 1", valori![])
            .await?
            .ok_or_else(|| StoreError::Rotto("anagrafica_versione senza riga".into()))
    }
}
