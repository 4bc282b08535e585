//! A definition in the fragment of an address, which never leaves the browser.
//!
//! Version 1, which opens for ever: `1.` and, in base64url without padding, the CRC-32 (IEEE
//! 802.3) of the text as four bytes, the least first, then the text as raw DEFLATE (RFC 1951).
//! Any DEFLATE stream will do, so the encoder may become better without a new version.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF;
use miniz_oxide::inflate::core::{DecompressorOxide, decompress};

/// The largest text that a link holds, in bytes.
pub const MAX_TEXT: usize = 4 * 1024 * 1024;

/// The longest payload, in characters: what follows `1.`. Firefox refuses addresses over
/// 1,048,576 characters (2026-11); 4,096 are left for the address before it.
pub const MAX_PAYLOAD: usize = 1_048_576 - 4_096;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// The next level up makes the median link no shorter.
const LEVEL: u8 = 9;

/// Why a link could not be made or read. Each displays as one sentence with a way on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ShareError {
    /// It is no share link at all.
    NotALink,
    /// It is of a version that this program does not know; the version.
    UnknownVersion(String),
    /// It holds a character that no link has.
    Characters {
        /// The character.
        found: char,
        /// Its place in the payload, white space left out, from 1.
        at: usize,
    },
    /// Its end is missing.
    Cut {
        /// How many characters of the payload arrived.
        characters: usize,
    },
    /// Its characters are not those that were sent.
    Damaged,
    /// The payload is longer than [`MAX_PAYLOAD`].
    TooLong {
        /// [`MAX_PAYLOAD`].
        limit: usize,
        /// Its length in characters.
        actual: usize,
    },
    /// The text is larger than [`MAX_TEXT`].
    TooLarge {
        /// [`MAX_TEXT`].
        limit: usize,
    },
}

impl std::fmt::Display for ShareError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NotALink => {
                f.write_str("This is not a share link: one ends in “#1.” and a long run of letters.")
            }
            Self::UnknownVersion(version) => write!(
                f,
                "This link is of version {version}, which this program does not know: update it, or reload the page."
            ),
            Self::Characters { found, at } => write!(
                f,
                "The link holds “{}” at character {at}, where only letters, digits, - and _ can be: copy the whole link again.",
                found.escape_debug()
            ),
            Self::Cut { characters } => write!(
                f,
                "The link was cut short after {characters} characters: copy the whole link again, or ask for the file."
            ),
            Self::Damaged => {
                f.write_str("The link was changed on its way: ask for it again, or for the file.")
            }
            Self::TooLong { limit, actual } => write!(
                f,
                "The link has {actual} characters and browsers open at most {limit}: send the file instead."
            ),
            Self::TooLarge { limit } => write!(
                f,
                "The text is larger than the {} MiB that a link can hold: send the file instead.",
                limit / (1024 * 1024)
            ),
        }
    }
}

impl std::error::Error for ShareError {}

/// The fragment, without `#`, that holds `bytes`. Any bytes will do, no bytes too.
///
/// # Errors
/// [`ShareError::TooLarge`] above [`MAX_TEXT`], [`ShareError::TooLong`] above [`MAX_PAYLOAD`].
pub fn encode(bytes: &[u8]) -> Result<String, ShareError> {
    if bytes.len() > MAX_TEXT {
        return Err(ShareError::TooLarge { limit: MAX_TEXT });
    }
    let mut packed = crc32(bytes).to_le_bytes().to_vec();
    packed.append(&mut compress_to_vec(bytes, LEVEL));
    let mut fragment = String::from("1.");
    push_base64(&mut fragment, &packed);
    let actual = fragment.len() - 2;
    if actual > MAX_PAYLOAD {
        return Err(ShareError::TooLong { limit: MAX_PAYLOAD, actual });
    }
    Ok(fragment)
}

