//! Reads a row of the table against the words of a command.

use super::arg::{Arg, joined};
use super::row::{Parsed, Row};
use super::special;
use crate::policy::action::ActionKind;
use crate::policy::address;
use crate::policy::code::Language;
use crate::policy::danger::danger;
use crate::policy::glob::is_one_of;
use crate::policy::places::{UNKNOWN, Verb, file_name};
use crate::policy::shell::Doubt;
use crate::policy::walk::{Input, Scene, Walk};

/// What writes about a file, not into it.
const KEEPERS: &str = "touch mkdir chmod chown chgrp setfacl chattr";

/// A command that is being looked at.
pub struct Command<'a> {
    /// Its words without the name.
    pub args: &'a [Arg],
    /// Its name.
    pub name: &'a str,
    /// Options and operands.
    pub parsed: Parsed<'a>,
    /// The place of its atom.
    pub place: usize,
    /// Where it stands.
    pub scene: &'a Scene,
}

/// Does what the row says about these words; the command itself is the atom at `place`.
pub fn apply(walk: &mut Walk, row: &Row, argv: &[Arg], place: usize, scene: &Scene) {
    let Some((name, args)) = argv.split_first() else { return };
    let command = Command { args, name: &name.text, parsed: row.parse(args), place, scene };
    if row.is_helpful() && command.parsed.holds("--help|-help", args, false).is_some() {
        return;
    }
    let first = command.which("1", 0);
    if let Some(first) = first.first().filter(|first| !first.is_known) {
        let pattern = first.text.replace(UNKNOWN, "*");
        walk.mark(place, danger("unknown-command").filter(|_| row.may_be_dangerous(&pattern)));
    }
    let has_input = scene.input != Input::None;
    for (tests, effects) in row.clauses() {
        if let Some(taken) = command.parsed.holds(tests, args, has_input) {
            for effect in effects.split_ascii_whitespace() {
                command.effect(walk, effect, taken);
            }
        }
    }
}

