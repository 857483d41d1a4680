//! Tests the parser with durations that Go writes, durations that people could write, and texts that are built from fragments
//! of durations.

use proptest::{collection, prelude::*};

use super::{nanoseconds as nanoseconds_of, *};

/// Returns a duration as Go's `Duration.String` writes it.
fn written(nanoseconds: i64) -> String {
    let (sign, total) = (if nanoseconds < 0 { "-" } else { "" }, nanoseconds.unsigned_abs());
    let fraction = |value: u64, digits: usize| {
        let (whole, rest) = (value / 10_u64.pow(digits as u32), value % 10_u64.pow(digits as u32));
        format!("{whole}.{rest:0digits$}").trim_end_matches('0').trim_end_matches('.').to_owned()
    };
    let (minutes, rest) = (total / 60_000_000_000, fraction(total % 60_000_000_000, 9));
    match total {
        0 => "0s".to_owned(),
        1..1_000 => format!("{sign}{total}ns"),
        1_000..1_000_000 => format!("{sign}{}µs", fraction(total, 3)),
        1_000_000..1_000_000_000 => format!("{sign}{}ms", fraction(total, 6)),
        1_000_000_000..60_000_000_000 => format!("{sign}{rest}s"),
        60_000_000_000..3_600_000_000_000 => format!("{sign}{minutes}m{rest}s"),
        _ => format!("{sign}{}h{}m{rest}s", minutes / 60, minutes % 60),
    }
}

const UNITS: [(&str, i128); 7] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("h", 3_600_000_000_000),
];

proptest! {
    #[test]
    fn parses_durations_written_by_go(nanoseconds in prop_oneof![any::<i64>(), -100_000_000_000_000..100_000_000_000_000_i64, -2000..2000_i64]) {
        prop_assert_eq!(nanoseconds_of(&written(nanoseconds)), Ok(nanoseconds));
    }

    #[test]
    fn parts_of_a_duration_are_added(
        sign in prop::sample::select(&["", "-", "+"][..]),
        parts in collection::vec(("[0-9]{1,4}|[0-9]{1,25}", prop::option::of("[0-9]{0,3}|[0-9]{0,25}"), prop::sample::select(&UNITS[..])), 1..5),
    ) {
        let mut text = sign.to_owned();
        let mut exact = 0_i128;
        for (whole, fraction, (unit, nanoseconds)) in &parts {
            text += whole;
            exact += whole.parse::<i128>().expect("digits") * nanoseconds;
            if let Some(fraction) = fraction {
                text += &format!(".{fraction}");
                // Only 24 digits are used, so that the product with the longest unit fits into 128 bits.
                exact += format!("0{fraction:.24}").parse::<i128>().expect("digits") * nanoseconds / 10_i128.pow(fraction.len().min(24) as u32);
            }
            text += unit;
        }
        let exact = if sign == "-" { -exact } else { exact };
        // With floats, each fraction may differ from its exact value by one nanosecond.
        let near = parts.len() as i128;
        match nanoseconds_of(&text) {
            Ok(read) => prop_assert!((i128::from(read) - exact).abs() <= near, "{} {} {}", text, read, exact),
            Err(_) => prop_assert!(exact.abs() + near >= i128::from(i64::MAX), "{}", text),
        }
    }

    #[test]
    fn rejects_any_other_text(
        text in prop_oneof![
            collection::vec(
                prop::sample::select(&["1", "0", ".", "-", "+", "h", "m", "s", "ms", "µs", "μs", "d", " ", "１", "9223372036854775807", "e", "\u{0}"][..]),
                0..8,
            ).prop_map(|pieces| pieces.concat()),
            any::<String>(),
        ],
    ) {
        if let Ok(SessionDuration(duration)) = SessionDuration::parse(&text) {
            prop_assert!((15 * 60..=12 * 3600).contains(&duration.as_secs()) && duration <= MAX);
            prop_assert!(text.starts_with(|c: char| c.is_ascii_digit() || ".+".contains(c)), "{}", text);
            prop_assert!(text.ends_with(['s', 'm', 'h']), "{}", text);
            prop_assert_eq!(nanoseconds_of(&written(duration.as_nanos() as i64)), nanoseconds_of(&text));
        }
    }

    #[test]
    fn accepts_every_duration_that_aws_allows(nanoseconds in 900_000_000_000..=43_200_000_000_000_i64) {
        prop_assert_eq!(SessionDuration::parse(&written(nanoseconds)), Ok(SessionDuration(Duration::from_nanos(nanoseconds as u64))));
    }
}
