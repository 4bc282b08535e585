//! The workspace: the files that the agent's tools work on, and what became of them.

use std::collections::BTreeSet;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, Event, HtmlInputElement};

use super::diff::diff;
use super::servers::servers;
use super::session::Session;
use super::turn::PANEL;
use super::work::offer;
use crate::core::chat::figures::size;
use crate::core::sandbox::permission::Mode;
use crate::core::sandbox::shell::COMMANDS;
use crate::core::sandbox::tools::{Status, Task};
use crate::core::sandbox::tree::Mark;
use crate::core::sandbox::view::{Row, rows};
use crate::core::sandbox::zip;
use crate::core::sandbox::{Desk, Offer};
use crate::core::words::counted;
use crate::edge::files::{self, Found};
use crate::edge::folder;
use crate::ui::element::{El, Node, button, el};
use crate::ui::icons::icon;
use crate::ui::lazy;
use crate::ui::reactive::memo;

/// Why files are left out.
const LIMITS: &str = ": .git and node_modules are not read, and a workspace holds 10,000 files of at most 8 MiB, 64 MiB together.";
/// What is said of a model that is given no tools.
pub const NOT_HERE: &str = "A model in the browser is not offered tools: choose a server for that.";
/// How much of a file is shown that is as it was, in bytes.
const SHOWN: usize = 40_000;

/// The panel.
pub fn panel(session: Session) -> El {
    let fault = RwSignal::new(String::new());
    let chosen = memo(move || session.desk(Desk::is_open));
    let panel = el("section", "workspace")
        .attr("id", PANEL)
        .attr("data-testid", "workspace")
        .attr("aria-label", "Workspace")
        .child(head(session, chosen, fault))
        .child(offered(session))
        .child(el("p", "chat-fault").attr("role", "alert").live(move || fault.get()));
    let panel = match chosen.get() {
        true => panel
            .child(servers(session))
            .child(rules(session))
            .show(move || tasks(session))
            .child(tree(session)),
        false => panel.child(choice(session, fault)),
    };
    // Made anew when there is another one.
    panel.made(|_| ())
}

fn head(session: Session, chosen: Memo<bool>, fault: RwSignal<String>) -> El {
    let title = move || {
        session.desk(|desk| match desk.is_open() {
            true => {
                let tree = &desk.sandbox.tree;
                let files = counted(tree.paths().count(), "file");
                [&desk.name, " · ", &files, ", ", &size(tree.size() as u64)].concat()
            }
            false => "Let its tools work".to_owned(),
        })
    };
    let ways = move || if chosen.get() { ways(session, fault) } else { Vec::new() };
    let close = move |_| {
        session.workspace.set(false);
        super::composer::focus();
    };
    el("header", "workspace-head").child(el("h3", "").attr("dir", "auto").live(title)).list(ways).child(
        button("button ghost square")
            .attr("aria-label", "Hide the workspace")
            .on("click", close)
            .node(icon("close")),
    )
}

/// What can be done with the workspace as a whole.
fn ways(session: Session, fault: RwSignal<String>) -> Vec<El> {
    let is_changed = memo(move || session.desk(|desk| !desk.sandbox.tree.changes().is_empty()));
    let undo = move |_| {
        let title = session.change_desk(|desk| desk.sandbox.tree.undo()).flatten();
        if let Some(title) = title {
            session.said.set(["Undone: ", &title].concat());
        }
    };
    let last = memo(move || session.desk(|desk| desk.sandbox.tree.steps().last().map(str::to_owned)));
    let download = move |_| {
        let (name, archive) = untrack(|| {
            session.desk(|desk| (desk.name.to_lowercase(), zip::write(desk.sandbox.tree.export())))
        });
        files::download_bytes(&[&name, ".zip"].concat(), &archive);
    };
    // What would be lost is asked about first.
    let armed = RwSignal::new(false);
    let replace = move |_| {
        if is_changed.get_untracked() && !armed.get_untracked() {
            armed.set(true);
        } else {
            session.change_desk(Desk::close);
        }
    };
    let save = move |_| {
        let (number, changed, gone) = untrack(|| session.desk(changes));
        spawn_local(async move {
            let said = folder::save(number, &changed, &gone).await;
            if said.is_empty() {
                session.change_desk(|desk| desk.sandbox.tree.settle());
                session.said.set("Saved.".to_owned());
            }
            fault.set(said);
        });
    };
    let is_folder = memo(move || session.desk(|desk| desk.folder != 0));
    let save = is_folder.get().then(|| {
        button("button ghost")
            .attr("data-testid", "workspace-save")
            .attr("title", "Write what changed into the folder; the browser asks first")
            .flag("disabled", move || !is_changed.get())
            .on("click", save)
            .node(icon("ok"))
            .child(el("span", "").text("Save"))
    });
    let mut ways = vec![
        button("button ghost")
            .attr("data-testid", "workspace-undo")
            .bind("title", move || {
                Some(last.get().map_or("Nothing to undo".into(), |last| ["Undo: ", &last].concat()))
            })
            .flag("disabled", move || last.with(Option::is_none) || session.running.get())
            .on("click", undo)
            .node(icon("undo"))
            .child(el("span", "").text("Undo")),
        button("button ghost")
            .attr("data-testid", "workspace-download")
            .attr("title", "Download all files as a zip archive")
            .on("click", download)
            .node(icon("down"))
            .child(el("span", "").text("Zip")),
        button("button ghost")
            .attr("data-testid", "workspace-close")
            .attr("title", "Close this workspace and choose another")
            .flag("data-armed", move || armed.get())
            .flag("disabled", move || session.running.get())
            .on("click", replace)
            .node(icon("folder"))
            .child(
                el("span", "")
                    .live(move || if armed.get() { "Discard its changes?" } else { "Another" }.to_owned()),
            ),
    ];
    ways.extend(save);
    ways
}

