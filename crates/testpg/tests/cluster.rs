//! A private cluster gives databases, is stopped and started, and never outlives its process.

use sqlx::{Connection as _, PgConnection};
use std::{
    io::{BufRead as _, BufReader},
    net::TcpStream,
    process::{Command, Stdio},
    time::{Duration, Instant},
};
use testpg::{Cluster, Database, Opzioni};

#[tokio::test]
async fn ogni_database_e_una_copia_fresca_del_modello() {
    let prepara = async |url: String| {
        let mut c = PgConnection::connect(&url).await?;
        sqlx::query("create table t (id bigint)").execute(&mut c).await?;
        c.close().await
    };
    let (a, b) = tokio::join!(testpg::database_da("prova", prepara), testpg::database_da("prova", prepara));
    let (a, b) = (a.unwrap(), b.unwrap());
    assert_ne!(a.nome(), b.nome());
    let mut c = PgConnection::connect(a.url()).await.unwrap();
    sqlx::query("insert into t values (1)").execute(&mut c).await.unwrap();
    let mut c = PgConnection::connect(b.url()).await.unwrap();
    let righe: i64 = sqlx::query_scalar("select count(*) from t").fetch_one(&mut c).await.unwrap();
    assert_eq!(righe, 0);
    let url = a.url().to_owned();
    drop(a);
    assert!(PgConnection::connect(&url).await.is_err(), "dropped with its owner");
}

#[test]
fn il_server_non_sopravvive_al_processo_ucciso() {
    if std::env::var_os("TESTPG_PROVA_FIGLIO").is_some() {
        let cluster = Cluster::privato(Opzioni::default()).unwrap();
        println!("\nurl {}", cluster.url_admin());
        std::thread::sleep(Duration::from_secs(60));
        return;
    }
    let mut figlio = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "il_server_non_sopravvive_al_processo_ucciso", "--nocapture"])
        .env("TESTPG_PROVA_FIGLIO", "1")
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let url = BufReader::new(figlio.stdout.take().unwrap())
        .lines()
        .map_while(Result::ok)
        .find_map(|riga| riga.strip_prefix("url ").map(str::to_owned))
        .unwrap();
    let porta: u16 = url.split(['/', ':']).find_map(|p| p.parse().ok()).unwrap();
    assert!(TcpStream::connect(("127.0.0.1", porta)).is_ok());
    figlio.kill().unwrap();
    figlio.wait().unwrap();
    let fine = Instant::now() + Duration::from_secs(10);
    while TcpStream::connect(("127.0.0.1", porta)).is_ok() {
        assert!(Instant::now() < fine, "still running");
        std::thread::sleep(Duration::from_millis(50));
    }
}

#[tokio::test]
async fn un_cluster_si_ferma_e_riparte_con_i_suoi_dati() {
    let cluster = Cluster::privato(Opzioni { fsync: true, connessioni: 20 }).unwrap();
    let db = Database::nuovo(&cluster, None).await.unwrap();
    cluster.ferma().unwrap();
    assert!(PgConnection::connect(db.url()).await.is_err());
    cluster.riparti().unwrap();
    assert!(PgConnection::connect(db.url()).await.is_ok());
}
