//! What is printed: the content of a notice as pure values, every text final (spec 60 section 6).
//!
//! Crate `stampe` draws these values and decides nothing about them.

mod avviso;
mod codici;
mod documento;
mod lingua;

pub use avviso::{Emittente, ProprietaAvviso, RegoleStampa};
pub use codici::{DatiBollettino, datamatrix};
pub use documento::{DocumentoStampato, Pagina};
pub use lingua::{Lingua, LinguaChiesta, Seconda};

use crate::pendenza::OpzioneDocumento;
use crate::{IdDominio, Importo, NumeroAvviso};
use jiff::civil::Date;

/// A notice for one payment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AvvisoStampato {
    /// Subject: the causale, or the description of the document.
    pub oggetto: String,
    /// Which option of a document it is, when it is one.
    pub opzione: Option<OpzioneDocumento>,
    /// The body.
    pub ente: EnteStampato,
    /// Logo of the body; without it the mark of pagoPA stands in its place.
    pub logo: Option<Logo>,
    /// Logo of the other body that shares the amount.
    pub secondo_logo: Option<Logo>,
    /// Who owes.
    pub debitore: DebitoreStampato,
    /// CBILL code of the body.
    pub cbill: Option<String>,
    /// Notice number.
    pub numero_avviso: NumeroAvviso,
    /// Amount due.
    pub importo: Importo,
    /// Date printed as the term.
    pub scadenza: Option<Date>,
    /// The note on the amount.
    pub informativa: Informativa,
    /// What it says in a second language; without it the notice is in Italian alone.
    pub seconda: Option<Seconda>,
    /// The postal slip, for an amount that goes to a postal account.
    pub bollettino: Option<Bollettino>,
    /// Text of the QR code.
    pub qrcode: String,
    /// Day of printing.
    pub stampato_il: Date,
}

impl AvvisoStampato {
    /// The second language.
    #[must_use]
    pub fn lingua(&self) -> Option<Lingua> {
        self.seconda.as_ref().map(|s| s.lingua)
    }
}

/// The body as it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EnteStampato {
    /// Name.
    pub nome: String,
    /// 11 digits.
    pub codice: IdDominio,
    /// Area or office.
    pub area: Option<String>,
    /// Site, telephone and fax, mail: a line each.
    pub contatti: Vec<String>,
}

/// The debtor as printed; what is not to be shown is empty.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DebitoreStampato {
    /// Name.
    pub nome: String,
    /// Fiscal code, upper-case.
    pub codice: String,
    /// Street and civic number.
    pub indirizzo: String,
    /// Postal code, town, province.
    pub localita: String,
}

/// A picture as the master data keep it: bytes of any size and kind, not trusted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logo {
    /// PNG, JPEG or SVG; anything else is not drawn.
    pub contenuto: Vec<u8>,
    /// Whose it is: the alternative text.
    pub nome: String,
}

/// The note beside the amount (`proprieta.informativaImportoAvviso`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Informativa {
    /// The standard text.
    Standard,
    /// No section at all.
    Nessuna,
    /// The body's own.
    Testo(String),
}

/// The postal slip under the notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bollettino {
    /// Postal account: 12 digits.
    pub conto: String,
    /// Holder of the account.
    pub intestato_a: String,
    /// `AUT. ...` of "stampa in proprio".
    pub autorizzazione: Option<String>,
    /// Text of the DataMatrix, 256 characters.
    pub datamatrix: String,
}
