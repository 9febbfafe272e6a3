//! A version of an API is a door: it says in which contract it reads and writes, and what it shows.

use contratto::pendenza::{Contesto, Variante, Vista, dominio_breve, unita};
use domain::IdDominio;
use domain::anagrafica::{SchedaDominio, UnitaOperativa};
use engine::Chiamante;
use engine::pendenze::{Provenienza, Visibilita};
use jiff::civil::Date;
use serde_json::Value;

/// A door on the pendenze. Its handlers are those of all doors.
pub(crate) trait Porta: Send + Sync + 'static {
    /// The contract in which it writes.
    const VISTA: Vista;
    /// What it shows.
    const VISIBILITA: Visibilita;
    /// A notice asked without saying in which form is JSON (spec 20 section 8).
    const AVVISO_JSON: bool = false;
    /// A notice that is not in the archive is asked to the ente (spec 20 section 8).
    const AVVISO_DALL_ENTE: bool = false;

    /// A dominio inside a pendenza.
    fn dominio(scheda: &SchedaDominio) -> Value {
        dominio_breve(scheda)
    }

    /// An office inside a pendenza.
    fn unita(u: &UnitaOperativa) -> Value {
        unita(u)
    }

    /// What writing a pendenza needs.
    fn contesto<'a>(scheda: &'a dyn Fn(&IdDominio) -> Option<&'a SchedaDominio>, oggi: Date) -> Contesto<'a> {
        Contesto { vista: Self::VISTA, scheda, dominio: Self::dominio, unita: Self::unita, oggi }
    }
}

/// A door through which pendenze are loaded.
pub(crate) trait PortaDiCarico: Porta {
    /// The contract in which it reads the body of a PUT.
    const CORPO: Variante;

    /// As whom the caller loads a pendenza.
    fn provenienza(chi: Chiamante) -> Provenienza;
}
