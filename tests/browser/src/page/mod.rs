//! The page as people meet it: what can be seen, clicked and typed.
//!
//! What is read goes through scripts, so that it is of one moment; what is done goes through the
//! browser's own input, so that a covered button or a lost focus is noticed.

mod chat;
mod editor;
mod looks;
mod problems;

use std::ops::Deref;
use std::time::Duration;

use serde_json::{Value, json};

pub use chat::Message;
pub use problems::{Diagnostic, Fix};

use crate::browser::Browser;
use crate::driver::{Element, Refusal};
use crate::wait::{Patience, SOON, until};

/// The page in a browser.
pub struct Page(Browser);

impl Deref for Page {
    type Target = Browser;

    fn deref(&self) -> &Browser {
        &self.0
    }
}

/// Whether an element can be seen, as a script.
const VISIBLE: &str = "const visible = (it) => it.checkVisibility({ visibilityProperty: true });";

const KEPT: &str = "const all = [];
    for (const { name, version } of await indexedDB.databases()) {
        const base = await new Promise((done) => { const it = indexedDB.open(name, version); it.onsuccess = () => done(it.result); });
        for (const store of base.objectStoreNames) {
            const rows = await new Promise((done) => { const it = base.transaction(store).objectStore(store).getAll(); it.onsuccess = () => done(it.result); });
            all.push(name, store, JSON.stringify(rows));
        }
        base.close();
    }
    for (const name of await caches.keys()) {
        for (const request of await (await caches.open(name)).keys()) all.push(request.url, JSON.stringify([...request.headers]));
    }
    const files = async (folder) => {
        for await (const [name, it] of folder.entries()) {
            all.push(name);
            if (it.kind === 'directory') await files(it);
            else all.push(await (await it.getFile()).text());
        }
    };
    await files(await navigator.storage.getDirectory());
    return all.join(' ');";

const WATCH_DOWNLOADS: &str = "window.handedOut = [];
    const make = URL.createObjectURL;
    URL.createObjectURL = (blob) => { window.handedOut.push(blob); return make.call(URL, blob); };";

impl Page {
    /// Opens `url` in a browser that nobody has used before, and waits until it can be used.
    pub fn open(url: &str) -> Self {
        Self::open_in(Browser::new(), url)
    }

    /// Opens `url` in `browser`, and waits until it can be used.
    pub fn open_in(browser: Browser, url: &str) -> Self {
        let page = Self(browser);
        page.visit(url);
        page
    }

    /// The page as `browser` shows it, whether it can be used or not.
    pub fn without_waiting(browser: Browser) -> Self {
        Self(browser)
    }

    /// Opens `url` in this tab, and waits until it can be used.
    #[track_caller]
    pub fn visit(&self, url: &str) {
        self.go(url);
        self.wait_ready();
    }

    /// Opens `fragment` in the page that is there, as when a link is put into its address bar.
    #[track_caller]
    pub fn follow(&self, fragment: &str) {
        let address = self.address();
        self.go(&format!("{}#{fragment}", address.split('#').next().unwrap_or_default()));
    }

    /// Loads the page again, and waits until it can be used.
    #[track_caller]
    pub fn reload(&self) {
        self.0.reload();
        self.wait_ready();
    }

    /// Waits until the page says that it can be used.
    #[track_caller]
    pub fn wait_ready(&self) {
        self.wait("data-ready", || self.sees("document.body?.dataset.ready === 'true'"));
    }

    /// Waits until `look` is true.
    #[track_caller]
    pub fn wait(&self, what: &str, look: impl Fn() -> bool) {
        until(what, SOON, || look().then_some(()));
    }

    /// Whether an expression is true; `false` also while a page is being loaded.
    pub fn sees(&self, expression: &str) -> bool {
        self.try_script(&format!("return !!({expression})"), &[]).is_ok_and(|value| value == true)
    }

    /// Whether `selector` finds something that can be seen.
    pub fn shows(&self, selector: &str) -> bool {
        let script = format!("{VISIBLE} return [...document.querySelectorAll(arguments[0])].some(visible)");
        self.try_script(&script, &[json!(selector)]).is_ok_and(|value| value == true)
    }

    /// Waits until `selector` finds something that can be seen.
    #[track_caller]
    pub fn wait_for(&self, selector: &str) {
        self.wait(selector, || self.shows(selector));
    }

    /// Waits until nothing that `selector` finds can be seen.
    #[track_caller]
    pub fn wait_gone(&self, selector: &str) {
        self.wait(&format!("{selector} to go"), || !self.shows(selector));
    }

