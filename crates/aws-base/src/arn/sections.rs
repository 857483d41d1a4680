//! The sections of Amazon Resource Names.

use std::fmt;

/// The sections of a text that has the form of an ARN, each as it is written, and none of them checked.
///
/// The rules are those of the AWS SDK for Go: a section may be empty, and colons after the fifth belong to the resource.
/// [`Display`](fmt::Display) writes the sections as one text.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "AWS documents six sections, and the first is always `arn`")]
pub struct ArnSections<'a> {
    /// Such as `aws`.
    pub partition: &'a str,
    /// Such as `iam`.
    pub service: &'a str,
    /// Such as `eu-west-1`.
    pub region: &'a str,
    /// Such as `123456789012`.
    pub account_id: &'a str,
    /// Such as `role/deploy`.
    pub resource: &'a str,
}

/// The flaw of a text that does not have the form of an ARN, in the words of the AWS SDK for Go.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArnForm {
    /// The beginning is another than `arn:`.
    #[error("arn: invalid prefix")]
    Prefix,
    /// There are fewer than six sections.
    #[error("arn: not enough sections")]
    Sections,
}

impl<'a> ArnSections<'a> {
    /// Takes a text apart.
    ///
    /// # Errors
    /// See [`InvalidArnForm`].
    pub fn parse(text: &'a str) -> Result<Self, InvalidArnForm> {
        let rest = text.strip_prefix("arn:").ok_or(InvalidArnForm::Prefix)?;
        let sections: Vec<_> = rest.splitn(5, ':').collect();
        let [partition, service, region, account_id, resource] = sections[..] else {
            return Err(InvalidArnForm::Sections);
        };
        Ok(Self { partition, service, region, account_id, resource })
    }
}

impl fmt::Display for ArnSections<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { partition, service, region, account_id, resource } = self;
        write!(f, "arn:{partition}:{service}:{region}:{account_id}:{resource}")
    }
}
