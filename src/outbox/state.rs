//! The outbox itself: takes news and answers, gives requests.

use std::collections::VecDeque;

use super::answer::{self, Answer};
use super::entry::{Entry, EntryState, entry_id};
use super::journal;
use super::receiver::{Receiver, request};
use crate::config::Callbacks;
use crate::effect::Effect;
use crate::ids::EntryId;
use crate::input::CallbackOutcome;
use crate::limits::{
    ANSWERED_MAX, ATTEMPTS_MAX, ATTEMPTS_MS, BACKOFF_MS_MAX, JOURNAL_DEAD_BYTES, OUTBOX_BYTES_MAX, OUTBOX_ENTRIES_MAX,
    SESSIONS_MAX, SPOOL_MS, UNDELIVERED_MS_MAX,
};
use crate::random::Random;
use crate::sorted::Sorted;
use crate::time::At;

/// News to be told to a receiver.
#[derive(Clone, Debug, Default)]
pub struct NewEntry {
    /// The receiver.
    pub receiver: String,
    /// The session; empty for the process.
    pub session: String,
    /// What it is about.
    pub key: String,
    /// What follows the receiver's address.
    pub path: String,
    /// The body.
    pub body: String,
    /// The run.
    pub run: Option<String>,
}

/// What became of a callback.
#[derive(Clone, Debug)]
pub struct News {
    /// The callback.
    pub entry: Entry,
    /// Status of the answer.
    pub status: Option<u16>,
    /// The beginning of the answer.
    pub body: Option<String>,
    /// What it means, and in how many milliseconds it is tried again.
    pub answer: Answer,
    /// The pause until the next attempt.
    pub retry_in_ms: u64,
}

/// About what the line of a queued callback has besides its body, in bytes.
const QUEUED_BYTES: usize = 384;

/// The outbox of one boot.
#[derive(Clone, Debug, Default)]
pub struct Outbox {
    receivers: Vec<Receiver>,
    entries: VecDeque<Entry>,
    waiting: Sorted<EntryId, ()>,
    /// The last number given out for a key, by the id of the key without one.
    numbers: Sorted<EntryId, usize>,
    bytes: usize,
    answered: Sorted<EntryId, ()>,
    answered_order: VecDeque<EntryId>,
    /// Of the journal: what is said of callbacks that are answered, or of attempts.
    dead_bytes: usize,
    dropped: u64,
    next_ms: Option<u64>,
    is_stale: bool,
}

impl Outbox {
    /// An outbox for these receivers.
    #[must_use]
    pub fn new(receivers: Vec<Receiver>) -> Self {
        Self { receivers, ..Self::default() }
    }

    /// The receivers.
    #[must_use]
    pub fn receivers(&self) -> &[Receiver] {
        &self.receivers
    }

    /// Whether there is such a receiver.
    #[must_use]
    pub fn has(&self, receiver: &str) -> bool {
        self.receivers.iter().any(|known| known.name == receiver)
    }

