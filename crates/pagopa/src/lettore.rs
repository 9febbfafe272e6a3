//! Reading a document against the schema. Total: any input gives a message or a typed error.

use crate::albero::{Ramo, carattere_xml};
use crate::busta::{self, PROFONDITA_MASSIMA};
use crate::errore::{LetturaError, Violazione};
use crate::schema::{Avanzamento, Elemento, Tipo, spazio};
use quick_xml::escape::EscapeError;
use quick_xml::events::{BytesRef, BytesStart, Event};
use quick_xml::name::{NamespaceResolver, ResolveResult};
use quick_xml::{NsReader, XmlVersion};
use std::borrow::Cow;

/// Namespace of the attributes that any element may carry.
const XSI: &str = "http://www.w3.org/2001/XMLSchema-instance";

/// Namespace of an element.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Spazio {
    Nessuno,
    Uri(String),
}

impl Spazio {
    pub(crate) fn e(&self, uri: &str) -> bool {
        matches!(self, Self::Uri(u) if u == uri)
    }

    pub(crate) fn uri(&self) -> &str {
        match self {
            Self::Nessuno => "",
            Self::Uri(u) => u,
        }
    }
}

/// A step through a document. Levels count from 1 for the root; `da` and `a` are byte offsets of the
/// beginning of the start tag and of the end of the end tag.
pub(crate) enum Passo<'i> {
    Apre {
        spazio: Spazio,
        inizio: BytesStart<'i>,
        da: usize,
        livello: usize,
    },
    Chiude {
        a: usize,
        livello: usize,
    },
    /// A piece of text inside the element of that level, references resolved.
    Testo {
        testo: Cow<'i, str>,
        livello: usize,
    },
    Fine,
}

/// A walk through a document that refuses what we refuse everywhere: DOCTYPE, unknown entities, too
/// deep nesting, and what the XML library lets through although it is not well-formed.
pub(crate) struct Cursore<'i> {
    lettore: NsReader<&'i [u8]>,
    livello: usize,
    radice_vista: bool,
}

impl<'i> Cursore<'i> {
    pub(crate) fn nuovo(xml: &'i str) -> Self {
        let mut lettore = NsReader::from_str(xml);
        let c = lettore.config_mut();
        c.expand_empty_elements = true;
        c.check_comments = true;
        Self { lettore, livello: 0, radice_vista: false }
    }

    /// Namespaces in scope after the last [`Passo::Apre`].
    pub(crate) const fn risolutore(&self) -> &NamespaceResolver {
        self.lettore.resolver()
    }

    fn posizione(&self) -> usize {
        usize::try_from(self.lettore.buffer_position()).unwrap_or(usize::MAX)
    }

    pub(crate) fn avanti(&mut self) -> Result<Passo<'i>, LetturaError> {
        loop {
            let da = self.posizione();
            let (ns, evento) = self.lettore.read_resolved_event().map_err(LetturaError::malformato)?;
            let spazio = match ns {
                ResolveResult::Bound(n) => Some(Spazio::Uri(n.0.to_owned())),
                ResolveResult::Unbound => Some(Spazio::Nessuno),
                ResolveResult::Unknown(_) => None,
            };
            let testo = match evento {
                Event::Start(inizio) | Event::Empty(inizio) => return self.apre(spazio, inizio, da),
                Event::End(_) => {
                    let livello = self.livello;
                    self.livello = livello.saturating_sub(1);
                    return Ok(Passo::Chiude { a: self.posizione(), livello });
                }
                Event::Text(t) => {
                    if t.contains("]]>") {
                        return Err(LetturaError::malformato("']]>' in text"));
                    }
                    match t.into_inner() {
                        Cow::Borrowed(b) => fine_riga(b),
                        Cow::Owned(o) => Cow::Owned(fine_riga(&o).into_owned()),
                    }
                }
                Event::CData(t) if self.livello > 0 => match t.into_inner() {
                    Cow::Borrowed(b) => fine_riga(b),
                    Cow::Owned(o) => Cow::Owned(fine_riga(&o).into_owned()),
                },
                Event::GeneralRef(r) if self.livello > 0 => Cow::Owned(riferimento(&r)?.to_string()),
                Event::CData(_) | Event::GeneralRef(_) => {
                    return Err(LetturaError::malformato("text outside the root element"));
                }
                Event::Decl(_) if da == 0 => continue,
                Event::Decl(_) => return Err(LetturaError::malformato("misplaced XML declaration")),
                Event::Comment(_) | Event::PI(_) => continue,
                Event::DocType(_) => return Err(LetturaError::Dtd),
                Event::Eof if self.livello == 0 && self.radice_vista => return Ok(Passo::Fine),
                Event::Eof => return Err(LetturaError::malformato("unexpected end of document")),
            };
            if self.livello == 0 {
                if testo.chars().all(crate::schema::spazio) {
                    continue;
                }
                return Err(LetturaError::malformato("text outside the root element"));
            }
            return Ok(Passo::Testo { testo, livello: self.livello });
        }
    }

    fn apre(
        &mut self,
        spazio: Option<Spazio>,
        inizio: BytesStart<'i>,
        da: usize,
    ) -> Result<Passo<'i>, LetturaError> {
        if self.livello == 0 && self.radice_vista {
            return Err(LetturaError::malformato("more than one root element"));
        }
        if self.livello >= PROFONDITA_MASSIMA {
            return Err(LetturaError::TroppoProfondo);
        }
        nome_valido(inizio.name().as_ref())?;
        attributi_ben_formati(&inizio)?;
        let spazio = spazio.ok_or_else(|| LetturaError::malformato("undeclared namespace prefix"))?;
        self.radice_vista = true;
        self.livello += 1;
        Ok(Passo::Apre { spazio, inizio, da, livello: self.livello })
    }
}

