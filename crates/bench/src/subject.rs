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
}

/// The blocks of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tokens {
    /// This number of blocks, of one provider block.
    Blocks(usize),
    /// This number of aliases, with a block each.
    Aliases(usize),
    /// A token by a role in each of so many accounts, for each of so many Regions.
    Accounts { accounts: usize, regions: usize },
}

const REGIONS: [&str; 5] = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1"];

pub(crate) const FLOOR: &str = "Terraform alone";
pub(crate) const EMPTY: &str = "an empty provider";
pub(crate) const OURS: &str = "this provider";
pub(crate) const PEER: &str = "hashicorp/aws";

impl Subject {
    /// The floor first.
    pub(crate) fn all(provider: &Path, empty: &Path, peer: Option<&Path>) -> Vec<Self> {
        let ours = |path: &Path| Provider {
            path: path.to_owned(),
            source: "terraform-ecr/ecr",
            token: r#"ephemeral "aws_ecr_authorization_token""#,
            arguments: "",
            roles: Roles::OfTokens,
        };
        // The block of version 5 that makes the same call: the ephemeral one came with version 6.
        let peer = peer.map(|path| Provider {
            path: path.to_owned(),
            source: "hashicorp/aws",
            token: r#"data "aws_ecr_authorization_token""#,
            arguments: "skip_credentials_validation = true\n  skip_requesting_account_id  = true\n  \
                        skip_metadata_api_check     = \"true\"",
            roles: Roles::OfAliases,
        });
        let floor = Self { name: FLOOR, provider: None };
        // Of the same schema, so it takes the same configuration.
        let empty = Self { name: EMPTY, provider: Some(ours(empty)) };
        let ours = Self { name: OURS, provider: Some(ours(provider)) };
        let peer = peer.map(|provider| Self { name: PEER, provider: Some(provider) });
        [floor, empty, ours].into_iter().chain(peer).collect()
    }

    /// The provider blocks of a configuration. A process serves each.
    pub(crate) fn provider_blocks(&self, tokens: Tokens) -> usize {
        match tokens {
            _ if !self.has_aliases(tokens) => 1,
            Tokens::Blocks(count) | Tokens::Aliases(count) => count,
            Tokens::Accounts { accounts, regions } => accounts * regions,
        }
    }

    /// Whether it has a provider for these tokens, and the machine the memory: hashicorp/aws takes 200 MB for each provider block.
    pub(crate) fn can_run(&self, tokens: Tokens) -> bool {
        self.provider.is_some() && self.provider_blocks(tokens) <= 20
    }

    /// Whether each of these tokens has a provider block of its own.
    fn has_aliases(&self, tokens: Tokens) -> bool {
        match tokens {
            Tokens::Blocks(_) => false,
            Tokens::Aliases(_) => true,
            Tokens::Accounts { .. } => {
                self.provider.as_ref().is_some_and(|provider| provider.roles == Roles::OfAliases)
            }
        }
    }

    /// `main.tf`: a resource of Terraform's own, and the tokens.
    pub(crate) fn configuration(&self, tokens: Tokens) -> String {
        let mut text = "resource \"terraform_data\" \"floor\" {}\n".to_owned();
        let Some(Provider { source, token, arguments, .. }) = &self.provider else { return text };
        text += &format!(
            "terraform {{\n  required_providers {{\n    aws = {{\n      source = \"{source}\"\n    }}\n  }}\n}}\n"
        );
        let alias = |text: &mut String, name: &str, more: &str| {
            // A string takes whatever is written to it.
            write!(text, "provider \"aws\" {{\n  alias = \"{name}\"\n  {arguments}\n{more}}}\n").ok();
            write!(text, "{token} \"{name}\" {{\n  provider = aws.{name}\n}}\n").ok();
        };
        if !self.has_aliases(tokens) {
            write!(text, "provider \"aws\" {{\n  {arguments}\n}}\n").ok();
        }
        match tokens {
            Tokens::Blocks(count) => {
                for number in 0..count {
                    writeln!(text, "{token} \"of{number}\" {{}}").ok();
                }
            }
            Tokens::Aliases(count) => {
                for number in 0..count {
                    alias(&mut text, &format!("of{number}"), "");
                }
            }
            Tokens::Accounts { accounts, regions } => {
                for (number, region) in tokens_of(accounts, regions) {
                    let name = format!("of{number}-{region}");
                    let role = format!("  assume_role {{\n    role_arn = \"{}\"\n  }}\n", role(number));
                    let arguments = format!("  region = \"{region}\"\n{role}");
                    if self.has_aliases(tokens) {
                        alias(&mut text, &name, &arguments);
                    } else {
                        write!(text, "{token} \"{name}\" {{\n{arguments}}}\n").ok();
                    }
                }
            }
        }
        text
    }
}

/// The number of the account and the Region of each token.
pub(crate) fn tokens_of(accounts: usize, regions: usize) -> impl Iterator<Item = (usize, &'static str)> {
    let regions = move || REGIONS.into_iter().take(regions);
    (0..accounts).flat_map(move |number| regions().map(move |region| (number, region)))
}

/// The role in the account of this number.
pub(crate) fn role(number: usize) -> String {
    format!("arn:aws:iam::1234567890{number:02}:role/pull")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_configuration_has_the_requested_blocks() {
        let subjects = Subject::all(Path::new("/ours"), Path::new("/empty"), Some(Path::new("/peer")));
        let count = |text: &str, words: &str| text.matches(words).count();
        for subject in &subjects {
            let provider = usize::from(subject.provider.is_some());
            let blocks = subject.configuration(Tokens::Blocks(3));
            assert_eq!(count(&blocks, "\" \"of"), 3 * provider, "{blocks}");
            let aliases = subject.configuration(Tokens::Aliases(3));
            assert_eq!(count(&aliases, "alias = "), 3 * provider, "{aliases}");
            let accounts = subject.configuration(Tokens::Accounts { accounts: 3, regions: 2 });
            for words in ["role_arn = ", "region = \"us-west-2\""] {
                let of_each = if words.contains("region") { 3 } else { 6 };
                assert_eq!(count(&accounts, words), of_each * provider, "{accounts}");
            }
            assert_eq!(count(&accounts, "alias = "), if subject.name == PEER { 6 } else { 0 }, "{accounts}");
        }
    }
}
