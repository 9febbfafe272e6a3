//! Receipts and their notifications.

use crate::nodo::*;
use pagopa::ccp::Versione;
use pagopa::nodo::Risposta as DelNodo;
use rstest::rstest;
use serde_json::{Value, json};
use std::time::Duration;
use testkit::{Anagrafica, Backend, Copione, StubEnte, TestApp};

/// Two transfers with one idTransfer were refused with PAA_SYSTEM_ERROR at every retry.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn righe_con_lo_stesso_id_transfer(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(Versione::V1, Versione::V2)] versione: Versione,
) {
    let app = pronta(backend).await;
    let n = nav(1);
    carica(&app, "P1", &corpo(&n, &[voce("V1", 40.0), voce("V2", 5.01)])).await;
    let mut r = ricevuta(versione, &attivata(&app, versione, &n).await, &n, "R1");
    r.ricevuta.transfers[1].id_transfer = 1;
    accettata(&app, &r).await;
    let d = dettaglio(&app, "P1").await;
    assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec!["RT_ACCETTATA_PA"]));
    let p = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(&n)).await.unwrap().unwrap();
    let riscosse = app.engine().store().riscossioni_di(p.id).await.unwrap();
    let viste: Vec<_> = riscosse.iter().map(|r| (r.indice, r.importo.centesimi(), r.voce)).collect();
    assert_eq!(viste, [(1, 4000, Some(p.voci[0].id)), (2, 501, Some(p.voci[1].id))]);
    assert_eq!(ko(manda_ricevuta(&app, &r).await).0, "PAA_RECEIPT_DUPLICATA");
}

/// The first message of the second version was not kept: each of its retries was built anew.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn cambiata_la_versione_i_nuovi_tentativi_restano_uguali(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let (app, ente) = (pronta(backend).await, StubEnte::nuovo().await);
    ente.prossime([Copione::Stato(500), Copione::Stato(500), Copione::Stato(201)]);
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    accettata(&app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    fallita(&app, 1).await;
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    app.orologio().avanza(Duration::from_secs(61));
    fallita(&app, 2).await;
    let mut dominio = app.backoffice().get(&format!("/domini/{DOMINIO}")).await.con_stato(200).json();
    let membri = dominio.as_object_mut().unwrap();
    for derivato in ["idDominio", "unitaOperative", "contiAccredito", "entrate", "tipiPendenza"] {
        membri.remove(derivato);
    }
    membri.insert("ragioneSociale".to_owned(), json!("Nome nuovo"));
    let r = app.backoffice().put(&format!("/domini/{DOMINIO}"), &dominio).await;
    assert_eq!(r.stato(), 200, "{}", r.testo());
    app.orologio().avanza(Duration::from_secs(241));
    let arrivate = ente.attendi(3).await;
    assert_eq!([&*arrivate[0].metodo, &*arrivate[1].metodo, &*arrivate[2].metodo], ["POST", "PUT", "PUT"]);
    assert_eq!(arrivate[1].json(), arrivate[2].json());
    assert!(arrivate.iter().all(|a| a.intestazione("idempotency-key").is_some()
        && a.intestazione("idempotency-key") == arrivate[0].intestazione("idempotency-key")));
}

async fn fallita(app: &TestApp, volte: i64) {
    finche("il fallimento si vede", async || {
        let righe: Value = app.backoffice().get("/notifiche").await.con_stato(200).json();
        (righe["risultati"][0]["numeroTentativi"] == json!(volte)).then_some(())
    })
    .await;
}

/// However long the queue is, a claim takes rows of its own ente only, each once.
#[tokio::test(flavor = "multi_thread")]
async fn si_prendono_solo_le_notifiche_del_proprio_ente() {
    let app = quieta(Backend::Pg).await;
    let n = carica_una(&app, 1).await;
    attivata(&app, Versione::V2, &n).await;
    let store = app.engine().store();
    let mut s = store::Scrittura::nuova();
    s.esegui(
        "insert into tentativi select 1000000000 + i, pendenza, id_dominio, iuv, 'c' || i, versione, modello, \
         stato, descrizione_stato, esito, cod_msg_richiesta, data_msg_richiesta, cod_stazione, cod_carrello, \
         bloccante, cod_msg_ricevuta, data_msg_ricevuta, importo_totale_pagato, cod_attestante, \
         denominazione_attestante, cod_psp, cod_canale, tipo_versamento, ha_rpt, ha_rt, id_a2a \
         from (select * from tentativi limit 1) t, generate_series(1, 60000) i",
        Vec::new(),
    );
    s.esegui(
        "insert into notifiche (id, chiave, tipo, id_a2a, tentativo, id_dominio, iuv, ccp, stato, \
         data_creazione, data_aggiornamento, data_prossima, tentativi, presa_fino) \
         select id, 'k' || id, 'RICEVUTA', case when id % 100 = 0 then 'A' else 'B' end, id, id_dominio, iuv, \
         ccp, 'DA_SPEDIRE', data_msg_richiesta, 0, data_msg_richiesta, 0, 0 \
         from tentativi where id > 1000000000",
        Vec::new(),
    );
    store.commit(s).await.unwrap();
    let mut viste = std::collections::HashSet::new();
    for giro in 0..9 {
        let adesso = app.engine().adesso();
        let prese = store
            .prendi_notifiche("A", &format!("g{giro}"), Duration::from_secs(30), 10, adesso)
            .await
            .unwrap();
        assert!(prese.iter().all(|p| p.notifica.id_a2a == *"A"));
        viste.extend(prese.iter().map(|p| p.notifica.id));
        assert_eq!(viste.len(), (giro + 1) * 10);
    }
}

