//! From values to the page: making elements, and bringing them up to date.

use std::borrow::Cow;
use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{Owner, RenderEffect, untrack};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, Text};

use super::{El, Handler, Node, Parts, Value};

/// Puts `node` into `parent`, for as long as the page lives.
pub fn mount(parent: &Element, node: Node) {
    let place = Place { parent: parent.clone(), before: None };
    std::mem::forget(place.build(node));
}

/// A node in the page, with what keeps it up to date.
enum Shown {
    El(ShownEl),
    Text(Text, Cow<'static, str>),
    Live {
        text: Text,
        _effect: RenderEffect<()>,
    },
    /// `end` is an empty text.
    Show {
        nodes: Rc<RefCell<Vec<Shown>>>,
        end: Text,
        effect: RenderEffect<()>,
    },
    Each {
        rows: Rows,
        end: Text,
        effect: RenderEffect<()>,
    },
    Html(Element, String),
}

/// Elements by their keys, each with an owner of its own, so that what one made for itself
/// lives as long as it does.
type Rows = Rc<RefCell<Vec<(u64, Owner, Shown)>>>;

struct ShownEl {
    tag: &'static str,
    element: Element,
    attributes: Vec<(&'static str, Held)>,
    handlers: Vec<(&'static str, Rc<RefCell<Handler>>)>,
    children: Vec<Shown>,
}

enum Held {
    Fixed(Cow<'static, str>),
    Bound { _effect: RenderEffect<()> },
}

fn follow(effect: impl FnMut() + 'static) -> RenderEffect<()> {
    // One type for all of them.
    let mut effect: Box<dyn FnMut()> = Box::new(effect);
    RenderEffect::new(move |_| effect())
}

fn hold(element: &Element, name: &'static str, value: Value) -> Held {
    match value {
        Value::Fixed(value) => {
            let _ = element.set_attribute(name, &value);
            Held::Fixed(value)
        }
        Value::Bound(value) => {
            let element = element.clone();
            let mut shown: Option<Option<String>> = None;
            let effect = follow(move || {
                let value = value();
                if shown.as_ref() != Some(&value) {
                    let _ = match &value {
                        Some(value) => element.set_attribute(name, value),
                        None => element.remove_attribute(name),
                    };
                    shown = Some(value);
                }
            });
            Held::Bound { _effect: effect }
        }
    }
}

impl ShownEl {
    /// `None` where the page refuses to make elements.
    fn new(el: El) -> Option<Self> {
        let Parts { tag, attributes, handlers, children, made } = *el.0;
        let element = document()?.create_element(tag).ok()?;
        let inside = Place { parent: element.clone(), before: None };
        let mut shown = Self {
            tag,
            attributes: attributes
                .into_iter()
                .map(|(name, value)| (name, hold(&element, name, value)))
                .collect(),
            handlers: Vec::new(),
            children: children.into_iter().filter_map(|child| inside.build(child)).collect(),
            element,
        };
        for (name, handler) in handlers {
            shown.listen(name, handler);
        }
        for made in made {
            made(&shown.element);
        }
        Some(shown)
    }

    fn listen(&mut self, name: &'static str, handler: Handler) {
        let handler = Rc::new(RefCell::new(handler));
        let held = handler.clone();
        // Left to the browser to free: an event may be on its way to an element that is gone.
        let listener = Closure::<dyn FnMut(Event)>::new(move |event| {
            // What is done may set off the same event again: that one is not for us.
            if let Ok(mut handler) = held.try_borrow_mut() {
                handler(event);
            }
        })
        .into_js_value();
        let _ = self.element.add_event_listener_with_callback(name, listener.unchecked_ref());
        self.handlers.push((name, handler));
    }

    /// Whether `el` differs only in what [`ShownEl::update`] brings up to date.
    fn fits(&self, el: &El) -> bool {
        let names = |name: &(&'static str, Value)| name.0;
        self.tag == el.0.tag
            && self.attributes.iter().map(|held| held.0).eq(el.0.attributes.iter().map(names))
            && self.handlers.iter().map(|held| held.0).eq(el.0.handlers.iter().map(|handler| handler.0))
            && el.0.made.is_empty()
    }

    fn update(&mut self, el: El) {
        for ((name, held), (_, value)) in self.attributes.iter_mut().zip(el.0.attributes) {
            match (&*held, &value) {
                (Held::Fixed(old), Value::Fixed(new)) if old == new => {}
                _ => *held = hold(&self.element, name, value),
            }
        }
        for ((_, held), (_, handler)) in self.handlers.iter().zip(el.0.handlers) {
            *held.borrow_mut() = handler;
        }
        let inside = Place { parent: self.element.clone(), before: None };
        inside.update(&mut self.children, el.0.children);
    }
}

impl Shown {
    /// The first node of the page that this is; `None` for a view that has none.
    fn first(&self) -> Option<web_sys::Node> {
        match self {
            Self::El(shown) => Some(shown.element.clone().into()),
            Self::Text(text, _) | Self::Live { text, .. } => Some(text.clone().into()),
            Self::Show { nodes, end, .. } => {
                nodes.borrow().iter().find_map(Self::first).or_else(|| Some(end.clone().into()))
            }
            Self::Each { rows, end, .. } => {
                rows.borrow().first().and_then(|row| row.2.first()).or_else(|| Some(end.clone().into()))
            }
            Self::Html(element, _) => Some(element.clone().into()),
        }
    }

    fn remove(self) {
        match self {
            Self::El(shown) => shown.element.remove(),
            Self::Text(text, _) | Self::Live { text, .. } => text.remove(),
            Self::Show { nodes, end, effect } => {
                drop(effect);
                nodes.take().into_iter().for_each(Self::remove);
                end.remove();
            }
            Self::Each { rows, end, effect } => {
                drop(effect);
                rows.take().into_iter().for_each(|row| row.2.remove());
                end.remove();
            }
            Self::Html(element, _) => element.remove(),
        }
    }
}

/// Where nodes go: into `parent`, in front of `before`.
struct Place {
    parent: Element,
    before: Option<web_sys::Node>,
}

impl Place {
    fn insert(&self, node: &web_sys::Node) {
        let _ = self.parent.insert_before(node, self.before.as_ref());
    }

    fn build(&self, node: Node) -> Option<Shown> {
        Some(match node {
            Node::El(el) => {
                let shown = ShownEl::new(el)?;
                self.insert(&shown.element);
                Shown::El(shown)
            }
            Node::Text(text) => {
                let shown = document()?.create_text_node(&text);
                self.insert(&shown);
                Shown::Text(shown, text)
            }
            Node::Live(text) => {
                let shown = document()?.create_text_node("");
                self.insert(&shown);
                let target = shown.clone();
                let mut last = String::new();
                let effect = follow(move || {
                    let text = text();
                    if text != last {
                        target.set_text_content(Some(&text));
                        last = text;
                    }
                });
                Shown::Live { text: shown, _effect: effect }
            }
            Node::Show(view) => {
                let end = document()?.create_text_node("");
                self.insert(&end);
                let nodes = Rc::new(RefCell::new(Vec::new()));
                let (parent, before, held) = (self.parent.clone(), end.clone(), nodes.clone());
                let inside = Self { parent, before: Some(before.into()) };
                let effect = follow(move || {
                    let wanted = view();
                    // A view that sets off itself while it is shown waits for its next turn.
                    if let Ok(mut shown) = held.try_borrow_mut() {
                        inside.update(&mut shown, wanted);
                    }
                });
                Shown::Show { nodes, end, effect }
            }
            Node::Each(keys, view) => {
                let end = document()?.create_text_node("");
                self.insert(&end);
                let rows = Rows::default();
                let (parent, before, held) = (self.parent.clone(), end.clone(), rows.clone());
                let inside = Self { parent, before: Some(before.into()) };
                // Not the owner of the effect below: that one forgets everything on each run.
                let owner = Owner::current().unwrap_or_default();
                let effect = follow(move || {
                    let keys = keys();
                    let Ok(mut rows) = held.try_borrow_mut() else { return };
                    let same = rows.iter().zip(&keys).take_while(|(row, key)| row.0 == **key).count();
                    rows.drain(same..).for_each(|row| row.2.remove());
                    for key in keys.into_iter().skip(same) {
                        let own = owner.child();
                        let shown = own.with(|| untrack(|| inside.build(Node::El(view(key)))));
                        rows.extend(shown.map(|shown| (key, own, shown)));
                    }
                });
                Shown::Each { rows, end, effect }
            }
            Node::Html(html) => {
                let holder = document()?.create_element("div").ok()?;
                holder.set_inner_html(&html);
                let element = holder.first_element_child()?;
                self.insert(&element);
                Shown::Html(element, html)
            }
        })
    }

    /// Makes `shown` what `wanted` says. What fits at its place stays there.
    fn update(&self, shown: &mut Vec<Shown>, wanted: Vec<Node>) {
        let count = wanted.len();
        for (index, node) in wanted.into_iter().enumerate() {
            let Some(old) = shown.get_mut(index) else {
                shown.extend(self.build(node));
                continue;
            };
            match (old, node) {
                (Shown::El(old), Node::El(new)) if old.fits(&new) => old.update(new),
                (Shown::Text(_, old), Node::Text(new)) if *old == new => {}
                (Shown::Html(_, old), Node::Html(new)) if *old == new => {}
                (old, node) => {
                    let place = Self { parent: self.parent.clone(), before: old.first() };
                    if let Some(new) = place.build(node) {
                        std::mem::replace(old, new).remove();
                    }
                }
            }
        }
        for extra in shown.drain(count.min(shown.len())..) {
            extra.remove();
        }
    }
}

fn document() -> Option<web_sys::Document> {
    web_sys::window()?.document()
}
