//! What a few commands do that no row can say.

use super::arg::Arg;
use super::engine::Command;
use super::language::Language;
use crate::policy::address;
use crate::policy::danger::danger;
use crate::policy::places::{UNKNOWN, Verb, file_name, is_below, parent, resolve};
use crate::policy::shell::Word;
use crate::policy::walk::{Input, Scene, Walk};
use crate::policy::written::Content;

/// Runs the special of that name.
pub fn run(walk: &mut Walk, command: &Command, name: &str, taken: usize) {
    match name {
        "find" => find(walk, command),
        "fd" => fd(walk, command),
        "suspect" => super::suspect(walk, command.args, command.scene),
        "given" => given(walk, command),
        "http" => http(walk, command),
        "all" => all(walk, command),
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
        "scripts" => scripts(walk, command),
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
        "makefile" => makefile(walk, command),
        "makevars" => make_variables(walk, command),
        "each" => each(walk, command),
        "pipeup" => pipe_up(walk, command),
        "sshoption" => ssh_option(walk, command),
        _ => {}
    }
}

/// The names of the specials, for the test of the table.
#[cfg(test)]
pub const SPECIALS: &str = "find fd suspect given http relay all xargs git gitconfig curl tar dd mounts module kill sed into split query operands tool shadow scripts assign assignscripts vim debugger keys makefile makevars each pipeup sshoption";

/// Tests by which `find` chooses, each with a value.
const CHOICES: &str = "-name -iname -path -ipath -regex -iregex -wholename -mtime -mmin -newer -size -atime -ctime -cmin -amin -perm -user -xtype -inum -samefile";
/// Endings of what people write by hand.
const SOURCES: &str =
    "ts tsx js jsx py rs go java kt rb php c cc cpp h hpp cs swift md json yaml yml sql html css vue svelte";

/// In how many ways `find` chooses among what it finds. What all things pass is no choice, and what some do not pass is none.
fn choices(args: &[Arg]) -> usize {
    // `-o` after a choice is another choice; what is left is everything.
    if args.iter().any(|arg| arg.text == "-o" || arg.text == "-or") {
        return 0;
    }
    let is_not = |at: usize| {
        at.checked_sub(1).and_then(|at| args.get(at)).is_some_and(|arg| arg.text == "!" || arg.text == "-not")
    };
    let is_choice = |at: usize, test: &str| {
        let value = args.get(at + 1).map_or("", |arg| arg.text.as_str());
        let is_all = matches!(value, "" | "*" | "**" | ".*" | "*.*" | "?*" | "./*")
            || test.ends_with("time") && value.starts_with('-');
        test == "-empty" || CHOICES.split_ascii_whitespace().any(|choice| choice == test) && !is_all
    };
    args.iter().enumerate().filter(|(at, arg)| is_choice(*at, &arg.text) && !is_not(*at)).count()
}

/// What `find` finds, as far as its words tell: the folders, or a name below each; and whether it chooses at all.
pub fn found(args: &[Arg]) -> (Vec<Arg>, bool) {
    let roots = args.iter().take_while(|arg| !arg.text.starts_with(['-', '(', '!', ','])).count();
    let (roots, tests) = args.split_at_checked(roots).unwrap_or((args, &[]));
    let here = [Arg::known(".")];
    let roots = if roots.is_empty() { &here } else { roots };
    let is_chosen = choices(tests) > 0;
    let name = tests.windows(2).find_map(|pair| match pair {
        [test, name] if matches!(test.text.as_str(), "-name" | "-iname") => Some(name.text.as_str()),
        _ => None,
    });
    let below = |root: &Arg| match name.filter(|_| is_chosen) {
        Some(name) => Arg { is_glob: name.contains(['*', '?', '[']), ..root.below(name) },
        None if is_chosen => root.below("filtered"),
        None => root.clone(),
    };
    (roots.iter().map(below).collect(), is_chosen)
}

/// Whether it is all files of a language that it finds in the project.
fn is_sources(args: &[Arg], found: &[Arg]) -> bool {
    choices(args) == 1 && found.iter().any(are_sources)
}

