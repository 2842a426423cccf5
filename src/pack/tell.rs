//! From news of the session book to lines.

use super::Pack;
use crate::effect::Effect;
use crate::event::approval::Ending;
use crate::event::line::Subject;
use crate::event::pack::{ErrorCode, PackError};
use crate::event::session::{Confidence, Lane, SessionStarted, SessionStopped, StateChanged, StopReason, TurnReason};
use crate::ids::{BootId, SessionId};
use crate::input::{Orphan, SessionFact};
use crate::limits::{LOCK_SESSIONS_MAX, LOCK_STALE_MS};
use crate::session::{News, Standing, is_abort};
use crate::time::At;

impl Pack {
    /// Lets a fact happen that was heard at `heard_ms`, and tells what came of it.
    pub(super) fn tell_fact(&mut self, at: At, heard_ms: u64, session_id: &SessionId, fact: SessionFact) {
        self.observe(at, heard_ms, session_id, &fact);
        let is_abort = matches!(&fact, SessionFact::Failed { error } if is_abort(error));
        if let SessionFact::LookedUp { tags, .. } = &fact {
            self.route(at, session_id, tags.as_deref().cloned());
        }
        for news in self.book.take(heard_ms, session_id, fact) {
            self.tell(at, news);
        }
        // The host wakes nobody who waits in a hook of a turn that was stopped.
        if is_abort {
            self.drop_approvals(at, Some(session_id), Ending::TurnEnded);
        }
        self.watch_for_stall(session_id);
    }

    pub(super) fn tell(&mut self, at: At, news: News) {
        match news {
            News::Started { subject, is_new } => self.tell_start(at, &subject, is_new),
            News::Moved { subject, from, to } => self.tell_move(at, &subject, from, to),
            News::Call { subject, change } => self.tell_call(at, &subject, change),
            News::TurnEnded { subject, end, model } => {
                self.drop_approvals(at, subject.session_id(), Ending::TurnEnded);
                self.tell_turn_end(at, &subject, end, model);
            }
            News::Stopped { subject } => {
                if let Some(session_id) = subject.session_id() {
                    self.drop_approvals(at, Some(session_id), Ending::SessionDeleted);
                    self.approvals.forget(session_id);
                }
                self.tell_last_usage(at, &subject);
                self.session_over(at, &subject);
                self.forget_deliveries(&subject);
                let stopped = SessionStopped { reason: StopReason::Deleted, signal: None, previous_boot_id: None };
                self.emit(at, &subject, stopped);
                self.note_in_lock(at, &subject, false);
            }
            News::Forgotten { subject } => {
                self.tell_last_usage(at, &subject);
                self.note_in_lock(at, &subject, false);
            }
        }
    }

    /// Closes every session because the process or the directory ends. Whether there was one.
    pub(super) fn tell_stop(&mut self, at: At, reason: StopReason, signal: Option<&str>) -> bool {
        // A signal stops the turn for good; after a dispose the host may yet have finished it without us.
        let turn_reason = match reason {
            StopReason::Signal | StopReason::Deleted | StopReason::Exited | StopReason::Tombstone => {
                TurnReason::Aborted
            }
            StopReason::Disposed => TurnReason::Unknown,
        };
        let all = self.book.stop_all(at.mono_ms, turn_reason);
        let is_any = !all.is_empty();
        for news in all {
            match news {
                News::Stopped { subject } => {
                    self.tell_last_usage(at, &subject);
                    self.session_over(at, &subject);
                    let stopped = SessionStopped { reason, signal: signal.map(str::to_owned), previous_boot_id: None };
                    self.emit(at, &subject, stopped);
                }
                News::Started { .. }
                | News::Moved { .. }
                | News::Call { .. }
                | News::TurnEnded { .. }
                | News::Forgotten { .. } => self.tell(at, news),
            }
        }
        is_any
    }

    /// Closes the sessions of a process that died without a word.
    pub(super) fn tell_tombstones(&mut self, at: At, orphan: Orphan) {
        let previous_boot_id = BootId::try_from(orphan.boot_id).ok();
        let sessions = orphan.sessions.into_iter().filter_map(|id| SessionId::try_from(id).ok());
        for session_id in sessions.take(LOCK_SESSIONS_MAX) {
            let stopped = SessionStopped {
                reason: StopReason::Tombstone,
                signal: None,
                previous_boot_id: previous_boot_id.clone(),
            };
            self.emit(at, &Subject::Root(session_id), stopped);
        }
    }

    /// Every problem of the configuration is an event; together they are one toast.
    #[inline(never)] // nothing of most starts
    pub(super) fn tell_problems(&mut self, at: At) {
        let problems = std::mem::take(&mut self.problems);
        let more = match problems.len() {
            0 | 1 => String::new(),
            n => format!(" (and {} more)", n - 1),
        };
        if let Some(first) = problems.first()
            && matches!(self.boot.lane, Lane::Tui | Lane::Serve)
        {
            let message = self.told_place(&format!("swarm-pack: {first}{more}"));
            self.effects.push(Effect::Toast { message });
        }
        for problem in problems {
            let message = problem.to_string();
            let error = PackError { place: Some(problem.place), ..PackError::new(ErrorCode::ConfigInvalid, message) };
            self.error(at, error);
        }
    }

    /// Begins the lock from which the next start learns what this one left open, should it die. Before the first session
    /// there is nothing to close.
    fn begin_lock(&mut self, at: At) {
        self.lock_ms = Some(at.mono_ms);
        self.order_lock(Effect::BeginLock {
            boot_id: self.writer.boot_id().clone(),
            stale_after_ms: self.heartbeat.as_ref().map(|heart| LOCK_STALE_MS.max(10 * heart.interval_ms())),
        });
    }

    /// The lock is there for the tombstones, and those are telemetry.
    pub(super) fn order_lock(&mut self, order: Effect) {
        if self.config.telemetry.enabled {
            self.effects.push(order);
        }
    }

    fn tell_start(&mut self, at: At, subject: &Subject, is_new: bool) {
        let is_exposed = self.config.events.expose_process;
        let started = SessionStarted {
            execution_lane: self.boot.lane,
            is_new,
            version: self.boot.host_version.clone().filter(|_| is_exposed),
            pack_version: is_exposed.then(|| crate::VERSION.to_owned()),
            modules: Some(self.modules()),
        };
        self.emit(at, subject, started);
        self.session_began(at, subject);
        self.note_in_lock(at, subject, true);
    }

    fn note_in_lock(&mut self, at: At, subject: &Subject, is_open: bool) {
        if let Some(session_id) = subject.session_id().cloned() {
            if self.lock_ms.is_none() {
                self.begin_lock(at);
            }
            self.order_lock(Effect::NoteInLock { session_id, is_open });
        }
    }

    fn tell_move(&mut self, at: At, subject: &Subject, from: Standing, to: Standing) {
        let changed = StateChanged {
            state: to.state.hint(),
            agent_state: to.state,
            old_state: Some(from.state.hint()),
            old_agent_state: Some(from.state),
            confidence: Confidence::High,
            reason: to.reason,
            detected_at: at.timestamp(),
        };
        self.emit(at, subject, changed);
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.state_changed();
        }
    }
}
