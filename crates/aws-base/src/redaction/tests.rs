use super::*;

fn shown(text: &str, secrets: &[&str]) -> String {
    let secrets: Vec<_> = secrets.iter().copied().map(Secret::from).collect();
    printable(text, &secrets).unwrap_or_default()
}

#[test]
fn request_secrets_are_hidden_anywhere_in_a_text() {
    let text = "token hunter2, 'Signature=0123abcd' and Signature=, hunter2";
    assert_eq!(shown(text, &["hunter2", "x", ""]), "token (hidden), 'Signature=(hidden)' and Signature=, (hidden)");
    assert_eq!(shown("x", &["x"]), "x");
    assert_eq!(shown("a hunter2-and-more!", &["hunter2", "hunter2-and-more"]), "a (hidden)!");
}

#[test]
fn parts_of_at_least_16_characters_of_a_secret_are_hidden() {
    let secret = "0123456789abcdefghijklmnopqrstuvwxyz";
    assert_eq!(shown(&format!("got {}!", &secret[3..19]), &[secret]), "got (hidden)!");
    assert_eq!(shown(&format!("got {}!", &secret[3..18]), &[secret]), "got 3456789abcdefgh!");
    assert_eq!(shown(&format!("got {}!", &secret[..30]), &[secret]), "got (hidden)!");
}

#[test]
fn a_secret_with_control_characters_inside_is_hidden() {
    for unseen in [
        "\r",
        "\t",
        "\0",
        "\u{1b}",
        "\u{1b}[1;31m",
        "\u{7f}",
        "\u{9b}",
        "\u{301}",
        "\u{1d173}",
        "\u{200b}",
        "\u{202e}",
        "\u{ad}",
        "\u{feff}",
    ] {
        let text = format!("it said hun{unseen}ter{unseen}2 and more");
        assert_eq!(shown(&text, &["hunter2"]), "it said (hidden) and more", "{unseen:?}");
    }
    assert_eq!(shown("it said hun\nter2", &["hunter2"]), "it said (hidden)");
}

#[test]
fn an_encoded_secret_is_hidden() {
    let secret = "hunter2/hunter+2=";
    for text in [
        "hunter2%2Fhunter%2b2%3D",
        r"hunter2\/hunter\u002b2\u003D",
        r"\x68\x75\x6eter2/hunter+2=",
        "hunter2&#47;hunter&plus;2&#x3d;",
        "&#00000000104;unter2&SOL;hunter&#43;2=",
        "hunter2/hunter+2&#61",
        "68756e746572322f68756e7465722b323d",
        "68756E746572322F68756E7465722B323D",
        // The secret in base64, at each of three offsets and in both alphabets.
        "aHVudGVyMi9odW50ZXIrMj0=",
        "AGh1bnRlcjIvaHVudGVyKzI9",
        "AABodW50ZXIyL2h1bnRlcisyPQ",
        "aHVudGVyMi9odW50ZXIrMj0",
        // The secret encoded twice.
        "hunter2%252Fhunter%252B2%253D",
        "aHVudGVyMiUyRmh1bnRlciUyQjIlM0Q=",
        "hunter2&amp;#47;hunter&amp;#43;2&amp;#61;",
        "NjgGNzU2ZTc0NjU3MjMyMmY2ODc1NmU3NDY1NzIyYjMyM2Q=",
    ] {
        let shown = shown(&format!("<{text}>"), &[secret]);
        assert!(shown.contains(HIDDEN) && shown.len() <= text.len().min(20) + 2, "{text}: {shown}");
    }
}

#[test]
fn secrets_are_hidden_before_a_text_is_truncated() {
    let secret = "0123456789abcdefghijklmnopqrstuvwxyz";
    let text = format!("{}{secret} and more", "ä".repeat(MAX_LENGTH - 20));
    assert_eq!(shown(&text, &[secret]), format!("{}(hidden) and more", "ä".repeat(MAX_LENGTH - 20)));
    assert_eq!(shown(&"ä".repeat(10_000), &[secret]).chars().count(), MAX_LENGTH);
    let broken = format!("0123456789{}abcdefghijklmnopqrstuvwxyz", "\0".repeat(4 << 20));
    assert_eq!(shown(&broken, &[secret]), HIDDEN);
    // The text contains the secret many times. The last copy is cut off at the end of the searched bytes.
    let full = format!("{}{secret}", secret.repeat(SEARCHED / secret.len()));
    assert_eq!(shown(&full, &[secret]), HIDDEN);
}

#[test]
fn only_the_first_line_is_printed() {
    let message = "The signature does not match.\n\nThe Canonical String for this request should have been\n\
                   'POST\n/\n\nx-amz-security-token:hunter2\n'";
    assert_eq!(shown(message, &[]), "The signature does not match.");
    assert_eq!(shown("\n \u{1b}\nred\r\nmore", &[]), "red");
    assert_eq!(shown("\u{1b}[31mred", &[]), "red");
    assert_eq!(shown(" \n ", &[]), "");
}

#[test]
fn values_of_secret_names_are_hidden() {
    for (text, expected) in [
        (r#"{"SecretAccessKey": "abc/d+e=", "x": 1}"#, r#"{"SecretAccessKey": "(hidden)", "x": 1}"#),
        (
            "AWS_SECRET_ACCESS_KEY=abc AWS_SESSION_TOKEN=def",
            "AWS_SECRET_ACCESS_KEY=(hidden) AWS_SESSION_TOKEN=(hidden)",
        ),
        ("x-amz-security-token: abc and", "x-amz-security-token: (hidden) and"),
        ("Credential=AKID/x, Signature=0aF", "Credential=AKID/x, Signature=(hidden)"),
        ("bad signature: Authentication failed", "bad signature: Authentication failed"),
        ("Signature expired: 2 is now earlier", "Signature expired: 2 is now earlier"),
        ("Check your AWS Secret Access Key: see", "Check your AWS Secret Access Key: see"),
    ] {
        assert_eq!(shown(text, &[]), expected);
    }
}
