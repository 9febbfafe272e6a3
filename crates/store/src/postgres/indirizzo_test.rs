use super::*;
use proptest::prelude::*;
use std::str::FromStr as _;

fn di(url: &str) -> Indirizzo {
    let Ok(base) = PgConnectOptions::from_str(url) else { unreachable!("{url}") };
    Indirizzo::nuovo(url, &base, "", Duration::from_secs(1))
}

#[test]
fn la_password_e_i_certificati_sono_quelli_dell_url() {
    let i = di("postgres://gov%40x:p%2Fw@db.ente.it:5433/govpay?sslmode=verify-full&sslrootcert=/etc/ca.pem");
    assert_eq!((i.host.as_str(), i.porta, i.utente.as_str()), ("db.ente.it", 5433, "gov@x"));
    assert_eq!(i.password.as_deref(), Some("p/w"));
    assert_eq!(i.database.as_deref(), Some("govpay"));
    assert_eq!(i.radice.as_deref(), Some("/etc/ca.pem"));
    assert!(matches!(i.tls, PgSslMode::VerifyFull));
    assert!(!format!("{i:?}").contains("p/w"));
    assert_eq!(di("postgres://u@h/d?password=altra").password.as_deref(), Some("altra"));
    let locale = di("postgres://u@%2Frun%2Fpostgresql:5434/d");
    assert_eq!(locale.socket, Some(PathBuf::from("/run/postgresql/.s.PGSQL.5434")));
}

/// The ways of writing the same address; host, port, user and database are those of the pool.
#[test]
fn le_forme_dell_url() {
    for url in [
        "postgres://u:segreta@h:5433/d",
        "postgresql://u:segreta@h:5433/d",
        "postgres://h:5433/d?user=u&password=segreta",
        "postgres://?host=h&port=5433&dbname=d&user=u&password=segreta",
        "postgres://x:y@z:1/w?host=h&port=5433&dbname=d&user=u&password=segreta",
        "postgres://u:%73egreta@h:5433/%64",
    ] {
        let i = di(url);
        assert_eq!((i.host.as_str(), i.porta, i.utente.as_str()), ("h", 5433, "u"), "{url}");
        assert_eq!((i.database.as_deref(), i.password.as_deref()), (Some("d"), Some("segreta")), "{url}");
        assert_eq!(i.socket, None, "{url}");
    }
    let sei = di("postgres://u@[::1]:5433/d");
    assert_eq!((sei.host.as_str(), sei.porta), ("::1", 5433));
    let senza = di("postgres://u@h");
    assert_eq!((senza.porta, senza.database.is_none() || std::env::var("PGDATABASE").is_ok()), (5432, true));
    for (url, socket) in [
        ("postgres:///d?host=/var/run/pg&user=u", "/var/run/pg/.s.PGSQL.5432"),
        ("postgres://u@h:6000/d?host=/var/run/pg", "/var/run/pg/.s.PGSQL.6000"),
    ] {
        assert_eq!(di(url).socket, Some(PathBuf::from(socket)), "{url}");
    }
}

#[test]
fn le_opzioni_dell_url_valgono_anche_per_le_linee() {
    for (url, attese) in [
        ("postgres://u@h/d", "-c a=1"),
        ("postgres://u@h/d?options=-c%20search_path=ente", "-c search_path=ente -c a=1"),
        ("postgres://u@h/d?options[search_path]=ente", "-c search_path=ente -c a=1"),
    ] {
        let Ok(base) = PgConnectOptions::from_str(url) else { unreachable!("{url}") };
        let i = Indirizzo::nuovo(url, &base, "-c a=1", Duration::from_secs(1));
        assert_eq!(i.opzioni, attese, "{url}");
    }
}

#[test]
fn ogni_nome_dei_certificati() {
    for (radice, certificato, chiave) in [
        ("sslrootcert", "sslcert", "sslkey"),
        ("ssl-root-cert", "ssl-cert", "ssl-key"),
        ("ssl-ca", "sslcert", "ssl-key"),
    ] {
        let i = di(&format!("postgres://u@h/d?{radice}=/r&{certificato}=/c&{chiave}=/k"));
        let letti = [i.radice, i.certificato, i.chiave].map(Option::unwrap_or_default);
        assert_eq!(letti, ["/r", "/c", "/k"], "{radice}");
    }
}

proptest! {
    /// What the pool reads we read too, whatever the password.
    #[test]
    fn ogni_password_torna_com_era(password in "\\PC{0,20}", utente in "[a-zA-Z0-9@:/ .è]{1,10}") {
        let codifica = |t: &str| percent_encoding::utf8_percent_encode(t, percent_encoding::NON_ALPHANUMERIC).to_string();
        for url in [
            format!("postgres://{}:{}@h/d", codifica(&utente), codifica(&password)),
            format!("postgres://h/d?user={}&password={}", codifica(&utente), codifica(&password)),
        ] {
            let i = di(&url);
            prop_assert_eq!(&i.utente, &utente);
            // In the authority, an empty password is none.
            prop_assert_eq!(i.password.unwrap_or_default(), password.clone());
        }
    }

    #[test]
    fn nessun_url_la_ferma(testo in "\\PC*", query in "(host|port|user|password|dbname|options|sslmode|sslkey)=(/?[a-z0-9%&=]{0,6})") {
        for url in [testo.clone(), format!("postgres://{testo}"), format!("postgres://{testo}?{query}")] {
            if let Ok(base) = PgConnectOptions::from_str(&url) {
                let i = Indirizzo::nuovo(&url, &base, "", Duration::from_secs(1));
                prop_assert_eq!((i.porta, i.utente.as_str()), (base.get_port(), base.get_username()));
            }
        }
    }
}
