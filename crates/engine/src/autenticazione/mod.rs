//! Passwords: hashing, verification, and the superuser of the first start (spec 10 2.2).

mod directory;
mod freno;
mod gettone;
pub(crate) mod impronte;
mod oauth2;

pub use oauth2::{ImpostazioniOAuth2, Portatore, TokenRifiutato, VerificatoreOAuth2};

use crate::anagrafica::{Firma, Modifica, ritratti};
use crate::{Chiamante, Engine, chiamante::Metodo};
use domain::Istante;
use domain::anagrafica::{Ambito, TipoUtenza, Utenza, password_conforme, password_di_installazione};
use freno::Freno;
use moka::future::Cache;
use ring::{hmac, rand::SystemRandom};
use secrecy::{ExposeSecret, SecretString};
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;
use store::{Scrittura, StoreError};
use tokio::sync::Semaphore;

/// How long a verified password that nobody uses is believed without hashing it again.
const DURATA: Duration = Duration::from_secs(60);
/// How long it is believed although it is used all the time, in microseconds.
const ETA: i64 = 600_000_000;
/// Most different credentials of one address that wait for their turn.
const IN_CODA: usize = 256;
/// Most passwords that are hashed at the same time, each in 19 MiB that stay in memory.
const INSIEME: usize = 8;
/// Most verified passwords in memory.
const QUANTE: u64 = 10_000;
/// How often the superuser of the first start is tried, and how long after a failure.
const AVVIO_TENTATIVI: u32 = 5;
const AVVIO_PAUSA: Duration = Duration::from_millis(500);
/// Longest password that is looked at, in bytes; longer ones never pass.
const LUNGHEZZA: usize = 4096;
/// Longest principal that anybody can have, in characters (spec 10 section 5).
pub(crate) const PRINCIPAL: usize = 4000;
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
    /// When each was found right.
    verificate: Cache<[u8; 32], Istante>,
    riconosciute: directory::Riconosciute,
    /// Where passwords are hashed. Whoever comes from where nobody was ever right queues up apart: many
    /// addresses that guess together do not keep out those who are known.
    fucina: Arc<Semaphore>,
    fucina_di_chi_non_e_noto: Arc<Semaphore>,
    freno: Freno,
}

/// What is presented: principal, password, and the network it comes from.
#[derive(Clone, Copy)]
struct Prova<'a> {
    principal: &'a str,
    password: &'a SecretString,
    rete: &'a str,
}

/// A password that did not pass, or a hash that could not be computed.
enum Rifiuto {
    Errata,
    Guasto(StoreError),
}

impl Autenticazione {
    /// With a new random key.
    pub(crate) fn nuova() -> Self {
        let mut seme = [0_u8; 32];
        rand::RngCore::fill_bytes(&mut rand::rng(), &mut seme);
        // Half of the processors at most: whoever tries passwords leaves the others to the work.
        let meta = std::thread::available_parallelism().map_or(1, |n| usize::from(n) / 2);
        let insieme = (meta / 2).clamp(1, INSIEME / 2);
        Self {
            chiave: hmac::Key::new(hmac::HMAC_SHA256, &seme),
            verificate: Cache::builder().max_capacity(QUANTE).time_to_idle(DURATA).build(),
            riconosciute: directory::Riconosciute::default(),
            fucina: Arc::new(Semaphore::new(insieme)),
            fucina_di_chi_non_e_noto: Arc::new(Semaphore::new(insieme)),
            freno: Freno::default(),
        }
    }

    /// What a verified password is remembered by. The stored hash is part of it: with another hash
    /// the memory is worth nothing.
    fn marca(&self, p: Prova<'_>, hash: &str) -> [u8; 32] {
        let mut c = hmac::Context::with_key(&self.chiave);
        for parte in [p.principal, p.password.expose_secret(), p.rete, hash] {
            c.update(&(parte.len() as u64).to_be_bytes());
            c.update(parte.as_bytes());
        }
        let mut marca = [0; 32];
        marca.copy_from_slice(c.sign().as_ref());
        marca
    }

