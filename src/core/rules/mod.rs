//! The rules: what is checked, one file each.
//!
//! To add one, write `rules/your_rule.rs` with a `RULE` and its `DOC`, and name it in the list
//! below. The examples in the `DOC` are its first tests.

use std::cell::OnceCell;

use crate::core::catalog::Form;
use crate::core::catalog::claude_code::{FIELDS, MISNAMED_FIELDS, field, tool};
use crate::core::catalog::{Tool, Version, nearest};
use crate::core::definition::{Definition, tool_name};
use crate::core::diagnostic::{Diagnostic, Edit, Fix, Safety, Severity};
use crate::core::hints::{self, Marks};
use crate::core::hosts::{Effective, File, Host, Outcome, Verdict};
use crate::core::prose::Prose;
use crate::core::source::{FrontMatter, Source, SplitProblem};
use crate::core::text::{Spanned, TextRange};
use crate::core::yaml::{Entry, Fault, FaultKind, Kind, MAX_ENTRIES, Node};

macro_rules! rules {
    (first: $($first:ident),*; then: $($then:ident),* $(,)?) => {
        rules! { all: $($first,)* $($then,)* }

        /// The rules that find why a file is not loaded as it was meant, in the order in which
        /// they look: what a page begins with.
        pub static FIRST: &[&Rule] = &[$(&$first::RULE),*];
    };
    (all: $($name:ident,)*) => {
        $(mod $name;)*

        /// All rules, in the order in which they look.
        pub static ALL: &[&Rule] = &[$(&$name::RULE),*];

        /// Their documentation. Apart from the rules, so that a program that shows none of it
        /// does not carry it.
        pub static DOCS: &[&Doc] = &[$(&$name::DOC),*];
    };
}

rules! {
    first:
    missing_front_matter,
    unclosed_front_matter,
    text_before_front_matter,
    odd_delimiter,
    early_close,
    too_large,
    unquoted_colon,
    unclosed_quote,
    unclosed_bracket,
    text_after_value,
    tab_indentation,
    reserved_character,
    unindented_line,
    bad_escape,
    missing_space,
    not_a_map,
    invalid_yaml,
    second_document,
    missing_name,
    invalid_name,
    missing_description,
    invalid_description;
    then:
    too_deep,
    too_many,
    unindented_quote,
    unindented_item,
    repaired_line,
    duplicate_key,
    yaml_anchor,
    yaml_tag,
    comment_in_value,
    unknown_field,
    unknown_tool,
    wrong_case_tool,
    retired_tool,
    specifier_without_effect,
    empty_tools,
    tool_not_text,
    unknown_model,
    unknown_color,
    unknown_permission_mode,
    invalid_max_turns,
    invalid_value,
    invisible_character,
    control_character,
    wrong_encoding,
    bidirectional_control,
    hidden_comment,
    secret,
    unclosed_fence,
    skipped_heading_level,
    placeholder_left,
    tool_not_granted,
    empty_prompt,
    short_description,
    no_occasion,
    path_in_description,
    bypass_permissions,
    unrestricted_shell,
    unenforced_read_only,
    star_takes_nothing_away,
    server_star,
    contradictory_tool,
    duplicate_tool,
    unseparated_tools,
    all_tools_in_words,
    no_tool_left,
    main_agent_tool,
    older_model_tool,
    servers_as_map,
    malformed_server,
    unknown_hook_event,
    unknown_permission,
    ignored_sandbox,
    malformed_hook,
    deprecated_model,
    deprecated_field,
    effort_without_model,
    shadowed_built_in,
    blank_at_end_of_name,
    too_many_observers,
    message_without_observer,
    memory_widens_tools,
    no_search_left,
    ignored_agent_list,
    skill_tool,
    encoded_payload,
    ignored_file_name,
    ignored_in_plugins,
    byte_order_mark,
    text_after_delimiter,
    reserved_name,
    name_form,
    folder_name,
    description_past_cap,
    prompt_past_cap,
    short_prompt,
    lost_fields,
    placeholder,
    refused_file,
    too_new,
    unused_suppression,
}

