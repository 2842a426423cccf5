//! Node, and the npm packages of the tools and tests, in `target/npm`. None of it is part of what ships.

use std::fs;

use crate::root::Root;
use crate::step::{self, Result};

/// The first with everything the test runner is asked for.
const NODE_MINIMUM: (u32, u32) = (20, 10);

/// Checks Node, and installs the packages when the lock file is not the one they were installed from.
pub fn setup(root: &Root) -> Result {
    check_node(root)?;
    let files = ["package.json", "package-lock.json"];
    let mut wanted = String::new();
    for file in files {
        let path = root.path("xtask/npm").join(file);
        wanted += &fs::read_to_string(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
    }
    let stamp = root.path("target/npm/installed");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(());
    }
    let folder = root.path("target/npm");
    let prepare = || {
        fs::create_dir_all(&folder)?;
        for file in files {
            fs::copy(root.path("xtask/npm").join(file), folder.join(file))?;
        }
        Ok(())
    };
    prepare().map_err(|error: std::io::Error| format!("cannot write target/npm: {error}"))?;
    let mut install = root.program("npm");
    // The packages of other platforms want other versions of Node; warnings about them help nobody.
    install.args(["ci", "--prefix", "target/npm", "--no-audit", "--no-fund", "--loglevel", "error"]);
    step::run(&mut install)?;
    link_host(root)?;
    fs::write(&stamp, wanted).map_err(|error| format!("cannot write target/npm: {error}"))
}

/// Where install scripts are switched off, the host's own has not put its binary in place yet.
fn link_host(root: &Root) -> Result {
    let works = || {
        let mut version = root.program("target/npm/node_modules/.bin/opencode");
        step::succeeds(version.arg("--version"))
    };
    if works() {
        return Ok(());
    }
    step::run(root.program("node").arg("target/npm/node_modules/opencode-ai/postinstall.mjs"))?;
    if works() { Ok(()) } else { Err("the opencode-ai package does not run on this machine".to_owned()) }
}

fn check_node(root: &Root) -> Result {
    let remedy = "install Node.js from https://nodejs.org";
    let Some(version) = step::read(root.program("node").arg("--version")) else {
        return Err(format!("node is not installed; {remedy}"));
    };
    if is_new_enough(&version) {
        return Ok(());
    }
    let (major, minor) = NODE_MINIMUM;
    Err(format!("node {} is older than {major}.{minor}; {remedy}", version.trim()))
}

fn is_new_enough(version: &str) -> bool {
    let mut numbers = version.trim().trim_start_matches('v').split('.').map_while(|n| n.parse().ok());
    matches!((numbers.next(), numbers.next()), (Some(major), Some(minor)) if (major, minor) >= NODE_MINIMUM)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_versions_are_compared_as_numbers() {
        for version in ["v20.10.0\n", "v20.20.2", "v24.0.0", "v100.1.1"] {
            assert!(is_new_enough(version), "{version}");
        }
        for version in ["v20.9.0", "v18.20.1", "v9.99.0", "", "v20", "nonsense"] {
            assert!(!is_new_enough(version), "{version}");
        }
    }
}
