//! From scripts and commands to atomic actions.
//!
//! Works off what the shell reader gives and what the table of commands says. Code inside of code draws on one budget.

mod files;
#[cfg(test)]
mod tests;
mod together;

use together::is_hook;

use super::action::{ActionKind, Atom};
use super::address;
use super::call::Surroundings;
use super::code;
use super::commands::{self, Arg, Names};
use super::danger::{Danger, danger, worse};
use super::glob::is_one_of;
use super::places::{UNKNOWN, Verb, file_name, resolve};
use super::shell::{self, Budget, Cwd, Given, RedirectKind, Script, Simple, Stdin};
use super::written::{Content, Written};

/// Atoms of one call: more than any work needs; what is beyond is not read, and the call says so.
const ATOMS_MAX: usize = 192;
/// Words of one command, its assignments or its redirects: beyond it nobody reads them.
const WORDS_MAX: usize = 512;
/// Commands inside of commands (`env nice timeout …`, code in code).
const DEPTH_MAX: usize = 24;

/// Collects the actions of one call.
pub struct Walk<'g> {
    pub(super) around: &'g Surroundings,
    pub(super) names: &'g Names,
    /// What the session wrote before this call.
    pub(super) written: &'g Written,
    /// What this call writes on its way, the last one last.
    pub(super) writes: Vec<(String, Content)>,
    /// What was found.
    pub(super) atoms: Vec<Atom>,
    /// Links this call makes: what stands for what.
    pub(super) links: Vec<(String, String)>,
    /// Folders that this call searches for commands, before those of the system.
    path_folders: Vec<String>,
    /// Whether files were listed.
    pub(super) lists: bool,
    /// Whether files outside of the project were listed: then a loop over names may be about them.
    pub(super) looks_outside: bool,
    /// What rows noted of the commands so far: what one makes possible, another does.
    pub(super) noted: Vec<&'static str>,
    /// Whether it was said that there are more actions than are taken.
    is_cut: bool,
    /// Whether what is read now may be no command at all.
    pub(super) is_suspecting: bool,
    pub(super) budget: Budget,
    depth: usize,
}

/// Where a command stands.
#[derive(Clone, Debug, Default)]
pub struct Scene {
    /// Its folder; nothing where that is not known.
    pub cwd: Option<String>,
    /// On another machine, or in a container.
    pub is_elsewhere: bool,
    /// In a body that may run never or often.
    pub is_conditional: bool,
    /// What it reads from standard input.
    pub input: Input,
}

/// What stands at standard input.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Input {
    /// Nothing that comes from the script.
    #[default]
    None,
    /// This text.
    Text(String),
    /// This file.
    File(Arg),
    /// The names of files, from what lists them.
    Names(Vec<Arg>),
    /// What came from the network.
    Network,
    /// What cannot be known.
    Unknown,
}

impl<'g> Walk<'g> {
    pub fn new(around: &'g Surroundings, names: &'g Names, written: &'g Written) -> Self {
        Self {
            around,
            names,
            written,
            writes: Vec::new(),
            atoms: Vec::new(),
            links: Vec::new(),
            path_folders: Vec::new(),
            lists: false,
            looks_outside: false,
            noted: Vec::new(),
            is_cut: false,
            is_suspecting: false,
            budget: Budget::default(),
            depth: 0,
        }
    }

    /// Goes one level deeper, unless that is too deep: then that is an action of its own.
    pub(super) fn deeper(&mut self, scene: &Scene, go: impl FnOnce(&mut Self)) {
        if self.depth >= DEPTH_MAX || self.atoms.len() >= ATOMS_MAX {
            self.doubtful(scene, "unread", "it is longer or deeper than is read");
            return;
        }
        self.depth += 1;
        go(self);
        self.depth -= 1;
    }

    /// Reads shell code and takes all its commands.
    pub fn shell(&mut self, source: &str, scene: &Scene) {
        self.shell_given(source, &[], scene);
    }

