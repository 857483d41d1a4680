//! The subjects of a comparison: Terraform alone, a provider that does nothing, this provider, and another.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// Something to compare.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) provider: Option<Provider>,
}

/// A provider, and the configuration that gets a token from it.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) path: PathBuf,
    pub(crate) source: &'static str,
    /// The name in a configuration.
    name: &'static str,
    /// The block that gets a token, up to its name.
    token: &'static str,
    /// Arguments of every provider block: to ask nobody for more than the token.
    arguments: &'static str,
    roles: Roles,
}

/// The place where a provider takes the role of a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Roles {
    /// The block that gets the token.
    OfTokens,
    /// The provider block: each role needs an alias.
    OfAliases,
    /// Nowhere.
    None,
}

/// The blocks of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tokens {
    /// This number of blocks, of one provider block.
    Blocks(usize),
    /// This number of aliases, with a block each.
    Aliases(usize),
    /// A token by a role in each of so many accounts.
    Accounts(usize),
}

pub(crate) const FLOOR: &str = "Terraform alone";
pub(crate) const EMPTY: &str = "an empty provider";
pub(crate) const OURS: &str = "this provider";
pub(crate) const PEER: &str = "hashicorp/aws";

impl Subject {
    /// The floor first.
    pub(crate) fn all(provider: &Path, empty: &Path, peer: Option<&Path>) -> Vec<Self> {
        // The example of terraform-plugin.
        let empty = Provider {
            path: empty.to_owned(),
            source: "example/weather",
            name: "weather",
            token: r#"ephemeral "weather_password""#,
            arguments: "",
            roles: Roles::None,
        };
        let ours = Provider {
            path: provider.to_owned(),
            source: "terraform-ecr/ecr",
            name: "aws",
            token: r#"ephemeral "aws_ecr_authorization_token""#,
            arguments: "",
            roles: Roles::OfTokens,
        };
        // The block of version 5 that makes the same call: the ephemeral one came with version 6.
        let peer = peer.map(|path| Provider {
            path: path.to_owned(),
            source: "hashicorp/aws",
            name: "aws",
            token: r#"data "aws_ecr_authorization_token""#,
            arguments: "skip_credentials_validation = true\n  skip_requesting_account_id  = true\n  \
                        skip_metadata_api_check     = \"true\"",
            roles: Roles::OfAliases,
        });
        let floor = Self { name: FLOOR, provider: None };
        let empty = Self { name: EMPTY, provider: Some(empty) };
        let ours = Self { name: OURS, provider: Some(ours) };
        let peer = peer.map(|provider| Self { name: PEER, provider: Some(provider) });
        [floor, empty, ours].into_iter().chain(peer).collect()
    }

    /// Whether it can get a token by a role.
    pub(crate) fn assumes_roles(&self) -> bool {
        self.provider.as_ref().is_some_and(|provider| provider.roles != Roles::None)
    }

    /// The provider blocks of a configuration. A process serves each.
    pub(crate) fn provider_blocks(&self, tokens: Tokens) -> usize {
        let roles = self.provider.as_ref().map_or(Roles::None, |provider| provider.roles);
        match tokens {
            Tokens::Blocks(_) => 1,
            Tokens::Aliases(count) => count,
            Tokens::Accounts(count) => {
                if roles == Roles::OfAliases {
                    count
                } else {
                    1
                }
            }
        }
    }

    /// `main.tf`: a resource of Terraform's own, and the tokens.
    pub(crate) fn configuration(&self, tokens: Tokens) -> String {
        let mut text = "resource \"terraform_data\" \"floor\" {}\n".to_owned();
        let Some(Provider { source, name, token, arguments, roles, .. }) = &self.provider else { return text };
        text += &format!(
            "terraform {{\n  required_providers {{\n    {name} = {{\n      source = \"{source}\"\n    }}\n  }}\n}}\n"
        );
        // A string takes whatever is written to it.
        match tokens {
            Tokens::Blocks(count) => {
                write!(text, "provider \"{name}\" {{\n  {arguments}\n}}\n").ok();
                for number in 0..count {
                    writeln!(text, "{token} \"of{number}\" {{}}").ok();
                }
            }
            Tokens::Aliases(count) => {
                for number in 0..count {
                    write!(text, "provider \"{name}\" {{\n  alias = \"of{number}\"\n  {arguments}\n}}\n").ok();
                    write!(text, "{token} \"of{number}\" {{\n  provider = {name}.of{number}\n}}\n").ok();
                }
            }
            Tokens::Accounts(count) => {
                write!(text, "provider \"{name}\" {{\n  {arguments}\n}}\n").ok();
                for number in 0..count {
                    let arn = format!("arn:aws:iam::1234567890{number:02}:role/pull");
                    let role = format!("assume_role {{\n    role_arn = \"{arn}\"\n  }}");
                    match roles {
                        Roles::OfAliases => {
                            let alias = format!("alias = \"of{number}\"\n  {arguments}\n  {role}");
                            write!(text, "provider \"{name}\" {{\n  {alias}\n}}\n").ok();
                            write!(text, "{token} \"of{number}\" {{\n  provider = {name}.of{number}\n}}\n").ok();
                        }
                        Roles::OfTokens => {
                            write!(text, "{token} \"of{number}\" {{\n  {role}\n}}\n").ok();
                        }
                        Roles::None => {}
                    }
                }
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_has_what_is_asked_for() {
        let subjects = Subject::all(Path::new("/ours"), Path::new("/empty"), Some(Path::new("/peer")));
        let count = |text: &str, words: &str| text.matches(words).count();
        for subject in &subjects {
            let provider = usize::from(subject.provider.is_some());
            let blocks = subject.configuration(Tokens::Blocks(3));
            assert_eq!(count(&blocks, "\" \"of"), 3 * provider, "{blocks}");
            let aliases = subject.configuration(Tokens::Aliases(3));
            assert_eq!(count(&aliases, "alias = "), 3 * provider, "{aliases}");
            let accounts = subject.configuration(Tokens::Accounts(3));
            let roles = if subject.assumes_roles() { 3 } else { 0 };
            assert_eq!(count(&accounts, "role_arn = "), roles, "{accounts}");
            assert_eq!(count(&accounts, "alias = "), if subject.name == PEER { 3 } else { 0 }, "{accounts}");
        }
    }
}
