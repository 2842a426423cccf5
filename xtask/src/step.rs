//! Running a program: print the command line, run it, say how it ended.

use std::fs::File;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// The error is a whole message for a person, with the remedy where there is one.
pub type Result<T = ()> = std::result::Result<T, String>;

/// Set for every cargo: the server inside wasm-bindgen's browser runner, which is not used here, is old enough for cargo to
/// warn about it each time. Changes nothing but what is shown, so it is left out of printed commands.
pub const QUIET: (&str, &str) = ("CARGO_FUTURE_INCOMPAT_REPORT_FREQUENCY", "never");

/// Runs it with its output shown. It gets no standard input: nothing here may wait for a person.
pub fn run(command: &mut Command) -> Result {
    let status = status(command)?;
    if status.success() { Ok(()) } else { Err(format!("{status}: {}", line(command))) }
}

/// Like [`run`], for those who pass the exit code on.
pub fn status(command: &mut Command) -> Result<ExitStatus> {
    println!("$ {}", line(command));
    let status = command.stdin(Stdio::null()).status();
    status.map_err(|error| cannot_start(command, &error))
}

/// The exit code of another program as our own; a program that died by a signal has failed.
pub fn exit_code(status: ExitStatus) -> ExitCode {
    status.code().and_then(|code| u8::try_from(code).ok()).map_or(ExitCode::FAILURE, ExitCode::from)
}

/// Like [`run`], ended when it takes longer than `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Result {
    println!("$ {}", line(command));
    let child = command.stdin(Stdio::null()).spawn();
    let mut child = child.map_err(|error| cannot_start(command, &error))?;
    finish(&mut child, limit).map_err(|why| format!("{why}: {}", line(command)))
}

/// Like [`run_within`], with its output in a file instead of on the screen.
pub fn run_logged(command: &mut Command, log: &Path, limit: Duration) -> Result {
    let open = || {
        let file = File::create(log)?;
        Ok((file.try_clone()?, file))
    };
    let (out, err) = open().map_err(|error: std::io::Error| format!("cannot write {}: {error}", log.display()))?;
    let child = command.stdin(Stdio::null()).stdout(out).stderr(err).spawn();
    let mut child = child.map_err(|error| cannot_start(command, &error))?;
    finish(&mut child, limit)
}

/// What it prints, when it succeeds. Says nothing itself.
pub fn read(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Whether it succeeds. Says nothing itself.
pub fn succeeds(command: &mut Command) -> bool {
    read(command).is_some()
}

/// The command as a person would type it at the root.
pub fn line(command: &Command) -> String {
    let sets = command.get_envs().filter(|(name, _)| *name != QUIET.0);
    let sets =
        sets.filter_map(|(name, value)| Some(format!("{}={}", name.display(), quoted(&value?.to_string_lossy()))));
    let program = Path::new(command.get_program());
    // The cargo that runs us comes with its full path, and is the one a person gets by the short name.
    let is_ours = std::env::var_os("CARGO").is_some_and(|cargo| program.as_os_str() == cargo);
    let name = if is_ours { program.file_stem() } else { Some(program.as_os_str()) };
    let words = name.into_iter().chain(command.get_args());
    let words = words.map(|word| quoted(&word.to_string_lossy()));
    sets.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,@+*".contains(c);
    if !word.is_empty() && word.chars().all(is_plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', r"'\''"))
}

fn cannot_start(command: &Command, error: &std::io::Error) -> String {
    format!("cannot start {}: {error}", command.get_program().display())
}

fn finish(child: &mut Child, limit: Duration) -> Result {
    match wait(child, limit) {
        Some(status) if status.success() => Ok(()),
        Some(status) => Err(status.to_string()),
        None => {
            end(child);
            Err(format!("ended after {} s without a result", limit.as_secs()))
        }
    }
}

fn wait(child: &mut Child, limit: Duration) -> Option<ExitStatus> {
    let started = Instant::now();
    while started.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) => sleep(Duration::from_millis(20)),
            Err(_) => return None,
        }
    }
    None
}

/// Asks first: Node's test runner ends its own children when it is asked, and cannot when it is killed.
fn end(child: &mut Child) {
    succeeds(Command::new("kill").arg(child.id().to_string()));
    if wait(child, Duration::from_secs(10)).is_none() {
        // An error means that it is gone already.
        let _ = child.kill();
        let _ = child.wait();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_command_can_be_typed() {
        let mut command = Command::new("cargo");
        command.env("RUSTDOCFLAGS", "-D warnings").env_remove("RUSTFLAGS").args(["doc", "it's", ""]);
        assert_eq!(line(&command), r"RUSTDOCFLAGS='-D warnings' cargo doc 'it'\''s' ''");
    }

    #[test]
    fn a_program_that_takes_too_long_is_ended() {
        let mut command = Command::new("sleep");
        let result = run_within(command.arg("600"), Duration::from_millis(100));
        assert_eq!(result, Err("ended after 0 s without a result: sleep 600".to_owned()));
    }

    #[test]
    fn a_failure_names_the_exit_code_and_the_command() {
        let result = run(Command::new("sh").args(["-c", "exit 3"]));
        assert_eq!(result, Err("exit status: 3: sh -c 'exit 3'".to_owned()));
    }

    #[test]
    fn a_missing_program_is_named() {
        let result = run(&mut Command::new("no-such-program"));
        let expected = "cannot start no-such-program: No such file or directory (os error 2)";
        assert_eq!(result, Err(expected.to_owned()));
    }
}
