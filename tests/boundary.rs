//! What differs at the boundary: JavaScript's numbers, its `undefined`, texts of a wrong shape; and that the same
//! recording gives the same lines as natively (X.5).

#![cfg(target_family = "wasm")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

#[path = "../examples/replay.rs"]
#[allow(dead_code, reason = "its main is not used here")]
mod replay;

use js_sys::{Array, JSON, Reflect};
use opencode_swarm_pack::wasm::{Pack, secret_variables};
use serde_json::{Value, json};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn boot(options: Value) -> String {
    let options = options.to_string();
    // As plugin-shim/boot.js writes it: three empty lists, no names, no file.
    ["1", "run", "", "/p", "", "", "", "", "", &options, "", "", "", "", "", "", ""].join("\0")
}

fn started() -> Pack {
    let mut pack = Pack::boot(1_777_888_800_000.0, 5.5, &boot(json!({}))).ok().flatten().unwrap();
    pack.handle(1_777_888_800_000.0, 5.5, r#""started""#).ok().unwrap();
    pack
}

fn text(value: &JsValue) -> String {
    JSON::stringify(value).unwrap().into()
}

fn effects(output: &JsValue) -> Array {
    Reflect::get(output, &"effects".into()).unwrap().into()
}

/// X.5: the vectors pass in wasm as they do natively.
#[wasm_bindgen_test]
fn recordings_give_the_same_lines_as_natively() {
    for (recording, golden) in [
        (include_str!("data/host-1.18.33/g-abort.jsonl"), include_str!("data/golden/g-abort.jsonl")),
        (include_str!("data/host-1.18.33/f-subtask.jsonl"), include_str!("data/golden/f-subtask.jsonl")),
    ] {
        assert_eq!(replay::replay(recording).unwrap().join("\n") + "\n", golden);
    }
}

#[wasm_bindgen_test]
fn an_output_is_a_plain_object_with_numbers() {
    let mut pack = started();
    let output = pack.handle(1_777_888_800_010.0, 15.5, r#""woke""#).ok().unwrap();
    assert_eq!(text(&output), r#"{"effects":[],"wake_at_ms":5005}"#);
}

#[wasm_bindgen_test]
fn a_missing_value_is_left_out() {
    let mut pack = started();
    let stop = r#"{"stopping":{"cause":"disposed"}}"#;
    let output = pack.handle(0.0, 0.0, stop).ok().unwrap();
    assert!(Reflect::get(&output, &"wake_at_ms".into()).unwrap().is_undefined());
}

#[wasm_bindgen_test]
fn numbers_that_are_no_time_are_survived() {
    let mut pack = started();
    for number in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, f64::MAX] {
        assert!(pack.handle(number, number, r#""woke""#).is_ok());
    }
}

#[wasm_bindgen_test]
fn what_the_host_says_is_never_an_error() {
    let mut pack = started();
    let deep = "[".repeat(100_000);
    for heard in ["", "null", "[]", r#"{"hook":1}"#, &deep, r#"{"hook":"event","event":{"type":"session.idle"}}"#] {
        assert!(pack.hear(0.0, 6.0, heard).is_ok());
    }
    let output = pack.hear(
        0.0,
        7.0,
        r#"{"hook":"event","event":{"type":"session.created","properties":{"sessionID":"ses_1","info":{}}}}"#,
    );
    assert!(text(&effects(&output.ok().unwrap())).contains("swarm.session.started"));
}

#[wasm_bindgen_test]
fn a_line_alone_is_a_text_and_nothing_to_do_is_nothing_but_a_new_time_to_wake_comes_whole() {
    let mut pack = started();
    let session = |kind: &str, more: &str| {
        format!(r#"{{"hook":"event","event":{{"type":"{kind}","properties":{{"sessionID":"ses_1"{more}}}}}}}"#)
    };
    pack.hear(0.0, 6.0, &session("session.created", r#","info":{}"#)).ok().unwrap();
    pack.hear(0.0, 7.0, &session("session.status", r#","status":{"type":"busy"}"#)).ok().unwrap();
    let nothing = pack.hear(0.0, 8.0, &session("session.updated", r#","info":{}"#)).ok().unwrap();
    assert!(nothing.is_undefined());
    let asked = session("question.asked", r#","id":"que_1""#);
    let line = pack.hear(0.0, 9.0, &asked).ok().unwrap().as_string().unwrap();
    assert!(line.contains("swarm.state") && line.ends_with("}\n"));
    let replied = session("question.replied", r#","requestID":"que_1""#);
    assert!(pack.hear(0.0, 10.0, &replied).ok().unwrap().is_string());

    // What the shim says itself is answered whole: the timer that made it say so is used up.
    let woke = pack.handle(0.0, 1_000.0, r#""woke""#).ok().unwrap();
    let wake_at = |output: &JsValue| Reflect::get(output, &"wake_at_ms".into()).unwrap().as_f64().unwrap();
    // The beat that tells of the new state is due sooner.
    let sooner = pack.hear(0.0, 1_001.0, &asked).ok().unwrap();
    assert_eq!(effects(&sooner).length(), 1);
    assert!(wake_at(&sooner) < wake_at(&woke));
}

#[wasm_bindgen_test]
fn what_the_shim_says_wrongly_is_an_error_and_leaves_the_pack_whole() {
    let mut pack = started();
    assert!(pack.handle(0.0, 6.0, r#"{"made_up":{}}"#).is_err());
    assert!(pack.handle(0.0, 6.0, "").is_err());
    assert!(pack.handle(0.0, 5_100.0, r#""woke""#).is_ok());
    assert!(Pack::boot(0.0, 0.0, "{}").is_err());
}

/// S0.35
#[wasm_bindgen_test]
fn a_pack_that_is_off_is_nothing() {
    assert!(Pack::boot(0.0, 0.0, &boot(json!({ "enabled": false }))).ok().unwrap().is_none());
}

#[wasm_bindgen_test]
fn two_boots_have_different_ids() {
    let boot_id = |pack: &mut Pack| {
        let output = pack.hear(
            0.0,
            9.0,
            r#"{"hook":"event","event":{"type":"session.created","properties":{"sessionID":"s","info":{}}}}"#,
        );
        let line: String =
            Reflect::get(&effects(&output.ok().unwrap()).get(0), &"line".into()).unwrap().as_string().unwrap();
        serde_json::from_str::<Value>(&line).unwrap()["boot_id"].as_str().unwrap().to_owned()
    };
    assert_ne!(boot_id(&mut started()), boot_id(&mut started()));
}

#[wasm_bindgen_test]
fn the_shim_is_told_which_variables_are_secret() {
    assert_eq!(secret_variables("PATH\nGITHUB_TOKEN\nMAX_TOKENS\nDB_PASSWORD"), "GITHUB_TOKEN\nDB_PASSWORD");
}
