//! What a few commands do that no row can say.

use super::arg::Arg;
use super::building::{assign_scripts, builds, make_variables};
use super::engine::Command;
use super::filing::{dd, into, sed, tar};
use super::finding::{fd, find, xargs};
use super::git::{git, git_config};
use super::transfer::{curl, http, relay};
use crate::policy::address;
use crate::policy::code::{self, Language};
use crate::policy::danger::danger;
use crate::policy::glob::is_one_of;
use crate::policy::places::Verb;
use crate::policy::shell::Word;
use crate::policy::walk::{Input, Walk};
use crate::policy::written::Content;

/// Runs the special of that name.
pub fn run(walk: &mut Walk, command: &Command, name: &str, taken: usize) {
    match name {
        "find" => find(walk, command),
        "fd" => fd(walk, command),
        "suspect" => code::suspect(walk, command.args, command.scene),
        "given" => given(walk, command),
        "http" => http(walk, command),
        "relay" => relay(walk, command),
        "xargs" => xargs(walk, command),
        "git" => git(walk, command),
        "gitconfig" => git_config(walk, command, taken),
        "curl" => curl(walk, command),
        "tar" => tar(walk, command),
        "dd" => dd(walk, command),
        "mounts" => mounts(walk, command),
        "module" => module(walk, command),
        "kill" => kill(walk, command),
        "sed" => sed(walk, command),
        "into" => into(walk, command, taken),
        "split" => split(walk, command),
        "operands" => operands(walk, command),
        "tool" => tool(walk, command),
        "builds" => builds(walk, command),
        "assign" => assign(walk, command),
        "assignscripts" => assign_scripts(walk, command),
        "shadow" => shadow(walk, command),
        "query" => query(walk, command),
        "vim" => lines(walk, command, "-c|--cmd", &["!", ":!", "silent !", "r !", "r!", "%!"]),
        "debugger" => lines(
            walk,
            command,
            "-ex|-iex|--eval-command|-c|-e|-o",
            &["!", "shell ", "platform shell ", "spawn ", "exec ", "pipe "],
        ),
        "keys" => keys(walk, command, taken),
        "compiled" => compiled(walk, command),
        "emptied" => emptied(walk, command),
        "owner" => owner(walk, command),
        "makevars" => make_variables(walk, command),
        "each" => each(walk, command),
        "pipeup" => pipe_up(walk, command),
        "sshoption" => ssh_option(walk, command),
        _ => {}
    }
}

/// The names of the specials, for the test of the table.
#[cfg(test)]
pub const SPECIALS: &str = "find fd suspect given http relay xargs git gitconfig curl tar dd mounts module kill sed into split query operands tool shadow builds assign assignscripts vim debugger keys makevars compiled emptied owner each pipeup sshoption";

pub fn run_code(walk: &mut Walk, command: &Command, code: &Arg) {
    match code.whole() {
        Some(code) => walk.code(code, Language::Shell, command.scene),
        None => walk.doubtful(command.scene, "unknown-code", "a part of the code it runs is not known"),
    }
}

/// `sh -c 'code' name words`: the code with its parameters.
fn given(walk: &mut Walk, command: &Command) {
    let operands = command.which("*", 0);
    let Some((code, params)) = operands.split_first() else { return };
    let Some(code) = code.whole() else { return run_code(walk, command, code) };
    let vars: Vec<(String, Word)> = if params.iter().any(|arg| arg.is_open) {
        Vec::new()
    } else {
        params.iter().enumerate().map(|(at, arg)| (at.to_string(), arg.word())).collect()
    };
    walk.deeper(command.scene, |walk| walk.shell_given(code, &vars, command.scene));
}

/// Folders of this machine that a container gets.
fn mounts(walk: &mut Walk, command: &Command) {
    let deletes = || {
        command.args.iter().any(|arg| {
            matches!(arg.text.as_str(), "rm" | "shred" | "-delete")
                || arg.text.contains("rm -r")
                || arg.text.contains("rm -f")
        })
    };
    for value in command.parsed.values("-v|--volume|--mount", command.args) {
        // A volume has a name where a folder would have a path.
        if value.text.starts_with(|sign: char| sign.is_ascii_alphanumeric()) && value.text.contains(":/") && deletes() {
            walk.mark(command.place, danger("container-delete"));
        }
        let source = match value.text.split_once(':') {
            Some((source, _)) if source.starts_with(['/', '~', '.', '$']) => source,
            Some(_) | None => value
                .text
                .split(',')
                .find_map(|part| part.strip_prefix("source=").or_else(|| part.strip_prefix("src=")))
                .unwrap_or(""),
        };
        let source = source.trim_end_matches('/');
        // What the container does below it is done to the folder.
        let inside = value.text.strip_prefix(source).and_then(|rest| rest.trim_start_matches('/').strip_prefix(':'));
        if let (Some(inside), Some(path)) =
            (inside.and_then(|rest| rest.split(':').next()), walk.resolve(source, command.scene))
            && inside.len() > 1
            && !source.is_empty()
        {
            walk.links.push((inside.trim_end_matches('/').to_owned(), path));
        }
        let holds_secrets = walk.resolve(source, command.scene).is_some_and(|path| {
            walk.around.is_secret(&path)
                || walk.around.danger_of(&[path.as_str(), "/x"].concat(), Verb::Read, false).is_some()
        });
        if !source.is_empty() && holds_secrets {
            walk.mark(command.place, danger("secret-read"));
        }
        let is_machine = value.text.starts_with("/:")
            || is_one_of(
                "/etc /root /var /usr /boot /dev /proc /sys /home /var/run/docker.sock /run/docker.sock /var/lib/docker",
                source,
            );
        let is_home = !source.is_empty()
            && (source == "~"
                || source == walk.around.home
                || source.starts_with("~/.ssh")
                || source.starts_with("~/.aws"));
        if is_machine || is_home || value.text.contains("src=/,") || value.text.contains("source=/,") {
            walk.mark(command.place, danger("container-escape"));
        }
    }
}

