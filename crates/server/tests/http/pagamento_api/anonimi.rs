//! Whoever did not say who he is: the captcha on the real address, the UUID, the debtor, the PDF (spec 10 2.6,
//! spec 20 section 8).

use super::*;
use axum::Router;
use axum::extract::{Query, State};
use axum::routing::get;
use rstest::rstest;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use testkit::{Copione, StubEnte};

pub(crate) type Domande = Arc<Mutex<Vec<HashMap<String, String>>>>;

/// A verifier that gives a token the verdict that it names.
pub(crate) async fn verificatore() -> (String, Domande) {
    let domande = Domande::default();
    let risponde = async |State(d): State<Domande>, Query(q): Query<HashMap<String, String>>| {
        let verdetto = match q.get("response").map(String::as_str) {
            Some("buono") => json!({"success": true, "score": 0.5}).to_string(),
            Some("senza-punti") => json!({"success": "true"}).to_string(),
            Some("scarso") => json!({"success": true, "score": 0.49}).to_string(),
            Some("confuso") => "<html>".to_owned(),
            _ => json!({"success": false}).to_string(),
        };
        d.lock().expect("domande").push(q);
        verdetto
    };
    let router = Router::new().route("/siteverify", get(risponde)).with_state(Arc::clone(&domande));
    let ascolto = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("una porta");
    let url = format!("http://{}/siteverify", ascolto.local_addr().expect("indirizzo"));
    tokio::spawn(async move { axum::serve(ascolto, router).await });
    (url, domande)
}

const SPENTO: &str = "http://127.0.0.1:9/siteverify";
const JSON: (&str, &str) = ("Accept", "application/json");

pub(crate) async fn hardening(app: &TestApp, url: &str, nega_se_guasto: bool) {
    let sezione = json!({ "abilitato": true, "captcha": {
        "serverURL": url, "siteKey": "sito", "secretKey": "segreto", "soglia": 0.5,
        "parametro": "gRecaptchaResponse", "denyOnFail": nega_se_guasto, "connectionTimeout": 2000,
        "readTimeout": 2000
    }});
    let corpo = json!([{ "op": "REPLACE", "path": "/hardening", "value": sezione }]);
    app.backoffice().patch("/configurazioni", &corpo).await.con_stato(200);
}

