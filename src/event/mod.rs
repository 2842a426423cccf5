//! What the pack tells: one Rust struct for each type of event, and the line it stands in.
//!
//! The schema, `EVENTS.md` and the types of the shim are made from these structs; so a doc comment here is public.
//! A payload carries no text of a person or a model, no title, no file content and no output. Commands, paths and the
//! first line of an error are redacted before they are cut.
//! Look at [`Event`] first, then at [`mod@line`].

pub mod approval;
pub mod callback;
pub mod fit;
pub mod forwarded;
pub mod heartbeat;
pub mod lifecycle;
pub mod line;
pub mod pack;
pub mod policy;
pub mod session;
pub mod tool;
pub mod trace;
pub mod usage;

use serde::{Serialize, Serializer};

pub use approval::{ApprovalRefused, ApprovalRequested, ApprovalResolved};
pub use callback::{DeliveryDeadLettered, DeliveryDelivered, DeliveryFailed, RoutingFailed};
pub use forwarded::Forwarded;
pub use heartbeat::Heartbeat;
pub use lifecycle::Lifecycle;
pub use pack::{ClockJumped, LogRotated, PackError};
pub use policy::{PolicyBypassed, PolicyDecision, PolicyDenied};
pub use session::{SessionStarted, SessionStopped, StateChanged, TurnFinished};
pub use tool::{LoopSuspected, StallSuspected, ToolFinished, ToolStarted};
pub use usage::{Diff, UsageReport};

/// The part of the pack that an event belongs to; switched off together.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Family {
    /// The heartbeat and what explains it.
    Heartbeat,
    /// What sessions do.
    Telemetry,
    /// The gate and its approvals.
    Policy,
    /// What the pack says of itself; cannot be switched off but with the whole pack.
    Pack,
}

macro_rules! events {
    ($($(#[$doc:meta])* $variant:ident($payload:ty) = $name:literal in $family:ident, spare $spare:expr;)*) => {
        /// Everything that can stand in a line.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $($(#[$doc])* $variant($payload),)*
        }

        impl Serialize for Event {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                match self { $(Self::$variant(payload) => apart(payload, serializer),)* }
            }
        }

        impl Event {
            /// The name in the line, `swarm.` and dotted lower-case words.
            #[must_use]
            pub const fn event_type(&self) -> &'static str {
                match self { $(Self::$variant(_) => $name,)* }
            }

            /// The part it belongs to.
            #[must_use]
            pub const fn family(&self) -> Family {
                match self { $(Self::$variant(_) => Family::$family,)* }
            }

            /// Fields of the payload that may be left out where the line would be too long, least missed first.
            /// The schema must not require them.
            #[must_use]
            pub const fn spare_fields(&self) -> &'static [&'static str] {
                match self { $(Self::$variant(_) => &$spare,)* }
            }
        }

        $(impl From<$payload> for Event {
            fn from(payload: $payload) -> Self {
                Self::$variant(payload)
            }
        })*

        /// Every type of event with its family and the schema of its payload, for the generated documents.
        #[cfg(test)]
        pub fn catalogue(generator: &mut schemars::SchemaGenerator) -> Vec<(&'static str, Family, schemars::Schema)> {
            vec![$(($name, Family::$family, <$payload as schemars::JsonSchema>::json_schema(generator)),)*]
        }
    };
}

/// A function for each payload: a start compiles what it tells, not all that could be told.
#[inline(never)]
fn apart<S: Serializer>(payload: &impl Serialize, serializer: S) -> Result<S::Ok, S::Error> {
    payload.serialize(serializer)
}

