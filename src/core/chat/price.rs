//! What models cost and how much they take: data, with its source and date, that can be
//! edited as text.

use std::borrow::Cow;

use super::Usage;

/// Where the built-in rows come from.
pub const SOURCE: &str = "platform.claude.com/docs/en/about-claude/pricing";
/// The day on which they were checked.
pub const CHECKED: &str = "2026-11-26";

/// The highest price that is taken, in millionths of a US dollar for a million tokens: with it,
/// no count of tokens costs more than can be added up.
const HIGHEST: u64 = 1_000_000_000_000;
/// The most tokens that a model is said to take.
pub(super) const WIDEST: u64 = 1_000_000_000;
/// The most prices of one's own; the oldest makes room.
const MOST: usize = 200;

/// The price of a model, in millionths of a US dollar for a million tokens.
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
    /// Whether the four prices are known, which are 0 where they are not.
    pub known: bool,
    /// Whether the model's server says so; else the person does, or [`BUILT_IN`].
    pub listed: bool,
}

/// Who says what a model costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Whose {
    /// The person.
    Own,
    /// The model's server, in its list.
    Server,
    /// [`BUILT_IN`].
    List,
}

/// A row in thousandths of a dollar, as the lists have it.
const fn row(model: &'static str, [input, output, cache_read, cache_write, context]: [u64; 5]) -> Price {
    let [input, output] = [input * 1_000, output * 1_000];
    let [cache_read, cache_write] = [cache_read * 1_000, cache_write * 1_000];
    let model = Cow::Borrowed(model);
    Price { model, input, output, cache_read, cache_write, context, known: true, listed: false }
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

/// The price of `model`: what the person states in `stated`, else what the server does there, else
/// the row of [`BUILT_IN`]: the longest that its id begins with. A date behind it does not matter, a
/// further number does: `claude-opus-5` says nothing about `claude-opus-5-7`. What a server states is
/// about that very id.
pub fn find<'a>(stated: &'a [Price], model: &str) -> Option<(&'a Price, Whose)> {
    best(stated, model, |price| price.known)
}

/// How many tokens `model` takes, where that is known: asked for as by [`find`].
pub fn context(stated: &[Price], model: &str) -> Option<u64> {
    best(stated, model, |price| price.context > 0).map(|(price, _)| price.context)
}

/// The first row about `model` that is of use.
fn best<'a>(stated: &'a [Price], model: &str, of_use: fn(&Price) -> bool) -> Option<(&'a Price, Whose)> {
    // As OpenRouter writes them: `anthropic/claude-opus-4.8`.
    let bare = model.rsplit('/').next().unwrap_or("").replace('.', "-");
    let about = |price: &Price, whose| match whose {
        Whose::Own => !price.listed && begins(model, &price.model),
        Whose::Server => price.listed && price.model == model,
        Whose::List => begins(&bare, &price.model),
    };
    let all = [(stated, Whose::Own), (stated, Whose::Server), (&BUILT_IN[..], Whose::List)];
    all.into_iter().find_map(|(rows, whose)| {
        let fit = rows.iter().filter(|price| of_use(price) && about(price, whose));
        fit.max_by_key(|price| price.model.len()).map(|price| (price, whose))
    })
}

fn begins(model: &str, row: &str) -> bool {
    let rest = model.strip_prefix(row);
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(['@', '[']) || is_date(rest))
}

/// The price of `model` as it was typed: what goes in, what comes out, what is read from the
/// cache and what is written to it, in dollars for a million tokens, and how many tokens it
/// takes. `None` where nothing was typed. What the cache costs is, where it is left empty, what
/// goes in.
///
/// # Errors
/// A sentence that says what is taken.
pub fn typed(model: &str, cells: [&str; 5]) -> Result<Option<Price>, &'static str> {
    if cells.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(None);
    }
    if model.is_empty() || model.contains([',', '\n', '\r']) || model.starts_with('#') {
        return Err("A price needs a model with a name, and one without a comma.");
    }
    let money = |cell: &str| match cell.trim().trim_start_matches('$').replace(',', ".") {
        cell if cell.is_empty() => Ok(None),
        cell => match millionths(&cell) {
            Some(price) => Ok(Some(price)),
            None => Err("A price is a number of dollars for a million tokens, such as 2.50."),
        },
    };
    let [input, output, read, written, context] = cells;
    let (Some(input), Some(output)) = (money(input)?, money(output)?) else {
        return Err("State both what goes in and what comes out; 0 where it costs nothing.");
    };
    let (read, written) = (money(read)?.unwrap_or(input), money(written)?.unwrap_or(input));
    let digits: String = context.chars().filter(|c| !c.is_whitespace() && !",_’'".contains(*c)).collect();
    let context = match digits.as_str() {
        "" => 0,
        digits => tokens(digits).ok_or("The context is a whole number of tokens, such as 128,000.")?,
    };
    let model = model.to_owned().into();
    let (known, listed) = (true, false);
    Ok(Some(Price { model, input, output, cache_read: read, cache_write: written, context, known, listed }))
}

