//! The key and trust stores of the mail server: they open when the section is saved, or it is refused (spec 60
//! 3.2, spec 10 section 8).

use super::{CHIAVI, CONFIGURAZIONI, FIDATI, archivi, imposta, leggi, op, piena, sintassi};
use crate::connettori::certificati::{Autorita, CLIENT, PASSWORD, jks, jks_con};
use rstest::rstest;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use testkit::{Backend, TestApp};

const NON_SI_LEGGE: &str = "il file non c'e' o non si legge";
const PASSWORD_SBAGLIATA: &str = "la password del portachiavi e' sbagliata, o il file e' alterato";

/// `mailBatch` with these stores.
fn posta(truststore: &Value, keystore: &Value) -> Value {
    let mut m = piena()["mailBatch"].clone();
    let ssl = &mut m["mailserver"]["sslConfig"];
    (ssl["truststore"], ssl["keystore"]) = (truststore.clone(), keystore.clone());
    m
}

fn archivio(dove: impl AsRef<Path>, password: &str) -> Value {
    json!({"type": "JKS", "location": dove.as_ref(), "password": password})
}

fn rifiuto(campo: &str, cosa: &str, dove: &Path, perche: &str) -> (u16, String, String) {
    let padri = "Field 'mailBatch' non valido: Field 'mailserver' non valido: Field 'sslConfig' non valido: ";
    sintassi(&format!("{padri}Field '{campo}' non valido: {cosa} [{}]: {perche}", dove.display()))
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_archivio_che_non_si_apre_si_rifiuta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let prima = leggi(&bo).await;
    let cartella = tempfile::tempdir().unwrap();
    let scrivi = |nome: &str, byte: Vec<u8>| -> PathBuf {
        let dove = cartella.path().join(nome);
        std::fs::write(&dove, byte).unwrap();
        dove
    };
    archivi(cartella.path());
    let (ts, ks) = (cartella.path().join("fidati.jks"), cartella.path().join("chiavi.jks"));
    let noi = Autorita::nuova("CA").firma(&CLIENT);
    let manca = cartella.path().join("manca.jks");
    let testo = scrivi("testo.txt", b"una prova".to_vec());
    let grande = scrivi("grande.jks", vec![b'x'; (1 << 20) + 1]);
    let vuoto = scrivi("vuoto.jks", jks(None, &[]));
    let due_password = scrivi("due.jks", jks_con((CHIAVI, "Altra-Password"), Some(&noi), &[]));
    let senza_formato = "il file non e' un portachiavi JKS, PKCS#12 ne' PEM";
    let (fidati, chiavi) = (archivio(&ts, FIDATI), archivio(&ks, CHIAVI));
    for (truststore, keystore, atteso) in [
        (archivio(&manca, FIDATI), chiavi.clone(), rifiuto("truststore", "Truststore", &manca, NON_SI_LEGGE)),
        (
            archivio(cartella.path(), FIDATI),
            chiavi.clone(),
            rifiuto("truststore", "Truststore", cartella.path(), NON_SI_LEGGE),
        ),
        (
            archivio(&testo, FIDATI),
            chiavi.clone(),
            rifiuto("truststore", "Truststore", &testo, senza_formato),
        ),
        (
            archivio(&grande, FIDATI),
            chiavi.clone(),
            rifiuto("truststore", "Truststore", &grande, "il file e' piu' grande di 1 MiB"),
        ),
        (
            archivio(&ts, "sbagliata"),
            chiavi.clone(),
            rifiuto("truststore", "Truststore", &ts, PASSWORD_SBAGLIATA),
        ),
        (
            archivio(&vuoto, PASSWORD),
            chiavi.clone(),
            rifiuto("truststore", "Truststore", &vuoto, "non contiene certificati"),
        ),
        (fidati.clone(), archivio(&manca, CHIAVI), rifiuto("keystore", "Keystore", &manca, NON_SI_LEGGE)),
        (fidati.clone(), archivio(&ks, FIDATI), rifiuto("keystore", "Keystore", &ks, PASSWORD_SBAGLIATA)),
        (
            fidati.clone(),
            archivio(&due_password, CHIAVI),
            rifiuto("keystore", "Keystore", &due_password, "la password della chiave privata e' sbagliata"),
        ),
        (
            fidati.clone(),
            archivio(&ts, FIDATI),
            rifiuto("keystore", "Keystore", &ts, "non contiene una chiave privata con il suo certificato"),
        ),
        (Value::Null, archivio(&manca, CHIAVI), rifiuto("keystore", "Keystore", &manca, NON_SI_LEGGE)),
    ] {
        let m = posta(&truststore, &keystore);
        let mut tutto = piena();
        tutto["mailBatch"] = m.clone();
        assert_eq!(bo.post(CONFIGURAZIONI, &tutto).await.errore(), atteso);
        // Nothing of what goes with it is written either.
        let patch = json!([
            op("REPLACE", "/hardening", &json!({"abilitato": true})),
            op("REPLACE", "/mailBatch", &m),
        ]);
        assert_eq!(bo.patch(CONFIGURAZIONI, &patch).await.errore(), atteso);
    }
    assert_eq!(leggi(&bo).await, prima, "nulla e' stato scritto");

    // What is not used is not opened.
    let rotta = posta(&archivio(&manca, ""), &archivio(&manca, ""));
    for spegni in ["/abilitato", "/mailserver/sslConfig/abilitato"] {
        let mut m = rotta.clone();
        *m.pointer_mut(spegni).unwrap() = json!(false);
        assert_eq!(imposta(&bo, "mailBatch", &m).await["mailBatch"], m);
    }
    // A trust store needs no password, a key does.
    let m = posta(&json!({"type": "JKS", "location": ts}), &chiavi);
    assert_eq!(imposta(&bo, "mailBatch", &m).await["mailBatch"], m);
    let m = posta(&fidati, &json!({"type": "JKS", "location": ks}));
    let r = bo.patch(CONFIGURAZIONI, &json!([op("REPLACE", "/mailBatch", &m)])).await;
    let perche = "la password della chiave privata e' sbagliata";
    assert_eq!(r.errore(), rifiuto("keystore", "Keystore", &ks, perche));
    // PEM and PKCS#12 are known by their first bytes, whatever `type` says.
    let pem = scrivi("fidati.pem", noi.pem.clone().into_bytes());
    let chiavi_pem = scrivi("chiavi.pem", format!("{}{}", noi.chiave_pem, noi.pem).into_bytes());
    for (truststore, keystore) in
        [(&fidati, &chiavi), (&archivio(&pem, ""), &chiavi), (&fidati, &archivio(&chiavi_pem, ""))]
    {
        let m = posta(truststore, keystore);
        assert_eq!(imposta(&bo, "mailBatch", &m).await["mailBatch"], m);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_archivio_cambiato_poi_non_impedisce_di_leggere(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let mut app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let cartella = tempfile::tempdir().unwrap();
    archivi(cartella.path());
    let (ts, ks) = (cartella.path().join("fidati.jks"), cartella.path().join("chiavi.jks"));
    let mut attesa = piena();
    attesa["mailBatch"] = posta(&archivio(&ts, FIDATI), &archivio(&ks, CHIAVI));
    bo.post(CONFIGURAZIONI, &attesa).await.con_stato(200);

    std::fs::write(&ts, b"rotto").unwrap();
    std::fs::remove_file(&ks).unwrap();
    assert_eq!(leggi(&bo).await, attesa);
    app.riavvia().await;
    let bo = app.backoffice();
    assert_eq!(leggi(&bo).await, attesa);
    bo.get("/sonde").await.con_stato(200);
    // Other sections are saved as before; whoever sends this one again is told.
    attesa["hardening"] = json!({"abilitato": false});
    assert_eq!(imposta(&bo, "hardening", &attesa["hardening"]).await, attesa);
    let rifiuto =
        rifiuto("truststore", "Truststore", &ts, "il file non e' un portachiavi JKS, PKCS#12 ne' PEM");
    assert_eq!(bo.post(CONFIGURAZIONI, &attesa).await.errore(), rifiuto);
    attesa["mailBatch"]["abilitato"] = json!(false);
    bo.post(CONFIGURAZIONI, &attesa).await.con_stato(200);
    assert_eq!(leggi(&bo).await, attesa);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_archivi_stanno_nella_loro_cartella(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (dentro, fuori) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    archivi(dentro.path());
    archivi(fuori.path());
    let app = TestApp::con(backend, |c| c.connettori.stores = dentro.path().display().to_string()).await;
    let bo = app.backoffice();
    let m = posta(&archivio("fidati.jks", FIDATI), &archivio(dentro.path().join("chiavi.jks"), CHIAVI));
    assert_eq!(imposta(&bo, "mailBatch", &m).await["mailBatch"], m);
    let altrove = fuori.path().join("fidati.jks");
    let m = posta(&archivio(&altrove, FIDATI), &archivio("chiavi.jks", CHIAVI));
    let r = bo.patch(CONFIGURAZIONI, &json!([op("REPLACE", "/mailBatch", &m)])).await;
    let perche = "il file non e' nella cartella dei portachiavi";
    assert_eq!(r.errore(), rifiuto("truststore", "Truststore", &altrove, perche));
}
