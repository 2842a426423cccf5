//! A gate in a project of a user, and three words to ask it.

use opencode_swarm_pack::sorted::Sorted;

use opencode_swarm_pack::config::{self, Decision, EnvNames, FileSource, PolicyConfig, Sources};
use opencode_swarm_pack::policy::{Call, Evaluation, Gate, Surroundings};
use serde_json::{Value, json};

pub const HOME: &str = "/home/u";
pub const ROOT: &str = "/home/u/proj";

pub fn around() -> Surroundings {
    Surroundings {
        home: HOME.to_owned(),
        user: "u".to_owned(),
        root: ROOT.to_owned(),
        directory: ROOT.to_owned(),
        protected: vec![
            format!("{ROOT}/.opencode/swarm"),
            format!("{ROOT}/.opencode/swarm.json"),
            "/opt/pack".to_owned(),
        ],
        control_ports: vec![4_777],
    }
}

pub fn policy(text: &str) -> PolicyConfig {
    let text = format!("{{ \"policy\": {text} }}");
    let (env, env_names) = (Sorted::NEW, EnvNames::default());
    let file = FileSource { path: "swarm.json", text: Ok(&text) };
    config::load(&Sources { file: Some(file), options: None, env: &env, env_names: &env_names }).config.policy
}

pub struct Asked {
    pub gate: Gate,
    pub problems: Vec<String>,
    /// Symlinks: what stands for what.
    pub links: Vec<(String, String)>,
}

pub fn gate(text: &str) -> Asked {
    let (gate, problems) = Gate::new(&policy(text), around());
    Asked { gate, problems: problems.iter().map(ToString::to_string).collect(), links: Vec::new() }
}

pub fn baseline() -> Asked {
    gate("{}")
}

impl Asked {
    pub fn ask(&self, tool: &str, args: &Value) -> Evaluation {
        let inquiry = self.gate.inquire(&Call { session_id: "ses", tool, args: Some(args) });
        let real: Vec<_> = inquiry.paths().iter().map(|path| self.real(path)).collect();
        self.gate.evaluate(&inquiry, &real)
    }

    fn real(&self, path: &str) -> Option<String> {
        let (link, target) =
            self.links.iter().find(|(link, _)| path == link || path.starts_with(&format!("{link}/")))?;
        Some(path.replacen(link, target, 1))
    }

    pub fn bash(&self, command: &str) -> Evaluation {
        self.ask("bash", &json!({ "command": command }))
    }

    #[track_caller]
    pub fn is(&self, command: &str, decision: Decision, rule: &str) {
        let found = self.bash(command);
        assert_eq!(
            (found.decision, found.rule.as_str()),
            (decision, rule),
            "{command}: {}\n{:#?}",
            found.reason,
            found.atoms
        );
    }

    #[track_caller]
    pub fn denies(&self, command: &str, rule: &str) {
        self.is(command, Decision::Deny, rule);
    }

    #[track_caller]
    pub fn prompts(&self, command: &str, rule: &str) {
        self.is(command, Decision::Prompt, rule);
    }

    #[track_caller]
    pub fn allows(&self, command: &str) {
        let found = self.bash(command);
        assert_eq!(found.decision, Decision::Allow, "{command}: {} {}\n{:#?}", found.rule, found.reason, found.atoms);
    }

    #[track_caller]
    pub fn stops(&self, command: &str) {
        let found = self.bash(command);
        assert_ne!(found.decision, Decision::Allow, "{command}\n{:#?}", found.atoms);
    }

    #[track_caller]
    pub fn tool(&self, tool: &str, args: Value, decision: Decision, rule: &str) -> Evaluation {
        let found = self.ask(tool, &args);
        assert_eq!((found.decision, found.rule.as_str()), (decision, rule), "{tool} {args}: {}", found.reason);
        found
    }
}
