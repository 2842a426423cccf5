//! Private keys between `-----BEGIN …-----` and `-----END …-----`: all of it, also cut off, on one line, indented, quoted,
//! or with `\n` for line ends. Public keys and certificates stay.

use super::scan::{Scan, Seek};
use super::text::Set;

const BEGIN: &[u8] = b"-----BEGIN";

/// Less is an example of the form, not a key.
const BODY_LEAST: usize = 24;

impl Scan<'_> {
    /// Takes the block that begins here.
    pub fn pem(&mut self, place: usize) {
        let text = self.text;
        if !text.has(place, BEGIN) {
            return;
        }
        let label = place + BEGIN.len();
        let Some(label_end) = (label..label + 64).find(|end| text.has(*end, b"-----")) else { return };
        if !is_private(text.slice(label, label_end)) {
            return;
        }
        let body = label_end + 5;
        let next = self.dashes(body);
        let is_closed = text.has(next, b"-----END");
        if is_closed && self.solid(body, next) >= BODY_LEAST {
            let end_label = next + 8;
            let end = (end_label..end_label + 64)
                .find(|end| text.has(*end, b"-----"))
                .map_or_else(|| text.ahead(Set::Word, end_label + 1, 64), |end| end + 5);
            self.take(place, end, "private-key");
            return;
        }
        let end = self.body_end(body, next);
        if self.solid(body, end) >= BODY_LEAST {
            self.take(place, end, "private-key");
        }
    }

    fn dashes(&mut self, from: usize) -> usize {
        self.seek(Seek::Dashes, from, |text, place| text.at(place) == b'-' && text.has(place, b"-----"))
    }

    /// How many characters of a key stand there, as far as it matters.
    fn solid(&self, start: usize, end: usize) -> usize {
        let text = self.text;
        (start..end.min(start + 512)).filter(|place| Set::Base64.contains(text.at(*place))).count()
    }

    /// Where a block without end stops looking like one: chunks of base64, with blanks, quotes, escapes and marks of
    /// quotations between them, and the lines of its head.
    fn body_end(&self, body: usize, limit: usize) -> usize {
        let text = self.text;
        let mut end = body;
        let mut place = body;
        while place < limit {
            let between = place;
            while place < limit && (!Set::Base64.contains(text.at(place)) || self.is_line_mark(place)) {
                if place - between > 48 {
                    return end;
                }
                place += if text.at(place) == b'\\' && text.at(place + 1).is_ascii_alphabetic() {
                    2
                } else {
                    self.encoded_blank(place)
                };
            }
            let chunk_end = text.ahead(Set::Base64, place, limit - place);
            let chunk = text.slice(place, chunk_end);
            let is_head = text.at(chunk_end) == b':' && chunk.len() < 24;
            let is_short = chunk.len() < 20 && !is_head;
            if is_short && end == body {
                return body;
            }
            if is_short {
                // The last line of a key is short; a word after a cut-off key is one, too, and harmless to take.
                let is_mixed =
                    chunk.iter().any(u8::is_ascii_uppercase) && chunk.iter().any(|byte| !byte.is_ascii_uppercase());
                let is_tail =
                    chunk.len().is_multiple_of(4) || chunk.ends_with(b"=") || chunk_end >= text.len() || is_mixed;
                return if is_tail { chunk_end } else { end };
            }
            end = if is_head {
                text.ahead(Set::Unbroken, text.ahead(Set::Blank, chunk_end + 1, 4), 64)
            } else {
                chunk_end
            };
            place = end;
        }
        end
    }

    /// `+` or `-` at the begin of a line of a diff, a blank in a form.
    fn is_line_mark(&self, place: usize) -> bool {
        matches!(self.text.at(place), b'+' | b'-') && !Set::Base64.contains(self.text.before(place, 1))
    }

    /// Length of what stands here for a blank: `%0A`, `%20`, or one byte.
    fn encoded_blank(&self, place: usize) -> usize {
        if self.text.has_folded(place, b"%0a") || self.text.has_folded(place, b"%0d") || self.text.has(place, b"%20") {
            3
        } else {
            1
        }
    }
}

fn is_private(label: &[u8]) -> bool {
    label.windows(7).any(|window| window == b"PRIVATE")
}
