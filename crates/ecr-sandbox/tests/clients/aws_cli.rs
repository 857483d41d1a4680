//! Tests with the AWS CLI.

use serde_json::json;

use test_support::programs::Programs;

use crate::{Test, stage::Stage};

pub(crate) const TESTS: &[Test] = &[
    Test::new("the_aws_cli_gets_a_password", gets_a_password).needs(&["aws"]),
    Test::new("the_aws_cli_gets_a_password_for_ecr_public_in_its_region", gets_a_password_for_ecr_public)
        .needs(&["aws"]),
    Test::new("the_aws_cli_gets_its_caller_identity", gets_caller_identity).needs(&["aws"]),
    Test::new("the_aws_cli_assumes_a_role_and_uses_its_credentials", assumes_a_role).needs(&["aws"]),
    Test::new("the_aws_cli_assumes_the_role_of_a_profile", follows_a_profile).needs(&["aws"]),
    Test::new("the_aws_cli_uses_the_role_of_an_instance", finds_the_role_of_an_instance).needs(&["aws"]),
    Test::new("the_aws_cli_uses_the_role_of_a_container", finds_the_role_of_a_container).needs(&["aws"]),
    Test::new("the_aws_cli_renews_a_login_and_uses_its_role", renews_a_login).needs(&["aws"]),
    Test::new("the_aws_cli_reports_a_wrong_secret", wrong_secret).needs(&["aws"]),
    Test::new("the_aws_cli_reports_an_unknown_key", unknown_key).needs(&["aws"]),
    Test::new("the_aws_cli_retries_after_throttling", is_throttled).needs(&["aws"]),
];

const ECR: &[&str] = &["ecr", "get-login-password"];
const IDENTITY: &[&str] = &["sts", "get-caller-identity", "--output", "json"];
const ROLE: &str = "arn:aws:iam::111122223333:role/deploy";

fn gets_a_password(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let output = stage.aws(ECR).run().succeeds();
    assert!(output.stdout.starts_with("eyJ"), "{output}");
    assert_eq!(stage.sandbox.requests(), ["ecr GetAuthorizationToken eu-west-1 200"]);
}

fn gets_a_password_for_ecr_public(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let ask = |region| stage.aws(&["ecr-public", "get-login-password", "--region", region]).run();
    let output = ask("us-east-1").succeeds();
    assert!(output.stdout.starts_with("eyJ"), "{output}");
    ask("eu-west-1").fails(&["(InvalidSignatureException)", "Credential should be scoped to a valid region."]);
    let expected = ["us-east-1 200", "eu-west-1 400"].map(|rest| format!("ecr-public GetAuthorizationToken {rest}"));
    assert_eq!(stage.sandbox.requests(), expected);
}

fn gets_caller_identity(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let identity = stage.aws(IDENTITY).run().succeeds().json();
    assert_eq!(identity["Account"], "123456789012");
    assert_eq!(identity["Arn"], "arn:aws:iam::123456789012:user/sandbox");
}

fn assumes_a_role(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let assume = ["sts", "assume-role", "--role-arn", ROLE, "--role-session-name", "ci", "--output", "json"];
    let answer = stage.aws(&assume).run().succeeds().json();
    let arn = "arn:aws:sts::111122223333:assumed-role/deploy/ci";
    assert_eq!(answer["AssumedRoleUser"]["Arn"], arn);

    let text =
        |name: &str| answer["Credentials"][name].as_str().unwrap_or_else(|| panic!("{name} is missing in {answer}"));
    let as_role = |arguments: &[&str]| {
        stage
            .aws(arguments)
            .env("AWS_ACCESS_KEY_ID", text("AccessKeyId"))
            .env("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey"))
    };
    let with_token = |arguments| as_role(arguments).env("AWS_SESSION_TOKEN", text("SessionToken"));
    assert_eq!(with_token(IDENTITY).run().succeeds().json()["Arn"], arn);
    with_token(ECR).run().succeeds();
    as_role(ECR).run().fails(&["(UnrecognizedClientException)"]);
}

