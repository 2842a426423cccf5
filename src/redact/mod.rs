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
mod header;
mod index;
mod judge;
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
use std::collections::BTreeMap;
use std::fmt;

use serde::Serialize;

use encode::Form;
use index::{Index, Odd, Trigger};
use pattern::Pattern;
use scan::Scan;
use text::Text;
use tokens::Row;

pub use names::says_secret;
pub use secrets::Secrets;

/// A text without secrets is read again so often at most. Twice is rare.
const PASSES_MOST: usize = 8;

/// Patterns a configuration may have.
const PATTERNS_MOST: usize = 256;

/// What a person may set.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Patterns of secrets nobody else has, in the language of [`Redactor::new`].
    pub patterns: Vec<String>,
    /// Names of arguments that are secret, for each tool; `*` is every tool.
    pub arguments: BTreeMap<String, Vec<String>>,
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
        let mut rules: Vec<_> = self.redactions.iter().map(|redaction| redaction.rule).collect();
        rules.sort_unstable();
        rules.dedup();
        rules
    }
}

/// Knows what to take out. Built once, then only read.
pub struct Redactor {
    index: Index,
    rows: Vec<&'static Row>,
    literals: Vec<Form>,
    patterns: Vec<Pattern>,
    slow_patterns: Vec<u16>,
    arguments: BTreeMap<String, Vec<String>>,
    allow: Vec<String>,
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
        let mut redactor = Self {
            index: Index::new(),
            rows: tokens::rows().collect(),
            literals: secrets.forms(),
            patterns: Vec::new(),
            slow_patterns: Vec::new(),
            arguments: settings.arguments.clone(),
            allow: settings.allow.iter().filter(|allowed| !allowed.is_empty()).cloned().collect(),
        };
        redactor.add_names();
        redactor.add_odd();
        redactor.add_tokens();
        for (form, number) in redactor.literals.iter().zip(0..) {
            redactor.index.add(&form.bytes, Trigger::Literal(number));
        }
        redactor
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

    /// The value of a tool's argument without secrets: nothing remains of it when its name was called sensitive for this
    /// tool, or says secret and the value can be one.
    #[must_use]
    pub fn redact_argument<'t>(&self, tool: &str, name: &str, value: &'t str) -> Redacted<'t> {
        let listed = |tool: &str| {
            self.arguments.get(tool).is_some_and(|names| names.iter().any(|listed| listed.eq_ignore_ascii_case(name)))
        };
        let whole = |rule| vec![Redaction { rule, start: 0, end: value.len() }];
        let is_done = value.is_empty() || is_replacement(value);
        if !is_done && (listed(tool) || listed("*")) {
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

    fn add_names(&mut self) {
        for (stem, number) in names::STEMS.iter().zip(0..) {
            self.index.add(stem.as_bytes(), Trigger::Name(number));
        }
    }

    fn add_odd(&mut self) {
        let odd = [
            (&b"[re"[..], Odd::Marker),
            (b"://", Odd::Url),
            (b"%3A%2F%2F", Odd::EncodedUrl),
            (b"---", Odd::Pem),
            (b"eyJ", Odd::Jwt),
            (b":AA", Odd::Telegram),
            (b"%3A", Odd::Telegram),
            (b"-us", Odd::Mailchimp),
            (b".atlasv1.", Odd::Terraform),
            (b"_mmk", Odd::MaxMind),
            (b"identified by", Odd::Identified),
            (b"--user", Odd::LongUser),
            (b"--proxy-user", Odd::LongUser),
            (b":5432:", Odd::PgPass),
            (b":5433:", Odd::PgPass),
            (b":6432:", Odd::PgPass),
            (b":*:", Odd::PgPass),
        ];
        for (literal, odd) in odd {
            self.index.add(literal, Trigger::Odd(odd));
        }
        for digit in b'0'..=b'9' {
            self.index.add(&[digit, b'Q', b'~'], Trigger::Odd(Odd::AzureSecret));
            // A user's number begins with two digits: `MTA`, `NDU`, `OTk` in base64.
            for second in b'0'..=b'9' {
                self.index.add(&encode::forms_of_digits(digit, second), Trigger::Odd(Odd::Discord));
            }
        }
        for flag in b"puPUaAbwkX" {
            for before in b" \t\"'" {
                self.index.add(&[*before, b'-', *flag], Trigger::Odd(Odd::Flag));
            }
        }
        for ((path, _), number) in url::WEBHOOKS.iter().zip(0..) {
            self.index.add(path.as_bytes(), Trigger::Odd(Odd::Webhook(number)));
        }
        for (begin, number) in odd::CRYPTS.iter().zip(0..) {
            self.index.add(begin.as_bytes(), Trigger::Odd(Odd::Crypt(number)));
        }
        for (scheme, number) in header::LONE_SCHEMES.iter().zip(0..) {
            self.index.add(scheme.as_bytes(), Trigger::Odd(Odd::Scheme(number)));
        }
        for (name, number) in tools::names().zip(0..) {
            match name.as_bytes() {
                pair @ [_, _] => self.index.add_pair(pair, text::Set::Unbroken, Trigger::Odd(Odd::Tool(number))),
                name => self.index.add(name, Trigger::Odd(Odd::Tool(number))),
            }
        }
    }

    fn add_tokens(&mut self) {
        // The longest prefix is looked at first, so it is added last.
        self.rows.sort_by_key(|row| row.prefix.len());
        for (row, number) in self.rows.iter().zip(0..) {
            match row.prefix.as_bytes() {
                pair @ [_, _] => self.index.add_pair(pair, row.set, Trigger::Token(number)),
                prefix => self.index.add(prefix, Trigger::Token(number)),
            }
        }
    }

    fn add_pattern(&mut self, source: &str) -> Result<(), String> {
        let pattern = Pattern::read(source)?;
        let number = u16::try_from(self.patterns.len()).ok().filter(|number| usize::from(*number) < PATTERNS_MOST);
        let number = number.ok_or_else(|| format!("there are more than {PATTERNS_MOST}"))?;
        match pattern.begin() {
            Some(begin) => self.index.add(&begin, Trigger::Pattern(number)),
            None => self.slow_patterns.push(number),
        }
        self.patterns.push(pattern);
        Ok(())
    }
}

