//! Tokens of sessions with a policy, for pulls and for pushes: what is allowed works, and the rest is refused in ECR's words.

use serde_json::{Value as Json, json};
use test_support::{image, programs::Programs};

use crate::{Test, docker, output::Output, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("skopeo_pulls_with_a_policy_for_pulls_and_does_nothing_else", pulls_and_does_nothing_else).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("skopeo_pushes_with_a_policy_for_pushes_to_its_repository", pushes_to_its_repository).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("docker_logs_in_with_a_policy_that_allows_nothing_but_the_token", logs_in_with_nothing)
        .needs(&["curl", "docker"]),
    Test::new("the_aws_cli_is_refused_what_the_policy_of_its_session_does_not_allow", is_refused).needs(&["aws"]),
];

const ARN: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/";

/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html>
const PULL: [&str; 2] = ["BatchGetImage", "GetDownloadUrlForLayer"];
/// <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
const PUSH: [&str; 6] = [
    "BatchCheckLayerAvailability",
    "BatchGetImage",
    "CompleteLayerUpload",
    "InitiateLayerUpload",
    "PutImage",
    "UploadLayerPart",
];

fn allow(service: &str, actions: &[&str], resource: &str) -> Json {
    let actions: Vec<_> = actions.iter().map(|action| format!("{service}:{action}")).collect();
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

/// The token, and these actions on the repository.
fn private(actions: &[&str], repository: &str) -> Json {
    json!([allow("ecr", &["GetAuthorizationToken"], "*"), allow("ecr", actions, &format!("{ARN}{repository}"))])
}

/// Copies an image, with the token for the registry on both sides.
fn copy(stage: &Stage<'_>, token: &Token, from: &str, to: &str) -> Output {
    let login = format!("AWS:{}", token.password);
    let mut arguments = vec!["--insecure-policy", "copy", "--preserve-digests"];
    for (image, options) in
        [(from, ["--src-tls-verify=false", "--src-creds"]), (to, ["--dest-tls-verify=false", "--dest-creds"])]
    {
        if image.starts_with("docker://") {
            arguments.extend([options[0], options[1], &login]);
        }
    }
    stage.client("skopeo").args(&arguments).args(&[from, to]).run()
}

fn pulls_and_does_nothing_else(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let all = Token::fetch(&stage, "eu-west-1");
    let (app, other) = (format!("docker://{}/team/app:1", all.host), format!("docker://{}/other:1", all.host));
    let digest = image::write(&stage.path("image"), 1024);
    for to in [&app, &other] {
        copy(&stage, &all, "oci:image", to).succeeds();
    }
    let pull = Token::of_policy(&stage, "eu-west-1", &private(&PULL, "team/*"));
    copy(&stage, &pull, &app, "oci:pulled").succeeds();
    assert_eq!(image::read(&stage.path("pulled")), digest);
    let denied = |action: &str, repository: &str| {
        format!(
            "User: arn:aws:sts::123456789012:assumed-role/deploy/ci is not authorized to perform: ecr:{action} on resource: \
             {ARN}{repository} because no session policy allows the ecr:{action} action"
        )
    };
    copy(&stage, &pull, &other, "oci:refused").fails(&[&denied("BatchGetImage", "other")]);
    // The first request of a push has no body to read an error from.
    copy(&stage, &pull, "oci:image", &app).fails(&["403 (Forbidden)"]);
    copy(&stage, &pull, &app, &other).fails(&["403 (Forbidden)"]);
    let write: Vec<_> = PULL.into_iter().chain(["BatchCheckLayerAvailability"]).collect();
    let half = Token::of_policy(&stage, "eu-west-1", &private(&write, "*"));
    copy(&stage, &half, "oci:image", &format!("docker://{}/new:1", half.host))
        .fails(&[&denied("InitiateLayerUpload", "new")]);
}

fn pushes_to_its_repository(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let actions: Vec<_> = PUSH.into_iter().chain(PULL).collect();
    let push = Token::of_policy(&stage, "eu-west-1", &private(&actions, "app"));
    let (app, other) = (format!("docker://{}/app:1", push.host), format!("docker://{}/other:1", push.host));
    let digest = image::write(&stage.path("image"), 1024);
    copy(&stage, &push, "oci:image", &app).succeeds();
    copy(&stage, &push, &app, "oci:pulled").succeeds();
    assert_eq!(image::read(&stage.path("pulled")), digest);
    copy(&stage, &push, "oci:image", &other).fails(&["403 (Forbidden)"]);
    // A push of what is there already.
    copy(&stage, &push, "oci:image", &format!("docker://{}/app:2", push.host)).succeeds();
}

fn logs_in_with_nothing(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let token = Token::of_policy(&stage, "eu-west-1", &json!([allow("ecr", &["GetAuthorizationToken"], "*")]));
    docker::login(&stage, &token.host, &token.password).succeeds();
}

fn is_refused(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let policy = json!({"Version": "2012-10-17", "Statement": allow("ecr", &PULL, "*")}).to_string();
    let role =
        ["--role-arn", "arn:aws:iam::123456789012:role/deploy", "--role-session-name", "ci", "--policy", &policy];
    let assume = [&["sts", "assume-role", "--output", "json"], &role[..]].concat();
    let answer = stage.aws(&assume).run().succeeds().json();
    let text = |name: &str| answer["Credentials"][name].as_str().unwrap_or_else(|| panic!("no {name} in {answer}"));
    let client = stage.aws(&["ecr", "get-login-password"]).env("AWS_ACCESS_KEY_ID", text("AccessKeyId"));
    let client = client.env("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey"));
    client.env("AWS_SESSION_TOKEN", text("SessionToken")).run().fails(&[
        "(AccessDeniedException)",
        "assumed-role/deploy/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no session \
         policy allows the ecr:GetAuthorizationToken action",
    ]);
}
