//! Which index finds the pendenze of each shown state on an embedded database, which plans without
//! statistics.

use super::{FiltroPendenze, OrdinePendenze, StatoCercato, conteggio, pagina};
use crate::{DaRiga, Dialetto, Impostazioni, Interrogazione, Riga, Store, StoreError};
use domain::pendenza::{StatiNoti, StatoMostrato};

struct Passo(String);

impl DaRiga for Passo {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self(r.testo("detail")?))
    }
}

/// The steps that look at pendenze, without those that fetch a found row by its id.
async fn piano(store: &Store, mut q: Interrogazione) -> Vec<String> {
    q.sql.insert_str(0, "explain query plan ");
    let passi: Vec<Passo> = store.leggi_composta(q).await.unwrap();
    passi.into_iter().map(|p| p.0).filter(|p| p.contains(" p ") || p.contains("B-TREE")).collect()
}

#[tokio::test]
async fn lo_stato_mostrato_viene_da_un_indice() {
    let cartella = tempfile::tempdir().unwrap();
    let indirizzo = format!("sqlite://{}", cartella.path().join("govpay.db").display());
    let store = Store::apri(Impostazioni::nuove(indirizzo)).await.unwrap();
    store.migra().await.unwrap();
    let oggi = jiff::civil::date(2026, 11, 21);
    let usuale = [(OrdinePendenze::Caricamento, true)];
    let di = |indice: &str, chiave: &str| format!("SEARCH p USING COVERING INDEX {indice} ({chiave})");
    let di_stato = di("pendenze_stato", "id_a2a=? AND stato=?");
    let anomale = di("pendenze_anomale", "id_a2a=? AND anomalo=?");
    let rare = di("pendenze_rare", "stato=?");
    let di_dominio = di("pendenze_dominio", "id_dominio=?");
    let per_data = "SCAN p USING COVERING INDEX pendenze_data".to_owned();
    // Of an applicazione, of a dominio, of everybody.
    for (stato, sue, del_dominio, tutte) in [
        (
            StatoMostrato::Anomala,
            &anomale,
            &di("pendenze_anomale_dominio", "id_dominio=? AND anomalo=?"),
            &anomale,
        ),
        (StatoMostrato::Eseguita, &di_stato, &di_dominio, &per_data),
        (StatoMostrato::Incassata, &di_stato, &di_dominio, &per_data),
        (StatoMostrato::EseguitaParziale, &di_stato, &rare, &rare),
        (StatoMostrato::Annullata, &di_stato, &rare, &rare),
        (StatoMostrato::NonEseguita, &di_stato, &di_dominio, &per_data),
    ] {
        for senza_spontanee_da_pagare in [false, true] {
            for (id_a2a, dominio, atteso) in [
                (Some("GESTIONALE".to_owned()), None, sue),
                (None, Some("12345678901".to_owned()), del_dominio),
                (None, None, tutte),
            ] {
                let chiesto = format!("{stato:?} {id_a2a:?} {dominio:?} {senza_spontanee_da_pagare}");
                let f = FiltroPendenze {
                    id_a2a,
                    dominio,
                    stato: Some(StatoCercato { stato, oggi, noti: StatiNoti::Tutti }),
                    tipi: Some(vec!["TARI".to_owned(), "LIBERO".to_owned()]),
                    senza_spontanee_da_pagare,
                    ..FiltroPendenze::default()
                };
                let p = piano(&store, pagina(&f, &usuale, 0, 25, Dialetto::Sqlite)).await;
                assert_eq!(p.first(), Some(atteso), "{chiesto}: {p:?}");
                let c = piano(&store, conteggio(&f, 10_001, Dialetto::Sqlite)).await;
                assert_eq!(c.as_slice(), std::slice::from_ref(atteso), "{chiesto}");
            }
        }
    }
    let di_entrambi = FiltroPendenze {
        id_a2a: Some("GESTIONALE".to_owned()),
        dominio: Some("12345678901".to_owned()),
        ..FiltroPendenze::default()
    };
    let p = piano(&store, pagina(&di_entrambi, &usuale, 0, 25, Dialetto::Sqlite)).await;
    assert_eq!(p.first(), Some(&di_dominio), "{p:?}");
    assert_eq!(piano(&store, conteggio(&di_entrambi, 10_001, Dialetto::Sqlite)).await, [di_dominio]);
    store.chiudi().await;
}

