//! The settings of `serve` in a TOML file, as docs/deploy.md describes them.
//!
//! A file never holds a secret, only where one is to be found, and no message repeats what
//! stands in a place where somebody may have put one by mistake.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;

use super::access::{Access, Token};
use super::guard::{HostName, Origin};
use super::limits::{Most, Place, Rules};
use super::site::BasePath;
use super::upstream::{self, Key, Parts, Times, Upstream};
use super::wire::{Endpoint, Kind};

/// The largest file of settings, in bytes.
const MAX_FILE: u64 = 1024 * 1024;

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
    /// Address and port of the counters.
    pub metrics: Option<String>,
    /// What is logged.
    pub log: LogEntry,
    /// How long everybody is waited for.
    pub timeouts: Timeouts,
    /// How large and how many.
    pub limits: LimitsEntry,
    redis: Option<RedisEntry>,
    proxies: Vec<String>,
    token: Vec<TokenEntry>,
    upstream: Vec<UpstreamEntry>,
    #[serde(skip)]
    folder: PathBuf,
}

/// What is logged.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LogEntry {
    /// One line a request.
    pub requests: bool,
    /// The addresses of clients too.
    pub addresses: bool,
}

impl Default for LogEntry {
    fn default() -> Self {
        Self { requests: true, addresses: false }
    }
}

/// How long everybody is waited for.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Timeouts {
    connect: Span,
    first_byte: Span,
    idle: Span,
    client: Span,
    drain: Span,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Span(Duration::from_secs(10)),
            // Without streaming, an answer begins when the model is done.
            first_byte: Span(Duration::from_secs(600)),
            idle: Span(Duration::from_secs(120)),
            client: Span(Duration::from_secs(30)),
            drain: Span(Duration::from_secs(5)),
        }
    }
}

impl Timeouts {
    /// Those for model servers.
    pub fn upstream(self) -> Times {
        Times { connect: self.connect.0, first_byte: self.first_byte.0, idle: self.idle.0 }
    }

    /// How long a client may be silent in the middle of something.
    pub fn client(self) -> Duration {
        self.client.0
    }

    /// How long replies may go on after a stop.
    pub fn drain(self) -> Duration {
        self.drain.0
    }
}

/// How large and how many.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct LimitsEntry {
    request_size: Size,
    reply_size: Size,
    connections: usize,
    client: Most,
    all: Most,
}

impl Default for LimitsEntry {
    fn default() -> Self {
        Self {
            request_size: Size(4 << 20),
            reply_size: Size(64 << 20),
            connections: 4096,
            client: Most::default(),
            all: Most::default(),
        }
    }
}

impl LimitsEntry {
    /// The largest request and the largest reply, in bytes.
    pub fn sizes(self) -> (usize, u64) {
        (usize::try_from(self.request_size.0).unwrap_or(usize::MAX), self.reply_size.0)
    }

    /// How many connections there may be.
    ///
    /// # Errors
    /// A sentence, where there may be none, or more than can be counted.
    pub fn connections(self) -> Result<usize, String> {
        if self.connections == 0 || self.connections > 1_000_000 {
            return Err("`limits.connections` is a number from 1 to 1000000.".into());
        }
        Ok(self.connections)
    }

    /// The limits for clients.
    pub fn rules(self) -> Rules {
        Rules { client: self.client, all: self.all }
    }
}

/// Where limits are shared.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RedisEntry {
    url: Option<String>,
    url_env: Option<String>,
    url_file: Option<PathBuf>,
    #[serde(default = "RedisEntry::usual_prefix")]
    prefix: String,
    /// There is no usual value: whoever shares limits has to decide.
    when_down: WhenDown,
    #[serde(default = "RedisEntry::usual_timeout")]
    timeout: Span,
    #[serde(default = "RedisEntry::usual_lease")]
    lease: Span,
}

impl RedisEntry {
    fn usual_prefix() -> String {
        "agent-playground".into()
    }

    fn usual_timeout() -> Span {
        Span(Duration::from_millis(250))
    }

    fn usual_lease() -> Span {
        Span(Duration::from_secs(60))
    }
}

/// What holds while Redis cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum WhenDown {
    /// Each copy counts by itself.
    Open,
    /// Requests are refused.
    Closed,
}

/// A time such as `500ms`, `30s` or `5m`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Span(Duration);

