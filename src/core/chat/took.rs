//! What answers took, set side by side.

use super::Role;
use super::conversation::{Conversation, Reply, State, pace};
use super::figures::{grouped, per_second, seconds};
use super::price::{Price, dollars, find};
use crate::core::sandbox::turn::Nested;

/// What one answer took: one value for each row, `None` where that is not known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Took([Option<f64>; ROWS.len()]);

/// What is set side by side, and whether more of it is better.
const ROWS: [(&str, fn(f64) -> String, bool); 6] = [
    ("First token", seconds, false),
    ("Tokens a second", per_second, true),
    ("Reply time", seconds, false),
    ("Tokens in", whole, false),
    ("Tokens out", whole, false),
    ("Cost", |cost| dollars(cost as u64), false),
];

fn whole(number: f64) -> String {
    grouped(number as u64)
}

/// A row of the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What stands in it.
    pub title: &'static str,
    /// What it is for each answer.
    pub cells: Vec<Cell>,
}

/// What one answer took of something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// As people read it; empty where it is not known.
    pub text: String,
    /// Whether none is better, and one is worse.
    pub best: bool,
}

impl Took {
    /// What the answer to the last question of `chat` took: all replies of its turn and, as tokens
    /// and cost, those of the agents `below` that the turn has started. Neither tools nor the author
    /// count as time. `None` where there is no answer yet, or it did not come to its end.
    pub fn of(chat: &Conversation, below: &[&Nested], prices: &[Price]) -> Option<Self> {
        let shown = chat.entries();
        shown.last().filter(|last| last.role == Role::Assistant && last.state == State::Done)?;
        let asked = shown.iter().rposition(|entry| entry.role == Role::User)?;
        let turn = shown.get(asked..).unwrap_or_default();
        let own: Vec<&Reply> = turn.iter().filter_map(|entry| entry.reply.as_ref()).collect();
        // Who has started another stands before it.
        let mut ids: Vec<u64> = turn.iter().map(|entry| entry.id).collect();
        let mut all = own.clone();
        for nested in below {
            if ids.contains(&nested.call.0) {
                ids.extend(nested.chat.all().iter().map(|entry| entry.id));
                all.extend(nested.chat.all().iter().filter_map(|entry| entry.reply.as_ref()));
            }
        }
        let sum = |of: &[&Reply], each: &dyn Fn(&Reply) -> Option<f64>| {
            of.iter().try_fold(0.0, |sum, reply| Some(sum + each(reply)?))
        };
        let cost = |reply: &Reply| Some(find(prices, &reply.model)?.0.cost(reply.usage)? as f64);
        Some(Self([
            own.first()?.time_to_first_token(),
            pace(&own),
            sum(&own, &|reply| Some(reply.ended_at? - reply.asked_at)),
            sum(&all, &|reply| Some(reply.usage.prompt? as f64)),
            sum(&all, &|reply| Some(reply.usage.completion? as f64)),
            sum(&all, &cost),
        ]))
    }
}

