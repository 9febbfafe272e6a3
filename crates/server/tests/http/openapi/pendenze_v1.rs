//! API Pendenze v1.

use super::scena::Scena;
use super::{Api, Eccezione};
use crate::nodo::{accettata, attivata, iuv, nav, ricevuta};
use pagopa::ccp::Versione;
use rstest::rstest;
use serde_json::json;
use testkit::{Anagrafica, Backend, GESTIONALE};

pub(super) const API: Api = Api {
    nome: "govpay-api-pendenze-v1",
    base: "/govpay/backend/api/pendenze/rs/basic/v1",
    chi: GESTIONALE,
    configura: |_| {},
    eccezioni: ECCEZIONI,
    non_ancora: &[],
    solo_nostre: &[
        ("get /avvisi/{idDominio}/{numeroAvviso}", "spec 20 section 1"),
        ("get /domini/{idDominio}/logo", "spec 10 4.5"),
        ("get /info", "spec 10 3.5"),
    ],
};

const ECCEZIONI: &[Eccezione] = &[
    Eccezione("get /* 200 */soggettoPagatore: \"tipo\" is a required property", "spec 20 2.2: optional"),
    Eccezione("get /* 200 */dominio: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione("get /profilo 200 /domini/#: \"gln\" is a required property", "spec 10 5.2: optional"),
    Eccezione(
        "get /rpp/{idDominio}/{iuv}/{ccp} 200 : stato 200 non dichiarato",
        "spec 30 10.4: a read answers 200",
    ),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rpt 200 : tipo \"text/xml\" non dichiarato", "spec 30 10.4"),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rpt 200 : {*", "spec 30 10.4: an object"),
    Eccezione(
        "get /rpp/{idDominio}/{iuv}/{ccp}/rt 200 : tipo \"application/octet-stream\" non dichiarato",
        "spec 30 10.4",
    ),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rt 200 : tipo \"text/xml\" non dichiarato", "spec 30 10.4"),
    Eccezione("get /rpp/{idDominio}/{iuv}/{ccp}/rt 200 : {*", "spec 30 10.4: an object"),
    Eccezione("patch /pendenze/{idA2A}/{idPendenza} 200 corpo inatteso*", "spec 20 4: answers the detail"),
    Eccezione(
        "put /pendenze/{idA2A}/{idPendenza} 201 : \"stato\" is a required property",
        "spec 20 2.5: idDominio, numeroAvviso, pdf",
    ),
    Eccezione(
        "put /pendenze/{idA2A}/{idPendenza} corpo /soggettoPagatore/anagrafica: richiesto solo da noi",
        "spec 20 2.2",
    ),
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
    let bo = s.app.backoffice();
    let uo = json!({ "ragioneSociale": "Ufficio", "indirizzo": "Via Roma", "abilitato": true });
    bo.put(&format!("/domini/{}/unitaOperative/UO1", a.dominio), &uo).await.con_stato(201);
    for percorso in ["/info", "/profilo"] {
        s.chiama("get", percorso, None).await;
        s.anonimo("get", percorso).await;
    }
    let minima = json!({
        "idDominio": a.dominio, "causale": "Tassa", "importo": 45.01, "numeroAvviso": nav(1),
        "soggettoPagatore": { "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi" },
        "voci": [{ "idVocePendenza": "1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI" }]
    });
    let ricca = s.pieno("PendenzaPut", &json!({ "numeroAvviso": nav(2), "idDominio": a.dominio }));
    let p1 = "/pendenze/GESTIONALE/P1".to_owned();
    s.entita(&p1, "/pendenze/GESTIONALE/ZZ", &minima, &minima).await;
    s.entita("/pendenze/GESTIONALE/P2", "/pendenze/ALTRA/P2", &ricca, &ricca).await;
    s.chiama("put", &format!("{p1}?stampaAvviso=true"), Some(&minima)).await;
    s.chiama("put", "/pendenze/ALTRA/P1", Some(&minima)).await;
    let annulla = json!([
        { "op": "REPLACE", "path": "/stato", "value": "ANNULLATA" },
        { "op": "REPLACE", "path": "/descrizioneStato", "value": "Annullata" }
    ]);
    s.chiama("patch", "/pendenze/GESTIONALE/P2", Some(&annulla)).await;
    s.chiama("patch", "/pendenze/GESTIONALE/P2", Some(&json!([{ "op": "ADD" }]))).await;
    let avviso = format!("/avvisi/{}/{}", a.dominio, nav(1));
    for (percorso, accept) in [
        (avviso.clone(), "application/json"),
        (avviso.clone(), "application/pdf"),
        (avviso, "image/png"),
        (format!("/avvisi/{}/{}", a.dominio, nav(9)), "application/json"),
    ] {
        s.ottiene(&percorso, accept).await;
    }
    s.chiama("get", "/pendenze", None).await;
    s.chiama("get", "/pendenze?risultatiPerPagina=1&metadatiPaginazione=false", None).await;
    s.chiama("get", "/pendenze?pagina=0", None).await;
    let n = nav(1);
    let dati = attivata(&s.app, Versione::V2, &n).await;
    accettata(&s.app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    s.chiama("get", &p1, None).await;
    let d = format!("/domini/{}", a.dominio);
    let mut dominio = s.app.backoffice().get(&d).await.con_stato(200).json();
    dominio["logo"] = json!("iVBORw0KGgo=");
    for membro in ["idDominio", "unitaOperative", "contiAccredito", "entrate", "tipiPendenza"] {
        dominio.as_object_mut().unwrap().remove(membro);
    }
    s.app.backoffice().put(&d, &dominio).await.con_stato(200);
    s.ottiene(&format!("{d}/logo"), "image/png").await;
    s.ottiene("/domini/99999999999/logo", "image/png").await;
    s.chiama("get", "/rpp", None).await;
    s.chiama("get", "/rpp?risultatiPerPagina=1&metadatiPaginazione=false", None).await;
    s.chiama("get", "/rpp?idDominio=123", None).await;
    let rpp = format!("/rpp/{}/{}/R1", a.dominio, iuv(&n));
    s.chiama("get", &rpp, None).await;
    for coda in ["/rpt", "/rt"] {
        for accept in ["application/json", "text/xml", "application/octet-stream"] {
            s.ottiene(&format!("{rpp}{coda}"), accept).await;
        }
    }
    for coda in ["", "/rpt", "/rt"] {
        s.chiama("get", &format!("/rpp/{}/{}/ZZ{coda}", a.dominio, iuv(&n)), None).await;
    }
}
