//! Secrets of connectors at rest: AES-256-GCM with the key of the installation.

use crate::StoreError;
use base64::{Engine as _, engine::general_purpose::STANDARD};
use ring::{
    aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    rand::{SecureRandom as _, SystemRandom},
};
use std::{
    io::Write as _,
    os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _},
    path::Path,
    sync::Arc,
};

/// First byte of what [`ChiaveCifratura::cifra`] makes.
const VERSIONE: u8 = 1;

/// The key that encrypts secrets in the database. Cheap to clone; never shown.
#[derive(Clone)]
pub struct ChiaveCifratura(Arc<LessSafeKey>);

impl std::fmt::Debug for ChiaveCifratura {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ChiaveCifratura(***)")
    }
}

fn rotto(testo: &str) -> StoreError {
    StoreError::Rotto(testo.to_owned())
}

impl ChiaveCifratura {
    /// A key of 32 bytes.
    pub fn da_byte(byte: &[u8]) -> Result<Self, StoreError> {
        let chiave = UnboundKey::new(&AES_256_GCM, byte)
            .map_err(|_| rotto("la chiave di cifratura deve essere di 32 byte"))?;
        Ok(Self(Arc::new(LessSafeKey::new(chiave))))
    }

    /// A key as it stands in the configuration: 32 bytes in base64.
    pub fn da_base64(testo: &str) -> Result<Self, StoreError> {
        let byte = STANDARD
            .decode(testo.trim())
            .map_err(|_| rotto("la chiave di cifratura deve essere di 32 byte in base64"))?;
        Self::da_byte(&byte)
    }

    /// A new random key in base64.
    pub fn genera_base64() -> Result<String, StoreError> {
        let mut byte = [0; 32];
        SystemRandom::new().fill(&mut byte).map_err(|_| rotto("nessuna fonte di casualita'"))?;
        Ok(STANDARD.encode(byte))
    }

    /// The key in the file, which is made with permissions 0600 when absent. Two processes that
    /// start together end up with the same key. A file that others may read is refused.
    pub fn da_file(file: &Path) -> Result<Self, StoreError> {
        let errore = |e: std::io::Error| {
            StoreError::NonDisponibile(format!("chiave di cifratura {}: {e}", file.display()))
        };
        if !file.try_exists().map_err(errore)? {
            let provvisorio = file.with_extension(format!("chiave-{}", std::process::id()));
            let scritto = std::fs::OpenOptions::new()
                .write(true)
                .create(true)
                .truncate(true)
                .mode(0o600)
                .open(&provvisorio)
                .and_then(|mut f| {
                    f.write_all(Self::genera_base64().map_err(std::io::Error::other)?.as_bytes())?;
                    f.write_all(b"\n")?;
                    f.sync_all()
                })
                // A hard link does not replace a key that somebody else made meanwhile.
                .and_then(|()| match std::fs::hard_link(&provvisorio, file) {
                    Err(e) if e.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
                    altro => altro,
                })
                .and_then(|()| match file.parent().filter(|p| !p.as_os_str().is_empty()) {
                    Some(cartella) => std::fs::File::open(cartella)?.sync_all(),
                    None => Ok(()),
                });
            let tolto = std::fs::remove_file(&provvisorio);
            scritto.and(tolto).map_err(errore)?;
        }
        let permessi = std::fs::metadata(file).map_err(errore)?.permissions().mode();
        if permessi & 0o077 != 0 {
            return Err(StoreError::Rotto(format!(
                "chiave di cifratura {}: leggibile da altri, servono i permessi 0600",
                file.display()
            )));
        }
        Self::da_base64(&std::fs::read_to_string(file).map_err(errore)?)
    }

    /// Encrypts. `contesto` names the place of the secret (e.g. `connettori/17/password`): the same
    /// must be given to decrypt, so that a secret moved to another row does not open.
    pub fn cifra(&self, chiaro: &[u8], contesto: &str) -> Result<Vec<u8>, StoreError> {
        let mut nonce = [0; NONCE_LEN];
        SystemRandom::new().fill(&mut nonce).map_err(|_| rotto("nessuna fonte di casualita'"))?;
        let mut corpo = chiaro.to_vec();
        self.0
            .seal_in_place_append_tag(
                Nonce::assume_unique_for_key(nonce),
                Aad::from(contesto.as_bytes()),
                &mut corpo,
            )
            .map_err(|_| rotto("cifratura non riuscita"))?;
        let mut esito = Vec::with_capacity(1 + NONCE_LEN + corpo.len());
        esito.push(VERSIONE);
        esito.extend_from_slice(&nonce);
        esito.append(&mut corpo);
        Ok(esito)
    }

    /// Decrypts; `Rotto` for another key, another `contesto` or a changed byte.
    pub fn decifra(&self, cifrato: &[u8], contesto: &str) -> Result<Vec<u8>, StoreError> {
        let corrotto = || rotto("segreto non decifrabile: chiave diversa o dato alterato");
        let [VERSIONE, resto @ ..] = cifrato else { return Err(corrotto()) };
        let (nonce, corpo) = resto.split_first_chunk::<NONCE_LEN>().ok_or_else(corrotto)?;
        let mut corpo = corpo.to_vec();
        let chiaro = self
            .0
            .open_in_place(Nonce::assume_unique_for_key(*nonce), Aad::from(contesto.as_bytes()), &mut corpo)
            .map_err(|_| corrotto())?;
        Ok(chiaro.to_vec())
    }
}
