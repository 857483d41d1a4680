//! The account that the credentials belong to, which is 123456789012.

use crate::{
    row::{Row, row},
    rows::{DEPLOY, ROLE},
};

const ASKED: &str = "sts GetCallerIdentity by AKIDENV in us-east-1";
const SEEN: &str = "ecr GetAuthorizationToken by AKIDENV in us-east-1";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("allowed")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012", "210987654321"]"#)
            .sees([ASKED, SEEN]),
        row("not_allowed")
            .env_keys()
            .block(r#"allowed_account_ids = ["210987654321"]"#)
            .sees([ASKED])
            .fails(["123456789012"]),
        row("forbidden")
            .env_keys()
            .block(r#"forbidden_account_ids = ["123456789012"]"#)
            .sees([ASKED])
            .fails(["123456789012"]),
        row("not_forbidden").env_keys().block(r#"forbidden_account_ids = ["210987654321"]"#).sees([ASKED, SEEN]),
        row("allowed_and_forbidden")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block(r#"forbidden_account_ids = ["210987654321"]"#)
            .fails(["forbidden_account_ids", "allowed_account_ids"]),
        row("allowed_list_is_empty")
            .env_keys()
            .block("allowed_account_ids = []")
            .block("skip_credentials_validation = true")
            .block("skip_requesting_account_id = true")
            .sees([SEEN]),
        row("of_the_role_not_of_the_keys")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block(ROLE)
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1",
                "sts GetCallerIdentity by ASIADEPLOY in us-east-1",
                DEPLOY,
            ]),
        row("asked_in_sts_region")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block(r#"sts_region = "eu-west-2""#)
            .sees(["sts GetCallerIdentity by AKIDENV in eu-west-2", SEEN]),
        row("asked_at_the_endpoint_of_the_block")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block(r#"endpoints { sts = "<sts>" }"#)
            .sees(["sts GetCallerIdentity by AKIDENV in us-east-1 at sts", SEEN]),
        row("validation_is_skipped")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block("skip_credentials_validation = true")
            .sees([ASKED, SEEN])
            .peer_sees(["iam GetUser by AKIDENV in us-east-1", ASKED, SEEN], "STS knows, and asks for no permission"),
        row("all_is_skipped")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block("skip_credentials_validation = true")
            .block("skip_requesting_account_id = true")
            .fails(["account"]),
        row("requesting_the_id_is_skipped")
            .env_keys()
            .block(r#"allowed_account_ids = ["123456789012"]"#)
            .block("skip_requesting_account_id = true")
            .sees([ASKED, SEEN]),
        row("no_list")
            .env_keys()
            .block("skip_requesting_account_id = false")
            .sees([SEEN])
            .peer_sees([ASKED, SEEN], "no call that nothing asks for: STS does not decide whether ECR answers"),
    ]
}
