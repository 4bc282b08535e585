//! Characters that nobody sees.

use super::{About, Context, Doc, Rule, is_full};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::text::TextRange;

/// Characters without a shape, which a model reads all the same.
pub static RULE: Rule = Rule { code: "invisible-character", severity: Severity::Warning, about: About::Every, check };

/// Its documentation.
pub static DOC: Doc = Doc {
    rule: &RULE,
    summary: "characters that cannot be seen",
    docs: "Zero-width and tag characters have no shape, so whoever reads a definition does not see them; a model does. They come along when text is copied from a page, and they are a way to hide instructions. Those that join letters or emoji in running text are left alone.",
    bad: "---\nname: code-reviewer\ndescription: Reviews code. Use after each change.\n---\n\nYou review\u{200b} code.\n",
    good: r#"---
name: code-reviewer
description: Reviews code. Use after each change.
---

You review code.
"#,
    source: "Unicode 17, Default_Ignorable_Code_Point, 2026-11-22",
};

fn check(rule: &'static Rule, context: &Context, out: &mut Vec<Diagnostic>) {
    if !context.may_hide() {
        return;
    }
    let mut run: Option<TextRange> = None;
    let mut first = ' ';
    let mut before = ' ';
    for (at, c) in context.text.char_indices().chain([(context.text.len(), ' ')]) {
        let after_flag = before == '\u{1f3f4}' || is_tag(before);
        // A byte-order mark may stand first, and a flag may go on in tags.
        if is_invisible(c) && !(at == 0 && c == '\u{feff}') && !(is_tag(c) && after_flag && run.is_none()) {
            if run.is_none() {
                first = c;
            }
            run = Some(TextRange::new(run.map_or(at, |range| range.start), at + c.len_utf8()));
        } else if let Some(range) = run.take().filter(|range| !context.is_above(*range)) {
            if is_full(rule, out) {
                return;
            }
            let name = format!("U+{:04X}", u32::from(first));
            let message = format!("Characters that cannot be seen stand here, the first is {name}: the model reads them, people do not.");
            let fix = Fix::new("Remove them", Safety::Review, vec![Edit::delete(range)]);
            out.push(rule.found(range, message, vec![fix]));
        }
        before = c;
    }
}

fn is_tag(c: char) -> bool {
    matches!(c, '\u{e0020}'..='\u{e007f}')
}

fn is_invisible(c: char) -> bool {
    is_tag(c)
        || matches!(
            c,
            '\u{ad}' | '\u{34f}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}' | '\u{2060}'..='\u{2064}'
                | '\u{206a}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}' | '\u{e0001}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::hints::may_hide;

    /// A text that is not suspected is not looked at.
    #[test]
    fn each_character_that_is_looked_for_is_suspected() {
        let turns = |c: char| matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        let looked_for = ('\0'..=char::MAX).filter(|c| is_invisible(*c) || turns(*c));
        assert_eq!(looked_for.clone().count(), 126);
        for c in looked_for {
            assert!(may_hide(&["a", c.to_string().as_str(), "b"].concat()), "{c:?}");
        }
    }
}
