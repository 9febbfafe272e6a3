//! Our own addresses as links of an answer name them (spec 10 3.4): relative, unless a trusted proxy says how it
//! was reached.
//!
//! What dispatches a request puts its address, as it is to be named, in `OriginalUri`: whoever writes a link
//! starts from there. Links to other resources (`/rpp/...`) are relative to the root of a version, whoever
//! asks, and stay so.

use super::stato::ImpostazioniApi;
use http::uri::{Authority, Parts, PathAndQuery, Scheme};
use http::{HeaderMap, HeaderName, Uri};

/// Names of the headers in which a trusted proxy says how it was reached. What is not named is not imposed.
#[derive(Debug, Clone, Default)]
pub struct IntestazioniLegami {
    /// `http` or `https`.
    pub protocollo: Option<HeaderName>,
    /// Host, with or without its port.
    pub ospite: Option<HeaderName>,
    /// Port.
    pub porta: Option<HeaderName>,
    /// What stands before our paths: `/pagamenti`.
    pub contesto: Option<HeaderName>,
}

impl IntestazioniLegami {
    /// The address of a request as links have to name it. `url_pubblica` completes what the proxy leaves
    /// out. A value that cannot be what it should be, or that is there twice, imposes nothing.
    pub(super) fn imposto(&self, uri: &Uri, h: &HeaderMap, url_pubblica: &str) -> Uri {
        let valore = |nome: &Option<HeaderName>| testo(h, nome.as_ref()?);
        let protocollo = valore(&self.protocollo).and_then(protocollo);
        let ospite = valore(&self.ospite).and_then(ospite);
        let porta = valore(&self.porta).and_then(|t| t.parse::<u16>().ok()).filter(|p| *p > 0);
        let percorso = match valore(&self.contesto).and_then(contesto) {
            None => locale(uri),
            Some(contesto) => preceduto(&contesto, uri).unwrap_or_else(|| locale(uri)),
        };
        if protocollo.is_none() && ospite.is_none() && porta.is_none() {
            return percorso;
        }
        let pubblica: Uri = url_pubblica.parse().unwrap_or_default();
        let Some(schema) = protocollo.or_else(|| pubblica.scheme().cloned()) else { return percorso };
        let Some(autorita) = ospite.or_else(|| pubblica.authority().cloned()) else { return percorso };
        let autorita = match porta {
            None => Some(autorita),
            Some(p) if predefinita(&schema) == Some(p) => autorita.host().parse().ok(),
            Some(p) => format!("{}:{p}", autorita.host()).parse().ok(),
        };
        let mut parti = Parts::from(percorso.clone());
        (parti.scheme, parti.authority) = (Some(schema), autorita);
        Uri::from_parts(parti).unwrap_or(percorso)
    }
}

/// The address without scheme and host: those that a client writes are no news of ours.
pub(super) fn locale(uri: &Uri) -> Uri {
    uri.path_and_query().cloned().map_or_else(Uri::default, Uri::from)
}

/// The address with scheme and host: those that a proxy imposed, else those of the public base of the
/// installation. For the links that a contract wants absolute.
#[must_use]
pub fn assoluto(impostazioni: &ImpostazioniApi, uri: &Uri) -> Uri {
    if uri.scheme().is_some() {
        return uri.clone();
    }
    let percorso = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    format!("{}{percorso}", impostazioni.url_pubblica).parse().unwrap_or_else(|_| uri.clone())
}

/// The address without its query, as a link writes it.
#[must_use]
pub fn senza_query(uri: &Uri) -> String {
    match (uri.scheme(), uri.authority()) {
        (Some(schema), Some(autorita)) => format!("{schema}://{autorita}{}", uri.path()),
        _ => uri.path().to_owned(),
    }
}

/// A header that is there once and is not blank.
fn testo<'a>(h: &'a HeaderMap, nome: &HeaderName) -> Option<&'a str> {
    let mut valori = h.get_all(nome).iter();
    let valore = valori.next().filter(|_| valori.next().is_none())?;
    valore.to_str().ok().map(str::trim).filter(|t| !t.is_empty())
}

fn protocollo(t: &str) -> Option<Scheme> {
    match t.to_ascii_lowercase().as_str() {
        "https" => Some(Scheme::HTTPS),
        "http" => Some(Scheme::HTTP),
        _ => None,
    }
}

fn ospite(t: &str) -> Option<Authority> {
    let letta: Authority = t.parse().ok()?;
    let nuda = !letta.host().is_empty() && !t.contains(['@', ',', '%']);
    // A colon without a number after it is no port.
    nuda.then_some(letta).filter(|a| a.host().len() == t.len() || a.port_u16().is_some())
}

