//! Patterns over texts and paths: regular expressions without back-references, and globs.
//!
//! Own code, because the page is downloaded: the smallest published matcher is several times
//! this size. A search takes time in proportion to text times pattern, whatever the pattern,
//! and counts its work, so that a caller can give up.

/// The most instructions that a pattern may need.
const MAX_PROGRAM: usize = 4_000;

/// How deep groups may be nested.
const MAX_DEPTH: usize = 50;

/// How a pattern is read.
#[derive(Debug, Clone, Copy, Default)]
pub struct Flags {
    /// Upper and lower case are alike.
    pub ignore_case: bool,
    /// `.` matches a line break too.
    pub dot_all: bool,
}

/// A compiled regular expression: `^` and `$` match at the ends of each line.
#[derive(Debug, Clone)]
pub struct Regex {
    program: Vec<Inst>,
    ignore_case: bool,
}

#[derive(Debug, Clone)]
enum Inst {
    Char(char),
    /// Whatever is in, or is not in, one of these ranges.
    Set {
        ranges: Vec<(char, char)>,
        negated: bool,
    },
    /// Go on here and, if that leads nowhere, there.
    Split(usize, usize),
    Jump(usize),
    Assert(Place),
    Match,
}

#[derive(Debug, Clone, Copy)]
enum Place {
    LineStart,
    LineEnd,
    TextStart,
    TextEnd,
    Boundary,
    NoBoundary,
}

#[derive(Debug, Clone)]
enum Tree {
    Empty,
    One(Inst),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Repeat { of: Box<Tree>, least: usize, most: Option<usize>, lazy: bool },
}

impl Regex {
    /// Compiles `pattern`.
    ///
    /// Knows literals, `.`, classes with ranges and `[:alpha:]`, `\d \w \s \D \W \S`, anchors
    /// and `\b \B`, groups (none are captured), `|`, and `* + ? {m,n}` with their lazy forms;
    /// `(?i)` and `(?s)` at the start.
    ///
    /// # Errors
    /// A sentence about what cannot be read.
    pub fn new(pattern: &str, mut flags: Flags) -> Result<Self, &'static str> {
        let mut pattern = pattern;
        while let Some((inner, rest)) = pattern.strip_prefix("(?").and_then(|rest| rest.split_once(')'))
            && !inner.is_empty()
            && inner.chars().all(|c| matches!(c, 'i' | 's' | 'm'))
        {
            flags.ignore_case |= inner.contains('i');
            flags.dot_all |= inner.contains('s');
            pattern = rest;
        }
        let mut parser = Parser { chars: pattern.chars().collect(), at: 0, depth: 0, flags };
        let tree = parser.alternatives()?;
        if parser.at < parser.chars.len() {
            return Err("a “)” closes no group");
        }
        let mut program = Vec::new();
        emit(&tree, &mut program)?;
        program.push(Inst::Match);
        Ok(Self { program, ignore_case: flags.ignore_case })
    }

    /// A pattern that finds `text` as it is.
    pub fn literal(text: &str, ignore_case: bool) -> Result<Self, &'static str> {
        Self::new(&escape(text), Flags { ignore_case, dot_all: false })
    }

    /// The first match in `text` that begins at `from` or later, as bytes; of those that begin
    /// alike, the one that the pattern prefers. `fuel` counts down; at 0 nothing is found.
    pub fn find(&self, text: &str, from: usize, fuel: &mut u64) -> Option<(usize, usize)> {
        let rest = text.get(from..)?;
        let mut before = text.get(..from)?.chars().next_back();
        let mut threads: Vec<(usize, usize)> = Vec::new();
        let mut next: Vec<(usize, usize)> = Vec::new();
        let mut marks = vec![usize::MAX; self.program.len()];
        let mut stack = Vec::new();
        let mut found = None;
        let chars = rest.char_indices().map(|(at, c)| (from + at, Some(c))).chain([(text.len(), None)]);
        for (at, c) in chars {
            if found.is_none() {
                // A match that begins here comes after those that began earlier.
                threads.push((0, at));
            }
            next.clear();
            let pending = std::mem::take(&mut threads);
            // The closure is taken here, where what stands on both sides is known.
            'threads: for (pc, start) in &pending {
                stack.push(*pc);
                while let Some(pc) = stack.pop() {
                    match marks.get_mut(pc) {
                        Some(mark) if *mark != at => *mark = at,
                        _ => continue,
                    }
                    *fuel = fuel.saturating_sub(1);
                    match self.program.get(pc) {
                        Some(Inst::Split(first, second)) => stack.extend([*second, *first]),
                        Some(Inst::Jump(to)) => stack.push(*to),
                        Some(Inst::Assert(place)) if holds(*place, before, c, at == 0) => stack.push(pc + 1),
                        Some(Inst::Assert(_)) | None => {}
                        Some(Inst::Match) => {
                            found = Some((*start, at));
                            // What comes after is preferred less.
                            stack.clear();
                            break 'threads;
                        }
                        Some(inst) if c.is_some_and(|c| self.takes(inst, c)) => next.push((pc + 1, *start)),
                        Some(_) => {}
                    }
                }
            }
            std::mem::swap(&mut threads, &mut next);
            if *fuel == 0 {
                return None;
            }
            if found.is_some() && threads.is_empty() {
                break;
            }
            before = c;
        }
        found
    }

    fn takes(&self, inst: &Inst, c: char) -> bool {
        let alike = |one: char| one == c || self.ignore_case && one.to_lowercase().eq(c.to_lowercase());
        match inst {
            Inst::Char(one) => alike(*one),
            Inst::Set { ranges, negated } => {
                let within = |c: char| ranges.iter().any(|(low, high)| (*low..=*high).contains(&c));
                let mut inside = within(c);
                if !inside && self.ignore_case {
                    inside = c.to_lowercase().chain(c.to_uppercase()).any(within);
                }
                inside != *negated
            }
            _ => false,
        }
    }
}