#[tokio::test]
async fn cio_che_e_scaduto_viene_in_ordine() {
    let cartella = tempfile::tempdir().unwrap();
    let indirizzo = format!("sqlite://{}", cartella.path().join("govpay.db").display());
    let store = Store::apri(Impostazioni::nuove(indirizzo)).await.unwrap();
    store.migra().await.unwrap();
    let oggi = jiff::civil::date(2026, 11, 21);
    let attese = "SEARCH p USING INDEX pendenze_attese (scadenza_attesa<?)";
    let (ente, dominio) = (Some("GESTIONALE".to_owned()), Some("12345678901".to_owned()));
    for (id_a2a, dominio, viste) in [
        (None, None, "SCAN p USING COVERING INDEX pendenze_scadute"),
        (ente.clone(), None, "SEARCH p USING COVERING INDEX pendenze_scadute_a2a (id_a2a=?)"),
        (None, dominio.clone(), "SEARCH p USING COVERING INDEX pendenze_scadute_dominio (id_dominio=?)"),
        (ente, dominio, "SEARCH p USING COVERING INDEX pendenze_scadute_dominio (id_dominio=?)"),
    ] {
        for noti in [StatiNoti::Tutti, StatiNoti::SenzaIncasso, StatiNoti::Ridotti] {
            let f = FiltroPendenze {
                id_a2a: id_a2a.clone(),
                dominio: dominio.clone(),
                stato: Some(StatoCercato { stato: StatoMostrato::Scaduta, oggi, noti }),
                tipi: Some(vec!["TARI".to_owned(), "LIBERO".to_owned()]),
                senza_spontanee_da_pagare: true,
                ..FiltroPendenze::default()
            };
            for discendente in [true, false] {
                let usuale = [(OrdinePendenze::Caricamento, discendente)];
                let p = piano(&store, pagina(&f, &usuale, 0, 25, Dialetto::Sqlite)).await;
                // What is put in order is the page of those seen and the few that are not, and the page
                // once more with its rows.
                let ordina = "USE TEMP B-TREE FOR ORDER BY";
                let righe = "SEARCH p USING INTEGER PRIMARY KEY (rowid=?)";
                assert_eq!(p, [viste, attese, ordina, righe, ordina], "{f:?}");
            }
            let c = piano(&store, conteggio(&f, 10_001, Dialetto::Sqlite)).await;
            assert_eq!(c, [viste, attese], "{f:?}");
        }
    }
    store.chiudi().await;
}

#[tokio::test]
async fn le_pendenze_di_un_debitore_vengono_dal_suo_indice() {
    let cartella = tempfile::tempdir().unwrap();
    let indirizzo = format!("sqlite://{}", cartella.path().join("govpay.db").display());
    let store = Store::apri(Impostazioni::nuove(indirizzo)).await.unwrap();
    store.migra().await.unwrap();
    let adesso = domain::Istante::da_micros(1_700_000_000_000_000);
    let f = FiltroPendenze {
        debitore: Some("RSSMRA30A01H501I".to_owned()),
        dovute_o_pagate: true,
        ..FiltroPendenze::default()
    };
    let cerca = "SEARCH p USING INDEX pendenze_debitore (id_debitore=?)";
    // However they are ordered: only the rows of that debtor are put in order.
    for ordine in [(OrdinePendenze::Caricamento, true), (OrdinePendenze::PerChiPaga(adesso), false)] {
        let p = piano(&store, pagina(&f, &[ordine], 0, 25, Dialetto::Sqlite)).await;
        assert_eq!(p.first().map(String::as_str), Some(cerca), "{p:?}");
    }
    assert_eq!(piano(&store, conteggio(&f, 10_001, Dialetto::Sqlite)).await, [cerca]);
    store.chiudi().await;
}
