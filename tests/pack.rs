//! What the core does, through the front door.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use common::{Harness, START, boot};
use opencode_swarm_pack::boot::Boot;
use opencode_swarm_pack::effect::Effect;
use opencode_swarm_pack::event::session::Lane;
use opencode_swarm_pack::pack::Pack;
use serde_json::{Value, json};

fn types(harness: &Harness) -> Vec<&str> {
    harness.lines.iter().map(|line| line["event_type"].as_str().unwrap()).collect()
}

/// A whole turn of a session that was never seen before.
fn turn(h: &mut Harness, session: &str) {
    h.created(session);
    h.hear(json!({ "hook": "chat.message", "input": { "sessionID": session } }));
    h.busy(session);
    h.pass(300, 0);
    h.answered(session);
    h.idle(session);
}

#[test]
fn a_plain_turn_is_told_in_order() {
    let mut h = Harness::new();
    turn(&mut h, "ses_1");
    h.pass(300, 0);
    h.stop();
    assert_eq!(
        types(&h),
        [
            "swarm.heartbeat",
            "swarm.session.started",
            "swarm.lifecycle",
            "swarm.state",
            "swarm.heartbeat",
            "swarm.turn.finished",
            "swarm.state",
            "swarm.heartbeat",
            "swarm.state",
            "swarm.lifecycle",
            "swarm.session.stopped",
        ]
    );
    let end = h.payloads("swarm.turn.finished")[0];
    assert_eq!(
        (&end["turn"], &end["reason"], &end["duration_ms"], &end["model"]),
        (&json!(1), &json!("completed"), &json!(300), &json!("lab/m"))
    );
}

/// S0.2, S0.18, S0.39: every line names all ids, and the session that it is about.
#[test]
fn two_sessions_never_mix_ids() {
    let env = [("SWARM_AGENT_ID", "ag-7"), ("FORGE_WORKSPACE_ID", "ws-2")];
    let env = env.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let mut h = Harness::with_boot(Boot { env, ..boot() });
    turn(&mut h, "ses_1");
    turn(&mut h, "ses_2");
    for line in &h.lines {
        assert_eq!(
            (&line["agent_id"], &line["workspace_id"], &line["node_id"]),
            (&json!("ag-7"), &json!("ws-2"), &json!(""))
        );
    }
    let ended: Vec<_> = h.of_type("swarm.turn.finished").map(|line| line["session_id"].as_str().unwrap()).collect();
    assert_eq!(ended, ["ses_1", "ses_2"]);
    assert_eq!(
        h.states(),
        [
            "ses_1: working (turn_started)",
            "ses_1: idle (turn_completed)",
            "ses_2: working (turn_started)",
            "ses_2: idle (turn_completed)",
        ]
    );
}

/// S0.21: a hundred beats, each timer late by up to 90 ms: the mean is the interval, on the grid of the boot.
#[test]
fn beats_do_not_drift() {
    let mut h = Harness::new();
    for n in 0..100 {
        h.pass(5_000, n % 10 * 10);
    }
    let beats: Vec<u64> = h.of_type("swarm.heartbeat").map(|line| line["mono_ms"].as_u64().unwrap()).collect();
    assert!((100..=101).contains(&beats.len()), "{} beats", beats.len());
    let mean = (beats.last().unwrap() - beats[0]) as f64 / (beats.len() - 1) as f64;
    assert!((mean - 5_000.0).abs() < 50.0, "{mean}");
}

/// S0.1, S0.21: beats go on while a turn runs and while a tool blocks, and their ages tell that nothing moves.
#[test]
fn a_wedged_agent_beats_and_its_ages_grow() {
    let mut h = Harness::new();
    h.created("ses_1");
    h.busy("ses_1");
    h.event("message.part.delta", "ses_1", json!({}));
    h.tool("ses_1", "call_1", "running");
    h.pass(60_000, 0);
    let beat = &h.last_beat()["payload"];
    assert_eq!(beat["state"], "working");
    assert_eq!(beat["ages_ms"], json!({ "host_event": 60_000, "token": 60_000, "tool": 60_000 }));
    let call = json!({ "tool": "bash", "call_id": "call_1", "session_id": "ses_1", "age_ms": 60_000 });
    assert_eq!(beat["open_calls"], json!([call]));
    assert_eq!(h.of_type("swarm.heartbeat").count(), 1 + 1 + 12);
}

