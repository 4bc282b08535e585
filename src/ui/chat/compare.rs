//! The same question to several models, or to several versions of the definition, side by side.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::composer::{Act, act};
use super::diff::diff;
use super::endpoint_dialog::endpoint_dialog;
use super::messages::message;
use super::modal::modal;
use super::request_dialog::request_dialog;
use super::session::{Home, Session};
use super::tool_call::tool_call;
use super::{Subject, ended, endpoint_button, following, tab_progress};
use crate::core::analysis::Config;
use crate::core::chat::Role;
use crate::core::chat::compare::{Answer, COLUMNS, LINK, NOW, PLACE, Record, called};
use crate::core::chat::conversation::{Conversation, State as ReplyState, version};
use crate::core::chat::took::{Cell, Row as Figures, Took, rows};
use crate::core::sandbox::desk::Desk;
use crate::core::sandbox::diff::hunks;
use crate::core::sandbox::log::Row;
use crate::core::sandbox::tree::Difference;
use crate::core::snapshot::Snapshot;
use crate::core::workspace::{Document, Origin};
use crate::edge::storage;
use crate::edge::task::spawn;
use crate::ui::element::{El, button, el};
use crate::ui::icons::icon;
use crate::ui::lazy::{DIALOGS, LIBRARY, WORKSPACE};
use crate::ui::reactive::{effect, memo};
use crate::ui::state::State;
use crate::ui::value_of;

/// The id of the field for questions.
const FIELD: &str = "compare-input";

/// Where the columns are.
const HOME: Home = Home {
    field: FIELD,
    finds_field: "#compare-input",
    finds_waiting: ".compare-log .tool-call[data-waits]",
};

/// Which text of the definition a column asks with.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Version {
    /// The editor's, whatever it is by then.
    Now,
    /// As it came from the library or by a link.
    Came,
    /// One that was kept, by its number.
    Kept(u32),
    /// That of a link that was pasted.
    Link,
}

impl Version {
    fn word(&self) -> String {
        match self {
            Self::Now => NOW.to_owned(),
            Self::Came => "As it came".to_owned(),
            Self::Kept(number) => ["Version ", &number.to_string()].concat(),
            Self::Link => LINK.to_owned(),
        }
    }

    fn value(&self) -> String {
        match self {
            Self::Now => "now".to_owned(),
            Self::Came => "came".to_owned(),
            Self::Kept(number) => number.to_string(),
            Self::Link => "link".to_owned(),
        }
    }

    fn of_value(value: &str) -> Self {
        match value {
            "came" => Self::Came,
            "link" => Self::Link,
            number => number.parse().map_or(Self::Now, Self::Kept),
        }
    }
}

/// One of those that stand side by side.
#[derive(Clone, Copy)]
struct Column {
    /// Never given twice.
    number: u64,
    session: Session,
    subject: Subject,
    version: RwSignal<Version>,
    /// The text of a version that is not the editor's.
    text: RwSignal<Arc<str>>,
    /// What is wrong with the link.
    fault: RwSignal<String>,
}

/// All of it, for as long as the page lives.
#[derive(Clone, Copy)]
pub struct Compare {
    state: State,
    chat: Session,
    open: RwSignal<bool>,
    columns: RwSignal<Vec<Column>>,
    /// How many columns there ever were.
    begun: StoredValue<u64>,
    owner: StoredValue<Owner>,
    record: RwSignal<Record>,
    /// The definition as it came, once it was fetched.
    came: RwSignal<Option<u64>>,
    /// What the versions are called by now, by their definitions.
    known: Memo<Vec<(u64, String)>>,
    /// The column that was picked for what was asked last.
    picked: RwSignal<Option<u64>>,
    draft: RwSignal<String>,
    differences: RwSignal<bool>,
    said: RwSignal<String>,
}

impl Compare {
    /// Nothing side by side yet; `chat` is whose endpoint is taken first.
    pub fn new(state: State, chat: Session) -> Self {
        let (record, came) = (RwSignal::new(Record::default()), RwSignal::new(None));
        let kept = memo(move || {
            let kept = record.read();
            kept.kept
                .iter()
                .map(|it| (definition(&it.text), Version::Kept(it.number).word()))
                .collect::<Vec<_>>()
        });
        let known = memo(move || {
            let mut known = vec![(chat.version.get(), Version::Now.word())];
            known.extend(came.get().map(|came| (came, Version::Came.word())));
            kept.with(|kept| known.extend_from_slice(kept));
            known
        });
        Self {
            state,
            chat,
            open: RwSignal::new(false),
            columns: RwSignal::new(Vec::new()),
            begun: StoredValue::new(0),
            owner: StoredValue::new(Owner::current().unwrap_or_default()),
            record,
            came,
            known,
            picked: RwSignal::new(None),
            draft: RwSignal::new(String::new()),
            differences: RwSignal::new(false),
            said: RwSignal::new(String::new()),
        }
    }

