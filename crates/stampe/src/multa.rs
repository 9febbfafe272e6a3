//! A fine that is paid in one of two amounts, each with its own code (spec 60 6.7). In Italian.

use crate::avviso::{Testi, a_gruppi, come, importo, parti, qr, testata};
use crate::documento::Opere;
use crate::{Parti, StampaError};
use domain::stampa::{AvvisoStampato, Informativa};
use typst::foundations::{Dict, IntoValue as _, Value};

/// Where the two payments begin, in millimetres.
const BLOCCHI: [f64; 2] = [165.8, 228.6];

/// The page of both amounts; without the logos when the engine refused them.
pub(crate) fn pagina(
    p: &Parti,
    scontato: &AvvisoStampato,
    ridotto: &AvvisoStampato,
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let e = &p.etichette;
    let mut t = Testi::di(p, scontato);
    let oggetto = t.lingue.oggetto(scontato);
    let mut d = testata(&mut t, scontato, oggetto, con_loghi)?;
    parti(&mut t, scontato)?;
    t.metti("fascia_quanto_titolo", &e.quanto_e_quando)?;
    for (a, nome, giorni) in
        [(scontato, "scontato", &e.multa_termine_scontato), (ridotto, "ridotto", &e.multa_termine_ridotto)]
    {
        t.metti(&format!("multa_{nome}"), format!("{} {}", importo(a.importo), e.euro))?;
        t.metti(&format!("multa_{nome}_termine"), giorni)?;
    }
    t.metti("multa_scelta", &e.multa_scelta)?;
    t.metti("multa_scadenze_titolo", &e.multa_scadenze_titolo)?;
    t.metti("multa_scadenze", &e.multa_scadenze)?;
    t.metti("multa_giacenza_titolo", &e.multa_giacenza_titolo)?;
    t.metti("multa_giacenza", &e.multa_giacenza)?;
    come(&mut t, false)?;
    // The standard note says that the amount may change: these two do not. The body's own is printed.
    if let Informativa::Testo(testo) = &scontato.informativa {
        t.metti_a_righe("multa_nota", &testo.into())?;
    }
    let mut o = Opere::di(p, scontato);
    for ((a, dy), (titolo, giorni)) in [scontato, ridotto]
        .into_iter()
        .zip(BLOCCHI)
        .zip([(&e.multa_scontato, &e.multa_termine_scontato), (&e.multa_ridotto, &e.multa_termine_ridotto)])
    {
        blocco(&mut o, p, a, (titolo, giorni), (0.0, dy))?;
    }
    d.insert("testi".into(), Value::Dict(t.dati));
    d.insert("singola".into(), true.into_value());
    d.insert("banche".into(), false.into_value());
    d.insert("datamatrix".into(), Value::None);
    d.insert("opere".into(), Value::Array(o.fatte));
    Ok(d)
}

/// One of the amounts, with its code.
fn blocco(
    o: &mut Opere<'_>,
    p: &Parti,
    a: &AvvisoStampato,
    (titolo, giorni): (&str, &str),
    dove: (f64, f64),
) -> Result<(), StampaError> {
    let e = &p.etichette;
    o.fascia("multa_fascia", dove);
    o.titolo("multa_fascia_titolo", titolo, dove)?;
    o.testo("multa_fascia_termine", giorni, dove)?;
    let figura = qr(p, a)?;
    o.figura("multa_qr", figura, dove);
    o.coppia("multa_destinatario", &a.debitore.nome, (&e.destinatario).into(), dove)?;
    o.scrivi("multa_importo", importo(a.importo).into(), Some(&e.euro), None, dove)?;
    o.coppia("multa_ente", &a.ente.nome, (&e.ente).into(), dove)?;
    o.coppia("multa_oggetto", &a.oggetto, (&e.oggetto_del_pagamento).into(), dove)?;
    let cbill = a.cbill.as_deref().unwrap_or_default();
    o.coppia("multa_cbill", cbill, (&e.codice_cbill).into(), dove)?;
    o.coppia("multa_nav", &a_gruppi(a.numero_avviso.as_str()), (&e.codice_avviso).into(), dove)?;
    o.coppia("multa_cf", a.ente.codice.as_str(), (&e.codice_fiscale_ente).into(), dove)?;
    o.testo("multa_istruzioni", &e.istruzioni_qr, dove)
}
