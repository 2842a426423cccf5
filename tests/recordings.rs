//! Every recording of the real host through the core: what is written is what stands in `tests/data/golden`.
//!
//! After a change that is meant: `UPDATE_GOLDEN=1 cargo test --test recordings`, then read the diff line by line.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;
#[path = "../examples/replay.rs"]
#[allow(dead_code, reason = "its main is not used here")]
mod replay;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

fn recordings() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/host-1.18.33");
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 19, "{} recordings", files.len());
    files
}

fn lines(file: &Path) -> Vec<String> {
    replay::replay(&fs::read_to_string(file).unwrap()).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

#[test]
fn recordings_give_their_golden_lines() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/golden");
    let mut stale = Vec::new();
    for file in recordings() {
        let name = file.file_name().unwrap();
        let made = lines(&file).join("\n") + "\n";
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(golden.join(name), &made).unwrap();
        }
        if fs::read_to_string(golden.join(name)).unwrap_or_default() != made {
            stale.push(name.to_owned());
        }
    }
    assert!(
        stale.is_empty(),
        "other lines than golden: {stale:?}; run: UPDATE_GOLDEN=1 cargo test --test recordings, and read the diff"
    );
}

/// S0.2, S0.14, S0.15, S0.16, S0.18, S0.19, S0.47, S0.48: whatever the host said, every line is valid and numbered.
#[test]
fn recordings_give_valid_lines_only() {
    for file in recordings() {
        let mut boots: BTreeMap<String, common::Checker> = BTreeMap::new();
        for line in lines(&file) {
            let boot_id = serde_json::from_str::<Value>(&line).unwrap()["boot_id"].as_str().unwrap().to_owned();
            let line = boots.entry(boot_id).or_default().check(&format!("{line}\n"), 8_192);
            for key in ["agent_id", "workspace_id", "node_id", "session_id"] {
                assert!(line[key].is_string(), "{line}");
            }
        }
    }
}

/// The number of turns that each recorded person or program asked for is the number of turns that ended.
#[test]
fn recordings_have_one_turn_end_for_each_turn() {
    let expected = [
        ("a-plain-text", vec!["completed"]),
        ("a2-reasoning-json", vec!["completed"]),
        ("f-subtask", vec!["completed"]),
        ("g-abort", vec!["aborted", "aborted"]),
        ("j-two-directories", vec!["completed", "completed", "completed"]),
        ("k-user-shell", vec!["completed", "completed"]),
        ("m-compaction", vec!["completed", "completed"]),
    ];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/host-1.18.33");
    for (name, reasons) in expected {
        let found: Vec<_> = lines(&folder.join(format!("{name}.jsonl")))
            .iter()
            .map(|line| serde_json::from_str::<Value>(line).unwrap())
            .filter(|line| line["event_type"] == "swarm.turn.finished")
            .map(|line| line["payload"]["reason"].as_str().unwrap().to_owned())
            .collect();
        assert_eq!(found, reasons, "{name}");
    }
}
