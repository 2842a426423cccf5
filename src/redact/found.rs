//! What was found, and the text without it.

use std::borrow::Cow;
use std::cmp::Reverse;

use serde::Serialize;

use super::scan::MARKER;
use super::text::Text;

/// One stretch that was replaced.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
pub struct Redaction {
    /// Why.
    pub rule: &'static str,
    /// Where it began in the text that was given, in bytes.
    pub start: usize,
    /// Where it ended.
    pub end: usize,
}

/// A text without secrets.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Redacted<'t> {
    /// The text; borrowed when nothing was found.
    pub text: Cow<'t, str>,
    /// What was replaced, in order, nothing overlapping.
    pub redactions: Vec<Redaction>,
}

impl Redacted<'_> {
    /// The rules that were used, each once, in alphabetical order.
    #[must_use]
    pub fn rules(&self) -> Vec<&'static str> {
        sorted(self.redactions.iter().map(|redaction| redaction.rule))
    }
}

/// The text with what was found replaced.
pub fn replaced(text: &str, redactions: Vec<Redaction>) -> Redacted<'_> {
    if redactions.is_empty() {
        return Redacted { text: Cow::Borrowed(text), redactions };
    }
    let mut result = String::with_capacity(text.len());
    let mut from = 0;
    for redaction in &redactions {
        result.push_str(text.get(from..redaction.start).unwrap_or_default());
        result.push_str("[redacted:");
        result.push_str(redaction.rule);
        result.push(']');
        from = redaction.end;
    }
    result.push_str(text.get(from..).unwrap_or_default());
    Redacted { text: Cow::Owned(result), redactions }
}

/// What was found, and what was found after that was replaced, as places in the first text. Neither overlaps the other.
pub fn with_more(found: &[Redaction], more: &[Redaction]) -> Vec<Redaction> {
    let mut all = found.to_vec();
    let mut next = found.iter().peekable();
    // How far a place in the second text lies behind the same place in the first.
    let mut shift = 0_isize;
    for redaction in more {
        while let Some(before) = next.next_if(|before| before.start.saturating_add_signed(shift) < redaction.start) {
            shift += (MARKER.len() + before.rule.len() + 1).cast_signed() - (before.end - before.start).cast_signed();
        }
        let back = |place: usize| place.saturating_add_signed(-shift);
        all.push(Redaction { rule: redaction.rule, start: back(redaction.start), end: back(redaction.end) });
    }
    in_order(all)
}

/// In order, nothing overlapping, on the bounds of characters. Of two that overlap one remains that covers both.
pub fn merge(mut found: Vec<Redaction>, text: Text<'_>) -> Vec<Redaction> {
    for redaction in &mut found {
        while is_inside_character(text.at(redaction.start)) {
            redaction.start -= 1;
        }
        while is_inside_character(text.at(redaction.end)) {
            redaction.end += 1;
        }
    }
    let found = in_order(found);
    let mut merged: Vec<Redaction> = Vec::with_capacity(found.len());
    for redaction in found {
        match merged.last_mut() {
            Some(last) if redaction.start < last.end => last.end = last.end.max(redaction.end),
            _ => merged.push(redaction),
        }
    }
    merged
}

const fn is_inside_character(byte: u8) -> bool {
    byte & 0xc0 == 0x80
}

/// By place; of two that begin together, the longer one first. Nearly always they are so already, or are a few lists that
/// are; what the standard sort has for everything else is kilobytes.
fn in_order(mut found: Vec<Redaction>) -> Vec<Redaction> {
    if found.is_sorted_by_key(order) {
        return found;
    }
    let second = in_order(found.split_off(found.len() / 2));
    let first = in_order(found);
    let mut all = Vec::with_capacity(first.len() + second.len());
    let mut first = first.into_iter().peekable();
    for redaction in second {
        while let Some(before) = first.next_if(|before| order(before) <= order(&redaction)) {
            all.push(before);
        }
        all.push(redaction);
    }
    all.extend(first);
    all
}

const fn order(redaction: &Redaction) -> (usize, Reverse<usize>) {
    (redaction.start, Reverse(redaction.end))
}

/// Each once, in alphabetical order. There are few.
pub fn sorted<T: Ord>(items: impl Iterator<Item = T>) -> Vec<T> {
    let mut all = Vec::new();
    for item in items {
        if let Err(place) = all.binary_search(&item) {
            all.insert(place, item);
        }
    }
    all
}
