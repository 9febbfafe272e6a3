//! The whole pendenza, as GET and PATCH answer it.

use super::porta::Porta;
use super::rpp;
use crate::convenzioni::{ApiError, StatoApi};
use contratto::numeri::importo_json;
use contratto::pendenza::{Corredo, Vista, dettaglio};
use domain::tentativo::{Riscossione, StatoRiscossione};
use engine::Chiamante;
use engine::ente::segmento;
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
    let chiave = &d.pendenza.chiave;
    let mut v = json!({
        "idDominio": r.dominio.as_str(),
        "iuv": r.iuv.as_str(),
        "iur": r.iur,
        "indice": r.indice,
        "pendenza": format!("/pendenze/{}/{}", chiave.id_a2a, chiave.id_pendenza),
        "stato": match r.stato {
            StatoRiscossione::Pagato | StatoRiscossione::PagatoSenzaRpt => "RISCOSSA",
            StatoRiscossione::Incassato => "INCASSATA",
        },
        "tipo": r.tipo.as_str(),
        "importo": Value::Number(importo_json(r.importo)),
        "data": r.data.giorno().to_string(),
    });
    let tentativo = documenti.iter().map(|x| &x.tentativo).find(|t| Some(t.id) == r.tentativo);
    if let Some(t) = tentativo {
        v["rpp"] = format!("/rpp/{}/{}/{}", t.dominio, segmento(t.iuv.as_str()), segmento(&t.ccp)).into();
    }
    if let Some(c) = r.commissioni {
        v["commissioni"] = Value::Number(importo_json(c));
    }
    if let Some(a) = allegato(r) {
        v["allegato"] = a;
    }
    v
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

/// The stamp or the outcome that came with it.
fn allegato(r: &Riscossione) -> Option<Value> {
    let (tipo, testo) = r.allegato.as_ref()?;
    let tipo = if tipo == "BD" { "Marca da bollo" } else { "Esito pagamento" };
    Some(json!({ "tipo": tipo, "testo": testo }))
}
