//! Every check and test, counted.

use crate::browser::{self, Browser};
use crate::{Result, model, npm, paths, process, setup, site, sizes};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Runs all of them, going on after a failure. True when all passed.
pub fn test(quick: bool) -> Result<bool> {
    setup::for_test(quick)?;
    let mut tally = Tally::default();
    tally.step("format", || {
        process::run(process::cargo().args(["fmt", "--all", "--check"]))
            .map_err(|error| format!("{error}; `cargo fmt --all` mends it"))
    });
    tally.step("lints of the native code", || {
        process::run(process::cargo().args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--features=xtask/library",
            "--",
            "-D",
            "warnings",
        ]))
    });
    tally.step("lints of the page", || {
        process::run(process::cargo().args([
            "clippy",
            "--target=wasm32-unknown-unknown",
            "--no-default-features",
            "--features=web",
            "--bin=page",
            "--",
            "-D",
            "warnings",
        ]))
    });
    tally.step("types of the JavaScript parts", || {
        process::run(npm::npm().args(["run", "--silent", "check"]))
    });
    tally.cargo_tests(
        "native tests",
        process::cargo().args(["test", "--workspace", "--exclude=browser-tests", "--no-fail-fast"]),
    );
    tally.step("documentation", || {
        process::run(process::cargo().args(["doc", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings"))
    });
    if !quick {
        let mut stage = None;
        tally.step("release build within its budgets", || {
            stage = Some(Stage::build("debug")?);
            if sizes::report(&paths::dist())?.within_budgets {
                Ok(())
            } else {
                Err("a budget is exceeded; the table above says which".into())
            }
        });
        match stage {
            Some(stage) => tally.cargo_tests(
                "journeys in the browser",
                stage.describe_to(process::cargo().args([
                    "test",
                    "--package=browser-tests",
                    "--no-fail-fast",
                ])),
            ),
            None => tally.step("journeys in the browser", || {
                Err("there is nothing to test, because the build failed".into())
            }),
        }
    }
    Ok(tally.finish())
}

/// What a test in the browser stands on: the built page, the native program, a model that
/// answers, and a browser. The model's server ends with it.
pub struct Stage {
    program: PathBuf,
    model: model::Server,
    browser: Browser,
}

impl Stage {
    /// Builds and starts what is needed; `profile` is that of the native program.
    pub fn build(profile: &str) -> Result<Self> {
        site::build(None, true)?;
        Ok(Self {
            program: site::native(profile)?,
            model: model::ensure()?.start()?,
            browser: browser::ensure()?,
        })
    }

    /// Tells `command` where everything is, by environment variables.
    pub fn describe_to<'c>(&self, command: &'c mut Command) -> &'c mut Command {
        command
            .env("AP_DIST", paths::dist())
            .env("AP_PROGRAM", &self.program)
            .env("AP_MODEL_URL", &self.model.url)
            .env("AP_CHROME", &self.browser.browser)
            .env("AP_CHROMEDRIVER", &self.browser.driver)
    }
}

/// What has passed and failed so far: each step counts once, cargo's tests one by one.
#[derive(Default)]
struct Tally {
    passed: u64,
    failed: u64,
    failures: Vec<String>,
}

impl Tally {
    fn step(&mut self, name: &str, work: impl FnOnce() -> Result<()>) {
        announce(name);
        match work() {
            Ok(()) => self.passed += 1,
            Err(reason) => self.fail(1, name, &reason),
        }
    }

    /// Runs `command`, shows what it prints and counts the tests in it.
    fn cargo_tests(&mut self, name: &str, command: &mut Command) {
        announce(name);
        let (counts, success) = match count_tests(command) {
            Ok(outcome) => outcome,
            Err(reason) => return self.fail(1, name, &reason),
        };
        self.passed += counts.passed;
        if counts.failed > 0 {
            self.fail(counts.failed, name, &format!("{} tests failed", counts.failed));
        } else if !success {
            self.fail(1, name, &format!("`{}` failed", process::line(command)));
        } else if counts.passed == 0 {
            self.fail(1, name, "no test ran, though there should be some");
        }
    }

    fn fail(&mut self, count: u64, name: &str, reason: &str) {
        self.failed += count;
        eprintln!("failed: {name}: {reason}");
        self.failures.push(format!("{name}: {reason}"));
    }

    /// Prints what failed and, last, the counts. True when nothing failed.
    fn finish(self) -> bool {
        println!();
        for failure in &self.failures {
            println!("failed: {failure}");
        }
        println!("{} passed, {} failed", self.passed, self.failed);
        self.failed == 0
    }
}

fn announce(name: &str) {
    println!("\n== {name}");
}

#[derive(Default)]
struct Counts {
    passed: u64,
    failed: u64,
}

/// The tests that `command` reports, and whether it succeeded.
fn count_tests(command: &mut Command) -> Result<(Counts, bool)> {
    let failed = |what: &str, error: std::io::Error| format!("`cargo test` {what}: {error}");
    let mut child =
        command.stdout(Stdio::piped()).spawn().map_err(|error| failed("does not start", error))?;
    let mut counts = Counts::default();
    if let Some(output) = child.stdout.take() {
        for line in BufReader::new(output).split(b'\n') {
            let line = line.map_err(|error| failed("cannot be read", error))?;
            let line = String::from_utf8_lossy(&line);
            println!("{line}");
            if let Some((passed, failed)) = test_result(&line) {
                counts.passed += passed;
                counts.failed += failed;
            }
        }
    }
    let status = child.wait().map_err(|error| failed("cannot be watched", error))?;
    Ok((counts, status.success()))
}

/// Passed and failed of a line like `test result: ok. 3 passed; 0 failed; 0 ignored; …`.
fn test_result(line: &str) -> Option<(u64, u64)> {
    let (_, counts) = line.strip_prefix("test result: ")?.split_once(". ")?;
    let count = |name: &str| counts.split("; ").find_map(|part| part.strip_suffix(name)?.parse().ok());
    Some((count(" passed")?, count(" failed")?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_of_cargo_are_counted() {
        assert_eq!(
            test_result(
                "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s"
            ),
            Some((12, 0))
        );
        assert_eq!(test_result("test result: FAILED. 3 passed; 2 failed; 0 ignored"), Some((3, 2)));
        assert_eq!(test_result("test core::text ... ok"), None);
    }

    #[test]
    fn a_run_without_tests_is_a_failure() {
        let mut tally = Tally::default();
        tally.cargo_tests("nothing", process::command("rustc").arg("--version"));
        assert_eq!((tally.passed, tally.failed), (0, 1));
    }

    #[test]
    fn a_failing_step_does_not_hide_the_next() {
        let mut tally = Tally::default();
        tally.step("first", || Err("broken".into()));
        tally.step("second", || Ok(()));
        assert_eq!((tally.passed, tally.failed), (1, 1));
        assert!(!tally.finish());
    }
}
