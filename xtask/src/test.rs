//! Every test there is, in one list: [`steps`].
//!
//! Each step runs, also after one that failed. A step is one program; where it counts its own tests, its numbers are taken,
//! else it counts as one. Its output goes to `target/test-logs/`, the end of it to the screen when it fails.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use crate::counts::{Counts, Runner};
use crate::peers::Peers;
use crate::root::Root;
use crate::setup;
use crate::step::{self, Result};
use crate::wasm::Way;

/// For a step that hangs. The slowest one compiles everything on two slow cores.
const STEP_LIMIT: Duration = Duration::from_secs(45 * 60);

/// How much of a failed step's output is shown.
const TAIL_LINES: usize = 150;

#[derive(Debug, Default, Eq, PartialEq)]
pub struct Options {
    /// Also test against the real receivers.
    peers: bool,
    /// Only the steps with this in their name.
    filter: String,
}

impl Options {
    pub fn parse(args: &[&str]) -> Option<Options> {
        match args {
            [] => Some(Options::default()),
            ["--peers", rest @ ..] => Some(Options { peers: true, ..Options::parse(rest)? }),
            ["--filter", text, rest @ ..] => Some(Options { filter: (*text).to_owned(), ..Options::parse(rest)? }),
            _ => None,
        }
    }
}

/// What a step must find done before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Needs {
    Nothing,
    /// `pkg/`, and the tools and types made on the way there.
    Build,
}

struct Step {
    name: &'static str,
    needs: Needs,
    runner: Option<Runner>,
    /// An error when there is nothing to run.
    command: Result<Command>,
}

const BUILD: &str = "build";

fn steps(root: &Root, way: &Result<Way>, options: &Options) -> Vec<Step> {
    let mut steps = vec![
        check("format", cargo(root, "fmt", &["--all", "--check", "--", "--color", "never"])),
        check("lint", cargo(root, "clippy", &["--workspace", "--all-targets", "--", "-D", "warnings"])),
        check("docs", docs(root)),
        tests("native", Runner::Cargo, Ok(native(root))),
        check("fuzz", crate::fuzz::command(root, "5")),
        check(BUILD, cargo(root, "xtask", &["build"])),
        Step { needs: Needs::Build, ..tests("boundary", Runner::Cargo, way.clone().map(|way| boundary(root, way))) },
        Step { needs: Needs::Build, ..check("types", types(root)) },
        javascript(root, "shim", 2),
        javascript(root, "package", 2),
        // A real host in each: two at a time are what two cores bear.
        javascript(root, "host", 2),
    ];
    if options.peers {
        steps.push(peers(root));
    }
    let is_wanted = |step: &Step| step.name.contains(&options.filter);
    let needs_build = steps.iter().any(|step| is_wanted(step) && step.needs == Needs::Build);
    steps.retain(|step| is_wanted(step) || (step.name == BUILD && needs_build));
    steps
}

fn check(name: &'static str, command: Command) -> Step {
    Step { name, needs: Needs::Nothing, runner: None, command: Ok(command) }
}

fn tests(name: &'static str, runner: Runner, command: Result<Command>) -> Step {
    Step { name, needs: Needs::Nothing, runner: Some(runner), command }
}

fn javascript(root: &Root, name: &'static str, concurrency: u32) -> Step {
    let command = test_files(root, name).map(|files| {
        let mut node = root.node();
        node.args(["--test", "--test-reporter=spec"]);
        node.arg(format!("--test-concurrency={concurrency}")).args(files);
        node
    });
    Step { needs: Needs::Build, ..tests(name, Runner::Node, command) }
}

fn peers(root: &Root) -> Step {
    let mut step = javascript(root, "peers", 1);
    if let (Ok(command), Some(peers)) = (&mut step.command, Peers::find()) {
        peers.tell(command);
    }
    step
}

fn cargo(root: &Root, subcommand: &str, args: &[&str]) -> Command {
    let mut cargo = root.cargo(subcommand);
    cargo.args(args);
    cargo
}

fn docs(root: &Root) -> Command {
    let mut doc = cargo(root, "doc", &["--workspace", "--no-deps"]);
    doc.env("RUSTDOCFLAGS", "-D warnings");
    doc
}

/// Without the bindgen tools: they have no tests, and take as long to compile as all the rest.
fn native(root: &Root) -> Command {
    cargo(root, "test", &["--workspace", "--exclude", "bindgen", "--no-fail-fast"])
}

fn boundary(root: &Root, way: Way) -> Command {
    let mut test = way.cargo(root, "test");
    test.args(["--test", "boundary"]);
    test.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", root.path("target/debug/bindgen-test-runner"));
    test
}

fn types(root: &Root) -> Command {
    let mut tsc = root.npm_tool("tsc");
    tsc.args(["--project", "plugin-shim/tsconfig.json"]);
    tsc
}

fn test_files(root: &Root, name: &str) -> Result<Vec<String>> {
    let folder = format!("tests/{name}");
    let entries = fs::read_dir(root.path(&folder)).map_err(|error| format!("{folder}: {error}"))?;
    let names = entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    let tests = names.filter(|name| name.ends_with(".test.mjs"));
    let mut files: Vec<String> = tests.map(|name| format!("{folder}/{name}")).collect();
    files.sort();
    if files.is_empty() { Err(format!("{folder} has no *.test.mjs")) } else { Ok(files) }
}

