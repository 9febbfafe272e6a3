//! Since when an applicazione has its connector: without it nobody could tell a receipt whose
//! notification was lost from one that came when there was nobody to notify.

use crate::{Scrittura, valori};
use domain::Istante;
use domain::anagrafica::Applicazione;

/// Takes note of when the connector of an applicazione was set, or forgets it. To be put in the
/// Scrittura before the statements that write the applicazione: a connector that stays, with the same
/// version, keeps the instant it has. One that was there before instants were kept has none, and then
/// nothing is promised of its notifications.
pub fn annota_connettore(s: &mut Scrittura, a: &Applicazione, adesso: Istante) {
    let chiave = format!("connettore/{}", a.id);
    match &a.servizio_integrazione {
        None => s.esegui("delete from impostazioni where chiave = $1", valori![chiave]),
        Some(i) => s.esegui(
            "insert into impostazioni (chiave, valore) select cast($1 as text), cast($2 as text) \
             where not exists (select 1 from applicazioni where id = $3 and integrazione_versione = $4) \
             on conflict (chiave) do update set valore = excluded.valore",
            valori![chiave, adesso.micros().to_string(), a.id.as_str(), i.versione.as_str()],
        ),
    }
}
