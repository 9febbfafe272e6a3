//! The values of the notice, each text fitted to its box (spec 60 6.4, 6.5).

use crate::etichette::con;
use crate::lingue::{Detto, Lingue};
use crate::loghi::Immagine;
use crate::testo::{adattato, pulito};
use crate::{Parti, StampaError, codici};
use domain::Importo;
use domain::pendenza::OpzioneDocumento;
use domain::stampa::{AvvisoStampato, Bollettino, Lingua, Logo};
use jiff::civil::Date;
use typst::foundations::{Array, Dict, IntoValue as _, Value};

/// What of a notice stands on its page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Parte {
    /// Whether it is paid by post too: it has its slip, and says so.
    pub(crate) postale: bool,
    /// Whether it has its codes; without them those of its instalments stand elsewhere.
    pub(crate) codici: bool,
    /// In how many instalments the whole may be paid, when that is said here.
    pub(crate) rate: Option<Rate>,
}

/// Where the instalments of a document are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rate {
    /// Some of them on this page; zero of what is no instalment but a threshold.
    Qui(usize),
    /// On the pages that follow.
    Dopo(usize),
}

impl Parte {
    /// Everything.
    pub(crate) const INTERA: Self = Self { postale: true, codici: true, rate: None };
}

/// Everything that the template reads.
pub(crate) fn fascicolo(p: &Parti, titolo: &str, a: &AvvisoStampato, pagine: Vec<Dict>) -> Dict {
    let pagine: Array = pagine.into_iter().map(Value::Dict).collect();
    let mut d = Dict::new();
    d.insert("posti".into(), p.geometria.valori.clone());
    d.insert("lingua".into(), p.etichette.lingua.as_str().into_value());
    d.insert("seconda".into(), a.lingua().map_or("", Lingua::codice).into_value());
    d.insert("titolo".into(), titolo.into_value());
    d.insert("autore".into(), riga(p, &a.ente.nome).into_value());
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
    let mut t = Testi::di(p, a);
    let avviso = a_gruppi(a.numero_avviso.as_str());
    let importo = importo(a.importo);
    let termine = scadenza(a.scadenza);
    let e = t.lingue;
    let opzione = a.opzione.filter(|_| parte.codici).and_then(|o| e.opzione(o));
    let oggetto = match opzione {
        Some(o) => o.trattino(e.oggetto(a)),
        None => e.oggetto(a),
    };
    let mut d = testata(&mut t, a, oggetto, con_loghi)?;
    parti(&mut t, a)?;
    quanto(&mut t, a, parte, &importo, &termine)?;
    come(&mut t, a.bollettino.is_some() && parte.postale)?;
    banche(&mut t, a, parte, (&avviso, &importo), &termine)?;
    let slip = a.bollettino.as_ref().filter(|_| parte.postale && parte.codici);
    if let Some(b) = slip {
        bollettino(&mut t, a, b, &avviso, &importo, &termine)?;
    }
    let mut campo = |nome: &str, valore: Value| {
        d.insert(nome.into(), valore);
    };
    campo("testi", Value::Dict(t.dati));
    campo("singola", true.into_value());
    campo("banche", true.into_value());
    campo("opere", Value::Array(Array::new()));
    campo("qr", if parte.codici { qr(p, a)? } else { Value::None });
    campo("datamatrix", slip.map_or(Ok(Value::None), |b| datamatrix(p, a, b))?);
    campo("poste", slip.map_or(Value::None, |_| p.marchio_poste.valore(&p.etichette.alt_poste)));
    Ok(d)
}

