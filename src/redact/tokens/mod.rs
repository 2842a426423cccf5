//! Tokens that say what they are: a table of prefixes, one file for each family.
//!
//! A row is data. How it is found is in `scan`, what has no prefix is in `odd`.

mod chat;
mod cloud;
mod forge;
mod models;
mod packages;
mod payment;
mod services;

use super::shape::Shape;
use super::text::Set;

/// The shortest prefix.
const PREFIX_LEAST: usize = 2;
/// The longest prefix.
const PREFIX_MOST: usize = 24;

/// How sure the prefix makes us.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Body {
    /// Whatever follows is a token, unless it is a placeholder.
    Any,
    /// There must be a digit and a letter in it: the prefix could begin a name.
    Mixed,
    /// It must look random: the prefix could begin anything.
    Random,
}

/// One known form of tokens: `prefix`, then `least` to `most` bytes of `set`.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// Stands in the replacement.
    pub rule: &'static str,
    /// How every such token begins. At least two bytes.
    pub prefix: &'static str,
    /// What the rest is made of.
    pub set: Set,
    /// Shorter ones are none.
    pub least: u16,
    /// Longer ones are none, too.
    pub is_exact: bool,
    /// How long the issuer makes it; examples in tests are made so.
    pub usual: u16,
    /// What the rest must look like.
    pub body: Body,
    /// Whether a word must begin at the prefix. Prefixes that cannot be the tail of a word need none.
    pub is_fresh: bool,
}

impl Row {
    /// Whether so many bytes can follow the prefix.
    pub fn fits(&self, length: usize) -> bool {
        let least = usize::from(self.least);
        length == least || (length > least && !self.is_exact)
    }

    /// Whether what follows the prefix can be a token.
    pub fn accepts(&self, body: &[u8]) -> bool {
        // What is random is so from the begin.
        let body = body.get(..body.len().min(512)).unwrap_or_default();
        let shape = Shape::of(body);
        if is_filler(body, &shape) {
            return false;
        }
        match self.body {
            Body::Any => true,
            Body::Mixed => shape.digits > 0 && shape.letters() > 0 || shape.is_random_letters(),
            Body::Random => shape.is_random() || shape.is_random_letters() || has_random_part(body),
        }
    }
}

/// `xxxxxxxx`, `your-key-here`, `…_EXAMPLE_…`: a body that was written to be no secret.
fn is_filler(body: &[u8], shape: &Shape) -> bool {
    let filler = body.iter().take(256).filter(|byte| matches!(**byte, b'x' | b'X' | b'.' | b'-' | b'_')).count();
    if shape.distinct <= 1 && filler > 0 || filler * 10 >= shape.len * 7 {
        return true;
    }
    body.len() <= 128 && super::shape::is_slug(body) && super::plain::is_placeholder(body)
}

/// A stretch of letters and digits in the body that is random by itself.
fn has_random_part(body: &[u8]) -> bool {
    body.split(|byte| matches!(byte, b'-' | b'_' | b'.')).filter(|part| part.len() >= 16).any(|part| {
        let shape = Shape::of(part);
        shape.is_random() || shape.is_random_letters() || shape.is_jumbled() || shape.is_long_hex()
    })
}

/// A row with the usual length; a body a quarter shorter still counts, one of any length beyond, too.
const fn row(rule: &'static str, prefix: &'static str, set: Set, usual: u16) -> Row {
    Row { rule, prefix, set, least: usual - usual / 4, is_exact: false, usual, body: Body::Any, is_fresh: true }
}

impl Row {
    /// The prefix may stand right behind a letter.
    const fn anywhere(self) -> Self {
        Self { is_fresh: false, ..self }
    }

    /// Exactly the usual length.
    const fn exact(self) -> Self {
        Self { least: self.usual, is_exact: true, ..self }
    }

    /// From this length on.
    const fn from(self, least: u16) -> Self {
        Self { least, ..self }
    }

    const fn mixed(self) -> Self {
        Self { body: Body::Mixed, ..self }
    }

    const fn random(self) -> Self {
        Self { body: Body::Random, ..self }
    }
}

