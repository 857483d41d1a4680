//! Tests of tokens whose session has a policy for pulls or for pushes. Allowed requests succeed, and other requests fail with
//! ECR's error messages.

use serde_json::{Value as Json, json};
use test_support::{image, programs::Programs};

use crate::{Test, client::Client, docker, output::Output, stage::Stage, token::Token};

pub(crate) const TESTS: &[Test] = &[
    Test::new("skopeo_can_only_pull_with_a_pull_policy", pulls_and_does_nothing_else).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("skopeo_can_push_only_to_the_repository_of_a_push_policy", pushes_to_its_repository).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("docker_can_read_but_not_push_with_a_pull_policy", docker_reads).needs(&[
        "curl",
        "docker",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("curl_can_read_but_not_upload_with_a_pull_policy", curl_reads).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("docker_logs_in_with_a_policy_for_only_the_token", logs_in_with_nothing).needs(&["curl", "docker"]),
    Test::new("the_policy_of_its_session_limits_the_aws_cli", is_refused).needs(&["aws"]),
    Test::new("skopeo_pushes_to_ecr_public_with_a_push_policy", pushes_to_ecr_public).needs(&[
        "curl",
        "skopeo",
        "docker-registry",
    ]),
    Test::new("docker_logs_in_at_ecr_public", logs_in_at_ecr_public).needs(&["curl", "docker"]),
    Test::new("curl_lists_tags_of_ecr_public_anonymously", lists_tags).needs(&["curl", "skopeo", "docker-registry"]),
];

const ARN: &str = "arn:aws:ecr:eu-west-1:123456789012:repository/";
const PUBLIC_ARN: &str = "arn:aws:ecr-public::123456789012:repository/";

/// The actions of a pull:
/// <https://docs.aws.amazon.com/aws-managed-policy/latest/reference/AmazonEC2ContainerRegistryPullOnly.html>
const PULL: [&str; 2] = ["BatchGetImage", "GetDownloadUrlForLayer"];
/// The actions of a push: <https://docs.aws.amazon.com/AmazonECR/latest/userguide/image-push-iam.html>
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

/// Returns policy statements that allow two things: to request a token, and to perform these actions on the repository.
fn private(actions: &[&str], repository: &str) -> Json {
    json!([allow("ecr", &["GetAuthorizationToken"], "*"), allow("ecr", actions, &format!("{ARN}{repository}"))])
}

/// Returns policy statements that allow requesting a token of ECR Public. This token is enough for every pull. If `repository` is
/// set, the statements also allow pushes to this repository.
fn public(repository: Option<&str>) -> Json {
    let token = [allow("ecr-public", &["GetAuthorizationToken"], "*"), allow("sts", &["GetServiceBearerToken"], "*")];
    let push = repository.map(|repository| allow("ecr-public", &PUSH, &format!("{PUBLIC_ARN}{repository}")));
    token.into_iter().chain(push).collect()
}

/// Copies an image with skopeo. If the source or the destination is in a registry, uses the token for this registry.
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

/// Pushes an image to `team/app` and `other`. Returns the digest of the image, and a token that can pull only from repositories
/// below `team/`.
fn pull_only(stage: &Stage<'_>) -> (String, Token) {
    let all = Token::fetch(stage, "eu-west-1");
    let digest = image::write(&stage.path("image"), 1024);
    for repository in ["team/app", "other"] {
        copy(stage, &all, "oci:image", &format!("docker://{}/{repository}:1", all.host)).succeeds();
    }
    (digest, Token::of_policy(stage, "eu-west-1", &private(&PULL, "team/*")))
}

/// Returns ECR's error message for an action that the policy does not allow.
fn denied(action: &str, repository: &str) -> String {
    format!(
        "User: arn:aws:sts::123456789012:assumed-role/deploy/ci is not authorized to perform: ecr:{action} on resource: \
         {ARN}{repository} because no session policy allows the ecr:{action} action"
    )
}

/// Without a Docker daemon, `docker` can pull and push only manifests.
fn docker_reads(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let (_, Token { host, password }) = pull_only(&stage);
    docker::login(&stage, &host, &password).succeeds();
    let [app, other, list] = ["team/app:1", "other:1", "team/app:2"].map(|name| format!("{host}/{name}"));
    let manifest = |arguments: &[&str]| docker::docker(&stage, &["manifest"]).args(arguments).run();
    manifest(&["inspect", "--insecure", &app]).succeeds();
    manifest(&["inspect", "--insecure", &other]).fails(&[&denied("BatchGetImage", "other")]);
    manifest(&["create", "--insecure", &list, &app]).succeeds();
    manifest(&["push", "--insecure", &list]).fails(&[&denied("PutImage", "team/app")]);
}

fn curl_reads(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let (_, Token { host, password }) = pull_only(&stage);
    let curl = |method: &str, path: &str| {
        let options = ["--disable", "--silent", "--show-error", "--max-time", "50", "--request", method];
        let accept = ["--header", "Accept: application/vnd.oci.image.manifest.v1+json"];
        let client = stage.client("curl").args(&options).args(&accept).args(&["--user", &format!("AWS:{password}")]);
        client.args(&["--write-out", "\n%{http_code}", &format!("http://{host}/v2/{path}")]).run().succeeds().stdout
    };
    assert!(curl("GET", "team/app/manifests/1").ends_with("\n200"));
    for (method, path, action, repository) in [
        ("GET", "other/manifests/1", "BatchGetImage", "other"),
        ("POST", "team/app/blobs/uploads/", "InitiateLayerUpload", "team/app"),
        ("DELETE", "team/app/manifests/1", "BatchDeleteImage", "team/app"),
    ] {
        let answer = curl(method, path);
        assert!(answer.contains(&denied(action, repository)) && answer.ends_with("\n403"), "{answer}");
    }
}

fn pulls_and_does_nothing_else(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let (digest, pull) = pull_only(&stage);
    let (app, other) = (format!("docker://{}/team/app:1", pull.host), format!("docker://{}/other:1", pull.host));
    copy(&stage, &pull, &app, "oci:pulled").succeeds();
    assert_eq!(image::read(&stage.path("pulled")), digest);
    copy(&stage, &pull, &other, "oci:refused").fails(&[&denied("BatchGetImage", "other")]);
    // The first request of a push is a `HEAD` request. The response has only a status, because responses to `HEAD` cannot have a
    // body.
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
    // Pushes layers that the repository already has.
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
    let text =
        |name: &str| answer["Credentials"][name].as_str().unwrap_or_else(|| panic!("{name} is missing in {answer}"));
    let client = stage.aws(&["ecr", "get-login-password"]).env("AWS_ACCESS_KEY_ID", text("AccessKeyId"));
    let client = client.env("AWS_SECRET_ACCESS_KEY", text("SecretAccessKey"));
    client.env("AWS_SESSION_TOKEN", text("SessionToken")).run().fails(&[
        "(AccessDeniedException)",
        "assumed-role/deploy/ci is not authorized to perform: ecr:GetAuthorizationToken on resource: * because no session \
         policy allows the ecr:GetAuthorizationToken action",
    ]);
}

/// Configures a client to use the sandbox as a proxy, with its CA certificate.
fn behind_proxy(stage: &Stage<'_>, client: Client) -> Client {
    client.env("HTTPS_PROXY", stage.sandbox.url()).env("SSL_CERT_FILE", stage.path("ca.pem"))
}

fn pushes_to_ecr_public(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    let (app, other) = ("docker://public.ecr.aws/alias/app:1", "docker://public.ecr.aws/alias/other:1");
    let digest = image::write(&stage.path("image"), 1024);
    let skopeo = |arguments: &[&str]| {
        behind_proxy(&stage, stage.client("skopeo"))
            .args(&["--insecure-policy", "copy", "--preserve-digests"])
            .args(arguments)
            .run()
    };
    let login = |statements: &Json| format!("AWS:{}", Token::public_password(&stage, statements));
    let (push, pull) = (login(&public(Some("app"))), login(&public(None)));
    skopeo(&["--dest-creds", &pull, "oci:image", app]).fails(&["repository alias/app: 403 (Forbidden)"]);
    skopeo(&["oci:image", app]).fails(&["authentication required"]);
    skopeo(&["--dest-creds", &push, "oci:image", other]).fails(&["repository alias/other: 403 (Forbidden)"]);
    skopeo(&["--dest-creds", &push, "oci:image", app]).succeeds();
    skopeo(&["--src-creds", &pull, app, "oci:pulled"]).succeeds();
    skopeo(&[app, "oci:anonymous"]).succeeds();
    for pulled in ["pulled", "anonymous"] {
        assert_eq!(image::read(&stage.path(pulled)), digest, "{pulled}");
    }
    let requests = stage.sandbox.requests();
    assert!(requests.iter().any(|request| request == "registry GET /token/ - 200"), "{requests:?}");
}

fn logs_in_at_ecr_public(programs: &Programs) {
    let stage = Stage::new(programs, &[]);
    let password = Token::public_password(&stage, &public(None));
    let login = |password: &str| {
        let docker = docker::docker(&stage, &["login", "--username", "AWS", "--password-stdin", "public.ecr.aws"]);
        behind_proxy(&stage, docker).input(password).run()
    };
    login("eyJ").fails(&["400 Bad Request"]);
    login(&password).succeeds();
}

fn lists_tags(programs: &Programs) {
    let stage = Stage::with_registry(programs);
    image::write(&stage.path("image"), 1024);
    let push = format!("AWS:{}", Token::public_password(&stage, &public(Some("app"))));
    let copy = ["--insecure-policy", "copy", "--dest-creds", &push, "oci:image", "docker://public.ecr.aws/alias/app:1"];
    behind_proxy(&stage, stage.client("skopeo")).args(&copy).run().succeeds();
    let curl = |arguments: &[&str]| {
        let options = ["--disable", "--silent", "--show-error", "--fail", "--cacert", "ca.pem"];
        behind_proxy(&stage, stage.client("curl")).args(&options).args(arguments).run().succeeds().json()
    };
    let token = curl(&["https://public.ecr.aws/token/"]);
    let header = format!("Authorization: Bearer {}", token["token"].as_str().expect("a token"));
    let tags = curl(&["--header", &header, "https://public.ecr.aws/v2/alias/app/tags/list"]);
    assert_eq!(tags, json!({"name": "alias/app", "tags": ["1"]}));
}
