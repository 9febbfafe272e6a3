//! The other side: what the Node does, for the simulated Node of the sandbox and for the tests. The
//! requests are written by the structs of [`crate::ccp`] (`xml`) and wrapped by
//! [`crate::busta::avvolgi`]; here their answers are read.

use crate::albero::Ramo;
use crate::busta::{self, SOAP};
use crate::ccp::{DatiPagamento, DatiVerifica, EsitoRicevuta, NAMESPACE, Operazione, Richiesta, Versione};
use crate::errore::LetturaError;
use crate::lettore::{self, Cursore, Passo};

/// An answer of a creditor's station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Risposta {
    /// paVerifyPaymentNoticeRes, OK.
    Verifica(DatiVerifica),
    /// paGetPaymentRes or paGetPaymentV2Response, OK.
    Attiva(Versione, Box<DatiPagamento>),
    /// paSendRTRes or paSendRTV2Response, OK.
    RicevutaAccettata(Versione),
    /// paDemandPaymentNoticeResponse, OK.
    Avviso(DatiVerifica),
    /// KO with its fault bean, of any operation.
    Ko(Operazione, FaultRicevuto),
    /// A SOAP Fault: for the Node, a station error.
    SoapFault(SoapFault),
}

/// A fault bean as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FaultRicevuto {
    /// faultCode.
    pub codice: String,
    /// faultString.
    pub testo: String,
    /// id.
    pub id: String,
    /// description.
    pub descrizione: Option<String>,
}

/// A SOAP Fault as received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SoapFault {
    /// faultcode, prefix included.
    pub faultcode: String,
    /// faultstring.
    pub faultstring: String,
}

/// The HTTP body of a request.
#[must_use]
pub fn scrivi(richiesta: &Richiesta) -> Vec<u8> {
    busta::avvolgi(&match richiesta {
        Richiesta::Verifica(r) => r.xml(),
        Richiesta::Attiva(r) => r.xml(),
        Richiesta::Ricevuta(r) => r.xml(),
        Richiesta::RichiestaAvviso(r) => r.xml(),
    })
}

/// Reads the HTTP body of an answer, checking it against the schema.
///
/// # Errors
/// [`LetturaError`]: not an answer of the service, or not a valid one.
pub fn leggi(byte: &[u8], content_type: Option<&str>) -> Result<Risposta, LetturaError> {
    let b = busta::apri(byte, content_type)?;
    let xml = lettore::testo(&b.corpo)?;
    if b.namespace == SOAP && b.nome == "Fault" {
        return soap_fault(&xml).map(Risposta::SoapFault);
    }
    let (operazione, r) = lettore::leggi_una(&xml, &Operazione::TUTTE, Operazione::risposta, NAMESPACE)?;
    if r.valore("outcome", EsitoRicevuta::leggi)? == EsitoRicevuta::Ko {
        return Ok(Risposta::Ko(operazione, FaultRicevuto::da_ramo(r.serve("fault")?)?));
    }
    Ok(match operazione {
        Operazione::Verifica => Risposta::Verifica(DatiVerifica::da_ramo(&r)?),
        Operazione::Attiva(v) => Risposta::Attiva(v, Box::new(DatiPagamento::da_ramo(r.serve("data")?)?)),
        Operazione::Ricevuta(v) => Risposta::RicevutaAccettata(v),
        Operazione::RichiestaAvviso => Risposta::Avviso(DatiVerifica::da_ramo(&r)?),
    })
}

impl FaultRicevuto {
    fn da_ramo(r: &Ramo) -> Result<Self, LetturaError> {
        Ok(Self {
            codice: r.testo("faultCode")?,
            testo: r.testo("faultString")?,
            id: r.testo("id")?,
            descrizione: r.testo_se("description"),
        })
    }
}

/// Code and text of a Fault; whatever else it holds is passed over.
fn soap_fault(xml: &str) -> Result<SoapFault, LetturaError> {
    let mut cursore = Cursore::nuovo(xml);
    let mut f = SoapFault { faultcode: String::new(), faultstring: String::new() };
    let mut dentro = String::new();
    loop {
        match cursore.avanti()? {
            Passo::Apre { inizio, livello: 2, .. } => inizio.local_name().as_ref().clone_into(&mut dentro),
            Passo::Testo { testo, livello: 2 } => match dentro.as_str() {
                "faultcode" => f.faultcode.push_str(&testo),
                "faultstring" => f.faultstring.push_str(&testo),
                _ => {}
            },
            Passo::Fine => return Ok(f),
            Passo::Apre { .. } | Passo::Chiude { .. } | Passo::Testo { .. } => {}
        }
    }
}
