//! The JSON file of a bulk load cut into its members and the elements of its two lists, given the bytes
//! as they come. Each piece is then read by itself: what is checked here is only what stands between
//! them.

use crate::json::Sintassi;

/// Bytes of one element.
pub const ELEMENTO_MASSIMO: usize = 10 << 20;
/// Bytes of any other member, and of a name.
const MEMBRO_MASSIMO: usize = 64 << 10;

/// Which list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Elenco {
    /// `inserimenti`.
    Inserimenti,
    /// `annullamenti`.
    Annullamenti,
}

impl Elenco {
    /// Its name in the file.
    #[must_use]
    pub const fn nome(self) -> &'static str {
        match self {
            Self::Inserimenti => "inserimenti",
            Self::Annullamenti => "annullamenti",
        }
    }
}

/// A piece of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pezzo {
    /// A member that is no list of operations: name and JSON text of its value.
    Membro(String, Vec<u8>),
    /// A list begins.
    Apre(Elenco),
    /// The JSON text of one of its elements.
    Elemento(Elenco, Vec<u8>),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stato {
    /// Before the object.
    Inizio,
    /// After `{` or `,`: a name; the flag allows `}`.
    Nome(bool),
    /// In a name.
    InNome,
    DuePunti,
    /// A value of a member.
    Valore,
    /// After the value of a member.
    DopoValore,
    /// In a list: a value; the flag allows `]`.
    Elemento(Elenco, bool),
    DopoElemento(Elenco),
    /// After the object.
    Fine,
}

/// The value that is being gathered.
#[derive(Debug, Default)]
struct Raccolta {
    byte: Vec<u8>,
    profondita: usize,
    stringa: bool,
    fuga: bool,
}

impl Raccolta {
    /// Takes a byte; `Some(true)`: the value ends with it, `Some(false)`: it ended before.
    fn prendi(&mut self, b: u8) -> Option<bool> {
        if self.stringa {
            self.byte.push(b);
            match b {
                _ if self.fuga => self.fuga = false,
                b'\\' => self.fuga = true,
                b'"' => {
                    self.stringa = false;
                    return (self.profondita == 0).then_some(true);
                }
                _ => {}
            }
            return None;
        }
        match b {
            b'"' if self.profondita > 0 || self.byte.is_empty() => self.stringa = true,
            b'{' | b'[' => self.profondita += 1,
            b'}' | b']' if self.profondita > 0 => {
                self.profondita -= 1;
                if self.profondita == 0 {
                    self.byte.push(b);
                    return Some(true);
                }
            }
            b',' | b'}' | b']' if self.profondita == 0 => return Some(false),
            b if self.profondita == 0 && spazio(b) => return Some(false),
            _ => {}
        }
        self.byte.push(b);
        None
    }
}

/// The splitter. Feed it with [`Self::aggiungi`], which gives the pieces that are complete; say
/// [`Self::chiudi`] at the end.
#[derive(Debug)]
pub struct PezziJson {
    stato: Stato,
    raccolta: Raccolta,
    nome: String,
    visti: Vec<String>,
    bom: usize,
}

impl Default for PezziJson {
    fn default() -> Self {
        Self {
            stato: Stato::Inizio,
            raccolta: Raccolta::default(),
            nome: String::new(),
            visti: Vec::new(),
            bom: 0,
        }
    }
}

const fn spazio(b: u8) -> bool {
    matches!(b, b' ' | b'\t' | b'\n' | b'\r')
}

fn rotto(testo: &str) -> Sintassi {
    Sintassi(format!("JSON non valido: {testo}"))
}

impl PezziJson {
    /// More bytes of the file.
    ///
    /// # Errors
    /// What stands between the pieces is not JSON, a name twice, a piece that is too long.
    pub fn aggiungi(&mut self, byte: &[u8]) -> Result<Vec<Pezzo>, Sintassi> {
        let mut pezzi = Vec::new();
        for b in byte {
            // A byte that ends a number or a literal is also what stands after it.
            while !self.passo(*b, &mut pezzi)? {}
        }
        Ok(pezzi)
    }

    /// There are no more.
    ///
    /// # Errors
    /// The file ends before its object does.
    pub fn chiudi(&self) -> Result<(), Sintassi> {
        match self.stato {
            Stato::Fine => Ok(()),
            Stato::Inizio => Err(Sintassi("No content to map due to end-of-input".to_owned())),
            _ => Err(rotto("il documento finisce prima del previsto")),
        }
    }

