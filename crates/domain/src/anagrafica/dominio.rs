use super::Segreto;
use crate::avviso::Numerazione;
use crate::codici::{Iban, IdStazione};
use crate::pendenza::TipoContabilita;
use crate::{AuxDigit, IdDominio, IdEntrata, IdUnita};

/// A creditor body (spec 10 5.2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dominio {
    /// 11 digits.
    pub id: IdDominio,
    /// Name.
    pub ragione_sociale: String,
    /// Where it is.
    pub indirizzo: Indirizzo,
    /// Present when we intermediate it.
    pub intermediazione: Option<Intermediazione>,
    /// Whether it has a logo (the bytes live apart).
    pub ha_logo: bool,
    /// `01`..`12`.
    pub tassonomia_pagopa: Option<String>,
    /// Flows are downloaded.
    pub scarica_fr: bool,
    /// On.
    pub abilitato: bool,
    /// The five connectors of spec 10 section 7, JSON text by name, stored and given back. The texts
    /// carry credentials.
    pub connettori: Vec<(String, Segreto)>,
}

/// What only an intermediated dominio has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intermediazione {
    /// Its stazione.
    pub stazione: IdStazione,
    /// First digit of its notices.
    pub aux_digit: AuxDigit,
    /// 00-49; always there with aux digit 3.
    pub segregation_code: Option<u8>,
    /// 13 digits.
    pub gln: Option<String>,
    /// 5 characters.
    pub cbill: Option<String>,
    /// `autStampaPosteItaliane`.
    pub aut_stampa_poste: Option<String>,
    /// `iuvPrefix`, unresolved.
    pub iuv_prefix: Option<String>,
}

impl Dominio {
    /// The office that stands for the body itself, as it is when the body is created.
    #[must_use]
    pub fn unita_ec(&self) -> UnitaOperativa {
        UnitaOperativa {
            id: IdUnita::fidato(UnitaOperativa::EC),
            ragione_sociale: self.ragione_sociale.clone(),
            indirizzo: self.indirizzo.clone(),
            abilitato: true,
        }
    }
}

impl Intermediazione {
    /// How its notices are numbered. `None`: aux digit 3 without segregation code (refused when the
    /// dominio is saved).
    #[must_use]
    pub fn numerazione(&self) -> Option<Numerazione> {
        match self.aux_digit {
            AuxDigit::Zero => Some(Numerazione::Zero { application_code: self.stazione.application_code() }),
            AuxDigit::Uno => Some(Numerazione::Uno),
            AuxDigit::Due => Some(Numerazione::Due),
            AuxDigit::Tre => {
                self.segregation_code.map(|segregation_code| Numerazione::Tre { segregation_code })
            }
        }
    }
}

/// Address and contacts of a dominio or of an unita operativa.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Indirizzo {
    /// Street.
    pub indirizzo: Option<String>,
    /// Civic number.
    pub civico: Option<String>,
    /// Postal code.
    pub cap: Option<String>,
    /// Town.
    pub localita: Option<String>,
    /// Province.
    pub provincia: Option<String>,
    /// Country.
    pub nazione: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// Certified e-mail.
    pub pec: Option<String>,
    /// Telephone.
    pub tel: Option<String>,
    /// Fax.
    pub fax: Option<String>,
    /// Web site.
    pub web: Option<String>,
    /// Area.
    pub area: Option<String>,
}

/// An office of a dominio. `EC` stands for the dominio itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnitaOperativa {
    /// Identifier inside the dominio.
    pub id: IdUnita,
    /// Name.
    pub ragione_sociale: String,
    /// Where it is.
    pub indirizzo: Indirizzo,
    /// On.
    pub abilitato: bool,
}

/// An account of a dominio.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContoAccredito {
    /// IBAN; the same may exist under several domini.
    pub iban: Iban,
    /// BIC.
    pub bic: Option<String>,
    /// Postal account.
    pub postale: bool,
    /// `descrizione`.
    pub descrizione: Option<String>,
    /// `intestatario`.
    pub intestatario: Option<String>,
    /// `autStampaPosteItaliane`.
    pub aut_stampa_poste: Option<String>,
    /// On.
    pub abilitato: bool,
}

/// A type of revenue, common to all domini.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entrata {
    /// Identifier.
    pub id: IdEntrata,
    /// Description.
    pub descrizione: String,
    /// Kind of accounting code.
    pub tipo_contabilita: TipoContabilita,
    /// Accounting code.
    pub codice_contabilita: String,
}

/// The entrata of a dominio: accounts and overrides (`None` inherits).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntrataDominio {
    /// The type.
    pub tipo: Entrata,
    /// Account.
    pub iban_accredito: Option<Iban>,
    /// Supporting account.
    pub iban_appoggio: Option<Iban>,
    /// Override.
    pub tipo_contabilita: Option<TipoContabilita>,
    /// Override.
    pub codice_contabilita: Option<String>,
    /// On.
    pub abilitato: bool,
}

impl EntrataDominio {
    /// Identifier of the built-in entrata of the marca da bollo (spec 10 5.3).
    pub const BOLLOT: &'static str = "BOLLOT";
}
