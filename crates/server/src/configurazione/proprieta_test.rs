//! Whatever the file and the environment say: a configuration, or an error that says why.

use super::{Fonti, leggi, mostra, mostra_url};
use proptest::prelude::*;

const CHIAVI: &[&str] = &[
    "listen",
    "admin_password",
    "auth_families",
    "http.max_connections",
    "database.url",
    "database.connections",
    "ente.allowed",
    "trusted_proxies",
    "pagopa_auth",
    "log.format",
    "node.name",
    "non.esiste",
    "http",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn nessuna_fonte_la_ferma(
        righe in prop::collection::vec((prop::sample::select(CHIAVI), "(-?[0-9]{1,20}|true|\"\\PC{0,20}\"|\\[\"[a-z.*/0-9]{0,12}\"\\]|\\PC{0,12})"), 0..4),
        grezzo in "\\PC{0,60}",
        ambiente in prop::collection::vec((prop::sample::select(CHIAVI), "\\PC{0,20}"), 0..3),
    ) {
        let cartella = tempfile::tempdir().unwrap();
        let righe: String = righe.iter().map(|(k, v)| format!("{k} = {v}\n")).collect();
        for testo in [righe, grezzo] {
            let file = cartella.path().join("govpay.toml");
            std::fs::write(&file, &testo).unwrap();
            let fonti = Fonti {
                file: Some(file),
                ambiente: ambiente
                    .iter()
                    .map(|(k, v)| (format!("GOVPAY_{}", k.replace('.', "__").to_uppercase()), v.clone()))
                    .collect(),
                opzioni: Vec::new(),
            };
            match leggi(&fonti) {
                Ok(c) => {
                    let _ = c.controlla();
                    let segreta = c.admin_password.dato().unwrap_or_default();
                    prop_assert!(segreta.chars().count() < 12 || !mostra(&c).contains(segreta));
                }
                Err(e) => prop_assert!(!e.0.is_empty()),
            }
        }
    }

    #[test]
    fn un_url_si_mostra_senza_la_password(password in "[a-z0-9]{12,20}", testo in "\\PC{0,40}") {
        let mostrato = mostra_url(&format!("postgres://utente:{password}@db.ente.it:5432/govpay"));
        prop_assert!(!mostrato.contains(&password) && mostrato.contains("db.ente.it"), "{}", mostrato);
        let _ = mostra_url(&testo);
    }
}
