//! The heartbeat's shape. When it beats is `crate::heartbeat`.

use serde::Serialize;

use crate::ids::{CallId, SessionId};
use crate::session::{AgentState, Hint, Reason};

/// What made a beat.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Trigger {
    /// The first of this boot.
    Start,
    /// The interval.
    Interval,
    /// A session changed its state, or a process without one ends; not counted in the interval.
    StateChange,
}

/// The process lives, and this is how it is. *Alive* and *moving* are different facts: the line says the first, its
/// ages the second.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Heartbeat {
    /// Always `hint`: what a supervisor makes of it is the supervisor's.
    pub source: Source,
    /// What made this beat.
    pub trigger: Trigger,
    /// Milliseconds between two beats of the interval.
    pub interval_ms: u64,
    /// Milliseconds from this line after which, without another beat, the process should be taken for dead: three intervals.
    pub deadline_ms: u64,
    /// Seconds since this boot, on the monotonic clock.
    pub uptime_seconds: u64,
    /// State of the line's session as a hint: `idle`, `working` or `blocked`; `idle` for `starting` and `stopped`, too.
    pub state: Hint,
    /// State of the line's session in Swarm's vocabulary; `starting` before the first session, `stopped` in the last beat
    /// of a process that ends without one.
    pub agent_state: AgentState,
    /// What made it so.
    pub reason: Reason,
    /// Process id. Left out with `events.expose_process: false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pid: Option<u32>,
    /// Version of the host. Left out with `events.expose_process: false`, or where the host does not say.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// Version of the pack. Left out with `events.expose_process: false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pack_version: Option<String>,
    /// Project directory, the home folder written `~`. Left out with `events.expose_process: false`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub directory: Option<String>,
    /// Port on loopback where the feed is served, where it is (`feed.enabled`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feed_port: Option<u16>,
    /// The model of the line's session, as `provider/model`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub model: Option<String>,
    /// How late the host's event loop let our timer ring.
    pub loop_lag_ms: LoopLag,
    /// How long ago something moved. A value that grows while `state` is `working` shows a wedged agent.
    pub ages_ms: Ages,
    /// Tool calls that run, longest first, at most 8.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open_calls: Vec<OpenCall>,
    /// Tool calls that run and are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub open_calls_omitted: u64,
    /// Approvals, permissions and questions that wait for an answer, in all sessions.
    pub pending_approvals: u64,
    /// The loopback port on which approvals are answered, where one is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub control_port: Option<u16>,
    /// Known sessions, most recently active first, at most 32.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub sessions: Vec<SessionBrief>,
    /// Known sessions that are not listed.
    #[serde(skip_serializing_if = "is_zero")]
    pub sessions_omitted: u64,
    /// What was lost since this boot; left out while nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped: Option<Dropped>,
    /// Callbacks that wait; left out where nobody is called back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outbox: Option<OutboxHealth>,
    /// How the pack itself is.
    pub health: Health,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(n: &u64) -> bool {
    *n == 0
}

/// Where the state comes from.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Source {
    /// The agent's own word: it replaces no supervisor's judgement.
    #[default]
    Hint,
}

/// Lateness of our timer in milliseconds. It is the time that something held the host's only thread.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LoopLag {
    /// At the last wake-up.
    pub last: u64,
    /// Greatest of the last 16 wake-ups.
    pub max: u64,
}

/// Milliseconds since something was last seen in any session; left out before the first.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Ages {
    /// Any event of the host that the pack listens to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub host_event: Option<u64>,
    /// A piece of the model's answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub token: Option<u64>,
    /// The start, progress or end of a tool call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<u64>,
}

/// A tool call that runs.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OpenCall {
    /// Name of the tool.
    pub tool: String,
    /// Id of the call, unique together with its session.
    pub call_id: CallId,
    /// Session of the call.
    pub session_id: SessionId,
    /// How long it has been open, in monotonic milliseconds.
    pub age_ms: u64,
}

/// One session in a heartbeat.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SessionBrief {
    /// The session.
    pub session_id: SessionId,
    /// The session that started it, for a child session.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_session_id: Option<SessionId>,
    /// Its state as a hint.
    pub state: Hint,
    /// Its state in Swarm's vocabulary.
    pub agent_state: AgentState,
    /// Milliseconds since it was last heard of.
    pub age_ms: u64,
}

/// Counters of what was lost since this boot.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Dropped {
    /// Lines that a sink refused for longer than they could be kept.
    pub lines: u64,
    /// Sessions forgotten because too many were known.
    pub sessions: u64,
    /// Tool calls and asks not followed because too many were open in one session.
    pub calls: u64,
    /// What the host said of a session that was being looked up for longer than it could be kept.
    pub inputs: u64,
    /// What the host said and the pack could not read.
    pub unreadable: u64,
}

/// How the pack itself is.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Health {
    /// The parts that are on.
    pub modules: Modules,
    /// Where lines go.
    pub sinks: Vec<SinkHealth>,
    /// `swarm.pack.error` lines written since this boot.
    pub errors: u64,
    /// Code of the last of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub last_error: Option<super::pack::ErrorCode>,
}

/// The parts of the pack, each on or off.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Modules {
    /// `swarm.heartbeat`.
    pub heartbeat: bool,
    /// What sessions do.
    pub telemetry: bool,
    /// The gate.
    pub policy: bool,
}

/// Callbacks that nobody has answered yet.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct OutboxHealth {
    /// How many.
    pub depth: u64,
    /// Age of the oldest, in milliseconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub oldest_age_ms: Option<u64>,
    /// Given up for want of room since this boot.
    #[serde(skip_serializing_if = "is_zero")]
    pub dropped: u64,
    /// Those who are called back.
    pub receivers: Vec<ReceiverHealth>,
}

/// One receiver of callbacks.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ReceiverHealth {
    /// `openclaw`, `orgloop` or `webhook:<id>`.
    pub receiver: String,
    /// `closed`: callbacks go out; `open`: it failed too often and is left alone; `half_open`: one goes out, to see.
    pub breaker: &'static str,
    /// Callbacks under way to it.
    pub in_flight: u64,
}

/// One sink.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct SinkHealth {
    /// The sink as it is configured, without a path: `file`, `stdout`, `stderr`, `fd:3`.
    pub sink: String,
    /// Whether the last write worked.
    pub is_ok: bool,
}
