//! GET `/pendenze/{idA2A}/{idPendenza}`, `/pendenze/byAvviso/...`, `/allegati/{id}` (spec 20 6.1).

use super::*;
use crate::nodo::{accettata, attivata, iuv, nav, ricevuta};
use crate::pendenze_v2::numero;
use pagopa::ccp::Versione;
use rstest::rstest;
use testkit::{Copione, StubEnte};

/// With everything that a contract may show.
fn intera() -> Value {
    json!({
        "idDominio": DOMINIO, "idUnitaOperativa": "UO1", "idTipoPendenza": "TARI", "causale": "TARI 2026",
        "soggettoPagatore": { "tipo": "F", "identificativo": MARIO, "anagrafica": "Mario Rossi" },
        "importo": 45.01, "numeroAvviso": nav(1), "dataValidita": "2026-06-30", "dataScadenza": "2026-12-31",
        "annoRiferimento": 2026, "cartellaPagamento": "A1", "datiAllegati": { "a": 1 }, "tassonomia": "Tasse",
        "tassonomiaAvviso": "Imposte e tasse", "direzione": "D1", "divisione": "V1",
        "documento": { "identificativo": "DOC1", "descrizione": "Rate", "rata": 1 },
        "proprieta": { "lineaTestoRicevuta1": "riga" },
        "voci": [{
            "idVocePendenza": "v1", "importo": 45.01, "descrizione": "Rata", "codEntrata": "TARI",
            "datiAllegati": [1], "descrizioneCausaleRPT": "Causa",
            "contabilita": { "quote": [{ "capitolo": "C", "annoEsercizio": "2026", "importo": 45.01 }] },
            "metadata": { "mapEntries": [{ "key": "k", "value": "v" }] }
        }],
        "allegati": [{ "nome": "nota.txt", "tipo": "text/plain", "contenuto": "Y2lhbw==" }]
    })
}

async fn con_ufficio(app: &TestApp) {
    let uo = json!({ "ragioneSociale": "Ufficio", "indirizzo": "Via Po", "abilitato": true });
    let bo = app.backoffice();
    bo.put(&format!("/domini/{DOMINIO}/unitaOperative/UO1"), &uo).await.con_stato(201);
}

const RECAPITI: &str = r#"{
    "indirizzo": "Via Roma", "civico": "1", "cap": "00100", "localita": "Roma", "provincia": "RM", "nazione": "IT"
}"#;

fn unisci(a: &mut Value, b: Value) {
    if let (Value::Object(a), Value::Object(b)) = (a, b) {
        a.extend(b);
    }
}

/// The dominio and the office of a version.
fn luoghi(n: u32) -> (Value, Value) {
    let mut dominio = json!({ "idDominio": DOMINIO, "ragioneSociale": "Ente Creditore di prova" });
    let link = |cosa: &str| json!(format!("/domini/{DOMINIO}/{cosa}"));
    if n < 3 {
        unisci(&mut dominio, serde_json::from_str(RECAPITI).expect("JSON"));
        dominio["unitaOperative"] = link("unitaOperative");
    }
    let mut unita = json!({ "ragioneSociale": "Ufficio" });
    match n {
        1 => {
            unisci(
                &mut dominio,
                json!({
                    "stazione": "11111111113_01", "auxDigit": "3", "segregationCode": "01", "abilitato": true,
                    "contiAccredito": link("contiAccredito"), "entrate": link("entrate")
                }),
            );
            unisci(&mut unita, json!({ "idUnita": "UO1", "indirizzo": "Via Po", "abilitato": true }));
        }
        2 => {
            dominio["tipiPendenza"] = link("tipiPendenza");
            unisci(&mut unita, json!({ "idUnitaOperativa": "UO1", "indirizzo": "Via Po" }));
        }
        _ => unita["idUnita"] = json!("UO1"),
    }
    (dominio, unita)
}

