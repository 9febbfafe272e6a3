use crate::errori::ErroreModello;
use std::cell::Cell;

/// What one run may spend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limiti {
    /// Steps: expressions evaluated, directives run, characters searched (one step for 64 of them).
    pub passi: u64,
    /// Bytes of the values made along the way, added up: nothing is given back.
    pub memoria: usize,
    /// Bytes of the text that comes out.
    pub uscita: usize,
}

impl Default for Limiti {
    fn default() -> Self {
        Self { passi: 500_000, memoria: 32 << 20, uscita: 4 << 20 }
    }
}

/// What is left.
pub(crate) struct Riserva {
    passi: Cell<u64>,
    memoria: Cell<usize>,
    pub(crate) uscita: usize,
}

impl Riserva {
    pub(crate) fn nuova(l: Limiti) -> Self {
        Self { passi: Cell::new(l.passi), memoria: Cell::new(l.memoria), uscita: l.uscita }
    }

    pub(crate) fn passo(&self, riga: usize) -> Result<(), ErroreModello> {
        self.passi(1, riga)
    }

    pub(crate) fn passi(&self, quanti: usize, riga: usize) -> Result<(), ErroreModello> {
        match self.passi.get().checked_sub(quanti as u64) {
            Some(n) => {
                self.passi.set(n);
                Ok(())
            }
            None => Err(ErroreModello::limite(riga, "il modello fa troppi passi")),
        }
    }

    /// A value of so many bytes; looking at them costs steps too.
    pub(crate) fn byte(&self, quanti: usize, riga: usize) -> Result<(), ErroreModello> {
        self.passi(quanti / 64, riga)?;
        match self.memoria.get().checked_sub(quanti) {
            Some(n) => {
                self.memoria.set(n);
                Ok(())
            }
            None => Err(ErroreModello::limite(riga, "il modello usa troppa memoria")),
        }
    }
}
