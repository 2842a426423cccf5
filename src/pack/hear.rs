//! What the host said about a session: by whom the book knows it, or does not yet.

use super::Pack;
use crate::effect::Effect;
use crate::event::pack::{ErrorCode, PackError};
use crate::ids::SessionId;
use crate::input::SessionFact;
use crate::limits::LOOK_UP_MS;
use crate::routing::Tags;
use crate::session::Held;
use crate::time::{At, whole};
use crate::timers::Timer;

impl Pack {
    #[inline(never)] // nothing of a start
    pub(super) fn session_heard(&mut self, at: At, session_id: &SessionId, fact: SessionFact) {
        // What went by uncounted crosses later: it was heard when it went by.
        let mut heard_ms = at.mono_ms;
        match &fact {
            SessionFact::TokensStreamed { last_ago_ms, .. } => {
                heard_ms = at.mono_ms.saturating_sub(whole(*last_ago_ms));
                self.pulse.token_ms = self.pulse.token_ms.max(Some(heard_ms));
            }
            SessionFact::CallSeen { .. } | SessionFact::CallRequested { .. } => {
                self.pulse.tool_ms = Some(at.mono_ms);
            }
            SessionFact::Seen { .. }
            | SessionFact::LookedUp { .. }
            | SessionFact::Deleted
            | SessionFact::PromptReceived
            | SessionFact::BecameBusy
            | SessionFact::RetryScheduled
            | SessionFact::WentIdle
            | SessionFact::Failed { .. }
            | SessionFact::AnswerProgressed { .. }
            | SessionFact::StepFinished { .. }
            | SessionFact::FilesPatched { .. }
            | SessionFact::TurnCompared { .. }
            | SessionFact::EnvironmentAsked { .. }
            | SessionFact::CallDenied { .. }
            | SessionFact::AskRaised { .. }
            | SessionFact::AskSettled { .. } => {}
        }
        self.pulse.host_event_ms = self.pulse.host_event_ms.max(Some(heard_ms));
        if self.book.knows(session_id) {
            self.tell_fact(at, heard_ms, session_id, fact);
        } else {
            self.stranger_heard(at, session_id, fact);
        }
    }

    pub(super) fn stranger_heard(&mut self, at: At, session_id: &SessionId, fact: SessionFact) {
        match fact {
            SessionFact::Seen { parent_id, is_new, model, tags } => {
                self.introduce(at, session_id, parent_id, is_new, model);
                if is_new {
                    self.route(at, session_id, tags.map(|tags| *tags));
                } else if self.must_look_up(session_id) {
                    self.effects.push(Effect::LookUpSession { session_id: session_id.clone() });
                }
            }
            SessionFact::LookedUp { parent_id, model, tags } => {
                self.look_up_answered(at, session_id, parent_id, model, tags.map(|tags| *tags));
            }
            SessionFact::Deleted => {
                self.timers.cancel(&Timer::LookUp(session_id.clone()));
                self.strangers.release(session_id);
            }
            // No reason to look a session up.
            SessionFact::TurnCompared { .. } => {}
            SessionFact::PromptReceived
            | SessionFact::BecameBusy
            | SessionFact::RetryScheduled
            | SessionFact::WentIdle
            | SessionFact::Failed { .. }
            | SessionFact::AnswerProgressed { .. }
            | SessionFact::TokensStreamed { .. }
            | SessionFact::CallSeen { .. }
            | SessionFact::CallRequested { .. }
            | SessionFact::CallDenied { .. }
            | SessionFact::StepFinished { .. }
            | SessionFact::FilesPatched { .. }
            | SessionFact::EnvironmentAsked { .. }
            | SessionFact::AskRaised { .. }
            | SessionFact::AskSettled { .. } => match self.strangers.hold(at.mono_ms, session_id, fact.clone()) {
                Held::First => {
                    self.timers.set(Timer::LookUp(session_id.clone()), at.mono_ms + LOOK_UP_MS);
                    self.effects.push(Effect::LookUpSession { session_id: session_id.clone() });
                }
                Held::Again => {}
                Held::Refused => {
                    self.introduce(at, session_id, None, false, None);
                    self.tell_fact(at, at.mono_ms, session_id, fact);
                }
            },
        }
    }

    /// Enters a session and lets what was heard of it before happen now, at the times at which it was heard.
    pub(super) fn introduce(
        &mut self,
        at: At,
        session_id: &SessionId,
        parent_id: Option<SessionId>,
        is_new: bool,
        model: Option<String>,
    ) {
        self.timers.cancel(&Timer::LookUp(session_id.clone()));
        for news in self.book.make_room(at.mono_ms) {
            self.tell(at, news);
        }
        let started = self.book.enter(at.mono_ms, session_id, parent_id, is_new);
        self.tell(at, started);
        self.tell_fact(at, at.mono_ms, session_id, SessionFact::Seen { parent_id: None, is_new, model, tags: None });
        for (heard_ms, fact) in self.strangers.release(session_id).into_iter().flatten() {
            self.tell_fact(at, heard_ms, session_id, fact);
        }
        if self.book.forgotten() > 0 && !std::mem::replace(&mut self.has_told_of_forgetting, true) {
            self.error(at, PackError::new(ErrorCode::SessionsForgotten, format!(
                "more than {} sessions are known; from now on the one longest idle is forgotten for each new one",
                crate::limits::SESSIONS_MAX
            )));
        }
    }

    /// The host answered our question. What waited for it comes after the route, so that it finds one.
    pub(super) fn look_up_answered(
        &mut self,
        at: At,
        session_id: &SessionId,
        parent_id: Option<SessionId>,
        model: Option<String>,
        tags: Option<Tags>,
    ) {
        let waiting = self.strangers.release(session_id);
        self.introduce(at, session_id, parent_id, false, model);
        self.route(at, session_id, tags);
        for (heard_ms, fact) in waiting.into_iter().flatten() {
            self.tell_fact(at, heard_ms, session_id, fact);
        }
    }
}
