//! A reader of TOML that keeps where each value stands.
//!
//! Agent files use little of TOML: strings of all four kinds, numbers, switches, lists,
//! tables. All of that is read, and dotted keys, inline tables and lists of tables with it;
//! dates become text. No crate is needed for that little, and the page stays smaller for it.
//! A text that breaks the rules of TOML gives the line; a key that stands twice is kept twice.

use crate::core::text::{Spanned, TextRange, floor_boundary};
use crate::core::yaml::{Kind, MAX_DEPTH, Node, Style};

/// The table that the whole of `text` is; where it is no sound TOML, the line that breaks it.
pub fn read(text: &str) -> Result<Table, TextRange> {
    let mut reader = Reader { text, at: 0 };
    whole(&mut reader).ok_or_else(|| {
        let end = floor_boundary(text, reader.at.saturating_sub(1));
        let (before, after) = text.split_at_checked(end).unwrap_or_default();
        let start = before.rfind('\n').map_or(0, |at| at + 1);
        TextRange::new(start, end + after.find(['\r', '\n']).unwrap_or(after.len()))
    })
}

fn whole(reader: &mut Reader) -> Option<Table> {
    let mut root = Vec::new();
    let mut path: Vec<Spanned<String>> = Vec::new();
    loop {
        reader.blanks(true);
        let rest = reader.rest();
        if rest.is_empty() {
            return Some(root);
        }
        if rest.starts_with('[') {
            let list = rest.starts_with("[[");
            let marks = if list { 2 } else { 1 };
            reader.at += marks;
            path = reader.key()?;
            for _ in 0..marks {
                if !reader.eat(']') {
                    return None;
                }
            }
            reader.line_end()?;
            open(&mut root, &path, list, 0)?;
        } else {
            let key = reader.key()?;
            if !reader.eat('=') {
                return None;
            }
            let value = reader.value(0)?;
            reader.line_end()?;
            put(open(&mut root, &path, false, 0)?, &key, value, 0)?;
        }
    }
}

/// Keys and values in the order of the text.
pub type Table = Vec<(Node, Node)>;

/// The most keys of a table below which another is opened. Agent files have up to a dozen.
const MAX_KEYS: usize = 512;

fn key_node(key: &Spanned<String>) -> Node {
    Node { kind: Kind::String { value: key.value.clone(), style: Style::Plain }, range: key.range }
}

/// The table at `path` below `table`, made where it is not there; `append` adds one to a list.
fn open<'a>(
    table: &'a mut Table,
    path: &[Spanned<String>],
    append: bool,
    depth: usize,
) -> Option<&'a mut Table> {
    let Some((first, rest)) = path.split_first() else { return Some(table) };
    // Looking a key up is linear, so the tables are kept small.
    if depth > MAX_DEPTH || table.len() > MAX_KEYS {
        return None;
    }
    let adds = append && rest.is_empty();
    let known = table.iter().position(|(key, _)| key.as_str() == Some(&first.value));
    let at = known.unwrap_or(table.len());
    if known.is_none() {
        let kind = if adds { Kind::List(Vec::new()) } else { Kind::Map(Vec::new()) };
        table.push((key_node(first), Node { kind, range: first.range }));
    }
    let inner = match &mut table.get_mut(at)?.1.kind {
        Kind::Map(pairs) if !adds => pairs,
        Kind::List(items) => {
            if adds {
                items.push(Node { kind: Kind::Map(Vec::new()), range: first.range });
            }
            match items.last_mut().map(|item| &mut item.kind) {
                Some(Kind::Map(pairs)) => pairs,
                _ => return None,
            }
        }
        _ => return None,
    };
    open(inner, rest, append, depth + 1)
}

