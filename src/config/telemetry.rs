//! What is told about the work itself.

use serde::Serialize;

use super::limits::{LOOP_AFTER_CALLS, STALL_AFTER_MS};
use super::reader::{Field, Object, put};

/// Tool calls, usage, diffs, stalls and loops.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Telemetry {
    /// Whether those events are written (`SWARM_TELEMETRY`). Default: true.
    pub enabled: bool,
    /// Silence within a turn, in milliseconds, after which a stall is suspected; 1000 to 86400000. Default: 120000.
    #[cfg_attr(test, schemars(range(min = STALL_AFTER_MS.min, max = STALL_AFTER_MS.max)))]
    pub stall_after_ms: u64,
    /// Equal tool calls in one turn after which a loop is suspected; 3 to 1000. Default: 8.
    #[cfg_attr(test, schemars(range(min = LOOP_AFTER_CALLS.min, max = LOOP_AFTER_CALLS.max)))]
    pub loop_after_calls: u32,
}

impl Default for Telemetry {
    fn default() -> Self {
        Self { enabled: true, stall_after_ms: 120_000, loop_after_calls: 8 }
    }
}

impl Object for Telemetry {
    const FIELDS: &'static [Field<Self>] = &[
        ("enabled", |to, at| at.flag(&mut to.enabled)),
        ("stall_after_ms", |to, at| put(&mut to.stall_after_ms, at.whole(STALL_AFTER_MS))),
        ("loop_after_calls", |to, at| put(&mut to.loop_after_calls, at.whole(LOOP_AFTER_CALLS))),
    ];
}
