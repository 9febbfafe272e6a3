//! Callers that are slow, silent or gone: the others are served.

use super::*;
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use rstest::rstest;
use testkit::{CCP, GESTIONALE, NODO, PENDENZE, buste};

fn testa(metodo: &str, percorso: &str, utente: (&str, &str), tipo: &str, lunghezza: usize) -> String {
    let credenziali = BASE64_STANDARD.encode(format!("{}:{}", utente.0, utente.1));
    format!(
        "{metodo} {percorso} HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credenziali}\r\n\
         Content-Type: {tipo}\r\nContent-Length: {lunghezza}\r\n\r\n"
    )
}

fn testa_put(id: &str, lunghezza: usize) -> String {
    let percorso = format!("{PENDENZE}/pendenze/GESTIONALE/{id}");
    testa("PUT", &percorso, GESTIONALE, "application/json", lunghezza)
}

async fn connetti(app: &TestApp) -> TcpStream {
    TcpStream::connect(indirizzo(app)).await.unwrap()
}

/// Five calls, each within two seconds, whatever the others do.
async fn serve_gli_altri(app: &TestApp, da: u64) {
    for i in 0..5 {
        let prima = Instant::now();
        put(app, &format!("ALTRI{}", da + i), &buste::avviso(da + i)).await.con_stato(201);
        assert_eq!(esito(&app.nodo().soap(&buste::verifica(&buste::avviso(da + i))).await), "OK");
        assert!(prima.elapsed() < Duration::from_secs(2), "{:?}", prima.elapsed());
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn trecento_connessioni_che_tacciono(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.http.header_timeout_seconds = 3).await;
    Anagrafica::standard().crea(&app).await;
    let mut mute = Vec::new();
    for i in 0..300 {
        let mut s = connetti(&app).await;
        match i % 3 {
            0 => {}
            1 => s.write_all(b"GET /health/live HTTP/1.1\r\nHost: x\r\nX-Lenta: ").await.unwrap(),
            // A body that is announced and never comes.
            _ => s.write_all(testa_put(&format!("MUTA{i}"), 500).as_bytes()).await.unwrap(),
        }
        mute.push(s);
    }
    serve_gli_altri(&app, 100).await;
    // Those that never finish their headers are let go.
    let prima = Instant::now();
    for s in mute.iter_mut().enumerate().filter(|(i, _)| i % 3 != 2).map(|(_, s)| s) {
        leggi_tutto(s).await;
    }
    assert!(prima.elapsed() < Duration::from_secs(10), "{:?}", prima.elapsed());
    drop(mute);
    serve_gli_altri(&app, 200).await;
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/MUTA2").await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_occupa_tutti_i_posti_li_perde(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::con(backend, |c| {
        c.http.header_timeout_seconds = 1;
        c.http.max_connections = 20;
        c.api.request_timeout_seconds = 2;
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let mut mute = Vec::new();
    for i in 0..60 {
        let mut s = connetti(&app).await;
        if i < 30 {
            let _ = s.write_all(testa_put("MUTA", 500).as_bytes()).await;
        }
        mute.push(s);
    }
    let prima = Instant::now();
    put(&app, "P1", &buste::avviso(1)).await.con_stato(201);
    assert!(prima.elapsed() < Duration::from_secs(20), "{:?}", prima.elapsed());
    assert_eq!(app.applicazione().get("/pendenze/GESTIONALE/MUTA").await.stato(), 404);
}

/// A body that never ends has an answer all the same.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_corpo_che_non_finisce_ha_un_limite_di_tempo(#[values(Backend::Lite)] backend: Backend) {
    let app = TestApp::con(backend, |c| c.api.request_timeout_seconds = 3).await;
    Anagrafica::standard().crea(&app).await;
    // Known callers: recognising them takes no time.
    serve_gli_altri(&app, 1).await;
    for (t, stato, testo) in [
        (testa_put("LENTA", 1000), 400, "Body della richiesta incompleto"),
        (testa("POST", CCP, NODO, "text/xml", 1000), 500, "<faultcode>soap:Client</faultcode>"),
    ] {
        let mut s = connetti(&app).await;
        s.write_all(t.as_bytes()).await.unwrap();
        s.write_all(b"{\"causale\":").await.unwrap();
        let prima = Instant::now();
        let r = leggi_tutto(&mut s).await;
        assert!(prima.elapsed() < Duration::from_secs(10), "{:?}", prima.elapsed());
        assert!(r.starts_with(&format!("HTTP/1.1 {stato} ")) && r.contains(testo), "{r}");
    }
    serve_gli_altri(&app, 100).await;
}

