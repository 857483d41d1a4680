//! Rows about user logins: with IAM Identity Center (SSO), and with the AWS console.

use expect_test::expect;
use serde_json::{Value as Json, json};

use test_support::{
    answer::{json, refuses, renewed, resets},
    row::{Row, row},
};

/// The cache file of the SSO session `corp`.
pub(super) const SSO_CACHE: &str = ".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json";

pub(super) const SSO: &str = "[profile dev]\nsso_session = corp\nsso_account_id = 123456789012\nsso_role_name = Developer\n\
                   [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n";

/// The cache file of the login session in [`CONSOLE`].
const CONSOLE_CACHE: &str = ".aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json";

const CONSOLE: &str = "[profile dev]\nlogin_session = arn:aws:iam::123456789012:user/me\nregion = eu-west-1\n";

/// A private key that is only used in these tests.
const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\n\
                   MHcCAQEEIJCuGiweUY29eaJ7ZruFmXMbf8h03YnU+ZkqSL6kiAgsoAoGCCqGSM49\n\
                   AwEHoUQDQgAE1KO4ONA5HiJTKOMi+qmZULFGhNbDpYg482qTiIZcU6VFOScV5MTI\n\
                   WohdOu1Fv3bnNY9kvbdkKe4WGTUInnMYmA==\n\
                   -----END EC PRIVATE KEY-----\n";

pub(super) fn rows() -> Vec<Row> {
    let mut rows = of_sso();
    rows.extend(of_renewals());
    rows.extend(of_the_console());
    rows
}

/// Returns the content of [`SSO_CACHE`], with this time of expiry.
pub(super) fn token(expires_at: &str) -> Json {
    json!({
        "startUrl": "https://example.awsapps.com/start",
        "region": "eu-west-1",
        "accessToken": "hunter2-sso",
        "expiresAt": expires_at,
    })
}

