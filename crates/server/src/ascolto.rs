//! The listener: HTTP/1.1 with Title-Case headers, bounded in connections, time and size.

use crate::configurazione::Http;
use crate::residuo::Residuo;
use crate::tls;
use crate::uscita::{FERMA, Uscita};
use api::convenzioni::{CertificatoClient, Vicino};
use axum::Router;
use axum::body::Body;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, Semaphore};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tower::ServiceExt as _;

const ATTESA_TLS: Duration = Duration::from_secs(10);
/// After a failed accept (out of file descriptors, mostly) trying again at once would only spin.
const PAUSA: Duration = Duration::from_millis(50);

#[derive(Clone)]
struct Servizio {
    router: Router,
    tls: Option<TlsAcceptor>,
    intestazioni: Duration,
    massimo: usize,
}

/// Accepts connections until `fine`, then waits for those being served, at most as long as the
/// settings say.
pub(crate) async fn servi(
    listener: TcpListener,
    router: Router,
    tls: Option<TlsAcceptor>,
    imp: &Http,
    fine: CancellationToken,
) {
    let servizio = Servizio {
        router,
        tls,
        intestazioni: Duration::from_secs(imp.header_timeout_seconds),
        massimo: imp.max_header_bytes,
    };
    let posti = Arc::new(Semaphore::new(imp.max_connections));
    let chiusura = GracefulShutdown::new();
    loop {
        let accolta = tokio::select! {
            biased;
            () = fine.cancelled() => break,
            accolta = accogli(&listener, &posti) => accolta,
        };
        let Some((socket, posto)) = accolta else {
            tokio::time::sleep(PAUSA).await;
            continue;
        };
        let (servizio, guardia) = (servizio.clone(), chiusura.watcher());
        tokio::spawn(async move {
            connessione(servizio, socket, guardia).await;
            drop(posto);
        });
    }
    drop(listener);
    let limite = Duration::from_secs(imp.shutdown_timeout_seconds);
    if tokio::time::timeout(limite, chiusura.shutdown()).await.is_err() {
        tracing::warn!(?limite, "connessioni ancora aperte alla chiusura");
    }
}

async fn accogli(
    listener: &TcpListener,
    posti: &Arc<Semaphore>,
) -> Option<(TcpStream, tokio::sync::OwnedSemaphorePermit)> {
    let posto = Arc::clone(posti).acquire_owned().await.ok()?;
    match listener.accept().await {
        Ok((socket, _)) => Some((socket, posto)),
        Err(errore) => {
            tracing::warn!(%errore, "connessione non accolta");
            None
        }
    }
}

async fn connessione(servizio: Servizio, socket: TcpStream, guardia: Watcher) {
    let _ = socket.set_nodelay(true);
    let vicino = socket.peer_addr().ok().map(Vicino);
    let Some(tls) = servizio.tls.clone() else {
        return http(servizio, socket, (vicino, None), guardia).await;
    };
    match tokio::time::timeout(ATTESA_TLS, tls.accept(socket)).await {
        Ok(Ok(cifrata)) => {
            let certificato = cifrata.get_ref().1.peer_certificates().and_then(|c| c.first());
            let soggetto = certificato.and_then(tls::soggetto).map(CertificatoClient);
            http(servizio, cifrata, (vicino, soggetto), guardia).await;
        }
        Ok(Err(errore)) => tracing::debug!(%errore, "TLS non stabilito"),
        Err(_) => tracing::debug!("TLS non stabilito in tempo"),
    }
}

/// Serves a connection; every request carries who is at the other end of it.
async fn http<S>(
    servizio: Servizio,
    socket: S,
    (vicino, certificato): (Option<Vicino>, Option<CertificatoClient>),
    guardia: Watcher,
) where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let Servizio { router, intestazioni, massimo, .. } = servizio;
    let da_svegliare = Arc::new(Notify::new());
    let sveglia = Arc::clone(&da_svegliare);
    let risponde = service_fn(move |richiesta: hyper::Request<Incoming>| {
        let (parti, corpo) = richiesta.into_parts();
        let corpo = Residuo::di(corpo, &parti.headers, Arc::clone(&sveglia));
        let mut richiesta = hyper::Request::from_parts(parti, Body::new(corpo));
        if let Some(v) = vicino {
            richiesta.extensions_mut().insert(v);
        }
        if let Some(c) = &certificato {
            richiesta.extensions_mut().insert(c.clone());
        }
        router.clone().oneshot(richiesta)
    });
    let connessione = hyper::server::conn::http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(intestazioni)
        .title_case_headers(true)
        .max_buf_size(massimo)
        .serve_connection(TokioIo::new(Uscita::di(socket, FERMA)), risponde);
    let mut connessione = std::pin::pin!(guardia.watch(connessione));
    let esito = loop {
        tokio::select! {
            esito = &mut connessione => break esito,
            () = da_svegliare.notified() => {}
        }
    };
    if let Err(errore) = esito {
        tracing::debug!(%errore, "connessione interrotta");
    }
}
