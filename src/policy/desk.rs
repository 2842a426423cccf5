//! The gate for those who ask it from outside of a session: the command line tool and the bench. Texts in, texts out.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::action::{ActionKind, Atom};
use super::call::{Call, Inquiry, Surroundings};
use super::evaluation::Evaluation;
use super::gate::Gate;
use super::places::Verb;
use crate::config::{self, Decision, FileSource, Profile, Section, Sources};
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
        let loaded = config::load(&Sources { file, options: None, env: &env, env_names: &env_names });
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
        let args = serde_json::from_str::<Value>(args).ok();
        self.inquiry = self.gate.inquire(&Call { session_id: "", tool, args: args.as_ref() });
        self.inquiry.paths()
    }

    /// Decides on the call that was taken last; an empty real path is an unknown one. JSON.
    #[must_use]
    pub fn decide(&self, real: &[String]) -> String {
        let real: Vec<Option<String>> =
            real.iter().map(|path| Some(path.clone()).filter(|path| !path.is_empty())).collect();
        told(&self.gate.evaluate(&self.inquiry, &real)).to_string()
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

fn told(found: &Evaluation) -> Value {
    let mut atoms = Vec::with_capacity(found.atoms.len());
    for judged in &found.atoms {
        let mut one = told_atom(&judged.atom);
        put(&mut one, "decision", word(judged.decision));
        put(&mut one, "rule", judged.rule.as_str());
        put(&mut one, "reason", judged.reason.as_str());
        atoms.push(Value::Object(one));
    }
    let mut whole = Map::new();
    put(&mut whole, "decision", word(found.decision));
    put(&mut whole, "would", word(found.would));
    put(&mut whole, "rule", found.rule.as_str());
    put(&mut whole, "reason", found.reason.as_str());
    put(&mut whole, "action", found.action.as_str());
    if found.would != Decision::Allow {
        put(&mut whole, "denial", found.denial());
    }
    whole.insert("atoms".to_owned(), Value::Array(atoms));
    Value::Object(whole)
}

fn told_atom(atom: &Atom) -> Map<String, Value> {
    let mut one = Map::new();
    put(&mut one, "kind", atom.kind.as_str());
    put(&mut one, "text", atom.shown());
    if let Some(place) = &atom.place {
        put(&mut one, "verb", verb(atom.verb));
        put(&mut one, "path", place.path.as_str());
        put(&mut one, "inside", place.is_inside);
        if let Some(real) = &place.real {
            put(&mut one, "real_path", real.as_str());
        }
    }
    if let (ActionKind::CommandExec, Some(cwd)) = (atom.kind, &atom.cwd) {
        put(&mut one, "cwd", cwd.as_str());
    }
    if let Some(host) = &atom.host {
        put(&mut one, "host", host.as_str());
    }
    if let Some(port) = atom.port {
        put(&mut one, "port", port);
    }
    if let Some(doubt) = atom.doubt {
        put(&mut one, "doubt", doubt);
    }
    one
}

fn put(to: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    to.insert(name.to_owned(), value.into());
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
