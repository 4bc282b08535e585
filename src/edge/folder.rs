//! Folders of this machine, behind their module.

use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::DragEvent;

use super::files::Found;
use super::module::{call, load};
use crate::core::sandbox::tree::{MAX_BYTES, MAX_FILE, MAX_FILES};

const LOADER: &str = "loadFolder";

/// Whether the browser lets a folder be picked that can be written back to.
pub fn can_pick() -> bool {
    Reflect::has(&js_sys::global(), &"showDirectoryPicker".into()).unwrap_or(false)
}

/// Fetches what [`pick`] needs, which has to follow a click at once.
pub async fn prepare() {
    load(LOADER).await;
}

/// Lets the person pick a folder and reads it, as far as a workspace has room; `None` where they
/// pick none.
pub async fn pick() -> Option<Found> {
    found(&call(&load(LOADER).await?, "pick", &room()).await.ok()?)
}

/// What was dropped, which is only to be had while the event lasts.
pub fn dropped(event: &DragEvent) -> Array {
    let entries = Array::new();
    let items = event.data_transfer().and_then(|data| Reflect::get(&data, &"items".into()).ok());
    for item in Array::from(&items.unwrap_or_default()).iter() {
        let entry = Reflect::get(&item, &"webkitGetAsEntry".into()).ok();
        let entry = entry.and_then(|get| get.dyn_into::<Function>().ok()?.call0(&item).ok());
        if let Some(entry) = entry.filter(|entry| entry.is_object()) {
            entries.push(&entry);
        }
    }
    entries
}

/// Reads what was [`dropped`], as far as a workspace has room.
pub async fn read(entries: &Array) -> Option<Found> {
    let asked = Object::new();
    set(&asked, "entries", entries);
    set(&asked, "room", &room());
    found(&call(&load(LOADER).await?, "read", &asked).await.ok()?)
}

/// Writes `files` into a folder that was picked, and takes away what is `gone`, after the
/// browser has asked the person. What went wrong, as a sentence; empty where nothing did.
pub async fn save(folder: u32, files: &[(String, Vec<u8>)], gone: &[String]) -> String {
    const FAILED: &str = "The folder could not be written. Is it still there?";
    let list = files.iter().map(|(path, bytes)| {
        let file = Object::new();
        set(&file, "path", &path.as_str().into());
        set(&file, "bytes", &Uint8Array::from(bytes.as_slice()));
        file
    });
    let asked = Object::new();
    set(&asked, "folder", &folder.into());
    set(&asked, "files", &list.collect::<Array>());
    set(&asked, "gone", &gone.iter().map(|path| JsValue::from_str(path)).collect::<Array>());
    let Some(part) = load(LOADER).await else { return FAILED.to_owned() };
    let said = call(&part, "save", &asked).await.ok().and_then(|said| said.as_string());
    said.unwrap_or_else(|| FAILED.to_owned())
}

fn set(object: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(object, &name.into(), value);
}

/// The limits of a workspace.
fn room() -> JsValue {
    let room = Object::new();
    for (name, limit) in [("files", MAX_FILES), ("bytes", MAX_BYTES), ("file", MAX_FILE)] {
        set(&room, name, &(limit as f64).into());
    }
    room.into()
}

/// What the module gives; `None` for its `null`.
fn found(value: &JsValue) -> Option<Found> {
    let get = |value: &JsValue, name: &str| Reflect::get(value, &name.into()).unwrap_or(JsValue::UNDEFINED);
    let text = |value: JsValue| value.as_string().unwrap_or_default();
    if !value.is_object() {
        return None;
    }
    let file = |file: JsValue| {
        let bytes = get(&file, "bytes").dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec());
        (text(get(&file, "path")), bytes.unwrap_or_default())
    };
    Some(Found {
        name: text(get(value, "name")),
        files: Array::from(&get(value, "files")).iter().map(file).collect(),
        left_out: Array::from(&get(value, "leftOut")).iter().map(text).collect(),
        folder: get(value, "folder").as_f64().map_or(0, |number| number as u32),
    })
}
