/// Which contract a pendenza is written in: which members it may have, which it must.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Variante {
    /// Body of PUT, API Pendenze v1: the key is in the path, what came later is unknown.
    PendenzeV1,
    /// Body of PUT, API Pendenze v2: the key is in the path.
    PendenzeV2,
    /// Body of PUT, Backoffice: the key is in the path, `importo` may be left out.
    Backoffice,
    /// Body of POST, Backoffice: the same with the key in the body.
    BackofficePost,
    /// What a form becomes: the same, and `importo` may not be left out.
    Modulo,
    /// Answer of API Ente v1, flat: members of the verification beside those of the pendenza.
    EnteV1,
    /// Member `pendenza` of an answer of API Ente v2.
    EnteV2,
}

/// Members that every variant has.
macro_rules! membri {
    ($($altri:literal),*) => {
        &[
            "idDominio", "idUnitaOperativa", "idTipoPendenza", "causale", "soggettoPagatore", "importo",
            "numeroAvviso", "dataValidita", "dataScadenza", "dataNotificaAvviso",
            "dataPromemoriaScadenza", "annoRiferimento", "cartellaPagamento", "datiAllegati",
            "tassonomia", "tassonomiaAvviso", "direzione", "divisione", "documento", "proprieta", "voci",
            "allegati", $($altri),*
        ]
    };
}

macro_rules! membri_voce {
    ($($altri:literal),*) => {
        &[
            "idVocePendenza", "importo", "descrizione", "datiAllegati", "descrizioneCausaleRPT",
            "contabilita", "metadata", "idDominio", "codEntrata", "tipoBollo", "hashDocumento",
            "provinciaResidenza", "ibanAccredito", "ibanAppoggio", "tipoContabilita",
            "codiceContabilita", $($altri),*
        ]
    };
}

impl Variante {
    /// Known members of the pendenza.
    pub(super) const fn membri(self) -> &'static [&'static str] {
        match self {
            Self::PendenzeV1 => &[
                "idDominio",
                "idUnitaOperativa",
                "nome",
                "causale",
                "soggettoPagatore",
                "importo",
                "numeroAvviso",
                "dataCaricamento",
                "dataValidita",
                "dataScadenza",
                "annoRiferimento",
                "cartellaPagamento",
                "datiAllegati",
                "tassonomia",
                "tassonomiaAvviso",
                "voci",
            ],
            Self::PendenzeV2 => membri!(),
            Self::Backoffice => membri!("nome", "dataCaricamento"),
            Self::BackofficePost | Self::Modulo => membri!("nome", "dataCaricamento", "idA2A", "idPendenza"),
            Self::EnteV1 => {
                membri!("nome", "dataCaricamento", "idA2A", "idPendenza", "stato", "descrizioneStato")
            }
            Self::EnteV2 => membri!("idA2A", "idPendenza"),
        }
    }

    /// Known members of a voce.
    pub(super) const fn membri_voce(self) -> &'static [&'static str] {
        match self {
            Self::PendenzeV1 => &[
                "indice",
                "idVocePendenza",
                "importo",
                "descrizione",
                "stato",
                "datiAllegati",
                "descrizioneCausaleRPT",
                "codEntrata",
                "tipoBollo",
                "hashDocumento",
                "provinciaResidenza",
                "ibanAccredito",
                "ibanAppoggio",
                "tipoContabilita",
                "codiceContabilita",
            ],
            Self::PendenzeV2 => membri_voce!(),
            Self::Backoffice | Self::BackofficePost | Self::Modulo => membri_voce!("indice", "stato"),
            Self::EnteV1 => membri_voce!("indice", "bicAccredito", "bicAppoggio"),
            Self::EnteV2 => membri_voce!("codiceTassonomicoPagoPA"),
        }
    }

    /// Whether the key stands in the body.
    pub(super) const fn chiave_nel_corpo(self) -> bool {
        match self {
            Self::PendenzeV1 | Self::PendenzeV2 | Self::Backoffice => false,
            Self::BackofficePost | Self::Modulo | Self::EnteV1 | Self::EnteV2 => true,
        }
    }

    /// Whether the sum of the voci stands for an amount that is not there.
    pub(super) const fn importo_facoltativo(self) -> bool {
        match self {
            Self::Backoffice | Self::BackofficePost => true,
            Self::PendenzeV1 | Self::PendenzeV2 | Self::Modulo | Self::EnteV1 | Self::EnteV2 => false,
        }
    }

    /// Whether the debtor must be named: elsewhere who is not is `ANONIMO` (spec 20 2.2).
    pub(super) const fn pagatore_obbligatorio(self) -> bool {
        match self {
            Self::PendenzeV1 => true,
            Self::PendenzeV2
            | Self::Backoffice
            | Self::BackofficePost
            | Self::Modulo
            | Self::EnteV1
            | Self::EnteV2 => false,
        }
    }

    /// Whether `ENTRATA`, the former name of `CAPITOLO`, is read as such.
    pub(super) const fn contabilita_di_una_volta(self) -> bool {
        matches!(self, Self::PendenzeV1)
    }
}
