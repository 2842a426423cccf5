//! The one section that does not fall back.

use serde_json::json;

use super::{Given, file};
use crate::config::{Config, Decision, Policy, PolicyConfig, Profile, Target};

#[track_caller]
fn sound(config: Config) -> Policy {
    match config.policy {
        PolicyConfig::Sound(policy) => policy,
        PolicyConfig::Broken { why } => panic!("{why}"),
    }
}

/// A rule in the first line of a file with exactly these mistakes.
#[track_caller]
fn rule(rule: &str, says: &[&str]) {
    let says: Vec<String> = says.iter().map(|says| format!("swarm.json:1: policy.rules[0]{says}")).collect();
    let says: Vec<&str> = says.iter().map(String::as_str).collect();
    file(&format!(r#"{{"policy": {{"rules": [{rule}]}}}}"#)).says(&says);
}

#[test]
fn rules_are_read_with_every_target() {
    let text = r#"{"policy": {"profile": "strict", "defaults": {"file_read": "prompt"}, "rules": [
        {"id": "a", "action": "approve", "command": ["git", ["log", "diff"]]},
        {"id": "b", "action": "prompt", "file_read": ["~/.ssh/*"], "reason": "keys"},
        {"id": "c", "action": "deny", "tool_use": ["*"], "examples": {"match": ["x"], "no_match": []}}]}}"#;
    let policy = sound(file(text).config());
    assert_eq!(policy.profile, Profile::Strict);
    assert_eq!((policy.defaults.file_read, policy.defaults.file_write), (Decision::Prompt, Decision::Allow));
    let actions: Vec<Decision> = policy.rules.iter().map(|rule| rule.action).collect();
    assert_eq!(actions, [Decision::Allow, Decision::Prompt, Decision::Deny]);
    let Target::Command(words) = &policy.rules[0].target else { panic!("{:?}", policy.rules[0]) };
    let words: Vec<Vec<&str>> =
        words.iter().map(|word| word.alternatives().iter().map(|word| word.as_str()).collect()).collect();
    assert_eq!(words, [vec!["git"], vec!["log", "diff"]]);
    assert_eq!(policy.rules[2].examples.matches[0].as_str(), "x");
}

