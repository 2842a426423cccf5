//! What the host says, read into facts: one file for each generation of the host's plugin API.
//!
//! No host field name (`sessionID`, `callID`) appears anywhere else in the core. Meaning is made here and nowhere in the
//! shim: which event is a turn end, which part closes a tool call.

pub mod forward;
pub mod kinds;
mod tools;
pub mod v1;

pub use tools::argument;

use std::fmt;

/// Something the host said that cannot be read. The text itself is not repeated: it may hold anything.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct HostError {
    /// The kind of it: the name of a hook or the type of an event, where that could be read.
    pub kind: String,
    /// Why.
    pub message: String,
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.kind, self.message)
    }
}

impl std::error::Error for HostError {}
