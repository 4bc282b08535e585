//! Texts of growing size, and texts that are meant to take long.

use agent_playground::core::source::{MAX_FILE, MAX_FRONT_MATTER};

/// An ordinary definition, whose sections are repeated.
const ORDINARY: &str = include_str!("../../agents/backend-architect.md");

/// Definitions from 1 kB to the largest that is looked at, in steps of four.
pub fn growing() -> Vec<(String, String)> {
    let sizes = (0..).map(|step| 1024 << (2 * step)).take_while(|size| *size <= MAX_FILE);
    sizes.map(|size| ("definition".to_owned(), filled("", ORDINARY, size))).collect()
}

/// Full-size front matters, each with one thing far too often. The last, of 100,000 keys, is
/// above the limit for front matter.
pub fn hostile() -> Vec<(String, String)> {
    let of = |head: &str, piece: &str| {
        let room = MAX_FRONT_MATTER - 16;
        format!("---\n{}\n---\nPrompt.\n", filled(head, piece, room))
    };
    let numbered = |count: usize, line: &dyn Fn(usize) -> String| {
        let mut block = String::from("name: a\ndescription: b\n");
        for line in (0..count).map(line) {
            if count < 100_000 && block.len() + line.len() > MAX_FRONT_MATTER - 16 {
                break;
            }
            block.push_str(&line);
        }
        format!("---\n{block}---\nPrompt.\n")
    };
    let doubling = |at: usize| match at {
        0 => "a0: &a0 [x, x]\n".to_owned(),
        _ => format!("a{at}: &a{at} [*a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}, *a{0}]\n", at - 1),
    };
    let steps = |at: usize| format!("{}k:\n", " ".repeat(at));
    let texts = [
        ("aliases of aliases", numbered(99_999, &doubling)),
        ("aliases of one anchor", of("a: &a [x]\nb: [", "*a, ")),
        ("merge keys", of("a: &a {x: y}\n", "b: {<<: *a}\n")),
        ("anchors", numbered(99_999, &|at| format!("k{at}: &n{at} v\n"))),
        ("tags", of("", "- !t x\n")),
        ("open square brackets", of("tools: ", "[")),
        ("open braces", of("tools: ", "{")),
        ("open braces with keys", of("tools: ", "{a: ")),
        ("closed brackets", of("tools: [", "[], ")),
        ("brackets over lines", of("tools: ", "[\n")),
        ("nesting by indentation", numbered(360, &steps)),
        ("nesting by dashes", of("a:\n  ", "- ")),
        ("nesting by question marks", of("", "? ")),
        ("one long line", of("description: ", "x")),
        ("one long line of words", of("description: ", "word ")),
        ("one long line of colons", of("description: ", "a: ")),
        ("lines without a colon", of("", "word\n")),
        ("lines with two colons", numbered(99_999, &|at| format!("k{at}: a: b\n"))),
        ("quotes that are not closed", of("", "a: \"b\n")),
        ("one quote that is not closed", of("a: \"", "b\\n ")),
        ("escapes", of("a: \"", "\\q")),
        ("wrongly indented lines", of("a: b\n", "   c: d\n  e: f\n")),
        ("tabs", of("a:\n", "\tb: c\n")),
        ("comments", of("", "#\n")),
        ("comments in values", of("", "a: b # c\n")),
        ("empty lines", of("a: |\n", "\n")),
        ("block scalars", of("", "a: |\n b\n")),
        ("documents", of("a: b\n", "...\n%YAML 1.2\n")),
        ("the same key", of("", "name: a\n")),
        ("tools", of("tools: ", "Raed, ")),
        ("tools with arguments", of("tools: ", "Bash(a, ")),
        ("a list of tools", of("tools:\n", "  - Raed\n")),
        ("unknown keys", numbered(99_999, &|at| format!("k{at}: v\n"))),
        ("100,000 keys", numbered(100_000, &|at| format!("k{at}: v\n"))),
    ];
    texts.map(|(name, text)| (name.to_owned(), text)).into()
}

/// Prompts of the largest size that is looked at, each with one thing far too often.
pub fn hostile_prompts() -> Vec<(String, String)> {
    const HEAD: &str = "---\nname: a\ndescription: Use it when a is there.\n---\n";
    let texts = [
        ("a prompt in one line", "x"),
        ("words", "Read the file. "),
        ("headings", "###### x\n"),
        ("fences", "```\n"),
        ("quotes of quotes", "> "),
        ("lists of lists", "- "),
        ("emphasis", "*a _b "),
        ("links", "[a]("),
        ("comments", "<!--"),
        ("back-ticks", "`a``"),
        ("placeholders", "{{a}} [a] <a> "),
        ("invisible characters", "a\u{200b}"),
        ("letters of an encoding", "QUJDRA"),
        ("beginnings of keys", "sk-or-"),
        ("delimiters", "---\n"),
        ("carriage returns", "\r\n"),
    ];
    texts.map(|(name, piece)| (name.to_owned(), filled(HEAD, piece, MAX_FILE))).into()
}

/// `head`, and `piece` again and again up to `size` bytes.
fn filled(head: &str, piece: &str, size: usize) -> String {
    let mut text = String::from(head);
    while text.len() + piece.len() <= size {
        text.push_str(piece);
    }
    let mut left = size.saturating_sub(text.len()).min(piece.len());
    while !piece.is_char_boundary(left) {
        left -= 1;
    }
    text.push_str(&piece[..left]);
    text
}
