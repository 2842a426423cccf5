//! The bridge functions against what older bridges make of the same inputs, against a straightforward reader, and on
//! hostile inputs. `tests/package/bridge.test.mjs` holds the built package against the same rows (X.5).

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

use opencode_swarm_pack::bridge::{self, Frame, Frames, Scope, Search, TypedEvent, data};
use opencode_swarm_pack::limits::FRAME_BYTES_MAX;
use opencode_swarm_pack::time::{At, Timestamp};
use proptest::prelude::*;
use serde_json::{Value, json};

fn rows() -> Vec<Value> {
    include_str!("data/bridge/reference.jsonl").lines().skip(1).map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn answer(function: &str, input: &Value) -> Value {
    match function {
        "frames" => {
            let mut frames = Frames::default();
            let chunks = input.as_array().unwrap().iter().map(|chunk| chunk.as_str().unwrap().as_bytes());
            let all: Vec<Frame> = chunks.flat_map(|chunk| frames.push(chunk)).collect();
            json!({ "frames": all, "is_waiting": frames.waiting_bytes() > 0 })
        }
        "data" => data::read(input.as_str().unwrap()),
        "unwrap" => json!(data::unwrap(input.clone())),
        "ids" => json!(data::ids(input)),
        "kind" => json!(bridge::kind(input).map(bridge::EventKind::name)),
        "resolve" => json!(Search::new(input).resolve()),
        other => panic!("{other} is no function"),
    }
}

/// Numbers of JSON compare by value: JavaScript has one kind of them.
fn plain(value: Value) -> Value {
    match value {
        Value::Number(number) => json!(number.as_f64()),
        Value::Array(list) => list.into_iter().map(plain).collect(),
        Value::Object(object) => object.into_iter().map(|(name, value)| (name, plain(value))).collect(),
        other @ (Value::Null | Value::Bool(_) | Value::String(_)) => other,
    }
}

/// S1.48, S1.49, S1.50, S1.51, S1.52, S1.54: the same as the reference, but where a row says what is better, and why.
#[test]
fn each_row_of_the_reference_is_answered() {
    let rows = rows();
    assert!(rows.len() > 130, "{} rows", rows.len());
    for row in rows {
        let (function, mut expected) = (row["function"].as_str().unwrap(), row["output"].clone());
        if let Some(ours) = row.get("ours") {
            assert_ne!(*ours, expected, "a row that is no exception: {row}");
            assert!(row["why"].is_string(), "{row}");
            expected = ours.clone();
        }
        if function == "frames" {
            // An empty line by itself is no frame that has begun.
            expected["is_waiting"] = json!(!expected["waiting"].as_str().unwrap().trim_matches('\n').is_empty());
            expected.as_object_mut().unwrap().remove("waiting");
        }
        assert_eq!(plain(answer(function, &row["input"])), plain(expected), "{row}");
    }
}

/// S1.52: real events, with real message texts: each kind comes from its type and fields.
#[test]
fn kinds_of_recorded_events_come_from_their_types() {
    let recording = include_str!("data/host-1.18.33/h-model-errors.jsonl");
    let mut kinds = Vec::new();
    for line in recording.lines() {
        let line: Value = serde_json::from_str(line).unwrap();
        let Some(event) = line.get("event") else { continue };
        let mut loud = event.clone();
        shout(&mut loud);
        assert_eq!(bridge::kind(event), bridge::kind(&loud), "{event}");
        kinds.extend(bridge::kind(event).map(bridge::EventKind::name));
    }
    kinds.sort_unstable();
    kinds.dedup();
    assert_eq!(kinds, ["task.completed", "task.failed", "task.progress", "task.started"]);
}

/// Puts treacherous words into every text that a person, a model or a tool may have written.
fn shout(value: &mut Value) {
    match value {
        Value::Object(object) => {
            for (name, value) in object {
                if ["title", "text", "message", "output", "summary", "delta", "stack"].contains(&name.as_str())
                    && value.is_string()
                {
                    *value = json!("permission question.asked error failed stalled complete done");
                } else {
                    shout(value);
                }
            }
        }
        Value::Array(list) => list.iter_mut().for_each(shout),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn noon() -> Timestamp {
    At { wall_ms: 1_777_888_800_000, mono_ms: 0 }.timestamp()
}

fn typed(data: &str) -> Value {
    let frame = Frame { event: Some("message".into()), id: Some("7".into()), retry: None, data: data.into() };
    json!(TypedEvent::new(frame, Scope::Global, noon()))
}

/// S1.53: the whole event, field by field.
#[test]
fn a_typed_event_says_stream_kind_ids_and_wrappers() {
    let event = json!({ "type": "task.failed", "run_id": "run-8", "taskId": "T-8", "session": "ses_1" });
    let wrapped = json!({ "directory": "/srv/app", "payload": event });
    assert_eq!(
        typed(&wrapped.to_string()),
        json!({
            "schema": "opencode.event.v1", "scope": "global", "eventName": "message", "eventId": "7", "kind": "task.failed",
            "summary": "the task failed", "lifecycleState": "failed", "runId": "run-8", "taskId": "T-8",
            "sessionId": "ses_1", "timestamp": "2026-05-04T10:00:00.000Z", "wrappers": ["payload"], "payload": event,
        })
    );
}

/// S1.53: the host says its session in a place of its own.
#[test]
fn a_typed_event_of_the_host_has_its_session() {
    let idle = typed(r#"{"id":"evt_1","type":"session.idle","properties":{"sessionID":"ses_1"}}"#);
    assert_eq!((&idle["sessionId"], &idle["kind"]), (&json!("ses_1"), &Value::Null));
    let part = typed(r#"{"type":"message.part.updated","properties":{"part":{"sessionID":"ses_2"}}}"#);
    assert_eq!((&part["sessionId"], &part["kind"]), (&json!("ses_2"), &json!("task.progress")));
}

/// S1.48: what has no end does not grow, and is counted; the next frame is read.
#[test]
fn a_frame_that_is_too_long_is_skipped_and_counted() {
    for line in ["data: ".to_owned() + &"x".repeat(FRAME_BYTES_MAX), "data: y\n".repeat(FRAME_BYTES_MAX / 8 + 1)] {
        for chunk_bytes in [1 << 16, usize::MAX] {
            let mut frames = Frames::default();
            let stream = format!("data: before\n\n{line}\r\n\r\ndata: after\n\n");
            let mut all = Vec::new();
            for chunk in stream.as_bytes().chunks(chunk_bytes.min(stream.len())) {
                all.extend(frames.push(chunk));
                assert!(frames.waiting_bytes() <= FRAME_BYTES_MAX);
            }
            let data: Vec<_> = all.iter().map(|frame| frame.data.as_str()).collect();
            assert_eq!((data, frames.skipped(), frames.waiting_bytes()), (vec!["before", "after"], 1, 0));
        }
    }
}

/// S1.48: the longest frame that is kept.
#[test]
fn a_frame_of_the_greatest_length_is_read() {
    let data = "x".repeat(FRAME_BYTES_MAX - "data: ".len() - 1);
    let frames = Frames::default().push(format!("data: {data}\n\n").as_bytes());
    assert_eq!(frames[0].data.len(), data.len());
}

/// S1.49, S1.54: what nests too deep is no JSON, and no search.
#[test]
fn deep_and_odd_values_are_answered() {
    let deep = "[".repeat(100_000) + &"]".repeat(100_000);
    assert_eq!(data::read(&deep), json!({ "raw": deep }));
    for odd in [json!(null), json!([]), json!({ "sessionList": { "id": "x" } }), json!({ "runId": 7 })] {
        assert_eq!(json!(Search::new(&odd).resolve()), json!({ "strategy": "none", "score": -1 }));
    }
    let hostile =
        json!({ "sessionList": [{ "id": "ses_1", "time": { "updated": "NaN" } }, { "id": "ses_2", "time": 7 }] });
    assert_eq!(Search::new(&hostile).resolve().session_id.as_deref(), Some("ses_1"));
}

/// Frames of a whole text, read the straightforward way.
fn reference(text: &str) -> Vec<Frame> {
    let text = text.replace("\r\n", "\n");
    let mut blocks: Vec<&str> = text.split("\n\n").collect();
    blocks.pop();
    blocks.into_iter().filter_map(frame_of).collect()
}

fn frame_of(block: &str) -> Option<Frame> {
    let mut frame = Frame::default();
    let mut data = Vec::new();
    for line in block.split('\n').filter(|line| !line.starts_with(':')) {
        let (name, value) = line.split_once(':').unwrap_or((line, ""));
        let value = value.strip_prefix(char::is_whitespace).unwrap_or(value).to_owned();
        match name.trim() {
            "event" => frame.event = Some(value),
            "id" => frame.id = Some(value),
            "retry" => {
                let number = if value.trim().is_empty() { Ok(0.0) } else { value.trim().parse::<f64>() };
                frame.retry = number.ok().filter(|number| number.is_finite()).or(frame.retry);
            }
            "data" => data.push(value),
            _ => {}
        }
    }
    frame.data = data.join("\n");
    (!data.is_empty()).then_some(frame)
}

/// Streams made of what matters in them.
fn streams() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("\n"),
        Just("\n"),
        Just("\r\n"),
        Just("\r"),
        Just("data:"),
        Just("data: "),
        Just("event: "),
        Just("id:"),
        Just("retry: "),
        Just("12"),
        Just(":"),
        Just(" "),
        Just("x"),
        Just("ü"),
        Just("😀"),
        Just("{\"a\":1}"),
    ];
    proptest::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

fn in_chunks(stream: &[u8], sizes: &[usize]) -> (Vec<Frame>, usize) {
    let mut frames = Frames::default();
    let mut all = Vec::new();
    let mut rest = stream;
    for size in sizes {
        let (chunk, more) = rest.split_at((*size).min(rest.len()));
        all.extend(frames.push(chunk));
        rest = more;
    }
    all.extend(frames.push(rest));
    (all, frames.waiting_bytes())
}

proptest! {
    /// S1.48: the borders of chunks, inside a character or between CR and LF, change nothing.
    #[test]
    fn chunk_borders_change_nothing(stream in streams(), sizes in proptest::collection::vec(0_usize..9, 0..80)) {
        let whole = in_chunks(stream.as_bytes(), &[]);
        prop_assert_eq!(&whole, &in_chunks(stream.as_bytes(), &sizes));
        prop_assert_eq!(&whole, &in_chunks(stream.as_bytes(), &vec![1; stream.len()]));
        prop_assert_eq!(whole.0, reference(&stream));
    }

    /// S1.48: bytes that are no text give frames all the same, wherever the chunks end.
    #[test]
    fn any_bytes_are_read(stream in proptest::collection::vec(prop_oneof![any::<u8>(), Just(b'\n'), Just(b':')], 0..400), sizes in proptest::collection::vec(0_usize..40, 0..40)) {
        prop_assert_eq!(in_chunks(&stream, &[]), in_chunks(&stream, &sizes));
    }

    /// S1.49: any text is a value.
    #[test]
    fn any_data_is_read(text in "\\PC{0,80}") {
        let event = typed(&text);
        prop_assert_eq!(&event["schema"], "opencode.event.v1");
    }
}
