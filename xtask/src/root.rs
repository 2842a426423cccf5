//! Where things are, and how programs are started there.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::step;

/// The repository.
pub struct Root(PathBuf);

impl Root {
    /// The folder above this package: as cargo says when it runs us, else as it was at compile time.
    pub fn find() -> Root {
        let manifest_dir =
            env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
        Root(manifest_dir.parent().map(Path::to_path_buf).unwrap_or(manifest_dir))
    }

    pub fn path(&self, relative: &str) -> PathBuf {
        self.0.join(relative)
    }

    /// A program of this machine, started at the root.
    pub fn program(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        command.current_dir(&self.0);
        command
    }

    /// The cargo that runs us.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let cargo = env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
        let mut command = self.program(&cargo);
        command.arg(subcommand);
        command.env(step::QUIET.0, step::QUIET.1);
        command
    }

    /// Node, with what our scripts and tests need to find the packages of the tools and the package we build.
    pub fn node(&self) -> Command {
        let mut command = self.program("node");
        command.env("OPENCODE_NODE_MODULES", self.path("target/npm/node_modules"));
        command.env("PACK_DIR", self.path("pkg"));
        command
    }

    /// A program out of the npm packages.
    pub fn npm_tool(&self, name: &str) -> Command {
        let mut command = self.program("node");
        command.arg(format!("target/npm/node_modules/.bin/{name}"));
        command
    }
}