fn of_sso() -> Vec<Row> {
    let login = |name, expires_at: &str| {
        row(name).config(SSO).env("AWS_PROFILE", "dev").file(SSO_CACHE, token(expires_at).to_string())
    };
    let portal = "GetRoleCredentials";
    vec![
        login("uses_an_sso_login", "2099-01-01T00:00:00Z").requests(2),
        login("accepts_an_empty_session_token_of_sso", "2099-01-01T00:00:00Z")
            .answer(
                portal,
                [json(200, &json!({"roleCredentials": {
                    "accessKeyId": "AKIDPORTAL",
                    "secretAccessKey": "hunter2",
                    "sessionToken": "",
                    "expiration": 4_102_444_800_000_i64,
                }}))],
            )
            .asks(["sso credentials Developer of 123456789012 with hunter2-sso"])
            .token_by("AKIDPORTAL"),
        login("an_expired_sso_login_is_reported", "2020-01-01T00:00:00Z").requests(0).in_the_guide().tells(expect![[r#"
            Error: AWS Login Needed [the resource]
            The profile "dev" is not logged in: the login has expired, and cannot be renewed.

            Log in with: aws sso login --sso-session corp
        "#]]),
        row("sso_without_a_login_is_reported").config(SSO).env("AWS_PROFILE", "dev").asks([]).tells(expect![[r#"
            Error: AWS Login Needed [the resource]
            The profile "dev" is not logged in: not logged in on this machine, or logged out.

            Log in with: aws sso login --sso-session corp
        "#]]),
        row("sso_of_a_profile_without_a_login_is_reported")
            .config(
                "[profile dev]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n\
                 sso_account_id = 123456789012\nsso_role_name = Developer\n",
            )
            .env("AWS_PROFILE", "dev")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: not logged in on this machine, or logged out.

                Log in with: aws sso login --profile dev
            "#]]),
        row("advice_quotes_a_session_name_with_a_space")
            .config(SSO.replace("sso_session = corp", "sso_session = My Corp").replace("sso-session corp", "sso-session My Corp"))
            .env("AWS_PROFILE", "dev")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: not logged in on this machine, or logged out.

                Log in with: aws sso login --sso-session "My Corp"
            "#]]),
        row("advice_quotes_a_profile_name_with_a_space")
            .config(
                "[profile project dev]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n\
                 sso_account_id = 123456789012\nsso_role_name = Developer\n",
            )
            .env("AWS_PROFILE", "project dev")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "project dev" is not logged in: not logged in on this machine, or logged out.

                Log in with: aws sso login --profile "project dev"
            "#]]),
        row("rejects_an_sso_cache_that_is_not_json")
            .config(SSO)
            .env("AWS_PROFILE", "dev")
            .file(SSO_CACHE, "hunter2")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: <home>/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json does not contain a login.

                Log in with: aws sso login --sso-session corp
            "#]]),
        login("an_sso_login_that_the_portal_rejects_is_reported", "2099-01-01T00:00:00Z")
            .answer(portal, [json(401, &json!({"__type": "UnauthorizedException", "message": "Session token not found"}))])
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: sso:GetRoleCredentials in eu-west-1 at http://<aws>/federation/credentials was refused: UnauthorizedException (HTTP 401): Session token not found.

                Log in with: aws sso login --sso-session corp
            "#]]),
        login("a_forbidden_sso_role_is_reported", "2099-01-01T00:00:00Z")
            .answer(portal, [json(403, &json!({"__type": "ForbiddenException", "message": "No access"}))])
            .tells(expect![[r#"
                Error: Access Denied by AWS [the resource]
                sso:GetRoleCredentials in Region eu-west-1 at http://<aws>/federation/credentials failed: HTTP 403, ForbiddenException: No access
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The person who logged in does not have this role in that account.
            "#]]),
    ]
}

/// Returns rows with an expired login that can be renewed.
fn of_renewals() -> Vec<Row> {
    let renewal_of_client = |name, registered_until: Option<&str>| {
        let mut token = token("2020-01-01T00:00:00Z");
        token["clientId"] = "client".into();
        token["clientSecret"] = "hunter2-client".into();
        token["refreshToken"] = "hunter2-refresh".into();
        if let Some(end) = registered_until {
            token["registrationExpiresAt"] = end.into();
        }
        row(name).config(SSO).env("AWS_PROFILE", "dev").file(SSO_CACHE, token.to_string())
    };
    let renewal = |name| renewal_of_client(name, Some("2099-01-01T00:00:00Z"));
    let oidc = "CreateToken";
    vec![
        renewal("renews_an_sso_login").requests(3),
        renewal_of_client("renews_an_sso_login_without_a_client_expiry", None).requests(3),
        renewal_of_client("tries_to_renew_an_sso_login_of_an_expired_client", Some("2020-06-01T00:00:00Z"))
            .requests(3),
        renewal_of_client("an_sso_client_that_aws_calls_expired_is_reported", Some("2020-06-01T00:00:00Z"))
            .answer(oidc, [refuses(401, "InvalidClientException", "client hunter2-client has expired")])
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: sso-oidc:CreateToken in eu-west-1 at http://<aws>/token was refused: InvalidClientException (HTTP 401): client (hidden) has expired.

                Log in with: aws sso login --sso-session corp
            "#]]),
        renewal("retries_the_renewal_of_an_sso_login")
            .answer(oidc, [json(503, &json!({})), renewed(28_800)])
            .requests(4)
            .logs("waiting before the next attempt"),
        renewal("a_rejected_sso_renewal_is_reported")
            .answer(oidc, [refuses(400, "InvalidGrantException", "refresh token hunter2-refresh has been revoked")])
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: sso-oidc:CreateToken in eu-west-1 at http://<aws>/token was refused: InvalidGrantException (HTTP 400): refresh token (hidden) has been revoked.

                Log in with: aws sso login --sso-session corp
            "#]]),
        renewal("a_failed_sso_renewal_is_reported")
            .set("max_retries", 2)
            .answer(oidc, [refuses(500, "InternalServerException", "try again")])
            .requests(2)
            .tells(expect![[r#"
                Error: AWS Failed [the resource]
                sso-oidc:CreateToken in Region eu-west-1 at http://<aws>/token failed: HTTP 500, InternalServerException: try again
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789
                Attempts: 2

                The failure is on AWS's side. Try again later.
            "#]]),
        renewal("an_unreachable_sso_renewal_is_reported")
            .env("AWS_ENDPOINT_URL_SSO_OIDC", "http://<closed>")
            .requests(0)
            .tells(expect![[r#"
                Error: Connection Refused [the resource]
                sso-oidc:CreateToken in Region eu-west-1 at http://<closed>/token got no answer: tcp connect error: Connection refused (os error 111).
                Attempts: 3

                Nothing listens at that address. Check the endpoint, and that the service is running.
            "#]]),
        renewal("rejects_an_sso_renewal_without_a_lifetime").answer(oidc, [renewed(-5)]).tells(expect![[r#"
            Error: Unexpected Answer From AWS [the resource]
            sso-oidc:CreateToken in Region eu-west-1 at http://<aws>/token returned an unexpected answer: the credentials are missing.
            Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

            Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
        "#]]),
        renewal("rejects_an_invalid_sso_renewal")
            .answer(oidc, [json(200, &json!({"accessToken": "hunter2-new", "expiresIn": "soon"}))])
            .tells(expect![[r#"
                Error: Unexpected Answer From AWS [the resource]
                sso-oidc:CreateToken in Region eu-west-1 at http://<aws>/token failed: HTTP 200, a response in another format
                Request id: 0a1b2c3d-4e5f-6789-abcd-ef0123456789

                The answer does not look like AWS's. Check the endpoint, set by the environment variable AWS_ENDPOINT_URL.
            "#]]),
        row("rejects_an_oversized_sso_cache")
            .config(SSO)
            .env("AWS_PROFILE", "dev")
            .file(SSO_CACHE, " ".repeat((1 << 20) + 1))
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "dev" cannot be used: the login in <home>/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json cannot be read: it is longer than 1 MiB.

                Other sources were not tried, because they could be another identity.
            "#]]),
        row("rejects_an_sso_cache_that_is_a_pipe")
            .config(SSO)
            .env("AWS_PROFILE", "dev")
            .pipe(SSO_CACHE)
            .requests(0)
            .within(8)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "dev" cannot be used: the login in <home>/.aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json cannot be read: no data came within 5 s.

                Other sources were not tried, because they could be another identity.
            "#]]),
    ]
}

fn of_the_console() -> Vec<Row> {
    let login = |name, expires_at: &str| {
        let login = json!({
            "accessToken": {
                "accessKeyId": "ASIACONSOLE",
                "secretAccessKey": "hunter2",
                "sessionToken": "hunter2-session",
                "accountId": "123456789012",
                "expiresAt": expires_at,
            },
            "tokenType": "aws_sigv4",
            "refreshToken": "hunter2-refresh",
            "idToken": "hunter2-id",
            "clientId": "arn:aws:signin:::devtools/same-device",
            "dpopKey": KEY,
        });
        row(name).config(CONSOLE).env("AWS_PROFILE", "dev").file(CONSOLE_CACHE, login.to_string())
    };
    let ended = |name| login(name, "2020-01-01T00:00:00Z");
    let sign_in = "/v1/token";
    let denied = |error: &str| {
        json(401, &json!({"__type": "AccessDeniedException", "error": error, "message": "no more of hunter2-refresh"}))
    };
    vec![
        login("uses_a_console_login", "2099-01-01T00:00:00Z"),
        login("rejects_a_console_login_without_a_home", "2099-01-01T00:00:00Z")
            .without(["HOME"])
            .env("AWS_CONFIG_FILE", "<home>/.aws/config")
            .env("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
            .requests(0)
            .fails(["\"dev\"", "a login with the console needs the variable HOME. Set it to the home directory"])
            .ours_only("version 5 knows no login with the console"),
        // The SDK would read the login of the working directory.
        login("rejects_an_empty_directory_of_console_logins", "2099-01-01T00:00:00Z")
            .env("AWS_LOGIN_CACHE_DIRECTORY", "")
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the environment variable AWS_LOGIN_CACHE_DIRECTORY: it is set and empty. Unset it.
            "#]]),
        row("console_without_a_login_is_reported").config(CONSOLE).env("AWS_PROFILE", "dev").requests(0).tells(expect![[r#"
            Error: AWS Login Needed [the resource]
            The profile "dev" is not logged in: not logged in on this machine, or logged out.

            Log in with: aws login --profile dev
        "#]]),
        row("advice_quotes_a_profile_name_with_a_dollar_sign")
            .config(CONSOLE.replace("dev", "it's $5"))
            .env("AWS_PROFILE", "it's $5")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "it's $5" is not logged in: not logged in on this machine, or logged out.

                Log in with: aws login --profile 'it'\''s $5'
            "#]]),
        row("rejects_a_console_cache_that_is_not_json")
            .config(CONSOLE)
            .env("AWS_PROFILE", "dev")
            .file(CONSOLE_CACHE, "hunter2")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Login Needed [the resource]
                The profile "dev" is not logged in: the login has expired, or the file is not a login.

                Log in with: aws login --profile dev
            "#]]),
        row("rejects_an_oversized_console_cache")
            .config(CONSOLE)
            .env("AWS_PROFILE", "dev")
            .file(CONSOLE_CACHE, " ".repeat((1 << 20) + 1))
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "dev" cannot be used: the login in <home>/.aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json cannot be read: it is longer than 1 MiB.

                Other sources were not tried, because they could be another identity.
            "#]]),
        row("rejects_a_console_cache_that_is_a_pipe")
            .config(CONSOLE)
            .env("AWS_PROFILE", "dev")
            .pipe(CONSOLE_CACHE)
            .requests(0)
            .within(8)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "dev" cannot be used: the login in <home>/.aws/login/cache/286187707741fc2ccb93cf9e56dbd0ee0a16208feed5fbc8ae1baa86d44c283f.json cannot be read: no data came within 5 s.

                Other sources were not tried, because they could be another identity.
            "#]]),
        ended("rejects_an_invalid_endpoint_for_a_console_login")
            .env("AWS_ENDPOINT_URL_SIGNIN", "127.0.0.1:1")
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid Endpoint URL [the resource]
                The endpoint "127.0.0.1:1" (from the environment variable AWS_ENDPOINT_URL_SIGNIN) cannot be used: it has no scheme. Write http:// or https:// before it.

                Write a URL such as https://host or http://127.0.0.1:5000.
            "#]]),
        login("uses_a_console_login_with_an_invalid_execution_environment", "2099-01-01T00:00:00Z")
            .env("AWS_EXECUTION_ENV", "AWS_ECS\n"),
        ended("rejects_a_console_renewal_with_an_invalid_execution_environment")
            .env("AWS_EXECUTION_ENV", "AWS_ECS\n")
            .requests(0)
            .tells(expect![[r#"
                Error: Invalid AWS Configuration [the resource]
                Cannot use the environment variable AWS_EXECUTION_ENV: it contains a control character, such as a line break, and a console login cannot be renewed with it. Remove the character.
            "#]]),
        // The SDK would panic on an empty endpoint.
        ended("rejects_an_empty_endpoint_for_a_console_login").at("").requests(0).tells(expect![[r#"
            Error: Invalid AWS Configuration [the resource]
            Cannot use the environment variable AWS_ENDPOINT_URL: it is set and empty. Unset it.
        "#]]),
        ended("a_rejected_console_renewal_is_reported").answer(sign_in, [denied("TOKEN_EXPIRED")]).tells(expect![[r#"
            Error: AWS Login Needed [the resource]
            The profile "dev" is not logged in: AccessDeniedException: no more of (hidden).

            Log in with: aws login --profile dev
        "#]]),
        ended("a_throttled_console_renewal_is_reported")
            .answer(
                sign_in,
                [json(429, &json!({
                    "__type": "TooManyRequestsError",
                    "error": "SLOW_DOWN",
                    "message": "slow down",
                }))],
            )
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "dev" cannot be used: AWS did not renew the login: TooManyRequestsError: slow down.

                Other sources were not tried, because they could be another identity.
            "#]]),
        ended("an_unreachable_console_renewal_is_reported")
            .env("AWS_ENDPOINT_URL_SIGNIN", "http://<closed>")
            .requests(0)
            .tells(expect![[r#"
                Error: AWS Credentials Cannot Be Used [the resource]
                The credentials from the profile "dev" cannot be used: the login could not be renewed: tcp connect error: Connection refused (os error 111).

                Other sources were not tried, because they could be another identity.
            "#]]),
        ended("a_reset_console_renewal_is_reported").answer(sign_in, [resets()]).requests(3).tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the profile "dev" cannot be used: the login could not be renewed: Connection reset by peer (os error 104).

            Other sources were not tried, because they could be another identity.
        "#]]),
        ended("rejects_an_invalid_console_renewal").answer(sign_in, [json(200, &json!({}))]).tells(expect![[r#"
            Error: AWS Credentials Cannot Be Used [the resource]
            The credentials from the profile "dev" cannot be used: the access key id is empty.

            Other sources were not tried, because they could be another identity.
        "#]]),
    ]
}
