//! What may stand in the provider block: the names and types of hashicorp/aws.

use terraform_plugin::{Attribute, Block, NestedBlock, Schema, Type};

use super::endpoints;

/// The provider block.
pub(crate) fn provider() -> Schema {
    Schema::new(
        Block::new("Gets Amazon ECR authorization tokens. Arguments mean what they mean in hashicorp/aws.")
            .attributes(described(credentials()))
            .attributes(described(region_and_endpoints()))
            .attributes(described(requests()))
            .attributes(described(checks()))
            .attributes(described(without_effect()))
            .block(NestedBlock::list("assume_role", assume_role()))
            .block(NestedBlock::list("assume_role_with_web_identity", assume_role_with_web_identity()).max_items(1))
            .block(NestedBlock::list("default_tags", default_tags()).max_items(1))
            .block(NestedBlock::set("endpoints", endpoints::block()))
            .block(NestedBlock::list("ignore_tags", ignore_tags()).max_items(1)),
    )
}

/// The block `provider_meta`.
pub(crate) fn provider_meta() -> Schema {
    let user_agent = Attribute::new("user_agent", Type::list(Type::String));
    Schema::new(Block::new("Settings of a module.").attributes(described([(
        user_agent,
        "Accepted without effect: Terraform does not pass it on for ephemeral resources.",
    )])))
}

fn described<const N: usize>(attributes: [(Attribute, &str); N]) -> impl Iterator<Item = Attribute> {
    attributes.into_iter().map(|(attribute, description)| attribute.optional().description(description))
}

fn strings(name: &str) -> Attribute {
    Attribute::new(name, Type::list(Type::String))
}

fn set_of_strings(name: &str) -> Attribute {
    Attribute::new(name, Type::set(Type::String))
}

