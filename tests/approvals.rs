//! The gate in the pack, and approvals, through the front door: what a call that waits comes to, whatever happens.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::{Harness, boot};
use opencode_swarm_pack::boot::Boot;
use opencode_swarm_pack::effect::Effect;
use opencode_swarm_pack::event::session::Lane;
use serde_json::{Value, json};

const NO: &str = "Not run: somebody was asked for an approval and said no. Do not try the same again; do something else, or ask the user what to do.";

fn options(more: Value) -> Value {
    let mut options = json!({
        "heartbeat": { "enabled": false },
        "identity": { "agent_id": "ag-7" },
        "policy": { "rules": [
            { "id": "pushes-ask", "action": "prompt", "command": ["git", "push"], "reason": "pushes leave this machine" },
            { "id": "no-releases", "action": "deny", "command": ["npm", "publish"], "reason": "releases are made by people" },
            { "id": "notes-ask", "action": "prompt", "file_write": ["notes/**"] },
        ] },
    });
    options.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    options
}

fn harness_with(lane: Lane, more: Value) -> Harness {
    let mut h = Harness::with_boot(Boot { lane, options: Some(options(more).to_string()), ..boot() });
    h.created("ses_1");
    h.busy("ses_1");
    h
}

fn harness() -> Harness {
    harness_with(Lane::Serve, json!({}))
}

fn bash(h: &mut Harness, session: &str, call: &str, command: &str) -> u32 {
    h.request(session, call, "bash", json!({ "command": command }))
}

fn failed(h: &mut Harness, session: &str, call: &str, error: &str) {
    let state = json!({ "status": "error", "error": error });
    let part = json!({ "type": "tool", "tool": "bash", "callID": call, "state": state });
    h.event("message.part.updated", session, json!({ "part": part }));
}

/// `status/cause` of each approval that is over.
fn ends(h: &Harness) -> Vec<String> {
    let word = |it: &Value, name: &str| it[name].as_str().unwrap().to_owned();
    h.payloads("swarm.approval.resolved")
        .iter()
        .map(|it| format!("{}/{}", word(it, "status"), word(it, "cause")))
        .collect()
}

fn refusals(h: &Harness) -> Vec<&str> {
    h.payloads("swarm.approval.refused").iter().map(|it| it["why"].as_str().unwrap()).collect()
}

fn watched(h: &Harness) -> Vec<bool> {
    let watch = |effect: &Effect| if let Effect::WatchControl { is_on } = effect { Some(*is_on) } else { None };
    h.effects.iter().filter_map(watch).collect()
}

/// What was said to the host: `ask: reply`.
fn replies(h: &Harness) -> Vec<String> {
    let reply = |effect: &Effect| {
        if let Effect::AnswerAsk { ask_id, reply, .. } = effect { Some(format!("{ask_id}: {reply}")) } else { None }
    };
    h.effects.iter().filter_map(reply).collect()
}

fn ask(h: &mut Harness, id: &str, permission: &str, call: &str) {
    let fields = json!({
        "id": id, "permission": permission, "patterns": ["/etc/*"], "metadata": { "filepath": "/etc/hosts" },
        "tool": { "callID": call },
    });
    h.event("permission.asked", "ses_1", fields);
}

/// S0.31: allowed at once, with one decision and no question.
#[test]
fn an_allowed_call_runs_at_once() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "ls -l");
    assert_eq!(h.verdict(request), "allowed");
    let decisions = h.payloads("swarm.policy.decision");
    assert_eq!(decisions.len(), 1);
    assert_eq!(
        (&decisions[0]["decision"], &decisions[0]["action"], &decisions[0]["command"], &decisions[0]["cwd"]),
        (&json!("allow"), &json!("command_exec"), &json!("ls -l"), &json!("."))
    );
    assert_eq!(h.payloads("swarm.approval.requested").len(), 0);
}