/// The table of what answers `took`. What is known of none has no row.
pub fn rows(took: &[Option<Took>]) -> Vec<Row> {
    let mut rows = Vec::new();
    for (at, (title, text, more)) in ROWS.into_iter().enumerate() {
        let values: Vec<Option<f64>> =
            took.iter().map(|took| took.and_then(|took| took.0.get(at).copied().flatten())).collect();
        let better = |a: f64, b: f64| if more { a.max(b) } else { a.min(b) };
        let Some(best) = values.iter().flatten().copied().reduce(better) else { continue };
        // What reads the same is as good.
        let best = text(best);
        let texts: Vec<String> = values.into_iter().map(|it| it.map(text).unwrap_or_default()).collect();
        let told = texts.iter().any(|text| !text.is_empty() && *text != best);
        let cells = texts.into_iter().map(|text| Cell { best: told && text == best, text }).collect();
        rows.push(Row { title, cells });
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::super::{ChatEvent, Finish, ToolResult, ToolUse, Usage};
    use super::*;
    use crate::core::chat::Part;

    fn usage(prompt: u64, completion: u64) -> Usage {
        Usage { prompt: Some(prompt), completion: Some(completion), ..Usage::default() }
    }

    /// Lets the reply `turn` begin and end at these times.
    fn reply(chat: &mut Conversation, turn: u64, text: &str, [first, end]: [f64; 2], usage: Option<Usage>) {
        chat.step(turn, ChatEvent::Delta(text.to_owned()), first);
        if let Some(usage) = usage {
            chat.step(turn, ChatEvent::Usage(usage), end);
        }
        chat.step(turn, ChatEvent::Finished { reason: Finish::End }, end);
    }

    /// A conversation with one answer.
    fn answered(model: &str, times: [f64; 2], usage: Option<Usage>) -> Conversation {
        let mut chat = Conversation::new(0);
        let turn = chat.ask("Why?", model, 0.0).unwrap();
        reply(&mut chat, turn, "So.", times, usage);
        chat
    }

    /// The table as text: a mark behind the best.
    fn table(chats: &[&Conversation]) -> Vec<String> {
        let took: Vec<Option<Took>> = chats.iter().map(|chat| Took::of(chat, &[], &[])).collect();
        let cell = |cell: &Cell| [cell.text.as_str(), if cell.best { "*" } else { "" }].concat();
        let row = |row: &Row| {
            [row.title, ": ", &row.cells.iter().map(cell).collect::<Vec<_>>().join(" | ")].concat()
        };
        rows(&took).iter().map(row).collect()
    }

    #[test]
    fn figures_stand_beside_each_other_with_the_best_marked() {
        let haiku = answered("claude-haiku-4-5", [600.0, 2_600.0], Some(usage(1_200, 49)));
        let opus = answered("claude-opus-5", [900.0, 2_600.0], Some(usage(1_200, 103)));
        let mute = answered("unknown", [300.0, 9_000.0], None);
        assert_eq!(
            table(&[&haiku, &opus, &mute]),
            [
                "First token: 0.6 s | 0.9 s | 0.3 s*",
                "Tokens a second: 24 | 60* | ",
                "Reply time: 2.6 s* | 2.6 s* | 9.0 s",
                "Tokens in: 1,200 | 1,200 | ",
                "Tokens out: 49* | 103 | ",
                "Cost: $0.0014* | $0.0086 | ",
            ]
        );
        // Of one alone nothing is the best, and of what nobody knows nothing is said.
        assert_eq!(table(&[&mute, &Conversation::new(0)]), ["First token: 0.3 s | ", "Reply time: 9.0 s | "]);
        assert_eq!(table(&[]), [""; 0]);
    }

    #[test]
    fn what_did_not_come_to_its_end_takes_no_part() {
        let done = answered("m", [10.0, 900.0], None);
        let mut stopped = Conversation::new(0);
        let turn = stopped.ask("Why?", "m", 0.0).unwrap();
        stopped.step(turn, ChatEvent::Delta("S".to_owned()), 5.0);
        let open = stopped.clone();
        stopped.step(turn, ChatEvent::Stopped, 6.0);
        for other in [&open, &stopped] {
            assert_eq!(table(&[&done, other]), ["First token: 10 ms | ", "Reply time: 0.9 s | "]);
        }
    }

    #[test]
    fn a_turn_is_the_sum_of_its_replies() {
        let mut chat = answered("claude-haiku-4-5", [1.0, 2.0], Some(usage(9_999, 9_999)));
        let first = chat.ask("And?", "claude-haiku-4-5", 1_000.0).unwrap();
        let call = |id: &str| ToolUse {
            id: id.into(),
            name: "Read".into(),
            input: "{}".into(),
            extra: String::new(),
        };
        chat.step(first, ChatEvent::Part(Part::ToolUse(call("a"))), 1_500.0);
        reply(&mut chat, first, "I look.", [1_500.0, 2_000.0], Some(usage(100, 11)));
        assert_eq!(table(&[&chat]).len(), 6);
        let answer = ToolResult { id: "a".into(), content: "x".into(), is_error: false };
        chat.answer(vec![answer]);
        assert_eq!(Took::of(&chat, &[], &[]), None, "the last word is not said");
        let second = chat.go_on("claude-haiku-4-5", 60_000.0).unwrap();
        reply(&mut chat, second, "So.", [60_100.0, 60_600.0], Some(usage(120, 11)));
        let rows = |below: &[&Nested]| {
            rows(&[Took::of(&chat, below, &[])])
                .into_iter()
                .map(|it| it.cells[0].text.clone())
                .collect::<Vec<_>>()
        };
        assert_eq!(rows(&[]), ["0.5 s", "20", "1.6 s", "220", "22", "$0.0003"]);
        // The agents that it has started count, and theirs; those of another turn do not.
        let agent = |id: u64, by: u64| {
            let mut chat = Conversation::new(id);
            let turn = chat.ask("Look.", "claude-haiku-4-5", 0.0).unwrap();
            reply(&mut chat, turn, "So.", [1.0, 2.0], Some(usage(1_000, 100)));
            (turn, Nested::restored((by, 0), "a".into(), Vec::new(), chat))
        };
        let (turn, child) = agent(10_000, first);
        let (_, grandchild) = agent(20_000, turn);
        let (_, other) = agent(30_000, 2);
        assert_eq!(rows(&[&child, &grandchild, &other]), ["0.5 s", "20", "1.6 s", "2,220", "222", "$0.0033"]);
    }
}
