//! The pages of a document, each notice on one of them (spec 60 6.5, 6.6).

use crate::avviso::{
    Parte, Testi, a_gruppi, datamatrix, importo, pagina, qr, riga, scadenza, scritto, testata,
};
use crate::etichette::con;
use crate::{Parti, StampaError};
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, DocumentoStampato, Pagina};
use typst::foundations::{Array, Dict, IntoValue as _, Value};

/// Millimetres: width of a cell with three and with two in a row, height, width of a column of a page with
/// slips, height of a strip.
const CELLA: (f64, f64) = (69.8, 104.8);
const ALTA: f64 = 56.4;
const COLONNA: f64 = 55.4;
const STRISCIA: f64 = 75.8;
/// Where the cells under a head, those of a grid and the columns beside the data begin.
const SOTTO: f64 = 223.5;
const GRIGLIA: f64 = 78.0;
const COLONNE: (f64, f64) = (98.8, 49.0);
/// Where the first strip begins, with two and with three on a page.
const STRISCE: (f64, f64) = (137.2, 66.0);

type Voce = (OpzioneDocumento, AvvisoStampato);

/// The pages, in order.
pub(crate) fn pagine(p: &Parti, d: &DocumentoStampato, con_loghi: bool) -> Result<Vec<Dict>, StampaError> {
    let parte = if d.postale() { Parte::Intera } else { Parte::SenzaBollettino };
    let voci = |quali: &[usize]| -> Vec<&Voce> { quali.iter().filter_map(|i| d.avvisi.get(*i)).collect() };
    let mut fatte = Vec::new();
    for quale in d.pagine() {
        fatte.push(match quale {
            Pagina::Intera(i) => match d.avvisi.get(i) {
                Some((_, a)) => pagina(p, a, parte, con_loghi)?,
                None => continue,
            },
            Pagina::Prima { sopra, rate } => {
                let sopra = sopra.and_then(|i| d.avvisi.get(i)).map(|(_, a)| a);
                prima(p, d, sopra, &voci(&rate), con_loghi)?
            }
            Pagina::Griglia { colonne, rate } => griglia(p, &voci(&rate), colonne, con_loghi)?,
            Pagina::Bollettini(rate) => bollettini(p, &voci(&rate), con_loghi)?,
        });
    }
    Ok(fatte)
}

/// What is put on a page beside its texts by name, in reading order.
struct Opere<'a> {
    p: &'a Parti,
    fatte: Array,
}

impl<'a> Opere<'a> {
    fn nuove(p: &'a Parti) -> Self {
        Self { p, fatte: Array::new() }
    }

    fn opera(&mut self, tipo: &str, posto: &str, (dx, dy): (f64, f64), altro: Option<(&str, Value)>) {
        let mut d = Dict::new();
        d.insert("tipo".into(), tipo.into_value());
        d.insert("posto".into(), posto.into_value());
        d.insert("dx".into(), dx.into_value());
        d.insert("dy".into(), dy.into_value());
        if let Some((nome, valore)) = altro {
            d.insert(nome.into(), valore);
        }
        self.fatte.push(Value::Dict(d));
    }

    fn fascia(&mut self, posto: &str, dove: (f64, f64)) {
        self.opera("fascia", posto, dove, None);
    }

    fn figura(&mut self, posto: &str, figura: Value, dove: (f64, f64)) {
        self.opera("figura", posto, dove, Some(("figura", figura)));
    }

    fn testo(&mut self, posto: &str, testo: &str, dove: (f64, f64)) -> Result<(), StampaError> {
        self.scrivi(posto, testo, None, None, dove)
    }

    fn titolo(&mut self, posto: &str, testo: &str, dove: (f64, f64)) -> Result<(), StampaError> {
        self.scrivi(posto, testo, None, Some(2), dove)
    }

    fn scrivi(
        &mut self,
        posto: &str,
        testo: &str,
        prefisso: Option<&str>,
        titolo: Option<i64>,
        dove: (f64, f64),
    ) -> Result<(), StampaError> {
        if let Some(mut d) = scritto(self.p, posto, &riga(self.p, testo), prefisso, dove)? {
            d.insert("tipo".into(), "testo".into_value());
            d.insert("titolo".into(), titolo.map_or(Value::None, Value::Int));
            self.fatte.push(Value::Dict(d));
        }
        Ok(())
    }

