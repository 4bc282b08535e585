//! Drafts: saved as one types, and heard of from other tabs.
use super::State;
use leptos::prelude::*;
#[derive(Default)]
pub struct Saver;
impl State {
    pub(super) fn load_drafts(self) -> Option<String> {
        None
    }
    pub(super) fn save_soon(self) {}
    pub fn save_pending(self) {}
    pub(super) fn save_now(self, _id: &str) {}
    pub(super) fn forget(self, _id: &str) {}
    pub(super) fn is_kept(self) -> bool {
        true
    }
    pub(super) fn heard(self, _event: &web_sys::Event) {}
}
