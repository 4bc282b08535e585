//! Time and chance.

/// Milliseconds since 1970, whole.
pub fn now() -> u64 {
    js_sys::Date::now() as u64
}

/// The day and time that lie `milliseconds` after the beginning of 1970, as people here write
/// them.
pub fn date(milliseconds: f64) -> String {
    js_sys::Date::new(&milliseconds.into())
        .to_locale_string("default", &wasm_bindgen::JsValue::UNDEFINED)
        .into()
}

/// Milliseconds since the page began, with fractions; 0 where the browser will not say.
pub fn elapsed() -> f64 {
    web_sys::window().and_then(|window| window.performance()).map_or(0.0, |performance| performance.now())
}

/// Ten characters of `0-9a-z` that nobody has seen before, for naming a draft.
pub fn fresh_id() -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    (0..10)
        .map(|_| {
            let digit = (js_sys::Math::random() * 36.0) as usize;
            char::from(DIGITS.get(digit).copied().unwrap_or(b'0'))
        })
        .collect()
}
