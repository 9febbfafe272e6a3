use super::{a_capo, adattato, pulito};
use crate::caratteri::Caratteri;
use crate::geometria::Geometria;
use proptest::prelude::{any, proptest};

#[test]
fn cio_che_non_si_disegna_si_sostituisce_e_si_vede() {
    let c = Caratteri::nostri().unwrap();
    for (dato, atteso) in [
        ("Città di Forlì, perché — 10 €", "Città di Forlì, perché — 10 €"),
        ("a\u{300} la carte", "à la carte"),
        ("\u{301}solo", "solo"),
        ("uno\u{7}due\ttre", "uno due tre"),
        ("\u{202e}olleverni\u{202c}", "olleverni"),
        ("税 TARI \u{1f600}", "? TARI ?"),
        ("Ṩḩ", "Sh"),
        ("ﬁne ①", "fine 1"),
        ("  riga\nnuova ", "riga\nnuova"),
    ] {
        assert_eq!(pulito(&c, dato), atteso);
    }
}

proptest! {
    #[test]
    fn ogni_testo_si_disegna_e_sta_nel_suo_posto(testo in any::<String>(), lungo in "[A-Z]{0,200}[ -~]{0,200}") {
        let c = Caratteri::nostri().unwrap();
        let g = Geometria::nostra().unwrap();
        let testo = pulito(&c, &format!("{testo}{lungo}"));
        assert!(testo.chars().all(|x| x == '\n' || c.disegnabile(x)));
        for nome in ["oggetto", "debitore_nome", "banche_oggetto", "banche_cbill", "nota"] {
            let posto = g.posto(nome).unwrap();
            let a = adattato(&c, posto, &testo, 0.0);
            assert!(a.righe.len() <= posto.righe(a.corpo));
            assert!(a.corpo >= posto.minimo && a.corpo <= posto.corpo);
            for riga in &a.righe {
                assert!(c.larghezza(posto, riga) <= posto.larghezza(a.corpo) + 0.05, "{nome}: {riga}");
            }
        }
        // Nothing is lost but blanks.
        let unito = a_capo(&c, g.posto("nota").unwrap(), &testo, 30.0).concat().replace(' ', "");
        assert_eq!(unito, testo.replace([' ', '\n'], ""));
    }
}

#[test]
fn i_brani_di_due_lingue_attraversano_le_righe() {
    let c = Caratteri::nostri().unwrap();
    let g = Geometria::nostra().unwrap();
    let brani = |posto: &str, testo: &str| adattato(&c, g.posto(posto).unwrap(), testo, 0.0).brani();
    let detto = |righe: &[&[(&str, bool)]]| -> Vec<Vec<(String, bool)>> {
        righe.iter().map(|r| r.iter().map(|(t, s)| ((*t).to_owned(), *s)).collect()).collect()
    };
    assert_eq!(
        brani("fascia_banche_data", "entro il · \u{1}zahlbar bis\u{2} 31/12/2026"),
        detto(&[&[("entro il · ", false), ("zahlbar bis", true), (" 31/12/2026", false)]])
    );
    let seconda = "zwei ".repeat(20);
    let righe = brani("qr_istruzioni", &format!("uno\n\u{1}{seconda}\u{2}"));
    assert!(righe.len() > 2);
    assert_eq!(righe[0], [("uno".to_owned(), false)]);
    assert!(righe[1..].iter().all(|r| r.len() == 1 && r[0].1));
    // The marks take no room and are never drawn.
    let p = g.posto("titolo").unwrap();
    assert!((c.larghezza(p, "\u{1}a\u{2}") - c.larghezza(p, "a")).abs() < 1e-9);
    assert_eq!(pulito(&c, "a\u{1}b\u{2}"), "a b");
}
