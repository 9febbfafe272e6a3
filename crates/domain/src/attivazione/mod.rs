//! What an activation answers about a pendenza, before it becomes a message (spec 40 section 6):
//! accounts, categories, remittance lines, metadata, last day.

mod conto;
mod metadati;
mod testi;

pub(crate) use conto::conto_postale;
pub use metadati::metadati;
pub use testi::causale_versamento;

use crate::anagrafica::{EntrataDominio, SchedaDominio};
use crate::codici::Iban;
use crate::pendenza::{Forma, Pendenza, TipoContabilita, Voce};
use crate::{IdDominio, Importo};
use jiff::Span;
use jiff::civil::{Date, date};
use std::sync::Arc;

/// The last day of a pendenza that has none and is given none.
const SENZA_SCADENZA: Date = date(2999, 12, 31);

/// Which accounts the payment can reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Circuito {
    /// `POSTAL`: a postal account goes first, for the first transfer.
    Postale,
    /// `PAGOPA`, or not told.
    Altro,
}

/// Where the money of a voce goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destinazione<'a> {
    /// An account.
    Conto(&'a Iban),
    /// A stamp to buy.
    Bollo {
        /// Base64 of the SHA-256 of the document.
        hash: &'a str,
        /// Kind of stamp.
        tipo: &'a str,
        /// Province of residence.
        provincia: &'a str,
    },
}

/// The money of one voce.
#[derive(Debug, Clone, PartialEq)]
pub struct Trasferimento<'a> {
    /// The voce.
    pub voce: &'a Voce,
    /// The body that owns the account: two may have registered the same one, the one of the voce
    /// counts (spec 40 6.2).
    pub beneficiario: &'a SchedaDominio,
    /// Where the money goes.
    pub destinazione: Destinazione<'a>,
    /// `remittanceInformation`, at most 140 characters.
    pub causale: String,
    /// `transferCategory`.
    pub categoria: String,
}

/// Why a stored pendenza cannot be activated. The display text goes to the Node.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttivazioneError {
    /// The card of a beneficiary is gone.
    #[error("Dominio beneficiario {0} non censito.")]
    DominioAssente(IdDominio),
    /// No account for a voce that is no stamp.
    #[error("Nessun conto di accredito per la voce {0} della pendenza.")]
    SenzaConto(i64),
}

/// `dueDate` of verify and activate (spec 40 6.1): dataValidita, else dataScadenza, else the day of
/// loading plus the days of the setting, else the end of time.
#[must_use]
pub fn scadenza(p: &Pendenza, giorni: Option<i64>) -> Date {
    let assegnata = || {
        let giorni = giorni.filter(|g| *g >= 1)?;
        p.data_caricamento.giorno().checked_add(Span::new().try_days(giorni).ok()?).ok()
    };
    p.data_validita.or(p.data_scadenza).or_else(assegnata).unwrap_or(SENZA_SCADENZA)
}

/// Whether a voce of the pendenza is a stamp, which V1 cannot carry (spec 40 5.2).
#[must_use]
pub fn ha_bollo(p: &Pendenza) -> bool {
    p.voci.iter().any(|v| matches!(v.forma, Forma::Bollo { .. }))
}

/// `allCCP`: every voce goes to a postal account, and none is a stamp (spec 40 5.1).
#[must_use]
pub fn tutti_postali(p: &Pendenza, schede: &[Arc<SchedaDominio>]) -> bool {
    p.voci.iter().all(|v| {
        scheda_di(p, v, schede).is_some_and(|s| {
            conto::scelto(&v.forma, s, Circuito::Altro).is_some_and(|i| conto::postale(s, i))
        })
    })
}

/// One transfer per voce, in order of indice (spec 40 6.2).
///
/// # Errors
/// [`AttivazioneError`].
pub fn trasferimenti<'a>(
    p: &'a Pendenza,
    schede: &'a [Arc<SchedaDominio>],
    circuito: Circuito,
) -> Result<Vec<Trasferimento<'a>>, AttivazioneError> {
    p.voci
        .iter()
        .map(|voce| {
            let beneficiario = scheda_di(p, voce, schede)
                .ok_or_else(|| AttivazioneError::DominioAssente(dominio_di(p, voce).clone()))?;
            let circuito = if voce.indice == 1 { circuito } else { Circuito::Altro };
            Ok(Trasferimento {
                voce,
                beneficiario,
                destinazione: destinazione(voce, beneficiario, circuito)?,
                causale: causale_versamento(p.iuv.as_str(), voce.importo, testo_causale(voce)),
                categoria: categoria(&voce.forma, beneficiario),
            })
        })
        .collect()
}

/// The dominio of a voce: its own, else the one of the pendenza.
#[must_use]
pub fn dominio_di<'a>(p: &'a Pendenza, voce: &'a Voce) -> &'a IdDominio {
    voce.dominio.as_ref().unwrap_or(&p.dominio)
}

fn scheda_di<'a>(p: &Pendenza, voce: &Voce, schede: &'a [Arc<SchedaDominio>]) -> Option<&'a SchedaDominio> {
    let id = dominio_di(p, voce);
    schede.iter().map(AsRef::as_ref).find(|s: &&SchedaDominio| s.dominio.id == *id)
}

fn destinazione<'a>(
    voce: &'a Voce,
    scheda: &'a SchedaDominio,
    circuito: Circuito,
) -> Result<Destinazione<'a>, AttivazioneError> {
    match &voce.forma {
        Forma::Bollo { tipo, hash, provincia, .. } => {
            let tipo = if tipo.is_empty() { "01" } else { tipo.as_str() };
            Ok(Destinazione::Bollo { hash, tipo, provincia })
        }
        forma @ (Forma::Entrata { .. } | Forma::Definita { .. }) => conto::scelto(forma, scheda, circuito)
            .map(Destinazione::Conto)
            .ok_or(AttivazioneError::SenzaConto(voce.indice)),
    }
}

fn testo_causale(voce: &Voce) -> Option<&str> {
    voce.descrizione_causale_rpt
        .as_deref()
        .filter(|t| !t.trim().is_empty())
        .or_else(|| Some(voce.descrizione.as_str()).filter(|t| !t.trim().is_empty()))
}

/// `<tipo>/<codice>`: of the voce, else the override of the dominio, else the default of the entrata
/// (spec 40 6.2).
#[must_use]
pub fn categoria(forma: &Forma, scheda: &SchedaDominio) -> String {
    let dell_entrata = |id: &str| {
        let e = scheda.entrata(id)?;
        let tipo = e.tipo_contabilita.unwrap_or(e.tipo.tipo_contabilita);
        Some((tipo, e.codice_contabilita.clone().unwrap_or_else(|| e.tipo.codice_contabilita.clone())))
    };
    let (tipo, codice) = match forma {
        Forma::Definita { tipo_contabilita, codice_contabilita, .. } => {
            (*tipo_contabilita, codice_contabilita.clone())
        }
        Forma::Entrata { codice } => {
            dell_entrata(codice.as_str()).unwrap_or((TipoContabilita::Altro, codice.to_string()))
        }
        Forma::Bollo { contabilita, .. } => contabilita
            .clone()
            .or_else(|| dell_entrata(EntrataDominio::BOLLOT))
            .unwrap_or((TipoContabilita::Altro, "MBT".to_owned())),
    };
    format!("{}/{codice}", tipo.cifra())
}

/// The transfer amounts always sum up to the amount of the pendenza: checked when it was loaded.
#[must_use]
pub fn totale(p: &Pendenza) -> Importo {
    p.voci.iter().map(|v| v.importo).sum()
}

#[cfg(test)]
mod tests;
