//! `/pendenze/tracciati`: bulk loads (spec 20 section 11).
//!
//! The first segment after `tracciati` is an id or, in a POST, a dominio: one route, one name.

use super::tracciati_resa::{indice, operazione};
use crate::convenzioni::filtri::{codice, testo};
use crate::convenzioni::paginazione::booleano;
use crate::convenzioni::{
    ApiError, Chi, Corpo, Firma, Interrogazione, Operazione, Paginazione, Percorso, Rotte, StatoApi, fault,
    risposte,
};
use axum::body::Body;
use axum::extract::{OriginalUri, Request, State};
use axum::response::{IntoResponse as _, Response};
use bytes::Bytes;
use contratto::messaggi;
use contratto::pendenza::leggi_dominio;
use contratto::tracciato::leggi_annullo;
use domain::IdTipoPendenza;
use domain::anagrafica::Servizio;
use domain::evento::Componente;
use engine::Chiamante;
use engine::giornale::Pagina;
use engine::tracciati::{
    FiltroTracciati, FormatoTracciato, InvioError, NuovoInvio, Ricezione, StatoTracciato, TracciatoError,
    TracciatoLetto,
};
use futures_util::{Stream, StreamExt as _, TryStreamExt as _};
use http::{HeaderMap, HeaderValue, StatusCode, header};

/// Rows of a page when it is not asked.
const RIGHE: i64 = 25;
/// What may be asked of a file: it comes in the form that it has.
const FILE: &[&str] = &["application/json", "text/csv"];
/// What may be asked of the prints; 3.9.1 says the second (spec 20 11.4).
const ARCHIVIO: &[&str] = &["application/zip", "application/octet-stream"];
/// Names a CSV.
const NOME_FILE: &str = "x-govpay-filename";

/// The routes of this file.
pub(super) fn rotte() -> Rotte {
    const SERVIZIO: Servizio = Servizio::Pendenze;
    let lettura = |nome| Operazione::lettura(nome, SERVIZIO);
    let scrittura = |nome| Operazione::scrittura(nome, SERVIZIO);
    const TUTTI: &str = "/pendenze/tracciati";
    const UNO: &str = "/pendenze/tracciati/{id}";
    Rotte::nuove(Componente::ApiBackoffice)
        .post(TUTTI, scrittura("addTracciatoPendenze"), invia)
        .get(TUTTI, lettura("findTracciatiPendenze"), elenca)
        .post(UNO, scrittura("addTracciatoPendenzeDominio"), invia_csv)
        .get(UNO, lettura("getTracciatoPendenze"), mostra)
        .patch(UNO, scrittura("updateTracciatoPendenze"), modifica)
        .post(
            "/pendenze/tracciati/{id}/{idTipoPendenza}",
            scrittura("addTracciatoPendenzeDominioTipoPendenza"),
            invia_csv_di_tipo,
        )
        .get(
            "/pendenze/tracciati/{id}/richiesta",
            lettura("getRichiestaTracciatoPendenze").produce(FILE),
            richiesta,
        )
        .get("/pendenze/tracciati/{id}/esito", lettura("getEsitoTracciatoPendenze").produce(FILE), esito)
        .get(
            "/pendenze/tracciati/{id}/stampe",
            lettura("getStampeTracciatoPendenze").produce(ARCHIVIO),
            stampe,
        )
        .get("/pendenze/tracciati/{id}/operazioni", lettura("findOperazioniTracciatoPendenze"), operazioni)
}

impl From<InvioError> for ApiError {
    fn from(e: InvioError) -> Self {
        match e {
            InvioError::Sintassi(e) => e.into(),
            InvioError::Regola(e) => e.into(),
            InvioError::NonAutorizzato(e) => e.into(),
            InvioError::Store(e) => e.into(),
        }
    }
}

