//! Texts in quotes, and their escapes.

use super::super::fold;
use super::{Scanner, What};
use crate::core::yaml::Style;

impl Scanner<'_> {
    /// A quoted text, over as many lines as it takes; to the end where it is never closed.
    pub(super) fn quoted(&mut self, quote: char) {
        let from = self.at;
        self.at += 1;
        let mut value = String::new();
        // How many blanks at the end of `value` were written as such: a line break takes them.
        let mut blanks = 0;
        loop {
            let ordinary =
                self.run(|byte| !matches!(byte, b'\'' | b'"' | b'\\' | b'\n' | b'\r' | b' ' | b'\t'));
            if !ordinary.is_empty() {
                value.push_str(ordinary);
                blanks = 0;
            }
            let Some(c) = self.peek() else { break };
            match c {
                '\'' if quote == '\'' && self.second() == Some('\'') => {
                    value.push('\'');
                    self.at += 2;
                    blanks = 0;
                }
                _ if c == quote => {
                    self.at += 1;
                    break;
                }
                '\\' if quote == '"' => {
                    self.escape(&mut value);
                    blanks = 0;
                }
                '\n' | '\r' => {
                    value.truncate(value.len() - blanks);
                    blanks = 0;
                    self.skip_break();
                    let mut empty = 0;
                    loop {
                        self.skip(&[' ', '\t']);
                        if !self.skip_break() {
                            break;
                        }
                        empty += 1;
                    }
                    fold(&mut value, empty);
                }
                _ => {
                    blanks = if matches!(c, ' ' | '\t') { blanks + 1 } else { 0 };
                    value.push(c);
                    self.at += c.len_utf8();
                }
            }
        }
        let style = if quote == '"' { Style::DoubleQuoted } else { Style::SingleQuoted };
        self.push_text(What::Text(style), from, value);
    }

    /// A backslash in double quotes; one that is no escape stays as it is written.
    fn escape(&mut self, value: &mut String) {
        self.at += 1;
        let Some(c) = self.peek() else { return value.push('\\') };
        if matches!(c, '\n' | '\r') {
            self.skip_break();
            self.skip(&[' ', '\t']);
            return;
        }
        self.at += c.len_utf8();
        let character = match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'a' => '\u{7}',
            'b' => '\u{8}',
            'e' => '\u{1b}',
            'v' => '\u{b}',
            'f' => '\u{c}',
            '\\' | '"' | '/' | ' ' => c,
            '_' => '\u{a0}',
            'x' | 'u' | 'U' => {
                let length = match c {
                    'x' => 2,
                    'u' => 4,
                    _ => 8,
                };
                match self.code(length) {
                    Some(code) => self.character(code),
                    None => {
                        value.push('\\');
                        c
                    }
                }
            }
            _ => {
                value.push('\\');
                c
            }
        };
        value.push(character);
    }

    /// The number that `length` characters write in hexadecimal; they are passed over then.
    fn code(&mut self, length: usize) -> Option<u32> {
        let written = self.rest().get(..length)?;
        let digits = written.find(|c: char| !c.is_ascii_hexdigit()).unwrap_or(length);
        let code = u32::from_str_radix(written.get(..digits)?, 16).ok()?;
        self.at += length;
        Some(code)
    }

    /// The character of `code`; two halves of one, each with its escape, are put together.
    fn character(&mut self, code: u32) -> char {
        if (0xd800..0xdc00).contains(&code) && self.rest().starts_with("\\u") {
            let back = self.at;
            self.at += 2;
            match self.code(4) {
                Some(low @ 0xdc00..0xe000) => {
                    let joined = 0x1_0000 + ((code - 0xd800) << 10) + (low - 0xdc00);
                    return char::from_u32(joined).unwrap_or(char::REPLACEMENT_CHARACTER);
                }
                _ => self.at = back,
            }
        }
        char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
    }
}
