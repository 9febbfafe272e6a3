//! A voce and its three forms (spec 20 2.3).

use super::dto::{ContabilitaDto, MetadataDto, QuotaDto, VoceDto};
use super::leggi::{breve, leggi_dominio, necessario, secondo};
use super::variante::Variante;
use crate::json::Sintassi;
use crate::messaggi as m;
use domain::codici::Iban;
use domain::pendenza::{Contabilita, Forma, NuovaVoce, QuotaContabilita, TipoContabilita};
use domain::{IdEntrata, IdPendenza};

/// The only stamp there is, and the label of old documents for it.
const BOLLO: &[(&str, &str)] = &[("01", "01"), ("Imposta di bollo", "01")];
const TIPI_CONTABILITA: &[(&str, TipoContabilita)] = &[
    ("CAPITOLO", TipoContabilita::Capitolo),
    ("SPECIALE", TipoContabilita::Speciale),
    ("SIOPE", TipoContabilita::Siope),
    ("ALTRO", TipoContabilita::Altro),
];
const CODICE_CONTABILITA: &str = r"\S{3,138}";

pub(super) fn leggi(mut d: VoceDto, variante: Variante) -> Result<NuovaVoce, Sintassi> {
    if variante.contabilita_di_una_volta() && d.tipo_contabilita.as_deref() == Some("ENTRATA") {
        d.tipo_contabilita = Some(TipoContabilita::Capitolo.as_str().to_owned());
    }
    let id_voce = m::testo_obbligatorio("idVocePendenza", d.id_voce.take())?;
    m::pattern("idVocePendenza", &id_voce, IdPendenza::PATTERN)?;
    let importo = m::importo("importo", &m::obbligatorio("importo", d.importo.take())?)?;
    let descrizione = necessario("descrizione", d.descrizione.take(), 255)?;
    let descrizione_causale_rpt = breve("descrizioneCausaleRPT", d.causale_rpt.take(), 1, 140)?;
    let dominio = d.id_dominio.as_deref().map(leggi_dominio).transpose()?;
    let contabilita = d.contabilita.take().map(contabilita).transpose()?;
    let metadata = d.metadata.take().map(metadata).transpose()?.unwrap_or_default();
    let dati_allegati = d.dati_allegati.take();
    Ok(NuovaVoce {
        id_voce,
        importo,
        descrizione,
        descrizione_causale_rpt,
        dominio,
        forma: forma(d)?,
        contabilita,
        metadata,
        dati_allegati,
    })
}

/// Refuses members of another form.
fn esclusi(trigger: &str, altri: &[(&str, &Option<String>)]) -> Result<(), Sintassi> {
    match altri.iter().find(|(_, v)| v.is_some()) {
        None => Ok(()),
        Some((campo, _)) => {
            Err(Sintassi(format!("Valorizzato {trigger}. Il campo {campo} deve essere vuoto.")))
        }
    }
}

fn forma(d: VoceDto) -> Result<Forma, Sintassi> {
    let incassi = [
        ("ibanAccredito", &d.iban_accredito),
        ("ibanAppoggio", &d.iban_appoggio),
        ("tipoContabilita", &d.tipo_contabilita),
        ("codiceContabilita", &d.codice_contabilita),
    ];
    if let Some(codice) = &d.cod_entrata {
        let codice = secondo("codEntrata", codice, IdEntrata::PATTERN, |t| IdEntrata::leggi(t).ok())?;
        esclusi(
            "codEntrata",
            &[
                ("tipoBollo", &d.tipo_bollo),
                ("hashDocumento", &d.hash_documento),
                ("provinciaResidenza", &d.provincia),
            ],
        )?;
        esclusi("codEntrata", &incassi)?;
        esclusi("codEntrata", &[("codiceTassonomicoPagoPA", &d.codice_tassonomico)])?;
        return Ok(Forma::Entrata { codice });
    }
    if let Some(tipo) = &d.tipo_bollo {
        let tipo = BOLLO
            .iter()
            .find(|(t, _)| t == tipo)
            .map(|(_, t)| (*t).to_owned())
            .ok_or_else(|| m::codifica_inesistente("tipoBollo", tipo, &["01"]))?;
        let hash = necessario("hashDocumento", d.hash_documento.clone(), 70)?;
        let provincia = m::testo_obbligatorio("provinciaResidenza", d.provincia.clone())?;
        m::pattern("provinciaResidenza", &provincia, "[A-Z]{2}")?;
        esclusi("tipoBollo", &incassi)?;
        let contabilita = d.codice_tassonomico.as_deref().map(tassonomico).transpose()?;
        return Ok(Forma::Bollo { tipo, hash, provincia, contabilita });
    }
    let Some(iban) = &d.iban_accredito else {
        return Err(Sintassi(
            "Uno dei campi tra ibanAccredito, tipoBollo o codEntrata deve essere valorizzato".to_owned(),
        ));
    };
    let iban_accredito = secondo("ibanAccredito", iban, Iban::PATTERN, |t| Iban::leggi(t).ok())?;
    let (tipo_contabilita, codice_contabilita) = match &d.codice_tassonomico {
        Some(codice) => tassonomico(codice)?,
        None => contabile(d.tipo_contabilita, d.codice_contabilita)?,
    };
    let iban_appoggio = d
        .iban_appoggio
        .as_deref()
        .map(|t| secondo("ibanAppoggio", t, Iban::PATTERN, |t| Iban::leggi(t).ok()))
        .transpose()?;
    esclusi("ibanAccredito", &[("hashDocumento", &d.hash_documento), ("provinciaResidenza", &d.provincia)])?;
    Ok(Forma::Definita { iban_accredito, iban_appoggio, tipo_contabilita, codice_contabilita })
}

