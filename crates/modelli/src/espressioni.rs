//! Expressions, read as they are found: where one ends depends on what it is in.

use crate::decimale::Decimale;
use crate::errori::ErroreModello;
use crate::sintassi::{Espressione, Nodo, Operatore, PROFONDITA};

/// What ends an expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Fine {
    /// `>` or `/>`.
    Tag,
    /// `}`.
    Graffa,
}

type Esito<T> = Result<T, ErroreModello>;

/// A place in a template.
pub(crate) struct Cursore<'a> {
    testo: &'a str,
    posto: usize,
    riga: usize,
    /// Open brackets: inside them `>` is an operator.
    aperte: usize,
    dentro: usize,
}

impl<'a> Cursore<'a> {
    pub(crate) fn nuovo(testo: &'a str, riga: usize) -> Self {
        Self { testo, posto: 0, riga, aperte: 0, dentro: 0 }
    }

    pub(crate) fn resto(&self) -> &'a str {
        self.testo.get(self.posto..).unwrap_or_default()
    }

    pub(crate) fn riga(&self) -> usize {
        self.riga
    }

    pub(crate) fn avanza(&mut self, byte: usize) {
        let passati = self.resto().get(..byte).unwrap_or_else(|| self.resto());
        self.riga += passati.bytes().filter(|b| *b == b'\n').count();
        self.posto += passati.len();
    }

    pub(crate) fn mangia(&mut self, segno: &str) -> bool {
        let c_e = self.resto().starts_with(segno);
        if c_e {
            self.avanza(segno.len());
        }
        c_e
    }

    pub(crate) fn salta_spazi(&mut self) {
        loop {
            let resto = self.resto();
            let spazi = resto.len() - resto.trim_start().len();
            if spazi > 0 {
                self.avanza(spazi);
            } else if resto.starts_with("<#--") {
                // A comment may stand in an expression.
                match resto.find("-->") {
                    Some(n) => self.avanza(n + 3),
                    None => return,
                }
            } else {
                return;
            }
        }
    }

    pub(crate) fn nome(&mut self) -> Option<String> {
        let resto = self.resto();
        let primo = |c: char| c.is_alphabetic() || matches!(c, '_' | '$' | '@');
        let lungo = resto
            .char_indices()
            .find(|(i, c)| !(primo(*c) || (*i > 0 && c.is_numeric())))
            .map_or(resto.len(), |(i, _)| i);
        let nome = resto.get(..lungo).filter(|n| !n.is_empty())?.to_owned();
        self.avanza(lungo);
        Some(nome)
    }

    /// Whether what is being read ends here.
    pub(crate) fn finito(&self, fine: Fine) -> bool {
        let resto = self.resto();
        match fine {
            Fine::Tag => resto.starts_with('>') || resto.starts_with("/>"),
            Fine::Graffa => resto.starts_with('}'),
        }
    }

    pub(crate) fn chiudi(&mut self, fine: Fine) -> Esito<()> {
        self.salta_spazi();
        let chiuso = match fine {
            Fine::Tag => self.mangia("/>") || self.mangia(">"),
            Fine::Graffa => self.mangia("}"),
        };
        if chiuso { Ok(()) } else { Err(self.inatteso(if fine == Fine::Tag { ">" } else { "}" })) }
    }

    fn inatteso(&self, atteso: &str) -> ErroreModello {
        let qui: String = self.resto().chars().take(20).collect();
        let qui = if qui.is_empty() { "la fine del modello".to_owned() } else { format!("[{qui}]") };
        ErroreModello::modello(self.riga, format!("atteso {atteso}, trovato {qui}"))
    }

    fn crea(&self, riga: usize, profonda: usize, nodo: Nodo) -> Esito<Espressione> {
        if profonda >= PROFONDITA {
            return Err(ErroreModello::limite(riga, "espressione con troppi termini uno dentro l'altro"));
        }
        Ok(Espressione { riga, profonda: profonda + 1, nodo })
    }

    pub(crate) fn espressione(&mut self, fine: Fine) -> Esito<Espressione> {
        self.dentro += 1;
        if self.dentro > PROFONDITA {
            return Err(ErroreModello::limite(
                self.riga,
                "espressione con troppi termini uno dentro l'altro",
            ));
        }
        let e = self.livello(0, fine);
        self.dentro -= 1;
        e
    }

    /// Binary operators, weakest first.
    fn livello(&mut self, quale: usize, fine: Fine) -> Esito<Espressione> {
        if quale == 4 {
            return self.intervallo(fine);
        }
        if quale == LIVELLI.len() {
            return self.unaria(fine);
        }
        let mut a = self.livello(quale + 1, fine)?;
        loop {
            self.salta_spazi();
            let riga = self.riga;
            let Some(o) = self.operatore(quale, fine) else { return Ok(a) };
            let b = self.livello(quale + 1, fine)?;
            let profonda = a.profonda.max(b.profonda);
            a = self.crea(riga, profonda, Nodo::Due(o, Box::new(a), Box::new(b)))?;
            // They do not chain.
            if matches!(quale, 2 | 3) {
                return Ok(a);
            }
        }
    }

    fn operatore(&mut self, quale: usize, fine: Fine) -> Option<Operatore> {
        for (segno, o) in LIVELLI.get(quale).copied().unwrap_or_default() {
            if !self.resto().starts_with(segno) {
                continue;
            }
            let fuori = fine == Fine::Tag && self.aperte == 0;
            if fuori && (segno.starts_with('>') || self.resto().starts_with("/>")) {
                return None;
            }
            // A word ends where another does not go on.
            let parola = segno.starts_with(char::is_alphabetic);
            let dopo = self.resto().get(segno.len()..).and_then(|r| r.chars().next());
            if parola && dopo.is_some_and(|c| c.is_alphanumeric() || c == '_') {
                continue;
            }
            self.avanza(segno.len());
            return Some(*o);
        }
        None
    }

    fn intervallo(&mut self, fine: Fine) -> Esito<Espressione> {
        let a = self.livello(5, fine)?;
        self.salta_spazi();
        let riga = self.riga;
        if !self.resto().starts_with("..") {
            return Ok(a);
        }
        self.avanza(2);
        if self.resto().starts_with(['<', '*', '!']) {
            return Err(ErroreModello::modello(riga, "intervalli ..< ..* ..! non previsti"));
        }
        self.salta_spazi();
        let b = if self.comincia(fine) { Some(Box::new(self.livello(5, fine)?)) } else { None };
        let profonda = a.profonda.max(b.as_ref().map_or(0, |b| b.profonda));
        self.crea(riga, profonda, Nodo::Intervallo(Box::new(a), b))
    }

    /// Whether an expression may begin here.
    fn comincia(&self, fine: Fine) -> bool {
        let resto = self.resto();
        let primo = resto.chars().next();
        !self.finito(fine)
            && primo.is_some_and(|c| {
                c.is_alphanumeric() || matches!(c, '_' | '$' | '@' | '"' | '\'' | '(' | '[' | '{' | '-' | '+')
            })
            && !["as ", "gt ", "gte ", "lt ", "lte "].iter().any(|p| resto.starts_with(p))
            || (resto.starts_with('!') && !resto.starts_with("!="))
    }

    fn unaria(&mut self, fine: Fine) -> Esito<Espressione> {
        self.salta_spazi();
        let riga = self.riga;
        self.dentro += 1;
        if self.dentro > PROFONDITA {
            return Err(ErroreModello::limite(riga, "espressione con troppi termini uno dentro l'altro"));
        }
        let e = if self.mangia("!") {
            let e = self.unaria(fine)?;
            self.crea(riga, e.profonda, Nodo::Non(Box::new(e)))
        } else if self.resto().starts_with(['-', '+']) {
            let meno = self.mangia("-");
            if !meno {
                self.mangia("+");
            }
            let e = self.unaria(fine)?;
            self.crea(riga, e.profonda, Nodo::Segno(meno, Box::new(e)))
        } else {
            self.con_coda(fine)
        };
        self.dentro -= 1;
        e
    }

    /// A term with its members, calls, built-ins and defaults.
    fn con_coda(&mut self, fine: Fine) -> Esito<Espressione> {
        let mut e = self.termine()?;
        loop {
            // Blanks may stand before a point or a bracket, not before a default.
            self.salta_spazi();
            let riga = self.riga;
            let resto = self.resto();
            let profonda = e.profonda;
            if resto.starts_with("..") {
                return Ok(e);
            } else if self.mangia(".") {
                self.salta_spazi();
                let nome = self.nome().ok_or_else(|| self.inatteso("un nome dopo il punto"))?;
                e = self.crea(riga, profonda, Nodo::Membro(Box::new(e), nome))?;
            } else if self.mangia("[") {
                self.aperte += 1;
                let i = self.espressione(fine)?;
                self.salta_spazi();
                if !self.mangia("]") {
                    return Err(self.inatteso("]"));
                }
                self.aperte -= 1;
                let profonda = profonda.max(i.profonda);
                e = self.crea(riga, profonda, Nodo::Indice(Box::new(e), Box::new(i)))?;
            } else if self.mangia("(") {
                let v = self.elenco(fine, ")")?;
                let profonda = v.iter().map(|a| a.profonda).max().unwrap_or(0).max(profonda);
                e = self.crea(riga, profonda, Nodo::Chiamata(Box::new(e), v))?;
            } else if self.mangia("??") {
                e = self.crea(riga, profonda, Nodo::Esiste(Box::new(e)))?;
            } else if self.mangia("?") {
                self.salta_spazi();
                let nome = self.nome().ok_or_else(|| self.inatteso("un nome dopo ?"))?;
                e = self.crea(riga, profonda, Nodo::Incorporato(Box::new(e), nome))?;
            } else if resto.starts_with('!') && !resto.starts_with("!=") {
                self.avanza(1);
                self.salta_spazi();
                let d = if self.comincia(fine) && !self.altra_assegnazione() {
                    Some(Box::new(self.espressione(fine)?))
                } else {
                    None
                };
                let profonda = profonda.max(d.as_ref().map_or(0, |d| d.profonda));
                e = self.crea(riga, profonda, Nodo::Predefinito(Box::new(e), d))?;
            } else {
                return Ok(e);
            }
        }
    }

    /// `x! y = 1`: the name of the next assignment, not a default.
    fn altra_assegnazione(&self) -> bool {
        let mut c = Cursore::nuovo(self.resto(), self.riga);
        c.nome().is_some() && {
            c.salta_spazi();
            c.resto().starts_with('=') && !c.resto().starts_with("==")
        }
    }

    /// Expressions between commas, up to `fine_elenco`.
    fn elenco(&mut self, fine: Fine, fine_elenco: &str) -> Esito<Vec<Espressione>> {
        let mut v = Vec::new();
        self.aperte += 1;
        loop {
            self.salta_spazi();
            if self.mangia(fine_elenco) {
                break;
            }
            if !v.is_empty() && !self.mangia(",") {
                return Err(self.inatteso(fine_elenco));
            }
            v.push(self.espressione(fine)?);
        }
        self.aperte -= 1;
        Ok(v)
    }

    fn termine(&mut self) -> Esito<Espressione> {
        self.salta_spazi();
        let riga = self.riga;
        if let Some(l) = self.letterale()? {
            return Ok(l);
        }
        if self.mangia("(") {
            self.aperte += 1;
            let e = self.espressione(Fine::Graffa)?;
            self.salta_spazi();
            if !self.mangia(")") {
                return Err(self.inatteso(")"));
            }
            self.aperte -= 1;
            return self.crea(riga, e.profonda, Nodo::Parentesi(Box::new(e)));
        }
        if self.mangia("[") {
            let v = self.elenco(Fine::Graffa, "]")?;
            let profonda = v.iter().map(|a| a.profonda).max().unwrap_or(0);
            return self.crea(riga, profonda, Nodo::Lista(v));
        }
        if self.mangia("{") {
            return self.mappa(riga);
        }
        match self.nome() {
            Some(n) if n == "true" => self.crea(riga, 0, Nodo::Vero(true)),
            Some(n) if n == "false" => self.crea(riga, 0, Nodo::Vero(false)),
            Some(n) => self.crea(riga, 0, Nodo::Nome(n)),
            None => Err(self.inatteso("un'espressione")),
        }
    }

    fn mappa(&mut self, riga: usize) -> Esito<Espressione> {
        let mut coppie = Vec::new();
        let mut profonda = 0;
        self.aperte += 1;
        loop {
            self.salta_spazi();
            if self.mangia("}") {
                break;
            }
            if !coppie.is_empty() && !self.mangia(",") {
                return Err(self.inatteso("}"));
            }
            let k = self.espressione(Fine::Graffa)?;
            self.salta_spazi();
            if !self.mangia(":") {
                return Err(self.inatteso(":"));
            }
            let v = self.espressione(Fine::Graffa)?;
            profonda = profonda.max(k.profonda).max(v.profonda);
            coppie.push((k, v));
        }
        self.aperte -= 1;
        self.crea(riga, profonda, Nodo::Mappa(coppie))
    }

    /// A number or a text.
    pub(crate) fn letterale(&mut self) -> Esito<Option<Espressione>> {
        let riga = self.riga;
        let resto = self.resto();
        let grezzo = resto.starts_with("r\"") || resto.starts_with("r'");
        if grezzo {
            self.avanza(1);
        }
        match self.resto().chars().next() {
            Some(q @ ('"' | '\'')) => {
                self.avanza(1);
                let fine = self.fine_testo(q, grezzo)?;
                let dentro = self.resto().get(..fine).unwrap_or_default();
                self.avanza(fine + 1);
                if grezzo {
                    return self.crea(riga, 0, Nodo::Testo(dentro.to_owned())).map(Some);
                }
                self.composto(dentro, riga).map(Some)
            }
            Some(c) if c.is_ascii_digit() => {
                let resto = self.resto();
                let intere = resto.bytes().take_while(u8::is_ascii_digit).count();
                let coda = resto.get(intere..).unwrap_or_default();
                let frazione = match coda.strip_prefix('.') {
                    Some(r) => r.bytes().take_while(u8::is_ascii_digit).count(),
                    None => 0,
                };
                let lungo = if frazione > 0 { intere + 1 + frazione } else { intere };
                let n = resto.get(..lungo).and_then(Decimale::leggi);
                let n = n.ok_or_else(|| ErroreModello::modello(riga, "numero troppo grande"))?;
                self.avanza(lungo);
                self.crea(riga, 0, Nodo::Numero(n)).map(Some)
            }
            _ => Ok(None),
        }
    }

    fn fine_testo(&self, q: char, grezzo: bool) -> Esito<usize> {
        let mut barra = false;
        for (i, c) in self.resto().char_indices() {
            if barra {
                barra = false;
            } else if c == '\\' && !grezzo {
                barra = true;
            } else if c == q {
                return Ok(i);
            }
        }
        Err(ErroreModello::modello(self.riga, "testo senza la virgoletta finale"))
    }

    /// A text with its escapes, and what is printed in it.
    fn composto(&mut self, dentro: &str, riga: usize) -> Esito<Espressione> {
        let mut parti = Vec::new();
        let mut testo = String::new();
        let mut c = Cursore { testo: dentro, posto: 0, riga, aperte: 0, dentro: self.dentro + 1 };
        while let Some(primo) = c.resto().chars().next() {
            if c.mangia("${") {
                let e = c.espressione(Fine::Graffa)?;
                c.chiudi(Fine::Graffa)?;
                parti.push(self.crea(riga, 0, Nodo::Testo(std::mem::take(&mut testo)))?);
                parti.push(e);
            } else if primo == '\\' {
                c.avanza(1);
                testo.push(c.scappato()?);
            } else {
                testo.push(primo);
                c.avanza(primo.len_utf8());
            }
        }
        if parti.is_empty() {
            return self.crea(riga, 0, Nodo::Testo(testo));
        }
        parti.push(self.crea(riga, 0, Nodo::Testo(testo))?);
        let profonda = parti.iter().map(|p| p.profonda).max().unwrap_or(0);
        self.crea(riga, profonda, Nodo::Composto(parti))
    }

    /// After a backslash.
    fn scappato(&mut self) -> Esito<char> {
        let riga = self.riga;
        let ignoto = |c| ErroreModello::modello(riga, format!("\\{c} non previsto in un testo"));
        let c = self.resto().chars().next().unwrap_or(' ');
        self.avanza(c.len_utf8());
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\u{c}',
            'b' => '\u{8}',
            'g' => '>',
            'l' => '<',
            'a' => '&',
            '"' | '\'' | '\\' | '{' | '$' | '=' => c,
            'x' => {
                let cifre = self.resto().bytes().take(4).take_while(u8::is_ascii_hexdigit).count();
                let n = self.resto().get(..cifre).and_then(|t| u32::from_str_radix(t, 16).ok());
                self.avanza(cifre);
                n.and_then(char::from_u32).ok_or_else(|| ignoto('x'))?
            }
            altro => return Err(ignoto(altro)),
        })
    }
}

type Segni = &'static [(&'static str, Operatore)];

/// Longer signs before those they begin with. The fifth level is that of ranges.
const LIVELLI: [Segni; 7] = [
    &[("||", Operatore::Oppure)],
    &[("&&", Operatore::E), ("&amp;&amp;", Operatore::E)],
    &[("==", Operatore::Uguale), ("!=", Operatore::Diverso), ("=", Operatore::Uguale)],
    &[
        ("gte", Operatore::MaggioreUguale),
        ("lte", Operatore::MinoreUguale),
        ("gt", Operatore::Maggiore),
        ("lt", Operatore::Minore),
        ("&gt;=", Operatore::MaggioreUguale),
        ("&lt;=", Operatore::MinoreUguale),
        ("&gt;", Operatore::Maggiore),
        ("&lt;", Operatore::Minore),
        (">=", Operatore::MaggioreUguale),
        ("<=", Operatore::MinoreUguale),
        (">", Operatore::Maggiore),
        ("<", Operatore::Minore),
    ],
    &[],
    &[("+", Operatore::Piu), ("-", Operatore::Meno)],
    &[("*", Operatore::Per), ("/", Operatore::Diviso), ("%", Operatore::Modulo)],
];
