//! Rows about the Region in the signature of a request.

use test_support::row::{Row, keys, row};

use super::{NO_REGION, ROLE};

const CONFIG: &str = "[default]\nregion = us-east-1\n\n[profile ci]\nregion = eu-west-2\n";

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("the_argument_beats_all_other_sources")
            .terraform()
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .config(CONFIG)
            .set("region", "eu-central-1")
            .token_by("AKIDENV in eu-central-1"),
        keys("aws_region_beats_aws_default_region")
            .env("AWS_REGION", "us-west-1")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .config(CONFIG)
            .token_by("AKIDENV in us-west-1"),
        keys("aws_default_region_beats_profile")
            .without(["AWS_REGION"])
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .config(CONFIG)
            .token_by("AKIDENV in us-east-2"),
        row("the_variable_beats_the_profile_argument")
            .config(
                "[profile ci]\nregion = eu-west-2\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .token_by("AKIDCI"),
        keys("the_default_profile_is_used").without(["AWS_REGION"]).config(CONFIG).token_by("AKIDENV in us-east-1"),
        keys("the_profile_of_the_environment_is_used_beside_env_keys")
            .env("AWS_PROFILE", "ci")
            .without(["AWS_REGION"])
            .config(CONFIG)
            .token_by("AKIDENV in eu-west-2"),
        row("the_profile_argument_is_used_beside_block_keys")
            .without(["AWS_REGION"])
            .config(CONFIG)
            .profile("ci")
            .block_keys()
            .token_by("AKIDBLOCK in eu-west-2"),
        row("the_credentials_file_is_used")
            .without(["AWS_REGION"])
            .credentials(
                "[default]\naws_access_key_id = AKIDDEFAULT\n\
                 aws_secret_access_key = hunter2\nregion = eu-west-3\n",
            )
            .token_by("AKIDDEFAULT in eu-west-3"),
        row("the_credentials_file_beats_the_config_file")
            .without(["AWS_REGION"])
            .credentials(
                "[default]\naws_access_key_id = AKIDDEFAULT\n\
                 aws_secret_access_key = hunter2\nregion = eu-west-3\n",
            )
            .config(CONFIG)
            .token_by("AKIDDEFAULT in eu-west-3"),
        row("the_region_of_the_source_profile_is_not_used")
            .without(["AWS_REGION"])
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 [profile base]\nregion = eu-west-2\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .fails(["region"])
            .peer_fails(["sts AssumeRole deploy (900s) by AKIDBASE in "], ["region"], NO_REGION),
        keys("an_empty_argument_is_ignored").set("region", "").token_by("AKIDENV"),
        keys("an_empty_aws_region_is_ignored")
            .env("AWS_REGION", "")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .token_by("AKIDENV in us-east-2"),
        keys("rejects_a_variable_with_a_line_break").terraform().env("AWS_REGION", "eu-west-1\n").requests(0).fails([
            "Invalid AWS Region",
            "AWS_REGION",
            "is not a valid Region name: it contains a line break. Remove it",
        ]),
        keys("rejects_a_variable_with_a_space")
            .env("AWS_REGION", " eu-west-1")
            .requests(0)
            .fails(["AWS_REGION", "it contains a space. Remove the space"]),
        keys("rejects_a_variable_with_quotes")
            .env("AWS_DEFAULT_REGION", "\"eu-west-1\"")
            .without(["AWS_REGION"])
            .requests(0)
            .fails(["AWS_DEFAULT_REGION", "it contains quotation marks. Remove the quotation marks"]),
        keys("rejects_a_line_break_without_region_validation")
            .env("AWS_REGION", "eu-west-1\r")
            .set("skip_region_validation", true)
            .requests(0)
            .fails(["AWS_REGION", "it contains a line break. Remove it"]),
        keys("rejects_a_missing_region").without(["AWS_REGION"]).fails(["region"]),
        keys("rejects_an_unknown_region").terraform().set("region", "narnia-1").fails(["narnia-1"]),
        keys("accepts_an_unknown_region_without_validation")
            .set("region", "eu-west-77")
            .set("skip_region_validation", true)
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .token_by("AKIDENV in eu-west-77"),
        keys("the_resource_may_set_the_only_region")
            .without(["AWS_REGION"])
            .argument("region", "us-east-2")
            .token_by("AKIDENV in us-east-2")
            .ours_only("the argument came with version 6"),
        keys("the_region_of_the_resource_is_used")
            .terraform()
            .argument("region", "eu-central-1")
            .token_by("AKIDENV in eu-central-1")
            .ours_only("the argument came with version 6"),
        keys("rejects_a_space_in_the_region_of_the_resource")
            .argument("region", "eu-west-1 ")
            .requests(0)
            .fails(["it contains a space. Remove the space"])
            .ours_only("the argument came with version 6"),
        keys("the_region_of_the_resource_is_not_used_for_sts")
            .role(ROLE)
            .argument("region", "eu-central-1")
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY in eu-central-1")
            .ours_only("the argument came with version 6"),
    ]
}
