//! The gate itself: from a call to its actions, from its actions to a decision.

use std::cell::OnceCell;

use serde_json::Value;

use super::action::{ActionKind, Atom};
use super::address::is_metadata;
use super::call::{Call, Inquiry, Surroundings};
use super::commands::Names;
use super::danger::{Danger, Severity, danger, worse};
use super::evaluation::{Evaluation, Judged};
use super::places::{UNKNOWN, Verb, file_name, parent, resolve};
use super::rules::{Match, Matcher};
use super::tools;
use super::walk::{Scene, Walk};
use super::written::Written;
use crate::config::{Decision, FailMode, Policy, PolicyConfig, Problem, Profile, Rule, Section, Target};

/// Paths of one call whose real path is asked for; each costs a look at the disk.
const PATHS_MAX: usize = 64;

/// Decides on calls. Knows the policy, and the scripts that sessions wrote.
pub struct Gate {
    policy: Policy,
    /// Why the policy is not one.
    broken: Option<String>,
    around: Surroundings,
    /// What commands do: made at the first call, since a start has no time for it.
    names: OnceCell<Names>,
    written: Written,
}

/// A decision on one action.
struct Verdict<'a> {
    decision: Decision,
    rule: &'a str,
    reason: String,
}

/// Tells the profile; the tables say the same each time.
impl std::fmt::Debug for Gate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Gate").field("profile", &self.policy.profile).finish_non_exhaustive()
    }
}

impl Gate {
    /// A gate for this policy, and which examples of its rules do not hold.
    #[must_use]
    pub fn new(policy: &PolicyConfig, surroundings: Surroundings) -> (Self, Vec<Problem>) {
        let (policy, broken) = match policy {
            PolicyConfig::Sound(policy) => (policy.clone(), None),
            PolicyConfig::Broken { why } => (Policy::default(), Some(why.clone())),
        };
        let gate = Self { policy, broken, around: surroundings, names: OnceCell::new(), written: Written::default() };
        let mut problems = Vec::new();
        for (place, rule) in gate.policy.rules.iter().enumerate() {
            gate.check(place, rule, &mut problems);
        }
        (gate, problems)
    }

    /// Notes a loopback port on which approvals are answered: the model may not reach it.
    pub fn note_control_port(&mut self, port: u16) {
        if !self.around.control_ports.contains(&port) {
            self.around.control_ports.push(port);
        }
    }

    /// Remembers the scripts that a call writes, to judge a later run of them.
    pub fn note_written(&mut self, session_id: &str, tool: &str, args: &Value) {
        let inquiry = self.inquire(&Call { session_id, tool, args: Some(args) });
        self.note_run(session_id, tool, args, &inquiry);
    }

    /// The same for a call that was read already.
    pub fn note_run(&mut self, session_id: &str, tool: &str, args: &Value, inquiry: &Inquiry) {
        let (root, home) = (self.around.directory.clone(), self.around.home.clone());
        let place = |path: &str| resolve(path, Some(&root), &home);
        tools::note(&mut self.written, session_id, tool, args, &place);
        if tool == "bash" {
            // Whole folders only count within the call.
            for (path, content) in inquiry.writes.iter().filter(|(path, _)| !path.ends_with('/')) {
                self.written.note(session_id, path, content.clone());
            }
        }
    }

    /// What a call would do.
    #[must_use]
    pub fn inquire(&self, call: &Call) -> Inquiry {
        let mut walk = Walk::new(&self.around, self.names.get_or_init(Names::new), &self.written);
        let is_read = call.args.is_some_and(|args| tools::take(&mut walk, call.tool, args));
        let is_unreadable = !is_read && !tools::is_quiet(call.tool);
        let (steps, writes) = (walk.budget.spent(), std::mem::take(&mut walk.writes));
        let mut atoms = walk.atoms;
        if is_unreadable || atoms.is_empty() {
            let kind = if call.tool == "bash" { ActionKind::CommandExec } else { ActionKind::ToolUse };
            atoms.push(Atom { tool: Some(call.tool.to_owned()), is_pure: !is_unreadable, ..Atom::new(kind) });
        }
        let paths = paths(&atoms);
        Inquiry { atoms, paths, writes, is_unreadable, steps }
    }

