//! The settings of `serve` in a TOML file, as docs/deploy.md describes them.
//!
//! A file never holds a secret, only where one is to be found, and no message repeats what
//! stands in a place where somebody may have put one by mistake.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::guard::{HostName, Origin};
use super::site::BasePath;
use super::upstream::{self, Key, Parts, Upstream};
use super::wire::{Endpoint, Kind};

/// The largest file of settings, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

/// How long a model server may take to accept a connection.
pub const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What a file says. Every part may be left out.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// Address and port to listen on.
    pub listen: Option<String>,
    /// Folder of the built page, from the file's own folder.
    pub site: Option<PathBuf>,
    /// Path below which everything is served.
    pub base: Option<String>,
    /// Further host names that the server is reached by.
    pub hosts: Vec<String>,
    /// Origins of other pages that may use the relay.
    pub origins: Vec<String>,
    upstream: Vec<UpstreamEntry>,
    #[serde(skip)]
    folder: PathBuf,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct UpstreamEntry {
    name: String,
    url: String,
    #[serde(default)]
    kind: Kind,
    key_env: Option<String>,
    key_file: Option<PathBuf>,
    #[serde(default)]
    models: Vec<String>,
    paths: Option<Vec<String>>,
    version: Option<String>,
    #[serde(default)]
    betas: Vec<String>,
}

impl File {
    /// Reads the file at `path`.
    ///
    /// # Errors
    /// A sentence that names the file and, where it can, the line.
    pub fn read(path: &Path) -> Result<Self, String> {
        let text = read_text(path)?;
        let mut file: Self = toml::from_str(&text).map_err(|error| {
            let shown = path.display();
            let message = error.message().lines().collect::<Vec<_>>().join(", ");
            match error.span().and_then(|span| text.get(..span.start)) {
                Some(before) => format!("{shown}, line {}: {message}.", before.matches('\n').count() + 1),
                None => format!("{shown}: {message}."),
            }
        })?;
        file.folder = path.parent().unwrap_or(Path::new("")).to_path_buf();
        file.site = file.site.map(|site| file.folder.join(site));
        Ok(file)
    }

    /// The hosts, read.
    ///
    /// # Errors
    /// A sentence, where one is none.
    pub fn host_names(&self) -> Result<Vec<HostName>, String> {
        let parse = |text: &String| text.parse().map_err(|help| format!("`hosts` has {text:?}; {help}."));
        self.hosts.iter().map(parse).collect()
    }

    /// The origins, read.
    ///
    /// # Errors
    /// A sentence, where one is none.
    pub fn allowed_origins(&self) -> Result<Vec<Origin>, String> {
        let parse = |text: &String| text.parse().map_err(|help| format!("`origins` has {text:?}; {help}."));
        self.origins.iter().map(parse).collect()
    }

    /// The base, read.
    ///
    /// # Errors
    /// A sentence, where it is none.
    pub fn base_path(&self) -> Result<Option<BasePath>, String> {
        self.base.as_deref().map(|text| text.parse().map_err(|help| format!("`base`: {help}."))).transpose()
    }

    /// The upstreams in the file's order, with their keys.
    ///
    /// # Errors
    /// A sentence that names the upstream.
    pub fn upstreams(&self) -> Result<Vec<Upstream>, String> {
        let mut all: Vec<Upstream> = Vec::new();
        for entry in &self.upstream {
            if !upstream::is_name(&entry.name) {
                return Err(format!(
                    "An upstream is called {:?}; give it a name of up to 32 lower-case letters, digits, - and _ that is neither v1 nor config.",
                    entry.name
                ));
            }
            if all.iter().any(|known| known.name == entry.name) {
                return Err(format!("Two upstreams are called “{}”; give each its own name.", entry.name));
            }
            let made =
                self.upstream(entry).map_err(|reason| format!("Upstream “{}”: {reason}", entry.name))?;
            all.push(made);
        }
        Ok(all)
    }

    fn upstream(&self, entry: &UpstreamEntry) -> Result<Upstream, String> {
        if entry.models.iter().any(String::is_empty) {
            return Err("`models` has an empty name; leave it out.".into());
        }
        if entry.kind == Kind::OpenAi && (entry.version.is_some() || !entry.betas.is_empty()) {
            return Err("`version` and `betas` are for kind = \"anthropic\".".into());
        }
        Upstream::new(Parts {
            name: entry.name.clone(),
            kind: entry.kind,
            url: entry.url.clone(),
            key: self.key(entry)?,
            models: entry.models.clone(),
            endpoints: endpoints(entry)?,
            version: entry.version.clone(),
            betas: entry.betas.clone(),
            connect_timeout: CONNECT_TIMEOUT,
        })
    }

    fn key(&self, entry: &UpstreamEntry) -> Result<Option<Key>, String> {
        let Some((text, place)) = self.secret("key", entry.key_env.as_deref(), entry.key_file.as_deref())?
        else {
            return Ok(None);
        };
        Key::new(&text, &place)?.map(Some).ok_or_else(|| format!("{place} holds no key."))
    }

    /// A secret, and where it was found.
    fn secret(
        &self,
        what: &str,
        variable: Option<&str>,
        file: Option<&Path>,
    ) -> Result<Option<(String, String)>, String> {
        match (variable, file) {
            (None, None) => Ok(None),
            (Some(_), Some(_)) => Err(format!("Give `{what}_env` or `{what}_file`, not both.")),
            (Some(name), None) => {
                let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
                // Keys have dashes; what is none of a variable's names is not repeated.
                if name.is_empty() || !name.bytes().all(plain) {
                    return Err(format!("`{what}_env` takes the name of an environment variable."));
                }
                let value = std::env::var(name)
                    .map_err(|_| format!("The environment variable that `{what}_env` names is not set."))?;
                Ok(Some((value, format!("the variable that `{what}_env` names"))))
            }
            (None, Some(path)) => {
                let path = self.folder.join(path);
                Ok(Some((read_text(&path)?, path.display().to_string())))
            }
        }
    }
}

fn endpoints(entry: &UpstreamEntry) -> Result<Vec<&'static Endpoint>, String> {
    let Some(paths) = &entry.paths else { return Ok(entry.kind.usual()) };
    let find = |path: &String| {
        entry.kind.endpoints().find(|endpoint| endpoint.path == path).ok_or_else(|| {
            let known: Vec<&str> = entry.kind.endpoints().map(|endpoint| endpoint.path).collect();
            format!("`paths` has {path:?}; it can have {}.", known.join(", "))
        })
    };
    paths.iter().map(find).collect()
}

fn read_text(path: &Path) -> Result<String, String> {
    let unreadable = |reason: String| format!("{} cannot be read: {reason}.", path.display());
    let size = std::fs::metadata(path).map_err(|error| unreadable(error.to_string()))?.len();
    if size > MAX_FILE {
        return Err(unreadable("it is larger than 1 MiB".into()));
    }
    std::fs::read_to_string(path).map_err(|error| unreadable(error.to_string()))
}
