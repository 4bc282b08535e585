//! Everything that can be done with a key or from the palette.

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::KeyboardEvent;

use super::keys;
use super::lazy::EXCHANGE;
use super::state::{Dialog, Pane, State, Tab};
use crate::core::workspace::Origin;
use crate::edge::clipboard;

/// Something to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Search or run.
    Palette,
    /// A link to the current document.
    Share,
    /// A new agent.
    New,
    /// Files of the person's own.
    OpenFile,
    /// A link that somebody sent.
    OpenLink,
    /// Anything that holds a definition.
    Import,
    /// The definition for another host.
    Convert,
    /// Save at once, and say that it happens by itself.
    Save,
    /// The current document as a file.
    Download,
    /// The text on the clipboard.
    CopyText,
    /// A copy beside it.
    Duplicate,
    /// Another name.
    Rename,
    /// The library's text again.
    Restore,
    /// Close the current document.
    Close,
    /// Bring back what was closed.
    Reopen,
    /// Select the next problem.
    NextProblem,
    /// Select the problem before.
    PreviousProblem,
    /// All safe fixes.
    FixAll,
    /// What is checked.
    Checks,
    /// Search in the text.
    Find,
    /// Show the headings.
    Outline,
    /// Fold all.
    Fold,
    /// Unfold all.
    Unfold,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
    /// Go to the library.
    GoLibrary,
    /// Go to the source.
    GoSource,
    /// Go to the preview.
    GoPreview,
    /// Go to the chat.
    GoChat,
    /// Go to what the host gets.
    GoGets,
    /// Search in the conversation.
    SearchChat,
    /// The conversation as Markdown.
    CopyChat,
    /// The conversation as a file.
    ExportChat,
    /// A conversation out of a file.
    ImportChat,
    /// No conversation.
    ClearChat,
    /// The next theme.
    Theme,
    /// Panes as they were at first.
    ResetLayout,
    /// The list of shortcuts.
    Shortcuts,
}

/// All commands: what they are called, and their shortcut, or `""`.
pub const ALL: &[(Command, &str, &str)] = &[
    (Command::Palette, "Search or run", "Mod+K"),
    (Command::Share, "Share: copy a link", "Mod+Shift+S"),
    (Command::New, "New agent", ""),
    (Command::OpenFile, "Open a file…", "Mod+O"),
    (Command::OpenLink, "Open a link…", ""),
    (Command::Import, "Import: a page, JSON, another tool’s file…", ""),
    (Command::Convert, "Convert for another host…", ""),
    (Command::Save, "Save now", "Mod+S"),
    (Command::Download, "Download as a file", ""),
    (Command::CopyText, "Copy the text", ""),
    (Command::Duplicate, "Duplicate", ""),
    (Command::Rename, "Rename", "F2"),
    (Command::Restore, "Restore the library’s text", ""),
    (Command::Close, "Close", ""),
    (Command::Reopen, "Reopen what was closed", ""),
    (Command::NextProblem, "Next problem", "F8"),
    (Command::PreviousProblem, "Previous problem", "Shift+F8"),
    (Command::FixAll, "Fix all that is safe", ""),
    (Command::Checks, "Checks: version and rules…", ""),
    (Command::Find, "Find in the text", "Mod+F"),
    (Command::Outline, "Outline", ""),
    (Command::Fold, "Fold all", ""),
    (Command::Unfold, "Unfold all", ""),
    (Command::Undo, "Undo", "Mod+Z"),
    (Command::Redo, "Redo", "Mod+Shift+Z"),
    (Command::GoLibrary, "Go to the library", "Alt+1"),
    (Command::GoSource, "Go to the source", "Alt+2"),
    (Command::GoPreview, "Go to the preview", "Alt+3"),
    (Command::GoChat, "Go to the chat", "Alt+4"),
    (Command::GoGets, "Go to what it gets", "Alt+5"),
    (Command::SearchChat, "Conversation: search…", ""),
    (Command::CopyChat, "Conversation: copy as Markdown", ""),
    (Command::ExportChat, "Conversation: download as JSON", ""),
    (Command::ImportChat, "Conversation: import JSON…", ""),
    (Command::ClearChat, "Conversation: clear", ""),
    (Command::Theme, "Change the theme", ""),
    (Command::ResetLayout, "Reset the panes", ""),
    (Command::Shortcuts, "List of shortcuts", "?"),
];

/// What `event` asks for. Find, undo and redo are the editor's own keys.
fn asked(event: &KeyboardEvent) -> Option<Command> {
    let (command, _, shortcut) = ALL.iter().find(|(_, _, shortcut)| keys::is(event, shortcut))?;
    match command {
        Command::Find | Command::Undo | Command::Redo => None,
        Command::Shortcuts | Command::Rename if keys::is_typing(event) => None,
        _ if shortcut.is_empty() => None,
        command => Some(*command),
    }
}

