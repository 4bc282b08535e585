//! JSON, written in the order of the calls.

use crate::core::yaml::{Kind, Node};

/// Writes JSON text. Commas come by themselves; brackets have to be balanced by the caller.
#[derive(Debug, Default)]
pub struct Writer {
    out: String,
}

impl Writer {
    /// The text.
    pub fn finish(self) -> String {
        self.out
    }

    /// Begins an object or a list: `{` or `[`.
    pub fn open(&mut self, bracket: char) -> &mut Self {
        self.comma();
        self.out.push(bracket);
        self
    }

    /// Ends it: `}` or `]`.
    pub fn close(&mut self, bracket: char) -> &mut Self {
        self.out.push(bracket);
        self
    }

    /// The key of what comes next.
    pub fn key(&mut self, key: &str) -> &mut Self {
        self.string(key);
        self.out.push(':');
        self
    }

    /// A text.
    pub fn string(&mut self, text: &str) -> &mut Self {
        // Text always serialises.
        let quoted = serde_json::to_string(text).unwrap_or_default();
        self.raw(&quoted)
    }

    /// A key and its text.
    pub fn pair(&mut self, key: &str, text: &str) -> &mut Self {
        self.key(key).string(text)
    }

    /// A whole number.
    pub fn number(&mut self, number: u64) -> &mut Self {
        self.raw(&number.to_string())
    }

    /// A number; `null` for what is none.
    pub fn float(&mut self, number: f64) -> &mut Self {
        self.raw(&serde_json::Value::from(number).to_string())
    }

    /// A value of YAML. An alias is not followed: what it brings could be without end. Not a number
    /// of JSON, such as `.inf`, is a text.
    pub fn node(&mut self, node: &Node) -> &mut Self {
        match &node.kind {
            Kind::Null | Kind::Alias { .. } => self.raw("null"),
            Kind::Bool(value) => self.raw(if *value { "true" } else { "false" }),
            Kind::Number(number) if serde_json::from_str::<serde_json::Number>(number).is_ok() => {
                self.raw(number)
            }
            Kind::Number(text) | Kind::Date(text) | Kind::String { value: text, .. } => self.string(text),
            Kind::List(items) => {
                self.open('[');
                for item in items {
                    self.node(item);
                }
                self.close(']')
            }
            Kind::Map(pairs) => {
                self.open('{');
                for (key, value) in pairs {
                    let name = match &key.kind {
                        Kind::Number(text) | Kind::Date(text) | Kind::String { value: text, .. } => text,
                        _ => "",
                    };
                    self.key(name).node(value);
                }
                self.close('}')
            }
        }
    }

    /// What is JSON already.
    pub fn raw(&mut self, json: &str) -> &mut Self {
        self.comma();
        self.out.push_str(json);
        self
    }

    fn comma(&mut self) {
        // What ends in one of these is no value yet: a text ends in its quote.
        if !self.out.is_empty() && !self.out.ends_with(['{', '[', ':', ',']) {
            self.out.push(',');
        }
    }
}

/// What stands between the brackets of `json`, if anything does.
pub fn inner(json: &str, open: char, close: char) -> Option<&str> {
    let inner = json.trim().strip_prefix(open)?.strip_suffix(close)?.trim();
    (!inner.is_empty()).then_some(inner)
}

/// `json` over several lines, `indent` spaces a level, as people read it. What is no JSON is
/// broken into lines at the same characters.
pub fn pretty(json: &str, indent: usize) -> String {
    let mut out = String::with_capacity(json.len() * 2);
    let mut depth = 0_usize;
    let mut in_text = false;
    let mut escaped = false;
    let mut chars = json.chars().peekable();
    while let Some(c) = chars.next() {
        if in_text {
            out.push(c);
            in_text = escaped || c != '"';
            escaped = !escaped && c == '\\';
            continue;
        }
        match c {
            '"' => {
                in_text = true;
                out.push(c);
            }
            '{' | '[' => {
                out.push(c);
                while chars.next_if(|next| next.is_ascii_whitespace()).is_some() {}
                if let Some(end) = chars.next_if(|next| matches!(next, '}' | ']')) {
                    out.push(end);
                } else {
                    depth += 1;
                    line(&mut out, depth * indent);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut out, depth * indent);
                out.push(c);
            }
            ',' => {
                out.push(c);
                line(&mut out, depth * indent);
            }
            ':' => out.push_str(": "),
            c if c.is_ascii_whitespace() => {}
            c => out.push(c),
        }
    }
    out
}

fn line(out: &mut String, spaces: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n(' ', spaces));
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn commas_come_by_themselves() {
        let mut json = Writer::default();
        json.open('{').pair("a", "x,").key("b").open('[').number(1).float(0.5).float(f64::NAN);
        json.open('{').close('}').close(']').key("c").raw("true").close('}');
        assert_eq!(json.finish(), r#"{"a":"x,","b":[1,0.5,null,{}],"c":true}"#);
    }

    #[test]
    fn values_of_yaml() {
        let text = "a: &x [1, 1.50, .inf, 0x10, true, ~, 'q\"', 2026-01-01]\nb: {1: *x, c: }";
        let parsed = crate::core::yaml::parse(text).unwrap();
        let mut json = Writer::default();
        json.node(&parsed);
        let expected = r#"{"a":[1,1.50,".inf","0x10",true,null,"q\"","2026-01-01"],"b":{"1":null,"c":null}}"#;
        assert_eq!(json.finish(), expected);
    }

    fn values() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::from),
            any::<u64>().prop_map(Value::from),
            "[\"\\\\{}\\[\\]:, \\né]{0,6}".prop_map(Value::from),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
                proptest::collection::vec(("[a\"\\\\:{]{0,3}", inner), 0..4)
                    .prop_map(|pairs| Value::Object(pairs.into_iter().collect())),
            ]
        })
    }

    proptest! {
        #[test]
        fn pretty_is_what_the_library_writes(value in values()) {
            let plain = serde_json::to_string(&value).unwrap();
            prop_assert_eq!(pretty(&plain, 2), serde_json::to_string_pretty(&value).unwrap());
            prop_assert_eq!(pretty(&pretty(&plain, 1), 2), pretty(&plain, 2));
        }
    }

    #[test]
    fn pretty_takes_what_is_no_json() {
        assert_eq!(pretty("}}] x \"", 2), "\n}\n}\n]x\"");
        assert_eq!(pretty(&json!({}).to_string(), 2), "{}");
    }
}
