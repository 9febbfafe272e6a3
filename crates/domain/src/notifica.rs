//! Notifications to the ente: what is due, and when it is tried again (spec 60 1.3, 1.8).

use crate::pendenza::codificato;
use crate::{IdA2A, IdDominio, Istante, Iuv};

codificato!(
    /// Kind of a notification.
    TipoNotifica {
        /// An attempt has begun (v1 connectors only).
        Attivazione = "ATTIVAZIONE",
        /// A receipt is stored.
        Ricevuta = "RICEVUTA",
        /// Never sent: turned into ANNULLATA when found.
        Annullamento = "ANNULLAMENTO",
        /// Never sent: turned into ANNULLATA when found.
        Fallimento = "FALLIMENTO",
    }
);

codificato!(
    /// State of a notification, as stored.
    StatoNotifica {
        /// To do or to retry.
        DaSpedire = "DA_SPEDIRE",
        /// Delivered, final.
        Spedito = "SPEDITO",
        /// Never to be delivered, final.
        Annullata = "ANNULLATA",
    }
);

impl StatoNotifica {
    /// The text of GET /notifiche.
    #[must_use]
    pub const fn sul_filo(self) -> &'static str {
        match self {
            Self::DaSpedire => "DA_SPEDIRE",
            Self::Spedito => "SPEDITA",
            Self::Annullata => "ANNULLATA",
        }
    }
}

/// A notification as stored: a row of the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notifica {
    /// Surrogate key.
    pub id: i64,
    /// Stable id sent as `Idempotency-Key`, the same on every attempt.
    pub chiave: String,
    /// Kind.
    pub tipo: TipoNotifica,
    /// Receiver.
    pub id_a2a: IdA2A,
    /// Attempt that it tells of: order holds inside it.
    pub tentativo: i64,
    /// Dominio, for readers.
    pub dominio: IdDominio,
    /// Reference, for readers.
    pub iuv: Iuv,
    /// Attempt code at creation, for readers.
    pub ccp: String,
    /// State.
    pub stato: StatoNotifica,
    /// Last error, at most 255 characters.
    pub descrizione_stato: Option<String>,
    /// Creation.
    pub data_creazione: Istante,
    /// Last change.
    pub data_aggiornamento: Istante,
    /// Not before.
    pub data_prossima: Istante,
    /// Failures so far.
    pub tentativi: i64,
}

/// When the attempt after the n-th failure is due: n squared minutes later, at most 24 hours.
#[must_use]
pub fn prossima_spedizione(fallimenti: i64, adesso: Istante) -> Istante {
    let n = fallimenti.clamp(0, 38);
    adesso.piu_secondi((n * n).min(24 * 60) * 60)
}

/// An error text as `descrizioneStato` keeps it: at most 255 characters, 252 and three dots.
#[must_use]
pub fn descrizione_errore(testo: &str) -> String {
    if testo.chars().count() <= 255 {
        return testo.to_owned();
    }
    testo.chars().take(252).chain("...".chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn il_calendario_e_quadratico_fino_a_un_giorno() {
        let t = Istante::da_micros(0);
        let minuti: Vec<i64> = [1, 2, 3, 4, 37, 38, 1000]
            .iter()
            .map(|n| prossima_spedizione(*n, t).micros() / 60_000_000)
            .collect();
        assert_eq!(minuti, [1, 4, 9, 16, 1369, 1440, 1440]);
    }

    #[test]
    fn la_descrizione_si_taglia_a_255() {
        assert_eq!(descrizione_errore(&"à".repeat(255)).chars().count(), 255);
        let lunga = descrizione_errore(&"à".repeat(256));
        assert!(lunga.ends_with("à..."));
        assert_eq!(lunga.chars().count(), 255);
    }
}
