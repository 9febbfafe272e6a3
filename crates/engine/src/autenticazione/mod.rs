//! Passwords: hashing, verification, and the superuser of the first start (spec 10 2.2).

mod freno;
mod gettone;
pub(crate) mod impronte;
mod oauth2;

pub use oauth2::{ImpostazioniOAuth2, Portatore, TokenRifiutato, VerificatoreOAuth2};

use crate::anagrafica::{Firma, Modifica, ritratti};
use crate::{Chiamante, Engine, chiamante::Metodo};
use domain::anagrafica::{Ambito, TipoUtenza, Utenza, password_conforme, password_di_installazione};
use freno::Freno;
use moka::future::Cache;
use ring::{hmac, rand::SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::{Scrittura, StoreError};
use tokio::sync::Semaphore;

/// How long a verified password that nobody uses is believed without hashing it again. Whoever calls
/// all the time never queues up behind those who guess.
const DURATA: Duration = Duration::from_secs(60);
/// Most different passwords of a principal, or of all unknown ones together, that wait for their turn.
const IN_CODA: usize = 32;
/// Most passwords that are hashed at the same time, each in 19 MiB that stay in memory.
const INSIEME: usize = 8;
/// Most verified passwords in memory.
const QUANTE: u64 = 10_000;
/// How often the superuser of the first start is tried, and how long after a failure.
const AVVIO_TENTATIVI: u32 = 5;
const AVVIO_PAUSA: Duration = Duration::from_millis(500);
/// Longest password or principal that is looked at, in bytes; longer ones never pass.
const LUNGHEZZA: usize = 4096;
/// Role of the superuser, made by the first migration.
const AMMINISTRATORE: &str = "Amministratore";
/// A hash that no password has, with the cost of a real one: an unknown principal takes as long as
/// a wrong password.
const FINTO: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5LWlzLWhlcmU$c2YQmU2S0Qm0mGpq3bXyqHn1vT6kz5rE8wJd4Ua7oLI";

/// Why a password was not stored.
#[derive(Debug, thiserror::Error)]
pub enum PasswordError {
    /// It is too weak.
    #[error("la password deve avere almeno 8 caratteri, con maiuscole, minuscole e cifre, senza spazi")]
    Debole,
    /// It is too weak for the superuser.
    #[error(
        "la password del superuser deve avere almeno 8 caratteri, con maiuscole, minuscole, cifre e un carattere speciale, senza spazi"
    )]
    DeboleSuperuser,
    /// Nobody has that principal.
    #[error("utenza [{0}] inesistente")]
    Inesistente(String),
    /// It could not be saved.
    #[error("salvataggio non riuscito")]
    Store(#[from] StoreError),
}

/// Hashes and verifies passwords, a bounded number at a time, and remembers for a while which ones
/// were right.
pub(crate) struct Autenticazione {
    /// Of this process only: what stands in memory cannot be tried against a dictionary elsewhere.
    chiave: hmac::Key,
    verificate: Cache<[u8; 32], ()>,
    fucina: Arc<Semaphore>,
    /// How many wait, by principal; the unknown ones under no name.
    coda: Mutex<HashMap<String, usize>>,
    freno: Freno,
}

/// A place in the queue of a principal, given back with this value.
struct Posto<'a> {
    coda: &'a Mutex<HashMap<String, usize>>,
    principal: &'a str,
}

impl Drop for Posto<'_> {
    fn drop(&mut self) {
        let mut coda = self.coda.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(quanti) = coda.get_mut(self.principal) {
            *quanti -= 1;
            if *quanti == 0 {
                coda.remove(self.principal);
            }
        }
    }
}

/// A password that did not pass, or a hash that could not be computed.
enum Rifiuto {
    Errata,
    Affollata,
    Guasto(String),
}

impl Autenticazione {
    /// With a new random key.
    pub(crate) fn nuova() -> Self {
        let mut seme = [0_u8; 32];
        rand::RngCore::fill_bytes(&mut rand::rng(), &mut seme);
        // Half of the processors at most: whoever tries passwords leaves the others to the work.
        let insieme =
            std::thread::available_parallelism().map_or(1, |n| (usize::from(n) / 2).clamp(1, INSIEME));
        Self {
            chiave: hmac::Key::new(hmac::HMAC_SHA256, &seme),
            verificate: Cache::builder().max_capacity(QUANTE).time_to_idle(DURATA).build(),
            fucina: Arc::new(Semaphore::new(insieme)),
            coda: Mutex::default(),
            freno: Freno::default(),
        }
    }