    /// The same with parameters.
    pub(super) fn shell_given(&mut self, source: &str, vars: &[(String, shell::Word)], scene: &Scene) {
        let around = self.around;
        let given = Given {
            home: &around.home,
            user: &around.user,
            cwd: scene.cwd.as_deref().unwrap_or(&around.directory),
            vars,
        };
        let script = shell::read(source, &given, &mut self.budget);
        self.script(&script, scene);
    }

    /// Takes all commands of a script.
    pub fn script(&mut self, script: &Script, scene: &Scene) {
        if script.is_fork_bomb {
            self.flag(scene, "fork-bomb", None);
        }
        for doubt in &script.doubts {
            self.doubtful(scene, commands::rule_of(*doubt), commands::words_of(*doubt));
        }
        let sends = self.atoms.len();
        for (place, simple) in script.commands.iter().enumerate() {
            if is_hook(script, place) {
                continue;
            }
            if self.atoms.len() >= ATOMS_MAX {
                self.doubtful(scene, "unread", "it has too many commands to be read");
                return;
            }
            self.simple(script, simple, scene);
        }
        self.together(script, sends, scene);
    }

    fn simple(&mut self, script: &Script, simple: &Simple, outer: &Scene) {
        let cwd = match &simple.cwd {
            Cwd::Start => outer.cwd.clone(),
            Cwd::At(path) => self.resolve(path, outer),
            Cwd::Unknown => None,
        };
        if simple.words.len().max(simple.env.len()).max(simple.redirects.len()) > WORDS_MAX {
            return self.doubtful(outer, "unread", "it has more words than are read");
        }
        let mut input = self.input_of(script, simple, 0);
        if input == Input::None {
            input = outer.input.clone();
        }
        let scene = Scene {
            cwd,
            is_elsewhere: outer.is_elsewhere,
            is_conditional: outer.is_conditional || simple.position.is_conditional,
            input,
        };
        let argv: Vec<Arg> = simple.words.iter().map(Arg::read).collect();
        for (name, value) in &simple.env {
            self.variable(name, &Arg::read(value), &scene);
        }
        if !argv.is_empty() {
            self.deeper(&scene, |walk| walk.run(&argv, &scene));
        }
        for redirect in &simple.redirects {
            let verb = match redirect.kind {
                RedirectKind::Read => Verb::Read,
                RedirectKind::Write | RedirectKind::Append | RedirectKind::ReadWrite => Verb::Write,
            };
            let target = Arg::read(&redirect.target);
            if !self.device_of_shell(&target, &argv) {
                self.file(&target, verb, &scene);
            }
            let is_endless =
                argv.iter().any(|arg| matches!(arg.text.as_str(), "/dev/zero" | "/dev/urandom" | "/dev/random"))
                    && argv.len() == 2
                    || argv.first().is_some_and(|name| file_name(&name.text) == "yes");
            if verb == Verb::Write && is_endless && !target.text.starts_with("/dev/") {
                self.flag(&scene, "disk-full", None);
            }
            if redirect.kind == RedirectKind::Write && is_silent(&argv) {
                self.emptied(&target, &scene);
            }
            if verb == Verb::Write && redirect.descriptor == 1 {
                let is_more = redirect.kind != RedirectKind::Write;
                let content = self.output_of(script, simple, 0);
                self.note_write(&target, &scene, content, is_more);
            }
        }
    }

    /// `/dev/tcp/host/port`: files only bash knows. A shell on them is a shell for whoever is there.
    fn device_of_shell(&mut self, target: &Arg, argv: &[Arg]) -> bool {
        let Some(rest) = target.text.strip_prefix("/dev/tcp/").or_else(|| target.text.strip_prefix("/dev/udp/")) else {
            return false;
        };
        let (host, port) = rest.split_once('/').unwrap_or((rest, ""));
        let found = address::of_authority(host, port.parse().ok());
        let is_local = found.as_ref().is_some_and(|target| address::is_loopback(&target.host));
        let is_shell = argv.first().is_some_and(|name| file_name(&name.text).ends_with("sh"));
        self.target(found.filter(|_| target.is_known));
        let place = self.atoms.len().saturating_sub(1);
        self.mark(place, danger(if is_shell { "remote-shell" } else { "upload" }).filter(|_| !is_local));
        true
    }

