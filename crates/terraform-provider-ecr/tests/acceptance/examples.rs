//! The files below `examples/`, which the registry shows.

use crate::{Test, configuration::TOKEN, project::Project, stage::Stage};

pub(crate) const TESTS: &[Test] =
    &[("examples_are_formatted", examples_are_formatted), ("provider_example_is_valid", provider_example_is_valid)];

const PROVIDER: &str = include_str!("../../../../examples/provider/provider.tf");
const RESOURCE: &str =
    include_str!("../../../../examples/ephemeral-resources/aws_ecr_authorization_token/ephemeral-resource.tf");

fn examples_are_formatted(stage: &Stage) {
    assert!(RESOURCE.contains(TOKEN), "the example is the reference's, which the other tests run:\n{RESOURCE}");
    let project = Project::new(stage).file("provider.tf", PROVIDER).file("ephemeral-resource.tf", RESOURCE);
    project.run(&["fmt", "-check", "-diff"]).succeeds();
}

fn provider_example_is_valid(stage: &Stage) {
    let project = Project::new(stage).file("provider.tf", PROVIDER).file("token.tf", TOKEN);
    project.run(&["validate"]).succeeds().says(&["The configuration is valid"]);
}
