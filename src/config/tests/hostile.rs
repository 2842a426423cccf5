//! Whatever is written, the loader returns, and what it returns can be used.

use crate::sorted::Sorted;
use std::time::{Duration, Instant};

use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::schema::validator;
use super::{Given, shown};
use crate::config::limits::{FILE_BYTES_MAX, PROBLEMS_MAX};
use crate::config::{Config, PolicyConfig, Section};

/// What holds for any input. Generous in time: it is there to catch what grows with the square of the input.
#[track_caller]
fn survives(given: &Given) {
    let begin = Instant::now();
    let loaded = given.load();
    assert!(begin.elapsed() < Duration::from_secs(60), "took {:?}", begin.elapsed());
    assert!(loaded.problems.len() <= PROBLEMS_MAX + 1);
    for problem in &loaded.problems {
        let sentence = problem.to_string();
        assert!(sentence.len() < 1000 && !sentence.contains(char::is_control), "{sentence}");
    }
    let is_policy = |section| matches!(section, Section::Policy | Section::File | Section::Options | Section::Rest);
    if matches!(loaded.config.policy, PolicyConfig::Broken { .. }) {
        assert!(loaded.problems.iter().any(|problem| is_policy(problem.section)), "{:?}", shown(&loaded));
    }
}

/// The keys and words of the configuration, and others.
fn word() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "$schema",
        "enabled",
        "identity",
        "agent_id",
        "events",
        "sinks",
        "rotate",
        "bytes",
        "files",
        "forward",
        "allow",
        "deny",
        "heartbeat",
        "interval_ms",
        "jitter",
        "telemetry",
        "redact",
        "patterns",
        "arguments",
        "policy",
        "profile",
        "rules",
        "id",
        "action",
        "command",
        "file_write",
        "network_access",
        "tool_use",
        "examples",
        "match",
        "approvals",
        "control",
        "callbacks",
        "openclaw",
        "url",
        "token",
        "mode",
        "webhooks",
        "secrets",
        "feed",
        "file",
        "stdout",
        "fd:3",
        "baseline",
        "strict",
        "prompt",
        "${OPENCLAW_HOOK_TOKEN}",
        "https://a.example",
        "swarm.*",
    ]);
    prop_oneof![6 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

pub(super) fn json_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (-10i64..4_000_000).prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        word().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 128, 8, |below| {
        prop_oneof![
            vec(below.clone(), 0..6).prop_map(Value::from),
            btree_map(word(), below, 0..8).prop_map(|entries| entries.into_iter().collect()),
        ]
    })
}

/// An object with a real section at least now and then.
fn config() -> impl Strategy<Value = Value> {
    btree_map(word(), json_value(), 0..8).prop_map(|entries| entries.into_iter().collect())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_survived(text in any::<String>(), pieces in vec(prop::sample::select(vec![
        "{", "}", "[", "]", ":", ",", "\"", "\\", "/", "*", "//", "/*", "*/", "\n", "\r", "'", "1", "-", ".", "e", "policy", "\"heartbeat\"", "\\u", "d800", "ä", "\0", "\u{feff}", "null", "true",
    ]), 0..60)) {
        survives(&Given::default().file(text));
        survives(&Given::default().file(pieces.concat()));
    }

    #[test]
    fn any_value_in_any_source_is_survived(file in config(), options in json_value(), env in btree_map(prop::sample::select(vec![
        "SWARM_PACK", "SWARM_HEARTBEAT", "SWARM_EVENTS", "SWARM_CONTROL", "SWARM_POLICY", "SWARM_RUN_ID", "SWARM_AGENT_ID", "OPENCODE_WEBHOOK_URL",
    ]), word(), 0..4)) {
        let mut given = Given::default().file(file.to_string()).options(options);
        given.env = env.into_iter().map(|(name, value)| (name.to_owned(), value)).collect::<Sorted<_, _>>();
        survives(&given);
    }

    #[test]
    fn what_loads_is_valid_against_the_schema(config in config()) {
        let loaded = Given::default().set("OPENCLAW_HOOK_TOKEN").options(config.clone()).load();
        let validator = validator();
        if loaded.problems.is_empty() {
            prop_assert!(validator.is_valid(&config), "{config}");
        }
        // Section by section, because few whole values are right.
        for (key, value) in config.as_object().into_iter().flatten() {
            let section = json!({ key: value });
            let loaded = Given::default().set("OPENCLAW_HOOK_TOKEN").options(section.clone()).load();
            prop_assert!(!loaded.problems.is_empty() || validator.is_valid(&section), "{section}");
        }
    }

    #[test]
    fn a_mistake_in_one_section_changes_no_other(value in json_value(), interval_ms in 250u64..3_600_000) {
        let file = json!({"heartbeat": {"interval_ms": interval_ms}, "events": value, "policy": {"profile": "strict"}});
        let loaded = Given::default().file(file.to_string()).load();
        prop_assert_eq!(loaded.config.heartbeat.interval_ms, interval_ms);
        prop_assert!(matches!(&loaded.config.policy, PolicyConfig::Sound(policy) if policy.rules.is_empty()));
        prop_assert!(loaded.problems.iter().all(|problem| matches!(problem.section, Section::Events | Section::Rest)));
        prop_assert!(loaded.problems.is_empty() || loaded.config.events == Config::default().events);
    }
}

