//! What the feed is told, and what it is asked.

use serde::Serialize;

use super::Pack;
use crate::effect::Effect;
use crate::event::Event;
use crate::event::heartbeat::{Dropped, Health, OutboxHealth};
use crate::event::line::Subject;
use crate::event::pack::ErrorCode;
use crate::feed;
use crate::ids::{AskId, BootId, CallId, SessionId};
use crate::input::{AskKind, FeedQuestion};
use crate::json;
use crate::limits::{FEED_LIST_MAX, LAST_ERRORS_MAX};
use crate::session::Session;
use crate::time::{At, Timestamp};

/// An error that was told, as `GET /health` shows it.
#[derive(Clone, Debug, Serialize)]
pub(super) struct LastError {
    timestamp: Timestamp,
    code: ErrorCode,
    message: String,
}

/// Modules, sinks, queues and errors in one place.
#[derive(Serialize)]
struct Report<'p> {
    boot_id: &'p BootId,
    version: &'static str,
    uptime_ms: u64,
    health: Health,
    sessions: usize,
    queues: Queues,
    #[serde(skip_serializing_if = "Option::is_none")]
    dropped: Option<Dropped>,
    #[serde(skip_serializing_if = "Option::is_none")]
    outbox: Option<OutboxHealth>,
    last_errors: &'p [LastError],
}

/// What waits.
#[derive(Serialize)]
struct Queues {
    pending_approvals: usize,
    look_ups: usize,
}

/// One ask that waits for an answer.
#[derive(Serialize)]
struct Pending<'p> {
    session_id: &'p SessionId,
    request_id: &'p AskId,
    request_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    call_id: Option<&'p CallId>,
}

impl Pack {
    pub(super) fn tell_feed(&mut self, subject: &Subject, event: &Event) {
        if !self.config.feed.enabled {
            return;
        }
        let standing = subject.session_id().and_then(|session_id| self.book.get(session_id)).map(Session::standing);
        let frame = feed::frame(subject, event, standing);
        self.effects.extend(frame.map(|frame| Effect::Feed { frame }));
    }

    pub(super) fn open_feed(&mut self) {
        if self.config.feed.enabled {
            self.effects.push(Effect::OpenFeed { boot_id: self.writer.boot_id().clone() });
        }
    }

    #[inline(never)] // nothing of a start
    pub(super) fn feed_asked(&mut self, at: At, question: FeedQuestion) {
        let body = match question {
            FeedQuestion::State => self.states(),
            FeedQuestion::Health => json::text(&self.report(at)),
            FeedQuestion::Pending => json::text(&self.pending()),
        };
        self.effects.push(Effect::AnswerFeed { body });
    }

    pub(super) fn remember_error(&mut self, at: At, code: ErrorCode, message: &str) {
        if self.last_errors.len() >= LAST_ERRORS_MAX {
            self.last_errors.remove(0);
        }
        self.last_errors.push(LastError { timestamp: at.timestamp(), code, message: message.to_owned() });
    }

    /// The state of each root session, for a watcher that comes late. The one that was active last is told last: who
    /// takes all of them for one agent ends with its state.
    fn states(&self) -> String {
        let mut sessions = self.book.by_activity();
        sessions.retain(|(_, session)| session.is_root());
        sessions.truncate(FEED_LIST_MAX);
        sessions.iter().rev().filter_map(|(id, session)| feed::state(id, None, session.standing())).collect()
    }

    fn report(&self, at: At) -> Report<'_> {
        let sessions = self.book.by_activity();
        Report {
            boot_id: self.writer.boot_id(),
            version: crate::VERSION,
            uptime_ms: at.mono_ms,
            health: self.health(),
            sessions: sessions.len(),
            queues: Queues {
                pending_approvals: sessions.iter().map(|(_, session)| session.pending_asks()).sum(),
                look_ups: self.strangers.session_ids().len(),
            },
            dropped: self.dropped(),
            outbox: self.outbox_health(at),
            last_errors: &self.last_errors,
        }
    }

    fn pending(&self) -> Vec<Pending<'_>> {
        let sessions = self.book.by_activity();
        let asks = sessions.into_iter().flat_map(|(session_id, session)| {
            session.asks().map(move |(request_id, kind, call_id)| Pending {
                session_id,
                request_id,
                request_type: match kind {
                    AskKind::Permission => "permission",
                    AskKind::Question => "question",
                    AskKind::Approval => "approval",
                },
                call_id,
            })
        });
        asks.take(FEED_LIST_MAX).collect()
    }
}
