use super::*;
use proptest::prelude::*;
use serde_json::json;

fn compilato(schema: &Value) -> Schema {
    Schema::leggi(schema.to_string().as_bytes()).unwrap()
}

fn rifiuto(schema: &Value, valore: &Value) -> String {
    match compilato(schema).controlla(valore) {
        Ok(()) => String::new(),
        Err(Difetto::NonConforme(t)) => t,
        Err(Difetto::NonDeciso(t)) => format!("NON DECISO {t}"),
    }
}

#[test]
fn uno_schema_si_compila_o_si_rifiuta() {
    for (schema, atteso) in [
        (r#"{"type": "object", "required": ["a"], "properties": {"a": {"type": "string"}}}"#, true),
        (r#"{"$schema": "http://json-schema.org/draft-04/schema#", "type": "object"}"#, true),
        (r##"{"definitions": {"a": {"type": "string"}}, "$ref": "#/definitions/a"}"##, true),
        ("true", true),
        (r#"{"type": "oggetto"}"#, false),
        (r#"{"pattern": "[" }"#, false),
        ("non json", false),
        ("", false),
    ] {
        let conservato = BASE64_STANDARD.encode(schema);
        assert_eq!(Schema::da_base64(&conservato).is_ok(), atteso, "{schema}");
        assert_eq!(Schema::da_base64(&format!("\"{conservato}\"")).is_ok(), atteso, "{schema}");
    }
    assert_eq!(Schema::da_base64("%%%").unwrap_err(), "lo schema non e' in base64");
}

/// Nothing is fetched: neither over the network, where somebody listens, nor from a file that is there.
#[test]
fn nessun_riferimento_esce_dallo_schema() {
    let ascolto = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    ascolto.set_nonblocking(true).unwrap();
    let file = concat!("file://", env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").to_owned();
    for dove in [format!("http://{}/x.json", ascolto.local_addr().unwrap()), file] {
        for schema in [
            json!({"$ref": dove}),
            json!({"properties": {"a": {"$ref": format!("{dove}#/definitions/a")}}}),
            json!({"$schema": dove, "type": "object"}),
        ] {
            assert!(Schema::leggi(schema.to_string().as_bytes()).is_err(), "{schema}");
        }
        // An identifier is a name, not a place.
        assert_eq!(rifiuto(&json!({"$id": dove, "type": "object"}), &json!({})), "");
    }
    assert!(ascolto.accept().is_err(), "nobody has called");
}

#[test]
fn i_messaggi_dicono_dove_e_che_cosa_separati_da_virgole() {
    let schema = json!({
        "type": "object", "required": ["nome", "importo"],
        "properties": {
            "nome": {"type": "string", "minLength": 2}, "importo": {"type": "number", "multipleOf": 0.01},
            "cap": {"type": "string", "pattern": "^[0-9]{5}$"}
        }
    });
    assert_eq!(rifiuto(&schema, &json!({"nome": "Anna", "importo": 10.10, "cap": "00100"})), "");
    assert_eq!(
        rifiuto(&schema, &json!({"nome": "A", "cap": "x"})),
        "\"importo\" is a required property,/nome: \"A\" is shorter than 2 characters,\
         /cap: \"x\" does not match \"^[0-9]{5}$\""
    );
    assert_eq!(rifiuto(&schema, &json!([])), "[] is not of type \"object\"");
    let lunga = rifiuto(&json!({"type": "object"}), &json!("x".repeat(100_000)));
    assert!(lunga.chars().count() <= MESSAGGIO + 3 && lunga.ends_with("..."), "{lunga}");
    let molti = rifiuto(&json!({"items": {"type": "string"}}), &json!(vec![0; 1000]));
    assert_eq!(molti.split(',').count(), MESSAGGI);
}

/// Amounts are decimals, however they are written.
#[test]
fn i_centesimi_sono_multipli_di_un_centesimo() {
    let schema = compilato(&json!({"type": "number", "multipleOf": 0.01, "minimum": 0.01}));
    for testo in ["0.01", "0.07", "10.10", "19.99", "1.1", "100", "1234.56", "999999.99"] {
        let v: Value = serde_json::from_str(testo).unwrap();
        assert_eq!(schema.controlla(&v), Ok(()), "{testo}");
    }
    for testo in ["0.001", "10.005", "0", "-1"] {
        let v: Value = serde_json::from_str(testo).unwrap();
        assert!(schema.controlla(&v).is_err(), "{testo}");
    }
}

#[test]
fn una_ricerca_che_non_finisce_si_abbandona() {
    let cattiva = json!({"type": "string", "pattern": "^(?:(a|a)*)\\1?(?!b)c$"});
    let inizio = std::time::Instant::now();
    let detto = rifiuto(&cattiva, &json!("a".repeat(4000)));
    assert!(detto.starts_with("NON DECISO ") || detto.contains("does not match"), "{detto}");
    assert!(inizio.elapsed().as_secs() < 5, "{:?}", inizio.elapsed());
}

#[test]
fn chi_si_riferisce_a_se_stesso_non_la_ferma() {
    for schema in [
        json!({"$ref": "#"}),
        json!({"allOf": [{"$ref": "#"}]}),
        json!({"definitions": {"a": {"$ref": "#/definitions/b"}, "b": {"$ref": "#/definitions/a"}}, "$ref": "#/definitions/a"}),
        json!({"properties": {"x": {"$ref": "#"}}, "type": "object"}),
    ] {
        if let Ok(s) = Schema::leggi(schema.to_string().as_bytes()) {
            let _ = s.controlla(&json!({"x": {"x": {"x": 1}}}));
        }
    }
}

/// References one inside the other, as many as are accepted, on every level of the deepest input.
#[test]
fn i_riferimenti_piu_annidati_stanno_nella_pila() {
    let catena = |quanti: usize| {
        let mut d = serde_json::Map::new();
        for i in 0..quanti {
            d.insert(format!("d{i}"), json!({"allOf": [{"$ref": format!("#/definitions/d{}", i + 1)}]}));
        }
        d.insert(format!("d{quanti}"), json!({"items": {"$ref": "#/definitions/d0"}}));
        json!({"definitions": d, "allOf": [{"$ref": "#/definitions/d0"}]})
    };
    let profondo = |quanti: usize| (0..quanti).fold(json!(1), |v, _| json!([v]));
    let s = compilato(&catena(PESO / 5 - 2));
    assert_eq!(s.controlla(&profondo(LIVELLI)), Ok(()));
    let oltre = s.controlla(&profondo(LIVELLI + 1)).unwrap_err();
    assert_eq!(oltre, Difetto::NonConforme("richiesta annidata oltre 40 livelli".to_owned()));
    let troppo = Schema::leggi(catena(PESO / 5).to_string().as_bytes()).unwrap_err();
    assert_eq!(troppo, "lo schema ha troppi riferimenti, o troppo annidati");
    // Depth without references.
    let nidi = (0..60).fold(json!({"type": "integer"}), |s, _| json!({"allOf": [s]}));
    assert_eq!(compilato(&nidi).controlla(&json!(1)), Ok(()));
}

fn pezzo() -> impl Strategy<Value = Value> {
    let foglia = prop_oneof![
        Just(json!({"type": "string"})),
        Just(json!({"type": ["number", "null"], "minimum": 0})),
        Just(json!({"enum": [1, "a", null]})),
        Just(json!({"$ref": "#"})),
        Just(json!({"pattern": "^(a+)+$"})),
        Just(json!({"format": "date"})),
        Just(json!(false)),
        Just(json!(7)),
        Just(json!("x")),
    ];
    foglia.prop_recursive(4, 24, 4, |dentro| {
        prop_oneof![
            prop::collection::vec(dentro.clone(), 0..4).prop_map(|v| json!({"anyOf": v})),
            prop::collection::vec(dentro.clone(), 0..4).prop_map(|v| json!({"items": v})),
            (dentro.clone(), "[a-c]")
                .prop_map(|(v, n)| json!({"properties": {n.clone(): v}, "required": [n]})),
            (dentro.clone(), dentro.clone()).prop_map(|(a, b)| json!({"if": a, "then": b, "not": false})),
            dentro.prop_map(|v| json!({"additionalProperties": v, "uniqueItems": true})),
        ]
    })
}

fn valore() -> impl Strategy<Value = Value> {
    let foglia = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "[a-c]{0,12}".prop_map(Value::from),
    ];
    foglia.prop_recursive(4, 24, 4, |dentro| {
        prop_oneof![
            prop::collection::vec(dentro.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec(("[a-c]", dentro), 0..4)
                .prop_map(|m| Value::Object(m.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Any schema compiles or is refused with a short text; any input passes or is refused, the same each time.
    #[test]
    fn nessuno_schema_e_nessun_valore_la_fermano(schema in pezzo(), v in valore()) {
        match Schema::leggi(schema.to_string().as_bytes()) {
            Err(e) => prop_assert!(!e.is_empty() && e.chars().count() <= MESSAGGIO + 3, "{e}"),
            Ok(s) => {
                let uno = s.controlla(&v);
                prop_assert_eq!(&uno, &s.controlla(&v));
                if let Err(Difetto::NonConforme(t) | Difetto::NonDeciso(t)) = uno {
                    prop_assert!(!t.is_empty() && t.chars().count() <= (MESSAGGIO + 4) * MESSAGGI);
                }
            }
        }
    }

    #[test]
    fn nessun_testo_la_ferma(testo in "[{}\\[\\]\",:$a-zA-Z0-9. ]{0,80}", byte in prop::collection::vec(any::<u8>(), 0..100)) {
        let _ = Schema::da_base64(&testo);
        let _ = Schema::leggi(testo.as_bytes());
        let _ = Schema::leggi(&byte);
    }
}
