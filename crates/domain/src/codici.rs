//! Identifiers of the wire: each a type that cannot hold a text that its pattern refuses.

use std::fmt;

/// A text that does not respect the pattern of its identifier.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("valore non conforme al pattern {pattern}")]
pub struct CodiceNonValido {
    /// The pattern, as the messages of the API quote it.
    pub pattern: &'static str,
}

macro_rules! identificativo {
    ($(#[$doc:meta])* $nome:ident, $pattern:literal, $valido:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $nome(String);

        impl $nome {
            /// The pattern that the whole text matches.
            pub const PATTERN: &'static str = $pattern;

            /// Takes a text that matches [`Self::PATTERN`].
            ///
            /// # Errors
            /// [`CodiceNonValido`] when it does not.
            pub fn leggi(testo: impl Into<String>) -> Result<Self, CodiceNonValido> {
                let testo = testo.into();
                let valido: fn(&str) -> bool = $valido;
                if valido(&testo) { Ok(Self(testo)) } else { Err(CodiceNonValido { pattern: $pattern }) }
            }

            /// Takes a text that is known to be right because we wrote it (a row of our database).
            #[must_use]
            pub fn fidato(testo: impl Into<String>) -> Self {
                Self(testo.into())
            }

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $nome {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl AsRef<str> for $nome {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl std::borrow::Borrow<str> for $nome {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $nome {
            fn eq(&self, altro: &str) -> bool {
                self.0 == altro
            }
        }
    };
}

/// Whether a text has `min..=max` characters, all accepted by `carattere`.
fn fatto_di(testo: &str, min: usize, max: usize, carattere: fn(char) -> bool) -> bool {
    testo.len() >= min && testo.len() <= max && testo.chars().all(carattere)
}

fn parola(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

fn parola_punto(c: char) -> bool {
    parola(c) || c == '.'
}

identificativo!(
    /// Fiscal code of a creditor body (dominio) or of an intermediario: 11 digits.
    IdDominio, "[0-9]{11}", |t| fatto_di(t, 11, 11, |c| c.is_ascii_digit())
);
identificativo!(
    /// Identifier of a management system (applicazione).
    IdA2A, "[a-zA-Z0-9\\-_]{1,35}", |t| fatto_di(t, 1, 35, parola)
);
identificativo!(
    /// Identifier of a pendenza inside its applicazione.
    IdPendenza, "[a-zA-Z0-9\\-_]{1,35}", |t| fatto_di(t, 1, 35, parola)
);
identificativo!(
    /// Identifier of an unita operativa inside its dominio.
    IdUnita, "[a-zA-Z0-9\\-_]{1,35}", |t| fatto_di(t, 1, 35, parola)
);
identificativo!(
    /// Identifier of a tipo pendenza.
    IdTipoPendenza, "[a-zA-Z0-9\\-_.]{1,35}", |t| fatto_di(t, 1, 35, parola_punto)
);
identificativo!(
    /// Identifier of an entrata.
    IdEntrata, "[a-zA-Z0-9\\-_.]{1,35}", |t| fatto_di(t, 1, 35, parola_punto)
);
identificativo!(
    /// Identifier of a stazione: `{intermediario}_{code}`.
    IdStazione, "[0-9]{11}_[0-9]{2}", |t| {
        t.len() == 14
            && t.bytes().enumerate().all(|(i, b)| if i == 11 { b == b'_' } else { b.is_ascii_digit() })
    }
);
identificativo!(
    /// An IBAN as the contract accepts it: pattern only, no checksum (spec 10 section 5).
    Iban, "[a-zA-Z]{2}[0-9]{2}[a-zA-Z0-9]{1,30}", |t| {
        let b = t.as_bytes();
        (5..=34).contains(&b.len())
            && b.iter().take(2).all(u8::is_ascii_alphabetic)
            && b.iter().skip(2).take(2).all(u8::is_ascii_digit)
            && b.iter().skip(4).all(u8::is_ascii_alphanumeric)
    }
);

impl IdStazione {
    /// The two digits after the underscore: the application code of aux digit 0 (spec 10 5.1).
    #[must_use]
    pub fn application_code(&self) -> u8 {
        self.0.get(12..14).and_then(|c| c.parse().ok()).unwrap_or(0)
    }

    /// The number part before the underscore.
    #[must_use]
    pub fn intermediario(&self) -> &str {
        self.0.get(..11).unwrap_or_default()
    }
}

/// Whether a payment reference is a valid ISO 11649 creditor reference: `RF`, two check digits,
/// mod 97 (spec 40 6.3).
#[must_use]
pub fn riferimento_iso11649(testo: &str) -> bool {
    let b = testo.as_bytes();
    if !(5..=25).contains(&b.len()) || !testo.is_ascii() || !testo.starts_with("RF") {
        return false;
    }
    let (Some(testa), Some(corpo)) = (b.get(..4), b.get(4..)) else { return false };
    let mut resto = 0_u32;
    for c in corpo.iter().chain(testa) {
        let v = match c {
            b'0'..=b'9' => u32::from(c - b'0'),
            b'A'..=b'Z' => u32::from(c - b'A') + 10,
            b'a'..=b'z' => u32::from(c - b'a') + 10,
            _ => return false,
        };
        resto = if v > 9 { (resto * 100 + v) % 97 } else { (resto * 10 + v) % 97 };
    }
    resto == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gli_identificativi_rispettano_il_pattern_intero() {
        assert!(IdDominio::leggi("12345678901").is_ok());
        for t in ["1234567890", "123456789012", "1234567890a", " 12345678901"] {
            assert!(IdDominio::leggi(t).is_err(), "{t}");
        }
        assert!(IdA2A::leggi("A2A-1_x").is_ok());
        assert!(IdA2A::leggi("a.b").is_err());
        assert!(IdEntrata::leggi("a.b").is_ok());
        assert!(IdPendenza::leggi("x".repeat(36)).is_err());
        assert!(IdPendenza::leggi("è").is_err());
        assert!(Iban::leggi("IT02L1234512345123456789012").is_ok());
        assert!(Iban::leggi("IT0").is_err());
    }

    #[test]
    fn la_stazione_porta_il_suo_application_code() {
        let s = IdStazione::leggi("11111111113_01").expect("valida");
        assert_eq!((s.application_code(), s.intermediario()), (1, "11111111113"));
        assert!(IdStazione::leggi("11111111113-01").is_err());
    }

    #[test]
    fn il_riferimento_rf_ha_il_resto_97() {
        assert!(riferimento_iso11649("RF18539007547034"));
        assert!(!riferimento_iso11649("RF19539007547034"));
        assert!(!riferimento_iso11649("01000000001234519"));
    }
}
