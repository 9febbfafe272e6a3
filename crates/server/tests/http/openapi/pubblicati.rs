//! The contracts that were published with GovPay 3.9: what we answer is in them, but for the exceptions
//! that each API writes down with their reason.

use super::conforme::giudizi;
use super::scena::Chiamata;
use super::{Api, Contratto};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// A published contract, if the reference material is here.
pub(super) fn leggi(nome: &str) -> Option<Contratto> {
    let tutti = format!("{}/../../../shared/reference/govpay-openapi", env!("CARGO_MANIFEST_DIR"));
    let letto = |testo: &str| serde_saphyr::from_str::<Value>(testo).expect("un contratto leggibile");
    if let Ok(testo) = std::fs::read_to_string(format!("{tutti}/{nome}.yaml")) {
        return Some(Contratto::nuovo(letto(&testo)));
    }
    // One that was published in several files: put together, a reference does not name its file.
    let cartella = std::fs::read_dir(format!("{tutti}/{}", nome.trim_start_matches("govpay-api-"))).ok()?;
    let file: Vec<_> = cartella.map(|f| f.expect("un file")).collect();
    let mut intero = json!({ "paths": {}, "components": {} });
    for f in &file {
        let mut testo = std::fs::read_to_string(f.path()).expect("un file leggibile");
        for altro in &file {
            testo = testo.replace(&format!("{}#", altro.file_name().display()), "#");
        }
        let v = letto(&testo);
        unisci(&mut intero["paths"], &v["paths"]);
        for (parte, voci) in v["components"].as_object().into_iter().flatten() {
            unisci(&mut intero["components"][parte], voci);
        }
    }
    Some(Contratto::nuovo(intero))
}

fn unisci(a: &mut Value, b: &Value) {
    let Value::Object(b) = b else { return };
    if a.is_null() {
        *a = json!({});
    }
    a.as_object_mut().expect("un oggetto").extend(b.clone());
}

/// What is not as published and has no reason, and the reasons that nothing needs any more.
pub(super) fn confronta(api: &Api, nostro: &Contratto, loro: &Contratto, fatte: &[Chiamata]) -> Vec<String> {
    let mut righe: BTreeSet<String> = giudizi(loro, fatte).into_iter().filter(|g| conta(loro, g)).collect();
    let (nostre, pubblicate) = (operazioni(nostro), operazioni(loro));
    for (forma, (_, op, percorso)) in &pubblicate {
        let Some((nome, mio, percorso_mio)) = nostre.get(forma) else { continue };
        let miei = interrogazione(nostro, percorso_mio, mio);
        let mancano = interrogazione(loro, percorso, op).into_iter().filter(|p| !miei.contains(p));
        righe.extend(mancano.map(|p| format!("{nome} parametro {p}: non dichiarato da noi")));
        let corpo = |op: &Value| op["requestBody"]["content"]["application/json"]["schema"].clone();
        corpi((nostro, &corpo(mio)), (loro, &corpo(op)), &format!("{nome} corpo "), &mut righe);
    }
    let mut usate = BTreeSet::new();
    let mut sbagli = Vec::new();
    for riga in righe {
        match api.eccezioni.iter().position(|e| combacia(e.0, &riga)) {
            Some(i) => {
                usate.insert(i);
            }
            None => sbagli.push(format!("pubblicato {riga}")),
        }
    }
    for (i, e) in api.eccezioni.iter().enumerate() {
        assert!(e.1.starts_with("spec "), "{}: il motivo e' una sezione della spec", e.0);
        if !usate.contains(&i) {
            sbagli.push(format!("eccezione che non serve piu': {}", e.0));
        }
    }
    sbagli.extend(elenchi(api, &nostre, &pubblicate));
    sbagli
}

/// Refusals have the body of spec 10 3.1 in every API: where the published contract declares one it must
/// be that, where it does not (most of the time) our own document is the judge.
fn conta(loro: &Contratto, giudizio: &str) -> bool {
    let mut parti = giudizio.split(' ');
    let (Some(metodo), Some(percorso), Some(stato)) = (parti.next(), parti.next(), parti.next()) else {
        return true;
    };
    if stato.starts_with(['2', '3']) {
        return true;
    }
    let tutte = loro.operazioni();
    let op = tutte.iter().find(|(m, p, _)| m == metodo && p == percorso);
    op.and_then(|(.., op)| op["responses"].get(stato))
        .is_some_and(|r| loro.risolvi(r)["content"].get("application/json").is_some())
}

/// What the published contract lets a caller send and our reader, which is as our document says, does not
/// take: a member that we do not know, one that only we insist on.
fn corpi(
    (noi, mio): (&Contratto, &Value),
    (loro, suo): (&Contratto, &Value),
    dove: &str,
    righe: &mut BTreeSet<String>,
) {
    let (miei, miei_dovuti) = membri(noi, mio);
    let (suoi, suoi_dovuti) = membri(loro, suo);
    if miei.is_empty() {
        // Any object will do.
        return;
    }
    for (nome, v) in &suoi {
        match miei.get(nome) {
            None => {
                righe.insert(format!("{dove}/{nome}: non preso da noi"));
            }
            Some(m) => corpi((noi, m), (loro, v), &format!("{dove}/{nome}"), righe),
        }
    }
    for nome in miei_dovuti.difference(&suoi_dovuti).filter(|n| suoi.contains_key(*n)) {
        righe.insert(format!("{dove}/{nome}: richiesto solo da noi"));
    }
}

