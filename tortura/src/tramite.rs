//! A relay between the server and PostgreSQL that can be cut or made silent: a primary that goes away
//! and comes back.

use anyhow::Result;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;

/// What the relay does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Linea {
    Aperta,
    /// Bytes are swallowed, new connections are taken and stay silent.
    Muta,
    /// Connections are cut, new ones too.
    Tagliata,
}

#[derive(Debug)]
pub(crate) struct Tramite {
    pub(crate) porta: u16,
    linea: watch::Sender<Linea>,
    compito: tokio::task::JoinHandle<()>,
}

impl Tramite {
    pub(crate) async fn verso(porta: u16) -> Result<Self> {
        let ascolto = TcpListener::bind(("127.0.0.1", 0)).await?;
        let mia = ascolto.local_addr()?.port();
        let (linea, vista) = watch::channel(Linea::Aperta);
        let compito = tokio::spawn(async move {
            while let Ok((s, _)) = ascolto.accept().await {
                tokio::spawn(collega(s, porta, vista.clone()));
            }
        });
        Ok(Self { porta: mia, linea, compito })
    }

    pub(crate) fn metti(&self, l: Linea) {
        self.linea.send_replace(l);
    }
}

impl Drop for Tramite {
    fn drop(&mut self) {
        self.compito.abort();
    }
}

async fn collega(mut qui: TcpStream, porta: u16, mut linea: watch::Receiver<Linea>) {
    let Ok(mut la) = TcpStream::connect(("127.0.0.1", porta)).await else { return };
    let (mut a, mut b) = (vec![0_u8; 16 * 1024], vec![0_u8; 16 * 1024]);
    // What was swallowed is gone for ever: after it the connection cannot be used again.
    let mut guasta = false;
    loop {
        let stato = *linea.borrow_and_update();
        if stato == Linea::Tagliata || (guasta && stato == Linea::Aperta) {
            return;
        }
        let muta = stato == Linea::Muta;
        let andata = tokio::select! {
            cambiata = linea.changed() => match cambiata { Ok(()) => continue, Err(_) => return },
            n = qui.read(&mut a) => match n { Ok(n) if n > 0 => (true, n), _ => return },
            n = la.read(&mut b) => match n { Ok(n) if n > 0 => (false, n), _ => return },
        };
        if muta {
            guasta = true;
            continue;
        }
        let scritto = match andata {
            (true, n) => la.write_all(a.get(..n).unwrap_or_default()).await,
            (false, n) => qui.write_all(b.get(..n).unwrap_or_default()).await,
        };
        if scritto.is_err() {
            return;
        }
    }
}
