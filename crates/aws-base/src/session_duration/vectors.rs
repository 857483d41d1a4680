//! Checks that durations are parsed in the same way as in Go.

use test_vectors::{Answers, compare, library};

use super::nanoseconds;

#[test]
fn durations_match_the_go_library() {
    compare("durations", include_str!("../../vectors/durations.json"), |row| Answers {
        ours: nanoseconds(row["text"].as_str().expect("a text")).map_err(|invalid| invalid.to_string()),
        library: library(row, |row| row["nanoseconds"].as_i64().expect("an integer")),
        reason: None,
    });
}