/// The members of an object, or of those of a list, whatever form it has; those that it must have.
fn membri(c: &Contratto, schema: &Value) -> (BTreeMap<String, Value>, BTreeSet<String>) {
    let s = c.risolvi(schema);
    if let Some(elementi) = s.get("items") {
        return membri(c, elementi);
    }
    let (mut tutti, mut dovuti) = (BTreeMap::new(), BTreeSet::new());
    for insieme in ["allOf", "oneOf", "anyOf"] {
        for forma in s[insieme].as_array().into_iter().flatten() {
            let (altri, altri_dovuti) = membri(c, forma);
            tutti.extend(altri);
            if insieme == "allOf" {
                dovuti.extend(altri_dovuti);
            }
        }
    }
    tutti.extend(s["properties"].as_object().into_iter().flatten().map(|(n, v)| (n.clone(), v.clone())));
    let richiesti = s["required"].as_array().into_iter().flatten();
    dovuti.extend(richiesti.filter_map(Value::as_str).map(str::to_owned));
    (tutti, dovuti)
}

type Operazioni<'a> = BTreeMap<String, (String, &'a Value, &'a Value)>;

/// Method and address without the names of its parameters; then with them, the operation, its address.
fn operazioni(c: &Contratto) -> Operazioni<'_> {
    let senza_nomi = |p: &str| {
        p.split('/').map(|s| if s.starts_with('{') { "{}" } else { s }).collect::<Vec<_>>().join("/")
    };
    let tutte = c.operazioni().into_iter();
    tutte
        .map(|(m, p, op)| {
            let percorso = &c.radice["paths"][&p];
            (format!("{m} {}", senza_nomi(&p)), (format!("{m} {p}"), op, percorso))
        })
        .collect()
}

/// The parameters of the query.
fn interrogazione(c: &Contratto, percorso: &Value, op: &Value) -> BTreeSet<String> {
    let tutti = [percorso, op].into_iter().filter_map(|v| v["parameters"].as_array()).flatten();
    let nella_query = tutti.map(|p| c.risolvi(p)).filter(|p| p["in"] == "query");
    nella_query.filter_map(|p| p["name"].as_str()).map(str::to_owned).collect()
}

/// The operations that are in one of the two only are those that the API lists.
fn elenchi(api: &Api, nostre: &Operazioni<'_>, loro: &Operazioni<'_>) -> Vec<String> {
    let mut sbagli = Vec::new();
    let mut confronta = |trovate: BTreeSet<&str>, scritte: BTreeSet<&str>, elenco: &str| {
        for o in trovate.difference(&scritte) {
            sbagli.push(format!("manca in {elenco}: {o:?}"));
        }
        for o in scritte.difference(&trovate) {
            sbagli.push(format!("da togliere da {elenco}: {o:?}"));
        }
    };
    let solo = |a: &Operazioni<'_>, b: &Operazioni<'_>| -> Vec<String> {
        a.iter().filter(|(f, _)| !b.contains_key(*f)).map(|(_, (nome, ..))| nome.clone()).collect()
    };
    let (mancano, in_piu) = (solo(loro, nostre), solo(nostre, loro));
    confronta(
        mancano.iter().map(String::as_str).collect(),
        api.non_ancora.iter().copied().collect(),
        "non_ancora",
    );
    confronta(
        in_piu.iter().map(String::as_str).collect(),
        api.solo_nostre.iter().map(|(o, _)| *o).collect(),
        "solo_nostre",
    );
    sbagli
}

/// Whether a text is as a model says, in which `*` stands for anything.
fn combacia(modello: &str, testo: &str) -> bool {
    let mut pezzi = modello.split('*');
    let Some(mut resto) = pezzi.next().and_then(|p| testo.strip_prefix(p)) else { return false };
    let mut ultimo = None;
    for pezzo in pezzi {
        ultimo = Some(pezzo);
        match resto.find(pezzo) {
            Some(i) => resto = &resto[i + pezzo.len()..],
            None => return false,
        }
    }
    ultimo.map_or(resto.is_empty(), |u| u.is_empty() || testo.ends_with(u))
}

#[test]
fn un_asterisco_sta_per_qualunque_cosa() {
    for (modello, testo, si) in [
        ("a b", "a b", true),
        ("a", "a b", false),
        ("a*", "a b", true),
        ("*c", "a b c", true),
        ("*b", "a b c", false),
        ("a*c", "a b c", true),
        ("a*b*d", "a b c", false),
    ] {
        assert_eq!(combacia(modello, testo), si, "{modello} {testo}");
    }
}
