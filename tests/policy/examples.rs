//! The policies in `examples/policy/`: each loads without a problem, and the examples of its rules hold.

use opencode_swarm_pack::sorted::Sorted;
use std::fs;

use opencode_swarm_pack::config::{self, Decision, EnvNames, FileSource, Sources};
use opencode_swarm_pack::policy::{Call, Gate};
use serde_json::json;

use crate::harness::around;

fn load(name: &str) -> Gate {
    let path = format!("{}/examples/policy/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let text = fs::read_to_string(&path).unwrap();
    let (env, env_names) = (Sorted::NEW, EnvNames::default());
    let file = FileSource { path: &path, text: Ok(&text) };
    let loaded = config::load(&Sources { file: Some(file), options: None, env: &env, env_names: &env_names });
    assert_eq!(loaded.problems, [], "{name}");
    let (gate, problems) = Gate::new(&loaded.config.policy, around());
    assert_eq!(problems, [], "{name}");
    gate
}

#[track_caller]
fn says(gate: &Gate, command: &str, decision: Decision, rule: &str) {
    let args = json!({ "command": command });
    let found = gate.evaluate(&gate.inquire(&Call { session_id: "s", tool: "bash", args: Some(&args) }), &[]);
    assert_eq!((found.decision, found.rule.as_str()), (decision, rule), "{command}: {}", found.reason);
}

#[test]
fn the_solo_policy_is_quiet_until_it_matters() {
    let gate = load("solo");
    says(&gate, "npm test && git push origin me/fix", Decision::Allow, "default");
    says(&gate, "git push --force-with-lease origin me/fix", Decision::Allow, "my-branches");
    says(&gate, "git push origin main", Decision::Deny, "no-main");
    says(&gate, "docker compose down -v", Decision::Allow, "test-volumes");
    says(&gate, "cat .env", Decision::Deny, "env-example-only");
    says(&gate, "rm -rf ~", Decision::Deny, "delete-home");
}

#[test]
fn the_fleet_policy_asks_about_what_leaves_the_machine() {
    let gate = load("fleet");
    says(&gate, "npm test", Decision::Allow, "default");
    says(&gate, "git push", Decision::Prompt, "pushes-ask");
    says(&gate, "npm publish", Decision::Deny, "releases-never");
    says(&gate, "echo x > .github/workflows/ci.yml", Decision::Prompt, "pipelines-ask");
    says(&gate, "curl https://a.ngrok.io", Decision::Deny, "no-pastebins");
}

#[test]
fn the_runner_policy_allows_a_list() {
    let gate = load("runner");
    says(&gate, "ls -la && git status && npm test", Decision::Allow, "look");
    says(&gate, "echo x > src/a.ts", Decision::Allow, "look");
    says(&gate, "echo x > package.json", Decision::Deny, "default");
    says(&gate, "npm ci", Decision::Deny, "no-install");
    says(&gate, "./unknown.sh", Decision::Prompt, "default");
    says(&gate, "curl https://example.org", Decision::Deny, "default");
}
