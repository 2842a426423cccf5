//! The parts of a pack, out of what its boot says.

use crate::boot::{Boot, SecretValues};
use crate::config::{self, Config, Control, PolicyConfig, Profile};
use crate::paths::Folders;
use crate::policy::{Gate, Surroundings};
use crate::redact::{Redactor, Secrets, Settings};

/// The gate; none where the profile says so.
pub(super) fn open_gate(
    config: &Config,
    boot: &mut Boot,
    folders: &Folders,
    problems: &mut Vec<config::Problem>,
) -> Option<Gate> {
    if matches!(&config.policy, PolicyConfig::Sound(policy) if policy.profile == Profile::Off) {
        return None;
    }
    let ports = config.approvals.control.iter().filter_map(|control| match control {
        Control::Http { port } => *port,
        Control::File { .. } => None,
    });
    let mut protected = std::mem::take(&mut boot.protected);
    let sinks = config.events.sinks.iter().filter_map(|sink| match sink {
        config::Sink::File { path } => path.as_ref().map(ToString::to_string),
        config::Sink::Stdout | config::Sink::Stderr | config::Sink::Fd(_) => None,
    });
    let controls = config.approvals.control.iter().filter_map(|control| match control {
        Control::File { path } => path.clone(),
        Control::Http { .. } => None,
    });
    protected.extend(sinks.chain(controls).map(|path| folders.absolute(&boot.directory, &path)));
    let surroundings = Surroundings {
        home: boot.home.clone().unwrap_or_default(),
        user: boot.user.clone(),
        root: folders.root.clone(),
        directory: boot.directory.clone(),
        protected,
        control_ports: ports.collect(),
    };
    let (gate, wrong) = Gate::new(&config.policy, surroundings);
    problems.extend(wrong);
    Some(gate)
}

/// The redactor that is configured; where a pattern is wrong, the one that is built in, and the problem is told.
pub(super) fn redactor(config: &Config, secrets: SecretValues, problems: &mut Vec<config::Problem>) -> Redactor {
    let words = |words: &[config::ToolWord]| words.iter().map(ToString::to_string).collect();
    let settings = Settings {
        patterns: config.redact.patterns.iter().map(ToString::to_string).collect(),
        arguments: config.redact.arguments.iter().map(|(tool, names)| (tool.to_string(), words(names))).collect(),
        allow: config.redact.allow.iter().map(ToString::to_string).collect(),
    };
    let secrets = Secrets::from_values(secrets.0);
    Redactor::new(&settings, &secrets).unwrap_or_else(|error| {
        problems.push(config::Problem {
            section: config::Section::Redact,
            place: "redact.patterns".to_owned(),
            message: error.to_string(),
        });
        Redactor::built_in(&secrets)
    })
}

pub(crate) fn load_config(boot: &Boot) -> config::Loaded {
    let unread = "it was not read";
    let file = boot.config_file.as_ref().map(|file| config::FileSource {
        path: &file.path,
        text: file.text.as_deref().ok_or_else(|| file.error.as_deref().unwrap_or(unread)),
    });
    config::load(&config::Sources {
        file,
        options: boot.options.as_deref(),
        env: &boot.env,
        env_names: &boot.env_names,
    })
}
