use super::stati::{StatoVoce, codificato};
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
