//! `govpay check` as an operator runs it: what it prints, and with which code it ends.
#![expect(clippy::unwrap_used, reason = "what prepares a test panics when it cannot")]

use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output, Stdio};
use tempfile::TempDir;

fn govpay(cartella: &Path, argomenti: &[&str]) -> Output {
    let mut c = Command::new(env!("CARGO_BIN_EXE_govpay"));
    c.args(argomenti).current_dir(cartella).stdin(Stdio::null());
    for (nome, _) in std::env::vars().filter(|(n, _)| n.starts_with("GOVPAY_")) {
        c.env_remove(nome);
    }
    c.output().unwrap()
}

/// Exit code, standard output, standard error.
fn check(cartella: &Path, argomenti: &[&str]) -> (i32, String, String) {
    let mut tutti = vec!["check"];
    tutti.extend(argomenti);
    let o = govpay(cartella, &tutti);
    let testo = |b: Vec<u8>| String::from_utf8(b).unwrap();
    (o.status.code().unwrap(), testo(o.stdout), testo(o.stderr))
}

/// A folder with a database that has just been made.
fn nuova() -> TempDir {
    let qui = TempDir::new().unwrap();
    assert!(govpay(qui.path(), &["migrate"]).status.success());
    qui
}

fn esegui(cartella: &Path, sql: &str) {
    rusqlite::Connection::open(cartella.join("data/govpay.db")).unwrap().execute_batch(sql).unwrap();
}

/// Without the times, which change, and the comma or the bracket before them.
fn senza_tempi(testo: &str) -> String {
    let riga = |r: &str| match r.strip_suffix(" s)").and_then(|r| r.rsplit_once([',', '('])) {
        Some((prima, _)) => prima.trim_end().to_owned(),
        None => r.to_owned(),
    };
    testo.lines().map(riga).collect::<Vec<_>>().join("\n")
}

#[test]
fn una_base_dati_nuova_e_pulita() {
    let qui = nuova();
    let (codice, testo, errori) = check(qui.path(), &[]);
    assert_eq!((codice, errori.as_str()), (0, ""), "{testo}");
    let quanti = engine::controlli::elenco().count();
    assert_eq!(testo.lines().last(), Some(format!("{quanti} controlli, tutti rispettati.").as_str()));
    assert_eq!(testo.lines().filter(|r| r.starts_with("ok ")).count(), quanti);

    let (codice, testo, _) = check(qui.path(), &["--elenco"]);
    assert_eq!(codice, 0);
    let codici: Vec<&str> = testo.lines().map(|r| r.split(' ').next().unwrap()).collect();
    assert_eq!(codici, engine::controlli::elenco().map(|(c, _)| c).collect::<Vec<_>>());

    // It only looks: nothing was made or changed beside the database.
    let mut nomi: Vec<_> = std::fs::read_dir(qui.path().join("data"))
        .unwrap()
        .map(|f| f.unwrap().file_name().into_string().unwrap())
        .filter(|n| !n.ends_with("-shm") && !n.ends_with("-wal"))
        .collect();
    nomi.sort();
    assert_eq!(nomi, ["govpay.db", "govpay.db.chiave"]);
}

#[test]
fn un_guasto_si_vede_sulla_riga_nel_documento_e_nel_codice() {
    let qui = nuova();
    for n in 1..=3 {
        esegui(
            qui.path(),
            &format!("insert into lavori (nome, nodo, gettone, battito) values ('lavoro{n}', 'nodo', 1, 0)"),
        );
    }
    let (codice, testo, errori) = check(qui.path(), &["--solo", "lavori-presi", "--esempi", "2"]);
    assert_eq!((codice, errori.as_str()), (1, ""));
    let righe: Vec<&str> = testo.lines().collect();
    assert!(righe[0].starts_with("FALLITO   lavori-presi          nessun lavoro resta"), "{testo}");
    assert!(righe[0].contains("  (3 violazioni, 3 righe, "), "{testo}");
    assert!(righe[1].starts_with("          lavoro1: preso da nodo, senza segni da altri "), "{testo}");
    assert!(righe[2].starts_with("          lavoro2: preso da nodo, "), "{testo}");
    assert_eq!(righe[3..], ["          e altre 1", "1 controllo fallito su 1."]);

    esegui(qui.path(), "insert into impostazioni (chiave, valore) values ('sandbox', 'forse')");
    let (codice, testo, _) = check(qui.path(), &["--solo", "schema,uso"]);
    assert_eq!(codice, 1);
    assert_eq!(
        senza_tempi(&testo),
        "ok        schema                lo schema e' quello di questo programma\n\
         FALLITO   uso                   la base dati e' di una sandbox o non lo e', e lo dice  (1 violazione\n\
         \x20         sandbox: valore forse\n\
         1 controllo fallito su 2."
    );
    esegui(qui.path(), "delete from impostazioni");

    let (codice, documento, _) =
        check(qui.path(), &["--json", "--solo", "lavori-presi,uso", "--esempi", "0"]);
    assert_eq!(codice, 1);
    assert_eq!(
        serde_json::from_str::<Value>(&documento).unwrap(),
        json!({
            "database": "sqlite://data/govpay.db",
            "controlli": [
                {
                    "codice": "lavori-presi",
                    "promessa": "nessun lavoro resta di un nodo che non da' segni di vita",
                    "esito": "FALLITO", "esaminati": 3, "violazioni": 3, "esempi": [], "motivo": null
                },
                {
                    "codice": "uso", "promessa": "la base dati e' di una sandbox o non lo e', e lo dice",
                    "esito": "OK", "esaminati": null, "violazioni": 0, "esempi": [], "motivo": null
                }
            ],
            "esito": "FALLITO"
        })
    );
}

#[test]
fn cio_che_non_si_puo_controllare_si_dice() {
    let qui = nuova();
    esegui(qui.path(), "drop table lavori");
    let (codice, documento, _) = check(qui.path(), &["--json", "--solo", "lavori-presi,uso"]);
    assert_eq!(codice, 2);
    let documento: Value = serde_json::from_str(&documento).unwrap();
    assert_eq!(documento["esito"], "INCOMPLETO");
    assert_eq!(documento["controlli"][0]["esito"], "NON_ESEGUITO");
    assert!(documento["controlli"][0]["motivo"].as_str().unwrap().contains("no such table: lavori"));
    assert_eq!(documento["controlli"][1]["esito"], "OK");
    let (codice, testo, _) = check(qui.path(), &["--solo", "lavori-presi"]);
    assert_eq!(codice, 2);
    assert!(testo.ends_with("1 controllo non si e' potuto fare.\n"), "{testo}");

    // No file, no GovPay, no such check, no such setting: nothing on standard output, and a reason.
    let vuota = TempDir::new().unwrap();
    for (cartella, argomenti, perche) in [
        (vuota.path(), vec![], "il file data/govpay.db non c'e'"),
        (qui.path(), vec!["--solo", "boh"], "controllo `boh` sconosciuto"),
        (qui.path(), vec!["--config", "assente.toml"], "assente.toml"),
    ] {
        let (codice, testo, errori) = check(cartella, &argomenti);
        assert_eq!((codice, testo.as_str()), (2, ""));
        assert!(errori.contains(perche), "{errori}");
    }
    assert!(!vuota.path().join("data").exists(), "non si crea niente");
    std::fs::create_dir(vuota.path().join("data")).unwrap();
    esegui(vuota.path(), "create table altro (id integer)");
    let (codice, _, errori) = check(vuota.path(), &[]);
    assert_eq!(codice, 2);
    assert!(errori.contains("non e' di GovPay"), "{errori}");
}
