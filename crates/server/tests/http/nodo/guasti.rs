//! A database that fails at each step leaves everything or nothing (spec 40 Done when 19).

use super::*;
use rstest::rstest;
use store::{Dialetto, Scrittura};
use testkit::{Copione, StubEnte};

/// The tables that an activation or a receipt writes, in the order of its statements, with the event
/// that each statement is.
const PASSI: [(&str, &str); 7] = [
    ("pendenze", "update"),
    ("voci", "update"),
    ("tentativi", "insert"),
    ("tentativi", "update"),
    ("messaggi", "insert"),
    ("riscossioni", "insert"),
    ("notifiche", "insert"),
];

macro_rules! su_ogni_passo {
    ($($n:literal => $tabella:literal $evento:literal),* $(,)?) => {
        /// Makes a statement fail; only literal SQL goes into a Scrittura.
        fn rompi(d: Dialetto, passo: usize) -> Vec<&'static str> {
            match (d, passo) {
                $(
                    (Dialetto::Sqlite, $n) => vec![concat!(
                        "create trigger guasto after ", $evento, " on ", $tabella,
                        " begin select raise(abort, 'guasto di prova'); end"
                    )],
                    (Dialetto::Postgres, $n) => vec![
                        "create or replace function guasto() returns trigger language plpgsql as \
                         'begin raise exception ''guasto di prova''; end'",
                        concat!(
                            "create trigger guasto after ", $evento, " on ", $tabella,
                            " for each row execute function guasto()"
                        ),
                    ],
                )*
                _ => Vec::new(),
            }
        }

        fn ripara(d: Dialetto, passo: usize) -> &'static str {
            match (d, passo) {
                $(
                    (Dialetto::Sqlite, $n) => "drop trigger guasto",
                    (Dialetto::Postgres, $n) => concat!("drop trigger guasto on ", $tabella),
                )*
                _ => "select 1",
            }
        }
    };
}
su_ogni_passo!(
    0 => "pendenze" "update",
    1 => "voci" "update",
    2 => "tentativi" "insert",
    3 => "tentativi" "update",
    4 => "messaggi" "insert",
    5 => "riscossioni" "insert",
    6 => "notifiche" "insert",
);

async fn esegui(app: &TestApp, sql: impl IntoIterator<Item = &'static str>) {
    for q in sql {
        let mut s = Scrittura::nuova();
        s.esegui(q, vec![]);
        app.engine().store().commit(s).await.unwrap();
    }
}

