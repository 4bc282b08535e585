//! Giving the text of a rendered page its Markdown back.
//!
//! What the eye saw as a heading, a list or a bold word is a bare line in the copied text.
//! This puts back what the lines still tell: a short line without a full stop above other
//! lines was a heading; a heading right below another was one level deeper; lines with marks,
//! or several of the shape `Term: text`, were a list; the terms were bold. All of it is
//! listed as guessed.

use super::{GuessKind, slug};
use crate::core::text::TextRange;

/// Something to tell about the restored text.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) kind: GuessKind,
    pub(super) message: String,
    /// Bytes of the restored text.
    pub(super) range: TextRange,
    /// Bytes of the text that was given.
    pub(super) source: TextRange,
}

/// Text and what to tell about it.
#[derive(Debug, Default)]
pub(super) struct Body {
    pub(super) text: String,
    pub(super) source: TextRange,
    pub(super) marks: Vec<Mark>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Heading(usize),
    Paragraph,
    /// An item, how deep, and its number if it has one.
    Item(usize, Option<usize>),
    /// A row of a table, of cells between tabs.
    Row,
    /// A line of code, or of anything that is kept as it is.
    Code,
}

#[derive(Debug)]
struct Block {
    shape: Shape,
    /// The line without its mark.
    text: TextRange,
    /// The list that it belongs to, or the group of lines.
    group: usize,
    /// Whether the list or the heading had no mark.
    guessed: bool,
}

/// Whether the lines of `text` show marks of Markdown that a page would not: then it is none.
pub(super) fn is_markdown(text: &str, lines: &[TextRange]) -> bool {
    lines.iter().any(|line| {
        let line = line.slice(text);
        let level = line.bytes().take_while(|byte| *byte == b'#').count();
        (1..=6).contains(&level) && line.get(level..).is_some_and(|rest| rest.starts_with(' '))
            || line.starts_with("```")
            || line.starts_with("- **")
    })
}

/// Restores `lines` of `text`, a page about the agent `name`.
pub(super) fn restore(text: &str, lines: &[TextRange], name: &str) -> Body {
    let mut reader = Reader { text, blocks: Vec::new(), group: 0, spaced: spaced(text, lines) };
    reader.read(lines);
    let mut blocks = reader.blocks;
    levels(text, &mut blocks, name);
    write(text, &blocks)
}

/// Whether blank lines part the blocks of the page, so that lines without one belong together.
fn spaced(text: &str, lines: &[TextRange]) -> bool {
    let blank = |line: Option<&TextRange>| line.is_none_or(|line| line.slice(text).trim().is_empty());
    let (mut alone, mut all) = (0, 0);
    for (at, line) in lines.iter().enumerate() {
        let written = line.slice(text);
        if mark(written).is_none() && heading_like(written) {
            all += 1;
            alone += usize::from(blank(lines.get(at + 1)));
        }
    }
    // In a page without marks items look like headings too, so a third is enough.
    alone * 3 > all
}

/// The mark of a list at the start of `line`: how deep, its number, and where the text begins.
fn mark(line: &str) -> Option<(usize, Option<usize>, usize)> {
    let inner = line.trim_start();
    let blanks = line.len() - inner.len();
    let depth = blanks / 2;
    let first = inner.chars().next()?;
    let symbol = match first {
        '-' | '*' | '•' | '·' | '–' | '●' | '‣' => Some(depth),
        '◦' | '○' => Some(depth.max(1)),
        '▪' | '■' => Some(depth.max(2)),
        _ => None,
    };
    if let Some(depth) = symbol {
        let rest = inner.get(first.len_utf8()..)?;
        let text = rest.trim_start();
        let parted = text.len() < rest.len() || rest.is_empty() || matches!(first, '•' | '◦' | '●' | '▪');
        return parted.then_some((depth.min(4), None, line.len() - text.len()));
    }
    let digits = inner.bytes().take_while(u8::is_ascii_digit).count();
    let number = inner.get(..digits)?.parse().ok().filter(|_| digits < 4)?;
    let rest = inner.get(digits..)?.strip_prefix(['.', ')'])?;
    let text = rest.trim_start();
    (text.len() < rest.len() || rest.is_empty()).then_some((
        depth.min(4),
        Some(number),
        line.len() - text.len(),
    ))
}

/// Whether `line` could have been a heading.
fn heading_like(line: &str) -> bool {
    let line = line.trim();
    let first = line.chars().next().unwrap_or(' ');
    !line.is_empty()
        && line.chars().count() <= 80
        && line.split_whitespace().count() <= 10
        && !line.ends_with(['.', ',', ';', ':', '!', '…', '"', '”', '`'])
        && !line.contains('\t')
        && !line.contains(". ")
        && !first.is_lowercase()
        && !first.is_ascii_punctuation()
        && term(line).is_none()
}

