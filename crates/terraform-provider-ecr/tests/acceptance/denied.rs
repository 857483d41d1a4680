//! An AWS that checks signatures and permissions says no: the error names the cause.

use crate::{
    Test, configuration::project_with_provider, digests::expected, moto::Moto, project::Project, stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("right_key_is_accepted", right_key_is_accepted),
    ("wrong_secret_is_named", wrong_secret_is_named),
    ("unknown_key_is_named", unknown_key_is_named),
    ("missing_permission_is_named", missing_permission_is_named),
];

/// moto with IAM enforcement: a user that may ask for tokens, one that may not, and one that may only assume the roles
/// `tokens`, which may ask for tokens, and `hub`, which may assume roles.
#[derive(Debug)]
pub(crate) struct Guarded {
    pub(crate) moto: Moto,
    pub(crate) allowed: Key,
    denied: Key,
    pub(crate) assuming: Key,
}

#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) id: String,
    pub(crate) secret: String,
}

/// `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`
const ANYBODY: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
                       %22Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// A policy in JSON that allows one action, as the value of a form.
fn policy(action: &str) -> String {
    let (service, action) = action.split_once(':').expect("service:Action");
    format!(
        "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
         %22Action%22%3A%22{service}%3A{action}%22%2C%22Resource%22%3A%22%2A%22%7D%5D%7D"
    )
}

impl Guarded {
    pub(crate) fn start() -> Self {
        let (tokens, roles) = (policy("ecr:GetAuthorizationToken"), policy("sts:AssumeRole"));
        let moto = Moto::start();
        let allowed = Key::create(&moto, "allowed");
        moto.iam(&format!("Action=PutUserPolicy&UserName=allowed&PolicyName=tokens&PolicyDocument={tokens}"));
        let assuming = Key::create(&moto, "assuming");
        moto.iam(&format!("Action=PutUserPolicy&UserName=assuming&PolicyName=roles&PolicyDocument={roles}"));
        for (role, policy) in [("tokens", &tokens), ("hub", &roles)] {
            moto.iam(&format!("Action=CreateRole&RoleName={role}&AssumeRolePolicyDocument={ANYBODY}"));
            moto.iam(&format!("Action=PutRolePolicy&RoleName={role}&PolicyName=own&PolicyDocument={policy}"));
        }
        let denied = Key::create(&moto, "denied");
        moto.enforce_iam();
        Self { moto, allowed, denied, assuming }
    }
}

impl Key {
    fn create(moto: &Moto, user: &str) -> Self {
        moto.iam(&format!("Action=CreateUser&UserName={user}"));
        let answer = moto.iam(&format!("Action=CreateAccessKey&UserName={user}"));
        let field = |name: &str| {
            let (_, rest) = answer.split_once(&format!("<{name}>")).unwrap_or_else(|| panic!("no {name} in {answer}"));
            rest.split_once('<').expect("an end tag").0.to_owned()
        };
        Self { id: field("AccessKeyId"), secret: field("SecretAccessKey") }
    }
}

fn project<'a>(stage: &'a Stage, id: &str, secret: &str) -> Project<'a> {
    project_with_provider(stage, "")
        .env("AWS_ENDPOINT_URL", stage.guarded().moto.url())
        .env("AWS_ACCESS_KEY_ID", id)
        .secret(secret)
}

fn right_key_is_accepted(stage: &Stage) {
    let Key { id, secret } = &stage.guarded().allowed;
    let project = project(stage, id, secret);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

fn wrong_secret_is_named(stage: &Stage) {
    let Key { id, .. } = &stage.guarded().allowed;
    let output = project(stage, id, "not-the-secret-of-this-key").run(&["plan"]).fails();
    output.says(&["SignatureDoesNotMatch", "us-east-1"]);
}

fn unknown_key_is_named(stage: &Stage) {
    let Key { secret, .. } = &stage.guarded().allowed;
    let output = project(stage, "AKIANOBODYKNOWSTHIS0", secret).run(&["plan"]).fails();
    output.says(&["InvalidClientTokenId", "us-east-1"]);
}

fn missing_permission_is_named(stage: &Stage) {
    let Key { id, secret } = &stage.guarded().denied;
    let output = project(stage, id, secret).run(&["plan"]).fails();
    output.says(&["AccessDenied", "us-east-1", "ecr:GetAuthorizationToken"]);
}
