//! Search in a conversation: in all that the page shows of it, what has to be opened first too.

use super::conversation::Conversation;
use super::json::pretty;
use super::{Part, ToolResult};
use crate::core::sandbox::log::Place;
use crate::core::sandbox::pattern::Regex;
use crate::core::sandbox::turn::Nested;

/// The most places that a search finds.
pub const MOST_FOUND: usize = 9_999;

/// How much searching one search may do.
const FUEL: u64 = 200_000_000;

/// Where something was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Spot {
    /// In the text of the message of this id.
    Text(u64),
    /// In what the model thought for the reply of this id.
    Thought(u64),
    /// In a call: its name, its input as [`pretty`] writes it, or what the model was told.
    Call(Place),
}

impl Spot {
    /// The id of the message that it belongs to.
    pub fn message(self) -> u64 {
        match self {
            Self::Text(id) | Self::Thought(id) | Self::Call((id, _)) => id,
        }
    }
}

/// Where `words` stand in `chat` and in what the agents `below` do that it has started, case not
/// counting: each place once, in the order in which the page shows them, at most [`MOST_FOUND`].
/// Those of other branches are found too.
pub fn search(chat: &Conversation, below: &[&Nested], words: &str) -> Vec<Spot> {
    let Some(regex) = Regex::literal(words, true).ok().filter(|_| !words.trim().is_empty()) else {
        return Vec::new();
    };
    let mut hunt = Hunt { regex, below, fuel: FUEL, found: Vec::new() };
    hunt.through(chat, false);
    hunt.found
}

struct Hunt<'a> {
    regex: Regex,
    below: &'a [&'a Nested],
    fuel: u64,
    found: Vec<Spot>,
}

