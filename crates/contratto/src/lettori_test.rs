//! What the two doors read beside a whole pendenza: changes, keys, logos, URLs.

use crate::json::leggi_corpo;
use crate::logo::decodifica;
use crate::messaggi;
use crate::pendenza::{leggi_chiave, leggi_dominio, leggi_modifiche, leggi_numero_avviso};
use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};

fn valore() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        "\\PC{0,300}".prop_map(Value::from),
        prop::sample::select(vec![
            json!("ANNULLATA"),
            json!("NON_ESEGUITA"),
            json!("ESEGUITA"),
            json!("true"),
            json!({"oggetto": "o"}),
            json!({"oggetto": "o", "testo": "t", "tipo": "NotaOperatore"}),
            json!([]),
            json!({}),
        ]),
    ]
}

proptest! {
    /// One change for each operation, or a refusal.
    #[test]
    fn le_modifiche_si_leggono_o_si_rifiutano(
        operazioni in prop::collection::vec(
            (
                prop::sample::select(vec!["REPLACE", "ADD", "DELETE", "replace", ""]),
                prop::sample::select(vec!["/stato", "/descrizioneStato", "/ack", "/nota", "/x", "", "stato"]),
                valore(),
                any::<bool>(),
            ),
            0..4,
        ),
        altro in valore(),
    ) {
        let corpo: Vec<Value> = operazioni
            .iter()
            .map(|(op, path, v, intera)| {
                if *intera { json!({"op": op, "path": path, "value": v}) } else { json!({"op": op, "value": v}) }
            })
            .collect();
        let quante = corpo.len();
        match leggi_modifiche(&Value::from(corpo)) {
            Ok(m) => prop_assert_eq!(m.len(), quante),
            Err(e) => prop_assert!(!e.0.is_empty() && e.0.chars().count() <= 4000),
        }
        let _ = leggi_modifiche(&altro);
    }

    #[test]
    fn un_logo_in_base64_torna_com_era(byte in prop::collection::vec(any::<u8>(), 0..60), testo in "\\PC{0,60}") {
        for scritto in [BASE64_STANDARD.encode(&byte), BASE64_STANDARD_NO_PAD.encode(&byte)] {
            prop_assert_eq!(&decodifica(&scritto), &byte);
            prop_assert_eq!(&decodifica(&format!("data:image/png;base64,{scritto}")), &byte);
        }
        prop_assert!(decodifica(&testo).len() <= testo.len());
    }

    #[test]
    fn nessun_testo_ferma_chiavi_e_url(a in "\\PC{0,60}", b in "\\PC{0,60}", url in "(https?|ftp)?(://)?[a-zA-Z0-9@:\\[\\]./?#% -]{0,30}") {
        if let Ok(c) = leggi_chiave(&a, &b) {
            prop_assert_eq!((c.id_a2a.as_str(), c.id_pendenza.as_str()), (a.as_str(), b.as_str()));
        }
        if let Ok(d) = leggi_dominio(&a) {
            prop_assert_eq!(d.as_str(), a.as_str());
        }
        if let Ok(n) = leggi_numero_avviso(&a) {
            prop_assert_eq!(n.as_str(), a.as_str());
        }
        for t in [&a, &url] {
            if messaggi::url("url", t).is_ok() {
                let minuscolo = t.to_ascii_lowercase();
                prop_assert!(minuscolo.starts_with("http://") || minuscolo.starts_with("https://"));
            }
        }
    }

    /// A document that is written is read as the same value.
    #[test]
    fn un_documento_torna_com_era(v in valore()) {
        let letto = leggi_corpo(v.to_string().as_bytes());
        prop_assert_eq!(letto, Ok(v));
    }
}
