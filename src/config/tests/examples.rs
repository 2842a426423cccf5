//! The two files that people copy.

use serde_json::Value;

use super::{Given, file};
use crate::config::{Config, ConfigFile, OpenClaw, OrgLoop, Policy, PolicyConfig, SecretRef};

pub(super) const EXAMPLE: &str = include_str!("../example.jsonc");
pub(super) const STARTER: &str = include_str!("../starter.jsonc");

pub(super) fn with_secrets(given: Given) -> Given {
    given.set("OPENCLAW_HOOK_TOKEN").set("OPENCODE_WEBHOOK_SECRET").set("OPS_WEBHOOK_SECRET")
}

/// A text with comments as a plain value.
pub(super) fn plain(text: &str) -> Value {
    jsonc_parser::parse_to_serde_value(text, &Default::default()).unwrap()
}

#[test]
fn the_complete_example_is_right_and_stands_at_the_defaults() {
    let config = with_secrets(file(EXAMPLE)).config();
    let PolicyConfig::Sound(policy) = &config.policy else { panic!("{:?}", config.policy) };
    assert_eq!(policy.rules.len(), 5);
    assert_eq!(config.redact.arguments.len(), 1);
    assert_eq!(config.callbacks.webhooks.len(), 1);
    let token = SecretRef::to_variable("OPENCLAW_HOOK_TOKEN");
    assert_eq!(config.callbacks.openclaw, Some(OpenClaw { token, ..OpenClaw::default() }));
    let secret = SecretRef::to_variable("OPENCODE_WEBHOOK_SECRET");
    assert_eq!(config.callbacks.orgloop, Some(OrgLoop { secret, ..OrgLoop::default() }));

    // What stands only for its form, taken away.
    let mut config = config;
    config.policy = PolicyConfig::Sound(Policy { rules: Vec::new(), ..policy_of(&config) });
    config.redact.arguments.clear();
    config.callbacks.openclaw = None;
    config.callbacks.orgloop = None;
    config.callbacks.webhooks.clear();
    assert_eq!(config, Config::default());
}

fn policy_of(config: &Config) -> Policy {
    match &config.policy {
        PolicyConfig::Sound(policy) => policy.clone(),
        PolicyConfig::Broken { why } => panic!("{why}"),
    }
}

#[test]
fn the_complete_example_has_every_key_of_every_section() {
    let example = plain(EXAMPLE);
    let mut defaults = serde_json::to_value(ConfigFile::default()).unwrap();
    defaults["callbacks"]["openclaw"] = serde_json::to_value(OpenClaw::default()).unwrap();
    defaults["callbacks"]["orgloop"] = serde_json::to_value(OrgLoop::default()).unwrap();
    missing_keys(&defaults, &example, "");
}

#[track_caller]
fn missing_keys(defaults: &Value, example: &Value, path: &str) {
    for (key, value) in defaults.as_object().into_iter().flatten() {
        let path = format!("{path}.{key}");
        assert!(example.get(key).is_some(), "{path} is not in the example");
        missing_keys(value, &example[key], &path);
    }
}

#[test]
fn the_starter_is_right_without_any_variable_and_changes_nothing() {
    assert_eq!(file(STARTER).config(), Config::default());
}

/// An editor finds the schema wherever the file is: no installation puts one beside it.
#[test]
fn the_schema_is_named_in_this_version() {
    let address = format!("\"https://unpkg.com/opencode-swarm-pack@{}/config.schema.json\"", crate::VERSION);
    assert!(STARTER.contains(&address) && EXAMPLE.contains(&address));
}

#[test]
fn the_forms_in_the_comments_of_the_starter_are_those_of_the_example() {
    let shown = |line: &str| {
        let code = line.trim_start().strip_prefix("// ").map(str::trim_start);
        code.filter(|code| code.starts_with(['{', '"'])).map_or_else(|| line.to_owned(), str::to_owned)
    };
    let uncommented: Vec<String> = STARTER.lines().map(shown).collect();
    let uncommented = uncommented.join("\n");
    let _ = with_secrets(file(&uncommented)).config();
    assert_eq!(plain(&uncommented), plain(EXAMPLE));
}

/// No key of the types is forgotten by the loader: all of them, written out, come back.
#[test]
fn what_is_loaded_can_be_written_and_loaded_again() {
    let example = with_secrets(file(EXAMPLE)).config();
    for config in [Config::default(), example] {
        let PolicyConfig::Sound(policy) = config.policy.clone() else { panic!("{:?}", config.policy) };
        let written = serde_json::to_value(ConfigFile {
            schema: Some("x".to_owned()),
            enabled: config.enabled,
            identity: config.identity.clone(),
            events: config.events.clone(),
            heartbeat: config.heartbeat,
            telemetry: config.telemetry,
            redact: config.redact.clone(),
            policy,
            approvals: config.approvals.clone(),
            callbacks: config.callbacks.clone(),
            feed: config.feed,
        });
        assert_eq!(with_secrets(Given::default()).options(written.unwrap()).config(), config);
    }
}
