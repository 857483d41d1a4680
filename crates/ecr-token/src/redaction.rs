//! Secrets that come back: whoever answers may repeat what the request was made with.

use std::cmp::Reverse;

use crate::secret::Secret;

const HIDDEN: &str = "(hidden)";
/// Shorter ones would hide half of every text.
const SHORTEST: usize = 4;

/// The text without these secrets, and without signatures: whoever has one can make that request once more.
pub(crate) fn redacted(text: &str, secrets: &[Secret]) -> String {
    let mut secrets: Vec<_> = secrets.iter().map(Secret::expose).filter(|secret| secret.len() >= SHORTEST).collect();
    // One may be a part of another.
    secrets.sort_by_key(|secret| Reverse(secret.len()));
    let mut text = secrets.into_iter().fold(text.to_owned(), |text, secret| text.replace(secret, HIDDEN));
    const SIGNATURE: &str = "Signature=";
    let mut from = 0;
    while let Some(start) = text[from..].find(SIGNATURE).map(|at| from + at + SIGNATURE.len()) {
        let length = text[start..].bytes().take_while(u8::is_ascii_hexdigit).count();
        if length > 0 {
            text.replace_range(start..start + length, HIDDEN);
        }
        from = start;
    }
    text
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_request_was_made_with_is_hidden_wherever_it_stands() {
        let secrets = ["hunter2".into(), "x".into(), "".into()];
        let text = "token hunter2, 'Signature=0123abcd' and Signature=, hunter2";
        assert_eq!(redacted(text, &secrets), "token (hidden), 'Signature=(hidden)' and Signature=, (hidden)");
        assert_eq!(redacted("x", &secrets), "x");
        assert_eq!(redacted("hunter2-and-more", &["hunter2".into(), "hunter2-and-more".into()]), "(hidden)");
    }
}
