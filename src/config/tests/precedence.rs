//! Later wins: defaults, file, plugin options, environment.

use serde_json::json;

use super::{Given, file};
use crate::config::{Config, Events, Heartbeat, Mode, PolicyConfig, Profile, Sink};

#[test]
fn all_four_sources_are_laid_over_each_other_key_by_key() {
    let given = file(
        r#"{"identity": {"agent_id": "file", "workspace_id": "file", "node_id": "file"},
            "heartbeat": {"interval_ms": 1000, "jitter": 0.5},
            "events": {"sinks": ["stdout", "stderr"], "rotate": {"bytes": 65536, "files": 2}},
            "policy": {"profile": "strict", "rules": [{"id": "a", "action": "deny", "command": ["a"]}]}}"#,
    );
    let given = given.options(json!({
        "identity": {"workspace_id": "options", "node_id": "options"},
        "heartbeat": {"interval_ms": 2000},
        "events": {"sinks": ["fd:3"], "rotate": {"files": 3}},
        "policy": {"profile": "observe"},
    }));
    let given = given.env("SWARM_NODE_ID", "env").env("SWARM_HEARTBEAT", "3000").env("SWARM_POLICY", "permissive");
    let config = given.config();

    let ids = [&config.identity.agent_id, &config.identity.workspace_id, &config.identity.node_id];
    assert_eq!(ids.map(|id| id.as_str()), ["file", "options", "env"]);
    assert_eq!(config.heartbeat, Heartbeat { enabled: true, interval_ms: 3000, jitter: 0.5 });
    let Events { sinks, rotate, expose_process, .. } = &config.events;
    assert_eq!((sinks.as_slice(), rotate.bytes, rotate.files, expose_process), (&[Sink::Fd(3)][..], 65536, 3, &true));
    let PolicyConfig::Sound(policy) = &config.policy else { panic!("{:?}", config.policy) };
    assert_eq!((policy.profile, policy.rules.len()), (Profile::Permissive, 1));
}

#[test]
fn a_wrong_section_falls_to_the_source_below_not_to_the_default() {
    let given = file(r#"{"heartbeat": {"interval_ms": 1000}, "feed": {"enabled": true}}"#);
    let given = given.options(json!({"heartbeat": {"interval_ms": 1, "jitter": 0.1}, "telemetry": {"enabled": false}}));
    let config =
        given.says(&["plugin options: heartbeat.interval_ms: 1 is out of range; use 250 to 3600000 (milliseconds)"]);
    assert_eq!(config.heartbeat, Heartbeat { interval_ms: 1000, ..Heartbeat::default() });
    assert!(config.feed.enabled && !config.telemetry.enabled);
}

#[test]
fn null_takes_a_receiver_away_and_other_keys_do_not_accept_it() {
    let text = r#"{"callbacks": {"openclaw": {"mode": "per_session"}, "orgloop": {}}}"#;
    let config = file(text).options(json!({"callbacks": {"openclaw": null}})).config();
    assert_eq!(config.callbacks.openclaw, None);
    assert_eq!(config.callbacks.orgloop.map(|orgloop| orgloop.mode), Some(Mode::PerSession));
    file(text)
        .options(json!({"callbacks": {"webhooks": null}}))
        .says(&["plugin options: callbacks.webhooks: expected a list, got null"]);
}

#[test]
fn a_source_may_add_to_a_receiver_of_the_one_below() {
    let given = file(r#"{"callbacks": {"openclaw": {"mode": "per_session"}}}"#);
    let given = given.env("OPENCLAW_HOOK_BASE_URL", "http://localhost:1").set("OPENCLAW_HOOK_TOKEN");
    let openclaw = given.config().callbacks.openclaw.unwrap();
    assert_eq!((openclaw.url.as_str(), openclaw.mode), ("http://localhost:1", Mode::PerSession));
    assert_eq!(openclaw.token.unwrap().as_str(), "${OPENCLAW_HOOK_TOKEN}");
}

#[test]
fn what_a_source_makes_wrong_in_the_one_below_is_its_own_mistake() {
    let given = file(r#"{"callbacks": {"allow_private_networks": true, "openclaw": {"url": "https://10.0.0.1"}}}"#);
    let given = given.options(json!({"callbacks": {"allow_private_networks": false}}));
    let config = given.says(&[
        "plugin options: callbacks.openclaw.url: an address in a private network; set callbacks.allow_private_networks to true to allow it",
    ]);
    assert!(config.callbacks.allow_private_networks && config.callbacks.openclaw.is_some());
}

#[test]
fn nothing_given_is_the_default() {
    assert_eq!(Given::default().config(), Config::default());
}
