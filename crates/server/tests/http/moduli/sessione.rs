//! What holds around the pendenze of a session: captcha and debtor of anonymous payers, citizens who pay for
//! others, the end of sessions (spec 20 section 10, spec 10 2.6).

use super::pagamento::{Chi, MARIO, N1, N2, in_archivio, scena_con, sconosciuta};
use super::*;
use crate::pagamento_api::anonimi::{hardening, verificatore};
use crate::pagamento_api::{PAGAMENTO, PORTALE};
use domain::Istante;
use http::Method;
use rstest::rstest;
use std::time::Duration;

const LUCIA: &str = "BNCLCU85B41F205X";

/// The answer of a form is the pendenza as it is read when it is stored, but for who has to pay it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn la_risposta_e_la_pendenza_intera(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |_| {}).await;
    let mut anna = Chi::anonimo(&app);
    let mut detta = anna.compila(&dati("A1")).await.con_stato(201).json();
    anna.avviso(N1).await.con_stato(200);
    let c = app.cliente(&format!("{PAGAMENTO}/basic/v2")).come(PORTALE.0, PORTALE.1);
    let letta = c.get("/pendenze/GESTIONALE/A1").await.con_stato(200).json();
    assert_eq!(letta["tipo"], "spontaneo");
    assert_eq!([&letta["voci"][0]["stato"], &letta["rpp"]], [&json!("Non eseguito"), &json!([])]);
    detta["soggettoPagatore"] = letta["soggettoPagatore"].clone();
    assert_eq!(detta, letta);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn con_l_hardening_il_modulo_vuole_il_captcha(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |_| {}).await;
    let (url, _) = verificatore().await;
    hardening(&app, &url, true).await;
    let mut anna = Chi::anonimo(&app);
    let negato = json!({
        "categoria": "AUTORIZZAZIONE", "codice": "403", "descrizione": "Richiesta non autorizzata.",
        "dettaglio": "Accesso anonimo non consentito"
    });
    let con = async |chi: &mut Chi<'_>, percorso: &str, corpo: Option<&Value>, come: &str| {
        let metodo = if corpo.is_some() { Method::POST } else { Method::GET };
        chi.chiama(metodo, percorso, corpo, come).await
    };
    for coda in ["", "?gRecaptchaResponse=scarso", "?gRecaptchaResponse=falso", "?UUID=1"] {
        let r = con(&mut anna, &format!("{MODULO}{coda}"), Some(&dati("A1")), "application/json").await;
        assert_eq!((detto(&r), r.intestazione("Set-Cookie")), ((403, negato.clone()), None), "{coda}");
    }
    let buono = format!("{MODULO}?gRecaptchaResponse=buono");
    let uuid =
        con(&mut anna, &buono, Some(&dati("A1")), "application/json").await.con_stato(201).json()["UUID"]
            .as_str()
            .unwrap()
            .to_owned();
    // The UUID of what a session holds is known to that session.
    let avviso = format!("/avvisi/{DOMINIO}/{N1}?UUID={uuid}");
    let mut altra = Chi::anonimo(&app);
    assert_eq!(detto(&con(&mut altra, &avviso, None, "application/json").await), (403, negato.clone()));
    assert_eq!(detto(&anna.avviso(N1).await), (403, negato.clone()));
    assert!(!in_archivio(&app, "A1").await);
    assert_eq!(con(&mut anna, &avviso, None, "application/pdf").await.stato(), 200);
    assert!(in_archivio(&app, "A1").await);
    // Once it is stored, to whoever knows it: the notice, and no paper.
    assert_eq!(con(&mut altra, &avviso, None, "application/json").await.stato(), 200);
    assert_eq!(con(&mut altra, &avviso, None, "application/pdf").await.stato(), 403);
    // Citizens have no captcha.
    assert_eq!(Chi::mario(&app).compila(&dati("C1")).await.stato(), 201);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_debitore_si_chiede_anche_di_cio_che_e_in_sessione(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = scena_con(backend, |c| c.api.anonimo_verifica_debitore = true).await;
    let mut anna = Chi::anonimo(&app);
    anna.compila(&dati("A1")).await.con_stato(201);
    let altro = "Utenza non autorizzata, il codice fiscale del debitore non corrisponde a quello indicato nella \
                 pendenza.";
    let altro = errore(403, "AUTORIZZAZIONE", "403000", "Operazione non autorizzata", altro);
    for come in ["application/json", "application/pdf"] {
        for coda in [String::new(), format!("?idDebitore={LUCIA}")] {
            let percorso = format!("/avvisi/{DOMINIO}/{N1}{coda}");
            let r = anna.chiama(Method::GET, &percorso, None, come).await;
            assert_eq!(detto(&r), altro, "{come} {coda}");
        }
    }
    assert!(!in_archivio(&app, "A1").await);
    let percorso = format!("/avvisi/{DOMINIO}/{N1}?idDebitore={}", MARIO.to_lowercase());
    let r = anna.chiama(Method::GET, &percorso, None, "application/json").await.con_stato(200);
    assert_eq!(r.json()["stato"], "NON_ESEGUITA");
    assert!(in_archivio(&app, "A1").await);
}