    /// Whether the password is the one of the stored hash. Without a hash the same work is done and
    /// the answer is no. What was found right a moment ago is not hashed again; identical questions
    /// asked together are computed once, when `turno` says that it is their turn, unless the pair of
    /// address and principal has to wait.
    async fn verifica<G>(
        &self,
        p: Prova<'_>,
        (hash, con_md5): (Option<&str>, bool),
        adesso: Istante,
        turno: impl Future<Output = Option<G>>,
    ) -> Result<bool, StoreError> {
        if self.freno.fermo(p.rete, p.principal, adesso) {
            return Ok(false);
        }
        let contro = hash.unwrap_or(FINTO);
        let marca = self.marca(p, contro);
        if let Some(quando) = self.verificate.get(&marca).await
            && !(-ETA..ETA).contains(&adesso.micros().saturating_sub(quando.micros()))
        {
            self.verificate.invalidate(&marca).await;
        }
        // Boxed: the cache would copy it many times over on the caller's stack.
        let calcola = Box::pin(async {
            let _turno = turno.await.ok_or_else(|| Rifiuto::Guasto(affollata()))?;
            // Others of this address may have failed while this one waited.
            if self.freno.fermo(p.rete, p.principal, adesso) {
                return Err(Rifiuto::Errata);
            }
            let (contro, password) = (contro.to_owned(), p.password.clone());
            let prova = move || impronte::corrisponde(password.expose_secret().as_bytes(), &contro, con_md5);
            let fucina = if self.freno.nota(p.rete) { &self.fucina } else { &self.fucina_di_chi_non_e_noto };
            let uguale = in_fucina(fucina, prova).await.map_err(|e| Rifiuto::Guasto(StoreError::Rotto(e)))?;
            if uguale && hash.is_some() {
                Ok(adesso)
            } else {
                self.freno.fallito(p.rete, p.principal, adesso);
                Err(Rifiuto::Errata)
            }
        });
        match self.verificate.try_get_with(marca, calcola).await {
            Ok(_) => {
                self.freno.riuscito(p.rete, p.principal);
                Ok(true)
            }
            Err(r) => match &*r {
                Rifiuto::Errata => Ok(false),
                Rifiuto::Guasto(e) => Err(e.clone()),
            },
        }
    }

    /// Whether the password was found right a moment ago.
    async fn ricordata(&self, p: Prova<'_>, hash: &str, adesso: Istante) -> bool {
        let vista = self.verificate.get(&self.marca(p, hash)).await;
        vista.is_some_and(|q| (-ETA..ETA).contains(&adesso.micros().saturating_sub(q.micros())))
            && !self.freno.fermo(p.rete, p.principal, adesso)
    }

    /// The text to store for a password.
    pub(crate) async fn hash(&self, password: &SecretString) -> Result<String, StoreError> {
        let password = password.clone();
        in_fucina(&self.fucina, move || {
            let mut sale = [0_u8; 16];
            ring::rand::SecureRandom::fill(&SystemRandom::new(), &mut sale)
                .map_err(|_| "nessuna fonte di casualita'".to_owned())?;
            impronte::nuova(password.expose_secret().as_bytes(), &sale).map_err(|e| e.to_string())
        })
        .await
        .and_then(|esito| esito)
        .map_err(|e| StoreError::Rotto(format!("hash della password: {e}")))
    }
}

async fn in_fucina<T: Send + 'static>(
    fucina: &Arc<Semaphore>,
    lavoro: impl FnOnce() -> T + Send + 'static,
) -> Result<T, String> {
    let permesso = Arc::clone(fucina).acquire_owned().await.map_err(|e| e.to_string())?;
    tokio::task::spawn_blocking(move || {
        let _permesso = permesso;
        lavoro()
    })
    .await
    .map_err(|e| e.to_string())
}

fn affollata() -> StoreError {
    StoreError::NonDisponibile("troppe credenziali diverse in attesa di verifica".to_owned())
}

