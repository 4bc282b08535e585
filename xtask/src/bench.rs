//! The benchmarks: measured in the built page, in the browser that the tests use.

use crate::test::Stage;
use crate::{Result, process, setup};

/// Runs the benchmarks called `names`, or all; `json` is a file for the numbers.
pub fn bench(names: &[String], json: Option<&str>) -> Result<()> {
    setup::for_test(false)?;
    let stage = Stage::build("release")?;
    let mut bench = process::cargo();
    bench.args(["run", "--quiet", "--release", "--package=browser-tests", "--bin=bench", "--"]);
    bench.args(names);
    if let Some(file) = json {
        bench.args(["--json", file]);
    }
    process::run(stage.describe_to(&mut bench))
}
