//! What is left of a request body when the answer comes before its end.
//!
//! Closing a connection on which bytes are still arriving resets it, and the reset can overtake the
//! answer: the caller of a body that is too large, or of wrong credentials, would see a broken pipe
//! and no reason. So the rest is read and thrown away, for a while.

use hyper::body::{Body, Bytes, Frame, Incoming, SizeHint};
use std::future::poll_fn;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;

/// Longest pause of a caller that is still sending.
const SILENZIO: Duration = Duration::from_secs(2);
/// Longest time in all.
const DURATA: Duration = Duration::from_secs(15);
/// Most bytes thrown away; who sends more is cut off.
const BYTE: usize = 64 << 20;

/// A request body whose rest, if nobody reads it, is thrown away.
pub(crate) struct Residuo {
    corpo: Option<Incoming>,
    /// A caller that waits for 100 Continue does not send what we did not ask for.
    atteso: bool,
    /// Rung when we give up: hyper would not notice that nobody wants the rest any more.
    sveglia: Arc<Notify>,
}

impl Residuo {
    /// `sveglia` must make its connection be polled again.
    pub(crate) fn di(corpo: Incoming, intestazioni: &http::HeaderMap, sveglia: Arc<Notify>) -> Self {
        Self { corpo: Some(corpo), atteso: !intestazioni.contains_key(http::header::EXPECT), sveglia }
    }
}

impl Body for Residuo {
    type Data = Bytes;
    type Error = hyper::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, hyper::Error>>> {
        match &mut self.corpo {
            Some(c) => Pin::new(c).poll_frame(cx),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.corpo.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        self.corpo.as_ref().map_or_else(|| SizeHint::with_exact(0), Body::size_hint)
    }
}

impl Drop for Residuo {
    fn drop(&mut self) {
        let resto = self.corpo.take().filter(|c| self.atteso && !c.is_end_stream());
        if let (Some(resto), Ok(runtime)) = (resto, tokio::runtime::Handle::try_current()) {
            let sveglia = Arc::clone(&self.sveglia);
            runtime.spawn(async move {
                let _ = tokio::time::timeout(DURATA, scarta(resto)).await;
                sveglia.notify_one();
            });
        }
    }
}

async fn scarta(mut resto: Incoming) {
    let mut visti = 0;
    while visti <= BYTE {
        let pezzo = poll_fn(|cx| Pin::new(&mut resto).poll_frame(cx));
        let Ok(Some(Ok(pezzo))) = tokio::time::timeout(SILENZIO, pezzo).await else { return };
        visti += pezzo.data_ref().map_or(0, Bytes::len);
    }
}
