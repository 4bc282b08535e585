//! The conversation and its endpoint.

use std::ops::Range;
use std::time::Duration;

use serde_json::{Value, json};

use super::{Page, strings};
use crate::keys::ENTER;
use crate::wait::{SOON, until};

/// A message in the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// `user` or `assistant`.
    pub role: String,
    /// `waiting`, `streaming`, `done`, `stopped` or `failed`.
    pub state: String,
    /// What was said, without what the page says about it.
    pub text: String,
    /// What the page says below it.
    pub note: String,
}

const MESSAGES: &str = "return [...document.querySelectorAll('[data-testid=chat-log] [data-testid=chat-message]')].map((it) => ({
    role: it.dataset.role, state: it.dataset.state,
    text: it.querySelector('.chat-question, .chat-reply')?.textContent ?? '',
    note: [...it.querySelectorAll('.chat-failure, .chat-foot, .chat-waiting')].map((note) => note.innerText).join(' '),
}))";

/// Keeps every state that a reply goes through, also those between two looks.
const WATCH: &str = "window.replyStates = [];
    const note = (it) => {
        if (it.dataset?.testid === 'chat-message' && it.dataset.role === 'assistant' &&
            window.replyStates.at(-1) !== it.dataset.state) window.replyStates.push(it.dataset.state);
    };
    new MutationObserver((records) => {
        for (const record of records) {
            if (record.type === 'attributes') note(record.target);
            for (const added of record.addedNodes) {
                note(added);
                added.querySelectorAll?.('[data-testid=chat-message]').forEach(note);
            }
        }
    }).observe(document.querySelector('[data-testid=chat-log]'),
        { subtree: true, childList: true, attributes: true, attributeFilter: ['data-state'] });";

const MARKED: &str = "const range = [...CSS.highlights.get('chat-found-here') ?? []][0];
    if (!range) return ['', '', false];
    const at = range.startContainer.parentElement;
    const kinds = { '.tool-head': 'call', '.chat-thought-text': 'thought', '.chat-question': 'question', '.chat-reply': 'reply' };
    const kind = Object.keys(kinds).find((kind) => at.closest(kind));
    const name = at.closest('pre')?.getAttribute('aria-label') ?? kinds[kind] ?? '';
    const [place, log] = [range, at.closest('[data-testid=chat-log]')].map((it) => it.getBoundingClientRect());
    const box = at.closest('pre')?.getBoundingClientRect() ?? log;
    const within = (box) => place.height > 0 && place.top >= box.top && place.bottom <= box.bottom;
    return [range.toString(), at.closest('.tool-nested') ? `nested ${name}` : name, within(log) && within(box)];";

/// Asks and waits for the reply, again and again. Looks at the end of the log alone: how long the
/// rest is must not show in what a question costs.
const ASK_MANY: &str = "
    const field = document.querySelector('[data-testid=chat-input]');
    for (let count = arguments[0]; count < arguments[1]; count++) {
        const question = `Question ${count}`;
        field.value = question;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
        document.querySelector('[data-testid=chat-send]').click();
        for (;;) {
            await new Promise(requestAnimationFrame);
            let reply = document.querySelector('.chat-messages');
            while (reply.lastElementChild?.matches('.chat-group, .chat-message')) reply = reply.lastElementChild;
            const asked = reply.previousElementSibling?.querySelector('.chat-question');
            if (reply.dataset.state === 'done' && asked?.textContent === question) break;
        }
    }
    return true;";

impl Page {
    /// Shows the chat.
    #[track_caller]
    pub fn show_chat(&self) {
        self.press("#tab-chat");
        self.wait_for("[data-testid=chat-input]");
    }

    /// All messages.
    pub fn messages(&self) -> Vec<Message> {
        let all = self.script(MESSAGES, &[]);
        let text = |value: &Value| value.as_str().unwrap_or_default().trim().to_owned();
        let message = |it: &Value| Message {
            role: text(&it["role"]),
            state: text(&it["state"]),
            text: text(&it["text"]),
            note: text(&it["note"]),
        };
        all.as_array().map(|all| all.iter().map(message).collect()).unwrap_or_default()
    }

    /// The last reply.
    pub fn last_reply(&self) -> Option<Message> {
        self.messages().into_iter().rfind(|message| message.role == "assistant")
    }

    /// From now on keeps the states that replies go through.
    pub fn watch_replies(&self) {
        self.script(WATCH, &[]);
    }

    /// The states since [`Page::watch_replies`].
    pub fn reply_states(&self) -> Vec<String> {
        strings(&self.script("return window.replyStates", &[]))
    }

    /// Types `question` and sends it with Enter.
    #[track_caller]
    pub fn ask(&self, question: &str) {
        // Reading the messages would make the browser lay out those that are out of sight.
        let count = || {
            let all = "document.querySelectorAll('[data-testid=chat-log] [data-testid=chat-message]')";
            self.script(&format!("return {all}.length"), &[]).as_u64()
        };
        let before = count();
        self.press("[data-testid=chat-input]");
        self.type_keys(question);
        self.type_keys(&ENTER.to_string());
        self.wait("the question in the log", || count() > before);
    }

