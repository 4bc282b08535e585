use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::*;

fn draft(text: &str, revision: u64, writer: &str, history: &[(&str, u64)]) -> Draft {
    let mut document = Document::new("d", workspace::Origin::New, text);
    document.revision = 1;
    let history = history.iter().map(|(writer, revision)| ((*writer).to_owned(), *revision)).collect();
    Draft::of(&document, Stamp { revision, history }, writer, 1.0)
}

fn stamp(revision: u64, history: &[(&str, u64)]) -> Stamp {
    let history = history.iter().map(|(writer, revision)| ((*writer).to_owned(), *revision)).collect();
    Stamp { revision, history }
}

#[test]
fn a_tab_alone_writes_on() {
    assert_eq!(decide(None, None, "x", None), Save::Write(stamp(1, &[])));
    let mine = draft("x", 4, "a", &[("b", 2)]);
    assert_eq!(decide(Some(&mine), Some(&mine), "x", None), Save::Unchanged);
    assert_eq!(decide(Some(&mine), Some(&mine), "xy", None), Save::Write(stamp(5, &[("a", 4), ("b", 2)])));
    // A new name alone is worth a write; so is a draft that somebody removed.
    assert_eq!(
        decide(Some(&mine), Some(&mine), "x", Some("n")),
        Save::Write(stamp(5, &[("a", 4), ("b", 2)]))
    );
    assert_eq!(decide(None, Some(&mine), "x", None), Save::Write(stamp(5, &[("a", 4), ("b", 2)])));
}

#[test]
fn another_tab_s_text_is_never_overwritten() {
    let seen = draft("x", 4, "a", &[]);
    let theirs = draft("their text", 5, "b", &[("a", 4)]);
    assert_eq!(decide(Some(&theirs), Some(&seen), "my text", None), Save::Conflict);
    assert_eq!(decide(Some(&theirs), None, "my text", None), Save::Conflict);
    assert_eq!(decide(Some(&theirs), Some(&seen), "their text", None), Save::Unchanged);
    assert_eq!(decide(Some(&theirs), Some(&seen), "x", None), Save::Adopt);
    assert_eq!(arrive(&theirs, Some(&seen), "my text"), Arrival::Diverged);
    assert_eq!(arrive(&theirs, Some(&seen), "x"), Arrival::Adopt);
    assert_eq!(arrive(&theirs, Some(&theirs), "my text"), Arrival::Ignore);
    assert!(!may_forget(&theirs, Some(&seen), "x"));
    assert!(may_forget(&theirs, Some(&theirs), "typed since"));
}

#[test]
fn a_write_that_crossed_ours_is_not_taken_for_its_successor() {
    let mine = draft("mine", 5, "a", &[("a", 4)]);
    let crossed = draft("theirs", 5, "b", &[("a", 4)]);
    let later = draft("theirs, later", 6, "b", &[("b", 5), ("a", 4)]);
    for stored in [crossed, later] {
        assert_eq!(arrive(&stored, Some(&mine), "mine"), Arrival::Diverged);
        assert_eq!(decide(Some(&stored), Some(&mine), "mine", None), Save::Conflict);
    }
    let built_on = draft("theirs, on mine", 9, "b", &[("c", 8), ("a", 6)]);
    assert_eq!(arrive(&built_on, Some(&mine), "mine"), Arrival::Adopt);
}