/// Line ends as XML wants them: `\r\n` and `\r` are `\n`.
fn fine_riga(testo: &str) -> Cow<'_, str> {
    if testo.contains('\r') {
        Cow::Owned(testo.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(testo)
    }
}

/// A character reference or one of the five predefined entities.
fn riferimento(r: &BytesRef<'_>) -> Result<char, LetturaError> {
    match r.resolve_char_ref().map_err(LetturaError::malformato)? {
        Some(c) if carattere_xml(c) => Ok(c),
        Some(_) => Err(LetturaError::malformato("reference to a character that is not allowed")),
        None => match r.as_ref() {
            "lt" => Ok('<'),
            "gt" => Ok('>'),
            "amp" => Ok('&'),
            "apos" => Ok('\''),
            "quot" => Ok('"'),
            _ => Err(LetturaError::Entita),
        },
    }
}

fn nome_valido(nome: &str) -> Result<(), LetturaError> {
    let inizio = |c: char| c.is_ascii_alphabetic() || c == '_' || !c.is_ascii();
    let dentro = |c: char| inizio(c) || c.is_ascii_digit() || matches!(c, '-' | '.');
    let parte = |p: &str| p.starts_with(inizio) && p.chars().all(dentro);
    let valido = match nome.split_once(':') {
        Some((prefisso, locale)) => parte(prefisso) && parte(locale),
        None => parte(nome),
    };
    if valido { Ok(()) } else { Err(LetturaError::malformato("invalid name")) }
}

/// Attributes that are XML: named once, separated by blanks, no `<`, no unknown entity.
fn attributi_ben_formati(inizio: &BytesStart<'_>) -> Result<(), LetturaError> {
    if !separati(inizio.attributes_raw()) {
        return Err(LetturaError::malformato("no blank between attributes"));
    }
    for a in inizio.attributes() {
        let a = a.map_err(LetturaError::malformato)?;
        nome_valido(a.key.as_ref())?;
        if a.value.contains('<') {
            return Err(LetturaError::malformato("'<' in an attribute"));
        }
        match a.normalized_value(XmlVersion::default()) {
            Ok(v) if v.chars().all(carattere_xml) => {}
            Ok(_) => return Err(LetturaError::malformato("reference to a character that is not allowed")),
            Err(quick_xml::Error::Escape(EscapeError::UnrecognizedEntity(..))) => {
                return Err(LetturaError::Entita);
            }
            Err(e) => return Err(LetturaError::malformato(e)),
        }
    }
    Ok(())
}

/// Whether a blank follows each value.
fn separati(attributi: &str) -> bool {
    let mut virgoletta = None;
    let mut chiusa = false;
    for c in attributi.chars() {
        match virgoletta {
            Some(q) => {
                chiusa = c == q;
                virgoletta = virgoletta.filter(|_| !chiusa);
            }
            None if chiusa && !spazio(c) => return false,
            None => {
                chiusa = false;
                virgoletta = matches!(c, '"' | '\'').then_some(c);
            }
        }
    }
    true
}

/// Text of a stored document: UTF-8 unless it says otherwise.
pub(crate) fn testo(byte: &[u8]) -> Result<Cow<'_, str>, LetturaError> {
    busta::testo(byte, None)
}

/// Reads a document whose root is that element, qualified, its descendants in no namespace.
pub(crate) fn leggi(xml: &str, radice: &'static Elemento, namespace: &str) -> Result<Ramo, LetturaError> {
    leggi_una(xml, &[()], |()| radice, namespace).map(|(_, r)| r)
}

