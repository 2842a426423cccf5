//! Events of the host that are passed through, and what other names for our own events come to, through the front door.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::fs;

use common::{Harness, boot};
use opencode_swarm_pack::boot::{Boot, SecretValues};
use serde_json::{Value, json};

fn forwarding(allow: Value) -> Harness {
    Harness::with_boot(Boot {
        options: Some(
            json!({ "events": { "forward": { "allow": allow } }, "heartbeat": { "enabled": false } }).to_string(),
        ),
        secrets: SecretValues(vec!["correct-horse-battery".into()]),
        ..boot()
    })
}

/// As the shim does it: the event itself, then what is passed through of it, if anything.
fn event(h: &mut Harness, kind: &str, properties: Value) {
    h.hear(json!({ "hook": "event", "event": { "id": "evt_1", "type": kind, "properties": properties } }));
    if h.pack.forwarded_fields(kind).is_some() {
        h.hear(json!({ "hook": "forward", "event": { "id": "evt_1", "type": kind, "properties": properties } }));
    }
}

fn forwarded(h: &Harness) -> Vec<(&str, Value)> {
    h.of_type("swarm.forwarded").map(|line| (line["session_id"].as_str().unwrap(), line["payload"].clone())).collect()
}

/// S0.13: type, id and plain fields; what is not named, or not plain, is not there.
#[test]
fn an_event_is_passed_through_with_its_plain_fields() {
    let mut h = forwarding(json!(["session.*", "message.updated"]));
    event(
        &mut h,
        "session.created",
        json!({ "sessionID": "ses_1", "info": { "title": "private words", "agent": "build", "model": { "variant": "odd" } } }),
    );
    event(
        &mut h,
        "session.status",
        json!({ "sessionID": "ses_1", "status": { "type": "retry", "attempt": 2, "message": "private words" } }),
    );
    event(&mut h, "session.renamed", json!({ "sessionID": "ses_1", "title": "private words" }));
    event(&mut h, "permission.replied", json!({ "sessionID": "ses_1", "requestID": "per_1", "reply": "once" }));
    assert_eq!(
        forwarded(&h),
        [
            ("ses_1", json!({ "type": "session.created", "id": "evt_1", "fields": { "info.agent": "build" } })),
            (
                "ses_1",
                json!({ "type": "session.status", "id": "evt_1", "fields": { "status.attempt": 2, "status.type": "retry" } })
            ),
            ("ses_1", json!({ "type": "session.renamed", "id": "evt_1" })),
        ]
    );
}

/// S0.13, S0.41: texts are redacted, paths told relative, long values cut.
#[test]
fn what_is_passed_through_is_redacted_and_bounded() {
    let mut h = forwarding(json!(["*"]));
    event(&mut h, "file.edited", json!({ "file": "/home/ann/shop/correct-horse-battery/a.js" }));
    event(
        &mut h,
        "command.executed",
        json!({ "sessionID": "ses_1", "name": "x".repeat(5_000), "arguments": "private words" }),
    );
    let told = forwarded(&h);
    let fields = json!({ "file": "[redacted:environment]/a.js" });
    let rules = &told[0].1["redactions"]["rules"];
    assert_eq!((told[0].0, &told[0].1["fields"]), ("", &fields), "{rules}");
    assert!(told[1].1["fields"]["name"].as_str().unwrap().len() <= 244);
    assert!(!h.lines.iter().any(|line| line.to_string().contains("correct-horse")));
}

/// S0.2: a child is told with its parents, also when it has just been deleted.
#[test]
fn a_child_keeps_its_parents() {
    let mut h = forwarding(json!(["session.deleted", "session.created"]));
    for (session, parent) in [("ses_1", None), ("ses_2", Some("ses_1")), ("ses_3", Some("ses_2"))] {
        event(&mut h, "session.created", json!({ "sessionID": session, "info": { "parentID": parent } }));
    }
    event(&mut h, "session.deleted", json!({ "sessionID": "ses_3", "info": { "parentID": "ses_2" } }));
    let parents: Vec<_> = h
        .of_type("swarm.forwarded")
        .map(|line| (line["parent_session_id"].clone(), line["root_session_id"].clone()))
        .collect();
    let below = |parent: &str| (json!(parent), json!("ses_1"));
    assert_eq!(parents, [(Value::Null, Value::Null), below("ses_1"), below("ses_2"), below("ses_2")]);
}

