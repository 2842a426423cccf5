//! Where a session is in its life, as a process would say it: phase, outcome, reason, exit status.
//!
//! The host says turns; receivers want to hear the start and the end of a run. One table makes the one of the other.

use crate::event::lifecycle::{Outcome, Phase};
use crate::event::session::TurnReason;
use crate::ids::SessionId;
use crate::limits::SESSIONS_MAX;
use crate::sorted::Sorted;
use crate::time::At;

/// Exit status of a run that a person or a caller stopped, as of a program that was interrupted.
pub const INTERRUPTED: i64 = 130;

/// Exit status of a run whose process was told to end.
pub const TERMINATED: i64 = 143;

/// The end of a run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Ending {
    /// Its last phase.
    pub phase: Phase,
    /// How it came out.
    pub outcome: Outcome,
    /// In a word.
    pub reason: String,
}

/// What an exit status means.
#[must_use]
pub fn ending(exit_status: i64) -> Ending {
    let (phase, outcome, reason) = match exit_status {
        0 => (Phase::Completed, Outcome::Success, None),
        ..=128 => (Phase::Failed, Outcome::Failure, None),
        130 => (Phase::Stopped, Outcome::Cancelled, Some("sigint".to_owned())),
        137 => (Phase::Stopped, Outcome::Cancelled, Some("sigkill".to_owned())),
        143 => (Phase::Stopped, Outcome::Cancelled, Some("sigterm".to_owned())),
        129.. => (Phase::Stopped, Outcome::Cancelled, Some(["signal_", &(exit_status - 128).to_string()].concat())),
    };
    let reason = reason.unwrap_or_else(|| ["exit_code_", &exit_status.to_string()].concat());
    Ending { phase, outcome, reason }
}

/// The exit status that the end of a turn stands for.
#[must_use]
pub const fn turn_status(reason: TurnReason) -> i64 {
    match reason {
        TurnReason::Completed | TurnReason::Unknown => 0,
        TurnReason::Error => 1,
        TurnReason::Aborted => INTERRUPTED,
    }
}

/// The exit status of a turn that a signal cut off.
#[must_use]
pub fn signal_status(signal: &str) -> i64 {
    match signal {
        "SIGHUP" => 129,
        "SIGINT" => INTERRUPTED,
        _ => TERMINATED,
    }
}

/// What is remembered of a session for the day it ends.
#[derive(Clone, Debug)]
pub struct Life {
    /// When it was first seen.
    pub began: At,
    /// Exit status of its last turn; 0 before the first.
    pub exit_status: i64,
    /// When the last turn ended, in monotonic milliseconds.
    pub idle_ms: Option<u64>,
    /// Files that its turns changed.
    pub files_changed: u64,
    /// The model that answered last, as `provider/model`.
    pub model: Option<String>,
    /// Whether its end was told already.
    pub has_ended: bool,
}

/// The lives of the sessions of one boot.
#[derive(Clone, Debug, Default)]
pub struct Lives(Sorted<SessionId, Life>);

impl Lives {
    /// A session begins. At the bound the oldest is forgotten, as the book does.
    pub fn begin(&mut self, at: At, session_id: &SessionId) {
        if self.0.len() >= SESSIONS_MAX {
            let oldest = self.0.iter().min_by_key(|(_, life)| life.began.mono_ms).map(|(id, _)| id.clone());
            oldest.and_then(|id| self.0.remove(&id));
        }
        let life = Life { began: at, exit_status: 0, idle_ms: None, files_changed: 0, model: None, has_ended: false };
        self.0.insert(session_id.clone(), life);
    }

    /// A session's life.
    #[must_use]
    pub fn get(&self, session_id: &SessionId) -> Option<&Life> {
        self.0.get(session_id)
    }

    /// A turn ended.
    pub fn turn_ended(
        &mut self,
        at: At,
        session_id: &SessionId,
        exit_status: i64,
        files_changed: u64,
        model: Option<&str>,
    ) {
        if let Some(life) = self.0.get_mut(session_id) {
            life.exit_status = exit_status;
            life.idle_ms = Some(at.mono_ms);
            life.model = model.map(str::to_owned).or(life.model.take());
            life.files_changed = life.files_changed.saturating_add(files_changed);
        }
    }

    /// The end of a session is told: its life, the first time.
    pub fn end(&mut self, session_id: &SessionId) -> Option<Life> {
        let life = self.0.get_mut(session_id)?;
        (!std::mem::replace(&mut life.has_ended, true)).then(|| life.clone())
    }

    /// A session will not be heard of again.
    pub fn forget(&mut self, session_id: &SessionId) {
        self.0.remove(session_id);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// S4.7, S4.8, S4.9, S4.10: every exit status means what the real receiver made of it.
    #[test]
    fn an_exit_status_means_what_the_receiver_makes_of_it() {
        let recorded = include_str!("../tests/data/orgloop-0.7.9.jsonl");
        let mut compared = 0;
        for line in recorded.lines() {
            let line: Value = serde_json::from_str(line).unwrap_or_default();
            let (event, case) = (&line["event"]["payload"], line["case"].as_str().unwrap_or_default());
            let Some(exit_status) = event["session"]["exit_status"].as_i64().filter(|_| case.starts_with("stop"))
            else {
                continue;
            };
            let Ending { phase, outcome, reason } = ending(exit_status);
            let lifecycle = &event["lifecycle"];
            assert_eq!(lifecycle["phase"], phase.name(), "{case}");
            assert_eq!(lifecycle["outcome"], outcome.name(), "{case}");
            assert_eq!(lifecycle["reason"], reason, "{case}");
            compared += 1;
        }
        assert!(compared >= 16, "{compared}");
        assert_eq!(ending(i64::MIN).phase, Phase::Failed);
        assert_eq!(ending(i64::MAX).phase, Phase::Stopped);
    }
}
