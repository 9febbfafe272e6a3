//! Rights, scope and secrets (spec 10 sections 4 to 6).

use super::{con, salva};
use http::Method;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, BACKOFFICE, Backend, Cliente, TestApp};

const PASSWORD: &str = "Lettore123";

/// An applicazione that calls the Backoffice with these rights and this scope.
async fn chiamante(app: &TestApp, id: &str, corpo: Value) -> Cliente {
    let corpo = con(&json!({"principal": id, "password": PASSWORD}), &corpo);
    salva(&app.backoffice(), &format!("/applicazioni/{id}"), &corpo, 201).await;
    app.cliente(BACKOFFICE).come(id, PASSWORD)
}

fn acl(servizio: &str, lettere: &[&str]) -> Value {
    json!({"servizio": servizio, "autorizzazioni": lettere})
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn leggere_e_scrivere_sono_due_diritti(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let d = &a.dominio;
    let percorsi = [
        ("Anagrafica PagoPA", format!("/intermediari/{}", a.intermediario)),
        ("Anagrafica PagoPA", format!("/intermediari/{}/stazioni/{}", a.intermediario, a.stazione)),
        ("Anagrafica Creditore", format!("/domini/{d}")),
        ("Anagrafica Creditore", format!("/domini/{d}/unitaOperative/EC")),
        ("Anagrafica Creditore", format!("/domini/{d}/contiAccredito/{}", a.iban)),
        ("Anagrafica Creditore", format!("/domini/{d}/entrate/{}", a.entrata)),
        ("Anagrafica Creditore", format!("/domini/{d}/tipiPendenza/{}", a.tipo_pendenza)),
        ("Anagrafica Creditore", format!("/entrate/{}", a.entrata)),
        ("Anagrafica Creditore", format!("/tipiPendenza/{}", a.tipo_pendenza)),
        ("Anagrafica Applicazioni", format!("/applicazioni/{}", a.applicazione)),
    ];
    let tutto = json!({"domini": ["*"], "tipiPendenza": ["*"]});
    let mut legge = Vec::new();
    let mut scrive = Vec::new();
    for (n, s) in ["Anagrafica PagoPA", "Anagrafica Creditore", "Anagrafica Applicazioni"].iter().enumerate()
    {
        let diritti = |l: &[&str]| con(&tutto, &json!({"acl": [acl(s, l)]}));
        legge.push((*s, chiamante(&app, &format!("L{n}"), diritti(&["R"])).await));
        scrive.push((*s, chiamante(&app, &format!("S{n}"), diritti(&["W"])).await));
    }
    for (servizio, percorso) in &percorsi {
        for (s, c) in &legge {
            let ok = s == servizio;
            assert_eq!(c.get(percorso).await.stato(), if ok { 200 } else { 403 }, "{s} R, GET {percorso}");
            // No right: 403 even if the JSON is garbage.
            let r = c.grezzo(Method::PUT, percorso, "application/json", "{").await;
            let (stato, codice, dettaglio) = r.errore();
            assert_eq!((stato, codice.as_str()), (403, "403000"), "{s} R, PUT {percorso}");
            assert!(
                dettaglio.ends_with("non autorizzata ad accedere alla risorsa richiesta."),
                "{dettaglio}"
            );
        }
        for (s, c) in &scrive {
            assert_eq!(c.get(percorso).await.stato(), 403, "{s} W, GET {percorso}");
            let r = c.grezzo(Method::PUT, percorso, "application/json", "{").await;
            assert_eq!(r.stato(), if s == servizio { 400 } else { 403 }, "{s} W, PUT {percorso}");
        }
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_segreti_li_vede_solo_chi_scrive(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let segreti = ["segreto-1", "segreto-2", "segreto-3", "segreto-4", "segreto-5"];
    let corpo = json!({
        "denominazione": "I", "principalPagoPa": "p", "abilitato": true,
        "servizioPagoPa": {"urlRPT": "http://n", "subscriptionKey": segreti[0], "auth": {"username": "u", "password": segreti[1]}},
        "servizioPagoPaACA": {"url": "http://a", "auth": {"apiId": "i", "apiKey": segreti[2]}},
        "servizioFtp": {"ftpLettura": {"host": "h", "porta": "21", "username": "u", "password": segreti[3]}}
    });
    let i = "/intermediari/11111111113";
    salva(&bo, i, &corpo, 200).await;
    let s = "/intermediari/11111111113/stazioni/11111111113_02";
    salva(&bo, s, &json!({"abilitato": true, "versione": "V1", "password": segreti[4]}), 201).await;
    let legge = chiamante(&app, "LEGGE", json!({"acl": [acl("Anagrafica PagoPA", &["R"])]})).await;
    let entrambi = chiamante(&app, "ENTRAMBI", json!({"acl": [acl("Anagrafica PagoPA", &["R", "W"])]})).await;
    for p in [i, s] {
        let velato = legge.get(p).await.con_stato(200).testo().to_owned();
        assert!(segreti.iter().all(|s| !velato.contains(s)), "{velato}");
        let chiaro = entrambi.get(p).await.con_stato(200).json();
        assert_eq!(chiaro, bo.get(p).await.json());
    }
    let velato = legge.get(i).await.json();
    assert_eq!(velato["servizioPagoPa"], json!({"urlRPT": "http://n", "auth": {"username": "u"}}));
    let chiaro = entrambi.get(i).await.testo().to_owned();
    assert!(segreti.iter().all(|s| chiaro.contains(s)), "{chiaro}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_segreti_non_stanno_in_chiaro_nel_file(#[values("servizio", "password")] quale: &str) {
    let mut app = TestApp::nuova(Backend::Lite).await;
    Anagrafica::standard().crea(&app).await;
    let segreto = "Riconoscibile-7c1e9";
    let corpo = match quale {
        "servizio" => json!({"principal": "x", "servizioIntegrazione": {
            "url": "http://e", "versioneApi": "REST v1", "auth": {"apiId": "i", "apiKey": segreto}}}),
        _ => json!({"principal": "x", "password": segreto}),
    };
    salva(&app.backoffice(), "/applicazioni/X", &corpo, 201).await;
    let file = app.file().expect("SQLite");
    app.spegni().await;
    for entry in std::fs::read_dir(file.parent().expect("la cartella")).expect("si legge") {
        let byte = std::fs::read(entry.expect("una voce").path()).expect("si legge");
        assert!(!byte.windows(segreto.len()).any(|w| w == segreto.as_bytes()));
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_ha_un_dominio_solo_non_da_ne_tocca_altro(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let a = Anagrafica::standard().crea(&app).await;
    let bo = app.backoffice();
    let altro = json!({"ragioneSociale": "B", "intermediato": false, "abilitato": true, "scaricaFr": false});
    salva(&bo, "/domini/12345678902", &altro, 201).await;
    salva(&bo, "/tipiPendenza/IMU", &json!({"descrizione": "Imposta"}), 201).await;
    let rw = ["R", "W"];
    let c = chiamante(
        &app,
        "DI-A",
        json!({
            "domini": [a.dominio], "tipiPendenza": ["TARI"],
            "acl": [acl("Anagrafica Creditore", &rw), acl("Anagrafica Applicazioni", &rw)]
        }),
    )
    .await;
    let testa = "Applicazione [DI-A] non autorizzata ad accedere alla risorsa richiesta";
    let negato = |coda: &str| (403, "403000".to_owned(), format!("{testa}{coda}"));
    // Garbage first, scope then.
    assert_eq!(c.put("/domini/12345678902", &json!({"x": 1})).await.stato(), 400);
    let fuori = negato(" per il Dominio [12345678902].");
    assert_eq!(c.put("/domini/12345678902", &altro).await.errore(), fuori);
    assert_eq!(c.get("/domini/12345678902").await.errore(), fuori);
    assert_eq!(c.get("/domini/12345678902/logo").await.errore(), fuori);
    assert_eq!(c.put("/domini/12345678902/entrate/IGNOTA", &json!({})).await.errore(), fuori);
    let nuovo = negato(": L'utenza non possiede i diritti per creare nuovi Enti Creditori.");
    assert_eq!(c.put("/domini/12345678903", &altro).await.errore(), nuovo);
    // Scope comes before an unknown dominio.
    assert_eq!(
        c.put("/domini/12345678903/contiAccredito/IT00X1", &json!({})).await.errore(),
        negato(" per il Dominio [12345678903].")
    );
    assert_eq!(c.get(&format!("/domini/{}", a.dominio)).await.stato(), 200);
    assert_eq!(c.put(&format!("/domini/{}/contiAccredito/IT00X1", a.dominio), &json!({})).await.stato(), 201);
    // Inside a body, only the types that are one's own.
    let tipi = c.get(&format!("/domini/{}", a.dominio)).await.json()["tipiPendenza"].clone();
    let id: Vec<&Value> = tipi.as_array().into_iter().flatten().map(|t| &t["idTipoPendenza"]).collect();
    assert_eq!(id, [&json!("TARI")]);
    // Types.
    let imu = negato(" per il TipoPendenza [IMU].");
    assert_eq!(c.put("/tipiPendenza/IMU", &json!({"descrizione": "x"})).await.errore(), imu);
    assert_eq!(c.get("/tipiPendenza/IMU").await.errore(), imu);
    assert_eq!(c.put(&format!("/domini/{}/tipiPendenza/IMU", a.dominio), &json!({})).await.errore(), imu);
    assert_eq!(c.put("/tipiPendenza/NUOVO", &json!({"descrizione": "x"})).await.stato(), 403);
    assert_eq!(c.put("/tipiPendenza/TARI", &json!({"descrizione": "x"})).await.stato(), 200);
    // What one does not have, one does not give.
    let dominio = negato(": l'ente creditore non e' tra quelli associati all'utenza.");
    let tipo = negato(": il tipo pendenza non e' tra quelli associati all'utenza.");
    for (ambito, atteso) in [
        (json!({"domini": ["*"]}), Some(&dominio)),
        (json!({"domini": ["12345678902"]}), Some(&dominio)),
        (json!({"tipiPendenza": ["*"]}), Some(&tipo)),
        (json!({"tipiPendenza": ["IMU"]}), Some(&tipo)),
        (json!({"tipiPendenza": ["autodeterminazione"]}), Some(&tipo)),
        (json!({"domini": [a.dominio], "tipiPendenza": ["TARI"]}), None),
    ] {
        let r = c.put("/applicazioni/FIGLIA", &con(&json!({"principal": "figlia"}), &ambito)).await;
        match atteso {
            Some(atteso) => assert_eq!(&r.errore(), atteso, "{ambito}"),
            None => assert_eq!(r.stato(), 201, "{ambito}"),
        }
    }
}