    /// Decides. `real` holds the real paths of [`Inquiry::paths`] in their order; nothing for a path that is not there.
    #[must_use]
    pub fn evaluate(&self, inquiry: &Inquiry, real: &[Option<String>]) -> Evaluation {
        let mut atoms = Vec::with_capacity(inquiry.atoms.len());
        for atom in &inquiry.atoms {
            let mut atom = atom.clone();
            self.learn_real(&mut atom, &inquiry.paths, real);
            let Verdict { decision, rule, reason } = self.judge(&mut atom, inquiry.is_unreadable);
            atoms.push(Judged { decision, rule: rule.to_owned(), reason, atom });
        }
        let mut worst: Option<&Judged> = None;
        for judged in &atoms {
            if worst.is_none_or(|worst| judged.decision > worst.decision) {
                worst = Some(judged);
            }
        }
        let (would, rule, reason, action) = worst
            .map_or((Decision::Prompt, String::new(), String::new(), ActionKind::ToolUse), |worst| {
                (worst.decision, worst.rule.clone(), worst.reason.clone(), worst.atom.kind)
            });
        let decision = match self.profile() {
            Profile::Observe | Profile::Off => Decision::Allow,
            Profile::Permissive | Profile::Baseline | Profile::Strict => would,
        };
        Evaluation { decision, would, rule, reason, action, atoms }
    }

    /// The profile in force.
    #[must_use]
    pub const fn profile(&self) -> Profile {
        self.policy.profile
    }

    /// Puts real paths beside the named ones.
    fn learn_real(&self, atom: &mut Atom, paths: &[String], real: &[Option<String>]) {
        let Some(place) = &mut atom.place else { return };
        let found = |path: &str| paths.iter().position(|asked| asked == path).and_then(|at| real.get(at)?.as_deref());
        let truth = match atom.verb {
            Verb::Read | Verb::Write | Verb::ChangeTree => found(&place.path).map(str::to_owned),
            // What is deleted is the link, not what it points to.
            Verb::Delete | Verb::DeleteTree => None,
        };
        let truth = truth.or_else(|| {
            let folder = found(parent(&place.path))?;
            Some([folder.trim_end_matches('/'), "/", file_name(&place.path)].concat())
        });
        place.real = truth.filter(|real| *real != place.path);
    }

