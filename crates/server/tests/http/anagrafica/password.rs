use engine::autenticazione::PasswordError;
use rstest::rstest;
use secrecy::SecretString;
use testkit::{AMMINISTRATORE, BACKOFFICE, Backend, TestApp};

fn segreta(t: &str) -> SecretString {
    SecretString::from(t.to_owned())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_superuser_nasce_una_volta_sola(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::nuova(backend).await;
    let percorso = "/entrate/BOLLOT";
    assert_eq!(app.backoffice().get(percorso).await.stato(), 200);
    // Another start, with whatever password, makes nobody and changes nothing.
    let creato = app.engine().crea_superuser("altro", &segreta("Altra-2026-admin")).await;
    assert!(matches!(creato, Ok(false)), "{creato:?}");
    let altro = app.cliente(BACKOFFICE).come("altro", "Altra-2026-admin");
    assert_eq!(altro.get(percorso).await.stato(), 401);
    app.riavvia().await;
    assert_eq!(app.backoffice().get(percorso).await.stato(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_password_si_cambia_e_vale_subito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let percorso = "/entrate/BOLLOT";
    assert_eq!(app.backoffice().get(percorso).await.stato(), 200);
    let utente = AMMINISTRATORE.0;
    let debole = app.engine().imposta_password(utente, &segreta("debole")).await;
    assert!(matches!(debole, Err(PasswordError::Debole)), "{debole:?}");
    let ignoto = app.engine().imposta_password("nessuno", &segreta("Nuova12345")).await;
    assert!(matches!(&ignoto, Err(PasswordError::Inesistente(u)) if u == "nessuno"), "{ignoto:?}");
    assert_eq!(app.backoffice().get(percorso).await.stato(), 200);
    let cambiata = app.engine().imposta_password(utente, &segreta("Nuova12345")).await;
    assert!(cambiata.is_ok(), "{cambiata:?}");
    assert_eq!(app.backoffice().get(percorso).await.stato(), 401);
    assert_eq!(app.cliente(BACKOFFICE).come(utente, "Nuova12345").get(percorso).await.stato(), 200);
}