    /// A label and its value, if there is one.
    fn coppia(&mut self, posto: &str, valore: &str, etichetta: &str) -> Result<(), StampaError> {
        if valore.trim().is_empty() {
            return Ok(());
        }
        self.testo(&format!("{posto}_etichetta"), etichetta, (0.0, 0.0))?;
        self.testo(posto, valore, (0.0, 0.0))
    }
}

/// The head of the document, or the notice that pays it at once, with the first instalments under it.
fn prima(
    p: &Parti,
    d: &DocumentoStampato,
    sopra: Option<&AvvisoStampato>,
    rate: &[&Voce],
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let mut fatta = match (sopra, rate.first()) {
        (Some(a), _) => pagina(p, a, Parte::SenzaBollettino, con_loghi)?,
        (None, Some((opzione, primo))) => {
            let a_rate: Vec<&AvvisoStampato> = d
                .avvisi
                .iter()
                .filter(|(o, _)| matches!(o, OpzioneDocumento::Rata(_)))
                .map(|(_, a)| a)
                .collect();
            let mut testa = primo.clone();
            // Thresholds are not added up: one of them is paid.
            if matches!(opzione, OpzioneDocumento::Rata(_)) {
                testa.importo = a_rate.iter().map(|a| a.importo).sum();
            }
            pagina(p, &testa, Parte::Testa(a_rate.len()), con_loghi)?
        }
        (None, None) => return Err(StampaError::Modello("pagina senza avvisi".to_owned())),
    };
    let mut o = Opere::nuove(p);
    o.fascia("fascia_rate", (0.0, 0.0));
    o.titolo("fascia_rate_titolo", &p.etichette.dati_per_il_pagamento, (0.0, 0.0))?;
    celle(&mut o, rate, 3, SOTTO)?;
    fatta.insert("opere".into(), Value::Array(o.fatte));
    Ok(fatta)
}

/// A page of instalments in columns.
fn griglia(p: &Parti, rate: &[&Voce], colonne: usize, con_loghi: bool) -> Result<Dict, StampaError> {
    let e = &p.etichette;
    let Some((_, a)) = rate.first() else {
        return Err(StampaError::Modello("pagina senza avvisi".to_owned()));
    };
    let mut t = Testi { p, dati: Dict::new() };
    let mut fatta = testata(&mut t, a, &a.oggetto, con_loghi)?;
    let mut o = Opere::nuove(p);
    o.fascia("fascia_dati", (0.0, 0.0));
    o.titolo("fascia_dati_titolo", &e.dati_per_il_pagamento, (0.0, 0.0))?;
    o.coppia("dati_destinatario", &a.debitore.nome, &e.destinatario)?;
    o.coppia("dati_ente", &a.ente.nome, &e.ente)?;
    o.coppia("dati_oggetto", &a.oggetto, &e.oggetto_del_pagamento)?;
    o.testo("dati_istruzioni", &e.istruzioni_qr, (0.0, 0.0))?;
    celle(&mut o, rate, colonne, GRIGLIA)?;
    chiudi(&mut fatta, t, o);
    Ok(fatta)
}

/// A page that is no single notice.
fn chiudi(fatta: &mut Dict, t: Testi<'_>, o: Opere<'_>) {
    fatta.insert("testi".into(), Value::Dict(t.dati));
    fatta.insert("singola".into(), false.into_value());
    fatta.insert("opere".into(), Value::Array(o.fatte));
}

fn celle(o: &mut Opere<'_>, rate: &[&Voce], colonne: usize, da: f64) -> Result<(), StampaError> {
    let larga = if colonne == 2 { CELLA.1 } else { CELLA.0 };
    let (mut dx, mut dy) = (0.0, da);
    for (i, (_, a)) in rate.iter().enumerate() {
        if i > 0 {
            dx += larga;
            if i.is_multiple_of(colonne) {
                (dx, dy) = (0.0, dy + ALTA);
            }
        }
        cella(o, a, (dx, dy))?;
    }
    Ok(())
}

