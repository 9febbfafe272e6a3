use super::*;
use proptest::prelude::*;
use serde_json::{Value, json};

fn pezzi(testo: &[u8], passo: usize) -> Result<Vec<Pezzo>, Sintassi> {
    let mut s = PezziJson::default();
    let mut tutti = Vec::new();
    for p in testo.chunks(passo.max(1)) {
        tutti.extend(s.aggiungi(p)?);
    }
    s.chiudi()?;
    Ok(tutti)
}

/// The document that the pieces make, each read by itself.
fn ricomposto(pezzi: &[Pezzo]) -> Option<Value> {
    let mut o = serde_json::Map::new();
    for p in pezzi {
        match p {
            Pezzo::Membro(n, v) => {
                o.insert(n.clone(), serde_json::from_slice(v).ok()?);
            }
            Pezzo::Apre(e) => {
                o.insert(e.nome().to_owned(), json!([]));
            }
            Pezzo::Elemento(e, v) => {
                o.get_mut(e.nome())?.as_array_mut()?.push(serde_json::from_slice(v).ok()?);
            }
        }
    }
    Some(Value::Object(o))
}

#[test]
fn il_documento_si_ricompone_dai_pezzi() {
    let testo = r#" { "idTracciato" : "x]\"}", "n": -1.50e3,"annullamenti":[ 1 ,{"a":[{}]},"[", null],
        "inserimenti":[], "vuoto":{}, "niente":null }  "#;
    for passo in [1, 2, 7, 1000] {
        let fatti = pezzi(testo.as_bytes(), passo).unwrap();
        assert_eq!(ricomposto(&fatti), serde_json::from_str(testo).ok());
    }
    assert_eq!(pezzi("\u{feff}{}".as_bytes(), 1).unwrap(), vec![]);
}

#[test]
fn cio_che_non_e_un_documento_e_rifiutato() {
    for testo in [
        "",
        "  ",
        "[]",
        "{",
        "{\"a\"}",
        "{\"a\":}",
        "{\"a\":1,}",
        "{\"a\":1}x",
        "{\"a\":1,\"a\":2}",
        "{a:1}",
        "{\"inserimenti\":[,]}",
        "{\"inserimenti\":[1,]}",
        "{\"inserimenti\":[1 2]}",
        "{\"inserimenti\":[1}",
        "\u{feff}",
    ] {
        assert!(pezzi(testo.as_bytes(), 3).is_err(), "{testo}");
    }
}

fn valore() -> impl Strategy<Value = Value> {
    let foglia = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-z\\\\\"{}\\[\\],: ]{0,8}".prop_map(Value::from),
    ];
    foglia.prop_recursive(3, 24, 4, |dentro| {
        prop_oneof![
            prop::collection::vec(dentro.clone(), 0..4).prop_map(Value::from),
            prop::collection::btree_map("[a-z]{1,3}", dentro, 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// A document is its pieces, however its bytes come and however it is spaced.
    #[test]
    fn un_documento_e_i_suoi_pezzi(
        ins in prop::collection::vec(valore(), 0..5),
        ann in prop::collection::vec(valore(), 0..5),
        altro in valore(),
        passo in 1_usize..17,
        bello in any::<bool>(),
    ) {
        let v = json!({"inserimenti": ins, "x": altro, "annullamenti": ann});
        let testo = if bello { serde_json::to_string_pretty(&v).unwrap() } else { v.to_string() };
        prop_assert_eq!(ricomposto(&pezzi(testo.as_bytes(), passo).unwrap()), Some(v));
    }

    /// What the splitter and the reader of each piece accept is a document, and the same one.
    #[test]
    fn non_si_accetta_altro(testo in "[{}\\[\\]:,\" 1a]{0,24}") {
        if let Ok(fatti) = pezzi(testo.as_bytes(), 1)
            && let Some(v) = ricomposto(&fatti)
        {
            prop_assert_eq!(serde_json::from_str::<Value>(&testo).ok(), Some(v));
        }
    }
}
