//! How wide and high the panes are.

use serde::{Deserialize, Serialize};

/// The sizes of the panes on a wide screen, as they are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Layout {
    /// Width of the left column, in CSS pixels.
    pub left: u32,
    /// Width of the right column, in hundredths of what the left one leaves.
    pub right: u32,
    /// Height of the problems, in CSS pixels.
    pub problems: u32,
}

impl Default for Layout {
    fn default() -> Self {
        Self { left: 248, right: 45, problems: 184 }
    }
}

/// A border between two panes that can be moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Border {
    /// Between the left column and the middle.
    Left,
    /// Between the middle and the right column.
    Right,
    /// Between the editor and the problems.
    Problems,
}

impl Border {
    /// The least and the greatest size.
    pub fn limits(self) -> (u32, u32) {
        match self {
            Self::Left => (180, 420),
            Self::Right => (24, 72),
            Self::Problems => (76, 640),
        }
    }

    /// How far one press of an arrow key moves it.
    pub fn step(self) -> u32 {
        match self {
            Self::Left | Self::Problems => 16,
            Self::Right => 2,
        }
    }
}

impl Layout {
    /// What was kept as `json`, put within the limits; the default for what cannot be read.
    pub fn read(json: Option<&str>) -> Self {
        let kept: Self = json.and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        [Border::Left, Border::Right, Border::Problems]
            .into_iter()
            .fold(kept, |layout, border| layout.with(border, layout.get(border)))
    }

    /// As it is kept.
    pub fn write(self) -> String {
        // Three numbers: serialising them cannot fail.
        serde_json::to_string(&self).unwrap_or_default()
    }

    /// The size at `border`.
    pub fn get(self, border: Border) -> u32 {
        match border {
            Border::Left => self.left,
            Border::Right => self.right,
            Border::Problems => self.problems,
        }
    }

    /// The layout with another size at `border`, within its limits.
    #[must_use]
    pub fn with(mut self, border: Border, size: u32) -> Self {
        let (least, most) = border.limits();
        let size = size.clamp(least, most);
        match border {
            Border::Left => self.left = size,
            Border::Right => self.right = size,
            Border::Problems => self.problems = size,
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_kept_comes_back_within_limits() {
        let layout = Layout::default().with(Border::Left, 300).with(Border::Right, 1000);
        assert_eq!((layout.left, layout.right), (300, 72));
        assert_eq!(Layout::read(Some(&layout.write())), layout);
        assert_eq!(Layout::read(Some(r#"{"left":1}"#)), Layout { left: 180, ..Layout::default() });
    }

    #[test]
    fn what_cannot_be_read_gives_the_default() {
        for json in [None, Some(""), Some("[]"), Some(r#"{"left":-1}"#), Some("null")] {
            assert_eq!(Layout::read(json), Layout::default());
        }
    }
}
