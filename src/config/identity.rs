//! Who this agent is for its supervisor.

use serde::Serialize;

use super::reader::{Field, Object, put};
use super::text::Id;

/// The three ids every event line carries. Each is `""` when nobody gave it.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Identity {
    /// The agent (`SWARM_AGENT_ID`, or `FORGE_AGENT_ID`). Default: empty.
    pub agent_id: Id,
    /// The workspace (`SWARM_WORKSPACE_ID`, or `FORGE_WORKSPACE_ID`). Default: empty.
    pub workspace_id: Id,
    /// The machine (`SWARM_NODE_ID`, or `FORGE_NODE_ID`). Default: empty.
    pub node_id: Id,
}

impl Object for Identity {
    const FIELDS: &'static [Field<Self>] = &[
        ("agent_id", |to, at| put(&mut to.agent_id, at.checked())),
        ("workspace_id", |to, at| put(&mut to.workspace_id, at.checked())),
        ("node_id", |to, at| put(&mut to.node_id, at.checked())),
    ];
}
