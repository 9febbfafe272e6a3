//! What a notification says, in the two versions of API Ente (spec 60 1.4, 1.5).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use contratto::numeri::importo_json;
use contratto::pendenza::{Contesto, Corredo, dettaglio};
use domain::anagrafica::{EntrataDominio, SchedaDominio};
use domain::notifica::TipoNotifica;
use domain::pendenza::{Allegato, Forma, Pendenza, Voce};
use domain::tentativo::{EsitoPagamento, ModelloPagamento, Riscossione, Tentativo};
use domain::{IdDominio, Importo};
use jiff::civil::{Date, date};
use pagopa::LetturaError;
use pagopa::ccp::{DatiPagamento, InvioRicevuta, RichiestaBollo, leggi_ricevuta, leggi_rpt};
use pagopa::resa_json;
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::Arc;

/// Everything that a message may need, read before it is built.
pub(super) struct Materiale {
    pub(super) pendenza: Pendenza,
    pub(super) tentativo: Tentativo,
    pub(super) rpt: Option<Vec<u8>>,
    pub(super) rt: Option<Vec<u8>>,
    pub(super) riscossioni: Vec<Riscossione>,
    pub(super) allegati: Vec<Allegato>,
    /// Cards of the domini that are named.
    pub(super) schede: HashMap<IdDominio, Arc<SchedaDominio>>,
    pub(super) oggi: Date,
    /// Validity given to a pendenza without dates (spec 40 6.1).
    pub(super) giorni_validita: Option<i64>,
}

/// Why a message cannot be built.
#[derive(Debug, thiserror::Error)]
pub(super) enum PayloadError {
    #[error("{0} archiviata non leggibile: {1}")]
    Illeggibile(&'static str, #[source] LetturaError),
    #[error("ricevuta non presente in archivio")]
    SenzaRicevuta,
}

/// A pagoPA message: its bytes and their rendering.
struct Resa {
    byte: Vec<u8>,
    json: Value,
}

impl Materiale {
    fn ricevuta(&self) -> Result<Option<InvioRicevuta>, PayloadError> {
        let letta = self.rt.as_deref().map(leggi_ricevuta).transpose();
        letta.map_err(|e| PayloadError::Illeggibile("ricevuta", e))
    }

    /// The request: the stored one, or else rebuilt from the receipt (stand-in).
    fn richiesta(&self, ricevuta: Option<&InvioRicevuta>) -> Result<Resa, PayloadError> {
        if let Some(byte) = &self.rpt {
            let (versione, dati) = leggi_rpt(byte).map_err(|e| PayloadError::Illeggibile("richiesta", e))?;
            return Ok(Resa { byte: byte.clone(), json: resa_json::rpt(&dati, versione) });
        }
        let invio = ricevuta.ok_or(PayloadError::SenzaRicevuta)?;
        let mut dati = DatiPagamento::da_ricevuta(&invio.ricevuta, self.due_date(), |i| self.bollo(i));
        if let Some(s) = self.schede.get(&self.pendenza.dominio) {
            dati.company_name = Some(s.dominio.ragione_sociale.clone());
        }
        // Identifier and name only (spec 60 1.6).
        let d = &mut dati.debtor;
        d.street_name = None;
        d.civic_number = None;
        d.postal_code = None;
        d.city = None;
        d.state_province_region = None;
        d.country = None;
        d.e_mail = None;
        Ok(Resa { byte: dati.xml(invio.versione), json: resa_json::rpt(&dati, invio.versione) })
    }

    /// spec 40 6.1
    fn due_date(&self) -> Date {
        let p = &self.pendenza;
        let data = p.data_validita.or(p.data_scadenza).or_else(|| {
            let giorni = self.giorni_validita.filter(|n| *n >= 1)?;
            p.data_caricamento.giorno().checked_add(jiff::Span::new().try_days(giorni).ok()?).ok()
        });
        data.unwrap_or(date(2999, 12, 31))
    }

    fn bollo(&self, id_transfer: u8) -> Option<RichiestaBollo> {
        let voce = self.pendenza.voci.iter().find(|v| v.indice == i64::from(id_transfer))?;
        match &voce.forma {
            Forma::Bollo { tipo, hash, provincia, .. } => {
                Some(RichiestaBollo { hash: hash.clone(), tipo: tipo.clone(), provincia: provincia.clone() })
            }
            Forma::Entrata { .. } | Forma::Definita { .. } => None,
        }
    }

