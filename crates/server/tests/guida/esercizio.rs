//! `docs/esercizio.md`: the tables are those of the code, the first calls are sent to an empty gateway.

use crate::pagina::Blocchi;
use crate::ripristino::{SALTA_NUMERI, TOGLI_EVENTI, TOGLI_TRACCIATI};
use crate::scena::Scena;
use server::Configurazione;
use server::configurazione::{self, Fonti, mostra};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// Doc lines of every key, read from the source: `(section or "", key)`.
fn commenti() -> BTreeMap<(String, String), String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/configurazione/mod.rs");
    let sorgente = std::fs::read_to_string(file).unwrap();
    let (mut struttura, mut commento) = (String::new(), String::new());
    let mut campi: Vec<(String, String, String, String)> = Vec::new();
    let mut dentro = false;
    for riga in sorgente.lines().map(str::trim) {
        if riga.starts_with("sezione! {") {
            dentro = true;
        } else if !dentro {
        } else if let Some(c) = riga.strip_prefix("///") {
            commento = format!("{commento} {}", c.trim());
        } else if let Some(nome) = riga.strip_suffix(" {") {
            struttura = nome.to_owned();
            commento.clear();
        } else if let Some((nome, resto)) = riga.split_once(": ") {
            let tipo = resto.split(" = ").next().unwrap_or_default();
            campi.push((struttura.clone(), nome.to_owned(), tipo.to_owned(), commento.trim().to_owned()));
            commento.clear();
        } else if riga == "}" && struttura.is_empty() {
            dentro = false;
        }
    }
    // The sections are the fields of the root whose type has fields of its own.
    let sezioni: BTreeMap<&str, &str> = campi
        .iter()
        .filter(|(s, _, tipo, _)| s == "Configurazione" && campi.iter().any(|c| c.0 == *tipo))
        .map(|(_, nome, tipo, _)| (tipo.as_str(), nome.as_str()))
        .collect();
    campi
        .iter()
        .filter(|(s, _, tipo, _)| !(s == "Configurazione" && sezioni.contains_key(tipo.as_str())))
        .map(|(s, nome, _, doc)| {
            let sezione = sezioni.get(s.as_str()).copied().unwrap_or_default();
            ((sezione.to_owned(), nome.clone()), doc.clone())
        })
        .collect()
}

/// Every key of the configuration with its default, as `govpay config check` prints them.
fn chiavi() -> Vec<((String, String), String)> {
    let testo = mostra(&Configurazione::default());
    let mut sezione = String::new();
    let mut chiavi = Vec::new();
    for riga in testo.lines().filter(|r| !r.is_empty()) {
        match riga.strip_prefix('[').and_then(|r| r.strip_suffix(']')) {
            Some(s) => s.clone_into(&mut sezione),
            None => {
                let (nome, valore) = riga.split_once(" = ").expect("chiave = valore");
                chiavi.push(((sezione.clone(), nome.to_owned()), valore.to_owned()));
            }
        }
    }
    chiavi
}

fn tabella_impostazioni() -> String {
    let commenti = commenti();
    let mut t = String::new();
    let mut aperta = None;
    for ((sezione, nome), predefinito) in chiavi() {
        if aperta.as_ref() != Some(&sezione) {
            let titolo = if sezione.is_empty() {
                "At the top of the file".to_owned()
            } else {
                format!("`[{sezione}]`")
            };
            t.push_str(&format!(
                "\n{titolo}\n\n| Key | In the environment | Default | Meaning |\n|---|---|---|---|\n"
            ));
            aperta = Some(sezione.clone());
        }
        let ambiente = match sezione.as_str() {
            "" => format!("GOVPAY_{}", nome.to_uppercase()),
            s => format!("GOVPAY_{}__{}", s.to_uppercase(), nome.to_uppercase()),
        };
        let doc = commenti
            .get(&(sezione.clone(), nome.clone()))
            .filter(|d| !d.is_empty())
            .unwrap_or_else(|| panic!("la chiave {sezione}.{nome} non ha una riga che la spiega"));
        t.push_str(&format!("| `{nome}` | `{ambiente}` | `{predefinito}` | {} |\n", doc.replace('|', "\\|")));
    }
    t.trim_start().to_owned()
}

fn sorgenti(cartella: &Path, trovati: &mut Vec<PathBuf>) {
    for voce in std::fs::read_dir(cartella).unwrap().map(|v| v.unwrap().path()) {
        if voce.is_dir() {
            sorgenti(&voce, trovati);
        } else if voce.extension().is_some_and(|e| e == "rs") {
            trovati.push(voce);
        }
    }
}

/// The names of the metrics that the sources count.
fn metriche() -> BTreeSet<String> {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut nomi = BTreeSet::new();
    for c in std::fs::read_dir(crates).unwrap().map(|c| c.unwrap().path().join("src")) {
        let mut file = Vec::new();
        if c.is_dir() {
            sorgenti(&c, &mut file);
        }
        for f in file {
            let testo = std::fs::read_to_string(f).unwrap();
            for pezzo in testo.split("metrics::").skip(1) {
                let nome = pezzo.split('"').nth(1).unwrap_or_default();
                if nome.starts_with("govpay_") {
                    nomi.insert(nome.to_owned());
                }
            }
        }
    }
    nomi
}

