//! Usage over random histories, beside a plain reference that keeps every step and adds.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing, reason = "a test may panic")]

mod common;

use std::collections::{BTreeMap, BTreeSet};

use common::Harness;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Session n is a child of the session its entry names: a root with children, grandchildren, and another root.
const PARENTS: [Option<usize>; 6] = [None, Some(0), Some(0), Some(1), None, Some(4)];
const MODELS: [&str; 3] = ["m", "n", "o"];

/// What the host says.
#[derive(Clone, Debug)]
enum Said {
    Busy(usize),
    /// The model of the answer, with the sums of the message, which are no step and must not be counted.
    Message(usize, usize),
    /// A step of a session; the same number is the same step, said again.
    Step(usize, u16),
    Retry(usize),
    Compacted(usize),
    Aborted(usize),
    Idle(usize),
    Pass(u64),
}

fn said() -> impl Strategy<Value = Said> {
    let session = 0..PARENTS.len();
    prop_oneof![
        3 => session.clone().prop_map(Said::Busy),
        3 => (session.clone(), 0..MODELS.len()).prop_map(|(s, model)| Said::Message(s, model)),
        8 => (session.clone(), 0..60_u16).prop_map(|(s, step)| Said::Step(s, step)),
        1 => session.clone().prop_map(Said::Retry),
        1 => session.clone().prop_map(Said::Compacted),
        1 => session.clone().prop_map(Said::Aborted),
        3 => session.prop_map(Said::Idle),
        1 => (0..9_000_u64).prop_map(Said::Pass),
    ]
}

/// Tokens and money; the money in millionths of a cent.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Sum {
    tokens: [u64; 5],
    cost: u128,
}

impl Sum {
    fn add(&mut self, other: Self) {
        for (sum, more) in self.tokens.iter_mut().zip(other.tokens) {
            *sum += more;
        }
        self.cost += other.cost;
    }

    fn read(amounts: &Value) -> Self {
        let names = ["input_tokens", "output_tokens", "reasoning_tokens", "cache_read_tokens", "cache_write_tokens"];
        let tokens = names.map(|name| amounts[name].as_u64().unwrap());
        assert_eq!(amounts["total_tokens"].as_u64().unwrap(), tokens.iter().sum::<u64>(), "{amounts}");
        let (whole, part) = amounts["cost_usd"]
            .as_str()
            .unwrap()
            .split_once('.')
            .unwrap_or((amounts["cost_usd"].as_str().unwrap(), ""));
        Self { tokens, cost: format!("{whole}{part:0<8}").parse().unwrap() }
    }

    /// Whole cents, half to even.
    fn cents(self) -> i64 {
        let (cents, rest) = ((self.cost / 1_000_000) as i64, self.cost % 1_000_000);
        cents + i64::from(rest > 500_000 || (rest == 500_000 && cents % 2 == 1))
    }
}

/// What a step takes: made of its numbers, so that the same step always takes the same.
fn taken(session: usize, step: u16) -> Sum {
    let (s, n) = (session as u64, u64::from(step));
    // Many are half a cent or a little beside it.
    Sum { tokens: [n * 7 + s, n, n % 3, n * n, s], cost: u128::from(n % 5) * 500_000 + u128::from(n % 2) }
}

#[derive(Default)]
struct Reference {
    seen: BTreeSet<(usize, u16)>,
    steps: Vec<(usize, usize, Sum)>,
    model: [Option<usize>; 6],
}

impl Reference {
    fn step(&mut self, session: usize, step: u16) {
        if self.seen.insert((session, step)) {
            let model = self.model[session].map_or(usize::MAX, |model| model);
            self.steps.push((session, model, taken(session, step)));
        }
    }

    fn of(&self, is_counted: impl Fn(usize, usize) -> bool) -> Sum {
        let mut sum = Sum::default();
        self.steps
            .iter()
            .filter(|(session, model, _)| is_counted(*session, *model))
            .for_each(|(_, _, taken)| sum.add(*taken));
        sum
    }
}

fn is_below(session: usize, above: usize) -> bool {
    session == above || PARENTS[session].is_some_and(|parent| is_below(parent, above))
}

