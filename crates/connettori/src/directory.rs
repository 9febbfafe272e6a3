//! The LDAP directory that verifies passwords (spec 10 section 1).
//!
//! A connection looks for the entry as the service account, binds as that entry with the password that was
//! presented, and looks for its groups. What a caller has typed enters filters and names only escaped.

use async_trait::async_trait;
use engine::porte::{Cancello, Directory, DirectoryNonDisponibile, Riconoscimento, VoceDirectory};
use ldap3::result::LdapError;
use ldap3::{
    Ldap, LdapConnAsync, LdapConnSettings, Scope, SearchEntry, SearchOptions, dn_escape, ldap_escape,
};
use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore, crypto};
use secrecy::{ExposeSecret as _, SecretString};
use std::borrow::Cow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use url::Url;

/// A connection that nobody used for so long is not used again: directories and firewalls close them.
const RIPOSO: Duration = Duration::from_secs(60);
/// After a directory could not be reached nobody tries for so long: callers do not queue up for a wait that
/// each would lose.
const TREGUA: Duration = Duration::from_secs(1);
/// Most groups of one person.
const GRUPPI: i32 = 1000;
/// What a caller has typed, in a filter or a pattern.
const UTENTE: &str = "{user}";
/// The name of the entry that was found, in a filter.
const VOCE: &str = "{dn}";

/// How an entry is found.
#[derive(Debug, Clone)]
pub enum RicercaUtente {
    /// By its name: a pattern with `{user}`.
    Modello(String),
    /// By a search under a base, with a filter that holds `{user}`.
    Filtro {
        /// Base.
        base: String,
        /// Filter.
        filtro: String,
    },
}

/// How the groups of an entry are found.
#[derive(Debug, Clone)]
pub struct RicercaGruppi {
    /// Base.
    pub base: String,
    /// Filter with `{dn}`, `{user}` or both.
    pub filtro: String,
    /// Attribute with the name of a group.
    pub attributo: String,
}

/// Where the directory is and what is asked of it.
#[derive(Debug, Clone)]
pub struct OpzioniDirectory {
    /// `ldap://` or `ldaps://`, tried in order.
    pub url: Vec<Url>,
    /// `ldap://` turns to TLS before anything is said.
    pub starttls: bool,
    /// Authorities of its certificate; when empty those of the system.
    pub autorita: Vec<CertificateDer<'static>>,
    /// Name of the service account; when empty searches are anonymous, and groups are looked for as the
    /// person himself.
    pub servizio: String,
    /// Its password.
    pub password: SecretString,
    /// How an entry is found.
    pub utente: RicercaUtente,
    /// Attribute with the principal.
    pub principal: Option<String>,
    /// How groups are found; `None`: they are not looked for.
    pub gruppi: Option<RicercaGruppi>,
    /// Most connections.
    pub connessioni: usize,
    /// Longest wait for a connection, and for each answer.
    pub scadenza: Duration,
}

/// The pattern or filter cannot be used; the text says why.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DirectoryNonValida(pub String);

/// Whether a text is a filter, and holds one of the placeholders.
///
/// # Errors
/// What is wrong with it.
pub fn controlla_filtro(filtro: &str, segnaposto: &[&str]) -> Result<(), DirectoryNonValida> {
    if !segnaposto.iter().any(|s| filtro.contains(s)) {
        return Err(DirectoryNonValida(format!("`{filtro}` non contiene {}", segnaposto.join(" ne' "))));
    }
    // The library also takes a filter without its parentheses, which directories do not.
    let chiuso = filtro.starts_with('(') && filtro.ends_with(')');
    match ldap3::parse_filter(riempi(filtro, &[(UTENTE, "x"), (VOCE, "cn=x")])) {
        Ok(_) if chiuso => Ok(()),
        _ => Err(DirectoryNonValida(format!("`{filtro}` non e' un filtro LDAP"))),
    }
}

/// Client of a directory.
pub struct ClienteDirectory {
    opzioni: OpzioniDirectory,
    tls: Option<Arc<ClientConfig>>,
    posti: Semaphore,
    a_riposo: Mutex<Vec<(Ldap, Instant)>>,
    caduta: Mutex<Option<Instant>>,
}

