//! Decodes texts with all decoders that a reader may use, and encodes secrets with all encoders that a writer may use. Tests of
//! the product's redaction use this module, which therefore does not share code with the product.

use std::{collections::HashSet, fmt};

use base64::{
    Engine,
    alphabet::STANDARD,
    engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig},
    prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD},
};

/// If this number of adjacent characters of a long secret is readable, the secret has leaked.
const WINDOW: usize = 16;

/// The characters of keys and tokens, as a regular expression.
pub const SECRET: &str = "[A-Za-z0-9/+=_.-]{4,60}";
/// The encodings in which a secret may be written.
pub const CODES: [fn(&str) -> String; 9] = [
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

/// A text, and the results of decoding the text once and twice. The decoders do not share code with the tested decoders.
pub struct Readings {
    text: String,
    windows: HashSet<Vec<u8>>,
}

impl Readings {
    /// Decodes each line of a text.
    pub fn new(text: &str) -> Self {
        let text = text.lines().flat_map(|line| {
            let once = decoded(line);
            let twice: Vec<_> = once.iter().flat_map(|text| decoded(text)).collect();
            [line.to_owned()].into_iter().chain(once).chain(twice)
        });
        let text = text.collect::<Vec<_>>().join("\n");
        Self { windows: text.as_bytes().windows(WINDOW).map(<[u8]>::to_vec).collect(), text }
    }

    /// Whether the text, or one of its decoded forms, contains a secret. A long secret is found if any `WINDOW` adjacent
    /// characters of the secret are readable.
    pub fn hold(&self, secret: &str) -> bool {
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
