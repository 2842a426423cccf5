//! Everything the pack can ask of the shim. Orders, in the imperative, carried out in order.

use crate::sorted::Sorted;

use serde::Serialize;

use crate::config::Sink;
use crate::ids::{AskId, BootId, EntryId, SessionId};

/// An order.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "effect", rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Effect {
    /// Write a finished line, with its newline, in one call.
    Append {
        /// The sink, in the form of the configuration.
        #[serde(serialize_with = "as_text")]
        #[cfg_attr(test, ts(type = "string"))]
        sink: Sink,
        /// The line.
        line: String,
    },
    /// Ask the host for a session and say what it answered, once.
    LookUpSession {
        /// The session.
        session_id: SessionId,
    },
    /// Write down that this boot has sessions now, so that the next start can close them when it died without a word.
    BeginLock {
        /// This boot.
        boot_id: BootId,
        /// Age in milliseconds at which the lock, not refreshed, means a dead process also where nothing else tells;
        /// missing where nothing refreshes it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(type = "number", optional))]
        stale_after_ms: Option<u64>,
    },
    /// Write down that a session would need a tombstone if this process died now, or would need none any more.
    NoteInLock {
        /// The session.
        session_id: SessionId,
        /// Whether it needs one.
        is_open: bool,
    },
    /// Say that this boot still lives.
    RefreshLock,
    /// This boot ends in order: nobody needs to write tombstones for it.
    RemoveLock,
    /// Add these to the environment of the command that the host asks for. None of them is secret.
    GiveEnvironment {
        /// Name and value.
        #[cfg_attr(test, ts(type = "{ [key in string]: string }"))]
        variables: Sorted<String, String>,
    },
    /// Let a tool call that waits in the hook of the host run, or not.
    SettleCall {
        /// The request that waits.
        request: u32,
        /// What the model is told instead, where the call does not run.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        denial: Option<String>,
    },
    /// Let a tool call wait in the hook of the host until it is settled.
    HoldCall {
        /// The request.
        request: u32,
    },
    /// Look where these paths lead and say it at once: the call waits for it.
    ResolvePaths {
        /// The request.
        request: u32,
        /// Absolute paths.
        paths: Vec<String>,
    },
    /// Read the control file while something waits for an answer.
    WatchControl {
        /// Whether something does.
        is_on: bool,
    },
    /// Give the host the answer to something it asks.
    AnswerAsk {
        /// The session that waits.
        session_id: SessionId,
        /// The ask.
        ask_id: AskId,
        /// `once` or `reject`.
        #[cfg_attr(test, ts(type = "'once' | 'reject'"))]
        reply: &'static str,
        /// What the model is told.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        message: Option<String>,
    },
    /// Answer the request that is under way on the control port.
    RespondControl {
        /// HTTP status.
        status: u16,
        /// JSON.
        body: String,
    },
    /// Do not give a command its environment, so that it does not run.
    RefuseEnvironment {
        /// What the model is told.
        message: String,
    },
    /// Serve the feed on loopback, and say when it is open.
    OpenFeed {
        /// This boot.
        boot_id: BootId,
    },
    /// Send a frame to whoever watches.
    Feed {
        /// The frame, whole.
        frame: String,
    },
    /// The answer to what the feed was asked.
    AnswerFeed {
        /// Frames for a watcher that has just come, else JSON.
        body: String,
    },
    /// Write lines, each with its newline, to the journal of callbacks.
    AppendJournal {
        /// The lines.
        line: String,
    },
    /// Write the journal anew, atomically.
    ReplaceJournal {
        /// All of it.
        lines: String,
    },
    /// Send a callback, after the journal is synced, and say what came of it, once.
    SendCallback {
        /// The callback.
        entry_id: EntryId,
        /// Which attempt.
        attempt: u32,
        /// What to send.
        request: CallbackRequest,
    },
    /// Write a finished line to the audit file.
    AppendAudit {
        /// The folder that is configured for it; missing: the state folder.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        folder: Option<String>,
        /// The line.
        line: String,
    },
    /// Write a finished line to the bridge's own file of attempts.
    MirrorAudit {
        /// The file that is named for it; missing: where the bridge has it.
        #[serde(skip_serializing_if = "Option::is_none")]
        #[cfg_attr(test, ts(optional))]
        file: Option<String>,
        /// The line.
        line: String,
    },
    /// Put these fields into the file of a run, atomically; a `state` over a final one only where it is final itself.
    MergeRun {
        /// Names the file.
        run_id: String,
        /// A JSON object.
        fields: String,
        /// Whether the bridge's own place has such a file, too.
        is_mirrored: bool,
    },
    /// Show a short message in the terminal UI, where there is one.
    Toast {
        /// The message.
        message: String,
    },
}

/// A callback as it is to be sent. The secrets are named, not given.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CallbackRequest {
    /// The address, with its query. It stands in no file.
    pub url: String,
    /// The body, to the byte.
    pub body: String,
    /// What is done with the secrets.
    pub scheme: Scheme,
    /// The variables that hold them.
    pub secrets: Vec<String>,
    /// Whether the name may stand for an address in a private network.
    pub allows_private_networks: bool,
}

/// How a receiver knows us.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(ts_rs::TS))]
pub enum Scheme {
    /// The secret itself, as a bearer token; the entry's id as `Idempotency-Key`.
    Bearer,
    /// `x-hub-signature-256` over the body.
    HubSha256,
    /// The headers of Standard Webhooks; the entry's id as `webhook-id`.
    StandardWebhooks,
}

fn as_text<S: serde::Serializer>(sink: &Sink, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(sink)
}

/// What a call of [`crate::pack::Pack::handle`] gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Output {
    /// Orders, to be carried out in this order.
    pub effects: Vec<Effect>,
    /// When to say [`crate::input::Input::Woke`], on the host's monotonic clock; nothing is due where it is missing.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(test, ts(type = "number", optional))]
    pub wake_at_ms: Option<u64>,
}
