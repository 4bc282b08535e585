//! The part about models in the tab.

use std::collections::BTreeMap;

use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use web_sys::{Event, File, HtmlInputElement};

use super::submit;

use crate::core::chat::address::{host_of, weights_url};
use crate::core::chat::endpoint::{EndpointConfig, ModelOffer, TabSource};
use crate::core::chat::figures::{grouped, size};
use crate::core::chat::known::{KNOWN, Known};
use crate::core::chat::tab::{CONTEXT, Stored, memory_needed};
use crate::edge::files;
use crate::edge::net::size_of;
use crate::edge::tab_model::{cached_size, remove_cached, stored_elsewhere};
use crate::ui::chat::session::Session;
use crate::ui::element::{El, button, el};
use crate::ui::reactive::{effect, memo};
use crate::ui::value_of;

/// Which of the choices is marked.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Pick {
    Beside(String),
    Known(&'static str),
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
    /// What the browser holds from elsewhere.
    stored: RwSignal<Vec<Stored>>,
    fault: RwSignal<Option<&'static str>>,
}

/// Beside the page, an address of one's own, or a file.
pub fn tab(session: Session) -> El {
    let source = match session.endpoint.get_untracked() {
        Some(EndpointConfig::Tab { source }) => Some(source),
        _ => None,
    };
    let first = session.offers.with_untracked(|offers| offers.first().map(|offer| offer.file.clone()));
    let form = Form {
        pick: RwSignal::new(match &source {
            Some(TabSource::Beside(file)) => Pick::Beside(file.clone()),
            Some(TabSource::Url(url)) => known(url).map_or(Pick::Url, |model| Pick::Known(model.url)),
            Some(TabSource::Picked(_)) => Pick::File,
            None => first.map_or(Pick::File, Pick::Beside),
        }),
        url: RwSignal::new(match source {
            Some(TabSource::Url(url)) if known(&url).is_none() => url,
            _ => String::new(),
        }),
        file: StoredValue::new_local(None),
        picked: RwSignal::new(None),
        cached: RwSignal::new(BTreeMap::new()),
        remote: RwSignal::new(BTreeMap::new()),
        stored: RwSignal::new(Vec::new()),
        fault: RwSignal::new(None),
    };
    // The list may come after the dialog has opened.
    let mut known = false;
    effect(move || {
        let offers = session.offers.get();
        if let (false, Some(offer)) = (known, offers.first())
            && form.pick.get_untracked() == Pick::File
            && form.picked.get_untracked().is_none()
        {
            form.pick.set(Pick::Beside(offer.file.clone()));
        }
        for offer in &offers {
            form.look_up(&TabSource::Beside(offer.file.clone()));
        }
        known = !offers.is_empty();
    });
    form.look_up_url();
    form.look_into_storage();
    for model in &KNOWN {
        form.look_up(&TabSource::Url(model.url.to_owned()));
    }
    let load = move |event: Event| {
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
    let note =
        "The model runs on this machine; nothing you write leaves the page. Small models answer simply.";
    let verb = el("button", "button primary").live(move || form.button(&session.offers.read()));
    el("form", "chat-part")
        .attr("novalidate", "")
        .on("submit", load)
        .child(
            el("fieldset", "chat-sources")
                .child(el("legend", "hidden").text("Model"))
                .list(move || session.offers.get().into_iter().map(|offer| beside(form, offer)).collect())
                .children(KNOWN.iter().map(|model| elsewhere(form, model)))
                .child(from_url(form))
                .child(from_file(form)),
        )
        .child(el("p", "chat-note").text(note))
        .child(
            el("p", "chat-fault")
                .attr("role", "alert")
                .live(move || form.fault.get().unwrap_or_default().to_owned()),
        )
        .child(submit(verb))
}

fn beside(form: Form, offer: ModelOffer) -> El {
    let pick = Pick::Beside(offer.file.clone());
    let source = TabSource::Beside(offer.file.clone());
    let facts = facts(offer.bytes, &offer.licence, offer.context);
    let url = source.url().unwrap_or_default();
    el("div", "chat-source")
        .child(radio(form, pick, offer.name))
        .child(el("small", "").string(facts))
        .show(move || cache_state(form, &url))
}

/// What is told of a model before it is loaded.
fn facts(bytes: u64, licence: &str, context: u64) -> String {
    let (size, memory) = (size(bytes), size(memory_needed(bytes)));
    let context = grouped(context);
    [&size, " · ", licence, " · takes ", &context, " tokens · needs about ", &memory, " of memory"].concat()
}

/// A model whose weights lie at a known address, which hears of it only when it is to be loaded.
fn elsewhere(form: Form, model: &'static Known) -> El {
    let facts = [&facts(model.bytes, model.licence, CONTEXT), " · from ", host_of(model.url)].concat();
    el("div", "chat-source")
        .child(radio(form, Pick::Known(model.url), model.name.to_owned()))
        .child(el("small", "").string(facts))
        .show(move || cache_state(form, model.url))
}

fn known(url: &str) -> Option<&'static Known> {
    KNOWN.iter().find(|model| model.url == url)
}

