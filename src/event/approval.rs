//! Events of approvals, in the words of Swarm's approval records.

use serde::Serialize;

use super::tool::Redactions;
use crate::approvals::{Channel, Refusal, ResolvedBy, Status};
use crate::ids::CallId;
use crate::time::Timestamp;

/// Who asks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum AskedBy {
    /// The gate: a rule of the policy says prompt.
    Gate,
    /// The host, by a rule of its own.
    Host,
}

/// What an approval is about.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RequestDetails {
    /// Name of the tool; left out where only the host's permission is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Name of the host's permission (`external_directory`, `doom_loop` …), where the host asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub permission: Option<String>,
    /// What the host asks about, redacted, at most 8.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub patterns: Vec<String>,
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
    /// Its port.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
}

/// Something waits for an answer from outside. Exactly one `swarm.approval.resolved` with the same id follows, unless the
/// process dies without a word.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ApprovalRequested {
    /// Id of the approval, `apr_<boot_id>_<n>`: an answer names it.
    pub id: String,
    /// `command_exec`, `file_write`, `file_read`, `network_access` or `tool_use`.
    pub request_type: &'static str,
    /// Always `pending`.
    pub status: Status,
    /// What is asked about.
    pub request_details: RequestDetails,
    /// Who asks.
    pub asked_by: AskedBy,
    /// Whether an answer from outside is waited for. `false`: the host decides alone, and this is only told.
    pub is_answerable: bool,
    /// SHA-256 of the exact call. An answer that names another is refused.
    pub hash: String,
    /// When it began to wait.
    pub created_at: Timestamp,
    /// When it expires; left out where it waits as long as the host does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expires_at: Option<Timestamp>,
    /// Id of the call, unique together with its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
    /// The rule of the policy that asks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Why it asks, redacted, at most 240 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// What was redacted here; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redactions: Option<Redactions>,
}

/// What ended the waiting.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Ending {
    /// An answer.
    Answered,
    /// The deadline.
    Expired,
    /// The turn was stopped or ended.
    TurnEnded,
    /// The session was deleted.
    SessionDeleted,
    /// The process or the directory ended.
    Shutdown,
}

/// An approval is over.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ApprovalResolved {
    /// Id of the approval.
    pub id: String,
    /// `approved`, `denied` or `expired`.
    pub status: Status,
    /// `user`, or `policy` where nobody answered or a program did and says so.
    pub resolved_by: ResolvedBy,
    /// What ended the waiting.
    pub cause: Ending,
    /// Where the answer came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<Channel>,
    /// Whether the answer holds for the rest of the session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_for_session: Option<bool>,
    /// When it began to wait.
    pub created_at: Timestamp,
    /// When it was over.
    pub resolved_at: Timestamp,
    /// Id of the call, unique together with its session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub call_id: Option<CallId>,
}

/// An answer was not taken. The approval, where there is one, goes on waiting.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ApprovalRefused {
    /// The id that the answer names, at most 64 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Why.
    pub why: Refusal,
    /// Where the answer came from.
    pub channel: Channel,
}
