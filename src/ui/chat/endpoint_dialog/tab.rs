//! The part about models in the tab.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{File, HtmlInputElement};

use crate::core::chat::address::weights_url;
use crate::core::chat::endpoint::{EndpointConfig, ModelOffer, TabSource};
use crate::core::chat::figures::{grouped, size};
use crate::core::chat::tab::memory_needed;
use crate::edge::files;
use crate::edge::net::size_of;
use crate::edge::tab_model::{cached_size, remove_cached};
use crate::ui::chat::session::Session;

/// Which of the choices is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pick {
    Beside(String),
    Url,
    File,
}

/// What was chosen so far. Sizes are in bytes, by address.
#[derive(Clone, Copy)]
struct Form {
    pick: RwSignal<Pick>,
    url: RwSignal<String>,
    file: StoredValue<Option<File>, LocalStorage>,
    picked: RwSignal<Option<(String, u64)>>,
    cached: RwSignal<BTreeMap<String, u64>>,
    remote: RwSignal<BTreeMap<String, u64>>,
    fault: RwSignal<Option<&'static str>>,
}

/// Beside the page, an address of one's own, or a file.
pub fn tab(session: Session) -> impl IntoView {
    let source = match session.endpoint.get_untracked() {
        Some(EndpointConfig::Tab { source }) => Some(source),
        _ => None,
    };
    let first = session.offers.with_untracked(|offers| offers.first().map(|offer| offer.file.clone()));
    let form = Form {
        pick: RwSignal::new(match &source {
            Some(TabSource::Beside(file)) => Pick::Beside(file.clone()),
            Some(TabSource::Url(_)) => Pick::Url,
            Some(TabSource::Picked(_)) => Pick::File,
            None => first.map_or(Pick::File, Pick::Beside),
        }),
        url: RwSignal::new(match source {
            Some(TabSource::Url(url)) => url,
            _ => String::new(),
        }),
        file: StoredValue::new_local(None),
        picked: RwSignal::new(None),
        cached: RwSignal::new(BTreeMap::new()),
        remote: RwSignal::new(BTreeMap::new()),
        fault: RwSignal::new(None),
    };
    // The list may come after the dialog has opened.
    Effect::new(move |before: Option<bool>| {
        let offers = session.offers.get();
        if let (None | Some(false), Some(offer)) = (before, offers.first())
            && form.pick.get_untracked() == Pick::File
            && form.picked.get_untracked().is_none()
        {
            form.pick.set(Pick::Beside(offer.file.clone()));
        }
        for offer in &offers {
            form.look_up(&TabSource::Beside(offer.file.clone()));
        }
        !offers.is_empty()
    });
    form.look_up_url();
    let load = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        match form.source() {
            Ok(source) => {
                let file = form.file.get_value().filter(|_| matches!(source, TabSource::Picked(_)));
                session.choose_tab(source, file);
                session.dialog.set(None);
            }
            Err(sentence) => form.fault.set(Some(sentence)),
        }
    };
    view! {
        <form class="chat-part" novalidate on:submit=load>
            <fieldset class="chat-sources">
                <legend class="hidden">"Model"</legend>
                {move || session.offers.get().into_iter().map(|offer| beside(form, offer)).collect_view()}
                {from_url(form)}
                {from_file(form)}
            </fieldset>
            <p class="chat-note">"The model runs on this machine; nothing you write leaves the page. Small models answer simply."</p>
            <p class="chat-fault" role="alert">{form.fault}</p>
            <div class="chat-buttons">
                <button type="submit" class="button primary">{move || form.button(&session.offers.read())}</button>
            </div>
        </form>
    }
}

fn beside(form: Form, offer: ModelOffer) -> impl IntoView {
    let pick = Pick::Beside(offer.file.clone());
    let source = TabSource::Beside(offer.file.clone());
    let facts = format!(
        "{} · {} · takes {} tokens · needs about {} of memory",
        size(offer.bytes),
        offer.licence,
        grouped(offer.context),
        size(memory_needed(offer.bytes))
    );
    let url = source.url().unwrap_or_default();
    view! {
        <div class="chat-source">
            {radio(form, pick, offer.name)}
            <small>{facts}</small>
            {cache_state(form, url)}
        </div>
    }
}

