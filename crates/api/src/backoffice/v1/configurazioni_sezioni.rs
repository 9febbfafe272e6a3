//! The sections of `/configurazioni` (spec 10 section 8), read and checked. They are stored as the JSON they
//! came as, nulls dropped: templates come back byte-identical. What is off is stored without being checked.

use super::campi::Campi;
use super::{auth, contatti};
use contratto::Sintassi;
use contratto::json::Oggetto;
use contratto::messaggi as m;
use contratto::numeri::numero_json;
use domain::configurazioni::Sezione;
use domain::evento::Quando;
use serde_json::{Map, Value};

/// The members of the body, in the order of [`Sezione`].
pub(super) const SEZIONI: &[&str] = &[
    "giornaleEventi",
    "servizioGDE",
    "tracciatoCsv",
    "hardening",
    "mailBatch",
    "avvisaturaMail",
    "avvisaturaAppIO",
    "appIOBatch",
];
const INTERFACCE: &[&str] = &[
    "apiEnte",
    "apiPagamento",
    "apiRagioneria",
    "apiBackoffice",
    "apiPagoPA",
    "apiPendenze",
    "apiBackendIO",
    "apiMaggioliJPPA",
];
const CAPTCHA: &[&str] = &[
    "serverURL",
    "siteKey",
    "secretKey",
    "soglia",
    "parametro",
    "denyOnFail",
    "connectionTimeout",
    "readTimeout",
];
const MAILSERVER: &[&str] = &[
    "host",
    "port",
    "username",
    "password",
    "from",
    "readTimeout",
    "connectionTimeout",
    "sslConfig",
    "startTls",
];
const SSL_CONFIG: &[&str] = &["abilitato", "type", "hostnameVerifier", "truststore", "keystore"];
const KEYSTORE: &[&str] = &["type", "location", "password", "managementAlgorithm"];
const PROMEMORIA: &[&str] = &["promemoriaAvviso", "promemoriaRicevuta", "promemoriaScadenza"];

const FREEMARKER: &[&str] = &["freemarker"];
const PARAMETRO: &str = r"[a-zA-Z0-9\-_]+";
const SENZA_SPAZI: &str = r"\S+";

/// Secrets of these sections beside those of an `auth`.
const SEGRETI: &[&str] = &["secretKey", "password"];

/// Takes away the secrets, wherever they stand.
pub(super) fn vela(mappa: &mut Map<String, Value>) {
    auth::vela(mappa);
    mappa.retain(|nome, _| !SEGRETI.contains(&nome.as_str()));
    for v in mappa.values_mut() {
        if let Value::Object(dentro) = v {
            vela(dentro);
        }
    }
}

/// Reads a section, which must be there; `None` after a refusal.
pub(super) fn leggi_sezione(
    c: &mut Campi,
    corpo: &Oggetto<'_>,
    sezione: Sezione,
) -> Result<Option<Value>, Sintassi> {
    let noti: &[&str] = match sezione {
        Sezione::GiornaleEventi => &["interfacce"],
        Sezione::ServizioGde => &["abilitato", "url", "auth"],
        Sezione::TracciatoCsv => &["tipo", "intestazione", "richiesta", "risposta"],
        Sezione::Hardening => &["abilitato", "captcha"],
        Sezione::MailBatch => &["abilitato", "mailserver"],
        Sezione::AvvisaturaMail | Sezione::AvvisaturaAppIo => PROMEMORIA,
        Sezione::AppIoBatch => &["abilitato", "url", "timeToLive", "auth"],
    };
    let campo = sezione.as_str();
    let letto = dentro(c, corpo, campo, noti, true, |c, mut l| {
        match sezione {
            Sezione::GiornaleEventi => giornale(c, &mut l)?,
            Sezione::ServizioGde => {
                l.acceso(c)?;
                l.testo(c, "url", true, |campo, v| {
                    m::lunghezza(campo, v, 1, 255).and_then(|()| m::url(campo, v))
                })?;
                l.auth(c)?;
            }
            Sezione::TracciatoCsv => {
                l.codice(c, "tipo", FREEMARKER)?;
                for campo in ["intestazione", "richiesta", "risposta"] {
                    l.testo(c, campo, true, |_, _| Ok(()))?;
                }
            }
            Sezione::Hardening => {
                l.booleano(c, "abilitato")?;
                l.dentro(c, "captcha", CAPTCHA, false, captcha)?;
            }
            Sezione::MailBatch => {
                l.acceso(c)?;
                l.dentro(c, "mailserver", MAILSERVER, true, mailserver)?;
            }
            Sezione::AvvisaturaMail => avvisatura(c, &mut l, true)?,
            Sezione::AvvisaturaAppIo => avvisatura(c, &mut l, false)?,
            Sezione::AppIoBatch => {
                l.acceso(c)?;
                l.testo(c, "url", true, |campo, v| m::pattern(campo, v, SENZA_SPAZI))?;
                l.intero(c, "timeToLive", false, 3600, Some(604_800))?;
                l.auth(c)?;
            }
        }
        Ok(l.membri)
    })?;
    Ok(letto.map(Value::Object))
}

