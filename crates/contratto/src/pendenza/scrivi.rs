//! A pendenza as API Pendenze v2 shows it: exactly the members of the contract that have a value
//! (spec 20 6.1).

use crate::numeri::importo_json;
use domain::anagrafica::{Indirizzo, SchedaDominio, UnitaOperativa};
use domain::pendenza::{
    Allegato, Contabilita, Debitore, Documento, Forma, OpzioneDocumento, Pendenza, StatoAvviso, Voce,
};
use domain::{IdDominio, Importo, NumeroAvviso};
use jiff::civil::Date;
use serde_json::{Map, Value, json};

/// What the detail shows beside the pendenza itself.
pub struct ContestoV2<'a> {
    /// Cards of the domini that it names.
    pub scheda: &'a dyn Fn(&IdDominio) -> Option<&'a SchedaDominio>,
    /// The calendar day of today, which decides `SCADUTA`.
    pub oggi: Date,
}

struct Membri(Map<String, Value>);

impl Membri {
    fn nuovi() -> Self {
        Self(Map::new())
    }

    fn con(&mut self, nome: &str, v: impl Into<Value>) -> &mut Self {
        self.0.insert(nome.to_owned(), v.into());
        self
    }

    fn se<V: Into<Value>>(&mut self, nome: &str, v: Option<V>) -> &mut Self {
        if let Some(v) = v {
            self.con(nome, v);
        }
        self
    }

    /// A JSON text that we have stored.
    fn json(&mut self, nome: &str, testo: Option<&str>) -> &mut Self {
        self.se(nome, testo.and_then(|t| serde_json::from_str::<Value>(t).ok()))
    }

    fn importo(&mut self, nome: &str, i: Importo) -> &mut Self {
        self.con(nome, Value::Number(importo_json(i)))
    }

    fn data(&mut self, nome: &str, d: Option<Date>) -> &mut Self {
        self.se(nome, d.map(|d| d.to_string()))
    }

    fn chiudi(&mut self) -> Value {
        Value::Object(std::mem::take(&mut self.0))
    }
}

/// The answer of PUT: `idDominio`, `numeroAvviso`, `UUID`.
#[must_use]
pub fn creata(p: &Pendenza) -> Value {
    json!({
        "idDominio": p.dominio.as_str(),
        "numeroAvviso": p.numero_avviso.as_str(),
        "UUID": p.uuid,
    })
}

/// The whole detail. `rpp` are the attempts as their own module writes them.
#[must_use]
pub fn dettaglio_v2(p: &Pendenza, c: &ContestoV2<'_>, allegati: &[Allegato], rpp: Vec<Value>) -> Value {
    let mut m = Membri(base_v2(p, c));
    m.con("voci", p.voci.iter().map(|v| voce(v, c)).collect::<Vec<_>>());
    m.con("rpp", rpp);
    if !allegati.is_empty() {
        m.con("allegati", allegati.iter().map(allegato).collect::<Vec<_>>());
    }
    m.chiudi()
}

/// A row of a list: no voci, the attempts as a link.
#[must_use]
pub fn riga_v2(p: &Pendenza, c: &ContestoV2<'_>) -> Value {
    let mut m = Membri(base_v2(p, c));
    m.con("rpp", format!("/rpp?idA2A={}&idPendenza={}", p.chiave.id_a2a, p.chiave.id_pendenza));
    m.chiudi()
}

