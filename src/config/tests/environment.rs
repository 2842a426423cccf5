//! Environment variables.

use super::{Given, file};
use crate::config::{Config, Control, Heartbeat, PolicyConfig, Profile, Routing, Sink, variables};

fn env(name: &str, value: &str) -> Given {
    Given::default().env(name, value)
}

/// A variable that is refused, and changes nothing.
#[track_caller]
fn ignored(name: &str, value: &str, says: &str) {
    let config = env(name, value).says(&[&format!("environment: {name}: {says}")]);
    assert_eq!(config, Config::default());
}

/// Each part can be switched by the environment, whatever the file says. S0.10
#[test]
fn switches_win_over_the_file() {
    let text = |on: bool| {
        format!(r#"{{"enabled": {on}, "heartbeat": {{"enabled": {on}}}, "telemetry": {{"enabled": {on}}}}}"#)
    };
    for (word, on) in [("0", false), ("false", false), ("OFF", false), ("1", true), ("true", true), (" on ", true)] {
        let given = file(&text(!on)).env("SWARM_PACK", word).env("SWARM_HEARTBEAT", word).env("SWARM_TELEMETRY", word);
        let config = given.config();
        assert_eq!((config.enabled, config.heartbeat.enabled, config.telemetry.enabled), (on, on, on), "{word}");
    }
    for (name, value) in [("SWARM_PACK", "2"), ("SWARM_TELEMETRY", "yes"), ("SWARM_CALLBACKS", "-1")] {
        ignored(name, value, "use 0 (off) or 1 (on)");
    }
}

/// The interval is honoured from 250 ms to 1 h. S0.36
#[test]
fn the_heartbeat_is_a_switch_or_an_interval() {
    for interval_ms in [250, 3_600_000] {
        let given = file(r#"{"heartbeat": {"enabled": false, "jitter": 0.1}}"#);
        let config = given.env("SWARM_HEARTBEAT", &interval_ms.to_string()).config();
        assert_eq!(config.heartbeat, Heartbeat { enabled: true, interval_ms, jitter: 0.1 });
    }
    for value in ["2", "249", "3600001", "-5000", "+5000", "5e3", "5000ms", "99999999999999999999"] {
        ignored("SWARM_HEARTBEAT", value, "use 0 (off), 1 (on) or 250 to 3600000 (milliseconds)");
    }
}

/// A slip in the name of a variable is named with the one that is meant; what is like none of ours is somebody else's.
#[test]
fn misspelt_variables_are_named() {
    for (name, near) in [
        ("SWARM_HARTBEAT", "SWARM_HEARTBEAT"),
        ("SWARM_TELEMTRY", "SWARM_TELEMETRY"),
        ("SWARM_POLICYS", "SWARM_POLICY"),
        ("SWARM_AGENTID", "SWARM_AGENT_ID"),
        ("SWARM_CONFG", "SWARM_CONFIG"),
        ("SWARM_PAK", "SWARM_PACK"),
    ] {
        let says = format!("environment: {name}: unknown variable; did you mean \"{near}\"?");
        assert_eq!(Given::default().set(name).says(&[&says]), Config::default());
    }
    for name in [
        "SWARM_HOST",
        "SWARM_EVENT_ID",
        "SWARM_ENTITY_TYPE",
        "SWARM_",
        "SWARM_TOKENS",
        "SWAM_PACK",
        "swarm_pac",
        "SWARM_CONFIG",
    ] {
        assert_eq!(Given::default().set(name).says(&[]), Config::default(), "{name}");
    }
}

#[test]
fn callbacks_off_means_no_receiver() {
    let text = r#"{"callbacks": {"openclaw": {}, "children": true, "webhooks": [{"id": "a", "url": "https://a.example", "events": ["swarm.*"]}]}}"#;
    let given =
        || file(text).env("OPENCODE_WEBHOOK_URL", "http://127.0.0.1:4800/webhook/x").set("OPENCODE_WEBHOOK_SECRET");
    let callbacks = given().env("SWARM_CALLBACKS", "0").config().callbacks;
    assert_eq!((callbacks.openclaw, callbacks.orgloop, callbacks.webhooks.len()), (None, None, 0));
    let callbacks = given().env("SWARM_CALLBACKS", "1").config().callbacks;
    assert_eq!((callbacks.openclaw.is_some(), callbacks.webhooks.len()), (true, 1));
    let orgloop = callbacks.orgloop.unwrap();
    assert_eq!(orgloop.url.as_str(), "http://127.0.0.1:4800/webhook/x");
    assert_eq!(orgloop.secret.unwrap().variable(), "OPENCODE_WEBHOOK_SECRET");
    // A secret alone makes no receiver.
    assert_eq!(Given::default().set("OPENCLAW_HOOK_TOKEN").set("OPENCODE_WEBHOOK_SECRET").config(), Config::default());
}

#[test]
fn one_bad_variable_costs_no_other() {
    let given =
        env("OPENCLAW_HOOK_BASE_URL", "http://gateway.example").env("OPENCODE_WEBHOOK_URL", "http://[::1]:4800/");
    let config = given.env("SWARM_AGENT_ID", "a\\b").env("SWARM_NODE_ID", "n").says(&[
        "environment: OPENCLAW_HOOK_BASE_URL: http:// is for this machine only (localhost, 127.0.0.1, [::1]); use https://",
        "environment: SWARM_AGENT_ID: contains a control character, a quote or a backslash; use none of them",
    ]);
    assert_eq!(config.callbacks.openclaw, None);
    assert!(config.callbacks.orgloop.is_some());
    assert_eq!(config.identity.node_id.as_str(), "n");
}

#[test]
fn the_profile_is_one_word() {
    let profiles = [
        ("off", Profile::Off),
        ("observe", Profile::Observe),
        ("permissive", Profile::Permissive),
        ("baseline", Profile::Baseline),
        ("strict", Profile::Strict),
    ];
    for (word, expected) in profiles {
        let PolicyConfig::Sound(policy) = env("SWARM_POLICY", word).config().policy else { panic!("{word}") };
        assert_eq!(policy.profile, expected);
    }
}

#[test]
fn sinks_are_separated_by_commas() {
    let sinks = |text: &str| env("SWARM_EVENTS", text).config().events.sinks;
    assert_eq!(sinks("file"), [Sink::File { path: None }]);
    let path = Some("/tmp/a:b".to_owned());
    assert_eq!(
        sinks("file:/tmp/a:b, stdout ,stderr,fd:7"),
        [Sink::File { path }, Sink::Stdout, Sink::Stderr, Sink::Fd(7)]
    );
    assert_eq!(sinks("off"), []);
    ignored("SWARM_EVENTS", "file,off", "\"off\" stands alone; leave it out, or leave out the sinks");
    ignored("SWARM_EVENTS", "file,file", "sink \"file\" is given twice; keep one");
    ignored(
        "SWARM_EVENTS",
        "file,",
        "unknown sink; use \"file\", \"file:<path>\", \"stdout\", \"stderr\" or \"fd:<n>\"",
    );
    ignored("SWARM_EVENTS", "fd:3,fd:4,fd:5,fd:6,fd:7,fd:8,fd:9,fd:10,fd:11", "has 9 entries; use at most 8");
}

#[test]
fn control_channels_are_separated_by_commas() {
    let control = |text: &str| env("SWARM_CONTROL", text).config().approvals.control;
    let path = Some("c.jsonl".to_owned());
    assert_eq!(control("file,http"), [Control::File { path: None }, Control::Http { port: None }]);
    assert_eq!(control("http:4801,file:c.jsonl"), [Control::Http { port: Some(4801) }, Control::File { path }]);
    ignored("SWARM_CONTROL", "off", "unknown channel; use \"file\", \"file:<path>\", \"http\" or \"http:<port>\"");
    ignored(
        "SWARM_CONTROL",
        "http:65536",
        "not a port; use \"http:<port>\" with 1 to 65535 (ports), or \"http\" for a free one",
    );
}

/// Ids come from file or environment; a missing one is empty, and nobody is warned. S0.17 S0.38 S0.39
#[test]
fn ids_come_from_the_environment_or_the_file() {
    let ids = |given: Given| {
        let identity = given.config().identity;
        [identity.agent_id, identity.workspace_id, identity.node_id].map(String::from)
    };
    assert_eq!(ids(Given::default()), ["", "", ""]);
    let text = r#"{"identity": {"agent_id": "a", "workspace_id": "w", "node_id": "n"}}"#;
    assert_eq!(ids(file(text)), ["a", "w", "n"]);
    let forge =
        |given: Given| given.env("FORGE_AGENT_ID", "fa").env("FORGE_WORKSPACE_ID", "fw").env("FORGE_NODE_ID", "fn");
    assert_eq!(ids(forge(file(text))), ["fa", "fw", "fn"]);
    let swarm =
        |given: Given| given.env("SWARM_AGENT_ID", "sa").env("SWARM_WORKSPACE_ID", "sw").env("SWARM_NODE_ID", "sn");
    assert_eq!(ids(swarm(forge(file(text)))), ["sa", "sw", "sn"]);
    assert_eq!(ids(forge(file(text).env("SWARM_AGENT_ID", " "))), ["fa", "fw", "fn"]);
    assert_eq!(ids(env("SWARM_AGENT_ID", &"ä".repeat(64))), ["ä".repeat(64), String::new(), String::new()]);
    ignored("SWARM_WORKSPACE_ID", &"x".repeat(129), "has 129 bytes; use at most 128");
    ignored("FORGE_NODE_ID", "a\tb", "contains a control character, a quote or a backslash; use none of them");
}

#[test]
fn routing_is_read_from_the_environment_only() {
    let given = env("SWARM_RUN_ID", "run-8.a_B").env("SWARM_TASK_ID", "T-8").env("SWARM_CALLBACK_AGENT", "main");
    let given =
        given.env("SWARM_CALLBACK_SESSION", "hook:opencode:main:T-8").env("OPENCLAW_BRIDGE_AUDIT_DIR", "/var/audit");
    let given = given.env("OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH", "/var/audit/callbacks.jsonl");
    let Routing { run_id, task_id, callback_session, callback_agent, bridge_audit_dir, bridge_mirror } =
        given.config().routing;
    assert_eq!(run_id.unwrap().as_str(), "run-8.a_B");
    assert_eq!(task_id.unwrap().as_str(), "T-8");
    assert_eq!(callback_session.unwrap().as_str(), "hook:opencode:main:T-8");
    assert_eq!(callback_agent.unwrap().as_str(), "main");
    assert_eq!(bridge_audit_dir.unwrap().as_str(), "/var/audit");
    assert_eq!(bridge_mirror.unwrap().as_str(), "/var/audit/callbacks.jsonl");
    for dots in [".", ".."] {
        ignored("SWARM_RUN_ID", dots, "is the name of a folder, not of a run");
    }
    for bad in ["../x", "a b", "ä", "a/b"] {
        ignored("SWARM_RUN_ID", bad, "use only letters, digits, \".\", \"_\" and \"-\"");
    }
    ignored("SWARM_RUN_ID", &"x".repeat(129), "has 129 bytes; use at most 128");
    ignored("SWARM_TASK_ID", "a\"b", "contains a control character, a quote or a backslash; use none of them");
    ignored("SWARM_CALLBACK_SESSION", &"x".repeat(513), "has 513 bytes; use at most 512");
    file(r#"{"routing": {}}"#)
        .load()
        .problems
        .iter()
        .for_each(|problem| assert!(problem.message.starts_with("unknown key")));
}

#[test]
fn an_empty_variable_counts_as_not_set() {
    let mut given = Given::default();
    for name in [
        "PACK",
        "HEARTBEAT",
        "TELEMETRY",
        "CALLBACKS",
        "POLICY",
        "EVENTS",
        "CONTROL",
        "AGENT_ID",
        "RUN_ID",
        "CALLBACK_SESSION",
    ] {
        given = given.env(&format!("SWARM_{name}"), "");
    }
    given = given.env("OPENCLAW_HOOK_BASE_URL", " ").env("OPENCODE_WEBHOOK_URL", "").env("SWARM_UNKNOWN", "x");
    assert_eq!(given.config(), Config::default());
}

#[test]
fn the_variables_to_hand_over_are_those_without_a_secret() {
    let names: Vec<&str> = variables().collect();
    let expected = [
        "SWARM_PACK",
        "SWARM_HEARTBEAT",
        "SWARM_TELEMETRY",
        "SWARM_POLICY",
        "SWARM_EVENTS",
        "SWARM_CONTROL",
        "SWARM_AGENT_ID",
        "FORGE_AGENT_ID",
        "SWARM_WORKSPACE_ID",
        "FORGE_WORKSPACE_ID",
        "SWARM_NODE_ID",
        "FORGE_NODE_ID",
        "OPENCLAW_HOOK_BASE_URL",
        "OPENCODE_WEBHOOK_URL",
        "SWARM_CALLBACKS",
        "SWARM_RUN_ID",
        "SWARM_TASK_ID",
        "SWARM_CALLBACK_SESSION",
        "SWARM_CALLBACK_AGENT",
        "OPENCLAW_BRIDGE_AUDIT_DIR",
        "OPENCLAW_BRIDGE_OPENCLAW_AUDIT_PATH",
    ];
    assert_eq!(names, expected);
}
