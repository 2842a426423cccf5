//! Profiles, defaults, and what holds when something is wrong.

use opencode_swarm_pack::config::{Decision, PolicyConfig, Profile};
use opencode_swarm_pack::policy::{ActionKind, Call, Gate};
use serde_json::json;

use crate::harness::{around, baseline, gate};

/// S0.37: unconfigured is baseline.
#[test]
fn baseline_denies_the_catastrophic_prompts_the_risky_and_allows_the_rest() {
    let gate = baseline();
    assert_eq!(gate.gate.profile(), Profile::Baseline);
    gate.denies("rm -rf /", "delete-system");
    gate.prompts("git push --force", "force-push");
    gate.is("npm test", Decision::Allow, "default");
}

/// S0.37: one word.
#[test]
fn strict_asks_for_whatever_changes_anything() {
    let gate = gate(r#"{ "profile": "strict" }"#);
    for command in ["npm test", "touch a", "echo x > a", "curl https://example.org", "git commit -m x", "./run.sh"] {
        gate.prompts(command, "strict");
    }
    for command in
        ["ls -la", "cat README.md | grep x", "git status && git diff", "cd src && pwd", "find . -name x", "echo hi"]
    {
        gate.allows(command);
    }
    gate.denies("rm -rf /", "delete-system");
    gate.tool("write", json!({ "filePath": "a", "content": "" }), Decision::Prompt, "strict");
    gate.tool("webfetch", json!({ "url": "https://example.org" }), Decision::Prompt, "strict");
    gate.tool("github_create_issue", json!({}), Decision::Prompt, "strict");
    gate.tool("read", json!({ "filePath": "a" }), Decision::Allow, "default");
    gate.tool("todowrite", json!({}), Decision::Allow, "default");
}

#[test]
fn permissive_denies_the_catastrophic_only() {
    let gate = gate(r#"{ "profile": "permissive" }"#);
    gate.denies("rm -rf ~", "delete-home");
    gate.allows("git push --force");
    gate.allows("cat .env");
}

#[test]
fn observe_decides_and_lets_pass() {
    let gate = gate(r#"{ "profile": "observe" }"#);
    let found = gate.bash("rm -rf /");
    assert_eq!((found.decision, found.would, found.rule.as_str()), (Decision::Allow, Decision::Deny, "delete-system"));
}

/// S0.43
#[test]
fn off_says_nothing() {
    let found = gate(r#"{ "profile": "off" }"#).bash("rm -rf /");
    assert_eq!((found.decision, found.would, found.rule.as_str()), (Decision::Allow, Decision::Allow, "off"));
}

/// S0.37: three kinds of action, three modes at once.
#[test]
fn each_kind_of_action_has_a_default_of_its_own() {
    let gate = gate(r#"{ "defaults": { "command_exec": "allow", "file_write": "prompt", "network_access": "deny" } }"#);
    gate.is("npm test", Decision::Allow, "default");
    gate.is("echo x > a", Decision::Prompt, "default");
    gate.is("curl https://example.org", Decision::Deny, "default");
    let found = gate.bash("echo x > a; curl https://example.org");
    assert_eq!((found.decision, found.action), (Decision::Deny, ActionKind::NetworkAccess));
}

#[test]
fn a_broken_policy_prompts_and_says_why() {
    let (gate, _) =
        Gate::new(&PolicyConfig::Broken { why: "swarm.json:3: policy.profile: no such word".to_owned() }, around());
    let args = json!({ "command": "npm test" });
    let inquiry = gate.inquire(&Call { session_id: "s", tool: "bash", args: Some(&args) });
    let found = gate.evaluate(&inquiry, &[]);
    assert_eq!((found.decision, found.rule.as_str()), (Decision::Prompt, "policy-broken"));
    assert_eq!(found.reason, "the policy cannot be used: swarm.json:3: policy.profile: no such word");
}

#[test]
fn unreadable_arguments_take_the_fail_mode() {
    let ask = |text: &str, tool: &str| {
        let asked = gate(text);
        let inquiry = asked.gate.inquire(&Call { session_id: "s", tool, args: None });
        let found = asked.gate.evaluate(&inquiry, &[]);
        (found.decision, found.rule, found.reason)
    };
    let says = |decision, reason: &str| (decision, "fail-mode".to_owned(), reason.to_owned());
    for tool in ["bash", "write", "edit", "apply_patch", "webfetch", "read", "github_x"] {
        assert_eq!(
            ask("{}", tool),
            says(Decision::Deny, "the arguments cannot be read, and fail_mode is closed"),
            "{tool}"
        );
        assert_eq!(
            ask(r#"{ "fail_mode": "open" }"#, tool),
            says(Decision::Allow, "the arguments cannot be read, and fail_mode is open"),
            "{tool}"
        );
    }
    baseline().tool("bash", json!({ "command": 3 }), Decision::Deny, "fail-mode");
    baseline().tool("write", json!({}), Decision::Deny, "fail-mode");
    baseline().tool("apply_patch", json!({ "patchText": "no patch" }), Decision::Deny, "fail-mode");
}

#[test]
fn a_denial_teaches() {
    let text = baseline().bash("rm -rf ~").denial();
    assert_eq!(
        text,
        "Not run, stopped by policy rule delete-home: `..` (deletes the home folder or what is in it). Instead: delete only what you made, by its full name. Do not try the same in other words."
            .replace("`..`", "`/home/u`")
    );
    let long = gate(&format!(
        r#"{{ "rules": [ {{ "id": "x", "action": "deny", "command": ["echo"], "reason": "{}" }} ] }}"#,
        "r".repeat(300)
    ));
    let text = long.bash(&format!("echo {}", "a".repeat(5_000))).denial();
    assert!(text.chars().count() <= 500, "{}", text.chars().count());
    assert!(text.contains("rule x") && text.contains("Instead: "));
}