/// An object while it is read: its members as sent. Kinds are always errors; rules only where the object
/// is in use.
struct Lettura<'a> {
    o: Oggetto<'a>,
    in_uso: bool,
    membri: Map<String, Value>,
}

/// Reads a nested object, which must be there if it is `dovuto`.
fn dentro<'a>(
    c: &mut Campi,
    o: &Oggetto<'a>,
    campo: &'static str,
    noti: &'static [&'static str],
    dovuto: bool,
    leggi: impl FnOnce(&mut Campi, Lettura<'a>) -> Result<Map<String, Value>, Sintassi>,
) -> Result<Option<Map<String, Value>>, Sintassi> {
    let Some(o) = o.oggetto(campo, noti)? else {
        if dovuto {
            c.nota::<()>(Err(m::non_vuoto(campo)));
        }
        return Ok(None);
    };
    c.in_campo(campo, |c| leggi(c, Lettura { o, in_uso: true, membri: Map::new() })).map(Some)
}

impl<'a> Lettura<'a> {
    fn metti(&mut self, campo: &str, v: Option<impl Into<Value>>) {
        if let Some(v) = v {
            self.membri.insert(campo.to_owned(), v.into());
        }
    }

    /// Notes a member that is missing, if it is due here.
    fn dovuto<T>(&self, c: &mut Campi, campo: &str, dovuto: bool, v: Option<&T>) {
        if dovuto && self.in_uso && v.is_none() {
            c.nota::<()>(Err(m::non_vuoto(campo)));
        }
    }

    fn testo(
        &mut self,
        c: &mut Campi,
        campo: &'static str,
        dovuto: bool,
        controlla: impl FnOnce(&str, &str) -> Result<(), Sintassi>,
    ) -> Result<(), Sintassi> {
        let v = self.o.testo(campo)?;
        if self.in_uso {
            if dovuto {
                c.nota(m::testo_obbligatorio(campo, v.clone()));
            }
            if let Some(v) = &v {
                c.nota(controlla(campo, v));
            }
        }
        self.metti(campo, v);
        Ok(())
    }

    /// A code, always due.
    fn codice(&mut self, c: &mut Campi, campo: &'static str, codici: &[&str]) -> Result<(), Sintassi> {
        let v = self.o.codice(campo)?;
        self.dovuto(c, campo, true, v.as_ref());
        if let Some(v) = v.as_ref().filter(|v| self.in_uso && !codici.contains(&v.as_str())) {
            c.nota::<()>(Err(m::codifica_inesistente(campo, v, codici)));
        }
        self.metti(campo, v);
        Ok(())
    }