/// The members that detail and lists have in common.
#[must_use]
pub fn base_v2(p: &Pendenza, c: &ContestoV2<'_>) -> Map<String, Value> {
    let a = &p.accessori;
    let scheda = (c.scheda)(&p.dominio);
    let mut m = Membri::nuovi();
    m.con("idA2A", p.chiave.id_a2a.as_str())
        .con("idPendenza", p.chiave.id_pendenza.as_str())
        .con("idTipoPendenza", p.tipo_pendenza.as_str())
        .con("dominio", dominio(&p.dominio, scheda));
    if let Some(u) = &p.unita {
        let uo = scheda.and_then(|s| s.unita(Some(u.as_str())));
        m.con("unitaOperativa", uo.map_or_else(|| json!({ "idUnita": u.as_str() }), unita));
    }
    m.con("stato", p.stato_mostrato(c.oggi).as_str())
        .se("descrizioneStato", p.descrizione_stato.as_deref())
        .con("iuvAvviso", p.iuv.as_str())
        .se("iuvPagamento", p.iuv_pagamento.as_ref().map(|i| i.as_str()))
        .data("dataPagamento", p.data_pagamento.map(|d| d.giorno()))
        .con("causale", p.causale.as_str())
        .con("soggettoPagatore", soggetto(&p.debitore))
        .importo("importo", p.importo)
        .con("numeroAvviso", p.numero_avviso.as_str())
        .data("dataCaricamento", Some(p.data_caricamento.giorno()))
        .data("dataValidita", p.data_validita)
        .data("dataScadenza", p.data_scadenza)
        .se("annoRiferimento", a.anno_riferimento.as_deref().and_then(numero))
        .se("cartellaPagamento", a.cartella_pagamento.as_deref())
        .json("datiAllegati", a.dati_allegati.as_deref())
        .se("tassonomia", a.tassonomia.as_deref())
        .se("tassonomiaAvviso", a.tassonomia_avviso.as_deref())
        .se("direzione", a.direzione.as_deref())
        .se("divisione", a.divisione.as_deref())
        .se("documento", a.documento.as_ref().map(documento))
        .con("tipo", p.tipo.as_str())
        .con("UUID", p.uuid.as_str())
        .json("proprieta", a.proprieta.as_deref());
    m.0
}

/// A year: digits that the contract shows as a number.
fn numero(anno: &str) -> Option<i64> {
    anno.parse().ok()
}

fn dominio(id: &IdDominio, scheda: Option<&SchedaDominio>) -> Value {
    let mut m = Membri::nuovi();
    m.con("idDominio", id.as_str());
    m.se("ragioneSociale", scheda.map(|s| s.dominio.ragione_sociale.as_str()));
    m.chiudi()
}

fn unita(u: &UnitaOperativa) -> Value {
    let Indirizzo { indirizzo, civico, cap, localita, provincia, nazione, email, pec, tel, fax, web, area } =
        &u.indirizzo;
    let mut m = Membri::nuovi();
    m.con("idUnita", u.id.as_str()).con("ragioneSociale", u.ragione_sociale.as_str());
    for (nome, v) in [
        ("indirizzo", indirizzo),
        ("civico", civico),
        ("cap", cap),
        ("localita", localita),
        ("provincia", provincia),
        ("nazione", nazione),
        ("email", email),
        ("pec", pec),
        ("tel", tel),
        ("fax", fax),
        ("web", web),
        ("area", area),
    ] {
        m.se(nome, v.as_deref());
    }
    m.chiudi()
}

fn soggetto(d: &Debitore) -> Value {
    let mut m = Membri::nuovi();
    m.se("tipo", d.tipo.map(String::from))
        .con("identificativo", d.identificativo.as_str())
        .con("anagrafica", d.anagrafica.as_str());
    for (nome, v) in [
        ("indirizzo", &d.indirizzo),
        ("civico", &d.civico),
        ("cap", &d.cap),
        ("localita", &d.localita),
        ("provincia", &d.provincia),
        ("nazione", &d.nazione),
        ("email", &d.email),
        ("cellulare", &d.cellulare),
    ] {
        m.se(nome, v.as_deref());
    }
    m.chiudi()
}

fn documento(d: &Documento) -> Value {
    let mut m = Membri::nuovi();
    m.con("identificativo", d.identificativo.as_str()).con("descrizione", d.descrizione.as_str());
    match d.opzione {
        OpzioneDocumento::Unica => {}
        OpzioneDocumento::Rata(n) => {
            m.con("rata", n);
        }
        OpzioneDocumento::Entro(giorni) => {
            m.con("soglia", json!({ "giorni": giorni, "tipo": "ENTRO" }));
        }
        OpzioneDocumento::Oltre(giorni) => {
            m.con("soglia", json!({ "giorni": giorni, "tipo": "OLTRE" }));
        }
        OpzioneDocumento::Ridotto => {
            m.con("soglia", json!({ "tipo": "RIDOTTO" }));
        }
        OpzioneDocumento::Scontato => {
            m.con("soglia", json!({ "tipo": "SCONTATO" }));
        }
    }
    m.chiudi()
}

