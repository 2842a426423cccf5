//! What the lines tell of tool calls, usage and turns, through the front door.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::{Harness, boot};
use opencode_swarm_pack::boot::{Boot, SecretValues};
use opencode_swarm_pack::effect::Effect;
use proptest::prelude::*;
use serde_json::{Value, json};

fn request(h: &mut Harness, session: &str, call: &str, tool: &str, args: Value) {
    let input = json!({ "tool": tool, "sessionID": session, "callID": call });
    h.hear(json!({ "hook": "tool.execute.before", "input": input, "output": { "args": args } }));
}

fn part(h: &mut Harness, session: &str, tool: &str, call: &str, state: Value) {
    let part = json!({ "type": "tool", "tool": tool, "callID": call, "state": state });
    h.event("message.part.updated", session, json!({ "part": part }));
}

fn completed(h: &mut Harness, session: &str, tool: &str, call: &str, metadata: Value) {
    part(h, session, tool, call, json!({ "status": "completed", "metadata": metadata }));
}

fn step(h: &mut Harness, session: &str, id: &str, input: u64, cost: f64) {
    let tokens = json!({ "input": input, "output": 1, "reasoning": 2, "cache": { "read": 3, "write": 4 } });
    h.event(
        "message.part.updated",
        session,
        json!({ "part": { "type": "step-finish", "id": id, "tokens": tokens, "cost": cost } }),
    );
}

fn working(session: &str) -> Harness {
    let mut h = Harness::new();
    h.created(session);
    h.busy(session);
    h
}

/// `call: outcome exit_code error_class` of each call that was closed.
fn closed(h: &Harness) -> Vec<String> {
    let told = h.payloads("swarm.tool.finished").into_iter().map(|payload| {
        let text = |value: &Value| value.as_str().map(str::to_owned).unwrap_or_else(|| value.to_string());
        let (call, outcome) = (text(&payload["call_id"]), text(&payload["outcome"]));
        format!("{call}: {outcome} {} {}", payload["exit_code"], text(&payload["error"]["class"]))
    });
    told.collect()
}

/// S0.26: exit 3 is `ok` with 3; a tool without an exit code leaves it out; each failure has its class.
#[test]
fn each_call_is_closed_once_with_its_outcome() {
    let mut h = working("ses_1");
    for call in ["ok", "three", "ended", "failed", "rejected", "denied", "aborted"] {
        request(&mut h, "ses_1", call, "bash", json!({ "command": "x" }));
    }
    request(&mut h, "ses_1", "unknown", "invalid", json!({ "tool": "nosuch" }));
    request(&mut h, "ses_1", "mcp", "server_tool", json!({}));
    completed(&mut h, "ses_1", "bash", "ok", json!({ "exit": 0 }));
    completed(&mut h, "ses_1", "bash", "three", json!({ "exit": 3 }));
    completed(&mut h, "ses_1", "bash", "ended", json!({ "exit": null }));
    completed(&mut h, "ses_1", "invalid", "unknown", json!({}));
    completed(&mut h, "ses_1", "server_tool", "mcp", json!({}));
    part(&mut h, "ses_1", "bash", "failed", json!({ "status": "error", "error": "no such file" }));
    h.event("permission.asked", "ses_1", json!({ "id": "per_1", "tool": { "callID": "rejected" } }));
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1", "reply": "reject" }));
    part(&mut h, "ses_1", "bash", "rejected", json!({ "status": "error", "error": "try another way" }));
    let rule = "The user has specified a rule which prevents you from using this specific tool call. Here are";
    part(&mut h, "ses_1", "bash", "denied", json!({ "status": "error", "error": rule }));
    h.failed("ses_1", "MessageAbortedError");
    h.idle("ses_1");
    completed(&mut h, "ses_1", "bash", "aborted", json!({ "exit": null }));
    completed(&mut h, "ses_1", "bash", "ok", json!({ "exit": 0 }));
    assert_eq!(
        closed(&h),
        [
            "ok: ok 0 null",
            "three: ok 3 null",
            "ended: failed null timed_out",
            "unknown: failed null invalid_tool",
            "mcp: ok null null",
            "failed: failed null tool_error",
            "rejected: blocked null permission_rejected",
            "denied: blocked null permission_denied",
            "aborted: aborted null interrupted",
        ]
    );
    // What a person says with a no, and the rules of the configuration, are not told (S0.41).
    assert!(
        !h.lines.iter().any(|line| line.to_string().contains("another way") || line.to_string().contains("Here are"))
    );
    assert_eq!(h.payloads("swarm.tool.started").len(), 9);
    let end = h.payloads("swarm.turn.finished")[0];
    assert_eq!((&end["tools_run"], &end["tools_failed"], &end["tools_blocked"]), (&json!(9), &json!(3), &json!(2)));
}

