//! The colour: the nearest of those that Claude Code has.

use super::{Mapper, string, text_of};
use crate::core::import::GuessKind;
use crate::core::yaml::Entry;

impl Mapper {
    pub(super) fn color(&mut self, entry: &Entry) {
        let written = text_of(&entry.value).unwrap_or_default();
        let lower = written.to_ascii_lowercase();
        if self.native() || COLORS.iter().any(|(color, _)| *color == written) {
            return self.set("color", string(written, entry.value.range));
        }
        let color = match lower.as_str() {
            "error" => Some("red"),
            "warning" => Some("yellow"),
            "success" => Some("green"),
            "info" => Some("blue"),
            "accent" => Some("purple"),
            other => hex(other).map(near),
        };
        let Some(color) = color else { return self.dropped(entry, "Claude Code has no such colour.") };
        let message = ["The colour `", &written, "` becomes `", color, "`."].concat();
        self.note(GuessKind::Mapped, "color", entry.value.range, message);
        self.set("color", string(color, entry.value.range));
    }
}

fn hex(text: &str) -> Option<[u8; 3]> {
    let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6)?;
    let part = |at: usize| u8::from_str_radix(digits.get(at..at + 2)?, 16).ok();
    Some([part(0)?, part(2)?, part(4)?])
}

/// The colours of Claude Code, as they look about everywhere.
static COLORS: [(&str, [u8; 3]); 8] = [
    ("red", [220, 38, 38]),
    ("orange", [234, 120, 20]),
    ("yellow", [234, 190, 20]),
    ("green", [34, 170, 80]),
    ("cyan", [20, 180, 210]),
    ("blue", [50, 110, 230]),
    ("purple", [140, 80, 220]),
    ("pink", [230, 80, 160]),
];

/// The colour of Claude Code that is nearest.
fn near(color: [u8; 3]) -> &'static str {
    let distance = |other: &[u8; 3]| -> u32 {
        color.iter().zip(other).map(|(a, b)| u32::from(a.abs_diff(*b)).pow(2)).sum()
    };
    COLORS.iter().min_by_key(|(_, other)| distance(other)).map_or("blue", |(name, _)| name)
}
