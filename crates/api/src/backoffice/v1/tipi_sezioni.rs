//! The sections of a type of pendenza: portals, reminders, layouts (spec 10 5.4). They are stored as
//! the JSON they came as, nulls dropped: templates and schemas come back byte-identical.

use super::campi::Campi;
use super::schema;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::IdA2A;
use serde_json::{Map, Value};

/// Where the sections stand.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Livello {
    /// The type itself: every section says whether it is on.
    Tipo,
    /// The override of a dominio: what is absent is inherited.
    Dominio,
}

const PORTALE: &[&str] = &["abilitato", "form", "validazione", "trasformazione", "inoltro"];
const FORM: &[&str] = &["tipo", "definizione"];
const FORM_PAGAMENTO: &[&str] = &["tipo", "definizione", "impaginazione"];
const TRASFORMAZIONE: &[&str] = &["tipo", "definizione"];
const PROMEMORIA: &[&str] = &["promemoriaAvviso", "promemoriaRicevuta", "promemoriaScadenza"];
const PROMEMORIA_APP_IO: &[&str] =
    &["apiKey", "promemoriaAvviso", "promemoriaRicevuta", "promemoriaScadenza"];
const TRACCIATO: &[&str] = &["tipo", "intestazione", "richiesta", "risposta"];

const FREEMARKER: &[&str] = &["freemarker"];
const TRASFORMATORI: &[&str] = &["freemarker", "minijinja"];

const SENZA_CHIAVE: &str = "Il campo 'apiKey' e' obbligatorio quando si abilita uno tra promemoriaAvviso, \
                            promemoriaRicevuta o promemoriaScadenza.";

/// Members being put together.
#[derive(Default)]
struct Mappa(Map<String, Value>);

impl Mappa {
    fn se(&mut self, nome: &str, v: Option<impl Into<Value>>) {
        if let Some(v) = v {
            self.0.insert(nome.to_owned(), v.into());
        }
    }
}

impl From<Mappa> for Value {
    fn from(m: Mappa) -> Self {
        Self::Object(m.0)
    }
}

/// Reads the sections: the JSON text to store, and apart the `apiKey` of App IO, which is a secret.
pub(super) fn leggi(
    c: &mut Campi,
    o: &Oggetto<'_>,
    livello: Livello,
) -> Result<(String, Option<String>), Sintassi> {
    let mut fatte = Mappa::default();
    fatte.se("portaleBackoffice", portale(c, o, "portaleBackoffice", livello)?);
    fatte.se("portalePagamento", portale(c, o, "portalePagamento", livello)?);
    if let Some(s) = o.oggetto("avvisaturaMail", PROMEMORIA)? {
        let letta = c.in_campo("avvisaturaMail", |c| promemoria(c, &s, livello, true))?;
        fatte.se("avvisaturaMail", Some(letta));
    }
    let api_key = avvisatura_app_io(c, o, livello, &mut fatte)?;
    fatte.se("visualizzazione", o.testo("visualizzazione")?);
    fatte.se("tracciatoCsv", tracciato(c, o)?);
    Ok((Value::from(fatte).to_string(), api_key))
}

fn avvisatura_app_io(
    c: &mut Campi,
    o: &Oggetto<'_>,
    livello: Livello,
    fatte: &mut Mappa,
) -> Result<Option<String>, Sintassi> {
    let noti = if livello == Livello::Dominio { PROMEMORIA_APP_IO } else { PROMEMORIA };
    let Some(s) = o.oggetto("avvisaturaAppIO", noti)? else { return Ok(None) };
    c.in_campo("avvisaturaAppIO", |c| {
        let api_key = if livello == Livello::Dominio { c.testo(&s, "apiKey", 1, 35)? } else { None };
        let letta = promemoria(c, &s, livello, false)?;
        let acceso = letta.0.values().any(|p| p.get("abilitato") == Some(&Value::Bool(true)));
        if livello == Livello::Dominio && acceso && api_key.is_none() {
            c.rifiuta(SENZA_CHIAVE);
        }
        fatte.se("avvisaturaAppIO", Some(letta));
        Ok(api_key)
    })
}

fn portale(
    c: &mut Campi,
    o: &Oggetto<'_>,
    campo: &'static str,
    livello: Livello,
) -> Result<Option<Mappa>, Sintassi> {
    let Some(p) = o.oggetto(campo, PORTALE)? else { return Ok(None) };
    c.in_campo(campo, |c| {
        let mut fatto = Mappa::default();
        let abilitato = abilitato(c, &p, livello)?;
        fatto.se("abilitato", abilitato);
        fatto.se("form", form(c, &p, campo == "portalePagamento")?);
        let validazione = p.testo("validazione")?;
        if validazione.as_deref().is_some_and(|v| !schema::compila(v)) {
            let portali = if campo == "portalePagamento" { "pagamento" } else { "backoffice" };
            c.rifiuta(&format!(
                "Lo schema indicato per la validazione della pendenza portali {portali} non e' valido."
            ));
        }
        fatto.se("validazione", validazione);
        fatto.se("trasformazione", trasformazione(c, &p)?);
        fatto.se("inoltro", c.testo_pattern(&p, "inoltro", IdA2A::PATTERN)?);
        if livello == Livello::Tipo && abilitato == Some(false) {
            fatto.0.retain(|nome, _| nome == "abilitato");
        }
        Ok(Some(fatto))
    })
}

/// Whether a section is on: required in the type, inherited when absent in the override.
fn abilitato(c: &mut Campi, o: &Oggetto<'_>, livello: Livello) -> Result<Option<bool>, Sintassi> {
    match livello {
        Livello::Tipo => c.booleano_obbligatorio(o, "abilitato").map(Some),
        Livello::Dominio => o.booleano("abilitato"),
    }
}