/// S0.25, S0.49: every line of telemetry carries the ids that Swarm gave to the process, and the words for states are Swarm's.
#[test]
fn the_ids_of_swarm_stand_in_every_line() {
    let ids = ["SWARM_AGENT_ID", "SWARM_WORKSPACE_ID", "SWARM_NODE_ID"];
    let env = ids.map(|name| (name.to_owned(), format!("{name}-1"))).into();
    let options = json!({ "events": { "forward": { "allow": ["session.*"] } } });
    let mut h = Harness::with_boot(Boot { env, options: Some(options.to_string()), ..boot() });
    h.created("ses_1");
    h.busy("ses_1");
    request(&mut h, "ses_1", "call_1", "bash", json!({ "command": "ls" }));
    completed(&mut h, "ses_1", "bash", "call_1", json!({ "exit": 0 }));
    step(&mut h, "ses_1", "prt_1", 10, 0.01);
    h.event("message.part.updated", "ses_1", json!({ "part": { "type": "patch", "files": ["/home/ann/shop/a.txt"] } }));
    let compacted = json!({ "type": "session.compacted", "id": "evt_1", "properties": { "sessionID": "ses_1" } });
    h.hear(json!({ "hook": "forward", "event": compacted }));
    h.idle("ses_1");
    for kind in [
        "swarm.tool.started",
        "swarm.tool.finished",
        "swarm.usage",
        "swarm.diff",
        "swarm.forwarded",
        "swarm.turn.finished",
    ] {
        assert!(h.of_type(kind).count() > 0, "no {kind}");
    }
    for line in &h.lines {
        let told = ["agent_id", "workspace_id", "node_id"].map(|name| line[name].as_str().unwrap());
        assert_eq!(told, ["SWARM_AGENT_ID-1", "SWARM_WORKSPACE_ID-1", "SWARM_NODE_ID-1"], "{line}");
    }
    let swarms = ["working", "idle", "awaiting_approval", "rate_limited", "error", "paused", "starting", "stopped"];
    for payload in h.payloads("swarm.state") {
        assert!(swarms.contains(&payload["agent_state"].as_str().unwrap()), "{payload}");
        assert!(["high", "medium", "low"].contains(&payload["confidence"].as_str().unwrap()), "{payload}");
    }
}

/// S0.26: the duration is that of the call, on the monotonic clock.
#[test]
fn a_duration_begins_with_the_request() {
    let mut h = working("ses_1");
    part(&mut h, "ses_1", "bash", "call_1", json!({ "status": "pending" }));
    h.pass(1_000, 0);
    request(&mut h, "ses_1", "call_1", "bash", json!({ "command": "x" }));
    h.now.wall_ms += 3_600_000;
    h.pass(250, 0);
    completed(&mut h, "ses_1", "bash", "call_1", json!({ "exit": 0 }));
    assert_eq!(h.payloads("swarm.tool.finished")[0]["duration_ms"], 250);
}

