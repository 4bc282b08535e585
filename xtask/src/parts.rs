//! The page's program in parts: one module that starts it, and one for each part that is
//! fetched only when it is asked for (docs/decisions/010-parts.md).

use crate::{Result, files, npm, paths, process, setup};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::path::Path;
use wasm_encoder::reencode::{self, Reencode};

/// Where the parts lie in the site.
const FOLDER: &str = "parts";

/// How the code that fetches a part begins and ends in what the splitter writes.
const FETCHED: (&str, &str) = ("fetch(new URL(\"./", ".wasm\", import.meta.url))");

/// What the splitter writes, and what stands in its place: a file server that does not know
/// WebAssembly's media type is no reason to go without, and a refusal is no module.
const STREAMED: &str = "WebAssembly.instantiateStreaming(src, imports)";
const BUFFERED: &str = "src.then((bytes) => WebAssembly.instantiate(bytes, imports))";
const PART: &str = r#"
async function part(address) {
    const part = await fetch(new URL(address, import.meta.url));
    if (!part.ok) throw new Error(`${part.url}: ${part.status}`);
    return part.arrayBuffer();
}
"#;

/// Chunks of fewer bytes lie in one file, one after another: there are some seventy, nearly all of each
/// is what every module has, and a request for each takes longer than what it brings.
const SMALL: usize = 4096;

/// What gives one of them, by where it begins and ends. `CHUNKS` is the file's address.
const CHUNK: &str = r#"
let chunks;
function chunk(from, to) {
    if (chunks === undefined) {
        const asked = part("CHUNKS");
        chunks = asked;
        // Another try may succeed.
        asked.catch(() => {
            if (chunks === asked) chunks = undefined;
        });
    }
    return chunks.then((bytes) => bytes.slice(from, to));
}
"#;

/// What the names of the exports hold by which JavaScript reads a stream of Rust's. Leptos' server
/// functions bring them along, and nothing in the page makes such a stream; but what is exported
/// stays, with all that it calls. wasm-bindgen passes over a function without its description,
/// which is an export as well.
const UNUSED: &str = "intounderlying";

/// Puts the program that cargo left at `program` into `site`, in parts: `page_bg.wasm`,
/// `page.js`, and `parts/NAME-HASH.wasm`, of which `chunks` holds many small modules. Their names
/// carry a hash because two builds must never be mixed: a part only works with the very program
/// that it was split from. `minify` is about `page.js`.
pub fn place(program: &Path, site: &Path, minify: bool) -> Result<()> {
    let work = paths::cache().join("parts");
    files::remove_folder(&work)?;
    files::create_folder(&work)?;
    split(program, &work)?;
    process::run(
        process::command(setup::wasm_bindgen()?)
            .args(["--target=web", "--no-typescript", "--keep-lld-exports", "--out-name=page"])
            .args(["--remove-name-section", "--remove-producers-section", "--out-dir"])
            .arg(&work)
            .arg(work.join("main.wasm")),
    )?;
    let mut link = read_text(&work.join("link.js"))?;
    files::create_folder(&site.join(FOLDER))?;
    let place = |name: &str, bytes: &[u8]| -> Result<String> {
        let hash = files::sha256(&[bytes]);
        let file = format!("{FOLDER}/{name}-{}.wasm", &hash[..12]);
        files::write(&site.join(&file), bytes)?;
        Ok(format!("./{file}"))
    };
    let (start, end) = FETCHED;
    let mut chunks: Vec<u8> = Vec::new();
    for (name, bytes) in parts(&link, &work)? {
        let from = match name.strip_prefix("split_") {
            None if bytes.len() < SMALL => {
                let start = chunks.len();
                chunks.extend(bytes);
                format!("chunk({start}, {})", chunks.len())
            }
            part => format!("part(\"{}\")", place(part.unwrap_or(&name), &bytes)?),
        };
        link = link.replace(&[start, &name, end].concat(), &from);
    }
    if !link.contains(STREAMED) {
        return Err("the splitter fetches its parts in another way than is known here".into());
    }
    link = link.replace(STREAMED, BUFFERED) + PART + &CHUNK.replace("CHUNKS", &place("chunks", &chunks)?);
    files::write(&work.join("link.js"), link)?;
    let mut script = read_text(&work.join("page.js"))?;
    let mut compact = Compact { names: shorten(&mut script) };
    files::write(&work.join("page.js"), script)?;
    files::write(&site.join("page_bg.wasm"), compact.write(&files::read(&work.join("page_bg.wasm"))?)?)?;
    // One module: page.js and what fetches the parts import each other.
    process::run(
        npm::program("esbuild")?
            .args(["page.js", "--bundle", "--format=esm", "--target=es2022", "--charset=utf8"])
            .args(["--log-level=warning", "--allow-overwrite"])
            // wasm-bindgen names the module once for each function that comes from it.
            .arg("--log-override:duplicate-object-key=silent")
            .arg(format!("--minify={minify}"))
            .arg(format!("--outfile={}", site.join("page.js").display()))
            .current_dir(&work),
    )
}

