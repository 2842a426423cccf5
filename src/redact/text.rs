//! Text as bytes that can be asked anything, and sets of bytes.
//!
//! No question about a place outside the text panics: there, every byte is 0.

/// One bit for each kind of byte.
mod bit {
    pub const DIGIT: u16 = 1;
    pub const LOWER_HEX: u16 = 1 << 1;
    pub const LOWER: u16 = 1 << 2;
    pub const UPPER_HEX: u16 = 1 << 3;
    pub const UPPER: u16 = 1 << 4;
    pub const UNDERSCORE: u16 = 1 << 5;
    pub const DASH: u16 = 1 << 6;
    pub const DOT: u16 = 1 << 7;
    pub const PLUS_SLASH: u16 = 1 << 8;
    pub const EQUALS: u16 = 1 << 9;
    /// `~ % $ : @ ! * , ; [ ] ( ) { } |` and what else may stand in a URL or a value.
    pub const SIGN: u16 = 1 << 10;
    pub const BLANK: u16 = 1 << 11;
    pub const NEWLINE: u16 = 1 << 12;
    pub const QUOTE: u16 = 1 << 13;
    /// `# ? < > \ ^` and backtick: ends a URL's authority.
    pub const STOP: u16 = 1 << 14;
    pub const HIGH: u16 = 1 << 15;
}
use bit::{
    BLANK, DASH, DIGIT, DOT, EQUALS, HIGH, LOWER, LOWER_HEX, NEWLINE, PLUS_SLASH, QUOTE, SIGN, STOP, UNDERSCORE, UPPER,
    UPPER_HEX,
};

const KINDS: [u16; 256] = kinds();

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "evaluated by the compiler")]
const fn kinds() -> [u16; 256] {
    let mut kinds = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        kinds[byte] = match byte as u8 {
            b'0'..=b'9' => DIGIT,
            b'a'..=b'f' => LOWER_HEX,
            b'g'..=b'z' => LOWER,
            b'A'..=b'F' => UPPER_HEX,
            b'G'..=b'Z' => UPPER,
            b'_' => UNDERSCORE,
            b'-' => DASH,
            b'.' => DOT,
            b'+' | b'/' => PLUS_SLASH,
            b'=' => EQUALS,
            b' ' | b'\t' => BLANK,
            b'\n' | b'\r' => NEWLINE,
            b'"' | b'\'' => QUOTE,
            b'#' | b'?' | b'<' | b'>' | b'\\' | b'^' | b'`' => STOP,
            0x80.. => HIGH,
            0..=0x1f | 0x7f => 0,
            _ => SIGN,
        };
        byte += 1;
    }
    kinds
}

/// A set of bytes. The place of a set in this list is its place in the table of known runs.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Set {
    /// `0-9`
    Digit,
    /// `0-9a-fA-F`
    Hex,
    /// `0-9a-z`
    LowerAlnum,
    /// `0-9A-Z`
    UpperAlnum,
    /// `0-9A-Za-z`
    Alnum,
    /// letters, digits, `_`
    Word,
    /// letters, digits, `_ -`
    Slug,
    /// letters, digits, `_ - .`, also what a name is made of
    Dotted,
    /// letters, digits, `+ / = _ -`
    Base64,
    /// letters, digits, `+ / = _ - .`
    Base64Dotted,
    /// everything that may stand before the path of a URL
    Authority,
    /// everything but blanks, line ends, quotes
    Unbroken,
    /// blanks
    Blank,
    /// blanks and line ends
    Space,
}

/// How many sets there are.
pub const SETS: usize = 14;

const ALNUM: u16 = DIGIT | LOWER_HEX | LOWER | UPPER_HEX | UPPER;
const BASE64: u16 = ALNUM | PLUS_SLASH | EQUALS | UNDERSCORE | DASH;

impl Set {
    const fn bits(self) -> u16 {
        match self {
            Self::Digit => DIGIT,
            Self::Hex => DIGIT | LOWER_HEX | UPPER_HEX,
            Self::LowerAlnum => DIGIT | LOWER_HEX | LOWER,
            Self::UpperAlnum => DIGIT | UPPER_HEX | UPPER,
            Self::Alnum => ALNUM,
            Self::Word => ALNUM | UNDERSCORE,
            Self::Slug => ALNUM | UNDERSCORE | DASH,
            Self::Dotted => ALNUM | UNDERSCORE | DASH | DOT,
            Self::Base64 => BASE64,
            Self::Base64Dotted => BASE64 | DOT,
            // `/` ends the authority and shares its bit with `+`: see `contains`.
            Self::Authority => ALNUM | UNDERSCORE | DASH | DOT | EQUALS | SIGN | HIGH | PLUS_SLASH,
            Self::Unbroken => !(BLANK | NEWLINE | QUOTE),
            Self::Blank => BLANK,
            Self::Space => BLANK | NEWLINE,
        }
    }

