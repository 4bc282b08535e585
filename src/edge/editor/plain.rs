//! A plain text area: it stands in until the editor is loaded, and where it cannot be.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use web_sys::{Element, HtmlTextAreaElement};

use super::{Callbacks, TextEditor};
use crate::core::plain;
use crate::core::snapshot::PositionEdit;
use crate::core::text::LineBreak;

#[wasm_bindgen]
extern "C" {
    // Deprecated on paper, and still the only way to change a text area within its own history.
    #[wasm_bindgen(js_namespace = document, js_name = execCommand)]
    fn exec_command(name: &str, interface: bool, value: &str) -> bool;
}

struct Inner {
    area: HtmlTextAreaElement,
    /// The text with its own line breaks; the area has forgotten them.
    text: RefCell<String>,
    composing: Cell<bool>,
    /// Runs once no input method is at work.
    waiting: RefCell<Option<Box<dyn FnOnce()>>>,
    callbacks: Callbacks,
}

/// The plain editor.
pub struct PlainEditor {
    inner: Rc<Inner>,
    listeners: Vec<(&'static str, Closure<dyn FnMut(web_sys::Event)>)>,
}

impl PlainEditor {
    /// A text area in `parent`, called `label`; `None` only where there is no document.
    pub fn new(parent: &Element, callbacks: Callbacks, label: &str) -> Option<Self> {
        let area: HtmlTextAreaElement =
            parent.owner_document()?.create_element("textarea").ok()?.unchecked_into();
        area.set_class_name("plain-editor");
        for (name, value) in [("aria-label", label), ("spellcheck", "false"), ("autocapitalize", "off")] {
            area.set_attribute(name, value).ok()?;
        }
        parent.append_child(&area).ok()?;
        let inner = Rc::new(Inner {
            area,
            text: RefCell::default(),
            composing: Cell::new(false),
            waiting: RefCell::default(),
            callbacks,
        });
        let mut listeners = Vec::new();
        for (event, handler) in [
            ("input", Inner::took as fn(&Inner)),
            ("compositionstart", |inner| inner.composing.set(true)),
            ("compositionend", Inner::composed),
            ("selectionchange", Inner::moved),
            ("keyup", Inner::moved),
            ("click", Inner::moved),
        ] {
            let held = Rc::downgrade(&inner);
            let closure = Closure::<dyn FnMut(web_sys::Event)>::new(move |_| {
                if let Some(inner) = held.upgrade() {
                    handler(&inner);
                }
            });
            let _ = inner.area.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref());
            listeners.push((event, closure));
        }
        Some(Self { inner, listeners })
    }

    /// Runs `task` now, or as soon as an input method has finished its word.
    pub fn when_idle(&self, task: impl FnOnce() + 'static) {
        if self.inner.composing.get() {
            *self.inner.waiting.borrow_mut() = Some(Box::new(task));
        } else {
            task();
        }
    }

    /// The selection, if the area has the focus: start and end as positions.
    pub fn focused_selection(&self) -> Option<(usize, usize)> {
        let active = self.inner.area.owner_document()?.active_element()?;
        (active == *AsRef::<Element>::as_ref(&self.inner.area)).then(|| self.inner.selection())
    }

    /// How far the text is scrolled, in CSS pixels.
    pub fn scroll_top(&self) -> i32 {
        self.inner.area.scroll_top()
    }
}

impl Drop for PlainEditor {
    fn drop(&mut self) {
        // An event may be on its way to the area that was taken off the page.
        for (event, closure) in &self.listeners {
            let listener = closure.as_ref().unchecked_ref();
            let _ = self.inner.area.remove_event_listener_with_callback(event, listener);
        }
    }
}

impl Inner {
    fn selection(&self) -> (usize, usize) {
        let number = |value: Result<Option<u32>, JsValue>| value.ok().flatten().unwrap_or(0) as usize;
        (number(self.area.selection_start()), number(self.area.selection_end()))
    }

    fn took(&self) {
        let text = plain::merge(&self.text.borrow(), &self.area.value());
        if text != *self.text.borrow() {
            self.text.replace(text.clone());
            (self.callbacks.changed)(text);
        }
        self.moved();
    }

    fn composed(&self) {
        self.composing.set(false);
        let waiting = self.waiting.borrow_mut().take();
        if let Some(task) = waiting {
            task();
        }
    }

    fn moved(&self) {
        let (start, end) = self.selection();
        (self.callbacks.cursor)(end, start);
    }

    /// Writes `text` over a range as if it had been typed.
    fn write(&self, from: usize, to: usize, text: &str) {
        let _ = self.area.focus();
        let _ = self.area.set_selection_range(from as u32, to as u32);
        let done = if text.is_empty() {
            from == to || exec_command("delete", false, "")
        } else {
            exec_command("insertText", false, text)
        };
        if !done {
            let _ = self.area.set_range_text_with_start_and_end(text, from as u32, to as u32);
        }
    }
}

impl TextEditor for PlainEditor {
    fn open(&self, _id: &str, text: &str, _line_break: LineBreak) {
        self.inner.text.replace(text.to_owned());
        self.inner.area.set_value(text);
        let _ = self.inner.area.set_selection_range(0, 0);
        self.inner.area.set_scroll_top(0);
    }

    fn replace_all(&self, text: &str) {
        let length = self.inner.area.value().encode_utf16().count();
        self.inner.write(0, length, &plain::normalized(text));
        // The whole text is new, its line breaks too.
        self.inner.text.replace(text.to_owned());
        (self.inner.callbacks.changed)(text.to_owned());
    }

    fn apply_edits(&self, edits: &[PositionEdit<'_>]) {
        let (Some(first), Some(last)) = (edits.first(), edits.last()) else { return };
        // Written in one go, so that it is one step of the area's history.
        let value: Vec<u16> = self.inner.area.value().encode_utf16().collect();
        let mut text = String::new();
        let mut done = first.from;
        for edit in edits {
            text.push_str(&String::from_utf16_lossy(value.get(done..edit.from).unwrap_or_default()));
            text.push_str(&plain::normalized(edit.text));
            done = edit.to;
        }
        self.inner.write(first.from, last.to, &text);
        self.inner.took();
    }

    fn set_diagnostics(&self, _json: &str) {}

    fn reveal(&self, from: usize, to: usize) {
        let _ = self.inner.area.focus();
        let _ = self.inner.area.set_selection_range(from as u32, to as u32);
        // No text area scrolls to its selection by itself; the lines before it say how far.
        let before = self.inner.area.value().encode_utf16().take(from).filter(|unit| *unit == 10).count();
        let lines = self.inner.area.value().matches('\n').count() + 1;
        let line = f64::from(self.inner.area.scroll_height()) / lines as f64;
        let middle = self.inner.area.client_height() / 2;
        self.inner.area.set_scroll_top((before as f64 * line) as i32 - middle);
        self.inner.moved();
    }

    fn focus(&self) {
        let _ = self.inner.area.focus();
    }

    fn fold(&self, _all: bool) {}

    fn search(&self) {}

    fn undo(&self) {
        let _ = self.inner.area.focus();
        exec_command("undo", false, "");
    }

    fn redo(&self) {
        let _ = self.inner.area.focus();
        exec_command("redo", false, "");
    }

    fn destroy(&self) {
        self.inner.area.remove();
    }
}
