//! Where a conversation goes: what is stored about it, and what it is called.

use serde::{Deserialize, Serialize};

use super::address::{AddressFault, base_url, host_of, weights_url};
use super::peer::{Peer, RELAY};
use super::{Wire, anthropic};

/// The relay's description of itself, relative to the page.
pub const RELAY_CONFIG: &str = "relay/config";

/// The relay's base URL, relative to the page, for either format: it finds the model server by
/// the format and the model.
pub const RELAY_BASE: &str = "relay/v1";

/// The folder of models beside the page, relative to it.
pub const MODELS: &str = "models/";

/// The list of models beside the page, relative to it.
pub const MODEL_INDEX: &str = "models/index.json";

/// An endpoint as it is chosen and stored. A key is not part of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum EndpointConfig {
    /// The relay on the page's own origin.
    Relay {
        /// One of the models that it offers.
        model: String,
        /// What that is spoken to in.
        #[serde(default, skip_serializing_if = "is_usual")]
        wire: Wire,
    },
    /// A server with OpenAI's Chat Completions.
    #[serde(rename = "openai")]
    OpenAi {
        /// As [`base_url`] gives it: no slash at the end, usually ends in `/v1`.
        base_url: String,
        /// May be empty, for servers that have only one.
        model: String,
    },
    /// A server with Anthropic's Messages.
    Anthropic {
        /// As [`base_url`] gives it.
        base_url: String,
        /// May be empty, for servers that have only one.
        model: String,
    },
    /// A model that runs in this tab.
    Tab {
        /// Where its weights come from.
        source: TabSource,
    },
    /// The model that the browser itself brings along: Chrome's Prompt API.
    BuiltIn,
}

fn is_usual(wire: &Wire) -> bool {
    *wire == Wire::default()
}

/// Where the weights of a model in the tab come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", content = "at", rename_all = "kebab-case")]
pub enum TabSource {
    /// A file in [`MODELS`], by its name.
    Beside(String),
    /// An address of one's own, as [`weights_url`] gives it.
    Url(String),
    /// A file that was picked, by its name; its content does not outlive the page.
    Picked(String),
}

/// The version of what is stored.
const VERSION: u32 = 1;

#[derive(Serialize, Deserialize)]
struct Stored<T> {
    version: u32,
    endpoint: T,
}

impl EndpointConfig {
    /// The server at an address as it was typed, or what is wrong with the address.
    pub fn server(wire: Wire, address: &str, model: &str) -> Result<Self, AddressFault> {
        let (base_url, model) = (base_url(address)?, model.trim().to_owned());
        Ok(match wire {
            Wire::OpenAi => Self::OpenAi { base_url, model },
            Wire::Anthropic => Self::Anthropic { base_url, model },
        })
    }

    /// The text that is stored.
    pub fn to_stored(&self) -> String {
        serde_json::to_string(&Stored { version: VERSION, endpoint: self }).unwrap_or_default()
    }

    /// Reads what was stored; `None` for anything else, so that the person is asked again.
    pub fn from_stored(text: &str) -> Option<Self> {
        let stored: Stored<Self> = serde_json::from_str(text).ok()?;
        if stored.version != VERSION {
            return None;
        }
        match stored.endpoint {
            // What is stored may have been changed by hand.
            Self::OpenAi { base_url, model } => Self::server(Wire::OpenAi, &base_url, &model).ok(),
            Self::Anthropic { base_url, model } => Self::server(Wire::Anthropic, &base_url, &model).ok(),
            Self::Tab { source: TabSource::Url(url) } => {
                Some(Self::Tab { source: TabSource::Url(weights_url(&url).ok()?) })
            }
            other => Some(other),
        }
    }

    /// The format that it speaks; that of the conversation itself for a model in the tab.
    pub fn wire(&self) -> Wire {
        match self {
            Self::Relay { wire, .. } => *wire,
            Self::Anthropic { .. } => Wire::Anthropic,
            Self::OpenAi { .. } | Self::Tab { .. } | Self::BuiltIn => Wire::OpenAi,
        }
    }

