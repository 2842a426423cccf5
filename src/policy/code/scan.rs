//! Looks through code for calls that run commands, touch files or load code, with what they are given where that stands there. It is no
//! parser: what hides well enough is not seen, and what is seen may stand in a text.

use super::calls::{Does, MADE, On, does_of};
use super::language::Language;
use super::sql::sql;
use super::suspect;
use super::token::{Kind, Token};
use super::values::{Code, Given, text_of};
use crate::policy::commands::Arg;
use crate::policy::glob::is_one_of;
use crate::policy::places::Verb;
use crate::policy::walk::{Input, Scene, Walk};

/// Texts of one piece of code that are looked at as words of a command.
const TEXTS_MAX: usize = 32;
/// Lines of one kind that are commands.
const PIECES_MAX: usize = 4;
/// Names that calls are given by the code.
const ALIASES_MAX: usize = 16;
/// Steps of the budget for each byte, for each token, and for each token of a call once more.
const BYTE_STEPS: usize = 4;
const TOKEN_STEPS: usize = 12;
const CALL_STEPS: usize = 4;
/// Modules that are known for such calls.
const MODULES: &str = "os fs shutil File FileUtils subprocess child_process Dir Kernel io promises";

/// A piece of code that is looked through.
pub struct Scan<'w, 'g, 'c> {
    pub walk: &'w mut Walk<'g>,
    pub scene: &'c Scene,
    pub code: &'c mut Code<'c>,
    /// Texts that may be words of a command.
    texts: Vec<Arg>,
    /// Other names of calls.
    aliases: Vec<(&'c str, &'c str)>,
    /// Whether something in it decodes, once that was asked.
    pub is_decoding: Option<bool>,
    /// Whether it was more than is read.
    is_cut: bool,
}

/// Looks through code.
pub fn scan(walk: &mut Walk, text: &str, language: Language, scene: &Scene) {
    if language == Language::Sql {
        return sql(walk, text, scene);
    }
    if !walk.budget.spend(text.len() * BYTE_STEPS) {
        return walk.doubtful(scene, "unread", "it is longer than is read");
    }
    let mut code = Code::new(text, language);
    let length = code.tokens.len();
    if !walk.budget.spend(length * TOKEN_STEPS) {
        return walk.doubtful(scene, "unread", "it is longer than is read");
    }
    let (texts, aliases) = (Vec::new(), Vec::new());
    let mut scan = Scan { walk, scene, code: &mut code, texts, aliases, is_decoding: None, is_cut: false };
    for at in 0..length {
        scan.token(at);
        if scan.is_cut {
            return scan.walk.doubtful(scene, "unread", "it is longer than is read");
        }
    }
    scan.lines();
    if scan.starts() {
        suspect(scan.walk, &scan.texts, scene);
    }
    scan.ports();
    scan.tells();
}

impl<'c> Scan<'_, '_, 'c> {
    fn token(&mut self, at: usize) {
        let Some(token) = self.code.token(at) else { return };
        match token.kind {
            Kind::Text => self.text(at, token),
            Kind::Command => self.command(&text_of(token.text, self.code.language)),
            Kind::Words => self.keep(token.text.split_ascii_whitespace().map(Arg::known)),
            Kind::Name => self.named(at, token),
            Kind::Sign(b'[') => self.computed(at),
            Kind::Number | Kind::Sign(_) => {}
        }
    }

    /// Keeps texts that may be words of a command.
    fn keep(&mut self, texts: impl Iterator<Item = Arg>) {
        let room = TEXTS_MAX.saturating_sub(self.texts.len());
        self.texts.extend(texts.take(room));
    }

    /// A text that runs.
    fn command(&mut self, text: &Arg) {
        match text.whole() {
            Some(code) => self.walk.code(code, Language::Shell, self.scene),
            None => self.walk.doubtful(self.scene, "unknown-code", MADE),
        }
    }