    /// Where what is kept with the document is stored. An agent of the library is another
    /// document with each visit until it is edited.
    fn place_of_record(self) -> String {
        let name = self.state.workspace.with_untracked(|workspace| {
            workspace.current().map(|document| match &document.origin {
                Origin::Library(file) => file.clone(),
                _ => document.id.clone(),
            })
        });
        [PLACE, &name.unwrap_or_default()].concat()
    }

    /// Opens it for the document on the screen.
    fn show(self) {
        let stored = storage::read(&self.place_of_record());
        self.record.set(stored.map(|text| Record::from_stored(&text)).unwrap_or_default());
        self.columns.set(Vec::new());
        self.came.set(None);
        self.picked.set(None);
        self.said.set(String::new());
        self.draft.set(self.chat.draft.get_untracked());
        for _ in 0..COLUMNS.0 {
            self.add();
        }
        // Two that are the same show nothing: where there is an earlier text, it comes first.
        let earlier = self.versions().into_iter().nth(1).filter(|version| *version != Version::Link);
        if let (Some(version), Some(column)) =
            (earlier, self.columns.with_untracked(|it| it.first().copied()))
        {
            self.choose(column, version);
        }
        self.open.set(true);
        request_animation_frame(|| crate::ui::focus(FIELD));
    }

    /// Closes it; what is being made is stopped.
    fn close(self) {
        self.stop();
        self.open.set(false);
        let columns = self.columns.try_update(std::mem::take).unwrap_or_default();
        for column in columns {
            column.session.forget();
        }
        crate::ui::focus("compare-open");
    }

    fn add(self) {
        let number = self.begun.get_value();
        self.begun.set_value(number + 1);
        let column = self.owner.get_value().with(|| {
            let text = RwSignal::new(Arc::<str>::from(""));
            let version = RwSignal::new(Version::Now);
            let snapshot = RwSignal::new(self.state.snapshot.get_untracked());
            effect(move || {
                let now = match *version.read() {
                    Version::Now => self.state.snapshot.get(),
                    _ => Arc::new(Snapshot::new(text.get(), &Config::first())),
                };
                snapshot.set(now);
            });
            let document = ["side ", &number.to_string()].concat();
            let subject = Subject {
                prompt: Signal::derive(move || snapshot.read().prompt().to_owned()),
                snapshot,
                name: Signal::derive(move || {
                    snapshot
                        .with(|it| it.analysis.definition.name.as_ref().map(|name| name.value.clone()))
                        .unwrap_or_else(|| "agent".to_owned())
                }),
                document: Signal::stored(document.clone()),
                state: self.state,
            };
            let session = self.chat.beside(subject, &document, HOME)?;
            Some(Column { number, session, subject, version, text, fault: RwSignal::new(String::new()) })
        });
        self.columns.update(|columns| columns.extend(column));
    }

    fn remove(self, column: Column) {
        column.session.stop();
        self.columns.update(|columns| columns.retain(|it| it.number != column.number));
        column.session.forget();
    }

    /// Where `column` stands.
    fn place(self, column: Column) -> Option<usize> {
        self.columns.with(|columns| columns.iter().position(|it| it.number == column.number))
    }

    /// The versions that there are to choose from.
    fn versions(self) -> Vec<Version> {
        let mut versions = vec![Version::Now];
        let came = self.state.workspace.with(|workspace| {
            workspace
                .current()
                .is_some_and(|it| it.is_edited() && matches!(it.origin, Origin::Library(_) | Origin::Link(_)))
        });
        if came {
            versions.push(Version::Came);
        }
        let record = self.record.read();
        versions.extend(record.kept.iter().rev().map(|kept| Version::Kept(kept.number)));
        versions.push(Version::Link);
        versions
    }

