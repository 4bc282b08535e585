//! Files that come in and go out.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FileList, HtmlAnchorElement, Url};

/// Why a file could not be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileError {
    /// It is larger than a definition may be; its size in bytes.
    TooLarge(u64),
    /// The browser could not read it.
    Unreadable,
    /// Its bytes are not UTF-8.
    NotText,
}

impl FileError {
    /// The sentence for `name`.
    pub fn sentence(self, name: &str) -> String {
        match self {
            Self::TooLarge(size) => {
                let (size, most) = (size / 1_048_576, crate::core::source::MAX_FILE / 1_048_576);
                format!("{name} is {size} MiB; a definition may have {most} MiB.")
            }
            Self::Unreadable => format!("{name} could not be read. Was it moved or deleted?"),
            Self::NotText => format!("{name} is not UTF-8 text. Save it as UTF-8 and open it again."),
        }
    }
}

/// The files of a list, in its order.
pub fn list(files: Option<FileList>) -> Vec<File> {
    let Some(files) = files else { return Vec::new() };
    (0..files.length()).filter_map(|index| files.item(index)).collect()
}

/// The text of `file`, byte for byte.
pub async fn read(file: &File) -> Result<String, FileError> {
    let size = file.size();
    if size > crate::core::source::MAX_FILE as f64 {
        return Err(FileError::TooLarge(size as u64));
    }
    let buffer = JsFuture::from(file.array_buffer()).await.map_err(|_| FileError::Unreadable)?;
    // `File.text()` would replace what is not UTF-8 without a word, and drop a byte-order mark.
    String::from_utf8(js_sys::Uint8Array::new(&buffer).to_vec()).map_err(|_| FileError::NotText)
}

/// Hands `text` to the person as a file called `name`.
pub fn download(name: &str, text: &str) {
    let _ = try_download(name, text);
}

fn try_download(name: &str, text: &str) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type("text/markdown");
    let bytes = js_sys::Uint8Array::from(text.as_bytes());
    let parts = js_sys::Array::of1(&bytes);
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options)?;
    let url = Url::create_object_url_with_blob(&blob)?;
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link: HtmlAnchorElement = document.create_element("a")?.unchecked_into();
    link.set_href(&url);
    link.set_download(name);
    link.click();
    Url::revoke_object_url(&url)
}
