//! The ARNs of ECR repositories in policies. Such an ARN can contain wildcards.
//!
//! Every section of an ARN except the service may have a wildcard:
//! <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html>

use std::fmt;

use aws_base::{ArnSections, Partition, Region, Shown};

use crate::registry::Registry;

/// The ARN of one or more repositories in ECR or ECR Public. `*` matches any text, and `?` matches any character. The stored text
/// never has two adjacent `*`, because `**` means the same as `*`.
#[derive(Clone, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub struct RepositoryPattern(String);

/// The reason why a text is not the ARN of a repository. The error message continues a sentence that begins with "it", and hides anything
/// that may be a secret.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidRepositoryPattern {
    /// The account is neither an account ID nor a pattern for account IDs.
    #[error("has the account {0:?}: write an account ID of 12 digits, or a wildcard such as *")]
    Account(Shown),
    /// The whole text is `*`.
    #[error("matches everything: write {PRIVATE}/* for all repositories of an account in a Region")]
    Everything,
    /// The text does not have the sections of an ARN.
    #[error("is not the ARN of a repository: write {PRIVATE}/NAME, or {PUBLIC}/NAME for ECR Public")]
    Form,
    /// The text begins with the host of a registry, as the name of an image does. The field is the beginning of the ARN to write instead,
    /// up to the repository name.
    #[error("begins with the host of a registry, and is not an ARN: write {0}/NAME, with the name of the repository")]
    Host(String),
    /// The repository name has characters that are not valid.
    #[error(
        "has an invalid name: repository names consist of lowercase letters, digits, `.`, `_`, `-` and `/`, and the wildcards \
         are `*` and `?`"
    )]
    Name,
    /// The ARN of ECR Public has a Region, or a partition other than `aws`. ECR Public has one partition, and ARNs of ECR Public have no
    /// Region.
    #[error("is from ECR Public, but has a Region or a partition other than aws: write {PUBLIC}/NAME")]
    OutsideOfPublic,
    /// The partition is not valid.
    #[error("has the partition {0:?}: write a partition such as aws, aws-cn or aws-us-gov, or a wildcard such as *")]
    Partition(Shown),
    /// The Region is not valid.
    #[error("has the Region {0:?}: write a Region such as eu-west-1, or a wildcard such as *")]
    Region(Shown),
    /// The Region is not in the partition of the ARN. The field is the partition of the Region.
    #[error("has a Region from another partition: write {0} as the partition")]
    RegionOfPartition(&'static str),
    /// The resource is not a repository.
    #[error(
        "is not the ARN of a repository: write repository/NAME after the account, or repository/* for all repositories"
    )]
    Resource,
    /// The service is not `ecr` or `ecr-public`.
    #[error("has the service {0:?}: write ecr, or ecr-public for ECR Public, without a wildcard")]
    Service(Shown),
    /// The repository name has an empty part before or after a slash.
    #[error(
        "has an empty part between slashes: remove the slash, or write /* at the end for all repositories below it"
    )]
    Slash,
    /// A tag or a digest follows the repository name.
    #[error("has a tag or a digest: remove it, because permissions apply to all images of a repository")]
    TagOrDigest,
    /// The text contains a policy variable.
    #[error("contains a policy variable: write the text itself, or a wildcard such as *")]
    Variable,
}

const PRIVATE: &str = "arn:aws:ecr:REGION:ACCOUNT:repository";
const PUBLIC: &str = "arn:aws:ecr-public::ACCOUNT:repository";

impl RepositoryPattern {
    /// Parses the ARN of a repository.
    ///
    /// # Errors
    /// See [`InvalidRepositoryPattern`].
    pub fn parse(text: &str) -> Result<Self, InvalidRepositoryPattern> {
        let sections = ArnSections::parse(text).map_err(|_| not_an_arn(text))?;
        let ArnSections { partition, service, region, account_id, resource } = sections;
        if text.contains("${") {
            return Err(InvalidRepositoryPattern::Variable);
        }
        if !Partition::all().iter().any(|known| matches(partition, known.name)) {
            return Err(InvalidRepositoryPattern::Partition(Shown::value(partition)));
        }
        match service {
            "ecr" => check_region(region, partition)?,
            // ECR Public has only the partition `aws`, and the ARNs in AWS's documentation have no Region:
            // <https://docs.aws.amazon.com/AmazonECR/latest/public/public-repository-policies.html>
            "ecr-public" if matches(partition, "aws") && region.is_empty() => {}
            "ecr-public" => return Err(InvalidRepositoryPattern::OutsideOfPublic),
            _ => return Err(InvalidRepositoryPattern::Service(Shown::value(service))),
        }
        if !is_account(account_id) {
            return Err(InvalidRepositoryPattern::Account(Shown::value(account_id)));
        }
        check_name(resource.strip_prefix("repository/").ok_or(InvalidRepositoryPattern::Resource)?)?;
        Ok(Self(with_single_wildcards(text)))
    }