/// The row of a list; the detail has voci, rpp, pagamenti and allegati besides.
fn riga(n: u32) -> Value {
    let (dominio, unita) = luoghi(n);
    let mut v = json!({
        "idA2A": "GESTIONALE", "idPendenza": "P1", "dominio": dominio, "unitaOperativa": unita,
        "stato": "NON_ESEGUITA", "causale": "TARI 2026",
        "soggettoPagatore": { "tipo": "F", "identificativo": MARIO, "anagrafica": "Mario Rossi" },
        "importo": numero("45.01"), "numeroAvviso": nav(1), "dataCaricamento": "2026-03-10",
        "dataValidita": "2026-06-30", "dataScadenza": "2026-12-31", "annoRiferimento": 2026,
        "cartellaPagamento": "A1", "datiAllegati": { "a": 1 }, "tassonomia": "Tasse",
        "rpp": "/rpp?idA2A=GESTIONALE&idPendenza=P1"
    });
    if n < 3 {
        v["tassonomiaAvviso"] = json!("Imposte e tasse");
        v["pagamenti"] = json!("/pagamenti?idA2A=GESTIONALE&idPendenza=P1");
    }
    if n > 1 {
        unisci(
            &mut v,
            json!({
                "idTipoPendenza": "TARI", "direzione": "D1", "divisione": "V1", "UUID": "[uuid]",
                "proprieta": { "lineaTestoRicevuta1": "riga" }
            }),
        );
    }
    if n == 2 {
        unisci(&mut v, json!({ "tipo": "dovuto", "iuvAvviso": iuv(&nav(1)) }));
    }
    if n == 3 {
        v["documento"] = json!({ "identificativo": "DOC1", "descrizione": "Rate", "rata": 1 });
    }
    v
}

fn voce(n: u32) -> Value {
    let mut v = json!({
        "idVocePendenza": "v1", "importo": numero("45.01"), "descrizione": "Rata", "datiAllegati": [1],
        "descrizioneCausaleRPT": "Causa", "indice": 1, "stato": "Non eseguito", "codEntrata": "TARI"
    });
    if n == 3 {
        v["contabilita"] =
            json!({ "quote": [{ "capitolo": "C", "annoEsercizio": 2026, "importo": numero("45.01") }] });
        v["metadata"] = json!({ "mapEntries": [{ "key": "k", "value": "v" }] });
    }
    v
}

