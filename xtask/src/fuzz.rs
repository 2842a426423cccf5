//! Random scripts for the shell reader.

use std::process::{Command, ExitCode};

use crate::root::Root;
use crate::step::{self, Result};

/// Compiles the target and runs it for so many seconds.
pub fn command(root: &Root, seconds: &str) -> Command {
    let mut cargo = root.cargo("run");
    cargo.args(["--release", "--manifest-path", "fuzz/Cargo.toml", "--target-dir", "target/fuzz", "--", seconds]);
    cargo
}

pub fn run(root: &Root, seconds: &str) -> Result<ExitCode> {
    let status = step::status(&mut command(root, seconds))?;
    Ok(step::exit_code(status))
}
