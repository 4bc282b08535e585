//! How fast the page is where people feel it: until it can be used, from a key to the answer on
//! the screen in a large definition, and while a model writes.
//!
//! `bench [page] [chat] [--json FILE]`, started by `cargo xtask bench`.
#![allow(clippy::panic, clippy::expect_used, reason = "a benchmark that cannot be run says so by a panic")]

use std::process::ExitCode;

use agent_playground::core::share;
use browser_tests::browser::Browser;
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::stage;
use browser_tests::upstream::{GOOD, MEASURED, PIECES, Upstream};
use browser_tests::wait::{SOON, until};
use serde_json::{Value, json};

/// The size of the definition that is edited, in bytes.
const SIZE: usize = 70_000;

/// How many keys are pressed in each place.
const KEYS: usize = 100;

/// How many first visits are timed.
const VISITS: usize = 5;

/// Between two refreshes of a screen with 60 Hz, in milliseconds.
const FRAME: f64 = 1000.0 / 60.0;

/// How many pieces of a reply are measured together.
const PART: usize = 1_000;

/// How many such parts a long reply has.
const PARTS: usize = 14;

/// How many questions make a long conversation.
const QUESTIONS: usize = 150;

/// Asks and waits for the reply, again and again.
const ASK_MANY: &str = "
    const field = document.querySelector('[data-testid=chat-input]');
    for (let count = arguments[0]; count < arguments[1]; count++) {
        field.value = `Question ${count}`;
        field.dispatchEvent(new Event('input', { bubbles: true }));
        await new Promise(requestAnimationFrame);
        document.querySelector('[data-testid=chat-send]').click();
        for (;;) {
            await new Promise(requestAnimationFrame);
            const all = document.querySelectorAll('[data-testid=chat-message]');
            if (all.length === 2 * (count + 1) && all[all.length - 1].dataset.state === 'done') break;
        }
    }
    return true;";

/// Scrolls through the whole log and gives the milliseconds between frames.
const SCROLL: &str = "
    const log = document.querySelector('[data-testid=chat-log]');
    const frame = () => new Promise(requestAnimationFrame);
    log.scrollTop = 0;
    await frame();
    const times = [];
    let before = await frame();
    for (let step = 1; step <= 240; step++) {
        log.scrollTop = log.scrollHeight * step / 240;
        const now = await frame();
        times.push(now - before);
        before = now;
    }
    return times;";

/// What the library's texts do not have: code, nesting, a task list, a footnote.
const MORE: &str = "
```sql
create table orders (
  id bigint primary key generated always as identity,
  customer_id bigint not null references customers (id),
  placed_at timestamptz not null default now()
);
```

- [ ] Every query has an index that serves it.
  - [x] Measured with `explain (analyze, buffers)`, not guessed.
- [ ] Every call has a time limit[^limit].

[^limit]: And a person who knows what happens when it is reached.

| Store | Reads | Writes |
|---|---:|---:|
| one primary | 12,000 | 3,000 |
| two replicas | 36,000 | 3,000 |

> A number that nobody measured is a wish.
";

fn main() -> ExitCode {
    let (names, file) = match arguments() {
        Ok(given) => given,
        Err(sentence) => {
            eprintln!("error: {sentence}");
            return ExitCode::from(2);
        }
    };
    if let Some(name) = names.iter().find(|name| !["page", "chat"].contains(&name.as_str())) {
        eprintln!("error: there is no benchmark `{name}`; there are `page` and `chat`");
        return ExitCode::from(2);
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let mut numbers = json!({ "version": 1 });
    if wanted("page") {
        numbers["page"] = page();
    }
    if wanted("chat") {
        numbers["chat"] = chat();
    }
    if let Some(file) = file {
        let text = format!("{numbers:#}\n");
        if let Err(error) = std::fs::write(&file, text) {
            eprintln!("error: {file} cannot be written: {error}");
            return ExitCode::FAILURE;
        }
    }
    ExitCode::SUCCESS
}

fn arguments() -> Result<(Vec<String>, Option<String>), String> {
    let (mut names, mut file) = (Vec::new(), None);
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        if word == "--json" {
            file = Some(words.next().ok_or("--json needs a file after it")?);
        } else if word.starts_with('-') {
            return Err(format!("there is no option `{word}`; there is --json FILE"));
        } else {
            names.push(word);
        }
    }
    Ok((names, file))
}

/// Measures the page, prints the table and gives the numbers.
fn page() -> Value {
    let site = Program::start();
    let ready = Times::new((0..VISITS).map(|_| first_visit(&site)).collect());

    let text = definition();
    let fragment = share::encode(text.as_bytes()).expect("it fits into a link");
    let page = Page::open(&format!("{}#{fragment}", site.url));
    page.wait_source(&text);
    page.caret_after("\ndescription: ");
    let front_matter = Times::new(type_and_measure(&page));
    page.caret_to_end();
    let body = Times::new(type_and_measure(&page));

    println!(
        "A definition of {} kB, {KEYS} keys in each place, {VISITS} first visits; milliseconds.\n",
        text.len() / 1000
    );
    println!("{:<44} {:>7} {:>7} {:>7}", "", "p50", "p95", "max");
    ready.print("first visit until ap:ready");
    front_matter.print("a key in the front matter until all is shown");
    body.print("a key at the end of the body");
    println!("\nA frame of a 60 Hz screen is {FRAME:.1} ms.");
    json!({
        "bytes": text.len(),
        "keys": KEYS,
        "ready": ready.json(),
        "edit_front_matter": front_matter.json(),
        "edit_body": body.json(),
    })
}

