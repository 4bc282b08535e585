//! Versions of a host, and what came and went with them.

/// A version as hosts number theirs: `2.1.330`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Version([u32; 3]);

impl Version {
    /// Reads up to three numbers with points between them; what is missing is 0. `None` for
    /// anything else.
    pub fn parse(text: &str) -> Option<Self> {
        let mut numbers = [0; 3];
        let mut places = numbers.iter_mut();
        for part in text.split('.') {
            let digits = !part.is_empty() && part.bytes().all(|digit| digit.is_ascii_digit());
            *places.next()? = part.parse().ok().filter(|_| digits)?;
        }
        Some(Self(numbers))
    }

    /// The three numbers with points between them.
    pub fn text(self) -> String {
        self.0.map(|number| number.to_string()).join(".")
    }

    /// Whether this version is older than `since`; never older than `""`.
    pub fn before(self, since: &str) -> bool {
        Self::parse(since).is_some_and(|since| self < since)
    }
}

/// When a tool, or a word that a field takes, was there.
#[derive(Debug, Clone, Copy)]
pub struct Span {
    /// The field whose word it is: `tools`, `permissionMode`.
    pub field: &'static str,
    /// The word.
    pub name: &'static str,
    /// The first version that knows it; `""` where that is not known, or always.
    pub since: &'static str,
    /// The first version that no longer knows it; `""` where it is still there.
    pub until: &'static str,
    /// What does its work in other versions; `""` where nothing does.
    pub instead: &'static str,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_number_by_number() {
        let version = |text| Version::parse(text);
        assert!(version("2.1.9") < version("2.1.10"));
        assert_eq!(version("2.1"), version("2.1.0"));
        for text in ["", "2.", "2.1.0.0", "v2", "2.1-beta", "+2", "99999999999"] {
            assert_eq!(version(text), None, "{text}");
        }
        assert!(version("2.0.29").is_some_and(|old| old.before("2.0.30") && !old.before("")));
    }
}
