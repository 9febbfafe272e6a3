//! Parameters and addresses of the REST APIs: first line a query, second a date, third a path.

#![no_main]

use api::convenzioni::date::{self, Estremo};
use api::convenzioni::indirizzi::{Indirizzo, analizza};
use api::convenzioni::ordinamento::{campi, ordinamento};
use api::convenzioni::paginazione::{booleano, intero};
use api::convenzioni::{ApiError, Interrogazione, Paginazione};
use domain::Istante;
use http::Uri;
use libfuzzer_sys::fuzz_target;
use oracoli::{giorno_esiste, rifiuto_breve};
use serde_json::{Value, json};

fuzz_target!(|byte: &[u8]| {
    let Ok(testo) = std::str::from_utf8(byte) else { return };
    let mut righe = testo.splitn(3, '\n');
    let query = righe.next().unwrap_or_default();
    paginazione(query);
    elenco(query);
    data(righe.next().unwrap_or_default());
    indirizzo(righe.next().unwrap_or_default());
});

fn rifiutato(e: &ApiError) {
    assert_eq!(e.stato.as_u16(), 400);
    rifiuto_breve(&e.to_string());
}

fn interrogazione(query: &str) -> Interrogazione {
    let coppia = |p: &str| {
        let (nome, valore) = p.split_once('=').unwrap_or((p, ""));
        (nome.to_owned(), valore.to_owned())
    };
    Interrogazione::da(query.split('&').filter(|p| !p.is_empty()).map(coppia).collect())
}

/// Order, members and filters of a list.
fn elenco(query: &str) {
    const AMMESSI: [&str; 2] = ["data", "stato"];
    let q = interrogazione(query);
    match ordinamento(&q, &AMMESSI) {
        Ok(chiesti) => assert!(chiesti.iter().all(|(n, _)| *n < AMMESSI.len())),
        Err(e) => assert_eq!(e.stato.as_u16(), 422),
    }
    let mut righe = [json!({"data": 1, "stato": 2, "a": 3})];
    campi(&q, &mut righe);
    let tenuti = righe[0].as_object().expect("still an object");
    let chiesti = q.non_vuoto("campi");
    assert!(tenuti.len() <= 3 && tenuti.keys().all(|k| chiesti.is_none_or(|c| c.contains(k.as_str()))));
    for nome in ["n", "data"] {
        if let Err(e) = intero(&q, nome) {
            rifiutato(&e);
        }
        match booleano(&q, nome) {
            Ok(b) => assert!(b.is_none() || q.valore(nome).is_some()),
            Err(e) => rifiutato(&e),
        }
    }
}

fn paginazione(query: &str) {
    for predefiniti in [Some(25), None] {
        match Paginazione::leggi(&interrogazione(query), predefiniti, 5000) {
            Ok(p) => pagina(p, query),
            Err(e) => rifiutato(&e),
        }
    }
}

fn pagina(p: Paginazione, query: &str) {
    assert!(p.pagina >= 1 && p.salto() >= 0, "{p:?}");
    assert!(p.risultati.is_none_or(|n| (0..=5000).contains(&n)), "{p:?}");
    let Ok(uri) = format!("/x?{query}").parse::<Uri>() else { return };
    for lette in [0, 1, p.da_leggere().unwrap_or(3)] {
        let righe = (0..lette).map(Value::from).collect();
        let b = p.busta(righe, p.conta_fino_a().map(|n| n.min(lette)), true, &uri);
        let date = b["risultati"].as_array().map(Vec::len).expect("rows");
        assert!(p.risultati.is_none_or(|n| i64::try_from(date).is_ok_and(|d| d <= n)), "{b}");
        if let Some(url) = b["prossimiRisultati"].as_str() {
            // The next page is a page.
            let (_, query) = url.split_once('?').expect("a query");
            let prossima = Paginazione::leggi(&interrogazione(query), None, 5000).expect("readable");
            assert_eq!(
                Paginazione { pagina: prossima.pagina, risultati: prossima.risultati, ..p },
                Paginazione { pagina: p.pagina + 1, ..p }
            );
        }
    }
}

fn data(testo: &str) {
    let inizio = date::leggi("dataDa", testo, Estremo::Inizio);
    let fine = date::leggi("dataA", testo, Estremo::Fine);
    match (&inizio, &fine) {
        (Ok(i), Ok(f)) => assert!(i <= f, "{testo}"),
        (Err(a), Err(b)) => {
            rifiutato(a);
            rifiutato(b);
        }
        // With a zone the last evening of the calendar may be past its end.
        (Ok(i), Err(e)) if i.giorno() >= jiff::civil::date(9999, 12, 30) => rifiutato(e),
        _ => panic!("{testo}: {inizio:?}, {fine:?}"),
    }
    let Ok(i) = inizio else { return };
    let giorno_e_ora = giorno_esiste(testo) && testo.get(10..11) == Some("T");
    // A wall clock of Rome comes back as it was: since 1980 no midnight was skipped.
    let orologio = testo.get(11..).filter(|_| giorno_e_ora && ("1980".."9999-12-30").contains(&testo));
    if orologio.is_some_and(|o| o == "23:59:59.999" || o == "00:00:00.000") {
        assert_eq!(i.iso_millis(), testo);
    }
    // An instant in UTC is the one that the date library reads, which knows the second 60.
    let utc = testo.len() == 24 && testo.ends_with('Z') && testo.get(17..19) != Some("60");
    if giorno_e_ora
        && utc
        && let Ok(t) = testo.parse::<jiff::Timestamp>()
    {
        assert_eq!(i, Istante::da_timestamp(t), "{testo}");
    }
}

fn indirizzo(percorso: &str) {
    match analizza(percorso) {
        Indirizzo::Rest { resto, .. } => {
            assert!(resto.starts_with('/'), "{percorso}: {resto}");
            assert!(
                resto == "/" || percorso.ends_with(resto) || percorso.ends_with(&format!("{resto}/")),
                "{percorso}"
            );
        }
        Indirizzo::Nodo { interno, resto } => {
            assert!(percorso.ends_with(resto), "{percorso}");
            assert!(!interno || resto.starts_with("/internal"), "{percorso}");
        }
        Indirizzo::NonMappato => assert!(percorso.starts_with("/govpay"), "{percorso}"),
        Indirizzo::Altrove => {}
    }
}