    /// Whether the set has the byte.
    pub fn contains(self, byte: u8) -> bool {
        KINDS.get(usize::from(byte)).is_some_and(|kind| kind & self.bits() != 0)
            && !(matches!(self, Self::Authority) && byte == b'/')
            && !(matches!(self, Self::Unbroken) && byte == 0)
    }
}

/// How often a text was looked at: what time cannot tell on a busy machine.
#[cfg(test)]
pub mod work {
    use std::cell::Cell;

    thread_local! {
        static LOOKS: Cell<usize> = const { Cell::new(0) };
    }

    pub fn note(looks: usize) {
        LOOKS.set(LOOKS.get() + looks);
    }

    /// Those since the last call.
    pub fn take() -> usize {
        LOOKS.take()
    }
}

/// The text that is read.
#[derive(Clone, Copy)]
pub struct Text<'t>(pub &'t [u8]);

// Asked from hundreds of places: in line, they would be a tenth of the whole engine.
impl<'t> Text<'t> {
    /// Its length.
    pub const fn len(self) -> usize {
        self.0.len()
    }

    /// The byte there, 0 outside.
    pub fn at(self, place: usize) -> u8 {
        #[cfg(test)]
        work::note(1);
        self.0.get(place).copied().unwrap_or(0)
    }

    /// The byte `back` places before, 0 outside.
    #[inline(never)]
    pub fn before(self, place: usize, back: usize) -> u8 {
        place.checked_sub(back).map_or(0, |place| self.at(place))
    }

    /// The part, empty when there is none.
    #[inline(never)]
    pub fn slice(self, start: usize, end: usize) -> &'t [u8] {
        self.0.get(start..end.min(self.len())).unwrap_or_default()
    }

    /// The part's first bytes: enough to judge it, whatever its length.
    #[inline(never)]
    pub fn head(self, start: usize, end: usize) -> &'t [u8] {
        self.slice(start, end.min(start.saturating_add(512)))
    }

    /// Whether `literal` stands there.
    #[inline(never)]
    pub fn has(self, place: usize, literal: &[u8]) -> bool {
        #[cfg(test)]
        work::note(1);
        self.0.get(place..).is_some_and(|rest| rest.starts_with(literal))
    }

    /// The same, in any case of letters.
    #[inline(never)]
    pub fn has_folded(self, place: usize, literal: &[u8]) -> bool {
        self.slice(place, place.saturating_add(literal.len())).eq_ignore_ascii_case(literal)
    }

    /// Whether `literal` stands right before.
    #[inline(never)]
    pub fn has_before(self, place: usize, literal: &[u8]) -> bool {
        place.checked_sub(literal.len()).is_some_and(|start| self.has_folded(start, literal))
    }

    /// Where the bytes of the set that stand before `place` begin, at most `most` back.
    #[inline(never)]
    pub fn back(self, set: Set, place: usize, most: usize) -> usize {
        let floor = place.saturating_sub(most);
        let mut start = place;
        while start > floor && set.contains(self.before(start, 1)) {
            start -= 1;
        }
        start
    }

    /// Where the bytes of the set end, at most `most` on.
    #[inline(never)]
    pub fn ahead(self, set: Set, place: usize, most: usize) -> usize {
        let ceiling = place.saturating_add(most).min(self.len());
        let mut end = place;
        while end < ceiling && set.contains(self.at(end)) {
            end += 1;
        }
        end
    }

    /// Length of the escape that stands for `\n`, a quote or any other character right before `place` (`\n`, `\\n`,
    /// `%3D`, `\u0026`, `\x1b[0m`), or 0. A token that follows one begins there although a letter stands before it.
    pub fn escape_before(self, place: usize) -> usize {
        let last = self.before(place, 1);
        if matches!(last, b'n' | b'r' | b't' | b'b' | b'f' | b'v' | b'0' | b'a') && self.before(place, 2) == b'\\' {
            return 2;
        }
        let hex = |back| self.before(place, back).is_ascii_hexdigit();
        if hex(1) && hex(2) {
            if self.before(place, 3) == b'%' || (self.before(place, 3) == b'x' && self.before(place, 4) == b'\\') {
                return 3;
            }
            if hex(3) && hex(4) && self.before(place, 5) == b'u' && self.before(place, 6) == b'\\' {
                return 6;
            }
        }
        if last == b'm' { self.colour_before(place) } else { 0 }
    }

    /// Length of a terminal colour right before, 0 when there is none.
    fn colour_before(self, place: usize) -> usize {
        let mut start = place.saturating_sub(1);
        let floor = place.saturating_sub(16);
        while start > floor && matches!(self.before(start, 1), b'0'..=b'9' | b';') {
            start -= 1;
        }
        if self.before(start, 1) == b'[' { place - start } else { 0 }
    }

    /// Whether a word may begin there.
    pub fn is_fresh(self, place: usize) -> bool {
        !Set::Alnum.contains(self.before(place, 1)) || self.escape_before(place) > 0
    }
}
