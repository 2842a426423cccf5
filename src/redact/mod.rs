//! Secrets out of texts. Every string that leaves the core goes through a [`Redactor`], whole, before it is cut.
//!
//! One pass, linear in the text's length whatever it says. Found are tokens that say what they are (a table), values of
//! names that say secret (assignments, flags, headers, data, URLs), private keys, and the values of secret variables of
//! the environment in whatever form they stand. A random string without any of that stays: hashes and ids must be read.
//!
//! What it deliberately is not: a proof. A secret that looks like a word, where nothing says secret, is not found.
//!
//! Each is replaced by `[redacted:<rule>]`. What was redacted is not touched again.
//!
//! Look at [`Redactor::redact`] first; then at `tokens` for the table, `names` for the names, `judge` for the values.
#![doc = include_str!("rules.md")]

mod assign;
mod encode;
mod found;
mod given;
mod header;
mod index;
mod judge;
mod known;
#[cfg(test)]
mod linear;
mod manifest;
mod names;
mod odd;
mod pattern;
mod pem;
mod plain;
mod scan;
mod secrets;
mod shape;
mod text;
mod tokens;
mod tools;
mod url;
mod value;
mod words;

use std::borrow::Cow;
use std::fmt;
use std::sync::OnceLock;

use found::{replaced, with_more};
use known::Known;
use pattern::Pattern;
use scan::Scan;
use text::Text;

pub use found::{Redacted, Redaction};
pub use known::rule_ids;
pub use names::says_secret;
#[cfg(test)]
pub(crate) use names::{NO_SECRETS, SECRET_STEMS};
pub use secrets::Secrets;

/// A text without secrets is read again so often at most. Twice is rare.
const PASSES_MOST: usize = 8;

/// Patterns a configuration may have: each that does not begin with certain characters is a pass of its own.
const PATTERNS_MOST: usize = 256;

/// What a person may set.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Patterns of secrets nobody else has, in the language of [`Redactor::new`].
    pub patterns: Vec<String>,
    /// Names of arguments that are secret, for each tool; `*` is every tool.
    pub arguments: Vec<(String, Vec<String>)>,
    /// Texts that are not secret although they look like it.
    pub allow: Vec<String>,
}

/// A pattern that cannot be used.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RedactError {
    /// Its place in the list.
    pub index: usize,
    /// The pattern.
    pub pattern: String,
    /// What is wrong with it.
    pub problem: String,
}

impl fmt::Display for RedactError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "redact pattern {} ({:?}): {}", self.index + 1, self.pattern, self.problem)
    }
}

impl std::error::Error for RedactError {}

/// Knows what to take out.
///
/// What it looks for is put in order when the first text comes: at the start, when the host waits, there is none.
pub struct Redactor {
    secrets: Secrets,
    patterns: Vec<Pattern>,
    arguments: Vec<(String, Vec<String>)>,
    allow: Vec<String>,
    known: OnceLock<Known>,
}

impl Redactor {
    /// A redactor with all built-in rules, these settings and these secrets.
    ///
    /// Patterns are written in a part of the language of regular expressions: characters, `\` before signs, sets as in
    /// `[A-Za-z0-9_-]` and `[^"]`, `.`, `\d`, `\w`, `\s` and their opposites, the counts `?`, `*`, `+`, `{n}`, `{n,}`,
    /// `{n,m}`, `\b` at either end and `(?i)` at the begin. No groups, no alternatives. One that begins with three
    /// certain characters costs nothing where they do not stand; another is tried at every place.
    ///
    /// # Errors
    ///
    /// When a pattern cannot be read; the error names it.
    pub fn new(settings: &Settings, secrets: &Secrets) -> Result<Self, RedactError> {
        let mut redactor = Self::without_patterns(settings, secrets);
        for (index, source) in settings.patterns.iter().enumerate() {
            redactor.add_pattern(source).map_err(|problem| RedactError { index, pattern: source.clone(), problem })?;
        }
        Ok(redactor)
    }

    /// A redactor with all built-in rules and these secrets.
    #[must_use]
    pub fn built_in(secrets: &Secrets) -> Self {
        Self::without_patterns(&Settings::default(), secrets)
    }

