//! The relay against nginx as a reverse proxy, both before the same model server, in one run.
//!
//! Everything is on loopback and on the same cores: the client, the proxy and a model server
//! of this benchmark's own. So the numbers compare the two; they are no promise of what either
//! does on a machine of its own.

use super::times::Times;
use crate::{Result, files, paths, process};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Requests for the time to the first byte, through each way.
const REQUESTS: usize = 4000;
/// They alternate in so many rounds, so that a busy moment of the machine hits all alike.
const ROUNDS: usize = 40;
/// Requests before anything is measured.
const WARM_UP: usize = 200;

/// Replies at a time, and events in each, for the rate of events.
const BUSY: (usize, usize) = (8, 20_000);
/// How often the rate is measured; the median counts.
const RUNS: usize = 3;

/// Slow replies at a time.
const STREAMS: usize = 1000;
/// An event of a slow reply comes so often.
const SLOW: Duration = Duration::from_millis(500);
/// Events that each slow reply has brought when memory is read.
const SLOW_EVENTS: usize = 4;

/// What nobody waits longer for.
const LIMIT: Duration = Duration::from_secs(60);
/// How often a program that starts is looked at.
const TICK: Duration = Duration::from_millis(20);
/// The stack of a thread that only reads or writes, in bytes.
const STACK: usize = 128 * 1024;

/// One event as model servers send it, in the frame of its chunk.
const EVENT: &str =
    "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\" token\"},\"finish_reason\":null}]}\n\n";

/// Measures, prints the table and gives the numbers.
pub fn bench(program: &Path, nginx: &Path) -> Result<Value> {
    let upstream = serve()?;
    let folder = paths::cache().join("bench-relay");
    files::remove_folder(&folder)?;
    files::create_folder(&folder)?;
    let relay = Proxy::relay(program, &folder, upstream)?;
    let nginx = Proxy::nginx(nginx, &folder, upstream)?;
    let direct = Way { name: "direct", address: upstream, path: "/v1/chat/completions" };
    let ways = [&direct, &nginx.way, &relay.way];

    println!("\n{REQUESTS} requests each, one at a time; microseconds to the first byte of the reply.\n");
    println!("{:<28} {:>9} {:>9} {:>11} {:>11}", "", "p50", "p99", "added p50", "added p99");
    let times = first_bytes(&ways)?;
    let added = |at: usize, percent: usize| times[at].percentile(percent) - times[0].percentile(percent);
    for (at, way) in ways.iter().enumerate() {
        let [p50, p99] = [50, 99].map(|percent| times[at].percentile(percent));
        println!("{:<28} {p50:>9.1} {p99:>9.1} {:>11.1} {:>11.1}", way.name, added(at, 50), added(at, 99));
    }

    let (replies, events) = BUSY;
    println!("\n{replies} replies at a time of {events} events each; the median of {RUNS}.\n");
    println!("{:<28} {:>9}", "", "events/s");
    let mut rates = Vec::new();
    for way in ways {
        let rate = rate(way)?;
        println!("{:<28} {rate:>9.0}", way.name);
        rates.push(rate);
    }

    println!("\n{STREAMS} slow replies at a time, an event every {} ms each.\n", SLOW.as_millis());
    println!("{:<28} {:>9} {:>9} {:>11}", "", "MB before", "MB with", "KiB/stream");
    let mut memory = Vec::new();
    for proxy in [&nginx, &relay] {
        let (before, with) = slow(proxy)?;
        let each = with.saturating_sub(before) as f64 / STREAMS as f64;
        let megabytes = |kibibytes: u64| kibibytes as f64 * 1024.0 / 1e6;
        println!("{:<28} {:>9.1} {:>9.1} {each:>11.1}", proxy.way.name, megabytes(before), megabytes(with));
        memory.push(each);
    }

    let ratio = times[2].percentile(50) / times[1].percentile(50);
    println!("\nTo the first byte the relay takes {ratio:.2} times what nginx takes (aim: 1.3),");
    println!("and {:.1} KiB for each stream (aim: 64).", memory[1]);
    let first_byte = |at: usize| {
        json!({
            "p50": times[at].percentile(50), "p99": times[at].percentile(99),
            "added_p50": added(at, 50), "added_p99": added(at, 99),
        })
    };
    Ok(json!({
        "first_byte_us": { "direct": first_byte(0), "nginx": first_byte(1), "relay": first_byte(2) },
        "first_byte_p50_ratio": ratio,
        "events_per_second": { "direct": rates[0], "nginx": rates[1], "relay": rates[2] },
        "kib_per_stream": { "nginx": memory[0], "relay": memory[1] },
        "streams": STREAMS,
    }))
}