    fn choose(self, column: Column, version: Version) {
        column.fault.set(String::new());
        match &version {
            Version::Now => {}
            Version::Kept(number) => {
                let text = self.record.with_untracked(|record| record.text(*number).map(Arc::from));
                column.text.set(text.unwrap_or_default());
            }
            Version::Link => column.text.set("".into()),
            Version::Came => {
                let origin = |document: &Document| document.origin.clone();
                let origin = self.state.workspace.with_untracked(|it| it.current().map(origin));
                spawn(async move {
                    let text = match origin {
                        Some(Origin::Library(file)) => match LIBRARY.fetch().await {
                            Some(part) => (part.text)(file).await,
                            None => None,
                        },
                        Some(Origin::Link(fragment)) => read_link(&fragment).ok(),
                        _ => None,
                    };
                    // Meanwhile another version may have been chosen.
                    if column.version.get_untracked() != Version::Came {
                        return;
                    }
                    match text {
                        Some(text) => {
                            self.came.set(Some(definition(&text)));
                            column.text.set(text.into());
                        }
                        None => column.fault.set("It could not be fetched. Are you online?".to_owned()),
                    };
                });
            }
        }
        column.version.set(version);
    }

    fn keep(self) {
        let text = self.state.snapshot.with_untracked(|snapshot| snapshot.text.clone());
        let kept = self.record.try_update(|record| record.keep(&text));
        self.said.set(match kept {
            Some(Ok(number)) => ["Kept as version ", &number.to_string(), "."].concat(),
            _ => "The definition is too long to be kept here: 256 kB is the most.".to_owned(),
        });
        self.store();
    }

    fn store(self) {
        let place = self.place_of_record();
        let stored = self.record.with_untracked(Record::to_stored);
        let kept = stored.is_none_or(|stored| storage::write(&place, &stored).is_ok());
        if !kept {
            self.said.set("The browser has no room for it; it lasts until the page is closed.".to_owned());
        }
    }

    fn running(self) -> bool {
        self.columns.read().iter().any(|column| column.session.running.get())
    }

    fn ask(self) {
        let question = self.draft.get_untracked();
        if question.trim().is_empty() || untrack(|| self.running()) {
            return;
        }
        let columns = self.columns.get_untracked();
        // An empty text would be asked with no prompt, and nobody would know.
        let textless = |column: &Column| {
            column.version.get_untracked() != Version::Now && column.text.with_untracked(|it| it.is_empty())
        };
        if columns.iter().any(textless) {
            self.said.set("One of the columns has no text of the definition yet.".to_owned());
            return;
        }
        // Where one cannot be asked, its dialog opens, and none is.
        if columns.iter().all(|column| column.session.can_ask()) {
            self.said.set(String::new());
            self.picked.set(None);
            let chat = self.chat.document.get_untracked();
            self.chat.desks.update(|desks| {
                for column in &columns {
                    column.session.document.with_untracked(|document| desks.copy(&chat, document));
                }
            });
            for column in columns {
                column.session.ask(&question, &column.subject.prompt.get_untracked());
            }
            self.draft.set(String::new());
        }
    }

    /// Whether the columns are offered tools, each on a copy of the chat's workspace.
    fn has_tools(self) -> bool {
        self.chat.desk(|desk| desk.is_open() && desk.on)
    }

    fn stop(self) {
        for column in self.columns.get_untracked() {
            column.session.stop();
        }
    }

    /// The version and the model of each column.
    fn names(self) -> Vec<String> {
        let name = |column: &Column| [&column.version.read().word(), " · ", &column.session.label()].concat();
        self.columns.read().iter().map(name).collect()
    }

    /// Notes that `column` has answered best of those that have answered.
    fn pick(self, column: Column) {
        let columns = self.columns.get_untracked();
        let answers: Vec<(u64, Answer)> =
            columns.iter().filter_map(|it| Some((it.number, untrack(|| answer(*it))?))).collect();
        let Some(best) = answers.iter().position(|it| it.0 == column.number).filter(|_| answers.len() > 1)
        else {
            return self.said.set("There is no other answer yet that it could be better than.".to_owned());
        };
        let answers: Vec<Answer> = answers.into_iter().map(|it| it.1).collect();
        let question = untrack(|| said(column, Role::User)).unwrap_or_default();
        let picked = answers.get(best).map(|it| {
            let word = self.known.with_untracked(|known| called(it.definition, &it.word, known));
            ["Picked: ", &word, " · ", &it.model, "."].concat()
        });
        let again = self.picked.get_untracked().is_some();
        self.record.update(|record| record.pick(&question, answers, best, again));
        self.picked.set(Some(column.number));
        self.said.set(picked.unwrap_or_default());
        self.store();
    }
}