impl From<TracciatoError> for ApiError {
    fn from(e: TracciatoError) -> Self {
        match e {
            TracciatoError::Inesistente(testo) => fault::NON_TROVATA.con(testo),
            e @ TracciatoError::NonAnnullabile(_) => fault::SINTASSI.con(e),
            TracciatoError::NonAutorizzato(e) => e.into(),
            TracciatoError::Store(e) => e.into(),
        }
    }
}

async fn invia(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let invio = NuovoInvio { percorso: None, stampa_avvisi: da_stampare(&q)? };
    ricevi(&stato, &chi, invio, "application/json", richiesta).await
}

async fn invia_csv(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(dominio): Percorso<String>,
    q: Interrogazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let invio =
        NuovoInvio { percorso: Some((leggi_dominio(&dominio)?, None)), stampa_avvisi: da_stampare(&q)? };
    ricevi(&stato, &chi, invio, "text/csv", richiesta).await
}

async fn invia_csv_di_tipo(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso((dominio, tipo)): Percorso<(String, String)>,
    q: Interrogazione,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let dominio = leggi_dominio(&dominio)?;
    messaggi::pattern("idTipoPendenza", &tipo, IdTipoPendenza::PATTERN)?;
    let tipo = IdTipoPendenza::leggi(&tipo).map_err(|_| messaggi::non_vuoto("idTipoPendenza"))?;
    let invio = NuovoInvio { percorso: Some((dominio, Some(tipo))), stampa_avvisi: da_stampare(&q)? };
    ricevi(&stato, &chi, invio, "text/csv", richiesta).await
}

fn da_stampare(q: &Interrogazione) -> Result<bool, ApiError> {
    Ok(booleano(q, "stampaAvvisi")?.unwrap_or(true))
}

fn intestazione(h: &HeaderMap, nome: &str) -> Option<String> {
    let v = h.get(nome)?.to_str().ok()?.trim();
    (!v.is_empty()).then(|| v.to_owned())
}

/// Takes a file as it comes: the body itself, or the first part of a form that has a file name.
async fn ricevi(
    stato: &StatoApi,
    chi: &Chiamante,
    invio: NuovoInvio,
    atteso: &str,
    richiesta: Request,
) -> Result<Response, ApiError> {
    let (parti, corpo) = richiesta.into_parts();
    let non_ammesso = || ApiError::vuoto(StatusCode::UNSUPPORTED_MEDIA_TYPE);
    if !matches!(intestazione(&parti.headers, "content-encoding").as_deref(), None | Some("identity")) {
        return Err(non_ammesso());
    }
    let tipo = intestazione(&parti.headers, "content-type").unwrap_or_default();
    let nudo = tipo.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let limite = stato.impostazioni.limite_tracciato;
    let annunciati = intestazione(&parti.headers, "content-length").and_then(|v| v.parse::<usize>().ok());
    let nome = intestazione(&parti.headers, NOME_FILE);
    let byte = corpo.into_data_stream();
    if nudo == atteso {
        if annunciati.is_some_and(|n| n > limite) {
            return Err(fault::TROPPO_GRANDE.nudo());
        }
        let byte = byte.map_err(|_| incompleto());
        return concludi(stato, chi, invio, nome, Box::pin(byte)).await;
    }
    if nudo != "multipart/form-data" {
        return Err(non_ammesso());
    }
    let confine = multer::parse_boundary(&tipo).map_err(|_| incompleto())?;
    let mut forma = multer::Multipart::new(byte, confine);
    let limite_parti = 16;
    for _ in 0..limite_parti {
        let Some(parte) = forma.next_field().await.map_err(|_| incompleto())? else { break };
        if let Some(suo) = parte.file_name().map(str::to_owned) {
            let nome = nome.or(Some(suo));
            let byte = parte.map_err(|_| incompleto());
            return concludi(stato, chi, invio, nome, Box::pin(byte)).await;
        }
    }
    Err(fault::SINTASSI.con("La richiesta non contiene alcun file"))
}

fn incompleto() -> ApiError {
    fault::SINTASSI.con("Body della richiesta incompleto")
}

