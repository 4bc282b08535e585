//! The commands that change each line of a text on its way: `sed`, `cut` and `tr`.

use super::commands::Args;
use super::{Shell, Written};
use crate::core::sandbox::pattern::{Flags, Regex, extended};

/// What of `sed` there is.
const SED: &str = "only p, d and s/…/…/ with g, i and p are known here, after no, one or two addresses (a line, $ or \
                   /…/); to change a file, use Edit";

/// Which lines a step is about.
enum Address {
    Line(usize),
    Last,
    Like(Regex),
}

enum Act {
    Print,
    Delete,
    Replace {
        find: Regex,
        /// What comes in its place; between the pieces stands what was found.
        with: Vec<String>,
        all: bool,
        print: bool,
    },
}

struct Step {
    from: Option<Address>,
    to: Option<Address>,
    act: Act,
    /// Whether a range is open.
    open: bool,
}

impl Step {
    /// Whether it is about the line at `number`, counted from 1.
    fn meets(&mut self, line: &str, number: usize, last: usize, fuel: &mut u64) -> bool {
        let mut is_at = |address: &Address| match address {
            Address::Line(at) => *at == number,
            Address::Last => number == last,
            Address::Like(regex) => regex.find(line, 0, fuel).is_some(),
        };
        let Some(from) = &self.from else { return true };
        let Some(to) = &self.to else { return is_at(from) };
        if self.open {
            let past = matches!(to, Address::Line(end) if *end < number);
            self.open = !past && !is_at(to);
            return !past;
        }
        let begins = is_at(from);
        self.open = begins
            && !matches!(to, Address::Line(end) if *end <= number)
            && !matches!(to, Address::Last if number == last);
        begins
    }
}

/// A script of `sed` that is being read.
struct Script<'a> {
    rest: &'a str,
    /// Whether `|` and `(` are special by themselves.
    extended: bool,
}

impl Script<'_> {
    fn next(&mut self) -> Option<char> {
        let mut chars = self.rest.chars();
        let c = chars.next()?;
        self.rest = chars.as_str();
        Some(c)
    }

    fn eat(&mut self, c: char) -> bool {
        let rest = self.rest.strip_prefix(c);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn skip(&mut self, what: &[char]) {
        self.rest = self.rest.trim_start_matches(what);
    }

    /// The text up to `end`, which is eaten; `\` before it makes it one of the text.
    fn until(&mut self, end: char) -> Result<String, String> {
        let mut text = String::new();
        loop {
            match self.next().ok_or("a pattern or a text has no end")? {
                c if c == end => return Ok(text),
                '\\' => match self.next().ok_or("a pattern or a text has no end")? {
                    c if c == end => text.push(c),
                    c => text.extend(['\\', c]),
                },
                c => text.push(c),
            }
        }
    }

    fn regex(&self, pattern: &str, ignore_case: bool) -> Result<Regex, String> {
        if pattern.is_empty() {
            return Err("an empty pattern is not known here".into());
        }
        let pattern = if self.extended { pattern.to_owned() } else { extended(pattern) };
        Regex::new(&pattern, Flags { ignore_case, dot_all: false }).map_err(str::to_owned)
    }

    fn address(&mut self) -> Result<Option<Address>, String> {
        if self.eat('$') {
            return Ok(Some(Address::Last));
        }
        if self.eat('/') {
            let pattern = self.until('/')?;
            return self.regex(&pattern, false).map(|regex| Some(Address::Like(regex)));
        }
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at_checked(end).unwrap_or(("", self.rest));
        if digits.is_empty() {
            return Ok(None);
        }
        self.rest = rest;
        let line = digits.parse().ok().filter(|line| *line > 0);
        line.map(|line| Some(Address::Line(line))).ok_or_else(|| SED.to_owned())
    }

    fn steps(&mut self) -> Result<Vec<Step>, String> {
        let mut steps = Vec::new();
        loop {
            self.skip(&[' ', '\t', '\n', ';']);
            if self.rest.is_empty() {
                return Ok(steps);
            }
            let from = self.address()?;
            self.skip(&[' ']);
            let mut to = None;
            if from.is_some() && self.eat(',') {
                self.skip(&[' ']);
                to = Some(self.address()?.ok_or(SED)?);
            }
            self.skip(&[' ']);
            let act = match self.next() {
                Some('p') => Act::Print,
                Some('d') => Act::Delete,
                Some('s') => self.replace()?,
                _ => return Err(SED.into()),
            };
            self.skip(&[' ', '\t']);
            if !self.rest.is_empty() && !self.rest.starts_with([';', '\n']) {
                return Err(SED.into());
            }
            steps.push(Step { from, to, act, open: false });
        }
    }

    fn replace(&mut self) -> Result<Act, String> {
        let end = self.next().filter(|c| !matches!(c, '\\' | '\n' | ' ')).ok_or(SED)?;
        let pattern = self.until(end)?;
        let text = self.until(end)?;
        let (mut all, mut print, mut ignore_case) = (false, false, false);
        while let Some(flag) = self.rest.chars().next().filter(|c| !matches!(c, ' ' | '\t' | ';' | '\n')) {
            match flag {
                'g' => all = true,
                'p' => print = true,
                'i' | 'I' => ignore_case = true,
                _ => return Err(SED.into()),
            }
            self.next();
        }
        let mut with = vec![String::new()];
        let mut chars = text.chars();
        while let Some(c) = chars.next() {
            let c = match c {
                '&' => {
                    with.push(String::new());
                    continue;
                }
                '\\' => match chars.next() {
                    Some(digit @ '0'..='9') => {
                        return Err([
                            "groups are not kept here, so \\",
                            digit.encode_utf8(&mut [0; 4]),
                            " is not known",
                        ]
                        .concat());
                    }
                    Some('n') => '\n',
                    Some('t') => '\t',
                    Some(other) => other,
                    None => '\\',
                },
                c => c,
            };
            if let Some(piece) = with.last_mut() {
                piece.push(c);
            }
        }
        Ok(Act::Replace { find: self.regex(&pattern, ignore_case)?, with, all, print })
    }
}