    /// What a verified password is remembered by. The stored hash is part of it: with another hash
    /// the memory is worth nothing.
    fn marca(&self, principal: &str, password: &str, hash: &str) -> [u8; 32] {
        let mut c = hmac::Context::with_key(&self.chiave);
        for parte in [principal, password, hash] {
            c.update(&(parte.len() as u64).to_be_bytes());
            c.update(parte.as_bytes());
        }
        let mut marca = [0; 32];
        marca.copy_from_slice(c.sign().as_ref());
        marca
    }

    /// A place in the queue of a principal; none when it is full: whoever sends passwords faster than
    /// they can be hashed would fill the memory, and keep everybody else out.
    fn posto<'a>(&'a self, principal: &'a str) -> Option<Posto<'a>> {
        let mut coda = self.coda.lock().unwrap_or_else(PoisonError::into_inner);
        let quanti = coda.entry(principal.to_owned()).or_default();
        if *quanti >= IN_CODA {
            return None;
        }
        *quanti += 1;
        Some(Posto { coda: &self.coda, principal })
    }

    /// Whether the password was found right a moment ago: without hashing.
    async fn ricorda(&self, principal: &str, password: &SecretString, hash: Option<&str>) -> bool {
        let Some(hash) = hash else { return false };
        self.verificate.get(&self.marca(principal, password.expose_secret(), hash)).await.is_some()
    }

    /// Whether the password is the one of the stored hash. Without a hash the same work is done and
    /// the answer is no. Identical questions asked together are computed once. `NonDisponibile` when too
    /// many other passwords of that principal are being tried.
    async fn verifica(
        &self,
        principal: &str,
        password: &SecretString,
        hash: Option<&str>,
        con_md5: bool,
    ) -> Result<bool, StoreError> {
        let contro = hash.unwrap_or(FINTO);
        let marca = self.marca(principal, password.expose_secret(), contro);
        let calcola = async {
            let chi = if hash.is_some() { principal } else { "" };
            let _posto = self.posto(chi).ok_or(Rifiuto::Affollata)?;
            let contro = contro.to_owned();
            let password = password.clone();
            let giusta = self
                .in_fucina(move || {
                    impronte::corrisponde(password.expose_secret().as_bytes(), &contro, con_md5)
                })
                .await
                .map_err(Rifiuto::Guasto)?;
            if giusta { Ok(()) } else { Err(Rifiuto::Errata) }
        };
        match self.verificate.try_get_with(marca, calcola).await {
            Ok(()) => Ok(hash.is_some()),
            Err(r) => match &*r {
                Rifiuto::Errata => Ok(false),
                Rifiuto::Affollata => Err(StoreError::NonDisponibile(
                    "troppe password diverse in attesa di verifica".to_owned(),
                )),
                Rifiuto::Guasto(testo) => Err(StoreError::Rotto(testo.clone())),
            },
        }
    }

    /// The text to store for a password.
    pub(crate) async fn hash(&self, password: &SecretString) -> Result<String, StoreError> {
        let password = password.clone();
        self.in_fucina(move || {
            let mut sale = [0_u8; 16];
            ring::rand::SecureRandom::fill(&SystemRandom::new(), &mut sale)
                .map_err(|_| "nessuna fonte di casualita'".to_owned())?;
            impronte::nuova(password.expose_secret().as_bytes(), &sale).map_err(|e| e.to_string())
        })
        .await
        .and_then(|esito| esito)
        .map_err(|e| StoreError::Rotto(format!("hash della password: {e}")))
    }

    async fn in_fucina<T: Send + 'static>(
        &self,
        lavoro: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, String> {
        let permesso = Arc::clone(&self.fucina).acquire_owned().await.map_err(|e| e.to_string())?;
        tokio::task::spawn_blocking(move || {
            let _permesso = permesso;
            lavoro()
        })
        .await
        .map_err(|e| e.to_string())
    }
}

