//! The answer of the gate, with its evidence.

use super::action::{ActionKind, Atom};
use super::danger::danger;
use crate::config::Decision;

/// What the policy says about a call, and why.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Evaluation {
    /// What holds: the strictest over all atoms, after the profile.
    pub decision: Decision,
    /// What would hold if the profile blocked at all; differs from `decision` only in `observe`.
    pub would: Decision,
    /// The rule that decided.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// The kind of the atom that decided.
    pub action: ActionKind,
    /// Everything the call would do, each with its own decision. At least one.
    pub atoms: Vec<Judged>,
}

/// An atom with its decision.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Judged {
    /// The decision on it alone.
    pub decision: Decision,
    /// The rule that decided.
    pub rule: String,
    /// Why.
    pub reason: String,
    /// What it is about.
    pub atom: Atom,
}

/// Longest denial, in characters: a model reads it whole.
const DENIAL_CHARS_MAX: usize = 500;
/// Characters of what was stopped.
const SHOWN_CHARS_MAX: usize = 120;
/// Characters of the reason; a user's rule may have one of 300 bytes.
const REASON_CHARS_MAX: usize = 200;

impl Evaluation {
    /// The text for the model: what was stopped, which rule, what to do instead. The caller redacts it.
    #[must_use]
    pub fn denial(&self) -> String {
        let stopped = self
            .atoms
            .iter()
            .find(|judged| judged.decision == self.would)
            .map(|judged| judged.atom.shown())
            .unwrap_or_default();
        let instead = danger(&self.rule).map_or("do it another way, or ask the user", |danger| danger.instead);
        let mut text = String::from("Not run, stopped by policy rule ");
        text.push_str(&self.rule);
        if !stopped.is_empty() {
            text.push_str(": `");
            push_cut(&mut text, &stopped, SHOWN_CHARS_MAX);
            text.push('`');
        }
        text.push_str(" (");
        push_cut(&mut text, &self.reason, REASON_CHARS_MAX);
        text.push_str("). Instead: ");
        text.push_str(instead);
        text.push_str(". Do not try the same in other words.");
        let mut whole = String::new();
        push_cut(&mut whole, &text, DENIAL_CHARS_MAX);
        whole
    }
}

impl Atom {
    /// The action in a few words: the command, the file, the host or the tool.
    #[must_use]
    pub fn shown(&self) -> String {
        let host = || {
            let host = self.host.as_deref()?;
            Some(self.port.map_or_else(|| host.to_owned(), |port| [host, ":", &port.to_string()].concat()))
        };
        if !self.argv.is_empty() {
            return self.argv.join(" ");
        }
        let place = self.place.as_ref().map(|place| place.shown.clone());
        place.or_else(host).or_else(|| self.tool.clone()).or_else(|| self.doubt.map(str::to_owned)).unwrap_or_default()
    }
}

/// Adds a text on one line, cut with the cut marked.
fn push_cut(to: &mut String, text: &str, chars_max: usize) {
    for (place, sign) in text.chars().enumerate() {
        if place + 1 >= chars_max && text.chars().nth(chars_max).is_some() {
            to.push('…');
            return;
        }
        to.push(if sign.is_control() { ' ' } else { sign });
    }
}
