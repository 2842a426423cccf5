//! What a value looks like: made by a machine at random, or written by a person.

/// More than this is not looked at: a value that looks random so far is.
const LOOKED_AT: usize = 256;

/// Counts over a value.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shape {
    /// Bytes looked at.
    pub len: usize,
    /// Lower-case letters.
    pub lower: usize,
    /// Upper-case letters.
    pub upper: usize,
    /// Digits.
    pub digits: usize,
    /// Everything else.
    pub signs: usize,
    /// Letters beyond `f`.
    pub beyond_hex: usize,
    /// Different bytes.
    pub distinct: u32,
    /// How often lower case, upper case and digits take turns, signs left out.
    pub switches: usize,
    /// Between letter and digit only.
    pub digit_switches: usize,
    /// The most consonants in a row.
    pub consonants: usize,
    /// Vowels.
    pub vowels: usize,
    /// Capitals in a row, or single small letters between others: not as in `camelCase`.
    pub irregular: usize,
}

impl Shape {
    /// Of the value's first bytes.
    pub fn of(value: &[u8]) -> Self {
        let mut shape = Self::default();
        let mut seen = [0_u64; 4];
        let mut last = Kind::None;
        let mut consonants = 0;
        let mut run = 0_usize;
        for &byte in value.iter().take(LOOKED_AT) {
            shape.len += 1;
            if let Some(word) = seen.get_mut(usize::from(byte >> 6)) {
                *word |= 1 << (byte & 63);
            }
            let kind = Kind::of(byte);
            match kind {
                Kind::Lower => shape.lower += 1,
                Kind::Upper => shape.upper += 1,
                Kind::Digit => shape.digits += 1,
                Kind::None => shape.signs += 1,
            }
            if kind == last {
                run += 1;
                shape.irregular += usize::from(kind == Kind::Upper && run == 2);
            } else {
                shape.irregular += usize::from(last == Kind::Lower && run == 1 && shape.len > 2);
                run = 1;
            }
            let letter = byte | 0x20;
            shape.beyond_hex += usize::from(letter.is_ascii_lowercase() && letter > b'f');
            let is_consonant =
                letter.is_ascii_lowercase() && !matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y');
            shape.vowels += usize::from(matches!(letter, b'a' | b'e' | b'i' | b'o' | b'u' | b'y'));
            consonants = if is_consonant { consonants + 1 } else { 0 };
            shape.consonants = shape.consonants.max(consonants);
            if kind != Kind::None {
                if last != Kind::None && last != kind {
                    shape.switches += 1;
                    shape.digit_switches += usize::from(kind == Kind::Digit || last == Kind::Digit);
                }
                last = kind;
            }
        }
        shape.distinct = seen.iter().map(|word| word.count_ones()).sum();
        shape
    }

    /// Letters of both cases.
    pub const fn letters(&self) -> usize {
        self.lower + self.upper
    }

    /// Made at random, as keys are: letters and digits in turns. Words, names in camel case and dates are not.
    pub const fn is_random(&self) -> bool {
        let alnum = self.letters() + self.digits;
        self.len >= 16
            && self.distinct >= 8
            && self.digits >= 2
            && self.letters() >= 2
            && self.digit_switches >= 3
            && self.switches * 9 >= alnum * 2
    }

    /// Letters of both cases in no order a person would write. Needs more of them to be sure.
    pub const fn is_random_letters(&self) -> bool {
        self.len >= 20
            && self.distinct >= 10
            && self.letters() >= 18
            && (self.consonants >= 5
                || (self.upper >= 3 && self.lower >= 3 && self.switches * 10 >= self.len * 4 && self.consonants >= 4))
    }

    /// Letters in both cases that no one could say or would type as a name: `nwPJFGtMZZdF`.
    pub const fn is_jumbled(&self) -> bool {
        self.signs == 0
            && self.digits <= 1
            && self.len >= 8
            && self.upper >= 2
            && self.lower >= 2
            && self.irregular > 0
            && (self.consonants >= 7
                || (self.switches * 10 >= self.len * 3
                    && ((self.vowels * 10 < self.len * 3 && self.consonants >= 3) || self.consonants >= 5)))
    }

    /// A number in hexadecimal, long enough to be a key.
    pub const fn is_long_hex(&self) -> bool {
        self.is_hex() && self.len >= 32 && self.digits >= 4 && self.letters() >= 4 && self.distinct >= 8
    }

    /// Only the digits of hexadecimal numbers.
    pub const fn is_hex(&self) -> bool {
        self.signs == 0 && self.beyond_hex == 0 && self.len > 0
    }
}

#[derive(Clone, Copy, Eq, PartialEq)]
enum Kind {
    None,
    Lower,
    Upper,
    Digit,
}

impl Kind {
    const fn of(byte: u8) -> Self {
        match byte {
            b'a'..=b'z' => Self::Lower,
            b'A'..=b'Z' => Self::Upper,
            b'0'..=b'9' => Self::Digit,
            _ => Self::None,
        }
    }
}

/// `123e4567-e89b-12d3-a456-426614174000`
pub fn is_uuid(value: &[u8]) -> bool {
    value.len() == 36
        && value.iter().enumerate().all(|(place, byte)| {
            if matches!(place, 8 | 13 | 18 | 23) { *byte == b'-' } else { byte.is_ascii_hexdigit() }
        })
}

/// Words joined by signs, as names of things are: `my-app-v2`, `prod.db_main`. Not what is random in any part.
pub fn is_slug(value: &[u8]) -> bool {
    let mut parts = value.split(|byte| matches!(byte, b'-' | b'_' | b'.' | b'/' | b':' | b' ' | b',' | b'@' | b'|'));
    parts.all(is_wordlike)
}

/// A word with a short number at one end, or a short number.
fn is_wordlike(part: &[u8]) -> bool {
    let digits = part.iter().filter(|byte| byte.is_ascii_digit()).count();
    let letters = part.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    if digits + letters != part.len() || digits > 4 {
        return false;
    }
    let lead = part.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let tail = part.iter().rev().take_while(|byte| byte.is_ascii_digit()).count();
    let is_one_number = letters == 0 || digits == lead.max(tail);
    let shape = Shape::of(part);
    is_one_number
        && letters <= 24
        && shape.consonants <= 5
        && (shape.upper == 0 || shape.lower == 0 || shape.switches <= 1 + letters / 4)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_random_and_names_are_not() {
        for value in ["q7Xk29LmZp4Rt8Vb", "9f86d081884c7d659a2feaa0c55ad015", "a8f5f167f44f4964e6c998dee827110c"] {
            assert!(Shape::of(value.as_bytes()).is_random(), "{value}");
        }
        for value in [
            "getUserByIdAndName",
            "my-application-name-2024",
            "node-modules-cache-v2",
            "application/json",
            "2024-01-01T00:00:00Z",
        ] {
            assert!(!Shape::of(value.as_bytes()).is_random(), "{value}");
        }
    }

    #[test]
    fn slugs_are_words() {
        for value in ["my-app-v2", "prod.db_main", "db-credentials", "build-2024"] {
            assert!(is_slug(value.as_bytes()), "{value}");
        }
        for value in ["a1b2c3d4-e5f6", "hunter2!", "x9k2-q7w8"] {
            assert!(!is_slug(value.as_bytes()), "{value}");
        }
    }
}
