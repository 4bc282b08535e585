//! The part about servers.

use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::Event;

use super::access::{Key, Tester};
use super::{field, format, text_field};
use crate::core::chat::address::{AddressFault, host_of, is_loopback};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::models::Listed;
use crate::core::chat::preset::{self, PRESETS, Preset};
use crate::core::chat::{Wire, figures, price};
use crate::edge::endpoint::keep_prices;
use crate::edge::net::models_of;
use crate::ui::chat::session::Session;
use crate::ui::element::{El, button, el};

/// The field for the model.
const MODEL: &str = "chat-model";

/// What is typed so far.
#[derive(Clone, Copy)]
struct Form {
    wire: RwSignal<Wire>,
    base: RwSignal<String>,
    model: RwSignal<String>,
    /// The models that the server lists; empty where it was not asked, or has no list.
    listed: RwSignal<Vec<Listed>>,
    key: Key,
    tester: Tester,
}

/// Presets, base URL, model and key of a server.
pub fn server(session: Session) -> El {
    let current = session
        .endpoint
        .get_untracked()
        .filter(|config| matches!(config, EndpointConfig::OpenAi { .. } | EndpointConfig::Anthropic { .. }));
    let known = current.as_ref();
    let form = Form {
        wire: RwSignal::new(known.map_or(Wire::OpenAi, EndpointConfig::wire)),
        base: RwSignal::new(known.and_then(EndpointConfig::base).unwrap_or_default().to_owned()),
        model: RwSignal::new(known.map(EndpointConfig::model).unwrap_or_default().to_owned()),
        listed: RwSignal::new(Vec::new()),
        key: Key::new(known),
        tester: Tester::new(),
    };
    form.list();
    let connect = move |event: Event| {
        event.prevent_default();
        let kept = form.config().and_then(|config| form.key.keep(&config).map(|()| config));
        match kept {
            Ok(config) => {
                form.hear(session);
                session.choose(config);
                session.dialog.set(None);
            }
            Err(sentence) => form.key.fault.set(Some(sentence)),
        }
    };
    let url = text_field(form.base, form.key.fault)
        .attr("type", "url")
        .attr("inputmode", "url")
        .attr("placeholder", "http://localhost:11434/v1")
        .attr("autofocus", "")
        .attr("aria-describedby", "chat-fault")
        .bind("aria-invalid", move || Some(form.key.fault.get().is_some().to_string()))
        .on("input", move |_| form.tester.forget())
        .on("change", move |_| form.moved());
    let wire = format(form.wire, move || {
        form.tester.forget();
        form.changed();
    });
    let model = text_field(form.model, form.key.fault)
        .attr("id", MODEL)
        .attr("list", "chat-models")
        .attr("placeholder", "As the server names it")
        .on("input", move |_| form.tester.forget());
    let found = move || match form.listed.with(Vec::len) {
        0 => String::new(),
        1 => "The server lists one model.".to_owned(),
        count => {
            ["The server lists ", &figures::grouped(count as u64), " models; type a part of a name."].concat()
        }
    };
    let options =
        move || form.listed.get().into_iter().map(|it| el("option", "").put("value", it.name)).collect();
    let keys = move || {
        let page = preset::of(host_of(&form.base.read()))?.keys;
        (!page.is_empty()).then(|| {
            el("p", "chat-note").child(
                el("a", "")
                    .attr("href", page)
                    .attr("target", "_blank")
                    .attr("rel", "noopener noreferrer")
                    .text("Where this server’s keys are given out"),
            )
        })
    };
    let config = move || form.config().ok();
    let hint = "Only if the server asks for one";
    el("form", "chat-part")
        .attr("autocomplete", "off")
        .attr("novalidate", "")
        .on("submit", connect)
        .child(form.presets())
        .child(el("div", "chat-row").child(field("Base URL", url)).child(field("Format", wire)))
        .children(form.key.fields("Key", hint, form.tester, move || form.changed(), config))
        .show(keys)
        .child(field("Model", model))
        .child(el("datalist", "").attr("id", "chat-models").list(options))
        .child(el("p", "chat-note chat-found").attr("role", "status").live(found))
        .child(form.key.fault_line())
        .child(form.tester.line())
        .child(
            el("div", "chat-buttons")
                .child(form.tester.button(move || form.described()))
                .child(el("button", "button primary").attr("type", "submit").text("Connect directly")),
        )
}

