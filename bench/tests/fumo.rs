//! The benchmark runs from end to end, so that it does not rot. Nothing is asserted on times.
#![expect(clippy::unwrap_used, reason = "what prepares a test panics when it cannot")]

use std::path::Path;
use std::process::Command;

/// The gateway as the tests build it; made now if it is not there, when only this crate is tested.
fn govpay(cartella: &Path) -> std::path::PathBuf {
    let programma = cartella.join("debug/govpay");
    if programma.is_file() {
        return programma;
    }
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let fatto = Command::new(cargo)
        .args(["build", "--locked", "-p", "govpay-server", "--bin", "govpay", "--target-dir"])
        .arg(cartella)
        .status()
        .unwrap();
    assert!(fatto.success());
    programma
}

#[test]
fn un_giro_breve_su_sqlite_misura_ogni_via_senza_errori() {
    let programma = Path::new(env!("CARGO_BIN_EXE_govpay-bench"));
    let govpay = govpay(programma.parent().and_then(Path::parent).unwrap());
    let cartella = tempfile::tempdir().unwrap();
    let risultati = cartella.path().join("results.md");
    let uscita = Command::new(programma)
        .args(["--veloce", "--basi", "sqlite", "--solo", "a,a5,b,c,d,e,g", "--secondi", "0.2"])
        .args(["--tracciato", "500", "--govpay"])
        .arg(&govpay)
        .arg("--risultati")
        .arg(&risultati)
        .output()
        .unwrap();
    let errori = String::from_utf8_lossy(&uscita.stderr);
    assert!(uscita.status.success(), "{errori}");
    let testo = std::fs::read_to_string(&risultati).unwrap();
    assert!(testo.starts_with("# Results\n"), "{testo}");
    // Five paths, grouped and not, each with its figures and no error.
    let vie: Vec<&str> = testo.lines().filter(|r| r.starts_with("| (")).collect();
    assert_eq!(vie.len(), 10, "{testo}");
    assert!(vie.iter().all(|r| r.ends_with("| 0 |")), "{testo}");
    assert!(!testo.contains("**status"), "{testo}");
    assert!(testo.contains("| `/eventi?esito=KO` |") && testo.contains("| `/notifiche?stato=SPEDITA` |"));
    // Bulk loads: a row for each format, and what the callers of the node have waited meanwhile.
    assert!(testo.contains("| File of 500 lines |"), "{testo}");
    for riga in ["| CSV | **", "| JSON | **", "| PUT pendenza | ", "| paVerifyPaymentNotice | "] {
        let trovate: Vec<&str> = testo.lines().filter(|r| r.starts_with(riga)).collect();
        assert_eq!(trovate.len(), 1, "{riga}: {testo}");
        assert!(!riga.ends_with("| ") || trovate[0].ends_with("| 0 |"), "{testo}");
    }
}
