//! Nothing in a definition can run or load anything by itself.

use browser_tests::page::Page;
use browser_tests::site::Program;
use browser_tests::upstream::Upstream;

use crate::{NO_RELAY, fragment};

#[test]
fn a_hostile_definition_runs_and_loads_nothing() {
    let elsewhere = Upstream::start();
    let host = elsewhere.url.trim_end_matches("/v1").to_owned();
    let text = format!(
        "---\nname: hostile\ndescription: \"<img src=x onerror='window.broken=1'><script>window.broken=2</script>\"\n---\n\
        <script>window.broken = 3</script>\n\n<img src=\"{host}/raw.png\" onerror=\"window.broken = 4\">\n\n\
        [runs](javascript:window.broken=5) and [reads](data:text/html,<script>window.broken=6</script>)\n\n\
        ![a picture]({host}/picture.png)\n\n<iframe src=\"{host}/frame\"></iframe>\n\n\
        ```js\nwindow.broken = 7\n```\n\n[^1]: <b onmouseover=\"window.broken = 8\">note</b>\n\nThe end.[^1]\n"
    );
    let site = Program::start();
    let page = Page::open(&format!("{}#{}", site.url, fragment(&text)));
    page.wait_source(&text);
    page.wait_preview("The end.");
    page.press("#tab-gets");
    page.wait_text("#panel-gets", "hostile");
    page.press("#tab-preview");

    assert!(
        !page.shows("[data-testid=preview] script, [data-testid=preview] iframe, [data-testid=preview] img")
    );
    for scheme in ["javascript:", "data:"] {
        assert!(
            !page.sees(&format!(
                "[...document.querySelectorAll('a[href]')].some((it) => it.href.startsWith('{scheme}'))"
            )),
            "a link with {scheme}"
        );
    }
    assert_eq!(elsewhere.paths(), [""; 0], "the page loaded something that a definition names");
    assert!(!page.sees("'broken' in window"), "the definition ran a script");

    // A picture comes after a click, and no other request with it.
    page.press("[data-testid=preview] .remote-image");
    page.wait("the picture to be asked for", || elsewhere.paths() == ["/picture.png"]);
    assert!(!page.sees("'broken' in window"));
    assert_eq!(page.complaints(&[NO_RELAY, "/picture.png"]), [""; 0]);
}
