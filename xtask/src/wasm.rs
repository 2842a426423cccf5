//! A way to build for `wasm32-unknown-unknown`: found, or got.
//!
//! Rust's own servers are not reachable everywhere, Debian's often are. So there are three ways, see [`Way`]. The third builds
//! the standard library from packaged source, about a minute the first time. What ships is built with a standard library
//! from source in every way that has the source: see [`Way::shipped`].

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::debian;
use crate::root::Root;
use crate::step::{self, Result};

const TARGET: &str = "wasm32-unknown-unknown";

const BUILD_STD: [&str; 2] = ["-Z", "build-std=std,panic_abort"];

const DEBIAN_PACKAGES: [&str; 4] = ["rustc-web", "cargo-web", "rust-web-src", "lld-22"];

/// Enough for the 20 MB of a target over a slow line, when nothing else is left to try.
const RUSTUP_LIMIT: Duration = Duration::from_secs(600);

/// A server that cannot be reached is often one that does not answer at all.
const RUSTUP_LIMIT_WITH_FALLBACK: Duration = Duration::from_secs(20);

/// How long a failure of rustup is remembered, so that not every command waits for it again.
const RUSTUP_FAILURE_HOLDS: Duration = Duration::from_secs(12 * 3600);

/// Ways to the standard library for wasm, in the order they are tried.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Way {
    /// The rustc in use has it.
    Installed,
    /// `rustup target add`.
    Rustup,
    /// Debian's rustc for web browsers builds it from source.
    Debian,
}

/// What is known before anything is tried.
struct Facts {
    is_installed: bool,
    has_rustup: bool,
    rustup_failed_lately: bool,
    is_debian: bool,
}

impl Way {
    /// Finds or gets one; the error names what to run by hand.
    pub fn get(root: &Root) -> Result<Way> {
        let failure = root.path("target/xtask/rustup-failed");
        let facts = Facts {
            is_installed: is_installed(root),
            has_rustup: step::succeeds(root.program("rustup").arg("--version")),
            rustup_failed_lately: is_fresh(&failure),
            is_debian: debian::is_debian(),
        };
        if !facts.is_installed && facts.rustup_failed_lately {
            println!("rustup failed lately and is not asked; to ask it again: rm target/xtask/rustup-failed");
        }
        let ways = ways(&facts);
        let mut reasons = Vec::new();
        for way in &ways {
            let result = match way {
                Way::Installed => Ok(()),
                Way::Rustup => add_with_rustup(root, &failure, ways.contains(&Way::Debian)),
                Way::Debian => install_debian_packages(),
            };
            match result {
                Ok(()) => {
                    get_source(root, *way, &failure);
                    return Ok(*way);
                }
                Err(why) => {
                    println!("{why}");
                    reasons.push(why);
                }
            }
        }
        Err(format!(
            "this machine cannot build for {TARGET}; run one of:\n  rustup target add {TARGET}\n  apt-get install {}\n{}",
            DEBIAN_PACKAGES.join(" "),
            reasons.join("\n")
        ))
    }

    /// `cargo <subcommand>` for wasm, in a target folder of its own: native and wasm builds do not wait for each other.
    pub fn cargo(self, root: &Root, subcommand: &str) -> Command {
        let mut cargo = match self {
            Way::Installed | Way::Rustup => root.cargo(subcommand),
            Way::Debian => debian_cargo(root, subcommand),
        };
        // Flags for the developer's own linker do not fit this one.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        cargo.args(["--target", TARGET, "--target-dir", "target/wasm"]);
        cargo
    }

    /// The same for what ships, with a standard library whose panics say nothing: nobody would hear them, and their texts
    /// and places are a fifteenth of the wasm. Without the source of the standard library the installed one is taken.
    pub fn shipped(self, root: &Root, subcommand: &str) -> Command {
        let mut cargo = self.cargo(root, subcommand);
        let rustc = self.rustc(root);
        let Some(rustc) = rustc.filter(Rustc::has_source) else {
            println!(
                "the source of Rust's standard library is not here (rustup component add rust-src): the wasm will be larger"
            );
            return cargo;
        };
        if self != Way::Debian {
            cargo.args(BUILD_STD);
        }
        cargo.args(["-Z", &format!("build-std-features={}", rustc.small_features())]);
        cargo.env("RUSTC_BOOTSTRAP", "1").env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", rustc.small_flags());
        cargo
    }

    fn rustc(self, root: &Root) -> Option<Rustc> {
        let name = match self {
            Way::Installed | Way::Rustup => std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned()),
            Way::Debian => "/usr/bin/rustc".to_owned(),
        };
        let sysroot = step::read(root.program(&name).args(["--print", "sysroot"]))?;
        let version = step::read(root.program(&name).arg("--version"))?;
        Some(Rustc { sysroot: sysroot.trim().to_owned(), minor: minor(&version)? })
    }
}

/// A compiler, and where its standard library is.
struct Rustc {
    sysroot: String,
    /// Of its version: 95 of 1.95.0.
    minor: u32,
}

/// What LLVM inlines, by its estimate of the cost; opt-level z alone has 5. More is larger. Less makes more functions that are
/// called often enough to be compiled in the middle of the start, each of which stops the host's thread for 0.1 ms.
const INLINE_THRESHOLD: u32 = 8;