/// The length of `Term` in `Term: text`.
fn term(line: &str) -> Option<usize> {
    let at = line.find(": ").or_else(|| line.find(" – ")).or_else(|| line.find(" — "))?;
    let term = line.get(..at)?;
    let words = term.split_whitespace().count();
    let sound = (1..=7).contains(&words)
        && term.chars().count() <= 60
        && term.starts_with(|c: char| {
            c.is_alphanumeric() && !c.is_lowercase() || !c.is_ascii() && !c.is_lowercase()
        })
        && !term.contains(['"', '“', '`', '*', '?', '!'])
        && !term.contains(". ");
    sound.then_some(at)
}

fn code_like(line: &str) -> bool {
    let trimmed = line.trim();
    line.starts_with(['\t']) && !trimmed.contains('\t')
        || line.starts_with("    ")
        || trimmed.ends_with(['{', '}', ';'])
        || trimmed.starts_with("$ ")
        || trimmed.starts_with("//")
        || trimmed.starts_with("#!")
        || trimmed.ends_with(");")
}

struct Reader<'a> {
    text: &'a str,
    blocks: Vec<Block>,
    group: usize,
    spaced: bool,
}

impl Reader<'_> {
    fn push(&mut self, shape: Shape, text: TextRange, guessed: bool) {
        let trimmed = if shape == Shape::Code { text } else { trim(self.text, text) };
        self.blocks.push(Block { shape, text: trimmed, group: self.group, guessed });
    }

    fn read(&mut self, lines: &[TextRange]) {
        let mut at = 0;
        // Whether a mark alone on its line began the list: what has a mark then lies below it.
        let mut below: usize = 0;
        while let Some(line) = lines.get(at) {
            let written = line.slice(self.text);
            if written.trim().is_empty() {
                self.group += usize::from(below == 0);
                at += 1;
                continue;
            }
            if let Some((depth, number, start)) = mark(written) {
                if start < written.len() {
                    let own = TextRange::new(line.start + start, line.end);
                    self.push(Shape::Item(depth + below, number), own, false);
                    at += 1;
                    continue;
                }
                // The mark stands alone: its text is the next line that has any.
                let next = lines
                    .iter()
                    .enumerate()
                    .skip(at + 1)
                    .find(|(_, line)| !line.slice(self.text).trim().is_empty());
                at = match next {
                    Some((next, text)) if mark(text.slice(self.text)).is_none() => {
                        self.push(Shape::Item(depth, number), *text, true);
                        below = 1;
                        next + 1
                    }
                    _ => at + 1,
                };
                continue;
            }
            self.group += 1;
            below = 0;
            let end = self.run(lines, at);
            self.plain(lines.get(at..end).unwrap_or_default(), lines.get(end));
            self.group += 1;
            at = end;
        }
    }

    /// Where the run of lines without marks and blank lines ends that begins at `from`.
    fn run(&self, lines: &[TextRange], from: usize) -> usize {
        let more = lines.iter().skip(from).take_while(|line| {
            let written = line.slice(self.text);
            !written.trim().is_empty() && mark(written).is_none()
        });
        from + more.count()
    }

    /// Lines without marks, up to `next`.
    fn plain(&mut self, lines: &[TextRange], next: Option<&TextRange>) {
        let text = self.text;
        let at = |index: usize| lines.get(index).map_or("", |line| line.slice(text));
        let count = |test: &dyn Fn(&str) -> bool| lines.iter().filter(|line| test(line.slice(text))).count();
        let items_follow = next.is_some_and(|line| mark(line.slice(text)).is_some());
        if lines.len() > 1 && count(&|line| line.trim_end().contains('\t')) == lines.len() {
            lines.iter().for_each(|line| self.push(Shape::Row, *line, true));
            return;
        }
        if lines.len() > 1 && count(&code_like) * 2 >= lines.len() {
            lines.iter().for_each(|line| self.push(Shape::Code, *line, true));
            return;
        }
        // The heading above a group without a blank line between.
        let mut index = 0;
        while index < lines.len() {
            let rest = lines.get(index..).unwrap_or_default();
            let Some(here) = lines.get(index) else { return };
            let terms = rest.iter().take_while(|line| term(line.slice(text)).is_some()).count();
            if terms >= 2 {
                index += terms;
                self.list(rest.get(..terms).unwrap_or_default());
                continue;
            }
            let short = rest.iter().take_while(|line| heading_like(line.slice(text))).count();
            let announced = index > 0 && at(index - 1).trim_end().ends_with(':');
            let last = index + short >= lines.len();
            // Short lines below one that announces them are items; so are those that are too
            // many to be headings. The last one may be the heading of what follows.
            let heads = usize::from(!last || items_follow && !self.spaced);
            let many = self.spaced && index == 0 && short > 1 && short == rest.len() && !items_follow;
            if (announced || many || short >= 5) && short >= heads + 2 {
                let first = usize::from(!announced && !many);
                if first == 1 {
                    self.push(Shape::Heading(0), *here, true);
                }
                self.list(rest.get(first..short - heads).unwrap_or_default());
                index += short - heads;
                continue;
            }
            // Nothing that a page parts with blank lines has two paragraphs in one group.
            let prose = rest.len();
            if self.spaced
                && prose > 1
                && (announced || index == 1 && matches!(self.last(), Some(Shape::Heading(_))))
            {
                self.list(rest);
                return;
            }
            let ends = index + 1 == lines.len() && next.is_none() && !items_follow;
            if short > 0 && !ends {
                self.push(Shape::Heading(0), *here, true);
            } else {
                self.push(Shape::Paragraph, *here, false);
            }
            self.group += 1;
            index += 1;
        }
    }

    fn last(&self) -> Option<Shape> {
        self.blocks.last().map(|block| block.shape)
    }

    fn list(&mut self, lines: &[TextRange]) {
        self.group += 1;
        lines.iter().for_each(|line| self.push(Shape::Item(0, None), *line, true));
        self.group += 1;
    }
}

