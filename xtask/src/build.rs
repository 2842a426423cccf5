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

/// One wasm of the core.
struct Core {
    /// Names its files under `target/wasm/`: `pack.wasm`, and in `pack/` what wasm-bindgen writes.
    name: &'static str,
    /// Of cargo, and with it the folder that it compiles into.
    profile: &'static str,
    features: &'static str,
}

/// The one of the drop-in file, which is as small as can be, and the one of the command line tool, which can more.
const CORES: [Core; 2] =
    [Core { name: "pack", profile: "release", features: "" }, Core { name: "cli", profile: "cli", features: "cli" }];

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
}

pub fn run(root: &Root) -> Result {
    let way = setup::build(root)?;
    for core in &CORES {
        step::run(way.cargo(root, "build").args(["--profile", core.profile, "--features", core.features]))?;
    }
    let mut bindgen = root.cargo("build");
    step::run(bindgen.args(["--quiet", "--package", "bindgen"]))?;
    for core in &CORES {
        make(root, core)?;
    }
    step::run(root.node().arg("xtask/npm/bundle.mjs"))
}

fn make(root: &Root, core: &Core) -> Result {
    let stamp = root.path(&format!("{}-from", core.bound()));
    let inputs = fingerprint(root, core)?;
    if fs::read_to_string(&stamp).is_ok_and(|made_from| made_from == inputs) {
        println!("binding and optimising {}: up to date", core.name);
        return Ok(());
    }
    bind(root, core)?;
    optimise(root, core)?;
    fs::write(&stamp, inputs).map_err(|error| cannot("write", &stamp, &error))
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
    optimise.args(["-O3", "--strip-target-features", "--output", &core.optimised()]);
    optimise.arg(format!("{}/pack_bg.wasm", core.bound()));
    step::run(&mut optimise)
}

/// Of all that binding and optimising read: the wasm, both tools (their lock files), and how they are called (this file).
fn fingerprint(root: &Root, core: &Core) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for file in [&core.compiled(), "Cargo.lock", "xtask/npm/package-lock.json", "xtask/src/build.rs"] {
        let path = root.path(file);
        hasher.write(&fs::read(&path).map_err(|error| cannot("read", &path, &error))?);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn cannot(what: &str, path: &Path, error: &std::io::Error) -> String {
    format!("cannot {what} {}: {error}", path.display())
}
