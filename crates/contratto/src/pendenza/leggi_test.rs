use super::*;
use domain::pendenza::{Debitore, Forma, OpzioneDocumento, TipoContabilita};
use proptest::prelude::*;
use serde_json::json;

fn chiave() -> ChiavePendenza {
    leggi_chiave("A2A", "P1").unwrap()
}

/// The smallest pendenza, all forms of voce apart.
fn minima() -> Value {
    json!({
        "idDominio": "12345678901",
        "causale": "Sanzione",
        "importo": 100.50,
        "voci": [{
            "idVocePendenza": "v1",
            "importo": 100.50,
            "descrizione": "voce",
            "codEntrata": "TARI"
        }]
    })
}

fn definita() -> Value {
    json!({
        "idVocePendenza": "v1",
        "importo": 100.50,
        "descrizione": "voce",
        "ibanAccredito": "IT02L1234512345123456789012",
        "tipoContabilita": "ALTRO",
        "codiceContabilita": "ABC"
    })
}

fn bollo() -> Value {
    json!({
        "idVocePendenza": "v1",
        "importo": 100.50,
        "descrizione": "voce",
        "tipoBollo": "01",
        "hashDocumento": "aGFzaA==",
        "provinciaResidenza": "RO"
    })
}

/// Puts a value (or, with `None`, nothing) at a path of names and positions.
fn con(mut v: Value, percorso: &str, valore: Option<Value>) -> Value {
    let mut qui = &mut v;
    let passi: Vec<_> = percorso.split('.').collect();
    let (ultimo, prima) = passi.split_last().unwrap();
    for p in prima {
        qui = match p.parse::<usize>() {
            Ok(i) => &mut qui[i],
            Err(_) => &mut qui[*p],
        };
    }
    match valore {
        Some(x) => qui[*ultimo] = x,
        None => {
            qui.as_object_mut().unwrap().remove(*ultimo);
        }
    }
    v
}

fn leggi(v: &Value) -> Result<NuovaPendenza, NonLeggibile> {
    leggi_nuova(v, Variante::PendenzeV2, Some(&chiave()))
}

fn errore(v: &Value) -> String {
    match leggi(v) {
        Ok(_) => "accettata".to_owned(),
        Err(NonLeggibile::Sintassi(e)) => e.0,
        Err(NonLeggibile::Regola(e)) => format!("{} {e}", e.codice()),
    }
}

fn vuoto(campo: &str) -> String {
    format!("Il campo {campo} non deve essere vuoto.")
}

fn lungo(n: usize) -> Value {
    "x".repeat(n).into()
}

