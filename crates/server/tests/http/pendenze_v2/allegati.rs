//! GET `/allegati/{id}`.

use super::{con, get, minima, put, ricca};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_allegato_torna_come_e_stato_mandato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let allegati = json!([
        {"nome": "nota \"1\".txt", "tipo": "text/plain", "contenuto": "Y2lhbw=="},
        {"nome": "b.bin", "contenuto": "AAEC/w=="}
    ]);
    put(&app, "P1", &con(&minima(), "/allegati", allegati)).await.con_stato(201);
    let p = get(&app, "P1").await;
    let percorsi: Vec<String> = p["allegati"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|a| a["contenuto"].as_str().map(str::to_owned))
        .collect();
    assert_eq!(percorsi.len(), 2);
    let c = app.applicazione();
    let r = c.get(&percorsi[0]).await.con_stato(200);
    assert_eq!(
        (r.intestazione("Content-Type"), r.intestazione("Content-Disposition"), r.corpo().as_ref()),
        (Some("text/plain"), Some("attachment; filename=\"nota _1_.txt\""), b"ciao".as_slice())
    );
    let r = c.get(&percorsi[1]).await.con_stato(200);
    assert_eq!(
        (r.intestazione("Content-Type"), r.corpo().as_ref()),
        (Some("application/octet-stream"), [0, 1, 2, 255].as_slice())
    );
    // Somebody else's, unknown, malformed.
    c.come("poco", "Poco2026aa").get(&percorsi[0]).await.con_stato(403);
    c.get("/allegati/1").await.con_stato(404);
    assert_eq!(c.get("/allegati/x").await.errore().1, "SINTASSI");
    // An update without attachments takes them away.
    put(&app, "P1", &minima()).await.con_stato(200);
    c.get(&percorsi[0]).await.con_stato(404);
    assert_eq!(get(&app, "P1").await.get("allegati"), None::<&Value>);
}
