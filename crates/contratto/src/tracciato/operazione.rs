//! One operation of a bulk load.

use crate::json::{Oggetto, Sintassi, leggi_corpo};
use crate::messaggi as m;
use crate::pendenza::{NonLeggibile, Variante, leggi_chiave, leggi_dominio, leggi_nuova};
use domain::IdDominio;
use domain::pendenza::{ChiavePendenza, NuovaPendenza};
use serde_json::Value;

/// An annulment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annullamento {
    /// Of which pendenza.
    pub chiave: ChiavePendenza,
    /// Why, 1-255.
    pub motivo: String,
}

/// Reads an element of `annullamenti`.
///
/// # Errors
/// A missing or malformed member, an unknown one.
pub fn leggi_annullamento(v: &Value) -> Result<Annullamento, Sintassi> {
    let o = Oggetto::radice(v, &["idA2A", "idPendenza", "motivoAnnullamento"])?;
    let id_a2a = m::testo_obbligatorio("idA2A", o.testo("idA2A")?)?;
    let id_pendenza = m::testo_obbligatorio("idPendenza", o.testo("idPendenza")?)?;
    let chiave = leggi_chiave(&id_a2a, &id_pendenza)?;
    let motivo = m::testo_obbligatorio("motivoAnnullamento", o.testo("motivoAnnullamento")?)?;
    m::lunghezza("motivoAnnullamento", &motivo, 1, 255)?;
    Ok(Annullamento { chiave, motivo })
}

/// Reads a pendenza of a file. `dominio` overrides its own (spec 20 11.1).
///
/// # Errors
/// As those of API Backoffice.
pub fn leggi_inserimento(v: &mut Value, dominio: Option<&str>) -> Result<NuovaPendenza, NonLeggibile> {
    if let (Some(d), Value::Object(o)) = (dominio, &mut *v) {
        o.insert("idDominio".to_owned(), Value::from(d));
    }
    leggi_nuova(v, Variante::BackofficePost, None)
}

/// The members of a JSON file beside its lists.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Testata {
    /// `idTracciato`.
    pub id: Option<String>,
    /// `idDominio`.
    pub dominio: Option<IdDominio>,
}

impl Testata {
    /// Takes a member.
    ///
    /// # Errors
    /// An unknown one, a value that it cannot have.
    pub fn membro(&mut self, nome: &str, valore: &[u8]) -> Result<(), Sintassi> {
        let valore = leggi_corpo(valore)?;
        let mut uno = serde_json::Map::new();
        uno.insert(nome.to_owned(), valore);
        let uno = Value::Object(uno);
        let o = Oggetto::radice(&uno, &["idTracciato", "idDominio", "inserimenti", "annullamenti"])?;
        match nome {
            "idTracciato" => {
                self.id = o.testo("idTracciato")?;
                if let Some(id) = &self.id {
                    m::lunghezza("idTracciato", id, 1, 255)?;
                }
            }
            "idDominio" => {
                self.dominio = o.testo("idDominio")?.map(|d| leggi_dominio(&d)).transpose()?;
            }
            // A list that is none.
            _ => {
                o.lista("inserimenti")?;
                o.lista("annullamenti")?;
            }
        }
        Ok(())
    }
}
