//! Tools in columns side by side: what is offered there, and what became of the files.

use leptos::prelude::*;

use super::diff::diff;
use super::session::Session;
use super::work::offer;
use super::workspace::{NOT_HERE, words};
use crate::core::mcp::named::named;
use crate::core::sandbox::tree::{Change, Changed, Mark, Tree};
use crate::core::words::counted;
use crate::ui::element::{El, button, el};
use crate::ui::reactive::memo;

/// The most tools that are named one by one.
const NAMED: usize = 6;
/// The most files whose differences are shown at once.
const OPEN: usize = 3;

/// The tools that are offered in `column`, in a line; more about them in its title.
pub fn offered(column: Session) -> El {
    let said = memo(move || {
        if column.endpoint.read().as_ref().is_some_and(|it| it.chat_url().is_none()) {
            return (NOT_HERE.to_owned(), String::new());
        }
        let snapshot = column.subject.snapshot.read();
        let offer = offer(&snapshot);
        let whole = words(&offer, &[]);
        let mut line = match offer.tools.as_slice() {
            [] => whole.clone(),
            tools => {
                let names: Vec<&str> = tools.iter().take(NAMED).map(|tool| tool.name).collect();
                let more = match tools.len().saturating_sub(NAMED) {
                    0 => String::new(),
                    more => [" and ", &more.to_string(), " more"].concat(),
                };
                ["Offered: ", &names.join(", "), &more, "."].concat()
            }
        };
        if !named(&snapshot.analysis.definition, &offer).is_empty() {
            line.push_str(" Its MCP servers are not connected here: you answer their calls.");
        }
        (line, whole)
    });
    el("p", "compare-offer")
        .attr("data-testid", "compare-offer")
        .bind("title", move || said.with(|said| Some(said.1.clone()).filter(|it| !it.is_empty())))
        .live(move || said.get().0)
}

/// What became of the files in `column`, a copy of those of `chat`, and the way to have it there.
pub fn files(chat: Session, column: Session, said: RwSignal<String>) -> El {
    let tree = tree(column);
    let taken = memo(move || tree.with(|tree| chat.desk(|desk| desk.sandbox.tree.has(tree))));
    let changes = memo(move || tree.with(Tree::changes));
    let take = move |_| {
        let (from, to) = (column.document.get_untracked(), chat.document.get_untracked());
        let done = chat.desks.try_update(|desks| desks.take("what a column changed", &from, &to));
        said.set(match done {
            Some(Err(fault)) => ["Nothing was taken over: ", &fault.sentence()].concat(),
            _ => "The changes are in the workspace of the chat; Undo there takes them back.".to_owned(),
        });
    };
    let way = move || {
        let some = changes.with(|changes| !changes.is_empty());
        some.then(|| {
            button("button ghost")
                .attr("data-testid", "compare-take")
                .attr("title", "Make the same changes in the workspace of the chat, as one step")
                .flag("disabled", move || taken.get() || chat.running.get())
                .on("click", take)
                .live(move || if taken.get() { "Taken" } else { "Take these changes" }.to_owned())
        })
    };
    let words = move || match changes.with(Vec::len) {
        0 => "No file changed.".to_owned(),
        count => [&counted(count, "file"), " changed."].concat(),
    };
    let files = move || {
        changes.with(|changes| {
            let open = changes.len() <= OPEN;
            let file = |it: &Change| {
                file(&it.path, it.mark, open, diff(&tree.with(|tree| tree.difference(&it.path))))
            };
            changes.iter().map(file).collect()
        })
    };
    el("div", "compare-files")
        .attr("data-testid", "compare-files")
        .child(el("div", "compare-files-head").child(el("p", "quiet").live(words)).show(way))
        .child(list(files))
}

/// What is different in the files of `column` from those of `first`.
pub fn between(first: Session, column: Session) -> El {
    let (first, tree) = (tree(first), tree(column));
    let changed = memo(move || first.with(|first| tree.with(|tree| first.against(tree))));
    let words = move || match changed.with(Vec::len) {
        0 => "The files are the same.".to_owned(),
        1 => "1 file differs:".to_owned(),
        count => [&counted(count, "file"), " differ:"].concat(),
    };
    let files = move || {
        changed.with(|changed| {
            let open = changed.len() <= OPEN;
            let file = |it: &Changed| file(&it.path, it.mark(), open, diff(&it.difference()));
            changed.iter().map(file).collect()
        })
    };
    el("div", "compare-files")
        .attr("data-testid", "compare-between")
        .child(el("p", "quiet").live(words))
        .child(list(files))
}

/// The files of a column. Cloning them is cheap, and so is finding them the same.
fn tree(column: Session) -> Memo<Tree> {
    memo(move || column.desk(|desk| desk.sandbox.tree.clone()))
}

fn list(files: impl Fn() -> Vec<El> + 'static) -> El {
    el("ul", "").attr("aria-label", "Files").list(files)
}

/// A file that is not as it was; what is different in it can be folded away.
fn file(path: &str, mark: Mark, open: bool, difference: El) -> El {
    let summary = el("summary", "workspace-row")
        .attr("data-mark", mark.as_str())
        .child(el("span", "workspace-twist").attr("aria-hidden", "true"))
        .child(el("span", "workspace-name").attr("dir", "auto").string(path.to_owned()))
        .child(el("span", "workspace-mark").text(mark.as_str()));
    let details = el("details", "")
        .attr("data-testid", "compare-file")
        .put("data-path", path.to_owned())
        .flag("open", move || open)
        .child(summary)
        .child(difference);
    el("li", "").child(details)
}
