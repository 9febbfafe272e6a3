//! The members as they came, before any rule: types and names only, at every level, so that an
//! unknown property is refused whatever else is wrong.

use super::variante::Variante;
use crate::json::{Oggetto, Sintassi};
use serde_json::Value;

pub(super) struct PendenzaDto<'a> {
    pub(super) id_a2a: Option<String>,
    pub(super) id_pendenza: Option<String>,
    pub(super) id_dominio: Option<String>,
    pub(super) id_unita: Option<String>,
    pub(super) id_tipo: Option<String>,
    pub(super) nome: Option<String>,
    pub(super) causale: Option<String>,
    pub(super) soggetto: Option<SoggettoDto>,
    pub(super) importo: Option<String>,
    pub(super) numero_avviso: Option<String>,
    pub(super) data_validita: Option<String>,
    pub(super) data_scadenza: Option<String>,
    pub(super) data_notifica: Option<String>,
    pub(super) data_promemoria: Option<String>,
    pub(super) anno: Option<String>,
    pub(super) cartella: Option<String>,
    pub(super) tassonomia: Option<String>,
    pub(super) tassonomia_avviso: Option<String>,
    pub(super) direzione: Option<String>,
    pub(super) divisione: Option<String>,
    pub(super) dati_allegati: Option<String>,
    pub(super) documento: Option<DocumentoDto>,
    pub(super) proprieta: Option<Oggetto<'a>>,
    pub(super) voci: Option<Vec<VoceDto>>,
    pub(super) allegati: Option<Vec<AllegatoDto>>,
}

pub(super) struct SoggettoDto {
    pub(super) tipo: Option<String>,
    pub(super) identificativo: Option<String>,
    pub(super) anagrafica: Option<String>,
    pub(super) indirizzo: Option<String>,
    pub(super) civico: Option<String>,
    pub(super) cap: Option<String>,
    pub(super) localita: Option<String>,
    pub(super) provincia: Option<String>,
    pub(super) nazione: Option<String>,
    pub(super) email: Option<String>,
    pub(super) cellulare: Option<String>,
}

pub(super) struct VoceDto {
    pub(super) id_voce: Option<String>,
    pub(super) importo: Option<String>,
    pub(super) descrizione: Option<String>,
    pub(super) dati_allegati: Option<String>,
    pub(super) causale_rpt: Option<String>,
    pub(super) id_dominio: Option<String>,
    pub(super) contabilita: Option<ContabilitaDto>,
    pub(super) metadata: Option<MetadataDto>,
    pub(super) cod_entrata: Option<String>,
    pub(super) tipo_bollo: Option<String>,
    pub(super) hash_documento: Option<String>,
    pub(super) provincia: Option<String>,
    pub(super) iban_accredito: Option<String>,
    pub(super) iban_appoggio: Option<String>,
    pub(super) tipo_contabilita: Option<String>,
    pub(super) codice_contabilita: Option<String>,
    pub(super) codice_tassonomico: Option<String>,
}

pub(super) struct ContabilitaDto {
    pub(super) quote: Vec<QuotaDto>,
    pub(super) custom: Option<String>,
}

pub(super) struct QuotaDto {
    pub(super) capitolo: Option<String>,
    pub(super) anno: Option<String>,
    pub(super) importo: Option<String>,
    pub(super) accertamento: Option<String>,
    pub(super) titolo: Option<String>,
    pub(super) tipologia: Option<String>,
    pub(super) categoria: Option<String>,
    pub(super) articolo: Option<String>,
    pub(super) custom: Option<String>,
}

pub(super) struct MetadataDto {
    pub(super) voci: Option<Vec<(Option<String>, Option<String>)>>,
}

pub(super) struct DocumentoDto {
    pub(super) identificativo: Option<String>,
    pub(super) descrizione: Option<String>,
    pub(super) rata: Option<i64>,
    pub(super) soglia: Option<(Option<String>, Option<i64>)>,
}

