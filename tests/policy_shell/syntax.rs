//! What bash accepts we accept, and what it refuses we doubt.

use opencode_swarm_pack::policy::shell::{Budget, Doubt, Given, read};

use super::bash;
use super::dice::{Dice, script, smaller, spoiled};

fn is_doubted(source: &str) -> bool {
    let given = Given { home: "/home/ada", user: "ada", cwd: "/repo", vars: &[] };
    read(source, &given, &mut Budget::default()).doubts.contains(&Doubt::Syntax)
}

#[test]
fn a_script_that_bash_accepts_is_read() {
    let mut refused = Vec::new();
    for start in 0..400 {
        let source = script(&mut Dice::new(start), 2);
        if bash::accepts(&source) && is_doubted(&source) {
            refused.push(source);
        }
    }
    for source in refused.iter().take(5) {
        println!("--- refused\n{}", smaller(source, |text| bash::accepts(text) && is_doubted(text)));
    }
    assert!(refused.is_empty(), "{} refused", refused.len());
}

/// Nobody agrees with bash in everything: it reads on after some errors, and some it only finds when it runs.
#[test]
fn a_script_that_bash_refuses_is_doubted() {
    let (mut missed, mut refused, mut invented, mut accepted) = (Vec::new(), 0, Vec::new(), 0);
    for start in 0..400 {
        let mut dice = Dice::new(start + 10_000);
        let source = script(&mut dice, 2);
        let source = spoiled(&mut dice, &source);
        match (bash::accepts(&source), is_doubted(&source)) {
            (true, true) => (accepted, invented) = (accepted + 1, [invented, vec![source]].concat()),
            (true, false) => accepted += 1,
            (false, false) => (refused, missed) = (refused + 1, [missed, vec![source]].concat()),
            (false, true) => refused += 1,
        }
    }
    println!("refused by bash {refused}, of these not doubted {}", missed.len());
    println!("accepted by bash {accepted}, of these doubted {}", invented.len());
    for source in missed.iter().take(8) {
        println!("--- not doubted\n{}", smaller(source, |text| !bash::accepts(text) && !is_doubted(text)));
    }
    for source in invented.iter().take(8) {
        println!("--- doubted\n{}", smaller(source, |text| bash::accepts(text) && is_doubted(text)));
    }
    assert!(missed.len() * 100 <= refused, "{} of {refused} not doubted", missed.len());
    assert!(invented.len() * 100 <= accepted * 3, "{} of {accepted} doubted", invented.len());
}
