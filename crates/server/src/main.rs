//! `govpay`.

use clap::Parser as _;
use server::comandi::{Riga, esegui};
use std::process::ExitCode;

fn main() -> ExitCode {
    let riga = Riga::parse();
    let esito = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(anyhow::Error::from)
        .and_then(|runtime| runtime.block_on(esegui(riga)));
    match esito {
        Ok(codice) => codice,
        Err(errore) => {
            eprintln!("govpay: {errore:#}");
            ExitCode::FAILURE
        }
    }
}
