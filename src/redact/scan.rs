//! One pass over a text.
//!
//! At each place the index says what may be there, and the reader of that form looks closer. Readers look ahead and back
//! either a bounded number of bytes, or through a run whose end is remembered, so that no byte is walked over more than
//! a fixed number of times whatever the text is. Nothing recurses.

use super::Redactor;
use super::found::{Redaction, merge};
use super::index::{Odd, Trigger, fold};
use super::known::Known;
use super::names::STEMS;
use super::text::{SETS, Set, Text};
use super::tokens::{Body, ROWS, Row};

/// How a replacement begins.
pub const MARKER: &[u8] = b"[redacted:";

/// No replacement is longer.
const MARKER_MOST: usize = 52;

/// So far a refused row is not tried again.
const REFUSED_FOR: usize = 16;

/// A stretch that was walked over.
#[derive(Clone, Copy, Debug, Default)]
pub struct Run {
    start: usize,
    end: usize,
}

/// Searches of which the last answer is remembered.
#[derive(Clone, Copy, Debug)]
pub enum Seek {
    /// The next replacement.
    Marker,
    /// The next line end, also as `\n` in a string.
    LineEnd,
    /// The next end of an unquoted value.
    Bare,
    /// The same in a URL's query.
    Query,
    /// The end of a header's value.
    Header,
    /// `-----`
    Dashes,
    /// The last `@` of what may be a URL's authority lies before.
    At,
    /// The end of a command.
    Command,
    /// A closing quote: quote character and depth of escapes together.
    Quote(u8),
}

const SEEKS: usize = 8 + 12;

impl Seek {
    const fn slot(self) -> usize {
        match self {
            Self::Marker => 0,
            Self::LineEnd => 1,
            Self::Bare => 2,
            Self::Query => 3,
            Self::Header => 4,
            Self::Dashes => 5,
            Self::At => 6,
            Self::Command => 7,
            Self::Quote(kind) => 8 + kind as usize % 12,
        }
    }
}

/// The pass.
pub struct Scan<'t> {
    pub redactor: &'t Redactor,
    pub known: &'t Known,
    pub text: Text<'t>,
    pub found: Vec<Redaction>,
    /// Up to here everything is taken already.
    pub taken: usize,
    /// Up to here names are read.
    pub named: usize,
    /// Up to here manifests are read.
    pub manifest: usize,
    /// The program whose short flags count, and where its command ends.
    pub tool: Option<(u8, usize)>,
    /// The row that was refused last, and until where that counts.
    refused: (u16, usize),
    runs: [Run; SETS],
    seeks: [Run; SEEKS],
    /// Steps that may still be spent on comparing what will not match.
    pub patience: usize,
}

impl<'t> Scan<'t> {
    pub fn new(redactor: &'t Redactor, text: &'t str) -> Self {
        let text = Text(text.as_bytes());
        Self {
            redactor,
            known: redactor.known(),
            text,
            found: Vec::new(),
            taken: 0,
            named: 0,
            manifest: 0,
            tool: None,
            refused: (u16::MAX, 0),
            runs: [Run::default(); SETS],
            seeks: [Run::default(); SEEKS],
            patience: text.len().saturating_mul(4).saturating_add(4096),
        }
    }

    /// Everything found, in order, nothing overlapping.
    pub fn run(mut self) -> Vec<Redaction> {
        let known = self.known;
        let mut triple = 0_u32;
        for (place, &byte) in self.text.0.iter().enumerate() {
            triple = (triple << 8 | u32::from(byte)) & 0xff_ffff;
            let folded = fold(triple);
            if known.index.may_be(folded) && place >= 2 {
                self.visit(place - 2, folded);
            }
        }
        self.patterns_anywhere();
        merge(self.found, self.text)
    }

    fn visit(&mut self, place: usize, folded: u32) {
        let known = self.known;
        for trigger in known.index.at(folded) {
            match trigger {
                Trigger::Literal(number) => self.literal(place, number),
                Trigger::Pattern(number) => self.pattern(place, number),
                _ if place < self.taken => {}
                Trigger::Token(number) => self.token(place, number),
                Trigger::Name(stem) => {
                    if STEMS.get(usize::from(stem)).is_some_and(|stem| self.text.has_folded(place, stem.as_bytes())) {
                        self.name(place);
                    }
                }
                Trigger::Odd(odd) => self.odd(place, odd),
            }
        }
    }

    fn odd(&mut self, place: usize, odd: Odd) {
        match odd {
            Odd::Marker => self.marker(place),
            Odd::Url => self.url(place, b"://"),
            Odd::EncodedUrl => self.url(place, b"%3A%2F%2F"),
            Odd::Pem => self.pem(place),
            Odd::Jwt => self.jwt(place),
            Odd::Webhook(kind) => self.webhook(place, kind),
            Odd::Discord => self.discord(place),
            Odd::Middle(kind) => self.middle(place, kind),
            Odd::AzureSecret => self.azure_secret(place),
            Odd::Crypt(kind) => self.crypt(place, kind),
            Odd::Scheme(kind) => self.scheme(place, kind),
            Odd::Tool(kind) => self.program(place, kind),
            Odd::Flag => self.short_flag(place),
            Odd::Sudo => self.sudo(place),
            Odd::LongUser => self.long_user(place),
            Odd::Identified => self.identified(place),
            Odd::PgPass => self.pgpass(place),
        }
    }

    /// Takes a stretch, unless it touches a replacement of an earlier pass or is allowed. Gives whether it did.
    pub fn take(&mut self, start: usize, end: usize, rule: &'static str) -> bool {
        let end = end.min(self.text.len());
        if start >= end || self.is_marked(start, end) || self.redactor.allows(self.text, start, end) {
            return false;
        }
        self.found.push(Redaction { rule, start, end });
        self.taken = self.taken.max(end);
        true
    }

