//! A session's life in the normalised form of OrgLoop's connectors.

use serde::Serialize;

use crate::ids::SessionId;
use crate::time::Timestamp;

/// Where a session is in its life.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Phase {
    /// It was seen for the first time.
    Started,
    /// It ended, and its last turn was in order.
    Completed,
    /// It ended, and its last turn with an error.
    Failed,
    /// Somebody or something stopped it.
    Stopped,
}

impl Phase {
    /// The phase as a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Started => "started",
            Self::Completed => "completed",
            Self::Failed => "failed",
            Self::Stopped => "stopped",
        }
    }
}

/// How a session came out.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Outcome {
    /// Well.
    Success,
    /// Not well.
    Failure,
    /// It was stopped.
    Cancelled,
}

impl Outcome {
    /// The outcome as a word.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
            Self::Cancelled => "cancelled",
        }
    }
}

/// A session began or ended. The payload is an event in OrgLoop's normalised form.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Lifecycle {
    /// `evt_` and 16 hexadecimal digits.
    pub id: String,
    /// When, RFC 3339.
    pub timestamp: Timestamp,
    /// Always `opencode`.
    pub source: &'static str,
    /// `resource.changed` while the session lives, `actor.stopped` at its end.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// Who says so. Left out on a terminal where ids are too long for it, like what follows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub provenance: Option<Provenance>,
    /// What happened.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payload: Option<LifecyclePayload>,
    /// `trc_` and 16 hexadecimal digits.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub trace_id: Option<String>,
}

/// Who says so.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Provenance {
    /// Always `opencode`.
    pub platform: &'static str,
    /// `session.` and the phase.
    pub platform_event: String,
    /// Always `opencode`.
    pub author: &'static str,
    /// Always `bot`.
    pub author_type: &'static str,
    /// The session.
    pub session_id: SessionId,
    /// The project, the home folder written `~`. Left out with `events.expose_process: false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub working_directory: Option<String>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LifecyclePayload {
    /// Where the session is.
    pub lifecycle: LifecycleState,
    /// The session.
    pub session: LifecycleSession,
}

/// Where a session is.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LifecycleState {
    /// The phase.
    pub phase: Phase,
    /// Whether it is the last.
    pub terminal: bool,
    /// How it came out; for the last phase only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Outcome>,
    /// In a word; for the last phase only.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// `opencode:<session>:<phase>`.
    pub dedupe_key: String,
}

/// The session of a lifecycle event.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LifecycleSession {
    /// The session.
    pub id: SessionId,
    /// Always `opencode`.
    pub adapter: &'static str,
    /// Always `opencode`.
    pub harness: &'static str,
    /// The project, as above.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// When it was first seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ended_at: Option<Timestamp>,
    /// As of a program: 0, 1, 130, 143.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_status: Option<i64>,
}
