//! The part of the program that lets tools work: the workspace, the calls, and what the author
//! says to them. The chat comes without it and fetches it when the workspace is first opened.

use leptos::prelude::*;

use super::session::Session;
use super::{Subject, beside, nested, servers, tool_form, workspace};
use crate::core::chat::conversation::Conversation;
use crate::core::chat::{ChatEvent, ToolSpec};
use crate::core::hosts::{File, claude_code};
use crate::core::sandbox::agents::Roster;
use crate::core::sandbox::desk::{Desk, Need};
use crate::core::sandbox::log::{Logged, Place};
use crate::core::sandbox::permission::Circumstances;
use crate::core::sandbox::run::Decision;
use crate::core::sandbox::tools::page;
use crate::core::sandbox::{Offer, sample};
use crate::core::snapshot::Snapshot;
use crate::edge::files::Found;
use crate::edge::net;
use crate::edge::task::spawn;
use crate::ui::element::El;

/// What the part holds.
pub struct Work {
    /// Begins a turn about a subject on its desk, if it is granted any tool: the reply that is
    /// open, its model, the time.
    pub begin: fn(Subject, &mut Desk, u64, &str, f64),
    /// The bytes of the tools that are offered with the next question.
    pub weigh: fn(Session) -> usize,
    /// [`Desk::hear`].
    pub hear: fn(&mut Desk, &mut Conversation, u64, ChatEvent, f64) -> Vec<Need>,
    /// [`Desk::time_left`].
    pub time_left: fn(&Desk, u64, f64) -> Option<f64>,
    /// [`Desk::expire`].
    pub expire: fn(&mut Desk, &mut Conversation, u64, f64) -> Vec<Need>,
    /// [`Desk::stop`].
    pub stop: fn(&mut Desk, &mut Conversation, f64) -> Vec<Need>,
    /// The workspace.
    pub panel: fn(Session) -> El,
    /// What a call has changed or would change.
    pub changes: fn(&Logged) -> Vec<El>,
    /// Fetches the page that a call asks for, which the author allowed, and answers it with the text
    /// from a character on; where the page cannot be read, the author goes on.
    pub fetch: fn(Session, Place, &str, usize),
    /// Does what an agent within the turn, or a server, needs.
    pub need: fn(Session, Need),
    /// The agent that a call has started: its calls, and what it says besides.
    pub under: fn(Session, Place) -> Option<El>,
    /// What the author may say to a call, while it waits.
    pub form: fn(Session, Place, &Logged) -> Option<El>,
    /// The tools that are offered in a column.
    pub offered_beside: fn(Session) -> El,
    /// What became of the files in a column beside this chat; what is done with them is said there.
    pub files_beside: fn(Session, Session, RwSignal<String>) -> El,
    /// What is different in the files of a column, the second, from those of another.
    pub between: fn(Session, Session) -> El,
}

/// The part.
pub static WORK: Work = Work {
    begin,
    weigh,
    hear: Desk::hear,
    time_left: Desk::time_left,
    expire: Desk::expire,
    stop: Desk::stop,
    panel: workspace::panel,
    changes: tool_form::changes,
    fetch,
    need,
    under: nested::under,
    form: tool_form::form,
    offered_beside: beside::offered,
    files_beside: beside::files,
    between: beside::between,
};

/// The tools that the definition of `snapshot` is offered, as the agent of a whole
/// conversation.
pub fn offer(snapshot: &Snapshot) -> Offer {
    let verdict = (claude_code::FIRST.verdict)(&File::of(&snapshot.text));
    let around = Circumstances { main: true, retired: true, depth: 0 };
    Offer::resolve(verdict.effective.as_ref(), &snapshot.analysis.definition, around)
}

/// The agents that `offer` lets the definition start.
fn roster(subject: Subject, offer: &Offer) -> Roster {
    let starts = offer.tools.iter().any(|tool| tool.name == "Agent");
    if starts { nested::roster(subject.state) } else { Roster::default() }
}

fn weigh(session: Session) -> usize {
    let offer = offer(&session.subject.snapshot.read());
    let told = roster(session.subject, &offer).listing(offer.agents.as_deref());
    let specs = offer.specs(&session.desk(Desk::server_tools));
    let size = |tool: &ToolSpec| tool.name.len() + tool.description.len() + tool.schema.len();
    told.len() + specs.iter().map(size).sum::<usize>()
}

fn begin(subject: Subject, desk: &mut Desk, reply: u64, model: &str, now_ms: f64) {
    let offer = offer(&subject.snapshot.get_untracked());
    let served = desk.server_tools().iter().any(|tool| offer.grants(&tool.name));
    if !offer.tools.is_empty() || served {
        let roster = roster(subject, &offer);
        desk.begin(offer, roster, reply, model, now_ms);
    }
}

fn need(session: Session, need: Need) {
    servers::need(session, &need);
    nested::need(session, need);
}

fn fetch(session: Session, place: Place, url: &str, from: usize) {
    let url = url.to_owned();
    spawn(async move {
        let Some(text) = net::page(&url).await else { return };
        let (_, needs) = session
            .on_desk(false, |desk, chat, now| ((), desk.answer(chat, place, page(&text, from), false, now)));
        session.act(needs);
    });
}

impl Session {
    /// Takes in what the author says to a call.
    pub fn decide(self, place: Place, decision: Decision) {
        let (_, needs) = self.on_desk(false, |desk, chat, now| ((), desk.decide(chat, place, decision, now)));
        self.after_author();
        self.act(needs);
    }

    /// Takes in the answer that a call waits for.
    pub fn answer(self, place: Place, content: String, is_error: bool) {
        let (_, needs) =
            self.on_desk(false, |desk, chat, now| ((), desk.answer(chat, place, content, is_error, now)));
        self.after_author();
        self.act(needs);
    }

    /// Opens the sample as the workspace.
    pub fn open_sample(self) {
        let files = sample::FILES.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
        self.open_workspace("Sample", files.into(), Vec::new());
    }

    /// Opens `files` as the workspace, in the place of any other.
    pub fn open_workspace(self, name: &str, files: Vec<(String, Vec<u8>)>, left_out: Vec<String>) {
        self.stop();
        self.change_desk(|desk| desk.open(name, files, left_out));
    }

    /// Opens what was read as the workspace.
    pub fn open_found(self, found: Found) {
        let Found { name, files, left_out, folder } = found;
        self.open_workspace(&name, files, left_out);
        self.change_desk(|desk| desk.folder = folder);
    }
}
