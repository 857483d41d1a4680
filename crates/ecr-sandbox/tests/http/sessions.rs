//! Tests of the sessions of roles and of their credentials.

use std::time::SystemTime;

use aws_credential_types::Credentials;

use crate::client::{ECR, Request, Response, sandbox};

const ROLE: &str = "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdeploy&RoleSessionName=ci";

fn session(answer: &Response) -> Credentials {
    let token = Some(answer.tag("SessionToken").to_owned());
    Credentials::new(answer.tag("AccessKeyId"), answer.tag("SecretAccessKey"), token, None, "test")
}

#[tokio::test]
async fn credentials_of_a_role_sign_as_the_role() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let assume = Request::form(&format!("Action=AssumeRole&Version=2011-06-15&{ROLE}"));
    let answer = assume.signed(to, "sts", "eu-west-1").response(to).await;
    let session = session(&answer);
    let identity = Request::form("Action=GetCallerIdentity&Version=2011-06-15");
    let answer = identity.clone().signed_by(to, "sts", "eu-west-1", &session, SystemTime::now()).response(to).await;
    assert_eq!(answer.tag("Arn"), "arn:aws:sts::111122223333:assumed-role/deploy/ci");
    assert_eq!(sandbox.arn_of(session.access_key_id()).as_deref(), Some(answer.tag("Arn")));
    let ecr = Request::json(ECR, "{}").signed_by(to, "ecr", "eu-west-1", &session, SystemTime::now());
    assert_eq!(ecr.response(to).await.status, 200);

    let half = Credentials::new(session.access_key_id(), session.secret_access_key(), None, None, "test");
    let answer = identity.signed_by(to, "sts", "eu-west-1", &half, SystemTime::now()).response(to).await;
    assert_eq!(answer.tag("Code"), "InvalidClientTokenId", "without the session's token");
}

#[tokio::test]
async fn a_chained_role_session_lasts_at_most_an_hour() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let assume = |seconds: u32| Request::form(&format!("Action=AssumeRole&{ROLE}&DurationSeconds={seconds}"));
    let by_role = async |session: &Credentials, seconds| {
        assume(seconds).signed_by(to, "sts", "eu-west-1", session, SystemTime::now()).response(to).await
    };
    let by_user = assume(43_200).signed(to, "sts", "eu-west-1").response(to).await;
    let first = session(&by_user);
    assert_eq!(by_role(&first, 3600).await.status, 200);
    let answer = by_role(&first, 3601).await;
    assert_eq!((answer.status, answer.tag("Code")), (400, "ValidationError"));
    assert!(answer.tag("Message").contains("1 hour session limit for roles assumed by role chaining"), "{answer:?}");

    let instance = Request::new("GET", "/latest/meta-data/iam/security-credentials/instance").response(to).await.json();
    let [id, secret, token] = ["AccessKeyId", "SecretAccessKey", "Token"].map(|name| instance[name].as_str().unwrap());
    let instance = Credentials::new(id, secret, Some(token.to_owned()), None, "test");
    assert_eq!(by_role(&instance, 43_200).await.status, 200, "the instance does not start a chain");
}

#[tokio::test]
async fn a_web_identity_does_not_need_a_key() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    let assume = |token: &str| {
        Request::form(&format!("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&{ROLE}&WebIdentityToken={token}"))
    };
    let answer = assume("ey.ey.x").response(to).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    session(&answer);
    assert_eq!(assume("").response(to).await.tag("Code"), "ValidationError");
}

#[tokio::test]
async fn rejects_invalid_roles() {
    let sandbox = sandbox().await;
    let to = sandbox.address();
    for fields in [
        "RoleSessionName=ci",
        "RoleArn=deploy&RoleSessionName=ci",
        "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdeploy",
        "RoleArn=arn%3Aaws%3Aiam%3A%3A111122223333%3Arole%2Fdeploy&RoleSessionName=x",
        &format!("{ROLE}&DurationSeconds=60"),
        &format!("{ROLE}&DurationSeconds=soon"),
    ] {
        let request = Request::form(&format!("Action=AssumeRole&{fields}")).signed(to, "sts", "eu-west-1");
        let answer = request.response(to).await;
        assert_eq!((answer.status, answer.tag("Code")), (400, "ValidationError"), "{fields}");
    }
}
