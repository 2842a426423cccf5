//! Secrets without a prefix of their own, told by something in their middle or by their structure.

use super::plain::is_placeholder;
use super::scan::Scan;
use super::shape::Shape;
use super::text::Set;

/// Begins of password hashes.
pub const CRYPTS: [&str; 8] = ["$2a$", "$2b$", "$2y$", "$5$", "$6$", "$y$", "$argon2", "$apr1$"];

/// A token with certain characters in its middle.
pub struct Middle {
    rule: &'static str,
    pub mark: &'static str,
    /// What stands before the mark, at least and at most so much of it.
    before: (Set, usize, usize),
    after: (Set, usize, usize),
}

const fn middle(
    rule: &'static str,
    mark: &'static str,
    before: (Set, usize, usize),
    after: (Set, usize, usize),
) -> Middle {
    Middle { rule, mark, before, after }
}

#[rustfmt::skip]
pub static MIDDLES: [Middle; 16] = [
    middle("telegram-token", ":AA", (Set::Digit, 5, 16), (Set::Slug, 28, 38)),
    middle("telegram-token", "%3AAA", (Set::Digit, 5, 16), (Set::Slug, 28, 38)),
    middle("mailchimp-key", "-us", (Set::Hex, 32, 32), (Set::Digit, 1, 3)),
    middle("terraform-token", ".atlasv1.", (Set::Alnum, 10, 20), (Set::Base64, 31, 200)),
    middle("maxmind-key", "_mmk", (Set::Word, 36, 36), (Set::Digit, 0, 0)),
    middle("azure-key", "AZDO", (Set::Alnum, 76, 76), (Set::Alnum, 4, 4)),
    middle("azure-key", "AzFu", (Set::Slug, 44, 44), (Set::Base64, 6, 8)),
    middle("azure-key", "AzSe", (Set::Alnum, 42, 42), (Set::Alnum, 6, 6)),
    middle("azure-key", "JQQJ9", (Set::Alnum, 52, 52), (Set::Alnum, 27, 27)),
    middle("azure-key", "+ASt", (Set::Base64, 76, 76), (Set::Base64, 6, 8)),
    middle("azure-key", "+AEh", (Set::Base64, 33, 33), (Set::Base64, 6, 8)),
    middle("azure-key", "+ACR", (Set::Base64, 42, 42), (Set::Base64, 6, 8)),
    middle("azure-key", "%2BASt", (Set::Base64, 76, 76), (Set::Base64, 6, 8)),
    middle("azure-key", "%2BAEh", (Set::Base64, 33, 33), (Set::Base64, 6, 8)),
    middle("azure-key", "%2BACR", (Set::Base64, 42, 42), (Set::Base64, 6, 8)),
    middle("new-relic-key", "NRAL", (Set::Hex, 36, 36), (Set::Digit, 0, 0)),
];