fn from_url(form: Form) -> impl IntoView {
    let facts = move || {
        let url = weights_url(&form.url.get()).ok()?;
        let bytes = form.remote.with(|sizes| sizes.get(&url).copied())?;
        Some(format!(
            "{} · needs about {} of memory · see its publisher for the licence",
            size(bytes),
            size(memory_needed(bytes))
        ))
    };
    let is_picked = Memo::new(move |_| form.pick.get() == Pick::Url);
    view! {
        <div class="chat-source">
            {radio(form, Pick::Url, "From an address".into())}
            {move || is_picked.get().then(|| view! {
                <input class="field" type="url" inputmode="url" autocomplete="off" spellcheck="false"
                    aria-label="Address of a GGUF file" placeholder="https://…/model.gguf" prop:value=form.url
                    on:input=move |event| { form.url.set(event_target_value(&event)); form.fault.set(None); }
                    on:change=move |_| form.look_up_url() />
                <small>{facts}</small>
                {move || weights_url(&form.url.get()).ok().map(|url| cache_state(form, url))}
            })}
        </div>
    }
}

fn from_file(form: Form) -> impl IntoView {
    let choose = move |event: web_sys::Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = files::list(input.and_then(|input| input.files())).into_iter().next() else {
            return;
        };
        form.picked.set(Some((file.name(), file.size() as u64)));
        form.file.set_value(Some(file));
        form.fault.set(None);
    };
    let facts = move || {
        form.picked.get().map(|(_, bytes)| {
            format!("{} · needs about {} of memory", size(bytes), size(memory_needed(bytes)))
        })
    };
    let is_picked = Memo::new(move |_| form.pick.get() == Pick::File);
    view! {
        <div class="chat-source">
            {radio(form, Pick::File, "From a file".into())}
            {move || is_picked.get().then(|| view! {
                <input class="field" type="file" accept=".gguf" aria-label="GGUF file" on:change=choose />
                <small>{facts}</small>
            })}
        </div>
    }
}

fn radio(form: Form, pick: Pick, label: String) -> impl IntoView {
    let here = pick.clone();
    let is_picked = Memo::new(move |_| form.pick.get() == here);
    view! {
        <label>
            <input type="radio" name="chat-source" prop:checked=is_picked
                on:change=move |_| { form.pick.set(pick.clone()); form.fault.set(None); } />
            <b dir="auto">{label}</b>
        </label>
    }
}

fn cache_state(form: Form, url: String) -> impl IntoView {
    let shown = url.clone();
    let held = Memo::new(move |_| form.cached.with(|cached| cached.get(&shown).copied().unwrap_or(0)));
    let remove = StoredValue::new(url);
    move || {
        (held.get() > 0).then(|| {
            view! {
                <p class="chat-cached">
                    {format!("{} in this browser’s storage. ", size(held.get()))}
                    <button type="button" class="button link" on:click=move |_| form.remove(remove.get_value())>
                        "Remove"
                    </button>
                </p>
            }
        })
    }
}

impl Form {
    /// The source that is marked, or what is missing.
    fn source(self) -> Result<TabSource, &'static str> {
        match self.pick.get_untracked() {
            Pick::Beside(file) => Ok(TabSource::Beside(file)),
            Pick::Url => {
                weights_url(&self.url.get_untracked()).map(TabSource::Url).map_err(|fault| fault.sentence())
            }
            Pick::File => match self.picked.get_untracked() {
                Some((name, _)) => Ok(TabSource::Picked(name)),
                None => Err("Pick a GGUF file first."),
            },
        }
    }

    /// The verb and what it costs.
    fn button(self, offers: &[ModelOffer]) -> String {
        let (url, bytes) = match self.pick.get() {
            Pick::File => return "Load the file".into(),
            Pick::Url => {
                let url = weights_url(&self.url.get()).unwrap_or_default();
                let bytes = self.remote.with(|sizes| sizes.get(&url).copied());
                (url, bytes)
            }
            Pick::Beside(file) => {
                let bytes = offers.iter().find(|offer| offer.file == file).map(|offer| offer.bytes);
                (TabSource::Beside(file).url().unwrap_or_default(), bytes)
            }
        };
        if self.cached.with(|cached| cached.get(&url).is_some_and(|held| *held > 0)) {
            return "Use this model".into();
        }
        bytes.map_or_else(|| "Download".into(), |bytes| format!("Download {}", size(bytes)))
    }

    fn look_up_url(self) {
        if let Ok(url) = weights_url(&self.url.get_untracked()) {
            self.look_up(&TabSource::Url(url.clone()));
            spawn_local(async move {
                if let Some(bytes) = size_of(&url).await {
                    self.remote.try_update(|sizes| sizes.insert(url, bytes));
                }
            });
        }
    }

    fn look_up(self, source: &TabSource) {
        let Some(url) = source.url() else { return };
        spawn_local(async move {
            let held = cached_size(&url).await;
            self.cached.try_update(|cached| cached.insert(url, held));
        });
    }

    fn remove(self, url: String) {
        spawn_local(async move {
            remove_cached(&url).await;
            self.cached.try_update(|cached| cached.insert(url, 0));
        });
    }
}
