//! Which index finds the pendenze of each shown state on an embedded database, which plans without
//! statistics.

use super::{FiltroPendenze, OrdinePendenze, StatoCercato, conteggio, pagina};
use crate::{DaRiga, Dialetto, Impostazioni, Interrogazione, Riga, Store, StoreError};
use domain::pendenza::StatoMostrato;

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
    let di_stato = "SEARCH p USING COVERING INDEX pendenze_stato (id_a2a=? AND stato=?)";
    for (stato, cerca, conta) in [
        (
            StatoMostrato::Anomala,
            "SEARCH p USING COVERING INDEX pendenze_anomale (id_a2a=? AND anomalo=?)",
            "SEARCH p USING COVERING INDEX pendenze_anomale (id_a2a=? AND anomalo=?)",
        ),
        (StatoMostrato::Eseguita, di_stato, di_stato),
        (StatoMostrato::Incassata, di_stato, di_stato),
        (StatoMostrato::EseguitaParziale, di_stato, di_stato),
        (StatoMostrato::Annullata, di_stato, di_stato),
        (StatoMostrato::NonEseguita, di_stato, di_stato),
        (StatoMostrato::Scaduta, di_stato, di_stato),
    ] {
        for senza_spontanee_da_pagare in [false, true] {
            let f = FiltroPendenze {
                id_a2a: Some("GESTIONALE".to_owned()),
                stato: Some(StatoCercato { stato, oggi, ridotto: false }),
                senza_spontanee_da_pagare,
                ..FiltroPendenze::default()
            };
            let p = piano(&store, pagina(&f, &usuale, 0, 25)).await;
            if senza_spontanee_da_pagare && stato == StatoMostrato::Anomala {
                // Few: each row is read, to know whether it is spontaneous.
                assert_eq!(p.first().map(String::as_str), Some(cerca.replace("COVERING ", "").as_str()));
                continue;
            }
            assert_eq!(p.first().map(String::as_str), Some(cerca), "{stato:?}: {p:?}");
            let c = piano(&store, conteggio(&f, 10_001, Dialetto::Sqlite)).await;
            assert_eq!(c, [conta], "{stato:?}");
        }
        let f = FiltroPendenze {
            stato: Some(StatoCercato { stato, oggi, ridotto: false }),
            ..FiltroPendenze::default()
        };
        let di_un_dominio = FiltroPendenze { dominio: Some("12345678901".to_owned()), ..f };
        if stato == StatoMostrato::Anomala {
            let c = piano(&store, conteggio(&di_un_dominio, 10_001, Dialetto::Sqlite)).await;
            let atteso =
                "SEARCH p USING COVERING INDEX pendenze_anomale_dominio (id_dominio=? AND anomalo=?)";
            assert_eq!(c, [atteso]);
        }
    }
    store.chiudi().await;
}
