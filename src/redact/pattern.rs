//! Patterns of the configuration.
//!
//! The language, which is a part of what regular expressions usually mean:
//!
//! | written | matches |
//! |---|---|
//! | `a` | the character itself; `\` before any sign takes away its meaning |
//! | `[a-z0-9_]`, `[^"]` | one character of the set, or not of it |
//! | `\d` `\w` `\s` `\D` `\W` `\S` | a digit; a letter, digit or `_`; a blank; and their opposites, also in sets |
//! | `.` | any character but a line end |
//! | `?` `*` `+` `{n}` `{n,}` `{n,m}` | the one before, so many times, as many as possible |
//! | `\b` at either end | a word begins, or ends, here |
//! | `(?i)` at the begin | letters of both cases alike |
//!
//! There are no groups and no alternatives: two patterns are two patterns. A pattern is at most 256 characters long when
//! its counts are written out. All ways to match are followed at once, so none is tried twice.

use super::scan::Scan;
use super::text::Set;

/// States a pattern may have.
const STATES_MOST: usize = 256;

/// Bytes of the ASCII range, and whether all others belong to it.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Bytes {
    ascii: u128,
    others: bool,
}

impl Bytes {
    const fn of(byte: u8) -> Self {
        Self { ascii: if byte < 128 { 1 << byte } else { 0 }, others: byte >= 128 }
    }

    fn from_ascii(is_in: impl Fn(u8) -> bool) -> Self {
        Self { ascii: (0..128).filter(|byte| is_in(*byte)).fold(0, |bits, byte| bits | 1 << byte), others: false }
    }

    const fn not(self) -> Self {
        Self { ascii: !self.ascii, others: !self.others }
    }

    const fn or(self, other: Self) -> Self {
        Self { ascii: self.ascii | other.ascii, others: self.others || other.others }
    }

    const fn has(self, byte: u8) -> bool {
        if byte < 128 { self.ascii >> byte & 1 == 1 } else { self.others }
    }

    fn folded(self) -> Self {
        Self {
            ascii: (0..128_u8)
                .filter(|byte| self.has(byte.to_ascii_lowercase()) || self.has(byte.to_ascii_uppercase()))
                .fold(0, |bits, byte| bits | 1 << byte),
            ..self
        }
    }

    /// The only byte, if it is one.
    fn single(self) -> Option<u8> {
        (!self.others && self.ascii.count_ones() == 1).then(|| self.ascii.trailing_zeros() as u8)
    }
}

/// One step: a byte, which may be left out, and may come again.
#[derive(Clone, Copy, Debug)]
struct Step {
    bytes: Bytes,
    is_optional: bool,
    is_repeated: bool,
}

/// A pattern that was read.
#[derive(Clone, Debug)]
pub struct Pattern {
    steps: Vec<Step>,
    begins_word: bool,
    ends_word: bool,
}

impl Pattern {
    /// Reads a pattern. The error says what is wrong with it.
    pub fn read(source: &str) -> Result<Self, String> {
        let (source, is_folded) = source.strip_prefix("(?i)").map_or((source, false), |rest| (rest, true));
        let begins_word = source.starts_with("\\b");
        let source = source.strip_prefix("\\b").unwrap_or(source);
        let ends_word = source.ends_with("\\b") && !source.ends_with("\\\\b");
        let source = if ends_word { source.get(..source.len() - 2).unwrap_or_default() } else { source };
        let mut reader = Reader { source: source.as_bytes(), place: 0 };
        let mut steps = Vec::new();
        while let Some(bytes) = reader.element()? {
            let (least, most) = reader.count()?;
            add(&mut steps, bytes, least, most)?;
        }
        if steps.iter().all(|step| step.is_optional) {
            return Err("it matches nothing at all".to_owned());
        }
        if is_folded {
            steps.iter_mut().for_each(|step| step.bytes = step.bytes.folded());
        }
        Ok(Self { steps, begins_word, ends_word })
    }

    /// The three bytes every match begins with, if there are three.
    pub fn begin(&self) -> Option<[u8; 3]> {
        let byte = |place: usize| {
            let step = self.steps.get(place).filter(|step| !step.is_optional && !step.is_repeated)?;
            step.bytes.single().or_else(|| {
                // A letter in both cases: the index does not tell them apart.
                let letter = (step.bytes.ascii & ((1 << 64) - 1) << 64).trailing_zeros() as u8;
                (letter < 128 && !step.bytes.others && step.bytes == Bytes::of(letter).folded()).then_some(letter)
            })
        };
        Some([byte(0)?, byte(1)?, byte(2)?])
    }

