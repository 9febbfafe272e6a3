//! SOAP 1.1 envelopes: opening a foreign one, wrapping ours, Faults.

mod codifica;

pub(crate) use codifica::testo;

use crate::albero::scrivi_testo;
use crate::errore::LetturaError;
use crate::lettore::{Cursore, Passo, Spazio};
use crate::schema::spazio;
use quick_xml::events::BytesStart;
use quick_xml::name::{Namespace, PrefixDeclaration, ResolveResult};
use std::fmt::Write as _;

/// Namespace of the SOAP 1.1 envelope.
pub const SOAP: &str = "http://schemas.xmlsoap.org/soap/envelope/";

/// Namespace of the SOAP 1.2 envelope, which is refused.
const SOAP_12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// How deep a document may nest (spec 40 1.2).
pub const PROFONDITA_MASSIMA: usize = 64;

/// An opened envelope: what its Body holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Busta {
    /// Namespace of the Body's child, empty when it has none.
    pub namespace: String,
    /// Its local name.
    pub nome: String,
    /// Its bytes as received (transcoded to UTF-8), with the namespace declarations that were in
    /// scope added to its start tag, so that it stands alone (spec 40 7.1 step 7). This is what is
    /// stored of a receipt.
    pub corpo: Vec<u8>,
}

/// Opens a request or an answer. `content_type` is the header of the HTTP message, for its charset.
/// Header blocks are ignored unless they must be understood.
///
/// # Errors
/// Every variant of [`LetturaError`] but `OperazioneSconosciuta` and `Schema`.
pub fn apri(byte: &[u8], content_type: Option<&str>) -> Result<Busta, LetturaError> {
    let xml = testo(byte, content_type)?;
    let mut cursore = Cursore::nuovo(&xml);
    let mut parte = Parte::Prima;
    let mut trovata = None;
    let mut inizio_figlio: Option<(usize, Testa)> = None;
    loop {
        match cursore.avanti()? {
            Passo::Apre { spazio, inizio, da, livello } => match (livello, parte) {
                (1, _) => radice(&spazio, &inizio)?,
                (2, _) => parte = parte.entra(&spazio, &inizio)?,
                (3, Parte::Testata) => capito(&cursore, &spazio, &inizio)?,
                (3, Parte::Corpo) => {
                    if trovata.is_some() {
                        return Err(LetturaError::Busta("more than one element in Body".to_owned()));
                    }
                    inizio_figlio = Some((da, Testa::di(&cursore, &spazio, &inizio)));
                }
                _ => {}
            },
            Passo::Chiude { a, livello } => {
                if livello == 3
                    && let Some((da, testa)) = inizio_figlio.take()
                {
                    trovata = Some(testa.busta(&xml, da, a)?);
                }
            }
            Passo::Testo { testo, livello } => {
                let solo_elementi = livello < 2 || (livello == 2 && parte == Parte::Corpo);
                if solo_elementi && !testo.chars().all(spazio) {
                    return Err(LetturaError::Busta("unexpected text".to_owned()));
                }
            }
            Passo::Fine => break,
        }
    }
    match (parte, trovata) {
        (_, Some(b)) => Ok(b),
        (Parte::Corpo, None) => Err(LetturaError::CorpoVuoto),
        (Parte::Prima | Parte::Testata, None) => Err(LetturaError::Busta("Body is missing".to_owned())),
    }
}

/// Which part of the envelope we are in, or have passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Parte {
    Prima,
    Testata,
    Corpo,
}

impl Parte {
    /// A child of the Envelope: a Header at most, then one Body, then nothing.
    fn entra(self, spazio: &Spazio, inizio: &BytesStart<'_>) -> Result<Self, LetturaError> {
        let nome = inizio.local_name();
        match (self, spazio.e(SOAP), nome.as_ref()) {
            (Self::Prima, true, "Header") => Ok(Self::Testata),
            (Self::Prima | Self::Testata, true, "Body") => Ok(Self::Corpo),
            _ => Err(LetturaError::Busta(format!("unexpected element {} in Envelope", corto(nome.as_ref())))),
        }
    }
}