fn cella(o: &mut Opere<'_>, a: &AvvisoStampato, dove: (f64, f64)) -> Result<(), StampaError> {
    let e = &o.p.etichette;
    o.titolo("cella_titolo", a.opzione.as_deref().unwrap_or(&e.importo), dove)?;
    o.testo("cella_euro", &e.euro, dove)?;
    o.testo("cella_importo", &importo(a.importo), dove)?;
    o.testo("cella_entro", &e.entro_il, dove)?;
    o.testo("cella_data", &scadenza(a.scadenza), dove)?;
    o.testo("cella_nav_etichetta", &e.codice_avviso, dove)?;
    o.testo("cella_nav", &a_gruppi(a.numero_avviso.as_str()), dove)?;
    o.testo("cella_cf_etichetta", &e.codice_fiscale_ente, dove)?;
    o.testo("cella_cf", a.ente.codice.as_str(), dove)?;
    if let Some(cbill) = a.cbill.as_ref().filter(|c| !c.trim().is_empty()) {
        o.testo("cella_cbill_etichetta", &e.codice_cbill, dove)?;
        o.testo("cella_cbill", cbill, dove)?;
    }
    let figura = qr(o.p, a)?;
    o.figura("cella_qr", figura, dove);
    Ok(())
}

/// Two or three instalments with their slips.
fn bollettini(p: &Parti, rate: &[&Voce], con_loghi: bool) -> Result<Dict, StampaError> {
    let e = &p.etichette;
    let Some((_, a)) = rate.first() else {
        return Err(StampaError::Modello("pagina senza avvisi".to_owned()));
    };
    let mut t = Testi { p, dati: Dict::new() };
    let mut fatta = testata(&mut t, a, &format!("{} - {}", insieme(p, rate), a.oggetto), con_loghi)?;
    let mut o = Opere::nuove(p);
    let due = rate.len() == 2;
    if due {
        o.fascia("due_fascia", (0.0, 0.0));
        o.titolo("due_fascia_titolo", &e.banche_e_altri_canali, (0.0, 0.0))?;
        o.coppia("due_destinatario", &a.debitore.nome, &e.destinatario)?;
        o.coppia("due_ente", &a.ente.nome, &e.ente)?;
        o.testo("due_oggetto_etichetta", &e.oggetto_del_pagamento, (0.0, 0.0))?;
        o.testo("due_oggetto_valore", &a.oggetto, (0.0, 0.0))?;
        o.coppia("due_cbill", a.cbill.as_deref().unwrap_or_default(), &e.codice_cbill)?;
        o.coppia("due_cf", a.ente.codice.as_str(), &e.codice_fiscale_ente)?;
        let mut dx = COLONNE.0;
        for (_, a) in rate {
            colonna(&mut o, a, (dx, COLONNE.1))?;
            dx += COLONNA;
        }
        o.testo("due_istruzioni", &e.istruzioni_qr, (0.0, 0.0))?;
    } else {
        o.fascia("fascia_dati", (0.0, 0.0));
        o.titolo("fascia_dati_titolo", &e.dati_per_il_pagamento, (0.0, 0.0))?;
        o.coppia("dati_destinatario", &a.debitore.nome, &e.destinatario)?;
        o.coppia("dati_ente", &a.ente.nome, &e.ente)?;
        o.coppia("dati_oggetto", &a.oggetto, &e.oggetto_del_pagamento)?;
    }
    let mut dy = if due { STRISCE.0 } else { STRISCE.1 };
    for (_, a) in rate {
        striscia(&mut o, a, due, dy)?;
        dy += STRISCIA;
    }
    chiudi(&mut fatta, t, o);
    Ok(fatta)
}

/// `Rate 3 e 4`, or the options by name.
fn insieme(p: &Parti, rate: &[&Voce]) -> String {
    let numeri: Option<Vec<String>> = rate
        .iter()
        .map(|(o, _)| match o {
            OpzioneDocumento::Rata(n) => Some(n.to_string()),
            _ => None,
        })
        .collect();
    match numeri.as_deref() {
        Some([prime @ .., ultima]) => {
            let elenco = format!("{} e {ultima}", prime.join(", "));
            con(&p.etichette.rate, &[("elenco", &elenco)])
        }
        _ => {
            let nomi: Vec<&str> = rate.iter().filter_map(|(_, a)| a.opzione.as_deref()).collect();
            nomi.join(", ")
        }
    }
}