#[test]
fn ogni_metrica_sta_nella_guida() {
    let pagina = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/esercizio.md");
    let testo = std::fs::read_to_string(pagina).unwrap();
    let citate: BTreeSet<String> = testo
        .split('`')
        .filter_map(|p| p.split('{').next())
        .filter(|p| p.starts_with("govpay_") && p.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'))
        .map(str::to_owned)
        .collect();
    assert!(metriche().len() > 5);
    assert_eq!(citate, metriche());
}

#[test]
fn la_configurazione_da_cui_partire_si_legge() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../esercizio/govpay.toml");
    let fonti = Fonti { file: Some(file), ..Fonti::default() };
    let c = configurazione::leggi(&fonti).unwrap();
    assert_eq!(c.controlla(), Ok(()));
    assert_eq!(c.database_url, "sqlite:///var/lib/govpay/govpay.db");
}

const BACKOFFICE: &str = "$GOVPAY/backoffice/rs/basic/v1";

/// The master data that a first body needs, in the order in which they refer to each other.
const PRIMI: [(&str, &str, &str); 9] = [
    (
        "intermediario",
        "/intermediari/11111111113",
        r#"{
    "denominazione": "Unione dei Comuni", "abilitato": true,
    "principalPagoPa": "CN=nodo.example.org, O=PagoPA S.p.A., C=IT",
    "servizioPagoPa": { "urlRPT": "https://nodo.example.org/webservices/pof/PagamentiTelematiciRPT" } }"#,
    ),
    (
        "stazione",
        "/intermediari/11111111113/stazioni/11111111113_01",
        r#"{ "abilitato": true, "versione": "V2" }"#,
    ),
    (
        "dominio",
        "/domini/12345678901",
        r#"{
    "ragioneSociale": "Comune di Esempio", "indirizzo": "Piazza del Popolo", "civico": "1", "cap": "00100",
    "localita": "Roma", "provincia": "RM", "nazione": "IT",
    "intermediato": true, "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01",
    "abilitato": true, "scaricaFr": true }"#,
    ),
    (
        "conto",
        "/domini/12345678901/contiAccredito/IT02L1234512345123456789012",
        r#"{ "postale": false, "descrizione": "Conto di tesoreria", "abilitato": true }"#,
    ),
    (
        "entrata",
        "/entrate/TARI",
        r#"{ "descrizione": "Tassa sui rifiuti", "tipoContabilita": "ALTRO", "codiceContabilita": "0101101IM" }"#,
    ),
    (
        "entrata-dominio",
        "/domini/12345678901/entrate/TARI",
        r#"{ "ibanAccredito": "IT02L1234512345123456789012", "abilitato": true }"#,
    ),
    ("tipo", "/tipiPendenza/TARI", r#"{ "descrizione": "Tassa sui rifiuti" }"#),
    ("tipo-dominio", "/domini/12345678901/tipiPendenza/TARI", "{}"),
    (
        "applicazione",
        "/applicazioni/GESTIONALE",
        r#"{
    "principal": "gestionale", "password": "Una-password-2026", "abilitato": true, "apiPendenze": true,
    "domini": [ "12345678901" ], "tipiPendenza": [ "*" ],
    "codificaAvvisi": { "regExpIuv": "0100000009[0-9]+", "generazioneIuvInterna": false },
    "servizioIntegrazione": {
      "url": "https://gestionale.example.org/pagamenti", "versioneApi": "REST v2",
      "auth": { "username": "govpay", "password": "Unaltra-password-2026" } } }"#,
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn la_guida_dell_esercizio_dice_il_vero() {
    let scena = Scena::vuota().await;
    let mut blocchi = Blocchi::default();
    blocchi.metti("impostazioni", tabella_impostazioni());
    let mut comandi = String::new();
    for (_, percorso, corpo) in PRIMI {
        let comando = format!(
            "curl -s -u gpadmin:Demo-2026-admin -X PUT \"{BACKOFFICE}{percorso}\" \\\n  \
             -H 'Content-Type: application/json' -d '{corpo}'"
        );
        scena.esegui(&comando).await.con_stato(201);
        comandi.push_str(&format!("{}\n", comando.replace("gpadmin:Demo-2026-admin", "gpadmin:$PASSWORD")));
    }
    blocchi.metti("anagrafica", format!("```sh\n{}```", comandi));
    let sql = |testo: &str| format!("```sql\n{testo}\n```");
    blocchi.metti("salta-numeri", sql(SALTA_NUMERI));
    blocchi.metti("togli-eventi", sql(TOGLI_EVENTI));
    blocchi.metti("togli-tracciati", sql(TOGLI_TRACCIATI));
    blocchi.confronta("esercizio.md");
    scena.gateway.ferma().await;
}