/// Measures what a word costs while a model writes, prints the table and gives the numbers.
fn chat() -> Value {
    let site = Program::start();
    let page = Page::open(&site.url);
    page.open_agent("backend-architect");
    page.show_chat();
    page.devtools("Performance.enable", json!({}));

    let upstream = Upstream::start();
    page.connect(&upstream.url, MEASURED, "");
    page.ask("Write");
    let long: Vec<f64> = (0..PARTS).map(|_| cost_of(&page, &upstream)).collect();
    upstream.go_on();
    page.wait_reply_end(SOON);
    let bytes = PARTS * PART * PIECES.iter().map(|piece| piece.len()).sum::<usize>() / PIECES.len();

    page.press("[data-testid=chat-new]");
    let quick = Upstream::start();
    page.connect(&quick.url, GOOD, "");
    // Few at a time: the browser gives a script a minute.
    for from in (0..QUESTIONS).step_by(10) {
        page.promise(ASK_MANY, &[json!(from), json!(from + 10)]);
    }
    let after = Upstream::start();
    page.connect(&after.url, MEASURED, "");
    page.ask("Write");
    let many = cost_of(&page, &after);
    let frames = Times::new(
        page.promise(SCROLL, &[]).as_array().expect("a list").iter().filter_map(Value::as_f64).collect(),
    );
    after.go_on();

    let [first, last] = [long.first(), long.last()].map(|cost| cost.copied().unwrap_or_default());
    println!(
        "\nA reply of {} kB in {} pieces; milliseconds of the page's thread for {PART} pieces.\n",
        bytes / 1000,
        PARTS * PART
    );
    println!("{:<44} {first:>7.1}", "the first of them");
    println!("{:<44} {last:>7.1}   {:.2} of the first", "the last of them", last / first);
    println!(
        "{:<44} {many:>7.1}   {:.2} of the first",
        format!("after {} messages", 2 * QUESTIONS),
        many / first
    );
    println!("\n{:<44} {:>7} {:>7} {:>7}", "", "p50", "p95", "max");
    frames.print(&format!("a frame while {} messages scroll", 2 * QUESTIONS));
    json!({ "bytes": bytes, "pieces_each": PART, "cost_ms": long, "cost_after_many_ms": many,
        "messages": 2 * QUESTIONS, "scroll_frames": frames.json() })
}

/// How long the page's own thread computes, in milliseconds, until [`PART`] pieces are on the screen.
fn cost_of(page: &Page, upstream: &Upstream) -> f64 {
    let before = busy(page);
    upstream.write(PART);
    // Two frames later the last of them is drawn.
    page.promise(
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
        &[],
    );
    busy(page) - before
}

/// Milliseconds of a processor that the page's thread has had since the page was opened. Others who
/// want the processor hardly show in it.
fn busy(page: &Page) -> f64 {
    let metrics = page.devtools("Performance.getMetrics", json!({}));
    let found =
        metrics["metrics"].as_array().and_then(|all| all.iter().find(|it| it["name"] == "ThreadTime"));
    found.and_then(|it| it["value"].as_f64()).expect("the browser counts the thread's time") * 1000.0
}

fn first_visit(site: &Program) -> f64 {
    let page = Page::open_in(Browser::new(), &site.url);
    page.mark("ap:ready").expect("a page that is ready has the mark").as_secs_f64() * 1000.0
}

/// Presses keys one by one, each after the page has answered the one before, and gives how long
/// each answer took.
fn type_and_measure(page: &Page) -> Vec<f64> {
    let before = measures(page).len();
    for (count, key) in "Measure before you change it. ".chars().cycle().take(KEYS).enumerate() {
        page.type_keys(&key.to_string());
        until("the measure of an edit", SOON, || Some(()).filter(|()| measures(page).len() > before + count));
    }
    measures(page).split_off(before)
}

fn measures(page: &Page) -> Vec<f64> {
    let script = "return performance.getEntriesByName('ap:analyze').map((it) => it.duration)";
    let all = page.script(script, &[]);
    all.as_array().map(|all| all.iter().filter_map(Value::as_f64).collect()).unwrap_or_default()
}

/// A definition of [`SIZE`] bytes: the library's first, and its sections again and again.
fn definition() -> String {
    let path = stage::dist().join("agents/backend-architect.md");
    let first = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let (_, body) = first.split_once("\n---\n").expect("it has front matter");
    let mut text = String::from(
        "---\nname: large\ndescription: Works through everything that a large definition holds.\nmodel: sonnet\ntools: Read, Grep, Glob\n---\n",
    );
    while text.len() < SIZE {
        text.push_str(body);
        text.push_str(MORE);
    }
    let end = (0..=SIZE).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
    text.truncate(end);
    text.push_str("\n\nThe end: ");
    text
}

/// Sorted times in milliseconds.
struct Times(Vec<f64>);

impl Times {
    fn new(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        assert!(!times.is_empty(), "nothing was measured");
        Self(times)
    }

    /// The time that `percent` of all do not exceed (nearest rank).
    fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1]
    }

    fn print(&self, what: &str) {
        let [p50, p95, max] = [50, 95, 100].map(|percent| self.percentile(percent));
        println!("{what:<44} {p50:>7.1} {p95:>7.1} {max:>7.1}");
    }

    fn json(&self) -> Value {
        json!({ "p50": self.percentile(50), "p95": self.percentile(95), "max": self.percentile(100), "all": self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = Times::new((1..=20).rev().map(f64::from).collect());
        assert_eq!([50, 95, 100].map(|percent| times.percentile(percent)), [10.0, 19.0, 20.0]);
        assert_eq!(Times::new(vec![3.0]).percentile(50), 3.0);
    }
}
