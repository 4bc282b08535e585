//! The program under test.

use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::thread::{self, JoinHandle};

use tempfile::TempDir;

use crate::wire::Request;

/// The program with `arguments`, without what the surroundings may have set for it.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_agent-playground"));
    command
        .args(arguments)
        .env_remove("AGENT_PLAYGROUND_UPSTREAM")
        .env_remove("AGENT_PLAYGROUND_UPSTREAM_KEY")
        // A proxy that is not there: the way to this machine's own model server must not lead
        // through it.
        .env("HTTP_PROXY", "http://127.0.0.1:9")
        .env("http_proxy", "http://127.0.0.1:9")
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    command
}

/// Runs `serve` where it is expected to end by itself.
pub fn refused(arguments: &[&str]) -> Output {
    program(&["serve"]).args(arguments).output().unwrap()
}

/// The key that settings find.
pub const KEY: &str = "sk-5ecret-0f-the-0perator";

/// A folder with `settings` in `relay.toml`, and [`KEY`] in `key`.
pub fn settings_folder(settings: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("relay.toml"), settings).unwrap();
    std::fs::write(folder.path().join("key"), format!("{KEY}\n")).unwrap();
    folder
}

/// What `serve` says to `settings` that it does not take: one line, exit status 2.
pub fn refused_settings(settings: &str) -> String {
    let folder = settings_folder(settings);
    let output = program(&["serve", "--config"])
        .arg(folder.path().join("relay.toml"))
        .env("TEST_KEY", KEY)
        .output()
        .unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    said
}

/// A running server.
pub struct Server {
    child: Child,
    /// The line that it printed when it was ready.
    pub greeting: String,
    /// Where it listens.
    pub address: SocketAddr,
    /// Where its counters are, if the settings ask for them.
    pub counters: Option<SocketAddr>,
    rest: Option<JoinHandle<String>>,
    _settings: Option<TempDir>,
}

impl Server {
    /// Starts `serve` on a free port with `arguments`.
    pub fn start(arguments: &[&str]) -> Self {
        Self::start_with_key(arguments, None)
    }

    /// Starts `serve` on a free port with `arguments` and a key for the model server.
    pub fn start_with_key(arguments: &[&str], key: Option<&str>) -> Self {
        let mut command = program(&["serve"]);
        command.args(arguments);
        if let Some(key) = key {
            command.env("AGENT_PLAYGROUND_UPSTREAM_KEY", key);
        }
        Self::run(command, None)
    }

    /// Starts `serve` on a free port with `settings` as its file. Upstreams find the key
    /// [`KEY`] in the variable `TEST_KEY` and in the file `key`.
    pub fn start_with(settings: &str) -> Self {
        let folder = settings_folder(settings);
        let mut command = program(&["serve"]);
        command.arg("--config").arg(folder.path().join("relay.toml")).env("TEST_KEY", KEY);
        Self::run(command, Some(folder))
    }

    /// Starts `command` on a free port.
    pub fn run(mut command: Command, settings: Option<TempDir>) -> Self {
        command.args(["--listen", "127.0.0.1:0"]);
        let mut child = command.spawn().unwrap();
        let mut stderr = BufReader::new(child.stderr.take().unwrap());
        let mut line = || {
            let mut line = String::new();
            stderr.read_line(&mut line).unwrap();
            line.trim_end().to_owned()
        };
        let mut greeting = line();
        let mut counters = None;
        loop {
            if let Some(rest) = greeting.strip_prefix("Counters on http://") {
                counters = Some(rest.strip_suffix("/metrics").unwrap().parse().unwrap());
            } else if !greeting.starts_with('{') {
                break;
            }
            greeting = line();
        }
        let Some(rest) = greeting.strip_prefix("Listening on http://") else {
            let _ = child.kill();
            panic!("the server said “{greeting}”");
        };
        let address = rest.split('/').next().unwrap().parse().unwrap();
        let rest = thread::spawn(move || {
            let mut text = String::new();
            stderr.read_to_string(&mut text).unwrap();
            text
        });
        Self { child, greeting, address, counters, rest: Some(rest), _settings: settings }
    }

    /// A `GET` of `path`.
    pub fn get(&self, path: &str) -> Request {
        Request::new(self.address, "GET", path)
    }

    /// A chat request with `body` as JSON.
    pub fn chat(&self, body: &str) -> Request {
        self.post("/relay/v1/chat/completions", body)
    }

    /// A `POST` of `body` as JSON.
    pub fn post(&self, path: &str, body: &str) -> Request {
        Request::new(self.address, "POST", path).header("content-type", "application/json").body(body)
    }

    /// Sends the signal that Ctrl-C sends.
    #[cfg(unix)]
    pub fn interrupt(&self) {
        let status = Command::new("kill").args(["-INT", &self.child.id().to_string()]).status().unwrap();
        assert!(status.success());
    }

    /// Waits for the server to end by itself.
    #[cfg(unix)]
    pub fn ended(mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    /// Lets the server end by itself; all that it said after the greeting.
    #[cfg(unix)]
    pub fn finish(mut self) -> String {
        self.interrupt();
        self.child.wait().unwrap();
        self.rest.take().unwrap().join().unwrap()
    }

    /// What the counters say.
    pub fn metrics(&self) -> String {
        Request::new(self.counters.unwrap(), "GET", "/metrics").send().text().to_owned()
    }

    /// Ends the server; all that it said after the greeting.
    pub fn stop(mut self) -> String {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        self.rest.take().unwrap().join().unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
