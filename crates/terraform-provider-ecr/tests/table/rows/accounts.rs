//! Rows about the account of the credentials. In the sandbox, this account is 123456789012.

use serde_json::json;
use test_support::row::{Row, keys};

use super::ROLE;

const ASKED: &str = "sts GetCallerIdentity by AKIDENV";
const SEEN: &str = "ecr GetAuthorizationToken by AKIDENV";

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("an_allowed_account_is_accepted").set("allowed_account_ids", ["123456789012", "210987654321"]).asks([ASKED]).token_by("AKIDENV"),
        keys("an_account_that_is_not_forbidden_is_accepted").set("forbidden_account_ids", ["210987654321"]).asks([ASKED]).token_by("AKIDENV"),
        keys("an_empty_list_allows_every_account")
            .set("allowed_account_ids", json!([]))
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .token_by("AKIDENV"),
        keys("the_account_of_the_role_is_checked")
            .set("allowed_account_ids", ["123456789012"])
            .role(ROLE)
            .asks(["sts AssumeRole deploy (900s) by AKIDENV", "sts GetCallerIdentity by ASIADEPLOY"])
            .token_by("ASIADEPLOY"),
        keys("the_account_is_requested_in_sts_region")
            .set("allowed_account_ids", ["123456789012"])
            .set("sts_region", "eu-west-2")
            .asks(["sts GetCallerIdentity by AKIDENV in eu-west-2"])
            .token_by("AKIDENV"),
        keys("the_account_is_requested_at_the_sts_endpoint")
            .set("allowed_account_ids", ["123456789012"])
            .endpoint("sts", "http://<sts>")
            .asks(["sts GetCallerIdentity by AKIDENV at sts"])
            .token_by("AKIDENV"),
        keys("skip_credentials_validation_does_not_skip_the_check")
            .set("allowed_account_ids", ["123456789012"])
            .set("skip_credentials_validation", true)
            .asks([ASKED])
            .token_by("AKIDENV")
            .peer_asks(["iam GetUser by AKIDENV", ASKED, SEEN], "STS knows, and asks for no permission"),
        keys("skip_requesting_account_id_does_not_skip_the_check")
            .set("allowed_account_ids", ["123456789012"])
            .set("skip_requesting_account_id", true)
            .asks([ASKED])
            .token_by("AKIDENV"),
        keys("rejects_a_forbidden_account_without_its_leading_zero")
            .terraform()
            .set("forbidden_account_ids", ["12345678901"])
            .requests(0)
            .fails([
                "forbidden_account_ids",
                "\"12345678901\" is not an AWS account ID, which has 12 digits. Write the ID in quotes, because a number \
                 loses its leading zeros",
            ])
            .peer_asks([ASKED, SEEN], "the list would forbid nothing"),
        keys("rejects_the_name_of_an_account")
            .set("allowed_account_ids", ["123456789012", "prod"])
            .requests(0)
            .fails(["allowed_account_ids", "\"prod\" is not an AWS account ID, which has 12 digits"])
            .peer_asks([ASKED, SEEN], "the element would allow nothing"),
        keys("the_account_is_not_requested_without_a_list")
            .set("skip_requesting_account_id", false)
            .token_by("AKIDENV")
            .peer_asks([ASKED, SEEN], "no call that nothing asks for: STS does not decide whether ECR answers"),
    ]
}