/// How a request goes.
struct Way {
    name: &'static str,
    address: SocketAddr,
    path: &'static str,
}

impl Way {
    fn request(&self, body: &str, close: bool) -> String {
        let Self { address, path, .. } = self;
        let connection = if close { "close" } else { "keep-alive" };
        let length = body.len();
        format!(
            "POST {path} HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\n\
             connection: {connection}\r\ncontent-length: {length}\r\n\r\n{body}"
        )
    }

    fn connect(&self) -> Result<TcpStream> {
        let failed = |error| format!("{} at {} cannot be reached: {error}", self.name, self.address);
        let stream = TcpStream::connect(self.address).map_err(failed)?;
        stream.set_nodelay(true).map_err(failed)?;
        stream.set_read_timeout(Some(LIMIT)).map_err(failed)?;
        Ok(stream)
    }

    fn failed(&self, error: &std::io::Error) -> String {
        format!("a reply through {} broke off: {error}", self.name)
    }
}

/// A request that is answered with so many events, so many milliseconds apart.
fn asking(events: usize, gap: Duration) -> String {
    format!("{{\"model\":\"m\",\"events\":{events},\"gap\":{}}}", gap.as_millis())
}

/// A model server that does as the request says. It runs as long as this program.
fn serve() -> Result<SocketAddr> {
    let failed = |error| format!("no port for the model server: {error}");
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            // A client that leaves ends its thread.
            let _ = thread::Builder::new().stack_size(STACK).spawn(move || deal(stream));
        }
    });
    Ok(address)
}

fn deal(mut stream: TcpStream) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    let chunk = format!("{:x}\r\n{EVENT}\r\n", EVENT.len());
    loop {
        let Some((events, gap, length)) = asked(&seen) else {
            let read = stream.read(&mut buffer)?;
            if read == 0 {
                return Ok(());
            }
            seen.extend_from_slice(&buffer[..read]);
            continue;
        };
        seen.drain(..length);
        stream.write_all(
            b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
        )?;
        for event in 0..events {
            if event > 0 && !gap.is_zero() {
                thread::sleep(gap);
            }
            stream.write_all(chunk.as_bytes())?;
        }
        stream.write_all(b"0\r\n\r\n")?;
    }
}

/// What a whole request asks for, and its length.
fn asked(seen: &[u8]) -> Option<(usize, Duration, usize)> {
    let text = std::str::from_utf8(seen).ok()?;
    let (head, rest) = text.split_once("\r\n\r\n")?;
    let length: usize = head.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse().ok())?
    })?;
    let body: Value = serde_json::from_str(rest.get(..length)?).ok()?;
    let number = |name: &str| body[name].as_u64();
    let events = usize::try_from(number("events")?).ok()?;
    Some((events, Duration::from_millis(number("gap")?), head.len() + 4 + length))
}

/// A running proxy; ends when it is dropped.
struct Proxy {
    process: Child,
    way: Way,
}

impl Proxy {
    fn relay(program: &Path, folder: &Path, upstream: SocketAddr) -> Result<Self> {
        let address = free()?;
        let settings = folder.join("relay.toml");
        files::write(
            &settings,
            format!(
                "listen = \"{address}\"\nlog = {{ requests = false }}\n[limits.client]\nstreams = 100000\n\
                 [[upstream]]\nname = \"bench\"\nurl = \"http://{upstream}\"\nmodels = [\"m\"]\n"
            ),
        )?;
        let mut command = process::command(program);
        command.args(["serve", "--config"]).arg(&settings).stderr(Stdio::null());
        let way = Way { name: "relay", address, path: "/relay/v1/chat/completions" };
        Self::start(&mut command, way)
    }

