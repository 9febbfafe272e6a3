//! The pendenze that a CSV has named so far: the second time is refused (spec 20 11.2).
//!
//! They are kept in memory, and not looked for in the records, of which there are more and more: a database
//! that has not counted them yet reads them all for each group. Of a key 16 bytes are kept, under a seed
//! that nobody knows: in a file of ten million lines two are taken for each other once in 10^24 files.

use crate::{Engine, StoreError};
use std::collections::HashSet;
use std::hash::{BuildHasher as _, RandomState};
use store::tracciati::Tracciato;

/// Records read together when a file is taken up again.
const PAGINA: i64 = 5000;

#[derive(Debug, Default)]
pub(super) struct Viste {
    semi: [RandomState; 2],
    impronte: HashSet<u128>,
}

impl Viste {
    /// Those of the records before the first operation that may have none.
    ///
    /// # Errors
    /// The database.
    pub(super) async fn di(engine: &Engine, t: &Tracciato) -> Result<Self, StoreError> {
        let mut viste = Self::default();
        let mut dopo = 0;
        while dopo + 1 < t.prossima {
            let pagina = engine.store().chiavi_nominate(t.id, (dopo, t.prossima), PAGINA).await?;
            let intera = i64::try_from(pagina.len()).is_ok_and(|n| n == PAGINA);
            dopo = pagina.last().filter(|_| intera).map_or(t.prossima, |(numero, ..)| *numero);
            for (_, id_a2a, id_pendenza) in &pagina {
                viste.nomina(id_a2a, id_pendenza);
            }
        }
        Ok(viste)
    }

    /// Whether it is the first time.
    pub(super) fn nomina(&mut self, id_a2a: &str, id_pendenza: &str) -> bool {
        let [a, b] = self.semi.each_ref().map(|s| u128::from(s.hash_one((id_a2a, id_pendenza))));
        self.impronte.insert(a << 64 | b)
    }
}

#[cfg(test)]
mod tests {
    use super::Viste;

    #[test]
    fn ogni_chiave_e_nuova_una_volta() {
        let mut viste = Viste::default();
        let chiavi: Vec<(String, String)> =
            (0..2000).map(|n| (format!("A{}", n % 3), format!("P{}", n / 3))).collect();
        assert!(chiavi.iter().all(|(a, p)| viste.nomina(a, p)));
        assert!(!chiavi.iter().any(|(a, p)| viste.nomina(a, p)));
        assert!(viste.nomina("A", "1P1") && viste.nomina("A1", "P1x"));
    }
}
