//! The subjects of a comparison: Terraform alone, a provider that does nothing, this provider, and hashicorp/aws.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
};

/// A subject of the comparison.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) provider: Option<Provider>,
}

/// A provider, and the parts of a configuration with which Terraform gets a token from the provider.
#[derive(Clone, Debug)]
pub(crate) struct Provider {
    pub(crate) path: PathBuf,
    pub(crate) source: &'static str,
    /// The first part of the block that gets a token: everything before the name of the block.
    token: &'static str,
    /// The arguments of every provider block. These arguments disable all requests except the request for the token.
    arguments: &'static str,
    roles: Roles,
}

/// The block in which a provider accepts the role for a token.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Roles {
    /// The block that gets the token.
    OfTokens,
    /// The provider block. Each role needs an alias.
    OfAliases,
}

/// The blocks of a configuration.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Tokens {
    /// This number of blocks that get a token, with one provider block.
    Blocks(usize),
    /// This number of aliases. For each alias, one block gets a token.
    Aliases(usize),
    /// One token for each pair of an account and a Region, requested with a role in the account. The fields are the numbers of
    /// accounts and of Regions.
    Accounts { accounts: usize, regions: usize },
}

const REGIONS: [&str; 5] = ["us-east-1", "us-west-2", "eu-west-1", "eu-central-1", "ap-southeast-1"];

pub(crate) const FLOOR: &str = "Terraform alone";
pub(crate) const EMPTY: &str = "an empty provider";
pub(crate) const OURS: &str = "this provider";
pub(crate) const PEER: &str = "hashicorp/aws";

impl Subject {
    /// Returns all subjects, with Terraform alone first.
    pub(crate) fn all(provider: &Path, empty: &Path, peer: Option<&Path>) -> Vec<Self> {
        let ours = |path: &Path| Provider {
            path: path.to_owned(),
            source: "terraform-ecr/ecr",
            token: r#"ephemeral "aws_ecr_authorization_token""#,
            arguments: "",
            roles: Roles::OfTokens,
        };
        // Version 5 of hashicorp/aws has a data source that sends the same request. Version 6 added the ephemeral resource.
        let peer = peer.map(|path| Provider {
            path: path.to_owned(),
            source: "hashicorp/aws",
            token: r#"data "aws_ecr_authorization_token""#,
            arguments: "skip_credentials_validation = true\n  skip_requesting_account_id  = true\n  \
                        skip_metadata_api_check     = \"true\"",
            roles: Roles::OfAliases,
        });
        let floor = Self { name: FLOOR, provider: None };
        // The empty provider has the schema of this provider, and therefore accepts the same configuration.
        let empty = Self { name: EMPTY, provider: Some(ours(empty)) };
        let ours = Self { name: OURS, provider: Some(ours(provider)) };
        let peer = peer.map(|provider| Self { name: PEER, provider: Some(provider) });
        [floor, empty, ours].into_iter().chain(peer).collect()
    }

    /// Returns the number of provider blocks in a configuration. Each block has its own process.
    pub(crate) fn provider_blocks(&self, tokens: Tokens) -> usize {
        match tokens {
            _ if !self.has_aliases(tokens) => 1,
            Tokens::Blocks(count) | Tokens::Aliases(count) => count,
            Tokens::Accounts { accounts, regions } => accounts * regions,
        }
    }

    /// Whether the subject has a provider, and needs at most 20 processes for these tokens. More processes would need too much
    /// memory: hashicorp/aws needs 200 MB for each provider block.
    pub(crate) fn can_run(&self, tokens: Tokens) -> bool {
        self.provider.is_some() && self.provider_blocks(tokens) <= 20
    }

    /// Whether each of these tokens has its own provider block.
    fn has_aliases(&self, tokens: Tokens) -> bool {
        match tokens {
            Tokens::Blocks(_) => false,
            Tokens::Aliases(_) => true,
            Tokens::Accounts { .. } => {
                self.provider.as_ref().is_some_and(|provider| provider.roles == Roles::OfAliases)
            }
        }
    }

    /// Returns the content of `main.tf`: a built-in resource of Terraform, and the blocks of the tokens.
    pub(crate) fn configuration(&self, tokens: Tokens) -> String {
        let mut text = "resource \"terraform_data\" \"floor\" {}\n".to_owned();
        let Some(Provider { source, token, arguments, .. }) = &self.provider else { return text };
        text += &format!(
            "terraform {{\n  required_providers {{\n    aws = {{\n      source = \"{source}\"\n    }}\n  }}\n}}\n"
        );
        let alias = |text: &mut String, name: &str, more: &str| {
            // Writing to a `String` cannot fail.
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

/// Returns a pair for each token: the number of its account, and its Region.
pub(crate) fn tokens_of(accounts: usize, regions: usize) -> impl Iterator<Item = (usize, &'static str)> {
    let regions = move || REGIONS.into_iter().take(regions);
    (0..accounts).flat_map(move |number| regions().map(move |region| (number, region)))
}

/// Returns the ARN of the role in the account with this number.
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
