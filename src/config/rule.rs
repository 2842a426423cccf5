//! One rule of the policy.

use serde::Serialize;

use super::limits::{EXAMPLES_MAX, RULE_WORDS_MAX};
use super::policy::Decision;
use super::reader::{Field, Object, Reader, put};
use super::suggestion::one_of;
use super::text::{Example, HostPattern, Name, Reason, RuleWord};

/// A rule: what it is about, and what it decides.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
pub struct Rule {
    /// Its name in events and denials; no other rule has it.
    pub id: Name,
    /// The decision where it matches.
    pub action: Decision,
    /// What it matches.
    #[serde(flatten)]
    pub target: Target,
    /// Why it is there, for whoever reads a denial.
    pub reason: Option<Reason>,
    /// What it must match, and what it must not.
    pub examples: Examples,
}

/// The one thing a rule is about.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Target {
    /// Commands that begin with these words.
    Command(Vec<CommandWord>),
    /// Writes to a path that one of these patterns matches.
    FileWrite(Vec<RuleWord>),
    /// Reads of a path that one of these patterns matches.
    FileRead(Vec<RuleWord>),
    /// Connections to a host, or host and port, that one of these patterns matches.
    NetworkAccess(Vec<HostPattern>),
    /// Tools whose name one of these patterns matches.
    ToolUse(Vec<RuleWord>),
}

/// A word of a command rule: one word, or any of several.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[serde(untagged)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum CommandWord {
    /// This word.
    One(RuleWord),
    /// Any of these, 1 to 64.
    AnyOf(#[cfg_attr(test, schemars(length(min = 1, max = RULE_WORDS_MAX)))] Vec<RuleWord>),
}

/// Checked when the configuration is loaded into the gate, and the best documentation a rule has.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Examples {
    /// What the rule must match; at most 32. Default: none.
    #[serde(rename = "match")]
    #[cfg_attr(test, schemars(length(max = EXAMPLES_MAX)))]
    pub matches: Vec<Example>,
    /// What it must not match; at most 32. Default: none.
    #[cfg_attr(test, schemars(length(max = EXAMPLES_MAX)))]
    pub no_match: Vec<Example>,
}

impl Object for Examples {
    const FIELDS: &'static [Field<Self>] = &[
        ("match", |to, at| put(&mut to.matches, at.texts(0, EXAMPLES_MAX))),
        ("no_match", |to, at| put(&mut to.no_match, at.texts(0, EXAMPLES_MAX))),
    ];
}

impl CommandWord {
    /// The words it stands for; never none.
    pub fn alternatives(&self) -> &[RuleWord] {
        match self {
            Self::One(word) => std::slice::from_ref(word),
            Self::AnyOf(words) => words,
        }
    }

    fn read(at: &Reader, _: &[Self]) -> Option<Self> {
        if at.is_list() {
            return at.texts(1, RULE_WORDS_MAX).map(Self::AnyOf);
        }
        if !at.is_text() {
            at.expected("a string or a list of strings");
            return None;
        }
        at.checked().map(Self::One)
    }
}

/// The keys of which a rule has exactly one.
const TARGETS: [&str; 5] = ["command", "file_write", "file_read", "network_access", "tool_use"];

impl Rule {
    pub(super) fn read(at: &Reader, before: &[Self]) -> Option<Self> {
        let mut form = RuleForm::default();
        at.object(&mut form);
        let targets = TARGETS.iter().filter(|key| at.has(key)).count();
        // A key that looks like a target was noted as unknown; that says it all.
        if targets > 1 || targets == 0 && !TARGETS.iter().any(|key| at.has_like(key)) {
            at.wrong(&|| format!("a rule has exactly one target; use {}", one_of(&TARGETS)));
        }
        let RuleForm { id, action, command, file_write, file_read, network_access, tool_use, reason, examples } = form;
        let id = id?;
        if before.iter().any(|earlier| earlier.id == id) {
            at.wrong_key("id", &|| format!("another rule has the id \"{id}\"; give each its own"));
        }
        let target = (command.map(Target::Command))
            .or(file_write.map(Target::FileWrite))
            .or(file_read.map(Target::FileRead))
            .or(network_access.map(Target::NetworkAccess))
            .or(tool_use.map(Target::ToolUse))?;
        Some(Self { id, action: action?, target, reason, examples })
    }
}

/// A rule: `id`, `action`, and exactly one of `command`, `file_write`, `file_read`, `network_access` and `tool_use`.
#[derive(Default)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Rule", deny_unknown_fields, extend("oneOf" = [
    { "required": ["command"] }, { "required": ["file_write"] }, { "required": ["file_read"] },
    { "required": ["network_access"] }, { "required": ["tool_use"] },
])))]
pub(super) struct RuleForm {
    /// Its name in events and denials; each rule has its own.
    #[cfg_attr(test, schemars(with = "Name"))]
    id: Option<Name>,
    /// `allow`, `prompt` or `deny`; `approve` is read as `allow`.
    #[cfg_attr(test, schemars(with = "Decision"))]
    action: Option<Decision>,
    /// Commands that begin with these words, 1 to 64; each word is a string or a list of alternatives.
    #[cfg_attr(test, schemars(default, with = "Vec<CommandWord>", length(min = 1, max = RULE_WORDS_MAX)))]
    command: Option<Vec<CommandWord>>,
    /// Writes to paths, as patterns such as `**/.env*`; 1 to 64.
    #[cfg_attr(test, schemars(default, with = "Vec<RuleWord>", length(min = 1, max = RULE_WORDS_MAX)))]
    file_write: Option<Vec<RuleWord>>,
    /// Reads of paths, as patterns; 1 to 64.
    #[cfg_attr(test, schemars(default, with = "Vec<RuleWord>", length(min = 1, max = RULE_WORDS_MAX)))]
    file_read: Option<Vec<RuleWord>>,
    /// Hosts, as patterns such as `*.example.org` or `*:23`; 1 to 64.
    #[cfg_attr(test, schemars(default, with = "Vec<HostPattern>", length(min = 1, max = RULE_WORDS_MAX)))]
    network_access: Option<Vec<HostPattern>>,
    /// Tools, as patterns over their names such as `github_*`; 1 to 64.
    #[cfg_attr(test, schemars(default, with = "Vec<RuleWord>", length(min = 1, max = RULE_WORDS_MAX)))]
    tool_use: Option<Vec<RuleWord>>,
    /// Why the rule is there, at most 300 bytes; shown in the denial. Default: none.
    reason: Option<Reason>,
    /// What the rule must match and what not. Default: none.
    #[cfg_attr(test, schemars(default))]
    examples: Examples,
}

impl Object for RuleForm {
    const FIELDS: &'static [Field<Self>] = &[
        ("id", |to, at| to.id = at.checked()),
        ("action", |to, at| to.action = Decision::read(at)),
        ("command", |to, at| to.command = at.list(1, RULE_WORDS_MAX, CommandWord::read)),
        ("file_write", |to, at| to.file_write = at.texts(1, RULE_WORDS_MAX)),
        ("file_read", |to, at| to.file_read = at.texts(1, RULE_WORDS_MAX)),
        ("network_access", |to, at| to.network_access = at.texts(1, RULE_WORDS_MAX)),
        ("tool_use", |to, at| to.tool_use = at.texts(1, RULE_WORDS_MAX)),
        ("reason", |to, at| at.optional(&mut to.reason, Reader::checked)),
        ("examples", |to, at| at.object(&mut to.examples)),
    ];
    const REQUIRED: &'static [&'static str] = &["id", "action"];
}
