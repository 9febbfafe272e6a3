use super::{
    AvvisoStampato, Bollettino, DatiBollettino, DebitoreStampato, EnteStampato, Informativa, Lingua,
    LinguaChiesta, Logo, Seconda, datamatrix,
};
use crate::IdDominio;
use crate::anagrafica::{Indirizzo, SchedaDominio};
use crate::attivazione::conto_postale;
use crate::pendenza::{Debitore, Forma, Pendenza, qrcode};
use jiff::ToSpan as _;
use jiff::civil::Date;
use std::sync::Arc;

/// What the installation decides of a printed notice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegoleStampa {
    /// A debtor with one of these names or codes, ignoring case, is printed blank.
    pub debitori_nascosti: Vec<String>,
    /// Term of a pendenza without dates: so many days after it was loaded.
    pub giorni_validita: Option<i64>,
}

impl Default for RegoleStampa {
    fn default() -> Self {
        Self { debitori_nascosti: vec![Debitore::ANONIMO.to_owned()], giorni_validita: None }
    }
}

/// The members of `proprieta` that a notice prints (spec 20 2.4).
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProprietaAvviso {
    /// `informativaImportoAvviso`; empty means no section.
    pub informativa_importo: Option<String>,
    /// `dataScandenzaAvviso`.
    pub data_scadenza: Option<Date>,
    /// `linguaSecondaria`.
    pub lingua: Option<Lingua>,
    /// `linguaSecondariaCausale`.
    pub seconda_causale: Option<String>,
    /// `linguaSecondariaInformativaImportoAvviso`; empty means none in that language.
    pub seconda_informativa: Option<String>,
}

/// What a notice is made of beside its pendenza.
#[derive(Debug, Clone)]
pub struct Emittente<'a> {
    /// Card of the dominio of the pendenza.
    pub scheda: &'a SchedaDominio,
    /// Cards of the domini of the voci, its own included.
    pub schede: &'a [Arc<SchedaDominio>],
    /// Logo of the dominio.
    pub logo: Option<Vec<u8>>,
    /// Logo of the first other dominio ([`Pendenza::altro_beneficiario`]).
    pub secondo_logo: Option<Vec<u8>>,
    /// Read from the pendenza.
    pub proprieta: ProprietaAvviso,
    /// The second language asked for.
    pub lingua: LinguaChiesta,
}

impl Pendenza {
    /// The first dominio other than its own that has a voce.
    #[must_use]
    pub fn altro_beneficiario(&self) -> Option<&IdDominio> {
        self.voci.iter().filter_map(|v| v.dominio.as_ref()).find(|d| **d != self.dominio)
    }

    /// Whether it buys a marca da bollo: then it has no notice on paper (spec 20 section 8).
    #[must_use]
    pub fn con_bollo(&self) -> bool {
        self.voci.iter().any(|v| matches!(v.forma, Forma::Bollo { .. }))
    }
}

impl AvvisoStampato {
    /// The notice of a pendenza (spec 60 6.4).
    #[must_use]
    pub fn componi(p: &Pendenza, e: Emittente<'_>, regole: &RegoleStampa, oggi: Date) -> Self {
        let documento = p.accessori.documento.as_ref();
        let oggetto = documento.map_or(&p.causale, |d| &d.descrizione).clone();
        let debitore = debitore(&p.debitore, &regole.debitori_nascosti);
        let bollettino = bollettino(p, &e, &debitore, &oggetto);
        let logo = |id: &IdDominio, contenuto: Option<Vec<u8>>| {
            let scheda = e.schede.iter().find(|s| s.dominio.id == *id);
            let nome = scheda.map_or_else(|| id.to_string(), |s| s.dominio.ragione_sociale.clone());
            contenuto.map(|contenuto| Logo { contenuto, nome })
        };
        Self {
            opzione: documento.map(|d| d.opzione),
            ente: ente(p, e.scheda),
            logo: logo(&p.dominio, e.logo),
            secondo_logo: p.altro_beneficiario().and_then(|d| logo(d, e.secondo_logo)),
            cbill: e.scheda.dominio.intermediazione.as_ref().and_then(|i| i.cbill.clone()),
            numero_avviso: p.numero_avviso.clone(),
            importo: p.importo,
            scadenza: scadenza(p, &e.proprieta, regole.giorni_validita),
            seconda: e.lingua.scelta(e.proprieta.lingua).map(|l| seconda(l, &e.proprieta)),
            informativa: informativa(e.proprieta.informativa_importo),
            qrcode: qrcode(&p.numero_avviso, &p.dominio, p.importo),
            stampato_il: oggi,
            bollettino,
            debitore,
            oggetto,
        }
    }
}

fn informativa(testo: Option<String>) -> Informativa {
    match testo {
        None => Informativa::Standard,
        Some(t) if t.is_empty() => Informativa::Nessuna,
        Some(t) => Informativa::Testo(t),
    }
}

