//! What is on the screen, in one value that every component can reach.
//!
//! The structs of the core decide; this holds them in signals and tells the outside of their
//! changes. It is `Copy`, so that closures can keep it.

mod checking;
mod documents;
mod editing;
mod saving;
mod startup;

use std::ops::Deref;
use std::sync::Arc;

use leptos::prelude::*;

pub use documents::first_agent;
pub use saving::Saver;

use crate::core::analysis::Config;
use crate::core::diagnostic::Diagnostic;
use crate::core::layout::Layout;
use crate::core::library::Library;
use crate::core::snapshot::Snapshot;
use crate::core::workspace::Workspace;
use crate::edge::editor::SharedEditor;
use crate::edge::theme::Theme;
use crate::edge::timer::Timer;
use crate::ui::commands::Command;
use crate::ui::lazy::GETS;
use crate::ui::reactive::memo;

/// Which pane a narrow screen shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The open documents and the library.
    Library,
    /// The editor and the problems.
    Source,
    /// Preview, chat and what the host gets.
    Side,
}

/// Which tab the right pane shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tab {
    /// The rendered body.
    Preview,
    /// The conversation.
    Chat,
    /// What the host makes of the definition.
    Gets,
}

/// What lies over the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialog {
    /// Search or run.
    Palette,
    /// The list of shortcuts.
    Shortcuts,
    /// The share link.
    Share,
    /// A field for a link that somebody sent.
    OpenLink,
    /// A field for anything that holds a definition.
    Import,
    /// The definition for another host.
    Convert,
    /// What is checked.
    Checks,
    /// What all safe fixes would change.
    FixAll,
    /// The documentation of the rule of this code.
    Rule(&'static str),
}