fn voce(v: &Voce, c: &ContestoV2<'_>) -> Value {
    let mut m = Membri::nuovi();
    m.con("idVocePendenza", v.id_voce.as_str())
        .importo("importo", v.importo)
        .con("descrizione", v.descrizione.as_str())
        .json("datiAllegati", v.dati_allegati.as_deref())
        .se("descrizioneCausaleRPT", v.descrizione_causale_rpt.as_deref())
        .se("contabilita", v.contabilita.as_ref().map(contabilita));
    if !v.metadata.is_empty() {
        let voci: Vec<_> = v.metadata.iter().map(|(k, x)| json!({ "key": k, "value": x })).collect();
        m.con("metadata", json!({ "mapEntries": voci }));
    }
    m.con("indice", v.indice)
        .con("stato", v.stato.sul_filo())
        .se("dominio", v.dominio.as_ref().map(|d| dominio(d, (c.scheda)(d))));
    match &v.forma {
        Forma::Entrata { codice } => m.con("codEntrata", codice.as_str()),
        Forma::Bollo { tipo, hash, provincia, contabilita: _ } => m
            .con("tipoBollo", tipo.as_str())
            .con("hashDocumento", hash.as_str())
            .con("provinciaResidenza", provincia.as_str()),
        Forma::Definita { iban_accredito, iban_appoggio, tipo_contabilita, codice_contabilita } => m
            .con("ibanAccredito", iban_accredito.as_str())
            .se("ibanAppoggio", iban_appoggio.as_ref().map(|i| i.as_str()))
            .con("tipoContabilita", tipo_contabilita.as_str())
            .con("codiceContabilita", codice_contabilita.as_str()),
    };
    m.chiudi()
}

fn contabilita(c: &Contabilita) -> Value {
    let mut m = Membri::nuovi();
    if !c.quote.is_empty() {
        let quote: Vec<_> = c
            .quote
            .iter()
            .map(|q| {
                let mut m = Membri::nuovi();
                m.con("capitolo", q.capitolo.as_str())
                    .se("annoEsercizio", numero(&q.anno_esercizio))
                    .importo("importo", q.importo)
                    .se("accertamento", q.accertamento.as_deref())
                    .json("proprietaCustom", q.proprieta_custom.as_deref())
                    .se("titolo", q.titolo.as_deref())
                    .se("tipologia", q.tipologia.as_deref())
                    .se("categoria", q.categoria.as_deref())
                    .se("articolo", q.articolo.as_deref());
                m.chiudi()
            })
            .collect();
        m.con("quote", quote);
    }
    m.json("proprietaCustom", c.proprieta_custom.as_deref());
    m.chiudi()
}

fn allegato(a: &Allegato) -> Value {
    let mut m = Membri::nuovi();
    m.con("nome", a.nome.as_str())
        .se("tipo", a.tipo.as_deref())
        .se("descrizione", a.descrizione.as_deref())
        .con("contenuto", format!("/allegati/{}", a.id));
    m.chiudi()
}

/// The notice of a stored pendenza (spec 20 section 8).
#[must_use]
pub fn avviso(p: &Pendenza, stato: StatoAvviso, qrcode: &str, barcode: Option<&str>) -> Value {
    let mut m = Membri::nuovi();
    m.con("stato", stato.as_str())
        .importo("importo", p.importo)
        .con("idDominio", p.dominio.as_str())
        .con("numeroAvviso", p.numero_avviso.as_str())
        .data("dataValidita", p.data_validita)
        .data("dataScadenza", p.data_scadenza)
        .data("dataPagamento", p.data_pagamento.map(|d| d.giorno()))
        .con("descrizione", p.causale.as_str())
        .se("tassonomiaAvviso", p.accessori.tassonomia_avviso.as_deref())
        .con("qrcode", qrcode)
        .se("barcode", barcode);
    m.chiudi()
}

/// The answer for a notice that nobody has loaded.
#[must_use]
pub fn avviso_sconosciuto(dominio: &IdDominio, avviso: &NumeroAvviso) -> Value {
    json!({
        "stato": StatoAvviso::Sconosciuta.as_str(),
        "idDominio": dominio.as_str(),
        "numeroAvviso": avviso.as_str(),
    })
}
