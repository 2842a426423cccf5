//! The core of opencode-swarm-pack: a deterministic state machine inside an OpenCode process that tells a supervisor
//! what the agent does.
//!
//! It deliberately is not: a clock, a file, a socket, a random number. Time and seed are arguments, what the host said
//! is an [`Input`](input::Input), what is to be done is an [`Effect`](effect::Effect).
//!
//! Look at [`pack::Pack`] first, then at [`event::Event`].

#![forbid(unsafe_code)]

/// Serves every allocation in constant time. Pages that the instance has taken are never given back, with any allocator.
#[cfg(target_family = "wasm")]
#[global_allocator]
static MEMORY: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();

pub mod address;
pub mod approvals;
pub mod boot;
pub mod bridge;
pub mod config;
pub mod digest;
pub mod effect;
pub mod event;
pub mod feed;
pub mod heartbeat;
pub mod host;
pub mod ids;
pub mod input;
mod json;
pub mod lifecycle;
pub mod limits;
mod object;
pub mod outbox;
pub mod pack;
pub mod paths;
pub mod policy;
pub mod random;
pub mod redact;
pub mod routing;
pub mod session;
pub mod shim;
pub mod sorted;
mod star;
pub mod telemetry;
pub mod time;
pub mod timers;

#[cfg(target_family = "wasm")]
pub mod wasm;

#[cfg(test)]
mod contract;

/// Version of the pack.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
