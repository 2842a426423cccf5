//! One session.

use super::calls::{CallChange, Calls, OpenCall};
use super::state::{AgentState, Reason, Standing};
use super::turn::{TurnEnd, Turns};
use crate::event::line::Subject;
use crate::event::session::TurnReason;
use crate::ids::{AskId, CallId, SessionId};
use crate::input::{AskKind, FailureClass, SessionFact};
use crate::limits::ASKS_MAX;
use crate::sorted::Sorted;

/// What a fact changed, in the order in which it is to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// A tool call began or ended.
    Call(CallChange),
    /// A turn is over.
    TurnEnded(TurnEnd),
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
    asks: Sorted<AskId, (AskKind, Option<CallId>)>,
    calls: Calls,
    turns: Turns,
    /// The model that answered last, as `provider/model`.
    pub model: Option<String>,
    /// When it was last heard of, in monotonic milliseconds.
    pub active_ms: u64,
    /// Whether a child session below this root is blocked.
    has_blocked_child: bool,
    /// Whether the turn was held up before.
    was_held: bool,
    /// Asks that were not followed because too many were open, since the book last counted.
    asks_not_followed: u64,
}

impl Session {
    /// A session at first sight.
    #[must_use]
    pub const fn new(subject: Subject, now_ms: u64) -> Self {
        Self {
            subject,
            activity: Activity::Idle(Reason::SessionSeen),
            asks: Sorted::NEW,
            calls: Calls::NEW,
            turns: Turns::NEW,
            model: None,
            active_ms: now_ms,
            has_blocked_child: false,
            was_held: false,
            asks_not_followed: 0,
        }
    }

    /// Takes a fact in and tells what it changed.
    pub fn take(&mut self, now_ms: u64, fact: SessionFact) -> Vec<Change> {
        // The host compares files at any time, also long after the turn: that is no sign of life.
        if !matches!(fact, SessionFact::TurnCompared { .. }) {
            self.active_ms = self.active_ms.max(now_ms);
        }
        match fact {
            SessionFact::Seen { model, .. } => self.remember_model(model),
            SessionFact::PromptReceived => self.turns.prompted(now_ms),
            SessionFact::BecameBusy => self.busy(now_ms, Activity::Busy),
            SessionFact::RetryScheduled => {
                self.busy(now_ms, Activity::Retrying);
                self.turns.moved();
            }
            SessionFact::AnswerProgressed { model, is_finished, error } => {
                self.remember_model(model);
                self.answer_progressed(now_ms, is_finished, error.as_deref());
            }
            SessionFact::StepFinished { .. } => self.turns.answered(),
            SessionFact::Failed { error } => self.failed(now_ms, &error),
            SessionFact::WentIdle => return self.went_idle(now_ms),
            SessionFact::CallRequested { call_id, tool, facts } => {
                self.turns.moved();
                return calls(self.calls.requested(now_ms, call_id, tool, facts));
            }
            SessionFact::CallDenied { call_id } => self.calls.stopped(&call_id, FailureClass::PolicyDenied),
            SessionFact::CallSeen { call_id, tool, stage } => {
                self.turns.moved();
                return calls(self.calls.seen(now_ms, call_id, tool, stage, self.turns.is_open()));
            }
            SessionFact::AskRaised { ask_id, kind, call_id } => self.ask_raised(ask_id, kind, call_id),
            SessionFact::AskSettled { ask_id, is_rejected } => self.ask_settled(&ask_id, is_rejected),
            SessionFact::TokensStreamed { .. } => self.turns.moved(),
            SessionFact::LookedUp { .. }
            | SessionFact::Deleted
            | SessionFact::FilesPatched { .. }
            | SessionFact::TurnCompared { .. }
            | SessionFact::EnvironmentAsked { .. } => {}
        }
        Vec::new()
    }

    /// Ends what is under way because the session or the process ends.
    pub fn cut_off(&mut self, now_ms: u64, reason: TurnReason) -> Vec<Change> {
        let closed = self.calls.close_all(now_ms);
        self.asks.clear();
        self.activity = Activity::Idle(Reason::PackStopped);
        let end = self.turns.cut_off(now_ms, reason);
        closed.into_iter().map(Change::Call).chain(end.map(Change::TurnEnded)).collect()
    }

