//! Everything that can happen to the pack. Facts, in the past tense: what was seen, not what is thought of it.

use serde::Serialize;

use crate::approvals::Channel;
use crate::event::pack::ErrorCode;
use crate::ids::{AskId, BootId, CallId, EntryId, SessionId};
use crate::routing::Tags;

/// A fact. What the host said is made into one by `crate::host`; the others are said by the shim.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum Input {
    /// The pack is up, and its sinks can be written to.
    Started,
    /// Lock files of processes that are gone. Said before the start.
    LeftOpen(Vec<Orphan>),
    /// The timer rang; early, late or twice makes no difference.
    Woke,
    /// The host said something about a session.
    #[cfg_attr(test, ts(skip))]
    SessionHeard {
        /// The session.
        session_id: SessionId,
        /// What was said.
        fact: SessionFact,
    },
    /// A tool is about to run, and the hook waits for what becomes of it.
    #[cfg_attr(test, ts(skip))]
    CallRequested {
        /// The session.
        session_id: SessionId,
        /// The call.
        call: Box<RequestedCall>,
    },
    /// For a request, where the paths of [`crate::effect::Effect::ResolvePaths`] lead, in their order; nothing for one that
    /// cannot be known.
    PathsResolved(u32, Vec<Option<String>>),
    /// The host asks somebody for a permission.
    #[cfg_attr(test, ts(skip))]
    PermissionAsked {
        /// The session.
        session_id: SessionId,
        /// The ask.
        ask_id: AskId,
        /// The tool call that waits for it.
        call_id: Option<CallId>,
        /// What for.
        permission: Box<Permission>,
    },
    /// Somebody answered the host.
    #[cfg_attr(test, ts(skip))]
    PermissionReplied {
        /// The session.
        session_id: SessionId,
        /// The ask.
        ask_id: AskId,
        /// The answer.
        reply: Reply,
    },
    /// The host did not take our answer to this ask.
    ReplyFailed(AskId),
    /// The host's rules were changed so that it asks for the permissions of these names.
    HostLaneTaken(Vec<String>),
    /// Somebody answered an approval, or tried to.
    ControlHeard {
        /// Where.
        channel: Channel,
        /// The text, as it came.
        text: String,
        /// The approval that the address names.
        #[cfg_attr(test, ts(optional))]
        id: Option<String>,
    },
    /// Somebody asks on the control port what waits.
    ControlAsked,
    /// The control port of this number is open.
    ControlOpened(u16),
    /// The host said something that concerns no session.
    #[cfg_attr(test, ts(skip))]
    HostHeard,
    /// The host said something that is to be passed through.
    #[cfg_attr(test, ts(skip))]
    HostForwarded(Box<HostEvent>),
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
    /// The feed is served.
    FeedOpened {
        /// The port on loopback.
        port: u16,
    },
    /// Somebody asked the feed, and has shown the right to ask.
    FeedAsked(FeedQuestion),
    /// Something went wrong outside the core.
    ShimFailed {
        /// What.
        code: ErrorCode,
        /// In words.
        message: String,
        /// Where.
        #[cfg_attr(test, ts(optional))]
        place: Option<String>,
        /// The boot that ended with it.
        #[cfg_attr(test, ts(optional))]
        previous_boot_id: Option<BootId>,
    },
    /// A callback has come to an end, one way or another.
    CallbackSettled {
        /// The callback.
        entry_id: EntryId,
        /// Which attempt.
        attempt: u32,
        /// What came of it.
        outcome: CallbackOutcome,
    },
    /// The journal of a process that is gone was taken over.
    JournalAdopted {
        /// Its lines.
        lines: Vec<String>,
    },
    /// The process or the directory ends.
    Stopping {
        /// Why.
        cause: StopCause,
    },
}

