//! `plugin-shim/names.js`: what the shim must know while the core is still being compiled.

use std::fmt::Write as _;

use crate::config;
use crate::host::v1::{COUNTED_EVENT, WANTED_EVENTS};
use crate::redact::{NO_SECRETS, SECRET_STEMS};

pub fn module() -> String {
    let mut text = String::from(
        "// @ts-check\n// Generated from the Rust code; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract\n",
    );
    let variables: Vec<&str> = config::variables().collect();
    for (doc, name, words) in [
        ("Types of the host's events that are passed on.", "WANTED_EVENTS", WANTED_EVENTS),
        (
            "Variables that configure the pack and hold no secret: the only ones whose values are handed over.",
            "VARIABLES",
            &variables,
        ),
        (
            "A name that speaks of a secret has one of these in it, in any case of letters.",
            "SECRET_STEMS",
            SECRET_STEMS,
        ),
        ("Names with a stem in them that hold no secret.", "NO_SECRETS", NO_SECRETS),
    ] {
        write!(text, "\n/** {doc} */\nexport const {name} = [\n").expect("writing to a string");
        for word in words {
            writeln!(text, "  '{word}',").expect("writing to a string");
        }
        text.push_str("]\n");
    }
    write!(
        text,
        "\n/** The type of event of which only when it last came is passed on. */\nexport const COUNTED_EVENT = '{COUNTED_EVENT}'\n"
    )
    .expect("writing to a string");
    text
}
