//! What a reader refuses although it is sound YAML, found in the tree and beside it.

use std::collections::HashSet;

use super::{Dialect, IN_BRACKETS, Refused};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node, Style};

/// Looks for what a reader refuses although it is sound YAML.
pub(super) struct Check<'a> {
    pub(super) block: &'a str,
    /// Where the block begins in its text; nodes and refusals count in the text.
    pub(super) start: usize,
    pub(super) dialect: Dialect,
    /// Whether two keys of a map may be the same.
    pub(super) doubled: bool,
    /// Quoted and block scalars: anything may stand in them. For libyaml lists and maps in
    /// brackets too: there a tab is a blank.
    pub(super) free: Vec<TextRange>,
    /// Plain scalars, for libyaml alone.
    pub(super) plain: Vec<TextRange>,
}

impl<'a> Check<'a> {
    /// What is refused of a block, if anything.
    pub(super) fn refused(mut self, root: &Node) -> Option<Refused> {
        let tabs = self.block.contains('\t');
        self.node(root, None).or_else(|| if tabs { self.tab().or_else(|| self.tab_in_front()) } else { None })
    }

    pub(super) fn slice(&self, range: TextRange) -> &'a str {
        range.counted_from(self.start).slice(self.block)
    }

    /// The block up to byte `at` of the text.
    fn before(&self, at: usize) -> &'a str {
        self.block.get(..at.saturating_sub(self.start)).unwrap_or("")
    }

    /// The first such thing in `node`. `outer` is the column of the block list or map around it.
    fn node(&mut self, node: &Node, outer: Option<usize>) -> Option<Refused> {
        let (block, dialect) = (self.block, self.dialect);
        let refused = |why, range| Some(Refused { why, range });
        let written = self.slice(node.range);
        let flow = written.starts_with(['[', '{']);
        let quoted = match node.kind {
            Kind::String { style, .. } => style != Style::Plain,
            _ => false,
        };
        // What stands in brackets that are free is free with them.
        let inside = self.free.last().is_some_and(|last| last.end > node.range.start);
        if quoted && !inside {
            // A block scalar goes on to the end of its last line.
            let after = block.get(node.range.end.saturating_sub(self.start)..);
            let after = after.filter(|_| written.starts_with(['|', '>'])).unwrap_or("");
            let blanks = after.len() - after.trim_start_matches([' ', '\t']).len();
            self.free.push(TextRange::new(node.range.start, node.range.end + blanks));
        }
        if dialect == Dialect::SerdeYaml {
            if let Some(refused) = self.libyaml(node, written) {
                return Some(refused);
            }
            if flow && !inside {
                self.free.push(node.range);
            } else if matches!(node.kind, Kind::String { .. } | Kind::Bool(_) | Kind::Number(_)) && !quoted {
                self.plain.push(node.range);
            }
        }
        if dialect == Dialect::PyYaml {
            match &node.kind {
                Kind::Date(date) if !is_in_calendar(date) => {
                    return refused("a date is not one of the calendar", node.range);
                }
                Kind::String { value, style: Style::Plain } if value == "=" || value == "<<" => {
                    return refused("a value is a sign that its reader keeps for itself", node.range);
                }
                _ => {}
            }
        }
        if dialect == Dialect::NpmYaml
            && let Some(range) = (flow || quoted && written.starts_with(['"', '\'']))
                .then(|| unindented(written, node.range, outer?, flow))
                .flatten()
        {
            return refused("a line of a value over several lines is not indented", range);
        }
        // In brackets a plain value may go on at the left margin for others, but not for these.
        if dialect.is_js_yaml()
            && matches!(node.kind, Kind::String { style: Style::Plain, .. })
            && let Some(range) = outer.and_then(|outer| unindented(written, node.range, outer, false))
        {
            return refused("a line of a value over several lines is not indented", range);
        }
        let (Kind::List(_) | Kind::Map(_)) = &node.kind else { return None };
        let outer = if flow {
            if dialect == Dialect::StrictYaml {
                return refused(IN_BRACKETS, node.range);
            }
            outer
        } else {
            let line = self.before(node.range.start).rsplit(['\n', '\r']).next().unwrap_or("");
            if line.contains('\t') && (dialect.is_js_yaml() || dialect == Dialect::NpmYaml) {
                return refused("a tab stands where only spaces may indent", node.range);
            }
            Some(line.chars().count())
        };
        match &node.kind {
            Kind::List(items) => items.iter().find_map(|item| self.node(item, outer)),
            Kind::Map(pairs) => {
                let mut seen = HashSet::new();
                let mut inner = None;
                pairs.iter().find_map(|(key, value)| {
                    let name = key.as_str().unwrap_or_else(|| self.slice(key.range));
                    let absent = key.range.is_empty();
                    let keyless = matches!(dialect, Dialect::PyYaml | Dialect::SerdeYaml);
                    if absent && (keyless || dialect.is_js_yaml() && !flow) {
                        return refused("a colon stands without a key", key.range);
                    }
                    // To `serde_yaml` `1` and `"1"` are two keys.
                    let typed = dialect == Dialect::SerdeYaml && key.as_str().is_none();
                    if self.doubled && dialect != Dialect::PyYaml && !seen.insert((typed, name)) {
                        return refused("a key stands there twice", key.range);
                    }
                    let collection = matches!(key.kind, Kind::List(_) | Kind::Map(_));
                    if dialect == Dialect::PyYaml && collection {
                        return refused("a key is a list or a map", key.range);
                    }
                    let source = matches!(value.kind, Kind::List(_) | Kind::Map(_) | Kind::Alias { .. });
                    if dialect.merges() && key.as_str() == Some("<<") && !source {
                        return refused("`<<` is given something that is no map", value.range);
                    }
                    if dialect == Dialect::StrictYaml && matches!(value.kind, Kind::Map(_)) {
                        let column = column(self.before(value.range.start));
                        if *inner.get_or_insert(column) != column {
                            return refused("maps side by side are indented differently", value.range);
                        }
                    }
                    // As keys, these are read.
                    let sign = matches!(key.as_str(), Some("=" | "<<"));
                    let refused = if sign { None } else { self.node(key, outer) };
                    refused.or_else(|| self.node(value, outer))
                })
            }
            _ => None,
        }
    }

    /// What libyaml and `serde_yaml` refuse in one node.
    fn libyaml(&self, node: &Node, written: &str) -> Option<Refused> {
        let why = match &node.kind {
            Kind::Number(number) => {
                let digits = unsigned(number);
                let fits =
                    digits.parse::<u64>().is_ok() && (digits == number || number.parse::<i64>().is_ok());
                (!fits && digits.parse::<u128>().is_ok()).then_some("a number is too large")
            }
            Kind::String { style: Style::DoubleQuoted, .. } => {
                has_half_character(written).then_some("an escape in a value is half a character")
            }
            Kind::String { style: Style::Literal | Style::Folded, .. } => {
                has_tab_in_margin(written).then_some("a tab stands where a text is indented")
            }
            // Its own end is not known yet where the alias stands in what it points at.
            Kind::Alias { target: None, .. } => Some("an alias points at what it stands in"),
            _ => None,
        };
        Some(Refused { why: why?, range: node.range })
    }

    /// A tab before the first mark of a line, where libyaml takes spaces alone. In a plain scalar
    /// over several lines it may come after a space.
    fn tab_in_front(&self) -> Option<Refused> {
        if self.dialect != Dialect::SerdeYaml {
            return None;
        }
        let last = |ranges: &[TextRange], at: usize| {
            let count = ranges.partition_point(|range| range.start <= at);
            count.checked_sub(1).and_then(|last| ranges.get(last)).map_or(0, |range| range.end)
        };
        let mut from = self.start;
        for line in self.block.split_inclusive(['\n', '\r']) {
            let lead = line.len() - line.trim_start_matches([' ', '\t', '-']).len();
            let tab = line.get(..lead).and_then(|lead| lead.find('\t'));
            if let Some(tab) = tab {
                let at = from + tab;
                let (free, plain) = (last(&self.free, at), last(&self.plain, at));
                let blank = line.get(tab..).is_some_and(|rest| rest.trim().is_empty());
                let in_text = plain > at || blank && plain > free;
                if free <= at && (tab == 0 || !in_text) {
                    let range = TextRange::new(at, at + 1);
                    return Some(Refused { why: "a tab stands where only spaces may indent", range });
                }
            }
            from += line.len();
        }
        None
    }

    /// A tab outside quotes, block scalars and comments: PyYAML's scanner and those that come
    /// from it stop there.
    fn tab(&self) -> Option<Refused> {
        if !matches!(self.dialect, Dialect::PyYaml | Dialect::StrictYaml) {
            return None;
        }
        let mut start = self.start;
        let end = self.start + self.block.len();
        let ends = self.free.iter().map(|range| (range.start, range.end));
        let at = ends.chain([(end, end)]).find_map(|(end, next)| {
            let gap = self.slice(TextRange { start, end });
            let from = std::mem::replace(&mut start, next);
            let mut at = from;
            gap.split_inclusive(['\n', '\r']).find_map(|line| {
                let begins = line.trim_start_matches(' ').starts_with('#');
                let comment = if begins { Some(0) } else { line.find(" #") };
                let tab = line.get(..comment.unwrap_or(line.len())).and_then(|line| line.find('\t'));
                at += line.len();
                tab.map(|tab| at - line.len() + tab)
            })
        })?;
        Some(Refused { why: "a tab stands between its values", range: TextRange::new(at, at + 1) })
    }
}