/// S0.32: the model gets the reason, one denial is told, and the call is closed as blocked and counted.
#[test]
fn a_denied_call_is_blocked_told_once_and_counted() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "npm publish");
    let told = h.verdict(request);
    assert!(told.contains("releases are made by people") && told.contains("no-releases"), "{told}");
    failed(&mut h, "ses_1", "call_1", &told);
    h.answered("ses_1");
    h.idle("ses_1");
    let denied = h.payloads("swarm.policy.denied");
    assert_eq!(denied.len(), 1);
    assert_eq!(
        (&denied[0]["rule"], &denied[0]["cause"], &denied[0]["message"]),
        (&json!("no-releases"), &json!("rule"), &json!(told))
    );
    let finished = h.payloads("swarm.tool.finished");
    assert_eq!((&finished[0]["outcome"], &finished[0]["error"]["class"]), (&json!("blocked"), &json!("policy_denied")));
    assert_eq!(h.payloads("swarm.turn.finished")[0]["tools_blocked"], 1);
    assert_eq!(h.payloads("swarm.policy.decision").len(), 1);
}

/// S0.33: the call waits, the state says so, and it runs only after the yes.
#[test]
fn a_prompt_waits_for_its_answer() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "git push origin main");
    assert_eq!(h.verdict(request), "held");
    assert_eq!(h.states().last().unwrap(), "ses_1: awaiting_approval (approval_pending)");
    let other = bash(&mut h, "ses_1", "call_2", "ls");
    assert_eq!(h.verdict(other), "allowed", "another call is not delayed");
    h.pass(20_000, 0);
    assert_eq!(h.verdict(request), "held");
    let id = h.asked();
    assert_eq!(id, format!("apr_{}_1", h.boot_id()));
    h.answer(&id, "approved");
    assert_eq!(h.verdict(request), "allowed");
    assert_eq!(h.states().last().unwrap(), "ses_1: working (turn_resumed)");
    assert_eq!(ends(&h), ["approved/answered"]);
    let resolved = h.payloads("swarm.approval.resolved")[0];
    assert_eq!((&resolved["resolved_by"], &resolved["channel"]), (&json!("user"), &json!("file")));
    assert_eq!(watched(&h), [true, false], "the control file is read only meanwhile");
    let requested = h.payloads("swarm.approval.requested")[0];
    assert_eq!(
        (&requested["request_type"], &requested["status"], &requested["request_details"]["command"]),
        (&json!("command_exec"), &json!("pending"), &json!("git push origin main"))
    );
    assert_eq!(requested["hash"].as_str().unwrap().len(), 64);
}

#[test]
fn a_no_is_told_to_the_model_with_its_reason() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    let id = h.asked();
    h.control(&json!({ "type": "approval", "id": id, "status": "denied", "reason": "not on a Friday" }));
    assert_eq!(h.verdict(request), NO.replace(" no.", " no: not on a Friday."));
    let denied = h.payloads("swarm.policy.denied");
    assert_eq!(
        (denied.len(), &denied[0]["cause"], &denied[0]["approval_id"]),
        (1, &json!("approval_denied"), &json!(id))
    );
    failed(&mut h, "ses_1", "call_1", NO);
    assert_eq!(h.payloads("swarm.tool.finished")[0]["outcome"], "blocked");
}

/// S0.33: nobody answers in time.
#[test]
fn an_approval_expires_at_its_deadline() {
    let mut h = harness_with(Lane::Serve, json!({ "approvals": { "deadline_ms": 5000 } }));
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    h.pass(4_999, 0);
    assert_eq!(h.verdict(request), "held");
    h.pass(1, 0);
    assert!(h.verdict(request).contains("nobody answered within 5 s"), "{}", h.verdict(request));
    assert_eq!(ends(&h), ["expired/expired"]);
    assert_eq!(h.payloads("swarm.approval.resolved")[0]["resolved_by"], "policy");
    assert_eq!(h.payloads("swarm.policy.denied")[0]["cause"], "approval_expired");
    let id = h.asked();
    h.answer(&id, "approved");
    assert_eq!(refusals(&h), ["too_late"]);
}

/// The deadline is of the monotonic clock: a wall clock that is set does not end it.
#[test]
fn a_clock_that_is_set_does_not_expire_an_approval() {
    let mut h = harness_with(Lane::Serve, json!({ "approvals": { "deadline_ms": 5000 } }));
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    h.now.wall_ms += 3_600_000;
    h.pass(1_000, 0);
    assert_eq!(h.verdict(request), "held");
}