fn say(h: &mut Harness, said: &Said, reference: &mut Reference) {
    let id = |session: &usize| format!("ses_{session}");
    match said {
        Said::Busy(s) => h.busy(&id(s)),
        Said::Message(s, model) => {
            reference.model[*s] = Some(*model);
            let tokens = json!({ "input": 999, "output": 999, "reasoning": 0, "cache": { "read": 0, "write": 0 } });
            let info = json!({ "role": "assistant", "providerID": "lab", "modelID": MODELS[*model], "tokens": tokens, "cost": 9.5 });
            for _ in 0..2 {
                h.event("message.updated", &id(s), json!({ "info": info }));
            }
        }
        Said::Step(s, step) => {
            reference.step(*s, *step);
            let Sum { tokens: [input, output, reasoning, read, write], cost } = taken(*s, *step);
            let tokens = json!({ "input": input, "output": output, "reasoning": reasoning, "cache": { "read": read, "write": write } });
            let part = json!({ "type": "step-finish", "id": format!("prt_{step}"), "tokens": tokens, "cost": cost as f64 / 1e8 });
            h.event("message.part.updated", &id(s), json!({ "part": part }));
        }
        Said::Retry(s) => h.event("session.status", &id(s), json!({ "status": { "type": "retry" } })),
        Said::Compacted(s) => h.event("session.compacted", &id(s), json!({})),
        Said::Aborted(s) => h.failed(&id(s), "MessageAbortedError"),
        Said::Idle(s) => h.idle(&id(s)),
        Said::Pass(ms) => h.pass(*ms, 0),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    /// S0.27: whatever is repeated, retried, compacted or cut off, each session, each tree and each model sums to what its
    /// steps took, and the turns to their session.
    #[test]
    fn usage_is_the_sum_of_its_steps(history in prop::collection::vec(said(), 1..250)) {
        let mut h = Harness::with_options(json!({ "heartbeat": { "enabled": false } }));
        let mut reference = Reference::default();
        for (session, parent) in PARENTS.iter().enumerate() {
            match parent {
                None => h.created(&format!("ses_{session}")),
                Some(parent) => h.created_below(&format!("ses_{session}"), &format!("ses_{parent}")),
            }
        }
        for said in &history {
            say(&mut h, said, &mut reference);
        }
        h.stop();
        let mut last: BTreeMap<&str, &Value> = BTreeMap::new();
        let mut turns: BTreeMap<&str, Sum> = BTreeMap::new();
        let mut turn_cents: BTreeMap<&str, i64> = BTreeMap::new();
        for line in h.of_type("swarm.usage") {
            let (session, payload) = (line["session_id"].as_str().unwrap(), &line["payload"]);
            last.insert(session, payload);
            if payload["scope"] == "turn" {
                turns.entry(session).or_default().add(Sum::read(&payload["turn"]));
                *turn_cents.entry(session).or_default() += payload["turn"]["total_cost_cents"].as_i64().unwrap();
            }
        }
        for session in 0..PARENTS.len() {
            let id = format!("ses_{session}");
            let (own, tree) = (reference.of(|s, _| s == session), reference.of(|s, _| is_below(s, session)));
            let Some(payload) = last.get(id.as_str()) else {
                prop_assert_eq!(tree, Sum::default());
                continue;
            };
            prop_assert_eq!(&payload["scope"], "session");
            prop_assert_eq!(Sum::read(payload), own);
            prop_assert_eq!(payload["total_cost_cents"].as_i64().unwrap(), own.cents());
            prop_assert_eq!(payload.get("tree").map_or(own, Sum::read), tree);
            for told in payload["models"].as_array().into_iter().flatten() {
                let name = told["model"].as_str().unwrap();
                let model = MODELS.iter().position(|model| name == format!("lab/{model}")).unwrap_or(usize::MAX);
                prop_assert_eq!(Sum::read(told), reference.of(|s, m| s == session && m == model), "{}", name);
            }
            let models = payload["models"].as_array().map_or(0, Vec::len);
            let counted: BTreeSet<usize> = reference.steps.iter().filter(|(s, ..)| *s == session).map(|(_, model, _)| *model).collect();
            prop_assert_eq!(models, counted.len());
            // Steps outside of any turn belong to the next one; those after the last belong to none.
            let of_turns = turns.get(id.as_str()).copied().unwrap_or_default();
            prop_assert!(of_turns.cost <= own.cost && of_turns.tokens.iter().zip(own.tokens).all(|(turn, all)| *turn <= all));
            if of_turns == own {
                prop_assert_eq!(turn_cents.get(id.as_str()).copied().unwrap_or_default(), own.cents());
            }
        }
    }
}
