//! What becomes of files: archives, copies, links, edits in place.

use super::arg::Arg;
use super::engine::Command;
use super::special::{is_input, run_code};
use crate::policy::danger::danger;
use crate::policy::places::{UNKNOWN, Verb, file_name, is_below, parent, resolve};
use crate::policy::walk::{Input, Walk};
use crate::policy::written::Content;

pub fn tar(walk: &mut Walk, command: &Command) {
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
        // Members count from the folder that is named, the archive does not.
        let mut scene = command.scene.clone();
        if let Some(folder) = &folder {
            scene.cwd = folder.whole().and_then(|folder| walk.resolve(folder, command.scene));
        }
        let removes = command.parsed.holds("--remove-files", command.args, false).is_some();
        for member in members {
            walk.file(member, Verb::Read, &scene);
            if removes {
                walk.file(member, Verb::DeleteTree, &scene);
            }
        }
    } else if is('x', "-x|--extract|--get") {
        let into = folder.unwrap_or_else(|| Arg::known("."));
        let is_fetched = file.is_some_and(|file| walk.content_of(&file, command.scene) == Some(Content::Network));
        if is_fetched || command.scene.input == Input::Network {
            walk.note_write(&into.below(""), command.scene, Input::Network, false);
        }
        walk.file(&into.below("what-is-in-it"), Verb::Write, command.scene);
        walk.file(&into, Verb::Write, command.scene);
        // Into the home folder, what starts with every shell may be among it; absolute, anything.
        let path = walk.resolve(&into.text, command.scene);
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

pub fn dd(walk: &mut Walk, command: &Command) {
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
            Some(("of", file)) => {
                walk.file(&arg.part(file), Verb::Write, command.scene);
                walk.emptied(&arg.part(file), command.scene);
            }
            Some(("if", file)) => walk.file(&arg.part(file), Verb::Read, command.scene),
            Some(_) | None => {}
        }
    }
}

/// The commands `e` and `w` of sed, and files that are changed in place.
pub fn sed(walk: &mut Walk, command: &Command) {
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
    for script in &scripts {
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
                    // What it puts in place of what it read, or what was read itself.
                    let is_known = !replacement.is_empty() && !replacement.contains(['&', '\\']);
                    run_code(walk, command, &Arg { is_known, ..Arg::known(replacement) });
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
        if is_changed && scripts.iter().any(|script| matches!(script.text.as_str(), "d" | "1,$d")) {
            walk.emptied(file, command.scene);
        }
        if is_changed {
            walk.note_write(file, command.scene, Input::Unknown, false);
        }
    }
    if !is_changed && let Some(atom) = walk.atoms.get_mut(command.place) {
        atom.is_pure = true;
    }
}

/// `cp`, `mv`, `ln`, `install`: the last operand, or the folder of `-t`, is written; of a copy its content is known.
pub fn into(walk: &mut Walk, command: &Command, taken: usize) {
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
    if sources.iter().any(|source| source.text == "/dev/null") && !is_link {
        walk.emptied(&target, command.scene);
    }
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
        let paths = (walk.resolve(&target.text, command.scene), walk.resolve(&source.text, command.scene));
        if let (Some(copy), Some(real)) = paths {
            let is_program = real.contains("bin/");
            if source.is_output {
                walk.links.push((copy, UNKNOWN.to_string()));
                continue;
            }
            if is_program || removes && walk.around.is_secret(&real) {
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
        if walk.around.is_secret(&real) {
            walk.file(source, Verb::Read, command.scene);
        }
        let real = if source.is_known { real } else { UNKNOWN.to_string() };
        if !walk.links.iter().any(|(known, to)| *known == link && *to == real) {
            walk.links.push((link.clone(), real.clone()));
            walk.links.push(([link.as_str(), "/", file_name(&source.text)].concat(), real));
        }
    }
}
