//! When the heart beats, and how late the host let it.
//!
//! Beats of the interval stand on a grid anchored at the boot, so lateness never adds up. A state change adds a beat
//! that does not move the grid. What a beat says is composed in `crate::pack`.

use std::collections::VecDeque;

use crate::event::heartbeat::{LoopLag, Trigger};
use crate::limits::{BEAT_GAP_MS, LAG_SAMPLES};
use crate::random::Random;

/// The schedule of one boot.
#[derive(Clone, Debug)]
pub struct Heartbeat {
    interval_ms: u64,
    jitter: f64,
    /// The next beat of the interval.
    slot_ms: u64,
    last_ms: Option<u64>,
    is_extra_wanted: bool,
}

impl Heartbeat {
    /// A heart that beats at once, then every `interval_ms`. `jitter` is the part of an interval, 0 to 1, by which a
    /// beat may come later than its place on the grid.
    #[must_use]
    pub fn new(interval_ms: u64, jitter: f64) -> Self {
        Self { interval_ms: interval_ms.max(BEAT_GAP_MS), jitter, slot_ms: 0, last_ms: None, is_extra_wanted: false }
    }

    /// Milliseconds between two beats of the interval.
    #[must_use]
    pub const fn interval_ms(&self) -> u64 {
        self.interval_ms
    }

    /// Asks for a beat as soon as the least gap allows.
    pub const fn state_changed(&mut self) {
        self.is_extra_wanted = true;
    }

    /// What makes a beat due now, if one is.
    #[must_use]
    pub fn due(&self, now_ms: u64) -> Option<Trigger> {
        let Some(last_ms) = self.last_ms else { return Some(Trigger::Start) };
        if now_ms < last_ms.saturating_add(BEAT_GAP_MS) {
            return None;
        }
        if now_ms >= self.slot_ms {
            return Some(Trigger::Interval);
        }
        self.is_extra_wanted.then_some(Trigger::StateChange)
    }

    /// Notes a beat. Every beat carries all changes before it; one of the interval moves on to the next free place.
    pub fn beaten(&mut self, now_ms: u64, trigger: Trigger, random: &mut Random) {
        self.last_ms = Some(now_ms);
        self.is_extra_wanted = false;
        if trigger != Trigger::StateChange {
            let place = (now_ms / self.interval_ms).saturating_add(1).saturating_mul(self.interval_ms);
            self.slot_ms = place.saturating_add(self.delay_ms(random));
        }
    }

    /// When to look again.
    #[must_use]
    pub fn next_ms(&self) -> u64 {
        let earliest = self.last_ms.map_or(0, |last_ms| last_ms.saturating_add(BEAT_GAP_MS));
        if self.is_extra_wanted { earliest } else { self.slot_ms.max(earliest) }
    }

    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        clippy::cast_precision_loss,
        reason = "0 to an hour"
    )]
    fn delay_ms(&self, random: &mut Random) -> u64 {
        random.below((self.interval_ms as f64 * self.jitter) as u64)
    }
}

/// How late the last wake-ups were: what else held the host's only thread.
#[derive(Clone, Debug, Default)]
pub struct Lag(VecDeque<u64>);

impl Lag {
    /// Notes a wake-up that came `late_ms` after it was due.
    pub fn note(&mut self, late_ms: u64) {
        if self.0.len() >= LAG_SAMPLES {
            self.0.pop_front();
        }
        self.0.push_back(late_ms);
    }

    /// The last and the greatest.
    #[must_use]
    pub fn report(&self) -> LoopLag {
        LoopLag {
            last: self.0.back().copied().unwrap_or_default(),
            max: self.0.iter().copied().max().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beat(heart: &mut Heartbeat, now_ms: u64) -> Option<Trigger> {
        let trigger = heart.due(now_ms)?;
        heart.beaten(now_ms, trigger, &mut Random::new(1));
        Some(trigger)
    }

    /// S0.21: no drift, however late the timer rings.
    #[test]
    fn a_hundred_late_beats_do_not_drift() {
        let mut heart = Heartbeat::new(5_000, 0.0);
        assert_eq!(beat(&mut heart, 0), Some(Trigger::Start));
        let mut at = 0;
        for n in 1..=100 {
            at = heart.next_ms() + n % 7;
            assert_eq!(beat(&mut heart, at), Some(Trigger::Interval));
        }
        assert!((500_000..500_007).contains(&at));
    }

    #[test]
    fn missed_beats_are_one_beat_and_the_grid_stays() {
        let mut heart = Heartbeat::new(5_000, 0.0);
        beat(&mut heart, 0);
        assert_eq!(beat(&mut heart, 23_456), Some(Trigger::Interval));
        assert_eq!(heart.next_ms(), 25_000);
    }

    #[test]
    fn early_and_repeated_wake_ups_do_nothing() {
        let mut heart = Heartbeat::new(5_000, 0.0);
        beat(&mut heart, 0);
        assert_eq!(beat(&mut heart, 4_999), None);
        assert_eq!(beat(&mut heart, 5_000), Some(Trigger::Interval));
        assert_eq!(beat(&mut heart, 5_000), None);
    }

    #[test]
    fn state_changes_add_beats_a_quarter_second_apart_and_leave_the_grid() {
        let mut heart = Heartbeat::new(5_000, 0.0);
        beat(&mut heart, 0);
        heart.state_changed();
        assert_eq!(beat(&mut heart, 100), None);
        assert_eq!(heart.next_ms(), 250);
        assert_eq!(beat(&mut heart, 250), Some(Trigger::StateChange));
        assert_eq!(heart.next_ms(), 5_000);
        heart.state_changed();
        assert_eq!(beat(&mut heart, 4_900), Some(Trigger::StateChange));
        assert_eq!(heart.next_ms(), 5_150);
        assert_eq!(beat(&mut heart, 5_150), Some(Trigger::Interval));
        assert_eq!(heart.next_ms(), 10_000);
    }

    #[test]
    fn jitter_delays_within_its_part_of_the_interval() {
        let mut heart = Heartbeat::new(10_000, 0.1);
        let mut random = Random::new(9);
        heart.beaten(0, Trigger::Start, &mut random);
        assert!((10_000..11_000).contains(&heart.next_ms()));
    }

    #[test]
    fn lag_is_the_last_and_the_greatest_of_sixteen() {
        let mut lag = Lag::default();
        assert_eq!(lag.report(), LoopLag { last: 0, max: 0 });
        lag.note(900);
        lag.note(3);
        assert_eq!(lag.report(), LoopLag { last: 3, max: 900 });
        (0..16).for_each(|_| lag.note(1));
        assert_eq!(lag.report(), LoopLag { last: 1, max: 1 });
    }
}
