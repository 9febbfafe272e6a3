//! The whole pendenza, as GET and PATCH answer it.

use super::porta::Porta;
use super::rpp;
use crate::convenzioni::{ApiError, StatoApi};
use contratto::numeri::importo_json;
use contratto::pendenza::{Corredo, Vista, dettaglio};
use domain::tentativo::{Riscossione, StatoRiscossione};
use engine::ente::segmento;
use engine::pendenze::Dettaglio;
use engine::tentativi::Documenti;
use serde_json::{Value, json};

/// In which order the attempts come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Ordine {
    /// Oldest first.
    DalPrimo,
    /// Newest first.
    DallUltimo,
}

/// Writes a pendenza with its attempts.
pub(super) async fn scrivi<P: Porta>(
    stato: &StatoApi,
    d: &Dettaglio,
    ordine: Ordine,
) -> Result<Value, ApiError> {
    let documenti = stato.engine.rpp_della_pendenza(&d.pendenza).await?;
    let mut rpp = rpp::per_dettaglio::<P>(stato, d, &documenti)?;
    if ordine == Ordine::DallUltimo {
        rpp.reverse();
    }
    let riscossioni = match P::VISTA {
        Vista::Backoffice => stato.engine.riscossioni_della_pendenza(&d.pendenza).await?,
        Vista::PendenzeV1 | Vista::PendenzeV2 => Vec::new(),
    };
    let riscossioni = riscossioni.iter().map(|r| (r, riscossione(r, d, &documenti))).collect();
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
    if let Some((tipo, testo)) = &r.allegato {
        let tipo = if tipo == "BD" { "Marca da bollo" } else { "Esito pagamento" };
        v["allegato"] = json!({ "tipo": tipo, "testo": testo });
    }
    v
}
