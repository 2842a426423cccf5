//! The gate: what a call would really do, and whether it may.
//!
//! Deliberately not here: waiting for an answer (approvals do), looking at the disk (the shim does, on request), and
//! redaction: texts in these types are raw.
//!
//! Begin with [`Gate::inquire`], then [`Gate::evaluate`]. `shell` reads command lines, `commands` knows what tools do,
//! `walk` makes actions of both, `places` and `danger` know what is bad, `rules` what the user wants, `guard` protects the
//! gate itself.

mod action;
mod address;
mod call;
mod code;
mod commands;
mod danger;
#[cfg(feature = "cli")]
pub mod desk;
mod evaluation;
mod gate;
mod glob;
mod guard;
mod places;
mod rules;
pub mod shell;
mod tools;
mod walk;
mod written;

#[cfg(test)]
mod tests;

pub use action::{ActionKind, Atom, Change, Place};
pub use call::{Call, Inquiry, Surroundings};
pub use evaluation::{Evaluation, Judged};
pub use gate::Gate;