impl Engine {
    /// The caller behind a principal and its password; `None` when the principal is unknown, has no
    /// password, or the password is another one: the three cannot be told apart, not even by the
    /// time they take. A disabled identity does authenticate.
    ///
    /// `da` is the address of the caller. Each has one password at a time in the forge, so that who
    /// tries many waits behind himself; and after some failures on a principal it has to wait, whatever
    /// it presents for it (spec 10 2.2). With HTTP Basic the directory is asked, if there is one.
    ///
    /// # Errors
    /// The database cannot be read, the directory cannot be asked; that address has too many other
    /// credentials waiting.
    pub async fn autentica_password(
        &self,
        principal: &str,
        password: &SecretString,
        metodo: Metodo,
        da: Option<IpAddr>,
    ) -> Result<Option<Chiamante>, StoreError> {
        let lungo = principal.chars().count() > PRINCIPAL || password.expose_secret().len() > LUNGHEZZA;
        if lungo || principal.contains('\0') {
            return Ok(None);
        }
        let trovata = self.registro().utenza(principal).await?;
        let rete = freno::rete(da);
        let prova = Prova { principal, password, rete: &rete };
        if let (Some(directory), Metodo::Basic) = (self.porte().directory.as_deref(), metodo) {
            return self.autentica_con_directory(directory, prova, trovata, metodo).await;
        }
        let con_md5 = self.impostazioni().impronte_md5;
        let hash = trovata.as_ref().and_then(|(u, _)| u.password.as_deref());
        if !self.autenticazione().verifica(prova, (hash, con_md5), self.adesso(), self.turno(prova)).await? {
            return Ok(None);
        }
        Ok(trovata.map(|(utenza, applicazione)| Chiamante::registrato(utenza, applicazione, metodo)))
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
        self.con_gruppi(chi, Arc::new(p.gruppi.clone())).await.map(Some)
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

    const fn dopo(secondi: i64) -> Istante {
        Istante::da_micros(1_000_000_000_000_000 + secondi * 1_000_000)
    }

    async fn prova(
        a: &Autenticazione,
        (principal, password, rete): (&str, &str, &str),
        hash: Option<&str>,
        adesso: Istante,
    ) -> Result<bool, StoreError> {
        let password = segreta(password);
        let prova = Prova { principal, password: &password, rete };
        a.verifica(prova, (hash, true), adesso, std::future::ready(Some(()))).await
    }

    #[tokio::test]
    async fn una_password_si_verifica_contro_il_suo_hash_e_non_altro() {
        let a = Autenticazione::nuova();
        let hash = a.hash(&segreta("Giusta123")).await.expect("hash");
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        let giusta = ("x", "Giusta123", "r");
        for _ in 0..2 {
            assert_eq!(prova(&a, giusta, Some(&hash), dopo(0)).await, Ok(true));
        }
        assert_eq!(prova(&a, ("x", "Sbagliata1", "r"), Some(&hash), dopo(0)).await, Ok(false));
        assert_eq!(prova(&a, giusta, None, dopo(0)).await, Ok(false));
        assert_eq!(prova(&a, giusta, Some("$6$sale$hash"), dopo(0)).await, Ok(false));
        let altro = a.hash(&segreta("Altra1234")).await.expect("hash");
        assert_eq!(prova(&a, giusta, Some(&altro), dopo(0)).await, Ok(false));
    }

    #[tokio::test]
    async fn cio_che_e_verificato_si_crede_per_un_tempo() {
        let a = Autenticazione::nuova();
        let hash = a.hash(&segreta("Giusta123")).await.expect("hash");
        let giusta = ("x", "Giusta123", "r");
        assert_eq!(prova(&a, giusta, Some(&hash), dopo(0)).await, Ok(true));
        // From now on nothing can be hashed.
        a.fucina.close();
        for s in [1, 300, 599] {
            assert_eq!(prova(&a, giusta, Some(&hash), dopo(s)).await, Ok(true), "{s}");
        }
        for s in [600, -601] {
            let esito = prova(&a, giusta, Some(&hash), dopo(s)).await;
            assert!(matches!(esito, Err(StoreError::Rotto(_))), "{s}: {esito:?}");
        }
        let esito = prova(&a, ("x", "Giusta123", "altra"), Some(&hash), dopo(1)).await;
        assert_eq!(esito, Ok(true), "da un'altra rete si verifica nell'altra fucina");
    }

    #[tokio::test]
    async fn chi_e_noto_non_aspetta_chi_indovina() {
        let a = Autenticazione::nuova();
        let hash = a.hash(&segreta("Giusta123")).await.expect("hash");
        assert_eq!(prova(&a, ("x", "Giusta123", "casa"), Some(&hash), dopo(0)).await, Ok(true));
        // Strangers hold all that they can: somebody who was right from there is hashed all the same.
        let quanti = u32::try_from(a.fucina_di_chi_non_e_noto.available_permits()).expect("pochi");
        let _tutti = a.fucina_di_chi_non_e_noto.acquire_many(quanti).await.expect("aperta");
        assert_eq!(prova(&a, ("x", "Giusta123", "casa"), Some(&hash), dopo(601)).await, Ok(true));
        assert_eq!(prova(&a, ("y", "Giusta123", "casa"), Some(&hash), dopo(601)).await, Ok(true));
        let straniero = prova(&a, ("x", "Giusta123", "altrove"), Some(&hash), dopo(601));
        assert!(tokio::time::timeout(Duration::from_millis(200), straniero).await.is_err());
    }

    #[tokio::test]
    async fn chi_non_ha_il_turno_non_costa_una_impronta() {
        let a = Autenticazione::nuova();
        a.fucina_di_chi_non_e_noto.close();
        let password = segreta("Giusta123");
        let p = Prova { principal: "x", password: &password, rete: "r" };
        let esito = a.verifica(p, (None, true), dopo(0), std::future::ready(None::<()>)).await;
        assert!(matches!(esito, Err(StoreError::NonDisponibile(_))), "{esito:?}");
    }
}