/// What tells the definition in `text` from others.
fn definition(text: &str) -> u64 {
    let it = Snapshot::new(text, &Config::first());
    version(it.prompt(), &it.analysis.definition)
}

fn read_link(link: &str) -> Result<String, String> {
    let fragment = link.split_once('#').map_or(link, |(_, fragment)| fragment);
    let part = DIALOGS.get().ok_or_else(|| crate::ui::lazy::FAILED.to_owned())?;
    (part.read_link)(fragment)
}

/// The last that was said in `role` in a column.
fn said(column: Column, role: Role) -> Option<String> {
    let session = column.session;
    let last = |key: &&u64| match Row::of(**key) {
        Row::Message(id) => session.entry(id, |entry| entry.role) == Some(role),
        Row::Call(_) => false,
    };
    let key = session.rows.with(|rows| rows.iter().rev().find(last).copied())?;
    let Row::Message(id) = Row::of(key) else { return None };
    session.entry(id, |entry| entry.text.clone())
}

/// What a column has answered with; `None` where it has not, or not to the end.
fn answer(column: Column) -> Option<Answer> {
    let Row::Message(id) = Row::of(column.session.last.get()?) else { return None };
    column.session.entry(id, |entry| {
        let made = entry.reply.as_ref().filter(|_| entry.state == ReplyState::Done)?.made.as_ref()?;
        let (word, model) = (column.version.read().word(), made.endpoint.clone());
        Some(Answer { word, model, definition: made.definition })
    })?
}

/// The button that opens it.
pub fn switch(compare: Compare) -> El {
    button("button ghost")
        .attr("id", "compare-open")
        .attr("data-testid", "compare-open")
        .attr("aria-haspopup", "dialog")
        .attr("title", "Ask several models, or versions of this agent, side by side")
        .on("click", move |_| compare.show())
        .node(icon("columns"))
        .child(el("span", "").text("Compare"))
}

/// The dialog.
pub fn dialog(compare: Compare) -> El {
    let content = move || if compare.open.get() { inside(compare) } else { Vec::new() };
    let dialog = el("dialog", "compare")
        .attr("data-testid", "compare")
        .attr("aria-label", "Side by side")
        .list(content);
    modal(dialog, move || compare.open.get(), move || compare.close())
}

fn inside(compare: Compare) -> Vec<El> {
    let count = memo(move || compare.columns.with(Vec::len));
    let head = el("header", "dialog-head")
        .child(el("h2", "").text("Side by side"))
        .child(
            button("button ghost")
                .attr("data-testid", "compare-keep")
                .attr("title", "Keep the text as it is now, to compare later ones with it")
                .on("click", move |_| compare.keep())
                .text("Keep this version"),
        )
        .child(
            button("button ghost")
                .attr("data-testid", "compare-add")
                .flag("disabled", move || count.get() >= COLUMNS.1)
                .on("click", move |_| compare.add())
                .text("Add a column"),
        )
        .child(
            button("button ghost")
                .attr("data-testid", "compare-differences")
                .bind("aria-pressed", move || Some(compare.differences.get().to_string()))
                .on("click", move |_| compare.differences.update(|on| *on = !*on))
                .text("Differences"),
        )
        .child(
            button("button ghost square")
                .attr("aria-label", "Close")
                .on("click", move |_| compare.close())
                .node(icon("close")),
        );
    let columns = el("div", "compare-columns").each(
        move || compare.columns.with(|columns| columns.iter().map(|column| column.number).collect()),
        move |number| column(compare, number),
    );
    vec![head, columns, figures(compare), scores(compare), composer(compare)]
}

