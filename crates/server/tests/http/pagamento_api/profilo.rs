//! GET `/profilo`, `/logout` (spec 10 3.5, spec 30 10.7).

use super::*;
use rstest::rstest;

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_profilo_di_un_portale_e_di_un_cittadino(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let bo = app.backoffice();
    let dominio =
        json!({ "ragioneSociale": "Bis", "intermediato": false, "abilitato": false, "scaricaFr": false });
    bo.put("/domini/33333333333", &dominio).await.con_stato(201);
    let solo = portale("solo", &json!([DOMINIO]), &json!([]));
    bo.put("/applicazioni/SOLO", &solo).await.con_stato(201);
    let link = |cosa: &str| format!("/domini/{DOMINIO}/{cosa}");
    for n in [1, 2, 3] {
        let tipi = if n == 1 { "entrate" } else { "tipiPendenza" };
        let mut riga = json!({ "idDominio": DOMINIO, "ragioneSociale": "Ente Creditore di prova" });
        if n < 3 {
            for (m, v) in [
                ("indirizzo", "Via Roma"),
                ("civico", "1"),
                ("cap", "00100"),
                ("localita", "Roma"),
                ("provincia", "RM"),
                ("nazione", "IT"),
                ("unitaOperative", &link("unitaOperative")),
            ] {
                riga[m] = json!(v);
            }
        }
        if n == 1 {
            for (m, v) in [
                ("stazione", json!("11111111113_01")),
                ("auxDigit", json!("3")),
                ("segregationCode", json!("01")),
                ("abilitato", json!(true)),
                ("contiAccredito", json!(link("contiAccredito"))),
                ("entrate", json!(link("entrate"))),
            ] {
                riga[m] = v;
            }
        }
        let c = versione(&app, n).come("solo", PORTALE.1);
        let atteso = json!({ "nome": "solo", "domini": [riga], tipi: [], "acl": [] });
        assert_eq!(c.get("/profilo").await.con_stato(200).json(), atteso, "v{n}");
        // All means those that are registered.
        let tutti = versione(&app, n).get("/profilo").await.con_stato(200).json();
        let id: Vec<&str> = tutti["domini"]
            .as_array()
            .expect("righe")
            .iter()
            .filter_map(|d| d["idDominio"].as_str())
            .collect();
        assert_eq!(id, ["33333333333", DOMINIO], "v{n}");

        let c = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
        let chi = [
            ("X-SPID-FISCALNUMBER", "TINIT-RSSMRA30A01H501I"),
            ("X-SPID-NAME", "Mario"),
            ("X-SPID-FAMILYNAME", "Rossi"),
            ("X-SPID-EMAIL", "m@example.org"),
            ("X-SPID-MOBILEPHONE", "+39 333-1234567"),
            ("X-SPID-ADDRESS", "Via Po 1"),
        ];
        let atteso = json!({
            "nome": MARIO, "domini": [], tipi: [], "acl": [],
            "anagrafica": {
                "identificativo": MARIO, "anagrafica": "Mario Rossi", "email": "m@example.org",
                "cellulare": "+39 333-1234567", "indirizzo": "Via Po 1"
            }
        });
        assert_eq!(chiede(&c, "/profilo", &chi).await.con_stato(200).json(), atteso, "v{n}");
        let atteso = json!({
            "nome": MARIO, "domini": [], tipi: [], "acl": [], "anagrafica": { "identificativo": MARIO }
        });
        assert_eq!(cittadino(&app, n, MARIO, "/profilo").await.con_stato(200).json(), atteso, "v{n}");
        // Not from an address that is no proxy of ours, nor of nobody.
        assert_eq!(
            anonimo(&app, n, "/profilo", &[]).await.errore(),
            errore(403, "403", "Accesso anonimo non consentito")
        );
    }
    let mut spento = portale("solo", &json!([DOMINIO]), &json!([]));
    spento["abilitato"] = json!(false);
    bo.put("/applicazioni/SOLO", &spento).await.con_stato(200);
    let r = versione(&app, 2).come("solo", PORTALE.1).get("/profilo").await;
    assert_eq!(r.errore(), errore(403, "403000", "Applicazione [SOLO] disabilitata."));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn uscire_chiude_la_sessione(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |c| {
        c.api.pagamento_families = ["basic", "spid", "session"].map(str::to_owned).to_vec();
        c.api.user_families = vec!["spid".to_owned()];
    })
    .await;
    let entra = async || {
        let user = app.cliente("/govpay/frontend/api/user/rs/spid/v1");
        let r = chiede(&user, "/login", &[("X-SPID-FISCALNUMBER", MARIO)]).await.con_stato(200);
        let cookie = r.intestazione("Set-Cookie").expect("un cookie");
        cookie.split(';').next().expect("il cookie").to_owned()
    };
    for n in [1, 2, 3] {
        let c = app.cliente(&format!("{PAGAMENTO}/session/v{n}"));
        let cookie = entra().await;
        let con_cookie = [("Cookie", cookie.as_str())];
        assert_eq!(chiede(&c, "/profilo", &con_cookie).await.con_stato(200).json()["nome"], MARIO);
        let r = chiede(&c, "/logout", &con_cookie).await.con_stato(200);
        assert_eq!(r.testo(), "");
        assert!(r.intestazione("Set-Cookie").is_some_and(|c| c.starts_with("JSESSIONID=;")));
        for percorso in ["/profilo", "/logout"] {
            assert_eq!(chiede(&c, percorso, &con_cookie).await.stato(), 403, "v{n} {percorso}");
        }
        // Where headers say who calls, one goes out also without a session, and of that of the cookie.
        let cookie = entra().await;
        let spid = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
        let chi = [("X-SPID-FISCALNUMBER", MARIO), ("Cookie", cookie.as_str())];
        chiede(&spid, "/logout", &chi[..1]).await.con_stato(200);
        chiede(&c, "/profilo", &chi[1..]).await.con_stato(200);
        chiede(&spid, "/logout", &chi).await.con_stato(200);
        assert_eq!(chiede(&c, "/profilo", &chi[1..]).await.stato(), 403, "v{n}");
        versione(&app, n).post("/logout", &json!({})).await.con_stato(200);
    }
}