/// `python -m name words`: the module is a command.
fn module(walk: &mut Walk, command: &Command) {
    let Some(name) = command.parsed.values("-m", command.args).next() else { return };
    let mut argv = vec![name];
    // Behind the module all words are its own, options, too.
    let at = command.args.iter().position(|arg| arg.text == "-m").map_or(0, |at| at + 2);
    argv.extend_from_slice(command.args.get(at..).unwrap_or(&[]));
    command.command(walk, &argv, false);
}

fn kill(walk: &mut Walk, command: &Command) {
    // `kill -9 -1`: everything; -1 alone is a signal.
    let args = command.args;
    if args.iter().enumerate().any(|(place, arg)| arg.text == "-1" && (place > 0 || args.len() == 1)) {
        walk.mark(command.place, danger("kill-all"));
    }
    if args.iter().any(|arg| arg.text == "1") && args.last().is_some_and(|arg| arg.text == "1") {
        walk.mark(command.place, danger("power"));
    }
}

/// `env -S 'words of a command'`.
fn split(walk: &mut Walk, command: &Command) {
    for value in command.parsed.values("-S|--split-string", command.args) {
        let mut words = vec![value];
        words.extend_from_slice(command.rest("1", 0));
        match super::arg::joined(&words) {
            Some(code) => walk.code(&code, Language::Shell, command.scene),
            None => walk.doubtful(command.scene, "unknown-code", "a part of the code it runs is not known"),
        }
    }
}

/// HTTP requests that delete, by tools of clouds and forges (`gh api -X DELETE …`).
fn query(walk: &mut Walk, command: &Command) {
    let method: Option<Arg> = command.parsed.values("-X|--method|--request", command.args).next();
    let is = |name: &str| method.as_ref().is_some_and(|method| method.text.eq_ignore_ascii_case(name));
    if is("DELETE") {
        walk.mark(command.place, danger("cloud-delete"));
    }
    const RIGHTS: [&str; 10] = [
        "visibility=",
        "private=",
        "archived=",
        "/collaborators",
        "/protection",
        "/keys",
        "/hooks",
        "/secrets",
        "/transfer",
        "/memberships",
    ];
    if (is("PUT") || is("PATCH") || is("POST"))
        && command.args.iter().any(|arg| RIGHTS.iter().any(|path| arg.text.contains(path)))
    {
        walk.mark(command.place, danger("privilege"));
    }
}

/// Commands of an editor or debugger that run one of the shell.
fn lines(walk: &mut Walk, command: &Command, options: &str, heads: &[&str]) {
    let typed: Vec<Arg> = match &command.scene.input {
        Input::Text(text) => text.lines().map(Arg::known).collect(),
        Input::None | Input::File(_) | Input::Names(_) | Input::Network | Input::Unknown => Vec::new(),
    };
    let plus = command.args.iter().filter_map(|arg| arg.text.strip_prefix('+').map(|text| arg.part(text)));
    let values: Vec<Arg> = command.parsed.values(options, command.args).chain(plus).chain(typed).collect();
    for value in values {
        let code = heads.iter().find_map(|head| value.text.strip_prefix(head));
        match code {
            Some(code) => run_code(walk, command, &value.part(code)),
            None if value.text.contains('(') || value.text.contains("python") => {
                walk.code(&value.text, Language::Other, command.scene)
            }
            None => {}
        }
    }
}

/// What is typed into another terminal; names of keys are none of it.
fn keys(walk: &mut Walk, command: &Command, taken: usize) {
    for arg in command.which("*", taken) {
        let is_key = is_one_of("Enter C-m C-c C-d Escape Space Tab C-l q C-z", &arg.text);
        if !is_key {
            let typed = arg.text.strip_suffix("\\n").or_else(|| arg.text.strip_suffix("^M")).unwrap_or(&arg.text);
            run_code(walk, command, &arg.part(typed));
        }
    }
}