/// S0.34: what is not an answer to something that waits is refused, and says why; what waits goes on waiting.
#[test]
fn answers_that_cannot_be_taken_are_refused() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    let id = h.asked();
    let boot_id = h.boot_id();
    for line in [
        json!("approved"),
        json!([]),
        json!({ "type": "approval" }),
        json!({ "type": "approval", "id": id }),
        json!({ "type": "approval", "id": id, "status": "yes" }),
        json!({ "type": "approval", "id": 7, "status": "approved" }),
        json!({ "type": "approval", "id": id, "status": "approved", "scope": "for ever" }),
        json!({ "type": "approval", "id": id, "status": "approved", "hash": 1 }),
        json!({ "id": id, "status": "approved" }),
        json!({ "type": "pause", "duration": "1m" }),
        json!({ "type": "approval", "id": "apr_9", "status": "approved" }),
        json!({ "type": "approval", "id": format!("apr_{boot_id}_2"), "status": "approved" }),
        json!({ "type": "approval", "id": format!("apr_{boot_id}_01"), "status": "approved" }),
        json!({ "type": "approval", "id": format!("apr_{boot_id}_-1"), "status": "approved" }),
        json!({ "type": "approval", "id": id, "status": "approved", "hash": "0".repeat(64) }),
    ] {
        h.control(&line);
    }
    h.tell(json!({ "control_heard": { "channel": "file", "text": "{" } }));
    h.tell(json!({ "control_heard": { "channel": "file", "text": "" } }));
    h.tell(json!({ "control_heard": { "channel": "file", "text": "[".repeat(70_000) } }));
    let expected = [
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "malformed",
        "unknown_type",
        "unknown_id",
        "unknown_id",
        "unknown_id",
        "unknown_id",
        "hash_differs",
        "malformed",
        "malformed",
        "malformed",
    ];
    assert_eq!(refusals(&h), expected);
    assert_eq!(h.verdict(request), "held");
    let hash = h.payloads("swarm.approval.requested")[0]["hash"].clone();
    h.control(&json!({ "type": "approval", "id": id, "status": "approved", "hash": hash }));
    assert_eq!(h.verdict(request), "allowed");
    h.answer(&id, "denied");
    assert_eq!(refusals(&h).last(), Some(&"already_answered"));
    assert_eq!(ends(&h), ["approved/answered"]);
}

/// An answer to another start of the pack approves nothing here. In the file it may be meant for another process.
#[test]
fn an_answer_of_another_boot_changes_nothing() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    h.answer("apr_000000000000_1", "approved");
    assert_eq!((refusals(&h).len(), h.verdict(request).as_str()), (0, "held"));
    let answer = json!({ "status": "approved" }).to_string();
    h.tell(json!({ "control_heard": { "channel": "http", "text": answer, "id": "apr_000000000000_1" } }));
    assert_eq!((refusals(&h), h.verdict(request).as_str()), (vec!["other_boot"], "held"));
}

/// S0.34: over the port the address names the approval, and the answer says what became of it.
#[test]
fn the_control_port_answers() {
    let mut h = harness();
    h.tell(json!({ "control_opened": 4321 }));
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    let id = h.asked();
    h.tell(json!("control_asked"));
    let post = |h: &mut Harness, body: Value| {
        h.tell(json!({ "control_heard": { "channel": "http", "text": body.to_string(), "id": id } }));
    };
    post(&mut h, json!({ "status": "maybe" }));
    post(&mut h, json!({ "status": "approved", "id": "apr_x_1" }));
    post(&mut h, json!({ "status": "approved", "resolved_by": "policy" }));
    post(&mut h, json!({ "status": "approved" }));
    h.tell(json!("control_asked"));
    let responses: Vec<(u16, Value)> = h
        .effects
        .iter()
        .filter_map(|effect| {
            let Effect::RespondControl { status, body } = effect else { return None };
            Some((*status, serde_json::from_str(body).unwrap()))
        })
        .collect();
    let list = &responses[0].1["approvals"];
    assert_eq!(
        (&list[0]["id"], &list[0]["session_id"], &list[0]["status"]),
        (&json!(id), &json!("ses_1"), &json!("pending"))
    );
    let results: Vec<_> =
        responses[1..5].iter().map(|(status, body)| (*status, body["result"].as_str().unwrap())).collect();
    assert_eq!(results, [(400, "malformed"), (400, "malformed"), (200, "resolved"), (409, "already_answered")]);
    assert_eq!(responses[5].1, json!({ "approvals": [] }));
    assert_eq!(h.verdict(request), "allowed");
    assert_eq!(h.payloads("swarm.approval.resolved")[0]["resolved_by"], "policy");
}

