//! From the configuration to how callers say who they are (spec 10 section 2).

use super::{Configurazione, ErroreConfigurazione};
use api::convenzioni::{
    AutenticazioneNodo, Cookie, Cors, Destinazioni, Famiglia, IntestazioniApiKey, IntestazioniFidate,
    IntestazioniLegami, UscitaOAuth2,
};
use domain::evento::Componente;
use engine::autenticazione::ImpostazioniOAuth2;
use http::{HeaderName, HeaderValue};
use ipnet::IpNet;
use secrecy::SecretString;
use std::net::IpAddr;
use std::time::Duration;

/// Families that exist in this version.
const FAMIGLIE: &str = "basic, ssl, form, apikey, oauth2, session, public, sslheader, header, spid";

fn errore(testo: impl Into<String>) -> ErroreConfigurazione {
    ErroreConfigurazione(testo.into())
}

/// Families that an API has (spec 10 section 1).
fn previste(componente: Componente) -> &'static [Famiglia] {
    use Famiglia as F;
    match componente {
        Componente::ApiBackoffice => &[
            F::Basic,
            F::Ssl,
            F::Form,
            F::ApiKey,
            F::OAuth2,
            F::Session,
            F::Public,
            F::SslHeader,
            F::Header,
            F::Spid,
        ],
        Componente::ApiPagamento => {
            &[F::Basic, F::Ssl, F::ApiKey, F::OAuth2, F::Session, F::Public, F::SslHeader, F::Header, F::Spid]
        }
        Componente::ApiUser => &[F::Basic, F::Ssl, F::Header, F::Spid],
        _ => &[F::Basic, F::Ssl, F::ApiKey, F::OAuth2, F::SslHeader, F::Header],
    }
}

impl Configurazione {
    /// Families that are on, per API.
    pub(super) fn famiglie(&self) -> Result<Vec<(Componente, Vec<Famiglia>)>, ErroreConfigurazione> {
        let di_tutte = famiglie("auth_families", &self.auth_families)?;
        [
            (Componente::ApiBackoffice, "api.backoffice_families", &self.api.backoffice_families),
            (Componente::ApiPendenze, "api.pendenze_families", &self.api.pendenze_families),
            (Componente::ApiRagioneria, "api.ragioneria_families", &self.api.ragioneria_families),
            (Componente::ApiPagamento, "api.pagamento_families", &self.api.pagamento_families),
            (Componente::ApiUser, "api.user_families", &self.api.user_families),
        ]
        .into_iter()
        .map(|(componente, chiave, elenco)| {
            let previste = previste(componente);
            // Whoever logs in for others does it by SPID, unless it is said otherwise.
            if elenco.is_empty() && componente == Componente::ApiUser {
                let spid = if self.trusted_proxies.is_empty() { Vec::new() } else { vec![Famiglia::Spid] };
                return Ok((componente, spid));
            }
            if elenco.is_empty() {
                let comuni = di_tutte.iter().copied().filter(|f| previste.contains(f)).collect();
                return Ok((componente, comuni));
            }
            let lette = famiglie(chiave, elenco)?;
            match lette.iter().position(|f| !previste.contains(f)) {
                None => Ok((componente, lette)),
                Some(i) => {
                    let nome = elenco.get(i).map_or("", String::as_str);
                    Err(errore(format!("{chiave}: questa API non ha il metodo di autenticazione `{nome}`")))
                }
            }
        })
        .collect()
    }

    /// The family of `rs/v{n}`.
    pub(super) fn famiglia_predefinita(&self) -> Result<Option<Famiglia>, ErroreConfigurazione> {
        match self.auth.default_family.as_str() {
            "" => Ok(None),
            "basic" => Ok(Some(Famiglia::Basic)),
            "ssl" => Ok(Some(Famiglia::Ssl)),
            altra => Err(errore(format!("auth.default_family: `{altra}` non e' basic ne' ssl"))),
        }
    }

