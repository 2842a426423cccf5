//! The sign of life.

use serde::Serialize;

use super::limits::{HEARTBEAT_INTERVAL_MS, HEARTBEAT_JITTER_MAX, Shown};
use super::reader::{Field, Object, Reader, put};

/// The heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Heartbeat {
    /// Whether there is one (`SWARM_HEARTBEAT`). Default: true.
    pub enabled: bool,
    /// Time between two beats in milliseconds, 250 to 3600000. Default: 5000.
    #[cfg_attr(test, schemars(range(min = HEARTBEAT_INTERVAL_MS.min, max = HEARTBEAT_INTERVAL_MS.max)))]
    pub interval_ms: u64,
    /// The share of the interval by which a beat may be late, 0 to 0.5, so that a fleet does not beat as one. Default: 0.
    #[cfg_attr(test, schemars(range(min = 0, max = HEARTBEAT_JITTER_MAX)))]
    pub jitter: f64,
}

impl Default for Heartbeat {
    fn default() -> Self {
        Self { enabled: true, interval_ms: 5_000, jitter: 0.0 }
    }
}

impl Object for Heartbeat {
    const FIELDS: &'static [Field<Self>] = &[
        ("enabled", |to, at| at.flag(&mut to.enabled)),
        ("interval_ms", |to, at| put(&mut to.interval_ms, at.whole(HEARTBEAT_INTERVAL_MS))),
        ("jitter", |to, at| put(&mut to.jitter, jitter(at))),
    ];
}

fn jitter(at: &Reader) -> Option<f64> {
    let share = at.number()?;
    if (0.0..=HEARTBEAT_JITTER_MAX).contains(&share) {
        return Some(share);
    }
    let (shown, most) = (Shown(share), Shown(HEARTBEAT_JITTER_MAX));
    at.wrong(&|| format!("{shown} is out of range; use 0 to {most} (share of the interval)"));
    None
}
