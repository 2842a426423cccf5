//! What is told of a call that the gate looked at: every text redacted whole, then cut.

use super::Pack;
use super::gate::{Asked, Ruling, decided};
use crate::address::host_and_port;
use crate::config::Decision;
use crate::event::approval::RequestDetails;
use crate::event::fit::cut;
use crate::event::policy::{AtomTold, PolicyDecision};
use crate::event::tool::Redactions;
use crate::host::argument;
use crate::input::{CallFacts, Permission};
use crate::limits::{ATOMS_MAX, COMMAND_BYTES_MAX, TEXT_BYTES_MAX};
use crate::policy::Judged;

/// Patterns of an ask of the host that are told.
const PATTERNS_MAX: usize = 8;

/// What must not be told of one call. A value that its command calls secret is one, also where a part of the command is told
/// alone and nothing there says so.
#[derive(Debug, Default)]
pub(super) struct Telling {
    hidden: Vec<String>,
    /// An argument of the call was called sensitive: of what it would do, nothing is told that was read from its arguments.
    pub is_silent: bool,
    pub redactions: Redactions,
}

impl Pack {
    /// Begins to tell of a call.
    pub(super) fn telling(&self, tool: &str, facts: &CallFacts) -> Telling {
        let texts = [&facts.command, &facts.url];
        let mut hidden = Vec::new();
        for text in texts.into_iter().flatten() {
            let found = self.redactor.redact(text).redactions;
            hidden.extend(found.iter().filter_map(|found| text.get(found.start..found.end)).map(str::to_owned));
        }
        hidden.retain(|secret| !secret.trim().is_empty());
        let given = [
            (facts.command.is_some(), argument::COMMAND),
            (!facts.paths.is_empty(), argument::files(tool)),
            (facts.url.is_some(), argument::URL),
        ];
        let is_silent = given.into_iter().any(|(is_given, name)| is_given && self.redactor.is_sensitive(tool, name));
        Telling { hidden, is_silent, redactions: Redactions::default() }
    }

    /// A text as it may be told of a call: redacted whole, without what is secret elsewhere in it, then cut.
    pub(super) fn tell_text(&self, text: &str, bytes_max: usize, telling: &mut Telling) -> String {
        let mut told = self.told_within(text, usize::MAX, &mut telling.redactions);
        for secret in &telling.hidden {
            if let Some(without) = without(&told, secret) {
                telling.redactions.count += 1;
                told = without;
            }
        }
        cut(&told, bytes_max)
    }

    /// The same for a text that was read from the arguments of the call.
    fn tell_argument(&self, text: &str, bytes_max: usize, telling: &mut Telling) -> String {
        if telling.is_silent { silence(&mut telling.redactions) } else { self.tell_text(text, bytes_max, telling) }
    }

    fn say(&self, text: &str, telling: &mut Telling) -> String {
        self.tell_text(text, TEXT_BYTES_MAX, telling)
    }

    pub(super) fn told_decision(&self, asked: &Asked, ruling: &Ruling) -> PolicyDecision {
        let mut telling = self.telling(&asked.tool, &asked.facts);
        let evaluation = &ruling.evaluation;
        let details = self.details(&asked.tool, &asked.facts, &evaluation.atoms, &mut telling);
        let atoms = &evaluation.atoms;
        let strictest_first = [Decision::Deny, Decision::Prompt, Decision::Allow];
        let ordered =
            strictest_first.iter().flat_map(|decision| atoms.iter().filter(move |judged| judged.decision == *decision));
        let omitted = atoms.len().saturating_sub(ATOMS_MAX) as u64;
        let atoms = ordered.take(ATOMS_MAX).map(|judged| self.told_atom(judged, &mut telling)).collect();
        PolicyDecision {
            tool: details.tool.unwrap_or_default(),
            call_id: asked.call_id.clone(),
            action: evaluation.action.as_str(),
            decision: decided(ruling.decision),
            would: (evaluation.would != evaluation.decision).then(|| decided(evaluation.would)),
            cause: ruling.cause,
            rule: self.say(&evaluation.rule, &mut telling),
            reason: self.say(&self.folders.without_home(&evaluation.reason), &mut telling),
            command: details.command,
            cwd: details.cwd,
            path: details.path,
            size_bytes: details.size_bytes,
            insertions: details.insertions,
            deletions: details.deletions,
            host: details.host,
            port: details.port,
            atoms,
            atoms_omitted: (omitted > 0).then_some(omitted),
            redactions: super::report::some(telling.redactions),
        }
    }

