//! Text of every colour can be read on every ground that it stands on, in both themes.
#![allow(clippy::expect_used, clippy::panic, reason = "a test says what is wrong by panicking")]

use std::collections::BTreeMap;

/// WCAG 2.2, 1.4.3: the least contrast of text.
const LEAST: f64 = 4.5;

/// Which colour of text stands on which grounds.
const PAIRS: [(&str, &[&str]); 13] = [
    ("text", &["bg", "panel", "sunken", "accent-soft", "error-soft", "warn-soft", "ok-soft"]),
    ("muted", &["bg", "panel", "sunken", "accent-soft"]),
    ("faint", &["bg", "panel", "sunken", "accent-soft"]),
    ("accent", &["bg", "panel", "sunken", "accent-soft", "warn-soft", "error-soft"]),
    ("on-accent", &["accent"]),
    ("error", &["bg", "panel", "sunken", "accent-soft", "error-soft"]),
    ("warn", &["bg", "panel", "sunken", "accent-soft", "warn-soft"]),
    ("ok", &["bg", "panel", "sunken", "ok-soft"]),
    ("key", &["bg", "panel", "sunken"]),
    ("str", &["bg", "panel", "sunken"]),
    ("punct", &["bg", "panel", "sunken"]),
    ("head", &["bg", "panel", "sunken"]),
    // The marks of severity are cut out in the colour of the pane.
    ("panel", &["error", "warn", "ok"]),
];

/// The colours of the file: name to light and dark.
fn tokens() -> BTreeMap<String, [[u8; 3]; 2]> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/public/css/tokens.css");
    let css = std::fs::read_to_string(path).expect("the tokens");
    css.lines()
        .filter_map(|line| {
            let (name, value) = line.trim().strip_prefix("--")?.split_once(": light-dark(#")?;
            let (light, dark) = value.strip_suffix(");")?.split_once(", #")?;
            Some((name.to_owned(), [colour(light)?, colour(dark)?]))
        })
        .collect()
}

fn colour(hex: &str) -> Option<[u8; 3]> {
    let part = |at| u8::from_str_radix(hex.get(at..at + 2)?, 16).ok();
    (hex.len() == 6).then_some([part(0)?, part(2)?, part(4)?])
}

/// Relative luminance as WCAG 2.2 defines it.
fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn contrast_is_that_of_the_standard() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
    assert!((contrast([0x77; 3], [255; 3]) - 4.478).abs() < 1e-3);
}

#[test]
fn every_text_can_be_read() {
    let tokens = tokens();
    let get = |name: &str| *tokens.get(name).unwrap_or_else(|| panic!("no colour is called --{name}"));
    let mut faults = Vec::new();
    for (text, grounds) in PAIRS {
        for ground in grounds {
            for (theme, (text_colour, ground_colour)) in
                ["light", "dark"].into_iter().zip(get(text).into_iter().zip(get(ground)))
            {
                let contrast = contrast(text_colour, ground_colour);
                if contrast < LEAST {
                    faults.push(format!("--{text} on --{ground}, {theme}: {contrast:.2}"));
                }
            }
        }
    }
    assert!(faults.is_empty(), "below {LEAST}:\n{}", faults.join("\n"));
}
