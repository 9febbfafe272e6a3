//! The pendenza (debt position): the aggregate, its states and its rules.

#[cfg(test)]
pub(crate) mod campioni;
mod carica;
mod debitore;
mod errori;
mod modifica;
mod numero;
mod riferimenti;
mod stampato;
mod stati;
mod voce;

pub use carica::Nascita;
pub use debitore::Debitore;
pub use errori::PendenzaError;
pub use modifica::{Modifica, Richiesta, TransizioneVietata};
pub use numero::{NumeroError, Serie, controlla_fornito, da_iuv_chiesto};
pub use riferimenti::{Anagrafica, Riferita, TipiDiRiserva};
pub use stampato::{StatoAvviso, barcode, qrcode};
pub(crate) use stati::codificato;
pub use stati::{StatiNoti, StatoMostrato, StatoPagamento, StatoPendenza, StatoVoce, TipoPosizione};
pub use voce::{Contabilita, Forma, QuotaContabilita, TipoContabilita, Voce};

use crate::{IdA2A, IdDominio, IdPendenza, IdTipoPendenza, IdUnita, Importo, Istante, Iuv, NumeroAvviso};
use jiff::civil::Date;

/// Key of a pendenza on the wire: the applicazione and its own identifier.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ChiavePendenza {
    /// Applicazione that manages it.
    pub id_a2a: IdA2A,
    /// Its identifier there.
    pub id_pendenza: IdPendenza,
}

impl std::fmt::Display for ChiavePendenza {
    /// As the error catalogue names a pendenza (spec 20 section 12).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "(IdA2A:{}, Id:{})", self.id_a2a, self.id_pendenza)
    }
}

/// What the caller decides of a pendenza: the content of a PUT once it has been read and checked
/// against spec 20 section 2. References to master data are not checked yet.
#[derive(Debug, Clone, PartialEq)]
pub struct NuovaPendenza {
    /// Key.
    pub chiave: ChiavePendenza,
    /// Beneficiary.
    pub dominio: IdDominio,
    /// Unita operativa; `None` is the dominio itself.
    pub unita: Option<IdUnita>,
    /// Type, when the caller names one; otherwise derived (spec 20 3.2).
    pub tipo_pendenza: Option<IdTipoPendenza>,
    /// Short name (v1, Backoffice).
    pub nome: Option<String>,
    /// Reason, 1-140.
    pub causale: String,
    /// Debtor, already completed with `ANONIMO`.
    pub debitore: Debitore,
    /// Total.
    pub importo: Importo,
    /// Notice number chosen by the caller, as written (checked by the rules of spec 20 7.3).
    pub numero_avviso: Option<NumeroAvviso>,
    /// Last day on which the amount is known to be right.
    pub data_validita: Option<Date>,
    /// Last day on which it may be paid.
    pub data_scadenza: Option<Date>,
    /// When the reminder of the notice is due.
    pub data_notifica_avviso: Option<Date>,
    /// When the reminder of expiry is due.
    pub data_promemoria_scadenza: Option<Date>,
    /// No reminders for this pendenza (`dataAvvisatura=MAI`).
    pub avvisatura_inibita: bool,
    /// Everything that no rule looks at.
    pub accessori: Accessori,
    /// Lines, 1 to 5, in the caller's order.
    pub voci: Vec<NuovaVoce>,
    /// Attachments; replaced wholesale.
    pub allegati: Vec<NuovoAllegato>,
}

/// A line as the caller gives it. Position in the list is not its `indice` on update.
#[derive(Debug, Clone, PartialEq)]
pub struct NuovaVoce {
    /// Identifier inside the pendenza.
    pub id_voce: String,
    /// Amount.
    pub importo: Importo,
    /// Description, 1-255.
    pub descrizione: String,
    /// Text of the remittance line, 1-140.
    pub descrizione_causale_rpt: Option<String>,
    /// Beneficiary of the line when it is not the dominio of the pendenza.
    pub dominio: Option<IdDominio>,
    /// Which money it is.
    pub forma: Forma,
    /// Accounting split.
    pub contabilita: Option<Contabilita>,
    /// Pairs for pagoPA, 1 to 15; empty when absent.
    pub metadata: Vec<(String, String)>,
    /// `datiAllegati` of the line: any JSON value, as text.
    pub dati_allegati: Option<String>,
}

/// An attachment with its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NuovoAllegato {
    /// File name, 1-255.
    pub nome: String,
    /// Media type.
    pub tipo: Option<String>,
    /// Description.
    pub descrizione: Option<String>,
    /// Bytes.
    pub contenuto: Vec<u8>,
}

impl NuovoAllegato {
    /// Most attachments of a pendenza: a bound of ours, so that every one that is stored is shown.
    pub const MASSIMI: u16 = 1000;
}

/// A stored attachment without its content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allegato {
    /// Surrogate id: the last segment of `/allegati/{id}`.
    pub id: i64,
    /// File name.
    pub nome: String,
    /// Media type.
    pub tipo: Option<String>,
    /// Description.
    pub descrizione: Option<String>,
}

