//! Rows in which AWS refuses a request.

use expect_test::expect;

use test_support::{
    answer::{refuses, sts_refuses, token_of},
    row::{Row, keys},
};

const NOT_AUTHORIZED: &str = "User: arn:aws:iam::123456789012:user/me is not authorized to perform: ecr:GetAuthorizationToken \
                              on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action";

/// An error message of AWS that repeats a part of the request.
const SIGNATURE: &str = "The request signature we calculated does not match the signature you provided. Check your AWS \
                         Secret Access Key and signing method. Consult the service documentation for details.\n\n\
                         The Canonical String for this request should have been\n'POST\n/\n\nx-amz-security-token:hunter2\n'";

const SKEWED: &str = "Signature expired: 20261124T120000Z is now earlier \
                 than 20261124T150000Z (20261124T150500Z - 5 min.)";

pub(super) fn rows() -> Vec<Row> {
    let refused = |name, code, message| keys(name).ecr([refuses(400, code, message)]);
    vec![
        refused("access_denied_is_reported", "AccessDeniedException", NOT_AUTHORIZED).in_the_guide().tells(expect![[r#"
            Error: Access Denied by AWS [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, AccessDeniedException: User: arn:aws:iam::123456789012:user/me is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no identity-based policy allows the ecr:GetAuthorizationToken action
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            The IAM principal needs the permission ecr:GetAuthorizationToken, on the resource "*".
        "#]]),
        refused("an_expired_token_is_reported", "ExpiredTokenException", "The security token included in the request is expired")
            .env("AWS_SESSION_TOKEN", "hunter2-session")
            .in_the_guide()
            .tells(expect![[r#"
                Error: Expired AWS Credentials [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, ExpiredTokenException: The security token included in the request is expired
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The session has expired. Get new credentials.
            "#]]),
        refused(
            "an_unrecognized_client_is_reported",
            "UnrecognizedClientException",
            "The security token included in the request is invalid.",
        )
        .in_the_guide()
        .tells(expect![[r#"
            Error: Unknown AWS Access Key [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, UnrecognizedClientException: The security token included in the request is invalid.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            AWS does not know the access key. It may be deleted, mistyped, from another partition, or a temporary key without its session token. Or its account has not enabled this Region.
        "#]]),
        // moto, and gateways that check signatures, respond with this error instead of AWS's error in the row above.
        keys("an_invalid_client_token_id_is_reported")
            .ecr([sts_refuses(403, "InvalidClientTokenId", "The security token included in the request is invalid.")])
            .tells(expect![[r#"
                Error: Unknown AWS Access Key [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 403, InvalidClientTokenId: The security token included in the request is invalid.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS does not know the access key. It may be deleted, mistyped, from another partition, or a temporary key without its session token. Or its account has not enabled this Region.
            "#]]),
        refused("an_invalid_signature_is_reported", "InvalidSignatureException", SIGNATURE)
            .env("AWS_SESSION_TOKEN", "hunter2-session")
            .in_the_guide()
            .tells(expect![[r#"
                Error: Wrong AWS Secret Key [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidSignatureException: The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The secret key does not belong to the access key, or the clock of this machine is wrong. Check both.
            "#]]),
        refused("a_repeated_session_token_is_hidden", "IncompleteSignatureException", "'AWS4-HMAC-SHA256 Signature=0123abcd' of hunter2-session")
            .env("AWS_SESSION_TOKEN", "hunter2-session")
            .tells(expect![[r#"
                Error: AWS Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, IncompleteSignatureException: 'AWS4-HMAC-SHA256 Signature=(hidden)' of (hidden)
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS returned no more details than the message above. If that is not AWS's message, check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        refused("a_wrong_clock_is_reported", "InvalidSignatureException", SKEWED).in_the_guide().tells(expect![[r#"
            Error: Wrong Clock [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidSignatureException: Signature expired: 20261124T120000Z is now earlier than 20261124T150000Z (20261124T150500Z - 5 min.)
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            The clock of this machine is too far from AWS's clock. Set the clock.
        "#]]),
        keys("a_wrong_clock_is_corrected")
            .ecr([
                refuses(400, "InvalidSignatureException", SKEWED).header("date", "Fri, 01 Jan 2100 00:00:00 GMT"),
                // The provider corrects its clock with the date of the response, so the next request is signed with the year 2100. The
                // sandbox would reject this request, so the row sets the response.
                token_of("AWS:hunter2"),
            ])
            .requests(2),
        keys("a_wrong_clock_without_a_date_is_reported")
            .ecr([refuses(400, "InvalidSignatureException", SKEWED).header("date", "Fri, 01 Jan 2100 00:00:00 GMT")])
            .requests(2)
            .tells(expect![[r#"
                Error: Wrong Clock [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidSignatureException: Signature expired: 20261124T120000Z is now earlier than 20261124T150000Z (20261124T150500Z - 5 min.)
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 2

                The clock of this machine is too far from AWS's clock. Set the clock.
            "#]]),
        refused("a_disabled_region_is_reported", "OptInRequired", "The AWS Access Key Id needs a subscription for the service")
            .tells(expect![[r#"
                Error: AWS Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, OptInRequired: The AWS Access Key Id needs a subscription for the service
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The account has not enabled this Region, or AWS STS in it. Enable it, or use another Region.
            "#]]),
        refused("another_rejection_is_reported", "com.amazonaws.ecr#InvalidParameterException", "Invalid parameter at 'registryIds'")
            .tells(expect![[r#"
                Error: AWS Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidParameterException: Invalid parameter at 'registryIds'
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS returned no more details than the message above. If that is not AWS's message, check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        refused("a_rejection_without_a_message_is_reported", "ValidationException", "").tells(expect![[r#"
            Error: AWS Refused [the resource]
            ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, ValidationException
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            AWS returned no more details than the message above. If that is not AWS's message, check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
    ]
}