/// Each row breaks one rule: where, with what, which field the refusal names and how it goes on.
#[test]
fn ogni_regola_della_pendenza_ha_la_sua_violazione() {
    let massima =
        |campo: &str, n: usize| format!("del campo {campo} non rispetta la lunghezza massima di {n} ");
    let pattern = |campo: &str| format!("del campo {campo} non rispetta il pattern richiesto: ");
    let casi: Vec<(&str, Option<Value>, String)> = vec![
        ("idDominio", None, vuoto("idDominio")),
        ("idDominio", Some(json!("")), vuoto("idDominio")),
        ("idDominio", Some(json!("1234567890")), pattern("idDominio")),
        ("idUnitaOperativa", Some(json!("a b")), pattern("idUnitaOperativa")),
        ("idTipoPendenza", Some(json!("a/b")), pattern("idTipoPendenza")),
        ("causale", None, vuoto("causale")),
        ("causale", Some(json!("")), vuoto("causale")),
        ("causale", Some(lungo(141)), massima("causale", 140)),
        ("importo", None, vuoto("importo")),
        ("importo", Some(json!(0)), "Il campo importo deve essere superiore o uguale a 0.".into()),
        ("importo", Some(json!("10.001")), "Il campo importo non deve superare le 2 cifre decimali.".into()),
        ("importo", Some(json!("10.000")), "Il campo importo non deve superare le 2 cifre decimali.".into()),
        (
            "importo",
            Some(json!("1000000000.00")),
            "Il campo importo deve essere inferiore a 999,999,999.99.".into(),
        ),
        ("importo", Some(json!("10,00")), "[\"importo\"]".into()),
        ("importo", Some(json!(true)), "[\"importo\"]".into()),
        ("numeroAvviso", Some(json!("12345")), pattern("numeroAvviso")),
        ("numeroAvviso", Some(json!("401000000000000144")), pattern("numeroAvviso")),
        ("dataValidita", Some(json!("2030-19-40")), "[dataValidita]".into()),
        ("dataScadenza", Some(json!("ieri")), "[dataScadenza]".into()),
        ("dataNotificaAvviso", Some(json!("2030-02-30")), "[dataNotificaAvviso]".into()),
        ("dataPromemoriaScadenza", Some(json!("")), "[dataPromemoriaScadenza]".into()),
        ("annoRiferimento", Some(json!("20")), pattern("annoRiferimento")),
        ("cartellaPagamento", Some(lungo(36)), massima("cartellaPagamento", 35)),
        ("tassonomia", Some(lungo(36)), massima("tassonomia", 35)),
        (
            "tassonomiaAvviso",
            Some(json!("Boh")),
            "Codifica inesistente per tassonomiaAvviso. Valore fornito [Boh]".into(),
        ),
        ("direzione", Some(json!("a.b")), pattern("direzione")),
        ("divisione", Some(lungo(36)), pattern("divisione")),
        ("voci", None, vuoto("voci")),
        ("voci", Some(json!([])), "Il campo voci deve avere almeno 1 elementi.".into()),
        (
            "voci",
            Some(json!([{}, {}, {}, {}, {}, {}])),
            "Il campo voci deve avere massimo 5 elementi.".into(),
        ),
        ("voci", Some(json!({})), "[\"voci\"]".into()),
        ("nome", Some(json!("x")), "Unrecognized field \"nome\"".into()),
        ("soggettoPagatore", Some(json!("Rossi")), "[\"soggettoPagatore\"]".into()),
        ("soggettoPagatore", Some(json!({"x": 1})), "[\"soggettoPagatore\"]->[\"x\"]".into()),
        (
            "soggettoPagatore",
            Some(json!({"tipo": "X"})),
            "Codifica inesistente per tipo. Valore fornito [X] valori possibili [F, G]".into(),
        ),
        ("soggettoPagatore", Some(json!({"identificativo": "x".repeat(17)})), massima("identificativo", 16)),
        ("soggettoPagatore", Some(json!({"anagrafica": "x".repeat(71)})), massima("anagrafica", 70)),
        ("soggettoPagatore", Some(json!({"indirizzo": "x".repeat(71)})), massima("indirizzo", 70)),
        ("soggettoPagatore", Some(json!({"civico": "x".repeat(17)})), massima("civico", 16)),
        (
            "soggettoPagatore",
            Some(json!({"cap": ""})),
            "del campo cap non rispetta la lunghezza minima di 1 ".into(),
        ),
        ("soggettoPagatore", Some(json!({"localita": "x".repeat(36)})), massima("localita", 35)),
        ("soggettoPagatore", Some(json!({"provincia": "x".repeat(36)})), massima("provincia", 35)),
        ("soggettoPagatore", Some(json!({"nazione": "it"})), pattern("nazione")),
        ("soggettoPagatore", Some(json!({"email": "a@b@c"})), pattern("email")),
        ("soggettoPagatore", Some(json!({"email": format!("a@{}", "b".repeat(255))})), massima("email", 256)),
        ("soggettoPagatore", Some(json!({"cellulare": "333 1234567"})), pattern("cellulare")),
        ("documento", Some(json!({"descrizione": "d"})), vuoto("identificativo")),
        ("documento", Some(json!({"identificativo": "a b", "descrizione": "d"})), pattern("identificativo")),
        ("documento", Some(json!({"identificativo": "D"})), vuoto("descrizione")),
        (
            "documento",
            Some(json!({"identificativo": "D", "descrizione": "x".repeat(256)})),
            massima("descrizione", 255),
        ),
        (
            "documento",
            Some(json!({"identificativo": "D", "descrizione": "d", "rata": 0})),
            "Il campo rata deve essere superiore o uguale a 1.".into(),
        ),
        (
            "documento",
            Some(json!({"identificativo": "D", "descrizione": "d", "soglia": {"giorni": 5}})),
            vuoto("tipo"),
        ),
        (
            "documento",
            Some(json!({"identificativo": "D", "descrizione": "d", "soglia": {"tipo": "DOPO", "giorni": 5}})),
            "Codifica inesistente per tipo.".into(),
        ),
        (
            "documento",
            Some(json!({"identificativo": "D", "descrizione": "d", "soglia": {"tipo": "ENTRO"}})),
            vuoto("giorni"),
        ),
        (
            "documento",
            Some(
                json!({"identificativo": "D", "descrizione": "d", "soglia": {"tipo": "OLTRE", "giorni": 0}}),
            ),
            "Il campo giorni deve essere superiore o uguale a 1.".into(),
        ),
        (
            "documento",
            Some(
                json!({"identificativo": "D", "descrizione": "d", "soglia": {"tipo": "RIDOTTO", "giorni": 5}}),
            ),
            "Il campo giorni deve essere vuoto quando il campo tipo assume valore 'RIDOTTO' o 'SCONTATO'."
                .into(),
        ),
        (
            "documento",
            Some(json!({"identificativo": "D", "descrizione": "d", "x": 1})),
            "[\"documento\"]->[\"x\"]".into(),
        ),
        (
            "proprieta",
            Some(json!({"linguaSecondaria": "es"})),
            "Codifica inesistente per linguaSecondaria.".into(),
        ),
        (
            "proprieta",
            Some(json!({"informativaImportoAvviso": "x".repeat(256)})),
            massima("informativaImportoAvviso", 255),
        ),
        (
            "proprieta",
            Some(json!({"linguaSecondariaInformativaImportoAvviso": "x".repeat(256)})),
            massima("linguaSecondariaInformativaImportoAvviso", 255),
        ),
        ("proprieta", Some(json!({"dataScandenzaAvviso": "mai"})), "[dataScandenzaAvviso]".into()),
        ("proprieta", Some(json!({"descrizioneImporto": [{"importo": "x"}]})), "[\"importo\"]".into()),
        ("proprieta", Some(json!({"x": 1})), "[\"proprieta\"]->[\"x\"]".into()),
        ("allegati", Some(json!([{"contenuto": "aGFzaA=="}])), vuoto("nome")),
        ("allegati", Some(json!([{"nome": "x".repeat(256), "contenuto": "aGFzaA=="}])), massima("nome", 255)),
        (
            "allegati",
            Some(json!([{"nome": "a", "tipo": "", "contenuto": "aGFzaA=="}])),
            "del campo tipo non".into(),
        ),
        (
            "allegati",
            Some(json!([{"nome": "a", "descrizione": "x".repeat(256), "contenuto": "aGFzaA=="}])),
            massima("descrizione", 255),
        ),
        ("allegati", Some(json!([{"nome": "a"}])), vuoto("contenuto")),
        ("allegati", Some(json!([{"nome": "a", "contenuto": "%%%"}])), "del campo contenuto non".into()),
    ];
    assert_eq!(errore(&minima()), "accettata");
    for (campo, valore, atteso) in casi {
        let e = errore(&con(minima(), campo, valore.clone()));
        assert!(e.contains(&atteso), "{campo} {valore:?}: {e}");
    }
}

