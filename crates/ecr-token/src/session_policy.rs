//! Composes the session policy that limits a role's token to a few actions:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies.html#policies_session>

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::repository_pattern::RepositoryPattern;

/// The repositories to which a token gives access.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "clients of a registry can only pull or push")]
pub struct Permissions {
    /// The repositories to pull images from.
    pub pull: Vec<RepositoryPattern>,
    /// The repositories to push images to. A pull from these repositories is also allowed.
    pub push: Vec<RepositoryPattern>,
}

/// The reason why the permissions cannot become a session policy. The error message begins in lowercase and ends without a period.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidPermissions {
    /// The permissions do not name a repository.
    #[error("a repository is missing: name at least one in `pull` or `push`")]
    Empty,
    /// The policy is longer than STS accepts. The field is the number of characters in the policy.
    #[error(
        "the policy has {0} characters, and AWS STS accepts at most {MAX_LENGTH}: name fewer repositories, or use a wildcard, \
         such as arn:aws:ecr:eu-west-1:123456789012:repository/team/*"
    )]
    TooLong(usize),
}

/// The maximum length of a policy, in characters: <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>
const MAX_LENGTH: usize = 2048;

/// The actions that a pull needs. AWS's managed policy for pulls has one more action, which pull-through caches need:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html>
///
/// This list has the two actions that CloudTrail shows for a pull:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/logging-using-cloudtrail.html>. AWS documents `ecr:BatchCheckLayerAvailability`
/// for pushes: <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_BatchCheckLayerAvailability.html>
const PULL: [&str; 2] = ["ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"];

/// The actions that pulls and pushes need: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
const PUSH: [&str; 7] = [
    "ecr:BatchCheckLayerAvailability",
    "ecr:BatchGetImage",
    "ecr:CompleteLayerUpload",
    "ecr:GetDownloadUrlForLayer",
    "ecr:InitiateLayerUpload",
    "ecr:PutImage",
    "ecr:UploadLayerPart",
];

/// The actions that a push to ECR Public needs. Pulls from ECR Public need no permissions:
/// <https://docs.aws.amazon.com/AmazonECR/latest/public/public-repository-policy-examples.html>
const PUBLIC_PUSH: [&str; 5] = [
    "ecr-public:BatchCheckLayerAvailability",
    "ecr-public:CompleteLayerUpload",
    "ecr-public:InitiateLayerUpload",
    "ecr-public:PutImage",
    "ecr-public:UploadLayerPart",
];

/// The action to get a token of ECR. A policy cannot limit this action, or the actions in [`PUBLIC_TOKEN`], to a repository:
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
const TOKEN: &[&str] = &["ecr:GetAuthorizationToken"];
/// The actions to get a token of ECR Public:
/// <https://docs.aws.amazon.com/AmazonECRPublic/latest/APIReference/API_GetAuthorizationToken.html>
const PUBLIC_TOKEN: &[&str] = &["ecr-public:GetAuthorizationToken", "sts:GetServiceBearerToken"];
/// The actions to get both tokens, sorted.
const BOTH_TOKENS: &[&str] =
    &["ecr-public:GetAuthorizationToken", "ecr:GetAuthorizationToken", "sts:GetServiceBearerToken"];

impl Permissions {
    /// Returns the policy that allows only these permissions, as JSON without whitespace. The policy stays the same if repositories are
    /// reordered, repeated, or also matched by a wildcard.
    ///
    /// # Errors
    /// See [`InvalidPermissions`].
    pub fn session_policy(&self) -> Result<String, InvalidPermissions> {
        let (public_push, push) = by_service(self.push.iter());
        let only_pulled = self.pull.iter().filter(|pull| !self.push.iter().any(|push| push.covers(pull)));
        let (public_pull, pull) = by_service(only_pulled);
        let is_private = !pull.is_empty() || !push.is_empty();
        let is_public = !public_pull.is_empty() || !public_push.is_empty();
        let token = match (is_private, is_public) {
            (true, true) => BOTH_TOKENS,
            (true, false) => TOKEN,
            (false, true) => PUBLIC_TOKEN,
            (false, false) => return Err(InvalidPermissions::Empty),
        };
        let statements: Vec<_> = [(token, vec!["*"]), (&PULL, pull), (&PUSH, push), (&PUBLIC_PUSH, public_push)]
            .iter()
            .filter(|(_, resources)| !resources.is_empty())
            .map(|(actions, resources)| statement(actions, resources))
            .collect();
        let policy = format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(","));
        // The policy has only ASCII characters, so its number of bytes is its number of characters.
        if policy.len() > MAX_LENGTH { Err(InvalidPermissions::TooLong(policy.len())) } else { Ok(policy) }
    }
}

/// Returns the patterns that no other pattern covers, as two sorted lists: the patterns for ECR Public, and the patterns for ECR.
fn by_service<'a>(patterns: impl Iterator<Item = &'a RepositoryPattern>) -> (Vec<&'a str>, Vec<&'a str>) {
    let all: BTreeSet<_> = patterns.collect();
    let is_covered = |pattern| all.iter().any(|other| *other != pattern && other.covers(pattern));
    let (public, private): (Vec<_>, Vec<_>) =
        all.iter().filter(|pattern| !is_covered(pattern)).partition(|pattern| pattern.is_public());
    let texts = |patterns: Vec<&&'a RepositoryPattern>| patterns.into_iter().map(|pattern| pattern.as_str()).collect();
    (texts(public), texts(private))
}

