//! API Ragioneria v1, v2, v3, and the riscossioni of API Backoffice (spec 10 sections 1, 3.5, 4.3, 4.5, 4.6;
//! spec 50 sections 2 and 8).

mod ambiti;
mod dettaglio;
mod elenco;
mod porte;

use crate::nodo::{ALTRO, DOMINIO, IBAN, STAZIONE, accettata, attiva_req, corpo, manda, nav, ricevuta, voce};
use domain::IdDominio;
use domain::Istante;
use pagopa::ccp::{DatiPagamento, Richiesta, Versione};
use pagopa::nodo::Risposta as DelNodo;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Anagrafica, Backend, Cliente, TestApp};

pub(crate) const RAGIONERIA: &str = "/govpay/backend/api/ragioneria/rs/basic";
/// The applicazione that keeps the accounts: every dominio, no tipo, no pendenza of its own.
pub(crate) const CHI: (&str, &str) = ("ragioneria", "Ragioneria1");
/// Another dominio of ours, with a logo.
pub(crate) const B: &str = "22222222222";
const MARCA: &str = "<marcaDaBollo xmlns=\"http://www.agenziaentrate.gov.it/2014/MarcaDaBollo\">\
    <PSP><CodiceFiscale>22222222222</CodiceFiscale></PSP><IUBD>0001</IUBD></marcaDaBollo>";

/// The body of an applicazione with this API.
pub(crate) fn contabile(principal: &str, domini: &Value) -> Value {
    json!({
        "principal": principal, "password": CHI.1, "abilitato": true, "apiRagioneria": true,
        "domini": domini, "tipiPendenza": []
    })
}

/// Two domini of ours and one that is not, an office, a second type, the stamp, the applicazione.
pub(crate) async fn prepara(app: &TestApp) {
    Anagrafica::standard().crea(app).await;
    let bo = app.backoffice();
    let d = format!("/domini/{DOMINIO}");
    let ente = json!({
        "ragioneSociale": "Provincia di prova", "intermediato": true, "stazione": STAZIONE, "auxDigit": "3",
        "segregationCode": "02", "abilitato": true, "scaricaFr": false, "logo": "iVBORw0KGgo="
    });
    let altrui =
        json!({ "ragioneSociale": "Di altri", "intermediato": false, "abilitato": true, "scaricaFr": false });
    for (percorso, corpo) in [
        (format!("{d}/unitaOperative/UO1"), json!({ "ragioneSociale": "Ufficio", "abilitato": true })),
        (format!("{d}/entrate/BOLLOT"), json!({ "abilitato": true })),
        ("/tipiPendenza/IMU".to_owned(), json!({ "descrizione": "Imposta" })),
        (format!("{d}/tipiPendenza/IMU"), json!({})),
        (format!("/domini/{B}"), ente),
        (format!("/domini/{B}/contiAccredito/{IBAN}"), json!({})),
        (format!("/domini/{B}/entrate/TARI"), json!({ "ibanAccredito": IBAN })),
        (format!("/domini/{B}/tipiPendenza/TARI"), json!({})),
        (format!("/domini/{ALTRO}"), altrui),
        ("/applicazioni/RAGIONERIA".to_owned(), contabile(CHI.0, &json!(["*"]))),
    ] {
        let r = bo.put(&percorso, &corpo).await;
        assert!(matches!(r.stato(), 200 | 201), "PUT {percorso}: {} {}", r.stato(), r.testo());
    }
    let patch = json!([{ "op": "ADD", "path": "/domini", "value": "*" }]);
    bo.patch("/applicazioni/GESTIONALE", &patch).await.con_stato(200);
}

/// P1, with all that a pendenza may have, and its three lines: two for the dominio, one for somebody else's.
fn p1() -> Value {
    let mut prima = voce("V1", 45.01);
    prima["datiAllegati"] = json!({ "b": 1 });
    prima["descrizioneCausaleRPT"] = json!("Causa");
    prima["contabilita"] =
        json!({ "quote": [{ "capitolo": "C", "annoEsercizio": "2026", "importo": 45.01 }] });
    prima["metadata"] = json!({ "mapEntries": [{ "key": "k", "value": "v" }] });
    let seconda = json!({
        "idVocePendenza": "V2", "importo": 10.0, "descrizione": "Voce V2", "ibanAccredito": IBAN,
        "tipoContabilita": "CAPITOLO", "codiceContabilita": "3321"
    });
    let mut p = corpo(&nav(1), &[prima, seconda, voce("V3", 3.0)]);
    for (nome, v) in [
        ("idUnitaOperativa", json!("UO1")),
        ("dataValidita", json!("2026-06-30")),
        ("annoRiferimento", json!(2026)),
        ("cartellaPagamento", json!("A1")),
        ("datiAllegati", json!({ "a": 1 })),
        ("tassonomia", json!("Imposte")),
        ("tassonomiaAvviso", json!("Imposte e tasse")),
        ("direzione", json!("Nord")),
        ("divisione", json!("Uno")),
        ("documento", json!({ "identificativo": "DOC1", "descrizione": "Rate", "rata": 1 })),
        ("proprieta", json!({ "lineaTestoRicevuta1": "riga" })),
    ] {
        p[nome] = v;
    }
    p
}

