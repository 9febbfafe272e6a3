//! Notifications to the ente: created with their cause, delivered after it (spec 60 1.3-1.8).

use domain::Istante;
mod consegna;
mod payload;

use domain::anagrafica::{Applicazione, VersioneEnte};
use domain::notifica::{Notifica, StatoNotifica, TipoNotifica};
use domain::tentativo::Tentativo;

pub use consegna::Consegna;

/// The notification of an attempt that begins: only v1 connectors get one. `id` from
/// `Store::nuovi_id`; `chiave` from [`nuova_chiave`] goes out as `Idempotency-Key`.
///
/// Put it in the Scrittura of the attempt with `store::notifiche::accoda`, and ring
/// `Porte::sveglia` after the commit.
#[must_use]
pub fn per_attivazione(
    a: &Applicazione,
    t: &Tentativo,
    id: i64,
    chiave: String,
    adesso: Istante,
) -> Option<Notifica> {
    match a.servizio_integrazione.as_ref()?.versione {
        VersioneEnte::RestV1 => Some(nuova(a, t, TipoNotifica::Attivazione, id, chiave, adesso)),
        VersioneEnte::RestV2 => None,
    }
}

/// The notification of a stored receipt, whatever its outcome. `None` without connector. `t` is the
/// attempt as the receipt leaves it (ccp = receiptId).
#[must_use]
pub fn per_ricevuta(
    a: &Applicazione,
    t: &Tentativo,
    id: i64,
    chiave: String,
    adesso: Istante,
) -> Option<Notifica> {
    a.servizio_integrazione.as_ref()?;
    Some(nuova(a, t, TipoNotifica::Ricevuta, id, chiave, adesso))
}

/// A new stable key of a notification: the same on every attempt to deliver it.
#[must_use]
pub fn nuova_chiave() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

fn nuova(
    a: &Applicazione,
    t: &Tentativo,
    tipo: TipoNotifica,
    id: i64,
    chiave: String,
    adesso: Istante,
) -> Notifica {
    Notifica {
        id,
        chiave,
        tipo,
        id_a2a: a.id.clone(),
        tentativo: t.id,
        dominio: t.dominio.clone(),
        iuv: t.iuv.clone(),
        ccp: t.ccp.clone(),
        stato: StatoNotifica::DaSpedire,
        descrizione_stato: None,
        data_creazione: adesso,
        data_aggiornamento: adesso,
        // The first attempt is made at once all the same (spec 60 1.3).
        data_prossima: adesso.piu_secondi(10),
        tentativi: 0,
    }
}
