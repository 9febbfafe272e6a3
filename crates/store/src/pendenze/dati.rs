//! The JSON columns `dati` of `pendenze` and `voci`: what no query looks at. Their format is ours and
//! stays readable by every later version: members are only added, each with a default.

use crate::StoreError;
use domain::codici::Iban;
use domain::pendenza::{
    Accessori, Contabilita, Debitore, Documento, Forma, OpzioneDocumento, QuotaContabilita, TipoContabilita,
};
use domain::{IdEntrata, Importo};
use serde::{Deserialize, Serialize};

fn rotto(cosa: &str, e: impl std::fmt::Display) -> StoreError {
    StoreError::Rotto(format!("dati di {cosa}: {e}"))
}

/// `pendenze.dati`.
#[derive(Serialize, Deserialize)]
pub(super) struct DatiPendenza {
    debitore: DatiDebitore,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    anno: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cartella: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tassonomia: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tassonomia_avviso: Option<String>,
    /// The JSON text of the caller, as a text: its numbers keep their digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allegati: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    proprieta: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    opzione: Option<DatiOpzione>,
}

#[derive(Serialize, Deserialize)]
struct DatiDebitore {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tipo: Option<char>,
    identificativo: String,
    anagrafica: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    indirizzo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    civico: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cap: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    localita: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    provincia: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    nazione: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    cellulare: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DatiOpzione {
    Unica,
    Rata(i64),
    Entro(i64),
    Oltre(i64),
    Ridotto,
    Scontato,
}

impl DatiPendenza {
    pub(super) fn testo(d: &Debitore, a: &Accessori) -> String {
        let dati = Self {
            debitore: DatiDebitore {
                tipo: d.tipo,
                identificativo: d.identificativo.clone(),
                anagrafica: d.anagrafica.clone(),
                indirizzo: d.indirizzo.clone(),
                civico: d.civico.clone(),
                cap: d.cap.clone(),
                localita: d.localita.clone(),
                provincia: d.provincia.clone(),
                nazione: d.nazione.clone(),
                email: d.email.clone(),
                cellulare: d.cellulare.clone(),
            },
            anno: a.anno_riferimento.clone(),
            cartella: a.cartella_pagamento.clone(),
            tassonomia: a.tassonomia.clone(),
            tassonomia_avviso: a.tassonomia_avviso.clone(),
            allegati: a.dati_allegati.clone(),
            proprieta: a.proprieta.clone(),
            opzione: a.documento.as_ref().map(|d| match d.opzione {
                OpzioneDocumento::Unica => DatiOpzione::Unica,
                OpzioneDocumento::Rata(n) => DatiOpzione::Rata(n),
                OpzioneDocumento::Entro(n) => DatiOpzione::Entro(n),
                OpzioneDocumento::Oltre(n) => DatiOpzione::Oltre(n),
                OpzioneDocumento::Ridotto => DatiOpzione::Ridotto,
                OpzioneDocumento::Scontato => DatiOpzione::Scontato,
            }),
        };
        scritto(&dati)
    }

