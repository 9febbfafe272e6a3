use super::{ChiavePendenza, StatoPendenza};
use crate::codici::{Iban, IdStazione};
use crate::{AuxDigit, IdA2A, IdDominio, IdTipoPendenza, IdUnita, Importo, NumeroAvviso};

/// A rule that a pendenza breaks: one variant per code of spec 20 section 12, whose `dettaglio` is
/// the display text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PendenzaError {
    /// `APP_000`
    #[error("Applicazione ({0}) inesistente")]
    ApplicazioneInesistente(IdA2A),
    /// `APP_001`
    #[error("Applicazione ({0}) disabilitata")]
    ApplicazioneDisabilitata(IdA2A),
    /// `APP_002`
    #[error("Applicazione autenticata ({autenticata}) diversa dalla chiamante ({indicata})")]
    ApplicazioneDiversa {
        /// Who calls.
        autenticata: IdA2A,
        /// Whose pendenza it is.
        indicata: IdA2A,
    },
    /// `DOM_000`
    #[error("Dominio ({0}) inesistente")]
    DominioInesistente(IdDominio),
    /// `DOM_001`
    #[error("Dominio ({0}) disabilitato")]
    DominioDisabilitato(IdDominio),
    /// `UOP_000`
    #[error("Unita' operativa ({0}) del dominio ({1}) inesistente")]
    UnitaInesistente(IdUnita, IdDominio),
    /// `UOP_001`
    #[error("Unita' operativa ({0}) del dominio ({1}) disabilitata")]
    UnitaDisabilitata(IdUnita, IdDominio),
    /// `TRB_000`
    #[error("Tributo ({0}) inesistente per il dominio ({1})")]
    TributoInesistente(String, IdDominio),
    /// `TRB_001`
    #[error("Tributo ({0}) disabilitato per il dominio ({1})")]
    TributoDisabilitato(String, IdDominio),
    /// `TVR_000`
    #[error("Tipo pendenza ({0}) inesistente")]
    TipoInesistente(IdTipoPendenza),
    /// `TVR_001`
    #[error("Tipo pendenza ({0}) disabilitato")]
    TipoDisabilitato(IdTipoPendenza),
    /// `TVD_000`
    #[error("Tipo pendenza ({0}) del dominio ({1}) inesistente")]
    TipoDominioInesistente(IdTipoPendenza, IdDominio),
    /// `TVD_001`
    #[error("Tipo pendenza ({0}) del dominio ({1}) disabilitato")]
    TipoDominioDisabilitato(IdTipoPendenza, IdDominio),
    /// `VER_001`
    #[error("La pendenza {chiave} presenta il codSingoloVersamentoEnte ({voce}) piu' di una volta")]
    VoceRipetuta {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// `idVocePendenza`.
        voce: String,
    },
    /// `VER_002`
    #[error(
        "La pendenza {chiave} ha un importo totale ({}) diverso dalla somma dei singoli importi ({})",
        .totale.corto(),
        .somma.corto()
    )]
    TotaleDiverso {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Declared.
        totale: Importo,
        /// Computed.
        somma: Importo,
    },
    /// `VER_003`
    #[error("La pendenza {chiave} e' in uno stato che non consente l'aggiornamento ({stato})")]
    NonAggiornabile {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Stored state.
        stato: StatoPendenza,
    },
    /// `VER_004`
    #[error(
        "La pendenza {chiave} presenta un beneficiario ({dominio} / {unita}) diverso da quello originale \
         ({dominio_originale} / {unita_originale})"
    )]
    BeneficiarioDiverso {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Sent.
        dominio: IdDominio,
        /// Sent, `EC` for the dominio itself.
        unita: String,
        /// Stored.
        dominio_originale: IdDominio,
        /// Stored, `EC` for the dominio itself.
        unita_originale: String,
    },
    /// `VER_005`
    #[error(
        "La pendenza {chiave} inviata ha un numero di voci ({inviate}) diverso da quello originale \
         ({originali})"
    )]
    NumeroVociDiverso {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Sent.
        inviate: usize,
        /// Stored.
        originali: usize,
    },
    /// `VER_006`
    #[error(
        "La pendenza {chiave} inviata non contiene una voce con codSingoloVersamentoEnte ({voce}) presente \
         nell'originale"
    )]
    VoceMancante {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Stored `idVocePendenza`.
        voce: String,
    },
    /// `VER_007`
    #[error(
        "La pendenza {chiave} ha il singolo versamento con codSingoloVersamentoEnte ({voce}) inviato ha un \
         tipo tributo ({tributo}) diverso dall'originale ({originale})"
    )]
    TributoDiverso {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// `idVocePendenza`.
        voce: String,
        /// Sent, `null` when the line is not on an entrata.
        tributo: String,
        /// Stored, `null` when the line is not on an entrata.
        originale: String,
    },
    /// `VER_017`
    #[error("Lo IUV ({0}) non e' conforme alle specifiche agid")]
    AvvisoNonConforme(String),
    /// `VER_020`
    #[error("Iban di accredito ({0}) non censito per il dominio ({1})")]
    IbanInesistente(Iban, IdDominio),
    /// `VER_032`
    #[error("Iban di accredito ({0}) disabilitato per il dominio ({1})")]
    IbanDisabilitato(Iban, IdDominio),
    /// `VER_033`
    #[error("Iban di appoggio ({0}) non censito per il dominio ({1})")]
    IbanAppoggioInesistente(Iban, IdDominio),
    /// `VER_034`
    #[error("Iban di appoggio ({0}) disabilitato per il dominio ({1})")]
    IbanAppoggioDisabilitato(Iban, IdDominio),
    /// `VER_022`
    #[error("Applicazione non autorizzata alla gestione del tipo pendenza indicato")]
    TipoNonAutorizzato,
    /// `VER_023`
    #[error("La pendenza {chiave} ha la voce ({voce}) con un iban di accredito diverso dall'originale.")]
    IbanDiverso {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// `idVocePendenza`.
        voce: String,
    },
    /// `VER_024`
    #[error("La pendenza {chiave} ha un numero avviso ({inviato}) diverso dall'originale ({originale}).")]
    AvvisoDiverso {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Sent: a notice number, or the reference asked to the ente.
        inviato: String,
        /// Stored.
        originale: NumeroAvviso,
    },
    /// `VER_025`
    #[error(
        "La pendenza {chiave} ha un numero avviso ({avviso}) gia' utilizzato (IdA2A:{}, Id:{}).",
        .altra.id_a2a,
        .altra.id_pendenza
    )]
    AvvisoUsato {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Sent.
        avviso: NumeroAvviso,
        /// Who has it.
        altra: ChiavePendenza,
    },
    /// `VER_026`
    #[error(
        "Lo IUV ({avviso}) non e' conforme alle specifiche agid, application code ({codice:02}) non valido \
         per la stazione ({stazione})"
    )]
    ApplicationCodeErrato {
        /// Sent.
        avviso: NumeroAvviso,
        /// In it.
        codice: u8,
        /// Of the dominio.
        stazione: IdStazione,
    },
    /// `VER_027`
    #[error(
        "Lo IUV ({avviso}) non e' conforme alle specifiche agid, segregaton code ({codice:02}) non valido \
         per il dominio ({dominio})"
    )]
    SegregationCodeErrato {
        /// Sent.
        avviso: NumeroAvviso,
        /// In it.
        codice: u8,
        /// Of the pendenza.
        dominio: IdDominio,
    },
    /// `VER_028`
    #[error(
        "Il prefisso IUV di tipo numerico generato ({prefisso}) per la pendenza (IdA2A:{} Id:{}) non e' \
         valido rispetto alla configurazione prevista per il dominio ({dominio}, prefix:{modello}).",
        .chiave.id_a2a,
        .chiave.id_pendenza
    )]
    PrefissoNonValido {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Resolved.
        prefisso: String,
        /// Of the pendenza.
        dominio: IdDominio,
        /// `iuvPrefix`.
        modello: String,
    },
    /// `VER_035`
    #[error(
        "La voce ({voce}) della pendenza {chiave} ha un importo ({}) diverso dalla somma dei singoli \
         importi definiti nella lista delle contabilita' ({})",
        .importo.corto(),
        .somma.corto()
    )]
    QuoteDiverse {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// `idVocePendenza`.
        voce: String,
        /// Of the line.
        importo: Importo,
        /// Of the shares.
        somma: Importo,
    },
    /// `VER_039`
    #[error(
        "Il carattere iniziale del numero avviso ({avviso}) indicato per la pendenza (IdA2A:{} Id:{}) non \
         coincide con l'aux digit ({}) impostato per l'Ente Creditore ({dominio}).",
        .chiave.id_a2a,
        .chiave.id_pendenza,
        .aux.cifra()
    )]
    AuxDigitErrato {
        /// Pendenza.
        chiave: ChiavePendenza,
        /// Sent.
        avviso: NumeroAvviso,
        /// Of the dominio.
        aux: AuxDigit,
        /// Of the pendenza.
        dominio: IdDominio,
    },
}

