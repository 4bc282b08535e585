//! The ways to send a request from elsewhere send the same: each is run as a person would run
//! it, and what it sends is compared with the body that the page sent.
#![allow(
    clippy::expect_used,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test says what is wrong by panicking"
)]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;

use agent_playground::core::analysis::{Config, analyze};
use agent_playground::core::chat::inspect::{Carried, Inspected, claude_code};
use agent_playground::core::chat::{Ask, Message, Role, Settings, ToolSpec, Wire};
use serde_json::Value;

/// What shells, Python and JSON each understand in their own way.
const ODD: &str = "It's \"true\", null: $HOME `id` \\n \u{2028} é \u{1F600}\n'''\n\\\n!history %s ${x}";
const KEY: &str = "sk-test-0815";

fn ask() -> Ask {
    let tool = ToolSpec {
        name: "Read".into(),
        description: "Reads a \"file\" – true, false or null".into(),
        schema: r#"{"type":"object","properties":{"path":{"type":"string","default":null},"all":{"default":true}}}"#
            .into(),
    };
    let messages = vec![
        Message::of_text(Role::System, "Be brief."),
        Message::of_text(Role::User, ODD),
        Message::of_text(Role::Assistant, "true"),
        Message::of_text(Role::User, "\"null\": false,\n    \"x\": 1"),
    ];
    let settings = Settings { max_tokens: Some(16), temperature: Some(0.5), ..Settings::default() };
    Ask { messages, tools: vec![tool], settings }
}

fn inspected(wire: Wire, base: &str) -> Inspected {
    let ask = ask();
    let server = agent_playground::core::chat::address::host_of(base);
    Inspected::new(&ask.request(server, "tiny"), wire, base, true)
}

/// A folder of this test's own.
fn folder(name: &str) -> PathBuf {
    let folder = std::env::temp_dir().join(format!("ap-inspect-{}-{name}", std::process::id()));
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    folder
}

fn write(path: &Path, text: &str) {
    fs::create_dir_all(path.parent().expect("it has a folder")).expect("a folder");
    fs::write(path, text).expect("a file");
}

/// What a program writes, which is one JSON value.
fn told(command: &mut Command, variable: &str) -> Value {
    let output = command.env(variable, KEY).output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let (out, err) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{err}");
    serde_json::from_str(&out).unwrap_or_else(|error| panic!("{error}: {out}{err}"))
}

fn variable(wire: Wire) -> &'static str {
    if wire == Wire::Anthropic { "ANTHROPIC_API_KEY" } else { "OPENAI_API_KEY" }
}

fn body(inspected: &Inspected) -> Value {
    serde_json::from_str(&inspected.body).expect("the body is JSON")
}

#[test]
fn curl_sends_the_same_bytes() {
    for wire in [Wire::OpenAi, Wire::Anthropic] {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let base = format!("http://{}/v1", listener.local_addr().expect("an address"));
        let inspected = inspected(wire, &base);
        let server = std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("a connection");
            let mut got = Vec::new();
            let mut buffer = [0; 4096];
            loop {
                let count = stream.read(&mut buffer).expect("bytes");
                got.extend_from_slice(&buffer[..count]);
                let text = String::from_utf8_lossy(&got).into_owned();
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head
                    .lines()
                    .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
                if count == 0 || length.is_none_or(|length: usize| body.len() >= length) {
                    break;
                }
            }
            stream
                .write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
                .expect("it listens");
            String::from_utf8(got).expect("text")
        });
        let mut command = Command::new("sh");
        command.arg("-c").arg(inspected.curl()).env("no_proxy", "*");
        assert_eq!(told(&mut command, variable(wire)), serde_json::json!({}));
        let sent = server.join().expect("it served");
        let (head, body) = sent.split_once("\r\n\r\n").expect("a head");
        assert_eq!(body, inspected.body);
        assert!(head.starts_with(&format!("POST /v1{} HTTP/1.1\r\n", wire.chat_path())), "{head}");
        let head = head.to_lowercase();
        assert!(head.contains("\ncontent-type: application/json\r"), "{head}");
        assert!(head.contains(&format!("\nauthorization: bearer {KEY}\r")), "{head}");
    }
}

