//! The configurazioni of the installation (spec 10 section 8): their sections, and what the giornale keeps of
//! each interface.

use crate::evento::{Componente, Quando};
use crate::pendenza::codificato;

codificato!(
    /// A section, in the order of the contract.
    Sezione {
        /// What the giornale keeps.
        GiornaleEventi = "giornaleEventi",
        /// A journal outside, that gets the events too.
        ServizioGde = "servizioGDE",
        /// How a CSV line becomes a pendenza, and its outcome a line.
        TracciatoCsv = "tracciatoCsv",
        /// The captcha of anonymous callers.
        Hardening = "hardening",
        /// The mail server.
        MailBatch = "mailBatch",
        /// Texts of the reminders by mail.
        AvvisaturaMail = "avvisaturaMail",
        /// Texts of the reminders by App IO.
        AvvisaturaAppIo = "avvisaturaAppIO",
        /// The service of App IO.
        AppIoBatch = "appIOBatch",
    }
);

impl Sezione {
    /// Whether it may hold secrets: such a section is encrypted as a whole where it is kept.
    #[must_use]
    pub const fn riservata(self) -> bool {
        match self {
            Self::ServizioGde | Self::Hardening | Self::MailBatch | Self::AppIoBatch => true,
            Self::GiornaleEventi | Self::TracciatoCsv | Self::AvvisaturaMail | Self::AvvisaturaAppIo => false,
        }
    }
}

codificato!(
    /// An interface whose events may be kept or not, in the order of the contract.
    Interfaccia {
        /// API Ente.
        ApiEnte = "apiEnte",
        /// API Pagamento.
        ApiPagamento = "apiPagamento",
        /// API Ragioneria.
        ApiRagioneria = "apiRagioneria",
        /// API Backoffice.
        ApiBackoffice = "apiBackoffice",
        /// pagoPA, both directions.
        ApiPagoPa = "apiPagoPA",
        /// API Pendenze.
        ApiPendenze = "apiPendenze",
        /// App IO.
        ApiBackendIo = "apiBackendIO",
        /// Maggioli JPPA.
        ApiMaggioliJppa = "apiMaggioliJPPA",
    }
);

impl Interfaccia {
    /// The one that speaks of a componente; `None`: no section does.
    #[must_use]
    pub const fn di(c: Componente) -> Option<Self> {
        match c {
            Componente::ApiEnte => Some(Self::ApiEnte),
            Componente::ApiPagamento => Some(Self::ApiPagamento),
            Componente::ApiRagioneria => Some(Self::ApiRagioneria),
            Componente::ApiBackoffice => Some(Self::ApiBackoffice),
            Componente::ApiPagopa => Some(Self::ApiPagoPa),
            Componente::ApiPendenze => Some(Self::ApiPendenze),
            Componente::ApiUser | Componente::Govpay => None,
        }
    }

    /// The installed default.
    #[must_use]
    pub const fn installata(self) -> Regole {
        const SEMPRE: Regola = Regola { log: Quando::Sempre, dump: Quando::Sempre };
        const MAI: Regola = Regola { log: Quando::Mai, dump: Quando::Mai };
        const SENZA_CORPI: Regola = Regola { log: Quando::Sempre, dump: Quando::SoloErrore };
        match self {
            Self::ApiEnte => Regole { letture: SENZA_CORPI, scritture: SENZA_CORPI },
            Self::ApiPagamento | Self::ApiRagioneria | Self::ApiPendenze => {
                Regole { letture: MAI, scritture: SENZA_CORPI }
            }
            Self::ApiBackoffice => Regole { letture: MAI, scritture: SEMPRE },
            Self::ApiPagoPa | Self::ApiBackendIo | Self::ApiMaggioliJppa => {
                Regole { letture: SEMPRE, scritture: SEMPRE }
            }
        }
    }
}

/// When a kind of call is recorded, and when with its payloads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regola {
    /// Whether the event exists.
    pub log: Quando,
    /// Whether its payloads are kept.
    pub dump: Quando,
}

/// The rules of an interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Regole {
    /// Of the calls that read.
    pub letture: Regola,
    /// Of the others.
    pub scritture: Regola,
}