/// Puts `price` in the place of what the person says about `model`; `None` takes that away.
pub fn state(stated: &mut Vec<Price>, model: &str, price: Option<Price>) {
    replace(stated, model, price, false);
}

/// Puts `figures` in the place of what the server of `model` says about it.
pub fn hear(stated: &mut Vec<Price>, model: &str, figures: Option<Price>) {
    replace(stated, model, figures, true);
}

fn replace(stated: &mut Vec<Price>, model: &str, price: Option<Price>, listed: bool) {
    stated.retain(|price| price.model != model || price.listed != listed);
    stated.extend(price);
    if stated.len() > MOST {
        stated.remove(0);
    }
}

/// A price in dollars for one token, as OpenRouter writes it, in millionths for a million: `0.000003`
/// as 3,000,000. What is beyond the twelfth digit is not read.
pub(super) fn per_token(dollars: &str) -> Option<u64> {
    let (whole, part) = dollars.trim().split_once('.').unwrap_or((dollars.trim(), ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(part) || whole.is_empty() {
        return None;
    }
    let part = [part, "000000000000"].concat();
    let number: u64 = [whole, part.get(..12)?].concat().parse().ok()?;
    (number <= HIGHEST).then_some(number)
}

fn tokens(digits: &str) -> Option<u64> {
    digits.parse().ok().filter(|tokens| *tokens <= WIDEST)
}

fn is_date(rest: &str) -> bool {
    rest.strip_prefix('-')
        .is_some_and(|date| date.len() == 8 && date.bytes().all(|byte| byte.is_ascii_digit()))
}

impl Price {
    /// What `usage` costs, in millionths of a US dollar; `None` where no tokens are known.
    pub fn cost(&self, usage: Usage) -> Option<u64> {
        if !self.known || usage.prompt.is_none() && usage.completion.is_none() {
            return None;
        }
        let of = |tokens: Option<u64>| u128::from(tokens.unwrap_or(0));
        let (read, written) = (of(usage.cache_read), of(usage.cache_written));
        let fresh = of(usage.prompt).saturating_sub(read + written);
        let sum = fresh * u128::from(self.input)
            + of(usage.completion) * u128::from(self.output)
            + read * u128::from(self.cache_read)
            + written * u128::from(self.cache_write);
        u64::try_from(sum.div_ceil(1_000_000)).ok()
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

/// Rows as text, one a line: the model and its numbers, with commas between them, and `listed`
/// behind those of a server. Prices that are not known are left empty.
pub fn write(prices: &[Price]) -> String {
    let mut out = String::from(
        "# model, input, output, cache read, cache write (US dollars for a million tokens), context\n",
    );
    for price in prices {
        let money = [price.input, price.output, price.cache_read, price.cache_write];
        let money = money.map(|money| if price.known { amount(money) } else { String::new() });
        let end = if price.listed { ", listed\n" } else { "\n" };
        out.push_str(
            &[&price.model, ", ", &money.join(", "), ", ", &price.context.to_string(), end].concat(),
        );
    }
    out
}

/// Millionths of a dollar as a plain number: `0.0375`.
pub fn amount(millionths: u64) -> String {
    let number = format!("{}.{:06}", millionths / 1_000_000, millionths % 1_000_000);
    number.trim_end_matches('0').trim_end_matches('.').to_owned()
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
        let known = line.split(',').nth(1).is_none_or(|cell| !cell.trim().is_empty());
        let mut money = || match cells.next() {
            Some("") if !known => Ok(0),
            Some(cell) if known => millionths(cell).ok_or(at + 1),
            Some(_) => Err(at + 1),
            None => Ok(0),
        };
        let (input, output, cache_read, cache_write) = (money()?, money()?, money()?, money()?);
        let context = tokens(cells.next().unwrap_or("0")).ok_or(at + 1)?;
        let listed = match cells.next() {
            None => false,
            Some("listed") if cells.next().is_none() => true,
            Some(_) => return Err(at + 1),
        };
        let model = model.into();
        prices.push(Price { model, input, output, cache_read, cache_write, context, known, listed });
    }
    Ok(prices)
}

/// `1.25` as 1,250,000; more than six digits behind the point are not read.
fn millionths(cell: &str) -> Option<u64> {
    let (whole, part) = cell.split_once('.').unwrap_or((cell, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if part.len() > 6 || !digits(part) || !digits(whole) || whole.is_empty() && part.is_empty() {
        return None;
    }
    let whole: u64 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let part: u64 = format!("{part:0<6}").parse().ok()?;
    let number = whole.checked_mul(1_000_000)?.checked_add(part)?;
    (number <= HIGHEST).then_some(number)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn usage(prompt: u64, completion: u64) -> Usage {
        Usage { prompt: Some(prompt), completion: Some(completion), ..Usage::default() }
    }

    #[test]
    fn a_model_has_a_price_and_a_limit() {
        let of = |model| find(&[], model).map(|(price, whose)| (price.input / 1_000, whose));
        assert_eq!(of("claude-opus-5-5"), Some((4_000, Whose::List)));
        assert_eq!(of("claude-opus-5"), Some((5_000, Whose::List)));
        assert_eq!(of("claude-haiku-4-5-20251001"), Some((1_000, Whose::List)));
        assert_eq!(of("anthropic/claude-haiku-4.5"), Some((1_000, Whose::List)));
        assert_eq!(of("anthropic/claude-haiku-4.5:free"), None);
        assert_eq!(context(&[], "anthropic/claude-haiku-4.5"), Some(200_000));
        assert_eq!(context(&[], "anthropic/claude-opus-4.8"), None);
        assert_eq!(of("claude-opus-5-7"), None);
        assert_eq!(of("llama3.2"), None);
        let own = read("llama, 0.1").unwrap();
        assert_eq!(
            find(&own, "llama").map(|(price, whose)| (price.input, whose)),
            Some((100_000, Whose::Own))
        );
        let (opus, _) = find(&[], "claude-opus-5-5").unwrap();
        assert_eq!(opus.cost(usage(1_000_000, 1_000_000)), Some(24_000_000));
        let cached = Usage { cache_read: Some(900), cache_written: Some(100), ..usage(1_000, 0) };
        assert_eq!(opus.cost(cached), Some(680));
        assert_eq!(opus.cost(Usage::default()), None);
        assert_eq!(opus.cost(usage(u64::MAX, u64::MAX)), None);
        assert_eq!(opus.left(usage(400_000, 1)), Some(599_999));
        assert_eq!(find(&[], "claude-opus-4-8").unwrap().0.left(usage(1, 1)), None);
    }

    #[test]
    fn the_table_is_text_and_back() {
        assert_eq!(read(&write(&BUILT_IN)).unwrap(), BUILT_IN);
        assert!(write(&BUILT_IN).contains("\nclaude-haiku-5-5, 0.1, 0.5, 0.01, 0.125, 1000000\n"));
        for (text, line) in [
            ("a, x", 1),
            ("\n# c\na, 1, 1, 1, 1, 1, 1", 3),
            ("a, 1, , 1", 1),
            ("a, , 1", 1),
            (", 1", 1),
            ("a, 1.2345678", 1),
            ("a, -1", 1),
        ] {
            assert_eq!(read(text), Err(line), "{text}");
        }
    }

    #[test]
    fn prices_as_people_type_them() {
        let price = typed("m", ["$0,0375", "1.5", "", " ", "128,000"]).unwrap().unwrap();
        assert_eq!(write(&[price]).lines().nth(1), Some("m, 0.0375, 1.5, 0.0375, 0.0375, 128000"));
        assert_eq!(typed("m", [" ", "", "", "", ""]), Ok(None));
        assert_eq!(typed("m", ["0", "0", "", "", ""]).unwrap().unwrap().cost(usage(9, 9)), Some(0));
        for (model, cells) in [
            ("m", ["1", "", "", "", ""]),
            ("m", ["", "", "", "", "8192"]),
            ("m", ["free", "1", "", "", ""]),
            ("m", ["-1", "1", "", "", ""]),
            ("m", ["1", "1e3", "", "", ""]),
            ("m", ["1", "1000001", "", "", ""]),
            ("m", ["1", "1", ".", "", ""]),
            ("m", ["1", "1", "", "", "many"]),
            ("m", ["1", "1", "", "", "9999999999"]),
            ("", ["1", "1", "", "", ""]),
            ("a,b", ["1", "1", "", "", ""]),
        ] {
            assert!(typed(model, cells).is_err_and(|sentence| sentence.ends_with('.')), "{model} {cells:?}");
        }
    }

    #[test]
    fn an_own_price_comes_before_the_list_and_can_be_taken_back() {
        let mut own = Vec::new();
        for (cents, input) in [("3", 3_000_000), ("0.25", 250_000)] {
            state(&mut own, "claude-opus-5", typed("claude-opus-5", [cents, "9", "", "", ""]).unwrap());
            assert_eq!(own.len(), 1);
            assert_eq!(
                find(&own, "claude-opus-5").map(|(price, whose)| (price.input, whose)),
                Some((input, Whose::Own))
            );
        }
        state(&mut own, "claude-opus-5", None);
        assert_eq!(find(&own, "claude-opus-5").map(|(_, whose)| whose), Some(Whose::List));
        for number in 0..MOST + 3 {
            let model = format!("m{number}");
            state(&mut own, &model, typed(&model, ["1", "1", "", "", ""]).unwrap());
        }
        assert_eq!(own.len(), MOST);
        assert_eq!(read(&write(&own)).unwrap(), own);
    }

    #[test]
    fn a_server_is_heard_before_the_list_and_the_person_before_it() {
        let text = "claude-opus-5, 6, 30, 0.6, 7, 300000, listed\nclaude-opus-4-8, , , , , 64000, listed\n";
        let mut stated = read(text).unwrap();
        assert!(write(&stated).ends_with(text), "{}", write(&stated));
        let of = |stated: &[Price], model: &str| {
            let found = find(stated, model).map(|(price, whose)| (price.input / 1_000_000, whose));
            (found, context(stated, model))
        };
        assert_eq!(of(&stated, "claude-opus-5"), (Some((6, Whose::Server)), Some(300_000)));
        // It is about that very id.
        assert_eq!(of(&stated, "claude-opus-5-20260101"), (Some((5, Whose::List)), Some(1_000_000)));
        // A context alone leaves the price to the list.
        assert_eq!(of(&stated, "claude-opus-4-8"), (Some((5, Whose::List)), Some(64_000)));
        state(&mut stated, "claude-opus-5", typed("claude-opus-5", ["7", "8", "", "", ""]).unwrap());
        assert_eq!(of(&stated, "claude-opus-5"), (Some((7, Whose::Own)), Some(300_000)));
        state(&mut stated, "claude-opus-5", None);
        hear(&mut stated, "claude-opus-5", None);
        assert_eq!(of(&stated, "claude-opus-5"), (Some((5, Whose::List)), Some(1_000_000)));
        assert_eq!(read("m, , , , , 1\n").unwrap()[0].cost(usage(1, 1)), None);
    }

    proptest! {
        #[test]
        fn what_is_typed_is_kept_or_refused(
            model in "[a-z,#\\n ]{0,4}",
            cells in prop::array::uniform5("[0-9.,$ ]{0,8}"),
            tokens in any::<u64>(),
        ) {
            let [a, b, c, d, e] = &cells;
            if let Ok(Some(price)) = typed(model.trim(), [a, b, c, d, e]) {
                prop_assert_eq!(read(&write(std::slice::from_ref(&price))), Ok(vec![price.clone()]));
                let all = Some(tokens);
                let _ = price.cost(Usage { prompt: all, completion: all, cache_read: all, cache_written: all, reasoning: all });
            }
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
