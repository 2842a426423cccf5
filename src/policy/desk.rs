//! The gate for those who ask it from outside of a session: the command line tool and the bench. Texts in, texts out.

use serde::{Deserialize, Serialize};

use super::action::ActionKind;
use super::call::{Call, Inquiry, Surroundings};
use super::evaluation::{Evaluation, Judged};
use super::gate::Gate;
use super::places::Verb;
use crate::config::{self, Decision, FileSource, Profile, Section, Sources};
use crate::json::{self, Tree};
use crate::sorted::Sorted;

/// What the desk is told once.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Setup {
    /// The configuration file, where there is one.
    pub path: String,
    /// Its text; nothing where there is none.
    pub text: Option<String>,
    /// Why it cannot be read.
    pub error: Option<String>,
    /// The options of the plugin entry, where there are any; JSON.
    pub options: Option<String>,
    /// A profile that is asked for instead of the file's.
    pub profile: Option<String>,
    /// The user's home folder.
    pub home: String,
    /// The user's name.
    pub user: String,
    /// The project root.
    pub root: String,
    /// The folder commands run in.
    pub directory: String,
    /// What no call may write.
    pub protected: Vec<String>,
}

/// A gate with the call it was asked about last.
pub struct Desk {
    gate: Gate,
    inquiry: Inquiry,
    problems: Vec<String>,
}

impl Desk {
    /// A gate for this configuration.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let mut env = Sorted::default();
        if let Some(profile) = setup.profile {
            env.insert("SWARM_POLICY".to_owned(), profile);
        }
        let env_names = env.keys().collect();
        let text = match (&setup.text, &setup.error) {
            (Some(text), _) => Some(Ok(text.as_str())),
            (None, Some(error)) => Some(Err(error.as_str())),
            (None, None) => None,
        };
        let file = text.map(|text| FileSource { path: &setup.path, text });
        let loaded =
            config::load(&Sources { file, options: setup.options.as_deref(), env: &env, env_names: &env_names });
        let around = Surroundings {
            home: setup.home,
            user: setup.user,
            root: setup.root,
            directory: setup.directory,
            protected: setup.protected,
            control_ports: Vec::new(),
        };
        let (gate, wrong) = Gate::new(&loaded.config.policy, around);
        let is_ours = |section: Section| matches!(section, Section::Policy | Section::File | Section::Environment);
        let problems = loaded.problems.into_iter().filter(|problem| is_ours(problem.section)).chain(wrong);
        Self { gate, inquiry: Inquiry::default(), problems: problems.map(|problem| problem.to_string()).collect() }
    }

    /// What is wrong with the policy, and which examples of its rules do not hold.
    #[must_use]
    pub fn problems(&self) -> &[String] {
        &self.problems
    }

    /// The profile in force.
    #[must_use]
    pub const fn profile(&self) -> &'static str {
        match self.gate.profile() {
            Profile::Off => "off",
            Profile::Observe => "observe",
            Profile::Permissive => "permissive",
            Profile::Baseline => "baseline",
            Profile::Strict => "strict",
        }
    }

    /// Takes a call; gives the paths whose real path is wanted.
    pub fn inquire(&mut self, tool: &str, args: &str) -> &[String] {
        let args = Tree::read(args).ok().map(|args| args.to_value());
        self.inquiry = self.gate.inquire(&Call { session_id: "", tool, args: args.as_ref() });
        self.inquiry.paths()
    }

    /// Decides on the call that was taken last; an empty real path is an unknown one. JSON.
    #[must_use]
    pub fn decide(&self, real: &[String]) -> String {
        let real: Vec<Option<String>> =
            real.iter().map(|path| Some(path.clone()).filter(|path| !path.is_empty())).collect();
        json::text(&told(&self.gate.evaluate(&self.inquiry, &real)))
    }

    /// Remembers a script that a call wrote.
    pub fn note_written(&mut self, tool: &str, args: &str) {
        if let Ok(args) = serde_json::from_str(args) {
            self.gate.note_written("", tool, &args);
        }
    }
}

const fn word(decision: Decision) -> &'static str {
    match decision {
        Decision::Allow => "allow",
        Decision::Prompt => "prompt",
        Decision::Deny => "deny",
    }
}

/// A decision as it is told. What is not known or does not apply is left out.
#[derive(Serialize)]
struct Told<'a> {
    decision: &'static str,
    would: &'static str,
    rule: &'a str,
    reason: &'a str,
    action: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    denial: Option<String>,
    atoms: Vec<ToldAtom<'a>>,
}

#[derive(Serialize)]
struct ToldAtom<'a> {
    kind: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    verb: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    inside: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    real_path: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cwd: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    doubt: Option<&'static str>,
    decision: &'static str,
    rule: &'a str,
    reason: &'a str,
}

fn told(found: &Evaluation) -> Told<'_> {
    Told {
        decision: word(found.decision),
        would: word(found.would),
        rule: &found.rule,
        reason: &found.reason,
        action: found.action.as_str(),
        denial: (found.would != Decision::Allow).then(|| found.denial()),
        atoms: found.atoms.iter().map(told_atom).collect(),
    }
}

fn told_atom(judged: &Judged) -> ToldAtom<'_> {
    let atom = &judged.atom;
    let place = atom.place.as_ref();
    ToldAtom {
        kind: atom.kind.as_str(),
        text: atom.shown(),
        verb: place.map(|_| verb(atom.verb)),
        path: place.map(|place| &*place.path),
        inside: place.map(|place| place.is_inside),
        real_path: place.and_then(|place| place.real.as_deref()),
        cwd: atom.cwd.as_deref().filter(|_| atom.kind == ActionKind::CommandExec),
        host: atom.host.as_deref(),
        port: atom.port,
        doubt: atom.doubt,
        decision: word(judged.decision),
        rule: &judged.rule,
        reason: &judged.reason,
    }
}

const fn verb(verb: Verb) -> &'static str {
    match verb {
        Verb::Read => "read",
        Verb::Write => "write",
        Verb::Delete => "delete",
        Verb::DeleteTree => "delete with all below",
        Verb::ChangeTree => "change with all below",
    }
}

/// A desk for what `setup` (JSON of [`Setup`]) says.
///
/// # Errors
///
/// When it is no such JSON.
pub fn open(setup: &str) -> Result<Desk, serde_json::Error> {
    serde_json::from_str(setup).map(Desk::new)
}
