//! The WSDL that is served, drawn from the table of the messages.

use crate::albero::scrivi_testo;
use crate::ccp::Operazione;
use crate::schema::{Base, Complesso, Elemento, Faccia, Particella, Semplice, Tipo, ccp as tavola};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Target namespace of the CCP service.
pub const NAMESPACE_CCP: &str = "http://NodoPagamentiSPC.spcoop.gov.it/servizi/PagamentiTelematiciCCP";

/// The WSDL of PagamentiTelematiciCCP, document/literal, with the schema inside; `indirizzo` is the
/// public URL of the service. Lists exactly the operations that are served.
#[must_use]
pub fn ccp(indirizzo: &str) -> String {
    let mut w = String::with_capacity(32 * 1024);
    let _ = write!(
        w,
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <wsdl:definitions name=\"PagamentiTelematiciCCPservice\" targetNamespace=\"{NAMESPACE_CCP}\" \
         xmlns:tns=\"{NAMESPACE_CCP}\" xmlns:paf=\"{}\" xmlns:soap=\"http://schemas.xmlsoap.org/wsdl/soap/\" \
         xmlns:wsdl=\"http://schemas.xmlsoap.org/wsdl/\">\n<wsdl:types>\n",
        tavola::NAMESPACE
    );
    w.push_str(&schema());
    w.push_str("</wsdl:types>\n");
    for o in Operazione::TUTTE {
        for e in [o.domanda(), o.risposta()] {
            let _ = writeln!(
                w,
                "<wsdl:message name=\"{0}\"><wsdl:part name=\"{1}\" element=\"paf:{0}\"/></wsdl:message>",
                e.nome,
                if e.nome == o.domanda().nome { "bodyrequest" } else { "bodyresponse" },
            );
        }
    }
    w.push_str("<wsdl:portType name=\"PagamentiTelematiciCCP\">\n");
    for o in Operazione::TUTTE {
        let _ = writeln!(
            w,
            "<wsdl:operation name=\"{}\"><wsdl:input message=\"tns:{}\"/><wsdl:output message=\"tns:{}\"/></wsdl:operation>",
            o.nome(),
            o.domanda().nome,
            o.risposta().nome
        );
    }
    w.push_str(
        "</wsdl:portType>\n\
         <wsdl:binding name=\"PagamentiTelematiciCCPBinding\" type=\"tns:PagamentiTelematiciCCP\">\n\
         <soap:binding style=\"document\" transport=\"http://schemas.xmlsoap.org/soap/http\"/>\n",
    );
    for o in Operazione::TUTTE {
        let _ = writeln!(
            w,
            "<wsdl:operation name=\"{0}\"><soap:operation soapAction=\"{0}\"/>\
             <wsdl:input><soap:body use=\"literal\"/></wsdl:input>\
             <wsdl:output><soap:body use=\"literal\"/></wsdl:output></wsdl:operation>",
            o.nome()
        );
    }
    w.push_str(
        "</wsdl:binding>\n<wsdl:service name=\"PagamentiTelematiciCCPservice\">\n\
         <wsdl:port name=\"PPTPort\" binding=\"tns:PagamentiTelematiciCCPBinding\"><soap:address location=\"",
    );
    scrivi_attributo(indirizzo, &mut w);
    w.push_str("\"/></wsdl:port>\n</wsdl:service>\n</wsdl:definitions>\n");
    w
}

/// The schema of paForNode as a document of its own.
#[must_use]
pub fn schema() -> String {
    let mut tipi = Tipi::default();
    let mut elementi = String::new();
    for o in Operazione::TUTTE {
        for e in [o.domanda(), o.risposta()] {
            tipi.raccogli(e.tipo);
            let _ = writeln!(elementi, "<xsd:element name=\"{0}\" type=\"paf:{0}\"/>", e.nome);
        }
    }
    let mut s = format!(
        "<xsd:schema targetNamespace=\"{0}\" elementFormDefault=\"unqualified\" \
         xmlns:xsd=\"http://www.w3.org/2001/XMLSchema\" xmlns:paf=\"{0}\">\n",
        tavola::NAMESPACE
    );
    for t in tipi.semplici.values() {
        semplice(t, &mut s);
    }
    for t in tipi.complessi.values() {
        complesso(t, &mut s);
    }
    s.push_str(&elementi);
    s.push_str("</xsd:schema>\n");
    s
}