fn split(program: &Path, work: &Path) -> Result<()> {
    let unreadable = |error| format!("cannot read {}: {error}", program.display());
    let input = without(&files::read(program)?, UNUSED).map_err(unreadable)?;
    let main = work.join("main.wasm");
    let mut options = wasm_split_cli_support::Options::new(&input);
    options.output_dir = work;
    options.main_out_path = &main;
    options.main_module = "./page.js";
    options.link_name = "./link.js";
    wasm_split_cli_support::transform(options)
        .map(drop)
        .map_err(|error| format!("cannot split {}: {error:#}", program.display()))
}

/// `module` without its exports whose names hold `word`. All else stays as it is, byte for byte: the
/// relocations say where it lies.
fn without(module: &[u8], word: &str) -> wasmparser::Result<Vec<u8>> {
    let mut written = module.get(..8).unwrap_or(module).to_vec();
    for payload in wasmparser::Parser::new(0).parse_all(module) {
        let payload = payload?;
        if let wasmparser::Payload::ExportSection(exports) = &payload {
            let mut section = wasm_encoder::ExportSection::new();
            for export in exports.clone() {
                let export = export?;
                if !export.name.contains(word) {
                    section.export(export.name, export.kind.into(), export.index);
                }
            }
            wasm_encoder::Section::append_to(&section, &mut written);
        } else if let Some((id, range)) = payload.as_section() {
            let data = module.get(range.start as usize..range.end as usize).unwrap_or_default();
            wasm_encoder::Section::append_to(&wasm_encoder::RawSection { id, data }, &mut written);
        }
    }
    Ok(written)
}

/// Names and contents of the parts that `link` fetches.
fn parts(link: &str, work: &Path) -> Result<Vec<(String, Vec<u8>)>> {
    let (start, end) = FETCHED;
    let names = link.split(start).skip(1).filter_map(|rest| Some(rest.split_once(end)?.0.to_owned()));
    names
        .map(|name| {
            let bytes = Compact::default().write(&files::read(&work.join(format!("{name}.wasm")))?)?;
            Ok((name, bytes))
        })
        .collect()
}

/// Writes a module again, without what only tools read (names, relocations) and with every
/// number as short as it goes: the linker leaves room in them for the splitter.
#[derive(Default)]
struct Compact {
    /// Imports that get another name, and which.
    names: BTreeMap<String, String>,
}

impl Compact {
    fn write(&mut self, module: &[u8]) -> Result<Vec<u8>> {
        let mut written = wasm_encoder::Module::new();
        self.parse_core_module(&mut written, wasmparser::Parser::new(0), module)
            .map_err(|error| format!("a WebAssembly module cannot be read: {error}"))?;
        Ok(written.finish())
    }
}

impl Reencode for Compact {
    type Error = Infallible;

    fn parse_custom_section(
        &mut self,
        _: &mut wasm_encoder::Module,
        _: wasmparser::CustomSectionReader<'_>,
    ) -> std::result::Result<(), reencode::Error> {
        Ok(())
    }

    fn parse_imports(
        &mut self,
        section: &mut wasm_encoder::ImportSection,
        imports: wasmparser::Imports<'_>,
    ) -> std::result::Result<(), reencode::Error> {
        for import in imports {
            let (_, import) = import?;
            let kind = self.entity_type(import.ty)?;
            let name = self.names.get(import.name).map_or(import.name, String::as_str);
            section.import(import.module, name, kind);
        }
        Ok(())
    }

    fn parse_element(
        &mut self,
        section: &mut wasm_encoder::ElementSection,
        element: wasmparser::Element<'_>,
    ) -> std::result::Result<(), reencode::Error> {
        if says_nothing(&element) {
            return Ok(());
        }
        reencode::utils::parse_element(self, section, element)
    }
}

/// Whether `element` only says that places of a table hold nothing, which they do anyway: the
/// splitter says so of each place that is kept for a part, and they are as many as the part has
/// functions in tables.
fn says_nothing(element: &wasmparser::Element<'_>) -> bool {
    let wasmparser::ElementItems::Expressions(_, items) = &element.items else { return false };
    let is_null = |item: wasmparser::ConstExpr<'_>| {
        let first = item.get_operators_reader().read();
        matches!(first, Ok(wasmparser::Operator::RefNull { .. }))
    };
    let active = matches!(element.kind, wasmparser::ElementKind::Active { .. });
    active && items.clone().into_iter().all(|item| item.is_ok_and(is_null))
}

