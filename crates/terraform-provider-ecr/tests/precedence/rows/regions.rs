//! The Region that signs.

use crate::{
    row::{Row, row},
    rows::{NO_REGION, ROLE},
};

const CONFIG: &str = "[default]\nregion = eu-west-1\n\n[profile ci]\nregion = eu-west-2\n";

pub(crate) fn rows() -> Vec<Row> {
    vec![
        row("argument_beats_all")
            .env_keys()
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .config(CONFIG)
            .block(r#"region = "eu-central-1""#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in eu-central-1"]),
        row("aws_region_beats_aws_default_region")
            .env_keys()
            .env("AWS_REGION", "us-west-1")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .config(CONFIG)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-west-1"]),
        row("aws_default_region_beats_profile")
            .env_keys()
            .without("AWS_REGION")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .config(CONFIG)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-2"]),
        row("variable_beats_profile_argument")
            .config("[profile ci]\nregion = eu-west-2\naws_access_key_id = AKIDCI\naws_secret_access_key = hunter2\n")
            .block(r#"profile = "ci""#)
            .sees(["ecr GetAuthorizationToken by AKIDCI in us-east-1"]),
        row("default_profile")
            .env_keys()
            .without("AWS_REGION")
            .config(CONFIG)
            .sees(["ecr GetAuthorizationToken by AKIDENV in eu-west-1"]),
        row("profile_of_the_environment_beside_env_keys")
            .env_keys()
            .env("AWS_PROFILE", "ci")
            .without("AWS_REGION")
            .config(CONFIG)
            .sees(["ecr GetAuthorizationToken by AKIDENV in eu-west-2"]),
        row("profile_argument_beside_block_keys")
            .without("AWS_REGION")
            .config(CONFIG)
            .block(r#"profile = "ci""#)
            .block(r#"access_key = "AKIDBLOCK""#)
            .block(r#"secret_key = "hunter2""#)
            .sees(["ecr GetAuthorizationToken by AKIDBLOCK in eu-west-2"]),
        row("profile_in_the_credentials_file")
            .without("AWS_REGION")
            .credentials(
                "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hunter2\nregion = eu-west-3\n",
            )
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in eu-west-3"]),
        row("credentials_file_beats_config_file")
            .without("AWS_REGION")
            .credentials(
                "[default]\naws_access_key_id = AKIDDEFAULT\naws_secret_access_key = hunter2\nregion = eu-west-3\n",
            )
            .config(CONFIG)
            .sees(["ecr GetAuthorizationToken by AKIDDEFAULT in eu-west-3"]),
        row("region_of_the_source_profile_is_not_taken")
            .without("AWS_REGION")
            .config(
                "[profile ci]\nrole_arn = arn:aws:iam::123456789012:role/deploy\nsource_profile = base\n\
                 [profile base]\nregion = eu-west-2\naws_access_key_id = AKIDBASE\naws_secret_access_key = hunter2\n",
            )
            .block(r#"profile = "ci""#)
            .fails(["region"])
            .peer_fails(["sts AssumeRole deploy (900s) by AKIDBASE in "], ["region"], NO_REGION),
        row("empty_argument")
            .env_keys()
            .block(r#"region = """#)
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-1"]),
        row("aws_region_is_empty")
            .env_keys()
            .env("AWS_REGION", "")
            .env("AWS_DEFAULT_REGION", "us-east-2")
            .sees(["ecr GetAuthorizationToken by AKIDENV in us-east-2"]),
        row("nowhere").env_keys().without("AWS_REGION").fails(["region"]),
        row("unknown").env_keys().block(r#"region = "narnia-1""#).fails(["narnia-1"]),
        row("unknown_but_not_validated")
            .env_keys()
            .block(r#"region = "eu-west-77""#)
            .block("skip_region_validation = true")
            .block("skip_credentials_validation = true")
            .block("skip_requesting_account_id = true")
            .sees(["ecr GetAuthorizationToken by AKIDENV in eu-west-77"]),
        row("block_of_the_resource")
            .env_keys()
            .arguments("region = \"eu-central-1\"")
            .sees(["ecr GetAuthorizationToken by AKIDENV in eu-central-1"])
            .ours_only("the argument came with version 6"),
        row("block_of_the_resource_leaves_sts_alone")
            .env_keys()
            .block(ROLE)
            .arguments("region = \"eu-central-1\"")
            .sees([
                "sts AssumeRole deploy (900s) by AKIDENV in us-east-1",
                "ecr GetAuthorizationToken by ASIADEPLOY in eu-central-1",
            ])
            .ours_only("the argument came with version 6"),
    ]
}
