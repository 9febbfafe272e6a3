//! Many PUTs at once, on two nodes where there can be two.

use super::{get, minima, percorso, pronta};
use domain::NumeroAvviso;
use futures_util::future::join_all;
use rstest::rstest;
use std::collections::HashSet;
use testkit::{Backend, Cliente, TestApp};

const TANTI: usize = 64;

/// A second node on the same PostgreSQL; SQLite has one node.
async fn secondo(app: &TestApp) -> Option<TestApp> {
    let url = app.postgres()?.url().to_owned();
    Some(TestApp::con(Backend::Pg, |c| c.database_url = url).await)
}

fn clienti(app: &TestApp, altro: Option<&TestApp>) -> Vec<Cliente> {
    std::iter::once(app).chain(altro).map(TestApp::applicazione).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessantaquattro_put_di_una_chiave(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let altro = secondo(&app).await;
    let clienti = clienti(&app, altro.as_ref());
    let (corpo, p) = (minima(), percorso("P1"));
    let risposte = join_all(clienti.iter().cycle().take(TANTI).map(|c| c.put(&p, &corpo))).await;
    let mut stati: Vec<_> = risposte.iter().map(testkit::Risposta::stato).collect();
    stati.sort_unstable();
    let mut attesi = vec![200; TANTI - 1];
    attesi.push(201);
    assert_eq!(stati, attesi);
    let corpi: HashSet<_> = risposte.iter().map(|r| r.corpo().clone()).collect();
    assert_eq!(corpi.len(), 1);
    assert_eq!(get(&app, "P1").await["voci"].as_array().map(Vec::len), Some(1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessantaquattro_chiavi_hanno_sessantaquattro_numeri(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let altro = secondo(&app).await;
    let clienti = clienti(&app, altro.as_ref());
    let corpo = minima();
    let risposte = join_all(clienti.iter().cycle().take(TANTI).enumerate().map(|(i, c)| {
        let (p, corpo) = (percorso(&format!("P{i}")), &corpo);
        async move { c.put(&p, corpo).await.con_stato(201).json() }
    }))
    .await;
    let mut numeri = HashSet::new();
    for r in risposte {
        let n = NumeroAvviso::leggi(r["numeroAvviso"].as_str().expect("NAV")).expect("un numero avviso");
        assert!(n.cifre_di_controllo_giuste(), "{n}");
        assert_eq!(n.codice(), Some(1));
        numeri.insert(n);
    }
    assert_eq!(numeri.len(), TANTI);
}
