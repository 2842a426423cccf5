//! Two clocks that are arguments, and the one the core believes.
//!
//! [`Now`] is what the host's clocks say. [`Clock`] makes [`At`] of it: neither half ever goes back, and a jump of the
//! wall clock is noticed instead of being taken for a stall.

use std::fmt;
use std::time::{Duration, UNIX_EPOCH};

use serde::{Serialize, Serializer};

use crate::limits::CLOCK_JUMP_MS;

/// Latest time that RFC 3339 can write, in milliseconds since the epoch: the last of the year 9999.
const WALL_MS_MAX: u64 = 253_402_300_799_999;

/// What the host's clocks say. `mono_ms` counts from any point and does not run while the machine is suspended.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Now {
    /// Milliseconds since the epoch.
    pub wall_ms: u64,
    /// Monotonic milliseconds.
    pub mono_ms: u64,
}

/// A moment as the core counts it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct At {
    /// Milliseconds since the epoch; never less than before.
    pub wall_ms: u64,
    /// Milliseconds since the boot; never less than before.
    pub mono_ms: u64,
}

impl At {
    /// Milliseconds from `earlier` to this moment; 0 when it is not earlier.
    #[must_use]
    pub const fn since(&self, earlier_mono_ms: u64) -> u64 {
        self.mono_ms.saturating_sub(earlier_mono_ms)
    }

    /// The wall time as text.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        Timestamp(self.wall_ms)
    }
}

/// Wall time, written as RFC 3339 in UTC with milliseconds (`2026-05-04T10:00:05.000Z`).
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
#[cfg_attr(test, derive(schemars::JsonSchema), schemars(with = "String"))]
pub struct Timestamp(u64);

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = UNIX_EPOCH + Duration::from_millis(self.0.min(WALL_MS_MAX));
        humantime::format_rfc3339_millis(time).fmt(f)
    }
}

impl Serialize for Timestamp {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// The wall clock moved against the monotonic one.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Jump {
    /// Milliseconds forward (suspend, or the clock was set) or, negative, back.
    pub by_ms: i64,
}

/// The core's clock: monotonic in both halves, whatever the host's clocks do.
#[derive(Clone, Debug)]
pub struct Clock {
    booted: Now,
    host: Now,
    at: At,
}

impl Clock {
    /// A clock whose boot is now.
    #[must_use]
    pub const fn new(now: Now) -> Self {
        Self { booted: now, host: now, at: At { wall_ms: now.wall_ms, mono_ms: 0 } }
    }

    /// The moment of the last call of [`Clock::advance`].
    #[must_use]
    pub const fn at(&self) -> At {
        self.at
    }

    /// A moment since the boot as the host's monotonic clock counts it.
    #[must_use]
    pub const fn host_mono_ms(&self, mono_ms: u64) -> u64 {
        self.booted.mono_ms.saturating_add(mono_ms)
    }

    /// Moves on to what the host says, and tells of a jump of at least [`CLOCK_JUMP_MS`].
    pub fn advance(&mut self, now: Now) -> (At, Option<Jump>) {
        let mono_ms = now.mono_ms.saturating_sub(self.booted.mono_ms).max(self.at.mono_ms);
        let jump = self.jump(now);
        self.host = Now { wall_ms: now.wall_ms, mono_ms: now.mono_ms.max(self.host.mono_ms) };
        // A wall clock that was set back is caught up with at half speed: timestamps never go back, and a reader
        // that looks for life does not see them stand still either.
        let half = mono_ms / 2 - self.at.mono_ms / 2;
        let wall_ms = now.wall_ms.max(self.at.wall_ms.saturating_add(half));
        self.at = At { wall_ms, mono_ms };
        (self.at, jump)
    }

    fn jump(&self, now: Now) -> Option<Jump> {
        let wall = difference(now.wall_ms, self.host.wall_ms);
        let mono = difference(now.mono_ms, self.host.mono_ms).max(0);
        let by_ms = wall.saturating_sub(mono);
        // A clock that is slewed moves by half a thousandth at most.
        let slewed_ms = mono.unsigned_abs() / 1_000;
        (by_ms.unsigned_abs() >= CLOCK_JUMP_MS.max(slewed_ms)).then_some(Jump { by_ms })
    }
}

/// A number of JavaScript as a count: what is negative or not a number is 0.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is wanted"
)]
#[must_use]
pub const fn whole(number: f64) -> u64 {
    number as u64
}

fn difference(to: u64, from: u64) -> i64 {
    let distance = i64::try_from(to.abs_diff(from)).unwrap_or(i64::MAX);
    if to < from { -distance } else { distance }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Now = Now { wall_ms: 1_777_888_800_000, mono_ms: 50_000 };

    fn after(wall_ms: i64, mono_ms: u64) -> Now {
        Now { wall_ms: START.wall_ms.saturating_add_signed(wall_ms), mono_ms: START.mono_ms + mono_ms }
    }

    /// S0.16: RFC 3339, UTC, `Z`.
    #[test]
    fn a_timestamp_is_rfc_3339_with_milliseconds() {
        let text = |wall_ms| At { wall_ms, mono_ms: 0 }.timestamp().to_string();
        assert_eq!(text(START.wall_ms), "2026-05-04T10:00:00.000Z");
        assert_eq!(text(u64::MAX), "9999-12-31T23:59:59.999Z");
    }

    #[test]
    fn a_suspend_is_a_jump_and_a_late_wake_up_is_none() {
        let mut clock = Clock::new(START);
        assert_eq!(clock.advance(after(60_000, 60_000)).1, None);
        assert_eq!(clock.advance(after(3_660_000, 60_010)).1, Some(Jump { by_ms: 3_599_990 }));
        assert_eq!(clock.advance(after(3_661_000, 61_010)).1, None);
    }

    /// S0.16: a timestamp never decreases.
    #[test]
    fn a_wall_clock_set_back_is_caught_up_with_at_half_speed() {
        let mut clock = Clock::new(START);
        clock.advance(after(10_000, 10_000));
        let (at, jump) = clock.advance(after(-3_590_000, 10_000));
        assert_eq!(jump, Some(Jump { by_ms: -3_600_000 }));
        assert_eq!(at, At { wall_ms: START.wall_ms + 10_000, mono_ms: 10_000 });
        let (at, jump) = clock.advance(after(-3_588_000, 12_000));
        assert_eq!(jump, None);
        assert_eq!(at, At { wall_ms: START.wall_ms + 11_000, mono_ms: 12_000 });
        let (at, _) = clock.advance(after(3_700_000, 7_300_000));
        assert_eq!(at.wall_ms, START.wall_ms + 3_700_000);
    }

    #[test]
    fn a_monotonic_clock_that_goes_back_is_not_followed() {
        let mut clock = Clock::new(START);
        clock.advance(after(1_000, 1_000));
        assert_eq!(clock.advance(after(1_000, 0)).0.mono_ms, 1_000);
        assert_eq!(clock.advance(Now { wall_ms: 0, mono_ms: 0 }).0.mono_ms, 1_000);
        assert_eq!(clock.advance(Now { wall_ms: u64::MAX, mono_ms: u64::MAX }).0.wall_ms, u64::MAX);
    }
}
