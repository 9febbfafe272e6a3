//! What applicazioni and operatori have alike, read and shown (spec 10 4.3, 5.5, 5.6).

use super::campi::Campi;
use super::membri::Membri;
use contratto::Sintassi;
use contratto::anagrafica::{self, AUTODETERMINAZIONE, ID_RUOLO, TUTTI};
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::IdTipoPendenza;
use domain::anagrafica::{Acl, Ambito, AmbitoDominio, VoceDominio, VoceTipo};
use engine::anagrafica::DominioVisto;
use secrecy::SecretString;
use serde_json::{Value, json};

/// Absent keeps the password that is there. The refusal never repeats it.
pub(super) fn leggi_password(c: &mut Campi, o: &Oggetto<'_>) -> Result<Option<SecretString>, Sintassi> {
    let Some(p) = o.testo("password")? else { return Ok(None) };
    c.nota(anagrafica::password(&p));
    Ok(Some(SecretString::from(p)))
}

pub(super) fn leggi_domini(c: &mut Campi, o: &Oggetto<'_>) -> Result<Ambito<AmbitoDominio>, Sintassi> {
    let Some(lista) = o.lista("domini")? else { return Ok(Ambito::default()) };
    let mut scelti = Vec::new();
    let mut tutti = false;
    for e in lista.iter() {
        match c.nota(anagrafica::dominio(&e)?) {
            Some(VoceDominio::Tutti) => tutti = true,
            Some(VoceDominio::Uno(d)) => scelti.push(d),
            None => {}
        }
    }
    Ok(if tutti { Ambito::Tutti } else { Ambito::Solo(scelti) })
}

/// The types, and whether `autodeterminazione` is among them, which only an applicazione knows.
pub(super) fn leggi_tipi(
    c: &mut Campi,
    o: &Oggetto<'_>,
    di_applicazione: bool,
) -> Result<(Ambito<IdTipoPendenza>, bool), Sintassi> {
    let Some(lista) = o.lista("tipiPendenza")? else { return Ok((Ambito::default(), false)) };
    let mut scelti = Vec::new();
    let (mut tutti, mut autodeterminazione) = (false, false);
    for t in lista.testi()? {
        match c.nota(anagrafica::tipo_pendenza(t, di_applicazione)) {
            Some(VoceTipo::Tutti) => tutti = true,
            Some(VoceTipo::Autodeterminazione) => autodeterminazione = true,
            Some(VoceTipo::Uno(t)) => scelti.push(t),
            None => {}
        }
    }
    Ok((if tutti { Ambito::Tutti } else { Ambito::Solo(scelti) }, autodeterminazione))
}

pub(super) fn leggi_acl(c: &mut Campi, o: &Oggetto<'_>) -> Result<Vec<Acl>, Sintassi> {
    let Some(lista) = o.lista("acl")? else { return Ok(Vec::new()) };
    let mut lette = Vec::new();
    for e in lista.iter() {
        lette.extend(c.nota(anagrafica::acl(&e)?));
    }
    Ok(lette)
}

pub(super) fn leggi_ruoli(c: &mut Campi, o: &Oggetto<'_>) -> Result<Vec<String>, Sintassi> {
    let ruoli = o.lista("ruoli")?.map(|l| l.testi()).transpose()?.unwrap_or_default();
    for ruolo in &ruoli {
        c.nota(m::pattern("ruoli", ruolo, ID_RUOLO));
    }
    Ok(ruoli)
}

pub(super) fn rendi_domini(domini: Option<&Vec<DominioVisto>>) -> Vec<Value> {
    match domini {
        None => vec![json!({"idDominio": TUTTI, "ragioneSociale": "Tutti"})],
        Some(d) => d.iter().map(|d| rendi_dominio(d).into()).collect(),
    }
}

pub(super) fn rendi_tipi(tipi: Option<&Vec<(String, String)>>, autodeterminazione: bool) -> Vec<Value> {
    let mut righe: Vec<Value> = match tipi {
        None => vec![json!({"idTipoPendenza": TUTTI, "descrizione": "Tutti"})],
        Some(t) => t.iter().map(|(id, d)| json!({"idTipoPendenza": id, "descrizione": d})).collect(),
    };
    if autodeterminazione {
        righe.push(json!({
            "idTipoPendenza": AUTODETERMINAZIONE,
            "descrizione": "Autodeterminazione delle Pendenze",
        }));
    }
    righe
}

pub(super) fn rendi_ruoli(ruoli: &[(String, Vec<Acl>)]) -> Vec<Value> {
    ruoli.iter().map(|(id, acl)| json!({"id": id, "acl": rendi_acl(acl)})).collect()
}

fn rendi_dominio(d: &DominioVisto) -> Membri {
    let unita: Vec<Value> = match &d.unita {
        None => vec![json!({"idUnita": TUTTI, "ragioneSociale": "Tutte"})],
        Some(u) => u.iter().map(|(id, nome)| json!({"idUnita": id, "ragioneSociale": nome})).collect(),
    };
    Membri::nuovi()
        .con("idDominio", d.id.as_str())
        .con("ragioneSociale", d.ragione_sociale.as_str())
        .con("unitaOperative", unita)
}

pub(super) fn rendi_acl(acl: &[Acl]) -> Value {
    acl.iter()
        .map(|a| {
            let lettere: Vec<&str> = [("R", a.diritti.lettura), ("W", a.diritti.scrittura)]
                .iter()
                .filter(|(_, c)| *c)
                .map(|(l, _)| *l)
                .collect();
            json!({"servizio": a.servizio.as_str(), "autorizzazioni": lettere})
        })
        .collect()
}
