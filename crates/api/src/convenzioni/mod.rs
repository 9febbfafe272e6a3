//! What all REST APIs share: addresses, authentication, rights, errors, extractors, lists.

mod accetta;
pub mod autenticazione;
pub mod corpo;
mod cors;
pub mod date;
mod errori;
mod estrattori;
pub mod filtri;
mod giornale;
pub mod indirizzi;
pub mod legami;
pub mod ordinamento;
pub mod paginazione;
pub mod risposte;
mod rotte;
mod smistamento;
mod stato;
mod traccia;

pub(crate) use autenticazione::Accesso;
pub use autenticazione::{
    CertificatoClient, Cookie, IntestazioniApiKey, IntestazioniFidate, Portato, PrincipalNodo, Sessione,
    Vicino,
};
pub use cors::Cors;
pub use errori::{ApiError, Categoria, Fault, fault};
pub use estrattori::{Chi, Corpo, Firma, Interrogazione, Percorso, Transazione};
pub use legami::IntestazioniLegami;
pub use paginazione::{LimitiPagina, Paginazione};
pub use rotte::{Formato, Operazione, Rotte};
pub use stato::{
    AutenticazioneNodo, Destinazioni, Famiglia, Garanti, ImpostazioniApi, StatoApi, UscitaOAuth2,
};
pub use traccia::{Note, Traccia};

pub(crate) use accetta::scegli as accettato;
pub(crate) use smistamento::{Modulo, Porte, involucro, smista};
