use super::Segreto;
use crate::IdTipoPendenza;

/// A type of pendenza (spec 10 5.4). `configurazione` holds the sections that no rule of this crate
/// looks at (portali, avvisature, visualizzazione, tracciatoCsv) as the JSON text of their members.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipoPendenza {
    /// Identifier.
    pub id: IdTipoPendenza,
    /// Description.
    pub descrizione: String,
    /// `codificaIUV`, up to 4 digits.
    pub codifica_iuv: Option<String>,
    /// `pagaTerzi`.
    pub paga_terzi: bool,
    /// On.
    pub abilitato: bool,
    /// JSON object text.
    pub configurazione: String,
}

/// The override of a dominio: `None` inherits. `configurazione` holds the overrides as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TipoPendenzaDominio {
    /// The type with its defaults.
    pub tipo: TipoPendenza,
    /// Override.
    pub codifica_iuv: Option<String>,
    /// Override.
    pub paga_terzi: Option<bool>,
    /// Override.
    pub abilitato: Option<bool>,
    /// JSON object text of the overridden sections.
    pub configurazione: String,
    /// `avvisaturaAppIO.apiKey`, which exists only here.
    pub api_key_app_io: Option<Segreto>,
}

impl TipoPendenzaDominio {
    /// A type given to a dominio that inherits everything.
    #[must_use]
    pub fn che_eredita(tipo: TipoPendenza) -> Self {
        Self {
            tipo,
            codifica_iuv: None,
            paga_terzi: None,
            abilitato: None,
            configurazione: "{}".to_owned(),
            api_key_app_io: None,
        }
    }

    /// Identifier of the type of the marca da bollo.
    pub const BOLLOT: &'static str = "BOLLOT";
    /// Identifier of the default free type.
    pub const LIBERO: &'static str = "LIBERO";

    /// Effective `codificaIUV`.
    #[must_use]
    pub fn codifica_iuv(&self) -> Option<&str> {
        self.codifica_iuv.as_deref().or(self.tipo.codifica_iuv.as_deref())
    }

    /// Effective `abilitato`.
    #[must_use]
    pub fn abilitato(&self) -> bool {
        self.abilitato.unwrap_or(self.tipo.abilitato)
    }
}