    /// What stands at the standard input of a command.
    fn input_of(&self, script: &Script, simple: &Simple, depth: usize) -> Input {
        match &simple.stdin {
            Stdin::Inherited => Input::None,
            Stdin::Text(word) => word.known().map_or(Input::Unknown, |text| Input::Text(text.into_owned())),
            Stdin::File(word) => Input::File(Arg::read(word)),
            Stdin::Pipe(place) => match script.commands.get(*place) {
                Some(before) if depth < DEPTH_MAX => self.output_of(script, before, depth + 1),
                Some(_) | None => Input::Unknown,
            },
        }
    }

    /// What a command prints, as far as that can be known.
    fn output_of(&self, script: &Script, simple: &Simple, depth: usize) -> Input {
        let argv: Vec<Arg> = simple.words.iter().map(Arg::read).collect();
        commands::output(&argv, &|| self.input_of(script, simple, depth))
    }

    /// A variable that makes another program run something.
    pub(super) fn variable(&mut self, name: &str, value: &Arg, scene: &Scene) {
        const CODE: &str = "GIT_SSH_COMMAND GIT_SSH GIT_EDITOR GIT_SEQUENCE_EDITOR EDITOR VISUAL PAGER GIT_PAGER MANPAGER GIT_EXTERNAL_DIFF \
            GIT_ASKPASS SSH_ASKPASS SUDO_ASKPASS PROMPT_COMMAND LESSOPEN LESSCLOSE BROWSER GIT_PROXY_COMMAND RSYNC_RSH CVS_RSH SUDO_EDITOR";
        let is = |names: &str| is_one_of(names, name);
        // Those that matter are written large.
        if !name.starts_with(|sign: char| sign.is_ascii_uppercase()) {
            return;
        }
        if name.starts_with("BASH_FUNC_") {
            return self.doubtful(scene, "unknown-code", "it gives a command another meaning");
        }
        if name == "PATH" {
            let folders = value.text.split(':').filter(|folder| !folder.is_empty() && !folder.contains(UNKNOWN));
            let folders: Vec<String> = folders.filter_map(|folder| self.resolve(folder, scene)).collect();
            return self.path_folders.extend(folders);
        }
        let has_code = value.text.contains("$(") || value.text.contains('`');
        if is(
            "SWARM_POLICY SWARM_PACK SWARM_CONFIG SWARM_CONTROL OPENCODE_CONFIG OPENCODE_CONFIG_CONTENT OPENCODE_CONFIG_DIR OPENCODE_PURE OPENCODE_PERMISSION OPENCODE_DISABLE_PROJECT_CONFIG",
        ) {
            self.flag(scene, "self-protection-ask", None);
        } else if is("PS0 PS1 PS2 PS4") && has_code {
            let code = value.text.clone();
            self.deeper(scene, |walk| walk.shell(&code, scene));
        } else if is("LD_PRELOAD LD_AUDIT DYLD_INSERT_LIBRARIES PERL5OPT PERL5DB RUBYOPT PYTHONSTARTUP GCONV_PATH") {
            self.doubtful(scene, "unknown-code", "it loads code into every program");
        } else if name.starts_with("GIT_CONFIG_") && value.text != "/dev/null" && name != "GIT_CONFIG_NOSYSTEM" {
            self.doubtful(scene, "unknown-code", "settings of git may run programs");
        } else if is("BASH_ENV ENV") && has_code {
            let code = value.text.clone();
            self.deeper(scene, |walk| walk.shell(&code, scene));
        } else if is("VIMINIT EXINIT") {
            let code = value.text.trim_start_matches([':', '!']).to_owned();
            self.deeper(scene, |walk| walk.shell(&code, scene));
        } else if is("BASH_ENV ENV ZDOTDIR") {
            self.strange(value, scene);
            self.deeper(scene, |walk| walk.run_file(value, code::Language::Shell, scene));
        } else if is(CODE) && !value.text.is_empty() {
            match value.whole() {
                Some(code) => {
                    let code = code.to_owned();
                    self.deeper(scene, |walk| walk.shell(&code, scene));
                }
                None => self.doubtful(scene, "unknown-code", "a variable names a program"),
            }
        } else if name == "NODE_OPTIONS"
            && ["-r ", "--require", "import", "loader"].iter().any(|option| value.text.contains(option))
            && value.text.contains(['/', '.', UNKNOWN])
        {
            self.doubtful(scene, "unknown-code", "it loads code into every program");
        }
    }

