//! Where a turn begins and where it ends, whatever the host repeats.
//!
//! Seen in OpenCode 1.18.33: busy is said two or three times a step; idle comes once after a plain turn, twice after an
//! abort or a model error (the second when the turn has unwound), and once more for the abort of an idle session; a
//! user's message is repeated after the end; an error may be repeated after the end.

use crate::event::session::TurnReason;

/// A turn under way.
#[derive(Clone, Debug)]
struct Open {
    since_ms: u64,
    /// The model, a tool or a retry was seen in it.
    has_activity: bool,
    has_answer: bool,
    error: Option<String>,
    is_aborted: bool,
}

/// A turn that is over.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TurnEnd {
    /// Number in its session, from 1.
    pub turn: u64,
    /// How it ended.
    pub reason: TurnReason,
    /// From the prompt to the end.
    pub duration_ms: u64,
    /// Name of the host's error.
    pub error: Option<String>,
}

/// The turns of one session.
#[derive(Clone, Debug)]
pub struct Turns {
    count: u64,
    open: Option<Open>,
    /// When a prompt came that no turn was made of yet. It may stay without one: a prompt that asks for no reply.
    prompted_ms: Option<u64>,
    /// The last turn ended by an abort or an error, so the host will say idle a second time.
    is_idle_owed: bool,
}

impl Turns {
    /// A session without a turn.
    pub const NEW: Self = Self { count: 0, open: None, prompted_ms: None, is_idle_owed: false };

    /// Whether a turn is under way.
    #[must_use]
    pub const fn is_open(&self) -> bool {
        self.open.is_some()
    }

    /// A prompt was taken by the host.
    pub fn prompted(&mut self, now_ms: u64) {
        if self.open.is_none() {
            self.prompted_ms = Some(now_ms);
        }
    }

    /// The host is busy: a turn begins, or goes on.
    pub fn busy(&mut self, now_ms: u64) {
        if self.open.is_none() {
            self.begin(now_ms);
        }
    }

    /// Something moved in the turn.
    pub const fn moved(&mut self) {
        if let Some(open) = &mut self.open {
            open.has_activity = true;
        }
    }

    /// The model finished a step of its answer.
    pub const fn answered(&mut self) {
        if let Some(open) = &mut self.open {
            open.has_activity = true;
            open.has_answer = true;
        }
    }

    /// The host reported an error. Returns whether it belongs to a turn: an error after the end is a repetition.
    pub fn failed(&mut self, now_ms: u64, error: &str, is_abort: bool) -> bool {
        // An unknown model fails before the host was ever busy: the prompt is the turn.
        if self.open.is_none() && self.prompted_ms.is_some() {
            self.begin(now_ms);
        }
        let Some(open) = &mut self.open else { return false };
        open.has_activity = true;
        open.is_aborted |= is_abort;
        if !is_abort && open.error.is_none() {
            open.error = Some(error.to_owned());
        }
        true
    }

    /// The host went idle. Ends the turn under way; idle said again ends nothing.
    pub fn idle(&mut self, now_ms: u64) -> Option<TurnEnd> {
        // The second idle of an aborted turn may come when the next prompt has already made the host busy.
        let is_second = self.is_idle_owed && self.open.as_ref().is_none_or(|open| !open.has_activity);
        self.is_idle_owed &= !is_second;
        if is_second {
            return None;
        }
        let end = self.end(now_ms, None)?;
        self.is_idle_owed = matches!(end.reason, TurnReason::Aborted | TurnReason::Error);
        Some(end)
    }

    /// The session or the process ends in the middle: closes the turn under way.
    pub fn cut_off(&mut self, now_ms: u64, reason: TurnReason) -> Option<TurnEnd> {
        self.end(now_ms, Some(reason))
    }

    fn begin(&mut self, now_ms: u64) {
        self.count += 1;
        self.open = Some(Open {
            since_ms: self.prompted_ms.take().unwrap_or(now_ms),
            has_activity: false,
            has_answer: false,
            error: None,
            is_aborted: false,
        });
    }

    fn end(&mut self, now_ms: u64, cut_off: Option<TurnReason>) -> Option<TurnEnd> {
        let open = self.open.take()?;
        let reason = match (open.is_aborted, &open.error, open.has_answer) {
            (true, _, _) => TurnReason::Aborted,
            (false, Some(_), _) => TurnReason::Error,
            (false, None, true) => cut_off.unwrap_or(TurnReason::Completed),
            (false, None, false) => cut_off.unwrap_or(TurnReason::Unknown),
        };
        Some(TurnEnd { turn: self.count, reason, duration_ms: now_ms.saturating_sub(open.since_ms), error: open.error })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn end(turn: u64, reason: TurnReason, duration_ms: u64) -> Option<TurnEnd> {
        Some(TurnEnd { turn, reason, duration_ms, error: None })
    }

    #[test]
    fn a_turn_begins_with_its_prompt_and_ends_at_the_first_idle() {
        let mut turns = Turns::NEW;
        turns.prompted(10);
        turns.busy(50);
        turns.busy(60);
        turns.answered();
        assert_eq!(turns.idle(100), end(1, TurnReason::Completed, 90));
        assert_eq!(turns.idle(101), None);
        turns.busy(200);
        assert_eq!(turns.idle(210), end(2, TurnReason::Unknown, 10));
    }

    #[test]
    fn an_abort_is_one_end_though_idle_comes_twice_and_once_more() {
        let mut turns = Turns::NEW;
        turns.busy(0);
        assert!(turns.failed(5, "MessageAbortedError", true));
        assert_eq!(turns.idle(5), end(1, TurnReason::Aborted, 5));
        assert_eq!(turns.idle(130), None);
        assert_eq!(turns.idle(200), None);
    }

    #[test]
    fn the_second_idle_of_an_abort_does_not_end_the_next_turn() {
        let mut turns = Turns::NEW;
        turns.busy(0);
        turns.failed(5, "MessageAbortedError", true);
        assert_eq!(turns.idle(5), end(1, TurnReason::Aborted, 5));
        turns.prompted(20);
        turns.busy(21);
        assert_eq!(turns.idle(130), None);
        turns.answered();
        assert_eq!(turns.idle(900), end(2, TurnReason::Completed, 880));
    }

    #[test]
    fn a_prompt_that_fails_before_the_host_is_busy_is_a_turn_and_the_repeated_error_is_none() {
        let mut turns = Turns::NEW;
        turns.prompted(0);
        assert!(turns.failed(3, "UnknownError", false));
        let ended = turns.idle(4);
        assert_eq!(ended.as_ref().map(|e| e.reason), Some(TurnReason::Error));
        assert_eq!(ended.and_then(|e| e.error), Some("UnknownError".into()));
        assert!(!turns.failed(5, "UnknownError", false));
        assert!(!turns.is_open());
    }

    #[test]
    fn a_prompt_without_reply_makes_no_turn() {
        let mut turns = Turns::NEW;
        turns.prompted(0);
        assert!(!turns.is_open());
        assert_eq!(turns.idle(5), None);
    }

    #[test]
    fn a_turn_cut_off_says_who_did_it() {
        let mut turns = Turns::NEW;
        turns.busy(0);
        assert_eq!(turns.cut_off(7, TurnReason::Aborted), end(1, TurnReason::Aborted, 7));
        assert_eq!(turns.cut_off(8, TurnReason::Aborted), None);
    }
}
