//! Bound values. Only three types, each with a typed NULL, so that one SQL text serves both
//! databases: PostgreSQL must know the type of a NULL parameter, and SQLite tables are `STRICT`.

use crate::StoreError;
use domain::{Importo, Istante};
use jiff::civil::Date;

/// A value bound to a parameter (`$1`) of a statement.
#[derive(Clone, PartialEq, Eq)]
pub enum Valore {
    /// `BIGINT`: ids, cents, instants in microseconds, booleans as 0/1.
    Intero(Option<i64>),
    /// `TEXT`; calendar dates as `yyyy-MM-dd`.
    Testo(Option<String>),
    /// `BYTEA` / `BLOB`.
    Byte(Option<Vec<u8>>),
}

/// Values may be personal data: only their kind is shown.
impl std::fmt::Debug for Valore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Intero(None) | Self::Testo(None) | Self::Byte(None) => "NULL",
            Self::Intero(_) => "Intero",
            Self::Testo(_) => "Testo",
            Self::Byte(_) => "Byte",
        })
    }
}

/// Makes `Vec<Valore>` from anything that has a `From`.
///
/// ```
/// let v = store::valori![7, "IT", None::<i64>, true];
/// assert_eq!(v[3], store::Valore::Intero(Some(1)));
/// ```
#[macro_export]
macro_rules! valori {
    ($($v:expr),* $(,)?) => { ::std::vec![$($crate::Valore::from($v)),*] };
}

/// `From<T>` and `From<Option<T>>` for a type that maps onto one of the three.
macro_rules! da {
    ($($tipo:ty => $variante:ident($v:ident) $conv:expr;)*) => { $(
        impl From<$tipo> for Valore {
            fn from($v: $tipo) -> Self {
                Self::$variante(Some($conv))
            }
        }
        impl From<Option<$tipo>> for Valore {
            fn from(v: Option<$tipo>) -> Self {
                Self::$variante(v.map(|$v| $conv))
            }
        }
    )* };
}

da! {
    i64 => Intero(v) v;
    i32 => Intero(v) i64::from(v);
    u32 => Intero(v) i64::from(v);
    u16 => Intero(v) i64::from(v);
    u8 => Intero(v) i64::from(v);
    bool => Intero(v) i64::from(v);
    Importo => Intero(v) v.centesimi();
    Istante => Intero(v) v.micros();
    &str => Testo(v) v.to_owned();
    &String => Testo(v) v.clone();
    String => Testo(v) v;
    Date => Testo(v) v.to_string();
    Vec<u8> => Byte(v) v;
    &[u8] => Byte(v) v.to_vec();
    &Vec<u8> => Byte(v) v.clone();
}

impl From<&Self> for Valore {
    fn from(v: &Self) -> Self {
        v.clone()
    }
}

/// As many values as the highest `$n` of the text: SQLite would take a missing one as NULL, and
/// PostgreSQL's driver gives up the connection over it. Texts hold no `$` inside quotes.
pub(crate) fn combaciano(sql: &str, valori: &[Valore]) -> Result<(), StoreError> {
    let massimo = sql
        .split('$')
        .skip(1)
        .filter_map(|resto| {
            let fine = resto.find(|c: char| !c.is_ascii_digit()).unwrap_or(resto.len());
            resto.get(..fine)?.parse::<usize>().ok()
        })
        .max()
        .unwrap_or(0);
    if massimo == valori.len() {
        return Ok(());
    }
    tracing::error!(sql, parametri = massimo, valori = valori.len(), "parameters and values differ");
    Err(StoreError::Rotto(format!("{} valori per {massimo} parametri", valori.len())))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ogni_tipo_ha_il_suo_null() {
        assert_eq!(Valore::from(None::<&str>), Valore::Testo(None));
        assert_eq!(Valore::from(None::<Istante>), Valore::Intero(None));
        assert_eq!(Valore::from(None::<Vec<u8>>), Valore::Byte(None));
    }

    #[test]
    fn la_data_e_testo_ordinabile() {
        assert_eq!(Valore::from(jiff::civil::date(2026, 3, 9)), Valore::Testo(Some("2026-03-09".into())));
    }

    #[test]
    fn i_valori_sono_quanti_i_parametri() {
        let sql = "select * from t where a = $10 or b = $1 or c in ($2,$3)";
        assert!(combaciano(sql, &vec![Valore::from(1); 10]).is_ok());
        assert!(combaciano(sql, &valori![1, 2, 3]).is_err());
        assert!(combaciano("select 1", &[]).is_ok());
        assert!(combaciano("select 1", &valori![1]).is_err());
    }

    #[test]
    fn il_debug_non_mostra_i_dati() {
        assert_eq!(format!("{:?}", valori!["RSSMRA80A01H501U"]), "[Testo]");
    }
}