/// One thing that is checked.
pub struct Rule {
    /// The name by which it is known: `unknown-tool`.
    pub code: &'static str,
    /// How much a finding matters, where nothing else is said.
    pub severity: Severity,
    /// The hosts that it is about.
    pub about: About,
    /// Looks, and adds what it finds. Called once for a text, if one of the chosen hosts is
    /// among those of [`Self::about`].
    pub check: fn(&'static Rule, &Context, &mut Vec<Diagnostic>),
}

/// The hosts that a rule is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// All of them.
    Every,
    /// Those of these names.
    Only(&'static [&'static str]),
    /// All but those of these names.
    Except(&'static [&'static str]),
}

/// Claude Code, wherever it finds the file.
pub const CLAUDE: About = About::Only(&["claude-code", "claude-plugin"]);

/// Claude Code, where it finds the file in a folder of agents: what a plugin brings is loaded
/// under placeholders where other files are left out.
pub const CLAUDE_FOLDER: About = About::Only(&["claude-code"]);

/// The hosts that choose by the description. Prompt files are called by name.
pub const CHOOSING: About = About::Except(&["dotprompt", "prompty"]);

/// The hosts that read the block as YAML. VS Code has a tolerant reader of its own, and Codex
/// reads TOML.
pub const YAML: About = About::Except(&["vscode", "codex"]);

impl About {
    /// Whether `host` is among them.
    pub fn covers(self, host: &Host) -> bool {
        self.names(host.name)
    }

    /// Whether the host of this name is among them.
    fn names(self, host: &str) -> bool {
        match self {
            Self::Every => true,
            Self::Only(names) => names.contains(&host),
            Self::Except(names) => !names.contains(&host),
        }
    }
}

/// What is to be said about a rule.
pub struct Doc {
    /// The rule.
    pub rule: &'static Rule,
    /// The fault, in a few words.
    pub summary: &'static str,
    /// What happens and why, as Markdown.
    pub docs: &'static str,
    /// A whole definition in which the rule finds something.
    pub bad: &'static str,
    /// The same definition, sound.
    pub good: &'static str,
    /// Where the claim comes from, and from when.
    pub source: &'static str,
}

impl Rule {
    /// A finding of this rule. Its host is filled in later: the first of the chosen ones that
    /// the rule is about.
    fn found(&self, range: TextRange, message: impl Into<String>, fixes: Vec<Fix>) -> Diagnostic {
        Diagnostic {
            code: self.code,
            severity: self.severity,
            host: "",
            message: message.into(),
            range,
            fixes,
        }
    }
}

/// The most findings of a rule that looks at single characters. More of them nobody reads, and a
/// text may hold a million.
const MOST: usize = 1024;

/// Whether `out` holds so many of this rule; the last of them says then that there are more. All
/// of them stand together, since its check began.
fn is_full(rule: &Rule, out: &mut [Diagnostic]) -> bool {
    let Some(at) = out.len().checked_sub(MOST) else { return false };
    let full = out.get(at).is_some_and(|found| found.code == rule.code);
    if let Some(last) = out.last_mut().filter(|last| full && last.code == rule.code) {
        last.message.push_str(" More of them follow, which are not listed.");
    }
    full
}

/// What a rule may look at.
pub struct Context<'a> {
    /// The whole text.
    pub text: &'a str,
    /// The file's path, where it is known.
    pub path: Option<&'a str>,
    /// Where its parts stand, as Claude Code splits it.
    pub source: &'a Source,
    /// The file as hosts are given it.
    pub file: &'a File<'a>,
    /// What the YAML reader found.
    pub faults: &'a [Fault],
    /// The fields.
    pub definition: &'a Definition,
    /// The chosen hosts, the first one first.
    pub hosts: &'a [&'static Host],
    /// [`Config::required`](crate::core::analysis::Config::required)
    pub required: Option<Required>,
    /// What they, and other hosts that were asked, do with the file: `Context::held` says what
    /// they hold.
    pub verdicts: &'a [Verdict],
    /// The version of Claude Code that counts; `None` for the newest.
    pub as_of: Option<Version>,
    /// Whether the text may hide something, once that was asked.
    pub hides: OnceCell<bool>,
    /// Where some words stand in it, once that was asked.
    pub marks: OnceCell<Marks>,
    /// What is code in the body, once that was asked.
    pub prose: OnceCell<Prose>,
    /// The tools of Claude Code that its entries name, once that was asked.
    pub tools: OnceCell<Vec<Option<&'static Tool>>>,
    /// The hosts that rules about several look at, once one did.
    pub readers: OnceCell<Vec<&'static Host>>,
    /// What Claude Code holds, once that was asked.
    pub claude: OnceCell<Option<Effective>>,
}