impl PendenzaError {
    /// The code of the catalogue.
    #[must_use]
    pub const fn codice(&self) -> &'static str {
        match self {
            Self::ApplicazioneInesistente(_) => "APP_000",
            Self::ApplicazioneDisabilitata(_) => "APP_001",
            Self::ApplicazioneDiversa { .. } => "APP_002",
            Self::DominioInesistente(_) => "DOM_000",
            Self::DominioDisabilitato(_) => "DOM_001",
            Self::UnitaInesistente(..) => "UOP_000",
            Self::UnitaDisabilitata(..) => "UOP_001",
            Self::TributoInesistente(..) => "TRB_000",
            Self::TributoDisabilitato(..) => "TRB_001",
            Self::TipoInesistente(_) => "TVR_000",
            Self::TipoDisabilitato(_) => "TVR_001",
            Self::TipoDominioInesistente(..) => "TVD_000",
            Self::TipoDominioDisabilitato(..) => "TVD_001",
            Self::VoceRipetuta { .. } => "VER_001",
            Self::TotaleDiverso { .. } => "VER_002",
            Self::NonAggiornabile { .. } => "VER_003",
            Self::BeneficiarioDiverso { .. } => "VER_004",
            Self::NumeroVociDiverso { .. } => "VER_005",
            Self::VoceMancante { .. } => "VER_006",
            Self::TributoDiverso { .. } => "VER_007",
            Self::AvvisoNonConforme(_) => "VER_017",
            Self::IbanInesistente(..) => "VER_020",
            Self::TipoNonAutorizzato => "VER_022",
            Self::IbanDiverso { .. } => "VER_023",
            Self::AvvisoDiverso { .. } => "VER_024",
            Self::AvvisoUsato { .. } => "VER_025",
            Self::ApplicationCodeErrato { .. } => "VER_026",
            Self::SegregationCodeErrato { .. } => "VER_027",
            Self::PrefissoNonValido { .. } => "VER_028",
            Self::IbanDisabilitato(..) => "VER_032",
            Self::IbanAppoggioInesistente(..) => "VER_033",
            Self::IbanAppoggioDisabilitato(..) => "VER_034",
            Self::QuoteDiverse { .. } => "VER_035",
            Self::AuxDigitErrato { .. } => "VER_039",
        }
    }
}
