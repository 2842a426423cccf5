//! Money without rounding: sums are kept in attodollars, so a thousand steps lose nothing.

use std::fmt;
use std::ops::{Add, AddAssign, Sub};

/// Digits after the point that are kept. A step's cost has at most seventeen significant ones.
const DIGITS: i32 = 18;

/// Attodollars in a dollar, and in a cent.
const DOLLAR: u64 = 1_000_000_000_000_000_000;
const CENT: u64 = DOLLAR / 100;

/// Greatest amount that is believed, in dollars: whatever says more is broken.
const USD_MAX: f64 = 1e12;

/// An amount of US dollars: whole ones, and what is more than these in attodollars. One number of 128 bits would be three kilobytes of code.
#[derive(Clone, Copy, Debug, Default, Eq, Ord, PartialEq, PartialOrd)]
pub struct Cost {
    dollars: i64,
    rest: u64,
}

impl Cost {
    /// The amount that the number's shortest decimal text says. What is no amount is nothing.
    #[must_use]
    pub fn from_usd(usd: f64) -> Self {
        if !(usd > 0.0 && usd <= USD_MAX) {
            return Self::default();
        }
        // serde_json's writer is in the pack anyway; the one behind `{}` would be 15 KiB more of wasm.
        let text = serde_json::Number::from_f64(usd).map(|number| number.to_string()).unwrap_or_default();
        let (text, exponent) = text.split_once('e').unwrap_or((&text, "0"));
        let (whole, part) = text.split_once('.').unwrap_or((text, ""));
        let digits = [whole, part].concat();
        let digit = |place: i32| {
            let digit = usize::try_from(place).ok().and_then(|place| digits.as_bytes().get(place));
            digit.map_or(0, |digit| u64::from(digit.wrapping_sub(b'0')))
        };
        // Where the point is; what is below an attodollar is cut off.
        let point = i32::try_from(whole.len()).unwrap_or(0) + exponent.parse().unwrap_or(0);
        let number = |places: std::ops::Range<i32>| places.fold(0, |sum: u64, place| sum * 10 + digit(place));
        Self { dollars: i64::try_from(number(0..point)).unwrap_or(i64::MAX), rest: number(point..point + DIGITS) }
    }

    /// Whole cents, a half rounded to the even one.
    #[must_use]
    pub fn cents(self) -> i64 {
        let cents = self.dollars.saturating_mul(100).saturating_add((self.rest / CENT).cast_signed());
        let is_up = match (self.rest % CENT * 2).cmp(&CENT) {
            std::cmp::Ordering::Less => false,
            std::cmp::Ordering::Equal => cents % 2 != 0,
            std::cmp::Ordering::Greater => true,
        };
        cents.saturating_add(i64::from(is_up))
    }
}

impl Add for Cost {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        let rest = self.rest + other.rest;
        let more = i64::from(rest >= DOLLAR);
        Self { dollars: self.dollars.saturating_add(other.dollars).saturating_add(more), rest: rest % DOLLAR }
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
        let less = i64::from(self.rest < other.rest);
        let rest = (self.rest + DOLLAR - other.rest) % DOLLAR;
        Self { dollars: self.dollars.saturating_sub(other.dollars).saturating_sub(less), rest }
    }
}

/// The exact decimal, without needless zeros.
impl fmt::Display for Cost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = format!("{:018}", self.rest);
        let part = part.trim_end_matches('0');
        write!(f, "{}", self.dollars)?;
        if part.is_empty() { Ok(()) } else { write!(f, ".{part}") }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The reading digit by digit of the standard library's text, which has no exponents.
    fn digit_by_digit(usd: f64) -> i128 {
        let text = usd.to_string();
        let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
        let digits = whole.chars().chain(part.chars().chain(std::iter::repeat('0')).take(18));
        digits.fold(0, |sum, digit| sum * 10 + i128::from(digit.to_digit(10).unwrap()))
    }

    fn whole(cost: Cost) -> i128 {
        i128::from(cost.dollars) * i128::from(DOLLAR) + i128::from(cost.rest)
    }

    proptest! {
        #[test]
        fn an_amount_is_what_its_shortest_decimal_text_says(mantissa in 0..1_u64 << 53, scale in 0..40_i32) {
            let usd = mantissa as f64 / 10_f64.powi(scale);
            prop_assume!(usd > 0.0 && usd <= USD_MAX);
            prop_assert_eq!(whole(Cost::from_usd(usd)), digit_by_digit(usd), "{}", usd);
        }

        #[test]
        fn sums_and_differences_are_exact(one in 0.0..1e9_f64, other in 0.0..1e3_f64) {
            let (one, other) = (Cost::from_usd(one), Cost::from_usd(other));
            prop_assert_eq!(whole(one + other), whole(one) + whole(other));
            prop_assert_eq!(whole(one - other), whole(one) - whole(other));
            prop_assert_eq!(one < other, whole(one) < whole(other));
        }
    }

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
