use super::hooks::is_pattern;
use super::*;
use crate::core::hosts::{Outcome, Verdict};

fn verdict(text: &str) -> Verdict {
    (HOST.verdict)(&File::of(text))
}

/// The lines of the block after a sound name and description, and what of the reason they give;
/// `""` where the file loads.
fn assert_each(cases: &[(&str, &str)]) {
    for (lines, reason) in cases {
        let text = format!("---\nname: x\ndescription: d\n{lines}\n---\nHello.\n");
        let said = verdict(&text);
        match said.reason {
            None => assert_eq!(*reason, "", "{lines}"),
            Some(said) => assert!(!reason.is_empty() && said.contains(reason), "{lines}: {said}"),
        }
    }
}

#[test]
fn the_block_must_be_what_libyaml_takes() {
    assert_each(&[
        ("a: b: c", "YAML"),
        ("a: *b", "YAML"),
        ("a: @b", "YAML"),
        ("a: `b`", "YAML"),
        ("a: 'b' c", "YAML"),
        ("a:\n\t- b", "YAML"),
        ("a: |\n \t\n  b", "tab"),
        ("a: b\n\t\nc: d", "tab"),
        ("a: [b,\n\tc]\nd:\te", ""),
        ("name: y", "twice"),
        ("a: {b: 1, b: 2}", "twice"),
        ("1: a\n\"1\": b", ""),
        ("a: b\u{7f}", "control"),
        ("...\na: b", "document"),
        ("...", ""),
        ("a: !b c\nd: &e f\ng: *e", ""),
        ("a: &b.c d", "anchor"),
        ("a: &b [*b]", "alias"),
        ("a: \"\\ud83d\\ude00\"", "half a character"),
        ("a: 99999999999999999999999", "too large"),
        ("a: 9999999999", ""),
        ("a: [\nb\n]\nc: \"d\ne\"", ""),
    ]);
}

#[test]
fn values_must_be_of_their_kind_and_other_keys_are_ignored() {
    assert_each(&[
        ("tools:", "`tools` is empty"),
        ("tools: {read: true}", "`tools` is a map"),
        ("tools: [1]", "`tools`"),
        ("model:", "`model`"),
        ("model: []", "no model"),
        ("model: [a, '']", "no model"),
        ("model: 007", ""),
        ("model: 0b11", "`model` is a number"),
        ("user-invocable: yes", "`user-invocable` is text"),
        ("disable-model-invocation: TRUE", ""),
        ("skills: a, b", "`skills`"),
        ("model-policy: always", "`preferred`"),
        ("mcp-servers:", ""),
        ("mcp-servers: []", "`mcp-servers` is a list"),
        ("mcp-servers: {a: {command: b, args: []}}", "tools` is missing"),
        ("mcp-servers: {a: {command: b, args: [], tools: ['*'], env: {C: 1}}}", "env"),
        ("mcp-servers: {a: {type: http, url: c, tools: []}}", ""),
        ("mcp-servers: {a: {url: c, tools: []}}", "type` is missing"),
        ("github: {toolsets: a}", "toolsets"),
        ("color: 1\nmcpServers: 2\ntarget: []", ""),
    ]);
}

