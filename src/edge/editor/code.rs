//! CodeMirror, behind its module.

use js_sys::{Array, Object, Promise, Reflect};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::Element;

use super::{Callbacks, TextEditor};
use crate::core::snapshot::PositionEdit;
use crate::core::text::LineBreak;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(catch, js_namespace = agentPlayground, js_name = loadEditor)]
    fn load_editor() -> Result<Promise, JsValue>;

    /// The loaded module.
    #[derive(Clone)]
    pub type Module;

    #[wasm_bindgen(method, catch, js_name = createEditor)]
    fn create_editor(
        this: &Module,
        parent: &Element,
        callbacks: &Object,
        label: &str,
    ) -> Result<Handle, JsValue>;

    #[wasm_bindgen(method, catch, js_name = highlight)]
    fn highlight(this: &Module, code: &str, language: &str) -> Result<Promise, JsValue>;

    type Handle;

    #[wasm_bindgen(method)]
    fn open(this: &Handle, id: &str, text: &str, line_break: &str);
    #[wasm_bindgen(method, js_name = replaceAll)]
    fn replace_all(this: &Handle, text: &str);
    #[wasm_bindgen(method, js_name = applyEdits)]
    fn apply_edits(this: &Handle, json: &str);
    #[wasm_bindgen(method, js_name = setDiagnostics)]
    fn set_diagnostics(this: &Handle, json: &str);
    #[wasm_bindgen(method)]
    fn reveal(this: &Handle, from: usize, to: usize);
    #[wasm_bindgen(method)]
    fn focus(this: &Handle);
    #[wasm_bindgen(method)]
    fn fold(this: &Handle, all: bool);
    #[wasm_bindgen(method)]
    fn search(this: &Handle);
    #[wasm_bindgen(method)]
    fn undo(this: &Handle);
    #[wasm_bindgen(method)]
    fn redo(this: &Handle);
    #[wasm_bindgen(method)]
    fn destroy(this: &Handle);
}

/// Loads the editor's module; the browser loads it once, however often this is called.
/// `None` where it cannot be had.
pub async fn load() -> Option<Module> {
    let loading = load_editor().ok()?;
    JsFuture::from(loading).await.ok().map(JsCast::unchecked_into)
}

impl Module {
    /// The pieces of `code` that have a colour: UTF-16 start and end in `code`, and a class.
    /// Empty where the language is not known.
    pub async fn highlights(&self, code: &str, language: &str) -> Vec<(u32, u32, String)> {
        let Ok(promise) = self.highlight(code, language) else { return Vec::new() };
        let Ok(found) = JsFuture::from(promise).await else { return Vec::new() };
        let number = |value: JsValue| value.as_f64().map(|number| number as u32);
        Array::from(&found)
            .iter()
            .filter_map(|piece| {
                let piece: Array = piece.dyn_into().ok()?;
                Some((number(piece.get(0))?, number(piece.get(1))?, piece.get(2).as_string()?))
            })
            .collect()
    }
}

/// The full editor.
pub struct CodeEditor {
    handle: Handle,
    // JavaScript calls these for as long as the editor lives.
    _closures: [JsValue; 5],
}

impl CodeEditor {
    /// An editor in `parent` whose text box is called `label`; `None` where the module fails.
    pub fn new(module: &Module, parent: &Element, callbacks: Callbacks, label: &str) -> Option<Self> {
        let Callbacks { changed, cursor, complete, hover, fix } = callbacks;
        let position = |value: f64| value as usize;
        let closures = [
            Closure::<dyn Fn(String)>::new(changed).into_js_value(),
            Closure::<dyn Fn(f64, f64)>::new(move |head, anchor| cursor(position(head), position(anchor)))
                .into_js_value(),
            Closure::<dyn Fn(f64, bool) -> JsValue>::new(move |at, explicit| {
                complete(position(at), explicit).map_or(JsValue::UNDEFINED, JsValue::from)
            })
            .into_js_value(),
            Closure::<dyn Fn(f64) -> JsValue>::new(move |at| {
                hover(position(at)).map_or(JsValue::UNDEFINED, JsValue::from)
            })
            .into_js_value(),
            Closure::<dyn Fn(f64, f64)>::new(move |diagnostic, which| {
                fix(position(diagnostic), position(which));
            })
            .into_js_value(),
        ];
        let object = Object::new();
        for (name, closure) in ["changed", "cursor", "complete", "hover", "fix"].iter().zip(&closures) {
            Reflect::set(&object, &(*name).into(), closure).ok()?;
        }
        let handle = module.create_editor(parent, &object, label).ok()?;
        Some(Self { handle, _closures: closures })
    }
}

impl TextEditor for CodeEditor {
    fn open(&self, id: &str, text: &str, line_break: LineBreak) {
        self.handle.open(id, text, line_break.as_str());
    }

    fn replace_all(&self, text: &str) {
        self.handle.replace_all(text);
    }

    fn apply_edits(&self, edits: &[PositionEdit<'_>]) {
        // Strings and numbers alone: serialising them cannot fail.
        self.handle.apply_edits(&serde_json::to_string(edits).unwrap_or_default());
    }

    fn set_diagnostics(&self, json: &str) {
        self.handle.set_diagnostics(json);
    }

    fn reveal(&self, from: usize, to: usize) {
        self.handle.reveal(from, to);
    }

    fn focus(&self) {
        self.handle.focus();
    }

    fn fold(&self, all: bool) {
        self.handle.fold(all);
    }

    fn search(&self) {
        self.handle.search();
    }

    fn undo(&self) {
        self.handle.undo();
    }

    fn redo(&self) {
        self.handle.redo();
    }

    fn destroy(&self) {
        self.handle.destroy();
    }
}