#[track_caller]
fn negato(r: &Risposta, qui: &str) {
    let atteso = json!({
        "categoria": "AUTORIZZAZIONE", "codice": "403", "descrizione": "Richiesta non autorizzata.",
        "dettaglio": "Accesso anonimo non consentito",
    });
    assert_eq!((r.stato(), r.json()), (403, atteso), "{qui}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_l_hardening_l_avviso_vuole_il_captcha(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let avviso = carica(&app, "P1", &di(MARIO)).await;
    let dove = format!("/avvisi/{DOMINIO}/{avviso}");
    let chiesto = async |n: u32, query: &str| anonimo(&app, n, &format!("{dove}{query}"), &[JSON]).await;
    for n in [1, 2] {
        assert_eq!(chiesto(n, "").await.con_stato(200).json()["stato"], "NON_ESEGUITA", "spento: passa");
    }
    let (url, domande) = verificatore().await;
    hardening(&app, &url, true).await;
    for n in [1, 2] {
        let qui = |cosa: &str| format!("v{n} {cosa}");
        domande.lock().expect("domande").clear();
        negato(&chiesto(n, "").await, &qui("senza token"));
        negato(&chiesto(n, "?gRecaptchaResponse=").await, &qui("token vuoto"));
        assert_eq!(domande.lock().expect("domande").len(), 0, "senza token non si domanda");
        for token in ["buono", "senza-punti"] {
            chiesto(n, &format!("?gRecaptchaResponse={token}")).await.con_stato(200);
        }
        let in_testata = [JSON, ("gRecaptchaResponse", "buono"), ("X-Forwarded-For", "1.2.3.4, 5.6.7.8")];
        anonimo(&app, n, &dove, &in_testata).await.con_stato(200);
        let ultima = domande.lock().expect("domande").last().cloned().expect("una domanda");
        let attesa = [("secret", "segreto"), ("response", "buono"), ("remoteip", "1.2.3.4")];
        assert_eq!(ultima, attesa.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect());
        for token in ["scarso", "falso", "confuso"] {
            negato(&chiesto(n, &format!("?gRecaptchaResponse={token}")).await, &qui(token));
        }
        // Also for a notice that nobody has: who is not let in learns nothing.
        let ignoto = format!("/avvisi/{DOMINIO}/301000000000009999");
        negato(&anonimo(&app, n, &ignoto, &[JSON]).await, &qui("ignoto"));
        // Citizens and applicazioni have none.
        let spid = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
        chiede(&spid, &dove, &[JSON, ("X-SPID-FISCALNUMBER", MARIO)]).await.con_stato(200);
        chiede(&versione(&app, n), &dove, &[JSON]).await.con_stato(200);
    }
    // Away or not to be understood: as denyOnFail says. A verdict stays a verdict.
    hardening(&app, SPENTO, true).await;
    negato(&chiesto(1, "?gRecaptchaResponse=buono").await, "spento, nega");
    hardening(&app, SPENTO, false).await;
    chiesto(1, "?gRecaptchaResponse=buono").await.con_stato(200);
    negato(&chiesto(1, "").await, "spento, senza token");
    hardening(&app, &url, false).await;
    chiesto(2, "?gRecaptchaResponse=confuso").await.con_stato(200);
    negato(&chiesto(2, "?gRecaptchaResponse=falso").await, "falso");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_conosce_lo_uuid_passa_senza_captcha(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let (url, domande) = verificatore().await;
    hardening(&app, &url, true).await;
    let mut noti = Vec::new();
    for id in ["P1", "P2"] {
        let r = put(&app, id, &di(MARIO)).await.con_stato(201).json();
        let testo = |m: &str| r[m].as_str().expect("un testo").to_owned();
        noti.push((testo("numeroAvviso"), testo("UUID")));
    }
    let [(primo, uuid), (_, altro)] = <[_; 2]>::try_from(noti).expect("due");
    let dove = format!("/avvisi/{DOMINIO}/{primo}");
    for n in [1, 2] {
        let chiesto = async |query: &str| anonimo(&app, n, &format!("{dove}?{query}"), &[JSON]).await;
        chiesto(&format!("UUID={uuid}")).await.con_stato(200);
        assert_eq!(domande.lock().expect("domande").len(), 0, "non si domanda");
        // Another one's, a piece, none: the captcha decides.
        for query in [
            format!("UUID={altro}"),
            format!("UUID={}", &uuid[..31]),
            "UUID=".to_owned(),
            "UUID=%25".to_owned(),
        ] {
            negato(&chiesto(&query).await, &query);
        }
        negato(
            &anonimo(&app, n, &format!("/avvisi/{DOMINIO}/1?UUID={uuid}"), &[JSON]).await,
            "non e' un avviso",
        );
        chiesto(&format!("UUID={altro}&gRecaptchaResponse=buono")).await.con_stato(200);
        negato(&chiesto(&format!("UUID={altro}&gRecaptchaResponse=falso")).await, "falso");
        domande.lock().expect("domande").clear();
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_anonimo_non_stampa(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let ente = StubEnte::nuovo().await;
    let app = TestApp::con(backend, configura).await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let avviso = carica(&app, "P1", &di(MARIO)).await;
    let uuid =
        app.applicazione().get(&percorso("P1")).await.json()["UUID"].as_str().expect("UUID").to_owned();
    let dove = format!("/avvisi/{DOMINIO}/{avviso}");
    for n in [1, 2] {
        // Even right after the JSON, in whatever session, knowing the UUID.
        anonimo(&app, n, &dove, &[JSON]).await.con_stato(200);
        let cookie = ("Cookie", "JSESSIONID=xyz");
        for (percorso, altra) in [(dove.clone(), cookie), (format!("{dove}?UUID={uuid}"), ("Accept", "*/*"))]
        {
            for come in [("Accept", "application/pdf"), ("Content-Type", "application/pdf")] {
                let r = anonimo(&app, n, &percorso, &[come, altra]).await;
                assert_eq!(r.errore(), negata("ANONIMO", ""), "v{n} {percorso} {come:?}");
            }
        }
        // Nor what is at the ente, which is not asked for that.
        let altrove = format!("/avvisi/{DOMINIO}/301000000091234519");
        let r = anonimo(&app, n, &altrove, &[("Accept", "application/pdf")]).await;
        assert_eq!(r.errore(), negata("ANONIMO", ""), "v{n}");
        assert_eq!(anonimo(&app, n, &dove, &[("Accept", "image/png")]).await.stato(), 406);
    }
    assert_eq!(ente.ricevute().len(), 0);
    // Asked as JSON it is fetched and stays; printed it is not.
    let mut sua = con(&di(MARIO), "/numeroAvviso", json!("301000000091234519"));
    sua["idA2A"] = json!("GESTIONALE");
    sua["idPendenza"] = json!("E1");
    sua["stato"] = json!("NON_ESEGUITA");
    ente.sempre(Copione::Json(200, sua));
    let altrove = format!("/avvisi/{DOMINIO}/301000000091234519");
    let letto = anonimo(&app, 2, &altrove, &[]).await.con_stato(200).json();
    let membri: Vec<&String> = letto.as_object().expect("oggetto").keys().collect();
    // Nothing of the debtor.
    assert_eq!(membri, ["stato", "importo", "idDominio", "numeroAvviso", "descrizione", "qrcode"]);
    assert_eq!(anonimo(&app, 2, &altrove, &[("Accept", "application/pdf")]).await.stato(), 403);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_debitore_si_deve_conoscere_se_e_detto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |c| c.api.anonimo_verifica_debitore = true).await;
    let dove = format!("/avvisi/{DOMINIO}/{}", carica(&app, "P1", &di(MARIO)).await);
    let altro = "Utenza non autorizzata, il codice fiscale del debitore non corrisponde a quello indicato nella \
                 pendenza.";
    let ignoto = format!("/avvisi/{DOMINIO}/301000000000009999");
    for n in [1, 2] {
        for coda in ["", "?idDebitore=", "?idDebitore=%20"] {
            for percorso in [&dove, &ignoto] {
                let r = anonimo(&app, n, &format!("{percorso}{coda}"), &[JSON]).await;
                assert_eq!(r.errore(), errore(403, "403000", altro), "v{n} {percorso}{coda}");
            }
        }
        for codice in [LUCIA, &MARIO[..15], "ANONIMO"] {
            let r = anonimo(&app, n, &format!("{dove}?idDebitore={codice}"), &[JSON]).await;
            assert_eq!(r.errore(), errore(403, "403000", altro), "v{n} {codice}");
        }
        for codice in [MARIO, &MARIO.to_lowercase()] {
            anonimo(&app, n, &format!("{dove}?idDebitore={codice}"), &[JSON]).await.con_stato(200);
        }
        let r = anonimo(&app, n, &format!("{ignoto}?idDebitore={MARIO}"), &[JSON]).await.con_stato(200);
        assert_eq!(r.json()["stato"], "SCONOSCIUTA");
        // Who said who he is has not to.
        chiede(&versione(&app, n), &dove, &[JSON]).await.con_stato(200);
        let spid = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
        chiede(&spid, &dove, &[JSON, ("X-SPID-FISCALNUMBER", MARIO)]).await.con_stato(200);
    }
}