impl Command<'_> {
    /// The words an effect is about.
    pub fn which(&self, which: &str, taken: usize) -> Vec<Arg> {
        if let Some(names) = which.strip_prefix('=') {
            return self.parsed.values(names, self.args).collect();
        }
        if which == "--" {
            return self.args.iter().skip_while(|arg| arg.text != which).skip(1).cloned().collect();
        }
        let operands = self.parsed.operands.get(taken..).unwrap_or(&[]);
        let chosen = match which {
            "*" => operands,
            "-" => operands.split_last().map_or(&[][..], |(_, most)| most),
            "-1" => operands.split_last().map_or(operands, |_| operands.get(operands.len() - 1..).unwrap_or(&[])),
            _ => match which.split_once('-') {
                Some((from, _)) => operands.get(number(from)..).unwrap_or(&[]),
                None => operands.get(number(which)..=number(which)).unwrap_or(&[]),
            },
        };
        chosen.iter().filter_map(|&at| self.args.get(at)).cloned().collect()
    }

    /// The words from an operand on, options and all.
    pub fn rest(&self, which: &str, taken: usize) -> &[Arg] {
        let from = number(which.trim_end_matches('-')) + taken;
        self.parsed.operands.get(from).and_then(|&at| self.args.get(at..)).unwrap_or(&[])
    }

    fn effect(&self, walk: &mut Walk, effect: &'static str, taken: usize) {
        let scene = self.scene;
        if let Some(name) = effect.strip_prefix('+') {
            return walk.noted.push(name);
        }
        if let Some((name, rule)) = effect.split_once('?') {
            return walk.mark(self.place, danger(rule).filter(|_| walk.noted.contains(&name)));
        }
        if let Some(rule) = effect.strip_prefix('!') {
            return walk.mark(self.place, danger(rule));
        }
        if let Some(name) = effect.strip_prefix('&') {
            return special::run(walk, self, name, taken);
        }
        match effect {
            "pure" => {
                if let Some(atom) = walk.atoms.get_mut(self.place) {
                    atom.is_pure = true;
                }
                return;
            }
            "n" => return walk.somewhere(),
            _ => {}
        }
        let Some((kind, which)) = effect.split_at_checked(1) else { return };
        match kind {
            "r" => self.files(walk, Verb::Read, which, taken),
            "w" => self.files(walk, Verb::Write, which, taken),
            "d" => self.files(walk, Verb::Delete, which, taken),
            "t" => self.files(walk, Verb::DeleteTree, which, taken),
            "m" => self.files(walk, Verb::ChangeTree, which, taken),
            "u" => self.which(which, taken).iter().for_each(|arg| walk.url(arg, scene)),
            "h" => {
                for arg in self.which(which, taken) {
                    let given = if arg.text.contains("://") {
                        arg.text.clone()
                    } else {
                        [self.name, "://", &arg.text].concat()
                    };
                    let mut target = address::of_url(&given, "").filter(|_| arg.is_known);
                    if let (Some(target), Some(port)) = (&mut target, self.port(taken)) {
                        target.port = Some(port);
                    }
                    walk.target(target);
                }
            }
            "g" => self.which(which, taken).iter().for_each(|arg| {
                if let Some(target) = address::of_remote(&arg.text) {
                    walk.target(Some(target));
                } else if !arg.is_known {
                    walk.somewhere();
                }
            }),
            "x" | "X" => self.command(walk, self.rest(which, taken), kind == "X"),
            "s" | "S" => self.shell(walk, which, taken, kind == "S"),
            // On another machine: folders are its own, and nothing there is the project.
            "R" => {
                let scene = Scene { cwd: None, ..scene.clone() };
                let remote = Command {
                    args: self.args,
                    name: self.name,
                    parsed: Parsed { options: self.parsed.options.clone(), operands: self.parsed.operands.clone() },
                    place: self.place,
                    scene: &scene,
                };
                let from = walk.atoms.len();
                remote.shell(walk, which, taken, false);
                // What is read there does not leave here.
                walk.atoms
                    .iter_mut()
                    .skip(from)
                    .for_each(|atom| atom.is_elsewhere |= atom.kind == ActionKind::FileRead);
            }
            "c" | "f" => {
                let Some((language, which)) = which.split_once(':') else { return };
                let language = Language::named(language);
                if which == "<" {
                    return walk.input_run(&scene.input.clone(), language, scene);
                }
                for arg in self.which(which, taken) {
                    match (kind, arg.whole()) {
                        ("f", _) if arg.text == "-" => walk.input_run(&scene.input.clone(), language, scene),
                        ("f", _) => {
                            if language == Language::Shell {
                                walk.strange(&arg, scene);
                            }
                            walk.run_file(&arg, language, scene);
                        }
                        (_, Some(code)) => walk.code(code, language, scene),
                        (_, None) => self.doubtful_code(walk),
                    }
                }
            }
            _ => {}
        }
    }

    /// The port that is named: `-p 22`, or a number behind the host.
    fn port(&self, taken: usize) -> Option<u16> {
        let option: Option<Arg> = self.parsed.values("-p|--port", self.args).next();
        option.or_else(|| self.which("2", taken).pop())?.text.parse().ok()
    }

    fn files(&self, walk: &mut Walk, verb: Verb, which: &str, taken: usize) {
        for arg in self.which(which, taken) {
            walk.file(&arg, verb, self.scene);
            if verb != Verb::Write {
                continue;
            }
            if self.name.ends_with("tee") {
                walk.note_write(&arg, self.scene, self.scene.input.clone(), false);
            } else if !is_one_of(KEEPERS, file_name(self.name))
                && (walk.content_of(&arg, self.scene).is_some() || self.name.ends_with("xxd"))
            {
                walk.note_write(&arg, self.scene, Input::Unknown, false);
            }
        }
    }

    /// A command inside of this one; assignments may stand before it.
    pub fn command(&self, walk: &mut Walk, argv: &[Arg], is_elsewhere: bool) {
        let folder: Option<Arg> = self
            .parsed
            .values("-C|--chdir|-D|-w|--workdir", self.args)
            .next()
            .filter(|_| matches!(file_name(self.name), "env" | "sudo" | "docker" | "podman"));
        let cwd = match &folder {
            Some(folder) => folder.whole().and_then(|folder| walk.resolve(folder, self.scene)),
            None => self.scene.cwd.clone(),
        };
        let scene = Scene { cwd, is_elsewhere: is_elsewhere || self.scene.is_elsewhere, ..self.scene.clone() };
        let mut argv = argv;
        while let Some((first, rest)) = argv.split_first()
            && let Some((name, value)) = first.text.split_once('=')
            && !name.is_empty()
            && (name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') || name.starts_with("BASH_FUNC_"))
        {
            walk.variable(name, &first.part(value), &scene);
            argv = rest;
        }
        if let Some((first, rest)) = argv.split_first()
            && first.text == "--"
        {
            argv = rest;
        }
        if !argv.is_empty() {
            walk.deeper(&scene, |walk| walk.run(argv, &scene));
        }
    }

    fn shell(&self, walk: &mut Walk, which: &str, taken: usize, is_elsewhere: bool) {
        let scene = Scene { is_elsewhere: is_elsewhere || self.scene.is_elsewhere, ..self.scene.clone() };
        if which == "<" {
            return walk.input_run(&scene.input.clone(), Language::Shell, &scene);
        }
        let words = if which == "*" || which.ends_with('-') && which != "-" {
            vec![self.rest(if which == "*" { "1" } else { which }, taken).to_vec()]
        } else {
            self.which(which, taken).into_iter().map(|arg| vec![arg]).collect()
        };
        for words in &words {
            let words = words.strip_prefix(&[Arg::known("--")][..]).unwrap_or(words);
            if words.is_empty() {
                continue;
            }
            match joined(words) {
                Some(code) => walk.code(&code, Language::Shell, &scene),
                None => self.doubtful_code(walk),
            }
        }
    }

    /// Code of which something is not known.
    fn doubtful_code(&self, walk: &mut Walk) {
        walk.doubtful(self.scene, "unknown-code", "a part of the code it runs is not known");
    }
}

/// Operands are counted from one.
fn number(text: &str) -> usize {
    text.parse::<usize>().unwrap_or(1).saturating_sub(1)
}

/// The built-in rule for what the shell reader could not know.
pub const fn rule_of(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Code
        | Doubt::File
        | Doubt::Substitution
        | Doubt::Parameter
        | Doubt::Variable
        | Doubt::Secret
        | Doubt::Arithmetic
        | Doubt::Input => "unknown-code",
        Doubt::Syntax | Doubt::Bounds => "unread",
    }
}

/// A doubt in words.
pub const fn words_of(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::Variable | Doubt::Secret => "a variable is not known",
        Doubt::Substitution => "the output of a command is not known",
        Doubt::Parameter => "a parameter is not known",
        Doubt::Arithmetic => "a number is not known",
        Doubt::Input => "what it reads is not known",
        Doubt::Code => "it makes code while it runs",
        Doubt::File => "it runs a file of commands that is not known",
        Doubt::Syntax => "it is no shell code that can be read",
        Doubt::Bounds => "it is longer or deeper than is read",
    }
}
