//! The search for secrets in encodings without escape sequences, such as base64. An encoded secret is called a form. A part of a
//! form is called a window if this part is just long enough to be a leak. The search first looks for short parts, called pieces,
//! and then checks for each found piece whether a whole window surrounds the piece.

use aho_corasick::AhoCorasick;
use base64::{
    Engine,
    prelude::{BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD},
};

/// If a text contains this number of adjacent characters of a secret, the secret has leaked.
pub(super) const WINDOW: usize = 16;

/// The length of a piece, in bytes. With pieces of this length, every window of an encoded form of a secret contains a whole
/// piece.
const PIECE: usize = 8;

/// A secret in one encoding.
#[derive(Debug)]
struct Form {
    secret: usize,
    name: &'static str,
    text: Vec<u8>,
    /// The length of a window of this form, in bytes.
    window: usize,
}

/// All forms of all secrets.
#[derive(Debug)]
pub(super) struct Forms {
    forms: Vec<Form>,
    automaton: AhoCorasick,
    /// The pieces that the automaton searches for. Each entry has the index of the piece's form, and the offset of the piece in
    /// this form.
    pieces: Vec<(usize, usize)>,
}

/// A secret that was found in a text, with the name of its encoding and the offset in the text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Found {
    pub(super) secret: usize,
    pub(super) form: &'static str,
    pub(super) start: usize,
}

impl Forms {
    pub(super) fn new(secrets: &[&str]) -> Self {
        let forms: Vec<_> = secrets.iter().enumerate().flat_map(|(secret, text)| forms(secret, text)).collect();
        let (mut pieces, mut patterns) = (Vec::new(), Vec::new());
        for (index, form) in forms.iter().enumerate() {
            let is_whole = form.window == form.text.len();
            let length = if is_whole { form.window } else { PIECE };
            for start in (0..=form.text.len() - length).step_by(length) {
                pieces.push((index, start));
                patterns.push(form.text[start..start + length].to_owned());
            }
        }
        let automaton = AhoCorasick::new(patterns).expect("patterns of a few kilobytes");
        Self { forms, automaton, pieces }
    }

    /// Returns the first occurrence of each secret in the text.
    pub(super) fn find(&self, text: &[u8]) -> Vec<Found> {
        let mut found: Vec<Found> = Vec::new();
        for piece in self.automaton.find_overlapping_iter(text) {
            let (index, offset) = self.pieces[piece.pattern().as_usize()];
            let form = &self.forms[index];
            if found.iter().all(|found| found.secret != form.secret) && form.is_at(text, piece.start(), offset) {
                found.push(Found { secret: form.secret, form: form.name, start: piece.start() });
            }
        }
        found
    }
}

impl Form {
    /// Whether a whole window of this form surrounds the piece that was found at `start`. `offset` is the offset of the piece in
    /// the form.
    fn is_at(&self, text: &[u8], start: usize, offset: usize) -> bool {
        let before = text[..start].iter().rev().zip(self.text[..offset].iter().rev());
        let after = text[start..].iter().zip(&self.text[offset..]);
        let equal = |(one, other): &(&u8, &u8)| one == other;
        before.take_while(equal).count() + after.take_while(equal).count() >= self.window
    }
}

/// Returns the forms of a secret. A secret that is shorter than a window is found only as a whole.
fn forms(secret: usize, text: &str) -> Vec<Form> {
    let hexadecimal: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    let mut forms = vec![
        ("as it is", text.to_owned(), WINDOW),
        ("in hexadecimal", hexadecimal.to_uppercase(), 2 * WINDOW),
        ("in hexadecimal", hexadecimal, 2 * WINDOW),
    ];
    for shift in 0..3 {
        // The number of base64 characters that depend only on `WINDOW` characters of the secret, whatever the shift is.
        let window = (WINDOW - 1) * 8 / 6;
        forms.push(("in base64", in_base64(&BASE64_STANDARD_NO_PAD, text, shift), window));
        forms.push(("in base64", in_base64(&BASE64_URL_SAFE_NO_PAD, text, shift), window));
    }
    let is_short = text.len() < WINDOW;
    let form = |(name, text, window): (_, String, _)| {
        let window = if is_short { text.len() } else { window };
        Form { secret, name, text: text.into_bytes(), window }
    };
    forms.into_iter().map(form).filter(|form| !form.text.is_empty()).collect()
}

/// Encodes a secret as a part of a longer base64 text. Returns only the characters that do not depend on the text around the
/// secret. The secret begins `shift` bytes after the start of a group of three bytes.
fn in_base64(engine: &impl Engine, secret: &str, shift: usize) -> String {
    let encoded = engine.encode([&vec![0; shift], secret.as_bytes()].concat());
    let (start, end) = ((shift * 8).div_ceil(6), (shift + secret.len()) * 8 / 6);
    encoded[start..end].to_owned()
}
