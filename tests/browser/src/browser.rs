//! A browser with a profile of its own.

use std::io::{BufRead as _, BufReader, Read};
use std::ops::Deref;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use serde_json::json;
use tempfile::TempDir;

use crate::driver::Session;
use crate::stage;

/// A window in which all three panes stand side by side.
pub const DESKTOP: (u32, u32) = (1440, 900);

/// A phone held upright.
pub const PHONE: (u32, u32) = (390, 844);

const FLAGS: [&str; 9] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
];

/// A browser that nobody has used before. It and its driver end when it is dropped.
pub struct Browser {
    // Dropped in this order: the browser closes before its driver, and both before the profile.
    session: Session,
    _driver: Driver,
    _profile: TempDir,
}

impl Browser {
    /// Starts one with a window of [`DESKTOP`] size.
    pub fn new() -> Self {
        Self::with_flags(&[])
    }

    /// Starts one with further command-line flags.
    pub fn with_flags(flags: &[&str]) -> Self {
        let profile = tempfile::tempdir().expect("a folder for the profile can be made");
        let driver = Driver::start();
        let mut arguments: Vec<String> = FLAGS.iter().chain(flags).map(|flag| (*flag).to_owned()).collect();
        arguments.push(format!("--user-data-dir={}", profile.path().display()));
        arguments.push(format!("--window-size={},{}", DESKTOP.0, DESKTOP.1));
        let session = Session::start(
            &driver.address,
            &json!({
                "browserName": "chrome",
                "goog:chromeOptions": { "binary": stage::chrome(), "args": arguments },
                "goog:loggingPrefs": { "browser": "ALL" },
                "timeouts": { "script": 60_000, "pageLoad": 60_000 },
            }),
        );
        session.resize(DESKTOP.0, DESKTOP.1);
        Self { session, _driver: driver, _profile: profile }
    }
}

impl Default for Browser {
    fn default() -> Self {
        Self::new()
    }
}

impl Deref for Browser {
    type Target = Session;

    fn deref(&self) -> &Session {
        &self.session
    }
}

impl Drop for Browser {
    /// A journey that failed leaves a picture of where it ended, and what the page had to say.
    fn drop(&mut self) {
        if std::thread::panicking() {
            let thread = std::thread::current();
            let name = thread.name().unwrap_or("journey").replace("::", "-");
            for (level, message) in self.console() {
                eprintln!("console {level}: {message}");
            }
            if let Some(path) = self.picture().and_then(|picture| keep(&name, &picture)) {
                eprintln!("the page as it was: {}", path.display());
            }
        }
    }
}

fn keep(name: &str, picture: &[u8]) -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/journeys");
    std::fs::create_dir_all(&folder).ok()?;
    let path = folder.join(format!("{name}.png"));
    std::fs::write(&path, picture).ok()?;
    path.canonicalize().ok()
}

/// A running chromedriver.
struct Driver {
    process: Child,
    address: String,
}

impl Driver {
    fn start() -> Self {
        // Two that start at once may reach for one port, and one of them ends.
        (0..3)
            .find_map(|_| Self::try_start())
            .unwrap_or_else(|| panic!("{} did not say its port", stage::chromedriver().display()))
    }

    fn try_start() -> Option<Self> {
        let program = stage::chromedriver();
        let mut process = Command::new(&program)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", program.display()));
        let output = process.stdout.take().expect("its output is a pipe");
        match line_after(output, "successfully on port ") {
            Some(port) => {
                let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
                Some(Self { process, address })
            }
            None => {
                let _ = process.kill();
                let _ = process.wait();
                None
            }
        }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // Both fail only when it has ended.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads until a line holds `mark`, and gives what stands behind it. The rest is read and
/// dropped, so that the program never waits for its reader.
pub(crate) fn line_after(output: impl Read + Send + 'static, mark: &str) -> Option<String> {
    let mut lines = BufReader::new(output).lines();
    let found = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| line.split_once(mark).map(|(_, rest)| rest.trim().to_owned()));
    std::thread::spawn(move || lines.map_while(Result::ok).for_each(drop));
    found
}
