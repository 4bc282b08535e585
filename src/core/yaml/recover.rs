//! What can be saved of a block that the strict reader refuses.
//!
//! The block is cut before every line that begins a top-level key. A part that is sound alone
//! is taken as it is; a part that is not gives one or more faults and the text that its author
//! evidently meant. A fix is offered only after it was tried: with it the part is sound.

use super::parts::{Part, parts};
use super::scan::{
    bad_escapes, closing_bracket, closing_quote, lines, plain_colon, reserved, split_items, unescaped,
};
use super::strict::{self, Refusal};
use super::{Entry, Fault, FaultKind, Kind, MAX_ENTRIES, Node, Style, Yaml, needs_quotes, quote_edits};
use crate::core::diagnostic::{Edit, Fix, Safety, apply};
use crate::core::text::TextRange;

/// Reads a `block` that the strict reader refused for `refusal`.
pub(super) fn read(block: &str, refusal: Refusal, known: &dyn Fn(&str) -> bool) -> Yaml {
    let (preamble, parts) = parts(block, known);
    if parts.is_empty() {
        return Yaml { entries: Vec::new(), faults: vec![unexplained(block, whole(block), &refusal, None)] };
    }
    let mut yaml = Yaml::default();
    if let Err(refusal) = strict::read(preamble.slice(block)) {
        yaml.faults.push(unexplained(block, preamble, &refusal, None));
    }
    for part in parts.iter().take(MAX_ENTRIES) {
        read_part(block, part, &mut yaml);
    }
    if let Some(part) = parts.get(MAX_ENTRIES) {
        let range = part.key.range;
        yaml.faults.push(Fault { kind: FaultKind::TooMany, range, key: None, fixes: Vec::new() });
    }
    if yaml.faults.iter().all(|fault| is_remark(&fault.kind)) {
        yaml.faults.push(unexplained(block, whole(block), &refusal, None));
    }
    yaml
}

/// Whether a fault of this kind leaves the block readable.
fn is_remark(kind: &FaultKind) -> bool {
    use FaultKind::{Alias, Anchor, Comment, DuplicateKey, Tag, TooDeep};
    matches!(kind, Alias | Anchor | Comment | DuplicateKey { .. } | Tag | TooDeep)
}

fn whole(block: &str) -> TextRange {
    TextRange::new(0, block.len())
}

fn read_part(block: &str, part: &Part, yaml: &mut Yaml) {
    let slice = part.range.slice(block);
    match strict::read(slice) {
        Ok((root, faults)) => match root.map(|node| node.kind) {
            Some(Kind::Map(pairs)) => {
                let mut alone = Yaml {
                    entries: pairs.into_iter().map(|pair| super::entry(slice, pair, false)).collect(),
                    faults,
                };
                super::shift(&mut alone, part.range.start);
                yaml.entries.append(&mut alone.entries);
                yaml.faults.append(&mut alone.faults);
            }
            // `key:value`: sound YAML, but not a key.
            _ => Broken { block, part, faults: Vec::new(), value: None }.missing_space().finish(yaml),
        },
        Err(refusal) => {
            Broken { block, part, faults: Vec::new(), value: None }.explain(&refusal).finish(yaml)
        }
    }
}

/// A part that the strict reader refuses, while it is being understood.
struct Broken<'a> {
    block: &'a str,
    part: &'a Part,
    faults: Vec<Fault>,
    value: Option<Node>,
}

