//! What models cost and how much they take: data, with its source and date, that can be
//! edited as text.

use std::borrow::Cow;

use super::Usage;

/// Where the built-in rows come from.
pub const SOURCE: &str = "platform.claude.com/docs/en/about-claude/pricing";
/// The day on which they were checked.
pub const CHECKED: &str = "2026-11-26";

/// The price of a model, in thousandths of a US dollar for a million tokens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Price {
    /// How the ids of the model begin.
    pub model: Cow<'static, str>,
    /// A prompt that comes out of no cache.
    pub input: u64,
    /// The reply.
    pub output: u64,
    /// What comes out of the cache.
    pub cache_read: u64,
    /// What goes into the cache, for five minutes.
    pub cache_write: u64,
    /// How many tokens the model takes; 0 where that is not known.
    pub context: u64,
}

const fn row(model: &'static str, [input, output, cache_read, cache_write, context]: [u64; 5]) -> Price {
    Price { model: Cow::Borrowed(model), input, output, cache_read, cache_write, context }
}

/// The prices that are known without being told. Haiku 5.5 costs more for prompts of over
/// 100,000 tokens, which is left out here.
pub static BUILT_IN: [Price; 11] = [
    row("claude-fable-5-1", [10_000, 50_000, 250, 12_500, 1_000_000]),
    row("claude-opus-5-5", [4_000, 20_000, 200, 5_000, 1_000_000]),
    row("claude-opus-5", [5_000, 25_000, 500, 6_250, 1_000_000]),
    row("claude-opus-4-8", [5_000, 25_000, 500, 6_250, 0]),
    row("claude-opus-4-7", [5_000, 25_000, 500, 6_250, 0]),
    row("claude-opus-4-6", [5_000, 25_000, 500, 6_250, 0]),
    row("claude-opus-4-5", [5_000, 25_000, 500, 6_250, 0]),
    row("claude-sonnet-5-5", [2_000, 10_000, 100, 2_500, 1_000_000]),
    row("claude-sonnet-5", [2_000, 10_000, 200, 2_500, 1_000_000]),
    row("claude-haiku-5-5", [100, 500, 10, 125, 1_000_000]),
    row("claude-haiku-4-5", [1_000, 5_000, 100, 1_250, 200_000]),
];

/// The row of `own`, else of [`BUILT_IN`], that is about `model`: the longest that its id begins
/// with. A date behind it does not matter, a further number does: `claude-opus-5` says nothing
/// about `claude-opus-5-7`.
pub fn find<'a>(own: &'a [Price], model: &str) -> Option<&'a Price> {
    let fits = |price: &&Price| {
        let rest = model.strip_prefix(&*price.model);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '[']) || is_date(rest))
    };
    let longest = |rows: &'a [Price]| rows.iter().filter(fits).max_by_key(|price| price.model.len());
    longest(own).or_else(|| longest(&BUILT_IN))
}

