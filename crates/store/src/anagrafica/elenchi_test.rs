//! Which index finds a page of each list, on 10,000 rows of everything and on both databases.

use super::{
    APPLICAZIONI, CONTI, DOMINI, ENTRATE, ENTRATE_DOMINIO, FiltroAnagrafica, Fonte, INTERMEDIARI,
    PaginaAnagrafica, Richiesta, TIPI, TIPI_DOMINIO, UNITA, conteggio, pagina,
};
use crate::{ChiaveCifratura, DaRiga, Dialetto, Impostazioni, Riga, Scrittura, Store, StoreError, valori};

const DOMINIO: &str = "10000000007";

/// Ten thousand of everything; what belongs to a dominio belongs to the same one.
const RIGHE: &[&str] = &[
    "insert into intermediari (id, denominazione, principal_pagopa, url_rpt, segreti, abilitato) \
     select cast(10000000000 + i as text), 'Nome ' || (i * 7919 % 10000), 'p', 'u', $1, i % 2 from (",
    "insert into domini (id, ragione_sociale, indirizzo, scarica_fr, abilitato, connettori) \
     select cast(10000000000 + i as text), 'Nome ' || (i * 7919 % 10000), '{}', 0, i % 2, $1 from (",
    "insert into loghi (id_dominio, contenuto) select cast(10000000000 + i as text), 'bG9nbw==' from (",
    "insert into unita_operative (id_dominio, id, ragione_sociale, indirizzo, abilitato) \
     select '10000000007', 'U' || i, 'Nome ' || (i * 7919 % 10000), '{}', i % 2 from (",
    "insert into conti_accredito (id_dominio, iban, postale, abilitato) \
     select '10000000007', 'IT00X' || i, 0, i % 2 from (",
    "insert into entrate (id, descrizione, tipo_contabilita, codice_contabilita) \
     select 'E' || i, 'Nome ' || (i * 7919 % 10000), 'ALTRO', '123' from (",
    "insert into entrate_dominio (id_dominio, id_entrata, abilitato) \
     select '10000000007', 'E' || i, i % 2 from (",
    "insert into tipi_pendenza (id, descrizione, paga_terzi, abilitato, configurazione) \
     select 'T' || i, 'Nome ' || (i * 7919 % 10000), 0, i % 2, '{}' from (",
    "insert into tipi_pendenza_dominio (id_dominio, id_tipo_pendenza, configurazione) \
     select '10000000007', 'T' || i, '{}' from (",
    "insert into utenze (id, principal, tipo, nome, acl, ruoli, domini, tipi_pendenza, abilitato) \
     select 100000 + i, 'p' || i, 'APPLICAZIONE', 'A' || i, '[]', '[]', '[]', '[]', i % 2 from (",
    "insert into applicazioni (id, id_utenza, codifica_avvisi, generazione_iuv_interna, api_pagamenti, \
     api_pendenze, api_ragioneria, autodeterminazione) \
     select 'A' || i, 100000 + i, 0, 0, 0, 0, 0, 0 from (",
];

async fn riempi(store: &Store) {
    store.migra().await.unwrap();
    let mut s = Scrittura::nuova();
    for inizio in RIGHE {
        let sql = format!(
            "{inizio}with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) \
             select i from n) s"
        );
        let valori = if sql.contains("$1") { valori![vec![0_u8]] } else { valori![] };
        s.esegui(Box::leak(sql.into_boxed_str()), valori);
    }
    store.commit(s).await.unwrap();
    if store.dialetto() == Dialetto::Postgres {
        let mut s = Scrittura::nuova();
        s.esegui("analyze", valori![]);
        store.commit(s).await.unwrap();
    }
}

struct Passo(String);

impl DaRiga for Passo {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self(r.testo("detail").or_else(|_| r.testo("QUERY PLAN"))?))
    }
}

/// What the planner says of a page, without and with its rows.
async fn piano(store: &Store, mut q: crate::Interrogazione) -> String {
    let spiega = match store.dialetto() {
        Dialetto::Sqlite => "explain query plan ",
        Dialetto::Postgres => "explain ",
    };
    q.sql.insert_str(0, spiega);
    let passi: Vec<Passo> = store.leggi_composta(q).await.unwrap();
    passi.into_iter().map(|p| p.0).collect::<Vec<_>>().join("; ")
}

fn richiesta(ordine: Vec<(usize, bool)>, salta: i64) -> Richiesta {
    Richiesta { pagina: PaginaAnagrafica { salta, quante: Some(26), conta_fino_a: None }, ordine }
}

const TUTTE: &[(&str, &Fonte)] = &[
    ("intermediari", &INTERMEDIARI),
    ("domini", &DOMINI),
    ("unita_operative", &UNITA),
    ("conti_accredito", &CONTI),
    ("entrate", &ENTRATE),
    ("entrate_dominio", &ENTRATE_DOMINIO),
    ("tipi_pendenza", &TIPI),
    ("tipi_pendenza_dominio", &TIPI_DOMINIO),
    ("applicazioni", &APPLICAZIONI),
];

