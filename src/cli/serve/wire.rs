//! The two kinds of model servers: their addresses and their headers (2026-11).

use axum::http::Method;
use serde::{Deserialize, Serialize};

/// What a model server speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// OpenAI's API, as most servers offer it.
    #[default]
    OpenAi,
    /// Anthropic's Messages API.
    Anthropic,
}

/// The address of the list of models, which both kinds have.
pub const MODELS: &str = "models";

/// An address below `v1/` that may be relayed. The list is closed: what a client writes into
/// its path is compared with these texts and never becomes part of an address.
#[derive(Debug)]
pub struct Endpoint {
    /// What stands after `v1/`.
    pub path: &'static str,
    /// The kind that has it.
    pub kind: Kind,
    /// Whether it is offered where the settings name no paths.
    usual: bool,
}

const fn endpoint(kind: Kind, path: &'static str, usual: bool) -> Endpoint {
    Endpoint { path, kind, usual }
}

const ENDPOINTS: [Endpoint; 8] = [
    endpoint(Kind::OpenAi, "chat/completions", true),
    endpoint(Kind::OpenAi, MODELS, true),
    endpoint(Kind::OpenAi, "completions", false),
    endpoint(Kind::OpenAi, "embeddings", false),
    endpoint(Kind::OpenAi, "responses", false),
    endpoint(Kind::Anthropic, "messages", true),
    endpoint(Kind::Anthropic, "messages/count_tokens", true),
    endpoint(Kind::Anthropic, MODELS, true),
];

impl Endpoint {
    /// The one method that it takes.
    pub fn method(&self) -> Method {
        if self.path == MODELS { Method::GET } else { Method::POST }
    }

    /// Whether a call gives a reply that costs tokens: all but the list and the count.
    pub fn replies(&self) -> bool {
        self.path != MODELS && self.path != "messages/count_tokens"
    }
}

impl Kind {
    /// Every endpoint of the kind.
    pub fn endpoints(self) -> impl Iterator<Item = &'static Endpoint> {
        ENDPOINTS.iter().filter(move |endpoint| endpoint.kind == self)
    }

    /// Those that are offered where nothing else is asked for.
    pub fn usual(self) -> Vec<&'static Endpoint> {
        self.endpoints().filter(|endpoint| endpoint.usual).collect()
    }

    /// The kind that alone has the address `path` below `v1/`; OpenAI's for all others.
    pub fn of(path: &str) -> Self {
        if path == "messages" || path.starts_with("messages/") { Self::Anthropic } else { Self::OpenAi }
    }
}
