//! One callback, and where it is on its way.

use crate::ids::EntryId;

/// A callback that nobody has answered yet.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
    /// The hash of receiver and key: the idempotency key.
    pub id: EntryId,
    /// `openclaw`, `orgloop`, `webhook:<id>`.
    pub receiver: String,
    /// The session it is about; empty for the process. Those of one session stay in order.
    pub session: String,
    /// What it is about.
    pub key: String,
    /// What follows the receiver's address.
    pub path: String,
    /// The body, the same at every attempt.
    pub body: String,
    /// The run it belongs to, where there is one.
    pub run: Option<String>,
    /// When the news came.
    pub queued_wall_ms: u64,
    /// When it was first tried.
    pub first_wall_ms: Option<u64>,
    /// Attempts so far.
    pub attempts: u32,
    /// Whether an attempt may have reached the receiver without our hearing of it.
    pub possible_duplicate: bool,
    /// Where it is.
    pub state: EntryState,
    /// Whether none of its session stands before it at its receiver: only then it may go out.
    pub is_first: bool,
}

impl Entry {
    /// Whether it is for this receiver and about this session.
    #[must_use]
    pub fn is_of(&self, receiver: &str, session: &str) -> bool {
        self.session == session && self.receiver == receiver
    }
}

/// Where a callback is. One that is answered or given up is in the outbox no more.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum EntryState {
    /// It waits for its turn.
    Queued,
    /// An attempt is under way.
    InFlight {
        /// Which.
        attempt: u32,
    },
    /// An attempt failed.
    RetryWaiting {
        /// When to try again, in monotonic milliseconds.
        due_ms: u64,
    },
}

/// The id of a callback. Not for safety: for telling news apart.
#[must_use]
pub fn entry_id(receiver: &str, key: &str) -> EntryId {
    let mut text = String::with_capacity(32);
    for seed in [0xcbf2_9ce4_8422_2325, 0x9e37_79b9_7f4a_7c15] {
        let parts = [receiver.as_bytes(), b"\0", key.as_bytes()];
        let hash = parts
            .into_iter()
            .flatten()
            .fold(seed, |hash: u64, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(5));
        push_hex(&mut text, crate::random::Random::new(hash).next());
    }
    EntryId::try_from(text).unwrap_or_default()
}

/// Sixteen hexadecimal digits.
pub fn push_hex(text: &mut String, bits: u64) {
    for place in (0..16).rev() {
        let digit = ((bits >> (place * 4)) & 15) as u32;
        text.push(char::from_digit(digit, 16).unwrap_or('0'));
    }
}
