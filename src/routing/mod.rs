//! For whom a session works: read from the title it was created with and from the environment, then frozen.
//!
//! Nothing is guessed: only a callback target makes a route, and one that cannot be used is a [`RoutingError`].
//! Titles never get further than [`Tags`]: what is no known tag is not kept.

mod route;
mod title;

pub use route::{Routing, RoutingError, Standing};
pub use title::{Tag, Tags};