fn are_sources(arg: &Arg) -> bool {
    arg.text.rsplit_once("/*.").is_some_and(|(folder, ending)| {
        matches!(folder, "." | "src" | "./src" | "lib" | "app" | "tests")
            && SOURCES.split_ascii_whitespace().any(|source| source == ending)
    })
}

fn find(walk: &mut Walk, command: &Command) {
    let args = command.args;
    let is_option =
        |arg: &&Arg| matches!(arg.text.as_str(), "-H" | "-L" | "-P") || arg.text.starts_with("-O") || arg.text == "-D";
    let options = args.iter().take_while(is_option).count();
    let args = args.get(options..).unwrap_or(&[]);
    let (found, is_chosen) = found(args);
    let is_sources = is_sources(args, &found);
    let tests = args;
    let mut at = 0;
    let mut is_pure = true;
    while let Some(test) = tests.get(at) {
        match test.text.as_str() {
            "-delete" => {
                is_pure = false;
                if is_sources {
                    walk.mark(command.place, danger("discard-changes"));
                }
                found.iter().for_each(|arg| {
                    walk.file(arg, if is_chosen { Verb::Delete } else { Verb::DeleteTree }, command.scene)
                });
            }
            "-fprint" | "-fprint0" | "-fls" | "-fprintf" => {
                is_pure = false;
                tests.get(at + 1).into_iter().for_each(|arg| walk.file(arg, Verb::Write, command.scene));
            }
            "-exec" | "-execdir" | "-ok" | "-okdir" => {
                is_pure = false;
                let rest = tests.get(at + 1..).unwrap_or(&[]);
                let length = rest.iter().position(|arg| arg.text == ";" || arg.text == "+").unwrap_or(rest.len());
                let inner = rest.get(..length).unwrap_or(&[]);
                let name = inner.first().map_or("", |name| name.text.as_str());
                if name == "{}" {
                    walk.mark(command.place, danger("unknown-command"));
                } else if is_sources && matches!(name, "rm" | "unlink" | "truncate" | "shred") {
                    walk.mark(command.place, danger("discard-changes"));
                }
                command.command(walk, &filled(inner, "{}", &found), false);
                at += length;
            }
            _ => {}
        }
        at += 1;
    }
    if let Some(atom) = walk.atoms.get_mut(command.place) {
        atom.is_pure = is_pure;
    }
}

/// `fd pattern folders -x command`
fn fd(walk: &mut Walk, command: &Command) {
    let is_exec = |arg: &Arg| matches!(arg.text.as_str(), "-x" | "-X" | "--exec" | "--exec-batch");
    let Some(at) = command.args.iter().position(is_exec) else { return };
    let (before, inner) = command.args.split_at_checked(at).unwrap_or((command.args, &[]));
    let mut words = before.iter().filter(|arg| !arg.text.starts_with('-') && arg.text.len() > 1 || arg.text == ".");
    let is_all = words.next().is_none_or(|pattern| pattern.text == ".");
    let mut found: Vec<Arg> = words.map(|root| if is_all { root.clone() } else { root.below("filtered") }).collect();
    if found.is_empty() {
        found.push(Arg::known(if is_all { "." } else { "./filtered" }));
    }
    let mut inner = inner.get(1..).unwrap_or(&[]).to_vec();
    if !inner.iter().any(|arg| arg.text.contains('{')) {
        inner.push(Arg::known("{}"));
    }
    command.command(walk, &filled(&inner, "{}", &found), false);
}

/// The words with what is put in place of `{}`; a word that is only that becomes all of them.
fn filled(words: &[Arg], sign: &str, found: &[Arg]) -> Vec<Arg> {
    let mut out = Vec::with_capacity(words.len() + found.len());
    for word in words {
        if word.text == sign {
            out.extend(found.iter().cloned());
        } else if word.text.contains(sign) {
            // In the middle of code, names of files are code, too; which, nobody knows.
            let is_code = word.text.contains(' ');
            let first = found.first().map_or("", |arg| arg.text.as_str());
            let is_known = word.is_known && found.iter().all(|arg| arg.is_known) || is_code;
            out.push(Arg { text: word.text.replace(sign, first), is_known, ..Arg::default() });
        } else {
            out.push(word.clone());
        }
    }
    out
}

