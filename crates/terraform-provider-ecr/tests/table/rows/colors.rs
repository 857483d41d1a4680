//! Rows with responses that contain words in brackets. Terraform handles some of these words as colors, and removes such words even with
//! `-no-color`.

use expect_test::expect;

use test_support::{
    answer::{refuses, says},
    row::{Row, keys, row},
};

/// Some of the words that Terraform handles as colors. [`MORE_COLORS`] has the rest of these words.
const COLORS: &str = "[default] [black] [red] [green] [yellow] [blue] [magenta] [cyan] [light_gray] [dark_gray] [light_red] \
                      [light_green] [light_yellow] [light_blue] [light_magenta] [light_cyan] [white] [purple] [_default_] \
                      [_black_] [_red_] [_green_] [_yellow_] [_blue_] [_magenta_] [_cyan_] [_light_gray_] [_dark_gray_] \
                      [_light_red_]";
const MORE_COLORS: &str = "[_light_green_] [_light_yellow_] [_light_blue_] [_light_magenta_] [_light_cyan_] [_white_] [bold] \
                           [dim] [underline] [blink_slow] [blink_fast] [invert] [hidden] [reset] [reset_bold]";

pub(super) fn rows() -> Vec<Row> {
    vec![
        keys("color_words_in_a_response_are_kept")
            .ecr([refuses(400, "InvalidParameterException", COLORS)])
            .terraform()
            .tells(expect![[r#"
                Error: AWS Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidParameterException: [ default ] [ black ] [ red ] [ green ] [ yellow ] [ blue ] [ magenta ] [ cyan ] [ light_gray ] [ dark_gray ] [ light_red ] [ light_green ] [ light_yellow ] [ light_blue ] [ light_magenta ] [ light_cyan ] [ white ] [ purple ] [ _default_ ] [ _black_ ] [ _red_ ] [ _green_ ] [ _yellow_ ] [ _blue_ ] [ _magenta_ ] [ _cyan_ ] [ _light_gray_ ] [ _dark_gray_ ] [ _light_red_ ]
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS returned no more details than the message above. If that is not AWS's message, check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        keys("more_color_words_in_a_response_are_kept")
            .ecr([refuses(400, "InvalidParameterException", MORE_COLORS)])
            .terraform()
            .tells(expect![[r#"
                Error: AWS Refused [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 400, InvalidParameterException: [ _light_green_ ] [ _light_yellow_ ] [ _light_blue_ ] [ _light_magenta_ ] [ _light_cyan_ ] [ _white_ ] [ bold ] [ dim ] [ underline ] [ blink_slow ] [ blink_fast ] [ invert ] [ hidden ] [ reset ] [ reset_bold ]
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                AWS returned no more details than the message above. If that is not AWS's message, check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        keys("color_words_in_a_page_are_kept")
            .ecr([says(404, "text/html", "<title>[bold]Not found[reset]</title>")])
            .terraform()
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                ecr:GetAuthorizationToken in Region eu-west-1 at http://<aws> failed: HTTP 404, the page "[ bold ]Not found[ reset ]"

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        row("color_words_of_a_program_are_kept")
            .config("[default]\ncredential_process = sh -c 'echo no section [default] [red] >&2; exit 2'\n")
            .needs(&["sh"])
            .requests(0)
            .terraform()
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "default" cannot be used: its `credential_process` failed (exit status: 2): no section [ default ] [ red ].

                Other sources were not tried, because they could be another identity.
            "#]]),
        row("color_words_in_a_profile_are_kept")
            .config("[default]\nrole_arn = arn:aws:iam::111111111111:role/x\nsource_profile = [default]\n")
            .requests(0)
            .terraform()
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the profile "default": its `source_profile` "[ default ]" is missing in <home>/.aws/config, <home>/.aws/credentials (which does not exist).
            "#]]),
        keys("a_profile_named_like_a_color_is_shown")
            .env("AWS_PROFILE", "red")
            .requests(0)
            .terraform()
            .tells(expect![[r#"
                Error: AWS Profile Not Found [the provider block]
                The profile "red", which the environment variable AWS_PROFILE names, does not exist. Files that were searched:

                  <home>/.aws/config (which does not exist)
                  <home>/.aws/credentials (which does not exist)

                In a config file, its section begins with [profile red]. In a credentials file, the section begins with the name alone in brackets. `aws configure list-profiles` lists the existing profiles.
            "#]]),
        keys("color_words_in_a_region_are_kept").env("AWS_REGION", "[red]").requests(0).terraform().tells(expect![[r#"
            Error: Invalid AWS Region [the provider block]
            "[ red ]", from the environment variable AWS_REGION, is not a valid Region name: it must consist of letters, digits and dashes, 63 at most.
        "#]]),
    ]
}
