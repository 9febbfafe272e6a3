use super::{DOMINIO, T, conti, file, finito, invia_csv, operazioni, pronta, riga};
use rstest::rstest;
use testkit::Backend;

/// Names in the directory of an archive.
fn nomi(zip: &[u8]) -> Vec<String> {
    let mut trovati = Vec::new();
    let due = |i: usize| usize::from(u16::from_le_bytes([zip[i], zip[i + 1]]));
    for i in 0..zip.len().saturating_sub(46) {
        if zip[i..].starts_with(b"PK\x01\x02") {
            let n = due(i + 28);
            trovati.push(String::from_utf8_lossy(&zip[i + 46..i + 46 + n]).into_owned());
        }
    }
    trovati
}

/// Spec 20, done when 14.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_avviso_caricato_e_nell_archivio(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let righe = [
        riga("P1", &[]),
        riga("P2", &[]),
        riga("P3", &[(83, "DOC"), (85, "1")]),
        riga("P4", &[(83, "DOC"), (85, "2")]),
        riga("P1", &[]),
    ];
    let t = finito(&bo, invia_csv(&bo, DOMINIO, &file(&righe)).await).await;
    let fatte = operazioni(&bo, &t).await;
    assert_eq!(conti(&t), ("ESEGUITO_CON_ERRORI", [5, 4, 1], [4, 4, 0]), "{fatte:#?}");
    let r = bo.get(&format!("{T}/{}/stampe", t["id"])).await.con_stato(200);
    assert_eq!(r.intestazione("content-type"), Some("application/zip"));
    let mut attesi: Vec<String> =
        fatte[..2].iter().map(|o| format!("{DOMINIO}_{}.pdf", o["numeroAvviso"].as_str().unwrap())).collect();
    attesi.push(format!("{DOMINIO}_DOC_DOC.pdf"));
    attesi.sort();
    assert_eq!(nomi(r.corpo()), attesi);
    let t = finito(&bo, invia_csv(&bo, DOMINIO, "h\n\n").await).await;
    let r = bo.get(&format!("{T}/{}/stampe", t["id"])).await.con_stato(200);
    assert_eq!(nomi(r.corpo()), ["errore.txt"]);
}