type Byte<'a> = std::pin::Pin<Box<dyn Stream<Item = Result<Bytes, ApiError>> + Send + 'a>>;

async fn concludi(
    stato: &StatoApi,
    chi: &Chiamante,
    invio: NuovoInvio,
    nome: Option<String>,
    byte: Byte<'_>,
) -> Result<Response, ApiError> {
    let mut ricezione = stato.engine.ricevi_tracciato(chi, invio).await?;
    // As for every body: the rest of the time is for the answer.
    let tempo = stato.impostazioni.scadenza * 9 / 10;
    let tutto = raccogli(&mut ricezione, stato.impostazioni.limite_tracciato, nome, byte);
    match tokio::time::timeout(tempo, tutto).await.unwrap_or_else(|_| Err(incompleto())) {
        Ok(t) => Ok(risposte::json(StatusCode::CREATED, &indice(&t, false))),
        Err(e) => {
            ricezione.abbandona().await;
            Err(e)
        }
    }
}

async fn raccogli(
    ricezione: &mut Ricezione,
    limite: usize,
    nome: Option<String>,
    mut byte: Byte<'_>,
) -> Result<TracciatoLetto, ApiError> {
    let mut letti = 0_usize;
    while let Some(pezzo) = byte.next().await {
        let pezzo = pezzo?;
        letti = letti.saturating_add(pezzo.len());
        if letti > limite {
            return Err(fault::TROPPO_GRANDE.nudo());
        }
        ricezione.aggiungi(&pezzo).await?;
    }
    if nome.as_deref().is_some_and(|n| n.chars().count() > 255) {
        return Err(fault::SINTASSI.con("Il nome del file supera i 255 caratteri"));
    }
    Ok(ricezione.concludi(nome).await?)
}

async fn elenca(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let filtro = FiltroTracciati {
        dominio: testo(&q, "idDominio")?,
        stato: codice(&q, "statoTracciatoPendenza", StatoTracciato::TUTTI, StatoTracciato::as_str)?,
        domini: None,
    };
    let (righe, totale) = stato.engine.trova_tracciati(&chi, filtro, pagina(&pagine)).await?;
    let righe = righe.iter().map(|t| indice(t, false)).collect();
    Ok(risposte::json(StatusCode::OK, &pagine.busta(righe, totale, true, &uri)))
}

fn pagina(p: &Paginazione) -> Pagina {
    Pagina { salta: p.salto(), quante: p.da_leggere().unwrap_or(RIGHE), conta_fino_a: p.conta_fino_a() }
}

fn leggi_id(id: &str) -> Result<i64, ApiError> {
    id.parse().map_err(|_| fault::SINTASSI.con("Il formato dell'id tracciato passato non e' valido"))
}

async fn mostra(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    let t = stato.engine.leggi_tracciato(&chi, leggi_id(&id)?).await?;
    Ok(risposte::json(StatusCode::OK, &indice(&t, true)))
}

/// Told to end, it goes no further; the answer shows what was done.
async fn modifica(
    State(stato): State<StatoApi>,
    Firma(autore): Firma,
    Percorso(id): Percorso<String>,
    Corpo(corpo): Corpo,
) -> Result<Response, ApiError> {
    let id = leggi_id(&id)?;
    let t = if leggi_annullo(&corpo)? {
        stato.engine.annulla_tracciato(&autore, id).await?
    } else {
        stato.engine.leggi_tracciato(&autore.chi, id).await?
    };
    Ok(risposte::json(StatusCode::OK, &indice(&t, true)))
}

async fn operazioni(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
    q: Interrogazione,
    OriginalUri(uri): OriginalUri,
) -> Result<Response, ApiError> {
    let pagine = Paginazione::leggi(&q, Some(RIGHE), stato.impostazioni.pagine)?;
    let id = leggi_id(&id)?;
    let (righe, totale) = stato.engine.operazioni_di_tracciato(&chi, id, pagina(&pagine)).await?;
    let mut mostrate = Vec::with_capacity(righe.len());
    for o in &righe {
        let scheda = match &o.id_dominio {
            Some(d) => stato.engine.registro().dominio(d).await?,
            None => None,
        };
        mostrate.push(operazione(o, scheda.as_deref()));
    }
    Ok(risposte::json(StatusCode::OK, &pagine.busta(mostrate, totale, true, &uri)))
}

