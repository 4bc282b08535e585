//! `validate_content` of agnix-core as WebAssembly, for the same page as the project's own checks.

#[path = "../../wasm.rs"]
mod wasm;

use std::path::Path;

use agnix_core::{LintConfig, ValidatorRegistry, validate_content};

thread_local! {
    static RULES: (LintConfig, ValidatorRegistry) = (LintConfig::default(), ValidatorRegistry::with_defaults());
}

fn look(path: &str, text: &str) -> usize {
    RULES.with(|(config, registry)| {
        let found = validate_content(Path::new(path), text, config, registry);
        std::hint::black_box(found.iter().map(|found| found.message.len()).sum::<usize>());
        found.len()
    })
}
