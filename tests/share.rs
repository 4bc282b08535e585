//! Links of version 1 open for ever: the files of `tests/fixtures/links/v1` are never changed.
//!
//! `NAME.txt` is a link as somebody sent it, `NAME.md` the bytes that it holds.

use std::path::Path;

use agent_playground::core::share;

#[test]
fn every_link_ever_sent_opens() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/links/v1");
    let mut opened = Vec::new();
    for entry in std::fs::read_dir(&folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "txt") {
            continue;
        }
        let link = std::fs::read_to_string(&path).unwrap();
        let expected = std::fs::read(path.with_extension("md")).unwrap();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        assert_eq!(share::decode(&link).as_deref(), Ok(expected.as_slice()), "{name}");
        let again = share::encode(&expected).unwrap();
        assert_eq!(share::decode(&again), Ok(expected), "{name}, encoded again");
        opened.push(name);
    }
    opened.sort();
    let names = [
        "byte-order-mark",
        "crlf",
        "emoji",
        "empty",
        "large",
        "not-utf-8",
        "ordinary",
        "other-encoder",
        "stored",
        "wrapped-by-mail",
    ];
    assert_eq!(opened, names);
}