    /// The same for a stretch that does not begin where the pass is: what stands before it is still looked at.
    pub fn take_aside(&mut self, start: usize, end: usize, rule: &'static str) -> bool {
        let taken = self.taken;
        let is_taken = self.take(start, end, rule);
        self.taken = taken;
        is_taken
    }

    /// Where the bytes of the set end that begin at `from`.
    pub fn run_end(&mut self, set: Set, from: usize) -> usize {
        let text = self.text;
        let Some(run) = self.runs.get_mut(set as usize) else { return from };
        if from < run.start || from >= run.end {
            let end = text.0.get(from..).map_or(from, |rest| {
                rest.iter().position(|byte| !set.contains(*byte)).map_or(text.len(), |length| from + length)
            });
            #[cfg(test)]
            super::text::work::note(end - from);
            *run = Run { start: from, end };
        }
        run.end.max(from)
    }

    /// The first place from `from` on where `is_there` holds, or the end of the text. `is_there` must be a question
    /// about the place alone, always the same for one kind of search.
    pub fn seek(&mut self, kind: Seek, from: usize, is_there: impl Fn(Text<'t>, usize) -> bool) -> usize {
        let text = self.text;
        let Some(known) = self.seeks.get_mut(kind.slot()) else { return from };
        if from < known.start || from > known.end || known.end == 0 {
            let end = (from..text.len()).find(|place| is_there(text, *place)).unwrap_or(text.len());
            *known = Run { start: from, end };
        }
        known.end.max(from)
    }

    /// Where the line ends, for the eye or in a string: `\n`, `\r`, also written as escapes.
    pub fn line_end(&mut self, from: usize) -> usize {
        self.seek(Seek::LineEnd, from, |text, place| match text.at(place) {
            b'\n' | b'\r' => true,
            b'\\' => matches!(text.at(place + 1), b'n' | b'r'),
            _ => false,
        })
    }

    /// Where the next replacement of an earlier pass begins.
    pub fn next_marker(&mut self, from: usize) -> usize {
        self.seek(Seek::Marker, from, |text, place| text.at(place) == b'[' && marker_end(text, place).is_some())
    }

    /// Whether a replacement stands in the stretch.
    pub fn is_marked(&mut self, start: usize, end: usize) -> bool {
        let floor = start.saturating_sub(MARKER_MOST);
        let before = self.text.slice(floor, start).iter().rposition(|byte| *byte == b'[');
        let is_inside = before.is_some_and(|place| marker_end(self.text, floor + place).is_some_and(|end| end > start));
        is_inside || self.next_marker(start) < end
    }

    fn marker(&mut self, place: usize) {
        if let Some(end) = marker_end(self.text, place) {
            self.taken = self.taken.max(end);
            self.named = self.named.max(end);
        }
    }

    fn token(&mut self, place: usize, number: u16) {
        let Some(row) = ROWS.get(usize::from(number)) else { return };
        if self.refused.0 == number && place < self.refused.1 {
            return;
        }
        if let Some(end) = self.token_end(place, row) {
            if self.take(place, end, row.rule) && row.rule == "aws-access-key" {
                self.beside_access_key(end);
            }
        } else if row.body != Body::Any && self.text.has(place, row.prefix.as_bytes()) {
            // What follows was seen as well: `sk-sk-sk-` is not judged at each prefix anew.
            self.refused = (number, place + REFUSED_FOR);
        }
    }

    /// Where the token of this row ends, if one begins here.
    pub fn token_end(&mut self, place: usize, row: &Row) -> Option<usize> {
        if !self.text.has(place, row.prefix.as_bytes()) || (row.is_fresh && !self.text.is_fresh(place)) {
            return None;
        }
        let body = place + row.prefix.len();
        let mut end = self.run_end(row.set, body);
        if matches!(row.set, Set::Base64 | Set::Base64Dotted) {
            end = self.encoded_end(row.set, end);
        }
        while end > body && self.text.before(end, 1) == b'.' {
            end -= 1;
        }
        (row.fits(end - body) && row.accepts(self.text.slice(body, end))).then_some(end)
    }

    /// Base64 goes on behind `%2B`, `%3D`, `\/`: the same characters, escaped.
    pub fn encoded_end(&mut self, set: Set, mut end: usize) -> usize {
        loop {
            let rest = self.text.slice(end, end + 3);
            let skip = match rest {
                [b'%', b'2', b'B' | b'b' | b'F' | b'f'] | [b'%', b'3', b'D' | b'd'] => 3,
                [b'\\', b'/', ..] => 2,
                _ => return end,
            };
            end = self.run_end(set, end + skip);
        }
    }

    /// The rule of the known token that fills the stretch.
    pub fn token_rule(&mut self, start: usize, end: usize) -> Option<&'static str> {
        let known = self.known;
        let bytes = self.text.slice(start, start + 3);
        let &[a, b, c] = bytes else { return None };
        let triple = fold(u32::from(a) << 16 | u32::from(b) << 8 | u32::from(c));
        known.index.at(triple).find_map(|trigger| {
            let Trigger::Token(number) = trigger else { return None };
            let row = ROWS.get(usize::from(number))?;
            (self.token_end(start, row) == Some(end)).then_some(row.rule)
        })
    }
}

/// Where the replacement ends that begins at `place`.
fn marker_end(text: Text<'_>, place: usize) -> Option<usize> {
    if !text.has(place, MARKER) {
        return None;
    }
    let end = text.ahead(Set::Slug, place + MARKER.len(), 40);
    (end > place + MARKER.len() && text.at(end) == b']').then_some(end + 1)
}
