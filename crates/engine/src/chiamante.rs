//! Who calls, and what he may do (spec 10 section 4).

use domain::anagrafica::{Acl, Ambito, Applicazione, Diritti, Servizio, TipoUtenza, Utenza};
use std::fmt;
use std::sync::Arc;

/// How a caller proved who he is, as `profilo.autenticazione` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metodo {
    /// HTTP Basic, also in a session of family `form`.
    Basic,
    /// TLS client certificate.
    Ssl,
    /// Certificate in a header of a trusted proxy.
    SslHeader,
    /// Principal in a header of a trusted proxy.
    Header,
    /// SPID, through a trusted proxy.
    Spid,
    /// Session opened by API User.
    Session,
    /// API key.
    ApiKey,
    /// Bearer token.
    OAuth2,
    /// Nobody said who he is.
    Public,
}

/// Who stands behind a caller.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Natura {
    /// A registered applicazione or operatore.
    #[default]
    Registrata,
    /// CITTADINO: a person whom SPID vouches for, with what it says of him by the name of the attribute.
    Cittadino(Arc<Vec<(String, String)>>),
    /// ANONIMO: a payer who did not say who he is.
    Anonimo,
}

impl Metodo {
    /// As on the wire.
    #[must_use]
    pub const fn codice(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::Ssl => "SSL",
            Self::SslHeader => "SSL_HEADER",
            Self::Header => "HEADER",
            Self::Spid => "SPID",
            Self::Session => "SESSION",
            Self::ApiKey => "API_KEY",
            Self::OAuth2 => "OAUTH2",
            Self::Public => "PUBLIC",
        }
    }
}

/// An authenticated caller of a REST API.
#[derive(Debug, Clone)]
pub struct Chiamante {
    /// The login identity.
    pub utenza: Arc<Utenza>,
    /// The applicazione behind it, if it is one.
    pub applicazione: Option<Arc<Applicazione>>,
    /// How it authenticated.
    pub metodo: Metodo,
    /// Whether it is registered, a citizen or anonymous.
    pub natura: Natura,
    /// Groups that whoever vouches for it says it is in: the rights of those that are ruoli are already in
    /// `utenza`.
    pub gruppi: Arc<Vec<String>>,
}

/// R or W.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Diritto {
    /// R.
    Lettura,
    /// W. Does not imply R.
    Scrittura,
}

/// A refusal: the `dettaglio` of 403 `403000` (spec 10 4.4).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Negato(pub String);

/// What an access lacks, for the text of the refusal.
#[derive(Debug, Clone, Default)]
pub struct Oggetto<'a> {
    /// Dominio asked.
    pub dominio: Option<&'a str>,
    /// Unita operativa asked.
    pub unita: Option<&'a str>,
    /// Tipo pendenza asked.
    pub tipo_pendenza: Option<&'a str>,
}

/// Principal of whoever does not say who he is.
const ANONIMO: &str = "ANONIMO";

impl Chiamante {
    /// A registered identity.
    #[must_use]
    pub fn registrato(utenza: Arc<Utenza>, applicazione: Option<Arc<Applicazione>>, metodo: Metodo) -> Self {
        Self { utenza, applicazione, metodo, natura: Natura::Registrata, gruppi: Arc::default() }
    }

    /// A citizen, known by fiscal code. Nothing of the register is looked at: a citizen who is also an
    /// operatore is a citizen here (spec 10 2.1 `spid`).
    #[must_use]
    pub fn cittadino(codice_fiscale: &str, attributi: Vec<(String, String)>, metodo: Metodo) -> Self {
        Self::pagatore(codice_fiscale, metodo, Natura::Cittadino(Arc::new(attributi)))
    }

    /// An anonymous payer.
    #[must_use]
    pub fn anonimo() -> Self {
        Self::pagatore(ANONIMO, Metodo::Public, Natura::Anonimo)
    }

    fn pagatore(principal: &str, metodo: Metodo, natura: Natura) -> Self {
        let diritti = Diritti { lettura: true, scrittura: true };
        let utenza = Utenza {
            principal: principal.to_owned(),
            tipo: TipoUtenza::Operatore,
            password: None,
            nome: principal.to_owned(),
            acl: vec![Acl { servizio: Servizio::ApiPagamenti, diritti }],
            ruoli: Vec::new(),
            domini: Ambito::Tutti,
            tipi_pendenza: Ambito::Tutti,
            abilitato: true,
        };
        Self { utenza: Arc::new(utenza), applicazione: None, metodo, natura, gruppi: Arc::default() }
    }

    /// With the rights of more roles: those of the groups that an identity provider says he is in.
    #[must_use]
    pub fn con_ruoli(mut self, ruoli: &[(String, Vec<Acl>)]) -> Self {
        if ruoli.iter().any(|(_, acl)| !acl.is_empty()) {
            let mut utenza = Utenza::clone(&self.utenza);
            ruoli.iter().for_each(|(_, acl)| utenza.acl.extend_from_slice(acl));
            self.utenza = Arc::new(utenza);
        }
        self
    }

