//! Words: text, quotes, and what a dollar begins.

use super::escape;
use super::reader::Reader;
use super::tree::{Part, Raw};

/// Where a stretch of text ends, and what is special in it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stop {
    /// The bytes before which it ends.
    pub at: &'static [u8],
    /// Whether it stands in double quotes, or is read as if it did.
    pub is_quoted: bool,
    /// What `"` means in it.
    pub quote: Quote,
    /// A pair that nests in it.
    pub pair: (u8, u8),
    /// Whether the end of the text is an end, too.
    pub may_end: bool,
}

/// What `"` means.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Quote {
    /// It begins a quotation.
    Opens,
    /// Itself.
    Literal,
    /// Nothing at all.
    Ignored,
}

/// What ends a word outside of quotes.
pub(super) const META: &[u8] = b" \t\n;&|<>()";

impl Stop {
    pub const WORD: Self = Self { at: META, is_quoted: false, quote: Quote::Opens, pair: (0, 0), may_end: true };
    /// Behind `=~`, where parentheses belong to the pattern.
    pub const REGEX: Self =
        Self { at: b" \t\n", is_quoted: false, quote: Quote::Opens, pair: (b'(', b')'), may_end: true };
    pub const QUOTE: Self = Self { at: b"\"", is_quoted: true, quote: Quote::Literal, pair: (0, 0), may_end: false };
    pub const DOCUMENT: Self = Self { at: b"", is_quoted: true, quote: Quote::Literal, pair: (0, 0), may_end: true };
    pub const BRACE: Self = Self { at: b"}", is_quoted: false, quote: Quote::Opens, pair: (0, 0), may_end: false };
    pub const SLASH: Self = Self { at: b"/}", ..Self::BRACE };
    pub const OFFSET: Self = Self { at: b":}", pair: (b'(', b')'), ..Self::BRACE };
    pub const PAREN: Self =
        Self { at: b")", is_quoted: true, quote: Quote::Ignored, pair: (b'(', b')'), may_end: false };
    pub const TERM: Self = Self { at: b";)", ..Self::PAREN };
    pub const INDEX: Self =
        Self { at: b"]", pair: (b'[', b']'), quote: Quote::Opens, is_quoted: false, may_end: false };

    pub const fn quoted(self, is_quoted: bool) -> Self {
        Self { is_quoted, ..self }
    }
}

impl Reader<'_, '_> {
    /// A word; `None` where none begins.
    pub fn word(&mut self) -> Option<Raw> {
        let start = self.at;
        let raw = self.parts(&Stop::WORD);
        (self.at > start).then_some(raw)
    }

    /// Everything up to the stop, which is not skipped.
    pub fn parts(&mut self, stop: &Stop) -> Raw {
        self.step(32);
        let mut raw = Raw::new();
        let mut depth = 0_usize;
        loop {
            let run = self.while_bytes(|byte| {
                !is_special(byte) && !stop.at.contains(&byte) && byte != stop.pair.0 && byte != stop.pair.1
            });
            if !run.is_empty() {
                push(&mut raw, stop.is_quoted, run);
                self.skip(run.len());
            }
            self.step(6);
            let Some(byte) = self.peek() else {
                if !stop.may_end || depth > 0 {
                    self.bad();
                }
                return raw;
            };
            if byte == stop.pair.0 || (byte == b'(' && !stop.is_quoted && follows_pattern(&raw)) {
                depth += 1;
            } else if depth > 0 && (byte == b')' || byte == stop.pair.1) {
                depth -= 1;
            } else if self.special(byte, stop, &mut raw) {
                continue;
            } else if depth == 0 && stop.at.contains(&byte) {
                return raw;
            }
            let text = self.take();
            push(&mut raw, stop.is_quoted, text);
        }
    }

