use super::{Ambito, AmbitoDominio, Utenza};
use crate::avviso::{Segnaposto, risolvi_prefisso};
use crate::codici::IdStazione;
use crate::{IdDominio, IdTipoPendenza};

/// What a caller tried to give beyond his own scope (spec 10 4.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Eccesso {
    /// A body, an office, or `*`.
    Dominio,
    /// A type, `*`, or `autodeterminazione`.
    TipoPendenza,
}

/// Whether `chi` may give this scope to somebody: everything only if he has everything, each body
/// (or office) and type only if it is his. A whole body is more than some of its offices.
///
/// # Errors
/// [`Eccesso`]: the first part that is not his.
pub fn concedibile(
    chi: &Utenza,
    domini: &Ambito<AmbitoDominio>,
    tipi: &Ambito<IdTipoPendenza>,
    autodeterminazione: bool,
) -> Result<(), Eccesso> {
    let dominio_ok = match domini {
        Ambito::Tutti => chi.domini == Ambito::Tutti,
        Ambito::Solo(v) => v.iter().all(|a| match &a.unita {
            None => intero(&chi.domini, &a.dominio),
            Some(unita) => unita.iter().all(|u| chi.domini.comprende(a.dominio.as_str(), Some(u.as_str()))),
        }),
    };
    if !dominio_ok {
        return Err(Eccesso::Dominio);
    }
    let tutti_i_tipi = chi.tipi_pendenza == Ambito::Tutti;
    let tipo_ok = match tipi {
        Ambito::Tutti => tutti_i_tipi,
        Ambito::Solo(v) => v.iter().all(|t| chi.tipi_pendenza.comprende_tipo(t.as_str())),
    };
    if tipo_ok && (!autodeterminazione || tutti_i_tipi) { Ok(()) } else { Err(Eccesso::TipoPendenza) }
}

fn intero(ambito: &Ambito<AmbitoDominio>, dominio: &IdDominio) -> bool {
    match ambito {
        Ambito::Tutti => true,
        Ambito::Solo(v) => v.iter().any(|a| a.dominio == *dominio && a.unita.is_none()),
    }
}

/// Whether a stazione may belong to an intermediario: its number part is his code, its application
/// code is 01 to 99 (spec 10 section 5).
#[must_use]
pub fn stazione_di(stazione: &IdStazione, intermediario: &IdDominio) -> bool {
    stazione.intermediario() == intermediario.as_str() && stazione.application_code() >= 1
}

/// Checks an `iuvPrefix` with sample values: 1 to 13 digits, else the error carries what it became
/// (spec 10 5.2).
///
/// # Errors
/// The expanded prefix.
pub fn prefisso_iuv(modello: &str, anno: i16) -> Result<(), String> {
    let campione =
        Segnaposto { applicazione: Some("1111"), tipo_pendenza: Some("3333"), unita: Some("2222"), anno };
    let fatto = risolvi_prefisso(modello, campione);
    if (1..=13).contains(&fatto.len()) && fatto.bytes().all(|b| b.is_ascii_digit()) {
        Ok(())
    } else {
        Err(fatto)
    }
}

/// What a password of the API must look like, as its refusal quotes it (spec 10 2.2).
pub const PATTERN_PASSWORD: &str = r"^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\s]).{8,}$";

/// Whether a text respects [`PATTERN_PASSWORD`]. The upper bound of 255 characters is a rule apart.
#[must_use]
pub fn password_conforme(testo: &str) -> bool {
    let ha = |c: fn(char) -> bool| testo.chars().any(c);
    testo.chars().count() >= 8
        && ha(|c| c.is_ascii_lowercase())
        && ha(|c| c.is_ascii_uppercase())
        && ha(|c| c.is_ascii_digit())
        && !ha(char::is_whitespace)
}

