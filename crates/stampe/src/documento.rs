//! The pages of a document, each notice on one of them (spec 60 6.5, 6.6).

use crate::avviso::{
    Parte, Rate, Testi, a_gruppi, datamatrix, importo, pagina, qr, scadenza, scritto, testata,
};
use crate::lingue::{Detto, Lingue};
use crate::{Parti, StampaError, multa};
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

/// The pages, in order.
pub(crate) fn pagine(p: &Parti, d: &DocumentoStampato, con_loghi: bool) -> Result<Vec<Dict>, StampaError> {
    let postale = d.postale();
    let voce =
        |i: usize| d.avvisi.get(i).ok_or_else(|| StampaError::Modello("pagina senza avvisi".to_owned()));
    let voci = |quali: &[usize]| quali.iter().map(|i| voce(*i)).collect::<Result<Vec<_>, _>>();
    let quali = d.pagine();
    let a_rate = d.avvisi.iter().filter(|a| rata(a)).count();
    let mut fatte = Vec::with_capacity(quali.len());
    for quale in quali {
        fatte.push(match quale {
            Pagina::Intera(i) => {
                let a = voce(i)?;
                let dopo = i == 0 && a.seconda.is_some() && rata(a) && a_rate > 1;
                let rate = dopo.then_some(Rate::Dopo(a_rate));
                pagina(p, a, Parte { postale, codici: true, rate }, con_loghi)?
            }
            Pagina::Riepilogo(i) => {
                let rate = rata(voce(i)?).then_some(Rate::Dopo(a_rate));
                pagina(p, &testa(d, voce(i)?), Parte { postale, codici: false, rate }, con_loghi)?
            }
            Pagina::Prima { sopra, rate } => {
                let sopra = sopra.map(voce).transpose()?;
                prima(p, d, sopra, &voci(&rate)?, con_loghi)?
            }
            Pagina::Griglia { colonne, rate } => griglia(p, &voci(&rate)?, colonne, con_loghi)?,
            Pagina::Bollettini(rate) => bollettini(p, &voci(&rate)?, rate.len() == 2, true, con_loghi)?,
            Pagina::Coppia(rate) => bollettini(p, &voci(&rate)?, true, postale, con_loghi)?,
            Pagina::Violazione { scontato, ridotto } => {
                multa::pagina(p, voce(scontato)?, voce(ridotto)?, con_loghi)?
            }
        });
    }
    Ok(fatte)
}

const fn rata(a: &AvvisoStampato) -> bool {
    matches!(a.opzione, Some(OpzioneDocumento::Rata(_)))
}

/// The first notice with the amount of the whole. Thresholds are not added up: one of them is paid.
fn testa(d: &DocumentoStampato, primo: &AvvisoStampato) -> AvvisoStampato {
    let mut testa = primo.clone();
    if rata(primo) {
        testa.importo = d.avvisi.iter().filter(|a| rata(a)).map(|a| a.importo).sum();
    }
    testa
}

/// What is put on a page beside its texts by name, in reading order.
pub(crate) struct Opere<'a> {
    p: &'a Parti,
    lingue: Lingue<'a>,
    pub(crate) fatte: Array,
}

