//! Databases of a cluster.

use crate::{Cluster, TestpgError};
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};
use tokio::sync::OnceCell;

/// A database of its own; dropped from the server with this value.
#[derive(Debug)]
pub struct Database {
    url: String,
    nome: String,
    admin: String,
}

impl Database {
    /// A fresh database, empty or copied from another one of the cluster.
    pub async fn nuovo(cluster: &Cluster, modello: Option<&str>) -> Result<Self, TestpgError> {
        let nome = format!("t_{}", uuid::Uuid::new_v4().simple());
        crea(cluster, &nome, modello).await?;
        Ok(Self { url: cluster.url_di(&nome), nome, admin: cluster.url_admin().to_owned() })
    }

    /// `postgres://...`
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The name alone, e.g. for `pg_stat_activity`.
    #[must_use]
    pub fn nome(&self) -> &str {
        &self.nome
    }

    /// Ends every connection to this database, as a restart or a firewall would; returns how many.
    pub async fn taglia(&self) -> Result<u64, TestpgError> {
        let mut c = connetti(&self.admin).await?;
        let esito = sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where datname = $1")
            .bind(&self.nome)
            .execute(&mut c)
            .await
            .map_err(|e| TestpgError::nuovo(e.to_string()))?;
        Ok(esito.rows_affected())
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        let (admin, nome) = (self.admin.clone(), self.nome.clone());
        // Not in the runtime of the test, which may be about to end.
        let filo = std::thread::spawn(move || {
            let Ok(rt) = tokio::runtime::Builder::new_current_thread().enable_all().build() else { return };
            rt.block_on(async {
                if let Ok(mut c) = connetti(&admin).await {
                    let sql = format!("drop database if exists {nome} with (force)");
                    let _ = c.execute(AssertSqlSafe(sql)).await;
                }
            });
        });
        let _ = filo.join();
    }
}

async fn connetti(url: &str) -> Result<PgConnection, TestpgError> {
    PgConnection::connect(url).await.map_err(|e| TestpgError::nuovo(format!("connection: {e}")))
}

async fn crea(cluster: &Cluster, nome: &str, modello: Option<&str>) -> Result<(), TestpgError> {
    let mut c = connetti(cluster.url_admin()).await?;
    let sql = match modello {
        Some(m) => format!("create database {nome} template {m}"),
        None => format!("create database {nome}"),
    };
    c.execute(AssertSqlSafe(sql)).await.map_err(|e| TestpgError::nuovo(format!("create database: {e}")))?;
    let _ = c.close().await;
    Ok(())
}

/// Name of the database of each template, once made.
type Modelli = HashMap<&'static str, Arc<OnceCell<String>>>;

/// The templates of this process, made once each.
pub(crate) async fn modello<F, E>(
    cluster: &Cluster,
    nome: &'static str,
    prepara: impl FnOnce(String) -> F,
) -> Result<String, TestpgError>
where
    F: Future<Output = Result<(), E>>,
    E: std::fmt::Display,
{
    static MODELLI: LazyLock<Mutex<Modelli>> = LazyLock::new(Mutex::default);
    let posto = Arc::clone(MODELLI.lock().unwrap_or_else(PoisonError::into_inner).entry(nome).or_default());
    posto
        .get_or_try_init(|| async {
            let banca = format!("m_{nome}_{}", uuid::Uuid::new_v4().simple());
            crea(cluster, &banca, None).await?;
            prepara(cluster.url_di(&banca))
                .await
                .map_err(|e| TestpgError::nuovo(format!("template {nome}: {e}")))?;
            Ok(banca)
        })
        .await
        .cloned()
}
