//! The feed against what Swarm's own watcher made of such frames.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::Harness;
use opencode_swarm_pack::bridge::{Frame, Frames};
use opencode_swarm_pack::effect::Effect;
use serde_json::{Value, json};

/// Swarm's watcher, as it was seen: the name of an event sets a state or none.
#[derive(Default)]
struct Watcher {
    state: Option<String>,
    names: Vec<String>,
}

impl Watcher {
    fn take(&mut self, frame: &Frame) {
        let name = frame.event.clone().unwrap_or_default();
        let data: Value = serde_json::from_str(&frame.data).unwrap();
        let row = observed().into_iter().find(|row| row["received"]["type"] == name).unwrap_or_default();
        if let Some(state) = row["state_set"]["state"].as_str() {
            assert!(data["session_id"].is_string(), "{name} names its session");
            assert_eq!(row["received"].get("error").is_some(), data.get("error").is_some(), "{name}: {data}");
            self.state = Some(state.to_owned());
        }
        self.names.push(name);
    }
}

fn observed() -> Vec<Value> {
    let text = include_str!("data/swarm-watcher.jsonl");
    text.lines().skip(1).map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn harness() -> Harness {
    Harness::with_options(json!({ "feed": { "enabled": true } }))
}

/// What went to the feed since this was last asked.
fn frames(harness: &mut Harness) -> Vec<Frame> {
    let mut reader = Frames::default();
    let sent = std::mem::take(&mut harness.effects);
    let texts = sent.iter().filter_map(|effect| if let Effect::Feed { frame } = effect { Some(frame) } else { None });
    let frames = texts
        .flat_map(|text| {
            let frames = reader.push(text.as_bytes());
            assert_eq!(frames.len(), 1, "each effect is one whole frame: {text:?}");
            frames
        })
        .collect();
    assert_eq!(reader.waiting_bytes(), 0);
    frames
}

#[track_caller]
fn watched(watcher: &mut Watcher, harness: &mut Harness, state: &str) {
    for frame in frames(harness) {
        watcher.take(&frame);
    }
    assert_eq!(watcher.state.as_deref(), Some(state), "{:?}", watcher.names);
}

fn asked(harness: &mut Harness, question: &str) -> String {
    harness.effects.clear();
    harness.tell(json!({ "feed_asked": question }));
    let answers = harness
        .effects
        .iter()
        .filter_map(|effect| if let Effect::AnswerFeed { body } = effect { Some(body.clone()) } else { None });
    answers.collect()
}

/// Each row of the recording is understood by our own reader as Swarm's watcher understood it.
#[test]
fn recorded_frames_are_read_as_swarm_read_them() {
    for row in observed() {
        let [frame] = Frames::default().push(row["frame"].as_str().unwrap().as_bytes()).try_into().unwrap();
        assert_eq!(frame.event.unwrap_or_default(), row["received"]["type"].as_str().unwrap());
        assert_eq!(serde_json::from_str::<Value>(&frame.data).unwrap(), row["received"]["data"]);
    }
}

/// Swarm's watcher, unmodified, follows a session through every state that it has a name for.
#[test]
fn swarms_watcher_ends_in_the_state_that_the_session_is_in() {
    let (mut h, mut w) = (harness(), Watcher::default());
    h.created("ses_1");
    h.busy("ses_1");
    watched(&mut w, &mut h, "working");
    h.event("permission.asked", "ses_1", json!({ "id": "per_1" }));
    watched(&mut w, &mut h, "awaiting_approval");
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "once" }));
    watched(&mut w, &mut h, "working");
    assert_eq!(w.names.last().map(String::as_str), Some("permission.resolved"));
    h.event("session.error", "ses_1", json!({ "error": { "name": "APIError" } }));
    watched(&mut w, &mut h, "error");
    h.event("session.idle", "ses_1", json!({}));
    watched(&mut w, &mut h, "idle");
}

/// A tool sets `working`; its end, usage and heartbeats set nothing.
#[test]
fn tools_and_usage_are_told_as_swarm_names_them() {
    let (mut h, mut w) = (harness(), Watcher::default());
    h.created("ses_1");
    h.busy("ses_1");
    let part = |part: Value| json!({ "part": part });
    let tool =
        |status: &str| json!({ "type": "tool", "tool": "bash", "callID": "call_1", "state": { "status": status } });
    h.event("message.part.updated", "ses_1", part(tool("running")));
    h.event("message.part.updated", "ses_1", part(tool("completed")));
    let tokens = json!({ "input": 10, "output": 2, "reasoning": 0, "cache": { "read": 0, "write": 0 } });
    h.event(
        "message.part.updated",
        "ses_1",
        part(json!({ "type": "step-finish", "id": "prt_1", "tokens": tokens, "cost": 0 })),
    );
    h.event("session.idle", "ses_1", json!({}));
    let all = frames(&mut h);
    let data = |name: &str| -> Value {
        let frame = all.iter().find(|frame| frame.event.as_deref() == Some(name)).expect(name);
        serde_json::from_str(&frame.data).unwrap()
    };
    assert_eq!(data("tool.start"), json!({ "session_id": "ses_1", "tool": "bash", "call_id": "call_1" }));
    assert_eq!(
        data("tool.end"),
        json!({ "session_id": "ses_1", "tool": "bash", "call_id": "call_1", "outcome": "ok" })
    );
    assert_eq!(data("token.usage"), json!({ "session_id": "ses_1", "input": 10, "output": 2 }));
    all.iter().for_each(|frame| w.take(frame));
    assert_eq!(w.state.as_deref(), Some("idle"), "{:?}", w.names);
}

