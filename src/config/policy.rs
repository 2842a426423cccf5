//! The gate's configuration: how strict it is, and the rules of the user.

use serde::Serialize;

use super::limits::RULES_MAX;
use super::reader::{Field, Object, Reader, put};
use super::rule::Rule;
#[cfg(test)]
use super::rule::RuleForm;

/// The policy, or the fact that what was written is not one.
#[derive(Clone, Debug, PartialEq)]
pub enum PolicyConfig {
    /// Every source was right.
    Sound(Policy),
    /// A policy section is wrong, or a source cannot be read, so nobody knows what it would have forbidden.
    /// Every guarded action prompts; there are no rules to fall back to.
    Broken {
        /// The first problem, as it is shown.
        why: String,
    },
}

/// How the gate decides where the built-in self-protection has no say.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Policy {
    /// The built-in rules behind those of the user (`SWARM_POLICY`). Default: `baseline`.
    pub profile: Profile,
    /// What a call takes when the gate itself fails. Default: `closed`.
    pub fail_mode: FailMode,
    /// The decision where no rule matches, for each type of action.
    pub defaults: PolicyDefaults,
    /// Rules, tried in order on each atomic action; the first that matches decides. At most 1000. Default: none.
    #[cfg_attr(test, schemars(with = "Vec<RuleForm>", length(max = RULES_MAX)))]
    pub rules: Vec<Rule>,
}

impl Object for Policy {
    const FIELDS: &'static [Field<Self>] = &[
        ("profile", |to, at| at.word(&mut to.profile, &PROFILES)),
        ("fail_mode", |to, at| at.word(&mut to.fail_mode, &[("closed", FailMode::Closed), ("open", FailMode::Open)])),
        ("defaults", |to, at| at.object(&mut to.defaults)),
        ("rules", |to, at| put(&mut to.rules, at.list(0, RULES_MAX, Rule::read))),
    ];
}

const PROFILES: [(&str, Profile); 5] = [
    ("off", Profile::Off),
    ("observe", Profile::Observe),
    ("permissive", Profile::Permissive),
    ("baseline", Profile::Baseline),
    ("strict", Profile::Strict),
];

/// A named set of built-in rules.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Profile {
    /// No gate.
    Off,
    /// Decide and report, never block.
    Observe,
    /// Deny the catastrophic only.
    Permissive,
    /// Deny the catastrophic, prompt the risky, allow the rest.
    #[default]
    Baseline,
    /// Prompt everything that changes anything.
    Strict,
}

/// What a held call takes when the gate traps or cannot read its arguments.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FailMode {
    /// It does not run.
    #[default]
    Closed,
    /// It runs.
    Open,
}

/// How much a rule or a default lets an action do. The strictest of several is their maximum.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    /// It runs. `approve` means the same.
    #[default]
    Allow,
    /// Somebody outside is asked.
    Prompt,
    /// It does not run.
    Deny,
}

impl Decision {
    pub(super) fn read(at: &Reader) -> Option<Self> {
        let mut decision = None;
        let words = [("allow", Self::Allow), ("prompt", Self::Prompt), ("deny", Self::Deny), ("approve", Self::Allow)];
        at.word(&mut decision, &words.map(|(word, decision)| (word, Some(decision))));
        decision
    }
}

/// By hand, because the derived one leaves out the alias.
#[cfg(test)]
impl schemars::JsonSchema for Decision {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Decision".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({
            "description": "`allow` (it runs; `approve` means the same), `prompt` (somebody outside is asked), or `deny` (it does not run).",
            "enum": ["allow", "prompt", "deny", "approve"]
        })
    }
}

/// The decision for each type of action where no rule matches.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct PolicyDefaults {
    /// Shell commands. Default: `allow`.
    pub command_exec: Decision,
    /// Writing a file. Default: `allow`.
    pub file_write: Decision,
    /// Reading a file. Default: `allow`.
    pub file_read: Decision,
    /// Reaching a host. Default: `allow`.
    pub network_access: Decision,
    /// Any other tool. Default: `allow`.
    pub tool_use: Decision,
}

impl Object for PolicyDefaults {
    const FIELDS: &'static [Field<Self>] = &[
        ("command_exec", |to, at| put(&mut to.command_exec, Decision::read(at))),
        ("file_write", |to, at| put(&mut to.file_write, Decision::read(at))),
        ("file_read", |to, at| put(&mut to.file_read, Decision::read(at))),
        ("network_access", |to, at| put(&mut to.network_access, Decision::read(at))),
        ("tool_use", |to, at| put(&mut to.tool_use, Decision::read(at))),
    ];
}
