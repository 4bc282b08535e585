//! How fast the page is where people feel it: until it can be used, from a key to the answer on
//! the screen in a large definition, while a model writes, in a long conversation, and until a
//! reply is stopped.
//!
//! `bench [page] [chat] [--json FILE]`, started by `cargo xtask bench`, and `bench analyze` for the
//! checks alone beside those of another program.
#![allow(clippy::panic, clippy::expect_used, reason = "a benchmark that cannot be run says so by a panic")]

mod analyze;
mod chat;
mod times;

use std::process::ExitCode;

use agent_playground::core::share;
use browser_tests::browser::Browser;
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::stage;
use browser_tests::wait::{SOON, until};
use serde_json::{Value, json};

use crate::times::Times;

/// The size of the definition that is edited, in bytes.
const SIZE: usize = 70_000;

/// How many keys are pressed in each place.
const KEYS: usize = 100;

/// How many first visits are timed.
const VISITS: usize = 5;

/// Between two refreshes of a screen with 60 Hz, in milliseconds.
const FRAME: f64 = 1000.0 / 60.0;

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
    if let Some(name) = names.iter().find(|name| !["page", "chat", "analyze"].contains(&name.as_str())) {
        eprintln!("error: there is no benchmark `{name}`; there are `page`, `chat` and `analyze`");
        return ExitCode::from(2);
    }
    let wanted = |name: &str| names.is_empty() || names.iter().any(|it| it == name);
    let mut numbers = json!({ "version": 1 });
    if wanted("page") {
        numbers["page"] = page();
    }
    if wanted("chat") {
        numbers["chat"] = chat::chat();
    }
    if names.iter().any(|name| name == "analyze") {
        numbers["analyze"] = analyze::analyze();
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
