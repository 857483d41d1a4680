//! Rows about ECR Public, and about registries of other accounts.

use expect_test::expect;

use test_support::{
    answer::refuses,
    row::{Row, keys},
};

pub(super) fn rows() -> Vec<Row> {
    let public = |name| keys(name).public();
    vec![
        public("a_public_token_is_returned"),
        public("a_denied_public_token_is_reported")
            .ecr([refuses(
                400,
                "AccessDeniedException",
                "User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:GetServiceBearerToken on resource: * \
                 because no identity-based policy allows the sts:GetServiceBearerToken action",
            )])
            .in_the_guide()
            .tells(expect![[r#"
                Error: Access Denied by AWS [the resource]
                ecr-public:GetAuthorizationToken in Region us-east-1 at http://<aws> failed: HTTP 400, AccessDeniedException: User: arn:aws:iam::123456789012:user/me is not authorized to perform: sts:GetServiceBearerToken on resource: * because no identity-based policy allows the sts:GetServiceBearerToken action
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The IAM principal needs two permissions, ecr-public:GetAuthorizationToken and sts:GetServiceBearerToken, both on the resource "*".
            "#]]),
        public("a_public_token_of_another_partition_is_reported")
            .env("AWS_REGION", "us-gov-west-1")
            .requests(0)
            .in_the_guide()
            .tells(expect![[r#"
                Error: ECR Public Is Not in This Partition [the resource]
                us-gov-west-1, for which the provider is configured, is in the partition aws-us-gov, and ECR Public is only in the partition aws.

                Credentials of one partition are not valid in another. Use credentials of an account in the partition aws, in another provider block.
            "#]]),
        public("rejects_a_public_token_in_a_region_of_another_partition")
            .argument("region", "cn-north-1")
            .requests(0)
            .tells(expect![[r#"
                Error: ECR Public Is Not in This Partition [region of the resource]
                cn-north-1 is in the partition aws-cn, and ECR Public is only in the partition aws.

                Credentials of one partition are not valid in another. Use credentials of an account in the partition aws, in another provider block.
            "#]]),
        public("rejects_a_public_token_in_an_invalid_region").argument("region", "narnia-1").requests(0).tells(expect![[r#"
            Error: Invalid Region Value [region of the resource]
            "narnia-1" is not an AWS Region, and does not look like one, such as eu-west-1.
        "#]]),
        public("a_public_token_in_an_unsupported_region_is_reported")
            .argument("region", "eu-west-1")
            .ecr([refuses(400, "InvalidSignatureException", "Credential should be scoped to a valid region.")])
            .tells(expect![[r#"
                Error: AWS Refused [the resource]
                ecr-public:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidSignatureException: Credential should be scoped to a valid region.
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The service rejects requests for that Region. Check the Region, and that the endpoint belongs to it. ECR Public returns tokens in us-east-1.
            "#]]),
        public("rejects_a_public_endpoint_without_a_scheme")
            .env("AWS_ENDPOINT_URL_ECR_PUBLIC", "127.0.0.1:5000")
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the provider block]
                The endpoint "127.0.0.1:5000" (from the environment variable AWS_ENDPOINT_URL_ECR_PUBLIC) cannot be used: it has no scheme. Write http:// or https:// before it.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        keys("a_token_may_be_for_the_registry_of_another_account").argument("registry_id", "111122223333").requests(2),
        keys("rejects_an_invalid_registry_id").argument("registry_id", "1234").requests(0).tells(expect![[r#"
            Error: Invalid Attribute Value [registry_id of the resource]
            `registry_id` is "1234", which is not an account: an AWS account ID is 12 digits, such as 123456789012.
        "#]]),
    ]
}
