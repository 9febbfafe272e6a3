use super::credenziali::velato;
use crate::pendenza::codificato;
use std::fmt;

codificato!(
    /// Area of rights (spec 10 4.1). The last three exist only as flags of an applicazione.
    Servizio {
        /// Intermediari, stazioni.
        AnagraficaPagoPA = "Anagrafica PagoPA",
        /// Domini and what belongs to them.
        AnagraficaCreditore = "Anagrafica Creditore",
        /// Applicazioni.
        AnagraficaApplicazioni = "Anagrafica Applicazioni",
        /// Operatori, ruoli.
        AnagraficaRuoli = "Anagrafica Ruoli",
        /// Pagamenti.
        Pagamenti = "Pagamenti",
        /// Pendenze.
        Pendenze = "Pendenze",
        /// Flows and cashing.
        RendicontazioniIncassi = "Rendicontazioni e Incassi",
        /// Giornale.
        GiornaleEventi = "Giornale degli Eventi",
        /// Configuration and operations.
        Configurazione = "Configurazione e manutenzione",
        /// API Pagamento.
        ApiPagamenti = "API Pagamenti",
        /// API Pendenze.
        ApiPendenze = "API Pendenze",
        /// API Ragioneria.
        ApiRagioneria = "API Ragioneria",
    }
);

/// Rights on a servizio. W does not imply R.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Diritti {
    /// R.
    pub lettura: bool,
    /// W.
    pub scrittura: bool,
}

/// One entry of an access list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Acl {
    /// Area.
    pub servizio: Servizio,
    /// Rights, at least one.
    pub diritti: Diritti,
}

codificato!(
    /// What stands behind a login identity.
    TipoUtenza {
        /// A management system.
        Applicazione = "APPLICAZIONE",
        /// A person of the console.
        Operatore = "OPERATORE",
    }
);

/// A login identity: principal, secret, rights, scope.
#[derive(Clone, PartialEq, Eq)]
pub struct Utenza {
    /// Unique over applicazioni and operatori.
    pub principal: String,
    /// Kind.
    pub tipo: TipoUtenza,
    /// Hash of the password; `None` never passes Basic.
    pub password: Option<String>,
    /// Name of an operatore, idA2A of an applicazione.
    pub nome: String,
    /// Effective rights.
    pub acl: Vec<Acl>,
    /// Names of the roles.
    pub ruoli: Vec<String>,
    /// Bodies and offices.
    pub domini: super::Ambito<super::AmbitoDominio>,
    /// Types of pendenza.
    pub tipi_pendenza: super::Ambito<crate::IdTipoPendenza>,
    /// On.
    pub abilitato: bool,
}

impl Utenza {
    /// Union of the rights on a servizio.
    #[must_use]
    pub fn diritti(&self, servizio: Servizio) -> Diritti {
        self.acl.iter().filter(|a| a.servizio == servizio).fold(Diritti::default(), |d, a| Diritti {
            lettura: d.lettura || a.diritti.lettura,
            scrittura: d.scrittura || a.diritti.scrittura,
        })
    }
}

impl fmt::Debug for Utenza {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Utenza")
            .field("principal", &self.principal)
            .field("tipo", &self.tipo)
            .field("nome", &self.nome)
            .field("acl", &self.acl)
            .field("ruoli", &self.ruoli)
            .field("domini", &self.domini)
            .field("tipi_pendenza", &self.tipi_pendenza)
            .field("abilitato", &self.abilitato)
            .field("password", &velato(self.password.as_ref()))
            .finish_non_exhaustive()
    }
}