const FAMILIES: [&[Row]; 7] =
    [cloud::ROWS, forge::ROWS, chat::ROWS, payment::ROWS, models::ROWS, packages::ROWS, services::ROWS];

const COUNT: usize = cloud::ROWS.len()
    + forge::ROWS.len()
    + chat::ROWS.len()
    + payment::ROWS.len()
    + models::ROWS.len()
    + packages::ROWS.len()
    + services::ROWS.len();

/// All rows, by the length of their prefixes. Where two prefixes fit, the longer one counts.
pub static ROWS: [Row; COUNT] = by_length();

#[expect(clippy::indexing_slicing, reason = "evaluated by the compiler")]
const fn by_length() -> [Row; COUNT] {
    let mut rows = [FAMILIES[0][0]; COUNT];
    let mut place = 0;
    let mut length = PREFIX_LEAST;
    while length <= PREFIX_MOST {
        let mut family = 0;
        while family < FAMILIES.len() {
            let mut at = 0;
            while at < FAMILIES[family].len() {
                if FAMILIES[family][at].prefix.len() == length {
                    rows[place] = FAMILIES[family][at];
                    place += 1;
                }
                at += 1;
            }
            family += 1;
        }
        length += 1;
    }
    assert!(place == COUNT, "a prefix is too short or too long");
    rows
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::random::Random;
    use crate::redact::{Redactor, Secrets, Settings, rule_ids};

    /// A token as the issuer would make it: the prefix, and bytes of the set at random. Made when the test runs: no
    /// token stands in the repository.
    fn example(row: &Row, random: &mut Random) -> String {
        let alphabet: Vec<u8> =
            (b'!'..=b'~').filter(|byte| row.set.contains(*byte) && byte.is_ascii_alphanumeric()).collect();
        let body = (0..row.usual).map(|_| char::from(alphabet[random.below(alphabet.len() as u64) as usize]));
        row.prefix.chars().chain(body).collect()
    }

    #[test]
    fn every_row_finds_its_tokens_whole() {
        let redactor = Redactor::new(&Settings::default(), &Secrets::default()).unwrap();
        let mut random = Random::new(7);
        for row in &ROWS {
            let mut right = 0;
            for _ in 0..50 {
                let token = example(row, &mut random);
                for text in [
                    token.clone(),
                    format!("a \"{token}\" b"),
                    format!("x={token}&y=1"),
                    format!("{{\"a\":\"\\n{token}\\n\"}}"),
                ] {
                    let redacted = redactor.redact(&text);
                    let start = text.find(&token).unwrap();
                    right += usize::from(
                        redacted.redactions.iter().any(|it| it.start <= start && it.end >= start + token.len()),
                    );
                }
            }
            // A body that by chance looks written by hand is left where the prefix alone proves nothing.
            assert!(right >= 190, "{} {}: {right} of 200", row.rule, row.prefix);
        }
    }

    #[test]
    fn no_row_takes_a_placeholder_or_a_prefix_alone() {
        let redactor = Redactor::new(&Settings::default(), &Secrets::default()).unwrap();
        for row in &ROWS {
            for body in
                ["", "...", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "your-token-here", "<token>", "*"]
            {
                let text = format!("see {}{body} there", row.prefix);
                assert_eq!(redactor.redact(&text).text, text);
            }
        }
    }

    #[test]
    fn prefixes_are_known_once_and_rules_are_written_in_the_table_of_rules() {
        let mut prefixes = BTreeSet::new();
        for row in &ROWS {
            assert!(row.least <= row.usual && (!row.is_exact || row.least == row.usual), "{}", row.prefix);
            assert!(prefixes.insert((row.prefix, row.set as u8)), "{} twice", row.prefix);
        }
        let table = include_str!("../rules.md");
        let documented: Vec<&str> = table
            .lines()
            .filter_map(|line| line.strip_prefix("| `"))
            .filter_map(|line| line.split_once('`'))
            .map(|(rule, _)| rule)
            .collect();
        assert_eq!(documented, rule_ids());
        for row in &ROWS {
            let line = table.lines().find(|line| line.starts_with(&format!("| `{}`", row.rule))).unwrap();
            assert!(line.contains(&format!("`{}`", row.prefix)), "{} in {line}", row.prefix);
        }
    }
}
