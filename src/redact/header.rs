//! `Authorization`, `Cookie` and what looks like them, as raw lines, in `curl -H`, in JSON and in code; also `Bearer x`
//! and `Basic x` without a header's name.

use super::judge::is_secret;
use super::names::Says;
use super::plain::{is_placeholder, is_reference};
use super::scan::Scan;
use super::shape::{Shape, is_slug};
use super::text::Set;
use super::value::{Manner, Quote};

/// Words before credentials, in small letters.
const SCHEMES: [&str; 18] = [
    "bearer",
    "basic",
    "token",
    "digest",
    "negotiate",
    "ntlm",
    "apikey",
    "api-key",
    "key",
    "oauth",
    "hawk",
    "bot",
    "splunk",
    "geniekey",
    "aws4-hmac-sha256",
    "sharedaccesssignature",
    "aws",
    "dpop",
];

/// Schemes whose credentials have blanks in them.
const LONG_SCHEMES: [&str; 6] = ["digest", "oauth", "hawk", "aws4-hmac-sha256", "sharedaccesssignature", "aws"];

/// Schemes that are looked for without a header's name.
pub const LONE_SCHEMES: [&str; 3] = ["bearer ", "basic ", "bearer%20"];

impl Scan<'_> {
    /// The value of `Authorization` from `from` to `end`, or to where it ends when it is not quoted.
    pub fn authorization(&mut self, from: usize, end: Option<usize>, outer: Option<Quote>) {
        let limit = end.unwrap_or_else(|| self.header_end(from, outer));
        let word_end = self.text.ahead(Set::Dotted, from, 32).min(limit);
        let word = self.text.slice(from, word_end);
        let scheme = SCHEMES.iter().copied().find(|scheme| word.eq_ignore_ascii_case(scheme.as_bytes()));
        let Some(scheme) = scheme.filter(|_| matches!(self.text.at(word_end), b' ' | b'\t' | b'%' | b'+')) else {
            let manner = Manner { is_colon: true, is_quoted: end.is_some(), is_data: true, ..Manner::default() };
            let stop = end.unwrap_or_else(|| self.bare_end(from, manner).min(limit));
            if is_secret(Says::Credential, manner, self.text.slice(from, stop)) {
                let rule = self.token_rule(from, stop).unwrap_or("authorization");
                self.take(from, stop, rule);
            }
            return;
        };
        let mut start = self.text.ahead(Set::Blank, word_end, 16);
        if self.text.has(start, b"%20") {
            start += 3;
        } else if self.text.at(start) == b'+' {
            start += 1;
        }
        let stop = if LONG_SCHEMES.contains(&scheme) && end.is_none() {
            // Quotes stand in them.
            let line_end = self.line_end(start);
            outer.and_then(|quote| self.closing(quote, start)).map_or(line_end, |close| close.min(line_end))
        } else if end.is_some() {
            limit
        } else {
            self.bare_end(start, Manner::default()).min(limit)
        };
        self.credentials(start, stop, scheme == "basic");
    }

    fn credentials(&mut self, start: usize, stop: usize, is_basic: bool) {
        let value = self.text.head(start, stop).trim_ascii();
        let shape = Shape::of(value);
        let is_short_word = !is_basic && shape.digits == 0 && !shape.is_random_letters() && value.len() < 20;
        if value.len() < 6 || is_reference(value) || is_placeholder(value) || is_short_word {
            return;
        }
        let rule = self.token_rule(start, stop).unwrap_or("authorization");
        self.take(start, stop, rule);
    }

    /// `Bearer x`, `Basic x` in running text: only what is made by a machine.
    pub fn scheme(&mut self, place: usize, kind: u8) {
        let Some(scheme) = LONE_SCHEMES.get(usize::from(kind)) else { return };
        if !self.text.has_folded(place, scheme.as_bytes()) || !self.text.is_fresh(place) {
            return;
        }
        let start = self.text.ahead(Set::Blank, place + scheme.len(), 16);
        let mut end = self.run_end(Set::Base64Dotted, start);
        // A sentence's full stop.
        while end > start && self.text.before(end, 1) == b'.' {
            end -= 1;
        }
        // Whatever else the issuer puts into it belongs to it, too.
        if matches!(self.text.at(end), b'~' | b':' | b'%' | b'|' | b'!' | b'$' | b'@') {
            end = self.bare_end(end, Manner::default());
        }
        let value = self.text.head(start, end);
        let shape = Shape::of(value);
        let is_machine_made = if *scheme == "basic " {
            value.len() >= 12
                && value.len().is_multiple_of(4)
                && (shape.digits > 0 || value.ends_with(b"="))
                && shape.upper > 0
                && shape.lower > 0
                && !is_slug(value)
        } else {
            value.len() >= 16
                && (shape.is_random() || shape.is_random_letters() || (shape.digits >= 3 && !is_slug(value)))
        };
        if is_machine_made && !is_placeholder(value) && !is_reference(value) {
            let rule = self.token_rule(start, end).unwrap_or("authorization");
            self.take(start, end, rule);
        }
    }

    /// The value of `Cookie` or `Set-Cookie`: all of it, when it sets anything.
    pub fn cookie(&mut self, from: usize, end: Option<usize>, outer: Option<Quote>) {
        let stop = end.unwrap_or_else(|| self.header_end(from, outer));
        let value = self.text.head(from, stop);
        let Some(equals) = value.iter().take(128).position(|byte| *byte == b'=') else { return };
        let name = value.get(..equals).unwrap_or_default();
        let first = value
            .get(equals + 1..)
            .unwrap_or_default()
            .split(|byte| matches!(byte, b';' | b' '))
            .next()
            .unwrap_or_default();
        let is_name = equals > 0
            && name.iter().all(|byte| Set::Dotted.contains(*byte) || matches!(byte, b'%' | b'$' | b'~' | b'!'));
        if is_name && first.len() >= 3 && !is_reference(first) && !is_placeholder(first) {
            self.take(from, stop, "cookie");
        }
    }
}
