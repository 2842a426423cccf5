//! The gate through its front door. Nothing here is ever run.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "policy/commands.rs"]
mod commands;
#[path = "policy/examples.rs"]
mod examples;
#[path = "policy/guard.rs"]
mod guard;
#[path = "policy/harness.rs"]
mod harness;
#[path = "policy/hostile.rs"]
mod hostile;
#[path = "policy/profiles.rs"]
mod profiles;
#[path = "policy/rules.rs"]
mod rules;
#[path = "policy/tools.rs"]
mod tools;
#[path = "policy/two_steps.rs"]
mod two_steps;
