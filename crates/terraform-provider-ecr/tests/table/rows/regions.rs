//! The Region that signs.

use test_support::row::{Row, keys, row};

use super::{NO_REGION, ROLE};

const CONFIG: &str = "[default]\nregion = us-east-1\n\n[profile ci]\nregion = eu-west-2\n";

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("argument_beats_all")
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
        row("variable_beats_profile_argument")
            .config(
                "[profile ci]\nregion = eu-west-2\n\
                 aws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .token_by("AKIDCI"),
        keys("default_profile").without(["AWS_REGION"]).config(CONFIG).token_by("AKIDENV in us-east-1"),
        keys("profile_of_the_environment_beside_env_keys")
            .env("AWS_PROFILE", "ci")
            .without(["AWS_REGION"])
            .config(CONFIG)
            .token_by("AKIDENV in eu-west-2"),
        row("profile_argument_beside_block_keys")
            .without(["AWS_REGION"])
            .config(CONFIG)
            .profile("ci")
            .block_keys()
            .token_by("AKIDBLOCK in eu-west-2"),
        row("profile_in_the_credentials_file")
            .without(["AWS_REGION"])
            .credentials(
                "[default]\naws_access_key_id = AKIDDEFAULT\n\
                 aws_secret_access_key = hunter2\nregion = eu-west-3\n",
            )
            .token_by("AKIDDEFAULT in eu-west-3"),
        row("credentials_file_beats_config_file")
            .without(["AWS_REGION"])
            .credentials(
                "[default]\naws_access_key_id = AKIDDEFAULT\n\
                 aws_secret_access_key = hunter2\nregion = eu-west-3\n",
            )
            .config(CONFIG)
            .token_by("AKIDDEFAULT in eu-west-3"),
        row("region_of_the_source_profile_is_not_taken")
            .without(["AWS_REGION"])
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 [profile base]\nregion = eu-west-2\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n",
            )
            .profile("ci")
            .fails(["region"])
            .peer_fails(["sts AssumeRole deploy (900s) by AKIDBASE in "], ["region"], NO_REGION),
        keys("empty_argument").set("region", "").token_by("AKIDENV"),
        keys("aws_region_is_empty")
            .env("AWS_REGION", "")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .token_by("AKIDENV in us-east-2"),
        keys("variable_with_a_line_break").terraform().env("AWS_REGION", "eu-west-1\n").requests(0).fails([
            "Invalid AWS Region",
            "AWS_REGION",
            "is not a valid Region name: it contains a line break: remove it",
        ]),
        keys("variable_with_a_blank")
            .env("AWS_REGION", " eu-west-1")
            .requests(0)
            .fails(["AWS_REGION", "it contains a space: remove it"]),
        keys("variable_with_quotes")
            .env("AWS_DEFAULT_REGION", "\"eu-west-1\"")
            .without(["AWS_REGION"])
            .requests(0)
            .fails(["AWS_DEFAULT_REGION", "it contains quotation marks: remove them"]),
        keys("line_break_that_is_let_through")
            .env("AWS_REGION", "eu-west-1\r")
            .set("skip_region_validation", true)
            .requests(0)
            .fails(["AWS_REGION", "it contains a line break: remove it"]),
        keys("nowhere").without(["AWS_REGION"]).fails(["region"]),
        keys("unknown").terraform().set("region", "narnia-1").fails(["narnia-1"]),
        keys("unknown_but_not_validated")
            .set("region", "eu-west-77")
            .set("skip_region_validation", true)
            .set("skip_credentials_validation", true)
            .set("skip_requesting_account_id", true)
            .token_by("AKIDENV in eu-west-77"),
        keys("block_of_the_resource_alone")
            .without(["AWS_REGION"])
            .argument("region", "us-east-2")
            .token_by("AKIDENV in us-east-2")
            .ours_only("the argument came with version 6"),
        keys("block_of_the_resource")
            .terraform()
            .argument("region", "eu-central-1")
            .token_by("AKIDENV in eu-central-1")
            .ours_only("the argument came with version 6"),
        keys("blank_in_the_block_of_the_resource")
            .argument("region", "eu-west-1 ")
            .requests(0)
            .fails(["it contains a space: remove it"])
            .ours_only("the argument came with version 6"),
        keys("block_of_the_resource_leaves_sts_alone")
            .role(ROLE)
            .argument("region", "eu-central-1")
            .assumes("deploy (900s) by AKIDENV")
            .token_by("ASIADEPLOY in eu-central-1")
            .ours_only("the argument came with version 6"),
    ]
}
