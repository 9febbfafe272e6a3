//! The values of the notice, each text fitted to its box (spec 60 6.4, 6.5).

use crate::etichette::con;
use crate::loghi::Immagine;
use crate::testo::{adattato, pulito};
use crate::{Parti, StampaError, codici};
use domain::Importo;
use domain::stampa::{AvvisoStampato, Bollettino, Informativa, Logo};
use jiff::civil::Date;
use typst::foundations::{Array, Dict, IntoValue as _, Value};

/// What of a notice stands on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Parte {
    /// Everything.
    Intera,
    /// The same without the postal slip.
    SenzaBollettino,
    /// The head of a document that is paid in this many instalments; zero where they are thresholds.
    Testa(usize),
}

/// Everything that the template reads.
pub(crate) fn fascicolo(p: &Parti, titolo: &str, ente: &str, pagine: Vec<Dict>) -> Dict {
    let pagine: Array = pagine.into_iter().map(Value::Dict).collect();
    let mut d = Dict::new();
    d.insert("posti".into(), p.geometria.valori.clone());
    d.insert("lingua".into(), p.etichette.lingua.as_str().into_value());
    d.insert("titolo".into(), titolo.into_value());
    d.insert("autore".into(), riga(p, ente).into_value());
    d.insert("pagine".into(), Value::Array(pagine));
    d
}

/// The title of the file of a notice.
pub(crate) fn titolo(p: &Parti, a: &AvvisoStampato) -> String {
    con(&p.etichette.titolo_documento, &[("avviso", a.numero_avviso.as_str())])
}

/// The page of a notice; without the logos when the engine refused them.
pub(crate) fn pagina(
    p: &Parti,
    a: &AvvisoStampato,
    parte: Parte,
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let mut t = Testi { p, dati: Dict::new() };
    let avviso = a_gruppi(a.numero_avviso.as_str());
    let importo = importo(a.importo);
    let termine = scadenza(a.scadenza);
    let e = &p.etichette;
    let opzione = a.opzione.as_ref().filter(|_| !matches!(parte, Parte::Testa(_)));
    let oggetto = opzione.map_or_else(|| a.oggetto.clone(), |o| format!("{o} - {}", a.oggetto));
    let mut d = testata(&mut t, a, &oggetto, con_loghi)?;
    parti(&mut t, a)?;
    quanto_e_come(&mut t, a, parte, &importo, &termine)?;
    let codici = match parte {
        Parte::Intera | Parte::SenzaBollettino => Some((avviso.as_str(), importo.as_str())),
        Parte::Testa(_) => None,
    };
    banche(&mut t, a, codici, &termine)?;
    let slip = a.bollettino.as_ref().filter(|_| parte == Parte::Intera);
    if let Some(b) = slip {
        bollettino(&mut t, a, b, &avviso, &importo, &termine)?;
    }
    let mut campo = |nome: &str, valore: Value| {
        d.insert(nome.into(), valore);
    };
    campo("testi", Value::Dict(t.dati));
    campo("singola", true.into_value());
    campo("opere", Value::Array(Array::new()));
    campo("qr", if codici.is_some() { qr(p, a)? } else { Value::None });
    campo("datamatrix", slip.map_or(Ok(Value::None), |b| datamatrix(p, a, b))?);
    campo("poste", slip.map_or(Value::None, |_| p.marchio_poste.valore(&e.alt_poste)));
    Ok(d)
}

/// What every page begins with: its texts go to `t`, its marks are given back.
pub(crate) fn testata(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    oggetto: &str,
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let p = t.p;
    let e = &p.etichette;
    let logo = |l: &Option<Logo>| {
        let l = l.as_ref().filter(|_| con_loghi)?;
        Some(p.loghi.immagine(&l.contenuto)?.valore(&con(&e.alt_logo, &[("nome", &riga(p, &l.nome))])))
    };
    let secondo = logo(&a.secondo_logo);
    t.metti("titolo", &e.avviso_di_pagamento)?;
    // A heading is never empty.
    let oggetto =
        Some(riga(p, oggetto)).filter(|o| !o.is_empty()).unwrap_or_else(|| e.avviso_di_pagamento.clone());
    t.metti_in("oggetto", if secondo.is_some() { "oggetto_due_loghi" } else { "oggetto" }, &oggetto, None)?;
    let marchio = p.marchio_pagopa.valore(&e.alt_marchio);
    let mut d = Dict::new();
    d.insert("logo".into(), logo(&a.logo).unwrap_or_else(|| marchio.clone()));
    d.insert("secondo_logo".into(), secondo.unwrap_or(Value::None));
    d.insert("marchio".into(), marchio);
    Ok(d)
}

