//! The SOAP service of the Node and what it leaves behind (spec 40).

mod attiva;
mod attiva_forme;
mod certificato;
mod controlli;
mod eventi;
mod guasti;
mod protocollo;
mod ricevute;
mod ricevute_insieme;
mod risoluzione;
mod rpp;
mod rpp_elenco;
mod scadenza;

use domain::{IdDominio, Importo};
use pagopa::ccp::{
    AttivaReq, DatiPagamento, EsitoRicevuta, InvioRicevuta, Ricevuta, Richiesta, TransferRicevuta,
    TransferType, VerificaReq, Versione,
};
use pagopa::nodo::{self, Risposta as DelNodo};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{Anagrafica, Backend, Cliente, Risposta, TestApp};

pub(crate) const DOMINIO: &str = "12345678901";
pub(crate) const ALTRO: &str = "10987654321";
pub(crate) const BROKER: &str = "11111111113";
pub(crate) const STAZIONE: &str = "11111111113_01";
/// Of the standard anagrafica, then others.
pub(crate) const IBAN: &str = "IT02L1234512345123456789012";
pub(crate) const APPOGGIO: &str = "IT03L0760112345123456789012";
pub(crate) const TERZO: &str = "IT04L1234512345123456789012";
pub(crate) const VERSIONI: [Versione; 2] = [Versione::V1, Versione::V2];

/// The n-th notice of the standard dominio.
pub(crate) fn nav(n: u64) -> String {
    let testa = format!("301{n:013}");
    let resto = testa.parse::<u64>().unwrap() % 93;
    format!("{testa}{resto:02}")
}

/// Its reference.
pub(crate) fn iuv(nav: &str) -> &str {
    &nav[1..]
}

