//! Values of the domain read from foreign text: any text is read or refused, and what is read is written
//! back as it was.

use crate::anagrafica::prefisso_iuv;
use crate::avviso::{Numerazione, Segnaposto, risolvi_prefisso};
use crate::codici::{Iban, IdStazione, riferimento_iso11649};
use crate::nome_distinto::NomeDistinto;
use crate::tempo::leggi_data;
use crate::{IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita, Importo, Iuv, NumeroAvviso};
use proptest::prelude::*;
use regex::Regex;

/// Texts near the values that are read, and any other.
fn testo() -> impl Strategy<Value = String> {
    prop_oneof![
        "\\PC{0,40}",
        "[+-]?[0-9]{0,18}[.,]?[0-9]{0,4}([eE][+-]?[0-9]{0,3})?",
        "[0-9]{11}(_[0-9]{1,3})?",
        "[0-4][0-9]{16,18}",
        "RF[0-9]{2}[A-Z0-9]{0,22}",
        "IT[0-9]{2}[A-Z][0-9]{10}[A-Z0-9]{12}",
        "[0-9]{4}-[01][0-9]-[0-3][0-9](T[0-9:.]{0,12})?",
        "[A-Za-z0-9_.-]{1,36}",
    ]
}

proptest! {
    #[test]
    fn un_importo_torna_com_era(centesimi in -99_999_999_999_999_i64..=99_999_999_999_999) {
        let i = Importo::da_centesimi(centesimi);
        prop_assert_eq!(Importo::da_decimale(&i.to_string()), Ok(i));
        prop_assert_eq!(Importo::da_decimale(&i.corto()), Ok(i));
    }

    #[test]
    fn nessun_testo_ferma_gli_importi_e_le_date(t in testo()) {
        if let Ok(i) = Importo::da_decimale(&t) {
            prop_assert_eq!(Importo::da_decimale(&i.to_string()), Ok(i));
        }
        if let Ok(i) = Importo::leggi(&t) {
            prop_assert!((1..=99_999_999_999).contains(&i.centesimi()));
        }
        if let Some(d) = leggi_data(&t) {
            prop_assert!(t.starts_with(&d.to_string()));
        }
    }

    /// What a type accepts is what its pattern says, and it stays as it was.
    #[test]
    fn gli_identificativi_sono_quelli_del_pattern(t in testo()) {
        macro_rules! come_il_pattern {
            ($($tipo:ident),*) => {
                $(
                    let pattern = Regex::new(&format!(r"\A(?:{})\z", $tipo::PATTERN)).unwrap();
                    let letto = $tipo::leggi(t.as_str());
                    prop_assert_eq!(letto.is_ok(), pattern.is_match(&t), "{}", stringify!($tipo));
                    prop_assert!(letto.is_ok_and(|l| l.as_str() == t) || !pattern.is_match(&t));
                )*
            };
        }
        come_il_pattern!(IdDominio, IdA2A, IdPendenza, IdUnita, IdTipoPendenza, IdEntrata, IdStazione, Iban);
        prop_assert!(!riferimento_iso11649(&t) || Iuv::leggi(&t).is_some());
        if let Ok(n) = NumeroAvviso::leggi(&t) {
            prop_assert_eq!(n.as_str(), &t);
            prop_assert!(t.len() == 18 && t.bytes().all(|b| b.is_ascii_digit()));
        }
    }

    /// A prefix that the master data take makes notice numbers or says that they are over, never others.
    #[test]
    fn un_prefisso_fa_avvisi_che_si_rileggono(modello in "([0-9]{0,4}(%\\([aytpuYx]\\))?){0,4}", progressivo in any::<u64>()) {
        let valori = Segnaposto { applicazione: Some("34"), tipo_pendenza: Some("89"), unita: Some("7"), anno: 2026 };
        let risolto = risolvi_prefisso(&modello, valori);
        for n in [Numerazione::Zero { application_code: 1 }, Numerazione::Uno, Numerazione::Tre { segregation_code: 7 }] {
            if let Ok((avviso, iuv)) = n.genera(&risolto, progressivo) {
                prop_assert_eq!(NumeroAvviso::leggi(avviso.as_str()), Ok(avviso.clone()));
                prop_assert!(avviso.cifre_di_controllo_giuste() && iuv.as_str().contains(&risolto));
            }
        }
        if prefisso_iuv(&modello, 2026).is_ok() {
            prop_assert!(!risolto.contains('%'), "{} {}", modello, risolto);
        }
    }

    #[test]
    fn un_soggetto_non_dipende_dall_ordine(t in "\\PC{0,60}", valori in prop::collection::vec("[a-zA-Z0-9 .'-]{1,12}", 1..5)) {
        if let Some(n) = NomeDistinto::leggi(&t) {
            prop_assert!(n.contenuto_in(&n));
        }
        let nomi = ["CN", "O", "OU", "serialNumber"];
        let coppie: Vec<String> = nomi.iter().zip(&valori).map(|(n, v)| format!("{n}={v}")).collect();
        let rovescio: Vec<String> = coppie.iter().rev().cloned().collect();
        let uno = NomeDistinto::leggi(&coppie.join(", "));
        prop_assert!(uno.is_some());
        prop_assert_eq!(&uno, &NomeDistinto::leggi(&rovescio.join(",")));
        prop_assert_eq!(&uno, &NomeDistinto::leggi(&format!("/{}", coppie.join("/"))));
    }
}