    /// The base URL: absolute, or relative to the page. `None` for a model in the browser.
    pub fn base(&self) -> Option<&str> {
        match self {
            Self::Relay { .. } => Some(RELAY_BASE),
            Self::OpenAi { base_url, .. } | Self::Anthropic { base_url, .. } => Some(base_url),
            Self::Tab { .. } | Self::BuiltIn => None,
        }
    }

    /// The address for chats.
    pub fn chat_url(&self) -> Option<String> {
        Some([self.base()?, self.wire().chat_path()].concat())
    }

    /// The address of the list of models.
    pub fn models_url(&self) -> Option<String> {
        // Anthropic's server gives twenty at a time unless it is asked for more.
        let own = matches!(self, Self::Anthropic { base_url, .. } if host_of(base_url) == anthropic::SERVER);
        Some([self.base()?, "/models", if own { "?limit=1000" } else { "" }].concat())
    }

    /// The model as the endpoint is asked for it; may be empty.
    pub fn model(&self) -> &str {
        match self {
            Self::Relay { model, .. } | Self::OpenAi { model, .. } | Self::Anthropic { model, .. } => model,
            Self::Tab { source } => source.name(),
            Self::BuiltIn => "",
        }
    }

    /// The model as people read it: a path or `.gguf` is taken off; may be empty.
    pub fn model_title(&self) -> &str {
        match self {
            // A slash belongs to the names that hosted models have.
            Self::OpenAi { model, .. } | Self::Anthropic { model, .. } if !model.ends_with(".gguf") => model,
            _ => model_title(self.model()),
        }
    }

    /// The place and the model: “Local relay · SmolLM2-135M-Instruct”.
    ///
    /// `page_is_local` says whether the page itself comes from this machine.
    pub fn label(&self, page_is_local: bool) -> String {
        let place = match self {
            Self::Relay { .. } if page_is_local => "Local relay",
            Self::Relay { .. } => "Relay",
            Self::OpenAi { base_url, .. } | Self::Anthropic { base_url, .. } => host_of(base_url),
            Self::Tab { .. } => "In this tab",
            Self::BuiltIn => "The browser’s own model",
        };
        match self.model_title() {
            "" => place.to_owned(),
            model => format!("{place} · {model}"),
        }
    }

    /// Whom errors are about. `key` is what is sent along, so that errors can leave it out.
    pub fn peer(&self, key: Option<String>) -> Peer {
        let server = match self {
            Self::Relay { .. } => RELAY,
            Self::OpenAi { base_url, .. } | Self::Anthropic { base_url, .. } => host_of(base_url),
            Self::Tab { source } => source.place(),
            Self::BuiltIn => "the browser’s own model",
        };
        Peer::new(server, self.model(), key)
    }
}

impl TabSource {
    /// The file's name.
    pub fn name(&self) -> &str {
        match self {
            Self::Beside(name) | Self::Picked(name) => name,
            Self::Url(url) => {
                let path = url.split(['?', '#']).next().unwrap_or("");
                path.rsplit('/').next().unwrap_or("")
            }
        }
    }

    /// Where it comes from, as errors name it: the file's name, or the host.
    pub fn place(&self) -> &str {
        match self {
            Self::Beside(name) | Self::Picked(name) => name,
            Self::Url(url) => host_of(url),
        }
    }

    /// The address of the weights, absolute or relative to the page; `None` for a picked file.
    pub fn url(&self) -> Option<String> {
        match self {
            Self::Beside(name) => Some(format!("{MODELS}{name}")),
            Self::Url(url) => Some(url.clone()),
            Self::Picked(_) => None,
        }
    }
}

/// A model's name without folders and `.gguf`.
pub fn model_title(name: &str) -> &str {
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    name.strip_suffix(".gguf").unwrap_or(name)
}

/// What the relay tells about itself.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct RelayConfig {
    version: u32,
    /// The models that it offers over Chat Completions, its own choice first.
    models: Vec<String>,
    /// Whether its upstream takes chats already.
    pub ready: bool,
    /// Whether it wants a token.
    #[serde(default)]
    pub token: bool,
    #[serde(default)]
    upstreams: Vec<Upstream>,
}