#[test]
fn records_survive_and_foreign_ones_are_left_alone() {
    let mut document = Document::new("d", workspace::Origin::Link("1.x".into()), "a\r\n\u{feff}\0🙂");
    document.title = Some("given".into());
    let draft = Draft::of(&document, stamp(2, &[("w", 1)]), "w", f64::NAN);
    let json = draft.to_json().unwrap();
    assert_eq!(Draft::from_json("ap:draft:d", &json), Ok(draft.clone()));
    let back = Document::from(draft);
    assert_eq!(
        (back.text, back.title, back.origin, back.revision),
        (document.text, document.title, document.origin, 0)
    );
    // What the page without WebAssembly writes.
    let bare = r##"{"v":1,"name":"agent","text":"t","saved":17,"link":"#1.x"}"##;
    let bare = Draft::from_json("ap:draft:fallback-17", bare).unwrap();
    assert_eq!((bare.id.as_str(), bare.origin, bare.edited), ("fallback-17", Origin::New, true));
    assert_eq!(
        Draft::from_json("ap:draft:d", r#"{"v":2,"words":[]}"#).map_err(|error| error.to_string()),
        Err("A draft of version 2 is left as it is: reload the page to get one that reads it.".into())
    );
    for garbage in [
        "",
        "null",
        "[]",
        "{}",
        "{\"v\":1}",
        "{\"v\":-1,\"text\":\"\"}",
        "\u{0}",
        "{\"v\":1,\"text\":7,\"saved\":0}",
    ] {
        assert!(
            matches!(Draft::from_json("ap:draft:d", garbage), Err(DraftError::Unreadable(_))),
            "{garbage}"
        );
    }
    let deep = "[".repeat(100_000);
    assert!(Draft::from_json("ap:draft:d", &deep).is_err());
}

#[test]
fn keys_order_and_names() {
    assert_eq!(key("a1"), "ap:draft:a1");
    assert_eq!(id_of("ap:draft:a1"), Some("a1"));
    assert_eq!(id_of("ap:draft:"), None);
    assert_eq!(id_of("ap:draft-fallback"), None);
    let at = |id: &str, saved| Draft { id: id.into(), saved, ..draft("", 1, "w", &[]) };
    let mut drafts = [at("a", 1.0), at("c", 3.0), at("b", 3.0)];
    newest_first(&mut drafts);
    assert_eq!(drafts.map(|draft| draft.id), ["b", "c", "a"]);
    assert_eq!(copy_name("x", &[]), "x (copy)");
    assert_eq!(copy_name("x", &["x (copy)", "x (copy 2)"]), "x (copy 3)");
    assert_eq!(copy_name("x (copy)", &["x (copy)"]), "x (copy 2)");
    assert_eq!(copy_name("x (copy 7)", &[]), "x (copy)");
    assert_eq!(copy_name("x (copyright)", &[]), "x (copyright) (copy)");
}

#[test]
fn history_is_bounded() {
    let mut last = draft("0", 1, "w0", &[]);
    for n in 1..200_u64 {
        let Save::Write(stamp) = decide(Some(&last), Some(&last), &n.to_string(), None) else {
            panic!("{n}")
        };
        let document = Document::new("d", workspace::Origin::New, n.to_string());
        last = Draft::of(&document, stamp, &format!("w{n}"), 1.0);
    }
    assert_eq!((last.revision, last.history.len()), (200, MAX_HISTORY));
}

/// A browser with some tabs, whose people type, save, reload and throw away at any time.
#[derive(Default)]
struct World {
    store: BTreeMap<String, Draft>,
    tabs: Vec<Tab>,
    /// Texts that somebody typed.
    typed: BTreeSet<String>,
    /// Texts that somebody typed over or threw away with their eyes on them.
    given_up: BTreeSet<String>,
    count: u32,
}

struct Tab {
    writer: String,
    document: Document,
    seen: Option<Draft>,
    /// Ids that other tabs have written or removed.
    events: BTreeSet<String>,
}

#[derive(Debug, Clone)]
enum Step {
    Type(usize),
    Save(usize),
    /// Two tabs read, then both write.
    Cross(usize, usize),
    Hear(usize),
    Reload(usize),
    /// Opens the latest draft, as another tab of the same page does.
    Follow(usize),
    Discard(usize),
}

impl World {
    fn new(tabs: usize) -> Self {
        let mut world = Self::default();
        for _ in 0..tabs {
            let tab = Tab {
                writer: world.fresh("w"),
                document: Document::new("shared", workspace::Origin::New, ""),
                seen: None,
                events: BTreeSet::new(),
            };
            world.tabs.push(tab);
        }
        world
    }

    fn fresh(&mut self, prefix: &str) -> String {
        self.count += 1;
        format!("{prefix}{}", self.count)
    }

    fn ask(&self, tab: usize) -> Save {
        let Tab { document, seen, .. } = &self.tabs[tab];
        decide(self.store.get(&document.id), seen.as_ref(), &document.text, document.title.as_deref())
    }

    fn carry_out(&mut self, tab: usize, save: Save) {
        let id = self.tabs[tab].document.id.clone();
        match save {
            Save::Write(stamp) => {
                let written = Draft::of(&self.tabs[tab].document, stamp, &self.tabs[tab].writer, 0.0);
                // Through JSON, as in a browser.
                let written = Draft::from_json(&key(&id), &written.to_json().unwrap()).unwrap();
                self.tabs[tab].seen = Some(written.clone());
                self.store.insert(id.clone(), written);
                self.tell_others(tab, &id);
            }
            Save::Unchanged => self.tabs[tab].seen = self.store.get(&id).cloned(),
            Save::Adopt => self.adopt(tab),
            Save::Conflict => {
                self.part(tab);
                self.save(tab);
            }
        }
    }

    fn save(&mut self, tab: usize) {
        let save = self.ask(tab);
        self.carry_out(tab, save);
    }

    fn adopt(&mut self, tab: usize) {
        let stored = self.store[&self.tabs[tab].document.id].clone();
        self.tabs[tab].document = stored.clone().into();
        self.tabs[tab].seen = Some(stored);
    }

    fn part(&mut self, tab: usize) {
        self.tabs[tab].document.id = self.fresh("copy");
        self.tabs[tab].seen = None;
    }

    fn tell_others(&mut self, from: usize, id: &str) {
        for (index, tab) in self.tabs.iter_mut().enumerate() {
            if index != from && tab.document.id == id {
                tab.events.insert(id.to_owned());
            }
        }
    }

    fn hear(&mut self, tab: usize) {
        let id = self.tabs[tab].document.id.clone();
        let is_told = std::mem::take(&mut self.tabs[tab].events).contains(&id);
        let Some(stored) = self.store.get(&id).filter(|_| is_told) else { return };
        match arrive(stored, self.tabs[tab].seen.as_ref(), &self.tabs[tab].document.text) {
            Arrival::Adopt => self.adopt(tab),
            Arrival::Ignore => {}
            Arrival::Diverged => self.part(tab),
        }
    }

    fn open(&mut self, tab: usize, id: &str) {
        let Some(stored) = self.store.get(id).cloned() else { return };
        self.tabs[tab].document = stored.clone().into();
        self.tabs[tab].seen = Some(stored);
        self.tabs[tab].events.clear();
    }

    fn step(&mut self, step: &Step) {
        let count = self.tabs.len();
        match *step {
            Step::Type(tab) => {
                let tab = tab % count;
                let text = self.fresh("text ");
                self.typed.insert(text.clone());
                let document = &mut self.tabs[tab].document;
                self.given_up.insert(document.text.to_string());
                document.text = text.into();
                document.revision += 1;
            }
            Step::Save(tab) => self.save(tab % count),
            Step::Cross(one, other) => {
                let (one, other) = (one % count, other % count);
                if one == other {
                    return;
                }
                let saves = [(one, self.ask(one)), (other, self.ask(other))];
                for (tab, save) in saves {
                    match save {
                        // What was asked is what is written, whatever has come between.
                        Save::Write(_) => self.carry_out(tab, save),
                        _ => self.save(tab),
                    }
                }
            }
            Step::Hear(tab) => self.hear(tab % count),
            Step::Reload(tab) => {
                let tab = tab % count;
                self.save(tab);
                self.tabs[tab].writer = self.fresh("w");
                let id = self.tabs[tab].document.id.clone();
                self.open(tab, &id);
            }
            Step::Follow(tab) => {
                let tab = tab % count;
                self.save(tab);
                if let Some(id) = self.store.keys().next().cloned() {
                    self.open(tab, &id);
                }
            }
            Step::Discard(tab) => {
                let tab = tab % count;
                let Tab { document, seen, .. } = &self.tabs[tab];
                let (id, text) = (document.id.clone(), document.text.to_string());
                let shown = seen.as_ref().map(|seen| seen.text.clone());
                let may = self.store.get(&id).is_some_and(|stored| may_forget(stored, seen.as_ref(), &text));
                if may && let Some(gone) = self.store.remove(&id) {
                    // What the person never had before their eyes was not theirs to give up.
                    if gone.text == text || Some(&gone.text) == shown.as_ref() {
                        self.given_up.insert(gone.text);
                    }
                    self.tell_others(tab, &id);
                }
                self.given_up.insert(text);
                let id = self.fresh("new");
                self.tabs[tab].document = Document::new(id, workspace::Origin::New, "");
                self.tabs[tab].seen = None;
            }
        }
    }

    /// Texts that nobody gave up and that are nowhere.
    fn lost(&self) -> Vec<&String> {
        let is_kept = |text: &String| {
            self.store.values().any(|draft| draft.text == *text)
                || self.tabs.iter().any(|tab| *tab.document.text == **text)
        };
        self.typed.difference(&self.given_up).filter(|text| !is_kept(text)).collect()
    }
}

fn step() -> impl Strategy<Value = Step> {
    let tab = || 0..3_usize;
    prop_oneof![
        6 => tab().prop_map(Step::Type),
        5 => tab().prop_map(Step::Save),
        2 => (tab(), tab()).prop_map(|(one, other)| Step::Cross(one, other)),
        4 => tab().prop_map(Step::Hear),
        1 => tab().prop_map(Step::Reload),
        1 => tab().prop_map(Step::Follow),
        1 => tab().prop_map(Step::Discard),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn no_text_is_lost_whatever_the_tabs_do(
        tabs in 1..4_usize,
        steps in prop::collection::vec(step(), 0..60),
    ) {
        let mut world = World::new(tabs);
        for (index, step) in steps.iter().enumerate() {
            world.step(step);
            prop_assert_eq!(world.lost(), Vec::<&String>::new(), "after {:?}", &steps[..=index]);
        }
        // When all is still, what is in the tabs is in the storage as well.
        for _ in 0..2 {
            for tab in 0..tabs {
                world.hear(tab);
                world.save(tab);
            }
        }
        for tab in &world.tabs {
            let stored = world.store.get(&tab.document.id).map(|draft| draft.text.as_str());
            prop_assert_eq!(stored, Some(&*tab.document.text));
        }
    }

    #[test]
    fn anything_in_storage_is_read_or_named(json in "\\PC{0,80}") {
        if let Err(error) = Draft::from_json("ap:draft:x", &json) {
            prop_assert!(error.to_string().contains("is left as it is"));
        }
    }
}
