//! API Pagamento: what a portal shows to those who pay (spec 20 sections 1, 6, 8; spec 30 10.6, 10.7).

mod avviso;
mod domini;
mod elenchi;
mod modulo;
mod profilo;
mod tipi;
pub(crate) mod v1;
pub(crate) mod v2;
pub(crate) mod v3;

use crate::convenzioni::Operazione;
use domain::anagrafica::Servizio::ApiPagamenti;

/// An operation that reads.
const fn lettura(nome: &'static str) -> Operazione {
    Operazione::lettura(nome, ApiPagamenti)
}