/// S0.8: an answer for the session allows the same action later, however it is written; nothing else, and nowhere else.
#[test]
fn an_answer_for_the_session_holds_for_the_same_action_only() {
    let mut h = harness();
    bash(&mut h, "ses_1", "call_1", "git push origin main");
    let id = h.asked();
    h.control(&json!({ "type": "approval", "id": id, "status": "approved", "scope": "session" }));
    let again = bash(&mut h, "ses_1", "call_2", "'git'  push   origin \"main\"");
    assert_eq!(h.verdict(again), "allowed");
    let decision = h.payloads("swarm.policy.decision")[1];
    assert_eq!((&decision["decision"], &decision["cause"]), (&json!("allow"), &json!("session_answer")));
    let other = bash(&mut h, "ses_1", "call_3", "git push origin release");
    assert_eq!(h.verdict(other), "held");
    let both = bash(&mut h, "ses_1", "call_4", "git push origin main && npm publish");
    assert!(h.verdict(both).contains("no-releases"), "a deny is a deny: {}", h.verdict(both));
    h.created("ses_2");
    h.busy("ses_2");
    let elsewhere = bash(&mut h, "ses_2", "call_1", "git push origin main");
    assert_eq!(h.verdict(elsewhere), "held");
    h.event("session.deleted", "ses_1", json!({}));
    h.created("ses_1");
    h.busy("ses_1");
    let reborn = bash(&mut h, "ses_1", "call_9", "git push origin main");
    assert_eq!(h.verdict(reborn), "held", "it died with the session");
}

/// A no for the session is no yes.
#[test]
fn a_no_for_the_session_grants_nothing() {
    let mut h = harness();
    bash(&mut h, "ses_1", "call_1", "git push");
    let id = h.asked();
    h.control(&json!({ "type": "approval", "id": id, "status": "denied", "scope": "session" }));
    let again = bash(&mut h, "ses_1", "call_2", "git push");
    assert_eq!(h.verdict(again), "held");
}

/// An abort wakes no hook: what waits is settled by us, once, and no answer revives it.
#[test]
fn an_abort_ends_the_waiting() {
    let mut h = harness();
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    let id = h.asked();
    h.failed("ses_1", "MessageAbortedError");
    assert!(h.verdict(request).starts_with("Not run: an approval was needed"), "{}", h.verdict(request));
    h.idle("ses_1");
    h.answer(&id, "approved");
    assert_eq!(ends(&h), ["denied/turn_ended"]);
    assert_eq!(refusals(&h), ["too_late"]);
    assert_eq!(h.payloads("swarm.policy.denied").len(), 0, "nobody was told anything");
    assert_eq!(h.payloads("swarm.tool.finished")[0]["outcome"], "aborted");
}

/// The second idle of an aborted turn comes late; it does not end what the next turn waits for.
#[test]
fn the_late_idle_of_an_abort_does_not_end_a_new_approval() {
    let mut h = harness();
    h.failed("ses_1", "MessageAbortedError");
    h.idle("ses_1");
    h.hear(json!({ "hook": "chat.message", "input": { "sessionID": "ses_1" } }));
    h.busy("ses_1");
    h.idle("ses_1");
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    assert_eq!(h.verdict(request), "held");
}

#[test]
fn a_deleted_session_and_a_shutdown_end_the_waiting() {
    let mut h = harness();
    let first = bash(&mut h, "ses_1", "call_1", "git push");
    h.event("session.deleted", "ses_1", json!({}));
    h.created("ses_2");
    h.busy("ses_2");
    let second = bash(&mut h, "ses_2", "call_1", "git push");
    let third = bash(&mut h, "ses_stranger", "call_1", "git push");
    h.stop();
    for request in [first, second, third] {
        assert!(h.verdict(request).starts_with("Not run"), "{}", h.verdict(request));
    }
    assert_eq!(ends(&h)[0], "denied/turn_ended");
    assert_eq!(ends(&h)[1..], ["denied/shutdown", "denied/shutdown"]);
}

