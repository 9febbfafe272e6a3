//! A pendenza as each API shows it: exactly the members of that contract that have a value
//! (spec 20 6.1).

mod avviso;
mod contabile;
mod membri;
mod parti;
mod vista;

pub use avviso::{avviso, avviso_sconosciuto};
pub use contabile::{VistaRiscossione, pendenza_riscossa, voce_riscossa};
pub use parti::{dominio_breve, unita};
pub use vista::Vista;

use domain::anagrafica::{SchedaDominio, UnitaOperativa};
use domain::pendenza::{Allegato, Pendenza};
use domain::tentativo::Riscossione;
use domain::{IdDominio, IdUnita};
use jiff::civil::Date;
use membri::Membri;
use serde_json::{Map, Value, json};

/// What is shown beside the pendenza itself, and how.
pub struct Contesto<'a> {
    /// In which contract.
    pub vista: Vista,
    /// Cards of the domini that it names.
    pub scheda: &'a dyn Fn(&IdDominio) -> Option<&'a SchedaDominio>,
    /// A dominio whose card is there, as this contract shows it.
    pub dominio: fn(&SchedaDominio) -> Value,
    /// An office, as this contract shows it.
    pub unita: fn(&UnitaOperativa) -> Value,
    /// The calendar day of today, which decides `SCADUTA`.
    pub oggi: Date,
}

impl<'a> Contesto<'a> {
    /// That of API Pendenze v2.
    #[must_use]
    pub const fn v2(scheda: &'a dyn Fn(&IdDominio) -> Option<&'a SchedaDominio>, oggi: Date) -> Self {
        Self { vista: Vista::PendenzeV2, scheda, dominio: dominio_breve, unita, oggi }
    }

    fn dominio(&self, id: &IdDominio) -> Value {
        (self.scheda)(id).map_or_else(|| json!({ "idDominio": id.as_str() }), self.dominio)
    }

    /// The office of a pendenza.
    fn unita(&self, p: &Pendenza, id: &IdUnita) -> Value {
        let uo = (self.scheda)(&p.dominio).and_then(|s| s.unita(Some(id.as_str())));
        uo.map_or_else(|| json!({ "idUnita": id.as_str() }), self.unita)
    }
}

/// What the detail has beyond the row of a list.
pub struct Corredo<'a> {
    /// Attachments, without content.
    pub allegati: &'a [Allegato],
    /// The attempts as their own module writes them.
    pub rpp: Vec<Value>,
    /// What was paid, for the contracts that show it by voce.
    pub riscossioni: Vec<(&'a Riscossione, Value)>,
}

/// The answer of PUT and POST.
#[must_use]
pub fn creata(p: &Pendenza, vista: Vista) -> Map<String, Value> {
    let mut m = Membri::nuovi();
    m.con("idDominio", p.dominio.as_str()).con("numeroAvviso", p.numero_avviso.as_str());
    match vista {
        Vista::PendenzeV1 | Vista::PagamentoV1 => {}
        Vista::PendenzeV2 | Vista::PagamentoV2 | Vista::PagamentoV3 => {
            m.con("UUID", p.uuid.as_str());
        }
        Vista::Backoffice => {
            m.con("UUID", p.uuid.as_str());
            m.se("idUnitaOperativa", p.unita.as_ref().map(|u| u.as_str()));
        }
    }
    m.mappa()
}

/// The whole detail.
#[must_use]
pub fn dettaglio(p: &Pendenza, c: &Contesto<'_>, corredo: Corredo<'_>) -> Value {
    let mut m = Membri::di(base(p, c));
    if c.vista == Vista::Backoffice {
        m.se("descrizioneStato", p.descrizione_stato.as_deref());
    }
    let voci: Vec<Value> = p
        .voci
        .iter()
        .map(|v| {
            let mut voce = parti::voce(v, c);
            let mut sue = corredo.riscossioni.iter().filter(|(r, _)| r.voce == Some(v.id));
            match c.vista {
                Vista::Backoffice => {
                    voce.con("riscossioni", sue.map(|(_, json)| json.clone()).collect::<Vec<_>>());
                    voce.con("rendicontazioni", Vec::<Value>::new());
                }
                Vista::PagamentoV3 => {
                    voce.se("riscossione", sue.next_back().map(|(_, json)| json.clone()));
                }
                Vista::PendenzeV1 | Vista::PendenzeV2 | Vista::PagamentoV1 | Vista::PagamentoV2 => {}
            }
            voce.chiudi()
        })
        .collect();
    m.con("voci", voci).con("rpp", corredo.rpp);
    if ha_pagamenti(c.vista) {
        m.con("pagamenti", Vec::<Value>::new());
    }
    if !corredo.allegati.is_empty() && !c.vista.prima() {
        m.con("allegati", corredo.allegati.iter().map(parti::allegato).collect::<Vec<_>>());
    }
    m.chiudi()
}

