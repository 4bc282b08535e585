//! Comments that suppress a finding, and those that suppress none.
//!
//! In the front matter `# agent-playground: ignore CODE`, at the end of the line or alone on
//! the line above; in the body `<!-- agent-playground: ignore CODE -->`, likewise. Several codes
//! have commas between them. The first line of the front matter covers the opening `---` too,
//! above which nothing may stand.

use super::{About, Context, Doc, Rule};
use crate::core::catalog::nearest;
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;
use crate::core::yaml::{Kind, Node};

/// A comment that suppresses nothing.
pub static RULE: Rule =
    Rule { code: "unused-suppression", severity: Severity::Info, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "a comment that suppresses no finding",
    docs: "`# agent-playground: ignore CODE` in the front matter and `<!-- agent-playground: ignore CODE -->` in the body suppress a finding of their own line or, alone on a line, of the next one. One that suppresses nothing misleads: take it out. Mind that a comment in the body is a part of the prompt.",
    bad: r#"---
name: code-reviewer
# agent-playground: ignore unknown-tool
description: Reviews code. Use after each change.
---

You review code.
"#,
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "this program",
};

/// The most codes that count in one text.
const MAX_CODES: usize = 256;

const MARK: &str = "agent-playground: ignore ";

/// A code that a comment names.
struct Code<'a> {
    code: &'a str,
    range: TextRange,
    /// The whole comment.
    comment: TextRange,
    /// The bytes in which a finding must begin.
    covers: TextRange,
}

/// Takes out of `out` what comments suppress, so it must be the last rule to look, and adds
/// the codes that suppress nothing.
fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    let block = context.source.front_matter.map_or("", |front_matter| front_matter.yaml.slice(context.text));
    let begins = |at: &usize| context.text.get(*at..).is_some_and(|rest| rest.starts_with("<!-- agent-playground:"));
    if !block.contains(MARK) && !context.marks().comments.iter().any(begins) {
        return;
    }
    for code in codes(context) {
        let mut used = false;
        out.retain(|found| {
            let suppressed = found.code == code.code && code.covers.touches(found.range.start);
            used |= suppressed;
            // What others find in the comment itself is no news.
            let its_own = found.range.start >= code.comment.start && found.range.end <= code.comment.end;
            !suppressed && (!its_own || found.code == rule.code)
        });
        if used {
            continue;
        }
        let message = match nearest(code.code, super::ALL.iter().map(|rule| rule.code)) {
            Some(meant) if meant != code.code => {
                ["No rule is called `", code.code, "`. Did you mean `", meant, "`?"].concat()
            }
            _ => ["Nothing here is found by `", code.code, "`: take the comment out."].concat(),
        };
        let edit = Edit::delete(code.comment);
        let fix = Fix::new("Remove the comment", Safety::Review, vec![edit]);
        out.push(rule.found(code.range, message, vec![fix]));
    }
}

/// Whether byte `at` stands within a text that `node` holds, where `#` begins no comment.
fn is_text(node: &Node, at: usize) -> bool {
    node.range.touches(at)
        && match &node.kind {
            Kind::String { .. } => true,
            Kind::List(items) => items.iter().any(|item| is_text(item, at)),
            Kind::Map(pairs) => pairs.iter().any(|(key, value)| is_text(key, at) || is_text(value, at)),
            _ => false,
        }
}

/// The codes that comments of the text name, in its order.
fn codes<'a>(context: &Context<'a>) -> Vec<Code<'a>> {
    let text = context.text;
    let block = context.source.front_matter;
    let mut codes = Vec::new();
    let mut from = 0;
    while codes.len() < MAX_CODES
        && let Some(mark) = text.get(from..).and_then(|rest| rest.find(MARK)).map(|at| from + at) {
        from = mark + MARK.len();
        let start = text.get(..mark).and_then(|before| before.rfind('\n')).map_or(0, |at| at + 1);
        let line_end = text.get(from..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| from + at);
        let inside = block.is_some_and(|block| block.yaml.start <= mark && mark < block.yaml.end);
        if inside && context.definition.entries.iter().any(|entry| is_text(&entry.value, mark)) {
            continue;
        }
        let (open, close) = if inside { ("# ", None) } else { ("<!-- ", Some(" -->")) };
        let before = text.get(start..mark).unwrap_or("");
        let Some(lead) = before.strip_suffix(open) else { continue };
        let rest = text.get(from..line_end).unwrap_or("").trim_end();
        let (list, length) = match close {
            None => (rest, rest.len()),
            Some(close) => match rest.find(close) {
                Some(at) => (rest.get(..at).unwrap_or(""), at + close.len()),
                None => continue,
            },
        };
        let alone = lead.trim().is_empty() && rest.len() == length;
        let end = from + length;
        let next = (line_end + 1).min(text.len());
        let next_end = text.get(next..).and_then(|rest| rest.find('\n')).map_or(text.len(), |at| next + at);
        let first = block.filter(|block| block.yaml.start == start).map(|block| block.open.start);
        let (comment, covers) = if alone {
            let above = first.unwrap_or(start);
            (TextRange::new(start, next), TextRange::new(above, next_end))
        } else {
            (TextRange::new(start + lead.trim_end().len(), end), TextRange::new(start, line_end))
        };
        let mut at = from;
        for piece in list.split(',').take(MAX_CODES) {
            let code = piece.trim();
            let lead = piece.len() - piece.trim_start().len();
            if !code.is_empty() {
                let range = TextRange::new(at + lead, at + lead + code.len());
                codes.push(Code { code, range, comment, covers });
            }
            at += piece.len() + 1;
        }
    }
    codes
}
