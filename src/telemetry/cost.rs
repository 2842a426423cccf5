//! Money without rounding: sums are kept in attodollars, so a thousand steps lose nothing.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Digits after the point that are kept. A step's cost has at most seventeen significant ones.
const DIGITS: usize = 18;

/// Attodollars in a cent.
const CENT: i128 = 10_000_000_000_000_000;

/// Greatest amount that is believed, in dollars: whatever says more is broken.
const USD_MAX: f64 = 1e12;

/// An amount of US dollars.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Cost(i128);

impl Cost {
    /// The amount that the number's shortest decimal text says. What is no amount is nothing.
    #[must_use]
    pub fn from_usd(usd: f64) -> Self {
        if !(usd > 0.0 && usd <= USD_MAX) {
            return Self(0);
        }
        let text = usd.to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits = whole.chars().chain(part.chars().chain(std::iter::repeat('0')).take(DIGITS));
        let units = digits.filter_map(|c| c.to_digit(10)).fold(0_i128, |sum, digit| sum * 10 + i128::from(digit));
        Self(units)
    }

    /// Whole cents, a half rounded to the even one.
    #[must_use]
    pub fn cents(self) -> i64 {
        let (cents, rest) = (self.0.div_euclid(CENT), self.0.rem_euclid(CENT));
        let is_up = match (rest * 2).cmp(&CENT) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => cents % 2 != 0,
            std::cmp::Ordering::Greater => true,
        };
        i64::try_from(cents + i128::from(is_up)).unwrap_or(i64::MAX)
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl AddAssign for Cost {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl Sub for Cost {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

/// The exact decimal, without needless zeros.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scale = CENT * 100;
        let part = format!("{:018}", self.0.rem_euclid(scale));
        let part = part.trim_end_matches('0');
        write!(f, "{}", self.0.div_euclid(scale))?;
        if part.is_empty() { Ok(()) } else { write!(f, ".{part}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(usd: &[f64]) -> Cost {
        usd.iter().fold(Cost::default(), |sum, &usd| sum + Cost::from_usd(usd))
    }

    #[test]
    fn a_sum_is_exact() {
        assert_eq!(sum(&[0.001_06, 0.001_16]).to_string(), "0.00222");
        assert_eq!(sum(&[0.1; 10]).to_string(), "1");
        assert_eq!(sum(&[1e-7, 12.5]).to_string(), "12.5000001");
        assert_eq!(sum(&[]).to_string(), "0");
    }

    /// S0.27: half to even.
    #[test]
    fn cents_are_rounded_half_to_even() {
        let cents = |usd| Cost::from_usd(usd).cents();
        assert_eq!([cents(0.005), cents(0.015), cents(0.025), cents(0.025_000_1)], [0, 2, 2, 3]);
        assert_eq!([cents(0.004_999), cents(1.0), cents(0.0)], [0, 100, 0]);
    }

    #[test]
    fn what_is_no_amount_is_nothing() {
        for usd in [f64::NAN, f64::INFINITY, -1.0, 1e300] {
            assert_eq!(Cost::from_usd(usd), Cost::default());
        }
    }
}
