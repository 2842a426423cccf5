//! What a turn did: tools run, tokens and money taken, files changed, and the two things that look wrong from outside, a
//! stall and a loop.
//!
//! Not here: where a turn begins and ends, and which call is open (`crate::session`); what is written (`crate::event`).
//! Look at [`Telemetry`] first: it listens to facts and to the closing of calls, and gives a [`Turn`] when one ends.

pub mod cost;
mod tally;
pub mod traces;
pub mod usage;

pub use tally::{Tally, Turn};

use crate::event::tool::Outcome;
use crate::ids::SessionId;
use crate::input::{CallResult, CallStage, SessionFact};
use crate::limits::SESSIONS_MAX;
use crate::sorted::Sorted;
use usage::{Taken, Usage};

/// The tallies of all sessions that did something.
#[derive(Clone, Debug)]
pub struct Telemetry {
    loop_after_calls: u32,
    tallies: Sorted<SessionId, Tally>,
}

/// The same call again and again in one turn.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Loop {
    /// Name of the tool.
    pub tool: String,
    /// How often so far.
    pub calls: u32,
}

impl Telemetry {
    /// Without a tally yet. A loop is suspected after `loop_after_calls` equal calls in one turn.
    #[must_use]
    pub const fn new(loop_after_calls: u32) -> Self {
        Self { loop_after_calls, tallies: Sorted::NEW }
    }

    /// Takes a fact about a session in, which has those sessions `above` it and answers with `model`.
    pub fn heard(
        &mut self,
        now_ms: u64,
        session_id: &SessionId,
        above: impl FnOnce() -> Vec<SessionId>,
        model: Option<&str>,
        fact: &SessionFact,
    ) -> Option<Loop> {
        match fact {
            SessionFact::StepFinished { step_id, tokens, cost_usd } => {
                let taken = Taken { tokens: *tokens, cost: cost::Cost::from_usd(*cost_usd) };
                let counted = self.tally(session_id)?.usage.count(step_id, model.unwrap_or_default(), taken);
                for ancestor in above().into_iter().take_while(|_| counted.is_some()) {
                    self.tally(&ancestor)?.usage.tree += taken;
                }
            }
            SessionFact::FilesPatched { files } => self.tally(session_id)?.patched(files),
            SessionFact::TurnCompared { prompt_id, changes } => self.tally(session_id)?.compared(prompt_id, changes),
            SessionFact::RetryScheduled => self.tally(session_id)?.retries += 1,
            SessionFact::TokensStreamed { first_ago_ms, last_ago_ms } => {
                // `now_ms` is when the last one went by.
                let span_ms = crate::time::whole(first_ago_ms - last_ago_ms);
                self.tally(session_id)?.streamed(now_ms.saturating_sub(span_ms));
            }
            // The model has named a tool: a piece of its answer, though none that streams.
            SessionFact::CallSeen { stage: CallStage::Pending, .. } => self.tally(session_id)?.streamed(now_ms),
            SessionFact::CallRequested { tool, facts, .. } => {
                let after = self.loop_after_calls;
                let tally = self.tally(session_id)?;
                tally.streamed(now_ms);
                let calls = tally.called(facts.fingerprint);
                return (calls == after).then(|| Loop { tool: tool.clone(), calls });
            }
            SessionFact::Seen { .. }
            | SessionFact::LookedUp { .. }
            | SessionFact::Deleted
            | SessionFact::PromptReceived
            | SessionFact::BecameBusy
            | SessionFact::WentIdle
            | SessionFact::Failed { .. }
            | SessionFact::AnswerProgressed { .. }
            | SessionFact::CallSeen { .. }
            | SessionFact::CallDenied { .. }
            | SessionFact::EnvironmentAsked { .. }
            | SessionFact::AskRaised { .. }
            | SessionFact::AskSettled { .. } => {}
        }
        None
    }

    /// A call of a session was closed.
    pub fn call_closed(&mut self, session_id: &SessionId, outcome: Outcome, result: Option<&CallResult>) {
        if let Some(tally) = self.tally(session_id) {
            tally.closed(outcome, result);
        }
    }

    /// A turn of a session is over: what it did. The next one begins with nothing.
    pub fn turn_ended(&mut self, session_id: &SessionId) -> Turn {
        self.tally(session_id).map(Tally::end_turn).unwrap_or_default()
    }

    /// What a session took so far.
    #[must_use]
    pub fn usage(&self, session_id: &SessionId) -> Option<&Usage> {
        self.tallies.get(session_id).map(|tally| &tally.usage)
    }

    /// A session will not be heard of again.
    pub fn forget(&mut self, session_id: &SessionId) {
        self.tallies.remove(session_id);
    }

    /// The tally of a session; none where there are too many already.
    fn tally(&mut self, session_id: &SessionId) -> Option<&mut Tally> {
        if self.tallies.len() >= SESSIONS_MAX && !self.tallies.contains(session_id) {
            return None;
        }
        self.tallies.get_or_insert_with(session_id.clone(), Tally::default)
    }
}
