//! Subjects of certificates, compared attribute by attribute (spec 10 2.1, spec 40 1.3).

/// A distinguished name as a set of `attribute=value` pairs. Order, spacing, the separator (`,` or
/// `/`) and the case of attribute names do not matter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NomeDistinto(Vec<(String, String)>);

impl NomeDistinto {
    /// Reads `CN=x, O=y` (RFC 2253, either order) or `/O=y/CN=x` (OpenSSL). `None` when the text has
    /// no pair at all, or a part that is not one.
    #[must_use]
    pub fn leggi(testo: &str) -> Option<Self> {
        let testo = testo.trim();
        let separatore = if testo.starts_with('/') { '/' } else { ',' };
        let mut coppie = Vec::new();
        for parte in spezza(testo, separatore) {
            // A value may hold the separator unescaped, as OpenSSL writes `/O=A/B`: a part without
            // `=` belongs to the value before it.
            match (parte.split_once('='), coppie.last_mut()) {
                (Some((nome, valore)), _) if attributo(nome) => {
                    coppie.push((nome.trim().to_ascii_uppercase(), pulito(valore)));
                }
                (_, Some((_, valore))) => {
                    valore.push(separatore);
                    valore.push_str(&pulito(&parte));
                }
                (_, None) if parte.trim().is_empty() => {}
                (_, None) => return None,
            }
        }
        coppie.sort();
        coppie.dedup();
        if coppie.is_empty() { None } else { Some(Self(coppie)) }
    }

    /// Whether every pair of this name is in the other (spec 40 1.3: the caller's in the configured).
    #[must_use]
    pub fn contenuto_in(&self, altro: &Self) -> bool {
        self.0.iter().all(|c| altro.0.contains(c))
    }
}

/// Names of attributes are letters, digits, dots and dashes (`CN`, `2.5.4.5`).
fn attributo(nome: &str) -> bool {
    let nome = nome.trim();
    !nome.is_empty() && nome.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
}

/// Parts between separators that are neither escaped nor inside quotes. A `+` joins the attributes
/// of one part and is read as a separator too.
fn spezza(testo: &str, separatore: char) -> Vec<String> {
    let mut parti = vec![String::new()];
    let mut virgolette = false;
    let mut escape = false;
    for c in testo.chars() {
        let piu = c == '+' && separatore == ',';
        if !escape && !virgolette && (c == separatore || piu) {
            parti.push(String::new());
            continue;
        }
        if !escape && c == '"' {
            virgolette = !virgolette;
        }
        escape = !escape && c == '\\';
        if let Some(ultima) = parti.last_mut() {
            ultima.push(c);
        }
    }
    parti
}

/// A value without quotes, escapes, outer and repeated blanks.
fn pulito(valore: &str) -> String {
    let mut testo = String::new();
    let mut escape = false;
    for c in valore.chars() {
        if !escape && c == '\\' {
            escape = true;
            continue;
        }
        if escape || c != '"' {
            testo.push(c);
        }
        escape = false;
    }
    testo.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(t: &str) -> NomeDistinto {
        NomeDistinto::leggi(t).unwrap()
    }

    #[test]
    fn ordine_spazi_e_separatore_non_contano() {
        let atteso = n("CN=gestionale, O=Ente Creditore, C=IT");
        for t in [
            "C=IT,O=Ente Creditore,CN=gestionale",
            "/C=IT/O=Ente Creditore/CN=gestionale",
            "cn = gestionale ,o=Ente  Creditore, c=IT",
            "CN=\"gestionale\",O=Ente Creditore,C=IT",
            "CN=gestionale+O=Ente Creditore,C=IT",
        ] {
            assert_eq!(n(t), atteso, "{t}");
        }
        assert_ne!(n("CN=Gestionale, O=Ente Creditore, C=IT"), atteso);
        assert_ne!(n("CN=gestionale"), atteso);
    }

    #[test]
    fn i_separatori_dentro_i_valori_restano() {
        assert_eq!(n(r"O=Rossi\, Bianchi,CN=x"), n("O=\"Rossi, Bianchi\",CN=x"));
        assert_eq!(n("/O=A/B/CN=x"), n("CN=x,O=A/B"));
    }

    #[test]
    fn il_chiamante_deve_stare_nel_configurato() {
        assert!(n("CN=x,O=y").contenuto_in(&n("C=IT,O=y,CN=x")));
        assert!(!n("CN=x,O=z").contenuto_in(&n("C=IT,O=y,CN=x")));
        for no in ["", "gpadmin", "/", ",", "a b=c"] {
            assert_eq!(NomeDistinto::leggi(no), None, "{no}");
        }
    }
}
