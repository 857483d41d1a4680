//! Hides secrets in text from outside. A response may repeat secrets of its request.
//!
//! A text is made safe to print in three steps. First, invisible characters are removed, because they may split a secret. Then
//! secrets are hidden, in every encoding that people can decode. Last, the text is truncated. This step must be the last,
//! because a secret that is cut in half would not be found.

use std::collections::HashMap;

use crate::{
    secret::Secret,
    shown::{HIDDEN, Shown},
};

mod view;

use view::{View, is_invisible};

/// The minimum length, in characters, of a secret that is hidden. A shorter secret would match parts of most texts.
const MIN_LENGTH: usize = 4;
/// The length of a window, in bytes. A window is any sequence of this many adjacent bytes in a text or in a secret. If a text
/// contains a window of a secret, this part of the text is hidden.
const WINDOW: usize = 16;
/// The maximum length, in characters, of a printed text from outside.
const MAX_LENGTH: usize = 500;
/// The maximum length, in characters, of a secret to search for. The rest of a longer secret is ignored. Tokens are much
/// shorter.
const MAX_SECRET: usize = 32 << 10;
/// The maximum number of bytes of a text that are searched for secrets.
const SEARCHED: usize = 16 << 10;
/// The maximum number of bytes that are printed if a text is longer than [`SEARCHED`]. If a secret is cut off at the end of the
/// searched bytes, the search may not find this secret. However, such a secret begins after the printed bytes.
const PRINTED: usize = SEARCHED / 2;

/// The suffixes of the names of secrets, in lowercase and without `_` and `-`. If a name ends with such a suffix, the value
/// after the name is always hidden.
const NAMES: [&str; 4] = ["secretaccesskey", "sessiontoken", "securitytoken", "signature"];

/// Returns the first line of a text, cut after 500 characters. Removes invisible characters, and hides `secrets` and all
/// signatures. Returns `None` if nothing is left.
///
/// Only the first line is safe: if a signature does not match, the next lines of AWS's message repeat the request.
pub(crate) fn printable(text: &str, secrets: &[Secret]) -> Option<String> {
    let plain = Plain::new(text);
    let hidden = hidden(&plain.text, secrets);
    let mut shown = rendered(&plain.text[..plain.end], &hidden, MAX_LENGTH);
    shown.truncate(shown.trim_end().len());
    Some(shown).filter(|shown| !shown.is_empty())
}

/// Returns a text with [`HIDDEN`] instead of each hidden part, cut after `longest` characters.
fn rendered(text: &str, hidden: &[bool], longest: usize) -> String {
    let (mut shown, mut count, mut in_hidden) = (String::new(), 0, false);
    for (at, letter) in text.char_indices() {
        if count >= longest {
            break;
        }
        let is_hidden = (at..at + letter.len_utf8()).any(|at| hidden[at]);
        if !is_hidden {
            shown.push(letter);
            count += 1;
        } else if !in_hidden {
            shown.push_str(HIDDEN);
            count += HIDDEN.len();
        }
        in_hidden = is_hidden;
    }
    shown
}

/// Hides secrets in a message of this program. The message can repeat a secret that a person put into the wrong setting. A
/// secret shorter than [`WINDOW`] is hidden only if it is surrounded by spaces or punctuation. If such a secret has only
/// lowercase letters, it is not hidden: servers that replace AWS often use the key `test`.
pub(crate) fn hidden_in(words: &str, secrets: &[Secret]) -> Shown {
    let (short, long): (Vec<_>, Vec<_>) = secrets.iter().cloned().partition(|secret| secret.expose().len() < WINDOW);
    let looks_like_a_word = |text: &str| text.len() < MIN_LENGTH || text.bytes().all(|byte| byte.is_ascii_lowercase());
    let words: String = words.chars().filter(|letter| *letter == '\n' || !is_invisible(*letter)).collect();
    let mut hidden = hidden(&words, &long);
    for secret in short.iter().map(Secret::expose).filter(|text| !looks_like_a_word(text)) {
        let is_end = |letter: Option<char>| {
            letter.is_none_or(|letter| letter.is_whitespace() || "\"'`()[],;:.".contains(letter))
        };
        for (start, found) in words.match_indices(secret) {
            let end = start + found.len();
            if is_end(words[..start].chars().next_back()) && is_end(words[end..].chars().next()) {
                hidden[start..end].fill(true);
            }
        }
    }
    let text = rendered(&words, &hidden, usize::MAX);
    if hidden.contains(&true) { Shown::hidden(text) } else { text.into() }
}

/// Checks whether a text holds any of these secrets or a signature.
pub(crate) fn holds_secret(text: &str, secrets: &[Secret]) -> bool {
    hidden(&Plain::new(text).text, secrets).contains(&true)
}

/// Returns the values in a text that follow the names of secrets, such as `SecretAccessKey`.
pub(crate) fn named_secrets(text: &str) -> Vec<Secret> {
    named(text).map(|(start, end)| Secret::from(&text[start..end])).collect()
}