/// A model server behind the relay, as far as the relay tells.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
struct Upstream {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    models: Vec<String>,
}

impl RelayConfig {
    /// Reads the answer; `None` where it is none of a relay, such as the page of a static host.
    pub fn parse(answer: &str) -> Option<Self> {
        let config: Self = serde_json::from_str(answer).ok()?;
        (config.version == VERSION).then_some(config)
    }

    /// The models that it offers and what each is spoken to in, its own choice first; empty
    /// where it leaves the choice to its model servers.
    pub fn offers(&self) -> Vec<(&str, Wire)> {
        let anthropic = self.upstreams.iter().filter(|it| it.kind == Wire::Anthropic.as_str());
        let mut offers: Vec<(&str, Wire)> = Vec::new();
        let usual = self.models.iter().map(|model| (model.as_str(), Wire::OpenAi));
        let messages = anthropic.flat_map(|it| &it.models).map(|model| (model.as_str(), Wire::Anthropic));
        for offer in usual.chain(messages) {
            if !offers.contains(&offer) {
                offers.push(offer);
            }
        }
        offers
    }

    /// The formats that it takes.
    pub fn wires(&self) -> Vec<Wire> {
        let has = |wire: Wire| self.upstreams.iter().any(|it| it.kind == wire.as_str());
        let all = [Wire::OpenAi, Wire::Anthropic].into_iter().filter(|wire| has(*wire)).collect::<Vec<_>>();
        if all.is_empty() { vec![Wire::OpenAi] } else { all }
    }

    /// The endpoint that the relay proposes.
    pub fn endpoint(&self) -> EndpointConfig {
        let first = self.wires().first().copied().unwrap_or_default();
        let (model, wire) = self.offers().first().copied().unwrap_or(("", first));
        EndpointConfig::Relay { model: model.to_owned(), wire }
    }
}

/// What is known about the relay of this page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum RelayState {
    /// It has not answered yet.
    #[default]
    Asking,
    /// There is none.
    None,
    /// It is there.
    There(RelayConfig),
}

impl RelayState {
    /// What it told about itself, if it is there.
    pub fn config(&self) -> Option<&RelayConfig> {
        match self {
            Self::There(config) => Some(config),
            _ => None,
        }
    }
}

/// The endpoint that questions go to, from the one that was `chosen` and what is known of the
/// relay: nothing has to be chosen where there is a relay, and a choice of a relay that is gone,
/// or of a model that it no longer offers, is none.
pub fn in_use(chosen: Option<&EndpointConfig>, relay: &RelayState) -> Option<EndpointConfig> {
    match (chosen, relay) {
        (None, RelayState::There(config)) => Some(config.endpoint()),
        (Some(EndpointConfig::Relay { .. }), RelayState::None) => None,
        (Some(EndpointConfig::Relay { model, wire }), RelayState::There(config)) => {
            let offers = config.offers();
            let offered = offers.is_empty() || offers.contains(&(model, *wire));
            if offered { chosen.cloned() } else { Some(config.endpoint()) }
        }
        (chosen, _) => chosen.cloned(),
    }
}

/// A model beside the page.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ModelOffer {
    /// As people know it.
    pub name: String,
    /// Its file in [`MODELS`].
    pub file: String,
    /// Its size.
    pub bytes: u64,
    /// An SPDX identifier.
    pub licence: String,
    /// How many tokens it takes.
    pub context: u64,
}