/// A row of a list: no voci, the attempts as a link.
#[must_use]
pub fn riga(p: &Pendenza, c: &Contesto<'_>) -> Value {
    let mut m = Membri::di(base(p, c));
    // The characters of both keys stand in a query as they are.
    let di = format!("?idA2A={}&idPendenza={}", p.chiave.id_a2a, p.chiave.id_pendenza);
    m.con("rpp", format!("/rpp{di}"));
    if ha_pagamenti(c.vista) {
        m.con("pagamenti", format!("/pagamenti{di}"));
    }
    m.chiudi()
}

/// Whether a contract shows the payments of a pendenza.
const fn ha_pagamenti(vista: Vista) -> bool {
    matches!(vista, Vista::Backoffice | Vista::PagamentoV1 | Vista::PagamentoV2)
}

/// The members that detail and lists have in common.
fn base(p: &Pendenza, c: &Contesto<'_>) -> Map<String, Value> {
    let scheda = (c.scheda)(&p.dominio);
    let mut m = Membri::nuovi();
    m.con("idA2A", p.chiave.id_a2a.as_str()).con("idPendenza", p.chiave.id_pendenza.as_str());
    match c.vista {
        Vista::PendenzeV1 | Vista::PagamentoV1 => {}
        Vista::PendenzeV2 | Vista::PagamentoV2 | Vista::PagamentoV3 => {
            m.con("idTipoPendenza", p.tipo_pendenza.as_str());
        }
        Vista::Backoffice => {
            m.con("tipoPendenza", parti::tipo(&p.tipo_pendenza, scheda));
        }
    }
    m.con("dominio", c.dominio(&p.dominio));
    if let Some(u) = &p.unita {
        m.con("unitaOperativa", c.unita(p, u));
    }
    m.con("stato", c.vista.stato(p, c.oggi).as_str());
    match c.vista {
        Vista::PendenzeV1 => {
            m.se("nome", p.nome.as_deref());
        }
        Vista::PendenzeV2 => {
            m.se("descrizioneStato", p.descrizione_stato.as_deref());
            pagamento(&mut m, p);
        }
        Vista::PagamentoV1 => {
            m.se("nome", p.nome.as_deref()).data("dataPagamento", p.data_pagamento.map(|d| d.giorno()));
        }
        Vista::PagamentoV2 => pagamento(&mut m, p),
        Vista::PagamentoV3 => {
            m.se("descrizioneStato", p.descrizione_stato.as_deref());
        }
        Vista::Backoffice => {
            pagamento(&mut m, p);
            m.se("nome", p.nome.as_deref())
                .con("UUID", p.uuid.as_str())
                .importo("importoPagato", p.importo_pagato)
                .importo("importoIncassato", p.importo_incassato)
                .con("anomalo", p.anomalo)
                .con("verificato", p.verificato)
                .data("dataUltimoAggiornamento", Some(p.data_ultimo_aggiornamento.giorno()))
                .con("dataUltimaModificaAca", p.data_ultima_modifica_aca.iso_millis_zona())
                .se(
                    "dataUltimaComunicazioneAca",
                    p.data_ultima_comunicazione_aca.map(domain::Istante::iso_millis_zona),
                );
        }
    }
    accessori(&mut m, p, c.vista);
    m.mappa()
}

/// What was paid, and under which references.
fn pagamento(m: &mut Membri, p: &Pendenza) {
    m.con("iuvAvviso", p.iuv.as_str())
        .se("iuvPagamento", p.iuv_pagamento.as_ref().map(|i| i.as_str()))
        .data("dataPagamento", p.data_pagamento.map(|d| d.giorno()));
}

/// What the caller sent, as far as the contract has it.
fn accessori(m: &mut Membri, p: &Pendenza, vista: Vista) {
    let a = &p.accessori;
    m.con("causale", p.causale.as_str())
        .con("soggettoPagatore", parti::soggetto(&p.debitore))
        .importo("importo", p.importo)
        .con("numeroAvviso", p.numero_avviso.as_str())
        .data("dataCaricamento", Some(p.data_caricamento.giorno()))
        .data("dataValidita", p.data_validita)
        .data("dataScadenza", p.data_scadenza)
        .se("annoRiferimento", a.anno_riferimento.as_deref().and_then(parti::numero))
        .se("cartellaPagamento", a.cartella_pagamento.as_deref())
        .json("datiAllegati", a.dati_allegati.as_deref())
        .se("tassonomia", a.tassonomia.as_deref());
    if vista != Vista::PagamentoV3 {
        m.se("tassonomiaAvviso", a.tassonomia_avviso.as_deref());
    }
    if vista.prima() {
        return;
    }
    m.se("direzione", a.direzione.as_deref()).se("divisione", a.divisione.as_deref());
    if vista != Vista::PagamentoV2 {
        m.se("documento", a.documento.as_ref().map(parti::documento));
    }
    if matches!(vista, Vista::PendenzeV2 | Vista::PagamentoV2) {
        m.con("tipo", p.tipo.as_str());
    }
    if vista != Vista::Backoffice {
        m.con("UUID", p.uuid.as_str());
    }
    m.json("proprieta", a.proprieta.as_deref());
}
