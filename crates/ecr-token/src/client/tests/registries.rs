//! Tokens for the registries of other accounts, and of ECR Public.

use super::*;

const OTHER: &str = "111122223333";

#[tokio::test]
async fn what_stands_in_for_ecr_is_told_the_account() {
    let aws = sandbox().await;
    let client = client(settings(&aws.url()), &[]);
    let own = client.authorization_token(None).await.expect("a token");
    assert_eq!(own.registry_of(OTHER), None, "{}", own.registry());
    let other = client.authorization_token_for(None, OTHER).await.expect("a token");
    assert_ne!(other.registry(), own.registry());
    let again = client.authorization_token_for(None, OTHER).await.expect("the same");
    assert_eq!(again.password(), other.password());
    let bodies: Vec<_> = aws.calls().iter().map(|call| String::from_utf8_lossy(&call.body).into_owned()).collect();
    assert_eq!(bodies, ["{}", r#"{"registryIds":["111122223333"]}"#]);
}

#[tokio::test]
async fn ecr_public_is_asked_in_its_region_once() {
    let aws = sandbox().await;
    let mut settings = settings(NOBODY);
    settings.endpoints.ecr_public = Some(aws.url());
    let client = client(settings, &[]);
    let tokens = join_all((0..3).map(|_| client.public_authorization_token(None))).await;
    let token = tokens[0].as_ref().expect("a token");
    assert_eq!((token.region(), token.registry(), token.user_name()), ("us-east-1", "public.ecr.aws", "AWS"));
    assert!(tokens.iter().all(|other| other.as_ref().is_ok_and(|other| other.password() == token.password())));
    let asked: Vec<_> = aws.requests().into_iter().map(|request| (request.service, request.region)).collect();
    assert_eq!(asked, [("ecr-public".to_owned(), Some("us-east-1".to_owned()))]);
}

#[tokio::test]
async fn tokens_of_the_two_services_are_not_mistaken_for_each_other() {
    let aws = sandbox().await;
    let client = client(settings(NOBODY), &[("AWS_ENDPOINT_URL_ECR_PUBLIC", &aws.url())]);
    client.public_authorization_token(Some("us-east-1")).await.expect("a token");
    let error = client.authorization_token(Some("us-east-1")).await.expect_err("nobody there");
    assert!(matches!(&*error, Error::Unreachable { .. }), "{error:?}");
}