impl TryFrom<String> for Span {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let help = "a time is a number above 0 with ms, s or m after it, such as \"30s\"";
        let (number, unit) = measured(&text).ok_or(help)?;
        let unit = match unit {
            "ms" => 1,
            "s" => 1000,
            "m" => 60_000,
            _ => return Err(help),
        };
        // A day is longer than anybody waits, and far from what a clock cannot hold.
        let milliseconds = number.checked_mul(unit).filter(|it| (1..=86_400_000).contains(it)).ok_or(help)?;
        Ok(Self(Duration::from_millis(milliseconds)))
    }
}

/// A size such as `64KiB` or `4MiB`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
struct Size(u64);

impl TryFrom<String> for Size {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        let help = "a size is a number above 0 with KiB, MiB or GiB after it, such as \"4MiB\"";
        let (number, unit) = measured(&text).ok_or(help)?;
        let shift = match unit {
            "KiB" => 10,
            "MiB" => 20,
            "GiB" => 30,
            _ => return Err(help),
        };
        let bytes =
            number.checked_mul(1 << shift).filter(|bytes| (1..=1 << 40).contains(bytes)).ok_or(help)?;
        Ok(Self(bytes))
    }
}

/// A number and the unit after it.
fn measured(text: &str) -> Option<(u64, &str)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let (number, unit) = text.split_at_checked(digits)?;
    Some((number.parse().ok()?, unit.trim_start()))
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct TokenEntry {
    name: String,
    sha256: String,
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

    /// Who may ask.
    ///
    /// # Errors
    /// A sentence that names the token or the proxy.
    pub fn access(&self) -> Result<Access, String> {
        let mut tokens: Vec<Token> = Vec::new();
        for entry in &self.token {
            if entry.name.is_empty() || tokens.iter().any(|known| known.name == entry.name) {
                return Err(format!("A token is called {:?}; give each a name of its own.", entry.name));
            }
            let token = Token::new(entry.name.clone(), &entry.sha256)
                .map_err(|reason| format!("Token “{}”: {reason}", entry.name))?;
            tokens.push(token);
        }
        let parse = |text: &String| text.parse().map_err(|help| format!("`proxies` has {text:?}; {help}."));
        Ok(Access { tokens, proxies: self.proxies.iter().map(parse).collect::<Result<_, _>>()? })
    }

    /// Where limits are shared, if they are.
    ///
    /// # Errors
    /// A sentence that does not repeat the address, which may hold a password.
    pub fn shared(&self) -> Result<Option<Place>, String> {
        let Some(entry) = &self.redis else { return Ok(None) };
        let found = self.secret("url", entry.url_env.as_deref(), entry.url_file.as_deref());
        let url = match (&entry.url, found.map_err(|reason| format!("Redis: {reason}"))?) {
            (Some(url), None) if !url.contains('@') => url.clone(),
            (Some(_), None) => {
                return Err("Redis: an address with a password belongs into `url_env` or `url_file`.".into());
            }
            (None, Some((url, _))) => url.trim().to_owned(),
            _ => return Err("Redis: give one of `url`, `url_env` and `url_file`.".into()),
        };
        if entry.prefix.is_empty() || entry.prefix.contains(['{', '}']) {
            return Err("Redis: `prefix` is a text without braces.".into());
        }
        let client = redis::Client::open(url)
            .map_err(|_| "Redis: the address has to be like redis://127.0.0.1:6379/0.".to_owned())?;
        Ok(Some(Place {
            client,
            prefix: entry.prefix.clone(),
            closed: entry.when_down == WhenDown::Closed,
            timeout: entry.timeout.0,
            lease: entry.lease.0,
        }))
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
            times: self.timeouts.upstream(),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_sizes_have_units() {
        let span = |text: &str| Span::try_from(text.to_owned()).map(|span| span.0);
        assert_eq!(span("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(span("30 s"), Ok(Duration::from_secs(30)));
        assert_eq!(span("5m"), Ok(Duration::from_secs(300)));
        let size = |text: &str| Size::try_from(text.to_owned()).map(|size| size.0);
        assert_eq!(size("64KiB"), Ok(65_536));
        assert_eq!(size("4 MiB"), Ok(4_194_304));
        for bad in
            ["", "5", "s", "0s", "-1s", "1.5s", "2h", "99999m", "0KiB", "5MB", "18446744073709551615GiB"]
        {
            assert!(span(bad).is_err() && size(bad).is_err(), "{bad}");
        }
    }
}
