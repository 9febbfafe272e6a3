//! Secrets at rest.

use crate::banco::{Backend, Banco, chiave};
use std::os::unix::fs::PermissionsExt as _;
use store::{ChiaveCifratura, Impostazioni, Store, StoreError};

#[test]
fn un_segreto_torna_com_era_solo_al_suo_posto() {
    let k = chiave();
    let cifrato = k.cifra(b"password", "connettori/1/password").unwrap();
    assert_eq!(k.decifra(&cifrato, "connettori/1/password").unwrap(), b"password");
    assert!(!cifrato.windows(8).any(|w| w == b"password"));
    assert_ne!(cifrato, k.cifra(b"password", "connettori/1/password").unwrap(), "random nonce");
    assert!(k.decifra(&cifrato, "connettori/2/password").is_err());
    assert!(ChiaveCifratura::da_byte(&[8; 32]).unwrap().decifra(&cifrato, "connettori/1/password").is_err());
    for i in 0..cifrato.len() {
        let mut alterato = cifrato.clone();
        alterato[i] ^= 1;
        assert!(k.decifra(&alterato, "connettori/1/password").is_err(), "byte {i}");
        assert!(k.decifra(&cifrato[..i], "connettori/1/password").is_err(), "cut at {i}");
    }
    assert_eq!(k.decifra(&k.cifra(b"", "c").unwrap(), "c").unwrap(), b"");
}

#[test]
fn una_chiave_e_di_32_byte_in_base64() {
    let k = ChiaveCifratura::da_base64(&ChiaveCifratura::genera_base64().unwrap()).unwrap();
    assert_eq!(format!("{k:?}"), "ChiaveCifratura(***)");
    assert!(ChiaveCifratura::da_base64("c2hvcnQ=").is_err());
    assert!(ChiaveCifratura::da_base64("non base64!").is_err());
}

#[tokio::test]
async fn accanto_a_sqlite_la_chiave_nasce_da_sola_e_resta() {
    let b = Banco::vuoto(Backend::Lite, |imp| imp.chiave = None).await;
    let file = b.file().with_file_name("govpay.db.chiave");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::metadata(b.file()).unwrap().permissions().mode() & 0o777, 0o600);
    let cifrato = b.store.chiave().cifra(b"x", "c").unwrap();
    let altro = b.altro_nodo().await;
    assert_eq!(altro.chiave().decifra(&cifrato, "c").unwrap(), b"x");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert!(matches!(Store::apri(b.imp.clone()).await, Err(StoreError::Rotto(_))));
}

#[tokio::test]
async fn con_postgres_la_chiave_va_data() {
    let db = testpg::database().await.unwrap();
    assert!(matches!(Store::apri(Impostazioni::nuove(db.url())).await, Err(StoreError::Rotto(_))));
    assert!(matches!(Store::apri(Impostazioni::nuove("mysql://x")).await, Err(StoreError::Rotto(_))));
}
