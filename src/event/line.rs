//! From an event to a finished line: the envelope, the numbering, the bounds.

use std::fmt::Write as _;

use serde::Serialize;

use super::Event;
use super::fit;
use crate::config::{Identity, Sink};
use crate::effect::Effect;
use crate::ids::{BootId, SessionId};
use crate::limits::{FILE_LINE_BYTES_MAX, PIPE_LINE_BYTES_MAX, TERMINAL_LINE_BYTES_MAX};
use crate::time::{At, Timestamp};

/// Version of the envelope. It changes when the meaning of a field does; a new optional field does not change it.
pub const EVENT_VERSION: u8 = 1;

/// The session that a line is about.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Subject {
    /// The process, not a session.
    #[default]
    Process,
    /// A root session.
    Root(SessionId),
    /// A session that another one started.
    Child {
        /// The session itself.
        session_id: SessionId,
        /// The one that started it.
        parent_id: SessionId,
        /// The one at the top of the tree.
        root_id: SessionId,
    },
}

impl Subject {
    /// The session, where the line is about one.
    #[must_use]
    pub const fn session_id(&self) -> Option<&SessionId> {
        match self {
            Self::Process => None,
            Self::Root(session_id) | Self::Child { session_id, .. } => Some(session_id),
        }
    }

    /// The session at the top of its tree.
    #[must_use]
    pub const fn root_id(&self) -> Option<&SessionId> {
        match self {
            Self::Process => None,
            Self::Root(session_id) => Some(session_id),
            Self::Child { root_id, .. } => Some(root_id),
        }
    }

    fn ancestors(&self) -> (Option<&SessionId>, Option<&SessionId>) {
        match self {
            Self::Process | Self::Root(_) => (None, None),
            Self::Child { parent_id, root_id, .. } => (Some(parent_id), Some(root_id)),
        }
    }
}

/// One line. The field order is the order in the line.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Line<'a, P> {
    /// Version of the envelope: 1.
    pub event_version: u8,
    /// Type of the event, `swarm.` and dotted lower-case words.
    pub event_type: &'a str,
    /// Wall time, RFC 3339 in UTC with milliseconds. Never decreases in the order of `seq`.
    pub timestamp: Timestamp,
    /// Swarm's agent, from `SWARM_AGENT_ID` or the configuration; empty where not set.
    pub agent_id: &'a str,
    /// Swarm's workspace, likewise.
    pub workspace_id: &'a str,
    /// Swarm's node, likewise.
    pub node_id: &'a str,
    /// The host's session; empty for events of the process.
    pub session_id: &'a str,
    /// For a child session: the session that started it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent_session_id: Option<&'a SessionId>,
    /// For a child session: the session at the top of its tree.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub root_session_id: Option<&'a SessionId>,
    /// Unique: a tailing reader drops repeats by it.
    pub event_id: &'a str,
    /// Number of the line in its boot, from 1, without gaps.
    pub seq: u64,
    /// One start of the pack for one directory.
    pub boot_id: &'a BootId,
    /// Monotonic milliseconds since that start.
    pub mono_ms: u64,
    /// `true` where the payload was shortened to keep the line within its bound.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub truncated: Option<bool>,
    /// Bytes that the line had before, with its newline.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_bytes: Option<usize>,
    /// What happened.
    pub payload: P,
}

/// Writes the lines of one boot to its sinks.
#[derive(Clone, Debug)]
pub struct Writer {
    identity: Identity,
    sinks: Vec<Sink>,
    boot_id: BootId,
    seq: u64,
}

impl Writer {
    /// A writer whose first line is number 1.
    #[must_use]
    pub const fn new(identity: Identity, sinks: Vec<Sink>, boot_id: BootId) -> Self {
        Self { identity, sinks, boot_id, seq: 0 }
    }

    /// The boot that the lines belong to.
    #[must_use]
    pub const fn boot_id(&self) -> &BootId {
        &self.boot_id
    }

    /// Where lines go.
    #[must_use]
    pub fn sinks(&self) -> &[Sink] {
        &self.sinks
    }

    /// The id of the last line.
    #[must_use]
    pub fn event_id(&self) -> String {
        let mut event_id = String::with_capacity(32);
        // Cannot fail: writing to a string.
        let _ = write!(event_id, "evt_{}_{}", self.boot_id, self.seq);
        event_id
    }

    /// Finishes one line for each sink, each within the bound of its sink, and gives it as a file would have it.
    pub fn write(&mut self, at: At, subject: &Subject, event: &Event, effects: &mut Vec<Effect>) -> String {
        self.seq += 1;
        let event_id = self.event_id();
        let (parent_session_id, root_session_id) = subject.ancestors();
        let line = Line {
            event_version: EVENT_VERSION,
            event_type: event.event_type(),
            timestamp: at.timestamp(),
            agent_id: &self.identity.agent_id,
            workspace_id: &self.identity.workspace_id,
            node_id: &self.identity.node_id,
            session_id: subject.session_id().map_or("", SessionId::as_str),
            parent_session_id,
            root_session_id,
            event_id: &event_id,
            seq: self.seq,
            boot_id: &self.boot_id,
            mono_ms: at.mono_ms,
            truncated: None,
            original_bytes: None,
            payload: event,
        };
        let whole = fit::text(&line);
        for sink in &self.sinks {
            let bytes_max = line_bytes_max(sink);
            let line = if whole.len() <= bytes_max { whole.clone() } else { fit::shorten(&line, event, bytes_max) };
            effects.push(Effect::Append { sink: sink.clone(), line });
        }
        if whole.len() <= FILE_LINE_BYTES_MAX { whole } else { fit::shorten(&line, event, FILE_LINE_BYTES_MAX) }
    }
}

const fn line_bytes_max(sink: &Sink) -> usize {
    match sink {
        Sink::Stdout | Sink::Stderr => TERMINAL_LINE_BYTES_MAX,
        Sink::Fd(_) => PIPE_LINE_BYTES_MAX,
        Sink::File { .. } => FILE_LINE_BYTES_MAX,
    }
}
