//! What became of callbacks.

use serde::Serialize;

use crate::ids::EntryId;

/// A session names somebody to call back, and it cannot be known who: nobody is called, and nobody is guessed.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct RoutingFailed {
    /// `missing_target`, `missing_agent`, `bad_value`, `other_agent` or `other_repository`; `refused_target` where the
    /// receiver does not call that agent or session.
    pub code: &'static str,
    /// In words; of `refused_target` in those of the receiver.
    pub message: String,
    /// The agent that asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requested_agent_id: Option<String>,
    /// The agent that works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolved_agent_id: Option<String>,
    /// The session that was to be called back.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub callback_target_session_key: Option<String>,
    /// Whether the environment filled in for the title.
    pub is_fallback: bool,
}

/// A callback of the outbox, as its events name it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct Delivery {
    /// `openclaw`, `orgloop` or `webhook:<id>`.
    pub receiver: String,
    /// Its idempotency key at the receiver.
    pub entry_id: EntryId,
    /// What it is about; the same news has the same key.
    pub key: String,
    /// Attempts so far.
    pub attempts: u32,
    /// Status of the last answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Whether an earlier attempt may have reached the receiver without our hearing of it.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub possible_duplicate: bool,
}

/// A receiver has taken a callback.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeliveryDelivered {
    /// The callback.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// What the receiver calls it (`runId`, `event_id`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub receiver_run_id: Option<String>,
    /// Milliseconds from the news to the answer.
    pub age_ms: u64,
}

/// An attempt failed. The callback is kept and tried again.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeliveryFailed {
    /// The callback.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Why: `http_503`, `timed_out`, a code of the system.
    pub reason: String,
    /// Milliseconds to the next attempt, at least.
    pub retry_in_ms: u64,
}

/// A callback is given up.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct DeliveryDeadLettered {
    /// The callback.
    #[serde(flatten)]
    pub delivery: Delivery,
    /// Why: `http_401`, `redirect`, `expired`, `outbox_full`, `dropped`.
    pub reason: String,
    /// Callbacks given up for want of room since this boot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dropped_total: Option<u64>,
}