    /// Identities in headers, and who may write them. A family that believes headers does not start
    /// without the list of the proxies that write them.
    pub(super) fn intestazioni_fidate(&self) -> Result<IntestazioniFidate, ErroreConfigurazione> {
        let dal_proxy = |f: &Famiglia| matches!(f, Famiglia::SslHeader | Famiglia::Header | Famiglia::Spid);
        let accese = self.famiglie()?.iter().any(|(_, f)| f.iter().any(dal_proxy));
        let nodo = matches!(self.pagopa_auth.as_str(), "sslheader" | "header");
        if (accese || nodo) && self.trusted_proxies.is_empty() {
            return Err(errore(
                "trusted_proxies: i metodi sslheader, header e spid credono alle intestazioni di un reverse proxy, e \
                 senza l'elenco dei suoi indirizzi le scriverebbe chiunque",
            ));
        }
        let usa_header = nodo && self.pagopa_auth == "header"
            || self.famiglie()?.iter().any(|(_, f)| f.contains(&Famiglia::Header));
        if usa_header && self.auth.header_names.is_empty() {
            return Err(errore("auth.header_names: il metodo header richiede il nome dell'intestazione"));
        }
        let a = &self.auth;
        for (chiave, nome) in [
            ("auth.spid_header", &a.spid_header),
            ("auth.certificate_header", &a.certificate_header),
            ("auth.api_key_id_header", &a.api_key_id_header),
            ("auth.api_key_header", &a.api_key_header),
        ]
        .into_iter()
        .chain(a.header_names.iter().map(|n| ("auth.header_names", n)))
        {
            if HeaderName::try_from(nome.as_str()).is_err() {
                return Err(errore(format!("{chiave}: `{nome}` non e' il nome di una intestazione HTTP")));
            }
        }
        let proxy = self.trusted_proxies.iter().map(|t| rete(t)).collect::<Result<Vec<_>, _>>()?;
        let da = caratteri("auth.certificate_replace", &a.certificate_replace)?;
        let con = caratteri("auth.certificate_replace_with", &a.certificate_replace_with)?;
        Ok(IntestazioniFidate {
            proxy,
            principal: a.header_names.clone(),
            spid: a.spid_header.clone(),
            attributi_spid: self.attributi_spid()?,
            certificato: a.certificate_header.clone(),
            certificato_url: a.certificate_url_decode,
            certificato_base64: a.certificate_base64_decode,
            certificato_sostituzione: (!da.is_empty()).then_some((da, con)),
        })
    }

