//! The words of the page, from a data file for each language.

use crate::StampaError;
use domain::stampa::Lingua;
use std::collections::BTreeMap;
use toml::Table;

/// Labels by name.
pub(crate) type Voci = BTreeMap<String, String>;

macro_rules! etichette {
    (tradotte: $($tradotta:ident),*; italiane: $($sola:ident),* $(,)?) => {
        /// The labels of one language. Those that no second language has are empty in it.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct Etichette { $(pub(crate) $tradotta: String,)* $(pub(crate) $sola: String,)* }

        /// The names that only the Italian file has.
        const ITALIANE: &[&str] = &[$(stringify!($sola)),*];

        impl Etichette {
            /// From a file that has each of them once and no other.
            fn lette(mut dati: Voci) -> Result<Self, StampaError> {
                let mut presa = |nome: &str| {
                    dati.remove(nome).ok_or_else(|| StampaError::Modello(format!("etichetta {nome}")))
                };
                let lette = Self {
                    $($tradotta: presa(stringify!($tradotta))?,)*
                    $($sola: presa(stringify!($sola))?,)*
                };
                match dati.into_keys().next() {
                    None => Ok(lette),
                    Some(ignota) => Err(StampaError::Etichetta(ignota)),
                }
            }
        }
    };
}

etichette! {
    tradotte:
    avviso_di_pagamento,
    ente_creditore,
    destinatario_avviso,
    codice_fiscale_breve,
    quanto_e_quando,
    come_pagare,
    importo,
    entro_il,
    rata_entro_il,
    unica_entro_il,
    rata,
    entro_giorni,
    oltre_giorni,
    scontato,
    ridotto,
    informativa,
    sul_sito,
    sul_sito_testo,
    sul_sito_testo_poste,
    sul_territorio,
    sul_territorio_testo,
    sul_territorio_testo_poste,
    banche_e_altri_canali,
    istruzioni_qr,
    destinatario,
    ente,
    oggetto_del_pagamento,
    codice_cbill,
    codice_avviso,
    codice_fiscale_ente,
    bollettino_postale,
    conto,
    intestato_a,
    descrizione,
    tipo,
    dove_si_paga,
    rate,
    e,
    a_rate_dopo,
    codici_dopo;
    italiane:
    lingua,
    titolo_documento,
    titolo_fascicolo,
    codice_fiscale,
    euro,
    banco_posta,
    alt_marchio,
    alt_poste,
    alt_logo,
    alt_qr,
    alt_datamatrix,
    dati_per_il_pagamento,
    a_rate,
    multa_scontato,
    multa_ridotto,
    multa_termine_scontato,
    multa_termine_ridotto,
    multa_scelta,
    multa_scadenze_titolo,
    multa_scadenze,
    multa_giacenza_titolo,
    multa_giacenza,
}

impl Etichette {
    /// The Italian ones, with those that the installation replaces.
    pub(crate) fn italiane(sostituite: Voci) -> Result<Self, StampaError> {
        let mut dati = file(include_str!("../etichette/it.toml"))?;
        dati.extend(sostituite);
        Self::lette(dati)
    }

    /// Those of a second language, with those that the installation replaces.
    pub(crate) fn seconde(lingua: Lingua, sostituite: Voci) -> Result<Self, StampaError> {
        let mut dati = file(match lingua {
            Lingua::De => include_str!("../etichette/de.toml"),
            Lingua::Sl => include_str!("../etichette/sl.toml"),
            Lingua::En => include_str!("../etichette/en.toml"),
            Lingua::Fr => include_str!("../etichette/fr.toml"),
        })?;
        dati.extend(sostituite);
        for nome in ITALIANE {
            if dati.insert((*nome).to_owned(), String::new()).is_some() {
                return Err(StampaError::Etichetta((*nome).to_owned()));
            }
        }
        Self::lette(dati)
    }
}

fn file(testo: &str) -> Result<Voci, StampaError> {
    let guasto = |e: &dyn std::fmt::Display| StampaError::Modello(format!("etichette: {e}"));
    let file: Table = testo.parse().map_err(|e| guasto(&e))?;
    let coppia = |(nome, valore): (&String, &toml::Value)| {
        Ok((nome.clone(), valore.as_str().ok_or_else(|| guasto(nome))?.to_owned()))
    };
    file.iter().map(coppia).collect()
}

/// The label with its `{parola}` replaced.
pub(crate) fn con(etichetta: &str, valori: &[(&str, &str)]) -> String {
    let mut s = String::with_capacity(etichetta.len() + 40);
    let mut resto = etichetta;
    while let Some((prima, dopo)) = resto.split_once('{') {
        s.push_str(prima);
        let trovato = dopo.split_once('}').and_then(|(nome, coda)| {
            valori.iter().find(|(n, _)| *n == nome).map(|(_, valore)| (*valore, coda))
        });
        match trovato {
            Some((valore, coda)) => {
                s.push_str(valore);
                resto = coda;
            }
            None => {
                s.push('{');
                resto = dopo;
            }
        }
    }
    s.push_str(resto);
    s
}

#[cfg(test)]
mod tests {
    use super::{Etichette, con};
    use crate::StampaError;
    use domain::stampa::Lingua;

    #[test]
    fn un_valore_con_le_graffe_non_e_un_etichetta() {
        assert_eq!(con("a {x} b {y} {", &[("x", "{y}"), ("y", "2")]), "a {y} b 2 {");
    }

    #[test]
    fn un_etichetta_che_non_esiste_si_rifiuta() {
        let ignota = |nome: &str| {
            ([(nome.to_owned(), "x".to_owned())].into(), StampaError::Etichetta(nome.to_owned()))
        };
        let (sostituite, errore) = ignota("importi");
        assert_eq!(Etichette::italiane(sostituite), Err(errore));
        // A word that is printed in Italian alone has no translation to replace.
        for nome in ["importi", "alt_qr"] {
            let (sostituite, errore) = ignota(nome);
            assert_eq!(Etichette::seconde(Lingua::De, sostituite), Err(errore));
        }
    }

    #[test]
    fn ogni_lingua_ha_le_sue_parole() {
        let italiane = Etichette::italiane([].into()).unwrap();
        for lingua in Lingua::TUTTE {
            let sue = Etichette::seconde(lingua, [("importo".to_owned(), "x".to_owned())].into()).unwrap();
            assert_eq!((sue.importo.as_str(), sue.alt_qr.as_str()), ("x", ""));
            // The values that a text holds are those of the Italian one; the account follows the label.
            for (sua, italiana) in [
                (&sue.rata, &italiane.rata),
                (&sue.rata_entro_il, &italiane.rata_entro_il),
                (&sue.entro_giorni, &italiane.entro_giorni),
                (&sue.oltre_giorni, &italiane.oltre_giorni),
                (&sue.a_rate_dopo, &italiane.a_rate_dopo),
                (&sue.rate, &italiane.rate),
            ] {
                for valore in ["{n}", "{elenco}"] {
                    assert_eq!(sua.contains(valore), italiana.contains(valore), "{lingua:?} {sua}");
                }
            }
        }
    }
}