pub(super) struct AllegatoDto {
    pub(super) nome: Option<String>,
    pub(super) tipo: Option<String>,
    pub(super) descrizione: Option<String>,
    pub(super) contenuto: Option<String>,
}

/// Members of `proprieta`: the misspelt one is the wire's name (spec 20 2.4).
pub(super) const PROPRIETA: &[&str] = &[
    "linguaSecondaria",
    "descrizioneImporto",
    "lineaTestoRicevuta1",
    "lineaTestoRicevuta2",
    "linguaSecondariaCausale",
    "informativaImportoAvviso",
    "linguaSecondariaInformativaImportoAvviso",
    "dataScandenzaAvviso",
    "dataScadenzaAvviso",
];

/// Any JSON value as its text, numbers with the digits in which they came.
fn grezzo(o: &Oggetto<'_>, campo: &'static str) -> Option<String> {
    o.valore(campo).map(Value::to_string)
}

impl<'a> PendenzaDto<'a> {
    pub(super) fn leggi(v: &'a Value, variante: Variante) -> Result<Self, Sintassi> {
        let o = Oggetto::radice(v, variante.membri())?;
        let voci = o
            .lista("voci")?
            .map(|l| {
                l.iter()
                    .map(|e| VoceDto::leggi(&e.oggetto(variante.membri_voce())?))
                    .collect::<Result<Vec<_>, Sintassi>>()
            })
            .transpose()?;
        let allegati = o
            .lista("allegati")?
            .map(|l| l.iter().map(|e| AllegatoDto::leggi(&e.oggetto(AllegatoDto::MEMBRI)?)).collect())
            .transpose()?;
        Ok(Self {
            id_a2a: o.testo("idA2A")?,
            id_pendenza: o.testo("idPendenza")?,
            id_dominio: o.testo("idDominio")?,
            id_unita: o.testo("idUnitaOperativa")?,
            id_tipo: o.testo("idTipoPendenza")?,
            nome: o.testo("nome")?,
            causale: o.testo("causale")?,
            soggetto: o
                .oggetto("soggettoPagatore", SoggettoDto::MEMBRI)?
                .map(|s| SoggettoDto::leggi(&s))
                .transpose()?,
            importo: o.decimale("importo")?,
            numero_avviso: o.testo("numeroAvviso")?,
            data_validita: o.testo("dataValidita")?,
            data_scadenza: o.testo("dataScadenza")?,
            data_notifica: o.testo("dataNotificaAvviso")?,
            data_promemoria: o.testo("dataPromemoriaScadenza")?,
            anno: o.testo("annoRiferimento")?,
            cartella: o.testo("cartellaPagamento")?,
            tassonomia: o.testo("tassonomia")?,
            tassonomia_avviso: o.codice("tassonomiaAvviso")?,
            direzione: o.testo("direzione")?,
            divisione: o.testo("divisione")?,
            dati_allegati: grezzo(&o, "datiAllegati"),
            documento: o
                .oggetto("documento", DocumentoDto::MEMBRI)?
                .map(|d| DocumentoDto::leggi(&d))
                .transpose()?,
            proprieta: o.oggetto("proprieta", PROPRIETA)?,
            voci,
            allegati,
        })
    }
}

impl SoggettoDto {
    const MEMBRI: &'static [&'static str] = &[
        "tipo",
        "identificativo",
        "anagrafica",
        "indirizzo",
        "civico",
        "cap",
        "localita",
        "provincia",
        "nazione",
        "email",
        "cellulare",
    ];

    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        Ok(Self {
            tipo: o.codice("tipo")?,
            identificativo: o.testo("identificativo")?,
            anagrafica: o.testo("anagrafica")?,
            indirizzo: o.testo("indirizzo")?,
            civico: o.testo("civico")?,
            cap: o.testo("cap")?,
            localita: o.testo("localita")?,
            provincia: o.testo("provincia")?,
            nazione: o.testo("nazione")?,
            email: o.testo("email")?,
            cellulare: o.testo("cellulare")?,
        })
    }
}

