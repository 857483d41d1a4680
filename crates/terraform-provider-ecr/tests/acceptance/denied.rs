//! Tests in which moto checks signatures and permissions. moto is an independent project, so these tests do not depend on the sandbox's
//! interpretation of AWS's rules.

use crate::{
    Test, configuration::project_with_provider, digests::expected, moto::Moto, project::Project, stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("a_wrong_secret_is_reported", a_wrong_secret_is_reported),
    ("a_role_may_do_what_its_user_may_not", a_role_may_do_what_its_user_may_not),
];

/// moto with IAM enforcement. moto has a user who may only assume the role `tokens`. This role may only get tokens.
#[derive(Debug)]
pub(crate) struct Guarded {
    moto: Moto,
    assuming: Key,
}

#[derive(Debug)]
struct Key {
    id: String,
    secret: String,
}

/// A policy that allows everyone to assume the role, encoded for a form:
/// `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`
const ASSUMABLE_BY_ALL: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
                       %22Principal%22%3A%7B%22AWS%22%3A%22%2A%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole%22%7D%5D%7D";

/// Returns a JSON policy that allows one action, encoded for a form.
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
        let assuming = Key::create(&moto, "assuming");
        moto.iam(&format!("Action=PutUserPolicy&UserName=assuming&PolicyName=roles&PolicyDocument={roles}"));
        moto.iam(&format!("Action=CreateRole&RoleName=tokens&AssumeRolePolicyDocument={ASSUMABLE_BY_ALL}"));
        moto.iam(&format!("Action=PutRolePolicy&RoleName=tokens&PolicyName=own&PolicyDocument={tokens}"));
        moto.enforce_iam();
        Self { moto, assuming }
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

fn project<'a>(stage: &'a Stage, arguments: &str, secret: &str) -> Project<'a> {
    let Guarded { moto, assuming } = stage.guarded();
    project_with_provider(stage, arguments)
        .env("AWS_ENDPOINT_URL", moto.url())
        .env("AWS_ACCESS_KEY_ID", &assuming.id)
        .secret(secret)
}

fn a_wrong_secret_is_reported(stage: &Stage) {
    let output = project(stage, "", "not-the-secret-of-this-key").run(&["plan"]).fails();
    output.says(&["SignatureDoesNotMatch", "us-east-1"]);
}

fn a_role_may_do_what_its_user_may_not(stage: &Stage) {
    let secret = &stage.guarded().assuming.secret;
    project(stage, "", secret).run(&["plan"]).fails().says(&["AccessDenied", "ecr:GetAuthorizationToken"]);
    let role = "  assume_role {\n    role_arn = \"arn:aws:iam::123456789012:role/tokens\"\n  }";
    let project = project(stage, role, secret);
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}
