//! What can go wrong on the way to a reply.
//!
//! An error holds the few facts that its sentence needs. No key, no address beyond the host
//! and no part of the request ever enters one: what a server says about itself is quoted
//! through [`crate::core::chat::peer::Peer`], which cuts it short and takes the key out.

use super::figures::{duration, grouped, size};
use super::peer::{RELAY, quote};
use super::preset;

/// Why there is no reply, or only a part of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChatError {
    /// The browser has no network.
    Offline,
    /// Nothing listens at the address.
    Refused {
        /// Host and port, or “the relay”.
        server: String,
    },
    /// Something listens there, but the browser may not read its answers from this page.
    Blocked {
        /// Host and port.
        server: String,
        /// The page's own origin, which the server would have to allow.
        origin: String,
    },
    /// The browser does not tell whether nothing listens or access is not allowed.
    Unreachable {
        /// Host and port.
        server: String,
        /// The page's own origin.
        origin: String,
    },
    /// A page that came over https may not call plain http elsewhere.
    MixedContent {
        /// Host and port.
        server: String,
    },
    /// The person, or a policy, keeps this page off the local network.
    LocalNetwork {
        /// Host and port.
        server: String,
    },
    /// 401 of the relay itself.
    Token {
        /// Whether one was sent.
        with_token: bool,
    },
    /// 401.
    Unauthorized {
        /// Host and port, or “the relay”.
        server: String,
        /// Whether a key was sent.
        with_key: bool,
    },
    /// The account's organisation forbids requests from pages.
    NotFromBrowsers {
        /// Host and port.
        server: String,
    },
    /// 403.
    Forbidden {
        /// Host and port, or “the relay”.
        server: String,
        /// The server's own words.
        said: Option<String>,
    },
    /// The server has no such model.
    NoModel {
        /// Host and port, or “the relay”.
        server: String,
        /// The model that was asked for.
        model: String,
    },
    /// 404 or 405: nothing at this path takes chats.
    NoPath {
        /// Host and port, or “the relay”.
        server: String,
    },
    /// 429.
    RateLimited {
        /// Host and port, or “the relay”.
        server: String,
        /// Seconds to wait, where the server says.
        retry_after: Option<u64>,
    },
    /// 402, or 429 for a quota that is used up.
    NoCredit {
        /// Host and port.
        server: String,
    },
    /// The conversation does not fit into the model's context or the server's limit.
    TooLarge {
        /// The limit in tokens, where the server says.
        limit: Option<u64>,
        /// The size in tokens, where the server says.
        size: Option<u64>,
    },
    /// 503 while a model is being loaded.
    Loading {
        /// Host and port, or “the relay”.
        server: String,
    },
    /// 5xx.
    Server {
        /// Host and port, or “the relay”.
        server: String,
        /// The HTTP status.
        status: u16,
        /// The server's own words.
        said: Option<String>,
    },
    /// Any other status that is no success.
    Rejected {
        /// Host and port, or “the relay”.
        server: String,
        /// The HTTP status.
        status: u16,
        /// The server's own words.
        said: Option<String>,
    },
    /// The stream ended before the reply did.
    Cut,
    /// An error object inside the stream, after a good start.
    InStream {
        /// The server's own words.
        said: Option<String>,
    },
    /// The answer is not one of a chat endpoint.
    NotChat {
        /// Host and port, or “the relay”.
        server: String,
        /// Whether it is a web page, which a wrong path often gives.
        page: bool,
    },
    /// The reply ended without a word.
    Empty {
        /// Whether the limit on the length was the reason.
        at_limit: bool,
    },
    /// The reply grew beyond what this page keeps.
    TooLong {
        /// The limit, in bytes.
        limit: usize,
    },
    /// The model does not fit into the memory that the browser gives.
    NoMemory,
    /// The graphics processor that the model in the tab ran on is gone.
    GpuLost,
    /// The weights are not where they should be.
    NoFile {
        /// Host and port, or the file's name.
        place: String,
    },
    /// The file is no GGUF model, or a damaged one.
    NotGguf {
        /// Its name.
        file: String,
    },
    /// The download of the weights broke off.
    Download {
        /// Host and port, or the file's name.
        place: String,
    },
    /// A file that was picked is gone since the page was reloaded.
    PickAgain {
        /// Its name.
        file: String,
    },
    /// The browser lacks something that a model in the tab needs.
    Unsupported {
        /// What is lacking.
        said: Option<String>,
    },
    /// What was said when it happened, in a conversation that was brought back.
    Earlier {
        /// The sentence.
        said: String,
    },
    /// The model in the tab stopped for another reason.
    Tab {
        /// Its own words.
        said: Option<String>,
    },
}

