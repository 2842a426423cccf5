//! An event of the host, passed through.

use serde::Serialize;
use serde_json::{Map, Value};

/// An event of the host that `events.forward` chooses: its type, its id, and the few plain fields that may be told. Of types
/// that the pack does not know there are none.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Forwarded {
    /// The host's name of the type.
    #[serde(rename = "type")]
    pub kind: String,
    /// The host's id of the event.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Texts, numbers and claims under the host's own names, a dot between the levels. Texts are redacted, at most 240
    /// bytes; paths are relative to the project. Never a message, a title, an argument or an output.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub fields: Map<String, Value>,
    /// What was redacted here; left out where nothing was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub redactions: Option<super::tool::Redactions>,
}
