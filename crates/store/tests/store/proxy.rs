//! A line to PostgreSQL that breaks at the worst moment.

use std::sync::{
    Arc,
    atomic::{AtomicU8, Ordering},
};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// When the line breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taglio {
    Mai,
    /// The COMMIT never arrives.
    PrimaDelCommit,
    /// The COMMIT arrives, its answer does not.
    DopoIlCommit,
}

pub(crate) struct Proxy {
    pub(crate) porta: u16,
    taglio: Arc<AtomicU8>,
}

impl Proxy {
    pub(crate) async fn verso(porta: u16) -> Self {
        let ascolto = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let proxy = Self { porta: ascolto.local_addr().unwrap().port(), taglio: Arc::default() };
        let taglio = Arc::clone(&proxy.taglio);
        tokio::spawn(async move {
            while let Ok((cliente, _)) = ascolto.accept().await {
                let server = TcpStream::connect(("127.0.0.1", porta)).await.unwrap();
                tokio::spawn(linea(cliente, server, Arc::clone(&taglio)));
            }
        });
        proxy
    }

    /// The next COMMIT meets the cut; then the line works again.
    pub(crate) fn taglia(&self, t: Taglio) {
        self.taglio.store(t as u8, Ordering::SeqCst);
    }
}

async fn linea(cliente: TcpStream, server: TcpStream, taglio: Arc<AtomicU8>) {
    let (mut da_cliente, mut a_cliente) = cliente.into_split();
    let (mut da_server, mut a_server) = server.into_split();
    let ritorno = tokio::spawn(async move { tokio::io::copy(&mut da_server, &mut a_cliente).await });
    let mut dati = vec![0; 64 << 10];
    while let Ok(n @ 1..) = da_cliente.read(&mut dati).await {
        let pezzo = &dati[..n];
        if pezzo.windows(7).any(|w| w == b"COMMIT\0") {
            let t = taglio.swap(Taglio::Mai as u8, Ordering::SeqCst);
            if t == Taglio::PrimaDelCommit as u8 {
                break;
            }
            if t == Taglio::DopoIlCommit as u8 {
                // Stop the way back first, then let the server work.
                ritorno.abort();
                a_server.write_all(pezzo).await.unwrap();
                tokio::time::sleep(std::time::Duration::from_millis(300)).await;
                break;
            }
        }
        if a_server.write_all(pezzo).await.is_err() {
            break;
        }
    }
    ritorno.abort();
}