/// S0.22: the table of states, for what the host says.
#[test]
fn states_follow_the_host() {
    let mut h = Harness::new();
    assert_eq!(h.last_beat()["payload"]["agent_state"], "starting");
    assert_eq!(h.last_beat()["payload"]["state"], "idle");
    h.created("ses_1");
    h.busy("ses_1");
    h.event("permission.asked", "ses_1", json!({ "id": "per_1" }));
    h.event("permission.replied", "ses_1", json!({ "requestID": "per_1" }));
    h.event("question.asked", "ses_1", json!({ "id": "que_1" }));
    h.event("question.rejected", "ses_1", json!({ "requestID": "que_1" }));
    h.event("session.status", "ses_1", json!({ "status": { "type": "retry" } }));
    h.busy("ses_1");
    h.failed("ses_1", "APIError");
    h.idle("ses_1");
    h.busy("ses_1");
    h.failed("ses_1", "MessageAbortedError");
    h.idle("ses_1");
    h.stop();
    assert_eq!(
        h.states(),
        [
            "ses_1: working (turn_started)",
            "ses_1: awaiting_approval (permission_asked)",
            "ses_1: working (turn_resumed)",
            "ses_1: awaiting_approval (question_asked)",
            "ses_1: working (turn_resumed)",
            "ses_1: rate_limited (provider_retry)",
            "ses_1: working (turn_resumed)",
            "ses_1: error (session_error)",
            "ses_1: idle (turn_error)",
            "ses_1: working (turn_started)",
            "ses_1: idle (turn_aborted)",
            "ses_1: stopped (pack_stopped)",
        ]
    );
    let hints: Vec<_> = h.payloads("swarm.state").iter().map(|payload| payload["state"].as_str().unwrap()).collect();
    assert_eq!(
        hints,
        [
            "working", "blocked", "working", "blocked", "working", "blocked", "working", "blocked", "idle", "working",
            "idle", "idle",
        ]
    );
}

#[test]
fn a_blocked_child_blocks_its_root_and_has_no_turn_of_its_own() {
    let mut h = Harness::new();
    h.created("ses_root");
    h.busy("ses_root");
    h.created_below("ses_child", "ses_root");
    h.busy("ses_child");
    h.event("permission.asked", "ses_child", json!({ "id": "per_1" }));
    h.event("permission.replied", "ses_child", json!({ "requestID": "per_1" }));
    h.idle("ses_child");
    h.answered("ses_root");
    h.idle("ses_root");
    assert_eq!(
        h.states(),
        [
            "ses_root: working (turn_started)",
            "ses_child: working (turn_started)",
            "ses_child: awaiting_approval (permission_asked)",
            "ses_root: awaiting_approval (child_blocked)",
            "ses_child: working (turn_resumed)",
            "ses_root: working (turn_resumed)",
            "ses_child: idle (turn_unknown)",
            "ses_root: idle (turn_completed)",
        ]
    );
    let ended: Vec<_> = h.of_type("swarm.turn.finished").map(|line| &line["session_id"]).collect();
    assert_eq!(ended, ["ses_root"]);
    let child = h.of_type("swarm.session.started").last().unwrap();
    assert_eq!((&child["parent_session_id"], &child["root_session_id"]), (&json!("ses_root"), &json!("ses_root")));
}

#[test]
fn a_grandchild_names_the_root_of_its_tree() {
    let mut h = Harness::new();
    h.created("ses_root");
    h.created_below("ses_child", "ses_root");
    h.created_below("ses_grandchild", "ses_child");
    let line = h.of_type("swarm.session.started").last().unwrap();
    assert_eq!((&line["parent_session_id"], &line["root_session_id"]), (&json!("ses_child"), &json!("ses_root")));
}

/// An abort is idle twice, an error is idle twice: one end each.
#[test]
fn a_turn_ends_once_whatever_the_host_repeats() {
    let mut h = Harness::new();
    h.created("ses_1");
    for error in ["MessageAbortedError", "APIError"] {
        h.busy("ses_1");
        h.busy("ses_1");
        h.failed("ses_1", error);
        h.idle("ses_1");
        h.tool("ses_1", "call_1", "completed");
        h.idle("ses_1");
        h.idle("ses_1");
        h.failed("ses_1", error);
    }
    let ends: Vec<_> =
        h.payloads("swarm.turn.finished").iter().map(|end| (end["turn"].clone(), end["reason"].clone())).collect();
    assert_eq!(ends, [(json!(1), json!("aborted")), (json!(2), json!("error"))]);
    assert_eq!(h.payloads("swarm.turn.finished")[1]["error"], "APIError");
}

