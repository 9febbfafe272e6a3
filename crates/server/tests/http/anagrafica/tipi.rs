use super::{con, inesistente, lungo, rifiuti, salva, torna};
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp};

/// `{"type":"object"}`.
const SCHEMA: &str = "eyJ0eXBlIjoib2JqZWN0In0=";
/// `{"type":"oggetto"}`.
const SCHEMA_ROTTO: &str = "eyJ0eXBlIjoib2dnZXR0byJ9";

fn sezioni() -> Value {
    let portale = json!({
        "abilitato": true, "form": {"tipo": "angular2-json-schema-form", "definizione": "eyJ9"},
        "validazione": SCHEMA, "trasformazione": {"tipo": "freemarker", "definizione": "PCM+"}, "inoltro": "GESTIONALE"
    });
    let mut pagamento = portale.clone();
    pagamento["form"]["impaginazione"] = json!("e30=");
    let avviso = json!({"abilitato": true, "tipo": "freemarker", "oggetto": "bw==", "messaggio": "bQ=="});
    let scadenza = con(&avviso, &json!({"preavviso": 5}));
    json!({
        "codificaIUV": "0123", "pagaTerzi": true, "abilitato": false,
        "portaleBackoffice": portale, "portalePagamento": pagamento,
        "avvisaturaMail": {
            "promemoriaAvviso": con(&avviso, &json!({"allegaPdf": true})),
            "promemoriaRicevuta": con(&avviso, &json!({"allegaPdf": false, "soloEseguiti": true})),
            "promemoriaScadenza": scadenza
        },
        "avvisaturaAppIO": {
            "promemoriaAvviso": {"abilitato": true, "oggetto": "solo"},
            "promemoriaRicevuta": con(&avviso, &json!({"soloEseguiti": false})),
            "promemoriaScadenza": scadenza
        },
        "visualizzazione": "dg==",
        "tracciatoCsv": {"tipo": "freemarker", "intestazione": "a,b", "richiesta": "cg==", "risposta": "cw=="}
    })
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_tipo_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let p = "/tipiPendenza/MULTA.1";
    inesistente(&bo, p, "Tipo Pendenza MULTA.1 non censito in Anagrafica").await;
    let minimo = json!({"descrizione": "Multa"});
    let pieno = con(&sezioni(), &minimo);
    let id = json!({"idTipoPendenza": "MULTA.1"});
    let difetto = con(&id, &json!({"pagaTerzi": false, "abilitato": true}));
    torna(&bo, p, &minimo, 201, &difetto).await;
    torna(&bo, p, &pieno, 200, &id).await;
    torna(&bo, p, &minimo, 200, &difetto).await;
    let vuoto = |f: &str| format!("Il campo {f} non deve essere vuoto.");
    rifiuti(&bo, p, &pieno, &[
        ("/valori", json!({}), 400, "Unrecognized field \"valori\""),
        ("/portaleBackoffice/form/x", json!(1), 400, "Unrecognized field \"x\" (2 known properties: \"tipo\", \"definizione\") (through reference chain: [\"portaleBackoffice\"]->[\"form\"]->[\"x\"])"),
        ("/descrizione", Value::Null, 400, &vuoto("descrizione")),
        ("/codificaIUV", json!("12345"), 400, "pattern richiesto: [0-9]{1,4}"),
        ("/pagaTerzi", Value::Null, 400, &vuoto("pagaTerzi")),
        ("/abilitato", Value::Null, 400, &vuoto("abilitato")),
        ("/portaleBackoffice/abilitato", Value::Null, 400, &vuoto("abilitato")),
        ("/portaleBackoffice/form/definizione", Value::Null, 400, "per definire il field 'form'."),
        ("/portaleBackoffice/form/tipo", json!(lungo(36)), 400, "massima di 35 caratteri"),
        ("/portaleBackoffice/form/impaginazione", json!("x"), 400, "Unrecognized field \"impaginazione\""),
        ("/portaleBackoffice/validazione", json!(SCHEMA_ROTTO), 400, "Lo schema indicato per la validazione della pendenza portali backoffice non e' valido."),
        ("/portalePagamento/validazione", json!("%%"), 400, "Lo schema indicato per la validazione della pendenza portali pagamento non e' valido."),
        ("/portaleBackoffice/trasformazione/tipo", Value::Null, 400, "per definire il field 'trasformazione'."),
        ("/portaleBackoffice/trasformazione/tipo", json!("velocity"), 400, "Codifica inesistente per tipo."),
        ("/portalePagamento/inoltro", json!("a b"), 400, "del campo inoltro non rispetta il pattern"),
        ("/avvisaturaMail/promemoriaAvviso/abilitato", Value::Null, 400, &vuoto("abilitato")),
        ("/avvisaturaMail/promemoriaAvviso/soloEseguiti", json!(true), 400, "Unrecognized field \"soloEseguiti\""),
        ("/avvisaturaMail/promemoriaScadenza/preavviso", json!(-1), 400, "Il campo preavviso deve essere superiore o uguale a 0."),
        ("/avvisaturaAppIO/promemoriaAvviso/allegaPdf", json!(true), 400, "Unrecognized field \"allegaPdf\""),
        ("/avvisaturaAppIO/apiKey", json!("k"), 400, "Unrecognized field \"apiKey\""),
        ("/tracciatoCsv/risposta", Value::Null, 400, "per definire il field 'tracciatoCsv'."),
        ("/visualizzazione", json!({}), 400, "[\"visualizzazione\"]"),
    ])
    .await;
    // A portal that is off loses what it had.
    let spento = con(
        &pieno,
        &json!({"portaleBackoffice": con(&pieno["portaleBackoffice"], &json!({"abilitato": false}))}),
    );
    salva(&bo, p, &spento, 200).await;
    assert_eq!(bo.get(p).await.json()["portaleBackoffice"], json!({"abilitato": false}));
    // Templates in the language of ours are accepted too.
    salva(
        &bo,
        p,
        &super::cambiato(&pieno, "/portalePagamento/trasformazione/tipo", &json!("minijinja")),
        200,
    )
    .await;
    assert_eq!(bo.put("/tipiPendenza/a@b", &minimo).await.stato(), 400);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_tipo_pendenza_di_un_dominio_mostra_i_difetti_e_i_suoi_valori(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let p = "/domini/12345678901/tipiPendenza/MULTA";
    inesistente(&bo, p, "Tipo Pendenza MULTA non censito in Anagrafica per il Dominio 12345678901").await;
    let e = bo.put(p, &json!({})).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "Il tipo pendenza MULTA indicato non esiste.".into()));
    let tipo = con(&sezioni(), &json!({"descrizione": "Multa"}));
    salva(&bo, "/tipiPendenza/MULTA", &tipo, 201).await;
    let difetti = con(&tipo, &json!({"idTipoPendenza": "MULTA"}));
    let mut valori = con(&sezioni(), &json!({"codificaIUV": "99", "abilitato": true}));
    valori["avvisaturaAppIO"]["apiKey"] = json!("chiave-io");
    for (inviati, stato) in [
        (json!({}), 201),
        (valori.clone(), 200),
        (json!({"codificaIUV": null, "pagaTerzi": null, "abilitato": null}), 200),
        (json!({"avvisaturaAppIO": {"apiKey": "k"}, "portaleBackoffice": {"validazione": SCHEMA}}), 200),
        (json!({"pagaTerzi": false}), 200),
    ] {
        salva(&bo, p, &inviati, stato).await;
        let attesi = con(&difetti, &json!({"valori": super::senza_null(&inviati)}));
        assert_eq!(bo.get(p).await.json(), attesi);
    }
    // What is not overridden follows the type.
    salva(&bo, "/tipiPendenza/MULTA", &json!({"descrizione": "Multa", "codificaIUV": "7"}), 200).await;
    let attesi = json!({
        "idTipoPendenza": "MULTA", "descrizione": "Multa", "codificaIUV": "7", "pagaTerzi": false,
        "abilitato": true, "valori": {"pagaTerzi": false}
    });
    assert_eq!(bo.get(p).await.json(), attesi);
    let senza_chiave = "Il campo 'apiKey' e' obbligatorio quando si abilita uno tra promemoriaAvviso, \
                        promemoriaRicevuta o promemoriaScadenza.";
    rifiuti(
        &bo,
        p,
        &valori,
        &[
            ("/descrizione", json!("x"), 400, "Unrecognized field \"descrizione\""),
            ("/codificaIUV", json!("x"), 400, "pattern richiesto: [0-9]{1,4}"),
            ("/avvisaturaAppIO/apiKey", Value::Null, 400, senza_chiave),
            ("/avvisaturaAppIO/apiKey", json!(lungo(36)), 400, "massima di 35 caratteri"),
            ("/portaleBackoffice/form/tipo", Value::Null, 400, "per definire il field 'form'."),
            ("/portalePagamento/validazione", json!(SCHEMA_ROTTO), 400, "portali pagamento non e' valido."),
            ("/pagaTerzi", json!("si"), 400, "[\"pagaTerzi\"]"),
        ],
    )
    .await;
    let e = bo.put("/domini/99999999999/tipiPendenza/IGNOTO", &json!({})).await.errore();
    assert_eq!(e, (422, "SEMANTICA".into(), "Il dominio 99999999999 indicato non esiste.".into()));
    inesistente(
        &bo,
        "/domini/99999999999/tipiPendenza/MULTA",
        "Dominio 99999999999 non censito in Anagrafica",
    )
    .await;
}