/// The AWS CLI itself assumes the role, because its profile names the role.
fn follows_a_profile(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let (id, secret) = stage.sandbox.key();
    stage.file(
        ".aws/config",
        format!("[profile ci]\nrole_arn = {ROLE}\nrole_session_name = ci\nsource_profile = key\nregion = eu-west-2\n"),
    );
    stage.file(".aws/credentials", format!("[key]\naws_access_key_id = {id}\naws_secret_access_key = {secret}\n"));
    let client = stage.client("aws").args(&["--profile", "ci"]).args(ECR);
    client.env("AWS_ENDPOINT_URL", stage.sandbox.url()).env("AWS_EC2_METADATA_DISABLED", "true").run().succeeds();
    let expected = ["sts AssumeRole eu-west-2 200", "ecr GetAuthorizationToken eu-west-2 200"];
    assert_eq!(stage.sandbox.requests(), expected);
}

fn finds_the_role_of_an_instance(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let client = stage.client("aws").args(IDENTITY).env("AWS_EC2_METADATA_SERVICE_ENDPOINT", stage.sandbox.url());
    let client = client.env("AWS_DEFAULT_REGION", "eu-west-1").env("AWS_ENDPOINT_URL", stage.sandbox.url());
    let arn = "arn:aws:sts::123456789012:assumed-role/instance/i-0123456789abcdef0";
    assert_eq!(client.run().succeeds().json()["Arn"], arn);
    let roles = "/latest/meta-data/iam/security-credentials";
    let asked = ["/latest/api/token", &format!("{roles}/"), &format!("{roles}/instance")];
    let asked = asked.map(|path| format!("metadata {path} - 200"));
    assert_eq!(stage.sandbox.requests()[..3], asked);
}

fn finds_the_role_of_a_container(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let url = format!("{}/v1/credentials", stage.sandbox.url());
    let client = stage.client("aws").args(ECR).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url);
    let client = client.env("AWS_DEFAULT_REGION", "eu-west-1").env("AWS_ENDPOINT_URL", stage.sandbox.url());
    let output = client.env("AWS_CONTAINER_AUTHORIZATION_TOKEN", "anything").run().succeeds();
    assert!(output.stdout.starts_with("eyJ"), "{output}");
    let expected = ["container /v1/credentials - 200", "ecr GetAuthorizationToken eu-west-1 200"];
    assert_eq!(stage.sandbox.requests(), expected);
}

fn renews_a_login(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    stage.file(
        ".aws/config",
        "[profile ci]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = Dev\n\
         [sso-session corp]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-west-1\n",
    );
    let login = json!({
        "startUrl": "https://example.awsapps.com/start",
        "region": "eu-west-1",
        "accessToken": "an old token",
        "expiresAt": "2020-01-01T00:00:00Z",
        "clientId": "client",
        "clientSecret": "secret",
        "refreshToken": "refresh",
        "registrationExpiresAt": "2099-01-01T00:00:00Z",
    });
    // The file name is the SHA-1 digest of the session's name.
    stage.file(".aws/sso/cache/ee0bfd2552fbd840c02cc48b6e823320543c450f.json", login.to_string());
    let client = stage.client("aws").args(IDENTITY).env("AWS_PROFILE", "ci").env("AWS_DEFAULT_REGION", "eu-west-1");
    let identity = client.env("AWS_ENDPOINT_URL", stage.sandbox.url()).run().succeeds().json();
    assert_eq!(identity["Account"], "111122223333");
    let expected =
        ["sso-oidc CreateToken - 200", "sso GetRoleCredentials - 200", "sts GetCallerIdentity eu-west-1 200"];
    assert_eq!(stage.sandbox.requests(), expected);
}

fn wrong_secret(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let ask = |arguments| stage.aws(arguments).env("AWS_SECRET_ACCESS_KEY", "wrong").run();
    let message = "The request signature we calculated does not match the signature you provided.";
    ask(ECR).fails(&["(InvalidSignatureException)", "GetAuthorizationToken", message]);
    ask(IDENTITY).fails(&["(SignatureDoesNotMatch)", "GetCallerIdentity", message]);
}

fn unknown_key(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let ask = |arguments| stage.aws(arguments).env("AWS_ACCESS_KEY_ID", "AKIANOBODY").run();
    let message = "The security token included in the request is invalid.";
    ask(ECR).fails(&["(UnrecognizedClientException)", message]);
    ask(IDENTITY).fails(&["(InvalidClientTokenId)", message]);
}

fn is_throttled(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    stage.sandbox.fault(&json!({"count": 1, "effect": {"throttle": {"rate": 0, "burst": 0}}}));
    stage.aws(ECR).run().succeeds();
    let expected = ["400", "200"].map(|status| format!("ecr GetAuthorizationToken eu-west-1 {status}"));
    assert_eq!(stage.sandbox.requests(), expected);
}