/// Whether a date has a month, a day and a time that exist.
fn is_in_calendar(date: &str) -> bool {
    let mut parts = date.split(|c: char| !c.is_ascii_digit()).map(|part| part.parse::<u32>().unwrap_or(0));
    let mut next = || parts.next().unwrap_or(0);
    let (year, month, day) = (next(), next(), next());
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 if leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    year > 0
        && (1..=12).contains(&month)
        && (1..=days).contains(&day)
        && next() < 24
        && next() < 60
        && next() < 60
}

/// The column after `before`, in characters from 0.
fn column(before: &str) -> usize {
    before.rsplit(['\n', '\r']).next().unwrap_or("").chars().count()
}

/// The first line but one of what is `written` at `range` that is not indented by more than
/// `outer` spaces. A bracket that closes may stand right below the key.
fn unindented(written: &str, range: TextRange, outer: usize, flow: bool) -> Option<TextRange> {
    let mut at = range.start;
    for (number, line) in written.split('\n').enumerate() {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        let spared = content.trim_end_matches('\r').is_empty()
            || flow && (content.starts_with('#') || indent == outer && content.starts_with([']', '}']));
        if number > 0 && indent <= outer && !spared {
            return Some(TextRange::new(at, at + line.len()));
        }
        at += line.len() + 1;
    }
    None
}

fn unsigned(number: &str) -> &str {
    number.strip_prefix(['-', '+']).unwrap_or(number)
}

/// Whether a text in double quotes has an escape from D800 to DFFF.
fn has_half_character(written: &str) -> bool {
    let mut rest = written;
    while let Some((_, after)) = rest.split_once('\\') {
        let mut escape = after.chars();
        if matches!(escape.next(), Some('u'))
            && matches!(escape.next(), Some('d' | 'D'))
            && matches!(escape.next(), Some('8' | '9' | 'a'..='f' | 'A'..='F'))
        {
            return true;
        }
        rest = escape_end(after);
    }
    false
}

/// What follows the first character.
fn escape_end(text: &str) -> &str {
    let mut chars = text.chars();
    chars.next();
    chars.as_str()
}

/// Whether a line of a block scalar has a tab before its indentation is complete.
fn has_tab_in_margin(written: &str) -> bool {
    let mut width = None;
    written.lines().skip(1).any(|line| {
        let content = line.trim_start_matches(' ');
        let indent = line.len() - content.len();
        if width.is_none() && !content.is_empty() && !content.starts_with('\t') {
            width = Some(indent);
        }
        content.starts_with('\t') && width.is_none_or(|width| indent < width)
    })
}
