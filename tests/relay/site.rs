//! The files of the page.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::server::Server;
use crate::upstream::Upstream;
use crate::wire::Request;

/// A folder with a page in it and a secret beside it.
fn folder() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("secret.txt", "secret");
    write("dist/index.html", "<!doctype html>page");
    write("dist/page.js", "let x;");
    write("dist/page.css", "a{}");
    write("dist/page_bg.wasm", "wasm");
    write("dist/model.gguf", "0123456789");
    write("dist/agents/a b.md", "# ä");
    write("dist/agents/index.json", "[]");
    write("dist/help/index.html", "help");
    write("dist/.env", "secret");
    write("dist/.git/config", "secret");
    folder
}

fn serve(folder: &TempDir, more: &[&str]) -> Server {
    let site = folder.path().join("dist");
    Server::start(&[&["--site", site.to_str().unwrap()], more].concat())
}

#[test]
fn files_have_their_types() {
    let folder = folder();
    let server = serve(&folder, &[]);
    for (path, kind, body) in [
        ("/", "text/html; charset=utf-8", "<!doctype html>page"),
        ("/index.html", "text/html; charset=utf-8", "<!doctype html>page"),
        ("/page.js", "text/javascript; charset=utf-8", "let x;"),
        ("/page.css", "text/css; charset=utf-8", "a{}"),
        ("/page_bg.wasm", "application/wasm", "wasm"),
        ("/model.gguf", "application/octet-stream", "0123456789"),
        ("/agents/a%20b.md", "text/markdown; charset=utf-8", "# ä"),
        ("/agents/index.json", "application/json", "[]"),
        ("/help/", "text/html; charset=utf-8", "help"),
    ] {
        let answer = server.get(path).send();
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("content-type"), Some(kind), "{path}");
        assert_eq!(answer.text(), body, "{path}");
    }
}

#[test]
fn a_page_gets_what_threads_need_and_gives_nothing_away() {
    let folder = folder();
    let server = serve(&folder, &[]);
    for path in ["/", "/page_bg.wasm", "/nothing"] {
        let answer = server.get(path).send();
        for (name, value) in [
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-embedder-policy", "credentialless"),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-cache"),
        ] {
            assert_eq!(answer.header(name), Some(value), "{path}");
        }
    }
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let folder = folder();
    let server = serve(&folder, &[]);
    let first = server.get("/page.js").send();
    let modified = first.header("last-modified").unwrap();
    let again = server.get("/page.js").header("if-modified-since", modified).send();
    assert_eq!((again.status, again.text()), (304, ""));
}

#[test]
fn parts_of_large_files_are_to_be_had() {
    let folder = folder();
    let server = serve(&folder, &[]);
    let part = server.get("/model.gguf").header("range", "bytes=3-5").send();
    assert_eq!((part.status, part.text()), (206, "345"));
    assert_eq!(part.header("content-range"), Some("bytes 3-5/10"));
    let head = Request::new(server.address, "HEAD", "/model.gguf").send();
    assert_eq!((head.status, head.header("content-length"), head.text()), (200, Some("10"), ""));
    assert_eq!(head.header("accept-ranges"), Some("bytes"));
}

#[test]
fn nothing_outside_and_nothing_hidden_is_served() {
    let folder = folder();
    for (base, server) in [("", serve(&folder, &[])), ("/a/b", serve(&folder, &["--base", "/a/b/"]))] {
        for path in [
            "/../secret.txt",
            "/%2e%2e/secret.txt",
            "/%2E%2E%2Fsecret.txt",
            "/..%2fsecret.txt",
            "/agents/../../secret.txt",
            "/agents/..%5c..%5csecret.txt",
            "/%00",
            "/.env",
            "/%2eenv",
            "/.git/config",
            "/agents/%2f.git/config",
            "//secret.txt",
            "/agents",
            "/agents/",
            "/nothing.html",
        ] {
            let answer = server.get(&format!("{base}{path}")).send();
            assert!(!answer.text().contains("secret") && !answer.text().contains("a b.md"), "{path}");
            let expected = if path == "/agents" { 307 } else { 404 };
            assert_eq!(answer.status, expected, "{base}{path}");
        }
        let absolute = folder.path().join("secret.txt");
        assert_eq!(server.get(&format!("{base}/{}", absolute.display())).send().status, 404);
    }
}

