//! A description that is longer than the host reads.

use super::{About, Context, Doc, Rule};
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Style};

/// More characters than the host takes.
pub static RULE: Rule = Rule { code: "description-past-cap", severity: Severity::Error, about: About::Only(&["agent-skill", "factory", "qwen-code"]), check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a description longer than the host takes",
    docs: "A skill's description has at most 1,024 characters, that of a Factory droid 500. Qwen Code warns above 1,000.",
    bad: r#"---
name: code-reviewer
description: Reviews code. Use after each change. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. It looks for faults, for names that mislead and for tests that cannot fail. 
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Agent Skills specification, 2026-08-09; Factory documentation, 2026-11-22; observed on Qwen Code 0.24.4, 2026-11-22",
};

/// How many characters each host takes, and how much it matters.
const CAPS: [(&str, usize, Severity, &str); 3] = [
    ("agent-skill", 1024, Severity::Error, "the skill is not valid"),
    ("factory", 500, Severity::Error, "the droid is refused"),
    ("qwen-code", 1000, Severity::Warning, "it warns of that"),
];

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let Some(entry) = context.definition.entry("description") else { return };
    let Kind::String { value, style } = &entry.value.kind else { return };
    let count = value.chars().count();
    for host in context.hosts {
        let cap = CAPS.iter().find(|(name, most, ..)| *name == host.name && count > *most);
        let Some((_, most, severity, what)) = cap else { continue };
        let range = past(entry.value.range.slice(context.text), *style, *most).shifted(entry.value.range.start);
        let message = format!("The description has {count} characters, {} takes {most}: {what}.", host.title);
        let mut found = rule.found(range, message, Vec::new());
        found.severity = *severity;
        found.host = host.name;
        out.push(found);
    }
}

/// The bytes of `written`, a text in this style, that give the characters from the one numbered
/// `most` on. Exact where lines are broken and escapes are used as people do.
fn past(written: &str, style: Style, most: usize) -> TextRange {
    let quoted = matches!(style, Style::SingleQuoted | Style::DoubleQuoted);
    let block = matches!(style, Style::Literal | Style::Folded);
    // Behind the quote, or on the line below the sign, which is indented as the others are.
    let mut start = if block { written.find('\n').map_or(0, |at| at + 1) } else { usize::from(quoted) };
    let blanks = |text: &str| text.len() - text.trim_start_matches(' ').len();
    let indent = if block { blanks(written.get(start..).unwrap_or("")) } else { usize::MAX };
    start += if block { indent } else { 0 };
    let end = written.len().saturating_sub(usize::from(quoted)).max(start);
    let inner = written.get(start..end).unwrap_or("");
    let mut count = 0;
    let mut chars = inner.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if count == most {
            return TextRange::new(start + at, end);
        }
        match c {
            // A break and the indentation after it give one character.
            '\n' => {
                let mut blanks = 0;
                while blanks < indent && chars.next_if(|(_, c)| *c == ' ').is_some() {
                    blanks += 1;
                }
            }
            '\r' => continue,
            '\'' if style == Style::SingleQuoted => {
                chars.next();
            }
            '\\' if style == Style::DoubleQuoted => {
                let digits = match chars.next() {
                    Some((_, 'x')) => 2,
                    Some((_, 'u')) => 4,
                    Some((_, 'U')) => 8,
                    // Broken lines that are joined.
                    Some((_, '\n')) => {
                        while chars.next_if(|(_, c)| *c == ' ').is_some() {}
                        continue;
                    }
                    _ => 0,
                };
                for _ in 0..digits {
                    chars.next();
                }
            }
            _ => {}
        }
        count += 1;
    }
    TextRange::new(start, end)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_past_the_cap_is_marked_in_every_style() {
        for (written, style, past_three) in [
            ("abcde", Style::Plain, "de"),
            ("'a''bcd'", Style::SingleQuoted, "cd"),
            (r#""a\u00e9bcd""#, Style::DoubleQuoted, "cd"),
            ("\"a\\\n  bcd\"", Style::DoubleQuoted, "d"),
            ("a\n  bcd", Style::Plain, "cd"),
            (">-\n  ab\n  cd", Style::Folded, "cd"),
            ("|\n    abcd\n     e\n", Style::Literal, "d\n     e\n"),
            ("é🙂xyz", Style::Plain, "yz"),
        ] {
            assert_eq!(past(written, style, 3).slice(written), past_three, "{written}");
        }
    }
}