/// S0.13, S0.43: nothing is wanted by default, and with telemetry off.
#[test]
fn off_means_that_the_shim_hands_nothing_over() {
    assert_eq!(Harness::new().pack.forwarded_fields("session.idle"), None);
    let options = json!({ "events": { "forward": { "allow": ["*"] } }, "telemetry": { "enabled": false } });
    assert_eq!(Harness::with_options(options).pack.forwarded_fields("session.idle"), None);
}

/// S0.41: with everything passed through, no text that a person or a model wrote in any recording is in any line.
#[test]
fn recordings_passed_through_hold_no_messages() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/host-1.18.33");
    let mut seen = 0;
    for file in fs::read_dir(folder).unwrap() {
        let mut h = forwarding(json!(["*", "message.part.delta", "plugin.added", "catalog.updated"]));
        let mut private: Vec<String> = Vec::new();
        for line in fs::read_to_string(file.unwrap().path()).unwrap().lines() {
            let entry: Value = serde_json::from_str(line).unwrap();
            if entry["kind"] != "event" {
                continue;
            }
            let (kind, properties) = (entry["event"]["type"].as_str().unwrap(), &entry["event"]["properties"]);
            let texts = [
                &properties["info"]["title"],
                &properties["part"]["text"],
                &properties["delta"],
                &properties["part"]["state"]["output"],
            ];
            private
                .extend(texts.into_iter().filter_map(Value::as_str).filter(|text| text.len() >= 16).map(str::to_owned));
            event(&mut h, kind, properties.clone());
        }
        let told: String = h.of_type("swarm.forwarded").map(Value::to_string).collect();
        seen += h.of_type("swarm.forwarded").count();
        assert_eq!(private.iter().find(|text| told.contains(text.trim())), None);
    }
    assert!(seen > 1_000, "{seen}");
}

/// S3.28: `session.created`, `tool.executed`, `message.sent` and `session.closed` with session, time, duration and success.
#[test]
fn other_names_for_our_events_can_be_derived() {
    let mut h = Harness::with_options(json!({ "heartbeat": { "enabled": false } }));
    h.created("ses_1");
    h.busy("ses_1");
    let input = json!({ "tool": "bash", "sessionID": "ses_1", "callID": "c1" });
    h.hear(json!({ "hook": "tool.execute.before", "input": input, "output": { "args": { "command": "x" } } }));
    h.pass(250, 0);
    h.tool("ses_1", "c1", "completed");
    h.answered("ses_1");
    h.pass(750, 0);
    h.idle("ses_1");
    h.pass(4_000, 0);
    h.event("session.deleted", "ses_1", json!({ "info": {} }));
    let mut started_ms = 0;
    let mut derived = Vec::new();
    for line in &h.lines {
        let (payload, mono_ms) = (&line["payload"], line["mono_ms"].as_u64().unwrap());
        let duration_ms = payload["duration_ms"].as_u64();
        let (name, duration_ms, success) = match line["event_type"].as_str().unwrap() {
            "swarm.session.started" if payload["is_new"] == true => {
                started_ms = mono_ms;
                ("session.created", None, true)
            }
            "swarm.tool.finished" => ("tool.executed", duration_ms, payload["outcome"] == "ok"),
            "swarm.turn.finished" => ("message.sent", duration_ms, payload["reason"] == "completed"),
            "swarm.session.stopped" => {
                let success = payload["reason"] == "deleted" || payload["reason"] == "disposed";
                ("session.closed", Some(mono_ms - started_ms), success)
            }
            _ => continue,
        };
        assert_eq!(line["session_id"], "ses_1");
        derived.push((name, line["timestamp"].as_str().unwrap()[17..23].to_owned(), duration_ms, success));
    }
    let at = |time: &str| time.to_owned();
    assert_eq!(
        derived,
        [
            ("session.created", at("00.000"), None, true),
            ("tool.executed", at("00.250"), Some(250), true),
            ("message.sent", at("01.000"), Some(1_000), true),
            ("session.closed", at("05.000"), Some(5_000), true),
        ]
    );
}
