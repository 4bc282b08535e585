//! The rendering of a text that grows at its end, as a reply does while it is made.

use super::{Block, Options, render};

/// Renders what is new of a growing text, and no more: what one piece costs does not depend on
/// what was there before.
///
/// A block is settled once another one begins behind it on a line that is whole: nothing that
/// comes can change it but three things that reach back. Definitions of links and of footnotes and
/// the numbers of headings that are called alike are put right by rendering the whole text when it
/// has ended; from the first definition of a footnote on, nothing is settled.
#[derive(Debug, Clone, Default)]
pub struct Growing {
    /// How many blocks are settled.
    settled: usize,
    /// The byte where the first block begins that is not.
    from: usize,
}

impl Growing {
    /// Takes in `text`, which must begin with the text of the last call. Gives how many blocks
    /// stay as they were, and all blocks behind them, whose ranges count from the first of them.
    pub fn update(&mut self, text: &str, options: &Options) -> (usize, Vec<Block>) {
        // A text that is not the one of before is rendered from its beginning.
        let Some(tail) = text.get(self.from..) else {
            *self = Self::default();
            return (0, render(text, options).blocks);
        };
        let blocks = render(tail, options).blocks;
        let kept = self.settled;
        let whole = tail.rfind('\n').map_or(0, |at| at + 1);
        let footnote = first_footnote(tail).unwrap_or(tail.len());
        let certain = |block: &&Block| block.range.start < whole && block.range.start <= footnote;
        let next = blocks.iter().take_while(certain).count().saturating_sub(1);
        if let Some(first) = blocks.get(next).filter(|_| next > 0) {
            self.settled += next;
            // What stands before it in its line belongs to it: indented code.
            let before = tail.get(..first.range.start).unwrap_or("");
            self.from += before.rfind('\n').map_or(0, |at| at + 1);
        }
        (kept, blocks)
    }
}

/// Where the first footnote may be defined: before `[^label]:`. Code has the beginning of it often.
fn first_footnote(text: &str) -> Option<usize> {
    let defines = |(at, _): &(usize, &str)| {
        let label = text.get(at + 2..).unwrap_or("").split_inclusive([']', '\n']).next().unwrap_or("");
        let after = text.get(at + 2 + label.len()..).unwrap_or("");
        // What may become one when more has come is one.
        !label.ends_with('\n') && (after.is_empty() || after.starts_with(':'))
    };
    text.match_indices("[^").find(defines).map(|(at, _)| at)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts that lines are made of: each kind of block, and what goes on with one.
    const LINES: [&str; 22] = [
        "",
        "",
        "A paragraph with *words* and `code`.",
        "goes on",
        "# A heading",
        "---",
        "===",
        "- an item",
        "  goes on in it",
        "* another list",
        "1. first",
        "2. second",
        "> a quote",
        "> [!NOTE]",
        "```rust",
        "```",
        "    indented",
        "| a | b |",
        "|---|---|",
        "| 1 | 2 |",
        "- [ ] a task",
        "<b>shown as text</b>",
    ];

    /// The HTML without the ids of headings, which count those of the same name in the whole text.
    fn htmls(blocks: &[Block]) -> Vec<String> {
        let without = |html: &str| match html.split_once(" id=\"ap-h-") {
            Some((before, after)) => [before, after.split_once('"').map_or("", |(_, after)| after)].concat(),
            None => html.to_owned(),
        };
        blocks.iter().map(|block| without(&block.html)).collect()
    }

    /// Feeds `text` in pieces that end at `cuts`, and looks at what is shown after each.
    fn check(text: &str, cuts: &[usize]) {
        let (mut growing, mut shown) = (Growing::default(), Vec::<Block>::new());
        for cut in cuts.iter().copied().chain([text.len()]) {
            let so_far = text.get(..cut).unwrap_or(text);
            let (kept, blocks) = growing.update(so_far, &Options::default());
            shown.truncate(kept);
            shown.extend(blocks);
            let whole = render(so_far, &Options::default()).blocks;
            assert_eq!(htmls(&shown), htmls(&whole), "after {so_far:?}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_is_the_rendering_of_all_that_came(
            lines in prop::collection::vec(0..LINES.len(), 0..24),
            cuts in prop::collection::vec(0.0..1.0_f64, 0..24),
        ) {
            let mut text = String::new();
            for line in lines {
                text.push_str(LINES[line]);
                text.push('\n');
            }
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| (cut * text.len() as f64) as usize).collect();
            cuts.sort_unstable();
            check(&text, &cuts);
        }
    }

    #[test]
    fn only_the_last_block_is_rendered_again() {
        let mut growing = Growing::default();
        let mut text = String::new();
        for count in 0..1000 {
            text.push_str(&format!("Paragraph {count}.\n\n"));
            let (_, blocks) = growing.update(&text, &Options::default());
            assert!(blocks.len() <= 2, "{} blocks after {count} paragraphs", blocks.len());
        }
    }

    #[test]
    fn a_list_whose_next_number_is_half_there_is_not_closed() {
        check("1. a\n\n2. b\n", &[5, 6, 7, 8, 9]);
    }

    #[test]
    fn nothing_is_settled_behind_the_definition_of_a_footnote() {
        let mut growing = Growing::default();
        let text = "One `[^x]`.\n\nTwo[^a].\n\nThree.\n\n[^a]: The note.\n\nFour.\n\nFive.\n\nSix.\n";
        let mut most = 0;
        for end in 1..=text.len() {
            let (kept, blocks) = growing.update(&text[..end], &Options::default());
            assert!(!blocks.is_empty());
            most = most.max(kept);
        }
        assert_eq!(most, 3, "what stands before it, and no more");
    }

    #[test]
    fn another_text_is_rendered_from_its_beginning() {
        let mut growing = Growing::default();
        growing.update("One.\n\nTwo.\n\nThree.\n", &Options::default());
        let (kept, blocks) = growing.update("One.\n", &Options::default());
        assert_eq!((kept, blocks.len()), (0, 1));
    }
}
