//! GET `/rpp` (spec 30 10.3, 10.8).

use super::elenco::RIGHE;
use super::porta::Porta;
use super::rpp::{collegamento, formato, rpp};
use crate::convenzioni::date::Estremo;
use crate::convenzioni::filtri::{istante, testo};
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::{ApiError, Chi, Interrogazione, Paginazione, StatoApi, risposte};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use contratto::pendenza::{Vista, riga};
use contratto::{Sintassi, messaggi};
use domain::tentativo::EsitoPagamento;
use domain::{IdA2A, IdDominio, IdPendenza, IdTipoPendenza, IdUnita, NumeroAvviso};
use engine::giornale::Pagina;
use engine::pendenze::Visibilita;
use engine::tentativi::{FiltroTentativi, OrdineTentativi, RigaRpp};
use http::StatusCode;
use jiff::civil::Date;
use serde_json::Value;

/// The names that `ordinamento` may use.
const NOMI: &[&str] = &["dataRichiesta", "stato"];
const ORDINI: [OrdineTentativi; 2] = [OrdineTentativi::Richiesta, OrdineTentativi::Stato];

/// Outcomes as the filters name them (spec 30 7.4).
const ESITI: [(&str, EsitoPagamento); 7] = [
    ("IN_CORSO", EsitoPagamento::InCorso),
    ("RIFIUTATO", EsitoPagamento::Rifiutato),
    ("ESEGUITO", EsitoPagamento::Eseguito),
    ("NON_ESEGUITO", EsitoPagamento::NonEseguito),
    ("ESEGUITO_PARZIALE", EsitoPagamento::ParzialmenteEseguito),
    ("DECORRENZA", EsitoPagamento::DecorrenzaTermini),
    ("DECORRENZA_PARZIALE", EsitoPagamento::DecorrenzaTerminiParziale),
];
/// As the contracts v1 misspell the last one: both are taken there.
const ESITO_STORPIATO: (&str, EsitoPagamento) =
    ("DECORENNZA_PARZIALE", EsitoPagamento::DecorrenzaTerminiParziale);

pub(crate) async fn elenca<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    formato::<P>(&q)?;
    let filtro = filtro::<P>(&q)?;
    let ordine = ordine(&q)?;
    let pagina = Pagina {
        salta: pagine.salto(),
        quante: pagine.da_leggere().unwrap_or(RIGHE),
        conta_fino_a: pagine.conta_fino_a(),
    };
    let (righe, totale) = stato.engine.elenca_rpp(&chi, P::VISIBILITA, filtro, &ordine, pagina).await?;
    let oggi = stato.engine.oggi();
    let righe = righe.iter().map(|r| scrivi::<P>(r, oggi)).collect::<Result<Vec<_>, _>>()?;
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, P::VISTA == Vista::Backoffice, &uri)))
}

/// Newest first, unless something else is asked.
fn ordine(q: &Interrogazione) -> Result<Vec<(OrdineTentativi, bool)>, ApiError> {
    let chiesti = ordinamento(q, NOMI)?;
    if chiesti.is_empty() {
        return Ok(vec![(OrdineTentativi::Richiesta, true)]);
    }
    Ok(chiesti.into_iter().filter_map(|(posto, giu)| ORDINI.get(posto).map(|o| (*o, giu))).collect())
}

fn filtro<P: Porta>(q: &Interrogazione) -> Result<FiltroTentativi, ApiError> {
    let vista = P::VISTA;
    let mut f = FiltroTentativi {
        dominio: id(q, "idDominio", IdDominio::PATTERN)?,
        iuv: testo(q, "iuv")?.map(|t| match NumeroAvviso::leggi(&t) {
            Ok(avviso) => avviso.iuv().to_string(),
            Err(_) => t,
        }),
        ccp: testo(q, "ccp")?,
        id_pendenza: id(q, "idPendenza", IdPendenza::PATTERN)?,
        ..FiltroTentativi::default()
    };
    let id_a2a = id(q, "idA2A", IdA2A::PATTERN)?;
    f.nessuno = testo(q, "idPagamento")?.is_some();
    if P::VISIBILITA == Visibilita::Ambito {
        // Elsewhere it is the caller's own, whatever is asked.
        f.id_a2a = id_a2a;
    }
    f.esito = match vista {
        Vista::PendenzeV1 | Vista::Backoffice | Vista::PagamentoV1 => {
            let tutti: Vec<_> = ESITI.into_iter().chain([ESITO_STORPIATO]).collect();
            esito(q, "esito", &tutti)?
        }
        Vista::PendenzeV2 | Vista::PagamentoV2 | Vista::PagamentoV3 => esito(q, "esitoPagamento", &ESITI)?,
    };
    if vista.prima() {
        f.rpt_da = istante(q, "dataDa", Estremo::Inizio)?;
        f.rpt_a = istante(q, "dataA", Estremo::Fine)?;
        return Ok(f);
    }
    f.rpt_da = istante(q, "dataRptDa", Estremo::Inizio)?;
    f.rpt_a = istante(q, "dataRptA", Estremo::Fine)?;
    f.rt_da = istante(q, "dataRtDa", Estremo::Inizio)?;
    f.rt_a = istante(q, "dataRtA", Estremo::Fine)?;
    f.debitore = testo(q, "idDebitore")?.map(|d| d.to_uppercase());
    if vista == Vista::Backoffice {
        f.direzioni = q.tutti("direzione");
        f.divisioni = q.tutti("divisione");
        f.tassonomia = testo(q, "tassonomia")?;
        f.unita = id(q, "idUnita", IdUnita::PATTERN)?;
        f.nome_debitore = testo(q, "anagraficaDebitore")?;
        f.tipi = id(q, "idTipoPendenza", IdTipoPendenza::PATTERN)?.map(|t| vec![t]);
    }
    Ok(f)
}

fn id(q: &Interrogazione, nome: &str, pattern: &'static str) -> Result<Option<String>, Sintassi> {
    let Some(v) = q.non_vuoto(nome) else { return Ok(None) };
    messaggi::pattern(nome, v, pattern)?;
    Ok(Some(v.to_owned()))
}

fn esito(
    q: &Interrogazione,
    nome: &str,
    tutti: &[(&str, EsitoPagamento)],
) -> Result<Option<EsitoPagamento>, Sintassi> {
    let Some(v) = q.non_vuoto(nome) else { return Ok(None) };
    messaggi::enumerazione(nome, v, tutti).map(Some)
}

fn scrivi<P: Porta>(r: &RigaRpp, oggi: Date) -> Result<Value, ApiError> {
    let pendenza = match P::VISTA {
        Vista::PendenzeV1 | Vista::PagamentoV1 => collegamento(&r.pendenza),
        Vista::PendenzeV2 | Vista::Backoffice | Vista::PagamentoV2 | Vista::PagamentoV3 => {
            let scheda = |id: &IdDominio| r.scheda.as_deref().filter(|s| s.dominio.id == *id);
            riga(&r.pendenza, &P::contesto(&scheda, oggi))
        }
    };
    rpp::<P>(&r.documenti, &r.pendenza, pendenza)
}