#[test]
fn ogni_regola_della_voce_ha_la_sua_violazione() {
    let massima =
        |campo: &str, n: usize| format!("del campo {campo} non rispetta la lunghezza massima di {n} ");
    let pattern = |campo: &str| format!("del campo {campo} non rispetta il pattern richiesto: ");
    let non_con =
        |trigger: &str, campo: &str| format!("Valorizzato {trigger}. Il campo {campo} deve essere vuoto.");
    let quota = |campo: &str, v: Value| {
        let mut q = json!({"capitolo": "1", "annoEsercizio": 2026, "importo": 100.50});
        q[campo] = v;
        Some(json!({"quote": [q]}))
    };
    let entrata = minima()["voci"][0].clone();
    let iban = json!("IT02L1234512345123456789012");
    let casi: Vec<(Value, &str, Option<Value>, String)> = vec![
        (entrata.clone(), "idVocePendenza", None, vuoto("idVocePendenza")),
        (entrata.clone(), "idVocePendenza", Some(json!("a b")), pattern("idVocePendenza")),
        (entrata.clone(), "importo", None, vuoto("importo")),
        (entrata.clone(), "importo", Some(json!(0.00)), "Il campo importo deve essere superiore o uguale a 0.".into()),
        (entrata.clone(), "descrizione", None, vuoto("descrizione")),
        (entrata.clone(), "descrizione", Some(lungo(256)), massima("descrizione", 255)),
        (entrata.clone(), "descrizioneCausaleRPT", Some(lungo(141)), massima("descrizioneCausaleRPT", 140)),
        (entrata.clone(), "idDominio", Some(json!("x")), pattern("idDominio")),
        (entrata.clone(), "indice", Some(json!(1)), "Unrecognized field \"indice\"".into()),
        (entrata.clone(), "codEntrata", Some(json!("a b")), pattern("codEntrata")),
        (
            entrata.clone(),
            "codEntrata",
            None,
            "Uno dei campi tra ibanAccredito, tipoBollo o codEntrata deve essere valorizzato".into(),
        ),
        (entrata.clone(), "tipoBollo", Some(json!("01")), non_con("codEntrata", "tipoBollo")),
        (entrata.clone(), "hashDocumento", Some(json!("x")), non_con("codEntrata", "hashDocumento")),
        (entrata.clone(), "provinciaResidenza", Some(json!("RO")), non_con("codEntrata", "provinciaResidenza")),
        (entrata.clone(), "ibanAccredito", Some(iban.clone()), non_con("codEntrata", "ibanAccredito")),
        (entrata.clone(), "ibanAppoggio", Some(iban.clone()), non_con("codEntrata", "ibanAppoggio")),
        (entrata.clone(), "tipoContabilita", Some(json!("ALTRO")), non_con("codEntrata", "tipoContabilita")),
        (entrata.clone(), "codiceContabilita", Some(json!("ABC")), non_con("codEntrata", "codiceContabilita")),
        (entrata.clone(), "contabilita", Some(json!({"x": 1})), "[\"contabilita\"]->[\"x\"]".into()),
        (entrata.clone(), "contabilita", quota("capitolo", json!("")), vuoto("capitolo")),
        (entrata.clone(), "contabilita", quota("capitolo", lungo(65)), massima("capitolo", 64)),
        (entrata.clone(), "contabilita", quota("annoEsercizio", Value::Null), vuoto("annoEsercizio")),
        (entrata.clone(), "contabilita", quota("annoEsercizio", json!(26)), pattern("annoEsercizio")),
        (entrata.clone(), "contabilita", quota("importo", Value::Null), vuoto("importo")),
        (entrata.clone(), "contabilita", quota("accertamento", lungo(65)), massima("accertamento", 64)),
        (entrata.clone(), "contabilita", quota("titolo", lungo(65)), massima("titolo", 64)),
        (entrata.clone(), "contabilita", quota("tipologia", lungo(65)), massima("tipologia", 64)),
        (entrata.clone(), "contabilita", quota("categoria", lungo(65)), massima("categoria", 64)),
        (entrata.clone(), "contabilita", quota("articolo", lungo(65)), massima("articolo", 64)),
        (
            entrata.clone(),
            "contabilita",
            quota("importo", json!(100.4)),
            "VER_035 La voce (v1) della pendenza (IdA2A:A2A, Id:P1) ha un importo (100.5) diverso dalla somma dei \
             singoli importi definiti nella lista delle contabilita' (100.4)"
                .into(),
        ),
        (entrata.clone(), "metadata", Some(json!({})), vuoto("mapEntries")),
        (entrata.clone(), "metadata", Some(json!({"mapEntries": []})), "Il campo mapEntries deve avere almeno 1 ".into()),
        (
            entrata.clone(),
            "metadata",
            Some(json!({"mapEntries": vec![json!({"key": "k", "value": "v"}); 16]})),
            "Il campo mapEntries deve avere massimo 15 ".into(),
        ),
        (entrata.clone(), "metadata", Some(json!({"mapEntries": [{"value": "v"}]})), vuoto("key")),
        (entrata.clone(), "metadata", Some(json!({"mapEntries": [{"key": "k"}]})), vuoto("value")),
        (
            entrata,
            "metadata",
            Some(json!({"mapEntries": [{"key": "x".repeat(141), "value": "v"}]})),
            massima("key", 140),
        ),
        (bollo(), "tipoBollo", Some(json!("02")), "Codifica inesistente per tipoBollo.".into()),
        (bollo(), "hashDocumento", None, vuoto("hashDocumento")),
        (bollo(), "hashDocumento", Some(lungo(71)), massima("hashDocumento", 70)),
        (bollo(), "provinciaResidenza", None, vuoto("provinciaResidenza")),
        (bollo(), "provinciaResidenza", Some(json!("Roma")), pattern("provinciaResidenza")),
        (bollo(), "ibanAccredito", Some(iban.clone()), non_con("tipoBollo", "ibanAccredito")),
        (bollo(), "ibanAppoggio", Some(iban), non_con("tipoBollo", "ibanAppoggio")),
        (bollo(), "tipoContabilita", Some(json!("ALTRO")), non_con("tipoBollo", "tipoContabilita")),
        (bollo(), "codiceContabilita", Some(json!("ABC")), non_con("tipoBollo", "codiceContabilita")),
        (definita(), "ibanAccredito", Some(json!("IT0")), pattern("ibanAccredito")),
        (definita(), "ibanAppoggio", Some(json!("x")), pattern("ibanAppoggio")),
        (definita(), "tipoContabilita", None, vuoto("tipoContabilita")),
        (definita(), "tipoContabilita", Some(json!("BOH")), "Codifica inesistente per tipoContabilita.".into()),
        (definita(), "codiceContabilita", None, vuoto("codiceContabilita")),
        (definita(), "codiceContabilita", Some(json!("XX")), pattern("codiceContabilita")),
        (definita(), "codiceContabilita", Some(json!("XXX X")), pattern("codiceContabilita")),
        (definita(), "codiceContabilita", Some(lungo(139)), pattern("codiceContabilita")),
        (definita(), "hashDocumento", Some(json!("x")), non_con("ibanAccredito", "hashDocumento")),
        (definita(), "provinciaResidenza", Some(json!("RO")), non_con("ibanAccredito", "provinciaResidenza")),
        (definita(), "codiceTassonomicoPagoPA", Some(json!("9/ABC")), "Unrecognized field".into()),
    ];
    for (voce, campo, valore, atteso) in casi {
        let v = con(minima(), "voci", Some(json!([con(voce, campo, valore.clone())])));
        let e = errore(&v);
        assert!(e.contains(&atteso), "{campo} {valore:?}: {e}");
    }
}

