//! The native program; `agent-playground help` says what it does.

use std::process::ExitCode;

fn main() -> ExitCode {
    agent_playground::cli::main()
}
