//! Roles: of users that may assume them and little else, at an AWS that checks, and of identity tokens.

use crate::{
    Test,
    configuration::project_with_provider,
    denied::{Guarded, Key},
    digests::expected,
    project::Project,
    stage::Stage,
};

pub(crate) const TESTS: &[Test] = &[
    ("role_may_what_its_user_may_not", role_may_what_its_user_may_not),
    ("role_leads_to_another", role_leads_to_another),
    ("identity_token_of_the_block", identity_token_of_the_block),
];

fn role(name: &str) -> String {
    format!("  assume_role {{\n    role_arn = \"{}\"\n  }}\n", arn(name))
}

fn arn(name: &str) -> String {
    format!("arn:aws:iam::123456789012:role/{name}")
}

fn project<'a>(stage: &'a Stage, arguments: &str, key: &Key) -> Project<'a> {
    let Guarded { moto, .. } = stage.guarded();
    project_with_provider(stage, &format!("\n{arguments}"))
        .env("AWS_ENDPOINT_URL", moto.url())
        .env("AWS_ACCESS_KEY_ID", &key.id)
        .secret(&key.secret)
}

#[track_caller]
fn gets_a_token(project: &Project<'_>) {
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(project.read("consumer"), expected("us-east-1"));
}

fn role_may_what_its_user_may_not(stage: &Stage) {
    let Guarded { assuming, .. } = stage.guarded();
    project(stage, "", assuming).run(&["plan"]).fails().says(&["AccessDenied", "ecr:GetAuthorizationToken"]);
    gets_a_token(&project(stage, &role("tokens"), assuming));
}

fn role_leads_to_another(stage: &Stage) {
    let Guarded { assuming, .. } = stage.guarded();
    let hops = role("hub") + &role("tokens");
    gets_a_token(&project(stage, &hops, assuming));
}

const KEYS: &[&str] = &["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];

fn identity_token_of_the_block(stage: &Stage) {
    let arguments = format!(
        "\n  assume_role_with_web_identity {{\n    role_arn           = \"{}\"\n    web_identity_token = \"eyJ-identity\"\n  }}\n",
        arn("web")
    );
    gets_a_token(&project_with_provider(stage, &arguments).without_env(KEYS));
}
