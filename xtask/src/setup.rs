//! Everything the other commands need on this machine.

use crate::debian;
use crate::npm;
use crate::peers::Peers;
use crate::root::Root;
use crate::step::{self, Result};
use crate::wasm::Way;

/// What every command needs.
pub fn all(root: &Root) -> Result {
    build(root)?;
    tests(root)
}

/// What building needs, and the way to build for wasm.
pub fn build(root: &Root) -> Result<Way> {
    let way = Way::get(root)?;
    npm::setup(root)?;
    Ok(way)
}

/// What the tests need beside it.
pub fn tests(root: &Root) -> Result {
    rust_tools(root)?;
    tmux(root)
}

/// What `test --peers` needs beside that.
pub fn peers(root: &Root) -> Result {
    Peers::find().ok_or("neither HOME nor XDG_CACHE_HOME is set: there is no place for the receivers")?.install(root)
}

/// rustfmt and clippy, which minimal installations of Rust leave out.
fn rust_tools(root: &Root) -> Result {
    if ["fmt", "clippy"].iter().all(|tool| step::succeeds(root.cargo(tool).arg("--version"))) {
        return Ok(());
    }
    let mut add = root.program("rustup");
    if step::run(add.args(["component", "add", "rustfmt", "clippy"])).is_ok() {
        return Ok(());
    }
    debian::install(&["rustfmt-web", "rust-web-clippy"])
}

/// The terminal that the tests of the terminal UI type into.
fn tmux(root: &Root) -> Result {
    if step::succeeds(root.program("tmux").arg("-V")) { Ok(()) } else { debian::install(&["tmux"]) }
}
