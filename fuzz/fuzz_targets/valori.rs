//! The scalar types of the domain: amounts, notice numbers, references, identifiers, dates, URLs.

#![no_main]

use contratto::json::Oggetto;
use contratto::messaggi;
use domain::anagrafica::prefisso_iuv;
use domain::avviso::{Numerazione, Segnaposto, risolvi_prefisso};
use domain::codici::{self, Iban, IdStazione};
use domain::importo::ImportoError;
use domain::stampa::{DatiBollettino, datamatrix};
use domain::tempo::leggi_data;
use domain::{
    AuxDigit, IdA2A, IdDominio, IdEntrata, IdPendenza, IdTipoPendenza, IdUnita, Importo, Iuv, NumeroAvviso,
};
use libfuzzer_sys::fuzz_target;
use oracoli::{Decimale, giorno_esiste, rifiuto_breve};
use serde_json::json;

fuzz_target!(|byte: &[u8]| {
    let Ok(testo) = std::str::from_utf8(byte) else { return };
    importo(testo);
    intero(testo);
    avviso(testo);
    identificativi(testo);
    prefisso(testo);
    bollettino(testo);
    let data = leggi_data(testo);
    assert_eq!(data.is_some(), giorno_esiste(testo), "{testo}");
    if let Some(d) = data {
        assert_eq!(d.to_string(), testo.chars().take(10).collect::<String>());
    }
    if let Err(e) = messaggi::url("url", testo) {
        rifiuto_breve(&e.0);
    }
});

fn importo(testo: &str) {
    let oracolo = Decimale::leggi(testo);
    match (Importo::da_decimale(testo), &oracolo) {
        (Ok(i), Some((atteso, decimali))) => {
            assert!(*decimali <= 2, "{testo}");
            for scritto in [i.to_string(), i.corto()] {
                assert_eq!(
                    Decimale::leggi(&scritto).as_ref().map(|d| &d.0),
                    Some(atteso),
                    "{testo}: {scritto}"
                );
            }
            assert_eq!(Importo::da_decimale(&i.to_string()), Ok(i));
        }
        (Err(ImportoError::NonNumero), None) => {}
        (Err(ImportoError::TroppiDecimali), Some((_, decimali))) => assert!(*decimali > 2, "{testo}"),
        (Err(ImportoError::TroppoGrande), Some((n, _))) => assert!(n.cifre_intere() > 15, "{testo}"),
        (letto, oracolo) => panic!("{testo}: {letto:?}, {oracolo:?}"),
    }
    if let Ok(i) = Importo::leggi(testo) {
        assert!((1..=99_999_999_999).contains(&i.centesimi()), "{testo}");
    }
    if let Err(e) = messaggi::importo("importo", testo) {
        rifiuto_breve(&e.0);
    }
}

/// The lenient integers of the JSON bodies, given as a text.
fn intero(testo: &str) {
    let v = json!({ "n": testo });
    let o = Oggetto::radice(&v, &["n"]).expect("an object");
    let oracolo = Decimale::leggi(testo.trim());
    let letto = o.intero("n").ok().flatten();
    let atteso = oracolo.and_then(|(d, _)| d.parte_intera()).and_then(|n| i64::try_from(n).ok());
    // An exponent that does not fit 64 bits is refused even when nothing of the number is left.
    let esponente = testo.trim().split_once(['e', 'E']).is_some_and(|(_, e)| e.len() > 18);
    assert!(letto == atteso || (esponente && letto.is_none()), "{testo}: {letto:?}, {atteso:?}");
}