/// A model may use a call id again, even twice at once.
#[test]
fn two_calls_of_one_name_are_two() {
    let mut h = harness();
    let first = bash(&mut h, "ses_1", "call_1", "git push origin a");
    let first_id = h.asked();
    let second = bash(&mut h, "ses_1", "call_1", "git push origin b");
    let second_id = h.asked();
    h.answer(&second_id, "approved");
    assert_eq!((h.verdict(first).as_str(), h.verdict(second).as_str()), ("held", "allowed"));
    h.answer(&first_id, "denied");
    assert_eq!(h.verdict(first), NO);
}

/// Nobody reads more: the next one is denied, and says so.
#[test]
fn too_many_approvals_are_denied() {
    let mut h = harness();
    for n in 0..256 {
        let request = bash(&mut h, "ses_1", &format!("call_{n}"), &format!("git push origin b{n}"));
        assert_eq!(h.verdict(request), "held");
    }
    let request = bash(&mut h, "ses_1", "call_more", "git push");
    assert!(h.verdict(request).contains("too many wait already"), "{}", h.verdict(request));
    assert_eq!(h.payloads("swarm.policy.denied")[0]["cause"], "too_many");
    h.idle("ses_1");
    assert_eq!(ends(&h).len(), 256);
}

/// Where nobody can be asked, a prompt is a no, and says how to attend.
#[test]
fn an_unattended_prompt_is_denied_at_once() {
    for (lane, more, is_held) in [
        (Lane::Run, json!({ "identity": {} }), false),
        (Lane::Serve, json!({ "identity": {} }), false),
        (Lane::Tui, json!({ "identity": {} }), true),
        (Lane::Run, json!({}), true),
        (Lane::Run, json!({ "identity": {}, "approvals": { "control": ["file"] } }), true),
    ] {
        let mut h = harness_with(lane, more);
        let request = bash(&mut h, "ses_1", "call_1", "git push");
        if is_held {
            assert_eq!(h.verdict(request), "held");
            continue;
        }
        let told = h.verdict(request);
        assert!(told.contains("SWARM_AGENT_ID or SWARM_CONTROL=file") && told.contains("pushes-ask"), "{told}");
        assert!(told.len() <= 500, "{told}");
        let decision = h.payloads("swarm.policy.decision")[0];
        assert_eq!((&decision["decision"], &decision["cause"]), (&json!("deny"), &json!("unattended")));
        assert_eq!(h.payloads("swarm.approval.requested").len(), 0);
    }
}

/// S0.43: with the gate off nobody waits and nothing of it is told.
#[test]
fn a_gate_that_is_off_costs_nothing() {
    let mut h = harness_with(Lane::Serve, json!({ "policy": { "profile": "off" } }));
    let request = bash(&mut h, "ses_1", "call_1", "rm -rf /");
    assert_eq!(h.verdict(request), "unheard");
    ask(&mut h, "per_1", "external_directory", "call_1");
    h.pass(600_000, 0);
    assert!(h.lines.iter().all(|line| !line["event_type"].as_str().unwrap().contains(".policy.")));
    assert!(h.lines.iter().all(|line| !line["event_type"].as_str().unwrap().contains(".approval.")));
    assert!(replies(&h).is_empty() && !h.pack.has_gate());
}

#[test]
fn observe_decides_and_lets_pass() {
    let mut h = harness_with(Lane::Serve, json!({ "policy": { "profile": "observe" } }));
    let request = bash(&mut h, "ses_1", "call_1", "rm -rf /");
    assert_eq!(h.verdict(request), "allowed");
    let decision = h.payloads("swarm.policy.decision")[0];
    assert_eq!((&decision["decision"], &decision["would"]), (&json!("allow"), &json!("deny")));
    assert_eq!(h.payloads("swarm.policy.denied").len(), 0);
}

/// S0.43, S0.10: with telemetry off the gate works, and only its lines are there.
#[test]
fn the_gate_needs_no_telemetry() {
    let mut h = harness_with(Lane::Serve, json!({ "telemetry": { "enabled": false } }));
    bash(&mut h, "ses_1", "call_1", "git push");
    let id = h.asked();
    h.answer(&id, "approved");
    let types: Vec<_> = h.lines.iter().map(|line| line["event_type"].as_str().unwrap()).collect();
    assert_eq!(types, ["swarm.policy.decision", "swarm.approval.requested", "swarm.approval.resolved"]);
}

