//! Connections: how many, how long a silent one is waited for, and how all of them end.
//!
//! Each thread has its connections to itself, from the client's to the model server's: no piece
//! of a reply on its way waits until another thread wakes up.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::net::{IpAddr, TcpStream as Plain};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use axum::body::Body;
use hyper::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, watch};
use tokio::time::{Sleep, sleep, timeout};

use super::access::Peer;
use super::{Routes, Stop};

/// The longest head of a request, in bytes.
const MAX_HEAD: usize = 32 * 1024;

/// How long no connection is taken after one could not be, mostly for want of file handles.
const PAUSE: Duration = Duration::from_millis(50);

/// The most threads. Each passes on what thousands of models write at a time.
const MAX_THREADS: usize = 8;

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

/// What drives the connections of one thread.
///
/// # Errors
/// The operating system's, where it has no more handles.
pub fn runtime() -> io::Result<Runtime> {
    Builder::new_current_thread().enable_all().build()
}

/// Serves until it is told to stop. Then no connection is taken any more, and replies go on
/// until all have ended, time is up, or a second stop is heard.
///
/// # Errors
/// The operating system's, where it gives no threads.
pub async fn serve(
    listener: TcpListener,
    routes: Routes,
    manners: Manners,
    stop: &mut Stop,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(manners.connections));
    let (cut, told) = watch::channel(());
    let (working, mut ended) = mpsc::channel::<()>(1);
    let count = thread::available_parallelism().map_or(1, usize::from).min(MAX_THREADS);
    let threads = (0..count).map(|_| {
        let (told, working) = (told.clone(), working.clone());
        Thread::start(&routes, manners, told, working)
    });
    let threads = threads.collect::<io::Result<Vec<Thread>>>()?;
    drop(working);
    loop {
        let accepted = async {
            // The semaphore is never closed.
            let place = Arc::clone(&places).acquire_owned().await.ok();
            let (stream, address) = listener.accept().await?;
            // Pieces of a reply are small, and each is to be seen at once.
            let _ = stream.set_nodelay(true);
            io::Result::Ok(Guest { stream: stream.into_std()?, address: address.ip(), place })
        };
        tokio::select! {
            accepted = accepted => match accepted {
                Ok(guest) => {
                    if let Some(idlest) = threads.iter().min_by_key(|thread| thread.connections()) {
                        idlest.take(guest);
                    }
                }
                Err(_) => sleep(PAUSE).await,
            },
            () = stop.heard() => break,
        }
    }
    drop(listener);
    let handles: Vec<JoinHandle<()>> = threads.into_iter().map(|thread| thread.handle).collect();
    tokio::select! {
        _ = ended.recv() => {}
        () = stop.heard() => {}
    }
    drop(cut);
    for handle in handles {
        // One that broke down has nothing more to end.
        let _ = handle.join();
    }
    Ok(())
}

/// A connection that was taken, on its way to its thread.
struct Guest {
    stream: Plain,
    address: IpAddr,
    place: Option<OwnedSemaphorePermit>,
}

/// A thread with its connections.
struct Thread {
    guests: mpsc::UnboundedSender<(Guest, Arc<()>)>,
    /// Each of its connections holds one of it.
    one: Arc<()>,
    handle: JoinHandle<()>,
}

impl Thread {
    /// It works until no more can come and all have ended, or `told` is closed.
    fn start(
        routes: &Routes,
        manners: Manners,
        told: watch::Receiver<()>,
        working: mpsc::Sender<()>,
    ) -> io::Result<Self> {
        let (guests, coming) = mpsc::unbounded_channel();
        let routes = routes.again();
        let runtime = runtime()?;
        let work = move || {
            runtime.block_on(attend(coming, routes, manners, told));
            // What is under way is cut here, and written down.
            drop(runtime);
            drop(working);
        };
        let handle = thread::Builder::new().name("connections".into()).spawn(work)?;
        Ok(Self { guests, one: Arc::default(), handle })
    }

    fn connections(&self) -> usize {
        Arc::strong_count(&self.one)
    }

    fn take(&self, guest: Guest) {
        // A thread that broke down lets the connection fall.
        let _ = self.guests.send((guest, Arc::clone(&self.one)));
    }
}

/// What one thread does.
async fn attend(
    mut coming: mpsc::UnboundedReceiver<(Guest, Arc<()>)>,
    routes: Routes,
    manners: Manners,
    mut told: watch::Receiver<()>,
) {
    let graceful = GracefulShutdown::new();
    let routes = Arc::new(routes);
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(manners.patience).max_header_size(MAX_HEAD);
    while let Some((Guest { stream, address, place }, one)) = coming.recv().await {
        let Ok(stream) = TcpStream::from_std(stream) else { continue };
        let own = Arc::clone(&routes);
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(Peer(address));
            let routes = Arc::clone(&own);
            async move { Ok::<_, Infallible>(routes.answer(request.map(Body::new)).await) }
        });
        let metrics = Arc::clone(&routes.server.books.metrics);
        let stream = TokioIo::new(Patient::new(stream, manners.patience));
        let connection = graceful.watch(http.serve_connection(stream, service));
        tokio::spawn(async move {
            let _held = (place, one);
            metrics.connected();
            // It fails when the other side does, which is its own affair.
            let _ = connection.await;
            metrics.disconnected();
        });
    }
    tokio::select! {
        _ = timeout(manners.drain, graceful.shutdown()) => {}
        _ = told.changed() => {}
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
