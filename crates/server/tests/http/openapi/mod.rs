//! The OpenAPI documents: what they say is what the server does (spec 10 section 1), and what the
//! server answers is what the published contracts say.
//!
//! An API has a module here: the calls of its scene, and where it is meant to differ from the published
//! contract. How to add an operation or an API is in docs/architettura.md, "The contract".

mod backoffice_v1;
mod conforme;
mod contratto;
mod documento;
mod pagamento;
mod pendenze_v1;
mod pendenze_v2;
mod pubblicati;
mod ragioneria;
mod scena;
mod user_v1;

use contratto::Contratto;
use server::Configurazione;

/// One version of one API.
pub(crate) struct Api {
    /// Name of its document.
    nome: &'static str,
    base: &'static str,
    /// Who sends it bodies.
    chi: (&'static str, &'static str),
    /// What it needs of the installation.
    configura: fn(&mut Configurazione),
    /// Differences from the published contract that are meant.
    eccezioni: &'static [Eccezione],
    /// Operations of the published contract that are not served yet. It only shrinks.
    non_ancora: &'static [&'static str],
    /// Operations that are served and not in the published contract, and the section of the spec that
    /// wants them.
    solo_nostre: &'static [(&'static str, &'static str)],
}

/// A difference that is meant: what the published contract has against an answer (`*` stands for
/// anything), and the section of the spec that wants it so.
pub(crate) struct Eccezione(&'static str, &'static str);

/// Every API that has a document.
const TUTTE: [&Api; 10] = [
    &backoffice_v1::API,
    &pendenze_v1::API,
    &pendenze_v2::API,
    &pagamento::V1,
    &pagamento::V2,
    &pagamento::V3,
    &ragioneria::V1,
    &ragioneria::V2,
    &ragioneria::V3,
    &user_v1::API,
];
