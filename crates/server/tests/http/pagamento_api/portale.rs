//! GET `/domini` and what belongs to a dominio (spec 30 10.6).

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;

/// More of everything: offices, an account that is off, revenues with values of their own, domini.
async fn ricca(backend: Backend) -> TestApp {
    let app = scena(backend).await;
    let d = |altro: &str| format!("/domini/{DOMINIO}{altro}");
    for (percorso, corpo) in [
        (
            d("/unitaOperative/UO1"),
            json!({
                "ragioneSociale": "Ufficio Uno", "indirizzo": "Via Po", "cap": "00100", "area": "Tributi",
                "abilitato": true
            }),
        ),
        (d("/unitaOperative/UO2"), json!({ "ragioneSociale": "Anagrafe", "abilitato": false })),
        (
            d("/contiAccredito/IT03L1234512345123456789012"),
            json!({
                "postale": true, "abilitato": false, "bic": "BPPIITRRXXX", "descrizione": "Poste",
                "intestatario": "Comune"
            }),
        ),
        (
            "/entrate/IMU".into(),
            json!({
                "descrizione": "Imposta", "tipoContabilita": "ALTRO", "codiceContabilita": "XYZ"
            }),
        ),
        (
            d("/entrate/IMU"),
            json!({
                "ibanAccredito": "IT02L1234512345123456789012", "ibanAppoggio": "IT03L1234512345123456789012",
                "tipoContabilita": "SIOPE", "codiceContabilita": "0101", "abilitato": false
            }),
        ),
        (
            "/domini/33333333333".into(),
            json!({
                "ragioneSociale": "Bis", "intermediato": false, "abilitato": false, "scaricaFr": false
            }),
        ),
        ("/domini/33333333333/contiAccredito/IT05L1234512345123456789012".into(), json!({})),
    ] {
        app.backoffice().put(&percorso, &corpo).await.con_stato(201);
    }
    app
}

