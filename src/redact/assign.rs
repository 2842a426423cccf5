//! Names that say secret, and the values that follow them: assignments, flags, data, markup, calls.

use super::judge::is_secret;
use super::names::{self, Says, classify};
use super::scan::Scan;
use super::shape::Shape;
use super::text::Set;
use super::value::{Manner, Quote};

/// Longer names are read from their end.
const NAME_MOST: usize = 64;
/// No one aligns values by more blanks.
pub const BLANKS_MOST: usize = 64;

/// What stands between a name and its value.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Sign {
    Equals,
    Colon,
    Comma,
    Call,
    Markup,
    Space,
}

/// A name as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub struct Name {
    pub start: usize,
    pub end: usize,
    pub says: Says,
    pub is_flag: bool,
    pub quote: Option<Quote>,
}

impl Scan<'_> {
    /// Reads the name that has a stem at `place`, and its value.
    pub fn name(&mut self, place: usize) {
        if place < self.named {
            return;
        }
        let mut end = self.run_end(Set::Dotted, place);
        self.named = end;
        while end > place && matches!(self.text.before(end, 1), b'.' | b'-') {
            end -= 1;
        }
        if self.text.has_before(end, b"--password-stdin") {
            return self.echoed(place);
        }
        let Some(name) = self.name_around(place, end) else { return };
        if self.text.slice(name.start, name.end) == b"Secret" && self.is_kind(name.start) {
            self.manifest(name.start);
            return;
        }
        self.assignment(name);
    }

    fn name_around(&self, place: usize, end: usize) -> Option<Name> {
        let text = self.text;
        let most = NAME_MOST.saturating_sub(end - place.min(end)).max(24);
        let mut start = text.back(Set::Dotted, place.min(end), most);
        // What is left of an escape before the name: the `n` of `\n`, the `3D` of `%3D`.
        for skip in 1..=5 {
            if start + skip <= place
                && text.escape_before(start + skip) == skip + 1
                && matches!(text.before(start, 1), b'\\' | b'%')
            {
                start += skip;
                break;
            }
        }
        start = start.max(end.saturating_sub(NAME_MOST));
        let first = start;
        start = text
            .ahead(Set::Dotted, start, NAME_MOST)
            .min(start + text.slice(start, end).iter().take_while(|byte| matches!(byte, b'-' | b'.')).count());
        let mut is_flag = start > first && text.at(start - 1) == b'-' && !text.before(first, 1).is_ascii_alphanumeric();
        if is_flag && text.at(start) == b'D' && text.at(start - 1) == b'-' && start - first == 1 {
            start += 1;
            is_flag = matches!(text.at(end), b'=');
        }
        let mut says = classify(text.slice(start, end))?;
        if says == Says::Hint && text.before(start, 1) == b' ' && text.slice(start, end).eq_ignore_ascii_case(b"key") {
            let word = text.back(Set::Alnum, start - 1, 16);
            if names::makes_key_secret(text.slice(word, start - 1)) {
                says = Says::Key;
            }
        }
        let quote = text.quote_before(if is_flag { first } else { start });
        Some(Name { start, end, says, is_flag, quote })
    }

    fn assignment(&mut self, name: Name) {
        let text = self.text;
        let mut place = name.end;
        // `$.password`, `config["password"]`, `"password"`, `password?:`
        let mut is_data = false;
        if let (Some(open), Some((close, length))) = (name.quote, text.quote_at(place))
            && open == close
        {
            place += length;
            is_data = true;
        }
        while matches!(text.at(place), b']' | b'?') && place < name.end + 12 {
            place += 1;
        }
        let after_name = place;
        if let Some(start) = self.value_field(name, after_name) {
            let manner = Manner {
                is_data: true,
                is_screaming: names::is_screaming(text.slice(name.start, name.end)),
                ..Manner::default()
            };
            return self.value(name, start, manner);
        }
        if let Some(after) = self.tag_end(name) {
            return self.markup(name, after);
        }
        place = text.ahead(Set::Blank, place, BLANKS_MOST);
        let Some((sign, after, is_encoded)) = self.sign(name, place, is_data) else { return };
        let start = text.ahead(Set::Blank, after, BLANKS_MOST);
        let mut manner = Manner {
            is_tight: sign == Sign::Equals && after_name == place && start == after,
            is_flag: name.is_flag,
            is_query: is_encoded
                || matches!(text.before(name.start, 1), b'?' | b'&')
                || text.has_before(name.start, b"%26")
                || text.has_before(name.start, b"%3F"),
            is_line: self.is_first_on_line(name.start),
            is_colon: sign == Sign::Colon,
            is_spaced: sign == Sign::Space,
            is_argument: matches!(sign, Sign::Call | Sign::Comma),
            is_screaming: names::is_screaming(text.slice(name.start, name.end)),
            is_data,
            ..Manner::default()
        };
        if manner.is_query && sign != Sign::Equals {
            manner.is_query = is_encoded;
        }
        match sign {
            Sign::Equals | Sign::Call if self.pair(name, start) => {}
            Sign::Space => self.spaced(name, start, manner),
            Sign::Markup => self.markup(name, after),
            Sign::Equals | Sign::Colon | Sign::Comma | Sign::Call => self.value(name, start, manner),
        }
    }

    /// What follows the name, where it ends, and whether it was percent-encoded.
    fn sign(&self, name: Name, place: usize, is_data: bool) -> Option<(Sign, usize, bool)> {
        let text = self.text;
        let next = text.at(place + 1);
        match text.at(place) {
            b'=' if next == b'~' => None,
            b'=' => Some((
                Sign::Equals,
                text.slice(place, place + 3).iter().take_while(|byte| matches!(byte, b'=' | b'>')).count() + place,
                false,
            )),
            b':' if next == b':' => None,
            // `arn:aws:secretsmanager:eu-west-1:123456789012:secret:name`
            b':' if text.before(name.start, 1) == b':' && text.before(name.start, 2).is_ascii_digit() => None,
            b':' if next == b'?' => None,
            b':' if next == b'=' => Some((Sign::Equals, place + 2, false)),
            b':' if next == b'-' && self.is_expansion(name.start) => Some((Sign::Equals, place + 2, false)),
            b':' => Some((Sign::Colon, place + 1, false)),
            b'!' | b'+' | b'?' if next == b'=' => Some((Sign::Equals, place + 2, false)),
            b'-' if next == b'>' => None,
            b'%' if text.has_folded(place, b"%3d") => Some((Sign::Equals, place + 3, true)),
            b'%' if text.has_folded(place, b"%3a") => Some((Sign::Colon, place + 3, true)),
            b'\\' if text.has_folded(place, b"\\u003d") => Some((Sign::Equals, place + 6, false)),
            b'\\' if text.has_folded(place, b"\\u003e") && text.has_before(name.start, b"\\u003c") => {
                Some((Sign::Markup, place + 6, false))
            }
            b',' if is_data => Some((Sign::Comma, place + 1, false)),
            b'(' if text.quote_at(place + 1).is_some() => Some((Sign::Call, place + 1, false)),
            b'>' if text.before(name.start, 1) == b'<' => Some((Sign::Markup, place + 1, false)),
            _ => Some((Sign::Space, place, false)),
        }
    }

    /// Where the tag ends that the name is the name of: `<password>`, `<wsse:Password Type="…">`.
    fn tag_end(&self, name: Name) -> Option<usize> {
        let text = self.text;
        let begin =
            if text.before(name.start, 1) == b':' { text.back(Set::Word, name.start - 1, 24) } else { name.start };
        let is_tag = text.before(begin, 1) == b'<' && matches!(text.at(name.end), b'>' | b' ');
        let ends = |place: &usize| matches!(text.at(*place), b'>' | b'<' | b'\n' | 0);
        let end = is_tag.then(|| (name.end..name.end + 128).find(ends)).flatten()?;
        (text.at(end) == b'>' && text.before(end, 1) != b'/').then_some(end + 1)
    }

    /// `${NAME:-value}`
    fn is_expansion(&self, start: usize) -> bool {
        self.text.has_before(start, b"${")
    }

    /// Whether only blanks and marks stand between the line's begin and the name.
    fn is_first_on_line(&self, start: usize) -> bool {
        let text = self.text;
        let mut place = start;
        for word in [&b"export "[..], b"set ", b"ENV ", b"ARG ", b"$env:", b"setenv ", b"readonly ", b"local "] {
            if text.has_before(place, word) {
                place -= word.len();
                break;
            }
        }
        let floor = place.saturating_sub(40);
        while place > floor && matches!(text.before(place, 1), b' ' | b'\t' | b'-' | b'+' | b'>' | b'|') {
            place -= 1;
        }
        place == 0
            || matches!(text.before(place, 1), b'\n' | b'\r')
            || (text.escape_before(place) == 2 && matches!(text.before(place, 1), b'n' | b'r'))
    }

    /// Takes the value if it is a secret. `end` is known for quoted ones.
    pub(super) fn judge(&mut self, name: Name, start: usize, end: Option<usize>, manner: Manner) {
        match name.says {
            Says::Authorization => return self.authorization(start, end, name.quote),
            Says::Cookie => return self.cookie(start, end, name.quote),
            Says::Password
            | Says::Secret
            | Says::Token
            | Says::Key
            | Says::Credential
            | Says::Signature
            | Says::Hint => {}
        }
        let end = end.unwrap_or_else(|| self.unquoted_end(start, manner));
        if start >= end || self.next_marker(start) < end {
            return;
        }
        let manner = Manner { is_closed: matches!(self.text.at(end), b',' | b';'), ..manner };
        let value = self.text.head(start, end);
        let is_pass = self.text.slice(name.start, name.end).eq_ignore_ascii_case(b"pass");
        if is_pass && !has_both(value) && !Shape::of(value).is_jumbled() {
            return;
        }
        let is_own_name = value.eq_ignore_ascii_case(self.text.slice(name.start, name.end));
        if is_own_name || !is_secret(name.says, manner, value) {
            return;
        }
        let rule = self.token_rule(start, end).unwrap_or(name.says.rule());
        self.take(start, end, rule);
    }

    fn unquoted_end(&mut self, start: usize, manner: Manner) -> usize {
        let bare = self.bare_end(start, manner);
        if manner.is_line
            && !manner.is_query
            && !manner.is_flag
            && !manner.is_spaced
            && let Some(end) = self.line_value_end(start)
        {
            return end.max(bare);
        }
        // A full stop behind a value in a sentence.
        if (manner.is_spaced || manner.is_said) && bare > start + 1 && self.text.before(bare, 1) == b'.' {
            bare - 1
        } else {
            bare
        }
    }
}

/// Letters and digits: `pass` alone is a word of tests and loops, too.
fn has_both(value: &[u8]) -> bool {
    value.len() >= 6 && value.iter().any(u8::is_ascii_digit) && value.iter().any(u8::is_ascii_alphabetic)
}