    fn without_patterns(settings: &Settings, secrets: &Secrets) -> Self {
        Self {
            secrets: secrets.clone(),
            patterns: Vec::new(),
            arguments: settings.arguments.clone(),
            allow: settings.allow.iter().filter(|allowed| !allowed.is_empty()).cloned().collect(),
            known: OnceLock::new(),
        }
    }

    /// The text without secrets. Give the whole text: what was cut is harder to know.
    #[must_use]
    pub fn redact<'t>(&self, text: &'t str) -> Redacted<'t> {
        let found = Scan::new(self, text).run();
        let mut redacted = replaced(text, found);
        for _ in 0..PASSES_MOST {
            // What was replaced may have hidden what stands beside it: a token right behind a password is fresh now.
            let more = if redacted.redactions.is_empty() { Vec::new() } else { Scan::new(self, &redacted.text).run() };
            if more.is_empty() {
                break;
            }
            let found = with_more(&redacted.redactions, &more);
            redacted = replaced(text, found);
        }
        redacted
    }

    /// The same for bytes that may be no text. Offsets are in what the text becomes with each bad sequence replaced by
    /// `U+FFFD`.
    #[must_use]
    pub fn redact_bytes<'t>(&self, bytes: &'t [u8]) -> Redacted<'t> {
        match String::from_utf8_lossy(bytes) {
            Cow::Borrowed(text) => self.redact(text),
            Cow::Owned(text) => {
                let Redacted { text, redactions } = self.redact(&text);
                Redacted { text: Cow::Owned(text.into_owned()), redactions }
            }
        }
    }

    /// Whether the argument of this name was called sensitive for this tool, or for all.
    #[must_use]
    pub fn is_sensitive(&self, tool: &str, name: &str) -> bool {
        let names = self.arguments.iter().filter(|(of, _)| of == tool || of == "*").flat_map(|(_, names)| names);
        names.into_iter().any(|listed| listed.eq_ignore_ascii_case(name))
    }

    /// The value of a tool's argument without secrets: nothing remains of it when its name was called sensitive for this
    /// tool, or says secret and the value can be one.
    #[must_use]
    pub fn redact_argument<'t>(&self, tool: &str, name: &str, value: &'t str) -> Redacted<'t> {
        let whole = |rule| vec![Redaction { rule, start: 0, end: value.len() }];
        let is_done = value.is_empty() || is_replacement(value);
        if !is_done && self.is_sensitive(tool, name) {
            return replaced(value, whole("argument"));
        }
        let manner = value::Manner { is_quoted: true, is_data: true, ..value::Manner::default() };
        let says = names::classify(name.as_bytes()).filter(|says| judge::is_secret(*says, manner, value.as_bytes()));
        match says {
            Some(says) if !is_done && !self.allows(Text(value.as_bytes()), 0, value.len()) => {
                replaced(value, whole(says.rule()))
            }
            _ => self.redact(value),
        }
    }

    /// Whether the stretch lies within an allowed text.
    fn allows(&self, text: Text<'_>, start: usize, end: usize) -> bool {
        self.allow.iter().any(|allowed| {
            let allowed = allowed.as_bytes();
            let length = end - start;
            (0..=allowed.len().saturating_sub(length)).any(|shift| {
                allowed.len() >= length
                    && start >= shift
                    && text.at(start) == allowed.get(shift).copied().unwrap_or(0)
                    && text.has(start - shift, allowed)
            })
        })
    }

    fn add_pattern(&mut self, source: &str) -> Result<(), String> {
        let pattern = Pattern::read(source)?;
        if self.patterns.len() >= PATTERNS_MOST {
            return Err(format!("there are more than {PATTERNS_MOST}"));
        }
        self.patterns.push(pattern);
        Ok(())
    }

    fn known(&self) -> &Known {
        self.known.get_or_init(|| Known::new(&self.secrets, &self.patterns))
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Redactor({} values, {} patterns)", self.secrets.len(), self.patterns.len())
    }
}

fn is_replacement(value: &str) -> bool {
    value.strip_prefix("[redacted:").and_then(|rest| rest.strip_suffix(']')).is_some_and(|rule| !rule.contains(']'))
}