/// With what changes at every run replaced.
fn fisso(mut v: Value) -> Value {
    if let Some(uuid) = v.get_mut("UUID") {
        assert_eq!(uuid.as_str().map(str::len), Some(32));
        *uuid = json!("[uuid]");
    }
    v
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_versione_mostra_i_suoi_membri(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    con_ufficio(&app).await;
    put(&app, "P1", &intera()).await.con_stato(201);
    for n in [1, 2, 3] {
        let c = versione(&app, n);
        let busta = c.get("/pendenze").await.con_stato(200).json();
        let letta_riga = fisso(busta["risultati"][0].clone());
        assert_eq!(letta_riga, riga(n), "v{n}");
        let mut letta = fisso(c.get(&percorso("P1")).await.con_stato(200).json());
        let mut atteso = riga(n);
        atteso["voci"] = json!([voce(n)]);
        atteso["rpp"] = json!([]);
        if n < 3 {
            atteso["pagamenti"] = json!([]);
        }
        if n > 1 {
            let allegati = letta["allegati"].as_array_mut().expect("allegati");
            let dove = allegati[0]["contenuto"].take();
            atteso["allegati"] = json!([{ "nome": "nota.txt", "tipo": "text/plain", "contenuto": null }]);
            let dove = dove.as_str().expect("un percorso");
            let r = c.get(dove).await.con_stato(200);
            assert_eq!((r.intestazione("Content-Type"), r.testo()), (Some("text/plain"), "ciao"));
            // Hers is not his: not even by its number.
            cittadino(&app, n, MARIO, dove).await.con_stato(200);
            assert_eq!(cittadino(&app, n, LUCIA, dove).await.errore(), negata(LUCIA, NON_SUA));
            assert_eq!(anonimo(&app, n, dove, &[]).await.stato(), 403);
            assert_eq!(c.get("/allegati/x").await.errore().1, "SINTASSI");
            assert_eq!(
                c.get("/allegati/1").await.errore(),
                errore(404, "404000", "Allegato [Id:1] inesistente")
            );
        }
        assert_eq!(letta, atteso, "v{n}");
        // A citizen sees of his own what a portal sees.
        let sua = fisso(cittadino(&app, n, MARIO, &percorso("P1")).await.con_stato(200).json());
        let mut sua = sua;
        if let Some(a) = sua.get_mut("allegati") {
            a[0]["contenuto"].take();
        }
        assert_eq!(sua, atteso, "v{n}");
        assert_eq!(cittadino(&app, n, LUCIA, &percorso("P1")).await.errore(), negata(LUCIA, NON_SUA), "v{n}");
        // What is not there is not there for anybody.
        let inesistente = errore(404, "404000", "Pendenza [IdA2A:GESTIONALE, Id:ZZ] inesistente");
        assert_eq!(cittadino(&app, n, LUCIA, &percorso("ZZ")).await.errore(), inesistente);
        assert_eq!(c.get("/pendenze/GESTIONALE/a%20b").await.errore().1, "SINTASSI");
        // The address is open to nobody in the first version, the operation in the others (spec 10 2.6).
        let atteso =
            if n == 1 { errore(403, "403", "Accesso anonimo non consentito") } else { negata("ANONIMO", "") };
        assert_eq!(anonimo(&app, n, &percorso("P1"), &[]).await.errore(), atteso);
    }
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn chi_ha_pagato_non_si_dice_al_debitore(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = scena(backend).await;
    con_ufficio(&app).await;
    put(&app, "P1", &intera()).await.con_stato(201);
    let n1 = nav(1);
    let dati = attivata(&app, Versione::V2, &n1).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &n1, "R1")).await;
    for n in [1, 2, 3] {
        let letta = versione(&app, n).get(&percorso("P1")).await.con_stato(200).json();
        let del_portale = letta["rpp"][0].clone();
        let membri: Vec<&String> = del_portale.as_object().expect("oggetto").keys().collect();
        assert_eq!(membri, ["stato", "rpt", "rt", "pendenza"], "v{n}");
        assert_eq!(del_portale["pendenza"]["idPendenza"], "P1", "v{n}");
        assert_ne!(del_portale["rt"]["payer"]["uniqueIdentifier"]["entityUniqueIdentifierValue"], MARIO);
        let c = app.cliente(&format!("{PAGAMENTO}/spid/v{n}"));
        let chi = [("X-SPID-FISCALNUMBER", MARIO), ("X-SPID-NAME", "Mario"), ("X-SPID-FAMILYNAME", "Rossi")];
        let mut sua = chiede(&c, &percorso("P1"), &chi).await.con_stato(200).json();
        let email = del_portale["rt"]["payer"]["e-mail"].clone();
        let versante = json!({
            "uniqueIdentifier": { "entityUniqueIdentifierType": "F", "entityUniqueIdentifierValue": MARIO },
            "fullName": "Mario Rossi", "streetName": null, "civicNumber": null, "postalCode": null,
            "city": null, "stateProvinceRegion": null, "country": null, "e-mail": email,
        });
        assert_eq!(sua["rpp"][0]["rt"]["payer"], versante, "v{n}");
        sua["rpp"][0]["rt"]["payer"] = del_portale["rt"]["payer"].clone();
        assert_eq!(sua["rpp"][0], del_portale, "v{n}: e' la sola differenza");
        let v = &letta["voci"][0];
        assert_eq!(v["stato"], "Eseguito");
        match n {
            3 => {
                let r = &v["riscossione"];
                let membri: Vec<&String> = r.as_object().expect("oggetto").keys().collect();
                assert_eq!(membri, ["idDominio", "iuv", "iur", "indice", "tipo", "importo", "data"]);
                assert_eq!(
                    (&r["iuv"], &r["importo"], &r["tipo"]),
                    (&json!(iuv(&n1)), &numero("45.01"), &json!("ENTRATA"))
                );
                assert_eq!((letta.get("dataPagamento"), letta.get("iuvPagamento")), (None, None));
            }
            2 => assert_eq!(
                (&letta["dataPagamento"], &letta["iuvPagamento"]),
                (&json!("2026-03-10"), &json!(iuv(&n1)))
            ),
            _ => {
                assert_eq!(
                    (&letta["dataPagamento"], letta.get("iuvPagamento")),
                    (&json!("2026-03-10"), None)
                );
            }
        }
        assert_eq!(v.get("riscossione").is_some(), n == 3, "v{n}");
    }
}

