//! Taking a definition out of what is wrapped around it: numbers of lines, a fence, the quotes
//! of a shell.

use crate::core::text::TextRange;

/// A text put together of pieces of another, and where each came from.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// The pieces, joined.
    pub(super) text: String,
    /// Where a piece begins: here, and in the other text.
    pieces: Vec<(usize, usize)>,
}

impl Cut {
    /// Adds `piece`, which stands at the byte `from` of the other text.
    fn push(&mut self, piece: &str, from: usize) {
        let here = self.text.len();
        // What goes on where the last piece ended is part of it.
        if self.pieces.is_empty() || self.offset(here) != from {
            self.pieces.push((here, from));
        }
        self.text.push_str(piece);
    }

    /// The part `range` of `text`.
    pub(super) fn part(text: &str, range: TextRange) -> Self {
        let mut cut = Self::default();
        cut.push(range.slice(text), range.start);
        cut
    }

    /// Where `range` of this text stands in the other one.
    pub(super) fn back(&self, range: TextRange) -> TextRange {
        let start = self.offset(range.start);
        // The end belongs to the piece of the last byte, not to the one after it.
        let end = if range.is_empty() { start } else { self.offset(range.end - 1) + 1 };
        TextRange::new(start, end)
    }

    /// What of the other text stands before the first piece, and after the last one.
    pub(super) fn around(&self, whole: &str) -> [TextRange; 2] {
        let end = self.offset(self.text.len());
        [TextRange::new(0, self.offset(0)), TextRange::new(end.min(whole.len()), whole.len())]
    }

    fn offset(&self, at: usize) -> usize {
        let piece = self.pieces.partition_point(|(here, _)| *here <= at).saturating_sub(1);
        self.pieces.get(piece).map_or(at, |(here, there)| there + (at - here))
    }
}

/// The lines of `text` as ranges, without their breaks.
pub(super) fn lines(text: &str) -> Vec<TextRange> {
    let mut at = 0;
    text.split_inclusive('\n')
        .map(|line| {
            let start = at;
            at += line.len();
            TextRange::new(start, start + line.trim_end_matches(['\n', '\r']).len())
        })
        .collect()
}

/// How many numbers in a row make line numbers.
const MIN_NUMBERS: usize = 4;

/// `text` without the numbers of its lines, if it has them: in front of each line, on lines of
/// their own between the others, or all together before them.
pub(super) fn without_numbers(text: &str) -> Option<Cut> {
    let lines = lines(text);
    let number = |range: &TextRange| range.slice(text).trim().parse::<usize>().ok();
    let first = lines.iter().position(|line| number(line) == Some(1));
    if let Some(first) = first {
        let run = lines.iter().skip(first).zip(1..).take_while(|(line, n)| number(line) == Some(*n)).count();
        if run >= MIN_NUMBERS {
            let start = lines.get(first + run).map_or(text.len(), |line| line.start);
            return Some(Cut::part(text, TextRange::new(start, text.len())));
        }
        if let Some(cut) = between(text, lines.get(first..)?) {
            return Some(cut);
        }
    }
    in_front(text, &lines)
}

/// A number, a line, a number, a line.
fn between(text: &str, lines: &[TextRange]) -> Option<Cut> {
    let number = |range: &TextRange| range.slice(text).trim().parse::<usize>().ok();
    let mut cut = Cut::default();
    let (mut expected, mut at) = (1, 0);
    while at < lines.len() {
        if number(lines.get(at)?) != Some(expected) {
            break;
        }
        expected += 1;
        at += 1;
        let rest = lines.get(at..).unwrap_or_default();
        // A line that is a long one may have been wrapped, so up to the next number.
        let next = rest.iter().take(64).position(|line| number(line) == Some(expected));
        let count = next.unwrap_or(1).min(rest.len());
        for line in rest.iter().take(count) {
            cut.push(line.slice(text), line.start);
            cut.push("\n", line.end);
        }
        if count == 0 {
            let end = lines.get(at - 1).map_or(0, |line| line.end);
            cut.push("\n", end);
        }
        at += count;
    }
    (expected > MIN_NUMBERS).then_some(cut)
}

