//! The messages of an error and its causes.

use std::{error::Error, io};

use super::tls;
use crate::foreign::Foreign;

/// Messages that only name the part of a library that failed. [`chain`] omits these messages.
const WRAPPING: [&str; 16] = [
    "an error occurred while loading credentials",
    "client error (Connect)",
    "client error (SendRequest)",
    "connection error",
    "dispatch failure",
    "dns error",
    "error decoding response body",
    "error resolving DNS",
    "error sending request",
    "io error",
    "other",
    "service error",
    "timeout",
    "tunnel error: failed to create underlying connection",
    "unhandled error",
    "user error",
];

/// Messages of libraries, each with the text that is shown instead.
const REWORDED: [(&str, &str); 2] = [
    ("tunnel error: proxy authorization required", "it requires a user name and a password (HTTP 407)"),
    ("tunnel error: unsuccessful", "it refused to connect to that host"),
];

/// Returns the messages of an error and its causes, without repeated messages and without periods at the end. Uses only `Display`,
/// because the `Debug` output of the SDK's errors contains whole responses. Returns [`Foreign`], because messages of libraries
/// repeat text from the server, such as the names in the server's certificate.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> Foreign {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let text = description(cause);
        if cause.is::<rustls::Error>() {
            // Removes copies of the rustls message. Other libraries wrap the rustls error in their own errors, and repeat its
            // message there.
            parts.retain(|part| *part != cause.to_string());
        }
        if !text.is_empty() && !WRAPPING.contains(&text.as_str()) && !parts.iter().any(|part| part.contains(&text)) {
            parts.push(text);
        }
    }
    // If every message is omitted, the message of the outermost error is used.
    Foreign::chain(if parts.is_empty() { vec![description(error)] } else { parts })
}

/// Returns the message of an error without its causes.
fn description(error: &(dyn Error + 'static)) -> String {
    if let Some(words) = error.downcast_ref().and_then(tls::description) {
        return words;
    }
    let text = error.to_string();
    let text = text.trim().trim_end_matches('.');
    let reworded = REWORDED.iter().find(|(words, _)| *words == text);
    reworded.map_or(text, |(_, wording)| wording).to_owned()
}

/// Returns the first error of the type `E` among an error and its causes.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

pub(super) fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| cause(*error))
}

fn cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
        // `io::Error::source` would skip the inner error, and return the source of the inner error.
        Some(inner) => Some(inner),
        None => error.source(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Secrets;

    #[derive(Debug, thiserror::Error)]
    #[error("{text}")]
    struct Layer {
        text: &'static str,
        #[source]
        source: io::Error,
    }

    fn layer(text: &'static str) -> Layer {
        Layer { text, source: io::Error::new(io::ErrorKind::ConnectionRefused, "refused") }
    }

    fn chain(error: &(dyn Error + 'static)) -> String {
        super::chain(error).quote(&Secrets::default()).map(|quote| quote.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_repeated_cause_is_printed_once() {
        assert_eq!(chain(&layer("connect")), "connect: refused");
        assert_eq!(chain(&layer("connect: refused")), "connect: refused");
    }

    #[test]
    fn wrapper_errors_and_periods_are_omitted() {
        assert_eq!(chain(&layer("dispatch failure")), "refused");
        assert_eq!(chain(&layer("it failed.")), "it failed: refused");
        assert_eq!(chain(&layer("tunnel error: unsuccessful")), "it refused to connect to that host");
        let nothing_else = Layer { text: "timeout", source: io::Error::other("io error") };
        assert_eq!(chain(&nothing_else), "timeout");
    }

    #[test]
    fn finds_a_cause_by_its_type() {
        assert_eq!(find::<io::Error>(&layer("connect")).map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));
        assert!(find::<std::fmt::Error>(&layer("connect")).is_none());
        let wrapped = Layer { text: "connect", source: io::Error::other(std::fmt::Error) };
        assert!(find::<std::fmt::Error>(&wrapped).is_some(), "an error inside an I/O error is also found");
    }
}