/// An exchange that did not end.
enum Caduta {
    /// The connection: another one may do.
    Rete(String),
    /// The directory has answered that it cannot.
    Rifiuto(String),
}

impl From<LdapError> for Caduta {
    fn from(e: LdapError) -> Self {
        match e {
            LdapError::FilterParsing => Self::Rifiuto("filtro non valido".to_owned()),
            altro => Self::Rete(altro.to_string()),
        }
    }
}

impl Caduta {
    fn testo(self) -> String {
        match self {
            Self::Rete(t) | Self::Rifiuto(t) => t,
        }
    }
}

/// Results of a bind (RFC 4511 4.1.9) that say that this name and this password do not go together: among
/// them entries without a password, locked, expired, or that are not there.
const ERRATA: [u32; 6] = [19, 32, 34, 48, 49, 53];

impl ClienteDirectory {
    /// Over its settings. Nobody is called before the first password.
    ///
    /// # Errors
    /// The authorities are not certificates.
    pub fn nuovo(opzioni: OpzioniDirectory) -> Result<Self, DirectoryNonValida> {
        let tls = if opzioni.autorita.is_empty() { None } else { Some(Arc::new(tls(&opzioni.autorita)?)) };
        let posti = Semaphore::new(opzioni.connessioni.max(1));
        Ok(Self { opzioni, tls, posti, a_riposo: Mutex::default(), caduta: Mutex::default() })
    }

    fn riposata(&self) -> Option<Ldap> {
        let mut a_riposo = self.a_riposo.lock().unwrap_or_else(PoisonError::into_inner);
        a_riposo.retain(|(_, da)| da.elapsed() < RIPOSO);
        a_riposo.pop().map(|(l, _)| l)
    }

    fn riponi(&self, connessione: Ldap) {
        self.a_riposo.lock().unwrap_or_else(PoisonError::into_inner).push((connessione, Instant::now()));
    }

    async fn connetti(&self) -> Result<Ldap, Caduta> {
        let caduta = *self.caduta.lock().unwrap_or_else(PoisonError::into_inner);
        if caduta.is_some_and(|q| q.elapsed() < TREGUA) {
            return Err(Caduta::Rete("non raggiungibile un momento fa".to_owned()));
        }
        let mut motivi = Vec::new();
        for url in &self.opzioni.url {
            match self.connetti_a(url).await {
                Ok(l) => return Ok(l),
                Err(e) => motivi.push(format!("{}: {e}", url.host_str().unwrap_or_default())),
            }
        }
        *self.caduta.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
        Err(Caduta::Rete(motivi.join("; ")))
    }

    async fn connetti_a(&self, url: &Url) -> Result<Ldap, String> {
        let mut come = LdapConnSettings::new()
            .set_conn_timeout(self.opzioni.scadenza)
            .set_starttls(self.opzioni.starttls && url.scheme() == "ldap");
        if let Some(tls) = &self.tls {
            come = come.set_config(Arc::clone(tls));
        }
        let (connessione, l) =
            LdapConnAsync::from_url_with_settings(come, url).await.map_err(|e| e.to_string())?;
        tokio::spawn(async move {
            if let Err(errore) = connessione.drive().await {
                tracing::debug!(%errore, "connessione con la directory chiusa");
            }
        });
        Ok(l)
    }

    /// Binds; false when name and password do not go together.
    async fn lega(&self, l: &mut Ldap, dn: &str, password: &str) -> Result<bool, Caduta> {
        let esito = l.with_timeout(self.opzioni.scadenza).simple_bind(dn, password).await?;
        match esito.rc {
            0 => Ok(true),
            rc if ERRATA.contains(&rc) => Ok(false),
            rc => Err(Caduta::Rifiuto(format!("il bind ha risposto {rc}: {}", esito.text))),
        }
    }

    /// Becomes the service account, or nobody.
    async fn come_servizio(&self, l: &mut Ldap) -> Result<(), Caduta> {
        let o = &self.opzioni;
        let password = if o.servizio.is_empty() { "" } else { o.password.expose_secret() };
        if self.lega(l, &o.servizio, password).await? {
            return Ok(());
        }
        Err(Caduta::Rifiuto("l'utenza di servizio non e' accettata".to_owned()))
    }

