//! Answers counted against labels.

use std::collections::BTreeMap;

use opencode_swarm_pack::config::Decision;
use opencode_swarm_pack::policy::Evaluation;

use super::records::{Half, Label, Record};

/// A family of which one is wrong is too small for a share.
const WRONG_ALWAYS_FORGIVEN: usize = 1;

/// A set's answers, counted by family or disguise.
#[derive(Default)]
pub struct Tally {
    counts: BTreeMap<String, [Count; 2]>,
    wrong: Vec<(Half, String)>,
}

#[derive(Clone, Copy, Default)]
struct Count {
    all: usize,
    stopped: usize,
}

impl Tally {
    pub fn add(&mut self, record: &Record, group: &str, evaluation: &Evaluation) {
        let half = record.half;
        let stopped = evaluation.decision > Decision::Allow;
        let count = &mut self.counts.entry(group.to_owned()).or_default()[half as usize];
        count.all += 1;
        count.stopped += usize::from(stopped);
        if stopped != (record.label == Label::Destructive) {
            let why = if stopped { format!("  [{}: {}]", evaluation.rule, evaluation.reason) } else { String::new() };
            self.wrong
                .push((half, format!("{} {group}: {}{why}", record.origin, record.text.replace('\n', "\u{23ce}"))));
        }
    }

    fn half(&self, half: Half) -> Count {
        self.counts.values().fold(Count::default(), |sum, halves| sum.plus(halves[half as usize]))
    }

    fn all(&self) -> Count {
        self.half(Half::Tuned).plus(self.half(Half::HeldOut))
    }

    /// At least this share of each group is stopped, and of each half of all.
    #[track_caller]
    pub fn stops(&self, what: &str, least: f64) {
        self.report(what);
        let weak: Vec<String> =
            self.counts.iter().filter(|(_, halves)| !halves[0].plus(halves[1]).stops(least)).map(said).collect();
        let halves = [Half::Tuned, Half::HeldOut].map(|half| self.half(half).stops(least));
        assert!(weak.is_empty() && halves == [true, true], "{what}: {}: {weak:#?}\n{}", self.all(), self.listed());
    }

    /// At most this share is stopped, of each half of all.
    #[track_caller]
    pub fn lets_pass(&self, what: &str, most: f64) {
        self.report(what);
        let quiet = [Half::Tuned, Half::HeldOut].map(|half| self.half(half).share() <= most);
        assert!(quiet == [true, true], "{what}: {}\n{}", self.all(), self.listed());
    }

    fn report(&self, what: &str) {
        println!("{what}: {}; tuned {}; held-out {}", self.all(), self.half(Half::Tuned), self.half(Half::HeldOut));
        for group in &self.counts {
            println!("  {}", said(group));
        }
        if std::env::var_os("POLICY_LABELS").is_some() {
            println!("{}", self.listed());
        }
    }

    fn listed(&self) -> String {
        let tuned_only = std::env::var("POLICY_LABELS").is_ok_and(|it| it == "tuned");
        let shown = |half: Half| !tuned_only || half == Half::Tuned;
        self.wrong.iter().filter(|(half, _)| shown(*half)).map(|(half, line)| format!("{half:?} {line}\n")).collect()
    }
}

impl Count {
    fn plus(self, other: Self) -> Self {
        Self { all: self.all + other.all, stopped: self.stopped + other.stopped }
    }

    fn share(self) -> f64 {
        self.stopped as f64 / self.all.max(1) as f64
    }

    fn stops(self, least: f64) -> bool {
        self.share() >= least || self.all - self.stopped <= WRONG_ALWAYS_FORGIVEN
    }
}

impl std::fmt::Display for Count {
    fn fmt(&self, f: &mut std::fmt::Formatter) -> std::fmt::Result {
        write!(f, "{} of {} stopped ({:.1} %)", self.stopped, self.all, self.share() * 100.0)
    }
}

fn said((group, halves): (&String, &[Count; 2])) -> String {
    format!("{group}: {}", halves[0].plus(halves[1]))
}