/// S0.28, S0.29, S0.30: facts of the arguments, relative to the project; never content, user-info or query.
#[test]
fn arguments_are_told_by_their_facts() {
    let mut h = working("ses_1");
    request(&mut h, "ses_1", "c1", "bash", json!({ "command": "npm test", "workdir": "/home/ann/shop/web" }));
    request(
        &mut h,
        "ses_1",
        "c2",
        "write",
        json!({ "filePath": "/home/ann/shop/a.txt", "content": "private words\n" }),
    );
    request(&mut h, "ses_1", "c3", "webfetch", json!({ "url": "https://ann:pw@example.org/path?token=1" }));
    request(&mut h, "ses_1", "c4", "read", json!({ "filePath": "/home/ann/.bashrc" }));
    let told: Vec<Value> = h
        .payloads("swarm.tool.started")
        .into_iter()
        .map(|payload| {
            let mut payload = payload.clone();
            for name in ["tool", "call_id", "origin", "trace_id", "span_id"] {
                payload.as_object_mut().unwrap().remove(name);
            }
            payload
        })
        .collect();
    assert_eq!(
        told,
        [
            json!({ "command": "npm test", "cwd": "web" }),
            json!({ "path": "a.txt", "size_bytes": 14, "insertions": 1 }),
            json!({ "host": "example.org", "port": 443 }),
            json!({ "path": "~/.bashrc" }),
        ]
    );
}

/// S0.28: what changed is what the host found when it compared the files; what it said of an earlier prompt is old news, and
/// where it has not seen all, the tools' own numbers stand.
#[test]
fn a_turn_changed_what_the_host_compared() {
    let mut h = working("ses_1");
    let compared = |h: &mut Harness, prompt: &str, diffs: Value| {
        let info = json!({ "role": "user", "id": prompt, "summary": { "diffs": diffs } });
        h.event("message.updated", "ses_1", json!({ "info": info }));
    };
    let patched = |h: &mut Harness, file: &str| {
        h.event("message.part.updated", "ses_1", json!({ "part": { "type": "patch", "files": [file] } }));
    };
    let changed = |file: &str| json!([{ "file": file, "additions": 5, "deletions": 2, "patch": "private words" }]);
    patched(&mut h, "/home/ann/shop/a.js");
    compared(&mut h, "msg_1", changed("a.js"));
    compared(&mut h, "msg_0", changed("old.js"));
    h.idle("ses_1");
    compared(&mut h, "msg_1", changed("a.js"));
    h.busy("ses_1");
    compared(&mut h, "msg_2", json!([]));
    compared(&mut h, "msg_1", changed("a.js"));
    h.idle("ses_1");
    h.busy("ses_1");
    patched(&mut h, "/home/ann/shop/b.js");
    request(&mut h, "ses_1", "c1", "edit", json!({ "filePath": "/home/ann/shop/b.js" }));
    completed(&mut h, "ses_1", "edit", "c1", json!({ "filediff": { "additions": 1, "deletions": 1 } }));
    compared(&mut h, "msg_3", changed("c.js"));
    h.idle("ses_1");
    let ends = h.payloads("swarm.turn.finished").into_iter();
    let told: Vec<_> = ends.map(|end| json!([end["files_changed"], end["insertions"], end["deletions"]])).collect();
    assert_eq!(told, [json!([1, 5, 2]), json!([0, 0, 0]), json!([2, 1, 1])]);
    let files: Vec<_> = h.payloads("swarm.diff").into_iter().map(|diff| diff["files"].clone()).collect();
    assert_eq!(files, [json!(["a.js"]), json!(["b.js", "c.js"])]);
}

/// A command that a person typed passes no hook, and is told as that person's.
#[test]
fn a_typed_command_is_the_users() {
    let mut h = working("ses_1");
    let running = json!({ "status": "running", "input": { "command": "ls" } });
    part(&mut h, "ses_1", "bash", "01ABC", running.clone());
    part(&mut h, "ses_1", "bash", "01ABC", running);
    completed(&mut h, "ses_1", "bash", "01ABC", json!({}));
    let started = h.payloads("swarm.tool.started");
    assert_eq!(started.len(), 1);
    assert_eq!((&started[0]["origin"], &started[0]["command"]), (&json!("user"), &json!("ls")));
    assert_eq!(closed(&h), ["01ABC: ok null null"]);
}

