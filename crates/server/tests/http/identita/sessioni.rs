//! Sessions of people whose identity changes meanwhile, or is as long as it may be (spec 10 2.4, 5).

use super::{BACKOFFICE, con, non_autenticata, sessione};
use engine::chiamante::Metodo;
use rstest::rstest;
use secrecy::SecretString;
use serde_json::json;
use testkit::{AMMINISTRATORE, Backend, Cliente, TestApp};

const PASSWORD: &str = "Cambiata-2026";

fn segreta(t: &str) -> SecretString {
    SecretString::from(t.to_owned())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_login_con_la_password_di_prima_non_vince_la_gara(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::nuova(backend).await;
    let engine = app.engine();
    let entra = async |password: &str| {
        let password = segreta(password);
        engine.autentica_password(AMMINISTRATORE.0, &password, Metodo::Basic, None).await.expect("si legge")
    };
    // What a node knows that has not yet heard of the new password.
    let di_prima = entra(AMMINISTRATORE.1).await.expect("giusta");
    assert!(engine.apri_sessione(&di_prima).await.expect("si scrive").is_some());
    engine.imposta_password(AMMINISTRATORE.0, &segreta(PASSWORD)).await.expect("cambiata");
    assert!(engine.apri_sessione(&di_prima).await.expect("si scrive").is_none());
    assert!(entra(AMMINISTRATORE.1).await.is_none());
    let di_adesso = entra(PASSWORD).await.expect("giusta");
    assert!(engine.apri_sessione(&di_adesso).await.expect("si scrive").is_some());

    // Who comes by something else than a password has none, and opens a session all the same.
    let bo = app.backoffice().come(AMMINISTRATORE.0, PASSWORD);
    let operatore = json!({"ragioneSociale": "Senza", "abilitato": true});
    bo.put("/operatori/senza", &operatore).await.con_stato(201);
    let senza = engine.autentica_principal("senza", Metodo::Header).await.expect("si legge").expect("c'e'");
    assert!(engine.apri_sessione(&senza).await.expect("si scrive").is_some());
    bo.patch("/operatori/senza", &json!([{"op": "REPLACE", "path": "/password", "value": PASSWORD}]))
        .await
        .con_stato(200);
    assert!(engine.apri_sessione(&senza).await.expect("si scrive").is_none());
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn molti_login_insieme_lasciano_due_sessioni(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app =
        TestApp::con(backend, |c| c.auth_families = ["basic", "form"].map(str::to_owned).to_vec()).await;
    let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
    let admin = form.come(AMMINISTRATORE.0, AMMINISTRATORE.1);
    let insieme = (0..12).map(|_| admin.get("/profilo"));
    let mut vive = 0;
    for r in futures_util::future::join_all(insieme).await {
        let cookie = format!("JSESSIONID={}", sessione(&r.con_stato(200)).expect("il cookie"));
        vive += usize::from(con(&form, "/profilo", &[("Cookie", &cookie)]).await.stato() == 200);
    }
    assert_eq!(vive, 2);
}

/// A text that no database can make shorter.
fn incomprimibile(caratteri: usize) -> String {
    let mut x = 0x9e37_79b9_7f4a_7c15_u64;
    let alfabeto: Vec<char> = ('a'..='z').chain('A'..='Z').chain('0'..='9').collect();
    let uno = |_| {
        x ^= x << 13;
        x ^= x >> 7;
        x ^= x << 17;
        alfabeto[usize::try_from(x % 62).expect("piccolo")]
    };
    (0..caratteri).map(uno).collect()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_principal_puo_avere_quattromila_caratteri(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = TestApp::con(backend, |c| {
        c.auth_families = ["basic", "form", "apikey", "header"].map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.header_names = vec!["X-Utente".to_owned()];
    })
    .await;
    let bo = app.backoffice();
    let (lungo, troppo) = (incomprimibile(4000), incomprimibile(4001));
    let corpo = |p: &str| json!({"principal": p, "password": PASSWORD});
    bo.put("/applicazioni/LUNGA", &corpo(&lungo)).await.con_stato(201);
    assert_eq!(bo.get("/applicazioni/LUNGA").await.con_stato(200).json()["principal"], lungo.as_str());
    let r = bo.put("/applicazioni/ALTRA", &corpo(&lungo)).await.errore();
    let preso = "Impossibile aggiungere l'Applicazione [ALTRA], il Principal indicato non e' disponibile.";
    assert_eq!(r, (422, "SEMANTICA".to_owned(), preso.to_owned()));
    let r = bo.put("/applicazioni/ALTRA", &corpo(&troppo)).await.errore();
    let lunghezza = format!(
        "Il valore [{}...] del campo principal non rispetta la lunghezza massima di 4000 caratteri.",
        &troppo[..1000]
    );
    assert_eq!(r, (400, "SINTASSI".to_owned(), lunghezza));
    let operatore = json!({"ragioneSociale": "Lungo", "abilitato": true, "password": PASSWORD});
    let altro = format!("{}+{}", &lungo[..2000], &lungo[2001..]);
    bo.put(&format!("/operatori/{}", altro.replace('+', "%2B")), &operatore).await.con_stato(201);
    let r = bo.put(&format!("/operatori/{troppo}"), &operatore).await.errore();
    assert_eq!((r.0, r.1.as_str()), (400, "SINTASSI"));

    let nessuno = |c: Cliente, p: &str| c.come(p, PASSWORD);
    for famiglia in ["basic", "form"] {
        let c = app.cliente(&format!("{BACKOFFICE}/{famiglia}/v1"));
        for p in [&lungo, &altro] {
            let r = nessuno(c.clone(), p).get("/profilo").await.con_stato(200);
            assert_eq!(r.json()["autenticazione"], "BASIC");
        }
        non_autenticata(&nessuno(c, &troppo).get("/profilo").await);
    }
    // The third login ends the first session, here too.
    let form = app.cliente(&format!("{BACKOFFICE}/form/v1"));
    let mut cookie = Vec::new();
    for _ in 0..3 {
        let r = nessuno(form.clone(), &lungo).get("/profilo").await;
        cookie.push(format!("JSESSIONID={}", sessione(&r).expect("il cookie")));
    }
    let mut stati = Vec::new();
    for c in &cookie {
        stati.push(con(&form, "/profilo", &[("Cookie", c)]).await.stato());
    }
    assert_eq!(stati, [401, 200, 200]);
    let c = app.cliente(&format!("{BACKOFFICE}/apikey/v1"));
    con(&c, "/profilo", &[("X-APP-ID", &lungo), ("X-API-KEY", PASSWORD)]).await.con_stato(200);
    non_autenticata(&con(&c, "/profilo", &[("X-APP-ID", &troppo), ("X-API-KEY", PASSWORD)]).await);
    let c = app.cliente(&format!("{BACKOFFICE}/header/v1"));
    con(&c, "/profilo", &[("X-Utente", &lungo)]).await.con_stato(200);
    assert_eq!(con(&c, "/profilo", &[("X-Utente", &troppo)]).await.stato(), 403);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_certificato_noto_non_costa_letture(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::con(backend, |c| (c.worker.jobs, c.worker.notifiche) = (false, false)).await;
    let bo = app.backoffice();
    bo.put("/applicazioni/CERT", &json!({"principal": "CN=gestionale, O=Comune, C=IT"})).await.con_stato(201);
    let chi = async |soggetto: &str| {
        let c = app.engine().autentica_certificato(soggetto, Metodo::Ssl).await.expect("si legge");
        c.map(|c| c.utenza.principal.clone())
    };
    let registrato = Some("CN=gestionale, O=Comune, C=IT".to_owned());
    let altri = ["/C=IT/O=Comune/CN=gestionale", "c=IT,o=Comune,cn=gestionale"];
    let estranei = ["CN=gestionale, O=Comune", "CN=altro, O=Comune, C=IT", "senza coppie"];
    let tutti = async || {
        for s in altri {
            assert_eq!(chi(s).await, registrato, "{s}");
        }
        for s in estranei {
            assert_eq!(chi(s).await, None, "{s}");
        }
    };
    tutti().await;
    let prima = app.conteggi();
    tutti().await;
    assert_eq!(app.conteggi().da(prima).letture, 0);
    // Registered meanwhile: effective at once.
    bo.put("/applicazioni/CERT2", &json!({"principal": "CN=altro,O=Comune,C=IT"})).await.con_stato(201);
    assert_eq!(chi("CN=altro, O=Comune, C=IT").await.as_deref(), Some("CN=altro,O=Comune,C=IT"));
}
