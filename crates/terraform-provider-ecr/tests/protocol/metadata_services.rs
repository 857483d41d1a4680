//! Credentials from where the provider runs: a container, an EC2 instance.

use ecr_sandbox::Sandbox;

use crate::{
    aws::sandbox_with,
    session::{Session, terraform},
};

/// The ARN of whoever signs, with these variables and nothing configured but where to ask.
async fn signed_by(sandbox: &Sandbox, variables: &[(&str, &str)]) -> Option<String> {
    // What asks the machine itself, and what is on it, goes past every proxy: this one refuses.
    let proxy = ("HTTP_PROXY", "http://127.0.0.1:1");
    let terraform =
        [proxy].iter().chain(variables).fold(terraform(), |terraform, (name, value)| terraform.env(name, value));
    let session = Session::start(terraform).await;
    let provider = session.schemas().provider_config().set("region", "us-east-1");
    session.configure(provider.block("endpoints", |endpoints| endpoints.set("ecr", sandbox.url()))).await;
    assert_eq!(session.open().await.diagnostics, []);
    sandbox.arn_of(&sandbox.requests().pop()?.access_key?)
}

#[tokio::test]
async fn a_container_has_credentials() {
    let sandbox = sandbox_with(Vec::new()).await;
    let uri = format!("{}/v1/credentials", sandbox.url());
    let variables = [
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", uri.as_str()),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "container-token"),
    ];
    let arn = "arn:aws:sts::123456789012:assumed-role/container/task";
    assert_eq!(signed_by(&sandbox, &variables).await.as_deref(), Some(arn));
    assert_eq!(sandbox.calls()[0].header("authorization"), Some("container-token"));
}

#[tokio::test]
async fn an_instance_has_credentials() {
    let sandbox = sandbox_with(Vec::new()).await;
    let url = sandbox.url();
    let variables = [("AWS_EC2_METADATA_DISABLED", "false"), ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &url)];
    let arn = "arn:aws:sts::123456789012:assumed-role/instance/i-0123456789abcdef0";
    assert_eq!(signed_by(&sandbox, &variables).await.as_deref(), Some(arn));
    let calls = sandbox.calls();
    let paths: Vec<_> = calls.iter().map(|call| call.uri.path()).collect();
    let roles = "/latest/meta-data/iam/security-credentials";
    assert_eq!(paths, ["/latest/api/token", &format!("{roles}/"), &format!("{roles}/instance"), "/"]);
    // The session of version 2, which the sandbox does not insist on.
    assert!(calls[1..3].iter().all(|call| call.header("x-aws-ec2-metadata-token").is_some()));
}
