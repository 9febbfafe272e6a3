//! Which index finds what a bulk load asks for again and again, and files that never came in.

use super::{DEL_DOCUMENTO, presenti};
use crate::tracciati::{
    self, Contatori, FormatoTracciato, NuovoTracciato, elimina_interrotti, pezzo, registra, ricevuto,
};
use crate::{
    ChiaveCifratura, DaRiga, Dialetto, Impostazioni, Interrogazione, Riga, Scrittura, Store, StoreError,
    valori,
};
use domain::Istante;

/// Ten loads of a thousand operations, all but one of which have ended.
const RIGHE: [&str; 2] = [
    "insert into tracciati (id, formato, nome_file, id_dominio, principal, operatore, stampa_avvisi, stato, \
     totali, inserimenti, eseguite, fallite, avvisi_totali, avvisi_stampati, avvisi_falliti, prossima, \
     data_caricamento, data_aggiornamento) \
     select i, 'CSV', 'f', 'D', 'p', 'o', 1, case when i = 1 then 'IN_ELABORAZIONE' else 'ESEGUITO' end, \
     0, 0, 0, 0, 0, 0, 0, 1, 0, 0 \
     from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 10) select i from n) s",
    "insert into tracciati_operazioni (tracciato, numero, tipo, stato, id_a2a, id_pendenza, id_dominio, \
     pendenza, documento, stampa, risposta) \
     select 1 + i % 10, 1 + i / 10, 'ADD', 'ESEGUITO', 'A', 'P' || i, 'D', i, 'DOC' || (i / 50), 0, '{}' \
     from (with recursive n(i) as (select 0 union all select i + 1 from n where i < 9999) select i from n) s",
];

/// As many pendenze as are asked for, of an applicazione.
const PENDENZE: &str = "insert into pendenze (id, versione, id_a2a, id_pendenza, uuid, id_dominio, \
     id_tipo_pendenza, tipo, causale, id_debitore, importo, numero_avviso, iuv, avvisatura_inibita, dati, stato, \
     anomalo, stato_pagamento, verificato, importo_pagato, importo_incassato, data_caricamento, \
     data_ultimo_aggiornamento, data_ultima_modifica_aca) \
     select i + $2, 0, $1, 'P' || i, $1 || i, 'D', 'T', 'dovuto', 'C', 'D', 1, '3' || $1 || i, $1 || i, 0, '{}', \
     'NON_ESEGUITO', 0, 'NON_PAGATO', 0, 0, 0, i, 0, 0 \
     from (with recursive n(i) as (select 1 union all select i + 1 from n where i < 10000) select i from n) s";

struct Passo(String);

impl DaRiga for Passo {
    fn da_riga(r: &Riga<'_>) -> Result<Self, StoreError> {
        Ok(Self(r.testo("detail").or_else(|_| r.testo("QUERY PLAN"))?))
    }
}

async fn piano(store: &Store, mut q: Interrogazione) -> String {
    let spiega = match store.dialetto() {
        Dialetto::Sqlite => "explain query plan ",
        Dialetto::Postgres => "explain ",
    };
    q.sql.insert_str(0, spiega);
    let passi: Vec<Passo> = store.leggi_composta(q).await.unwrap();
    passi.into_iter().map(|p| p.0).collect::<Vec<_>>().join("\n")
}

async fn conta(store: &Store, tabella: &'static str) -> i64 {
    let mut q = Interrogazione::nuova("select count(*) from ");
    q.testo(tabella);
    store.leggi_composta(q).await.unwrap()[0]
}

async fn cio_che_si_chiede_spesso_ha_il_suo_indice(store: &Store) {
    store.migra().await.unwrap();
    let mut s = Scrittura::nuova();
    RIGHE.iter().for_each(|r| s.esegui(r, valori![]));
    s.esegui(PENDENZE, valori!["VECCHIA", 0]);
    store.commit(s).await.unwrap();
    if store.dialetto() == Dialetto::Postgres {
        let mut s = Scrittura::nuova();
        s.esegui("analyze", valori![]);
        store.commit(s).await.unwrap();
    }
    // Nobody has counted those of an applicazione that has just come.
    let mut s = Scrittura::nuova();
    s.esegui(PENDENZE, valori!["NUOVA", 10_000]);
    store.commit(s).await.unwrap();
    let nomi: Vec<String> = (9801..10_201).map(|n| format!("P{n}")).collect();
    let nomi: Vec<&str> = nomi.iter().map(String::as_str).collect();
    let intera =
        if store.dialetto() == Dialetto::Sqlite { "(id_a2a=? AND id_pendenza=?)" } else { "_key on" };
    for a2a in ["VECCHIA", "NUOVA"] {
        let p = piano(store, presenti(store.dialetto(), a2a, &nomi)).await;
        assert!(p.contains(intera), "{a2a}: {p}");
        assert_eq!(store.chiavi_presenti(a2a, &nomi).await.unwrap().len(), 200);
    }
    let q = Interrogazione { sql: DEL_DOCUMENTO.to_owned(), valori: valori![1, "A", "D", "DOC4"] };
    let p = piano(store, q).await;
    assert!(p.contains("tracciati_operazioni_documento"), "{p}");
    let numeri: Vec<i64> = store
        .caricate_del_documento(1, ("A", "D", "DOC4"))
        .await
        .unwrap()
        .into_iter()
        .map(|(n, _)| n)
        .collect();
    assert_eq!(numeri, [21, 22, 23, 24, 25]);
    let nominate = store.chiavi_nominate(1, (20, 1000), 3).await.unwrap();
    let atteso = [(21, "P200"), (22, "P210"), (23, "P220")].map(|(n, p)| (n, "A".to_owned(), p.to_owned()));
    assert_eq!(nominate, atteso);
    assert_eq!(store.chiavi_nominate(1, (998, 1000), 3).await.unwrap().len(), 1);
    if store.dialetto() == Dialetto::Sqlite {
        let q = Interrogazione::nuova(concat!("select id from tracciati where ", da_fare!(), "1"));
        let p = piano(store, q).await;
        assert!(p.contains("tracciati_da_fare"), "{p}");
    }
    assert!(store.tracciati_in_attesa(2).await.unwrap() && !store.tracciati_in_attesa(1).await.unwrap());
}