/// Gone half way through the body: nothing is written of it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_se_ne_va_a_meta_del_corpo_non_scrive_niente(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    for i in 0..50u64 {
        let corpo = corpo(&buste::avviso(i)).to_string();
        let mut s = connetti(&app).await;
        s.write_all(testa_put(&format!("META{i}"), corpo.len()).as_bytes()).await.unwrap();
        s.write_all(&corpo.as_bytes()[..corpo.len() - 1]).await.unwrap();
        if i % 2 == 0 {
            // With a reset instead of an orderly end.
            s.set_zero_linger().unwrap();
        }
    }
    serve_gli_altri(&app, 1000).await;
    for i in 0..50 {
        let r = app.applicazione().get(&format!("/pendenze/GESTIONALE/META{i}")).await;
        assert_eq!(r.stato(), 404, "{i}");
    }
    put(&app, "META1", &buste::avviso(1)).await.con_stato(201);
}

/// Gone before the answer: all or nothing was written, and asking again tells which.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_se_ne_va_prima_della_risposta_puo_richiedere(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    for i in 0..60u64 {
        let corpo = corpo(&buste::avviso(i)).to_string();
        let mut s = connetti(&app).await;
        s.set_zero_linger().unwrap();
        s.write_all(format!("{}{corpo}", testa_put(&format!("VIA{i}"), corpo.len())).as_bytes())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_micros(i * 150)).await;
        drop(s);
    }
    for i in 0..60u64 {
        let r = put(&app, &format!("VIA{i}"), &buste::avviso(i)).await;
        assert!(matches!(r.stato(), 200 | 201), "{i}: {}", r.testo());
    }
    // The same with a receipt: the Node that lost the answer sends it again.
    for i in 0..60u64 {
        let n = buste::avviso(i);
        assert_eq!(esito(&app.nodo().soap(&buste::attiva(&n)).await), "OK");
        let b = buste::ricevuta(&n, &format!("R{i}"));
        let mut s = connetti(&app).await;
        s.set_zero_linger().unwrap();
        s.write_all(format!("{}{b}", testa("POST", CCP, NODO, "text/xml", b.len())).as_bytes())
            .await
            .unwrap();
        tokio::time::sleep(Duration::from_micros(i * 150)).await;
        drop(s);
        let e = esito(&app.nodo().soap(&b).await);
        assert!(matches!(e.as_str(), "OK" | "KO PAA_RECEIPT_DUPLICATA"), "{i}: {e}");
        let e = esito(&app.nodo().soap(&b).await);
        assert_eq!(e, "KO PAA_RECEIPT_DUPLICATA", "{i}");
        let p = dettaglio(&app, &format!("VIA{i}")).await;
        assert_eq!((&p["stato"], p["rpp"].as_array().unwrap().len()), (&json!("ESEGUITA"), 1), "{p}");
    }
}

/// Gone while a large answer is on its way.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_se_ne_va_a_meta_della_risposta(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend).await;
    let mut grande = corpo(&buste::avviso(1));
    grande["datiAllegati"] = json!({ "testo": "x".repeat(4 << 20) });
    app.applicazione().put(&percorso("P1"), &grande).await.con_stato(201);
    let credenziali = BASE64_STANDARD.encode(format!("{}:{}", GESTIONALE.0, GESTIONALE.1));
    let get = format!(
        "GET {PENDENZE}/pendenze/GESTIONALE/P1 HTTP/1.1\r\nHost: x\r\nAuthorization: Basic {credenziali}\r\n\r\n"
    );
    let mut ferme = Vec::new();
    for i in 0..40 {
        let mut s = connetti(&app).await;
        s.write_all(get.as_bytes()).await.unwrap();
        let mut inizio = [0; 1000];
        s.read_exact(&mut inizio).await.unwrap();
        assert!(inizio.starts_with(b"HTTP/1.1 200 "), "{}", String::from_utf8_lossy(&inizio));
        // Half of them go away, half stay without reading.
        if i % 2 == 0 {
            ferme.push(s);
        }
    }
    serve_gli_altri(&app, 100).await;
    assert_eq!(dettaglio(&app, "P1").await["datiAllegati"]["testo"].as_str().unwrap().len(), 4 << 20);
    drop(ferme);
    serve_gli_altri(&app, 200).await;
}