impl Scan<'_> {
    /// `header.payload.signature`, where the header is JSON that names an algorithm. Cut-off ones, too.
    pub fn jwt(&mut self, place: usize) {
        let text = self.text;
        if !text.has(place, b"eyJ") || !text.is_fresh(place) {
            return;
        }
        let header_end = self.run_end(Set::Slug, place);
        if text.at(header_end) != b'.'
            || header_end - place < 12
            || !is_jose(text.slice(place, header_end.min(place + 512)))
        {
            return;
        }
        let mut end = self.run_end(Set::Dotted, header_end);
        while text.before(end, 1) == b'.' {
            end -= 1;
        }
        if end >= header_end + 5 {
            self.take(place, end, "jwt");
        }
    }

    /// `id.time.signature`, the id being a number in base64.
    pub fn discord(&mut self, place: usize) {
        let text = self.text;
        if !text.is_fresh(place) {
            return;
        }
        let id = text.ahead(Set::Alnum, place, 40);
        let time = text.ahead(Set::Slug, id + 1, 16);
        if text.at(id) != b'.'
            || text.at(time) != b'.'
            || !(18..=28).contains(&(id - place))
            || !(5..=8).contains(&(time - id - 1))
        {
            return;
        }
        let end = text.ahead(Set::Slug, time + 1, 64);
        if (26..=60).contains(&(end - time - 1)) {
            self.take(place, end, "discord-token");
        }
    }

    /// What has its mark at `place`.
    pub fn middle(&mut self, place: usize, kind: u8) {
        let Some(middle) = MIDDLES.get(usize::from(kind)) else { return };
        let text = self.text;
        if !text.has(place, middle.mark.as_bytes()) {
            return;
        }
        let mark_end = place + middle.mark.len();
        let (after, after_least, after_most) = middle.after;
        let Some(start) = self.begin_before(place, middle.before) else { return };
        let mut end = text.ahead(after, mark_end, after_most);
        if after == Set::Base64 {
            end = self.encoded_end(after, end);
        }
        if end - mark_end >= after_least && !after.contains(text.at(end)) && !Set::Alnum.contains(text.at(end)) {
            self.take(start, end, middle.rule);
        }
    }

    /// Where so many bytes of the set begin that end at `place`; `%2B` and `%2F` are one byte.
    fn begin_before(&self, place: usize, (set, least, most): (Set, usize, usize)) -> Option<usize> {
        let text = self.text;
        let mut start = place;
        let mut count = 0;
        loop {
            let is_encoded = text.before(start, 1) == b'%' && matches!(text.slice(start, start + 2), b"2B" | b"2F");
            if is_encoded && count >= 2 && set == Set::Base64 {
                start -= 1;
                count -= 1;
            } else if count < most && set.contains(text.before(start, 1)) {
                start -= 1;
                count += 1;
            } else {
                break;
            }
        }
        let byte = text.before(start, 1);
        let begins = !set.contains(byte) || !Set::Alnum.contains(byte) || text.escape_before(start) > 0;
        (count >= least && begins).then_some(start)
    }

    /// `abc8Q~…`: a client secret of Azure.
    pub fn azure_secret(&mut self, place: usize) {
        let text = self.text;
        let in_secret = |byte: u8| Set::Dotted.contains(byte) || byte == b'~';
        if text.at(place + 1) != b'Q' || text.at(place + 2) != b'~' {
            return;
        }
        let mut start = place;
        while start > place.saturating_sub(4) && in_secret(text.before(start, 1)) && text.escape_before(start) == 0 {
            start -= 1;
        }
        let start = if place - start > 3 { return } else { start };
        let end = (place + 3..place + 48).find(|at| !in_secret(text.at(*at))).unwrap_or(place + 48);
        if place - start == 3 && (30..=36).contains(&(end - place - 3)) {
            self.take(start, end, "azure-secret");
        }
    }

    /// Hashes of passwords, as in `/etc/shadow`.
    pub fn crypt(&mut self, place: usize, kind: u8) {
        let Some(begin) = CRYPTS.get(usize::from(kind)) else { return };
        let text = self.text;
        if !text.has(place, begin.as_bytes()) {
            return;
        }
        let mut end = place;
        while end < place + 256 && (Set::Base64Dotted.contains(text.at(end)) || matches!(text.at(end), b'$' | b',')) {
            end += 1;
        }
        while matches!(text.before(end, 1), b'.' | b',') && end > place {
            end -= 1;
        }
        let value = text.slice(place, end);
        let last = value.rsplit(|byte| *byte == b'$').next().unwrap_or_default();
        if last.len() >= 20 && value.len() >= 30 && !is_placeholder(value) {
            self.take(place, end, "password-hash");
        }
    }

    /// SQL: `IDENTIFIED BY 'x'`.
    pub fn identified(&mut self, place: usize) {
        let text = self.text;
        if !text.has_folded(place, b"identified ") {
            return;
        }
        let line = text.slice(place, place + 96);
        let by = line.windows(4).position(|four| four.eq_ignore_ascii_case(b" by "));
        let Some(by) = by else { return };
        let start = text.ahead(Set::Space, place + by + 4, 16);
        let Some((quote, length)) = text.quote_at(start).filter(|_| text.at(start) != b'`') else { return };
        if let Some(end) = self.closing(quote, start + length) {
            let value = text.head(start + length, end);
            if !is_placeholder(value)
                && !super::plain::is_reference(value)
                && value.len() >= 3
                && (text.has(place, b"IDENTIFIED") || !value.iter().all(u8::is_ascii_lowercase))
            {
                self.take(start + length, end, "password");
            }
        }
    }

    /// `host:5432:database:user:password`, alone on its line.
    pub fn pgpass(&mut self, place: usize) {
        let text = self.text;
        let start = text.back(Set::Unbroken, place, 128);
        let is_line = start == 0 || matches!(text.before(start, 1), b'\n' | b'"' | b'\'');
        let is_port = text.ahead(Set::Digit, place + 1, 5) > place + 4 || text.at(place + 1) == b'*';
        if !is_line || !is_port || text.slice(start, place).contains(&b':') {
            return;
        }
        let mut colons = 0;
        let mut at = place;
        while at < place + 192 && Set::Unbroken.contains(text.at(at)) {
            colons += usize::from(text.at(at) == b':' && text.before(at, 1) != b'\\');
            at += 1;
            if colons == 4 {
                break;
            }
        }
        if colons != 4 {
            return;
        }
        let end = self.bare_end(at, super::value::Manner::default());
        let value = text.head(at, end);
        if value.len() >= 4 && !is_placeholder(value) && Shape::of(value).letters() + Shape::of(value).digits > 2 {
            self.take(at, end, "password");
        }
    }

    /// The secret key that stands beside an access key of AWS: 40 characters of base64 in the next columns.
    pub fn beside_access_key(&mut self, end: usize) {
        let text = self.text;
        let mut place = end;
        for _ in 0..6 {
            while place < end + 120 && !Set::Base64.contains(text.at(place)) {
                place += 1;
            }
            let word_end = text.ahead(Set::Base64, place, 64);
            let word = text.slice(place, word_end);
            if word.len() == 40 && Shape::of(word).is_random() && !Shape::of(word).is_hex() {
                self.take_aside(place, word_end, "aws-secret-key");
                return;
            }
            place = word_end + 1;
            if place > end + 120 {
                return;
            }
        }
    }
}

/// Whether a JWT's header, in base64, is JSON with `"alg"`, `"enc"` or `"typ"` in it.
fn is_jose(header: &[u8]) -> bool {
    let mut bits = 0_u32;
    let mut count = 0;
    let mut json = Vec::with_capacity(header.len());
    for &byte in header {
        let Some(value) = super::encode::base64_value(byte) else { return false };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            json.push((bits >> count) as u8);
        }
    }
    [&b"\"alg\""[..], b"\"enc\"", b"\"typ\"", b"\"kid\"", b"\"cty\""]
        .iter()
        .any(|name| json.windows(name.len()).any(|window| window == *name))
}
