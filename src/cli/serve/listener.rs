//! Connections: how many, how long a silent one is waited for, and how all of them end.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::Router;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;
use tokio::time::{Sleep, sleep, timeout};
use tower_service::Service;

use super::Stop;
use super::access::Peer;
use super::metrics::Metrics;

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 32 * 1024;

/// How long no connection is taken after one could not be, mostly for want of file handles.
const PAUSE: Duration = Duration::from_millis(50);

/// How connections are dealt with.
#[derive(Debug, Clone, Copy)]
pub struct Manners {
    /// How many there may be. Further ones wait.
    pub connections: usize,
    /// How long a client may take for the head of a request, and be unable to take a piece.
    pub patience: Duration,
    /// How long replies that are under way may go on after the server was told to stop.
    pub drain: Duration,
}

/// Serves until it is told to stop. Then no connection is taken any more, and replies go on
/// until all have ended, time is up, or a second stop is heard.
pub async fn serve(
    listener: TcpListener,
    routes: Router,
    metrics: Arc<Metrics>,
    manners: Manners,
    stop: &mut Stop,
) {
    let graceful = GracefulShutdown::new();
    let places = Arc::new(Semaphore::new(manners.connections));
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(manners.patience).max_header_size(MAX_HEAD);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            (place, listener.accept().await)
        };
        let (place, (stream, address)) = tokio::select! {
            (place, accepted) = accepted => match accepted {
                Ok(accepted) => (place, accepted),
                Err(_) => {
                    sleep(PAUSE).await;
                    continue;
                }
            },
            () = stop.heard() => break,
        };
        // Pieces of a reply are small, and each is to be seen at once.
        let _ = stream.set_nodelay(true);
        let (peer, routes) = (Peer(address.ip()), routes.clone());
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(peer);
            routes.clone().call(request)
        });
        let stream = TokioIo::new(Patient::new(stream, manners.patience));
        let connection = graceful.watch(http.serve_connection(stream, service));
        let metrics = Arc::clone(&metrics);
        tokio::spawn(async move {
            let _place = place;
            metrics.connected();
            // It fails when the other side does, which is its own affair.
            let _ = connection.await;
            metrics.disconnected();
        });
    }
    drop(listener);
    tokio::select! {
        _ = timeout(manners.drain, graceful.shutdown()) => {}
        () = stop.heard() => {}
    }
}

/// A connection whose other side has only so long to take a piece.
struct Patient {
    stream: TcpStream,
    patience: Duration,
    /// Runs while a piece waits.
    waiting: Option<Pin<Box<Sleep>>>,
}

impl Patient {
    fn new(stream: TcpStream, patience: Duration) -> Self {
        Self { stream, patience, waiting: None }
    }

    /// Lets `outcome` through, unless it has been pending for too long.
    fn bounded<T>(&mut self, context: &mut Context<'_>, outcome: Poll<io::Result<T>>) -> Poll<io::Result<T>> {
        if outcome.is_ready() {
            self.waiting = None;
            return outcome;
        }
        let patience = self.patience;
        let waiting = self.waiting.get_or_insert_with(|| Box::pin(sleep(patience)));
        match waiting.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl AsyncRead for Patient {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Patient {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.bounded(context, outcome)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, pieces);
        self.bounded(context, outcome)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}
