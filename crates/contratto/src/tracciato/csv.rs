//! A CSV file cut into records (RFC 4180), given the bytes as they come.
//!
//! A record is one line, or more when a quoted cell holds line ends. A quote that is not one of a
//! well-formed cell (never closed, or followed by something that is no separator) does not swallow the
//! lines after it: such a record is its first line alone.

/// Bytes of a record: past them an open quote is taken for an ordinary character, and a line is cut off.
pub const RECORD_MASSIMO: usize = 1 << 20;

/// Where the reading of a record has come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Dove {
    /// At the start of a cell.
    Inizio,
    /// In a cell without quotes.
    Nuda,
    /// Between quotes.
    Chiusa,
    /// After a quote inside quotes: doubled, or the end of the cell.
    Virgolette,
}

/// What a look at the waiting bytes says.
enum Sguardo {
    /// A record ends here; the second is where the next one begins.
    Fine(usize, usize),
    /// More bytes are needed.
    Ancora,
}

/// The splitter. Feed it with [`Self::aggiungi`], ask [`Self::prossima`] until it says `None`, say
/// [`Self::chiudi`] at the end.
#[derive(Debug)]
pub struct RigheCsv {
    separatore: u8,
    attesa: Vec<u8>,
    /// Bytes of `attesa` that were given out.
    letti: usize,
    /// Where the search of the present record goes on, from `letti`, and in which state.
    cercati: (usize, Dove),
    /// The present record cannot be quoted: its end is the first line end.
    malformata: bool,
    /// The rest of a line that was too long is being skipped.
    salta: bool,
    inizio: bool,
    finito: bool,
}

impl RigheCsv {
    /// For cells parted by `separatore`; the quote is `"`.
    #[must_use]
    pub fn nuove(separatore: u8) -> Self {
        Self {
            separatore,
            attesa: Vec::new(),
            letti: 0,
            cercati: (0, Dove::Inizio),
            malformata: false,
            salta: false,
            inizio: true,
            finito: false,
        }
    }

    /// More bytes of the file.
    pub fn aggiungi(&mut self, byte: &[u8]) {
        self.attesa.drain(..self.letti);
        self.letti = 0;
        self.attesa.extend_from_slice(byte);
    }

    /// There are no more.
    pub const fn chiudi(&mut self) {
        self.finito = true;
    }

    /// The next record without its line end, if it is all there. A line end at the end of the file
    /// begins no record.
    pub fn prossima(&mut self) -> Option<Vec<u8>> {
        if self.inizio {
            const BOM: &[u8] = "\u{feff}".as_bytes();
            let presenti = self.resto();
            if presenti.len() < BOM.len() && !self.finito && BOM.starts_with(presenti) {
                return None;
            }
            if presenti.starts_with(BOM) {
                self.letti += BOM.len();
            }
            self.inizio = false;
        }
        if self.salta && !self.salta_riga() {
            return None;
        }
        match self.guarda() {
            Sguardo::Ancora => None,
            Sguardo::Fine(fine, dopo) => {
                let record = self.resto().get(..fine).unwrap_or_default().to_vec();
                // A line cut off at its longest goes on where nobody reads.
                self.salta = fine == dopo && !(self.finito && dopo == self.resto().len());
                self.letti += dopo;
                self.cercati = (0, Dove::Inizio);
                self.malformata = false;
                Some(record)
            }
        }
    }

    fn resto(&self) -> &[u8] {
        self.attesa.get(self.letti..).unwrap_or_default()
    }

    /// Skips up to the next line end; whether it was found.
    fn salta_riga(&mut self) -> bool {
        match self.resto().iter().position(|b| *b == b'\n') {
            Some(i) => {
                self.letti += i + 1;
                self.salta = false;
                true
            }
            None => {
                self.letti = self.attesa.len();
                false
            }
        }
    }

    fn guarda(&mut self) -> Sguardo {
        if !self.malformata {
            match self.ben_formata() {
                Some(s) => return s,
                None => self.malformata = true,
            }
            self.cercati = (0, Dove::Inizio);
        }
        let da = self.cercati.0;
        let resto = self.resto();
        let trovato = resto.get(da..).unwrap_or_default().iter().position(|b| *b == b'\n').map(|i| da + i);
        match trovato {
            Some(i) if i <= RECORD_MASSIMO => Sguardo::Fine(senza_cr(resto, i), i + 1),
            _ if resto.len() > RECORD_MASSIMO => Sguardo::Fine(RECORD_MASSIMO, RECORD_MASSIMO),
            _ if self.finito => self.in_fondo(),
            _ => {
                self.cercati.0 = self.resto().len();
                Sguardo::Ancora
            }
        }
    }

    fn in_fondo(&self) -> Sguardo {
        let tutti = self.resto().len();
        if tutti == 0 { Sguardo::Ancora } else { Sguardo::Fine(senza_cr(self.resto(), tutti), tutti) }
    }

    /// The end of the record by the rules of quoting; `None` when it breaks them.
    fn ben_formata(&mut self) -> Option<Sguardo> {
        let (da, mut dove) = self.cercati;
        let separatore = self.separatore;
        let mut trovata = None;
        for (i, b) in self.resto().iter().enumerate().skip(da) {
            if i > RECORD_MASSIMO {
                return None;
            }
            dove = match (dove, *b) {
                (Dove::Inizio, b'"') => Dove::Chiusa,
                (Dove::Chiusa, b'"') => Dove::Virgolette,
                (Dove::Virgolette, b'"') | (Dove::Chiusa, _) => Dove::Chiusa,
                (_, b'\n') => {
                    trovata = Some(i);
                    break;
                }
                (_, b) if b == separatore => Dove::Inizio,
                // Blanks between the closing quote and the separator are forgiven.
                (Dove::Virgolette, b' ' | b'\r') => Dove::Virgolette,
                (Dove::Virgolette, _) => return None,
                (Dove::Inizio | Dove::Nuda, _) => Dove::Nuda,
            };
        }
        if let Some(i) = trovata {
            return Some(Sguardo::Fine(senza_cr(self.resto(), i), i + 1));
        }
        self.cercati = (self.resto().len(), dove);
        match dove {
            Dove::Chiusa if self.finito => None,
            _ if self.finito => Some(self.in_fondo()),
            _ => Some(Sguardo::Ancora),
        }
    }
}

/// The end of a line without its carriage return.
fn senza_cr(resto: &[u8], fine: usize) -> usize {
    match fine.checked_sub(1).and_then(|i| resto.get(i)) {
        Some(b'\r') => fine - 1,
        _ => fine,
    }
}

#[cfg(test)]
#[path = "csv_test.rs"]
mod tests;