/// A text without invisible characters.
struct Plain {
    text: String,
    /// The end of the part that can be printed: the first line, or less if the text is long.
    end: usize,
}

impl Plain {
    fn new(text: &str) -> Self {
        let (mut plain, mut line) = (String::new(), None);
        let mut letters = text.trim().chars().peekable();
        while let Some(letter) = letters.next() {
            if plain.len() >= SEARCHED {
                let end = plain.floor_char_boundary(line.unwrap_or(PRINTED).min(PRINTED));
                return Self { text: plain, end };
            }
            match letter {
                '\n' if line.is_none() && !plain.is_empty() => line = Some(plain.len()),
                // Skips the whole escape sequence of a terminal colour.
                '\u{1b}' if letters.next_if_eq(&'[').is_some() => {
                    while letters.next_if(|letter| matches!(letter, ' '..='?')).is_some() {}
                    letters.next_if(|letter| matches!(letter, '@'..='~'));
                }
                letter if is_invisible(letter) => {}
                letter => plain.push(letter),
            }
        }
        Self { end: line.unwrap_or(plain.len()), text: plain }
    }
}

/// Returns for each byte of a text whether the byte belongs to a secret or a signature.
fn hidden(text: &str, secrets: &[Secret]) -> Vec<bool> {
    let mut hidden = vec![false; text.len()];
    let mut hide = |(start, end): (usize, usize)| hidden[start..end].fill(true);
    if !secrets.is_empty() {
        let own = View::new(text);
        let once = own.decoded();
        let twice: Vec<_> = once.iter().flat_map(View::decoded).collect();
        let views: Vec<_> = [&own].into_iter().chain(&once).chain(&twice).collect();
        let mut windows = windows(&views);
        for secret in secrets {
            // Invisible characters are removed from the secret, because the searched text does not contain them.
            let letters = secret.expose().chars().filter(|letter| !is_invisible(*letter));
            let secret: String = letters.take(MAX_SECRET).collect();
            if secret.len() >= WINDOW {
                // A window that is found is removed from the map. Several secrets can contain the same window, but this window
                // needs to be hidden in the text only once.
                let found = secret.as_bytes().windows(WINDOW).filter_map(|window| windows.remove(window));
                found.flatten().for_each(|(view, at)| hide(view.place(at, WINDOW)));
            } else if secret.chars().count() >= MIN_LENGTH {
                for view in &views {
                    for (at, window) in view.bytes.windows(secret.len()).enumerate() {
                        if window == secret.as_bytes() {
                            hide(view.place(at, secret.len()));
                        }
                    }
                }
            }
        }
    }
    named(text).for_each(hide);
    hidden
}

/// Returns all windows of a text and of its decoded forms, each with the places where it occurs. The map contains the windows of
/// the text and not of the secrets, because all secrets together have more windows than a text.
fn windows<'a>(views: &[&'a View]) -> HashMap<&'a [u8], Vec<(&'a View, usize)>> {
    let mut windows: HashMap<_, Vec<_>> = HashMap::new();
    for view in views {
        for (at, window) in view.bytes.windows(WINDOW).enumerate() {
            windows.entry(window).or_default().push((*view, at));
        }
    }
    windows
}

/// Returns the start and the end of each value that follows the name of a secret.
fn named(text: &str) -> impl Iterator<Item = (usize, usize)> {
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-');
    let is_of_value = |byte: &u8| byte.is_ascii_graphic() && !b"\"',;&<>\\()".contains(byte);
    let bytes = text.as_bytes();
    let ends = (1..bytes.len()).filter(move |at| is_of_name(bytes[at - 1]) && !is_of_name(bytes[*at]));
    ends.filter_map(move |end| {
        let length = bytes[..end].iter().rev().take_while(|byte| is_of_name(**byte)).count();
        let name: String = text[end - length..end].chars().filter(char::is_ascii_alphanumeric).collect();
        let name = name.to_ascii_lowercase();
        let known = NAMES.iter().find(|known| name.ends_with(**known))?;
        let skipped =
            |from: usize, skip: &[u8]| from + bytes[from..].iter().take_while(|byte| skip.contains(byte)).count();
        let sign = skipped(end, b"\\\"' ");
        bytes.get(sign).filter(|byte| matches!(byte, b'=' | b':'))?;
        let start = skipped(sign + 1, b"\\\"' ");
        let is_of_value = |byte: &&u8| if *known == "signature" { byte.is_ascii_hexdigit() } else { is_of_value(byte) };
        let length = bytes[start..].iter().take_while(is_of_value).count();
        // For example, the first letter after the colon in "signature: Authentication failed" is a hexadecimal digit, but not a
        // signature.
        let is_prose = *known == "signature" && bytes[sign] == b':';
        let ends_in_word = is_prose && bytes.get(start + length).is_some_and(u8::is_ascii_alphanumeric);
        (length > 0 && !ends_in_word).then_some((start, start + length))
    })
}

#[cfg(all(test, unix))]
pub(crate) mod fuzz;

#[cfg(test)]
mod tests;
