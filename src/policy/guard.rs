//! Self-protection: what the model may not do to the gate that judges it. No rule opens it.

use super::action::{ActionKind, Atom};
use super::address::is_loopback;
use super::call::Surroundings;
use super::danger::{Danger, danger};
use super::glob::{could_be, is_one_of, matches};
use super::places::{UNKNOWN, Verb, file_name, is_below};

/// What is protected wherever it stands, in small letters.
const NAMES: &[&str] = &[
    "**/.opencode/swarm",
    "**/.opencode/swarm/**",
    "**/.opencode/swarm.json",
    "**/.opencode/plugin",
    "**/.opencode/plugin/**",
    "**/.opencode/plugins",
    "**/.opencode/plugins/**",
    "**/opencode/plugin/**",
    "**/opencode/plugins/**",
    "**/opencode/plugin",
    "**/opencode/plugins",
    "**/opencode/swarm.json",
    "**/node_modules/opencode-swarm-pack",
    "**/node_modules/opencode-swarm-pack/**",
    "**/state/opencode-swarm-pack",
    "**/state/opencode-swarm-pack/**",
    "**/opencode-swarm-pack.js",
    "**/packages/opencode-swarm-pack*",
    "**/packages/opencode-swarm-pack*/**",
];
/// What is only changed with a question.
const ASKED: &[&str] = &[
    "**/opencode.json",
    "**/opencode.jsonc",
    "**/.opencode/tool/**",
    "**/.opencode/tools/**",
    "**/.opencode/package.json",
];
/// What nobody reads: the token that approves.
const TOKENS: &[&str] =
    &["**/.opencode/swarm/control*", "**/opencode-swarm-pack/*/control*", "**/.opencode/swarm/*token*"];
/// What only a person runs.
const COMMANDS: &[&str] = &["approve", "deny", "outbox", "init"];
/// What starts a command line tool of a package.
const RUNNERS: &str =
    "npx bunx pnpx npm pnpm yarn bun node nodejs deno opencode-swarm-pack swarm-pack tsx sh bash uvx corepack volta";

impl Surroundings {
    /// Whether a path is, or is in, what no call may change.
    pub(super) fn is_protected(&self, path: &str) -> bool {
        self.protected.iter().any(|protected| is_below(path, protected))
            || is_ours(path) && NAMES.iter().any(|pattern| is_named(pattern, path))
    }

