//! Members that applicazioni, operatori and ruoli share, and the body of their PATCH (spec 10 4.3,
//! 5.5 to 5.7).

mod operazioni;

pub use operazioni::{Modificata, leggi_operazioni, leggi_sostituzioni};

use crate::json::{Elemento, Lista, Oggetto, Sintassi};
use crate::messaggi as m;
use domain::anagrafica::{
    Acl, AmbitoDominio, Diritti, PATTERN_PASSWORD, Servizio, VoceDominio, VoceTipo, password_conforme,
};
use domain::{IdDominio, IdTipoPendenza, IdUnita};

/// All, in a scope.
pub const TUTTI: &str = "*";
/// The trusted flag of an applicazione, among its types.
pub const AUTODETERMINAZIONE: &str = "autodeterminazione";
/// Pattern of idRuolo.
pub const ID_RUOLO: &str = "[a-zA-Z0-9\\-_]{1,255}";
/// Longest password, in characters.
const PASSWORD: usize = 255;

const ACL: &[&str] = &["servizio", "autorizzazioni"];
const DOMINIO: &[&str] = &["idDominio", "unitaOperative"];

/// What is read, or the refusal of a field. The outer error is a value of the wrong JSON kind, which
/// comes before every refusal of a field.
pub type Letto<T> = Result<Result<T, Sintassi>, Sintassi>;

/// Refuses a weak password. The refusal never repeats it.
///
/// # Errors
/// The texts of spec 10 3.1 with `***` in place of the value.
pub fn password(valore: &str) -> Result<(), Sintassi> {
    if valore.chars().count() > PASSWORD {
        return Err(Sintassi(format!(
            "Il valore [***] del campo password non rispetta la lunghezza massima di {PASSWORD} caratteri."
        )));
    }
    if password_conforme(valore) {
        return Ok(());
    }
    Err(Sintassi(format!(
        "Il valore [***] del campo password non rispetta il pattern richiesto: {PATTERN_PASSWORD}"
    )))
}

/// The nine servizi of the Backoffice: the other three are flags of an applicazione.
#[must_use]
pub fn servizi() -> Vec<&'static str> {
    Servizio::TUTTI
        .iter()
        .filter(|s| !matches!(s, Servizio::ApiPagamenti | Servizio::ApiPendenze | Servizio::ApiRagioneria))
        .map(|s| s.as_str())
        .collect()
}

/// One entry of an access list: an element of `acl`.
///
/// # Errors
/// A value of the wrong kind, an unknown member.
pub fn acl(e: &Elemento<'_>) -> Letto<Acl> {
    voce_acl(&e.oggetto(ACL)?)
}

fn voce_acl(a: &Oggetto<'_>) -> Letto<Acl> {
    let servizio = servizio(a)?;
    let lettere = a.lista("autorizzazioni")?.map(|l| l.testi()).transpose()?.unwrap_or_default();
    Ok(servizio.and_then(|servizio| Ok(Acl { servizio, diritti: diritti(&lettere)? })))
}

fn servizio(a: &Oggetto<'_>) -> Letto<Servizio> {
    let ammessi = servizi();
    Ok(m::obbligatorio("servizio", a.codice("servizio")?).and_then(|v| {
        Servizio::leggi(&v)
            .filter(|s| ammessi.contains(&s.as_str()))
            .ok_or_else(|| m::codifica_inesistente("servizio", &v, &ammessi))
    }))
}

fn diritti(lettere: &[String]) -> Result<Diritti, Sintassi> {
    if lettere.is_empty() {
        return Err(m::non_vuoto("autorizzazioni"));
    }
    let mut diritti = Diritti::default();
    for lettera in lettere {
        match lettera.as_str() {
            "R" => diritti.lettura = true,
            "W" => diritti.scrittura = true,
            altra => return Err(m::codifica_inesistente("autorizzazioni", altra, &["R", "W"])),
        }
    }
    Ok(diritti)
}

/// One body of a scope: an element of `domini`, a text or an object with offices.
///
/// # Errors
/// A value of the wrong kind, an unknown member.
pub fn dominio(e: &Elemento<'_>) -> Letto<VoceDominio> {
    if e.valore().is_object() { voce_dominio(&e.oggetto(DOMINIO)?) } else { Ok(dominio_intero(e.testo()?)) }
}

fn dominio_intero(id: String) -> Result<VoceDominio, Sintassi> {
    if id == TUTTI {
        return Ok(VoceDominio::Tutti);
    }
    m::pattern("domini", &id, IdDominio::PATTERN)?;
    Ok(VoceDominio::Uno(AmbitoDominio { dominio: IdDominio::fidato(id), unita: None }))
}

/// `{idDominio, unitaOperative}`: no offices, or `*` among them, is all of them.
fn voce_dominio(o: &Oggetto<'_>) -> Letto<VoceDominio> {
    let id = o.testo("idDominio")?;
    let unita = o.lista("unitaOperative")?.map(|l: Lista<'_>| l.testi()).transpose()?.unwrap_or_default();
    let letta = || {
        let id = m::obbligatorio("idDominio", id)?;
        if id != TUTTI {
            m::pattern("idDominio", &id, IdDominio::PATTERN)?;
        }
        for u in unita.iter().filter(|u| *u != TUTTI) {
            m::pattern("unitaOperative", u, IdUnita::PATTERN)?;
        }
        if id == TUTTI {
            return Ok(VoceDominio::Tutti);
        }
        let tutte = unita.is_empty() || unita.iter().any(|u| u == TUTTI);
        let unita = (!tutte).then(|| unita.into_iter().map(IdUnita::fidato).collect());
        Ok(VoceDominio::Uno(AmbitoDominio { dominio: IdDominio::fidato(id), unita }))
    };
    Ok(letta())
}

/// One type of a scope: an element of `tipiPendenza`. Only an applicazione knows `autodeterminazione`.
///
/// # Errors
/// An id that is not one.
pub fn tipo_pendenza(id: String, di_applicazione: bool) -> Result<VoceTipo, Sintassi> {
    match id.as_str() {
        TUTTI => Ok(VoceTipo::Tutti),
        AUTODETERMINAZIONE if di_applicazione => Ok(VoceTipo::Autodeterminazione),
        _ => {
            m::pattern("tipiPendenza", &id, IdTipoPendenza::PATTERN)?;
            Ok(VoceTipo::Uno(IdTipoPendenza::fidato(id)))
        }
    }
}
