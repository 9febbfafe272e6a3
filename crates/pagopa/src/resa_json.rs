//! JSON rendering of the stored messages (spec 60 1.6). The keys are all those of the schema version,
//! in its order; what is absent is `null`, repeatable elements are arrays.

use crate::albero::Ramo;
use crate::ccp::{DatiPagamento, Ricevuta, Versione};
use crate::schema::{Base, Complesso, Elemento, Particella, Semplice, Tipo, ccp, valori};
use serde_json::{Map, Value};

/// The request: content of `data` of paGetPayment or paGetPaymentV2.
#[must_use]
pub fn rpt(dati: &DatiPagamento, versione: Versione) -> Value {
    let tipo = match versione {
        Versione::V1 => &ccp::PAGAMENTO,
        Versione::V2 => &ccp::PAGAMENTO_V2,
    };
    complesso(tipo, &dati.ramo(versione))
}

/// The receipt: content of `receipt` of paSendRT or paSendRTV2.
#[must_use]
pub fn ricevuta(ricevuta: &Ricevuta, versione: Versione) -> Value {
    let tipo = match versione {
        Versione::V1 => &ccp::RICEVUTA,
        Versione::V2 => &ccp::RICEVUTA_V2,
    };
    complesso(tipo, &ricevuta.ramo(versione))
}

fn complesso(tipo: &Complesso, ramo: &Ramo) -> Value {
    let elementi = tipo.particelle.iter().flat_map(|p| match p {
        Particella::Uno(e) => std::slice::from_ref(e),
        Particella::Scelta(fra) => fra,
    });
    Value::Object(elementi.map(|e| (e.nome.to_owned(), elemento(e, ramo))).collect::<Map<_, _>>())
}

fn elemento(e: &Elemento, padre: &Ramo) -> Value {
    let uno = |r: &Ramo| match e.tipo {
        Tipo::S(s) => semplice(s, &r.testo),
        Tipo::C(c) => complesso(c, r),
    };
    if e.max > 1 {
        Value::Array(padre.figli(e.nome).map(uno).collect())
    } else {
        padre.figlio(e.nome).map_or(Value::Null, uno)
    }
}

/// Amounts are strings with two decimals, integers numbers, instants the clock of Rome to the second.
fn semplice(tipo: &Semplice, testo: &str) -> Value {
    match tipo.base {
        Base::Intero => valori::intero(testo).map_or(Value::Null, Value::from),
        Base::Booleano => valori::booleano(testo).map_or(Value::Null, Value::Bool),
        Base::DataOra => valori::istante(testo).map_or(Value::Null, |i| Value::String(i.iso_secondi())),
        Base::Stringa | Base::Decimale | Base::Data | Base::Base64 => Value::String(testo.to_owned()),
    }
}
