//! The chat: a conversation with the agent on the screen.
//!
//! | file | what it shows or does |
//! | --- | --- |
//! | `session` | holds what the core decides, runs requests |
//! | `messages` | questions and replies |
//! | `composer` | the field for questions |
//! | `welcome` | what stands there before the first question |
//! | `endpoint_dialog` | the choice of an endpoint |

mod composer;
mod endpoint_dialog;
mod messages;
mod session;
mod welcome;

use leptos::html::{Div, Textarea};
use leptos::prelude::*;

use self::composer::{Composer, focus};
use self::endpoint_dialog::EndpointDialog;
use self::messages::MessageView;
use self::session::{Session, use_session};
use self::welcome::Welcome;
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::tab::TabStatus;
use crate::edge::resize::Watch;
use crate::ui::icons::icon;

/// How far from its end the log may be and still follow it, in CSS pixels.
const NEAR: i32 = 32;

/// The chat about one document.
///
/// A reply that is being made is stopped when the document changes and when the panel is taken
/// down.
#[component]
pub fn ChatPanel(
    /// The system prompt as the host would send it; a question goes out with what it is by then.
    prompt: Signal<String>,
    /// What the agent is called.
    agent_name: Signal<String>,
    /// What conversations are kept by, while the page lives.
    document_id: Signal<String>,
    /// Whether the chat can be seen; nothing is asked of the network before the first time.
    #[prop(default = Signal::stored(true))]
    shown: Signal<bool>,
) -> impl IntoView {
    let session = use_session();
    let field = NodeRef::<Textarea>::new();
    Effect::new(move |_| {
        if shown.get() {
            session.begin();
        }
    });
    Effect::new(move |_| session.show(&document_id.read()));
    // The model in the tab reads the definition again when nothing else is under way.
    let idle =
        Memo::new(move |_| *session.tab.read() == TabStatus::Ready && session.open_turn.get().is_none());
    Effect::new(move |_| {
        if idle.get() {
            session.read_soon(prompt.get());
        }
    });
    on_cleanup(move || session.stop());
    let renew = move |_| {
        session.renew();
        focus(field);
    };
    view! {
        <section class="chat" aria-label="Chat">
            <header class="chat-head">
                {endpoint_button(session)}
                <button type="button" class="button ghost" data-testid="chat-new" title="Start a new conversation"
                    disabled=move || session.ids.with(Vec::is_empty) on:click=renew>
                    {icon("new")}<span>"New conversation"</span>
                </button>
            </header>
            {tab_progress(session)}
            {log(session, prompt, agent_name, field)}
            <Composer session prompt agent_name field />
            <p class="hidden" role="status">{session.said}</p>
            <EndpointDialog session />
        </section>
    }
}

fn endpoint_button(session: Session) -> impl IntoView {
    let state = Memo::new(move |_| session.readiness());
    view! {
        <button type="button" class="button ghost chat-endpoint" data-testid="chat-endpoint" aria-haspopup="dialog"
            title="Choose where this agent answers" on:click=move |_| session.open_dialog()>
            <span class="chat-dot" data-tone=move || state.get().0.as_str()></span>
            <span class="chat-endpoint-name">{move || session.label()}</span>
            <span class="chat-endpoint-word">{move || state.get().1}</span>
        </button>
    }
}

/// How far the model in the tab is, where that needs time or a decision.
fn tab_progress(session: Session) -> impl IntoView {
    let in_tab = Memo::new(move |_| matches!(&*session.endpoint.read(), Some(EndpointConfig::Tab { .. })));
    let settings = move || {
        view! {
            <button type="button" class="button ghost" on:click=move |_| session.open_dialog()>"Endpoint settings"</button>
        }
    };
    let kind = Memo::new(move |_| {
        in_tab.get().then(|| match &*session.tab.read() {
            TabStatus::Loading { .. } => "loading",
            TabStatus::Reading { .. } => "reading",
            TabStatus::Absent { cached: false } => "absent",
            TabStatus::Failed(_) => "failed",
            TabStatus::Absent { cached: true } | TabStatus::Ready => "",
        })
    });
    let bar = move || {
        view! {
            <progress aria-label="Progress" max="1" prop:value=move || session.tab.read().progress().unwrap_or_default()></progress>
        }
    };
    let line = move || session.tab.read().line();
    move || {
        Some(match kind.get()? {
            "loading" => view! {
                <div class="chat-progress">
                    <p>{line}</p>
                    <button type="button" class="button ghost" on:click=move |_| session.unload(false)>"Cancel"</button>
                    {bar()}
                </div>
            }
            .into_any(),
            "reading" => view! { <div class="chat-reading">{bar()}</div> }.into_any(),
            "absent" => view! {
                <div class="chat-progress"><p>{line}</p>{settings()}</div>
            }
            .into_any(),
            "failed" => view! {
                <div class="chat-progress" data-tone="bad">
                    <p>{line}" "{move || match &*session.tab.read() {
                        TabStatus::Failed(error) => error.way_on(),
                        _ => String::new(),
                    }}</p>
                    {settings()}
                </div>
            }
            .into_any(),
            _ => return None,
        })
    }
}

/// The messages, which stay at their end as long as the reader is there.
fn log(
    session: Session,
    prompt: Signal<String>,
    agent_name: Signal<String>,
    field: NodeRef<Textarea>,
) -> impl IntoView {
    let outer = NodeRef::<Div>::new();
    let inner = NodeRef::<Div>::new();
    let at_end = RwSignal::new(true);
    let empty = Memo::new(move |_| session.ids.with(Vec::is_empty));
    let go_to_end = move || {
        if let Some(log) = outer.get_untracked() {
            log.set_scroll_top(log.scroll_height());
        }
    };
    let watch = StoredValue::new_local(None);
    Effect::new(move |_| {
        let (Some(outer), Some(inner)) = (outer.get(), inner.get()) else { return };
        watch.set_value(Watch::new(&[&outer, &inner], move || {
            // What stands there before the first question is read from its beginning.
            if at_end.get_untracked() && !empty.get_untracked() {
                go_to_end();
            }
        }));
    });
    let top_before = StoredValue::new(0);
    let scrolled = move |_| {
        let Some(log) = outer.get_untracked() else { return };
        let top = log.scroll_top();
        let near = log.scroll_height() - top - log.client_height() <= NEAR;
        // Text that came since the last scroll makes the end go away; only the reader goes up.
        let up = top < top_before.get_value();
        top_before.set_value(top);
        if near != at_end.get_untracked() && (near || up) {
            at_end.set(near);
        }
    };
    Effect::new(move |_| {
        if session.open_turn.get().is_some() {
            at_end.set(true);
            go_to_end();
        }
    });
    view! {
        <div class="chat-scroll">
            // Read out by the status line when a reply ends, not word by word.
            <div class="chat-log" data-testid="chat-log" role="log" aria-live="off" aria-label="Conversation"
                tabindex="0" node_ref=outer on:scroll=scrolled>
                <div class="chat-messages" node_ref=inner on:click=move |event| crate::ui::side::click(&event)>
                    {move || empty.get().then(|| view! { <Welcome session prompt agent_name field /> })}
                    <For each=move || session.ids.get() key=|id| *id let:id>
                        <MessageView session id prompt agent_name />
                    </For>
                </div>
            </div>
            {move || (!at_end.get() && !empty.get()).then(|| view! {
                <button type="button" class="button chat-latest"
                    on:click=move |_| { at_end.set(true); go_to_end(); }>{icon("down")}"Latest"</button>
            })}
        </div>
    }
}
