use jiff::civil::Date;

macro_rules! codificato {
    ($(#[$doc:meta])* $nome:ident { $($(#[$vdoc:meta])* $v:ident = $testo:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $nome { $($(#[$vdoc])* $v),+ }

        impl $nome {
            /// All of them, in order of declaration.
            pub const TUTTI: &'static [Self] = &[$(Self::$v),+];

            /// The text under which it is stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$v => $testo),+ }
            }

            /// From its text, case-sensitive.
            #[must_use]
            pub fn leggi(testo: &str) -> Option<Self> {
                match testo { $($testo => Some(Self::$v),)+ _ => None }
            }
        }

        impl std::fmt::Display for $nome {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use codificato;

codificato!(
    /// Stored state of a pendenza. `SCADUTA` is not here: it is computed when the pendenza is read,
    /// so that no batch has to run at midnight (spec 20 5.1).
    StatoPendenza {
        /// To be paid.
        NonEseguito = "NON_ESEGUITO",
        /// Paid.
        Eseguito = "ESEGUITO",
        /// Paid in part.
        ParzialmenteEseguito = "PARZIALMENTE_ESEGUITO",
        /// Withdrawn by the body.
        Annullato = "ANNULLATO",
    }
);

codificato!(
    /// Whether the money has come.
    StatoPagamento {
        /// No receipt.
        NonPagato = "NON_PAGATO",
        /// A receipt says so.
        Pagato = "PAGATO",
        /// Matched with the bank statement.
        Incassato = "INCASSATO",
    }
);

codificato!(
    /// Loaded by a management system, or asked by the payer.
    TipoPosizione {
        /// Loaded by the body.
        Dovuto = "dovuto",
        /// Asked by the payer.
        Spontaneo = "spontaneo",
    }
);

codificato!(
    /// State of a line, as stored.
    StatoVoce {
        /// Not paid.
        NonEseguito = "NON_ESEGUITO",
        /// Paid.
        Eseguito = "ESEGUITO",
    }
);

codificato!(
    /// The state that readers see (spec 20 5.2). A version whose enum lacks one of them reports the
    /// nearest (spec 20 2.5).
    StatoMostrato {
        /// Paid.
        Eseguita = "ESEGUITA",
        /// To be paid.
        NonEseguita = "NON_ESEGUITA",
        /// Paid in part.
        EseguitaParziale = "ESEGUITA_PARZIALE",
        /// Withdrawn.
        Annullata = "ANNULLATA",
        /// Past its last day.
        Scaduta = "SCADUTA",
        /// Paid twice or with a wrong amount.
        Anomala = "ANOMALA",
        /// Matched with the bank statement.
        Incassata = "INCASSATA",
    }
);

impl StatoVoce {
    /// The text on the wire.
    #[must_use]
    pub const fn sul_filo(self) -> &'static str {
        match self {
            Self::NonEseguito => "Non eseguito",
            Self::Eseguito => "Eseguito",
        }
    }
}

/// Which of the states a contract knows (spec 20 2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatiNoti {
    /// All of them.
    Tutti,
    /// Not the cashed: they are paid.
    SenzaIncasso,
    /// Neither the cashed nor the anomalous, which are what they would be without the anomaly.
    Ridotti,
}

impl StatiNoti {
    /// The states, in the order in which a refusal lists them.
    #[must_use]
    pub const fn elenco(self) -> &'static [StatoMostrato] {
        use StatoMostrato as S;
        match self {
            Self::Tutti => S::TUTTI,
            Self::SenzaIncasso => {
                &[S::Eseguita, S::NonEseguita, S::EseguitaParziale, S::Annullata, S::Scaduta, S::Anomala]
            }
            Self::Ridotti => &[S::Eseguita, S::NonEseguita, S::EseguitaParziale, S::Annullata, S::Scaduta],
        }
    }
}

impl StatoMostrato {
    /// The one function that decides what is shown.
    #[must_use]
    pub fn calcola(
        stato: StatoPendenza,
        anomalo: bool,
        pagamento: StatoPagamento,
        scadenza: Option<Date>,
        oggi: Date,
    ) -> Self {
        if anomalo {
            return Self::Anomala;
        }
        match stato {
            StatoPendenza::Annullato => Self::Annullata,
            StatoPendenza::Eseguito => match pagamento {
                StatoPagamento::Incassato => Self::Incassata,
                StatoPagamento::NonPagato | StatoPagamento::Pagato => Self::Eseguita,
            },
            StatoPendenza::ParzialmenteEseguito => Self::EseguitaParziale,
            StatoPendenza::NonEseguito if crate::tempo::trascorsa(scadenza, oggi) => Self::Scaduta,
            StatoPendenza::NonEseguito => Self::NonEseguita,
        }
    }
}