fn holds(place: Place, before: Option<char>, after: Option<char>, at_start: bool) -> bool {
    let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    match place {
        Place::TextStart => at_start,
        Place::TextEnd => after.is_none(),
        Place::LineStart => at_start || before == Some('\n'),
        Place::LineEnd => matches!(after, None | Some('\n')),
        Place::Boundary => word(before) != word(after),
        Place::NoBoundary => word(before) == word(after),
    }
}

/// `text` with everything escaped that would mean something else.
pub fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if r"\.+*?()|[]{}^$".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// A basic regular expression of `grep` and `sed` as the extended one that means the same:
/// there `\|` and `\(` are special and `|` and `(` are not.
pub fn extended(basic: &str) -> String {
    let mut out = String::with_capacity(basic.len());
    let mut chars = basic.chars();
    let mut in_class = false;
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next() {
                Some(special @ ('|' | '(' | ')' | '{' | '}' | '+' | '?')) => out.push(special),
                Some('<' | '>') => out.push_str("\\b"),
                Some(other) => out.extend(['\\', other]),
                None => out.push('\\'),
            },
            '|' | '(' | ')' | '{' | '}' | '+' | '?' if !in_class => out.extend(['\\', c]),
            // A star with nothing before it is one.
            '*' if out.is_empty() => out.push_str("\\*"),
            _ => {
                in_class = if in_class { c != ']' } else { c == '[' };
                out.push(c);
            }
        }
    }
    out
}

struct Parser {
    chars: Vec<char>,
    at: usize,
    depth: usize,
    flags: Flags,
}

type Ranges = &'static [(char, char)];

const DIGITS: Ranges = &[('0', '9')];
/// Letters of the common scripts, digits and the underscore.
const WORD: Ranges = &[
    ('0', '9'),
    ('A', 'Z'),
    ('_', '_'),
    ('a', 'z'),
    ('\u{c0}', '\u{24f}'),
    ('\u{370}', '\u{1fff}'),
    ('\u{3040}', '\u{d7ff}'),
];
const SPACE: Ranges = &[('\t', '\r'), (' ', ' '), ('\u{a0}', '\u{a0}'), ('\u{2000}', '\u{200a}')];