    /// Returns the text of the ARN.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether the pattern is for repositories of ECR Public.
    pub(crate) fn is_public(&self) -> bool {
        ArnSections::parse(&self.0).is_ok_and(|sections| sections.service == "ecr-public")
    }

    /// Returns whether this pattern matches every repository that `other` matches. If both patterns have `?` next to `*`, the
    /// result may be `false` by mistake.
    pub(crate) fn covers(&self, other: &Self) -> bool {
        // The comparison of the fixed beginning is fast, and sufficient for most pairs of patterns in a long list.
        let beginning = self.0.split(['*', '?']).next().unwrap_or_default();
        // Both patterns have the same number of colons. The comparison section by section ensures that a wildcard matches only within its
        // own section.
        let mut sections = self.0.split(':').zip(other.0.split(':'));
        other.0.starts_with(beginning) && sections.all(|(pattern, other)| matches(pattern, other))
    }
}

impl fmt::Display for RepositoryPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Returns the error for a text that does not have the sections of an ARN.
fn not_an_arn(text: &str) -> InvalidRepositoryPattern {
    let without_scheme = text.split_once("://").map_or(text, |(_, rest)| rest);
    match without_scheme.split('/').next().and_then(Registry::parse) {
        Some(Registry::Private(registry)) => {
            let (region, account) = (registry.region(), registry.account_id());
            let partition = region.partition().map_or("aws", |partition| partition.name);
            InvalidRepositoryPattern::Host(format!("arn:{partition}:ecr:{region}:{account}:repository"))
        }
        Some(Registry::Public { .. }) => InvalidRepositoryPattern::Host(PUBLIC.to_owned()),
        None if text == "*" => InvalidRepositoryPattern::Everything,
        None => InvalidRepositoryPattern::Form,
    }
}

/// Checks the Region of an ARN. A text with a wildcard can match a future Region, so only the characters of the text are checked.
fn check_region(text: &str, partition: &str) -> Result<(), InvalidRepositoryPattern> {
    if has_wildcard(text) && text.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'*' | b'?')) {
        return Ok(());
    }
    match Region::parse(text).ok().and_then(|region| region.partition()) {
        None => Err(InvalidRepositoryPattern::Region(Shown::value(text))),
        Some(known) if matches(partition, known.name) => Ok(()),
        Some(known) => Err(InvalidRepositoryPattern::RegionOfPartition(known.name)),
    }
}

/// Returns whether the text is 12 digits, or a pattern that can match 12 digits.
fn is_account(text: &str) -> bool {
    let fixed = text.bytes().filter(|byte| *byte != b'*').count();
    let is_long_enough = fixed == 12 || fixed < 12 && text.contains('*');
    is_long_enough && text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'*' | b'?'))
}

/// Checks the characters of a repository name:
/// <https://docs.aws.amazon.com/AmazonECR/latest/APIReference/API_CreateRepository.html>
fn check_name(name: &str) -> Result<(), InvalidRepositoryPattern> {
    let is_letter = |byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'/' | b'*' | b'?');
    if name.is_empty() {
        Err(InvalidRepositoryPattern::Resource)
    } else if name.contains([':', '@']) {
        Err(InvalidRepositoryPattern::TagOrDigest)
    } else if !name.bytes().all(is_letter) {
        Err(InvalidRepositoryPattern::Name)
    } else if name.split('/').any(str::is_empty) {
        Err(InvalidRepositoryPattern::Slash)
    } else {
        Ok(())
    }
}

fn has_wildcard(text: &str) -> bool {
    text.contains(['*', '?'])
}

fn with_single_wildcards(text: &str) -> String {
    let is_repeated = |(before, after): &(char, char)| *before == '*' && *after == '*';
    let letters = text.chars();
    let before = [' '].into_iter().chain(text.chars());
    before.zip(letters).filter(|pair| !is_repeated(pair)).map(|(_, letter)| letter).collect()
}

/// Returns whether `pattern` matches every text that `other` matches. Each wildcard in `other` is compared like any other character: `*` in
/// `pattern` matches both `*` and `?`, and `?` in `pattern` matches only `?`.
fn matches(pattern: &str, other: &str) -> bool {
    let (pattern, other) = (pattern.as_bytes(), other.as_bytes());
    let (mut at, mut place) = (0, 0);
    // The position of the last `*` in `pattern`, and the position in `other` after the part that this `*` matches.
    let mut star = None;
    while let Some(letter) = other.get(place) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at, place));
                at += 1;
            }
            Some(of_pattern) if of_pattern == letter || *of_pattern == b'?' && *letter != b'*' => {
                at += 1;
                place += 1;
            }
            // On a mismatch, the last `*` has to match one more character.
            _ => {
                let Some((of_star, end)) = star else { return false };
                star = Some((of_star, end + 1));
                (at, place) = (of_star + 1, end + 1);
            }
        }
    }
    pattern[at..].iter().all(|letter| *letter == b'*')
}

