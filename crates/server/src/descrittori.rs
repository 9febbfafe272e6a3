//! How many files and connections this process may have open.
//!
//! A shell gives 1,024 at most, as many as connections are served by default: the last caller would take
//! the one that the database or a notification needs.

use crate::configurazione::Configurazione;
use rustix::process::{Resource, getrlimit, setrlimit};

/// Files, pipes, the listener, the log.
const ALTRI: usize = 64;

/// Raises the limit as far as this process may, and says how many connections can be served at the same
/// time: as many as the settings say, or fewer so that the rest of the program has its own.
pub(crate) fn connessioni(c: &Configurazione) -> usize {
    let mut limite = getrlimit(Resource::Nofile);
    let alzato = rustix::process::Rlimit { current: limite.maximum, maximum: limite.maximum };
    if setrlimit(Resource::Nofile, alzato).is_ok() {
        limite = alzato;
    }
    let quanti = limite.current.map_or(usize::MAX, |n| usize::try_from(n).unwrap_or(usize::MAX));
    let basi = usize::try_from(c.database.connections).unwrap_or(usize::MAX);
    let posti = bastano(quanti, c.http.max_connections, basi, c.worker.max_notifiche);
    if posti < c.http.max_connections {
        tracing::warn!(
            file_aperti = quanti,
            connessioni = posti,
            "il limite dei file aperti (LimitNOFILE, ulimit -n) non basta per http.max_connections"
        );
    }
    posti
}

/// Of what is left, half is for those who call us and half for those whom we call.
fn bastano(limite: usize, chiamanti: usize, basi: usize, chiamati: usize) -> usize {
    let resto = limite.saturating_sub(basi.saturating_add(ALTRI));
    if resto >= chiamanti.saturating_add(chiamati) { chiamanti } else { chiamanti.min(resto / 2).max(1) }
}

#[cfg(test)]
mod tests {
    use super::bastano;

    #[test]
    fn chi_chiama_non_prende_i_file_degli_altri() {
        assert_eq!(bastano(65_536, 1024, 16, 1000), 1024);
        assert_eq!(bastano(usize::MAX, 1024, 16, 1000), 1024);
        assert_eq!(bastano(1024, 1024, 16, 1000), (1024 - 16 - 64) / 2);
        assert_eq!(bastano(1024, 100, 16, 1000), 100);
        assert_eq!(bastano(10, 1024, 16, 1000), 1);
    }
}