impl ModelOffer {
    /// Reads the list; empty where it is none. An entry whose file is not a plain name is left
    /// out, so that a list cannot send the page elsewhere.
    pub fn parse_index(answer: &str) -> Vec<Self> {
        #[derive(Deserialize)]
        struct Index {
            version: u32,
            models: Vec<ModelOffer>,
        }
        let plain = |offer: &Self| {
            !offer.file.is_empty()
                && offer.file.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.' | '_'))
        };
        match serde_json::from_str::<Index>(answer) {
            Ok(index) if index.version == VERSION => index.models.into_iter().filter(plain).collect(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back_and_nothing_else() {
        let relay = EndpointConfig::Relay { model: "m".into(), wire: Wire::OpenAi };
        for config in [
            relay.clone(),
            EndpointConfig::server(Wire::OpenAi, "localhost:11434", "llama3.2").unwrap(),
            EndpointConfig::Relay { model: "m".into(), wire: Wire::Anthropic },
            EndpointConfig::server(Wire::Anthropic, "api.anthropic.com", "claude-haiku-4-5").unwrap(),
            EndpointConfig::BuiltIn,
            EndpointConfig::Tab { source: TabSource::Beside("a.gguf".into()) },
            EndpointConfig::Tab { source: TabSource::Url("https://h/a.gguf".into()) },
            EndpointConfig::Tab { source: TabSource::Picked("a.gguf".into()) },
        ] {
            assert_eq!(EndpointConfig::from_stored(&config.to_stored()), Some(config));
        }
        // Fixtures: what was stored once is read for ever.
        let stored = r#"{"version":1,"endpoint":{"kind":"relay","model":"m"}}"#;
        assert_eq!(EndpointConfig::from_stored(stored), Some(relay.clone()));
        assert_eq!(relay.to_stored(), stored);
        assert_eq!(
            EndpointConfig::from_stored(
                r#"{"version":1,"endpoint":{"kind":"openai","base_url":"http://h/v1","model":"m"}}"#
            ),
            EndpointConfig::server(Wire::OpenAi, "http://h/v1", "m").ok()
        );
        assert_eq!(
            EndpointConfig::from_stored(
                r#"{"version":1,"endpoint":{"kind":"tab","source":{"from":"url","at":"https://h/a.gguf"}}}"#
            ),
            Some(EndpointConfig::Tab { source: TabSource::Url("https://h/a.gguf".into()) })
        );
        for text in [
            "",
            "null",
            r#"{"version":2,"endpoint":{"kind":"relay","model":"m"}}"#,
            r#"{"version":1,"endpoint":{"kind":"openai","base_url":"javascript://1","model":"m"}}"#,
            r#"{"version":1,"endpoint":{"kind":"tab","source":{"from":"url","at":"http://h/a"}}}"#,
        ] {
            assert_eq!(EndpointConfig::from_stored(text), None, "{text}");
        }
    }

    #[test]
    fn labels_and_addresses() {
        let relay =
            EndpointConfig::Relay { model: "/home/x/SmolLM2-135M-Instruct.gguf".into(), wire: Wire::OpenAi };
        assert_eq!(relay.label(true), "Local relay · SmolLM2-135M-Instruct");
        assert_eq!(relay.label(false), "Relay · SmolLM2-135M-Instruct");
        assert_eq!(relay.chat_url().as_deref(), Some("relay/v1/chat/completions"));
        let server = EndpointConfig::server(Wire::OpenAi, "localhost:1234", " meta/llama-3 ").unwrap();
        assert_eq!(server.label(true), "localhost:1234 · meta/llama-3");
        assert_eq!(server.chat_url().as_deref(), Some("http://localhost:1234/v1/chat/completions"));
        assert_eq!(
            EndpointConfig::server(Wire::OpenAi, "localhost:1234", "").unwrap().label(true),
            "localhost:1234"
        );
        let own = EndpointConfig::server(Wire::Anthropic, "https://api.anthropic.com/", "claude").unwrap();
        assert_eq!(own.chat_url().as_deref(), Some("https://api.anthropic.com/v1/messages"));
        assert_eq!(own.models_url().as_deref(), Some("https://api.anthropic.com/v1/models?limit=1000"));
        assert_eq!(server.models_url().as_deref(), Some("http://localhost:1234/v1/models"));
        let messages = EndpointConfig::Relay { model: "claude".into(), wire: Wire::Anthropic };
        assert_eq!(messages.chat_url().as_deref(), Some("relay/v1/messages"));
        assert_eq!(EndpointConfig::BuiltIn.chat_url(), None);
        let source = TabSource::Url("https://h.example/x/tiny.Q4_1.gguf?sig=secret".into());
        let tab = EndpointConfig::Tab { source: source.clone() };
        assert_eq!(tab.label(true), "In this tab · tiny.Q4_1");
        assert_eq!(source.place(), "h.example");
        assert_eq!(TabSource::Beside("a.gguf".into()).url().as_deref(), Some("models/a.gguf"));
    }

    #[test]
    fn the_relay_is_used_until_something_else_is_chosen() {
        let relay = |models: &[&str]| {
            let models = models.iter().map(|&model| model.to_owned()).collect();
            RelayState::There(RelayConfig {
                version: 1,
                models,
                ready: true,
                token: false,
                upstreams: Vec::new(),
            })
        };
        let of = |model: &str| Some(EndpointConfig::Relay { model: model.into(), wire: Wire::OpenAi });
        let server = EndpointConfig::server(Wire::OpenAi, "localhost:1234", "m").ok();
        assert_eq!(in_use(None, &RelayState::Asking), None);
        assert_eq!(in_use(None, &RelayState::None), None);
        assert_eq!(in_use(None, &relay(&["a", "b"])), of("a"));
        assert_eq!(in_use(of("b").as_ref(), &relay(&["a", "b"])), of("b"));
        assert_eq!(in_use(of("gone").as_ref(), &relay(&["a", "b"])), of("a"));
        assert_eq!(in_use(of("any").as_ref(), &relay(&[])), of("any"));
        assert_eq!(in_use(of("a").as_ref(), &RelayState::Asking), of("a"));
        assert_eq!(in_use(of("a").as_ref(), &RelayState::None), None);
        assert_eq!(in_use(server.as_ref(), &relay(&["a"])), server);
    }

    #[test]
    fn what_the_page_finds_beside_itself() {
        let config = RelayConfig::parse(r#"{"version":1,"models":["a","b"],"ready":true,"more":1}"#).unwrap();
        assert_eq!(config.endpoint(), EndpointConfig::Relay { model: "a".into(), wire: Wire::OpenAi });
        assert!(!config.token);
        assert_eq!(RelayConfig::parse("<!doctype html>"), None);
        let both = RelayConfig::parse(
            r#"{"version":1,"models":["a"],"ready":true,"token":true,"upstreams":[
                {"name":"o","kind":"openai","models":["a"]},{"name":"c","kind":"anthropic","models":["b","a","b"]}]}"#,
        )
        .unwrap();
        assert!(both.token);
        assert_eq!(both.offers(), [("a", Wire::OpenAi), ("b", Wire::Anthropic), ("a", Wire::Anthropic)]);
        let chosen = EndpointConfig::Relay { model: "b".into(), wire: Wire::Anthropic };
        assert_eq!(in_use(Some(&chosen), &RelayState::There(both.clone())), Some(chosen));
        let gone = EndpointConfig::Relay { model: "b".into(), wire: Wire::OpenAi };
        assert_eq!(in_use(Some(&gone), &RelayState::There(both.clone())), Some(both.endpoint()));
        let messages = RelayConfig::parse(
            r#"{"version":1,"models":[],"ready":true,"upstreams":[{"name":"c","kind":"anthropic","models":[]}]}"#,
        );
        let any = EndpointConfig::Relay { model: String::new(), wire: Wire::Anthropic };
        assert_eq!(messages.map(|it| it.endpoint()), Some(any));
        assert_eq!(RelayConfig::parse(r#"{"version":2,"models":[],"ready":true}"#), None);
        let offers = ModelOffer::parse_index(
            r#"{"version":1,"models":[
                {"name":"Tiny","file":"tiny.Q4_1.gguf","bytes":98000000,"licence":"Apache-2.0","context":8192},
                {"name":"Evil","file":"//elsewhere/x.gguf","bytes":1,"licence":"","context":1}]}"#,
        );
        assert_eq!(offers.len(), 1);
        assert_eq!(offers[0].name, "Tiny");
        assert!(ModelOffer::parse_index("404").is_empty());
    }
}