impl<'a> Opere<'a> {
    /// None yet, in the languages of the notice.
    pub(crate) fn di(p: &'a Parti, a: &AvvisoStampato) -> Self {
        Self { p, lingue: Lingue::di(p, a.lingua()), fatte: Array::new() }
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

    pub(crate) fn fascia(&mut self, posto: &str, dove: (f64, f64)) {
        self.opera("fascia", posto, dove, None);
    }

    pub(crate) fn figura(&mut self, posto: &str, figura: Value, dove: (f64, f64)) {
        self.opera("figura", posto, dove, Some(("figura", figura)));
    }

    pub(crate) fn testo(
        &mut self,
        posto: &str,
        testo: impl Into<Detto>,
        dove: (f64, f64),
    ) -> Result<(), StampaError> {
        self.scrivi(posto, testo.into(), None, None, dove)
    }

    pub(crate) fn titolo(
        &mut self,
        posto: &str,
        testo: impl Into<Detto>,
        dove: (f64, f64),
    ) -> Result<(), StampaError> {
        self.scrivi(posto, testo.into(), None, Some(2), dove)
    }

    pub(crate) fn scrivi(
        &mut self,
        posto: &str,
        testo: Detto,
        prefisso: Option<&str>,
        titolo: Option<i64>,
        dove: (f64, f64),
    ) -> Result<(), StampaError> {
        if let Some(mut d) = scritto(self.p, posto, &testo.a_riga(self.p), prefisso, dove)? {
            d.insert("tipo".into(), "testo".into_value());
            d.insert("titolo".into(), titolo.map_or(Value::None, Value::Int));
            self.fatte.push(Value::Dict(d));
        }
        Ok(())
    }

    /// A label and its value, if there is one.
    pub(crate) fn coppia(
        &mut self,
        posto: &str,
        valore: &str,
        etichetta: Detto,
        dove: (f64, f64),
    ) -> Result<(), StampaError> {
        if valore.trim().is_empty() {
            return Ok(());
        }
        self.testo(&format!("{posto}_etichetta"), etichetta, dove)?;
        self.testo(posto, valore, dove)
    }
}

/// The head of the document, or the notice that pays it at once, with the first instalments under it.
fn prima(
    p: &Parti,
    d: &DocumentoStampato,
    sopra: Option<&AvvisoStampato>,
    rate: &[&AvvisoStampato],
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let primo = primo(rate)?;
    let mut fatta = match sopra {
        Some(a) => pagina(p, a, Parte { postale: false, codici: true, rate: None }, con_loghi)?,
        None => {
            let a_rate = d.avvisi.iter().filter(|a| rata(a)).count();
            let rate = Some(Rate::Qui(a_rate));
            pagina(p, &testa(d, primo), Parte { postale: false, codici: false, rate }, con_loghi)?
        }
    };
    let mut o = Opere::di(p, primo);
    o.fascia("fascia_rate", (0.0, 0.0));
    o.titolo("fascia_rate_titolo", &p.etichette.dati_per_il_pagamento, (0.0, 0.0))?;
    celle(&mut o, rate, 3, SOTTO)?;
    fatta.insert("opere".into(), Value::Array(o.fatte));
    Ok(fatta)
}

fn primo<'a>(rate: &[&'a AvvisoStampato]) -> Result<&'a AvvisoStampato, StampaError> {
    rate.first().copied().ok_or_else(|| StampaError::Modello("pagina senza avvisi".to_owned()))
}

/// A page of instalments in columns.
fn griglia(
    p: &Parti,
    rate: &[&AvvisoStampato],
    colonne: usize,
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let a = primo(rate)?;
    let mut t = Testi::di(p, a);
    let oggetto = t.lingue.oggetto(a);
    let mut fatta = testata(&mut t, a, oggetto, con_loghi)?;
    let mut o = Opere::di(p, a);
    dati(&mut o, a)?;
    let e = o.lingue;
    o.testo("dati_istruzioni", e.voce(|e| &e.istruzioni_qr), (0.0, 0.0))?;
    celle(&mut o, rate, colonne, GRIGLIA)?;
    chiudi(&mut fatta, t, o);
    Ok(fatta)
}

/// Who pays, whom and what, above the columns and the slips.
fn dati(o: &mut Opere<'_>, a: &AvvisoStampato) -> Result<(), StampaError> {
    let e = o.lingue;
    o.fascia("fascia_dati", (0.0, 0.0));
    o.titolo("fascia_dati_titolo", &e.italiane.dati_per_il_pagamento, (0.0, 0.0))?;
    o.coppia("dati_destinatario", &a.debitore.nome, e.voce(|e| &e.destinatario), (0.0, 0.0))?;
    o.coppia("dati_ente", &a.ente.nome, e.voce(|e| &e.ente), (0.0, 0.0))?;
    o.coppia("dati_oggetto", &a.oggetto, e.voce(|e| &e.oggetto_del_pagamento), (0.0, 0.0))
}

/// A page that is no single notice.
fn chiudi(fatta: &mut Dict, t: Testi<'_>, o: Opere<'_>) {
    fatta.insert("testi".into(), Value::Dict(t.dati));
    fatta.insert("singola".into(), false.into_value());
    fatta.insert("opere".into(), Value::Array(o.fatte));
}