    /// Where API User may send a browser.
    pub(super) fn destinazioni(&self) -> Result<Destinazioni, ErroreConfigurazione> {
        let coppie = |chiave: &str, elenco: &[String]| {
            elenco
                .iter()
                .map(|t| {
                    let (id, url) = t
                        .split_once('=')
                        .filter(|(id, url)| !id.is_empty() && indirizzo(url))
                        .ok_or_else(|| {
                            errore(format!(
                                "{chiave}: `{t}` non e' urlID=URL, con una URL http o https senza `#`"
                            ))
                        })?;
                    Ok((id.to_owned(), url.to_owned()))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        Ok(Destinazioni {
            login: coppie("auth.login_redirects", &self.auth.login_redirects)?,
            logout: coppie("auth.logout_redirects", &self.auth.logout_redirects)?,
        })
    }

    /// The logout of family `oauth2`.
    pub(super) fn uscita_oauth2(&self) -> Result<Option<UscitaOAuth2>, ErroreConfigurazione> {
        let o = &self.oauth2;
        if o.logout_uri.is_empty() {
            return Ok(None);
        }
        if !indirizzo(&o.logout_uri) || !indirizzo(&o.post_logout_redirect_uri) {
            return Err(errore(
                "oauth2.logout_uri e oauth2.post_logout_redirect_uri: servono due URL http o https",
            ));
        }
        Ok(Some(UscitaOAuth2 {
            url: o.logout_uri.clone(),
            ritorno: o.post_logout_redirect_uri.clone(),
            con_token: o.logout_sends_token,
        }))
    }

    /// The identity provider; `None` when no API has family `oauth2`.
    pub(crate) fn oauth2(&self) -> Result<Option<ImpostazioniOAuth2>, ErroreConfigurazione> {
        let o = &self.oauth2;
        if !self.famiglie()?.iter().any(|(_, f)| f.contains(&Famiglia::OAuth2)) {
            return Ok(None);
        }
        fornitore(
            ("oauth2", "il metodo oauth2"),
            ImpostazioniOAuth2 {
                jwks_uri: o.jwks_uri.clone(),
                emittente: o.issuer.clone(),
                destinatario: o.audience.clone(),
                principal: o.principal_claims.clone(),
                gruppi: o.groups_claim.clone(),
                tolleranza: o.clock_skew_seconds,
                durata_chiavi: o.jwks_cache_seconds,
                scadenza: Duration::from_millis(o.timeout_millis),
            },
        )
        .map(Some)
    }

    /// The identity provider of the Node; `None` when the Node does not come with a token.
    pub(crate) fn oauth2_nodo(&self) -> Result<Option<ImpostazioniOAuth2>, ErroreConfigurazione> {
        if self.pagopa_auth != "oauth2" {
            return Ok(None);
        }
        let o = &self.pagopa_oauth2;
        fornitore(
            ("pagopa_oauth2", "pagopa_auth `oauth2`"),
            ImpostazioniOAuth2 {
                jwks_uri: o.jwks_uri.clone(),
                emittente: o.issuer.clone(),
                destinatario: o.audience.clone(),
                principal: o.principal_claims.clone(),
                gruppi: String::new(),
                tolleranza: o.clock_skew_seconds,
                durata_chiavi: o.jwks_cache_seconds,
                scadenza: Duration::from_millis(o.timeout_millis),
            },
        )
        .map(Some)
    }

    /// Attributes of SPID and their headers.
    fn attributi_spid(&self) -> Result<Vec<(String, String)>, ErroreConfigurazione> {
        let coppia = |t: &String| {
            t.split_once('=')
                .filter(|(n, h)| !n.is_empty() && HeaderName::try_from(*h).is_ok())
                .map(|(n, h)| (n.to_owned(), h.to_owned()))
                .ok_or_else(|| errore(format!("auth.spid_attributes: `{t}` non e' attributo=Intestazione")))
        };
        self.auth.spid_attributes.iter().map(coppia).collect()
    }

    /// Pages of other origins.
    pub(super) fn cors(&self) -> Result<Cors, ErroreConfigurazione> {
        fn tutti<T>(
            chiave: &str,
            testi: &[String],
            leggi: impl Fn(&str) -> Option<T>,
        ) -> Result<Vec<T>, ErroreConfigurazione> {
            testi
                .iter()
                .map(|t| leggi(t).ok_or_else(|| errore(format!("cors.{chiave}: `{t}` non e' valido"))))
                .collect()
        }
        let c = &self.cors;
        let nome = |t: &str| HeaderName::try_from(t).ok();
        // As a browser writes it: scheme, host and port, without a path.
        let origine = |t: &str| {
            let ospite = t.strip_prefix("https://").or_else(|| t.strip_prefix("http://"))?;
            let nuda = !ospite.is_empty() && !ospite.contains(['/', '*', ' ']);
            HeaderValue::from_str(t).ok().filter(|_| nuda)
        };
        Ok(Cors {
            tutte_le_origini: c.allow_all_origins,
            origini: tutti("allow_origins", &c.allow_origins, origine)?,
            metodi: tutti("allow_methods", &c.allow_methods, |t| t.parse().ok())?,
            intestazioni: tutti("allow_headers", &c.allow_headers, nome)?,
            esposte: tutti("expose_headers", &c.expose_headers, nome)?,
            credenziali: c.allow_credentials,
            durata: Some(c.max_age_seconds).filter(|s| *s > 0).map(Duration::from_secs),
        })
    }

    /// Headers in which a proxy says how it was reached.
    pub(super) fn legami(&self) -> Result<IntestazioniLegami, ErroreConfigurazione> {
        let l = &self.links;
        let nome = |chiave: &str, t: &str| match t {
            "" => Ok(None),
            _ if self.trusted_proxies.is_empty() => Err(errore(format!(
                "trusted_proxies: links.{chiave} crede all'intestazione di un reverse proxy, e senza l'elenco dei suoi \
                 indirizzi la scriverebbe chiunque"
            ))),
            _ => HeaderName::try_from(t).map(Some).map_err(|_| {
                errore(format!("links.{chiave}: `{t}` non e' il nome di una intestazione HTTP"))
            }),
        };
        Ok(IntestazioniLegami {
            protocollo: nome("protocol_header", &l.protocol_header)?,
            ospite: nome("host_header", &l.host_header)?,
            porta: nome("port_header", &l.port_header)?,
            contesto: nome("context_header", &l.context_header)?,
        })
    }

    /// Headers of an API key.
    pub(super) fn api_key(&self) -> IntestazioniApiKey {
        IntestazioniApiKey {
            id: self.auth.api_key_id_header.clone(),
            chiave: self.auth.api_key_header.clone(),
        }
    }

    /// The cookie of the sessions: `Secure` when the gateway is reached over TLS.
    pub(super) fn cookie(&self, url_pubblica: &str) -> Result<Cookie, ErroreConfigurazione> {
        let a = &self.auth;
        let pulito =
            |t: &str| t.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b';' | b',' | b'=' | b'"'));
        if a.cookie_name.is_empty()
            || !pulito(&a.cookie_name)
            || !pulito(&a.cookie_domain)
            || !pulito(&a.cookie_path)
        {
            return Err(errore(
                "auth.cookie_name, auth.cookie_domain e auth.cookie_path: caratteri non ammessi",
            ));
        }
        if !(1..=1440).contains(&a.session_minutes) {
            return Err(errore("auth.session_minutes deve essere tra 1 e 1440"));
        }
        Ok(Cookie {
            nome: a.cookie_name.clone(),
            dominio: a.cookie_domain.clone(),
            percorso: a.cookie_path.clone(),
            sicuro: url_pubblica.starts_with("https:"),
        })
    }

    /// How the Node authenticates.
    pub(super) fn nodo(&self) -> Result<AutenticazioneNodo, ErroreConfigurazione> {
        match self.pagopa_auth.as_str() {
            "ssl" => Ok(AutenticazioneNodo::Ssl),
            "sslheader" => Ok(AutenticazioneNodo::SslHeader),
            "header" => Ok(AutenticazioneNodo::Header),
            "basic" => {
                let password =
                    self.pagopa_basic_password.dato().filter(|_| !self.pagopa_basic_user.is_empty());
                let password = password.ok_or_else(|| {
                    errore("pagopa_auth `basic` richiede pagopa_basic_user e pagopa_basic_password")
                })?;
                Ok(AutenticazioneNodo::Basic {
                    utente: self.pagopa_basic_user.clone(),
                    password: SecretString::from(password.to_owned()),
                })
            }
            "apikey" => {
                let chiave = self.pagopa_api_key.dato().filter(|_| !self.pagopa_api_id.is_empty());
                let chiave = chiave
                    .ok_or_else(|| errore("pagopa_auth `apikey` richiede pagopa_api_id e pagopa_api_key"))?;
                Ok(AutenticazioneNodo::ApiKey {
                    id: self.pagopa_api_id.clone(),
                    chiave: SecretString::from(chiave.to_owned()),
                })
            }
            "oauth2" => self.oauth2_nodo().map(|_| AutenticazioneNodo::OAuth2),
            "ldap" => self.directory().map(|_| AutenticazioneNodo::Directory),
            "none" if self.listen.ip().is_loopback() => Ok(AutenticazioneNodo::Nessuna),
            "none" => Err(errore(format!(
                "pagopa_auth `none` e' ammesso solo in ascolto su loopback, non su {}",
                self.listen
            ))),
            altro => Err(errore(format!(
                "pagopa_auth: il metodo `{altro}` non e' supportato da questa versione; sono supportati ssl, \
                 sslheader, header, basic, ldap, apikey, oauth2 e, solo su loopback, none"
            ))),
        }
    }
}

fn famiglie(chiave: &str, elenco: &[String]) -> Result<Vec<Famiglia>, ErroreConfigurazione> {
    elenco
        .iter()
        .map(|nome| match Famiglia::con_nome(nome) {
            Some(f) => Ok(f),
            None => Err(errore(format!(
                "{chiave}: `{nome}` non e' un metodo di autenticazione; sono supportati {FAMIGLIE}"
            ))),
        })
        .collect()
}

/// Checks an identity provider; `chi` names its section and who asks for it.
fn fornitore(
    (sezione, chi): (&str, &str),
    i: ImpostazioniOAuth2,
) -> Result<ImpostazioniOAuth2, ErroreConfigurazione> {
    if !indirizzo(&i.jwks_uri) {
        return Err(errore(format!("{sezione}.jwks_uri: {chi} richiede la URL delle chiavi del fornitore")));
    }
    if i.principal.is_empty() {
        return Err(errore(format!("{sezione}.principal_claims: {chi} richiede il nome di un claim")));
    }
    if !(0..=600).contains(&i.tolleranza) {
        return Err(errore(format!("{sezione}.clock_skew_seconds deve essere tra 0 e 600")));
    }
    if !(10..=86_400).contains(&i.durata_chiavi) {
        return Err(errore(format!("{sezione}.jwks_cache_seconds deve essere tra 10 e 86400")));
    }
    Ok(i)
}

/// An absolute address of the web that may be given parameters.
fn indirizzo(testo: &str) -> bool {
    !testo.contains('#')
        && testo.parse::<http::Uri>().is_ok_and(|u| {
            matches!(u.scheme_str(), Some("http" | "https")) && u.host().is_some_and(|h| !h.is_empty())
        })
}

/// An address or a network.
fn rete(testo: &str) -> Result<IpNet, ErroreConfigurazione> {
    let t = testo.trim();
    t.parse::<IpNet>()
        .or_else(|_| t.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| errore(format!("trusted_proxies: `{testo}` non e' un indirizzo IP ne' una rete CIDR")))
}

/// Characters written as escapes.
fn caratteri(chiave: &str, testo: &str) -> Result<String, ErroreConfigurazione> {
    match testo {
        "" => Ok(String::new()),
        "\\t" => Ok("\t".to_owned()),
        "\\n" => Ok("\n".to_owned()),
        "\\r" => Ok("\r".to_owned()),
        "\\r\\n" => Ok("\r\n".to_owned()),
        "\\s" => Ok(" ".to_owned()),
        altro => Err(errore(format!("{chiave}: `{altro}` non e' \\t, \\n, \\r, \\r\\n ne' \\s"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn con(f: impl FnOnce(&mut Configurazione)) -> String {
        let mut c = Configurazione::default();
        f(&mut c);
        c.controlla().map_or_else(|e| e.0, |()| "accettata".to_owned())
    }

    #[test]
    fn le_famiglie_che_credono_a_un_proxy_vogliono_il_proxy() {
        for famiglia in ["sslheader", "header", "spid"] {
            let senza = con(|c| c.auth_families = vec![famiglia.into()]);
            assert!(senza.starts_with("trusted_proxies:"), "{senza}");
            let con_proxy = con(|c| {
                c.auth_families = vec![famiglia.into()];
                c.trusted_proxies = vec!["10.0.0.1".into(), "fd00::/8".into()];
                c.auth.header_names = vec!["X-Utente".into()];
            });
            assert_eq!(con_proxy, "accettata");
        }
        let nodo = con(|c| c.pagopa_auth = "sslheader".into());
        assert!(nodo.starts_with("trusted_proxies:"), "{nodo}");
    }

    #[test]
    fn ogni_valore_sbagliato_nomina_la_sua_chiave() {
        type Cambio = fn(&mut Configurazione);
        let casi: [(Cambio, &str); 28] = [
            (|c| c.links.host_header = "X-Forwarded-Host".into(), "trusted_proxies: links.host_header"),
            (
                |c| {
                    c.links.context_header = "X PREFIX".into();
                    c.trusted_proxies = vec!["::1".into()];
                },
                "links.context_header",
            ),
            (|c| c.cors.allow_origins = vec!["https://a.example/".into()], "cors.allow_origins"),
            (|c| c.cors.allow_methods = vec!["G T".into()], "cors.allow_methods"),
            (|c| c.cors.expose_headers = vec!["".into()], "cors.expose_headers"),
            (|c| c.auth_families = vec!["oauth2".into()], "oauth2.jwks_uri"),
            (
                |c| {
                    c.auth_families = vec!["oauth2".into()];
                    c.oauth2.jwks_uri = "https://idp.example/jwks".into();
                    c.oauth2.principal_claims = Vec::new();
                },
                "oauth2.principal_claims",
            ),
            (|c| c.oauth2.logout_uri = "idp.example".into(), "oauth2.logout_uri"),
            (|c| c.auth.login_redirects = vec!["javascript:alert(1)".into()], "auth.login_redirects"),
            (|c| c.auth.logout_redirects = vec!["a=//x.example/".into()], "auth.logout_redirects"),
            (|c| c.auth.spid_attributes = vec!["name".into()], "auth.spid_attributes"),
            (|c| c.api.user_families = vec!["form".into()], "api.user_families: questa API"),
            (|c| c.api.pendenze_families = vec!["form".into()], "api.pendenze_families: questa API"),
            (|c| c.api.ragioneria_families = vec!["form".into()], "api.ragioneria_families: questa API"),
            (|c| c.api.pagamento_families = vec!["form".into()], "api.pagamento_families: questa API"),
            (|c| c.api.pendenze_families = vec!["boh".into()], "api.pendenze_families: `boh`"),
            (|c| c.auth.default_family = "form".into(), "auth.default_family"),
            (|c| c.trusted_proxies = vec!["casa".into()], "trusted_proxies: `casa`"),
            (|c| c.auth.api_key_header = "X KEY".into(), "auth.api_key_header"),
            (|c| c.auth.certificate_replace = "x".into(), "auth.certificate_replace"),
            (|c| c.auth.cookie_name = "a;b".into(), "auth.cookie_name"),
            (|c| c.auth.session_minutes = 0, "auth.session_minutes"),
            (|c| c.pagopa_auth = "form".into(), "pagopa_auth: il metodo `form` non e' supportato"),
            (|c| c.pagopa_auth = "apikey".into(), "pagopa_auth `apikey` richiede"),
            (|c| c.pagopa_auth = "oauth2".into(), "pagopa_oauth2.jwks_uri"),
            (|c| c.connettori.api_key_header = "X KEY".into(), "connettori.api_key_header"),
            (|c| c.pagopa_auth = "basic".into(), "pagopa_auth `basic` richiede"),
            (
                |c| {
                    c.auth_families = vec!["header".into()];
                    c.trusted_proxies = vec!["::1".into()];
                },
                "auth.header_names",
            ),
        ];
        for (cambia, atteso) in casi {
            let errore = con(cambia);
            assert!(errore.starts_with(atteso), "{atteso}: {errore}");
        }
    }

    #[test]
    fn il_form_e_della_sola_backoffice() {
        let c = Configurazione::default();
        let famiglie = c.famiglie().unwrap();
        let di = |cerca| famiglie.iter().find(|(c, _)| *c == cerca).map(|(_, f)| f.clone());
        let (backoffice, pendenze) = (di(Componente::ApiBackoffice), di(Componente::ApiPendenze));
        assert_eq!(di(Componente::ApiPagamento), pendenze);
        assert_eq!(di(Componente::ApiRagioneria), pendenze);
        assert_eq!(backoffice, Some(vec![Famiglia::Basic, Famiglia::Ssl, Famiglia::Form]));
        assert_eq!(pendenze, Some(vec![Famiglia::Basic, Famiglia::Ssl]));
    }
}