/// The bytes that a link holds: exactly those that were encoded, or an error.
///
/// Takes a whole address, `#…` or the fragment alone, with what mail and chat make of it:
/// brackets and quotes around it, punctuation after it, white space within, `%`-escapes. Reads
/// at most [`MAX_PAYLOAD`] characters and writes at most [`MAX_TEXT`] bytes.
///
/// # Errors
/// Every variant of [`ShareError`]. A link that was cut is told from one that was changed.
pub fn decode(link: &str) -> Result<Vec<u8>, ShareError> {
    // An escape takes three characters, an escaped escape five.
    if link.len() > 5 * MAX_PAYLOAD {
        return Err(ShareError::TooLong { limit: MAX_PAYLOAD, actual: link.len() });
    }
    let plain = unescaped(&unescaped(link));
    let fragment = plain.rsplit('#').next().unwrap_or("");
    let fragment = fragment.trim_start_matches(is_around).trim_end_matches(is_around);
    let (version, payload) = fragment.split_once('.').ok_or(ShareError::NotALink)?;
    if version.is_empty() || version.len() > 4 || !version.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ShareError::NotALink);
    }
    if version != "1" {
        return Err(ShareError::UnknownVersion(version.to_owned()));
    }
    let (packed, left_over, characters) = from_base64(payload)?;
    let Some((crc, deflated)) = packed.split_first_chunk::<4>() else {
        return Err(ShareError::Cut { characters });
    };
    let bytes = inflate(deflated, characters)?;
    // A cut in the middle of a byte leaves bits over, too, but was noticed above.
    if left_over != 0 || crc32(&bytes) != u32::from_le_bytes(*crc) {
        return Err(ShareError::Damaged);
    }
    Ok(bytes)
}

/// The address `base`, whose own fragment is dropped, with `fragment`.
pub fn link(base: &str, fragment: &str) -> String {
    let base = base.split('#').next().unwrap_or("");
    [base, "#", fragment].concat()
}

/// What chats and mail put around an address. A `…` stands where they cut it.
fn is_around(c: char) -> bool {
    c.is_whitespace() || "=.,;:!?()[]{}<>\"'`*“”‘’«»…\u{200b}\u{feff}".contains(c)
}

/// `text` with its `%`-escapes of ASCII characters undone, once.
fn unescaped(text: &str) -> String {
    let mut parts = text.split('%');
    let mut out = String::with_capacity(text.len());
    out.push_str(parts.next().unwrap_or(""));
    for part in parts {
        let code = part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match (code, part.get(2..)) {
            (Some(code), Some(rest)) if code.is_ascii() => {
                out.push(char::from(code));
                out.push_str(rest);
            }
            _ => {
                out.push('%');
                out.push_str(part);
            }
        }
    }
    out
}

fn push_base64(out: &mut String, bytes: &[u8]) {
    out.reserve(bytes.len() / 3 * 4 + 4);
    for chunk in bytes.chunks(3) {
        let group = chunk.iter().fold(0_u32, |group, byte| group << 8 | u32::from(*byte));
        let group = group << (8 * (3 - chunk.len()));
        for place in 0..=chunk.len() {
            let sextet = group >> (18 - 6 * place) & 63;
            out.push(char::from(ALPHABET[sextet as usize]));
        }
    }
}

/// The bytes, the bits left over at the end (none in a sound link), and the count of characters.
fn from_base64(payload: &str) -> Result<(Vec<u8>, u32, usize), ShareError> {
    let mut bytes = Vec::with_capacity(payload.len() / 4 * 3 + 3);
    let (mut bits, mut held, mut count) = (0_u32, 0, 0);
    for c in payload.chars().filter(|c| !c.is_whitespace()) {
        count += 1;
        let sextet = match c {
            'A'..='Z' => c as u32 - 'A' as u32,
            'a'..='z' => c as u32 - 'a' as u32 + 26,
            '0'..='9' => c as u32 - '0' as u32 + 52,
            '-' => 62,
            '_' => 63,
            _ => return Err(ShareError::Characters { found: c, at: count }),
        };
        bits = bits << 6 | sextet;
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held) as u8);
            bits &= (1 << held) - 1;
        }
    }
    if count > MAX_PAYLOAD {
        return Err(ShareError::TooLong { limit: MAX_PAYLOAD, actual: count });
    }
    // One character of four holds no whole byte.
    if count % 4 == 1 {
        return Err(ShareError::Cut { characters: count });
    }
    Ok((bytes, bits, count))
}

