//! One session.

use std::collections::BTreeMap;

use super::state::{AgentState, Reason, Standing};
use super::turn::{TurnEnd, Turns};
use crate::event::line::Subject;
use crate::event::session::TurnReason;
use crate::ids::{AskId, CallId, SessionId};
use crate::input::{AskKind, CallPhase, SessionFact};
use crate::limits::{ASKS_MAX, OPEN_CALLS_MAX};

/// A tool call that runs.
#[derive(Clone, Debug)]
pub struct OpenCall {
    /// Name of the tool.
    pub tool: String,
    /// When it was first seen, in monotonic milliseconds.
    pub since_ms: u64,
}

/// What the host is doing for a session, apart from its asks.
#[derive(Clone, Copy, Debug)]
enum Activity {
    Idle(Reason),
    Busy,
    Retrying,
    Failed,
}

/// What is known of one session.
#[derive(Clone, Debug)]
pub struct Session {
    subject: Subject,
    activity: Activity,
    asks: BTreeMap<AskId, AskKind>,
    calls: BTreeMap<CallId, OpenCall>,
    turns: Turns,
    /// The model that answered last, as `provider/model`.
    pub model: Option<String>,
    /// When it was last heard of, in monotonic milliseconds.
    pub active_ms: u64,
    /// Whether a child session below this root is blocked.
    pub has_blocked_child: bool,
    /// Calls and asks that were not followed because too many were open, since the book last counted.
    pub not_followed: u64,
}

impl Session {
    /// A session at first sight.
    #[must_use]
    pub const fn new(subject: Subject, now_ms: u64) -> Self {
        Self {
            subject,
            activity: Activity::Idle(Reason::SessionSeen),
            asks: BTreeMap::new(),
            calls: BTreeMap::new(),
            turns: Turns::NEW,
            model: None,
            active_ms: now_ms,
            has_blocked_child: false,
            not_followed: 0,
        }
    }

    /// Takes a fact in. Gives the end of a turn, where the fact was one.
    pub fn take(&mut self, now_ms: u64, fact: SessionFact) -> Option<TurnEnd> {
        self.active_ms = self.active_ms.max(now_ms);
        match fact {
            SessionFact::Seen { model, .. } => self.remember_model(model),
            SessionFact::PromptReceived => self.turns.prompted(now_ms),
            SessionFact::BecameBusy => {
                self.turns.busy(now_ms);
                self.activity = Activity::Busy;
            }
            SessionFact::RetryScheduled => {
                self.turns.busy(now_ms);
                self.turns.moved();
                self.activity = Activity::Retrying;
            }
            SessionFact::AnswerProgressed { model, is_finished, error } => {
                self.remember_model(model);
                self.answer_progressed(now_ms, is_finished, error.as_deref());
            }
            SessionFact::Failed { error } => self.failed(now_ms, &error),
            SessionFact::WentIdle => return self.went_idle(now_ms),
            SessionFact::CallSeen { call_id, tool, phase } => self.call_seen(now_ms, call_id, tool, phase),
            SessionFact::AskRaised { ask_id, kind } => self.ask_raised(ask_id, kind),
            SessionFact::AskSettled { ask_id } => {
                self.asks.remove(&ask_id);
            }
            SessionFact::TokensStreamed { .. } => self.turns.moved(),
            SessionFact::LookedUp { .. } | SessionFact::Deleted => {}
        }
        None
    }

    /// Ends what is under way because the session or the process ends.
    pub fn cut_off(&mut self, now_ms: u64, reason: TurnReason) -> Option<TurnEnd> {
        self.calls.clear();
        self.asks.clear();
        self.activity = Activity::Idle(Reason::PackStopped);
        self.turns.cut_off(now_ms, reason)
    }

