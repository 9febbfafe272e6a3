use super::*;
use proptest::prelude::*;
use serde_json::json;

const NOTI: &[&str] = &["a", "b"];

fn con<T>(corpo: &str, f: impl Fn(&Oggetto<'_>) -> Result<T, Sintassi>) -> Result<T, String> {
    let v = leggi_corpo(corpo.as_bytes()).map_err(|e| e.0)?;
    let o = Oggetto::radice(&v, NOTI).map_err(|e| e.0)?;
    f(&o).map_err(|e| e.0)
}

#[test]
fn un_corpo_illeggibile_dice_perche() {
    assert_eq!(leggi_corpo(b"").unwrap_err().0, "No content to map due to end-of-input");
    assert_eq!(leggi_corpo(b" \n\t").unwrap_err().0, "No content to map due to end-of-input");
    assert_eq!(leggi_corpo(b"{\"a\":\"\xff\"}").unwrap_err().0, "Invalid UTF-8 at byte 6");
    for storto in ["{", "{\"a\":}", "{} x", "{'a':1}", "[1,]", "nul", "{\"a\":01}", "\"\\ud800\""] {
        let e = leggi_corpo(storto.as_bytes()).unwrap_err().0;
        assert!(e.starts_with("JSON non valido: "), "{storto}: {e}");
    }
    let profondo = "[".repeat(100_000);
    assert!(leggi_corpo(profondo.as_bytes()).unwrap_err().0.contains("recursion limit"));
    assert_eq!(leggi_corpo("\u{feff}{}".as_bytes()), Ok(json!({})));
}

#[test]
fn i_nomi_interni_di_serde_json_non_cambiano_il_documento() {
    for n in ["$serde_json::private::Number", "$serde_json::private::RawValue"] {
        assert!(leggi_corpo(format!("{{\"a\":{{\"{n}\":\"1\"}}}}").as_bytes()).is_err());
        let nascosto = n.replace('$', "\\u0024");
        assert!(leggi_corpo(format!("{{\"x\\\"\":1,\"a\":{{\"{nascosto}\":\"1\"}}}}").as_bytes()).is_err());
    }
    for no in [r#"{"6.$serde_json::private::x":1}"#, r#"{"6.\u0024serde_json::private::x":1}"#] {
        assert!(leggi_corpo(no.as_bytes()).is_err(), "{no}");
    }
    assert_eq!(leggi_corpo(br#"{"a":"\u0024 x"}"#), Ok(json!({"a": "$ x"})));
}

#[test]
fn un_carattere_nullo_si_rifiuta_dovunque_sia() {
    for no in [r#"{"a":"\u0000"}"#, r#"{"\u0000":1}"#, r#"[[{"a":["x\u0000y"]}]]"#] {
        assert!(leggi_corpo(no.as_bytes()).is_err(), "{no}");
    }
    assert_eq!(leggi_corpo(br#"{"a":"\\u0000"}"#), Ok(json!({"a": "\\u0000"})));
}

#[test]
fn una_proprieta_ignota_nomina_se_stessa_le_note_e_la_catena() {
    let v = json!({"a": {"b": [{"x": null}]}});
    let o = Oggetto::radice(&v, NOTI).unwrap();
    let a = o.oggetto("a", NOTI).unwrap().unwrap();
    let l = a.lista("b").unwrap().unwrap();
    let e = l.iter().next().unwrap().oggetto(&["tipo", "definizione"]).unwrap_err();
    assert_eq!(
        e.0,
        "Unrecognized field \"x\" (2 known properties: \"tipo\", \"definizione\") \
         (through reference chain: [\"a\"]->[\"b\"]->[0]->[\"x\"])"
    );
    assert_eq!(
        Oggetto::radice(&json!({"c": null}), &["a"]).unwrap_err().0,
        "Unrecognized field \"c\" (one known property: \"a\") (through reference chain: [\"c\"])"
    );
    for (v, tipo) in [(json!([]), "Array"), (json!("s"), "String \"s\""), (json!(null), "null")] {
        assert_eq!(
            Oggetto::radice(&v, NOTI).unwrap_err().0,
            format!("Cannot deserialize value of type object from {tipo} value")
        );
    }
    assert_eq!(
        Lista::radice(&json!({})).unwrap_err().0,
        "Cannot deserialize value of type array from Object value"
    );
}

#[test]
fn un_tipo_errato_nomina_la_catena() {
    assert_eq!(
        con(r#"{"a":"si"}"#, |o| o.booleano("a")).unwrap_err(),
        "Cannot deserialize value of type boolean from String \"si\" value (through reference chain: [\"a\"])"
    );
    assert_eq!(
        con(r#"{"a":{"b":1}}"#, |o| o.oggetto("a", NOTI)?.unwrap().lista("b").map(|_| ())).unwrap_err(),
        "Cannot deserialize value of type array from Number 1 value \
         (through reference chain: [\"a\"]->[\"b\"])"
    );
}

#[test]
fn le_conversioni_ammesse_sono_quelle_della_spec_10_3_2() {
    let testo = |c: &str| con(c, |o| o.testo("a"));
    assert_eq!(testo(r#"{"a":"x"}"#), Ok(Some("x".to_owned())));
    assert_eq!(testo(r#"{"a":""}"#), Ok(Some(String::new())));
    assert_eq!(testo(r#"{"a":10.00}"#), Ok(Some("10.00".to_owned())));
    assert_eq!(testo(r#"{"a":null}"#), Ok(None));
    assert_eq!(testo("{}"), Ok(None));
    for no in ["true", "[]", "{}"] {
        assert!(testo(&format!(r#"{{"a":{no}}}"#)).is_err(), "{no}");
    }

    let booleano = |c: &str| con(&format!(r#"{{"a":{c}}}"#), |o| o.booleano("a"));
    assert_eq!(booleano("true"), Ok(Some(true)));
    assert_eq!(booleano("\"true\""), Ok(Some(true)));
    assert_eq!(booleano("\"false\""), Ok(Some(false)));
    assert_eq!(booleano("null"), Ok(None));
    for no in ["\"\"", "\"si\"", "\"True\"", "1", "0", "[]", "{}"] {
        assert!(booleano(no).is_err(), "{no}");
    }

    let decimale = |c: &str| con(&format!(r#"{{"a":{c}}}"#), |o| o.decimale("a"));
    for (c, atteso) in
        [("10.50", "10.50"), ("\"10.50\"", "10.50"), ("\" 7 \"", "7"), ("-1", "-1"), ("\"1e2\"", "1e2")]
    {
        assert_eq!(decimale(c), Ok(Some(atteso.to_owned())), "{c}");
    }
    for no in ["\"10,00\"", "\"\"", "\"x\"", "\".5\"", "\"5.\"", "\"1e\"", "true", "[]", "{}"] {
        assert!(decimale(no).is_err(), "{no}");
    }

    let intero = |c: &str| con(&format!(r#"{{"a":{c}}}"#), |o| o.intero("a"));
    for (c, atteso) in [
        ("1", 1),
        ("1.7", 1),
        ("-1.7", -1),
        ("\"12\"", 12),
        ("\"+3\"", 3),
        ("1e2", 100),
        ("1.25e1", 12),
        ("125e-1", 12),
        ("0.0001e4", 1),
        ("0", 0),
        ("0e999999999", 0),
        ("5e-999999999", 0),
        ("9223372036854775807", i64::MAX),
        ("-9223372036854775808", i64::MIN),
    ] {
        assert_eq!(intero(c), Ok(Some(atteso)), "{c}");
    }
    for no in ["9223372036854775808", "1e999999999", "1e99999999999999999999", "true", "\"\"", "[]"] {
        assert!(intero(no).is_err(), "{no}");
    }

    let codice = |c: &str| con(&format!(r#"{{"a":{c}}}"#), |o| o.codice("a"));
    assert_eq!(codice("\"F\""), Ok(Some("F".to_owned())));
    for no in ["1", "true", "[]"] {
        assert!(codice(no).is_err(), "{no}");
    }
}

#[test]
fn presente_nullo_e_assente_sono_tre_cose() {
    let v = json!({"a": null});
    let o = Oggetto::radice(&v, NOTI).unwrap();
    assert!(o.nullo("a") && o.presente("a") && o.valore("a").is_none());
    assert!(!o.nullo("b") && !o.presente("b"));
}

proptest! {
    #[test]
    fn nessun_byte_fa_cadere_il_lettore(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = leggi_corpo(&bytes);
    }

    #[test]
    fn nessun_testo_json_simile_fa_cadere_il_lettore(s in "[\\[\\]{}:,\"\\\\u0-9a-f.eE+$ -]{0,80}") {
        if let Ok(v) = leggi_corpo(s.as_bytes()) {
            for letto in [Oggetto::radice(&v, NOTI)] {
                let Ok(o) = letto else { continue };
                let _ = (o.testo("a"), o.booleano("a"), o.decimale("a"), o.intero("a"), o.codice("a"));
                let _ = (o.oggetto("a", NOTI).is_ok(), o.lista("a").is_ok());
            }
        }
    }

    #[test]
    fn un_intero_scritto_in_ogni_modo_e_lo_stesso(n in any::<i64>(), zeri in 0_usize..5) {
        let z = "0".repeat(zeri);
        prop_assert_eq!(tronca(&n.to_string()), Some(n));
        prop_assert_eq!(tronca(&format!("{n}.9{z}")), Some(n));
        prop_assert_eq!(tronca(&format!("{n}{z}e-{zeri}")), Some(n));
    }
}