    /// The text of the first element that `selector` finds, as it can be read; empty where there
    /// is none.
    pub fn text_of(&self, selector: &str) -> String {
        let script = "return document.querySelector(arguments[0])?.innerText ?? ''";
        self.try_script(script, &[json!(selector)])
            .ok()
            .and_then(|text| text.as_str().map(str::to_owned))
            .unwrap_or_default()
    }

    /// Waits until the text of `selector` holds `part`, and gives all of it.
    #[track_caller]
    pub fn wait_text(&self, selector: &str, part: &str) -> String {
        until(&format!("“{part}” in {selector}"), SOON, || {
            Some(self.text_of(selector)).filter(|text| text.contains(part))
        })
    }

    /// Waits until the preview holds `part`, also where that is out of sight.
    #[track_caller]
    pub fn wait_preview(&self, part: &str) -> String {
        until(&format!("“{part}” in the preview"), SOON, || {
            let text = self.script("return document.querySelector('[data-testid=preview]').textContent", &[]);
            text.as_str().filter(|text| text.contains(part)).map(str::to_owned)
        })
    }

    /// Clicks on what `selector` finds, once it is there and nothing covers it.
    #[track_caller]
    pub fn press(&self, selector: &str) {
        self.press_found(selector, || self.find(selector));
    }

    /// Clicks on the button, tab or option that reads `label`, in the topmost dialog if one is
    /// open.
    #[track_caller]
    pub fn press_label(&self, label: &str) {
        self.press_found(label, || self.find_label(label));
    }

    fn find_label(&self, label: &str) -> Result<Element, Refusal> {
        let script = format!(
            "{VISIBLE}
            const place = [...document.querySelectorAll('dialog[open]')].at(-1) ?? document;
            const all = place.querySelectorAll('button, label, [role=option], summary, a[href]');
            const text = (it) => it.innerText.replace(/\\s+/g, ' ').trim();
            const found = [...all].filter(visible);
            return found.find((it) => text(it) === arguments[0] || it.ariaLabel === arguments[0])
                ?? found.find((it) => text(it).startsWith(arguments[0]));"
        );
        self.find_by(&script, &[json!(label)])
    }

    #[track_caller]
    fn press_found(&self, what: &str, find: impl Fn() -> Result<Element, Refusal>) {
        let mut last = None;
        let mut patience = Patience::new(SOON);
        // A refusal names what lies over the element, which `until` could not pass on.
        while !patience.is_over() {
            match find().and_then(|element| self.click(&element)) {
                Ok(()) => return,
                Err(refusal) => last = Some(refusal),
            }
        }
        panic!("cannot click on {what}: {last:?}");
    }

    /// The short message at the bottom, once it holds `part`.
    #[track_caller]
    pub fn wait_toast(&self, part: &str) -> String {
        self.wait_text("[data-testid=toast]", part)
    }

