use super::Chi;
use super::tabella::{SERVIZI, Serve, aperta_agli_anonimi, serve};
use domain::evento::Componente;
use rstest::rstest;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testkit::{Anagrafica, Backend, Risposta, TestApp};

const FAMIGLIE: [&str; 3] = ["basic", "header", "public"];

pub(super) fn base(componente: Componente, famiglia: &str, versione: u32) -> String {
    let radice = match componente {
        Componente::ApiBackoffice => "/govpay/backend/api/backoffice",
        Componente::ApiPendenze => "/govpay/backend/api/pendenze",
        Componente::ApiRagioneria => "/govpay/backend/api/ragioneria",
        Componente::ApiPagamento => "/govpay/frontend/api/pagamento",
        Componente::ApiUser => "/govpay/frontend/api/user",
        altro => panic!("{altro:?} non e' un'API REST"),
    };
    format!("{radice}/rs/{famiglia}/v{versione}")
}

/// The address with what stands in the master data in the place of each parameter.
pub(super) fn concreto_con(percorso: &str, a: &Anagrafica) -> String {
    let uno = |p: &str| match p {
        "{idDominio}" => a.dominio.clone(),
        "{idIntermediario}" => a.intermediario.clone(),
        "{idStazione}" => a.stazione.clone(),
        "{idUnitaOperativa}" => "EC".to_owned(),
        "{ibanAccredito}" => a.iban.clone(),
        "{idEntrata}" => a.entrata.clone(),
        "{idTipoPendenza}" => a.tipo_pendenza.clone(),
        "{idA2A}" => a.applicazione.clone(),
        "{numeroAvviso}" => "301000000000000099".to_owned(),
        altro if altro.starts_with('{') => "999".to_owned(),
        altro => altro.to_owned(),
    };
    percorso.split('/').map(uno).collect::<Vec<_>>().join("/")
}

/// The address with something in the place of each parameter.
fn concreto(percorso: &str) -> String {
    let parti = percorso.split('/').map(|p| if p.starts_with('{') { "999" } else { p });
    parti.collect::<Vec<_>>().join("/")
}

pub(super) async fn pronta(backend: Backend) -> TestApp {
    pronta_con(backend, Anagrafica::standard()).await
}

pub(super) async fn pronta_con(backend: Backend, a: Anagrafica) -> TestApp {
    let app = TestApp::con(backend, |c| {
        c.auth_families = FAMIGLIE.map(str::to_owned).to_vec();
        c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
        c.auth.header_names = vec!["X-Utente".to_owned()];
        (c.worker.jobs, c.worker.notifiche) = (false, false);
    })
    .await;
    a.crea(&app).await;
    app
}

/// An applicazione and an operatore alike in everything.
struct Coppia {
    applicazione: String,
    operatore: String,
}

impl Coppia {
    async fn crea(app: &TestApp, nome: &str, membri: &Value) -> Self {
        let bo = app.backoffice();
        let (applicazione, operatore) = (format!("a-{nome}"), format!("o-{nome}"));
        let mut corpo = json!({"domini": ["*"], "tipiPendenza": ["*"], "acl": [], "abilitato": true});
        for (chiave, valore) in membri.as_object().expect("un oggetto") {
            corpo[chiave] = valore.clone();
        }
        let mut persona = corpo.clone();
        persona["ragioneSociale"] = json!(operatore);
        bo.put(&format!("/operatori/{operatore}"), &persona).await.con_stato(201);
        corpo["principal"] = json!(applicazione);
        bo.put(&format!("/applicazioni/{applicazione}"), &corpo).await.con_stato(201);
        Self { applicazione, operatore }
    }

    fn entrambi(&self) -> [(&str, String, String); 2] {
        let (a, o) = (&self.applicazione, &self.operatore);
        let coda = "ad accedere alla risorsa richiesta.";
        [
            (
                a,
                format!("Applicazione [{a}] non autorizzata {coda}"),
                format!("Applicazione [{a}] disabilitata."),
            ),
            (o, format!("Operatore [{o}] non autorizzato {coda}"), format!("Operatore [{o}] disabilitato.")),
        ]
    }
}

