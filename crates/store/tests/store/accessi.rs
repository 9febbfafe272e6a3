//! The store before a PostgreSQL that asks who we are, over TLS: groups as in clear, refusals without secrets.

use crate::banco::{aggiungi, chiave, inserisci, non_disponibile};
use rcgen::{CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::collections::BTreeSet;
use std::time::Duration;
use store::{Impostazioni, Scrittura, Store, StoreError, valori};
use testpg::{Accessi, Cluster, Database, Opzioni};
use tokio::task::JoinSet;

const PASSWORD: &str = "Segreta007";

struct Protetto {
    // The database is dropped before its server is stopped.
    db: Database,
    _cluster: Cluster,
    cartella: tempfile::TempDir,
}

impl Protetto {
    async fn nuovo() -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut p = CertificateParams::new(Vec::<String>::new()).unwrap();
        p.is_ca = IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
        let ca = CertifiedIssuer::self_signed(p, KeyPair::generate().unwrap()).unwrap();
        let chiave = KeyPair::generate().unwrap();
        let server =
            CertificateParams::new(vec!["localhost".to_owned()]).unwrap().signed_by(&chiave, &ca).unwrap();
        let accessi = Accessi {
            regole: "hostssl all all 127.0.0.1/32 scram-sha-256\n".to_owned(),
            password: PASSWORD.to_owned(),
            tls: Some((server.pem(), chiave.serialize_pem())),
            ca_dei_clienti: None,
        };
        let cluster = Cluster::protetto(Opzioni { fsync: false, connessioni: 60 }, &accessi).unwrap();
        let db = Database::nuovo(&cluster, None).await.unwrap();
        let cartella = tempfile::tempdir().unwrap();
        std::fs::write(cartella.path().join("ca.pem"), ca.pem()).unwrap();
        Self { db, _cluster: cluster, cartella }
    }

    /// `verify-full`, as it is written in a configuration.
    fn impostazioni(&self, password: &str) -> Impostazioni {
        let radice = self.cartella.path().join("ca.pem");
        let url = self
            .db
            .url()
            .replace("127.0.0.1", "localhost")
            .replace(PASSWORD, password)
            .replace("sslmode=require", &format!("sslmode=verify-full&sslrootcert={}", radice.display()));
        let mut imp = Impostazioni::nuove(&url);
        imp.chiave = Some(chiave());
        imp.scrittori = 1;
        imp
    }

    async fn aperto(&self) -> Store {
        let store = Store::apri(self.impostazioni(PASSWORD)).await.unwrap();
        let mut s = Scrittura::default();
        s.esegui(
            "create table prove (id bigint not null primary key, chiave text not null, sede text not null, \
             stato text not null, versione bigint not null)",
            vec![],
        );
        store.commit(s).await.unwrap();
        store
    }
}

async fn molte(store: &Store, da: i64, quante: i64) -> Vec<(i64, Result<(), StoreError>)> {
    let mut gara = JoinSet::new();
    for id in da..da + quante {
        let store = store.clone();
        gara.spawn(async move { (id, store.commit(inserisci(id)).await) });
    }
    gara.join_all().await
}

/// Rows of one transaction have one `xmin`.
async fn transazioni(store: &Store, da: i64) -> i64 {
    let sql = "select count(distinct cast(xmin as text)) from prove where id >= $1";
    store.leggi_una(sql, valori![da]).await.unwrap().unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn con_tls_e_password_le_scritture_si_raggruppano() {
    let p = Protetto::nuovo().await;
    let store = p.aperto().await;
    assert!(molte(&store, 0, 300).await.iter().all(|(_, e)| e.is_ok()));
    assert!(transazioni(&store, 0).await <= 150);
    let in_chiaro: Option<i64> = store
        .leggi_una(
            "select count(*) from pg_stat_ssl s join pg_stat_activity a using (pid) \
             where a.datname = current_database() and not s.ssl",
            vec![],
        )
        .await
        .unwrap();
    assert_eq!(in_chiaro, Some(0));
    // A payload larger than a record of TLS.
    let mut s = Scrittura::default();
    aggiungi(&mut s, 5000, &"x".repeat(200_000));
    store.commit(s).await.unwrap();
    let lunga: Option<i64> = store
        .leggi_una("select cast(length(chiave) as bigint) from prove where id = 5000", vec![])
        .await
        .unwrap();
    assert_eq!(lunga, Some(200_000));
}

#[tokio::test(flavor = "multi_thread")]
async fn un_rifiuto_non_dice_la_password() {
    let p = Protetto::nuovo().await;
    let mut senza_radice = p.impostazioni(PASSWORD);
    senza_radice.url = senza_radice.url.split("&sslrootcert").next().unwrap().to_owned();
    let mut altro_nome = p.impostazioni(PASSWORD);
    altro_nome.url = altro_nome.url.replace("localhost", "127.0.0.1");
    for imp in [p.impostazioni("Sbagliata99"), senza_radice, altro_nome] {
        let esito = Store::apri(imp).await.map(|_| ());
        assert!(non_disponibile(&esito), "{esito:?}");
        let detto = format!("{esito:?}");
        assert!(!detto.contains("Sbagliata99") && !detto.contains(PASSWORD), "{detto}");
    }
}

/// The server ends our sessions over TLS while many write: each is told what happened, then groups again.
#[tokio::test(flavor = "multi_thread")]
async fn sessioni_chiuse_a_meta_su_tls() {
    let p = Protetto::nuovo().await;
    let store = p.aperto().await;
    let scrive = tokio::spawn({
        let store = store.clone();
        async move {
            let mut esiti = Vec::new();
            for giro in 0..20 {
                esiti.extend(molte(&store, giro * 100, 32).await);
            }
            esiti
        }
    });
    for _ in 0..6 {
        tokio::time::sleep(Duration::from_millis(40)).await;
        p.db.taglia().await.unwrap();
    }
    let esiti = scrive.await.unwrap();
    let scritte: BTreeSet<i64> =
        store.leggi::<i64>("select id from prove", vec![]).await.unwrap().into_iter().collect();
    for (id, esito) in &esiti {
        match esito {
            Ok(()) => assert!(scritte.contains(id), "{id} was told committed"),
            Err(StoreError::Incerto) => {}
            altro => {
                assert!(non_disponibile(altro), "{id}: {altro:?}");
                assert!(!scritte.contains(id), "{id} was told not written");
            }
        }
    }
    // After a failed connection a line is not tried again for a second.
    tokio::time::sleep(Duration::from_millis(1200)).await;
    assert!(molte(&store, 10_000, 300).await.iter().all(|(_, e)| e.is_ok()));
    assert!(transazioni(&store, 10_000).await <= 150);
}

/// A session setting of the URL is of every session, those of the groups too.
#[tokio::test(flavor = "multi_thread")]
async fn il_search_path_dell_url_vale_per_tutti() {
    let p = Protetto::nuovo().await;
    let pubblico = p.aperto().await;
    let mut s = Scrittura::default();
    s.esegui("create schema ente", vec![]);
    s.esegui("create table ente.prove (like public.prove)", vec![]);
    pubblico.commit(s).await.unwrap();
    let mut imp = p.impostazioni(PASSWORD);
    imp.url.push_str("&options=-c%20search_path%3Dente");
    let store = Store::apri(imp).await.unwrap();
    assert!(molte(&store, 0, 200).await.iter().all(|(_, e)| e.is_ok()));
    let quante: Option<i64> = pubblico.leggi_una("select count(*) from public.prove", vec![]).await.unwrap();
    assert_eq!(quante, Some(0), "nothing elsewhere");
    assert!(transazioni(&store, 0).await <= 100);
}