    /// Entries under a base, at most `quante` and one more.
    async fn cerca(
        &self,
        l: &mut Ldap,
        (base, ambito): (&str, Scope),
        filtro: &str,
        attributi: Vec<&str>,
        quante: i32,
    ) -> Result<Vec<SearchEntry>, Caduta> {
        let limiti = SearchOptions::new().sizelimit(quante.saturating_add(1));
        let esito = l
            .with_timeout(self.opzioni.scadenza)
            .with_search_options(limiti)
            .search(base, ambito, filtro, attributi)
            .await?;
        // 4: there are more than asked for; 10: all that was found is elsewhere.
        if !matches!(esito.1.rc, 0 | 4 | 10) {
            let testo = format!("la ricerca sotto [{base}] ha risposto {}: {}", esito.1.rc, esito.1.text);
            return Err(Caduta::Rifiuto(testo));
        }
        Ok(esito.0.into_iter().filter(|r| !r.is_ref()).map(SearchEntry::construct).collect())
    }

    /// The only entry of a name, with its principal.
    async fn trova(
        &self,
        l: &mut Ldap,
        base: &str,
        filtro: &str,
    ) -> Result<Option<(String, Option<String>)>, Caduta> {
        self.come_servizio(l).await?;
        let attributo = self.opzioni.principal.as_deref();
        let mut trovate =
            self.cerca(l, (base, Scope::Subtree), filtro, vec![attributo.unwrap_or("1.1")], 1).await?;
        if trovate.len() > 1 {
            tracing::warn!("piu' voci della directory rispondono allo stesso nome: nessuna vale");
            return Ok(None);
        }
        Ok(trovate.pop().filter(|v| !v.dn.is_empty()).map(|v| {
            let principal = attributo.and_then(|a| primo(&v, a));
            (v.dn, principal)
        }))
    }

    async fn chiedi(
        &self,
        l: &mut Ldap,
        utente: &str,
        password: &str,
        cancello: &dyn Cancello,
    ) -> Result<Riconoscimento, Caduta> {
        let o = &self.opzioni;
        let (dn, mut principal) = match &o.utente {
            RicercaUtente::Modello(modello) => (riempi(modello, &[(UTENTE, &dn_escape(utente))]), None),
            RicercaUtente::Filtro { base, filtro } => {
                let filtro = riempi(filtro, &[(UTENTE, &ldap_escape(utente))]);
                match self.trova(l, base, &filtro).await? {
                    Some(v) => v,
                    None => {
                        // One question more, as for a name that is there: the time does not tell them apart.
                        self.lega(l, &format!("cn=nessuno,{base}"), password).await?;
                        return Ok(Riconoscimento::Errata(None));
                    }
                }
            }
        };
        if !cancello.ammette(&dn) || !self.lega(l, &dn, password).await? {
            return Ok(Riconoscimento::Errata(Some(dn)));
        }
        if let (RicercaUtente::Modello(_), Some(attributo)) = (&o.utente, o.principal.as_deref()) {
            let voci = self.cerca(l, (&dn, Scope::Base), "(objectClass=*)", vec![attributo], 1).await?;
            principal = voci.first().and_then(|v| primo(v, attributo));
        }
        let gruppi = match &o.gruppi {
            None => Vec::new(),
            Some(g) => {
                if !o.servizio.is_empty() {
                    self.come_servizio(l).await?;
                }
                let filtro = riempi(&g.filtro, &[(UTENTE, &ldap_escape(utente)), (VOCE, &ldap_escape(&*dn))]);
                let voci =
                    self.cerca(l, (&g.base, Scope::Subtree), &filtro, vec![&g.attributo], GRUPPI).await?;
                voci.iter().flat_map(|v| valori(v, &g.attributo)).cloned().collect()
            }
        };
        Ok(Riconoscimento::Giusta(VoceDirectory { voce: dn, principal, gruppi }))
    }
}

