//! What a bridge between the host and a supervisor is made of, as functions: frames out of a stream, events out of
//! frames, the session that a run belongs to. Nothing in here sends anything, and the pack itself uses none of it: it is
//! for programs outside, which find it in the package as `opencode-swarm-pack/bridge` and on the command line.
//!
//! Look at [`TypedEvent`] first.

pub mod callback;
pub mod data;
pub mod kind;
pub mod resolve;
pub mod sse;
pub mod title;
pub mod typed;

pub use data::{Ids, Unwrapped};
pub use kind::{EventKind, kind};
pub use resolve::{Resolved, Search, Strategy};
pub use sse::{Frame, Frames};
pub use typed::{Scope, TypedEvent};
