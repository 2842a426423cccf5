//! The tools of the host, and those of others.

use opencode_swarm_pack::config::Decision;
use opencode_swarm_pack::policy::{ActionKind, Change};
use serde_json::json;

use crate::harness::baseline;

/// S0.3, S0.28: path relative to the worktree, size and lines, never content.
#[test]
fn a_write_is_its_path_and_size() {
    let found = baseline().tool(
        "write",
        json!({ "filePath": "/home/u/proj/src/a.rs", "content": "one\ntwo\n" }),
        Decision::Allow,
        "default",
    );
    let atom = &found.atoms[0].atom;
    assert_eq!((atom.kind, found.action), (ActionKind::FileWrite, ActionKind::FileWrite));
    let place = atom.place.as_ref().unwrap();
    assert_eq!((place.shown.as_str(), place.is_inside), ("src/a.rs", true));
    assert_eq!(atom.change, Some(Change { size_bytes: Some(8), insertions: Some(2), deletions: None }));
}

#[test]
fn each_file_of_a_patch_is_an_action() {
    let patch = "*** Begin Patch\n*** Add File: a\n+x\n*** Update File: b\n*** Move to: /etc/c\n@@\n-y\n+z\n+w\n*** Delete File: d\n*** End Patch";
    let found = baseline().tool("apply_patch", json!({ "patchText": patch }), Decision::Prompt, "system-write");
    let places: Vec<_> = found.atoms.iter().map(|judged| judged.atom.place.as_ref().unwrap().shown.as_str()).collect();
    assert_eq!(places, ["a", "b", "/etc/c", "d"]);
    assert_eq!(
        found.atoms[2].atom.change,
        Some(Change { size_bytes: Some(4), insertions: Some(2), deletions: Some(1) })
    );
}

/// S0.3
#[test]
fn each_tool_reaches_the_policy() {
    let gate = baseline();
    gate.tool(
        "edit",
        json!({ "filePath": "/home/u/.bashrc", "oldString": "a", "newString": "b" }),
        Decision::Prompt,
        "persistence",
    );
    gate.tool(
        "multiedit",
        json!({ "filePath": "/etc/passwd", "edits": [{ "oldString": "a", "newString": "b" }] }),
        Decision::Deny,
        "system-core",
    );
    gate.tool("read", json!({ "filePath": ".env" }), Decision::Prompt, "secret-read");
    gate.tool("read", json!({ "filePath": "src/a.rs" }), Decision::Allow, "default");
    gate.tool("webfetch", json!({ "url": "http://169.254.169.254/latest/meta-data" }), Decision::Prompt, "secret-read");
    gate.tool("webfetch", json!({ "url": "https://example.org/docs" }), Decision::Allow, "default");
    gate.tool("webfetch", json!({ "url": "file:///etc/shadow" }), Decision::Prompt, "secret-read");
    gate.tool("task", json!({ "prompt": "x" }), Decision::Allow, "default");
    gate.tool("grep", json!({ "pattern": "x" }), Decision::Allow, "default");
    gate.tool("grep", json!({ "pattern": ".", "path": "/home/u/.ssh/id_rsa" }), Decision::Prompt, "secret-read");
    gate.tool("server_tool", json!({ "a": 1 }), Decision::Allow, "default");
    gate.tool("server_run", json!({ "command": "rm -rf /" }), Decision::Deny, "delete-system");
}

/// S0.29
#[test]
fn a_command_runs_in_the_folder_it_names() {
    let gate = baseline();
    gate.tool("bash", json!({ "command": "rm -rf *", "workdir": "/" }), Decision::Deny, "delete-system");
    gate.tool("bash", json!({ "command": "rm -rf *", "workdir": "dist" }), Decision::Allow, "default");
    let found = gate.tool("bash", json!({ "command": "ls", "workdir": "src" }), Decision::Allow, "default");
    assert_eq!(found.atoms[0].atom.cwd.as_deref(), Some("/home/u/proj/src"));
    assert_eq!(found.atoms[0].atom.argv, ["ls"]);
}

#[test]
fn nothing_at_all_is_an_action_too() {
    for command in ["", "# a comment", "\n"] {
        let found = baseline().bash(command);
        assert_eq!((found.decision, found.atoms.len()), (Decision::Allow, 1));
    }
}

/// Symlinks count by what they are, deleted ones by what they are named.
#[test]
fn links_are_followed() {
    let mut gate = baseline();
    gate.links = vec![("/home/u/proj/l".to_owned(), "/etc".to_owned())];
    gate.denies("echo x > l/passwd", "system-core");
    gate.tool("write", json!({ "filePath": "l/sudoers", "content": "x" }), Decision::Deny, "system-core");
    gate.stops("rm -rf l/ssh");
    gate.allows("rm -f l");
}

/// A project may be where everybody may write: what matters in a project matters there, too.
#[test]
fn a_project_in_a_scratch_folder_is_a_project() {
    let mut around = crate::harness::around();
    (around.root, around.directory) = ("/tmp/x/proj".to_owned(), "/tmp/x/proj".to_owned());
    let (gate, _) = opencode_swarm_pack::policy::Gate::new(&crate::harness::policy("{}"), around);
    let says = |command: &str| {
        let args = json!({ "command": command });
        let call = opencode_swarm_pack::policy::Call { session_id: "s", tool: "bash", args: Some(&args) };
        gate.evaluate(&gate.inquire(&call), &[]).rule
    };
    assert_eq!(says("cat .env"), "secret-read");
    assert_eq!(says("rm -rf ."), "delete-project");
    assert_eq!(says("rm -rf .git"), "delete-project");
    assert_eq!(says("rm -rf dist ../other /tmp/y"), "default");
    assert_eq!(says("bash scripts/test.sh"), "default");
    assert_eq!(says("bash /tmp/test.sh"), "unknown-code");
}
