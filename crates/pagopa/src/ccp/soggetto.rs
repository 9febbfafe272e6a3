//! Persons and metadata, shared by activations and receipts.

use crate::albero::{Ramo, carattere_xml};
use crate::errore::Violazione;
use crate::schema::ccp::{due_maiuscole, email};
use domain::pendenza::Debitore;

/// Kind of a person's identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TipoSoggetto {
    /// `F`, natural person.
    F,
    /// `G`, legal person; also the anonymous debtor.
    G,
}

impl TipoSoggetto {
    /// The literal.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::F => "F",
            Self::G => "G",
        }
    }
}

/// Debtor or payer (ctSubject).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Soggetto {
    /// entityUniqueIdentifierType.
    pub tipo: TipoSoggetto,
    /// entityUniqueIdentifierValue, 2-16 characters.
    pub codice: String,
    /// fullName, 1-70.
    pub full_name: String,
    /// streetName, 1-70.
    pub street_name: Option<String>,
    /// civicNumber, 1-16.
    pub civic_number: Option<String>,
    /// postalCode, 1-16.
    pub postal_code: Option<String>,
    /// city, 1-35.
    pub city: Option<String>,
    /// stateProvinceRegion, 1-35.
    pub state_province_region: Option<String>,
    /// country, two capitals.
    pub country: Option<String>,
    /// e-mail, at most 256.
    pub e_mail: Option<String>,
}

/// A text for an element of at most `max` characters: characters that XML cannot carry are left out,
/// what is too long is cut. `None` when nothing but blanks remains.
#[must_use]
pub fn testo_entro(testo: &str, max: usize) -> Option<String> {
    let t: String = testo.chars().filter(|c| carattere_xml(*c)).take(max).collect();
    (!t.trim().is_empty()).then_some(t)
}

impl Soggetto {
    /// The debtor of a pendenza, cleaned up: type `F` when the identifier has 16 characters, else
    /// `G`; blanks absent, too long texts cut, a country or an e-mail that would break the schema
    /// dropped (spec 40 6.1). Identifier and name are copied even when they cannot be right:
    /// [`super::DatiPagamento::valida`] then says so.
    #[must_use]
    pub fn da_debitore(d: &Debitore) -> Self {
        let entro = |t: &Option<String>, max| t.as_deref().and_then(|t| testo_entro(t, max));
        Self {
            tipo: if d.identificativo.chars().count() == 16 { TipoSoggetto::F } else { TipoSoggetto::G },
            codice: d.identificativo.clone(),
            full_name: testo_entro(&d.anagrafica, 70).unwrap_or_default(),
            street_name: entro(&d.indirizzo, 70),
            civic_number: entro(&d.civico, 16),
            postal_code: entro(&d.cap, 16),
            city: entro(&d.localita, 35),
            state_province_region: entro(&d.provincia, 35),
            country: d.nazione.clone().filter(|t| due_maiuscole(t)),
            e_mail: d.email.clone().filter(|t| email(t) && t.len() <= 256),
        }
    }

    pub(crate) fn ramo(&self, nome: &'static str) -> Ramo {
        Ramo::nodo(nome)
            .con(
                Ramo::nodo("uniqueIdentifier")
                    .campo("entityUniqueIdentifierType", self.tipo.as_str())
                    .campo("entityUniqueIdentifierValue", self.codice.as_str()),
            )
            .campo("fullName", self.full_name.as_str())
            .forse("streetName", self.street_name.as_deref())
            .forse("civicNumber", self.civic_number.as_deref())
            .forse("postalCode", self.postal_code.as_deref())
            .forse("city", self.city.as_deref())
            .forse("stateProvinceRegion", self.state_province_region.as_deref())
            .forse("country", self.country.as_deref())
            .forse("e-mail", self.e_mail.as_deref())
    }

    pub(crate) fn da_ramo(r: &Ramo) -> Result<Self, Violazione> {
        let id = r.serve("uniqueIdentifier")?;
        Ok(Self {
            tipo: match id.testo("entityUniqueIdentifierType")?.as_str() {
                "F" => TipoSoggetto::F,
                "G" => TipoSoggetto::G,
                _ => {
                    return Err(Violazione::nuova(
                        "entityUniqueIdentifierType",
                        "value is not one of [F, G]",
                    ));
                }
            },
            codice: id.testo("entityUniqueIdentifierValue")?,
            full_name: r.testo("fullName")?,
            street_name: r.testo_se("streetName"),
            civic_number: r.testo_se("civicNumber"),
            postal_code: r.testo_se("postalCode"),
            city: r.testo_se("city"),
            state_province_region: r.testo_se("stateProvinceRegion"),
            country: r.testo_se("country"),
            e_mail: r.testo_se("e-mail"),
        })
    }
}

/// A pair of the metadata, 1-140 characters each; at most 15 pairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MapEntry {
    /// key.
    pub key: String,
    /// value.
    pub value: String,
}

/// The element `metadata`, absent when there are no pairs.
pub(crate) fn metadata(voci: &[MapEntry]) -> Option<Ramo> {
    let ramo = voci.iter().fold(Ramo::nodo("metadata"), |m, v| {
        m.con(Ramo::nodo("mapEntry").campo("key", v.key.as_str()).campo("value", v.value.as_str()))
    });
    (!voci.is_empty()).then_some(ramo)
}

/// The pairs of the child `metadata`, if there is one.
pub(crate) fn da_metadata(padre: &Ramo) -> Result<Vec<MapEntry>, Violazione> {
    let Some(m) = padre.figlio("metadata") else { return Ok(Vec::new()) };
    m.figli("mapEntry").map(|e| Ok(MapEntry { key: e.testo("key")?, value: e.testo("value")? })).collect()
}
