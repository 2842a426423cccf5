//! Random histories over the core; after each step the lines so far are valid and true to the history.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::collections::BTreeMap;

use common::{Harness, boot};
use opencode_swarm_pack::boot::Boot;
use opencode_swarm_pack::event::session::Lane;
use opencode_swarm_pack::host;
use opencode_swarm_pack::input::Input;
use proptest::prelude::*;
use serde_json::json;

/// One step of a history.
#[derive(Clone, Debug)]
enum Step {
    Created(u8),
    CreatedBelow(u8, u8),
    Prompted(u8),
    Busy(u8),
    Retry(u8),
    Answered(u8),
    Tool(u8, u8, bool),
    Asked(u8, u8),
    Replied(u8, u8),
    /// A tool is about to run: allowed, asked about, denied, or unreadable.
    Requested(u8, u8, u8),
    /// Somebody answers the approval of this number: yes or no, once or for the session.
    Decided(u8, bool, bool),
    Failed(u8, bool),
    Idle(u8),
    Deleted(u8),
    LookedUp(u8),
    Tokens(u8),
    Pass(u64, u64),
    WokeAtAnyTime,
    WallClock(i64),
}

fn step() -> impl Strategy<Value = Step> {
    let session = 0..5_u8;
    prop_oneof![
        2 => session.clone().prop_map(Step::Created),
        2 => (session.clone(), session.clone()).prop_map(|(s, parent)| Step::CreatedBelow(s, parent)),
        3 => session.clone().prop_map(Step::Prompted),
        5 => session.clone().prop_map(Step::Busy),
        2 => session.clone().prop_map(Step::Retry),
        4 => session.clone().prop_map(Step::Answered),
        4 => (session.clone(), 0..4_u8, any::<bool>()).prop_map(|(s, call, open)| Step::Tool(s, call, open)),
        2 => (session.clone(), 0..3_u8).prop_map(|(s, ask)| Step::Asked(s, ask)),
        2 => (session.clone(), 0..3_u8).prop_map(|(s, ask)| Step::Replied(s, ask)),
        4 => (session.clone(), 0..4_u8, 0..4_u8).prop_map(|(s, call, kind)| Step::Requested(s, call, kind)),
        3 => (0..9_u8, any::<bool>(), any::<bool>()).prop_map(|(n, yes, always)| Step::Decided(n, yes, always)),
        2 => (session.clone(), any::<bool>()).prop_map(|(s, abort)| Step::Failed(s, abort)),
        5 => session.clone().prop_map(Step::Idle),
        1 => session.clone().prop_map(Step::Deleted),
        1 => session.clone().prop_map(Step::LookedUp),
        1 => session.prop_map(Step::Tokens),
        5 => (0..12_000_u64, 0..400_u64).prop_map(|(ms, late)| Step::Pass(ms, late)),
        2 => Just(Step::WokeAtAnyTime),
        1 => (-7_200_000..7_200_000_i64).prop_map(Step::WallClock),
    ]
}

fn take(h: &mut Harness, step: &Step) {
    let id = |n: &u8| format!("ses_{n}");
    match step {
        Step::Created(s) => h.created(&id(s)),
        Step::CreatedBelow(s, parent) => h.created_below(&id(s), &id(parent)),
        Step::Prompted(s) => h.hear(json!({ "hook": "chat.message", "input": { "sessionID": id(s) } })),
        Step::Busy(s) => h.busy(&id(s)),
        Step::Retry(s) => h.event("session.status", &id(s), json!({ "status": { "type": "retry" } })),
        Step::Answered(s) => h.answered(&id(s)),
        Step::Tool(s, call, open) => {
            h.tool(&id(s), &format!("call_{call}"), if *open { "running" } else { "completed" })
        }
        Step::Asked(s, ask) => h.event("permission.asked", &id(s), json!({ "id": format!("per_{ask}") })),
        Step::Replied(s, ask) => h.event("permission.replied", &id(s), json!({ "requestID": format!("per_{ask}") })),
        Step::Requested(s, call, kind) => request(h, &id(s), &format!("call_{call}"), *kind),
        Step::Decided(n, yes, always) => {
            let id = format!("apr_{}_{n}", h.pack.boot_id());
            let (status, scope) = (if *yes { "approved" } else { "denied" }, if *always { "session" } else { "once" });
            h.control(&json!({ "type": "approval", "id": id, "status": status, "scope": scope }));
        }
        Step::Failed(s, abort) => h.failed(&id(s), if *abort { "MessageAbortedError" } else { "APIError" }),
        Step::Idle(s) => h.idle(&id(s)),
        Step::Deleted(s) => h.event("session.deleted", &id(s), json!({})),
        Step::LookedUp(s) => h.hear(json!({ "hook": "session.get", "input": { "sessionID": id(s) } })),
        Step::Tokens(s) => h.event("message.part.delta", &id(s), json!({})),
        Step::Pass(ms, late) => h.pass(*ms, *late),
        Step::WokeAtAnyTime => h.give(Input::Woke),
        Step::WallClock(by) => h.now.wall_ms = h.now.wall_ms.saturating_add_signed(*by),
    }
}

