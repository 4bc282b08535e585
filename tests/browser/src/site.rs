//! Where the page comes from: the native program, or a file server that knows nothing.

use std::io::Write as _;
use std::net::TcpStream;
use std::path::{Component, Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::browser::line_after;
use crate::http::{self, Request};
use crate::stage;

/// The sub-path that the native program serves the page at.
pub const BASE: &str = "/tools/playground/";

/// The token that [`Program::with_token`] lets in.
pub const TOKEN: &str = "let-me-in-0815";

/// Its SHA-256.
const TOKEN_HASH: &str = "b55a6acf0ae74dbdc02376f52a05b2cbf170bec63daf952d6636ab5d3e2c7b29";

/// The native program, serving the built page. Ends when it is dropped.
pub struct Program {
    process: Child,
    /// The page's address; ends in a slash.
    pub url: String,
}

impl Program {
    /// The page alone.
    pub fn start() -> Self {
        Self::run(&[])
    }

    /// The page with a relay to the model server of this run.
    pub fn with_relay() -> Self {
        let url = stage::model_url();
        Self::run(&["--upstream", &url, "--model", &model_at(&url)])
    }

    /// The page with a relay to the model server of this run, which is there twice: as `openai`
    /// and as `anthropic`. Also gives its model.
    pub fn with_both_apis() -> (Self, String) {
        let url = stage::model_url();
        let model = model_at(&url);
        let upstream = |kind: &str| {
            format!("[[upstream]]\nname = {kind:?}\nkind = {kind:?}\nurl = {url:?}\nmodels = [{model:?}]\n")
        };
        let settings =
            format!("log = {{ requests = false }}\n{}{}", upstream("openai"), upstream("anthropic"));
        (Self::configured(&settings), model)
    }

    /// The page with a relay to `upstream` that lets in [`TOKEN`] alone.
    pub fn with_token(upstream: &str, model: &str) -> Self {
        let settings = format!(
            "log = {{ requests = false }}\n[[token]]\nname = \"ann\"\nsha256 = \"{TOKEN_HASH}\"\n\
             [[upstream]]\nname = \"c\"\nkind = \"anthropic\"\nurl = {upstream:?}\nmodels = [{model:?}]\n"
        );
        Self::configured(&settings)
    }

    /// The page with a relay as `settings` describe it.
    fn configured(settings: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("relay.toml");
        std::fs::write(&file, settings).expect("the settings can be written");
        Self::run(&["--config", file.to_str().expect("its path is text")])
    }

    fn run(arguments: &[&str]) -> Self {
        let program = stage::program();
        let mut process = Command::new(&program)
            .args(["serve", "--listen", "127.0.0.1:0", "--base", BASE, "--site"])
            .arg(stage::dist())
            .args(arguments)
            .env_remove("AGENT_PLAYGROUND_UPSTREAM")
            .env_remove("AGENT_PLAYGROUND_UPSTREAM_KEY")
            .stdin(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let messages = process.stderr.take().expect("its messages are a pipe");
        let url = line_after(messages, "Listening on ");
        let url = url.unwrap_or_else(|| panic!("{} did not say where it listens", program.display()));
        Self { process, url }
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // Both fail only when it has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The name of the model that the server at `url` has.
fn model_at(url: &str) -> String {
    let answer = ureq::get(format!("{url}/v1/models")).call().and_then(|mut it| it.body_mut().read_json());
    let list: serde_json::Value = answer.unwrap_or_else(|error| panic!("{url} lists no models: {error}"));
    list["data"][0]["id"].as_str().unwrap_or_else(|| panic!("{url} has no model")).to_owned()
}

/// Serves the built page at `base` as a file server does that knows files and their types, and
/// nothing else: no relay, no compression, no caching. Gives the page's address.
pub fn file_server(base: &'static str) -> String {
    file_server_without(base, "")
}

/// The same, where the file `missing` was forgotten; a path relative to the page.
pub fn file_server_without(base: &'static str, missing: &'static str) -> String {
    folder_server(stage::dist(), base, missing)
}

/// The same for the files of `folder`.
pub fn folder_server(folder: PathBuf, base: &'static str, missing: &'static str) -> String {
    let address = http::listen(move |request, stream| {
        // The browser may have gone; that is its right.
        let _ = answer(&folder, base, missing, &request, stream);
    });
    format!("http://{address}{base}")
}

fn answer(
    folder: &Path,
    base: &str,
    missing: &str,
    request: &Request,
    mut stream: TcpStream,
) -> std::io::Result<()> {
    let path = request.path.strip_prefix(base).filter(|path| missing.is_empty() || *path != missing);
    let found = path.and_then(|path| file(folder, path));
    let (status, kind, body) = match &found {
        Some(path) => ("200 OK", content_type(path), std::fs::read(path)?),
        None => ("404 Not Found", "text/plain", b"Not found.\n".to_vec()),
    };
    write!(
        stream,
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
        body.len()
    )?;
    if request.method != "HEAD" {
        stream.write_all(&body)?;
    }
    Ok(())
}

fn file(folder: &Path, path: &str) -> Option<PathBuf> {
    let plain = Path::new(path).components().all(|part| matches!(part, Component::Normal(_)));
    let path = folder.join(if path.is_empty() { "index.html" } else { path });
    (plain && path.is_file()).then_some(path)
}

fn content_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html",
        Some("js") => "text/javascript",
        Some("css") => "text/css",
        Some("wasm") => "application/wasm",
        Some("json") => "application/json",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}
