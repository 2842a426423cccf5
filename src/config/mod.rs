//! The configuration of the pack: read from a file, plugin options and the environment, merged and checked.
//!
//! Deliberately not here: looking for files, reading variables, and secrets. The shim does the first two and
//! hands over texts; of secrets only the names of their variables are known, as [`SecretRef`]s.
//!
//! Begin with [`load()`], then [`Config`]. [`ConfigFile`] is the one source of the JSON Schema in the package.
//!
//! How a text becomes a [`Config`]: `file` (through `json`), `options` and `environment` make a `tree` of it that knows
//! where each value was written; `load` lays the trees over each other; `reader` reads the result into the types of the
//! sections, and whatever those types refuse is a [`Problem`] with its place.

mod approvals;
mod callbacks;
mod env_names;
mod environment;
mod events;
mod feed;
mod file;
mod finding;
mod heartbeat;
mod identity;
mod json;
pub mod limits;
mod load;
mod policy;
mod problem;
mod reader;
mod redact;
mod routing;
mod rule;
mod secret;
mod sink;
mod suggestion;
mod telemetry;
#[cfg(test)]
mod tests;
mod text;
mod tree;
mod url;

pub use approvals::{Approvals, Control, Lane};
pub use callbacks::{Callbacks, Form, Mode, OpenClaw, OrgLoop, Webhook};
pub use env_names::EnvNames;
pub use environment::variables;
pub use events::{Events, Forward, Rotate};
pub use feed::Feed;
pub use heartbeat::Heartbeat;
pub use identity::Identity;
pub use load::{FileSource, Loaded, Sources, load};
pub use policy::{Decision, FailMode, Policy, PolicyConfig, PolicyDefaults, Profile};
pub use problem::{Problem, Section};
pub use redact::Redact;
pub use routing::Routing;
pub use rule::{CommandWord, Examples, Rule, Target};
pub use secret::SecretRef;
pub use sink::Sink;
pub use telemetry::Telemetry;
pub use text::{
    EventPattern, Example, FilePath, HostEventPattern, HostPattern, Id, Name, Reason, RedactPattern, RuleWord, RunId,
    SessionKey, ToolWord,
};
pub use url::ReceiverUrl;

use reader::{Field, Object, put};
use serde::Serialize;

/// Everything the pack can be told, complete and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Config {
    /// Whether the pack does anything at all.
    pub enabled: bool,
    /// Who this agent is.
    pub identity: Identity,
    /// Where event lines go.
    pub events: Events,
    /// The sign of life.
    pub heartbeat: Heartbeat,
    /// What is told about the work.
    pub telemetry: Telemetry,
    /// What is removed from texts.
    pub redact: Redact,
    /// The gate.
    pub policy: PolicyConfig,
    /// Who answers a prompt.
    pub approvals: Approvals,
    /// Who is told when a turn ends.
    pub callbacks: Callbacks,
    /// The SSE feed.
    pub feed: Feed,
    /// For whom this process works.
    pub routing: Routing,
}

impl Config {
    fn from_parts(file: ConfigFile, routing: Routing) -> Self {
        Self {
            enabled: file.enabled,
            identity: file.identity,
            events: file.events,
            heartbeat: file.heartbeat,
            telemetry: file.telemetry,
            redact: file.redact,
            policy: PolicyConfig::Sound(file.policy),
            approvals: file.approvals,
            callbacks: file.callbacks,
            feed: file.feed,
            routing,
        }
    }
}

impl Default for Config {
    /// What holds when nobody configured anything.
    fn default() -> Self {
        Self::from_parts(ConfigFile::default(), Routing::default())
    }
}

/// Configuration of opencode-swarm-pack: `.opencode/swarm.json`, or the options of the plugin entry.
///
/// JSON with comments and trailing commas. Every key may be left out. Secrets are written `${NAME}`, the name of
/// the environment variable that holds them.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(title = "opencode-swarm-pack configuration", default, deny_unknown_fields))]
pub struct ConfigFile {
    /// The place of this schema, for editors. The pack does not read it.
    #[serde(rename = "$schema", skip_serializing_if = "Option::is_none")]
    pub schema: Option<String>,
    /// Whether the pack does anything at all (`SWARM_PACK`). Default: true.
    pub enabled: bool,
    /// Who this agent is for its supervisor.
    pub identity: Identity,
    /// Where event lines go.
    pub events: Events,
    /// The sign of life.
    pub heartbeat: Heartbeat,
    /// What is told about the work: tool calls, usage, diffs, stalls, loops.
    pub telemetry: Telemetry,
    /// What is removed from texts before they leave, beside the built-in rules.
    pub redact: Redact,
    /// The gate. While this section is wrong, every guarded action prompts.
    pub policy: Policy,
    /// Who answers a prompt, how, and for how long it waits.
    pub approvals: Approvals,
    /// Who is told when a turn or a session ends.
    pub callbacks: Callbacks,
    /// The SSE feed in Swarm's dialect.
    pub feed: Feed,
}

impl Default for ConfigFile {
    fn default() -> Self {
        Self {
            schema: None,
            enabled: true,
            identity: Identity::default(),
            events: Events::default(),
            heartbeat: Heartbeat::default(),
            telemetry: Telemetry::default(),
            redact: Redact::default(),
            policy: Policy::default(),
            approvals: Approvals::default(),
            callbacks: Callbacks::default(),
            feed: Feed::default(),
        }
    }
}

impl Object for ConfigFile {
    const FIELDS: &'static [Field<Self>] = &[
        ("$schema", |to, at| put(&mut to.schema, at.text().map(|text| Some(text.to_owned())))),
        ("enabled", |to, at| at.flag(&mut to.enabled)),
        ("identity", |to, at| at.object(&mut to.identity)),
        ("events", |to, at| at.object(&mut to.events)),
        ("heartbeat", |to, at| at.object(&mut to.heartbeat)),
        ("telemetry", |to, at| at.object(&mut to.telemetry)),
        ("redact", |to, at| at.object(&mut to.redact)),
        ("policy", |to, at| at.object(&mut to.policy)),
        ("approvals", |to, at| at.object(&mut to.approvals)),
        ("callbacks", |to, at| at.object(&mut to.callbacks)),
        ("feed", |to, at| at.object(&mut to.feed)),
    ];
}
