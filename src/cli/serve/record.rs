//! What happened to one request: for the limits, the counters and the log.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::http::StatusCode;

use super::limits::Lease;
use super::log::{Line, Log};
use super::meter::{Cost, Meter, estimate};
use super::metrics::Metrics;

/// How a reply ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// All of it was passed on.
    Done,
    /// The relay answered by itself.
    Refused,
    /// The client went away.
    Left,
    /// The model server broke off.
    Broken,
    /// The model server fell silent.
    Silent,
    /// It was longer than a reply may be.
    TooLong,
}

impl End {
    /// As the log and the counters have it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Left => "left",
            Self::Broken => "broken",
            Self::Silent => "silent",
            Self::TooLong => "too_long",
        }
    }
}

/// Where requests are written down.
#[derive(Clone)]
pub struct Books {
    /// The counters.
    pub metrics: Arc<Metrics>,
    /// The log, where one is kept.
    pub log: Option<Arc<Log>>,
}

impl Books {
    /// Writes down what is about no single request.
    pub fn event(&self, sentence: &str) {
        match &self.log {
            Some(log) => log.event(sentence),
            None => crate::cli::say(sentence),
        }
    }
}

/// One request on its way. What it became is written down when it is dropped.
pub struct Record {
    books: Books,
    started: Instant,
    method: String,
    path: String,
    /// The endpoint's path, or what stands for it in the counters.
    pub endpoint: &'static str,
    /// The upstream's name.
    pub upstream: Option<String>,
    /// The model, where the settings name it.
    pub model: Option<String>,
    /// The owner of the token.
    pub client: Option<String>,
    /// Where the request came from.
    pub address: Option<IpAddr>,
    /// The right to the request.
    pub lease: Option<Lease>,
    /// The status of the answer.
    pub status: StatusCode,
    /// What the relay's own answer is called.
    pub code: Option<&'static str>,
    /// What the operator is to know besides.
    pub note: Option<String>,
    /// The body's length.
    pub request_bytes: usize,
    /// Reads the reply; there is one where the endpoint costs tokens.
    pub meter: Option<Meter>,
    first_byte: Option<Duration>,
    end: End,
    reply_bytes: u64,
    streaming: bool,
}

/// The most of a path that is written down, in bytes.
const MAX_PATH: usize = 200;

impl Record {
    /// A request that begins now. Until it is said otherwise its client has left.
    pub fn new(books: Books, method: &str, path: &str) -> Self {
        let cut = (0..=MAX_PATH.min(path.len())).rev().find(|at| path.is_char_boundary(*at)).unwrap_or(0);
        Self {
            books,
            started: Instant::now(),
            method: method.to_owned(),
            path: path.get(..cut).unwrap_or_default().to_owned(),
            endpoint: "other",
            upstream: None,
            model: None,
            client: None,
            address: None,
            lease: None,
            status: StatusCode::from_u16(499).unwrap_or_default(),
            code: None,
            note: None,
            request_bytes: 0,
            meter: None,
            first_byte: None,
            end: End::Left,
            reply_bytes: 0,
            streaming: false,
        }
    }

    /// The head of the model server's answer is there.
    pub fn began(&mut self, status: StatusCode) {
        self.status = status;
        self.first_byte = Some(self.started.elapsed());
        if !self.streaming {
            self.streaming = true;
            self.books.metrics.stream_began();
        }
    }

    /// Bytes were passed on.
    pub fn passed(&mut self, bytes: &[u8]) {
        self.reply_bytes = self.reply_bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        if let Some(meter) = &mut self.meter {
            meter.see(bytes);
        }
    }

    /// It is over.
    pub fn ended(&mut self, end: End) {
        self.end = end;
    }

    /// How long it takes so far.
    pub fn elapsed(&self) -> Duration {
        self.started.elapsed()
    }

    fn cost(&self) -> Option<Cost> {
        let whole = self.end == End::Done;
        self.meter.as_ref().map(|meter| meter.cost(estimate(self.request_bytes), whole))
    }
}

impl Drop for Record {
    fn drop(&mut self) {
        let cost = self.cost();
        if let (Some(lease), Some(cost)) = (&mut self.lease, cost) {
            lease.used(cost.total());
        }
        // Before anybody is told that it is over.
        self.lease = None;
        let metrics = &self.books.metrics;
        if self.streaming {
            metrics.stream_ended();
        }
        metrics.request(
            self.upstream.as_deref(),
            self.endpoint,
            self.status,
            self.elapsed(),
            self.first_byte,
        );
        if let Some(code) = self.code {
            metrics.problem(code);
        }
        if !matches!(self.end, End::Done | End::Refused) {
            metrics.broken(self.upstream.as_deref(), self.end.name());
        }
        if let (Some(cost), Some(upstream)) = (cost, &self.upstream) {
            metrics.tokens(upstream, cost);
        }
        match &self.books.log {
            Some(log) => log.line(&Line {
                method: &self.method,
                path: &self.path,
                status: self.status.as_u16(),
                end: self.end.name(),
                upstream: self.upstream.as_deref(),
                model: self.model.as_deref(),
                client: self.client.as_deref(),
                address: self.address,
                elapsed: self.elapsed(),
                first_byte: self.first_byte,
                request_bytes: self.request_bytes,
                reply_bytes: self.reply_bytes,
                cost,
                code: self.code,
                note: self.note.as_deref(),
            }),
            None => {
                if let Some(note) = &self.note {
                    crate::cli::say(note);
                }
            }
        }
    }
}
