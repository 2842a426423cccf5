//! What the commands of one script do together that none of them does alone.

use super::{Input, Scene, Walk};
use crate::policy::action::{ActionKind, Atom};
use crate::policy::address;
use crate::policy::commands::{self, Arg};
use crate::policy::glob::is_one_of;
use crate::policy::places::{file_name, is_below};
use crate::policy::shell::{self, Doubt, Script, Simple, Stdin};

/// What the commands of one script do, each for itself no harm.
#[derive(Default)]
struct Together {
    /// Ends what another command tells it to.
    kills: bool,
    /// Lists processes, and chooses among them.
    lists: bool,
    chooses: bool,
    /// The place of a `pgrep`.
    found: Option<usize>,
    /// Reads a file of secrets into variables, and prints some.
    secrets: bool,
    tells: bool,
    /// Finds files of secrets for another command.
    tells_secret: bool,
    /// Gives all variables to another command.
    sends: bool,
    /// Decodes a text into a word of a command.
    decodes: bool,
    /// Starts something in the background without end, and waits for something.
    forks: bool,
    waits: bool,
}

impl Walk<'_> {
    /// What only several commands of one script say together.
    pub(super) fn together(&mut self, script: &Script, from: usize, scene: &Scene) {
        let mut seen = Together::default();
        let is_fed = script.commands.iter().any(|other| other.stdin != Stdin::Inherited);
        for (place, simple) in script.commands.iter().enumerate() {
            let text = |at: usize| simple.words.get(at).map_or("", |word| word.prefix());
            let has = |name: &str| simple.words.iter().any(|word| word.prefix() == name);
            let is_unknown = |doubt: Doubt| simple.words.iter().skip(1).any(|word| word.doubt() == Some(doubt));
            let is_alone = simple.words.len() == 1;
            let base = file_name(text(0));
            match base {
                "kill" => seen.kills |= is_unknown(Doubt::Substitution),
                "xargs" | "parallel" => seen.kills |= has("kill"),
                "ps" => seen.lists = true,
                "grep" | "egrep" | "rg" => seen.chooses = true,
                "awk" | "sed" => seen.chooses |= text(1).contains('/'),
                "find" | "locate" | "ls" if simple.position.in_substitution => {
                    let argv: Vec<Arg> = simple.words.iter().map(Arg::read).collect();
                    if let Input::Names(names) = commands::output(&argv, &|| Input::None) {
                        let path = |name: &Arg| self.resolve(&name.text, scene);
                        let is_secret = |name: &Arg| path(name).is_some_and(|path| self.around.is_secret(&path));
                        seen.tells_secret |= names.iter().any(is_secret);
                    }
                }
                "pgrep" => seen.found = Some(place),
                "env" | "printenv" | "set" | "export" | "declare" if is_alone => {
                    seen.tells = true;
                    seen.sends |= simple.position.in_substitution || is_fed;
                }
                "echo" | "printf" => seen.tells |= is_unknown(Doubt::Variable) || is_unknown(Doubt::Secret),
                "curl" | "wget" => {
                    let is_told =
                        |word: &shell::Word| word.prefix().starts_with("http") && word.doubt() == Some(Doubt::Variable);
                    seen.tells |= simple.words.iter().any(is_told);
                }
                "source" | "." => {
                    let path = self.resolve(text(1), scene).unwrap_or_default();
                    seen.secrets |= self.around.is_secret(&path);
                }
                "base64" | "base32" | "xxd" | "openssl" | "rev" | "tr" | "uudecode" => {
                    let decodes = ["-d", "--decode", "-D", "-r"].iter().any(|option| has(option)) || base == "rev";
                    let is_text = || matches!(self.input_of(script, simple, 0), Input::Text(text) if !text.is_empty());
                    // In front of a command: what is assigned is seen where it is used.
                    let is_word = simple.position.in_substitution
                        && script.commands.get(place + 1).is_some_and(|next| !next.words.is_empty());
                    seen.decodes |= is_word && decodes && is_text();
                }
                "true" | ":" if is_alone && !simple.position.is_background => {
                    let is_started = |next: &Simple| next.position.is_background && next.position.is_conditional;
                    seen.forks |= script.commands.get(place + 1).is_some_and(is_started);
                }
                "sleep" | "wait" | "break" | "read" | "exit" => seen.waits = true,
                _ => {}
            }
        }
        let is_sent = |atom: &Atom| {
            atom.kind == ActionKind::NetworkAccess && !atom.host.as_deref().is_some_and(address::is_loopback)
        };
        // Who reads the home folder as a whole reads the keys in it.
        let is_home = |atom: &Atom| {
            let place = atom.place.as_ref().filter(|_| atom.kind == ActionKind::FileRead && !atom.is_elsewhere);
            place.is_some_and(|place| is_below(&self.around.home, &place.path))
        };
        let found = self.atoms.get(from..).unwrap_or(&[]);
        if (seen.sends || found.iter().any(is_home)) && found.iter().any(is_sent) {
            self.flag(scene, "upload", None);
        }
        if seen.secrets && seen.tells || seen.tells_secret {
            self.flag(scene, "secret-read", None);
        }
        if seen.decodes {
            self.doubtful(scene, "unknown-code", "a word of it is decoded while it runs");
        }
        if seen.kills && seen.lists && !seen.chooses {
            self.flag(scene, "kill-others", None);
        }
        if seen.forks && !seen.waits {
            self.flag(scene, "fork-bomb", None);
        }
        // What `pgrep` finds is what `pkill` would end.
        if let Some(simple) = seen.found.filter(|_| seen.kills).and_then(|place| script.commands.get(place)) {
            let mut argv: Vec<Arg> = simple.words.iter().map(Arg::read).collect();
            if let Some(name) = argv.first_mut() {
                *name = Arg::known("pkill");
            }
            self.deeper(scene, |walk| walk.run(&argv, scene));
        }
    }
}

/// Tools whose output is made to be read by `eval`.
const HOOKS: &str = "ssh-agent brew conda mamba micromamba mise direnv rbenv pyenv nodenv goenv jenv fnm starship zoxide dircolors opam docker-machine minikube \
    keychain thefuck register-python-argcomplete gh kubectl npm luarocks asdf rtx atuin fzf poetry pip helm rustup resize perlbrew plenv lesspipe gpg-agent volta proto devbox pkgx";

/// Whether this is `eval "$(tool …)"` of a tool that is made for that.
pub(super) fn is_hook(script: &Script, place: usize) -> bool {
    let word =
        |place: usize, at: usize| script.commands.get(place)?.words.get(at)?.known().map(|word| word.into_owned());
    let before = place.checked_sub(1);
    let is_made = |before: usize| {
        let name = word(before, 0).unwrap_or_default();
        script
            .commands
            .get(before)
            .is_some_and(|simple| simple.position.in_substitution && simple.stdin == Stdin::Inherited)
            && is_one_of(HOOKS, file_name(&name))
    };
    let is_eval = word(place, 0).is_some_and(|name| name == "eval")
        && script.commands.get(place).is_some_and(|simple| {
            simple.words.len() == 2 && matches!(simple.words.get(1).map(|word| word.pieces.len()), Some(1))
        });
    is_eval && before.is_some_and(is_made)
}