/// Of a file that stopped coming in nothing stays; of any other everything does.
async fn cio_che_non_e_mai_arrivato_si_dimentica(store: &Store) {
    store.migra().await.unwrap();
    let (ieri, oggi) = (Istante::da_micros(1_000), Istante::da_micros(5_000));
    for id in 1..=20 {
        let mut s = Scrittura::nuova();
        let adesso = if id > 18 { oggi } else { ieri };
        let nuovo = NuovoTracciato {
            id,
            formato: FormatoTracciato::Csv,
            principal: "p".to_owned(),
            operatore: "o".to_owned(),
            stampa_avvisi: true,
            adesso,
        };
        registra(&mut s, &nuovo);
        pezzo(&mut s, id, 0, vec![1]);
        if id == 18 {
            ricevuto(&mut s, id, ("f", "D", None), Contatori::default(), ieri);
        }
        store.commit(s).await.unwrap();
    }
    let prima = Istante::da_micros(2_000);
    let mut giri = 0;
    while store.tracciati_interrotti(prima).await.unwrap() {
        let mut s = Scrittura::nuova();
        elimina_interrotti(&mut s, &format!("segno {giri}"), prima);
        store.commit(s).await.unwrap();
        giri += 1;
    }
    assert_eq!((giri, conta(store, "tracciati").await, conta(store, "tracciati_pezzi").await), (3, 3, 3));
    assert!(store.tracciato(18).await.unwrap().is_some());
    // One that is still coming in goes on.
    let mut s = Scrittura::nuova();
    pezzo(&mut s, 19, 1, vec![2]);
    ricevuto(&mut s, 19, ("f", "D", None), Contatori::default(), oggi);
    store.commit(s).await.unwrap();
    let presa = store.prendi_tracciato("chi", std::time::Duration::from_secs(9)).await.unwrap().unwrap();
    assert_eq!(presa.id(), 18);
    assert!(store.presa_valida(&presa).await.unwrap() && store.tracciato_fermo(&presa).await.unwrap());
    let mut s = Scrittura::nuova();
    tracciati::annulla(&mut s, 18, "altri", oggi);
    store.commit(s).await.unwrap();
    assert!(!store.presa_valida(&presa).await.unwrap() && store.tracciato_fermo(&presa).await.unwrap());
}

async fn su_sqlite(prova: impl AsyncFn(&Store)) {
    let cartella = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", cartella.path().join("govpay.db").display());
    let store = Store::apri(Impostazioni::nuove(url)).await.unwrap();
    prova(&store).await;
    store.chiudi().await;
}

async fn su_postgresql(prova: impl AsyncFn(&Store)) {
    let database = testpg::database().await.unwrap();
    let mut imp = Impostazioni::nuove(database.url().to_owned());
    imp.chiave = Some(ChiaveCifratura::da_byte(&[7; 32]).unwrap());
    let store = Store::apri(imp).await.unwrap();
    prova(&store).await;
    store.chiudi().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cio_che_si_chiede_spesso_ha_il_suo_indice_su_sqlite() {
    su_sqlite(cio_che_si_chiede_spesso_ha_il_suo_indice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cio_che_si_chiede_spesso_ha_il_suo_indice_su_postgresql() {
    su_postgresql(cio_che_si_chiede_spesso_ha_il_suo_indice).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_e_mai_arrivato_si_dimentica_su_sqlite() {
    su_sqlite(cio_che_non_e_mai_arrivato_si_dimentica).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn cio_che_non_e_mai_arrivato_si_dimentica_su_postgresql() {
    su_postgresql(cio_che_non_e_mai_arrivato_si_dimentica).await;
}
