//! The sections of Amazon Resource Names.

use std::fmt;

/// The sections of a text that has the form of an ARN. The content of the sections is not validated.
///
/// The rules are the same as in the AWS SDK for Go. A section may be empty. Colons after the fifth colon belong to the resource.
/// [`Display`](fmt::Display) writes the sections as one ARN.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "AWS documents six sections, and the first is always `arn`")]
pub struct ArnSections<'a> {
    /// The partition, such as `aws`.
    pub partition: &'a str,
    /// The service, such as `iam`.
    pub service: &'a str,
    /// The Region, such as `eu-west-1`.
    pub region: &'a str,
    /// The account ID, such as `123456789012`.
    pub account_id: &'a str,
    /// The resource, such as `role/deploy`.
    pub resource: &'a str,
}

/// The reason why a text does not have the form of an ARN. The messages are the same as in the AWS SDK for Go.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidArnForm {
    /// The text does not begin with `arn:`.
    #[error("arn: invalid prefix")]
    Prefix,
    /// The text has fewer than six sections.
    #[error("arn: not enough sections")]
    Sections,
}

impl<'a> ArnSections<'a> {
    /// Splits a text into its sections.
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
