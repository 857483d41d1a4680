//! Texts with secrets in them: in every place, in every code, broken and repeated.

use std::{collections::HashSet, fmt};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};
use proptest::{prelude::*, sample::select};

use super::*;

/// As keys and tokens are made.
pub(crate) const SECRET: &str = "[A-Za-z0-9/+=_.-]{4,60}";
/// A part of another party's words that is nobody's secret.
const WORDS: &str = "[ \\PC\t\r\n]{0,12}";

/// The ways in which somebody may write a secret.
pub(crate) const CODES: [fn(&str) -> String; 9] = [
    ToOwned::to_owned,
    |text| text.bytes().map(|byte| format!("%{byte:02X}")).collect(),
    |text| text.replace('/', "%2f").replace('+', "%2B").replace('=', "%3D"),
    |text| text.chars().map(|letter| format!("\\u{:04x}", u32::from(letter))).collect(),
    |text| text.replace('/', "\\/"),
    |text| text.chars().map(|letter| format!("&#{};", u32::from(letter))).collect(),
    |text| text.bytes().map(|byte| format!("{byte:02x}")).collect(),
    |text| BASE64_STANDARD.encode(text),
    |text| BASE64_URL_SAFE_NO_PAD.encode(text),
];

const LENIENT: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// A secret as somebody may write it. In base64, what stands before it decides about its alignment.
fn written() -> impl Strategy<Value = fn(&str, &str) -> String> {
    select(vec![(|before, secret| format!("{before}{secret}")) as fn(&str, &str) -> String, |_, secret| {
        secret.to_owned()
    }])
}

proptest! {
    #[test]
    fn no_secret_is_printed_in_any_code(
        secret in SECRET,
        (first, second) in (select(CODES.to_vec()), select(CODES.to_vec())),
        written in written(),
        inner in "[a-z ]{0,4}",
        unseen in select(vec!["", "", "\0", "\r", "\t", "\u{1b}", "\u{1b}[0m", "\u{200b}", "\n"]),
        at in any::<prop::sample::Index>(),
        (before, after) in (WORDS, WORDS),
    ) {
        let mut code = second(&first(&written(&inner, &secret)));
        let place = at.index(code.len());
        code.insert_str(place, unseen);
        let shown = printable(&format!("{before}{code}{after}"), &[Secret::from(&*secret)]).unwrap_or_default();
        prop_assert!(!Readings::of(&shown).hold(&secret), "{secret} in {shown}");
    }

    #[test]
    fn no_part_of_a_secret_is_printed(
        secret in "[A-Za-z0-9/+=_.-]{20,200}",
        (start, length) in (any::<prop::sample::Index>(), 16..200_usize),
        (before, after) in (WORDS, WORDS),
    ) {
        let start = start.index(secret.len() - WINDOW);
        let part = &secret[start..secret.len().min(start + length)];
        let shown = printable(&format!("{before}{part}{after}"), &[Secret::from(&*secret)]).unwrap_or_default();
        prop_assert!(!Readings::of(&shown).hold(&secret), "{secret} in {shown}");
    }

    #[test]
    fn other_words_are_printed_as_they_are(words in "[a-z]{1,9}( [a-z]{1,9}){0,9}", secret in "[A-Z0-9+/]{20,60}") {
        prop_assert_eq!(printable(&words, &[Secret::from(&*secret)]), Some(words));
    }

    #[test]
    fn any_text_can_be_printed(text in any::<String>(), secrets in prop::collection::vec(any::<String>(), 0..3)) {
        let secrets: Vec<_> = secrets.into_iter().map(Secret::from).collect();
        let shown = printable(&text, &secrets).unwrap_or_default();
        prop_assert!(!shown.chars().any(|letter| letter.is_control()), "{shown:?}");
        prop_assert!(shown.chars().count() <= LONGEST + HIDDEN.len());
    }

    #[test]
    fn no_signature_is_left(before in ".{0,8}", digits in "[0-9a-f]{1,80}", after in "[^0-9a-fA-F]?.{0,8}") {
        let shown = printable(&format!("{before}:Signature={digits}{after}"), &[]).unwrap_or_default();
        let signature = format!("Signature={digits}");
        prop_assert!(!shown.contains(&signature), "{shown}");
    }
}

/// A text as it is, and decoded as often as twice, by decoders that share nothing with those that are tested.
pub(crate) struct Readings {
    text: String,
    windows: HashSet<Vec<u8>>,
}

impl Readings {
    pub(crate) fn of(text: &str) -> Self {
        let text = text.lines().flat_map(|line| {
            let once = decoded(line);
            let twice: Vec<_> = once.iter().flat_map(|text| decoded(text)).collect();
            [line.to_owned()].into_iter().chain(once).chain(twice)
        });
        let text = text.collect::<Vec<_>>().join("\n");
        Self { windows: text.as_bytes().windows(WINDOW).map(<[u8]>::to_vec).collect(), text }
    }

    /// Whether they hold a short secret, or a window of a long one.
    pub(crate) fn hold(&self, secret: &str) -> bool {
        let mut windows = secret.as_bytes().windows(WINDOW);
        if secret.len() < WINDOW {
            self.text.contains(secret)
        } else {
            windows.any(|window| self.windows.contains(window))
        }
    }
}

impl fmt::Debug for Readings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

fn decoded(text: &str) -> Vec<String> {
    let lossy = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
    let mut found = vec![percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned()];
    found.extend(serde_json::from_str::<String>(&format!("\"{text}\"")));
    let number = |digits: &str| digits.parse().ok().and_then(char::from_u32).map(String::from);
    found.push(
        text.split("&#")
            .map(|part| match part.split_once(';') {
                Some((digits, rest)) => number(digits).map_or_else(|| part.to_owned(), |letter| letter + rest),
                None => part.to_owned(),
            })
            .collect(),
    );
    for run in text.split(|letter: char| !letter.is_ascii_hexdigit()) {
        found.extend((0..2).filter_map(|offset| run.get(offset..)).map(|run| {
            lossy(
                run.as_bytes()
                    .chunks_exact(2)
                    .filter_map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok())
                    .collect(),
            )
        }));
    }
    let standard = text.replace('-', "+").replace('_', "/");
    for run in standard.split(|letter: char| !letter.is_ascii_alphanumeric() && letter != '+' && letter != '/') {
        found.extend((0..4).filter_map(|offset| run.get(offset..)).map(|run| {
            let whole = if run.len() % 4 == 1 { &run[..run.len() - 1] } else { run };
            lossy(LENIENT.decode(whole).unwrap_or_default())
        }));
    }
    found.retain(|other| other != text);
    found
}
