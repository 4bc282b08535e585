//! Markdown from strangers takes no time: inputs that have made parsers slow or overflow.

use std::time::{Duration, Instant};

use agent_playground::core::preview::{Options, render};
use agent_playground::core::{outline::outline, text::TextRange};

fn hostile() -> Vec<String> {
    let mut cases: Vec<String> = [
        "[",
        "*a ",
        "*a **b ",
        "a**b",
        "_a ",
        "~~a",
        "![",
        "[a](",
        "![a](b",
        "[^a]",
        "`a``",
        "> ",
        ">",
        "- ",
        "1. ",
        "* a\n",
        "> a\n",
        "<a ",
        "<!--",
        "<?",
        "&#1",
        "\\",
        "|a",
        "a\n-\n",
        "[a]: b\n",
        "[a]\n",
        "# a\n",
        "```\n",
        "- [ ] a\n",
        "> [!NOTE]\n> a\n\n",
        "<a@b.c>",
        "<b>",
        "\t",
        "\r",
        "\0",
        "![a](http://b)",
        "[^a]: b\n",
        "[a](http://b) ",
        "***",
        "`",
        "a\n\n",
    ]
    .iter()
    .map(|part| part.repeat(25_000))
    .collect();
    let nested = |open: &str, close: &str, n: usize| format!("{}x{}", open.repeat(n), close.repeat(n));
    cases.push(nested("*a ", " a*", 30_000));
    cases.push(nested("**a ", " a**", 30_000));
    cases.push(nested("![", "](http://a)", 20_000));
    cases.push(nested("[", "](http://a)", 20_000));
    cases.push((0..1200).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect());
    cases.push((0..120).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect());
    cases.push(format!("{}a\n{}", "> ".repeat(80), "a\n".repeat(40_000)));
    cases.push(format!("{}a\n{}", ">".repeat(100_000), "a\n".repeat(40_000)));
    cases.push(format!("{}a\n{}", "- ".repeat(80), "\n>\n".repeat(50_000)));
    cases.push(format!("|a|b|\n|-|-|\n{}", "|a|b|\n".repeat(50_000)));
    cases.push(format!("{}\n{}\n{}", "|a".repeat(9000), "|-".repeat(9000), "|\n".repeat(9000)));
    cases.push(format!("[^a]: x\n\n{}", "[^a]".repeat(50_000)));
    cases.push((0..30_000).map(|n| format!("x[^{n}]\n\n[^{n}]: y\n\n")).collect());
    cases.push(format!("{}[x]: {}\n", "[x] ".repeat(20_000), "http://y".repeat(2000)));
    cases
}

#[test]
fn hostile_inputs_take_no_time() {
    for case in hostile() {
        let start = Instant::now();
        let blocks = render(&case, &Options::default()).blocks;
        outline(&case, TextRange::new(0, case.len()));
        // A debug build needs half a second for the slowest; a quadratic one, a minute.
        let took = start.elapsed();
        let begin: String = case.chars().take(20).collect();
        assert!(took < Duration::from_secs(8), "{took:?} for {begin:?}");
        assert!(blocks.len() <= case.len(), "{begin:?}");
    }
}