/// The notice of P3, which is of [`B`].
fn nav_b() -> String {
    let testa = format!("302{:013}", 3);
    format!("{testa}{:02}", testa.parse::<u64>().expect("un numero") % 93)
}

/// Loads three pendenze and pays them a day after the other, the latest payment first: P3 of the 12th of March, P2
/// with a stamp of the 11th, P1 of the 10th. Gives back when each was known, from P1 on.
pub(crate) async fn paga_tre(app: &TestApp) -> [Istante; 3] {
    let bollo = json!({
        "idVocePendenza": "V2", "importo": 16.0, "descrizione": "Marca da bollo", "tipoBollo": "01",
        "hashDocumento": "a/CWqtFtCEyA/ymBySahGSaqKMiak5mlX3BoX0jupy8=", "provinciaResidenza": "RO"
    });
    let mut p2 = corpo(&nav(2), &[voce("V1", 20.0), bollo]);
    p2["idTipoPendenza"] = json!("IMU");
    let mut p3 = corpo(&nav_b(), &[voce("V1", 7.5)]);
    p3["idDominio"] = json!(B);
    let mut quando = [app.engine().adesso(); 3];
    for (n, corpo, avviso, dominio) in
        [(3, p3, nav_b(), B), (2, p2, nav(2), DOMINIO), (1, p1(), nav(1), DOMINIO)]
    {
        crate::nodo::carica(app, &format!("P{n}"), &corpo).await;
        let dati = attivata_per(app, &avviso, dominio).await;
        let mut r = ricevuta(Versione::V2, &dati, &avviso, &format!("R{n}"));
        r.id_pa = dominio.to_owned();
        r.ricevuta.fiscal_code = IdDominio::fidato(dominio);
        let giorno = jiff::civil::datetime(2026, 3, 9 + n, 9, 15, 30, 0);
        r.ricevuta.payment_date_time = Some(Istante::da_roma(giorno));
        match n {
            1 => r.ricevuta.transfers[2].fiscal_code_pa = IdDominio::fidato(ALTRO),
            2 => r.ricevuta.transfers[1].mbd_attachment = Some(MARCA.as_bytes().to_vec()),
            _ => {}
        }
        accettata(app, &r).await;
        quando[usize::try_from(n).expect("un posto") - 1] = app.engine().adesso();
        app.orologio().avanza(Duration::from_secs(86_400));
    }
    quando
}

async fn attivata_per(app: &TestApp, avviso: &str, dominio: &str) -> DatiPagamento {
    let mut r = attiva_req(Versione::V2, avviso);
    r.id_pa = dominio.to_owned();
    r.fiscal_code = IdDominio::fidato(dominio);
    match manda(&app.nodo(), &Richiesta::Attiva(r)).await {
        DelNodo::Attiva(_, dati) => *dati,
        altro => panic!("{altro:?}"),
    }
}

/// The three pendenze of [`paga_tre`], quiet.
async fn scena(backend: Backend) -> (TestApp, [Istante; 3]) {
    let app = TestApp::con(backend, |c| (c.worker.jobs, c.worker.notifiche) = (false, false)).await;
    prepara(&app).await;
    let quando = paga_tre(&app).await;
    (app, quando)
}

fn versione(app: &TestApp, n: u32) -> Cliente {
    app.cliente(&format!("{RAGIONERIA}/v{n}")).come(CHI.0, CHI.1)
}

async fn json(c: &Cliente, percorso: &str) -> Value {
    c.get(percorso).await.con_stato(200).json()
}

/// Reference, identifier and place of the rows of a list, in order.
fn righe(busta: &Value) -> Vec<String> {
    let righe = busta["risultati"].as_array().expect("risultati");
    righe.iter().map(|r| format!("{}/{}", r["iur"].as_str().expect("iur"), r["indice"])).collect()
}

fn membri(v: &Value) -> Vec<&str> {
    v.as_object().expect("un oggetto").keys().map(String::as_str).collect()
}

/// Without these members.
fn senza(mut v: Value, tolti: &[&str]) -> Value {
    let o = v.as_object_mut().expect("un oggetto");
    tolti.iter().for_each(|t| drop(o.shift_remove(*t)));
    v
}
