//! How values are given: in quotes, wrapped by a call, in a block below, behind a type, in a tag, behind a space, in a
//! field of their own.

use super::assign::{BLANKS_MOST, Name};
use super::names::{self, Says};
use super::plain::is_type;
use super::scan::Scan;
use super::text::Set;
use super::value::{Manner, Quote};
use super::words::{is_one_of, words};

/// What makes a value of a string and nothing else.
const WRAPPERS: &[&str] = words! {
    from string some ok new bytes byte str secret secretstr secretstring password token of bytestring bytearray
    buffer cstring literal quote value text sensitive just ptr base64 b64encode btoa
};

/// What a sentence says between a name and its value.
#[rustfmt::skip]
const SAYINGS: [&str; 7] = ["is generated for root@localhost: ", "is ", "is: ", "was ", "to ", "set to ", "= "];

impl Scan<'_> {
    /// A value behind `=`, `:`, `(` or a comma.
    pub(super) fn value(&mut self, name: Name, start: usize, manner: Manner) {
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

    /// `auth=("me", "x")`, `HTTPBasicAuth('me', 'x')`, `.basic_auth("me", Some("x"))`: the second of two strings.
    pub(super) fn pair(&mut self, name: Name, start: usize) -> bool {
        let text = self.text;
        if name.says != Says::Hint || !text.has_before(name.end, b"auth") {
            return false;
        }
        let Some((_, end)) = self.quoted(start + usize::from(text.at(start) == b'(')) else { return false };
        let after = text.ahead(Set::Blank, end + 1, BLANKS_MOST);
        if text.at(after) != b',' {
            return false;
        }
        let second = text.ahead(Set::Blank, after + 1, BLANKS_MOST);
        let Some((inside, end)) = self.quoted(second).or_else(|| self.wrapped(second)) else { return false };
        let manner = Manner { is_quoted: true, ..Manner::default() };
        self.judge(Name { says: Says::Password, ..name }, inside, Some(end), manner);
        true
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
    pub(super) fn markup(&mut self, name: Name, after: usize) {
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
    pub(super) fn spaced(&mut self, name: Name, start: usize, manner: Manner) {
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
        let is_sql = text.has_before(name.start, b"with ") || text.has_before(name.start, b"by ");
        if (manner.is_screaming || is_sql)
            && let Some((inside, end)) = self.quoted(start)
        {
            // `PASSWORD 'x'`, `#define API_KEY "x"`
            return self.judge(name, inside, Some(end), Manner { is_quoted: true, is_spaced: false, ..manner });
        }
        let is_pass = text.slice(name.start, name.end) == b"pass";
        if let Some(word) = SAYINGS.iter().filter(|_| !is_pass).find(|word| text.has_folded(start, word.as_bytes())) {
            let begin = start + word.len();
            let said = Manner { is_spaced: !names::is_password(name.says), is_said: true, is_tight: false, ..manner };
            if let Some((inside, end)) = self.quoted(begin) {
                return self.judge(name, inside, Some(end), Manner { is_quoted: true, is_spaced: false, ..said });
            }
            return self.judge(name, begin, None, said);
        }
        if let Some(begin) = self.after_whose(start).filter(|_| names::is_password(name.says)) {
            return self.judge(name, begin, None, Manner { is_spaced: false, is_said: true, ..manner });
        }
        let is_given =
            [&b"ENV "[..], b"ARG ", b"setx ", b"setenv "].iter().any(|word| text.has_before(name.start, word))
                || self.is_netrc(name)
                || [&b"requirepass"[..], b"masterauth"].contains(&text.slice(name.start, name.end));
        let manner =
            if is_given { Manner { is_spaced: false, is_tight: true, is_flag: true, ..manner } } else { manner };
        self.judge(name, start, None, manner);
    }

    /// `Password for me: x`: where the value begins.
    fn after_whose(&self, start: usize) -> Option<usize> {
        let text = self.text;
        let end = text.ahead(Set::Unbroken, start + 4, 64);
        (text.has(start, b"for ") && text.before(end, 1) == b':').then(|| text.ahead(Set::Blank, end, BLANKS_MOST))
    }

    /// `machine x login y password z`
    fn is_netrc(&self, name: Name) -> bool {
        let text = self.text;
        let before = text.slice(name.start.saturating_sub(160), name.start);
        text.slice(name.start, name.end) == b"password"
            && before.windows(6).any(|window| window == b"login ")
            && before.windows(8).any(|window| window == b"machine ")
    }

    /// Where the value begins that is given in a second field: `"name": "API_KEY", "value": …`, `name="password"
    /// value=…`, `- name: X` and below it `value: …`, `<key>Password</key><string>…`, `set NAME --body …`.
    pub(super) fn value_field(&self, name: Name, start: usize) -> Option<usize> {
        let text = self.text;
        for tag in [&b"</key>"[..], b">"] {
            let inside = text.ahead(Set::Space, start + tag.len(), BLANKS_MOST);
            let begin = ["<string>", "<value>"].into_iter().find(|begin| text.has_folded(inside, begin.as_bytes()));
            if let Some(begin) = begin.filter(|_| text.has(start, tag)) {
                return Some(inside + begin.len());
            }
        }
        let mut place = start;
        while place < start + 80 && (Set::Space.contains(text.at(place)) || matches!(text.at(place), b',' | b'{')) {
            place += 1;
            if text.at(place) == b'\\' && matches!(text.at(place + 1), b'n' | b'r') {
                place += 2;
            }
        }
        if place == start {
            return None;
        }
        if text.has(place, b"--body ") {
            return Some(place + 7);
        }
        let between = text.slice(start, place);
        let is_field = name.quote.is_some() || between.contains(&b'\n') || between.contains(&b'\\');
        let quote = text.quote_at(place);
        let word = place + quote.map_or(0, |(_, length)| length);
        let mut end = text.ahead(Set::Word, word, 32);
        if !is_field
            || !(text.has_before(end, b"value") || (text.has_before(end, b"default") && between.contains(&b'{')))
        {
            return None;
        }
        if let (Some((open, length)), Some((close, _))) = (quote, text.quote_at(end))
            && open == close
        {
            end += length;
        }
        end = text.ahead(Set::Blank, end, BLANKS_MOST);
        let is_given = matches!(text.at(end), b'=' | b':') && !matches!(text.at(end + 1), b':' | b'=');
        is_given.then(|| text.ahead(Set::Blank, end + 1, BLANKS_MOST))
    }
}