    /// Callbacks that nobody has answered yet.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = &Entry> {
        self.entries.iter()
    }

    /// Callbacks given up for want of room.
    #[must_use]
    pub const fn dropped(&self) -> u64 {
        self.dropped
    }

    /// The key for the next news about `base`: `base` itself, then `base|2`, `base|3` and so on.
    #[must_use]
    pub fn next_key(&mut self, receiver: &str, base: &str) -> String {
        let id = entry_id(receiver, base);
        if !self.knows(&id) {
            return base.to_owned();
        }
        if self.numbers.len() >= SESSIONS_MAX {
            self.numbers.clear();
        }
        let mut n = self.numbers.get(&id).copied().unwrap_or(1);
        // Every number that is passed over is known, so there are no more of them than there are known keys.
        loop {
            n += 1;
            let key = [base, "|", &n.to_string()].concat();
            if n > ANSWERED_MAX + OUTBOX_ENTRIES_MAX || !self.knows(&entry_id(receiver, &key)) {
                self.numbers.insert(id, n);
                return key;
            }
        }
    }

    /// Whether news under this key is waiting, or was answered.
    #[must_use]
    pub fn has_key(&self, receiver: &str, key: &str) -> bool {
        self.knows(&entry_id(receiver, key))
    }

    /// Keeps news until somebody has answered; not, where its key is known. Gives what had to go for it.
    pub fn queue(&mut self, at: At, new: NewEntry, effects: &mut Vec<Effect>) -> Option<Entry> {
        let id = entry_id(&new.receiver, &new.key);
        if self.knows(&id) {
            return None;
        }
        let entry = Entry {
            id,
            receiver: new.receiver,
            session: new.session,
            key: new.key,
            path: new.path,
            body: new.body,
            run: new.run,
            queued_wall_ms: at.wall_ms,
            first_wall_ms: None,
            attempts: 0,
            possible_duplicate: false,
            state: EntryState::Queued,
            is_first: false,
        };
        self.keep(at, entry, effects)
    }

    /// Takes over what a process that is gone left behind, and gives how many lines of it could not be read.
    pub fn adopt(&mut self, at: At, lines: &[String], effects: &mut Vec<Effect>) -> u64 {
        let read = journal::read(lines);
        let mut news = Vec::new();
        for id in read.answered {
            if self.remember(id.clone()) {
                news.push(id);
            }
        }
        if !news.is_empty() {
            effects.push(Effect::AppendJournal { line: journal::answered(news.iter()) });
        }
        for entry in read.entries {
            if !self.knows(&entry.id) {
                self.keep(at, entry, effects);
            }
        }
        read.unreadable
    }

    /// Takes the outcome of an attempt. One of an older attempt, or of a callback that is not there, changes nothing.
    pub fn settle(
        &mut self,
        at: At,
        (id, attempt): (&EntryId, u32),
        outcome: &CallbackOutcome,
        random: &mut Random,
        effects: &mut Vec<Effect>,
    ) -> Option<News> {
        let place =
            self.entries.iter().position(|entry| entry.id == *id && entry.state == EntryState::InFlight { attempt })?;
        let entry = self.entries.get_mut(place)?;
        let answer = answer::read(outcome, at.wall_ms);
        let receiver = self.receivers.iter_mut().find(|receiver| receiver.name == entry.receiver);
        if let Some(receiver) = receiver {
            receiver.in_flight = receiver.in_flight.saturating_sub(1);
            match &answer {
                Answer::Taken | Answer::Never { is_unauthorized: false, .. } => receiver.answered(),
                Answer::Never { is_unauthorized: true, .. } => receiver.unauthorized(at.mono_ms),
                Answer::Later { after_ms, .. } => receiver.failed(at.mono_ms, *after_ms),
            }
        }
        self.is_stale = true;
        let (status, body) = (outcome.status, outcome.body.clone());
        let (answer, retry_in_ms) = match answer {
            Answer::Later { .. } if at.wall_ms.saturating_sub(entry.queued_wall_ms) >= UNDELIVERED_MS_MAX => {
                (Answer::Never { reason: "expired".to_owned(), is_unauthorized: false }, 0)
            }
            Answer::Later { reason, after_ms } => {
                let pause_ms = pause_ms(at, entry, random).max(after_ms.unwrap_or_default());
                entry.state = EntryState::RetryWaiting { due_ms: at.mono_ms.saturating_add(pause_ms) };
                entry.possible_duplicate |= outcome.status.is_none() && outcome.was_sent;
                let line = journal::failed(&entry.id, entry.possible_duplicate);
                self.dead_bytes += line.len();
                effects.push(Effect::AppendJournal { line });
                let answer = Answer::Later { reason, after_ms };
                return Some(News { entry: entry.clone(), status, body, answer, retry_in_ms: pause_ms });
            }
            answer @ (Answer::Taken | Answer::Never { .. }) => (answer, 0),
        };
        let word = if answer == Answer::Taken { "delivered" } else { "dead_lettered" };
        let entry = self.close(place, word, effects)?;
        Some(News { entry, status, body, answer, retry_in_ms })
    }

    /// Sends what is due: in order in each session, a few at a time to each receiver.
    pub fn pump(&mut self, at: At, callbacks: &Callbacks, effects: &mut Vec<Effect>) {
        if !self.is_stale && self.next_ms.is_none_or(|next_ms| next_ms > at.mono_ms) {
            return;
        }
        self.is_stale = false;
        let mut next_ms: Option<u64> = None;
        let mut wake = |ms: u64| next_ms = Some(next_ms.map_or(ms, |next_ms: u64| next_ms.min(ms)));
        let mut due: Vec<usize> = Vec::new();
        let mut rooms: Vec<usize> = self.receivers.iter().map(|receiver| receiver.room(at.mono_ms)).collect();
        // Whoever is first in its session holds up those behind it.
        for (place, entry) in self.entries.iter().enumerate().filter(|(_, entry)| entry.is_first) {
            let Some(to) = self.receivers.iter().position(|receiver| receiver.name == entry.receiver) else { continue };
            let open_at_ms = self.receivers.get(to).map_or(0, Receiver::open_at_ms);
            match (entry.state, rooms.get_mut(to)) {
                (EntryState::InFlight { .. }, _) | (_, None) => {}
                (EntryState::RetryWaiting { due_ms }, _) if due_ms > at.mono_ms => wake(due_ms.max(open_at_ms)),
                (EntryState::Queued | EntryState::RetryWaiting { .. }, Some(0)) => {
                    if open_at_ms > at.mono_ms {
                        wake(open_at_ms);
                    }
                }
                (EntryState::Queued | EntryState::RetryWaiting { .. }, Some(room)) => {
                    *room -= 1;
                    due.push(place);
                }
            }
        }
        self.next_ms = next_ms;
        for place in due {
            self.send(at, place, callbacks, effects);
        }
    }

    /// When something is due, in monotonic milliseconds.
    #[must_use]
    pub const fn next_ms(&self) -> Option<u64> {
        self.next_ms
    }

    /// The journal as it would be written now.
    #[must_use]
    pub fn journal(&self) -> String {
        let mut lines = journal::answered(self.answered_order.iter());
        lines.reserve(self.bytes + self.entries.len() * QUEUED_BYTES);
        self.entries.iter().for_each(|entry| lines.push_str(&journal::queued(entry)));
        lines
    }

    fn send(&mut self, at: At, place: usize, callbacks: &Callbacks, effects: &mut Vec<Effect>) {
        let Some(entry) = self.entries.get_mut(place) else { return };
        let Some(request) = request(callbacks, entry) else { return };
        entry.attempts = entry.attempts.saturating_add(1);
        entry.first_wall_ms.get_or_insert(at.wall_ms);
        let attempt = entry.attempts;
        entry.state = EntryState::InFlight { attempt };
        if let Some(receiver) = self.receivers.iter_mut().find(|receiver| receiver.name == entry.receiver) {
            receiver.in_flight += 1;
        }
        let line = journal::sent(&entry.id, at.wall_ms);
        self.dead_bytes += line.len();
        effects.push(Effect::AppendJournal { line });
        effects.push(Effect::SendCallback { entry_id: entry.id.clone(), attempt, request });
    }

    fn keep(&mut self, at: At, mut entry: Entry, effects: &mut Vec<Effect>) -> Option<Entry> {
        effects.push(Effect::AppendJournal { line: journal::queued(&entry) });
        self.bytes += entry.body.len();
        self.waiting.insert(entry.id.clone(), ());
        entry.is_first = !self.entries.iter().any(|other| other.is_of(&entry.receiver, &entry.session));
        let receiver = self.receivers.iter().find(|receiver| receiver.name == entry.receiver);
        if let Some(receiver) = receiver.filter(|_| entry.is_first) {
            // While nothing can go out, it is not looked for: at each of a thousand ends that would take longest.
            let (has_room, open_at_ms) = (receiver.room(at.mono_ms) > 0, receiver.open_at_ms());
            self.is_stale |= has_room;
            if !has_room && open_at_ms > at.mono_ms {
                self.next_ms = Some(self.next_ms.map_or(open_at_ms, |next_ms| next_ms.min(open_at_ms)));
            }
        }
        self.entries.push_back(entry);
        if self.entries.len() <= OUTBOX_ENTRIES_MAX && self.bytes <= OUTBOX_BYTES_MAX {
            return None;
        }
        let is_idle = |entry: &Entry| !matches!(entry.state, EntryState::InFlight { .. });
        let oldest = self.entries.iter().position(is_idle)?;
        self.dropped += 1;
        self.close(oldest, "dead_lettered", effects)
    }

    fn close(&mut self, place: usize, word: &str, effects: &mut Vec<Effect>) -> Option<Entry> {
        let entry = self.entries.remove(place)?;
        let mut behind = self.entries.range_mut(place.min(self.entries.len())..);
        if let Some(next) = behind.find(|other| entry.is_first && other.is_of(&entry.receiver, &entry.session)) {
            next.is_first = true;
            self.is_stale = true;
        }
        self.waiting.remove(&entry.id);
        self.bytes = self.bytes.saturating_sub(entry.body.len());
        self.remember(entry.id.clone());
        let line = journal::closed(&entry.id, word);
        self.dead_bytes += line.len() + entry.body.len() + QUEUED_BYTES;
        effects.push(Effect::AppendJournal { line });
        Some(entry)
    }

    fn remember(&mut self, id: EntryId) -> bool {
        let is_new = self.answered.insert(id.clone(), ()).is_none();
        if is_new {
            self.answered_order.push_back(id);
        }
        if self.answered_order.len() > ANSWERED_MAX
            && let Some(oldest) = self.answered_order.pop_front()
        {
            self.answered.remove(&oldest);
        }
        is_new
    }

    fn knows(&self, id: &EntryId) -> bool {
        self.answered.contains(id) || self.waiting.contains(id)
    }

    /// Writes the journal anew where a small part of it lives: it passes through memory whole. Not when a hook waits for us.
    pub fn compact(&mut self, effects: &mut Vec<Effect>) {
        let live_bytes = self.bytes + self.entries.len() * QUEUED_BYTES;
        if self.dead_bytes > (4 * live_bytes).clamp(*JOURNAL_DEAD_BYTES.start(), *JOURNAL_DEAD_BYTES.end()) {
            self.dead_bytes = 0;
            effects.push(Effect::ReplaceJournal { lines: self.journal() });
        }
    }
}

/// The pause before the next attempt: growing, at random within its bound, until the callback is put aside.
fn pause_ms(at: At, entry: &Entry, random: &mut Random) -> u64 {
    let tried_ms = entry.first_wall_ms.map_or(0, |first_ms| at.wall_ms.saturating_sub(first_ms));
    if entry.attempts >= ATTEMPTS_MAX || tried_ms >= ATTEMPTS_MS {
        return SPOOL_MS;
    }
    let bound_ms = (500_u64 << entry.attempts.min(16)).min(BACKOFF_MS_MAX);
    1 + random.below(bound_ms)
}