/// `line` with what `find` finds replaced; `None` where it finds nothing.
fn replaced(line: &str, find: &Regex, with: &[String], all: bool, fuel: &mut u64) -> Option<String> {
    let (mut out, mut copied, mut from, mut ended) = (String::new(), 0, 0, None);
    while let Some((start, end)) = find.find(line, from, fuel) {
        let found = line.get(start..end).unwrap_or("");
        // Nothing is found again right behind what was found.
        let again = start == end && ended == Some(start);
        if !again {
            out.push_str(line.get(copied..start).unwrap_or(""));
            out.push_str(&with.join(found));
            copied = end;
        }
        ended = Some(end);
        from = end;
        if start == end {
            let Some(c) = line.get(end..).and_then(|rest| rest.chars().next()) else { break };
            from += c.len_utf8();
        }
        if !all {
            break;
        }
    }
    ended?;
    out.push_str(line.get(copied..).unwrap_or(""));
    Some(out)
}

impl Shell<'_> {
    pub(super) fn sed(&mut self, args: &[String], input: &str, to: &mut Written) -> Result<(), String> {
        let mut args = Args::read(args, "nEre:", &[("quiet", 'n'), ("silent", 'n')]).map_err(|_| SED)?;
        let mut scripts: Vec<&str> =
            args.options.iter().filter(|it| it.0 == 'e').map(|it| it.1.as_str()).collect();
        let first;
        if scripts.is_empty() {
            if args.rest.is_empty() {
                return Err(SED.into());
            }
            first = args.rest.remove(0);
            scripts.push(&first);
        }
        let (quiet, extended) = (args.has('n'), args.has('E') || args.has('r'));
        let mut steps = Script { rest: &scripts.join("\n"), extended }.steps()?;
        let texts = self.texts("sed", &args.rest, input, to);
        let lines: Vec<&str> = texts.iter().flat_map(|(_, text)| text.lines()).collect();
        'lines: for (at, line) in lines.iter().enumerate() {
            let mut line = (*line).to_owned();
            for step in &mut steps {
                if !step.meets(&line, at + 1, lines.len(), &mut self.fuel) {
                    continue;
                }
                match &step.act {
                    Act::Print => to.line(&line),
                    Act::Delete => continue 'lines,
                    Act::Replace { find, with, all, print } => {
                        if let Some(new) = replaced(&line, find, with, *all, &mut self.fuel) {
                            line = new;
                            if *print {
                                to.line(&line);
                            }
                        }
                    }
                }
            }
            if !quiet {
                to.line(&line);
            }
        }
        Ok(())
    }

    pub(super) fn cut(&self, args: &[String], input: &str, to: &mut Written) -> Result<(), String> {
        let args = Args::read(args, "d:f:c:s", &[("delimiter", 'd'), ("fields", 'f'), ("characters", 'c')])?;
        let (list, fields) = match (args.value('f'), args.value('c')) {
            (Some(list), None) => (list, true),
            (None, Some(list)) => (list, false),
            _ => return Err("say which fields (-f) or which characters (-c)".into()),
        };
        let ranges = list.split(',').map(range).collect::<Result<Vec<_>, String>>()?;
        let wanted = |at: usize| ranges.iter().any(|(start, end)| (*start..=*end).contains(&(at + 1)));
        let delimiter = args.value('d').unwrap_or("\t");
        if delimiter.chars().count() != 1 {
            return Err("the delimiter has to be one character".into());
        }
        for (_, text) in self.texts("cut", &args.rest, input, to) {
            for line in text.lines() {
                if !fields {
                    let kept = line.chars().enumerate().filter(|(at, _)| wanted(*at));
                    to.line(&kept.map(|(_, c)| c).collect::<String>());
                } else if line.contains(delimiter) {
                    let kept = line.split(delimiter).enumerate().filter(|(at, _)| wanted(*at));
                    to.line(&kept.map(|(_, field)| field).collect::<Vec<_>>().join(delimiter));
                } else if !args.has('s') {
                    to.line(line);
                }
            }
        }
        Ok(())
    }
}