/// What every page begins with: its texts go to `t`, its marks are given back.
pub(crate) fn testata(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    oggetto: Detto,
    con_loghi: bool,
) -> Result<Dict, StampaError> {
    let p = t.p;
    let e = &p.etichette;
    let logo = |l: &Option<Logo>| {
        let l = l.as_ref().filter(|_| con_loghi)?;
        Some(p.loghi.immagine(&l.contenuto)?.valore(&con(&e.alt_logo, &[("nome", &riga(p, &l.nome))])))
    };
    let secondo = logo(&a.secondo_logo);
    t.metti("titolo", t.lingue.voce(|e| &e.avviso_di_pagamento))?;
    // A heading is never empty.
    let oggetto = Some(oggetto.a_riga(p)).filter(|o| !o.italiano().is_empty());
    let oggetto = oggetto.unwrap_or_else(|| Detto::from(&e.avviso_di_pagamento));
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
pub(crate) fn parti(t: &mut Testi<'_>, a: &AvvisoStampato) -> Result<(), StampaError> {
    let e = t.lingue;
    t.metti("fascia_ente_titolo", e.voce(|e| &e.ente_creditore))?;
    t.metti("fascia_ente_codice", e.codice_fiscale(a.ente.codice.as_str()))?;
    t.metti("ente_nome", &a.ente.nome)?;
    t.metti("ente_area", a.ente.area.as_deref().unwrap_or_default())?;
    let contatti: Vec<String> = a.ente.contatti.iter().map(|c| riga(t.p, c)).collect();
    t.metti_a_righe("ente_contatti", &contatti.join("\n").into())?;
    t.metti("fascia_debitore_titolo", e.voce(|e| &e.destinatario_avviso))?;
    if !a.debitore.codice.trim().is_empty() {
        t.metti("fascia_debitore_codice", e.codice_fiscale(&a.debitore.codice))?;
    }
    t.metti("debitore_nome", &a.debitore.nome)?;
    t.metti("debitore_indirizzo", &a.debitore.indirizzo)?;
    t.metti("debitore_localita", &a.debitore.localita)
}

/// Amount, term, the note.
fn quanto(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    parte: Parte,
    importo: &str,
    termine: &str,
) -> Result<(), StampaError> {
    let e = t.lingue;
    t.metti("fascia_quanto_titolo", e.voce(|e| &e.quanto_e_quando))?;
    t.metti("importo_etichetta", e.voce(|e| &e.importo))?;
    t.metti("importo_valore", format!("{importo} {}", e.italiane.euro))?;
    t.metti("data_etichetta", e.termine(a.opzione))?;
    t.metti("data_valore", termine)?;
    // The days in which an amount of a fine is the right one.
    let giorni = match a.opzione {
        Some(OpzioneDocumento::Scontato) => Some(&e.italiane.multa_termine_scontato),
        Some(OpzioneDocumento::Ridotto) => Some(&e.italiane.multa_termine_ridotto),
        _ => None,
    };
    let prima = match parte.rate {
        Some(Rate::Qui(n)) if n > 0 => Detto::from(con(&e.italiane.a_rate, &[("n", &n.to_string())])),
        Some(Rate::Dopo(n)) => e.voce_con(|e| &e.a_rate_dopo, &[("n", &n.to_string())]),
        Some(Rate::Qui(_)) | None => giorni.map_or_else(Detto::default, Detto::from),
    };
    t.metti_a_righe("nota", &prima.e_poi(e.informativa(a)))
}

/// The ways to pay.
pub(crate) fn come(t: &mut Testi<'_>, poste: bool) -> Result<(), StampaError> {
    let e = t.lingue;
    t.metti("fascia_come_titolo", e.voce(|e| &e.come_pagare))?;
    t.metti("sito_titolo", e.voce(|e| &e.sul_sito))?;
    t.metti_a_righe(
        "sito_testo",
        &e.voce(|e| if poste { &e.sul_sito_testo_poste } else { &e.sul_sito_testo }),
    )?;
    t.metti("territorio_titolo", e.voce(|e| &e.sul_territorio))?;
    t.metti_a_righe(
        "territorio_testo",
        &e.voce(|e| if poste { &e.sul_territorio_testo_poste } else { &e.sul_territorio_testo }),
    )
}

/// The data for banks and the other channels: notice number and amount, unless each instalment has its own.
fn banche(
    t: &mut Testi<'_>,
    a: &AvvisoStampato,
    parte: Parte,
    (avviso, importo): (&str, &str),
    termine: &str,
) -> Result<(), StampaError> {
    let e = t.lingue;
    t.metti("fascia_banche_titolo", e.voce(|e| &e.banche_e_altri_canali))?;
    if parte.codici {
        t.metti("fascia_banche_data", e.voce(|e| &e.entro_il).minuscolo().con_coda(termine))?;
    }
    let dopo = !parte.codici && !matches!(parte.rate, Some(Rate::Qui(_)));
    t.metti_a_righe("qr_istruzioni", &e.voce(|e| if dopo { &e.codici_dopo } else { &e.istruzioni_qr }))?;
    t.coppia("banche_destinatario", &a.debitore.nome, e.voce(|e| &e.destinatario))?;
    if parte.codici {
        t.metti_in("banche_importo", "banche_importo", &importo.into(), Some(&e.italiane.euro))?;
    }
    t.metti("banche_ente_etichetta", e.voce(|e| &e.ente))?;
    t.metti("banche_ente", &a.ente.nome)?;
    t.metti("banche_oggetto_etichetta", e.voce(|e| &e.oggetto_del_pagamento))?;
    t.metti("banche_oggetto", &a.oggetto)?;
    t.coppia("banche_cbill", a.cbill.as_deref().unwrap_or_default(), e.voce(|e| &e.codice_cbill))?;
    if parte.codici {
        t.coppia("banche_nav", avviso, e.voce(|e| &e.codice_avviso))?;
    }
    t.metti("banche_cf_etichetta", e.voce(|e| &e.codice_fiscale_ente))?;
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
    let e = t.lingue;
    t.metti("fascia_bollettino_titolo", e.voce(|e| &e.bollettino_postale))?;
    t.metti("fascia_bollettino_banco", &e.italiane.banco_posta)?;
    t.metti("fascia_bollettino_data", e.voce(|e| &e.entro_il).minuscolo().con_coda(termine))?;
    t.metti("bollettino_conto", e.conto(&b.conto))?;
    t.metti_in("bollettino_importo", "bollettino_importo", &importo.into(), Some(&e.italiane.euro))?;
    t.metti("bollettino_intestato_etichetta", e.voce(|e| &e.intestato_a))?;
    t.metti("bollettino_intestato", &b.intestato_a)?;
    t.coppia("bollettino_destinatario", &a.debitore.nome, e.voce(|e| &e.destinatario))?;
    t.metti("bollettino_descrizione_etichetta", e.voce(|e| &e.descrizione))?;
    t.metti("bollettino_descrizione", &a.oggetto)?;
    t.metti("bollettino_nav_etichetta", e.voce(|e| &e.codice_avviso))?;
    t.metti("bollettino_nav", avviso)?;
    t.metti("bollettino_tipo_etichetta", e.voce(|e| &e.tipo))?;
    t.metti("bollettino_tipo", "P1")?;
    t.metti("bollettino_cf_etichetta", e.voce(|e| &e.codice_fiscale_ente))?;
    t.metti("bollettino_cf", a.ente.codice.as_str())?;
    t.metti_a_righe("bollettino_dove", &e.voce(|e| &e.dove_si_paga))?;
    t.metti("bollettino_autorizzazione", b.autorizzazione.as_deref().unwrap_or_default())
}

/// The texts of the page by name.
pub(crate) struct Testi<'a> {
    pub(crate) p: &'a Parti,
    pub(crate) lingue: Lingue<'a>,
    pub(crate) dati: Dict,
}

