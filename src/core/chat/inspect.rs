//! A request as it is sent, and as code that sends it. A key is never part of it: where one
//! goes, the name of an environment variable stands.

use super::json::pretty;
use super::{Ask, Effort, Request, Wire};
use crate::core::definition::Definition;
use crate::core::sandbox::agents::turns;
use crate::core::sandbox::permission::Mode;
use crate::core::text::Spanned;
use crate::core::yaml::Kind;

/// A request, open to view.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspected {
    wire: Wire,
    /// The address; empty for a model in the browser, which no request goes to.
    pub url: String,
    /// The headers; the key's holds `$NAME` in its place.
    pub headers: Vec<(&'static str, String)>,
    /// The exact body.
    pub body: String,
}

impl Inspected {
    /// The request that goes to `base_url`, with a key or without.
    pub fn new(request: &Request, wire: Wire, base_url: &str, with_key: bool) -> Self {
        let key = with_key.then(|| ["$", variable(wire)].concat());
        Self {
            wire,
            url: [base_url, wire.chat_path()].concat(),
            headers: wire.headers(request.server, key.as_deref()),
            body: request.body(wire),
        }
    }

    /// What a model in the browser is handed: the messages, from which it makes its own prompt,
    /// and what the person set.
    pub fn handed(ask: &Ask) -> Self {
        let mut json = super::json::Writer::default();
        json.open('{').key("messages").raw(&super::openai::messages(&ask.messages));
        if !ask.settings.is_empty() {
            json.key("settings").raw(&ask.settings.to_stored());
        }
        json.close('}');
        Self { wire: Wire::OpenAi, url: String::new(), headers: Vec::new(), body: json.finish() }
    }

    /// The body over several lines.
    pub fn pretty(&self) -> String {
        pretty(&self.body, 2)
    }

    /// A command for a shell.
    pub fn curl(&self) -> String {
        let mut out = ["curl --no-buffer ", &shell_quote(&self.url)].concat();
        for (name, value) in &self.headers {
            let header = [name, ": ", value].concat();
            // The variable has to be put in by the shell.
            let quoted =
                if value.contains('$') { ["\"", &header, "\""].concat() } else { shell_quote(&header) };
            out.push_str(&[" \\\n  --header ", &quoted].concat());
        }
        out.push_str(&[" \\\n  --data-raw ", &shell_quote(&self.body)].concat());
        out
    }

    /// A program for the provider's package for Python.
    pub fn python(&self) -> String {
        let (package, class, create) = self.sdk();
        let key = variable(self.wire);
        let arguments = python_arguments(&self.body);
        [
            "import os\n\nfrom ",
            package,
            " import ",
            class,
            "\n\nclient = ",
            class,
            "(\n    base_url=",
            &python_literal(&quoted(&self.base())),
            ",\n    api_key=os.environ.get(\"",
            key,
            "\", \"none\"),\n)\nstream = client.",
            create,
            "(\n",
            &arguments,
            ")\nfor event in stream:\n    print(event)\n",
        ]
        .concat()
    }

    /// A program for the provider's package for TypeScript.
    pub fn typescript(&self) -> String {
        let (_, class, create) = self.sdk();
        let package = if self.wire == Wire::Anthropic { "@anthropic-ai/sdk" } else { "openai" };
        let key = variable(self.wire);
        [
            "import ",
            class,
            " from \"",
            package,
            "\";\n\nconst client = new ",
            class,
            "({\n  baseURL: ",
            &quoted(&self.base()),
            ",\n  apiKey: process.env.",
            key,
            " ?? \"none\",\n});\nconst stream = await client.",
            create,
            "(",
            &self.pretty(),
            ");\nfor await (const event of stream) {\n  console.log(event);\n}\n",
        ]
        .concat()
    }

    /// Package, class and method.
    fn sdk(&self) -> (&'static str, &'static str, &'static str) {
        match self.wire {
            Wire::OpenAi => ("openai", "OpenAI", "chat.completions.create"),
            Wire::Anthropic => ("anthropic", "Anthropic", "messages.create"),
        }
    }

    /// The address that the packages want: Anthropic's add `/v1` themselves.
    fn base(&self) -> String {
        let base = self.url.strip_suffix(self.wire.chat_path()).unwrap_or(&self.url);
        let base = if self.wire == Wire::Anthropic { base.strip_suffix("/v1").unwrap_or(base) } else { base };
        base.to_owned()
    }
}

/// The environment variable that holds the key, as the providers' packages name it.
fn variable(wire: Wire) -> &'static str {
    match wire {
        Wire::OpenAi => "OPENAI_API_KEY",
        Wire::Anthropic => "ANTHROPIC_API_KEY",
    }
}

fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// `text` as one word of a POSIX shell.
pub fn shell_quote(text: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:@%+=,".contains(c);
    if !text.is_empty() && text.chars().all(plain) {
        return text.to_owned();
    }
    ["'", &text.replace('\'', r"'\''"), "'"].concat()
}

