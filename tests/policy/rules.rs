//! Rules of the user.

use opencode_swarm_pack::config::Decision;
use serde_json::json;

use crate::harness::gate;

fn one(rule: &str) -> crate::harness::Asked {
    gate(&format!(r#"{{ "rules": [ {rule} ] }}"#))
}

#[test]
fn a_command_rule_is_the_begin_of_a_command_whatever_options_stand_between() {
    let gate = one(
        r#"{ "id": "push", "action": "prompt", "command": ["git", "push"], "examples": { "match": ["git push", "git -C x push --force", "cd a && sudo git push"], "no_match": ["git pull", "echo git push"] } }"#,
    );
    assert_eq!(gate.problems, Vec::<String>::new());
    for command in [
        "git push",
        "git -C x push",
        "git --git-dir=a push -q",
        "A=b git push",
        "bash -c 'git push'",
        "/usr/bin/git push",
        "git -c a.b=c push",
    ] {
        gate.prompts(command, "push");
    }
    gate.allows("git pull");
    gate.allows("git log push");
}

#[test]
fn words_have_alternatives_and_patterns() {
    let gate = one(r#"{ "id": "x", "action": "deny", "command": ["npm", ["publish", "un*"]] }"#);
    gate.denies("npm publish --dry-run", "x");
    gate.denies("npm uninstall a", "x");
    gate.allows("npm install a");
}

#[test]
fn options_are_words_too() {
    let gate = one(r#"{ "id": "x", "action": "deny", "command": ["ls", "-R"] }"#);
    gate.denies("ls -laR src", "x");
    gate.allows("ls -la");
}

#[test]
fn a_tool_nobody_knows_may_have_values_behind_options() {
    let gate = one(r#"{ "id": "x", "action": "deny", "command": ["mytool", "drop"] }"#);
    gate.denies("mytool --conf a drop", "x");
    gate.denies("mytool drop", "x");
    gate.allows("mytool list");
}

#[test]
fn what_may_be_meant_is_asked_about() {
    let gate = one(r#"{ "id": "x", "action": "deny", "command": ["git", "push"] }"#);
    gate.prompts("git $VERB", "x");
    let gate = one(r#"{ "id": "x", "action": "deny", "network_access": ["*.example.org"] }"#);
    gate.stops("curl \"$URL\"");
}

#[test]
fn paths_are_relative_to_the_project_or_absolute() {
    let gate = one(
        r#"{ "id": "x", "action": "deny", "file_write": ["secrets/**", "**/.env*", "*.lock", "~/notes/*", "/srv/**"] }"#,
    );
    for path in
        ["secrets/a", "./secrets/a/b", "a/.env.local", ".env", "Cargo.lock", "a/Cargo.lock", "~/notes/a", "/srv/x"]
    {
        gate.tool("write", json!({ "filePath": path, "content": "" }), Decision::Deny, "x");
        gate.denies(&format!("echo a > {path}"), "x");
    }
    gate.denies("rm -rf secrets", "x");
    gate.denies("cd secrets && touch a", "x");
    gate.allows("echo a > src/secrets.rs");
}

#[test]
fn an_allowance_holds_for_the_real_path_too() {
    let mut gate = one(r#"{ "id": "x", "action": "allow", "file_write": ["build/**"] }"#);
    gate.links = vec![("/home/u/proj/build/out".to_owned(), "/etc".to_owned())];
    gate.stops("echo x > build/out/passwd");
}

#[test]
fn hosts_are_patterns_over_host_and_port() {
    let gate =
        one(r#"{ "id": "x", "action": "deny", "network_access": ["*.paste.example", "*:23", "one.example:8080"] }"#);
    for command in [
        "curl https://a.paste.example/x",
        "curl paste.example",
        "telnet any.example 23",
        "curl http://any.example:23",
        "curl one.example:8080",
    ] {
        gate.stops(command);
    }
    gate.tool("webfetch", json!({ "url": "https://A.Paste.Example./x" }), Decision::Deny, "x");
    // What of a URL is not known may stand behind its host.
    gate.denies("curl https://a.paste.example/$X", "x");
    gate.denies("curl \"https://a.paste.example/?k=$X\"", "x");
    gate.allows("curl one.example:8081");
}

#[test]
fn tools_are_patterns_over_names() {
    let gate = one(r#"{ "id": "x", "action": "prompt", "tool_use": ["github_*"] }"#);
    gate.tool("github_create_issue", json!({ "title": "x" }), Decision::Prompt, "x");
    gate.tool("linear_list", json!({}), Decision::Allow, "default");
}

#[test]
fn the_first_rule_holds_and_the_strictest_action() {
    let gate = gate(
        r#"{ "rules": [ { "id": "a", "action": "allow", "command": ["git", "push"] }, { "id": "b", "action": "deny", "command": ["git"] } ] }"#,
    );
    gate.is("git push --force", Decision::Allow, "a");
    gate.denies("git status", "b");
    gate.denies("git push && git status", "b");
    // What is allowed as a command is not allowed as what it does to files.
    let gate = one(r#"{ "id": "a", "action": "allow", "command": ["rm"] }"#);
    gate.denies("rm -rf ~", "delete-home");
}

#[test]
fn an_example_that_does_not_hold_is_named() {
    let gate = gate(
        r#"{ "rules": [
        { "id": "a", "action": "allow", "command": ["ls"] },
        { "id": "b", "action": "allow", "command": ["ls"] },
        { "id": "no-force-push", "action": "deny", "command": ["git", "push", "--force"], "examples": { "match": ["git push -f"], "no_match": ["git push --force x"] } } ] }"#,
    );
    assert_eq!(
        gate.problems,
        [
            "policy rule 3 (\"no-force-push\"): example \"git push -f\" does not match",
            "policy rule 3 (\"no-force-push\"): example \"git push --force x\" matches, and must not",
        ]
    );
    let gate = gate_of_all();
    assert_eq!(gate.problems, Vec::<String>::new());
}

fn gate_of_all() -> crate::harness::Asked {
    gate(
        r#"{ "rules": [
        { "id": "w", "action": "deny", "file_write": ["**/.env*"], "examples": { "match": [".env", "a/.env.x"], "no_match": ["env"] } },
        { "id": "r", "action": "deny", "file_read": ["~/.ssh/*"], "examples": { "match": ["~/.ssh/id_rsa"], "no_match": ["ssh"] } },
        { "id": "n", "action": "deny", "network_access": ["*.x.example", "*:23"], "examples": { "match": ["a.x.example", "https://a.x.example/b", "h:23"], "no_match": ["y.example"] } },
        { "id": "t", "action": "deny", "tool_use": ["a_*"], "examples": { "match": ["a_b"], "no_match": ["b_a"] } } ] }"#,
    )
}
