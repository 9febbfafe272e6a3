//! The key of the secrets must be the one that this database was written with.
//!
//! A database restored without its key would start, and then fail at every applicazione that has a
//! secret: better a sentence at once. The database keeps a known word encrypted with its key.

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use store::{Scrittura, Store, StoreError};

const PARAMETRO: &str = "prova_chiave";
const CONTESTO: &str = "impostazioni/prova_chiave";
const PAROLA: &[u8] = b"govpay";

/// Checks the key of the store; the first time, records what it makes.
///
/// # Errors
/// A sentence for the operator when the key is another one; the database.
pub(crate) async fn controlla(store: &Store, dove: &str) -> Result<()> {
    let cifrata = match store.parametro(PARAMETRO).await? {
        Some(t) => t,
        None => registra(store).await?,
    };
    let byte = BASE64_STANDARD.decode(&cifrata).context("impostazioni: prova_chiave non e' base64")?;
    match store.chiave().decifra(&byte, CONTESTO) {
        Ok(parola) if parola == PAROLA => Ok(()),
        Ok(_) | Err(StoreError::Rotto(_)) => bail!(
            "la chiave di cifratura non e' quella con cui e' stata scritta la base dati {dove}: serve quella di prima \
             (con SQLite il file della base dati con `.chiave` in fondo; altrimenti database.encryption_key o \
             database.encryption_key_file)"
        ),
        Err(e) => Err(e.into()),
    }
}

async fn registra(store: &Store) -> Result<String> {
    let cifrata = BASE64_STANDARD.encode(store.chiave().cifra(PAROLA, CONTESTO)?);
    let mut s = Scrittura::nuova();
    store::parametri::registra(&mut s, PARAMETRO, &cifrata);
    match store.commit(s).await {
        Ok(()) => Ok(cifrata),
        // Another node was starting too.
        Err(e) => Ok(store.parametro(PARAMETRO).await?.ok_or(e)?),
    }
}
