//! What finds files and hands them to another command: `find`, `fd`, `xargs`.

use super::arg::Arg;
use super::engine::Command;
use crate::policy::code::Language;
use crate::policy::danger::danger;
use crate::policy::glob::is_one_of;
use crate::policy::places::{Verb, file_name};
use crate::policy::walk::{Input, Scene, Walk};

/// Tests by which `find` chooses, each with a value.
const CHOICES: &str = "-name -iname -path -ipath -regex -iregex -wholename -mtime -mmin -newer -size -atime -ctime -cmin -amin -perm -user -xtype -inum -samefile";
/// Endings of what people write by hand.
const SOURCES: &str = "ts tsx js jsx py rs go java kt rb php c cc cpp h hpp cs swift ex exs erl scala clj dart lua sh tf proto graphql md json yaml yml sql html css scss vue svelte";

fn is_or(arg: &Arg) -> bool {
    arg.text == "-o" || arg.text == "-or"
}

/// In how many ways `find` chooses among what it finds. What all things pass is no choice, and what some do not pass is none.
fn choices(args: &[Arg]) -> usize {
    // `-o` is another way to be found: where that is no choice, everything is found.
    if args.iter().any(is_or) {
        return args.split(is_or).map(choices).min().unwrap_or(0);
    }
    let is_not = |at: usize| {
        at.checked_sub(1).and_then(|at| args.get(at)).is_some_and(|arg| arg.text == "!" || arg.text == "-not")
    };
    let is_choice = |at: usize, test: &str| {
        let value = args.get(at + 1).map_or("", |arg| arg.text.as_str());
        let is_all = matches!(value, "" | "*" | "**" | ".*" | "*.*" | "?*" | "./*")
            || test.ends_with("time") && value.starts_with('-');
        test == "-empty" || is_one_of(CHOICES, test) && !is_all
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
    choices(args) == 1 && found.iter().any(are_sources_of_all)
}

fn are_sources_of_all(arg: &Arg) -> bool {
    let (folder, name) = arg.text.rsplit_once('/').unwrap_or((".", &arg.text));
    name.strip_prefix("*.").is_some_and(|ending| {
        matches!(folder, "." | "src" | "./src" | "lib" | "app" | "tests") && is_one_of(SOURCES, ending)
    })
}

/// Whether this is a file that people write, or several.
pub fn are_sources(arg: &Arg) -> bool {
    // An empty one of these makes a folder a package.
    let name = file_name(&arg.text);
    name != "__init__.py" && name.rsplit_once('.').is_some_and(|(_, ending)| is_one_of(SOURCES, ending))
}

pub fn find(walk: &mut Walk, command: &Command) {
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
                if !is_chosen && name == "truncate" {
                    found.iter().for_each(|root| walk.file(root, Verb::DeleteTree, command.scene));
                }
                let from = walk.atoms.len();
                command.command(walk, &filled(inner, "{}", &found), false);
                // What is done to every file of a folder leaves nothing of it, whichever way it is done.
                let deletes = walk.atoms.iter().skip(from).any(|atom| atom.verb == Verb::Delete);
                if !is_chosen && deletes {
                    found.iter().for_each(|root| walk.file(root, Verb::DeleteTree, command.scene));
                }
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

/// What leaves nothing of a file: of all files below a folder, nothing of the folder.
fn unlinks(name: &str) -> bool {
    matches!(name, "rm" | "unlink" | "truncate" | "shred" | "srm")
}

/// `fd pattern folders -x command`
pub fn fd(walk: &mut Walk, command: &Command) {
    let is_exec = |arg: &Arg| matches!(arg.text.as_str(), "-x" | "-X" | "--exec" | "--exec-batch");
    let Some(at) = command.args.iter().position(is_exec) else { return };
    let (before, inner) = command.args.split_at_checked(at).unwrap_or((command.args, &[]));
    let mut words = before.iter().filter(|arg| !arg.text.starts_with('-') && arg.text.len() > 1 || arg.text == ".");
    let pattern = words.next();
    let is_all = pattern.is_none_or(|pattern| pattern.text == ".");
    // A pattern that is a name finds what has it.
    let name = pattern.map_or("", |pattern| pattern.text.trim_matches(['^', '$', '\\']));
    let name = if name.contains(['*', '+', '?', '[', '(', '|', '\\']) { "filtered" } else { name };
    let mut roots: Vec<Arg> = words.cloned().collect();
    if roots.is_empty() {
        roots.push(Arg::known("."));
    }
    let found: Vec<Arg> = roots.into_iter().map(|root| if is_all { root } else { root.below(name) }).collect();
    let mut inner = inner.get(1..).unwrap_or(&[]).to_vec();
    if !inner.iter().any(|arg| arg.text.contains('{')) {
        inner.push(Arg::known("{}"));
    }
    let is_source = before.windows(2).any(|pair| {
        matches!(pair, [option, ending] if matches!(option.text.as_str(), "-e" | "--extension") && is_one_of(SOURCES, &ending.text))
    });
    if is_source && inner.first().is_some_and(|name| unlinks(&name.text)) {
        walk.mark(command.place, danger("discard-changes"));
    }
    if is_all && inner.first().is_some_and(|name| unlinks(&name.text)) {
        found.iter().for_each(|root| walk.file(root, Verb::DeleteTree, command.scene));
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
            let is_glob = found.iter().any(|arg| arg.is_glob);
            out.push(Arg { text: word.text.replace(sign, first), is_known, is_glob, ..Arg::default() });
        } else {
            out.push(word.clone());
        }
    }
    out
}

/// Commands that one `xargs -I` may run before the rest counts as unread.
const EACH_MAX: usize = 64;

pub fn xargs(walk: &mut Walk, command: &Command) {
    let file: Option<Arg> = command.parsed.values("-a|--arg-file", command.args).next();
    let input = file.clone().map_or_else(|| command.scene.input.clone(), Input::File);
    file.iter().for_each(|file| walk.file(file, Verb::Read, command.scene));
    let delimiter: Option<Arg> = command.parsed.values("-d|--delimiter", command.args).next();
    let delimiter =
        delimiter.map(|sign| if sign.text.ends_with('n') { '\n' } else { sign.text.chars().next().unwrap_or(' ') });
    let sign: Option<Arg> = command.parsed.values("-I|-i|--replace|-J", command.args).next();
    let is_listed = matches!(input, Input::Names(_));
    let found: Vec<Arg> = match input {
        Input::Text(text) if command.parsed.holds("-0|--null", command.args, false).is_some() => {
            text.split('\0').map(|word| Arg::known(word.trim_end_matches('\n'))).collect()
        }
        // With a sign each line is one word.
        Input::Text(text) if sign.is_some() || delimiter.is_some() => {
            text.split(delimiter.unwrap_or('\n')).map(|line| Arg::known(line.trim())).collect()
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
    if rest.first().is_some_and(|name| name.text == "rm") {
        for arg in &found {
            // Of a folder that was listed all files go.
            let path = walk.resolve(&arg.text, &scene).filter(|_| is_listed);
            walk.mark(
                command.place,
                path.and_then(|path| walk.around.danger_of(&path, Verb::DeleteTree, scene.is_elsewhere)),
            );
            walk.mark(command.place, danger("discard-changes").filter(|_| are_sources_of_all(arg)));
        }
    }
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
    inner.extend(found);
    walk.deeper(&scene, |walk| walk.run(&inner, &scene));
}