    /// Whether something more than a character was here; it is read then.
    fn special(&mut self, byte: u8, stop: &Stop, raw: &mut Raw) -> bool {
        match byte {
            b'\\' => self.backslash(stop, raw),
            b'\'' if !stop.is_quoted => {
                self.skip(1);
                let text = self.while_bytes(|byte| byte != b'\'');
                self.skip(text.len());
                self.close(b'\'');
                push(raw, true, text);
            }
            b'"' if stop.quote == Quote::Ignored => self.skip(1),
            b'"' if stop.quote == Quote::Opens => {
                self.skip(1);
                self.quotation(raw);
            }
            b'$' => return self.dollar(stop, raw),
            b'`' => self.backquote(stop.is_quoted, raw),
            b'<' | b'>' if !stop.is_quoted && self.peek_at(1) == Some(b'(') => {
                self.skip(2);
                let list = self.enclosed(")");
                raw.push(Part::Process { list, is_fed: byte == b'>' });
            }
            _ => return false,
        }
        true
    }

    /// The rest of a double-quoted text.
    fn quotation(&mut self, raw: &mut Raw) {
        let inner = self.parts(&Stop::QUOTE);
        if inner.is_empty() {
            push(raw, true, "");
        }
        raw.extend(inner);
        self.close(b'"');
    }

    pub fn close(&mut self, byte: u8) {
        if self.peek() == Some(byte) {
            self.skip(1);
        } else {
            self.bad();
        }
    }

    fn backslash(&mut self, stop: &Stop, raw: &mut Raw) {
        self.skip(1);
        if self.eat("\n") {
            return;
        }
        let keeps = stop.is_quoted
            && match self.peek() {
                Some(b'$' | b'`' | b'\\') => false,
                Some(b'"') => stop.at.is_empty(),
                Some(b'}') => !stop.at.contains(&b'}'),
                Some(_) | None => true,
            };
        if keeps || self.peek().is_none() {
            push(raw, stop.is_quoted, "\\");
        }
        if !keeps {
            let text = self.take();
            push(raw, true, text);
        }
    }

    fn backquote(&mut self, is_quoted: bool, raw: &mut Raw) {
        self.step(64);
        self.skip(1);
        let mut code = String::new();
        loop {
            let run = self.while_bytes(|byte| byte != b'\\' && byte != b'`');
            code.push_str(run);
            self.skip(run.len());
            match self.peek() {
                Some(b'\\') => {
                    self.skip(1);
                    let drops = match self.peek() {
                        Some(b'$' | b'`' | b'\\') => true,
                        Some(b'"') => is_quoted,
                        Some(_) | None => false,
                    };
                    if !drops {
                        code.push('\\');
                    }
                    code.push_str(self.take());
                }
                Some(_) => break self.skip(1),
                None => break self.bad(),
            }
        }
        let list = self.within(&code, |inner| inner.script());
        raw.push(Part::Command { list, is_quoted });
    }

    /// `$'…'`, behind the quote.
    pub fn ansi(&mut self, raw: &mut Raw) {
        let rest = self.rest();
        let mut length = 0;
        let mut bytes = rest.bytes();
        while let Some(byte) = bytes.next() {
            match byte {
                b'\'' => break,
                b'\\' => length += 1 + usize::from(bytes.next().is_some()),
                _ => length += 1,
            }
        }
        let text = escape::decode(rest.get(..length).unwrap_or_default(), escape::Style::Quote);
        push(raw, true, &text.text);
        self.skip(length);
        self.close(b'\'');
    }
}

/// Whether a parenthesis here belongs to a pattern: `@(a|b)`.
fn follows_pattern(raw: &Raw) -> bool {
    match raw.last() {
        Some(Part::Text(text)) => text.ends_with(['?', '*', '+', '@', '!']),
        Some(_) | None => false,
    }
}

fn is_special(byte: u8) -> bool {
    matches!(byte, b'\\' | b'\'' | b'"' | b'$' | b'`' | b'<' | b'>' | b'(' | b')')
}

/// Adds text, to the last piece where that is of the same kind.
pub(super) fn push(raw: &mut Raw, is_quoted: bool, text: &str) {
    match (raw.last_mut(), is_quoted) {
        (Some(Part::Text(last)), false) | (Some(Part::Quoted(last)), true) => last.push_str(text),
        (_, true) => raw.push(Part::Quoted(text.to_owned())),
        (_, false) => raw.push(Part::Text(text.to_owned())),
    }
}