/// The classes that `[:name:]` names.
const NAMED: [(&str, Ranges); 9] = [
    ("alnum", &[('0', '9'), ('A', 'Z'), ('a', 'z')]),
    ("alpha", &[('A', 'Z'), ('a', 'z')]),
    ("blank", &[('\t', '\t'), (' ', ' ')]),
    ("digit", DIGITS),
    ("lower", &[('a', 'z')]),
    ("punct", &[('!', '/'), (':', '@'), ('[', '`'), ('{', '~')]),
    ("space", SPACE),
    ("upper", &[('A', 'Z')]),
    ("xdigit", &[('0', '9'), ('A', 'F'), ('a', 'f')]),
];

/// What a class escape stands for, and whether for everything else.
fn class(letter: char) -> Option<(Ranges, bool)> {
    let ranges = match letter.to_ascii_lowercase() {
        'd' => DIGITS,
        'w' => WORD,
        's' => SPACE,
        _ => return None,
    };
    Some((ranges, letter.is_ascii_uppercase()))
}

/// The ranges between `ranges`.
fn complement(ranges: &[(char, char)]) -> Vec<(char, char)> {
    let mut sorted = ranges.to_vec();
    sorted.sort_unstable();
    let mut out = Vec::new();
    let mut next = Some('\0');
    for (low, high) in sorted {
        if let Some(start) = next.filter(|start| *start < low)
            && let Some(end) = (start..low).next_back()
        {
            out.push((start, end));
        }
        next = next.and_then(|start| if high >= start { (high..=char::MAX).nth(1) } else { Some(start) });
    }
    out.extend(next.map(|start| (start, char::MAX)));
    out
}

impl Parser {
    fn peek(&self) -> Option<char> {
        self.chars.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        let c = self.peek();
        self.at += usize::from(c.is_some());
        c
    }

    fn eat(&mut self, c: char) -> bool {
        let there = self.peek() == Some(c);
        self.at += usize::from(there);
        there
    }

