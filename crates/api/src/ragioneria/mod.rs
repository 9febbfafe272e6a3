//! API Ragioneria: what was paid, for those who keep the accounts (spec 50 sections 2 and 8).

mod resa;
pub(crate) mod riscossioni;
pub(crate) mod v1;
pub(crate) mod v2;
pub(crate) mod v3;

pub(crate) use resa::{allegato, allegato_con_contenuto, con_collegamenti};

use crate::pendenze;
use contratto::pendenza::VistaRiscossione;

/// A door on the riscossioni. Its handlers are those of all doors.
pub(crate) trait Porta: Send + Sync + 'static {
    /// The contract in which it writes.
    const VISTA: VistaRiscossione;

    /// The door whose domini and offices look like those of this one.
    type Pendenze: pendenze::porta::Porta;
}