/// JSON as Python writes the same.
fn python_literal(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    let mut rest = json;
    while let Some(c) = rest.chars().next() {
        let word = [("true", "True"), ("false", "False"), ("null", "None")]
            .into_iter()
            .find(|it| rest.starts_with(it.0));
        let length = match word {
            Some((json, python)) => {
                out.push_str(python);
                json.len()
            }
            None => {
                // A text is taken whole: its escapes mean the same.
                let length = if c == '"' { text_length(rest) } else { c.len_utf8() };
                out.push_str(rest.get(..length).unwrap_or(""));
                length
            }
        };
        rest = rest.get(length..).unwrap_or("");
    }
    out
}

/// The bytes of the JSON text that `rest` begins with.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, byte) in rest.bytes().enumerate().skip(1) {
        if byte == b'"' && !escaped {
            return at + 1;
        }
        escaped = byte == b'\\' && !escaped;
    }
    rest.len()
}

/// The fields of the object `body` as arguments, one a line.
fn python_arguments(body: &str) -> String {
    let mut out = String::new();
    // The outer braces are left out; a key of the outermost level becomes a name.
    let pretty = pretty(body, 4);
    for line in pretty.lines().skip(1) {
        let line_depth = line.len() - line.trim_start().len();
        if line_depth == 0 {
            break;
        }
        let named =
            line.strip_prefix("    \"").filter(|_| line_depth == 4).and_then(|rest| rest.split_once("\": "));
        match named {
            Some((name, value)) => out.push_str(&["    ", name, "=", &python_literal(value)].concat()),
            None => out.push_str(&python_literal(line)),
        }
        out.push('\n');
    }
    if out.ends_with('\n') {
        out.insert(out.len() - 1, ',');
    }
    out
}

/// An agent as a command for Claude Code carries it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Carried {
    name: Option<String>,
    /// The fields of `--agents` but for the prompt, as members of a JSON object.
    fields: String,
}

impl Carried {
    /// The agent of `definition`. Claude Code gives up at one wrong value here where it passes over
    /// it in a file, so what it would pass over is left out.
    pub fn new(definition: &Definition) -> Self {
        let mut json = super::json::Writer::default();
        let word = |text: &Option<Spanned<String>>| text.as_ref().map(|it| it.value.clone());
        json.open('{');
        let description = word(&definition.description).filter(|it| !it.is_empty());
        json.pair("description", description.as_deref().unwrap_or("An agent."));
        let lists = [
            ("tools", definition.tools.as_deref()),
            ("disallowedTools", definition.disallowed_tools.as_deref().filter(|it| !it.is_empty())),
        ];
        for (key, list) in lists {
            if let Some(list) = list {
                json.key(key).open('[');
                for item in list {
                    json.string(&item.value);
                }
                json.close(']');
            }
        }
        if let Some(model) = word(&definition.model) {
            json.pair("model", &model);
        }
        if let Some(mode) = Mode::of(definition) {
            json.pair("permissionMode", mode.as_str());
        }
        let kind = |key| definition.entry(key).map(|entry| (&entry.value, &entry.value.kind));
        if let Some((node, Kind::List(_))) = kind("mcpServers") {
            json.key("mcpServers").node(node);
        }
        if let Some(turns) = turns(definition) {
            json.key("maxTurns").number(u64::from(turns));
        }
        match kind("effort") {
            Some((_, Kind::String { value, .. })) => {
                if let Some(effort) = Effort::from_word(value) {
                    json.pair("effort", effort.as_str());
                }
            }
            Some((_, Kind::Number(number))) if number.parse::<i64>().is_ok() => {
                json.key("effort").raw(number);
            }
            _ => {}
        }
        json.close('}');
        Self { name: word(&definition.name), fields: json.finish() }
    }
}

