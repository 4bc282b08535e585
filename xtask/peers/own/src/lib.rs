//! `analyze` with every host and every rule, as WebAssembly. `cargo xtask bench analyze` times it in
//! a browser beside agnix-core.

#[path = "../../wasm.rs"]
mod wasm;

use std::cell::RefCell;

use agent_playground::core::analysis::{Config, analyze};
use agent_playground::core::hosts;

thread_local! {
    static CONFIG: RefCell<Config> = RefCell::new(everything());
}

/// What all hosts decide, and the rules for each of them.
fn everything() -> Config {
    Config { hosts: hosts::ALL.to_vec(), utf_8: true, ..Config::default() }
}

/// What all hosts decide, and the rules for Claude Code, as a page begins with it.
#[unsafe(no_mangle)]
pub extern "C" fn as_the_page() {
    CONFIG.set(Config { others: hosts::ALL, utf_8: true, ..Config::default() });
}

fn look(path: &str, text: &str) -> usize {
    CONFIG.with_borrow_mut(|config| {
        config.path = Some(path.to_owned());
        let analysis = analyze(text, config);
        // What a page shows is not left out by the compiler.
        let said = analysis.diagnostics.iter().map(|found| found.message.len() + found.fixes.len());
        let held = analysis.verdicts.iter().map(|verdict| {
            verdict.reason.as_ref().map_or(0, String::len)
                + verdict.effective.as_ref().map_or(0, |effective| effective.notes.len())
        });
        std::hint::black_box(said.chain(held).sum::<usize>());
        analysis.diagnostics.len()
    })
}
