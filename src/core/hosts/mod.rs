//! What the programs that read definitions do with them.

pub mod claude_code;

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
    /// Why, in one sentence; `None` where it simply loads.
    pub reason: Option<String>,
    /// What it really gets; `None` where it skips the file.
    pub effective: Option<Effective>,
}

/// A definition as the host holds it, after its own repairs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effective {
    /// The name it is known by.
    pub name: String,
    /// The description as the model gets it.
    pub description: String,
    /// The model as written; `None` where none is.
    pub model: Option<String>,
    /// The entries of `tools` after the host's splitting, unknown names included; `None`
    /// where all are inherited.
    pub tools: Option<Vec<String>>,
    /// The tools that remain; `None` for all.
    pub granted: Option<Vec<String>>,
}
