//! The duration of a role's session.

use std::time::Duration;

const MIN: Duration = Duration::from_mins(15);
const MAX: Duration = Duration::from_hours(12);

/// The duration of a role's session, from 15 minutes to 12 hours.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct SessionDuration(Duration);

/// The reason why a text is not a valid duration. Each message continues a sentence with the text as its subject.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidSessionDuration {
    /// The text has no digits: it is empty, or only a sign.
    #[error("cannot be parsed as a duration: it has no digits")]
    Empty,
    /// A unit has no number.
    #[error("cannot be parsed as a duration: a number is missing before a unit")]
    NoNumber,
    /// A number has no unit.
    #[error("cannot be parsed as a duration: a unit is missing, such as in 1h30m")]
    NoUnit,
    /// The duration is shorter than 15 minutes or longer than 12 hours.
    #[error("must be between 15 minutes (15m) and 12 hours (12h), inclusive")]
    OutOfRange,
    /// The duration in nanoseconds does not fit into 64 bits.
    #[error("cannot be parsed as a duration: it is too long")]
    TooLong,
    /// A unit is not valid in Go.
    #[error("cannot be parsed as a duration: units are h, m, s, ms, us and ns")]
    UnknownUnit,
}

use InvalidSessionDuration::{Empty, NoNumber, NoUnit, OutOfRange, TooLong, UnknownUnit};

impl SessionDuration {
    /// Parses a duration such as `1h30m`, in the [notation of Go](https://pkg.go.dev/time#ParseDuration).
    ///
    /// # Errors
    /// See [`InvalidSessionDuration`].
    pub fn parse(text: &str) -> Result<Self, InvalidSessionDuration> {
        let duration = Duration::from_nanos(u64::try_from(nanoseconds(text)?).map_err(|_| OutOfRange)?);
        if (MIN..=MAX).contains(&duration) { Ok(Self(duration)) } else { Err(OutOfRange) }
    }
}

impl From<SessionDuration> for Duration {
    fn from(SessionDuration(duration): SessionDuration) -> Self {
        duration
    }
}

fn nanoseconds(text: &str) -> Result<i64, InvalidSessionDuration> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if unsigned == "0" {
        return Ok(0);
    }
    if unsigned.is_empty() {
        return Err(Empty);
    }
    let (mut total, mut rest) = (0_i128, unsigned);
    while !rest.is_empty() {
        let (part, after) = part(rest)?;
        total = total.checked_add(part).ok_or(TooLong)?;
        rest = after;
    }
    i64::try_from(if negative { -total } else { total }).map_err(|_| TooLong)
}

/// Parses a number and its unit. Returns the duration in nanoseconds, and the rest of the text.
fn part(text: &str) -> Result<(i128, &str), InvalidSessionDuration> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    if whole.is_empty() && fraction.is_empty() {
        return Err(NoNumber);
    }
    let (name, rest) = rest.split_at(rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len()));
    let unit = match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000, // the micro sign, and the Greek letter
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "" => return Err(NoUnit),
        _ => return Err(UnknownUnit),
    };
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| TooLong)? };
    let total = whole.checked_mul(unit).and_then(|whole| whole.checked_add(fraction_of(fraction, unit)));
    Ok((total.ok_or(TooLong)?, rest))
}

/// Converts a fraction of a unit to nanoseconds. Like Go, computes with floats. `digits` are the digits after the decimal point.
/// Digits that do not fit into 64 bits are ignored.
fn fraction_of(digits: &str, unit: i128) -> i128 {
    let (mut numerator, mut denominator) = (0_i64, 1.0_f64);
    for digit in digits.bytes() {
        let more = numerator.checked_mul(10).and_then(|tens| tens.checked_add(i64::from(digit - b'0')));
        let Some(more) = more else { break };
        (numerator, denominator) = (more, denominator * 10.0);
    }
    (numerator as f64 * (unit as f64 / denominator)) as i128
}

fn digits(text: &str) -> (&str, &str) {
    text.split_at(text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len()))
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_15_minutes_to_12_hours() {
        for (text, seconds) in [("15m", 900), ("900s", 900), ("12h", 43_200), ("1h", 3_600), ("720m", 43_200)] {
            assert_eq!(SessionDuration::parse(text).map(Duration::from), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["0", "14m59s", "14m59.999999999s", "12h0m1s", "12h1ns", "-1h"] {
            assert_eq!(SessionDuration::parse(text), Err(OutOfRange), "{text}");
        }
        for (text, invalid) in
            [("90", NoUnit), ("1d", UnknownUnit), ("", Empty), ("h", NoNumber), ("9999999h", TooLong)]
        {
            assert_eq!(SessionDuration::parse(text), Err(invalid), "{text}");
        }
    }
}