impl ChatError {
    /// What happened, as one sentence.
    pub fn sentence(&self) -> String {
        match self {
            Self::Offline => "This browser is offline.".into(),
            Self::Refused { server } => format!("Nothing answers at {server}."),
            Self::Blocked { server, .. } => {
                format!("A server runs at {server}, but it does not let this page read its answers.")
            }
            Self::Unreachable { server, .. } => {
                format!("{} cannot be reached, or does not let this page read its answers.", capital(server))
            }
            Self::MixedContent { server } => {
                format!("This page came over https, so the browser does not let it call {server} over http.")
            }
            Self::LocalNetwork { server } => {
                format!("The browser does not let this page reach {server} on this machine or its network.")
            }
            Self::Token { with_token: true } => "The relay does not know this token.".into(),
            Self::Token { with_token: false } => "The relay asks for a token.".into(),
            Self::Unauthorized { server, with_key: true } => format!("{} refused the key.", capital(server)),
            Self::Unauthorized { server, with_key: false } => format!("{} asks for a key.", capital(server)),
            Self::NotFromBrowsers { server } => {
                format!("{} takes no requests of this organisation from a browser.", capital(server))
            }
            Self::Forbidden { server, said } => {
                with_quote(format!("{} does not allow this request", capital(server)), said)
            }
            Self::NoModel { server, model } if model.is_empty() => {
                format!("{} wants to be told which model to use.", capital(server))
            }
            Self::NoModel { server, model } => format!("{} has no model “{model}”.", capital(server)),
            Self::NoPath { server } => format!("{} takes no chats at this address.", capital(server)),
            Self::RateLimited { server, .. } => {
                format!("{} has had too many requests for now.", capital(server))
            }
            Self::NoCredit { server } => format!("The account at {server} has no credit or quota left."),
            Self::TooLarge { limit: Some(limit), size: Some(size) } => format!(
                "The conversation has {} tokens; the model takes {}.",
                grouped(*size),
                grouped(*limit)
            ),
            Self::TooLarge { limit: Some(limit), .. } => {
                format!(
                    "The conversation is longer than the {} tokens that the model takes.",
                    grouped(*limit)
                )
            }
            Self::TooLarge { .. } => "The conversation is longer than the model takes.".into(),
            Self::Loading { server } => format!("{} is still loading its model.", capital(server)),
            Self::Server { server, status, said } => {
                with_quote(format!("{} failed with status {status}", capital(server)), said)
            }
            Self::Rejected { server, status, said } => {
                with_quote(format!("{} rejected the request with status {status}", capital(server)), said)
            }
            Self::Cut => "The connection ended before the reply did.".into(),
            Self::InStream { said } => {
                with_quote("The server reported an error during the reply".into(), said)
            }
            Self::NotChat { server, page: true } => {
                format!("{} answered with a web page, not with a reply.", capital(server))
            }
            Self::NotChat { server, page: false } => {
                format!("{} answered with something that is not a chat reply.", capital(server))
            }
            Self::Empty { at_limit: true } => "The length limit was reached before the first word.".into(),
            Self::Empty { at_limit: false } => "The model ended its reply without a word.".into(),
            Self::TooLong { limit } => {
                format!("The reply grew beyond {}; the rest was dropped.", size(*limit as u64))
            }
            Self::NoMemory => {
                "The model does not fit into the memory that this browser gives to a tab.".into()
            }
            Self::GpuLost => "The browser lost the graphics processor that the model ran on.".into(),
            Self::NoFile { place } => format!("There is no model file at {place}."),
            Self::NotGguf { file } => format!("“{file}” is not a GGUF model, or is damaged."),
            Self::Download { place } => format!("The download from {place} broke off."),
            Self::PickAgain { file } => format!("“{file}” has to be picked again after a reload."),
            Self::Unsupported { said } => {
                with_quote("This browser cannot run a model in the tab".into(), said)
            }
            Self::Earlier { said } => said.clone(),
            Self::Tab { said } => with_quote("The model in the tab stopped".into(), said),
        }
    }