#[test]
fn a_folder_without_its_slash_leads_to_the_one_with_it() {
    let folder = folder();
    for (base, server) in [("", serve(&folder, &[])), ("/a/b", serve(&folder, &["--base", "a/b"]))] {
        let answer = server.get(&format!("{base}/help?x=1")).send();
        assert_eq!(answer.status, 307);
        assert_eq!(answer.header("location"), Some(format!("{base}/help/?x=1").as_str()));
        assert_eq!(server.get(&format!("{base}//help")).send().status, 404);
    }
}

#[test]
fn below_a_path_everything_lies_below_it() {
    let folder = folder();
    let upstream = Upstream::plain();
    let server = serve(&folder, &["--base", "/some/sub/path/", "--upstream", &upstream.url()]);
    let get = |path: &str| server.get(path).send();
    assert_eq!(get("/some/sub/path/").text(), "<!doctype html>page");
    assert_eq!(get("/some/sub/path/agents/a%20b.md").text(), "# ä");
    assert_eq!(get("/some/sub/path/relay/config").json()["version"], 1);
    assert_eq!(get("/some/sub/path/relay/v1/models").status, 200);
    assert_eq!(get("/some/sub/path/relay/nothing").code(), "unknown_path");
    let slash = get("/some/sub/path");
    assert_eq!((slash.status, slash.header("location")), (308, Some("/some/sub/path/")));
    for outside in ["/", "/index.html", "/relay/config", "/some/", "/some/sub/pathindex.html"] {
        assert_eq!(get(outside).status, 404, "{outside}");
    }
}

#[test]
fn files_are_only_read() {
    let folder = folder();
    let server = serve(&folder, &[]);
    for method in ["POST", "PUT", "DELETE"] {
        let answer = Request::new(server.address, method, "/page.js").body("x").send();
        assert_eq!(answer.status, 405, "{method}");
    }
    assert_eq!(fs::read_to_string(folder.path().join(Path::new("dist/page.js"))).unwrap(), "let x;");
}

#[test]
fn files_that_were_compressed_beforehand_are_sent_so_to_who_takes_them() {
    let folder = folder();
    fs::write(folder.path().join("dist/page.js.br"), "brotli").unwrap();
    fs::write(folder.path().join("dist/page.js.gz"), "gzip").unwrap();
    let server = serve(&folder, &[]);
    for (accepted, encoding, body) in [
        ("br, gzip", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("gzip;q=0.5, br;q=0", Some("gzip"), "gzip"),
        ("zstd", None, "let x;"),
    ] {
        let answer = server.get("/page.js?v=1").header("accept-encoding", accepted).send();
        assert_eq!((answer.header("content-encoding"), answer.text()), (encoding, body), "{accepted}");
        assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
        assert_eq!(answer.header("vary"), Some("accept-encoding"));
    }
    let plain = server.get("/page.css").header("accept-encoding", "br, gzip").send();
    assert_eq!((plain.header("content-encoding"), plain.text()), (None, "a{}"));
}

#[test]
fn what_never_changes_is_kept_and_everything_else_asked_for_again() {
    let folder = folder();
    fs::create_dir_all(folder.path().join("dist/parts")).unwrap();
    fs::write(folder.path().join("dist/parts/chat-0123456789ab.wasm"), "part").unwrap();
    let kept = Some("public, max-age=31536000, immutable");
    for (base, server) in [("", serve(&folder, &[])), ("/a", serve(&folder, &["--base", "/a/"]))] {
        for (path, caching) in [
            ("/page.js?v=abc", kept),
            ("/page_bg.wasm?x=1&v=abc", kept),
            ("/parts/chat-0123456789ab.wasm", kept),
            ("/page.js", Some("no-cache")),
            ("/page.js?v=", Some("no-cache")),
            ("/page.js?nov=1", Some("no-cache")),
            ("/", Some("no-cache")),
            ("/?v=abc", Some("no-cache")),
            ("/index.html?v=abc", Some("no-cache")),
            ("/parts/gone.wasm", Some("no-cache")),
            ("/gone.js?v=abc", Some("no-cache")),
        ] {
            assert_eq!(
                server.get(&format!("{base}{path}")).send().header("cache-control"),
                caching,
                "{path}"
            );
        }
    }
}
