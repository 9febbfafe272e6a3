//! GET `/riscossioni`, `/riscossioni/{idDominio}/{iuv}/{iur}/{indice}` (spec 50 section 8).

use super::{Porta, resa};
use crate::convenzioni::date::Estremo;
use crate::convenzioni::filtri::{istante, testo};
use crate::convenzioni::legami::assoluto;
use crate::convenzioni::ordinamento::ordinamento;
use crate::convenzioni::{
    ApiError, Chi, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, risposte,
};
use axum::extract::{OriginalUri, State};
use axum::response::Response;
use contratto::pendenza::{VistaRiscossione, leggi_dominio};
use contratto::{Sintassi, messaggi};
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use domain::tentativo::{StatoRiscossione, TipoRiscossione};
use engine::giornale::Pagina;
use engine::riscossioni::{ChiaveRiscossione, FiltroRiscossioni, OrdineRiscossioni};
use http::StatusCode;

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;
/// The names that `ordinamento` may use.
const NOMI: &[&str] = &["data", "stato", "iuv"];
const ORDINI: [OrdineRiscossioni; 3] =
    [OrdineRiscossioni::Data, OrdineRiscossioni::Stato, OrdineRiscossioni::Iuv];
/// States as the contracts name them.
const STATI: &[(&str, &[StatoRiscossione])] = &[
    ("RISCOSSA", &[StatoRiscossione::Pagato, StatoRiscossione::PagatoSenzaRpt]),
    ("INCASSATA", &[StatoRiscossione::Incassato]),
];
/// Kinds that are shown when none is asked, and all that the first contract knows.
const TIPI: [TipoRiscossione; 2] = [TipoRiscossione::Entrata, TipoRiscossione::Mbt];

/// The routes of a door.
pub(crate) fn rotte<P: Porta>(componente: Componente, servizio: Servizio) -> Rotte {
    Rotte::nuove(componente)
        .get("/riscossioni", Operazione::lettura("findRiscossioni", servizio), elenca::<P>)
        .get(
            "/riscossioni/{idDominio}/{iuv}/{iur}/{indice}",
            Operazione::lettura("getRiscossione", servizio),
            leggi::<P>,
        )
}

async fn elenca<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let filtro = filtro::<P>(&q)?;
    let ordine = ordine(&q)?;
    let pagina = Pagina {
        salta: pagine.salto(),
        quante: pagine.da_leggere().unwrap_or(RIGHE),
        conta_fino_a: pagine.conta_fino_a(),
    };
    let (righe, totale) = stato.engine.elenca_riscossioni(&chi, filtro, &ordine, pagina).await?;
    let oggi = stato.engine.oggi();
    let righe = righe.iter().map(|r| resa::riga::<P>(r, oggi)).collect();
    let del_backoffice = P::VISTA == VistaRiscossione::Backoffice;
    let uri = if del_backoffice { uri } else { assoluto(&stato.impostazioni, &uri) };
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, del_backoffice, &uri)))
}

async fn leggi<P: Porta>(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((dominio, iuv, iur, indice)): Percorso<(String, String, String, String)>,
) -> Result<Response, ApiError> {
    let chiave = ChiaveRiscossione { dominio: leggi_dominio(&dominio)?, iuv, iur, indice };
    let letta = stato.engine.leggi_riscossione(&chi, &chiave).await?;
    Ok(risposte::json(StatusCode::OK, &resa::intera::<P>(&letta, stato.engine.oggi())?))
}

/// The latest payment first, unless something else is asked.
fn ordine(q: &Interrogazione) -> Result<Vec<(OrdineRiscossioni, bool)>, ApiError> {
    let chiesti = ordinamento(q, NOMI)?;
    if chiesti.is_empty() {
        return Ok(vec![(OrdineRiscossioni::Data, true)]);
    }
    Ok(chiesti.into_iter().filter_map(|(posto, giu)| ORDINI.get(posto).map(|o| (*o, giu))).collect())
}

fn filtro<P: Porta>(q: &Interrogazione) -> Result<FiltroRiscossioni, ApiError> {
    let vista = P::VISTA;
    let stati = q.non_vuoto("stato").map(|v| messaggi::enumerazione("stato", v, STATI)).transpose()?;
    let mut f = FiltroRiscossioni {
        dominio: testo(q, "idDominio")?,
        da: istante(q, "dataDa", Estremo::Inizio)?,
        a: istante(q, "dataA", Estremo::Fine)?,
        stati: stati.map(<[_]>::to_vec).unwrap_or_default(),
        tipi: tipi(q, vista)?,
        ..FiltroRiscossioni::default()
    };
    if vista != VistaRiscossione::V1 {
        f.iur = testo(q, "iur")?;
    }
    if vista != VistaRiscossione::V3 {
        f.id_a2a = testo(q, "idA2A")?;
        f.id_pendenza = testo(q, "idPendenza")?;
    }
    if vista == VistaRiscossione::Backoffice {
        f.iuv = testo(q, "iuv")?;
        f.unita = testo(q, "idUnita")?;
        f.tipo_pendenza = testo(q, "idTipoPendenza")?;
        f.direzioni = q.tutti("direzione");
        f.divisioni = q.tutti("divisione");
        f.tassonomie = q.tutti("tassonomia");
    }
    Ok(f)
}

/// In the first contract one, or all; then those asked, or the usual ones.
fn tipi(q: &Interrogazione, vista: VistaRiscossione) -> Result<Vec<TipoRiscossione>, Sintassi> {
    let con_nome = |t: &TipoRiscossione| (t.as_str(), *t);
    if vista == VistaRiscossione::V1 {
        let noti = TIPI.each_ref().map(con_nome);
        return q.non_vuoto("tipo").map(|v| messaggi::enumerazione("tipo", v, &noti)).into_iter().collect();
    }
    let noti: Vec<_> = TipoRiscossione::TUTTI.iter().map(con_nome).collect();
    let chiesti = q.tutti("tipo");
    if chiesti.is_empty() {
        return Ok(TIPI.to_vec());
    }
    chiesti.iter().map(|v| messaggi::enumerazione("tipo", v, &noti)).collect()
}
