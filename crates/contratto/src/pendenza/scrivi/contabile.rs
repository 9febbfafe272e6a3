//! What was paid, as those who keep the accounts see it (spec 50 8.1).

use super::membri::Membri;
use super::{Contesto, base, parti, riga};
use domain::attivazione::categoria;
use domain::pendenza::{Forma, Pendenza, Voce};
use serde_json::Value;

/// In which contract a riscossione is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VistaRiscossione {
    /// API Ragioneria v1.
    V1,
    /// API Ragioneria v2.
    V2,
    /// API Ragioneria v3.
    V3,
    /// API Backoffice v1.
    Backoffice,
}

/// The pendenza of a riscossione.
#[must_use]
pub fn pendenza_riscossa(p: &Pendenza, vista: VistaRiscossione, c: &Contesto<'_>) -> Value {
    match vista {
        VistaRiscossione::V1 => Value::Object(base(p, c)),
        VistaRiscossione::V2 => seconda(p),
        VistaRiscossione::V3 => terza(p, c),
        VistaRiscossione::Backoffice => riga(p, c),
    }
}

/// The voce of a riscossione; from the second contract on its pendenza stands inside.
#[must_use]
pub fn voce_riscossa(p: &Pendenza, v: &Voce, vista: VistaRiscossione, c: &Contesto<'_>) -> Value {
    let mut m = match vista {
        VistaRiscossione::V1 => return parti::voce(v, c).chiudi(),
        VistaRiscossione::Backoffice => {
            let mut m = parti::voce(v, c).mappa();
            m.shift_remove("datiAllegati");
            Membri::di(m)
        }
        VistaRiscossione::V2 => {
            let mut m = Membri::nuovi();
            m.con("indice", v.indice)
                .con("idVocePendenza", v.id_voce.as_str())
                .importo("importo", v.importo)
                .con("descrizione", v.descrizione.as_str());
            propria(&mut m, v, c);
            m
        }
        VistaRiscossione::V3 => {
            let mut m = Membri::nuovi();
            m.con("idVocePendenza", v.id_voce.as_str()).con("descrizione", v.descrizione.as_str());
            propria(&mut m, v, c);
            parti::metadata(&mut m, v);
            parti::forma(&mut m, v);
            con_tassonomia(m, p, v, c)
        }
    };
    m.con("pendenza", pendenza_riscossa(p, vista, c));
    m.chiudi()
}

/// In the third contract what is not an entrata has its pagoPA taxonomy in the place of its accounting.
fn con_tassonomia(m: Membri, p: &Pendenza, v: &Voce, c: &Contesto<'_>) -> Membri {
    if matches!(v.forma, Forma::Entrata { .. }) {
        return m;
    }
    let mut m = m.mappa();
    m.retain(|nome, _| nome != "tipoContabilita" && nome != "codiceContabilita");
    let mut m = Membri::di(m);
    let scheda = (c.scheda)(v.dominio.as_ref().unwrap_or(&p.dominio));
    m.se("codiceTassonomicoPagoPA", scheda.map(|s| categoria(&v.forma, s)));
    m
}

/// What only some voci have.
fn propria(m: &mut Membri, v: &Voce, c: &Contesto<'_>) {
    m.json("datiAllegati", v.dati_allegati.as_deref())
        .se("descrizioneCausaleRPT", v.descrizione_causale_rpt.as_deref())
        .se("contabilita", v.contabilita.as_ref().map(parti::contabilita))
        .se("dominio", v.dominio.as_ref().map(|d| c.dominio(d)));
}

fn seconda(p: &Pendenza) -> Value {
    let mut m = Membri::nuovi();
    m.con("idA2A", p.chiave.id_a2a.as_str())
        .con("idPendenza", p.chiave.id_pendenza.as_str())
        .con("idDominio", p.dominio.as_str())
        .se("idUnitaOperativa", p.unita.as_ref().map(|u| u.as_str()))
        .con("idTipoPendenza", p.tipo_pendenza.as_str())
        .con("causale", p.causale.as_str())
        .data("dataCaricamento", Some(p.data_caricamento.giorno()))
        .data("dataValidita", p.data_validita)
        .data("dataScadenza", p.data_scadenza);
    riferimenti(&mut m, p);
    m.se("tassonomiaAvviso", p.accessori.tassonomia_avviso.as_deref()).con("UUID", p.uuid.as_str());
    m.chiudi()
}

fn terza(p: &Pendenza, c: &Contesto<'_>) -> Value {
    let mut m = Membri::nuovi();
    m.con("idA2A", p.chiave.id_a2a.as_str())
        .con("idPendenza", p.chiave.id_pendenza.as_str())
        .con("idTipoPendenza", p.tipo_pendenza.as_str())
        .con("dominio", c.dominio(&p.dominio))
        .se("unitaOperativa", p.unita.as_ref().map(|u| c.unita(p, u)))
        .con("causale", p.causale.as_str())
        .con("soggettoPagatore", parti::soggetto(&p.debitore))
        .data("dataCaricamento", Some(p.data_caricamento.giorno()))
        .data("dataScadenza", p.data_scadenza);
    riferimenti(&mut m, p);
    m.se("documento", p.accessori.documento.as_ref().map(parti::documento))
        .con("UUID", p.uuid.as_str())
        .json("proprieta", p.accessori.proprieta.as_deref());
    m.chiudi()
}

/// Where the ente has put it.
fn riferimenti(m: &mut Membri, p: &Pendenza) {
    let a = &p.accessori;
    m.se("annoRiferimento", a.anno_riferimento.as_deref().and_then(parti::numero))
        .se("cartellaPagamento", a.cartella_pagamento.as_deref())
        .json("datiAllegati", a.dati_allegati.as_deref())
        .se("tassonomia", a.tassonomia.as_deref())
        .se("direzione", a.direzione.as_deref())
        .se("divisione", a.divisione.as_deref());
}
