//! The short version of `make torture` (docs/tortura.md).
#![expect(clippy::panic, reason = "a broken promise is told with its evidence")]

use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::Mutex;
use tortura::{Base, Opzioni, Ostilita};

/// One scenario at a time: each bounds how long a well-behaved caller may wait, and must not wait for
/// the others.
static TURNO: Mutex<()> = Mutex::const_new(());

fn opzioni(giri: u32) -> Opzioni {
    Opzioni {
        programma: PathBuf::from(env!("CARGO_BIN_EXE_govpay")),
        giri,
        durata: Duration::from_secs(15),
        seme: 20_261_121,
        prove: PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("tortura"),
    }
}

async fn mantenuta(scenario: impl Future<Output = anyhow::Result<String>>) {
    let _turno = TURNO.lock().await;
    match scenario.await {
        Ok(riga) => println!("{riga}"),
        Err(e) => panic!("seed {}: {e:#}", opzioni(0).seme),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn il_server_ucciso_a_caso_su_sqlite() {
    mantenuta(tortura::uccisioni(Base::Sqlite, &opzioni(5))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn il_server_ucciso_a_caso_su_postgres() {
    mantenuta(tortura::uccisioni(Base::Postgres, &opzioni(5))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres_ucciso_sotto_carico() {
    mantenuta(tortura::postgres_ucciso(&opzioni(3))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn il_primario_che_sparisce_e_ritorna() {
    mantenuta(tortura::primario_che_sparisce(&opzioni(3))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn tre_server_su_un_postgres() {
    mantenuta(tortura::nodi(3, Duration::from_secs(3), &opzioni(0))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn la_memoria_sotto_carico() {
    mantenuta(tortura::memoria(Base::Sqlite, &opzioni(0))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn uno_di_tre_server_ucciso() {
    mantenuta(tortura::nodi_uccisi(&opzioni(5))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn un_nodo_sgarbato() {
    mantenuta(tortura::nodo_sgarbato(Base::Sqlite, &opzioni(1))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn un_tracciato_e_il_server_ucciso_su_sqlite() {
    mantenuta(tortura::tracciati(Base::Sqlite, 4000, &opzioni(4))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn un_tracciato_e_il_server_ucciso_su_postgres() {
    mantenuta(tortura::tracciati(Base::Postgres, 4000, &opzioni(4))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn un_tracciato_e_due_server() {
    mantenuta(tortura::tracciati_su_due_nodi(3000, &opzioni(0))).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn clienti_ostili() {
    let quanto = Ostilita { connessioni: 400, scadenza: 5 };
    mantenuta(tortura::ostili(Base::Sqlite, quanto, &opzioni(0))).await;
}