fn column(compare: Compare, number: u64) -> El {
    let found = |columns: &Vec<Column>| columns.iter().find(|it| it.number == number).copied();
    let Some(it) = compare.columns.with_untracked(found) else { return el("section", "") };
    let Column { session, subject, version, .. } = it;
    let choice = el("select", "")
        .attr("aria-label", "Version")
        .attr("data-testid", "compare-version")
        .on("change", move |event| compare.choose(it, Version::of_value(&event_target_value(&event))))
        .list(move || {
            let chosen = version.get();
            let option = |version: Version| {
                let option = el("option", "").put("value", version.value()).string(version.word());
                if version == chosen { option.attr("selected", "") } else { option }
            };
            compare.versions().into_iter().map(option).collect()
        });
    let link = move || {
        (*version.read() == Version::Link).then(|| {
            el("input", "field")
                .attr("aria-label", "Link to a version")
                .attr("placeholder", "Paste a share link")
                .attr("autocomplete", "off")
                .on("input", move |event| match read_link(&value_of(&event)) {
                    Ok(text) => {
                        it.fault.set(String::new());
                        it.text.set(text.into());
                    }
                    Err(sentence) => it.fault.set(sentence),
                })
        })
    };
    let fault = move || {
        let fault = it.fault.get();
        (!fault.is_empty()).then(|| el("p", "failure").string(fault))
    };
    let row = move |key| match Row::of(key) {
        Row::Message(id) => message(session, subject, id),
        Row::Call(place) => tool_call(session, place),
    };
    let worked =
        memo(move || session.desk(Desk::is_open) && !session.running.get() && !session.is_empty.get());
    let answered = memo(move || answer(it).is_some());
    let best = move || {
        answered.get().then(|| {
            button("button")
                .attr("data-testid", "compare-pick")
                .bind("aria-pressed", move || Some((compare.picked.get() == Some(number)).to_string()))
                .on("click", move |_| compare.pick(it))
                .text("This one is best")
        })
    };
    let difference = move || {
        let first = compare
            .columns
            .with(|columns| columns.first().copied())
            .filter(|first| first.number != number)?;
        if !compare.differences.get() || session.running.get() || first.session.running.get() {
            return None;
        }
        let [before, after] = [said(first, Role::Assistant)?, said(it, Role::Assistant)?];
        // An answer has no last line break to be told of.
        let answers = hunks(&(before + "\n"), &(after + "\n"));
        let answers = match answers.is_empty() {
            true => el("p", "chat-note").text("The answers are the same."),
            false => diff(&Difference::Text(answers)),
        };
        let files = WORKSPACE.get().filter(|_| worked.get());
        Some(
            el("div", "compare-difference")
                .child(el("p", "quiet").text("Beside the first column:"))
                .child(answers)
                .maybe(files.map(|work| (work.between)(first.session, session))),
        )
    };
    let has_tools = memo(move || compare.has_tools());
    let offer = move || {
        let work = WORKSPACE.get().filter(|_| has_tools.get())?;
        Some((work.offered_beside)(session))
    };
    let files = move || {
        let work = WORKSPACE.get().filter(|_| worked.get())?;
        Some((work.files_beside)(compare.chat, session, compare.said))
    };
    let remove = move || {
        compare.columns.with(|columns| columns.len() > COLUMNS.0).then(|| {
            button("button ghost square")
                .attr("aria-label", "Take this column away")
                .on("click", move |_| compare.remove(it))
                .node(icon("close"))
        })
    };
    let log = el("div", "compare-messages")
        .each(move || session.rows.get(), row)
        .show(move || ended(session, subject))
        .show(files)
        .show(difference);
    el("section", "compare-column")
        .attr("data-testid", "compare-column")
        .bind("aria-label", move || compare.names().get(compare.place(it)?).cloned())
        .child(el("header", "compare-head").child(choice).child(endpoint_button(session)).show(remove))
        .show(link)
        .show(fault)
        .show(offer)
        .show(move || tab_progress(session))
        .child(following(session, el("div", "compare-log"), log))
        .child(el("p", "hidden").attr("role", "status").live(move || session.said.get()))
        .child(el("footer", "compare-foot").show(best))
        .child(endpoint_dialog(session))
        .child(request_dialog(session))
}