/// An identifier that no index can hold took its event away.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_identificativo_enorme_non_fa_perdere_l_evento(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    // Not compressible.
    let mut seme = 1_u64;
    let enorme: String = (0..6000)
        .map(|_| {
            seme = seme.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(
                b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_"[(seme >> 58) as usize],
            )
        })
        .collect();
    let r = app.applicazione().put(&format!("/pendenze/GESTIONALE/{enorme}"), &json!({})).await;
    assert_eq!(r.stato(), 400, "{}", r.testo());
    let trovato = finche("l'evento si legge", async || {
        let e = app.backoffice().get("/eventi?tipoEvento=addPendenza").await.con_stato(200).json();
        e["risultati"].as_array().unwrap().first().cloned()
    })
    .await;
    assert_eq!(trovato["idPendenza"].as_str().unwrap(), &enorme[..255]);
}

/// Whatever interleaves, each accepted receipt is one riscossione and one notification, and the
/// pendenza is paid.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn tutto_insieme_su_due_nodi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(200));
    Anagrafica::standard().ente(ente.url(), "REST v2").crea(&app).await;
    let mut imp = store::Impostazioni::nuove(app.configurazione().database_url.clone());
    imp.chiave = Some(store::ChiaveCifratura::da_byte(&[7; 32]).unwrap());
    let due = engine::Engine::nuovo(
        store::Store::apri(imp).await.unwrap(),
        std::sync::Arc::new(app.orologio().clone()),
        app.engine().porte().clone(),
        app.engine().impostazioni().clone(),
    );
    let chi = engine::nodo::ChiamanteNodo { principal: Some("nodo".to_owned()), ..Default::default() };
    for giro in 0..6 {
        let n = carica_una(&app, giro).await;
        let id = format!("P{giro}");
        let dati = attivata(&app, Versione::V2, &n).await;
        let mut ricevute = Vec::new();
        for copia in 0..3 {
            for quale in 0..2 {
                let r = ricevuta(Versione::V2, &dati, &n, &format!("R{giro}-{quale}"));
                let (chi, due, nodo) = (chi.clone(), due.clone(), app.nodo());
                ricevute.push(tokio::spawn(async move {
                    if copia == 1 {
                        let xml = r.xml();
                        let r = pagopa::ccp::Richiesta::Ricevuta(Box::new(r));
                        due.servi_nodo(&chi, &r, &xml, "t").await.fault.map(|f| f.codice.codice().to_owned())
                    } else {
                        match manda(&nodo, &pagopa::ccp::Richiesta::Ricevuta(Box::new(r))).await {
                            DelNodo::RicevutaAccettata(_) => None,
                            altra => Some(ko(altra).0),
                        }
                    }
                }));
            }
        }
        let mut altri = Vec::new();
        for passo in 0..4 {
            let (nodo, n2) = (app.nodo(), n.clone());
            altri.push(tokio::spawn(async move { drop(grezza(&nodo, &attiva(Versione::V2, &n2)).await) }));
            let (app_cliente, id2, n2) = (app.applicazione(), id.clone(), n.clone());
            altri.push(tokio::spawn(async move {
                // Another amount, the same number of voci: with another number the receipts of the first
                // request would rightly be refused after a new activation (spec 40 7.2).
                let (corpo, stato) = (
                    corpo(&n2, &[voce("V1", 46.01 + f64::from(passo))]),
                    if passo % 2 == 0 { "ANNULLATA" } else { "NON_ESEGUITA" },
                );
                let percorso = format!("/pendenze/GESTIONALE/{id2}");
                drop(app_cliente.put(&percorso, &corpo).await);
                let modifica = json!([{ "op": "REPLACE", "path": "/stato", "value": stato }]);
                drop(app_cliente.patch(&percorso, &modifica).await);
            }));
            let scadenze = due.clone();
            altri.push(tokio::spawn(async move { drop(scadenze.chiudi_tentativi_scaduti(100).await) }));
        }
        let mut esiti = Vec::new();
        for r in ricevute {
            esiti.push(r.await.unwrap());
        }
        for a in altri {
            a.await.unwrap();
        }
        assert_eq!(esiti.iter().filter(|e| e.is_none()).count(), 2, "{esiti:?}");
        assert!(
            esiti.iter().flatten().all(|c| c == "PAA_RECEIPT_DUPLICATA"),
            "una ricevuta si accetta o e' gia' accettata: {esiti:?}"
        );
        let p = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(&n)).await.unwrap().unwrap();
        assert_eq!((p.stato.as_str(), p.anomalo), ("ESEGUITO", true));
        let riscosse = app.engine().store().riscossioni_di(p.id).await.unwrap();
        assert_eq!(riscosse.len(), 2);
        assert_eq!(riscosse.iter().map(|r| r.importo.centesimi()).sum::<i64>(), 9002);
        let notifiche = app
            .engine()
            .store()
            .leggi_una::<i64>(
                "select count(*) from notifiche n join tentativi t on t.id = n.tentativo where t.pendenza = $1",
                vec![store::Valore::Intero(Some(p.id))],
            )
            .await
            .unwrap();
        assert_eq!(notifiche, Some(2));
        let d = dettaglio(&app, &id).await;
        assert!(stati(&d).iter().filter(|s| **s == "RPT_ACCETTATA_NODO").count() <= 1, "{:?}", stati(&d));
        assert_eq!(stati(&d).iter().filter(|s| **s == "RT_ACCETTATA_PA").count(), 2);
    }
    due.store().chiudi().await;
}