/// S0.24, S0.48: process metadata is exposed by choice, without the name of the user.
#[test]
fn process_metadata_is_exposed_by_choice() {
    let h = Harness::new();
    let beat = &h.last_beat()["payload"];
    assert_eq!(
        (&beat["pid"], &beat["version"], &beat["directory"]),
        (&json!(4242), &json!("1.18.33"), &json!("~/shop"))
    );
    let mut h = Harness::with_options(json!({ "events": { "expose_process": false } }));
    turn(&mut h, "ses_1");
    for line in &h.lines {
        for key in ["pid", "version", "pack_version", "directory"] {
            assert_eq!(line["payload"].get(key), None, "{line}");
        }
    }
}

/// S0.10, S0.43: each part alone writes its own types only.
#[test]
fn parts_are_switched_off_one_by_one() {
    for (heartbeat, telemetry) in [(true, true), (true, false), (false, true), (false, false)] {
        let options = json!({ "heartbeat": { "enabled": heartbeat }, "telemetry": { "enabled": telemetry } });
        let mut h = Harness::with_options(options);
        turn(&mut h, "ses_1");
        h.pass(20_000, 0);
        h.now.wall_ms += 60_000;
        h.tell(json!("woke"));
        h.stop();
        let of_heart = |kind: &&str| ["swarm.heartbeat", "swarm.clock.jumped"].contains(kind);
        let types = types(&h);
        assert_eq!(types.iter().any(of_heart), heartbeat);
        assert_eq!(types.iter().any(|kind| !of_heart(kind)), telemetry);
        assert_eq!(h.wake_at_ms, None);
    }
}

/// S0.35: a pack that is switched off is not there.
#[test]
fn a_pack_that_is_off_is_none() {
    let off = Boot { options: Some(r#"{"enabled":false}"#.into()), ..boot() };
    assert!(Pack::new(START, 7, off).is_none());
    let env = [("SWARM_PACK".to_owned(), "0".to_owned())].into();
    assert!(Pack::new(START, 7, Boot { env, ..boot() }).is_none());
}

#[test]
fn a_suspend_is_a_clock_jump_and_no_stall() {
    let mut h = Harness::new();
    h.created("ses_1");
    h.busy("ses_1");
    h.now.wall_ms += 3_600_000;
    h.pass(5_000, 0);
    assert_eq!(h.payloads("swarm.clock.jumped"), [&json!({ "direction": "forward", "jump_ms": 3_600_000 })]);
    let beat = &h.last_beat()["payload"];
    assert_eq!(beat["ages_ms"]["host_event"], 5_000);
    assert_eq!(beat["loop_lag_ms"], json!({ "last": 0, "max": 0 }));
}

#[test]
fn a_blocked_event_loop_is_lag_and_no_clock_jump() {
    let mut h = Harness::new();
    h.pass(8_000, 3_000);
    assert_eq!(h.last_beat()["payload"]["loop_lag_ms"], json!({ "last": 3_000, "max": 3_000 }));
    h.pass(5_000, 0);
    assert_eq!(h.last_beat()["payload"]["loop_lag_ms"], json!({ "last": 0, "max": 3_000 }));
    assert!(h.payloads("swarm.clock.jumped").is_empty());
}

/// S0.16: a wall clock that is set back moves no timestamp back and loses no beat.
#[test]
fn a_wall_clock_set_back_is_told_and_survived() {
    let mut h = Harness::new();
    h.pass(5_000, 0);
    h.now.wall_ms -= 3_600_000;
    h.pass(20_000, 0);
    assert_eq!(h.payloads("swarm.clock.jumped"), [&json!({ "direction": "backward", "jump_ms": 3_600_000 })]);
    assert_eq!(h.of_type("swarm.heartbeat").count(), 6);
}

/// S0.45: what a dead process left open is closed, by the session and the boot it belonged to.
#[test]
fn a_process_that_died_gets_its_tombstones() {
    let mut h = Harness::unstarted(boot());
    h.tell(json!({ "left_open": [{ "boot_id": "b0", "sessions": ["ses_1", "a\"b", "", "ses_2"] }] }));
    let stopped: Vec<_> =
        h.of_type("swarm.session.stopped").map(|line| (line["session_id"].clone(), line["payload"].clone())).collect();
    let tomb = json!({ "reason": "tombstone", "previous_boot_id": "b0" });
    assert_eq!(stopped, [(json!("ses_1"), tomb.clone()), (json!("ses_2"), tomb)]);
}

/// S0.45: the lock names what is open, at each moment, and goes at the end.
#[test]
fn the_lock_names_the_open_sessions() {
    let mut h = Harness::new();
    h.created("ses_1");
    h.created("ses_2");
    h.event("session.deleted", "ses_1", json!({}));
    h.pass(300_000, 0);
    h.stop();
    let locks: Vec<String> = h
        .effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::BeginLock { boot_id, stale_after_ms } => {
                Some(format!("{} {stale_after_ms:?}", *boot_id == h.boot_id()))
            }
            Effect::NoteInLock { session_id, is_open } => Some(format!("{session_id} {is_open}")),
            Effect::RefreshLock => Some("refreshed".into()),
            Effect::RemoveLock => Some("removed".into()),
            Effect::Append { .. }
            | Effect::LookUpSession { .. }
            | Effect::GiveEnvironment { .. }
            | Effect::SettleCall { .. }
            | Effect::HoldCall { .. }
            | Effect::ResolvePaths { .. }
            | Effect::WatchControl { .. }
            | Effect::AnswerAsk { .. }
            | Effect::RespondControl { .. }
            | Effect::RefuseEnvironment { .. }
            | Effect::OpenFeed { .. }
            | Effect::Feed { .. }
            | Effect::AnswerFeed { .. }
            | Effect::AppendJournal { .. }
            | Effect::ReplaceJournal { .. }
            | Effect::SendCallback { .. }
            | Effect::AppendAudit { .. }
            | Effect::MirrorAudit { .. }
            | Effect::MergeRun { .. }
            | Effect::Toast { .. } => None,
        })
        .collect();
    let expected =
        ["true Some(600000)", "ses_1 true", "ses_2 true", "ses_1 false", "refreshed", "refreshed", "removed"];
    assert_eq!(locks, expected);
}

