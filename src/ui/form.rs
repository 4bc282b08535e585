//! The form beside the source, as a part of the program: a control for every field of the
//! chosen host. A change goes into the editor as an edit, and comes back through the analysis.

use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Event;

use super::element::{El, button, el};
use super::icons::severity;
use super::reactive::memo;
use super::state::State;
use super::text::with_code;
use crate::core::catalog::{Choice, Field, Form as Shape, ModelStatus};
use crate::core::form::{Control, Held, Value, controls, findings, tool_groups};
use crate::core::hosts::Host;
use crate::core::yaml;

/// What the part holds.
pub struct Form {
    /// The form for the document on the screen.
    pub form: fn(State) -> El,
}

/// The part.
pub static FORM: Form = Form { form };

/// The fields of the text on the screen, in the host's order.
type Fields = Memo<Arc<Vec<(Held, Vec<usize>)>>>;

/// Fields that stand open from the start.
const FIRST: [&str; 5] = ["name", "description", "tools", "model", "color"];

fn form(state: State) -> El {
    let host = memo(move || state.config.read().hosts.first().map_or("", |host| host.name));
    el("form", "form")
        .attr("data-testid", "form")
        .attr("aria-label", "Fields")
        .attr("autocomplete", "off")
        .on("submit", |event| event.prevent_default())
        .list(move || {
            let name = host.get();
            let hosts = state.config.get_untracked().hosts;
            hosts.first().filter(|host| host.name == name).map(|host| rows(state, host)).unwrap_or_default()
        })
}

fn rows(state: State, host: &'static Host) -> Vec<El> {
    let fields: Fields = memo(move || {
        let snapshot = state.snapshot.read();
        let found = &snapshot.analysis.diagnostics;
        let control = |control: Control| {
            let about = findings(found, control.field.name, control.range);
            (control.held, about)
        };
        let controls = controls(&snapshot.text, &snapshot.analysis.definition, host);
        Arc::new(controls.into_iter().map(control).collect())
    });
    let written = fields.get_untracked();
    let (mut open, mut rest) = (Vec::new(), Vec::new());
    for (index, field) in host.catalog.fields.iter().enumerate() {
        let is_written = written.get(index).is_some_and(|(held, _)| *held != Held::Absent);
        let row = row(state, host, field, index, fields);
        if FIRST.contains(&field.name) || is_written { open.push(row) } else { rest.push(row) }
    }
    if !rest.is_empty() {
        let title = [&rest.len().to_string(), " more fields"].concat();
        open.push(el("details", "form-more").child(el("summary", "").string(title)).children(rest));
    }
    open.push(
        el("p", "quiet").text("The prompt is what stands below the front matter; write it in the source."),
    );
    open
}

fn row(state: State, host: &'static Host, field: &'static Field, index: usize, fields: Fields) -> El {
    let held = memo(move || fields.read().get(index).map_or(Held::Absent, |(held, _)| held.clone()));
    let is_source = memo(move || matches!(&*held.read(), Held::Source(_)) || is_nested(field.form));
    let help = ["help-", field.name].concat();
    let remove = move || {
        (*held.read() != Held::Absent).then(|| {
            button("button link")
                .put("aria-label", ["Remove ", field.name].concat())
                .on("click", move |_| state.set_field(host, field.name, Value::Nothing))
                .text("Remove")
        })
    };
    let required = field.required.then(|| el("span", "quiet").text("required"));
    el("div", "field")
        .attr("data-field", field.name)
        .child(
            el("div", "field-head")
                .child(el("label", "").put("for", id(field)).text(field.name))
                .maybe(required)
                .child(el("span", "grow"))
                .show(remove),
        )
        .list(move || {
            let control = if is_source.get() {
                nested(state, host, field, held)
            } else {
                control(state, host, field, held)
            };
            vec![control]
        })
        .child(
            el("p", "field-help").put("id", help).nodes(with_code(field.summary)).node(
                el("span", "faint").nodes(with_code(&[" Default: ", field.default, "."].concat())).into(),
            ),
        )
        .child(el("ul", "field-findings").list(move || found(state, index, fields)))
}