fn trim(text: &str, range: TextRange) -> TextRange {
    let written = range.slice(text);
    let start = range.start + written.len() - written.trim_start().len();
    TextRange::new(start, start + written.trim().len())
}

/// Words that name a part of a prompt: a heading with one of them begins a new part.
static PARTS: &[&str] = &[
    "approach",
    "anti-pattern",
    "avoid",
    "boundarie",
    "capabilitie",
    "checklist",
    "collaboration",
    "common",
    "constraint",
    "context",
    "deliverable",
    "example",
    "expertise",
    "focus",
    "format",
    "goal",
    "guideline",
    "identity",
    "instruction",
    "limitation",
    "methodology",
    "mission",
    "mistake",
    "note",
    "objective",
    "output",
    "overview",
    "pitfall",
    "practice",
    "principle",
    "process",
    "purpose",
    "reference",
    "reporting",
    "responsibilitie",
    "role",
    "rule",
    "scope",
    "standard",
    "step",
    "summary",
    "tone",
    "when",
    "workflow",
];

/// The words of a title, in lower case and without the s of the plural.
fn words(title: &str) -> impl Iterator<Item = String> {
    title
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .map(|word| word.to_lowercase().trim_end_matches('s').to_owned())
        .filter(|word| word.chars().count() > 2)
}

/// Gives the headings their levels.
fn levels(text: &str, blocks: &mut [Block], name: &str) {
    let is_heading =
        |block: Option<&Block>| block.is_some_and(|block| matches!(block.shape, Shape::Heading(_)));
    let mut before = 0;
    let mut parent: Option<String> = None;
    // What the sections below the parent hold.
    let mut sibling: Option<Shape> = None;
    for at in 0..blocks.len() {
        if !is_heading(blocks.get(at)) {
            continue;
        }
        let title = blocks.get(at).map_or("", |block| block.text.slice(text)).to_owned();
        let next = is_heading(blocks.get(at + 1));
        let content = blocks.get(at + 1).map(|block| block.shape);
        let below = |parent: &str| words(&title).any(|word| words(parent).any(|other| other == word));
        let level = if at > 0 && is_heading(blocks.get(at - 1)) {
            (before + 1).min(4)
        } else if at == 0 && (slug(&title) == slug(name) || next && is_heading(blocks.get(2))) {
            1
        } else if next {
            2
        } else {
            match &parent {
                Some(parent) if below(parent) => 3,
                Some(_) if words(&title).any(|word| PARTS.contains(&word.as_str())) => 2,
                Some(_) if sibling.is_some() && sibling != content => 2,
                Some(_) => 3,
                None => 2,
            }
        };
        match level {
            1 => (parent, sibling) = (None, None),
            2 => (parent, sibling) = (next.then_some(title), None),
            _ if !next => sibling = sibling.or(content),
            _ => {}
        }
        before = level;
        if let Some(block) = blocks.get_mut(at) {
            block.shape = Shape::Heading(level);
        }
    }
}

