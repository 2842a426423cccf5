//! Hostile inputs: every one ends, within its steps, and says so where not all was read.

use super::{Budget, Doubt, GIVEN, read, script};

#[test]
fn more_than_64_kib_is_not_read() {
    let source = "a ".repeat(40 << 10);
    assert!(script(&source).doubts.contains(&Doubt::Bounds));
}

#[test]
fn nesting_has_a_bound() {
    let source = format!("{}rm{}", "$(".repeat(60), ")".repeat(60));
    assert_eq!(script(&source).doubts, []);
    let source = format!("{}rm{}", "$(".repeat(100), ")".repeat(100));
    assert_eq!(script(&source).doubts, [Doubt::Bounds]);
}

#[test]
fn the_budget_is_shared() {
    let mut budget = Budget::default();
    let source = "echo a b c\n".repeat(400);
    assert_eq!(read(&source, &GIVEN, &mut budget).doubts, []);
    assert_eq!(read(&source, &GIVEN, &mut budget).doubts, []);
    assert_eq!(read(&source, &GIVEN, &mut budget).doubts, [Doubt::Bounds]);
}
