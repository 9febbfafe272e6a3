//! Many at once, on two nodes.

use crate::banco::{Backend, Banco, chi, chiave, da_applicazione, nuova};
use domain::NumeroAvviso;
use domain::pendenza::{Modifica, Pendenza, Richiesta, StatoPendenza};
use engine::Engine;
use rstest::rstest;
use std::collections::HashSet;
use store::{Scrittura, StoreError};

const TANTI: usize = 64;

fn nodi(b: &Banco) -> impl Iterator<Item = Engine> {
    [b.engine.clone(), b.altro.clone()].into_iter().cycle()
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessantaquattro_put_di_una_chiave_ne_creano_una(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
    #[values(false, true)] con_numero: bool,
) {
    let b = Banco::nuovo(backend).await;
    let mut n = nuova("P1");
    n.numero_avviso = con_numero.then(|| NumeroAvviso::fidato("301000000000999999"));
    let compiti: Vec<_> = nodi(&b)
        .take(TANTI)
        .map(|e| {
            let n = n.clone();
            tokio::spawn(async move { e.carica_pendenza(da_applicazione(), n).await })
        })
        .collect();
    let mut create = 0;
    let mut risposte = HashSet::new();
    for c in compiti {
        let caricata = c.await.unwrap().unwrap();
        create += usize::from(caricata.creata);
        risposte.insert((caricata.pendenza.uuid, caricata.pendenza.numero_avviso));
    }
    assert_eq!((create, risposte.len()), (1, 1));
    let p = b.engine.store().pendenza(&chiave("P1")).await.unwrap().unwrap();
    assert_eq!((p.versione, p.voci.len()), (64, 1));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn sessantaquattro_put_su_due_nodi_hanno_numeri_diversi(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let b = Banco::nuovo(backend).await;
    let compiti: Vec<_> = nodi(&b)
        .take(TANTI)
        .enumerate()
        .map(|(i, e)| {
            tokio::spawn(async move {
                e.carica_pendenza(da_applicazione(), nuova(&format!("P{i}"))).await.unwrap().pendenza
            })
        })
        .collect();
    let mut numeri = HashSet::new();
    for c in compiti {
        let p = c.await.unwrap();
        assert!(p.numero_avviso.cifre_di_controllo_giuste());
        numeri.insert(p.numero_avviso);
    }
    assert_eq!(numeri.len(), TANTI);
}

/// Updates, annulments and a payment race; whatever the order, once paid it stays paid.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn il_pagamento_vince_su_chi_aggiorna(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let b = Banco::nuovo(backend).await;
    b.carica(nuova("P1")).await.unwrap();
    let mut compiti = Vec::new();
    for (i, e) in nodi(&b).take(16).enumerate() {
        compiti.push(tokio::spawn(async move {
            if i == 7 {
                paga(&e).await;
            } else if i % 2 == 0 {
                let _ = e.carica_pendenza(da_applicazione(), nuova("P1")).await;
            } else {
                let annulla = [Modifica::Stato(Richiesta::Annulla)];
                let _ = e.modifica_pendenza(&chi(), &chiave("P1"), &annulla).await;
            }
        }));
    }
    for c in compiti {
        c.await.unwrap();
    }
    let p = b.engine.store().pendenza(&chiave("P1")).await.unwrap().unwrap();
    assert_eq!(p.stato, StatoPendenza::Eseguito);
}

async fn paga(e: &Engine) {
    let esito: Result<(), StoreError> = engine::ritenta(|| async {
        let letta = e.store().pendenza(&chiave("P1")).await?.unwrap();
        let mut s = Scrittura::nuova();
        let pagata = Pendenza { stato: StatoPendenza::Eseguito, ..letta.clone() };
        store::pendenze::cambia_stato(&mut s, &letta, &pagata);
        e.store().commit(s).await
    })
    .await;
    esito.unwrap();
}
