//! Sentences with code in them.

use leptos::prelude::*;

use crate::core::words::code_parts;

/// `sentence` with what stands between backticks as code.
pub fn with_code(sentence: &str) -> AnyView {
    code_parts(sentence)
        .into_iter()
        .map(|(is_code, text)| match is_code {
            true => view! { <code>{text.to_owned()}</code> }.into_any(),
            false => text.to_owned().into_any(),
        })
        .collect_view()
        .into_any()
}