    /// The state, and what made it so. An ask counts before everything else: it is what somebody can do something about.
    #[must_use]
    pub fn standing(&self) -> Standing {
        let asked = self.asks.values().next().map(|(kind, _)| match kind {
            AskKind::Permission => Reason::PermissionAsked,
            AskKind::Question => Reason::QuestionAsked,
            AskKind::Approval => Reason::ApprovalPending,
        });
        match (asked, self.activity) {
            (Some(reason), _) => Standing::new(AgentState::AwaitingApproval, reason),
            (None, Activity::Busy) if self.has_blocked_child => {
                Standing::new(AgentState::AwaitingApproval, Reason::ChildBlocked)
            }
            (None, Activity::Busy) if self.was_held => Standing::new(AgentState::Working, Reason::TurnResumed),
            (None, Activity::Busy) => Standing::new(AgentState::Working, Reason::TurnStarted),
            (None, Activity::Retrying) => Standing::new(AgentState::RateLimited, Reason::ProviderRetry),
            (None, Activity::Failed) => Standing::new(AgentState::Error, Reason::SessionError),
            (None, Activity::Idle(reason)) => Standing::new(AgentState::Idle, reason),
        }
    }

    /// Notes whether a child session below this root is blocked.
    pub const fn mark_blocked_child(&mut self, is_blocked: bool) {
        self.was_held |= self.has_blocked_child && !is_blocked;
        self.has_blocked_child = is_blocked;
    }

    /// How lines name it.
    #[must_use]
    pub const fn subject(&self) -> &Subject {
        &self.subject
    }

    /// The session at the top of its tree; itself, for a root.
    #[must_use]
    pub const fn root_id(&self) -> Option<&SessionId> {
        self.subject.root_id()
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

    /// Calls and asks that were not followed because too many were open, since this was last asked.
    pub fn take_not_followed(&mut self) -> u64 {
        std::mem::take(&mut self.asks_not_followed) + std::mem::take(&mut self.calls.not_followed)
    }

    /// Asks that wait for an answer.
    pub fn asks(&self) -> impl Iterator<Item = (&AskId, AskKind, Option<&CallId>)> {
        self.asks.iter().map(|(ask_id, (kind, call_id))| (ask_id, *kind, call_id.as_ref()))
    }

    /// How many there are.
    #[must_use]
    pub fn pending_asks(&self) -> usize {
        self.asks.len()
    }

    fn busy(&mut self, now_ms: u64, activity: Activity) {
        if self.turns.is_open() {
            self.was_held |= matches!(self.activity, Activity::Retrying | Activity::Failed);
        } else {
            self.calls.turn_began();
            self.was_held = false;
        }
        self.turns.busy(now_ms);
        self.activity = activity;
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

    fn went_idle(&mut self, now_ms: u64) -> Vec<Change> {
        let was_open = self.turns.is_open();
        let end = self.turns.idle(now_ms);
        if was_open && end.is_none() {
            return Vec::new(); // the late second idle of the turn before
        }
        let closed = self.calls.close_all(now_ms);
        self.asks.clear();
        if let Some(end) = &end {
            self.activity = Activity::Idle(match end.reason {
                TurnReason::Completed => Reason::TurnCompleted,
                TurnReason::Aborted => Reason::TurnAborted,
                TurnReason::Error => Reason::TurnError,
                TurnReason::Unknown => Reason::TurnUnknown,
            });
        }
        closed.into_iter().map(Change::Call).chain(end.map(Change::TurnEnded)).collect()
    }

    fn ask_raised(&mut self, ask_id: AskId, kind: AskKind, call_id: Option<CallId>) {
        self.turns.moved();
        if self.asks.len() < ASKS_MAX {
            self.asks.insert(ask_id, (kind, call_id));
        } else {
            self.asks_not_followed += 1;
        }
    }

    fn ask_settled(&mut self, ask_id: &AskId, is_rejected: bool) {
        let Some((_, call_id)) = self.asks.remove(ask_id) else { return };
        self.was_held = true;
        if let Some(call_id) = call_id.filter(|_| is_rejected) {
            self.calls.stopped(&call_id, FailureClass::PermissionRejected);
        }
    }
}

fn calls(changes: Vec<CallChange>) -> Vec<Change> {
    changes.into_iter().map(Change::Call).collect()
}

/// The host's name for "somebody stopped it".
#[must_use]
pub fn is_abort(error: &str) -> bool {
    error == "MessageAbortedError"
}
