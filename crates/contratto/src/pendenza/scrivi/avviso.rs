use super::{Membri, Vista};
use domain::pendenza::{Pendenza, StatoAvviso};
use domain::{IdDominio, NumeroAvviso};
use serde_json::{Value, json};

/// The notice of a stored pendenza (spec 20 section 8).
#[must_use]
pub fn avviso(p: &Pendenza, vista: Vista, stato: StatoAvviso, qrcode: &str, barcode: Option<&str>) -> Value {
    let mut m = Membri::nuovi();
    m.se("stato", vista.stato_avviso(stato))
        .importo("importo", p.importo)
        .con("idDominio", p.dominio.as_str())
        .con("numeroAvviso", p.numero_avviso.as_str())
        .data("dataValidita", p.data_validita)
        .data("dataScadenza", p.data_scadenza);
    match vista {
        Vista::PendenzeV2 | Vista::PagamentoV2 => {
            m.data("dataPagamento", p.data_pagamento.map(|d| d.giorno()));
        }
        Vista::PendenzeV1 | Vista::Backoffice | Vista::PagamentoV1 | Vista::PagamentoV3 => {}
    }
    m.con("descrizione", p.causale.as_str())
        .se("tassonomiaAvviso", p.accessori.tassonomia_avviso.as_deref())
        .con("qrcode", qrcode)
        .se("barcode", barcode);
    m.chiudi()
}

/// The answer for a notice that nobody has loaded; `None` where it is a 404.
#[must_use]
pub fn avviso_sconosciuto(vista: Vista, dominio: &IdDominio, avviso: &NumeroAvviso) -> Option<Value> {
    let stato = vista.stato_avviso(StatoAvviso::Sconosciuta)?;
    Some(json!({ "stato": stato, "idDominio": dominio.as_str(), "numeroAvviso": avviso.as_str() }))
}
