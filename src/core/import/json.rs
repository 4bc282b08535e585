//! A reader of JSON that keeps where each value stands.
//!
//! Comments and commas before a closing bracket are taken, as editors write them into
//! `opencode.json`. Values below [`MAX_DEPTH`] make the text no JSON. Of equal keys all are
//! kept. Linear in the text.

use crate::core::text::TextRange;
use crate::core::yaml::{Kind, MAX_DEPTH, Node, Style};

/// The value that `text` holds from the byte `start` on, which may have blanks before it, and
/// where it ends; `None` where it is no sound JSON.
pub(super) fn read(text: &str, start: usize) -> Option<(Node, usize)> {
    let mut reader = Reader { text, at: start };
    let node = reader.value(0)?;
    Some((node, reader.at))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    /// Steps over blanks and comments.
    fn blanks(&mut self) {
        loop {
            let rest = self.rest();
            let after = rest.trim_start_matches([' ', '\t', '\r', '\n', '\u{feff}']);
            let comment = if after.starts_with("//") {
                after.find('\n').unwrap_or(after.len())
            } else if after.starts_with("/*") {
                after.find("*/").map_or(after.len(), |end| end + 2)
            } else {
                0
            };
            let step = rest.len() - after.len() + comment;
            if step == 0 {
                return;
            }
            self.at += step;
        }
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.blanks();
        let start = self.at;
        let kind = match self.rest().as_bytes().first()? {
            b'{' => self.map(depth)?,
            b'[' => self.list(depth)?,
            b'"' => Kind::String { value: self.string()?, style: Style::DoubleQuoted },
            _ => {
                let rest = self.rest();
                let end = rest.find([',', ']', '}', ' ', '\t', '\r', '\n', '/']).unwrap_or(rest.len());
                let word = rest.get(..end)?;
                let kind = match word {
                    "null" => Kind::Null,
                    "true" | "false" => Kind::Bool(word == "true"),
                    _ if is_number(word) => Kind::Number(word.to_owned()),
                    _ => return None,
                };
                self.at += end;
                kind
            }
        };
        Some(Node { kind, range: TextRange::new(start, self.at) })
    }

    fn map(&mut self, depth: usize) -> Option<Kind> {
        self.eat('{');
        let mut pairs = Vec::new();
        loop {
            self.blanks();
            if self.eat('}') {
                return Some(Kind::Map(pairs));
            }
            let start = self.at;
            let key = Kind::String { value: self.string()?, style: Style::DoubleQuoted };
            let key = Node { kind: key, range: TextRange::new(start, self.at) };
            self.blanks();
            if !self.eat(':') {
                return None;
            }
            pairs.push((key, self.value(depth + 1)?));
            self.blanks();
            if !self.eat(',') && !self.rest().starts_with('}') {
                return None;
            }
        }
    }

    fn list(&mut self, depth: usize) -> Option<Kind> {
        self.eat('[');
        let mut items = Vec::new();
        loop {
            self.blanks();
            if self.eat(']') {
                return Some(Kind::List(items));
            }
            items.push(self.value(depth + 1)?);
            self.blanks();
            if !self.eat(',') && !self.rest().starts_with(']') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        if !self.eat('"') {
            return None;
        }
        let mut out = String::new();
        loop {
            let rest = self.rest();
            let plain = rest.find(['"', '\\'])?;
            out.push_str(rest.get(..plain)?);
            self.at += plain;
            if self.eat('"') {
                return Some(out);
            }
            self.at += 1;
            let escape = self.rest().chars().next()?;
            self.at += escape.len_utf8();
            out.push(match escape {
                'n' => '\n',
                't' => '\t',
                'r' => '\r',
                'b' => '\u{8}',
                'f' => '\u{c}',
                'u' => self.unicode()?,
                '"' | '\\' | '/' => escape,
                _ => return None,
            });
        }
    }

    /// The character of `XXXX` after `\u`, or of a pair of them; U+FFFD for half of a pair.
    fn unicode(&mut self) -> Option<char> {
        let high = self.hex()?;
        if !(0xd800..0xdc00).contains(&high) {
            return Some(char::from_u32(high).unwrap_or('\u{fffd}'));
        }
        if !self.rest().starts_with("\\u") {
            return Some('\u{fffd}');
        }
        self.at += 2;
        let low = self.hex()?;
        let pair = 0x10000 + ((high - 0xd800) << 10) + low.wrapping_sub(0xdc00);
        Some(char::from_u32(pair).filter(|_| (0xdc00..0xe000).contains(&low)).unwrap_or('\u{fffd}'))
    }

    fn hex(&mut self) -> Option<u32> {
        let digits = self.rest().get(..4)?;
        let code = u32::from_str_radix(digits, 16).ok()?;
        self.at += 4;
        Some(code)
    }
}

fn is_number(word: &str) -> bool {
    let digits = word.strip_prefix('-').unwrap_or(word);
    digits.starts_with(|c: char| c.is_ascii_digit())
        && digits.bytes().all(|byte| byte.is_ascii_digit() || b".eE+-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(text: &str) -> Option<Node> {
        read(text, 0).map(|(node, _)| node)
    }

    #[test]
    fn values_are_read_with_their_places() {
        let text = " {\"a\": [1, true, null,], // note\n \"b\": \"x\\u00e9\\ud83d\\ude42\\n\" /* end */}";
        let Some(Node { kind: Kind::Map(pairs), range }) = read_all(text) else { panic!("{text}") };
        assert_eq!((range.start, range.end), (1, text.len()));
        assert_eq!(pairs[0].1.range.slice(text), "[1, true, null,]");
        assert_eq!(pairs[1].1.as_str(), Some("xé🙂\n"));
    }

    #[test]
    fn what_is_no_json_is_refused() {
        for text in ["", "{", "{a: 1}", "[1 2]", "\"a", "nul", "{\"a\" 1}", "\"\\q\"", "\"\\u12"] {
            assert_eq!(read_all(text), None, "{text}");
        }
        assert_eq!(read_all(&"[".repeat(100_000)), None);
        assert_eq!(read_all(&format!("{}{}", "[".repeat(1000), "]".repeat(1000))), None);
    }
}