/// Who fills in a form for somebody else has the notice; what is stored is the debtor's.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_cittadino_puo_pagare_per_altri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |_| {}).await;
    let lucia = |cookie| {
        let mut chi = Chi::con(&app, "spid", cookie);
        chi.codice = LUCIA;
        chi
    };
    let mut in_sessione = lucia(None);
    let r = in_sessione.compila(&dati("C1")).await.con_stato(201).json();
    assert_eq!(r["soggettoPagatore"]["identificativo"], MARIO);
    assert_eq!(detto(&lucia(None).avviso(N1).await), (200, sconosciuta(N1)));
    assert_eq!(in_sessione.avviso(N1).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    assert!(in_sessione.pdf(N1).await.con_stato(200).corpo().starts_with(b"%PDF"));
    let mut altrove = lucia(None);
    assert_eq!([altrove.avviso(N1).await.stato(), altrove.pdf(N1).await.stato()], [403, 403]);
    let sua = in_sessione.chiama(Method::GET, "/pendenze/GESTIONALE/C1", None, "application/json").await;
    assert_eq!(sua.stato(), 403, "it is of its debtor");
    let letta =
        Chi::mario(&app).chiama(Method::GET, "/pendenze/GESTIONALE/C1", None, "application/json").await;
    assert_eq!(letta.con_stato(200).json()["numeroAvviso"], N1);
}

/// Neither form of the notice is given for an `Accept` that wants another one, and nothing is stored for it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_si_puo_dare_non_si_conserva(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |_| {}).await;
    let mut anna = Chi::anonimo(&app);
    anna.compila(&dati("A1")).await.con_stato(201);
    let percorso = format!("/avvisi/{DOMINIO}/{N1}");
    assert_eq!(anna.chiama(Method::GET, &percorso, None, "image/png").await.stato(), 406);
    assert!(!in_archivio(&app, "A1").await);
    // The key was loaded meanwhile with another number: the session's is not of this pendenza any more.
    let mut corpo = intera("A1");
    corpo["numeroAvviso"] = json!("301000000000099911");
    let r = app.backoffice().post("/pendenze", &corpo).await.con_stato(201).json();
    assert_eq!(r["numeroAvviso"], "301000000000099911");
    let diverso = format!(
        "La pendenza (IdA2A:GESTIONALE, Id:A1) ha un numero avviso ({N1}) diverso dall'originale \
         (301000000000099911)."
    );
    let atteso = errore(422, "RICHIESTA", "VER_024", NON_VALIDA, &diverso);
    assert_eq!(detto(&anna.avviso(N1).await), atteso);
    assert_eq!(detto(&anna.pdf(N1).await), atteso);
    let letta = app.backoffice().get("/pendenze/GESTIONALE/A1").await.json();
    assert_eq!([&letta["importo"], &letta["causale"]], [&numero("45.01"), &json!("TARI 2026")]);
    // Other numbers are as before.
    anna.compila(&dati("A2")).await.con_stato(201);
    assert_eq!(anna.avviso(N2).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
}

/// Expired sessions go by themselves, with what they hold; the others stay.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_sessioni_scadute_se_ne_vanno_da_se(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |_| {}).await;
    let (store, adesso) = (app.engine().store(), app.engine().adesso());
    let mut anna = Chi::anonimo(&app);
    anna.compila(&dati("A1")).await.con_stato(201);
    // More than go at a time.
    for n in 0..450 {
        let mut s = store::Scrittura::nuova();
        let scade = Istante::da_micros(adesso.micros() + 60_000_000);
        store::sessioni::apri_anonima(&mut s, &format!("impronta-{n}"), adesso, scade);
        store.commit(s).await.unwrap();
    }
    let mut resta = store::Scrittura::nuova();
    let scade = Istante::da_micros(adesso.micros() + 86_400_000_000);
    store::sessioni::apri_anonima(&mut resta, "resta", adesso, scade);
    store.commit(resta).await.unwrap();
    let quante = async || -> (i64, i64) {
        let conta = async |q| store.leggi_una(q, vec![]).await.unwrap().unwrap_or(0);
        (
            conta("select count(*) as n from sessioni").await,
            conta("select count(*) as n from pendenze_sessione").await,
        )
    };
    assert_eq!(quante().await, (452, 1));
    app.orologio().avanza(Duration::from_secs(61 * 60));
    crate::nodo::finche("il lavoro toglie le sessioni", async || (quante().await == (1, 0)).then_some(()))
        .await;
}
