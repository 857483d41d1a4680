//! `assume_role`: its arguments, and the credentials that assume the role.

use serde_json::json;
use test_support::row::{Row, keys, row};

use super::{NO_REGION, ROLE, asked_with_every_argument, every_argument_of_a_role};

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("env_keys").role(ROLE).assumes("deploy (900s) by AKIDENV").token_by("ASIADEPLOY"),
        keys("block_keys").block_keys().role(ROLE).assumes("deploy (900s) by AKIDBLOCK").token_by("ASIADEPLOY"),
        keys("profile")
            .credentials("[ci]\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .profile("ci")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDCI")
            .token_by("ASIADEPLOY")
            .warns(["Configuration conflict detected"]),
        row("role_of_a_profile")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/base\nsource_profile = keys\n\
                 [profile keys]\naws_access_key_id = AKIDKEYS\naws_secret_access_key = hunter2\n",
            )
            .env("AWS_PROFILE", "ci")
            .role(ROLE)
            .assumes("base (900s) by AKIDKEYS")
            .assumes("deploy (900s) by ASIABASE")
            .token_by("ASIADEPLOY"),
        row("env_web_identity")
            .web_identity("pod")
            .role(ROLE)
            .asks(["AssumeRoleWithWebIdentity pod (hunter2-identity) unsigned"])
            .assumes("deploy (900s) by ASIAPOD")
            .token_by("ASIADEPLOY"),
        keys("every_argument")
            .terraform()
            .block("assume_role", every_argument_of_a_role())
            .asks([&asked_with_every_argument()])
            .token_by("ASIADEPLOY"),
        // The sandbox has none.
        keys("managed_policies")
            .block("assume_role", json!({"role_arn": ROLE, "policy_arns": ["arn:aws:iam::123456789012:policy/p"]}))
            .asks(["sts AssumeRole deploy (900s, PolicyArns.1.arn=arn:aws:iam::123456789012:policy/p) by AKIDENV"])
            .fails([
                "NotImplemented",
                "cannot enforce PolicyArns",
                "AWS returned no more details than the message above.",
            ]),
        keys("chain_of_two")
            .terraform()
            .block("assume_role", json!({"role_arn": "arn:aws:iam::123456789012:role/hub", "session_name": "first"}))
            .block("assume_role", json!({"role_arn": ROLE, "external_id": "second"}))
            .assumes("hub (900s, session=first) by AKIDENV")
            .assumes("deploy (900s, ExternalId=second) by ASIAHUB")
            .token_by("ASIADEPLOY"),
        keys("session_name_of_the_environment_is_not_taken")
            .env("AWS_ROLE_SESSION_NAME", "from-env")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY"),
        keys("sts_region")
            .set("sts_region", "eu-west-2")
            .role(ROLE)
            .assumes("deploy (900s) by AKIDENV in eu-west-2")
            .token_by("ASIADEPLOY"),
        keys("sts_region_is_for_every_hop")
            .set("sts_region", "eu-west-2")
            .role("arn:aws:iam::123456789012:role/hub")
            .role(ROLE)
            .assumes("hub (900s) by AKIDENV in eu-west-2")
            .assumes("deploy (900s) by ASIAHUB in eu-west-2")
            .token_by("ASIADEPLOY"),
        row("sts_region_and_the_role_of_a_profile_where_a_variable_has_an_endpoint")
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
        keys("no_region").without(["AWS_REGION"]).role(ROLE).fails(["region"]).peer_fails(
            ["sts AssumeRole deploy (900s) by AKIDENV in "],
            ["region"],
            NO_REGION,
        ),
        keys("role_arn_is_empty").role("").token_by("AKIDENV").warns([
            "Missing required argument",
            "role_arn",
            "assume_role[0]",
        ]),
        keys("role_arn_is_missing")
            .terraform()
            .block("assume_role", json!({"session_name": "named"}))
            .token_by("AKIDENV")
            .warns(["Missing required argument", "role_arn"]),
        keys("block_is_empty")
            .block("assume_role", json!({}))
            .token_by("AKIDENV")
            .warns(["Missing required argument", "role_arn"]),
    ]
}