/// Texts of the largest size that make each step do the most work.
#[test]
fn a_megabyte_of_anything_is_survived() {
    let filled = |begin: &str, part: &str, end: &str| {
        let count = (FILE_BYTES_MAX - begin.len() - end.len()) / part.len();
        format!("{begin}{}{end}", part.repeat(count))
    };
    let numbered = |begin: &str, part: fn(usize) -> String, end: &str| {
        let mut text = begin.to_owned();
        for n in 0.. {
            let part = part(n);
            if text.len() + part.len() + end.len() > FILE_BYTES_MAX {
                break;
            }
            text.push_str(&part);
        }
        text + end
    };
    for text in [
        filled("", "[", ""),
        filled("", "{\"a\":", ""),
        filled("{", "/", "}"),
        filled("{", "/*", "}"),
        filled("{", "\"", "}"),
        filled("{\"", "\\", "\":1}"),
        filled("{\"a\":\"", "\\u0000", "\"}"),
        filled("{\"a\":", "9", "}"),
        filled("{", "\"a\":1,", "}"),
        filled("{\"events\":{\"sinks\":[", "1,", "]}}"),
        filled("{\"policy\":{\"rules\":[", "{},", "]}}"),
        filled("{\"policy\":{\"rules\":[", "{\"a\":[]},", "]}}"),
        filled("{\"identity\":{\"agent_id\":\"", "x", "\"}}"),
        filled("{\"x", "x", "\":1}"),
        filled("{", "\n", "}"),
        filled("{", "\u{85}", "}"),
        numbered("{", |n| format!("\"k{n}\":0,"), "}"),
        numbered("{\"heartbeat\":{", |n| format!("\"interval{n}\":0,"), "}}"),
        numbered("{\"redact\":{\"arguments\":{", |n| format!("\"k{n}\":0,"), "}}}"),
        numbered("{\"redact\":{\"arguments\":{", |n| format!("\"k{n}\":[],"), "}}}"),
    ] {
        survives(&Given::default().file(text));
    }
}

#[test]
fn mistakes_are_counted_to_the_last_one() {
    let rule = |n: usize| json!({"id": n, "action": n, "command": vec![json!({}); 60], "tool_use": vec![json!(1); 60]});
    let text = json!({"heartbeat": {"interval_ms": 300}, "policy": {"rules": (0..1000).map(rule).collect::<Vec<_>>()}});
    let given = Given::default().file(text.to_string());
    survives(&given);
    let loaded = given.load();
    // In each rule: id, action, both targets, and every word of them.
    assert_eq!(loaded.problems[64].to_string(), format!("configuration: {} more problems", 1000 * (3 + 120) - 64));
    assert_eq!(loaded.config.heartbeat.interval_ms, 300);
    assert!(matches!(loaded.config.policy, PolicyConfig::Broken { .. }));
}

#[test]
fn options_nested_without_end_are_survived() {
    let mut options = json!({});
    for _ in 0..500 {
        options = json!({ "feed": options });
    }
    Given::default().options(options).says(&["plugin options: is nested deeper than 64 levels"]);
}

/// Maps are sorted lists: eighty thousand keys would take minutes to put in order.
#[test]
fn an_object_of_eighty_thousand_keys_is_refused_at_once() {
    let keys: serde_json::Map<_, _> = (0..80_000).rev().map(|key| (format!("k{key}"), json!(1))).collect();
    let object = Value::Object(keys);
    let why = "an object has more than 2048 keys";
    Given::default().options(object.clone()).says(&[&format!("plugin options: not valid JSON with comments: {why}")]);
    Given::default().file(object.to_string()).says(&[&format!("swarm.json:1: not valid JSON with comments: {why}")]);
}
