//! Events of the gate.

use serde::Serialize;

use super::tool::Redactions;
use crate::ids::CallId;

/// One decision, or a part of one.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Decided {
    /// It runs.
    Allow,
    /// Somebody is asked.
    Prompt,
    /// It does not run.
    Deny,
}

/// What made a decision.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Cause {
    /// The rule that is named.
    Rule,
    /// The same action was approved for the rest of the session.
    SessionAnswer,
    /// The rule wants somebody asked, and nobody is there.
    Unattended,
    /// The rule wants somebody asked, and too many approvals wait already.
    TooMany,
    /// The arguments could not be read; `policy.fail_mode` decided.
    Unreadable,
    /// Somebody was asked, and said no.
    ApprovalDenied,
    /// Somebody was asked, and nobody answered in time.
    ApprovalExpired,
    /// The host was to ask, and did not.
    HostDidNotAsk,
}

/// One thing that a call would do.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct AtomTold {
    /// `command_exec`, `file_write`, `file_read`, `network_access` or `tool_use`.
    pub action: &'static str,
    /// The decision on it alone.
    pub decision: Decided,
    /// The rule that decided.
    pub rule: String,
    /// The effective command, redacted, at most 240 bytes; `…` for a word that is not known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The file, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether the file is in the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_inside: Option<bool>,
    /// The host.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// Why not everything about it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub doubt: Option<&'static str>,
}

/// The gate decided on a tool call. Exactly one for each call that passes the hook of the host.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PolicyDecision {
    /// Name of the tool.
    pub tool: String,
    /// Id of the call, unique together with its session.
    pub call_id: CallId,
    /// The kind of the action that decided: `command_exec`, `file_write`, `file_read`, `network_access` or `tool_use`.
    pub action: &'static str,
    /// What holds: the strictest over all actions of the call, after the profile.
    pub decision: Decided,
    /// What would hold without `observe`; left out where it is the same.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub would: Option<Decided>,
    /// What made it so.
    pub cause: Cause,
    /// The rule that matched.
    pub rule: String,
    /// Why, redacted, at most 240 bytes.
    pub reason: String,
    /// The command, redacted, at most 512 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The folder it is to run in, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The first file, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Bytes that are to be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// Lines that are to be added.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insertions: Option<u64>,
    /// Lines that are to be taken away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletions: Option<u64>,
    /// The first host, without user and query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its port; the usual one of the scheme where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// What the call would do, the strictest first, at most 16.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub atoms: Vec<AtomTold>,
    /// Further things that it would do.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub atoms_omitted: Option<u64>,
    /// What was redacted here; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redactions: Option<Redactions>,
}

/// A tool call was not let through, and the model was told why. One for each such call, after its decision.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PolicyDenied {
    /// Name of the tool.
    pub tool: String,
    /// Id of the call, unique together with its session.
    pub call_id: CallId,
    /// The kind of the action that decided.
    pub action: &'static str,
    /// What made it so.
    pub cause: Cause,
    /// The rule that matched.
    pub rule: String,
    /// What the model was told, redacted, at most 500 bytes.
    pub message: String,
    /// The approval that was denied or expired.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub approval_id: Option<String>,
}

/// A tool ran to its end that the gate was never asked about. Not told of commands that a person types, which pass no
/// hook by design.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PolicyBypassed {
    /// Name of the tool.
    pub tool: String,
    /// Id of the call, unique together with its session.
    pub call_id: CallId,
}
