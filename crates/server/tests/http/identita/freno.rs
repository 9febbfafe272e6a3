use super::{con, non_autenticata};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, GESTIONALE, Risposta, TestApp};

async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        // They read on their own and would be counted.
        (c.worker.jobs, c.worker.notifiche) = (false, false);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    app
}

async fn da(app: &TestApp, indirizzo: &str, password: &str) -> Risposta {
    let basic = format!("Basic {}", BASE64_STANDARD.encode(format!("{}:{password}", GESTIONALE.0)));
    let c = app.applicazione().anonimo();
    con(&c, "/profilo", &[("Authorization", &basic), ("X-Forwarded-For", indirizzo)]).await
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_indovina_aspetta_e_non_chiude_fuori_gli_altri(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    for n in 0..5 {
        non_autenticata(&da(&app, "1.2.3.4", &format!("Sbagliata{n}")).await);
    }
    for n in 0..9 {
        app.orologio().avanza(Duration::from_secs(301));
        non_autenticata(&da(&app, "1.2.3.4", &format!("Ancora{n}")).await);
    }
    // Now this address waits, even with the right password; the others do not.
    non_autenticata(&da(&app, "1.2.3.4", GESTIONALE.1).await);
    non_autenticata(&da(&app, "9.9.9.9, 1.2.3.4", GESTIONALE.1).await);
    da(&app, "1.2.3.5", GESTIONALE.1).await.con_stato(200);
    app.orologio().avanza(Duration::from_secs(200));
    non_autenticata(&da(&app, "1.2.3.4", GESTIONALE.1).await);
    app.orologio().avanza(Duration::from_secs(101));
    da(&app, "1.2.3.4", GESTIONALE.1).await.con_stato(200);
    // Right once, all is forgiven.
    for n in 0..4 {
        non_autenticata(&da(&app, "1.2.3.4", &format!("Sbagliata{n}")).await);
    }
    da(&app, "1.2.3.4", GESTIONALE.1).await.con_stato(200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_pioggia_di_tentativi_non_ferma_chi_e_noto(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    da(&app, "1.2.3.5", GESTIONALE.1).await.con_stato(200);
    let tentativi: Vec<String> = (0..200).map(|n| format!("Sbagliata{n}")).collect();
    let pioggia = futures_util::future::join_all(tentativi.iter().map(|p| da(&app, "1.2.3.4", p)));
    let noto = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let inizio = Instant::now();
        for _ in 0..20 {
            da(&app, "1.2.3.5", GESTIONALE.1).await.con_stato(200);
        }
        inizio.elapsed()
    };
    let (cadute, durata) = tokio::join!(pioggia, noto);
    cadute.iter().for_each(non_autenticata);
    assert!(durata < Duration::from_secs(10), "{durata:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_e_noto_non_costa_letture_ne_impronte(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let c = app.applicazione();
    // A path that is not there: authentication and nothing else.
    c.get("/boh").await.con_stato(404);
    // The giornale of what came before is written after the answers.
    let mut prima = app.conteggi();
    while {
        tokio::time::sleep(Duration::from_millis(500)).await;
        let adesso = app.conteggi();
        std::mem::replace(&mut prima, adesso) != adesso
    } {}
    for _ in 0..50 {
        c.get("/boh").await.con_stato(404);
    }
    let dopo = app.conteggi().da(prima);
    assert_eq!((dopo.letture, dopo.istruzioni, dopo.commit), (0, 0, 0));
    // Another password is effective at once: what was remembered was of the old one.
    let nuova = secrecy::SecretString::from("Cambiata-2026".to_owned());
    app.engine().imposta_password(GESTIONALE.0, &nuova).await.expect("password cambiata");
    non_autenticata(&c.get("/boh").await);
    c.come(GESTIONALE.0, "Cambiata-2026").get("/boh").await.con_stato(404);
}
