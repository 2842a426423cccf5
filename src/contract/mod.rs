//! What others rely on, made from the Rust code: `types.d.ts`, `names.js`, `bridge.d.ts`, the two schemas, `EVENTS.md`.
//!
//! The files are committed. These tests compare them with what the types say now, and write them when asked to:
//! `UPDATE_CONTRACT=1 cargo test contract`.

#![allow(clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod bridge;
mod document;
mod names;
mod sample;
mod schema;
mod types;

use std::fs;
use std::path::Path;

#[track_caller]
fn is_fresh(file: &str, made: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(file);
    if std::env::var_os("UPDATE_CONTRACT").is_some() {
        fs::write(&path, made).expect("the file can be written");
    }
    let committed = fs::read_to_string(&path).unwrap_or_default();
    assert!(committed == made, "{file} is stale; run: UPDATE_CONTRACT=1 cargo test contract");
}

#[test]
fn contract_types_of_the_shim_are_fresh() {
    is_fresh("plugin-shim/types.d.ts", &types::module());
}

#[test]
fn contract_names_that_the_shim_knows_are_fresh() {
    is_fresh("plugin-shim/names.js", &names::module());
}

#[test]
fn contract_types_of_the_bridge_are_fresh() {
    is_fresh("pkg/bridge.d.ts", &bridge::module());
}

/// S0.14: the published schema is what the types say.
#[test]
fn contract_event_schema_is_fresh() {
    is_fresh("pkg/event.schema.json", &schema::text(&schema::events()));
}

#[test]
fn contract_config_schema_is_fresh() {
    is_fresh("pkg/config.schema.json", &schema::text(&schema::config()));
}

#[test]
fn contract_events_document_is_fresh() {
    is_fresh("EVENTS.md", &document::events());
}
