//! The real receivers that `test --peers` speaks to: OpenClaw's gateway, and the Node that it wants. They stay in the user's
//! cache folder, one folder for each version, so that a version that was installed once is not installed again.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::root::Root;
use crate::step::{self, Result};

/// The gateway refuses to start on an older Node than 24.16, and the machine's own is often one.
const NODE: (&str, &str) = ("node", "24.21.0");
const OPENCLAW: (&str, &str) = ("openclaw", "2026.9.6");

/// Where they are, for the tests.
pub struct Peers {
    node: PathBuf,
    openclaw: PathBuf,
}

impl Peers {
    /// Where they will be once they are installed; `None` where there is no home.
    pub fn find() -> Option<Peers> {
        let cache = env::var_os("XDG_CACHE_HOME").filter(|folder| !folder.is_empty()).map(PathBuf::from);
        let cache = cache.or_else(|| Some(PathBuf::from(env::var_os("HOME")?).join(".cache")))?;
        let peers = cache.join("opencode-swarm-pack/peers");
        Some(Peers { node: peers.join(folder_of(NODE)), openclaw: peers.join(folder_of(OPENCLAW)) })
    }

    /// Installs what is missing.
    pub fn install(&self, root: &Root) -> Result {
        let node = self.node();
        install(root, NODE, &self.node, None)?;
        // Where install scripts are switched off, its own has not fetched the binary yet.
        if !step::succeeds(Command::new(&node).arg("--version")) {
            let mut script = root.program("node");
            script.current_dir(self.node.join("node_modules/node")).arg("installArchSpecificPackage.js");
            step::run(&mut script)?;
        }
        install(root, OPENCLAW, &self.openclaw, node.parent())
    }

    /// Tells a command of the tests where they are.
    pub fn tell(&self, command: &mut Command) {
        command.env("PEERS_NODE", self.node());
        command.env("PEERS_OPENCLAW", self.openclaw.join("node_modules/openclaw/openclaw.mjs"));
    }

    fn node(&self) -> PathBuf {
        self.node.join("node_modules/node/bin/node")
    }
}

fn folder_of((name, version): (&str, &str)) -> String {
    format!("{name}-{version}")
}

/// Installs a package into a folder of its own, with the Node in `bin` first where there is one.
fn install(root: &Root, (name, version): (&str, &str), folder: &Path, bin: Option<&Path>) -> Result {
    let stamp = folder.join("installed");
    if stamp.exists() {
        return Ok(());
    }
    let cannot = |error: std::io::Error| format!("cannot write {}: {error}", folder.display());
    fs::create_dir_all(folder).map_err(cannot)?;
    let mut npm = root.program("npm");
    npm.arg("install").arg("--prefix").arg(folder).arg(format!("{name}@{version}"));
    npm.args(["--no-audit", "--no-fund", "--loglevel", "error"]);
    if let Some(bin) = bin {
        let path = env::var("PATH").unwrap_or_default();
        npm.env("PATH", format!("{}:{path}", bin.display()));
    }
    step::run(&mut npm)?;
    fs::write(&stamp, "").map_err(cannot)
}
