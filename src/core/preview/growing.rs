//! The rendering of a text that grows at its end, as a reply does while it is made.

use super::{Block, Options, render};

/// From how many bytes on code that is still open is shown by its lines. A page that colours code
/// lets longer code wait anyway.
const LONG_CODE: usize = 4_000;

/// What is to be shown of a text that has grown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grown {
    /// So many blocks stay as they were, and these are all behind them. Their ranges count from the
    /// first of them. Code that may be shown by its lines next has a hash of its own: when it has
    /// ended, it is another block, even if its HTML is the same.
    Blocks(usize, Vec<Block>),
    /// Code that is still open, and long, has grown.
    Code(Code),
}

/// The lines of a long block of code, which is the last of all blocks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Code {
    /// Which block it is.
    pub block: usize,
    /// How many parts of it stay as they were.
    pub settled: usize,
    /// All parts behind them: text, of whole lines but for the last.
    pub parts: Vec<String>,
}

/// Renders what is new of a growing text, and no more: what one piece costs does not depend on
/// what was there before, nor in one long block of code.
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
    /// That block, if it is long code that is still open.
    code: Option<Open>,
}

/// Long code that is still open.
#[derive(Debug, Clone)]
struct Open {
    fence: Fence,
    /// How many parts are settled.
    settled: usize,
    /// The byte where the first part begins that is not.
    from: usize,
}

/// What has come of long code that was open.
enum Next {
    /// More lines, or none.
    Lines(Code),
    /// Its last line, which ends at this byte of the text.
    End(usize),
    /// What cannot be told by its lines: another text, or a line that ends as those of DOS do.
    Other,
}

impl Growing {
    /// Takes in `text`, which must begin with the text of the last call.
    pub fn update(&mut self, text: &str, options: &Options) -> Grown {
        self.grow(text, options, LONG_CODE)
    }

    /// The same where code is long from so many bytes on.
    fn grow(&mut self, text: &str, options: &Options, long: usize) -> Grown {
        if let Some(code) = self.code.take() {
            match self.more_code(text, code, long / 2) {
                Next::Lines(code) => return Grown::Code(code),
                Next::Other => {}
                // Nothing can change a block of code that is closed.
                Next::End(end) => {
                    let kept = self.settled;
                    let blocks = render(text.get(self.from..).unwrap_or(""), options).blocks;
                    (self.settled, self.from) = (kept + 1, end);
                    return Grown::Blocks(kept, blocks);
                }
            }
        }
        // A text that is not the one of before is rendered from its beginning.
        let Some(tail) = text.get(self.from..) else {
            *self = Self::default();
            return Grown::Blocks(0, render(text, options).blocks);
        };
        let mut blocks = render(tail, options).blocks;
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
        self.code = text.get(self.from..).and_then(|tail| {
            let fence = Fence::of(tail).filter(|_| tail.len() >= long && next + 1 == blocks.len())?;
            let first = tail.find('\n')? + 1;
            let open = matches!(fence.find_end(tail.get(first..)?), End::Open(_)) && !tail.contains('\r');
            open.then_some(Open { fence, settled: 0, from: self.from + first })
        });
        if let (Some(_), Some(code)) = (&self.code, blocks.last_mut()) {
            code.hash = !code.hash;
        }
        Grown::Blocks(kept, blocks)
    }

    /// Goes on with `code`, whose parts get another behind so many bytes.
    fn more_code(&mut self, text: &str, mut code: Open, size: usize) -> Next {
        let Some(tail) = text.get(code.from..).filter(|tail| !tail.contains('\r')) else {
            return Next::Other;
        };
        let mut rest = match code.fence.find_end(tail) {
            End::Open(lines) => lines,
            End::Closed(end) => return Next::End(code.from + end),
        };
        let settled = code.settled;
        let mut parts = Vec::new();
        while !rest.is_empty() {
            let end = rest.bytes().skip(size).position(|byte| byte == b'\n').map(|at| size + at + 1);
            let (part, behind) = rest.split_at(end.unwrap_or(rest.len()));
            parts.push(part.replace('\0', "\u{fffd}"));
            if end.is_some() {
                code.settled += 1;
                code.from += part.len();
            }
            rest = behind;
        }
        self.code = Some(code);
        Next::Lines(Code { block: self.settled, settled, parts })
    }
}

