//! What the programs that read definitions do with them.
//!
//! One module for each host; what it knows stands in its catalogue
//! ([`crate::core::catalog`]), how it reads in its `verdict` here. To add a host, write both
//! and name it in [`ALL`].

pub mod agent_skill;
pub mod claude_code;
pub mod claude_plugin;
pub mod codex;
pub mod copilot_cli;
pub mod copilot_github;
pub mod cursor;
mod documented;
pub mod dotprompt;
pub mod factory;
pub mod gemini_cli;
mod js;
pub mod kiro;
pub mod opencode;
pub mod prompty;
mod python;
pub mod qwen_code;
pub mod vscode;

use std::cell::OnceCell;

use crate::core::catalog::Catalog;
use crate::core::source::{self, Source};
use crate::core::text::{TextRange, find_replaced};
use crate::core::yaml::Readings;

/// Every host, in the order in which they are shown.
pub static ALL: &[&Host] = &[
    &claude_code::HOST,
    &claude_plugin::HOST,
    &copilot_cli::HOST,
    &copilot_github::HOST,
    &vscode::HOST,
    &gemini_cli::HOST,
    &opencode::HOST,
    &qwen_code::HOST,
    &cursor::HOST,
    &codex::HOST,
    &factory::HOST,
    &kiro::HOST,
    &agent_skill::HOST,
    &dotprompt::HOST,
    &prompty::HOST,
];

/// A program that reads definitions.
pub struct Host {
    /// Its name on the command line and in reports: `claude-code`.
    pub name: &'static str,
    /// Its name for people: “Claude Code”.
    pub title: &'static str,
    /// How we know what it does.
    pub basis: Basis,
    /// The fields, tools and models that it knows.
    pub catalog: &'static Catalog,
    /// What it does with a file. Total on any text; linear in it.
    pub verdict: fn(&File) -> Verdict,
}

/// Why a host does not take a file: a clause that follows “skips it: ”, and the bytes that are
/// the reason.
struct Refusal(String, Option<TextRange>);

impl Host {
    /// What it decides about a file: the same verdict without [`Verdict::effective`].
    pub fn decision(&self, file: &mut File) -> Verdict {
        file.brief = true;
        let mut verdict = (self.verdict)(file);
        file.brief = false;
        verdict.effective = None;
        verdict
    }

    /// The verdict for what was made of a file.
    fn verdict_of(&self, made: Result<Effective, Refusal>) -> Verdict {
        let (outcome, reason, cause, effective) = match made {
            Ok(effective) => (Outcome::Loads, None, None, Some(effective)),
            Err(Refusal(reason, cause)) => (Outcome::Skipped, Some(reason), cause, None),
        };
        Verdict { host: self.name, title: self.title, outcome, reason, cause, effective }
    }
}

/// How we know what a host does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Its own loading code was run on hundreds of files.
    Observed {
        /// The version that was run.
        version: &'static str,
        /// The day, as `YYYY-MM-DD`.
        on: &'static str,
    },
    /// Its documentation says so; nothing was run.
    Documented {
        /// The day on which it was read, as `YYYY-MM-DD`.
        on: &'static str,
    },
}

/// What a host is given to read.
pub struct File<'a> {
    /// The text. Bytes that were not UTF-8 are U+FFFD in it.
    pub text: &'a str,
    /// Whether the bytes are known to be UTF-8: U+FFFD is then what its author wrote.
    pub utf_8: bool,
    /// Its path with `/` between the parts, where it is known: some hosts take the name from it.
    pub path: Option<&'a str>,
    /// Its YAML, as far as somebody has read it already: hosts that are given the same file
    /// share what they can.
    pub readings: Readings,
    /// Its parts, as Claude Code splits it.
    source: OnceCell<Source>,
    /// What is between two lines of hyphens, and what follows.
    lines: OnceCell<Option<(TextRange, TextRange)>>,
    replaced: OnceCell<Option<TextRange>>,
    /// What Claude Code's reader makes of its block, which two hosts ask.
    claude: OnceCell<Option<claude_code::Block>>,
    /// Whether nothing is wanted but what a host decides: what it holds beyond that may be
    /// anything.
    brief: bool,
}

impl<'a> File<'a> {
    /// A text at `path`, if that is known.
    pub fn new(text: &'a str, path: Option<&'a str>) -> Self {
        let (source, lines, replaced, claude) =
            (OnceCell::new(), OnceCell::new(), OnceCell::new(), OnceCell::new());
        Self {
            text,
            utf_8: false,
            path,
            readings: Readings::default(),
            source,
            lines,
            replaced,
            claude,
            brief: false,
        }
    }

    /// Its parts, as Claude Code splits it.
    pub fn source(&self) -> &Source {
        self.source.get_or_init(|| source::split(self.text))
    }

    /// The first U+FFFD, which stands for bytes that were not UTF-8.
    pub(super) fn replaced(&self) -> Option<TextRange> {
        *self.replaced.get_or_init(|| {
            let at = if self.utf_8 { None } else { find_replaced(self.text) }?;
            Some(TextRange::new(at, at + char::REPLACEMENT_CHARACTER.len_utf8()))
        })
    }

    /// A text without a path.
    pub fn of(text: &'a str) -> Self {
        Self::new(text, None)
    }
}