/// Says that a field is missing or empty where a host needs it: its name, for which rule.
pub type Required = fn(&str, &'static Rule, &Context, &mut Vec<Diagnostic>);

impl Context<'_> {
    /// Whether the text may hold an invisible character or one that turns its order.
    fn may_hide(&self) -> bool {
        *self.hides.get_or_init(|| hints::may_hide(self.text))
    }

    /// Where some words stand in the text.
    fn marks(&self) -> &Marks {
        self.marks.get_or_init(|| Marks::of(self.text))
    }

    /// What is code in the body.
    fn prose(&self) -> &Prose {
        self.prose.get_or_init(|| Prose::read(self.text, self.source.body))
    }

    /// What the host of this name does with the file, if it was asked.
    pub fn verdict(&self, host: &str) -> Option<&Verdict> {
        self.verdicts.iter().find(|verdict| verdict.host == host)
    }

    /// What `host` holds of the file; `None` where it skips it. It reads the file anew for this, so
    /// rules ask it last.
    fn held(&self, host: &Host) -> Option<Effective> {
        (host.verdict)(self.file).effective
    }

    /// What Claude Code holds, if it is among the chosen hosts and does not skip the file.
    fn claude(&self) -> Option<&Effective> {
        match self.verdicts.first().filter(|verdict| CLAUDE.names(verdict.host)) {
            Some(verdict) => verdict.effective.as_ref(),
            None => {
                let mut chosen = self.hosts.iter();
                let held = || self.held(chosen.find(|host| CLAUDE.covers(host))?);
                self.claude.get_or_init(held).as_ref()
            }
        }
    }

    /// The tools that Claude Code grants; `None` where it grants all or skips the file.
    fn granted(&self) -> Option<&[String]> {
        self.claude()?.granted.as_deref()
    }

    /// Whether Claude Code grants the tool `name`; `false` where it skips the file.
    fn grants(&self, name: &str) -> bool {
        self.claude().is_some_and(|held| match &held.granted {
            Some(granted) => granted.iter().any(|tool| tool == name),
            None => true,
        })
    }

    /// Takes `entry` out, with its whole lines.
    fn without(&self, entry: &Entry) -> Fix {
        let rest = self.text.get(entry.value.range.end.max(entry.key.range.end)..).unwrap_or("");
        let to_break = rest.find('\n').map_or(rest.len(), |at| at + 1);
        let end = entry.value.range.end.max(entry.key.range.end) + to_break;
        let range = TextRange::new(entry.key.range.start, end);
        Fix::new(["Remove ", &entry.key.value].concat(), Safety::Review, vec![Edit::delete(range)])
    }

    /// Whether a chosen host loads the file, in whatever way.
    fn loaded(&self) -> bool {
        let mut verdicts = self.hosts.iter().filter_map(|host| self.verdict(host.name));
        verdicts.any(Verdict::holds)
    }

    /// What Claude Code does with a file whose fields it does not see: what a plugin brings is
    /// loaded all the same.
    fn without_fields(&self) -> &'static str {
        let claude = self.hosts.iter().find(|host| CLAUDE.covers(host));
        match claude.and_then(|host| self.verdict(host.name)).map(|verdict| verdict.outcome) {
            Some(Outcome::Unheaded) => "takes the whole file for the prompt.",
            Some(Outcome::Placeholder) => "puts placeholders in their place.",
            _ => "skips the file.",
        }
    }

    /// Whether every chosen host that `about` covers takes the file as it is written, and
    /// Claude Code, which then only seems to, is not among them.
    pub fn all_load(&self, about: About) -> bool {
        let mut asked = self.hosts.iter().filter(|host| about.covers(host));
        asked.all(|host| {
            let outcome = self.verdict(host.name).map(|verdict| verdict.outcome);
            outcome == Some(Outcome::Loads) && !CLAUDE.covers(host)
        })
    }

    /// The bytes that `verdict` is about: its cause, or the first line.
    fn place_of(&self, verdict: &Verdict) -> TextRange {
        verdict.cause.unwrap_or_else(|| {
            let start = self.source.front_matter.map_or(0, |front_matter| front_matter.open.start);
            let line = self.text.get(start..).unwrap_or("").split(['\n', '\r']).next().unwrap_or("");
            TextRange::new(start, start + line.len())
        })
    }

    /// The front matter, if it was read as fields.
    fn fields(&self) -> Option<FrontMatter> {
        let unread = |fault: &Fault| fault.kind == FaultKind::NotAMap;
        let front_matter = self.source.front_matter?;
        let small = front_matter.yaml.len() <= crate::core::source::MAX_FRONT_MATTER;
        (small && !self.faults.iter().any(unread)).then_some(front_matter)
    }

    /// Whether `range` belongs to what stands above the front matter and hides it.
    fn is_above(&self, range: TextRange) -> bool {
        matches!(self.source.problem, Some(SplitProblem::Preceded { before }) if before.meets(range))
    }

    /// Whether the YAML is broken at `range`, so that what is read there is a guess.
    fn is_broken(&self, range: TextRange) -> bool {
        let sound = |kind: &FaultKind| {
            use FaultKind::{Alias, Anchor, Comment, DuplicateKey, Tag};
            matches!(kind, Alias | Anchor | Comment | DuplicateKey { .. } | Tag)
        };
        self.faults.iter().any(|fault| fault.range.meets(range) && !sound(&fault.kind))
    }

    /// The known field that an unknown `key` evidently means, unless that is given as well.
    fn meant_field(&self, key: &str) -> Option<&'static str> {
        if field(key).is_some() {
            return None;
        }
        let listed = MISNAMED_FIELDS.iter().find(|(name, _)| *name == key).map(|(_, meant)| *meant);
        let meant = listed.or_else(|| nearest(key, FIELDS.iter().map(|field| field.name)))?;
        self.definition.entry(meant).is_none().then_some(meant)
    }

    /// The entry that evidently means the field `name` and misspells it.
    fn misspelt(&self, name: &str) -> Option<&Entry> {
        self.definition.entries.iter().find(|entry| self.meant_field(&entry.key.value) == Some(name))
    }

    /// The entries of `tools` and `disallowedTools`, as many of each as are checked.
    fn tool_entries(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.tool_entries_of_both().map(|(entry, _)| entry)
    }

    /// The same, with the tool of Claude Code that each names.
    fn known_tools(&self) -> impl Iterator<Item = (&Spanned<String>, Option<&'static Tool>)> {
        let known = |entry: &Spanned<String>| tool(tool_name(&entry.value));
        let tools = self.tools.get_or_init(|| self.tool_entries().map(known).collect());
        self.tool_entries().zip(tools.iter().copied())
    }

    /// The same, with whether the entry takes a tool away.
    fn tool_entries_of_both(&self) -> impl Iterator<Item = (&Spanned<String>, bool)> {
        let given = self.given_tools().map(|entry| (entry, false));
        given.chain(self.refused_tools().map(|entry| (entry, true)))
    }

    /// The entries of `tools`, as many as are checked.
    fn given_tools(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.definition.tools.iter().flatten().take(MAX_ENTRIES)
    }

    /// The entries of `disallowedTools`, as many as are checked.
    fn refused_tools(&self) -> impl Iterator<Item = &Spanned<String>> {
        self.definition.disallowed_tools.iter().flatten().take(MAX_ENTRIES)
    }

    /// The bytes of `name` at the beginning of a tool's entry.
    fn name_range(&self, entry: &Spanned<String>, name: &str) -> TextRange {
        let written = entry.range.slice(self.text);
        if written.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('(')) {
            TextRange::new(entry.range.start, entry.range.start + name.len())
        } else {
            entry.range
        }
    }

    /// Puts `meant` in the place of `word`, if exactly that is written at `range`.
    fn rename(&self, range: TextRange, word: &str, meant: &str) -> Option<Fix> {
        let written = range.slice(self.text);
        let inner = written.strip_prefix(['"', '\'']).and_then(|text| text.strip_suffix(['"', '\'']));
        let range = match inner {
            Some(inner) if inner == word => TextRange::new(range.start + 1, range.end - 1),
            _ if written == word => range,
            _ => return None,
        };
        Some(Fix::new(["Use ", meant].concat(), Safety::Review, vec![Edit::replace(range, meant)]))
    }

    /// Takes a tool's entry out of a list that is written on one line with commas.
    fn removal(&self, entry: &Spanned<String>) -> Option<Fix> {
        let TextRange { start, end } = entry.range;
        let after = self.text.get(end..)?;
        let comma = after.len() - after.trim_start_matches([' ', '\t']).len();
        let range = if after.get(comma..)?.starts_with(',') {
            let rest = after.get(comma + 1..)?;
            TextRange::new(start, end + comma + 1 + rest.len() - rest.trim_start_matches(' ').len())
        } else {
            let before = self.text.get(..start)?.trim_end_matches(' ');
            TextRange::new(before.strip_suffix(',')?.len(), end)
        };
        Some(Fix::new(format!("Remove {}", entry.value), Safety::Review, vec![Edit::delete(range)]))
    }
}

