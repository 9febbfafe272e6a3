//! Every rule of spec 20 2.1 to 2.4 has a request that violates only it.

use super::{bollo, con, definita, get, minima, numero, percorso, pronta, put};
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Backend, TestApp};

fn lungo(n: usize) -> Value {
    "x".repeat(n).into()
}

/// Refused with 400 SINTASSI and a `dettaglio` that contains each of the texts.
async fn rifiutata(app: &TestApp, corpo: &Value, contiene: &[&str], caso: &str) {
    let r = put(app, "RIFIUTATA", corpo).await;
    let (stato, codice, dettaglio) = r.errore();
    assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{caso}: {dettaglio}");
    assert_eq!(r.json()["categoria"], "RICHIESTA");
    assert_eq!(r.json()["descrizione"], "Richiesta non valida");
    for c in contiene {
        assert!(dettaglio.contains(c), "{caso}: {dettaglio}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_della_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let soggetto = |campo: &str, v: Value| (json!({ campo: v }), "/soggettoPagatore");
    let documento = |campo: &str, v: Value| {
        (con(&json!({"identificativo": "D", "descrizione": "d"}), &format!("/{campo}"), v), "/documento")
    };
    let proprieta = |campo: &str, v: Value| (json!({ campo: v }), "/proprieta");
    let allegato = |campo: &str, v: Value| {
        (json!([con(&json!({"nome": "a", "contenuto": "aGFzaA=="}), &format!("/{campo}"), v)]), "/allegati")
    };
    let radice = |campo: &'static str, v: Value| (v, campo);
    let casi: Vec<((Value, &str), &[&str])> = vec![
        (radice("/idDominio", Value::Null), &["idDominio", "non deve essere vuoto"]),
        (radice("/idDominio", json!("123")), &["idDominio", "pattern"]),
        (radice("/idUnitaOperativa", json!("a b")), &["idUnitaOperativa", "pattern"]),
        (radice("/idTipoPendenza", json!("a/b")), &["idTipoPendenza", "pattern"]),
        (radice("/causale", Value::Null), &["causale", "non deve essere vuoto"]),
        (radice("/causale", lungo(141)), &["causale", "massima di 140 caratteri"]),
        (radice("/importo", Value::Null), &["importo", "non deve essere vuoto"]),
        (radice("/importo", json!(0)), &["Il campo importo deve essere superiore o uguale a 0."]),
        (radice("/importo", numero("10.001")), &["Il campo importo non deve superare le 2 cifre decimali."]),
        (radice("/importo", numero("10.000")), &["Il campo importo non deve superare le 2 cifre decimali."]),
        (
            radice("/importo", numero("1000000000.00")),
            &["Il campo importo deve essere inferiore a 999,999,999.99."],
        ),
        (radice("/importo", json!("10,00")), &["importo"]),
        (radice("/numeroAvviso", json!("30100000000000014")), &["numeroAvviso", "pattern"]),
        (radice("/numeroAvviso", json!("401000000000000144")), &["numeroAvviso", "pattern"]),
        (radice("/dataValidita", json!("2030-19-40")), &["dataValidita"]),
        (radice("/dataScadenza", json!("31/12/2030")), &["dataScadenza"]),
        (radice("/dataNotificaAvviso", json!("x")), &["dataNotificaAvviso"]),
        (radice("/dataPromemoriaScadenza", json!("2026-02-29")), &["dataPromemoriaScadenza"]),
        (radice("/annoRiferimento", json!(20)), &["annoRiferimento", "pattern"]),
        (radice("/cartellaPagamento", lungo(36)), &["cartellaPagamento", "massima di 35"]),
        (radice("/tassonomia", json!("")), &["tassonomia", "minima di 1"]),
        (
            radice("/tassonomiaAvviso", json!("Boh")),
            &["Codifica inesistente per tassonomiaAvviso. Valore fornito [Boh]"],
        ),
        (radice("/direzione", json!("a b")), &["direzione", "pattern"]),
        (radice("/divisione", json!("a.b")), &["divisione", "pattern"]),
        (radice("/voci", Value::Null), &["voci", "non deve essere vuoto"]),
        (radice("/voci", json!([])), &["Il campo voci deve avere almeno 1 elementi."]),
        (
            radice("/voci", json!(vec![definita("v", "1"); 6])),
            &["Il campo voci deve avere massimo 5 elementi."],
        ),
        (radice("/nome", json!("x")), &["\"nome\""]),
        (radice("/boh", json!(1)), &["\"boh\"", "\"idDominio\""]),
        (soggetto("tipo", json!("X")), &["Codifica inesistente per tipo. Valore fornito [X]"]),
        (soggetto("identificativo", lungo(17)), &["identificativo", "massima di 16"]),
        (soggetto("anagrafica", lungo(71)), &["anagrafica", "massima di 70"]),
        (soggetto("indirizzo", lungo(71)), &["indirizzo", "massima di 70"]),
        (soggetto("civico", lungo(17)), &["civico", "massima di 16"]),
        (soggetto("cap", lungo(17)), &["cap", "massima di 16"]),
        (soggetto("localita", lungo(36)), &["localita", "massima di 35"]),
        (soggetto("provincia", lungo(36)), &["provincia", "massima di 35"]),
        (soggetto("nazione", json!("it")), &["nazione", "pattern"]),
        (soggetto("email", json!("senza")), &["email", "pattern"]),
        (soggetto("email", json!("a@b@c")), &["email", "pattern"]),
        (soggetto("cellulare", json!("333")), &["cellulare", "pattern"]),
        (soggetto("boh", json!(1)), &["[\"soggettoPagatore\"]->[\"boh\"]"]),
        (documento("identificativo", Value::Null), &["identificativo", "non deve essere vuoto"]),
        (documento("identificativo", json!("a b")), &["identificativo", "pattern"]),
        (documento("descrizione", Value::Null), &["descrizione", "non deve essere vuoto"]),
        (documento("descrizione", lungo(256)), &["descrizione", "massima di 255"]),
        (documento("rata", json!(0)), &["Il campo rata deve essere superiore o uguale a 1."]),
        (documento("soglia", json!({"giorni": 1})), &["tipo", "non deve essere vuoto"]),
        (documento("soglia", json!({"tipo": "MAI", "giorni": 1})), &["Codifica inesistente per tipo."]),
        (documento("soglia", json!({"tipo": "ENTRO"})), &["giorni", "non deve essere vuoto"]),
        (documento("soglia", json!({"tipo": "OLTRE", "giorni": 0})), &["giorni", "superiore o uguale a 1"]),
        (
            documento("soglia", json!({"tipo": "SCONTATO", "giorni": 1})),
            &["Il campo giorni deve essere vuoto quando il campo tipo assume valore 'RIDOTTO' o 'SCONTATO'."],
        ),
        (proprieta("linguaSecondaria", json!("es")), &["Codifica inesistente per linguaSecondaria."]),
        (proprieta("informativaImportoAvviso", lungo(256)), &["informativaImportoAvviso", "massima di 255"]),
        (
            proprieta("linguaSecondariaInformativaImportoAvviso", lungo(256)),
            &["linguaSecondariaInformativaImportoAvviso", "massima di 255"],
        ),
        (proprieta("dataScandenzaAvviso", json!("mai")), &["dataScandenzaAvviso"]),
        (proprieta("boh", json!(1)), &["[\"proprieta\"]->[\"boh\"]"]),
        (allegato("nome", Value::Null), &["nome", "non deve essere vuoto"]),
        (allegato("nome", lungo(256)), &["nome", "massima di 255"]),
        (allegato("tipo", lungo(256)), &["tipo", "massima di 255"]),
        (allegato("descrizione", lungo(256)), &["descrizione", "massima di 255"]),
        (allegato("contenuto", Value::Null), &["contenuto", "non deve essere vuoto"]),
        (allegato("contenuto", json!("%")), &["contenuto", "base64"]),
    ];
    for ((v, puntatore), contiene) in casi {
        let caso = format!("{puntatore} = {v}");
        rifiutata(&app, &con(&minima(), puntatore, v), contiene, &caso).await;
    }
    app.applicazione().get(&percorso("RIFIUTATA")).await.con_stato(404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_regola_della_voce(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let entrata = minima()["voci"][0].clone();
    let (definita, bollo) = (definita("v1", "100.50"), bollo("v1", "100.50"));
    let quota = |campo: &str, v: Value| {
        let q = json!({"capitolo": "1", "annoEsercizio": 2026, "importo": 100.50});
        json!({"quote": [con(&q, &format!("/{campo}"), v)]})
    };
    let non_con =
        |trigger: &str, campo: &str| format!("Valorizzato {trigger}. Il campo {campo} deve essere vuoto.");
    let casi: Vec<(&Value, &str, Value, Vec<String>)> = [
        (&entrata, "idVocePendenza", Value::Null, vec!["idVocePendenza", "non deve essere vuoto"]),
        (&entrata, "idVocePendenza", json!("a b"), vec!["idVocePendenza", "pattern"]),
        (&entrata, "importo", Value::Null, vec!["importo", "non deve essere vuoto"]),
        (&entrata, "importo", json!(-1), vec!["importo", "superiore o uguale a 0"]),
        (&entrata, "descrizione", Value::Null, vec!["descrizione", "non deve essere vuoto"]),
        (&entrata, "descrizione", lungo(256), vec!["descrizione", "massima di 255"]),
        (&entrata, "descrizioneCausaleRPT", lungo(141), vec!["descrizioneCausaleRPT", "massima di 140"]),
        (&entrata, "idDominio", json!("1"), vec!["idDominio", "pattern"]),
        (&entrata, "indice", json!(1), vec!["\"indice\""]),
        (&entrata, "codEntrata", json!("a b"), vec!["codEntrata", "pattern"]),
        (
            &entrata,
            "codEntrata",
            Value::Null,
            vec!["Uno dei campi tra ibanAccredito, tipoBollo o codEntrata deve essere valorizzato"],
        ),
        (&entrata, "contabilita", quota("capitolo", Value::Null), vec!["capitolo", "non deve essere vuoto"]),
        (&entrata, "contabilita", quota("capitolo", lungo(65)), vec!["capitolo", "massima di 64"]),
        (&entrata, "contabilita", quota("annoEsercizio", json!(26)), vec!["annoEsercizio", "pattern"]),
        (&entrata, "contabilita", quota("importo", json!(0)), vec!["importo", "superiore o uguale a 0"]),
        (&entrata, "contabilita", quota("accertamento", lungo(65)), vec!["accertamento", "massima di 64"]),
        (&entrata, "contabilita", quota("titolo", lungo(65)), vec!["titolo", "massima di 64"]),
        (&entrata, "contabilita", quota("tipologia", lungo(65)), vec!["tipologia", "massima di 64"]),
        (&entrata, "contabilita", quota("categoria", lungo(65)), vec!["categoria", "massima di 64"]),
        (&entrata, "contabilita", quota("articolo", lungo(65)), vec!["articolo", "massima di 64"]),
        (&entrata, "metadata", json!({}), vec!["mapEntries", "non deve essere vuoto"]),
        (&entrata, "metadata", json!({"mapEntries": []}), vec!["mapEntries", "almeno 1"]),
        (
            &entrata,
            "metadata",
            json!({"mapEntries": vec![json!({"key": "k", "value": "v"}); 16]}),
            vec!["mapEntries", "massimo 15"],
        ),
        (&entrata, "metadata", json!({"mapEntries": [{"value": "v"}]}), vec!["key", "non deve essere vuoto"]),
        (
            &entrata,
            "metadata",
            json!({"mapEntries": [{"key": "k", "value": "x".repeat(141)}]}),
            vec!["value", "massima di 140"],
        ),
        (&bollo, "tipoBollo", json!("02"), vec!["Codifica inesistente per tipoBollo."]),
        (&bollo, "hashDocumento", Value::Null, vec!["hashDocumento", "non deve essere vuoto"]),
        (&bollo, "hashDocumento", lungo(71), vec!["hashDocumento", "massima di 70"]),
        (&bollo, "provinciaResidenza", Value::Null, vec!["provinciaResidenza", "non deve essere vuoto"]),
        (&bollo, "provinciaResidenza", json!("ro"), vec!["provinciaResidenza", "pattern"]),
        (&definita, "ibanAccredito", json!("IT"), vec!["ibanAccredito", "pattern"]),
        (&definita, "ibanAppoggio", json!("IT"), vec!["ibanAppoggio", "pattern"]),
        (&definita, "tipoContabilita", Value::Null, vec!["tipoContabilita", "non deve essere vuoto"]),
        (&definita, "tipoContabilita", json!("altro"), vec!["Codifica inesistente per tipoContabilita."]),
        (&definita, "codiceContabilita", Value::Null, vec!["codiceContabilita", "non deve essere vuoto"]),
        (&definita, "codiceContabilita", json!("XX"), vec!["codiceContabilita", "pattern"]),
        (&definita, "codiceContabilita", json!("XXX X"), vec!["codiceContabilita", "pattern"]),
    ]
    .into_iter()
    .map(|(v, c, x, t)| (v, c, x, t.into_iter().map(str::to_owned).collect()))
    .chain(
        [
            (&entrata, "codEntrata", "tipoBollo", json!("01")),
            (&entrata, "codEntrata", "hashDocumento", json!("x")),
            (&entrata, "codEntrata", "provinciaResidenza", json!("RO")),
            (&entrata, "codEntrata", "ibanAccredito", definita["ibanAccredito"].clone()),
            (&entrata, "codEntrata", "ibanAppoggio", definita["ibanAccredito"].clone()),
            (&entrata, "codEntrata", "tipoContabilita", json!("ALTRO")),
            (&entrata, "codEntrata", "codiceContabilita", json!("ABC")),
            (&bollo, "tipoBollo", "ibanAccredito", definita["ibanAccredito"].clone()),
            (&bollo, "tipoBollo", "ibanAppoggio", definita["ibanAccredito"].clone()),
            (&bollo, "tipoBollo", "tipoContabilita", json!("ALTRO")),
            (&bollo, "tipoBollo", "codiceContabilita", json!("ABC")),
            (&definita, "ibanAccredito", "hashDocumento", json!("x")),
            (&definita, "ibanAccredito", "provinciaResidenza", json!("RO")),
        ]
        .into_iter()
        .map(|(v, trigger, campo, x)| (v, campo, x, vec![non_con(trigger, campo)])),
    )
    .collect();
    for (voce, campo, v, contiene) in casi {
        let caso = format!("{campo} = {v}");
        let corpo = con(&minima(), "/voci/0", con(voce, &format!("/{campo}"), v));
        let contiene: Vec<_> = contiene.iter().map(String::as_str).collect();
        rifiutata(&app, &corpo, &contiene, &caso).await;
    }
    app.applicazione().get(&percorso("RIFIUTATA")).await.con_stato(404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_importi_ai_limiti_sono_accettati(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    for (i, testo) in ["10", "10.00", "0.01", "999999999.99", "\"10.50\""].into_iter().enumerate() {
        let corpo = con(&minima(), "/importo", numero(testo));
        let corpo = con(&corpo, "/voci/0/importo", numero(testo));
        put(&app, &format!("I{i}"), &corpo).await.con_stato(201);
    }
    assert_eq!(get(&app, "I0").await["importo"].to_string(), "10.00");
    assert_eq!(get(&app, "I3").await["importo"].to_string(), "999999999.99");
}

/// Whatever the bytes, the answer is a refusal of the contract.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn corpi_che_non_sono_una_pendenza(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let c = app.applicazione();
    let profondo = format!("{}{}", "[".repeat(10_000), "]".repeat(10_000));
    let corpi: Vec<Vec<u8>> = vec![
        b"".to_vec(),
        b"  \n".to_vec(),
        b"[]".to_vec(),
        b"null".to_vec(),
        b"\"x\"".to_vec(),
        b"{".to_vec(),
        b"{} {}".to_vec(),
        b"<x/>".to_vec(),
        b"{\"causale\":\"\xff\xfe\"}".to_vec(),
        profondo.clone().into_bytes(),
        format!("{{\"datiAllegati\":{profondo}}}").into_bytes(),
        b"{\"causale\":\"a\\u0000b\"}".to_vec(),
    ];
    for corpo in corpi {
        let r = c.grezzo(Method::PUT, &percorso("P1"), "application/json", corpo.clone()).await;
        let (stato, codice, _) = r.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{}", String::from_utf8_lossy(&corpo));
    }
    let r = c.grezzo(Method::PUT, &percorso("P1"), "text/plain", minima().to_string()).await;
    assert_eq!(r.stato(), 415);
    for (p, campo) in [("/pendenze/GESTIONALE/a%20b", "idPendenza"), ("/pendenze/a.b/P1", "idA2A")] {
        let (stato, codice, dettaglio) = c.put(p, &minima()).await.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"));
        assert!(dettaglio.contains(campo), "{dettaglio}");
    }
}