#[test]
fn gli_importi_della_spec_sono_accettati() {
    for (testo, centesimi) in
        [("10", 1_000), ("10.00", 1_000), ("0.01", 1), ("999999999.99", 99_999_999_999), ("\"10.50\"", 1_050)]
    {
        let numero: Value = serde_json::from_str(testo).unwrap();
        let n = leggi(&con(minima(), "importo", Some(numero))).unwrap();
        assert_eq!(n.importo, Importo::da_centesimi(centesimi), "{testo}");
    }
}

#[test]
fn l_ordine_e_voci_poi_ver_035_poi_tassonomia() {
    let v = con(minima(), "tassonomiaAvviso", Some(json!("Boh")));
    let quote = json!({"quote": [{"capitolo": "1", "annoEsercizio": 2026, "importo": 1}]});
    let v = con(v, "voci.0.contabilita", Some(quote));
    assert!(errore(&v).starts_with("VER_035"), "{}", errore(&v));
    // An unknown name is refused whatever else is wrong.
    let v = con(con(v, "causale", None), "voci.0.boh", Some(json!(1)));
    assert!(errore(&v).contains("\"boh\""), "{}", errore(&v));
}

#[test]
fn un_debitore_senza_nome_e_anonimo() {
    for s in
        [None, Some(Value::Null), Some(json!({})), Some(json!({"identificativo": " ", "anagrafica": ""}))]
    {
        assert_eq!(leggi(&con(minima(), "soggettoPagatore", s)).unwrap().debitore, Debitore::anonimo());
    }
    let s = json!({"tipo": "F", "identificativo": "RSSMRA30A01H501I", "cap": 0, "email": "a.b@c.it"});
    let d = leggi(&con(minima(), "soggettoPagatore", Some(s))).unwrap().debitore;
    assert_eq!(
        (d.tipo, d.identificativo.as_str(), d.anagrafica.as_str(), d.cap.as_deref()),
        (Some('F'), "RSSMRA30A01H501I", "ANONIMO", Some("0"))
    );
}

