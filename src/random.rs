//! Ids from one seed. No second source of randomness exists in the core, so a run can be repeated.

use crate::ids::BootId;

/// Crockford's alphabet: no letter that is read as a digit.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// A small generator (SplitMix64), seeded once by the host. Good for ids and jitter, not for secrets.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The same seed gives the same ids.
    #[must_use]
    pub const fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub const fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// A number below `end`; 0 when `end` is 0.
    pub const fn below(&mut self, end: u64) -> u64 {
        match self.next().checked_rem(end) {
            Some(rest) => rest,
            None => 0,
        }
    }

    /// Twelve characters, 60 bits: two of a fleet's boots in a year do not meet.
    pub fn boot_id(&mut self) -> BootId {
        let bits = self.next();
        let mut text = [b'0'; 12];
        for (place, letter) in text.iter_mut().enumerate() {
            *letter = ALPHABET.get((bits >> (place * 5)) as usize & 31).copied().unwrap_or_default();
        }
        let text = String::from_utf8_lossy(&text).into_owned();
        BootId::try_from(text).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_repeats_and_another_seed_differs() {
        let boot = |seed| Random::new(seed).boot_id();
        assert_eq!(boot(7), boot(7));
        assert_ne!(boot(7), boot(8));
        assert_eq!(boot(7).as_str().len(), 12);
    }

    #[test]
    fn below_stays_below_and_bears_nothing() {
        let mut random = Random::new(1);
        assert!((0..1_000).all(|_| random.below(10) < 10));
        assert_eq!(random.below(0), 0);
    }
}