fn contabile(tipo: Option<String>, codice: Option<String>) -> Result<(TipoContabilita, String), Sintassi> {
    let tipo = m::testo_obbligatorio("tipoContabilita", tipo)?;
    let tipo = m::enumerazione("tipoContabilita", &tipo, TIPI_CONTABILITA)?;
    let codice = m::testo_obbligatorio("codiceContabilita", codice)?;
    m::pattern("codiceContabilita", &codice, CODICE_CONTABILITA)?;
    Ok((tipo, codice))
}

/// `{tipoContabilita}/{codContabilita}` of API Ente v2, split at the first `/` (spec 60 1.2). The
/// type is the digit of the transfer category, or its name.
fn tassonomico(testo: &str) -> Result<(TipoContabilita, String), Sintassi> {
    let campo = "codiceTassonomicoPagoPA";
    m::lunghezza(campo, testo, 1, 140)?;
    let (tipo, codice) = testo
        .split_once('/')
        .and_then(|(t, c)| {
            let mut cifre = t.chars();
            let dalla_cifra = match (cifre.next(), cifre.next()) {
                (Some(c), None) => TipoContabilita::da_cifra(c),
                _ => TipoContabilita::leggi(t),
            };
            Some((dalla_cifra?, c))
        })
        .ok_or_else(|| {
            Sintassi(format!(
                "Il valore [{testo}] del campo {campo} non rispetta il pattern richiesto: [0129]/.+"
            ))
        })?;
    m::pattern(campo, codice, CODICE_CONTABILITA)?;
    Ok((tipo, codice.to_owned()))
}

fn contabilita(d: ContabilitaDto) -> Result<Contabilita, Sintassi> {
    let quote = d.quote.into_iter().map(quota).collect::<Result<Vec<_>, _>>()?;
    Ok(Contabilita { quote, proprieta_custom: d.custom })
}

fn quota(d: QuotaDto) -> Result<QuotaContabilita, Sintassi> {
    let capitolo = necessario("capitolo", d.capitolo, 64)?;
    let anno_esercizio = m::testo_obbligatorio("annoEsercizio", d.anno)?;
    m::pattern("annoEsercizio", &anno_esercizio, "[0-9]{4}")?;
    Ok(QuotaContabilita {
        capitolo,
        anno_esercizio,
        importo: m::importo("importo", &m::obbligatorio("importo", d.importo)?)?,
        accertamento: breve("accertamento", d.accertamento, 1, 64)?,
        titolo: breve("titolo", d.titolo, 1, 64)?,
        tipologia: breve("tipologia", d.tipologia, 1, 64)?,
        categoria: breve("categoria", d.categoria, 1, 64)?,
        articolo: breve("articolo", d.articolo, 1, 64)?,
        proprieta_custom: d.custom,
    })
}

fn metadata(d: MetadataDto) -> Result<Vec<(String, String)>, Sintassi> {
    let voci = m::obbligatorio("mapEntries", d.voci)?;
    m::elementi("mapEntries", voci.len(), 1, 15)?;
    voci.into_iter()
        .map(|(chiave, valore)| Ok((necessario("key", chiave, 140)?, necessario("value", valore, 140)?)))
        .collect()
}
