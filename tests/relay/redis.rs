//! Limits that several copies share, against a real Redis.
#![cfg(unix)]

use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::server::{Server, refused_settings};
use crate::until;
use crate::upstream::Upstream;
use crate::wire::Answer;

/// Names a redis-server to use instead of the one in `PATH`.
const VARIABLE: &str = "AGENT_PLAYGROUND_REDIS";

fn program() -> PathBuf {
    if let Some(named) = std::env::var_os(VARIABLE) {
        return named.into();
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path)
        .map(|folder| folder.join("redis-server"))
        .find(|file| file.is_file())
        .unwrap_or_else(|| {
            panic!(
                "these tests need a redis-server: install it (on Debian `apt-get install redis-server`, or \
                 `cargo xtask setup` as root), or name one with {VARIABLE}=/path/to/redis-server"
            )
        })
}

/// A Redis that forgets everything when it ends.
struct Redis {
    process: Option<Child>,
    address: SocketAddr,
    password: &'static str,
    folder: TempDir,
}

impl Redis {
    fn start() -> Self {
        Self::start_with("")
    }

    fn start_with(password: &'static str) -> Self {
        // The port is free again before Redis takes it; a test that loses it to another fails.
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = free.local_addr().unwrap();
        drop(free);
        let mut redis = Self { process: None, address, password, folder: tempfile::tempdir().unwrap() };
        redis.begin();
        redis
    }