/// `policy.fail_mode`: arguments that cannot be read.
#[test]
fn unreadable_arguments_take_the_fail_mode() {
    for (mode, is_allowed) in [("closed", false), ("open", true)] {
        let mut h = harness_with(Lane::Serve, json!({ "policy": { "fail_mode": mode } }));
        let input = json!({ "sessionID": "ses_1", "callID": "call_1", "tool": "bash" });
        h.hear(json!({ "hook": "tool.execute.before", "request": 5, "unreadable": "TypeError", "input": input }));
        let verdict = h.verdict(5);
        assert_eq!(verdict == "allowed", is_allowed, "{verdict}");
        let decision = h.payloads("swarm.policy.decision")[0];
        assert_eq!(decision["cause"], "unreadable");
        assert!(decision["reason"].as_str().unwrap().contains(mode), "{decision}");
        assert!(is_allowed || verdict.contains("cannot be read"), "{verdict}");
    }
}

/// S0.28: path, size and lines of a write; never its content.
#[test]
fn a_write_is_decided_with_its_measures() {
    let mut h = harness();
    let args = json!({ "filePath": "/home/ann/shop/notes/a.md", "content": "secret plan\nsecond line\n" });
    let request = h.request("ses_1", "call_1", "write", args);
    assert_eq!(h.verdict(request), "held");
    let decision = h.payloads("swarm.policy.decision")[0];
    let measures = ["path", "size_bytes", "insertions"].map(|name| decision[name].clone());
    assert_eq!(measures, [json!("notes/a.md"), json!(24), json!(2)]);
    assert_eq!(h.payloads("swarm.approval.requested")[0]["request_type"], "file_write");
    assert!(h.lines.iter().all(|line| !line.to_string().contains("secret plan")));
}

/// S0.30, S0.41: host and port of an address; user-info and query dropped. Secrets of a command are redacted.
#[test]
fn addresses_and_commands_are_told_without_secrets() {
    let mut h = harness();
    h.request(
        "ses_1",
        "call_1",
        "webfetch",
        json!({ "url": "https://ann:hunter2@example.org/x?token=abc", "format": "text" }),
    );
    let decision = h.payloads("swarm.policy.decision")[0];
    assert_eq!((&decision["host"], &decision["port"]), (&json!("example.org"), &json!(443)));
    bash(
        &mut h,
        "ses_1",
        "call_2",
        "curl -H 'Authorization: Bearer sk-ant-api03-abcdefghijklmnopqrstuvwxyz0123456789' https://example.org",
    );
    bash(&mut h, "ses_1", "call_3", "git push https://ann:hunter2@example.org/x.git");
    for line in &h.lines {
        assert!(!line.to_string().contains("hunter2") && !line.to_string().contains("abcdefghijklmnop"), "{line}");
    }
}

/// S0.34: an ask of the host under `serve` is answered from outside through the host, which says how it ended.
#[test]
fn an_ask_of_the_host_is_answered_through_the_host() {
    let mut h = harness();
    bash(&mut h, "ses_1", "call_1", "cat notes");
    ask(&mut h, "per_1", "external_directory", "call_1");
    let requested = h.payloads("swarm.approval.requested")[0];
    assert_eq!(
        (&requested["asked_by"], &requested["request_details"]["permission"], &requested["is_answerable"]),
        (&json!("host"), &json!("external_directory"), &json!(true))
    );
    let id = h.asked();
    h.answer(&id, "approved");
    assert_eq!((replies(&h), ends(&h).len()), (vec!["per_1: once".to_owned()], 0));
    h.answer(&id, "denied");
    assert_eq!(refusals(&h), ["already_answered"]);
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "once" }));
    assert_eq!(ends(&h), ["approved/answered"]);
    assert_eq!(h.payloads("swarm.approval.resolved")[0]["channel"], "file");
    assert_eq!(h.states().last().unwrap(), "ses_1: working (turn_resumed)");
}

/// First one wins: a person in the dialog was faster than the answer from outside.
#[test]
fn the_host_says_who_was_first() {
    let mut h = harness();
    ask(&mut h, "per_1", "external_directory", "call_1");
    let id = h.asked();
    h.answer(&id, "approved");
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "reject" }));
    assert_eq!(ends(&h), ["denied/answered"]);
    assert_eq!(h.payloads("swarm.approval.resolved")[0]["channel"], "host");
    ask(&mut h, "per_2", "external_directory", "call_1");
    let id = h.asked();
    h.answer(&id, "approved");
    h.tell(json!({ "reply_failed": "per_2" }));
    assert_eq!(refusals(&h), ["host_refused"]);
}

