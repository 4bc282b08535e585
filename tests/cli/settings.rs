//! `agent-playground.toml`, `--as-of`, suppression comments, and findings over several files.

use serde_json::Value;

use crate::program::{Ended, Folder};

const AGENT: &[u8] =
    b"---\nname: a\ndescription: Reviews code. Use after each change.\ntools: Read, Grpe\n---\n\nYou review.\n";

fn codes(ended: &Ended, path: &str) -> Vec<String> {
    let json = ended.json();
    let file = json["files"].as_array().unwrap().iter().find(|file| file["path"] == path).unwrap().clone();
    let text = |found: &Value| {
        format!("{} {}", found["severity"].as_str().unwrap(), found["code"].as_str().unwrap())
    };
    file["diagnostics"].as_array().unwrap().iter().map(text).collect()
}

#[test]
fn the_nearest_file_of_settings_counts() {
    let folder = Folder::with(&[
        ("agent-playground.toml", b"[rules]\nunknown-tool = \"error\"\n"),
        ("a.md", AGENT),
        ("sub/agent-playground.toml", b"[rules]\nunknown-tool = \"off\"\n"),
        ("sub/deep/a.md", AGENT),
    ]);
    let ended = folder.run(&["check", "--format", "json", "a.md", "sub"]);
    assert_eq!(codes(&ended, "a.md"), ["error unknown-tool"]);
    assert_eq!(codes(&ended, "sub/deep/a.md"), [""; 0]);
    assert_eq!(ended.code, 1);
}

#[test]
fn settings_name_hosts_and_files_and_the_command_line_goes_before_them() {
    let folder = Folder::with(&[
        (
            "agent-playground.toml",
            b"hosts = [\"kiro\", \"cursor\"]\ninclude = [\"agents/**\"]\nexclude = [\"agents/old\"]\n",
        ),
        ("agents/a.md", AGENT),
        ("agents/old/b.md", AGENT),
        ("README.md", b"# Hello\n"),
    ]);
    let ended = folder.run(&["check", "--format", "json", "."]);
    let json = ended.json();
    let files = json["files"].as_array().unwrap();
    assert_eq!(files.iter().map(|file| &file["path"]).collect::<Vec<_>>(), ["agents/a.md"]);
    assert_eq!(files[0]["verdicts"][0]["host"], "kiro");
    assert_eq!(files[0]["verdicts"][1]["host"], "cursor");
    // A file that is named is checked, whatever the settings say of folders.
    let ended = folder.run(&["check", "--host", "claude-code", "--format", "json", "agents/old/b.md"]);
    assert_eq!(ended.json()["files"][0]["verdicts"][0]["host"], "claude-code");
    let human = folder.run(&["check", "agents/a.md"]);
    assert!(human.text().contains("unknown-field (cursor): "), "{}", human.text());
}

#[test]
fn settings_that_cannot_be_used_are_said_with_their_line() {
    for (text, says) in [
        ("hosts = [\"claude\"]\n", "no host is called “claude”"),
        ("[rules]\nunknown-tol = \"off\"\n", "did you mean “unknown-tool”?\n"),
        ("[rules]\nunknown-tool = \"loud\"\n", "“loud”"),
        ("as-of = \"new\"\n", "“new” is no version"),
        ("\nhost = []\n", "line 2: "),
        ("\n\nrules = [\n", "line 3: "),
    ] {
        let folder = Folder::with(&[("agent-playground.toml", text.as_bytes()), ("a.md", AGENT)]);
        let ended = folder.run(&["check", "a.md"]);
        assert_eq!(ended.code, 2, "{text}");
        assert!(
            ended.stderr.contains(says) && ended.stderr.contains("agent-playground.toml"),
            "{}",
            ended.stderr
        );
    }
}

#[test]
fn an_older_version_does_not_know_later_fields() {
    let text = b"---\nname: a\ndescription: Reviews code. Use after each change.\ndisallowedTools: Write\n---\n\nYou review.\n";
    let folder = Folder::with(&[("a.md", text)]);
    let codes_as_of =
        |version| codes(&folder.run(&["check", "--format", "json", "--as-of", version, "a.md"]), "a.md");
    assert!(codes_as_of("2.0.29").contains(&"error too-new".to_owned()));
    assert!(!codes_as_of("2.0.30").contains(&"error too-new".to_owned()));
    assert_eq!(folder.run(&["check", "--as-of", "latest", "a.md"]).code, 2);
    folder.write("agent-playground.toml", b"as-of = \"2.0.29\"\n");
    assert_eq!(folder.run(&["check", "a.md"]).code, 1);
    assert_eq!(folder.run(&["check", "--as-of", "2.1.330", "a.md"]).code, 0);
}

#[test]
fn a_comment_suppresses_a_finding() {
    let text = String::from_utf8(AGENT.to_vec())
        .unwrap()
        .replace("Grpe", "Grpe # agent-playground: ignore unknown-tool");
    let folder = Folder::with(&[("a.md", text.as_bytes())]);
    assert_eq!(codes(&folder.run(&["check", "--format", "json", "a.md"]), "a.md"), [""; 0]);
}

#[test]
fn names_given_twice_and_long_descriptions_show_in_a_folder() {
    let agent = |name: &str, words: usize| {
        format!(
            "---\nname: {name}\ndescription: Use when asked. {}\n---\n\nYou review.\n",
            "word ".repeat(words)
        )
    };
    let folder = Folder::with(&[
        ("agents/a.md", agent("twin", 1).as_bytes()),
        ("agents/sub/b.md", agent("twin", 2).as_bytes()),
        ("other/agents/a.md", agent("twin", 1).as_bytes()),
    ]);
    let ended = folder.run(&["check", "--format", "json", "."]);
    assert_eq!(codes(&ended, "agents/sub/b.md"), ["warning duplicate-name"]);
    assert_eq!(codes(&ended, "agents/a.md"), [""; 0]);
    assert_eq!(codes(&ended, "other/agents/a.md"), [""; 0]);
    folder.write("agents/c.md", agent("long", 13_000).as_bytes());
    let ended = folder.run(&["check", "--format", "json", "agents"]);
    assert!(codes(&ended, "agents/c.md").contains(&"warning description-budget".to_owned()));
    folder.write(
        "agent-playground.toml",
        b"[rules]\nduplicate-name = \"error\"\ndescription-budget = \"off\"\n",
    );
    let ended = folder.run(&["check", "--format", "json", "agents"]);
    assert_eq!(codes(&ended, "agents/sub/b.md"), ["error duplicate-name"]);
    assert!(!codes(&ended, "agents/c.md").contains(&"warning description-budget".to_owned()));
    assert_eq!(ended.code, 1);
}
