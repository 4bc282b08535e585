//! Puts rendered blocks on the page and touches only those that changed.

use js_sys::{BigUint64Array, Reflect};
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::editor;
use super::task::spawn;
use super::timer;
use crate::core::preview::Block;
use crate::core::preview::growing::Code;

/// Where a container remembers what it shows: one number for each child.
const MEMORY: &str = "apBlocks";

/// The attribute of code whose lines stand in parts.
const LONG: &str = "data-long";

/// How many blocks of a long text stand together in a part, and how many parts in a larger one.
const PART: usize = 4;

/// How many blocks the largest parts hold.
const LARGEST: usize = PART.pow(4);

/// The longest code that is coloured at once, in bytes. Colouring looks at all of it: what is
/// longer waits until it has stayed as it is for [`REST`] milliseconds.
const LONG_CODE: usize = 4_000;
/// From how many bytes on text that only grows goes on in another part.
const LONG_TEXT: usize = 2_000;
const REST: i32 = 300;

/// The same as [`patch`] for a text of any length: its blocks stand in parts, and those in larger
/// ones, so that the browser has few boxes to look at beside the one that changes. Those that are
/// settled it passes over as a whole.
pub fn patch_long(container: &Element, settled: usize, blocks: &[Block]) {
    patch_parts(container, LARGEST, settled, blocks);
}

/// The same with parts of at most `size` blocks.
fn patch_parts(container: &Element, size: usize, settled: usize, blocks: &[Block]) {
    if size == 1 {
        return patch(container, settled, blocks);
    }
    let parts = container.children();
    let (mut index, mut settled, mut blocks) = (settled / size, settled % size, blocks);
    while settled > 0 || !blocks.is_empty() {
        let part = parts.item(index as u32).or_else(|| {
            let _ = container.insert_adjacent_html("beforeend", "<div class=\"part\"></div>");
            container.last_element_child()
        });
        let Some(part) = part else { return };
        let (here, behind) = blocks.split_at(blocks.len().min(size - settled));
        patch_parts(&part, size / PART, settled, here);
        (index, settled, blocks) = (index + 1, 0, behind);
    }
    while let Some(part) = parts.item(index as u32) {
        part.remove();
    }
}

/// Shows the lines of a long block of code that grows, in a container of [`patch_long`]: only what is
/// new of it. It gets its colours when the block is patched again.
pub fn patch_code(container: &Element, code: &Code) {
    let (mut place, mut size, mut index) = (container.clone(), LARGEST, code.block);
    loop {
        let Some(child) = place.children().item((index / size) as u32) else { return };
        place = child;
        if size == 1 {
            break;
        }
        (index, size) = (index % size, size / PART);
    }
    let Ok(Some(mut lines)) = place.query_selector("code") else { return };
    if !lines.has_attribute(LONG) {
        // Colours that are on their way to the text of before find another element here.
        let Some(fresh) = lines.clone_node().ok().and_then(|it| it.dyn_into::<Element>().ok()) else {
            return;
        };
        let _ = fresh.set_attribute(LONG, "");
        let _ = lines.replace_with_with_node_1(&fresh);
        lines = fresh;
    }
    while lines.child_element_count() as usize > code.settled {
        let _ = lines.last_element_child().map(|part| part.remove());
    }
    let Some(document) = lines.owner_document() else { return };
    for part in &code.parts {
        if let Ok(span) = document.create_element("span") {
            span.set_text_content(Some(part));
            let _ = lines.append_child(&span);
        }
    }
}

/// Adds `text` to the end of `container`, as it is. Its lines stand in parts, so that what one more
/// word costs does not depend on how much is there.
pub fn append_text(container: &Element, text: &str) {
    for line in text.split_inclusive('\n') {
        let fits = |part: &Element| {
            let held = part.text_content().unwrap_or_default();
            held.len() < LONG_TEXT || !held.ends_with('\n')
        };
        let part = container.last_element_child().filter(fits).or_else(|| {
            let _ = container.insert_adjacent_html("beforeend", "<div></div>");
            container.last_element_child()
        });
        if let (Some(part), Some(document)) = (part, container.owner_document()) {
            let _ = part.append_child(&document.create_text_node(line));
        }
    }
}