    /// What can be done about it, in a reply of which `text` had arrived.
    pub fn way_on_after(&self, text: &str) -> String {
        match self {
            Self::Cut if text.is_empty() => "Nothing of it had arrived. Retry to ask again.".into(),
            _ => self.way_on(),
        }
    }

    /// What to do now, as one sentence.
    pub fn way_on(&self) -> String {
        match self {
            Self::Offline => "Retry when it is back, or use a model in this tab.".into(),
            Self::Refused { server } if server == RELAY => {
                "Start the program that serves this page, then retry; or choose another endpoint.".into()
            }
            Self::Refused { .. } => "Start the server, then retry; or choose another endpoint.".into(),
            Self::Blocked { server, origin } => allow(server, origin),
            Self::Unreachable { server, origin } => {
                format!("Check that it runs. {}", allow(server, origin))
            }
            Self::MixedContent { .. } => {
                "Use an https address, a server on this machine, or the relay.".into()
            }
            Self::LocalNetwork { .. } => {
                "Allow “Apps on device” and “Local network” for this page in the browser’s site settings, \
                 then retry."
                    .into()
            }
            Self::Token { .. } => {
                "Enter the one that whoever runs it gave you, in the endpoint’s settings.".into()
            }
            Self::Unauthorized { server, .. } if server == RELAY => {
                "Give the relay a valid key where it is started, then retry.".into()
            }
            Self::Unauthorized { .. } => "Enter a valid key in the endpoint’s settings.".into(),
            Self::NotFromBrowsers { .. } => {
                "Use the relay with a key where it is started, or a key of another organisation.".into()
            }
            Self::Forbidden { .. } => {
                "Check what the key and the account may use, or choose another endpoint.".into()
            }
            Self::NoModel { .. } => "Choose another model in the endpoint’s settings.".into(),
            Self::NoPath { .. } => {
                "Check the base URL in the endpoint’s settings; it usually ends in /v1.".into()
            }
            Self::RateLimited { retry_after: Some(seconds), .. } => {
                format!("Retry in {}.", duration(*seconds))
            }
            Self::RateLimited { .. } => "Wait a little, then retry.".into(),
            Self::NoCredit { .. } => "Add credit there, or choose another endpoint.".into(),
            Self::TooLarge { .. } => {
                "Start a new conversation, shorten the definition, or choose a model that takes more.".into()
            }
            Self::Loading { .. } => "Retry in a moment.".into(),
            Self::Server { .. } | Self::InStream { .. } => {
                "Retry; if it stays, choose another endpoint.".into()
            }
            Self::Rejected { .. } => "Check the model and the base URL in the endpoint’s settings.".into(),
            Self::Cut | Self::Earlier { .. } => "What arrived is kept. Retry to ask again.".into(),
            Self::NotChat { .. } => {
                "Check the base URL in the endpoint’s settings; it usually ends in /v1.".into()
            }
            Self::Empty { at_limit: true } => {
                "Shorten the conversation, or choose a model that takes more.".into()
            }
            Self::Empty { at_limit: false } => "Retry, or ask in other words.".into(),
            Self::TooLong { .. } => "What arrived is kept. Ask for a shorter answer.".into(),
            Self::NoMemory => "Close other tabs and retry, choose a smaller model, or use a server.".into(),
            Self::GpuLost => "Retry: the model goes on with the processor, which is slower.".into(),
            Self::NoFile { .. } => "Check the address in the endpoint’s settings, or pick a file.".into(),
            Self::NotGguf { .. } => "Choose another file; llama.cpp’s models end in .gguf.".into(),
            Self::Download { .. } => "Check the connection, then retry.".into(),
            Self::PickAgain { .. } => "Pick it in the endpoint’s settings.".into(),
            Self::Unsupported { .. } => "Update the browser, or choose a server as endpoint.".into(),
            Self::Tab { .. } => "Retry; if it stays, choose another model.".into(),
        }
    }