    fn nginx(program: &Path, folder: &Path, upstream: SocketAddr) -> Result<Self> {
        let address = free()?;
        let settings = folder.join("nginx.conf");
        let shown = folder.display();
        files::write(
            &settings,
            format!(
                "daemon off;\nworker_processes auto;\npid {shown}/nginx.pid;\nerror_log {shown}/error.log;\n\
                 events {{ worker_connections 8192; }}\n\
                 http {{\n access_log off;\n client_body_temp_path {shown}/body;\n proxy_temp_path {shown}/proxy;\n\
                 fastcgi_temp_path {shown}/fastcgi;\n uwsgi_temp_path {shown}/uwsgi;\n scgi_temp_path {shown}/scgi;\n\
                 keepalive_requests 1000000;\n\
                 upstream model {{ server {upstream}; keepalive 64; }}\n\
                 server {{\n listen {address};\n location / {{\n proxy_pass http://model;\n proxy_http_version 1.1;\n\
                 proxy_set_header Connection \"\";\n proxy_buffering off;\n }}\n }}\n}}\n"
            ),
        )?;
        let mut command = process::command(program);
        command.arg("-p").arg(folder).arg("-c").arg(&settings).stderr(Stdio::null());
        Self::start(&mut command, Way { name: "nginx", address, path: "/v1/chat/completions" })
    }

    fn start(command: &mut std::process::Command, way: Way) -> Result<Self> {
        let process = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .spawn()
            .map_err(|error| format!("{} does not start: {error}", way.name))?;
        let mut proxy = Self { process, way };
        let start = Instant::now();
        while TcpStream::connect(proxy.way.address).is_err() {
            let ended = proxy.process.try_wait().ok().flatten();
            if ended.is_some() || start.elapsed() > LIMIT {
                return Err(format!("{} does not listen on {}", proxy.way.name, proxy.way.address));
            }
            thread::sleep(TICK);
        }
        Ok(proxy)
    }

    /// The memory of the process and its children in KiB, as Linux counts it.
    fn memory(&self) -> Result<u64> {
        let own = self.process.id();
        let mut sum = 0;
        let unreadable = |error| format!("the memory of {} cannot be read: {error}", self.way.name);
        for entry in std::fs::read_dir("/proc").map_err(unreadable)?.flatten() {
            let Ok(status) = std::fs::read_to_string(entry.path().join("status")) else { continue };
            let field = |name: &str| {
                let line = status.lines().find_map(|line| line.strip_prefix(name))?;
                line.trim_start_matches(':').split_whitespace().next()?.parse::<u64>().ok()
            };
            if [field("Pid"), field("PPid")].contains(&Some(u64::from(own))) {
                sum += field("VmRSS").unwrap_or(0);
            }
        }
        Ok(sum)
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        // nginx ends its workers when it is asked to end itself.
        process::output(process::command("kill").args(["-s", "TERM", &self.process.id().to_string()]));
        let start = Instant::now();
        while matches!(self.process.try_wait(), Ok(None)) && start.elapsed() < Duration::from_secs(10) {
            thread::sleep(TICK);
        }
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A port that is free now.
fn free() -> Result<SocketAddr> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("there is no free port: {error}"))
}

fn first_bytes(ways: &[&Way; 3]) -> Result<[Times; 3]> {
    let mut connections = Vec::new();
    for way in ways {
        let mut stream = way.connect()?;
        for _ in 0..WARM_UP {
            first_byte(way, &mut stream)?;
        }
        connections.push(stream);
    }
    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for ((way, stream), times) in ways.iter().zip(&mut connections).zip(&mut times) {
            for _ in 0..REQUESTS / ROUNDS {
                times.push(first_byte(way, stream)?.as_secs_f64() * 1e6);
            }
        }
    }
    Ok(times.map(Times::new))
}

/// Sends a request and reads its reply of one event: how long until the body began.
fn first_byte(way: &Way, stream: &mut TcpStream) -> Result<Duration> {
    let request = way.request(&asking(1, Duration::ZERO), false);
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    let mut first = None;
    let start = Instant::now();
    stream.write_all(request.as_bytes()).map_err(|error| way.failed(&error))?;
    while !seen.ends_with(b"\r\n0\r\n\r\n") {
        let read = stream.read(&mut buffer).map_err(|error| way.failed(&error))?;
        let now = start.elapsed();
        if read == 0 {
            return Err(format!("a reply through {} broke off", way.name));
        }
        seen.extend_from_slice(&buffer[..read]);
        if first.is_none() && seen.windows(5).any(|window| window == b"data:") {
            first = Some(now);
        }
    }
    if !seen.starts_with(b"HTTP/1.1 200") {
        return Err(format!("{} answers {}", way.name, String::from_utf8_lossy(&seen)));
    }
    first.ok_or_else(|| format!("a reply through {} has no event", way.name))
}