    /// A truth value, always due.
    fn booleano(&mut self, c: &mut Campi, campo: &'static str) -> Result<Option<bool>, Sintassi> {
        let v = self.o.booleano(campo)?;
        self.dovuto(c, campo, true, v.as_ref());
        self.metti(campo, v);
        Ok(v)
    }

    /// `abilitato` of an object whose other members count only if it is true.
    fn acceso(&mut self, c: &mut Campi) -> Result<(), Sintassi> {
        self.in_uso = self.booleano(c, "abilitato")? == Some(true) && self.in_uso;
        Ok(())
    }

    fn intero(
        &mut self,
        c: &mut Campi,
        campo: &'static str,
        dovuto: bool,
        minimo: i64,
        massimo: Option<i64>,
    ) -> Result<(), Sintassi> {
        let v = self.o.intero(campo)?;
        self.dovuto(c, campo, dovuto, v.as_ref());
        if let Some(n) = v.filter(|_| self.in_uso) {
            c.nota(m::intervallo(campo, n, Some(minimo), massimo));
        }
        self.metti(campo, v);
        Ok(())
    }

    fn auth(&mut self, c: &mut Campi) -> Result<(), Sintassi> {
        let Some(a) = auth::membri(&self.o, "auth")? else { return Ok(()) };
        if self.in_uso {
            c.in_campo("auth", |c| auth::valida(c, &a));
        }
        self.metti("auth", Some(a));
        Ok(())
    }

    fn dentro(
        &mut self,
        c: &mut Campi,
        campo: &'static str,
        noti: &'static [&'static str],
        dovuto: bool,
        leggi: fn(&mut Campi, &mut Lettura<'a>) -> Result<(), Sintassi>,
    ) -> Result<(), Sintassi> {
        let in_uso = self.in_uso;
        let letto = dentro(c, &self.o, campo, noti, dovuto && in_uso, |c, mut l| {
            l.in_uso = in_uso;
            leggi(c, &mut l)?;
            Ok(l.membri)
        })?;
        self.metti(campo, letto);
        Ok(())
    }
}

fn giornale(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
    l.dentro(c, "interfacce", INTERFACCE, true, |c, l| {
        for interfaccia in INTERFACCE {
            l.dentro(c, interfaccia, &["letture", "scritture"], true, |c, l| {
                for verso in ["letture", "scritture"] {
                    l.dentro(c, verso, &["log", "dump"], true, |c, l| {
                        let quando: Vec<&str> = Quando::TUTTI.iter().map(|q| q.as_str()).collect();
                        l.codice(c, "log", &quando)?;
                        l.codice(c, "dump", &quando)
                    })?;
                }
                Ok(())
            })?;
        }
        Ok(())
    })
}

fn captcha(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
    l.testo(c, "serverURL", true, m::url)?;
    l.testo(c, "siteKey", true, |_, _| Ok(()))?;
    l.testo(c, "secretKey", true, |_, _| Ok(()))?;
    let soglia = l.o.decimale("soglia")?;
    l.dovuto(c, "soglia", true, soglia.as_ref());
    if let Some(s) = &soglia {
        // A text that is a number always parses; past the largest one it is infinite.
        let valore: f64 = s.parse().unwrap_or(f64::INFINITY);
        if valore < 0.0 {
            c.rifiuta("Il campo soglia deve essere superiore o uguale a 0.");
        } else if valore > 1.0 {
            c.rifiuta("Il campo soglia deve essere inferiore a 1.");
        }
    }
    l.metti("soglia", soglia.as_deref().and_then(numero_json).map(Value::Number));
    l.testo(c, "parametro", true, |campo, v| m::pattern(campo, v, PARAMETRO))?;
    l.booleano(c, "denyOnFail")?;
    l.intero(c, "connectionTimeout", true, 0, None)?;
    l.intero(c, "readTimeout", true, 0, None)
}

