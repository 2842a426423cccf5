//! The tool calls of one session: each is opened once and closed once, whatever the host says, repeats or leaves out.
//!
//! Seen in OpenCode 1.18.33: pending, then the before-hook and running in any order, running again as output grows, then
//! completed or failed. An aborted command is told of as completed after its turn is over. A command that a person types
//! begins as running and passes no hook. A call whose arguments are wrong has no hook for its end.

use crate::event::tool::{Origin, Outcome};
use crate::ids::CallId;
use crate::input::{CallFacts, CallFailure, CallResult, CallStage, FailureClass};
use crate::limits::OPEN_CALLS_MAX;
use crate::sorted::Sorted;

/// A tool call that is open.
#[derive(Clone, Debug, PartialEq)]
pub struct OpenCall {
    /// Name of the tool.
    pub tool: String,
    /// When it was requested, or first seen, in monotonic milliseconds.
    pub since_ms: u64,
    /// Who wanted it.
    pub origin: Origin,
    /// It came through the hook, and so past the gate.
    pub was_requested: bool,
    /// What its arguments say, until its begin has been told.
    pub facts: Option<Box<CallFacts>>,
    /// Its begin has been told.
    is_told: bool,
    /// Somebody who was asked for it said no, or the gate did.
    stopped: Option<FailureClass>,
}

/// What happened to a call, in the order in which it is to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum CallChange {
    /// It began.
    Started {
        /// The call.
        call_id: CallId,
        /// What is known of it.
        call: OpenCall,
    },
    /// It is over.
    Finished {
        /// The call.
        call_id: CallId,
        /// What is known of it.
        call: OpenCall,
        /// How it ended.
        outcome: Outcome,
        /// What it said of itself.
        result: CallResult,
        /// Why it did not end well.
        failure: Option<CallFailure>,
        /// How long it took, in monotonic milliseconds.
        duration_ms: u64,
    },
}

/// The calls of one session.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    open: Sorted<CallId, OpenCall>,
    /// Closed in this turn: the host may yet tell of them.
    closed: Sorted<CallId, ()>,
    /// Not followed because too many were open, since somebody last asked.
    pub not_followed: u64,
}

impl Calls {
    /// Without a call.
    pub const NEW: Self = Self { open: Sorted::NEW, closed: Sorted::NEW, not_followed: 0 };

    /// A turn begins: a model may use the names of its calls again.
    pub fn turn_began(&mut self) {
        self.closed.clear();
    }

    /// A call was requested, with its arguments.
    pub fn requested(&mut self, now_ms: u64, call_id: CallId, tool: String, facts: Box<CallFacts>) -> Vec<CallChange> {
        self.closed.remove(&call_id); // the same name again in one turn is another call
        let Some(call) = self.open(now_ms, &call_id, tool, Origin::Model) else { return Vec::new() };
        call.since_ms = now_ms;
        call.was_requested = true;
        call.facts = Some(facts);
        call.stopped = None;
        tell(&call_id, call).into_iter().collect()
    }

    /// A call was seen in the answer. `is_in_turn`: afterwards nothing runs, whatever the host says.
    pub fn seen(
        &mut self,
        now_ms: u64,
        call_id: CallId,
        tool: String,
        stage: CallStage,
        is_in_turn: bool,
    ) -> Vec<CallChange> {
        match stage {
            CallStage::Pending | CallStage::Running { .. } if !is_in_turn || self.closed.contains(&call_id) => {
                Vec::new()
            }
            CallStage::Pending => {
                self.open(now_ms, &call_id, tool, Origin::Model);
                Vec::new()
            }
            CallStage::Running { command } => self.running(now_ms, call_id, tool, command),
            CallStage::Completed(result) => {
                let (outcome, failure) = judge(&result, is_in_turn);
                self.close(now_ms, call_id, outcome, result, failure)
            }
            CallStage::Failed(failure) => {
                let (outcome, failure) = self.judge_failure(&call_id, failure);
                self.close(now_ms, call_id, outcome, CallResult::default(), Some(failure))
            }
        }
    }

    /// A call was not let through, and this is by whom.
    pub fn stopped(&mut self, call_id: &CallId, by: FailureClass) {
        if let Some(call) = self.open.get_mut(call_id) {
            call.stopped = Some(by);
        }
    }

