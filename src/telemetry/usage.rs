//! What sessions took: tokens and money, by model, each step counted once.

use std::collections::VecDeque;
use std::ops::AddAssign;

use super::cost::Cost;
use crate::input::Tokens;
use crate::limits::{MODELS_MAX, STEPS_REMEMBERED};
use crate::sorted::Sorted;

/// Tokens and money.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Taken {
    /// Tokens.
    pub tokens: Tokens,
    /// Money.
    pub cost: Cost,
}

impl Taken {
    /// Whether nothing was taken.
    #[must_use]
    pub fn is_nothing(&self) -> bool {
        *self == Self::default()
    }
}

impl AddAssign for Taken {
    fn add_assign(&mut self, other: Self) {
        let Tokens { input, output, reasoning, cache_read, cache_write } = other.tokens;
        let sum = &mut self.tokens;
        sum.input = sum.input.saturating_add(input);
        sum.output = sum.output.saturating_add(output);
        sum.reasoning = sum.reasoning.saturating_add(reasoning);
        sum.cache_read = sum.cache_read.saturating_add(cache_read);
        sum.cache_write = sum.cache_write.saturating_add(cache_write);
        self.cost += other.cost;
    }
}

/// The usage of one session, and of all sessions below it.
#[derive(Clone, Debug, Default)]
pub struct Usage {
    seen: Sorted<String, ()>,
    order: VecDeque<String>,
    /// Since the turn began.
    pub turn: Taken,
    /// Since this boot, this session alone.
    pub session: Taken,
    /// Since this boot, this session and those below it.
    pub tree: Taken,
    /// This session's, by `provider/model`; the empty name for a step of unknown model.
    pub models: Sorted<String, Taken>,
}

impl Usage {
    /// Counts a step. Gives nothing where it was counted before.
    pub fn count(&mut self, step_id: &str, model: &str, taken: Taken) -> Option<Taken> {
        if self.seen.insert(step_id.to_owned(), ()).is_some() {
            return None;
        }
        self.order.push_back(step_id.to_owned());
        if self.order.len() > STEPS_REMEMBERED
            && let Some(oldest) = self.order.pop_front()
        {
            self.seen.remove(&oldest);
        }
        self.turn += taken;
        self.session += taken;
        self.tree += taken;
        // Beyond the bound a model's share goes to the unknown one: the sums stay true.
        let is_known = self.models.contains(&model.to_owned()) || self.models.len() < MODELS_MAX;
        let name = if is_known { model } else { "" };
        if let Some(share) = self.models.get_or_insert_with(name.to_owned(), Taken::default) {
            *share += taken;
        }
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(input: u64, usd: f64) -> Taken {
        Taken { tokens: Tokens { input, ..Tokens::default() }, cost: Cost::from_usd(usd) }
    }

    /// S0.27: no double count, whatever the host repeats.
    #[test]
    fn a_step_counts_once() {
        let mut usage = Usage::default();
        assert!(usage.count("prt_1", "lab/m", taken(10, 0.5)).is_some());
        assert!(usage.count("prt_1", "lab/m", taken(10, 0.5)).is_none());
        assert!(usage.count("prt_2", "lab/n", taken(5, 0.25)).is_some());
        assert_eq!(usage.session, taken(15, 0.75));
        assert_eq!(usage.models.get(&"lab/m".to_owned()), Some(&taken(10, 0.5)));
    }

    #[test]
    fn models_beyond_the_bound_are_one_and_the_sum_stays_true() {
        let mut usage = Usage::default();
        for n in 0..100 {
            usage.count(&format!("prt_{n}"), &format!("lab/{n}"), taken(1, 0.0));
        }
        assert_eq!(usage.models.len(), MODELS_MAX + 1);
        assert_eq!(usage.models.values().map(|taken| taken.tokens.input).sum::<u64>(), 100);
    }
}