fn id(field: &Field) -> String {
    ["field-", field.name].concat()
}

fn is_nested(form: Shape) -> bool {
    matches!(form, Shape::List | Shape::Map | Shape::Switches | Shape::Permissions)
}

/// What was found about one control, with its fixes.
fn found(state: State, index: usize, fields: Fields) -> Vec<El> {
    let about = fields.read().get(index).map(|(_, about)| about.clone()).unwrap_or_default();
    let snapshot = state.snapshot.get();
    let row = |number: usize| {
        let found = snapshot.analysis.diagnostics.get(number)?;
        let fixes = found.fixes.iter().enumerate().map(|(which, fix)| {
            button("button link").on("click", move |_| state.fix(number, which)).string(fix.title.clone())
        });
        Some(
            el("li", "")
                .attr("data-severity", found.severity.as_str())
                .node(severity(found.severity.as_str()))
                .child(el("span", "").nodes(with_code(&found.message)))
                .children(fixes),
        )
    };
    about.into_iter().filter_map(row).collect()
}

/// An element with what every control has.
fn named(tag: &'static str, field: &'static Field) -> El {
    el(tag, "")
        .put("id", id(field))
        .attr("name", field.name)
        .put("aria-describedby", ["help-", field.name].concat())
}

fn control(state: State, host: &'static Host, field: &'static Field, held: Memo<Held>) -> El {
    let text = move || match &*held.read() {
        Held::Text(text) => text.clone(),
        Held::Words(words) => words.join(", "),
        Held::Switch(on) => on.to_string(),
        Held::Absent | Held::Source(_) => String::new(),
    };
    let set_text = move |event: Event| {
        let text = event_target_value(&event);
        let value = if text.is_empty() { Value::Nothing } else { Value::Text(&text) };
        state.set_field(host, field.name, value);
    };
    match field.form {
        Shape::Tools | Shape::ToolList => tools(state, host, field, held),
        Shape::Choice(choices) if field.name == "color" => swatches(state, host, field, choices, held),
        Shape::Choice(choices) => select(field, choices, text, set_text),
        Shape::Switch => {
            let set = move |event: Event| {
                let value = if event_target_checked(&event) { Value::Switch(true) } else { Value::Nothing };
                state.set_field(host, field.name, value);
            };
            named("input", field)
                .attr("type", "checkbox")
                .checked(move || *held.read() == Held::Switch(true))
                .on("change", set)
        }
        Shape::Names => {
            let set = move |event: Event| {
                let names = names(&event_target_value(&event));
                let value = if names.is_empty() { Value::Nothing } else { Value::Words(&names) };
                state.set_field(host, field.name, value);
            };
            named("input", field)
                .attr("placeholder", "Names, separated by commas")
                .value(text)
                .on("change", set)
        }
        Shape::Text if field.name != "name" => {
            named("textarea", field).attr("rows", "3").attr("dir", "auto").value(text).on("input", set_text)
        }
        Shape::Model => listed(host, field).child(
            named("input", field)
                .put("list", ["list-", field.name].concat())
                .value(text)
                .on("input", set_text),
        ),
        Shape::Integer(_) | Shape::Number => {
            named("input", field).attr("inputmode", "numeric").value(text).on("input", set_text)
        }
        _ => named("input", field).attr("dir", "auto").value(text).on("input", set_text),
    }
}

/// The models of the host, for a field that suggests them.
fn listed(host: &'static Host, field: &'static Field) -> El {
    let known = host.catalog.models.iter().filter(|model| model.status != ModelStatus::Retired);
    let options = known.map(|model| el("option", "").attr("value", model.id).text(model.summary));
    el("div", "").child(el("datalist", "").put("id", ["list-", field.name].concat()).children(options))
}

