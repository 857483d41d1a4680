//! Names of images in ECR.
//!
//! The grammar of these names is defined by <https://github.com/distribution/reference>, a library that container clients use.

use crate::registry::Registry;

/// The name of an image in a registry of ECR, split into its parts.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub struct ImageUri {
    /// The registry whose host is at the beginning of the name.
    pub registry: Registry,
    /// The name of the repository. In ECR Public, this name includes the alias of the registry.
    pub repository: String,
    /// The tag, without the colon before it.
    pub tag: Option<String>,
    /// The digest, without the `@` before it, such as `sha256:…`.
    pub digest: Option<String>,
}

/// The reason why the name of an image is not valid. The error message continues a sentence that begins with "it".
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidImageUri {
    /// The digest is not valid.
    #[error("has an invalid digest: expected sha256: and 64, or sha512: and 128, lowercase hexadecimal digits")]
    Digest,
    /// The name of a repository in ECR Public has only one part, so the alias of the registry or the name itself is missing.
    #[error("does not have the alias of a registry: in ECR Public, write public.ecr.aws/ALIAS/REPOSITORY")]
    NoAlias,
    /// The repository is missing.
    #[error("does not have a repository: write HOST/REPOSITORY, with a tag or a digest if needed")]
    NoRepository,
    /// The name does not begin with the host of an ECR registry.
    #[error(
        "does not begin with the host of an ECR registry, such as 123456789012.dkr.ecr.eu-west-1.amazonaws.com or \
         public.ecr.aws"
    )]
    Registry,
    /// The repository is not valid.
    #[error(
        "has an invalid repository: expected at most 255 characters, and between slashes lowercase letters and digits with `.`, `_`, \
         `__` or `-` between them"
    )]
    Repository,
    /// The name begins with a scheme.
    #[error("begins with a scheme: remove it with trimprefix")]
    Scheme,
    /// The tag is not valid.
    #[error(
        "has an invalid tag: expected at most 128 letters, digits, `_`, `.` and `-`, beginning with a letter, a digit or `_`"
    )]
    Tag,
}

/// The maximum length of a repository name, in bytes.
const MAX_NAME_LENGTH: usize = 255;

impl ImageUri {
    /// Splits the name of an image into its parts.
    ///
    /// # Errors
    /// See [`InvalidImageUri`].
    pub fn parse(uri: &str) -> Result<Self, InvalidImageUri> {
        if uri.contains("://") {
            return Err(InvalidImageUri::Scheme);
        }
        let (host, rest) = uri.split_once('/').map_or((uri, None), |(host, rest)| (host, Some(rest)));
        let registry = Registry::parse(host).ok_or(InvalidImageUri::Registry)?;
        let rest = rest.filter(|rest| !rest.is_empty()).ok_or(InvalidImageUri::NoRepository)?;
        let (rest, digest) = rest.split_once('@').map_or((rest, None), |(rest, digest)| (rest, Some(digest)));
        let (repository, tag) = rest.split_once(':').map_or((rest, None), |(rest, tag)| (rest, Some(tag)));
        if !is_repository(repository) {
            return Err(InvalidImageUri::Repository);
        }
        if matches!(registry, Registry::Public { .. }) && !repository.contains('/') {
            return Err(InvalidImageUri::NoAlias);
        }
        if tag.is_some_and(|tag| !is_tag(tag)) {
            return Err(InvalidImageUri::Tag);
        }
        if digest.is_some_and(|digest| !is_digest(digest)) {
            return Err(InvalidImageUri::Digest);
        }
        let owned = |text: Option<&str>| text.map(ToOwned::to_owned);
        Ok(Self { registry, repository: repository.to_owned(), tag: owned(tag), digest: owned(digest) })
    }
}

/// Returns whether the text is a valid repository name. Also returns `true` for the first parts of a repository name, such as `team` of
/// `team/app`.
pub fn is_repository(text: &str) -> bool {
    text.len() <= MAX_NAME_LENGTH && text.split('/').all(is_component)
}

/// Returns whether the text is one valid part of a repository name. A part consists of lowercase letters and digits. Between two of these
/// characters, there can be a separator: one `.`, one or two `_`, or any number of `-`.
fn is_component(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let mut separators = text.split(|letter: char| letter.is_ascii() && is_word(letter as u8));
    let ends = text.bytes().next().is_some_and(is_word) && text.bytes().last().is_some_and(is_word);
    ends && separators.all(|text| ["", ".", "_", "__"].contains(&text) || text.bytes().all(|byte| byte == b'-'))
}

fn is_tag(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    text.len() <= 128
        && text.bytes().next().is_some_and(is_word)
        && text.bytes().all(|byte| is_word(byte) || b".-".contains(&byte))
}

/// Returns whether the text is a digest with a registered algorithm:
/// <https://github.com/opencontainers/image-spec/blob/main/descriptor.md#registered-algorithms>
fn is_digest(text: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    let is_hex = |hex: &str, length| hex.len() == length && hex.bytes().all(is_digit);
    match text.split_once(':') {
        Some(("sha256", hex)) => is_hex(hex, 64),
        Some(("sha512", hex)) => is_hex(hex, 128),
        _ => false,
    }
}

#[cfg(test)]
mod fuzz;
#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_invalid_image_uri_has_its_error() {
        const HOST: &str = "123456789012.dkr.ecr.eu-west-1.amazonaws.com";
        for (uri, error) in [
            ("docker.io/library/nginx", InvalidImageUri::Registry),
            ("https://123456789012.dkr.ecr.eu-west-1.amazonaws.com/app", InvalidImageUri::Scheme),
            ("public.ecr.aws", InvalidImageUri::NoRepository),
            ("public.ecr.aws/", InvalidImageUri::NoRepository),
            ("public.ecr.aws/app:1", InvalidImageUri::NoAlias),
            (&format!("{HOST}/App:1"), InvalidImageUri::Repository),
            (&format!("{HOST}/{}", "a".repeat(256)), InvalidImageUri::Repository),
            (&format!("{HOST}/app:"), InvalidImageUri::Tag),
            (&format!("{HOST}/app:a/b"), InvalidImageUri::Tag),
            (&format!("{HOST}/app@sha256:x@y"), InvalidImageUri::Digest),
            (&format!("{HOST}/app@sha256:aa"), InvalidImageUri::Digest),
        ] {
            assert_eq!(ImageUri::parse(uri), Err(error), "{uri}");
        }
    }
}
