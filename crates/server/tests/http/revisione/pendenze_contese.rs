//! Many callers on one pendenza.

use super::{minima, pronta};
use futures_util::future::join_all;
use rstest::rstest;
use serde_json::json;
use testkit::Backend;

/// Each PATCH is decided on what the one before has written, without losing a race per caller.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn molte_patch_di_una_pendenza_sono_tutte_servite(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    const TANTE: u64 = 200;
    let app = pronta(backend).await;
    let cliente = app.applicazione();
    let p = "/pendenze/GESTIONALE/P1";
    cliente.put(p, &minima()).await.con_stato(201);
    let prima = app.conteggi();
    let risposte = join_all((0..TANTE).map(|i| {
        let corpo = json!([{ "op": "REPLACE", "path": "/descrizioneStato", "value": format!("n. {i}") }]);
        let cliente = &cliente;
        async move { cliente.patch(p, &corpo).await }
    }))
    .await;
    for r in &risposte {
        assert_eq!(r.stato(), 200, "{}", r.testo());
    }
    // The pendenza, its attachments, its attempts; the rest is what the node reads by itself meanwhile.
    let letture = app.conteggi().da(prima).letture;
    assert!(letture <= 3 * TANTE + 50, "{letture} reads for {TANTE} changes");
}
