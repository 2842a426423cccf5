//! `EVENTS.md`: the reference of all events, from the same schema that checks them.

use std::fmt::Write as _;

use serde_json::{Map, Value};

use super::{sample, schema};
use crate::event::Family;

const HEAD: &str = "\
<!-- Generated from the Rust types; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract -->

# Events

One JSON object a line, UTF-8, ended by a newline. The schema is [`pkg/event.schema.json`](pkg/event.schema.json);
`npx opencode-swarm-pack validate FILE` checks a stream against it. The examples below are lines of several runs, each for itself, and
together no stream.

What a reader may rely on:

* A line is with the operating system (`write(2)`, no `fsync`) when the hook that caused it returns, and was written with one call.
* `seq` counts from 1 without gaps within a `boot_id`; `timestamp` never decreases in that order.
* Lines are at most 8,192 bytes in a file, 4,096 on an inherited descriptor, 1,024 on stdout and stderr, newline included. A
  payload that was shortened for that is marked `truncated` with `original_bytes`.
* Unknown types and fields come from a later version: let them pass. `event_version` changes when a meaning does.
* No title, prompt, answer, output or file content is in any line. Commands, paths, addresses and the first line of an error
  are redacted, then cut.

Readers that know these things by other names find them here:

| there | here | duration | success |
|---|---|---|---|
| `session.created` | `swarm.session.started` with `is_new` | – | always |
| `session.closed` | `swarm.session.stopped` | its `mono_ms` less that of the session's `swarm.session.started` in the same `boot_id` | `reason` is `deleted` or `disposed` |
| `message.sent` | `swarm.turn.finished` | `duration_ms` | `reason` is `completed` |
| `tool.executed` | `swarm.tool.finished` | `duration_ms` | `outcome` is `ok` |

";

pub fn events() -> String {
    let (payloads, envelope, definitions) = schema::parts();
    let mut text = String::from(HEAD);
    text.push_str("## The line\n\n");
    table(&envelope, &definitions, &mut text);
    for (name, family, payload) in &payloads {
        let about = payload["description"].as_str().unwrap_or_default();
        let part = match family {
            Family::Heartbeat => "`heartbeat`",
            Family::Telemetry => "`telemetry`",
            Family::Policy => "`policy`",
            Family::Pack => "the pack itself; cannot be switched off alone",
        };
        writeln!(text, "\n## {name}\n\n{}\n\nPart: {part}.\n", flat(about)).expect("writing to a string");
        table(payload, &definitions, &mut text);
        writeln!(text, "\n```json\n{}\n```", sample::line(name)).expect("writing to a string");
    }
    text
}

fn table(schema: &Value, definitions: &Map<String, Value>, text: &mut String) {
    text.push_str("| field | type | always | meaning |\n|---|---|---|---|\n");
    rows("", schema, definitions, text);
}

fn rows(prefix: &str, schema: &Value, definitions: &Map<String, Value>, text: &mut String) {
    let required: Vec<_> = schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    for (name, field) in schema["properties"].as_object().into_iter().flatten() {
        let (kind, inner) = describe(field, definitions);
        let always = if required.contains(&name.as_str()) { "yes" } else { "" };
        let about = field["description"].as_str().or_else(|| inner["description"].as_str()).unwrap_or_default();
        writeln!(text, "| `{prefix}{name}` | {kind} | {always} | {} |", flat(about)).expect("writing to a string");
        let list = if kind.starts_with("list") { "[]" } else { "" };
        rows(&format!("{prefix}{name}{list}."), inner, definitions, text);
    }
}

/// The type of a field in words, and the schema of what is inside it.
fn describe<'a>(field: &'a Value, definitions: &'a Map<String, Value>) -> (String, &'a Value) {
    if let Some(inner) = field["anyOf"].as_array().and_then(|choices| choices.first()) {
        return describe(inner, definitions);
    }
    if let Some(name) = field["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return describe(&definitions[name], definitions);
    }
    if field["items"].is_object() {
        let (kind, inner) = describe(&field["items"], definitions);
        return (format!("list of {kind}s"), inner);
    }
    if let Some(words) = words(field) {
        return (words, field);
    }
    let kind = field["type"].as_str().or_else(|| field["type"][0].as_str()).unwrap_or("any");
    (kind.to_owned(), field)
}

/// The words of a vocabulary.
fn words(field: &Value) -> Option<String> {
    let listed = field["enum"].as_array().into_iter().flatten();
    let each = field["oneOf"].as_array().into_iter().flatten().map(|choice| &choice["const"]);
    let words: Vec<_> = listed.chain(each).filter_map(Value::as_str).map(|word| format!("`{word}`")).collect();
    (!words.is_empty()).then(|| words.join(", "))
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").replace('|', "\\|")
}
