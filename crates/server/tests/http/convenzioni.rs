//! What all doors have in common (spec 10 sections 1 to 3): addresses, refusals, transaction id, bad
//! input, certificates, shutdown.

use api::convenzioni::{ImpostazioniApi, StatoApi};
use axum::Router;
use axum::routing::get;
use http::{Method, Request, StatusCode};
use rcgen::{BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::HashSet;
use std::io::Write as _;
use std::net::SocketAddr;
use std::time::Duration;
use testkit::{AMMINISTRATORE, Anagrafica, BACKOFFICE, Backend, CCP, GESTIONALE, PENDENZE, TestApp};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tower::ServiceExt as _;

const BASI: [(&str, &str); 4] = [
    ("/govpay/backend/api/backoffice", "v1"),
    ("/govpay-api-backoffice", "v1"),
    ("/govpay/backend/api/pendenze", "v2"),
    ("/govpay-api-pendenze", "v2"),
];

fn non_autenticata() -> Value {
    json!({
        "categoria": "AUTORIZZAZIONE", "codice": "401", "descrizione": "Autenticazione richiesta.",
        "dettaglio": "Credenziali assenti o non valide"
    })
}

/// What a server says to bytes written by hand.
async fn grezzo(app: &TestApp, byte: &[u8]) -> String {
    let indirizzo: SocketAddr = app.url().trim_start_matches("http://").parse().unwrap();
    let mut s = TcpStream::connect(indirizzo).await.unwrap();
    s.write_all(byte).await.unwrap();
    let mut risposta = Vec::new();
    let _ = tokio::time::timeout(Duration::from_secs(20), s.read_to_end(&mut risposta)).await;
    String::from_utf8_lossy(&risposta).into_owned()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn senza_credenziali_si_ha_lo_stesso_401_a_tutti_gli_indirizzi(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    for (base, v) in BASI {
        for percorso in [format!("{base}/rs/basic/{v}/profilo"), format!("{base}/rs/ssl/{v}/profilo")] {
            let r = app.cliente(&percorso).get("").await;
            assert_eq!((r.stato(), r.json()), (401, non_autenticata()), "{percorso}");
            assert_eq!(r.intestazione("WWW-Authenticate"), None, "{percorso}");
            let r = app.cliente(&percorso).come(AMMINISTRATORE.0, "sbagliata").get("").await;
            assert_eq!((r.stato(), r.json()), (401, non_autenticata()), "{percorso}");
        }
        let r = app.cliente(base).get("/profilo").await;
        assert_eq!((r.stato(), r.json()), (401, non_autenticata()), "{base}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_famiglie_non_abilitate_e_gli_indirizzi_non_mappati_sono_403(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| c.api.pendenze_families = vec!["basic".to_owned()]).await;
    let admin = app.cliente("").come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    for percorso in [
        "/govpay/backend/api/backoffice/rs/header/v1/profilo",
        "/govpay/backend/api/backoffice/rs/spid/v1/profilo",
        "/govpay/backend/api/backoffice/rs/session/v1/profilo",
        "/govpay/backend/api/backoffice/rs/v1/profilo",
        "/govpay/backend/api/backoffice/rs/boh/v1/profilo",
        "/govpay/backend/api/backoffice/rs",
        "/govpay/backend/api/backoffice",
        "/govpay-api-pendenze/rs/ssl/v2/info",
        "/govpay-api-pendenze/rs/apikey/v1/pendenze",
    ] {
        let r = admin.get(percorso).await;
        let (stato, codice, _) = r.errore();
        assert_eq!((stato, codice.as_str()), (403, "403"), "{percorso}");
        assert_eq!(r.json()["descrizione"], "Richiesta non autorizzata.", "{percorso}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_percorso_che_non_c_e_si_dice_solo_a_chi_si_e_fatto_riconoscere(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let admin = app.cliente("").come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    for (base, v) in BASI {
        for percorso in [
            format!("{base}/rs/basic/{v}/nulla"),
            format!("{base}/rs/basic/{v}/nulla/a%2Fb"),
            format!("{base}/rs/basic/{v}"),
            format!("{base}/rs/basic/v9/info"),
            format!("{base}/nulla"),
        ] {
            let r = admin.get(&percorso).await;
            let (stato, codice, _) = r.errore();
            assert_eq!((stato, codice.as_str()), (404, "404000"), "{percorso}");
            assert_eq!(r.json()["categoria"], "OPERAZIONE", "{percorso}");
            assert_eq!(admin.anonimo().get(&percorso).await.stato(), 401, "{percorso}");
        }
    }
    assert_eq!(admin.anonimo().get("/nulla").await.errore().1, "404000");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn info_salute_e_metriche_sono_aperte(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let anonimo = app.cliente("");
    for (base, v) in BASI {
        for famiglia in ["basic", "ssl"] {
            let r = anonimo.get(&format!("{base}/rs/{famiglia}/{v}/info")).await.con_stato(200);
            assert_eq!(r.json()["appName"], "GovPay");
        }
    }
    for percorso in ["/health/live", "/health/ready"] {
        assert_eq!(anonimo.get(percorso).await.con_stato(200).json(), json!({"stato": "ok"}));
    }
    assert!(anonimo.get("/metrics").await.con_stato(200).testo().contains("govpay_db_letture_total"));
    let pagina = anonimo.get("/").await.con_stato(200);
    assert!(pagina.testo().contains("<html lang=\"it\">") && pagina.testo().contains("<main>"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_risposta_ha_il_suo_id_di_transazione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.api.max_body_bytes = 1000).await;
    let bo = app.backoffice();
    let grande = json!({ "ragioneSociale": "x".repeat(2000) });
    let dominio = "/domini/12345678901";
    let immagine = bo.richiesta(Method::GET, dominio).header("Accept", "image/png");
    let risposte = [
        (200, app.cliente("/health/live").get("").await),
        (200, bo.get("/info").await),
        (400, bo.grezzo(Method::PUT, dominio, "application/json", "{").await),
        (401, bo.anonimo().get(dominio).await),
        (403, app.cliente("/govpay-api-backoffice/rs/header/v1/profilo").get("").await),
        (404, bo.get("/nulla").await),
        (405, bo.json(Method::DELETE, dominio, &json!({})).await),
        (406, bo.manda(immagine).await),
        (413, bo.put(dominio, &grande).await),
        (415, bo.grezzo(Method::PUT, dominio, "text/plain", "{}").await),
        (404, app.cliente("/nulla").get("").await),
        (401, app.cliente(CCP).soap("<x/>").await),
    ];
    let mut visti = HashSet::new();
    for (atteso, r) in risposte {
        let r = r.con_stato(atteso);
        assert_eq!(r.transazione().len(), 36);
        assert!(visti.insert(r.transazione().to_owned()), "ripetuto con {atteso}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_rifiuti_hanno_il_corpo_della_tabella(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.api.max_body_bytes = 20_000;
        c.api.max_inflated_body_bytes = 40_000;
    })
    .await;
    let bo = app.backoffice();
    let dominio = "/domini/12345678901";
    let tabella = |stato: u16, codice: &str, descrizione: &str| {
        (stato, json!({ "categoria": "RICHIESTA", "codice": codice, "descrizione": descrizione }))
    };

    let r = bo.manda(bo.richiesta(Method::GET, dominio).header("Accept", "image/png")).await;
    let atteso = tabella(406, "406000", "Risorsa non disponibile nel formato richiesto");
    assert_eq!((r.stato(), r.json()), atteso);

    let troppo = tabella(413, "413", "Body della richiesta troppo grande");
    let r = bo.grezzo(Method::PUT, dominio, "application/json", vec![b' '; 20_001]).await;
    assert_eq!((r.stato(), r.json()), troppo);
    let a_pezzi = futures_util::stream::iter((0..30).map(|_| Ok::<_, std::io::Error>(vec![b' '; 1000])));
    let r = bo.grezzo(Method::PUT, dominio, "application/json", reqwest::Body::wrap_stream(a_pezzi)).await;
    assert_eq!((r.stato(), r.json()), troppo);

    let r = bo.json(Method::DELETE, dominio, &json!({})).await;
    assert_eq!((r.stato(), r.testo()), (405, ""));
    assert!(r.intestazione("Allow").is_some_and(|a| a.contains("GET") && a.contains("PUT")));
    let r = bo.grezzo(Method::PUT, dominio, "text/xml", "<a/>").await;
    assert_eq!((r.stato(), r.testo()), (415, ""));
    let r = bo.richiesta(Method::PUT, dominio).header("Content-Encoding", "br").body("{}");
    assert_eq!(bo.manda(r).await.stato(), 415);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_corpo_malformato_e_un_400_che_dice_perche(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    for (corpo, testo) in [
        (&b""[..], "No content to map due to end-of-input"),
        (b" \n ", "No content to map due to end-of-input"),
        (b"{", "JSON non valido"),
        (b"{\"ragioneSociale\":\"\xff\xfe\"}", "Invalid UTF-8"),
        (b"[]", "Cannot deserialize value of type object from Array value"),
        (b"{\"boh\":null}", "Unrecognized field \"boh\""),
        (b"{\"ragioneSociale\":\"\\u0000\"}", "carattere nullo"),
        (b"{\"abilitato\":\"si\"}", "(through reference chain: [\"abilitato\"])"),
    ] {
        let r = bo.grezzo(Method::PUT, "/domini/12345678901", "application/json", corpo).await;
        let (stato, codice, dettaglio) = r.errore();
        assert_eq!((stato, codice.as_str()), (400, "SINTASSI"), "{}", r.testo());
        assert!(dettaglio.contains(testo), "{dettaglio}");
    }
    let profondo = "[".repeat(200_000);
    assert_eq!(bo.grezzo(Method::PUT, "/domini/1", "application/json", profondo).await.stato(), 400);
    assert_eq!(bo.get("/domini/%00").await.stato(), 400);
    assert_eq!(bo.get("/domini/%ff").await.stato(), 400);
}

fn gzip(byte: &[u8]) -> Vec<u8> {
    let mut e = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    e.write_all(byte).unwrap();
    e.finish().unwrap()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_corpo_compresso_si_legge_ma_una_bomba_no(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let bo = app.backoffice();
    let manda = |corpo: Vec<u8>| {
        let r = bo.richiesta(Method::PUT, "/intermediari/11111111113");
        bo.manda(r.header("Content-Type", "application/json").header("Content-Encoding", "gzip").body(corpo))
    };
    let (_, codice, dettaglio) = manda(gzip(b"{\"boh\":1}")).await.errore();
    assert_eq!(codice, "SINTASSI");
    assert!(dettaglio.contains("\"boh\""), "{dettaglio}");
    assert_eq!(manda(b"non e' gzip".to_vec()).await.errore().1, "SINTASSI");
    let mut tronco = gzip(&[b'x'; 5000]);
    tronco.truncate(20);
    assert_eq!(manda(tronco).await.errore().1, "SINTASSI");
    let bomba = gzip(&vec![b' '; 200 * 1024 * 1024]);
    assert!(bomba.len() < 1024 * 1024);
    assert_eq!(manda(bomba).await.errore().1, "413");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_non_ha_il_diritto_lo_sa_prima_che_il_corpo_sia_letto(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let applicazione = app.cliente(BACKOFFICE).come(GESTIONALE.0, GESTIONALE.1);
    let operatore = app.cliente(PENDENZE).come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let testo = |chi: &str| format!("{chi} ad accedere alla risorsa richiesta.");
    for (r, chi) in [
        (
            applicazione.grezzo(Method::PUT, "/domini/12345678901", "application/json", "{").await,
            "Applicazione [GESTIONALE] non autorizzata",
        ),
        (
            operatore.grezzo(Method::PUT, "/pendenze/GESTIONALE/1", "text/plain", "{").await,
            "Operatore [gpadmin] non autorizzato",
        ),
    ] {
        let atteso = json!({
            "categoria": "AUTORIZZAZIONE", "codice": "403000", "descrizione": "Operazione non autorizzata",
            "dettaglio": testo(chi)
        });
        assert_eq!((r.stato(), r.json()), (403, atteso));
    }
    // The headers alone are enough: the body never comes.
    let credenziali = "Z2VzdGlvbmFsZTpHZXN0aW9uYWxlMQ==";
    let testa = format!(
        "PUT {BACKOFFICE}/domini/12345678901 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 1000\r\n\
         Authorization: Basic {credenziali}\r\n\r\n"
    );
    assert!(grezzo(&app, testa.as_bytes()).await.starts_with("HTTP/1.1 403 "));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_post_puo_fare_da_put_e_da_patch_sulle_pendenze(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    let a = app.applicazione();
    let con = |imposto: Option<&'static str>| {
        let mut r =
            a.richiesta(Method::POST, "/pendenze/GESTIONALE/1").header("Content-Type", "application/json");
        if let Some(m) = imposto {
            r = r.header("X-HTTP-Method-Override", m);
        }
        a.manda(r.body("{\"boh\":1}"))
    };
    assert_eq!(con(Some("PUT")).await.errore().1, "SINTASSI");
    assert_eq!(con(Some("PATCH")).await.errore().1, "SINTASSI");
    for no in [None, Some("DELETE"), Some("put"), Some("GET")] {
        assert_eq!(con(no).await.stato(), 405, "{no:?}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_intestazioni_escono_con_le_maiuscole(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let r = grezzo(&app, b"GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    for nome in ["Content-Type: ", "Content-Length: ", "Date: ", "X-Govpay-Idtransazione: "] {
        assert!(r.contains(&format!("\r\n{nome}")), "{nome} in {r}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_non_finisce_le_intestazioni_viene_lasciato(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.http.header_timeout_seconds = 1;
        c.http.max_header_bytes = 8192;
    })
    .await;
    let prima = std::time::Instant::now();
    let r = grezzo(&app, b"GET /health/live HTTP/1.1\r\nHost: x\r\n").await;
    assert!(!r.contains("200 OK") && prima.elapsed() < Duration::from_secs(10), "{r}");
    let lunghe = format!("GET / HTTP/1.1\r\nHost: x\r\nX-Lunga: {}\r\n\r\n", "x".repeat(20_000));
    assert!(grezzo(&app, lunghe.as_bytes()).await.starts_with("HTTP/1.1 431 "));
    assert!(grezzo(&app, b"\x16\x03\x01 non e' HTTP\r\n\r\n").await.starts_with("HTTP/1.1 400 "));
    assert_eq!(app.cliente("/health/live").get("").await.stato(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_panico_e_un_ritardo_sono_errori_interni_del_contratto(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let imp = ImpostazioniApi { scadenza: Duration::from_millis(200), ..ImpostazioniApi::default() };
    let rotte = Router::new()
        .route(
            "/panico",
            get(|| async {
                if true {
                    panic!("segreto")
                }
            }),
        )
        .route("/lento", get(|| tokio::time::sleep(Duration::from_secs(30))));
    let router = api::router(StatoApi::nuovo(app.engine().clone(), imp), rotte);
    for percorso in ["/panico", "/lento"] {
        let richiesta = Request::get(percorso).body(axum::body::Body::empty()).unwrap();
        let r = router.clone().oneshot(richiesta).await.unwrap();
        assert_eq!(r.status(), StatusCode::INTERNAL_SERVER_ERROR, "{percorso}");
        assert!(r.headers().contains_key("X-Govpay-IdTransazione"), "{percorso}");
        let corpo = axum::body::to_bytes(r.into_body(), 10_000).await.unwrap();
        let atteso = json!({ "categoria": "INTERNO", "codice": "INTERNAL", "descrizione": "Errore interno" });
        assert_eq!(serde_json::from_slice::<Value>(&corpo).unwrap(), atteso, "{percorso}");
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_chiusura_finisce_le_richieste_cominciate(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let mut app = TestApp::nuova(backend).await;
    let indirizzo: SocketAddr = app.url().trim_start_matches("http://").parse().unwrap();
    let mut cominciata = TcpStream::connect(indirizzo).await.unwrap();
    let credenziali = "Z3BhZG1pbjpQcm92YS0yMDI2LWFkbWlu";
    let corpo = "{\"boh\":1}";
    let testa = format!(
        "PUT {BACKOFFICE}/intermediari/11111111113 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credenziali}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        corpo.len()
    );
    cominciata.write_all(testa.as_bytes()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(300)).await;
    let finisce = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        // Stopping already: nobody else comes in.
        assert!(TcpStream::connect(indirizzo).await.is_err());
        cominciata.write_all(corpo.as_bytes()).await.unwrap();
        let mut risposta = Vec::new();
        cominciata.read_to_end(&mut risposta).await.unwrap();
        String::from_utf8(risposta).unwrap()
    };
    let ((), risposta) = tokio::join!(app.spegni(), finisce);
    assert!(risposta.starts_with("HTTP/1.1 400 ") && risposta.contains("\\\"boh\\\""), "{risposta}");
    app.avvia().await;
    assert_eq!(app.cliente("/health/ready").get("").await.stato(), 200);
}

struct Certificati {
    cartella: tempfile::TempDir,
    ca: String,
    cliente: reqwest::Identity,
    estraneo: reqwest::Identity,
}

fn certificati() -> Certificati {
    let autorita = |nome: &str| {
        let mut p = CertificateParams::new(Vec::new()).unwrap();
        p.distinguished_name.push(DnType::CommonName, nome);
        p.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let chiave = KeyPair::generate().unwrap();
        let pem = p.self_signed(&chiave).unwrap().pem();
        (Issuer::new(p, chiave), pem)
    };
    let cliente = |ca: &Issuer<'_, KeyPair>| {
        let mut p = CertificateParams::new(Vec::new()).unwrap();
        for (tipo, valore) in [
            (DnType::CountryName, "IT"),
            (DnType::OrganizationName, "Ente Creditore"),
            (DnType::CommonName, "gestionale-tls"),
        ] {
            p.distinguished_name.push(tipo, valore);
        }
        p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let chiave = KeyPair::generate().unwrap();
        let pem = p.signed_by(&chiave, ca).unwrap().pem();
        reqwest::Identity::from_pem(format!("{pem}{}", chiave.serialize_pem()).as_bytes()).unwrap()
    };
    let (ca, pem_ca) = autorita("CA di prova");
    let (altra, _) = autorita("CA di prova");
    let mut p = CertificateParams::new(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap();
    p.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let chiave = KeyPair::generate().unwrap();
    let server = p.signed_by(&chiave, &ca).unwrap();
    let cartella = tempfile::tempdir().unwrap();
    for (nome, testo) in
        [("server.pem", server.pem()), ("server.key", chiave.serialize_pem()), ("ca.pem", pem_ca.clone())]
    {
        std::fs::write(cartella.path().join(nome), testo).unwrap();
    }
    Certificati { cartella, ca: pem_ca, cliente: cliente(&ca), estraneo: cliente(&altra) }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_certificato_registrato_con_gli_attributi_in_altro_ordine_autentica(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let certificati = certificati();
    let file = |n: &str| certificati.cartella.path().join(n).display().to_string();
    let app = TestApp::con(backend, |c| {
        (c.tls.certificate, c.tls.key, c.tls.client_ca) =
            (file("server.pem"), file("server.key"), file("ca.pem"));
    })
    .await;
    let https = app.url().replace("http://", "https://");
    let con = |identita: Option<reqwest::Identity>| {
        let ca = reqwest::Certificate::from_pem(certificati.ca.as_bytes()).unwrap();
        let mut c = reqwest::Client::builder().no_proxy().tls_certs_only([ca]);
        if let Some(i) = identita {
            c = c.identity(i);
        }
        c.build().unwrap()
    };
    let applicazione = json!({
        "principal": "/CN=gestionale-tls/O=Ente Creditore/C=IT", "abilitato": true, "apiPendenze": true,
        "domini": ["*"], "tipiPendenza": ["*"]
    });
    let r = con(None)
        .put(format!("{https}{BACKOFFICE}/applicazioni/TLS"))
        .basic_auth(AMMINISTRATORE.0, Some(AMMINISTRATORE.1))
        .body(applicazione.to_string())
        .send()
        .await
        .unwrap();
    assert_eq!(r.status(), 201, "{}", r.text().await.unwrap());

    for percorso in [
        "/govpay/backend/api/pendenze/rs/ssl/v2/pendenze/TLS/1",
        "/govpay-api-pendenze/rs/ssl/v2/pendenze/TLS/1",
        "/govpay-api-pendenze/pendenze/TLS/1",
    ] {
        let url = format!("{https}{percorso}");
        let r = con(Some(certificati.cliente.clone())).get(&url).send().await.unwrap();
        assert_eq!(r.status(), 404, "{percorso}: {}", r.text().await.unwrap());
        let r = con(None).get(&url).send().await.unwrap();
        assert_eq!(r.status(), 401, "{percorso}");
    }
    // A certificate is no credential where Basic is asked; one that nobody of ours signed is refused.
    let url = format!("{https}/govpay-api-pendenze/rs/basic/v2/pendenze/TLS/1");
    assert_eq!(con(Some(certificati.cliente.clone())).get(&url).send().await.unwrap().status(), 401);
    assert!(con(Some(certificati.estraneo.clone())).get(&url).send().await.is_err());
}
