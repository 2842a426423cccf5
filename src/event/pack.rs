//! Events about the pack itself and the machine under it.

use serde::Serialize;

use crate::ids::BootId;

/// What is wrong.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum ErrorCode {
    /// A value of the configuration is wrong and was not used.
    ConfigInvalid,
    /// Lines cannot be written to a sink; they are kept as long as there is room, and written when it works again.
    SinkFailed,
    /// A second copy of the pack was loaded for the same directory, and stood down.
    SecondCopy,
    /// The pack's core stopped with a fault and was started again with an empty book, or has gone quiet after three.
    Trapped,
    /// The host said something that the pack could not read; told once for each kind.
    Unreadable,
    /// Something in the pack's own JavaScript failed and was contained.
    ShimFailed,
    /// A receiver of callbacks does not accept our secret; it is left alone for ten minutes.
    ReceiverRefused,
    /// The host hands over more sessions than are followed; the one longest idle was forgotten.
    SessionsForgotten,
}

/// Something in the pack or around it is not as it should be. The host is not hurt by it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct PackError {
    /// What is wrong.
    pub code: ErrorCode,
    /// In words: what, where, and what to do about it. At most 500 bytes.
    pub message: String,
    /// The place: a key of the configuration, a sink, a hook.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// The boot that ended with the fault, for `trapped`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub previous_boot_id: Option<BootId>,
}

impl PackError {
    /// An error without a place.
    #[must_use]
    pub const fn new(code: ErrorCode, message: String) -> Self {
        Self { code, message, place: None, previous_boot_id: None }
    }
}

/// Which way the wall clock moved.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Direction {
    /// Forward: the machine slept, or the clock was set. Monotonic durations and ages do not contain that time.
    Forward,
    /// Back: the clock was set. Timestamps go on at half speed until the clock has caught up.
    Backward,
}

/// The wall clock moved by a second or more against the monotonic one: no stall of the agent.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ClockJumped {
    /// Which way.
    pub direction: Direction,
    /// How far, in milliseconds.
    pub jump_ms: u64,
}

/// The events file reached its size: it is `.1` now, and this line is in the new file. Written by the process that did it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct LogRotated {
    /// Size of the file that was put aside, in bytes.
    pub bytes: u64,
    /// Rotated files there are now.
    pub files: u64,
    /// Whether the oldest file was deleted to keep the configured number.
    pub is_oldest_deleted: bool,
}