/// S0.27: tokens and money per turn and cumulative, each step once, children apart and summed.
#[test]
fn usage_is_exact_and_counted_once() {
    let mut h = working("ses_1");
    h.answered("ses_1");
    step(&mut h, "ses_1", "prt_1", 1_000, 0.001_06);
    step(&mut h, "ses_1", "prt_1", 1_000, 0.001_06);
    h.created_below("ses_child", "ses_1");
    h.busy("ses_child");
    step(&mut h, "ses_child", "prt_9", 10, 0.005);
    h.idle("ses_child");
    h.idle("ses_1");
    h.busy("ses_1");
    step(&mut h, "ses_1", "prt_2", 500, 0.001_16);
    h.idle("ses_1");
    h.stop();
    let reports: Vec<_> = h
        .of_type("swarm.usage")
        .map(|line| {
            let payload = &line["payload"];
            let usd = |value: &Value| value["cost_usd"].as_str().unwrap_or("-").to_owned();
            (
                line["session_id"].as_str().unwrap().to_owned(),
                payload["scope"].as_str().unwrap().to_owned(),
                usd(payload),
                usd(&payload["turn"]),
                usd(&payload["tree"]),
            )
        })
        .collect();
    let row = |session: &str, scope: &str, own: &str, turn: &str, tree: &str| {
        (session.to_owned(), scope.to_owned(), own.to_owned(), turn.to_owned(), tree.to_owned())
    };
    assert_eq!(
        reports,
        [
            row("ses_child", "turn", "0.005", "0.005", "-"),
            row("ses_1", "turn", "0.00106", "0.00106", "0.00606"),
            row("ses_1", "turn", "0.00222", "0.00116", "0.00722"),
            row("ses_1", "session", "0.00222", "-", "0.00722"),
            row("ses_child", "session", "0.005", "-", "-"),
        ]
    );
    let last = h.payloads("swarm.usage")[2];
    assert_eq!((&last["input_tokens"], &last["total_tokens"]), (&json!(1_500), &json!(1_520)));
    assert_eq!(last["models"][0]["model"], "lab/m");
}

/// Silence of a busy session is told once; a session that waits for an answer is silent by right.
#[test]
fn a_stall_is_suspected_once_for_each_silence() {
    let mut h = working("ses_1");
    h.pass(200_000, 0);
    assert_eq!(h.payloads("swarm.stall.suspected").len(), 1);
    assert_eq!(h.payloads("swarm.stall.suspected")[0]["silent_ms"], 120_000);
    h.event("message.part.delta", "ses_1", json!({}));
    h.pass(100_000, 0);
    assert_eq!(h.payloads("swarm.stall.suspected").len(), 1);
    h.pass(30_000, 0);
    assert_eq!(h.payloads("swarm.stall.suspected").len(), 2);
    h.event("permission.asked", "ses_1", json!({ "id": "per_1" }));
    h.pass(500_000, 0);
    h.idle("ses_1");
    h.pass(500_000, 0);
    assert_eq!(h.payloads("swarm.stall.suspected").len(), 2);
}

#[test]
fn a_loop_is_suspected_once_for_each_call_and_turn() {
    let mut h = working("ses_1");
    for n in 0..20 {
        request(&mut h, "ses_1", &format!("a{n}"), "bash", json!({ "command": "make", "x": 1 }));
        request(&mut h, "ses_1", &format!("b{n}"), "bash", json!({ "command": format!("make {n}") }));
    }
    assert_eq!(h.payloads("swarm.loop.suspected"), [&json!({ "tool": "bash", "calls": 8 })]);
    h.idle("ses_1");
    h.busy("ses_1");
    for n in 0..8 {
        request(&mut h, "ses_1", &format!("c{n}"), "bash", json!({ "x": 1, "command": "make" }));
    }
    assert_eq!(h.payloads("swarm.loop.suspected").len(), 2);
}

