//! Callbacks that are kept until somebody has answered: `queued → in_flight → delivered | retry_waiting | dead_lettered`.
//!
//! Not here: what is told to whom (`crate::pack`), and how it gets there (the shim). A callback is in the journal before
//! it is sent, and a journal read back after any kill makes the same outbox again.
//! Look at [`Outbox`] first, then at [`entry::Entry`].

pub mod answer;
pub mod entry;
pub mod journal;
pub mod json;
pub mod receiver;
mod state;

pub use entry::{Entry, EntryState};
pub use receiver::{Breaker, Receiver};
pub use state::{NewEntry, News, Outbox};