/// What runs beside an ask does not hide it, and what a child does is not the agent's state; a child's ask is.
#[test]
fn an_ask_stays_visible_until_it_is_answered() {
    let (mut h, mut w) = (harness(), Watcher::default());
    h.created("ses_1");
    h.busy("ses_1");
    h.created_below("ses_2", "ses_1");
    h.busy("ses_2");
    h.event("permission.asked", "ses_2", json!({ "id": "per_1" }));
    watched(&mut w, &mut h, "awaiting_approval");
    let running = json!({ "type": "tool", "tool": "bash", "callID": "call_1", "state": { "status": "running" } });
    h.event("message.part.updated", "ses_1", json!({ "part": running }));
    h.event("message.part.updated", "ses_2", json!({ "part": running }));
    watched(&mut w, &mut h, "awaiting_approval");
    h.event("permission.replied", "ses_2", json!({ "requestID": "per_1", "reply": "once" }));
    watched(&mut w, &mut h, "working");
    h.event("session.idle", "ses_2", json!({}));
    watched(&mut w, &mut h, "working");
}

/// Swarm has no state for it, and it is no error.
#[test]
fn a_retry_of_the_provider_sets_no_state() {
    let (mut h, mut w) = (harness(), Watcher::default());
    h.created("ses_1");
    h.busy("ses_1");
    h.event("session.status", "ses_1", json!({ "status": { "type": "retry" } }));
    watched(&mut w, &mut h, "working");
    assert!(w.names.iter().any(|name| name == "session.retry"), "{:?}", w.names);
}

/// A watcher that comes late, or again, is told where each session is; the one active last comes last.
#[test]
fn a_late_watcher_is_told_the_states() {
    let mut h = harness();
    assert_eq!(asked(&mut h, "state"), "");
    h.created("ses_1");
    h.busy("ses_1");
    h.created_below("ses_3", "ses_1");
    h.pass(10, 0);
    h.created("ses_2");
    h.busy("ses_2");
    h.event("question.asked", "ses_2", json!({ "id": "que_1" }));
    assert_eq!(
        asked(&mut h, "state"),
        "event: session.busy\ndata: {\"session_id\":\"ses_1\"}\n\n\
         event: permission.requested\ndata: {\"session_id\":\"ses_2\",\"request_type\":\"question\"}\n\n"
    );
}

/// X.8: one place lists modules, sinks, queues and the last errors.
#[test]
fn health_is_told_in_one_place() {
    let mut h = harness();
    h.created("ses_1");
    h.busy("ses_1");
    h.event("permission.asked", "ses_1", json!({ "id": "per_1" }));
    for n in 0..20 {
        h.tell(json!({ "shim_failed": { "code": "shim_failed", "message": format!("mistake {n}") } }));
    }
    h.tell(json!({ "sink_failed": { "sink": "file", "code": "ENOSPC", "place": "/p" } }));
    let health: Value = serde_json::from_str(&asked(&mut h, "health")).unwrap();
    assert_eq!(health["health"]["modules"], json!({ "heartbeat": true, "telemetry": true, "policy": true }));
    assert_eq!(health["health"]["sinks"], json!([{ "sink": "file", "is_ok": false }]));
    assert_eq!(health["queues"], json!({ "pending_approvals": 1, "look_ups": 0 }));
    assert_eq!((&health["health"]["errors"], &health["health"]["last_error"]), (&json!(21), &json!("sink_failed")));
    let messages: Vec<_> = health["last_errors"].as_array().unwrap().iter().map(|error| &error["message"]).collect();
    assert_eq!(messages.len(), 8);
    assert_eq!(messages[0], "mistake 13");
    assert!(health["boot_id"].is_string() && health["last_errors"][0]["timestamp"].is_string());
    let pending: Value = serde_json::from_str(&asked(&mut h, "pending")).unwrap();
    assert_eq!(pending, json!([{ "session_id": "ses_1", "request_id": "per_1", "request_type": "permission" }]));
}

#[test]
fn the_port_stands_in_the_heartbeat() {
    let mut h = harness();
    assert!(h.effects.iter().any(|effect| matches!(effect, Effect::OpenFeed { .. })));
    h.tell(json!({ "feed_opened": { "port": 17_003 } }));
    h.pass(10_000, 0);
    assert_eq!(h.last_beat()["payload"]["feed_port"], 17_003);
}

/// Telemetry switched off: the feed tells its own tale.
#[test]
fn the_feed_does_not_depend_on_telemetry() {
    let mut h = Harness::with_options(json!({ "feed": { "enabled": true }, "telemetry": { "enabled": false } }));
    h.created("ses_1");
    h.busy("ses_1");
    let mut w = Watcher::default();
    watched(&mut w, &mut h, "working");
}

#[test]
fn without_the_feed_there_is_no_frame_and_no_port() {
    let mut h = Harness::new();
    h.created("ses_1");
    h.busy("ses_1");
    h.event("session.idle", "ses_1", json!({}));
    let is_of_feed = |effect: &Effect| matches!(effect, Effect::Feed { .. } | Effect::OpenFeed { .. });
    assert!(!h.effects.iter().any(is_of_feed));
}
