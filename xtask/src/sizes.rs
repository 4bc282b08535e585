//! What the page costs to fetch, as a table with budgets. A kilobyte is 1000 bytes.

use crate::{Result, files, paths};
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// The WebAssembly module, in bytes after brotli at quality 11.
const WASM_BUDGET: usize = 260_000;
/// Everything that is fetched until the page is usable, likewise.
const READY_BUDGET: usize = 480_000;

/// Files above this many bytes take long enough to compress that it is said.
const LARGE: usize = 4_000_000;

/// What the page fetches while it starts besides what `index.html` names.
const STARTS_WITH: [&str; 4] = ["page.js", "page_bg.wasm", "js/editor.js", "agents/backend-architect.md"];

/// The outcome of weighing a site.
pub struct Report {
    /// Whether every budget is kept.
    pub within_budgets: bool,
}

#[derive(Clone, Copy, Default)]
struct Sizes {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl std::ops::AddAssign for Sizes {
    fn add_assign(&mut self, other: Self) {
        self.raw += other.raw;
        self.gzip += other.gzip;
        self.brotli += other.brotli;
    }
}

/// Prints what the site in `dist` costs.
pub fn report(dist: &Path) -> Result<Report> {
    let mut known = Known::open();
    let early = until_ready(dist)?;
    println!("\n{:<40}{:>12}{:>12}{:>12}", "Fetched until the page is ready", "raw", "gzip", "brotli");
    let ready = rows(dist, &early, &mut known)?;
    row("sum", ready);

    let mut late = BTreeSet::new();
    let mut texts = Vec::new();
    for path in files::walk(dist, &[])? {
        let name = files::address(dist, &path);
        if early.contains(&name) || name.ends_with(".gguf") {
            continue;
        } else if name.starts_with("agents/") {
            texts.push(name);
        } else {
            late.insert(name);
        }
    }
    println!("\n{:<40}{:>12}{:>12}{:>12}", "Fetched when asked for", "raw", "gzip", "brotli");
    rows(dist, &late, &mut known)?;
    let mut library = Sizes::default();
    for name in &texts {
        library += known.sizes(&dist.join(name))?;
    }
    row(&format!("agents/*.md ({} more, one by one)", texts.len()), library);
    let mut program = Sizes::default();
    for name in early.iter().chain(&late).filter(|name| is_program(name)) {
        program += known.sizes(&dist.join(name))?;
    }
    println!();
    row("the whole program, all parts", program);
    known.save();

    let wasm = known.sizes(&dist.join("page_bg.wasm"))?;
    println!("\nBudgets (brotli)");
    let wasm_kept = budget("page_bg.wasm", wasm.brotli, WASM_BUDGET);
    let ready_kept = budget("until the page is ready", ready.brotli, READY_BUDGET);
    Ok(Report { within_budgets: wasm_kept && ready_kept })
}

/// Whether `name` is a module of the page's own program.
fn is_program(name: &str) -> bool {
    name == "page_bg.wasm" || (name.starts_with("parts/") && name.ends_with(".wasm"))
}

fn rows(dist: &Path, names: &BTreeSet<String>, known: &mut Known) -> Result<Sizes> {
    let mut sum = Sizes::default();
    for name in names {
        let sizes = known.sizes(&dist.join(name))?;
        row(name, sizes);
        sum += sizes;
    }
    Ok(sum)
}

fn row(name: &str, sizes: Sizes) {
    println!(
        "  {name:<38}{:>12}{:>12}{:>12}",
        kilobytes(sizes.raw),
        kilobytes(sizes.gzip),
        kilobytes(sizes.brotli)
    );
}

fn budget(name: &str, bytes: usize, limit: usize) -> bool {
    let kept = bytes <= limit;
    println!(
        "  {name:<38}{:>12} of {}{}",
        kilobytes(bytes),
        kilobytes(limit),
        if kept { "" } else { "  over budget" }
    );
    kept
}

fn kilobytes(bytes: usize) -> String {
    format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100)
}

/// The addresses, below `dist`, of what is fetched before the page is usable: what
/// `index.html` names, what the start-up code asks for, and what those import.
fn until_ready(dist: &Path) -> Result<BTreeSet<String>> {
    let html = String::from_utf8_lossy(&files::read(&dist.join("index.html"))?).into_owned();
    let mut open: Vec<String> = named_in(&html);
    open.extend(STARTS_WITH.map(str::to_owned));
    let mut found = BTreeSet::from(["index.html".to_owned()]);
    while let Some(name) = open.pop() {
        let path = dist.join(&name);
        if !path.is_file() {
            return Err(format!(
                "{name} is fetched when the page starts but is not in {}",
                paths::shown(dist)
            ));
        }
        if found.insert(name.clone()) && name.ends_with(".js") {
            let code = String::from_utf8_lossy(&files::read(&path)?).into_owned();
            open.extend(imports(&code).into_iter().map(|import| resolve(&name, import)));
        }
    }
    Ok(found)
}

