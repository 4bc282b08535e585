//! Programs of the system that only tests and benchmarks need.

use crate::{Result, process};
use std::path::PathBuf;

/// A program, and how to come by it.
pub struct Program {
    /// What it is called.
    pub name: &'static str,
    /// Debian's package.
    pub package: &'static str,
    /// What its download takes with all it needs, in 10^6 bytes.
    pub megabytes: u32,
    /// The environment variable that names another.
    pub variable: &'static str,
    /// Who needs it, as the beginning of a sentence.
    pub needed_by: &'static str,
}

/// Counts what several copies of the relay share.
pub const REDIS: Program = Program {
    name: "redis-server",
    package: "redis-server",
    megabytes: 2,
    variable: "AGENT_PLAYGROUND_REDIS",
    needed_by: "the tests of the relay need",
};

/// What the relay is measured against.
pub const NGINX: Program = Program {
    name: "nginx",
    package: "nginx-light",
    megabytes: 2,
    variable: "AGENT_PLAYGROUND_NGINX",
    needed_by: "the benchmark of the relay needs",
};

impl Program {
    /// Finds it, on Debian as root installs it, and else says how to name it.
    pub fn ensure(&self) -> Result<PathBuf> {
        if let Some(found) = self.find()? {
            return Ok(found);
        }
        if is_root() {
            let Self { name, megabytes, .. } = self;
            eprintln!("Installing {name} with apt-get (about {megabytes} MB to download).");
            install(&[self.package])?;
            if let Some(found) = self.find()? {
                return Ok(found);
            }
        }
        let Self { name, package, variable, needed_by, .. } = self;
        Err(format!(
            "{needed_by} {name}; put it in PATH (on Debian `apt-get install {package}`) or name it with \
             {variable}=/path/to/{name}"
        ))
    }

    fn find(&self) -> Result<Option<PathBuf>> {
        match std::env::var_os(self.variable).map(PathBuf::from) {
            Some(path) if !path.is_file() => Err(format!(
                "{} names {}, which is not a file; correct or unset it",
                self.variable,
                path.display()
            )),
            Some(path) => Ok(Some(path)),
            // Servers lie where only root's PATH leads.
            None => {
                Ok(process::find(self.name).or_else(|| process::find_in("/usr/sbin".as_ref(), self.name)))
            }
        }
    }
}

/// Installs `packages` with no more than they need.
pub fn install(packages: &[&str]) -> Result<()> {
    let apt = |args: &[&str]| {
        process::run(process::command("apt-get").env("DEBIAN_FRONTEND", "noninteractive").args(args))
    };
    apt(&["update"])?;
    apt(&[&["install", "--yes", "--no-install-recommends"], packages].concat())
}

/// Whether packages can be installed here.
pub fn is_root() -> bool {
    process::find("apt-get").is_some()
        && process::output(process::command("id").arg("-u")).as_deref() == Some("0")
}