impl VoceDto {
    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        Ok(Self {
            id_voce: o.testo("idVocePendenza")?,
            importo: o.decimale("importo")?,
            descrizione: o.testo("descrizione")?,
            dati_allegati: grezzo(o, "datiAllegati"),
            causale_rpt: o.testo("descrizioneCausaleRPT")?,
            id_dominio: o.testo("idDominio")?,
            contabilita: o
                .oggetto("contabilita", ContabilitaDto::MEMBRI)?
                .map(|c| ContabilitaDto::leggi(&c))
                .transpose()?,
            metadata: o.oggetto("metadata", &["mapEntries"])?.map(|m| MetadataDto::leggi(&m)).transpose()?,
            cod_entrata: o.testo("codEntrata")?,
            tipo_bollo: o.testo("tipoBollo")?,
            hash_documento: o.testo("hashDocumento")?,
            provincia: o.testo("provinciaResidenza")?,
            iban_accredito: o.testo("ibanAccredito")?,
            iban_appoggio: o.testo("ibanAppoggio")?,
            tipo_contabilita: o.codice("tipoContabilita")?,
            codice_contabilita: o.testo("codiceContabilita")?,
            codice_tassonomico: o.testo("codiceTassonomicoPagoPA")?,
        })
    }
}

impl ContabilitaDto {
    const MEMBRI: &'static [&'static str] = &["quote", "proprietaCustom"];

    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        let quote = o
            .lista("quote")?
            .map(|l| l.iter().map(|e| QuotaDto::leggi(&e.oggetto(QuotaDto::MEMBRI)?)).collect())
            .transpose()?;
        Ok(Self { quote: quote.unwrap_or_default(), custom: grezzo(o, "proprietaCustom") })
    }
}

impl QuotaDto {
    const MEMBRI: &'static [&'static str] = &[
        "capitolo",
        "annoEsercizio",
        "importo",
        "accertamento",
        "titolo",
        "tipologia",
        "categoria",
        "articolo",
        "proprietaCustom",
    ];

    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        Ok(Self {
            capitolo: o.testo("capitolo")?,
            anno: o.testo("annoEsercizio")?,
            importo: o.decimale("importo")?,
            accertamento: o.testo("accertamento")?,
            titolo: o.testo("titolo")?,
            tipologia: o.testo("tipologia")?,
            categoria: o.testo("categoria")?,
            articolo: o.testo("articolo")?,
            custom: grezzo(o, "proprietaCustom"),
        })
    }
}

impl MetadataDto {
    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        let voci = o
            .lista("mapEntries")?
            .map(|l| {
                l.iter()
                    .map(|e| {
                        let voce = e.oggetto(&["key", "value"])?;
                        Ok((voce.testo("key")?, voce.testo("value")?))
                    })
                    .collect::<Result<Vec<_>, Sintassi>>()
            })
            .transpose()?;
        Ok(Self { voci })
    }
}

impl DocumentoDto {
    const MEMBRI: &'static [&'static str] = &["identificativo", "descrizione", "rata", "soglia"];

    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        let soglia = o
            .oggetto("soglia", &["tipo", "giorni"])?
            .map(|s| Ok::<_, Sintassi>((s.codice("tipo")?, s.intero("giorni")?)))
            .transpose()?;
        Ok(Self {
            identificativo: o.testo("identificativo")?,
            descrizione: o.testo("descrizione")?,
            rata: o.intero("rata")?,
            soglia,
        })
    }
}

impl AllegatoDto {
    const MEMBRI: &'static [&'static str] = &["nome", "tipo", "descrizione", "contenuto"];

    fn leggi(o: &Oggetto<'_>) -> Result<Self, Sintassi> {
        Ok(Self {
            nome: o.testo("nome")?,
            tipo: o.testo("tipo")?,
            descrizione: o.testo("descrizione")?,
            contenuto: o.testo("contenuto")?,
        })
    }
}
