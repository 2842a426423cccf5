//! How many tests ran, read from the closing lines of the runners themselves.

use std::ops::AddAssign;

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
    pub passed: u32,
    pub failed: u32,
    /// Ignored, skipped or still to be written. Not expected here, so it is shown where there are any.
    pub skipped: u32,
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Counts) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// A program that prints how many of its tests passed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Runner {
    /// `cargo test`, also with wasm-bindgen's runner: one closing line for each test binary.
    Cargo,
    /// `node --test`: one number a line, at the end.
    Node,
}

impl Runner {
    pub fn counts(self, output: &str) -> Counts {
        match self {
            Runner::Cargo => cargo(output),
            Runner::Node => node(output),
        }
    }
}

/// `test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.03s`
fn cargo(output: &str) -> Counts {
    let mut counts = Counts::default();
    for line in output.lines() {
        let Some((_, result)) = line.trim_start().split_once("test result: ") else {
            continue;
        };
        let Some((_, numbers)) = result.split_once(". ") else {
            continue;
        };
        for part in numbers.split("; ") {
            match part.split_once(' ') {
                Some((n, "passed")) => counts.passed += number(n),
                Some((n, "failed")) => counts.failed += number(n),
                Some((n, "ignored")) => counts.skipped += number(n),
                Some(_) | None => {}
            }
        }
    }
    counts
}

/// `ℹ pass 12`, or `# pass 12` in its other format. The last of each counts: tests may print anything before.
fn node(output: &str) -> Counts {
    let last = |name: &str| {
        let value = |line: &str| {
            let rest = line.strip_prefix("ℹ ").or_else(|| line.strip_prefix("# "))?;
            rest.strip_prefix(name)?.strip_prefix(' ')?.trim().parse::<u32>().ok()
        };
        output.lines().rev().find_map(value).unwrap_or(0)
    };
    Counts { passed: last("pass"), failed: last("fail") + last("cancelled"), skipped: last("skipped") + last("todo") }
}

fn number(text: &str) -> u32 {
    text.parse().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_binaries_of_cargo_are_summed() {
        let output = "\
running 2 tests
test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s

running 3 tests
test result: FAILED. 1 passed; 1 failed; 1 ignored; 0 measured; 7 filtered out; finished in 1.20s
";
        let expected = Counts { passed: 3, failed: 1, skipped: 1 };
        assert_eq!(Runner::Cargo.counts(output), expected);
    }

    #[test]
    fn wasm_bindgens_runner_speaks_like_cargo() {
        let output = "test handles ... ok\n\n\
            test result: ok. 1 passed; 0 failed; 0 ignored; 0 filtered out; finished in 0.03s\n";
        assert_eq!(Runner::Cargo.counts(output), Counts { passed: 1, ..Counts::default() });
    }

    #[test]
    fn both_formats_of_node_are_read() {
        let expected = Counts { passed: 4, failed: 3, skipped: 1 };
        let output = "ℹ tests 8\nℹ suites 0\nℹ pass 4\nℹ fail 2\nℹ cancelled 1\nℹ skipped 1\nℹ todo 0\n";
        assert_eq!(Runner::Node.counts(output), expected);
        assert_eq!(Runner::Node.counts(&output.replace('ℹ', "#")), expected);
    }

    #[test]
    fn a_test_that_prints_a_count_is_not_counted() {
        let output = "# pass 900\nℹ pass 4\nℹ fail 0\n";
        assert_eq!(Runner::Node.counts(output), Counts { passed: 4, ..Counts::default() });
    }

    #[test]
    fn output_without_closing_lines_counts_nothing() {
        for runner in [Runner::Cargo, Runner::Node] {
            assert_eq!(runner.counts("error: could not compile\n"), Counts::default());
            assert_eq!(runner.counts(""), Counts::default());
        }
    }
}
