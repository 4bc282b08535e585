//! What the person sets for replies, as it is typed and kept. A field that is empty is not sent:
//! the endpoint does then as it likes, and newer models refuse some of them altogether.

use serde_json::Value;

use super::figures::grouped;
use super::json::Writer;
use super::{Effort, Settings};

/// The largest limit on the length that is taken, in tokens.
const MOST_TOKENS: u64 = 1_000_000;

/// A limit on the length, as it was typed: digits, grouped or not; `None` where nothing was.
///
/// # Errors
/// A sentence that says what is taken.
pub fn tokens(typed: &str) -> Result<Option<u64>, &'static str> {
    let digits: String = typed.chars().filter(|c| !c.is_whitespace() && !",_’'".contains(*c)).collect();
    if digits.is_empty() {
        return Ok(None);
    }
    let number = digits.parse().ok().filter(|number| (1..=MOST_TOKENS).contains(number));
    number.map(Some).ok_or("The longest reply is a whole number from 1 to 1,000,000 tokens.")
}

/// A temperature from 0 to 2, as it was typed.
///
/// # Errors
/// A sentence that says what is taken.
pub fn temperature(typed: &str) -> Result<Option<f64>, &'static str> {
    share(typed, 2.0).ok_or("The temperature is a number from 0 to 2.")
}

/// A top-p from 0 to 1, as it was typed.
///
/// # Errors
/// A sentence that says what is taken.
pub fn top_p(typed: &str) -> Result<Option<f64>, &'static str> {
    share(typed, 1.0).ok_or("Top-p is a number from 0 to 1.")
}

/// `None` for what is no number from 0 to `most`. A comma does as well as a point.
fn share(typed: &str, most: f64) -> Option<Option<f64>> {
    let typed = typed.trim().replace(',', ".");
    if typed.is_empty() {
        return Some(None);
    }
    let number = typed.parse().ok().filter(|number| (0.0..=most).contains(number))?;
    Some(Some(number))
}

impl Settings {
    /// The text that is kept.
    pub fn to_stored(&self) -> String {
        let mut json = Writer::default();
        json.open('{').key("version").number(1);
        if let Some(tokens) = self.max_tokens {
            json.key("max_tokens").number(tokens);
        }
        for (key, number) in [("temperature", self.temperature), ("top_p", self.top_p)] {
            if let Some(number) = number {
                json.key(key).float(number);
            }
        }
        if let Some(effort) = self.effort {
            json.pair("effort", effort.as_str());
        }
        json.close('}');
        json.finish()
    }

    /// Reads what was kept. What is not there, or cannot be one, is not set.
    pub fn from_stored(text: &str) -> Self {
        let value: Value = serde_json::from_str(text).unwrap_or_default();
        let number = |key: &str, most: f64| {
            value.get(key).and_then(Value::as_f64).filter(|number| (0.0..=most).contains(number))
        };
        Self {
            max_tokens: value
                .get("max_tokens")
                .and_then(Value::as_u64)
                .filter(|tokens| (1..=MOST_TOKENS).contains(tokens)),
            temperature: number("temperature", 2.0),
            top_p: number("top_p", 1.0),
            effort: value.get("effort").and_then(Value::as_str).and_then(Effort::from_word),
        }
    }

    /// What is set, on one line: `at most 24 tokens · temperature 0.7`; empty where nothing is.
    pub fn words(&self) -> String {
        let words = [
            self.max_tokens.map(|most| ["at most ", &grouped(most), " tokens"].concat()),
            self.temperature.map(|number| ["temperature ", &number.to_string()].concat()),
            self.top_p.map(|number| ["top-p ", &number.to_string()].concat()),
            self.effort.map(|effort| ["effort ", effort.as_str()].concat()),
        ];
        words.into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }

    /// Whether nothing is set.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        for (typed, expected) in [
            ("", Some(None)),
            (" 24 ", Some(Some(24))),
            ("16,384", Some(Some(16_384))),
            ("1’000", Some(Some(1_000))),
        ] {
            assert_eq!(tokens(typed).ok(), expected, "{typed}");
        }
        for typed in ["0", "-1", "1.5", "many", "1000001", "99999999999999999999"] {
            assert!(tokens(typed).is_err(), "{typed}");
        }
        assert_eq!(temperature("0,7"), Ok(Some(0.7)));
        assert_eq!(temperature("2"), Ok(Some(2.0)));
        assert_eq!(top_p(" "), Ok(None));
        for typed in ["2.1", "-0.1", "NaN", "inf", "warm"] {
            assert!(temperature(typed).is_err() && top_p(typed).is_err(), "{typed}");
        }
        assert!(top_p("1.5").is_err());
    }

    #[test]
    fn what_was_kept_by_hand_is_checked() {
        assert!(Settings::from_stored("").is_empty());
        let odd = r#"{"version":1,"max_tokens":0,"temperature":3,"top_p":"1","effort":"High"}"#;
        assert_eq!(
            Settings::from_stored(odd),
            Settings { effort: Some(Effort::High), ..Settings::default() }
        );
        assert_eq!(Settings::default().words(), "");
        let all = Settings {
            max_tokens: Some(4_096),
            temperature: Some(0.7),
            top_p: None,
            effort: Some(Effort::Low),
        };
        assert_eq!(all.words(), "at most 4,096 tokens · temperature 0.7 · effort low");
    }

    proptest! {
        #[test]
        fn what_is_kept_is_read_back(
            max_tokens in prop::option::of(1..=MOST_TOKENS),
            temperature in prop::option::of((0..=200).prop_map(|hundredths| f64::from(hundredths) / 100.0)),
            top_p in prop::option::of((0..=100).prop_map(|hundredths| f64::from(hundredths) / 100.0)),
            effort in prop::option::of(prop::sample::select(Effort::ALL.to_vec())),
        ) {
            let settings = Settings { max_tokens, temperature, top_p, effort };
            prop_assert_eq!(Settings::from_stored(&settings.to_stored()), settings);
        }
    }
}
