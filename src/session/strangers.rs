//! Sessions that were there before the pack: each is looked up once, and what is heard of it meanwhile waits.
//!
//! Without that, a child session of an older process would be taken for a root and its turns for turns.

use std::collections::VecDeque;

use crate::ids::SessionId;
use crate::input::SessionFact;
use crate::limits::{STRANGER_INPUTS_MAX, STRANGERS_MAX};
use crate::sorted::Sorted;

/// What became of a fact about a session nobody knows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Held {
    /// The session is new to us: look it up.
    First,
    /// It is being looked up already.
    Again,
    /// Too many are being looked up: do without.
    Refused,
}

/// Facts that wait for the look-up of their session.
#[derive(Clone, Debug, Default)]
pub struct Strangers {
    waiting: Sorted<SessionId, VecDeque<(u64, SessionFact)>>,
    dropped: u64,
}

impl Strangers {
    /// Keeps a fact. At the bound of one session the oldest goes, and is counted.
    pub fn hold(&mut self, now_ms: u64, session_id: &SessionId, fact: SessionFact) -> Held {
        let is_first = !self.waiting.contains(session_id);
        if is_first && self.waiting.len() >= STRANGERS_MAX {
            return Held::Refused;
        }
        let Some(facts) = self.waiting.get_or_insert_with(session_id.clone(), VecDeque::new) else {
            return Held::Refused;
        };
        if facts.len() >= STRANGER_INPUTS_MAX {
            facts.pop_front();
            self.dropped += 1;
        }
        facts.push_back((now_ms, fact));
        if is_first { Held::First } else { Held::Again }
    }

    /// Gives back what was kept for a session, in order, and forgets it.
    pub fn release(&mut self, session_id: &SessionId) -> Option<VecDeque<(u64, SessionFact)>> {
        self.waiting.remove(session_id)
    }

    /// The sessions that are being looked up.
    #[must_use]
    pub fn session_ids(&self) -> Vec<SessionId> {
        self.waiting.keys().cloned().collect()
    }

    /// Facts dropped since the boot.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }
}