    fn alternatives(&mut self) -> Result<Tree, &'static str> {
        let mut ways = vec![self.sequence()?];
        while self.eat('|') {
            ways.push(self.sequence()?);
        }
        Ok(if ways.len() == 1 { ways.pop().unwrap_or(Tree::Empty) } else { Tree::Any(ways) })
    }

    fn sequence(&mut self) -> Result<Tree, &'static str> {
        let mut items = Vec::new();
        while let Some(c) = self.peek().filter(|c| !matches!(c, '|' | ')')) {
            self.at += 1;
            let item = self.item(c)?;
            items.push(self.repeated(item)?);
        }
        Ok(Tree::All(items))
    }

    fn item(&mut self, c: char) -> Result<Tree, &'static str> {
        Ok(Tree::One(match c {
            '.' if self.flags.dot_all => Inst::Set { ranges: Vec::new(), negated: true },
            '.' => Inst::Set { ranges: vec![('\n', '\n')], negated: true },
            '^' => Inst::Assert(Place::LineStart),
            '$' => Inst::Assert(Place::LineEnd),
            '[' => self.set()?,
            '(' => return self.group(),
            '*' | '+' | '?' => return Err("there is nothing to repeat"),
            '\\' => match self.next() {
                Some('b') => Inst::Assert(Place::Boundary),
                Some('B') => Inst::Assert(Place::NoBoundary),
                Some('A') => Inst::Assert(Place::TextStart),
                Some('z' | 'Z') => Inst::Assert(Place::TextEnd),
                Some('1'..='9') => return Err("back-references are not known here"),
                Some('p' | 'P') => return Err("Unicode classes are not known here"),
                Some(c) => match class(c) {
                    Some((ranges, negated)) => Inst::Set { ranges: ranges.to_vec(), negated },
                    None => Inst::Char(self.escaped(c)?),
                },
                None => return Err("it ends in a “\\”"),
            },
            c => Inst::Char(c),
        }))
    }

    fn group(&mut self) -> Result<Tree, &'static str> {
        if self.eat('?') {
            match self.next() {
                Some(':') => {}
                Some('P' | '<') if !matches!(self.peek(), Some('=' | '!')) => {
                    while self.next().ok_or("a group is not closed")? != '>' {}
                }
                _ => return Err("look-around and flags inside are not known here"),
            }
        }
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("its groups are nested too deep");
        }
        let inner = self.alternatives()?;
        self.depth -= 1;
        if self.eat(')') { Ok(inner) } else { Err("a group is not closed") }
    }

    fn escaped(&mut self, c: char) -> Result<char, &'static str> {
        Ok(match c {
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            'f' => '\u{c}',
            'v' => '\u{b}',
            '0' => '\0',
            'x' | 'u' => {
                let digits: String = if self.eat('{') {
                    std::iter::from_fn(|| self.next().filter(|c| *c != '}')).collect()
                } else {
                    let count = if c == 'x' { 2 } else { 4 };
                    (0..count).filter_map(|_| self.next()).collect()
                };
                let number = u32::from_str_radix(&digits, 16).ok();
                number.and_then(char::from_u32).ok_or("an escape names no character")?
            }
            c => c,
        })
    }

    fn set(&mut self) -> Result<Inst, &'static str> {
        let negated = self.eat('^');
        let mut ranges = Vec::new();
        let mut first = true;
        loop {
            let c = self.next().ok_or("a “[” is not closed")?;
            if c == ']' && !first {
                break;
            }
            first = false;
            if c == '[' && self.peek() == Some(':') {
                let rest: String = self.chars.iter().skip(self.at + 1).take(8).collect();
                let named = NAMED.iter().find(|(name, _)| rest.starts_with(&[name, ":]"].concat()));
                let (name, named) = named.ok_or("a class in “[: :]” is not known")?;
                ranges.extend_from_slice(named);
                self.at += name.len() + 3;
                continue;
            }
            let low = match c {
                '\\' => {
                    let c = self.next().ok_or("a “[” is not closed")?;
                    if let Some((named, negated)) = class(c) {
                        if negated {
                            ranges.extend(complement(named));
                        } else {
                            ranges.extend_from_slice(named);
                        }
                        continue;
                    }
                    if c == 'b' { '\u{8}' } else { self.escaped(c)? }
                }
                c => c,
            };
            let is_range = self.peek() == Some('-') && self.chars.get(self.at + 1).is_some_and(|c| *c != ']');
            let high = if is_range {
                self.at += 1;
                match self.next() {
                    Some('\\') => {
                        let c = self.next().ok_or("a “[” is not closed")?;
                        self.escaped(c)?
                    }
                    Some(c) => c,
                    None => return Err("a “[” is not closed"),
                }
            } else {
                low
            };
            if high < low {
                return Err("a range in “[ ]” runs backwards");
            }
            ranges.push((low, high));
        }
        Ok(Inst::Set { ranges, negated })
    }

    fn repeated(&mut self, mut item: Tree) -> Result<Tree, &'static str> {
        loop {
            let (least, most) = match self.peek() {
                Some('*') => (0, None),
                Some('+') => (1, None),
                Some('?') => (0, Some(1)),
                Some('{') => match self.counts() {
                    Some(counts) => counts,
                    // A brace that counts nothing is one, as ripgrep and grep take it.
                    None => return Ok(item),
                },
                _ => return Ok(item),
            };
            self.at += 1;
            if most.is_some_and(|most| most < least) {
                return Err("a repetition runs backwards");
            }
            let lazy = self.eat('?');
            item = Tree::Repeat { of: Box::new(item), least, most, lazy };
        }
    }

    /// The numbers in braces; the position is then at the closing one.
    fn counts(&mut self) -> Option<(usize, Option<usize>)> {
        let close = self.chars.iter().skip(self.at).position(|c| *c == '}')?;
        let inner: String = self.chars.get(self.at + 1..self.at + close)?.iter().collect();
        let (least, most) = match inner.split_once(',') {
            Some((least, "")) => (least, None),
            Some((least, most)) => (least, Some(most.parse().ok()?)),
            None => (inner.as_str(), Some(inner.parse().ok()?)),
        };
        let least = if least.is_empty() && most.is_some() { 0 } else { least.parse().ok()? };
        self.at += close;
        Some((least, most))
    }
}

