use super::{Credenziali, credenziali::velato};
use crate::IdDominio;
use crate::codici::IdStazione;
use crate::pendenza::codificato;
use std::fmt;

/// An intermediario as the lists show it: without its connectors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IntermediarioIndice {
    /// idIntermediario.
    pub id: IdDominio,
    /// Name.
    pub denominazione: String,
    /// Enabled.
    pub abilitato: bool,
}

/// The technical subject that talks to pagoPA (spec 10 5.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intermediario {
    /// 11 digits.
    pub id: IdDominio,
    /// Name.
    pub denominazione: String,
    /// Principal with which the Node must come.
    pub principal_pagopa: String,
    /// SOAP services of the Node.
    pub servizio_pagopa: ConnettoreNodo,
    /// FTP, reading.
    pub ftp_lettura: Option<Ftp>,
    /// FTP, writing.
    pub ftp_scrittura: Option<Ftp>,
    /// Recovery of receipts.
    pub recupero_rt: Option<ConnettoreRest>,
    /// Publication of positions (ACA).
    pub aca: Option<ConnettoreRest>,
    /// Publication of positions (GPD): stored, unused.
    pub gpd: Option<ConnettoreRest>,
    /// Flows by REST.
    pub fr: Option<ConnettoreRest>,
    /// Backoffice EC.
    pub backoffice_ec: Option<ConnettoreRest>,
    /// On.
    pub abilitato: bool,
}

/// `servizioPagoPa` of an intermediario.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnettoreNodo {
    /// `urlRPT`.
    pub url_rpt: String,
    /// `auth`.
    pub credenziali: Option<Credenziali>,
    /// `subscriptionKey`.
    pub subscription_key: Option<String>,
}

/// A REST connector of an intermediario.
#[derive(Clone, PartialEq, Eq)]
pub struct ConnettoreRest {
    /// `url`.
    pub url: String,
    /// `auth`.
    pub credenziali: Option<Credenziali>,
    /// `subscriptionKey`.
    pub subscription_key: Option<String>,
    /// `abilitaGDE`.
    pub abilita_gde: bool,
}

/// An FTP account.
#[derive(Clone, PartialEq, Eq)]
pub struct Ftp {
    /// Host.
    pub host: String,
    /// Port, as text.
    pub porta: String,
    /// User.
    pub username: String,
    /// Password.
    pub password: String,
}

codificato!(
    /// Version of a stazione.
    VersioneStazione {
        /// Old protocol.
        V1 = "V1",
        /// New protocol.
        V2 = "V2",
    }
);

/// A channel of an intermediario.
#[derive(Clone, PartialEq, Eq)]
pub struct Stazione {
    /// `{intermediario}_{code}`.
    pub id: IdStazione,
    /// Owner.
    pub intermediario: IdDominio,
    /// Version.
    pub versione: VersioneStazione,
    /// Password, outbound only.
    pub password: Option<String>,
    /// On.
    pub abilitato: bool,
}

impl fmt::Debug for ConnettoreNodo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnettoreNodo")
            .field("url_rpt", &self.url_rpt)
            .field("credenziali", &self.credenziali)
            .field("subscription_key", &velato(self.subscription_key.as_ref()))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for ConnettoreRest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConnettoreRest")
            .field("url", &self.url)
            .field("credenziali", &self.credenziali)
            .field("subscription_key", &velato(self.subscription_key.as_ref()))
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Ftp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Ftp").field("host", &self.host).field("porta", &self.porta).finish_non_exhaustive()
    }
}

impl fmt::Debug for Stazione {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stazione")
            .field("id", &self.id)
            .field("versione", &self.versione)
            .field("abilitato", &self.abilitato)
            .field("password", &velato(self.password.as_ref()))
            .finish_non_exhaustive()
    }
}
