//! Pictures of the page in all its states, for looking at and for the README.
//!
//! `screenshots FOLDER [PART]`, started by `cargo xtask screenshots`: with PART, only pictures
//! whose name holds it.
#![allow(clippy::panic, clippy::expect_used, reason = "a picture that cannot be made says so by a panic")]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use agent_playground::core::share;
use browser_tests::browser::{Browser, DESKTOP, PHONE};
use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::stage;
use browser_tests::tracker::{self, Tracker};
use browser_tests::upstream::{self, Upstream};
use browser_tests::wait::MODEL;

fn main() -> ExitCode {
    let mut words = std::env::args().skip(1);
    let Some(folder) = words.next() else {
        eprintln!("error: name the folder for the pictures");
        return ExitCode::from(2);
    };
    let camera = Camera { folder: folder.into(), part: words.next().unwrap_or_default() };
    std::fs::create_dir_all(&camera.folder).expect("the folder can be made");
    for size in [DESKTOP, PHONE] {
        if "tools".contains(&camera.part) {
            camera.tools(size);
        }
        if "talk".contains(&camera.part) {
            camera.talk(size);
        }
        if "compare".contains(&camera.part) {
            camera.compare(size);
        }
    }
    if !["tools", "talk", "compare"].contains(&camera.part.as_str()) {
        let site = Program::with_relay();
        for size in [DESKTOP, PHONE] {
            camera.at(&site, size);
        }
    }
    ExitCode::SUCCESS
}

struct Camera {
    folder: PathBuf,
    part: String,
}

impl Camera {
    /// All pictures of one size, each in light and dark.
    fn at(&self, site: &Program, size: (u32, u32)) {
        let phone = size == PHONE;
        let browser = Browser::new();
        browser.resize(size.0, size.1);
        let page = Page::open_in(browser, &site.url);
        page.wait("the library", || page.library().len() > 1);
        self.take(&page, "first-visit", size);

        let text = faulty();
        page.follow(&fragment(&text));
        page.wait_source(&text);
        page.wait("the problems", || page.diagnostics().len() >= 5);
        self.take(&page, "problems", size);
        page.press("[data-testid=fix-all]");
        page.wait_for("[data-testid=fix-diff]");
        self.take(&page, "fix", size);
        page.close_dialog();
        page.press_label("Form");
        page.wait_for("[data-testid=form] [name=description]");
        self.take(&page, "form", size);
        page.press_label("Source");
        if phone {
            page.press(".problems-toggle");
            self.take(&page, "problems-open", size);
            page.press(".problems-toggle");
            for label in ["Library", "Preview"] {
                page.press_label(label);
                self.take(&page, &label.to_lowercase(), size);
            }
        }
        page.share();
        page.wait_text("dialog[open]", "characters");
        self.take(&page, "share", size);
        page.close_dialog();
        page.press(".run");
        page.wait_for(".palette-list");
        page.type_keys("arch");
        page.wait_text(".palette-list", "architect");
        self.take(&page, "palette", size);
        page.close_dialog();
        self.conversation(&page, size);
        self.blank(site, size);
    }

    fn conversation(&self, page: &Page, size: (u32, u32)) {
        page.follow(&fragment(GREETER));
        page.wait_source(GREETER);
        show(page, "Chat", "#tab-chat");
        page.wait_text("[data-testid=chat-endpoint]", "Ready");
        self.take(page, "chat-begin", size);
        page.ask("What is a good name for a service that sends mail? Give three, with one reason each.");
        page.wait_reply_end(MODEL);
        self.take(page, "chat", size);
        page.press("[data-testid=chat-endpoint]");
        for (label, name) in
            [("A server", "endpoint-server"), ("This tab", "endpoint-tab"), ("Relay", "endpoint-relay")]
        {
            page.press_label(label);
            self.take(page, name, size);
        }
        page.press_label("A server");
        page.press_label("Ollama");
        page.press_label("Settings of replies");
        page.press("[data-testid=chat-test]");
        page.wait_for("[data-testid=chat-trial][data-tone=bad]");
        self.take(page, "endpoint-tested", size);
        page.close_dialog();
        show(page, "Preview", "#tab-gets");
        if size == PHONE {
            page.press("#tab-gets");
        }
        self.take(page, "gets", size);
    }