/// `1 ---`, `2 name: a`.
fn in_front(text: &str, lines: &[TextRange]) -> Option<Cut> {
    // The number in front of a line, and where the rest begins.
    let number = |line: &TextRange| {
        let written = line.slice(text);
        let blanks = written.len() - written.trim_start().len();
        let digits = written.trim_start().bytes().take_while(u8::is_ascii_digit).count();
        let number: usize = written.get(blanks..blanks + digits)?.parse().ok()?;
        Some((number, blanks + digits))
    };
    let first = lines.iter().position(|line| number(line).is_some_and(|(n, _)| n == 1))?;
    // The first line of a definition is not indented: what stands before it parts the number
    // from the text.
    let head = lines.get(first)?;
    let rest = head.slice(text).get(number(head)?.1..)?;
    let separator =
        rest.get(..rest.len() - rest.trim_start_matches([' ', '\t', '|', ':', '│', '→']).len())?;
    if separator.is_empty() {
        return None;
    }
    let mut cut = Cut::default();
    let mut count = 0;
    for (line, expected) in lines.iter().skip(first).zip(1..) {
        let Some((_, after)) = number(line).filter(|(n, _)| *n == expected) else { break };
        let rest = line.slice(text).get(after..)?;
        let bare = || rest.strip_prefix(separator.trim_end()).unwrap_or(rest).trim_start();
        let own = rest.strip_prefix(separator).unwrap_or_else(bare);
        cut.push(own, line.end - own.len());
        cut.push("\n", line.end);
        count += 1;
    }
    (count >= MIN_NUMBERS).then_some(cut)
}

/// `text` without up to `margin` blanks before each of its lines.
pub(super) fn indented(text: &str, margin: usize) -> Cut {
    let mut cut = Cut::default();
    for line in lines(text) {
        let written = line.slice(text);
        let blanks = (written.len() - written.trim_start().len()).min(margin);
        cut.push(written.get(blanks..).unwrap_or(""), line.start + blanks);
        cut.push("\n", line.end);
    }
    cut
}

/// The definitions in `text` where several stand one below the other, each with a name and a
/// description between lines of hyphens of its own.
pub(super) fn one_below_the_other(text: &str) -> Option<Vec<TextRange>> {
    let lines = lines(text);
    let line = |at: usize| lines.get(at).map_or("", |line| line.slice(text).trim_end());
    let close = |open: usize| (open + 1..lines.len()).take(64).find(|at| line(*at) == "---");
    let first = (0..lines.len()).find(|at| !line(*at).is_empty())?;
    if line(first).trim_start_matches('\u{feff}') != "---" {
        return None;
    }
    let mut starts = vec![0];
    let mut at = close(first)? + 1;
    let mut depth = 0_usize;
    while at < lines.len() {
        // A fence with a language opens another one, also within one.
        match fence(line(at)) {
            Some(fence) if fence.bare && depth > 0 => depth -= 1,
            Some(_) => depth += 1,
            None => {}
        }
        let end = Some(at).filter(|at| depth == 0 && line(*at) == "---").and_then(close);
        let has = |key: &str, end: usize| (at + 1..end).any(|at| line(at).starts_with(key));
        if let Some(end) = end.filter(|end| has("name:", *end) && has("description:", *end)) {
            starts.extend(lines.get(at).map(|line| line.start));
            at = end;
        }
        at += 1;
    }
    let ends = starts.iter().skip(1).copied().chain([text.len()]);
    let parts = starts.iter().zip(ends).map(|(start, end)| {
        // The blank lines before the next one are no part of a prompt.
        let part = TextRange::new(*start, end).slice(text);
        let kept = part.trim_end().len();
        let rest = part.get(kept..).unwrap_or("");
        TextRange::new(*start, start + kept + rest.find('\n').map_or(rest.len(), |at| at + 1))
    });
    (starts.len() > 1).then(|| parts.collect())
}

