//! For whom this process works: known from its environment only.

use super::text::{FilePath, Id, RunId, SessionKey};

/// Who started this process and wants to hear from it. Without a callback session there is no route.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Routing {
    /// The run (`SWARM_RUN_ID`).
    pub run_id: Option<RunId>,
    /// The task (`SWARM_TASK_ID`).
    pub task_id: Option<Id>,
    /// The session at the receiver that is called back (`SWARM_CALLBACK_SESSION`).
    pub callback_session: Option<SessionKey>,
    /// The agent at the receiver that is called back (`SWARM_CALLBACK_AGENT`).
    pub callback_agent: Option<Id>,
    /// Where the bridge looks for its audit file (`OPENCLAW_BRIDGE_AUDIT_DIR`).
    pub bridge_audit_dir: Option<FilePath>,
    /// Where it keeps one record for each attempt (`OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH`).
    pub bridge_mirror: Option<FilePath>,
}
