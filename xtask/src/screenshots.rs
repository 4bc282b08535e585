//! Pictures of the built page in its states, for looking at and for the README.

use crate::test::Stage;
use crate::{Result, process, setup};

/// Writes them into `folder`; with `part`, only those whose file name holds it.
pub fn screenshots(folder: &str, part: Option<&str>) -> Result<()> {
    setup::for_test(false)?;
    let stage = Stage::build("debug")?;
    let mut camera = process::cargo();
    camera.args(["run", "--quiet", "--package=browser-tests", "--bin=screenshots", "--", folder]);
    camera.args(part);
    process::run(stage.describe_to(&mut camera))
}
