//! The little XML that the simulated Node needs: writing requests, reading answers leniently.
//!
//! Deliberately not the codec of the gateway: a simulator that shares the gateway's reading of the
//! schema would share its mistakes. Public for its fuzz target alone.

use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::Event;
use quick_xml::{NsReader, XmlVersion};

/// An element with its text and children, namespaces dropped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Elemento {
    /// Local name.
    pub nome: String,
    /// Its own text, references resolved.
    pub testo: String,
    /// In document order.
    pub figli: Vec<Elemento>,
}

/// Elements deeper than this are not read.
pub const PROFONDITA: usize = 64;

impl Elemento {
    /// Reads a document. `None` when it is not well formed, too deep, or has a document type.
    #[must_use]
    pub fn leggi(byte: &[u8]) -> Option<Self> {
        let testo = std::str::from_utf8(byte).ok()?;
        let mut lettore = NsReader::from_str(testo);
        lettore.config_mut().expand_empty_elements = true;
        let mut pila: Vec<Self> = vec![Self::default()];
        loop {
            match lettore.read_event().ok()? {
                Event::Start(e) => {
                    if pila.len() > PROFONDITA {
                        return None;
                    }
                    pila.push(Self { nome: e.local_name().as_ref().to_owned(), ..Self::default() });
                }
                Event::End(_) => {
                    let fatto = pila.pop()?;
                    pila.last_mut()?.figli.push(fatto);
                }
                Event::Text(t) => pila.last_mut()?.testo.push_str(&t.xml_content(XmlVersion::Implicit1_0)),
                Event::GeneralRef(r) => {
                    let c = match r.resolve_char_ref().ok()? {
                        Some(c) => c.to_string(),
                        None => resolve_predefined_entity(&r)?.to_owned(),
                    };
                    pila.last_mut()?.testo.push_str(&c);
                }
                Event::CData(c) => pila.last_mut()?.testo.push_str(&c),
                Event::DocType(_) => return None,
                Event::Eof => break,
                _ => {}
            }
        }
        if pila.len() != 1 { None } else { pila.pop()?.figli.pop() }
    }

    /// First descendant with that local name, depth first, itself included.
    pub(crate) fn trova(&self, nome: &str) -> Option<&Self> {
        if self.nome == nome {
            return Some(self);
        }
        self.figli.iter().find_map(|f| f.trova(nome))
    }

    /// First child with that local name.
    pub(crate) fn figlio(&self, nome: &str) -> Option<&Self> {
        self.figli.iter().find(|f| f.nome == nome)
    }

    /// Text of the first child with that name.
    pub(crate) fn testo_di(&self, nome: &str) -> Option<&str> {
        self.figlio(nome).map(|f| f.testo.trim())
    }
}

/// Writes elements, escaping texts.
#[derive(Debug, Default)]
pub(crate) struct Scrittore(String);

impl Scrittore {
    pub(crate) fn testo(&mut self, nome: &str, valore: &str) -> &mut Self {
        self.0.push_str(&format!("<{nome}>{}</{nome}>", escape(valore)));
        self
    }

    pub(crate) fn facoltativo(&mut self, nome: &str, valore: Option<&str>) -> &mut Self {
        if let Some(v) = valore.filter(|v| !v.is_empty()) {
            self.testo(nome, v);
        }
        self
    }

    pub(crate) fn dentro(&mut self, nome: &str, f: impl FnOnce(&mut Self)) -> &mut Self {
        self.0.push_str(&format!("<{nome}>"));
        f(self);
        self.0.push_str(&format!("</{nome}>"));
        self
    }

    /// Copies an element that was read, unqualified.
    pub(crate) fn copia(&mut self, e: &Elemento) -> &mut Self {
        if e.figli.is_empty() {
            return self.testo(&e.nome, &e.testo);
        }
        self.dentro(&e.nome, |s| {
            for f in &e.figli {
                s.copia(f);
            }
        })
    }

    /// The SOAP 1.1 envelope around an operation of paForNode.
    pub(crate) fn busta(&self, operazione: &str) -> String {
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?><soapenv:Envelope \
             xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\" \
             xmlns:paf=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\"><soapenv:Header/><soapenv:Body>\
             <paf:{operazione}>{}</paf:{operazione}></soapenv:Body></soapenv:Envelope>",
            self.0
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Leaves have text, the others have children, as in a SOAP body.
    fn albero() -> impl Strategy<Value = Elemento> {
        let nome = "[A-Za-z][A-Za-z0-9_.-]{0,8}";
        let foglia = (nome, "[^\\x00-\\x08\\x0b-\\x1f\\x7f-\\u{9f}\\u{2028}\\u{fffe}\\u{ffff}]{0,20}")
            .prop_map(|(nome, testo)| Elemento { nome, testo, figli: Vec::new() });
        foglia.prop_recursive(6, 40, 5, move |dentro| {
            (nome, prop::collection::vec(dentro, 1..5)).prop_map(|(nome, figli)| Elemento {
                nome,
                testo: String::new(),
                figli,
            })
        })
    }

    proptest! {
        /// What was written is read again.
        #[test]
        fn si_rilegge_cio_che_si_scrive(e in albero()) {
            let mut s = Scrittore::default();
            s.copia(&e);
            prop_assert_eq!(Elemento::leggi(s.0.as_bytes()), Some(e));
        }

        /// Any bytes, and any cut or changed document: an answer, and no more depth than is allowed.
        #[test]
        fn ogni_testo_ha_una_risposta(
            e in albero(),
            a_caso in prop::collection::vec(any::<u8>(), 0..200),
            taglio in any::<prop::sample::Index>(),
            cambio in any::<u8>(),
        ) {
            fn profondo(e: &Elemento) -> usize {
                1 + e.figli.iter().map(profondo).max().unwrap_or(0)
            }
            let mut s = Scrittore::default();
            s.copia(&e);
            let mut rotto = s.0.into_bytes();
            let dove = taglio.index(rotto.len());
            rotto[dove] = cambio;
            for testo in [&a_caso[..], &rotto[..dove], &rotto[..]] {
                prop_assert!(Elemento::leggi(testo).is_none_or(|e| profondo(&e) <= PROFONDITA));
            }
        }
    }

    #[test]
    fn il_piu_profondo_che_si_legge() {
        let fondo = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        assert!(Elemento::leggi(fondo(PROFONDITA).as_bytes()).is_some());
        assert!(Elemento::leggi(fondo(PROFONDITA + 1).as_bytes()).is_none());
        assert!(Elemento::leggi("<a>".repeat(1_000_000).as_bytes()).is_none());
    }

    #[test]
    fn si_legge_e_si_copia() {
        let e =
            Elemento::leggi(b"<?xml version='1.0'?><s:A xmlns:s='u'><b>1 &amp; &#233;</b><c><d/></c></s:A>")
                .expect("ben formato");
        assert_eq!((e.nome.as_str(), e.testo_di("b")), ("A", Some("1 & \u{e9}")));
        assert_eq!(e.trova("d").map(|d| d.testo.as_str()), Some(""));
        let mut s = Scrittore::default();
        s.copia(&e);
        assert_eq!(s.0, "<A><b>1 &amp; \u{e9}</b><c><d></d></c></A>");
    }

    #[test]
    fn il_resto_non_si_legge() {
        for t in ["", "<a>", "<a></b>", "<!DOCTYPE a><a/>", "testo", "<a>&altra;</a>"] {
            assert_eq!(Elemento::leggi(t.as_bytes()), None, "{t}");
        }
        assert_eq!(Elemento::leggi(&[0xff, b'<', b'a']), None);
    }
}
