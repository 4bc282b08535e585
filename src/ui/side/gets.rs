//! What the host makes of the definition.

use leptos::prelude::*;
use leptos::task::spawn_local;

use super::verdicts::{mark, sentence, tone};
use crate::core::hosts::{Effective, Verdict};
use crate::core::words::grouped;
use crate::edge::clipboard;
use crate::ui::state::State;
use crate::ui::text::with_code;

/// The verdict with its reason, then the definition as the host holds it.
pub fn gets(state: State) -> impl IntoView {
    let verdict = Memo::new(move |_| state.snapshot.read().analysis.verdicts.first().cloned());
    view! {
        <div class="gets">
            {move || verdict.get().map(|verdict| about(&verdict))}
            {prompt(state)}
        </div>
    }
}

fn about(verdict: &Verdict) -> AnyView {
    view! {
        <p class="gets-verdict" data-tone=tone(verdict.outcome)>
            {mark(verdict.outcome)}<span>{with_code(&sentence(verdict))}</span>
        </p>
        {verdict.effective.as_ref().map(fields)}
    }
    .into_any()
}

fn fields(held: &Effective) -> AnyView {
    let model = match &held.model {
        Some(model) => view! { <code>{model.clone()}</code> }.into_any(),
        None => view! { <span class="quiet">"The session’s own"</span> }.into_any(),
    };
    view! {
        <dl class="fields">
            <dt>"Name"</dt><dd><code dir="auto">{held.name.clone()}</code></dd>
            <dt>"Description"</dt><dd dir="auto">{held.description.clone()}</dd>
            <dt>"Model"</dt><dd>{model}</dd>
            <dt>"Tools"</dt><dd>{tools(held)}</dd>
        </dl>
    }
    .into_any()
}

fn tools(held: &Effective) -> AnyView {
    let Some(granted) = &held.granted else {
        return view! { <span class="quiet">"All tools of the session"</span> }.into_any();
    };
    let named = held.tools.as_deref().unwrap_or_default();
    // What was asked for and is not granted, next to what is.
    let missing = named.iter().filter(|name| !granted.contains(name)).cloned().collect::<Vec<_>>();
    let none = granted.is_empty().then(|| view! { <span class="quiet">"None"</span> });
    view! {
        {none}
        <ul class="chips">
            {granted.iter().map(|name| view! { <li><code>{name.clone()}</code></li> }).collect_view()}
        </ul>
        {(!missing.is_empty()).then(|| view! {
            <p class="quiet">"Named, but not granted as such:"</p>
            <ul class="chips dropped">
                {missing.iter().map(|name| view! { <li><code>{name.clone()}</code></li> }).collect_view()}
            </ul>
        })}
    }
    .into_any()
}

fn prompt(state: State) -> impl IntoView {
    let copy = move |_| {
        let text = state.snapshot.with_untracked(|snapshot| snapshot.prompt().to_owned());
        spawn_local(async move {
            let copied = clipboard::copy(&text).await;
            state.say(if copied {
                "The prompt is on the clipboard."
            } else {
                "The browser refused to copy."
            });
        });
    };
    let text = Memo::new(move |_| {
        let visible = state.tab.get() == crate::ui::state::Tab::Gets;
        if visible { state.snapshot.read().prompt().to_owned() } else { String::new() }
    });
    let size = move || {
        let snapshot = state.snapshot.read();
        let tokens = snapshot.analysis.prompt_tokens;
        ["about ", &grouped(tokens), " tokens"].concat()
    };
    view! {
        <div class="gets-prompt">
            <div class="gets-head">
                <h3>"Prompt, as it is sent"</h3><span class="quiet">{size}</span><span class="grow"></span>
                <button type="button" class="button link" on:click=copy>"Copy"</button>
            </div>
            <pre tabindex="0" dir="auto">{text}</pre>
        </div>
    }
}