/// The page's own files that `href` and `src` of links and scripts name.
fn named_in(html: &str) -> Vec<String> {
    let mut found = Vec::new();
    for tag in html.split('<') {
        let tag = tag.split('>').next().unwrap_or_default();
        let attribute = match tag.split_whitespace().next() {
            Some("link") => "href=\"",
            Some("script") => "src=\"",
            _ => continue,
        };
        let Some((_, rest)) = tag.split_once(attribute) else {
            continue;
        };
        let address = rest.split(['"', '?']).next().unwrap_or_default();
        if !address.contains(':') {
            found.push(address.trim_start_matches("./").to_owned());
        }
    }
    found
}

/// The relative modules that `code` imports statically.
fn imports(code: &str) -> BTreeSet<&str> {
    let mut found = BTreeSet::new();
    for word in ["from", "import"] {
        for (at, _) in code.match_indices(word) {
            let rest = code[at + word.len()..].trim_start();
            let Some(quote) = rest.chars().next().filter(|c| matches!(c, '"' | '\'')) else {
                continue;
            };
            let path = rest[1..].split(quote).next().unwrap_or_default();
            if path.starts_with('.') && path.ends_with(".js") {
                found.insert(path);
            }
        }
    }
    found
}

/// The address that `import` means in the module at `from`.
fn resolve(from: &str, import: &str) -> String {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in import.split('/') {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// Sizes that were found before, by the content's hash: brotli at full strength takes half
/// a minute for the largest file, which hardly ever changes.
struct Known {
    file: std::path::PathBuf,
    sizes: BTreeMap<String, Sizes>,
    used: BTreeSet<String>,
}

impl Known {
    fn open() -> Self {
        let file = paths::cache().join("sizes");
        // Absent or damaged, it only costs time.
        let text = std::fs::read_to_string(&file).unwrap_or_default();
        let sizes = text
            .lines()
            .filter_map(|line| {
                let mut words = line.split(' ');
                let hash = words.next()?.to_owned();
                let mut number = || words.next()?.parse().ok();
                let sizes = Sizes { raw: number()?, gzip: number()?, brotli: number()? };
                Some((hash, sizes))
            })
            .collect();
        Self { file, sizes, used: BTreeSet::new() }
    }

    fn sizes(&mut self, path: &Path) -> Result<Sizes> {
        let bytes = files::read(path)?;
        let hash = files::sha256(&[&bytes]);
        self.used.insert(hash.clone());
        if let Some(sizes) = self.sizes.get(&hash) {
            return Ok(*sizes);
        }
        if bytes.len() > LARGE {
            eprintln!("Measuring {} once, which takes about a minute.", paths::shown(path));
        }
        let sizes = Sizes {
            raw: bytes.len(),
            gzip: gzip(&bytes),
            brotli: brotli(&bytes).map_err(|error| format!("cannot compress {}: {error}", path.display()))?,
        };
        self.sizes.insert(hash, sizes);
        Ok(sizes)
    }

    fn save(&self) {
        let lines: String = self
            .sizes
            .iter()
            .filter(|(hash, _)| self.used.contains(*hash))
            .map(|(hash, sizes)| format!("{hash} {} {} {}\n", sizes.raw, sizes.gzip, sizes.brotli))
            .collect();
        // Unsaved, the next run compresses again.
        let _ = files::write(&self.file, lines);
    }
}

/// How many bytes gzip makes of `bytes`, at its strongest.
pub fn gzip(bytes: &[u8]) -> usize {
    // Header and trailer of the gzip format: 10 and 8 bytes.
    miniz_oxide::deflate::compress_to_vec(bytes, 9).len() + 18
}

fn brotli(bytes: &[u8]) -> std::io::Result<usize> {
    let strongest = brotli::enc::BrotliEncoderParams {
        quality: 11,
        lgwin: 22,
        size_hint: bytes.len(),
        ..Default::default()
    };
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut compressed, &strongest)?;
    Ok(compressed.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_scripts_are_read_from_the_page() {
        let html = "<link rel=\"stylesheet\" href=\"css/a.css?v=1\"><script src=\"./js/b.js\"></script>\
                    <a href=\"elsewhere\"></a><link rel=\"icon\" href=\"data:,\">";
        assert_eq!(named_in(html), ["css/a.css", "js/b.js"]);
    }

    #[test]
    fn only_static_relative_imports_count() {
        let code = "import{a}from\"./chunks/x.js\";import './y.js';import b from '../z.js';\
                    const m=import(\"./late.js\");import c from 'package';export*from\"./w.js\"";
        assert_eq!(
            imports(code).into_iter().collect::<Vec<_>>(),
            ["../z.js", "./chunks/x.js", "./w.js", "./y.js"]
        );
    }

    #[test]
    fn imports_are_resolved_against_the_importing_module() {
        assert_eq!(resolve("js/editor.js", "./chunks/x.js"), "js/chunks/x.js");
        assert_eq!(resolve("js/boot.js", "../page.js"), "page.js");
    }

    #[test]
    fn compression_is_measured_in_bytes() {
        let text = "the same words again and again, ".repeat(200);
        assert!(gzip(text.as_bytes()) < 200 && gzip(text.as_bytes()) > 18);
        assert!(brotli(text.as_bytes()).is_ok_and(|size| (1..150).contains(&size)));
        assert_eq!(kilobytes(260_050), "260.0 kB");
    }
}
