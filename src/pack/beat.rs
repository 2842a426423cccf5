//! What a heartbeat says.

use std::cmp::Reverse;

use super::Pack;
use crate::effect::Effect;
use crate::event::heartbeat::{Ages, Heartbeat, OpenCall, SessionBrief, Source, Trigger};
use crate::event::line::Subject;
use crate::ids::SessionId;
use crate::limits::{BEAT_CALLS_MAX, BEAT_SESSIONS_MAX, LOCK_STALE_MS};
use crate::session::{AgentState, Reason, Session, Standing};
use crate::time::At;
use crate::timers::Timer;

/// Intervals without a beat after which a process should be taken for dead.
const DEADLINE_INTERVALS: u64 = 3;

impl Pack {
    pub(super) fn beat_if_due(&mut self, at: At) {
        let Some(trigger) = self.heartbeat.as_ref().and_then(|heartbeat| heartbeat.due(at.mono_ms)) else {
            return self.set_beat_timer();
        };
        let (subject, beat) = self.beat(at, trigger);
        self.emit(at, &subject, beat);
        if let Some(heartbeat) = &mut self.heartbeat {
            heartbeat.beaten(at.mono_ms, trigger, &mut self.random);
        }
        // Not at every beat: changing a file's time costs the file system more than the beat itself.
        if self.lock_ms.is_some_and(|lock_ms| at.since(lock_ms) >= LOCK_STALE_MS / 4) {
            self.lock_ms = Some(at.mono_ms);
            self.order_lock(Effect::RefreshLock);
        }
        self.set_beat_timer();
    }

    /// The last word of a process that has no session to say it of: its silence would be taken for its death.
    pub(super) fn last_beat(&mut self, at: At) {
        let (subject, beat) = self.beat(at, Trigger::StateChange);
        let (agent_state, reason) = (AgentState::Stopped, Reason::PackStopped);
        self.emit(at, &subject, Heartbeat { state: agent_state.hint(), agent_state, reason, ..beat });
    }

    fn set_beat_timer(&mut self) {
        if let Some(heartbeat) = &self.heartbeat {
            self.timers.set(Timer::Beat, heartbeat.next_ms());
        }
    }

    fn beat(&self, at: At, trigger: Trigger) -> (Subject, Heartbeat) {
        let sessions = self.book.by_activity();
        let current = sessions.iter().find(|(_, session)| session.is_root()).map(|(_, session)| *session);
        let starting = Standing::new(AgentState::Starting, Reason::ProcessStarted);
        let standing = current.map_or(starting, Session::standing);
        let interval_ms = self.heartbeat.as_ref().map_or(0, crate::heartbeat::Heartbeat::interval_ms);
        let is_exposed = self.config.events.expose_process;
        let (open_calls, open_calls_omitted) = open_calls(at, &sessions);
        let beat = Heartbeat {
            source: Source::Hint,
            trigger,
            interval_ms,
            deadline_ms: interval_ms * DEADLINE_INTERVALS,
            uptime_seconds: at.mono_ms / 1_000,
            state: standing.state.hint(),
            agent_state: standing.state,
            reason: standing.reason,
            pid: is_exposed.then_some(self.boot.pid),
            version: self.boot.host_version.clone().filter(|_| is_exposed),
            pack_version: is_exposed.then(|| crate::VERSION.to_owned()),
            directory: is_exposed.then(|| self.directory()),
            feed_port: self.feed_port,
            model: current.and_then(|session| session.model.clone()),
            loop_lag_ms: self.lag.report(),
            ages_ms: self.ages(at),
            open_calls,
            open_calls_omitted,
            pending_approvals: sessions.iter().map(|(_, session)| session.pending_asks() as u64).sum(),
            control_port: self.control_port.filter(|_| is_exposed),
            sessions_omitted: sessions.len().saturating_sub(BEAT_SESSIONS_MAX) as u64,
            sessions: sessions.iter().take(BEAT_SESSIONS_MAX).map(|(id, session)| brief(at, id, session)).collect(),
            dropped: self.dropped(),
            outbox: self.outbox_health(at),
            health: self.health(),
        };
        (current.map_or(Subject::Process, |session| session.subject().clone()), beat)
    }

    fn ages(&self, at: At) -> Ages {
        let age = |then_ms: Option<u64>| then_ms.map(|then_ms| at.since(then_ms));
        Ages {
            host_event: age(self.pulse.host_event_ms),
            token: age(self.pulse.token_ms),
            tool: age(self.pulse.tool_ms),
        }
    }

    /// The project directory without the name of the user.
    fn directory(&self) -> String {
        self.folders.shown_absolute(&self.boot.directory)
    }
}

fn open_calls(at: At, sessions: &[(&SessionId, &Session)]) -> (Vec<OpenCall>, u64) {
    let mut calls: Vec<OpenCall> = sessions
        .iter()
        .flat_map(|(session_id, session)| {
            session.open_calls().map(|(call_id, call)| OpenCall {
                tool: call.tool.clone(),
                call_id: call_id.clone(),
                session_id: (*session_id).clone(),
                age_ms: at.since(call.since_ms),
            })
        })
        .collect();
    calls.sort_unstable_by_key(|call| Reverse(call.age_ms));
    let omitted = calls.len().saturating_sub(BEAT_CALLS_MAX) as u64;
    calls.truncate(BEAT_CALLS_MAX);
    (calls, omitted)
}

fn brief(at: At, session_id: &SessionId, session: &Session) -> SessionBrief {
    let standing = session.standing();
    SessionBrief {
        session_id: session_id.clone(),
        parent_session_id: session.parent_id().cloned(),
        state: standing.state.hint(),
        agent_state: standing.state,
        age_ms: at.since(session.active_ms),
    }
}
