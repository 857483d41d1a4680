//! The AWS that is asked: a sandbox.

use base64::{Engine, prelude::BASE64_STANDARD};
use ecr_sandbox::{Effect, Fault, Key, Options, Request, Sandbox};
use serde_json::{Value as Json, json};

/// Of whoever asks.
pub(super) const ACCOUNT: &str = "123456789012";

/// A sandbox that knows the keys of these tests.
pub(super) async fn sandbox() -> Sandbox {
    let key = |id| Key::new(id, "sekrit").of_account(ACCOUNT);
    let mut options = Options::default();
    options.keys = ["AKIDEXAMPLE", "AKIDBASE", "AKIDENV", "AKIDP", "AKIDDEFAULT"].map(key).into();
    Sandbox::start(options).await.expect("a sandbox")
}

/// A sandbox that answers every call for a token with this.
pub(super) async fn answering(effect: Effect) -> Sandbox {
    let sandbox = sandbox().await;
    sandbox.fault(on_token(effect));
    sandbox
}

pub(super) fn on_token(effect: Effect) -> Fault {
    Fault::of("GetAuthorizationToken", effect)
}

pub(super) fn json(status: u16, body: &Json) -> Effect {
    Effect::answer(status, "application/x-amz-json-1.1", &body.to_string())
}

/// A token that decodes to this.
pub(super) fn token(decoded: &str) -> Effect {
    let token = BASE64_STANDARD.encode(decoded);
    let registry = format!("https://{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com");
    let data = json!({"authorizationToken": token, "expiresAt": 4_102_444_800.5, "proxyEndpoint": registry});
    json(200, &json!({"authorizationData": [data]}))
}

/// `action of role by whom in region/service`, or as much of that as there is, of each request.
pub(super) fn summaries(sandbox: &Sandbox) -> Vec<String> {
    let summary = |(request, signer): (&Request, String)| {
        let of = request.role.as_ref().map(|role| format!(" of {role}")).unwrap_or_default();
        let scope = request.region.as_ref().map(|region| format!(" in {region}/{}", request.service));
        format!("{}{of} by {signer}{}", request.action, scope.unwrap_or_default())
    };
    sandbox.requests().iter().zip(signers(sandbox)).map(summary).collect()
}

/// The access key that each request was signed with, or of which role it is.
pub(super) fn signers(sandbox: &Sandbox) -> Vec<String> {
    let signer = |request: &Request| {
        let Some(key) = &request.access_key else { return "nobody".to_owned() };
        let arn = sandbox.arn_of(key).unwrap_or_default();
        let role = arn.split_once(":assumed-role/").and_then(|(_, session)| session.split('/').next());
        role.map_or_else(|| key.clone(), |role| format!("role {role}"))
    };
    sandbox.requests().iter().map(signer).collect()
}