/// What the answers took, once all have ended: a row for each figure, a column for each of them.
fn figures(compare: Compare) -> El {
    let table = memo(move || {
        if !compare.open.get() || compare.running() {
            return (Vec::new(), Vec::new());
        }
        let columns = compare.columns.read();
        let took = |column: &Column| {
            let took = |chat: &Conversation| {
                column.session.desk(|desk| Took::of(chat, &desk.below(chat), &compare.chat.prices.read()))
            };
            column.session.with_conversation(took).flatten()
        };
        let took: Vec<Option<Took>> = columns.iter().map(took).collect();
        // One alone is beside nothing.
        if took.iter().flatten().count() < 2 {
            return (Vec::new(), Vec::new());
        }
        let name = |column: &Column| {
            let Some(it) = answer(*column) else { return (column.version.read().word(), String::new()) };
            let word = compare.known.with(|known| called(it.definition, &it.word, known));
            (word, it.model.rsplit(" · ").next().unwrap_or_default().to_owned())
        };
        (columns.iter().map(name).collect::<Vec<_>>(), rows(&took))
    });
    let head = |(word, model): &(String, String)| {
        el("th", "")
            .attr("scope", "col")
            .string(word.clone())
            .child(el("span", "").attr("dir", "auto").string(model.clone()))
    };
    let cell = |cell: &Cell| match cell.best {
        true => el("td", "")
            .child(el("b", "").string(cell.text.clone()))
            .child(el("span", "compare-best").attr("aria-label", "best").attr("role", "img").text("✓")),
        false => el("td", "").string(cell.text.clone()),
    };
    let row = move |row: &Figures| {
        let title = el("th", "").attr("scope", "row").text(row.title);
        el("tr", "").child(title).children(row.cells.iter().map(cell))
    };
    let content = move || {
        table.with(|(names, rows)| {
            let names = el("tr", "").child(el("td", "")).children(names.iter().map(head));
            let body = el("tbody", "").children(rows.iter().map(row));
            vec![el("thead", "").child(names), body]
        })
    };
    el("details", "compare-took")
        .attr("data-testid", "compare-took")
        .attr("open", "")
        .flag("hidden", move || table.with(|(_, rows)| rows.is_empty()))
        .child(el("summary", "").text("What the answers took"))
        .child(el("table", "").list(content))
}

/// What won so far, over all that was asked about this document.
fn scores(compare: Compare) -> El {
    el("p", "compare-scores").attr("role", "status").attr("data-testid", "compare-scores").live(move || {
        let mut text = compare.said.get();
        let scores = compare.known.with(|known| compare.record.read().scores(known));
        let won: Vec<String> = scores
            .iter()
            .map(|score| [&score.name, ": ", &score.won.to_string(), " of ", &score.of.to_string()].concat())
            .collect();
        if !won.is_empty() {
            let gap = if text.is_empty() { "" } else { " " };
            text.push_str(&[gap, "Best so far: ", &won.join(" – "), "."].concat());
        }
        text
    })
}

fn composer(compare: Compare) -> El {
    let blank = memo(move || compare.draft.with(|draft| draft.trim().is_empty()));
    let running = memo(move || compare.running());
    let on_key = move |event: web_sys::Event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        match act(event) {
            Act::Send => {
                event.prevent_default();
                compare.ask();
            }
            Act::Stop if running.get_untracked() => {
                event.prevent_default();
                event.stop_propagation();
                compare.stop();
            }
            Act::Stop | Act::Type => {}
        }
    };
    let way = move || match running.get() {
        true => button("button")
            .attr("data-testid", "compare-stop")
            .on("click", move |_| compare.stop())
            .node(icon("stop"))
            .text("Stop all"),
        false => el("button", "button primary")
            .attr("type", "submit")
            .attr("data-testid", "compare-send")
            .flag("disabled", move || blank.get())
            .node(icon("send"))
            .text("Ask all"),
    };
    el("form", "chat-composer")
        .on("submit", move |event| {
            event.prevent_default();
            compare.ask();
        })
        .child(
            el("textarea", "chat-input")
                .attr("id", FIELD)
                .attr("data-testid", "compare-input")
                .attr("rows", "2")
                .attr("dir", "auto")
                .attr("aria-label", "Question to all of them")
                .attr("placeholder", "Ask all of them…")
                .value(move || compare.draft.get())
                .on("input", move |event| compare.draft.set(value_of(&event)))
                .on("keydown", on_key),
        )
        .child(
            el("div", "chat-composer-row")
                .child(
                    el("span", "chat-hint")
                        .attr("data-testid", "compare-tools")
                        .bind("title", move || {
                            (!compare.has_tools()).then(|| {
                                "Open a workspace in the chat, and the tools are offered here too".into()
                            })
                        })
                        .live(move || match compare.has_tools() {
                            true => compare
                                .chat
                                .desk(|desk| ["With tools, each on a copy of ", &desk.name].concat()),
                            false => "Without tools: the chat has no workspace open".to_owned(),
                        }),
                )
                .show(move || Some(way())),
        )
}