/// An event of the host as far as it is passed through.
#[derive(Clone, Debug, PartialEq)]
pub struct HostEvent {
    /// Its type.
    pub kind: String,
    /// Its id.
    pub id: Option<String>,
    /// The session it is about.
    pub session_id: Option<SessionId>,
    /// The session that started that one, where the event says it.
    pub parent_id: Option<SessionId>,
    /// Texts, numbers and claims by their places in it. The texts are as the host wrote them: to be redacted.
    pub fields: Vec<(&'static str, serde_json::Value)>,
}

/// A tool call that is about to run.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestedCall {
    /// Names the hook that waits: a model may use a call id twice.
    pub request: u32,
    /// The call.
    pub call_id: CallId,
    /// Name of the tool.
    pub tool: String,
    /// What its arguments say.
    pub facts: Box<CallFacts>,
    /// The arguments themselves; nothing where they cannot be read.
    pub args: Option<serde_json::Value>,
}

/// What the host asks a permission for. The texts are to be redacted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Permission {
    /// Its name (`bash`, `edit`, `external_directory`, `doom_loop` …).
    pub name: String,
    /// What it is asked for.
    pub patterns: Vec<String>,
    /// A command.
    pub command: Option<String>,
    /// A file or folder.
    pub path: Option<String>,
    /// An address.
    pub url: Option<String>,
}

/// An answer to the host.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reply {
    /// Yes.
    Once,
    /// Yes, and the like need not be asked again.
    Always,
    /// No.
    Reject,
}

/// What the feed can be asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum FeedQuestion {
    /// The state of each session, by a watcher that has just come.
    State,
    /// How the pack is.
    Health,
    /// What waits for an answer.
    Pending,
}

/// What came of an attempt.
#[derive(Clone, Debug, Default, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct CallbackOutcome {
    /// Status of the answer, where there was one.
    #[cfg_attr(test, ts(optional))]
    pub status: Option<u16>,
    /// Its `Retry-After`.
    #[cfg_attr(test, ts(optional))]
    pub retry_after: Option<String>,
    /// The beginning of it.
    #[cfg_attr(test, ts(optional))]
    pub body: Option<String>,
    /// Why there was none: a code of the system or a word of the shim.
    #[cfg_attr(test, ts(optional))]
    pub error: Option<String>,
    /// Whether the request may have reached the receiver all the same.
    pub was_sent: bool,
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
        /// The tags of the title it was created with.
        tags: Option<Box<Tags>>,
    },
    /// The host answered our question about the session. Nothing, where it does not know it or did not answer.
    LookedUp {
        /// The session that started it.
        parent_id: Option<SessionId>,
        /// Its model, as `provider/model`.
        model: Option<String>,
        /// The tags of its title.
        tags: Option<Box<Tags>>,
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
    /// A command is about to run, and the host asks for its environment.
    EnvironmentAsked {
        /// The call; none for a terminal.
        call_id: Option<CallId>,
    },
    /// Pieces of the answer went by, and were not passed on.
    TokensStreamed {
        /// How long ago the first one was, in milliseconds.
        first_ago_ms: f64,
        /// How long ago the last one was, in milliseconds.
        last_ago_ms: f64,
    },
    /// A tool is about to run.
    CallRequested {
        /// The call.
        call_id: CallId,
        /// Name of the tool.
        tool: String,
        /// What its arguments say.
        facts: Box<CallFacts>,
    },
    /// The gate did not let a call through.
    CallDenied {
        /// The call.
        call_id: CallId,
    },
    /// A tool call was seen in the model's answer.
    CallSeen {
        /// The call.
        call_id: CallId,
        /// Name of the tool.
        tool: String,
        /// Where it is.
        stage: CallStage,
    },
    /// A step of the answer is over, and this is what it took.
    StepFinished {
        /// Names the step: the host may say it again.
        step_id: String,
        /// Tokens.
        tokens: Tokens,
        /// US dollars, as the host computed them.
        cost_usd: f64,
    },
    /// A step changed files, by whatever means.
    FilesPatched {
        /// Paths as the host gave them.
        files: Vec<String>,
    },
    /// The host compared the files with those at the time of a prompt. Said again as a turn goes on.
    TurnCompared {
        /// Names the prompt: a later one is greater.
        prompt_id: String,
        /// Files changed since, relative to the project, with lines added and taken away.
        changes: Vec<(String, u64, u64)>,
    },
    /// The host asks somebody.
    AskRaised {
        /// The ask.
        ask_id: AskId,
        /// What for.
        kind: AskKind,
        /// The tool call that waits for it.
        call_id: Option<CallId>,
    },
    /// Somebody answered, or nobody needs to any more.
    AskSettled {
        /// The ask.
        ask_id: AskId,
        /// Whether the answer was no.
        is_rejected: bool,
    },
}

