//! What an answer means: taken, to be tried again, or not to be.

use crate::input::CallbackOutcome;
use crate::limits::RETRY_AFTER_MS_MAX;

/// What is to be done after an attempt.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Answer {
    /// The receiver has it.
    Taken,
    /// Later, perhaps.
    Later {
        /// Why not now.
        reason: String,
        /// What the receiver asked for, in milliseconds from now.
        after_ms: Option<u64>,
    },
    /// Never.
    Never {
        /// Why.
        reason: String,
        /// Whether our token is wrong: then every other callback would be refused, too.
        is_unauthorized: bool,
    },
}

/// Reads an outcome.
#[must_use]
pub fn read(outcome: &CallbackOutcome, wall_ms: u64) -> Answer {
    let Some(status) = outcome.status else {
        let reason = crate::event::fit::cut(outcome.error.as_deref().unwrap_or("no_answer"), 64);
        return if reason == "address_refused" {
            Answer::Never { reason, is_unauthorized: false }
        } else {
            Answer::Later { reason, after_ms: None }
        };
    };
    let reason = ["http_", &status.to_string()].concat();
    match status {
        200..=299 => Answer::Taken,
        408 | 409 | 429 | 500..=599 => {
            let after_ms = outcome.retry_after.as_deref().and_then(|text| retry_after_ms(text, wall_ms));
            Answer::Later { reason, after_ms }
        }
        300..=399 => Answer::Never { reason: "redirect".to_owned(), is_unauthorized: false },
        _ => Answer::Never { reason, is_unauthorized: matches!(status, 401 | 403) },
    }
}

/// `Retry-After` in milliseconds from now: seconds, or a date. What cannot be read is nothing.
fn retry_after_ms(text: &str, wall_ms: u64) -> Option<u64> {
    let text = text.trim();
    let after_ms = match text.parse::<u64>() {
        Ok(seconds) => seconds.saturating_mul(1_000),
        Err(_) => date_ms(text)?.saturating_sub(wall_ms),
    };
    Some(after_ms.min(RETRY_AFTER_MS_MAX))
}

/// A date of HTTP (`Mon, 04 May 2026 10:00:05 GMT`) in milliseconds since the epoch. The two older forms are not sent by
/// anybody since 1999.
fn date_ms(text: &str) -> Option<u64> {
    const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    let mut words = text.split_once(", ")?.1.split(' ');
    let day: u64 = words.next()?.parse().ok()?;
    let month = words.next()?;
    let month = MONTHS.iter().position(|name| *name == month)? as u64;
    let year: u64 = words.next()?.parse().ok().filter(|year| (1970..=9_999).contains(year))?;
    let mut clock = words.next()?.splitn(3, ':').map(|part| part.parse::<u64>().ok().filter(|&part| part <= 60));
    let (hours, minutes, seconds) = (clock.next()??, clock.next()??, clock.next()??);
    // Days since the epoch, with years that begin in March, so that the leap day is the last.
    let (y, m) = if month < 2 { (year - 1, month + 10) } else { (year, month - 2) };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day;
    let days = days.checked_sub(719_469)?;
    Some(((days * 24 + hours) * 60 + minutes) * 60_000 + seconds * 1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answered(status: u16, retry_after: Option<&str>) -> Answer {
        let outcome = CallbackOutcome {
            status: Some(status),
            retry_after: retry_after.map(str::to_owned),
            ..CallbackOutcome::default()
        };
        read(&outcome, 1_777_888_800_000)
    }

    fn after_ms(text: &str) -> Option<u64> {
        match answered(429, Some(text)) {
            Answer::Later { after_ms, .. } => after_ms,
            Answer::Taken | Answer::Never { .. } => None,
        }
    }

    #[test]
    fn retry_after_is_read_in_both_forms() {
        assert_eq!(after_ms("60"), Some(60_000));
        assert_eq!(after_ms("Mon, 04 May 2026 10:00:05 GMT"), Some(5_000));
        assert_eq!(after_ms("Mon, 04 May 2026 09:00:05 GMT"), Some(0));
        assert_eq!(after_ms("Thu, 29 Feb 2024 00:00:00 GMT"), Some(0));
        assert_eq!(after_ms("99999999999999999999"), None);
        assert_eq!(after_ms("Fri, 31 Dec 9999 23:59:59 GMT"), Some(RETRY_AFTER_MS_MAX));
        for nonsense in ["", "soon", "-5", "Mon, 04 May 2026", "Mon, 99999999999 May 2026 1:1:1 GMT", ", 1 Jan 1 1:1:1"]
        {
            let _ = after_ms(nonsense);
        }
        assert_eq!(date_ms("Thu, 01 Jan 1970 00:00:00 GMT"), Some(0));
        assert_eq!(date_ms("Thu, 29 Feb 2024 12:30:00 GMT"), Some(1_709_209_800_000));
    }

    #[test]
    fn every_status_has_one_meaning() {
        for status in 0..=u16::MAX {
            let expected = match status {
                200..=299 => "taken",
                408 | 409 | 429 | 500..=599 => "later",
                _ => "never",
            };
            let found = match answered(status, None) {
                Answer::Taken => "taken",
                Answer::Later { .. } => "later",
                Answer::Never { .. } => "never",
            };
            assert_eq!(found, expected, "{status}");
        }
    }
}
