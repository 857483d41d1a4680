//! Equal asks share one API call.

use std::fmt::Write;

use crate::{Test, configuration::project, digests::consumer, digests::expected, stage::Stage};

pub(crate) const TESTS: &[Test] =
    &[("one_call_for_each_walk", one_call_for_each_walk), ("a_call_is_counted", a_call_is_counted)];

/// Ten blocks and `count = 10` of one Region, some of which name it: one call in the plan, one in the apply.
fn one_call_for_each_walk(stage: &Stage) {
    let mut body = String::new();
    for block in 0..10 {
        let region = if block % 2 == 0 { "region = \"us-east-1\"" } else { "" };
        writeln!(body, "ephemeral \"aws_ecr_authorization_token\" \"block{block}\" {{\n{region}\n}}")
            .expect("a string");
        body += &consumer(&format!("consumer{block}"), &format!("ephemeral.aws_ecr_authorization_token.block{block}"));
    }
    body += "ephemeral \"aws_ecr_authorization_token\" \"many\" {\n  count = 10\n}\n";
    body += &consumer("consumer", "ephemeral.aws_ecr_authorization_token.many[9]");

    let project = project(stage, &body);
    project.run(&["plan"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()).len(), 1, "in the plan");
    project.run(&["apply", "-auto-approve"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()).len(), 1 + 2, "in plan and apply");
    for name in (0..10).map(|block| format!("consumer{block}")).chain(["consumer".to_owned()]) {
        assert_eq!(project.read(&name), expected("us-east-1"), "{name}");
    }
}

/// The count that the tests rely on goes up with every call that is made: two Regions, two calls.
fn a_call_is_counted(stage: &Stage) {
    let body = r#"
ephemeral "aws_ecr_authorization_token" "regional" {
  for_each = toset(["eu-west-1", "eu-west-2"])
  region   = each.key
}
"#;
    let project = project(stage, body);
    assert_eq!(stage.moto().token_calls(project.access_key()), Vec::<String>::new());
    project.run(&["plan"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()).len(), 2);
    project.run(&["plan"]).succeeds();
    assert_eq!(stage.moto().token_calls(project.access_key()).len(), 4);
}