/// Where a tool call is.
#[derive(Clone, Debug, PartialEq)]
pub enum CallStage {
    /// The model names it and its arguments still come.
    Pending,
    /// It runs.
    Running {
        /// The command, where the tool is a shell.
        command: Option<String>,
    },
    /// It ran to its end.
    Completed(CallResult),
    /// It did not.
    Failed(CallFailure),
}

/// What a tool call said of itself at its end.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallResult {
    /// Exit code of a command; an inner nothing where the command was ended from outside.
    pub exit_code: Option<Option<i64>>,
    /// Lines added to files.
    pub insertions: Option<u64>,
    /// Lines taken from files.
    pub deletions: Option<u64>,
    /// The session it started.
    pub child_session_id: Option<SessionId>,
    /// The model called a tool that does not exist, or called it wrongly.
    pub is_invalid: bool,
}

/// Why a tool call did not run to its end.
#[derive(Clone, Debug, PartialEq)]
pub struct CallFailure {
    /// The kind of it.
    pub class: FailureClass,
    /// What the host told the model. May hold anything.
    pub message: String,
}

/// The kind of a failure.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub enum FailureClass {
    /// The turn was stopped while the call ran or waited.
    Interrupted,
    /// Somebody was asked and said no.
    PermissionRejected,
    /// A rule of the host forbids it.
    PermissionDenied,
    /// The gate forbids it.
    PolicyDenied,
    /// The model named a tool that does not exist, or called it wrongly.
    InvalidTool,
    /// It was ended for taking too long.
    TimedOut,
    /// The tool itself failed.
    ToolError,
}

/// What the arguments of a call say, as far as it may be told. The texts are as the model wrote them: to be redacted.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallFacts {
    /// A shell command.
    pub command: Option<String>,
    /// The folder it is to run in.
    pub cwd: Option<String>,
    /// Files it names.
    pub paths: Vec<String>,
    /// Bytes it is to write.
    pub size_bytes: Option<u64>,
    /// Lines it is to add.
    pub insertions: Option<u64>,
    /// Lines it is to take away.
    pub deletions: Option<u64>,
    /// The address it is to ask.
    pub url: Option<String>,
    /// The kind of agent it is to start.
    pub agent: Option<String>,
    /// The same for the same tool with the same arguments.
    pub fingerprint: u64,
}

/// Tokens of a step, as the host counts them: `input` without what came from the cache.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tokens {
    /// Read by the model.
    pub input: u64,
    /// Written by it.
    pub output: u64,
    /// Thought by it.
    pub reasoning: u64,
    /// Taken from the cache.
    pub cache_read: u64,
    /// Put into it.
    pub cache_write: u64,
}

/// What the host asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum AskKind {
    /// A permission.
    Permission,
    /// A question of the model to the user.
    Question,
    /// An approval of ours.
    Approval,
}

/// Why the process or the directory ends.
#[derive(Clone, Debug, Eq, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS), ts(rename_all = "snake_case"))]
pub enum StopCause {
    /// The host disposes of the directory.
    Disposed,
    /// The process was told to end, by the signal of this name.
    Signal(String),
    /// The process ends without having said so.
    Exited,
}

/// What a process that is gone left in its lock file.
#[derive(Clone, Debug, PartialEq)]
#[cfg_attr(test, derive(ts_rs::TS))]
pub struct Orphan {
    /// Its boot, as the file says.
    pub boot_id: String,
    /// The sessions it had not closed. Ids that cannot be used are left out: a bad file must not stop a start.
    pub sessions: Vec<String>,
}
