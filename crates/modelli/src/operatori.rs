//! What two values make.

use crate::errori::ErroreModello;
use crate::esegui::Esecutore;
use crate::sintassi::Operatore;
use crate::valori::Valore;
use std::cmp::Ordering;
use std::rc::Rc;

type Ris<T> = Result<T, ErroreModello>;

impl Esecutore<'_> {
    pub(crate) fn due(&self, o: Operatore, a: &Valore, b: &Valore, riga: usize) -> Ris<Valore> {
        let troppo = || ErroreModello::modello(riga, "numero troppo grande");
        match (o, a, b) {
            (Operatore::Uguale | Operatore::Diverso, ..) => {
                Ok(Valore::Vero(self.uguali(a, b, riga)? == (o == Operatore::Uguale)))
            }
            (
                Operatore::Minore | Operatore::MinoreUguale | Operatore::Maggiore | Operatore::MaggioreUguale,
                ..,
            ) => {
                let ordine = match (a, b) {
                    (Valore::Numero(x), Valore::Numero(y)) => x.confronta(*y),
                    (Valore::Data(x), Valore::Data(y)) => x.0.cmp(&y.0),
                    _ => return Err(confronto(a, b, riga)),
                };
                Ok(Valore::Vero(match o {
                    Operatore::Minore => ordine == Ordering::Less,
                    Operatore::MinoreUguale => ordine != Ordering::Greater,
                    Operatore::Maggiore => ordine == Ordering::Greater,
                    _ => ordine != Ordering::Less,
                }))
            }
            (_, Valore::Numero(x), Valore::Numero(y)) => {
                let n = match o {
                    Operatore::Piu => x.piu(*y).ok_or_else(troppo)?,
                    Operatore::Meno => x.meno(*y).ok_or_else(troppo)?,
                    Operatore::Per => x.per(*y).ok_or_else(troppo)?,
                    _ if y.zero() => return Err(ErroreModello::modello(riga, "divisione per zero")),
                    Operatore::Diviso => x.diviso(*y).ok_or_else(troppo)?,
                    _ => x.modulo(*y).ok_or_else(|| ErroreModello::modello(riga, "divisione per zero"))?,
                };
                Ok(Valore::Numero(n))
            }
            (Operatore::Piu, Valore::Lista(x), Valore::Lista(y)) => {
                self.riserva.byte((x.len() + y.len()) * 16, riga)?;
                Ok(Valore::Lista(Rc::new(x.iter().chain(y.iter()).cloned().collect())))
            }
            (Operatore::Piu, ..) => match (self.come_testo(a, riga)?, self.come_testo(b, riga)?) {
                (Some(x), Some(y)) => {
                    self.riserva.byte(x.len() + y.len(), riga)?;
                    Ok(Valore::testo(format!("{x}{y}")))
                }
                _ => Err(ErroreModello::modello(riga, format!("{} + {}", a.specie(), b.specie()))),
            },
            _ => Err(ErroreModello::modello(riga, format!("operazione fra {} e {}", a.specie(), b.specie()))),
        }
    }

    fn uguali(&self, a: &Valore, b: &Valore, riga: usize) -> Ris<bool> {
        match (a, b) {
            (Valore::Testo(x), Valore::Testo(y)) => Ok(x == y),
            (Valore::Numero(x), Valore::Numero(y)) => Ok(x == y),
            (Valore::Vero(x), Valore::Vero(y)) => Ok(x == y),
            (Valore::Data(x), Valore::Data(y)) => Ok(x == y),
            (Valore::Oggetto(_), Valore::Testo(y)) | (Valore::Testo(y), Valore::Oggetto(_)) => {
                let o = if matches!(a, Valore::Oggetto(_)) { a } else { b };
                let testo = self.come_testo(o, riga)?.ok_or_else(|| confronto(a, b, riga))?;
                Ok(testo == *y)
            }
            _ => Err(confronto(a, b, riga)),
        }
    }
}

fn confronto(a: &Valore, b: &Valore, riga: usize) -> ErroreModello {
    ErroreModello::modello(riga, format!("confronto fra {} e {}", a.specie(), b.specie()))
}
