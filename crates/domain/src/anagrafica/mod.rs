//! Master data: bodies, accounts, revenue types, applications (spec 10 sections 5 to 7).

mod applicazione;
mod concessioni;
mod credenziali;
mod dominio;
mod intermediario;
mod operatore;
mod regole;
mod scheda;
mod tipo_pendenza;
mod utenza;

pub use applicazione::{
    Ambito, AmbitoDominio, Applicazione, ApplicazioneIndice, CodificaAvvisi, ServizioIntegrazione,
    VersioneEnte,
};
pub use concessioni::{Concessioni, NonApplicabile, Operazione, VoceDominio, VoceTipo, diritto_eccedente};
pub use credenziali::{Credenziali, Segreto, Tls};
pub use dominio::{
    ContoAccredito, Dominio, Entrata, EntrataDominio, Indirizzo, Intermediazione, UnitaOperativa,
};
pub use intermediario::{
    ConnettoreNodo, ConnettoreRest, Ftp, Intermediario, IntermediarioIndice, Stazione, VersioneStazione,
};
pub use operatore::{Operatore, OperatoreIndice};
pub use regole::{
    Eccesso, PATTERN_PASSWORD, concedibile, password_conforme, password_di_installazione, prefisso_iuv,
    stazione_di,
};
pub use scheda::SchedaDominio;
pub use tipo_pendenza::{TipoPendenza, TipoPendenzaDominio};
pub use utenza::{Acl, Diritti, Servizio, TipoUtenza, Utenza};
