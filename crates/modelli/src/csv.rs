//! Lines of a CSV: `CSVFormat`, `CSVUtils` and their records.

/// Separator and quote of lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Formato {
    pub(crate) separatore: char,
    pub(crate) virgolette: Option<char>,
}

impl Default for Formato {
    fn default() -> Self {
        Self { separatore: ',', virgolette: Some('"') }
    }
}

/// The cells of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Riga(pub(crate) Vec<String>);

impl Formato {
    /// One record. A quoted cell may hold separators, line ends and doubled quotes; a quote elsewhere is
    /// an ordinary character. `None` when a quoted cell never ends, or something follows its end.
    pub(crate) fn leggi(self, linea: &str) -> Option<Riga> {
        let linea = linea.trim_end_matches(['\r', '\n']);
        let linea = linea.strip_prefix('\u{feff}').unwrap_or(linea);
        let mut celle = Vec::new();
        let mut caratteri = linea.chars().peekable();
        loop {
            let mut cella = String::new();
            if self.virgolette.is_some() && caratteri.peek().copied() == self.virgolette {
                caratteri.next();
                loop {
                    match caratteri.next() {
                        None => return None,
                        Some(c) if Some(c) == self.virgolette => {
                            if caratteri.peek().copied() == self.virgolette {
                                caratteri.next();
                                cella.push(c);
                            } else {
                                break;
                            }
                        }
                        Some(c) => cella.push(c),
                    }
                }
                while caratteri.peek().is_some_and(|c| *c == ' ' && *c != self.separatore) {
                    caratteri.next();
                }
                if caratteri.peek().is_some_and(|c| *c != self.separatore) {
                    return None;
                }
            } else {
                while let Some(c) = caratteri.next_if(|c| *c != self.separatore) {
                    cella.push(c);
                }
            }
            celle.push(cella);
            if caratteri.next().is_none() {
                return Some(Riga(celle));
            }
        }
    }

    /// One record, quoted where it must be.
    pub(crate) fn scrivi<'a>(self, celle: impl Iterator<Item = &'a str>) -> String {
        let mut riga = String::new();
        for (i, cella) in celle.enumerate() {
            if i > 0 {
                riga.push(self.separatore);
            }
            let da_chiudere = cella.contains(self.separatore)
                || cella.contains(['\r', '\n'])
                || cella.starts_with([' ', '#'])
                || cella.ends_with(' ')
                || (i == 0 && cella.is_empty())
                || self.virgolette.is_some_and(|v| cella.contains(v));
            match self.virgolette {
                Some(v) if da_chiudere => {
                    riga.push(v);
                    riga.push_str(&cella.replace(v, &format!("{v}{v}")));
                    riga.push(v);
                }
                _ => riga.push_str(cella),
            }
        }
        riga
    }
}

impl Riga {
    pub(crate) fn cella(&self, i: usize) -> Option<&str> {
        self.0.get(i).map(String::as_str)
    }

    /// True beyond the end.
    pub(crate) fn vuota(&self, i: usize) -> bool {
        self.cella(i).is_none_or(|c| c.trim().is_empty())
    }

    /// Cells joined by a blank and trimmed.
    pub(crate) fn unite(&self, quali: &[usize]) -> String {
        let celle: Vec<&str> = quali.iter().map(|i| self.cella(*i).unwrap_or_default()).collect();
        celle.join(" ").trim().to_owned()
    }
}