/// Listens to the keys of the whole page.
pub fn listen(state: State) {
    super::listen(&window(), "keydown", move |event| {
        let event: &KeyboardEvent = event.unchecked_ref();
        // A dialog keeps the page behind it out of reach.
        if event.default_prevented() || event.is_composing() || state.dialog.get_untracked().is_some() {
            return;
        }
        if let Some(command) = asked(event) {
            event.prevent_default();
            run(state, command);
        }
    });
}

/// Whether the palette offers it now.
pub fn is_possible(state: State, command: Command) -> bool {
    state.workspace.with_untracked(|workspace| match command {
        Command::Palette => false,
        Command::Reopen => workspace.can_reopen(),
        Command::Restore => {
            workspace.current().is_some_and(|it| it.is_edited() && matches!(it.origin, Origin::Library(_)))
        }
        Command::New
        | Command::OpenFile
        | Command::OpenLink
        | Command::Import
        | Command::GoLibrary
        | Command::Theme
        | Command::ResetLayout
        | Command::Shortcuts => true,
        _ => workspace.current().is_some(),
    })
}

/// Does it.
pub fn run(state: State, command: Command) {
    match command {
        Command::Palette => state.ask(Dialog::Palette),
        Command::Share => state.ask(Dialog::Share),
        Command::New => state.open_new(),
        Command::OpenFile => click("open-file"),
        Command::OpenLink => state.ask(Dialog::OpenLink),
        Command::Import => EXCHANGE.with(state, move |_| state.ask(Dialog::Import)),
        Command::Convert => EXCHANGE.with(state, move |_| state.ask(Dialog::Convert)),
        Command::Save => {
            state.save_pending();
            state.say("Drafts are saved in this browser as you type.");
        }
        Command::Download => state.download(),
        Command::CopyText => copy_text(state),
        Command::Duplicate => state.duplicate(),
        Command::Rename => state.renaming.set(true),
        Command::Restore => state.restore_from_library(),
        Command::Close => {
            if let Some(id) = state.current_id() {
                state.close(&id);
            }
        }
        Command::Reopen => state.reopen(),
        Command::NextProblem => state.step_problem(true),
        Command::PreviousProblem => state.step_problem(false),
        Command::FixAll => state.review_fixes(),
        Command::Checks => state.ask(Dialog::Checks),
        Command::Find => in_editor(state, |state| state.with_editor(|editor| editor.search())),
        Command::Outline => in_editor(state, |state| state.show_outline(true)),
        Command::Fold => state.with_editor(|editor| editor.fold(true)),
        Command::Unfold => state.with_editor(|editor| editor.fold(false)),
        Command::Undo => state.with_editor(|editor| editor.undo()),
        Command::Redo => state.with_editor(|editor| editor.redo()),
        Command::GoLibrary => go(state, Pane::Library, None, "library-search"),
        Command::GoSource => in_editor(state, |state| state.with_editor(|editor| editor.focus())),
        Command::GoPreview => go(state, Pane::Side, Some(Tab::Preview), "tab-preview"),
        Command::GoChat => go(state, Pane::Side, Some(Tab::Chat), "tab-chat"),
        Command::GoGets => go(state, Pane::Side, Some(Tab::Gets), "tab-gets"),
        Command::SearchChat
        | Command::CopyChat
        | Command::ExportChat
        | Command::ImportChat
        | Command::ClearChat => {
            state.show_tab(Tab::Chat);
            state.wish.set(Some(command));
        }
        Command::Theme => state.next_theme(),
        Command::ResetLayout => state.set_layout(Default::default()),
        Command::Shortcuts => state.ask(Dialog::Shortcuts),
    }
}

fn in_editor(state: State, act: fn(State)) {
    state.pane.set(Pane::Source);
    later(move || act(state));
}

fn go(state: State, pane: Pane, tab: Option<Tab>, focus: &'static str) {
    state.pane.set(pane);
    if let Some(tab) = tab {
        state.tab.set(tab);
    }
    later(move || super::focus(focus));
}

/// Runs `act` when what was just changed is on the screen.
fn later(act: impl FnOnce() + 'static) {
    spawn_local(async move {
        leptos::task::tick().await;
        act();
    });
}

fn click(id: &str) {
    let element = document().get_element_by_id(id).and_then(|it| it.dyn_into::<web_sys::HtmlElement>().ok());
    if let Some(element) = element {
        element.click();
    }
}

fn copy_text(state: State) {
    let text = state.snapshot.with_untracked(|snapshot| snapshot.text.clone());
    spawn_local(async move {
        let copied = clipboard::copy(&text).await;
        state.say(if copied {
            "The text is on the clipboard."
        } else {
            "The browser does not let the page copy. Select the text and copy it by hand."
        });
    });
}