fn credentials() -> [(Attribute, &'static str); 6] {
    [
        (
            Attribute::string("access_key"),
            "The id of a static access key. With `secret_key` (and `token`), replaces every other source of credentials. \
             Can also be set with the `AWS_ACCESS_KEY_ID` environment variable.",
        ),
        (
            Attribute::string("secret_key").sensitive(),
            "The secret of a static access key. Can also be set with the `AWS_SECRET_ACCESS_KEY` environment variable.",
        ),
        (
            Attribute::string("token").sensitive(),
            "The session token of temporary static keys. Can also be set with the `AWS_SESSION_TOKEN` environment \
             variable.",
        ),
        (
            Attribute::string("profile"),
            "The profile of the shared files to take credentials and Region from. Set here, it goes before credentials in \
             the environment; a warning says so where there are some. Can also be set with the `AWS_PROFILE` or \
             `AWS_DEFAULT_PROFILE` environment variables.",
        ),
        (
            strings("shared_config_files"),
            "Files to read instead of `~/.aws/config`; `~` and `$VAR` are replaced. Those that do not exist are passed \
             over. Can also be set with the `AWS_CONFIG_FILE` environment variable.",
        ),
        (
            strings("shared_credentials_files"),
            "Files to read instead of `~/.aws/credentials`; `~` and `$VAR` are replaced. Those that do not exist are \
             passed over. Can also be set with the `AWS_SHARED_CREDENTIALS_FILE` environment variable.",
        ),
    ]
}

fn region_and_endpoints() -> [(Attribute, &'static str); 7] {
    [
        (
            Attribute::string("region"),
            "The Region to ask where a block names none. Can also be set with the `AWS_REGION` or `AWS_DEFAULT_REGION` \
             environment variables, or in the profile.",
        ),
        (
            Attribute::bool("skip_region_validation"),
            "Lets a `region` through that this version of the provider does not know.",
        ),
        (Attribute::string("sts_region"), "The Region of AWS STS, where it is not `region`."),
        (
            Attribute::bool("use_fips_endpoint"),
            "Asks FIPS endpoints. Where this is not `true`, the `AWS_USE_FIPS_ENDPOINT` environment variable or the \
             profile decides.",
        ),
        (
            Attribute::bool("use_dualstack_endpoint"),
            "Asks dual-stack endpoints. Where this is not `true`, the `AWS_USE_DUALSTACK_ENDPOINT` environment variable \
             or the profile decides.",
        ),
        (
            Attribute::string("ec2_metadata_service_endpoint"),
            "The URL of EC2's instance metadata service. Can also be set with the `AWS_EC2_METADATA_SERVICE_ENDPOINT` \
             environment variable.",
        ),
        (
            Attribute::string("ec2_metadata_service_endpoint_mode"),
            "How to reach EC2's instance metadata service where its URL is not given: `IPv4` or `IPv6`. Can also be set \
             with the `AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE` environment variable.",
        ),
    ]
}

fn requests() -> [(Attribute, &'static str); 9] {
    [
        (
            Attribute::number("max_retries"),
            "How often a call is tried at most, in all. 0 counts as not set, more than 1000 as 1000. What is not there, a \
             host or a proxy, is tried 3 times at most. Where nothing is set, a call that AWS throttles or fails (HTTP 5xx) \
             is tried again for up to 60 seconds, and one without any answer 3 times. Can also be set with the \
             `AWS_MAX_ATTEMPTS` environment variable.",
        ),
        (
            Attribute::string("retry_mode"),
            "`standard` or `adaptive`. Both mean growing waits between tries. Can also be set with the `AWS_RETRY_MODE` \
             environment variable.",
        ),
        (
            Attribute::number("token_bucket_rate_limiter_capacity"),
            "How many tokens there are for retries: one costs 5, or 10 after a timeout, and they come back with calls that \
             succeed. Unlimited where it is not set or 0.",
        ),
        (
            Attribute::string("http_proxy"),
            "The URL of the proxy for `http` endpoints, and for `https` ones where no other is known, with a warning; \
             `\"\"` for no proxy. What has no scheme is an HTTP proxy. Can also be set with the `HTTP_PROXY` environment \
             variable.",
        ),
        (
            Attribute::string("https_proxy"),
            "The URL of the proxy for `https` endpoints; `\"\"` for no proxy. Can also be set with the `HTTPS_PROXY` \
             environment variable.",
        ),
        (
            Attribute::string("no_proxy"),
            "The hosts that no proxy is used for, separated by commas. Can also be set with the `NO_PROXY` environment \
             variable.",
        ),
        (
            Attribute::string("custom_ca_bundle"),
            "A file of PEM certificates to trust instead of the system's. Can also be set with the `AWS_CA_BUNDLE` \
             environment variable.",
        ),
        (Attribute::bool("insecure"), "Trusts whatever certificate a server shows, with a warning."),
        (strings("user_agent"), "What to add to the `User-Agent` of requests, such as `product/1.0 (comment)`."),
    ]
}

fn checks() -> [(Attribute, &'static str); 5] {
    [
        (
            set_of_strings("allowed_account_ids"),
            "The AWS accounts that the credentials may belong to. Cannot be set together with `forbidden_account_ids`.",
        ),
        (
            set_of_strings("forbidden_account_ids"),
            "The AWS accounts that the credentials may not belong to. Cannot be set together with \
             `allowed_account_ids`.",
        ),
        (
            Attribute::bool("skip_credentials_validation"),
            "Together with `skip_requesting_account_id`: AWS STS is not asked for the account of the credentials, whatever \
             needs it.",
        ),
        (
            Attribute::bool("skip_requesting_account_id"),
            "Together with `skip_credentials_validation`: AWS STS is not asked for the account of the credentials, \
             whatever needs it.",
        ),
        (
            // A string in hashicorp/aws, which tells `false` from not set by it.
            Attribute::string("skip_metadata_api_check"),
            "`true` leaves EC2's instance metadata service out, `false` asks it, whatever the \
             `AWS_EC2_METADATA_DISABLED` environment variable says.",
        ),
    ]
}

fn without_effect() -> [(Attribute, &'static str); 3] {
    [
        (Attribute::bool("s3_use_path_style"), "Accepted without effect."),
        (Attribute::string("s3_us_east_1_regional_endpoint"), "Accepted without effect."),
        (
            Attribute::string("tag_policy_compliance"),
            "Accepted without effect. `error`, `warning` or `disabled`, as in hashicorp/aws.",
        ),
    ]
}

const DURATION: &str = "How long the session lasts, between 15 minutes and 12 hours, such as `1h30m`. Units are `h`, `m`, \
                        `s`, `ms`, `us` and `ns`. Where it is not set, 15 minutes.";
const WEB_DURATION: &str = "How long the session lasts, between 15 minutes and 12 hours, as in `assume_role`. Where it is not \
                            set, STS decides: an hour.";
const POLICY: &str = "A policy in JSON that narrows what the session may do.";
const POLICY_ARNS: &str = "The ARNs of managed policies that narrow what the session may do.";

fn assume_role() -> Block {
    Block::new(
        "A role to assume. Several blocks are a chain: the first role is assumed with the credentials found, each other with \
         those of the one before. No variable stands in for any of it.",
    )
        .attributes(described([
            (
                Attribute::string("role_arn"),
                "The ARN of the role. One block alone without it is ignored with a warning; of several, each needs it.",
            ),
            (Attribute::string("duration"), DURATION),
            (Attribute::string("external_id"), "What the role's owner asks third parties to say, 2 to 1224 bytes."),
            (Attribute::string("policy"), POLICY),
            (set_of_strings("policy_arns"), POLICY_ARNS),
            (Attribute::string("session_name"), "The name of the session, 2 to 64 bytes."),
            (Attribute::string("source_identity"), "Who is behind the session, 2 to 64 bytes."),
            (Attribute::new("tags", Type::map(Type::String)), "Tags of the session."),
            (set_of_strings("transitive_tag_keys"), "The keys of those `tags` that later sessions inherit."),
        ]))
}

fn assume_role_with_web_identity() -> Block {
    Block::new(
        "A role for the holder of an identity token. Replaces every other source of credentials but static keys; \
         `assume_role` comes after it. A block in which nothing is set is ignored.",
    )
    .attributes(described([
        (
            Attribute::string("role_arn"),
            "The ARN of the role. Can also be set with the `AWS_ROLE_ARN` environment variable.",
        ),
        (Attribute::string("duration"), WEB_DURATION),
        (Attribute::string("policy"), POLICY),
        (set_of_strings("policy_arns"), POLICY_ARNS),
        (Attribute::string("session_name"), "The name of the session, 2 to 64 bytes."),
        (
            Attribute::string("web_identity_token").sensitive(),
            "The token, 4 to 20000 bytes. Cannot be set together with `web_identity_token_file`. Can also be set with \
             the `TF_AWS_WEB_IDENTITY_TOKEN` environment variable.",
        ),
        (
            Attribute::string("web_identity_token_file"),
            "A file that holds the token. Can also be set with the `AWS_WEB_IDENTITY_TOKEN_FILE` environment variable.",
        ),
    ]))
}

fn default_tags() -> Block {
    let tags = Attribute::new("tags", Type::map(Type::String));
    Block::new("Accepted without effect.").attributes(described([(tags, "Accepted without effect.")]))
}

fn ignore_tags() -> Block {
    Block::new("Accepted without effect.").attributes(described([
        (set_of_strings("keys"), "Accepted without effect."),
        (set_of_strings("key_prefixes"), "Accepted without effect."),
    ]))
}
