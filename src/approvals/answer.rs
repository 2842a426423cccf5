//! What somebody outside answered, read from a line of text.

use serde::{Deserialize, Serialize};

use crate::event::fit::cut;
use crate::json::Tree;
use crate::limits::{ANSWER_REASON_BYTES_MAX, CONTROL_BYTES_MAX};

/// Where an answer came from.
#[derive(Clone, Copy, Debug, Deserialize, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema, ts_rs::TS))]
pub enum Channel {
    /// A line in the control file.
    File,
    /// A request to the loopback port.
    Http,
    /// The host's own dialog, or its interface.
    Host,
}

/// What became of an approval.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Status {
    /// It waits for an answer.
    Pending,
    /// Somebody said yes.
    Approved,
    /// Somebody said no, or nobody can answer any more.
    Denied,
    /// Nobody answered in time.
    Expired,
}

/// Who decided.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum ResolvedBy {
    /// A person.
    User,
    /// A policy, ours or that of whoever answered.
    Policy,
}

/// Why an answer was not taken.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum Refusal {
    /// It is no JSON object, or lacks what an answer must have.
    Malformed,
    /// Its `type` is not `approval`.
    UnknownType,
    /// No approval ever had the id.
    UnknownId,
    /// The id belongs to another start of the pack.
    OtherBoot,
    /// It has been answered already.
    AlreadyAnswered,
    /// It expired, or its turn, session or process ended.
    TooLate,
    /// The hash is not that of the call.
    HashDiffers,
    /// The host would not take the answer: somebody was faster, or it decides alone.
    HostRefused,
}

impl Refusal {
    /// The word for it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::UnknownType => "unknown_type",
            Self::UnknownId => "unknown_id",
            Self::OtherBoot => "other_boot",
            Self::AlreadyAnswered => "already_answered",
            Self::TooLate => "too_late",
            Self::HashDiffers => "hash_differs",
            Self::HostRefused => "host_refused",
        }
    }
}

/// A well-formed answer.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Answer {
    /// The approval it is for.
    pub id: String,
    /// Whether it is a yes.
    pub is_approved: bool,
    /// Whether the same action needs no answer again in this session.
    pub is_for_session: bool,
    /// Who gave it.
    pub resolved_by: ResolvedBy,
    /// What the model is to be told.
    pub reason: Option<String>,
    /// The hash that was answered, where the answer names one.
    pub hash: Option<String>,
}

impl Answer {
    /// Reads an answer. Over HTTP the path names the approval (`of`), and `type` may be left out.
    ///
    /// # Errors
    ///
    /// When it is none; with the id, where there is one.
    pub fn read(text: &str, of: Option<&str>) -> Result<Self, (Option<String>, Refusal)> {
        let id = of.map(str::to_owned);
        let value = if text.len() <= CONTROL_BYTES_MAX { Tree::read(text).ok() } else { None }
            .filter(|value| matches!(value, Tree::Object(_)))
            .ok_or((id.clone(), Refusal::Malformed))?;
        let word = |name: &str| value.get(name).and_then(Tree::as_str);
        let id = id.or_else(|| word("id").map(str::to_owned));
        let refused = |refusal| Err((id.clone(), refusal));
        match value.get("type").map(Tree::as_str) {
            Some(Some("approval")) => {}
            None if of.is_some() => {}
            Some(Some(_)) => return refused(Refusal::UnknownType),
            Some(None) | None => return refused(Refusal::Malformed),
        }
        // Every field that is there must be what it says: half an answer is none.
        let strings = ["id", "hash", "reason", "resolved_at"];
        let is_odd =
            strings.iter().any(|name| value.get(name).is_some_and(|it| !matches!(it, Tree::Text(_) | Tree::Null)));
        let (Some(id), false) = (id.clone(), is_odd) else { return refused(Refusal::Malformed) };
        let is_approved = match word("status") {
            Some("approved") => true,
            Some("denied") => false,
            Some(_) | None => return refused(Refusal::Malformed),
        };
        let is_for_session = match (value.get("scope"), word("scope")) {
            (None, _) | (_, Some("once")) => false,
            (_, Some("session")) => true,
            (Some(_), _) => return refused(Refusal::Malformed),
        };
        let resolved_by = match (value.get("resolved_by"), word("resolved_by")) {
            (None, _) | (_, Some("user")) => ResolvedBy::User,
            (_, Some("policy")) => ResolvedBy::Policy,
            (Some(_), _) => return refused(Refusal::Malformed),
        };
        if word("id").is_some_and(|other| other != id) {
            return refused(Refusal::Malformed);
        }
        let reason = word("reason").filter(|reason| !reason.is_empty());
        Ok(Self {
            id,
            is_approved,
            is_for_session,
            resolved_by,
            reason: reason.map(|reason| cut(reason, ANSWER_REASON_BYTES_MAX)),
            hash: word("hash").map(str::to_owned),
        })
    }
}