    /// The state, and what made it so. An ask counts before everything else: it is what somebody can do something about.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let asked = self.asks.values().next().map(|kind| match kind {
            AskKind::Permission => Reason::PermissionAsked,
            AskKind::Question => Reason::QuestionAsked,
        });
        match (asked, self.activity) {
            (Some(reason), _) => Standing::new(AgentState::AwaitingApproval, reason),
            (None, Activity::Busy) if self.has_blocked_child => {
                Standing::new(AgentState::AwaitingApproval, Reason::ChildBlocked)
            }
            (None, Activity::Busy) => Standing::new(AgentState::Working, Reason::TurnStarted),
            (None, Activity::Retrying) => Standing::new(AgentState::RateLimited, Reason::ProviderRetry),
            (None, Activity::Failed) => Standing::new(AgentState::Error, Reason::SessionError),
            (None, Activity::Idle(reason)) => Standing::new(AgentState::Idle, reason),
        }
    }

    /// How lines name it.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The session at the top of its tree; itself, for a root.
    #[must_use]
    pub const fn root_id(&self) -> Option<&SessionId> {
        match &self.subject {
            Subject::Process => None,
            Subject::Root(session_id) => Some(session_id),
            Subject::Child { root_id, .. } => Some(root_id),
        }
    }

    /// The session that started it.
    #[must_use]
    pub const fn parent_id(&self) -> Option<&SessionId> {
        match &self.subject {
            Subject::Process | Subject::Root(_) => None,
            Subject::Child { parent_id, .. } => Some(parent_id),
        }
    }

    /// Whether no other session started it.
    #[must_use]
    pub const fn is_root(&self) -> bool {
        matches!(self.subject, Subject::Root(_))
    }

    /// Whether a turn is under way.
    #[must_use]
    pub const fn is_in_turn(&self) -> bool {
        self.turns.is_open()
    }

    /// Tool calls that run.
    pub fn open_calls(&self) -> impl Iterator<Item = (&CallId, &OpenCall)> {
        self.calls.iter()
    }

    /// Asks that wait for an answer.
    #[must_use]
    pub fn pending_asks(&self) -> usize {
        self.asks.len()
    }

    fn remember_model(&mut self, model: Option<String>) {
        if model.is_some() {
            self.model = model;
        }
    }

    fn answer_progressed(&mut self, now_ms: u64, is_finished: bool, error: Option<&str>) {
        if let Some(error) = error {
            // Said again by the message after the error itself; only a turn under way has use for it.
            if self.turns.is_open() {
                self.turns.failed(now_ms, error, is_abort(error));
            }
        } else if is_finished {
            self.turns.answered();
        } else {
            self.turns.moved();
        }
    }

    fn failed(&mut self, now_ms: u64, error: &str) {
        if self.turns.failed(now_ms, error, is_abort(error)) && !is_abort(error) {
            self.activity = Activity::Failed;
        }
    }

    fn went_idle(&mut self, now_ms: u64) -> Option<TurnEnd> {
        let was_open = self.turns.is_open();
        let end = self.turns.idle(now_ms);
        if was_open && end.is_none() {
            return None; // the late second idle of the turn before
        }
        self.calls.clear();
        self.asks.clear();
        if let Some(end) = &end {
            self.activity = Activity::Idle(match end.reason {
                TurnReason::Completed => Reason::TurnCompleted,
                TurnReason::Aborted => Reason::TurnAborted,
                TurnReason::Error => Reason::TurnError,
                TurnReason::Unknown => Reason::TurnUnknown,
            });
        }
        end
    }

    fn call_seen(&mut self, now_ms: u64, call_id: CallId, tool: String, phase: CallPhase) {
        self.turns.moved();
        match phase {
            CallPhase::Closed => {
                self.calls.remove(&call_id);
            }
            // After the end of a turn the host still tells of its calls; nothing runs any more.
            CallPhase::Open if !self.turns.is_open() => {}
            CallPhase::Open if self.calls.len() < OPEN_CALLS_MAX || self.calls.contains_key(&call_id) => {
                let call = self.calls.entry(call_id).or_insert(OpenCall { tool: String::new(), since_ms: now_ms });
                call.tool = tool;
            }
            CallPhase::Open => self.not_followed += 1,
        }
    }

    fn ask_raised(&mut self, ask_id: AskId, kind: AskKind) {
        self.turns.moved();
        if self.asks.len() < ASKS_MAX {
            self.asks.insert(ask_id, kind);
        } else {
            self.not_followed += 1;
        }
    }
}

/// The host's name for "somebody stopped it".
fn is_abort(error: &str) -> bool {
    error == "MessageAbortedError"
}