/// Prints `N passed, N failed` last. The exit code says whether all passed.
pub fn run(root: &Root, options: &Options) -> Result<ExitCode> {
    let logs = root.path("target/test-logs");
    fs::create_dir_all(&logs).map_err(|error| format!("cannot write {}: {error}", logs.display()))?;
    let way = setup::build(root);
    let tools = setup::tests(root);
    let peers = if options.peers { setup::peers(root) } else { Ok(()) };
    let steps = steps(root, &way, options);
    if steps.is_empty() {
        return Err(format!("no step has {:?} in its name", options.filter));
    }
    let started = Instant::now();
    let mut total = Counts::default();
    let mut build_failed = false;
    // What does not need the missing part still runs.
    for why in [way.err(), tools.err(), peers.err()].into_iter().flatten() {
        total += not_run("setup", &why);
    }
    for step in steps {
        let name = step.name;
        let counts = if step.needs == Needs::Build && build_failed {
            not_run(name, "it needs the build, which failed")
        } else {
            run_step(step, &logs)
        };
        build_failed |= name == BUILD && counts.failed > 0;
        total += counts;
    }
    println!("\n{:.0} s", started.elapsed().as_secs_f64());
    println!("{} passed, {} failed", total.passed, total.failed);
    Ok(if total.failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn run_step(step: Step, logs: &Path) -> Counts {
    let name = step.name;
    let mut command = match step.command {
        Ok(command) => command,
        Err(why) => return not_run(name, &why),
    };
    println!("\n{name}\n$ {}", step::line(&command));
    // Colours are for screens, and hide the numbers.
    command.env_remove("FORCE_COLOR").env("NO_COLOR", "1").env("CARGO_TERM_COLOR", "never");
    let log = logs.join(name).with_extension("log");
    let started = Instant::now();
    let result = step::run_logged(&mut command, &log, STEP_LIMIT);
    let seconds = started.elapsed().as_secs_f64();
    let output = fs::read(&log).unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let (counts, failure) = judge(step.runner, &result, &output);
    if let Some(why) = failure {
        let lines: Vec<&str> = output.lines().collect();
        let tail = lines.split_at(lines.len().saturating_sub(TAIL_LINES)).1;
        println!("{}\n{name} failed: {why}; all of its output: {}", tail.join("\n"), log.display());
    }
    let skipped = if counts.skipped > 0 { format!(", {} skipped", counts.skipped) } else { String::new() };
    println!("{name}: {} passed, {} failed{skipped}, {seconds:.1} s", counts.passed, counts.failed);
    counts
}

/// What a step counts, and why it failed, if it did.
fn judge(runner: Option<Runner>, result: &Result, output: &str) -> (Counts, Option<String>) {
    let Some(runner) = runner else {
        return match result {
            Ok(()) => (Counts { passed: 1, ..Counts::default() }, None),
            Err(why) => (Counts { failed: 1, ..Counts::default() }, Some(why.clone())),
        };
    };
    let mut counts = runner.counts(output);
    let why = match result {
        Err(why) => why.clone(),
        // Nothing passed where something should have been tried is no success.
        Ok(()) if counts.passed + counts.failed == 0 => "it ran no tests".to_owned(),
        Ok(()) if counts.failed > 0 => "it counts failures".to_owned(),
        Ok(()) => return (counts, None),
    };
    // It did not compile, or died before it could count.
    counts.failed = counts.failed.max(1);
    (counts, Some(why))
}

fn not_run(name: &str, why: &str) -> Counts {
    println!("\n{name} failed: {why}");
    Counts { failed: 1, ..Counts::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PASSING: &str = "test result: ok. 2 passed; 0 failed; 0 ignored";
    const FAILING: &str = "test result: FAILED. 1 passed; 2 failed; 0 ignored";

    #[track_caller]
    fn judged(runner: Option<Runner>, result: Result, output: &str) -> (u32, u32, Option<String>) {
        let (counts, failure) = judge(runner, &result, output);
        (counts.passed, counts.failed, failure)
    }

    #[test]
    fn a_step_that_counts_nothing_counts_as_one() {
        assert_eq!(judged(None, Ok(()), PASSING), (1, 0, None));
        let failure = Some("exit status: 1".to_owned());
        assert_eq!(judged(None, Err("exit status: 1".to_owned()), PASSING), (0, 1, failure));
    }

    #[test]
    fn a_runners_own_counts_are_taken() {
        assert_eq!(judged(Some(Runner::Cargo), Ok(()), PASSING), (2, 0, None));
        let failure = Some("exit status: 101".to_owned());
        let result = Err("exit status: 101".to_owned());
        assert_eq!(judged(Some(Runner::Cargo), result, FAILING), (1, 2, failure));
    }

    #[test]
    fn a_runner_that_ran_nothing_has_failed() {
        let failure = Some("it ran no tests".to_owned());
        assert_eq!(judged(Some(Runner::Node), Ok(()), "ℹ pass 0\nℹ fail 0\n"), (0, 1, failure));
    }

    #[test]
    fn a_runner_that_died_after_passing_tests_has_failed() {
        let result = Err("signal: 9 (SIGKILL)".to_owned());
        let failure = Some("signal: 9 (SIGKILL)".to_owned());
        assert_eq!(judged(Some(Runner::Cargo), result, PASSING), (2, 1, failure));
    }

    #[test]
    fn counted_failures_outweigh_a_good_exit_code() {
        let failure = Some("it counts failures".to_owned());
        assert_eq!(judged(Some(Runner::Cargo), Ok(()), FAILING), (1, 2, failure));
    }

    #[test]
    fn options_are_read_in_any_order() {
        let expected = Options { peers: true, filter: "host".to_owned() };
        assert_eq!(Options::parse(&["--filter", "host", "--peers"]), Some(expected));
        assert_eq!(Options::parse(&[]), Some(Options::default()));
        for wrong in [vec!["--filter"], vec!["host"], vec!["--peer"]] {
            assert_eq!(Options::parse(&wrong), None, "{wrong:?}");
        }
    }
}