fn radice(spazio: &Spazio, inizio: &BytesStart<'_>) -> Result<(), LetturaError> {
    let nome = inizio.local_name();
    if nome.as_ref() != "Envelope" {
        return Err(LetturaError::Busta(format!(
            "the root element is {}, not Envelope",
            corto(nome.as_ref())
        )));
    }
    match spazio {
        Spazio::Uri(u) if u == SOAP => Ok(()),
        Spazio::Uri(u) if u == SOAP_12 => Err(LetturaError::VersioneSoap),
        Spazio::Uri(_) | Spazio::Nessuno => {
            Err(LetturaError::Busta("Envelope is not in the SOAP 1.1 namespace".to_owned()))
        }
    }
}

/// A header block may be ignored unless it says that it must be understood (spec 40 1.2).
fn capito(cursore: &Cursore<'_>, spazio: &Spazio, inizio: &BytesStart<'_>) -> Result<(), LetturaError> {
    for a in inizio.attributes() {
        let a = a.map_err(LetturaError::malformato)?;
        let (ns, nome) = cursore.risolutore().resolve_attribute(a.key);
        if ns == ResolveResult::Bound(Namespace(SOAP))
            && nome.as_ref() == "mustUnderstand"
            && matches!(a.value.trim(), "1" | "true")
        {
            let ns = spazio.uri().chars().take(200).collect::<String>();
            return Err(LetturaError::MustUnderstand(format!(
                "{{{ns}}}{}",
                corto(inizio.local_name().as_ref())
            )));
        }
    }
    Ok(())
}

fn corto(nome: &str) -> String {
    nome.chars().take(64).collect()
}

/// Start of the Body's child: names, and the declarations that its start tag must be given.
struct Testa {
    namespace: String,
    nome: String,
    /// Length of the name as written, prefix included.
    lunghezza_nome: usize,
    /// ` xmlns:p="..."` of the enclosing elements, without those that the element redeclares.
    dichiarazioni: String,
}

impl Testa {
    fn di(cursore: &Cursore<'_>, spazio: &Spazio, inizio: &BytesStart<'_>) -> Self {
        let sue: Vec<_> =
            inizio.attributes().flatten().filter_map(|a| a.key.as_namespace_binding()).collect();
        let mut dichiarazioni = String::new();
        for (prefisso, Namespace(uri)) in cursore.risolutore().bindings() {
            if sue.contains(&prefisso) || uri.is_empty() {
                continue;
            }
            let valore = uri.replace('"', "&quot;");
            let _ = match prefisso {
                PrefixDeclaration::Default => write!(dichiarazioni, " xmlns=\"{valore}\""),
                PrefixDeclaration::Named(p) => write!(dichiarazioni, " xmlns:{p}=\"{valore}\""),
            };
        }
        Self {
            namespace: spazio.uri().to_owned(),
            nome: inizio.local_name().as_ref().to_owned(),
            lunghezza_nome: inizio.name().as_ref().len(),
            dichiarazioni,
        }
    }

    fn busta(self, xml: &str, da: usize, a: usize) -> Result<Busta, LetturaError> {
        let testo = xml.get(da..a).filter(|t| t.starts_with('<'));
        let (inizio, resto) = testo
            .and_then(|t| t.split_at_checked(self.lunghezza_nome + 1))
            .ok_or_else(|| LetturaError::Malformato("Body cannot be delimited".to_owned()))?;
        let corpo = [inizio, &self.dichiarazioni, resto].concat().into_bytes();
        Ok(Busta { namespace: self.namespace, nome: self.nome, corpo })
    }
}

/// Puts a stand-alone message into an envelope: the body of an HTTP request or answer.
#[must_use]
pub fn avvolgi(corpo: &[u8]) -> Vec<u8> {
    let prima = format!("<soap:Envelope xmlns:soap=\"{SOAP}\"><soap:Body>");
    [prima.as_bytes(), corpo, b"</soap:Body></soap:Envelope>"].concat()
}

/// A SOAP 1.1 Fault envelope. `faultcode` is a QName with prefix `soap`, such as `soap:Client`.
#[must_use]
pub fn fault(faultcode: &str, faultstring: &str) -> Vec<u8> {
    let mut out = String::from("<soap:Fault><faultcode>");
    scrivi_testo(faultcode, &mut out);
    out.push_str("</faultcode><faultstring>");
    scrivi_testo(faultstring, &mut out);
    out.push_str("</faultstring></soap:Fault>");
    avvolgi(out.as_bytes())
}