/// The definition in `text` whose lines all stand behind the same mark: blanks, those of a
/// quotation, or the plus of a difference.
pub(super) fn behind_marks(text: &str) -> Option<Cut> {
    let lines = lines(text);
    let marks = |line: &TextRange| {
        let written = line.slice(text);
        written.len() - written.trim_start_matches([' ', '\t', '>', '+']).len()
    };
    let own = |line: &TextRange| line.slice(text).get(marks(line)..).unwrap_or("");
    let is_rule = |line: &TextRange| own(line).trim_end() == "---";
    let first = lines.iter().position(|line| {
        is_rule(line) || own(line).starts_with("name:") || own(line).starts_with("description:")
    })?;
    let opening = lines.get(first)?;
    let mark = opening.slice(text).get(..marks(opening)).filter(|mark| !mark.is_empty())?;
    if !is_rule(opening) || lines.iter().take(first).any(|line| fence(line.slice(text)).is_some()) {
        return None;
    }
    let mut cut = Cut::default();
    let mut prompted = false;
    let mut rules = 0;
    for line in lines.iter().skip(first) {
        let written = line.slice(text);
        let Some(own) = written
            .strip_prefix(mark)
            .or_else(|| written.strip_prefix(mark.trim_end()).filter(|rest| rest.trim().is_empty()))
        else {
            break;
        };
        prompted |= rules > 1 && !own.trim().is_empty();
        rules += usize::from(is_rule(line));
        cut.push(own, line.end - own.len());
        cut.push("\n", line.end);
    }
    // Where only the fields stand behind the mark, the prompt is not lost with it.
    prompted.then_some(cut)
}

/// `text` with plain hyphens and blanks where a program for letters has put others: a dash for
/// the lines around the fields, and a blank that does not break after a key. With the first line
/// that was changed.
pub(super) fn plainly_typed(text: &str) -> Option<(Cut, TextRange)> {
    let mut cut = Cut::default();
    let mut changed = None;
    let mut rules = 0;
    for line in lines(text) {
        let written = line.slice(text);
        let bare = written.trim();
        let dashes = !bare.is_empty() && bare.chars().all(|c| matches!(c, '-' | '–' | '—' | '―'));
        let odd = written.find(":\u{a0}").filter(|at| {
            let key = written.get(..*at).unwrap_or("");
            rules == 1 && super::fields::is_known(key.trim())
        });
        if dashes && rules < 2 && (rules == 1 || cut.text.trim().is_empty()) {
            rules += 1;
            changed = changed.or((!bare.is_ascii()).then_some(line));
            cut.push("---", line.start);
        } else if let Some(at) = odd {
            let (key, value) = written.split_at(at + 1);
            let value = value.trim_start();
            cut.push(key, line.start);
            cut.push(" ", line.start + at + 1);
            cut.push(value, line.end - value.len());
            changed = changed.or(Some(line));
        } else {
            cut.push(written, line.start);
        }
        cut.push("\n", line.end);
    }
    Some((cut, changed.filter(|_| rules == 2)?))
}

/// `text` from its first field on, where the fields stand at its top as people and models write
/// them in an answer: `**Name:** a`, `- **Tools**: Read`, `- model: opus`.
pub(super) fn labelled(text: &str) -> Option<Cut> {
    let lines = lines(text);
    let mut rest = lines.iter().skip_while(|line| {
        let written = line.slice(text).trim();
        written.is_empty() || written.starts_with('#')
    });
    let mut cut = Cut::default();
    let (mut count, mut named) = (0, false);
    let body = rest.find(|line| {
        let Some((key, value)) = label(text, **line) else { return !line.slice(text).trim().is_empty() };
        cut.push(key.slice(text), key.start);
        cut.push(": ", key.end);
        cut.push(value.slice(text), value.start);
        cut.push("\n", value.end);
        count += 1;
        named |= ["name", "description"].iter().any(|word| key.slice(text).eq_ignore_ascii_case(word));
        false
    });
    let start = body.map_or(text.len(), |line| line.start);
    cut.push("\n", start);
    cut.push(text.get(start..).unwrap_or(""), start);
    (named && count > 1).then_some(cut)
}