    fn judge<'a>(&'a self, atom: &mut Atom, is_unreadable: bool) -> Verdict<'a> {
        if self.profile() == Profile::Off {
            return Verdict { decision: Decision::Allow, rule: "off", reason: "the gate is switched off".to_owned() };
        }
        if is_unreadable {
            return match self.policy.fail_mode {
                FailMode::Closed => {
                    verdict(Decision::Deny, "fail-mode", "the arguments cannot be read, and fail_mode is closed")
                }
                FailMode::Open => {
                    verdict(Decision::Allow, "fail-mode", "the arguments cannot be read, and fail_mode is open")
                }
            };
        }
        if let Some(found) = self.around.guard(atom).or(atom.danger.filter(|danger| danger.id.starts_with("self-"))) {
            // What is even worse, or takes the gate along with everything, has a better name.
            let is_better =
                |danger: &&Danger| danger.severity == Severity::Catastrophic || danger.id == "delete-project";
            let worst = self.danger_of(atom).filter(is_better).unwrap_or(found);
            let decision = if found.severity == Severity::Catastrophic { Decision::Deny } else { Decision::Prompt };
            return verdict(
                decision,
                if decision == Decision::Deny { worst.id } else { found.id },
                if decision == Decision::Deny { worst.reason } else { found.reason },
            );
        }
        if let Some(why) = &self.broken
            && !atom.is_pure
        {
            return Verdict {
                decision: Decision::Prompt,
                rule: "policy-broken",
                reason: ["the policy cannot be used: ", why].concat(),
            };
        }
        let matcher = Matcher { around: &self.around, names: self.names.get_or_init(Names::new) };
        for rule in &self.policy.rules {
            match matcher.matches(rule, atom) {
                Match::No => {}
                Match::Yes => return Verdict { decision: rule.action, rule: &rule.id, reason: reason_of(rule) },
                Match::Maybe => {
                    let reason =
                        ["it may be what this rule is about, and that cannot be known: ", &reason_of(rule)].concat();
                    return Verdict { decision: Decision::Prompt, rule: &rule.id, reason };
                }
            }
        }
        self.by_profile(atom)
    }

    fn by_profile<'a>(&'a self, atom: &Atom) -> Verdict<'a> {
        let found = self.danger_of(atom);
        let least = match self.profile() {
            Profile::Permissive => Severity::Catastrophic,
            Profile::Off | Profile::Observe | Profile::Baseline | Profile::Strict => Severity::Risky,
        };
        if let Some(found) = found.filter(|found| found.severity >= least) {
            // What may be is asked about; what is, is not.
            let may_be = atom.place.as_ref().is_some_and(|place| place.path.contains(UNKNOWN));
            let decision =
                if found.severity == Severity::Catastrophic && !may_be { Decision::Deny } else { Decision::Prompt };
            let mut reason = found.reason.to_owned();
            if let Some(doubt) = atom.doubt {
                reason.push_str(": ");
                reason.push_str(doubt);
            }
            return Verdict { decision, rule: found.id, reason };
        }
        let default = match atom.kind {
            ActionKind::CommandExec => self.policy.defaults.command_exec,
            ActionKind::FileWrite => self.policy.defaults.file_write,
            ActionKind::FileRead => self.policy.defaults.file_read,
            ActionKind::NetworkAccess => self.policy.defaults.network_access,
            ActionKind::ToolUse => self.policy.defaults.tool_use,
        };
        let changes = match atom.kind {
            ActionKind::NetworkAccess => true,
            ActionKind::FileRead => false,
            ActionKind::CommandExec | ActionKind::FileWrite | ActionKind::ToolUse => !atom.is_pure,
        };
        if self.profile() == Profile::Strict && changes && default == Decision::Allow {
            return verdict(Decision::Prompt, "strict", "strict asks for whatever changes anything");
        }
        let reason = match (default, atom.is_pure) {
            (Decision::Allow, _) => "nothing speaks against it",
            (Decision::Prompt | Decision::Deny, _) => "the default for this kind of action",
        };
        verdict(default, "default", reason)
    }

    /// The built-in rule that an action hits.
    fn danger_of(&self, atom: &Atom) -> Option<&'static Danger> {
        let mut found = atom.danger;
        if let Some(place) = &atom.place {
            found = worse(found, self.around.danger_of(&place.path, atom.verb, atom.is_elsewhere));
            if let Some(real) = &place.real {
                found = worse(found, self.around.danger_of(real, atom.verb, atom.is_elsewhere));
            }
        }
        if atom.host.as_deref().is_some_and(is_metadata) {
            found = worse(found, danger("secret-read"));
        }
        found
    }

    /// Holds the examples of a rule against it.
    fn check(&self, place: usize, rule: &Rule, problems: &mut Vec<Problem>) {
        let matcher = Matcher { around: &self.around, names: self.names.get_or_init(Names::new) };
        let is_match = |example: &str| match &rule.target {
            Target::Command(_) => {
                let mut walk = Walk::new(&self.around, self.names.get_or_init(Names::new), &self.written);
                walk.shell(example, &Scene { cwd: Some(self.around.directory.clone()), ..Scene::default() });
                walk.atoms.iter().any(|atom| matcher.matches(rule, atom) == Match::Yes)
            }
            Target::FileWrite(_) | Target::FileRead(_) | Target::NetworkAccess(_) | Target::ToolUse(_) => {
                matcher.is_example(rule, example)
            }
        };
        let expected = [
            (&rule.examples.matches, true, "\" does not match"),
            (&rule.examples.no_match, false, "\" matches, and must not"),
        ];
        for (examples, should, says) in expected {
            for example in examples.iter().filter(|example| is_match(example) != should) {
                problems.push(Problem {
                    section: Section::Policy,
                    place: ["policy rule ", &(place + 1).to_string(), " (\"", &rule.id, "\")"].concat(),
                    message: ["example \"", example, says].concat(),
                });
            }
        }
    }
}

fn verdict<'a>(decision: Decision, rule: &'a str, reason: &str) -> Verdict<'a> {
    Verdict { decision, rule, reason: reason.to_owned() }
}

fn reason_of(rule: &Rule) -> String {
    rule.reason.as_ref().map_or_else(|| "a rule of the user".to_owned(), |reason| reason.as_str().to_owned())
}

/// Paths whose real path may decide: what is touched, and the folder it is in, which is there when it is not.
fn paths(atoms: &[Atom]) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let mut add = |path: &str| {
        if paths.len() < PATHS_MAX && path != "/" && !path.contains(UNKNOWN) && !paths.iter().any(|known| known == path)
        {
            paths.push(path.to_owned());
        }
    };
    for atom in atoms.iter().filter(|atom| !atom.is_elsewhere) {
        if let Some(place) = &atom.place {
            if !matches!(atom.verb, Verb::Delete | Verb::DeleteTree) {
                add(&place.path);
            }
            add(parent(&place.path));
        }
    }
    paths
}