    /// The debtor and the accessories; `documento` comes from its own columns.
    pub(super) fn leggi(
        testo: &str,
        documento: Option<(String, String)>,
        direzione: Option<String>,
        divisione: Option<String>,
    ) -> Result<(Debitore, Accessori), StoreError> {
        let dati: Self = serde_json::from_str(testo).map_err(|e| rotto("pendenza", e))?;
        let d = dati.debitore;
        let opzione = match dati.opzione {
            None | Some(DatiOpzione::Unica) => OpzioneDocumento::Unica,
            Some(DatiOpzione::Rata(n)) => OpzioneDocumento::Rata(n),
            Some(DatiOpzione::Entro(n)) => OpzioneDocumento::Entro(n),
            Some(DatiOpzione::Oltre(n)) => OpzioneDocumento::Oltre(n),
            Some(DatiOpzione::Ridotto) => OpzioneDocumento::Ridotto,
            Some(DatiOpzione::Scontato) => OpzioneDocumento::Scontato,
        };
        Ok((
            Debitore {
                tipo: d.tipo,
                identificativo: d.identificativo,
                anagrafica: d.anagrafica,
                indirizzo: d.indirizzo,
                civico: d.civico,
                cap: d.cap,
                localita: d.localita,
                provincia: d.provincia,
                nazione: d.nazione,
                email: d.email,
                cellulare: d.cellulare,
            },
            Accessori {
                anno_riferimento: dati.anno,
                cartella_pagamento: dati.cartella,
                tassonomia: dati.tassonomia,
                tassonomia_avviso: dati.tassonomia_avviso,
                direzione,
                divisione,
                dati_allegati: dati.allegati,
                proprieta: dati.proprieta,
                documento: documento.map(|(identificativo, descrizione)| Documento {
                    identificativo,
                    descrizione,
                    opzione,
                }),
            },
        ))
    }
}

/// `voci.dati`.
#[derive(Serialize, Deserialize)]
pub(super) struct DatiVoce {
    forma: DatiForma,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    causale_rpt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    contabilita: Option<DatiContabilita>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    metadata: Vec<(String, String)>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    allegati: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum DatiForma {
    Entrata {
        codice: String,
    },
    Bollo {
        tipo: String,
        hash: String,
        provincia: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contabilita: Option<(String, String)>,
    },
    Definita {
        iban_accredito: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        iban_appoggio: Option<String>,
        tipo_contabilita: String,
        codice_contabilita: String,
    },
}

#[derive(Serialize, Deserialize)]
struct DatiContabilita {
    quote: Vec<DatiQuota>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom: Option<String>,
}

#[derive(Serialize, Deserialize)]
struct DatiQuota {
    capitolo: String,
    anno: String,
    centesimi: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    accertamento: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    titolo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tipologia: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    categoria: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    articolo: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    custom: Option<String>,
}

/// What [`DatiVoce`] holds of a line.
pub(super) struct RestoVoce {
    pub(super) forma: Forma,
    pub(super) descrizione_causale_rpt: Option<String>,
    pub(super) contabilita: Option<Contabilita>,
    pub(super) metadata: Vec<(String, String)>,
    pub(super) dati_allegati: Option<String>,
}

impl DatiVoce {
    pub(super) fn testo(v: &domain::pendenza::Voce) -> String {
        let forma = match &v.forma {
            Forma::Entrata { codice } => DatiForma::Entrata { codice: codice.to_string() },
            Forma::Bollo { tipo, hash, provincia, contabilita } => DatiForma::Bollo {
                tipo: tipo.clone(),
                hash: hash.clone(),
                provincia: provincia.clone(),
                contabilita: contabilita.as_ref().map(|(t, c)| (t.as_str().to_owned(), c.clone())),
            },
            Forma::Definita { iban_accredito, iban_appoggio, tipo_contabilita, codice_contabilita } => {
                DatiForma::Definita {
                    iban_accredito: iban_accredito.to_string(),
                    iban_appoggio: iban_appoggio.as_ref().map(ToString::to_string),
                    tipo_contabilita: tipo_contabilita.as_str().to_owned(),
                    codice_contabilita: codice_contabilita.clone(),
                }
            }
        };
        let contabilita = v.contabilita.as_ref().map(|c| DatiContabilita {
            quote: c
                .quote
                .iter()
                .map(|q| DatiQuota {
                    capitolo: q.capitolo.clone(),
                    anno: q.anno_esercizio.clone(),
                    centesimi: q.importo.centesimi(),
                    accertamento: q.accertamento.clone(),
                    titolo: q.titolo.clone(),
                    tipologia: q.tipologia.clone(),
                    categoria: q.categoria.clone(),
                    articolo: q.articolo.clone(),
                    custom: q.proprieta_custom.clone(),
                })
                .collect(),
            custom: c.proprieta_custom.clone(),
        });
        scritto(&Self {
            forma,
            causale_rpt: v.descrizione_causale_rpt.clone(),
            contabilita,
            metadata: v.metadata.clone(),
            allegati: v.dati_allegati.clone(),
        })
    }

    pub(super) fn leggi(testo: &str) -> Result<RestoVoce, StoreError> {
        let dati: Self = serde_json::from_str(testo).map_err(|e| rotto("voce", e))?;
        let tipo = |t: &str| TipoContabilita::leggi(t).ok_or_else(|| rotto("voce", "tipoContabilita"));
        let forma = match dati.forma {
            DatiForma::Entrata { codice } => Forma::Entrata { codice: IdEntrata::fidato(codice) },
            DatiForma::Bollo { tipo: t, hash, provincia, contabilita } => Forma::Bollo {
                tipo: t,
                hash,
                provincia,
                contabilita: contabilita.map(|(t, c)| Ok::<_, StoreError>((tipo(&t)?, c))).transpose()?,
            },
            DatiForma::Definita { iban_accredito, iban_appoggio, tipo_contabilita, codice_contabilita } => {
                Forma::Definita {
                    iban_accredito: Iban::fidato(iban_accredito),
                    iban_appoggio: iban_appoggio.map(Iban::fidato),
                    tipo_contabilita: tipo(&tipo_contabilita)?,
                    codice_contabilita,
                }
            }
        };
        let contabilita = dati.contabilita.map(|c| Contabilita {
            quote: c
                .quote
                .into_iter()
                .map(|q| QuotaContabilita {
                    capitolo: q.capitolo,
                    anno_esercizio: q.anno,
                    importo: Importo::da_centesimi(q.centesimi),
                    accertamento: q.accertamento,
                    titolo: q.titolo,
                    tipologia: q.tipologia,
                    categoria: q.categoria,
                    articolo: q.articolo,
                    proprieta_custom: q.custom,
                })
                .collect(),
            proprieta_custom: c.custom,
        });
        Ok(RestoVoce {
            forma,
            descrizione_causale_rpt: dati.causale_rpt,
            contabilita,
            metadata: dati.metadata,
            dati_allegati: dati.allegati,
        })
    }
}

/// Texts, numbers and lists only: writing them cannot fail.
fn scritto(v: &impl Serialize) -> String {
    serde_json::to_string(v).unwrap_or_default()
}