impl Form {
    /// The endpoint that is described, or what is wrong with it.
    fn config(self) -> Result<EndpointConfig, &'static str> {
        let config = EndpointConfig::server(
            self.wire.get_untracked(),
            &self.base.read_untracked(),
            &self.model.read_untracked(),
        );
        config.map_err(AddressFault::sentence)
    }

    /// The endpoint and its key; says so where what is typed is none.
    fn described(self) -> Option<(EndpointConfig, Option<String>)> {
        let described = self.config().and_then(|config| Ok((self.key.read(&config)?, config)));
        match described {
            Ok((key, config)) => Some((config, key)),
            Err(sentence) => {
                self.key.fault.set(Some(sentence));
                None
            }
        }
    }

    /// A line of servers by name for each place where they run.
    fn presets(self) -> El {
        let line = |label: &'static str, local: bool| {
            let here = PRESETS.iter().filter(move |it| is_loopback(host_of(it.base_url)) == local);
            let choice = move |preset: &'static Preset| {
                let is_chosen = move || self.base.with(|base| base == preset.base_url).to_string();
                let way = button("button ghost")
                    .attr("title", preset.base_url)
                    .bind("aria-pressed", move || Some(is_chosen()))
                    .on("click", move |_| self.take(preset))
                    .text(preset.name);
                el("li", "").child(way)
            };
            el("ul", "chat-presets").attr("aria-label", label).children(here.map(choice))
        };
        el("div", "chat-places").child(line("On the network", false)).child(line("On this machine", true))
    }

    /// Fills in what is known of a server.
    fn take(self, preset: &'static Preset) {
        if self.base.with_untracked(|base| base != preset.base_url) {
            self.model.set(String::new());
        }
        self.base.set(preset.base_url.to_owned());
        self.wire.set(preset.wire);
        self.key.fault.set(None);
        self.tester.forget();
        self.changed();
    }

    /// Another address was typed: what it is known to speak is chosen.
    fn moved(self) {
        let config = self.config().ok();
        let host = config.as_ref().and_then(EndpointConfig::base).map(host_of);
        if let Some(preset) = host.and_then(preset::of).filter(|preset| !preset.keys.is_empty()) {
            self.wire.set(preset.wire);
        }
        self.changed();
    }

    /// Something was changed by which the server answers otherwise.
    ///
    /// Nothing may move by it: it happens where a field is left, between the mouse's going down
    /// on a button and its coming up.
    fn changed(self) {
        self.key.look_up(self.config().ok().as_ref());
        self.list();
    }

    /// Asks for the models, where that needs no key or there is one.
    fn list(self) {
        self.listed.set(Vec::new());
        let Ok(config) = self.config() else { return };
        let Ok(key) = self.key.read(&config) else { return };
        let preset = config.base().map(host_of).and_then(preset::of);
        if key.is_none() && preset.is_some_and(|preset| !preset.keys.is_empty()) {
            return;
        }
        spawn_local(async move {
            let models = models_of(&config, key).await.unwrap_or_default();
            // Meanwhile another server may be described, or none.
            let same = self.base.try_with_untracked(|_| ()).is_some()
                && self.config().is_ok_and(|now| now.models_url() == config.models_url());
            if !same {
                return;
            }
            let first = models.first().filter(|_| preset.is_none_or(|preset| preset.first));
            let first = first.map(|model| model.name.clone());
            let untouched = self.model.with_untracked(String::is_empty) && !has_focus(MODEL);
            if let (Some(first), true) = (first, untouched) {
                self.model.set(first);
            }
            self.listed.set(models);
        });
    }

    /// Keeps what the server says of the model that was chosen, if it listed it.
    fn hear(self, session: Session) {
        let chosen = self.model.with_untracked(|model| {
            self.listed.with_untracked(|all| all.iter().find(|it| it.name == model.trim()).cloned())
        });
        if let Some(Listed { name, figures }) = chosen {
            session.prices.update(|stated| price::hear(stated, &name, figures));
            session.prices.with_untracked(|stated| keep_prices(stated));
        }
    }
}

fn has_focus(id: &str) -> bool {
    document().active_element().is_some_and(|element| element.id() == id)
}
