//! Storms through the front door: bounded in memory, nothing lost that is not counted, every line valid and short.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::sync::Mutex;

use common::{Harness, boot};
use opencode_swarm_pack::boot::Boot;
use serde_json::{Value, json};

/// Memory that the process holds, in bytes; nothing where the system does not say.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<usize>().ok()).unwrap_or_default() * 1_024
}

/// One storm at a time: they look at what the whole process holds.
static ALONE: Mutex<()> = Mutex::new(());

const MIB: usize = 1 << 20;

/// Lines that have been looked at need not be kept.
fn drain(h: &mut Harness) -> Vec<Value> {
    h.effects.clear();
    std::mem::take(&mut h.lines)
}

fn count(lines: &[Value], event_type: &str) -> usize {
    lines.iter().filter(|line| line["event_type"] == event_type).count()
}

fn request(h: &mut Harness, session: &str, call: &str, command: &str) {
    let input = json!({ "tool": "bash", "sessionID": session, "callID": call });
    h.hear(json!({ "hook": "tool.execute.before", "input": input, "output": { "args": { "command": command } } }));
}

fn completed(h: &mut Harness, session: &str, call: &str) {
    let state = json!({ "status": "completed", "metadata": { "exit": 0 } });
    h.event(
        "message.part.updated",
        session,
        json!({ "part": { "type": "tool", "tool": "bash", "callID": call, "state": state } }),
    );
}

fn step(h: &mut Harness, session: &str, id: usize) {
    let tokens = json!({ "input": 1, "output": 1, "reasoning": 0, "cache": { "read": 0, "write": 0 } });
    let part = json!({ "type": "step-finish", "id": format!("prt_{id}"), "tokens": tokens, "cost": 0.001 });
    h.event("message.part.updated", session, json!({ "part": part }));
}

/// S3.41: 10,000 events a second for ten seconds in a hundred sessions. The core grows no further once it has seen the first second.
#[test]
fn a_hundred_thousand_events_in_ten_seconds() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut h = Harness::with_options(json!({ "heartbeat": { "interval_ms": 1_000 } }));
    let mut steps = 0;
    let mut turns = 0;
    let mut settled = 0;
    let (mut told_turns, mut told_steps, mut told_calls, mut beats) = (0, 0, 0, 0);
    for n in 0..100_000_usize {
        let session = format!("ses_{}", n / 20 % 100);
        match n % 20 {
            0 if n < 2_000 => h.created(&session),
            0 | 1 => h.busy(&session),
            2 => h.answered(&session),
            3 => request(&mut h, &session, &format!("c{n}"), "echo a storm"),
            4 => completed(&mut h, &session, &format!("c{}", n - 1)),
            18 => {
                step(&mut h, &session, n);
                steps += 1;
            }
            19 => {
                h.idle(&session);
                turns += 1;
            }
            5 => h.event("session.status", &session, json!({ "status": { "type": "retry" } })),
            6 => h.event("permission.asked", &session, json!({ "id": format!("per_{n}") })),
            7 => h.event(
                "permission.replied",
                &session,
                json!({ "requestID": format!("per_{}", n - 1), "reply": "once" }),
            ),
            _ => h.event("message.part.updated", &session, json!({ "part": { "type": "text" } })),
        }
        if n % 10 == 9 {
            h.pass(1, 0);
        }
        if n % 1_000 == 999 {
            let lines = drain(&mut h);
            told_turns += count(&lines, "swarm.turn.finished");
            told_calls += count(&lines, "swarm.tool.finished");
            beats += count(&lines, "swarm.heartbeat");
            told_steps += lines
                .iter()
                .filter(|line| line["event_type"] == "swarm.turn.finished")
                .map(|line| line["payload"]["input_tokens"].as_u64().unwrap())
                .sum::<u64>();
            for line in lines.iter().filter(|line| line["event_type"] == "swarm.heartbeat") {
                assert_eq!(line["payload"].get("dropped"), None, "{line}");
            }
        }
        if n == 20_000 {
            settled = resident();
        }
    }
    assert_eq!((told_turns, told_steps, told_calls), (turns, steps, 5_000));
    // States change by the thousand: a beat for each would be a storm of its own.
    assert!((10..=41).contains(&beats), "{beats} beats");
    let grown = resident().saturating_sub(settled);
    assert!(grown < 8 * MIB, "{grown} bytes more than after two seconds");
}

/// S3.41: 500 calls at once with 64 MiB of arguments: all are told, and the arguments are not kept.
#[test]
fn five_hundred_calls_with_large_arguments() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let mut h = Harness::new();
    h.created("ses_1");
    h.busy("ses_1");
    let command = "x".repeat(MIB / 8);
    let before = resident();
    for n in 0..500 {
        request(&mut h, "ses_1", &format!("c{n}"), &command);
    }
    let grown = resident().saturating_sub(before);
    assert!(grown < 24 * MIB, "{grown} bytes for 500 open calls");
    h.pass(5_000, 0);
    let beat = h.last_beat()["payload"].clone();
    assert_eq!((beat["open_calls"].as_array().unwrap().len(), &beat["open_calls_omitted"]), (8, &json!(492)));
    for n in 0..500 {
        completed(&mut h, "ses_1", &format!("c{n}"));
    }
    let lines = drain(&mut h);
    assert_eq!((count(&lines, "swarm.tool.started"), count(&lines, "swarm.tool.finished")), (500, 500));
    for n in 0..600 {
        request(&mut h, "ses_1", &format!("d{n}"), "true");
    }
    h.pass(5_000, 0);
    assert_eq!(h.last_beat()["payload"]["dropped"]["calls"], 88, "calls beyond the bound are counted");
}

