//! Which trace a piece of work belongs to: one for each turn of a tree of sessions, or the one the process was given.

use crate::event::trace::Span;
use crate::ids::{CallId, SessionId};
use crate::limits::{SESSIONS_MAX, SPANS_MAX};
use crate::random::Random;
use crate::sorted::Sorted;

/// The spans of the turns and calls that are under way.
#[derive(Clone, Debug, Default)]
pub struct Traces {
    given: Option<Span>,
    turns: Sorted<SessionId, Span>,
    calls: Sorted<(SessionId, CallId), Span>,
}

impl Traces {
    /// With the span that the process was given, if it was.
    #[must_use]
    pub const fn new(given: Option<Span>) -> Self {
        Self { given, turns: Sorted::NEW, calls: Sorted::NEW }
    }

    /// The span of the turn that a tree of sessions is in.
    pub fn turn(&mut self, root_id: &SessionId, random: &mut Random) -> Span {
        if let Some(span) = self.turns.get(root_id) {
            return *span;
        }
        let span = match self.given {
            Some(given) => given.child(random),
            None => Span::root(random),
        };
        if self.turns.len() < SESSIONS_MAX {
            self.turns.insert(root_id.clone(), span);
        }
        span
    }

    /// The span of a call. It is kept until the call is over.
    pub fn call(&mut self, root_id: &SessionId, call: (SessionId, CallId), random: &mut Random) -> Span {
        if let Some(span) = self.calls.get(&call) {
            return *span;
        }
        let span = self.turn(root_id, random).child(random);
        if self.calls.len() < SPANS_MAX {
            self.calls.insert(call, span);
        }
        span
    }

    /// A call is over.
    pub fn call_ended(&mut self, call: &(SessionId, CallId)) {
        self.calls.remove(call);
    }

    /// The turn of a tree is over.
    pub fn turn_ended(&mut self, root_id: &SessionId) {
        self.turns.remove(root_id);
    }
}