/// Why a host may not see the front matter, where its delimiters are at fault.
struct Hidden {
    /// The bytes at fault.
    range: TextRange,
    /// What is wrong, as a sentence without its end.
    what: &'static str,
    /// What to do, as a sentence after a blank, or nothing.
    remedy: &'static str,
    /// Ways to mend it.
    fixes: Vec<Fix>,
}

/// Says for Claude Code that it sees no front matter. For the other hosts their verdicts tell
/// whether they stumble over it, and [`outcome`] says it.
fn hides(rule: &Rule, context: &Context, out: &mut Vec<Diagnostic>, hidden: Option<Hidden>) {
    let claude = context.hosts.iter().find(|host| CLAUDE.covers(host));
    let (Some(host), Some(hidden)) = (claude, hidden) else { return };
    let sees = ": Claude Code sees no front matter and ";
    let message = [hidden.what, sees, context.without_fields(), hidden.remedy].concat();
    let mut found = rule.found(hidden.range, message, hidden.fixes);
    found.host = host.name;
    out.push(found);
}

/// Whether one of the findings of these codes stands where `range` does.
fn is_told(out: &[Diagnostic], codes: &[&str], range: TextRange) -> bool {
    out.iter().any(|found| codes.contains(&found.code) && found.range.meets(range))
}