async fn richiesta(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    let t = stato.engine.leggi_tracciato(&chi, leggi_id(&id)?).await?.tracciato;
    let engine = stato.engine.clone();
    let pezzi = futures_util::stream::try_unfold(0_i64, move |indice| {
        let engine = engine.clone();
        async move {
            let pezzo = engine.pezzo_di_richiesta(t.id, indice).await?;
            Ok::<_, engine::StoreError>(pezzo.map(|p| (Bytes::from(p), indice + 1)))
        }
    });
    Ok(scarica(t.formato, &con_estensione(&t.nome_file, t.formato), Body::from_stream(pezzi)))
}

async fn esito(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    let t = stato.engine.esito_di_tracciato(&chi, leggi_id(&id)?).await?.tracciato;
    let (formato, nome) = (t.formato, format!("esito_{}", con_estensione(&t.nome_file, t.formato)));
    let engine = stato.engine.clone();
    let pezzi = futures_util::stream::try_unfold(0_i64, move |dopo| {
        let (engine, t) = (engine.clone(), t.clone());
        async move {
            let pezzo = engine.pezzo_di_esito(&t, dopo).await?;
            Ok::<_, engine::StoreError>(pezzo.map(|(p, dopo)| (Bytes::from(p), dopo)))
        }
    });
    Ok(scarica(formato, &nome, Body::from_stream(pezzi)))
}

async fn stampe(
    State(stato): State<StatoApi>,
    Chi(chi): Chi,
    Percorso(id): Percorso<String>,
) -> Result<Response, ApiError> {
    let t = stato.engine.stampe_di_tracciato(&chi, leggi_id(&id)?).await?.tracciato;
    let archivio = stato.engine.archivio_stampe(t.id);
    let pezzi = futures_util::stream::try_unfold(archivio, |mut archivio| async move {
        let pezzo = archivio.prossimo().await?;
        Ok::<_, engine::StoreError>(pezzo.map(|p| (Bytes::from(p), archivio)))
    });
    let nome = t.nome_file.rsplit_once('.').map_or(t.nome_file.as_str(), |(n, _)| n);
    Ok(con_nome("application/zip", &format!("{nome}.zip"), Body::from_stream(pezzi)))
}

const fn estensione(formato: FormatoTracciato) -> &'static str {
    match formato {
        FormatoTracciato::Csv => ".csv",
        FormatoTracciato::Json => ".json",
    }
}

fn con_estensione(nome: &str, formato: FormatoTracciato) -> String {
    let estensione = estensione(formato);
    if nome.to_ascii_lowercase().ends_with(estensione) {
        nome.to_owned()
    } else {
        format!("{nome}{estensione}")
    }
}

fn scarica(formato: FormatoTracciato, nome: &str, corpo: Body) -> Response {
    let tipo = match formato {
        FormatoTracciato::Csv => "text/csv",
        FormatoTracciato::Json => "application/json",
    };
    con_nome(tipo, nome, corpo)
}

/// A file to save; in its name what a header cannot carry becomes `_`.
fn con_nome(tipo: &'static str, nome: &str, corpo: Body) -> Response {
    let nome: String = nome
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ' ') { c } else { '_' })
        .collect();
    let mut risposta = corpo.into_response();
    let intestazioni = risposta.headers_mut();
    intestazioni.insert(header::CONTENT_TYPE, HeaderValue::from_static(tipo));
    if let Ok(v) = HeaderValue::from_str(&format!("attachment; filename=\"{nome}\"")) {
        intestazioni.insert(header::CONTENT_DISPOSITION, v);
    }
    risposta
}