fn colonna(o: &mut Opere<'_>, a: &AvvisoStampato, dove: (f64, f64)) -> Result<(), StampaError> {
    let e = &o.p.etichette;
    o.titolo("colonna_titolo", a.opzione.as_deref().unwrap_or(&e.importo), dove)?;
    let figura = qr(o.p, a)?;
    o.figura("colonna_qr", figura, dove);
    o.testo("colonna_euro", &e.euro, dove)?;
    o.testo("colonna_importo", &importo(a.importo), dove)?;
    o.testo("colonna_entro", &e.entro_il, dove)?;
    o.testo("colonna_data", &scadenza(a.scadenza), dove)?;
    o.testo("colonna_nav_etichetta", &e.codice_avviso, dove)?;
    o.testo("colonna_nav", &a_gruppi(a.numero_avviso.as_str()), dove)
}

/// A slip from `dy` down. On a page of three it holds the QR code too, which has no place above.
fn striscia(o: &mut Opere<'_>, a: &AvvisoStampato, due: bool, dy: f64) -> Result<(), StampaError> {
    let Some(b) = &a.bollettino else { return Ok(()) };
    let e = &o.p.etichette;
    let dove = (0.0, dy);
    // The cut line of the single page stands five millimetres over its band, as here.
    o.opera("taglio", "taglio", (0.0, dy + 0.3 - 211.3), None);
    o.fascia("striscia_fascia", dove);
    let opzione = a.opzione.as_deref().map_or_else(String::new, |x| format!(" - {x}"));
    o.titolo("striscia_fascia_titolo", &format!("{}{opzione}", e.bollettino_postale), dove)?;
    o.testo("striscia_fascia_banco", &e.banco_posta, dove)?;
    let termine = scadenza(a.scadenza);
    o.testo("striscia_fascia_data", &format!("{} {termine}", e.entro_il.to_lowercase()), dove)?;
    let poste = o.p.marchio_poste.valore(&e.alt_poste);
    o.figura(if due { "striscia_poste" } else { "striscia_poste_piccolo" }, poste, dove);
    if !due {
        let figura = qr(o.p, a)?;
        o.figura("striscia_qr", figura, dove);
    }
    o.opera("icona", "striscia_euro", dove, Some(("file", "icone/euro.svg".into_value())));
    o.testo("striscia_conto", &con(&e.conto, &[("conto", &b.conto)]), dove)?;
    o.scrivi("striscia_importo", &importo(a.importo), Some(&e.euro), None, dove)?;
    o.testo("striscia_intestato_etichetta", &e.intestato_a, dove)?;
    o.testo("striscia_intestato", &b.intestato_a, dove)?;
    if !a.debitore.nome.trim().is_empty() {
        o.testo("striscia_destinatario_etichetta", &e.destinatario, dove)?;
        o.testo("striscia_destinatario", &a.debitore.nome, dove)?;
    }
    o.testo("striscia_descrizione_etichetta", &e.descrizione, dove)?;
    o.testo("striscia_descrizione", &a.oggetto, dove)?;
    o.testo("striscia_nav_etichetta", &e.codice_avviso, dove)?;
    o.testo("striscia_nav", &a_gruppi(a.numero_avviso.as_str()), dove)?;
    o.testo("striscia_tipo_etichetta", &e.tipo, dove)?;
    o.testo("striscia_tipo", "P1", dove)?;
    o.testo("striscia_cf_etichetta", &e.codice_fiscale_ente, dove)?;
    o.testo("striscia_cf", a.ente.codice.as_str(), dove)?;
    if due {
        o.testo("striscia_dove", &e.dove_si_paga, dove)?;
    }
    o.testo("striscia_autorizzazione", b.autorizzazione.as_deref().unwrap_or_default(), dove)?;
    let figura = datamatrix(o.p, a, b)?;
    o.figura("striscia_datamatrix", figura, dove);
    Ok(())
}
