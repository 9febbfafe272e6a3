//! Lists with rows of others in them: what is out of scope shows neither in a row, nor in an item, nor in a
//! count (spec 10 4.3, 4.5).

use super::Chi;
use super::matrice::{acl, base, pronta_con, tutti_i_diritti};
use domain::evento::Componente;
use rstest::rstest;
use serde_json::{Value, json};
use testkit::{Anagrafica, Backend, TestApp, buste};

const A: &str = "12345678901";
const B: &str = "22222222222";

/// A pendenza of 45.01, paid; its IUV.
async fn pagata(app: &TestApp, id: &str, dominio: &str, tipo: &str, unita: Option<&str>) -> String {
    let mut corpo = json!({
        "idDominio": dominio, "idTipoPendenza": tipo, "causale": "TARI 2026", "importo": 45.01,
        "soggettoPagatore": {"tipo": "F", "identificativo": "RSSMRA30A01H501I", "anagrafica": "Mario Rossi"},
        "voci": [{"idVocePendenza": "1", "importo": 45.01, "descrizione": "Rata unica", "codEntrata": "TARI"}]
    });
    if let Some(u) = unita {
        corpo["idUnitaOperativa"] = json!(u);
    }
    let r = app.applicazione().put(&format!("/pendenze/GESTIONALE/{id}"), &corpo).await.con_stato(201);
    let avviso = r.json()["numeroAvviso"].as_str().expect("il numero").to_owned();
    for busta in [buste::attiva(&avviso), buste::ricevuta(&avviso, id)] {
        let r = app.nodo().soap(&busta.replace(A, dominio)).await.con_stato(200);
        assert!(r.testo().contains("<outcome>OK</outcome>"), "{}", r.testo());
    }
    avviso[1..].to_owned()
}

async fn scena(backend: Backend) -> (TestApp, [String; 4]) {
    let a = Anagrafica::standard().ente("http://127.0.0.1:9/ente", "REST v2");
    let app = pronta_con(backend, a).await;
    let bo = app.backoffice();
    let iban = Anagrafica::standard().iban;
    let dominio = json!({
        "ragioneSociale": "Bassano", "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "02",
        "abilitato": true, "scaricaFr": false
    });
    for (percorso, corpo) in [
        (format!("/domini/{B}"), dominio),
        (format!("/domini/{B}/contiAccredito/{iban}"), json!({})),
        (format!("/domini/{B}/entrate/TARI"), json!({"ibanAccredito": iban})),
        (format!("/domini/{B}/tipiPendenza/TARI"), json!({})),
        (format!("/domini/{A}/unitaOperative/U1"), json!({"ragioneSociale": "Uno", "abilitato": true})),
        (format!("/domini/{A}/unitaOperative/U2"), json!({"ragioneSociale": "Due", "abilitato": true})),
        ("/tipiPendenza/IMU".to_owned(), json!({"descrizione": "Imposta"})),
        (format!("/domini/{A}/tipiPendenza/IMU"), json!({})),
    ] {
        bo.put(&percorso, &corpo).await.con_stato(201);
    }
    let patch = json!([{"op": "ADD", "path": "/domini", "value": "*"}]);
    bo.patch("/applicazioni/GESTIONALE", &patch).await.con_stato(200);
    let iuv = [
        pagata(&app, "A-U1", A, "TARI", Some("U1")).await,
        pagata(&app, "A-U2", A, "TARI", Some("U2")).await,
        pagata(&app, "A-IMU", A, "IMU", None).await,
        pagata(&app, "B", B, "TARI", None).await,
    ];
    (app, iuv)
}