/// A short message, with at most one thing to do about it.
#[derive(Clone)]
pub struct Toast {
    /// One sentence.
    pub text: String,
    /// A button: its label and what it does.
    pub action: Option<(&'static str, Arc<dyn Fn() + Send + Sync>)>,
}

/// What is known of the built-in library.
#[derive(Clone)]
pub enum LibraryState {
    /// It is on its way.
    Loading,
    /// It did not come.
    Failed,
    /// Here it is.
    Ready(Arc<Library>),
}

/// The state of the page: made once, for as long as the page lives, and passed about as a
/// reference.
#[derive(Clone, Copy)]
pub struct State(&'static Page);

impl Deref for State {
    type Target = Page;

    fn deref(&self) -> &Page {
        self.0
    }
}

/// What [`State`] refers to.
pub struct Page {
    /// The open documents.
    pub workspace: RwSignal<Workspace>,
    /// The text on the screen and what is known about it; empty where nothing is open.
    pub snapshot: RwSignal<Arc<Snapshot>>,
    /// The hosts and rules to check with.
    pub config: RwSignal<Config>,
    /// Whether these are all that there are.
    pub is_complete: RwSignal<bool>,
    /// The host whose view of the definition is shown, by its name.
    pub host: RwSignal<&'static str>,
    /// What is to be imported: the name of its file, or `""`, and its text.
    pub importing: RwSignal<(String, String)>,
    /// Whether the form stands in the place of the source.
    pub form: RwSignal<bool>,
    /// How long the last check took, in milliseconds.
    pub took: RwSignal<f64>,
    /// The caret, as a byte offset.
    pub caret: RwSignal<usize>,
    /// Whether anything is on the screen.
    pub is_open: Memo<bool>,
    /// Whether anything is in the list of open documents.
    pub is_listed: Memo<bool>,
    /// What was found in the text on the screen.
    pub diagnostics: Memo<Arc<Vec<Diagnostic>>>,
    /// The built-in library.
    pub library: RwSignal<LibraryState>,
    /// Whether the link in the address bar is being read.
    pub following: RwSignal<bool>,
    /// Why a link could not be opened; a sentence.
    pub bad_link: RwSignal<Option<String>>,
    /// What a narrow screen shows.
    pub pane: RwSignal<Pane>,
    /// What the right pane shows.
    pub tab: RwSignal<Tab>,
    /// What the chat is to do, once it is there.
    pub wish: RwSignal<Option<Command>>,
    /// What lies over the page.
    pub dialog: RwSignal<Option<Dialog>>,
    /// The message on the screen.
    pub toast: RwSignal<Option<Toast>>,
    /// Whether the document's name is being edited.
    pub renaming: RwSignal<bool>,
    /// Whether the outline is open.
    pub outline: RwSignal<bool>,
    /// Whether the problems are open on a narrow screen.
    pub problems: RwSignal<bool>,
    /// Light, dark or as the system has it.
    pub theme: RwSignal<Theme>,
    /// The sizes of the panes.
    pub layout: RwSignal<Layout>,
    /// Whether the browser believes to be online.
    pub online: RwSignal<bool>,
    /// Whether the window is too narrow for more than one pane.
    pub narrow: RwSignal<bool>,
    editor: StoredValue<Option<SharedEditor>, LocalStorage>,
    saver: StoredValue<Saver, LocalStorage>,
    toast_timer: StoredValue<Option<Timer>, LocalStorage>,
}

impl State {
    /// A page with nothing open.
    pub fn new() -> Self {
        let snapshot = RwSignal::new(Arc::new(Snapshot::new("", &Config::first())));
        let diagnostics = memo(move || Arc::new(snapshot.read().analysis.diagnostics.clone()));
        let workspace = RwSignal::new(Workspace::default());
        let page = Page {
            workspace,
            is_open: memo(move || workspace.with(|workspace| workspace.current().is_some())),
            is_listed: memo(move || workspace.with(|workspace| !workspace.documents().is_empty())),
            snapshot,
            config: RwSignal::new(Config::first()),
            is_complete: RwSignal::new(false),
            host: RwSignal::new("claude-code"),
            importing: RwSignal::new((String::new(), String::new())),
            form: RwSignal::new(false),
            took: RwSignal::new(0.0),
            caret: RwSignal::new(0),
            diagnostics,
            library: RwSignal::new(LibraryState::Loading),
            following: RwSignal::new(false),
            bad_link: RwSignal::new(None),
            pane: RwSignal::new(Pane::Source),
            tab: RwSignal::new(Tab::Preview),
            wish: RwSignal::new(None),
            dialog: RwSignal::new(None),
            toast: RwSignal::new(None),
            renaming: RwSignal::new(false),
            outline: RwSignal::new(false),
            problems: RwSignal::new(false),
            theme: RwSignal::new(Theme::stored()),
            layout: RwSignal::new(Layout::read(crate::edge::storage::read(super::layout::KEY).as_deref())),
            online: RwSignal::new(true),
            narrow: RwSignal::new(false),
            editor: StoredValue::new_local(None),
            saver: StoredValue::new_local(Saver::default()),
            toast_timer: StoredValue::new_local(None),
        };
        Self(Box::leak(Box::new(page)))
    }

    /// Shows `text` for a while.
    pub fn say(self, text: impl Into<String>) {
        self.show_toast(Toast { text: text.into(), action: None }, 6_000);
    }

    /// Shows `text` for a while, with a button.
    pub fn offer(self, text: impl Into<String>, label: &'static str, act: impl Fn() + Send + Sync + 'static) {
        // Not a `Callback`: that would end with the row or dialog whose button was pressed.
        self.show_toast(Toast { text: text.into(), action: Some((label, Arc::new(act))) }, 12_000);
    }

    fn show_toast(self, toast: Toast, milliseconds: i32) {
        self.toast.set(Some(toast));
        self.toast_timer.set_value(Timer::after(milliseconds, move || self.toast.set(None)));
    }

    /// Takes the message away.
    pub fn hush(self) {
        self.toast.set(None);
    }

    /// Shows a tab of the right pane, also on a narrow screen.
    pub fn show_tab(self, tab: Tab) {
        self.turn_to(tab);
        self.pane.set(Pane::Side);
    }

    /// Shows a tab of the right pane, once what it needs is there.
    pub fn turn_to(self, tab: Tab) {
        match tab {
            Tab::Gets => GETS.with(self, move |_| self.tab.set(tab)),
            Tab::Preview | Tab::Chat => self.tab.set(tab),
        }
    }

    /// Whether the preview can be seen.
    pub fn preview_visible(self) -> bool {
        self.tab.get() == Tab::Preview && (!self.narrow.get() || self.pane.get() == Pane::Side)
    }
}

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}
