//! A pendenza with its attempt and receipt, written as the use cases of the Node write them.

use domain::notifica::Notifica;
use domain::pendenza::{ChiavePendenza, Pendenza};
use domain::tentativo::{
    EsitoPagamento, ModelloPagamento, Riscossione, StatoRiscossione, StatoTentativo, Tentativo,
    TipoRiscossione, VersioneTentativo,
};
use domain::{IdA2A, IdPendenza, Importo, Istante};
use engine::notifiche::{nuova_chiave, per_attivazione, per_ricevuta};
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use store::tentativi::{TipoMessaggio, conserva};
use store::{Scrittura, notifiche, riscossioni, tentativi};
use testkit::{Anagrafica, TestApp};

pub(super) const NAV: &str = "301000000001234519";
pub(super) const IUV: &str = "01000000001234519";
pub(super) const RICEVUTA: &str = "c110729d258c4ab1b765fe902aae41d6";

/// The body of a pendenza of one voce.
pub(super) fn corpo_pendenza(avviso: &str) -> Value {
    json!({
        "idDominio": "12345678901", "idTipoPendenza": "TARI", "causale": "TARI 2026",
        "soggettoPagatore": {
            "tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi",
            "indirizzo": "Piazza della Vittoria", "email": "mario.rossi@example.org"
        },
        "importo": 45.01, "numeroAvviso": avviso, "dataScadenza": "2099-12-31", "annoRiferimento": 2026,
        "direzione": "Tributi", "datiAllegati": { "pratica": 12 },
        "voci": [{
            "idVocePendenza": "V1", "importo": 45.01, "descrizione": "Rata unica", "codEntrata": "TARI",
            "contabilita": { "quote": [{ "capitolo": "CP1", "annoEsercizio": 2026, "importo": 45.01 }] }
        }]
    })
}

/// Loads a pendenza through API Pendenze and reads it back.
pub(super) async fn carica(app: &TestApp, id: &str, avviso: &str) -> Pendenza {
    carica_cosi(app, id, &corpo_pendenza(avviso)).await
}

/// The same with another body.
pub(super) async fn carica_cosi(app: &TestApp, id: &str, corpo: &Value) -> Pendenza {
    let r = app.applicazione().put(&format!("/pendenze/GESTIONALE/{id}"), corpo).await;
    assert_eq!(r.stato(), 201, "{}", r.testo());
    let chiave = ChiavePendenza { id_a2a: IdA2A::fidato("GESTIONALE"), id_pendenza: IdPendenza::fidato(id) };
    app.engine().store().pendenza(&chiave).await.unwrap().unwrap()
}

fn soggetto() -> &'static str {
    "<debtor><uniqueIdentifier><entityUniqueIdentifierType>F</entityUniqueIdentifierType>\
     <entityUniqueIdentifierValue>RSSMRA30A01H501I</entityUniqueIdentifierValue></uniqueIdentifier>\
     <fullName>Mario Rossi</fullName><streetName>Piazza della Vittoria</streetName></debtor>"
}

/// The stored request of a V2 activation.
pub(super) fn rpt(p: &Pendenza) -> Vec<u8> {
    format!(
        "<paf:paGetPaymentV2Response xmlns:paf=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\">\
         <outcome>OK</outcome><data><creditorReferenceId>{iuv}</creditorReferenceId>\
         <paymentAmount>45.01</paymentAmount><dueDate>2099-12-31</dueDate><lastPayment>true</lastPayment>\
         <description>TARI 2026</description><companyName>Ente Creditore di prova</companyName>{debtor}\
         <transferList><transfer><idTransfer>1</idTransfer><transferAmount>45.01</transferAmount>\
         <fiscalCodePA>12345678901</fiscalCodePA><companyName>Ente Creditore di prova</companyName>\
         <IBAN>IT02L1234512345123456789012</IBAN>\
         <remittanceInformation>/RFB/{iuv}/45.01/TXT/Rata unica</remittanceInformation>\
         <transferCategory>9/0101101IM</transferCategory></transfer></transferList></data>\
         </paf:paGetPaymentV2Response>",
        iuv = p.iuv,
        debtor = soggetto(),
    )
    .into_bytes()
}

