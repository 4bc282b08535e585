//! A server that the author has agreed to, and how far the connection is.

use std::fmt;

use super::session::Session;
use crate::core::chat::ToolSpec;

/// What a server is told to know who asks. It is kept in memory alone, and never shown.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Token(Option<String>);

impl Token {
    /// A token; `None` for a server that asks for none.
    pub fn new(token: Option<String>) -> Self {
        Self(token)
    }

    /// The token itself.
    pub fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Token(…)" } else { "Token(none)" })
    }
}

/// How far a connection is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkState {
    /// On the way.
    Connecting,
    /// Its tools are known.
    Connected,
    /// It came to nothing; why, and what to do.
    Refused(String),
}

impl LinkState {
    /// `connecting`, `connected`, `refused`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Refused(_) => "refused",
        }
    }
}

/// A connection to a server.
#[derive(Debug, Clone, PartialEq)]
pub struct Link {
    /// What the server is called, as its tools bear it.
    pub name: String,
    /// Its address.
    pub url: String,
    /// What it is told to know who asks.
    pub token: Token,
    /// What is said to it.
    pub session: Session,
    /// How far it is.
    pub state: LinkState,
}

impl Link {
    /// A connection that is about to be made.
    pub fn new(name: &str, url: String, token: Token) -> Self {
        let session = Session::new(name);
        Self { name: super::part(name), url, token, session, state: LinkState::Connecting }
    }

    /// The tools that can be called now.
    pub fn specs(&self) -> impl Iterator<Item = &ToolSpec> {
        let there = self.state == LinkState::Connected;
        self.session.tools().iter().filter(move |_| there).map(|tool| &tool.spec)
    }
}
