//! The shell reader beside a real bash and beside other readers, on scripts made by chance.
//!
//! bash only reads what is made here (`bash -n`), but for the words of one function that prints its arguments, made of nothing
//! that runs or writes.
#![cfg(not(target_family = "wasm"))]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::wildcard_enum_match_arm, reason = "a test may panic")]

mod bash;
mod dice;
mod hostile;
mod oracles;
mod syntax;
mod values;
