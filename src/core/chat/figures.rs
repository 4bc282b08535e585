//! Numbers as people read them.

/// A whole number with its thousands set apart: `1,542`.
pub fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// Bytes as people read them, in powers of 1,000: `98 MB`, `1.3 GB`.
pub fn size(bytes: u64) -> String {
    match bytes {
        0..=999 => format!("{bytes} bytes"),
        1_000..=999_499 => format!("{} kB", (bytes + 500) / 1_000),
        999_500..=999_499_999 => format!("{} MB", (bytes + 500_000) / 1_000_000),
        _ => {
            let tenths = (bytes / 50_000_000).div_ceil(2);
            format!("{}.{} GB", tenths / 10, tenths % 10)
        }
    }
}

/// A time as people read it: `85 ms`, `0.6 s`, `22 s`, `2 min 5 s`.
pub fn seconds(milliseconds: f64) -> String {
    let milliseconds = milliseconds.max(0.0);
    if milliseconds < 99.5 {
        format!("{milliseconds:.0} ms")
    } else if milliseconds < 9_950.0 {
        format!("{:.1} s", milliseconds / 1000.0)
    } else {
        let whole = (milliseconds / 1000.0).round() as u64;
        if whole < 60 { format!("{whole} s") } else { format!("{} min {} s", whole / 60, whole % 60) }
    }
}

/// How many a second as people read it: `8.4`, `24`, `1,542`.
pub fn per_second(rate: f64) -> String {
    if rate < 9.95 { format!("{rate:.1}") } else { grouped(rate.round() as u64) }
}

/// Whole seconds in words, rounded up: `20 seconds`, `6 minutes`.
pub fn duration(seconds: u64) -> String {
    match seconds {
        0 | 1 => "1 second".into(),
        2..=119 => format!("{seconds} seconds"),
        120..=7199 => format!("{} minutes", seconds.div_ceil(60)),
        _ => format!("{} hours", seconds.div_ceil(3600)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_read_them() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(
            [12, 1_499, 98_000_000, 999_499_999, 1_340_000_000].map(size),
            ["12 bytes", "1 kB", "98 MB", "999 MB", "1.3 GB"]
        );
        assert_eq!([0.0, 640.0, 22_400.0, 125_000.0].map(seconds), ["0 ms", "0.6 s", "22 s", "2 min 5 s"]);
        assert_eq!([0.04, 9.94, 9.96, 1_542.4].map(per_second), ["0.0", "9.9", "10", "1,542"]);
        assert_eq!([1, 20, 301, 9_000].map(duration), ["1 second", "20 seconds", "6 minutes", "3 hours"]);
    }
}
