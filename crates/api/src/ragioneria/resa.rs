//! A riscossione as JSON (spec 50 8.1, 8.2).

use super::Porta;
use crate::convenzioni::ApiError;
use crate::pendenze::porta::Porta as _;
use crate::pendenze::rpp;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use contratto::numeri::importo_json;
use contratto::pendenza::{VistaRiscossione, dominio_breve, pendenza_riscossa, voce_riscossa};
use domain::pendenza::ChiavePendenza;
use domain::tentativo::{Riscossione, StatoRiscossione, TipoRiscossione};
use domain::{IdDominio, Iuv};
use engine::ente::segmento;
use engine::riscossioni::{RiscossioneLetta, RiscossioneVista};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

type Oggetto = Map<String, Value>;

/// A row of a list.
pub(super) fn riga<P: Porta>(v: &RiscossioneVista, oggi: Date) -> Value {
    let mut m = comune::<P>(v, oggi);
    if let (VistaRiscossione::Backoffice, Some(voce)) = (P::VISTA, &v.voce) {
        m.insert("idVocePendenza".to_owned(), voce.id_voce.as_str().into());
    }
    Value::Object(m)
}

/// The whole of it.
pub(super) fn intera<P: Porta>(l: &RiscossioneLetta, oggi: Date) -> Result<Value, ApiError> {
    let v = &l.vista;
    let mut m = comune::<P>(v, oggi);
    match P::VISTA {
        VistaRiscossione::V1 => {
            let scheda = |id: &IdDominio| v.scheda(id.as_str());
            let c = P::Pendenze::contesto(&scheda, oggi);
            m.insert("pendenza".to_owned(), pendenza_riscossa(&v.pendenza, P::VISTA, &c));
            voce::<P>(&mut m, v, oggi);
            if let Some(d) = &l.documenti {
                m.insert("rpp".to_owned(), Value::Object(rpp::tentativo(d, &v.pendenza)?));
            }
        }
        VistaRiscossione::Backoffice => voce::<P>(&mut m, v, oggi),
        VistaRiscossione::V2 => {
            if let Some(rt) = l.documenti.as_ref().map(rpp::ricevuta).transpose()?.flatten() {
                m.insert("rt".to_owned(), rt);
            }
        }
        VistaRiscossione::V3 => {}
    }
    Ok(Value::Object(m))
}

/// What lists and details have in common.
fn comune<P: Porta>(v: &RiscossioneVista, oggi: Date) -> Oggetto {
    let r = &v.riscossione;
    let mut m = match P::VISTA {
        VistaRiscossione::V1 | VistaRiscossione::Backoffice => {
            let tentativo = v.tentativo.as_ref().map(|(d, iuv, ccp)| (d, iuv, ccp.as_str()));
            let mut m = con_collegamenti(r, &v.pendenza.chiave, tentativo);
            if P::VISTA == VistaRiscossione::V1 && r.tipo != TipoRiscossione::Entrata {
                // It knows no other.
                m.insert("tipo".to_owned(), TipoRiscossione::Mbt.as_str().into());
            }
            m
        }
        VistaRiscossione::V2 | VistaRiscossione::V3 => {
            let id = r.dominio.as_str();
            let dominio = v.scheda(id).map_or_else(|| json!({ "idDominio": id }), dominio_breve);
            let mut m = Map::from_iter([("dominio".to_owned(), dominio)]);
            chiave_e_importo(&mut m, r);
            voce::<P>(&mut m, v, oggi);
            m
        }
    };
    match P::VISTA {
        VistaRiscossione::V2 => {}
        VistaRiscossione::V1 | VistaRiscossione::V3 => metti(&mut m, "allegato", allegato(r)),
        VistaRiscossione::Backoffice => metti(&mut m, "allegato", allegato_con_contenuto(r)),
    }
    m
}

/// A riscossione with links to its pendenza and to its attempt, if it has one; without its attachment.
pub(crate) fn con_collegamenti(
    r: &Riscossione,
    pendenza: &ChiavePendenza,
    tentativo: Option<(&IdDominio, &Iuv, &str)>,
) -> Oggetto {
    let mut m = Map::from_iter([("idDominio".to_owned(), r.dominio.as_str().into())]);
    chiave_e_importo(&mut m, r);
    let collegamento = format!("/pendenze/{}/{}", pendenza.id_a2a, pendenza.id_pendenza);
    m.insert("pendenza".to_owned(), collegamento.into());
    if let Some((dominio, iuv, ccp)) = tentativo {
        let collegamento = format!("/rpp/{dominio}/{}/{}", segmento(iuv.as_str()), segmento(ccp));
        m.insert("rpp".to_owned(), collegamento.into());
    }
    metti(&mut m, "commissioni", r.commissioni.map(|c| Value::Number(importo_json(c))));
    m
}

fn chiave_e_importo(m: &mut Oggetto, r: &Riscossione) {
    let stato = match r.stato {
        StatoRiscossione::Pagato | StatoRiscossione::PagatoSenzaRpt => "RISCOSSA",
        StatoRiscossione::Incassato => "INCASSATA",
    };
    for (nome, valore) in [
        ("iuv", Value::from(r.iuv.as_str())),
        ("iur", r.iur.as_str().into()),
        ("indice", r.indice.into()),
        ("stato", stato.into()),
        ("tipo", r.tipo.as_str().into()),
        ("importo", Value::Number(importo_json(r.importo))),
        ("data", r.data.giorno().to_string().into()),
    ] {
        m.insert(nome.to_owned(), valore);
    }
}

fn voce<P: Porta>(m: &mut Oggetto, v: &RiscossioneVista, oggi: Date) {
    let scheda = |id: &IdDominio| v.scheda(id.as_str());
    let c = P::Pendenze::contesto(&scheda, oggi);
    let voce = v.voce.as_ref().map(|voce| voce_riscossa(&v.pendenza, voce, P::VISTA, &c));
    metti(m, "vocePendenza", voce);
}

fn metti(m: &mut Oggetto, nome: &str, valore: Option<Value>) {
    if let Some(valore) = valore {
        m.insert(nome.to_owned(), valore);
    }
}

/// The stamp or the outcome that came with it.
pub(crate) fn allegato(r: &Riscossione) -> Option<Value> {
    let (tipo, testo) = r.allegato.as_ref()?;
    let tipo = if tipo == BOLLO { "Marca da bollo" } else { "Esito pagamento" };
    Some(json!({ "tipo": tipo, "testo": testo }))
}

/// The same; a stamp also as JSON.
pub(crate) fn allegato_con_contenuto(r: &Riscossione) -> Option<Value> {
    let mut v = allegato(r)?;
    if let Some((tipo, testo)) = &r.allegato
        && tipo == BOLLO
    {
        let xml = BASE64_STANDARD.decode(testo).unwrap_or_default();
        v["contenuto"] = Value::Object(pagopa::marca::in_json(&xml));
    }
    Some(v)
}

/// How a stamp is marked among the attachments.
const BOLLO: &str = "BD";
