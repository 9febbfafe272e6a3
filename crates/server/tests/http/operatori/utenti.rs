//! `/operatori`: PUT, GET, list (spec 10 5.6).

use super::{A, con, minimo, pronta, rifiutata, salva, semantica, sintassi};
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{AMMINISTRATORE, BACKOFFICE, Backend, TestApp};

const P: &str = "/operatori/mario";

/// What GET shows of the smallest operatore.
fn difetto(altro: &Value) -> Value {
    con(
        &json!({
            "principal": "mario", "password": false, "ragioneSociale": "Mario Rossi", "domini": [],
            "tipiPendenza": [], "acl": [], "ruoli": [], "abilitato": true
        }),
        altro,
    )
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_operatore_torna_come_fu_inviato(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let inesistente = (404, "404000".to_owned(), "Operatore mario non censito in Anagrafica".to_owned());
    rifiutata(&bo.get(P).await, &inesistente);
    rifiutata(&bo.patch(P, &json!([])).await, &inesistente);
    salva(&bo, P, &minimo(), 201).await;
    assert_eq!(bo.get(P).await.con_stato(200).json(), difetto(&json!({})));
    let acl = json!([
        {"servizio": "Pendenze", "autorizzazioni": ["R", "W"]},
        {"servizio": "Anagrafica PagoPA", "autorizzazioni": ["W"]}
    ]);
    let pieno = json!({
        "ragioneSociale": "M".repeat(35), "password": "Segreta123", "abilitato": false, "acl": acl,
        "ruoli": ["Operatore"], "tipiPendenza": ["TARI"],
        "domini": [{"idDominio": A, "unitaOperative": ["U2", "U1"]}]
    });
    salva(&bo, P, &pieno, 200).await;
    let letto = bo.get(P).await.con_stato(200).json();
    let ruolo = bo.get("/ruoli/Operatore").await.con_stato(200).json();
    assert_eq!(
        letto,
        difetto(&json!({
            "ragioneSociale": "M".repeat(35), "password": true, "abilitato": false, "acl": acl,
            "ruoli": [ruolo], "tipiPendenza": [{"idTipoPendenza": "TARI", "descrizione": "Tassa sui rifiuti"}],
            "domini": [{
                "idDominio": A, "ragioneSociale": "Ente Creditore di prova",
                "unitaOperative": [
                    {"idUnita": "U2", "ragioneSociale": "Ufficio U2"},
                    {"idUnita": "U1", "ragioneSociale": "Ufficio U1"}
                ]
            }]
        }))
    );
    // What is absent is cleared, but for the password.
    salva(&bo, P, &minimo(), 200).await;
    assert_eq!(bo.get(P).await.json(), difetto(&json!({"password": true})));
    salva(&bo, P, &con(&minimo(), &json!({"domini": ["*"], "tipiPendenza": ["TARI", "*"]})), 200).await;
    let letto = bo.get(P).await.json();
    assert_eq!(letto["domini"], json!([{"idDominio": "*", "ragioneSociale": "Tutti"}]));
    assert_eq!(letto["tipiPendenza"], json!([{"idTipoPendenza": "*", "descrizione": "Tutti"}]));
    // A principal that is part of another never matches it, nor does the case of its letters.
    for altro in ["mari", "mario2", "Mario"] {
        assert_eq!(bo.get(&format!("/operatori/{altro}")).await.stato(), 404, "{altro}");
    }
    assert_eq!(bo.json(Method::DELETE, P, &json!({})).await.stato(), 405);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_campi_di_un_operatore(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    let vuoto = |f: &str| format!("Il campo {f} non deve essere vuoto.");
    for (membri, testo) in [
        (json!({"ragioneSociale": null}), vuoto("ragioneSociale")),
        (
            json!({"ragioneSociale": "x".repeat(36)}),
            format!("Il valore [{}] del campo ragioneSociale non rispetta la lunghezza massima di 35 caratteri.", "x".repeat(36)),
        ),
        (json!({"ragioneSociale": ""}), "Il valore [] del campo ragioneSociale non rispetta la lunghezza minima di 1 caratteri.".to_owned()),
        (json!({"abilitato": null}), vuoto("abilitato")),
        (
            json!({"password": "debole"}),
            "Il valore [***] del campo password non rispetta il pattern richiesto: ^(?=.*[a-z])(?=.*[A-Z])(?=.*[0-9])(?!.*[\\s]).{8,}$".to_owned(),
        ),
        (
            json!({"password": format!("Aa1{}", "x".repeat(253))}),
            "Il valore [***] del campo password non rispetta la lunghezza massima di 255 caratteri.".to_owned(),
        ),
        (json!({"ruoli": ["a b"]}), "Il valore [a b] del campo ruoli non rispetta il pattern richiesto: [a-zA-Z0-9\\-_]{1,255}".to_owned()),
        (json!({"domini": ["1"]}), "Il valore [1] del campo domini non rispetta il pattern richiesto: [0-9]{11}".to_owned()),
        (json!({"tipiPendenza": ["a b"]}), "Il valore [a b] del campo tipiPendenza non rispetta il pattern richiesto: [a-zA-Z0-9\\-_.]{1,35}".to_owned()),
        (json!({"acl": [{"servizio": "Pendenze"}]}), vuoto("autorizzazioni")),
        (
            json!({"principal": "mario"}),
            "Unrecognized field \"principal\" (7 known properties: \"ragioneSociale\", \"password\", \"domini\", \"tipiPendenza\", \"acl\", \"ruoli\", \"abilitato\") (through reference chain: [\"principal\"])".to_owned(),
        ),
    ] {
        rifiutata(&bo.put(P, &con(&minimo(), &membri)).await, &sintassi(&testo));
    }
    for (membri, testo) in [
        (json!({"domini": ["99999999999"]}), "Il dominio 99999999999 indicato non esiste."),
        (
            json!({"domini": [{"idDominio": A, "unitaOperative": ["U9"]}]}),
            "L'unita' operativa U9 indicata non esiste.",
        ),
        (json!({"tipiPendenza": ["IGNOTO"]}), "Il tipo pendenza IGNOTO indicato non esiste."),
        // Only an applicazione knows it: here it is an id like another.
        (
            json!({"tipiPendenza": ["autodeterminazione"]}),
            "Il tipo pendenza autodeterminazione indicato non esiste.",
        ),
        (json!({"ruoli": ["Ignoto"]}), "Il ruolo Ignoto indicato non esiste."),
    ] {
        rifiutata(&bo.put(P, &con(&minimo(), &membri)).await, &semantica(testo));
    }
    assert_eq!(bo.get(P).await.stato(), 404, "nothing is left behind");
    let lungo = "x".repeat(4001);
    let testo = format!(
        "Il valore [{}...] del campo principal non rispetta la lunghezza massima di 4000 caratteri.",
        "x".repeat(1000)
    );
    for r in [
        bo.put(&format!("/operatori/{lungo}"), &minimo()).await,
        bo.get(&format!("/operatori/{lungo}")).await,
        bo.patch(&format!("/operatori/{lungo}"), &json!([])).await,
    ] {
        rifiutata(&r, &sintassi(&testo));
    }
}

/// Trap 14: the segment is decoded once more, and never cut at an encoded slash.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_principal_del_percorso_si_decodifica_due_volte(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    for (principal, segmenti) in [
        (" &*", ["%20%26%2A", "%2520%2526%252A"]),
        ("CN=x/O=ente", ["CN=x%2FO=ente", "CN%3Dx%252FO%3Dente"]),
        ("a/../b", ["a%2F..%2Fb", "a%252F..%252Fb"]),
        ("più", ["pi%C3%B9", "pi%25C3%25B9"]),
        ("cento%", ["cento%25", "cento%2525"]),
        ("x+y", ["x+y", "x%2By"]),
    ] {
        let nuovo = json!({"ragioneSociale": "x", "abilitato": true});
        salva(&bo, &format!("/operatori/{}", segmenti[0]), &nuovo, 201).await;
        salva(&bo, &format!("/operatori/{}", segmenti[1]), &nuovo, 200).await;
        for s in segmenti {
            let letto = bo.get(&format!("/operatori/{s}")).await.con_stato(200).json();
            assert_eq!(letto["principal"], principal, "{s}");
            assert_eq!(bo.patch(&format!("/operatori/{s}"), &json!([])).await.stato(), 200, "{s}");
        }
    }
    for nullo in ["x%00", "x%2500"] {
        let atteso = sintassi("Carattere nullo nel path della richiesta");
        rifiutata(&bo.get(&format!("/operatori/{nullo}")).await, &atteso);
    }
    // The path is matched before anything is decoded: no way round the families.
    assert_eq!(bo.anonimo().get("/operatori/..%2F..%2Finfo").await.stato(), 401);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_principal_e_di_uno_solo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    salva(&bo, "/applicazioni/APP", &json!({"principal": "preso"}), 201).await;
    let no = semantica(
        "Impossibile aggiungere l'operatore [Mario Rossi], il principal scelto non e' disponibile.",
    );
    rifiutata(&bo.put("/operatori/preso", &minimo()).await, &no);
    assert_eq!(bo.get("/operatori/preso").await.stato(), 404);
    assert_eq!(bo.patch("/operatori/preso", &json!([])).await.stato(), 404);
    salva(&bo, P, &minimo(), 201).await;
    let no =
        semantica("Impossibile aggiungere l'Applicazione [APP-2], il Principal indicato non e' disponibile.");
    rifiutata(&bo.put("/applicazioni/APP-2", &json!({"principal": "mario"})).await, &no);
    let no =
        semantica("Impossibile modificare l'Applicazione [APP], il Principal indicato non e' disponibile.");
    rifiutata(&bo.put("/applicazioni/APP", &json!({"principal": "mario"})).await, &no);
    // Both at the same time: one of them.
    for n in 0..8 {
        let (o, a) = (format!("/operatori/corsa-{n}"), format!("/applicazioni/CORSA-{n}"));
        let di_a = json!({"principal": format!("corsa-{n}")});
        let di_o = minimo();
        let (r1, r2) = tokio::join!(bo.put(&o, &di_o), bo.put(&a, &di_a));
        let mut stati = [r1.stato(), r2.stato()];
        stati.sort_unstable();
        assert_eq!(stati, [201, 422], "{} {}", r1.testo(), r2.testo());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn l_elenco_degli_operatori(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    for (p, nome, abilitato) in [("c", "Alfa", true), ("b", "Bravo", false), ("a", "Bravo", true)] {
        let corpo = json!({"ragioneSociale": nome, "abilitato": abilitato});
        salva(&bo, &format!("/operatori/{p}"), &corpo, 201).await;
    }
    // Applicazioni are not among them.
    salva(&bo, "/applicazioni/APP", &json!({"principal": "app"}), 201).await;
    let riga = |p: &str, nome: &str, a: bool| json!({"principal": p, "ragioneSociale": nome, "abilitato": a});
    let (a, b, c) = (riga("a", "Bravo", true), riga("b", "Bravo", false), riga("c", "Alfa", true));
    let admin = riga(AMMINISTRATORE.0, AMMINISTRATORE.0, true);
    let elenco = async |q: &str| bo.get(&format!("/operatori{q}")).await.con_stato(200).json();
    let busta = |righe: Value| {
        let n = righe.as_array().map(Vec::len);
        json!({
            "numRisultati": n, "numPagine": 1, "risultatiPerPagina": n, "pagina": 1,
            "maxRisultati": 10000, "risultati": righe
        })
    };
    let per_principal = json!([a, b, c, admin]);
    for q in ["", "?ordinamento=principal", "?ordinamento=%2Bprincipal", "?ignoto=1"] {
        assert_eq!(elenco(q).await, busta(per_principal.clone()), "{q}");
    }
    assert_eq!(elenco("?ordinamento=-principal").await, busta(json!([admin, c, b, a])));
    assert_eq!(elenco("?ordinamento=ragioneSociale&abilitato=true").await, busta(json!([c, a, admin])));
    assert_eq!(elenco("?abilitato=false").await, busta(json!([b])));
    let per_nome = elenco("?ordinamento=-ragioneSociale&abilitato=true").await;
    assert_eq!(per_nome, busta(json!([admin, a, c])));
    let prima = elenco("?risultatiPerPagina=3").await;
    assert_eq!(
        (&prima["numRisultati"], &prima["numPagine"], &prima["risultati"]),
        (&json!(4), &json!(2), &json!([a, b, c]))
    );
    let prossimi = prima["prossimiRisultati"].as_str().expect("un'altra pagina");
    assert!(prossimi.ends_with("/operatori?pagina=2&risultatiPerPagina=3"), "{prossimi}");
    assert_eq!(elenco("?risultatiPerPagina=3&pagina=2").await["risultati"], json!([admin]));
    assert_eq!(elenco("?campi=principal&abilitato=false").await["risultati"], json!([{"principal": "b"}]));
    let r = bo.get("/operatori?ordinamento=nome").await.errore();
    let testo = "Il campo nome non e' valido per ordinare la ricerca in corso. Campi consentiti: [principal, ragioneSociale]";
    assert_eq!(r, (422, "100001".to_owned(), testo.to_owned()));
}

/// Spec 10 4.5: Anagrafica Ruoli, R and W tested apart, on every endpoint.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_legge_e_chi_scrive_operatori_e_ruoli(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let bo = app.backoffice();
    salva(&bo, P, &minimo(), 201).await;
    for (principal, servizio, lettera) in [
        ("legge", "Anagrafica Ruoli", "R"),
        ("scrive", "Anagrafica Ruoli", "W"),
        ("altro", "Anagrafica Applicazioni", "R"),
    ] {
        let corpo = con(
            &minimo(),
            &json!({"password": "Lettore123", "acl": [{"servizio": servizio, "autorizzazioni": [lettera]}]}),
        );
        salva(&bo, &format!("/operatori/{principal}"), &corpo, 201).await;
        let c = app.cliente(BACKOFFICE).come(principal, "Lettore123");
        let (legge, scrive) = (principal == "legge", principal == "scrive");
        let testo = "Operatore [Mario Rossi] non autorizzato ad accedere alla risorsa richiesta.";
        for p in ["/operatori", "/operatori/mario", "/operatori/nessuno", "/ruoli", "/ruoli/Operatore"] {
            let r = c.get(p).await;
            if legge {
                assert_eq!(r.stato(), if p.ends_with("nessuno") { 404 } else { 200 }, "{p}");
            } else {
                rifiutata(&r, &(403, "403000".to_owned(), testo.to_owned()));
            }
        }
        // No right: 403 even if the JSON is garbage.
        for (metodo, p) in [
            (Method::PUT, "/operatori/mario"),
            (Method::PATCH, "/operatori/mario"),
            (Method::PUT, "/ruoli/Nuovo"),
            (Method::PATCH, "/ruoli/Operatore"),
        ] {
            let r = c.grezzo(metodo.clone(), p, "application/json", "{").await;
            assert_eq!(r.stato(), if scrive { 400 } else { 403 }, "{principal} {metodo} {p}");
        }
    }
    let spento =
        con(&minimo(), &json!({"password": "Lettore123", "ruoli": ["Amministratore"], "abilitato": false}));
    salva(&bo, "/operatori/spento", &spento, 201).await;
    let c = app.cliente(BACKOFFICE).come("spento", "Lettore123");
    for r in [c.get("/operatori").await, c.get("/profilo").await, c.patch("/profilo", &json!([])).await] {
        rifiutata(&r, &(403, "403000".to_owned(), "Operatore [Mario Rossi] disabilitato.".to_owned()));
    }
}
