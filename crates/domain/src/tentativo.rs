//! An attempt to pay a pendenza (RPT / RPP on the wire): request, receipt, riscossioni.

use crate::pendenza::codificato;
use crate::{IdDominio, Importo, Istante, Iuv};

codificato!(
    /// State of an attempt (spec 40 9.1).
    StatoTentativo {
        /// Inserted.
        RptAttivata = "RPT_ATTIVATA",
        /// The Node has our answer.
        RptAccettataNodo = "RPT_ACCETTATA_NODO",
        /// The Node refused it.
        RptRifiutataNodo = "RPT_RIFIUTATA_NODO",
        /// A newer attempt took its place.
        RptAnnullata = "RPT_ANNULLATA",
        /// No receipt came in time.
        RptScaduta = "RPT_SCADUTA",
        /// The receipt was accepted.
        RtAccettataPa = "RT_ACCETTATA_PA",
        /// The receipt was refused.
        RtRifiutataPa = "RT_RIFIUTATA_PA",
    }
);

impl StatoTentativo {
    /// Whether a new activation cancels it (pending set of spec 40 9.1, the members that exist here).
    #[must_use]
    pub const fn pendente(self) -> bool {
        match self {
            Self::RptAttivata | Self::RptAccettataNodo | Self::RptAnnullata | Self::RtRifiutataPa => true,
            Self::RptRifiutataNodo | Self::RptScaduta | Self::RtAccettataPa => false,
        }
    }

    /// The state once the same notice is activated again (spec 40 5.3).
    #[must_use]
    pub const fn con_nuova_attivazione(self) -> Self {
        if self.pendente() { Self::RptAnnullata } else { self }
    }

    /// The state once its time is over without a receipt (spec 40 9.1): an attempt that a newer one
    /// has cancelled stays so.
    #[must_use]
    pub const fn con_scadenza(self) -> Self {
        match self {
            Self::RptAttivata | Self::RptAccettataNodo => Self::RptScaduta,
            Self::RptRifiutataNodo
            | Self::RptAnnullata
            | Self::RptScaduta
            | Self::RtAccettataPa
            | Self::RtRifiutataPa => self,
        }
    }

    /// Whether it waits for its receipt.
    #[must_use]
    pub const fn aperto(self) -> bool {
        match self {
            Self::RptAttivata | Self::RptAccettataNodo => true,
            Self::RptRifiutataNodo
            | Self::RptAnnullata
            | Self::RptScaduta
            | Self::RtAccettataPa
            | Self::RtRifiutataPa => false,
        }
    }
}

codificato!(
    /// Protocol version of request and receipt (spec 40 5.3, 7.2).
    VersioneTentativo {
        /// RPT 6.2 and RT 6.2.
        Sanp230 = "SANP_230",
        /// paGetPayment, paSendRT.
        Sanp240 = "SANP_240",
        /// paGetPaymentV2, paSendRTV2.
        Sanp321V2 = "SANP_321_V2",
        /// paGetPaymentV2 answered by paSendRT.
        RptV2RtV1 = "RPTV2_RTV1",
        /// paGetPayment answered by paSendRTV2.
        RptV1RtV2 = "RPTV1_RTV2",
        /// RPT 6.2 answered by paSendRTV2.
        RptSanp230RtV2 = "RPTSANP230_RTV2",
    }
);

/// Format of one message of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formato {
    /// RPT or RT 6.2.
    Sanp230,
    /// paGetPayment or paSendRT.
    V1,
    /// paGetPaymentV2 or paSendRTV2.
    V2,
}

impl VersioneTentativo {
    /// Format of the request.
    #[must_use]
    pub const fn richiesta(self) -> Formato {
        match self {
            Self::Sanp230 | Self::RptSanp230RtV2 => Formato::Sanp230,
            Self::Sanp240 | Self::RptV1RtV2 => Formato::V1,
            Self::Sanp321V2 | Self::RptV2RtV1 => Formato::V2,
        }
    }

    /// The version of the attempt once a receipt of such a format is there (spec 40 7.2).
    #[must_use]
    pub const fn con_ricevuta(self, ricevuta: Formato) -> Self {
        match (self.richiesta(), ricevuta) {
            // A 2.4 receipt on a 2.3 request has no version of its own.
            (Formato::Sanp230, Formato::Sanp230 | Formato::V1) => Self::Sanp230,
            (Formato::Sanp230, Formato::V2) => Self::RptSanp230RtV2,
            (Formato::V1, Formato::V1 | Formato::Sanp230) => Self::Sanp240,
            (Formato::V1, Formato::V2) => Self::RptV1RtV2,
            (Formato::V2, Formato::V1) => Self::RptV2RtV1,
            (Formato::V2, Formato::V2 | Formato::Sanp230) => Self::Sanp321V2,
        }
    }
}

codificato!(
    /// Outcome of an attempt.
    EsitoPagamento {
        /// No receipt yet.
        InCorso = "IN_CORSO",
        /// Paid.
        Eseguito = "PAGAMENTO_ESEGUITO",
        /// Not paid.
        NonEseguito = "PAGAMENTO_NON_ESEGUITO",
        /// Paid in part.
        ParzialmenteEseguito = "PAGAMENTO_PARZIALMENTE_ESEGUITO",
        /// Terms expired.
        DecorrenzaTermini = "DECORRENZA_TERMINI",
        /// Terms expired for a part.
        DecorrenzaTerminiParziale = "DECORRENZA_TERMINI_PARZIALE",
        /// Refused.
        Rifiutato = "RIFIUTATO",
    }
);

codificato!(
    /// Who started it, in the terms of the protocol.
    ModelloPagamento {
        /// Started on the portal of the body (modello 1).
        AdIniziativaEnte = "ENTE",
        /// Activated at a PSP (modello 3, `ATTIVATO_PRESSO_PSP`, code 4).
        AdIniziativaPsp = "PSP",
    }
);

