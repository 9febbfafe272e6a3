//! API Backoffice v1.

use super::scena::Scena;
use super::{Api, Eccezione};
use crate::nodo::{accettata, attivata, iuv, nav, ricevuta};
use pagopa::ccp::Versione;
use rstest::rstest;
use serde_json::json;
use testkit::{AMMINISTRATORE, Anagrafica, BACKOFFICE, Backend, Cliente};

pub(super) const API: Api = Api {
    nome: "govpay-api-backoffice-v1",
    base: BACKOFFICE,
    chi: AMMINISTRATORE,
    // The stores of a sample body, whose names and passwords are all `testo`, are there.
    configura: |c| c.connettori.stores = crate::configurazioni::ARCHIVI.display().to_string(),
    eccezioni: ECCEZIONI,
    non_ancora: NON_ANCORA,
    solo_nostre: &[
        ("get /domini/{idDominio}/logo", "spec 10 5.2"),
        ("get /sonde", "spec 10 3.6"),
        ("get /sonde/{id}", "spec 10 3.6"),
        ("patch /pendenze/tracciati/{id}", "docs/integrazione.md: a bulk load can be told to end"),
        ("post /logout", "spec 10 2.4"),
    ],
};

const ECCEZIONI: &[Eccezione] = &[
    Eccezione(
        "post /configurazioni corpo /servizioGDE: richiesto solo da noi",
        "spec 10 section 8: all sections required",
    ),
    Eccezione(
        "post /configurazioni corpo /giornaleEventi/interfacce/*: richiesto solo da noi",
        "spec 10 section 8: all required",
    ),
    Eccezione(
        "post /configurazioni corpo /avvisaturaMail/*/allegaPdf: richiesto solo da noi",
        "spec 10 section 8: required",
    ),
    Eccezione(
        "* /configurazioni 200 /avvisatura* is not of type \"object\"",
        "spec 10 section 8, spec 60 3.4: templates are texts in base64",
    ),
    Eccezione(
        "* /configurazioni 200 /tracciatoCsv/* is not of type \"object\"",
        "spec 10 section 8: templates are texts in base64",
    ),
    Eccezione(
        "get /*tipiPendenza* is not of type \"object\"",
        "spec 10 5.4: templates and schemas are texts in base64",
    ),
    Eccezione(
        "get /applicazioni/{idA2A} 200 /servizioIntegrazione: *('subscriptionKey' was unexpected)",
        "spec 60 1.1: subscriptionKey, when set",
    ),
    Eccezione(
        "patch /applicazioni/{idA2A} 200 /servizioIntegrazione: *('subscriptionKey' was unexpected)",
        "spec 60 1.1: subscriptionKey, when set",
    ),
    Eccezione("get /domini 200 /risultati/#: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione("get /domini/{idDominio} 200 : \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione(
        "get /domini/{idDominio} 200 : \"stazione\" is a required property",
        "spec 10 5.2: only when intermediato",
    ),
    Eccezione(
        "get /domini/{idDominio} 200 /entrate/#: \"ibanAccredito\" is a required property",
        "spec 10 5.3: optional",
    ),
    Eccezione(
        "get /domini/{idDominio}/entrate 200 /risultati/#: \"ibanAccredito\" is a required property",
        "spec 10 5.3: optional",
    ),
    Eccezione(
        "get /domini/{idDominio}/entrate/{idEntrata} 200 : \"ibanAccredito\" is a required property",
        "spec 10 5.3: optional",
    ),
    Eccezione(
        "get /eventi 200 /risultati/#: \"parametriRi* is a required property",
        "spec 60 5.5: only with messaggi=true",
    ),
    Eccezione("get /eventi 200 : stato 200 non dichiarato", "spec 60 5.5: a read answers 200"),
    Eccezione("get /eventi/{id} 200 : stato 200 non dichiarato", "spec 60 5.5: a read answers 200"),
    Eccezione(
        "get /intermediari/{idIntermediario} 200 /servizioFtp: \"ftp_lettura\" is a required property",
        "spec 10 5.1: ftpLettura",
    ),
    Eccezione(
        "get /intermediari/{idIntermediario} 200 /servizioFtp: \"ftp_scrittura\" is a required property",
        "spec 10 5.1: ftpScrittura",
    ),
    Eccezione(
        "get /rpp* 200 *: \"tipo\" is a required property",
        "spec 20 2.2 and 6.1: optional in soggettoPagatore, declared and never sent elsewhere",
    ),
    Eccezione("get /rpp* 200 */dominio: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione("get /riscossioni* 200 : stato 200 non dichiarato", "spec 10 3.3: a read answers 200"),
    Eccezione("get /riscossioni* 200 */dominio: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione(
        "get /riscossioni* 200 *: \"tipo\" is a required property",
        "spec 20 6.1: the members of a pendenza in a list; 2.2: tipo of the debtor is optional",
    ),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rpt 200 : {*", "spec 30 10.4: an object"),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rt 200 : {*", "spec 30 10.4: an object"),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rpt 200 : tipo \"text/xml\" non dichiarato", "spec 30 10.4"),
    Eccezione(
        "get /rpp/{idDominio}/{iuv}/{ccp}/rt 200 : tipo \"application/octet-stream\" non dichiarato",
        "spec 30 10.4",
    ),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rt 200 : tipo \"text/xml\" non dichiarato", "spec 30 10.4"),
    Eccezione("get /operazioni 200 : stato 200 non dichiarato", "spec 60 4.2: 200"),
    Eccezione("get /operazioni/stato/{id} 200 : stato 200 non dichiarato", "spec 60 4.2: 200"),
    Eccezione("get /operazioni/{idOperazione} 200 /stato: *", "spec 60 4.2: a string"),
    Eccezione("get /operazioni/{idOperazione} 200 : \"location\" is a required property", "spec 60 4.2"),
    Eccezione("get /operazioni/{idOperazione} 200 : stato 200 non dichiarato", "spec 60 4.2: 200"),
    Eccezione("get /ruoli 200 : stato 200 non dichiarato", "spec 10 3.3: a list answers 200"),
    Eccezione(
        "get /pendenze* 200 *: \"tipo\" is a required property",
        "spec 20 2.2 and 6.1: optional in soggettoPagatore, declared and never sent elsewhere",
    ),
    Eccezione("get /pendenze* 200 */dominio: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione("* /pendenze/tracciati* /dominio: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione(
        "get /pendenze/tracciati/{id}/operazioni 200 /risultati/#/enteCreditore: \"gln\" is a required property",
        "spec 10 5.2: optional",
    ),
    Eccezione(
        "get /pendenze/tracciati/{id} 200 : \"contenuto\" is a required property",
        "spec 20 11.4: the file is under /richiesta",
    ),
    Eccezione(
        "get /pendenze/tracciati/{id}/esito 200 *",
        "spec 20 11.3: idTracciato, idDominio and the two lists, what is published inside `esito`",
    ),
    Eccezione(
        "get /pendenze/tracciati/{id}/richiesta 200 /inserimenti/#*is a required property",
        "spec 20 11.1: verbatim; importo optional, the dominio that of the file, no state in the voci",
    ),
    Eccezione(
        "get /pendenze/tracciati/{id}/operazioni 200 /risultati/#/richiesta: *",
        "spec 20 11.3: the pendenza as parsed; importo is optional",
    ),
    Eccezione(
        "post /pendenze/tracciati corpo /annullamenti: richiesto solo da noi",
        "spec 20 11.1: required",
    ),
    Eccezione("post /pendenze/tracciati corpo /idDominio: richiesto solo da noi", "spec 20 11.1"),
    Eccezione("post /pendenze/tracciati corpo /inserimenti: richiesto solo da noi", "spec 20 11.1: required"),
    Eccezione("patch /pendenze/{idA2A}/{idPendenza} 200 corpo inatteso*", "spec 20 4: answers the detail"),
    Eccezione(
        "put /applicazioni/{idA2A} corpo /codificaAvvisi/generazioneIuvInterna: richiesto solo da noi",
        "spec 10 5.5: required",
    ),
    Eccezione(
        "put /applicazioni/{idA2A} corpo /servizioIntegrazione/versioneApi: richiesto solo da noi",
        "spec 10 5.5: required",
    ),
    Eccezione(
        "put /domini/{idDominio}/unitaOperative/{idUnitaOperativa} corpo /abilitato: richiesto solo da noi",
        "spec 10 5.3: required",
    ),
    Eccezione(
        "put /intermediari/{idIntermediario} corpo /abilitato: richiesto solo da noi",
        "spec 10 5.1: required",
    ),
    Eccezione(
        "put /intermediari/{idIntermediario} corpo /servizioFtp/ftp_lettura: non preso da noi",
        "spec 10 5.1: ftpLettura",
    ),
    Eccezione(
        "put /intermediari/{idIntermediario} corpo /servizioFtp/ftp_scrittura: non preso da noi",
        "spec 10 5.1: ftpScrittura",
    ),
    Eccezione("put /operatori/{principal} corpo /abilitato: richiesto solo da noi", "spec 10 5.6: required"),
    Eccezione(
        "put /operatori/{principal} corpo /ragioneSociale: richiesto solo da noi",
        "spec 10 5.6: required",
    ),
    Eccezione(
        "post /pendenze corpo /voci/metadata/mapEntries: richiesto solo da noi",
        "spec 20 2.3: if metadata is there",
    ),
    Eccezione(
        "put /pendenze/{idA2A}/{idPendenza} corpo /voci/metadata/mapEntries: richiesto solo da noi",
        "spec 20 2.3: if metadata is there",
    ),
];

/// In alphabetical order.
const NON_ANCORA: &[&str] = &[
    "get /flussiRendicontazione",
    "get /flussiRendicontazione/{idDominio}/{idFlusso}/{dataOraFlusso}",
    "get /flussiRendicontazione/{idFlusso}",
    "get /flussiRendicontazione/{idFlusso}/{dataOraFlusso}",
    "get /incassi",
    "get /incassi/{idDominio}/{idIncasso}",
    "get /pagamenti",
    "get /pagamenti/{id}",
    "get /promemoria",
    "get /quadrature/rendicontazioni",
    "get /quadrature/riscossioni",
    "get /rendicontazioni",
    "get /reportistiche/entrate-previste",
    "get /tracciatiNotificaPagamenti/{id}",
    "patch /pagamenti/{id}",
    "patch /rpp/{idDominio}/{iuv}/{ccp}",
    "post /incassi/{idDominio}",
    "post /ricevute",
];

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_operazione_risponde_come_dicono_i_contratti(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let mut s = Scena::nuova(backend, &API).await;
    recita(&mut s).await;
    s.giudica();
}

/// Calls to each operation.
async fn recita(s: &mut Scena) {
    let a = Anagrafica::standard().crea(&s.app).await;
    pendenze(s, &a).await;
    for percorso in
        ["/info", "/profilo", "/logout", "/enumerazioni/serviziACL", "/enumerazioni/versioneConnettore"]
    {
        s.chiama("get", percorso, None).await;
        s.anonimo("get", percorso).await;
    }
    s.chiama("post", "/logout", None).await;
    s.anonimo("post", "/logout").await;
    let nodo = json!({ "urlRPT": "http://127.0.0.1:9/nodo" });
    s.entita(
        "/intermediari/22222222226",
        "/intermediari/33333333333",
        &json!({ "denominazione": "Altro", "principalPagoPa": "CN=altro", "servizioPagoPa": nodo, "abilitato": true }),
        &s.pieno("IntermediarioPut", &json!({})),
    )
    .await;
    s.entita(
        "/intermediari/22222222226/stazioni/22222222226_01",
        "/intermediari/22222222226/stazioni/22222222226_99",
        &json!({ "abilitato": true, "versione": "V2" }),
        &s.pieno("StazionePut", &json!({})),
    )
    .await;
    tracciati(s, &a.dominio).await;
    let d = format!("/domini/{}", a.dominio);
    s.entita(
        "/domini/10987654321",
        "/domini/99999999999",
        &json!({ "ragioneSociale": "Altro", "abilitato": true, "scaricaFr": false, "intermediato": false }),
        &s.pieno("DominioPut", &json!({ "stazione": a.stazione, "logo": "iVBORw0KGgo=" })),
    )
    .await;
    s.ottiene("/domini/10987654321/logo", "image/png").await;
    s.ottiene("/domini/99999999999/logo", "*/*").await;
    s.entita(
        &format!("{d}/unitaOperative/UO1"),
        &format!("{d}/unitaOperative/UO9"),
        &json!({ "ragioneSociale": "Ufficio", "abilitato": true }),
        &s.pieno("UnitaOperativaPut", &json!({})),
    )
    .await;
    s.entita(
        &format!("{d}/contiAccredito/IT03L0760112345123456789012"),
        &format!("{d}/contiAccredito/IT09L0760112345123456789012"),
        &json!({}),
        &s.pieno("ContoPut", &json!({})),
    )
    .await;
    s.entita(
        "/entrate/IMU",
        "/entrate/ZZ",
        &s.pieno("EntrataPut", &json!({})),
        &s.pieno("EntrataPut", &json!({})),
    )
    .await;
    s.entita(
        &format!("{d}/entrate/IMU"),
        &format!("{d}/entrate/ZZ"),
        &json!({}),
        &s.pieno("EntrataDominioPut", &json!({})),
    )
    .await;
    s.entita(
        "/tipiPendenza/IMU",
        "/tipiPendenza/ZZ",
        &json!({ "descrizione": "IMU" }),
        &s.pieno("TipoPendenzaPut", &json!({})),
    )
    .await;
    s.entita(
        &format!("{d}/tipiPendenza/IMU"),
        &format!("{d}/tipiPendenza/ZZ"),
        &json!({}),
        &s.pieno("TipoPendenzaDominioPut", &json!({})),
    )
    .await;
    s.entita(
        "/applicazioni/ALTRA",
        "/applicazioni/ZZ",
        &json!({ "principal": "altra" }),
        &s.pieno("ApplicazionePut", &json!({ "principal": "altra", "ruoli": null })),
    )
    .await;
    utenze(s).await;
    manutenzione(s).await;
    // The rest is read after it has something in it.
    s.chiama("get", &d, None).await;
    let stazioni = format!("/intermediari/{}/stazioni", a.intermediario);
    let di = |nome: &str| format!("{d}/{nome}");
    let (unita, conti, entrate, tipi) =
        (di("unitaOperative"), di("contiAccredito"), di("entrate"), di("tipiPendenza"));
    let elenchi = [
        "/intermediari",
        &stazioni,
        "/domini",
        &unita,
        &conti,
        &entrate,
        &tipi,
        "/entrate",
        "/tipiPendenza",
        "/applicazioni",
        "/operatori",
        "/ruoli",
        "/eventi",
        "/notifiche",
    ];
    for elenco in elenchi {
        s.elenco(elenco).await;
    }
    let eventi = finche_eventi(&s.cliente).await;
    for id in eventi {
        s.chiama("get", &format!("/eventi/{id}"), None).await;
    }
    s.chiama("get", "/eventi?messaggi=true", None).await;
    s.chiama("get", "/eventi/x", None).await;
    s.chiama("get", "/eventi/1", None).await;
    configurazioni(s).await;
}

/// What is on is complete, so that the published contract finds what it requires.
async fn configurazioni(s: &mut Scena) {
    let percorso = "/configurazioni";
    let piena = s.pieno("Configurazioni", &json!({}));
    s.chiama("post", percorso, Some(&piena)).await;
    s.chiama("post", percorso, Some(&json!({}))).await;
    s.chiama("get", percorso, None).await;
    let spento = json!({ "abilitato": false });
    for (sezione, valore) in [("/appIOBatch", spento.clone()), ("/servizioGDE", spento), ("/zz", json!({}))] {
        let operazioni = json!([{ "op": "REPLACE", "path": sezione, "value": valore }]);
        s.chiama("patch", percorso, Some(&operazioni)).await;
    }
    for metodo in ["get", "post", "patch"] {
        s.anonimo(metodo, percorso).await;
    }
}

/// Operatori, ruoli, and what changes an utenza in part.
async fn utenze(s: &mut Scena) {
    let acl = json!([{ "servizio": "Pendenze", "autorizzazioni": ["R"] }]);
    let aggiunta = json!([{ "op": "ADD", "path": "/acl", "value": acl[0] }]);
    let ruolo = json!({ "acl": acl });
    s.entita("/ruoli/R1", "/ruoli/ZZ", &ruolo, &ruolo).await;
    s.entita(
        "/operatori/op1",
        "/operatori/zz",
        &json!({ "ragioneSociale": "Operatore", "abilitato": true }),
        &s.pieno("OperatorePut", &json!({ "ruoli": ["R1"] })),
    )
    .await;
    for percorso in ["/applicazioni/ALTRA", "/operatori/op1", "/ruoli/R1", "/profilo"] {
        s.chiama("patch", percorso, Some(&json!([{ "op": "ZZ" }]))).await;
        s.chiama("patch", percorso, Some(&json!({}))).await;
        if percorso != "/profilo" {
            s.chiama("patch", percorso, Some(&aggiunta)).await;
            continue;
        }
        let altro = s.cliente.come("op1", "Esempio2026");
        let chi = std::mem::replace(&mut s.cliente, altro);
        let nuova = json!([{ "op": "REPLACE", "path": "/password", "value": "Altra2026bb" }]);
        s.chiama("patch", percorso, Some(&nuova)).await;
        s.cliente = chi;
    }
}

async fn finche_eventi(c: &Cliente) -> Vec<i64> {
    crate::nodo::finche("un evento", || async {
        let elenco = c.get("/eventi?risultatiPerPagina=5").await.json();
        let id: Vec<i64> =
            elenco["risultati"].as_array().into_iter().flatten().filter_map(|e| e["id"].as_i64()).collect();
        (!id.is_empty()).then_some(id)
    })
    .await
}

/// Sonde and operazioni. The work of the start may not have ended: its outcome is waited for.
async fn manutenzione(s: &mut Scena) {
    for elenco in ["/sonde", "/operazioni"] {
        s.elenco(elenco).await;
    }
    for sonda in ["/sonde/check-db", "/sonde/check-ntfy", "/sonde/recupero-rt", "/sonde/zz"] {
        s.chiama("get", sonda, None).await;
    }
    for coda in ["resetCacheAnagrafica", "rpt-scadute?force=true", "recuperoRT", "zz", "rpt-scadute?force=si"]
    {
        s.chiama("get", &format!("/operazioni/{coda}"), None).await;
    }
    let bo = s.cliente.clone();
    let ultima = crate::nodo::finche("il lavoro finisce", || async {
        let r = bo.get("/operazioni/stato/rpt-scadute").await;
        (r.stato() == 200).then_some(r)
    });
    let ultima = ultima.await;
    s.tieni("get", "/operazioni/stato/rpt-scadute", ultima);
    s.chiama("get", "/operazioni/stato/pulizia", None).await;
    s.chiama("get", "/operazioni/stato/zz", None).await;
}

async fn pendenze(s: &mut Scena, a: &Anagrafica) {
    let uo = json!({ "ragioneSociale": "Ufficio", "abilitato": true });
    s.app.backoffice().put(&format!("/domini/{}/unitaOperative/UO1", a.dominio), &uo).await.con_stato(201);
    let minima = json!({
        "idDominio": a.dominio, "idTipoPendenza": "TARI", "causale": "Tassa", "numeroAvviso": nav(1),
        "voci": [{ "idVocePendenza": "1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI" }]
    });
    let ricca = s.pieno(
        "PendenzaPut",
        &json!({ "numeroAvviso": nav(2), "dataNotificaAvviso": null, "idDominio": a.dominio }),
    );
    s.entita("/pendenze/GESTIONALE/P1", "/pendenze/GESTIONALE/ZZ", &minima, &minima).await;
    s.entita("/pendenze/GESTIONALE/P2", "/pendenze/GESTIONALE/ZZ", &ricca, &ricca).await;
    let mut con_chiave = minima.clone();
    con_chiave["idA2A"] = json!("GESTIONALE");
    con_chiave["idPendenza"] = json!("P3");
    con_chiave["numeroAvviso"] = json!(nav(3));
    for _ in 0..2 {
        s.chiama("post", "/pendenze?stampaAvviso=true", Some(&con_chiave)).await;
    }
    s.chiama("post", "/pendenze", Some(&minima)).await;
    con_chiave["idPendenza"] = json!("P4");
    con_chiave["numeroAvviso"] = json!(nav(4));
    con_chiave["importo"] = json!(45.01);
    let modulo = format!("/pendenze/{}/TARI", a.dominio);
    for coda in ["?stampaAvviso=true", "?idUnitaOperativa=UO1", "?stampaAvviso=true"] {
        s.chiama("post", &format!("{modulo}{coda}"), Some(&con_chiave)).await;
    }
    s.chiama("post", &modulo, Some(&json!({}))).await;
    let allegati = s.chiama("get", "/pendenze/GESTIONALE/P2", None).await.json();
    let allegato = allegati["allegati"][0]["contenuto"].as_str().unwrap().to_owned();
    s.ottiene(&allegato, "*/*").await;
    s.chiama("get", "/allegati/1", None).await;
    let verificata = json!([{ "op": "REPLACE", "path": "/ack", "value": true }]);
    s.chiama("patch", "/pendenze/GESTIONALE/P2", Some(&verificata)).await;
    s.chiama("patch", "/pendenze/GESTIONALE/ZZ", Some(&verificata)).await;
    let (d, n) = (&a.dominio, nav(1));
    s.ottiene(&format!("/documenti/GESTIONALE/{d}/DOC1/avvisi"), "application/pdf").await;
    s.ottiene(&format!("/documenti/GESTIONALE/{d}/ZZ/avvisi"), "application/pdf").await;
    for (percorso, accept) in [
        (format!("/avvisi/{d}/{n}"), "application/json"),
        (format!("/avvisi/{d}/{n}"), "application/pdf"),
        (format!("/avvisi/{d}/{}", nav(9)), "application/json"),
    ] {
        s.ottiene(&percorso, accept).await;
    }
    s.chiama("get", &format!("/pendenze/byAvviso/{d}/{n}"), None).await;
    s.chiama("get", &format!("/pendenze/byAvviso/{d}/{}", nav(9)), None).await;
    let dati = attivata(&s.app, Versione::V2, &n).await;
    accettata(&s.app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    s.chiama("get", "/pendenze/GESTIONALE/P1", None).await;
    s.chiama("get", "/pendenze", None).await;
    s.chiama("get", "/pendenze?pagina=0", None).await;
    s.anonimo("get", "/pendenze").await;
    s.elenco("/rpp").await;
    s.chiama("get", "/rpp?idDominio=123", None).await;
    s.elenco("/riscossioni").await;
    let riscossioni = format!("/riscossioni/{d}/{}/R1", iuv(&n));
    for indice in [1, 9] {
        s.chiama("get", &format!("{riscossioni}/{indice}"), None).await;
    }
    s.anonimo("get", &format!("{riscossioni}/1")).await;
    let rpp = format!("/rpp/{d}/{}", iuv(&n));
    s.chiama("get", &format!("{rpp}/R1"), None).await;
    for coda in ["/rpt", "/rt"] {
        for accept in ["application/json", "text/xml", "application/octet-stream"] {
            s.ottiene(&format!("{rpp}/R1{coda}"), accept).await;
        }
    }
    for coda in ["", "/rpt", "/rt"] {
        s.chiama("get", &format!("{rpp}/ZZ{coda}"), None).await;
        s.anonimo("get", &format!("{rpp}/R1{coda}")).await;
    }
}

/// Bulk loads: sent in every form, seen while they run and when they have ended.
async fn tracciati(s: &mut Scena, dominio: &str) {
    const T: &str = "/pendenze/tracciati";
    let corpo = json!({
        "idTracciato": "T", "idDominio": dominio,
        "inserimenti": [{
            "idA2A": "GESTIONALE", "idPendenza": "TR1", "causale": "TARI",
            "voci": [{ "idVocePendenza": "V", "importo": 1, "descrizione": "d", "codEntrata": "TARI" }]
        }],
        "annullamenti": [{ "idA2A": "GESTIONALE", "idPendenza": "MAI", "motivoAnnullamento": "no" }]
    });
    let inviato = s.chiama("post", T, Some(&corpo)).await.json();
    s.chiama("post", T, Some(&json!({}))).await;
    s.anonimo("post", T).await;
    for coda in [dominio.to_owned(), format!("{dominio}/TARI")] {
        let percorso = format!("{T}/{coda}");
        let c = s.cliente.clone();
        let risposta = c.grezzo(http::Method::POST, &percorso, "text/csv", "h\nriga\n").await;
        s.tieni("post", &percorso, risposta);
        s.anonimo("post", &percorso).await;
    }
    s.elenco(T).await;
    let uno = format!("{T}/{}", inviato["id"]);
    for _ in 0..300 {
        let stato = s.cliente.get(&uno).await.json()["stato"].clone();
        if stato.as_str().is_some_and(|s| s.starts_with("ESEGUITO")) {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    for parte in ["", "/richiesta", "/esito", "/stampe"] {
        s.ottiene(&format!("{uno}{parte}"), "*/*").await;
        s.ottiene(&format!("{T}/999999{parte}"), "*/*").await;
    }
    s.elenco(&format!("{uno}/operazioni")).await;
    s.chiama("patch", &uno, Some(&json!([]))).await;
    let fine = json!([{ "op": "REPLACE", "path": "/stato", "value": "ANNULLATO" }]);
    s.chiama("patch", &uno, Some(&fine)).await;
    s.anonimo("patch", &uno).await;
}