/// What is to be written into the folder that the workspace is from, and what taken away.
fn changes(desk: &Desk) -> (u32, Vec<(String, Vec<u8>)>, Vec<String>) {
    let (mut changed, mut gone) = (Vec::new(), Vec::new());
    for change in desk.sandbox.tree.changes() {
        match desk.sandbox.tree.get(&change.path) {
            Some(content) => changed.push((change.path, content.bytes().to_vec())),
            None => gone.push(change.path),
        }
    }
    (desk.folder, changed, gone)
}

/// Which tools the definition grants, as far as that matters here.
fn offered(session: Session) -> El {
    let offer = move || offer(&session.subject.snapshot.read());
    let here = memo(move || session.endpoint.read().as_ref().is_some_and(|it| it.chat_url().is_none()));
    el("p", "workspace-offer")
        .attr("title", "As Claude Code grants them")
        .attr("data-testid", "workspace-offer")
        .live(move || {
            if here.get() {
                return NOT_HERE.to_owned();
            }
            let offer = offer();
            let served = session.desk(Desk::server_tools);
            let served: Vec<&str> =
                served.iter().map(|tool| &*tool.name).filter(|name| offer.grants(name)).collect();
            words(&offer, &served)
        })
}

/// What the model is offered: of the tools here, and of those of servers.
pub fn words(offer: &Offer, served: &[&str]) -> String {
    if offer.tools.is_empty() && served.is_empty() {
        return match offer.servers() {
            [] => "Claude Code grants this agent no tool that works here.".to_owned(),
            _ => "Claude Code grants this agent tools of MCP servers alone.".to_owned(),
        };
    }
    let names: Vec<&str> = offer.tools.iter().map(|tool| tool.name).chain(served.iter().copied()).collect();
    let mut words = ["Offered: ", &names.join(", "), "."].concat();
    if names.contains(&"Bash") {
        words.push_str(&[" Bash runs no programs; it has ", &COMMANDS.join(", "), "."].concat());
    }
    if names.contains(&"Agent") {
        words.push_str(" Agent starts those that are open here, and those of the library.");
    }
    if !offer.elsewhere.is_empty() {
        words.push_str(&[" Not here: ", &offer.elsewhere.join(", "), "."].concat());
    }
    if offer.mode() != Mode::Default {
        words.push_str(&[" Mode: ", offer.mode().as_str(), "."].concat());
    }
    words
}