/// The first with `-C panic=immediate-abort`; before it was a feature of the standard library.
const IMMEDIATE_ABORT_MINOR: u32 = 91;

impl Rustc {
    fn has_source(&self) -> bool {
        Path::new(&self.sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").exists()
    }

    const fn small_features(&self) -> &'static str {
        if self.minor < IMMEDIATE_ABORT_MINOR { "optimize_for_size,panic_immediate_abort" } else { "optimize_for_size" }
    }

    fn small_flags(&self) -> String {
        let flags =
            format!("-Z location-detail=none -Z fmt-debug=none -C llvm-args=-inline-threshold={INLINE_THRESHOLD}");
        if self.minor < IMMEDIATE_ABORT_MINOR {
            flags
        } else {
            format!("{flags} -Z unstable-options -C panic=immediate-abort")
        }
    }
}

/// `rustc 1.95.0 (…)` is 95.
fn minor(version: &str) -> Option<u32> {
    version.split('.').nth(1)?.parse().ok()
}

fn ways(facts: &Facts) -> Vec<Way> {
    if facts.is_installed {
        return vec![Way::Installed];
    }
    let rustup = (facts.has_rustup && !facts.rustup_failed_lately).then_some(Way::Rustup);
    let debian = facts.is_debian.then_some(Way::Debian);
    rustup.into_iter().chain(debian).collect()
}

fn is_installed(root: &Root) -> bool {
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let mut print = root.program(&rustc);
    print.args(["--print", "target-libdir", "--target", TARGET]);
    let Some(folder) = step::read(&mut print) else {
        return false;
    };
    let Ok(entries) = fs::read_dir(folder.trim()) else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libstd-"))
}

fn add_with_rustup(root: &Root, failure: &Path, has_fallback: bool) -> Result {
    let limit = if has_fallback { RUSTUP_LIMIT_WITH_FALLBACK } else { RUSTUP_LIMIT };
    rustup(root, ["target", "add", TARGET], failure, limit)
}

/// Tries to get the source of the standard library where it is missing; what ships is larger without it, and says so.
fn get_source(root: &Root, way: Way, failure: &Path) {
    let is_missing = way.rustc(root).is_some_and(|rustc| !rustc.has_source());
    if is_missing && way != Way::Debian && !is_fresh(failure) {
        let _ = rustup(root, ["component", "add", "rust-src"], failure, RUSTUP_LIMIT);
    }
}

fn rustup(root: &Root, words: [&str; 3], failure: &Path, limit: Duration) -> Result {
    step::run_within(root.program("rustup").args(words), limit).inspect_err(|_| {
        // Failing to remember costs time, nothing else.
        let _ = failure.parent().map(fs::create_dir_all);
        let _ = fs::write(failure, "");
    })
}

fn is_fresh(failure: &Path) -> bool {
    let modified = fs::metadata(failure).and_then(|metadata| metadata.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age < RUSTUP_FAILURE_HOLDS))
}

fn install_debian_packages() -> Result {
    if debian::has(&DEBIAN_PACKAGES) { Ok(()) } else { debian::install(&DEBIAN_PACKAGES) }
}

fn debian_cargo(root: &Root, subcommand: &str) -> Command {
    let path = std::env::var("PATH").unwrap_or_default();
    let mut cargo = root.program("/usr/bin/cargo");
    cargo
        .arg(subcommand)
        .args(BUILD_STD)
        .env("PATH", format!("/usr/bin:{path}"))
        .env("RUSTC", "/usr/bin/rustc")
        // Building the standard library is an unstable feature of cargo; this opens it on a stable one.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", "wasm-ld-22");
    // Set by the cargo that runs us, meant for its own compiler.
    for name in ["CARGO", "RUSTUP_TOOLCHAIN", "LD_LIBRARY_PATH", "RUSTC_WRAPPER"] {
        cargo.env_remove(name);
    }
    cargo
}

#[cfg(test)]
mod tests {
    use super::*;

    const BARE: Facts = Facts { is_installed: false, has_rustup: false, rustup_failed_lately: false, is_debian: false };

    #[test]
    fn what_is_installed_is_used_and_nothing_else_tried() {
        let facts = Facts { is_installed: true, has_rustup: true, is_debian: true, ..BARE };
        assert_eq!(ways(&facts), [Way::Installed]);
    }

    #[test]
    fn rustup_comes_before_debian() {
        let facts = Facts { has_rustup: true, is_debian: true, ..BARE };
        assert_eq!(ways(&facts), [Way::Rustup, Way::Debian]);
    }

    #[test]
    fn a_rustup_that_failed_lately_is_not_asked_again() {
        let facts = Facts { has_rustup: true, rustup_failed_lately: true, is_debian: true, ..BARE };
        assert_eq!(ways(&facts), [Way::Debian]);
    }

    #[test]
    fn a_version_is_read() {
        assert_eq!(minor("rustc 1.95.0 (59807616e 2026-04-14)"), Some(95));
        assert_eq!(minor("nonsense"), None);
    }

    #[test]
    fn a_bare_machine_has_no_way() {
        assert_eq!(ways(&BARE), []);
    }
}