/// Members of which either all or none must be there.
fn gruppo(c: &mut Campi, nome: &'static str, membri: &[(&str, &Option<String>)]) -> bool {
    if membri.iter().all(|(_, v)| v.is_none()) {
        return false;
    }
    if let Some((campo, _)) = membri.iter().find(|(_, v)| v.is_none()) {
        c.nota::<()>(Err(m::gruppo(nome, &format!("Il campo {campo} non deve essere vuoto"))));
    }
    true
}

fn form(c: &mut Campi, p: &Oggetto<'_>, pagamento: bool) -> Result<Option<Mappa>, Sintassi> {
    let Some(f) = p.oggetto("form", if pagamento { FORM_PAGAMENTO } else { FORM })? else { return Ok(None) };
    let tipo = f.testo("tipo")?;
    let definizione = f.testo("definizione")?;
    let impaginazione = if pagamento { f.testo("impaginazione")? } else { None };
    if !gruppo(c, "form", &[("tipo", &tipo), ("definizione", &definizione)]) && impaginazione.is_none() {
        return Ok(None);
    }
    if tipo.is_none() && definizione.is_none() {
        c.nota::<()>(Err(m::gruppo("form", "Il campo tipo non deve essere vuoto")));
    }
    if let Some(t) = &tipo {
        c.nota(m::lunghezza("tipo", t, 1, 35));
    }
    let mut fatto = Mappa::default();
    fatto.se("tipo", tipo);
    fatto.se("definizione", definizione);
    fatto.se("impaginazione", impaginazione);
    Ok(Some(fatto))
}

fn trasformazione(c: &mut Campi, p: &Oggetto<'_>) -> Result<Option<Mappa>, Sintassi> {
    let Some(t) = p.oggetto("trasformazione", TRASFORMAZIONE)? else { return Ok(None) };
    let tipo = t.codice("tipo")?;
    let definizione = t.testo("definizione")?;
    if !gruppo(c, "trasformazione", &[("tipo", &tipo), ("definizione", &definizione)]) {
        return Ok(None);
    }
    modello(c, tipo.as_deref(), TRASFORMATORI);
    let mut fatta = Mappa::default();
    fatta.se("tipo", tipo);
    fatta.se("definizione", definizione);
    Ok(Some(fatta))
}

fn modello(c: &mut Campi, tipo: Option<&str>, ammessi: &[&str]) {
    if let Some(t) = tipo.filter(|t| !ammessi.contains(t)) {
        c.nota::<()>(Err(m::codifica_inesistente("tipo", t, ammessi)));
    }
}

fn promemoria(c: &mut Campi, s: &Oggetto<'_>, livello: Livello, mail: bool) -> Result<Mappa, Sintassi> {
    let mut fatti = Mappa::default();
    for campo in PROMEMORIA {
        let (allega, solo_eseguiti, preavviso) = match *campo {
            "promemoriaAvviso" => (mail, false, false),
            "promemoriaRicevuta" => (mail, true, false),
            _ => (false, false, true),
        };
        let noti: &[&str] = match (allega, solo_eseguiti, preavviso) {
            (true, true, _) => &["abilitato", "tipo", "oggetto", "messaggio", "allegaPdf", "soloEseguiti"],
            (true, false, _) => &["abilitato", "tipo", "oggetto", "messaggio", "allegaPdf"],
            (false, true, _) => &["abilitato", "tipo", "oggetto", "messaggio", "soloEseguiti"],
            (false, false, true) => &["abilitato", "tipo", "oggetto", "messaggio", "preavviso"],
            (false, false, false) => &["abilitato", "tipo", "oggetto", "messaggio"],
        };
        let Some(p) = s.oggetto(campo, noti)? else { continue };
        let letto = c.in_campo(campo, |c| {
            let mut fatto = Mappa::default();
            fatto.se("abilitato", abilitato(c, &p, livello)?);
            let tipo = p.codice("tipo")?;
            modello(c, tipo.as_deref(), FREEMARKER);
            fatto.se("tipo", tipo);
            fatto.se("oggetto", p.testo("oggetto")?);
            fatto.se("messaggio", p.testo("messaggio")?);
            if allega {
                fatto.se("allegaPdf", p.booleano("allegaPdf")?);
            }
            if solo_eseguiti {
                fatto.se("soloEseguiti", p.booleano("soloEseguiti")?);
            }
            if preavviso {
                let giorni = p.intero("preavviso")?;
                if let Some(g) = giorni {
                    c.nota(m::intervallo("preavviso", g, Some(0), None));
                }
                fatto.se("preavviso", giorni);
            }
            Ok::<_, Sintassi>(fatto)
        })?;
        fatti.se(campo, Some(letto));
    }
    Ok(fatti)
}

fn tracciato(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<Mappa>, Sintassi> {
    let Some(t) = o.oggetto("tracciatoCsv", TRACCIATO)? else { return Ok(None) };
    let tipo = t.codice("tipo")?;
    let intestazione = t.testo("intestazione")?;
    let richiesta = t.testo("richiesta")?;
    let risposta = t.testo("risposta")?;
    let membri = [
        ("tipo", &tipo),
        ("intestazione", &intestazione),
        ("richiesta", &richiesta),
        ("risposta", &risposta),
    ];
    if !gruppo(c, "tracciatoCsv", &membri) {
        return Ok(None);
    }
    modello(c, tipo.as_deref(), FREEMARKER);
    let mut fatto = Mappa::default();
    fatto.se("tipo", tipo);
    fatto.se("intestazione", intestazione);
    fatto.se("richiesta", richiesta);
    fatto.se("risposta", risposta);
    Ok(Some(fatto))
}