#[cfg(test)]
mod fuzz;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accepts_wildcards_where_iam_accepts_them() {
        for arn in [
            "arn:aws:ecr:eu-west-1:123456789012:repository/app",
            "arn:aws:ecr:eu-west-1:123456789012:repository/team/app_1.x--y",
            "arn:aws:ecr:eu-west-1:123456789012:repository/*",
            "arn:aws:ecr:*:*:repository/team/*",
            "arn:*:ecr:eu-*-?:12345678901?:repository/*/app",
            "arn:aws:ecr:eu-west-1:1234*:repository/app-?",
            "arn:aws*:ecr:eu-west-9:123456789012:repository/app",
            "arn:aws-cn:ecr:cn-north-1:123456789012:repository/app",
            "arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/app",
            "arn:aws-eusc:ecr:eusc-de-east-1:123456789012:repository/app",
            "arn:aws-iso-b:ecr:*:123456789012:repository/app",
            "arn:aws:ecr-public::123456789012:repository/app",
            "arn:*:ecr-public::*:repository/*",
        ] {
            assert_eq!(RepositoryPattern::parse(arn).expect(arn).as_str(), arn);
        }
        let repeated = RepositoryPattern::parse("arn:**:ecr:***:*:repository/a**b?**").expect("a pattern");
        assert_eq!(repeated.as_str(), "arn:*:ecr:*:*:repository/a*b?*");
    }

    #[test]
    fn the_error_names_the_mistake_and_the_remedy() {
        for (text, words) in [
            (
                "",
                "is not the ARN of a repository: write arn:aws:ecr:REGION:ACCOUNT:repository/NAME, or arn:aws:ecr-public::",
            ),
            ("team/app", "is not the ARN"),
            ("arn:aws:ecr:*", "is not the ARN"),
            ("ARN:aws:ecr:eu-west-1:123456789012:repository/app", "is not the ARN"),
            (" arn:aws:ecr:eu-west-1:123456789012:repository/app", "is not the ARN"),
            ("docker.io/library/nginx", "is not the ARN"),
            ("*", "matches everything: write arn:aws:ecr:REGION:ACCOUNT:repository/* for all repositories"),
            (
                "123456789012.dkr.ecr.eu-west-1.amazonaws.com/team/app:1.0",
                "is not an ARN: write arn:aws:ecr:eu-west-1:123456789012:repository/NAME,",
            ),
            (
                "123456789012.dkr.ecr.cn-north-1.amazonaws.com.cn",
                "is not an ARN: write arn:aws-cn:ecr:cn-north-1:123456789012:repository/NAME,",
            ),
            (
                "https://123456789012.dkr-ecr-fips.us-gov-west-1.on.aws/App",
                "is not an ARN: write arn:aws-us-gov:ecr:us-gov-west-1:123456789012:repository/NAME,",
            ),
            ("public.ecr.aws/alias/app", "is not an ARN: write arn:aws:ecr-public::ACCOUNT:repository/NAME,"),
            ("arn:azure:ecr:eu-west-1:123456789012:repository/app", "has the partition \"azure\""),
            ("arn::ecr:eu-west-1:123456789012:repository/app", "has the partition \"\""),
            ("arn:aws-us-gvo:ecr:*:123456789012:repository/app", "has the partition \"aws-us-gvo\""),
            ("arn:aws:s3:eu-west-1:123456789012:repository/app", "has the service \"s3\": write ecr, or ecr-public"),
            ("arn:aws:ecr*:eu-west-1:123456789012:repository/app", "without a wildcard"),
            ("arn:aws:iam::123456789012:role/deploy", "has the service \"iam\""),
            ("arn:aws:ecr::123456789012:repository/app", "has the Region \"\""),
            ("arn:aws:ecr:narnia-1:123456789012:repository/app", "has the Region \"narnia-1\""),
            ("arn:aws:ecr:EU-WEST-1:123456789012:repository/app", "has the Region \"EU-WEST-1\""),
            ("arn:aws:ecr:EU-*:123456789012:repository/app", "has the Region"),
            ("arn:aws:ecr:cn-north-1:123456789012:repository/app", "write aws-cn as the partition"),
            ("arn:aws-cn:ecr:eu-west-1:123456789012:repository/app", "write aws as the partition"),
            (
                "arn:aws:ecr-public:us-east-1:123456789012:repository/app",
                "write arn:aws:ecr-public::ACCOUNT:repository/",
            ),
            ("arn:aws:ecr-public:*:123456789012:repository/app", "write arn:aws:ecr-public::ACCOUNT:repository/"),
            ("arn:aws-cn:ecr-public::123456789012:repository/app", "write arn:aws:ecr-public::ACCOUNT:repository/"),
            ("arn:aws:ecr:eu-west-1::repository/app", "has the account \"\": write an account ID of 12 digits"),
            ("arn:aws:ecr:eu-west-1:1234:repository/app", "has the account \"1234\""),
            ("arn:aws:ecr:eu-west-1:1234?:repository/app", "has the account"),
            ("arn:aws:ecr:eu-west-1:1234567890123*:repository/app", "has the account"),
            ("arn:aws:ecr:eu-west-1:aws:repository/app", "has the account \"aws\""),
            ("arn:aws:ecr:eu-west-1:123456789012:", "write repository/NAME after the account"),
            ("arn:aws:ecr:eu-west-1:123456789012:app", "write repository/NAME after the account"),
            ("arn:aws:ecr:eu-west-1:123456789012:*", "repository/* for all repositories"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/", "repository/* for all repositories"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/app:1.0", "has a tag or a digest: remove it"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/app@sha256:aa", "has a tag or a digest"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/App", "lowercase letters"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/app\n", "lowercase letters"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/\u{e4}pp", "lowercase letters"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/app,b", "lowercase letters"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team/", "an empty part between slashes"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository//app", "an empty part between slashes"),
            ("arn:aws:ecr:eu-west-1:123456789012:repository/team//app", "an empty part between slashes"),
            (
                "arn:aws:ecr:eu-west-1:123456789012:repository/${aws:PrincipalTag/team}/app",
                "contains a policy variable",
            ),
            ("arn:aws:ecr:${aws:RequestedRegion}:123456789012:repository/app", "contains a policy variable"),
        ] {
            let problem = RepositoryPattern::parse(text).expect_err(text).to_string();
            assert!(problem.contains(words), "{text}: {problem}");
        }
    }

    #[test]
    fn a_secret_in_any_section_is_hidden() {
        for position in 0..7 {
            for secret in ["hunter2", "hunter2/hunter2+hunter2==", "eyJhunter2.eyJ.x", "123456789012/hunter2"] {
                let mut sections = ["arn", "aws", "ecr", "eu-west-1", "123456789012", "repository/app", "1.0"];
                sections[position] = secret;
                let problem = RepositoryPattern::parse(&sections.join(":")).expect_err(secret).to_string();
                assert!(!problem.contains("hunter2"), "{problem}");
            }
        }
        let host = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/hunter2:hunter2";
        assert!(!RepositoryPattern::parse(host).expect_err(host).to_string().contains("hunter2"));
    }

    #[test]
    fn a_pattern_covers_patterns_that_its_wildcards_match() {
        let pattern = |name: &str| {
            let account = "arn:aws:ecr:eu-west-1:123456789012:repository";
            let text = if name.starts_with("arn:") { name.to_owned() } else { format!("{account}/{name}") };
            RepositoryPattern::parse(&text).expect("a pattern")
        };
        for (covering, covered) in [
            ("app", "app"),
            ("*", "team/app"),
            ("*", "*?*"),
            ("team/*", "team/app"),
            ("team/*", "team/a/b"),
            ("team/*", "team/a*"),
            ("team/*", "team/*/app"),
            ("*app*", "app"),
            ("*/app", "team/app/app"),
            ("a?c", "abc"),
            ("a?c", "a?c"),
            ("a*c*e", "abcdcde"),
            ("arn:*:ecr:*:*:repository/app", "app"),
            ("arn:aws:ecr:eu-*:1234*:repository/ap?", "app"),
        ] {
            assert!(pattern(covering).covers(&pattern(covered)), "{covering} covers {covered}");
            assert!(covering == covered || !pattern(covered).covers(&pattern(covering)), "{covered} covers {covering}");
        }
        for (one, other) in [
            ("app", "api"),
            ("team/*", "team"),
            ("team/*", "teams/app"),
            ("a?c", "a*c"),
            ("a?c", "ac"),
            ("*/app", "app"),
            ("arn:aws:ecr:eu-*:123456789012:repository/app", "arn:aws:ecr:us-east-1:123456789012:repository/app"),
            ("arn:aws:ecr:*:123456789012:repository/app", "*"),
            ("arn:aws:ecr-public::123456789012:repository/*", "arn:aws:ecr:*:123456789012:repository/app"),
        ] {
            assert!(!pattern(one).covers(&pattern(other)), "{one} covers {other}");
        }
    }
}
