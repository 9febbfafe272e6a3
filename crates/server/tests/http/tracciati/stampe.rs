use super::{DOMINIO, T, conti, file, finito, invia_csv, operazioni, pronta, riga};
use rstest::rstest;
use serde_json::json;
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

/// A marca da bollo is printed here; a document that holds one is not (spec 20 11.4).
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_marca_da_bollo_si_stampa_ma_non_in_un_documento(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let entrata = json!({ "ibanAccredito": "IT02L1234512345123456789012", "abilitato": true });
    bo.put(&format!("/domini/{DOMINIO}/entrate/BOLLOT"), &entrata).await.con_stato(200);
    const MARCA: [(usize, &str); 4] =
        [(34, ""), (35, "01"), (36, "wHpFSLCGZjIvNSXxqtGbxg7275t446DRTk5ZrsdUQ6E="), (37, "RO")];
    let con = |id: &str, altre: &[(usize, &str)]| riga(id, &[MARCA.as_slice(), altre].concat());
    let righe = [
        con("M1", &[]),
        riga("P1", &[]),
        con("M2", &[(83, "DOC"), (85, "1")]),
        riga("P2", &[(83, "DOC"), (85, "2")]),
    ];
    let t = finito(&bo, invia_csv(&bo, DOMINIO, &file(&righe)).await).await;
    let fatte = operazioni(&bo, &t).await;
    // A print that fails is no error of the file.
    assert_eq!(conti(&t), ("ESEGUITO", [4, 4, 0], [4, 2, 2]), "{fatte:#?}");
    let r = bo.get(&format!("{T}/{}/stampe", t["id"])).await.con_stato(200);
    let mut attesi: Vec<String> =
        fatte[..2].iter().map(|o| format!("{DOMINIO}_{}.pdf", o["numeroAvviso"].as_str().unwrap())).collect();
    attesi.sort();
    assert_eq!(nomi(r.corpo()), attesi);
    // Alone it is refused by the API (spec 20 section 8).
    let avviso = fatte[0]["numeroAvviso"].as_str().unwrap();
    let pdf = app.applicazione().richiesta(http::Method::GET, &format!("/avvisi/{DOMINIO}/{avviso}"));
    let r = app.applicazione().manda(pdf.header("Accept", "application/pdf")).await;
    assert_eq!(r.errore().0, 422);
}
