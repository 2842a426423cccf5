//! `plugin-shim/types.d.ts`: what crosses the boundary, for the type check of the shim.

use std::fmt::Write as _;

use ts_rs::{Config, TS};

use crate::approvals::Channel;
use crate::boot::{Boot, BootFile};
use crate::effect::{CallbackRequest, Effect, Output, Scheme};
use crate::event::pack::ErrorCode;
use crate::event::session::Lane;
use crate::ids::{AskId, BootId, EntryId, SessionId};
use crate::input::{CallbackOutcome, FeedQuestion, Input, Orphan, StopCause};

pub fn module() -> String {
    let mut text = String::from(
        "// Generated from the Rust types; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract\n",
    );
    // Numbers cross as JavaScript numbers; see `Serializer::json_compatible` in src/wasm.rs.
    let config = Config::new().with_large_int("number");
    declare::<SessionId>(&config, &mut text);
    declare::<AskId>(&config, &mut text);
    declare::<BootId>(&config, &mut text);
    declare::<Channel>(&config, &mut text);
    declare::<EntryId>(&config, &mut text);
    declare::<Lane>(&config, &mut text);
    declare::<Boot>(&config, &mut text);
    declare::<BootFile>(&config, &mut text);
    declare::<Input>(&config, &mut text);
    declare::<FeedQuestion>(&config, &mut text);
    declare::<StopCause>(&config, &mut text);
    declare::<Orphan>(&config, &mut text);
    declare::<CallbackOutcome>(&config, &mut text);
    declare::<CallbackRequest>(&config, &mut text);
    declare::<Scheme>(&config, &mut text);
    declare::<ErrorCode>(&config, &mut text);
    declare::<Effect>(&config, &mut text);
    declare::<Output>(&config, &mut text);
    text
}

pub fn declare<T: TS + 'static>(config: &Config, text: &mut String) {
    let docs = T::docs().unwrap_or_default();
    write!(text, "\n{docs}export {}\n", T::decl(config)).expect("writing to a string");
}