    /// The turn is over: what is still open never came to its end.
    pub fn close_all(&mut self, now_ms: u64) -> Vec<CallChange> {
        let open: Vec<_> = self.open.keys().cloned().collect();
        open.into_iter()
            .flat_map(|call_id| {
                let message = "the turn ended before the call did".to_owned();
                let failure = CallFailure { class: FailureClass::Interrupted, message };
                self.close(now_ms, call_id, Outcome::Aborted, CallResult::default(), Some(failure))
            })
            .collect()
    }

    /// Calls that are open.
    pub fn iter(&self) -> impl Iterator<Item = (&CallId, &OpenCall)> {
        self.open.iter()
    }

    fn running(&mut self, now_ms: u64, call_id: CallId, tool: String, command: Option<String>) -> Vec<CallChange> {
        let is_typed = !self.open.contains(&call_id);
        let origin = if is_typed { Origin::User } else { Origin::Model };
        let Some(call) = self.open(now_ms, &call_id, tool, origin) else { return Vec::new() };
        if call.origin != Origin::User {
            return Vec::new(); // the hook with the arguments comes, or has come
        }
        call.facts = Some(Box::new(CallFacts { command, ..CallFacts::default() }));
        tell(&call_id, call).into_iter().collect()
    }

    fn open(&mut self, now_ms: u64, call_id: &CallId, tool: String, origin: Origin) -> Option<&mut OpenCall> {
        if self.open.len() >= OPEN_CALLS_MAX && !self.open.contains(call_id) {
            self.not_followed += 1;
            return None;
        }
        let new = || OpenCall {
            tool: String::new(),
            since_ms: now_ms,
            origin,
            was_requested: false,
            facts: None,
            is_told: false,
            stopped: None,
        };
        let call = self.open.get_or_insert_with(call_id.clone(), new)?;
        call.tool = tool;
        Some(call)
    }

    fn judge_failure(&self, call_id: &CallId, failure: CallFailure) -> (Outcome, CallFailure) {
        let stopped = self.open.get(call_id).and_then(|call| call.stopped);
        let class = stopped.filter(|_| failure.class == FailureClass::ToolError).unwrap_or(failure.class);
        let outcome = match class {
            FailureClass::Interrupted => Outcome::Aborted,
            FailureClass::PermissionRejected | FailureClass::PermissionDenied | FailureClass::PolicyDenied => {
                Outcome::Blocked
            }
            FailureClass::InvalidTool | FailureClass::TimedOut | FailureClass::ToolError => Outcome::Failed,
        };
        (outcome, CallFailure { class, ..failure })
    }

    /// Closes a call that is open; one that is not was closed before, or never begun.
    fn close(
        &mut self,
        now_ms: u64,
        call_id: CallId,
        outcome: Outcome,
        result: CallResult,
        failure: Option<CallFailure>,
    ) -> Vec<CallChange> {
        let Some(mut call) = self.open.remove(&call_id) else { return Vec::new() };
        if self.closed.len() < 2 * OPEN_CALLS_MAX {
            self.closed.insert(call_id.clone(), ());
        }
        let started = tell(&call_id, &mut call);
        let duration_ms = now_ms.saturating_sub(call.since_ms);
        let finished = CallChange::Finished { call_id, call, outcome, result, failure, duration_ms };
        started.into_iter().chain([finished]).collect()
    }
}

/// The facts go with the news: they may be large, and hundreds of calls may be open.
fn tell(call_id: &CallId, call: &mut OpenCall) -> Option<CallChange> {
    let is_told = std::mem::replace(&mut call.is_told, true);
    let facts = call.facts.take();
    (!is_told).then(|| CallChange::Started { call_id: call_id.clone(), call: OpenCall { facts, ..call.clone() } })
}

/// The host calls a call completed that was ended from outside, and one of a tool that does not exist.
fn judge(result: &CallResult, is_in_turn: bool) -> (Outcome, Option<CallFailure>) {
    let failure = |class, message: &str| Some(CallFailure { class, message: message.to_owned() });
    match result.exit_code {
        _ if result.is_invalid => {
            (Outcome::Failed, failure(FailureClass::InvalidTool, "no such tool, or wrong arguments"))
        }
        Some(None) if is_in_turn => (Outcome::Failed, failure(FailureClass::TimedOut, "the command was ended")),
        Some(None) => (Outcome::Aborted, failure(FailureClass::Interrupted, "the command was ended")),
        Some(Some(_)) | None => (Outcome::Ok, None),
    }
}