#[async_trait]
impl Directory for ClienteDirectory {
    async fn riconosci(
        &self,
        utente: &str,
        password: &SecretString,
        cancello: &dyn Cancello,
    ) -> Result<Riconoscimento, DirectoryNonDisponibile> {
        let password = password.expose_secret();
        // With an empty password a directory says yes to any name: it takes it for a bind as nobody.
        if password.is_empty() || utente.is_empty() {
            return Ok(Riconoscimento::Errata(None));
        }
        let posto = tokio::time::timeout(self.opzioni.scadenza, self.posti.acquire()).await;
        let Ok(Ok(_posto)) = posto else {
            return Err(DirectoryNonDisponibile("tutte le connessioni sono occupate".to_owned()));
        };
        if let Some(mut vecchia) = self.riposata() {
            match self.chiedi(&mut vecchia, utente, password, cancello).await {
                Ok(esito) => {
                    self.riponi(vecchia);
                    return Ok(esito);
                }
                // It had been closed meanwhile, perhaps: a new one tells.
                Err(Caduta::Rete(_)) => {}
                Err(Caduta::Rifiuto(testo)) => return Err(DirectoryNonDisponibile(testo)),
            }
        }
        let mut nuova = self.connetti().await.map_err(|e| DirectoryNonDisponibile(e.testo()))?;
        let esito = self.chiedi(&mut nuova, utente, password, cancello).await;
        let esito = esito.map_err(|e| DirectoryNonDisponibile(e.testo()))?;
        self.riponi(nuova);
        Ok(esito)
    }
}

fn tls(autorita: &[CertificateDer<'static>]) -> Result<ClientConfig, DirectoryNonValida> {
    let mut radici = RootCertStore::empty();
    for c in autorita {
        radici.add(c.clone()).map_err(|e| DirectoryNonValida(e.to_string()))?;
    }
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(config
        .map_err(|e| DirectoryNonValida(e.to_string()))?
        .with_root_certificates(radici)
        .with_no_client_auth())
}

/// Values of an attribute: directories answer with their own case of its name.
fn valori<'a>(voce: &'a SearchEntry, attributo: &str) -> impl Iterator<Item = &'a String> {
    let trovato = voce.attrs.iter().find(|(nome, _)| nome.eq_ignore_ascii_case(attributo));
    trovato.into_iter().flat_map(|(_, v)| v)
}

fn primo(voce: &SearchEntry, attributo: &str) -> Option<String> {
    valori(voce, attributo).find(|v| !v.is_empty()).cloned()
}

/// Puts values in the place of their placeholders. What a value holds is never looked at again.
fn riempi(modello: &str, valori: &[(&str, &str)]) -> String {
    let mut testo = String::with_capacity(modello.len());
    let mut resto = modello;
    while let Some(inizio) = resto.find('{') {
        let (prima, da) = resto.split_at(inizio);
        testo.push_str(prima);
        let (aggiunta, dopo): (Cow<'_, str>, &str) = valori
            .iter()
            .find_map(|(nome, v)| Some((Cow::Borrowed(*v), da.strip_prefix(nome)?)))
            .unwrap_or_else(|| (Cow::Borrowed("{"), da.get(1..).unwrap_or_default()));
        testo.push_str(&aggiunta);
        resto = dopo;
    }
    testo.push_str(resto);
    testo
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cio_che_si_digita_non_diventa_mai_filtro_ne_segnaposto() {
        let filtro =
            |u: &str| riempi("(&(uid={user})(x={altro}))", &[(UTENTE, &ldap_escape(u)), (VOCE, "V")]);
        assert_eq!(filtro("mario"), "(&(uid=mario)(x={altro}))");
        assert_eq!(filtro("*"), r"(&(uid=\2a)(x={altro}))");
        assert_eq!(filtro("a)(uid=*"), r"(&(uid=a\29\28uid=\2a)(x={altro}))");
        assert_eq!(filtro("{dn}{user}"), "(&(uid={dn}{user})(x={altro}))");
        let nome = |u: &str| riempi("uid={user},dc=x", &[(UTENTE, &dn_escape(u))]);
        assert_eq!(nome("a,ou=capi"), r"uid=a\2cou\3dcapi,dc=x");
    }

    #[test]
    fn un_filtro_si_controlla_prima() {
        assert_eq!(controlla_filtro("(uid={user})", &[UTENTE]), Ok(()));
        assert_eq!(controlla_filtro("(|(member={dn})(memberUid={user}))", &[VOCE, UTENTE]), Ok(()));
        for male in ["(uid=x)", "uid={user}", "(uid={user}", ""] {
            assert!(controlla_filtro(male, &[UTENTE]).is_err(), "{male}");
        }
    }
}