    fn voce_di(&self, r: &Riscossione) -> Option<&Voce> {
        match r.voce {
            Some(id) => self.pendenza.voci.iter().find(|v| v.id == id),
            None => self.pendenza.voci.iter().find(|v| v.indice == r.indice),
        }
    }
}

/// The five members of v1. `rt` and `riscossioni` are null in an ATTIVAZIONE: receivers tell the two
/// kinds apart by that.
pub(super) fn v1(m: &Materiale, tipo: TipoNotifica) -> Result<Vec<u8>, PayloadError> {
    let p = &m.pendenza;
    let (ricevuta, con_rt) = match tipo {
        TipoNotifica::Attivazione => (None, false),
        TipoNotifica::Ricevuta | TipoNotifica::Annullamento | TipoNotifica::Fallimento => {
            (Some(m.ricevuta()?.ok_or(PayloadError::SenzaRicevuta)?), true)
        }
    };
    let rpt = m.richiesta(ricevuta.as_ref())?.json;
    let rt = ricevuta.map_or(Value::Null, |i| resa_json::ricevuta(&i.ricevuta, i.versione));
    let mut riscossioni: Vec<&Riscossione> = if con_rt { m.riscossioni.iter().collect() } else { Vec::new() };
    riscossioni.sort_by_key(|r| r.indice);
    let righe: Vec<Value> = riscossioni.iter().zip(1..).map(|(r, i)| riscossione_v1(m, r, i)).collect();
    let corpo = json!({
        "idA2A": p.chiave.id_a2a.as_str(),
        "idPendenza": p.chiave.id_pendenza.as_str(),
        "rpt": rpt,
        "rt": rt,
        "riscossioni": if righe.is_empty() { Value::Null } else { Value::Array(righe) },
    });
    Ok(corpo.to_string().into_bytes())
}

fn riscossione_v1(m: &Materiale, r: &Riscossione, posizione: i64) -> Value {
    let (p, t) = (&m.pendenza, &m.tentativo);
    json!({
        "idDominio": r.dominio.as_str(),
        "iuv": r.iuv.as_str(),
        "iur": r.iur,
        "indice": posizione,
        "pendenza": format!("/pendenze/{}/{}", p.chiave.id_a2a, p.chiave.id_pendenza),
        "idVocePendenza": m.voce_di(r).map(|v| v.id_voce.as_str()),
        "rpp": format!("/rpp/{}/{}/{}", t.dominio, t.iuv, t.ccp),
        "stato": "RISCOSSA",
        "tipo": r.tipo.as_str(),
        "importo": numero(r.importo),
        "data": r.data.giorno().to_string(),
        "commissioni": r.commissioni.map(numero),
        // The attachment of a 2.4 receipt stays inside the receipt (spec 40 7.4).
        "allegato": Value::Null,
    })
}

fn numero(i: Importo) -> Value {
    Value::Number(importo_json(i))
}

/// The `Ricevuta` of v2.
pub(super) fn v2(m: &Materiale) -> Result<Vec<u8>, PayloadError> {
    let t = &m.tentativo;
    let invio = m.ricevuta()?.ok_or(PayloadError::SenzaRicevuta)?;
    let byte_rt = m.rt.as_deref().ok_or(PayloadError::SenzaRicevuta)?;
    let rpt = m.richiesta(Some(&invio))?;
    let data = t.data_msg_ricevuta.map(domain::Istante::iso_secondi);
    let mut attestante = Map::new();
    for (nome, v) in
        [("idPSP", &t.cod_psp), ("denominazione", &t.denominazione_attestante), ("idCanale", &t.cod_canale)]
    {
        if let Some(v) = v {
            attestante.insert(nome.to_owned(), v.as_str().into());
        }
    }
    let corpo = json!({
        "dominio": dominio(m, &t.dominio),
        "iuv": t.iuv.as_str(),
        "idRicevuta": t.ccp,
        "importo": numero(t.importo_totale_pagato.unwrap_or(m.pendenza.importo)),
        "esito": esito(t.esito),
        "istitutoAttestante": attestante,
        "pendenza": pendenza_pagata(m),
        "data": data,
        "dataPagamento": data,
        "rpt": { "tipo": "ctPaymentPA", "xml": STANDARD.encode(&rpt.byte), "json": rpt.json },
        "rt": {
            "tipo": "ctReceipt",
            "xml": STANDARD.encode(byte_rt),
            "json": resa_json::ricevuta(&invio.ricevuta, invio.versione),
        },
        "modello": match t.modello {
            ModelloPagamento::AdIniziativaEnte => "Pagamento ad iniziativa Ente",
            ModelloPagamento::AdIniziativaPsp => "Pagamento ad iniziativa PSP",
        },
    });
    Ok(corpo.to_string().into_bytes())
}

fn esito(e: EsitoPagamento) -> &'static str {
    match e {
        EsitoPagamento::InCorso => "IN_CORSO",
        EsitoPagamento::Eseguito => "ESEGUITO",
        EsitoPagamento::NonEseguito => "NON_ESEGUITO",
        EsitoPagamento::ParzialmenteEseguito => "ESEGUITO_PARZIALE",
        EsitoPagamento::DecorrenzaTermini => "DECORRENZA",
        EsitoPagamento::DecorrenzaTerminiParziale => "DECORRENZA_PARZIALE",
        EsitoPagamento::Rifiutato => "RIFIUTATO",
    }
}