/// S3.41: 1,000 sessions, each with a turn, a call and usage; then 3,000 more. Memory stays within a bound, what is
/// forgotten is counted, and the usage of a session that is forgotten is told before.
#[test]
fn a_thousand_sessions_and_three_thousand_more() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let before = resident();
    let mut h = Harness::with_options(json!({ "heartbeat": { "interval_ms": 1_000 } }));
    let mut lines = Vec::new();
    let mut at_2_000 = 0;
    for n in 0..4_000 {
        let session = format!("ses_{n}");
        h.created(&session);
        h.busy(&session);
        request(&mut h, &session, "c", "true");
        completed(&mut h, &session, "c");
        step(&mut h, &session, n);
        h.answered(&session);
        h.idle(&session);
        h.pass(1, 0);
        lines.extend(drain(&mut h).into_iter().map(|line| line["event_type"].as_str().unwrap().to_owned()));
        if n == 999 {
            h.pass(1_000, 0);
            assert_eq!(h.last_beat()["payload"]["sessions_omitted"], 968);
            assert_eq!(h.last_beat()["payload"].get("dropped"), None);
        }
        if n == 2_100 {
            at_2_000 = resident();
        }
    }
    h.pass(1_000, 0);
    assert_eq!(h.last_beat()["payload"]["dropped"]["sessions"], 4_000 - 2_048);
    let kinds = |kind: &str| lines.iter().filter(|line| *line == kind).count();
    assert_eq!((kinds("swarm.turn.finished"), kinds("swarm.tool.finished")), (4_000, 4_000));
    assert_eq!(kinds("swarm.usage"), 4_000 + (4_000 - 2_048), "each turn, and each session that went");
    let all = lines.iter().map(String::capacity).sum::<usize>() + lines.capacity() * size_of::<String>();
    let now = resident().saturating_sub(all);
    assert!(now.saturating_sub(before) < 64 * MIB, "{} bytes", now - before);
    assert!(now < at_2_000 + 16 * MIB, "{} bytes more for 1,900 sessions more", now.saturating_sub(at_2_000));
}

/// S0.48: hostile texts in every field, in all kinds of sinks: each line within its bound, valid, and marked where it was cut.
#[test]
fn every_line_is_within_its_bound() {
    let _alone = ALONE.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
    let sinks = json!({ "events": { "sinks": ["file", "stdout", "fd:3"] }, "heartbeat": { "interval_ms": 250 } });
    let ids = ["SWARM_AGENT_ID", "SWARM_WORKSPACE_ID", "SWARM_NODE_ID"];
    let env = ids.map(|name| (name.to_owned(), "i".repeat(128))).into();
    let mut h = Harness::with_boot(Boot { options: Some(sinks.to_string()), env, ..boot() });
    let texts = ["\u{1f469}\u{200d}\u{1f4bb}", "\"\\\n\t\0", "ä", "\u{2028}", "x"].map(|piece| piece.repeat(700));
    for (n, text) in texts.iter().enumerate() {
        let session = format!("ses_{n}{}", "y".repeat(120));
        h.created_below(&session, &"z".repeat(128));
        h.busy(&session);
        let args = json!({ "command": text, "workdir": text, "filePath": text, "url": format!("https://{}/", "h".repeat(900)), "subagent_type": text });
        for (call, tool) in ["bash", "write", "webfetch", "task", text].iter().enumerate() {
            let input = json!({ "tool": tool, "sessionID": session, "callID": format!("{call}{}", "c".repeat(120)) });
            h.hear(json!({ "hook": "tool.execute.before", "input": input, "output": { "args": args } }));
            let state = json!({ "status": "error", "error": text });
            let part =
                json!({ "type": "tool", "tool": tool, "callID": format!("{call}{}", "c".repeat(120)), "state": state });
            h.event("message.part.updated", &session, json!({ "part": part }));
        }
        let files: Vec<String> = (0..300).map(|file| format!("{file}{text}")).collect();
        h.event("message.part.updated", &session, json!({ "part": { "type": "patch", "files": files } }));
        let info = json!({ "role": "assistant", "providerID": text, "modelID": text, "time": { "completed": 1 } });
        h.event("message.updated", &session, json!({ "info": info }));
        step(&mut h, &session, n);
        h.failed(&session, text);
        h.idle(&session);
        h.pass(300, 0);
    }
    h.stop();
    let mut cut = 0;
    for effect in &h.effects {
        if let opencode_swarm_pack::effect::Effect::Append { sink, line } = effect {
            let bytes_max = match sink.to_string().as_str() {
                "stdout" => 1_024,
                "fd:3" => 4_096,
                _ => 8_192,
            };
            assert!(line.len() <= bytes_max, "{} bytes for {sink}: {line}", line.len());
            let value: Value = serde_json::from_str(line).unwrap();
            if value["truncated"] == true {
                assert!(value["original_bytes"].as_u64().unwrap() > bytes_max as u64);
                cut += 1;
            }
        }
    }
    assert!(cut > 50, "{cut} lines were cut");
}