    /// A text that stands alone: paths of secrets count, whatever is done with them.
    fn text(&mut self, at: usize, token: Token) {
        let language = self.code.language;
        if self.code.is_joined(at) {
            return;
        }
        // Of awk everything that stands side by side is put together.
        let joined = if language == Language::Awk { Arg::unknown() } else { self.code.value(at).0 };
        let text = if joined.is_known { joined } else { text_of(token.text, language) };
        let before = at.checked_sub(1);
        let is_before = |sign| before.is_some_and(|before| self.code.is_sign(before, sign));
        // $`code` of zx and Bun.
        if language == Language::JavaScript && token.text.starts_with('`') && is_before(b'$') {
            return self.command(&text_of(token.text, language));
        }
        if language == Language::Awk {
            if is_before(b'|') || is_before(b'&') || self.is_piped(at + 1) {
                let scene = Scene { input: Input::Unknown, ..self.scene.clone() };
                return self.walk.code(&text.text, Language::Shell, &scene);
            }
            if is_before(b'>') && self.code.text.contains("print") {
                return self.walk.file(&text, Verb::Write, self.scene);
            }
            if is_before(b'<') && self.code.text.contains("getline") {
                return self.walk.file(&text, Verb::Read, self.scene);
            }
        }
        self.keep(std::iter::once(text.clone()));
        let is_path = text.text.len() < 256
            && !text.text.contains([' ', '\n'])
            && (text.text.starts_with(['/', '~', '.']) && text.text.len() > 3 || text.text.contains(".ssh/"));
        if !is_path || !text.is_known {
            return;
        }
        // `Path("x").write_text("")`: what is done stands behind.
        let verbs = [
            (".write_text(", Verb::Write),
            (".write_bytes(", Verb::Write),
            (".unlink(", Verb::Delete),
            ("deleteDir(", Verb::DeleteTree),
        ];
        for (_, verb) in verbs.iter().filter(|(name, _)| self.code.text.contains(name)) {
            self.walk.file(&text, *verb, self.scene);
        }
        // What stands in front of it may be the home folder.
        let below_home = text.part(&["~", &text.text].concat());
        for path in [text, below_home] {
            let place = self.walk.resolve(&path.text, self.scene);
            if place.is_some_and(|place| self.walk.around.is_secret(&place)) {
                self.walk.file(&path, Verb::Read, self.scene);
            }
        }
    }

    /// `"code" | getline`, and no `||`.
    fn is_piped(&self, at: usize) -> bool {
        self.code.is_sign(at, b'|') && !self.code.is_sign(at + 1, b'|')
    }

    fn named(&mut self, at: usize, token: Token<'c>) {
        let name = self.renamed(at, token.text);
        self.code.learn(at);
        let Some(does) = does_of(name) else { return self.unlisted(at, name) };
        self.alias(at, name);
        if let Some(given) = self.given(at + 1) {
            self.keep(given.args.iter().cloned());
            self.call(name, does, &given, self.on(at));
        } else if does == Does::Eval && self.is_handed_on(at) {
            self.walk.doubtful(self.scene, "unknown-code", "it makes code while it runs");
        }
    }

    /// The name of the call that is meant by this one.
    fn renamed(&self, at: usize, name: &'c str) -> &'c str {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.code.name(at));
        let is_on = |module: &str| before(2) == Some(module) || before(3) == Some(module);
        match name {
            // `System.cmd("rm", …)`, `os:cmd(…)`, `shell('…')` of Prolog, `do shell script "…"` of AppleScript.
            "cmd" | "shell" if is_on("System") || is_on("os") => "system",
            "shell" if self.code.language == Language::Other => "system",
            "sh" if self.code.language == Language::Ruby => "system",
            "script" if before(1) == Some("shell") => "system",
            "write" if is_on("File") || is_on("IO") => "writeFile",
            _ => self.aliases.iter().find(|(alias, _)| *alias == name).map_or(name, |(_, meant)| meant),
        }
    }

    /// What is given to the call whose name stands before this place.
    fn given(&mut self, at: usize) -> Option<Given> {
        let given = self.code.given(at)?;
        self.is_cut |= !self.walk.budget.spend(given.length * CALL_STEPS);
        Some(given)
    }

