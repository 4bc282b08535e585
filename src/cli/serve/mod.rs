//! `serve`: the built page, and the relay beside it.

mod access;
mod config;
mod connect;
mod flow;
mod guard;
mod limits;
mod listener;
mod log;
mod meter;
mod metrics;
mod problem;
mod record;
mod relay;
mod site;
mod upstream;
mod wire;

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing};
use tokio::net::TcpListener;

use self::access::Access;
use self::config::{File, LogEntry};
use self::guard::{Gate, HostName, Origin};
use self::limits::{Limiter, Place, Rules};
use self::listener::Manners;
use self::log::Log;
use self::metrics::Metrics;
use self::record::Books;
use self::site::{BasePath, Site};
use self::upstream::{Key, Parts, Times, Upstream};
use self::wire::Kind;
use super::{Failure, Status, say};

/// What `serve` is told. The command line goes before the file.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Address to listen on, 127.0.0.1:8080 unless the file says otherwise; port 0 takes a
    /// free one
    #[arg(long, value_name = "ADDR", value_parser = listen)]
    listen: Option<SocketAddr>,

    /// Folder that holds the built page
    #[arg(long, value_name = "DIR")]
    site: Option<PathBuf>,

    /// Path below which the page and the relay are served [default: /]
    #[arg(long, value_name = "PATH")]
    base: Option<BasePath>,

    /// Settings in a TOML file: model servers by name, limits, and more
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,

    /// Model server to relay chats to, with or without /v1 at the end; its key, if it needs
    /// one, is read from AGENT_PLAYGROUND_UPSTREAM_KEY
    #[arg(long, value_name = "URL", env = "AGENT_PLAYGROUND_UPSTREAM", hide_env_values = true)]
    upstream: Option<String>,

    /// Model that may be asked for; can be given several times. Without it, any
    #[arg(long = "model", value_name = "NAME")]
    models: Vec<String>,

    /// Further host name that the page is reached by, such as behind a proxy; can be given
    /// several times
    #[arg(long = "allow-host", value_name = "NAME[:PORT]")]
    allow_hosts: Vec<HostName>,
}

fn listen(text: &str) -> Result<SocketAddr, String> {
    let numeric = match text.strip_prefix("localhost:") {
        Some(port) => format!("127.0.0.1:{port}"),
        None => text.to_owned(),
    };
    numeric.parse().map_err(|_| "give an IP address and a port, such as 127.0.0.1:8080".into())
}

/// What the command line and the file say together.
struct Settings {
    listen: SocketAddr,
    site: Option<PathBuf>,
    base: BasePath,
    hosts: Vec<HostName>,
    origins: Vec<Origin>,
    upstreams: Vec<Upstream>,
    access: Access,
    rules: Rules,
    shared: Option<Place>,
    request_size: usize,
    reply_size: u64,
    manners: Manners,
    metrics: Option<SocketAddr>,
    log: Option<LogEntry>,
}

impl Settings {
    fn new(args: Args) -> Result<Self, String> {
        let file = args.config.as_deref().map(File::read).transpose()?.unwrap_or_default();
        let upstreams = match args.upstream.as_deref().map(str::trim).filter(|base| !base.is_empty()) {
            Some(_) if args.config.is_some() => {
                return Err("Name the model servers in the file, or one with --upstream, not both.".into());
            }
            Some(base) => vec![alone(base, args.models, file.timeouts.upstream())?],
            None if args.models.is_empty() => file.upstreams()?,
            None => return Err("A --model needs an --upstream that has it.".into()),
        };
        let listening = match (args.listen, file.listen.as_deref()) {
            (Some(address), _) => address,
            (None, Some(text)) => listen(text).map_err(|help| format!("`listen`: {help}."))?,
            (None, None) => SocketAddr::from(([127, 0, 0, 1], 8080)),
        };
        let counters =
            file.metrics.as_deref().map(|text| listen(text).map_err(|help| format!("`metrics`: {help}.")));
        let (request_size, reply_size) = file.limits.sizes();
        let mut hosts = args.allow_hosts;
        hosts.extend(file.host_names()?);
        let settings = Self {
            listen: listening,
            base: match args.base {
                Some(base) => base,
                None => file.base_path()?.unwrap_or_default(),
            },
            hosts,
            origins: file.allowed_origins()?,
            upstreams,
            access: file.access()?,
            rules: file.limits.rules(),
            shared: file.shared()?,
            request_size,
            reply_size,
            manners: Manners {
                connections: file.limits.connections()?,
                patience: file.timeouts.client(),
                drain: file.timeouts.drain(),
            },
            metrics: counters.transpose()?,
            log: args.config.is_some().then_some(file.log).filter(|log| log.requests),
            site: args.site.or(file.site),
        };
        settings.fit()?;
        Ok(settings)
    }

    /// Says what does not fit together.
    fn fit(&self) -> Result<(), String> {
        if self.site.is_none() && self.upstreams.is_empty() {
            return Err("There is nothing to serve; give --site DIR, --upstream URL or both.".into());
        }
        if let Some(folder) = self.site.as_deref().filter(|folder| !folder.is_dir()) {
            return Err(format!("{} is not a folder that can be read.", folder.display()));
        }
        if !self.listen.ip().is_loopback() && self.hosts.is_empty() {
            return Err(format!(
                "{} can be reached from other machines; name the host that they use with --allow-host NAME.",
                self.listen
            ));
        }
        Ok(())
    }
}

