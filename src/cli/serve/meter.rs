//! What a reply cost, read from its bytes as they pass.
//!
//! Nothing is held back and next to nothing is kept: the meter looks for the member `usage`,
//! reads the object that follows it, and counts the events meanwhile for replies that do not
//! tell. A quote inside a JSON string is always escaped, so what a model writes into its text
//! cannot pass for that member.

use serde::Deserialize;

/// How an object of counts begins, in a body or in an event.
const MEMBER: &[u8] = b"\"usage\"";

/// How an event's line begins.
const EVENT: &[u8] = b"data:";

/// The largest object of counts that is read, in bytes.
const MAX_USAGE: usize = 4096;

/// More tokens than any reply has: a larger count is a fault of the model server's.
const MAX_TOKENS: u64 = 1_000_000_000;

/// Bytes of English text and JSON that make a token, about.
const BYTES_PER_TOKEN: u64 = 4;

/// The tokens that `bytes` of a request are, about.
pub fn estimate(bytes: usize) -> u64 {
    u64::try_from(bytes).unwrap_or(u64::MAX) / BYTES_PER_TOKEN
}

/// What a call cost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Cost {
    /// Tokens of the request.
    pub prompt: u64,
    /// Tokens of the reply.
    pub completion: u64,
    /// Whether the model server has not said it.
    pub estimated: bool,
}

impl Cost {
    /// All tokens.
    pub fn total(self) -> u64 {
        self.prompt.saturating_add(self.completion)
    }
}

/// The counts of both kinds of API (2026-11).
#[derive(Deserialize, Default)]
struct Usage {
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    input_tokens: Option<u64>,
    output_tokens: Option<u64>,
    cache_creation_input_tokens: Option<u64>,
    cache_read_input_tokens: Option<u64>,
}

enum Looking {
    /// So many bytes of [`MEMBER`] have come.
    Member(usize),
    /// The member's name has come, and its colon perhaps.
    Value { colon: bool },
    /// Its object is being read.
    Object { bytes: Vec<u8>, depth: usize, string: bool, escaped: bool },
}

/// Reads the cost of one reply.
pub struct Meter {
    looking: Looking,
    prompt: Option<u64>,
    completion: Option<u64>,
    /// How far the current line agrees with [`EVENT`]; `None` once it does not.
    line: Option<usize>,
    events: u64,
    bytes: u64,
}

impl Meter {
    /// A meter that has seen nothing.
    pub fn new() -> Self {
        Self {
            looking: Looking::Member(0),
            prompt: None,
            completion: None,
            line: Some(0),
            events: 0,
            bytes: 0,
        }
    }