fn select(
    field: &'static Field,
    choices: &'static [Choice],
    text: impl Fn() -> String + Copy + 'static,
    set: impl FnMut(Event) + 'static,
) -> El {
    let options = move || {
        let chosen = text();
        let option = |value: String, label: String| {
            let is_chosen = value == chosen;
            let option = el("option", "").put("value", value).string(label);
            if is_chosen { option.attr("selected", "") } else { option }
        };
        let mut options = vec![option(String::new(), "Not set".into())];
        if !chosen.is_empty() && choices.iter().all(|choice| choice.value != chosen) {
            options.push(option(chosen.clone(), [&chosen, " (not known)"].concat()));
        }
        options.extend(choices.iter().map(|choice| {
            let label = if choice.summary.is_empty() {
                choice.value.to_owned()
            } else {
                [choice.value, " – ", choice.summary].concat()
            };
            option(choice.value.to_owned(), label)
        }));
        options
    };
    named("select", field).value(text).on("change", set).list(options)
}

fn swatches(
    state: State,
    host: &'static Host,
    field: &'static Field,
    choices: &'static [Choice],
    held: Memo<Held>,
) -> El {
    let swatch = |choice: &'static Choice| {
        let chosen = move || matches!(&*held.read(), Held::Text(text) if text == choice.value);
        let radio = el("input", "")
            .attr("type", "radio")
            .attr("name", field.name)
            .attr("value", choice.value)
            .checked(chosen)
            .on("change", move |_| state.set_field(host, field.name, Value::Text(choice.value)));
        el("label", "swatch")
            .attr("data-color", choice.value)
            .child(radio)
            .child(el("span", "").text(choice.value))
    };
    el("div", "swatches")
        .put("id", id(field))
        .attr("role", "radiogroup")
        .attr("aria-label", field.name)
        .children(choices.iter().map(swatch))
}

fn names(text: &str) -> Vec<String> {
    text.split(',').map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned).collect()
}

/// The tools of the host to choose from, with what each does; names that it does not know stand
/// first.
fn tools(state: State, host: &'static Host, field: &'static Field, held: Memo<Held>) -> El {
    let words = move || match &*held.read() {
        Held::Words(words) => words.clone(),
        _ => Vec::new(),
    };
    let set = move |name: &str, on: bool| {
        let mut words = untrack(words);
        words.retain(|word| word != name);
        if on {
            words.push(name.to_owned());
        }
        state.set_field(host, field.name, Value::Words(&words));
    };
    let filter = RwSignal::new(String::new());
    let status = move || match &*held.read() {
        Held::Words(words) if words.is_empty() => "No tool at all".to_owned(),
        Held::Words(words) => words.join(", "),
        _ => ["Not set: ", field.default].concat(),
    };
    let mut groups: Vec<El> = Vec::new();
    for (title, tools) in tool_groups(host.catalog) {
        let rows = tools.into_iter().map(|tool| {
            let chosen = move || words().iter().any(|word| word == tool.name);
            let fits = move || {
                let filter = filter.read().to_ascii_lowercase();
                tool.name.to_ascii_lowercase().contains(&filter) || tool.summary.contains(&filter)
            };
            el("label", "tool")
                .flag("hidden", move || !fits())
                .child(
                    el("input", "")
                        .attr("type", "checkbox")
                        .attr("value", tool.name)
                        .checked(chosen)
                        .on("change", move |event| set(tool.name, event_target_checked(&event))),
                )
                .child(el("code", "").text(tool.name))
                .child(el("span", "quiet").text(tool.summary))
        });
        let heading = (!title.is_empty()).then(|| el("legend", "").text(title));
        groups.push(el("fieldset", "tool-group").maybe(heading).children(rows));
    }
    let others = move || {
        let known = |word: &&String| host.catalog.tool(word).is_none();
        let chip = |word: &String| {
            let name = word.clone();
            let label = ["Remove ", word].concat();
            el("li", "").child(el("code", "").string(word.clone())).child(
                button("button ghost")
                    .put("aria-label", label)
                    .on("click", move |_| set(&name, false))
                    .text("×"),
            )
        };
        words().iter().filter(known).map(chip).collect()
    };
    let add = move |event: Event| {
        let mut all = untrack(words);
        all.extend(names(&event_target_value(&event)));
        state.set_field(host, field.name, Value::Words(&all));
    };
    el("details", "tools")
        .child(el("summary", "").put("id", id(field)).live(status))
        .child(el("ul", "chips").list(others))
        .child(
            el("div", "tools-search")
                .child(
                    el("input", "")
                        .attr("type", "search")
                        .attr("placeholder", "Find a tool")
                        .attr("aria-label", "Find a tool")
                        .on("input", move |event| filter.set(event_target_value(&event))),
                )
                .child(
                    el("input", "")
                        .attr("name", field.name)
                        .attr("placeholder", "Add another name, e.g. mcp__github")
                        .attr("aria-label", "Add another name")
                        .on("change", add),
                ),
        )
        .child(el("div", "tools-list").children(groups))
}

