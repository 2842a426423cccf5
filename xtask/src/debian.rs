//! Packages of Debian and its relatives: installed where we may, else named with the command to run.

use std::process::{Command, Stdio};

use crate::step::{self, Result};

/// Whether all of them are installed.
pub fn has(packages: &[&str]) -> bool {
    let mut query = Command::new("dpkg-query");
    query.args(["--show", "--showformat", "${db:Status-Status}\n"]).args(packages);
    step::read(&mut query).is_some_and(|states| states.lines().all(|state| state == "installed"))
}

/// Installs them, without asking and without removing anything. With apt-get's lists as they are first, then with fresh ones:
/// a container has none, and old ones name files that are gone.
pub fn install(packages: &[&str]) -> Result {
    let remedy = format!("run as root: apt-get update && apt-get install {}", packages.join(" "));
    if !is_debian() {
        return Err(format!("not a Debian system, packages are missing: {}", packages.join(" ")));
    }
    let Some(become_root) = become_root() else {
        return Err(format!("may not install packages; {remedy}"));
    };
    let apt_get = |arguments: &[&str]| {
        let words: Vec<&str> =
            become_root.iter().chain(&["apt-get", "--quiet=2", "-o=Dpkg::Use-Pty=0"]).copied().collect();
        let mut command = Command::new("env");
        command.args(words).args(arguments);
        // A line for each file it unpacks helps nobody; errors come on the other stream.
        step::run(command.stdout(Stdio::null()))
    };
    let mut install = vec!["install", "--yes", "--no-install-recommends", "--no-remove"];
    install.extend(packages);
    if are_known(packages) && apt_get(&install).is_ok() {
        return Ok(());
    }
    apt_get(&["update"]).and_then(|()| apt_get(&install)).map_err(|why| format!("{why}; {remedy}"))
}

pub fn is_debian() -> bool {
    step::succeeds(Command::new("apt-get").arg("--version"))
}

/// The words before a command that make it run as root; `None` when we may not.
fn become_root() -> Option<&'static [&'static str]> {
    let uid = step::read(Command::new("id").arg("-u"))?;
    if uid.trim() == "0" {
        return Some(&["DEBIAN_FRONTEND=noninteractive"]);
    }
    let may = step::succeeds(Command::new("sudo").args(["--non-interactive", "true"]));
    may.then_some(&["sudo", "--non-interactive", "DEBIAN_FRONTEND=noninteractive"])
}

fn are_known(packages: &[&str]) -> bool {
    step::succeeds(Command::new("apt-cache").arg("show").args(packages))
}
