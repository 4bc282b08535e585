//! The tools as the model is offered them.
//!
//! Names, parameters and what is required are those of Claude Code, as npm
//! `@anthropic-ai/claude-agent-sdk` 0.3.330 declares them (read 2026-11-26); parameters that
//! mean nothing in a workspace in memory are left out, and `LS` is as it was before it was
//! retired. The descriptions are our own.

use crate::core::chat::ToolSpec;

/// A tool that works here.
#[derive(Debug, Clone, Copy)]
pub struct Built {
    /// Its name.
    pub name: &'static str,
    /// What it does, for the model.
    pub description: &'static str,
    /// Its input, as JSON Schema.
    pub schema: &'static str,
}

impl Built {
    /// As requests carry it.
    pub fn spec(&self) -> ToolSpec {
        ToolSpec { name: self.name.into(), description: self.description.into(), schema: self.schema.into() }
    }
}

/// The tool called `name`; `Task` is the old name of `Agent`.
pub fn built(name: &str) -> Option<&'static Built> {
    let name = if name == "Task" { "Agent" } else { name };
    BUILT.iter().find(|tool| tool.name == name)
}

/// All tools that work here.
pub const BUILT: [Built; 17] = [
    Built {
        name: "Agent",
        description: "Hands a task to another agent, which works on it alone and reports back once. Say everything it needs to know in the prompt; it does not see this conversation.",
        schema: r#"{"type":"object","properties":{"description":{"type":"string","description":"The task in three to five words."},"prompt":{"type":"string","description":"The whole task."},"subagent_type":{"type":"string","description":"The name of the agent to hand it to."},"model":{"type":"string","enum":["sonnet","opus","haiku","fable"],"description":"A model other than the agent's own."}},"required":["description","prompt"],"additionalProperties":false}"#,
    },
    Built {
        name: "AskUserQuestion",
        description: "Asks the user one to four questions with choices, where the answer decides what to do next. The user may always answer in other words.",
        schema: r#"{"type":"object","properties":{"questions":{"type":"array","minItems":1,"maxItems":4,"items":{"type":"object","properties":{"question":{"type":"string","description":"The whole question."},"header":{"type":"string","description":"A label of at most 12 characters."},"options":{"type":"array","minItems":2,"maxItems":4,"items":{"type":"object","properties":{"label":{"type":"string"},"description":{"type":"string","description":"What choosing it means."}},"required":["label","description"]}},"multiSelect":{"type":"boolean","description":"Whether several may be chosen."}},"required":["question","header","options","multiSelect"]}}},"required":["questions"],"additionalProperties":false}"#,
    },
    Built {
        name: "Bash",
        description: "Runs a command line in a small shell over the files of the workspace, which is /workspace. It knows pipes, &&, ||, ;, redirections, here-documents, quotes and globs, and the commands ls, cat, head, tail, wc, grep, find, echo, mkdir, rm, mv, cp, touch, sort, uniq, sed (p, d and s without groups; not -i), cut, tr, cd and pwd. There are no variables, no loops and no other programs: nothing can be built, installed or tested. Each call begins in /workspace.",
        schema: r#"{"type":"object","properties":{"command":{"type":"string","description":"The command line."},"timeout":{"type":"number","description":"Has no effect here."},"description":{"type":"string","description":"What the command does, in five to ten words."},"run_in_background":{"type":"boolean","description":"Has no effect here."}},"required":["command"],"additionalProperties":false}"#,
    },
    Built {
        name: "Edit",
        description: "Replaces a text in a file by another. The file has to be read first. old_string must be in the file exactly as given, blanks included, and exactly once unless replace_all is true; the line numbers that Read shows are not part of the file.",
        schema: r#"{"type":"object","properties":{"file_path":{"type":"string","description":"The absolute path of the file."},"old_string":{"type":"string","description":"The text to replace."},"new_string":{"type":"string","description":"The text to put there; must differ."},"replace_all":{"type":"boolean","description":"Whether to replace it wherever it occurs.","default":false}},"required":["file_path","old_string","new_string"],"additionalProperties":false}"#,
    },
    Built {
        name: "ExitPlanMode",
        description: "Shows the plan to the user and asks for approval to carry it out.",
        schema: r#"{"type":"object","properties":{"plan":{"type":"string","description":"The plan, as Markdown."}},"additionalProperties":true}"#,
    },
    Built {
        name: "Glob",
        description: "Finds files by a pattern for their paths, such as **/*.rs or src/*.{ts,tsx}.",
        schema: r#"{"type":"object","properties":{"pattern":{"type":"string","description":"The pattern."},"path":{"type":"string","description":"The folder to look in; the workspace where it is left out."}},"required":["pattern"],"additionalProperties":false}"#,
    },
    Built {
        name: "Grep",
        description: "Searches the contents of files for a regular expression. Gives the paths of the files that match, or their lines or counts with output_mode.",
        schema: r#"{"type":"object","properties":{"pattern":{"type":"string","description":"The regular expression."},"path":{"type":"string","description":"The file or folder to search; the workspace where it is left out."},"glob":{"type":"string","description":"A pattern that files have to match, such as *.ts."},"type":{"type":"string","description":"A kind of file, such as js, py, rust, go, java or md."},"output_mode":{"type":"string","enum":["content","files_with_matches","count"],"description":"Lines, paths (where it is left out) or counts."},"-A":{"type":"number","description":"Lines to show after each match."},"-B":{"type":"number","description":"Lines to show before each match."},"-C":{"type":"number","description":"Lines to show before and after each match."},"context":{"type":"number","description":"The same as -C."},"-n":{"type":"boolean","description":"Whether to show line numbers; true where it is left out."},"-i":{"type":"boolean","description":"Whether upper and lower case are alike."},"-o":{"type":"boolean","description":"Whether to show only what matched."},"multiline":{"type":"boolean","description":"Whether a match may go over several lines."},"head_limit":{"type":"number","description":"The most lines or entries to give; 250 where it is left out, 0 for all."},"offset":{"type":"number","description":"How many to pass over first."}},"required":["pattern"],"additionalProperties":false}"#,
    },
    Built {
        name: "LS",
        description: "Lists what is in a folder.",
        schema: r#"{"type":"object","properties":{"path":{"type":"string","description":"The absolute path of the folder."},"ignore":{"type":"array","items":{"type":"string"},"description":"Patterns of names to leave out."}},"required":["path"],"additionalProperties":false}"#,
    },
    Built {
        name: "NotebookEdit",
        description: "Replaces, inserts or deletes a cell of a Jupyter notebook.",
        schema: r#"{"type":"object","properties":{"notebook_path":{"type":"string","description":"The absolute path of the notebook."},"cell_id":{"type":"string","description":"The cell to edit; a new one is put after it, or first where this is left out."},"new_source":{"type":"string","description":"What the cell is to hold."},"cell_type":{"type":"string","enum":["code","markdown"],"description":"Its kind; has to be given for a new cell."},"edit_mode":{"type":"string","enum":["replace","insert","delete"],"description":"What to do; replace where it is left out."}},"required":["notebook_path","new_source"],"additionalProperties":false}"#,
    },
    Built {
        name: "Read",
        description: "Reads a file. Gives its lines with their numbers: at most 2,000 lines from offset on, each at most 2,000 characters.",
        schema: r#"{"type":"object","properties":{"file_path":{"type":"string","description":"The absolute path of the file."},"offset":{"type":"number","description":"The first line to read, counted from 1."},"limit":{"type":"number","description":"How many lines to read."}},"required":["file_path"],"additionalProperties":false}"#,
    },
    Built {
        name: "TaskCreate",
        description: "Adds a task to the list of what is to be done.",
        schema: r#"{"type":"object","properties":{"subject":{"type":"string","description":"The task in a few words."},"description":{"type":"string","description":"What has to be done."},"activeForm":{"type":"string","description":"The task as something being done: Running tests."},"metadata":{"type":"object"}},"required":["subject","description"],"additionalProperties":false}"#,
    },
    Built {
        name: "TaskGet",
        description: "Gives one task of the list with all that is known of it.",
        schema: r#"{"type":"object","properties":{"taskId":{"type":"string"}},"required":["taskId"],"additionalProperties":false}"#,
    },
    Built {
        name: "TaskList",
        description: "Gives all tasks of the list and where they stand.",
        schema: r#"{"type":"object","properties":{},"additionalProperties":false}"#,
    },
    Built {
        name: "TaskUpdate",
        description: "Changes a task of the list: where it stands, what it says, what it waits for.",
        schema: r#"{"type":"object","properties":{"taskId":{"type":"string"},"subject":{"type":"string"},"description":{"type":"string"},"activeForm":{"type":"string"},"status":{"type":"string","enum":["pending","in_progress","completed","deleted"]},"addBlocks":{"type":"array","items":{"type":"string"},"description":"Tasks that wait for this one."},"addBlockedBy":{"type":"array","items":{"type":"string"},"description":"Tasks that this one waits for."},"owner":{"type":"string"},"metadata":{"type":"object"}},"required":["taskId"],"additionalProperties":false}"#,
    },
    Built {
        name: "TodoWrite",
        description: "Replaces the list of what is to be done. Keep one item in progress at a time, and mark items as completed as soon as they are.",
        schema: r#"{"type":"object","properties":{"todos":{"type":"array","items":{"type":"object","properties":{"content":{"type":"string","description":"What is to be done."},"status":{"type":"string","enum":["pending","in_progress","completed"]},"activeForm":{"type":"string","description":"The same as something being done."}},"required":["content","status","activeForm"]}}},"required":["todos"],"additionalProperties":false}"#,
    },
    Built {
        name: "WebFetch",
        description: "Fetches a page of the web, if the user agrees, and gives what it says about the prompt.",
        schema: r#"{"type":"object","properties":{"url":{"type":"string","description":"The address of the page."},"prompt":{"type":"string","description":"What to look for in it."},"offset":{"type":"number","description":"The character to read on from, counted from 0, for a long page."}},"required":["url","prompt"],"additionalProperties":false}"#,
    },
    Built {
        name: "Write",
        description: "Writes a file, and replaces the one that is there, which has to be read first. Prefer Edit for changing a file.",
        schema: r#"{"type":"object","properties":{"file_path":{"type":"string","description":"The absolute path of the file."},"content":{"type":"string","description":"All that the file is to hold."}},"required":["file_path","content"],"additionalProperties":false}"#,
    },
];
