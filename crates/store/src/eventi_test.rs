//! Which index finds a page of the giornale, on SQLite; PostgreSQL is asked by the benchmark.

use super::FiltroEventi;
use crate::{Impostazioni, Interrogazione, Store};
use domain::evento::{CategoriaEvento, Componente, EsitoEvento, RuoloEvento};

/// What the planner says of a page with that filter.
fn piano(c: &rusqlite::Connection, f: &FiltroEventi) -> String {
    let mut q = Interrogazione::nuova("explain query plan select e.dati from eventi e");
    f.dove(&mut q);
    q.testo(" order by e.data desc, e.id desc limit 25");
    let mut istruzione = c.prepare(&q.sql).unwrap();
    // The plan does not depend on the values: none is bound.
    let mut righe = istruzione.raw_query();
    let mut passi: Vec<String> = Vec::new();
    while let Some(r) = righe.next().unwrap() {
        passi.push(r.get("detail").unwrap());
    }
    passi.join("; ")
}

#[tokio::test]
async fn ogni_filtro_del_giornale_trova_la_pagina_da_un_indice() {
    let cartella = tempfile::tempdir().unwrap();
    let file = cartella.path().join("govpay.db");
    let store = Store::apri(Impostazioni::nuove(format!("sqlite://{}", file.display()))).await.unwrap();
    store.migra().await.unwrap();
    let c = rusqlite::Connection::open(&file).unwrap();
    let t = || Some("x".to_owned());
    let due = || Some(("x".to_owned(), "y".to_owned()));
    let vuoto = FiltroEventi::default;
    for (indici, f) in [
        (&["eventi_data"][..], vuoto()),
        (&["eventi_iuv"], FiltroEventi { iuv: due(), ..vuoto() }),
        (&["eventi_iuv", "eventi_pendenza"], FiltroEventi { iuv: due(), pendenza_di_iuv: due(), ..vuoto() }),
        (&["eventi_pendenza"], FiltroEventi { pendenza: due(), ..vuoto() }),
        (
            &["eventi_iuv", "eventi_pendenza"],
            FiltroEventi { pendenza: due(), iuv_di_pendenza: due(), ..vuoto() },
        ),
        (&["eventi_iuv"], FiltroEventi { solo_iuv: t(), ..vuoto() }),
        (&["eventi_pendenza"], FiltroEventi { id_pendenza: t(), ..vuoto() }),
        (&["eventi_dominio"], FiltroEventi { dominio: t(), ..vuoto() }),
        (&["eventi_a2a"], FiltroEventi { id_a2a: t(), ..vuoto() }),
        (&["eventi_ccp"], FiltroEventi { ccp: t(), ..vuoto() }),
        (&["eventi_pagamento"], FiltroEventi { id_pagamento: t(), ..vuoto() }),
        (&["eventi_tipo"], FiltroEventi { tipo: t(), ..vuoto() }),
        (&["eventi_sottotipo"], FiltroEventi { sottotipo: t(), ..vuoto() }),
        (&["eventi_esito"], FiltroEventi { esito: Some(EsitoEvento::Ko), ..vuoto() }),
        (&["eventi_data"], FiltroEventi { esito: Some(EsitoEvento::Ok), ..vuoto() }),
        (&["eventi_categoria"], FiltroEventi { categoria: Some(CategoriaEvento::Utente), ..vuoto() }),
        (&["eventi_componente"], FiltroEventi { componente: Some(Componente::ApiEnte), ..vuoto() }),
        (&["eventi_componente"], FiltroEventi { componente: Some(Componente::ApiPagopa), ..vuoto() }),
        (&["eventi_ruolo"], FiltroEventi { ruolo: Some(RuoloEvento::Client), ..vuoto() }),
        (&["eventi_severita"], FiltroEventi { severita_da: Some(4), ..vuoto() }),
        (&["eventi_severita"], FiltroEventi { severita_a: Some(4), ..vuoto() }),
        (&["eventi_dominio"], FiltroEventi { domini: Some(vec!["x".to_owned()]), ..vuoto() }),
    ] {
        let piano = piano(&c, &f);
        assert!(indici.iter().all(|i| piano.contains(&format!("INDEX {i}"))), "{f:?}: {piano}");
    }
    store.chiudi().await;
}