    fn begin(&mut self) {
        let mut command = Command::new(program());
        command
            .args(["--bind", "127.0.0.1", "--port", &self.address.port().to_string()])
            .args(["--save", "", "--appendonly", "no", "--dir"])
            .arg(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        if !self.password.is_empty() {
            command.args(["--requirepass", self.password]);
        }
        self.process = Some(command.spawn().unwrap());
        until("an answer of Redis", || {
            let mut stream = TcpStream::connect(self.address).ok()?;
            stream.write_all(b"PING\r\n").ok()?;
            let mut answer = [0; 5];
            stream.read_exact(&mut answer).ok()?;
            matches!(&answer, b"+PONG" | b"-NOAU").then_some(())
        });
    }

    fn end(&mut self) {
        let mut process = self.process.take().unwrap();
        process.kill().unwrap();
        process.wait().unwrap();
    }

    /// Settings of one of several copies.
    fn settings(&self, limits: &str, when_down: &str, upstream: &Upstream) -> String {
        format!(
            "metrics = \"127.0.0.1:0\"\n{limits}\n[redis]\nurl = \"redis://{}\"\nwhen_down = \"{when_down}\"\nlease = \"1500ms\"\ntimeout = \"5s\"\n\
             [[upstream]]\nname = \"a\"\nurl = \"{}\"\n",
            self.address,
            upstream.url()
        )
    }
}

impl Drop for Redis {
    fn drop(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }
}

/// A copy that has reached Redis.
fn copy(settings: &str) -> Server {
    let server = Server::start_with(settings);
    connected(&server, true);
    server
}

fn connected(server: &Server, there: bool) {
    let line = format!("agent_playground_redis_up {}\n", u8::from(there));
    until("a change of Redis", || server.metrics().contains(&line).then_some(()));
}

fn assert_limited(answer: &Answer) {
    assert_eq!((answer.status, answer.code().as_str()), (429, "rate_limit_exceeded"));
    assert!(answer.header("retry-after").unwrap().parse::<u64>().unwrap() > 0);
}

fn holding() -> Upstream {
    Upstream::start(|mut exchange| {
        exchange.begin();
        exchange.piece("data: one\n\n");
        exchange.until_left();
    })
}

#[test]
fn requests_and_tokens_are_counted_together() {
    let redis = Redis::start();
    let upstream = Upstream::start(|exchange| {
        exchange.answer("200 OK", r#"{"usage":{"prompt_tokens":60,"completion_tokens":60}}"#);
    });
    let requests = redis.settings("[limits.client]\nrequests_per_minute = 3", "closed", &upstream);
    let (one, other) = (copy(&requests), copy(&requests));
    for server in [&one, &other, &one] {
        assert_eq!(server.chat("{}").send().status, 200);
    }
    assert_limited(&other.chat("{}").send());
    assert_limited(&one.chat("{}").send());

    let apart = "[limits.all]\ntokens_per_day = 100";
    let tokens = redis.settings(apart, "closed", &upstream).replace("lease", "prefix = \"other\"\nlease");
    let (one, other) = (copy(&tokens), copy(&tokens));
    assert_eq!(one.chat("{}").send().status, 200);
    until("the reckoning", || Some(other.chat("{}").send()).filter(|it| it.status == 429));
    assert_limited(&one.chat("{}").send());
}

#[test]
fn replies_at_a_time_are_counted_together_and_a_dead_copy_keeps_none() {
    let redis = Redis::start();
    let upstream = holding();
    let settings = redis.settings("[limits.client]\nstreams = 1", "closed", &upstream);
    let (one, other) = (copy(&settings), copy(&settings));
    let mut reply = one.chat("{}").open();
    assert!(reply.piece().is_some());
    // It counts for longer than it would without being renewed.
    let start = Instant::now();
    while start.elapsed() < Duration::from_millis(2500) {
        assert_limited(&other.chat("{}").send());
    }
    drop(reply);
    let free = || Some(other.chat("{}").open()).filter(|it| it.status == 200);
    let mut reply = until("a free place", free);
    assert!(reply.piece().is_some());
    assert_limited(&one.chat("{}").send());
    // The copy is killed and cannot give its place back.
    other.stop();
    until("a free place", || Some(one.chat("{}").open()).filter(|it| it.status == 200));
}

#[test]
fn without_redis_each_copy_counts_by_itself_where_that_is_wanted() {
    let mut redis = Redis::start();
    let upstream = Upstream::plain();
    let server = copy(&redis.settings("[limits.client]\nrequests_per_minute = 2", "open", &upstream));
    for _ in 0..2 {
        assert_eq!(server.chat("{}").send().status, 200);
    }
    assert_limited(&server.chat("{}").send());
    redis.end();
    // The request that finds Redis gone is counted here too.
    assert_eq!(server.chat("{}").send().status, 200);
    connected(&server, false);
    assert_eq!(server.chat("{}").send().status, 200);
    assert_limited(&server.chat("{}").send());
    redis.begin();
    connected(&server, true);
    // The new Redis knows nothing yet.
    assert_eq!(server.chat("{}").send().status, 200);
    assert!(server.metrics().contains("agent_playground_redis_losses_total 1\n"));
    let log = server.finish();
    assert!(log.contains("Redis is gone; each copy") && log.contains("Redis is there"), "{log}");
    assert!(!log.contains(&redis.address.to_string()), "{log}");
}

#[test]
fn without_redis_nothing_is_let_in_where_that_is_wanted() {
    let mut redis = Redis::start();
    let upstream = Upstream::plain();
    let server = copy(&redis.settings("[limits.client]\nrequests_per_minute = 9", "closed", &upstream));
    assert_eq!(server.chat("{}").send().status, 200);
    upstream.next();
    redis.end();
    for _ in 0..3 {
        let answer = server.chat("{}").send();
        assert_eq!((answer.status, answer.code().as_str()), (503, "limits_unavailable"));
        assert_eq!(answer.header("retry-after"), Some("1"));
    }
    assert!(upstream.untouched());
    redis.begin();
    until("a request that is let in", || Some(()).filter(|()| server.chat("{}").send().status == 200));
}

#[test]
fn a_redis_that_does_not_answer_holds_nobody_up() {
    // It takes connections and says nothing.
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let upstream = Upstream::plain();
    let server = Server::start_with(&format!(
        "[limits.client]\nrequests_per_minute = 1\n[redis]\nurl = \"redis://{}\"\nwhen_down = \"open\"\n\
         [[upstream]]\nname = \"a\"\nurl = \"{}\"\n",
        listener.local_addr().unwrap(),
        upstream.url()
    ));
    assert_eq!(server.chat("{}").send().status, 200);
    assert_limited(&server.chat("{}").send());
}

#[test]
fn a_password_comes_from_elsewhere_and_is_shown_nowhere() {
    let redis = Redis::start_with("sk-5ecret-0f-the-0perator");
    let upstream = Upstream::plain();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("url");
    std::fs::write(&file, format!("redis://:{}@{}/1\n", redis.password, redis.address)).unwrap();
    let settings = redis
        .settings("[limits.client]\nrequests_per_minute = 1", "closed", &upstream)
        .replace(&format!("url = \"redis://{}\"", redis.address), &format!("url_file = {file:?}"));
    let server = copy(&settings);
    assert_eq!(server.chat("{}").send().status, 200);
    assert_limited(&server.chat("{}").send());
    assert!(!server.finish().contains("5ecret"));

    let one = |entry: &str| refused_settings(&format!("site = \".\"\n[redis]\n{entry}"));
    assert!(one("url = \"redis://127.0.0.1\"").contains("when_down"));
    for (entry, word) in [
        ("url = \"redis://:5ecret@127.0.0.1\"", "url_env"),
        ("url = \"http://5ecret\"", "redis://"),
        ("url = \"redis://127.0.0.1\"\nurl_env = \"TEST_KEY\"", "one of"),
        ("url_env = \"TEST_KEY\"", "redis://"),
        ("", "one of"),
    ] {
        let said = one(&format!("when_down = \"open\"\n{entry}"));
        assert!(said.contains(word) && !said.contains("5ecret"), "{said}");
    }
}