/// Commands that one `xargs -I` may run before the rest counts as unread.
const EACH_MAX: usize = 64;

fn xargs(walk: &mut Walk, command: &Command) {
    let file: Option<Arg> = command.parsed.values("-a|--arg-file", command.args).next();
    let input = file.clone().map_or_else(|| command.scene.input.clone(), Input::File);
    file.iter().for_each(|file| walk.file(file, Verb::Read, command.scene));
    let is_by_line = command.parsed.values("-d|--delimiter", command.args).any(|sign| sign.text.ends_with('n'));
    let sign: Option<Arg> = command.parsed.values("-I|-i|--replace|-J", command.args).next();
    let found: Vec<Arg> = match input {
        // With a sign each line is one word.
        Input::Text(text) if sign.is_some() || is_by_line => text.lines().map(|line| Arg::known(line.trim())).collect(),
        Input::Text(text) if command.parsed.holds("-0|--null", command.args, false).is_some() => {
            text.split('\0').map(|word| Arg::known(word.trim_end_matches('\n'))).collect()
        }
        Input::Text(text) => text
            .split([' ', '\n', '\t', '\0'])
            .filter(|word| !word.is_empty())
            .map(|word| Arg::known(word.trim_matches(['"', '\''])))
            .collect(),
        Input::Names(names) => names,
        Input::None | Input::File(_) | Input::Network | Input::Unknown => vec![Arg::unknown()],
    };
    let rest = command.rest("1", 0);
    let scene = Scene { input: Input::None, ..command.scene.clone() };
    if let Some(sign) = &sign {
        // One command for each.
        for one in found.iter().take(EACH_MAX) {
            let inner = filled(rest, if sign.text.is_empty() { "{}" } else { &sign.text }, std::slice::from_ref(one));
            walk.deeper(&scene, |walk| walk.run(&inner, &scene));
        }
        if found.len() > EACH_MAX {
            walk.doubtful(command.scene, "unread", "it runs more commands than are read");
        }
        return;
    }
    let mut inner = rest.to_vec();
    if inner.is_empty() {
        // Of parallel each line is a command of its own.
        if command.name.ends_with("parallel") {
            walk.input_run(&command.scene.input.clone(), Language::Shell, &scene);
        }
        return;
    }
    // parallel puts `{}` in without being told to, and reads its words behind `:::`.
    if command.name.ends_with("parallel") {
        let place = inner.iter().position(|arg| arg.text.starts_with(":::"));
        let words = place.map_or_else(|| found.clone(), |place| inner.split_off(place).into_iter().skip(1).collect());
        let has_sign = inner.iter().any(|arg| arg.text.contains("{}"));
        let mut code = filled(&inner, "{}", &words);
        if !has_sign {
            code.extend(words);
        }
        return match super::arg::joined(&code) {
            Some(code) => walk.code(&code, Language::Shell, command.scene),
            None => command.command(walk, &code, false),
        };
    }
    if inner.first().is_some_and(|name| name.text == "rm") && found.iter().any(are_sources) {
        walk.mark(command.place, danger("discard-changes"));
    }
    inner.extend(found);
    walk.deeper(&scene, |walk| walk.run(&inner, &scene));
}

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

fn git(walk: &mut Walk, command: &Command) {
    for setting in command.parsed.values("-c|--config-env|--config", command.args) {
        match setting.text.split_once('=') {
            Some((key, value)) => git_setting(walk, command, key, &setting.part(value), false),
            None if !setting.is_known => walk.doubtful(command.scene, "unknown-code", "a setting of git is not known"),
            None => {}
        }
    }
}

fn git_config(walk: &mut Walk, command: &Command, taken: usize) {
    let is_read = |option: &str| matches!(option, "--get" | "--get-all" | "--list" | "--unset" | "--get-regexp");
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
        let is_odd = code.starts_with("sh ") || code.contains("/tmp/") || code.contains('>');
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
    } else if key == "protocol.ext.allow" && text != "never" {
        walk.mark(command.place, danger("safety-off"));
    } else if stays && !value.is_known && key.contains(UNKNOWN) {
        walk.mark(command.place, danger("unknown-code"));
    }
}

