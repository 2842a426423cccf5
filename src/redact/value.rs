//! Where a value begins and ends: in quotes of any depth of escaping, bare in a shell, a URL, a configuration file.

use super::scan::{Scan, Seek};
use super::text::{Set, Text};

/// How a string is delimited.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Quote {
    /// The character, behind so many backslashes: 1 in a JSON string, 3 in one within one.
    Character(u8, u8),
    /// Written as something else, as in `%22` or `&quot;`.
    Written(&'static str),
}

const WRITTEN: [&str; 7] = ["%22", "%27", "&quot;", "&#34;", "&#39;", "\\u0022", "\\u0027"];

/// How the value of a name was found.
#[derive(Clone, Copy, Debug, Default)]
pub struct Manner {
    /// In quotes.
    pub is_quoted: bool,
    /// Nothing stands around the sign between name and value.
    pub is_tight: bool,
    /// The name is a flag of a command.
    pub is_flag: bool,
    /// The name is a parameter in a URL or a form.
    pub is_query: bool,
    /// The name is the first thing on its line.
    pub is_line: bool,
    /// Behind a colon.
    pub is_colon: bool,
    /// Only a space stands between name and value.
    pub is_spaced: bool,
    /// The value is an argument of a call.
    pub is_argument: bool,
    /// The name is written as variables of the environment are.
    pub is_screaming: bool,
    /// The name itself is quoted, so this is data.
    pub is_data: bool,
    /// A sentence says what the value is.
    pub is_said: bool,
    /// A comma or semicolon follows the value, as in code.
    pub is_closed: bool,
}

impl<'t> Text<'t> {
    /// The quote that stands here, and its length.
    pub fn quote_at(self, place: usize) -> Option<(Quote, usize)> {
        let mut slashes = 0_u8;
        while slashes < 7 && self.at(place + usize::from(slashes)) == b'\\' {
            slashes += 1;
        }
        let character = self.at(place + usize::from(slashes));
        if matches!(character, b'"' | b'\'' | b'`') {
            return Some((Quote::Character(character, slashes), usize::from(slashes) + 1));
        }
        if !matches!(self.at(place), b'%' | b'&' | b'\\') {
            return None;
        }
        WRITTEN
            .iter()
            .find(|written| self.has_folded(place, written.as_bytes()))
            .map(|written| (Quote::Written(written), written.len()))
    }

    /// The quote that stands right before.
    pub fn quote_before(self, place: usize) -> Option<Quote> {
        let character = self.before(place, 1);
        if matches!(character, b'"' | b'\'' | b'`') {
            let mut slashes = 0_u8;
            while slashes < 7 && self.before(place, usize::from(slashes) + 2) == b'\\' {
                slashes += 1;
            }
            return Some(Quote::Character(character, slashes));
        }
        if !matches!(character, b'2' | b'7' | b';' | b'4' | b'9') {
            return None;
        }
        WRITTEN.iter().find(|written| self.has_before(place, written.as_bytes())).map(|written| Quote::Written(written))
    }
}