/// Puts `value` at the dotted `key` below `table`.
fn put(table: &mut Table, key: &[Spanned<String>], value: Node, depth: usize) -> Option<()> {
    let (last, above) = key.split_last()?;
    open(table, above, false, depth)?.push((key_node(last), value));
    Some(())
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or("")
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.rest().starts_with(c);
        if found {
            self.at += c.len_utf8();
        }
        found
    }

    /// Steps over blanks; over line breaks and comments too where `lines` is set.
    fn blanks(&mut self, lines: bool) {
        loop {
            let rest = self.rest();
            let after = rest.trim_start_matches(|c| {
                matches!(c, ' ' | '\t') || lines && matches!(c, '\r' | '\n' | '\u{feff}')
            });
            let comment =
                if lines && after.starts_with('#') { after.find('\n').unwrap_or(after.len()) } else { 0 };
            let step = rest.len() - after.len() + comment;
            if step == 0 {
                return;
            }
            self.at += step;
        }
    }

    /// Nothing but a comment may follow on the line.
    fn line_end(&mut self) -> Option<()> {
        self.blanks(false);
        let rest = self.rest();
        (rest.is_empty() || rest.starts_with(['#', '\n', '\r'])).then_some(())
    }

    /// A key of one or more parts, with the blanks around it.
    fn key(&mut self) -> Option<Vec<Spanned<String>>> {
        let mut parts = Vec::new();
        loop {
            self.blanks(false);
            let start = self.at;
            let rest = self.rest();
            let value = if rest.starts_with(['"', '\'']) {
                self.string()?
            } else {
                let bare = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
                let end = rest.find(|c| !bare(c)).unwrap_or(rest.len());
                let word = rest.get(..end).filter(|word| !word.is_empty())?.to_owned();
                self.at += end;
                word
            };
            parts.push(Spanned::new(value, TextRange::new(start, self.at)));
            self.blanks(false);
            if parts.len() > MAX_DEPTH {
                return None;
            }
            if !self.eat('.') {
                return Some(parts);
            }
        }
    }

    fn value(&mut self, depth: usize) -> Option<Node> {
        if depth > MAX_DEPTH {
            return None;
        }
        self.blanks(false);
        let start = self.at;
        let rest = self.rest();
        let kind = match rest.as_bytes().first()? {
            quote @ (b'"' | b'\'') => {
                let style = if *quote == b'"' { Style::DoubleQuoted } else { Style::SingleQuoted };
                Kind::String { value: self.string()?, style }
            }
            b'[' => self.list(depth)?,
            b'{' => self.table(depth)?,
            _ => {
                let end = rest.find([',', ']', '}', '\r', '\n', '#']).unwrap_or(rest.len());
                let word = rest.get(..end)?.trim_end();
                let kind = plain(word)?;
                self.at += word.len();
                kind
            }
        };
        Some(Node { kind, range: TextRange::new(start, self.at) })
    }

    fn list(&mut self, depth: usize) -> Option<Kind> {
        self.eat('[');
        let mut items = Vec::new();
        loop {
            self.blanks(true);
            if self.eat(']') {
                return Some(Kind::List(items));
            }
            items.push(self.value(depth + 1)?);
            self.blanks(true);
            if !self.eat(',') && !self.rest().starts_with(']') {
                return None;
            }
        }
    }

    fn table(&mut self, depth: usize) -> Option<Kind> {
        self.eat('{');
        let mut pairs = Vec::new();
        loop {
            self.blanks(true);
            if self.eat('}') {
                return Some(Kind::Map(pairs));
            }
            let key = self.key()?;
            if !self.eat('=') {
                return None;
            }
            let value = self.value(depth + 1)?;
            put(&mut pairs, &key, value, depth)?;
            self.blanks(true);
            if !self.eat(',') && !self.rest().starts_with('}') {
                return None;
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        let rest = self.rest();
        let quote = rest.chars().next()?;
        let triple = if quote == '"' { "\"\"\"" } else { "'''" };
        let long = rest.starts_with(triple);
        self.at += if long { 3 } else { 1 };
        if long {
            // A line break right after the opening quotes is not part of the text.
            let skip =
                if self.rest().starts_with("\r\n") { 2 } else { usize::from(self.rest().starts_with('\n')) };
            self.at += skip;
        }
        let mut out = String::new();
        loop {
            let c = self.rest().chars().next()?;
            if long && self.rest().starts_with(triple) {
                // Up to two quotes may stand before the closing three.
                let run = self.rest().bytes().take_while(|byte| *byte == c as u8).count().min(5);
                out.extend(std::iter::repeat_n(quote, run - 3));
                self.at += run;
                return Some(out);
            }
            self.at += c.len_utf8();
            match c {
                '\n' | '\r' if !long => return None,
                '\r' if self.rest().starts_with('\n') => {}
                _ if c == quote && !long => return Some(out),
                '\\' if quote == '"' => self.escape(long, &mut out)?,
                _ => out.push(c),
            }
        }
    }

    fn escape(&mut self, long: bool, out: &mut String) -> Option<()> {
        let c = self.rest().chars().next()?;
        let blanks = self.rest().trim_start_matches([' ', '\t']);
        if long && blanks.starts_with(['\n', '\r']) {
            self.at += self.rest().len() - self.rest().trim_start_matches([' ', '\t', '\r', '\n']).len();
            return Some(());
        }
        self.at += c.len_utf8();
        let digits = match c {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        out.push(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'b' => '\u{8}',
            'f' => '\u{c}',
            'e' => '\u{1b}',
            '"' | '\\' => c,
            _ if digits > 0 => {
                let code = u32::from_str_radix(self.rest().get(..digits)?, 16).ok()?;
                self.at += digits;
                char::from_u32(code)?
            }
            _ => return None,
        });
        Some(())
    }
}

/// What `word` is without quotes: a switch, a number or a date, which becomes text.
fn plain(word: &str) -> Option<Kind> {
    let digit = |c: char| c.is_ascii_digit();
    match word {
        "true" | "false" => Some(Kind::Bool(word == "true")),
        "inf" | "+inf" | "-inf" | "nan" => {
            Some(Kind::Number(word.replace("inf", ".inf").replace("nan", ".nan")))
        }
        _ if word.contains(':') || word.matches('-').count() > 1 => {
            word.starts_with(digit).then(|| Kind::String { value: word.to_owned(), style: Style::Plain })
        }
        _ => {
            let first = word.trim_start_matches(['+', '-']).starts_with(digit);
            let rest = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '+' | '-'));
            (first && rest).then(|| Kind::Number(word.replace('_', "")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_agent_files_use_is_read() {
        let text = "# top\nname = \"a\"\n'quoted key' = 'C:\\x'\nn = 1_000\ndate = 2026-01-02\nlist = [\n  \"x\", # one\n  'y',\n]\n\
            text = \"\"\"\nline \"one\" \\\n   joined\\u00e9\n\"\"\"\nraw = '''\na\\b''c'''\n\
            [mcp_servers.docs]\nenv = { A = \"1\", b.c = true }\n[[skills.config]]\npath = \"p\"\n[[skills.config]]\npath = \"q\"\n";
        let table = read(text).expect("sound");
        let get =
            |key: &str| table.iter().find(|(k, _)| k.as_str() == Some(key)).map(|(_, v)| v.clone()).unwrap();
        assert_eq!(get("name").as_str(), Some("a"));
        assert_eq!(get("quoted key").as_str(), Some("C:\\x"));
        assert_eq!(get("n").kind, Kind::Number("1000".into()));
        assert_eq!(get("date").as_str(), Some("2026-01-02"));
        assert_eq!(get("list").range.slice(text), "[\n  \"x\", # one\n  'y',\n]");
        assert_eq!(get("text").as_str(), Some("line \"one\" joinedé\n"));
        assert_eq!(get("raw").as_str(), Some("a\\b''c"));
        let Kind::Map(servers) = get("mcp_servers").kind else { panic!() };
        assert!(matches!(&servers[0].1.kind, Kind::Map(pairs) if pairs.len() == 1));
        let Kind::Map(skills) = get("skills").kind else { panic!() };
        assert!(matches!(&skills[0].1.kind, Kind::List(items) if items.len() == 2));
    }

    #[test]
    fn what_is_no_toml_is_refused() {
        for text in [
            "name",
            "name = ",
            "a = \"x",
            "[a",
            "a = 1 2",
            "---\nname: a\n---",
            "a = {b = 1",
            "= 1",
            "a = [1 2]",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
        assert!(read(&format!("a = {}", "[".repeat(100_000))).is_err());
        assert!(read(&format!("{}a = 1", "a.".repeat(100_000))).is_err());
        assert_eq!(read(""), Ok(Vec::new()));
    }
}