impl fmt::Debug for Redactor {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Redactor({} rows, {} patterns)", self.rows.len(), self.patterns.len())
    }
}

fn is_replacement(value: &str) -> bool {
    value.strip_prefix("[redacted:").and_then(|rest| rest.strip_suffix(']')).is_some_and(|rule| !rule.contains(']'))
}

fn replaced(text: &str, redactions: Vec<Redaction>) -> Redacted<'_> {
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
fn with_more(found: &[Redaction], more: &[Redaction]) -> Vec<Redaction> {
    let mut all = found.to_vec();
    let mut next = found.iter().peekable();
    // How far a place in the second text lies behind the same place in the first.
    let mut shift = 0_isize;
    for redaction in more {
        while let Some(before) = next.next_if(|before| before.start.saturating_add_signed(shift) < redaction.start) {
            shift +=
                (scan::MARKER.len() + before.rule.len() + 1).cast_signed() - (before.end - before.start).cast_signed();
        }
        let back = |place: usize| place.saturating_add_signed(-shift);
        all.push(Redaction { rule: redaction.rule, start: back(redaction.start), end: back(redaction.end) });
    }
    all.sort_by_key(|redaction| redaction.start);
    all
}

/// All rule ids, in alphabetical order.
#[must_use]
pub fn rule_ids() -> Vec<&'static str> {
    let mut rules: Vec<&'static str> = tokens::rows()
        .map(|row| row.rule)
        .chain(url::WEBHOOKS.iter().map(|(_, rule)| *rule))
        .chain(OTHER_RULES)
        .collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

const OTHER_RULES: [&str; 24] = [
    "argument",
    "authorization",
    "aws-secret-key",
    "azure-secret",
    "cookie",
    "credential",
    "custom",
    "discord-token",
    "environment",
    "jwt",
    "key",
    "kubernetes-secret",
    "mailchimp-key",
    "maxmind-key",
    "password",
    "password-hash",
    "private-key",
    "secret",
    "signature",
    "telegram-token",
    "terraform-token",
    "token",
    "url-password",
    "url-user",
];