    /// Whether a match may begin with this byte.
    fn may_begin(&self, byte: u8) -> bool {
        for step in &self.steps {
            if step.bytes.has(byte) {
                return true;
            }
            if !step.is_optional {
                return false;
            }
        }
        false
    }
}

struct Reader<'s> {
    source: &'s [u8],
    place: usize,
}

const BAD_COUNT: &str = "a \"{\" is not followed by a count like {8}, {8,} or {8,64}";

impl Reader<'_> {
    fn peek(&self) -> Option<u8> {
        self.source.get(self.place).copied()
    }

    fn next(&mut self) -> Option<u8> {
        let next = self.peek();
        self.place += usize::from(next.is_some());
        next
    }

    /// One byte of the pattern. What is not ASCII is a byte after the other.
    fn element(&mut self) -> Result<Option<Bytes>, String> {
        let Some(byte) = self.next() else { return Ok(None) };
        Ok(Some(match byte {
            b'\\' => self.escape()?,
            b'[' => self.set()?,
            b'.' => Bytes::from_ascii(|byte| matches!(byte, b'\n' | b'\r')).not(),
            b'(' | b')' | b'|' | b'^' | b'$' => {
                return Err(meant(byte, "groups, alternatives and anchors are not part of the language"));
            }
            b'*' | b'+' | b'?' | b'{' => {
                return Err(meant(byte, &["\"", text_of(&[byte]), "\" has nothing before it to repeat"].concat()));
            }
            0x80.. if self.peek().is_some_and(|next| matches!(next, b'*' | b'+' | b'?' | b'{')) => {
                return Err("only characters of ASCII can be repeated".to_owned());
            }
            _ => Bytes::of(byte),
        }))
    }

    fn escape(&mut self) -> Result<Bytes, String> {
        let escaped = self.next().ok_or("it ends with \"\\\"")?;
        let bytes = match escaped.to_ascii_lowercase() {
            b'd' => Bytes::from_ascii(|byte| byte.is_ascii_digit()),
            b'w' => Bytes::from_ascii(|byte| byte.is_ascii_alphanumeric() || byte == b'_'),
            b's' => Bytes::from_ascii(|byte| byte.is_ascii_whitespace()),
            _ => Bytes::default(),
        };
        Ok(match escaped {
            b'd' | b'w' | b's' => bytes,
            b'D' | b'W' | b'S' => bytes.not(),
            b'n' => Bytes::of(b'\n'),
            b't' => Bytes::of(b'\t'),
            other if other.is_ascii() && !other.is_ascii_alphanumeric() => Bytes::of(other),
            other => return Err(["\"\\", text_of(&[other]), "\" has no meaning"].concat()),
        })
    }

    fn set(&mut self) -> Result<Bytes, String> {
        let is_not = self.peek() == Some(b'^');
        self.place += usize::from(is_not);
        let mut bytes = Bytes::default();
        let mut is_first = true;
        loop {
            let byte = self.next().ok_or("a \"[\" is not closed")?;
            if byte == b']' && !is_first {
                return Ok(if is_not { bytes.not() } else { bytes });
            }
            is_first = false;
            let one = self.member(byte)?;
            bytes = bytes.or(one);
            let (Some(low), Some(b'-')) = (one.single(), self.peek()) else { continue };
            if self.source.get(self.place + 1) == Some(&b']') {
                continue;
            }
            self.place += 1;
            let high = match self.next() {
                Some(byte) => self.member(byte)?.single(),
                None => None,
            };
            let high = high
                .filter(|high| *high >= low)
                .ok_or_else(|| ["the range in \"[", text_of(&[low]), "-…\" has no end behind its begin"].concat())?;
            bytes = bytes.or(Bytes::from_ascii(|byte| (low..=high).contains(&byte)));
        }
    }

    fn member(&mut self, byte: u8) -> Result<Bytes, String> {
        match byte {
            b'\\' => self.escape(),
            0x80.. => Err("sets are of ASCII".to_owned()),
            _ => Ok(Bytes::of(byte)),
        }
    }

    /// How often the element may come.
    fn count(&mut self) -> Result<(usize, Option<usize>), String> {
        let range = match self.peek() {
            Some(b'?') => (0, Some(1)),
            Some(b'*') => (0, None),
            Some(b'+') => (1, None),
            Some(b'{') => {
                self.place += 1;
                return self.braces().ok_or_else(|| BAD_COUNT.to_owned());
            }
            _ => return Ok((1, Some(1))),
        };
        self.place += 1;
        Ok(range)
    }

    fn braces(&mut self) -> Option<(usize, Option<usize>)> {
        let least = self.number()?;
        let most = match self.next()? {
            b'}' => return Some((least, Some(least))),
            b',' => self.number(),
            _ => return None,
        };
        (self.next() == Some(b'}') && most.is_none_or(|most| most >= least)).then_some((least, most))
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.place;
        let mut number = 0_usize;
        while let Some(digit) = self.peek().filter(u8::is_ascii_digit) {
            number = number.saturating_mul(10).saturating_add(usize::from(digit - b'0'));
            self.place += 1;
        }
        (self.place > start).then_some(number)
    }
}