fn request(h: &mut Harness, session: &str, call: &str, kind: u8) {
    match kind {
        0 => {
            h.request(session, call, "bash", json!({ "command": "ls" }));
        }
        1 => {
            h.request(session, call, "bash", json!({ "command": "git push" }));
        }
        2 => {
            let args = json!({ "filePath": "/home/ann/shop/.opencode/swarm.json", "content": "" });
            h.request(session, call, "write", args);
        }
        _ => {
            h.request(session, call, "bash", json!({ "command": 7 }));
        }
    }
}

/// S0.32: each call is decided on once, and settled once at most; what is not settled is held.
fn check_gate(h: &Harness) {
    for request in 1..=h.requests() {
        assert_ne!(h.verdict(request), "unheard", "a call that nobody answered");
    }
    assert_eq!(h.payloads("swarm.policy.decision").len() as u32, h.requests(), "one decision for each call");
    let held = (1..=h.requests()).filter(|request| h.verdict(*request) == "held").count();
    let ours = |event_type: &'static str| h.of_type(event_type);
    let asked = ours("swarm.approval.requested").filter(|line| line["payload"]["asked_by"] == "gate").count();
    let asked_by_host = ours("swarm.approval.requested").count() - asked;
    let over = ours("swarm.approval.resolved").count();
    assert!(over <= asked + asked_by_host, "an end without a begin");
    assert!(held <= asked, "held without a question");
    let mut ids: Vec<_> = ours("swarm.approval.resolved").map(|line| line["payload"]["id"].to_string()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), over, "an approval ends once");
}

/// What must be true of all lines so far. That each is valid, short, numbered and in time the harness has checked already.
fn check(h: &Harness, history: &[Step]) {
    let mut turns: BTreeMap<&str, u64> = BTreeMap::new();
    let mut open: BTreeMap<&str, bool> = BTreeMap::new();
    let mut beat_ms = None;
    for line in &h.lines {
        let session = line["session_id"].as_str().unwrap();
        match line["event_type"].as_str().unwrap() {
            "swarm.session.started" => {
                assert_ne!(open.insert(session, true), Some(true), "started twice: {line}");
                turns.remove(session);
            }
            "swarm.session.stopped" => {
                assert_eq!(open.insert(session, false), Some(true), "stopped while not open: {line}")
            }
            "swarm.turn.finished" => {
                let turn = turns.entry(session).or_default();
                *turn += 1;
                assert_eq!(line["payload"]["turn"], *turn, "each turn once, in order: {line}");
                assert_eq!(line.get("parent_session_id"), None, "turns are of roots: {line}");
                assert!(*turn <= beginnings(history, session), "a turn that nothing began: {line}");
            }
            "swarm.heartbeat" => {
                let mono_ms = line["mono_ms"].as_u64().unwrap();
                let is_last = line["payload"]["agent_state"] == "stopped";
                assert!(
                    is_last || beat_ms.is_none_or(|last: u64| mono_ms >= last + 250),
                    "beats are 250 ms apart: {line}"
                );
                beat_ms = Some(mono_ms);
            }
            // A session that is still being looked up is judged at once all the same.
            kind if kind.starts_with("swarm.policy.") || kind.starts_with("swarm.approval.") => {}
            _ => assert_eq!(
                open.get(session),
                if session.is_empty() { None } else { Some(&true) },
                "of an open session: {line}"
            ),
        }
    }
}

/// How often something was heard that can begin a turn of a session.
fn beginnings(history: &[Step], session: &str) -> u64 {
    let begins = |step: &&Step| matches!(step, Step::Prompted(s) | Step::Busy(s) | Step::Retry(s) if format!("ses_{s}") == session);
    history.iter().filter(begins).count() as u64
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_histories_keep_the_promises(steps in prop::collection::vec(step(), 1..120)) {
        let options = json!({
            "identity": { "agent_id": "ag-7" },
            "approvals": { "deadline_ms": 20_000 },
            "policy": { "rules": [{ "id": "pushes-ask", "action": "prompt", "command": ["git", "push"] }] },
        });
        let mut h = Harness::with_boot(Boot { lane: Lane::Serve, options: Some(options.to_string()), ..boot() });
        for (n, step) in steps.iter().enumerate() {
            take(&mut h, step);
            check(&h, &steps[..=n]);
            check_gate(&h);
        }
        h.stop();
        check(&h, &steps);
        check_gate(&h);
        for request in 1..=h.requests() {
            prop_assert_ne!(h.verdict(request), "held", "a call that waits for ever");
        }
        let count = |event_type: &str| h.lines.iter().filter(|line| line["event_type"] == event_type).count();
        prop_assert_eq!(count("swarm.approval.requested"), count("swarm.approval.resolved"));
        prop_assert_eq!(h.wake_at_ms, None);
    }

    /// Hostile text is a fact or an error, never a panic; and the pack goes on.
    #[test]
    fn any_text_is_survived(texts in prop::collection::vec(".{0,200}", 0..40)) {
        let mut h = Harness::new();
        for text in texts {
            for text in [text.clone(), format!(r#"{{"hook":"event","event":{{"type":"session.idle","properties":{{"sessionID":{}}}}}}}"#, json!(text))] {
                let input = host::v1::read(&text)
                    .unwrap_or_else(|error| Input::HostUnreadable { kind: error.kind, message: error.message });
                h.give(input);
            }
        }
        h.pass(5_000, 0);
        prop_assert!(h.of_type("swarm.heartbeat").count() >= 2);
    }
}
