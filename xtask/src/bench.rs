//! Measuring; the scripts own the limits and the exit code.

use std::process::ExitCode;

use crate::build;
use crate::root::Root;
use crate::step::{self, Result};

pub fn run(root: &Root, name: &str) -> Result<ExitCode> {
    build::run(root)?;
    let status = step::status(root.node().args(["tests/bench/main.mjs", name]))?;
    Ok(step::exit_code(status))
}
