//! What each host calls the tools of Claude Code.
//!
//! The rows come from the hosts' own loaders and documentation, and from converters that
//! people use (checked 2026-11-22): VS Code's reader of Claude files, GitHub's list of
//! aliases, OpenCode's permissions, the tool names of Gemini CLI 0.61.0 and Qwen Code 0.24.4,
//! Kiro's tags, the complete list of Factory droids.

/// The name of one tool with each host; `""` where the host has no such tool.
pub(in crate::core) struct Row {
    /// Claude Code.
    pub(in crate::core) claude: &'static str,
    /// VS Code.
    pub(in crate::core) vscode: &'static str,
    /// GitHub's agents and Copilot CLI: aliases, several tools behind one.
    pub(in crate::core) copilot: &'static str,
    /// OpenCode, a key of `permission`.
    pub(in crate::core) opencode: &'static str,
    /// Gemini CLI.
    pub(in crate::core) gemini: &'static str,
    /// Qwen Code.
    pub(in crate::core) qwen: &'static str,
    /// Kiro, a tag: several tools behind one.
    pub(in crate::core) kiro: &'static str,
    /// Factory.
    pub(in crate::core) factory: &'static str,
}

/// In the order `Row` names the hosts.
const fn row(names: [&'static str; 8]) -> Row {
    let [claude, vscode, copilot, opencode, gemini, qwen, kiro, factory] = names;
    Row { claude, vscode, copilot, opencode, gemini, qwen, kiro, factory }
}

/// One row for each tool of Claude Code that another host has too.
pub(in crate::core) static TOOLS: &[Row] = &[
    row(["Read", "read/readFile", "read", "read", "read_file", "read_file", "read", "Read"]),
    row(["Write", "edit/createFile", "edit", "edit", "write_file", "write_file", "write", "Create"]),
    row(["Edit", "edit/editFiles", "edit", "edit", "replace", "edit", "write", "Edit"]),
    row(["NotebookEdit", "edit/editNotebook", "edit", "edit", "", "", "", ""]),
    row(["Bash", "execute", "execute", "bash", "run_shell_command", "run_shell_command", "shell", "Execute"]),
    row(["Glob", "search/fileSearch", "search", "glob", "glob", "glob", "read", "Glob"]),
    row(["Grep", "search/textSearch", "search", "grep", "grep_search", "grep_search", "read", "Grep"]),
    row(["WebFetch", "web", "web", "webfetch", "web_fetch", "web_fetch", "web", "FetchUrl"]),
    row(["WebSearch", "web", "web", "websearch", "google_web_search", "web_search", "web", "WebSearch"]),
    row(["Agent", "agent", "agent", "task", "", "agent", "use_subagent", ""]),
    row(["TodoWrite", "todo", "todo", "todowrite", "write_todos", "todo_write", "todo_list", ""]),
    row(["AskUserQuestion", "vscode/askQuestions", "", "question", "ask_user", "", "", ""]),
    row(["Skill", "", "", "skill", "activate_skill", "", "", ""]),
];

/// Other words for tools, in lower case, and what they stand for in Claude Code: aliases, sets,
/// tags and former names.
static WORDS: &[(&str, &[&str])] = &[
    ("read", &["Read"]),
    ("view", &["Read"]),
    ("read_many_files", &["Read"]),
    ("read-only", &["Read", "Grep", "Glob"]),
    ("notebookread", &["Read"]),
    ("edit", &["Edit", "Write"]),
    ("write", &["Write", "Edit"]),
    ("create", &["Write"]),
    ("applypatch", &["Edit", "Write"]),
    ("apply_patch", &["Edit", "Write"]),
    ("editfiles", &["Edit", "Write"]),
    ("edit_file", &["Edit"]),
    ("edit/createdirectory", &["Write"]),
    ("multiedit", &["Edit"]),
    ("patch", &["Edit"]),
    ("new", &["Write"]),
    ("execute", &["Bash"]),
    ("shell", &["Bash"]),
    ("bash", &["Bash"]),
    ("powershell", &["Bash"]),
    ("command", &["Bash"]),
    ("execute_bash", &["Bash"]),
    ("fs_read", &["Read"]),
    ("fs_write", &["Write", "Edit"]),
    ("runcommands", &["Bash"]),
    ("runcommands/runinterminal", &["Bash"]),
    ("runinterminal", &["Bash"]),
    ("run_in_terminal", &["Bash"]),
    ("run_terminal_cmd", &["Bash"]),
    ("run_command", &["Bash"]),
    ("terminalcommand", &["Bash"]),
    ("terminal", &["Bash"]),
    ("execute/runinterminal", &["Bash"]),
    ("runtests", &["Bash"]),
    ("runtasks", &["Bash"]),
    ("search", &["Grep", "Glob"]),
    ("codebase", &["Grep", "Glob"]),
    ("search/codebase", &["Grep", "Glob"]),
    ("usages", &["Grep"]),
    ("search/usages", &["Grep"]),
    ("findtestfiles", &["Glob"]),
    ("search_file_content", &["Grep"]),
    ("textsearch", &["Grep"]),
    ("filesearch", &["Glob"]),
    ("file_search", &["Glob"]),
    ("ls", &["Glob"]),
    ("list", &["Glob"]),
    ("list_directory", &["Glob"]),
    ("search/listdirectory", &["Glob"]),
    ("web", &["WebFetch", "WebSearch"]),
    ("web/fetch", &["WebFetch"]),
    ("fetch", &["WebFetch"]),
    ("browser", &["WebFetch", "WebSearch"]),
    ("websearch", &["WebSearch"]),
    ("task", &["Agent"]),
    ("custom-agent", &["Agent"]),
    ("runsubagent", &["Agent"]),
    ("agent/runsubagent", &["Agent"]),
    ("todos", &["TodoWrite"]),
    ("todoread", &["TodoWrite"]),
];

/// The tools of Claude Code that the host whose names are in `column` calls `name`.
pub(in crate::core) fn called(name: &str, column: fn(&Row) -> &'static str) -> Vec<&'static str> {
    let named = |row: &&Row| !name.is_empty() && column(row) == name;
    TOOLS.iter().filter(named).map(|row| row.claude).collect()
}

/// The tools of Claude Code that `name` stands for with some other host; none where it is no
/// word of any. Case does not count.
pub(in crate::core) fn to_claude(name: &str) -> Vec<&'static str> {
    // A word that one host uses for several tools comes before a row that gives one of them.
    if let Some((_, tools)) = WORDS.iter().find(|(word, _)| word.eq_ignore_ascii_case(name)) {
        return tools.to_vec();
    }
    let named = |row: &&Row| {
        [row.vscode, row.copilot, row.opencode, row.gemini, row.qwen, row.kiro, row.factory, row.claude]
            .iter()
            .any(|other| !other.is_empty() && other.eq_ignore_ascii_case(name))
    };
    TOOLS.iter().filter(named).map(|row| row.claude).collect()
}

/// What the host of this name calls what another host calls `name`, if both have it and call it
/// otherwise.
pub(in crate::core) fn called_there(name: &str, host: &str) -> Option<&'static str> {
    one_called_there(&to_claude(name), name, host)
}

