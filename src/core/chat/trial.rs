//! The question that tries an endpoint: a short one, asked the way every question is, so that
//! what holds for it holds for a conversation.

use super::failure::capital;
use super::figures::seconds;
use super::{Ask, ChatError, ChatEvent, Message, Role, Settings};

/// The longest answer to it, in tokens. Models that think before they speak refuse fewer.
const MOST: u64 = 16;

/// What is asked.
pub fn ask() -> Ask {
    let settings = Settings { max_tokens: Some(MOST), ..Settings::default() };
    Ask { messages: vec![Message::of_text(Role::User, "Say hello.")], tools: Vec::new(), settings }
}

/// What `event` says about the endpoint; `None` where that has still to come. An answer without
/// a word is one: with so few tokens there may be room for none.
pub fn verdict(event: ChatEvent) -> Option<Result<(), ChatError>> {
    match event {
        ChatEvent::Failed(ChatError::Empty { .. }) => Some(Ok(())),
        ChatEvent::Failed(error) => Some(Err(error)),
        ChatEvent::Started | ChatEvent::Usage(_) => None,
        _ => Some(Ok(())),
    }
}

/// How far a trial is.
#[derive(Debug, Clone, PartialEq)]
pub enum Trial {
    /// Nothing was tried.
    None,
    /// The question is on its way.
    Asking {
        /// Host and port, or “the relay”.
        server: String,
    },
    /// The endpoint answers.
    Answered {
        /// Host and port, or “the relay”.
        server: String,
        /// Until the first word, in milliseconds.
        after: f64,
    },
    /// It does not.
    Failed(ChatError),
}

impl Trial {
    /// One sentence; empty where nothing was tried.
    pub fn sentence(&self) -> String {
        match self {
            Self::None => String::new(),
            Self::Asking { server } => ["Asking ", server, "…"].concat(),
            Self::Answered { server, after } => {
                [&capital(server), " answered after ", &seconds(*after), "."].concat()
            }
            Self::Failed(error) => error.sentence(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::peer::Peer;
    use super::super::reader::Reader;
    use super::super::{Usage, Wire};
    use super::*;

    #[test]
    fn the_first_word_decides() {
        assert_eq!(verdict(ChatEvent::Started), None);
        assert_eq!(verdict(ChatEvent::Usage(Usage::default())), None);
        assert_eq!(verdict(ChatEvent::Delta("Hi".into())), Some(Ok(())));
        assert_eq!(verdict(ChatEvent::Failed(ChatError::Empty { at_limit: true })), Some(Ok(())));
        assert_eq!(verdict(ChatEvent::Failed(ChatError::Offline)), Some(Err(ChatError::Offline)));
    }

    #[test]
    fn each_state_is_a_sentence() {
        let server = || "the relay".to_owned();
        assert_eq!(Trial::None.sentence(), "");
        assert_eq!(Trial::Asking { server: server() }.sentence(), "Asking the relay…");
        let answered = Trial::Answered { server: server(), after: 640.0 };
        assert_eq!(answered.sentence(), "The relay answered after 0.6 s.");
        assert_eq!(Trial::Failed(ChatError::Offline).sentence(), ChatError::Offline.sentence());
    }

    #[test]
    fn an_error_in_the_stream_is_no_answer() {
        let mut reader = Reader::new(Wire::Anthropic, Peer::new("h", "m", None));
        let stream = b"event: error\ndata: {\"type\":\"error\",\"error\":{\"type\":\"overloaded_error\",\"message\":\"Overloaded\"}}\n\n";
        let events = reader.push(stream);
        let verdict = events.into_iter().find_map(verdict);
        assert!(matches!(verdict, Some(Err(ChatError::InStream { .. }))), "{verdict:?}");
    }
}
