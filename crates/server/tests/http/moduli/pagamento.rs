//! The form of who pays: what citizens and anonymous callers make stays in their session (spec 20 section 10).

use super::*;
use crate::pagamento_api::{PAGAMENTO, PORTALE, configura, portale as del_portale};
use http::Method;
use rstest::rstest;
use server::Configurazione;
use std::time::Duration;
use testkit::{Copione, StubEnte};

pub(super) const MARIO: &str = "RSSMRA30A01H501I";
pub(super) const N1: &str = "301000000000000144";
pub(super) const N2: &str = "301000000000000245";

async fn scena(backend: Backend) -> TestApp {
    scena_con(backend, |_| {}).await
}

pub(super) async fn scena_con(backend: Backend, altro: impl FnOnce(&mut Configurazione)) -> TestApp {
    let app = TestApp::con(backend, |c| {
        configura(c);
        c.api.pagamento_families.push("session".to_owned());
        altro(c);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let corpo = del_portale(PORTALE.0, &json!(["*"]), &json!(["*"]));
    app.backoffice().put("/applicazioni/PORTALE", &corpo).await.con_stato(201);
    portale(&app, &sezione(Some(&schema()), Some(SEMPLICE), None)).await;
    app
}

/// Somebody with a browser: the family of his addresses and his cookie.
pub(super) struct Chi<'a> {
    app: &'a TestApp,
    famiglia: &'static str,
    /// Who says that he is, where the family asks.
    pub(super) codice: &'static str,
    pub(super) cookie: Option<String>,
}

impl<'a> Chi<'a> {
    pub(super) fn anonimo(app: &'a TestApp) -> Self {
        Self::con(app, "public", None)
    }

    pub(super) fn mario(app: &'a TestApp) -> Self {
        Self::con(app, "spid", None)
    }

    pub(super) fn con(app: &'a TestApp, famiglia: &'static str, cookie: Option<String>) -> Self {
        Self { app, famiglia, codice: MARIO, cookie }
    }

    pub(super) async fn chiama(
        &mut self,
        metodo: Method,
        percorso: &str,
        corpo: Option<&Value>,
        accept: &str,
    ) -> Risposta {
        let c = self.app.cliente(&format!("{PAGAMENTO}/{}/v2", self.famiglia));
        let mut r = c.richiesta(metodo, percorso).header("Accept", accept);
        if self.famiglia == "spid" {
            r = r.header("X-SPID-FISCALNUMBER", format!("TINIT-{}", self.codice));
        }
        if let Some(cookie) = &self.cookie {
            r = r.header("Cookie", cookie);
        }
        if let Some(corpo) = corpo {
            r = r.json(corpo);
        }
        let r = c.manda(r).await;
        if let Some(scritto) = r.intestazione("Set-Cookie") {
            assert!(scritto.contains("; HttpOnly; SameSite=Lax"), "{scritto}");
            // Echoed as old clients do, attributes and all.
            self.cookie = Some(scritto.to_owned());
        }
        r
    }

    pub(super) async fn compila(&mut self, corpo: &Value) -> Risposta {
        self.chiama(Method::POST, MODULO, Some(corpo), "application/json").await
    }

    async fn aggiorna(&mut self, id: &str, corpo: &Value) -> Risposta {
        let percorso = format!("{MODULO}?idA2A=GESTIONALE&idPendenza={id}");
        self.chiama(Method::POST, &percorso, Some(corpo), "application/json").await
    }

    pub(super) async fn avviso(&mut self, numero: &str) -> Risposta {
        self.chiama(Method::GET, &format!("/avvisi/{DOMINIO}/{numero}"), None, "application/json").await
    }

    pub(super) async fn pdf(&mut self, numero: &str) -> Risposta {
        self.chiama(Method::GET, &format!("/avvisi/{DOMINIO}/{numero}"), None, "application/pdf").await
    }
}

pub(super) fn sconosciuta(numero: &str) -> Value {
    json!({ "stato": "SCONOSCIUTA", "idDominio": DOMINIO, "numeroAvviso": numero })
}

/// Whether the archive has it, as the Backoffice sees it.
pub(super) async fn in_archivio(app: &TestApp, id: &str) -> bool {
    let bo = app.backoffice();
    let uno = bo.get(&format!("/pendenze/GESTIONALE/{id}")).await.stato() == 200;
    let elenco = bo.get(&format!("/pendenze?mostraSpontaneiNonPagati=true&idPendenza={id}")).await.json();
    assert_eq!(elenco["risultati"].as_array().map(Vec::len), Some(usize::from(uno)));
    uno
}

fn semantica(dettaglio: &str) -> (u16, Value) {
    errore(422, "RICHIESTA", "SEMANTICA", NON_VALIDA, dettaglio)
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cio_che_fa_un_anonimo_resta_suo_finche_non_ne_chiede_l_avviso(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = scena(backend).await;
    let (mut anna, mut altra) = (Chi::anonimo(&app), Chi::anonimo(&app));
    let r = anna.compila(&dati("A1")).await.con_stato(201);
    assert!(r.intestazione("Set-Cookie").is_some());
    let corpo = r.json();
    assert_eq!(
        [&corpo["idA2A"], &corpo["idPendenza"], &corpo["numeroAvviso"], &corpo["stato"], &corpo["importo"]],
        [&json!("GESTIONALE"), &json!("A1"), &json!(N1), &json!("NON_ESEGUITA"), &numero("10.50")]
    );
    assert_eq!(corpo["causale"], "Richiesta di Anna");
    assert_eq!(corpo["dominio"]["idDominio"], DOMINIO);
    assert_eq!(corpo["voci"].as_array().map(Vec::len), Some(1));
    assert_eq!(corpo.get("soggettoPagatore"), None);
    // One session, more pendenze; a session of somebody else.
    assert_eq!(anna.compila(&dati("A2")).await.con_stato(201).json()["numeroAvviso"], N2);
    assert_eq!(altra.compila(&dati("B1")).await.con_stato(201).json()["numeroAvviso"], "301000000000000346");
    for id in ["A1", "A2", "B1"] {
        assert!(!in_archivio(&app, id).await, "{id}");
    }
    // Nobody else sees it: neither with a session of his own nor without.
    let mut nessuno = Chi::anonimo(&app);
    for chi in [&mut altra, &mut nessuno] {
        assert_eq!(detto(&chi.avviso(N1).await), (200, sconosciuta(N1)));
        assert_eq!(chi.pdf(N1).await.stato(), 403);
    }
    assert!(!in_archivio(&app, "A1").await);
    // It survives the change of the node, and is stored when its session asks for the notice.
    let cookie = anna.cookie.clone();
    let altro_cookie = altra.cookie.clone();
    let mut app = app;
    app.riavvia().await;
    let mut anna = Chi::con(&app, "public", cookie);
    let mut altra = Chi::con(&app, "public", altro_cookie);
    let pdf = anna.pdf(N1).await.con_stato(200);
    assert!(pdf.corpo().starts_with(b"%PDF"));
    assert!(in_archivio(&app, "A1").await && !in_archivio(&app, "A2").await);
    assert_eq!(anna.pdf(N1).await.stato(), 200, "again");
    // Of what is stored others see the notice, and get no paper.
    assert_eq!(altra.avviso(N1).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    assert_eq!(altra.pdf(N1).await.stato(), 403);
    assert_eq!(Chi::anonimo(&app).pdf(N1).await.stato(), 403);
    // As JSON, it is the same.
    let json = anna.avviso(N2).await.con_stato(200).json();
    assert_eq!([&json["stato"], &json["importo"]], [&json!("NON_ESEGUITA"), &numero("10.50")]);
    assert!(in_archivio(&app, "A2").await);
    assert_eq!(anna.pdf(N2).await.stato(), 200);
    // What others have loaded is not of this session, even when it has read it.
    app.backoffice().post("/pendenze", &intera("L1")).await.con_stato(201);
    let l1 = app.backoffice().get("/pendenze/GESTIONALE/L1").await.json()["numeroAvviso"].clone();
    let l1 = l1.as_str().unwrap();
    assert_eq!(anna.avviso(l1).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    assert_eq!(anna.pdf(l1).await.stato(), 403);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn si_aggiorna_solo_cio_che_e_della_sessione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let mut anna = Chi::anonimo(&app);
    let uno_solo = "Per effettuare l'aggiornamento della pendenza sono obbligatori entrambi i paramentri 'idA2A' e 'idPendenza'.";
    for coda in ["idA2A=GESTIONALE", "idPendenza=A1"] {
        let percorso = format!("{MODULO}?{coda}");
        let r = anna.chiama(Method::POST, &percorso, Some(&dati("A1")), "application/json").await;
        assert_eq!(detto(&r), semantica(uno_solo));
    }
    let nessuna =
        "Impossibile effettuare l'operazione di aggiornamento, nessuna pendenza disponibile per l'utenza.";
    assert_eq!(detto(&anna.aggiorna("A1", &dati("A1")).await), semantica(nessuna));
    anna.compila(&dati("A1")).await.con_stato(201);
    let non_quella = "Impossibile effettuare l'operazione di aggiornamento, i paramentri 'idA2A' e 'idPendenza' non corrispondono a nessuna pendenza disponibile per l'utenza.";
    assert_eq!(detto(&anna.aggiorna("A2", &dati("A2")).await), semantica(non_quella));
    let mut altra = Chi::anonimo(&app);
    assert_eq!(detto(&altra.aggiorna("A1", &dati("A1")).await), semantica(nessuna));
    // The ids of the call win over those of the template; the number stays.
    let nuovi = json!({ "id": "X9", "nome": "Anna Rita", "importo": 20 });
    let r = anna.aggiorna("A1", &nuovi).await.con_stato(200).json();
    assert_eq!(
        [&r["idPendenza"], &r["numeroAvviso"], &r["importo"], &r["causale"]],
        [&json!("A1"), &json!(N1), &numero("20.00"), &json!("Richiesta di Anna Rita")]
    );
    assert_eq!(anna.avviso(N1).await.con_stato(200).json()["importo"], numero("20.00"));
    assert!(in_archivio(&app, "A1").await && !in_archivio(&app, "X9").await);
    // Also once it is stored: the archive has it with the next look at the notice.
    anna.aggiorna("A1", &dati("A1")).await.con_stato(200);
    let importo =
        || async { app.backoffice().get("/pendenze/GESTIONALE/A1").await.json()["importo"].clone() };
    assert_eq!(importo().await, numero("20.00"));
    assert_eq!(anna.avviso(N1).await.con_stato(200).json()["importo"], numero("10.50"));
    assert_eq!(importo().await, numero("10.50"));
    // What was paid meanwhile stays as it is.
    anna.aggiorna("A1", &nuovi).await.con_stato(200);
    crate::pendenze_v2::paga(&app, "A1", domain::pendenza::StatoPendenza::Eseguito).await;
    let r = anna.avviso(N1).await.con_stato(200).json();
    assert_eq!([&r["stato"], &r["importo"]], [&json!("DUPLICATA"), &numero("10.50")]);
    let pagata =
        "La pendenza (IdA2A:GESTIONALE, Id:A1) e' in uno stato che non consente l'aggiornamento (ESEGUITO)";
    assert_eq!(
        detto(&anna.aggiorna("A1", &nuovi).await),
        errore(422, "RICHIESTA", "VER_003", NON_VALIDA, pagata)
    );
}

/// Two sessions make the same pendenza: the first that asks for its notice has it.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_due_sessioni_con_la_stessa_chiave_vince_la_prima(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = scena(backend).await;
    let (mut anna, mut altra) = (Chi::anonimo(&app), Chi::anonimo(&app));
    anna.compila(&dati("K")).await.con_stato(201);
    assert_eq!(altra.compila(&dati("K")).await.con_stato(201).json()["numeroAvviso"], N2);
    assert_eq!(anna.avviso(N1).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    let diverso = format!(
        "La pendenza (IdA2A:GESTIONALE, Id:K) ha un numero avviso ({N2}) diverso dall'originale ({N1})."
    );
    assert_eq!(detto(&altra.avviso(N2).await), errore(422, "RICHIESTA", "VER_024", NON_VALIDA, &diverso));
    // One that is annulled is not opened again.
    let annulla = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" }]);
    app.backoffice().patch("/pendenze/GESTIONALE/K", &annulla).await.con_stato(200);
    assert_eq!(detto(&altra.avviso(N2).await), (200, sconosciuta(N2)));
    assert_eq!(anna.avviso(N1).await.con_stato(200).json()["stato"], "ANNULLATA");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_cittadino_e_la_sua_sessione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let mut mario = Chi::mario(&app);
    let r = mario.compila(&dati("C1")).await.con_stato(201).json();
    assert_eq!(r["soggettoPagatore"]["identificativo"], MARIO);
    assert!(!in_archivio(&app, "C1").await);
    let mut senza = Chi::mario(&app);
    assert_eq!(detto(&senza.avviso(N1).await), (200, sconosciuta(N1)));
    // The session spans the families: what he made is found by whoever carries the cookie.
    let mut anonimo = Chi::con(&app, "public", mario.cookie.clone());
    assert_eq!(anonimo.pdf(N1).await.stato(), 200);
    assert!(in_archivio(&app, "C1").await);
    assert_eq!(senza.pdf(N1).await.stato(), 200, "it is his own debt");
    let letta = app.backoffice().get("/pendenze?mostraSpontaneiNonPagati=false&idPendenza=C1").await.json();
    assert_eq!(letta["risultati"], json!([]), "asked for by who pays");
    // A session that holds a form is nobody's login.
    let mut in_sessione = Chi::con(&app, "session", mario.cookie.clone());
    assert_eq!(in_sessione.compila(&dati("C2")).await.stato(), 403);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn una_sessione_finisce_con_cio_che_tiene(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let mut anna = Chi::anonimo(&app);
    anna.compila(&dati("S1")).await.con_stato(201);
    let primo = anna.cookie.clone();
    app.orologio().avanza(Duration::from_secs(31 * 60));
    assert_eq!(detto(&anna.avviso(N1).await), (200, sconosciuta(N1)));
    assert_eq!(anna.pdf(N1).await.stato(), 403);
    // The number is lost, and the session is another one.
    assert_eq!(anna.compila(&dati("S1")).await.con_stato(201).json()["numeroAvviso"], N2);
    assert_ne!(anna.cookie, primo);
    assert_eq!(anna.avviso(N2).await.con_stato(200).json()["stato"], "NON_ESEGUITA");
    // A session in use goes on.
    for _ in 0..3 {
        app.orologio().avanza(Duration::from_secs(20 * 60));
        assert_eq!(anna.pdf(N2).await.stato(), 200);
    }
    // A cookie that nobody has given opens nothing.
    let mut furbo = Chi::con(&app, "public", Some("JSESSIONID=scelto-da-me".to_owned()));
    let r = furbo.compila(&dati("S2")).await.con_stato(201);
    assert!(!r.intestazione("Set-Cookie").unwrap().contains("scelto-da-me"));
    // Of a session the newest fifty stay.
    for n in 0..51 {
        anna.compila(&dati(&format!("M{n}"))).await.con_stato(201);
    }
    assert_eq!(anna.aggiorna("M0", &dati("M0")).await.stato(), 422);
    assert_eq!(anna.aggiorna("M50", &dati("M50")).await.stato(), 200);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn di_un_applicazione_si_conserva_subito(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let c = app.cliente(&format!("{PAGAMENTO}/basic/v2")).come(PORTALE.0, PORTALE.1);
    let r = c.post(MODULO, &dati("P1")).await.con_stato(201);
    assert_eq!(r.intestazione("Set-Cookie"), None);
    assert_eq!(r.json()["soggettoPagatore"]["identificativo"], MARIO);
    assert!(in_archivio(&app, "P1").await);
    let percorso = format!("{MODULO}?idA2A=GESTIONALE&idPendenza=P1");
    let r =
        c.post(&percorso, &json!({ "id": "X", "nome": "Rita", "importo": 7 })).await.con_stato(200).json();
    assert_eq!(
        [&r["idPendenza"], &r["importo"], &r["numeroAvviso"]],
        [&json!("P1"), &numero("7.00"), &json!(N1)]
    );
    // Each refusal of the form is that of the Backoffice.
    assert_eq!(c.post(MODULO, &json!({ "id": "P2" })).await.errore().1, "SINTASSI");
    assert_eq!(c.post("/pendenze/44444444444/TARI", &dati("P2")).await.stato(), 404);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn anche_cio_che_fa_l_ente_resta_in_sessione(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values("REST v1", "REST v2")] versione: &'static str,
) {
    let (app, ente) = (scena(backend).await, StubEnte::nuovo().await);
    Anagrafica::standard().ente(ente.url(), versione).crea(&app).await;
    portale(&app, &sezione(None, None, Some("GESTIONALE"))).await;
    let mut anna = Chi::anonimo(&app);
    let nav = "301999999999999999";
    let risposta = |id: &str, numero: Option<&str>| {
        let mut p = intera(id);
        if let Some(n) = numero {
            p["numeroAvviso"] = json!(n);
        }
        if versione == "REST v2" {
            json!({ "stato": "NON_ESEGUITA", "pendenza": p })
        } else {
            p["stato"] = json!("NON_ESEGUITA");
            p
        }
    };
    ente.sempre(Copione::Json(200, risposta("E1", Some(nav))));
    assert_eq!(anna.compila(&json!({})).await.con_stato(201).json()["numeroAvviso"], nav);
    ente.sempre(Copione::Json(200, risposta("E2", None)));
    assert_eq!(anna.compila(&json!({})).await.con_stato(201).json()["numeroAvviso"], N1);
    assert!(!in_archivio(&app, "E1").await && !in_archivio(&app, "E2").await);
    assert_eq!(anna.pdf(nav).await.stato(), 200);
    assert_eq!(anna.avviso(N1).await.con_stato(200).json()["importo"], numero("45.01"));
    assert!(in_archivio(&app, "E1").await && in_archivio(&app, "E2").await);
    assert_eq!(ente.ricevute().len(), 2, "what is held is not asked again");
    ente.sempre(Copione::Stato(500));
    let (stato, codice, _) = anna.compila(&json!({})).await.errore();
    assert_eq!((stato, codice.as_str()), (502, "502000"));
}
