//! Rows about `assume_role` of the provider block: the arguments, and the credentials with which a role is assumed.

use serde_json::json;
use test_support::row::{Row, keys, row};

use super::{NO_REGION, ROLE, asked_with_every_argument, every_argument_of_a_role};

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("env_keys_assume_the_role").role(ROLE).assumes("deploy (900s) by AKIDENV").token_by("ASIADEPLOY"),
        keys("block_keys_assume_the_role")
            .block_keys()
            .role(ROLE)
            .assumes("deploy (900s) by AKIDBLOCK")
            .token_by("ASIADEPLOY"),
        keys("a_profile_assumes_the_role")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .profile("ci")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDCI")
            .token_by("ASIADEPLOY")
            .warns(["Configuration conflict detected"]),
        row("a_role_of_a_profile_assumes_the_role")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/base\nsource_profile = keys\n\
                 [profile keys]\naws_access_key_id = AKIDKEYS\naws_secret_access_key = hunter2\n",
            )
            .env("AWS_PROFILE", "ci")
            .role(ROLE)
            .assumes("base (900s) by AKIDKEYS")
            .assumes("deploy (900s) by ASIABASE")
            .token_by("ASIADEPLOY"),
        row("env_web_identity_assumes_the_role")
            .web_identity("pod")
            .role(ROLE)
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity) unsigned"])
            .assumes("deploy (900s) by ASIAPOD")
            .token_by("ASIADEPLOY"),
        keys("every_argument_is_sent")
            .terraform()
            .block("assume_role", every_argument_of_a_role())
            .asks([&asked_with_every_argument()])
            .token_by("ASIADEPLOY"),
        // The sandbox refuses this request, because the sandbox does not support managed policies.
        keys("managed_policies_are_sent")
            .block("assume_role", json!({"role_arn": ROLE, "policy_arns": ["arn:aws:iam::123456789012:policy/p"]}))
            .asks(["sts AssumeRole deploy (900s, PolicyArns.1.arn=arn:aws:iam::123456789012:policy/p) by AKIDENV"])
            .fails([
                "NotImplemented",
                "cannot enforce PolicyArns",
                "AWS returned no more details than the message above.",
            ]),
        keys("roles_are_chained")
            .terraform()
            .block("assume_role", json!({"role_arn": "arn:aws:iam::123456789012:role/hub", "session_name": "first"}))
            .block("assume_role", json!({"role_arn": ROLE, "external_id": "second"}))
            .assumes("hub (900s, session=first) by AKIDENV")
            .assumes("deploy (900s, ExternalId=second) by ASIAHUB")
            .token_by("ASIADEPLOY"),
        keys("session_name_of_the_environment_is_not_used")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY"),
        keys("sts_region_is_used")
            .set("sts_region", "eu-west-2")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV in eu-west-2")
            .token_by("ASIADEPLOY"),
        keys("sts_region_is_used_for_every_role")
            .set("sts_region", "eu-west-2")
            .role("arn:aws:iam::123456789012:role/hub")
            .role(ROLE)
            .assumes("hub (900s) by AKIDENV in eu-west-2")
            .assumes("deploy (900s) by ASIAHUB in eu-west-2")
            .token_by("ASIADEPLOY"),
        row("sts_region_is_used_for_the_role_of_a_profile_with_an_endpoint_variable")
            .env("AWS_ENDPOINT_URL_STS", "http://<aws>")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = keys\n\
                 [profile keys]\naws_access_key_id = AKIDKEYS\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .set("sts_region", "eu-west-2")
            .assumes("deploy (900s) by AKIDKEYS")
            .token_by("ASIADEPLOY")
            .peer_asks(
                ["sts AssumeRole deploy (900s) by AKIDKEYS in eu-west-2", "ecr GetAuthorizationToken by ASIADEPLOY"],
                "the library of later versions does not take that variable for the argument",
            ),
        keys("rejects_a_role_without_a_region").without(["AWS_REGION"]).role(ROLE).fails(["region"]).peer_fails(
            ["sts AssumeRole deploy (900s) by AKIDENV in "],
            ["region"],
            NO_REGION,
        ),
        keys("an_empty_role_arn_is_ignored_with_a_warning").role("").token_by("AKIDENV").warns([
            "Missing required argument",
            "role_arn",
            "assume_role[0]",
        ]),
        keys("a_missing_role_arn_is_ignored_with_a_warning")
            .terraform()
            .block("assume_role", json!({"session_name": "named"}))
            .token_by("AKIDENV")
            .warns(["Missing required argument", "role_arn"]),
        keys("an_empty_block_is_ignored_with_a_warning")
            .block("assume_role", json!({}))
            .token_by("AKIDENV")
            .warns(["Missing required argument", "role_arn"]),
    ]
}
