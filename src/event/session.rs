//! Events about sessions and their turns.

use serde::Serialize;

use super::heartbeat::Modules;
use super::usage::Amounts;
use crate::ids::BootId;
use crate::session::{AgentState, Hint, Reason};
use crate::time::Timestamp;

/// How the host runs: which lane of execution an agent is in.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Lane {
    /// `opencode run`: one prompt, then the process ends.
    Run,
    /// `opencode serve`: a server, many sessions.
    Serve,
    /// The terminal UI.
    Tui,
    /// `opencode acp`: an editor speaks to it over stdin and stdout.
    Acp,
    /// Another way to start, not known to this version of the pack.
    #[default]
    Unknown,
}

/// A session was seen for the first time by this boot: once per session and boot, before any other line of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionStarted {
    /// The lane of execution.
    pub execution_lane: Lane,
    /// Whether the session began now (`true`) or had existed before the pack saw it (`false`).
    pub is_new: bool,
    /// Version of the host, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Version of the pack.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_version: Option<String>,
    /// The parts of the pack that are on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub modules: Option<Modules>,
}

/// Why a session will not be heard of again.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum StopReason {
    /// The session was deleted in the host.
    Deleted,
    /// The host let go of the project directory: the end of `run` or the terminal UI, or a request to dispose.
    Disposed,
    /// A signal ended the process.
    Signal,
    /// The process ended without saying so to its plugins.
    Exited,
    /// The process of `previous_boot_id` died without a word; written by the next start.
    Tombstone,
}

/// A session will not be heard of again by this boot, but for what becomes of callbacks about it: once per session and
/// boot. An idle session has not stopped.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionStopped {
    /// Why.
    pub reason: StopReason,
    /// Name of the signal (`SIGTERM`), where one ended the process.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signal: Option<String>,
    /// The boot that the session belonged to, where another one writes this line.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_boot_id: Option<BootId>,
}

/// How sure a state is, in Swarm's words. The pack tells only what the host said, so it is always `high`.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Confidence {
    /// Said by the host itself.
    #[default]
    High,
}

/// A session changed its state. A child session that waits for an answer makes its root wait, too.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StateChanged {
    /// The state as a hint: `idle`, `working` or `blocked`; `idle` for `starting` and `stopped`, too.
    pub state: Hint,
    /// The state in Swarm's vocabulary.
    pub agent_state: AgentState,
    /// The hint before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_state: Option<Hint>,
    /// The state before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old_agent_state: Option<AgentState>,
    /// How sure.
    pub confidence: Confidence,
    /// What made it so.
    pub reason: Reason,
    /// When it was seen, RFC 3339.
    pub detected_at: Timestamp,
}

/// How a turn ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum TurnReason {
    /// The model finished its answer.
    Completed,
    /// A person, a supervisor or a signal stopped it, or its session was deleted.
    Aborted,
    /// The host reported an error.
    Error,
    /// The host went idle without an answer and without an error, or let go of the directory in the middle.
    Unknown,
}

/// A turn of a root session is over: one line for each turn, however often the host says that it is idle.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct TurnFinished {
    /// Number of the turn in its session, from 1, counted since this boot.
    pub turn: u64,
    /// How it ended.
    pub reason: TurnReason,
    /// From the prompt to the end, in monotonic milliseconds.
    pub duration_ms: u64,
    /// Name of the host's error (`APIError`), where there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The model that answered last, as `provider/model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// Tool calls of this session that were closed in the turn.
    pub tools_run: u64,
    /// Those that failed.
    pub tools_failed: u64,
    /// Those that were not let through.
    pub tools_blocked: u64,
    /// What the turn took, this session alone.
    #[serde(flatten)]
    pub amounts: Amounts,
    /// Files changed, by whatever means (git projects only).
    pub files_changed: u64,
    /// Lines added, as in `swarm.diff`.
    pub insertions: u64,
    /// Lines taken away by them.
    pub deletions: u64,
    /// How often the provider was asked again.
    pub retries: u64,
    /// From the prompt to the first piece of the answer, text, reasoning or a tool call, in monotonic milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_to_first_token_ms: Option<u64>,
}
