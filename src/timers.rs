//! The timer table: what the pack means to do later, and when.
//!
//! A wake-up that comes early, late or twice is harmless: the table looks at the time, not at who rang.

use crate::ids::SessionId;
use crate::sorted::Sorted;

/// What a deadline is for. One of each kind stands in the table at most.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Timer {
    /// The next heartbeat.
    Beat,
    /// The end of our patience with the look-up of a session.
    LookUp(SessionId),
    /// The end of our patience with a session that works and shows nothing.
    Stall(SessionId),
    /// The next approval expires.
    Approval,
    /// The end of the time after which an idle session counts as ended.
    Grace(SessionId),
    /// The next callback.
    Outbox,
}

/// Deadlines in monotonic milliseconds since the boot.
#[derive(Clone, Debug, Default)]
pub struct Timers {
    by_time: Sorted<(u64, Timer), ()>,
    by_timer: Sorted<Timer, u64>,
}

impl Timers {
    /// Sets a deadline; an earlier setting of the same timer is replaced.
    pub fn set(&mut self, timer: Timer, at_ms: u64) {
        self.cancel(&timer);
        self.by_time.insert((at_ms, timer.clone()), ());
        self.by_timer.insert(timer, at_ms);
    }

    /// Takes a deadline back; nothing happens when there is none.
    pub fn cancel(&mut self, timer: &Timer) {
        if let Some(at_ms) = self.by_timer.remove(timer) {
            self.by_time.remove(&(at_ms, timer.clone()));
        }
    }

    /// Takes out the earliest timer whose deadline has come.
    pub fn pop_due(&mut self, now_ms: u64) -> Option<Timer> {
        let due = self.by_time.keys().next().filter(|(at_ms, _)| *at_ms <= now_ms)?.1.clone();
        self.cancel(&due);
        Some(due)
    }

    /// Whether a deadline is set.
    #[must_use]
    pub fn is_set(&self, timer: &Timer) -> bool {
        self.by_timer.contains(timer)
    }

    /// The earliest deadline.
    #[must_use]
    pub fn next_ms(&self) -> Option<u64> {
        self.by_time.keys().next().map(|(at_ms, _)| *at_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timers_come_in_order_once_and_only_when_due() {
        let session = Timer::LookUp(SessionId::default());
        let mut timers = Timers::default();
        timers.set(Timer::Beat, 20);
        timers.set(session.clone(), 10);
        timers.set(Timer::Beat, 30);
        assert_eq!(timers.next_ms(), Some(10));
        assert_eq!(timers.pop_due(9), None);
        assert_eq!(timers.pop_due(25), Some(session.clone()));
        assert_eq!(timers.pop_due(25), None);
        timers.cancel(&session);
        assert_eq!(timers.pop_due(30), Some(Timer::Beat));
        assert_eq!(timers.next_ms(), None);
    }
}
