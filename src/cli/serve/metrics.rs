//! Counters in the text format of Prometheus (0.0.4, 2026-11).

use std::collections::BTreeMap;
use std::fmt::Write;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::http::StatusCode;

use super::meter::Cost;

/// The buckets' upper bounds, in seconds.
const BOUNDS: [f64; 12] = [0.005, 0.025, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0, 600.0];

#[derive(Default)]
struct Histogram {
    buckets: [u64; BOUNDS.len()],
    count: u64,
    sum: f64,
}

impl Histogram {
    fn observe(&mut self, duration: Duration) {
        let seconds = duration.as_secs_f64();
        if let Some(bucket) =
            BOUNDS.iter().position(|bound| seconds <= *bound).and_then(|at| self.buckets.get_mut(at))
        {
            *bucket += 1;
        }
        self.count += 1;
        self.sum += seconds;
    }
}

#[derive(Default)]
struct Tallies {
    requests: BTreeMap<(String, &'static str, u16), u64>,
    problems: BTreeMap<&'static str, u64>,
    broken: BTreeMap<(String, &'static str), u64>,
    tokens: BTreeMap<(String, &'static str, &'static str), u64>,
    first_byte: BTreeMap<String, Histogram>,
    duration: BTreeMap<String, Histogram>,
    /// Whether Redis is there, and how often it was lost; `None` where it is not used.
    redis: Option<(bool, u64)>,
}

/// What is counted while the server runs.
#[derive(Default)]
pub struct Metrics {
    tallies: Mutex<Tallies>,
    streams: AtomicI64,
    connections: AtomicI64,
    site: AtomicU64,
}

impl Metrics {
    /// A sum is never left half done.
    fn open(&self) -> MutexGuard<'_, Tallies> {
        self.tallies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A request to the relay is over.
    pub fn request(
        &self,
        upstream: Option<&str>,
        endpoint: &'static str,
        status: StatusCode,
        duration: Duration,
        first_byte: Option<Duration>,
    ) {
        let upstream = upstream.unwrap_or_default();
        let mut tallies = self.open();
        *tallies.requests.entry((upstream.to_owned(), endpoint, status.as_u16())).or_default() += 1;
        if let Some(first_byte) = first_byte {
            tallies.first_byte.entry(upstream.to_owned()).or_default().observe(first_byte);
            tallies.duration.entry(upstream.to_owned()).or_default().observe(duration);
        }
    }

    /// The relay answered by itself.
    pub fn problem(&self, code: &'static str) {
        *self.open().problems.entry(code).or_default() += 1;
    }

    /// A reply has not come to its proper end.
    pub fn broken(&self, upstream: Option<&str>, end: &'static str) {
        *self.open().broken.entry((upstream.unwrap_or_default().to_owned(), end)).or_default() += 1;
    }

    /// What a reply cost.
    pub fn tokens(&self, upstream: &str, cost: Cost) {
        let counted = if cost.estimated { "estimate" } else { "usage" };
        let mut tallies = self.open();
        for (direction, count) in [("prompt", cost.prompt), ("completion", cost.completion)] {
            *tallies.tokens.entry((upstream.to_owned(), direction, counted)).or_default() += count;
        }
    }

    /// Redis is there, or not.
    pub fn redis(&self, there: bool) {
        let mut tallies = self.open();
        let losses = tallies.redis.map_or(0, |(was, losses)| losses + u64::from(was && !there));
        tallies.redis = Some((there, losses));
    }

    /// A reply begins.
    pub fn stream_began(&self) {
        self.streams.fetch_add(1, Ordering::Relaxed);
    }

    /// A reply is over.
    pub fn stream_ended(&self) {
        self.streams.fetch_sub(1, Ordering::Relaxed);
    }

    /// A connection is open.
    pub fn connected(&self) {
        self.connections.fetch_add(1, Ordering::Relaxed);
    }

    /// A connection is closed.
    pub fn disconnected(&self) {
        self.connections.fetch_sub(1, Ordering::Relaxed);
    }

    /// A file of the page was asked for.
    pub fn site(&self) {
        self.site.fetch_add(1, Ordering::Relaxed);
    }

    /// All of it, as Prometheus reads it.
    pub fn text(&self) -> String {
        let mut out = Text::default();
        let tallies = self.open();
        out.family("requests_total", "counter", "Requests to the relay that are over.");
        for ((upstream, path, status), count) in &tallies.requests {
            let status = status.to_string();
            out.sample(
                "requests_total",
                &[("upstream", upstream), ("path", path), ("status", &status)],
                count,
            );
        }
        out.family("refusals_total", "counter", "Answers of the relay's own, by their code.");
        for (code, count) in &tallies.problems {
            out.sample("refusals_total", &[("code", code)], count);
        }
        out.family("broken_replies_total", "counter", "Replies that did not come to their proper end.");
        for ((upstream, end), count) in &tallies.broken {
            out.sample("broken_replies_total", &[("upstream", upstream), ("end", end)], count);
        }
        out.family("tokens_total", "counter", "Tokens, as the model servers say or as estimated.");
        for ((upstream, direction, counted), count) in &tallies.tokens {
            let labels = [("upstream", upstream.as_str()), ("direction", direction), ("counted", counted)];
            out.sample("tokens_total", &labels, count);
        }
        out.family(
            "first_byte_seconds",
            "histogram",
            "From a request to the head of the model server's answer.",
        );
        out.histograms("first_byte_seconds", &tallies.first_byte);
        out.family("reply_seconds", "histogram", "From a request to the end of its reply.");
        out.histograms("reply_seconds", &tallies.duration);
        if let Some((there, losses)) = tallies.redis {
            out.family("redis_up", "gauge", "Whether the shared limits can be reached.");
            out.sample("redis_up", &[], &u8::from(there));
            out.family("redis_losses_total", "counter", "How often they could not be reached any more.");
            out.sample("redis_losses_total", &[], &losses);
        }
        out.family("site_requests_total", "counter", "Requests for files of the page.");
        out.sample("site_requests_total", &[], &self.site.load(Ordering::Relaxed));
        out.family("streams", "gauge", "Replies that are under way.");
        out.sample("streams", &[], &self.streams.load(Ordering::Relaxed));
        out.family("connections", "gauge", "Open connections of clients.");
        out.sample("connections", &[], &self.connections.load(Ordering::Relaxed));
        out.family("build_info", "gauge", "The running version.");
        out.sample("build_info", &[("version", env!("CARGO_PKG_VERSION"))], &1);
        out.0
    }
}

/// The text format. Writing to a string cannot fail.
#[derive(Default)]
struct Text(String);

impl Text {
    fn family(&mut self, name: &str, kind: &str, help: &str) {
        let _ =
            writeln!(self.0, "# HELP agent_playground_{name} {help}\n# TYPE agent_playground_{name} {kind}");
    }

    fn sample(&mut self, name: &str, labels: &[(&str, &str)], value: &dyn std::fmt::Display) {
        let _ = write!(self.0, "agent_playground_{name}");
        for (at, (label, value)) in labels.iter().enumerate() {
            let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.0, "{}{label}=\"{value}\"", if at == 0 { '{' } else { ',' });
        }
        let _ = writeln!(self.0, "{} {value}", if labels.is_empty() { "" } else { "}" });
    }

    fn histograms(&mut self, name: &str, all: &BTreeMap<String, Histogram>) {
        for (upstream, histogram) in all {
            let mut below = 0;
            for (bound, count) in BOUNDS.iter().zip(histogram.buckets) {
                below += count;
                let bound = bound.to_string();
                self.sample(&format!("{name}_bucket"), &[("upstream", upstream), ("le", &bound)], &below);
            }
            let labels = [("upstream", upstream.as_str()), ("le", "+Inf")];
            self.sample(&format!("{name}_bucket"), &labels, &histogram.count);
            self.sample(&format!("{name}_sum"), &[("upstream", upstream)], &histogram.sum);
            self.sample(&format!("{name}_count"), &[("upstream", upstream)], &histogram.count);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_what_prometheus_reads() {
        let metrics = Metrics::default();
        metrics.request(
            Some("a"),
            "models",
            StatusCode::OK,
            Duration::from_secs(3),
            Some(Duration::from_millis(30)),
        );
        metrics.request(
            Some("a"),
            "models",
            StatusCode::OK,
            Duration::from_secs(1000),
            Some(Duration::from_secs(900)),
        );
        metrics.problem("rate_limited");
        metrics.tokens("a", Cost { prompt: 3, completion: 4, estimated: true });
        metrics.stream_began();
        let text = metrics.text();
        for line in [
            "# TYPE agent_playground_requests_total counter",
            r#"agent_playground_requests_total{upstream="a",path="models",status="200"} 2"#,
            r#"agent_playground_refusals_total{code="rate_limited"} 1"#,
            r#"agent_playground_tokens_total{upstream="a",direction="prompt",counted="estimate"} 3"#,
            r#"agent_playground_first_byte_seconds_bucket{upstream="a",le="0.025"} 0"#,
            r#"agent_playground_first_byte_seconds_bucket{upstream="a",le="0.1"} 1"#,
            r#"agent_playground_first_byte_seconds_bucket{upstream="a",le="600"} 1"#,
            r#"agent_playground_first_byte_seconds_bucket{upstream="a",le="+Inf"} 2"#,
            r#"agent_playground_first_byte_seconds_sum{upstream="a"} 900.03"#,
            "agent_playground_streams 1",
        ] {
            assert!(text.lines().any(|it| it == line), "{line} is not in\n{text}");
        }
    }
}