    /// Whether the way on leads through the endpoint’s settings.
    pub fn leads_to_endpoint(&self) -> bool {
        !matches!(
            self,
            Self::Loading { .. }
                | Self::Cut
                | Self::Earlier { .. }
                | Self::Empty { .. }
                | Self::TooLong { .. }
                | Self::RateLimited { .. }
                | Self::Download { .. }
                | Self::GpuLost
        )
    }

    /// What a failure of the model in the tab means; `None` where it was told to stop.
    ///
    /// `message` begins with the kind: `memory:`, `gpu:`, `crashed:`, `refused:`, `unsupported:`,
    /// `network:`, `format:`, `context:` or `aborted:`. `place` is the file's name or the host that it comes from.
    pub fn from_tab(message: &str, place: &str) -> Option<Self> {
        let (kind, rest) = message.split_once(':').unwrap_or(("", message));
        let said = quote(rest, None);
        Some(match kind.trim() {
            "aborted" => return None,
            "memory" => Self::NoMemory,
            "gpu" => Self::GpuLost,
            "crashed" | "refused" => Self::Tab { said },
            "unsupported" => Self::Unsupported { said },
            "format" => Self::NotGguf { file: place.into() },
            "network" if ["404", "410"].iter().any(|status| rest.contains(status)) => {
                Self::NoFile { place: place.into() }
            }
            "network" => Self::Download { place: place.into() },
            "context" => {
                // “The conversation has 9000 tokens; at most 8192 fit.”
                let mut numbers =
                    rest.split(|c: char| !c.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
                let size = numbers.next();
                Self::TooLarge { limit: numbers.next(), size }
            }
            _ => Self::Tab { said: quote(message, None) },
        })
    }
}

fn with_quote(sentence: String, said: &Option<String>) -> String {
    match said {
        Some(said) => format!("{sentence}: “{said}”"),
        None => format!("{sentence}."),
    }
}

/// The setting that lets the page in.
fn allow(server: &str, origin: &str) -> String {
    let known = preset::of(server).map(|preset| preset.cors).filter(|setting| !setting.is_empty());
    known.unwrap_or("Allow the origin {} in its CORS settings, or use the relay.").replace("{}", origin)
}

/// A host keeps its spelling; “the relay” begins a sentence in a capital.
pub(super) fn capital(server: &str) -> String {
    if server == RELAY { "The relay".into() } else { server.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tab_names_its_kind_first() {
        let of = |message| ChatError::from_tab(message, "tiny.gguf");
        assert_eq!(of("aborted: by the caller"), None);
        assert_eq!(of("memory: 2 GB wanted"), Some(ChatError::NoMemory));
        assert_eq!(of("gpu: lost"), Some(ChatError::GpuLost));
        let stopped = ChatError::Tab { said: Some("unreachable".into()) };
        assert_eq!(of("crashed: unreachable"), Some(stopped.clone()));
        assert_eq!(of("refused: unreachable"), Some(stopped));
        assert_eq!(of("network: HTTP 404"), Some(ChatError::NoFile { place: "tiny.gguf".into() }));
        assert_eq!(of("network: reset"), Some(ChatError::Download { place: "tiny.gguf".into() }));
        assert_eq!(of("format: no magic"), Some(ChatError::NotGguf { file: "tiny.gguf".into() }));
        assert_eq!(
            of("unsupported: WebAssembly is off"),
            Some(ChatError::Unsupported { said: Some("WebAssembly is off".into()) })
        );
        assert_eq!(
            of("context: The conversation has 9000 tokens; at most 8192 fit."),
            Some(ChatError::TooLarge { limit: Some(8192), size: Some(9000) })
        );
        assert_eq!(of("odd"), Some(ChatError::Tab { said: Some("odd".into()) }));
    }
}