#[test]
fn one_hook_that_does_not_fit_refuses_the_file() {
    assert_each(&[
        ("hooks:", "a map of events"),
        ("hooks: {pre: x}", "none that Copilot CLI knows"),
        ("hooks: {Stop: x}", "not a list"),
        ("hooks: {Stop: [{hooks: [{type: command, command: x}]}]}", ""),
        ("hooks: {agentStop: [{bash: x, timeout: 5}]}", ""),
        ("hooks: {Stop: [{command: x, timeout: 0}]}", "timeout"),
        ("hooks: {Stop: [{command: x, timeout: .inf}]}", "timeout"),
        ("hooks: {Stop: [{command: x, exec: y}]}", "either"),
        ("hooks: {Stop: [{type: prompt, prompt: x}]}", "type"),
        ("hooks: {SessionStart: [{type: prompt, prompt: x}]}", ""),
        ("hooks: {PreToolUse: [{type: http, url: 'http://x'}]}", "https"),
        ("hooks: {Stop: [{type: http, url: 'http://x'}]}", ""),
        ("hooks: {PreToolUse: [{matcher: '*', hooks: [{command: x}]}]}", ""),
        ("hooks: {PreToolUse: [{matcher: 'Edit(*.ts)', hooks: [{command: x}]}]}", "regular expression"),
        ("hooks: {PreToolUse: [{matcher: '[', hooks: []}]}", ""),
        ("hooks: {PreToolUse: [{matcher: 1, hooks: [{command: x}]}]}", ""),
        ("hooks: {PreToolUse: [{matcher: 1, command: x}]}", "matcher"),
        ("hooks: {Stop: [{matcher: '(', command: x}]}", ""),
    ]);
}

#[test]
fn patterns_are_those_of_javascript() {
    for pattern in [
        ".*", "a|b", "(?:a)+?", "(?<n>a)", "(?<=a)b", "[a-z]", "[]", "[^]", "]", "}", "a{", "a{1,}", "x{,2}",
        "\\q",
    ] {
        assert!(is_pattern(pattern), "{pattern}");
    }
    for pattern in
        ["[", "(", ")", "*", "a|*", "a**", "a+*", "\\", "(?i)a", "(?P<n>a)", "[b-a]", "a{2,1}", "(?:a"]
    {
        assert!(!is_pattern(pattern), "{pattern}");
    }
}

#[test]
fn delimiters_are_lines_of_three_hyphens_and_blanks() {
    for (text, loads) in [
        ("\u{feff}--- \r\ndescription: d\r\n---\u{a0}\r\nbody", true),
        ("---\ndescription: d\n---", true),
        ("---\ndescription: d\n", false),
        ("---\ndescription: d\n-----\n", false),
        ("---\rdescription: d\r---\r", false),
        ("\n---\ndescription: d\n---\n", false),
        ("---\n---\n", false),
        ("---\n- a\n---\n", false),
        ("---\ndescription: \u{fffd}\n---\n", false),
    ] {
        assert_eq!(verdict(text).outcome == Outcome::Loads, loads, "{text:?}");
    }
}

#[test]
fn what_it_holds_is_what_is_written() {
    let text = "---\nname: ''\nmodel: [a, b]\ntools: Read, grep , x/y,z\ndescription: |\n  a\\n\n  b\n---\n\nBody.\n";
    let held = verdict(text).effective.unwrap();
    assert_eq!((held.name, held.description.as_deref()), (None, Some("a\\n\nb")));
    assert_eq!(held.model.as_deref(), Some("a"));
    assert_eq!(held.tools.unwrap(), ["Read", "grep", "x/y", "z"]);
    assert_eq!(held.granted.unwrap(), ["read", "search", "x/y"]);
    assert_eq!(held.prompt.text(text), "Body.");
    assert_eq!(held.notes.iter().map(|note| note.about).collect::<Vec<_>>(), [Part::Model, Part::Tools]);
}

#[test]
fn on_github_a_description_is_required_and_a_prompt_has_an_end() {
    use crate::core::hosts::copilot_github::{HOST, MAX_PROMPT};
    let read = |text: &str| (HOST.verdict)(&File::of(text));
    assert_eq!(read("---\nname: a\n---\n").outcome, Outcome::Skipped);
    let held = read("---\ndescription: a\ntools: Read, Nope\n---\nb").effective.unwrap();
    assert_eq!((held.tools.unwrap().len(), held.granted.unwrap()), (2, vec!["read".to_owned()]));
    let text = format!("---\ndescription: a\n---\n{}ab\n", "é".repeat(MAX_PROMPT));
    let notes = read(&text).effective.unwrap().notes;
    assert_eq!(notes.iter().map(|note| note.range.slice(&text)).collect::<Vec<_>>(), ["ab"]);
}