/// What is said in the second language. The texts of the pendenza are in the language that it names: asked
/// for in another one, the notice has its labels only. A note of the body stands alone when nobody
/// translated it, and one that is hidden is hidden in both languages.
fn seconda(lingua: Lingua, p: &ProprietaAvviso) -> Seconda {
    let sua = p.lingua.is_none_or(|l| l == lingua);
    let (oggetto, tradotta) = if sua { (&p.seconda_causale, &p.seconda_informativa) } else { (&None, &None) };
    let informativa = match (&p.informativa_importo, tradotta) {
        (Some(t), tradotta) if t.is_empty() || tradotta.is_none() => Informativa::Nessuna,
        (_, tradotta) => informativa(tradotta.clone()),
    };
    Seconda { lingua, oggetto: oggetto.clone().filter(|t| !t.trim().is_empty()), informativa }
}

/// Contacts come from the office, each that it lacks from the body.
fn ente(p: &Pendenza, scheda: &SchedaDominio) -> EnteStampato {
    let d = &scheda.dominio;
    let ufficio = p.unita.as_ref().and_then(|u| scheda.unita(Some(u.as_str())));
    let dato = |f: fn(&Indirizzo) -> Option<&String>| {
        let valorizzato = |i| f(i).filter(|t| !t.trim().is_empty());
        ufficio.and_then(|u| valorizzato(&u.indirizzo)).or_else(|| valorizzato(&d.indirizzo))
    };
    let telefoni: Vec<String> = [("Tel: ", dato(|i| i.tel.as_ref())), ("Fax: ", dato(|i| i.fax.as_ref()))]
        .into_iter()
        .filter_map(|(nome, numero)| Some(format!("{nome}{}", numero?)))
        .collect();
    // A mailbox of the office goes before the certified one of the body.
    let posta = |i: &Indirizzo| match (&i.pec, &i.email) {
        (Some(pec), _) => Some(format!("pec: {pec}")),
        (None, Some(email)) => Some(format!("email: {email}")),
        (None, None) => None,
    };
    let contatti = [
        dato(|i| i.web.as_ref()).cloned(),
        Some(telefoni.join(" - ")).filter(|t| !t.is_empty()),
        ufficio.and_then(|u| posta(&u.indirizzo)).or_else(|| posta(&d.indirizzo)),
    ];
    EnteStampato {
        nome: d.ragione_sociale.clone(),
        codice: d.id.clone(),
        area: ufficio.map_or(&d.indirizzo, |u| &u.indirizzo).area.clone(),
        contatti: contatti.into_iter().flatten().collect(),
    }
}

fn debitore(d: &Debitore, nascosti: &[String]) -> DebitoreStampato {
    let visibile = |testo: &str| {
        let nascosto = nascosti.iter().any(|n| n.to_lowercase() == testo.trim().to_lowercase());
        if nascosto { String::new() } else { testo.to_owned() }
    };
    let uniti = |parti: &[Option<String>]| {
        parti.iter().flatten().map(|t| t.trim()).filter(|t| !t.is_empty()).collect::<Vec<_>>().join(" ")
    };
    let provincia = d.provincia.as_deref().map(str::trim).filter(|p| !p.is_empty());
    DebitoreStampato {
        nome: visibile(&d.anagrafica),
        codice: visibile(&d.identificativo).to_uppercase(),
        indirizzo: uniti(&[d.indirizzo.clone(), d.civico.clone()]),
        localita: uniti(&[d.cap.clone(), d.localita.clone(), provincia.map(|p| format!("({p})"))]),
    }
}

/// The term that is printed (spec 20 section 8).
fn scadenza(p: &Pendenza, proprieta: &ProprietaAvviso, giorni: Option<i64>) -> Option<Date> {
    proprieta.data_scadenza.or(p.data_validita).or(p.data_scadenza).or_else(|| {
        let giorni = giorni.filter(|g| (0..=36_525).contains(g))?;
        p.data_caricamento.giorno().checked_add(giorni.days()).ok()
    })
}

/// The slip, when the account of the first voce is postal and the amount fits.
fn bollettino(
    p: &Pendenza,
    e: &Emittente<'_>,
    debitore: &DebitoreStampato,
    oggetto: &str,
) -> Option<Bollettino> {
    let prima = p.voci.first()?;
    let dominio = prima.dominio.as_ref().unwrap_or(&p.dominio);
    let scheda = e.schede.iter().find(|s| s.dominio.id == *dominio)?;
    let conto = conto_postale(&prima.forma, scheda)?;
    let iban = conto.iban.as_str();
    let numero = iban.get(iban.len().checked_sub(12)?..)?;
    let datamatrix = datamatrix(&DatiBollettino {
        avviso: &p.numero_avviso,
        conto: numero,
        importo: p.importo,
        dominio: &p.dominio,
        codice_debitore: &debitore.codice,
        nome_debitore: &debitore.nome,
        oggetto,
    })?;
    let del_dominio = || e.scheda.dominio.intermediazione.as_ref()?.aut_stampa_poste.clone();
    Some(Bollettino {
        conto: numero.to_owned(),
        intestato_a: conto.intestatario.clone().unwrap_or_else(|| e.scheda.dominio.ragione_sociale.clone()),
        autorizzazione: conto.aut_stampa_poste.clone().or_else(del_dominio),
        datamatrix,
    })
}

#[cfg(test)]
#[path = "avviso_test.rs"]
mod tests;
