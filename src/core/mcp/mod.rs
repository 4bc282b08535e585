//! Tools of MCP servers over HTTP: what is sent, what comes back, and in which order.
//!
//! | module | what it holds |
//! | --- | --- |
//! | [`reader`] | the bytes of an answer → its message, or what is wrong with it |
//! | [`session`] | the order of the messages: connecting, listing tools, calling one |
//! | [`content`] | the result of a call as the model is told it |
//! | [`link`] | a server that the author has agreed to |
//! | [`named`] | the servers that a definition names |
//!
//! After the transport “Streamable HTTP” of the Model Context Protocol (revisions 2025-03-26 to
//! 2025-11-25 and 2026-07-28, read 2026-11-26). The handshake of the older revisions is tried
//! first, against the advice for programs that are no page: the newer one needs headers that
//! servers of the older ones let no page send, and a page does not get to see why.

pub mod content;
pub mod link;
pub mod named;
pub mod reader;
pub mod session;

use serde_json::Value;

use crate::core::chat::ToolSpec;
use crate::core::chat::failure::ChatError;

/// What begins the names of tools of MCP servers.
pub const PREFIX: &str = "mcp__";

/// A request, whose body is one JSON-RPC message. It is sent by POST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Post {
    /// Its headers, but for the token.
    pub headers: Vec<(&'static str, String)>,
    /// Its body.
    pub body: String,
    /// The number that its answer bears; `None` for what is not answered.
    pub id: Option<u64>,
}

/// What came back of a [`Post`].
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// The message; null for what is not answered.
    pub message: Value,
    /// The header `Mcp-Session-Id`.
    pub session: Option<String>,
}

/// A tool of a server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its name at the server.
    pub own: String,
    /// The tool as the model is offered it: `mcp__server__tool`.
    pub spec: ToolSpec,
}

/// `name` as a part of a tool's name: what is no letter, digit, `_` or `-` of ASCII becomes `_`,
/// as in Claude Code.
pub fn part(name: &str) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '_' | '-') { c } else { '_' };
    name.chars().map(plain).collect()
}

/// Why something did not work.
#[derive(Debug, Clone, PartialEq)]
pub enum Fault {
    /// There was no answer that the page could read.
    Unreached(ChatError),
    /// 401.
    Unauthorized {
        /// Whether a token was sent.
        with_token: bool,
    },
    /// 403, and what the server said.
    Forbidden(Option<String>),
    /// 404 in a session: it is over.
    Gone,
    /// Another status, and what the server said.
    Status(u16, Option<String>),
    /// An error that the server gives as the protocol has it.
    Error {
        /// Its number.
        code: i64,
        /// The server's words.
        message: String,
    },
    /// The answer is no message of this protocol.
    NotMcp,
    /// The server speaks only this revision, which is not known here.
    Version(String),
    /// The answer is longer than [`reader::MAX_ANSWER`].
    TooLarge,
    /// The connection ended before the answer did.
    Cut,
    /// It took too long.
    TimedOut,
}

impl Fault {
    /// What went wrong with `server`, and what to do, where that is known.
    pub fn sentence(&self, server: &str) -> String {
        let said = |begin: &str, said: &Option<String>| match said {
            Some(said) => [server, begin, ": “", said, "”."].concat(),
            None => [server, begin, "."].concat(),
        };
        match self {
            Self::Unreached(error) => [&error.sentence(), " ", &error.way_on()].concat(),
            Self::Unauthorized { with_token: true } => [server, " refused the token."].concat(),
            Self::Unauthorized { with_token: false } => [server, " asks for a token."].concat(),
            Self::Forbidden(words) => said(" does not allow this", words),
            Self::Gone => [server, " has ended the session: connect again."].concat(),
            Self::Status(404 | 405, _) => {
                [server, " does not speak MCP over “Streamable HTTP” at this address."].concat()
            }
            Self::Status(status, words) => {
                said(&[" answered with status ", &status.to_string()].concat(), words)
            }
            Self::Error { code, message } => {
                said(&[" reports error ", &code.to_string()].concat(), &Some(message.clone()))
            }
            Self::NotMcp => [server, " answered with something else than MCP: check the address."].concat(),
            Self::Version(version) => {
                [server, " speaks the revision ", version, " of MCP, which this page does not know."].concat()
            }
            Self::TooLarge => [server, " answered with more than 4 MiB, the most that is read."].concat(),
            Self::Cut => ["The connection to ", server, " ended before its answer did."].concat(),
            Self::TimedOut => [server, " took too long to answer."].concat(),
        }
    }
}