    /// One byte; whether it was used up.
    fn passo(&mut self, b: u8, pezzi: &mut Vec<Pezzo>) -> Result<bool, Sintassi> {
        match self.stato {
            Stato::InNome => return self.nel_nome(b),
            Stato::Valore | Stato::Elemento(..) if !self.raccolta.byte.is_empty() => {
                return self.nel_valore(b, pezzi);
            }
            _ if spazio(b) => return Ok(true),
            _ => {}
        }
        const BOM: [u8; 3] = [0xef, 0xbb, 0xbf];
        match (self.stato, b) {
            (Stato::Inizio, b) if self.bom < 3 && BOM.get(self.bom) == Some(&b) => self.bom += 1,
            (Stato::Inizio, b'{') if matches!(self.bom, 0 | 3) => self.stato = Stato::Nome(true),
            (Stato::Nome(_), b'"') => {
                self.raccolta = Raccolta::default();
                self.raccolta.prendi(b);
                self.stato = Stato::InNome;
            }
            (Stato::Nome(true), b'}') | (Stato::DopoValore, b'}') => self.stato = Stato::Fine,
            (Stato::DuePunti, b':') => self.stato = Stato::Valore,
            (Stato::Valore, b'[') if self.elenco().is_some() => {
                if let Some(e) = self.elenco() {
                    pezzi.push(Pezzo::Apre(e));
                    self.stato = Stato::Elemento(e, true);
                }
            }
            (Stato::Elemento(_, true), b']') => self.stato = Stato::DopoValore,
            (Stato::Valore | Stato::Elemento(..), b',' | b'}' | b']' | b':') => {
                return Err(rotto("manca un valore"));
            }
            (Stato::Valore | Stato::Elemento(..), b) => return self.nel_valore(b, pezzi),
            (Stato::DopoValore, b',') => self.stato = Stato::Nome(false),
            (Stato::DopoElemento(e), b',') => self.stato = Stato::Elemento(e, false),
            (Stato::DopoElemento(_), b']') => self.stato = Stato::DopoValore,
            (Stato::Inizio, _) => return Err(rotto("atteso un oggetto")),
            (Stato::Fine, _) => return Err(rotto("testo dopo la fine del documento")),
            _ => return Err(rotto("carattere inatteso fra i membri")),
        }
        Ok(true)
    }

    /// The list that the present member is.
    fn elenco(&self) -> Option<Elenco> {
        [Elenco::Inserimenti, Elenco::Annullamenti].into_iter().find(|e| e.nome() == self.nome)
    }

    fn nel_nome(&mut self, b: u8) -> Result<bool, Sintassi> {
        let fine = self.raccolta.prendi(b);
        if self.raccolta.byte.len() > MEMBRO_MASSIMO {
            return Err(rotto("nome troppo lungo"));
        }
        if fine.is_some() {
            let byte = std::mem::take(&mut self.raccolta).byte;
            self.nome = serde_json::from_slice(&byte).map_err(|_| rotto("nome di membro"))?;
            if self.visti.contains(&self.nome) {
                return Err(Sintassi(format!("Duplicate field '{}'", self.nome)));
            }
            // The names that a file may have are few.
            if self.visti.len() >= 64 {
                return Err(rotto("troppi membri"));
            }
            self.visti.push(self.nome.clone());
            self.stato = Stato::DuePunti;
        }
        Ok(true)
    }

    fn nel_valore(&mut self, b: u8, pezzi: &mut Vec<Pezzo>) -> Result<bool, Sintassi> {
        let fine = self.raccolta.prendi(b);
        let massimo = match self.stato {
            Stato::Elemento(..) => ELEMENTO_MASSIMO,
            _ => MEMBRO_MASSIMO,
        };
        if self.raccolta.byte.len() > massimo {
            return Err(rotto("un elemento e' troppo grande"));
        }
        let Some(usato) = fine else { return Ok(true) };
        let byte = std::mem::take(&mut self.raccolta).byte;
        match self.stato {
            Stato::Elemento(e, _) => {
                pezzi.push(Pezzo::Elemento(e, byte));
                self.stato = Stato::DopoElemento(e);
            }
            _ => {
                pezzi.push(Pezzo::Membro(self.nome.clone(), byte));
                self.stato = Stato::DopoValore;
            }
        }
        Ok(usato)
    }
}

#[cfg(test)]
#[path = "json_test.rs"]
mod tests;