/// The command that asks Claude Code the same: an agent of one session, as its strict
/// `--agents` takes it. `prompt` is the system prompt; `earlier` says whether the question was not
/// the first of its conversation, none of which the command carries.
pub fn claude_code(agent: &Carried, prompt: &str, question: &str, earlier: bool) -> String {
    let name = agent.name.as_deref().unwrap_or("agent");
    let mut json = super::json::Writer::default();
    json.open('{').key(name).open('{').pair("prompt", prompt);
    if let Some(fields) = super::json::inner(&agent.fields, '{', '}') {
        json.raw(fields);
    }
    json.close('}').close('}');
    let agents = shell_quote(&json.finish());
    [
        if earlier { "# What was said before this question is not in the command.\n" } else { "" },
        "claude --agents ",
        &agents,
        " \\\n  --agent ",
        &shell_quote(name),
        " \\\n  --print ",
        &shell_quote(question),
    ]
    .concat()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::{Message, Role, Settings, ToolSpec};
    use super::*;
    use crate::core::analysis::{Config, analyze};
    use crate::core::sandbox::shell;

    fn inspected(wire: Wire, base_url: &str) -> Inspected {
        let messages = [
            Message::of_text(Role::System, "It's \"true\" \\ null."),
            Message::of_text(Role::User, "Hi\n$HOME"),
        ];
        let tools =
            [ToolSpec { name: "A".into(), description: "d".into(), schema: r#"{"x":true,"y":null}"#.into() }];
        let server = super::super::address::host_of(base_url);
        let settings = Settings::default();
        let request = Request { server, model: "m", messages: &messages, tools: &tools, settings: &settings };
        Inspected::new(&request, wire, base_url, true)
    }

    #[test]
    fn curl_sends_the_exact_body() {
        let it = inspected(Wire::Anthropic, "https://api.anthropic.com/v1");
        let curl = it.curl();
        assert!(curl.starts_with("curl --no-buffer https://api.anthropic.com/v1/messages \\\n  --header 'content-type: application/json'"));
        assert!(curl.contains("\"x-api-key: $ANTHROPIC_API_KEY\""));
        let data = curl.split_once("--data-raw ").unwrap().1;
        assert_eq!(data, shell_quote(&it.body));
    }

    #[test]
    fn code_for_the_packages() {
        let python = inspected(Wire::OpenAi, "http://localhost:1234/v1").python();
        assert!(python.contains("base_url=\"http://localhost:1234/v1\""), "{python}");
        assert!(
            python.contains(
                "stream = client.chat.completions.create(\n    model=\"m\",\n    messages=[\n        {\n"
            ),
            "{python}"
        );
        assert!(python.contains("\"content\": \"It's \\\"true\\\" \\\\ null.\"\n"), "{python}");
        assert!(python.contains("\"x\": True,\n") && python.contains("\"y\": None\n"), "{python}");
        assert!(
            python.contains(
                "    stream=True,\n    stream_options={\n        \"include_usage\": True\n    },\n)\n"
            ),
            "{python}"
        );
        let typescript = inspected(Wire::Anthropic, "https://api.anthropic.com/v1").typescript();
        assert!(typescript.contains("import Anthropic from \"@anthropic-ai/sdk\";"));
        assert!(typescript.contains("baseURL: \"https://api.anthropic.com\""));
        assert!(typescript.contains("client.messages.create({\n  \"model\": \"m\",\n"));
    }

    #[test]
    fn a_model_in_the_browser_is_handed_messages() {
        let messages = vec![Message::of_text(Role::System, "Be brief."), Message::of_text(Role::User, "Hi")];
        let settings = Settings { max_tokens: Some(24), ..Settings::default() };
        let it = Inspected::handed(&Ask { messages, settings, ..Ask::default() });
        assert!(it.url.is_empty() && it.headers.is_empty());
        assert_eq!(
            it.body,
            r#"{"messages":[{"role":"system","content":"Be brief."},{"role":"user","content":"Hi"}],"settings":{"version":1,"max_tokens":24}}"#
        );
    }

    #[test]
    fn a_command_for_claude_code() {
        let of = |front: &str| {
            let text = ["---\n", front, "---\nx\n"].concat();
            Carried::new(&analyze(&text, &Config::default()).definition)
        };
        let agent = of("name: it's me\ndescription: d\nmodel: haiku\ntools: Read\ndisallowedTools: Bash\n");
        assert_eq!(
            claude_code(&agent, "Be \"brief\".", "Why?", false),
            r#"claude --agents '{"it'\''s me":{"prompt":"Be \"brief\".","description":"d","tools":["Read"],"disallowedTools":["Bash"],"model":"haiku"}}' \
  --agent 'it'\''s me' \
  --print 'Why?'"#
        );
        let later = claude_code(&of("name: a\n"), "", "Why?", true);
        assert!(later.starts_with("# What was said before this question is not in the command.\nclaude --agents '{\"a\":{\"prompt\":\"\",\"description\":\"An agent.\"}}'"), "{later}");
        for (front, fields) in [
            (
                "permissionMode: plan\nmaxTurns: '5'\neffort: HIGH\n",
                r#","permissionMode":"plan","maxTurns":5,"effort":"high""#,
            ),
            (
                "mcpServers:\n  - tickets\n  - web: {type: http, url: u}\neffort: 3\n",
                r#","mcpServers":["tickets",{"web":{"type":"http","url":"u"}}],"effort":3"#,
            ),
            // What a file may hold and the command may not.
            ("permissionMode: no\nmaxTurns: many\neffort: 1.5\nmcpServers: {a: {}}\ncolor: red\n", ""),
        ] {
            assert_eq!(of(front).fields, [r#"{"description":"An agent.""#, fields, "}"].concat());
        }
    }

    proptest! {
        #[test]
        fn a_quoted_word_is_the_same_word_again(text in "[a'\"\\\\$`! \\n*?{}é;&|#~-]{0,12}") {
            let mut tree = crate::core::sandbox::Tree::default();
            let output = shell::run(&mut tree, &["echo -n -- ", &shell_quote(&text)].concat());
            prop_assert_eq!(output.text, ["-- ", &text].concat());
        }

        #[test]
        fn python_reads_what_json_says(text in "[a\"\\\\tn: true,é\\n]{0,12}") {
            let json = quoted(&text);
            prop_assert_eq!(python_literal(&json), json.clone());
            let object = ["{\"k\":", &json, "}"].concat();
            prop_assert_eq!(python_arguments(&object), ["    k=", &json, ",\n"].concat());
        }
    }
}