/// S0.45: started and stopped once for each session and boot; a turn under way is closed, too.
#[test]
fn a_signal_closes_everything_once() {
    let mut h = Harness::new();
    h.created("ses_1");
    h.event("session.updated", "ses_1", json!({ "info": {} }));
    h.busy("ses_1");
    let stop = json!({ "stopping": { "cause": { "signal": "SIGTERM" } } });
    h.tell(stop.clone());
    let lines = h.lines.len();
    h.tell(stop);
    h.busy("ses_1");
    h.pass(60_000, 0);
    assert_eq!(h.lines.len(), lines);
    assert_eq!(h.payloads("swarm.turn.finished")[0]["reason"], "aborted");
    assert_eq!(h.payloads("swarm.session.started").len(), 1);
    assert_eq!(h.payloads("swarm.session.stopped"), [&json!({ "reason": "signal", "signal": "SIGTERM" })]);
}

/// S0.45: an end in order can be told from a death, also of a process that has no session.
#[test]
fn a_process_without_a_session_ends_with_a_beat_that_says_so() {
    let last = |h: &Harness| {
        let line = h.lines.last().unwrap();
        let payload = &line["payload"];
        json!([line["event_type"], line["session_id"], payload["trigger"], payload["agent_state"], payload["reason"]])
    };
    let stopped = json!(["swarm.heartbeat", "", "state_change", "stopped", "pack_stopped"]);
    let mut never_had_one = Harness::new();
    never_had_one.stop();
    assert_eq!(last(&never_had_one), stopped);

    let mut lost_its_last = Harness::new();
    lost_its_last.created("ses_1");
    lost_its_last.event("session.deleted", "ses_1", json!({ "info": {} }));
    lost_its_last.stop();
    assert_eq!(last(&lost_its_last), stopped);

    let mut has_one = Harness::new();
    has_one.created("ses_1");
    has_one.stop();
    assert_eq!(last(&has_one)[0], "swarm.session.stopped");

    let mut silent = Harness::with_options(json!({ "heartbeat": { "enabled": false } }));
    silent.stop();
    assert!(silent.payloads("swarm.heartbeat").is_empty());
}

/// X.4: the first thing heard of an unknown session asks for it once; what was heard waits for the answer.
#[test]
fn a_session_from_before_is_looked_up_once() {
    let mut h = Harness::new();
    h.busy("ses_old");
    h.answered("ses_old");
    let look_ups =
        |h: &Harness| h.effects.iter().filter(|effect| matches!(effect, Effect::LookUpSession { .. })).count();
    assert_eq!(look_ups(&h), 1);
    assert!(h.payloads("swarm.session.started").is_empty());
    h.pass(50, 0);
    h.hear(
        json!({ "hook": "session.get", "input": { "sessionID": "ses_old" }, "session": { "parentID": "ses_root" } }),
    );
    h.idle("ses_old");
    assert_eq!(look_ups(&h), 1);
    let started = h.of_type("swarm.session.started").next().unwrap();
    assert_eq!((&started["payload"]["is_new"], &started["parent_session_id"]), (&json!(false), &json!("ses_root")));
    assert!(h.payloads("swarm.turn.finished").is_empty(), "a child has no turn of its own");
}

