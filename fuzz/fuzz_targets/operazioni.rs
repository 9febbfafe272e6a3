//! The operations of a PATCH on applicazioni, operatori, ruoli and the own profile.

#![no_main]

use contratto::anagrafica::{Modificata, leggi_operazioni};
use contratto::json::leggi_corpo;
use domain::anagrafica::{
    Ambito, Concessioni, Operazione, VoceDominio, VoceTipo, password_conforme,
};
use libfuzzer_sys::fuzz_target;
use oracoli::rifiuto_breve;
use serde_json::Value;

fuzz_target!(|corpo: &[u8]| {
    let Ok(v) = leggi_corpo(corpo) else { return };
    for cosa in [Modificata::Applicazione, Modificata::Operatore, Modificata::Ruolo, Modificata::Profilo] {
        match leggi_operazioni(&v, cosa) {
            Ok(lette) => {
                let operazioni = v.as_array().expect("an array");
                assert_eq!(operazioni.len(), lette.len());
                for (o, l) in operazioni.iter().zip(&lette) {
                    fedele(o, l, cosa);
                }
                fatte(&lette);
            }
            Err(e) => rifiuto_breve(&e.0),
        }
    }
});

/// Nothing is done that the operation does not say.
fn fedele(o: &Value, letta: &Operazione, cosa: Modificata) {
    let valore = o.get("value").expect("a value");
    let testo = valore.as_str().map_or_else(|| valore.to_string(), str::to_owned);
    let (op, path) = match letta {
        Operazione::AggiungiAcl(a) => {
            assert_eq!(valore["servizio"], a.servizio.as_str());
            let lettere = valore["autorizzazioni"].as_array().expect("letters");
            assert_eq!(lettere.iter().any(|l| l == "R"), a.diritti.lettura);
            assert_eq!(lettere.iter().any(|l| l == "W"), a.diritti.scrittura);
            ("ADD", "/acl")
        }
        Operazione::TogliAcl(s) => {
            assert_eq!(valore["servizio"], s.as_str());
            ("DELETE", "/acl")
        }
        Operazione::AggiungiDominio(d) => {
            dominio(valore, &testo, d);
            ("ADD", "/domini")
        }
        Operazione::TogliDominio(d) => {
            dominio(valore, &testo, d);
            ("DELETE", "/domini")
        }
        Operazione::AggiungiTipo(t) => {
            tipo(&testo, t, cosa);
            ("ADD", "/tipiPendenza")
        }
        Operazione::TogliTipo(t) => {
            tipo(&testo, t, cosa);
            ("DELETE", "/tipiPendenza")
        }
        Operazione::Password(None) => {
            assert!(valore.is_null() && cosa != Modificata::Profilo);
            ("REPLACE", "/password")
        }
        Operazione::Password(Some(p)) => {
            assert_eq!(p.as_str(), testo);
            assert!(password_conforme(&testo) && testo.chars().count() <= 255);
            ("REPLACE", "/password")
        }
    };
    assert_eq!((o["op"].as_str(), o["path"].as_str()), (Some(op), Some(path)));
    match cosa {
        Modificata::Ruolo => assert_eq!(path, "/acl"),
        Modificata::Profilo => assert_eq!(path, "/password"),
        Modificata::Applicazione | Modificata::Operatore => {}
    }
}

/// Offices that are not named are all; all is only what says so.
fn dominio(valore: &Value, testo: &str, letto: &VoceDominio) {
    let id = if valore.is_object() { valore["idDominio"].as_str().map(str::to_owned) } else { Some(testo.to_owned()) };
    match letto {
        VoceDominio::Tutti => assert_eq!(id.as_deref(), Some("*")),
        VoceDominio::Uno(d) => {
            assert_eq!(d.dominio.as_str().len(), 11);
            if let Some(id) = id {
                assert_eq!(d.dominio.as_str(), id);
            }
            let unita = valore.get("unitaOperative").and_then(Value::as_array);
            match &d.unita {
                Some(u) => assert_eq!(unita.map(Vec::len), Some(u.len())),
                None => assert!(unita.is_none_or(|u| u.is_empty() || u.iter().any(|x| x == "*"))),
            }
        }
    }
}

fn tipo(testo: &str, letto: &VoceTipo, cosa: Modificata) {
    match letto {
        VoceTipo::Tutti => assert_eq!(testo, "*"),
        VoceTipo::Autodeterminazione => {
            assert_eq!((testo, cosa), ("autodeterminazione", Modificata::Applicazione));
        }
        VoceTipo::Uno(t) => assert_eq!(testo, t.as_str()),
    }
}

/// Done one after the other, nothing named never becomes everything.
fn fatte(operazioni: &[Operazione]) {
    let mut c = Concessioni::default();
    for o in operazioni {
        let mut dopo = c.clone();
        if dopo.applica(o).is_ok() {
            c = dopo;
        }
        if let Ambito::Solo(v) = &c.domini {
            assert!(v.iter().all(|d| d.unita.as_ref().is_none_or(|u| !u.is_empty())));
        }
    }
}
