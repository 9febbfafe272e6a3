use super::{Credenziali, Utenza, credenziali::velato};
use crate::pendenza::codificato;
use crate::{IdA2A, IdDominio, IdTipoPendenza, IdUnita};
use std::fmt;

/// A scope. The empty list means nothing, never everything (spec 10 4.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ambito<T> {
    /// `*`: all, present and future.
    Tutti,
    /// Exactly these.
    Solo(Vec<T>),
}

impl<T> Default for Ambito<T> {
    fn default() -> Self {
        Self::Solo(Vec::new())
    }
}

/// One body of a scope.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AmbitoDominio {
    /// The body.
    pub dominio: IdDominio,
    /// `None` is all its offices; otherwise only these (never empty).
    pub unita: Option<Vec<IdUnita>>,
}

impl Ambito<AmbitoDominio> {
    /// Whether the body, or at least one office of it, is in scope.
    #[must_use]
    pub fn comprende_dominio(&self, dominio: &str) -> bool {
        match self {
            Self::Tutti => true,
            Self::Solo(v) => v.iter().any(|a| a.dominio == *dominio),
        }
    }

    /// Whether an office of the body is in scope. `None` is the body itself (`EC`).
    #[must_use]
    pub fn comprende(&self, dominio: &str, unita: Option<&str>) -> bool {
        match self {
            Self::Tutti => true,
            Self::Solo(v) => v.iter().any(|a| {
                a.dominio == *dominio
                    && a.unita.as_ref().is_none_or(|u| u.iter().any(|x| *x == *unita.unwrap_or("EC")))
            }),
        }
    }
}

impl Ambito<IdTipoPendenza> {
    /// Whether the type is in scope.
    #[must_use]
    pub fn comprende_tipo(&self, tipo: &str) -> bool {
        match self {
            Self::Tutti => true,
            Self::Solo(v) => v.iter().any(|t| *t == *tipo),
        }
    }
}

codificato!(
    /// Version of API Ente spoken to an applicazione.
    VersioneEnte {
        /// v1.
        RestV1 = "REST v1",
        /// v2.
        RestV2 = "REST v2",
    }
);

/// Where and how the ente is called.
#[derive(Clone, PartialEq, Eq)]
pub struct ServizioIntegrazione {
    /// Base URL.
    pub url: String,
    /// Version.
    pub versione: VersioneEnte,
    /// `auth`.
    pub credenziali: Option<Credenziali>,
    /// `subscriptionKey`.
    pub subscription_key: Option<String>,
}

/// How an applicazione numbers its notices.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CodificaAvvisi {
    /// `codificaIuv`: replaces `%(a)`.
    pub codifica_iuv: Option<String>,
    /// `regExpIuv`: whole match on the IUV tells which applicazione owns an unknown notice.
    pub reg_exp_iuv: Option<String>,
    /// `generazioneIuvInterna`.
    pub generazione_iuv_interna: bool,
}

/// An applicazione as the lists show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApplicazioneIndice {
    /// Identifier.
    pub id: IdA2A,
    /// Login.
    pub principal: String,
    /// On.
    pub abilitato: bool,
}

/// A management system (spec 10 5.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Applicazione {
    /// Identifier.
    pub id: IdA2A,
    /// Its login identity: principal, rights (flags included), scope.
    pub utenza: Utenza,
    /// Access entries as given, without the flags.
    pub acl: Vec<super::Acl>,
    /// Section `codificaAvvisi`, absent when not given.
    pub codifica_avvisi: Option<CodificaAvvisi>,
    /// API Pagamento.
    pub api_pagamenti: bool,
    /// API Pendenze.
    pub api_pendenze: bool,
    /// API Ragioneria.
    pub api_ragioneria: bool,
    /// Trusted: may use types that it is not assigned.
    pub autodeterminazione: bool,
    /// Connector of API Ente.
    pub servizio_integrazione: Option<ServizioIntegrazione>,
}

impl Applicazione {
    /// Whether it is on.
    #[must_use]
    pub fn abilitata(&self) -> bool {
        self.utenza.abilitato
    }
}

impl fmt::Debug for ServizioIntegrazione {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServizioIntegrazione")
            .field("url", &self.url)
            .field("versione", &self.versione)
            .field("credenziali", &self.credenziali)
            .field("subscription_key", &velato(self.subscription_key.as_ref()))
            .finish_non_exhaustive()
    }
}
