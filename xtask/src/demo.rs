//! The pack at work in the real host, for a person to watch.

use std::process::ExitCode;

use crate::build;
use crate::root::Root;
use crate::step::{self, Result};

pub fn run(root: &Root) -> Result<ExitCode> {
    build::run(root)?;
    let status = step::status(root.node().args(["tests/host/demo.mjs", "target/demo"]))?;
    Ok(step::exit_code(status))
}