/// The QR code of a notice.
pub(crate) fn qr(p: &Parti, a: &AvvisoStampato) -> Result<Value, StampaError> {
    Ok(codice(codici::qr(&a.qrcode)?, &p.etichette.alt_qr, a))
}

/// The code of the slip of a notice.
pub(crate) fn datamatrix(p: &Parti, a: &AvvisoStampato, b: &Bollettino) -> Result<Value, StampaError> {
    Ok(codice(codici::datamatrix(&b.datamatrix)?, &p.etichette.alt_datamatrix, a))
}

fn codice(svg: String, alt: &str, a: &AvvisoStampato) -> Value {
    let (avviso, importo) = (a_gruppi(a.numero_avviso.as_str()), importo(a.importo));
    let sostituti = [("avviso", avviso.as_str()), ("importo", &importo), ("ente", a.ente.codice.as_str())];
    Immagine::svg(svg).valore(&con(alt, &sostituti))
}

/// The body and the debtor.
fn parti(t: &mut Testi<'_>, a: &AvvisoStampato) -> Result<(), StampaError> {
    let e = &t.p.etichette;
    t.metti("fascia_ente_titolo", &e.ente_creditore)?;
    t.metti("fascia_ente_codice", &con(&e.codice_fiscale, &[("codice", a.ente.codice.as_str())]))?;
    t.metti("ente_nome", &a.ente.nome)?;
    t.metti("ente_area", a.ente.area.as_deref().unwrap_or_default())?;
    let contatti: Vec<String> = a.ente.contatti.iter().map(|c| riga(t.p, c)).collect();
    t.metti_a_righe("ente_contatti", &contatti.join("\n"))?;
    t.metti("fascia_debitore_titolo", &e.destinatario_avviso)?;
    if !a.debitore.codice.trim().is_empty() {
        t.metti("fascia_debitore_codice", &con(&e.codice_fiscale, &[("codice", &a.debitore.codice)]))?;
    }
    t.metti("debitore_nome", &a.debitore.nome)?;
    t.metti("debitore_indirizzo", &a.debitore.indirizzo)?;
    t.metti("debitore_localita", &a.debitore.localita)
}

/// Amount, term, the note, the ways to pay.
fn quanto_e_come(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    parte: Parte,
    importo: &str,
    termine: &str,
) -> Result<(), StampaError> {
    let e = &t.p.etichette;
    t.metti("fascia_quanto_titolo", &e.quanto_e_quando)?;
    t.metti("importo_etichetta", &e.importo)?;
    t.metti("importo_valore", &format!("{importo} {}", e.euro))?;
    let entro = a
        .opzione
        .as_ref()
        .map_or_else(|| e.entro_il.clone(), |o| con(&e.opzione_entro_il, &[("opzione", o)]));
    t.metti("data_etichetta", &entro)?;
    t.metti("data_valore", termine)?;
    let informativa = match &a.informativa {
        Informativa::Standard => e.informativa.as_str(),
        Informativa::Nessuna => "",
        Informativa::Testo(testo) => testo,
    };
    match parte {
        Parte::Testa(n) if n > 0 => {
            let a_rate = con(&e.a_rate, &[("n", &n.to_string())]);
            t.metti_a_righe("nota", &format!("{a_rate}\n{informativa}"))?;
        }
        Parte::Intera | Parte::SenzaBollettino | Parte::Testa(_) => t.metti_a_righe("nota", informativa)?,
    }
    let poste = a.bollettino.is_some() && parte == Parte::Intera;
    t.metti("fascia_come_titolo", &e.come_pagare)?;
    t.metti("sito_titolo", &e.sul_sito)?;
    t.metti_a_righe("sito_testo", if poste { &e.sul_sito_testo_poste } else { &e.sul_sito_testo })?;
    t.metti("territorio_titolo", &e.sul_territorio)?;
    let territorio = if poste { &e.sul_territorio_testo_poste } else { &e.sul_territorio_testo };
    t.metti_a_righe("territorio_testo", territorio)
}