impl Scan<'_> {
    /// Where the string ends that was opened by `quote`; `None` when the line ends first.
    pub fn closing(&mut self, quote: Quote, from: usize) -> Option<usize> {
        match quote {
            Quote::Character(character, slashes) => {
                let kind = match character {
                    b'"' => 0,
                    b'\'' => 1,
                    _ => 2,
                };
                let depth = match slashes {
                    0 => 0,
                    1 => 1,
                    2 | 3 => 2,
                    _ => 3,
                };
                let end = self.seek(Seek::Quote(kind * 4 + depth), from, |text, place| {
                    text.at(place) == b'\n' || (text.at(place) == character && closes(text, place, slashes))
                });
                let at = end.saturating_sub(usize::from(slashes)).max(from);
                (self.text.at(end) == character).then_some(at)
            }
            Quote::Written(written) => {
                let end = self.run_end(Set::Unbroken, from);
                let begin = written.as_bytes();
                // At most so far: what is longer is no value in a URL or an attribute.
                let most = end.min(from + 1024);
                (from..most).find(|place| self.text.has_folded(*place, begin))
            }
        }
    }

    /// Where an unquoted value ends.
    pub fn bare_end(&mut self, from: usize, manner: Manner) -> usize {
        if manner.is_query {
            self.seek(Seek::Query, from, |text, place| ends_bare(text, place) || ends_query(text, place))
        } else {
            self.seek(Seek::Bare, from, ends_bare)
        }
    }

    /// Where the value ends that fills the rest of its line; `None` when there are blanks in it.
    pub fn line_value_end(&mut self, from: usize) -> Option<usize> {
        let mut end = self.line_end(from);
        while end > from && Set::Blank.contains(self.text.before(end, 1)) {
            end -= 1;
        }
        if end > from + 1 && matches!(self.text.before(end, 1), b',' | b';') {
            end -= 1;
        }
        (self.run_end(Set::Unbroken, from) >= end).then_some(end)
    }

    /// Where a header's value ends: at the line's end, or at the quote the header stands in.
    pub fn header_end(&mut self, from: usize, outer: Option<Quote>) -> usize {
        let end = self.seek(Seek::Header, from, |text, place| match text.at(place) {
            b'\n' | b'\r' | b'"' | b'`' => true,
            b'\\' => matches!(text.at(place + 1), b'n' | b'r' | b'"' | b'\\'),
            _ => false,
        });
        match outer {
            Some(quote @ Quote::Character(b'\'', _)) => self.closing(quote, from).map_or(end, |close| close.min(end)),
            _ => end,
        }
    }
}

/// Whether the quote at `place` closes a string whose quotes stand behind `slashes` backslashes.
fn closes(text: Text<'_>, place: usize, slashes: u8) -> bool {
    let mut before = 0_u8;
    while before < 16 && text.before(place, usize::from(before) + 1) == b'\\' {
        before += 1;
    }
    before.checked_rem(2 * (slashes + 1)) == Some(slashes)
}

/// Whether an unquoted value ends before this byte. Signs that passwords are fond of end it only where what follows
/// could not belong to it.
fn ends_bare(text: Text<'_>, place: usize) -> bool {
    let next = text.at(place + 1);
    match text.at(place) {
        0..=b' ' | b'"' | b'\'' | b'`' | b'<' | 0x7f => true,
        b'|' | b'>' => next == b' ' || next == b'|' || next == 0 || next == b'>' || next == b'\n',
        b'\\' => matches!(next, b'n' | b'r' | b't' | b'"' | b'\'' | b'\\' | b'u' | b'\n' | 0),
        b'&' | b';' | b',' => {
            let after = text.at(place + 1);
            is_end(after) || after == text.at(place) || after == b'}' || after == b'#' || begins_pair(text, place + 1)
        }
        b')' | b']' | b'}' => {
            let mut after = place + 1;
            while after < place + 4 && matches!(text.at(after), b')' | b']' | b'}' | b';' | b',' | b':') {
                after += 1;
            }
            is_end(text.at(after)) || text.at(after) == b'.'
        }
        _ => false,
    }
}

const fn is_end(byte: u8) -> bool {
    matches!(byte, 0..=b' ' | b'"' | b'\'' | b'`' | b'\\' | b'<')
}

/// Whether another `name=` begins here.
fn begins_pair(text: Text<'_>, place: usize) -> bool {
    let end = text.ahead(Set::Dotted, place, 40);
    end > place && matches!(text.at(end), b'=' | b'[' | b':') || text.has(place, b"amp;")
}

fn ends_query(text: Text<'_>, place: usize) -> bool {
    match text.at(place) {
        b'&' | b'#' | b')' | b']' | b'>' | b'|' => true,
        b',' | b';' => !text.at(place + 1).is_ascii_alphanumeric(),
        b'%' => {
            text.has(place, b"%26")
                || text.has(place, b"%22")
                || text.has_folded(place, b"%0a")
                || text.has(place, b"%20")
                || text.has_folded(place, b"%7d")
        }
        _ => false,
    }
}