fn rate(way: &Way) -> Result<f64> {
    let (replies, events) = BUSY;
    let mut rates = Vec::new();
    for _ in 0..RUNS {
        let start = Instant::now();
        let done: Vec<Result<usize>> = thread::scope(|scope| {
            let reading: Vec<_> = (0..replies).map(|_| scope.spawn(|| read_all(way, events))).collect();
            let joined = reading.into_iter().map(std::thread::ScopedJoinHandle::join);
            joined.map(|done| done.unwrap_or_else(|_| Err("a reader broke down".into()))).collect()
        });
        for read in done {
            if read? < events * EVENT.len() {
                return Err(format!("a reply through {} is too short", way.name));
            }
        }
        rates.push((replies * events) as f64 / start.elapsed().as_secs_f64());
    }
    rates.sort_by(f64::total_cmp);
    Ok(rates.get(RUNS / 2).copied().unwrap_or(f64::NAN))
}

/// Reads a whole reply, and gives its length.
fn read_all(way: &Way, events: usize) -> Result<usize> {
    let mut stream = way.connect()?;
    let request = way.request(&asking(events, Duration::ZERO), false);
    stream.write_all(request.as_bytes()).map_err(|error| way.failed(&error))?;
    let mut buffer = vec![0; 64 * 1024];
    let (mut length, mut tail) = (0, Vec::new());
    while !tail.ends_with(b"\r\n0\r\n\r\n") {
        let read = stream.read(&mut buffer).map_err(|error| way.failed(&error))?;
        if read == 0 {
            return Err(format!("a reply through {} broke off", way.name));
        }
        length += read;
        tail.extend_from_slice(&buffer[read.saturating_sub(16)..read]);
        tail.drain(..tail.len().saturating_sub(16));
    }
    Ok(length)
}

/// The memory before, and with all slow replies under way, in KiB.
fn slow(proxy: &Proxy) -> Result<(u64, u64)> {
    let before = proxy.memory()?;
    let over = Arc::new(AtomicBool::new(false));
    let there = Arc::new(AtomicUsize::new(0));
    let mut readers = Vec::new();
    for _ in 0..STREAMS {
        let mut stream = proxy.way.connect()?;
        let request = proxy.way.request(&asking(1_000_000, SLOW), true);
        stream.write_all(request.as_bytes()).map_err(|error| proxy.way.failed(&error))?;
        let (over, there) = (Arc::clone(&over), Arc::clone(&there));
        let read = move || {
            let mut buffer = [0; 1024];
            let mut events = 0;
            while !over.load(Ordering::Relaxed) {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => return,
                    Ok(read) => {
                        let more = buffer[..read].windows(5).filter(|window| *window == b"data:").count();
                        let enough = |events: usize| events >= SLOW_EVENTS;
                        if enough(events + more) && !enough(events) {
                            there.fetch_add(1, Ordering::Relaxed);
                        }
                        events += more;
                    }
                }
            }
        };
        let reader = thread::Builder::new().stack_size(STACK).spawn(read);
        readers.push(reader.map_err(|error| format!("{STREAMS} streams cannot be read: {error}"))?);
    }
    let start = Instant::now();
    while there.load(Ordering::Relaxed) < STREAMS && start.elapsed() < LIMIT {
        thread::sleep(TICK);
    }
    let with = proxy.memory();
    let count = there.load(Ordering::Relaxed);
    over.store(true, Ordering::Relaxed);
    for reader in readers {
        let _ = reader.join();
    }
    if count < STREAMS {
        return Err(format!("of {STREAMS} slow replies through {} only {count} ran", proxy.way.name));
    }
    Ok((before, with?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_known_once_it_is_whole() {
        let way = Way { name: "x", address: SocketAddr::from(([127, 0, 0, 1], 1)), path: "/" };
        let request = way.request(&asking(3, Duration::from_millis(5)), false);
        assert_eq!(asked(request.as_bytes()), Some((3, Duration::from_millis(5), request.len())));
        for cut in 0..request.len() {
            assert_eq!(asked(&request.as_bytes()[..cut]), None, "{cut}");
        }
    }

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = Times::new((1..=200).rev().map(f64::from).collect());
        assert_eq!([50, 99].map(|percent| times.percentile(percent)), [100.0, 198.0]);
    }
}
