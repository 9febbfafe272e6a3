//! Address and contacts, the same for a dominio and an unita operativa (spec 10 5.2).

use super::campi::Campi;
use super::membri::Membri;
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use domain::anagrafica::Indirizzo;

/// What an e-mail address looks like.
pub(super) const EMAIL: &str = r"[a-zA-Z0-9_.+-]+@[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+)*";

/// Reads the members that are there; `area` stands elsewhere in a dominio and is read apart.
pub(super) fn leggi(c: &mut Campi, o: &Oggetto<'_>) -> Result<Indirizzo, Sintassi> {
    Ok(Indirizzo {
        indirizzo: c.testo(o, "indirizzo", 0, 70)?,
        civico: c.testo(o, "civico", 0, 16)?,
        cap: c.testo(o, "cap", 0, 16)?,
        localita: c.testo(o, "localita", 0, 35)?,
        provincia: c.testo(o, "provincia", 0, 35)?,
        nazione: c.testo_pattern(o, "nazione", "[A-Z]{2}")?,
        email: email(c, o, "email")?,
        pec: email(c, o, "pec")?,
        tel: c.testo(o, "tel", 0, 255)?,
        fax: c.testo(o, "fax", 0, 255)?,
        web: c.testo(o, "web", 0, 255)?,
        area: None,
    })
}

fn email(c: &mut Campi, o: &Oggetto<'_>, campo: &'static str) -> Result<Option<String>, Sintassi> {
    let v = c.testo(o, campo, 0, 255)?;
    if let Some(v) = &v {
        c.nota(m::pattern(campo, v, EMAIL));
    }
    Ok(v)
}

/// The members that are there, `area` apart.
pub(super) fn rendi(i: &Indirizzo) -> Membri {
    Membri::nuovi()
        .se("indirizzo", i.indirizzo.clone())
        .se("civico", i.civico.clone())
        .se("cap", i.cap.clone())
        .se("localita", i.localita.clone())
        .se("provincia", i.provincia.clone())
        .se("nazione", i.nazione.clone())
        .se("email", i.email.clone())
        .se("pec", i.pec.clone())
        .se("tel", i.tel.clone())
        .se("fax", i.fax.clone())
        .se("web", i.web.clone())
}
