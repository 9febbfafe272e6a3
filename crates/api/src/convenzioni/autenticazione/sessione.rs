//! The session cookie of family `form` (spec 10 2.1, 2.4).

use http::{HeaderMap, HeaderValue, header};
use secrecy::{ExposeSecret as _, SecretString};

/// The cookie, common to all APIs.
#[derive(Debug, Clone)]
pub struct Cookie {
    /// Name.
    pub nome: String,
    /// `Domain`; of the host alone when empty.
    pub dominio: String,
    /// `Path`.
    pub percorso: String,
    /// `Secure`.
    pub sicuro: bool,
}

impl Default for Cookie {
    fn default() -> Self {
        Self {
            nome: "JSESSIONID".to_owned(),
            dominio: String::new(),
            percorso: "/".to_owned(),
            sicuro: false,
        }
    }
}

impl Cookie {
    /// The token of the request: the first cookie of this name.
    pub(crate) fn leggi(&self, h: &HeaderMap) -> Option<SecretString> {
        h.get_all(header::COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok())
            .flat_map(|v| v.split(';'))
            .filter_map(|c| c.trim().split_once('='))
            .find(|(nome, _)| *nome == self.nome)
            .map(|(_, valore)| SecretString::from(valore.trim_matches('"').to_owned()))
    }

    /// `Set-Cookie` of a new session.
    pub(crate) fn scrivi(&self, token: &SecretString) -> Option<HeaderValue> {
        self.valore(token.expose_secret(), "")
    }

    /// `Set-Cookie` that takes it away.
    pub(crate) fn cancella(&self) -> Option<HeaderValue> {
        self.valore("", "; Max-Age=0")
    }

    fn valore(&self, token: &str, coda: &str) -> Option<HeaderValue> {
        let dominio =
            if self.dominio.is_empty() { String::new() } else { format!("; Domain={}", self.dominio) };
        let sicuro = if self.sicuro { "; Secure" } else { "" };
        let testo = format!(
            "{}={token}{dominio}; Path={}; HttpOnly; SameSite=Lax{sicuro}{coda}",
            self.nome, self.percorso
        );
        let mut valore = HeaderValue::from_str(&testo).ok()?;
        valore.set_sensitive(true);
        Some(valore)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn il_cookie_si_legge_fra_gli_altri() {
        let c = Cookie::default();
        let letto = |valori: &[&str]| {
            let mut h = HeaderMap::new();
            for v in valori {
                h.append(header::COOKIE, v.parse().unwrap());
            }
            c.leggi(&h).map(|t| t.expose_secret().to_owned())
        };
        assert_eq!(letto(&["a=1; JSESSIONID=xyz; b=2"]).as_deref(), Some("xyz"));
        assert_eq!(letto(&["a=1", "JSESSIONID=\"q\""]).as_deref(), Some("q"));
        assert_eq!(letto(&["jsessionid=xyz", "XJSESSIONID=1"]), None);
        assert_eq!(letto(&[]), None);
    }

    #[test]
    fn il_cookie_si_scrive_chiuso() {
        let c = Cookie { dominio: "ente.example".into(), sicuro: true, ..Cookie::default() };
        let scritto = |v: Option<HeaderValue>| v.unwrap().to_str().unwrap().to_owned();
        assert_eq!(
            scritto(c.scrivi(&SecretString::from("t".to_owned()))),
            "JSESSIONID=t; Domain=ente.example; Path=/; HttpOnly; SameSite=Lax; Secure"
        );
        assert_eq!(
            scritto(Cookie::default().cancella()),
            "JSESSIONID=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"
        );
    }
}
