use super::installate::{
    AVVISO_MESSAGGIO, AVVISO_OGGETTO, CSV_RICHIESTA, CSV_RISPOSTA, RICEVUTA_MESSAGGIO, RICEVUTA_OGGETTO,
};
use super::*;
use contratto::pendenza::{Variante, leggi_nuova};
use domain::configurazioni::Interfaccia;
use domain::evento::{Componente, Quando};
use modelli::{Ambiente, Dato, Esito, Limiti, Modello};
use serde_json::json;

#[test]
fn le_sezioni_mai_scritte_sono_quelle_installate() {
    let c = Configurazioni::di(&[]).unwrap();
    let v = |s| serde_json::from_str::<Value>(c.testo(s)).unwrap();
    assert_eq!(v(Sezione::ServizioGde), json!({"abilitato": false}));
    assert_eq!(v(Sezione::AppIoBatch), json!({"abilitato": false, "timeToLive": 3600}));
    assert_eq!(
        v(Sezione::MailBatch),
        json!({"abilitato": false, "mailserver": {"readTimeout": 120_000, "connectionTimeout": 10_000}})
    );
    assert!(!c.hardening().abilitato && !c.mail_abilitata() && !c.app_io_abilitata());
    let captcha = c.hardening().captcha.clone().unwrap();
    assert_eq!((captcha.parametro.as_str(), captcha.nega_se_guasto), ("gRecaptchaResponse", true));
    assert_eq!((captcha.connessione_millis, captcha.lettura_millis), (5000, 5000));
    assert_eq!(v(Sezione::GiornaleEventi)["interfacce"].as_object().unwrap().len(), Interfaccia::TUTTI.len());
    let r = c.politica().regola(Componente::ApiPendenze, "getPendenza", Some("GET"));
    assert_eq!((r.log, r.dump), (Quando::Mai, Quando::Mai));
}

