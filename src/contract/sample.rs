//! One real line of each type, from one short history through the front door.

use serde_json::{Value, json};

use crate::boot::Boot;
use crate::effect::Effect;
use crate::event::session::Lane;
use crate::host;
use crate::pack::Pack;
use crate::shim;
use crate::time::Now;

/// The first line of that type in the history.
pub fn line(event_type: &str) -> String {
    let found = lines()
        .into_iter()
        .find(|line| serde_json::from_str::<Value>(line).is_ok_and(|line| line["event_type"] == event_type));
    found.unwrap_or_else(|| panic!("no line of {event_type} in the sample history; add what makes one"))
}

/// All lines of the history.
pub fn lines() -> Vec<String> {
    let boot = Boot {
        pid: 4242,
        lane: Lane::Run,
        host_version: Some("1.18.33".into()),
        directory: "/home/ann/shop".into(),
        home: Some("/home/ann".into()),
        options: Some(json!({
            "heartbeat": { "interval_ms": 10 },
            "events": { "forward": { "allow": ["file.*"] } },
            "callbacks": { "orgloop": { "url": "http://127.0.0.1:4800/webhook/opencode" } },
            "telemetry": { "stall_after_ms": 1000, "loop_after_calls": 3 },
            "policy": { "rules": [
                { "id": "pushes-ask", "action": "prompt", "command": ["git", "push"], "reason": "pushes leave this machine" },
                { "id": "no-releases", "action": "deny", "command": ["npm", "publish"], "reason": "releases are made by people" },
            ] },
        }).to_string()),
        env: [("SWARM_AGENT_ID", "ag-7"), ("SWARM_WORKSPACE_ID", "ws-2"), ("SWARM_NODE_ID", "n-1")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into(),
        ..Boot::default()
    };
    let start = Now { wall_ms: 1_777_888_800_000, mono_ms: 0 };
    let own = |input: Value| shim::input(&input.to_string()).expect("an input");
    let heard = |heard: Value| host::v1::read(&heard.to_string()).expect("a fact");
    let event = |kind: &str, fields: Value| {
        let mut properties = json!({ "sessionID": "ses_1" });
        properties.as_object_mut().expect("an object").extend(fields.as_object().cloned().unwrap_or_default());
        heard(json!({ "hook": "event", "event": { "type": kind, "properties": properties } }))
    };
    let part = |part: Value| event("message.part.updated", json!({ "part": part }));
    let bash = |call: &str, command: &str| {
        let input = json!({ "tool": "bash", "sessionID": "ses_1", "callID": call });
        heard(json!({ "hook": "tool.execute.before", "input": input, "output": { "args": { "command": command } } }))
    };
    let request = |call: &str| bash(call, "npm test");
    let control = |line: Value| own(json!({ "control_heard": { "channel": "file", "text": line.to_string() } }));
    let failed = |call: &str| {
        part(
            json!({ "type": "tool", "tool": "bash", "callID": call, "state": { "status": "error", "error": "stopped" } }),
        )
    };
    let pending =
        |call: &str| part(json!({ "type": "tool", "tool": "lint", "callID": call, "state": { "status": "pending" } }));
    let boot_id = pack_boot_id(start, &boot);
    let answer_line = json!({ "type": "approval", "id": format!("apr_{boot_id}_1"), "status": "approved" });
    let completed = |call: &str| {
        part(
            json!({ "type": "tool", "tool": "bash", "callID": call, "state": { "status": "completed", "metadata": { "exit": 1 } } }),
        )
    };
    let answer =
        json!({ "role": "assistant", "providerID": "anthropic", "modelID": "claude", "time": { "completed": 1 } });
    let tokens = json!({ "input": 1200, "output": 80, "reasoning": 0, "cache": { "read": 200, "write": 0 } });
    let settled = |session: &str, attempt: u32, outcome: Value| {
        let entry_id = crate::outbox::entry::entry_id("orgloop", &format!("opencode:{session}:started"));
        own(json!({ "callback_settled": { "entry_id": entry_id, "attempt": attempt, "outcome": outcome } }))
    };
    let tagged = json!({ "sessionID": "ses_2", "info": { "title": "T-8 runId=run-8 requested=main resolved=build" } });
    let tagged = heard(json!({ "hook": "event", "event": { "type": "session.created", "properties": tagged } }));
    let taken = json!({ "status": 200, "body": "{\"ok\":true,\"event_id\":\"evt_55ec0aaa82a648e2\"}" });
    let history = [
        (0, own(json!("started"))),
        (900, event("session.created", json!({ "info": {} }))),
        (910, settled("ses_1", 1, json!({ "status": 503 }))),
        (920, tagged),
        (930, settled("ses_2", 1, json!({ "status": 404 }))),
        (1_000, heard(json!({ "hook": "chat.message", "input": { "sessionID": "ses_1" } }))),
        (1_050, event("session.status", json!({ "status": { "type": "busy" } }))),
        (1_900, event("message.updated", json!({ "info": answer }))),
        (2_000, request("call_1")),
        (3_500, own(json!("woke"))),
        (3_510, settled("ses_1", 2, taken)),
        (4_000, completed("call_1")),
        (4_100, request("call_2")),
        (4_200, completed("call_2")),
        (4_300, request("call_3")),
        (4_400, completed("call_3")),
        (4_500, bash("call_4", "npm publish")),
        (4_510, failed("call_4")),
        (4_600, bash("call_5", "git push origin main")),
        (4_900, control(answer_line.clone())),
        (4_910, control(answer_line)),
        (4_950, completed("call_5")),
        (4_960, pending("call_6")),
        (4_970, completed("call_6")),
        (5_000, own(json!("woke"))),
        (5_900, part(json!({ "type": "step-finish", "id": "prt_1", "tokens": tokens, "cost": 0.0048 }))),
        (
            5_940,
            heard(json!({ "hook": "forward", "event": {
            "id": "evt_1", "type": "file.edited", "properties": { "file": "/home/ann/shop/src/cart.js" },
        } })),
        ),
        (5_950, part(json!({ "type": "patch", "files": ["/home/ann/shop/src/cart.js"] }))),
        (6_100, event("session.idle", json!({}))),
        (6_200, own(json!({ "log_rotated": { "bytes": 10_485_812, "files": 2, "is_oldest_deleted": false } }))),
        (3_600_000, own(json!("woke"))),
        (3_600_100, own(json!({ "stopping": { "cause": { "signal": "SIGTERM" } } }))),
    ];
    let mut pack = Pack::new(start, 7, boot).expect("the pack is on");
    let mut lines = Vec::new();
    for (at_ms, input) in history {
        // The machine slept for most of the hour: the monotonic clock did not run.
        let now = Now { wall_ms: start.wall_ms + at_ms, mono_ms: at_ms.min(10_000) };
        lines.extend(pack.handle(now, input).effects.into_iter().filter_map(|effect| {
            if let Effect::Append { line, .. } = effect { Some(line.trim_end().to_owned()) } else { None }
        }));
    }
    lines
}

/// The same seed gives the same id.
fn pack_boot_id(start: Now, boot: &Boot) -> String {
    Pack::new(start, 7, boot.clone()).expect("the pack is on").boot_id().to_string()
}
