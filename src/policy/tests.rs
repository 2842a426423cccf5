//! The table, held against its own examples; and what other tests of the gate ask with.

use super::commands::{SPECIALS, row::Row, tables};
use super::danger::{DANGERS, danger};
use super::{Call, Evaluation, Gate, Surroundings};
use crate::config::{Decision, PolicyConfig};

fn gate() -> Gate {
    let around = Surroundings {
        home: "/home/u".to_owned(),
        user: "u".to_owned(),
        root: "/home/u/proj".to_owned(),
        directory: "/home/u/proj".to_owned(),
        control_ports: vec![4777],
        ..Surroundings::default()
    };
    Gate::new(&PolicyConfig::Sound(crate::config::Policy::default()), around).0
}

fn decide(gate: &Gate, command: &str) -> Evaluation {
    let args = serde_json::json!({ "command": command });
    let inquiry = gate.inquire(&Call { session_id: "s", tool: "bash", args: Some(&args) });
    gate.evaluate(&inquiry, &[])
}

/// Each is stopped by that rule under the default profile.
pub(super) fn stops(commands: &[(&str, &str)]) {
    let gate = gate();
    for (command, rule) in commands {
        let found = decide(&gate, command);
        assert!(
            found.decision != Decision::Allow && found.rule == *rule,
            "{command}: {:?} {}",
            found.decision,
            found.rule
        );
    }
}

/// Each is allowed under the default profile.
pub(super) fn passes(commands: &[&str]) {
    let gate = gate();
    for command in commands {
        let found = decide(&gate, command);
        assert_eq!(found.decision, Decision::Allow, "{command}: {}", found.rule);
    }
}

fn rows() -> impl Iterator<Item = &'static Row> {
    tables::FAMILIES.iter().copied().flatten()
}

#[test]
fn every_row_does_what_its_examples_say() {
    let gate = gate();
    let mut wrong = Vec::new();
    for row in rows() {
        assert!(!row.examples.is_empty(), "{} has no example", row.names);
        for (expected, example) in row.examples {
            let found = decide(&gate, example);
            let word = match found.decision {
                Decision::Allow => "allow",
                Decision::Prompt => "prompt",
                Decision::Deny => "deny",
            };
            if word != *expected {
                wrong.push(format!("{expected} {example}\n      is {word} by {}: {}", found.rule, found.reason));
            }
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_name_stands_in_one_row() {
    let gate = super::commands::Names::new();
    assert!(
        gate.all().is_sorted_by(|one, next| one.0 < next.0),
        "{:?}",
        gate.all().windows(2).filter(|pair| pair[0].0 >= pair[1].0).map(|pair| pair[0].0).collect::<Vec<_>>()
    );
}

#[test]
fn every_rule_and_special_that_a_row_names_is_there() {
    for row in rows() {
        for (tests, effects) in row.clauses() {
            assert!(!effects.trim().is_empty(), "{}: {tests}", row.names);
            for effect in effects.split_ascii_whitespace() {
                let is_known = match effect.split_at(1) {
                    _ if effect.contains('?') => effect.split_once('?').is_some_and(|(_, rule)| danger(rule).is_some()),
                    ("+", _) => true,
                    ("!", rule) => DANGERS.iter().any(|danger| danger.id == rule),
                    ("&", name) => super::glob::is_one_of(SPECIALS, name),
                    (
                        "r" | "w" | "d" | "t" | "m" | "u" | "h" | "g" | "x" | "X" | "s" | "S" | "R" | "c" | "f",
                        which,
                    ) => {
                        let which = which.split_once(':').map_or(which, |(_, which)| which);
                        matches!(which, "*" | "-" | "--" | "-1" | "<" | "1" | "2" | "3" | "1-" | "2-" | "3-")
                            || which.starts_with('=')
                    }
                    _ => matches!(effect, "pure" | "n"),
                };
                assert!(is_known, "{}: {effect}", row.names);
            }
        }
        for line in row
            .text
            .split('\n')
            .map(str::trim)
            .filter(|line| !line.contains(" : ") && !line.starts_with(": ") && !line.is_empty())
        {
            assert!(
                ["opts ", "bare ", "dash1", "plus", "first", "help"].iter().any(|head| line.starts_with(head)),
                "{}: {line}",
                row.names
            );
        }
    }
}
