//! Tests with boto3, AWS's SDK for Python.

use test_support::programs::Programs;

use crate::{Test, output::Output, stage::Stage};

pub(crate) const TESTS: &[Test] = &[
    Test::new("boto3_gets_a_token_for_several_registries", several_registries).needs(&["python"]),
    Test::new("boto3_raises_errors_by_their_names", errors_by_name).needs(&["python"]),
    Test::new("boto3_assumes_a_role_with_a_web_identity", web_identity).needs(&["python"]),
    Test::new("boto3_finds_a_web_identity_in_the_environment", web_identity_by_itself).needs(&["python"]),
];

const ROLE: &str = "arn:aws:iam::111122223333:role/deploy";
const ARN: &str = "arn:aws:sts::111122223333:assumed-role/deploy/ci";

fn run(stage: &Stage<'_>, script: &str) -> Output {
    // With `-I`, Python ignores the modules and variables of the user who runs the test.
    stage.client_of_aws("python").args(&["-I", "-c", script]).run().succeeds()
}

/// Also checks that boto3 can parse the expiration times of the sandbox's tokens.
fn several_registries(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let script = r#"
import boto3, datetime, json

ecr = boto3.client("ecr")
answer = ecr.get_authorization_token(registryIds=["111122223333", "444455556666"])
now = datetime.datetime.now(datetime.timezone.utc)
print(json.dumps([
    {
        "endpoint": entry["proxyEndpoint"],
        "token": entry["authorizationToken"],
        "hours": round((entry["expiresAt"] - now).total_seconds() / 3600),
    }
    for entry in answer["authorizationData"]
]))
"#;
    let entries = run(&stage, script).json();
    let (one, other) = (&entries[0], &entries[1]);
    assert_eq!(entries.as_array().map(Vec::len), Some(2), "{entries}");
    assert_eq!((&one["hours"], &other["hours"]), (&12.into(), &12.into()), "{entries}");
    assert_eq!(one["token"], other["token"], "one token is valid for both registries");
    assert_ne!(one["endpoint"], other["endpoint"], "each registry has its own endpoint");
}

/// Catches errors as users of boto3 do.
fn errors_by_name(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let script = r#"
import boto3, botocore, json

caught = {}
try:
    boto3.client("ecr").get_authorization_token(registryIds=["1"])
except boto3.client("ecr").exceptions.InvalidParameterException as error:
    caught["ecr"] = error.response
try:
    boto3.client("sts").assume_role(RoleArn="deploy-to-production", RoleSessionName="ci")
except botocore.exceptions.ClientError as error:
    caught["sts"] = error.response
print(json.dumps(caught))
"#;
    let caught = run(&stage, script).json();
    assert_eq!(caught["ecr"]["Error"]["Code"], "InvalidParameterException");
    assert_eq!(caught["sts"]["Error"]["Code"], "ValidationError");
    assert_eq!(caught["sts"]["Error"]["Message"], "1 validation error detected: deploy-to-production is invalid");
    for service in ["ecr", "sts"] {
        let metadata = &caught[service]["ResponseMetadata"];
        assert_eq!(metadata["HTTPStatusCode"], 400, "{caught}");
        assert!(metadata["RequestId"].as_str().is_some_and(|id| !id.is_empty()), "{caught}");
    }
}

/// The request that assumes the role is not signed. Later requests are signed with the credentials of the role.
fn web_identity(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let script = format!(
        r#"
import boto3, botocore, json

unsigned = botocore.config.Config(signature_version=botocore.UNSIGNED)
answer = boto3.client("sts", config=unsigned).assume_role_with_web_identity(
    RoleArn="{ROLE}", RoleSessionName="ci", WebIdentityToken="ey.ey.x", DurationSeconds=900
)
session = boto3.Session(
    aws_access_key_id=answer["Credentials"]["AccessKeyId"],
    aws_secret_access_key=answer["Credentials"]["SecretAccessKey"],
    aws_session_token=answer["Credentials"]["SessionToken"],
)
session.client("ecr").get_authorization_token()
print(json.dumps([answer["AssumedRoleUser"]["Arn"], session.client("sts").get_caller_identity()["Arn"]]))
"#
    );
    assert_eq!(run(&stage, &script).json(), serde_json::json!([ARN, ARN]));
    let expected = [
        "sts AssumeRoleWithWebIdentity - 200",
        "ecr GetAuthorizationToken eu-west-1 200",
        "sts GetCallerIdentity eu-west-1 200",
    ];
    assert_eq!(stage.sandbox.requests(), expected);
}

/// The environment names only a role and the file with an identity token, as in a pod in EKS.
fn web_identity_by_itself(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    stage.file("token", "ey.ey.x");
    let script = "import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])";
    let client = stage.client("python").args(&["-I", "-c", script]);
    let output = client
        .env("AWS_ENDPOINT_URL", stage.sandbox.url())
        .env("AWS_DEFAULT_REGION", "eu-west-1")
        .env("AWS_EC2_METADATA_DISABLED", "true")
        .env("AWS_WEB_IDENTITY_TOKEN_FILE", "token")
        .env("AWS_ROLE_ARN", ROLE)
        .env("AWS_ROLE_SESSION_NAME", "ci")
        .run()
        .succeeds();
    assert_eq!(output.stdout.trim_end(), ARN);
}