/// X.4: where nobody answers, the session is taken for a root after two seconds, and no time is lost.
#[test]
fn a_look_up_that_is_not_answered_ends() {
    let mut h = Harness::new();
    h.busy("ses_old");
    h.pass(3_000, 0);
    h.answered("ses_old");
    h.idle("ses_old");
    assert_eq!(h.payloads("swarm.turn.finished")[0]["duration_ms"], 3_000);
    h.hear(json!({ "hook": "session.get", "input": { "sessionID": "ses_old" } }));
    assert_eq!(h.payloads("swarm.session.started").len(), 1);
}

#[test]
fn a_stop_during_a_look_up_loses_nothing() {
    let mut h = Harness::new();
    h.busy("ses_old");
    h.stop();
    let types = types(&h);
    assert!(
        types.ends_with(&[
            "swarm.session.started",
            "swarm.lifecycle",
            "swarm.state",
            "swarm.turn.finished",
            "swarm.state",
            "swarm.lifecycle",
            "swarm.session.stopped"
        ]),
        "{types:?}"
    );
}

/// S0.36, S0.40: a wrong value is told with its place, in an event and one toast, and the default is used.
#[test]
fn a_wrong_configuration_is_told_and_survived() {
    let options = json!({ "heartbeat": { "interval_ms": 10 }, "telemetry": { "enabeld": true } });
    let h = Harness::with_boot(Boot { options: Some(options.to_string()), lane: Lane::Tui, ..boot() });
    let errors: Vec<_> =
        h.payloads("swarm.pack.error").iter().map(|error| (error["code"].clone(), error["place"].clone())).collect();
    let invalid = json!("config_invalid");
    assert_eq!(
        errors,
        [
            (invalid.clone(), json!("plugin options: heartbeat.interval_ms")),
            (invalid, json!("plugin options: telemetry.enabeld")),
        ]
    );
    assert_eq!(h.last_beat()["payload"]["interval_ms"], 5_000);
    let toasts = h.effects.iter().filter(|effect| matches!(effect, Effect::Toast { .. })).count();
    assert_eq!(toasts, 1);
}

/// S0.12: a sink that fails is told once, shown in every beat, and forgotten when it works again.
#[test]
fn a_failing_sink_is_told_and_shown() {
    let mut h = Harness::new();
    h.tell(json!({ "sink_failed": { "sink": "file", "code": "ENOSPC", "place": "/x/events.jsonl" } }));
    h.tell(json!({ "lines_lost": { "sink": "file", "lines": 3 } }));
    assert_eq!(
        *h.payloads("swarm.pack.error")[0],
        json!({
            "code": "sink_failed",
            "message": "file: cannot write (ENOSPC); lines are kept and written when it works again",
            "place": "/x/events.jsonl",
        })
    );
    h.pass(5_000, 0);
    let beat = &h.last_beat()["payload"];
    assert_eq!(beat["health"]["sinks"], json!([{ "sink": "file", "is_ok": false }]));
    assert_eq!(beat["dropped"]["lines"], 3);
    h.tell(json!({ "sink_recovered": { "sink": "file" } }));
    h.pass(5_000, 0);
    assert_eq!(h.last_beat()["payload"]["health"]["sinks"], json!([{ "sink": "file", "is_ok": true }]));
}

/// X.8, S0.9: one place lists the parts, the sinks and the last error.
#[test]
fn health_is_in_every_beat() {
    let mut h = Harness::with_options(
        json!({ "events": { "sinks": ["file:/tmp/ann/x.jsonl", "stderr"] }, "telemetry": { "enabled": false } }),
    );
    h.tell(json!({ "host_unreadable": { "kind": "session.idle", "message": "has no sessionID" } }));
    h.tell(json!({ "host_unreadable": { "kind": "session.idle", "message": "has no sessionID" } }));
    h.pass(5_000, 0);
    let file: Vec<_> = h.of_type("swarm.heartbeat").collect();
    let beat = &file.last().unwrap()["payload"];
    assert_eq!(
        beat["health"],
        json!({
            "modules": { "heartbeat": true, "telemetry": false, "policy": true },
            "sinks": [{ "sink": "file", "is_ok": true }, { "sink": "stderr", "is_ok": true }],
            "errors": 1,
            "last_error": "unreadable",
        })
    );
    assert_eq!(beat["dropped"]["unreadable"], 2);
}

