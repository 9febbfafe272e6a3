//! A line that holds only directives and blanks leaves no line.

use crate::lettura::Pezzo;

/// Which part of a text is in a line.
#[derive(Clone, Copy)]
enum Parte {
    /// Up to its first line end, itself included.
    Testa,
    /// What follows its last line end.
    Coda,
    /// It has no line end.
    Tutto,
}

#[derive(Default)]
struct Riga {
    testi: Vec<(usize, Parte)>,
    direttive: bool,
    altro: bool,
}

impl Riga {
    fn testo(&mut self, pezzo: usize, parte: Parte, testo: &str) {
        self.testi.push((pezzo, parte));
        self.altro |= !testo.trim().is_empty();
    }

    fn via(self, tagli: &mut Vec<(usize, Parte)>) {
        if self.direttive && !self.altro {
            tagli.extend(self.testi);
        }
    }
}

/// Takes those lines out, with their blanks and their line end.
pub(crate) fn togli(pezzi: &mut [Pezzo]) {
    let mut tagli = Vec::new();
    let mut riga = Riga::default();
    for (i, p) in pezzi.iter().enumerate() {
        match p {
            Pezzo::Testo(t) => match t.split_once('\n') {
                None => riga.testo(i, Parte::Tutto, t),
                Some((testa, _)) => {
                    riga.testo(i, Parte::Testa, testa);
                    std::mem::take(&mut riga).via(&mut tagli);
                    riga.testo(i, Parte::Coda, t.rsplit('\n').next().unwrap_or_default());
                }
            },
            Pezzo::Stampa(_) => riga.altro = true,
            Pezzo::Commento | Pezzo::Apre { .. } | Pezzo::Chiude { .. } => riga.direttive = true,
        }
    }
    riga.via(&mut tagli);
    // A tail is cut before the head of the same text: the lines come in order, so from the last.
    for (i, parte) in tagli.into_iter().rev() {
        if let Some(Pezzo::Testo(t)) = pezzi.get_mut(i) {
            match parte {
                Parte::Tutto => t.clear(),
                Parte::Testa => {
                    *t = t.split_once('\n').map_or_else(String::new, |(_, resto)| resto.to_owned());
                }
                Parte::Coda => t.truncate(t.rfind('\n').map_or(0, |n| n + 1)),
            }
        }
    }
}