/// `N`, `N-M`, `N-` or `-M`, from 1.
fn range(part: &str) -> Result<(usize, usize), String> {
    let fault = || ["“", part, "” is no field or range"].concat();
    let number = |text: &str, none: usize| match text {
        "" => Some(none),
        text => text.parse().ok().filter(|number| *number > 0),
    };
    let (start, end) = part.split_once('-').unwrap_or((part, part));
    match (number(start, 1), number(end, usize::MAX)) {
        (Some(start), Some(end)) if part != "-" && !part.is_empty() && start <= end => Ok((start, end)),
        _ => Err(fault()),
    }
}

/// The classes of characters that `tr` knows, and those of ASCII that are in them.
type Class = (&'static str, fn(&char) -> bool);
const CLASSES: [Class; 7] = [
    ("alpha", char::is_ascii_alphabetic),
    ("digit", char::is_ascii_digit),
    ("alnum", char::is_ascii_alphanumeric),
    ("upper", char::is_ascii_uppercase),
    ("lower", char::is_ascii_lowercase),
    ("space", |c| c.is_ascii_whitespace() || *c == '\u{b}'),
    ("punct", char::is_ascii_punctuation),
];

/// The most characters that a set of `tr` may hold.
const MAX_SET: usize = 10_000;

/// The characters that a set of `tr` stands for, in their order.
fn set(text: &str) -> Result<Vec<char>, String> {
    let mut set = Vec::new();
    let mut rest = text;
    let one = |rest: &mut &str| {
        let mut chars = rest.chars();
        let c = match chars.next()? {
            '\\' => match chars.next() {
                Some('n') => '\n',
                Some('t') => '\t',
                Some('r') => '\r',
                Some(other) => other,
                None => '\\',
            },
            c => c,
        };
        *rest = chars.as_str();
        Some(c)
    };
    while !rest.is_empty() {
        if let Some((name, behind)) = rest.strip_prefix("[:").and_then(|rest| rest.split_once(":]")) {
            let class = CLASSES.iter().find(|(known, _)| *known == name);
            let (_, holds) = class.ok_or_else(|| ["the class [:", name, ":] is not known here"].concat())?;
            set.extend(('\0'..='\u{7f}').filter(holds));
            rest = behind;
            continue;
        }
        let Some(first) = one(&mut rest) else { break };
        match rest.strip_prefix('-').filter(|behind| !behind.is_empty()) {
            Some(mut behind) => {
                let last = one(&mut behind).unwrap_or(first);
                if last < first {
                    return Err(["“", text, "” has a range that ends before it begins"].concat());
                }
                set.extend((first..=last).take(MAX_SET));
                rest = behind;
            }
            None => set.push(first),
        }
        if set.len() > MAX_SET {
            return Err("the set is too large".into());
        }
    }
    Ok(set)
}

/// `tr`: characters replaced, deleted or squeezed.
pub(super) fn tr(args: &[String], input: &str, to: &mut Written) -> Result<(), String> {
    let args = Args::read(args, "dscC", &[("delete", 'd'), ("squeeze-repeats", 's'), ("complement", 'c')])?;
    let (deletes, squeezes) = (args.has('d'), args.has('s'));
    let (first, second) = match args.rest.as_slice() {
        [first] if deletes != squeezes => (set(first)?, None),
        [first, second] if deletes == squeezes || squeezes => (set(first)?, Some(set(second)?)),
        _ => return Err("it takes two sets of characters, or one with -d or -s".into()),
    };
    let complement = args.has('c') || args.has('C');
    let at = |c: char| {
        let at = first.iter().rposition(|it| *it == c);
        if complement { at.is_none().then_some(usize::MAX) } else { at }
    };
    let last = second.as_ref().and_then(|second| second.last().copied());
    if second.is_some() && last.is_none() {
        return Err("the second set is empty".into());
    }
    let mut before = None;
    for c in input.chars() {
        let place = at(c);
        if deletes && place.is_some() {
            continue;
        }
        let new = match (&second, place) {
            (Some(second), Some(place)) if !deletes => second.get(place).copied().or(last).unwrap_or(c),
            _ => c,
        };
        let squeezed = match &second {
            Some(second) => second.contains(&new),
            None => place.is_some(),
        };
        if squeezes && squeezed && before == Some(new) {
            continue;
        }
        before = Some(new);
        to.out.push(new);
    }
    Ok(())
}
