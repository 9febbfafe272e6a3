use super::{impronta, modulo, risposta_ente};
use domain::anagrafica::VersioneEnte;
use proptest::prelude::*;
use serde_json::{Value, json};

const V1: VersioneEnte = VersioneEnte::RestV1;
const V2: VersioneEnte = VersioneEnte::RestV2;

fn pendenza() -> Value {
    json!({
        "idA2A": "A", "idPendenza": "P", "idDominio": "12345678901", "causale": "Prova", "importo": 10.5,
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
        "voci": [{"idVocePendenza": "V1", "importo": 10.5, "descrizione": "Prova",
            "ibanAccredito": "IT60X0542811101000000123456", "tipoContabilita": "ALTRO", "codiceContabilita": "0301109AP"}],
    })
}

fn risposta(versione: VersioneEnte, stato: &str) -> Value {
    match versione {
        VersioneEnte::RestV2 => json!({"stato": stato, "pendenza": pendenza()}),
        VersioneEnte::RestV1 => {
            let mut p = pendenza();
            p["stato"] = json!(stato);
            p
        }
    }
}

#[test]
fn una_risposta_buona_si_legge() {
    for versione in [V1, V2] {
        let letta = risposta_ente(risposta(versione, "NON_ESEGUITA").to_string().as_bytes(), versione);
        assert!(
            matches!(&letta, Ok(("NON_ESEGUITA", Some(p))) if p.importo.centesimi() == 1050),
            "{letta:?}"
        );
    }
}

/// Memory and time are bounded before they are spent.
#[test]
fn un_impronta_che_costa_troppo_non_e_di_nessuno() {
    for hash in [
        "$argon2id$v=19$m=4194304,t=2,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ",
        "$argon2id$v=19$m=19456,t=4294967295,p=1$c2FsdHNhbHRzYWx0$c2FsdHNhbHRzYWx0c2FsdHNhbHRzYWx0c2FsdHNhbHQ",
        "$6$rounds=999999999$sale$x",
    ] {
        let inizio = std::time::Instant::now();
        assert!(!impronta(b"x", hash), "{hash}");
        assert!(inizio.elapsed().as_millis() < 500, "{hash}: {:?}", inizio.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn nessuna_risposta_dell_ente_la_ferma(byte in prop::collection::vec(any::<u8>(), 0..200), testo in "[{}\\[\\]\",:a-zA-Z0-9. ]{0,80}") {
        for versione in [V1, V2] {
            let _ = risposta_ente(&byte, versione);
            let _ = risposta_ente(testo.as_bytes(), versione);
        }
    }

    /// A good answer with one member changed: read, or refused with a short text.
    #[test]
    fn una_risposta_guasta_si_legge_o_si_rifiuta(
        v2 in any::<bool>(),
        stato in prop::sample::select(vec!["NON_ESEGUITA", "ANNULLATA", "SCADUTA", "DUPLICATA", "SCONOSCIUTA", "ALTRO", ""]),
        membro in prop::sample::select(vec!["stato", "pendenza", "idA2A", "idPendenza", "importo", "voci", "dataScadenza", "descrizioneStato"]),
        valore in prop::sample::select(vec![json!(null), json!([]), json!({}), json!("x"), json!(1e300), json!(-1), json!(true), json!("2026-02-30")]),
        taglio in 0_usize..400,
    ) {
        let versione = if v2 { V2 } else { V1 };
        let mut r = risposta(versione, stato);
        r[membro] = valore;
        let tutto = r.to_string();
        for corpo in [tutto.as_bytes(), tutto.as_bytes().get(..taglio).unwrap_or_default()] {
            match risposta_ente(corpo, versione) {
                Ok((detto, p)) => prop_assert!(p.is_none() || detto == "NON_ESEGUITA"),
                Err(e) => prop_assert!(!e.is_empty() && e.chars().count() <= 4000),
            }
        }
    }

    /// Whatever a template writes, the address decides where the pendenza is.
    #[test]
    fn l_indirizzo_di_un_modulo_vince(
        membro in prop::sample::select(vec!["idDominio", "idTipoPendenza", "idUnitaOperativa", "importo", "voci", "idA2A", "altro"]),
        valore in prop::sample::select(vec![json!(null), json!([]), json!({}), json!("99999999999"), json!(10.5), json!(-1)]),
        taglio in 0_usize..500,
        testo in "[{}\\[\\]\",:a-zA-Z0-9. ]{0,80}",
    ) {
        let mut p = pendenza();
        p[membro] = valore;
        let tutto = p.to_string();
        for corpo in [tutto.as_bytes(), tutto.as_bytes().get(..taglio).unwrap_or_default(), testo.as_bytes()] {
            match modulo(corpo) {
                Ok(p) => prop_assert_eq!(
                    (p.dominio.as_str(), p.tipo_pendenza.as_ref().map(|t| t.as_str()), p.unita.as_ref().map(|u| u.as_str())),
                    ("12345678901", Some("TARI"), Some("UO1"))
                ),
                Err(e) => prop_assert!(!e.is_empty() && e.chars().count() <= 4000),
            }
        }
    }

    #[test]
    fn nessuna_impronta_la_ferma(hash in "\\$?(1|6|2b|argon2id|argon2i|5)?\\$?(v=19|rounds=[0-9]{1,4})?\\$?[a-zA-Z0-9./+,=$]{0,60}", password in "\\PC{0,20}") {
        // Nobody guesses the password of a hash made at random.
        prop_assert!(!impronta(password.as_bytes(), &hash));
    }
}
