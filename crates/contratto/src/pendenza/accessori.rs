//! `documento`, `proprieta`, `allegati` (spec 20 2.4).

use super::dto::{AllegatoDto, DocumentoDto};
use super::leggi::{breve, necessario};
use crate::json::{Oggetto, Sintassi};
use crate::messaggi as m;
use crate::numeri::numero_json;
use base64::Engine as _;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::IdPendenza;
use domain::pendenza::{Documento, NuovoAllegato, OpzioneDocumento};
use domain::stampa::{Lingua, ProprietaAvviso};
use serde_json::{Map, Value};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &base64::alphabet::STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

const SOGLIE: &[&str] = &["ENTRO", "OLTRE", "RIDOTTO", "SCONTATO"];
const LINGUE: &[&str] = &["false", "de", "en", "fr", "sl"];

pub(super) fn documento(d: DocumentoDto) -> Result<Documento, Sintassi> {
    let identificativo = m::testo_obbligatorio("identificativo", d.identificativo)?;
    m::pattern("identificativo", &identificativo, IdPendenza::PATTERN)?;
    let descrizione = necessario("descrizione", d.descrizione, 255)?;
    let opzione = match (d.rata, d.soglia) {
        (Some(rata), _) => {
            m::intervallo("rata", rata, Some(1), None)?;
            OpzioneDocumento::Rata(rata)
        }
        (None, Some((tipo, giorni))) => soglia(tipo, giorni)?,
        (None, None) => OpzioneDocumento::Unica,
    };
    Ok(Documento { identificativo, descrizione, opzione })
}

fn soglia(tipo: Option<String>, giorni: Option<i64>) -> Result<OpzioneDocumento, Sintassi> {
    let tipo = m::testo_obbligatorio("tipo", tipo)?;
    let con_giorni = |opzione: fn(i64) -> OpzioneDocumento| {
        let n = m::obbligatorio("giorni", giorni)?;
        m::intervallo("giorni", n, Some(1), None)?;
        Ok(opzione(n))
    };
    let senza_giorni = |opzione| match giorni {
        None => Ok(opzione),
        Some(_) => Err(Sintassi(
            "Il campo giorni deve essere vuoto quando il campo tipo assume valore 'RIDOTTO' o 'SCONTATO'."
                .to_owned(),
        )),
    };
    match tipo.as_str() {
        "ENTRO" => con_giorni(OpzioneDocumento::Entro),
        "OLTRE" => con_giorni(OpzioneDocumento::Oltre),
        "RIDOTTO" => senza_giorni(OpzioneDocumento::Ridotto),
        "SCONTATO" => senza_giorni(OpzioneDocumento::Scontato),
        altro => Err(m::codifica_inesistente("tipo", altro, SOGLIE)),
    }
}

/// The object with exactly the members sent, checked, as JSON text. The correct spelling of
/// `dataScandenzaAvviso` is accepted and the wire's one is kept.
pub(super) fn proprieta(o: &Oggetto<'_>) -> Result<String, Sintassi> {
    let mut fatto = Map::new();
    if let Some(lingua) = lingua(o)? {
        if !LINGUE.contains(&lingua.as_str()) {
            return Err(m::codifica_inesistente("linguaSecondaria", &lingua, LINGUE));
        }
        fatto.insert("linguaSecondaria".to_owned(), lingua.into());
    }
    if let Some(lista) = o.lista("descrizioneImporto")? {
        let mut voci = Vec::new();
        for e in lista.iter() {
            let v = e.oggetto(&["voce", "importo"])?;
            let mut voce = Map::new();
            if let Some(t) = v.testo("voce")? {
                voce.insert("voce".to_owned(), t.into());
            }
            if let Some(n) = v.decimale("importo")? {
                let n = numero_json(&n).ok_or_else(|| m::non_numero("importo"))?;
                voce.insert("importo".to_owned(), Value::Number(n));
            }
            voci.push(Value::Object(voce));
        }
        fatto.insert("descrizioneImporto".to_owned(), voci.into());
    }
    for campo in ["lineaTestoRicevuta1", "lineaTestoRicevuta2", "linguaSecondariaCausale"] {
        if let Some(t) = o.testo(campo)? {
            fatto.insert(campo.to_owned(), t.into());
        }
    }
    for campo in ["informativaImportoAvviso", "linguaSecondariaInformativaImportoAvviso"] {
        if let Some(t) = breve(campo, o.testo(campo)?, 0, 255)? {
            fatto.insert(campo.to_owned(), t.into());
        }
    }
    let scadenza = match o.testo("dataScandenzaAvviso")? {
        Some(t) => Some(("dataScandenzaAvviso", t)),
        None => o.testo("dataScadenzaAvviso")?.map(|t| ("dataScadenzaAvviso", t)),
    };
    if let Some((campo, t)) = scadenza {
        fatto.insert("dataScandenzaAvviso".to_owned(), m::data(campo, &t)?.to_string().into());
    }
    Ok(Value::Object(fatto).to_string())
}

/// What a notice prints of a stored `proprieta`; a text that is not an object says nothing.
#[must_use]
pub fn proprieta_avviso(testo: Option<&str>) -> ProprietaAvviso {
    let letta: Option<Value> = testo.and_then(|t| serde_json::from_str(t).ok());
    let membro = |nome: &str| letta.as_ref()?.get(nome)?.as_str().map(str::to_owned);
    ProprietaAvviso {
        informativa_importo: membro("informativaImportoAvviso"),
        data_scadenza: membro("dataScandenzaAvviso").and_then(|t| domain::tempo::leggi_data(&t)),
        lingua: membro("linguaSecondaria").and_then(|l| Lingua::leggi(&l)),
        seconda_causale: membro("linguaSecondariaCausale"),
        seconda_informativa: membro("linguaSecondariaInformativaImportoAvviso"),
    }
}

/// `false` may come as a boolean.
fn lingua(o: &Oggetto<'_>) -> Result<Option<String>, Sintassi> {
    match o.valore("linguaSecondaria") {
        Some(Value::Bool(b)) => Ok(Some(b.to_string())),
        _ => o.codice("linguaSecondaria"),
    }
}

pub(super) fn allegato(d: AllegatoDto) -> Result<NuovoAllegato, Sintassi> {
    let nome = necessario("nome", d.nome, 255)?;
    let tipo = breve("tipo", d.tipo, 1, 255)?;
    let descrizione = breve("descrizione", d.descrizione, 1, 255)?;
    let mut testo = m::testo_obbligatorio("contenuto", d.contenuto)?;
    testo.retain(|c| !c.is_ascii_whitespace());
    let contenuto = BASE64
        .decode(testo)
        .map_err(|_| Sintassi("Il valore del campo contenuto non e' codificato in base64.".to_owned()))?;
    Ok(NuovoAllegato { nome, tipo, descrizione, contenuto })
}
