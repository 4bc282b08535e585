//! What the next question would send, what is left of the model's context, and what the
//! conversation has cost.

use super::conversation::{Conversation, Entry, State};
use super::figures::grouped;
use super::price::{Price, Whose, dollars, estimate, find};
use super::{Message, Part};

/// The figures of a conversation. Tokens are estimated but for those that an endpoint counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Meter {
    /// Tokens that the next question would send, the question itself among them.
    pub next: u64,
    /// How many tokens the model takes; `None` where that is not known.
    pub context: Option<u64>,
    /// What all replies have cost, in millionths of a US dollar; `None` where no price is known.
    pub spent: Option<u64>,
    /// Whether any of that is at a price that the person stated.
    pub own: bool,
}

impl Meter {
    /// On one line: `Next: about 1,542 tokens · 198,458 left · $0.0123 so far`.
    pub fn line(&self) -> String {
        let mut line = ["Next: about ", &grouped(self.next), " tokens"].concat();
        match self.context.map(|context| (context.checked_sub(self.next), context)) {
            Some((Some(left), _)) => line.push_str(&[" · ", &grouped(left), " left"].concat()),
            Some((None, context)) => {
                line.push_str(&[" · more than the ", &grouped(context), " that fit"].concat());
            }
            None => {}
        }
        if let Some(spent) = self.spent {
            let whose = if self.own { " at your price" } else { " so far" };
            line.push_str(&[" · ", &dollars(spent), whose].concat());
        }
        line
    }
}

/// The tokens that a conversation sends before anything is asked: what the endpoint counted for
/// the last reply that `prompt`, by its `version`, made, and an estimate of the rest. `tools`
/// are the bytes of the tools on offer.
pub fn standing(conversation: Option<&Conversation>, prompt: &str, version: u64, tools: usize) -> u64 {
    let mut sum = 0;
    for entry in conversation.map(Conversation::entries).unwrap_or_default().into_iter().rev() {
        if let Some(counted) = counted(entry, version) {
            return counted + sum;
        }
        if matches!(entry.state, State::Done | State::Stopped) {
            sum += weight(&Message { role: entry.role, parts: entry.pieces() });
        }
    }
    sum + estimate(prompt) + (tools as u64).div_ceil(4)
}

/// The tokens up to the end of a reply, where its endpoint counted them.
fn counted(entry: &Entry, version: u64) -> Option<u64> {
    let reply = entry.reply.as_ref().filter(|_| entry.state == State::Done)?;
    let ours = reply.made.as_ref().is_some_and(|made| made.definition == version);
    Some(reply.usage.prompt.filter(|_| ours)?.saturating_add(reply.usage.completion?))
}

fn weight(message: &Message) -> u64 {
    let of = |part: &Part| match part {
        Part::Text(text) | Part::Thinking { text, .. } | Part::Opaque(text) => estimate(text),
        Part::ToolUse(call) => estimate(&call.name) + estimate(&call.input),
        Part::ToolResult(result) => estimate(&result.content),
    };
    message.parts.iter().map(of).sum()
}

/// What all replies of `conversations` have cost, those of other branches too, in millionths of a
/// US dollar, and whether any of it is at a price of `own`; `None` where no price is known.
pub fn spent(conversations: &[&Conversation], own: &[Price]) -> Option<(u64, bool)> {
    let mut sum = None;
    let entries = conversations.iter().flat_map(|conversation| conversation.all());
    for reply in entries.filter_map(|entry| entry.reply.as_ref()) {
        if let Some((price, whose)) = find(own, &reply.model)
            && let Some(cost) = price.cost(reply.usage)
        {
            let (so_far, any) = sum.unwrap_or((0_u64, false));
            sum = Some((so_far.saturating_add(cost), any || whose == Whose::Own));
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::super::conversation::Made;
    use super::super::{ChatEvent, Finish, Settings, Usage, Wire, price};
    use super::*;

    /// A question and its reply by the model `m`, which was counted where `usage` says so.
    fn turn(chat: &mut Conversation, question: &str, answer: &str, usage: Option<(u64, u64)>) {
        let turn = chat.ask(question, "m", 0.0).unwrap();
        let (endpoint, wire, settings) = (String::new(), Wire::OpenAi, Settings::default());
        chat.note(turn, Made { definition: 7, endpoint, wire, settings, at: 0.0 });
        chat.step(turn, ChatEvent::Delta(answer.into()), 1.0);
        if let Some((prompt, completion)) = usage {
            let usage = Usage { prompt: Some(prompt), completion: Some(completion), ..Usage::default() };
            chat.step(turn, ChatEvent::Usage(usage), 1.0);
        }
        chat.step(turn, ChatEvent::Finished { reason: Finish::End }, 2.0);
    }

    #[test]
    fn what_was_counted_is_taken_and_the_rest_estimated() {
        assert_eq!(standing(None, "12345678", 7, 4), 3);
        let mut chat = Conversation::new(0);
        turn(&mut chat, "1234", "12345678", None);
        assert_eq!(standing(Some(&chat), "12345678", 7, 0), 2 + 1 + 2);
        turn(&mut chat, "more", "words", Some((100, 20)));
        assert_eq!(standing(Some(&chat), "12345678", 7, 4), 120);
        assert_eq!(standing(Some(&chat), "12345678", 8, 0), 2 + 3 + 1 + 2, "another definition");
        turn(&mut chat, "1234", "1234", None);
        assert_eq!(standing(Some(&chat), "", 7, 0), 122);
        let open = chat.ask("1234", "m", 3.0).unwrap();
        chat.step(open, ChatEvent::Failed(super::super::ChatError::Cut), 4.0);
        assert_eq!(standing(Some(&chat), "", 7, 0), 123, "what failed is not sent");
    }

    #[test]
    fn all_that_was_paid_is_added_up() {
        let mut chat = Conversation::new(0);
        turn(&mut chat, "a", "b", Some((1_000, 1_000)));
        turn(&mut chat, "a", "b", None);
        turn(&mut chat, "a", "b", Some((1_000, 1_000)));
        assert_eq!(spent(&[&chat], &[]), None);
        let own = price::read("m, 1, 2").unwrap();
        assert_eq!(spent(&[&chat], &own), Some((6_000, true)));
        assert_eq!(spent(&[&chat, &Conversation::new(9), &chat], &own), Some((12_000, true)));
    }

    #[test]
    fn the_line_says_what_is_known() {
        let meter = Meter { next: 1_542, ..Meter::default() };
        assert_eq!(meter.line(), "Next: about 1,542 tokens");
        let meter = Meter { context: Some(8_192), spent: Some(12_300), ..meter };
        assert_eq!(meter.line(), "Next: about 1,542 tokens · 6,650 left · $0.0123 so far");
        let meter = Meter { context: Some(1_000), own: true, ..meter };
        assert_eq!(
            meter.line(),
            "Next: about 1,542 tokens · more than the 1,000 that fit · $0.0123 at your price"
        );
    }
}
