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
        let mut reader = Reader { rest: source.chars().collect(), place: 0 };
        let mut steps = Vec::new();
        while let Some(sets) = reader.element()? {
            let (least, most) = reader.count()?;
            reader.add(&mut steps, &sets, least, most)?;
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

struct Reader {
    rest: Vec<char>,
    place: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.rest.get(self.place).copied()
    }

    fn next(&mut self) -> Option<char> {
        let next = self.peek();
        self.place += usize::from(next.is_some());
        next
    }

    /// One character of the pattern, as the bytes it is made of.
    fn element(&mut self) -> Result<Option<Vec<Bytes>>, String> {
        let Some(character) = self.next() else { return Ok(None) };
        Ok(Some(match character {
            '\\' => vec![self.escape()?],
            '[' => vec![self.set()?],
            '.' => vec![Bytes::from_ascii(|byte| matches!(byte, b'\n' | b'\r')).not()],
            '(' | ')' | '|' | '^' | '$' => {
                return Err(format!(
                    "groups, alternatives and anchors are not part of the language; write \"\\{character}\" for the character"
                ));
            }
            '*' | '+' | '?' | '{' => {
                return Err(format!(
                    "\"{character}\" has nothing before it to repeat; write \"\\{character}\" for the character"
                ));
            }
            _ => character.encode_utf8(&mut [0; 4]).bytes().map(Bytes::of).collect(),
        }))
    }

    fn escape(&mut self) -> Result<Bytes, String> {
        let word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
        Ok(match self.next() {
            Some('d') => Bytes::from_ascii(|byte| byte.is_ascii_digit()),
            Some('D') => Bytes::from_ascii(|byte| byte.is_ascii_digit()).not(),
            Some('w') => Bytes::from_ascii(word),
            Some('W') => Bytes::from_ascii(word).not(),
            Some('s') => Bytes::from_ascii(|byte| byte.is_ascii_whitespace()),
            Some('S') => Bytes::from_ascii(|byte| byte.is_ascii_whitespace()).not(),
            Some('n') => Bytes::of(b'\n'),
            Some('t') => Bytes::of(b'\t'),
            Some(other) if other.is_ascii() && !other.is_ascii_alphanumeric() => Bytes::of(other as u8),
            Some(other) => return Err(format!("\"\\{other}\" has no meaning")),
            None => return Err("it ends with \"\\\"".to_owned()),
        })
    }

    fn set(&mut self) -> Result<Bytes, String> {
        let is_not = self.peek() == Some('^');
        self.place += usize::from(is_not);
        let mut bytes = Bytes::default();
        let mut is_first = true;
        loop {
            let character = self.next().ok_or("a \"[\" is not closed")?;
            if character == ']' && !is_first {
                return Ok(if is_not { bytes.not() } else { bytes });
            }
            is_first = false;
            let one = if character == '\\' { self.escape()? } else { ascii(character)? };
            bytes = bytes.or(one);
            let (Some(low), Some('-')) = (one.single(), self.peek()) else { continue };
            if self.rest.get(self.place + 1) == Some(&']') {
                continue;
            }
            self.place += 1;
            let high = match self.next() {
                Some('\\') => self.escape()?.single(),
                Some(end) => ascii(end)?.single(),
                None => None,
            };
            let high = high
                .filter(|high| *high >= low)
                .ok_or_else(|| format!("the range in \"[{}-…\" has no end behind its begin", char::from(low)))?;
            bytes = bytes.or(Bytes::from_ascii(|byte| (low..=high).contains(&byte)));
        }
    }

    /// How often the element may come.
    fn count(&mut self) -> Result<(usize, Option<usize>), String> {
        let range = match self.peek() {
            Some('?') => (0, Some(1)),
            Some('*') => (0, None),
            Some('+') => (1, None),
            Some('{') => {
                self.place += 1;
                return self.braces();
            }
            _ => return Ok((1, Some(1))),
        };
        self.place += 1;
        Ok(range)
    }

    fn braces(&mut self) -> Result<(usize, Option<usize>), String> {
        let bad = "a \"{\" is not followed by a count like {8}, {8,} or {8,64}";
        let least = self.number().ok_or(bad)?;
        let most = match self.next() {
            Some('}') => return Ok((least, Some(least))),
            Some(',') => self.number(),
            _ => return Err(bad.to_owned()),
        };
        if self.next() != Some('}') || most.is_some_and(|most| most < least) {
            return Err(bad.to_owned());
        }
        Ok((least, most))
    }

    fn number(&mut self) -> Option<usize> {
        let start = self.place;
        while self.peek().is_some_and(|next| next.is_ascii_digit()) {
            self.place += 1;
        }
        self.rest.get(start..self.place)?.iter().collect::<String>().parse().ok()
    }

    fn add(&self, steps: &mut Vec<Step>, sets: &[Bytes], least: usize, most: Option<usize>) -> Result<(), String> {
        let [.., _] = sets else { return Ok(()) };
        if sets.len() > 1 && (least, most) != (1, Some(1)) {
            return Err("only characters of ASCII can be repeated".to_owned());
        }
        if least.max(most.unwrap_or(0)) > STATES_MOST
            || steps.len() + sets.len() + least.max(most.unwrap_or(1)) > STATES_MOST
        {
            return Err(format!("it is longer than {STATES_MOST} characters when its counts are written out"));
        }
        for &bytes in sets {
            let step = Step { bytes, is_optional: false, is_repeated: false };
            steps.extend(std::iter::repeat_n(step, least));
            match most {
                Some(most) => steps.extend(std::iter::repeat_n(Step { is_optional: true, ..step }, most - least)),
                None if least == 0 => steps.push(Step { is_optional: true, is_repeated: true, ..step }),
                None => steps.iter_mut().last().into_iter().for_each(|last| last.is_repeated = true),
            }
        }
        Ok(())
    }
}

fn ascii(character: char) -> Result<Bytes, String> {
    if character.is_ascii() {
        Ok(Bytes::of(character as u8))
    } else {
        Err(format!("\"{character}\" in a set: sets are of ASCII"))
    }
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
        for &number in &redactor.slow_patterns {
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
