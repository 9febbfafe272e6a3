//! Bulk loads (spec 20 section 11): the file in pieces, one record per operation, the lease of who works.
//!
//! The record of an operation is written with what it did, and its key (tracciato, numero) says that it was
//! done: whoever starts again does what has no record.

/// Those that have not ended, in the words of the index `tracciati_da_fare`: SQLite takes it for no others.
macro_rules! aperti {
    () => {
        "stato in ('IN_RICEZIONE', 'IN_ATTESA', 'IN_ELABORAZIONE', 'ELABORAZIONE_STAMPA')"
    };
}

/// Files that are still coming in, and of which nothing has come since.
macro_rules! interrotti {
    () => {
        concat!(aperti!(), " and stato = 'IN_RICEZIONE' and data_aggiornamento < ")
    };
}

mod dati;
mod letture;
mod scritture;

pub use dati::{
    Contatori, FiltroTracciati, FormatoTracciato, NuovaOperazione, NuovoTracciato, OperazioneTracciato,
    StatoTracciato, TipoOperazione, Tracciato,
};
pub use scritture::{
    Presa, aggiorna, annulla, concludi_annullato, conserva_stampa, elimina, elimina_interrotti, operazione,
    pezzo, registra, ricevuto, segna_stampa,
};

/// The key of an operation: a second record of it is refused.
pub const OPERAZIONE: &str = "tracciati_operazioni_pkey";
/// Bytes of a piece of a file.
pub const PEZZO: usize = 256 << 10;