/// S0.11, S0.48: the same line on a terminal sink is short, marked and valid.
#[test]
fn lines_for_a_terminal_are_short_and_marked() {
    let long = "x".repeat(128);
    let env =
        ["SWARM_AGENT_ID", "SWARM_WORKSPACE_ID", "SWARM_NODE_ID"].map(|name| (name.to_owned(), long.clone())).into();
    let options = json!({ "events": { "sinks": ["stdout"] } });
    let mut h =
        Harness::with_boot(Boot { options: Some(options.to_string()), env, directory: "/d".repeat(600), ..boot() });
    for n in 0..40 {
        let session = format!("{n:0>128}");
        h.created(&session);
        h.busy(&session);
        for call in 0..20 {
            h.tool(&session, &format!("{call:x>128}"), "running");
        }
    }
    h.tell(json!({ "shim_failed": { "code": "trapped", "message": "é".repeat(4_000), "place": "p".repeat(900), "previous_boot_id": "b" } }));
    h.pass(5_000, 0);
    let lines: Vec<&String> = h
        .effects
        .iter()
        .filter_map(|effect| if let Effect::Append { line, .. } = effect { Some(line) } else { None })
        .collect();
    assert!(lines.iter().all(|line| line.len() <= 1_024), "{:?}", lines.iter().map(|line| line.len()).max());
    let beat = h.last_beat();
    assert_eq!(beat["truncated"], true);
    assert!(beat["original_bytes"].as_u64().unwrap() > 1_024);
    assert_eq!(beat["payload"]["state"], "working");
}

/// S0.21: one beat lists the active sessions, most recent first, and says how many it leaves out.
#[test]
fn a_beat_lists_its_sessions() {
    let mut h = Harness::new();
    for n in 0..40 {
        h.created(&format!("ses_{n:02}"));
        h.pass(10, 0);
    }
    h.pass(5_000, 0);
    let beat = h.last_beat();
    let listed: Vec<_> = beat["payload"]["sessions"]
        .as_array()
        .unwrap()
        .iter()
        .map(|brief| brief["session_id"].as_str().unwrap())
        .collect();
    assert_eq!((listed.len(), listed[0], listed[31]), (32, "ses_39", "ses_08"));
    assert_eq!(beat["payload"]["sessions_omitted"], 8);
    assert_eq!(beat["session_id"], "ses_39");
}

/// Sessions beyond the bound push out the one longest idle, which is counted and told once.
#[test]
fn the_book_of_sessions_is_bounded() {
    let mut h = Harness::with_options(json!({ "heartbeat": { "interval_ms": 3_600_000 } }));
    h.created("ses_busy");
    h.busy("ses_busy");
    for n in 0..2_100 {
        h.created(&format!("ses_{n}"));
    }
    h.pass(3_600_000, 0);
    assert_eq!(h.last_beat()["payload"]["dropped"]["sessions"], 53);
    assert_eq!(h.payloads("swarm.pack.error").len(), 1);
    h.answered("ses_busy");
    h.idle("ses_busy");
    assert_eq!(h.payloads("swarm.turn.finished").len(), 1, "a session in a turn is not pushed out");
}

/// S0.17: missing ids are empty strings and no problem.
#[test]
fn missing_ids_are_empty_and_no_problem() {
    let h = Harness::new();
    assert_eq!(h.lines[0]["agent_id"], "");
    assert!(h.payloads("swarm.pack.error").is_empty());
}

/// S0.20: the first draft's heartbeat is still a valid line; a line that lost its version is none.
#[test]
fn the_first_draft_is_still_understood() {
    let draft = json!({
        "event_type": "swarm.heartbeat", "timestamp": "2025-12-23T08:00:00Z", "agent_id": "agent-123", "workspace_id": "ws-456",
        "node_id": "node-1", "session_id": "session-789", "payload": { "uptime_seconds": 120, "state": "working" },
    });
    assert_eq!(common::complaint(&draft), None);
    let mut later: Value = draft;
    later["payload"]["made_up"] = json!({ "x": [1] });
    later["made_up"] = json!(true);
    assert_eq!(common::complaint(&later), None);
    later["seq"] = json!(1);
    assert!(common::complaint(&later).is_some());
}