fn inflate(deflated: &[u8], characters: usize) -> Result<Vec<u8>, ShareError> {
    let mut inflater = Box::<DecompressorOxide>::default();
    let (mut read, mut written) = (0, 0);
    // One byte more than allowed, so that too much shows.
    let mut out = vec![0; (deflated.len() * 4).clamp(256, MAX_TEXT + 1)];
    loop {
        let rest = deflated.get(read..).unwrap_or(&[]);
        let (status, consumed, produced) =
            decompress(&mut inflater, rest, &mut out, written, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        read += consumed;
        written += produced;
        if written > MAX_TEXT {
            return Err(ShareError::TooLarge { limit: MAX_TEXT });
        }
        match status {
            TINFLStatus::Done if read == deflated.len() => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if out.len() <= MAX_TEXT => {
                out.resize((out.len() * 2).min(MAX_TEXT + 1), 0);
            }
            TINFLStatus::NeedsMoreInput | TINFLStatus::FailedCannotMakeProgress => {
                return Err(ShareError::Cut { characters });
            }
            _ => return Err(ShareError::Damaged),
        }
    }
}

/// CRC-32 as in IEEE 802.3, four bits at a time.
pub fn crc32(bytes: &[u8]) -> u32 {
    const TABLE: [u32; 16] = {
        let mut table = [0; 16];
        let mut index = 0;
        while index < 16 {
            let mut crc = index as u32;
            let mut bit = 0;
            while bit < 4 {
                crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
                bit += 1;
            }
            table[index] = crc;
            index += 1;
        }
        table
    };
    !bytes.iter().fold(!0, |crc: u32, byte| {
        let crc = crc ^ u32::from(*byte);
        let crc = crc >> 4 ^ TABLE[(crc & 15) as usize];
        crc >> 4 ^ TABLE[(crc & 15) as usize]
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_layout_is_that_of_version_1() {
        assert_eq!(crc32(b"123456789"), 0xcbf4_3926);
        // CRC 0, then an empty final block.
        assert_eq!(encode(b"").as_deref(), Ok("1.AAAAAAMA"));
        assert_eq!(decode("1.AAAAAAMA"), Ok(Vec::new()));
        // A stored block, as any other encoder may write it.
        let mut packed = crc32(b"hi").to_le_bytes().to_vec();
        packed.extend([1, 2, 0, 0xfd, 0xff, b'h', b'i']);
        let mut stored = String::from("1.");
        push_base64(&mut stored, &packed);
        assert_eq!(decode(&stored).as_deref(), Ok(&b"hi"[..]));
    }

    #[test]
    fn what_mail_and_chat_do_to_a_link_is_undone() {
        let fragment = encode("né\r\n".as_bytes()).unwrap();
        let expected = Ok("né\r\n".as_bytes().to_vec());
        let (head, tail) = fragment.split_at(9);
        for given in [
            fragment.clone(),
            format!("#{fragment}"),
            link("https://example.org/play/?x=1#old", &fragment),
            format!("<https://example.org/#{fragment}>"),
            format!("(https://example.org/#{fragment}),"),
            format!(" #{fragment}=. \n"),
            format!("https://example.org/%23{}", fragment.replace('.', "%2E")),
            format!("https%3A%2F%2Fexample.org%2F%2523{fragment}"),
            format!("https://example.org/#{head}\r\n {tail}\n"),
        ] {
            assert_eq!(decode(&given), expected, "{given:?}");
        }
    }

    #[test]
    fn each_fault_has_its_name() {
        let fragment = encode(b"some text").unwrap();
        let cut = |characters| Err(ShareError::Cut { characters });
        assert_eq!(decode(""), Err(ShareError::NotALink));
        assert_eq!(decode("#intro"), Err(ShareError::NotALink));
        assert_eq!(decode("https://example.org/a.html"), Err(ShareError::NotALink));
        assert_eq!(decode("#2.AAAA"), Err(ShareError::UnknownVersion("2".into())));
        assert_eq!(decode("#1.AAAA"), cut(4));
        assert_eq!(decode("#1.A%C3%A9"), Err(ShareError::Characters { found: '%', at: 2 }));
        assert_eq!(decode("#1.AAAAé"), Err(ShareError::Characters { found: 'é', at: 5 }));
        assert_eq!(decode(&fragment[..fragment.len() - 4]), cut(fragment.len() - 6));
        assert_eq!(decode(&format!("{fragment}AAAA")), Err(ShareError::Damaged));
        let other = if fragment.as_bytes()[2] == b'A' { "1.B" } else { "1.A" };
        assert_eq!(decode(&[other, &fragment[3..]].concat()), Err(ShareError::Damaged));
    }

    #[test]
    fn sizes_are_bounded_in_and_out() {
        let long = "A".repeat(MAX_PAYLOAD + 3);
        let too_long = ShareError::TooLong { limit: MAX_PAYLOAD, actual: long.len() };
        assert_eq!(decode(&format!("1.{long}")), Err(too_long));
        assert!(matches!(decode(&"%".repeat(6 << 20)), Err(ShareError::TooLong { .. })));
        assert_eq!(encode(&vec![b'a'; MAX_TEXT + 1]), Err(ShareError::TooLarge { limit: MAX_TEXT }));
        let largest = vec![b'a'; MAX_TEXT];
        assert_eq!(decode(&encode(&largest).unwrap()), Ok(largest));
        // A bomb: a few kB that unpack to 64 MiB.
        let mut packed = vec![0; 4];
        packed.append(&mut compress_to_vec(&vec![0; 64 << 20], 1));
        let mut bomb = String::from("1.");
        push_base64(&mut bomb, &packed);
        assert_eq!(decode(&bomb), Err(ShareError::TooLarge { limit: MAX_TEXT }));
        // Bytes without pattern that do not fit.
        let mut state = 1_u32;
        let noise = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        });
        let noise: Vec<u8> = noise.take(MAX_PAYLOAD).collect();
        assert!(matches!(encode(&noise), Err(ShareError::TooLong { .. })));
    }

    fn bytes() -> impl Strategy<Value = Vec<u8>> {
        prop_oneof![
            prop::collection::vec(any::<u8>(), 0..600),
            "(- \\*\\*[a-z]{3,9}\\*\\*: [a-zé ]{0,40}\r?\n){0,40}".prop_map(String::into_bytes),
        ]
    }

    proptest! {
        #[test]
        fn a_link_holds_the_very_bytes(bytes in bytes()) {
            let fragment = encode(&bytes).unwrap();
            prop_assert!(fragment.bytes().all(|byte| byte == b'.' || ALPHABET.contains(&byte)));
            prop_assert_eq!(decode(&fragment), Ok(bytes.clone()));
            prop_assert_eq!(decode(&link("https://example.org/a/", &fragment)), Ok(bytes));
        }

        #[test]
        fn a_cut_link_is_an_error(bytes in bytes(), at in any::<prop::sample::Index>()) {
            let fragment = encode(&bytes).unwrap();
            let cut = at.index(fragment.len());
            prop_assert!(decode(&fragment[..cut]).is_err());
        }

        /// A change may fall on bits that carry nothing, or give another packing of the same
        /// bytes; it never gives other bytes.
        #[test]
        fn a_changed_link_never_gives_other_bytes(
            bytes in bytes(),
            at in any::<prop::sample::Index>(),
            instead in "[ -~é\n]",
        ) {
            let fragment = encode(&bytes).unwrap();
            let at = at.index(fragment.len());
            let changed = [&fragment[..at], &instead, &fragment[at + 1..]].concat();
            match decode(&changed) {
                Ok(read) => prop_assert_eq!(read, bytes),
                Err(error) => prop_assert!(error.to_string().ends_with(['.'])),
            }
        }

        #[test]
        fn any_text_is_read_without_panic(text in "\\PC{0,60}", payload in "1\\.[A-Za-z0-9_-]{0,80}") {
            let _ = decode(&text);
            let _ = decode(&payload);
        }
    }
}
