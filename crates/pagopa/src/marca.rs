//! A stamp (`marcaDaBollo`) as JSON, for who reads no XML (spec 50 8.2).

use crate::errore::LetturaError;
use crate::lettore::{Cursore, Passo, testo};
use quick_xml::XmlVersion;
use quick_xml::events::BytesStart;
use serde_json::{Map, Value};

/// Member of the text of an element that has attributes too.
const TESTO: &str = "value";

/// An element being read.
struct Aperto {
    nome: String,
    membri: Map<String, Value>,
    testo: String,
}

/// The elements inside the root by their local names: text, or an object when there are attributes or elements
/// inside; an array where a name stands more than once. Bytes that are not XML give an empty object.
///
/// ```
/// let xml = br#"<m:marcaDaBollo xmlns:m="u"><m:PSP><m:Codice>1</m:Codice></m:PSP><m:IUBD>A</m:IUBD></m:marcaDaBollo>"#;
/// let atteso = serde_json::json!({"PSP": {"Codice": "1"}, "IUBD": "A"});
/// assert_eq!(serde_json::Value::Object(pagopa::marca::in_json(xml)), atteso);
/// ```
#[must_use]
pub fn in_json(xml: &[u8]) -> Map<String, Value> {
    letto(xml).unwrap_or_default()
}

fn letto(xml: &[u8]) -> Result<Map<String, Value>, LetturaError> {
    let xml = testo(xml)?;
    let mut cursore = Cursore::nuovo(&xml);
    let mut pila: Vec<Aperto> = Vec::new();
    let mut radice = Map::new();
    loop {
        match cursore.avanti()? {
            Passo::Apre { inizio, .. } => {
                let nome = inizio.local_name().as_ref().to_owned();
                pila.push(Aperto { nome, membri: attributi(&inizio)?, testo: String::new() });
            }
            Passo::Testo { testo, .. } => {
                if let Some(a) = pila.last_mut() {
                    a.testo.push_str(&testo);
                }
            }
            Passo::Chiude { .. } => {
                let Some(chiuso) = pila.pop() else { continue };
                match pila.last_mut() {
                    Some(padre) => aggiungi(&mut padre.membri, chiuso.nome.clone(), chiuso.valore()),
                    None => radice = chiuso.membri,
                }
            }
            Passo::Fine => return Ok(radice),
        }
    }
}

impl Aperto {
    fn valore(mut self) -> Value {
        let testo = self.testo.trim();
        if self.membri.is_empty() {
            return testo.into();
        }
        if !testo.is_empty() {
            self.membri.insert(TESTO.to_owned(), testo.into());
        }
        Value::Object(self.membri)
    }
}

/// The attributes, without those that declare namespaces.
fn attributi(inizio: &BytesStart<'_>) -> Result<Map<String, Value>, LetturaError> {
    let mut m = Map::new();
    for a in inizio.attributes() {
        let a = a.map_err(LetturaError::malformato)?;
        let nome = a.key.as_ref();
        if nome == "xmlns" || nome.starts_with("xmlns:") {
            continue;
        }
        let valore = a.normalized_value(XmlVersion::default()).map_err(LetturaError::malformato)?;
        m.insert(a.key.local_name().as_ref().to_owned(), valore.as_ref().into());
    }
    Ok(m)
}

fn aggiungi(membri: &mut Map<String, Value>, nome: String, valore: Value) {
    match membri.get_mut(&nome) {
        None => {
            membri.insert(nome, valore);
        }
        Some(Value::Array(tutti)) => tutti.push(valore),
        Some(primo) => *primo = Value::Array(vec![primo.take(), valore]),
    }
}

#[cfg(test)]
mod tests {
    use super::in_json;
    use serde_json::{Value, json};

    #[test]
    fn una_marca_diventa_un_oggetto() {
        let xml = r#"<?xml version="1.0"?>
            <marcaDaBollo xmlns="http://www.agenziaentrate.gov.it/2014/MarcaDaBollo">
              <PSP><CodiceFiscale>12345678901</CodiceFiscale><Denominazione>A &amp; B</Denominazione></PSP>
              <IUBD>0123</IUBD><Importo>16.00</Importo>
              <ImprontaDocumento><DigestMethod Algorithm="sha256"/><d:DigestValue xmlns:d="u" a="1">AA==</d:DigestValue>
              </ImprontaDocumento><R>1</R><R>2</R><R>3</R><Vuoto/>
            </marcaDaBollo>"#;
        let atteso = json!({
            "PSP": { "CodiceFiscale": "12345678901", "Denominazione": "A & B" }, "IUBD": "0123",
            "Importo": "16.00",
            "ImprontaDocumento": {
                "DigestMethod": { "Algorithm": "sha256" }, "DigestValue": { "a": "1", "value": "AA==" }
            },
            "R": ["1", "2", "3"], "Vuoto": ""
        });
        assert_eq!(Value::Object(in_json(xml.as_bytes())), atteso);
        for storto in ["", "ciao", "<a>", "<a></b>", "<marcaDaBollo/>", "<!DOCTYPE a><a><b>1</b></a>"] {
            assert_eq!(in_json(storto.as_bytes()), serde_json::Map::new(), "{storto}");
        }
        assert_eq!(in_json(&[0xff, 0xfe, 0x00]), serde_json::Map::new());
    }
}