fn emit(tree: &Tree, program: &mut Vec<Inst>) -> Result<(), &'static str> {
    if program.len() > MAX_PROGRAM {
        return Err("it is too large");
    }
    match tree {
        Tree::Empty => {}
        Tree::One(inst) => program.push(inst.clone()),
        Tree::All(items) => items.iter().try_for_each(|item| emit(item, program))?,
        Tree::Any(ways) => {
            let mut jumps = Vec::new();
            for (at, way) in ways.iter().enumerate() {
                if at + 1 == ways.len() {
                    emit(way, program)?;
                    break;
                }
                let split = program.len();
                program.push(Inst::Jump(0));
                emit(way, program)?;
                jumps.push(program.len());
                program.push(Inst::Jump(0));
                let end = program.len();
                put(program, split, Inst::Split(split + 1, end));
            }
            for jump in jumps {
                let end = program.len();
                put(program, jump, Inst::Jump(end));
            }
        }
        Tree::Repeat { of, least, most, lazy } => {
            let split = |go_on: usize, leave: usize| {
                if *lazy { Inst::Split(leave, go_on) } else { Inst::Split(go_on, leave) }
            };
            for _ in 0..*least {
                emit(of, program)?;
            }
            match most {
                None => {
                    let start = program.len();
                    program.push(Inst::Jump(0));
                    emit(of, program)?;
                    program.push(Inst::Jump(start));
                    let end = program.len();
                    put(program, start, split(start + 1, end));
                }
                Some(most) => {
                    let mut starts = Vec::new();
                    for _ in *least..*most {
                        starts.push(program.len());
                        program.push(Inst::Jump(0));
                        emit(of, program)?;
                    }
                    for start in starts {
                        let end = program.len();
                        put(program, start, split(start + 1, end));
                    }
                }
            }
        }
    }
    Ok(())
}

fn put(program: &mut [Inst], at: usize, inst: Inst) {
    if let Some(place) = program.get_mut(at) {
        *place = inst;
    }
}

/// The alternatives in braces written out: `a.{b,c}` is `a.b` and `a.c`. At most 64.
pub fn braces(pattern: &str) -> Vec<String> {
    let mut done = Vec::new();
    let mut open = vec![pattern.to_owned()];
    while let Some(pattern) = open.pop() {
        // The innermost pair first.
        let pair = pattern.find('}').and_then(|close| {
            let start = pattern.get(..close)?.rfind('{')?;
            pattern.get(start + 1..close)?.contains(',').then_some((start, close))
        });
        match pair {
            Some((start, close)) if open.len() + done.len() < 64 => {
                let (head, tail) =
                    (pattern.get(..start).unwrap_or(""), pattern.get(close + 1..).unwrap_or(""));
                let inner = pattern.get(start + 1..close).unwrap_or("");
                open.extend(inner.split(',').rev().map(|part| [head, part, tail].concat()));
            }
            _ if done.contains(&pattern) => {}
            _ => done.push(pattern),
        }
    }
    done
}

/// Whether `pattern` matches the whole of `path`: `*` and `?` stop at slashes, `**` between
/// slashes stands for any folders, `[a-z]` for one character. Braces have to be written out.
pub fn glob(pattern: &str, path: &str) -> bool {
    let pattern: Vec<&str> = pattern.split('/').collect();
    let path: Vec<&str> = path.split('/').collect();
    // `fits[i]`: the patterns so far match the first `i` parts.
    let mut fits = vec![false; path.len() + 1];
    if let Some(first) = fits.first_mut() {
        *first = true;
    }
    for (at, part) in pattern.iter().enumerate() {
        if *part == "**" {
            // At the end it stands for at least one part: `src/**` is not `src`.
            let last = at + 1 == pattern.len();
            let mut any = false;
            for fit in &mut fits {
                let before = any;
                any |= *fit;
                *fit = if last { before } else { any };
            }
        } else {
            let mut next = vec![false];
            next.extend(path.iter().zip(&fits).map(|(name, fit)| *fit && wildcard(part, name)));
            fits = next;
        }
    }
    fits.last().copied().unwrap_or(false)
}