fn add(steps: &mut Vec<Step>, bytes: Bytes, least: usize, most: Option<usize>) -> Result<(), String> {
    let count = least.max(most.unwrap_or(1));
    if count > STATES_MOST || steps.len() + count >= STATES_MOST {
        return Err(format!("it is longer than {STATES_MOST} characters when its counts are written out"));
    }
    for place in 0..count {
        let is_last = most.is_none() && place + 1 == count;
        steps.push(Step { bytes, is_optional: place >= least, is_repeated: is_last });
    }
    Ok(())
}

/// What is wrong with a sign that means something, and how to write the character itself.
fn meant(sign: u8, problem: &str) -> String {
    [problem, "; write \"\\", text_of(&[sign]), "\" for the character"].concat()
}

fn text_of(byte: &[u8]) -> &str {
    std::str::from_utf8(byte).unwrap_or("…")
}

impl Scan<'_> {
    /// Takes what the pattern matches at `place`.
    pub fn pattern(&mut self, place: usize, number: u16) {
        let redactor = self.redactor;
        let Some(pattern) = redactor.patterns.get(usize::from(number)) else { return };
        if pattern.begins_word && Set::Word.contains(self.text.before(place, 1)) {
            return;
        }
        if let Some(end) = self.match_end(place, pattern)
            && end > place
            && !self.is_marked(place, end)
        {
            self.take(place, end, "custom");
        }
    }

    /// Patterns that do not begin with three certain characters are tried at every place.
    pub fn patterns_anywhere(&mut self) {
        let redactor = self.redactor;
        for &number in &self.known.slow_patterns {
            let Some(pattern) = redactor.patterns.get(usize::from(number)) else { continue };
            self.taken = 0;
            for place in 0..self.text.len() {
                if place >= self.taken && pattern.may_begin(self.text.at(place)) {
                    self.pattern(place, number);
                }
            }
        }
    }

    /// The furthest end of a match that begins at `place`. When the scan's patience is used up by a text made to match
    /// nearly, what matched so far is taken.
    fn match_end(&mut self, place: usize, pattern: &Pattern) -> Option<usize> {
        let steps = &pattern.steps;
        let mut now = States::default();
        now.enter(steps, 0);
        let mut end = None;
        let mut at = place;
        loop {
            if now.has(steps.len()) && !(pattern.ends_word && Set::Word.contains(self.text.at(at))) {
                end = Some(at);
            }
            if at >= self.text.len() {
                return end;
            }
            let byte = self.text.at(at);
            let mut next = States::default();
            let mut is_alive = false;
            for state in now.each() {
                if let Some(step) = steps.get(state).filter(|step| step.bytes.has(byte)) {
                    is_alive = true;
                    if step.is_repeated {
                        next.set(state);
                    }
                    next.enter(steps, state + 1);
                }
            }
            if !is_alive {
                return end;
            }
            at += 1;
            now = next;
            if self.patience == 0 {
                return end.or((at - place >= 16).then_some(at)).filter(|_| at - place >= 16);
            }
            self.patience -= 1;
        }
    }
}

/// A set of states: one bit for each step, and one for the end.
#[derive(Clone, Copy, Default)]
struct States([u64; 5]);

impl States {
    fn set(&mut self, state: usize) {
        if let Some(word) = self.0.get_mut(state / 64) {
            *word |= 1 << (state % 64);
        }
    }

    fn has(&self, state: usize) -> bool {
        self.0.get(state / 64).is_some_and(|word| word >> (state % 64) & 1 == 1)
    }

    /// The state, and all that can be reached from it by leaving steps out.
    fn enter(&mut self, steps: &[Step], mut state: usize) {
        while !self.has(state) {
            self.set(state);
            if !steps.get(state).is_some_and(|step| step.is_optional) {
                break;
            }
            state += 1;
        }
    }

    fn each(self) -> impl Iterator<Item = usize> {
        self.0.into_iter().enumerate().flat_map(|(word, mut bits)| {
            std::iter::from_fn(move || {
                let bit = bits.trailing_zeros() as usize;
                if bits == 0 {
                    return None;
                }
                bits &= bits - 1;
                Some(word * 64 + bit)
            })
        })
    }
}
