//! Whether a stored pendenza may be paid at a PSP now (spec 40 4.2).

use crate::pendenza::{Pendenza, StatoPendenza};
use crate::tempo::trascorsa;
use jiff::civil::Date;

/// How fresh what we know of the pendenza is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Aggiornamento {
    /// The ente has not been asked by this operation.
    Mai,
    /// The ente was asked because the pendenza was unknown, and it has just been loaded.
    Caricata,
    /// The ente was asked because the validity was over. Whatever it said, the dates are not tested
    /// again: an ente that keeps sending an old dataValidita does not block the payment.
    Aggiornata,
}

/// What the decision depends on beside the pendenza.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Circostanze {
    /// Today in Rome.
    pub oggi: Date,
    /// The applicazione has a connector.
    pub connettore: bool,
    /// `aggiornamentoValiditaMandatorio`.
    pub mandatorio: bool,
    /// How fresh the pendenza is.
    pub aggiornamento: Aggiornamento,
}

/// The decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Risoluzione {
    /// To be paid, with its stored values.
    Pagabile,
    /// Its validity is over: the ente must be asked first.
    ChiediEnte,
    /// Past its last day, with the date to tell, if there is one.
    Scaduta(Option<Date>),
    /// Withdrawn.
    Annullata,
    /// Paid; the first riscossione of its first voce tells when.
    Pagata,
    /// Paid in part, or anomalous: nothing more is told.
    NonPiuPagabile,
}

/// Decides (spec 40 4.2, in its order). The last day of either date still counts, whole.
#[must_use]
pub fn risolvi(p: &Pendenza, c: Circostanze) -> Risoluzione {
    match p.stato {
        StatoPendenza::NonEseguito if p.anomalo => Risoluzione::NonPiuPagabile,
        StatoPendenza::NonEseguito => date(p, c),
        StatoPendenza::Annullato => Risoluzione::Annullata,
        StatoPendenza::Eseguito => Risoluzione::Pagata,
        StatoPendenza::ParzialmenteEseguito => Risoluzione::NonPiuPagabile,
    }
}

fn date(p: &Pendenza, c: Circostanze) -> Risoluzione {
    let scaduta = trascorsa(p.data_scadenza, c.oggi);
    let da_rinfrescare = trascorsa(p.data_validita, c.oggi);
    match c.aggiornamento {
        Aggiornamento::Aggiornata => Risoluzione::Pagabile,
        Aggiornamento::Mai | Aggiornamento::Caricata if scaduta => Risoluzione::Scaduta(p.data_scadenza),
        Aggiornamento::Caricata => Risoluzione::Pagabile,
        Aggiornamento::Mai if !da_rinfrescare => Risoluzione::Pagabile,
        Aggiornamento::Mai if c.connettore => Risoluzione::ChiediEnte,
        Aggiornamento::Mai if c.mandatorio => Risoluzione::Scaduta(None),
        Aggiornamento::Mai => Risoluzione::Pagabile,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pendenza::campioni;
    use jiff::civil::date as d;

    const OGGI: Date = d(2026, 3, 31);
    const IERI: Date = d(2026, 3, 30);

    fn c(connettore: bool, mandatorio: bool, aggiornamento: Aggiornamento) -> Circostanze {
        Circostanze { oggi: OGGI, connettore, mandatorio, aggiornamento }
    }

    fn pendenza(stato: StatoPendenza, validita: Option<Date>, scadenza: Option<Date>) -> Pendenza {
        let mut p = campioni::stored(&campioni::nuova(&[("1", 100)]));
        (p.stato, p.data_validita, p.data_scadenza) = (stato, validita, scadenza);
        p
    }

    #[test]
    fn la_tabella_4_2() {
        use {Aggiornamento as A, Risoluzione as R, StatoPendenza as S};
        let (ieri, oggi) = (Some(IERI), Some(OGGI));
        for (stato, validita, scadenza, c, attesa) in [
            (S::NonEseguito, None, None, c(true, true, A::Mai), R::Pagabile),
            (S::NonEseguito, oggi, oggi, c(true, true, A::Mai), R::Pagabile),
            (S::NonEseguito, None, ieri, c(true, false, A::Mai), R::Scaduta(ieri)),
            (S::NonEseguito, ieri, ieri, c(true, false, A::Mai), R::Scaduta(ieri)),
            (S::NonEseguito, ieri, oggi, c(true, false, A::Mai), R::ChiediEnte),
            (S::NonEseguito, ieri, None, c(true, true, A::Mai), R::ChiediEnte),
            (S::NonEseguito, ieri, None, c(false, false, A::Mai), R::Pagabile),
            (S::NonEseguito, ieri, None, c(false, true, A::Mai), R::Scaduta(None)),
            (S::NonEseguito, ieri, ieri, c(true, true, A::Aggiornata), R::Pagabile),
            (S::NonEseguito, ieri, None, c(true, true, A::Caricata), R::Pagabile),
            (S::NonEseguito, None, ieri, c(true, false, A::Caricata), R::Scaduta(ieri)),
            (S::Annullato, ieri, ieri, c(true, false, A::Mai), R::Annullata),
            (S::Annullato, None, None, c(true, false, A::Aggiornata), R::Annullata),
            (S::Eseguito, ieri, ieri, c(true, false, A::Mai), R::Pagata),
            (S::ParzialmenteEseguito, None, None, c(true, false, A::Mai), R::NonPiuPagabile),
        ] {
            let p = pendenza(stato, validita, scadenza);
            assert_eq!(risolvi(&p, c), attesa, "{stato} {validita:?} {scadenza:?} {c:?}");
        }
        let mut p = pendenza(S::NonEseguito, None, None);
        p.anomalo = true;
        assert_eq!(risolvi(&p, c(true, false, A::Mai)), R::NonPiuPagabile);
    }
}