/// The data for banks and the other channels: notice number and amount, unless each instalment has its own.
fn banche(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    codici: Option<(&str, &str)>,
    termine: &str,
) -> Result<(), StampaError> {
    let e = &t.p.etichette;
    t.metti("fascia_banche_titolo", &e.banche_e_altri_canali)?;
    if codici.is_some() {
        t.metti("fascia_banche_data", &format!("{} {termine}", e.entro_il.to_lowercase()))?;
    }
    t.metti_a_righe("qr_istruzioni", &e.istruzioni_qr)?;
    if !a.debitore.nome.trim().is_empty() {
        t.metti("banche_destinatario_etichetta", &e.destinatario)?;
        t.metti("banche_destinatario", &a.debitore.nome)?;
    }
    if let Some((_, importo)) = codici {
        t.metti_in("banche_importo", "banche_importo", importo, Some(&e.euro))?;
    }
    t.metti("banche_ente_etichetta", &e.ente)?;
    t.metti("banche_ente", &a.ente.nome)?;
    t.metti("banche_oggetto_etichetta", &e.oggetto_del_pagamento)?;
    t.metti("banche_oggetto", &a.oggetto)?;
    if let Some(cbill) = a.cbill.as_ref().filter(|c| !c.trim().is_empty()) {
        t.metti("banche_cbill_etichetta", &e.codice_cbill)?;
        t.metti("banche_cbill", cbill)?;
    }
    if let Some((avviso, _)) = codici {
        t.metti("banche_nav_etichetta", &e.codice_avviso)?;
        t.metti("banche_nav", avviso)?;
    }
    t.metti("banche_cf_etichetta", &e.codice_fiscale_ente)?;
    t.metti("banche_cf", a.ente.codice.as_str())
}

/// The postal slip.
fn bollettino(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    b: &Bollettino,
    avviso: &str,
    importo: &str,
    termine: &str,
) -> Result<(), StampaError> {
    let e = &t.p.etichette;
    t.metti("fascia_bollettino_titolo", &e.bollettino_postale)?;
    t.metti("fascia_bollettino_banco", &e.banco_posta)?;
    t.metti("fascia_bollettino_data", &format!("{} {termine}", e.entro_il.to_lowercase()))?;
    t.metti("bollettino_conto", &con(&e.conto, &[("conto", &b.conto)]))?;
    t.metti_in("bollettino_importo", "bollettino_importo", importo, Some(&e.euro))?;
    t.metti("bollettino_intestato_etichetta", &e.intestato_a)?;
    t.metti("bollettino_intestato", &b.intestato_a)?;
    if !a.debitore.nome.trim().is_empty() {
        t.metti("bollettino_destinatario_etichetta", &e.destinatario)?;
        t.metti("bollettino_destinatario", &a.debitore.nome)?;
    }
    t.metti("bollettino_descrizione_etichetta", &e.descrizione)?;
    t.metti("bollettino_descrizione", &a.oggetto)?;
    t.metti("bollettino_nav_etichetta", &e.codice_avviso)?;
    t.metti("bollettino_nav", avviso)?;
    t.metti("bollettino_tipo_etichetta", &e.tipo)?;
    t.metti("bollettino_tipo", "P1")?;
    t.metti("bollettino_cf_etichetta", &e.codice_fiscale_ente)?;
    t.metti("bollettino_cf", a.ente.codice.as_str())?;
    t.metti("bollettino_dove", &e.dove_si_paga)?;
    t.metti("bollettino_autorizzazione", b.autorizzazione.as_deref().unwrap_or_default())
}

/// The texts of the page by name.
pub(crate) struct Testi<'a> {
    pub(crate) p: &'a Parti,
    pub(crate) dati: Dict,
}

