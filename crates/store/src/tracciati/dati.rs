use crate::{DaRiga, Riga, StoreError};
use domain::Istante;

macro_rules! codificato {
    ($(#[$doc:meta])* $nome:ident { $($(#[$vdoc:meta])* $v:ident = $testo:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $nome { $($(#[$vdoc])* $v),+ }

        impl $nome {
            /// All of them.
            pub const TUTTI: &'static [Self] = &[$(Self::$v),+];

            /// The text under which it is stored and sent.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$v => $testo),+ }
            }

            /// From its text.
            #[must_use]
            pub fn leggi(testo: &str) -> Option<Self> {
                match testo { $($testo => Some(Self::$v),)+ _ => None }
            }
        }
    };
}

codificato!(
    /// How a file is written.
    FormatoTracciato {
        /// `text/csv`.
        Csv = "CSV",
        /// `application/json`.
        Json = "JSON",
    }
);

codificato!(
    /// State of a bulk load, as it is shown (spec 20 11.4).
    StatoTracciato {
        /// Accepted, not started.
        InAttesa = "IN_ATTESA",
        /// Loading.
        InElaborazione = "IN_ELABORAZIONE",
        /// Finished, every operation went well.
        Eseguito = "ESEGUITO",
        /// Finished, some did not.
        EseguitoConErrori = "ESEGUITO_CON_ERRORI",
        /// Not a file of operations.
        Scartato = "SCARTATO",
        /// Every operation done, printing.
        ElaborazioneStampa = "ELABORAZIONE_STAMPA",
    }
);

codificato!(
    /// What an operation is.
    TipoOperazione {
        /// Creation or update.
        Add = "ADD",
        /// Annulment.
        Del = "DEL",
        /// Nobody can tell.
        NonValida = "NON_VALIDA",
    }
);

impl StatoTracciato {
    /// Whether every operation has its record, or will never have one.
    #[must_use]
    pub const fn caricato(self) -> bool {
        match self {
            Self::Eseguito | Self::EseguitoConErrori | Self::ElaborazioneStampa => true,
            Self::InAttesa | Self::InElaborazione | Self::Scartato => false,
        }
    }

    /// Whether nothing of it changes any more.
    #[must_use]
    pub const fn finito(self) -> bool {
        match self {
            Self::Eseguito | Self::EseguitoConErrori | Self::Scartato => true,
            Self::InAttesa | Self::InElaborazione | Self::ElaborazioneStampa => false,
        }
    }
}

/// How many operations and prints, and how they went.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Contatori {
    /// Operations.
    pub totali: i64,
    /// Of them, those of the first list.
    pub inserimenti: i64,
    /// Done.
    pub eseguite: i64,
    /// Refused.
    pub fallite: i64,
    /// Prints.
    pub avvisi_totali: i64,
    /// Printed.
    pub avvisi_stampati: i64,
    /// Not printable.
    pub avvisi_falliti: i64,
}

/// A bulk load.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tracciato {
    /// Key, also on the wire.
    pub id: i64,
    /// How it is written.
    pub formato: FormatoTracciato,
    /// Its name, or `idTracciato`.
    pub nome_file: String,
    /// Dominio of the path, or of the file.
    pub id_dominio: String,
    /// Tipo of the path.
    pub id_tipo_pendenza: Option<String>,
    /// Who sent it: its rights are those of the operations.
    pub principal: String,
    /// His name.
    pub operatore: String,
    /// Whether notices are printed.
    pub stampa_avvisi: bool,
    /// State.
    pub stato: StatoTracciato,
    /// Why it was refused.
    pub descrizione_stato: Option<String>,
    /// Progress.
    pub contatori: Contatori,
    /// Number of the first operation that may not have a record yet.
    pub prossima: i64,
    /// First line of the CSV that answers.
    pub intestazione: Option<String>,
    /// Who has asked that it goes no further.
    pub annullato_da: Option<String>,
    /// When it came.
    pub data_caricamento: Istante,
    /// When something of it changed last.
    pub data_aggiornamento: Istante,
}

