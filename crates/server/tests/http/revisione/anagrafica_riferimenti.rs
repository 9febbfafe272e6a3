//! Long principals and long lists of references.

use super::pronta;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::Backend;

fn applicazione(principal: &str) -> Value {
    json!({
        "principal": principal, "password": "Passw0rdX", "abilitato": true, "apiPendenze": true,
        "domini": ["12345678901"], "tipiPendenza": ["TARI"]
    })
}

/// 4000 characters that do not compress, the most that the contract allows.
fn lunghissimo(seme: u32) -> String {
    let mut x = seme;
    (0..4000)
        .map(|_| {
            x = x.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            char::from_u32(0x4e00 + (x >> 16) % 0x5000).expect("un ideogramma")
        })
        .collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_principal_puo_avere_quattromila_caratteri(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let lungo = lunghissimo(1);
    bo.put("/applicazioni/LUNGA", &applicazione(&lungo)).await.con_stato(201);
    bo.put("/applicazioni/LUNGA2", &applicazione(&lunghissimo(2))).await.con_stato(201);
    let letta = bo.get("/applicazioni/LUNGA").await.con_stato(200).json();
    assert_eq!(letta["principal"], json!(lungo));
    let r = bo.put("/applicazioni/ALTRA", &applicazione(&lungo)).await;
    let testo = "Impossibile aggiungere l'Applicazione [ALTRA], il Principal indicato non e' disponibile.";
    assert_eq!(r.errore(), (422, "SEMANTICA".to_owned(), testo.to_owned()));
}

/// More references than one statement can have parameters.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_elenco_lungo_di_riferimenti_ignoti_e_un_422(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    for (campo, primo, testo) in [
        ("domini", "12345678901", "Il dominio 00000000000 indicato non esiste."),
        ("tipiPendenza", "TARI", "Il tipo pendenza 00000000000 indicato non esiste."),
        ("ruoli", "Amministratore", "Il ruolo 00000000000 indicato non esiste."),
    ] {
        let mut corpo = applicazione("molti");
        let mut elenco = vec![json!(primo)];
        elenco.extend((0..70_000).map(|i| json!(format!("{i:011}"))));
        corpo[campo] = Value::Array(elenco);
        let r = bo.put("/applicazioni/MOLTI", &corpo).await;
        assert_eq!(r.errore(), (422, "SEMANTICA".to_owned(), testo.to_owned()), "{campo}");
    }
}