/// The one model server that the command line names.
fn alone(base: &str, models: Vec<String>, times: Times) -> Result<Upstream, String> {
    let key = std::env::var("AGENT_PLAYGROUND_UPSTREAM_KEY").unwrap_or_default();
    Upstream::new(Parts {
        name: "default".into(),
        kind: Kind::OpenAi,
        url: base.to_owned(),
        key: Key::new(&key, "AGENT_PLAYGROUND_UPSTREAM_KEY")?,
        models,
        endpoints: Kind::OpenAi.usual(),
        version: None,
        betas: Vec::new(),
        times,
    })
}

/// What all requests share.
#[derive(Clone)]
struct Server {
    gate: Arc<Gate>,
    upstreams: Arc<[Upstream]>,
    access: Arc<Access>,
    limiter: Arc<Limiter>,
    books: Books,
    /// The path of the relay, without a slash at its end.
    prefix: Arc<str>,
    /// The largest request, in bytes.
    request_size: usize,
    /// The largest reply, in bytes.
    reply_size: u64,
    /// How long a client may be silent in the middle of a request.
    patience: Duration,
}

/// Serves until it is told to stop.
///
/// # Errors
/// A sentence, where the settings do not fit together or the address cannot be had.
pub fn run(args: Args) -> Result<Status, Failure> {
    let settings = Settings::new(args)?;
    let runtime = listener::runtime().map_err(|error| format!("The server cannot start: {error}."))?;
    let log = settings.log.map(|log| Arc::new(Log::start(log.addresses)));
    let done = runtime.block_on(start(settings, log.clone()));
    // What is under way is cut here, and written down.
    drop(runtime);
    if let Some(log) = log {
        log.end();
    }
    done
}

async fn start(settings: Settings, log: Option<Arc<Log>>) -> Result<Status, Failure> {
    let (listener, address) = bind(settings.listen).await?;
    let counters = match settings.metrics {
        Some(address) => Some(bind(address).await?),
        None => None,
    };
    let site = Site::new(settings.base.clone(), settings.site.as_deref());
    let metrics = Arc::<Metrics>::default();
    let books = Books { metrics: Arc::clone(&metrics), log };
    let server = Server {
        gate: Arc::new(Gate::new(address, &settings.hosts, settings.origins)),
        upstreams: settings.upstreams.into(),
        access: Arc::new(settings.access),
        limiter: Arc::new(Limiter::new(settings.rules, settings.shared, &books)),
        books,
        prefix: format!("{}relay", settings.base.as_str()).into(),
        request_size: settings.request_size,
        reply_size: settings.reply_size,
        patience: settings.manners.patience,
    };
    // The stop has to be heard before anybody is told that the server runs.
    let mut stop = Stop::listen().map_err(|error| format!("The server cannot start: {error}."))?;
    if let Some((listener, address)) = counters {
        say(&format!("Counters on http://{address}/metrics"));
        let routes = counted(Arc::clone(&metrics));
        tokio::spawn(async move { axum::serve(listener, routes).await });
    }
    say(&format!("Listening on http://{address}{}", settings.base.as_str()));
    listener::serve(listener, Routes { server, site }, settings.manners, &mut stop)
        .await
        .map_err(|error| format!("The server cannot start: {error}."))?;
    Ok(Status::Good)
}

async fn bind(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let listener = TcpListener::bind(address).await.map_err(|error| not_bound(address, &error))?;
    let address = listener.local_addr().map_err(|error| not_bound(address, &error))?;
    Ok((listener, address))
}

/// The counters' own address: whoever reaches it may read them.
fn counted(metrics: Arc<Metrics>) -> Router {
    let text = move || {
        let text = metrics.text();
        async move { ([(header::CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")], text) }
    };
    Router::new().route("/metrics", routing::get(text)).route("/healthz", routing::get(|| async { "ok" }))
}

fn not_bound(address: SocketAddr, error: &io::Error) -> String {
    match error.kind() {
        io::ErrorKind::AddrInUse => format!(
            "Port {} on {} is in use; stop what uses it, or choose another with --listen.",
            address.port(),
            address.ip()
        ),
        _ => format!("{address} cannot be listened on: {error}."),
    }
}

/// What answers each request, by its path.
#[derive(Clone)]
struct Routes {
    server: Server,
    site: Site,
}

impl Routes {
    /// The same for another thread, with connections of its own to the model servers.
    fn again(&self) -> Self {
        let upstreams = self.server.upstreams.iter().map(Upstream::again).collect();
        Self { server: Server { upstreams, ..self.server.clone() }, site: self.site.clone() }
    }

    async fn answer(&self, request: Request) -> Response {
        let Self { server, site } = self;
        let mut response = if request.uri().path() == "/healthz" {
            health(request.method())
        } else if !server.gate.answers_to(request.uri(), request.headers()) {
            guard::misdirected()
        } else if relay::is_at(server, request.uri()) {
            relay::serve(server, request).await
        } else {
            site::serve(site.clone(), server.books.clone(), request).await
        };
        let headers = response.headers_mut();
        headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
        response
    }
}

fn health(method: &Method) -> Response {
    match *method {
        Method::GET | Method::HEAD => "ok".into_response(),
        _ => (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response(),
    }
}

/// Ctrl-C, and on Unix the signal that service managers send.
struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(windows)]
    interrupt: tokio::signal::windows::CtrlC,
}

impl Stop {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    #[cfg(windows)]
    fn listen() -> io::Result<Self> {
        Ok(Self { interrupt: tokio::signal::windows::ctrl_c()? })
    }

    #[cfg(unix)]
    async fn heard(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(windows)]
    async fn heard(&mut self) {
        self.interrupt.recv().await;
    }
}