impl Engine {
    /// The caller behind a principal and its password; `None` when the principal is unknown, has no
    /// password, or the password is another one: the three cannot be told apart, not even by the
    /// time they take. A disabled identity does authenticate.
    ///
    /// `da` is the address of the caller. Each has one password at a time in the forge, so that who
    /// tries many waits behind himself; and after some failures on a principal it has to wait, whatever
    /// it presents for it (spec 10 2.2).
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn autentica_password(
        &self,
        principal: &str,
        password: &SecretString,
        metodo: Metodo,
        da: Option<IpAddr>,
    ) -> Result<Option<Chiamante>, StoreError> {
        let lungo = principal.len() > LUNGHEZZA || password.expose_secret().len() > LUNGHEZZA;
        if lungo || principal.contains('\0') {
            return Ok(None);
        }
        let trovata = self.registro().utenza(principal).await?;
        let con_md5 = self.impostazioni().impronte_md5;
        let hash = trovata.as_ref().and_then(|(u, _)| u.password.as_deref());
        if !self.password_giusta(principal, password, (hash, con_md5), &freno::rete(da)).await? {
            return Ok(None);
        }
        Ok(trovata.map(|(utenza, applicazione)| Chiamante::registrato(utenza, applicazione, metodo)))
    }

    async fn password_giusta(
        &self,
        principal: &str,
        password: &SecretString,
        (hash, con_md5): (Option<&str>, bool),
        rete: &str,
    ) -> Result<bool, StoreError> {
        let a = self.autenticazione();
        if a.freno.fermo(rete, principal, self.adesso()) {
            return Ok(false);
        }
        if a.ricorda(principal, password, hash).await {
            a.freno.riuscito(rete, principal);
            return Ok(true);
        }
        let _fila = self.store().serratura(&format!("accesso/{rete}")).await;
        // Others of this address may have failed while this one waited.
        if a.freno.fermo(rete, principal, self.adesso()) {
            return Ok(false);
        }
        let giusta = a.verifica(principal, password, hash, con_md5).await?;
        if giusta {
            a.freno.riuscito(rete, principal);
        } else {
            a.freno.fallito(rete, principal, self.adesso());
        }
        Ok(giusta)
    }

    /// The caller of a token that was believed, with the rights of those of his groups that are ruoli;
    /// `None` when nobody has his principal.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn autentica_portatore(&self, p: &Portatore) -> Result<Option<Chiamante>, StoreError> {
        let Some(chi) = self.autentica_principal(&p.principal, Metodo::OAuth2).await? else {
            return Ok(None);
        };
        if p.gruppi.is_empty() {
            return Ok(Some(chi));
        }
        let nomi: Vec<&str> = p.gruppi.iter().map(String::as_str).filter(|g| !g.contains('\0')).collect();
        Ok(Some(chi.con_ruoli(&self.store().ruoli(&nomi).await?)))
    }

    /// Makes the superuser, at the first start only: when there is any operatore nothing happens and
    /// the answer is false.
    ///
    /// # Errors
    /// The password is too weak for a superuser; the database cannot be written.
    pub async fn crea_superuser(
        &self,
        principal: &str,
        password: &SecretString,
    ) -> Result<bool, PasswordError> {
        if self.store().esiste_operatore().await? {
            return Ok(false);
        }
        if !password_di_installazione(password.expose_secret()) {
            return Err(PasswordError::DeboleSuperuser);
        }
        let utenza = Utenza {
            principal: principal.to_owned(),
            tipo: TipoUtenza::Operatore,
            password: Some(self.autenticazione().hash(password).await?),
            nome: principal.chars().take(35).collect(),
            acl: Vec::new(),
            ruoli: vec![AMMINISTRATORE.to_owned()],
            domini: Ambito::Tutti,
            tipi_pendenza: Ambito::Tutti,
            abilitato: true,
        };
        let nato = Modifica::di("Operatore", principal, None, ritratti::operatore(&utenza, &utenza.acl));
        for mancano in (0..AVVIO_TENTATIVI).rev() {
            let mut s = Scrittura::nuova();
            store::anagrafica::crea_operatore(&mut s, self.store().nuovi_id(1).await?, &utenza)?;
            self.annota(&mut s, "primo avvio", &nato).await?;
            let esito = self.store().commit(s).await;
            self.registro().svuota();
            let Err(errore) = esito else { return Ok(true) };
            // The answer was lost, or another node was starting too: what is stored tells.
            if let Some((trovata, _)) = self.registro().utenza(principal).await? {
                return Ok(trovata.password == utenza.password);
            }
            // The other one, perhaps, is not done yet.
            let passa =
                matches!(errore, StoreError::Conflitto | StoreError::NonDisponibile(_) | StoreError::Incerto);
            if !passa || mancano == 0 {
                return Err(errore.into());
            }
            tracing::warn!(%errore, "superuser non ancora creato");
            tokio::time::sleep(AVVIO_PAUSA).await;
        }
        Ok(false)
    }

    /// Gives a new password to an identity.
    ///
    /// # Errors
    /// A weak password, an unknown principal, a database that cannot be written.
    pub async fn imposta_password(
        &self,
        principal: &str,
        password: &SecretString,
    ) -> Result<(), PasswordError> {
        if !password_conforme(password.expose_secret()) {
            return Err(PasswordError::Debole);
        }
        let Some((prima, applicazione)) = self.store().utenza(principal).await? else {
            return Err(PasswordError::Inesistente(principal.to_owned()));
        };
        let hash = self.autenticazione().hash(password).await?;
        let mut s = Scrittura::nuova();
        store::anagrafica::cambia_password(&mut s, principal, Some(&hash));
        // Whoever came in with the old one goes out.
        store::sessioni::chiudi_tutte(&mut s, principal);
        let cambiata = self.password_cambiata(&prima, applicazione, hash).await?;
        self.annota(&mut s, "riga di comando", &cambiata).await?;
        let esito = self.store().commit(s).await;
        self.registro().svuota();
        match esito {
            Ok(()) => Ok(()),
            Err(StoreError::Conflitto) => Err(PasswordError::Inesistente(principal.to_owned())),
            Err(e) => Err(e.into()),
        }
    }
}

