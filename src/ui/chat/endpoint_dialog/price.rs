//! What the model of the endpoint costs, where the author knows it.

use leptos::prelude::*;
use web_sys::Event;

use super::{field, submit, text_field};
use crate::core::chat::endpoint::EndpointConfig;
use crate::core::chat::price::{self, CHECKED, Price, SOURCE, Whose, amount, find, typed};
use crate::edge::endpoint::keep_prices;
use crate::ui::chat::session::{Kind, Session};
use crate::ui::element::{El, button, el};
use crate::ui::reactive::memo;

/// The name of each number.
const LABELS: [&str; 5] =
    ["In, $ a million", "Out, $ a million", "From the cache", "Into the cache", "Context, in tokens"];

/// The price of the model in use. There is none of one that runs in the browser, and none can be
/// kept for one without a name.
pub fn price(session: Session) -> El {
    let model = memo(move || match &*session.endpoint.read() {
        None | Some(EndpointConfig::Tab { .. } | EndpointConfig::BuiltIn) => None,
        Some(config) => Some(config.model_title().to_owned()).filter(|model| !model.is_empty()),
    });
    let at_servers = memo(move || matches!(session.dialog.get(), Some(Kind::Server | Kind::Relay)));
    el("div", "").show(move || model.get().filter(|_| at_servers.get()).map(|model| of(session, model)))
}

fn numbers(price: &Price) -> [String; 5] {
    let Price { input, output, cache_read, cache_write, context, .. } = price;
    let shown = |money| if price.known { amount(money) } else { String::new() };
    let [a, b, c, d] = [*input, *output, *cache_read, *cache_write].map(shown);
    [a, b, c, d, if *context > 0 { context.to_string() } else { String::new() }]
}

fn of(session: Session, model: String) -> El {
    let own = session.prices.with_untracked(|own| {
        let found = find(own, &model).filter(|(price, whose)| *whose == Whose::Own && price.model == model);
        found.map(|(price, _)| numbers(price))
    });
    let (listed, whose) = session.prices.with_untracked(|stated| {
        let heard: Vec<Price> = stated.iter().filter(|price| price.listed).cloned().collect();
        let found = find(&heard, &model);
        let context = price::context(&heard, &model).map(|tokens| tokens.to_string()).unwrap_or_default();
        let [a, b, c, d, _] = found.map(|(price, _)| numbers(price)).unwrap_or_default();
        ([a, b, c, d, context], found.map(|(_, whose)| whose))
    });
    let is_own = RwSignal::new(own.is_some());
    let fault = RwSignal::new(None::<&'static str>);
    let cells = own.unwrap_or_default().map(RwSignal::new);
    let keep = {
        let model = model.clone();
        move |price: Option<Price>| {
            session.prices.update(|own| price::state(own, &model, price));
            session.prices.with_untracked(|own| keep_prices(own));
        }
    };
    let forget = {
        let keep = keep.clone();
        move |_| {
            cells.iter().for_each(|cell| cell.set(String::new()));
            fault.set(None);
            is_own.set(false);
            keep(None);
        }
    };
    let name = model.clone();
    let state = move |event: Event| {
        event.prevent_default();
        let [a, b, c, d, e] = cells.map(|cell| cell.get_untracked());
        match typed(&name, [&a, &b, &c, &d, &e]) {
            Ok(price) => {
                is_own.set(price.is_some());
                keep(price);
            }
            Err(sentence) => fault.set(Some(sentence)),
        }
    };
    let inputs = LABELS.into_iter().zip(cells).enumerate().map(|(at, (label, cell))| {
        let hint = listed.get(at).cloned().unwrap_or_default();
        let input = text_field(cell, fault).attr("inputmode", "decimal").put("placeholder", hint);
        field(label, input)
    });
    let inputs: Vec<El> = inputs.collect();
    let open = is_own.get_untracked();
    let source = match whose {
        Some(Whose::Server) => {
            "The price that the server lists is used as long as you state none. ".to_owned()
        }
        Some(_) => {
            ["The list price of ", CHECKED, ", ", SOURCE, ", is used as long as you state none. "].concat()
        }
        None => "No list price of it is known here. ".to_owned(),
    };
    let told = move || if is_own.get() { "Your price is used, and kept in this browser. " } else { "" };
    let way =
        move || is_own.get().then(|| button("button link").on("click", forget.clone()).text("Forget it"));
    el("details", "chat-replies chat-price")
        .attr("data-testid", "chat-price")
        .flag("open", move || open)
        .child(el("summary", "").text("Price of ").child(el("span", "").attr("dir", "auto").string(model)))
        .child(
            el("form", "")
                .attr("novalidate", "")
                .on("submit", state)
                .child(el("div", "chat-grid").children(inputs))
                .child(
                    el("p", "chat-fault")
                        .attr("role", "alert")
                        .live(move || fault.get().unwrap_or_default().to_owned()),
                )
                .child(el("p", "chat-note").string(source).live(move || told().to_owned()).show(way))
                .child(submit(el("button", "button").text("Use this price"))),
        )
        .made(|_| ())
}