fn celle(o: &mut Opere<'_>, rate: &[&AvvisoStampato], colonne: usize, da: f64) -> Result<(), StampaError> {
    let larga = if colonne == 2 { CELLA.1 } else { CELLA.0 };
    let (mut dx, mut dy) = (0.0, da);
    for (i, a) in rate.iter().enumerate() {
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

/// What an option is called over its code.
fn nome(e: Lingue<'_>, a: &AvvisoStampato) -> Detto {
    a.opzione.and_then(|o| e.opzione(o)).unwrap_or_else(|| e.voce(|e| &e.importo))
}

fn cella(o: &mut Opere<'_>, a: &AvvisoStampato, dove: (f64, f64)) -> Result<(), StampaError> {
    let e = o.lingue;
    o.titolo("cella_titolo", nome(e, a), dove)?;
    o.testo("cella_euro", &e.italiane.euro, dove)?;
    o.testo("cella_importo", importo(a.importo), dove)?;
    o.testo("cella_entro", e.voce(|e| &e.entro_il), dove)?;
    o.testo("cella_data", scadenza(a.scadenza), dove)?;
    o.testo("cella_nav_etichetta", e.voce(|e| &e.codice_avviso), dove)?;
    o.testo("cella_nav", a_gruppi(a.numero_avviso.as_str()), dove)?;
    o.testo("cella_cf_etichetta", e.voce(|e| &e.codice_fiscale_ente), dove)?;
    o.testo("cella_cf", a.ente.codice.as_str(), dove)?;
    let cbill = a.cbill.as_deref().unwrap_or_default();
    o.coppia("cella_cbill", cbill, e.voce(|e| &e.codice_cbill), dove)?;
    let figura = qr(o.p, a)?;
    o.figura("cella_qr", figura, dove);
    Ok(())
}

/// Instalments with their slips: three of them, or up to two beside their data. In two languages the slips
/// may be missing.
fn bollettini(
    p: &Parti,
    rate: &[&AvvisoStampato],
    due: bool,
    postale: bool,
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let a = primo(rate)?;
    let mut t = Testi::di(p, a);
    let oggetto = insieme(t.lingue, rate).trattino(t.lingue.oggetto(a));
    let mut fatta = testata(&mut t, a, oggetto, con_loghi)?;
    let mut o = Opere::di(p, a);
    let e = o.lingue;
    if due {
        let qui = (0.0, 0.0);
        o.fascia("due_fascia", qui);
        o.titolo("due_fascia_titolo", e.voce(|e| &e.banche_e_altri_canali), qui)?;
        o.coppia("due_destinatario", &a.debitore.nome, e.voce(|e| &e.destinatario), qui)?;
        o.coppia("due_ente", &a.ente.nome, e.voce(|e| &e.ente), qui)?;
        o.testo("due_oggetto_etichetta", e.voce(|e| &e.oggetto_del_pagamento), qui)?;
        o.testo("due_oggetto_valore", &a.oggetto, qui)?;
        o.coppia("due_cbill", a.cbill.as_deref().unwrap_or_default(), e.voce(|e| &e.codice_cbill), qui)?;
        o.coppia("due_cf", a.ente.codice.as_str(), e.voce(|e| &e.codice_fiscale_ente), qui)?;
        let mut dx = COLONNE.0;
        for a in rate {
            colonna(&mut o, a, (dx, COLONNE.1))?;
            dx += COLONNA;
        }
        o.testo("due_istruzioni", e.voce(|e| &e.istruzioni_qr), qui)?;
    } else {
        dati(&mut o, a)?;
    }
    let mut dy = if due { STRISCE.0 } else { STRISCE.1 };
    for a in rate.iter().filter(|_| postale) {
        striscia(&mut o, a, due, dy)?;
        dy += STRISCIA;
    }
    chiudi(&mut fatta, t, o);
    Ok(fatta)
}

/// `Rate 3 e 4`, or the options by name.
fn insieme(e: Lingue<'_>, rate: &[&AvvisoStampato]) -> Detto {
    let numeri: Option<Vec<String>> = rate
        .iter()
        .map(|a| match a.opzione {
            Some(OpzioneDocumento::Rata(n)) => Some(n.to_string()),
            _ => None,
        })
        .collect();
    match numeri.as_deref() {
        Some([prime @ .., ultima]) if !prime.is_empty() => {
            let (a, b) = (prime.join(", "), ultima);
            let elenco =
                e.voce_con(|e| &e.e, &[]).con_testi(|congiunzione| format!("{a} {congiunzione} {b}"));
            e.elencate(&elenco)
        }
        _ => {
            let nomi = rate.iter().filter_map(|a| e.opzione(a.opzione?));
            nomi.fold(Detto::default(), Detto::virgola)
        }
    }
}

fn colonna(o: &mut Opere<'_>, a: &AvvisoStampato, dove: (f64, f64)) -> Result<(), StampaError> {
    let e = o.lingue;
    o.titolo("colonna_titolo", nome(e, a), dove)?;
    let figura = qr(o.p, a)?;
    o.figura("colonna_qr", figura, dove);
    o.testo("colonna_euro", &e.italiane.euro, dove)?;
    o.testo("colonna_importo", importo(a.importo), dove)?;
    o.testo("colonna_entro", e.voce(|e| &e.entro_il), dove)?;
    o.testo("colonna_data", scadenza(a.scadenza), dove)?;
    o.testo("colonna_nav_etichetta", e.voce(|e| &e.codice_avviso), dove)?;
    o.testo("colonna_nav", a_gruppi(a.numero_avviso.as_str()), dove)
}

/// A slip from `dy` down. On a page of three it holds the QR code too, which has no place above.
fn striscia(o: &mut Opere<'_>, a: &AvvisoStampato, due: bool, dy: f64) -> Result<(), StampaError> {
    let Some(b) = &a.bollettino else { return Ok(()) };
    let e = o.lingue;
    let dove = (0.0, dy);
    // The cut line of the single page stands five millimetres over its band, as here.
    o.opera("taglio", "taglio", (0.0, dy + 0.3 - 211.3), None);
    o.fascia("striscia_fascia", dove);
    // Which one it is stands beside its name, or with its term where two languages leave no room.
    let opzione = a.opzione.and_then(|x| e.opzione(x)).unwrap_or_default();
    let (titolo, termine) = (e.voce(|e| &e.bollettino_postale), e.voce(|e| &e.entro_il).minuscolo());
    let (titolo, termine) =
        if e.bilingue() { (titolo, opzione.virgola(termine)) } else { (titolo.trattino(opzione), termine) };
    o.titolo("striscia_fascia_titolo", titolo, dove)?;
    o.testo("striscia_fascia_banco", &e.italiane.banco_posta, dove)?;
    o.testo("striscia_fascia_data", termine.con_coda(&scadenza(a.scadenza)), dove)?;
    let poste = o.p.marchio_poste.valore(&e.italiane.alt_poste);
    o.figura(if due { "striscia_poste" } else { "striscia_poste_piccolo" }, poste, dove);
    if !due {
        let figura = qr(o.p, a)?;
        o.figura("striscia_qr", figura, dove);
    }
    o.opera("icona", "striscia_euro", dove, Some(("file", "icone/euro.svg".into_value())));
    o.testo("striscia_conto", e.conto(&b.conto), dove)?;
    o.scrivi("striscia_importo", importo(a.importo).into(), Some(&e.italiane.euro), None, dove)?;
    o.testo("striscia_intestato_etichetta", e.voce(|e| &e.intestato_a), dove)?;
    o.testo("striscia_intestato", &b.intestato_a, dove)?;
    o.coppia("striscia_destinatario", &a.debitore.nome, e.voce(|e| &e.destinatario), dove)?;
    o.testo("striscia_descrizione_etichetta", e.voce(|e| &e.descrizione), dove)?;
    o.testo("striscia_descrizione", &a.oggetto, dove)?;
    o.testo("striscia_nav_etichetta", e.voce(|e| &e.codice_avviso), dove)?;
    o.testo("striscia_nav", a_gruppi(a.numero_avviso.as_str()), dove)?;
    o.testo("striscia_tipo_etichetta", e.voce(|e| &e.tipo), dove)?;
    o.testo("striscia_tipo", "P1", dove)?;
    o.testo("striscia_cf_etichetta", e.voce(|e| &e.codice_fiscale_ente), dove)?;
    o.testo("striscia_cf", a.ente.codice.as_str(), dove)?;
    if due {
        o.testo("striscia_dove", e.voce(|e| &e.dove_si_paga), dove)?;
    }
    o.testo("striscia_autorizzazione", b.autorizzazione.as_deref().unwrap_or_default(), dove)?;
    let figura = datamatrix(o.p, a, b)?;
    o.figura("striscia_datamatrix", figura, dove);
    Ok(())
}