fn colonna<'a>(v: &'a Value, nome: &str) -> Vec<&'a str> {
    v["risultati"].as_array().expect("righe").iter().filter_map(|r| r[nome].as_str()).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tutti_vedono_tutti_i_domini(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let niente = portale("niente", &json!([]), &json!([]));
    app.backoffice().put("/applicazioni/NIENTE", &niente).await.con_stato(201);
    for n in [1, 2] {
        let mut visti = vec![
            versione(&app, n).get("/domini").await.con_stato(200).json(),
            versione(&app, n).come("niente", PORTALE.1).get("/domini").await.con_stato(200).json(),
            cittadino(&app, n, MARIO, "/domini").await.con_stato(200).json(),
        ];
        if n == 2 {
            visti.push(anonimo(&app, n, "/domini", &[]).await.con_stato(200).json());
        } else {
            assert_eq!(anonimo(&app, n, "/domini", &[]).await.stato(), 403);
        }
        for v in &visti {
            let membri: Vec<&String> = v.as_object().expect("oggetto").keys().collect();
            assert_eq!(membri, ["numRisultati", "numPagine", "risultatiPerPagina", "pagina", "risultati"]);
            assert_eq!(colonna(v, "idDominio"), ["33333333333", DOMINIO], "v{n}");
            assert_eq!(v, &visti[0]);
        }
        let riga = &visti[0]["risultati"][1];
        let mut atteso = json!({
            "idDominio": DOMINIO, "ragioneSociale": "Ente Creditore di prova", "indirizzo": "Via Roma",
            "civico": "1", "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT",
            "unitaOperative": format!("/domini/{DOMINIO}/unitaOperative"),
        });
        let altri = if n == 1 {
            json!({
                "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01", "abilitato": true,
                "contiAccredito": format!("/domini/{DOMINIO}/contiAccredito"),
                "entrate": format!("/domini/{DOMINIO}/entrate")
            })
        } else {
            json!({ "tipiPendenza": format!("/domini/{DOMINIO}/tipiPendenza") })
        };
        atteso.as_object_mut().expect("oggetto").extend(altri.as_object().cloned().expect("oggetto"));
        assert_eq!(riga, &atteso, "v{n}");
        for (query, attesi) in [
            ("abilitato=true", &[DOMINIO][..]),
            ("abilitato=false", &["33333333333"]),
            ("idStazione=11111111113_01", &[DOMINIO]),
            ("idStazione=11111111113_99", &[]),
            ("ordinamento=-ragioneSociale", &[DOMINIO, "33333333333"]),
            ("ordinamento=codDominio", &[DOMINIO, "33333333333"]),
            ("risultatiPerPagina=1&pagina=2", &[DOMINIO]),
        ] {
            let v = versione(&app, n).get(&format!("/domini?{query}")).await.con_stato(200).json();
            assert_eq!(colonna(&v, "idDominio"), attesi, "v{n} {query}");
        }
        let v = versione(&app, n).get("/domini?campi=idDominio&risultatiPerPagina=1").await.json();
        assert_eq!(v["risultati"], json!([{ "idDominio": "33333333333" }]));
        // One of them: in the first version with what belongs to it in the place of the links.
        let mut uno = versione(&app, n).get(&format!("/domini/{DOMINIO}")).await.con_stato(200).json();
        if n == 1 {
            for cosa in ["unitaOperative", "contiAccredito", "entrate"] {
                let elenco = versione(&app, 1).get(&format!("/domini/{DOMINIO}/{cosa}")).await.json();
                let ordinate = |v: &Value| {
                    let mut righe: Vec<String> =
                        v.as_array().expect("righe").iter().map(Value::to_string).collect();
                    righe.sort();
                    righe
                };
                assert_eq!(ordinate(&uno[cosa]), ordinate(&elenco["risultati"]), "{cosa}");
                uno[cosa] = json!(format!("/domini/{DOMINIO}/{cosa}"));
            }
        }
        assert_eq!(&uno, riga, "v{n}");
        let (stato, codice, dettaglio) = versione(&app, n).get("/domini/99999999999").await.errore();
        assert_eq!(
            (stato, codice, dettaglio),
            errore(404, "404000", "Dominio 99999999999 non censito in Anagrafica")
        );
        assert_eq!(versione(&app, n).get("/domini/1").await.errore().1, "SINTASSI");
    }
    // The third version has none.
    assert_eq!(versione(&app, 3).get("/domini").await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_uffici_i_conti_e_le_entrate(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let c = versione(&app, 1);
    let d = |altro: &str| format!("/domini/{DOMINIO}/{altro}");
    let uno =
        json!({ "ragioneSociale": "Ufficio Uno", "indirizzo": "Via Po", "cap": "00100", "area": "Tributi" });
    let due = json!({ "ragioneSociale": "Anagrafe" });
    for n in [1, 2] {
        let resa = |base: &Value, id: &str, abilitato: bool| {
            let mut v = base.clone();
            if n == 1 {
                v["idUnita"] = json!(id);
                v["abilitato"] = json!(abilitato);
            } else {
                v["idUnitaOperativa"] = json!(id);
            }
            v
        };
        let (uno, due) = (resa(&uno, "UO1", true), resa(&due, "UO2", false));
        let c = versione(&app, n);
        let v = c.get(&d("unitaOperative")).await.con_stato(200).json();
        assert_eq!(v["risultati"], json!([due, uno]), "v{n}: mai EC");
        let v = c.get(&d("unitaOperative?abilitato=true")).await.con_stato(200).json();
        assert_eq!(v["risultati"], json!([uno]), "v{n}");
        let v = c.get(&d("unitaOperative?ordinamento=-ragioneSociale&risultatiPerPagina=1")).await.json();
        assert_eq!(
            (&v["risultati"], &v["numRisultati"], &v["numPagine"]),
            (&json!([uno]), &json!(2), &json!(2))
        );
        assert!(
            v["prossimiRisultati"].as_str().is_some_and(|p| p.ends_with("pagina=2&risultatiPerPagina=1"))
        );
        assert_eq!(c.get(&d("unitaOperative/UO1")).await.con_stato(200).json(), uno, "v{n}");
        for id in ["EC", "ZZ"] {
            let testo = format!("Unita Operativa {id} non censita in Anagrafica per il Dominio {DOMINIO}");
            assert_eq!(
                c.get(&d(&format!("unitaOperative/{id}"))).await.errore(),
                errore(404, "404000", testo)
            );
        }
        let v = c.get("/domini/33333333333/unitaOperative").await.con_stato(200).json();
        assert_eq!((&v["risultati"], &v["numRisultati"]), (&json!([]), &json!(0)), "non intermediato");
        assert_eq!(c.get("/domini/99999999999/unitaOperative").await.stato(), 404);
        assert_eq!(c.get("/domini/1/unitaOperative").await.stato(), 400);
    }
    let primo = json!({ "iban": "IT02L1234512345123456789012", "postale": false, "mybank": false, "abilitato": true });
    let secondo = json!({
        "iban": "IT03L1234512345123456789012", "bic": "BPPIITRRXXX", "descrizione": "Poste",
        "intestatario": "Comune", "postale": true, "mybank": false, "abilitato": false
    });
    let v = c.get(&d("contiAccredito")).await.con_stato(200).json();
    assert_eq!(v["risultati"], json!([primo, secondo]));
    let v = c.get(&d("contiAccredito?abilitato=false")).await.con_stato(200).json();
    assert_eq!(v["risultati"], json!([secondo]));
    assert_eq!(c.get(&d("contiAccredito/IT03L1234512345123456789012")).await.con_stato(200).json(), secondo);
    let testo = format!(
        "Iban di accredito IT09L1234512345123456789012 non censito in Anagrafica per il Dominio {DOMINIO}"
    );
    let r = c.get(&d("contiAccredito/IT09L1234512345123456789012")).await;
    assert_eq!(r.errore(), errore(404, "404000", testo));
    assert_eq!(c.get(&d("contiAccredito/x")).await.errore().1, "SINTASSI");
    // Also of a body that is not intermediated.
    let v = c.get("/domini/33333333333/contiAccredito").await.con_stato(200).json();
    assert_eq!(colonna(&v, "iban"), ["IT05L1234512345123456789012"]);

    let v = c.get(&d("entrate")).await.con_stato(200).json();
    assert_eq!(colonna(&v, "idEntrata"), ["BOLLOT", "IMU", "TARI"]);
    assert_eq!(
        v["risultati"][1],
        json!({
            "idEntrata": "IMU", "contoAccredito": "IT02L1234512345123456789012",
            "contoAppoggio": "IT03L1234512345123456789012", "tipoContabilita": "SIOPE",
            "codiceContabilita": "0101", "abilitato": false,
            "tipoEntrata": {
                "idEntrata": "IMU", "descrizione": "Imposta", "tipoContabilita": "ALTRO",
                "codiceContabilita": "XYZ"
            }
        })
    );
    let tari = json!({
        "idEntrata": "TARI", "contoAccredito": "IT02L1234512345123456789012", "tipoContabilita": "ALTRO",
        "codiceContabilita": "0101101IM", "abilitato": true,
        "tipoEntrata": {
            "idEntrata": "TARI", "descrizione": "Tassa sui rifiuti", "tipoContabilita": "ALTRO",
            "codiceContabilita": "0101101IM"
        }
    });
    assert_eq!(
        (&v["risultati"][2], c.get(&d("entrate/TARI")).await.con_stato(200).json()),
        (&tari, tari.clone())
    );
    let v = c.get(&d("entrate?abilitato=true&ordinamento=-idEntrata")).await.con_stato(200).json();
    assert_eq!(colonna(&v, "idEntrata"), ["TARI"]);
    let testo = format!("Entrata ZZ non censita in Anagrafica per il Dominio {DOMINIO}");
    assert_eq!(c.get(&d("entrate/ZZ")).await.errore(), errore(404, "404000", testo));
    // They are of the first version.
    for cosa in ["contiAccredito", "entrate"] {
        assert_eq!(versione(&app, 2).get(&d(cosa)).await.stato(), 404);
    }
    // All from memory.
    let prima = app.conteggi();
    for cosa in ["unitaOperative", "contiAccredito", "entrate"] {
        c.get(&d(cosa)).await.con_stato(200);
    }
    assert_eq!(app.conteggi().da(prima).letture, 0);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_logo_ha_il_suo_tipo(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let mut dominio = app.backoffice().get(&format!("/domini/{DOMINIO}")).await.json();
    let o = dominio.as_object_mut().expect("oggetto");
    o.retain(|m, _| {
        !["idDominio", "unitaOperative", "contiAccredito", "entrate", "tipiPendenza"].contains(&m.as_str())
    });
    let dove = format!("/domini/{DOMINIO}/logo");
    for n in [1, 2] {
        let testo = format!("Dominio {DOMINIO} non censito in Anagrafica o logo non presente");
        assert_eq!(versione(&app, n).get(&dove).await.errore(), errore(404, "404000", testo));
    }
    dominio["logo"] = json!("iVBORw0KGgo=");
    app.backoffice().put(&format!("/domini/{DOMINIO}"), &dominio).await.con_stato(200);
    for n in [1, 2] {
        let r = versione(&app, n).get(&dove).await.con_stato(200);
        assert_eq!(r.intestazione("Content-Type"), Some("image/png"));
        assert_eq!(r.intestazione("Cache-Control"), Some("max-age=7200"));
        assert_eq!(r.corpo().as_ref(), b"\x89PNG\r\n\x1a\n");
        let riga = versione(&app, n).get("/domini").await.json();
        assert_eq!(riga["risultati"][0]["logo"], json!(dove), "v{n}");
        cittadino(&app, n, MARIO, &dove).await.con_stato(200);
        assert_eq!(anonimo(&app, n, &dove, &[]).await.stato(), if n == 1 { 403 } else { 200 });
    }
}

/// A type with a section for payers, and what the dominio says of it.
async fn tipo(app: &TestApp, id: &str, del_tipo: Value, del_dominio: Value) {
    let bo = app.backoffice();
    bo.put(&format!("/tipiPendenza/{id}"), &del_tipo).await.con_stato(201);
    bo.put(&format!("/domini/{DOMINIO}/tipiPendenza/{id}"), &del_dominio).await.con_stato(201);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_moduli_sono_quelli_in_vigore(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = ricca(backend).await;
    let definita = |v: &Value| BASE64_STANDARD.encode(v.to_string());
    let (schema, altro) = (json!({ "type": "object", "n": 1 }), json!({ "altro": true }));
    let form = json!({ "tipo": "angular2-json-schema-form", "definizione": definita(&schema) });
    let portale_con = |form: &Value| json!({ "abilitato": true, "form": form });
    let base = |d: &str| json!({ "descrizione": d, "portalePagamento": portale_con(&form) });
    let acceso = json!({ "portalePagamento": {} });
    // Inherited, overridden in part, said nothing of, off here, off there, on only here, without a form.
    tipo(&app, "EREDITA", base("Eredita"), acceso.clone()).await;
    let suo = json!({
        "portalePagamento": { "form": {
            "tipo": "altro", "definizione": definita(&altro), "impaginazione": definita(&json!({ "c": [1] }))
        }},
        "visualizzazione": definita(&json!({ "v": 1 }))
    });
    tipo(&app, "CAMBIA", base("Cambia"), suo).await;
    tipo(&app, "TACE", base("Tace"), json!({})).await;
    tipo(&app, "CHIUDE", base("Chiude"), json!({ "portalePagamento": { "abilitato": false } })).await;
    tipo(&app, "SPENTO", base("Spento"), json!({ "abilitato": false, "portalePagamento": {} })).await;
    let mut fuori = base("Fuori");
    fuori["abilitato"] = json!(false);
    tipo(&app, "FUORI", fuori, acceso.clone()).await;
    let qui = json!({ "portalePagamento": { "abilitato": true, "form": form } });
    tipo(&app, "SOLOQUI", json!({ "descrizione": "Aperto qui" }), qui).await;
    let senza = json!({ "descrizione": "Senza", "portalePagamento": { "abilitato": true } });
    tipo(&app, "SENZA", senza, acceso).await;
    let dove = format!("/domini/{DOMINIO}/tipiPendenza");
    let del_tipo = json!({ "tipo": "angular2-json-schema-form", "definizione": schema });
    let attesi = json!([
        { "idTipoPendenza": "SOLOQUI", "descrizione": "Aperto qui", "form": del_tipo },
        {
            "idTipoPendenza": "CAMBIA", "descrizione": "Cambia",
            "form": { "tipo": "altro", "definizione": altro, "impaginazione": { "c": [1] } },
            "visualizzazione": { "v": 1 }
        },
        { "idTipoPendenza": "EREDITA", "descrizione": "Eredita", "form": del_tipo },
    ]);
    let c = versione(&app, 2);
    for v in [
        c.get(&dove).await.con_stato(200).json(),
        cittadino(&app, 2, MARIO, &dove).await.con_stato(200).json(),
        anonimo(&app, 2, &dove, &[]).await.con_stato(200).json(),
    ] {
        assert_eq!((&v["risultati"], &v["numRisultati"]), (&attesi, &json!(3)));
    }
    for (query, id) in [
        ("ordinamento=-descrizione", &["EREDITA", "CAMBIA", "SOLOQUI"][..]),
        ("ordinamento=idTipoPendenza", &["CAMBIA", "EREDITA", "SOLOQUI"]),
        ("abilitato=true", &["SOLOQUI", "CAMBIA", "EREDITA"]),
        ("abilitato=false", &[]),
        ("risultatiPerPagina=2&pagina=2", &["EREDITA"]),
    ] {
        let v = c.get(&format!("{dove}?{query}")).await.con_stato(200).json();
        assert_eq!(colonna(&v, "idTipoPendenza"), id, "{query}");
    }
    assert_eq!(c.get(&format!("{dove}/CAMBIA")).await.con_stato(200).json(), attesi[1]);
    for id in ["TACE", "CHIUDE", "SPENTO", "FUORI", "SENZA", "ZZ"] {
        let testo = format!("Tipo Pendenza {id} non censito in Anagrafica per il Dominio {DOMINIO}");
        assert_eq!(c.get(&format!("{dove}/{id}")).await.errore(), errore(404, "404000", testo));
    }
    let v = c.get("/domini/33333333333/tipiPendenza").await.con_stato(200).json();
    assert_eq!(v["risultati"], json!([]), "non intermediato");
    assert_eq!(c.get("/domini/99999999999/tipiPendenza").await.stato(), 404);
    assert_eq!(c.get("/domini/1/tipiPendenza").await.stato(), 400);
    assert_eq!(versione(&app, 1).get(&dove).await.stato(), 404);
    // Only the types of the caller, only in his domini.
    let bo = app.backoffice();
    for (nome, domini, tipi) in [
        ("alcuni", json!(["*"]), json!(["CAMBIA", "TACE"])),
        ("altrove", json!(["33333333333"]), json!(["*"])),
        ("nessuno", json!(["*"]), json!([])),
    ] {
        bo.put(&format!("/applicazioni/P-{nome}"), &portale(nome, &domini, &tipi)).await.con_stato(201);
    }
    let v = c.come("alcuni", PORTALE.1).get(&dove).await.con_stato(200).json();
    assert_eq!((colonna(&v, "idTipoPendenza"), &v["numRisultati"]), (vec!["CAMBIA"], &json!(1)));
    let coda = "non autorizzata ad accedere alla risorsa richiesta";
    for (chi, percorso, motivo) in [
        ("alcuni", format!("{dove}/EREDITA"), "per il TipoPendenza [EREDITA]."),
        ("altrove", dove.clone(), "per il Dominio [12345678901]."),
        ("altrove", format!("{dove}/CAMBIA"), "per il Dominio [12345678901]."),
        ("nessuno", dove, "per nessun Tipo Pendenza."),
    ] {
        let r = c.come(chi, PORTALE.1).get(&percorso).await;
        assert_eq!(r.errore(), errore(403, "403000", format!("Applicazione [P-{chi}] {coda} {motivo}")));
    }
}
