//! A file that is not UTF-8, which the core never gets to see.

use crate::core::analysis::Config;
use crate::core::diagnostic::{Diagnostic, Severity};
use crate::core::text::TextRange;

/// The code of the finding.
pub const CODE: &str = "not-utf8";

/// The finding for the first bytes that are none.
pub fn finding(config: &Config, bytes: &[u8], error: std::str::Utf8Error) -> Diagnostic {
    let start = error.valid_up_to();
    let end = error.error_len().map_or(bytes.len(), |length| start + length);
    let message = if bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) {
        "The file is UTF-16, in which no front matter is seen. Save it as UTF-8.".to_owned()
    } else {
        let byte = bytes.get(start).copied().unwrap_or_default();
        format!(
            "The byte 0x{byte:02X} is not UTF-8 and is read as “\u{fffd}”. Save the file as UTF-8; other findings show after that."
        )
    };
    Diagnostic {
        code: CODE,
        severity: Severity::Error,
        host: config.hosts.first().map_or("", |host| host.name),
        message,
        range: TextRange::new(start, end),
        fixes: Vec::new(),
    }
}
