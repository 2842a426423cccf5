//! The bash of this machine.

use std::io::Write as _;
use std::process::{Command, Output, Stdio};

fn run(options: &[&str], script: &str) -> Output {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let bash = std::env::split_paths(&path).map(|folder| folder.join("bash")).find(|file| file.exists());
    let mut child = Command::new(bash.expect("bash is on this machine"))
        .args(["--norc", "--noprofile"])
        .args(options)
        .env_clear()
        .env("PATH", "/nowhere")
        .env("HOME", "/home/ada")
        .env("LC_ALL", "C.UTF-8")
        .current_dir("/")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("bash starts");
    let mut input = child.stdin.take().expect("piped");
    let script = script.to_owned();
    // bash may stop to read before all is written.
    let writer = std::thread::spawn(move || _ = input.write_all(script.as_bytes()));
    let output = child.wait_with_output().expect("bash ends");
    writer.join().expect("writer");
    output
}

/// Whether bash takes it for a script. Nothing is run.
pub fn accepts(script: &str) -> bool {
    run(&["-n"], script).status.success()
}

/// What a harmless script prints: without programs, without patterns of files, without write access to anything it names.
pub fn prints(script: &str) -> Vec<u8> {
    run(&["-f", "-r"], script).stdout
}
