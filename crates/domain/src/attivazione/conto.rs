//! Which account a voce is paid to (spec 40 6.2).

use super::Circuito;
use crate::anagrafica::{ContoAccredito, SchedaDominio};
use crate::codici::Iban;
use crate::pendenza::Forma;

/// The accounts of a voce: of its entrata in the dominio, or its own. A stamp has none.
fn candidati<'a>(forma: &'a Forma, scheda: &'a SchedaDominio) -> [Option<&'a Iban>; 2] {
    match forma {
        Forma::Entrata { codice } => scheda
            .entrata(codice.as_str())
            .map_or([None, None], |e| [e.iban_accredito.as_ref(), e.iban_appoggio.as_ref()]),
        Forma::Definita { iban_accredito, iban_appoggio, .. } => {
            [Some(iban_accredito), iban_appoggio.as_ref()]
        }
        Forma::Bollo { .. } => [None, None],
    }
}

/// Whether an account of the dominio is postal.
pub(super) fn postale(scheda: &SchedaDominio, iban: &Iban) -> bool {
    scheda.conto(iban.as_str()).is_some_and(|c| c.postale)
}

/// The account chosen: accredito, else appoggio; on the postal circuit the first of them that is
/// postal, if one is.
pub(super) fn scelto<'a>(
    forma: &'a Forma,
    scheda: &'a SchedaDominio,
    circuito: Circuito,
) -> Option<&'a Iban> {
    let candidati = candidati(forma, scheda);
    let postale = match circuito {
        Circuito::Postale => candidati.into_iter().flatten().find(|i| postale(scheda, i)),
        Circuito::Altro => None,
    };
    postale.or_else(|| candidati.into_iter().flatten().next())
}

/// The postal account of a voce: accredito if it is one, else appoggio if it is one (spec 60 6.4).
pub(crate) fn conto_postale<'a>(forma: &Forma, scheda: &'a SchedaDominio) -> Option<&'a ContoAccredito> {
    candidati(forma, scheda)
        .into_iter()
        .flatten()
        .find_map(|i| scheda.conto(i.as_str()).filter(|c| c.postale))
}