fn run_code(walk: &mut Walk, command: &Command, code: &Arg) {
    match code.whole() {
        Some(code) => walk.code(code, Language::Shell, command.scene),
        None => walk.doubtful(command.scene, "unknown-code", "a part of the code it runs is not known"),
    }
}

fn curl(walk: &mut Walk, command: &Command) {
    let (args, parsed) = (command.args, &command.parsed);
    let mut sends = false;
    for value in parsed.values(
        "-d|--data|--data-binary|--data-ascii|--data-urlencode|--json|--post-file|--body-file|--header|-H",
        args,
    ) {
        let file = value
            .text
            .strip_prefix('@')
            .or_else(|| value.text.split_once("=@").map(|(_, file)| file))
            .or_else(|| value.text.split_once('@').filter(|(name, _)| is_word(name)).map(|(_, file)| file));
        if let Some(file) = file {
            if file == "-" {
                sends |= command.scene.input != Input::None && !matches!(command.scene.input, Input::Text(_));
            } else {
                sends = true;
                walk.file(&value.part(file), Verb::Read, command.scene);
            }
        }
        if !value.is_known && value.text.contains('@') {
            sends = true;
        }
    }
    for value in parsed.values("-F|--form", args) {
        if let Some((_, file)) = value.text.split_once("=@").or_else(|| value.text.split_once("=<")) {
            sends = true;
            walk.file(&value.part(file.split(';').next().unwrap_or(file)), Verb::Read, command.scene);
        }
    }
    for value in parsed.values("-T|--upload-file|--post-file|--body-file", args) {
        sends = true;
        walk.file(&value, Verb::Read, command.scene);
    }
    for value in parsed.values("-K|--config", args) {
        walk.file(&value, Verb::Read, command.scene);
        if !matches!(walk.content_of(&value, command.scene), Some(Content::Text(_))) {
            walk.mark(command.place, danger("unknown-code"));
        }
    }
    let urls: Vec<Arg> = parsed.values("--url", args).chain(command.which("*", 0)).collect();
    let is_local = |arg: &Arg| {
        arg.is_known && address::of_url(&arg.text, "http").is_some_and(|target| address::is_loopback(&target.host))
    };
    if sends && !urls.iter().all(is_local) {
        walk.mark(command.place, danger("upload"));
    }
    let is_plain_get = parsed.holds("!-X|--request|-d|--data|--json|-H|--header|--data-raw|-F", args, false).is_some();
    for url in &urls {
        // Where a plain fetch goes nobody knows; what could answer for somebody is asked about.
        if url.is_known || !is_plain_get {
            walk.url(url, command.scene);
        } else {
            walk.target(None, command.scene);
            let place = walk.atoms.len().saturating_sub(1);
            if let Some(atom) = walk.atoms.get_mut(place) {
                atom.is_pure = true;
            }
        }
        let is_wide =
            ["_delete_by_query", "delete_series", "/_all", "/flushall"].iter().any(|path| url.text.contains(path));
        if is_wide {
            walk.mark(command.place, danger("database-delete"));
        }
    }
    let deletes = parsed.values("-X|--request|--method", args).any(|method| method.text.eq_ignore_ascii_case("delete"));
    if deletes
        && (!urls.iter().all(is_local)
            || urls.iter().any(|url| url.text.contains(":9200") || url.text.contains(":5984")))
    {
        walk.mark(command.place, danger("cloud-delete"));
    }
    for value in parsed.values("--connect-to|--resolve", args) {
        for port in value.text.split(':').filter_map(|part| part.parse::<u16>().ok()) {
            walk.target(Some(address::Target { host: "localhost".to_owned(), port: Some(port) }), command.scene);
        }
    }
    for proxy in parsed.values("-x|--proxy|--preproxy|--socks5|--socks5-hostname|--socks4", args) {
        walk.url(&proxy, command.scene);
    }
    for folder in parsed.values("-P|--directory-prefix|--output-dir", args) {
        for url in &urls {
            let name = url.text.rsplit('/').next().unwrap_or("");
            walk.file(&folder.below(name), Verb::Write, command.scene);
        }
    }
    // What is fetched into a file is the network's.
    for file in parsed.values("-o|--output|-O|--output-document", args) {
        if file.text != "-" {
            walk.file(&file, Verb::Write, command.scene);
            walk.note_write(&file, command.scene, Input::Network, false);
        }
    }
    let names_itself = args.iter().any(|arg| {
        arg.text == "-O"
            || arg.text == "--remote-name"
            || arg.text.starts_with('-') && !arg.text.starts_with("--") && arg.text.contains('O')
    });
    if names_itself || command.name.ends_with("wget") {
        for url in &urls {
            let name = url.text.split(['?', '#']).next().unwrap_or("").rsplit('/').next().unwrap_or("");
            if !name.is_empty() {
                walk.note_write(&url.part(name), command.scene, Input::Network, false);
            }
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

/// `http POST :3000/path name=value`: what is no method is the URL, and without a host it is here.
fn http(walk: &mut Walk, command: &Command) {
    let operands = command.which("*", 0);
    let url = operands.iter().find(|arg| !arg.text.bytes().all(|byte| byte.is_ascii_uppercase()));
    if let Some(url) = url {
        let text = if url.text.starts_with([':', '/']) { ["localhost", &url.text].concat() } else { url.text.clone() };
        walk.url(&Arg { text, ..url.clone() }, command.scene);
    }
}

/// All containers are listed, and then what is listed is stopped or deleted.
fn all(walk: &mut Walk, command: &Command) {
    if matches!(command.which("1", 0).first().map_or("", |arg| arg.text.as_str()), "ps" | "images")
        || command.which("2", 0).first().is_some_and(|arg| matches!(arg.text.as_str(), "ls" | "list"))
    {
        walk.lists_all = true;
    } else if walk.lists_all {
        walk.mark(command.place, danger("container-delete"));
    }
}

/// `socat ADDRESS ADDRESS`: `TCP:host:port,options`.
fn relay(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        let mut parts = arg.text.split([':', ',']).skip(1);
        if let (Some(host), Some(port)) = (parts.next(), parts.next().and_then(|port| port.parse::<u16>().ok())) {
            walk.target(address::of_authority(host, Some(port)), command.scene);
        }
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

fn tar(walk: &mut Walk, command: &Command) {
    // The first word may be letters without a dash.
    let bundle = command.args.first().filter(|arg| !arg.text.starts_with('-')).map_or("", |arg| arg.text.as_str());
    let is =
        |letter: char, test: &str| bundle.contains(letter) || command.parsed.holds(test, command.args, false).is_some();
    let operands = command.which("*", usize::from(!bundle.is_empty()));
    let (file, members) = if bundle.contains('f') {
        (operands.first().cloned(), operands.get(1..).unwrap_or(&[]))
    } else {
        (command.parsed.values("-f|--file", command.args).next(), operands.as_slice())
    };
    let folder: Option<Arg> = command.parsed.values("-C|--directory|--one-top-level", command.args).next();
    if is('c', "-c|--create") || is('r', "-r|--append") || is('u', "-u|--update") {
        file.iter().for_each(|file| walk.file(file, Verb::Write, command.scene));
        members.iter().for_each(|member| walk.file(member, Verb::Read, command.scene));
        if command.parsed.holds("--remove-files", command.args, false).is_some() {
            members.iter().for_each(|member| walk.file(member, Verb::DeleteTree, command.scene));
        }
    } else if is('x', "-x|--extract|--get") {
        let into = folder.unwrap_or_else(|| Arg::known("."));
        walk.file(&into.below("filtered"), Verb::Write, command.scene);
        walk.file(&into, Verb::Write, command.scene);
        // Into the home folder, what starts with every shell may be among it; absolute, anything.
        let path = resolve(&into.text, command.scene.cwd.as_deref(), &walk.around.home);
        let is_home = path.is_some_and(|path| is_below(&walk.around.home, &path));
        if is_home || is('P', "-P|--absolute-names") {
            walk.mark(command.place, danger("persistence"));
        }
    } else if let Some(atom) = walk.atoms.get_mut(command.place) {
        atom.is_pure = true;
    }
    for value in command.parsed.values(
        "--to-command|-I|--use-compress-program|--info-script|-F|--new-volume-script|--rsh-command",
        command.args,
    ) {
        run_code(walk, command, &value);
    }
    for value in command.parsed.values("--checkpoint-action", command.args) {
        if let Some(code) = value.text.strip_prefix("exec=") {
            run_code(walk, command, &value.part(code));
        }
    }
}

fn dd(walk: &mut Walk, command: &Command) {
    let value = |name: &str| command.args.iter().find_map(|arg| arg.text.strip_prefix(name));
    let is_endless = matches!(value("if="), Some("/dev/zero" | "/dev/urandom" | "/dev/random" | "/dev/full"))
        || value("if=").is_none() && command.scene.input == Input::Text(String::new());
    let is_huge = value("bs=").is_some_and(|size| size.ends_with(['G', 'T']))
        && value("count=").is_some_and(|count| count.len() > 2);
    if is_endless && (value("count=").is_none() || is_huge) && value("of=").is_some() {
        walk.mark(command.place, danger("disk-full"));
    }
    for arg in command.args {
        match arg.text.split_once('=') {
            Some(("of", file)) => walk.file(&arg.part(file), Verb::Write, command.scene),
            Some(("if", file)) => walk.file(&arg.part(file), Verb::Read, command.scene),
            Some(_) | None => {}
        }
    }
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
        let holds_secrets = crate::policy::places::resolve(source, command.scene.cwd.as_deref(), &walk.around.home)
            .is_some_and(|path| {
                walk.around.danger_of(&path, Verb::Read, false).is_some()
                    || walk.around.danger_of(&[path.as_str(), "/x"].concat(), Verb::Read, false).is_some()
            });
        if !source.is_empty() && holds_secrets {
            walk.mark(command.place, danger("secret-read"));
        }
        let is_machine = value.text.starts_with("/:")
            || matches!(
                source,
                "/etc"
                    | "/root"
                    | "/var"
                    | "/usr"
                    | "/boot"
                    | "/dev"
                    | "/proc"
                    | "/sys"
                    | "/home"
                    | "/var/run/docker.sock"
                    | "/run/docker.sock"
                    | "/var/lib/docker"
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

/// The commands `e` and `w` of sed, and files that are changed in place.
fn sed(walk: &mut Walk, command: &Command) {
    let mut scripts: Vec<Arg> = command.parsed.values("-e|--expression", command.args).collect();
    for file in command.parsed.values("-f|--file", command.args) {
        match (walk.content_of(&file, command.scene), &command.scene.input) {
            (Some(Content::Text(text)), _) => scripts.push(Arg::known(&text)),
            (None, Input::Text(text)) if is_input(&file) => scripts.push(Arg::known(text)),
            (Some(_) | None, _) => {}
        }
    }
    let has_script = !scripts.is_empty() || command.parsed.holds("-f|--file", command.args, false).is_some();
    let operands = command.which("*", 0);
    let (scripts, files) = match operands.split_first() {
        Some((first, rest)) if !has_script => (vec![first.clone()], rest),
        Some(_) | None => (scripts, operands.as_slice()),
    };
    for script in scripts {
        for line in script.text.split([';', '\n', '{', '}']) {
            let line = line.trim();
            let plain =
                line.trim_start_matches(|sign: char| sign.is_ascii_digit() || matches!(sign, ',' | '$' | '!' | ' '));
            if let Some(code) = plain.strip_prefix("e ") {
                run_code(walk, command, &Arg::known(code));
            } else if plain == "e" {
                walk.doubtful(command.scene, "unknown-code", "sed runs what it reads");
            } else if let Some(file) =
                plain.strip_prefix(['w', 'W']).filter(|file| file.starts_with([' ', '/', '~', '.']))
            {
                walk.file(&Arg::known(file.trim()), Verb::Write, command.scene);
            } else if let Some(file) = plain.strip_prefix("r ") {
                walk.file(&Arg::known(file.trim()), Verb::Read, command.scene);
            } else if let Some(delimiter) = plain
                .strip_prefix('s')
                .and_then(|rest| rest.chars().next())
                .filter(|sign| !sign.is_ascii_alphanumeric())
            {
                let mut parts = plain.splitn(4, delimiter).skip(2);
                let (replacement, flags) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""));
                if let Some((flags, file)) = flags.split_once("w ")
                    && !flags.contains(' ')
                {
                    walk.file(&Arg::known(file), Verb::Write, command.scene);
                } else if flags.len() < 6 && flags.contains('e') {
                    run_code(walk, command, &Arg::known(replacement));
                }
            }
        }
    }
    let is_changed = command.args.iter().any(|arg| {
        arg.text.starts_with("-i")
            || arg.text.starts_with("--in-place")
            || arg.text.starts_with('-') && !arg.text.starts_with("--") && arg.text.ends_with('i')
    });
    for file in files {
        walk.file(file, if is_changed { Verb::Write } else { Verb::Read }, command.scene);
        if is_changed {
            walk.note_write(file, command.scene, Input::Unknown, false);
        }
    }
    if !is_changed && let Some(atom) = walk.atoms.get_mut(command.place) {
        atom.is_pure = true;
    }
}

/// `cp`, `mv`, `ln`, `install`: the last operand, or the folder of `-t`, is written; of a copy its content is known.
fn into(walk: &mut Walk, command: &Command, taken: usize) {
    let folder: Option<Arg> = command.parsed.values("-t|--target-directory", command.args).next();
    let operands = command.which("*", taken);
    let is_link = command.name.ends_with("ln")
        || command.name.ends_with("link")
        || command.name.ends_with("cp")
            && command.parsed.holds("-l|-s|--link|--symbolic-link", command.args, false).is_some();
    let (target, sources) = match (folder, operands.split_last()) {
        (Some(folder), _) => (folder, operands.as_slice()),
        (None, Some((last, most))) if !most.is_empty() => (last.clone(), most),
        // A link alone comes here, under its own name.
        (None, Some((only, _))) if is_link => (only.part(file_name(&only.text)), operands.as_slice()),
        (None, _) => return,
    };
    walk.file(&target, Verb::Write, command.scene);
    let removes = command.name.ends_with("mv");
    for source in sources {
        // Into a folder a file comes under its own name.
        if let Some(name) = source.text.rsplit('/').next()
            && !name.is_empty()
            && (target.text.ends_with('/')
                || target.text.ends_with("..")
                || target.text == "."
                || !target.text.rsplit('/').next().unwrap_or("").contains('.') && target.is_known)
        {
            walk.file(
                &target.part(&[target.text.trim_end_matches('/'), "/", name].concat()),
                Verb::Write,
                command.scene,
            );
        }
        let content = Input::File(source.clone());
        if is_link {
            link(walk, command, source, &target);
            continue;
        }
        // A copy of a program is that program; a secret that is moved stays one.
        let paths = (
            resolve(&target.text, command.scene.cwd.as_deref(), &walk.around.home),
            resolve(&source.text, command.scene.cwd.as_deref(), &walk.around.home),
        );
        if let (Some(copy), Some(real)) = paths {
            let is_program = real.contains("bin/");
            if source.is_output {
                walk.links.push((copy, UNKNOWN.to_string()));
                continue;
            }
            if is_program || removes && walk.around.danger_of(&real, Verb::Read, false).is_some() {
                walk.links.push((copy, real));
            }
        }
        let content = if walk.content_of(source, command.scene).is_some() { content } else { Input::Unknown };
        if content != Input::Unknown {
            walk.note_write(&target, command.scene, content, false);
        }
        if removes {
            walk.file(source, if source.is_known { Verb::DeleteTree } else { Verb::Delete }, command.scene);
        } else {
            walk.file(source, Verb::Read, command.scene);
        }
    }
}

/// A link: what is done to it is done to what it points to. To what is protected there is none.
fn link(walk: &mut Walk, command: &Command, source: &Arg, target: &Arg) {
    let (home, cwd) = (&walk.around.home, command.scene.cwd.as_deref());
    let Some(link) = resolve(&target.text, cwd, home) else { return };
    // A symbolic link counts from the folder it is in, another from here.
    let folder = parent(&link).to_owned();
    let real = [Some(folder.as_str()), cwd].map(|folder| walk.follow(&source.text, folder));
    for real in real.into_iter().flatten() {
        if walk.around.is_protected(&real) || file_name(&real) == ".opencode" {
            walk.mark(command.place, danger("self-protection"));
        }
        if walk.around.danger_of(&real, Verb::Read, false).is_some() {
            walk.file(source, Verb::Read, command.scene);
        }
        let real = if source.is_known { real } else { UNKNOWN.to_string() };
        if !walk.links.iter().any(|(known, to)| *known == link && *to == real) {
            walk.links.push((link.clone(), real.clone()));
            walk.links.push(([link.as_str(), "/", file_name(&source.text)].concat(), real));
        }
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
        let is_key = matches!(
            arg.text.as_str(),
            "Enter" | "C-m" | "C-c" | "C-d" | "Escape" | "Space" | "Tab" | "C-l" | "q" | "C-z"
        );
        if !is_key {
            run_code(walk, command, &arg.part(arg.text.trim_end_matches("\\n").trim_end_matches("^M")));
        }
    }
}

fn is_input(file: &Arg) -> bool {
    matches!(file.text.as_str(), "-" | "/dev/stdin")
}

/// A makefile from standard input: each line of a recipe is shell code.
fn makefile(walk: &mut Walk, command: &Command) {
    let file: Option<Arg> = command.parsed.values("-f|--file|--makefile", command.args).find(|file| !is_input(file));
    let names = file.map_or_else(
        || ["Makefile", "makefile", "GNUmakefile", "justfile", "Justfile"].map(Arg::known).to_vec(),
        |file| vec![file],
    );
    let written = names.iter().find_map(|name| walk.content_of(name, command.scene));
    let input = match written {
        Some(Content::Text(text)) => Input::Text(text),
        Some(Content::Network | Content::Unknown) => Input::Unknown,
        None if command.parsed.values("-f|--file|--makefile", command.args).any(|file| is_input(&file)) => {
            command.scene.input.clone()
        }
        None => Input::None,
    };
    match &input {
        Input::Text(text) => {
            let text = text.clone();
            for line in text.lines() {
                let line = line.trim_start_matches(['\t', '@', '-', ' ']);
                let code = line.split_once("$(shell ").map_or(line, |(_, code)| code);
                if code.contains(' ') {
                    walk.code(
                        code.split_once(": ; ").or_else(|| code.split_once(":;")).map_or(code, |(_, code)| code),
                        Language::Shell,
                        command.scene,
                    );
                }
            }
        }
        Input::None => {}
        Input::File(_) | Input::Names(_) | Input::Network | Input::Unknown => {
            walk.doubtful(command.scene, "unknown-code", "the makefile is made while it runs")
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

/// Scripts of a `package.json` that this session wrote: any of them may run.
fn scripts(walk: &mut Walk, command: &Command) {
    let Some(Content::Text(text)) = walk.content_of(&Arg::known("package.json"), command.scene) else {
        return;
    };
    let Ok(package) = serde_json::from_str::<serde_json::Value>(&text) else { return };
    for code in package
        .get("scripts")
        .and_then(serde_json::Value::as_object)
        .into_iter()
        .flatten()
        .filter_map(|(_, code)| code.as_str())
    {
        walk.code(code, Language::Shell, command.scene);
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
    for arg in operands.filter(|arg| arg.text.contains(['.', '/'])) {
        let Some(path) = resolve(&arg.text, command.scene.cwd.as_deref(), &walk.around.home) else { continue };
        if walk.around.is_protected(&path) {
            walk.file(arg, Verb::Write, command.scene);
        } else if walk.around.danger_of(&path, Verb::Read, false).is_some() {
            walk.file(arg, Verb::Read, command.scene);
        }
    }
}

/// `npm pkg set scripts.x='code'`: it does not run now, and what will is there to be read.
fn assign_scripts(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        if let Some((name, code)) = arg.text.split_once('=')
            && name.starts_with("scripts.")
        {
            run_code(walk, command, &arg.part(code));
        }
    }
}

/// `make CC='code'`, `make --eval='x:;code'`
fn make_variables(walk: &mut Walk, command: &Command) {
    for arg in command.args {
        if let Some((_, code)) = arg.text.split_once('=').filter(|(_, code)| code.contains(' ')) {
            run_code(walk, command, &arg.part(code.split_once(":;").map_or(code, |(_, code)| code)));
        }
    }
}
