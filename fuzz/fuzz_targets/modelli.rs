//! Templates: read, looked over and run on every kind of value, with little to spend.

#![no_main]

use libfuzzer_sys::fuzz_target;
use modelli::{Ambiente, Dato, ErroreModello, Limiti, Modello, Richiesta};
use oracoli::rifiuto_breve;

fuzz_target!(|byte: &[u8]| {
    let Ok(testo) = std::str::from_utf8(byte) else { return };
    let modello = match Modello::leggi(testo) {
        Ok(m) => m,
        Err(e) => return rifiuto_breve(&e.to_string()),
    };
    for g in modello.non_eseguibili() {
        assert!(g.riga >= 1 && g.riga <= testo.lines().count() + 1, "{g}");
        rifiuto_breve(&g.testo);
    }
    let limiti = Limiti { passi: 20_000, memoria: 4 << 20, uscita: 64 << 10 };
    let a = ambiente();
    let esito = modello.esegui(&a, limiti);
    assert_eq!(esito, modello.esegui(&a, limiti), "the same each time");
    match esito {
        Ok(e) => {
            assert!(e.testo.len() <= limiti.uscita);
            // A text without signs of the language is itself.
            if !testo.contains("${") && !testo.contains("<#") && !testo.contains("</#") {
                assert_eq!(e.testo, testo);
            }
        }
        // The words of a refusal are those of the template.
        Err(ErroreModello::Fermato(t)) => assert!(t.len() <= limiti.memoria),
        Err(e) => rifiuto_breve(&e.to_string()),
    }
});

fn ambiente() -> Ambiente<'static> {
    let debitore = Dato::oggetto([("tipo", Dato::oggetto([("toString", Dato::testo("F"))])), ("email", Dato::Nullo)]);
    let versamento =
        Dato::oggetto([("importoTotale", Dato::Numero("10.5".into())), ("anagraficaDebitore", debitore)]);
    let mut a = Ambiente::nuovo(
        1_774_944_306_789,
        [
            ("s", Dato::testo("Comune di Prova")),
            ("n", Dato::Numero("1234.5".into())),
            ("b", Dato::Vero(true)),
            ("l", Dato::Lista(vec![Dato::testo("a"), Dato::Nullo, Dato::Numero("2".into())])),
            ("h", Dato::mappa([("k", "v")])),
            ("versamento", versamento),
            ("lineaCsvRichiesta", Dato::testo("A,\"b\",0.00,,IT60X0542811101000000123456")),
        ],
    );
    a.richiesta = serde_json::from_str("{\"a\":{\"b\":[1,2.50,null]},\"c\":\"x\"}").ok().map(Richiesta);
    a.dominio_di_iban = &|iban| iban.starts_with("IT").then(|| "12345678901".to_owned());
    a
}
