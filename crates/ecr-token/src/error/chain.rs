//! Errors with their causes.

use std::error::Error;

use aws_sdk_sts::{
    error::ProvideErrorMetadata,
    operation::{assume_role::AssumeRoleError, assume_role_with_web_identity::AssumeRoleWithWebIdentityError},
};

/// What the SDK and hyper wrap around an error to say where in them it happened.
const WRAPPING: [&str; 6] = [
    "an error occurred while loading credentials",
    "client error (Connect)",
    "dispatch failure",
    "io error",
    "service error",
    "unhandled error",
];

/// An error and its causes, each said once, without a period. By `Display` alone: what `Debug` shows of the SDK's errors holds whole
/// responses.
pub(crate) fn chain(error: &(dyn Error + 'static)) -> String {
    let mut parts: Vec<String> = Vec::new();
    for cause in causes(error) {
        let quoted = sts(cause);
        let text = quoted.clone().unwrap_or_else(|| cause.to_string());
        let text = text.trim_end_matches('.');
        if !text.is_empty() && !WRAPPING.contains(&text) && !parts.iter().any(|part| part.contains(text)) {
            parts.push(text.to_owned());
        }
        if quoted.is_some() {
            // What is below says the same in the form of `Debug`.
            break;
        }
    }
    parts.join(": ")
}

/// The first cause of a type.
pub(crate) fn find<'a, E: Error + 'static>(error: &'a (dyn Error + 'static)) -> Option<&'a E> {
    causes(error).find_map(|cause| cause.downcast_ref())
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |error| (*error).source())
}

/// What STS said; its errors keep that from `Display`.
fn sts(error: &(dyn Error + 'static)) -> Option<String> {
    let meta = error
        .downcast_ref::<AssumeRoleError>()
        .map(ProvideErrorMetadata::meta)
        .or_else(|| error.downcast_ref::<AssumeRoleWithWebIdentityError>().map(ProvideErrorMetadata::meta))?;
    let code = meta.code()?;
    Some(meta.message().map_or_else(|| code.to_owned(), |message| format!("{code}: {message}")))
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

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

    #[test]
    fn causes_are_said_once() {
        assert_eq!(chain(&layer("connect")), "connect: refused");
        assert_eq!(chain(&layer("connect: refused")), "connect: refused");
    }

    #[test]
    fn wrapping_and_periods_are_left_out() {
        assert_eq!(chain(&layer("dispatch failure")), "refused");
        assert_eq!(chain(&layer("it failed.")), "it failed: refused");
    }

    #[test]
    fn a_cause_is_found_by_its_type() {
        assert_eq!(find::<io::Error>(&layer("connect")).map(io::Error::kind), Some(io::ErrorKind::ConnectionRefused));
        assert!(find::<std::fmt::Error>(&layer("connect")).is_none());
    }

    #[test]
    fn sts_is_quoted() {
        let meta = aws_sdk_sts::error::ErrorMetadata::builder().code("AccessDenied").message("not you").build();
        let error = AssumeRoleError::generic(meta);
        assert_eq!(chain(&error), "AccessDenied: not you");
    }
}