/// The host of this name on the command line.
pub fn host(name: &str) -> Option<&'static Host> {
    ALL.iter().copied().find(|host| host.name == name)
}

/// What a host does with a file; the words are those of the command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// It loads as written.
    Loads,
    /// It loads after a repair of the host's own.
    Repaired,
    /// It loads, but the front matter is not seen and the whole file is the prompt.
    Unheaded,
    /// It loads under a name or description that the file does not give.
    Placeholder,
    /// This file is left out.
    Skipped,
    /// The host refuses more than this file.
    BreaksHost,
}

impl Outcome {
    /// `loads`, `repaired`, `unheaded`, `placeholder`, `skipped`, `breaks-host`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Loads => "loads",
            Self::Repaired => "repaired",
            Self::Unheaded => "unheaded",
            Self::Placeholder => "placeholder",
            Self::Skipped => "skipped",
            Self::BreaksHost => "breaks-host",
        }
    }
}

/// What one host does with the file, and with what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The host, as the command line names it: `claude-code`.
    pub host: &'static str,
    /// The host, as people name it: “Claude Code”.
    pub title: &'static str,
    /// What it does.
    pub outcome: Outcome,
    /// Why, as a clause that follows “skips it: ”; `None` where it simply loads.
    pub reason: Option<String>,
    /// The bytes that are the reason, where some can be named.
    pub cause: Option<TextRange>,
    /// What it really gets; `None` where it skips the file, and where only its decision was
    /// asked for.
    pub effective: Option<Effective>,
}

impl Verdict {
    /// Whether the host takes the file, in whatever way.
    pub fn holds(&self) -> bool {
        !matches!(self.outcome, Outcome::Skipped | Outcome::BreaksHost)
    }
}

/// A definition as the host holds it, after its own repairs.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effective {
    /// The name it is known by; `None` where the host takes that of the file.
    pub name: Option<String>,
    /// The description as the model gets it; `None` where the host holds none.
    pub description: Option<String>,
    /// The model as the host holds it; `None` where none is set.
    pub model: Option<String>,
    /// The tools as the host holds them after its own splitting and mapping, unknown names
    /// included; `None` where the field is not set and all are inherited.
    pub tools: Option<Vec<String>>,
    /// The tools that remain; `None` for all.
    pub granted: Option<Vec<String>>,
    /// The system prompt as it is sent.
    pub prompt: Prompt,
    /// What was changed or lost on the way, each with the bytes that cause it, in the order
    /// of the text.
    pub notes: Vec<Note>,
}

/// A system prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Prompt {
    /// These bytes of the text.
    Written(TextRange),
    /// A text of the host's own making: other line breaks, for example.
    Changed(String),
}

impl Default for Prompt {
    fn default() -> Self {
        Self::Written(TextRange::default())
    }
}

impl Prompt {
    /// The prompt, taken from the `text` that was read.
    pub fn text<'a>(&'a self, text: &'a str) -> &'a str {
        match self {
            Self::Written(range) => range.slice(text),
            Self::Changed(changed) => changed,
        }
    }
}

/// Something that a host holds otherwise than it is written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What it is about.
    pub about: Part,
    /// One sentence.
    pub text: String,
    /// The bytes that cause it.
    pub range: TextRange,
}

/// The parts of what a host holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// [`Effective::name`]
    Name,
    /// [`Effective::description`]
    Description,
    /// [`Effective::tools`] and [`Effective::granted`]
    Tools,
    /// [`Effective::model`]
    Model,
    /// [`Effective::prompt`]
    Prompt,
    /// Another field.
    Field,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many times a block is read when all hosts are asked.
    fn reads(text: &str) -> usize {
        let file = File::new(text, Some(".claude/agents/a.md"));
        if let Some(front_matter) = crate::core::source::split(text).front_matter {
            file.readings.read(text, front_matter.yaml, &|_| true);
        }
        for host in ALL {
            (host.verdict)(&file);
        }
        file.readings.count()
    }

    #[test]
    fn a_block_is_read_once_whoever_asks() {
        for block in [
            "name: a\ndescription: Use it when b.\ntools: Read, Grep\n",
            "name: a\ndescription: 'b: c'\ntools:\n  - Read\nmaxTurns: 5\nbackground: true\nmodel:\n",
            "\n\nname: a\ndescription: — b\n# c\nmetadata: {d: [e, 1]}\n",
        ] {
            assert_eq!(reads(&format!("---\n{block}---\n\nPrompt.\n")), 1, "{block}");
        }
    }

    /// Broken blocks, carriage returns and odd characters are read again as some programs see
    /// them; never once for each.
    #[test]
    fn whatever_stands_in_a_block_it_is_read_a_few_times() {
        let pieces = [
            "a: b: c\n",
            "a: |\n  b\n",
            "a: &b c\n",
            "a: \u{7}\n",
            "a: \u{2028}\n",
            "a: \"\n",
            "[",
            "\ta: b\n",
            "*",
        ];
        for piece in pieces {
            for text in [piece.to_owned(), piece.repeat(300), piece.repeat(3).replace('\n', "\r\n")] {
                let text = format!("---\nname: a\ndescription: b\n{text}\n---\nPrompt.\n");
                assert!(reads(&text) <= 8, "{}: {text:.80}", reads(&text));
            }
        }
    }
}