    /// Asks `Question n` for each number, and waits for each reply. A few at a time: the browser
    /// gives a script a minute.
    #[track_caller]
    pub fn ask_many(&self, numbers: Range<usize>) {
        for from in numbers.clone().step_by(50) {
            self.promise(ASK_MANY, &[json!(from), json!(numbers.end.min(from + 50))]);
        }
    }

    /// Waits until the last reply is one that `fits`.
    #[track_caller]
    pub fn wait_reply(&self, what: &str, limit: Duration, fits: impl Fn(&Message) -> bool) -> Message {
        until(what, limit, || self.last_reply().filter(&fits))
    }

    /// Waits until the last reply has ended, and gives it.
    #[track_caller]
    pub fn wait_reply_end(&self, limit: Duration) -> Message {
        self.wait_reply("the end of the reply", limit, |reply| {
            !matches!(reply.state.as_str(), "waiting" | "streaming")
        })
    }

    /// The log: how far it is scrolled, how high it is and how much of it is in sight, in CSS
    /// pixels.
    pub fn log_place(&self) -> [f64; 3] {
        let script = "const it = document.querySelector('[data-testid=chat-log]');
            return [it.scrollTop, it.scrollHeight, it.clientHeight]";
        let place = self.script(script, &[]);
        [0, 1, 2].map(|index| place[index].as_f64().unwrap_or_default())
    }

    /// Turns the mouse's wheel over the log.
    pub fn wheel_over_log(&self, by: i32) {
        let script = "const it = document.querySelector('[data-testid=chat-log]').getBoundingClientRect();
            return [(it.left + it.right) / 2, (it.top + it.bottom) / 2]";
        let middle = self.script(script, &[]);
        self.wheel(middle[0].as_f64().unwrap_or_default(), middle[1].as_f64().unwrap_or_default(), by);
    }

    /// Sends questions directly to the server at `url` from now on.
    #[track_caller]
    pub fn connect(&self, url: &str, model: &str, key: &str) {
        self.open_servers();
        self.fill_label("Base URL", url);
        self.fill_label("Model", model);
        if !key.is_empty() {
            self.fill_label("Key", key);
        }
        self.press_label("Connect directly");
        self.wait_gone("dialog[open]");
    }

    /// Chooses a server for the column of answers at `index`, counted from 1.
    #[track_caller]
    pub fn connect_column(&self, index: usize, url: &str, model: &str) {
        self.press(&format!(".compare-column:nth-child({index}) [data-testid=chat-endpoint]"));
        self.press_label("A server");
        self.fill_label("Base URL", url);
        self.fill_label("Model", model);
        self.press_label("Connect directly");
        self.wait("the dialog to go", || !self.shows("dialog.chat-dialog[open]"));
    }

    /// Where what was found is marked: the words, the name of what they stand in, and whether they are
    /// in sight in the log.
    pub fn marked(&self) -> (String, String, bool) {
        let marked = self.script(MARKED, &[]);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&marked[0]), text(&marked[1]), marked[2] == true)
    }

    /// Does what is called `label` in the menu of the conversation.
    #[track_caller]
    pub fn more(&self, label: &str) {
        self.press("[data-testid=chat-more]");
        self.press(&format!(".menu [data-command='{label}']"));
    }

    /// Picks a file that holds `text`, as if it had been chosen in the browser's dialog.
    pub fn pick_conversation(&self, text: &str) {
        let script = "const files = new DataTransfer();
            files.items.add(new File([arguments[0]], 'chat.json', { type: 'application/json' }));
            const field = document.querySelector('#chat-import');
            field.files = files.files;
            field.dispatchEvent(new Event('change', { bubbles: true }));";
        self.script(script, &[text.into()]);
    }

    /// Opens the endpoint dialog at its part about servers.
    #[track_caller]
    pub fn open_servers(&self) {
        self.press("[data-testid=chat-endpoint]");
        self.wait_for("dialog[open]");
        self.press_label("A server");
    }

    /// Tries the server at `url` in the dialog that is open, and gives what is said about it.
    #[track_caller]
    pub fn test_connection(&self, url: &str, model: &str) -> String {
        self.fill_label("Base URL", url);
        self.fill_label("Model", model);
        self.press("[data-testid=chat-test]");
        until("what came of the test", SOON, || {
            let tone = self
                .script("return document.querySelector('[data-testid=chat-trial]')?.dataset.tone ?? ''", &[]);
            let ended = tone == "good" || tone == "bad";
            ended.then(|| self.text_of("[data-testid=chat-trial]"))
        })
    }

    /// Sets the longest reply, in tokens, and the temperature of every reply from now on.
    #[track_caller]
    pub fn set_replies(&self, tokens: u32, temperature: &str) {
        self.press("[data-testid=chat-endpoint]");
        self.wait_for("dialog[open]");
        if !self.shows("details.chat-replies[open]") {
            self.press_label("Settings of replies");
        }
        self.fill_label("Longest reply, in tokens", &tokens.to_string());
        self.fill_label("Temperature", temperature);
        // What is typed counts once the field is left.
        self.press_label("Close");
        self.wait_gone("dialog[open]");
    }
}