/// Name, domini, types; which of the four it sees among the notifications, and among the events.
type Caso = (&'static str, Value, Value, &'static [usize], &'static [usize]);

/// Rows of a list in which each names its IUV, and that its count and its pages say the same.
async fn viste(chi: &Chi, dove: &str, iuv: &[String; 4]) -> Vec<usize> {
    let unione = if dove.contains('?') { '&' } else { '?' };
    let intera = chi.chiama("GET", &format!("{dove}{unione}risultatiPerPagina=500")).await.con_stato(200);
    let v = intera.json();
    let righe = v["risultati"].as_array().expect("le righe");
    assert_eq!(v["numRisultati"], json!(righe.len()), "{dove}");
    let conto = chi.chiama("GET", &format!("{dove}{unione}risultatiPerPagina=0")).await.json();
    assert_eq!(conto["numRisultati"], v["numRisultati"], "{dove}");
    let mut prima = Vec::new();
    for pagina in 1..=righe.len() {
        let query = format!("{dove}{unione}risultatiPerPagina=1&pagina={pagina}");
        prima.extend(chi.chiama("GET", &query).await.json()["risultati"].as_array().cloned().expect("righe"));
    }
    assert_eq!(&prima, righe, "{dove}");
    let oltre = format!("{dove}{unione}risultatiPerPagina=1&pagina={}", righe.len() + 1);
    assert_eq!(chi.chiama("GET", &oltre).await.json()["risultati"], json!([]), "{dove}");
    let di = |r: &Value| iuv.iter().position(|i| r["iuv"] == json!(i));
    let mut quali: Vec<usize> = righe.iter().filter_map(di).collect();
    quali.sort_unstable();
    quali.dedup();
    quali
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn nelle_liste_ci_sono_solo_le_proprie_righe(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let (app, iuv) = scena(backend).await;
    let bo = app.backoffice();
    // The events are written after the answers.
    let mut letti = 0;
    while letti < 8 {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        let query = "/eventi?componente=API_PAGOPA&risultatiPerPagina=0";
        letti = bo.get(query).await.con_stato(200).json()["numRisultati"].as_i64().expect("un numero");
    }
    let leggere: Vec<(&str, char)> = tutti_i_diritti().filter(|d| d.1 == 'R').collect();
    let ufficio = json!([{"idDominio": A, "unitaOperative": ["U1"]}]);
    let (tutti, tari) = (json!(["*"]), json!(["TARI"]));
    let casi: [Caso; 6] = [
        ("tutto", tutti.clone(), tutti.clone(), &[0, 1, 2, 3], &[0, 1, 2, 3]),
        ("niente", json!([]), json!([]), &[], &[]),
        ("dominio", json!([A]), tutti.clone(), &[0, 1, 2], &[0, 1, 2]),
        ("altro", json!([B]), tutti.clone(), &[3], &[3]),
        // Of a dominio as a whole: an office of it is enough.
        ("ufficio", ufficio, tutti.clone(), &[0, 1, 2], &[0, 1, 2]),
        // The giornale is scoped by dominio alone.
        ("tipo", tutti, tari, &[0, 1, 3], &[0, 1, 2, 3]),
    ];
    let cliente = app.cliente(&base(Componente::ApiBackoffice, "header", 1));
    let crea = async |nome: &str, domini: &Value, tipi: &Value, abilitato: bool| {
        let corpo = json!({
            "ragioneSociale": nome, "abilitato": abilitato, "domini": domini, "tipiPendenza": tipi,
            "acl": acl(leggere.iter().copied()),
        });
        bo.put(&format!("/operatori/{nome}"), &corpo).await.con_stato(201);
        Chi { base: cliente.clone(), principal: nome.to_owned() }
    };
    let mut di_eventi = Vec::new();
    for (n, i) in iuv.iter().enumerate() {
        let dominio = if n == 3 { B } else { A };
        let query = format!("/eventi?componente=API_PAGOPA&idDominio={dominio}&iuv={i}");
        let v = bo.get(&query).await.con_stato(200).json();
        di_eventi.push(v["risultati"][0]["id"].as_i64().expect("un evento"));
    }
    for (nome, domini, tipi, notifiche, eventi) in casi {
        let chi = crea(nome, &domini, &tipi, true).await;
        assert_eq!(viste(&chi, "/notifiche", &iuv).await, notifiche, "{nome}");
        assert_eq!(viste(&chi, "/eventi?componente=API_PAGOPA", &iuv).await, eventi, "{nome}");
        for (n, (i, evento)) in iuv.iter().zip(&di_eventi).enumerate() {
            // A filter does not open what the scope has closed, by whatever name it is asked.
            for filtro in [format!("iuv={i}"), format!("idDominio={}&iuv={i}", if n == 3 { B } else { A })] {
                let atteso: &[usize] = if eventi.contains(&n) { &[n] } else { &[] };
                let dove = format!("/eventi?componente=API_PAGOPA&{filtro}");
                assert_eq!(viste(&chi, &dove, &iuv).await, atteso, "{nome} {filtro}");
            }
            let r = chi.chiama("GET", &format!("/eventi/{evento}")).await;
            assert_eq!(r.stato(), if eventi.contains(&n) { 200 } else { 403 }, "{nome} {n}: {}", r.testo());
        }
    }
    let date = async |ordine: &str| -> Vec<Value> {
        let v = bo.get(&format!("/notifiche?ordinamento={ordine}")).await.con_stato(200).json();
        v["risultati"].as_array().expect("righe").iter().map(|r| r["id"].clone()).collect()
    };
    let (su, mut giu) = (date("data").await, date("-data").await);
    assert_eq!((su.len() >= 4, date("").await), (true, giu.clone()), "la piu' recente per prima");
    giu.reverse();
    assert_eq!(su, giu);
    let spento = crea("spento", &json!(["*"]), &json!(["*"]), false).await;
    for dove in ["/notifiche", "/eventi", "/eventi/1", "/operatori", "/applicazioni", "/domini", "/sonde"] {
        let r = spento.chiama("GET", dove).await.errore();
        assert_eq!(r, (403, "403000".to_owned(), "Operatore [spento] disabilitato.".to_owned()), "{dove}");
    }
}