/// One trace for a turn and its children, one span for a call; a command gets them, and the ids, in its environment.
#[test]
fn a_command_gets_the_span_of_its_call() {
    let env = [("SWARM_AGENT_ID".to_owned(), "ag-7".to_owned())].into();
    let mut h = Harness::with_boot(Boot { env, ..boot() });
    h.created("ses_1");
    h.busy("ses_1");
    request(&mut h, "ses_1", "call_1", "bash", json!({ "command": "x" }));
    h.hear(json!({ "hook": "shell.env", "input": { "sessionID": "ses_1", "callID": "call_1" } }));
    completed(&mut h, "ses_1", "bash", "call_1", json!({ "exit": 0 }));
    let (started, finished) = (h.payloads("swarm.tool.started")[0], h.payloads("swarm.tool.finished")[0]);
    assert_eq!((&started["trace_id"], &started["span_id"]), (&finished["trace_id"], &finished["span_id"]));
    let given: Vec<_> = h
        .effects
        .iter()
        .filter_map(|effect| if let Effect::GiveEnvironment { variables } = effect { Some(variables) } else { None })
        .collect();
    let parent = format!("00-{}-{}-01", started["trace_id"].as_str().unwrap(), started["span_id"].as_str().unwrap());
    assert_eq!(given.len(), 1);
    assert_eq!(
        given[0].iter().collect::<Vec<_>>(),
        [(&"SWARM_AGENT_ID".to_owned(), &"ag-7".to_owned()), (&"TRACEPARENT".to_owned(), &parent),]
    );
}

#[test]
fn the_trace_of_the_process_is_gone_on_with() {
    let given = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let mut h = Harness::with_boot(Boot { traceparent: Some(given.into()), ..boot() });
    h.created("ses_1");
    h.busy("ses_1");
    request(&mut h, "ses_1", "call_1", "bash", json!({ "command": "x" }));
    assert_eq!(h.payloads("swarm.tool.started")[0]["trace_id"], "4bf92f3577b34da6a3ce929d0e0e4736");
}

/// S0.42: of an argument that was called sensitive for its tool, or for all, nothing is told; of the others as always.
#[test]
fn arguments_called_sensitive_are_in_no_line() {
    let options = json!({ "redact": { "arguments": {
        "bash": ["command"], "write": ["filePath"], "apply_patch": ["patchText"], "webfetch": ["URL"], "*": ["subagent_type"]
    } } });
    let mut h = Harness::with_boot(Boot { options: Some(options.to_string()), ..boot() });
    h.created("ses_1");
    h.busy("ses_1");
    let patch = "*** Begin Patch\n*** Add File: hidden.txt\n+x\n*** End Patch";
    let calls = [
        ("bash", json!({ "command": "ls hidden", "workdir": "shown" })),
        ("write", json!({ "filePath": "hidden.txt", "content": "x" })),
        ("apply_patch", json!({ "patchText": patch })),
        ("webfetch", json!({ "url": "https://hidden.example:8443/x" })),
        ("task", json!({ "subagent_type": "hidden" })),
        ("read", json!({ "filePath": "shown.txt" })),
        ("bash", json!({ "command": "rm -rf / hidden" })),
    ];
    for (place, (tool, args)) in calls.into_iter().enumerate() {
        request(&mut h, "ses_1", &format!("c{place}"), tool, args);
    }
    let metadata = json!({ "command": "ls hidden" });
    h.event(
        "permission.asked",
        "ses_1",
        json!({ "id": "per_1", "permission": "bash", "patterns": ["ls hidden"], "metadata": metadata }),
    );
    h.stop();
    let all = h.lines.iter().map(Value::to_string).collect::<String>();
    assert!(!all.contains("hidden"), "{all}");
    assert_eq!((h.payloads("swarm.policy.denied").len(), h.payloads("swarm.approval.requested").len()), (1, 1));
    let told = h.payloads("swarm.tool.started");
    for (place, field) in ["command", "path", "path", "host", "agent"].into_iter().enumerate() {
        assert_eq!(told[place][field], "[redacted:argument]", "{}", told[place]);
        assert_eq!(told[place]["redactions"], json!({ "count": 1, "rules": ["argument"] }));
    }
    assert!(told[0]["cwd"].as_str().unwrap().ends_with("shown"), "{}", told[0]);
    assert!(told[5]["path"].as_str().unwrap().ends_with("shown.txt"), "{}", told[5]);
}