    /// What a call is about: what its arguments say, and where they do not, the first thing that it would do.
    pub(super) fn details(
        &self,
        tool: &str,
        facts: &CallFacts,
        atoms: &[Judged],
        telling: &mut Telling,
    ) -> RequestDetails {
        let mut places = atoms.iter().filter_map(|judged| judged.atom.place.as_ref());
        let path = facts.paths.first().map(|path| self.folders.shown(path));
        let path = path.or_else(|| places.next().map(|place| self.folders.shown(&place.path)));
        let address = facts.url.as_deref().and_then(host_and_port);
        let of_atom = || {
            let mut hosts = atoms.iter().map(|judged| &judged.atom);
            hosts.find_map(|atom| Some((atom.host.clone()?, atom.port)))
        };
        let (host, port) = match address {
            Some((host, port)) => (Some(host), Some(port)),
            None => of_atom().map_or((None, None), |(host, port)| (Some(host), port)),
        };
        let cwd = match (&facts.cwd, &facts.command) {
            (Some(cwd), _) => Some(self.folders.shown(cwd)),
            (None, Some(_)) => Some(self.folders.shown(&self.boot.directory)),
            (None, None) => None,
        };
        RequestDetails {
            tool: Some(self.say(tool, telling)),
            permission: None,
            patterns: Vec::new(),
            command: facts.command.as_deref().map(|it| self.tell_argument(it, COMMAND_BYTES_MAX, telling)),
            cwd: cwd.map(|cwd| self.say(&cwd, telling)),
            path: path.map(|path| self.tell_argument(&path, TEXT_BYTES_MAX, telling)),
            size_bytes: facts.size_bytes,
            insertions: facts.insertions,
            deletions: facts.deletions,
            host: host.map(|host| self.tell_argument(&host, TEXT_BYTES_MAX, telling)),
            port,
        }
    }

    pub(super) fn details_of_host(&self, permission: &Permission, redactions: &mut Redactions) -> RequestDetails {
        let address = permission.url.as_deref().and_then(host_and_port);
        let is_silent = self.is_about_a_sensitive_argument(&permission.name);
        let name = self.told(&permission.name, redactions);
        let mut told = |text: &str| match is_silent {
            true => silence(redactions),
            false => self.told(&self.folders.shown(text), redactions),
        };
        RequestDetails {
            tool: None,
            permission: Some(name),
            patterns: permission.patterns.iter().take(PATTERNS_MAX).map(|pattern| told(pattern)).collect(),
            command: permission.command.as_deref().map(&mut told),
            path: permission.path.as_deref().map(&mut told),
            host: address.as_ref().map(|(host, _)| told(host)),
            port: address.map(|(_, port)| port),
            ..RequestDetails::default()
        }
    }

    /// Whether a permission of the host is about a tool whose argument was called sensitive.
    fn is_about_a_sensitive_argument(&self, permission: &str) -> bool {
        let is_sensitive = |tool: &str, name: &str| self.redactor.is_sensitive(tool, name);
        match permission {
            "bash" => is_sensitive("bash", argument::COMMAND),
            "edit" => ["write", "edit", "apply_patch"].iter().any(|tool| is_sensitive(tool, argument::files(tool))),
            "webfetch" => is_sensitive(permission, argument::URL),
            _ => is_sensitive(permission, argument::FILE),
        }
    }

    fn told_atom(&self, judged: &Judged, telling: &mut Telling) -> AtomTold {
        let atom = &judged.atom;
        let place = atom.place.as_ref();
        AtomTold {
            action: atom.kind.as_str(),
            decision: decided(judged.decision),
            rule: self.say(&judged.rule, telling),
            command: (!atom.argv.is_empty()).then(|| self.tell_argument(&atom.argv.join(" "), TEXT_BYTES_MAX, telling)),
            path: place.map(|place| self.tell_argument(&self.folders.shown(&place.path), TEXT_BYTES_MAX, telling)),
            is_inside: place.map(|place| place.is_inside),
            host: atom.host.as_deref().map(|host| self.tell_argument(host, TEXT_BYTES_MAX, telling)),
            port: atom.port,
            doubt: atom.doubt,
        }
    }
}

/// What stands in place of what nobody may be told.
fn silence(redactions: &mut Redactions) -> String {
    const RULE: &str = "argument";
    redactions.count += 1;
    if !redactions.rules.iter().any(|known| known == RULE) {
        redactions.rules.push(RULE.to_owned());
    }
    ["[redacted:", RULE, "]"].concat()
}

/// A text without a secret, if it has it. A short one is only found where it stands alone: else it would be everywhere.
fn without(text: &str, secret: &str) -> Option<String> {
    const MARK: &str = "[redacted]";
    if text.eq_ignore_ascii_case(secret) {
        return Some(MARK.to_owned());
    }
    // Hosts are told in small letters; ASCII letters alone keep their places.
    let (small, secret) = (text.to_ascii_lowercase(), secret.to_ascii_lowercase());
    if secret.len() < ALONE_BYTES_MAX || !small.contains(&secret) {
        return None;
    }
    let mut rest = 0;
    let mut left = String::with_capacity(text.len());
    while let Some(found) = small.get(rest..).and_then(|small| small.find(&secret)) {
        left.push_str(text.get(rest..rest + found).unwrap_or_default());
        left.push_str(MARK);
        rest += found + secret.len();
    }
    left.push_str(text.get(rest..).unwrap_or_default());
    Some(left)
}

/// A secret shorter than this is only found where it stands alone.
const ALONE_BYTES_MAX: usize = 4;