#[test]
fn le_tre_forme() {
    let forma = |v: Value| {
        leggi(&con(minima(), "voci", Some(json!([v]))))
            .map(|n| n.voci[0].forma.clone())
            .unwrap_or_else(|e| panic!("{e}"))
    };
    assert!(matches!(forma(definita()), Forma::Definita { tipo_contabilita: TipoContabilita::Altro, .. }));
    let vecchio = con(bollo(), "tipoBollo", Some(json!("Imposta di bollo")));
    assert_eq!(forma(vecchio), forma(bollo()));
    assert!(matches!(forma(bollo()), Forma::Bollo { tipo, .. } if tipo == "01"));
}

#[test]
fn gli_accessori_restano_come_sono() {
    let v = json!({
        "datiAllegati": [1.10, "x", {"b": 1, "a": null}],
        "annoRiferimento": 2026,
        "dataScadenza": "2030-12-31T00:00",
        "documento": {"identificativo": "D", "descrizione": "d", "rata": 1.7, "soglia": {"tipo": "BOH"}},
        "proprieta": {
            "linguaSecondaria": false,
            "informativaImportoAvviso": "",
            "dataScadenzaAvviso": "2030-01-01T10:00",
            "descrizioneImporto": [{"voce": "a", "importo": 10.10}]
        },
        "allegati": [{"nome": "a", "contenuto": "aGFz\naA"}],
        "tassonomiaAvviso": "Trasporti, mobilità e parcheggi"
    });
    let mut tutto = minima();
    for (k, x) in v.as_object().unwrap() {
        tutto[k] = x.clone();
    }
    // Through the bytes, as a request comes.
    let tutto = crate::json::leggi_corpo(tutto.to_string().as_bytes()).unwrap();
    let n = leggi(&tutto).unwrap();
    let a = &n.accessori;
    assert_eq!(a.dati_allegati.as_deref(), Some(r#"[1.1,"x",{"b":1,"a":null}]"#));
    assert_eq!(a.anno_riferimento.as_deref(), Some("2026"));
    assert_eq!(n.data_scadenza, Some(jiff::civil::date(2030, 12, 31)));
    assert_eq!(a.documento.as_ref().map(|d| d.opzione), Some(OpzioneDocumento::Rata(1)));
    assert_eq!(
        a.proprieta.as_deref(),
        Some(
            r#"{"linguaSecondaria":"false","descrizioneImporto":[{"voce":"a","importo":10.1}],"informativaImportoAvviso":"","dataScandenzaAvviso":"2030-01-01"}"#
        )
    );
    assert_eq!(n.allegati[0].contenuto, b"hash");
    let esatto = crate::json::leggi_corpo(
        minima().to_string().replacen('{', r#"{"datiAllegati":{"x":1.10000000000000000001},"#, 1).as_bytes(),
    )
    .unwrap();
    assert_eq!(
        leggi(&esatto).unwrap().accessori.dati_allegati.as_deref(),
        Some(r#"{"x":1.10000000000000000001}"#)
    );
}

#[test]
fn ogni_variante_ha_i_suoi_membri() {
    let con_chiave = con(con(minima(), "idA2A", Some(json!("B"))), "idPendenza", Some(json!("P2")));
    let letta = |v: &Value, variante, c: Option<&ChiavePendenza>| {
        leggi_nuova(v, variante, c).map(|n| n.chiave.to_string()).map_err(|e| e.to_string())
    };
    assert!(letta(&con_chiave, Variante::PendenzeV2, Some(&chiave())).is_err());
    for variante in [Variante::BackofficePost, Variante::EnteV1, Variante::EnteV2] {
        assert_eq!(letta(&con_chiave, variante, None), Ok("(IdA2A:B, Id:P2)".to_owned()));
        assert_eq!(letta(&minima(), variante, Some(&chiave())), Ok("(IdA2A:A2A, Id:P1)".to_owned()));
        assert_eq!(letta(&minima(), variante, None), Err(vuoto("idA2A")));
    }
    let v1 = con(con(con_chiave, "stato", Some(json!("NON_ESEGUITA"))), "voci.0.indice", Some(json!(1)));
    assert!(letta(&v1, Variante::EnteV1, None).is_ok());
    let senza = con(con(minima(), "importo", None), "nome", Some(json!("n")));
    let n = leggi_nuova(&senza, Variante::Backoffice, Some(&chiave())).unwrap();
    assert_eq!((n.importo, n.nome.as_deref()), (Importo::da_centesimi(10_050), Some("n")));
    let tanto = con(definita(), "importo", Some(json!(999_999_999.99)));
    let troppo = con(senza, "voci", Some(json!([tanto, tanto])));
    assert_eq!(
        leggi_nuova(&troppo, Variante::Backoffice, Some(&chiave())).unwrap_err().to_string(),
        "Il campo importo deve essere inferiore a 999,999,999.99."
    );
}

#[test]
fn l_ente_v2_da_il_codice_tassonomico() {
    let voce = |mut v: Value, codice: &str| {
        for vecchio in ["tipoContabilita", "codiceContabilita"] {
            v.as_object_mut().unwrap().remove(vecchio);
        }
        v["codiceTassonomicoPagoPA"] = json!(codice);
        leggi_nuova(&con(minima(), "voci", Some(json!([v]))), Variante::EnteV2, Some(&chiave()))
            .map(|n| n.voci[0].forma.clone())
            .map_err(|e| e.to_string())
    };
    assert!(matches!(
        voce(definita(), "9/0101100IM/"),
        Ok(Forma::Definita { tipo_contabilita: TipoContabilita::Altro, codice_contabilita, .. })
            if codice_contabilita == "0101100IM/"
    ));
    assert!(matches!(
        voce(bollo(), "9/02011021M/"),
        Ok(Forma::Bollo { contabilita: Some((TipoContabilita::Altro, c)), .. }) if c == "02011021M/"
    ));
    for sbagliato in ["senza", "7/ABC", "9/", "/ABC", ""] {
        let e = voce(definita(), sbagliato).unwrap_err();
        assert!(e.contains("codiceTassonomicoPagoPA"), "{sbagliato}: {e}");
    }
}

#[test]
fn percorsi_malformati() {
    assert!(leggi_chiave("a b", "P").unwrap_err().0.contains("idA2A"));
    assert!(leggi_chiave("A", &"x".repeat(36)).unwrap_err().0.contains("idPendenza"));
    assert!(leggi_dominio("1").unwrap_err().0.contains("idDominio"));
    assert!(leggi_numero_avviso("1").unwrap_err().0.contains("numeroAvviso"));
}

/// Any JSON, small.
fn json_qualunque() -> impl Strategy<Value = Value> {
    let foglia = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        "[0-9]{0,4}[.,eE+-]{0,2}[0-9]{0,20}".prop_map(Value::from),
        ".{0,40}".prop_map(Value::from),
    ];
    foglia.prop_recursive(3, 12, 4, |dentro| {
        prop_oneof![
            prop::collection::vec(dentro.clone(), 0..4).prop_map(Value::from),
            prop::collection::vec((prop::sample::select(NOMI), dentro), 0..4)
                .prop_map(|v| Value::Object(v.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())),
        ]
    })
}

const NOMI: &[&str] = &[
    "tipo",
    "identificativo",
    "descrizione",
    "rata",
    "soglia",
    "giorni",
    "quote",
    "importo",
    "capitolo",
    "mapEntries",
    "key",
    "value",
    "nome",
    "contenuto",
    "voce",
    "linguaSecondaria",
    "boh",
];

proptest! {
    /// Whatever stands in place of a member, reading says yes or no and never panics.
    #[test]
    fn la_lettura_e_totale(
        campo in prop::sample::select(Variante::EnteV1.membri()),
        della_voce in prop::sample::select(Variante::EnteV2.membri_voce()),
        v in json_qualunque(),
        w in json_qualunque(),
    ) {
        let mut corpo = minima();
        corpo["voci"][0][della_voce] = w;
        if campo != "voci" {
            corpo[campo] = v.clone();
        }
        for variante in [Variante::PendenzeV2, Variante::Backoffice, Variante::EnteV1, Variante::EnteV2] {
            let _ = leggi_nuova(&corpo, variante, Some(&chiave()));
            let _ = leggi_nuova(&v, variante, None);
        }
        let _ = crate::pendenza::leggi_modifiche(&v);
    }
}
