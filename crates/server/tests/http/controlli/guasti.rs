//! Each fault, planted in a copy of a true history by whoever can write to the database.

use super::elenco::{Guasto, importi, notifiche, riferimenti, tentativi};
use super::elenco_tracciati::tracciati;
use super::storia::{Storia, avviso, scrivi};
use super::{Lente, falliti, url};
use crate::nodo::{DOMINIO, iuv};
use domain::Istante;
use rstest::rstest;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::collections::BTreeMap;
use testkit::Backend;

/// A stopped history, of which copies are made.
struct Originale {
    storia: Storia,
    lente: Lente,
    /// What the texts of the faults stand for.
    valori: BTreeMap<&'static str, String>,
}

impl Originale {
    async fn nuovo(backend: Backend) -> Self {
        let mut storia = scrivi(backend).await;
        let lente = Lente::di(&storia.app);
        let mut valori = BTreeMap::new();
        let adesso = lente.adesso.micros();
        valori.insert("LIMITE", (adesso - 3600 * 1_000_000 - 600 * 1_000_000).to_string());
        valori.insert("TOLLERATO", (adesso - 600 * 1_000_000).to_string());
        let ccp = storia.app.engine().store().ultimi_ccp(DOMINIO, iuv(&avviso(15))).await.unwrap();
        valori.insert("CCP", ccp[0].clone());
        storia.app.spegni().await;
        let copia = Copia::di(&storia).await;
        for (nome, sql) in [
            ("MAX_EVENTI", "select max(id) from eventi"),
            (
                "MAX_ID",
                "select max(x) from (select max(id) as x from pendenze union all select max(id) from tentativi \
                 union all select max(id) from riscossioni union all select max(id) from notifiche \
                 union all select max(id) from voci union all select max(id) from allegati \
                 union all select max(id) from tracciati) t",
            ),
            ("ID_TRACCIATO", "select id from tracciati"),
            ("ID_P7", "select id from pendenze where id_pendenza = 'P7'"),
            (
                "ID_V7",
                "select v.id from voci v join pendenze p on p.id = v.pendenza where id_pendenza = 'P7'",
            ),
        ] {
            valori.insert(nome, copia.numero(sql).await.to_string());
        }
        copia.butta().await;
        let (byte, base) = match backend {
            Backend::Lite => ("x'ffff'", "cast(unixepoch('subsec') * 1000000 as integer)"),
            Backend::Pg => {
                ("'\\xffff'::bytea", "cast(extract(epoch from clock_timestamp()) * 1000000 as bigint)")
            }
        };
        valori.insert("BYTE", byte.to_owned());
        valori.insert("BASE", base.to_owned());
        Self { storia, lente, valori }
    }

    /// The text with its values; longer names first, since one may begin another.
    fn con_valori(&self, testo: &str) -> String {
        let mut nomi: Vec<_> = self.valori.iter().collect();
        nomi.sort_by_key(|(nome, _)| std::cmp::Reverse(nome.len()));
        nomi.into_iter().fold(testo.to_owned(), |t, (nome, valore)| t.replace(nome, valore))
    }

    /// What is found in a copy after these statements.
    async fn con(&self, sql: &[String]) -> Vec<(&'static str, Vec<String>)> {
        let copia = Copia::di(&self.storia).await;
        copia.esegui(sql).await;
        let trovato = falliti(&self.lente.guarda(&copia.url).await);
        copia.butta().await;
        trovato
    }
}

/// A copy of a database.
struct Copia {
    url: String,
    cartella: Option<tempfile::TempDir>,
    /// URL of the server and name of the copy.
    server: Option<(String, String)>,
}

impl Copia {
    async fn di(storia: &Storia) -> Self {
        match (storia.app.file(), storia.app.postgres()) {
            (Some(file), _) => {
                let cartella = tempfile::tempdir().unwrap();
                let copia = cartella.path().join("copia.db");
                std::fs::copy(file, &copia).unwrap();
                Self { url: format!("sqlite://{}", copia.display()), cartella: Some(cartella), server: None }
            }
            (None, Some(d)) => {
                let nome = format!("{}_copia", d.nome());
                let admin = d.url().replace(d.nome(), "postgres");
                let mut c = PgConnection::connect(&admin).await.unwrap();
                let sql = format!("create database {nome} template {}", d.nome());
                c.execute(AssertSqlSafe(sql)).await.unwrap();
                Self { url: d.url().replace(d.nome(), &nome), cartella: None, server: Some((admin, nome)) }
            }
            (None, None) => unreachable!("una delle due"),
        }
    }

    /// As somebody who goes past every check that stands in his way.
    async fn esegui(&self, sql: &[String]) {
        if let Some(cartella) = &self.cartella {
            let c = rusqlite::Connection::open(cartella.path().join("copia.db")).unwrap();
            c.execute_batch("pragma foreign_keys = off; pragma ignore_check_constraints = on").unwrap();
            for s in sql {
                c.execute(s, []).unwrap_or_else(|e| panic!("{s}: {e}"));
            }
            return;
        }
        let mut c = PgConnection::connect(&self.url).await.unwrap();
        c.execute("set session_replication_role = replica").await.unwrap();
        for s in sql {
            c.execute(AssertSqlSafe(s.clone())).await.unwrap_or_else(|e| panic!("{s}: {e}"));
        }
        c.close().await.unwrap();
    }

