//! Which callers each route lets in (spec 10 2.6, 4.6; spec 30 section 1), and at which addresses it is served
//! (spec 10 section 1).

use super::*;
use domain::evento::Componente;
use rstest::rstest;

/// What a caller of a family is answered.
#[derive(Debug, PartialEq, Eq)]
enum Esito {
    Passa,
    /// Refused by the address.
    Chiuso,
    /// Refused by the operation.
    Respinto,
}

fn di_anonimo(versione: u32, percorso: &str) -> Esito {
    match (versione, percorso.split('/').nth(1).unwrap_or_default()) {
        (_, "info") | (1 | 2, "avvisi") | (2, "domini") => Esito::Passa,
        (2, "pendenze") if percorso == "/pendenze/{idDominio}/{idTipoPendenza}" => Esito::Passa,
        (2 | 3, "pendenze") if percorso == "/pendenze/{idA2A}/{idPendenza}" => Esito::Respinto,
        _ => Esito::Chiuso,
    }
}

fn di_cittadino(versione: u32, percorso: &str) -> Esito {
    if versione == 2 && percorso.starts_with("/pendenze/byAvviso/") { Esito::Respinto } else { Esito::Passa }
}

#[track_caller]
fn e(r: &Risposta, atteso: &Esito, chi: &str, qui: &str) {
    match atteso {
        Esito::Passa => {
            assert!(!matches!(r.stato(), 401 | 403 | 405 | 500..), "{qui}: {} {}", r.stato(), r.testo());
        }
        Esito::Chiuso => {
            assert_eq!(r.errore(), errore(403, "403", "Accesso anonimo non consentito"), "{qui}");
        }
        Esito::Respinto => assert_eq!(r.errore(), negata(chi, ""), "{qui}"),
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_rotta_ammette_chi_e_detto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    let mut viste = [0; 3];
    for (componente, n, metodo, percorso) in api::rotte_dichiarate() {
        if componente != Componente::ApiPagamento {
            continue;
        }
        viste[usize::try_from(n).expect("una versione") - 1] += 1;
        let metodo: Method = metodo.parse().expect("un metodo");
        let parti = percorso.split('/').map(|p| match p {
            "{idDominio}" => DOMINIO,
            "{idA2A}" => "GESTIONALE",
            "{numeroAvviso}" => "301000000000000099",
            p if p.starts_with('{') => "999",
            p => p,
        });
        let dove = parti.collect::<Vec<_>>().join("/");
        let qui = format!("{metodo} v{n} {percorso}");
        let di = |famiglia: &str| app.cliente(&format!("{PAGAMENTO}/{famiglia}/v{n}"));
        let manda = async |c: &Cliente, chi: Option<&str>| {
            let mut r = c.richiesta(metodo.clone(), &dove).header("Accept", "application/json");
            if let Some(chi) = chi {
                r = r.header("X-SPID-FISCALNUMBER", chi);
            }
            c.manda(r).await
        };
        e(&manda(&di("public"), None).await, &di_anonimo(n, percorso), "ANONIMO", &format!("anonimo {qui}"));
        e(
            &manda(&di("spid"), Some(MARIO)).await,
            &di_cittadino(n, percorso),
            MARIO,
            &format!("cittadino {qui}"),
        );
        // A registered operatore is a citizen here when SPID says so, and nobody with his password.
        e(
            &manda(&di("spid"), Some("gpadmin")).await,
            &di_cittadino(n, percorso),
            "gpadmin",
            &format!("spid {qui}"),
        );
        let basic = di("basic");
        e(
            &manda(&basic.come(PORTALE.0, PORTALE.1), None).await,
            &Esito::Passa,
            "",
            &format!("portale {qui}"),
        );
        let r = manda(&basic.come(testkit::AMMINISTRATORE.0, testkit::AMMINISTRATORE.1), None).await;
        if ["info", "profilo", "logout"].contains(&percorso.split('/').nth(1).unwrap_or_default()) {
            e(&r, &Esito::Passa, "", &format!("operatore {qui}"));
        } else {
            let testo = "Operatore [gpadmin] non autorizzato ad accedere alla risorsa richiesta.";
            assert_eq!(r.errore(), errore(403, "403000", testo), "operatore {qui}");
        }
        // Nobody, where somebody is wanted.
        let senza = manda(&basic, None).await;
        assert_eq!(senza.stato(), if percorso == "/info" { 200 } else { 401 }, "{qui}");
        let senza = manda(&di("spid"), None).await;
        assert_eq!(senza.stato(), 403, "{qui}");
    }
    assert!(viste.iter().all(|n| *n >= 6), "{viste:?}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_indirizzi_e_le_famiglie(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena_con(backend, |c| {
        c.api.pagamento_families = ["basic", "apikey"].map(str::to_owned).to_vec();
    })
    .await;
    for n in [1, 2, 3] {
        for base in ["/govpay/frontend/api/pagamento", "/govpay-api-pagamento"] {
            let c = app.cliente(&format!("{base}/rs/basic/v{n}")).come(PORTALE.0, PORTALE.1);
            assert_eq!(c.get("/profilo").await.con_stato(200).json()["nome"], "portale");
            // An API key came with the second contract.
            let chiave = [("X-APP-ID", PORTALE.0), ("X-API-KEY", PORTALE.1)];
            let r = chiede(&app.cliente(&format!("{base}/rs/apikey/v{n}")), "/profilo", &chiave).await;
            assert_eq!(r.stato(), if n == 1 { 404 } else { 200 }, "{base} v{n}");
            // What is off, or is not of this API.
            for famiglia in ["spid", "public", "form", "session", "header"] {
                let c = app.cliente(&format!("{base}/rs/{famiglia}/v{n}")).come(PORTALE.0, PORTALE.1);
                assert_eq!(c.get("/profilo").await.stato(), 403, "{base} {famiglia}");
            }
            // What is not served yet is not there.
            for percorso in ["/pagamenti", "/pagamenti/1", "/rpp", "/ricevute/12345678901/1", "/boh"] {
                assert_eq!(c.get(percorso).await.stato(), 404, "{base} v{n} {percorso}");
            }
        }
    }
    // The addresses of 2018 are of the first contract.
    let c = app.cliente("/govpay/frontend/api/pagamento").come(PORTALE.0, PORTALE.1);
    assert_eq!(c.get("/profilo").await.con_stato(200).json()["entrate"], json!([]));
    app.cliente("/govpay-api-pagamento/rs/basic/v4")
        .come(PORTALE.0, PORTALE.1)
        .get("/profilo")
        .await
        .con_stato(404);
}
