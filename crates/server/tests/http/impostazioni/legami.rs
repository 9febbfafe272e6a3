//! Links in answers, behind a reverse proxy (spec 10 3.4).

use http::Method;
use rstest::rstest;
use server::Configurazione;
use testkit::{Anagrafica, BACKOFFICE, Backend, CCP, Cliente, PENDENZE, TestApp};

const PAGINA: &str = "risultatiPerPagina=1&metadatiPaginazione=false";

/// The gateway behind a proxy on loopback that says how it was reached.
async fn pronta(backend: Backend, cambia: impl FnOnce(&mut Configurazione)) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.public_url = "https://pagamenti.example".to_owned();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.links.protocol_header = "X-Forwarded-Proto".to_owned();
        c.links.host_header = "X-Forwarded-Host".to_owned();
        c.links.port_header = "X-Forwarded-Port".to_owned();
        c.links.context_header = "X-Forwarded-Prefix".to_owned();
        cambia(c);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// `prossimiRisultati` of a list.
async fn prossimi(c: &Cliente, percorso: &str, intestazioni: &[(&str, &str)]) -> String {
    let mut r = c.richiesta(Method::GET, percorso);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    let v = c.manda(r).await.con_stato(200).json();
    v["prossimiRisultati"].as_str().unwrap_or_default().to_owned()
}

const TUTTE: [(&str, &str); 4] = [
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "comune.example"),
    ("X-Forwarded-Port", "8443"),
    ("X-Forwarded-Prefix", "/pagamenti"),
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_legami_sono_quelli_che_il_proxy_impone(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, |_| {}).await;
    let (bo, applicazione) = (app.backoffice(), app.applicazione());
    for (cliente, base, lista) in [
        (&bo, BACKOFFICE, "domini"),
        (&bo, BACKOFFICE, "eventi"),
        (&bo, BACKOFFICE, "pendenze"),
        (&bo, BACKOFFICE, "sonde"),
        (&applicazione, PENDENZE, "pendenze"),
    ] {
        let chiesto = format!("/{lista}?{PAGINA}");
        let relativo = format!("{base}/{lista}?metadatiPaginazione=false&pagina=2&risultatiPerPagina=1");
        for (intestazioni, davanti) in [
            (&[][..], ""),
            (&TUTTE[..], "https://comune.example:8443/pagamenti"),
            (&TUTTE[..2], "https://comune.example"),
            (&TUTTE[1..2], "https://comune.example"),
            (&TUTTE[2..3], "https://pagamenti.example:8443"),
            (&TUTTE[3..], "/pagamenti"),
            (&[("X-Forwarded-Host", "a.example, b.example")][..], ""),
            (&[("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Prefix", "//altrove.example/?")][..], ""),
            (&[("X-Forwarded-For", "10.1.2.3"), ("Forwarded", "host=altrove.example")][..], ""),
        ] {
            let trovato = prossimi(cliente, &chiesto, intestazioni).await;
            assert_eq!(trovato, format!("{davanti}{relativo}"), "{intestazioni:?}");
        }
    }
    // A client that follows it arrives.
    let qui = app.url();
    let ospite = qui.strip_prefix("http://").unwrap();
    let davanti = [("X-Forwarded-Proto", "http"), ("X-Forwarded-Host", ospite)];
    let dopo = prossimi(&bo, &format!("/sonde?{PAGINA}"), &davanti).await;
    let dopo = bo.get(dopo.strip_prefix(&format!("{qui}{BACKOFFICE}")).unwrap()).await.con_stato(200).json();
    assert_eq!((&dopo["pagina"], &dopo["risultati"][0]["id"]), (&2.into(), &"update-rnd".into()));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_legame_non_lo_impone_chiunque(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let relativo = format!("{BACKOFFICE}/sonde?metadatiPaginazione=false&pagina=2&risultatiPerPagina=1");
    let altrove = pronta(backend, |c| c.trusted_proxies = vec!["10.0.0.1".to_owned()]).await;
    let spente = pronta(backend, |c| c.links = server::configurazione::Links::default()).await;
    for app in [&altrove, &spente] {
        assert_eq!(prossimi(&app.backoffice(), &format!("/sonde?{PAGINA}"), &TUTTE).await, relativo);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_wsdl_dice_dove_si_arriva(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = pronta(backend, |_| {}).await;
    let c = app.cliente(CCP);
    let dove = async |intestazioni: &[(&str, &str)]| {
        let mut r = c.richiesta(Method::GET, "?wsdl");
        for (nome, valore) in intestazioni {
            r = r.header(*nome, *valore);
        }
        c.manda(r).await.con_stato(200).testo().to_owned()
    };
    let indirizzo = |base: &str| format!("location=\"{base}{CCP}\"");
    let testo = dove(&[]).await;
    assert!(testo.contains(&indirizzo("https://pagamenti.example")), "{testo}");
    let testo = dove(&TUTTE).await;
    assert!(testo.contains(&indirizzo("https://comune.example:8443/pagamenti")), "{testo}");
}
