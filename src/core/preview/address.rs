//! Where links and images may lead.

use std::collections::HashMap;

use pulldown_cmark::{CowStr, LinkType};
use unicase::UniCase;

/// What an address is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// `http:` or `https:`.
    Web,
    /// `mailto:`.
    Mail,
    /// `#…`: a place in this text.
    Fragment,
    /// A path beside a file that is not here.
    Relative,
    /// Everything else.
    Refused,
}

/// Judges `address`, which the parser has rid of entities and backslashes.
///
/// The list is of what is allowed. A browser drops blanks and control characters from an
/// address before it reads the scheme, so an address that holds control characters is refused
/// and one that begins with a blank has no allowed scheme.
pub(super) fn kind(address: &str) -> Kind {
    if address.chars().any(char::is_control) {
        return Kind::Refused;
    }
    if starts_with(address, "https://") || starts_with(address, "http://") {
        return Kind::Web;
    }
    if starts_with(address, "mailto:") {
        return Kind::Mail;
    }
    if address.starts_with('#') {
        return if slug(&percent_decoded(address)).is_empty() { Kind::Relative } else { Kind::Fragment };
    }
    let is_slash = |at: usize| matches!(address.as_bytes().get(at), Some(b'/' | b'\\'));
    // `//host` is another site, and browsers read `\` as `/`.
    if is_slash(0) && is_slash(1) {
        return Kind::Refused;
    }
    match address.find([':', '/', '?', '#']) {
        Some(at) if address.as_bytes().get(at) == Some(&b':') => Kind::Refused,
        _ => Kind::Relative,
    }
}

/// The address to lead to: `<a@b.c>` is written without its scheme.
pub(super) fn complete(link_type: LinkType, address: CowStr<'_>) -> CowStr<'_> {
    match link_type {
        LinkType::Email => ["mailto:", &address].concat().into(),
        _ => address,
    }
}

/// The host of a web address with its port, without user name and password.
pub(super) fn host(address: &str) -> &str {
    let rest = address.split_once("//").map_or("", |(_, rest)| rest);
    let authority = rest.split(['/', '\\', '?', '#']).next().unwrap_or("");
    authority.rsplit('@').next().unwrap_or("")
}

/// The heading id, without prefix, that the fragment `#…` means.
pub(super) fn target(fragment: &str) -> String {
    slug(&percent_decoded(fragment))
}

/// A heading's text as an id: blanks as `-`, only letters, digits, `-` and `_`, as GitHub makes
/// them, in the case by which Unicode compares, which is lower case for nearly all.
pub(super) fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.trim().chars() {
        match c {
            '-' | '_' => out.push(c),
            _ if c.is_whitespace() => out.push('-'),
            _ if c.is_alphanumeric() => out.push(c),
            _ => {}
        }
    }
    UniCase::unicode(out).to_folded_case()
}

/// Hands out each slug once.
#[derive(Default)]
pub(super) struct Slugs {
    /// How often a slug was asked for; each given one is a key.
    given: HashMap<String, usize>,
}

impl Slugs {
    /// A slug of `text` that was not given before: `a`, `a-1`, `a-2`.
    pub(super) fn unique(&mut self, text: &str) -> String {
        let mut wanted = slug(text);
        if wanted.is_empty() {
            wanted.push_str("section");
        }
        let Some(mut count) = self.given.get(&wanted).copied() else {
            self.given.insert(wanted.clone(), 0);
            return wanted;
        };
        let free = loop {
            count += 1;
            let candidate = [&wanted, "-", &count.to_string()].concat();
            if !self.given.contains_key(&candidate) {
                break candidate;
            }
        };
        // The count is kept, so that a thousand equal headings do not search a thousand times.
        self.given.insert(wanted, count);
        self.given.insert(free.clone(), 0);
        free
    }
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix))
}

fn percent_decoded(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let [first, tail @ ..] = rest {
        let decoded = match tail {
            [high, low, ..] if *first == b'%' => digit(*high).zip(digit(*low)),
            _ => None,
        };
        match decoded {
            Some((high, low)) => {
                bytes.push(high << 4 | low);
                rest = tail.get(2..).unwrap_or(&[]);
            }
            None => {
                bytes.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn digit(byte: u8) -> Option<u8> {
    char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_listed_schemes_lead_anywhere() {
        for (address, expected) in [
            ("https://example.org/a", Kind::Web),
            ("HTTP://example.org", Kind::Web),
            ("mailto:a@example.org", Kind::Mail),
            ("#Part%20two", Kind::Fragment),
            ("#", Kind::Relative),
            ("docs/a.md", Kind::Relative),
            ("../a?x=b:c", Kind::Relative),
            ("/a/b", Kind::Relative),
            ("", Kind::Relative),
            ("javascript:alert(1)", Kind::Refused),
            ("JaVaScRiPt:alert(1)", Kind::Refused),
            (" javascript:alert(1)", Kind::Refused),
            (" https://example.org", Kind::Refused),
            ("\u{a0}javascript:alert(1)", Kind::Refused),
            ("java\tscript:alert(1)", Kind::Refused),
            ("\u{1}javascript:alert(1)", Kind::Refused),
            ("data:text/html,x", Kind::Refused),
            ("vbscript:x", Kind::Refused),
            ("file:///etc/passwd", Kind::Refused),
            ("blob:https://example.org/x", Kind::Refused),
            ("//example.org", Kind::Refused),
            ("\\\\example.org", Kind::Refused),
            ("/\\example.org", Kind::Refused),
            ("https:example.org", Kind::Refused),
            ("https:\\\\example.org", Kind::Refused),
            ("C:\\a", Kind::Refused),
        ] {
            assert_eq!(kind(address), expected, "{address:?}");
        }
    }

    #[test]
    fn the_host_shown_is_the_host_asked() {
        assert_eq!(host("https://example.org:81/a?b#c"), "example.org:81");
        assert_eq!(host("https://good.example@bad.example/x"), "bad.example");
        assert_eq!(host("https://bad.example\\@good.example"), "bad.example");
        assert_eq!(host("https://"), "");
    }

    #[test]
    fn slugs_are_github_s_and_unique() {
        let mut slugs = Slugs::default();
        assert_eq!(slugs.unique("What's new? (v2)"), "whats-new-v2");
        assert_eq!(slugs.unique("Ünï_côdé 漢字"), "ünï_côdé-漢字");
        assert_eq!(slugs.unique("a-1"), "a-1");
        assert_eq!(slugs.unique("a"), "a");
        assert_eq!(slugs.unique("A"), "a-2");
        assert_eq!(slugs.unique("🙂"), "section");
        assert_eq!(slugs.unique("!"), "section-1");
        assert_eq!(target("#%C3%9Cn%C3%AF"), "ünï");
        assert_eq!(target("#100%"), "100");
        assert_eq!(target("#STRA%C3%9FE"), slug("Straße"));
    }
}