impl Broken<'_> {
    fn finish(self, yaml: &mut Yaml) {
        let written = self.part.value();
        let value = self.value.unwrap_or_else(|| Node {
            kind: Kind::String { value: written.slice(self.block).to_owned(), style: Style::Plain },
            range: written,
        });
        yaml.entries.push(Entry { key: self.part.key.clone(), value, broken: true });
        yaml.faults.extend(self.faults);
    }

    fn missing_space(mut self) -> Self {
        let range = TextRange::new(self.part.key.range.start, self.part.key.range.end + 1);
        // A no-break space looks like a blank and is none.
        let after = self.block.get(range.end..).unwrap_or("");
        let invisible = |c: char| c.is_whitespace() && !c.is_ascii() || matches!(c, '\u{200b}' | '\u{feff}');
        let length = after.len() - after.trim_start_matches(invisible).len();
        let joined = after.get(length..).is_some_and(|rest| !rest.starts_with(' '));
        let blank = if joined { " " } else { "" };
        let edit = Edit::replace(TextRange::new(range.end, range.end + length), blank);
        self.push(FaultKind::MissingSpace, range, "Put a space after the colon", Safety::Safe, vec![edit]);
        self
    }

    fn explain(mut self, refusal: &Refusal) -> Self {
        if self.part.joined {
            return self.missing_space();
        }
        if self.tabs() {
            return self;
        }
        let first = self.part.first.slice(self.block);
        match first.chars().next() {
            // Nothing but a comment, perhaps.
            None | Some('#') => self.nested(refusal),
            Some(quote @ ('"' | '\'')) => self.quoted(quote, refusal),
            Some(open @ ('[' | '{')) => self.bracketed(open, refusal),
            Some(c) if reserved(first, c) => {
                let end = self.part.first.start + c.len_utf8();
                let range = TextRange::new(self.part.first.start, end);
                self.text(FaultKind::ReservedCharacter(c), range);
            }
            Some(_) => self.plain(refusal),
        }
        self
    }

    /// Tabs as indentation. Read with a blank in place of each tab, which moves no byte.
    fn tabs(&mut self) -> bool {
        let slice = self.part.range.slice(self.block);
        let mut tabs = Vec::new();
        let mut at = self.part.range.start;
        for line in slice.split_inclusive('\n') {
            let indent = line.len() - line.trim_start_matches([' ', '\t']).len();
            for (offset, c) in line.get(..indent).unwrap_or("").char_indices() {
                if c == '\t' {
                    tabs.push(TextRange::new(at + offset, at + offset + 1));
                }
            }
            at += line.len();
        }
        let Some(first) = tabs.first().copied() else { return false };
        let edits: Vec<Edit> = tabs.iter().map(|tab| Edit::replace(*tab, "  ")).collect();
        let blanks: Vec<Edit> = tabs.iter().map(|tab| Edit::replace(*tab, " ")).collect();
        self.value = self.value_after(&blanks);
        if self.value.is_none() && self.value_after(&edits).is_none() {
            return false;
        }
        let run = slice.get(first.start - self.part.range.start..).unwrap_or("");
        let length = run.len() - run.trim_start_matches('\t').len();
        let range = TextRange::new(first.start, first.start + length);
        self.push(FaultKind::TabIndentation, range, "Indent with spaces", Safety::Safe, edits);
        true
    }

    fn quoted(&mut self, quote: char, refusal: &Refusal) {
        let first = self.part.first;
        let start = first.start;
        let rest = self.part.value().slice(self.block);
        if refusal.bad_escape {
            let bad: Vec<TextRange> = bad_escapes(rest).map(|range| range.shifted(start)).collect();
            if let Some(one) = bad.first().copied() {
                let edits: Vec<Edit> = bad.iter().map(|range| Edit::insert(range.start, "\\")).collect();
                // With other escapes beside them it is not sure that all were meant as text.
                let sure = rest.matches('\\').count() == bad.len();
                let safety = if sure { Safety::Safe } else { Safety::Review };
                self.value = self.value_after(&edits).map(|node| self.in_place(node));
                return self.push(FaultKind::BadEscape, one, "Double the backslash", safety, edits);
            }
        }
        let Some(closed) = closing_quote(rest, quote) else {
            let edits = vec![Edit::insert(first.end, quote)];
            let inner = TextRange::new(start + 1, first.end);
            self.value = Some(self.string(inner.slice(self.block), first));
            return self.push(FaultKind::UnclosedQuote, first, "Close the quote", Safety::Review, edits);
        };
        let after = TextRange::new(start + closed, first.end.max(start + closed));
        if after.is_empty() {
            return self.other(refusal);
        }
        // Names in quotes of their own: a list that lacks its brackets.
        if self.part.key.value.ends_with("ools") && after.slice(self.block).trim_start().starts_with(',') {
            let edits = vec![Edit::insert(first.start, "["), Edit::insert(first.end, "]")];
            self.value = self.value_after(&edits);
            if self.value.is_some() {
                let title = "Put the list in brackets";
                return self.push(FaultKind::TextAfterValue, after, title, Safety::Safe, edits);
            }
        }
        let text = first.slice(self.block);
        let inner = text.strip_prefix(quote).and_then(|text| text.strip_suffix(quote));
        if let Some(inner) = inner.filter(|_| self.part.more.is_empty()) {
            let mark = if quote == '"' { "\\" } else { "'" };
            let edits: Vec<Edit> =
                unescaped(inner, quote).map(|at| Edit::insert(start + 1 + at, mark)).collect();
            let fits = self.value_after(&edits).is_some_and(|node| node.as_str().is_some());
            if fits {
                self.value = Some(self.string(inner, first));
                let title = "Escape the inner quotes";
                return self.push(FaultKind::TextAfterValue, after, title, Safety::Safe, edits);
            }
        }
        self.text(FaultKind::TextAfterValue, TextRange::new(after.start, first.end));
    }

    fn bracketed(&mut self, open: char, refusal: &Refusal) {
        let first = self.part.first;
        let end = self.part.value().end;
        let written = self.part.value().slice(self.block);
        let close = if open == '[' { ']' } else { '}' };
        match closing_bracket(written) {
            None => {
                let edits = vec![Edit::insert(end, close)];
                self.value = self.value_after(&edits).map(|node| self.in_place(node));
                let title = if open == '[' { "Close the list" } else { "Close the map" };
                let safety = if self.value.is_some() { Safety::Safe } else { Safety::Review };
                self.push(
                    FaultKind::UnclosedBracket(open),
                    TextRange::new(first.start, end),
                    title,
                    safety,
                    edits,
                );
            }
            Some(length) if first.start + length < end => {
                let after = TextRange::new(first.start + length, first.end.max(first.start + length));
                self.text(FaultKind::TextAfterValue, after);
            }
            Some(_) if open == '[' => self.items(refusal),
            Some(_) => self.other(refusal),
        }
    }

    /// A closed list with an item that is no YAML: `[Read, Bash(git: *)]`, `[*]`.
    fn items(&mut self, refusal: &Refusal) {
        let first = self.part.first;
        let inner = TextRange::new(first.start + 1, first.end.saturating_sub(1).max(first.start + 1));
        let mut edits = Vec::new();
        let mut fault = None;
        let mut nodes = Vec::new();
        for item in split_items(inner.slice(self.block)) {
            let item = item.shifted(inner.start);
            let text = item.slice(self.block);
            let quoted = text.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']));
            nodes.push(self.string(quoted.unwrap_or(text), item));
            if text.starts_with(['"', '\'', '[', '{']) || !needs_quotes(text) && !text.contains(['[', '{']) {
                continue;
            }
            edits.extend(quote_edits(self.block, item));
            let colon = text.find(": ").map(|at| TextRange::new(item.start + at, item.start + at + 1));
            fault.get_or_insert(match (colon, text.chars().next()) {
                (Some(colon), _) => (FaultKind::UnquotedColon, colon),
                (None, Some(c)) => (FaultKind::ReservedCharacter(c), item),
                (None, None) => (FaultKind::Other(refusal.message.clone()), item),
            });
        }
        match fault {
            Some((kind, range)) if self.value_after(&edits).is_some() => {
                self.value = Some(Node { kind: Kind::List(nodes), range: first });
                self.push(kind, range, "Quote the item", Safety::Safe, edits);
            }
            _ => self.other(refusal),
        }
    }

    fn plain(&mut self, refusal: &Refusal) {
        let written = self.part.value();
        if let Some(colon) = plain_colon(written.slice(self.block)) {
            let at = written.start + colon;
            return self.text(FaultKind::UnquotedColon, TextRange::new(at, at + 1));
        }
        let unindented = lines(self.block, self.part.more)
            .find(|line| line.slice(self.block).starts_with(|c: char| !c.is_whitespace()));
        match unindented {
            Some(line) => {
                let below = lines(self.block, self.part.more).filter(|line| !line.is_empty());
                let edits: Vec<Edit> = below.map(|line| Edit::insert(line.start, "  ")).collect();
                if let Some(node) = self.value_after(&edits).filter(|node| node.as_str().is_some()) {
                    self.value = Some(self.string(node.as_str().unwrap_or(""), written));
                    return self.push(
                        FaultKind::UnindentedLine,
                        line,
                        "Indent the line",
                        Safety::Safe,
                        edits,
                    );
                }
                self.text(FaultKind::UnindentedLine, line);
            }
            None => self.other(refusal),
        }
    }

    /// The value is text that YAML reads otherwise: quoted on one line, a block on several.
    fn text(&mut self, kind: FaultKind, range: TextRange) {
        let first = self.part.first;
        if self.part.more.is_empty() {
            let edits = quote_edits(self.block, first);
            self.value = Some(self.string(first.slice(self.block), first));
            return self.push(kind, range, "Quote the value", Safety::Safe, edits);
        }
        let written = self.part.value();
        if !first.slice(self.block).starts_with(['|', '>']) {
            let line_break = if self.block.contains("\r\n") { "\r\n" } else { "\n" };
            let mut edits = vec![Edit::insert(first.start, format!("|-{line_break}  "))];
            let below =
                lines(self.block, self.part.more).filter(|line| !line.slice(self.block).trim().is_empty());
            edits.extend(below.map(|line| Edit::insert(line.start, "  ")));
            self.value = Some(self.string(written.slice(self.block), written));
            let title = "Make the value a text block";
            return self.push(kind, range, title, Safety::Safe, edits);
        }
        self.push(kind, range, "Quote the value", Safety::Review, quote_edits(self.block, first));
    }

    /// A block below the key: faults line by line.
    fn nested(&mut self, refusal: &Refusal) {
        let mut found = Vec::new();
        for line in lines(self.block, self.part.more) {
            let text = line.slice(self.block);
            let content = text.trim_start_matches([' ', '-']);
            let Some((_, after)) = content.split_once(": ") else { continue };
            let value = after.trim();
            if value.is_empty()
                || value.starts_with(['"', '\'', '[', '{', '|', '>', '#'])
                || content.starts_with('#')
            {
                continue;
            }
            let start = line.end - after.trim_start().len();
            let place = TextRange::new(start, start + value.len());
            if let Some(colon) = plain_colon(value) {
                found.push((
                    FaultKind::UnquotedColon,
                    TextRange::new(start + colon, start + colon + 1),
                    place,
                ));
            } else if let Some(c) = value.chars().next().filter(|c| reserved(value, *c)) {
                let range = TextRange::new(start, start + c.len_utf8());
                found.push((FaultKind::ReservedCharacter(c), range, place));
            }
        }
        let all: Vec<Edit> = found.iter().flat_map(|(_, _, place)| quote_edits(self.block, *place)).collect();
        let value = (!found.is_empty()).then(|| self.value_after(&all)).flatten();
        let Some(value) = value else { return self.other(refusal) };
        self.value = Some(self.in_place(value));
        for (kind, range, place) in found {
            let edits = quote_edits(self.block, place);
            let fix = Fix::new("Quote the value", Safety::Safe, edits);
            self.faults.push(Fault { kind, range, key: Some(self.part.key.value.clone()), fixes: vec![fix] });
        }
    }

    fn other(&mut self, refusal: &Refusal) {
        let key = Some(self.part.key.value.clone());
        self.faults.push(unexplained(self.block, self.part.range, refusal, key));
    }

    /// Records a fault, with its fix if that makes the part sound.
    fn push(&mut self, kind: FaultKind, range: TextRange, title: &str, safety: Safety, edits: Vec<Edit>) {
        let fixes = match self.value_after(&edits) {
            Some(_) => vec![Fix::new(title, safety, edits)],
            None => Vec::new(),
        };
        self.faults.push(Fault { kind, range, key: Some(self.part.key.value.clone()), fixes });
    }

    /// The value of the part's own key with `edits` applied, if the part is then sound. Ranges are
    /// those of what is written.
    fn value_after(&self, edits: &[Edit]) -> Option<Node> {
        let start = self.part.range.start;
        let local: Vec<Edit> = edits
            .iter()
            .map(|edit| {
                let range = TextRange::new(edit.range.start - start, edit.range.end - start);
                Edit::replace(range, edit.text.clone())
            })
            .collect();
        let fixed = apply(self.part.range.slice(self.block), &local);
        let Kind::Map(pairs) = strict::read(&fixed).ok()?.0?.kind else { return None };
        let mut pairs = pairs.into_iter();
        match (pairs.next(), pairs.next()) {
            (Some((key, mut value)), None) if key.range.len() == self.part.key.range.len() => {
                take_back(&mut value, &Moves::of(&local));
                super::shift_node(&mut value, start);
                Some(value)
            }
            _ => None,
        }
    }

    /// `node`, in place of all that stands behind the key.
    fn in_place(&self, mut node: Node) -> Node {
        node.range = self.part.value();
        node
    }

    fn string(&self, value: &str, range: TextRange) -> Node {
        Node { kind: Kind::String { value: value.to_owned(), style: Style::Plain }, range }
    }
}

