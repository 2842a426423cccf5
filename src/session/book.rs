//! All sessions of one boot.

use super::calls::CallChange;
use super::one::{Change, Session};
use super::state::{AgentState, Reason, Standing};
use super::turn::TurnEnd;
use crate::event::line::Subject;
use crate::event::session::TurnReason;
use crate::ids::SessionId;
use crate::input::SessionFact;
use crate::limits::SESSIONS_MAX;
use crate::sorted::Sorted;

/// What changed because of a fact, in the order in which it is to be told.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// A session was seen for the first time.
    Started {
        /// The session.
        subject: Subject,
        /// Whether it began now.
        is_new: bool,
    },
    /// A session changed its state.
    Moved {
        /// The session.
        subject: Subject,
        /// The state before.
        from: Standing,
        /// The state now.
        to: Standing,
    },
    /// A tool call began or ended.
    Call {
        /// The session.
        subject: Subject,
        /// What happened.
        change: CallChange,
    },
    /// A turn is over. That of a child session is a step of its root's turn.
    TurnEnded {
        /// The session.
        subject: Subject,
        /// The turn.
        end: TurnEnd,
        /// The model that answered last.
        model: Option<String>,
    },
    /// A session will not be heard of again.
    Stopped {
        /// The session.
        subject: Subject,
    },
    /// A session was given up for want of room. Should it be heard of again, it is a new one.
    Forgotten {
        /// The session.
        subject: Subject,
    },
}

/// The sessions known, at most [`SESSIONS_MAX`].
#[derive(Clone, Debug, Default)]
pub struct Book {
    sessions: Sorted<SessionId, Session>,
    forgotten: u64,
    not_followed: u64,
}

impl Book {
    /// Makes room for one more session: where there is none, the one that is longest idle goes.
    pub fn make_room(&mut self, now_ms: u64) -> Vec<News> {
        let is_full = self.sessions.len() >= SESSIONS_MAX;
        let victim = self
            .sessions
            .iter()
            .filter(|_| is_full)
            .min_by_key(|(_, session)| (session.is_in_turn(), session.active_ms))
            .map(|(session_id, _)| session_id.clone());
        let Some(mut session) = victim.and_then(|session_id| self.sessions.remove(&session_id)) else {
            return Vec::new();
        };
        self.forgotten += 1;
        let changes = session.cut_off(now_ms, TurnReason::Unknown);
        let mut news = Vec::new();
        news.extend(changes.into_iter().map(|change| told(&session, change)));
        news.push(News::Forgotten { subject: session.subject().clone() });
        news
    }

    /// Enters a session at first sight, where there is room.
    pub fn enter(&mut self, now_ms: u64, session_id: &SessionId, parent_id: Option<SessionId>, is_new: bool) -> News {
        let subject = self.subject(session_id, parent_id);
        self.sessions.insert(session_id.clone(), Session::new(subject.clone(), now_ms));
        News::Started { subject, is_new }
    }

    /// Takes a fact about a known session in. A session that is not known changes nothing.
    pub fn take(&mut self, now_ms: u64, session_id: &SessionId, fact: SessionFact) -> Vec<News> {
        let is_deletion = fact == SessionFact::Deleted;
        let mut news = self.change(session_id, |session| {
            if is_deletion { session.cut_off(now_ms, TurnReason::Aborted) } else { session.take(now_ms, fact) }
        });
        if is_deletion && let Some(session) = self.sessions.remove(session_id) {
            // The state "stopped" is for the end of the process; a deleted session just is no more.
            news.retain(|item| !matches!(item, News::Moved { subject, .. } if subject == session.subject()));
            news.push(News::Stopped { subject: session.subject().clone() });
        }
        news
    }

    /// Ends every session because the process or the directory ends: turns under way are closed with `reason`.
    pub fn stop_all(&mut self, now_ms: u64, reason: TurnReason) -> Vec<News> {
        let stopped = Standing::new(AgentState::Stopped, Reason::PackStopped);
        let mut news = Vec::new();
        for (_, mut session) in std::mem::take(&mut self.sessions) {
            let from = session.standing();
            let changes = session.cut_off(now_ms, reason);
            news.extend(changes.into_iter().map(|change| told(&session, change)));
            news.push(News::Moved { subject: session.subject().clone(), from, to: stopped });
            news.push(News::Stopped { subject: session.subject().clone() });
        }
        news
    }