/// Where a workspace can come from.
fn choice(session: Session, fault: RwSignal<String>) -> El {
    spawn_local(folder::prepare());
    let reading = RwSignal::new(false);
    let take = move |read: Result<Found, String>| {
        reading.try_set(false);
        match read {
            Ok(found) => session.open_found(found),
            Err(sentence) => drop(fault.try_set(sentence)),
        }
    };
    let picked = move |event: Event, zipped: bool| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let list = files::list(input.as_ref().and_then(HtmlInputElement::files));
        // The same files can be picked again.
        if let Some(input) = input {
            input.set_value("");
        }
        fault.set(String::new());
        reading.set(true);
        spawn_local(async move {
            take(if zipped { read_zip(list).await } else { Ok(files::read_folder(list).await) });
        });
    };
    let words = |way: El, label: &'static str, hint: &'static str| {
        way.child(el("b", "").text(label)).child(el("small", "").text(hint))
    };
    let way = |test: &'static str| button("chat-choice").attr("data-testid", test);
    let input = |test: &'static str, zipped: bool| {
        let field = el("input", "hidden")
            .attr("type", "file")
            .attr("data-testid", test)
            .on("change", move |event| picked(event, zipped));
        if zipped {
            field.attr("accept", ".zip,application/zip")
        } else {
            field.attr("webkitdirectory", "").attr("multiple", "")
        }
    };
    let a_folder = "A folder";
    let from_folder = if folder::can_pick() {
        let pick = move |_| {
            fault.set(String::new());
            reading.set(true);
            spawn_local(async move {
                match folder::pick().await {
                    Some(found) => take(Ok(found)),
                    None => drop(reading.try_set(false)),
                }
            });
        };
        let hint = "Read only; what changes is written back when you say so";
        words(way("workspace-folder"), a_folder, hint).on("click", pick)
    } else {
        let hint = "Read into this page; the folder itself stays as it is";
        words(el("label", "chat-choice"), a_folder, hint).child(input("workspace-folder", false))
    };
    let drop = move |event: Event| {
        let event: &DragEvent = event.unchecked_ref();
        event.prevent_default();
        // The page would open it as a definition.
        event.stop_propagation();
        let list = files::list(event.data_transfer().and_then(|data| data.files()));
        let zipped = list.len() == 1 && list.iter().all(|file| file.name().ends_with(".zip"));
        let entries = folder::dropped(event);
        fault.set(String::new());
        reading.set(true);
        spawn_local(async move {
            if zipped {
                return take(read_zip(list).await);
            }
            let found = folder::read(&entries).await.ok_or_else(|| lazy::FAILED.to_owned());
            take(found.map(|found| Found { files: zip::without_top(found.files), ..found }));
        });
    };
    el("div", "workspace-choice")
        .on("drop", drop)
        .child(
            words(way("workspace-sample"), "Sample", "A small service for orders, with things left to do")
                .on("click", move |_| session.open_sample()),
        )
        .child(
            words(way("workspace-empty"), "Empty", "The agent begins with nothing")
                .on("click", move |_| session.open_workspace("Empty", Vec::new(), Vec::new())),
        )
        .child(from_folder)
        .child(
            words(el("label", "chat-choice"), "A zip archive", "Read into this page")
                .child(input("workspace-zip", true)),
        )
        .show(move || {
            reading.get().then(|| el("p", "chat-note").attr("role", "status").text("Reading the files…"))
        })
        .child(
            el("p", "chat-note")
                .text("Or drop a folder or an archive here. The files stay in this page, but for what the model asks to see."),
        )
}

async fn read_zip(list: Vec<web_sys::File>) -> Result<Found, String> {
    let Some(file) = list.into_iter().next() else { return Err(String::new()) };
    let name = file.name();
    if file.size() > zip::MAX_ARCHIVE as f64 {
        return Err("The archive is larger than 64 MiB, the most that a workspace holds.".to_owned());
    }
    let bytes = files::read_bytes(&file).await.ok_or_else(|| [&name, " could not be read."].concat())?;
    let (files, left_out) = zip::read(&bytes).map_err(|fault| fault.sentence().to_owned())?;
    let name = name.strip_suffix(".zip").unwrap_or(&name).to_owned();
    Ok(Found { name, files: zip::without_top(files), left_out, folder: 0 })
}

/// Whether tools are offered, and what is always allowed.
fn rules(session: Session) -> El {
    let on = move || session.desk(|desk| desk.on);
    let turn = move |_| {
        session.change_desk(|desk| desk.on = !desk.on);
    };
    let always = move || {
        let keys = session.desk(|desk| desk.always().map(str::to_owned).collect::<Vec<_>>());
        let key = |key: String| {
            let gone = key.clone();
            el("span", "workspace-always").child(el("code", "").string(key.clone())).child(
                button("button ghost square")
                    .put("aria-label", ["Ask again before ", &key].concat())
                    .on("click", move |_| {
                        session.change_desk(|desk| desk.forget(&gone));
                    })
                    .node(icon("close")),
            )
        };
        let mut all: Vec<El> = keys.into_iter().map(key).collect();
        if !all.is_empty() {
            all.insert(0, el("span", "quiet").text("Always allowed:"));
        }
        all
    };
    let left_out = move || {
        session.desk(|desk| {
            let first = desk.left_out.first()?;
            let mut words = counted(desk.left_out.len(), "file");
            words.push_str(" left out, such as ");
            Some(el("p", "chat-note").string([&words, first, LIMITS].concat()))
        })
    };
    el("div", "workspace-rules")
        .child(
            el("label", "workspace-on")
                .child(
                    el("input", "")
                        .attr("type", "checkbox")
                        .attr("data-testid", "workspace-offered")
                        .checked(on)
                        .flag("disabled", move || session.running.get())
                        .on("change", turn),
                )
                .text("Offer the tools with each question"),
        )
        .list(always)
        .show(left_out)
}