    /// Puts `text` into the field that `selector` finds, in the place of what is there.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        self.press(selector);
        self.chord(&[crate::keys::MOD, 'a']);
        self.type_keys(text);
    }

    /// Chooses the option that begins with `label` in the list that `selector` finds. By script: how
    /// letters search in a list is the browser's affair.
    #[track_caller]
    pub fn choose(&self, selector: &str, label: &str) {
        let script = "const list = document.querySelector(arguments[0]);
            const option = [...list?.options ?? []].find((it) => it.label.startsWith(arguments[1]));
            if (!option) return false;
            list.focus();
            list.value = option.value;
            list.dispatchEvent(new Event('change', { bubbles: true }));
            return true;";
        self.wait(&format!("the option {label}"), || {
            self.script(script, &[json!(selector), json!(label)]) == true
        });
    }

    /// Puts `text` into the field of the open dialog that is labelled `label`.
    #[track_caller]
    pub fn fill_label(&self, label: &str, text: &str) {
        self.press_found(label, || {
            self.find_by(
                "const label = [...document.querySelectorAll('dialog[open] label')].find((it) => it.innerText.trim() === arguments[0]);
                return label?.control;",
                &[json!(label)],
            )
        });
        self.chord(&[crate::keys::MOD, 'a']);
        self.type_keys(text);
    }

    /// Opens the agent `name` of the library, and waits until it is in the editor.
    #[track_caller]
    pub fn open_agent(&self, name: &str) {
        self.press(&format!("[data-testid=library-item][data-name='{name}']"));
        self.wait(&format!("{name} in the editor"), || self.text().contains(&format!("name: {name}")));
    }

    /// The names in the library, as they are shown.
    pub fn library(&self) -> Vec<String> {
        let script = "return [...document.querySelectorAll('[data-testid=library-item]')].map((it) => it.dataset.name)";
        strings(&self.script(script, &[]))
    }

    /// Opens sharing and gives the link, which stays on the screen.
    #[track_caller]
    pub fn share(&self) -> String {
        self.press("[data-testid=share]");
        until("a link", SOON, || {
            let link =
                self.script("return document.querySelector('[data-testid=share-link]')?.value ?? ''", &[]);
            link.as_str().filter(|link| link.contains('#')).map(str::to_owned)
        })
    }

    /// Closes the dialog that is open.
    #[track_caller]
    pub fn close_dialog(&self) {
        self.type_keys(&crate::keys::ESCAPE.to_string());
        self.wait_gone("dialog[open]");
    }

    /// What is on the clipboard.
    pub fn clipboard(&self) -> String {
        self.grant("clipboard-read");
        let text = self.promise("return await navigator.clipboard.readText()", &[]);
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Everything in the browser's storage for this site: local, then of the session.
    pub fn storage(&self) -> (String, String) {
        let both = self.script(
            "return [{ ...localStorage }, { ...sessionStorage }].map((it) => JSON.stringify(it))",
            &[],
        );
        let both = strings(&both);
        (both.first().cloned().unwrap_or_default(), both.get(1).cloned().unwrap_or_default())
    }

    /// Everything else that the browser keeps for this site, as text: databases, caches, its
    /// own files.
    pub fn kept(&self) -> String {
        self.promise(KEPT, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// From now on keeps what the page hands out as files.
    pub fn watch_downloads(&self) {
        self.script(WATCH_DOWNLOADS, &[]);
    }

    /// The files since [`Page::watch_downloads`]: their media type and their bytes.
    pub fn downloads(&self) -> Vec<(String, Vec<u8>)> {
        let all = self.promise(
            "return await Promise.all(window.handedOut.map(async (it) => [it.type, [...new Uint8Array(await it.arrayBuffer())]]))",
            &[],
        );
        let byte = |value: &Value| value.as_u64().and_then(|byte| u8::try_from(byte).ok());
        let bytes = |value: &Value| value.as_array().into_iter().flatten().filter_map(byte).collect();
        let file = |it: &Value| (it[0].as_str().unwrap_or_default().to_owned(), bytes(&it[1]));
        all.as_array().into_iter().flatten().map(file).collect()
    }

    /// The whole page as it stands, with what was typed into its fields.
    pub fn everything(&self) -> String {
        let script = "return document.documentElement.outerHTML + '\\n' +
            [...document.querySelectorAll('input, textarea')].map((it) => it.value).join('\\n')";
        self.script(script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// What has the focus: its test id, accessible name, or tag.
    pub fn focused(&self) -> String {
        let script = "const it = document.activeElement;
            return it?.dataset?.testid ?? it?.ariaLabel ?? it?.id ?? it?.tagName ?? ''";
        self.script(script, &[]).as_str().unwrap_or_default().to_owned()
    }

    /// Asks for light or dark, as the system would.
    pub fn prefer(&self, scheme: &str) {
        let feature = json!({ "name": "prefers-color-scheme", "value": scheme });
        self.devtools("Emulation.setEmulatedMedia", json!({ "features": [feature] }));
    }

    /// Takes the network away, or gives it back.
    pub fn set_offline(&self, offline: bool) {
        self.devtools("Network.enable", json!({}));
        self.devtools(
            "Network.emulateNetworkConditions",
            json!({ "offline": offline, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1 }),
        );
    }

    /// When `name` was marked, in milliseconds since the page began.
    pub fn mark(&self, name: &str) -> Option<Duration> {
        let at = self.script(
            "return performance.getEntriesByName(arguments[0])[0]?.startTime ?? null",
            &[json!(name)],
        );
        at.as_f64().map(|milliseconds| Duration::from_secs_f64(milliseconds / 1000.0))
    }

    /// Errors that the page wrote to the console since the last look, but for those that
    /// `expected` names a part of.
    pub fn complaints(&self, expected: &[&str]) -> Vec<String> {
        let known = |message: &str| expected.iter().any(|part| message.contains(part));
        self.console()
            .into_iter()
            .filter(|(level, message)| level == "SEVERE" && !known(message))
            .map(|(_, message)| message)
            .collect()
    }
}

pub(crate) fn strings(value: &Value) -> Vec<String> {
    let all = value.as_array().map(Vec::as_slice).unwrap_or_default();
    all.iter().filter_map(|it| it.as_str().map(str::to_owned)).collect()
}