    /// A command with all its words.
    pub fn run(&mut self, argv: &[Arg], scene: &Scene) {
        let Some(name) = argv.first() else { return };
        if !name.text.contains('/')
            && let Some(path) = self.shadowed(&name.text)
        {
            let mut argv = argv.to_vec();
            argv.splice(..1, [Arg::known(&path)]);
            return self.run(&argv, scene);
        }
        let row = self.names.row(file_name(&name.text)).unwrap_or(&commands::ANY);
        if argv.len() > WORDS_MAX || !self.budget.spend(row.cost(argv.len())) {
            return self.doubtful(scene, "unread", "it has more words than are read");
        }
        let place = self.atoms.len();
        self.command(argv, scene);
        let linked = name
            .whole()
            .filter(|name| name.contains('/'))
            .and_then(|name| self.linked(name, scene.cwd.as_deref()))
            .unwrap_or_default();
        let base = if linked.is_empty() { file_name(&name.text) } else { file_name(&linked) };
        if is_one_of("find ls fd cat grep rg tree locate du git", base) {
            self.lists = true;
            self.looks_outside |= argv.iter().skip(1).any(|arg| self.is_outside(arg, scene));
        }
        if base.is_empty() || base.contains(UNKNOWN) || name.is_glob || !name.is_known && !name.text.contains('/') {
            self.mark(place, danger("unknown-command"));
            if let Some(atom) = self.atoms.get_mut(place) {
                atom.doubt = Some("the name of the command is not known");
            }
            // What it does with these words is not known, but what they hold may be a command, too.
            return;
        }
        // What this session wrote is what it says, whatever its name.
        let is_written = name.text.contains('/') && self.content_of(name, scene).is_some();
        match self.names.row(base).filter(|_| !is_written) {
            Some(row) => self.deeper(scene, |walk| commands::apply(walk, row, argv, place, scene)),
            None if name.text.contains('/') => {
                let name = name.clone();
                self.deeper(scene, |walk| walk.run_file(&name, code::Language::Shell, scene));
            }
            None => self.deeper(scene, |walk| commands::apply(walk, &commands::ANY, argv, place, scene)),
        }
    }

    /// The path that a word means where it stands.
    #[inline(never)]
    pub(super) fn resolve(&self, path: &str, scene: &Scene) -> Option<String> {
        resolve(path, scene.cwd.as_deref(), &self.around.home)
    }

    /// What there is before something is read that may be no command.
    pub(super) const fn mark_certain(&self) -> (usize, usize, usize) {
        (self.atoms.len(), self.writes.len(), self.links.len())
    }

    /// Of what was found since then only what is dangerous for certain; whether there is any.
    pub(super) fn keep_certain(&mut self, mark: (usize, usize, usize)) -> bool {
        let found = self.atoms.split_off(mark.0.min(self.atoms.len()));
        self.writes.truncate(mark.1);
        self.links.truncate(mark.2);
        let before = self.atoms.len();
        // That there were too many counts, whatever they were.
        let (around, is_cut) = (self.around, self.is_cut);
        self.atoms.extend(found.into_iter().filter(|atom| {
            let by_place =
                atom.place.as_ref().and_then(|place| around.danger_of(&place.path, atom.verb, atom.is_elsewhere));
            let by_itself = atom.danger.filter(|danger| atom.doubt.is_none() && !danger.id.starts_with("un"));
            is_cut && atom.danger.is_some_and(|danger| danger.id == "unread")
                || by_itself.or(by_place).is_some()
                || around.guard(atom).is_some_and(|danger| danger.id == "self-protection")
        }));
        self.atoms.len() > before
    }