/// A headless server does not hang on an ask that nobody sees.
#[test]
fn an_ask_of_the_host_expires_under_serve() {
    let mut h = harness_with(Lane::Serve, json!({ "approvals": { "deadline_ms": 5000 }, "identity": {} }));
    ask(&mut h, "per_1", "doom_loop", "call_1");
    h.pass(5_000, 0);
    assert_eq!(replies(&h), ["per_1: reject"]);
    assert_eq!(ends(&h), ["expired/expired"]);
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "reject" }));
    assert_eq!(ends(&h).len(), 1);
}

/// Under `run` the host rejects its own asks at once: they are told, and no answer is waited for.
#[test]
fn an_ask_of_the_host_is_only_told_under_run() {
    let mut h = harness_with(Lane::Run, json!({}));
    ask(&mut h, "per_1", "external_directory", "call_1");
    assert_eq!(h.payloads("swarm.approval.requested")[0]["is_answerable"], false);
    let id = h.asked();
    h.answer(&id, "approved");
    assert_eq!(refusals(&h), ["host_refused"]);
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "reject" }));
    assert_eq!((ends(&h), watched(&h).len()), (vec!["denied/answered".to_owned()], 0));
}

/// A person before the terminal is not hurried, unless a supervisor is there, too. One toast for each.
#[test]
fn the_terminal_shows_one_toast_for_each_approval() {
    let mut h = harness_with(Lane::Tui, json!({ "identity": {}, "approvals": { "deadline_ms": 5000 } }));
    ask(&mut h, "per_1", "external_directory", "call_1");
    h.pass(60_000, 0);
    assert_eq!((replies(&h).len(), ends(&h).len()), (0, 0));
    bash(&mut h, "ses_1", "call_2", "git push");
    let toasts: Vec<_> = h
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Toast { message } = effect { Some(message.as_str()) } else { None })
        .collect();
    assert_eq!(toasts.len(), 2);
    let command = format!("npx opencode-swarm-pack@{} approve {}", opencode_swarm_pack::VERSION, h.asked());
    assert_eq!(toasts[1], format!("swarm-pack: waits for your approval: {command}"));
}

fn with_lane() -> Harness {
    let more = json!({ "approvals": { "lane": "host" } });
    let mut h = harness_with(Lane::Tui, more);
    assert!(h.pack.has_host_lane());
    h.tell(json!({ "host_lane_taken": ["bash", "webfetch"] }));
    h
}

/// The host asks about every command because our rule makes it: what the policy allows is answered for the person.
#[test]
fn in_the_host_lane_an_allowed_command_is_answered_and_a_denied_one_never_asked() {
    let mut h = with_lane();
    let request = bash(&mut h, "ses_1", "call_1", "ls");
    assert_eq!(h.verdict(request), "allowed");
    ask(&mut h, "per_1", "bash", "call_1");
    assert_eq!((replies(&h), h.payloads("swarm.approval.requested").len()), (vec!["per_1: once".to_owned()], 0));
    let request = bash(&mut h, "ses_1", "call_2", "npm publish");
    assert!(h.verdict(request).contains("no-releases"));
}

/// The dialog asks, and somebody outside may answer, too.
#[test]
fn in_the_host_lane_a_prompt_is_the_dialogs() {
    let mut h = with_lane();
    let request = bash(&mut h, "ses_1", "call_1", "git push");
    assert_eq!(h.verdict(request), "allowed", "the host will hold it");
    assert_eq!(h.payloads("swarm.policy.decision")[0]["decision"], "prompt");
    ask(&mut h, "per_1", "bash", "call_1");
    let requested = h.payloads("swarm.approval.requested")[0];
    assert_eq!((&requested["asked_by"], &requested["rule"]), (&json!("gate"), &json!("pushes-ask")));
    let id = h.asked();
    h.answer(&id, "denied");
    assert_eq!(replies(&h), ["per_1: reject"]);
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "reject" }));
    assert_eq!(h.payloads("swarm.policy.denied")[0]["cause"], "approval_denied");
}

