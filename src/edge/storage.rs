//! What the browser keeps between visits.

use web_sys::Storage;

/// Why something could not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageError {
    /// The browser gives this page no storage: private mode, a policy, a sandbox.
    Forbidden,
    /// The browser's quota for this page is used up.
    Full,
}

impl std::fmt::Display for StorageError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Forbidden => "this browser lets the page store nothing",
            Self::Full => "storage is full",
        })
    }
}

fn local() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The value under `key`, if there is one and it may be read.
pub fn read(key: &str) -> Option<String> {
    local()?.get_item(key).ok()?
}

/// Keeps `value` under `key`.
pub fn write(key: &str, value: &str) -> Result<(), StorageError> {
    let storage = local().ok_or(StorageError::Forbidden)?;
    storage.set_item(key, value).map_err(|_| {
        // The browser's own words differ; whether anything at all fits tells the two apart.
        if storage.set_item("ap:probe", "").is_ok() || storage.length().is_ok_and(|count| count > 0) {
            let _ = storage.remove_item("ap:probe");
            StorageError::Full
        } else {
            StorageError::Forbidden
        }
    })
}

/// Forgets what is under `key`.
pub fn remove(key: &str) {
    if let Some(storage) = local() {
        let _ = storage.remove_item(key);
    }
}

/// All keys that begin with `prefix`, in no particular order.
pub fn keys(prefix: &str) -> Vec<String> {
    let Some(storage) = local() else { return Vec::new() };
    let count = storage.length().unwrap_or(0);
    (0..count)
        .filter_map(|index| storage.key(index).ok().flatten())
        .filter(|key| key.starts_with(prefix))
        .collect()
}
