//! The developer's one command: `cargo xtask <command>`.
//!
//! It runs other programs and prints each command line before it does. It has no dependencies, so that the first call on a
//! clean machine starts within seconds. Start reading at [`main`]; `test.rs` has the list of what is tested.

mod bench;
mod build;
mod counts;
mod debian;
mod demo;
mod fuzz;
mod npm;
mod peers;
mod root;
mod setup;
mod step;
mod test;
mod wasm;

use std::env;
use std::process::ExitCode;

use root::Root;
use step::Result;

const HELP: &str = "\
usage: cargo xtask <command>

  setup                           find or get what the other commands need; each of them calls it
  build                           make pkg/: the npm package and the drop-in file
  test [--peers] [--filter TEXT]  run every test; only the steps with TEXT in their name;
                                  --peers: also against the real receivers (tests/peers)
  demo                            build, then show the pack at work in the real host
  fuzz [SECONDS]                  random scripts for the shell reader, for ten seconds or as many as are given
  bench NAME                      build, then measure: events, host, idle, outbox, policy, redact
";

fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    match dispatch(&Root::find(), &args) {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(root: &Root, args: &[&str]) -> Result<ExitCode> {
    match args {
        ["setup"] => setup::all(root).map(|()| ExitCode::SUCCESS),
        ["build"] => build::run(root).map(|()| ExitCode::SUCCESS),
        ["test", options @ ..] => match test::Options::parse(options) {
            Some(options) => test::run(root, &options),
            None => Ok(usage()),
        },
        ["demo"] => demo::run(root),
        ["fuzz"] => fuzz::run(root, "10"),
        ["fuzz", seconds] => fuzz::run(root, seconds),
        ["bench", name] => bench::run(root, name),
        ["help" | "--help" | "-h"] => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(usage()),
    }
}

fn usage() -> ExitCode {
    eprint!("{HELP}");
    ExitCode::from(2)
}