#[test]
fn a_rule_with_a_mistake_is_answered_with_what_to_write() {
    let one = "a rule has exactly one target; use \"command\", \"file_write\", \"file_read\", \"network_access\" or \"tool_use\"";
    let one = format!(": {one}");
    rule(r#"{"id": "a", "action": "deny"}"#, &[&one]);
    rule(r#"{"id": "a", "action": "deny", "command": ["x"], "tool_use": ["y"]}"#, &[&one]);
    rule("{}", &[": key \"id\" is missing", ": key \"action\" is missing", &one]);
    rule(r#"{"action": "deny", "command": ["x"]}"#, &[": key \"id\" is missing"]);
    rule(r#"{"id": "a", "command": ["x"]}"#, &[": key \"action\" is missing"]);
    rule(
        r#"{"id": "a b", "action": "deny", "command": ["x"]}"#,
        &[".id: use only letters, digits, \".\", \"_\" and \"-\""],
    );
    rule(
        r#"{"id": "a", "action": "forbid", "command": ["x"]}"#,
        &[".action: unknown word; use \"allow\", \"prompt\", \"deny\" or \"approve\""],
    );
    rule(r#"{"id": "a", "action": "deny", "command": []}"#, &[".command: is empty"]);
    rule(r#"{"id": "a", "action": "deny", "command": "git push"}"#, &[".command: expected a list, got a string"]);
    rule(r#"{"id": "a", "action": "deny", "command": ["git", []]}"#, &[".command[1]: is empty"]);
    rule(
        r#"{"id": "a", "action": "deny", "command": ["", ["x", ""]]}"#,
        &[".command[0]: is empty", ".command[1][1]: is empty"],
    );
    rule(
        r#"{"id": "a", "action": "deny", "command": [1, {"a": 1}, ["x", 2]]}"#,
        &[
            ".command[0]: expected a string or a list of strings, got a number",
            ".command[1]: expected a string or a list of strings, got an object",
            ".command[2][1]: expected a string, got a number",
        ],
    );
    rule(r#"{"id": "a", "action": "deny", "comand": ["x"]}"#, &[".comand: unknown key; did you mean \"command\"?"]);
    rule(
        r#"{"id": "a", "action": "deny", "network_access": ["https://x.example/y"]}"#,
        &[
            ".network_access[0]: not a host; use \"host\" or \"host:port\" with \"*\" for any characters, not an address with a path",
        ],
    );
    rule(
        r#"{"id": "a", "action": "deny", "command": ["x"], "examples": {"matches": [], "no_match": [1]}}"#,
        &[
            ".examples.matches: unknown key; did you mean \"match\"?",
            ".examples.no_match[0]: expected a string, got a number",
        ],
    );
    let reason = "x".repeat(301);
    rule(
        &format!(r#"{{"id": "a", "action": "deny", "command": ["x"], "reason": "{reason}"}}"#),
        &[".reason: has 301 bytes; use at most 300"],
    );
}

#[test]
fn ids_are_unique_and_rules_are_bounded() {
    let rule = |id: &str| format!(r#"{{"id": "{id}", "action": "deny", "command": ["x"]}}"#);
    let rules = [rule("a"), rule("b"), rule("a")].join(",\n");
    file(&format!(r#"{{"policy": {{"rules": [{rules}]}}}}"#))
        .says(&["swarm.json:3: policy.rules[2].id: another rule has the id \"a\"; give each its own"]);
    let rules: Vec<String> = (0..1001).map(|n| rule(&n.to_string())).collect();
    let text = |count: usize| format!(r#"{{"policy": {{"rules": [{}]}}}}"#, rules[..count].join(","));
    assert_eq!(sound(file(&text(1000)).config()).rules.len(), 1000);
    file(&text(1001)).says(&["swarm.json:1: policy.rules: has 1001 entries; use at most 1000"]);
}

/// While the policy of any source is wrong, every guarded action prompts, and the reason says why. S0.40
#[test]
fn a_wrong_policy_in_any_source_is_broken_and_says_why() {
    let right = r#"{"policy": {"profile": "off"}}"#;
    let wrong = json!({"policy": {"profile": "of"}});
    let words = "unknown word; use \"off\", \"observe\", \"permissive\", \"baseline\" or \"strict\"";
    for (given, why) in [
        (file(&wrong.to_string()), format!("swarm.json:1: policy.profile: {words}")),
        (file(&wrong.to_string()).env("SWARM_POLICY", "off"), format!("swarm.json:1: policy.profile: {words}")),
        (file(right).options(wrong.clone()), format!("plugin options: policy.profile: {words}")),
        (file(right).options(json!(7)), "plugin options: the configuration must be an object: { … }".to_owned()),
        (file(right).env("SWARM_POLICY", "of"), format!("environment: SWARM_POLICY: {words}")),
        (file(r#"{"polcy": {}}"#), "swarm.json:1: polcy: unknown key; did you mean \"policy\"?".to_owned()),
        (
            file(r#"{"policy": {}, "policy": {}}"#),
            "swarm.json:1: policy: key is given twice, first in line 1; keep one".to_owned(),
        ),
        (file(r#"{"policy": null}"#), "swarm.json:1: policy: expected an object, got null".to_owned()),
        (file("{"), "swarm.json:1: not valid JSON with comments: expected a key in double quotes, or \"}\"".to_owned()),
    ] {
        let config = given.says(&[&why]);
        assert_eq!(config.policy, PolicyConfig::Broken { why });
    }
}

#[test]
fn mistakes_elsewhere_leave_the_policy_alone() {
    let given = file(r#"{"policy": {"profile": "strict"}, "heartbeat": 1, "x": 2}"#).env("SWARM_HEARTBEAT", "x");
    let loaded = given.load();
    assert_eq!(loaded.problems.len(), 3);
    assert_eq!(sound(loaded.config).profile, Profile::Strict);
    assert_eq!(sound(Given::default().config()), Policy::default());
}