    /// An agent that changes a file of the sample workspace.
    fn tools(&self, size: (u32, u32)) {
        let (site, server, browser) = (Program::start(), Upstream::start(), Browser::new());
        browser.resize(size.0, size.1);
        let page = &Page::open_in(browser, &format!("{}#{}", site.url, fragment(MENDER)));
        page.wait_source(MENDER);
        show(page, "Chat", "#tab-chat");
        page.connect(&server.url, upstream::AGENT, "");
        page.press("[data-testid=workspace-open]");
        self.take(page, "tools-begin", size);
        page.press("[data-testid=workspace-sample]");
        page.wait_for("[data-testid=workspace-file]");
        page.press("[data-testid=workspace-open]");
        page.ask("Make the discount a whole number");
        page.wait_for("[data-testid=tool-allow]");
        self.take(page, "tools-ask", size);
        page.press("[data-testid=tool-allow]");
        page.wait_reply_end(MODEL);
        page.wait_text("[data-testid=chat-log]", upstream::DONE);
        self.take(page, "tools", size);
        page.press("[data-testid=workspace-open]");
        page.press("[data-testid=workspace-file][data-mark=changed]");
        page.wait_for("[data-testid=workspace-diff]");
        self.take(page, "tools-open", size);
        page.press("[data-testid=workspace-open]");
        // What the author answers in the tool's place.
        page.follow(&fragment(PLANNER));
        page.wait_source(PLANNER);
        show(page, "Chat", "#tab-chat");
        page.press("[data-testid=workspace-open]");
        page.press("[data-testid=workspace-sample]");
        page.press("[data-testid=workspace-open]");
        for tool in ["AskUserQuestion", "ExitPlanMode"] {
            page.ask(tool);
            page.wait_for(&format!("[data-tool={tool}][data-waits]"));
            self.take(page, &format!("tools-{}", tool.to_lowercase()), size);
            page.press("[data-testid=chat-stop]");
            page.wait_for("[data-testid=chat-send]");
        }
        // Another agent at work under a call.
        page.ask("Task for the gaps");
        server.go_on();
        page.wait_for("[data-testid=tool-nested] [data-tool=Bash][data-waits]");
        self.take(page, "tools-nested", size);
        page.press("[data-testid=chat-stop]");
        page.wait_for("[data-testid=chat-send]");
        // Tools of a server.
        let tracker = Tracker::start();
        let text = format!("{ASKER_HEAD}{}{ASKER_REST}", tracker.url);
        page.follow(&fragment(&text));
        page.wait_source(&text);
        show(page, "Chat", "#tab-chat");
        page.press("[data-testid=workspace-open]");
        page.press("[data-testid=workspace-empty]");
        page.press("[data-testid=mcp-open]");
        page.wait_for("[data-testid=mcp-url]");
        self.take(page, "tools-server-form", size);
        page.press("[data-testid=mcp-connect]");
        page.wait_for("[data-testid=mcp-server][data-state=refused]");
        self.take(page, "tools-server-refused", size);
        page.press("[data-testid=mcp-open]");
        page.fill("[data-testid=mcp-token]", tracker::TOKEN);
        page.press("[data-testid=mcp-connect]");
        page.wait_for("[data-testid=mcp-server][data-state=connected]");
        self.take(page, "tools-server", size);
    }