    /// What SPID says of a citizen under this name.
    #[must_use]
    pub fn attributo(&self, nome: &str) -> Option<&str> {
        let Natura::Cittadino(attributi) = &self.natura else { return None };
        attributi.iter().find(|(n, _)| n == nome).map(|(_, v)| v.as_str())
    }

    /// Name and surname of a citizen, as far as SPID says them.
    #[must_use]
    pub fn nome_e_cognome(&self) -> Option<String> {
        let parti: Vec<&str> =
            ["name", "familyName"].into_iter().filter_map(|nome| self.attributo(nome)).collect();
        (!parti.is_empty()).then(|| parti.join(" "))
    }

    /// Only who said who he is may go on.
    ///
    /// # Errors
    /// [`Negato`].
    pub fn non_anonimo(&self) -> Result<(), Negato> {
        if self.natura == Natura::Anonimo { Err(self.non_autorizzato(".")) } else { Ok(()) }
    }

    /// `Applicazione [X]` or `Operatore [nome]`, the head of every refusal.
    fn soggetto(&self) -> (&'static str, &str, char) {
        if self.natura != Natura::Registrata {
            return ("Utenza", &self.utenza.principal, 'a');
        }
        match self.utenza.tipo {
            TipoUtenza::Applicazione => ("Applicazione", &self.utenza.nome, 'a'),
            TipoUtenza::Operatore => ("Operatore", &self.utenza.nome, 'o'),
        }
    }

    fn non_autorizzato(&self, coda: impl fmt::Display) -> Negato {
        let (chi, id, vocale) = self.soggetto();
        Negato(format!("{chi} [{id}] non autorizzat{vocale} ad accedere alla risorsa richiesta{coda}"))
    }

    /// Refuses a disabled identity, then one without the right on the servizio.
    ///
    /// # Errors
    /// [`Negato`] with the text of spec 10 2.2 or 4.4.
    pub fn richiede(&self, servizio: Servizio, diritto: Diritto) -> Result<(), Negato> {
        self.abilitato()?;
        let d = self.utenza.diritti(servizio);
        let ok = match diritto {
            Diritto::Lettura => d.lettura,
            Diritto::Scrittura => d.scrittura,
        };
        if ok { Ok(()) } else { Err(self.non_autorizzato(".")) }
    }

    /// Refuses a disabled identity.
    ///
    /// # Errors
    /// [`Negato`]: `Applicazione [X] disabilitata.` / `Operatore [nome] disabilitato.`
    pub fn abilitato(&self) -> Result<(), Negato> {
        if self.utenza.abilitato {
            return Ok(());
        }
        let (chi, id, vocale) = self.soggetto();
        Err(Negato(format!("{chi} [{id}] disabilitat{vocale}.")))
    }

    /// Only an applicazione may go on (API Pendenze, Pagamento, Ragioneria: spec 10 4.6).
    ///
    /// # Errors
    /// [`Negato`].
    pub fn come_applicazione(&self) -> Result<&Arc<Applicazione>, Negato> {
        self.applicazione.as_ref().ok_or_else(|| self.non_autorizzato("."))
    }

    /// Whether dominio, office and tipo of an object are in the caller's scope.
    ///
    /// # Errors
    /// [`Negato`] that names the parts asked (spec 10 4.4).
    pub fn ambito(&self, o: &Oggetto<'_>) -> Result<(), Negato> {
        let dominio_ok = o.dominio.is_none_or(|d| self.utenza.domini.comprende(d, o.unita));
        let tipo_ok = o.tipo_pendenza.is_none_or(|t| self.utenza.tipi_pendenza.comprende_tipo(t));
        if dominio_ok && tipo_ok {
            return Ok(());
        }
        let mut parti = Vec::new();
        if let Some(d) = o.dominio {
            parti.push(format!("per il Dominio [{d}]"));
        }
        if let Some(u) = o.unita {
            parti.push(format!("per l'Unita' operativa [{u}]"));
        }
        if let Some(t) = o.tipo_pendenza {
            parti.push(format!("per il TipoPendenza [{t}]"));
        }
        let testo = match parti.as_slice() {
            [] => String::new(),
            [una] => una.clone(),
            [prime @ .., ultima] => format!("{} e {ultima}", prime.join(", ")),
        };
        Err(self.non_autorizzato(format_args!(" {testo}.")))
    }

    /// A refusal because the caller has none of what the list shows: `per nessun Tipo Pendenza`.
    #[must_use]
    pub fn negato_per_nessuno(&self, cosa: &str) -> Negato {
        self.non_autorizzato(format_args!(" per {cosa}."))
    }

    /// A refusal with a reason of spec 10 4.4.
    #[must_use]
    pub fn negato_perche(&self, motivo: &str) -> Negato {
        self.non_autorizzato(format_args!(": {motivo}."))
    }
}