/// Types reachable from the messages, by name.
#[derive(Default)]
struct Tipi {
    semplici: BTreeMap<&'static str, &'static Semplice>,
    complessi: BTreeMap<&'static str, &'static Complesso>,
}

impl Tipi {
    fn raccogli(&mut self, tipo: Tipo) {
        match tipo {
            Tipo::S(s) if s.facce.is_empty() => {}
            Tipo::S(s) => {
                self.semplici.insert(s.nome, s);
            }
            Tipo::C(c) => {
                if self.complessi.insert(c.nome, c).is_none() {
                    for p in c.particelle {
                        match p {
                            Particella::Uno(e) => self.raccogli(e.tipo),
                            Particella::Scelta(fra) => fra.iter().for_each(|e| self.raccogli(e.tipo)),
                        }
                    }
                }
            }
        }
    }
}

fn semplice(t: &Semplice, s: &mut String) {
    let _ = write!(s, "<xsd:simpleType name=\"{}\"><xsd:restriction base=\"xsd:{}\">", t.nome, t.base.nome());
    for f in t.facce {
        let _ = match f {
            Faccia::Lunghezza(n) => write!(s, "<xsd:length value=\"{n}\"/>"),
            Faccia::Minima(n) => write!(s, "<xsd:minLength value=\"{n}\"/>"),
            Faccia::Massima(n) => write!(s, "<xsd:maxLength value=\"{n}\"/>"),
            Faccia::Modello(m) => write!(s, "<xsd:pattern value=\"{}\"/>", m.testo),
            Faccia::Valori(v) => v.iter().try_for_each(|v| write!(s, "<xsd:enumeration value=\"{v}\"/>")),
            Faccia::Minimo(m) => write!(s, "<xsd:minInclusive value=\"{m}\"/>"),
            Faccia::Massimo(m) => write!(s, "<xsd:maxInclusive value=\"{m}\"/>"),
        };
    }
    s.push_str("</xsd:restriction></xsd:simpleType>\n");
}

fn complesso(t: &Complesso, s: &mut String) {
    let _ = write!(s, "<xsd:complexType name=\"{}\"><xsd:sequence>", t.nome);
    for p in t.particelle {
        match p {
            Particella::Uno(e) => elemento(e, s),
            Particella::Scelta(fra) => {
                s.push_str("<xsd:choice>");
                fra.iter().for_each(|e| elemento(e, s));
                s.push_str("</xsd:choice>");
            }
        }
    }
    s.push_str("</xsd:sequence></xsd:complexType>\n");
}

fn elemento(e: &Elemento, s: &mut String) {
    let (prefisso, nome) = match e.tipo {
        Tipo::S(t) if t.facce.is_empty() => ("xsd", Base::nome(t.base)),
        Tipo::S(_) | Tipo::C(_) => ("paf", e.tipo.nome()),
    };
    let _ = write!(s, "<xsd:element name=\"{}\" type=\"{prefisso}:{nome}\"", e.nome);
    if e.min != 1 {
        let _ = write!(s, " minOccurs=\"{}\"", e.min);
    }
    if e.max != 1 {
        let _ = write!(s, " maxOccurs=\"{}\"", e.max);
    }
    s.push_str("/>");
}

fn scrivi_attributo(testo: &str, out: &mut String) {
    let mut t = String::new();
    scrivi_testo(testo, &mut t);
    out.push_str(&t.replace('"', "&quot;"));
}
