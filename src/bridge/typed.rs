//! The event that a bridge hands on: `opencode.event.v1`.

use serde::{Serialize, Serializer};
use serde_json::Value;

use super::data::{self, Ids};
use super::kind::{EventKind, kind};
use super::sse::Frame;
use crate::host::kinds::session_of;
use crate::time::Timestamp;

/// Which stream an event came from.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Scope {
    /// That of one project.
    #[default]
    Session,
    /// That of all of them.
    Global,
}

impl Scope {
    /// The scope of this name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        [("session", Self::Session), ("global", Self::Global)]
            .into_iter()
            .find(|(known, _)| *known == name)
            .map(|found| found.1)
    }
}

/// An event of a stream, its kind and its ids.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub struct TypedEvent {
    /// Always `opencode.event.v1`.
    #[cfg_attr(test, ts(type = "'opencode.event.v1'"))]
    pub schema: &'static str,
    /// The stream.
    pub scope: Scope,
    /// The frame's `event:` line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub event_name: Option<String>,
    /// The frame's `id:` line.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub event_id: Option<String>,
    /// One of the six kinds; null where it is none of them.
    #[serde(serialize_with = "name_of")]
    #[cfg_attr(test, schemars(with = "Option<String>"), ts(type = "EventKind | null"))]
    pub kind: Option<EventKind>,
    /// The kind in a sentence.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub summary: Option<&'static str>,
    /// The state of a run that the kind leads to.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(optional))]
    pub lifecycle_state: Option<&'static str>,
    /// Run, task and session. The session also where the host itself says it.
    #[serde(flatten)]
    pub ids: Ids,
    /// When it was read, RFC 3339.
    #[cfg_attr(test, ts(type = "string"))]
    pub timestamp: Timestamp,
    /// What it was wrapped in, outermost first.
    #[cfg_attr(test, ts(type = "Array<'payload' | 'data'>"))]
    pub wrappers: Vec<&'static str>,
    /// The event itself, whole: it may hold texts of people and models.
    #[cfg_attr(test, ts(type = "unknown"))]
    pub payload: Value,
}

impl TypedEvent {
    /// The event of a frame that was read at `timestamp`.
    #[must_use]
    pub fn new(frame: Frame, scope: Scope, timestamp: Timestamp) -> Self {
        let unwrapped = data::unwrap(data::read(&frame.data));
        let kind = kind(&unwrapped.payload);
        let mut ids = data::ids(&unwrapped.payload);
        ids.session_id = ids.session_id.or_else(|| session_of(&unwrapped.payload).map(str::to_owned));
        Self {
            schema: "opencode.event.v1",
            scope,
            event_name: frame.event,
            event_id: frame.id,
            kind,
            summary: kind.map(EventKind::summary),
            lifecycle_state: kind.map(EventKind::lifecycle_state),
            ids,
            timestamp,
            wrappers: unwrapped.wrappers,
            payload: unwrapped.payload,
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, clippy::ref_option, reason = "serde asks for a reference")]
fn name_of<S: Serializer>(kind: &Option<EventKind>, serializer: S) -> Result<S::Ok, S::Error> {
    kind.map(EventKind::name).serialize(serializer)
}
