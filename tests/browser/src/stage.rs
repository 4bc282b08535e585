//! What a run stands on, as the project's commands name it in the environment.

use std::path::PathBuf;

/// The folder of the built page.
pub fn dist() -> PathBuf {
    variable("AP_DIST").into()
}

/// The folder of what is timed in a page of its own: programs and the files that they look at.
pub fn peers() -> PathBuf {
    variable("AP_PEERS").into()
}

/// The native program.
pub fn program() -> PathBuf {
    variable("AP_PROGRAM").into()
}

/// The address of a running model server that speaks OpenAI's Chat Completions.
pub fn model_url() -> String {
    variable("AP_MODEL_URL")
}

/// Chromium or Chrome.
pub fn chrome() -> PathBuf {
    variable("AP_CHROME").into()
}

/// chromedriver of the same version.
pub fn chromedriver() -> PathBuf {
    variable("AP_CHROMEDRIVER").into()
}

fn variable(name: &str) -> String {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .unwrap_or_else(|| panic!("{name} is not set; run this through `cargo xtask`, which sets it"))
}
