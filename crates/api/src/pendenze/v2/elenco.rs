//! GET `/pendenze` (spec 20 6.2).

use crate::convenzioni::date::Estremo;
use crate::convenzioni::filtri::{codice, istante, testo};
use crate::convenzioni::ordinamento::{campi, ordinamento};
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Paginazione, StatoApi, risposte};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use contratto::pendenza::{ContestoV2, riga_v2};
use domain::Istante;
use domain::pendenza::StatoMostrato;
use engine::giornale::Pagina;
use engine::pendenze::{FiltroPendenze, OrdinePendenze, RigaPendenza};
use http::StatusCode;
use jiff::civil::Date;
use serde_json::Value;

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;
/// The names that `ordinamento` may use.
const NOMI: &[&str] = &["dataCaricamento", "dataValidita", "dataScadenza", "stato"];
const ORDINI: [OrdinePendenze; 4] =
    [OrdinePendenze::Caricamento, OrdinePendenze::Validita, OrdinePendenze::Scadenza, OrdinePendenze::Stato];

pub(super) async fn elenca(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.max_risultati_per_pagina)?;
    let oggi = stato.engine.oggi();
    let filtro = filtro(&q, oggi)?;
    let ordine = ordine(&q)?;
    let pagina = Pagina {
        salta: pagine.salto(),
        quante: pagine.da_leggere().unwrap_or(RIGHE),
        conta_fino_a: pagine.conta_fino_a(),
    };
    let (righe, totale) = stato.engine.elenca_le_proprie(&chi, filtro, &ordine, pagina).await?;
    let mut righe: Vec<_> = righe.iter().map(|r| riga(r, oggi)).collect();
    campi(&q, &mut righe);
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, false, &uri)))
}

/// Newest first, unless something else is asked.
fn ordine(q: &Interrogazione) -> Result<Vec<(OrdinePendenze, bool)>, ApiError> {
    let chiesti = ordinamento(q, NOMI)?;
    if chiesti.is_empty() {
        return Ok(vec![(OrdinePendenze::Caricamento, true)]);
    }
    Ok(chiesti.into_iter().filter_map(|(posto, giu)| ORDINI.get(posto).map(|o| (*o, giu))).collect())
}

fn filtro(q: &Interrogazione, oggi: Date) -> Result<FiltroPendenze, ApiError> {
    Ok(FiltroPendenze {
        // The caller's own, whatever is asked.
        id_a2a: None,
        id_pendenza: testo(q, "idPendenza")?,
        dominio: testo(q, "idDominio")?,
        debitore: testo(q, "idDebitore")?.map(|d| d.to_uppercase()),
        direzione: testo(q, "direzione")?,
        divisione: testo(q, "divisione")?,
        da: giorno_o_anno(q, "dataDa", Estremo::Inizio)?,
        a: giorno_o_anno(q, "dataA", Estremo::Fine)?,
        stato: codice(q, "stato", StatoMostrato::TUTTI, StatoMostrato::as_str)?.map(|s| (s, oggi)),
        nessuna: testo(q, "idPagamento")?.is_some(),
        tipi: None,
        senza_spontanee_da_pagare: !booleano(q, "mostraSpontaneiNonPagati")?.unwrap_or(false),
    })
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

fn riga(r: &RigaPendenza, oggi: Date) -> Value {
    let scheda = |id: &domain::IdDominio| r.scheda.as_deref().filter(|s| s.dominio.id == *id);
    riga_v2(&r.pendenza, &ContestoV2 { scheda: &scheda, oggi })
}
