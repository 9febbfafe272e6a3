//! API Pagamento v1, v2, v3: what those who pay see (spec 20 sections 1, 2.5, 6, 8; spec 10 2.6, 3.5, 4.6;
//! spec 30 10.6, 10.7).

pub(crate) mod anonimi;
mod avvisi;
mod dettaglio;
mod elenco;
mod portale;
mod porte;
mod profilo;

use crate::pendenze_v2::{DOMINIO, con, minima, percorso, put};
use http::Method;
use serde_json::{Value, json};
use server::Configurazione;
use testkit::{Anagrafica, Backend, Cliente, Risposta, TestApp};

pub(crate) const PAGAMENTO: &str = "/govpay/frontend/api/pagamento/rs";
/// The applicazione of the portal: sees every dominio and tipo, owns no pendenza.
pub(crate) const PORTALE: (&str, &str) = ("portale", "Portale123");
const MARIO: &str = "RSSMRA30A01H501I";
const LUCIA: &str = "BNCLCU85B41F205X";

/// What this API needs of the installation.
pub(crate) fn configura(c: &mut Configurazione) {
    c.api.pagamento_families = ["basic", "ssl", "spid", "public"].map(str::to_owned).to_vec();
    c.trusted_proxies = vec!["127.0.0.0/8".to_owned()];
}

/// The body of an applicazione of a portal.
pub(crate) fn portale(principal: &str, domini: &Value, tipi: &Value) -> Value {
    json!({
        "principal": principal, "password": PORTALE.1, "abilitato": true, "apiPagamenti": true,
        "domini": domini, "tipiPendenza": tipi
    })
}

/// The standard anagrafica and the portal, quiet.
async fn scena(backend: Backend) -> TestApp {
    scena_con(backend, |_| {}).await
}

async fn scena_con(backend: Backend, altro: impl FnOnce(&mut Configurazione)) -> TestApp {
    let app = TestApp::con(backend, |c| {
        configura(c);
        (c.worker.jobs, c.worker.notifiche) = (false, false);
        altro(c);
    })
    .await;
    Anagrafica::standard().crea(&app).await;
    let corpo = portale(PORTALE.0, &json!(["*"]), &json!(["*"]));
    app.backoffice().put("/applicazioni/PORTALE", &corpo).await.con_stato(201);
    app
}

fn versione(app: &TestApp, n: u32) -> Cliente {
    app.cliente(&format!("{PAGAMENTO}/basic/v{n}")).come(PORTALE.0, PORTALE.1)
}

/// A GET with these headers.
async fn chiede(c: &Cliente, percorso: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    let mut r = c.richiesta(Method::GET, percorso);
    for (nome, valore) in intestazioni {
        r = r.header(*nome, *valore);
    }
    c.manda(r).await
}

/// A GET of a citizen whom SPID vouches for.
async fn cittadino(app: &TestApp, n: u32, codice: &str, percorso: &str) -> Risposta {
    let c = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
    chiede(&c, percorso, &[("X-SPID-FISCALNUMBER", &format!("TINIT-{codice}"))]).await
}

/// A GET of nobody.
async fn anonimo(app: &TestApp, n: u32, percorso: &str, intestazioni: &[(&str, &str)]) -> Risposta {
    chiede(&app.cliente(&format!("{PAGAMENTO}/public/v{n}")), percorso, intestazioni).await
}

/// The smallest pendenza of a debtor.
fn di(codice: &str) -> Value {
    let chi = json!({ "tipo": "F", "identificativo": codice, "anagrafica": "Debitore" });
    con(&minima(), "/soggettoPagatore", chi)
}

/// Loads a pendenza; its notice number.
async fn carica(app: &TestApp, id: &str, corpo: &Value) -> String {
    let r = put(app, id, corpo).await.con_stato(201).json();
    r["numeroAvviso"].as_str().expect("il numero").to_owned()
}

/// The keys of the rows of a list.
fn chiavi(busta: &Value) -> Vec<String> {
    let righe = busta["risultati"].as_array().expect("risultati");
    righe.iter().map(|r| r["idPendenza"].as_str().expect("idPendenza").to_owned()).collect()
}

fn errore(stato: u16, codice: &str, dettaglio: impl Into<String>) -> (u16, String, String) {
    (stato, codice.to_owned(), dettaglio.into())
}

/// Refusal of a caller without the right.
fn negata(chi: &str, motivo: &str) -> (u16, String, String) {
    errore(
        403,
        "403000",
        format!("Utenza [{chi}] non autorizzata ad accedere alla risorsa richiesta{motivo}."),
    )
}

const NON_SUA: &str = ": la pendenza non appartiene al cittadino chiamante";
