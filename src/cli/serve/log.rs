//! The log: one JSON object a line on standard error, one line a request.
//!
//! It holds no body, no key, no query and no model server's address; a client's address only
//! where the settings ask for it.

use std::io::Write;
use std::net::IpAddr;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread::{self, JoinHandle};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::Serialize;

use super::meter::Cost;

/// How many lines may wait for a terminal that is slow. Further ones are left out: a log must
/// not hold up a reply.
const QUEUE: usize = 4096;

/// One request.
#[derive(Debug)]
pub struct Line<'a> {
    /// How it was asked.
    pub method: &'a str,
    /// The path without its query.
    pub path: &'a str,
    /// The answer's status; 499 where the client left before there was one.
    pub status: u16,
    /// How it ended.
    pub end: &'static str,
    /// The upstream's name.
    pub upstream: Option<&'a str>,
    /// The model, where the settings name it.
    pub model: Option<&'a str>,
    /// The owner of the token.
    pub client: Option<&'a str>,
    /// Where it came from.
    pub address: Option<IpAddr>,
    /// From the head of the request to the end of the reply.
    pub elapsed: Duration,
    /// Until the head of the model server's answer.
    pub first_byte: Option<Duration>,
    /// The request's body.
    pub request_bytes: usize,
    /// What was passed on.
    pub reply_bytes: u64,
    /// The tokens.
    pub cost: Option<Cost>,
    /// What the relay's own answer is called.
    pub code: Option<&'static str>,
    /// What the operator is to know besides.
    pub note: Option<&'a str>,
}

#[derive(Serialize)]
struct Wire<'a> {
    time: String,
    method: &'a str,
    path: &'a str,
    status: u16,
    end: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    upstream: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    model: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<IpAddr>,
    ms: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_byte_ms: Option<f64>,
    request_bytes: usize,
    reply_bytes: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    prompt_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    completion_tokens: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    estimated: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    note: Option<&'a str>,
}

#[derive(Serialize)]
struct File<'a> {
    time: String,
    method: &'a str,
    path: &'a str,
    status: u16,
    ms: f64,
}

#[derive(Serialize)]
struct Event<'a> {
    time: String,
    event: &'a str,
}

/// Three digits after the point.
fn milliseconds(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// The log of a running server.
pub struct Log {
    addresses: bool,
    queue: Mutex<Option<SyncSender<String>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Log {
    /// Begins a log. `addresses` says whether those of clients stand in it.
    pub fn start(addresses: bool) -> Self {
        let (queue, lines) = sync_channel::<String>(QUEUE);
        let writer = thread::spawn(move || {
            for line in lines {
                // Nobody is left to tell that standard error is gone.
                let _ = std::io::stderr().write_all(line.as_bytes());
            }
        });
        Self { addresses, queue: Mutex::new(Some(queue)), writer: Mutex::new(Some(writer)) }
    }

    /// Writes a request down.
    pub fn line(&self, line: &Line<'_>) {
        self.write(&Wire {
            time: time(SystemTime::now()),
            method: line.method,
            path: line.path,
            status: line.status,
            end: line.end,
            upstream: line.upstream,
            model: line.model,
            client: line.client,
            address: line.address.filter(|_| self.addresses),
            ms: milliseconds(line.elapsed),
            first_byte_ms: line.first_byte.map(milliseconds),
            request_bytes: line.request_bytes,
            reply_bytes: line.reply_bytes,
            prompt_tokens: line.cost.map(|cost| cost.prompt),
            completion_tokens: line.cost.map(|cost| cost.completion),
            estimated: line.cost.map(|cost| cost.estimated),
            code: line.code,
            note: line.note,
        });
    }

    /// Writes down that a file of the page was asked for.
    pub fn file(&self, method: &str, path: &str, status: u16, elapsed: Duration) {
        let time = time(SystemTime::now());
        self.write(&File { time, method, path, status, ms: milliseconds(elapsed) });
    }

    /// Writes down what is about no single request.
    pub fn event(&self, event: &str) {
        self.write(&Event { time: time(SystemTime::now()), event });
    }

    fn write(&self, value: &impl Serialize) {
        let Ok(mut line) = serde_json::to_string(value) else { return };
        line.push('\n');
        if let Some(queue) = &*self.queue.lock().unwrap_or_else(PoisonError::into_inner) {
            let _ = queue.try_send(line);
        }
    }

    /// Writes what still waits.
    pub fn end(&self) {
        drop(self.queue.lock().unwrap_or_else(PoisonError::into_inner).take());
        if let Some(writer) = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take() {
            let _ = writer.join();
        }
    }
}

/// `at` as RFC 3339 has it, in UTC with milliseconds.
fn time(at: SystemTime) -> String {
    let since = at.duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = since.as_secs();
    let (days, second) = (seconds / 86_400, seconds % 86_400);
    let (year, month, day) = date(days);
    format!(
        "{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z",
        second / 3600,
        second / 60 % 60,
        second % 60,
        since.subsec_millis()
    )
}

/// The date that is `days` after 1970-01-01. Years begin in March here, so that the leap day
/// is a year's last.
fn date(days: u64) -> (u64, u64, u64) {
    const ERA: u64 = 146_097;
    let days = days + 719_468;
    let (era, day) = (days / ERA, days % ERA);
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let year = year + 400 * era;
    if month < 10 { (year, month + 3, day) } else { (year + 1, month - 9, day) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_those_of_the_calendar() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00.000Z"),
            (951_782_399, "2000-02-28T23:59:59.000Z"),
            (951_782_400, "2000-02-29T00:00:00.000Z"),
            (1_709_164_800, "2024-02-29T00:00:00.000Z"),
            (1_709_251_200, "2024-03-01T00:00:00.000Z"),
            (4_102_444_799, "2099-12-31T23:59:59.000Z"),
            (4_107_542_400, "2100-03-01T00:00:00.000Z"),
        ] {
            assert_eq!(time(UNIX_EPOCH + Duration::from_secs(seconds)), text);
        }
    }
}