/// The gateway with the standard anagrafica.
pub(crate) async fn pronta(backend: Backend) -> TestApp {
    let app = TestApp::nuova(backend).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// The same with workers that look for nothing, so that only what a test does is counted.
pub(crate) async fn quieta(backend: Backend) -> TestApp {
    let app = TestApp::con(backend, |c| c.worker.poll_millis = 3_600_000).await;
    Anagrafica::standard().crea(&app).await;
    app
}

/// Waits until something is there, ten seconds at most.
pub(crate) async fn finche<T, F: Future<Output = Option<T>>>(cosa: &str, mut prova: impl FnMut() -> F) -> T {
    let fine = Instant::now() + Duration::from_secs(10);
    loop {
        if let Some(t) = prova().await {
            return t;
        }
        assert!(Instant::now() < fine, "non e' successo: {cosa}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// A voce on the entrata of the standard anagrafica.
pub(crate) fn voce(id: &str, importo: f64) -> Value {
    json!({ "idVocePendenza": id, "importo": importo, "descrizione": format!("Voce {id}"), "codEntrata": "TARI" })
}

/// A pendenza of these voci.
pub(crate) fn corpo(nav: &str, voci: &[Value]) -> Value {
    let totale: f64 = voci.iter().map(|v| v["importo"].as_f64().unwrap()).sum();
    json!({
        "idDominio": DOMINIO, "idTipoPendenza": "TARI", "causale": "TARI 2026",
        "soggettoPagatore": {
            "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi",
            "indirizzo": "Piazza della Vittoria", "civico": "10/A", "cap": "00100", "localita": "Roma",
            "provincia": "RM", "nazione": "IT", "email": "mario.rossi@example.org"
        },
        "importo": (totale * 100.0).round() / 100.0, "numeroAvviso": nav, "dataScadenza": "2026-12-31",
        "voci": voci
    })
}

pub(crate) async fn carica(app: &TestApp, id: &str, corpo: &Value) {
    let r = app.applicazione().put(&format!("/pendenze/GESTIONALE/{id}"), corpo).await;
    assert!(matches!(r.stato(), 200 | 201), "{} {}", r.stato(), r.testo());
}

/// A pendenza of one voce of 45.01.
pub(crate) async fn carica_una(app: &TestApp, n: u64) -> String {
    let nav = nav(n);
    carica(app, &format!("P{n}"), &corpo(&nav, &[voce("V1", 45.01)])).await;
    nav
}

/// The detail of a pendenza.
pub(crate) async fn dettaglio(app: &TestApp, id: &str) -> Value {
    app.applicazione().get(&format!("/pendenze/GESTIONALE/{id}")).await.con_stato(200).json()
}

/// `stato` of the attempts of a detail, oldest first.
pub(crate) fn stati(dettaglio: &Value) -> Vec<&str> {
    dettaglio["rpp"].as_array().unwrap().iter().map(|r| r["stato"].as_str().unwrap()).collect()
}

pub(crate) fn verifica(nav: &str) -> Richiesta {
    Richiesta::Verifica(VerificaReq {
        id_pa: DOMINIO.to_owned(),
        id_broker_pa: BROKER.to_owned(),
        id_station: STAZIONE.to_owned(),
        fiscal_code: IdDominio::fidato(DOMINIO),
        notice_number: nav.to_owned(),
    })
}

pub(crate) fn attiva(versione: Versione, nav: &str) -> Richiesta {
    Richiesta::Attiva(attiva_req(versione, nav))
}

pub(crate) fn attiva_req(versione: Versione, nav: &str) -> AttivaReq {
    AttivaReq {
        versione,
        id_pa: DOMINIO.to_owned(),
        id_broker_pa: BROKER.to_owned(),
        id_station: STAZIONE.to_owned(),
        fiscal_code: IdDominio::fidato(DOMINIO),
        notice_number: nav.to_owned(),
        amount: Some(Importo::da_centesimi(1)),
        payment_note: Some("carrello-000123".to_owned()),
        transfer_type: Some(TransferType::PagoPa),
        due_date: None,
    }
}

/// The receipt of an activation: what it asked, paid.
pub(crate) fn ricevuta(
    versione: Versione,
    dati: &DatiPagamento,
    nav: &str,
    receipt_id: &str,
) -> InvioRicevuta {
    InvioRicevuta {
        versione,
        id_pa: DOMINIO.to_owned(),
        id_broker_pa: BROKER.to_owned(),
        id_station: STAZIONE.to_owned(),
        ricevuta: Ricevuta {
            receipt_id: receipt_id.to_owned(),
            notice_number: nav.to_owned(),
            fiscal_code: IdDominio::fidato(DOMINIO),
            outcome: EsitoRicevuta::Ok,
            creditor_reference_id: dati.creditor_reference_id.clone(),
            payment_amount: dati.payment_amount,
            description: dati.description.clone(),
            company_name: "Ente Creditore di prova".to_owned(),
            office_name: dati.office_name.clone(),
            debtor: dati.debtor.clone(),
            transfers: dati.transfers.iter().map(|t| trasferito(t, versione)).collect(),
            id_psp: "AGID_01".to_owned(),
            psp_fiscal_code: Some("22222222222".to_owned()),
            psp_partita_iva: None,
            psp_company_name: "Banca Esempio S.p.A.".to_owned(),
            id_channel: "22222222222_01".to_owned(),
            channel_description: "app".to_owned(),
            payer: None,
            payment_method: Some("creditCard".to_owned()),
            payment_note: None,
            fee: Some(Importo::da_centesimi(150)),
            primary_ci_incurred_fee: None,
            id_bundle: None,
            id_ci_bundle: None,
            payment_date_time: Some(domain::Istante::da_roma(jiff::civil::datetime(
                2026, 3, 10, 9, 15, 30, 0,
            ))),
            application_date: None,
            transfer_date: None,
            metadata: Vec::new(),
            stand_in: None,
        },
    }
}

pub(crate) fn trasferito(t: &pagopa::ccp::Trasferimento, versione: Versione) -> TransferRicevuta {
    TransferRicevuta {
        id_transfer: t.id,
        amount: t.amount,
        fiscal_code_pa: t.fiscal_code_pa.clone(),
        company_name: t.company_name.clone().filter(|_| versione == Versione::V2),
        iban: t.iban.clone(),
        mbd_attachment: t.bollo.as_ref().map(|_| b"<marcaDaBollo/>".to_vec()),
        remittance_information: t.remittance.clone(),
        transfer_category: t.category.clone(),
        metadata: Vec::new(),
    }
}

/// Sends a request as the Node does and reads the answer, which must be HTTP 200 and valid.
pub(crate) async fn manda(nodo: &Cliente, r: &Richiesta) -> DelNodo {
    leggi(&grezza(nodo, r).await.con_stato(200))
}

/// Sends a request as the Node does.
pub(crate) async fn grezza(nodo: &Cliente, r: &Richiesta) -> Risposta {
    nodo.soap(std::str::from_utf8(&nodo::scrivi(r)).unwrap()).await
}

pub(crate) fn leggi(r: &Risposta) -> DelNodo {
    assert_eq!(r.intestazione("content-type"), Some("text/xml;charset=UTF-8"));
    nodo::leggi(r.corpo(), r.intestazione("content-type"))
        .unwrap_or_else(|e| panic!("risposta non valida ({e}): {}", r.testo()))
}

/// An activation that must go well.
pub(crate) async fn attivata(app: &TestApp, versione: Versione, nav: &str) -> DatiPagamento {
    match manda(&app.nodo(), &attiva(versione, nav)).await {
        DelNodo::Attiva(v, dati) if v == versione => *dati,
        altro => panic!("{altro:?}"),
    }
}

pub(crate) async fn manda_ricevuta(app: &TestApp, r: &InvioRicevuta) -> DelNodo {
    manda(&app.nodo(), &Richiesta::Ricevuta(Box::new(r.clone()))).await
}

/// A receipt that must be accepted.
pub(crate) async fn accettata(app: &TestApp, r: &InvioRicevuta) {
    assert_eq!(manda_ricevuta(app, r).await, DelNodo::RicevutaAccettata(r.versione));
}

/// Code and description of a KO, which must name the dominio and have the text of its code.
pub(crate) fn ko(r: DelNodo) -> (String, Option<String>) {
    match r {
        DelNodo::Ko(_, f) => {
            assert_eq!(f.id, DOMINIO);
            let codice = pagopa::ccp::FaultCode::TUTTI.into_iter().find(|c| c.codice() == f.codice).unwrap();
            assert_eq!(f.testo, codice.testo());
            (f.codice, f.descrizione)
        }
        altro => panic!("{altro:?}"),
    }
}

/// A KO with this code and description.
pub(crate) fn e_ko(r: DelNodo, codice: &str, descrizione: Option<&str>) {
    assert_eq!(ko(r), (codice.to_owned(), descrizione.map(str::to_owned)));
}

/// The directory of the reference material, where there is one.
pub(crate) fn riferimento() -> Option<std::path::PathBuf> {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/reference");
    if dir.is_dir() {
        return Some(dir);
    }
    println!("skipped: no reference material");
    None
}
