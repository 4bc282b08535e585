//! Files that come in and go out.

use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, File, FileList, HtmlAnchorElement, Url};

use crate::core::sandbox::tree::{MAX_BYTES, MAX_FILE, MAX_FILES};

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

/// Files that were read together.
pub struct Found {
    /// What the folder or archive is called.
    pub name: String,
    /// Their paths in it, and what they hold.
    pub files: Vec<(String, Vec<u8>)>,
    /// The paths of those that were not read.
    pub left_out: Vec<String>,
    /// What [`super::folder::save`] writes back to; 0 where that cannot be.
    pub folder: u32,
}

/// The bytes of `file`; `None` where the browser cannot read it.
pub async fn read_bytes(file: &File) -> Option<Vec<u8>> {
    let buffer = JsFuture::from(file.array_buffer()).await.ok()?;
    Some(js_sys::Uint8Array::new(&buffer).to_vec())
}

/// Reads the files of a folder that was picked, as far as a workspace has room for them.
pub async fn read_folder(list: Vec<File>) -> Found {
    let mut found = Found { name: "Folder".to_owned(), files: Vec::new(), left_out: Vec::new(), folder: 0 };
    let mut room = MAX_BYTES as f64;
    for file in list {
        let path = js_sys::Reflect::get(&file, &"webkitRelativePath".into()).ok();
        let path = path.and_then(|path| path.as_string()).unwrap_or_default();
        // The first part is the folder itself.
        let path = match path.split_once('/') {
            Some((folder, path)) => {
                folder.clone_into(&mut found.name);
                path.to_owned()
            }
            None => file.name(),
        };
        let passed = path.split('/').any(|part| matches!(part, ".git" | "node_modules"));
        let fits = file.size() <= room.min(MAX_FILE as f64) && found.files.len() < MAX_FILES;
        match if fits && !passed { read_bytes(&file).await } else { None } {
            Some(bytes) => {
                room -= file.size();
                found.files.push((path, bytes));
            }
            None => found.left_out.push(path),
        }
    }
    found
}

/// Hands `text` to the person as a file called `name`.
pub fn download(name: &str, text: &str) {
    download_bytes(name, text.as_bytes());
}

/// Hands `bytes` to the person as a file called `name`.
pub fn download_bytes(name: &str, bytes: &[u8]) {
    let _ = try_download(name, bytes);
}

/// What a file is, by the end of its name.
fn media_type(name: &str) -> &'static str {
    match name.rsplit('.').next() {
        Some("json") => "application/json",
        Some("zip") => "application/zip",
        Some("toml") => "application/toml",
        Some("md") => "text/markdown",
        _ => "text/plain",
    }
}

fn try_download(name: &str, bytes: &[u8]) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type(name));
    let bytes = js_sys::Uint8Array::from(bytes);
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