impl<'a> Testi<'a> {
    /// None yet, in the languages of the notice.
    pub(crate) fn di(p: &'a Parti, a: &AvvisoStampato) -> Self {
        Self { p, lingue: Lingue::di(p, a.lingua()), dati: Dict::new() }
    }

    /// A text of one paragraph in the box of its name; an empty one is not there.
    pub(crate) fn metti(&mut self, nome: &str, testo: impl Into<Detto>) -> Result<(), StampaError> {
        self.metti_in(nome, nome, &testo.into().a_riga(self.p), None)
    }

    /// A text that keeps its line ends.
    pub(crate) fn metti_a_righe(&mut self, nome: &str, testo: &Detto) -> Result<(), StampaError> {
        self.metti_in(nome, nome, testo, None)
    }

    /// A label and its value, if there is one.
    fn coppia(&mut self, nome: &str, valore: &str, etichetta: Detto) -> Result<(), StampaError> {
        if valore.trim().is_empty() {
            return Ok(());
        }
        self.metti(&format!("{nome}_etichetta"), etichetta)?;
        self.metti(nome, valore)
    }

    fn metti_in(
        &mut self,
        nome: &str,
        posto: &str,
        testo: &Detto,
        prefisso: Option<&str>,
    ) -> Result<(), StampaError> {
        if let Some(d) = scritto(self.p, posto, testo, prefisso, (0.0, 0.0))? {
            self.dati.insert(nome.into(), Value::Dict(d));
        }
        Ok(())
    }
}

/// A text fitted to a box that may stand elsewhere on the page by so many millimetres; an empty one is
/// not there. In two languages it has the box that is made for that.
pub(crate) fn scritto(
    p: &Parti,
    posto: &str,
    testo: &Detto,
    prefisso: Option<&str>,
    (dx, dy): (f64, f64),
) -> Result<Option<Dict>, StampaError> {
    let testo = testo.con_testi(|t| pulito(&p.caratteri, t));
    let mut posti = if testo.bilingue() {
        p.geometria.posti_doppi(posto)?
    } else {
        vec![(posto.to_owned(), p.geometria.posto(posto)?)]
    }
    .into_iter();
    let (nome, adattato) = loop {
        let Some((nome, dove)) = posti.next() else { return Ok(None) };
        let intero = testo.intero(dove.sotto);
        if intero.is_empty() {
            return Ok(None);
        }
        let preso = prefisso.map_or(0.0, |x| p.caratteri.larghezza(dove, &format!("{x} ")));
        let adattato = adattato(&p.caratteri, dove, &intero, preso);
        if !adattato.tagliato || posti.len() == 0 {
            break (nome, adattato);
        }
    };
    let brano = |(testo, seconda): (String, bool)| {
        Value::Array([testo.into_value(), seconda.into_value()].into_iter().collect())
    };
    let righe: Array =
        adattato.brani().into_iter().map(|r| Value::Array(r.into_iter().map(brano).collect())).collect();
    let mut d = Dict::new();
    d.insert("posto".into(), nome.into_value());
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