/// A call id that is used again is another call.
#[test]
fn in_the_host_lane_a_name_used_again_is_asked_about_again() {
    let mut h = with_lane();
    bash(&mut h, "ses_1", "call_1", "ls");
    ask(&mut h, "per_1", "bash", "call_1");
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "once" }));
    h.tool("ses_1", "call_1", "completed");
    bash(&mut h, "ses_1", "call_1", "git push");
    ask(&mut h, "per_2", "bash", "call_1");
    assert_eq!((replies(&h).len(), h.payloads("swarm.approval.requested").len()), (1, 1));
    // At once: the answer to one must not be one to the other, so the second is held.
    let second = bash(&mut h, "ses_1", "call_1", "git push --force");
    assert_eq!(h.verdict(second), "held");
}

/// What the host's reader of commands does not see it does not ask about: that is held.
#[test]
fn in_the_host_lane_what_the_host_would_not_ask_about_is_held() {
    let mut h = with_lane();
    let request = bash(&mut h, "ses_1", "call_1", "> notes/a.md");
    assert_eq!(h.verdict(request), "held");
    let id = h.asked();
    h.answer(&id, "approved");
    assert_eq!(h.verdict(request), "allowed");
}

/// And should it not ask where it was to, the command gets no environment, and does not run.
#[test]
fn in_the_host_lane_a_command_that_nobody_asked_about_does_not_run() {
    let mut h = with_lane();
    bash(&mut h, "ses_1", "call_1", "git push");
    h.hear(json!({ "hook": "shell.env", "input": { "sessionID": "ses_1", "callID": "call_1" } }));
    assert!(h.effects.iter().any(|effect| matches!(effect, Effect::RefuseEnvironment { .. })));
    assert_eq!(h.payloads("swarm.policy.denied")[0]["cause"], "host_did_not_ask");
}

/// The pack watches its own coverage.
#[test]
fn a_tool_that_passed_no_gate_is_told() {
    let mut h = harness();
    h.tool("ses_1", "call_1", "pending");
    h.tool("ses_1", "call_1", "running");
    h.tool("ses_1", "call_1", "completed");
    let bypassed = h.payloads("swarm.policy.bypassed");
    assert_eq!((bypassed.len(), &bypassed[0]["call_id"]), (1, &json!("call_1")));
    // A command that a person types begins as running, and passes no hook by design.
    h.tool("ses_1", "typed_1", "running");
    h.tool("ses_1", "typed_1", "completed");
    bash(&mut h, "ses_1", "call_2", "ls");
    h.tool("ses_1", "call_2", "running");
    h.tool("ses_1", "call_2", "completed");
    assert_eq!(h.payloads("swarm.policy.bypassed").len(), 1);
}

/// A session that is still being looked up is judged at once all the same.
#[test]
fn a_stranger_is_judged_at_once() {
    let mut h = harness();
    let denied = bash(&mut h, "ses_old", "call_1", "npm publish");
    assert!(h.verdict(denied).contains("no-releases"));
    let held = bash(&mut h, "ses_old", "call_2", "git push");
    assert_eq!(h.verdict(held), "held");
    h.hear(json!({ "hook": "session.get", "input": { "sessionID": "ses_old" }, "session": {} }));
    h.busy("ses_old");
    let id = h.asked();
    h.answer(&id, "approved");
    assert_eq!(h.verdict(held), "allowed");
}

/// A section that is wrong forbids nobody knows what: every guarded action asks, and says why.
#[test]
fn a_wrong_policy_asks_about_everything() {
    let mut h = harness_with(Lane::Serve, json!({ "policy": { "profil": "strict" } }));
    let request = bash(&mut h, "ses_1", "call_1", "mkdir x");
    assert_eq!(h.verdict(request), "held");
    let reason = h.payloads("swarm.policy.decision")[0]["reason"].as_str().unwrap().to_owned();
    assert!(reason.contains("the policy cannot be used") && reason.contains("profil"), "{reason}");
}

/// S0.9: health says which parts are on.
#[test]
fn health_says_whether_the_gate_is_on() {
    for (profile, is_on) in [("baseline", true), ("observe", true), ("off", false)] {
        let h = harness_with(Lane::Serve, json!({ "policy": { "profile": profile } }));
        assert_eq!(h.pack.health().modules.policy, is_on);
    }
}
