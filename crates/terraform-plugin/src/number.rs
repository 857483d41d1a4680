//! Terraform's `number`, without loss of precision.

use std::fmt;

/// A number of the Terraform language: an integer, a float, or a decimal of any precision.
///
/// Terraform computes with 512-bit floats. If a number fits neither a 64-bit integer nor an `f64` exactly, Terraform sends the number as
/// decimal text. This type keeps the text, so that no digit is lost. Equality compares the representations: the text `1.0` and the integer
/// `1` are not equal.
#[derive(Clone, Debug, PartialEq)]
pub struct Number(Repr);

/// The representation of a number. An integer that fits into an `i64` is always stored as `Int`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Repr {
    Int(i64),
    UInt(u64),
    Float(f64),
    Decimal(String),
}

impl Number {
    /// Reads decimal text such as `-12`, `0.1` or `1e400`. Returns `None` if the text is not a number.
    pub fn from_decimal(text: &str) -> Option<Self> {
        if !is_decimal(text) {
            return None;
        }
        if let Ok(int) = text.parse::<i64>() {
            return Some(int.into());
        }
        if let Ok(int) = text.parse::<u64>() {
            return Some(int.into());
        }
        Some(Self(Repr::Decimal(text.to_owned())))
    }

    /// Converts a float. Returns `None` for NaN, which Terraform does not support.
    pub fn from_f64(float: f64) -> Option<Self> {
        // Below 2^63 the cast is exact for integral floats.
        #[expect(clippy::cast_possible_truncation, reason = "the range is checked on the same line")]
        if float.fract() == 0.0 && float.abs() < 9_223_372_036_854_775_808.0 {
            return Some((float as i64).into());
        }
        (!float.is_nan()).then_some(Self(Repr::Float(float)))
    }

    /// Returns the number if it is an integer that fits into an `i64`. Decimal text such as `1.0` is not an integer.
    pub fn as_i64(&self) -> Option<i64> {
        match self.0 {
            Repr::Int(int) => Some(int),
            Repr::UInt(_) | Repr::Float(_) | Repr::Decimal(_) => None,
        }
    }

    /// Returns the number if it is an integer that fits into a `u64`. Decimal text such as `1.0` is not an integer.
    pub fn as_u64(&self) -> Option<u64> {
        match self.0 {
            Repr::Int(int) => u64::try_from(int).ok(),
            Repr::UInt(int) => Some(int),
            Repr::Float(_) | Repr::Decimal(_) => None,
        }
    }

    /// Returns the `f64` that is nearest to the number.
    #[expect(clippy::cast_precision_loss, reason = "callers of this method expect the nearest float")]
    pub fn to_f64(&self) -> f64 {
        match &self.0 {
            Repr::Int(int) => *int as f64,
            Repr::UInt(int) => *int as f64,
            Repr::Float(float) => *float,
            // Rust can parse every text that `is_decimal` accepts.
            Repr::Decimal(text) => text.parse().unwrap_or(f64::NAN),
        }
    }

    pub(crate) fn repr(&self) -> &Repr {
        &self.0
    }
}

impl From<i64> for Number {
    fn from(int: i64) -> Self {
        Self(Repr::Int(int))
    }
}

impl From<u64> for Number {
    fn from(int: u64) -> Self {
        i64::try_from(int).map_or(Self(Repr::UInt(int)), Self::from)
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Repr::Int(int) => int.fmt(f),
            Repr::UInt(int) => int.fmt(f),
            Repr::Float(float) => float.fmt(f),
            Repr::Decimal(text) => f.write_str(text),
        }
    }
}

/// Returns whether the text has the form `-?digits[.digits][e[+-]digits]`.
fn is_decimal(text: &str) -> bool {
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match unsigned.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (unsigned, None),
    };
    let mantissa_ok = match mantissa.split_once('.') {
        Some((whole, fraction)) => digits(whole) && digits(fraction),
        None => digits(mantissa),
    };
    mantissa_ok && exponent.is_none_or(|exponent| digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_keep_all_64_bits() {
        assert_eq!(Number::from(u64::MAX).as_u64(), Some(u64::MAX));
        assert_eq!(Number::from_decimal("9223372036854775807").and_then(|n| n.as_i64()), Some(i64::MAX));
        assert_eq!(Number::from_decimal("18446744073709551615"), Some(Number::from(u64::MAX)));
        assert_eq!(Number::from(u64::MAX).as_i64(), None);
        assert_eq!(Number::from(-1_i64).as_u64(), None);
    }

    #[test]
    fn an_integral_float_is_an_integer() {
        assert_eq!(Number::from_f64(3.0), Some(Number::from(3_i64)));
        assert_eq!(Number::from_f64(9_223_372_036_854_775_808.0).and_then(|n| n.as_i64()), None);
        assert_eq!(Number::from_f64(f64::NAN), None);
    }

    #[test]
    fn decimals_keep_their_text() {
        for text in ["0.1", "-12.50", "1e400", "1E-7", "99999999999999999999"] {
            assert_eq!(Number::from_decimal(text).expect(text).to_string(), text);
        }
        for text in ["", "-", "1.", ".5", "1e", "0x1", "NaN", "inf", "1 ", "+1.5", "+1"] {
            assert_eq!(Number::from_decimal(text), None, "{text}");
        }
    }
}