    /// What a call is called on.
    fn on(&self, at: usize) -> On {
        let before = |back: usize| at.checked_sub(back).and_then(|at| self.code.token(at));
        let Some(sign) = before(1).filter(|sign| matches!(sign.kind, Kind::Sign(b'.' | b':'))) else {
            return On::Nothing;
        };
        match before(2) {
            Some(token) if sign.kind == Kind::Sign(b':') && token.kind == Kind::Sign(b':') => On::Module,
            _ if sign.kind == Kind::Sign(b':') => On::Nothing,
            Some(token) if token.kind == Kind::Sign(b')') => On::Module,
            Some(token) if is_one_of(MODULES, token.text) => On::Module,
            Some(_) | None => On::Thing,
        }
    }

    /// Remembers other names of a call: `from os import system as s`, `{ rmSync: d } = …`, `s = os.system`.
    fn alias(&mut self, at: usize, name: &'c str) {
        let behind = |ahead: usize| self.code.name(at + ahead);
        let other = if behind(1) == Some("as") || self.code.is_sign(at + 1, b':') { behind(2) } else { None };
        // Back over the modules it is in.
        let mut start = at;
        while start > 1 && self.code.is_sign(start - 1, b'.') && self.code.name(start - 2).is_some() {
            start -= 2;
        }
        let is_value = start > 1 && self.code.is_sign(start - 1, b'=') && !self.code.is_sign(at + 1, b'(');
        let other = other.or_else(|| self.code.name(start.checked_sub(2).filter(|_| is_value)?));
        if let Some(other) = other.filter(|_| self.aliases.len() < ALIASES_MAX) {
            self.aliases.push((other, name));
        }
    }

    /// `.then(eval)`: it is called by another.
    fn is_handed_on(&self, at: usize) -> bool {
        at.checked_sub(1).is_some_and(|before| self.code.is_sign(before, b'(') || self.code.is_sign(before, b','))
            && (self.code.is_sign(at + 1, b')') || self.code.is_sign(at + 1, b','))
    }

    /// `require("fs")["rm" + "Sync"](…)`
    fn computed(&mut self, at: usize) {
        let is_member = at
            .checked_sub(1)
            .and_then(|before| self.code.token(before))
            .is_some_and(|before| matches!(before.kind, Kind::Name | Kind::Sign(b')' | b']')));
        if !is_member || !matches!(self.code.language, Language::JavaScript | Language::Php | Language::Python) {
            return;
        }
        let (name, end) = self.code.value(at + 1);
        if !(self.code.is_sign(end, b']') && self.code.is_sign(end + 1, b'(') && name.is_known) {
            return;
        }
        if let (Some(does), Some(given)) = (does_of(&name.text), self.given(end + 1)) {
            self.call(&name.text, does, &given, On::Module);
        }
    }

    /// Names that do nothing by themselves, and yet say something.
    fn unlisted(&mut self, at: usize, name: &str) {
        let language = self.code.language;
        let loads = name == "require" && language == Language::JavaScript || name == "__import__";
        if loads && self.given(at + 1).is_some_and(|given| given.args.first().is_some_and(|arg| !arg.is_known)) {
            self.walk.doubtful(self.scene, "unknown-code", "it loads a module whose name is made while it runs");
        }
    }

    /// Lines that are commands in some languages: `!rm x` of IPython; `exec rm x` and `file delete x` of Tcl;
    /// `execute_process(COMMAND rm x)` of CMake.
    fn lines(&mut self) {
        let text = self.code.text;
        if self.code.language == Language::Python {
            for code in text.lines().filter_map(|line| line.strip_prefix('!')) {
                self.walk.code(code, Language::Shell, self.scene);
            }
        }
        if self.code.language != Language::Other {
            return;
        }
        let pieces = |word: &'static str| {
            let rests = text.split(word).skip(1).take(PIECES_MAX);
            rests.map(|rest| rest.split(['\n', ';', '"', ']', ')']).next().unwrap_or(""))
        };
        self.keep(pieces("exec ").map(Arg::known));
        pieces("COMMAND ").for_each(|code| self.walk.code(code, Language::Shell, self.scene));
        for word in pieces("file delete").flat_map(str::split_ascii_whitespace) {
            if !word.starts_with('-') {
                self.walk.file(&Arg::known(word), Verb::DeleteTree, self.scene);
            }
        }
    }
}