    /// Looks at the next bytes, wherever they were cut.
    pub fn see(&mut self, bytes: &[u8]) {
        self.bytes = self.bytes.saturating_add(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        for &byte in bytes {
            self.count_event(byte);
            self.look(byte);
        }
    }

    /// What the reply cost so far. `prompt` is the estimate for the request; `whole` says whether
    /// the reply came to its end. Counts of a reply that did not may be those of its beginning.
    pub fn cost(&self, prompt: u64, whole: bool) -> Cost {
        // Most servers send one event for each token.
        let guess = if self.events > 0 { self.events } else { self.bytes / BYTES_PER_TOKEN };
        let completion = match self.completion {
            Some(told) if whole => told,
            told => told.unwrap_or(0).max(guess),
        };
        Cost {
            prompt: self.prompt.unwrap_or(prompt),
            completion,
            estimated: !whole || self.prompt.is_none() || self.completion.is_none(),
        }
    }

    fn count_event(&mut self, byte: u8) {
        if matches!(byte, b'\n' | b'\r') {
            self.line = Some(0);
        } else if let Some(at) = self.line {
            self.line = (EVENT.get(at) == Some(&byte)).then_some(at + 1);
            if self.line == Some(EVENT.len()) {
                self.events += 1;
                self.line = None;
            }
        }
    }

    fn look(&mut self, byte: u8) {
        match &mut self.looking {
            Looking::Member(at) => {
                if MEMBER.get(*at) == Some(&byte) {
                    *at += 1;
                    if *at == MEMBER.len() {
                        self.looking = Looking::Value { colon: false };
                    }
                } else {
                    *at = usize::from(byte == b'"');
                }
            }
            Looking::Value { colon } => match byte {
                b' ' | b'\t' | b'\n' | b'\r' => {}
                b':' if !*colon => *colon = true,
                b'{' if *colon => {
                    self.looking =
                        Looking::Object { bytes: vec![byte], depth: 1, string: false, escaped: false };
                }
                _ => self.looking = Looking::Member(usize::from(byte == b'"')),
            },
            Looking::Object { bytes, depth, string, escaped } => {
                bytes.push(byte);
                match byte {
                    _ if *escaped => *escaped = false,
                    b'\\' if *string => *escaped = true,
                    b'"' => *string = !*string,
                    b'{' if !*string => *depth += 1,
                    b'}' if !*string => *depth -= 1,
                    _ => {}
                }
                if *depth == 0 {
                    let usage = serde_json::from_slice(bytes).unwrap_or_default();
                    self.looking = Looking::Member(0);
                    self.take(&usage);
                } else if bytes.len() >= MAX_USAGE {
                    self.looking = Looking::Member(0);
                }
            }
        }
    }

    /// Counts come more than once, and what comes later holds what came before.
    fn take(&mut self, usage: &Usage) {
        let input = usage.input_tokens.map(|input| {
            input
                .saturating_add(usage.cache_creation_input_tokens.unwrap_or(0))
                .saturating_add(usage.cache_read_input_tokens.unwrap_or(0))
        });
        let most = |known: Option<u64>, told: Option<u64>| known.max(told.map(|count| count.min(MAX_TOKENS)));
        self.prompt = most(most(self.prompt, usage.prompt_tokens), input);
        self.completion = most(most(self.completion, usage.completion_tokens), usage.output_tokens);
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OPENAI: &str = "data: {\"choices\":[{\"delta\":{\"content\":\"say \\\"usage\\\":{\\\"prompt_tokens\\\":99}\"}}],\"usage\":null}\n\n\
        data: {\"choices\":[{\"delta\":{\"content\":\"\"}}]}\r\n\r\n\
        : a comment\n\n\
        data: {\"choices\":[],\"usage\" : {\"prompt_tokens\":12,\"completion_tokens\":3,\"total_tokens\":15,\"prompt_tokens_details\":{\"x\":\"}\"}}}\n\n\
        data: [DONE]\n\n";
    const ANTHROPIC: &str = "event: message_start\n\
        data: {\"type\":\"message_start\",\"message\":{\"usage\":{\"input_tokens\":10,\"cache_read_input_tokens\":5,\"output_tokens\":1}}}\n\n\
        event: message_delta\n\
        data: {\"type\":\"message_delta\",\"usage\":{\"output_tokens\":42}}\n\n";

    fn cost(text: &str) -> Cost {
        let mut meter = Meter::new();
        meter.see(text.as_bytes());
        meter.cost(7, true)
    }

    #[test]
    fn counts_of_both_kinds_are_read() {
        assert_eq!(cost(OPENAI), Cost { prompt: 12, completion: 3, estimated: false });
        assert_eq!(cost(ANTHROPIC), Cost { prompt: 15, completion: 42, estimated: false });
        let whole = r#"{"id":"1","usage":{"prompt_tokens":4,"completion_tokens":5}}"#;
        assert_eq!(cost(whole), Cost { prompt: 4, completion: 5, estimated: false });
    }

    #[test]
    fn who_leaves_early_pays_for_what_came() {
        let mut meter = Meter::new();
        meter.see(b"data: {\"message\":{\"usage\":{\"input_tokens\":9,\"output_tokens\":1}}}\n\n");
        meter.see(b"data: {}\n\ndata: {}\n\n");
        assert_eq!(meter.cost(7, false), Cost { prompt: 9, completion: 3, estimated: true });
        assert_eq!(meter.cost(7, true), Cost { prompt: 9, completion: 1, estimated: false });
    }

    #[test]
    fn what_is_not_told_is_guessed() {
        let events = "data: {\"a\":1}\n\ndata: {\"a\":2}\n\n";
        assert_eq!(cost(events), Cost { prompt: 7, completion: 2, estimated: true });
        assert_eq!(cost(&"x".repeat(40)), Cost { prompt: 7, completion: 10, estimated: true });
        assert_eq!(cost(""), Cost { prompt: 7, completion: 0, estimated: true });
        assert_eq!(cost(r#"{"usage":{"prompt_tokens":"many"}}"#).prompt, 7);
        let endless = format!("{{\"usage\":{{{}", "x".repeat(3 * MAX_USAGE));
        assert_eq!(cost(&endless).prompt, 7);
        let absurd = format!("{{\"usage\":{{\"prompt_tokens\":{}}}}}", u64::MAX);
        assert_eq!(cost(&absurd).prompt, MAX_TOKENS);
    }

    proptest! {
        #[test]
        fn any_cuts_give_the_same(cuts in prop::collection::vec(0usize..500, 0..20)) {
            for text in [OPENAI, ANTHROPIC] {
                let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.min(&text.len()).to_owned()).collect();
                cuts.extend([0, text.len()]);
                cuts.sort_unstable();
                let mut meter = Meter::new();
                for pair in cuts.windows(2) {
                    meter.see(&text.as_bytes()[pair[0]..pair[1]]);
                }
                prop_assert_eq!(meter.cost(7, true), cost(text));
            }
        }

        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..600)) {
            let mut meter = Meter::new();
            meter.see(&bytes);
            prop_assert!(meter.cost(0, true).total() <= 2 * MAX_TOKENS);
        }
    }
}