    /// What can be done with a conversation.
    fn talk(&self, size: (u32, u32)) {
        let (site, server, browser) = (Program::start(), Upstream::start(), Browser::new());
        browser.resize(size.0, size.1);
        let page = &Page::open_in(browser, &format!("{}#{}", site.url, fragment(GREETER)));
        page.wait_source(GREETER);
        show(page, "Chat", "#tab-chat");
        page.connect(&server.url, upstream::COUNTED, "");
        page.ask("What is a good name for a service that sends mail?");
        page.wait_reply_end(MODEL);
        page.press("[data-testid=chat-endpoint]");
        page.press("[data-testid=chat-price] summary");
        page.fill_label("In, $ a million", "2.50");
        page.fill_label("Out, $ a million", "10");
        page.fill_label("Context, in tokens", "128,000");
        page.press_label("Use this price");
        page.wait_text("[data-testid=chat-price]", "Forget it");
        self.take(page, "talk-price", size);
        page.close_dialog();
        page.ask("And for one that reads mail?");
        page.wait_reply_end(MODEL);
        self.take(page, "talk", size);
        page.press("[data-testid=chat-more]");
        page.wait_for(".menu");
        self.take(page, "talk-menu", size);
        page.press(".menu [data-command^=Search]");
        page.type_keys("words");
        page.wait_for("[data-found]");
        self.take(page, "talk-find", size);
        page.press_label("Close the search");
        page.press("[data-role=user]:nth-of-type(3) [data-testid=chat-delete]");
        page.wait_toast("deleted");
        self.take(page, "talk-deleted", size);
        page.press_label("Undo");
        page.press("[data-testid=chat-endpoint]");
        page.press_label("This tab");
        page.wait_text("dialog[open]", "Qwen2.5");
        self.take(page, "talk-models", size);
        page.close_dialog();
        page.press("[data-testid=chat-message]:last-child [data-testid=chat-request]");
        page.wait_for("[data-testid=chat-events]");
        self.take(page, "talk-request", size);
        page.script("document.querySelector('[data-testid=chat-events]').scrollIntoView()", &[]);
        self.take(page, "talk-events", size);
        page.close_dialog();
    }

    /// Two answers to the same question.
    fn compare(&self, size: (u32, u32)) {
        let (site, server, browser) = (Program::start(), Upstream::start(), Browser::new());
        browser.resize(size.0, size.1);
        let page = &Page::open_in(browser, &format!("{}#{}", site.url, fragment(GREETER)));
        page.wait_source(GREETER);
        show(page, "Chat", "#tab-chat");
        page.connect(&server.url, upstream::GOOD, "");
        page.press("[data-testid=compare-open]");
        page.wait_for("[data-testid=compare][open]");
        page.connect_column(2, &server.url, upstream::LONG);
        self.take(page, "compare-begin", size);
        page.fill("[data-testid=compare-input]", "What is a good name for a service that sends mail?");
        page.press("[data-testid=compare-send]");
        page.wait_text(".compare-column:nth-child(2) .chat-reply", "as fast as");
        self.take(page, "compare-streams", size);
        server.go_on();
        page.wait("both to be done", || {
            page.sees("document.querySelectorAll('.compare-column [data-role=assistant][data-state=done]').length == 2")
        });
        page.press("[data-testid=compare-differences]");
        page.wait_for(".compare-difference .diff");
        page.press(".compare-column:nth-child(2) [data-testid=compare-pick]");
        self.take(page, "compare", size);
        page.press("[data-testid=compare-add]");
        self.take(page, "compare-three", size);
        // Two versions with tools: the one may change files, the other may not.
        page.press(".compare .dialog-head [aria-label=Close]");
        page.wait_gone("[data-testid=compare][open]");
        page.follow(&fragment(MENDER));
        page.wait_source(MENDER);
        show(page, "Source", "#source-title");
        page.retype("name: mender", "name: mender\ndisallowedTools: Edit");
        show(page, "Chat", "#tab-chat");
        page.connect(&server.url, upstream::AGENT, "");
        page.press("[data-testid=workspace-open]");
        page.press("[data-testid=workspace-sample]");
        page.press("[data-testid=workspace-open]");
        page.press("[data-testid=compare-open]");
        page.wait_for("[data-testid=compare-offer]");
        self.take(page, "compare-tools-begin", size);
        page.fill("[data-testid=compare-input]", "Make the discount a whole number");
        page.press("[data-testid=compare-send]");
        page.wait_for("[data-testid=tool-allow]");
        page.wait_for(".compare-column:nth-child(2) [data-testid=compare-files]");
        self.take(page, "compare-tools-ask", size);
        page.press("[data-testid=tool-allow]");
        page.wait_for(".compare-column:nth-child(1) [data-testid=compare-files]");
        // The differences are still wanted.
        page.wait_for("[data-testid=compare-between]");
        self.take(page, "compare-tools", size);
        page.script("document.querySelector('.compare-columns').scrollTo({ left: 9999 })", &[]);
        self.take(page, "compare-tools-second", size);
    }