fn from_url(form: Form) -> El {
    let facts = move || {
        let url = weights_url(&form.url.get()).ok()?;
        let bytes = form.remote.with(|sizes| sizes.get(&url).copied())?;
        Some(format!(
            "{} · needs about {} of memory · see its publisher for the licence",
            size(bytes),
            size(memory_needed(bytes))
        ))
    };
    let field = move || {
        el("input", "field")
            .attr("type", "url")
            .attr("inputmode", "url")
            .attr("autocomplete", "off")
            .attr("spellcheck", "false")
            .attr("aria-label", "Address of a GGUF file")
            .attr("placeholder", "https://…/model.gguf")
            .value(move || form.url.get())
            .on("input", move |event| {
                form.url.set(value_of(&event));
                form.fault.set(None);
            })
            .on("change", move |_| form.look_up_url())
    };
    let is_picked = memo(move || form.pick.get() == Pick::Url);
    el("div", "chat-source")
        .child(radio(form, Pick::Url, "From an address".into()))
        .list(move || {
            if is_picked.get() {
                vec![field(), el("small", "").live(move || facts().unwrap_or_default())]
            } else {
                Vec::new()
            }
        })
        .list(move || {
            let mut stored = form.stored.get();
            // Those stand with their own choice.
            stored.retain(|stored| known(&stored.url).is_none());
            stored.into_iter().map(|stored| held(form, stored)).collect()
        })
}

/// Weights that the browser holds from an address: a way to use them, and to be rid of them.
fn held(form: Form, stored: Stored) -> El {
    let source = TabSource::Url(stored.url.clone());
    let words = format!(
        "{} from {}, {} in this browser’s storage. ",
        source.name(),
        source.place(),
        size(stored.bytes)
    );
    let (url, other) = (stored.url.clone(), stored.url);
    let take = move |_| {
        form.pick.set(Pick::Url);
        form.url.set(url.clone());
        form.fault.set(None);
        form.look_up_url();
    };
    el("p", "chat-cached")
        .string(words)
        .child(button("button link").on("click", take).text("Choose"))
        .text(" ")
        .child(button("button link").on("click", move |_| form.remove(other.clone())).text("Remove"))
}

fn from_file(form: Form) -> El {
    let choose = move |event: Event| {
        let input = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok());
        let Some(file) = files::list(input.and_then(|input| input.files())).into_iter().next() else {
            return;
        };
        form.picked.set(Some((file.name(), file.size() as u64)));
        form.file.set_value(Some(file));
        form.fault.set(None);
    };
    let facts = move || match form.picked.get() {
        Some((_, bytes)) => format!("{} · needs about {} of memory", size(bytes), size(memory_needed(bytes))),
        None => String::new(),
    };
    let is_picked = memo(move || form.pick.get() == Pick::File);
    el("div", "chat-source").child(radio(form, Pick::File, "From a file".into())).list(move || {
        if !is_picked.get() {
            return Vec::new();
        }
        let field = el("input", "field")
            .attr("type", "file")
            .attr("accept", ".gguf")
            .attr("aria-label", "GGUF file")
            .on("change", choose);
        vec![field, el("small", "").live(facts)]
    })
}

fn radio(form: Form, pick: Pick, label: String) -> El {
    let here = pick.clone();
    let field = el("input", "")
        .attr("type", "radio")
        .attr("name", "chat-source")
        .checked(move || form.pick.get() == here)
        .on("change", move |_| {
            form.pick.set(pick.clone());
            form.fault.set(None);
        });
    el("label", "").child(field).child(el("b", "").attr("dir", "auto").string(label))
}

fn cache_state(form: Form, url: &str) -> Option<El> {
    let held = form.cached.with(|cached| cached.get(url).copied().unwrap_or(0));
    let url = url.to_owned();
    (held > 0).then(|| {
        el("p", "chat-cached")
            .string(format!("{} in this browser’s storage. ", size(held)))
            .child(button("button link").on("click", move |_| form.remove(url.clone())).text("Remove"))
    })
}

impl Form {
    /// The source that is marked, or what is missing.
    fn source(self) -> Result<TabSource, &'static str> {
        match self.pick.get_untracked() {
            Pick::Beside(file) => Ok(TabSource::Beside(file)),
            Pick::Known(url) => Ok(TabSource::Url(url.to_owned())),
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
            Pick::Known(url) => (url.to_owned(), known(url).map(|model| model.bytes)),
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
            self.look_into_storage();
        });
    }

    fn look_into_storage(self) {
        spawn_local(async move {
            let found = stored_elsewhere().await;
            self.stored.try_set(found);
        });
    }
}
