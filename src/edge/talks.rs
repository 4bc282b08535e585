//! Conversations that outlive the page, behind their module.

use js_sys::{Object, Reflect};

use super::module::{call, load};

const LOADER: &str = "loadTalks";

/// The text that is kept under `name`; `None` where there is none, or the browser keeps nothing.
pub async fn read(name: &str) -> Option<String> {
    let part = load(LOADER).await?;
    call(&part, "read", &name.into()).await.ok()?.as_string().filter(|text| !text.is_empty())
}

/// Keeps `text` under `name`, and forgets it where it is empty. `false` where that cannot be done.
pub async fn write(name: &str, text: &str) -> bool {
    let Some(part) = load(LOADER).await else { return false };
    let asked = Object::new();
    for (key, value) in [("name", name), ("text", text)] {
        let _ = Reflect::set(&asked, &key.into(), &value.into());
    }
    call(&part, "write", &asked).await.is_ok()
}
