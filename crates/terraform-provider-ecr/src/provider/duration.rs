//! How long a role's session lasts, in the notation of Go.

use std::time::Duration;

const SHORTEST: Duration = Duration::from_mins(15);
const LONGEST: Duration = Duration::from_hours(12);

/// Reads the length of a session, such as `1h30m`, in the
/// [notation of Go](https://pkg.go.dev/time#ParseDuration).
///
/// # Errors
/// What is wrong with it, as the end of a sentence whose subject it is.
pub(crate) fn session(text: &str) -> Result<Duration, String> {
    let nanoseconds = nanoseconds(text)?;
    let duration = u64::try_from(nanoseconds).map(Duration::from_nanos);
    duration
        .ok()
        .filter(|duration| (SHORTEST..=LONGEST).contains(duration))
        .ok_or_else(|| "must be between 15 minutes (15m) and 12 hours (12h), inclusive".to_owned())
}

fn nanoseconds(text: &str) -> Result<i64, String> {
    let (negative, unsigned) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    if unsigned == "0" {
        return Ok(0);
    }
    if unsigned.is_empty() {
        return Err("cannot be parsed as a duration: it has no digits".to_owned());
    }
    let (mut total, mut rest) = (0_i128, unsigned);
    while !rest.is_empty() {
        let (part, after) = part(rest)?;
        total = total.checked_add(part).ok_or_else(too_long)?;
        rest = after;
    }
    i64::try_from(if negative { -total } else { total }).map_err(|_| too_long())
}

fn too_long() -> String {
    "cannot be parsed as a duration: it is too long".to_owned()
}

/// A number with its unit, as nanoseconds, and what comes after it.
fn part(text: &str) -> Result<(i128, &str), String> {
    let (whole, rest) = digits(text);
    let (fraction, rest) = rest.strip_prefix('.').map_or(("", rest), digits);
    if whole.is_empty() && fraction.is_empty() {
        return Err("cannot be parsed as a duration: a number is missing before a unit".to_owned());
    }
    let (name, rest) = rest.split_at(rest.find(|c: char| c == '.' || c.is_ascii_digit()).unwrap_or(rest.len()));
    let unit = match name {
        "ns" => 1,
        "us" | "µs" | "μs" => 1_000, // the micro sign, and the Greek letter
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "" => return Err("cannot be parsed as a duration: a unit is missing, such as in 1h30m".to_owned()),
        _ => return Err("cannot be parsed as a duration: units are h, m, s, ms, us and ns".to_owned()),
    };
    let whole: i128 = if whole.is_empty() { 0 } else { whole.parse().map_err(|_| too_long())? };
    let total = whole.checked_mul(unit).and_then(|whole| whole.checked_add(fraction_of(fraction, unit)));
    Ok((total.ok_or_else(too_long)?, rest))
}

/// By floats, as in Go: more digits than it takes in are dropped.
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
    fn a_session_lasts_15_minutes_to_12_hours() {
        for (text, seconds) in [("15m", 900), ("900s", 900), ("12h", 43_200), ("1h", 3_600), ("720m", 43_200)] {
            assert_eq!(session(text), Ok(Duration::from_secs(seconds)), "{text}");
        }
        for text in ["0", "14m59s", "14m59.999999999s", "12h0m1s", "12h1ns", "-1h"] {
            let problem = session(text).expect_err(text);
            assert_eq!(problem, "must be between 15 minutes (15m) and 12 hours (12h), inclusive", "{text}");
        }
    }

    #[test]
    fn a_problem_is_the_end_of_a_sentence() {
        for (text, problem) in [
            ("90", "cannot be parsed as a duration: a unit is missing, such as in 1h30m"),
            ("1d", "cannot be parsed as a duration: units are h, m, s, ms, us and ns"),
            ("", "cannot be parsed as a duration: it has no digits"),
            ("h", "cannot be parsed as a duration: a number is missing before a unit"),
            ("9999999h", "cannot be parsed as a duration: it is too long"),
        ] {
            assert_eq!(session(text).expect_err(text), problem);
        }
    }
}
