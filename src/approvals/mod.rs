//! Approvals that wait for somebody outside: numbered, bounded, each with its deadline, each settled once.
//!
//! Deliberately not here: what needs an approval (`crate::policy`), what waits for it (`crate::pack`), and where answers
//! come from (the shim). An answer binds to an id, and the id to one call of one boot.
//!
//! Look at [`Approvals`] first, then at [`Answer`].

mod answer;

pub use answer::{Answer, Channel, Refusal, ResolvedBy, Status};

use std::collections::VecDeque;

use crate::digest::Digest;
use crate::ids::{BootId, SessionId};
use crate::limits::{APPROVALS_MAX, APPROVALS_REMEMBERED, GRANTS_MAX};
use crate::sorted::Sorted;
use crate::time::Timestamp;

/// What waits for an answer, and for how long. `T` is what is to be done with it.
#[derive(Clone, Debug)]
pub struct Pending<T> {
    /// The session that waits.
    pub session_id: SessionId,
    /// The exact call.
    pub hash: Digest,
    /// What an answer for the session allows from then on.
    pub grants: Vec<Digest>,
    /// When it began to wait.
    pub created_at: Timestamp,
    /// When it expires, in monotonic milliseconds; never, where the host alone decides.
    pub expires_ms: Option<u64>,
    /// An answer was handed on to the host, and the host has not said yet what became of it.
    pub handed_on: Option<(Answer, Channel)>,
    /// What is to be done.
    pub matter: T,
}

/// All approvals of one boot.
#[derive(Clone, Debug)]
pub struct Approvals<T> {
    prefix: String,
    count: u64,
    pending: Sorted<u64, Pending<T>>,
    /// The last ones that are over, and whether an answer ended them.
    over: VecDeque<(u64, bool)>,
    granted: Sorted<(SessionId, Digest), ()>,
}

impl<T> Approvals<T> {
    /// Without an approval yet.
    #[must_use]
    pub fn new(boot_id: &BootId) -> Self {
        let mut prefix = String::from("apr_");
        prefix.push_str(boot_id.as_str());
        prefix.push('_');
        Self { prefix, count: 0, pending: Sorted::NEW, over: VecDeque::new(), granted: Sorted::NEW }
    }

    /// Lets something wait, and gives its number. Nothing where [`APPROVALS_MAX`] wait already.
    pub fn raise(&mut self, pending: Pending<T>) -> Option<u64> {
        if self.is_full() {
            return None;
        }
        self.count += 1;
        self.pending.insert(self.count, pending);
        Some(self.count)
    }

    /// The approval an answer is for. It goes on waiting until it is taken out.
    ///
    /// # Errors
    ///
    /// When there is none, or it is another call than the one that was answered.
    pub fn find(&mut self, answer: &Answer) -> Result<(u64, &mut Pending<T>), Refusal> {
        let number = self.number(&answer.id)?;
        let over = self.over.iter().find(|(it, _)| *it == number).map(|(_, is_answered)| *is_answered);
        let Some(pending) = self.pending.get_mut(&number) else {
            return Err(match over {
                Some(true) => Refusal::AlreadyAnswered,
                Some(false) => Refusal::TooLate,
                None if number <= self.count => Refusal::TooLate,
                None => Refusal::UnknownId,
            });
        };
        if pending.handed_on.is_some() {
            return Err(Refusal::AlreadyAnswered);
        }
        if answer.hash.as_ref().is_some_and(|hash| *hash != pending.hash.hex()) {
            return Err(Refusal::HashDiffers);
        }
        Ok((number, pending))
    }

    /// Takes one out: it is over. `is_answered` tells a second answer from one that is late.
    pub fn take(&mut self, number: u64, is_answered: bool) -> Option<Pending<T>> {
        let pending = self.pending.remove(&number)?;
        if self.over.len() >= APPROVALS_REMEMBERED {
            self.over.pop_front();
        }
        self.over.push_back((number, is_answered));
        Some(pending)
    }

    /// The number of the first one that has expired.
    #[must_use]
    pub fn expired(&self, now_ms: u64) -> Option<u64> {
        self.number_where(|pending| pending.expires_ms.is_some_and(|at_ms| at_ms <= now_ms))
    }

    /// The number of the first one of which something is true.
    #[must_use]
    pub fn number_where(&self, is_so: impl Fn(&Pending<T>) -> bool) -> Option<u64> {
        self.pending.iter().find(|(_, pending)| is_so(pending)).map(|(number, _)| *number)
    }

    /// One that waits.
    pub fn get_mut(&mut self, number: u64) -> Option<&mut Pending<T>> {
        self.pending.get_mut(&number)
    }

    /// When the next one expires, in monotonic milliseconds.
    #[must_use]
    pub fn next_ms(&self) -> Option<u64> {
        self.pending.values().filter_map(|pending| pending.expires_ms).min()
    }

    /// All that wait, with their numbers.
    pub fn iter(&self) -> impl Iterator<Item = (&u64, &Pending<T>)> {
        self.pending.iter()
    }

    /// Whether nothing waits.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.pending.is_empty()
    }

    /// Whether no more may wait.
    #[must_use]
    pub const fn is_full(&self) -> bool {
        self.pending.len() >= APPROVALS_MAX
    }

    /// The id of a number, as it stands in lines.
    #[must_use]
    pub fn id(&self, number: u64) -> String {
        let mut id = self.prefix.clone();
        id.push_str(&number.to_string());
        id
    }

    /// Remembers what was allowed for the rest of a session. At [`GRANTS_MAX`] nothing more is: it will be asked again.
    pub fn grant(&mut self, session_id: &SessionId, grants: Vec<Digest>) {
        for grant in grants {
            if self.granted.len() < GRANTS_MAX {
                self.granted.insert((session_id.clone(), grant), ());
            }
        }
    }

    /// Whether all of this was allowed for the rest of the session. Nothing at all was not.
    #[must_use]
    pub fn is_granted(&self, session_id: &SessionId, grants: &[Digest]) -> bool {
        !grants.is_empty() && grants.iter().all(|grant| self.granted.contains(&(session_id.clone(), *grant)))
    }

    /// A session is over, and what was allowed for it with it.
    pub fn forget(&mut self, session_id: &SessionId) {
        let of_session: Vec<_> = self.granted.keys().filter(|(it, _)| it == session_id).cloned().collect();
        for key in of_session {
            self.granted.remove(&key);
        }
    }

    fn number(&self, id: &str) -> Result<u64, Refusal> {
        match id.strip_prefix(&self.prefix) {
            // `007` is not the id of the seventh.
            Some(digits) => digits.parse().ok().filter(|number| self.id(*number) == id).ok_or(Refusal::UnknownId),
            None if is_of_a_boot(id) => Err(Refusal::OtherBoot),
            None => Err(Refusal::UnknownId),
        }
    }
}

/// Whether an id has the form of ours.
fn is_of_a_boot(id: &str) -> bool {
    let Some((boot_id, number)) = id.strip_prefix("apr_").and_then(|rest| rest.split_once('_')) else { return false };
    !boot_id.is_empty() && !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
}