/// The marks that a block of code begins with, at the beginning of a line.
#[derive(Debug, Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

/// What follows in a block of code.
enum End<'a> {
    /// These lines, as far as it goes. A last line that may yet be its end is left out, and so is one
    /// that has only blanks so far.
    Open(&'a str),
    /// Its last line, which ends at this byte.
    Closed(usize),
}

impl Fence {
    /// The one that `text` begins with.
    fn of(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|mark| matches!(mark, '`' | '~'))?;
        let length = text.chars().take_while(|c| *c == mark).count();
        let info = text.lines().next().unwrap_or("").get(length..).unwrap_or("");
        (length >= 3 && (mark == '~' || !info.contains('`'))).then_some(Self { mark, length })
    }

    /// Looks through whole lines of code for the one that closes it.
    fn find_end(self, lines: &str) -> End<'_> {
        let mut at = 0;
        for line in lines.split_inclusive('\n') {
            let (end, closes, whole) = (at + line.len(), self.closes(line), line.ends_with('\n'));
            if closes && whole {
                return End::Closed(end);
            }
            if !whole && (closes || line.trim_matches([' ', '\t']).is_empty()) {
                return End::Open(lines.get(..at).unwrap_or(""));
            }
            at = end;
        }
        End::Open(lines)
    }

    fn closes(self, line: &str) -> bool {
        let marks = line.trim_start_matches(' ');
        let behind = marks.trim_start_matches(self.mark);
        line.len() - marks.len() <= 3
            && marks.len() - behind.len() >= self.length
            && behind.chars().all(|c| matches!(c, ' ' | '\t' | '\n'))
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
    use crate::core::text::floor_boundary;

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

    /// What code is made of, and what begins and ends it; most lines are whole.
    const CODE: [&str; 14] = [
        "```\n",
        "```rust\n",
        "~~~~ a`b\n",
        "~~~~~\n",
        "   ```\n",
        "    ```\n",
        "``` no end\n",
        "a line of code\n",
        "    <another> & \"more\"\n",
        "\n",
        "[^x]: no note\n",
        "h\u{e9}, \0, and\n",
        "A line that goes on ",
        "with DOS\r\n",
    ];

    /// The HTML without the ids of headings, which count those of the same name in the whole text.
    fn htmls(blocks: &[Block]) -> Vec<String> {
        let without = |html: &str| match html.split_once(" id=\"ap-h-") {
            Some((before, after)) => [before, after.split_once('"').map_or("", |(_, after)| after)].concat(),
            None => html.to_owned(),
        };
        blocks.iter().map(|block| without(&block.html)).collect()
    }

    /// Feeds `text` in pieces that end at `cuts`, and looks at what is shown after each. Code is long
    /// from 12 bytes on. Gives how often code went on.
    fn check(text: &str, cuts: &[usize]) -> usize {
        let (mut growing, mut shown, mut parts) = (Growing::default(), Vec::<Block>::new(), Vec::new());
        // The hash of the block whose lines are shown, and which one it is.
        let (mut lines, mut times) = (None::<(usize, u64)>, 0);
        for cut in cuts.iter().copied().chain([text.len()]) {
            let so_far = &text[..floor_boundary(text, cut)];
            let whole = htmls(&render(so_far, &Options::default()).blocks);
            match growing.grow(so_far, &Options::default(), 12) {
                Grown::Blocks(kept, blocks) => {
                    shown.truncate(kept);
                    shown.extend(blocks);
                    parts.clear();
                    if let Some((at, hash)) = lines.take() {
                        assert!(shown.get(at).is_none_or(|it: &Block| it.hash != hash), "after {so_far:?}");
                    }
                    assert_eq!(htmls(&shown), whole, "after {so_far:?}");
                }
                Grown::Code(code) => {
                    times += 1;
                    lines = Some((code.block, shown[code.block].hash));
                    let ended = render(so_far, &Options::default()).blocks;
                    assert_ne!(ended[code.block].hash, shown[code.block].hash, "after {so_far:?}");
                    parts.truncate(code.settled);
                    parts.extend(code.parts);
                    assert_eq!(code.block + 1, shown.len(), "after {so_far:?}");
                    let mut htmls = htmls(&shown);
                    let last = htmls.pop().unwrap_or_default();
                    let start = last.split_inclusive('>').take(2).collect::<String>();
                    htmls.push([&start, &escaped(&parts.concat()), "</code></pre>"].concat());
                    let seen =
                        |htmls: &[String]| htmls.concat().replace("</code></pre>", "").trim_end().to_owned();
                    assert_eq!(seen(&htmls), seen(&whole), "after {so_far:?}");
                }
            }
        }
        times
    }

    fn escaped(text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    }

    /// The blocks behind those that stayed, where no long code goes on.
    fn blocks(grown: Grown) -> (usize, Vec<Block>) {
        match grown {
            Grown::Blocks(kept, blocks) => (kept, blocks),
            Grown::Code(code) => panic!("{code:?}"),
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

    proptest! {
        #[test]
        fn what_is_shown_of_code_is_the_rendering_of_all_that_came(
            lines in prop::collection::vec(0..CODE.len(), 0..24),
            cuts in prop::collection::vec(0.0..1.0_f64, 0..24),
        ) {
            let mut text = String::from("Before.\n\n");
            for line in lines {
                text.push_str(CODE[line]);
            }
            let mut cuts: Vec<usize> = cuts.iter().map(|cut| (cut * text.len() as f64) as usize).collect();
            cuts.sort_unstable();
            check(&text, &cuts);
        }
    }

    #[test]
    fn of_long_code_only_the_last_lines_come_again() {
        let mut growing = Growing::default();
        let (mut text, mut parts) = (String::from("```rust\n"), 0);
        for count in 0..1000 {
            text.push_str(&format!("    let line_{count} = \"<\";\n"));
            match growing.update(&text, &Options::default()) {
                Grown::Blocks(..) => assert!(text.len() < 2 * LONG_CODE, "{} bytes", text.len()),
                Grown::Code(code) => {
                    assert!(parts == 0 || code.parts.len() <= 2, "{} parts", code.parts.len());
                    parts = code.settled + code.parts.len();
                }
            }
        }
        assert!(parts > 8, "{parts} parts of {} bytes", text.len());
        text.push_str("```\nBehind.\n");
        let (kept, shown) = blocks(growing.update(&text, &Options::default()));
        assert_eq!((kept, shown.len()), (0, 2));
        text.push_str("\nMore.\n");
        let (kept, shown) = blocks(growing.update(&text, &Options::default()));
        assert_eq!((kept, shown.len()), (1, 2), "the code is settled");
    }

    #[test]
    fn code_that_ends_as_it_was_is_another_block() {
        let mut growing = Growing::default();
        let text = ["```rust\n", &"let a = 1;\n".repeat(500)].concat();
        let (_, shown) = blocks(growing.update(&text, &Options::default()));
        let text = text + "```";
        assert!(matches!(growing.update(&text, &Options::default()), Grown::Code(_)));
        let ended = render(&text, &Options::default()).blocks;
        assert_eq!(shown[0].html, ended[0].html);
        assert_ne!(shown[0].hash, ended[0].hash);
    }

    #[test]
    fn code_goes_on_as_code() {
        let text = "```\none\ntwo &<>\n  ```  x\nthree\n ````\nBehind.\n";
        let all: Vec<usize> = (0..text.len()).collect();
        assert!(check(text, &all) > 10);
    }

    #[test]
    fn only_the_last_block_is_rendered_again() {
        let mut growing = Growing::default();
        let mut text = String::new();
        for count in 0..1000 {
            text.push_str(&format!("Paragraph {count}.\n\n"));
            let (_, blocks) = blocks(growing.update(&text, &Options::default()));
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
            let (kept, blocks) = blocks(growing.update(&text[..end], &Options::default()));
            assert!(!blocks.is_empty());
            most = most.max(kept);
        }
        assert_eq!(most, 3, "what stands before it, and no more");
    }

    #[test]
    fn another_text_is_rendered_from_its_beginning() {
        let mut growing = Growing::default();
        growing.update("One.\n\nTwo.\n\nThree.\n", &Options::default());
        let (kept, blocks) = blocks(growing.update("One.\n", &Options::default()));
        assert_eq!((kept, blocks.len()), (0, 1));
    }
}
