//! Events about tool calls.

use serde::Serialize;

use super::trace::Span;
use crate::ids::{CallId, SessionId};
use crate::input::FailureClass;

/// Who wanted the call.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Origin {
    /// The model.
    Model,
    /// A person typed the command (`!cmd`). It passes no gate.
    User,
}

/// How a call ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Outcome {
    /// It ran to its end; a command that exited with 3 is `ok`, too.
    Ok,
    /// It failed, or took too long.
    Failed,
    /// It was not let through.
    Blocked,
    /// The turn was stopped before its end, or ended without it.
    Aborted,
}

/// What was redacted in the texts of an event.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Redactions {
    /// How many places.
    pub count: u64,
    /// The rules that were used, at most 8.
    pub rules: Vec<String>,
}

/// A tool call began. Exactly one `swarm.tool.finished` with the same session and call id follows.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ToolStarted {
    /// Name of the tool, as the host has it: built-in, `server_tool` of MCP, or a plugin's.
    pub tool: String,
    /// Id of the call, unique together with its session.
    pub call_id: CallId,
    /// Who wanted it.
    pub origin: Origin,
    /// W3C trace and span.
    #[serde(flatten)]
    pub span: Span,
    /// A shell command, redacted, at most 512 bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
    /// The folder it runs in, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cwd: Option<String>,
    /// The file it names, relative to the project.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Further files it names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub more_paths: Option<u64>,
    /// Bytes it is to write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size_bytes: Option<u64>,
    /// Lines it is to add.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insertions: Option<u64>,
    /// Lines it is to take away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletions: Option<u64>,
    /// The host it asks, without user and query.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// Its port; the usual one of the scheme where none is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub port: Option<u16>,
    /// The kind of agent it starts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What was redacted here; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redactions: Option<Redactions>,
}

/// Why a call did not end well.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ToolError {
    /// The kind of it.
    pub class: FailureClass,
    /// The first line of what the host told the model, redacted, at most 240 bytes. Of a refusal only that it was one:
    /// what a person said with it stands in `swarm.policy.denied`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}

/// A tool call is over: exactly one line for each that began, also where the host tells no plugin of its end.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ToolFinished {
    /// Name of the tool.
    pub tool: String,
    /// Id of the call, unique together with its session.
    pub call_id: CallId,
    /// How it ended.
    pub outcome: Outcome,
    /// From the request to the end, in monotonic milliseconds.
    pub duration_ms: u64,
    /// Exit code, where the tool is a command that came to its end and the host says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exit_code: Option<i64>,
    /// Why it did not end well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<ToolError>,
    /// Lines it added to files, where it says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub insertions: Option<u64>,
    /// Lines it took away.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletions: Option<u64>,
    /// The session it started.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub child_session_id: Option<SessionId>,
    /// W3C trace and span.
    #[serde(flatten)]
    pub span: Span,
    /// What was redacted here; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redactions: Option<Redactions>,
}

/// A busy session showed no event of the host, no token and no tool progress for the configured time. Once per silence.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct StallSuspected {
    /// Milliseconds since anything moved in the session.
    pub silent_ms: u64,
    /// The configured time, in milliseconds.
    pub stall_after_ms: u64,
    /// Tool calls that run in it.
    pub open_calls: u64,
}

/// The same call, tool and arguments alike, was made again and again in one turn. Once for each such call and turn.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LoopSuspected {
    /// Name of the tool.
    pub tool: String,
    /// How often so far: the configured number.
    pub calls: u32,
}
