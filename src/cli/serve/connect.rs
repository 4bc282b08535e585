//! Connections to a model server: straight or through the proxy that the surroundings name, in
//! TLS where its address says so, and kept for the next request.

use std::error::Error;
use std::io::IoSlice;
use std::pin::Pin;
use std::sync::{Arc, LazyLock};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::Bytes;
use axum::http::{HeaderValue, Request, Response, Uri, header};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::client::legacy::connect::{Connected, Connection, HttpConnector};
use hyper_util::client::legacy::{Client, Error as Failed};
use hyper_util::client::proxy::matcher::Matcher;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use tokio::net::TcpStream;
use tower_service::Service;

type Anything = Box<dyn Error + Send + Sync>;

/// Who is believed to be a server: the bundled authorities, for bare machines, and the system's,
/// for a company's own.
static TLS: LazyLock<Result<Arc<ClientConfig>, rustls::Error>> = LazyLock::new(|| {
    let mut roots = RootCertStore::from_iter(webpki_roots::TLS_SERVER_ROOTS.iter().cloned());
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
});

/// The way to one model server, which all threads share.
#[derive(Clone)]
pub struct Route {
    dialer: HttpsConnector<Dialer>,
    /// What the proxy that passes plain requests on is told.
    proxy_key: Option<HeaderValue>,
}

impl Route {
    /// The way to `server`, whose connections are waited for as long as `patience`. `own` says
    /// that it is a server of this machine, of which no proxy of the surroundings knows.
    ///
    /// # Errors
    /// A sentence, where the surroundings name a proxy that cannot be used, or TLS cannot.
    pub fn new(server: &Uri, patience: Duration, own: bool) -> Result<Self, String> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(patience));
        let proxy = if own { None } else { Matcher::from_env().intercept(server) };
        let mut proxy_key = None;
        let way = match proxy {
            None => Way::Straight,
            Some(proxy) if proxy.uri().scheme_str() != Some("http") => {
                return Err("The proxy that the environment names has to be an http:// address.".into());
            }
            Some(proxy) if server.scheme_str() == Some("https") => {
                let tunnel = Tunnel::new(proxy.uri().clone(), tcp.clone());
                Way::Tunnel(match proxy.basic_auth() {
                    Some(key) => tunnel.with_auth(key.clone()),
                    None => tunnel,
                })
            }
            Some(proxy) => {
                proxy_key = proxy.basic_auth().cloned();
                Way::Proxy(proxy.uri().clone())
            }
        };
        let tls = TLS.as_ref().map_err(|_| "TLS cannot be used on this machine.".to_owned())?;
        let dialer = HttpsConnectorBuilder::new()
            .with_tls_config(ClientConfig::clone(tls))
            .https_or_http()
            .enable_http1()
            .wrap_connector(Dialer { tcp, way });
        Ok(Self { dialer, proxy_key })
    }

    /// The connections of one thread: each is driven by the thread that has opened it.
    pub fn connections(&self) -> Connections {
        let client =
            Client::builder(TokioExecutor::new()).pool_timer(TokioTimer::new()).build(self.dialer.clone());
        Connections { client, proxy_key: self.proxy_key.clone() }
    }
}

/// One thread's connections to a model server; a clone shares them.
#[derive(Clone)]
pub struct Connections {
    client: Client<HttpsConnector<Dialer>, Full<Bytes>>,
    proxy_key: Option<HeaderValue>,
}

impl Connections {
    /// Sends `request`, on a connection that is open if there is one.
    ///
    /// # Errors
    /// What came instead of the head of an answer.
    pub async fn send(&self, mut request: Request<Full<Bytes>>) -> Result<Response<Incoming>, Failed> {
        if let Some(key) = &self.proxy_key {
            request.headers_mut().insert(header::PROXY_AUTHORIZATION, key.clone());
        }
        self.client.request(request).await
    }
}

#[derive(Clone)]
enum Way {
    Straight,
    /// The proxy opens a tunnel.
    Tunnel(Tunnel<HttpConnector>),
    /// The proxy passes each request on.
    Proxy(Uri),
}

/// Opens the line below TLS.
#[derive(Clone)]
struct Dialer {
    tcp: HttpConnector,
    way: Way,
}

impl Service<Uri> for Dialer {
    type Response = Line;
    type Error = Anything;
    type Future = Pin<Box<dyn Future<Output = Result<Line, Anything>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), Anything>> {
        self.tcp.poll_ready(context).map_err(Into::into)
    }

    fn call(&mut self, server: Uri) -> Self::Future {
        match &mut self.way {
            Way::Tunnel(tunnel) => {
                let dialing = tunnel.call(server);
                Box::pin(async move { Ok(Line { stream: dialing.await?, proxied: false }) })
            }
            way => {
                let (to, proxied) = match way {
                    Way::Proxy(proxy) => (proxy.clone(), true),
                    _ => (server, false),
                };
                let dialing = self.tcp.call(to);
                Box::pin(async move { Ok(Line { stream: dialing.await?, proxied }) })
            }
        }
    }
}

/// A line to a model server or to a proxy.
struct Line {
    stream: TokioIo<TcpStream>,
    /// Whether requests on it name the whole address, for the proxy to pass them on.
    proxied: bool,
}

impl Connection for Line {
    fn connected(&self) -> Connected {
        self.stream.connected().proxy(self.proxied)
    }
}

impl Read for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: ReadBufCursor<'_>,
    ) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl Write for Line {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<std::io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<std::io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }
}