/// Everything that a payment leaves behind, row by row.
async fn fotografia(app: &TestApp) -> Vec<String> {
    let store = app.engine().store();
    let mut tutte = Vec::new();
    for q in [
        "select 'p ' || id || ' ' || versione || ' ' || stato || ' ' || importo_pagato from pendenze order by id limit 1000",
        "select 'v ' || id || ' ' || stato from voci order by id limit 1000",
        "select 't ' || id || ' ' || ccp || ' ' || stato || ' ' || ha_rt from tentativi order by id limit 1000",
        "select 'm ' || tentativo || ' ' || tipo from messaggi order by tentativo, tipo limit 1000",
        "select 'r ' || id || ' ' || iur || ' ' || indice from riscossioni order by id limit 1000",
        "select 'n ' || id || ' ' || tipo from notifiche order by id limit 1000",
    ] {
        tutte.extend(store.leggi::<String>(q, vec![]).await.unwrap());
    }
    tutte
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn ogni_istruzione_che_fallisce_annulla_tutto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let app = TestApp::nuova(backend).await;
    let ente = StubEnte::nuovo().await;
    ente.sempre(Copione::Stato(503));
    Anagrafica::standard().ente(ente.url(), "REST v1").crea(&app).await;
    let d = app.engine().store().dialetto();
    let n = carica_una(&app, 1).await;
    attivata(&app, Versione::V2, &n).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    // Which step belongs to which operation: (activation, receipt in place, second receipt).
    let usa = [
        (true, true, true),
        (false, true, false),
        (true, false, true),
        (true, true, false),
        (true, true, true),
        (false, true, true),
        (true, true, true),
    ];
    for (passo, (tabella, evento)) in PASSI.into_iter().enumerate() {
        let nome = format!("{evento} {tabella}");
        let r = ricevuta(Versione::V2, &dati, &n, "R1");
        esegui(&app, rompi(d, passo)).await;
        let prima = fotografia(&app).await;
        if usa[passo].0 {
            e_ko(manda(&app.nodo(), &attiva(Versione::V2, &n)).await, "PAA_SYSTEM_ERROR", None);
            assert_eq!(fotografia(&app).await, prima, "attivazione, {nome}");
        }
        if usa[passo].1 {
            e_ko(manda_ricevuta(&app, &r).await, "PAA_SYSTEM_ERROR", None);
            assert_eq!(fotografia(&app).await, prima, "ricevuta, {nome}");
        }
        esegui(&app, [ripara(d, passo)]).await;
    }
    // The Node sends it again, and nothing was lost.
    accettata(&app, &ricevuta(Versione::V2, &dati, &n, "R1")).await;
    assert_eq!(stati(&dettaglio(&app, "P1").await), ["RPT_ANNULLATA", "RT_ACCETTATA_PA"]);
    for (passo, (tabella, evento)) in PASSI.into_iter().enumerate() {
        if usa[passo].2 {
            esegui(&app, rompi(d, passo)).await;
            let prima = fotografia(&app).await;
            let r = ricevuta(Versione::V1, &dati, &n, "R2");
            e_ko(manda_ricevuta(&app, &r).await, "PAA_SYSTEM_ERROR", None);
            assert_eq!(fotografia(&app).await, prima, "seconda ricevuta, {evento} {tabella}");
            esegui(&app, [ripara(d, passo)]).await;
        }
    }
    accettata(&app, &ricevuta(Versione::V1, &dati, &n, "R2")).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_rifiuto_che_non_si_scrive_non_e_un_rifiuto(
    #[values(Backend::Lite, Backend::Pg)] backend: Backend,
) {
    let app = pronta(backend).await;
    let d = app.engine().store().dialetto();
    let n = carica_una(&app, 1).await;
    let dati = attivata(&app, Versione::V2, &n).await;
    let mut r = ricevuta(Versione::V2, &dati, &n, "R1");
    r.ricevuta.payment_amount = Importo::da_centesimi(1);
    esegui(&app, rompi(d, 4)).await;
    let prima = fotografia(&app).await;
    e_ko(manda_ricevuta(&app, &r).await, "PAA_SYSTEM_ERROR", None);
    assert_eq!(fotografia(&app).await, prima);
    esegui(&app, [ripara(d, 4)]).await;
    assert_eq!(ko(manda_ricevuta(&app, &r).await).0, "PAA_SEMANTICA");
}

/// Connections cut while receipts and activations go on: what was answered OK is there once, what
/// was not can be sent again.
#[tokio::test(flavor = "multi_thread")]
async fn le_connessioni_tagliate_non_perdono_niente() {
    let app = TestApp::nuova(Backend::Pg).await;
    Anagrafica::standard().crea(&app).await;
    const QUANTE: u64 = 12;
    let mut dati = Vec::new();
    for i in 0..QUANTE {
        let n = carica_una(&app, i).await;
        dati.push((attivata(&app, Versione::V2, &n).await, n));
    }
    let nodo = app.nodo();
    let compiti: Vec<_> = dati
        .iter()
        .cloned()
        .enumerate()
        .map(|(i, (d, n))| {
            let nodo = nodo.clone();
            let r = Richiesta::Ricevuta(Box::new(ricevuta(Versione::V2, &d, &n, &format!("R{i}"))));
            tokio::spawn(async move {
                // As the Node does: again until it is delivered.
                for _ in 0..200 {
                    match manda(&nodo, &r).await {
                        DelNodo::RicevutaAccettata(_) => return,
                        altro => match ko(altro).0.as_str() {
                            "PAA_RECEIPT_DUPLICATA" => return,
                            "PAA_SYSTEM_ERROR" => tokio::time::sleep(Duration::from_millis(20)).await,
                            altro => panic!("{altro}"),
                        },
                    }
                }
                panic!("mai consegnata");
            })
        })
        .collect();
    // Activations of other notices meanwhile.
    let mut attivati = Vec::new();
    let mut attivazioni = Vec::new();
    for i in 100..104 {
        let n = carica_una(&app, i).await;
        for _ in 0..5 {
            let (nodo, r) = (app.nodo(), attiva(Versione::V2, &n));
            attivazioni.push(tokio::spawn(async move {
                match manda(&nodo, &r).await {
                    DelNodo::Attiva(..) => true,
                    altro => {
                        assert_eq!(ko(altro).0, "PAA_SYSTEM_ERROR");
                        false
                    }
                }
            }));
        }
        attivati.push(n);
    }
    for _ in 0..15 {
        app.postgres().unwrap().taglia().await.unwrap();
        tokio::time::sleep(Duration::from_millis(15)).await;
    }
    for c in compiti {
        c.await.unwrap();
    }
    let mut riuscite = 0;
    for a in attivazioni {
        riuscite += usize::from(a.await.unwrap());
    }
    let (mut tutti, mut aperti) = (0, 0);
    for n in &attivati {
        let t = app.engine().store().tentativi_per_iuv(DOMINIO, iuv(n)).await.unwrap();
        aperti = t.iter().filter(|t| t.stato.aperto()).count();
        assert!(aperti <= 1 && (aperti == 1 || t.is_empty()), "{t:?}");
        for t in &t {
            // Whole: the attempt with its answer.
            assert!(app.engine().store().tentativo_per_id(t.id).await.unwrap().unwrap().rpt.is_some());
        }
        tutti += t.len();
    }
    // What was answered OK is there; an answer may have been lost after its commit.
    assert!(tutti >= riuscite, "{tutti} tentativi, {riuscite} risposte, {aperti} aperti");
    for (i, (_, n)) in dati.iter().enumerate() {
        let p = app.engine().store().pendenza_per_iuv(DOMINIO, iuv(n)).await.unwrap().unwrap();
        assert_eq!(app.engine().store().riscossioni_di(p.id).await.unwrap().len(), 1, "{i}");
        let d = dettaglio(&app, &format!("P{i}")).await;
        assert_eq!((d["stato"].as_str(), stati(&d)), (Some("ESEGUITA"), vec!["RT_ACCETTATA_PA"]), "{i}");
    }
}