impl DaRiga for Tracciato {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            id: r.intero("id")?,
            formato: r.letto("formato", FormatoTracciato::leggi)?,
            nome_file: r.testo("nome_file")?,
            id_dominio: r.testo("id_dominio")?,
            id_tipo_pendenza: r.testo_opt("id_tipo_pendenza")?,
            principal: r.testo("principal")?,
            operatore: r.testo("operatore")?,
            stampa_avvisi: r.booleano("stampa_avvisi")?,
            stato: r.letto("stato", StatoTracciato::leggi)?,
            descrizione_stato: r.testo_opt("descrizione_stato")?,
            contatori: Contatori {
                totali: r.intero("totali")?,
                inserimenti: r.intero("inserimenti")?,
                eseguite: r.intero("eseguite")?,
                fallite: r.intero("fallite")?,
                avvisi_totali: r.intero("avvisi_totali")?,
                avvisi_stampati: r.intero("avvisi_stampati")?,
                avvisi_falliti: r.intero("avvisi_falliti")?,
            },
            prossima: r.intero("prossima")?,
            intestazione: r.testo_opt("intestazione")?,
            annullato_da: r.testo_opt("annullato_da")?,
            data_caricamento: r.istante("data_caricamento")?,
            data_aggiornamento: r.istante("data_aggiornamento")?,
        })
    }
}

/// A file that is coming in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NuovoTracciato {
    /// Key, from [`crate::Store::nuovi_id`].
    pub id: i64,
    /// How it is written.
    pub formato: FormatoTracciato,
    /// Who sends it.
    pub principal: String,
    /// His name.
    pub operatore: String,
    /// Whether notices are printed.
    pub stampa_avvisi: bool,
    /// When.
    pub adesso: Istante,
}

/// Which bulk loads a list shows.
#[derive(Debug, Clone, Default)]
pub struct FiltroTracciati {
    /// Of this dominio.
    pub dominio: Option<String>,
    /// In this state.
    pub stato: Option<StatoTracciato>,
    /// Of these domini only: what the caller may see.
    pub domini: Option<Vec<String>>,
}

/// The outcome of an operation, to be recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NuovaOperazione {
    /// From 1.
    pub numero: i64,
    /// What.
    pub tipo: TipoOperazione,
    /// Whether it was done.
    pub eseguita: bool,
    /// Why not.
    pub descrizione: Option<String>,
    /// Key of its pendenza, as far as it is known.
    pub id_a2a: Option<String>,
    /// Key of its pendenza, as far as it is known.
    pub id_pendenza: Option<String>,
    /// Dominio of its pendenza.
    pub id_dominio: Option<String>,
    /// Notice number of its pendenza.
    pub numero_avviso: Option<String>,
    /// Surrogate key of its pendenza.
    pub pendenza: Option<i64>,
    /// Document of its pendenza.
    pub documento: Option<String>,
    /// Whether its notice is to be printed.
    pub da_stampare: bool,
    /// What was asked: JSON object.
    pub richiesta: Option<String>,
    /// What is answered: JSON object.
    pub risposta: String,
    /// Line of the CSV that answers.
    pub riga: Option<String>,
}

/// A recorded operation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OperazioneTracciato {
    /// From 1.
    pub numero: i64,
    /// What.
    pub tipo: TipoOperazione,
    /// Whether it was done.
    pub eseguita: bool,
    /// Why not.
    pub descrizione: Option<String>,
    /// Key of its pendenza, as far as it is known.
    pub id_a2a: Option<String>,
    /// Key of its pendenza, as far as it is known.
    pub id_pendenza: Option<String>,
    /// Dominio of its pendenza.
    pub id_dominio: Option<String>,
    /// Notice number of its pendenza.
    pub numero_avviso: Option<String>,
    /// Surrogate key of its pendenza.
    pub pendenza: Option<i64>,
    /// Document of its pendenza.
    pub documento: Option<String>,
    /// What was asked: JSON object.
    pub richiesta: Option<String>,
    /// What is answered: JSON object.
    pub risposta: String,
    /// Line of the CSV that answers.
    pub riga: Option<String>,
}

impl DaRiga for OperazioneTracciato {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self {
            numero: r.intero("numero")?,
            tipo: r.letto("tipo", TipoOperazione::leggi)?,
            eseguita: r.testo("stato")? == "ESEGUITO",
            descrizione: r.testo_opt("descrizione")?,
            id_a2a: r.testo_opt("id_a2a")?,
            id_pendenza: r.testo_opt("id_pendenza")?,
            id_dominio: r.testo_opt("id_dominio")?,
            numero_avviso: r.testo_opt("numero_avviso")?,
            pendenza: r.intero_opt("pendenza")?,
            documento: r.testo_opt("documento")?,
            richiesta: r.testo_opt("richiesta")?,
            risposta: r.testo("risposta")?,
            riga: r.testo_opt("riga")?,
        })
    }
}
