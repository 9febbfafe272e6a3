//! The whole pendenza, as GET and PATCH answer it.

use super::porta::Porta;
use super::rpp;
use crate::convenzioni::{ApiError, StatoApi};
use crate::ragioneria::{allegato, allegato_con_contenuto, con_collegamenti};
use contratto::numeri::importo_json;
use contratto::pendenza::{Corredo, Vista, dettaglio};
use domain::tentativo::Riscossione;
use engine::Chiamante;
use engine::pendenze::Dettaglio;
use engine::tentativi::Documenti;
use serde_json::{Value, json};

/// In which order the attempts come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ordine {
    /// Oldest first.
    DalPrimo,
    /// Newest first.
    DallUltimo,
}

/// Writes a pendenza with its attempts.
pub(crate) async fn scrivi<P: Porta>(
    stato: &StatoApi,
    chi: &Chiamante,
    d: &Dettaglio,
    ordine: Ordine,
) -> Result<Value, ApiError> {
    let documenti = stato.engine.rpp_della_pendenza(&d.pendenza).await?;
    let mut rpp = rpp::per_dettaglio::<P>(stato, chi, d, &documenti)?;
    if ordine == Ordine::DallUltimo {
        rpp.reverse();
    }
    let riscossioni = match P::VISTA {
        Vista::Backoffice | Vista::PagamentoV3 => {
            stato.engine.riscossioni_della_pendenza(&d.pendenza).await?
        }
        Vista::PendenzeV1 | Vista::PendenzeV2 | Vista::PagamentoV1 | Vista::PagamentoV2 => Vec::new(),
    };
    let resa = |r: &Riscossione| match P::VISTA {
        Vista::PagamentoV3 => riscossione_v3(r),
        _ => riscossione(r, d, &documenti),
    };
    let riscossioni = riscossioni.iter().map(|r| (r, resa(r))).collect();
    let scheda = |id: &domain::IdDominio| d.scheda(id.as_str());
    let contesto = P::contesto(&scheda, stato.engine.oggi());
    Ok(dettaglio(&d.pendenza, &contesto, Corredo { allegati: &d.allegati, rpp, riscossioni }))
}

/// What was paid of a voce, with links to its pendenza and to its attempt, if it had one.
fn riscossione(r: &Riscossione, d: &Dettaglio, documenti: &[Documenti]) -> Value {
    let tentativo = documenti.iter().map(|x| &x.tentativo).find(|t| Some(t.id) == r.tentativo);
    let tentativo = tentativo.map(|t| (&t.dominio, &t.iuv, t.ccp.as_str()));
    let mut v = con_collegamenti(r, &d.pendenza.chiave, tentativo);
    if let Some(a) = allegato_con_contenuto(r) {
        v.insert("allegato".to_owned(), a);
    }
    Value::Object(v)
}

/// The same for the third contract, without links.
fn riscossione_v3(r: &Riscossione) -> Value {
    let mut v = json!({
        "idDominio": r.dominio.as_str(),
        "iuv": r.iuv.as_str(),
        "iur": r.iur,
        "indice": r.indice,
        "tipo": r.tipo.as_str(),
        "importo": Value::Number(importo_json(r.importo)),
        "data": r.data.iso_millis_zona(),
    });
    if let Some(a) = allegato(r) {
        v["allegato"] = a;
    }
    v
}
