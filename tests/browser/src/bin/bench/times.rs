//! Times, and what is said about them.

use serde_json::{Value, json};

/// Sorted times in milliseconds.
pub struct Times(Vec<f64>);

impl Times {
    /// # Panics
    /// Where there are none.
    pub fn new(mut times: Vec<f64>) -> Self {
        times.sort_by(f64::total_cmp);
        assert!(!times.is_empty(), "nothing was measured");
        Self(times)
    }

    /// The time that `percent` of all do not exceed (nearest rank).
    pub fn percentile(&self, percent: usize) -> f64 {
        let rank = (self.0.len() * percent).div_ceil(100).max(1);
        self.0[rank - 1]
    }

    /// One line of a table.
    pub fn print(&self, what: &str) {
        let [p50, p95, max] = [50, 95, 100].map(|percent| self.percentile(percent));
        println!("{what:<44} {p50:>7.1} {p95:>7.1} {max:>7.1}");
    }

    /// The same for programs.
    pub fn json(&self) -> Value {
        json!({ "p50": self.percentile(50), "p95": self.percentile(95), "max": self.percentile(100), "all": self.0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_times_that_were_measured() {
        let times = Times::new((1..=20).rev().map(f64::from).collect());
        assert_eq!([50, 95, 100].map(|percent| times.percentile(percent)), [10.0, 19.0, 20.0]);
        assert_eq!(Times::new(vec![3.0]).percentile(50), 3.0);
    }
}