/// Whether `pattern`, with `*`, `?` and `[…]`, matches the whole of `name`.
pub fn wildcard(pattern: &str, name: &str) -> bool {
    let pattern: Vec<char> = pattern.chars().collect();
    let name: Vec<char> = name.chars().collect();
    let (mut p, mut n) = (0, 0);
    // Where the last star stands, and how much it takes so far.
    let mut star: Option<(usize, usize)> = None;
    while let Some(c) = name.get(n) {
        let one = match pattern.get(p) {
            Some('*') => {
                star = Some((p, n));
                p += 1;
                continue;
            }
            Some('?') => Some(p + 1),
            Some('[') => bracket(&pattern, p, *c),
            Some('\\') => (pattern.get(p + 1) == Some(c)).then_some(p + 2),
            Some(literal) => (literal == c).then_some(p + 1),
            None => None,
        };
        match (one, star) {
            (Some(next), _) => (p, n) = (next, n + 1),
            (None, Some((at, taken))) => {
                star = Some((at, taken + 1));
                (p, n) = (at + 1, taken + 1);
            }
            (None, None) => return false,
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

/// Where the pattern goes on if the bracket at `at` takes `c`.
fn bracket(pattern: &[char], at: usize, c: char) -> Option<usize> {
    let negated = matches!(pattern.get(at + 1), Some('!' | '^'));
    let start = at + 1 + usize::from(negated);
    let Some(close) = pattern.iter().skip(start + 1).position(|c| *c == ']').map(|close| start + 1 + close)
    else {
        // A bracket that is not closed is one.
        return (c == '[').then_some(at + 1);
    };
    let set = pattern.get(start..close)?;
    let mut inside = false;
    let mut i = 0;
    while let Some(low) = set.get(i) {
        let high = if set.get(i + 1) == Some(&'-') { set.get(i + 2) } else { None };
        inside |= (*low..=*high.unwrap_or(low)).contains(&c);
        i += if high.is_some() { 3 } else { 1 };
    }
    (inside != negated).then_some(close + 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn find(pattern: &str, text: &str) -> Option<String> {
        let regex =
            Regex::new(pattern, Flags::default()).unwrap_or_else(|fault| panic!("{pattern}: {fault}"));
        let (start, end) = regex.find(text, 0, &mut 1_000_000)?;
        Some(text[start..end].to_owned())
    }

    #[test]
    fn what_models_search_for() {
        for (pattern, text, expected) in [
            (r"fn\s+\w+\(", "pub fn run(x)", Some("fn run(")),
            ("TODO|FIXME", "a FIXME: b", Some("FIXME")),
            (r"^#+ ", "x\n## Title", Some("## ")),
            (r"\bcat\b", "concat cat", Some("cat")),
            ("[A-Z][a-z]{2,3}", "ab Able", Some("Able")),
            ("(a|ab)(c|bcd)", "abcd", Some("abcd")),
            ("a{2}b?", "caab", Some("aab")),
            ("x{", "x{}", Some("x{")),
            (r"[^\s,]+", " ,é🙂 b", Some("é🙂")),
            (r"[\w.-]+@[\w-]+\.\w+", "to a.b@c-d.org now", Some("a.b@c-d.org")),
            ("[]a]+", "x]a]", Some("]a]")),
            ("(?i)straße", "STRAßE", Some("STRAßE")),
            ("<.+?>", "<a><b>", Some("<a>")),
            ("<.+>", "<a><b>", Some("<a><b>")),
            ("a.c", "a\nc", None),
            ("(?s)a.c", "a\nc", Some("a\nc")),
            ("^$", "a\n\nb", Some("")),
            (r"interface\{\}", "var x interface{}", Some("interface{}")),
            (r"\x41\u{1F642}", "A🙂", Some("A🙂")),
            ("[[:digit:]]+", "a12", Some("12")),
            (r"[\D]+", "12ab3", Some("ab")),
            ("(?:ab)+", "xababy", Some("abab")),
            ("(?<n>a)", "a", Some("a")),
            ("", "a", Some("")),
            ("(x*)*y", "xxxxy", Some("xxxxy")),
        ] {
            assert_eq!(find(pattern, text).as_deref(), expected, "{pattern} in {text:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_says_why() {
        for pattern in
            ["(", ")", "[a", "*a", r"a\1", r"\pL", "(?=a)", "\\", "[z-a]", "a{3,1}", "((a{99}){99}){99}"]
        {
            assert!(Regex::new(pattern, Flags::default()).is_err(), "{pattern}");
        }
        let deep = ["(".repeat(60), ")".repeat(60)].concat();
        assert!(Regex::new(&deep, Flags::default()).is_err());
    }

    #[test]
    fn nothing_takes_for_ever() {
        let regex = Regex::new("(a*)*(a*)*b", Flags::default()).unwrap();
        let mut fuel = 10_000_000;
        assert_eq!(regex.find(&"a".repeat(5_000), 0, &mut fuel), None);
        assert!(fuel > 0, "linear");
        let mut little = 100;
        assert_eq!(regex.find(&"a".repeat(5_000), 0, &mut little), None);
        assert_eq!(little, 0);
    }

    #[test]
    fn basic_expressions_of_grep() {
        for (basic, expected) in [
            (r"a\|b", "a|b"),
            ("a|b", r"a\|b"),
            (r"\(x\)\+", "(x)+"),
            ("f(x)", r"f\(x\)"),
            ("[(|]", "[(|]"),
            ("*a", r"\*a"),
            (r"\.rs$", r"\.rs$"),
        ] {
            assert_eq!(extended(basic), expected);
        }
    }

    #[test]
    fn globs() {
        for (pattern, path, expected) in [
            ("*.rs", "a.rs", true),
            ("*.rs", "src/a.rs", false),
            ("**/*.rs", "a.rs", true),
            ("**/*.rs", "src/x/a.rs", true),
            ("src/**", "src/x/a.rs", true),
            ("src/**", "src", false),
            ("src/**/a.rs", "src/a.rs", true),
            ("src/*/a.rs", "src/x/y/a.rs", false),
            ("[a-c]?.m[!x]", "b1.md", true),
            ("[!a]*", "abc", false),
            ("[a", "[a", true),
            ("a*b*c", "a-b-b-c", true),
            ("", "", true),
        ] {
            assert_eq!(glob(pattern, path), expected, "{pattern} {path}");
        }
        assert_eq!(braces("a.{b,c{d,e}}"), ["a.b", "a.cd", "a.ce"]);
        assert_eq!(braces("{x}"), ["{x}"]);
        assert!(braces(&"{a,b}".repeat(40)).len() <= 65);
    }

    proptest! {
        #[test]
        fn literals_are_found_where_they_are(text in "[a.(*\\[\\]{}|é\\\\]{0,12}", part in 0..12usize, len in 0..5usize) {
            let chars: Vec<char> = text.chars().collect();
            let needle: String = chars.iter().skip(part).take(len).collect();
            let found = Regex::literal(&needle, false).unwrap().find(&text, 0, &mut 1_000_000);
            prop_assert_eq!(found.map(|it| it.0), text.find(&needle));
        }

        #[test]
        fn no_pattern_panics(pattern in "[ab(|)*+?\\[\\]^$.{}0-3,\\\\dwé:-]{0,16}", text in "[ab0é\n]{0,16}") {
            if let Ok(regex) = Regex::new(&pattern, Flags::default())
                && let Some((start, end)) = regex.find(&text, 0, &mut 1_000_000)
            {
                prop_assert!(text.get(start..end).is_some());
            }
            let _ = (glob(&pattern, &text), braces(&pattern), Regex::new(&extended(&pattern), Flags::default()));
        }
    }
}