/// Gives each range of `node` as it was before the edits of `moves`.
fn take_back(node: &mut Node, moves: &Moves) {
    let back = |range: TextRange| TextRange::new(moves.before(range.start), moves.before(range.end));
    node.range = back(node.range);
    match &mut node.kind {
        Kind::List(items) => items.iter_mut().for_each(|item| take_back(item, moves)),
        Kind::Map(pairs) => pairs.iter_mut().for_each(|(key, value)| {
            take_back(key, moves);
            take_back(value, moves);
        }),
        Kind::Alias { target: Some(target), .. } => *target = back(*target),
        _ => {}
    }
}

/// What edits have moved, to be asked of many places.
struct Moves(Vec<Move>);

/// One edit: where its text stands in the changed text, and what it stands for.
struct Move {
    now: TextRange,
    was: TextRange,
}

impl Moves {
    /// Those of `edits`, which are sorted.
    fn of(edits: &[Edit]) -> Self {
        let (mut more, mut less) = (0, 0);
        let moved = |edit: &Edit| {
            let start = edit.range.start + more - less;
            more += edit.text.len();
            less += edit.range.len();
            Move { now: TextRange::new(start, start + edit.text.len()), was: edit.range }
        };
        Self(edits.iter().map(moved).collect())
    }

    /// Where byte `at` of the changed text was before. All that an edit put in was where its end is.
    fn before(&self, at: usize) -> usize {
        let count = self.0.partition_point(|it| it.now.start < at);
        match count.checked_sub(1).and_then(|last| self.0.get(last)) {
            Some(last) => last.was.end + at.saturating_sub(last.now.end),
            None => at,
        }
    }
}

fn unexplained(block: &str, within: TextRange, refusal: &Refusal, key: Option<String>) -> Fault {
    let at = if within.len() == block.len() { refusal.offset } else { within.start + refusal.offset };
    let at = at.min(within.end.max(1) - 1).max(within.start);
    let at = crate::core::text::floor_boundary(block, at);
    let rest = block.get(at..).unwrap_or("");
    let length = rest.find(['\n', '\r']).unwrap_or(rest.len());
    let length = if length == 0 { rest.chars().next().map_or(0, char::len_utf8) } else { length };
    let range = TextRange::new(at, at + length);
    Fault { kind: FaultKind::Other(refusal.message.clone()), range, key, fixes: Vec::new() }
}