/// S0.41, S0.42: what a variable holds, what a flag names secret and what looks like a token is in no line.
#[test]
fn secrets_are_in_no_line() {
    let token = format!("ghp_{}", "a1B2c3D4e5F6".repeat(3));
    let secrets = SecretValues(vec!["correct-horse-battery".into()]);
    let mut h = Harness::with_boot(Boot { secrets, ..boot() });
    h.created("ses_1");
    h.busy("ses_1");
    let command =
        format!("curl -H 'Authorization: Bearer {token}' --password hunter2hunter2 x; echo correct-horse-battery");
    request(&mut h, "ses_1", "c1", "bash", json!({ "command": command }));
    let error = format!("cannot push with {token}\nsecond line");
    part(&mut h, "ses_1", "bash", "c1", json!({ "status": "error", "error": error }));
    h.stop();
    let all = h.lines.iter().map(Value::to_string).collect::<String>();
    for secret in [token.as_str(), "hunter2hunter2", "correct-horse-battery"] {
        assert!(!all.contains(secret), "{secret} in {all}");
    }
    let started = h.payloads("swarm.tool.started")[0];
    assert!(started["redactions"]["count"].as_u64().unwrap() >= 3, "{started}");
    let message = h.payloads("swarm.tool.finished")[0]["error"]["message"].as_str().unwrap().to_owned();
    assert!(message.starts_with("cannot push with [redacted:") && !message.contains("second"), "{message}");
}

/// S3.41, S0.48: 500 calls at once are all opened and closed, each line within its bound.
#[test]
fn five_hundred_calls_at_once_are_all_told() {
    let mut h = working("ses_1");
    for n in 0..500 {
        request(&mut h, "ses_1", &format!("c{n}"), "bash", json!({ "command": "x".repeat(5_000) }));
    }
    for n in 0..500 {
        completed(&mut h, "ses_1", "bash", &format!("c{n}"), json!({ "exit": 0 }));
    }
    assert_eq!((h.payloads("swarm.tool.started").len(), h.payloads("swarm.tool.finished").len()), (500, 500));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]

    /// S0.27: the cents of all turns add up to the cents of their sum, and repeats change nothing.
    #[test]
    fn cents_of_turns_add_up(costs in prop::collection::vec((0..9_u32, 0.0..0.03_f64), 1..40)) {
        let mut h = working("ses_1");
        let mut sum = 0.0;
        let mut seen = std::collections::BTreeSet::new();
        for (id, cost) in &costs {
            h.busy("ses_1");
            step(&mut h, "ses_1", &format!("prt_{id}"), 1, *cost);
            if seen.insert(*id) {
                sum += cost;
            }
            h.idle("ses_1");
        }
        let turns: i64 = h.payloads("swarm.turn.finished").iter().map(|end| end["total_cost_cents"].as_i64().unwrap()).sum();
        let reports = h.payloads("swarm.usage");
        let last = reports.last().unwrap();
        prop_assert_eq!(turns, last["total_cost_cents"].as_i64().unwrap());
        let told: f64 = last["cost_usd"].as_str().unwrap().parse().unwrap();
        prop_assert!((told - sum).abs() < 1e-12);
        prop_assert_eq!(last["input_tokens"].as_u64().unwrap(), seen.len() as u64);
    }
}