impl Testi<'_> {
    /// A text of one paragraph in the box of its name; an empty one is not there.
    fn metti(&mut self, nome: &str, testo: &str) -> Result<(), StampaError> {
        self.metti_in(nome, nome, &riga(self.p, testo), None)
    }

    /// A text that keeps its line ends.
    fn metti_a_righe(&mut self, nome: &str, testo: &str) -> Result<(), StampaError> {
        self.metti_in(nome, nome, testo, None)
    }

    fn metti_in(
        &mut self,
        nome: &str,
        posto: &str,
        testo: &str,
        prefisso: Option<&str>,
    ) -> Result<(), StampaError> {
        if let Some(d) = scritto(self.p, posto, testo, prefisso, (0.0, 0.0))? {
            self.dati.insert(nome.into(), Value::Dict(d));
        }
        Ok(())
    }
}

/// A text fitted to a box that may stand elsewhere on the page by so many millimetres; an empty one is
/// not there.
pub(crate) fn scritto(
    p: &Parti,
    posto: &str,
    testo: &str,
    prefisso: Option<&str>,
    (dx, dy): (f64, f64),
) -> Result<Option<Dict>, StampaError> {
    let testo = pulito(&p.caratteri, testo);
    if testo.is_empty() {
        return Ok(None);
    }
    let dove = p.geometria.posto(posto)?;
    let preso = prefisso.map_or(0.0, |x| p.caratteri.larghezza(dove, &format!("{x} ")));
    let adattato = adattato(&p.caratteri, dove, &testo, preso);
    let righe: Array = adattato.righe.iter().map(|r| r.as_str().into_value()).collect();
    let mut d = Dict::new();
    d.insert("posto".into(), posto.into_value());
    d.insert("righe".into(), Value::Array(righe));
    d.insert("corpo".into(), adattato.corpo.into_value());
    d.insert("prefisso".into(), prefisso.map_or(Value::None, |x| x.into_value()));
    d.insert("dx".into(), dx.into_value());
    d.insert("dy".into(), dy.into_value());
    Ok(Some(d))
}

/// One clean line.
pub(crate) fn riga(p: &Parti, testo: &str) -> String {
    pulito(&p.caratteri, &testo.replace(['\n', '\r'], " "))
}

/// `3010 0000 0000 0001 44`.
pub(crate) fn a_gruppi(cifre: &str) -> String {
    let mut s = String::with_capacity(cifre.len() + 5);
    for (i, c) in cifre.chars().enumerate() {
        if i > 0 && i.is_multiple_of(4) {
            s.push(' ');
        }
        s.push(c);
    }
    s
}

/// `1.234,56`.
pub(crate) fn importo(importo: Importo) -> String {
    let centesimi = importo.centesimi();
    let euro = (centesimi / 100).unsigned_abs().to_string();
    let mut s = String::from(if centesimi < 0 { "-" } else { "" });
    for (i, c) in euro.chars().enumerate() {
        if i > 0 && (euro.len() - i).is_multiple_of(3) {
            s.push('.');
        }
        s.push(c);
    }
    s + &format!(",{:02}", (centesimi % 100).unsigned_abs())
}

/// `31/12/2026`, or `-`.
pub(crate) fn scadenza(data: Option<Date>) -> String {
    data.map_or_else(|| "-".to_owned(), |d| format!("{:02}/{:02}/{:04}", d.day(), d.month(), d.year()))
}

#[cfg(test)]
mod tests {
    use super::{a_gruppi, importo, scadenza};
    use domain::Importo;

    #[test]
    fn le_forme_sulla_carta() {
        for (centesimi, atteso) in [
            (0, "0,00"),
            (5, "0,05"),
            (50, "0,50"),
            (12345, "123,45"),
            (123_456, "1.234,56"),
            (99_999_999_999, "999.999.999,99"),
        ] {
            assert_eq!(importo(Importo::da_centesimi(centesimi)), atteso);
        }
        assert_eq!(a_gruppi("301000000000000144"), "3010 0000 0000 0001 44");
        assert_eq!(scadenza(Some(jiff::civil::date(2026, 3, 9))), "09/03/2026");
        assert_eq!(scadenza(None), "-");
    }
}
