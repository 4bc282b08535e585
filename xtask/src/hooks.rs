//! What Trunk calls before and after it builds, so that `trunk serve` gives the same page
//! as `cargo xtask build`.

use crate::{Result, files, notices, npm, parts, paths, process};
use std::ops::Range;
use std::path::{Path, PathBuf};

/// Stands in `index.html` wherever the build's name belongs.
const BUILD_MARK: &str = "__BUILD__";

/// Stands in `index.html` where the text of the first agent belongs, so that the first paint
/// has something to read.
const FIRST_AGENT_MARK: &str = "__FIRST_AGENT__";

/// The one style sheet of a release build.
const STYLE: &str = "css/page.css";

/// Before the build: the JavaScript bundle that it copies.
pub fn assets() -> Result<()> {
    npm::bundle()
}

/// After the build, in Trunk's staging folder: the library's index, the list of models, the
/// program in parts, smaller files in a release build, and the build's name in `index.html`.
pub fn finish() -> Result<()> {
    let site = std::env::var_os("TRUNK_STAGING_DIR")
        .map(PathBuf::from)
        .ok_or("`cargo xtask finish` is Trunk's hook; run `cargo xtask build` instead")?;
    files::write(&site.join("agents").join("index.json"), library_index("agents")?)?;
    files::write(&site.join("rules.json"), library_index("--rules")?)?;
    // Always there, so that a page without weights beside it meets no error.
    files::write(&site.join("models").join("index.json"), "{\"version\":1,\"models\":[]}\n")?;
    files::write(&site.join("third-party.txt"), notices::text()?)?;
    let release = std::env::var("TRUNK_PROFILE").is_ok_and(|profile| profile == "release");
    parts::place(&paths::program(if release { "web" } else { "debug" }), &site, release)?;
    if release {
        join_styles(&site)?;
        minify(&site)?;
    }
    stamp(&site)
}

fn library_index(of: &str) -> Result<String> {
    process::output_or_error(process::cargo().args([
        "run",
        "--quiet",
        "--package=xtask",
        "--features=library",
        "--bin=library-index",
        "--",
        of,
    ]))
}

/// Makes one style sheet of those that `index.html` links, in their order: nine requests
/// before the first paint become one. All lie in one folder, so addresses in them stay right.
fn join_styles(site: &Path) -> Result<()> {
    let page = site.join("index.html");
    let (html, names) = with_one_style(&read_text(&page)?);
    if names.is_empty() {
        return Ok(());
    }
    let mut joined = Vec::new();
    for name in names {
        let path = site.join(name);
        joined.extend(files::read(&path)?);
        joined.push(b'\n');
        std::fs::remove_file(&path).map_err(|error| format!("cannot remove {}: {error}", path.display()))?;
    }
    files::write(&site.join(STYLE), joined)?;
    files::write(&page, html)
}

/// The page with a link to [`STYLE`] in the place of its first style sheet and without the
/// others, and the addresses of all of them.
fn with_one_style(html: &str) -> (String, Vec<String>) {
    let tags = tags(html, "<link", "rel=\"stylesheet\"");
    let names = tags.iter().filter_map(|tag| {
        let (_, address) = html[tag.clone()].split_once("href=\"")?;
        Some(address.split(['"', '?']).next()?.to_owned())
    });
    let names = names.collect();
    let mut page = html.to_owned();
    for tag in tags.iter().skip(1).rev() {
        remove(&mut page, tag.clone());
    }
    if let Some(first) = tags.into_iter().next() {
        let link = format!("<link rel=\"stylesheet\" href=\"{STYLE}?v={BUILD_MARK}\">");
        page.replace_range(first, &link);
    }
    (page, names)
}

/// Minifies what the web bundler has not seen: the style sheets.
fn minify(site: &Path) -> Result<()> {
    let inputs = files::walk(site, &["js"])?
        .into_iter()
        .filter(|path| path.extension().is_some_and(|extension| extension == "css"));
    process::run(
        npm::program("esbuild")?
            .args(inputs)
            .args(["--minify", "--charset=utf8", "--log-level=warning"])
            .args(["--allow-overwrite", "--outdir=.", "--outbase=."])
            .current_dir(site),
    )
}

/// Writes the build's name, a hash of everything that is built, into `index.html`.
///
/// Addresses there carry it as `?v=`, so that a file server without cache headers never
/// mixes two builds.
fn stamp(site: &Path) -> Result<()> {
    let page = site.join("index.html");
    let built: Vec<PathBuf> =
        files::walk(site, &["agents", "models"])?.into_iter().filter(|path| *path != page).collect();
    let hash = files::fingerprint(site, &built)?;
    let agent = read_text(&site.join("agents").join("backend-architect.md"))?;
    let html = with_first_agent(&read_text(&page)?, &agent);
    files::write(&page, finish_page(&html, &hash[..12]))
}