#[test]
fn python_calls_its_package_with_the_same() {
    for (wire, package, class, path) in [
        (Wire::OpenAi, "openai", "OpenAI", "chat.completions"),
        (Wire::Anthropic, "anthropic", "Anthropic", "messages"),
    ] {
        let folder = folder(package);
        let stub = format!(
            "import json\nfrom types import SimpleNamespace as N\n\ndef {class}(base_url, api_key):\n    def create(**given):\n        print(json.dumps({{\"base\": base_url, \"key\": api_key, \"body\": given}}))\n        return []\n    it = N(create=create)\n    for name in reversed(\"{path}\".split(\".\")):\n        it = N(**{{name: it}})\n    return it\n"
        );
        write(&folder.join(format!("{package}.py")), &stub);
        let inspected = inspected(wire, "https://llm.example/v1");
        write(&folder.join("ask.py"), &inspected.python());
        let mut command = Command::new("python3");
        command.arg("ask.py").current_dir(&folder).env("PYTHONDONTWRITEBYTECODE", "1");
        check(&told(&mut command, variable(wire)), wire, &inspected);
        fs::remove_dir_all(folder).expect("it is there");
    }
}

#[test]
fn typescript_calls_its_package_with_the_same() {
    for (wire, package, path) in [
        (Wire::OpenAi, "openai", "{ chat: { completions: { create } } }"),
        (Wire::Anthropic, "@anthropic-ai/sdk", "{ messages: { create } }"),
    ] {
        let folder = folder(&format!("ts-{}", wire.as_str()));
        let stub = format!(
            "export default class {{\n  constructor({{ baseURL, apiKey }}) {{\n    const create = async (body) => {{\n      console.log(JSON.stringify({{ base: baseURL, key: apiKey, body }}));\n      return [];\n    }};\n    Object.assign(this, {path});\n  }}\n}}\n"
        );
        let module = folder.join("node_modules").join(package);
        write(&module.join("index.mjs"), &stub);
        write(&module.join("package.json"), &format!(r#"{{"name":"{package}","exports":"./index.mjs"}}"#));
        let inspected = inspected(wire, "https://llm.example/v1");
        // It has no types that would have to be taken off first.
        write(&folder.join("ask.mjs"), &inspected.typescript());
        let mut command = Command::new("node");
        command.arg("ask.mjs").current_dir(&folder);
        check(&told(&mut command, variable(wire)), wire, &inspected);
        fs::remove_dir_all(folder).expect("it is there");
    }
}

/// Anthropic's packages add `/v1` themselves.
fn check(told: &Value, wire: Wire, inspected: &Inspected) {
    let base = if wire == Wire::Anthropic { "https://llm.example" } else { "https://llm.example/v1" };
    assert_eq!((told["base"].as_str(), told["key"].as_str()), (Some(base), Some(KEY)));
    assert_eq!(told["body"], body(inspected));
}

#[test]
fn the_command_for_claude_code_is_read_as_it_was_meant() {
    let front = "---\nname: it's-me\ndescription: d\ntools: [Read, 'Bash(git log:*)']\ndisallowedTools: WebFetch\nmcpServers:\n  - it's: {type: http, url: 'https://a.example/$HOME'}\n---\nx\n";
    let agent = Carried::new(&analyze(front, &Config::default()).definition);
    let command = claude_code(&agent, ODD, ODD, true);
    let script = format!("claude() {{ for it in \"$@\"; do printf '%s\\036' \"$it\"; done; }}\n{command}");
    let output = Command::new("sh").arg("-c").arg(script).output().expect("a shell");
    let text = String::from_utf8(output.stdout).expect("text");
    let words: Vec<&str> = text.split('\u{1e}').collect();
    let [agents, json, agent, name, print, question, ""] = words[..] else { panic!("{words:?}") };
    assert_eq!([agents, agent, name, print, question], ["--agents", "--agent", "it's-me", "--print", ODD]);
    let json: Value = serde_json::from_str(json).expect("JSON");
    assert_eq!(json["it's-me"]["prompt"], ODD);
    assert_eq!(json["it's-me"]["tools"][1], "Bash(git log:*)");
    assert_eq!(json["it's-me"]["disallowedTools"][0], "WebFetch");
    assert_eq!(json["it's-me"]["mcpServers"][0]["it's"]["url"], "https://a.example/$HOME");
}