/// The key and the value in `line`, where the key is bold or the line is an item.
fn label(text: &str, line: TextRange) -> Option<(TextRange, TextRange)> {
    let written = line.slice(text);
    let inner = written.trim_start();
    let own = inner.strip_prefix("- ").or_else(|| inner.strip_prefix("* ")).unwrap_or(inner).trim_start();
    let bold = own.strip_prefix("**");
    if bold.is_none() && own.len() == inner.len() {
        return None;
    }
    let tail = bold.unwrap_or(own);
    let (key, rest) = tail.split_once(':')?;
    let rest = if key.ends_with("**") || bold.is_none() { rest } else { rest.strip_prefix("**")? };
    let key = key.trim_end_matches("**");
    let start = line.end - tail.len();
    let range = TextRange::new(start, start + key.len());
    let start = line.end - rest.trim_start().len();
    let value = TextRange::new(start, start + rest.trim().len());
    let code = value.slice(text).strip_prefix('`').and_then(|value| value.strip_suffix('`'));
    let value = match code.filter(|value| !value.contains('`')) {
        Some(code) => TextRange::new(value.start + 1, value.start + 1 + code.len()),
        None => value,
    };
    super::fields::is_known(key).then_some((range, value))
}

/// The contents of the fences in `text`, each with the marks of a quotation or an indentation
/// taken off. At most 32 are looked at.
pub(super) fn fences(text: &str) -> Vec<Cut> {
    let lines = lines(text);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at).filter(|_| found.len() < 32) {
        at += 1;
        let Some(fence) = fence(line.slice(text)) else { continue };
        let end = closing(text, &lines, at, &fence);
        let mut cut = Cut::default();
        for line in lines.get(at..end).unwrap_or_default() {
            let written = line.slice(text);
            let own = written
                .strip_prefix(fence.prefix)
                .unwrap_or_else(|| written.trim_start_matches(|c| fence.prefix.contains(c)));
            cut.push(own, line.end - own.len());
            cut.push("\n", line.end);
        }
        found.push(cut);
        at = end + 1;
    }
    found
}

struct Fence<'a> {
    /// What stands before the fence: blanks, or `> `.
    prefix: &'a str,
    mark: char,
    length: usize,
    bare: bool,
}

fn fence(line: &str) -> Option<Fence<'_>> {
    let inner = line.trim_start_matches([' ', '\t', '>']);
    let mark = inner.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let length = inner.chars().take_while(|c| *c == mark).count();
    let info = inner.get(length..)?;
    let sound = length >= 3 && !(mark == '`' && info.contains('`'));
    sound.then(|| Fence {
        prefix: line.get(..line.len() - inner.len()).unwrap_or(""),
        mark,
        length,
        bare: info.trim().is_empty(),
    })
}

/// The line that closes `open`, or the number of lines.
///
/// People and models put fences into fences of the same length. A fence with a language opens
/// another; a bare one opens another where text follows it at once and a further one comes.
fn closing(text: &str, lines: &[TextRange], from: usize, open: &Fence) -> usize {
    let mut depth = 0_usize;
    let fences: Vec<(usize, Fence)> = lines
        .iter()
        .enumerate()
        .skip(from)
        .filter_map(|(at, line)| Some((at, fence(line.slice(text))?)))
        .filter(|(_, fence)| fence.mark == open.mark && fence.length >= open.length)
        .take(1024)
        .collect();
    for (index, (at, fence)) in fences.iter().enumerate() {
        if !fence.bare {
            depth += 1;
        } else if depth > 0 {
            depth -= 1;
        } else {
            let follows = lines.get(at + 1).is_some_and(|line| !line.slice(text).trim().is_empty());
            let more = fences.get(index + 1..).unwrap_or_default().iter().any(|(_, fence)| fence.bare);
            if !(follows && more) {
                return *at;
            }
            depth += 1;
        }
    }
    // None closes it: the last one that stands there does, if any.
    fences.iter().rev().find(|(_, fence)| fence.bare).map_or(lines.len(), |(at, _)| *at)
}

