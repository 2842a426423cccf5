//! The JSON Schema says the same as the loader.

use std::sync::LazyLock;

use jsonschema::Validator;
use serde_json::{Value, json};

use super::Given;
use super::examples::{EXAMPLE, STARTER, plain, with_secrets};
use crate::config::ConfigFile;

pub(super) fn validator() -> &'static Validator {
    static VALIDATOR: LazyLock<Validator> = LazyLock::new(|| jsonschema::validator_for(&schema()).unwrap());
    &VALIDATOR
}

fn schema() -> Value {
    schemars::schema_for!(ConfigFile).to_value()
}

#[test]
fn the_files_that_people_copy_are_valid() {
    for text in [EXAMPLE, STARTER, "{}"] {
        let errors: Vec<String> = validator().iter_errors(&plain(text)).map(|error| error.to_string()).collect();
        assert_eq!(errors, [""; 0]);
    }
}

#[test]
fn the_schema_tells_the_default_of_every_key() {
    let schema = schema();
    let defaults = serde_json::to_value(ConfigFile::default()).unwrap();
    for (section, value) in defaults.as_object().unwrap() {
        assert_eq!(&schema["properties"][section]["default"], value, "{section}");
        assert!(schema["properties"][section]["description"].is_string(), "{section}");
    }
}

#[test]
fn every_object_is_closed_and_every_key_described() {
    closed(&schema(), "");
}

#[track_caller]
fn closed(schema: &Value, path: &str) {
    let Some(members) = schema.as_object() else {
        return;
    };
    if let Some(properties) = members.get("properties").and_then(Value::as_object) {
        assert_eq!(members.get("additionalProperties"), Some(&json!(false)), "{path}");
        for (key, property) in properties {
            assert!(property["description"].is_string(), "{path}.{key} has no description");
        }
    }
    for (key, member) in members {
        closed(member, &format!("{path}.{key}"));
    }
}

/// What the loader and the schema say of the same text.
#[track_caller]
fn agree(value: Value, is_right: bool) {
    let loaded = with_secrets(Given::default()).options(value.clone()).load();
    assert_eq!(loaded.problems.is_empty(), is_right, "{value}: {:?}", loaded.problems);
    assert_eq!(validator().is_valid(&value), is_right, "schema: {value}");
}

#[test]
fn numbers_have_the_same_bounds() {
    let at = |path: &[&str], value: Value| path.iter().rev().fold(value, |value, key| json!({ *key: value }));
    let numbers: [(&[&str], u64, u64); 7] = [
        (&["heartbeat", "interval_ms"], 250, 3_600_000),
        (&["events", "rotate", "bytes"], 65_536, 1 << 30),
        (&["events", "rotate", "files"], 1, 100),
        (&["telemetry", "stall_after_ms"], 1_000, 86_400_000),
        (&["telemetry", "loop_after_calls"], 3, 1_000),
        (&["approvals", "deadline_ms"], 1_000, 86_400_000),
        (&["callbacks", "orgloop", "idle_grace_ms"], 1_000, 86_400_000),
    ];
    for (path, min, max) in numbers {
        for (number, is_right) in [
            (json!(min), true),
            (json!(max), true),
            (json!(min - 1), false),
            (json!(max + 1), false),
            (json!(min as f64 + 0.5), false),
            (json!("1"), false),
        ] {
            agree(at(path, number), is_right);
        }
    }
    for (share, is_right) in [(json!(0), true), (json!(0.5), true), (json!(0.51), false), (json!(-0.1), false)] {
        agree(at(&["heartbeat", "jitter"], share), is_right);
    }
}

#[test]
fn words_and_forms_are_the_same() {
    let rule = |rule: Value| json!({"policy": {"rules": [rule]}});
    let hook = |hook: Value| json!({"callbacks": {"webhooks": [hook]}});
    for right in [
        json!({"$schema": "x", "identity": {"agent_id": "ä b"}}),
        json!({"events": {"sinks": ["file", "file:a", "stdout", "stderr", "fd:3", "fd:10"]}}),
        json!({"events": {"sinks": [], "forward": {"allow": ["session.*", "*"], "deny": ["lsp.*"]}}}),
        json!({"approvals": {"control": ["file", "file:x", "http", "http:65535"], "lane": "host"}}),
        json!({"redact": {"patterns": ["a b"], "arguments": {"my tool": ["x"], "y": []}, "allow": ["z"]}}),
        json!({"policy": {"profile": "off", "fail_mode": "open", "defaults": {"tool_use": "approve"}}}),
        json!({"callbacks": {"openclaw": null, "orgloop": {"secret": null}}}),
        json!({"callbacks": {"openclaw": {"token": "${OPENCLAW_HOOK_TOKEN}", "form": "callback", "url": "https://x.example:8/y?z"}}}),
        rule(json!({"id": "a", "action": "allow", "command": ["x", ["y", "z"]], "reason": null})),
        rule(
            json!({"id": "a", "action": "prompt", "network_access": ["*:23", "[::1]:80"], "examples": {"match": ["x\ny"]}}),
        ),
        hook(json!({"id": "a", "url": "https://a.example", "events": ["swarm.*", "swarm.turn.finished"]})),
    ] {
        agree(right, true);
    }
    for wrong in [
        json!({"x": 1}),
        json!({"enabled": 1}),
        json!({"heartbeat": null}),
        json!({"heartbeat": {"x": 1}}),
        json!({"identity": {"agent_id": "a\"b"}}),
        json!({"identity": {"agent_id": "a\nb"}}),
        json!({"identity": {"agent_id": "x".repeat(129)}}),
        json!({"events": {"sinks": ["fd:2"]}}),
        json!({"events": {"sinks": ["fd:03"]}}),
        json!({"events": {"sinks": ["file:"]}}),
        json!({"events": {"sinks": ["file", "file"]}}),
        json!({"events": {"sinks": ["fd:3", "fd:4", "fd:5", "fd:6", "fd:7", "fd:8", "fd:9", "fd:10", "fd:11"]}}),
        json!({"approvals": {"control": ["http:0"]}}),
        json!({"redact": {"patterns": [""]}}),
        json!({"redact": {"arguments": {"x": "y"}}}),
        json!({"policy": {"profile": "on"}}),
        json!({"policy": {"rules": null}}),
        json!({"callbacks": {"openclaw": {"token": "literal"}}}),
        json!({"callbacks": {"openclaw": {"url": "https://a@b"}}}),
        json!({"callbacks": {"openclaw": {"url": "ftp://b"}}}),
        rule(json!({"id": "a", "action": "allow"})),
        rule(json!({"id": "a", "action": "allow", "command": []})),
        rule(json!({"id": "a", "action": "allow", "command": [[]]})),
        rule(json!({"id": "a", "action": "allow", "command": ["x"], "tool_use": ["y"]})),
        rule(json!({"id": "a", "action": "allow", "command": null})),
        rule(json!({"id": "a/b", "action": "allow", "command": ["x"]})),
        rule(json!({"action": "allow", "command": ["x"]})),
        hook(json!({"id": "a", "url": "https://a.example"})),
        hook(json!({"id": "a", "url": "https://a.example", "events": []})),
        hook(json!({"id": "a", "url": "https://a.example", "events": ["turn.*"]})),
        hook(json!({"id": "a", "url": "https://a.example", "events": ["swarm.*"], "secrets": ["x"]})),
    ] {
        agree(wrong, false);
    }
}
