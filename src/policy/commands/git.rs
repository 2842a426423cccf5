//! Settings of git: they run programs, and some stay.

use super::arg::Arg;
use super::engine::Command;
use super::special::run_code;
use crate::policy::danger::danger;
use crate::policy::glob::is_one_of;
use crate::policy::places::{UNKNOWN, file_name};
use crate::policy::walk::{Input, Walk};

/// Settings of git that name programs.
const GIT_PROGRAMS: &[&str] = &[
    "core.pager",
    "core.editor",
    "core.sshcommand",
    "core.fsmonitor",
    "core.askpass",
    "core.gitproxy",
    "sequence.editor",
    "diff.external",
    "credential.helper",
    "gpg.program",
    "interactive.difffilter",
    "pager.*",
    "*.textconv",
    "*.command",
    "*.cmd",
    "filter.*",
    "merge.*.driver",
    "difftool.*",
    "mergetool.*",
    "browser.*",
    "man.*",
    "web.browser",
    "uploadpack.packobjectshook",
    "remote.*.uploadpack",
    "remote.*.receivepack",
    "credential.*.helper",
    "gpg.*.program",
    "sendemail.*",
];

pub fn git(walk: &mut Walk, command: &Command) {
    let operands = command.which("*", 0);
    let is_clone = operands.first().is_some_and(|name| name.text == "clone");
    let from = operands.iter().position(|arg| is_clone && arg.text.contains([':', '/']));
    if let Some([from, rest @ ..]) = from.and_then(|from| operands.get(from..)) {
        // What is in it nobody has read.
        let usual = || {
            let name = file_name(from.text.trim_end_matches('/'));
            from.part(name.strip_suffix(".git").unwrap_or(name))
        };
        let folder = rest.first().cloned().unwrap_or_else(usual);
        walk.note_write(&folder.below(""), command.scene, Input::Network, false);
    }
    for setting in command.parsed.values("-c|--config-env|--config", command.args) {
        match setting.text.split_once('=') {
            Some((key, value)) => git_setting(walk, command, key, &setting.part(value), false),
            None if !setting.is_known => walk.doubtful(command.scene, "unknown-code", "a setting of git is not known"),
            None => {}
        }
    }
}

pub fn git_config(walk: &mut Walk, command: &Command, taken: usize) {
    let is_read = |option: &str| is_one_of("--get --get-all --list --unset --get-regexp", option);
    if command.args.iter().any(|arg| is_read(&arg.text)) {
        return;
    }
    let words: Vec<Arg> =
        command.which("*", taken).into_iter().filter(|arg| !matches!(arg.text.as_str(), "set" | "add")).collect();
    if let [key, value, ..] = words.as_slice() {
        git_setting(walk, command, &key.text, value, true);
        // For all projects, a program that is not one of the system's.
        let code = value.text.trim_start_matches('!');
        let is_program = is_program(&key.text.to_ascii_lowercase()) || code.len() < value.text.len();
        let is_odd = code.starts_with("sh ") || code.contains("/tmp/") || code.contains('>') || code.contains("://");
        if is_program && is_odd && command.args.iter().any(|arg| matches!(arg.text.as_str(), "--global" | "--system")) {
            walk.mark(command.place, danger("persistence"));
        }
    }
}

fn is_program(key: &str) -> bool {
    GIT_PROGRAMS.iter().any(|pattern| crate::policy::glob::matches(pattern, key, None, false))
}

fn git_setting(walk: &mut Walk, command: &Command, key: &str, value: &Arg, stays: bool) {
    let key = key.to_ascii_lowercase();
    let text = value.text.as_str();
    let is_here = stays && value.is_known && !text.starts_with(['/', '~']) && !text.contains("..");
    if key == "core.hookspath" && is_here && !command.args.iter().any(|arg| arg.text == "--global") {
        // Hooks of the project, as husky and its like set them.
    } else if key == "core.hookspath" || key.starts_with("include.path") || key.starts_with("includeif.") {
        walk.mark(command.place, danger("persistence"));
    } else if key == "http.sslverify" && matches!(text, "false" | "0" | "no") {
        walk.mark(command.place, danger("safety-off"));
    } else if key.starts_with("alias.") {
        if let Some(code) = text.strip_prefix('!') {
            run_code(walk, command, &value.part(code));
        } else {
            // The alias is a command of git.
            let code = value.part(&["git ", text].concat());
            run_code(walk, command, &code);
        }
    } else if stays && text.starts_with(['/', '.', '~']) && is_program(&key) {
        walk.mark(command.place, danger("persistence"));
    } else if is_program(&key) {
        run_code(walk, command, &value.part(text.trim_start_matches('!')));
    } else if key.starts_with("remote.")
        && (key.ends_with(".mirror") && text != "false" || text.starts_with('+') && key.ends_with(".push"))
    {
        walk.mark(command.place, danger("force-push"));
    } else if stays && key.starts_with("url.") && command.args.iter().any(|arg| arg.text == "--global") {
        walk.mark(command.place, danger("persistence"));
    } else if key.starts_with("url.") || key.starts_with("remote.") && key.ends_with("url") {
        walk.noted.push("remote");
    } else if key == "protocol.ext.allow" && text != "never" {
        walk.mark(command.place, danger("safety-off"));
    } else if stays && !value.is_known && key.contains(UNKNOWN) {
        walk.mark(command.place, danger("unknown-code"));
    }
}