pub fn is_input(file: &Arg) -> bool {
    matches!(file.text.as_str(), "-" | "/dev/stdin")
}

/// Programs that are made of what this session wrote do what that says.
fn compiled(walk: &mut Walk, command: &Command) {
    let mut texts = Vec::new();
    for arg in command.which("*", 0) {
        match (walk.content_of(&arg, command.scene), &command.scene.input) {
            (Some(Content::Text(text)), _) => texts.push(text),
            (_, Input::Text(text)) if is_input(&arg) => texts.push(text.clone()),
            (Some(_) | None, _) => {}
        }
    }
    // Programs make commands while they run as a matter of course; only what is certain counts.
    let mark = walk.mark_certain();
    for text in texts {
        walk.code(&text, Language::Other, command.scene);
    }
    walk.keep_certain(mark);
}

/// Files of which nothing is left.
fn emptied(walk: &mut Walk, command: &Command) {
    let is_nothing = match &command.scene.input {
        Input::File(file) => file.text == "/dev/null",
        Input::Text(text) => text.is_empty(),
        Input::None => true,
        Input::Names(_) | Input::Network | Input::Unknown => false,
    };
    if is_nothing {
        command.which("*", 0).iter().for_each(|arg| walk.emptied(arg, command.scene));
    }
}

/// `lsof -ti :4777`, `fuser -k 4777/tcp`: who asks for the gate's own port speaks of the gate.
fn owner(walk: &mut Walk, command: &Command) {
    for port in walk.around.control_ports.iter().copied() {
        let number = port.to_string();
        let is_it = |arg: &Arg| arg.text.split(|sign: char| !sign.is_ascii_digit()).any(|part| part == number);
        if command.args.iter().any(is_it) {
            walk.port(port);
        }
    }
}

/// Each operand is a command line.
fn each(walk: &mut Walk, command: &Command) {
    for arg in command.which("*", 0) {
        if arg.text.contains(' ') {
            run_code(walk, command, &arg);
        }
    }
}

/// What is piped to another machine.
fn pipe_up(walk: &mut Walk, command: &Command) {
    if matches!(&command.scene.input, Input::Text(text) if text.to_ascii_lowercase().contains("flush")) {
        walk.mark(command.place, danger("database-delete"));
    }
    let is_local = command.which("1", 0).first().is_some_and(|arg| address::is_loopback(&arg.text));
    let is_sent = !matches!(command.scene.input, Input::None | Input::Text(_));
    if is_sent && !is_local {
        walk.mark(command.place, danger("upload"));
    }
}

/// Options of ssh that run a command.
fn ssh_option(walk: &mut Walk, command: &Command) {
    for value in command.parsed.values("-o", command.args) {
        if let Some((name, code)) = value.text.split_once(['=', ' '])
            && name.to_ascii_lowercase().ends_with("command")
            && code != "none"
        {
            run_code(walk, command, &value.part(code));
        }
    }
}

/// A script that is a tool of its own: `php artisan`, `python manage.py`.
fn tool(walk: &mut Walk, command: &Command) {
    let argv = command.rest("1", 0);
    let is_known =
        argv.first().is_some_and(|name| walk.names.row(crate::policy::places::file_name(&name.text)).is_some());
    if is_known {
        command.command(walk, argv, false);
    }
}

/// A setting of a package manager that names where packages come from, or a program.
fn shadow(walk: &mut Walk, command: &Command) {
    for value in command.parsed.values("--script-shell|--git|--shell", command.args) {
        run_code(walk, command, &value);
    }
}

/// `export NAME=value` and its like.
fn assign(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        if let Some((name, value)) = arg.text.split_once('=') {
            walk.variable(name, &arg.part(value), command.scene);
        }
    }
}

/// What follows a tool that nobody knows: secrets and protected files are told by their names.
fn operands(walk: &mut Walk, command: &Command) {
    let is_value = |at: usize| at > 0 && command.args.get(at - 1).is_some_and(|before| before.text.starts_with('-'));
    let operands = command.parsed.operands.iter().filter(|&&at| !is_value(at)).filter_map(|&at| command.args.get(at));
    // Statements for a database, whatever client it is.
    let is_statement = |arg: &&Arg| {
        let first = arg.text.split(' ').next().unwrap_or("");
        first.len() < arg.text.len()
            && ["drop", "truncate", "delete"].iter().any(|verb| first.eq_ignore_ascii_case(verb))
    };
    for arg in command.args.iter().filter(is_statement) {
        walk.code(&arg.text, Language::Sql, command.scene);
    }
    for arg in operands.filter(|arg| arg.text.contains(['.', '/'])) {
        let Some(path) = walk.resolve(&arg.text, command.scene) else { continue };
        if walk.around.is_protected(&path) {
            walk.file(arg, Verb::Write, command.scene);
        } else if walk.around.is_secret(&path) {
            walk.file(arg, Verb::Read, command.scene);
        }
    }
}
