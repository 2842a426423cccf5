//! Everything that can happen to the pack. Facts, in the past tense: what was seen, not what is thought of it.

use serde::Deserialize;

use crate::event::pack::ErrorCode;
use crate::ids::{AskId, BootId, CallId, SessionId};

/// A fact. What the host said is made into one by `crate::host`; the others are said by the shim.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Input {
    /// The pack is up, and its sinks can be written to.
    Started {
        /// Lock files of processes that are gone.
        orphans: Vec<Orphan>,
    },
    /// The timer rang; early, late or twice makes no difference.
    Woke,
    /// The host said something about a session.
    #[serde(skip)]
    SessionHeard {
        /// The session.
        session_id: SessionId,
        /// What was said.
        fact: SessionFact,
    },
    /// The host said something that concerns no session.
    #[serde(skip)]
    HostHeard,
    /// The host said something that cannot be read.
    HostUnreadable {
        /// The kind of it: the name of a hook or the type of an event.
        kind: String,
        /// Why.
        message: String,
    },
    /// A sink refused a line. Said once, until it worked again.
    SinkFailed {
        /// The sink, as in [`crate::effect::Effect::Append`].
        sink: String,
        /// The system's code (`ENOSPC`).
        code: String,
        /// Where.
        place: String,
    },
    /// A sink that had refused lines took them again.
    SinkRecovered {
        /// The sink.
        sink: String,
    },
    /// Lines were lost for good: a sink refused them for longer than they could be kept.
    LinesLost {
        /// The sink.
        sink: String,
        /// How many.
        lines: u32,
    },
    /// The events file was rotated by this process.
    LogRotated {
        /// Size of the file put aside.
        bytes: f64,
        /// Rotated files there are now.
        files: u32,
        /// Whether the oldest was deleted.
        is_oldest_deleted: bool,
    },
    /// Something went wrong outside the core.
    ShimFailed {
        /// What.
        code: ErrorCode,
        /// In words.
        message: String,
        /// Where.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        place: Option<String>,
        /// The boot that ended with it.
        #[serde(default)]
        #[cfg_attr(test, ts(optional))]
        previous_boot_id: Option<BootId>,
    },
    /// The process or the directory ends.
    Stopping {
        /// Why.
        cause: StopCause,
    },
}

/// A fact about one session.
#[derive(Clone, Debug, PartialEq)]
pub enum SessionFact {
    /// The host showed the session itself.
    Seen {
        /// The session that started it.
        parent_id: Option<SessionId>,
        /// Whether it has just been created.
        is_new: bool,
        /// Its model, as `provider/model`.
        model: Option<String>,
    },
    /// The host answered our question about the session. Nothing, where it does not know it or did not answer.
    LookedUp {
        /// The session that started it.
        parent_id: Option<SessionId>,
        /// Its model, as `provider/model`.
        model: Option<String>,
    },
    /// It was deleted.
    Deleted,
    /// The host took a prompt.
    PromptReceived,
    /// The host is busy with it.
    BecameBusy,
    /// The host will ask the provider again.
    RetryScheduled,
    /// The host went idle.
    WentIdle,
    /// The host reported an error.
    Failed {
        /// Its name; the text may hold anything and is not taken in.
        error: String,
    },
    /// The model's answer grew or ended.
    AnswerProgressed {
        /// The model, as `provider/model`.
        model: Option<String>,
        /// Whether this step of the answer is whole.
        is_finished: bool,
        /// Name of the error that ended it.
        error: Option<String>,
    },
    /// Pieces of the answer went by, and were not passed on.
    TokensStreamed {
        /// How long ago the last one was, in milliseconds.
        last_ago_ms: f64,
    },
    /// A tool call was seen.
    CallSeen {
        /// The call.
        call_id: CallId,
        /// Name of the tool.
        tool: String,
        /// Where it is.
        phase: CallPhase,
    },
    /// The host asks somebody.
    AskRaised {
        /// The ask.
        ask_id: AskId,
        /// What for.
        kind: AskKind,
    },
    /// Somebody answered, or nobody needs to any more.
    AskSettled {
        /// The ask.
        ask_id: AskId,
    },
}

/// Where a tool call is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CallPhase {
    /// Announced, waiting or running.
    Open,
    /// Over, one way or another.
    Closed,
}

/// What the host asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AskKind {
    /// A permission.
    Permission,
    /// A question of the model to the user.
    Question,
}

/// Why the process or the directory ends.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum StopCause {
    /// The host disposes of the directory.
    Disposed,
    /// The process was told to end, by the signal of this name.
    Signal(String),
    /// The process ends without having said so.
    Exited,
}

/// What a process that is gone left in its lock file.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Orphan {
    /// Its boot.
    pub boot_id: BootId,
    /// The sessions it had not closed.
    pub sessions: Vec<SessionId>,
}