/// A list or a map, as YAML of its own.
fn nested(state: State, host: &'static Host, field: &'static Field, held: Memo<Held>) -> El {
    let problem = RwSignal::new(false);
    let text = move || match &*held.read() {
        Held::Source(source) => source.clone(),
        Held::Text(text) => text.clone(),
        Held::Words(words) => words.join(", "),
        Held::Switch(_) | Held::Absent => String::new(),
    };
    let set = move |event: Event| {
        let written = event_target_value(&event);
        let source = written.trim_end();
        problem.set(yaml::parse(source).is_none());
        if !problem.get_untracked() {
            let value = if source.is_empty() { Value::Nothing } else { Value::Source(source) };
            state.set_field(host, field.name, value);
        }
    };
    let example = example(host, field);
    let begin = move || {
        let empty = *held.read() == Held::Absent && !example.is_empty();
        empty.then(|| {
            button("button link")
                .on("click", move |_| state.set_field(host, field.name, Value::Source(example)))
                .text("Begin with an example")
        })
    };
    el("div", "nested")
        .child(
            named("textarea", field)
                .attr("rows", "4")
                .attr("spellcheck", "false")
                .attr("dir", "ltr")
                .value(text)
                .on("change", set),
        )
        .show(begin)
        .show(move || {
            problem
                .get()
                .then(|| el("p", "failure").text("This is not sound YAML, so the source keeps what it has."))
        })
}

/// Something to begin with, for the fields whose shape nobody remembers.
fn example(host: &Host, field: &Field) -> &'static str {
    match (field.name, field.form) {
        ("hooks", _) => {
            "PreToolUse:\n  - matcher: Bash\n    hooks:\n      - type: command\n        command: ./check.sh"
        }
        // Factory takes names alone.
        ("mcpServers", Shape::List) if host.name == "factory" => "- github",
        ("mcpServers", Shape::List) => "- github:\n    type: http\n    url: https://mcp.example.com",
        ("mcpServers" | "mcp_servers" | "mcp-servers", Shape::Map) => {
            "github:\n  url: https://mcp.example.com"
        }
        _ => "",
    }
}

impl State {
    /// Sets a field of the definition on the screen by an edit of its bytes.
    fn set_field(self, host: &'static Host, name: &str, value: Value) {
        let snapshot = self.snapshot.get_untracked();
        let analysis = &snapshot.analysis;
        let edits = crate::core::form::edits(
            &snapshot.text,
            &analysis.source,
            &analysis.definition,
            host,
            name,
            value,
        );
        if !edits.is_empty() {
            self.apply(&edits);
        }
    }
}
