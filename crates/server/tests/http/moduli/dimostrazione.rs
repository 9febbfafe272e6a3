//! The form of the sandbox: docs/sandbox.md is run as it is written.

use super::*;
use rstest::rstest;
use std::path::Path;
use std::process::Command;
use testkit::AMMINISTRATORE;

/// The commands of a section, split at its empty lines.
fn comandi(sezione: &str) -> Vec<String> {
    let pagina = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/sandbox.md");
    let testo = std::fs::read_to_string(pagina).unwrap();
    let dopo = testo.split_once(&format!("\n## {sezione}\n")).unwrap().1;
    let blocco = dopo.split_once("```sh\n").unwrap().1.split_once("```").unwrap().0;
    blocco.split("\n\n").map(str::to_owned).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_comandi_della_guida_fanno_cio_che_dice(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    if Command::new("curl").arg("--version").output().is_err() {
        println!("saltata: curl non c'e'");
        return;
    }
    let app = TestApp::con(backend, |c| {
        // As the sandbox has them.
        c.auth_families.push("public".to_owned());
        c.api.pagamento_families.clear();
    })
    .await;
    let (app, ..) = crate::simulatori::accanto_a(app).await;
    let cartella = tempfile::tempdir().unwrap();
    let (url, dove) = (app.url(), cartella.path().to_owned());
    let esegui = move |comando: &str| -> Vec<Value> {
        let comando =
            comando.replace("http://127.0.0.1:8080", &url).replace("Demo-2026-admin", AMMINISTRATORE.1);
        let fatto =
            Command::new("sh").args(["-ec", &comando]).current_dir(&dove).env("no_proxy", "*").output();
        let fatto = fatto.unwrap();
        assert!(fatto.status.success(), "{comando}: {fatto:?}");
        serde_json::Deserializer::from_slice(&fatto.stdout).into_iter().map(Result::unwrap).collect()
    };
    let passi = comandi("A form");
    let risposte = tokio::task::spawn_blocking(move || passi.iter().map(|p| esegui(p)).collect::<Vec<_>>());
    let [tipo, ufficio, portale, da_casa, rifiuti] = <[_; 5]>::try_from(risposte.await.unwrap()).unwrap();

    let [dell_operatore, del_portale] = <[Value; 2]>::try_from(tipo).unwrap();
    for sezione in ["portaleBackoffice", "portalePagamento"] {
        let s = &dell_operatore[sezione];
        assert_eq!([&s["abilitato"], &s["trasformazione"]["tipo"]], [&json!(true), &json!("freemarker")]);
        for testo in [&s["form"]["definizione"], &s["validazione"], &s["trasformazione"]["definizione"]] {
            assert!(testo.as_str().is_some_and(|t| t.len() > 100), "{sezione}: {testo}");
        }
    }
    let campi = &del_portale["form"]["definizione"]["schema"]["required"];
    assert_eq!(*campi, json!(["codiceFiscale", "nome", "sala", "giorno", "ore"]));

    let bo = app.backoffice();
    let nuova = ufficio.first().unwrap();
    let percorso = format!("/pendenze/GESTIONALE/{}", nuova["idPendenza"].as_str().unwrap());
    let letta = bo.get(&percorso).await.con_stato(200).json();
    assert_eq!(
        [&letta["importo"], &letta["causale"], &letta["numeroAvviso"]],
        [&numero("75.00"), &json!("Uso della sala BIBLIOTECA, 2027-01-15, ore 3"), &nuova["numeroAvviso"]]
    );
    let intera = portale.first().unwrap();
    assert_eq!(
        [&intera["importo"], &intera["tipo"], &intera["soggettoPagatore"]["anagrafica"]],
        [&numero("80.00"), &json!("spontaneo"), &json!("Mario Rossi")]
    );
    assert_eq!(da_casa, Vec::<Value>::new());
    let pdf = std::fs::read(cartella.path().join("sala.pdf")).unwrap();
    assert!(pdf.starts_with(b"%PDF"), "{}", String::from_utf8_lossy(&pdf));
    let tenuta: Value =
        serde_json::from_slice(&std::fs::read(cartella.path().join("sala.json")).unwrap()).unwrap();
    assert_eq!([&tenuta["importo"], &tenuta["soggettoPagatore"]], [&numero("100.00"), &Value::Null]);
    let percorso = format!("/pendenze/GESTIONALE/{}", tenuta["idPendenza"].as_str().unwrap());
    assert_eq!(bo.get(&percorso).await.con_stato(200).json()["numeroAvviso"], tenuta["numeroAvviso"]);

    let [schema, modello] = <[Value; 2]>::try_from(rifiuti).unwrap();
    assert_eq!([&schema["codice"], &modello["codice"]], [&json!("SINTASSI"), &json!("SEMANTICA")]);
    assert_eq!(modello["dettaglio"], "La palestra si puo' avere al piu' per 4 ore al giorno");
}
