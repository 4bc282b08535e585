//! What the next question sends, what is left, and what was spent: the line below the field.

use super::Subject;
use super::session::Session;
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::meter::{Meter, spent, standing};
use crate::core::chat::price::{self, estimate};
use crate::core::chat::tab::CONTEXT;
use crate::core::sandbox::desk::Desk;
use crate::ui::element::{El, el};
use crate::ui::lazy::WORKSPACE;
use crate::ui::reactive::memo;
use leptos::prelude::*;

/// The line. What text in the field adds is all that is counted anew with each key.
pub fn meter(session: Session, subject: Subject) -> El {
    let on = memo(move || session.desk(|desk: &Desk| desk.is_open() && desk.on));
    let tools = memo(move || {
        // Read in any case: the part may come later.
        let on = on.get();
        let work = WORKSPACE.get().filter(|_| on);
        work.map_or(0, |work| (work.weigh)(session))
    });
    let known = memo(move || {
        let prompt = subject.prompt.read();
        let own = session.prices.read();
        let version = session.version.get();
        session
            .with_conversation(|chat| {
                // What agents ask that were started on the way costs as well.
                let spent = session.desk(|desk| {
                    let below = desk.below(chat).into_iter().map(|agent| &agent.chat);
                    spent(&std::iter::once(chat).chain(below).collect::<Vec<_>>(), &own)
                });
                (standing(Some(chat), &prompt, version, tools.get()), spent)
            })
            .unwrap_or_else(|| (standing(None, &prompt, version, tools.get()), None))
    });
    let context = memo(move || match &*session.endpoint.read() {
        Some(EndpointConfig::Tab { .. }) => Some(CONTEXT),
        Some(config) => price::context(&session.prices.read(), config.model_title()),
        None => None,
    });
    let line = move || {
        let (standing, spent) = known.get();
        let next = standing + session.draft.with(|draft| estimate(draft.trim()));
        let (spent, own) = spent.map_or((None, false), |(spent, own)| (Some(spent), own));
        Meter { next, context: context.get(), spent, own }.line()
    };
    el("p", "chat-figures chat-meter")
        .attr("data-testid", "chat-meter")
        .attr("title", "Estimated at four bytes a token, from what the endpoint counted last")
        .live(line)
}
