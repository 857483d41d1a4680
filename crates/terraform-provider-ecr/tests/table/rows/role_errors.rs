//! Rows with roles that cannot be assumed, and with accounts that are not allowed.

use expect_test::expect;

use test_support::{
    answer::{Answer, says, sts_refuses, succeeds},
    row::{Row, keys, row},
};

const FIRST: &str = "arn:aws:iam::111111111111:role/first";
const SECOND: &str = "arn:aws:iam::222222222222:role/second";
const THIRD: &str = "arn:aws:iam::333333333333:role/third";

const WITH_WEB_IDENTITY: &str = "AssumeRoleWithWebIdentity";

const OF_PROFILE: &str = "[profile ci]\nrole_arn = arn:aws:iam::111111111111:role/first\nsource_profile = base\n\
                          [profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n";

fn assumed() -> Answer {
    succeeds()
}

fn denied() -> Answer {
    let message = "User: arn:aws:iam::123456789012:user/me is not \
                 authorized to perform: sts:AssumeRole on that resource";
    sts_refuses(403, "AccessDenied", message)
}

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_the_block();
    rows.extend(of_web_identities());
    rows.extend(accounts());
    rows
}

fn of_the_block() -> Vec<Row> {
    let three = |name| keys(name).role(FIRST).role(SECOND).role(THIRD);
    let one = |name| keys(name).role(FIRST);
    vec![
        three("a_denied_first_role_is_reported").answer("AssumeRole", [denied()]).terraform().assumes("first (900s) by AKIDENV").tells(expect![[r#"
            Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
            The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

            sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on that resource
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
        "#]]),
        three("a_denied_second_role_is_reported")
            .answer("AssumeRole", [assumed(), denied()])
            .requests(2)
            .in_the_guide()
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[1].role_arn of the provider block]
                The IAM role arn:aws:iam::222222222222:role/second, which block 2 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on that resource
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
            "#]]),
        three("a_denied_third_role_is_reported")
            .answer("AssumeRole", [assumed(), assumed(), denied()])
            .requests(3)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[2].role_arn of the provider block]
                The IAM role arn:aws:iam::333333333333:role/third, which block 3 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on that resource
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
            "#]]),
        row("a_denied_role_of_a_profile_is_reported")
            .config(OF_PROFILE)
            .env("AWS_PROFILE", "ci")
            .answer("AssumeRole", [denied()])
            .assumes("first (900s) by AKIDBASE")
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [the resource]
                The IAM role arn:aws:iam::111111111111:role/first, which the profile "ci" names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:AssumeRole on that resource
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                Either the credentials lack the permission sts:AssumeRole for that role, or the role's trust policy does not allow them. Check both.
            "#]]),
        one("a_role_with_unknown_keys_is_reported")
            .answer(
                "AssumeRole",
                [sts_refuses(403, "InvalidClientTokenId", "The security token included in the request is invalid.")],
            )
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
                The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, InvalidClientTokenId: The security token included in the request is invalid.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS does not know the access key. It may be deleted, mistyped, from another partition, or a temporary key without its session token. Or its account has not enabled this Region.
            "#]]),
        one("a_role_without_credentials_is_reported")
            .answer("AssumeRole", [says(200, "text/xml", "<AssumeRoleResponse></AssumeRoleResponse>")])
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
                The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        one("a_page_instead_of_sts_is_reported")
            .answer("AssumeRole", [says(403, "text/html", "<html><head><title>Blocked</title></head></html>")])
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
                The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 403, the page "Blocked"

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        one("an_unreachable_sts_is_reported").env("AWS_ENDPOINT_URL_STS", "http://<closed>").requests(0).tells(expect![[r#"
            Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
            The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

            sts:AssumeRole in Region eu-west-1 at http://<closed> got no answer: tcp connect error: Connection refused (os error 111).
            Attempts: 3

            Nothing listens at that address. Check the endpoint, and that the service is running.
        "#]]),
        one("throttling_by_sts_is_retried")
            .answer("AssumeRole", [sts_refuses(400, "Throttling", "Rate exceeded"), assumed()])
            .requests(3)
            .logs("HTTP 400 and Throttling"),
        one("a_failing_sts_is_reported")
            .set("max_retries", 2)
            .answer("AssumeRole", [sts_refuses(500, "InternalFailure", "try again")])
            .requests(2)
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [assume_role[0].role_arn of the provider block]
                The IAM role arn:aws:iam::111111111111:role/first, which block 1 of `assume_role` names, was not assumed.

                sts:AssumeRole in Region eu-west-1 at http://<aws> failed: HTTP 500, InternalFailure: try again
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 2

                The failure is on AWS's side. Try again later.
            "#]]),
    ]
}

fn of_web_identities() -> Vec<Row> {
    let identity = |name| {
        row(name)
            .file("identity", "hunter2-identity")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/identity")
            .env("AWS_ROLE_ARN", FIRST)
    };
    let refused =
        |name, status, code, message| identity(name).answer(WITH_WEB_IDENTITY, [sts_refuses(status, code, message)]);
    vec![
        refused("a_denied_web_identity_is_reported", 403, "AccessDenied", "Not authorized to perform sts:AssumeRoleWithWebIdentity")
            .tells(expect![[r#"
                Error: Cannot Assume IAM Role [the resource]
                The IAM role arn:aws:iam::111111111111:role/first, which the environment variable AWS_WEB_IDENTITY_TOKEN_FILE names, was not assumed.

                sts:AssumeRoleWithWebIdentity in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: Not authorized to perform sts:AssumeRoleWithWebIdentity
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The role's trust policy does not allow that token. Compare its conditions with the token's issuer, audience and subject.
            "#]]),
        refused(
            "an_expired_web_identity_token_is_reported",
            400,
            "ExpiredTokenException",
            "Token expired: current date/time 1763985600 must \
                 be before the expiration date/time 1763982000",
        )
        .in_the_guide()
        .tells(expect![[r#"
            Error: Unusable Web Identity Token [the resource]
            The IAM role arn:aws:iam::111111111111:role/first, which the environment variable AWS_WEB_IDENTITY_TOKEN_FILE names, was not assumed.

            sts:AssumeRoleWithWebIdentity in Region eu-west-1 at http://<aws> failed: HTTP 400, ExpiredTokenException: Token expired: current date/time 1763985600 must be before the expiration date/time 1763982000
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            AWS rejected the token. It may have expired, be for another audience, or come from an issuer that is not an identity provider of the account.
        "#]]),
        refused(
            "a_web_identity_of_another_issuer_is_reported",
            400,
            "InvalidIdentityToken",
            "No OpenIDConnect provider found in your account \
                 for https://token.actions.githubusercontent.com",
        )
        .tells(expect![[r#"
            Error: Unusable Web Identity Token [the resource]
            The IAM role arn:aws:iam::111111111111:role/first, which the environment variable AWS_WEB_IDENTITY_TOKEN_FILE names, was not assumed.

            sts:AssumeRoleWithWebIdentity in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidIdentityToken: No OpenIDConnect provider found in your account for https://token.actions.githubusercontent.com
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            AWS rejected the token. It may have expired, be for another audience, or come from an issuer that is not an identity provider of the account.
        "#]]),
        identity("rejects_a_missing_web_identity_token_file")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>/missing")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from web identity (the environment variable AWS_WEB_IDENTITY_TOKEN_FILE) cannot be used: the token file <home>/missing cannot be read: No such file or directory (os error 2).

                Other sources were not tried, because they could be another identity.
            "#]]),
        identity("rejects_an_empty_web_identity_token_file").file("identity", "\n").requests(0).tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from web identity (the environment variable AWS_WEB_IDENTITY_TOKEN_FILE) cannot be used: the token is empty.

            Other sources were not tried, because they could be another identity.
        "#]]),
        identity("rejects_a_web_identity_token_file_that_is_a_directory")
            .env("AWS_WEB_IDENTITY_TOKEN_FILE", "<home>")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from web identity (the environment variable AWS_WEB_IDENTITY_TOKEN_FILE) cannot be used: the token file <home> cannot be read: Is a directory (os error 21).

                Other sources were not tried, because they could be another identity.
            "#]]),
        identity("rejects_a_web_identity_without_a_role").without(["AWS_ROLE_ARN"]).requests(0).tells(expect![[r#"
            Error: Invalid AWS Configuration [the resource]
            Cannot use the environment variable AWS_WEB_IDENTITY_TOKEN_FILE: it is set, and AWS_ROLE_ARN is not.
        "#]]),
    ]
}

fn accounts() -> Vec<Row> {
    vec![
        keys("an_account_that_is_not_allowed_is_reported").set("allowed_account_ids", ["111111111111"]).asks(["sts GetCallerIdentity by AKIDENV"]).terraform().tells(expect![[r#"
            Error: AWS Account Not Allowed [allowed_account_ids of the provider block]
            AWS account ID not allowed: 123456789012

            The credentials belong to that account, and the argument `allowed_account_ids` does not allow it. Use other credentials, or change the list.
        "#]]),
        keys("a_forbidden_account_is_reported").set("forbidden_account_ids", ["210987654321", "123456789012"]).asks(["sts GetCallerIdentity by AKIDENV"]).tells(expect![[r#"
            Error: AWS Account Not Allowed [forbidden_account_ids of the provider block]
            AWS account ID not allowed: 123456789012

            The credentials belong to that account, and the argument `forbidden_account_ids` does not allow it. Use other credentials, or change the list.
        "#]]),
        keys("a_denied_account_request_is_reported")
            .set("allowed_account_ids", ["123456789012"])
            .answer("GetCallerIdentity", [sts_refuses(403, "AccessDenied", "explicit deny in a service control policy")])
            .tells(expect![[r#"
                Error: Access Denied by AWS [the provider block]
                sts:GetCallerIdentity in Region eu-west-1 at http://<aws> failed: HTTP 403, AccessDenied: explicit deny in a service control policy
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The provider must read the account of the credentials, because only some accounts are allowed.
            "#]]),
        keys("a_response_without_an_account_is_reported")
            .set("allowed_account_ids", ["123456789012"])
            .answer("GetCallerIdentity", [says(200, "text/xml", "<GetCallerIdentityResponse/>")])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the provider block]
                sts:GetCallerIdentity in Region eu-west-1 at http://<aws> failed: HTTP 200, a response in another format

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        keys("rejects_an_allowed_list_without_an_account_request")
            .set("allowed_account_ids", ["123456789012"])
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .asks([])
            .tells(expect![[r#"
                Error: AWS Account Cannot Be Checked [allowed_account_ids of the provider block]
                `allowed_account_ids` needs the account of the credentials, but `skip_credentials_validation` together with `skip_requesting_account_id` forbids the request to STS. Remove one of the three.
            "#]]),
        keys("warns_about_a_forbidden_list_without_an_account_request")
            .set("forbidden_account_ids", ["111111111111"])
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .tells(expect![[r#"
                Warning: Forbidden Accounts Are Not Checked [forbidden_account_ids of the provider block]
                `forbidden_account_ids` has no effect: `skip_credentials_validation` together with `skip_requesting_account_id` forbids the request to STS for the account. Remove one of the two.
            "#]]),
    ]
}
