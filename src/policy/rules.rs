//! The rules of the user.

use super::action::{ActionKind, Atom};
use super::address;
use super::call::Surroundings;
use super::commands::{Arg, Names};
use super::glob::matches;
use super::places::{UNKNOWN, Verb, file_name, is_below, resolve};
use crate::config::{CommandWord, Decision, HostPattern, Rule, RuleWord, Target};

/// Whether a rule is about an action.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Match {
    /// It is.
    Yes,
    /// It may be: what would tell is not known.
    Maybe,
    /// It is not.
    No,
}

impl Match {
    const fn of(is_match: bool) -> Self {
        if is_match { Self::Yes } else { Self::No }
    }
}

/// What rules are held against.
pub struct Matcher<'a> {
    /// Where the pack runs.
    pub around: &'a Surroundings,
    /// What is known of tools.
    pub names: &'a Names,
}

impl Matcher<'_> {
    /// Whether the rule is about this action. A rule that allows needs certainty.
    pub fn matches(&self, rule: &Rule, atom: &Atom) -> Match {
        let found = match (&rule.target, atom.kind) {
            (Target::Command(words), ActionKind::CommandExec) => {
                self.command(words, &atom.argv, rule.action != Decision::Allow)
            }
            (Target::FileWrite(patterns), ActionKind::FileWrite)
            | (Target::FileRead(patterns), ActionKind::FileRead) => self.path(patterns, atom, rule.action),
            (Target::NetworkAccess(patterns), ActionKind::NetworkAccess) => host(patterns, atom),
            (Target::ToolUse(patterns), ActionKind::ToolUse) => {
                let tool = atom.tool.as_deref().unwrap_or("");
                Match::of(patterns.iter().any(|pattern| matches(pattern, tool, None, false)))
            }
            (
                Target::Command(_)
                | Target::FileWrite(_)
                | Target::FileRead(_)
                | Target::NetworkAccess(_)
                | Target::ToolUse(_),
                _,
            ) => Match::No,
        };
        if found == Match::Maybe && rule.action == Decision::Allow { Match::No } else { found }
    }

    /// The words of the rule stand at the begin of the command, options and their values aside.
    fn command(&self, words: &[CommandWord], argv: &[String], is_wide: bool) -> Match {
        let (Some((first, rest)), Some((name, args))) = (words.split_first(), argv.split_first()) else {
            return Match::No;
        };
        let is = |word: &CommandWord, text: &str| {
            word.alternatives().iter().any(|pattern| matches(pattern, text, None, false))
        };
        if name.contains(UNKNOWN) && file_name(name).contains(UNKNOWN) {
            return Match::Maybe;
        }
        if !is(first, name) && !is(first, file_name(name)) {
            return Match::No;
        }
        if rest.is_empty() {
            return Match::Yes;
        }
        let args: Vec<Arg> =
            args.iter().map(|text| Arg { is_known: !text.contains(UNKNOWN), ..Arg::known(text) }).collect();
        let row = self.names.row(file_name(name));
        let parsed = row.map(|row| row.parse(&args));
        let operands: Vec<usize> = match &parsed {
            Some(parsed) => parsed.operands.clone(),
            None => (0..args.len()).filter(|&at| args.get(at).is_some_and(|arg| !arg.text.starts_with('-'))).collect(),
        };
        let mut place = 0;
        for word in rest {
            let is_option = word.alternatives().iter().all(|pattern| pattern.starts_with('-'));
            if is_option {
                let has = |pattern: &RuleWord| match &parsed {
                    Some(parsed) => {
                        parsed.holds(pattern, &args, false).is_some()
                            || args.iter().any(|arg| matches(pattern, &arg.text, None, false))
                    }
                    None => args.iter().any(|arg| matches(pattern, &arg.text, None, false)),
                };
                if !word.alternatives().iter().any(has) {
                    return if args.iter().any(|arg| !arg.is_known) { Match::Maybe } else { Match::No };
                }
                continue;
            }
            let mut at = operands.get(place).and_then(|&at| args.get(at).map(|arg| (at, arg)));
            // What follows an option of a tool nobody knows may be its value.
            while is_wide
                && parsed.is_none()
                && let Some((index, arg)) = at
                && !is(word, &arg.text)
                && index
                    .checked_sub(1)
                    .and_then(|before| args.get(before))
                    .is_some_and(|before| before.text.starts_with('-') && !before.text.contains('='))
            {
                place += 1;
                at = operands.get(place).and_then(|&at| args.get(at).map(|arg| (at, arg)));
            }
            match at {
                Some((_, arg)) if is(word, &arg.text) => place += 1,
                Some((_, arg)) if !arg.is_known => return Match::Maybe,
                Some(_) | None => return Match::No,
            }
        }
        Match::Yes
    }

    fn path(&self, patterns: &[RuleWord], atom: &Atom, action: Decision) -> Match {
        let Some(place) = &atom.place else { return Match::Maybe };
        let hits = |path: &str, shown: &str| patterns.iter().any(|pattern| self.hits(pattern, path, shown, atom.verb));
        let as_named = hits(&place.path, &place.shown);
        let as_real = place.real.as_ref().map(|real| {
            let shown =
                real.strip_prefix(self.around.root.as_str()).map_or(real.as_str(), |rest| rest.trim_start_matches('/'));
            hits(real, shown)
        });
        // What is allowed is allowed by name and in truth; what is not, by either.
        let found = if action == Decision::Allow {
            as_named && as_real.unwrap_or(true)
        } else {
            as_named || as_real.unwrap_or(false)
        };
        match (found, atom.doubt) {
            (true, None) => Match::Yes,
            (true, Some(_)) => Match::Maybe,
            (false, Some(_)) if place.path.starts_with("/…") => Match::Maybe,
            (false, _) => Match::No,
        }
    }

    fn hits(&self, pattern: &str, path: &str, shown: &str, verb: Verb) -> bool {
        let slash = Some(b'/');
        if !pattern.contains('/') {
            return matches(pattern, file_name(path), slash, false) || matches(pattern, shown, slash, false);
        }
        let whole = match pattern.strip_prefix("**") {
            Some(_) => pattern.to_owned(),
            None => resolve(pattern, Some(&self.around.root), &self.around.home).unwrap_or_default(),
        };
        if matches(&whole, path, slash, false) || matches(pattern, shown, slash, false) {
            return true;
        }
        // A folder that goes takes what is in it along.
        let sure = whole.split(['*', '?']).next().unwrap_or("").trim_end_matches('/');
        matches!(verb, Verb::DeleteTree | Verb::ChangeTree) && sure.len() > 1 && is_below(sure, path)
    }

    /// Whether an example is what the rule is about. Commands are told apart by the caller.
    pub fn is_example(&self, rule: &Rule, example: &str) -> bool {
        let mut atom = Atom::new(match &rule.target {
            Target::Command(_) => ActionKind::CommandExec,
            Target::FileWrite(_) => ActionKind::FileWrite,
            Target::FileRead(_) => ActionKind::FileRead,
            Target::NetworkAccess(_) => ActionKind::NetworkAccess,
            Target::ToolUse(_) => ActionKind::ToolUse,
        });
        match &rule.target {
            Target::Command(_) => return false,
            Target::FileWrite(_) | Target::FileRead(_) => {
                atom.verb = if atom.kind == ActionKind::FileRead { Verb::Read } else { Verb::Write };
                atom.place =
                    resolve(example, Some(&self.around.root), &self.around.home).map(|path| self.around.place(path));
            }
            Target::NetworkAccess(_) => {
                let target = address::of_url(example, "https");
                atom.port = target.as_ref().and_then(|target| target.port);
                atom.host = target.map(|target| target.host);
            }
            Target::ToolUse(_) => atom.tool = Some(example.to_owned()),
        }
        self.matches(rule, &atom) == Match::Yes
    }
}

/// `host`, `host:port`; `*.x` is `x`, too.
fn host(patterns: &[HostPattern], atom: &Atom) -> Match {
    let Some(host) = &atom.host else {
        // A tool that goes wherever it is set up to go is only what a rule for all hosts is about.
        let is_all = patterns.iter().any(|pattern| pattern.as_str() == "*");
        return if atom.doubt.is_some() { Match::Maybe } else { Match::of(is_all) };
    };
    let fits = |pattern: &str| {
        let (name, port) = match pattern.rsplit_once(':') {
            Some((name, port)) if !name.contains(':') || name.ends_with(']') => (name, Some(port)),
            Some(_) | None => (pattern, None),
        };
        let name = name.trim_start_matches('[').trim_end_matches(']');
        let is_port = match (port, atom.port) {
            (None | Some("*"), _) => true,
            (Some(port), Some(ours)) => port.parse() == Ok(ours),
            (Some(_), None) => false,
        };
        is_port
            && (matches(name, host, None, true)
                || name.strip_prefix("*.").is_some_and(|name| name.eq_ignore_ascii_case(host)))
    };
    Match::of(patterns.iter().any(|pattern| fits(pattern)))
}
