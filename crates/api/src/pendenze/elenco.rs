//! GET `/pendenze` (spec 20 6.2).

use super::porta::Porta;
use crate::convenzioni::date::Estremo;
use crate::convenzioni::filtri::{codice, istante, testo};
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Paginazione, StatoApi, risposte};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use contratto::pendenza::{Vista, riga};
use contratto::{Sintassi, messaggi};
use domain::pendenza::StatoMostrato;
use domain::{Istante, NumeroAvviso};
use engine::chiamante::Natura;
use engine::giornale::Pagina;
use engine::pendenze::{FiltroPendenze, OrdinePendenze, RigaPendenza, StatoCercato, Visibilita};
use http::StatusCode;
use jiff::civil::Date;
use serde_json::Value;

/// Rows of a page when it is not asked.
pub(super) const RIGHE: i64 = 25;
/// The names that `ordinamento` may use.
const NOMI: &[&str] = &["dataCaricamento", "dataValidita", "dataScadenza", "stato"];
const ORDINI: [OrdinePendenze; 4] =
    [OrdinePendenze::Caricamento, OrdinePendenze::Validita, OrdinePendenze::Scadenza, OrdinePendenze::Stato];

pub(crate) async fn elenca<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let oggi = stato.engine.oggi();
    let filtro = filtro::<P>(&q, oggi)?;
    let di_uno = filtro.debitore.is_some() || chi.natura != Natura::Registrata;
    let ordine = ordine(&q, (P::VISIBILITA == Visibilita::Portale && di_uno).then(|| stato.engine.adesso()))?;
    let pagina = Pagina {
        salta: pagine.salto(),
        quante: pagine.da_leggere().unwrap_or(RIGHE),
        conta_fino_a: pagine.conta_fino_a(),
    };
    let (righe, totale) = stato.engine.elenca_pendenze(&chi, P::VISIBILITA, filtro, &ordine, pagina).await?;
    let righe: Vec<_> = righe.iter().map(|r| scrivi::<P>(r, oggi)).collect();
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, P::VISTA == Vista::Backoffice, &uri)))
}

/// Newest first, unless something else is asked. `per_chi_paga`: the instant for `smart`, which is for the
/// pendenze of one debtor.
fn ordine(
    q: &Interrogazione,
    per_chi_paga: Option<Istante>,
) -> Result<Vec<(OrdinePendenze, bool)>, ApiError> {
    if let (Some("smart"), Some(adesso)) = (q.non_vuoto("ordinamento").map(str::trim), per_chi_paga) {
        return Ok(vec![(OrdinePendenze::PerChiPaga(adesso), false)]);
    }
    let chiesti = ordinamento(q, NOMI)?;
    if chiesti.is_empty() {
        return Ok(vec![(OrdinePendenze::Caricamento, true)]);
    }
    Ok(chiesti.into_iter().filter_map(|(posto, giu)| ORDINI.get(posto).map(|o| (*o, giu))).collect())
}

fn filtro<P: Porta>(q: &Interrogazione, oggi: Date) -> Result<FiltroPendenze, ApiError> {
    let vista = P::VISTA;
    let stato = codice(q, "stato", vista.stati().elenco(), StatoMostrato::as_str)?;
    let mut f = FiltroPendenze {
        id_pendenza: testo(q, "idPendenza")?,
        dominio: testo(q, "idDominio")?,
        debitore: testo(q, "idDebitore")?.map(|d| d.to_uppercase()),
        da: giorno_o_anno(q, "dataDa", Estremo::Inizio)?,
        a: giorno_o_anno(q, "dataA", Estremo::Fine)?,
        stato: stato.map(|stato| StatoCercato { stato, oggi, noti: vista.stati() }),
        nessuna: testo(q, "idPagamento")?.is_some(),
        ..FiltroPendenze::default()
    };
    if P::VISIBILITA != Visibilita::Proprie {
        // There it is the caller's own, whatever is asked.
        f.id_a2a = testo(q, "idA2A")?;
    }
    if !vista.prima() {
        f.direzione = testo(q, "direzione")?;
        f.divisione = testo(q, "divisione")?;
        f.senza_spontanee_da_pagare = !booleano(q, "mostraSpontaneiNonPagati")?.unwrap_or(false);
    }
    if matches!(vista, Vista::Backoffice | Vista::PagamentoV2 | Vista::PagamentoV3) {
        f.iuv = testo(q, "iuv")?.map(|t| match NumeroAvviso::leggi(&t) {
            Ok(avviso) => avviso.iuv().to_string(),
            Err(_) => t,
        });
    }
    if vista == Vista::Backoffice {
        f.tipi = tipi(q)?;
    }
    Ok(f)
}

/// `idTipoPendenza`, as often as it comes: any of them.
fn tipi(q: &Interrogazione) -> Result<Option<Vec<String>>, Sintassi> {
    let chiesti = q.tutti("idTipoPendenza");
    for t in &chiesti {
        messaggi::pattern("idTipoPendenza", t, domain::IdTipoPendenza::PATTERN)?;
    }
    Ok((!chiesti.is_empty()).then_some(chiesti))
}

/// These lists also take a year alone: its first or its last instant.
fn giorno_o_anno(q: &Interrogazione, nome: &str, estremo: Estremo) -> Result<Option<Istante>, ApiError> {
    let anno =
        q.non_vuoto(nome).map(str::trim).filter(|v| v.len() == 4 && v.bytes().all(|b| b.is_ascii_digit()));
    let Some(anno) = anno else { return istante(q, nome, estremo) };
    let giorno = match estremo {
        Estremo::Inizio => format!("{anno}-01-01"),
        Estremo::Fine => format!("{anno}-12-31"),
    };
    istante(&Interrogazione::da(vec![(nome.to_owned(), giorno)]), nome, estremo)
}

fn scrivi<P: Porta>(r: &RigaPendenza, oggi: Date) -> Value {
    let scheda = |id: &domain::IdDominio| r.scheda.as_deref().filter(|s| s.dominio.id == *id);
    riga(&r.pendenza, &P::contesto(&scheda, oggi))
}