/// What follows `--agents` in a shell command, without the shell's quotes.
pub(super) fn shell_argument(text: &str) -> Option<Cut> {
    let option = text.find("--agents")? + "--agents".len();
    let rest = text.get(option..)?;
    let start = option + rest.len() - rest.trim_start_matches([' ', '=', '\\', '\r', '\n', '\t']).len();
    let quote = text.get(start..)?.chars().next()?;
    let mut cut = Cut::default();
    let mut at = start + 1;
    // In PowerShell the quotes within single ones have a backslash as well.
    let masked = text.get(at..)?.trim_start_matches(['{', ' ']).starts_with("\\\"");
    match quote {
        '\'' if !masked => loop {
            let end = at + text.get(at..)?.find('\'')?;
            cut.push(text.get(at..end)?, at);
            // A quote inside is written by leaving the quotes: `'\''` or `'"'"'`.
            let after = text.get(end..)?;
            let (skip, step) = if after.starts_with("'\\''") {
                (2, 4)
            } else if after.starts_with("'\"'\"'") {
                (2, 5)
            } else {
                return Some(cut);
            };
            cut.push("'", end + skip);
            at = end + step;
        },
        '"' | '\'' => loop {
            let end = at + text.get(at..)?.find([quote, '\\'])?;
            cut.push(text.get(at..end)?, at);
            let after = text.get(end + 1..)?;
            match (text.get(end..)?.starts_with('\\'), after.chars().next()) {
                (false, _) => return Some(cut),
                (true, Some(c @ ('"' | '\\' | '$' | '`'))) => {
                    cut.push(after.get(..1)?, end + 1);
                    at = end + 1 + c.len_utf8();
                }
                (true, _) => {
                    cut.push("\\", end);
                    at = end + 1;
                }
            }
        },
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn assert_back(text: &str, cut: &Cut, word: &str) {
        let at = cut.text.find(word).unwrap();
        let back = cut.back(TextRange::new(at, at + word.len()));
        assert_eq!(back.slice(text), word, "{cut:?}");
    }

    #[test]
    fn numbers_of_lines_are_taken_off() {
        for text in [
            "x\n1\n---\n2\nname: a\n3\n---\n4\n\n5\nBody word\nfooter",
            "1\n2\n3\n4\n5\n---\nname: a\n---\n\nBody word\n",
            "  1  ---\n  2  name: a\n  3  ---\n  4\n  5  Body word\n",
            "1\t---\r\n2\tname: a\r\n3\t---\r\n4\t\r\n5\tBody word\r\n",
            "1 | ---\n2 | name: a\n3 | ---\n4 |\n5 | Body word\n",
            "     1→---\n     2→name: a\n     3→---\n     4→\n     5→Body word\n",
        ] {
            let cut = without_numbers(text).unwrap();
            assert_eq!(cut.text, "---\nname: a\n---\n\nBody word\n", "{text}");
            assert_back(text, &cut, "name: a");
            assert_back(text, &cut, "Body word");
        }
        assert!(without_numbers("1. a\n2. b\n3. c\n4. d\n").is_none());
        assert!(without_numbers("1\n2\nname: a").is_none());
    }

    #[test]
    fn a_fence_is_opened_whatever_is_in_it() {
        let inner = "---\nname: a\n---\n\n```\ncode\n```\n\n```js\ncode\n```\nBody word\n";
        for text in [
            format!("Here:\n\n```markdown\n{inner}```\n\nSave it as\n\n```sh\nx\n```\n"),
            format!("~~~~ md\n{inner}~~~~"),
            format!("````\n{inner}````\n"),
        ] {
            let cut = &fences(&text)[0];
            assert_eq!(cut.text, inner, "{text}");
            assert_back(&text, cut, "Body word");
        }
        let quoted = "> ```\n> name: a\n>\n> b\n> ```\n";
        assert_eq!(fences(quoted)[0].text, "name: a\n\nb\n");
    }

    #[test]
    fn the_quotes_of_a_shell_are_opened() {
        let text = "claude --agents '{\"a\": \"it'\\''s\"}' -p x";
        let cut = shell_argument(text).unwrap();
        assert_eq!(cut.text, "{\"a\": \"it's\"}");
        assert_back(text, &cut, "\"a\"");
        let text = "claude --agents=\"{\\\"a\\\": \\\"x\\n\\\"}\"";
        assert_eq!(shell_argument(text).unwrap().text, "{\"a\": \"x\\n\"}");
        let text = r#"claude --agents '{\"a\": \"it \\\"is\\\" \n\"}' -p x"#;
        assert_eq!(shell_argument(text).unwrap().text, r#"{"a": "it \"is\" \n"}"#);
        assert!(shell_argument("claude --agents '{").is_none());
    }
}