    /// Nothing open, and a link that cannot be read.
    fn blank(&self, site: &Program, size: (u32, u32)) {
        let browser = Browser::new();
        browser.resize(size.0, size.1);
        let page = Page::open_in(browser, &format!("{}#1.damaged", site.url));
        page.wait_for("[role=alert]");
        page.wait("the text", || page.text().contains("name:"));
        self.take(&page, "unreadable-link", size);
        page.press_label("Dismiss");
        show(&page, "Library", ".items");
        page.press(".item-close");
        show(&page, "Source", "#source-title");
        page.wait_text(".blank", "Nothing is open");
        page.press("[data-testid=toast] [aria-label=Dismiss]");
        self.take(&page, "nothing-open", size);
    }

    fn take(&self, page: &Page, name: &str, (width, height): (u32, u32)) {
        for scheme in ["light", "dark"] {
            let file = format!("{name}-{width}x{height}-{scheme}.png");
            if !file.contains(&self.part) {
                continue;
            }
            page.prefer(scheme);
            page.wait("the scheme", || {
                page.sees(&format!("matchMedia('(prefers-color-scheme: {scheme})').matches"))
            });
            // The picture is of the frame after all that is moving has come to rest.
            page.promise(
                "await Promise.allSettled(document.getAnimations().filter((it) => it.effect.getTiming().iterations < 100).map((it) => it.finished));
                 await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))",
                &[],
            );
            let picture = page.picture().expect("the browser takes a picture");
            write(&self.folder.join(&file), &picture);
        }
    }
}

/// On a phone the bar at the bottom leads there, on a wide screen `selector` does.
fn show(page: &Page, label: &str, selector: &str) {
    if page.shows("nav.bottom") { page.press_label(label) } else { page.press(selector) }
}

fn write(path: &Path, picture: &[u8]) {
    let picture = smaller(picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    std::fs::write(path, &picture).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    println!("{} {} kB", path.display(), picture.len() / 1000);
}

/// The same picture in fewer bytes: on flat areas and text, rows as they are compress better than
/// the differences that browsers write.
fn smaller(picture: &[u8]) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let mut reader = png::Decoder::new(std::io::Cursor::new(picture)).read_info()?;
    let mut pixels = vec![0; reader.output_buffer_size().ok_or("too large")?];
    let frame = reader.next_frame(&mut pixels)?;
    let mut out = Vec::new();
    let mut encoder = png::Encoder::new(&mut out, frame.width, frame.height);
    encoder.set_color(frame.color_type);
    encoder.set_depth(frame.bit_depth);
    encoder.set_compression(png::Compression::High);
    encoder.set_filter(png::Filter::NoFilter);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&pixels)?;
    writer.finish()?;
    Ok(out)
}

fn fragment(text: &str) -> String {
    share::encode(text.as_bytes()).expect("it fits into a link")
}

/// Short, so that the model on this machine answers soon.
const GREETER: &str = "---\nname: namer\ndescription: Finds names for services, tables and endpoints.\nmodel: haiku\n---\nYou find short, plain names. Give each with one reason, as a list.\n";

/// Search is granted only where a definition names it and no shell.
const MENDER: &str = "---\nname: mender\ndescription: Mends small things in a service.\ntools: Read, Grep, Edit, Write\n---\nYou mend what you are asked to, and nothing else.\n";

/// It is granted one tool of a server, whose address stands between the two.
const ASKER_HEAD: &str = "---\nname: planner\ndescription: Plans what to do next, from what is open.\ntools: Read, mcp__tracker__list\nmcpServers:\n  - tracker:\n      type: http\n      url: ";
const ASKER_REST: &str = "\n---\nYou look at what is open, then you plan.\n";

/// Nothing is changed before a plan is approved.
const PLANNER: &str = "---\nname: planner\ndescription: Plans small changes of a service.\npermissionMode: plan\n---\nYou plan, then you change.\n";

/// The library's first agent, with the faults that people make.
fn faulty() -> String {
    let path = stage::dist().join("agents/backend-architect.md");
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let mut text = text;
    for (right, wrong) in [
        ("model: sonnet", "model: sonet"),
        ("  - Read\n", "  - Raed\n"),
        ("  - Bash\n", "  - bash\n"),
        ("color: blue", "color: blu\npermissionmode: acceptEdits\nmaxTurns: many"),
    ] {
        assert!(text.contains(right), "the library's text has no `{right}`");
        text = text.replacen(right, wrong, 1);
    }
    text
}
