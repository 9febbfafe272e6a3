//! Sessions: a login that lasts (spec 10 2.1 `form` and `session`, 2.4, 2.5). They live in the database, so that every
//! node knows them and the limit of two for each person holds over all of them.

use crate::chiamante::{Metodo, Natura};
use crate::{Chiamante, Engine, StoreError, ritenta};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use domain::Istante;
use ring::rand::{SecureRandom as _, SystemRandom};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::sync::Arc;
use store::Scrittura;
use store::sessioni::{self, SessioneLetta};

/// Most live sessions of one person: a further login ends the oldest.
const QUANTE: i64 = 2;
/// Uses of a session are written at most this often, in microseconds.
const PRECISIONE: i64 = 60_000_000;
/// Bytes of a token.
const TOKEN: usize = 32;

impl Engine {
    /// Opens a session for a caller who has just proved who he is; `None` when what he proved it with is
    /// not good any more: another node has changed his password, or taken him away.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn apri_sessione(&self, chi: &Chiamante) -> Result<Option<SecretString>, StoreError> {
        let token = nuovo_token()?;
        let adesso = self.adesso();
        let scade = self.scadenza_sessione(adesso);
        let (principal, hash) = (chi.utenza.principal.as_str(), chi.utenza.password.as_deref());
        let cittadino = match &chi.natura {
            Natura::Cittadino(attributi) => Some(in_json(attributi)),
            Natura::Registrata | Natura::Anonimo => None,
        };
        let gruppi = (!chi.gruppi.is_empty()).then(|| Value::from(chi.gruppi.as_slice()).to_string());
        ritenta(|| async {
            let mut s = Scrittura::nuova();
            if chi.natura == Natura::Registrata {
                sessioni::solo_con_la_password(&mut s, principal, hash);
            }
            let di_chi = (principal, cittadino.as_deref(), gruppi.as_deref());
            sessioni::apri(&mut s, &impronta(&token), di_chi, adesso, scade, QUANTE);
            match self.store().commit(s).await {
                Ok(()) => Ok(Some(token.clone())),
                Err(StoreError::Conflitto) if !self.e_ancora(chi).await? => {
                    // What is in memory is of before, too.
                    self.registro().svuota();
                    Ok(None)
                }
                Err(e) => Err(e),
            }
        })
        .await
    }

    /// Whether the stored identity has the password that this caller was known with.
    async fn e_ancora(&self, chi: &Chiamante) -> Result<bool, StoreError> {
        let letta = self.store().utenza(&chi.utenza.principal).await?;
        Ok(chi.natura != Natura::Registrata || letta.is_some_and(|(u, _)| u.password == chi.utenza.password))
    }

    /// The caller of a live session; `None` for one that is unknown, expired or closed, and for a
    /// principal that is gone.
    ///
    /// # Errors
    /// The database cannot be read.
    pub async fn riprendi_sessione(
        &self,
        token: &SecretString,
        metodo: Metodo,
    ) -> Result<Option<Chiamante>, StoreError> {
        let (impronta, adesso) = (impronta(token), self.adesso());
        let Some(letta) = self.store().sessione(&impronta, adesso).await? else { return Ok(None) };
        let chi = match &letta.cittadino {
            // Nobody has logged in there.
            None if letta.principal.is_empty() => None,
            // A login of family `form` is of somebody registered: a citizen has no rights there.
            Some(_) if metodo != Metodo::Session => None,
            Some(attributi) => Some(Chiamante::cittadino(&letta.principal, da_json(attributi), metodo)),
            // A session is of somebody who was there when it was opened: nobody signs up by one.
            None => match self.registro().utenza(&letta.principal).await? {
                Some((u, a)) => {
                    let gruppi = letta.gruppi.as_deref().map(gruppi_da_json).unwrap_or_default();
                    Some(self.con_gruppi(Chiamante::registrato(u, a, metodo), Arc::new(gruppi)).await?)
                }
                None => None,
            },
        };
        if chi.is_some() {
            self.usa_sessione(&impronta, &letta, adesso).await;
        }
        Ok(chi)
    }

    async fn usa_sessione(&self, impronta: &str, letta: &SessioneLetta, adesso: Istante) {
        if adesso.micros().saturating_sub(letta.ultimo_uso.micros()) < PRECISIONE {
            return;
        }
        let mut s = Scrittura::nuova();
        sessioni::tocca(&mut s, impronta, adesso, self.scadenza_sessione(adesso));
        // Who works is not stopped by a database that cannot take note of it.
        if let Err(e) = self.store().commit(s).await {
            tracing::warn!(causa = %e, "uso della sessione non registrato");
        }
    }

    /// The session of a cookie, whoever has logged in there or not, if it is live; it is in use now.
    ///
    /// # Errors
    /// The database cannot be read.
    pub(crate) async fn sessione_viva(&self, token: &SecretString) -> Result<Option<String>, StoreError> {
        let (impronta, adesso) = (impronta(token), self.adesso());
        let Some(letta) = self.store().sessione(&impronta, adesso).await? else { return Ok(None) };
        self.usa_sessione(&impronta, &letta, adesso).await;
        Ok(Some(impronta))
    }

    /// Opens a session in which nobody has logged in: its token, and what it is known by.
    pub(crate) async fn apri_sessione_anonima(&self) -> Result<(SecretString, String), StoreError> {
        let token = nuovo_token()?;
        let (impronta, adesso) = (impronta(&token), self.adesso());
        let mut s = Scrittura::nuova();
        sessioni::apri_anonima(&mut s, &impronta, adesso, self.scadenza_sessione(adesso));
        self.store().commit(s).await?;
        Ok((token, impronta))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// The database cannot be written.
    pub async fn chiudi_sessione(&self, token: &SecretString) -> Result<(), StoreError> {
        let mut s = Scrittura::nuova();
        sessioni::chiudi(&mut s, &impronta(token));
        self.store().commit(s).await
    }

    /// Takes away a block of the sessions that have expired: how many; zero when none was left.
    pub(crate) async fn togli_sessioni_scadute(&self) -> Result<i64, StoreError> {
        let adesso = self.adesso();
        let quante = self.store().sessioni_scadute(adesso).await?;
        if quante > 0 {
            let mut s = Scrittura::nuova();
            sessioni::togli_scadute(&mut s, adesso);
            self.store().commit(s).await?;
        }
        Ok(quante)
    }

    fn scadenza_sessione(&self, adesso: Istante) -> Istante {
        let minuti = self.impostazioni().minuti_sessione;
        Istante::da_micros(adesso.micros().saturating_add(minuti.saturating_mul(60_000_000)))
    }
}

fn nuovo_token() -> Result<SecretString, StoreError> {
    let mut byte = [0_u8; TOKEN];
    SystemRandom::new()
        .fill(&mut byte)
        .map_err(|_| StoreError::Rotto("nessuna fonte di casualita'".to_owned()))?;
    Ok(SecretString::from(BASE64_URL_SAFE_NO_PAD.encode(byte)))
}

fn in_json(attributi: &[(String, String)]) -> String {
    let coppia = |(n, v): &(String, String)| (n.clone(), Value::from(v.as_str()));
    Value::Object(attributi.iter().map(coppia).collect()).to_string()
}

fn da_json(testo: &str) -> Vec<(String, String)> {
    match serde_json::from_str(testo) {
        Ok(Value::Object(m)) => {
            m.into_iter().filter_map(|(n, v)| Some((n, v.as_str()?.to_owned()))).collect()
        }
        _ => Vec::new(),
    }
}

fn gruppi_da_json(testo: &str) -> Vec<String> {
    serde_json::from_str(testo).unwrap_or_default()
}

/// What a token is known by: whoever reads the database cannot use what is there.
fn impronta(token: &SecretString) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(Sha256::digest(token.expose_secret()))
}