/// A notice that the standard applicazione claims by its regExpIuv.
const DELL_ENTE: &str = "301000000091234519";

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn per_avviso_si_chiede_all_ente(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let ente = StubEnte::nuovo().await;
    let app = TestApp::con(backend, configura).await;
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    let tutti = json!(["*"]);
    app.backoffice().put("/applicazioni/PORTALE", &portale(PORTALE.0, &tutti, &tutti)).await.con_stato(201);
    let mut sua = con(&di(MARIO), "/numeroAvviso", json!(DELL_ENTE));
    sua["idA2A"] = json!("GESTIONALE");
    sua["idPendenza"] = json!("E1");
    ente.sempre(Copione::Json(200, json!({ "stato": "NON_ESEGUITA", "pendenza": sua })));
    let dove = format!("/pendenze/byAvviso/{DOMINIO}/{DELL_ENTE}");
    // Not for a citizen in the second version, nor for who is nobody: before anything is looked up.
    assert_eq!(cittadino(&app, 2, MARIO, &dove).await.errore(), negata(MARIO, ""));
    for n in [2, 3] {
        assert_eq!(
            anonimo(&app, n, &dove, &[]).await.errore(),
            errore(403, "403", "Accesso anonimo non consentito")
        );
    }
    assert_eq!(ente.ricevute().len(), 0);
    // In the third version it is there even for who may not see it, and he does not.
    assert_eq!(cittadino(&app, 3, LUCIA, &dove).await.errore(), negata(LUCIA, NON_SUA));
    assert_eq!(ente.ricevute().len(), 1);
    assert_eq!(cittadino(&app, 3, MARIO, &dove).await.con_stato(200).json()["idPendenza"], "E1");
    for n in [2, 3] {
        let c = versione(&app, n);
        let letta = c.get(&dove).await.con_stato(200).json();
        assert_eq!(letta, c.get("/pendenze/GESTIONALE/E1").await.con_stato(200).json(), "v{n}");
    }
    assert_eq!(ente.ricevute().len(), 1, "e' nell'archivio");
    // The first version does not have it.
    versione(&app, 1).get(&dove).await.con_stato(404);
    // A refusal tells what the ente said.
    ente.sempre(Copione::Json(200, json!({ "stato": "ANNULLATA" })));
    let altro = "301000000091234620";
    assert_eq!(
        versione(&app, 2).get(&format!("/pendenze/byAvviso/{DOMINIO}/{altro}")).await.errore(),
        errore(404, "404000", "La verifica della pendenza ha dato esito PAA_PAGAMENTO_ANNULLATO")
    );
    // Somebody else's dominio: before it is asked.
    let altrove = portale("altrove", &json!([]), &tutti);
    app.backoffice().put("/applicazioni/ALTROVE", &altrove).await.con_stato(201);
    let c = versione(&app, 2).come("altrove", PORTALE.1);
    let testo = format!(
        "Applicazione [ALTROVE] non autorizzata ad accedere alla risorsa richiesta per il Dominio [{DOMINIO}]."
    );
    assert_eq!(c.get(&dove).await.errore(), errore(403, "403000", testo));
}
