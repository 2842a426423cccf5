//! Names that say secret, and the values that follow them: assignments, flags, data, markup, calls.

use super::judge::is_secret;
use super::names::{self, Says, classify};
use super::plain::is_type;
use super::scan::Scan;
use super::text::Set;
use super::value::{Manner, Quote};
use super::words::{is_one_of, words};

/// Longer names are read from their end.
const NAME_MOST: usize = 64;
/// No one aligns values by more blanks.
const BLANKS_MOST: usize = 64;

/// What makes a value of a string and nothing else.
const WRAPPERS: &[&str] = words! {
    from string some ok new bytes byte str secret secretstr secretstring password token of bytestring bytearray
    buffer cstring literal quote value text sensitive just ptr
};

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
struct Name {
    start: usize,
    end: usize,
    says: Says,
    is_flag: bool,
    quote: Option<Quote>,
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
            is_flag = false;
        }
        let mut says = classify(text.slice(start, end))?;
        if says == Says::Hint && text.before(start, 1) == b' ' && text.slice(start, end).eq_ignore_ascii_case(b"key") {
            let word = text.back(Set::Alnum, start - 1, 16);
            if names::makes_key_secret(text.slice(word, start - 1)) {
                says = Says::Key;
            }
        }
        let quote = if is_flag { None } else { text.quote_before(start) };
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

    /// A value behind `=`, `:`, `(` or a comma.
    fn value(&mut self, name: Name, start: usize, manner: Manner) {
        if let Some((start, end)) = self.quoted(start) {
            return self.judge(name, start, Some(end), Manner { is_quoted: true, ..manner });
        }
        let text = self.text;
        if let Some((start, end)) = self.wrapped(start) {
            return self.judge(name, start, Some(end), Manner { is_quoted: true, is_argument: true, ..manner });
        }
        if manner.is_argument {
            return;
        }
        if manner.is_colon && matches!(text.at(start), b'|' | b'>') && name.quote.is_none() {
            return self.block(name, start, manner);
        }
        if manner.is_colon && name.quote.is_none() && self.typed(name, start, manner) {
            return;
        }
        self.judge(name, start, None, manner);
    }

    /// The inside of a string that begins here, also behind a prefix as in `b"…"` and when the line ends before it does.
    fn quoted(&mut self, start: usize) -> Option<(usize, usize)> {
        let text = self.text;
        let prefix = text.ahead(Set::Alnum, start, 3);
        let begin = if prefix - start <= 2
            && matches!(text.at(prefix), b'"' | b'\'')
            && text.slice(start, prefix).iter().all(|byte| b"rRbBfFuUlL".contains(byte))
        {
            prefix
        } else {
            start
        };
        let (quote, length) =
            text.quote_at(begin).or_else(|| text.has(begin, b"@\"").then_some((Quote::Character(b'"', 0), 2)))?;
        let mut inside = begin + length;
        // `"""…"""`
        if let Quote::Character(character, 0) = quote
            && text.at(inside) == character
            && text.at(inside + 1) == character
        {
            inside += 2;
        }
        let end = self.closing(quote, inside).unwrap_or_else(|| {
            let end = self.line_end(inside);
            text.0.get(..end).map_or(inside, |head| head.trim_ascii_end().len().max(inside))
        });
        Some((inside, end))
    }

    /// The string in `String::from("…")`, `[]byte("…")`, `Some("…")`.
    fn wrapped(&mut self, start: usize) -> Option<(usize, usize)> {
        let text = self.text;
        let mut place = start;
        while place < start + 40
            && (Set::Dotted.contains(text.at(place)) || matches!(text.at(place), b':' | b'[' | b']' | b'&' | b' '))
        {
            place += 1;
        }
        let callee = text.back(Set::Word, place, 32);
        let is_wrapper = text.before(place, 1) == b']' || is_one_of(text.slice(callee, place), WRAPPERS);
        let is_called = place > start && is_wrapper && text.at(place) == b'(' && text.quote_at(place + 1).is_some();
        is_called.then(|| self.quoted(place + 1)).flatten()
    }

    /// `password: |` and the indented lines below it.
    fn block(&mut self, name: Name, start: usize, manner: Manner) {
        let text = self.text;
        let end = text.ahead(Set::Unbroken, start, 4);
        let mut place = text.ahead(Set::Space, end, BLANKS_MOST);
        let indented = matches!(text.before(place, 1), b' ' | b'\t') && text.slice(end, place).contains(&b'\n');
        if indented {
            place = place.max(end);
            self.judge(name, place, None, Manner { is_line: true, ..manner });
        }
    }

    /// `token: string = "…"`: what stands behind the type.
    fn typed(&mut self, name: Name, start: usize, manner: Manner) -> bool {
        let text = self.text;
        let mut place = start;
        while place < start + 48
            && (Set::Dotted.contains(text.at(place))
                || matches!(text.at(place), b'<' | b'>' | b'&' | b'\'' | b'[' | b']' | b'?' | b'|' | b' ' | b':'))
        {
            place += 1;
        }
        let is_assigned = place > start && text.at(place) == b'=' && !matches!(text.at(place + 1), b'=' | b'>');
        if !is_assigned
            || text.before(place, 1) != b' '
            || !is_type(text.slice(start, place)) && !matches!(text.at(start), b'&' | b'\'')
        {
            return false;
        }
        let begin = text.ahead(Set::Blank, place + 1, BLANKS_MOST);
        if let Some((inside, end)) = self.quoted(begin) {
            self.judge(name, inside, Some(end), Manner { is_quoted: true, is_colon: false, ..manner });
        }
        true
    }

    /// `<password>…</password>`, `<key>Password</key><string>…</string>`.
    fn markup(&mut self, name: Name, after: usize) {
        let text = self.text;
        let mut start = text.ahead(Set::Space, after, BLANKS_MOST);
        if text.has(start, b"<![CDATA[") {
            start += 9;
        }
        let end = (start..start.saturating_add(1024).min(text.len())).find(|place| {
            matches!(text.at(*place), b'<' | b'\n') || text.has(*place, b"]]>") || text.has(*place, b"\\u003c")
        });
        let Some(end) = end else { return };
        self.judge(name, start, Some(end), Manner { is_quoted: true, is_data: true, ..Manner::default() });
    }

    /// Only a space between: flags, `ENV NAME value`, `.netrc`, "the password is x", a second field named `value`.
    fn spaced(&mut self, name: Name, start: usize, manner: Manner) {
        let text = self.text;
        if start == name.end || start >= text.len() {
            return;
        }
        if name.is_flag {
            if let Some((inside, end)) = self.quoted(start) {
                return self.judge(name, inside, Some(end), Manner { is_quoted: true, ..manner });
            }
            if text.at(start) != b'-' || text.at(start + 1) != b'-' {
                self.judge(name, start, None, manner);
            }
            return;
        }
        if names::is_password(name.says) && manner.is_screaming
            || text.has_before(name.start, b"with ")
            || text.has_before(name.start, b"by ")
        {
            // SQL: `PASSWORD 'x'`
            if let Some((inside, end)) = self.quoted(start) {
                return self.judge(name, inside, Some(end), Manner { is_quoted: true, is_spaced: false, ..manner });
            }
        }
        let is_given =
            [&b"ENV "[..], b"ARG ", b"setx ", b"setenv "].iter().any(|word| text.has_before(name.start, word))
                || self.is_netrc(name)
                || [&b"requirepass"[..], b"masterauth"].contains(&text.slice(name.start, name.end));
        for word in [&b"is "[..], b"is: ", b"was ", b"set to ", b"= "] {
            if text.has_folded(start, word) {
                let begin = start + word.len();
                let said =
                    Manner { is_spaced: !names::is_password(name.says), is_said: true, is_tight: false, ..manner };
                if let Some((inside, end)) = self.quoted(begin) {
                    return self.judge(name, inside, Some(end), Manner { is_quoted: true, is_spaced: false, ..said });
                }
                return self.judge(name, begin, None, said);
            }
        }
        let manner =
            if is_given { Manner { is_spaced: false, is_tight: true, is_flag: true, ..manner } } else { manner };
        self.judge(name, start, None, manner);
    }

    /// `machine x login y password z`
    fn is_netrc(&self, name: Name) -> bool {
        let text = self.text;
        let before = text.slice(name.start.saturating_sub(160), name.start);
        text.slice(name.start, name.end) == b"password"
            && before.windows(6).any(|window| window == b"login ")
            && before.windows(8).any(|window| window == b"machine ")
    }

    /// `"name": "API_KEY", "value": …`, `name="password" value=…`, `- name: X` and below it `value: …`.
    fn value_field(&self, name: Name, start: usize) -> Option<usize> {
        let text = self.text;
        let mut place = start;
        while place < start + 80 && (Set::Space.contains(text.at(place)) || text.at(place) == b',') {
            place += 1;
            if text.at(place) == b'\\' && matches!(text.at(place + 1), b'n' | b'r') {
                place += 2;
            }
        }
        if text.has(start, b"</key>") {
            let inside = text.ahead(Set::Space, start + 6, BLANKS_MOST);
            return text.has(inside, b"<string>").then_some(inside + 8);
        }
        let quote = text.quote_at(place);
        let word = place + quote.map_or(0, |(_, length)| length);
        let between = text.slice(start, place);
        if between.is_empty()
            || !text.has_folded(word, b"value")
            || (name.quote.is_none() && !between.contains(&b'\n') && !between.contains(&b'\\'))
        {
            return None;
        }
        let mut end = word + 5;
        if let (Some((open, length)), Some((close, _))) = (quote, text.quote_at(end))
            && open == close
        {
            end += length;
        }
        end = text.ahead(Set::Blank, end, BLANKS_MOST);
        matches!(text.at(end), b'=' | b':').then(|| text.ahead(Set::Blank, end + 1, BLANKS_MOST))
    }

    /// Takes the value if it is a secret. `end` is known for quoted ones.
    fn judge(&mut self, name: Name, start: usize, end: Option<usize>, manner: Manner) {
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
        if start >= end || self.is_marked(start, end) {
            return;
        }
        let manner = Manner { is_closed: matches!(self.text.at(end), b',' | b';'), ..manner };
        let value = self.text.head(start, end);
        if self.text.slice(name.start, name.end).eq_ignore_ascii_case(b"pass") && !has_both(value) {
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