codificato!(
    /// Kind of a riscossione (spec 40 7.4).
    TipoRiscossione {
        /// An entrata.
        Entrata = "ENTRATA",
        /// Marca da bollo telematica.
        Mbt = "MBT",
        /// Of another intermediary.
        AltroIntermediario = "ALTRO_INTERMEDIARIO",
        /// Of a registered body that we do not intermediate.
        EntrataPaNonIntermediata = "ENTRATA_PA_NON_INTERMEDIATA",
    }
);

codificato!(
    /// State of a riscossione.
    StatoRiscossione {
        /// A receipt says so.
        Pagato = "PAGATO",
        /// A flow says so, no receipt yet.
        PagatoSenzaRpt = "PAGATO_SENZA_RPT",
        /// Matched with the bank statement.
        Incassato = "INCASSATO",
    }
);

/// An attempt as stored, without the messages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tentativo {
    /// Surrogate key.
    pub id: i64,
    /// Pendenza that it pays.
    pub pendenza: i64,
    /// Dominio of the pendenza.
    pub dominio: IdDominio,
    /// Reference.
    pub iuv: Iuv,
    /// Attempt code: ours at first, the receiptId once the receipt is there. Unique with dominio, iuv.
    pub ccp: String,
    /// Protocol version.
    pub versione: VersioneTentativo,
    /// Who started it.
    pub modello: ModelloPagamento,
    /// State.
    pub stato: StatoTentativo,
    /// Why.
    pub descrizione_stato: Option<String>,
    /// Outcome.
    pub esito: EsitoPagamento,
    /// 32 hexadecimal digits, or the receiptId of a stand-in receipt.
    pub cod_msg_richiesta: String,
    /// When the attempt began: the latest one receives the receipt.
    pub data_msg_richiesta: Istante,
    /// Stazione of the dominio.
    pub cod_stazione: String,
    /// `paymentNote`, at most 35 characters.
    pub cod_carrello: Option<String>,
    /// Blocks the old primitives.
    pub bloccante: bool,
    /// Identifier of the receipt message.
    pub cod_msg_ricevuta: Option<String>,
    /// When the receipt came.
    pub data_msg_ricevuta: Option<Istante>,
    /// Total of the receipt.
    pub importo_totale_pagato: Option<Importo>,
    /// Fiscal code of who attests.
    pub cod_attestante: Option<String>,
    /// Name of who attests.
    pub denominazione_attestante: Option<String>,
    /// PSP.
    pub cod_psp: Option<String>,
    /// Channel.
    pub cod_canale: Option<String>,
    /// `paymentMethod`.
    pub tipo_versamento: Option<String>,
    /// Whether the message of the request is stored.
    pub ha_rpt: bool,
    /// Whether the message of the receipt is stored.
    pub ha_rt: bool,
}

/// Money of one voce that a receipt (or a flow) says was paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Riscossione {
    /// Surrogate key.
    pub id: i64,
    /// Pendenza.
    pub pendenza: i64,
    /// Voce that it pays, when known.
    pub voce: Option<i64>,
    /// Attempt whose receipt tells it.
    pub tentativo: Option<i64>,
    /// Dominio that receives the money: may differ from the one of the pendenza.
    pub dominio: IdDominio,
    /// Reference.
    pub iuv: Iuv,
    /// Identifier of the collection: the receiptId.
    pub iur: String,
    /// Position in the receipt (`idTransfer`). Unique with dominio, iuv, iur.
    pub indice: i64,
    /// Amount.
    pub importo: Importo,
    /// When the payment was made.
    pub data: Istante,
    /// Fee of the PSP, repeated on every line.
    pub commissioni: Option<Importo>,
    /// State.
    pub stato: StatoRiscossione,
    /// Kind.
    pub tipo: TipoRiscossione,
    /// Attachment: `BD` (stamp) or `ES` (outcome) and its base64 text.
    pub allegato: Option<(String, String)>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn una_nuova_attivazione_annulla_chi_aspetta() {
        use StatoTentativo as S;
        for (da, a) in [
            (S::RptAttivata, S::RptAnnullata),
            (S::RptAccettataNodo, S::RptAnnullata),
            (S::RptRifiutataNodo, S::RptRifiutataNodo),
            (S::RptAnnullata, S::RptAnnullata),
            (S::RptScaduta, S::RptScaduta),
            (S::RtAccettataPa, S::RtAccettataPa),
            (S::RtRifiutataPa, S::RptAnnullata),
        ] {
            assert_eq!(da.con_nuova_attivazione(), a, "{da}");
        }
    }

    #[test]
    fn scade_solo_chi_e_aperto() {
        for s in StatoTentativo::TUTTI {
            let atteso = if s.aperto() { StatoTentativo::RptScaduta } else { *s };
            assert_eq!(s.con_scadenza(), atteso);
            assert!(!s.con_scadenza().aperto());
        }
    }

    #[test]
    fn la_versione_dice_i_due_formati() {
        use VersioneTentativo as V;
        for (da, f, a) in [
            (V::Sanp240, Formato::V1, V::Sanp240),
            (V::Sanp240, Formato::V2, V::RptV1RtV2),
            (V::Sanp321V2, Formato::V1, V::RptV2RtV1),
            (V::Sanp321V2, Formato::V2, V::Sanp321V2),
            (V::Sanp230, Formato::V2, V::RptSanp230RtV2),
            (V::RptV2RtV1, Formato::V2, V::Sanp321V2),
            (V::RptV1RtV2, Formato::V1, V::Sanp240),
        ] {
            assert_eq!(da.con_ricevuta(f), a, "{da} {f:?}");
        }
    }
}