/// The same, where the tools of Claude Code that `name` stands for are known.
pub(in crate::core) fn one_called_there(
    tools: &[&'static str],
    name: &str,
    host: &str,
) -> Option<&'static str> {
    tools.iter().find_map(|claude| {
        let row = TOOLS.iter().find(|row| row.claude == *claude)?;
        let own = match host {
            "claude-code" | "claude-plugin" => row.claude,
            "vscode" => row.vscode,
            "copilot-cli" | "copilot-github" => row.copilot,
            "opencode" => row.opencode,
            "gemini-cli" => row.gemini,
            "qwen-code" => row.qwen,
            "kiro" => row.kiro,
            "factory" => row.factory,
            _ => "",
        };
        Some(own).filter(|own| !own.is_empty() && *own != name)
    })
}

/// Whether only Factory gives a tool this name.
pub(in crate::core) fn only_factory(name: &str) -> bool {
    matches!(name, "Create" | "Execute" | "FetchUrl" | "ApplyPatch")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::catalog::claude_code;

    #[test]
    fn every_tool_named_is_one_of_claude_code() {
        let words = WORDS.iter().flat_map(|(_, tools)| tools.iter().copied());
        for tool in TOOLS.iter().map(|row| row.claude).chain(words) {
            assert!(claude_code::tool(tool).is_some(), "{tool}");
        }
    }

    #[test]
    fn each_host_has_its_own_word() {
        assert_eq!(called_there("Bash", "factory"), Some("Execute"));
        assert_eq!(called_there("read_file", "claude-code"), Some("Read"));
        assert_eq!(called_there("WebSearch", "gemini-cli"), Some("google_web_search"));
        assert_eq!(called_there("Read", "factory"), None);
        assert_eq!(called_there("Read", "cursor"), None);
    }

    #[test]
    fn names_of_other_hosts_are_known() {
        assert_eq!(to_claude("read_file"), ["Read"]);
        assert_eq!(to_claude("FetchUrl"), ["WebFetch"]);
        assert_eq!(to_claude("edit"), ["Edit", "Write"]);
        assert_eq!(to_claude("search/textSearch"), ["Grep"]);
        assert!(to_claude("githubRepo").is_empty() && to_claude("").is_empty());
    }
}
