//! The tools of Claude Code over a workspace in memory.
//!
//! What a tool needs of the outside it does not do: it gives a [`Pending`], and whoever holds
//! the sandbox brings the answer.

mod files;
mod input;
mod lists;
mod notebook;
mod search;
mod spec;

use std::collections::BTreeSet;

use serde_json::Value;

pub use lists::{Status, Task};
pub use spec::{BUILT, Built, built};

use self::input::Input;
use super::shell;
use super::tree::{Changed, Fault, Tree, resolve};
use crate::core::text::floor_boundary;

/// The longest output of a call, in bytes; as much as Claude Code gives of a command's.
pub const MAX_OUTPUT: usize = 30_000;

/// What a call came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is done.
    Done {
        /// What the model is told.
        content: String,
        /// Whether it failed.
        is_error: bool,
    },
    /// Somebody else has to answer.
    Pending(Pending),
}

impl Outcome {
    fn of(result: Result<String, String>) -> Self {
        match result {
            Ok(content) => Self::Done { content: cut(content), is_error: false },
            Err(content) => Self::Done { content: cut(content), is_error: true },
        }
    }
}

/// Cuts what is too long, and says so.
pub fn cut(mut content: String) -> String {
    if content.len() > MAX_OUTPUT {
        let whole = content.len();
        content.truncate(floor_boundary(&content, MAX_OUTPUT));
        content.push_str(&format!("\n… (cut: {MAX_OUTPUT} of {whole} bytes)"));
    }
    content
}

/// What a call gives of a page: the text of it from the character `from` on, as much as a call may
/// give, and where to read on. Characters count from 0.
pub fn page(text: &str, from: usize) -> String {
    let start = text.char_indices().nth(from).map_or(text.len(), |(at, _)| at);
    let rest = text.get(start..).unwrap_or("");
    if rest.is_empty() && from > 0 {
        let count = text.chars().count();
        return format!("The page ends at character {count}; there is nothing from character {from} on.");
    }
    let piece = rest.get(..floor_boundary(rest, MAX_OUTPUT)).unwrap_or(rest);
    if piece.len() == rest.len() {
        return piece.to_owned();
    }
    let next = from + piece.chars().count();
    format!("{piece}\n… (the page goes on: call WebFetch with the offset {next} to read on)")
}

/// What a call waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Pending {
    /// The author's choice.
    Questions(Vec<Question>),
    /// The author's approval of a plan, as Markdown.
    Plan(String),
    /// A page of the web.
    Fetch {
        /// Its address: http or https.
        url: String,
        /// What to look for in it.
        prompt: String,
        /// The character of its text to begin at.
        offset: usize,
    },
    /// A nested conversation with another agent.
    Agent {
        /// Its name; empty where none is given.
        kind: String,
        /// The task in a few words.
        description: String,
        /// The task.
        prompt: String,
        /// The model, where it is not to be the agent's own.
        model: Option<String>,
    },
    /// An answer that only the author, or a server of theirs, can give: a tool of an MCP
    /// server, or one that does not work in a workspace.
    Answer,
}

/// One of the questions of `AskUserQuestion`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The question.
    pub question: String,
    /// A short label for it.
    pub header: String,
    /// What can be chosen: a label and what it means.
    pub options: Vec<(String, String)>,
    /// Whether several can be chosen.
    pub many: bool,
}

impl Question {
    /// What the model is told of the answers, which are in the order of the questions.
    pub fn answered(questions: &[Self], answers: &[String]) -> String {
        let mut out = String::from("The user answered:");
        for (question, answer) in questions.iter().zip(answers) {
            out.push_str(&["\n- ", &question.question, " → ", answer].concat());
        }
        out
    }
}

/// A workspace and what the tools remember about it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sandbox {
    /// The files.
    pub tree: Tree,
    memory: Memory,
    tasks: Vec<Task>,
    last_task: u64,
}

/// What one of the agents at work in a workspace knows of it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    /// The files whose content it has seen, so that it may change them.
    seen: BTreeSet<String>,
    todos: Vec<Task>,
}

impl Memory {
    /// Somebody else has changed `files`: what was seen of them no longer holds.
    pub fn unsee(&mut self, files: &[Changed]) {
        self.seen.retain(|path| files.iter().all(|file| file.path != *path));
    }
}

impl Sandbox {
    /// A sandbox over `tree`, of which the model has seen nothing.
    pub fn new(tree: Tree) -> Self {
        Self { tree, ..Self::default() }
    }

    /// Forgets what the model has seen and planned, not the files.
    pub fn forget(&mut self) {
        *self = Self::new(std::mem::take(&mut self.tree));
    }

    /// The list of `TodoWrite`.
    pub fn todos(&self) -> &[Task] {
        &self.memory.todos
    }

    /// The list of the `Task…` tools.
    pub fn tasks(&self) -> &[Task] {
        &self.tasks
    }

