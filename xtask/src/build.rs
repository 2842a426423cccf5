//! Makes `pkg/`: compile, bind, optimise, bundle, check.
//!
//! Cargo knows what is up to date; binding and optimising are skipped while the compiled wasm is the same; bundling takes
//! less than a second and is always done. What is checked of the result stands in `xtask/npm/bundle.mjs`.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;

use crate::root::Root;
use crate::setup;
use crate::step::{self, Result};

const COMPILED: &str = "target/wasm/wasm32-unknown-unknown/release/opencode_swarm_pack.wasm";

/// What wasm-bindgen writes: `pack.js`, `pack.d.ts`, `pack_bg.wasm`.
const BOUND: &str = "target/wasm/bound";

const OPTIMISED: &str = "target/wasm/pack.wasm";

pub fn run(root: &Root) -> Result {
    let way = setup::build(root)?;
    step::run(way.cargo(root, "build").arg("--release"))?;
    let mut bindgen = root.cargo("build");
    step::run(bindgen.args(["--quiet", "--package", "bindgen"]))?;

    let stamp = root.path("target/wasm/bound-from");
    let inputs = fingerprint(root)?;
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == inputs) {
        println!("binding and optimising: up to date");
    } else {
        bind(root)?;
        optimise(root)?;
        fs::write(&stamp, inputs).map_err(|error| cannot("write", &stamp, &error))?;
    }
    step::run(root.node().arg("xtask/npm/bundle.mjs"))
}

fn bind(root: &Root) -> Result {
    let mut bindgen = root.program("target/debug/bindgen");
    bindgen.args(["--target", "no-modules", "--out-name", "pack", "--out-dir", BOUND]);
    // Leaves out the code that looks for the wasm beside the script: ours is inside it.
    bindgen.arg("--omit-default-module-path");
    bindgen.args(["--remove-name-section", "--remove-producers-section", COMPILED]);
    step::run(&mut bindgen)
}

fn optimise(root: &Root) -> Result {
    let mut optimise = root.npm_tool("wasm-opt");
    optimise.args(["-O3", "--strip-target-features", "--output", OPTIMISED]);
    optimise.arg(format!("{BOUND}/pack_bg.wasm"));
    step::run(&mut optimise)
}

/// Of all that binding and optimising read: the wasm, both tools (their lock files), and how they are called (this file).
fn fingerprint(root: &Root) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in [COMPILED, "Cargo.lock", "xtask/npm/package-lock.json", "xtask/src/build.rs"] {
        let path = root.path(file);
        hasher.write(&fs::read(&path).map_err(|error| cannot("read", &path, &error))?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} {}: {error}", path.display())
}
