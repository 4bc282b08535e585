//! Finding the browser that the journeys run in.

use crate::{Result, debian, process};
use std::path::PathBuf;

/// Names a Chromium or Chrome to use instead of the one in `PATH`.
const BROWSER_VARIABLE: &str = "AGENT_PLAYGROUND_CHROME";
/// Names a chromedriver of the same version as that browser.
const DRIVER_VARIABLE: &str = "AGENT_PLAYGROUND_CHROMEDRIVER";

/// A browser and the program that drives it.
pub struct Browser {
    /// Chromium or Chrome.
    pub browser: PathBuf,
    /// chromedriver of the same version.
    pub driver: PathBuf,
}

/// Finds both, on Debian as root installs them, and else says how to name them.
pub fn ensure() -> Result<Browser> {
    if let Some(found) = find()? {
        return Ok(found);
    }
    if debian::is_root() {
        eprintln!(
            "Installing Chromium and its driver with apt-get (about 90 MB to download and what they need)."
        );
        debian::install(&["chromium", "chromium-driver"])?;
        if let Some(found) = find()? {
            return Ok(found);
        }
    }
    Err(format!(
        "the tests in the browser need Chromium or Chrome and a chromedriver of the same version; \
         put both in PATH or name them with {BROWSER_VARIABLE}=/path/to/chrome and \
         {DRIVER_VARIABLE}=/path/to/chromedriver, or leave those tests out with --quick"
    ))
}

fn find() -> Result<Option<Browser>> {
    let browser = match named(BROWSER_VARIABLE)? {
        Some(path) => Some(path),
        None => ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"]
            .iter()
            .find_map(|name| process::find(name))
            .or_else(usual_place),
    };
    let driver = match named(DRIVER_VARIABLE)? {
        Some(path) => Some(path),
        None => process::find("chromedriver"),
    };
    Ok(browser.zip(driver).map(|(browser, driver)| Browser { browser, driver }))
}

fn named(variable: &str) -> Result<Option<PathBuf>> {
    match std::env::var_os(variable).map(PathBuf::from) {
        Some(path) if !path.is_file() => {
            Err(format!("{variable} names {}, which is not a file; correct or unset it", path.display()))
        }
        named => Ok(named),
    }
}

/// Where the installers of macOS and Windows put Chrome, which is not in `PATH`.
fn usual_place() -> Option<PathBuf> {
    [
        "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        "/Applications/Chromium.app/Contents/MacOS/Chromium",
        r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    ]
    .into_iter()
    .map(PathBuf::from)
    .find(|path| path.is_file())
}