    async fn numero(&self, sql: &'static str) -> i64 {
        if let Some(cartella) = &self.cartella {
            let c = rusqlite::Connection::open(cartella.path().join("copia.db")).unwrap();
            return c.query_row(sql, [], |r| r.get(0)).unwrap();
        }
        let mut c = PgConnection::connect(&self.url).await.unwrap();
        let n = sqlx::query_scalar(sql).fetch_one(&mut c).await.unwrap();
        c.close().await.unwrap();
        n
    }

    async fn butta(self) {
        if let Some((admin, nome)) = self.server {
            let mut c = PgConnection::connect(&admin).await.unwrap();
            c.execute(AssertSqlSafe(format!("drop database {nome} with (force)"))).await.unwrap();
        }
    }
}

async fn trova(backend: Backend, guasti: Vec<Guasto>) {
    let originale = Originale::nuovo(backend).await;
    assert_eq!(originale.con(&[]).await, []);
    let mut sbagliati = Vec::new();
    for g in guasti {
        let sql: Vec<String> = g.sql.iter().map(|s| originale.con_valori(s)).collect();
        let atteso: Vec<(&str, Vec<String>)> = g
            .trovato
            .iter()
            .map(|(codice, esempi)| (*codice, esempi.iter().map(|e| originale.con_valori(e)).collect()))
            .collect();
        let trovato = originale.con(&sql).await;
        if trovato != atteso {
            sbagliati.push(format!("{}\n  atteso  {atteso:?}\n  trovato {trovato:?}", g.nome));
        }
    }
    assert!(sbagliati.is_empty(), "{}", sbagliati.join("\n"));
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_soldi_e_gli_stati(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    trova(backend, importi()).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn gli_avvisi_e_i_tentativi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    trova(backend, tentativi()).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn le_notifiche_e_i_lavori(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    trova(backend, notifiche()).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_caricamenti_massivi(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    trova(backend, tracciati()).await;
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn i_riferimenti_e_i_contatori(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    trova(backend, riferimenti()).await;
}

/// What only one of the two databases can suffer.
#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn un_indice_guasto(#[values(Backend::Lite, Backend::Pg)] backend: Backend) {
    let originale = Originale::nuovo(backend).await;
    let (sql, esempi): (&[&str], Vec<String>) = match backend {
        Backend::Lite => (
            &[
                "create index prova on voci (id_voce)",
                "pragma writable_schema = on",
                "update sqlite_master set sql = 'create index prova on voci (descrizione)' where name = 'prova'",
            ],
            (1..=20).map(|n| format!("base dati: row {n} missing from index prova")).collect(),
        ),
        Backend::Pg => (
            &["update pg_index set indisvalid = false where indexrelid = 'tentativi_pendenza'::regclass"],
            vec!["tentativi_pendenza: indice non valido".to_owned()],
        ),
    };
    let sql: Vec<String> = sql.iter().map(|s| (*s).to_owned()).collect();
    let mut esempi = esempi;
    esempi.sort();
    assert_eq!(originale.con(&sql).await, [("integrita", esempi)]);
}

/// No check is believed that has never been seen to fail.
#[test]
fn ogni_controllo_ha_il_suo_guasto() {
    let mut provati = vec!["integrita", "giornale"];
    for g in [importi(), tentativi(), notifiche(), tracciati(), riferimenti()].into_iter().flatten() {
        provati.extend(g.trovato.iter().map(|(codice, _)| *codice));
    }
    let mancano: Vec<_> =
        engine::controlli::elenco().map(|(c, _)| c).filter(|c| !provati.contains(c)).collect();
    assert_eq!(mancano, Vec::<&str>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn gli_eventi_in_un_file_e_la_chiave_di_un_altro() {
    let originale = Originale::nuovo(Backend::Lite).await;
    let url = url(&originale.storia.app);
    let file = originale.storia.app.cartella_giornale().join("giornale-in-attesa.jsonl");
    std::fs::write(&file, b"").unwrap();
    let tardi = Lente { adesso: Istante::MAI, solo: Some(&["giornale"]), ..originale.lente.clone() };
    assert_eq!(falliti(&tardi.guarda(&url).await), [], "un file vuoto non aspetta niente");
    std::fs::write(&file, b"{}\n").unwrap();
    assert_eq!(falliti(&originale.lente.guarda(&url).await), [], "scritto adesso");
    let trovato = vec![format!("{}: 3 byte di eventi in attesa", file.display())];
    assert_eq!(falliti(&tardi.guarda(&url).await), [("giornale", trovato)]);
    // The promise on a file is the same with any clock; on secrets, with one key only.
    let altra = Lente { chiave: Some([8; 32]), solo: Some(&["segreti"]), ..originale.lente.clone() };
    let trovato: Vec<String> = ["applicazioni/GESTIONALE", "domini/12345678901", "intermediari/11111111113"]
        .iter()
        .map(|dove| format!("{dove}: segreto che non si decifra con questa chiave"))
        .collect();
    assert_eq!(falliti(&altra.guarda(&url).await), [("segreti", trovato)]);
    let nessuna = Lente { chiave: None, ..altra };
    let fatti = nessuna.guarda(&url).await;
    let perche = "manca la chiave di cifratura".to_owned();
    assert_eq!(fatti[0].esito, engine::controlli::Esito::NonEseguito(perche));
}
