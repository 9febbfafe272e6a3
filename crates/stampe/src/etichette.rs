//! The words of the page, from a data file for each language.

use crate::StampaError;
use std::collections::BTreeMap;
use toml::Table;

macro_rules! etichette {
    ($($nome:ident),* $(,)?) => {
        /// The labels of one language; a file that lacks one is refused.
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub(crate) struct Etichette { $(pub(crate) $nome: String,)* }

        impl Etichette {
            fn lette(mut dati: BTreeMap<String, String>) -> Result<Self, StampaError> {
                let lette = Self {
                    $($nome: dati
                        .remove(stringify!($nome))
                        .ok_or_else(|| StampaError::Modello(concat!("etichetta ", stringify!($nome)).to_owned()))?,)*
                };
                match dati.into_keys().next() {
                    None => Ok(lette),
                    Some(ignota) => Err(StampaError::Etichetta(ignota)),
                }
            }
        }
    };
}

etichette!(
    lingua,
    titolo_documento,
    titolo_fascicolo,
    avviso_di_pagamento,
    ente_creditore,
    destinatario_avviso,
    codice_fiscale,
    quanto_e_quando,
    come_pagare,
    importo,
    euro,
    entro_il,
    opzione_entro_il,
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
    banco_posta,
    conto,
    intestato_a,
    descrizione,
    tipo,
    dove_si_paga,
    alt_marchio,
    alt_poste,
    alt_logo,
    alt_qr,
    alt_datamatrix,
    dati_per_il_pagamento,
    rate,
    a_rate,
);

impl Etichette {
    /// The Italian ones, with those that the installation replaces.
    pub(crate) fn italiane(sostituite: BTreeMap<String, String>) -> Result<Self, StampaError> {
        let guasto = |e: &dyn std::fmt::Display| StampaError::Modello(format!("etichette: {e}"));
        let file: Table = include_str!("../etichette/it.toml").parse().map_err(|e| guasto(&e))?;
        let mut dati = BTreeMap::new();
        for (nome, valore) in &file {
            let testo = valore.as_str().ok_or_else(|| guasto(nome))?;
            dati.insert(nome.clone(), testo.to_owned());
        }
        dati.extend(sostituite);
        Self::lette(dati)
    }
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

    #[test]
    fn un_valore_con_le_graffe_non_e_un_etichetta() {
        assert_eq!(con("a {x} b {y} {", &[("x", "{y}"), ("y", "2")]), "a {y} b 2 {");
    }

    #[test]
    fn un_etichetta_che_non_esiste_si_rifiuta() {
        let sostituite = [("importi".to_owned(), "x".to_owned())].into();
        assert_eq!(Etichette::italiane(sostituite), Err(StampaError::Etichetta("importi".to_owned())));
    }
}
