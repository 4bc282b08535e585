//! Where a conversation goes: what is stored about it, and what it is called.

use serde::{Deserialize, Serialize};

use super::Wire;
use super::address::{AddressFault, base_url, host_of, weights_url};
use super::peer::{Peer, RELAY};

/// The relay's description of itself, relative to the page.
pub const RELAY_CONFIG: &str = "relay/config";

/// The relay's chat address, relative to the page.
pub const RELAY_CHAT: &str = "relay/v1/chat/completions";

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
    },
    /// A server with OpenAI's Chat Completions.
    #[serde(rename = "openai")]
    OpenAi {
        /// As [`base_url`] gives it: no slash at the end, usually ends in `/v1`.
        base_url: String,
        /// May be empty, for servers that have only one.
        model: String,
    },
    /// A model that runs in this tab.
    Tab {
        /// Where its weights come from.
        source: TabSource,
    },
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
    /// Checks what was typed and gives the endpoint, or what is wrong with the address.
    pub fn open_ai(address: &str, model: &str) -> Result<Self, AddressFault> {
        Ok(Self::OpenAi { base_url: base_url(address)?, model: model.trim().to_owned() })
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
            Self::OpenAi { base_url, model } => Self::open_ai(&base_url, &model).ok(),
            Self::Tab { source: TabSource::Url(url) } => {
                Some(Self::Tab { source: TabSource::Url(weights_url(&url).ok()?) })
            }
            other => Some(other),
        }
    }

    /// The format that it speaks; that of the conversation itself for a model in the tab.
    pub fn wire(&self) -> Wire {
        match self {
            Self::Relay { .. } | Self::OpenAi { .. } | Self::Tab { .. } => Wire::OpenAi,
        }
    }

    /// The address for chats: absolute, or relative to the page. `None` for a model in the tab.
    pub fn chat_url(&self) -> Option<String> {
        match self {
            Self::Relay { .. } => Some(RELAY_CHAT.into()),
            Self::OpenAi { base_url, .. } => Some(format!("{base_url}/chat/completions")),
            Self::Tab { .. } => None,
        }
    }

    /// The model as the endpoint is asked for it; may be empty.
    pub fn model(&self) -> &str {
        match self {
            Self::Relay { model } | Self::OpenAi { model, .. } => model,
            Self::Tab { source } => source.name(),
        }
    }

    /// The model as people read it: a path or `.gguf` is taken off; may be empty.
    pub fn model_title(&self) -> &str {
        match self {
            // A slash belongs to the names that hosted models have.
            Self::OpenAi { model, .. } if !model.ends_with(".gguf") => model,
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
            Self::OpenAi { base_url, .. } => host_of(base_url),
            Self::Tab { .. } => "In this tab",
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
            Self::OpenAi { base_url, .. } => host_of(base_url),
            Self::Tab { source } => source.place(),
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
    /// The models that it offers, its own choice first.
    pub models: Vec<String>,
    /// Whether its upstream takes chats already.
    pub ready: bool,
}

impl RelayConfig {
    /// Reads the answer; `None` where it is none of a relay, such as the page of a static host.
    pub fn parse(answer: &str) -> Option<Self> {
        let config: Self = serde_json::from_str(answer).ok()?;
        (config.version == VERSION).then_some(config)
    }

    /// The endpoint that the relay proposes.
    pub fn endpoint(&self) -> EndpointConfig {
        EndpointConfig::Relay { model: self.models.first().cloned().unwrap_or_default() }
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
        (Some(EndpointConfig::Relay { model }), RelayState::There(config))
            if !config.models.is_empty() && !config.models.contains(model) =>
        {
            Some(config.endpoint())
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
        let relay = EndpointConfig::Relay { model: "m".into() };
        for config in [
            relay.clone(),
            EndpointConfig::open_ai("localhost:11434", "llama3.2").unwrap(),
            EndpointConfig::Tab { source: TabSource::Beside("a.gguf".into()) },
            EndpointConfig::Tab { source: TabSource::Url("https://h/a.gguf".into()) },
            EndpointConfig::Tab { source: TabSource::Picked("a.gguf".into()) },
        ] {
            assert_eq!(EndpointConfig::from_stored(&config.to_stored()), Some(config));
        }
        // A fixture: what was stored once is read for ever.
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
        let relay = EndpointConfig::Relay { model: "/home/x/SmolLM2-135M-Instruct.gguf".into() };
        assert_eq!(relay.label(true), "Local relay · SmolLM2-135M-Instruct");
        assert_eq!(relay.label(false), "Relay · SmolLM2-135M-Instruct");
        assert_eq!(relay.chat_url().as_deref(), Some("relay/v1/chat/completions"));
        let server = EndpointConfig::open_ai("localhost:1234", " meta/llama-3 ").unwrap();
        assert_eq!(server.label(true), "localhost:1234 · meta/llama-3");
        assert_eq!(server.chat_url().as_deref(), Some("http://localhost:1234/v1/chat/completions"));
        assert_eq!(EndpointConfig::open_ai("localhost:1234", "").unwrap().label(true), "localhost:1234");
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
            RelayState::There(RelayConfig { version: 1, models, ready: true })
        };
        let of = |model: &str| Some(EndpointConfig::Relay { model: model.into() });
        let server = EndpointConfig::open_ai("localhost:1234", "m").ok();
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
        assert_eq!(config.endpoint(), EndpointConfig::Relay { model: "a".into() });
        assert_eq!(RelayConfig::parse("<!doctype html>"), None);
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