/// With its slash in front and none at the end; nothing that leads elsewhere.
fn contesto(t: &str) -> Option<String> {
    let nudo = t.trim_matches('/');
    let pulito = |s: &str| {
        !matches!(s, "" | "." | "..")
            && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_' | b'.' | b'~'))
    };
    nudo.split('/').all(pulito).then(|| format!("/{nudo}"))
}

fn preceduto(contesto: &str, uri: &Uri) -> Option<Uri> {
    let percorso = uri.path_and_query().map_or("/", PathAndQuery::as_str);
    PathAndQuery::try_from(format!("{contesto}{percorso}")).ok().map(Uri::from)
}

fn predefinita(schema: &Scheme) -> Option<u16> {
    match schema.as_str() {
        "https" => Some(443),
        "http" => Some(80),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBBLICA: &str = "https://pagamenti.example:8443";

    fn intestazioni() -> IntestazioniLegami {
        let nome = |t: &'static str| Some(HeaderName::from_static(t));
        IntestazioniLegami {
            protocollo: nome("x-proto"),
            ospite: nome("x-host"),
            porta: nome("x-port"),
            contesto: nome("x-context"),
        }
    }

    fn imposto(coppie: &[(&'static str, &str)]) -> String {
        let mut h = HeaderMap::new();
        for (n, v) in coppie {
            h.append(*n, v.parse().unwrap());
        }
        let uri: Uri = "http://chi.chiama:1/govpay-api-pendenze/rs/basic/v2/pendenze?a=%2F".parse().unwrap();
        let detto = intestazioni().imposto(&uri, &h, PUBBLICA).to_string();
        detto.replace("/govpay-api-pendenze/rs/basic/v2/pendenze?a=%2F", "#")
    }

    #[test]
    fn si_impone_cio_che_il_proxy_dice() {
        for (coppie, atteso) in [
            (&[][..], "#"),
            (&[("x-altro", "https")], "#"),
            (&[("x-host", "ente.example")], "https://ente.example#"),
            (&[("x-host", "ente.example:81"), ("x-proto", "HTTP")], "http://ente.example:81#"),
            (&[("x-host", "ente.example:81"), ("x-port", "9443")], "https://ente.example:9443#"),
            (&[("x-host", "ente.example"), ("x-port", "443"), ("x-proto", "https")], "https://ente.example#"),
            (
                &[("x-host", "ente.example"), ("x-port", "443"), ("x-proto", "http")],
                "http://ente.example:443#",
            ),
            (&[("x-proto", "http")], "http://pagamenti.example:8443#"),
            (&[("x-port", "80")], "https://pagamenti.example:80#"),
            (&[("x-host", "[::1]"), ("x-port", "81")], "https://[::1]:81#"),
            (&[("x-context", "/pagamenti")], "/pagamenti#"),
            (&[("x-context", "enti/roma/")], "/enti/roma#"),
            (&[("x-context", "/a"), ("x-host", "ente.example")], "https://ente.example/a#"),
        ] {
            assert_eq!(imposto(coppie), atteso, "{coppie:?}");
        }
    }

    #[test]
    fn cio_che_non_si_capisce_non_impone_niente() {
        for (nome, valore) in [
            ("x-host", "a.example, b.example"),
            ("x-host", "utente@a.example"),
            ("x-host", "a.example/percorso"),
            ("x-host", "a.example:"),
            ("x-host", ":80"),
            ("x-host", " "),
            ("x-proto", "javascript"),
            ("x-port", "0"),
            ("x-port", "70000"),
            ("x-context", "/"),
            ("x-context", "/../a"),
            ("x-context", "//ente.example/a//b"),
            ("x-context", "/a?b=c"),
            ("x-context", "/a b"),
        ] {
            assert_eq!(imposto(&[(nome, valore)]), "#", "{nome}: {valore}");
        }
        assert_eq!(imposto(&[("x-host", "a.example"), ("x-host", "b.example")]), "#", "due volte");
    }

    #[test]
    fn un_legame_assoluto_ha_la_base_pubblica() {
        let i = ImpostazioniApi { url_pubblica: PUBBLICA.to_owned(), ..ImpostazioniApi::default() };
        let detto = |t: &str| assoluto(&i, &t.parse().unwrap()).to_string();
        assert_eq!(detto("/a/b?c=d"), "https://pagamenti.example:8443/a/b?c=d");
        assert_eq!(detto("http://ente.example/a"), "http://ente.example/a", "il proxy l'ha gia' detto");
        assert_eq!(senza_query(&"/a/b?c=d".parse().unwrap()), "/a/b");
        assert_eq!(senza_query(&"https://e.example/a/b?c=d".parse().unwrap()), "https://e.example/a/b");
    }
}
