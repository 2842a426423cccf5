//! Where event lines go, how their files are kept small, and which host events are passed through.

use serde::Serialize;

use super::limits::{PATTERNS_MAX, ROTATE_BYTES, ROTATE_FILES, SINKS_MAX};
use super::reader::{Field, Object, Reader, put};
use super::sink::Sink;
use super::text::HostEventPattern;

/// The event stream.
#[derive(Clone, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Events {
    /// Where lines go, at most 8 different sinks; an empty list for nowhere (`SWARM_EVENTS`). Default: `["file"]`.
    #[cfg_attr(test, schemars(length(max = SINKS_MAX), extend("uniqueItems" = true)))]
    pub sinks: Vec<Sink>,
    /// When a file sink begins a new file.
    pub rotate: Rotate,
    /// Whether heartbeats and starts tell the process id, versions, and the directory. Default: true.
    pub expose_process: bool,
    /// Host events that are passed through as `swarm.forwarded`.
    pub forward: Forward,
}

impl Default for Events {
    fn default() -> Self {
        Self {
            sinks: vec![Sink::File { path: None }],
            rotate: Rotate::default(),
            expose_process: true,
            forward: Forward::default(),
        }
    }
}

impl Object for Events {
    const FIELDS: &'static [Field<Self>] = &[
        ("sinks", |to, at| put(&mut to.sinks, at.list(0, SINKS_MAX, sink))),
        ("rotate", |to, at| at.object(&mut to.rotate)),
        ("expose_process", |to, at| at.flag(&mut to.expose_process)),
        ("forward", |to, at| at.object(&mut to.forward)),
    ];
}

fn sink(at: &Reader, before: &[Sink]) -> Option<Sink> {
    let sink = at.checked()?;
    if before.contains(&sink) {
        at.wrong(&|| format!("sink \"{sink}\" is given twice; keep one"));
    }
    Some(sink)
}

/// Rotation of the event file: `events.jsonl`, `events.jsonl.1`, and so on.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Rotate {
    /// Size of a file in bytes, 64 KiB to 1 GiB. Default: 10485760 (10 MiB).
    #[cfg_attr(test, schemars(range(min = ROTATE_BYTES.min, max = ROTATE_BYTES.max)))]
    pub bytes: u64,
    /// How many full files are kept, 1 to 100. Default: 5.
    #[cfg_attr(test, schemars(range(min = ROTATE_FILES.min, max = ROTATE_FILES.max)))]
    pub files: u32,
}

impl Default for Rotate {
    fn default() -> Self {
        Self { bytes: 10 * 1024 * 1024, files: 5 }
    }
}

impl Object for Rotate {
    const FIELDS: &'static [Field<Self>] = &[
        ("bytes", |to, at| put(&mut to.bytes, at.whole(ROTATE_BYTES))),
        ("files", |to, at| put(&mut to.files, at.whole(ROTATE_FILES))),
    ];
}

/// Which host events are passed through. With an empty `allow` list, none.
#[derive(Clone, Debug, Default, Eq, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(default, deny_unknown_fields))]
pub struct Forward {
    /// Patterns of host events that are passed through, such as `session.*`; at most 256. Types
    /// that come by the hundred (deltas, `plugin.added` and their like) want their full name. Default: none.
    #[cfg_attr(test, schemars(length(max = PATTERNS_MAX)))]
    pub allow: Vec<HostEventPattern>,
    /// Patterns that are not, whatever `allow` says; at most 256. Default: none.
    #[cfg_attr(test, schemars(length(max = PATTERNS_MAX)))]
    pub deny: Vec<HostEventPattern>,
}

impl Object for Forward {
    const FIELDS: &'static [Field<Self>] = &[
        ("allow", |to, at| put(&mut to.allow, at.texts(0, PATTERNS_MAX))),
        ("deny", |to, at| put(&mut to.deny, at.texts(0, PATTERNS_MAX))),
    ];
}
