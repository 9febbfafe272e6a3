//! The objects inside a pendenza.

use super::membri::Membri;
use super::{Contesto, Vista};
use domain::IdTipoPendenza;
use domain::anagrafica::{Indirizzo, SchedaDominio, UnitaOperativa};
use domain::pendenza::{Allegato, Contabilita, Debitore, Documento, Forma, OpzioneDocumento, Voce};
use serde_json::{Map, Value, json};

/// A year: digits that the contract shows as a number.
pub(super) fn numero(anno: &str) -> Option<i64> {
    anno.parse().ok()
}

/// `{idDominio, ragioneSociale}`.
#[must_use]
pub fn dominio_breve(s: &SchedaDominio) -> Value {
    json!({ "idDominio": s.dominio.id.as_str(), "ragioneSociale": s.dominio.ragione_sociale })
}

/// A type with what the dominio shows of it.
pub(super) fn tipo(id: &IdTipoPendenza, scheda: Option<&SchedaDominio>) -> Value {
    let del_dominio = scheda.and_then(|s| s.tipi.iter().find(|t| t.tipo.id == *id));
    let mut m = Membri::nuovi();
    m.con("idTipoPendenza", id.as_str());
    if let Some(t) = del_dominio {
        let visualizzazione = |configurazione: &str| {
            serde_json::from_str::<Map<String, Value>>(configurazione).ok()?.remove("visualizzazione")
        };
        m.con("descrizione", t.tipo.descrizione.as_str()).se(
            "visualizzazione",
            visualizzazione(&t.configurazione).or_else(|| visualizzazione(&t.tipo.configurazione)),
        );
    }
    m.chiudi()
}

/// An office: its name and where it is.
#[must_use]
pub fn unita(u: &UnitaOperativa) -> Value {
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

pub(super) fn soggetto(d: &Debitore) -> Value {
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

pub(super) fn documento(d: &Documento) -> Value {
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

pub(super) fn voce(v: &Voce, c: &Contesto<'_>) -> Membri {
    let mut m = Membri::nuovi();
    m.con("idVocePendenza", v.id_voce.as_str())
        .importo("importo", v.importo)
        .con("descrizione", v.descrizione.as_str())
        .json("datiAllegati", v.dati_allegati.as_deref())
        .se("descrizioneCausaleRPT", v.descrizione_causale_rpt.as_deref());
    if !c.vista.prima() && c.vista != Vista::PagamentoV2 {
        m.se("contabilita", v.contabilita.as_ref().map(contabilita));
        metadata(&mut m, v);
    }
    m.con("indice", v.indice).con("stato", v.stato.sul_filo());
    if !c.vista.prima() {
        m.se("dominio", v.dominio.as_ref().map(|d| c.dominio(d)));
    }
    forma(&mut m, v);
    m
}

pub(super) fn metadata(m: &mut Membri, v: &Voce) {
    if !v.metadata.is_empty() {
        let voci: Vec<_> = v.metadata.iter().map(|(k, x)| json!({ "key": k, "value": x })).collect();
        m.con("metadata", json!({ "mapEntries": voci }));
    }
}

/// Where the money goes: one of three forms.
pub(super) fn forma(m: &mut Membri, v: &Voce) {
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
}

pub(super) fn contabilita(c: &Contabilita) -> Value {
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

pub(super) fn allegato(a: &Allegato) -> Value {
    let mut m = Membri::nuovi();
    m.con("nome", a.nome.as_str())
        .se("tipo", a.tipo.as_deref())
        .se("descrizione", a.descrizione.as_deref())
        .con("contenuto", format!("/allegati/{}", a.id));
    m.chiudi()
}
