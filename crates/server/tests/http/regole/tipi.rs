use super::{assente, lungo, provate, risposta};
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
        "validazione": SCHEMA, "trasformazione": {"tipo": "freemarker", "definizione": "PCM+"},
        "inoltro": "GESTIONALE"
    });
    let mut pagamento = portale.clone();
    pagamento["form"]["impaginazione"] = json!("e30=");
    let avviso = json!({"abilitato": true, "tipo": "freemarker", "oggetto": "bw==", "messaggio": "bQ=="});
    let app_io = json!({
        "promemoriaAvviso": avviso, "promemoriaRicevuta": avviso, "promemoriaScadenza": avviso
    });
    json!({
        "codificaIUV": "0123", "pagaTerzi": true, "abilitato": true, "portaleBackoffice": portale,
        "portalePagamento": pagamento, "avvisaturaMail": app_io, "avvisaturaAppIO": app_io,
        "tracciatoCsv": {"tipo": "freemarker", "intestazione": "a,b", "richiesta": "cg==", "risposta": "cw=="}
    })
}

/// Rules that the type and its override have in common.
fn comuni() -> Vec<(&'static str, Value)> {
    let mut casi = vec![
        ("/codificaIUV", json!("1")),
        ("/codificaIUV", json!("12345")),
        ("/codificaIUV", json!("a")),
        ("/codificaIUV", json!("")),
        ("/codificaIUV", json!(12)),
        ("/pagaTerzi", Value::Null),
        ("/pagaTerzi", json!("si")),
        ("/abilitato", Value::Null),
        ("/abilitato", json!(1)),
        ("/portaleBackoffice", Value::Null),
        ("/portaleBackoffice", json!([])),
        ("/portaleBackoffice/abilitato", assente()),
        ("/portaleBackoffice/abilitato", Value::Null),
        ("/portaleBackoffice/form", Value::Null),
        ("/portaleBackoffice/form/impaginazione", json!("x")),
        ("/portaleBackoffice/x", json!(1)),
        ("/portalePagamento/form/impaginazione", Value::Null),
        ("/avvisaturaMail/promemoriaAvviso/allegaPdf", json!(true)),
        ("/avvisaturaMail/promemoriaAvviso/soloEseguiti", json!(true)),
        ("/avvisaturaMail/promemoriaRicevuta/allegaPdf", json!("false")),
        ("/avvisaturaMail/promemoriaRicevuta/soloEseguiti", json!(true)),
        ("/avvisaturaMail/promemoriaScadenza/allegaPdf", json!(true)),
        ("/avvisaturaMail/promemoriaScadenza/preavviso", json!(0)),
        ("/avvisaturaMail/promemoriaScadenza/preavviso", json!(-1)),
        ("/avvisaturaAppIO/promemoriaAvviso/allegaPdf", json!(true)),
        ("/avvisaturaAppIO/promemoriaRicevuta/soloEseguiti", json!(false)),
        ("/avvisaturaAppIO/promemoriaScadenza/preavviso", json!("1.7")),
        ("/tracciatoCsv", json!({})),
        ("/tracciatoCsv/tipo", json!("minijinja")),
        ("/visualizzazione", json!("dg==")),
        ("/visualizzazione", json!({})),
    ];
    for portale in ["portaleBackoffice", "portalePagamento"] {
        let qui = |coda: &str| -> &'static str { Box::leak(format!("/{portale}/{coda}").into_boxed_str()) };
        casi.extend([
            (qui("form/tipo"), assente()),
            (qui("form/definizione"), assente()),
            (qui("form/tipo"), lungo(35)),
            (qui("form/tipo"), lungo(36)),
            (qui("validazione"), json!(SCHEMA_ROTTO)),
            (qui("validazione"), json!("%%")),
            (qui("validazione"), json!("e30")),
            (qui("trasformazione/tipo"), assente()),
            (qui("trasformazione/definizione"), assente()),
            (qui("trasformazione/tipo"), json!("minijinja")),
            (qui("trasformazione/tipo"), json!("velocity")),
            (qui("inoltro"), json!("a b")),
            (qui("inoltro"), lungo(36)),
        ]);
    }
    for promemoria in ["promemoriaAvviso", "promemoriaRicevuta", "promemoriaScadenza"] {
        for avvisatura in ["avvisaturaMail", "avvisaturaAppIO"] {
            let qui = |coda: &str| -> &'static str {
                Box::leak(format!("/{avvisatura}/{promemoria}{coda}").into_boxed_str())
            };
            casi.extend([
                (qui("/abilitato"), assente()),
                (qui("/tipo"), assente()),
                (qui("/tipo"), json!("velocity")),
                (qui(""), json!({"abilitato": true, "oggetto": "solo"})),
                (qui("/x"), Value::Null),
            ]);
        }
    }
    for membro in [
        "/tracciatoCsv/tipo",
        "/tracciatoCsv/intestazione",
        "/tracciatoCsv/richiesta",
        "/tracciatoCsv/risposta",
    ] {
        casi.push((membro, assente()));
    }
    casi
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_di_un_tipo_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let mut tipo = sezioni();
    tipo["descrizione"] = json!("Multa");
    let mut casi = vec![
        ("/descrizione", assente()),
        ("/descrizione", Value::Null),
        ("/descrizione", json!("")),
        ("/descrizione", lungo(255)),
        ("/descrizione", lungo(256)),
        ("/valori", json!({})),
        ("/idTipoPendenza", json!("MULTA")),
        ("/avvisaturaAppIO/apiKey", json!("k")),
    ];
    casi.extend(comuni());
    insta::assert_snapshot!("tipo", provate(&bo, "/tipiPendenza/MULTA", &tipo, &casi).await);

    let mut del_dominio = sezioni();
    del_dominio["avvisaturaAppIO"]["apiKey"] = json!("chiave");
    let mut casi = vec![
        ("/descrizione", json!("x")),
        ("/avvisaturaAppIO/apiKey", assente()),
        ("/avvisaturaAppIO/apiKey", json!("")),
        ("/avvisaturaAppIO/apiKey", lungo(35)),
        ("/avvisaturaAppIO/apiKey", lungo(36)),
        ("/avvisaturaAppIO", json!({"promemoriaScadenza": {"abilitato": false}})),
        ("/avvisaturaAppIO", json!({"promemoriaScadenza": {"abilitato": true}})),
        ("/avvisaturaMail/apiKey", json!("k")),
    ];
    casi.extend(comuni());
    let p = "/domini/12345678901/tipiPendenza/MULTA";
    insta::assert_snapshot!("tipo_di_dominio", provate(&bo, p, &del_dominio, &casi).await);

    let mut fatte = String::new();
    for percorso in [
        "/tipiPendenza/MULT",
        "/tipiPendenza/a@b",
        "/domini/12345678901/tipiPendenza/IGNOTO",
        "/domini/99999999999/tipiPendenza/IGNOTO",
        "/domini/1/tipiPendenza/MULTA",
    ] {
        let corpo = if percorso.starts_with("/domini") { json!({}) } else { json!({"descrizione": "x"}) };
        if percorso != "/tipiPendenza/MULT" {
            fatte.push_str(&format!("PUT {percorso}\n    {}\n", risposta(&bo.put(percorso, &corpo).await)));
        }
        fatte.push_str(&format!("GET {percorso}\n    {}\n", risposta(&bo.get(percorso).await)));
    }
    insta::assert_snapshot!("tipo_chiavi", fatte);
}
