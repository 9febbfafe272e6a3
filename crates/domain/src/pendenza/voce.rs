use super::stati::{StatoVoce, codificato};
use crate::anagrafica::EntrataDominio;
use crate::codici::Iban;
use crate::{IdDominio, IdEntrata, Importo};

codificato!(
    /// Kind of accounting code (spec 20 2.3).
    TipoContabilita {
        /// Budget chapter.
        Capitolo = "CAPITOLO",
        /// Special accounting.
        Speciale = "SPECIALE",
        /// SIOPE code.
        Siope = "SIOPE",
        /// Other.
        Altro = "ALTRO",
    }
);

impl TipoContabilita {
    /// The digit in front of a transfer category (spec 40 6.2).
    #[must_use]
    pub const fn cifra(self) -> char {
        match self {
            Self::Capitolo => '0',
            Self::Speciale => '1',
            Self::Siope => '2',
            Self::Altro => '9',
        }
    }

    /// From that digit.
    #[must_use]
    pub const fn da_cifra(c: char) -> Option<Self> {
        match c {
            '0' => Some(Self::Capitolo),
            '1' => Some(Self::Speciale),
            '2' => Some(Self::Siope),
            '9' => Some(Self::Altro),
            _ => None,
        }
    }
}

/// A stored line of a pendenza.
#[derive(Debug, Clone, PartialEq)]
pub struct Voce {
    /// Surrogate key.
    pub id: i64,
    /// Position, from 1, for ever: receipts refer to it.
    pub indice: i64,
    /// Identifier inside the pendenza.
    pub id_voce: String,
    /// Amount.
    pub importo: Importo,
    /// Description.
    pub descrizione: String,
    /// Text of the remittance line.
    pub descrizione_causale_rpt: Option<String>,
    /// Beneficiary of the line when named.
    pub dominio: Option<IdDominio>,
    /// Which money it is.
    pub forma: Forma,
    /// Accounting split.
    pub contabilita: Option<Contabilita>,
    /// Pairs for pagoPA.
    pub metadata: Vec<(String, String)>,
    /// `datiAllegati` of the line: any JSON value, as text.
    pub dati_allegati: Option<String>,
    /// State.
    pub stato: StatoVoce,
}

/// The three forms of a line (spec 20 2.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Forma {
    /// Refers to an entrata of the dominio.
    Entrata {
        /// Its code.
        codice: IdEntrata,
    },
    /// Marca da bollo telematica.
    Bollo {
        /// `01`.
        tipo: String,
        /// Base64 of the SHA-256 of the document.
        hash: String,
        /// Two capitals.
        provincia: String,
        /// Accounting code of the line itself: only API Ente v2 gives one (`codiceTassonomicoPagoPA`).
        contabilita: Option<(TipoContabilita, String)>,
    },
    /// Says itself where the money goes.
    Definita {
        /// Account.
        iban_accredito: Iban,
        /// Supporting account.
        iban_appoggio: Option<Iban>,
        /// Kind of accounting code.
        tipo_contabilita: TipoContabilita,
        /// Accounting code, 3-138 non-blank characters.
        codice_contabilita: String,
    },
}

impl Forma {
    /// The entrata to which the line refers: the built-in one for a stamp, none for a line that says
    /// itself where the money goes.
    #[must_use]
    pub fn entrata(&self) -> Option<&str> {
        match self {
            Self::Entrata { codice } => Some(codice.as_str()),
            Self::Bollo { .. } => Some(EntrataDominio::BOLLOT),
            Self::Definita { .. } => None,
        }
    }

    /// The account named by the line itself.
    #[must_use]
    pub fn iban_accredito(&self) -> Option<&Iban> {
        match self {
            Self::Definita { iban_accredito, .. } => Some(iban_accredito),
            Self::Entrata { .. } | Self::Bollo { .. } => None,
        }
    }
}

/// Accounting split of a line.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Contabilita {
    /// Shares; their sum is the amount of the line.
    pub quote: Vec<QuotaContabilita>,
    /// Any JSON value, as text.
    pub proprieta_custom: Option<String>,
}

/// A share of the accounting split.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuotaContabilita {
    /// `capitolo`.
    pub capitolo: String,
    /// `annoEsercizio`, 4 digits.
    pub anno_esercizio: String,
    /// Amount.
    pub importo: Importo,
    /// `accertamento`.
    pub accertamento: Option<String>,
    /// `titolo`.
    pub titolo: Option<String>,
    /// `tipologia`.
    pub tipologia: Option<String>,
    /// `categoria`.
    pub categoria: Option<String>,
    /// `articolo`.
    pub articolo: Option<String>,
    /// Any JSON value, as text.
    pub proprieta_custom: Option<String>,
}