    /// The rule of self-protection that an action hits.
    pub(super) fn guard(&self, atom: &Atom) -> Option<&'static Danger> {
        match atom.kind {
            ActionKind::CommandExec => self.guard_command(&atom.argv),
            ActionKind::FileWrite | ActionKind::FileRead => {
                let place = atom.place.as_ref()?;
                let real = place.real.as_deref().and_then(|real| self.guard_path(real, atom.verb));
                super::danger::worse(self.guard_path(&place.path, atom.verb), real)
            }
            ActionKind::NetworkAccess => {
                let is_control = atom.port.is_some_and(|port| self.control_ports.contains(&port));
                match &atom.host {
                    Some(host) if is_control && is_loopback(host) => danger("self-protection"),
                    Some(host) if is_control && !host.contains('.') => danger("self-protection-ask"),
                    Some(_) => None,
                    None if self.control_ports.is_empty() || atom.doubt.is_none() || atom.is_pure => None,
                    None => danger("self-protection-ask"),
                }
            }
            ActionKind::ToolUse => None,
        }
    }

    fn guard_path(&self, path: &str, verb: Verb) -> Option<&'static Danger> {
        if verb == Verb::Read {
            let is_token = TOKENS.iter().any(|pattern| is_named(pattern, path))
                || self
                    .protected
                    .iter()
                    .any(|protected| is_below(path, protected) && file_name(path).starts_with("control"));
            return danger("self-protection").filter(|_| is_token || self.may_be_token(path));
        }
        if self.is_protected(path) {
            return danger("self-protection");
        }
        let is_tree = matches!(verb, Verb::DeleteTree | Verb::ChangeTree);
        // Dependencies are deleted and installed again all day, this package among them.
        let holds = |folder: &str| self.protected.iter().any(|protected| is_below(protected, folder));
        if is_tree
            && file_name(path) != "node_modules"
            && verb == Verb::DeleteTree
            && (holds(path) || file_name(path) == ".opencode")
        {
            return danger("self-protection");
        }
        if path.contains(['*', '?', '[', '(', UNKNOWN]) && self.could_be_protected(path) {
            return danger("self-protection");
        }
        if file_name(path) == ".opencode" {
            return danger("self-protection-ask");
        }
        danger("self-protection-ask").filter(|_| is_ours(path) && ASKED.iter().any(|pattern| is_named(pattern, path)))
    }

    /// A pattern of the shell that hits what is protected.
    fn could_be_protected(&self, path: &str) -> bool {
        let sure = path.split(['*', '?', '[', '(', UNKNOWN]).next().unwrap_or("");
        // Of what begins anywhere nothing is said.
        // Every folder above it counts, too: what is protected is below.
        let could_be = |path: &str, protected: &str| {
            could_be(path, protected)
                || path
                    .match_indices('/')
                    .skip(1)
                    .any(|(at, _)| path.get(..at).is_some_and(|folder| could_be(folder, protected)))
        };
        let is_near = sure.len() > self.root.len() && is_below(sure, &self.root) || sure.contains("opencode");
        let folder = [self.root.as_str(), "/.opencode/swarm.json"].concat();
        let plugins = [self.root.as_str(), "/.opencode/plugins/x.js"].concat();
        is_near
            && (self.protected.iter().any(|protected| could_be(path, protected))
                || could_be(path, &folder)
                || could_be(path, &plugins)
                || self.may_be_token(path))
    }

    fn may_be_token(&self, path: &str) -> bool {
        if !path.contains(['*', '?', '[', '(', UNKNOWN]) {
            return false;
        }
        let folder = super::places::parent(path);
        let is_state = |folder: &str| {
            is_named("**/.opencode/swarm", folder) || self.protected.iter().any(|protected| folder == protected)
        };
        let mut whole = self.root.clone();
        whole.push_str("/.opencode/swarm/control.token");
        is_state(folder) || could_be(path, &whole)
    }

    fn guard_command(&self, argv: &[String]) -> Option<&'static Danger> {
        let (name, args) = argv.split_first()?;
        // Whoever answers an approval names it.
        let is_answer = args.windows(2).any(
            |pair| matches!(pair, [verb, id] if matches!(verb.as_str(), "approve" | "deny") && id.starts_with("apr_")),
        );
        if is_answer {
            return danger("self-protection");
        }
        let base = file_name(name);
        let is_runner = is_one_of(RUNNERS, base) || self.is_tool(name);
        if !is_runner {
            return None;
        }
        let place = argv.iter().position(|word| self.is_tool(word))?;
        let verb = argv.get(place + 1..)?.iter().find(|word| !word.starts_with('-'))?;
        if COMMANDS.contains(&verb.as_str()) || verb.contains(UNKNOWN) {
            return danger("self-protection");
        }
        None
    }

    /// Whether a word names our command line tool.
    fn is_tool(&self, word: &str) -> bool {
        let base = file_name(word);
        let name = base.split('@').next().unwrap_or(base);
        let is_named = is_one_of("opencode-swarm-pack swarm-pack opencode-swarm-pack.js swarm-pack.js", name);
        is_named
            || base == "cli.js"
                && (word.contains("opencode-swarm-pack")
                    || word.ends_with("pkg/cli.js")
                    || self.protected.iter().any(|protected| word.starts_with(protected.as_str()))
                    || word == "cli.js"
                    || word == "./cli.js")
    }
}

/// Whether the host's name is in it: it is in all that is protected by name.
fn is_ours(path: &str) -> bool {
    path.as_bytes().windows(8).any(|part| part.eq_ignore_ascii_case(b"opencode"))
}

/// Case counts for nothing: some file systems do not keep it.
fn is_named(pattern: &str, path: &str) -> bool {
    matches(pattern, path, Some(b'/'), true)
}