/// The members of a pendenza that are kept and given back and that no rule of ours looks at.
/// JSON values are kept as the text in which they came (exact numbers).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accessori {
    /// `annoRiferimento`, 4 digits.
    pub anno_riferimento: Option<String>,
    /// `cartellaPagamento`.
    pub cartella_pagamento: Option<String>,
    /// `tassonomia`.
    pub tassonomia: Option<String>,
    /// `tassonomiaAvviso`.
    pub tassonomia_avviso: Option<String>,
    /// `direzione`.
    pub direzione: Option<String>,
    /// `divisione`.
    pub divisione: Option<String>,
    /// `datiAllegati`: any JSON value, as text.
    pub dati_allegati: Option<String>,
    /// `proprieta`: the object as sent, normalised member names, as JSON text.
    pub proprieta: Option<String>,
    /// `documento` of which this pendenza is an option.
    pub documento: Option<Documento>,
}

/// The document of which a pendenza is one payment option (spec 20 2.4).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Documento {
    /// Identifier, unique per (applicazione, dominio).
    pub identificativo: String,
    /// Description, last writer wins.
    pub descrizione: String,
    /// Which option.
    pub opzione: OpzioneDocumento,
}

/// Which payment option of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OpzioneDocumento {
    /// The whole in one payment.
    Unica,
    /// The n-th rate, from 1.
    Rata(i64),
    /// Within so many days.
    Entro(i64),
    /// After so many days.
    Oltre(i64),
    /// Reduced.
    Ridotto,
    /// Discounted.
    Scontato,
}

/// The aggregate as it is stored: whoever changes any part of it checks and bumps `versione`.
#[derive(Debug, Clone, PartialEq)]
pub struct Pendenza {
    /// Surrogate key.
    pub id: i64,
    /// Guard of every change of the aggregate.
    pub versione: i64,
    /// Key on the wire.
    pub chiave: ChiavePendenza,
    /// 32 hexadecimal digits.
    pub uuid: String,
    /// Beneficiary.
    pub dominio: IdDominio,
    /// Unita operativa; `None` is the dominio itself (`EC`).
    pub unita: Option<IdUnita>,
    /// Type.
    pub tipo_pendenza: IdTipoPendenza,
    /// Loaded by a management system or asked by the payer.
    pub tipo: TipoPosizione,
    /// Short name.
    pub nome: Option<String>,
    /// Reason.
    pub causale: String,
    /// Debtor.
    pub debitore: Debitore,
    /// Total.
    pub importo: Importo,
    /// Notice number.
    pub numero_avviso: NumeroAvviso,
    /// Reference, unique in the dominio.
    pub iuv: Iuv,
    /// Last day on which the amount is known to be right.
    pub data_validita: Option<Date>,
    /// Last day on which it may be paid.
    pub data_scadenza: Option<Date>,
    /// When the reminder of the notice is due.
    pub data_notifica_avviso: Option<Date>,
    /// When the reminder of expiry is due.
    pub data_promemoria_scadenza: Option<Date>,
    /// No reminders.
    pub avvisatura_inibita: bool,
    /// The rest.
    pub accessori: Accessori,
    /// Stored state.
    pub stato: StatoPendenza,
    /// Anomalous payment.
    pub anomalo: bool,
    /// Paid, cashed.
    pub stato_pagamento: StatoPagamento,
    /// Why it is in this state, or the irregularity.
    pub descrizione_stato: Option<String>,
    /// Backoffice flag set by PATCH `/ack`.
    pub verificato: bool,
    /// Sum of the riscossioni of the last executed receipt.
    pub importo_pagato: Importo,
    /// Sum of what was cashed.
    pub importo_incassato: Importo,
    /// When it was paid.
    pub data_pagamento: Option<Istante>,
    /// Reference of the last successful payment.
    pub iuv_pagamento: Option<Iuv>,
    /// When it was loaded.
    pub data_caricamento: Istante,
    /// When anything of it changed last.
    pub data_ultimo_aggiornamento: Istante,
    /// When something that pagoPA's archive must know changed last (spec 40 10.1).
    pub data_ultima_modifica_aca: Istante,
    /// When the archive was told last.
    pub data_ultima_comunicazione_aca: Option<Istante>,
    /// Lines by `indice`.
    pub voci: Vec<Voce>,
}

impl Pendenza {
    /// The state that is shown, computed and never stored (spec 20 5.2).
    #[must_use]
    pub fn stato_mostrato(&self, oggi: Date) -> StatoMostrato {
        self.stato_fra(StatiNoti::Tutti, oggi)
    }

    /// The state that a contract shows: the nearest of those that it knows (spec 20 2.5).
    #[must_use]
    pub fn stato_fra(&self, noti: StatiNoti, oggi: Date) -> StatoMostrato {
        let (anomalo, pagamento) = match noti {
            StatiNoti::Tutti => (self.anomalo, self.stato_pagamento),
            StatiNoti::SenzaIncasso => (self.anomalo, StatoPagamento::Pagato),
            StatiNoti::Ridotti => (false, StatoPagamento::Pagato),
        };
        StatoMostrato::calcola(self.stato, anomalo, pagamento, self.data_scadenza, oggi)
    }
}
