//! The chat: what a word, a question and a look back cost, and how soon a reply stops.

use std::time::Instant;

use agent_playground::core::share;
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::{CODE, GOOD, LINES, LONG, MEASURED, PIECES, Upstream};
use browser_tests::wait::{MODEL, SOON, until};
use serde_json::{Value, json};

use crate::times::Times;

/// How many pieces of a reply are measured together.
const PART: usize = 1_000;

/// How many such parts a long reply has.
const PARTS: usize = 16;

/// How many of them make a beginning or an end.
const FEW: usize = 5;

/// How many parts come before a page is full and what comes next costs what it will: the screen of
/// a beginning is empty.
const FILLED: usize = 3;

/// How many questions make a short conversation and a long one: two messages each.
const QUESTIONS: [usize; 2] = [10, 1_000];

/// How many questions are measured together.
const ASKED: usize = 10;

/// How many replies are stopped.
const STOPPED: usize = 10;

/// A definition that a small model has to read for many seconds.
const TO_READ: &str = "---\nname: reader\ndescription: Reads.\n---\n";

/// Keeps the milliseconds between frames until it is told to end.
const WATCH_FRAMES: &str = "
    const times = window.benchFrames = [];
    let before = performance.now();
    const frame = (now) => {
        if (window.benchFrames !== times) return;
        times.push(now - before);
        before = now;
        requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);";

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

/// Opens an agent of the library, and gives the milliseconds until the last of its messages is on
/// the screen, until all of so many are in the page, and the longest between two frames.
const OPEN: &str = "
    const [name, count] = arguments;
    const frame = () => new Promise(requestAnimationFrame);
    const all = document.querySelector('.chat-messages').getElementsByClassName('chat-message');
    const start = performance.now();
    document.querySelector(`[data-testid=library-item][data-name='${name}']`).click();
    let [first, longest, before] = [0, 0, start];
    while (all.length < count) {
        const now = await frame();
        [longest, before] = [Math.max(longest, now - before), now];
        if (!first && all.length) {
            await frame();
            first = performance.now() - start;
        }
    }
    return [first, performance.now() - start, longest];";

/// Presses Stop, and gives the milliseconds until the reply is shown as stopped; nothing where it
/// has ended by itself.
const STOP: &str = "
    const last = () => [...document.querySelectorAll('.chat-message')].at(-1);
    const start = performance.now();
    document.querySelector('[data-testid=chat-stop]')?.click();
    while (last().dataset.state !== 'stopped') {
        if (last().dataset.state === 'done') return null;
        await new Promise(requestAnimationFrame);
    }
    await new Promise(requestAnimationFrame);
    return performance.now() - start;";