    /// Runs the tool `name` on `input`, JSON as the model wrote it. What it changes is one step
    /// of the tree. Whether it may is not asked here.
    pub fn call(&mut self, name: &str, input: &str) -> Outcome {
        let Some(tool) = built(name) else { return Outcome::Pending(Pending::Answer) };
        let input = match Input::read(tool.name, tool.schema, input) {
            Ok(input) => input,
            Err(fault) => return Outcome::of(Err(fault)),
        };
        let title = match subject(&input) {
            "" => tool.name.to_owned(),
            subject => [tool.name, " ", subject].concat(),
        };
        self.tree.begin(&title);
        Outcome::of(match tool.name {
            "Read" => self.read(&input),
            "Write" => self.write(&input),
            "Edit" => self.edit(&input),
            "NotebookEdit" => self.notebook_edit(&input),
            "Glob" => self.glob(&input),
            "Grep" => self.grep(&input),
            "LS" => self.ls(&input),
            "Bash" => self.bash(&input),
            "TodoWrite" => lists::todo_write(&mut self.memory.todos, &input),
            "TaskCreate" | "TaskGet" | "TaskList" | "TaskUpdate" => {
                lists::task(&mut self.tasks, &mut self.last_task, tool.name, &input)
            }
            "AskUserQuestion" => match questions(&input) {
                Ok(questions) => return Outcome::Pending(Pending::Questions(questions)),
                Err(fault) => Err(fault),
            },
            "ExitPlanMode" => return Outcome::Pending(Pending::Plan(input.text("plan").to_owned())),
            "WebFetch" => {
                let url = input.text("url").to_owned();
                if url.starts_with("https://") || url.starts_with("http://") {
                    let prompt = input.text("prompt").to_owned();
                    let offset = input.number("offset").unwrap_or(0);
                    return Outcome::Pending(Pending::Fetch { url, prompt, offset });
                }
                Err("WebFetch: the address has to begin with https:// or http://.".into())
            }
            "Agent" => {
                return Outcome::Pending(Pending::Agent {
                    kind: input.text("subagent_type").to_owned(),
                    description: input.text("description").to_owned(),
                    prompt: input.text("prompt").to_owned(),
                    model: input.given("model").map(str::to_owned),
                });
            }
            _ => return Outcome::Pending(Pending::Answer),
        })
    }

    /// Lets another agent work in it, whose memory is `memory`; and back.
    pub fn swap(&mut self, memory: &mut Memory) {
        std::mem::swap(&mut self.memory, memory);
    }

    /// Somebody else than the agent at work has changed `files`.
    pub fn unsee(&mut self, files: &[Changed]) {
        self.memory.unsee(files);
    }

    /// Does what [`Sandbox::call`] does, and gives what it changed.
    pub fn perform(&mut self, name: &str, input: &str) -> (Vec<Changed>, Outcome) {
        // A call that does not even begin changes nothing either.
        self.tree.begin(name);
        let outcome = self.call(name, input);
        (self.tree.last_step(), outcome)
    }

    /// What [`Sandbox::perform`] would give, without doing it.
    pub fn trial(&self, name: &str, input: &str) -> (Vec<Changed>, Outcome) {
        self.clone().perform(name, input)
    }

    fn bash(&mut self, input: &Input) -> Result<String, String> {
        let output = shell::run(&mut self.tree, input.text("command"));
        let text = output.text.trim_end();
        match output.code {
            0 if text.is_empty() => Ok("(no output)".into()),
            0 => Ok(text.to_owned()),
            code => Err(format!("Exit code {code}\n{text}")),
        }
    }

    /// The place that a parameter names; the workspace itself where it is empty.
    fn place(&self, path: &str) -> Result<String, String> {
        resolve("", path).map_err(|fault| fault.sentence())
    }

    /// The place of a text, and the text.
    fn text(&self, path: &str) -> Result<(String, String), String> {
        let place = self.place(path)?;
        let content = self.tree.file(&place).map_err(|fault| fault.sentence())?;
        match content.text() {
            Some(text) => Ok((place, text.to_owned())),
            None => Err(format!("{path} is no text: it is a file of {} bytes.", content.bytes().len())),
        }
    }

    /// A file that is there may be changed only by a model that knows what is in it.
    fn known(&self, place: &str) -> Result<(), String> {
        if self.tree.get(place).is_none() || self.memory.seen.contains(place) {
            return Ok(());
        }
        Err("This file has not been read in this conversation. Read it first, then change it.".into())
    }

    fn put(&mut self, place: &str, text: String) -> Result<(), String> {
        self.tree.write(place, text).map_err(|fault: Fault| fault.sentence())?;
        self.memory.seen.insert(place.to_owned());
        Ok(())
    }
}

/// What a call is about, in a few words: a path, a pattern, a command. Empty where nothing
/// tells.
pub fn about(input: &str) -> String {
    let value: Value = serde_json::from_str(input).unwrap_or_default();
    let text = SUBJECTS.iter().find_map(|name| value.get(name)?.as_str()).unwrap_or("");
    text.lines().next().unwrap_or("").to_owned()
}

/// The parameters that say what a call is about, the most telling first.
const SUBJECTS: [&str; 10] = [
    "file_path",
    "notebook_path",
    "command",
    "pattern",
    "path",
    "url",
    "subject",
    "description",
    "taskId",
    "query",
];

fn subject(input: &Input) -> &str {
    let text = SUBJECTS.iter().find_map(|name| input.given(name)).unwrap_or("");
    text.lines().next().unwrap_or("")
}

fn questions(input: &Input) -> Result<Vec<Question>, String> {
    let text = |value: &Value, name: &str| value.get(name).and_then(Value::as_str).unwrap_or("").to_owned();
    let mut questions = Vec::new();
    for item in input.list("questions") {
        let options = item.get("options").and_then(Value::as_array).into_iter().flatten();
        let options = options.map(|option| (text(option, "label"), text(option, "description"))).collect();
        let many = item.get("multiSelect").and_then(Value::as_bool).unwrap_or(false);
        questions.push(Question {
            question: text(item, "question"),
            header: text(item, "header"),
            options,
            many,
        });
    }
    if questions.is_empty() || questions.len() > 4 || questions.iter().any(|it| it.question.is_empty()) {
        return Err("AskUserQuestion: it takes one to four questions.".into());
    }
    Ok(questions)
}

#[cfg(test)]
mod tests;