/// The stricter rule for the password given at installation: also a character that is neither letter
/// nor digit.
#[must_use]
pub fn password_di_installazione(testo: &str) -> bool {
    password_conforme(testo) && testo.chars().any(|c| !c.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::IdUnita;
    use crate::anagrafica::TipoUtenza;

    fn uno(dominio: &str, unita: Option<&[&str]>) -> AmbitoDominio {
        AmbitoDominio {
            dominio: IdDominio::fidato(dominio),
            unita: unita.map(|u| u.iter().map(|x| IdUnita::fidato(*x)).collect()),
        }
    }

    fn tipi(v: &[&str]) -> Ambito<IdTipoPendenza> {
        Ambito::Solo(v.iter().map(|t| IdTipoPendenza::fidato(*t)).collect())
    }

    fn utenza(domini: Ambito<AmbitoDominio>, tipi_pendenza: Ambito<IdTipoPendenza>) -> Utenza {
        Utenza {
            principal: "x".into(),
            tipo: TipoUtenza::Operatore,
            password: Some("segretissima".into()),
            nome: "x".into(),
            acl: vec![],
            ruoli: vec![],
            domini,
            tipi_pendenza,
            abilitato: true,
        }
    }

    #[test]
    fn si_concede_solo_cio_che_si_ha() {
        let a = "12345678901";
        let b = "12345678902";
        let tutto = utenza(Ambito::Tutti, Ambito::Tutti);
        let di_a = utenza(Ambito::Solo(vec![uno(a, None)]), tipi(&["T"]));
        let di_u1 = utenza(Ambito::Solo(vec![uno(a, Some(&["U1"]))]), tipi(&[]));
        let niente = Ambito::default;
        for (chi, domini, t, autodet, atteso) in [
            (&tutto, Ambito::Tutti, Ambito::Tutti, true, Ok(())),
            (&di_a, Ambito::Tutti, niente_tipi(), false, Err(Eccesso::Dominio)),
            (&di_a, Ambito::Solo(vec![uno(a, None)]), tipi(&["T"]), false, Ok(())),
            (&di_a, Ambito::Solo(vec![uno(a, Some(&["U9"]))]), tipi(&["T"]), false, Ok(())),
            (&di_a, Ambito::Solo(vec![uno(b, None)]), tipi(&["T"]), false, Err(Eccesso::Dominio)),
            (&di_a, niente(), tipi(&["TT"]), false, Err(Eccesso::TipoPendenza)),
            (&di_a, niente(), Ambito::Tutti, false, Err(Eccesso::TipoPendenza)),
            (&di_a, niente(), niente_tipi(), true, Err(Eccesso::TipoPendenza)),
            (&di_u1, Ambito::Solo(vec![uno(a, Some(&["U1"]))]), niente_tipi(), false, Ok(())),
            (
                &di_u1,
                Ambito::Solo(vec![uno(a, Some(&["U1", "U2"]))]),
                niente_tipi(),
                false,
                Err(Eccesso::Dominio),
            ),
            (&di_u1, Ambito::Solo(vec![uno(a, None)]), niente_tipi(), false, Err(Eccesso::Dominio)),
        ] {
            assert_eq!(concedibile(chi, &domini, &t, autodet), atteso, "{domini:?} {t:?} {autodet}");
        }
    }

    fn niente_tipi() -> Ambito<IdTipoPendenza> {
        Ambito::default()
    }

    #[test]
    fn il_prefisso_ha_da_una_a_tredici_cifre() {
        for (modello, atteso) in [
            ("12", Ok(())),
            ("%(a)%(y)%(t)", Ok(())),
            ("%(a)%(u)%(p)", Ok(())),
            ("%(a)%(u)%(p)%(y)", Err("11112222333326".to_owned())),
            ("%(Y)%(a)%(u)0", Ok(())),
            ("", Err(String::new())),
            ("%({)", Err("%({)".to_owned())),
            ("12345678901234", Err("12345678901234".to_owned())),
        ] {
            assert_eq!(prefisso_iuv(modello, 2026), atteso, "{modello}");
        }
    }

    #[test]
    fn la_stazione_porta_il_codice_del_suo_intermediario() {
        let i = IdDominio::fidato("11111111113");
        for (s, atteso) in [("11111111113_01", true), ("11111111113_00", false), ("11111111114_01", false)] {
            assert_eq!(stazione_di(&IdStazione::fidato(s), &i), atteso, "{s}");
        }
    }

    #[test]
    fn la_password_ha_minuscole_maiuscole_cifre_e_niente_spazi() {
        for (testo, api, installazione) in [
            ("Abcdefg1", true, false),
            ("Abcdef1!", true, true),
            ("Abcde1!", false, false),
            ("abcdefg1!", false, false),
            ("ABCDEFG1!", false, false),
            ("Abcdefgh!", false, false),
            ("Abcdef 1!", false, false),
            ("", false, false),
        ] {
            assert_eq!(
                (password_conforme(testo), password_di_installazione(testo)),
                (api, installazione),
                "{testo}"
            );
        }
    }

    #[test]
    fn il_debug_di_un_utenza_non_mostra_la_password() {
        let testo = format!("{:?}", utenza(Ambito::Tutti, Ambito::Tutti));
        assert!(!testo.contains("segretissima"), "{testo}");
    }
}