fn is_date(rest: &str) -> bool {
    rest.strip_prefix('-')
        .is_some_and(|date| date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Price {
    /// What `usage` costs, in millionths of a US dollar; `None` where no tokens are known.
    pub fn cost(&self, usage: Usage) -> Option<u64> {
        if usage.prompt.is_none() && usage.completion.is_none() {
            return None;
        }
        let of = |tokens: Option<u64>| u128::from(tokens.unwrap_or(0));
        let (read, written) = (of(usage.cache_read), of(usage.cache_written));
        let fresh = of(usage.prompt).saturating_sub(read + written);
        let sum = fresh * u128::from(self.input)
            + of(usage.completion) * u128::from(self.output)
            + read * u128::from(self.cache_read)
            + written * u128::from(self.cache_write);
        u64::try_from(sum.div_ceil(1_000)).ok()
    }

    /// How many tokens are left after `usage`; `None` where that is not known.
    pub fn left(&self, usage: Usage) -> Option<u64> {
        let used = usage.prompt?.saturating_add(usage.completion.unwrap_or(0));
        (self.context > 0).then(|| self.context.saturating_sub(used))
    }
}

/// About how many tokens a text has, before anybody counted: four bytes each, as is usual for
/// English.
pub fn estimate(text: &str) -> u64 {
    (text.len() as u64).div_ceil(4)
}

/// Millionths of a US dollar as people read them: `$0.0042`, `$1.30`, `under $0.0001`.
pub fn dollars(millionths: u64) -> String {
    match millionths {
        0 => "$0".into(),
        1..=99 => "under $0.0001".into(),
        100..=999_999 => format!("$0.{:04}", (millionths + 50) / 100).replace("$0.10000", "$1.00"),
        _ => {
            let cents = (millionths + 5_000) / 10_000;
            format!("${}.{:02}", cents / 100, cents % 100)
        }
    }
}

/// Rows as text, one a line: the model and its numbers, with commas between them.
pub fn write(prices: &[Price]) -> String {
    let mut out = String::from(
        "# model, input, output, cache read, cache write (US dollars for a million tokens), context\n",
    );
    for price in prices {
        let money = [price.input, price.output, price.cache_read, price.cache_write];
        let money = money.map(|thousandths| format!("{}.{:03}", thousandths / 1_000, thousandths % 1_000));
        let money: Vec<&str> =
            money.iter().map(|it| it.trim_end_matches('0').trim_end_matches('.')).collect();
        out.push_str(
            &[&price.model, ", ", &money.join(", "), ", ", &price.context.to_string(), "\n"].concat(),
        );
    }
    out
}

/// Reads what [`write()`] writes. Lines that are empty or begin with `#` are passed over; numbers
/// at the end may be left out.
///
/// # Errors
/// The number of the first line that cannot be read, from 1.
pub fn read(text: &str) -> Result<Vec<Price>, usize> {
    let mut prices = Vec::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let mut cells = line.split(',').map(str::trim);
        let model = cells.next().filter(|model| !model.is_empty()).ok_or(at + 1)?.to_owned();
        let mut money = || match cells.next() {
            Some(cell) => thousandths(cell).ok_or(at + 1),
            None => Ok(0),
        };
        let (input, output, cache_read, cache_write) = (money()?, money()?, money()?, money()?);
        let context = cells.next().unwrap_or("0").parse().map_err(|_| at + 1)?;
        if cells.next().is_some() {
            return Err(at + 1);
        }
        prices.push(Price { model: model.into(), input, output, cache_read, cache_write, context });
    }
    Ok(prices)
}

/// `1.25` as 1,250; a fourth digit behind the point is not read.
fn thousandths(cell: &str) -> Option<u64> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    if part.len() > 3 || !part.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let part: u64 = format!("{part:0<3}").parse().ok()?;
    whole.parse::<u64>().ok()?.checked_mul(1_000)?.checked_add(part)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(prompt: u64, completion: u64) -> Usage {
        Usage { prompt: Some(prompt), completion: Some(completion), ..Usage::default() }
    }

    #[test]
    fn a_model_has_a_price_and_a_limit() {
        let of = |model| find(&[], model).map(|price| price.input);
        assert_eq!(of("claude-opus-5-5"), Some(4_000));
        assert_eq!(of("claude-opus-5"), Some(5_000));
        assert_eq!(of("claude-haiku-4-5-20251001"), Some(1_000));
        assert_eq!(of("claude-opus-5-7"), None);
        assert_eq!(of("llama3.2"), None);
        let own = read("llama, 0.1").unwrap();
        assert_eq!(find(&own, "llama").map(|price| price.input), Some(100));
        let opus = find(&[], "claude-opus-5-5").unwrap();
        assert_eq!(opus.cost(usage(1_000_000, 1_000_000)), Some(24_000_000));
        let cached = Usage { cache_read: Some(900), cache_written: Some(100), ..usage(1_000, 0) };
        assert_eq!(opus.cost(cached), Some(680));
        assert_eq!(opus.cost(Usage::default()), None);
        assert_eq!(opus.cost(usage(u64::MAX, u64::MAX)), None);
        assert_eq!(opus.left(usage(400_000, 1)), Some(599_999));
        assert_eq!(find(&[], "claude-opus-4-8").unwrap().left(usage(1, 1)), None);
    }

    #[test]
    fn the_table_is_text_and_back() {
        assert_eq!(read(&write(&BUILT_IN)).unwrap(), BUILT_IN);
        assert!(write(&BUILT_IN).contains("\nclaude-haiku-5-5, 0.1, 0.5, 0.01, 0.125, 1000000\n"));
        for (text, line) in
            [("a, x", 1), ("\n# c\na, 1, 1, 1, 1, 1, 1", 3), (", 1", 1), ("a, 1.2345", 1), ("a, -1", 1)]
        {
            assert_eq!(read(text), Err(line), "{text}");
        }
    }

    #[test]
    fn money_as_people_read_it() {
        assert_eq!(
            [0, 42, 4_200, 999_999, 1_300_000].map(dollars),
            ["$0", "under $0.0001", "$0.0042", "$1.00", "$1.30"]
        );
        assert_eq!(estimate("12345"), 2);
    }
}
