//! `pkg/event.schema.json` and `pkg/config.schema.json`.

use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::event::line::Line;
use crate::event::{Family, catalogue};

const COMMENT: &str = "Generated from the Rust types; do not edit. Refresh with: UPDATE_CONTRACT=1 cargo test contract";

/// What every reader may rely on. The rest of the envelope is the pack's own and came after the first draft.
const ENVELOPE: [&str; 7] = ["event_type", "timestamp", "agent_id", "workspace_id", "node_id", "session_id", "payload"];

/// What a payload must have to be one, where later versions write more: what older writers wrote is still understood.
const REQUIRED: [(&str, &[&str]); 2] =
    [("swarm.heartbeat", &["uptime_seconds", "state"]), ("swarm.turn.finished", &["turn", "reason", "duration_ms"])];

pub fn text(schema: &Value) -> String {
    format!("{schema:#}\n")
}

/// A type of event, the part it belongs to, and the schema of its payload.
pub type Payload = (&'static str, Family, Value);

/// The schemas of all payloads, of the envelope, and of what they refer to.
pub fn parts() -> (Vec<Payload>, Value, Map<String, Value>) {
    let mut generator = SchemaSettings::draft2020_12().for_serialize().into_generator();
    let mut payloads: Vec<_> =
        catalogue(&mut generator).into_iter().map(|(name, family, schema)| (name, family, schema.to_value())).collect();
    for (name, _, schema) in &mut payloads {
        if let Some((_, required)) = REQUIRED.iter().find(|(event, _)| event == name) {
            schema["required"] = json!(required);
        }
    }
    let envelope = generator.subschema_for::<Line<'_, Map<String, Value>>>().to_value();
    let mut definitions = generator.take_definitions(true);
    let name =
        envelope["$ref"].as_str().and_then(|path| path.rsplit('/').next()).expect("the envelope is a definition");
    let envelope = definitions.remove(name).expect("the envelope is defined");
    (payloads, envelope, definitions)
}

pub fn events() -> Value {
    let (payloads, mut envelope, mut definitions) = parts();
    let mut rules = Vec::new();
    for (name, _, schema) in payloads {
        rules.push(json!({
            "if": { "properties": { "event_type": { "const": name } }, "required": ["event_type"] },
            "then": { "properties": { "payload": { "$ref": format!("#/$defs/{name}") } } },
        }));
        definitions.insert(name.to_owned(), schema);
    }
    let properties = &mut envelope["properties"];
    properties["event_version"]["const"] = json!(1);
    properties["event_type"]["pattern"] = json!(r"^swarm(\.[a-z_]+)+$");
    properties["timestamp"]["pattern"] = json!(r"^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$");
    properties["seq"]["minimum"] = json!(1);
    properties["payload"] =
        json!({ "description": "What happened: an object of its own for each type.", "type": "object" });
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$comment": COMMENT,
        "title": "opencode-swarm-pack event",
        "description": "One line of the JSONL stream. Unknown types and unknown fields are let pass: they come from a later version.",
        "type": "object",
        "required": ENVELOPE,
        "dependentRequired": {
            "event_id": ["event_version"],
            "seq": ["event_version"],
            "boot_id": ["event_version", "event_id", "seq", "mono_ms"],
            "mono_ms": ["event_version", "boot_id"],
            "truncated": ["original_bytes"],
        },
        "properties": envelope["properties"],
        "allOf": rules,
        "$defs": definitions,
    })
}

pub fn config() -> Value {
    let mut schema = schemars::schema_for!(crate::config::ConfigFile).to_value();
    schema["$comment"] = json!(COMMENT);
    schema["title"] = json!("opencode-swarm-pack configuration");
    schema
}