fn mailserver(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
    let senza_spazi = |campo: &str, v: &str| {
        m::lunghezza(campo, v, 1, 255).and_then(|()| m::pattern(campo, v, SENZA_SPAZI))
    };
    l.testo(c, "host", true, senza_spazi)?;
    l.intero(c, "port", true, 1, None)?;
    l.testo(c, "username", true, senza_spazi)?;
    l.testo(c, "password", true, password)?;
    l.testo(c, "from", true, |campo, v| m::pattern(campo, v, contatti::EMAIL))?;
    l.intero(c, "readTimeout", true, 0, None)?;
    l.intero(c, "connectionTimeout", true, 0, None)?;
    l.dentro(c, "sslConfig", SSL_CONFIG, false, |c, l| {
        l.acceso(c)?;
        l.codice(c, "type", auth::SSL)?;
        l.booleano(c, "hostnameVerifier")?;
        l.dentro(c, "truststore", KEYSTORE, false, keystore)?;
        l.dentro(c, "keystore", KEYSTORE, false, keystore)
    })?;
    l.booleano(c, "startTls").map(drop)
}

/// At most 255 characters; the refusal does not repeat it.
fn password(campo: &str, v: &str) -> Result<(), Sintassi> {
    m::lunghezza(campo, v, 0, 255).map_err(|_| {
        Sintassi(format!(
            "Il valore [***] del campo {campo} non rispetta la lunghezza massima di 255 caratteri."
        ))
    })
}

fn keystore(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
    l.codice(c, "type", auth::KEYSTORE)?;
    l.testo(c, "location", true, |campo, v| m::lunghezza(campo, v, 1, 1024))?;
    l.testo(c, "password", false, password)?;
    l.testo(c, "managementAlgorithm", false, |campo, v| m::lunghezza(campo, v, 0, 255))
}

fn avvisatura(c: &mut Campi, l: &mut Lettura<'_>, mail: bool) -> Result<(), Sintassi> {
    fn testi(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
        l.codice(c, "tipo", FREEMARKER)?;
        l.testo(c, "oggetto", true, |_, _| Ok(()))?;
        l.testo(c, "messaggio", true, |_, _| Ok(()))
    }
    fn con_pdf(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
        testi(c, l)?;
        l.booleano(c, "allegaPdf").map(drop)
    }
    fn solo_eseguiti(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
        testi(c, l)?;
        l.booleano(c, "soloEseguiti").map(drop)
    }
    fn con_pdf_e_solo_eseguiti(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
        con_pdf(c, l)?;
        l.booleano(c, "soloEseguiti").map(drop)
    }
    fn scadenza(c: &mut Campi, l: &mut Lettura<'_>) -> Result<(), Sintassi> {
        testi(c, l)?;
        l.intero(c, "preavviso", true, 0, None)
    }
    if mail {
        l.dentro(c, "promemoriaAvviso", &["tipo", "oggetto", "messaggio", "allegaPdf"], true, con_pdf)?;
        let noti = &["tipo", "oggetto", "messaggio", "allegaPdf", "soloEseguiti"];
        l.dentro(c, "promemoriaRicevuta", noti, true, con_pdf_e_solo_eseguiti)?;
    } else {
        l.dentro(c, "promemoriaAvviso", &["tipo", "oggetto", "messaggio"], true, testi)?;
        let noti = &["tipo", "oggetto", "messaggio", "soloEseguiti"];
        l.dentro(c, "promemoriaRicevuta", noti, true, solo_eseguiti)?;
    }
    l.dentro(c, "promemoriaScadenza", &["tipo", "oggetto", "messaggio", "preavviso"], true, scadenza)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::configurazioni::Interfaccia;

    #[test]
    fn i_nomi_sono_quelli_del_dominio() {
        let sezioni: Vec<&str> = Sezione::TUTTI.iter().map(|s| s.as_str()).collect();
        assert_eq!(sezioni, SEZIONI);
        let interfacce: Vec<&str> = Interfaccia::TUTTI.iter().map(|i| i.as_str()).collect();
        assert_eq!(interfacce, INTERFACCE);
    }
}