impl Engine {
    /// The event of a change that the program makes by itself.
    async fn annota(&self, s: &mut Scrittura, chi: &str, m: &Modifica) -> Result<(), StoreError> {
        let id = self.store().nuovi_id_eventi(1).await?;
        store::eventi::annota(s, &self.evento_di(&Firma::del_programma(chi), id, m));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::Params;
    use argon2::password_hash::PasswordHash;

    fn segreta(t: &str) -> SecretString {
        SecretString::from(t.to_owned())
    }

    #[test]
    fn la_prova_finta_costa_come_una_vera() {
        let finto = PasswordHash::new(FINTO).expect("si legge");
        let params = Params::try_from(&finto).expect("parametri");
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19_456, 2, 1));
        assert_eq!(finto.hash.map(|h| h.len()), Some(32));
    }

    #[tokio::test]
    async fn una_password_si_verifica_contro_il_suo_hash_e_non_altro() {
        let a = Autenticazione::nuova();
        let hash = a.hash(&segreta("Giusta123")).await.expect("hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        for _ in 0..2 {
            assert_eq!(a.verifica("x", &segreta("Giusta123"), Some(&hash), true).await, Ok(true));
        }
        assert_eq!(a.verifica("x", &segreta("Sbagliata1"), Some(&hash), true).await, Ok(false));
        assert_eq!(a.verifica("x", &segreta("Giusta123"), None, true).await, Ok(false));
        assert_eq!(a.verifica("x", &segreta("Giusta123"), Some("$6$sale$hash"), true).await, Ok(false));
        let altro = a.hash(&segreta("Altra1234")).await.expect("hash");
        assert_eq!(a.verifica("x", &segreta("Giusta123"), Some(&altro), true).await, Ok(false));
    }

    #[tokio::test]
    async fn chi_prova_molte_password_non_tiene_fuori_gli_altri() {
        let a = Autenticazione::nuova();
        let hash = a.hash(&segreta("Giusta123")).await.expect("hash");
        assert_eq!(a.verifica("x", &segreta("Giusta123"), Some(&hash), true).await, Ok(true));
        let prove = (0..IN_CODA * 3).map(|n| {
            let (a, hash, p) = (&a, &hash, segreta(&format!("Prova{n}")));
            async move { a.verifica("x", &p, Some(hash), true).await }
        });
        let altri = async {
            // By now those who guess are queued up.
            tokio::task::yield_now().await;
            assert_eq!(a.verifica("x", &segreta("Giusta123"), Some(&hash), true).await, Ok(true));
            assert_eq!(a.verifica("y", &segreta("Giusta123"), Some(&hash), true).await, Ok(true));
            assert_eq!(a.verifica("z", &segreta("Giusta123"), None, true).await, Ok(false));
        };
        let (esiti, ()) = tokio::join!(futures_util::future::join_all(prove), altri);
        let rifiutate = esiti.iter().filter(|e| matches!(e, Err(StoreError::NonDisponibile(_)))).count();
        assert_eq!(esiti.iter().filter(|e| **e == Ok(false)).count(), IN_CODA);
        assert_eq!(rifiutate, IN_CODA * 2);
        assert!(a.coda.lock().unwrap_or_else(PoisonError::into_inner).is_empty());
    }
}
