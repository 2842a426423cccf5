//! Sessions as the pack knows them: who started whom, what state each is in, where a turn begins and ends.
//!
//! Not here: what is written about it (`crate::event`), and when (`crate::pack`).
//! Look at [`Book`] first: it takes facts and gives [`News`].

mod book;
mod calls;
mod one;
mod state;
mod strangers;
mod turn;

pub use book::{Book, News};
pub use calls::{CallChange, OpenCall};
pub use one::{Session, is_abort};
pub use state::{AgentState, Hint, Reason, Standing};
pub use strangers::{Held, Strangers};
pub use turn::{TurnEnd, Turns};