/// Measures the chat, prints the tables and gives the numbers.
pub fn chat() -> Value {
    let site = Program::start();
    let page = Page::open(&site.url);
    page.open_agent("backend-architect");
    page.show_chat();
    page.devtools("Performance.enable", json!({}));

    // What is compared is measured in turns: a busy machine makes both dearer.
    let fresh = Page::open(&site.url);
    fresh.open_agent("backend-architect");
    fresh.show_chat();
    fresh.devtools("Performance.enable", json!({}));

    let upstream = Upstream::start();
    page.connect(&upstream.url, MEASURED, "");
    page.ask("Write");
    upstream.write((PARTS - FEW) * PART);
    let long = in_turns(&fresh, &page, &upstream, MEASURED);
    let frames_of_reply = frames_of_pieces(&page, &upstream);
    upstream.go_on();
    page.wait_reply_end(SOON);
    let bytes = |parts: usize, pieces: &[&str]| {
        parts * PART * pieces.iter().map(|piece| piece.len()).sum::<usize>() / pieces.len()
    };
    let (bytes, code_bytes) = (bytes(PARTS, &PIECES), bytes(2 * FEW, &LINES));

    page.press("[data-testid=chat-new]");
    let coder = Upstream::start();
    page.connect(&coder.url, CODE, "");
    page.ask("Write");
    coder.write(FEW * PART);
    let code = in_turns(&fresh, &page, &coder, CODE);
    coder.go_on();
    page.wait_reply_end(SOON);

    page.press("[data-testid=chat-new]");
    let quick = Upstream::start();
    for (page, count) in [(&fresh, QUESTIONS[0]), (&page, QUESTIONS[1])] {
        page.connect(&quick.url, GOOD, "");
        page.ask_many(0..count);
    }
    let questions = questions_in_turns(&fresh, &page);
    fresh.press("[data-testid=chat-new]");
    let messages = 2 * (QUESTIONS[1] + ASKED * FEW);
    page.open_agent("translator");
    page.wait("its own conversation", || page.messages().is_empty());
    let opened = numbers(&page.promise(OPEN, &[json!("backend-architect"), json!(messages)]));
    let scrolled = Times::new(numbers(&page.promise(SCROLL, &[])));
    let after = Upstream::start();
    page.connect(&after.url, MEASURED, "");
    page.ask("Write");
    let many = in_turns(&fresh, &page, &after, MEASURED);
    let frames_after_many = frames_of_pieces(&page, &after);
    after.go_on();
    page.wait_reply_end(SOON);
    drop(fresh);

    println!(
        "\nMilliseconds of a processor for {PART} pieces of a reply; how many times as much further on: \
         median, lowest and highest of {FEW} turns.\n"
    );
    let kilobytes = bytes / 1000;
    let filled = format!("behind {} kB of it", bytes * FILLED / PARTS / 1000);
    compare("at its beginning", [&filled, &format!("at the end of {kilobytes} kB")], &long);
    let behind = format!("behind {messages} messages");
    compare("at its beginning", [&filled, &format!("at its beginning, {behind}")], &many);
    let [half, filled] =
        [code_bytes / 2, code_bytes * FILLED / (2 * FEW)].map(|it| format!("behind {} kB of it", it / 1000));
    compare("in a block of code, at its beginning", [&filled, &half], &code);
    println!("\nThe same for a question and its short reply.\n");
    let [few, many_questions] = QUESTIONS.map(|count| format!("behind {} messages", 2 * count));
    compare(&few, [&many_questions], &questions);
    println!("\nOpening a conversation of {messages} messages; milliseconds by the clock.\n");
    let names =
        ["until its end is on the screen", "until all of it is in the page", "the longest frame meanwhile"];
    for (name, time) in names.iter().zip(&opened) {
        println!("{name:<48} {time:>7.1}");
    }
    println!("\n{:<48} {:>7} {:>7} {:>7}", "Milliseconds between frames", "p50", "p95", "max");
    frames_of_reply.print("at the end of the long reply, while it grows");
    frames_after_many.print(&format!("behind {messages} messages, while a reply grows"));
    scrolled.print(&format!("while {messages} messages scroll"));

    let stop = stop(&site, &page);
    json!({ "bytes": bytes, "pieces_each": PART, "cost_ms": long, "code_bytes": code_bytes, "cost_of_code_ms": code,
        "cost_after_many_ms": many, "messages": messages, "question_ms": questions,
        "opened_ms": opened, "scroll_frames": scrolled.json(), "reply_frames": frames_of_reply.json(),
        "reply_frames_after_many": frames_after_many.json(), "stop": stop })
}

/// Measures how soon replies stop: of a server that would write for ever, and of the model in the
/// tab while it reads and while it writes.
fn stop(site: &Program, page: &Page) -> Value {
    println!("\n{:<48} {:>7} {:>7} {:>7}", "Milliseconds from Stop on", "p50", "p95", "max");
    page.press("[data-testid=chat-new]");
    let (mut shown, mut given_up) = (Vec::new(), Vec::new());
    let endless = Upstream::start();
    page.connect(&endless.url, LONG, "");
    for count in 1..=STOPPED {
        page.ask("Write");
        page.wait_reply("words", SOON, |reply| reply.state == "streaming");
        let start = Instant::now();
        shown.extend(page.promise(STOP, &[]).as_f64());
        until("the request to be given up", SOON, || Some(()).filter(|()| endless.hung_up() >= count));
        given_up.push(start.elapsed().as_secs_f64() * 1000.0);
    }
    let [shown, given_up] = [shown, given_up].map(Times::new);
    shown.print("a server: until that is on the screen");
    given_up.print("until the server notices (and a few ms)");

    let text = format!("{TO_READ}{}\n", "Every rule of this long text is to be read. ".repeat(40));
    let fragment = share::encode(text.as_bytes()).expect("it fits into a link");
    let page = Page::open(&format!("{}#{fragment}", site.url));
    page.wait_source(&text);
    page.show_chat();
    page.press("[data-testid=chat-endpoint]");
    page.press_label("This tab");
    page.wait_text("dialog[open] button[type=submit]", "Download");
    page.press("dialog[open] button[type=submit]");
    page.wait_gone("dialog[open]");
    page.set_replies(1_000, "0.8");
    let (mut reading, mut writing, mut again) = (Vec::new(), Vec::new(), Vec::new());
    page.ask("Hello");
    until("the model to read", MODEL, || Some(()).filter(|()| page.shows(".chat-reading")));
    reading.extend(page.promise(STOP, &[]).as_f64());
    for _ in 0..STOPPED {
        page.ask("Tell me a long story about a bear.");
        page.wait_reply("words", MODEL, |reply| !reply.text.is_empty());
        writing.extend(page.promise(STOP, &[]).as_f64());
        let start = Instant::now();
        page.ask("Hello");
        page.wait_reply("words", MODEL, |reply| !reply.text.is_empty());
        again.push(start.elapsed().as_secs_f64() * 1000.0);
        page.promise(STOP, &[]);
        page.press("[data-testid=chat-new]");
    }
    let [reading, writing, again] = [reading, writing, again].map(Times::new);
    reading.print("the model in the tab, while it reads");
    writing.print("the model in the tab, while it writes");
    again.print("until it writes for the next question");
    json!({ "server": shown.json(), "server_given_up": given_up.json(), "tab_reading": reading.json(),
        "tab_writing": writing.json(), "tab_answers_again": again.json() })
}