fn dominio(m: &Materiale, id: &IdDominio) -> Value {
    let mut o = Map::new();
    o.insert("idDominio".to_owned(), id.as_str().into());
    if let Some(s) = m.schede.get(id) {
        o.insert("ragioneSociale".to_owned(), s.dominio.ragione_sociale.as_str().into());
    }
    Value::Object(o)
}

/// Members of PendenzaPagata: what the detail of API Pendenze has beyond them is left out.
const MEMBRI: &[&str] = &[
    "idA2A",
    "idPendenza",
    "idTipoPendenza",
    "dominio",
    "unitaOperativa",
    "causale",
    "soggettoPagatore",
    "importo",
    "numeroAvviso",
    "dataValidita",
    "dataScadenza",
    "annoRiferimento",
    "cartellaPagamento",
    "datiAllegati",
    "tassonomia",
    "direzione",
    "divisione",
    "documento",
    "UUID",
    "proprieta",
    "allegati",
    "voci",
];
const MEMBRI_VOCE: &[&str] = &[
    "dominio",
    "idVocePendenza",
    "descrizione",
    "datiAllegati",
    "descrizioneCausaleRPT",
    "contabilita",
    "metadata",
    "codEntrata",
    "tipoBollo",
    "hashDocumento",
    "provinciaResidenza",
    "ibanAccredito",
    "ibanAppoggio",
];
const MEMBRI_PROPRIETA: &[&str] = &[
    "linguaSecondaria",
    "descrizioneImporto",
    "lineaTestoRicevuta1",
    "lineaTestoRicevuta2",
    "linguaSecondariaCausale",
    "informativaImportoAvviso",
    "linguaSecondariaInformativaImportoAvviso",
    "dataScandenzaAvviso",
];

fn solo(v: &mut Value, membri: &[&str]) {
    if let Value::Object(o) = v {
        o.retain(|k, _| membri.contains(&k.as_str()));
    }
}

fn pendenza_pagata(m: &Materiale) -> Value {
    let p = &m.pendenza;
    let scheda = |id: &IdDominio| m.schede.get(id).map(Arc::as_ref);
    let corredo = Corredo { allegati: &m.allegati, rpp: Vec::new(), riscossioni: Vec::new() };
    let mut v = dettaglio(p, &Contesto::v2(&scheda, m.oggi), corredo);
    solo(&mut v, MEMBRI);
    if let Some(u) = v.get_mut("unitaOperativa") {
        solo(u, &["idUnita", "ragioneSociale"]);
    }
    if let Some(x) = v.get_mut("proprieta") {
        solo(x, MEMBRI_PROPRIETA);
    }
    if let Some(voci) = v.get_mut("voci").and_then(Value::as_array_mut) {
        for (json, voce) in voci.iter_mut().zip(&p.voci) {
            solo(json, MEMBRI_VOCE);
            let Value::Object(o) = json else { continue };
            if let Some(c) = codice_tassonomico(m, voce) {
                o.insert("codiceTassonomicoPagoPA".to_owned(), c.into());
            }
            if let Some(r) = m.riscossioni.iter().find(|r| m.voce_di(r).is_some_and(|x| x.id == voce.id)) {
                o.insert("riscossione".to_owned(), riscossione_v2(r));
            }
        }
    }
    v
}

fn riscossione_v2(r: &Riscossione) -> Value {
    json!({
        "idDominio": r.dominio.as_str(),
        "iuv": r.iuv.as_str(),
        "iur": r.iur,
        "indice": r.indice,
        "importo": numero(r.importo),
        "data": r.data.giorno().to_string(),
        "tipo": r.tipo.as_str(),
    })
}

/// `{tipoContabilita}/{codContabilita}` of a line that says itself where the money goes, or of a stamp:
/// its own, else those of the entrata BOLLOT of its dominio.
fn codice_tassonomico(m: &Materiale, voce: &Voce) -> Option<String> {
    match &voce.forma {
        Forma::Entrata { .. } => None,
        Forma::Definita { tipo_contabilita, codice_contabilita, .. } => {
            Some(format!("{}/{codice_contabilita}", tipo_contabilita.cifra()))
        }
        Forma::Bollo { contabilita: Some((tipo, codice)), .. } => Some(format!("{}/{codice}", tipo.cifra())),
        Forma::Bollo { contabilita: None, .. } => {
            let dominio = voce.dominio.as_ref().unwrap_or(&m.pendenza.dominio);
            let e = m.schede.get(dominio)?.entrata(EntrataDominio::BOLLOT)?;
            let tipo = e.tipo_contabilita.unwrap_or(e.tipo.tipo_contabilita);
            let codice = e.codice_contabilita.as_deref().unwrap_or(&e.tipo.codice_contabilita);
            Some(format!("{}/{codice}", tipo.cifra()))
        }
    }
}