/// Reads a document whose root is the element of one of the candidates, and says of which.
pub(crate) fn leggi_una<T: Copy>(
    xml: &str,
    candidati: &[T],
    elemento: impl Fn(T) -> &'static Elemento,
    namespace: &str,
) -> Result<(T, Ramo), LetturaError> {
    let mut cursore = Cursore::nuovo(xml);
    let mut pila: Vec<Livello> = Vec::new();
    let mut fatto = None;
    let mut scelto = None;
    loop {
        match cursore.avanti()? {
            Passo::Apre { spazio, inizio, .. } => {
                let locale = inizio.local_name();
                let nome = locale.as_ref();
                let e = match pila.last_mut() {
                    Some(padre) => padre.figlio(nome, &spazio)?,
                    None => {
                        let c = candidati
                            .iter()
                            .copied()
                            .find(|c| spazio.e(namespace) && elemento(*c).nome == nome)
                            .ok_or_else(|| LetturaError::OperazioneSconosciuta {
                                namespace: spazio.uri().chars().take(200).collect(),
                                nome: nome.chars().take(64).collect(),
                            })?;
                        scelto = Some(c);
                        elemento(c)
                    }
                };
                attributi_ammessi(&inizio, cursore.risolutore(), e)?;
                pila.push(Livello::nuovo(e));
            }
            Passo::Testo { testo, .. } => {
                if let Some(l) = pila.last_mut() {
                    l.testo(&testo)?;
                }
            }
            Passo::Chiude { .. } => {
                let ramo = pila.pop().map(Livello::chiudi).transpose()?;
                match (pila.last_mut(), ramo) {
                    (Some(padre), Some(r)) => padre.ramo.rami.push(r),
                    (None, r) => fatto = r,
                    (Some(_), None) => {}
                }
            }
            Passo::Fine => break,
        }
    }
    scelto.zip(fatto).ok_or_else(|| LetturaError::malformato("no root element"))
}

/// An element that is being read.
struct Livello {
    elemento: &'static Elemento,
    ramo: Ramo,
    /// Content of a complex type; nothing for a simple one.
    avanzamento: Option<Avanzamento>,
}

impl Livello {
    fn nuovo(elemento: &'static Elemento) -> Self {
        let avanzamento = match elemento.tipo {
            Tipo::C(c) => Some(Avanzamento::nuovo(c)),
            Tipo::S(_) => None,
        };
        Self { elemento, ramo: Ramo::nodo(elemento.nome), avanzamento }
    }

    fn figlio(&mut self, nome: &str, spazio: &Spazio) -> Result<&'static Elemento, Violazione> {
        if *spazio != Spazio::Nessuno {
            return Err(Violazione::nuova(nome, "element must be in no namespace"));
        }
        match &mut self.avanzamento {
            Some(a) => a.accetta(nome),
            None => Err(Violazione::nuova(nome, format!("unexpected element in {}", self.elemento.nome))),
        }
    }

    fn testo(&mut self, testo: &str) -> Result<(), Violazione> {
        if self.avanzamento.is_none() {
            self.ramo.testo.push_str(testo);
        } else if !testo.chars().all(spazio) {
            return Err(Violazione::nuova(self.elemento.nome, "text is not allowed here"));
        }
        Ok(())
    }

    fn chiudi(mut self) -> Result<Ramo, Violazione> {
        match (&self.avanzamento, self.elemento.tipo) {
            (Some(a), _) => a.chiudi()?,
            (None, Tipo::S(s)) => {
                let t = s.normalizza(&self.ramo.testo);
                s.controlla(&t).map_err(|m| Violazione::nuova(self.elemento.nome, m))?;
                if let Cow::Owned(o) = t {
                    self.ramo.testo = o;
                } else if t.len() != self.ramo.testo.len() {
                    self.ramo.testo = t.into_owned();
                }
            }
            (None, Tipo::C(_)) => {}
        }
        Ok(self.ramo)
    }
}

/// Only namespace declarations and the harmless attributes of XML Schema: no element of ours has any.
fn attributi_ammessi(
    inizio: &BytesStart<'_>,
    risolutore: &NamespaceResolver,
    elemento: &'static Elemento,
) -> Result<(), LetturaError> {
    for a in inizio.attributes() {
        let a = a.map_err(LetturaError::malformato)?;
        if a.key.as_namespace_binding().is_some() {
            continue;
        }
        let (ns, nome) = risolutore.resolve_attribute(a.key);
        let xsi = matches!(ns, ResolveResult::Bound(n) if n.0 == XSI);
        let ammesso = xsi
            && match nome.as_ref() {
                "schemaLocation" | "noNamespaceSchemaLocation" => true,
                "nil" => matches!(a.value.trim(), "false" | "0"),
                "type" => a.value.trim().rsplit(':').next() == Some(elemento.tipo.nome()),
                _ => false,
            };
        if !ammesso {
            let nome = nome.as_ref().chars().take(64).collect::<String>();
            return Err(Violazione::nuova(elemento.nome, format!("unexpected attribute {nome}")).into());
        }
    }
    Ok(())
}