/// Whether there is no value to speak of: none, `~` or `""`.
fn is_empty(node: &Node) -> bool {
    matches!(&node.kind, Kind::Null) || node.as_str().is_some_and(str::is_empty)
}

/// Checks a field that takes certain words only.
fn choice(rule: &Rule, context: &Context, out: &mut Vec<Diagnostic>, key: &str, noun: &str) {
    let (Some(entry), Some(field)) = (context.definition.entry(key), field(key)) else { return };
    let (choices, numbers) = match field.form {
        Form::Choice(choices) => (choices, false),
        Form::ChoiceOrNumber(choices) => (choices, true),
        _ => return,
    };
    let words = || choices.iter().map(|choice| choice.value);
    let list = || words().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    if entry.broken {
        return;
    }
    let value = &entry.value;
    let message = match &value.kind {
        Kind::Null | Kind::Alias { .. } => return,
        Kind::Number(_) if numbers => return,
        Kind::String { value, .. }
            if words().any(|word| word == value || (numbers && word.eq_ignore_ascii_case(value))) =>
        {
            return;
        }
        Kind::String { value: written, .. } => {
            let meant = nearest(written, words());
            let fix = meant.and_then(|meant| context.rename(value.range, written, meant));
            let hint = match meant {
                Some(meant) => format!("Did you mean `{meant}`?"),
                None => format!("It is one of {}.", list()),
            };
            let message = format!("There is no {noun} `{written}` for `{key}`: {}. {hint}", field.on_invalid);
            return out.push(rule.found(value.range, message, fix.into_iter().collect()));
        }
        _ => format!(
            "`{key}` is {}, not a word: {}. It is one of {}.",
            value.kind_name(),
            field.on_invalid,
            list()
        ),
    };
    out.push(rule.found(value.range, message, Vec::new()));
}

mod mending;
mod outcome;
mod per_host;
pub use per_host::required;

#[cfg(test)]
mod tests;