fn avviso(testo: &str) {
    let cifre = testo.chars().all(|c| c.is_ascii_digit());
    let atteso = testo.chars().count() == 18 && cifre && testo.starts_with(['0', '1', '2', '3']);
    let letto = NumeroAvviso::leggi(testo);
    assert_eq!(letto.is_ok(), atteso, "{testo}");
    let iuv = Iuv::leggi(testo);
    assert_eq!(
        iuv.is_some(),
        (1..=35).contains(&testo.chars().count()) && testo.chars().all(|c| ('!'..='~').contains(&c)),
        "{testo}"
    );
    let Ok(n) = letto else { return };
    assert_eq!(n.as_str(), testo);
    let codice = n.codice().unwrap_or_default();
    let numerazione = match n.aux_digit() {
        AuxDigit::Zero => Numerazione::Zero { application_code: codice },
        AuxDigit::Uno => Numerazione::Uno,
        AuxDigit::Due => Numerazione::Due,
        AuxDigit::Tre => Numerazione::Tre { segregation_code: codice },
    };
    assert_eq!(NumeroAvviso::da_iuv(&n.iuv(), numerazione), Some(n.clone()));
    assert_eq!(n.iuv().as_str().len(), if n.aux_digit() == AuxDigit::Zero { 15 } else { 17 });
    let _ = n.cifre_di_controllo_giuste();
}

/// A prefix that is accepted makes notice numbers, or says that they are over.
fn prefisso(testo: &str) {
    let valori = Segnaposto { applicazione: Some("1"), tipo_pendenza: Some("22"), unita: None, anno: 2026 };
    let risolto = risolvi_prefisso(testo, valori);
    assert!(risolto.len() <= testo.len());
    let cifre = risolto.bytes().all(|b| b.is_ascii_digit());
    if let Err(fatto) = prefisso_iuv(testo, 2026) {
        assert!(
            fatto.is_empty() || fatto.len() > 13 || fatto.bytes().any(|b| !b.is_ascii_digit()),
            "{testo}"
        );
    }
    for n in [
        Numerazione::Zero { application_code: 1 },
        Numerazione::Uno,
        Numerazione::Tre { segregation_code: 7 },
    ] {
        match n.genera(&risolto, 42) {
            Ok((avviso, iuv)) => {
                assert!(cifre, "{testo}");
                assert_eq!(avviso.iuv(), iuv);
                assert_eq!(NumeroAvviso::leggi(avviso.as_str()), Ok(avviso.clone()));
                assert!(avviso.cifre_di_controllo_giuste() && iuv.as_str().contains(&risolto));
            }
            Err(_) => assert!(!cifre || risolto.len() > 9, "{testo}: {risolto}"),
        }
    }
}

/// The code of a postal slip has one length, whatever the texts.
fn bollettino(testo: &str) {
    let codice = datamatrix(&DatiBollettino {
        avviso: &NumeroAvviso::leggi("301000000000000144").expect("a notice"),
        conto: "001012345678",
        importo: Importo::da_centesimi(1),
        dominio: &IdDominio::fidato("01234567890"),
        codice_debitore: testo,
        nome_debitore: testo,
        oggetto: testo,
    });
    assert!(
        codice.is_some_and(|c| c.len() == 256 && c.bytes().all(|b| (b' '..=b'~').contains(&b))),
        "{testo}"
    );
}

/// What a type accepts is what its pattern says, and the other way round.
fn identificativi(testo: &str) {
    macro_rules! come_il_pattern {
        ($($tipo:ident),*) => {
            $(
                assert_eq!(
                    $tipo::leggi(testo).is_ok(),
                    messaggi::pattern("x", testo, $tipo::PATTERN).is_ok(),
                    "{}: {testo}",
                    stringify!($tipo)
                );
            )*
        };
    }
    come_il_pattern!(IdDominio, IdA2A, IdPendenza, IdUnita, IdTipoPendenza, IdEntrata, IdStazione, Iban);
    if let Ok(s) = IdStazione::leggi(testo) {
        assert_eq!(format!("{}_{:02}", s.intermediario(), s.application_code()), testo);
    }
    assert!(!codici::riferimento_iso11649(testo) || Iuv::leggi(testo).is_some());
}