/// Prints what some things cost that were measured in turns, and how many times as much as the first.
fn compare<const MORE: usize>(name: &str, others: [&str; MORE], costs: &[Vec<f64>]) {
    let [first, rest @ ..] = costs else { return };
    println!("{name:<48} {:>7.1}", median(first));
    for (other, costs) in others.iter().zip(rest) {
        let times = Times::new(first.iter().zip(costs).map(|(cost, other)| other / cost).collect());
        let [lowest, middle, highest] = [0, 50, 100].map(|percent| times.percentile(percent));
        println!("{other:<48} {:>7.1}   {middle:.2} times ({lowest:.2} to {highest:.2})", median(costs));
    }
}

/// What [`PART`] pieces cost, in turns: at the beginning of a reply of `model` in `fresh`, behind
/// [`FILLED`] parts of it, and of what `upstream` writes in `page`.
fn in_turns(fresh: &Page, page: &Page, upstream: &Upstream, model: &str) -> [Vec<f64>; 3] {
    let mut costs = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..FEW {
        let beginning = Upstream::start();
        fresh.connect(&beginning.url, model, "");
        fresh.ask("Write");
        costs[0].push(cost_of_pieces(fresh, &beginning));
        beginning.write((FILLED - 1) * PART);
        drawn(fresh);
        costs[1].push(cost_of_pieces(fresh, &beginning));
        costs[2].push(cost_of_pieces(page, upstream));
        beginning.go_on();
        fresh.wait_reply_end(SOON);
        fresh.press("[data-testid=chat-new]");
    }
    costs
}

/// How long the page's own thread computes, in milliseconds, until [`PART`] pieces are on the screen.
fn cost_of_pieces(page: &Page, upstream: &Upstream) -> f64 {
    let before = busy(page);
    upstream.write(PART);
    drawn(page);
    busy(page) - before
}

/// The times between frames while as many pieces come.
fn frames_of_pieces(page: &Page, upstream: &Upstream) -> Times {
    page.script(WATCH_FRAMES, &[]);
    upstream.write(PART);
    Times::new(numbers(
        &page.script("const times = window.benchFrames; window.benchFrames = null; return times", &[]),
    ))
}

/// How long the page's own thread computes for one question and its reply, in milliseconds, in turns:
/// behind few in `fresh`, and behind many in `page`.
fn questions_in_turns(fresh: &Page, page: &Page) -> [Vec<f64>; 2] {
    let mut costs = [Vec::new(), Vec::new()];
    for time in 0..FEW {
        for ((page, count), costs) in [fresh, page].into_iter().zip(QUESTIONS).zip(&mut costs) {
            let from = count + time * ASKED;
            let before = busy(page);
            page.ask_many(from..from + ASKED);
            drawn(page);
            costs.push((busy(page) - before) / ASKED as f64);
        }
    }
    costs
}

/// Two frames later the last change is drawn.
fn drawn(page: &Page) {
    page.promise(
        "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
        &[],
    );
}

/// Milliseconds of a processor that the page's thread has had since the page was opened. Others who
/// want the processor hardly show in it.
fn busy(page: &Page) -> f64 {
    let metrics = page.devtools("Performance.getMetrics", json!({}));
    let found =
        metrics["metrics"].as_array().and_then(|all| all.iter().find(|it| it["name"] == "ThreadTime"));
    found.and_then(|it| it["value"].as_f64()).expect("the browser counts the thread's time") * 1000.0
}

fn numbers(list: &Value) -> Vec<f64> {
    list.as_array().expect("a list").iter().filter_map(Value::as_f64).collect()
}

fn median(times: &(impl AsRef<[f64]> + ?Sized)) -> f64 {
    Times::new(times.as_ref().to_vec()).percentile(50)
}
