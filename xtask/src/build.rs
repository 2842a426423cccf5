//! Makes `pkg/`: compile, bind, optimise, cut, zip, bundle, check.
//!
//! Cargo knows what is up to date; binding and optimising are skipped while the compiled wasm is the same, zipping while
//! what it zips is; cutting and bundling take a second each and are always done. What is checked of the result stands in
//! `xtask/npm/bundle.mjs`, how and why a core is cut in `xtask/split`.

use std::fs;
use std::hash::{DefaultHasher, Hasher};
use std::path::Path;
use std::process::Command;

use crate::root::Root;
use crate::setup;
use crate::step::{self, Result};

/// One wasm of the core.
struct Core {
    /// Names its files under `target/wasm/`: `pack.wasm`, and in `pack/` what wasm-bindgen writes.
    name: &'static str,
    /// Of cargo, and with it the folder that it compiles into.
    profile: &'static str,
    features: &'static str,
    /// Where it is in a hurry, only what runs until the first beat is compiled before it.
    is_cut: bool,
}

/// The one of the drop-in file, which is as small as can be, and the one of the command line tool, which can more.
const CORES: [Core; 2] = [
    Core { name: "pack", profile: "release", features: "", is_cut: true },
    Core { name: "cli", profile: "cli", features: "cli", is_cut: false },
];

impl Core {
    fn compiled(&self) -> String {
        format!("target/wasm/wasm32-unknown-unknown/{}/opencode_swarm_pack.wasm", self.profile)
    }

    fn bound(&self) -> String {
        format!("target/wasm/{}", self.name)
    }

    fn optimised(&self) -> String {
        format!("target/wasm/{}.wasm", self.name)
    }

    /// What is inlined: both halves, or the whole.
    fn shipped(&self) -> Vec<String> {
        if self.is_cut { vec![self.half("first"), self.half("second")] } else { vec![self.optimised()] }
    }

    fn half(&self, name: &str) -> String {
        format!("{}/{name}.wasm", self.bound())
    }
}

pub fn run(root: &Root) -> Result {
    let way = setup::build(root)?;
    for core in &CORES {
        // As a library for Rust, too, it would keep a tenth more of what nobody calls.
        let mut rustc = way.shipped(root, "rustc");
        rustc.args(["--lib", "--crate-type", "cdylib", "--profile", core.profile, "--features", core.features]);
        step::run(&mut rustc)?;
    }
    let mut tools = root.cargo("build");
    step::run(tools.args(["--quiet", "--package", "bindgen", "--package", "split"]))?;
    for core in &CORES {
        make(root, core)?;
    }
    step::run(root.node().arg("xtask/npm/bundle.mjs"))
}

fn make(root: &Root, core: &Core) -> Result {
    // All that binding and optimising read: the wasm, both tools (their lock files), and how they are called (this file).
    let inputs = [&core.compiled(), "Cargo.lock", "xtask/npm/package-lock.json", "xtask/src/build.rs"];
    unless_made(root, &inputs, &format!("{}-from", core.bound()), || {
        bind(root, core)?;
        optimise(root, core)
    })?;
    if core.is_cut {
        cut(root, core)?;
    }
    for file in core.shipped() {
        let zipped = format!("{file}.gz");
        unless_made(root, &[&file, "Cargo.lock"], &format!("{zipped}-from"), || {
            step::run(split(root).args(["zip", &file, &zipped]))
        })?;
    }
    Ok(())
}

/// Makes something, unless it was made from the same files already.
fn unless_made(root: &Root, inputs: &[&str], stamp: &str, make: impl FnOnce() -> Result) -> Result {
    let inputs = fingerprint(root, inputs)?;
    let path = root.path(stamp);
    if fs::read_to_string(&path).is_ok_and(|made_from| made_from == inputs) {
        println!("{stamp}: up to date");
        return Ok(());
    }
    make()?;
    fs::write(&path, inputs).map_err(|error| cannot("write", &path, &error))
}

fn bind(root: &Root, core: &Core) -> Result {
    let mut bindgen = root.program("target/debug/bindgen");
    bindgen.args(["--target", "no-modules", "--out-name", "pack", "--out-dir", &core.bound()]);
    // Leaves out the code that looks for the wasm beside the script: ours is inside it.
    bindgen.arg("--omit-default-module-path");
    bindgen.args(["--remove-name-section", "--remove-producers-section", &core.compiled()]);
    step::run(&mut bindgen)
}

fn optimise(root: &Root, core: &Core) -> Result {
    let mut optimise = root.npm_tool("wasm-opt");
    // A function with one caller stays one: put into its caller, what never runs before the first beat would be in the half
    // that does, and gzip finds less that is alike (five percent).
    optimise.args(["-O3", "--one-caller-inline-max-function-size=60", "--strip-target-features"]);
    optimise.args(["--output", &core.optimised()]).arg(format!("{}/pack_bg.wasm", core.bound()));
    step::run(&mut optimise)
}

/// Records what runs until the first beat, and cuts there.
fn cut(root: &Root, core: &Core) -> Result {
    let (counting, ran) = (core.half("counting"), format!("{}/ran", core.bound()));
    step::run(split(root).args(["count", &core.optimised(), &counting]))?;
    step::run(root.node().args(["xtask/npm/profile.mjs", &counting, &ran]))?;
    step::run(split(root).args(["cut", &core.optimised(), &ran, &core.half("first"), &core.half("second")]))
}

fn split(root: &Root) -> Command {
    root.program("target/debug/split")
}

fn fingerprint(root: &Root, files: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in files {
        let path = root.path(file);
        hasher.write(&fs::read(&path).map_err(|error| cannot("read", &path, &error))?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} {}: {error}", path.display())
}
