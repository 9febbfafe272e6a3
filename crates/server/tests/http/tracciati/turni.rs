//! Several files on one node: each has its turn.

use super::{DOMINIO, T, conti, file, finito, invia_csv, pronta, riga};
use rstest::rstest;
use serde_json::json;
use testkit::Backend;

const ALTRO: &str = "98765432109";

/// A small file of another dominio does not wait for all of a large one.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_file_piccolo_non_aspetta_tutto_uno_grande(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    const GRANDE: usize = 40_000;
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let dominio = json!({
        "ragioneSociale": "Altro ente", "intermediato": true, "abilitato": true, "scaricaFr": false,
        "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "02"
    });
    bo.put(&format!("/domini/{ALTRO}"), &dominio).await.con_stato(201);
    let righe: Vec<String> = (1..=GRANDE).map(|n| riga(&format!("G{n}"), &[])).collect();
    let senza = |d: &str| format!("{d}?stampaAvvisi=false");
    let grande = invia_csv(&bo, &senza(DOMINIO), &file(&righe)).await.con_stato(201).json();
    let percorso = format!("{T}/{}", grande["id"]);
    while conti(&bo.get(&percorso).await.json()).1[1] == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    let righe: Vec<String> = (1..=5).map(|n| riga(&format!("S{n}"), &[(2, ALTRO), (12, "0")])).collect();
    let piccolo = finito(&bo, invia_csv(&bo, &senza(ALTRO), &file(&righe)).await).await;
    // There is no such pendenza to annul: what matters is that somebody has looked.
    assert_eq!(conti(&piccolo), ("ESEGUITO_CON_ERRORI", [5, 0, 5], [0, 0, 0]));
    let t = bo.get(&percorso).await.con_stato(200).json();
    let (stato, [totali, fatte, _], _) = conti(&t);
    assert_eq!((stato, totali), ("IN_ELABORAZIONE", 40_000));
    // And the large one goes on after it.
    for _ in 0..600 {
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        if conti(&bo.get(&percorso).await.json()).1[1] > fatte {
            let fine = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATO" }]);
            bo.patch(&percorso, &fine).await.con_stato(200);
            return;
        }
    }
    panic!("quello grande non va avanti: {t}");
}
