//! What one session did in the turn that is under way.

use super::usage::{Taken, Usage};
use crate::event::tool::Outcome;
use crate::input::CallResult;
use crate::limits::{FILES_MAX, FINGERPRINTS_MAX};
use crate::sorted::Sorted;

/// The counters of one session.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// Tokens and money.
    pub usage: Usage,
    /// How often the provider was asked again.
    pub retries: u64,
    turn: Turn,
    calls: Sorted<u64, u32>,
    files: Sorted<String, ()>,
    /// The last prompt that the host has compared files for.
    compared: Option<String>,
}

/// What a turn did.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Turn {
    /// Tool calls that were closed.
    pub tools_run: u64,
    /// Those that failed.
    pub tools_failed: u64,
    /// Those that were not let through.
    pub tools_blocked: u64,
    /// Tokens and money.
    pub taken: Taken,
    /// Money of the session when the turn began.
    pub before: Taken,
    /// Files changed, at most [`FILES_MAX`]; as the host gave them.
    pub files: Vec<String>,
    /// What the host found when it compared the files: each with the lines added and taken away. Empty where it does not.
    pub changes: Vec<(String, u64, u64)>,
    /// Lines added by tools that say so.
    pub insertions: u64,
    /// Lines taken away by them.
    pub deletions: u64,
    /// How often the provider was asked again.
    pub retries: u64,
    /// When the first piece of the answer came, in monotonic milliseconds.
    pub first_token_ms: Option<u64>,
}

impl Tally {
    /// Files were changed.
    pub fn patched(&mut self, files: &[String]) {
        let room = FILES_MAX.saturating_sub(self.files.len());
        for file in files.iter().take(room) {
            self.files.insert(file.clone(), ());
        }
    }

    /// The host compared the files with those at the time of a prompt; of an earlier prompt it is old news.
    pub fn compared(&mut self, prompt_id: &str, changes: &[(String, u64, u64)]) {
        if self.compared.as_deref().is_some_and(|known| prompt_id < known) {
            return;
        }
        self.compared = Some(prompt_id.to_owned());
        self.turn.changes = changes.to_vec();
    }

    /// Pieces of the answer came, the first of them at this time.
    pub fn streamed(&mut self, first_ms: u64) {
        self.turn.first_token_ms.get_or_insert(first_ms);
    }

    /// A call was made; gives how often it was in this turn.
    pub fn called(&mut self, fingerprint: u64) -> u32 {
        if self.calls.len() >= FINGERPRINTS_MAX && !self.calls.contains(&fingerprint) {
            return 1;
        }
        let Some(calls) = self.calls.get_or_insert_with(fingerprint, || 0) else { return 1 };
        *calls = calls.saturating_add(1);
        *calls
    }

    /// A call was closed.
    pub fn closed(&mut self, outcome: Outcome, result: Option<&CallResult>) {
        match outcome {
            Outcome::Ok | Outcome::Aborted => {}
            Outcome::Failed => self.turn.tools_failed += 1,
            Outcome::Blocked => self.turn.tools_blocked += 1,
        }
        self.turn.tools_run += 1;
        self.turn.insertions += result.and_then(|result| result.insertions).unwrap_or_default();
        self.turn.deletions += result.and_then(|result| result.deletions).unwrap_or_default();
    }

    /// Gives what the turn did and begins anew.
    pub fn end_turn(&mut self) -> Turn {
        self.calls.clear();
        let taken = std::mem::take(&mut self.usage.turn);
        let mut before = self.usage.session;
        before.cost = before.cost - taken.cost;
        Turn {
            taken,
            before,
            files: std::mem::take(&mut self.files).into_iter().map(|(file, ())| file).collect(),
            retries: std::mem::take(&mut self.retries),
            ..std::mem::take(&mut self.turn)
        }
    }
}