/// No page sorts, or reads a table from end to end: it walks an index that has the order of the page,
/// forwards or backwards, and stops. No count goes past the ten thousandth row.
async fn ogni_pagina_viene_da_un_indice(store: &Store) {
    riempi(store).await;
    let vuoto = FiltroAnagrafica { dominio: DOMINIO.to_owned(), ..FiltroAnagrafica::default() };
    for (nome, fonte) in TUTTE {
        for posto in 0..fonte.ordini.len() {
            for discendente in [false, true] {
                for abilitato in [None, Some(true)] {
                    let f = FiltroAnagrafica { abilitato, ..vuoto.clone() };
                    let q = pagina(fonte, &f, &richiesta(vec![(posto, discendente)], 26), store.dialetto());
                    let sql = q.sql().to_owned();
                    let piano = piano(store, q).await;
                    println!("{nome} {:?}: {piano}", fonte.ordini.get(posto));
                    for lento in ["TEMP B-TREE", "Sort", "Seq Scan", "SCAN domini;", "Hash Join"] {
                        assert!(!piano.contains(lento), "{nome}: {sql}: {piano}");
                    }
                    assert!(piano.contains("INDEX") || piano.contains("Index"), "{nome}: {sql}: {piano}");
                }
            }
        }
        let conta = conteggio(fonte, &vuoto, 10_000);
        assert_eq!(store.leggi_composta::<i64>(conta).await.unwrap(), [10_000], "{nome}");
    }
}

/// The same rows in the same order on both databases: by their bytes, capitals before small letters,
/// accented ones last; and the same rows for a piece of text in any case.
async fn l_ordine_e_quello_dei_byte(store: &Store) {
    store.migra().await.unwrap();
    let mut s = Scrittura::nuova();
    for (n, nome) in ["alfa", "Beta", "Èze", "Zeta", "a b", "a-c", "CITTÀ", "100%"].iter().enumerate() {
        s.esegui(
            "insert into intermediari (id, denominazione, principal_pagopa, url_rpt, segreti, abilitato) \
             values ($1, $2, 'p', 'u', $3, 1)",
            valori![format!("1000000000{n}"), *nome, vec![0_u8]],
        );
        s.esegui(
            "insert into domini (id, ragione_sociale, indirizzo, scarica_fr, abilitato, connettori) \
             values ($1, $2, '{}', 0, 1, $3)",
            valori![format!("1000000000{n}"), *nome, vec![0_u8]],
        );
    }
    store.commit(s).await.unwrap();
    let pagina = PaginaAnagrafica { salta: 0, quante: None, conta_fino_a: None };
    let r = Richiesta { pagina, ordine: vec![] };
    let (trovati, _) = store.elenco_intermediari(&FiltroAnagrafica::default(), &r).await.unwrap();
    let nomi: Vec<&str> = trovati.iter().map(|i| i.denominazione.as_str()).collect();
    assert_eq!(nomi, ["100%", "Beta", "CITTÀ", "Zeta", "a b", "a-c", "alfa", "Èze"]);
    for (chiesto, attesi) in [
        ("ETA", &["Beta", "Zeta"][..]),
        ("città", &["CITTÀ"]),
        ("CITTÀ", &["CITTÀ"]),
        ("èZ", &["Èze"]),
        ("%", &["100%"]),
        ("_", &[]),
        ("!", &[]),
    ] {
        let f = FiltroAnagrafica { nome: Some(chiesto.to_owned()), ..FiltroAnagrafica::default() };
        let (trovati, _) = store.elenco_domini(&f, &r).await.unwrap();
        let nomi: Vec<&str> = trovati.iter().map(|d| d.ragione_sociale.as_str()).collect();
        assert_eq!(nomi, attesi, "{chiesto}");
    }
}

async fn lite() -> (tempfile::TempDir, Store) {
    let cartella = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", cartella.path().join("govpay.db").display());
    (cartella, Store::apri(Impostazioni::nuove(url)).await.unwrap())
}

async fn pg() -> (testpg::Database, Store) {
    let database = testpg::database().await.unwrap();
    let mut imp = Impostazioni::nuove(database.url().to_owned());
    imp.chiave = Some(ChiaveCifratura::da_byte(&[7; 32]).unwrap());
    (database, Store::apri(imp).await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn ogni_pagina_viene_da_un_indice_su_sqlite() {
    let (_cartella, store) = lite().await;
    ogni_pagina_viene_da_un_indice(&store).await;
    store.chiudi().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn ogni_pagina_viene_da_un_indice_su_postgresql() {
    let (_database, store) = pg().await;
    ogni_pagina_viene_da_un_indice(&store).await;
    store.chiudi().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_ordine_e_quello_dei_byte_su_sqlite() {
    let (_cartella, store) = lite().await;
    l_ordine_e_quello_dei_byte(&store).await;
    store.chiudi().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn l_ordine_e_quello_dei_byte_su_postgresql() {
    let (_database, store) = pg().await;
    l_ordine_e_quello_dei_byte(&store).await;
    store.chiudi().await;
}