    /// Standard input that is run as code.
    pub(super) fn input_run(&mut self, input: &Input, language: code::Language, scene: &Scene) {
        let inner = Scene { input: Input::None, ..scene.clone() };
        match input {
            Input::None => {}
            Input::Text(text) => self.code(text, language, &inner),
            Input::File(file) => self.run_file(file, language, &inner),
            Input::Network => self.flag(scene, "remote-code", None),
            Input::Names(_) | Input::Unknown => {
                self.doubtful(scene, "unknown-code", "what it runs is made while it runs")
            }
        }
    }

    /// Code of a language.
    pub(super) fn code(&mut self, text: &str, language: code::Language, scene: &Scene) {
        self.deeper(scene, |walk| {
            if language == code::Language::Shell {
                walk.shell(text, scene);
            } else {
                code::scan(walk, text, language, scene);
            }
        });
    }

    /// An action for a command; what makes it dangerous comes later.
    fn command(&mut self, argv: &[Arg], scene: &Scene) {
        if self.is_full(scene) {
            return;
        }
        let argv = argv.iter().map(|arg| arg.text.clone()).collect();
        self.atoms.push(Atom { argv, cwd: scene.cwd.clone(), ..Atom::new(ActionKind::CommandExec) });
    }

    /// Adds a danger to an atom that is there already.
    pub(super) fn mark(&mut self, place: usize, found: Option<&'static Danger>) {
        if let Some(atom) = self.atoms.get_mut(place) {
            atom.danger = worse(atom.danger, found);
        }
    }

    /// A danger of the last command, or of the script as a whole.
    pub(super) fn flag(&mut self, scene: &Scene, rule: &str, doubt: Option<&'static str>) {
        if self.is_full(scene) {
            return;
        }
        let atom = Atom::new(ActionKind::CommandExec);
        self.atoms.push(Atom { cwd: scene.cwd.clone(), danger: danger(rule), doubt, ..atom });
    }

    /// Something that could not be read.
    pub(super) fn doubtful(&mut self, scene: &Scene, rule: &str, doubt: &'static str) {
        self.flag(scene, rule, Some(doubt));
    }

    /// Whether no more is taken; once that is an action of its own, however many came at a time before.
    fn is_full(&mut self, scene: &Scene) -> bool {
        let is_full = self.atoms.len() >= ATOMS_MAX;
        if is_full && !std::mem::replace(&mut self.is_cut, true) {
            let doubt = Some("it touches too much to be read");
            let atom = Atom::new(ActionKind::CommandExec);
            self.atoms.push(Atom { cwd: scene.cwd.clone(), danger: danger("unread"), doubt, ..atom });
        }
        is_full
    }

    /// A URL that is contacted; what is none is a file.
    pub(super) fn url(&mut self, arg: &Arg, scene: &Scene) {
        if arg.text.starts_with("file:") {
            let path = arg.text.trim_start_matches("file:").trim_start_matches("//");
            let path = if path.starts_with('/') { path.to_owned() } else { ["/", path].concat() };
            return self.file(&arg.part(&path), Verb::Read, scene);
        }
        self.target(address::of_url(&arg.text, "http"));
    }

    /// A host that is contacted.
    pub(super) fn target(&mut self, target: Option<address::Target>) {
        let doubt = if target.is_none() { Some("the host is not known") } else { None };
        let (host, port) = target.map_or((None, None), |target| (Some(target.host), target.port));
        self.network(Atom { host, port, doubt, ..Atom::new(ActionKind::NetworkAccess) });
    }

    /// A port of this machine.
    pub(super) fn port(&mut self, port: u16) {
        self.target(Some(address::Target { host: "localhost".to_owned(), port: Some(port) }));
    }

    /// The network, wherever the tool is set up to go.
    pub(super) fn somewhere(&mut self) {
        self.network(Atom::new(ActionKind::NetworkAccess));
    }

    fn network(&mut self, atom: Atom) {
        if !self.is_full(&Scene::default()) {
            self.atoms.push(atom);
        }
    }
}

/// Whether a command prints nothing, or no more than the end of a line.
fn is_silent(argv: &[Arg]) -> bool {
    match argv {
        [] => true,
        [name] => matches!(name.text.as_str(), ":" | "true" | "echo" | "printf"),
        [name, file] => name.text == "cat" && file.text == "/dev/null",
        _ => false,
    }
}