/// Puts `text` into its place in a text area of `html`.
fn with_first_agent(html: &str, text: &str) -> String {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    // HTML drops one line break at the start of a text area.
    html.replace(FIRST_AGENT_MARK, &format!("\n{escaped}"))
}

fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(files::read(path)?)
        .map_err(|_| format!("{} is not UTF-8; save it as UTF-8", path.display()))
}

fn finish_page(html: &str, build: &str) -> String {
    let mut html = html.replace(BUILD_MARK, build);
    // Trunk leaves its own element where it is told to write no start-up script.
    remove_tags(&mut html, "<link", "rel=\"rust\"");
    // Relative addresses need no base, and with one a `#fragment` would be an address
    // in the folder instead of a place in the page.
    remove_tags(&mut html, "<base", "href=\"./\"");
    // The script by which `trunk serve` reloads the page is inline.
    if html.contains("/trunk/ws") {
        remove_tags(&mut html, "<meta", "Content-Security-Policy");
    }
    html
}

/// Where the tags are that start with `start` and contain `part`.
fn tags(html: &str, start: &str, part: &str) -> Vec<Range<usize>> {
    html.match_indices(start)
        .filter_map(|(open, _)| Some(open..open + html[open..].find('>')? + 1))
        .filter(|tag| html[tag.clone()].contains(part))
        .collect()
}

/// Removes those tags.
fn remove_tags(html: &mut String, start: &str, part: &str) {
    for tag in tags(html, start, part).into_iter().rev() {
        remove(html, tag);
    }
}

/// Removes `tag`, and its line if nothing else stands there.
fn remove(html: &mut String, tag: Range<usize>) {
    let before = html[..tag.start].trim_end_matches([' ', '\t']).len();
    if html[..before].ends_with('\n') && html[tag.end..].starts_with('\n') {
        html.replace_range(before..=tag.end, "");
    } else {
        html.replace_range(tag, "");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_is_stamped_and_freed_of_what_only_the_build_needs() {
        let html = "<head>\n  <base href=\"./\">\n  <meta name=\"build\" content=\"__BUILD__\">\n\
                    \x20 <link rel=\"icon\" href=\"i.svg\">\n  <link data-trunk rel=\"rust\" data-bin=\"page\">\n\
                    \x20 <script src=\"js/boot.js?v=__BUILD__\"></script>\n</head>";
        assert_eq!(
            finish_page(html, "abc"),
            "<head>\n  <meta name=\"build\" content=\"abc\">\n  <link rel=\"icon\" href=\"i.svg\">\n\
             \x20 <script src=\"js/boot.js?v=abc\"></script>\n</head>"
        );
    }

    #[test]
    fn the_first_agent_stands_in_its_text_area() {
        let html = "<textarea>__FIRST_AGENT__</textarea>";
        assert_eq!(
            with_first_agent(html, "a </textarea> & b\n"),
            "<textarea>\na &lt;/textarea> &amp; b\n</textarea>"
        );
    }

    #[test]
    fn the_style_sheets_become_one_in_the_place_of_the_first() {
        let html = "<link rel=\"stylesheet\" href=\"css/a.css?v=__BUILD__\">\n<link rel=\"icon\" href=\"i.svg\">\n\
                    <link rel=\"stylesheet\" href=\"css/b.css\">\n<p>";
        let (page, names) = with_one_style(html);
        assert_eq!(names, ["css/a.css", "css/b.css"]);
        assert_eq!(
            page,
            "<link rel=\"stylesheet\" href=\"css/page.css?v=__BUILD__\">\n<link rel=\"icon\" href=\"i.svg\">\n<p>"
        );
    }

    #[test]
    fn a_real_base_and_the_policy_stay_in_a_build() {
        let html = "<base href=\"/sub/\"><meta http-equiv=\"Content-Security-Policy\" content=\"x\">";
        assert_eq!(finish_page(html, "abc"), html);
    }

    #[test]
    fn the_policy_goes_where_the_page_reloads_itself() {
        let html = "<meta http-equiv=\"Content-Security-Policy\" content=\"x\"><script>'.well-known/trunk/ws'</script>";
        assert_eq!(finish_page(html, "abc"), "<script>'.well-known/trunk/ws'</script>");
    }
}