impl Hunt<'_> {
    fn look(&mut self, text: &str, spot: Spot) {
        let mut from = 0;
        while self.found.len() < MOST_FOUND
            && let Some((_, end)) = self.regex.find(text, from, &mut self.fuel)
        {
            self.found.push(spot);
            from = end;
        }
    }

    fn through(&mut self, chat: &Conversation, nested: bool) {
        // The answers to calls, by the reply that makes them.
        let mut answers: Vec<(u64, &ToolResult)> = Vec::new();
        for entry in chat.all() {
            let Some(parent) = entry.parent else { continue };
            answers.extend(entry.parts.iter().filter_map(|(_, part)| match part {
                Part::ToolResult(answer) => Some((parent, answer)),
                _ => None,
            }));
        }
        crate::core::sort::sort_by_key(&mut answers, |answer| answer.0);
        for entry in chat.all() {
            for thought in entry.thoughts() {
                self.look(thought, Spot::Thought(entry.id));
            }
            if !nested || Nested::says(entry) {
                self.look(&entry.text, Spot::Text(entry.id));
            }
            let first = answers.partition_point(|answer| answer.0 < entry.id);
            let answers = answers.get(first..).unwrap_or_default();
            for (at, call) in entry.calls().enumerate() {
                let place = (entry.id, at);
                self.look(&call.name, Spot::Call(place));
                self.look(&pretty(&call.input, 2), Spot::Call(place));
                let mut ours = answers.iter().take_while(|answer| answer.0 == entry.id);
                if let Some((_, answer)) = ours.find(|answer| answer.1.id == call.id) {
                    self.look(&answer.content, Spot::Call(place));
                }
                let below = self.below;
                if let Some(nested) = below.iter().find(|nested| nested.call == place) {
                    self.through(&nested.chat, true);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{ChatEvent, Finish, ToolUse};
    use super::*;

    const END: ChatEvent = ChatEvent::Finished { reason: Finish::End };

    fn call(id: &str, name: &str, input: &str) -> ChatEvent {
        let (id, name, input, extra) = (id.into(), name.into(), input.into(), String::new());
        ChatEvent::Part(Part::ToolUse(ToolUse { id, name, input, extra }))
    }

    /// What an agent answers the calls of its open reply with, as one that goes on.
    fn answer(chat: &mut Conversation, answers: &[(&str, &str)]) -> u64 {
        let answers = answers.iter().map(|(id, content)| ToolResult {
            id: (*id).to_owned(),
            content: (*content).to_owned(),
            is_error: false,
        });
        chat.answer(answers.collect());
        chat.go_on("m", 0.0).unwrap()
    }

    fn feed(chat: &mut Conversation, turn: u64, events: &[ChatEvent]) {
        for event in events {
            chat.step(turn, event.clone(), 0.0);
        }
    }

    fn said(text: &str) -> ChatEvent {
        ChatEvent::Delta(text.to_owned())
    }

    #[test]
    fn everything_that_is_shown_is_found_in_the_order_in_which_it_is() {
        let mut chat = Conversation::new(0);
        let first = chat.ask("Where is the Apple?", "m", 0.0).unwrap();
        let question = chat.all()[0].id;
        feed(
            &mut chat,
            first,
            &[
                ChatEvent::Thinking("An apple is a fruit; the apple falls.".to_owned()),
                said("I look for the apple."),
                call("1", "Read", "{\"path\":\"apple\",\"apple\":1}"),
                call("2", "Apple", "{}"),
                END,
            ],
        );
        let second = answer(&mut chat, &[("2", "no pear"), ("1", "an apple")]);
        feed(&mut chat, second, &[said("Here: an apple.\n\nAPPLE"), END]);
        let (text, thought, at) = (Spot::Text, Spot::Thought, |at| Spot::Call((first, at)));
        assert_eq!(
            search(&chat, &[], "apple"),
            [
                text(question),
                thought(first),
                thought(first),
                text(first),
                at(0),
                at(0),
                at(0),
                at(1),
                text(second),
                text(second),
            ]
        );
        // As the input is written there: over several lines.
        assert_eq!(search(&chat, &[], "\"path\": \"app"), [at(0)]);
        assert_eq!(search(&chat, &[], "no pear"), [at(1)]);
        assert_eq!(search(&chat, &[], "cherry"), []);
        // Another version is found as well.
        let other = chat.regenerate(second, "m", 0.0).unwrap();
        feed(&mut chat, other, &[said("Nowhere.")]);
        assert!(!chat.is_shown(second));
        assert_eq!(search(&chat, &[], "HERE"), [text(question), text(second), text(other)]);
        assert_eq!(other, search(&chat, &[], "nowhere")[0].message());
    }

    #[test]
    fn what_agents_do_stands_in_the_call_that_has_started_them() {
        let mut chat = Conversation::new(0);
        let outer = chat.ask("Go.", "m", 0.0).unwrap();
        feed(&mut chat, outer, &[call("1", "Agent", "{\"prompt\":\"plum\"}"), call("2", "Plum", "{}"), END]);
        answer(&mut chat, &[("1", "a plum"), ("2", "")]);
        let mut inner = Conversation::new(1_000);
        let step = inner.ask("plum", "m", 0.0).unwrap();
        feed(
            &mut inner,
            step,
            &[
                ChatEvent::Thinking("Plum!".into()),
                said("To the plum."),
                call("1", "Read", "{\"plum\":0}"),
                END,
            ],
        );
        let last = answer(&mut inner, &[("1", "plum")]);
        feed(&mut inner, last, &[ChatEvent::Thinking("So: plum.".into()), said("a plum"), END]);
        let nested = Nested::restored((outer, 0), "picker".into(), Vec::new(), inner);
        let (a, b) = (Spot::Call((outer, 0)), Spot::Call((step, 0)));
        let thought = [Spot::Thought(step), Spot::Thought(last)];
        assert_eq!(
            search(&chat, &[&nested], "plum"),
            [a, a, thought[0], Spot::Text(step), b, b, thought[1], Spot::Call((outer, 1))]
        );
        assert_eq!(search(&chat, &[], "plum"), [a, a, Spot::Call((outer, 1))]);
    }

    #[test]
    fn a_search_finds_as_much_as_anybody_looks_at() {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("É", "m", 0.0).unwrap();
        feed(&mut chat, turn, &[said(&"e".repeat(MOST_FOUND + 1)), END]);
        assert_eq!(search(&chat, &[], "é"), [Spot::Text(chat.all()[0].id)]);
        assert_eq!(search(&chat, &[], "E").len(), MOST_FOUND);
        for blank in ["", " ", "\n"] {
            assert_eq!(search(&chat, &[], blank), []);
        }
    }
}
