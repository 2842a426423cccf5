//! Values of the environment whose names say that they are secret. They are known by heart and removed wherever they
//! stand, whatever stands around them.

use std::fmt;

use super::encode::{Form, forms};
use super::found::sorted;
use super::names::says_secret;
use super::plain::{is_path, is_placeholder};
use super::scan::{MARKER, Scan};
use super::shape::Shape;

/// Shorter values stand in too many harmless words.
const VALUE_LEAST: usize = 8;

/// Longer values are cut to this: their begin is enough to find them, but their end would remain.
pub const VALUE_MOST: usize = 64 * 1024;

/// So many bytes at each end are compared at once.
const EDGE: usize = 8;

/// Literal secrets. They appear in no output: `Debug` tells how many there are.
#[derive(Clone, Default)]
pub struct Secrets {
    values: Vec<String>,
}

impl Secrets {
    /// Keeps the values of variables whose names say secret, of eight bytes or more. Paths and words such as
    /// `disabled` are not kept: to remove them everywhere would hide no secret.
    pub fn from_environment<N: AsRef<str>, V: Into<String>>(variables: impl IntoIterator<Item = (N, V)>) -> Self {
        let values =
            variables.into_iter().filter(|(name, _)| says_secret(name.as_ref())).map(|(_, value)| value.into());
        Self::from_values(values)
    }

    /// Keeps these values, whatever their names were.
    pub fn from_values<V: Into<String>>(values: impl IntoIterator<Item = V>) -> Self {
        Self { values: values.into_iter().map(Into::into).collect() }
    }

    /// How many values there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.kept().len()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// All forms of all values.
    pub(super) fn forms(&self) -> Vec<Form> {
        let mut all = Vec::new();
        for value in self.kept() {
            all.append(&mut forms(value));
        }
        all
    }

    /// The values that can be removed everywhere, each once; of those of several lines, the lines as well.
    fn kept(&self) -> Vec<&str> {
        let all = self.values.iter().map(String::as_str);
        // Keys of several lines are often shown line by line.
        let of_several = all.clone().filter(|value| value.contains('\n'));
        let lines = of_several.flat_map(str::lines).filter(|line| is_key_line(line));
        sorted(all.chain(lines).filter(|value| is_kept(value)))
    }
}

impl fmt::Debug for Secrets {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Secrets({})", self.len())
    }
}

fn is_kept(value: &str) -> bool {
    let bytes = value.as_bytes();
    value.trim().len() >= VALUE_LEAST
        && value.len() <= VALUE_MOST
        && !is_path(bytes)
        && !is_placeholder(bytes)
        && !value.contains("[redacted")
        && !"[redacted:environment]".contains(value)
}

fn is_key_line(line: &str) -> bool {
    let line = line.trim();
    line.len() >= 24 && !line.contains(' ') && !line.starts_with("-----") && Shape::of(line.as_bytes()).is_random()
}

impl Scan<'_> {
    /// Takes the known value that may begin at `place`.
    ///
    /// Both ends are compared before the middle. Texts made to match in both and not in the middle use up the scan's
    /// patience; then the ends are enough, which may take too much and never too little.
    pub fn literal(&mut self, place: usize, number: u32) {
        let known = self.known;
        let Some(form) = known.literals.get(number as usize) else { return };
        let end = place + form.bytes.len();
        if !self.is_literal(place, &form.bytes) || self.is_marked(place, end) {
            return;
        }
        let is_base64 = |byte: u8| super::encode::base64_value(byte).is_some();
        let before = usize::from(form.before > 0 && is_base64(self.text.before(place, 1)));
        let mut after = usize::from(form.after > 0 && is_base64(self.text.at(end)));
        while form.after > 0 && after < 3 && self.text.at(end + after) == b'=' {
            after += 1;
        }
        let (start, end) = (place - before, end + after);
        if self.text.slice(start, end).starts_with(MARKER) {
            return;
        }
        let rule = if end <= self.taken { "environment" } else { self.token_rule(start, end).unwrap_or("environment") };
        self.take(start, end, rule);
    }

    fn is_literal(&mut self, place: usize, literal: &[u8]) -> bool {
        let length = literal.len();
        let edge = length.min(EDGE);
        let text = self.text;
        if !text.has(place, literal.get(..edge).unwrap_or_default())
            || !text.has(place + length - edge, literal.get(length - edge..).unwrap_or_default())
        {
            return false;
        }
        if self.patience == 0 {
            return true;
        }
        let is_there = text.has(place, literal);
        if !is_there {
            self.patience = self.patience.saturating_sub(length);
        }
        is_there
    }
}
