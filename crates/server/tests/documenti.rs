//! What the documentation says of the tests is true: the names exist.

use std::path::Path;

#[test]
fn le_prove_citate_nei_documenti_esistono() {
    let radice = Path::new(env!("CARGO_MANIFEST_DIR"));
    let testo = std::fs::read_to_string(radice.join("../../docs/prove.md")).expect("docs/prove.md");
    let mut citate = 0;
    for nome in testo.split('`').filter(|n| n.contains("::") && !n.contains(' ') && !n.ends_with('*')) {
        let (modulo, funzione) = nome.rsplit_once("::").expect("contiene ::");
        let file = radice.join("tests/http").join(format!("{}.rs", modulo.replace("::", "/")));
        let Ok(sorgente) = std::fs::read_to_string(&file) else {
            // Names of unit tests of other crates are modules: they stand without a test's name.
            assert!(nome.starts_with("domain::") || nome == "pendenze::carica", "{nome}: manca {file:?}");
            continue;
        };
        assert!(sorgente.contains(&format!("fn {funzione}(")), "{nome} non c'e'");
        citate += 1;
    }
    assert!(citate > 80, "solo {citate} prove citate");
}