pub(super) fn acl(coppie: impl IntoIterator<Item = (&'static str, char)>) -> Value {
    let mut per_servizio = BTreeMap::<&str, Vec<String>>::new();
    for (s, l) in coppie {
        per_servizio.entry(s).or_default().push(l.to_string());
    }
    per_servizio.into_iter().map(|(s, l)| json!({"servizio": s, "autorizzazioni": l})).collect()
}

pub(super) fn tutti_i_diritti() -> impl Iterator<Item = (&'static str, char)> {
    SERVIZI.iter().flat_map(|s| [(*s, 'R'), (*s, 'W')])
}

#[track_caller]
fn passa(r: &Risposta, dove: &str) {
    assert!(!matches!(r.stato(), 401 | 403 | 500..), "{dove}: {} {}", r.stato(), r.testo());
}

#[track_caller]
fn negato(r: &Risposta, dettaglio: &str, dove: &str) {
    let atteso = json!({
        "categoria": "AUTORIZZAZIONE", "codice": "403000", "descrizione": "Operazione non autorizzata",
        "dettaglio": dettaglio,
    });
    assert_eq!((r.stato(), r.json()), (403, atteso), "{dove}");
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_rotta_del_backoffice_vuole_il_suo_diritto_e_basta(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    // Exactly one right, and all but that one.
    let (mut solo, mut senza) = (BTreeMap::new(), BTreeMap::new());
    for (n, d) in tutti_i_diritti().enumerate() {
        solo.insert(d, Coppia::crea(&app, &format!("solo-{n}"), &json!({"acl": acl([d])})).await);
        let tranne = acl(tutti_i_diritti().filter(|x| *x != d));
        senza.insert(d, Coppia::crea(&app, &format!("senza-{n}"), &json!({"acl": tranne})).await);
    }
    let nessuno = Coppia::crea(&app, "nessuno", &json!({})).await;
    let spento = json!({"acl": acl(tutti_i_diritti()), "abilitato": false});
    let spento = Coppia::crea(&app, "spento", &spento).await;
    let rotte: Vec<_> =
        api::rotte_dichiarate().into_iter().filter(|r| r.0 == Componente::ApiBackoffice).collect();
    assert!(rotte.len() > 40, "{rotte:?}");
    for (componente, versione, metodo, percorso) in &rotte {
        let (componente, versione, metodo, percorso) = (*componente, *versione, metodo.as_str(), *percorso);
        let serve = serve(componente, metodo, percorso);
        let serve = serve.unwrap_or_else(|| panic!("nessuna riga della spec per {metodo} {percorso}"));
        let cliente = app.cliente(&base(componente, "header", versione));
        let dove = concreto(percorso);
        let chiama = async |chi: &str| {
            let chi = Chi { base: cliente.clone(), principal: chi.to_owned() };
            chi.chiama(metodo, &dove).await
        };
        let (passano, negati): (Vec<&Coppia>, Vec<&Coppia>) = match serve {
            Serve::Niente => (vec![&nessuno, &spento], vec![]),
            Serve::Abilitato | Serve::Tendina => (vec![&nessuno], vec![]),
            Serve::Giornale if percorso.contains('{') => {
                (vec![&solo[&("Giornale degli Eventi", 'R')]], vec![])
            }
            Serve::Giornale => {
                let d = ("Giornale degli Eventi", 'R');
                (vec![&solo[&d]], vec![&nessuno, &senza[&d], &solo[&(d.0, 'W')]])
            }
            Serve::Diritto(s, l) => {
                let altra = if l == 'R' { 'W' } else { 'R' };
                (vec![&solo[&(s, l)]], vec![&nessuno, &senza[&(s, l)], &solo[&(s, altra)]])
            }
            Serve::Bandiera => panic!("{metodo} {percorso}: il Backoffice non ne ha"),
        };
        for coppia in passano {
            for (chi, _, _) in coppia.entrambi() {
                passa(&chiama(chi).await, &format!("{chi} {metodo} {percorso}"));
            }
        }
        for coppia in negati {
            for (chi, testo, _) in coppia.entrambi() {
                negato(&chiama(chi).await, &testo, &format!("{chi} {metodo} {percorso}"));
            }
        }
        if serve != Serve::Niente {
            for (chi, _, testo) in spento.entrambi() {
                negato(&chiama(chi).await, &testo, &format!("{chi} {metodo} {percorso}"));
            }
        }
        let pubblica = app.cliente(&base(componente, "public", versione));
        let r = Chi { base: pubblica, principal: "nessuno".to_owned() }.chiama(metodo, &dove).await;
        if aperta_agli_anonimi(metodo, percorso) {
            passa(&r, &format!("anonimo {metodo} {percorso}"));
        } else {
            let atteso = json!({
                "categoria": "AUTORIZZAZIONE", "codice": "403", "descrizione": "Richiesta non autorizzata.",
                "dettaglio": "Accesso anonimo non consentito",
            });
            assert_eq!((r.stato(), r.json()), (403, atteso), "anonimo {metodo} {percorso}");
        }
    }
}

/// The other APIs are for applicazioni with the flag of that API, and for no operatore whatever he has.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_rotta_delle_altre_api_vuole_la_sua_bandiera(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let bandiere = [
        (Componente::ApiPendenze, "apiPendenze"),
        (Componente::ApiPagamento, "apiPagamenti"),
        (Componente::ApiRagioneria, "apiRagioneria"),
    ];
    let bo = app.backoffice();
    let applicazione = async |id: &str, accese: &[&str], abilitato: bool| {
        let mut corpo = json!({
            "principal": id, "domini": ["*"], "tipiPendenza": ["*"], "acl": acl(tutti_i_diritti()),
            "abilitato": abilitato,
        });
        for b in accese {
            corpo[*b] = json!(true);
        }
        bo.put(&format!("/applicazioni/{id}"), &corpo).await.con_stato(201);
    };
    let tutte = bandiere.map(|(_, b)| b);
    for (_, bandiera) in bandiere {
        applicazione(&format!("solo-{bandiera}"), &[bandiera], true).await;
        let altre: Vec<&str> = tutte.into_iter().filter(|b| *b != bandiera).collect();
        applicazione(&format!("senza-{bandiera}"), &altre, true).await;
    }
    applicazione("spenta", &tutte, false).await;
    let operatore = json!({
        "ragioneSociale": "Umano", "abilitato": true, "domini": ["*"], "tipiPendenza": ["*"],
        "acl": acl(tutti_i_diritti()),
    });
    bo.put("/operatori/umano", &operatore).await.con_stato(201);
    let mut viste = 0;
    for (componente, versione, metodo, percorso) in &api::rotte_dichiarate() {
        let (componente, versione, metodo, percorso) = (*componente, *versione, metodo.as_str(), *percorso);
        let Some((_, bandiera)) = bandiere.iter().find(|(c, _)| *c == componente) else { continue };
        viste += 1;
        let serve = serve(componente, metodo, percorso).expect("una riga");
        let cliente = app.cliente(&base(componente, "header", versione));
        let (solo, senza) = (format!("solo-{bandiera}"), format!("senza-{bandiera}"));
        // What is of an applicazione is for itself only.
        let dove = concreto(&percorso.replace("{idA2A}", &solo));
        let chiama = async |chi: &str| {
            Chi { base: cliente.clone(), principal: chi.to_owned() }.chiama(metodo, &dove).await
        };
        let qui = format!("{metodo} {componente:?} v{versione} {percorso}");
        passa(&chiama(&solo).await, &qui);
        let coda = "ad accedere alla risorsa richiesta.";
        if serve == Serve::Bandiera {
            negato(&chiama(&senza).await, &format!("Applicazione [{senza}] non autorizzata {coda}"), &qui);
            negato(&chiama("umano").await, &format!("Operatore [Umano] non autorizzato {coda}"), &qui);
        } else {
            passa(&chiama(&senza).await, &qui);
            passa(&chiama("umano").await, &qui);
        }
        if serve != Serve::Niente {
            negato(&chiama("spenta").await, "Applicazione [spenta] disabilitata.", &qui);
        }
    }
    assert!(viste > 10, "{viste}");
}