/// Returns a statement with the keys in the order of AWS's documentation. A `serde_json` map does not keep this order.
fn statement(actions: &[&str], resources: &[&str]) -> String {
    format!(r#"{{"Effect":"Allow","Action":{},"Resource":{}}}"#, one_or_list(actions), one_or_list(resources))
}

/// Returns the texts as a JSON list. A single text is returned as a JSON string, because IAM accepts a string instead of a list:
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html>
fn one_or_list(texts: &[&str]) -> Json {
    match texts {
        [text] => json!(text),
        _ => json!(texts),
    }
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    const APP: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/app";
    const TEAM: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/team/*";
    const TEAM_APP: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/team/app";
    const PUBLIC: &str = "arn:aws:ecr-public::123456789012:repository/app";

    fn policy(pull: &[&str], push: &[&str]) -> Result<String, InvalidPermissions> {
        let [pull, push] =
            [pull, push].map(|arns| arns.iter().map(|arn| RepositoryPattern::parse(arn).expect(arn)).collect());
        Permissions { pull, push }.session_policy()
    }

    /// Returns a policy with these statements. Each statement is JSON text without braces and without `Effect`.
    fn of(statements: &[&str]) -> Result<String, InvalidPermissions> {
        let statements: Vec<_> = statements.iter().map(|text| format!(r#"{{"Effect":"Allow",{text}}}"#)).collect();
        Ok(format!(r#"{{"Version":"2012-10-17","Statement":[{}]}}"#, statements.join(",")))
    }

    #[test]
    fn equal_permissions_have_the_same_policy() {
        let token = r#""Action":"ecr:GetAuthorizationToken","Resource":"*""#;
        let public_token =
            r#""Action":["ecr-public:GetAuthorizationToken","sts:GetServiceBearerToken"],"Resource":"*""#;
        let pull = r#""Action":["ecr:BatchGetImage","ecr:GetDownloadUrlForLayer"],"Resource":"#;
        let push = concat!(
            r#""Action":["ecr:BatchCheckLayerAvailability","ecr:BatchGetImage","ecr:CompleteLayerUpload","#,
            r#""ecr:GetDownloadUrlForLayer","ecr:InitiateLayerUpload","ecr:PutImage","ecr:UploadLayerPart"],"Resource":"#,
        );
        let public_push = concat!(
            r#""Action":["ecr-public:BatchCheckLayerAvailability","ecr-public:CompleteLayerUpload","#,
            r#""ecr-public:InitiateLayerUpload","ecr-public:PutImage","ecr-public:UploadLayerPart"],"Resource":"#,
        );
        let pulls_app = format!("{pull}\"{APP}\"");
        let pushes_app = format!("{push}\"{APP}\"");
        let pushes_public = format!("{public_push}\"{PUBLIC}\"");

        assert_eq!(policy(&[APP], &[]), of(&[token, &pulls_app]));
        assert_eq!(policy(&[], &[APP]), of(&[token, &pushes_app]));
        // The permission to push includes the permission to pull.
        assert_eq!(policy(&[APP, APP], &[APP]), of(&[token, &pushes_app]));
        assert_eq!(policy(&[TEAM_APP], &[TEAM]), policy(&[], &[TEAM]));
        assert_eq!(
            policy(&[TEAM], &[TEAM_APP]),
            of(&[token, &format!("{pull}\"{TEAM}\""), &format!("{push}\"{TEAM_APP}\"")])
        );
        // The repositories are sorted. Repositories that a wildcard also matches are left out.
        let sorted = of(&[token, &format!("{pull}[\"{APP}\",\"{TEAM}\"]")]);
        assert_eq!(policy(&[TEAM, APP], &[]), sorted);
        assert_eq!(policy(&[TEAM_APP, APP, TEAM, TEAM], &[]), sorted);
        // Pulls from ECR Public need no permissions, so the policy only allows getting the token.
        assert_eq!(policy(&[PUBLIC], &[]), of(&[public_token]));
        assert_eq!(policy(&[PUBLIC], &[PUBLIC]), of(&[public_token, &pushes_public]));
        let both = concat!(
            r#""Action":["ecr-public:GetAuthorizationToken","ecr:GetAuthorizationToken","sts:GetServiceBearerToken"],"#,
            r#""Resource":"*""#,
        );
        assert_eq!(policy(&[APP], &[PUBLIC]), of(&[both, &pulls_app, &pushes_public]));
        assert_eq!(policy(&[PUBLIC], &[APP]), of(&[both, &pushes_app]));
    }

    #[test]
    fn rejects_empty_permissions() {
        assert_eq!(policy(&[], &[]), Err(InvalidPermissions::Empty));
    }

    #[test]
    fn a_policy_may_have_the_maximum_length_of_sts() {
        let of_length = |length| {
            let name = |length| "a".repeat(length);
            let arns = [name(length), format!("b{}", name(900))].map(|name| format!("{APP}-{name}"));
            policy(&[&arns[0], &arns[1]], &[])
        };
        let shortest = of_length(1).expect("a policy").len();
        assert_eq!(of_length(1 + MAX_LENGTH - shortest).expect("a policy").len(), MAX_LENGTH);
        assert_eq!(of_length(2 + MAX_LENGTH - shortest), Err(InvalidPermissions::TooLong(MAX_LENGTH + 1)));
        let message = InvalidPermissions::TooLong(MAX_LENGTH + 1).to_string();
        assert!(
            message.starts_with("the policy has 2049 characters, and AWS STS accepts at most 2048: name fewer"),
            "{message}"
        );
    }
}