/// The stored receipt of a V2 payment; `extra` stands after the fee.
pub(super) fn rt(p: &Pendenza, ricevuta: &str, extra: &str) -> Vec<u8> {
    format!(
        "<paf:paSendRTV2Request xmlns:paf=\"http://pagopa-api.pagopa.gov.it/pa/paForNode.xsd\">\
         <idPA>12345678901</idPA><idBrokerPA>11111111113</idBrokerPA><idStation>11111111113_01</idStation>\
         <receipt><receiptId>{ricevuta}</receiptId><noticeNumber>{nav}</noticeNumber>\
         <fiscalCode>12345678901</fiscalCode><outcome>OK</outcome>\
         <creditorReferenceId>{iuv}</creditorReferenceId><paymentAmount>45.01</paymentAmount>\
         <description>TARI 2026</description><companyName>Ente Creditore di prova</companyName>{debtor}\
         <transferList><transfer><idTransfer>1</idTransfer><transferAmount>45.01</transferAmount>\
         <fiscalCodePA>12345678901</fiscalCodePA><companyName>Ente Creditore di prova</companyName>\
         <IBAN>IT02L1234512345123456789012</IBAN>\
         <remittanceInformation>/RFB/{iuv}/45.01/TXT/Rata unica</remittanceInformation>\
         <transferCategory>9/0101101IM</transferCategory></transfer></transferList>\
         <idPSP>AGID_01</idPSP><pspFiscalCode>22222222222</pspFiscalCode>\
         <PSPCompanyName>Banca Esempio S.p.A.</PSPCompanyName><idChannel>22222222222_01</idChannel>\
         <channelDescription>app</channelDescription><paymentMethod>creditCard</paymentMethod>\
         <fee>1.50</fee><paymentDateTime>2026-03-10T09:15:30</paymentDateTime>{extra}</receipt>\
         </paf:paSendRTV2Request>",
        nav = p.numero_avviso,
        iuv = p.iuv,
        debtor = soggetto(),
    )
    .into_bytes()
}

/// What stands between the cause of a notification and its delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Campanello {
    /// Rings the worker after the commit.
    Suona,
    /// Leaves the row to whoever finds it.
    Tace,
}

async fn salva(app: &TestApp, mut s: Scrittura, n: Option<Notifica>, c: Campanello) {
    if let Some(n) = &n {
        notifiche::accoda(&mut s, n);
    }
    app.engine().store().commit(s).await.unwrap();
    if c == Campanello::Suona {
        app.engine().porte().sveglia.notify_one();
    }
}

/// An attempt that begins.
pub(super) async fn attiva(app: &TestApp, p: &Pendenza, c: Campanello) -> Tentativo {
    let engine = app.engine();
    let id = engine.store().nuovi_id(2).await.unwrap();
    let adesso = engine.adesso();
    let t = Tentativo {
        id,
        pendenza: p.id,
        dominio: p.dominio.clone(),
        iuv: p.iuv.clone(),
        ccp: format!("{id:032x}"),
        versione: VersioneTentativo::Sanp321V2,
        modello: ModelloPagamento::AdIniziativaPsp,
        stato: StatoTentativo::RptAccettataNodo,
        descrizione_stato: None,
        esito: EsitoPagamento::InCorso,
        cod_msg_richiesta: format!("{id:032x}"),
        data_msg_richiesta: adesso,
        cod_stazione: "11111111113_01".to_owned(),
        cod_carrello: None,
        bloccante: false,
        cod_msg_ricevuta: None,
        data_msg_ricevuta: None,
        importo_totale_pagato: None,
        cod_attestante: None,
        denominazione_attestante: None,
        cod_psp: None,
        cod_canale: None,
        tipo_versamento: None,
        ha_rpt: true,
        ha_rt: false,
    };
    let mut s = Scrittura::nuova();
    tentativi::inserisci(&mut s, &t);
    conserva(&mut s, t.id, TipoMessaggio::Rpt, &rpt(p));
    let a = engine.registro().applicazione("GESTIONALE").await.unwrap().unwrap();
    let n = per_attivazione(&a, &t, id + 1, nuova_chiave(), adesso);
    salva(app, s, n, c).await;
    t
}