    /// A session.
    #[must_use]
    pub fn get(&self, session_id: &SessionId) -> Option<&Session> {
        self.sessions.get(session_id)
    }

    /// The known sessions above a session, nearest first.
    #[must_use]
    pub fn ancestors(&self, session_id: &SessionId) -> Vec<SessionId> {
        let mut above = Vec::new();
        let mut at = session_id;
        while let Some(parent_id) = self.sessions.get(at).and_then(Session::parent_id)
            && self.sessions.contains(parent_id)
            && !above.contains(parent_id)
        {
            above.push(parent_id.clone());
            at = parent_id;
        }
        above
    }

    /// Whether a session is known.
    #[must_use]
    pub fn knows(&self, session_id: &SessionId) -> bool {
        self.sessions.contains(session_id)
    }

    /// All sessions, most recently active first.
    #[must_use]
    pub fn by_activity(&self) -> Vec<(&SessionId, &Session)> {
        let mut all: Vec<_> = self.sessions.iter().collect();
        all.sort_unstable_by(|(a_id, a), (b_id, b)| b.active_ms.cmp(&a.active_ms).then_with(|| a_id.cmp(b_id)));
        all
    }

    /// Ids of all sessions.
    pub fn session_ids(&self) -> impl Iterator<Item = &SessionId> {
        self.sessions.keys()
    }

    /// Sessions forgotten for want of room.
    #[must_use]
    pub const fn forgotten(&self) -> u64 {
        self.forgotten
    }

    /// Calls and asks not followed for want of room.
    #[must_use]
    pub const fn not_followed(&self) -> u64 {
        self.not_followed
    }

    fn subject(&self, session_id: &SessionId, parent_id: Option<SessionId>) -> Subject {
        // A session that names itself as its parent is nobody's child.
        let Some(parent_id) = parent_id.filter(|parent_id| parent_id != session_id) else {
            return Subject::Root(session_id.clone());
        };
        let root_id = self.sessions.get(&parent_id).and_then(Session::root_id).unwrap_or(&parent_id).clone();
        Subject::Child { session_id: session_id.clone(), parent_id, root_id }
    }

    /// Does something to a session and tells what changed for it and for its root.
    fn change(&mut self, session_id: &SessionId, act: impl FnOnce(&mut Session) -> Vec<Change>) -> Vec<News> {
        let Some(session) = self.sessions.get_mut(session_id) else { return Vec::new() };
        let from = session.standing();
        let changes = act(session);
        let to = session.standing();
        self.not_followed += session.take_not_followed();
        let mut news = Vec::new();
        news.extend(changes.into_iter().map(|change| told(session, change)));
        news.extend(moved(session.subject(), from, to));
        let root_id = session.root_id().filter(|_| !session.is_root()).cloned();
        if let Some(root_id) = root_id {
            self.mark_activity_of_root(&root_id, session_id);
            if is_blocked(from.state) != is_blocked(to.state) {
                news.extend(self.tell_root(&root_id));
            }
        }
        news
    }

    fn mark_activity_of_root(&mut self, root_id: &SessionId, child_id: &SessionId) {
        let active_ms = self.sessions.get(child_id).map_or(0, |child| child.active_ms);
        if let Some(root) = self.sessions.get_mut(root_id) {
            root.active_ms = root.active_ms.max(active_ms);
        }
    }

    fn tell_root(&mut self, root_id: &SessionId) -> Option<News> {
        let has_blocked_child = self.sessions.values().any(|session| {
            !session.is_root() && session.root_id() == Some(root_id) && is_blocked(session.standing().state)
        });
        let root = self.sessions.get_mut(root_id)?;
        let from = root.standing();
        root.mark_blocked_child(has_blocked_child);
        moved(root.subject(), from, root.standing())
    }
}

fn moved(subject: &Subject, from: Standing, to: Standing) -> Option<News> {
    (from.state != to.state).then(|| News::Moved { subject: subject.clone(), from, to })
}

fn told(session: &Session, change: Change) -> News {
    let subject = session.subject().clone();
    match change {
        Change::Call(change) => News::Call { subject, change },
        Change::TurnEnded(end) => News::TurnEnded { subject, end, model: session.model.clone() },
    }
}

/// Blocked in a way that stops the root, too. A child's error does not: the root gets it as an answer and goes on.
const fn is_blocked(state: AgentState) -> bool {
    matches!(state, AgentState::AwaitingApproval | AgentState::RateLimited)
}
