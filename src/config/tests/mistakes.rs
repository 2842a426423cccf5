//! What a person reads who made a mistake. Whole sentences: they are part of the interface.

use serde_json::json;

use super::{Given, file};
use crate::config::{Config, Section};

/// One mistake in the first line of a file, which must be found alone.
#[track_caller]
fn mistake(text: &str, says: &str) {
    file(text).says(&[&format!("swarm.json:1: {says}")]);
}

#[test]
fn an_unknown_key_is_named_with_its_line_and_the_nearest_known_key() {
    let text = "{\n  // beat\n  \"heartbeat\": {\n    \"intervall_ms\": 1000\n  }\n}";
    file(text).says(&["swarm.json:4: heartbeat.intervall_ms: unknown key; did you mean \"interval_ms\"?"]);
    mistake(r#"{"heartbeet": {}}"#, "heartbeet: unknown key; did you mean \"heartbeat\"?");
    mistake(
        r#"{"events": {"exposeProcess": true}}"#,
        "events.exposeProcess: unknown key; did you mean \"expose_process\"?",
    );
    mistake(r#"{"feed": {"port": 1}}"#, "feed.port: unknown key; use \"enabled\"");
    mistake(
        r#"{"identity": {"name": ""}}"#,
        "identity.name: unknown key; use \"agent_id\", \"workspace_id\" or \"node_id\"",
    );
    mistake(
        r#"{"x y\n": 1}"#,
        "[\"x y \"]: unknown key; use \"$schema\", \"enabled\", \"identity\", \"events\", \"heartbeat\", \"telemetry\", \"redact\", \"policy\", \"approvals\", \"callbacks\" or \"feed\"",
    );
}

#[test]
fn a_bad_value_is_answered_with_what_to_write() {
    let bound = "use 250 to 3600000 (milliseconds)";
    for (value, why) in [
        ("10", format!("10 is out of range; {bound}")),
        ("249", format!("249 is out of range; {bound}")),
        ("3600001", format!("3600001 is out of range; {bound}")),
        ("-5000", format!("-5000 is out of range; {bound}")),
        ("1e300", format!("the number is out of range; {bound}")),
        ("500.5", format!("500.5 is not a whole number; {bound}")),
        ("\"5000\"", "expected a number, got a string".to_owned()),
        ("true", "expected a number, got true or false".to_owned()),
        ("null", "expected a number, got null".to_owned()),
        ("[]", "expected a number, got a list".to_owned()),
        ("{}", "expected a number, got an object".to_owned()),
    ] {
        mistake(&format!(r#"{{"heartbeat": {{"interval_ms": {value}}}}}"#), &format!("heartbeat.interval_ms: {why}"));
    }
    mistake(
        r#"{"heartbeat": {"jitter": 0.6}}"#,
        "heartbeat.jitter: 0.6 is out of range; use 0 to 0.5 (share of the interval)",
    );
    mistake(r#"{"enabled": "yes"}"#, "enabled: expected true or false, got a string");
    mistake(r#"{"heartbeat": 5000}"#, "heartbeat: expected an object, got a number");
    mistake(r#"{"events": {"sinks": "file"}}"#, "events.sinks: expected a list, got a string");
    mistake(r#"{"events": {"sinks": ["file", 3]}}"#, "events.sinks[1]: expected a string, got a number");
    mistake(
        r#"{"events": {"sinks": ["syslog"]}}"#,
        "events.sinks[0]: unknown sink; use \"file\", \"file:<path>\", \"stdout\", \"stderr\" or \"fd:<n>\"",
    );
    mistake(
        r#"{"events": {"rotate": {"bytes": 1000}}}"#,
        "events.rotate.bytes: 1000 is out of range; use 65536 to 1073741824 (bytes)",
    );
    mistake(r#"{"events": {"rotate": {"files": 0}}}"#, "events.rotate.files: 0 is out of range; use 1 to 100 (files)");
    mistake(
        r#"{"telemetry": {"stall_after_ms": 1}}"#,
        "telemetry.stall_after_ms: 1 is out of range; use 1000 to 86400000 (milliseconds)",
    );
    mistake(
        r#"{"telemetry": {"loop_after_calls": 2}}"#,
        "telemetry.loop_after_calls: 2 is out of range; use 3 to 1000 (calls)",
    );
    mistake(
        r#"{"approvals": {"deadline_ms": 5}}"#,
        "approvals.deadline_ms: 5 is out of range; use 1000 to 86400000 (milliseconds)",
    );
    mistake(r#"{"approvals": {"lane": "dialog"}}"#, "approvals.lane: unknown word; use \"hold\" or \"host\"");
    mistake(
        r#"{"approvals": {"control": ["http:0"]}}"#,
        "approvals.control[0]: not a port; use \"http:<port>\" with 1 to 65535 (ports), or \"http\" for a free one",
    );
    mistake(
        r#"{"approvals": {"control": ["socket"]}}"#,
        "approvals.control[0]: unknown channel; use \"file\", \"file:<path>\", \"http\" or \"http:<port>\"",
    );
    mistake(
        r#"{"events": {"forward": {"allow": ["session *"]}}}"#,
        "events.forward.allow[0]: not a pattern over events; use letters, digits, \".\", \"_\", \"-\" and \"*\"",
    );
    mistake(r#"{"redact": {"patterns": [""]}}"#, "redact.patterns[0]: is empty");
    mistake(
        r#"{"redact": {"arguments": {"my tool": "x"}}}"#,
        "redact.arguments[\"my tool\"]: expected a list, got a string",
    );
    mistake(r#"{"redact": {"arguments": {"": []}}}"#, "redact.arguments[\"\"]: is empty");
    mistake(
        r#"{"identity": {"agent_id": "a\"b"}}"#,
        "identity.agent_id: contains a control character, a quote or a backslash; use none of them",
    );
    let long = "x".repeat(129);
    mistake(&format!(r#"{{"identity": {{"node_id": "{long}"}}}}"#), "identity.node_id: has 129 bytes; use at most 128");
    let many = vec!["\"a\""; 257].join(",");
    mistake(&format!(r#"{{"redact": {{"allow": [{many}]}}}}"#), "redact.allow: has 257 entries; use at most 256");
    mistake(r#"{"$schema": 1}"#, "$schema: expected a string, got a number");
}

#[test]
fn what_is_given_twice_is_a_mistake() {
    let text = "{\"feed\": {},\n\"heartbeat\": {\"jitter\": 0,\n\"jitter\": 0.1},\n\"feed\": {}}";
    file(text).says(&[
        "swarm.json:3: heartbeat.jitter: key is given twice, first in line 2; keep one",
        "swarm.json:4: feed: key is given twice, first in line 1; keep one",
    ]);
    mistake(
        r#"{"events": {"sinks": ["stdout", "file", "stdout"]}}"#,
        "events.sinks[2]: sink \"stdout\" is given twice; keep one",
    );
    mistake(
        r#"{"approvals": {"control": ["file", "file"]}}"#,
        "approvals.control[1]: channel \"file\" is given twice; keep one",
    );
    let hook = r#"{"id": "a", "url": "https://a.example", "events": ["swarm.*"]}"#;
    mistake(
        &format!(r#"{{"callbacks": {{"webhooks": [{hook}, {hook}]}}}}"#),
        "callbacks.webhooks[1].id: another webhook has the id \"a\"; give each its own",
    );
}

#[test]
fn every_mistake_is_found_at_once() {
    let text = r#"{
        "enabled": 1,
        "heartbeat": { "intervall_ms": 10, "interval_ms": 10, "jitter": "no" },
        "events": { "sinks": ["file", "fd:1", 3, "file"] },
        "telemetri": {},
        "callbacks": { "webhooks": [ { "id": "a b", "uri": "" }, 5, { "url": "ftp://x", "events": [] } ] }
    }"#;
    file(text).says(&[
        "swarm.json:2: enabled: expected true or false, got a number",
        "swarm.json:3: heartbeat.interval_ms: 10 is out of range; use 250 to 3600000 (milliseconds)",
        "swarm.json:3: heartbeat.intervall_ms: unknown key; did you mean \"interval_ms\"?",
        "swarm.json:3: heartbeat.jitter: expected a number, got a string",
        "swarm.json:4: events.sinks[1]: not a descriptor; use \"fd:<n>\" with 3 to 1048576 (descriptors), or \"stdout\" or \"stderr\"",
        "swarm.json:4: events.sinks[2]: expected a string, got a number",
        "swarm.json:4: events.sinks[3]: sink \"file\" is given twice; keep one",
        "swarm.json:5: telemetri: unknown key; did you mean \"telemetry\"?",
        "swarm.json:6: callbacks.webhooks[0]: key \"events\" is missing",
        "swarm.json:6: callbacks.webhooks[0].id: use only letters, digits, \".\", \"_\" and \"-\"",
        "swarm.json:6: callbacks.webhooks[0].uri: unknown key; did you mean \"url\"?",
        "swarm.json:6: callbacks.webhooks[1]: expected an object, got a number",
        "swarm.json:6: callbacks.webhooks[2]: key \"id\" is missing",
        "swarm.json:6: callbacks.webhooks[2].events: is empty",
        "swarm.json:6: callbacks.webhooks[2].url: not an address; begin with https:// (or http:// to this machine)",
    ]);
}

#[test]
fn beyond_64_problems_the_rest_is_counted() {
    let keys: Vec<String> = (0..100).map(|n| format!("\"key{n:03}\": 1")).collect();
    let loaded = file(&format!("{{\"feed\": {{{}}}}}", keys.join(","))).load();
    assert_eq!(loaded.problems.len(), 65);
    assert_eq!(loaded.problems[63].to_string(), "swarm.json:1: feed.key063: unknown key; use \"enabled\"");
    assert_eq!(loaded.problems[64].to_string(), "configuration: 36 more problems");
    assert_eq!(loaded.problems[64].section, Section::Rest);
    let loaded = file(&format!("{{\"feed\": {{{}}}}}", keys[..65].join(","))).load();
    assert_eq!(loaded.problems[64].to_string(), "configuration: 1 more problem");
}

/// A bad value of the heartbeat falls back with a warning. S0.36
#[test]
fn a_section_with_a_mistake_stands_at_its_default_and_the_others_count() {
    let config = file(r#"{"heartbeat": {"interval_ms": 10, "jitter": 0.1}, "telemetry": {"enabled": false}}"#)
        .says(&["swarm.json:1: heartbeat.interval_ms: 10 is out of range; use 250 to 3600000 (milliseconds)"]);
    let mut expected = Config::default();
    expected.telemetry.enabled = false;
    assert_eq!(config, expected);
    for interval_ms in [250, 3_600_000] {
        let config = file(&format!(r#"{{"heartbeat": {{"interval_ms": {interval_ms}}}}}"#)).config();
        assert_eq!(config.heartbeat.interval_ms, interval_ms);
    }
}

#[test]
fn a_secret_in_the_wrong_place_is_never_repeated() {
    let token = "callbacks.openclaw.token: a secret does not belong here; write ${NAME}, and put it into the environment variable NAME";
    for value in [
        "\"hunter2\"",
        "\"$HUNTER2\"",
        "\"${hunter2\"",
        "\"${hunter 2}\"",
        "\"x${HUNTER2}\"",
        "\"\"",
        "\"${}\"",
        "\"${1hunter2}\"",
    ] {
        mistake(&format!(r#"{{"callbacks": {{"openclaw": {{"token": {value}}}}}}}"#), token);
    }
    let texts = [
        r#"{"enabled": "hunter2", "heartbeat": {"interval_ms": "hunter2"}, "events": {"sinks": ["hunter2", {"a": "hunter2"}]}}"#,
        r#"{"identity": {"agent_id": "hunter2\n"}, "policy": {"profile": "hunter2", "rules": ["hunter2"]}}"#,
        r#"{"callbacks": {"openclaw": {"url": "http://hunter2@x", "mode": "hunter2"}, "webhooks": [{"secrets": ["hunter2"], "events": ["hunter2"]}]}}"#,
        r#"{"redact": {"patterns": ["hunter2\u0000"], "allow": "hunter2"}, "approvals": {"control": ["hunter2"], "lane": "hunter2"}}"#,
        r#"{"feed": hunter2}"#,
        r#"{"feed": "hunter2}"#,
        r#"{"feed": "\hunter2"}"#,
    ];
    for text in texts {
        let given = Given::default().file(text).options(json!({"identity": "hunter2", "feed": {"enabled": "hunter2"}}));
        let given = given.env("SWARM_PACK", "hunter2").env("SWARM_POLICY", "hunter2").env("SWARM_RUN_ID", "hunter2 x");
        let given = given.env("OPENCLAW_HOOK_BASE_URL", "https://hunter2@x").env("SWARM_HEARTBEAT", "hunter2");
        let loaded = given.load();
        assert!(loaded.problems.len() > 7, "{text}");
        assert!(!format!("{loaded:?}").contains("hunter2"), "{text}: {:?}", loaded.problems);
    }
}

#[test]
fn a_secret_that_is_not_set_is_a_mistake_of_its_section() {
    let text = r#"{"callbacks": {"children": true, "openclaw": {"token": "${CLAW_TOKEN}"}, "webhooks": [
        {"id": "a", "url": "https://a.example", "secrets": ["${A}", "${B}"], "events": ["swarm.*"]}]}}"#;
    let config = file(text).set("A").says(&[
        "swarm.json:1: callbacks.openclaw.token: environment variable CLAW_TOKEN is not set",
        "swarm.json:2: callbacks.webhooks[0].secrets[1]: environment variable B is not set",
    ]);
    assert_eq!(config.callbacks, Config::default().callbacks);
    let config = file(text).set("A").set("B").set("CLAW_TOKEN").config();
    let token = config.callbacks.openclaw.and_then(|openclaw| openclaw.token);
    assert_eq!(token.as_ref().map(|token| token.variable()), Some("CLAW_TOKEN"));
}

#[test]
fn receivers_in_private_networks_are_allowed_on_request_only() {
    let text = |allow: bool| {
        format!(
            r#"{{"callbacks": {{"allow_private_networks": {allow}, "openclaw": {{"url": "https://192.168.1.2"}}}}}}"#
        )
    };
    mistake(
        &text(false),
        "callbacks.openclaw.url: an address in a private network; set callbacks.allow_private_networks to true to allow it",
    );
    let _ = file(&text(true)).config();
}

#[test]
fn a_place_names_the_source() {
    let given = Given::default().options(json!({"heartbeat": {"interval_ms": 1}, "policie": {}}));
    let given = given.env("SWARM_HEARTBEAT", "100");
    given.says(&[
        "plugin options: heartbeat.interval_ms: 1 is out of range; use 250 to 3600000 (milliseconds)",
        "plugin options: policie: unknown key; did you mean \"policy\"?",
        "environment: SWARM_HEARTBEAT: use 0 (off), 1 (on) or 250 to 3600000 (milliseconds)",
    ]);
    let sections: Vec<Section> = given.load().problems.iter().map(|problem| problem.section).collect();
    assert_eq!(sections, [Section::Heartbeat, Section::Options, Section::Heartbeat]);
}

#[test]
fn options_that_are_no_object_are_left_out() {
    for options in [json!(1), json!([]), json!("x"), json!(true)] {
        Given::default().options(options).says(&["plugin options: the configuration must be an object: { … }"]);
    }
}