#[test]
fn una_sezione_scritta_vale_al_posto_di_quella_installata() {
    let c = Configurazioni::di(&[]).unwrap();
    let io = Segreto(json!({"abilitato": true, "url": "https://io.example"}).to_string());
    let prima = Segreto(json!({"abilitato": false}).to_string());
    let dopo = c.con(&[(Sezione::AppIoBatch, prima), (Sezione::AppIoBatch, io.clone())]).unwrap();
    assert_eq!(dopo.testo(Sezione::AppIoBatch), io.as_str());
    assert!(dopo.app_io_abilitata() && !dopo.mail_abilitata());
    for altra in Sezione::TUTTI.iter().filter(|s| **s != Sezione::AppIoBatch) {
        assert_eq!(dopo.testo(*altra), c.testo(*altra));
    }
    assert!(!format!("{dopo:?}").contains("CHANGE_ME"));
    for (sezione, rotta) in [
        (Sezione::Hardening, "{}"),
        (Sezione::Hardening, r#"{"abilitato": true, "captcha": {}}"#),
        (Sezione::GiornaleEventi, r#"{"interfacce": {}}"#),
        (Sezione::MailBatch, "["),
    ] {
        assert!(matches!(c.con(&[(sezione, Segreto(rotta.to_owned()))]), Err(StoreError::Rotto(_))));
    }
}

fn esegui(modello: &str, a: &Ambiente<'_>) -> Esito {
    let letto = Modello::leggi(modello).unwrap();
    assert_eq!(letto.non_eseguibili(), vec![]);
    letto.esegui(a, Limiti::default()).unwrap()
}

/// A line of 87 columns with these.
fn linea(colonne: &[(usize, &str)]) -> Ambiente<'static> {
    let mut celle = vec![String::new(); 87];
    for (i, v) in colonne {
        celle[*i] =
            if v.contains([',', '"']) { format!("\"{}\"", v.replace('"', "\"\"")) } else { (*v).into() };
    }
    Ambiente::nuovo(0, [("lineaCsvRichiesta", Dato::testo(celle.join(",")))])
}

const PENDENZA: &[(usize, &str)] = &[
    (0, "A2A"),
    (1, "P-1"),
    (2, "12345678901"),
    (4, "LIBERO"),
    (6, "Tassa \"rifiuti\", 2026"),
    (9, r#"{"k": [1, 2]}"#),
    (12, "30.50"),
    (14, "2030-12-31"),
    (16, "F"),
    (17, "RSSMRA30A01H501I"),
    (18, "Mario Rossi"),
    (25, "mario@example.it"),
    (27, "V1"),
    (28, "10.50"),
    (29, "Prima"),
    (30, "IT60X0542811101000000123456"),
    (32, "ALTRO"),
    (33, "0301"),
    (34, "ENTRATA"),
    (49, "V2"),
    (50, "16"),
    (51, "Bollo"),
    (57, "01"),
    (58, "hash"),
    (59, "RM"),
    (71, "V3"),
    (72, "4"),
    (73, "Terza"),
    (74, "IT60X0542811101000000123456"),
    (76, "ALTRO"),
    (77, "0301"),
];

#[test]
fn una_riga_csv_diventa_una_pendenza() {
    let con = |altre: &[(usize, &str)]| {
        let e = esegui(CSV_RICHIESTA, &linea(&[PENDENZA, altre].concat()));
        let v: Value = serde_json::from_str(&e.testo).unwrap_or_else(|x| panic!("{x}: {}", e.testo));
        (v, e.contesto)
    };
    let (v, contesto) = con(&[]);
    assert_eq!(contesto.get("tipoOperazione"), Some(&Dato::testo("ADD")));
    assert_eq!((contesto.get("avvisatura"), contesto.get("dataAvvisatura")), (None, None));
    assert_eq!(v["causale"], "Tassa \"rifiuti\", 2026");
    assert_eq!(v["datiAllegati"], json!({"k": [1, 2]}));
    assert_eq!(v.get("documento"), None);
    assert_eq!(
        v["voci"],
        json!([
            {"idVocePendenza": "V1", "importo": "10.50", "codEntrata": "ENTRATA", "descrizione": "Prima"},
            {"idVocePendenza": "V2", "importo": "16", "tipoBollo": "01", "hashDocumento": "hash",
             "provinciaResidenza": "RM", "descrizione": "Bollo"},
            {"idVocePendenza": "V3", "importo": "4", "ibanAccredito": "IT60X0542811101000000123456",
             "ibanAppoggio": null, "tipoContabilita": "ALTRO", "codiceContabilita": "0301",
             "descrizione": "Terza"},
        ])
    );
    let letta = leggi_nuova(&v, Variante::EnteV2, None).unwrap();
    assert_eq!(letta.importo.centesimi(), 3050);
    assert_eq!(letta.voci.len(), 3);

    for (rata, membro, valore) in [
        ("2", "rata", json!(2)),
        ("ENTRO30", "soglia", json!({"tipo": "ENTRO", "giorni": 30})),
        ("RIDOTTO", "soglia", json!({"tipo": "RIDOTTO"})),
    ] {
        let (v, _) = con(&[(83, "DOC"), (85, rata), (86, "de|Abfall"), (82, "MAI")]);
        assert_eq!(v["documento"]["descrizione"], v["causale"]);
        assert_eq!(v["documento"][membro], valore);
        assert_eq!(v["proprieta"], json!({"linguaSecondaria": "de", "linguaSecondariaCausale": "Abfall"}));
        leggi_nuova(&v, Variante::EnteV2, None).unwrap();
    }
    let (v, contesto) = con(&[(82, "MAI"), (83, "DOC"), (84, "Il documento"), (86, "en")]);
    assert_eq!(contesto.get("avvisatura"), Some(&Dato::Vero(false)));
    assert_eq!(v["documento"], json!({"identificativo": "DOC", "descrizione": "Il documento"}));
    assert_eq!(v["proprieta"], json!({"linguaSecondaria": "en", "linguaSecondariaCausale": null}));
    let (_, contesto) = con(&[(82, "2030-01-02")]);
    assert!(matches!(contesto.get("dataAvvisatura"), Some(Dato::Istante(_))), "{contesto:?}");

    let (v, contesto) = con(&[(12, "0")]);
    assert_eq!(contesto.get("tipoOperazione"), Some(&Dato::testo("DEL")));
    assert_eq!(v, json!({"idA2A": "A2A", "idPendenza": "P-1"}));
    // Columns that are not there at the end are empty.
    let corta = Ambiente::nuovo(0, [("lineaCsvRichiesta", Dato::testo("A2A,P-1,12345678901"))]);
    let v: Value = serde_json::from_str(&esegui(CSV_RICHIESTA, &corta).testo).unwrap();
    assert_eq!((&v["idDominio"], &v["voci"]), (&json!("12345678901"), &json!([])));
}

fn oggetti<const N: usize>(altre: [(&str, Dato); N]) -> Ambiente<'static> {
    let debitore = Dato::oggetto([
        ("tipo", Dato::oggetto([("toString", Dato::testo("F"))])),
        ("codUnivoco", Dato::testo("RSSMRA30A01H501I")),
        ("ragioneSociale", Dato::testo("Rossi, Mario")),
        ("indirizzo", Dato::Nullo),
        ("civico", Dato::Nullo),
        ("cap", Dato::testo("00100")),
        ("localita", Dato::Nullo),
        ("provincia", Dato::Nullo),
        ("nazione", Dato::Nullo),
        ("email", Dato::Nullo),
        ("cellulare", Dato::Nullo),
    ]);
    let versamento = |avviso: Dato| {
        Dato::oggetto([
            ("codVersamentoEnte", Dato::testo("P-1")),
            ("numeroAvviso", avviso),
            ("anagraficaDebitore", debitore.clone()),
            ("causaleVersamento", Dato::oggetto([("simple", Dato::testo("Tassa rifiuti"))])),
        ])
    };
    let dominio = Dato::oggetto([
        ("codDominio", Dato::testo("12345678901")),
        ("ragioneSociale", Dato::testo("Comune di Prova")),
    ]);
    let mut a = Ambiente::nuovo(
        0,
        [
            ("versamento", versamento(Dato::testo("001000000000000123"))),
            ("senzaAvviso", versamento(Dato::Nullo)),
            ("dominio", dominio),
            ("applicazione", Dato::oggetto([("codApplicazione", Dato::testo("A2A"))])),
            ("documento", Dato::Nullo),
            ("idTipoVersamento", Dato::testo("LIBERO")),
        ],
    );
    a.variabili.extend(altre.into_iter().map(|(n, v)| (n.to_owned(), v)));
    a
}

#[test]
fn un_esito_diventa_una_riga_csv() {
    let intestazione =
        serde_json::from_str::<Value>(installate::sezione(Sezione::TracciatoCsv)).unwrap()["intestazione"]
            .clone();
    assert_eq!(intestazione.as_str().unwrap().split(',').count(), 18);
    let riga = |esito: &str, operazione: &str, documento: Dato| {
        esegui(
            CSV_RISPOSTA,
            &oggetti([
                ("esitoOperazione", Dato::testo(esito)),
                ("tipoOperazione", Dato::testo(operazione)),
                ("descrizioneEsitoOperazione", Dato::testo("VER_002: no, grazie")),
                ("documento", documento),
            ]),
        )
        .testo
    };
    assert_eq!(
        riga("ESEGUITO_OK", "ADD", Dato::Nullo),
        "A2A,P-1,12345678901,LIBERO,001000000000000123,12345678901_001000000000000123.pdf,F,RSSMRA30A01H501I,\
         \"Rossi, Mario\",,,00100,,,,,,\n"
    );
    let documento = Dato::oggetto([("codDocumento", Dato::testo("DOC"))]);
    assert!(riga("ESEGUITO_OK", "ADD", documento).contains(",12345678901_DOC_DOC.pdf,"));
    assert!(riga("ESEGUITO_OK", "DEL", Dato::Nullo).contains(",001000000000000123,,F,"));
    assert_eq!(
        riga("ESEGUITO_KO", "ADD", Dato::Nullo),
        format!("\"\"{}\"VER_002: no, grazie\"\n", ",".repeat(17))
    );
}

#[test]
fn i_promemoria_dicono_la_pendenza() {
    let a = oggetti([]);
    assert_eq!(esegui(AVVISO_OGGETTO, &a).testo, "Promemoria pagamento: Tassa rifiuti");
    let testo = esegui(AVVISO_MESSAGGIO, &a).testo;
    assert!(
        testo.starts_with("Gentile Rossi, Mario,\n") && testo.ends_with("\nDistinti saluti.\n"),
        "{testo}"
    );
    assert!(testo.contains("Tassa rifiuti") && testo.contains("app IO"), "{testo}");
    let mut senza = oggetti([]);
    senza.variabili.insert("versamento".into(), a.variabili["senzaAvviso"].clone());
    let testo = esegui(AVVISO_MESSAGGIO, &senza).testo;
    assert!(testo.contains("sul portale di Comune di Prova") && !testo.contains("app IO"), "{testo}");
}

#[test]
fn le_ricevute_dicono_l_esito() {
    let rpt = |esito: i64| {
        Dato::oggetto([
            ("esitoPagamento", Dato::oggetto([("codifica", Dato::Numero(esito.to_string()))])),
            ("codDominio", Dato::testo("12345678901")),
            ("iuv", Dato::testo("01000000000000123")),
            ("ccp", Dato::testo("c1")),
            ("dataMsgRichiesta", Dato::Istante(1_774_944_306_789)),
            ("denominazioneAttestante", Dato::testo("Banca")),
            ("identificativoAttestante", Dato::Nullo),
            ("importoTotalePagato", Dato::Numero("1234.5".into())),
        ])
    };
    for (codice, oggetto) in [
        (0, "Notifica pagamento eseguito: "),
        (1, "Notifica pagamento non eseguito: "),
        (2, "Notifica pagamento eseguito parzialmente: "),
        (3, "Notifica decorrenza termini pagamento: "),
        (4, "Notifica decorrenza termini pagamento: "),
    ] {
        let a = oggetti([("rpt", rpt(codice))]);
        assert_eq!(
            esegui(RICEVUTA_OGGETTO, &a).testo.trim(),
            format!("{oggetto}12345678901/01000000000000123/c1")
        );
    }
    assert_eq!(
        esegui(RICEVUTA_MESSAGGIO, &oggetti([("rpt", rpt(0))])).testo,
        "Il pagamento di \"Tassa rifiuti\", richiesto il 2026-03-31 10:05:06, si e' concluso con esito: \
         eseguito.\n\nEnte creditore: Comune di Prova (12345678901)\nIstituto attestante: Banca (-)\n\
         Identificativo univoco di versamento (IUV): 01000000000000123\n\
         Codice contesto di pagamento (CCP): c1\nImporto pagato: 1234,50 euro\n\nDistinti saluti.\n"
    );
}