/// Makes the children of `container` show `blocks`, one child for each, behind the first `settled`
/// that stay as they are.
///
/// Blocks that are the same at the beginning and at the end stay as they are. Those between get
/// other content and keep their element, whose size the browser knows: a new one would be taken
/// for smaller until it is drawn, and what is scrolled to its end would jump. Their code is
/// coloured when the colours are there. The HTML is taken as it is: it must come from
/// [`crate::core::preview`], which makes it harmless.
pub fn patch(container: &Element, settled: usize, blocks: &[Block]) {
    let memory = remembered(container);
    let (stays, shown) = memory.split_at(settled.min(memory.len()));
    let wanted: Vec<u64> = blocks.iter().map(|block| block.hash).collect();
    let most = shown.len().min(wanted.len());
    let head = shown.iter().zip(&wanted).take_while(|(old, new)| old == new).count();
    let tail = shown
        .iter()
        .rev()
        .zip(wanted.iter().rev())
        .take(most - head)
        .take_while(|(old, new)| old == new)
        .count();
    if head + tail == shown.len() && shown.len() == wanted.len() {
        return;
    }
    let children = container.children();
    let fresh = &blocks[head..blocks.len() - tail];
    let mut all = stays.to_vec();
    all.extend_from_slice(&wanted);
    let gone = shown.len() - tail - head;
    let kept = gone.min(fresh.len());
    let head = stays.len() + head;
    for index in (head + kept..head + gone).rev() {
        if let Some(child) = children.item(index as u32) {
            child.remove();
        }
    }
    let (changed, added) = fresh.split_at(kept);
    for (index, block) in (head..).zip(changed) {
        if let Some(child) = children.item(index as u32) {
            child.set_inner_html(&block.html);
        }
    }
    let mut html = String::with_capacity(added.iter().map(|block| block.html.len() + 32).sum());
    for block in added {
        html.push_str("<div class=\"block\" dir=\"auto\">");
        html.push_str(&block.html);
        html.push_str("</div>");
    }
    let _ = match children.item((head + kept) as u32) {
        Some(next) => next.insert_adjacent_html("beforebegin", &html),
        None => container.insert_adjacent_html("beforeend", &html),
    };
    let memory = BigUint64Array::from(all.as_slice());
    let _ = Reflect::set(container, &MEMORY.into(), &memory);
    for index in head..head + fresh.len() {
        if let Some(child) = children.item(index as u32) {
            colour(&child);
        }
    }
}

/// What `container` shows; nothing, after somebody else changed its children.
fn remembered(container: &Element) -> Vec<u64> {
    let memory =
        Reflect::get(container, &MEMORY.into()).ok().and_then(|it| it.dyn_into::<BigUint64Array>().ok());
    let hashes = memory.map(|memory| memory.to_vec()).unwrap_or_default();
    if hashes.len() != container.child_element_count() as usize {
        container.set_inner_html("");
        return Vec::new();
    }
    hashes
}

/// Colours the code in `block`, now or when the colours have been fetched.
fn colour(block: &Element) {
    let Ok(codes) = block.query_selector_all("pre.code > code[data-language]") else { return };
    for index in 0..codes.length() {
        let Some(code) = codes.item(index).and_then(|node| node.dyn_into::<Element>().ok()) else { continue };
        let language = code.get_attribute("data-language").unwrap_or_default();
        if language.is_empty() {
            continue;
        }
        spawn(async move {
            let text = code.text_content().unwrap_or_default();
            if text.len() > LONG_CODE {
                timer::rest(REST).await;
                if !code.is_connected() {
                    return;
                }
            }
            let Some(module) = editor::load().await else { return };
            let pieces = module.highlights(&text, &language).await;
            if !pieces.is_empty() && code.is_connected() {
                paint(&code, &text, &pieces);
            }
        });
    }
}

/// Replaces `code` by its like with the same text in coloured pieces, made outside of the page, which
/// would look at each piece that comes.
fn paint(code: &Element, text: &str, pieces: &[(u32, u32, String)]) {
    let Some(document) = code.owner_document() else { return };
    let Ok(painted) = code.clone_node() else { return };
    let units = js_sys::JsString::from(text);
    let mut done = 0;
    let plain = |from, to| {
        if from < to {
            let _ = painted.append_child(&document.create_text_node(&String::from(units.slice(from, to))));
        }
    };
    for (from, to, class) in pieces {
        if *from < done {
            continue;
        }
        plain(done, *from);
        if let Ok(span) = document.create_element("span") {
            span.set_class_name(class);
            span.set_text_content(units.slice(*from, *to).as_string().as_deref());
            let _ = painted.append_child(&span);
        }
        done = *to;
    }
    plain(done, units.length());
    let _ = code.replace_with_with_node_1(&painted);
}