/// The receipt of an attempt.
pub(super) async fn ricevi(
    app: &TestApp,
    p: &Pendenza,
    t: &Tentativo,
    ricevuta: &str,
    c: Campanello,
) -> Tentativo {
    let engine = app.engine();
    let id = engine.store().nuovi_id(2).await.unwrap();
    let adesso = engine.adesso();
    let mut dopo = t.clone();
    ricevuta.clone_into(&mut dopo.ccp);
    dopo.stato = StatoTentativo::RtAccettataPa;
    dopo.esito = EsitoPagamento::Eseguito;
    dopo.cod_msg_ricevuta = Some(ricevuta.to_owned());
    dopo.data_msg_ricevuta = Some(adesso);
    dopo.importo_totale_pagato = Some(Importo::da_centesimi(4501));
    dopo.denominazione_attestante = Some("Banca Esempio S.p.A.".to_owned());
    dopo.cod_psp = Some("AGID_01".to_owned());
    dopo.cod_canale = Some("22222222222_01".to_owned());
    dopo.ha_rt = true;
    let mut s = Scrittura::nuova();
    tentativi::aggiorna(&mut s, t, &dopo);
    conserva(&mut s, t.id, TipoMessaggio::Rt, &rt(p, ricevuta, ""));
    riscossioni::inserisci(&mut s, &riscossione(p, &dopo, id, adesso), adesso);
    let a = engine.registro().applicazione("GESTIONALE").await.unwrap().unwrap();
    let n = per_ricevuta(&a, &dopo, id + 1, nuova_chiave(), adesso);
    salva(app, s, n, c).await;
    dopo
}

/// The last voce of the pendenza is the one that was collected.
fn riscossione(p: &Pendenza, t: &Tentativo, id: i64, adesso: Istante) -> Riscossione {
    Riscossione {
        id,
        pendenza: p.id,
        voce: p.voci.last().map(|v| v.id),
        tentativo: Some(t.id),
        dominio: p.dominio.clone(),
        iuv: p.iuv.clone(),
        iur: t.ccp.clone(),
        indice: p.voci.last().map_or(1, |v| v.indice),
        importo: Importo::da_centesimi(4501),
        data: adesso,
        commissioni: Some(Importo::da_centesimi(150)),
        stato: StatoRiscossione::Pagato,
        tipo: TipoRiscossione::Entrata,
        allegato: None,
    }
}

/// A whole case: anagrafica with that connector and a pendenza.
pub(super) async fn prepara(app: &TestApp, ente: &str, versione: &'static str) -> Pendenza {
    Anagrafica::standard().ente(ente, versione).crea(app).await;
    carica(app, "P1", NAV).await
}

/// Rows of GET /notifiche, newest first.
pub(super) async fn elenco_notifiche(app: &TestApp) -> Vec<Value> {
    let r = app.backoffice().get("/notifiche").await.con_stato(200);
    r.json()["risultati"].as_array().unwrap().clone()
}

/// Asks again until the answer is right, 15 seconds at most.
pub(super) async fn finche<F: AsyncFnMut() -> Option<T>, T>(cosa: &str, mut prova: F) -> T {
    let fine = Instant::now() + Duration::from_secs(15);
    loop {
        if let Some(t) = prova().await {
            return t;
        }
        assert!(Instant::now() < fine, "mai successo: {cosa}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Waits until every notification is in a state.
pub(super) async fn tutte(app: &TestApp, stato: &str, quante: usize) -> Vec<Value> {
    finche(&format!("{quante} notifiche in stato {stato}"), async || {
        let n = elenco_notifiche(app).await;
        (n.len() == quante && n.iter().all(|x| x["stato"] == stato)).then_some(n)
    })
    .await
}

/// Events by a query.
pub(super) async fn eventi(app: &TestApp, query: &str) -> Vec<Value> {
    let r = app.backoffice().get(&format!("/eventi?messaggi=true&{query}")).await.con_stato(200);
    r.json()["risultati"].as_array().unwrap().clone()
}