/// What the agent has noted as to be done.
fn tasks(session: Session) -> Option<El> {
    let tasks = session.desk(|desk| [desk.sandbox.todos(), desk.sandbox.tasks()].concat());
    let row = |task: &Task| {
        let doing = task.status == Status::InProgress && !task.active_form.is_empty();
        let words = if doing { &task.active_form } else { &task.subject };
        let state = match task.status {
            Status::Pending => "to do",
            Status::InProgress => "doing",
            Status::Completed => "done",
        };
        el("li", "")
            .attr("data-status", task.status.as_str())
            .child(el("span", "workspace-mark").text(state))
            .child(el("span", "").attr("dir", "auto").string(words.clone()))
    };
    (!tasks.is_empty()).then(|| {
        el("ul", "workspace-tasks")
            .attr("data-testid", "workspace-tasks")
            .attr("aria-label", "What the agent has noted")
            .children(tasks.iter().map(row))
    })
}

/// The files.
fn tree(session: Session) -> El {
    let toggled = RwSignal::new(BTreeSet::<String>::new());
    let shown = RwSignal::new(None::<String>);
    let listed = memo(move || toggled.with(|toggled| session.desk(|desk| rows(&desk.sandbox.tree, toggled))));
    let rows = move || {
        let (rows, more) = listed.get();
        if rows.is_empty() {
            return vec![el("li", "empty").text("No files yet.")];
        }
        let mut all: Vec<El> = rows.into_iter().map(|it| row(session, toggled, shown, it)).collect();
        if more > 0 {
            all.push(el("li", "empty").string(["And ", &counted(more, "more row"), "."].concat()));
        }
        all
    };
    el("ul", "workspace-tree").attr("aria-label", "Files").list(rows)
}

fn row(
    session: Session,
    toggled: RwSignal<BTreeSet<String>>,
    shown: RwSignal<Option<String>>,
    row: Row,
) -> El {
    let indent = ["--depth:", &row.depth.to_string()].concat();
    let name = el("span", "workspace-name").attr("dir", "auto").string(row.name().to_owned());
    let path = row.path.clone();
    if let Some(open) = row.open {
        let toggle = move |_| {
            toggled.update(|toggled| {
                if !toggled.remove(&path) {
                    toggled.insert(path.clone());
                }
            });
        };
        let changed = (row.changed > 0 && !open)
            .then(|| el("span", "workspace-mark").string([&row.changed.to_string(), " changed"].concat()));
        let way = button("workspace-row")
            .put("style", indent)
            .put("aria-expanded", open.to_string())
            .on("click", toggle)
            .child(el("span", "workspace-twist").attr("aria-hidden", "true"))
            .child(name)
            .maybe(changed);
        return el("li", "").child(way);
    }
    let mark = row.mark.map_or("", Mark::as_str);
    let this = path.clone();
    let open = memo(move || shown.with(|shown| shown.as_deref() == Some(this.as_str())));
    let toggle = {
        let path = path.clone();
        move |_| {
            shown.update(|shown| {
                *shown = if shown.as_ref() == Some(&path) { None } else { Some(path.clone()) }
            })
        }
    };
    let figure = match row.mark {
        Some(Mark::Deleted) => String::new(),
        _ => size(row.bytes as u64),
    };
    let way = button("workspace-row")
        .put("style", indent)
        .attr("data-testid", "workspace-file")
        .put("data-path", path.clone())
        .attr("data-mark", mark)
        .bind("aria-expanded", move || Some(open.get().to_string()))
        .on("click", toggle)
        .child(el("span", "workspace-twist").attr("aria-hidden", "true"))
        .child(name)
        .child(el("span", "workspace-mark").text(mark))
        .child(el("span", "chat-figures").string(figure));
    let content = move || {
        if !open.get() {
            return Vec::new();
        }
        let shown = content(session, &path).attr("data-testid", "workspace-diff").made(|shown| {
            let shown = shown.clone();
            // By then it is in the page.
            request_animation_frame(move || shown.scroll_into_view());
        });
        vec![Node::El(shown)]
    };
    el("li", "").child(way).node(Node::Show(Box::new(content)))
}

/// What a file holds, or what is different in it.
fn content(session: Session, path: &str) -> El {
    session.desk(|desk| {
        let tree = &desk.sandbox.tree;
        let is_changed = tree.changes().iter().any(|change| change.path == path);
        match tree.get(path) {
            Some(content) if !is_changed => match content.text() {
                Some(text) => {
                    let cut = crate::core::text::floor_boundary(text, SHOWN);
                    let more = if cut < text.len() { "\n…" } else { "" };
                    let text = [text.get(..cut).unwrap_or(""), more].concat();
                    el("pre", "diff").attr("tabindex", "0").attr("aria-label", "Content").string(text)
                }
                None => el("p", "chat-note").text("No text."),
            },
            _ => diff(&tree.difference(path)),
        }
    })
}
