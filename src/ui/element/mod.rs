//! Elements as values, all of one type.
//!
//! Leptos' `view!` gives every place of a page its own type, and the compiler writes code for
//! each: the page would be a fifth larger to download. Here an element is data that one
//! function turns into DOM, and a closure of Leptos' reactive graph keeps each part that
//! changes up to date. Signals, memos, effects and their owners are Leptos' own.

mod shown;

use std::borrow::Cow;

use js_sys::Reflect;
use wasm_bindgen::JsValue;
use web_sys::{Element, Event};

pub use self::shown::mount;
use super::reactive::effect;

type Handler = Box<dyn FnMut(Event)>;

/// An element that is to be.
pub struct El(Box<Parts>);

struct Parts {
    tag: &'static str,
    attributes: Vec<(&'static str, Value)>,
    handlers: Vec<(&'static str, Handler)>,
    children: Vec<Node>,
    made: Vec<Box<dyn FnOnce(&Element)>>,
}

enum Value {
    Fixed(Cow<'static, str>),
    /// Absent while `None`.
    Bound(Box<dyn Fn() -> Option<String>>),
}

/// Something in an element.
pub enum Node {
    /// An element.
    El(El),
    /// A text.
    Text(Cow<'static, str>),
    /// A text that follows signals.
    Live(Box<dyn Fn() -> String>),
    /// Nodes that follow signals. Those that stay at their place stay in the page, with their
    /// focus and their scroll position.
    Show(Box<dyn Fn() -> Vec<Node>>),
    /// One element for each key.
    Each(Box<dyn Fn() -> Vec<u64>>, Box<dyn Fn(u64) -> El>),
    /// HTML of our own, one element.
    Html(String),
}

impl From<El> for Node {
    fn from(el: El) -> Self {
        Self::El(el)
    }
}

/// An element called `tag`, with `class` unless it is empty.
#[inline(never)]
pub fn el(tag: &'static str, class: &'static str) -> El {
    let el = El(Box::new(Parts {
        tag,
        attributes: Vec::new(),
        handlers: Vec::new(),
        children: Vec::new(),
        made: Vec::new(),
    }));
    if class.is_empty() { el } else { el.attr("class", class) }
}

/// A button that submits nothing.
#[inline(never)]
pub fn button(class: &'static str) -> El {
    el("button", class).attr("type", "button")
}

impl El {
    /// Sets an attribute.
    #[inline(never)]
    pub fn attr(mut self, name: &'static str, value: &'static str) -> Self {
        self.0.attributes.push((name, Value::Fixed(Cow::Borrowed(value))));
        self
    }

    /// Sets an attribute.
    #[inline(never)]
    pub fn put(mut self, name: &'static str, value: String) -> Self {
        self.0.attributes.push((name, Value::Fixed(Cow::Owned(value))));
        self
    }

    /// An attribute that follows signals; absent while `None`.
    pub fn bind(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        self.value_of(name, Value::Bound(Box::new(value)))
    }

    #[inline(never)]
    fn value_of(mut self, name: &'static str, value: Value) -> Self {
        self.0.attributes.push((name, value));
        self
    }

    /// An attribute without a value that is there while `on` holds.
    pub fn flag(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.bind(name, move || on().then(String::new))
    }

    /// What the field holds follows signals.
    pub fn value(self, value: impl Fn() -> String + 'static) -> Self {
        self.property("value", move || value().into())
    }

    /// Whether the field is marked follows signals.
    pub fn checked(self, value: impl Fn() -> bool + 'static) -> Self {
        self.property("checked", move || value().into())
    }

    fn property(self, name: &'static str, value: impl Fn() -> JsValue + 'static) -> Self {
        self.bound_property(name, Box::new(value))
    }

    fn bound_property(self, name: &'static str, value: Box<dyn Fn() -> JsValue>) -> Self {
        self.made(move |element| {
            let element = element.clone();
            effect(move || {
                let (name, value) = (JsValue::from(name), value());
                // Setting it moves the caret, even to the same text.
                if Reflect::get(&element, &name).ok().as_ref() != Some(&value) {
                    let _ = Reflect::set(&element, &name, &value);
                }
            });
        })
    }

    /// Hears an event.
    pub fn on(self, name: &'static str, handler: impl FnMut(Event) + 'static) -> Self {
        self.heard(name, Box::new(handler))
    }

    #[inline(never)]
    fn heard(mut self, name: &'static str, handler: Handler) -> Self {
        self.0.handlers.push((name, handler));
        self
    }

    /// Gets the element when it is made, before it is in the page.
    pub fn made(self, act: impl FnOnce(&Element) + 'static) -> Self {
        self.when_made(Box::new(act))
    }

    #[inline(never)]
    fn when_made(mut self, act: Box<dyn FnOnce(&Element)>) -> Self {
        self.0.made.push(act);
        self
    }

    /// Adds a node.
    #[inline(never)]
    pub fn node(mut self, node: Node) -> Self {
        self.0.children.push(node);
        self
    }

    /// Adds nodes.
    #[inline(never)]
    pub fn nodes(mut self, nodes: Vec<Node>) -> Self {
        self.0.children.extend(nodes);
        self
    }

    /// Adds an element.
    #[inline(never)]
    pub fn child(self, child: El) -> Self {
        self.node(Node::El(child))
    }

    /// Adds an element, if there is one.
    #[inline(never)]
    pub fn maybe(self, child: Option<El>) -> Self {
        match child {
            Some(child) => self.child(child),
            None => self,
        }
    }

    /// Adds elements.
    pub fn children(mut self, children: impl IntoIterator<Item = El>) -> Self {
        self.0.children.extend(children.into_iter().map(Node::El));
        self
    }

    /// Adds a text.
    #[inline(never)]
    pub fn text(self, text: &'static str) -> Self {
        self.node(Node::Text(Cow::Borrowed(text)))
    }

    /// Adds a text.
    #[inline(never)]
    pub fn string(self, text: String) -> Self {
        self.node(Node::Text(Cow::Owned(text)))
    }

    /// Adds a text that follows signals.
    pub fn live(self, text: impl Fn() -> String + 'static) -> Self {
        self.node(Node::Live(Box::new(text)))
    }

    /// Adds an element that follows signals, while there is one.
    pub fn show(self, view: impl Fn() -> Option<El> + 'static) -> Self {
        self.node(Node::Show(Box::new(move || view().map(Node::El).into_iter().collect())))
    }

    /// Adds one element for each key, in their order. An element stays as it is while its key
    /// and all keys before it stay.
    pub fn each(self, keys: impl Fn() -> Vec<u64> + 'static, view: impl Fn(u64) -> El + 'static) -> Self {
        self.node(Node::Each(Box::new(keys), Box::new(view)))
    }

    /// Adds elements that follow signals.
    pub fn list(self, view: impl Fn() -> Vec<El> + 'static) -> Self {
        self.node(Node::Show(Box::new(move || view().into_iter().map(Node::El).collect())))
    }
}
