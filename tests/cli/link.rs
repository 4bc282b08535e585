//! `link`: byte for byte there and back.

use crate::program::Folder;

/// Texts and what is no text.
fn contents() -> Vec<Vec<u8>> {
    let all: Vec<u8> = (0..=u8::MAX).collect();
    let mut state = 1_u32;
    let mut noise = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    vec![
        Vec::new(),
        b"\n".to_vec(),
        b"\r\n\r\n".to_vec(),
        "\u{feff}---\r\nname: a\r\n---\r\nGrüße 🙂 no end".as_bytes().to_vec(),
        b"\0".repeat(1_000_000),
        all.repeat(3),
        (0..100_000).map(|_| noise()).collect(),
    ]
}

#[test]
fn what_goes_into_a_link_comes_out_of_it() {
    for bytes in contents() {
        let folder = Folder::with(&[("a.md", &bytes)]);
        let ended = folder.run(&["link", "encode", "a.md"]);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        let link = ended.text().strip_suffix('\n').unwrap();
        let fragment = link.strip_prefix("http://127.0.0.1:8080/#").unwrap();
        assert!(fragment.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
        assert_eq!(folder.run_with(&["link", "encode", "-"], &bytes).text(), ended.text());
        // The longest links fit through standard input only.
        assert_eq!(folder.run_with(&["link", "decode", "-"], ended.text().as_bytes()).stdout, bytes);
        if link.len() < 100_000 {
            for form in
                [link, fragment, &format!("#{fragment}"), &format!("https://x.example/y/?z#{fragment}")]
            {
                let decoded = folder.run(&["link", "decode", form]);
                assert_eq!((decoded.code, decoded.stdout), (0, bytes.clone()), "{}", decoded.stderr);
            }
        }
    }
}

#[test]
fn the_link_opens_the_page_that_is_named() {
    let folder = Folder::with(&[("a.md", b"x")]);
    let link = folder.run(&["link", "encode", "a.md", "--base", "https://play.example.org/sub/"]);
    assert!(link.text().starts_with("https://play.example.org/sub/#1."), "{}", link.text());
}

#[test]
fn what_cannot_be_done_is_said_in_one_sentence() {
    let folder =
        Folder::with(&[("a.md", b"some text that is long enough"), ("huge.md", &vec![b' '; 5 << 20])]);
    let link = folder.run(&["link", "encode", "a.md"]).text().trim_end().to_owned();
    let cut = &link[..link.len() - 4];
    let flipped = link.replace("#1.", "#9.");
    for arguments in [
        ["link", "decode", cut],
        ["link", "decode", &flipped],
        ["link", "decode", "http://127.0.0.1:8080/"],
        ["link", "decode", ""],
        ["link", "encode", "missing.md"],
        ["link", "encode", "."],
        ["link", "encode", "huge.md"],
    ] {
        let ended = folder.run(&arguments);
        assert_eq!((ended.code, ended.text()), (2, ""), "{arguments:?}");
        assert_eq!(ended.stderr.lines().count(), 1, "{}", ended.stderr);
        assert!(ended.stderr.starts_with("error: "), "{}", ended.stderr);
    }
    let ended = folder.run_with(&["link", "decode", "-"], b"\xff");
    assert_eq!((ended.code, ended.text()), (2, ""));
}