/// Short names for the functions that wasm-bindgen gives the module, of which each is known by
/// a hash: in `script` and, returned, for the imports of the module.
fn shorten(script: &mut String) -> BTreeMap<String, String> {
    let defined = |line: &str| {
        let name = line.trim_start().split(':').next()?.to_owned();
        let is_name = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        (is_name && name.starts_with("__wb") && line.contains(": function")).then_some(name)
    };
    let names: BTreeMap<String, String> =
        script.lines().filter_map(defined).enumerate().map(|(at, name)| (name, format!("_{at:x}"))).collect();
    for (name, short) in &names {
        *script = script.replace(&format!(" {name}: function"), &format!(" {short}: function"));
    }
    names
}

fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(files::read(path)?).map_err(|_| format!("{} is not UTF-8", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: &[u8] = b"\0asm\x01\0\0\0";

    #[test]
    fn custom_sections_go_and_numbers_become_short() {
        // One type, `() -> ()`; its number of parameters takes two bytes where one does.
        let long = [1, 5, 1, 0x60, 0x80, 0, 0];
        let short = [1, 4, 1, 0x60, 0, 0];
        let custom = [0, 3, 1, b'n', 9];
        let module = [HEADER, &custom, &long, &custom].concat();
        assert_eq!(Compact::default().write(&module), Ok([HEADER, &short].concat()));
    }

    #[test]
    fn places_that_hold_nothing_are_not_written() {
        // A function, a table of three, and what stands there: nothing, the function, nothing.
        let module = |elements: &[u8]| {
            let types = [1, 4, 1, 0x60, 0, 0];
            let code = [10, 4, 1, 2, 0, 0x0b];
            let section = [&[9, elements.len() as u8], elements].concat();
            [HEADER, &types, &[3, 2, 1, 0], &[4, 4, 1, 0x70, 0, 3], &section, &code].concat()
        };
        let at = |place| [4, 0x41, place, 0x0b, 1];
        let (null, function) = ([0xd0, 0x70, 0x0b], [0xd2, 0, 0x0b]);
        let all = [&[3][..], &at(0), &null, &at(1), &function, &at(2), &null].concat();
        let written = Compact::default().write(&module(&all));
        assert_eq!(written, Ok(module(&[&[1][..], &at(1), &function].concat())));
    }

    #[test]
    fn exports_go_and_the_rest_stays_as_it_is() {
        // One type, its number of parameters in two bytes; a function, exported twice.
        let long = [1, 5, 1, 0x60, 0x80, 0, 0];
        let module = |exports: &[u8]| {
            let section = [&[7, exports.len() as u8], exports].concat();
            [HEADER, &long, &[3, 2, 1, 0], &section, &[10, 4, 1, 2, 0, 0x0b], &[0, 3, 1, b'n', 9]].concat()
        };
        let (kept, gone) = ([2, b'g', b'o', 0, 0], [3, b's', b'g', b'o', 0, 0]);
        let both = module(&[&[2][..], &kept, &gone].concat());
        let one = module(&[&[1][..], &kept].concat());
        assert_eq!(without(&both, "sg").ok(), Some(one));
        assert_eq!(without(&both, "x").ok(), Some(both));
        assert!(without(&[HEADER, &[7, 5, 0]].concat(), "x").is_err());
    }

    #[test]
    fn a_module_that_is_cut_short_is_said_to_be() {
        let module = [HEADER, &[1, 5, 0]].concat();
        assert!(Compact::default().write(&module).is_err());
        assert!(Compact::default().write(b"\0asm").is_err());
    }

    #[test]
    fn imports_are_known_by_short_names_on_both_sides() {
        let mut script =
            String::from("x = {\n __wbg_get_0a1b: function(a) {},\n __wbg_get_0a1b2: function(a) {},\n};");
        let names = shorten(&mut script);
        assert_eq!(script, "x = {\n _0: function(a) {},\n _1: function(a) {},\n};");
        let types = [1, 4, 1, 0x60, 0, 0];
        let import = |name: &str| {
            let entry = [&[1, 1, b'm', name.len() as u8], name.as_bytes(), &[0, 0]].concat();
            [HEADER, &types, &[2, entry.len() as u8], &entry].concat()
        };
        assert_eq!(Compact { names }.write(&import("__wbg_get_0a1b2")), Ok(import("_1")));
    }
}