events! {
    /// A session was seen for the first time by this boot.
    SessionStarted(SessionStarted) = "swarm.session.started" in Telemetry, spare ["modules", "pack_version", "version"];
    /// A session will not be heard of again by this boot, but for what becomes of callbacks about it.
    SessionStopped(SessionStopped) = "swarm.session.stopped" in Telemetry, spare ["signal"];
    /// A session changed its state.
    StateChanged(StateChanged) = "swarm.state" in Telemetry, spare ["old_agent_state", "old_state"];
    /// A turn of a root session is over.
    TurnFinished(TurnFinished) = "swarm.turn.finished" in Telemetry, spare ["error", "model"];
    /// A tool call began.
    ToolStarted(ToolStarted) = "swarm.tool.started" in Telemetry, spare [
        "more_paths", "redactions", "agent", "host", "port", "cwd", "path", "command", "insertions", "deletions", "size_bytes",
    ];
    /// A tool call is over.
    ToolFinished(ToolFinished) = "swarm.tool.finished" in Telemetry, spare ["redactions", "error", "insertions", "deletions"];
    /// What a session took.
    Usage(UsageReport) = "swarm.usage" in Telemetry, spare ["models", "tree", "turn"];
    /// Files that a turn changed.
    Diff(Diff) = "swarm.diff" in Telemetry, spare ["files"];
    /// Nothing moves in a busy session.
    StallSuspected(StallSuspected) = "swarm.stall.suspected" in Telemetry, spare [];
    /// The same call again and again.
    LoopSuspected(LoopSuspected) = "swarm.loop.suspected" in Telemetry, spare [];
    /// An event of the host, passed through.
    Forwarded(Forwarded) = "swarm.forwarded" in Telemetry, spare ["redactions", "fields"];
    /// The gate decided on a call.
    PolicyDecision(PolicyDecision) = "swarm.policy.decision" in Policy, spare [
        "redactions", "atoms_omitted", "atoms", "cwd", "path", "host", "port", "command", "insertions", "deletions", "size_bytes",
        "would",
    ];
    /// A call was not let through.
    PolicyDenied(PolicyDenied) = "swarm.policy.denied" in Policy, spare ["approval_id"];
    /// A call ran that the gate was never asked about.
    PolicyBypassed(PolicyBypassed) = "swarm.policy.bypassed" in Policy, spare [];
    /// Something waits for an answer from outside.
    ApprovalRequested(ApprovalRequested) = "swarm.approval.requested" in Policy, spare [
        "redactions", "reason", "rule", "request_details.patterns", "request_details.cwd", "request_details.host", "request_details.path",
        "request_details.command", "request_details.permission", "request_details.tool",
    ];
    /// An approval is over.
    ApprovalResolved(ApprovalResolved) = "swarm.approval.resolved" in Policy, spare [];
    /// An answer was not taken.
    ApprovalRefused(ApprovalRefused) = "swarm.approval.refused" in Policy, spare ["id"];
    /// A session began or ended, in OrgLoop's form.
    Lifecycle(Lifecycle) = "swarm.lifecycle" in Telemetry, spare ["trace_id", "provenance", "payload"];
    /// A session names somebody to call back, and it cannot be known who.
    RoutingFailed(RoutingFailed) = "swarm.routing.error" in Pack, spare ["callback_target_session_key", "resolved_agent_id", "requested_agent_id"];
    /// A receiver has taken a callback.
    DeliveryDelivered(DeliveryDelivered) = "swarm.delivery.delivered" in Pack, spare ["receiver_run_id"];
    /// An attempt failed.
    DeliveryFailed(DeliveryFailed) = "swarm.delivery.failed" in Pack, spare [];
    /// A callback is given up.
    DeliveryDeadLettered(DeliveryDeadLettered) = "swarm.delivery.dead_lettered" in Pack, spare [];
    /// The process lives, and this is how it is.
    Heartbeat(Heartbeat) = "swarm.heartbeat" in Heartbeat, spare [
        "health", "directory", "model", "feed_port", "sessions", "sessions_omitted", "open_calls", "open_calls_omitted", "pack_version",
        "version", "outbox", "dropped", "loop_lag_ms", "ages_ms", "trigger", "pid", "control_port",
        "pending_approvals",
    ];
    /// The wall clock moved against the monotonic one.
    ClockJumped(ClockJumped) = "swarm.clock.jumped" in Heartbeat, spare [];
    /// The events file was rotated.
    LogRotated(LogRotated) = "swarm.log.rotated" in Pack, spare [];
    /// Something in the pack or around it is not as it should be.
    PackError(PackError) = "swarm.pack.error" in Pack, spare ["place", "previous_boot_id"];
}