fn write(text: &str, blocks: &[Block]) -> Body {
    let mut body = Body::default();
    let bold = bold_terms(text, blocks);
    let mut marked: Option<usize> = None;
    // How far the items of each depth are indented: below the text of the item above.
    let mut margins = [0_usize; 8];
    for (at, block) in blocks.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| blocks.get(at));
        let same = before.is_some_and(|before| joins(before, block));
        if let Some(before) = before {
            if before.shape == Shape::Code && !same {
                body.text.push_str("```\n");
            }
            if !same {
                body.text.push('\n');
            }
        }
        let start = body.text.len();
        let written = block.text.slice(text);
        let guess = match block.shape {
            Shape::Heading(level) => {
                body.text.extend(std::iter::repeat_n('#', level));
                body.text.push(' ');
                body.text.push_str(written);
                let levels = [
                    "",
                    "the title",
                    "a heading",
                    "a heading below another",
                    "a heading of the fourth level",
                ];
                let what = levels.get(level).copied().unwrap_or("a heading");
                Some(["“", written, "” is taken for ", what, "."].concat())
            }
            Shape::Paragraph => {
                body.text.push_str(written);
                None
            }
            Shape::Item(depth, number) => {
                let margin = margins.get(depth).copied().unwrap_or(0);
                body.text.extend(std::iter::repeat_n(' ', margin));
                let begun = body.text.len();
                number_or_mark(&mut body.text, number);
                if let Some(next) = margins.get_mut(depth + 1) {
                    *next = margin + body.text.len() - begun;
                }
                item(&mut body.text, written, bold.get(at).copied().flatten())
                    .or_else(|| block.guessed.then(|| "These lines are taken for a list.".to_owned()))
            }
            Shape::Row => row(&mut body.text, written, !same),
            Shape::Code => {
                if !same {
                    body.text.push_str("```\n");
                }
                body.text.push_str(written);
                (!same).then(|| "These lines are taken for code.".to_owned())
            }
        };
        let range = TextRange::new(start, body.text.len());
        body.text.push('\n');
        // One note for each list, not for each of its lines.
        let list = matches!(block.shape, Shape::Item(..));
        let is_new = !list || marked != Some(block.group);
        if let Some(message) = guess
            && (block.guessed || list)
            && is_new
        {
            marked = list.then_some(block.group);
            body.marks.push(Mark { kind: GuessKind::Guessed, message, range, source: block.text });
        }
    }
    if blocks.last().is_some_and(|block| block.shape == Shape::Code) {
        body.text.push_str("```\n");
    }
    body
}

/// Whether no blank line stands between the two.
fn joins(before: &Block, block: &Block) -> bool {
    match (before.shape, block.shape) {
        (Shape::Item(..), Shape::Item(..)) => before.group == block.group,
        (Shape::Row, Shape::Row) | (Shape::Code, Shape::Code) => before.group == block.group,
        _ => false,
    }
}

fn number_or_mark(out: &mut String, number: Option<usize>) {
    match number {
        Some(number) => {
            out.push_str(&number.to_string());
            out.push_str(". ");
        }
        None => out.push_str("- "),
    }
}

fn item(out: &mut String, written: &str, bold: Option<usize>) -> Option<String> {
    let Some(length) = bold else {
        out.push_str(written);
        return None;
    };
    let (term, rest) = written.split_at_checked(length).unwrap_or((written, ""));
    out.push_str("**");
    out.push_str(term);
    out.push_str("**");
    out.push_str(rest);
    Some(["The terms of this list are taken for bold, such as “", term, "”."].concat())
}

/// A row of a table; under the first one comes the line that makes it a head.
fn row(out: &mut String, written: &str, first: bool) -> Option<String> {
    let cells = written.split('\t');
    let count = cells.clone().count();
    out.push('|');
    for cell in cells {
        out.push(' ');
        out.push_str(&cell.trim().replace('|', "\\|"));
        out.push_str(" |");
    }
    if first {
        out.push_str("\n|");
        out.extend(std::iter::repeat_n(" --- |", count));
    }
    first.then(|| "These lines are taken for a table.".to_owned())
}

/// For each block how much of it is a bold term.
fn bold_terms(text: &str, blocks: &[Block]) -> Vec<Option<usize>> {
    let mut bold = vec![None; blocks.len()];
    let depth = |block: &Block| match block.shape {
        Shape::Item(depth, _) => Some(depth),
        _ => None,
    };
    let mut start = 0;
    while let Some(first) = blocks.get(start) {
        let list = blocks
            .iter()
            .skip(start)
            .take_while(|other| other.group == first.group && depth(other).is_some());
        let end = start + list.count().max(1);
        for level in 0..=5 {
            let items: Vec<usize> =
                (start..end).filter(|at| blocks.get(*at).and_then(depth) == Some(level)).collect();
            let length = |at: usize| {
                let block = blocks.get(at)?;
                let heads = blocks.get(at + 1).filter(|_| at + 1 < end).and_then(depth) > Some(level);
                let written = block.text.slice(text);
                // An item that only heads others is a term as a whole.
                term(written).or((heads && heading_like(written)).then_some(written.len()))
            };
            if items.iter().all(|at| length(*at).is_some()) {
                for at in items {
                    if let Some(slot) = bold.get_mut(at) {
                        *slot = length(at);
                    }
                }
            }
        }
        start = end;
    }
    bold
}
